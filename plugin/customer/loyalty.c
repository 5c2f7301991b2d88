/* The points account: lots of points in, in order of time, spendings taken out.
 *
 * Each past order makes one lot. Lots lapse in the order in which they are earned, so one
 * place in the list, before which everything is spent or lapsed, is all that a spending
 * has to know; and the window that a tier looks back on is a second such place. The walk
 * is linear in orders and spendings. */
#include "customer/loyalty.h"

#include "base/money.h"
#include "customer/facts-inside.h"

#include <stdlib.h>
#include <string.h>

struct lot {
    struct day day;
    int64_t left;   /* points not spent yet */
    int64_t counts; /* to tiers: minor units or points */
};

struct ledger_walk {
    const struct points_scheme *scheme;
    struct lot *lots;
    size_t count, first; /* before `first` all is spent or lapsed */
    int64_t owed;        /* spent beyond what there was */
    int64_t standing;    /* of the lots from `window` on */
    size_t window;
    const struct points_spent **spent; /* by time */
    size_t spent_count, spent_done;
};

static int64_t
unit_of(const char *currency)
{
    static const int64_t units[] = {1, 10, 100, 1000, 10000};
    int digits = money_digits(currency);

    return digits >= 0 && digits <= 4 ? units[digits] : 100;
}

int64_t
loyalty_points(const struct points_scheme *scheme, const struct tier_rule *tier,
               int64_t minor)
{
    int64_t points = minor < 0 ? 0 : minor;

    if (__builtin_mul_overflow(points, scheme->per_unit_bp, &points) ||
        __builtin_mul_overflow(points, tier ? tier->multiplier_bp : 10000, &points))
        points = INT64_MAX;
    return points / (unit_of(scheme->currency) * 10000 * 10000);
}

static int64_t
sum_capped(int64_t a, int64_t b)
{
    int64_t sum;

    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

/* The last day that something of `day` is good or counts. */
static bool
is_within(struct day day, int32_t months, struct day today)
{
    return months == 0 || day_add_months(day, months).n >= today.n;
}

static const struct tier_rule *
tier_at(const struct points_scheme *scheme, int64_t standing)
{
    const struct tier_rule *tier = NULL;

    for (size_t i = 0; i < scheme->tier_count && scheme->tiers[i].from <= standing; i++)
        tier = &scheme->tiers[i];
    return tier;
}

static const struct tier_rule *
tier_above(const struct points_scheme *scheme, const struct tier_rule *tier)
{
    size_t next = tier ? (size_t)(tier - scheme->tiers) + 1 : 0;

    return next < scheme->tier_count ? &scheme->tiers[next] : NULL;
}

/* --- the walk ------------------------------------------------------------------- */

/* Lets go of what has left the tiers' window and of what has lapsed. */
static void
pass_time(struct ledger_walk *walk, struct day today)
{
    const struct points_scheme *scheme = walk->scheme;

    while (walk->window < walk->count &&
           !is_within(walk->lots[walk->window].day, scheme->window_months, today))
        walk->standing -= walk->lots[walk->window++].counts;
    while (walk->first < walk->count &&
           (walk->lots[walk->first].left == 0 ||
            !is_within(walk->lots[walk->first].day, scheme->lasts_months, today)))
        walk->first++;
}

static void
spend(struct ledger_walk *walk, int64_t points, struct day today)
{
    pass_time(walk, today);
    for (; points > 0 && walk->first < walk->count; pass_time(walk, today)) {
        struct lot *lot = &walk->lots[walk->first];
        int64_t taken = points < lot->left ? points : lot->left;
        lot->left -= taken;
        points -= taken;
    }
    walk->owed = sum_capped(walk->owed, points);
}

static void
spend_before(struct ledger_walk *walk, const struct facts *facts, int64_t at_s)
{
    while (walk->spent_done < walk->spent_count &&
           walk->spent[walk->spent_done]->at_s < at_s) {
        const struct points_spent *spent = walk->spent[walk->spent_done++];
        spend(walk, spent->points, zone_day(facts->zone, spent->at_s, NULL));
    }
}

static void
earn(struct ledger_walk *walk, const struct past_order *past, struct day day)
{
    const struct points_scheme *scheme = walk->scheme;
    int64_t paid = 0;

    pass_time(walk, day);
    if (text_equal(past->total.currency, scheme->currency))
        paid = past->total.minor - past->refunded.minor;
    int64_t points = loyalty_points(scheme, tier_at(scheme, walk->standing), paid);
    int64_t repaid = points < walk->owed ? points : walk->owed;
    struct lot *lot = &walk->lots[walk->count++];
    *lot = (struct lot){.day = day,
                        .left = points - repaid,
                        .counts = scheme->tiers_by_points ? points
                                  : paid > 0              ? paid
                                                          : 0};
    /* what would go over the end counts only up to it, so that it can be taken off */
    if (lot->counts > INT64_MAX - walk->standing)
        lot->counts = INT64_MAX - walk->standing;
    walk->owed -= repaid;
    walk->standing += lot->counts;
}

static int
by_time(const void *a, const void *b)
{
    const struct points_spent *x = *(const struct points_spent *const *)a;
    const struct points_spent *y = *(const struct points_spent *const *)b;

    return (x->at_s > y->at_s) - (x->at_s < y->at_s);
}

static enum status
walk_past(struct ledger_walk *walk, const struct facts *facts, struct arena *arena)
{
    const struct history *history = facts->history;

    walk->lots = arena_make_array(arena, facts->order_count, sizeof *walk->lots);
    walk->spent = arena_make_array(arena, history->spent_count, sizeof *walk->spent);
    if (!walk->lots || !walk->spent)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < history->spent_count; i++)
        walk->spent[walk->spent_count++] = &history->spent[i];
    qsort(walk->spent, walk->spent_count, sizeof *walk->spent, by_time);
    for (size_t i = 0; i < facts->order_count; i++) {
        const struct past_order *past = &history->orders[facts->order_index[i]];
        spend_before(walk, facts, past->placed_at_s);
        earn(walk, past, facts->order_day[i]);
    }
    spend_before(walk, facts, facts->order->placed_at_s);
    pass_time(walk, facts->today);
    return STATUS_OK;
}

/* --- what it comes to ----------------------------------------------------------- */

static void
sum_up(const struct ledger_walk *walk, const struct facts *facts,
       struct points_account *ret)
{
    const struct points_scheme *scheme = walk->scheme;
    struct day first = DAY_NONE;

    for (size_t i = walk->first; i < walk->count; i++) {
        const struct lot *lot = &walk->lots[i];
        ret->points = sum_capped(ret->points, lot->left);
        if (scheme->lasts_months == 0 || lot->left == 0)
            continue;
        struct day lapses = day_add_months(lot->day, scheme->lasts_months);
        if (day_is_none(first) && lapses.n - facts->today.n <= scheme->notice_days)
            first = lapses;
        if (!day_is_none(first) && lapses.n == first.n)
            ret->expiring = sum_capped(ret->expiring, lot->left);
    }
    ret->expires = first;
}

static int32_t
percent_of_way(const struct points_scheme *scheme, int64_t standing)
{
    const struct tier_rule *tier = tier_at(scheme, standing);
    const struct tier_rule *next = tier_above(scheme, tier);
    int64_t from = tier ? tier->from : 0;

    if (!next)
        return 100;
    return (int32_t)(100.0 * (double)(standing - from) / (double)(next->from - from));
}

static int64_t
bench_paid(const struct points_scheme *scheme, const struct facts *facts)
{
    bool counts = text_equal(facts->order->currency, scheme->currency);

    return counts ? (int64_t)facts->fact[FACT_ORDER_TOTAL].number : 0;
}

void
loyalty_rewards(const struct points_scheme *scheme, int64_t points,
                const struct reward_rule **ret_reward,
                const struct reward_rule **ret_next)
{
    const struct reward_rule *reward = NULL;
    size_t i = 0;

    for (; i < scheme->reward_count && scheme->rewards[i].points <= points; i++)
        reward = &scheme->rewards[i];
    *ret_reward = reward;
    *ret_next = i < scheme->reward_count ? &scheme->rewards[i] : NULL;
}

enum status
loyalty_reckon(const struct points_scheme *scheme, const struct facts *facts,
               struct arena *arena, struct points_account *ret)
{
    struct ledger_walk walk = {.scheme = scheme};
    struct points_account account = {.expires = DAY_NONE};
    enum status status = walk_past(&walk, facts, arena);

    if (status != STATUS_OK)
        return status;
    sum_up(&walk, facts, &account);
    int64_t paid = bench_paid(scheme, facts);
    account.tier = tier_at(scheme, walk.standing);
    account.next = tier_above(scheme, account.tier);
    account.missing = account.next ? account.next->from - walk.standing : 0;
    account.earned = loyalty_points(scheme, account.tier, paid);
    int64_t after = sum_capped(walk.standing,
                               scheme->tiers_by_points ? account.earned : paid);
    const struct tier_rule *reached = tier_at(scheme, after);
    account.risen_to = reached != account.tier ? reached : NULL;
    account.progress_percent = percent_of_way(scheme, after);
    *ret = account;
    return STATUS_OK;
}
