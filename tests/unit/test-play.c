/* Badges, streaks, and what was shown before: what is counted, and what is new. */
#include "facts-bench.h"

static const struct badge_rule rules[] = {
    {"first", "First order", BADGE_ORDERS, NULL, NULL, 1},
    {"fifth", "Fifth order", BADGE_ORDERS, NULL, NULL, 5},
    {"three-teas", "Three teas", BADGE_PRODUCTS, NULL, "loose", 3},
    {"two-pots", "Two pots", BADGE_PRODUCTS, "pot", NULL, 2},
    {"all-round", "All round", BADGE_CATEGORIES, NULL, NULL, 3},
    {"quarter", "A quarter", BADGE_MONTHS, NULL, NULL, 3},
    {"year", "A year", BADGE_YEARS, NULL, NULL, 1},
};

static struct bench *
with_rules(void **state)
{
    struct bench *bench = *state;

    bench->settings.badges = rules;
    bench->settings.badge_count = COUNT_OF(rules);
    return bench;
}

static void
a_first_order_earns_the_first_badge(void **state)
{
    struct bench *b = with_rules(state);

    make_facts(b);
    expect(b, "badges", "1");
    expect(b, "newest-badge", "first");
    expect(b, "newest-badge-title", "First order");
    assert_true(facts_has_badge(b->facts, "first"));
    assert_false(facts_has_badge(b->facts, "fifth"));
    assert_false(facts_has_badge(b->facts, "no such"));
}

static void
a_badge_is_new_once(void **state)
{
    struct bench *b = with_rules(state);

    past(b, "2026-11-01", 100);
    make_facts(b);
    expect(b, "badges", "1");
    expect(b, "newest-badge", "");
    past(b, "2026-11-02", 100);
    past(b, "2026-11-03", 100);
    expect_now(b, "newest-badge", "");
    past(b, "2026-11-04", 100);
    expect_now(b, "newest-badge", "fifth");
    past(b, "2026-11-05", 100)->state = PAST_CANCELLED;
    expect_now(b, "newest-badge", "fifth");
    past(b, "2026-11-06", 100);
    make_facts(b);
    expect(b, "newest-badge", "");
    assert_true(facts_has_badge(b->facts, "fifth"));
}

static void
a_product_is_counted_once_and_what_came_back_was_tried(void **state)
{
    struct bench *b = with_rules(state);
    struct past_order *order = past(b, "2026-11-01", 100);

    past_line(b, order, "T-1", "tea", 2)->tags = "loose";
    past_line(b, order, "T-1", "tea", 1)->tags = "loose";
    past_line(b, order, "T-2", "tea", 1)->tags = "strong loose";
    order->lines[2].returned = 1;
    past_line(b, order, "T-3", "tea", 1)->tags = "looser";
    line(b, "T-1", "tea", 1)->tags = "loose";
    expect_now(b, "newest-badge", "");
    line(b, "T-4", "tea", 1)->tags = "loose";
    expect_now(b, "newest-badge", "three-teas");
    line(b, "P-1", "pot", 1);
    line(b, "P-2", "pot", 1);
    expect_now(b, "newest-badge", "two-pots"); /* the later of two in the campaign */
    line(b, "S-1", "spice", 1);
    expect_now(b, "newest-badge", "all-round");
}

static void
a_streak_once_had_stays_the_best(void **state)
{
    struct bench *b = with_rules(state);

    past(b, "2025-11-30", 100);
    past(b, "2025-12-01", 100);
    past(b, "2025-12-31", 100);
    past(b, "2026-01-01", 100);
    past(b, "2026-10-02", 100);
    make_facts(b);
    expect(b, "best-streak", "3");
    expect(b, "streak-months", "2");
    expect(b, "newest-badge", ""); /* the fifth and the quarter are old */
    assert_true(facts_has_badge(b->facts, "quarter"));
}

static void
the_third_month_in_a_row_earns_its_badge(void **state)
{
    struct bench *b = with_rules(state);

    past(b, "2026-09-30", 100);
    past(b, "2026-10-01", 100);
    make_facts(b);
    expect(b, "best-streak", "3");
    expect(b, "newest-badge", "quarter");
}

static void
a_year_is_earned_with_the_first_order_after_it(void **state)
{
    struct bench *b = with_rules(state);

    past(b, "2025-11-22", 100);
    expect_now(b, "newest-badge", "year");
    b->history.orders[0].placed_at_s = at("2025-11-23");
    expect_now(b, "newest-badge", "");
    b->history.orders[0].placed_at_s = at("2025-11-01");
    past(b, "2026-11-02", 100);
    make_facts(b);
    expect(b, "newest-badge", "");
    assert_true(facts_has_badge(b->facts, "year"));
}

static void
guests_earn_nothing_and_half_a_history_tells_nothing_new(void **state)
{
    struct bench *b = with_rules(state);

    b->history.is_partial = true;
    make_facts(b);
    expect(b, "newest-badge", "");
    b->order.customer.id = NULL;
    make_facts(b);
    expect(b, "badges", "0");
    assert_false(facts_has_badge(b->facts, "first"));
}

static void
what_was_shown_is_known_by_its_day_and_never_from_this_order(void **state)
{
    struct bench *b = *state;
    struct shown shown[] = {{at("2026-10-23"), "try", "A-1", TIME_NONE},
                            {at("2026-11-20"), "own", "M-100", TIME_NONE},
                            {at("2026-11-22T12:00:00Z"), "late", "A-2", TIME_NONE}};

    b->history.shown = shown;
    b->history.shown_count = COUNT_OF(shown);
    make_facts(b);
    assert_true(facts_shown(b->facts, "try", 0));
    assert_true(facts_shown(b->facts, "try", 30));
    assert_false(facts_shown(b->facts, "try", 29));
    assert_false(facts_shown(b->facts, "try", -1));
    assert_false(facts_shown(b->facts, "own", 0));
    assert_false(facts_shown(b->facts, "late", 0)); /* not before this order was placed */
    assert_false(facts_shown(b->facts, "other", 0));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_first_order_earns_the_first_badge),
        TEST(a_badge_is_new_once),
        TEST(a_product_is_counted_once_and_what_came_back_was_tried),
        TEST(a_streak_once_had_stays_the_best),
        TEST(the_third_month_in_a_row_earns_its_badge),
        TEST(a_year_is_earned_with_the_first_order_after_it),
        TEST(guests_earn_nothing_and_half_a_history_tells_nothing_new),
        TEST(what_was_shown_is_known_by_its_day_and_never_from_this_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
