/* Facts of past orders: what counts as past, money, scores and the journey. */
#include "facts-bench.h"

/* --- what counts as past -------------------------------------------------------- */

static void
a_customer_without_history_has_neutral_facts(void **state)
{
    struct bench *b = *state;
    static const struct {
        const char *name, *value;
    } rows[] = {
        {"orders", "0"},
        {"order-number", "1"},
        {"days-since-last", "unknown"},
        {"spend", "0"},
        {"average-order", "unknown"},
        {"order-total", "0"},
        {"order-items", "0"},
        {"typical-gap", "unknown"},
        {"days-overdue", "unknown"},
        {"rfm-r", "1"},
        {"rfm-f", "1"},
        {"rfm-m", "1"},
        {"rfm-segment", "new"},
        {"stage", "first-order"},
        {"milestone", "0"},
        {"tenure-days", "0"},
        {"streak-months", "1"},
        {"returns-share", "0"},
        {"last-returned", "false"},
        {"nps-class", "unknown"},
        {"nps-score", "unknown"},
        {"nps-age-days", "unknown"},
        {"effort-class", "unknown"},
        {"effort-age-days", "unknown"},
        {"open-complaint", "false"},
        {"complaint-about", ""},
        {"complaint-mended", ""},
        {"complaints", "0"},
        {"days-since-complaint", "unknown"},
        {"tier", ""},
        {"next-tier", ""},
        {"points", "unknown"},
        {"points-to-next", "unknown"},
        {"is-member", "false"},
        {"favourite-category", ""},
        {"favourite-sku", ""},
        {"favourite-name", ""},
        {"categories", "0"},
        {"new-category", "false"},
        {"risen-to", ""},
        {"tier-progress", "unknown"},
        {"points-earned", "unknown"},
        {"spend-to-next", "unknown"},
        {"points-expiring", "unknown"},
        {"days-to-expiry", "unknown"},
        {"points-expire-on", ""},
        {"reward", ""},
        {"reward-points", "unknown"},
        {"next-reward", ""},
        {"points-to-reward", "unknown"},
        {"badges", "0"},
        {"newest-badge", ""},
        {"newest-badge-title", ""},
        {"best-streak", "1"},
        {"leaderboard-place", "unknown"},
        {"leaderboard-size", "unknown"},
        {"sought", ""},
        {"sought-here", ""},
        {"occasion", ""},
        {"question-asked", ""},
        {"question-answer", ""},
        {"open-question", "false"},
        {"p-alive", "unknown"},
        {"expected-orders", "unknown"},
        {"expected-value", "unknown"},
        {"next-product", ""},
        {"next-name", ""},
        {"next-reason", "none"},
        {"next-because", ""},
        {"is-known", "true"},
        {"history-complete", "true"},
        {"language", "en"},
        {"country", ""},
        {"region", ""},
        {"channel", "unknown"},
        {"birthday-distance", "unknown"},
        {"age", "unknown"},
        {"anniversary", "0"},
        {"consent-marketing", "false"},
        {"consent-personalisation", "false"},
        {"consent-survey", "false"},
        {"consent-leaderboard", "false"},
        {"today", "2026-11-22"},
        {"weekday", "sunday"},
        {"is-weekend", "true"},
        {"month", "11"},
        {"hour", "12"},
        {"season", "autumn"},
        {"holiday", ""},
        {"next-holiday", ""},
        {"days-to-holiday", "unknown"},
        {"next-holiday-on", ""},
        {"weather", "unknown"},
        {"sales-channel", "unknown"},
        {"store", ""},
        {"store-near", ""},
        {"store-near-address", ""},
        {"is-gift", "false"},
    };

    make_facts(b);
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        expect(b, rows[i].name, rows[i].value);
    for (size_t i = 0; i < FACT_COUNT; i++)
        if (!is_seen[i])
            fail_msg("no test looks at %s", fact_table[i].name);
    assert_int_equal(b->notes.count, 0);

    b->facts = NULL;
    assert_int_equal(facts_make(&b->order, NULL, NULL, b->arena, NULL, &b->facts),
                     STATUS_OK);
    assert_non_null(b->facts->history);
    expect(b, "stage", "first-order");
    expect(b, "points", "unknown");
}

static void
a_guest_has_no_past_whatever_is_handed_in(void **state)
{
    struct bench *b = *state;

    past(b, "2026-01-01", 5000);
    interest(b, "tea");
    b->history.tier = "gold";
    b->order.customer.id = NULL;
    make_facts(b);
    expect(b, "is-known", "false");
    expect(b, "orders", "0");
    expect(b, "tier", "");
    expect(b, "stage", "first-order");
    assert_false(facts_interested_in(b->facts, "tea"));
}

static void
a_source_that_could_not_be_asked_leaves_the_history_incomplete(void **state)
{
    struct bench *b = *state;

    b->history.is_partial = true;
    make_facts(b);
    expect(b, "history-complete", "false");
    expect(b, "stage", "first-order"); /* as far as is known */
}

static void
only_orders_before_this_one_count(void **state)
{
    struct bench *b = *state;

    past(b, "2026-11-01", 100);
    past(b, "2026-11-02", 1000)->state = PAST_CANCELLED;
    past(b, "2026-11-03", 10)->state = PAST_OPEN;
    past(b, "2026-11-04", 1000)->id = "M-100"; /* this very order, placed anew since */
    past(b, "2026-11-22", 20)->id = "M-099";
    past(b, "2026-11-22", 1000)->id = "M-100";
    past(b, "2026-11-22", 1000)->id = "M-101";
    past(b, "2026-11-22T12:00:01Z", 1000)->id = "A-1";
    past(b, "2026-12-24", 1000);
    make_facts(b);
    expect(b, "orders", "3");
    expect(b, "order-number", "4");
    expect(b, "spend", "130");
    expect(b, "days-since-last", "0");
    assert_int_equal(b->facts->order_count, 3);
    assert_int_equal(b->facts->order_index[1], 2);
    assert_int_equal(b->facts->order_index[2], 4);
}

/* Nothing dated at or after the order may change a fact of it: a preview of an old order
 * has to come out as it did at the time. */
static void
what_happens_later_changes_nothing(void **state)
{
    struct bench *b = *state;
    BUF_AUTO struct buf before = {0};
    BUF_AUTO struct buf after = {0};

    past_line(b, past(b, "2026-10-01", 3000), "TEA-1", "tea", 2);
    nps(b, "2026-10-02", 9);
    complaint(b, "late parcel", "2026-10-03", NULL);
    line(b, "TEA-2", "tea", 1);
    facts_dump(make_facts(b), &before);

    static const char *const times[] = {"2026-11-22", "2026-11-22T12:00:01Z",
                                        "2027-02-01"};
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        struct past_order *later = past(b, times[i], 9000);
        later->id = arena_printf(b->arena, "Z-%zu", i);
        past_line(b, later, "CUP-1", "cups", 9);
        nps(b, times[i], 0);
        effort(b, times[i], 7);
        complaint(b, "broken cup", times[i], NULL);
        talk(b, times[i], "white tea", "wedding");
        style(b, times[i], "roast", "dark");
    }
    b->history.complaints[0].closed_at_s = at("2026-11-22");
    b->history.points_as_of_s = at("2027-02-01");
    facts_dump(make_facts(b), &after);
    assert_string_equal(before.p, after.p);
    assert_false(facts_bought(b->facts, "CUP-1", 0));
    assert_false(facts_sought(b->facts, "tea", 0));
    assert_string_equal(facts_style(b->facts, "roast"), "");
}

/* --- money ---------------------------------------------------------------------- */

static void
a_refund_lowers_the_spend(void **state)
{
    struct bench *b = *state;

    past(b, "2026-10-01", 3000);
    past(b, "2026-10-05", 2001)->refunded.minor = 500;
    make_facts(b);
    expect(b, "spend", "4501");
    expect(b, "average-order", "2251");
}

static void
orders_in_another_currency_count_but_not_as_money(void **state)
{
    struct bench *b = *state;
    struct past_order *dollars;

    past(b, "2026-09-01", 3000);
    dollars = past(b, "2026-10-01", 700000);
    dollars->total = (struct money){700000, "USD"};
    dollars->refunded = (struct money){100, "USD"};
    past(b, "2026-11-01", 2000);
    make_facts(b);
    expect(b, "orders", "3");
    expect(b, "spend", "5000");
    expect(b, "average-order", "2500");
    expect(b, "rfm-m", "2");
    expect(b, "days-since-last", "21");
    assert_int_equal(b->notes.count, 1);
    assert_int_equal(b->notes.note[0].id, 501);

    b->order.currency = "GBP";
    make_facts(b);
    expect(b, "orders", "3");
    expect(b, "spend", "0");
    expect(b, "average-order", "unknown");
}

static void
the_order_on_the_bench_is_summed_by_its_lines(void **state)
{
    struct bench *b = *state;

    line(b, "TEA-1", "tea", 3)->unit_price.minor = 450;
    line(b, "CUP-1", "cups", 2)->unit_price.minor = 1999;
    make_facts(b);
    expect(b, "order-total", "5348");
    expect(b, "order-items", "5");
    expect(b, "spend", "0");
}

static void
absurd_sums_stop_at_the_end_of_the_numbers(void **state)
{
    struct bench *b = *state;

    past(b, "2026-09-01", INT64_MAX);
    past(b, "2026-10-01", INT64_MAX);
    line(b, "TEA-1", "tea", INT64_MAX)->unit_price.minor = INT64_MAX;
    line(b, "TEA-2", "tea", INT64_MAX)->unit_price.minor = INT64_MAX;
    make_facts(b);
    assert_true(b->facts->fact[FACT_SPEND].number > 9.2e18);
    assert_true(b->facts->fact[FACT_ORDER_TOTAL].number > 9.2e18);
    assert_true(b->facts->fact[FACT_ORDER_ITEMS].number > 9.2e18);
}

/* --- recency, frequency, monetary ----------------------------------------------- */

static void
rfm_scores_have_fixed_cuts(void **state)
{
    struct bench *b = *state;
    static const struct {
        const char *last;
        size_t orders;
        int64_t minor; /* of all together */
        const char *r, *f, *m, *segment;
    } rows[] = {
        {"2026-11-22", 1, 4999, "5", "1", "1", "new"},
        {"2026-10-23", 1, 5000, "5", "1", "2", "new"},
        {"2026-10-22", 1, 9999, "4", "1", "2", "promising"},
        {"2026-08-24", 2, 10000, "4", "2", "3", "potential"},
        {"2026-08-23", 2, 24999, "3", "2", "3", "about-to-sleep"},
        {"2026-05-26", 3, 25000, "3", "3", "4", "needs-attention"},
        {"2026-05-25", 3, 49999, "2", "3", "4", "at-risk"},
        {"2025-11-22", 5, 50000, "2", "3", "5", "at-risk"},
        {"2025-11-21", 6, 50000, "1", "4", "5", "at-risk"},
        {"2025-11-21", 10, 50000, "1", "5", "5", "cannot-lose"},
        {"2025-11-21", 1, 0, "1", "1", "1", "hibernating"},
        {"2026-05-26", 6, 0, "3", "4", "1", "loyal"},
        {"2026-08-24", 10, 0, "4", "5", "1", "loyal"},
        {"2026-10-23", 9, 0, "5", "4", "1", "champion"},
        {"2026-10-23", 3, 0, "5", "3", "1", "potential"},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        b->history.order_count = 0;
        for (size_t k = 0; k < rows[i].orders; k++)
            past(b, k + 1 == rows[i].orders ? rows[i].last : "2020-01-01",
                 k == 0 ? rows[i].minor : 0);
        make_facts(b);
        expect(b, "rfm-r", rows[i].r);
        expect(b, "rfm-f", rows[i].f);
        expect(b, "rfm-m", rows[i].m);
        expect(b, "rfm-segment", rows[i].segment);
    }
}

static void
monetary_cuts_follow_the_decimals_of_the_currency(void **state)
{
    struct bench *b = *state;
    static const struct {
        const char *currency;
        int64_t minor;
        const char *m;
    } rows[] = {
        {"JPY", 49999, "4"},
        {"JPY", 50000, "5"},
        {"KWD", 50000, "2"},
        {"KWD", 500000, "5"},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        b->history.order_count = 0;
        strcpy(past(b, "2026-10-01", rows[i].minor)->total.currency, rows[i].currency);
        b->order.currency = rows[i].currency;
        expect_now(b, "rfm-m", rows[i].m);
    }
}

static void
every_word_is_one_of_its_list(void **state)
{
    struct bench *b = *state;
    unsigned seed = 1;

    for (int round = 0; round < 300; round++) {
        b->history.order_count = 0;
        int64_t when = at("2020-01-01");
        for (seed = seed * 1103515245 + 12345; seed >> 28;
             seed = seed * 1103515245 + 12345) {
            when += (seed >> 16) % 400 * 86400;
            past(b, "2020-01-01", seed >> 12)->placed_at_s = when;
        }
        make_facts(b);
        for (size_t i = 0; i < FACT_COUNT; i++) {
            bool is_number = fact_table[i].type == FACT_NUMBER ||
                             fact_table[i].type == FACT_MONEY ||
                             fact_table[i].type == FACT_TRUTH;
            assert_int_equal(is_number, b->facts->fact[i].text == NULL);
            if (fact_table[i].type != FACT_WORD)
                continue;
            char list[256], word[64];
            snprintf(list, sizeof list, " %s ", fact_table[i].values);
            snprintf(word, sizeof word, " %s ", b->facts->fact[i].text);
            if (!strstr(list, word))
                fail_msg("%s is '%s'", fact_table[i].name, b->facts->fact[i].text);
        }
    }
}

/* --- the journey ---------------------------------------------------------------- */

static void
the_typical_gap_is_the_median_of_days(void **state)
{
    struct bench *b = *state;

    past(b, "2026-06-01", 0);
    expect_now(b, "typical-gap", "unknown");
    expect(b, "days-overdue", "unknown");
    past(b, "2026-06-01T20:00:00Z", 0); /* the same day: no rhythm yet */
    expect_now(b, "typical-gap", "unknown");
    past(b, "2026-06-11", 0);
    expect_now(b, "typical-gap", "10");
    expect(b, "days-overdue", "154");
    past(b, "2026-07-12", 0);
    expect_now(b, "typical-gap", "20.5");
    past(b, "2026-07-13", 0);
    expect_now(b, "typical-gap", "10");
    past(b, "2026-11-20", 0);
    expect_now(b, "typical-gap", "20.5");
    expect(b, "days-overdue", "-18.5");
}

static void
each_stage_of_the_journey_has_its_bounds(void **state)
{
    struct bench *b = *state;
    static const struct {
        const char *stage;
        const char *orders[8];
    } rows[] = {
        {"first-order", {NULL}},
        {"second-order", {"2026-11-22"}},
        {"second-order", {"2026-07-10"}}, /* 135 days: 1.5 times 90 */
        {"lapsing", {"2026-07-09"}},      /* 136 */
        {"lapsing", {"2025-11-22"}},      /* 365 */
        {"lapsed", {"2025-11-21"}},       /* 366 */
        {"active", {"2026-09-01", "2026-10-01"}},
        {"active", {"2026-07-09", "2026-07-10"}}, /* two days: 90 assumed */
        {"active",
         {"2026-11-01", "2026-11-01", "2026-11-05"}}, /* two days, three orders */
        {"active", {"2026-10-27", "2026-11-02", "2026-11-13"}},
        {"active", {"2026-11-01", "2026-11-07", "2026-11-13"}},  /* 9 days */
        {"lapsing", {"2026-10-31", "2026-11-06", "2026-11-12"}}, /* 10 */
        {"active",
         {"2026-11-13", "2026-11-14", "2026-11-15"}}, /* a week, though 7 times */
        {"lapsing", {"2026-11-12", "2026-11-13", "2026-11-14"}},
        {"loyal", {"2026-07-01", "2026-08-01", "2026-09-01", "2026-10-20"}},
        {"won-back", {"2024-01-01", "2026-10-20"}},
        {"won-back", {"2025-10-19", "2026-10-20"}},               /* 366 days */
        {"active", {"2025-10-20", "2026-10-20"}},                 /* 365 days */
        {"won-back", {"2024-01-01", "2026-10-20", "2026-10-20"}}, /* two that day */
        {"active", {"2024-01-01", "2026-10-20", "2026-10-25"}},   /* been back before */
        {"won-back", {"2022-01-01", "2022-02-01", "2022-03-01", "2026-10-20"}},
        {"lapsed", {"2020-01-01", "2025-01-01"}},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        b->history.order_count = 0;
        for (size_t k = 0; rows[i].orders[k]; k++)
            past(b, rows[i].orders[k], 0);
        make_facts(b);
        if (strcmp(dumped(b, "stage"), rows[i].stage) != 0)
            fail_msg("row %zu: %s, not %s", i, dumped(b, "stage"), rows[i].stage);
    }
}

static void
a_shop_sets_the_limits_of_the_stages(void **state)
{
    struct bench *b = *state;

    past(b, "2026-08-01", 0);
    past(b, "2026-10-01", 0);
    expect_now(b, "stage", "active");
    b->settings.loyal_orders = 3;
    expect_now(b, "stage", "loyal");
    b->settings.lapsed_after_days = 60;
    expect_now(b, "stage", "won-back");
    b->settings.active_gap_days = 30;
    expect_now(b, "stage", "lapsing");
    b->settings.lapsing_after_bp = 20000;
    expect_now(b, "stage", "won-back");
    b->settings.lapsed_after_days = 51;
    expect_now(b, "stage", "lapsed");
}

static void
milestones_are_celebrated_at_the_order_itself(void **state)
{
    struct bench *b = *state;
    static const struct {
        size_t past;
        const char *milestone;
    } rows[] = {{0, "0"},   {3, "0"},     {4, "5"},     {5, "0"},
                {9, "10"},  {24, "25"},   {49, "50"},   {99, "100"},
                {149, "0"}, {199, "200"}, {999, "1000"}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        while (b->history.order_count < rows[i].past)
            past(b, "2026-01-01", 0);
        expect_now(b, "milestone", rows[i].milestone);
    }
}

static void
a_streak_runs_through_the_turn_of_the_year(void **state)
{
    struct bench *b = *state;

    b->order.placed_at_s = at("2027-02-03");
    past(b, "2026-09-30", 0); /* October is missing */
    past(b, "2026-11-01", 0);
    past(b, "2026-11-30", 0);
    past(b, "2026-12-31", 0);
    past(b, "2027-01-01", 0);
    past(b, "2027-02-01", 0);
    expect_now(b, "streak-months", "4");
    expect(b, "tenure-days", "126");
    b->order.placed_at_s = at("2027-03-01");
    expect_now(b, "streak-months", "5");
    b->order.placed_at_s = at("2027-04-01");
    expect_now(b, "streak-months", "1");
}

static void
returned_items_show_as_a_share(void **state)
{
    struct bench *b = *state;
    struct past_order *first = past(b, "2026-09-01", 0);

    past_line(b, first, "TEA-1", "tea", 5);
    expect_now(b, "returns-share", "0");
    past_line(b, first, "CUP-1", "cups", 1)->returned = 1;
    make_facts(b);
    expect(b, "returns-share", "17");
    expect(b, "last-returned", "true");
    past_line(b, past(b, "2026-10-01", 0), "TEA-1", "tea", 2);
    make_facts(b);
    expect(b, "returns-share", "13");
    expect(b, "last-returned", "false");
}

static void
an_anniversary_lasts_a_week_either_way(void **state)
{
    struct bench *b = *state;
    static const struct {
        const char *today, *years;
    } rows[] = {
        {"2024-03-05", "0"}, {"2025-02-21", "0"},  {"2025-02-22", "1"},
        {"2025-03-01", "1"}, {"2025-03-08", "1"},  {"2025-03-09", "0"},
        {"2028-02-29", "4"}, {"2034-03-03", "10"},
    };

    past(b, "2024-02-29", 0);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        b->order.placed_at_s = at(rows[i].today);
        expect_now(b, "anniversary", rows[i].years);
    }
    b->history.orders[0].placed_at_s = at("2022-12-30"); /* over the turn of the year */
    b->order.placed_at_s = at("2026-01-02");
    expect_now(b, "anniversary", "3");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_customer_without_history_has_neutral_facts),
        TEST(a_guest_has_no_past_whatever_is_handed_in),
        TEST(a_source_that_could_not_be_asked_leaves_the_history_incomplete),
        TEST(only_orders_before_this_one_count),
        TEST(what_happens_later_changes_nothing),
        TEST(a_refund_lowers_the_spend),
        TEST(orders_in_another_currency_count_but_not_as_money),
        TEST(the_order_on_the_bench_is_summed_by_its_lines),
        TEST(absurd_sums_stop_at_the_end_of_the_numbers),
        TEST(rfm_scores_have_fixed_cuts),
        TEST(monetary_cuts_follow_the_decimals_of_the_currency),
        TEST(every_word_is_one_of_its_list),
        TEST(the_typical_gap_is_the_median_of_days),
        TEST(each_stage_of_the_journey_has_its_bounds),
        TEST(a_shop_sets_the_limits_of_the_stages),
        TEST(milestones_are_celebrated_at_the_order_itself),
        TEST(a_streak_runs_through_the_turn_of_the_year),
        TEST(returned_items_show_as_a_share),
        TEST(an_anniversary_lasts_a_week_either_way),
    };

    return cmocka_run_group_tests_name("facts", tests, NULL, NULL);
}
