/* What became of everybody, summed by group.
 *
 * A unit counts once its window is over: what still grows while one looks is no outcome.
 * Orders count from the first decision on, never the order that was decided itself. What
 * a customer did in the year before stands beside each outcome, to take away the part of
 * the spread that has nothing to do with paper. */
#include "report/inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HORIZON_DAYS 365.0 /* of lifetime value, ahead */
#define SEGMENTS_MOST 64   /* of a customer in a test */

/* The segments of a test that a text names, remembered by the text's address. */
struct memo {
    uint32_t test;
    const char *text;
    uint16_t count, index[SEGMENTS_MOST];
};
#define MEMOS 1024

struct summing {
    struct gathered *gathered;
    struct purchase *purchases; /* scratch */
    size_t purchase_room;
    struct memo *memos;
};

struct outcome {
    double y[REPORT_METRICS]; /* NaN: does not count */
    double orders_before, spend_before;
};

/* --- one customer ---------------------------------------------------------------------
 */

/* What the model expects her to spend in the next year, minor units. */
static enum status
expect_spend(struct summing *summing, uint32_t customer, double *ret)
{
    const struct report_wish *wish = summing->gathered->wish;
    const struct model_parts *model = wish->model;
    double *kept = &summing->gathered->past.expected[customer];
    size_t count;
    const struct seen_order *orders =
        past_orders(&summing->gathered->past, customer, &count);
    struct buyer buyer;
    *ret = isnan(*kept) ? 0 : *kept;
    if (!isnan(*kept) || !model || !model->has_bgnbd || !model->has_spend)
        return STATUS_OK;
    if (count > summing->purchase_room) {
        struct purchase *made =
            reallocarray(summing->purchases, 2 * count, sizeof(*made));
        if (!made)
            return STATUS_NO_MEMORY;
        summing->purchases = made;
        summing->purchase_room = 2 * count;
    }
    for (size_t i = 0; i < count; i++)
        summing->purchases[i] = (struct purchase){
            zone_day(wish->zone, orders[i].at_s, NULL), orders[i].minor};
    *kept = 0;
    if (buyer_count(summing->purchases, count, zone_day(wish->zone, wish->now_s, NULL),
                    &buyer)) {
        double spend = bgnbd_expect(&model->bgnbd, &buyer, HORIZON_DAYS) *
                       spend_expect_minor(&model->spend, &buyer);
        *kept = isfinite(spend) ? spend : 0;
    }
    *ret = *kept;
    return STATUS_OK;
}

static void
count_answers(const struct gathered *gathered, const struct unit *unit,
              struct outcome *outcome)
{
    size_t count;
    const struct seen_answer *answers =
        past_answers(&gathered->past, unit->customer, &count);
    for (size_t i = count; i-- > 0;) { /* the first after the decision stays */
        if (answers[i].at_s <= unit->first_s)
            break;
        int score = answers[i].score;
        if (answers[i].is_nps)
            outcome->y[REPORT_NPS] = score >= 9 ? 100 : score >= 7 ? 0 : -100;
        else
            outcome->y[REPORT_EFFORT] = score;
    }
}

static enum status
find_outcome(struct summing *summing, const struct unit *unit, struct outcome *ret)
{
    const struct report_wish *wish = summing->gathered->wish;
    const struct past_sums sums = past_sum(&summing->gathered->past, wish->within_days,
                                           unit->customer, unit->first_s, unit->order);
    bool is_later_over =
        unit->first_s + 2 * (int64_t)wish->within_days * DAY_S <= wish->now_s;
    double share = wish->margin_bp / 10000.0, expected;
    *ret = (struct outcome){
        .y = {[REPORT_ORDERED] = sums.orders > 0,
              [REPORT_ORDERS] = sums.orders,
              [REPORT_REVENUE] = sums.spend,
              [REPORT_RETAINED] = is_later_over ? (sums.orders_later > 0) : NAN,
              [REPORT_NPS] = NAN,
              [REPORT_EFFORT] = NAN},
        .orders_before = sums.orders_before,
        .spend_before = sums.spend_before};
    enum status status = expect_spend(summing, unit->customer, &expected);
    count_answers(summing->gathered, unit, ret);
    /* A coupon's worth is missing from what was paid, goods it went for were not. */
    ret->y[REPORT_MARGIN] = wish->margin_bp == 0
                                ? NAN
                                : share * ret->y[REPORT_REVENUE] -
                                      (double)unit->paper_minor -
                                      (1 - share) * (double)unit->coupons_minor;
    ret->y[REPORT_LIFETIME] = sums.spend_since + expected;
    return status;
}

/* --- groups ---------------------------------------------------------------------------
 */

static void
add_outcome(struct sums *sums, const struct outcome *outcome, bool is_reached)
{
    sums->customers++;
    sums->reached += is_reached;
    for (int m = 0; m < REPORT_METRICS; m++) {
        double y = outcome->y[m];
        if (isnan(y))
            continue;
        bool is_money = report_metrics[m].unit == METRIC_MONEY;
        pairs_add(&sums->by_past[m],
                  is_money ? outcome->spend_before : outcome->orders_before, y);
        pairs_add(&sums->by_print[m], is_reached, y);
    }
}

static enum status
find_segment(struct gathered *gathered, struct test *test, const char *name, size_t n,
             uint16_t *ret)
{
    for (size_t i = 0; i < test->segment_count; i++)
        if (strlen(test->segments[i]) == n && memcmp(test->segments[i], name, n) == 0) {
            *ret = (uint16_t)i;
            return STATUS_OK;
        }
    const char **made =
        arena_append(gathered->arena, &test->segments, &test->segment_count,
                     &test->segment_room, sizeof(*made));
    if (!made)
        return STATUS_NO_MEMORY;
    *made = arena_copy(gathered->arena, name, n);
    *ret = (uint16_t)(test->segment_count - 1);
    return *made ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status
find_segments(struct summing *summing, const struct unit *unit, const struct memo **ret)
{
    struct memo *memo =
        &summing->memos[(((uintptr_t)unit->segments >> 3) ^ unit->test) % MEMOS];
    struct test *test = &summing->gathered->tests[unit->test];
    enum status status = STATUS_OK;
    *ret = memo;
    if (memo->text == unit->segments && memo->test == unit->test)
        return STATUS_OK;
    *memo = (struct memo){.test = unit->test, .text = unit->segments};
    for (const char *p = unit->segments; *p && status == STATUS_OK;) {
        size_t n = strcspn(p, " ");
        if (n > 0 && memo->count < SEGMENTS_MOST)
            status =
                find_segment(summing->gathered, test, p, n, &memo->index[memo->count++]);
        p += n + (p[n] == ' ');
    }
    return status;
}

/* Sums of segments are made for all that a test has come to; it may grow. */
static struct sums *
segment_sums(struct gathered *gathered, struct group *group, size_t index)
{
    size_t room = (index / 8 + 1) * 8, had = group->segment_room;
    if (room > had) {
        struct sums *made = arena_make_array(gathered->arena, room, sizeof(*made));
        if (!made)
            return NULL;
        if (had > 0)
            memcpy(made, group->segments, had * sizeof(*made));
        group->segments = made;
        group->segment_room = room;
    }
    return &group->segments[index];
}

/* What was decided for her counts at once, what she did only when her window is over. */
static void
add_to(struct sums *sums, const struct unit *unit, const struct outcome *outcome)
{
    const struct counts counts = {.decided = unit->decided,
                                  .printed = unit->printed,
                                  .coupons = unit->coupons,
                                  .redeemed = unit->redeemed,
                                  .paper_minor = unit->paper_minor,
                                  .coupons_minor = unit->coupons_minor};
    counts_add(&sums->counts, &counts);
    sums->crossed += unit->is_crossed;
    if (outcome)
        add_outcome(sums, outcome, unit->is_reached);
    else
        sums->waiting++;
}

static enum status
add_unit(struct summing *summing, const struct unit *unit)
{
    struct gathered *gathered = summing->gathered;
    struct group *group = &gathered->tests[unit->test].groups[unit->arm];
    const struct memo *memo = NULL;
    struct outcome made;
    const struct outcome *outcome = NULL;
    enum status status = STATUS_OK;
    if (unit->first_s + (int64_t)gathered->wish->within_days * DAY_S <=
        gathered->wish->now_s) {
        status = find_outcome(summing, unit, &made);
        outcome = &made;
    }
    if (status != STATUS_OK)
        return status;
    add_to(&group->all, unit, outcome);
    if (!unit->segments || !*unit->segments)
        return STATUS_OK;
    status = find_segments(summing, unit, &memo);
    for (size_t i = 0; status == STATUS_OK && i < memo->count; i++) {
        struct sums *sums = segment_sums(gathered, group, memo->index[i]);
        if (!sums)
            return STATUS_NO_MEMORY;
        add_to(sums, unit, outcome);
    }
    return status;
}

/* --- classes by what was answered -----------------------------------------------------
 */

/* By a customer's first answer whose window is over. */
static enum status
add_class(struct summing *summing, const struct seen_answer *answer)
{
    struct gathered *gathered = summing->gathered;
    int score = answer->score;
    int class = answer->is_nps ? (score >= 9   ? 0
                                  : score >= 7 ? 1
                                               : 2)
                               : (score <= 2   ? 0
                                  : score <= 4 ? 1
                                               : 2);
    struct unit unit = {.customer = answer->customer, .first_s = answer->at_s};
    struct outcome outcome;
    enum status status = find_outcome(summing, &unit, &outcome);
    add_outcome(answer->is_nps ? &gathered->nps[class] : &gathered->effort[class],
                &outcome, false);
    return status;
}

static enum status
sum_classes(struct summing *summing)
{
    const struct past *past = &summing->gathered->past;
    const struct report_wish *wish = summing->gathered->wish;
    uint32_t customer = UINT32_MAX;
    bool has[2] = {false, false};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < past->answer_count && status == STATUS_OK; i++) {
        const struct seen_answer *answer = &past->answers[i];
        if (answer->customer != customer)
            has[0] = has[1] = false;
        customer = answer->customer;
        if (has[answer->is_nps] || customer == STUDY_GUEST ||
            answer->at_s + (int64_t)wish->within_days * DAY_S > wish->now_s)
            continue;
        has[answer->is_nps] = true;
        status = add_class(summing, answer);
    }
    return status;
}

enum status
sum_outcomes(struct gathered *gathered)
{
    struct summing summing = {.gathered = gathered,
                              .memos = calloc(MEMOS, sizeof(*summing.memos))};
    enum status status = summing.memos ? STATUS_OK : STATUS_NO_MEMORY;
    for (size_t i = 0; i < gathered->units.room && status == STATUS_OK; i++)
        if (gathered->units.units[i].test != UINT32_MAX)
            status = add_unit(&summing, &gathered->units.units[i]);
    if (status == STATUS_OK)
        status = sum_classes(&summing);
    free(summing.memos);
    free(summing.purchases);
    return status;
}
