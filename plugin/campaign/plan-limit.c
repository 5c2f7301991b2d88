/* Whether limits have room for one more piece of an offer, and what this carton takes.
 *
 * What the ledger knows is without this order; what the carton's pieces take together is
 * counted here, so that two offers of one limit do not both get its last unit. A piece
 * that will be held out blocks the carton like one that is printed: whom it goes to must
 * not tell treated and held out apart. */
#include "campaign/plan-inside.h"

#include <stdio.h>
#include <string.h>

/* One limit as this order finds it. */
struct room {
    const struct limit *limit;
    int64_t used, taken; /* by others; by this carton */
};

/* How a limit is called in a reason: as the file does. */
static void
tell_name(const struct limit *limit, char out[200])
{
    const char *nature = strrchr(limit->name, '/');

    if (nature != NULL && strcmp(nature, "/customer") == 0)
        snprintf(out, 200, "cap");
    else if (nature != NULL && strcmp(nature, "/stock") == 0)
        snprintf(out, 200, "stock");
    else
        snprintf(out, 200, "limit %s", limit->name);
}

/* " for this store this month": whose, and since when. */
static void
tell_extent(const struct limit *limit, char out[80])
{
    static const char *const windows[] = {
        "", " today", " this week", " this month", " this quarter", " this year"};
    char window[32];

    if (limit->window == WINDOW_ROLLING)
        snprintf(window, sizeof window, " in %d days", (int)limit->rolling_days);
    else
        snprintf(window, sizeof window, "%s", windows[limit->window]);
    snprintf(out, 80, "%s%s%s", limit->per == PER_ALL ? "" : " for this ",
             limit->per == PER_ALL ? "" : limit_per_name(limit->per), window);
}

static bool
drop_unknown(struct planner *planner, size_t place, const struct limit *limit)
{
    char name[200];

    tell_name(limit, name);
    return plan_drop(planner, place, FATE_NOT_ALLOWED,
                     "%s: it is kept per %s, and this order's is not known", name,
                     limit_per_name(limit->per));
}

static bool
has_pieces(struct planner *planner, size_t place, const struct room *room)
{
    const struct limit *limit = room->limit;
    char name[200], extent[80];

    if (limit->most < 0 || limit->most - room->used > room->taken)
        return true;
    int64_t used = room->used < limit->most ? room->used : limit->most;
    tell_name(limit, name);
    tell_extent(limit, extent);
    if (used < limit->most)
        return plan_drop(planner, place, FATE_NOT_ALLOWED,
                         "%s: %lld of %lld%s are spent, and this carton takes %lld", name,
                         (long long)used, (long long)limit->most, extent,
                         (long long)room->taken);
    if (strcmp(name, "stock") == 0)
        return plan_drop(planner, place, FATE_NOT_ALLOWED, "stock: none of %lld is left",
                         (long long)limit->most);
    return plan_drop(planner, place, FATE_NOT_ALLOWED, "%s: %lld of %lld%s are spent",
                     name, (long long)used, (long long)limit->most, extent);
}

static bool
has_money(struct planner *planner, size_t place, const struct room *room)
{
    const struct limit *limit = room->limit;
    const struct money *most = &limit->most_money;
    struct money cost = planner->campaign->offers[place].coupon.cost;
    char name[200], extent[80], used_text[32], most_text[32], cost_text[32];

    if (most->minor < 0 || most->minor - room->used >= room->taken + cost.minor)
        return true;
    struct money used = *most;
    if (room->used < most->minor)
        used.minor = room->used;
    tell_name(limit, name);
    tell_extent(limit, extent);
    money_text(used, used_text);
    money_text(*most, most_text);
    money_text(cost, cost_text);
    if (room->taken > 0 && room->used < most->minor) {
        char taken_text[32];
        used.minor = room->taken;
        money_text(used, taken_text);
        return plan_drop(planner, place, FATE_NOT_ALLOWED,
                         "%s: %s of %s %s%s are promised, this carton takes %s, and this "
                         "costs %s",
                         name, used_text, most_text, most->currency, extent, taken_text,
                         cost_text);
    }
    return plan_drop(planner, place, FATE_NOT_ALLOWED,
                     "%s: %s of %s %s%s are promised, and this costs %s", name, used_text,
                     most_text, most->currency, extent, cost_text);
}

bool
plan_has_room(struct planner *planner, size_t place)
{
    const struct offer *offer = &planner->campaign->offers[place];
    const struct standings *standings = planner->standings;

    for (size_t i = 0; i < offer->limit_count; i++) {
        const struct limit *limit = offer->limits[i];
        size_t at = (size_t)(limit - planner->campaign->limits);
        struct limit_use use = {.is_known = limit_scope(limit, planner->facts) != NULL};
        if (standings != NULL)
            use = standings->limits[at];
        if (!use.is_known)
            return drop_unknown(planner, place, limit);
        struct room pieces = {limit, use.units, planner->taken[at].units};
        struct room money = {limit, use.minor, planner->taken[at].minor};
        if (!has_pieces(planner, place, &pieces) || !has_money(planner, place, &money))
            return false;
    }
    return true;
}

void
plan_take(struct planner *planner, size_t place)
{
    const struct offer *offer = &planner->campaign->offers[place];

    for (size_t i = 0; i < offer->limit_count; i++) {
        struct limit_use *taken =
            &planner->taken[offer->limits[i] - planner->campaign->limits];
        taken->units++;
        taken->minor += offer->coupon.cost.minor;
    }
}
