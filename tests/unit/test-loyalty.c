/* Points and tiers as a shop reckons them: lots, lapses, spendings, refunds, multipliers,
 * and which source is believed. */
#include "facts-bench.h"

static const struct tier_rule tiers[] = {
    {"Leaf", 0, 10000}, {"Bud", 10000, 15000}, {"Bloom", 30000, 20000}};
static const struct reward_rule rewards[] = {{"A strainer", 50}, {"A tin", 120}};

/* A point a euro, good for 12 months; tiers by what was spent in 12 months. */
static struct points_scheme
by_spend(void)
{
    return (struct points_scheme){.currency = "EUR",
                                  .per_unit_bp = 10000,
                                  .lasts_months = 12,
                                  .notice_days = 60,
                                  .window_months = 12,
                                  .tiers = tiers,
                                  .tier_count = 3,
                                  .rewards = rewards,
                                  .reward_count = 2};
}

static void
spent(struct bench *bench, const char *when, int64_t points)
{
    struct history *history = &bench->history;
    struct points_spent *more =
        arena_make_array(bench->arena, history->spent_count + 1, sizeof *more);

    assert_non_null(more);
    if (history->spent_count > 0)
        memcpy(more, history->spent, history->spent_count * sizeof *more);
    more[history->spent_count++] = (struct points_spent){at(when), points, "A tin"};
    history->spent = more;
}

static void
cost(struct bench *bench, int64_t minor)
{
    line(bench, "TEA-1", "tea", 1)->unit_price.minor = minor;
}

static void
a_first_order_earns_points_and_holds_none(void **state)
{
    struct bench *b = *state;
    struct points_scheme scheme = by_spend();

    b->settings.points = &scheme;
    cost(b, 2590);
    make_facts(b);
    expect(b, "points", "0");
    expect(b, "points-earned", "25"); /* rounded down */
    expect(b, "tier", "Leaf");
    expect(b, "next-tier", "Bud");
    expect(b, "spend-to-next", "10000");
    expect(b, "points-to-next", "unknown");
    expect(b, "tier-progress", "25"); /* with this order */
    expect(b, "risen-to", "");
    expect(b, "is-member", "true");
    expect(b, "reward", "");
    expect(b, "next-reward", "A strainer");
    expect(b, "points-to-reward", "50");
    expect(b, "points-expiring", "0");
    expect(b, "points-expire-on", "");
}

static void
a_tier_multiplies_what_is_earned_while_it_is_held(void **state)
{
    struct bench *b = *state;
    struct points_scheme scheme = by_spend();

    b->settings.points = &scheme;
    past(b, "2026-01-10", 12000); /* as a Leaf: 120, and a Bud from here */
    past(b, "2026-02-10", 1000);  /* as a Bud: 15 */
    cost(b, 1000);
    make_facts(b);
    expect(b, "points", "135");
    expect(b, "tier", "Bud");
    expect(b, "points-earned", "15");
    expect(b, "spend-to-next", "17000");
    expect(b, "reward", "A tin");
    expect(b, "reward-points", "120");
    expect(b, "next-reward", "");
    expect(b, "points-to-reward", "unknown");
}

static void
the_order_that_lifts_to_a_tier_says_so(void **state)
{
    struct bench *b = *state;
    struct points_scheme scheme = by_spend();

    b->settings.points = &scheme;
    past(b, "2026-05-01", 9000);
    cost(b, 999);
    expect_now(b, "risen-to", "");
    b->order.lines[0].unit_price.minor = 1000;
    make_facts(b);
    expect(b, "risen-to", "Bud");
    expect(b, "tier", "Leaf"); /* without this order */
    expect(b, "points-earned", "10"); /* the multiplier comes with the next one */
    expect(b, "tier-progress", "0"); /* from Bud on */
    b->order.lines[0].unit_price.minor = 90000;
    make_facts(b);
    expect(b, "risen-to", "Bloom");
    expect(b, "tier-progress", "100");
}

static void
spend_leaves_the_window_on_the_day_after_a_year(void **state)
{
    struct bench *b = *state;
    struct points_scheme scheme = by_spend();

    b->settings.points = &scheme;
    past(b, "2025-11-22", 15000);
    expect_now(b, "tier", "Bud");
    b->history.orders[0].placed_at_s = at("2025-11-21");
    expect_now(b, "tier", "Leaf");
    scheme.window_months = 0;
    expect_now(b, "tier", "Bud");
}

static void
points_are_good_to_the_end_of_their_last_day(void **state)
{
    struct bench *b = *state;
    struct points_scheme scheme = by_spend();
    static const struct {
        const char *earned, *points, *expiring, *days, *on;
    } cases[] = {
        {"2025-11-21", "0", "0", "unknown", ""}, /* was good until yesterday */
        {"2025-11-22", "40", "40", "0", "2026-11-22"},
        {"2025-11-23", "40", "40", "1", "2026-11-23"},
        {"2026-01-21", "40", "40", "60", "2027-01-21"},
        {"2026-01-22", "40", "0", "unknown", ""}, /* too early to be told */
    };

    b->settings.points = &scheme;
    past(b, "2026-01-01", 4000);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        b->history.orders[0].placed_at_s = at(cases[i].earned);
        make_facts(b);
        expect(b, "points", cases[i].points);
        expect(b, "points-expiring", cases[i].expiring);
        expect(b, "days-to-expiry", cases[i].days);
        expect(b, "points-expire-on", cases[i].on);
    }
    scheme.lasts_months = 0;
    b->history.orders[0].placed_at_s = at("2019-01-01");
    make_facts(b);
    expect(b, "points", "40");
    expect(b, "points-expiring", "0");
}

static void
points_of_a_long_month_lapse_at_the_end_of_a_short_one(void **state)
{
    struct bench *b = *state;
    struct points_scheme scheme = by_spend();

    b->settings.points = &scheme;
    scheme.lasts_months = 1;
    past(b, "2026-01-31", 4000);
    b->order.placed_at_s = at("2026-02-28");
    expect_now(b, "points-expire-on", "2026-02-28");
    b->order.placed_at_s = at("2026-03-01");
    expect_now(b, "points", "0");
}

static void
only_those_that_lapse_first_are_announced(void **state)
{
    struct bench *b = *state;
    struct points_scheme scheme = by_spend();

    b->settings.points = &scheme;
    past(b, "2025-12-01", 1000);
    past(b, "2025-12-01T20:00:00Z", 700);
    past(b, "2025-12-20", 5000);
    make_facts(b);
    expect(b, "points", "67");
    expect(b, "points-expiring", "17");
    expect(b, "points-expire-on", "2026-12-01");
}

static void
spending_takes_the_oldest_points_first(void **state)
{
    struct bench *b = *state;
    struct points_scheme scheme = by_spend();

    b->settings.points = &scheme;
    past(b, "2025-12-01", 4000);
    past(b, "2026-06-01", 6000);
    spent(b, "2026-07-01", 30);
    make_facts(b);
    expect(b, "points", "70");
    expect(b, "points-expiring", "10");
    spent(b, "2026-08-01", 50);
    make_facts(b);
    expect(b, "points", "20");
    expect(b, "points-expiring", "0");
    expect(b, "tier", "Bud"); /* spent points were earned all the same */
}

static void
spending_does_not_touch_what_had_lapsed_or_came_later(void **state)
{
    struct bench *b = *state;
    struct points_scheme scheme = by_spend();

    b->settings.points = &scheme;
    past(b, "2024-01-01", 9000);  /* lapsed when they were spent */
    past(b, "2025-12-01", 4000);
    spent(b, "2026-01-01", 10);
    past(b, "2026-06-01", 6000);
    spent(b, "2026-11-23", 90); /* after this order */
    make_facts(b);
    expect(b, "points", "90");
    expect(b, "points-expiring", "30");
}

static void
who_spent_more_than_there_was_owes_it_to_the_next_points(void **state)
{
    struct bench *b = *state;
    struct points_scheme scheme = by_spend();

    b->settings.points = &scheme;
    past(b, "2026-01-01", 5000);
    spent(b, "2026-02-01", 50);
    b->history.orders[0].refunded.minor = 3000; /* 20 were true */
    expect_now(b, "points", "0");
    past(b, "2026-03-01", 4000);
    expect_now(b, "points", "10");
}

static void
refunds_and_cancelled_orders_are_taken_off(void **state)
{
    struct bench *b = *state;
    struct points_scheme scheme = by_spend();

    b->settings.points = &scheme;
    past(b, "2026-01-01", 9000)->refunded.minor = 9000;
    past(b, "2026-02-01", 9000)->state = PAST_CANCELLED;
    past(b, "2026-03-01", 2000)->refunded.minor = 550;
    make_facts(b);
    expect(b, "points", "14");
    expect(b, "spend-to-next", "8550");
}

static void
other_currencies_earn_nothing(void **state)
{
    struct bench *b = *state;
    struct points_scheme scheme = by_spend();
    struct past_order *order = past(b, "2026-03-01", 9000);

    b->settings.points = &scheme;
    memcpy(order->total.currency, "USD", 4);
    past(b, "2026-03-02", 1000);
    cost(b, 5000);
    b->order.currency = "USD";
    make_facts(b);
    expect(b, "points", "10");
    expect(b, "points-earned", "0");
    expect(b, "spend-to-next", "unknown"); /* euros would be printed as dollars */
}

static void
yen_are_whole_and_dinars_have_three_decimals(void **state)
{
    struct points_scheme scheme = by_spend();
    (void)state;

    memcpy(scheme.currency, "JPY", 4);
    scheme.per_unit_bp = 100; /* a point for 100 yen */
    assert_int_equal(loyalty_points(&scheme, NULL, 5499), 54);
    memcpy(scheme.currency, "KWD", 4);
    scheme.per_unit_bp = 10000;
    assert_int_equal(loyalty_points(&scheme, NULL, 5499), 5);
    assert_int_equal(loyalty_points(&scheme, &tiers[1], 5499), 8);
    assert_int_equal(loyalty_points(&scheme, NULL, -1), 0);
    assert_true(loyalty_points(&scheme, NULL, INT64_MAX) > 0);
}

static void
tiers_may_go_by_points(void **state)
{
    static const struct tier_rule by_points[] = {
        {"Leaf", 0, 10000}, {"Bud", 200, 20000}, {"Bloom", 600, 20000}};
    struct bench *b = *state;
    struct points_scheme scheme = by_spend();

    scheme.tiers = by_points;
    scheme.tiers_by_points = true;
    scheme.per_unit_bp = 100000;
    b->settings.points = &scheme;
    past(b, "2026-01-01", 1500);
    spent(b, "2026-02-01", 100);
    cost(b, 600);
    make_facts(b);
    expect(b, "tier", "Leaf");
    expect(b, "points", "50");
    expect(b, "points-to-next", "50"); /* 150 were earned */
    expect(b, "spend-to-next", "unknown");
    expect(b, "points-earned", "60");
    expect(b, "risen-to", "Bud");
    expect(b, "tier-progress", "2"); /* 210 of 200 to 600 */
}

static void
the_points_service_goes_before_the_shops_scheme(void **state)
{
    struct bench *b = *state;
    struct points_scheme scheme = by_spend();

    b->settings.points = &scheme;
    past(b, "2026-01-10", 12000);
    b->history.tier = "Gold";
    b->history.points = 130;
    b->history.points_to_next = 70;
    b->history.next_tier = "Platinum";
    b->history.points_expiring = 40;
    b->history.points_expire_s = at("2026-12-31");
    b->history.risen_from = "Silver";
    make_facts(b);
    expect(b, "tier", "Gold");
    expect(b, "points", "130");
    expect(b, "points-to-next", "70");
    expect(b, "tier-progress", "65");
    expect(b, "points-earned", "unknown");
    expect(b, "points-expiring", "40");
    expect(b, "days-to-expiry", "39");
    expect(b, "risen-to", "Gold");
    expect(b, "reward", "A tin"); /* rewards are the shop's */
    b->history.points_expire_s = at("2026-11-21");
    expect_now(b, "points-expiring", "0");
}

static void
no_balance_comes_from_half_a_history_or_for_a_guest(void **state)
{
    struct bench *b = *state;
    struct points_scheme scheme = by_spend();

    b->settings.points = &scheme;
    past(b, "2026-01-10", 12000);
    b->history.is_partial = true;
    make_facts(b);
    expect(b, "points", "unknown");
    expect(b, "is-member", "false");
    expect(b, "points-expiring", "unknown");
    b->history.is_partial = false;
    b->order.customer.id = NULL;
    expect_now(b, "is-member", "false");
}

static void
a_leaderboard_place_needs_its_own_consent(void **state)
{
    struct bench *b = *state;

    b->history.place = 3;
    b->history.place_of = 120;
    b->order.customer.consents = CONSENT_MARKETING;
    make_facts(b);
    expect(b, "leaderboard-place", "unknown");
    expect(b, "consent-leaderboard", "false");
    b->order.customer.consents = CONSENT_LEADERBOARD;
    make_facts(b);
    expect(b, "leaderboard-place", "3");
    expect(b, "leaderboard-size", "120");
    expect(b, "consent-leaderboard", "true");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_first_order_earns_points_and_holds_none),
        TEST(a_tier_multiplies_what_is_earned_while_it_is_held),
        TEST(the_order_that_lifts_to_a_tier_says_so),
        TEST(spend_leaves_the_window_on_the_day_after_a_year),
        TEST(points_are_good_to_the_end_of_their_last_day),
        TEST(points_of_a_long_month_lapse_at_the_end_of_a_short_one),
        TEST(only_those_that_lapse_first_are_announced),
        TEST(spending_takes_the_oldest_points_first),
        TEST(spending_does_not_touch_what_had_lapsed_or_came_later),
        TEST(who_spent_more_than_there_was_owes_it_to_the_next_points),
        TEST(refunds_and_cancelled_orders_are_taken_off),
        TEST(other_currencies_earn_nothing),
        TEST(yen_are_whole_and_dinars_have_three_decimals),
        TEST(tiers_may_go_by_points),
        TEST(the_points_service_goes_before_the_shops_scheme),
        TEST(no_balance_comes_from_half_a_history_or_for_a_guest),
        TEST(a_leaderboard_place_needs_its_own_consent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
