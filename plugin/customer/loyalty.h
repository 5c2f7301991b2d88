/* Points and tiers by a shop's own scheme, for shops without a points service.
 *
 * The scheme comes from the shop's settings; the account is reckoned from the past orders
 * that count and from the points spent, in order of time, and is kept nowhere:
 * - An order earns points on what was paid for goods less refunds, in the scheme's
 *   currency, times the multiplier of the tier held when it was placed, rounded down.
 *   Cancelled orders earn none. A refund is taken off as if the order had been smaller.
 * - Points are good for so many calendar months: of an order of 31 January, one month
 *   long, to the end of 28 February. Spending takes those first that lapse first. Who spent
 *   more than there was, because an order came back, owes it to the next points earned.
 * - A tier is held while the spend, or the points earned, of the last so many months
 *   reach it. Spending points lowers no tier.
 * The order on the bench is counted apart. Sums stop at the ends of int64_t. */
#ifndef TUCK_CUSTOMER_LOYALTY_H
#define TUCK_CUSTOMER_LOYALTY_H

#include "base/arena.h"
#include "base/day.h"
#include "base/status.h"

struct tier_rule {
    const char *name;
    int64_t from;          /* minor units, or points */
    int32_t multiplier_bp; /* 10000: once */
};
struct reward_rule {
    const char *name;
    int64_t points;
};
struct points_scheme {
    char currency[4];
    int64_t per_unit_bp;   /* for a whole unit of the currency; 10000: one point */
    int32_t lasts_months;  /* 0: for ever */
    int32_t notice_days;   /* what lapses within so many days is told */
    int32_t window_months; /* of orders that count to a tier; 0: all of them */
    bool tiers_by_points;  /* else by spend */
    const struct tier_rule *tiers; /* lowest first */
    size_t tier_count;
    const struct reward_rule *rewards; /* cheapest first */
    size_t reward_count;
};

struct points_account {
    int64_t points;   /* good on the day of the order, without it; 0 or more */
    int64_t earned;   /* with the order on the bench */
    int64_t expiring; /* of the points, those that lapse first, within the notice; 0 none */
    struct day expires; /* the last day that they are good; DAY_NONE with 0 */
    /* NULL: below the first tier, at the top, not risen */
    const struct tier_rule *tier, *next, *risen_to;
    int64_t missing; /* to `next`, without the order on the bench; 0 without */
    int32_t progress_percent; /* from the tier to the next one, with it; 100 at the top */
};

struct facts;
/* `facts` have their past orders picked already. Fails only when memory is out. */
enum status loyalty_reckon(const struct points_scheme *scheme, const struct facts *facts,
                           struct arena *arena, struct points_account *ret);

/* Points for an amount in the scheme's currency at a tier; 0 for amounts below 0. */
int64_t loyalty_points(const struct points_scheme *scheme, const struct tier_rule *tier,
                       int64_t minor);

/* The dearest reward that so many points buy, and the cheapest beyond; NULL without. */
void loyalty_rewards(const struct points_scheme *scheme, int64_t points,
                     const struct reward_rule **ret_reward,
                     const struct reward_rule **ret_next);

#endif
