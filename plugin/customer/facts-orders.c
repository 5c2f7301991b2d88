/* Facts of past orders: how many, how long ago, how much, and where that puts a customer.
 *
 * One walk over the history picks the orders that count, keeps their places and days,
 * adds up money and hands the lines to the index of tastes. Orders come sorted by time
 * and id, so days only grow. Everything after the walk looks at days, not at documents.
 */
#include "customer/facts-inside.h"
#include "fit/model.h"

#include <stdlib.h>
#include <string.h>

struct tally {
    size_t count;
    size_t day_count;   /* different days with an order */
    int32_t *gaps;      /* days between these, day_count - 1 of them */
    size_t in_currency; /* orders in this order's currency */
    int64_t spend_minor;
    int64_t bought, returned; /* items */
};

/* Sums stop at the ends: a history that adds up to more is no real one. */
static int64_t
add_capped(int64_t a, int64_t b)
{
    int64_t sum;

    if (!__builtin_add_overflow(a, b, &sum))
        return sum;
    return a < 0 ? INT64_MIN : INT64_MAX;
}

static int64_t
multiply_capped(int64_t a, int64_t b)
{
    int64_t product;

    if (!__builtin_mul_overflow(a, b, &product))
        return product;
    return (a < 0) == (b < 0) ? INT64_MAX : INT64_MIN;
}

static bool
counts(const struct order *order, const struct past_order *past)
{
    if (past->state == PAST_CANCELLED || past->placed_at_s > order->placed_at_s)
        return false;
    int by_id = strcmp(past->id, order->id);
    return past->placed_at_s < order->placed_at_s ? by_id != 0 : by_id < 0;
}

static void
add_money_and_items(struct tally *tally, const struct order *order,
                    const struct past_order *past)
{
    if (text_equal(past->total.currency, order->currency)) {
        tally->in_currency++;
        tally->spend_minor = add_capped(tally->spend_minor, past->total.minor);
        tally->spend_minor = add_capped(tally->spend_minor, -past->refunded.minor);
    }
    for (size_t i = 0; i < past->line_count; i++) {
        tally->bought = add_capped(tally->bought, past->lines[i].quantity);
        tally->returned = add_capped(tally->returned, past->lines[i].returned);
    }
}

static enum status
walk_orders(struct making *making, struct tally *tally)
{
    const struct history *history = making->history;
    struct facts *facts = making->facts;
    size_t room = history->order_count;
    size_t *index = arena_make_array(making->arena, room, sizeof *index);
    struct day *days = arena_make_array(making->arena, room, sizeof *days);
    struct taste_index *tastes = taste_index_make(making->arena);

    tally->gaps = arena_make_array(making->arena, room, sizeof *tally->gaps);
    if (!index || !days || !tastes || !tally->gaps)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < history->order_count; i++) {
        const struct past_order *past = &history->orders[i];
        if (!counts(making->order, past))
            continue;
        size_t n = tally->count++;
        index[n] = i;
        days[n] = zone_day(facts->zone, past->placed_at_s, NULL);
        if (n == 0 || days[n].n != days[n - 1].n) {
            if (n > 0)
                tally->gaps[tally->day_count - 1] = days[n].n - days[n - 1].n;
            tally->day_count++;
        }
        add_money_and_items(tally, making->order, past);
        if (taste_index_add(tastes, past, n, days[n]) != STATUS_OK)
            return STATUS_NO_MEMORY;
    }
    facts->order_count = tally->count;
    facts->order_index = index;
    facts->order_day = days;
    facts->tastes = tastes;
    return STATUS_OK;
}

/* --- recency, frequency, monetary ----------------------------------------------- */

static int
by_size(const void *a, const void *b)
{
    int32_t left = *(const int32_t *)a, right = *(const int32_t *)b;

    return (left > right) - (left < right);
}

/* Sorts `gaps`. */
static double
median(int32_t *gaps, size_t count)
{
    if (count == 0)
        return NAN;
    qsort(gaps, count, sizeof *gaps, by_size);
    if (count % 2 == 1)
        return gaps[count / 2];
    return ((double)gaps[count / 2 - 1] + gaps[count / 2]) / 2;
}

/* 500.00 euros or dollars are 50,000 yen or won: currencies without decimals have units
 * about a hundredth the size. */
static struct rfm
fixed_cuts(const char *currency)
{
    int64_t unit = money_digits(currency) == 3 ? 1000 : 100;

    return (struct rfm){.recency_days = {30, 90, 180, 365},
                        .orders = {2, 3, 6, 10},
                        .spend_minor = {50 * unit, 100 * unit, 250 * unit, 500 * unit}};
}

/* The grid of ten names over recency and frequency, as it is commonly published: rows
 * [1-2][1-2] hibernating, [1-2][3-4] at risk, [1-2]5 can't lose, 3[1-2] about to sleep,
 * 33 need attention, [3-4][4-5] loyal, 41 promising, 51 new, [4-5][2-3] potential
 * loyalist, 5[4-5] champion. The monetary score stands beside it for rules of its own. */
static const char *const segments[5][5] = {
    /* F    1                 2                 3                  4          5 */
    [0] = {"hibernating", "hibernating", "at-risk", "at-risk", "cannot-lose"},
    [1] = {"hibernating", "hibernating", "at-risk", "at-risk", "cannot-lose"},
    [2] = {"about-to-sleep", "about-to-sleep", "needs-attention", "loyal", "loyal"},
    [3] = {"promising", "potential", "potential", "loyal", "loyal"},
    [4] = {"new", "potential", "potential", "champion", "champion"},
};

static void
fill_rfm(struct making *making, const struct tally *tally, double days)
{
    const struct model_parts *model = making->settings.model;
    const char *currency = making->order->currency;
    bool is_learnt =
        model && model->has_rfm && text_equal(model->currency, currency);
    const struct rfm cuts = is_learnt ? model->rfm : fixed_cuts(currency);
    const struct rfm_figures figures = {isnan(days) ? INT64_MAX : (int64_t)days,
                                        (int64_t)tally->count, tally->spend_minor};
    const struct rfm_scores scores = rfm_score(&cuts, &figures);
    int r = scores.recency, f = scores.frequency;

    set_number(making, FACT_RFM_R, r);
    set_number(making, FACT_RFM_F, f);
    set_number(making, FACT_RFM_M, scores.spend);
    set_text(making, FACT_RFM_SEGMENT,
             tally->count == 0 ? "new" : segments[r - 1][f - 1]);
}

/* --- the journey ---------------------------------------------------------------- */

/* The definition stands at facts_make() in facts.h. */
static const char *
stage_of(const struct facts_settings *settings, const struct tally *tally, double gap,
         double typical_gap, int32_t gap_before)
{
    double usual = tally->day_count >= 3 ? typical_gap : settings->active_gap_days;

    if (tally->count == 0)
        return "first-order";
    if (gap > settings->lapsed_after_days)
        return "lapsed";
    if (gap > 7 && gap > usual * settings->lapsing_after_bp / 10000)
        return "lapsing";
    if (tally->count == 1)
        return "second-order";
    if (gap_before > settings->lapsed_after_days)
        return "won-back";
    return tally->count + 1 >= (size_t)settings->loyal_orders ? "loyal" : "active";
}

static size_t
milestone(size_t number)
{
    bool is_early = number == 5 || number == 10 || number == 25 || number == 50;

    return is_early || (number > 0 && number % 100 == 0) ? number : 0;
}

static int32_t
month_count(struct day day)
{
    struct date date = day_date(day);

    return date.year * 12 + date.month;
}

static int32_t
streak_months(const struct facts *facts)
{
    int32_t expected = month_count(facts->today) - 1;
    int32_t streak = 1;

    for (size_t i = facts->order_count; i-- > 0;) {
        int32_t month = month_count(facts->order_day[i]);
        if (month < expected)
            break;
        if (month == expected) {
            streak++;
            expected--;
        }
    }
    return streak;
}

static int32_t
anniversary(const struct facts *facts)
{
    int32_t distance, year;

    if (facts->order_count == 0)
        return 0;
    struct date first = day_date(facts->order_day[0]);
    if (!yearly_distance(facts->today, first.month, first.day, &distance, &year))
        return 0;
    return distance >= -7 && distance <= 7 ? year - first.year : 0;
}

static void
fill_journey(struct making *making, struct tally *tally, double gap)
{
    struct facts *facts = making->facts;
    /* before the median sorts them */
    int32_t gap_before = tally->day_count < 2 ? 0 : tally->gaps[tally->day_count - 2];
    double typical = median(tally->gaps, tally->day_count < 2 ? 0 : tally->day_count - 1);

    set_number(making, FACT_TYPICAL_GAP, typical);
    set_number(making, FACT_DAYS_OVERDUE, gap - typical);
    set_text(making, FACT_STAGE,
             stage_of(&making->settings, tally, gap, typical, gap_before));
    set_number(making, FACT_MILESTONE, (double)milestone(tally->count + 1));
    set_number(making, FACT_TENURE_DAYS,
               tally->count == 0 ? 0 : (double)facts->today.n - facts->order_day[0].n);
    set_number(making, FACT_STREAK_MONTHS, streak_months(facts));
    set_number(making, FACT_ANNIVERSARY, anniversary(facts));
}

/* --- money and items ------------------------------------------------------------ */

static void
fill_money(struct making *making, const struct tally *tally)
{
    const struct order *order = making->order;
    int64_t total = 0, items = 0;

    for (size_t i = 0; i < order->line_count; i++) {
        const struct order_line *line = &order->lines[i];
        total =
            add_capped(total, multiply_capped(line->unit_price.minor, line->quantity));
        items = add_capped(items, line->quantity);
    }
    set_number(making, FACT_ORDER_TOTAL, (double)total);
    set_number(making, FACT_ORDER_ITEMS, (double)items);
    set_number(making, FACT_SPEND, (double)tally->spend_minor);
    set_number(making, FACT_AVERAGE_ORDER,
               tally->in_currency == 0
                   ? NAN
                   : round((double)tally->spend_minor / (double)tally->in_currency));
    if (tally->in_currency < tally->count)
        note_add(
            making->notes, NOTE_OTHER_CURRENCY, NULL, 0,
            "%zu of %zu past orders are not in %s: they count as orders, not as money",
            tally->count - tally->in_currency, tally->count, order->currency);
}

static bool
has_return(const struct past_order *past)
{
    for (size_t i = 0; i < past->line_count; i++)
        if (past->lines[i].returned > 0)
            return true;
    return false;
}

enum status
fill_orders(struct making *making)
{
    struct facts *facts = making->facts;
    struct tally tally = {0};
    enum status status = walk_orders(making, &tally);

    if (status != STATUS_OK)
        return status;
    const struct past_order *last = NULL;
    double gap = NAN;
    if (tally.count > 0) {
        last = &making->history->orders[facts->order_index[tally.count - 1]];
        gap = (double)facts->today.n - facts->order_day[tally.count - 1].n;
    }
    set_number(making, FACT_ORDERS, (double)tally.count);
    set_number(making, FACT_ORDER_NUMBER, (double)tally.count + 1);
    set_number(making, FACT_DAYS_SINCE_LAST, gap);
    set_number(making, FACT_RETURNS_SHARE,
               tally.bought <= 0
                   ? 0
                   : round(100.0 * (double)tally.returned / (double)tally.bought));
    set_truth(making, FACT_LAST_RETURNED, last && has_return(last));
    fill_money(making, &tally);
    fill_rfm(making, &tally, gap);
    fill_journey(making, &tally, gap);
    return STATUS_OK;
}
