/* Decides what a carton gets: eligible → allowed → ranked → held out or chosen.
 *
 * Every offer that is looked at leaves with a fate and one sentence. A held-out offer
 * keeps its place, empty, so that treated and held-out customers differ by the paper
 * alone. Guests are never held out: what they buy next cannot be told from what others
 * buy. A gift order's paper is read by somebody who agreed to nothing, so there even a
 * coupon that apologises needs marketing not refused. The contact policy counts paper
 * (inserts and coupons), in the order of the placements. */
#include "campaign/plan-inside.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *
fate_name(enum fate fate)
{
    static const char *const names[] = {"chosen",      "held-out",  "not-eligible",
                                        "not-allowed", "outranked", "faulty"};
    return names[fate];
}

/* --- held out or chosen ------------------------------------------------------------- */

static bool
is_in_share(struct planner *planner, int32_t share_bp, const char *of, const char *suffix)
{
    if (share_bp <= 0 || planner->is_guest)
        return false;
    const char *seed = arena_printf(planner->arena, "%s:holdout%s%s", of,
                                    suffix[0] ? ":" : "", suffix);
    if (seed == NULL) {
        planner->is_out_of_memory = true;
        return false;
    }
    return lround(assign_hash(seed, planner->unit, 2) * 10000.0) < share_bp;
}

static struct choice *
add_choice(struct planner *planner, const struct placement *placement)
{
    struct plan *plan = planner->plan;
    struct choice *choice =
        arena_append(planner->arena, &plan->choices, &plan->choice_count,
                     &planner->choice_room, sizeof *choice);
    if (choice != NULL)
        choice->placement = placement;
    else
        planner->is_out_of_memory = true;
    return choice;
}

/* The arm of this customer, and the chance of it. */
static const struct arm *
draw_arm(struct planner *planner, const struct offer *offer, double *ret_chance)
{
    struct arena *arena = planner->arena;
    double *weights = arena_make_array(arena, offer->arm_count, sizeof *weights);
    struct assign_range *ranges =
        arena_make_array(arena, offer->arm_count, sizeof *ranges);
    const char *seed =
        arena_printf(arena, "%s:arm:%s", planner->campaign->seed, offer->name);
    double sum = 0.0;

    if (weights == NULL || ranges == NULL || seed == NULL) {
        planner->is_out_of_memory = true;
        return NULL;
    }
    for (size_t i = 0; i < offer->arm_count; i++)
        sum += offer->arms[i].weight;
    for (size_t i = 0; i < offer->arm_count; i++)
        weights[i] = offer->arms[i].weight / sum;
    assign_ranges(offer->arm_count, 1.0, weights, ranges);
    int n = assign_choose(assign_hash(seed, planner->unit, 2), ranges, offer->arm_count);
    if (n < 0) { /* the last range may end a rounding error before 1 */
        n = (int)offer->arm_count - 1;
        while (n > 0 && offer->arms[n].weight == 0)
            n--;
    }
    *ret_chance = weights[n];
    return &offer->arms[n];
}

/* "ranked 1 of 3 by value 0.84: a chance of 12 %"; drawn ones say from how many tries. */
static void
tell_value(const struct candidate *picked, int rank, int count, char *out, size_t room)
{
    char value[32], chance[32];

    text_from_double(round(picked->value) / 100.0, value);
    text_from_double(round(picked->chance * 10000.0) / 100.0, chance);
    if (picked->values == NULL)
        snprintf(out, room, "ranked %d of %d by value %s: a chance of %s%%", rank, count,
                 value, chance);
    else if (picked->is_money)
        snprintf(out, room,
                 "ranked %d of %d by value %s: a chance of %s%%, drawn from %lld tries",
                 rank, count, value, chance, (long long)picked->tries);
    else
        snprintf(out, room, "ranked %d of %d by a chance of %s%%, drawn from %lld tries",
                 rank, count, chance, (long long)picked->tries);
}

static void
tell_rank(const struct candidate *candidates, size_t count,
          const struct candidate *picked, char *out, size_t room)
{
    int64_t weight = candidates_weight(candidates, count, picked);
    int priority = (int)picked->offer->priority;

    if (picked->is_forced)
        snprintf(out, room, "forced: asked for by name");
    else if (picked->is_pinned)
        snprintf(out, room, "pin: an advisor said always");
    else if (count == 1)
        snprintf(out, room, "the only offer left for its placement");
    else if (picked->values != NULL || picked->offer->placement->rank == RANK_VALUE)
        tell_value(picked, (int)(picked - candidates) + 1, (int)count, out, room);
    else if (picked->offer->weight > 0 && weight > picked->offer->weight)
        snprintf(out, room, "drawn by weight %d of %d among priority %d",
                 (int)picked->offer->weight, (int)weight, priority);
    else
        snprintf(out, room, "ranked %d of %d by priority %d",
                 (int)(picked - candidates) + 1, (int)count, priority);
}

/* Whether a pick stays without paper, and why. */
static bool
is_held_out(struct planner *planner, const struct candidate *picked, const char **ret)
{
    const struct campaign *campaign = planner->campaign;
    const struct offer *offer = picked->offer;
    const char *of = NULL;
    int32_t share_bp = 0;
    char percent[32];

    if (!offer->sells || picked->is_forced)
        return false;
    if (planner->plan->of_shop.is_held_out) {
        share_bp = judge_shop_holdout(planner->judge, &of);
        of = "the shop";
    } else if (planner->plan->of_campaign.is_held_out) {
        share_bp = campaign->holdout_bp;
        of = "the campaign";
    } else if (is_in_share(planner, offer->holdout_bp, campaign->seed,
                           offer->series ? offer->series->name : offer->name)) {
        share_bp = offer->holdout_bp;
        of = "this offer";
    } else {
        return false;
    }
    text_from_double(share_bp / 100.0, percent);
    *ret = arena_printf(planner->arena, "held out: among the %s%% of %s", percent, of);
    if (*ret == NULL)
        planner->is_out_of_memory = true;
    return true;
}

static void
pick(struct planner *planner, const struct candidate *candidates, size_t count,
     const struct candidate *picked, double chance_of_it)
{
    struct verdict *verdict = &planner->plan->verdicts[picked->place];
    struct choice *choice = add_choice(planner, picked->offer->placement);
    char rank[200];

    if (choice == NULL)
        return;
    choice->offer = picked->offer;
    choice->probability = chance_of_it;
    choice->is_advised = picked->is_pinned && !picked->is_forced;
    choice->cost_minor = llround(plan_cost(planner, picked->offer));
    tell_rank(candidates, count, picked, rank, sizeof rank);
    if (is_held_out(planner, picked, &choice->reason)) {
        choice->is_held_out = true;
        verdict->fate = FATE_HELD_OUT;
        verdict->reason = choice->reason;
        return;
    }
    choice->template_name = picked->offer->template_name;
    if (picked->offer->arm_count > 0) {
        double chance = 1.0;
        choice->arm = draw_arm(planner, picked->offer, &chance);
        choice->probability *= chance;
        if (choice->arm != NULL && choice->arm->template_name != NULL)
            choice->template_name = choice->arm->template_name;
    }
    const struct condition *condition = &planner->campaign->inside->conditions[picked->place];
    BUF_AUTO struct buf draws = {0};
    if (condition->term_count > 0 && !picked->is_forced)
        plan_tell_draws(planner, condition->expr, &draws);
    const char *reason = arena_printf(planner->arena, "%s%s%s%s", rank,
                                      draws.n > 0 ? draws.p : "",
                                      choice->arm != NULL ? "; arm " : "",
                                      choice->arm != NULL ? choice->arm->name : "");
    if (reason == NULL)
        planner->is_out_of_memory = true;
    verdict->fate = FATE_CHOSEN;
    verdict->reason = choice->reason = reason != NULL ? reason : "";
}

static void
outrank(struct planner *planner, const struct candidate *loser,
        const struct candidate *winner)
{
    const char *name = winner->offer->name;

    bool is_by_value =
        winner->offer->placement->rank == RANK_VALUE || winner->values != NULL;

    if (winner->is_forced || winner->is_pinned > loser->is_pinned)
        plan_drop(planner, loser->place, FATE_OUTRANKED, "outranked by %s, which is %s",
                  name, winner->is_forced ? "forced" : "pinned");
    else if (winner->offer->priority != loser->offer->priority)
        plan_drop(planner, loser->place, FATE_OUTRANKED,
                  "outranked by %s: priority %d is below %d", name,
                  (int)loser->offer->priority, (int)winner->offer->priority);
    else if (is_by_value)
        plan_drop(planner, loser->place, FATE_OUTRANKED, "outranked by %s: worth more%s",
                  name, winner->values != NULL ? " in this draw" : "");
    else if (candidates_are_equal(winner, loser))
        plan_drop(planner, loser->place, FATE_OUTRANKED,
                  "outranked by %s: the draw among priority %d", name,
                  (int)winner->offer->priority);
    else
        plan_drop(planner, loser->place, FATE_OUTRANKED,
                  "outranked by %s: equal priority %d, %s", name,
                  (int)winner->offer->priority,
                  winner->offer->weight > 0 ? "but a weight" : "first by name");
}

/* --- a placement -------------------------------------------------------------------- */

static size_t
gather(struct planner *planner, const struct placement *placement)
{
    const struct campaign *campaign = planner->campaign;
    size_t count = 0;

    for (size_t i = 0; i < campaign->offer_count; i++) {
        const struct offer *offer = &campaign->offers[i];
        enum pin_kind kind = PIN_NEVER;
        bool is_for_order = false;
        if (offer->placement != placement || !planner->may_get[i])
            continue;
        bool is_forced = text_equal(offer->name, planner->force);
        if (!is_forced && !plan_has_room(planner, i))
            continue; /* the placements before took the last of it */
        bool is_pinned = plan_find_pin(planner, offer, &kind, &is_for_order);
        struct candidate *candidate = &planner->candidates[count++];
        *candidate = (struct candidate){
            .offer = offer,
            .place = i,
            .is_forced = is_forced,
            .is_pinned = is_pinned && kind == PIN_ALWAYS,
        };
        plan_value(planner, candidate);
    }
    return count;
}

static void
explain_nothing(struct planner *planner, const struct placement *placement,
                bool is_barred)
{
    struct choice *choice = add_choice(planner, placement);
    size_t seen = 0;

    if (choice == NULL)
        return;
    for (size_t i = 0; i < planner->campaign->offer_count; i++)
        seen += planner->campaign->offers[i].placement == placement;
    choice->is_barred = is_barred;
    if (is_barred)
        choice->reason = arena_printf(
            planner->arena, "contact policy: %d of %d pieces are in the carton",
            (int)planner->pieces, (int)planner->campaign->most_pieces);
    else if (seen == 0)
        choice->reason = "no offer is made for this placement";
    else
        choice->reason = arena_printf(
            planner->arena, "none of %zu offers is both eligible and allowed", seen);
    if (choice->reason == NULL)
        planner->is_out_of_memory = true;
}

/* Picks from the best on, and puts the picks first. Where those before took the last of a
 * limit, an offer makes way to the next; how likely the rest are then is told anew. */
static size_t
pick_best(struct planner *planner, size_t *count, size_t slots)
{
    struct candidate *candidates = planner->candidates;
    struct candidate *ranked = candidates; /* and how many of how many were to be picked */
    size_t ranked_count = *count, ranked_slots = slots, picked = 0;

    while (picked < slots && picked < *count) {
        struct candidate *best = &candidates[picked];
        if (best->is_forced || ((picked == 0 || plan_has_room(planner, best->place)) &&
                                plan_fits_policy(planner, best->place))) {
            pick(planner, candidates, *count, best,
                 candidates_chance(ranked, ranked_count, ranked_slots, best));
            plan_take(planner, best->place);
            plan_count_paper(planner, best->place);
            picked++;
            continue;
        }
        (*count)--;
        memmove(best, best + 1, (*count - picked) * sizeof *best);
        ranked = best;
        ranked_count = *count - picked;
        ranked_slots = slots - picked;
        candidates_rank(ranked, ranked_count, planner->campaign->seed, planner->unit);
    }
    return picked;
}

static void
fill_placement(struct planner *planner, const struct placement *placement)
{
    const struct campaign *campaign = planner->campaign;
    struct candidate *candidates = planner->candidates;
    size_t count = gather(planner, placement);
    size_t slots = plan_slots(planner, placement);
    bool is_barred = slots == 0;

    candidates_rank(candidates, count, campaign->seed, planner->unit);
    for (size_t i = 0; planner->chances != NULL && i < count; i++)
        planner->chances[candidates[i].place] =
            candidates_chance(candidates, count, slots, &candidates[i]);
    if (count > 0 && candidates[0].is_forced)
        slots = slots > 0 ? slots : 1;
    size_t picked = pick_best(planner, &count, slots);
    for (size_t i = picked; i < count; i++) {
        if (i < (size_t)placement->most || picked == 0)
            plan_drop(planner, candidates[i].place, FATE_NOT_ALLOWED,
                      "contact policy: %d of %d pieces are in the carton",
                      (int)planner->pieces, (int)campaign->most_pieces);
        else
            outrank(planner, &candidates[i], &candidates[picked - 1]);
    }
    if (picked == 0)
        explain_nothing(planner, placement, is_barred);
}

/* --- the whole ---------------------------------------------------------------------- */

static bool
prepare(struct planner *planner)
{
    const struct campaign *campaign = planner->campaign;
    size_t count = campaign->offer_count;
    struct plan *plan = arena_make(planner->arena, sizeof *plan);

    planner->plan = plan;
    planner->may_get = arena_make_array(planner->arena, count, sizeof *planner->may_get);
    planner->candidates =
        arena_make_array(planner->arena, count, sizeof *planner->candidates);
    planner->taken =
        arena_make_array(planner->arena, campaign->limit_count, sizeof *planner->taken);
    if (judge_is_telling_chances(planner->judge)) {
        planner->chances =
            arena_make_array(planner->arena, count, sizeof *planner->chances);
        if (planner->chances == NULL)
            return false;
    }
    planner->unit = planner->is_guest
                        ? arena_printf(planner->arena, "order:%s", planner->order->id)
                        : planner->order->customer.id;
    if (!plan || !planner->may_get || !planner->candidates || !planner->taken ||
        !planner->unit)
        return false;
    plan->campaign = campaign;
    plan->chances = planner->chances;
    plan->verdicts = arena_make_array(planner->arena, count, sizeof *plan->verdicts);
    plan->verdict_count = count;
    if (plan->verdicts == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        plan->verdicts[i].offer = &campaign->offers[i];
    return true;
}

static void
expose(struct planner *planner)
{
    const struct campaign *campaign = planner->campaign;
    struct plan *plan = planner->plan;

    plan->exposures = arena_make_array(planner->arena, campaign->experiment_count,
                                       sizeof *plan->exposures);
    if (plan->exposures == NULL) {
        planner->is_out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < campaign->experiment_count; i++) {
        const struct experiment_arm *arm = judge_arm(planner->judge, i);
        if (arm != NULL)
            plan->exposures[plan->exposure_count++] =
                (struct exposure){&campaign->experiments[i], arm};
    }
}

static void
draw_holdouts(struct planner *planner)
{
    const struct campaign *campaign = planner->campaign;
    struct plan *plan = planner->plan;
    const char *seed = "";
    int32_t share_bp = judge_shop_holdout(planner->judge, &seed);

    plan->of_shop.is_drawn = share_bp > 0 && !planner->is_guest;
    plan->of_shop.is_held_out = is_in_share(planner, share_bp, seed, "");
    plan->of_campaign.is_drawn = campaign->holdout_bp > 0 && !planner->is_guest;
    plan->of_campaign.is_held_out =
        is_in_share(planner, campaign->holdout_bp, campaign->seed, "");
}

static bool
has_offer(const struct campaign *campaign, const char *name)
{
    for (size_t i = 0; i < campaign->offer_count; i++)
        if (text_equal(campaign->offers[i].name, name))
            return true;
    return false;
}

enum status
plan_make(struct judge *judge, const struct facts *facts,
          const struct standings *standings, const char *force, struct arena *arena,
          struct notes *notes, struct plan **ret)
{
    const struct campaign *campaign = judge_campaign(judge);
    struct planner planner = {.judge = judge,
                              .campaign = campaign,
                              .facts = facts,
                              .order = facts->order,
                              .standings = standings,
                              .force = force,
                              .arena = arena,
                              .notes = notes,
                              .is_guest = facts->order->customer.id == NULL};

    if (force != NULL && !has_offer(campaign, force))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_CAMPAIGN_NO_OFFER, campaign->path,
                         0, "the campaign has no offer '%s'", force);
    if (!prepare(&planner))
        planner.is_out_of_memory = true;
    else
        draw_holdouts(&planner);
    judge_begin(judge, facts);
    if (!planner.is_out_of_memory)
        expose(&planner);
    if (!planner.is_out_of_memory) {
        planner.plan->segments = judge_segments(judge, arena);
        planner.is_out_of_memory = planner.plan->segments == NULL;
    }
    if (campaign->learning.reward != REWARD_NONE && !planner.is_out_of_memory) {
        planner.plan->group = judge_group(judge, arena);
        planner.is_out_of_memory = planner.plan->group == NULL;
    }
    for (size_t i = 0; i < campaign->offer_count && !planner.is_out_of_memory; i++)
        planner.may_get[i] =
            text_equal(campaign->offers[i].name, force) ||
            (plan_is_eligible(&planner, i) && plan_is_allowed(&planner, i));
    for (size_t i = 0; i < campaign->placement_count && !planner.is_out_of_memory; i++)
        fill_placement(&planner, &campaign->placements[i]);
    if (planner.is_out_of_memory)
        return note_fail(notes, STATUS_NO_MEMORY, NOTE_NO_MEMORY, NULL, 0,
                         "memory is out for the plan of this carton");
    *ret = planner.plan;
    return STATUS_OK;
}
