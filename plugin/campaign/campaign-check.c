/* Looks a loaded campaign over for offers that nobody can ever get.
 *
 * A finding is only told when it is certain: contradictions come from expr-never.c, and
 * an offer is shadowed only by ones that nothing can keep from coming first. Advisors'
 * pins are left out of it: a pin is one customer's exception. */
#include "campaign/campaign-inside.h"

#include <stdio.h>
#include <string.h>

struct check {
    const struct campaign *campaign;
    struct expr_world world;
    struct notes *notes;
    struct day today;
    const struct condition *condition; /* the one in hand */
    const char *who;
};

static void
find_hopeless(const struct expr *compare, void *data)
{
    const struct check *check = data;
    size_t n = compare->to - compare->from;

    note_add(check->notes, NOTE_COMPARISON_NEVER, check->campaign->path,
             check->condition->line, "%s: \"%.*s\" can never hold", check->who,
             n < 200 ? (int)n : 200, check->condition->source + compare->from);
}

/* The comparisons of one condition, and the whole of it. True when it can never hold. */
static bool
check_condition(struct check *check, const struct condition *condition, const char *who)
{
    if (condition->expr == NULL)
        return false;
    check->condition = condition;
    check->who = who;
    expr_each_hopeless(&check->world, condition->expr, find_hopeless, check);
    return expr_never(&check->world, &condition->expr, 1);
}

/* --- segments ----------------------------------------------------------------------- */

static bool
names_segment(const struct expr *expr, const char *name)
{
    if (expr == NULL)
        return false;
    if (expr->kind == EXPR_CALL && strcmp(expr->text, "segment") == 0)
        return strcmp(expr->args[0]->text, name) == 0;
    for (size_t i = 0; i < expr->arg_count; i++)
        if (names_segment(expr->args[i], name))
            return true;
    return false;
}

static bool
is_used(const struct campaign *campaign, const char *segment)
{
    const struct campaign_inside *inside = campaign->inside;

    for (size_t i = 0; i < campaign->offer_count; i++)
        if (text_equal(campaign->offers[i].segment, segment) ||
            names_segment(inside->conditions[i].expr, segment))
            return true;
    for (size_t i = 0; i < inside->segment_count; i++)
        if (names_segment(inside->segments[i].condition.expr, segment))
            return true;
    for (size_t i = 0; i < campaign->series_count; i++)
        if (campaign->series[i].until && names_segment(inside->ends[i].expr, segment))
            return true;
    return false;
}

static void
check_segment(struct check *check, const struct segment *segment)
{
    const struct campaign *campaign = check->campaign;
    char who[100];

    snprintf(who, sizeof who, "segment '%s'", segment->name);
    if (check_condition(check, &segment->condition, who))
        note_add(check->notes, NOTE_SEGMENT_NEVER, campaign->path,
                 segment->condition.line,
                 "segment '%s': its condition contradicts itself; nobody is in it",
                 segment->name);
    if (segment->bars == 0 && !is_used(campaign, segment->name))
        note_add(check->notes, NOTE_SEGMENT_UNUSED, campaign->path,
                 segment->condition.line, "segment '%s' is used by no offer",
                 segment->name);
}

/* --- one offer ---------------------------------------------------------------------- */

static void
check_offer_condition(struct check *check, size_t place)
{
    const struct campaign *campaign = check->campaign;
    const struct campaign_inside *inside = campaign->inside;
    const struct offer *offer = &campaign->offers[place];
    const struct expr *both[2];
    size_t count = 0;
    char who[100];

    snprintf(who, sizeof who, "offer '%s'", offer->name);
    bool is_never = check_condition(check, &inside->conditions[place], who);
    if (offer->segment != NULL && !is_never) {
        both[count++] =
            inside->segments[segment_find(inside, offer->segment)].condition.expr;
        if (inside->conditions[place].expr != NULL)
            both[count++] = inside->conditions[place].expr;
        is_never = expr_never(&check->world, both, count);
    }
    if (is_never)
        note_add(check->notes, NOTE_OFFER_NEVER, campaign->path, offer->line,
                 "offer '%s': its conditions contradict one another; nobody can get it",
                 offer->name);
    else if (offer->segment != NULL &&
             (inside->segments[segment_find(inside, offer->segment)].bars &
              offer_bars(offer)) != 0)
        note_add(check->notes, NOTE_OFFER_NEVER, campaign->path, offer->line,
                 "offer '%s': its segment '%s' bars it; nobody can get it", offer->name,
                 offer->segment);
}

static void
check_offer_numbers(struct check *check, const struct offer *offer)
{
    const char *path = check->campaign->path;
    bool is_all_held_out =
        check->campaign->holdout_bp >= 10000 || offer->holdout_bp >= 10000;
    char day[16];

    if (!day_is_none(check->today) && !day_is_none(offer->until) &&
        offer->until.n < check->today.n) {
        day_text(offer->until, day);
        note_add(check->notes, NOTE_OFFER_OVER, path, offer->line,
                 "offer '%s' ended on %s", offer->name, day);
    }
    if (offer->sells && is_all_held_out)
        note_add(check->notes, NOTE_OFFER_ALL_HELD_OUT, path, offer->line,
                 "offer '%s': everybody is held out", offer->name);
    for (size_t i = 0; i < offer->arm_count; i++)
        if (offer->arms[i].weight == 0)
            note_add(check->notes, NOTE_ARM_NEVER, path, offer->line,
                     "offer '%s': arm '%s' has weight 0 and is never drawn", offer->name,
                     offer->arms[i].name);
}

/* --- limits ------------------------------------------------------------------------- */

static bool
is_under(const struct offer *offer, const struct limit *limit)
{
    for (size_t i = 0; i < offer->limit_count; i++)
        if (offer->limits[i] == limit)
            return true;
    return false;
}

/* An offer that costs more than all that its limit may promise. */
static void
check_cost(struct check *check, const struct offer *offer, const struct limit *limit)
{
    char cost[32], most[32];

    if (limit->most_money.minor <= 0 ||
        offer->coupon.cost.minor <= limit->most_money.minor)
        return;
    money_text(offer->coupon.cost, cost);
    money_text(limit->most_money, most);
    note_add(check->notes, NOTE_LIMIT_NOTHING, check->campaign->path, offer->line,
             "offer '%s' costs %s %s, and its limit '%s' is %s: it is never given",
             offer->name, cost, limit->most_money.currency, limit->name, most);
}

static void
check_limit(struct check *check, const struct limit *limit)
{
    const struct campaign *campaign = check->campaign;
    const char *nature = strrchr(limit->name, '/');
    bool is_used = false;

    for (size_t i = 0; i < campaign->offer_count; i++) {
        const struct offer *offer = &campaign->offers[i];
        if (!is_under(offer, limit))
            continue;
        is_used = true;
        check_cost(check, offer, limit);
        if (limit->most == 0 && nature != NULL && strcmp(nature, "/stock") == 0)
            note_add(check->notes, NOTE_OFFER_NO_STOCK, campaign->path, offer->line,
                     "offer '%s': its stock is 0", offer->name);
        else if (limit->most == 0 || limit->most_money.minor == 0)
            note_add(check->notes, NOTE_LIMIT_NOTHING, campaign->path, limit->line,
                     "limit '%s' is 0: offer '%s' is never given", limit->name,
                     offer->name);
    }
    if (!is_used)
        note_add(check->notes, NOTE_LIMIT_UNUSED, campaign->path, limit->line,
                 "limit '%s' is used by no offer", limit->name);
}

/* --- shadows ------------------------------------------------------------------------ */

/* Whether the limits of `a` have room whenever those of `b` have. */
static bool
is_as_unlimited(const struct offer *a, const struct offer *b)
{
    for (size_t i = 0; i < a->limit_count; i++)
        if (!is_under(b, a->limits[i]) || (a->limits[i]->most_money.minor >= 0 &&
                                           a->coupon.cost.minor > b->coupon.cost.minor))
            return false;
    return true;
}

/* Whether whoever may get `b` may get `a` too, on every day of `b`. */
static bool
is_as_open(const struct offer *a, const struct offer *b)
{
    bool same_when = a->when == NULL || text_equal(a->when, b->when);
    bool same_segment = a->segment == NULL || text_equal(a->segment, b->segment);
    bool from_is_open =
        day_is_none(a->from) || (!day_is_none(b->from) && a->from.n <= b->from.n);
    bool until_is_open =
        day_is_none(a->until) || (!day_is_none(b->until) && a->until.n >= b->until.n);
    /* where marketing is refused or a complaint open, one that sells makes way */
    bool as_allowed =
        (!a->sells || b->sells) &&
        (a->coupon.kind == COUPON_NONE || b->sells || b->coupon.kind != COUPON_NONE) &&
        (offer_bars(a) & ~offer_bars(b)) == 0;
    bool as_free = (a->countries == NULL || text_equal(a->countries, b->countries)) &&
                   a->least_age <= b->least_age && a->mg <= b->mg &&
                   a->thickness_mm100 <= b->thickness_mm100;
    /* a pool may run dry */
    bool as_stocked =
        a->coupon.pool == NULL || text_equal(a->coupon.pool, b->coupon.pool);

    return same_when && same_segment && from_is_open && until_is_open && as_allowed &&
           as_free && as_stocked && a->cooldown_days == 0 && a->series == NULL && is_as_unlimited(a, b) &&
           (a->needs_consents & ~b->needs_consents) == 0;
}

static bool
comes_before(const struct offer *a, const struct offer *b)
{
    if (a->priority != b->priority)
        return a->priority > b->priority;
    if (b->weight > 0)
        return false;
    return a->weight > 0 || strcmp(a->name, b->name) < 0;
}

static void
check_shadow(struct check *check, const struct offer *offer)
{
    const struct campaign *campaign = check->campaign;
    const struct offer *shadow = NULL;
    int32_t before = 0;

    for (size_t i = 0; i < campaign->offer_count; i++) {
        const struct offer *other = &campaign->offers[i];
        if (other == offer || other->placement != offer->placement ||
            !comes_before(other, offer) || !is_as_open(other, offer))
            continue;
        shadow = other;
        before++;
    }
    if (before >= offer->placement->most)
        note_add(check->notes, NOTE_OFFER_SHADOWED, campaign->path, offer->line,
                 "offer '%s' can never win: offer '%s' always comes before it",
                 offer->name, shadow->name);
}

static void
check_placement(struct check *check, const struct placement *placement)
{
    const struct campaign *campaign = check->campaign;

    for (size_t i = 0; i < campaign->offer_count; i++)
        if (campaign->offers[i].placement == placement)
            return;
    if (placement->fallback_template == NULL)
        note_add(check->notes, NOTE_PLACEMENT_EMPTY, campaign->path, placement->line,
                 "placement '%s' has neither an offer nor a fallback", placement->name);
}

void
campaign_check(const struct campaign *campaign, struct day today, struct notes *notes)
{
    const struct campaign_inside *inside = campaign->inside;
    struct check check = {.campaign = campaign,
                          .world = {inside->expr_segments, inside->segment_count},
                          .notes = notes,
                          .today = today};

    for (size_t i = 0; i < campaign->placement_count; i++)
        check_placement(&check, &campaign->placements[i]);
    for (size_t i = 0; i < inside->segment_count; i++)
        check_segment(&check, &inside->segments[i]);
    for (size_t i = 0; i < campaign->limit_count; i++)
        check_limit(&check, &campaign->limits[i]);
    for (size_t i = 0; i < campaign->offer_count; i++) {
        check_offer_condition(&check, i);
        check_offer_numbers(&check, &campaign->offers[i]);
        check_shadow(&check, &campaign->offers[i]);
    }
}
