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
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct planner {
    struct judge *judge;
    const struct campaign *campaign;
    const struct facts *facts;
    const struct order *order;
    const struct standing *standing; /* NULL: nothing was ever decided */
    const char *force;
    struct arena *arena;
    struct notes *notes;
    struct plan *plan;
    const char *unit; /* whom hashes are about: the customer, for guests the order */
    bool is_guest, is_held_out;
    int32_t pieces; /* of paper, so far */
    size_t choice_room;
    struct candidate *candidates; /* of one placement at a time */
    bool *may_get;                /* index as offers: eligible and allowed */
    bool is_out_of_memory;
};

const char *
fate_name(enum fate fate)
{
    static const char *const names[] = {"chosen",      "held-out",  "not-eligible",
                                        "not-allowed", "outranked", "faulty"};
    return names[fate];
}

/* Gives an offer its fate; false, so that a check can end with it. */
static bool drop(struct planner *planner, size_t place, enum fate fate,
                 const char *format, ...) PRINTF_LIKE(4, 5);

static bool
drop(struct planner *planner, size_t place, enum fate fate, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *reason = arena_vprintf(planner->arena, format, args);
    va_end(args);
    if (reason == NULL)
        planner->is_out_of_memory = true;
    planner->plan->verdicts[place].fate = fate;
    planner->plan->verdicts[place].reason = reason != NULL ? reason : "";
    return false;
}

/* --- eligible ----------------------------------------------------------------------- */

static bool
may_be_told(const struct fact_def *fact)
{
    return fact->type !=
           FACT_TEXT; /* shops' and customers' own words stay where they are */
}

/* " ($stage is 'active')": the facts of a part of a condition, three at most. */
static size_t
tell_facts(const struct planner *planner, const struct expr *expr, size_t told,
           struct buf *out)
{
    if (expr->kind == EXPR_FACT && may_be_told(expr->fact) && told < 3) {
        char value[64], mark[80];
        snprintf(mark, sizeof mark, "$%s is ", expr->fact->name);
        if (told > 0 && strstr(out->p, mark) != NULL)
            return told;
        bool is_quoted = expr->fact->type == FACT_WORD;
        fact_text(planner->facts, expr->fact->id, value, sizeof value);
        const char *shown = value[0] != '\0' ? value : "unknown";
        buf_printf(out, "%s$%s is %s%s%s", told == 0 ? " (" : ", ", expr->fact->name,
                   is_quoted ? "'" : "", shown, is_quoted ? "'" : "");
        return told + 1;
    }
    for (size_t i = 0; i < expr->arg_count; i++)
        told = tell_facts(planner, expr->args[i], told, out);
    return told;
}

static bool
drop_refused(struct planner *planner, size_t place, enum ruling ruling,
             const struct refusal *refusal, const char *what)
{
    BUF_AUTO struct buf facts = {0};
    const struct condition *condition = refusal->condition;
    const struct expr *expr = condition->expr;
    const char *term = condition->terms[refusal->term];

    if (ruling == RULING_FAILED) {
        note_add(planner->notes, NOTE_CONDITION_FAILED, planner->campaign->path,
                 condition->line, "offer '%s': \"%s\" failed: %s",
                 planner->campaign->offers[place].name, term, refusal->error);
        return drop(planner, place, FATE_FAULTY, "%s: %s failed: %s", what, term,
                    refusal->error);
    }
    if (expr->kind == EXPR_AND)
        expr = expr->args[refusal->term];
    /* "$is-gift is false" says it already */
    bool is_plain = expr->kind == EXPR_FACT;
    if (!is_plain && tell_facts(planner, expr, 0, &facts) > 0)
        buf_puts(&facts, ")");
    return drop(planner, place, FATE_NOT_ELIGIBLE, "%s: %s is false%s", what, term,
                facts.n > 0 ? facts.p : "");
}

static bool
is_in_dates(struct planner *planner, size_t place)
{
    const struct offer *offer = &planner->campaign->offers[place];
    struct day today = planner->facts->today;
    char day[16];

    if (!day_is_none(offer->from) && today.n < offer->from.n) {
        day_text(offer->from, day);
        return drop(planner, place, FATE_NOT_ELIGIBLE, "dates: begins on %s", day);
    }
    if (!day_is_none(offer->until) && today.n > offer->until.n) {
        day_text(offer->until, day);
        return drop(planner, place, FATE_NOT_ELIGIBLE, "dates: ended on %s", day);
    }
    return true;
}

static bool
is_eligible(struct planner *planner, size_t place)
{
    const struct offer *offer = &planner->campaign->offers[place];
    struct refusal refusal = {0};
    enum ruling ruling = RULING_YES;
    char what[96];

    if (!is_in_dates(planner, place))
        return false;
    if (offer->segment != NULL) {
        ruling = judge_segment(planner->judge,
                               segment_find(planner->campaign->inside, offer->segment),
                               &refusal);
        snprintf(what, sizeof what, "segment %s", offer->segment);
        if (ruling != RULING_YES)
            return drop_refused(planner, place, ruling, &refusal, what);
    }
    ruling = judge_offer(planner->judge, place, &refusal);
    return ruling == RULING_YES || drop_refused(planner, place, ruling, &refusal, "when");
}

/* --- allowed ------------------------------------------------------------------------ */

/* An advisor's word on the offer: a pin for this order outweighs one for every order, a
 * "never" an "always". A "never" counts as soon as it is known; an "always" only if it
 * was said before the order was placed, or for it. */
static bool
find_pin(const struct planner *planner, const struct offer *offer, enum pin_kind *ret,
         bool *ret_is_for_order)
{
    const struct history *history = planner->facts->history;
    bool is_found = false, is_for_order = false;
    enum pin_kind kind = PIN_ALWAYS;

    for (size_t i = 0; history != NULL && i < history->pin_count; i++) {
        const struct pin *pin = &history->pins[i];
        bool is_own = pin->order != NULL && text_equal(pin->order, planner->order->id);
        bool is_later =
            !is_own && pin->kind == PIN_ALWAYS && pin->at_s > planner->order->placed_at_s;
        if (!text_equal(pin->offer, offer->name) || (pin->order != NULL && !is_own) ||
            is_later)
            continue;
        if (!is_found || is_own > is_for_order ||
            (is_own == is_for_order && pin->kind == PIN_NEVER)) {
            kind = pin->kind;
            is_for_order = is_own;
        }
        is_found = true;
    }
    *ret = kind;
    *ret_is_for_order = is_for_order;
    return is_found;
}

static bool
is_unpinned(struct planner *planner, size_t place)
{
    enum pin_kind kind = PIN_ALWAYS;
    bool is_for_order = false;

    if (!find_pin(planner, &planner->campaign->offers[place], &kind, &is_for_order) ||
        kind == PIN_ALWAYS)
        return true;
    return drop(planner, place, FATE_NOT_ALLOWED, "pin: an advisor said never%s",
                is_for_order ? " for this order" : "");
}

static bool
is_consented(struct planner *planner, size_t place)
{
    const struct offer *offer = &planner->campaign->offers[place];
    const struct customer *customer = &planner->order->customer;

    for (uint32_t bit = 1; bit <= CONSENT_LEADERBOARD; bit <<= 1) {
        if ((offer->needs_consents & bit) == 0 || (customer->consents & bit) != 0)
            continue;
        return drop(planner, place, FATE_NOT_ALLOWED, "consent: %s %s",
                    consent_name((enum consent)bit),
                    (customer->refused & bit) != 0 ? "was refused" : "was not given");
    }
    if ((customer->refused & CONSENT_MARKETING) == 0)
        return true;
    if (offer->sells)
        return drop(planner, place, FATE_NOT_ALLOWED,
                    "consent: marketing was refused, and this offer sells");
    if (planner->order->is_gift && offer->coupon.kind != COUPON_NONE)
        return drop(planner, place, FATE_NOT_ALLOWED,
                    "consent: marketing was refused, and a gift's coupon needs it");
    return true;
}

static bool
is_within_caps(struct planner *planner, size_t place)
{
    const struct offer *offer = &planner->campaign->offers[place];
    const struct standing none = {0, DAY_NONE, 0, offer->stock};
    const struct standing *standing =
        planner->standing != NULL ? &planner->standing[place] : &none;

    if (offer->cap_per_customer > 0 &&
        standing->decided_for_customer >= offer->cap_per_customer)
        return drop(planner, place, FATE_NOT_ALLOWED,
                    "cap: %d of %d for this customer are spent",
                    (int)standing->decided_for_customer, (int)offer->cap_per_customer);
    if (offer->cooldown_days > 0 && !day_is_none(standing->last_decided)) {
        int64_t passed = (int64_t)planner->facts->today.n - standing->last_decided.n;
        if (passed < offer->cooldown_days)
            return drop(planner, place, FATE_NOT_ALLOWED,
                        "cooldown: %d of %d days passed", passed > 0 ? (int)passed : 0,
                        (int)offer->cooldown_days);
    }
    if (offer->stock >= 0 && standing->stock_left == 0)
        return drop(planner, place, FATE_NOT_ALLOWED, "stock: none of %d is left",
                    (int)offer->stock);
    return true;
}

static bool
is_allowed(struct planner *planner, size_t place)
{
    if (!is_unpinned(planner, place) || !is_consented(planner, place))
        return false;
    if (planner->campaign->offers[place].sells &&
        planner->facts->fact[FACT_OPEN_COMPLAINT].number != 0.0)
        return drop(planner, place, FATE_NOT_ALLOWED,
                    "complaint: one is open, and this offer sells");
    return is_within_caps(planner, place);
}

/* --- held out or chosen ------------------------------------------------------------- */

static bool
is_in_share(struct planner *planner, int32_t share_bp, const char *suffix)
{
    if (share_bp <= 0 || planner->is_guest)
        return false;
    const char *seed =
        arena_printf(planner->arena, "%s:holdout%s%s", planner->campaign->seed,
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
    const char *seed = arena_printf(arena, "%s:%s", planner->campaign->seed, offer->name);
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
    bool is_by_offer = false;
    char percent[32];

    if (!offer->sells || picked->is_forced)
        return false;
    if (!planner->is_held_out) {
        is_by_offer = is_in_share(planner, offer->holdout_bp, offer->name);
        if (!is_by_offer)
            return false;
    }
    text_from_double((is_by_offer ? offer->holdout_bp : campaign->holdout_bp) / 100.0,
                     percent);
    *ret = arena_printf(planner->arena, "held out: among the %s%% of %s", percent,
                        is_by_offer ? "this offer" : "the campaign");
    if (*ret == NULL)
        planner->is_out_of_memory = true;
    return true;
}

static void
pick(struct planner *planner, const struct candidate *candidates, size_t count,
     const struct candidate *picked)
{
    struct verdict *verdict = &planner->plan->verdicts[picked->place];
    struct choice *choice = add_choice(planner, picked->offer->placement);
    char rank[120];

    if (choice == NULL)
        return;
    choice->offer = picked->offer;
    choice->probability = picked->probability;
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
    const char *reason = choice->arm != NULL ? arena_printf(planner->arena, "%s; arm %s",
                                                            rank, choice->arm->name)
                                             : arena_strdup(planner->arena, rank);
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

    if (winner->is_forced || winner->is_pinned > loser->is_pinned)
        drop(planner, loser->place, FATE_OUTRANKED, "outranked by %s, which is %s", name,
             winner->is_forced ? "forced" : "pinned");
    else if (winner->offer->priority != loser->offer->priority)
        drop(planner, loser->place, FATE_OUTRANKED,
             "outranked by %s: priority %d is below %d", name,
             (int)loser->offer->priority, (int)winner->offer->priority);
    else if (candidates_are_equal(winner, loser))
        drop(planner, loser->place, FATE_OUTRANKED,
             "outranked by %s: the draw among priority %d", name,
             (int)winner->offer->priority);
    else
        drop(planner, loser->place, FATE_OUTRANKED,
             "outranked by %s: equal priority %d, %s", name, (int)winner->offer->priority,
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
        bool is_pinned = find_pin(planner, offer, &kind, &is_for_order);
        planner->candidates[count++] = (struct candidate){
            .offer = offer,
            .place = i,
            .is_forced = text_equal(offer->name, planner->force),
            .is_pinned = is_pinned && kind == PIN_ALWAYS,
        };
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
        choice->reason =
            arena_printf(planner->arena, "contact policy: the carton has its %d pieces",
                         (int)planner->campaign->most_pieces);
    else if (seen == 0)
        choice->reason = "no offer is made for this placement";
    else
        choice->reason = arena_printf(
            planner->arena, "none of %zu offers is both eligible and allowed", seen);
    if (choice->reason == NULL)
        planner->is_out_of_memory = true;
}

static void
fill_placement(struct planner *planner, const struct placement *placement)
{
    const struct campaign *campaign = planner->campaign;
    bool is_paper = placement->kind != PLACEMENT_BOX;
    size_t count = gather(planner, placement);
    size_t most = (size_t)placement->most, slots = most;

    if (is_paper && campaign->most_pieces > 0) {
        int32_t left = campaign->most_pieces - planner->pieces;
        slots = left <= 0 ? 0 : (size_t)left < most ? (size_t)left : most;
    }
    bool is_barred = slots == 0;
    if (count > 0)
        candidates_rank(planner->candidates, count, campaign->seed, planner->unit, slots);
    if (count > 0 && planner->candidates[0].is_forced) {
        planner->candidates[0].probability = 1.0;
        slots = slots > 0 ? slots : 1;
    }
    for (size_t i = 0; i < count; i++) {
        const struct candidate *candidate = &planner->candidates[i];
        if (i < slots)
            pick(planner, planner->candidates, count, candidate);
        else if (i < most || slots == 0)
            drop(planner, candidate->place, FATE_NOT_ALLOWED,
                 "contact policy: the carton has its %d pieces",
                 (int)campaign->most_pieces);
        else
            outrank(planner, candidate, &planner->candidates[slots - 1]);
    }
    size_t picked = count < slots ? count : slots;
    if (is_paper)
        planner->pieces += (int32_t)picked;
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
    planner->unit = planner->is_guest
                        ? arena_printf(planner->arena, "order:%s", planner->order->id)
                        : planner->order->customer.id;
    if (plan == NULL || !planner->may_get || !planner->candidates || !planner->unit)
        return false;
    plan->campaign = campaign;
    plan->verdicts = arena_make_array(planner->arena, count, sizeof *plan->verdicts);
    plan->verdict_count = count;
    if (plan->verdicts == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        plan->verdicts[i].offer = &campaign->offers[i];
    return true;
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
plan_make(struct judge *judge, const struct facts *facts, const struct standing *standing,
          const char *force, struct arena *arena, struct notes *notes, struct plan **ret)
{
    const struct campaign *campaign = judge_campaign(judge);
    struct planner planner = {.judge = judge,
                              .campaign = campaign,
                              .facts = facts,
                              .order = facts->order,
                              .standing = standing,
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
        planner.is_held_out = is_in_share(&planner, campaign->holdout_bp, "");
    judge_begin(judge, facts);
    for (size_t i = 0; i < campaign->offer_count && !planner.is_out_of_memory; i++)
        planner.may_get[i] = text_equal(campaign->offers[i].name, force) ||
                             (is_eligible(&planner, i) && is_allowed(&planner, i));
    for (size_t i = 0; i < campaign->placement_count && !planner.is_out_of_memory; i++)
        fill_placement(&planner, &campaign->placements[i]);
    if (planner.is_out_of_memory)
        return note_fail(notes, STATUS_NO_MEMORY, NOTE_NO_MEMORY, NULL, 0,
                         "memory is out for the plan of this carton");
    *ret = planner.plan;
    return STATUS_OK;
}
