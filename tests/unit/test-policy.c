/* Off-policy estimates on a bandit whose truth is known: they are right as often as they
 * say, tell the better policy from the worse, and refuse where the log says too little. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "stats/policy.h"
#include "stats/random.h"

#include <math.h>

#define CONTEXTS 3
#define ACTIONS 3

static void
check_near(double is, double should, double tolerance, int line)
{
    if (!(fabs(is - should) <= tolerance))
        fail_msg("line %d: %.15g is not %.15g", line, is, should);
}
#define near(is, should, tolerance) check_near(is, should, tolerance, __LINE__)

/* Customers of three kinds, three offers; how often each is a success. */
static const double truth[CONTEXTS][ACTIONS] = {
    {0.10, 0.30, 0.20}, {0.25, 0.05, 0.15}, {0.02, 0.04, 0.30}};
static const double kinds[CONTEXTS] = {5, 3, 2};
/* What was done, what is asked about, and what is a little better than that. */
static const double old[CONTEXTS][ACTIONS] = {
    {0.6, 0.2, 0.2}, {0.2, 0.6, 0.2}, {0.4, 0.4, 0.2}};
static const double new[CONTEXTS][ACTIONS] = {
    {0.1, 0.7, 0.2}, {0.8, 0.1, 0.1}, {0.1, 0.1, 0.8}};
static const double best[CONTEXTS][ACTIONS] = {{0, 1, 0}, {1, 0, 0}, {0, 0, 1}};
/* A model that is wrong everywhere, but not useless. */
static const double model[CONTEXTS][ACTIONS] = {
    {0.15, 0.25, 0.25}, {0.2, 0.1, 0.1}, {0.05, 0.0, 0.2}};

static double
expected(const double policy[ACTIONS], const double of[ACTIONS])
{
    double sum = 0.0;

    for (size_t i = 0; i < ACTIONS; i++)
        sum += policy[i] * of[i];
    return sum;
}

static double
true_value(const double policy[CONTEXTS][ACTIONS])
{
    double sum = 0.0;

    for (size_t i = 0; i < CONTEXTS; i++)
        sum += kinds[i] / 10 * expected(policy[i], truth[i]);
    return sum;
}

struct event {
    size_t context, action;
    double reward;
};

static struct event
happen(struct random *random)
{
    struct event event;

    event.context = random_choice(random, kinds, CONTEXTS);
    event.action = random_choice(random, old[event.context], ACTIONS);
    /* spend, not only success: mean 1 where there is one */
    event.reward = random_uniform(random) < truth[event.context][event.action]
                       ? random_exponential(random)
                       : 0.0;
    return event;
}

static struct policy_row
row_of(const struct event *event, const double policy[CONTEXTS][ACTIONS])
{
    return (struct policy_row){
        .reward = event->reward,
        .logged = old[event->context][event->action],
        .wanted = policy[event->context][event->action],
        .model_logged = model[event->context][event->action],
        .model_wanted = expected(policy[event->context], model[event->context]),
    };
}

static bool
is_inside(const struct estimate *estimate, double value)
{
    return estimate->low <= value && value <= estimate->high;
}

static void
a_small_log_is_reckoned_by_hand(void **state)
{
    /* rewards 1 0 2 4, weights 2 ½ 0 1 */
    static const struct policy_row rows[] = {
        {1, 0.25, 0.5, 0, 1.0, 1.5},
        {0, 0.5, 0.25, 0, 0.5, 1.0},
        {2, 0.5, 0.0, 0, 1.0, 1.0},
        {4, 0.3, 0.3, 0, 3.0, 3.5},
    };
    struct policy whole = {0}, halves[2] = {{0}}, clipped = {0};
    (void)state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct policy_unit unit = {0};
        policy_add(&whole, &rows[i]);
        policy_add(&halves[i / 2], &rows[i]);
        policy_unit_add(&unit, &rows[i], 1.0);
        policy_add_unit(&clipped, &unit);
    }
    policy_merge(&halves[0], &halves[1]);
    const struct policy *policies[] = {&whole, &halves[0]};
    for (size_t i = 0; i < COUNT_OF(policies); i++) {
        struct policy_value value = policy_value(policies[i], 0.95);
        near(value.ips.value, 6.0 / 4, 1e-15);
        /* terms 2 0 0 4 about 1.5: 0.25 + 2.25 + 2.25 + 6.25 = 11 */
        near(value.ips.error, sqrt(11.0 / 3 / 4), 1e-14);
        near(value.snips.value, 6.0 / 3.5, 1e-15);
        /* Σ w² (r - 12/7)² = 4 × 25/49 + ¼ × 144/49 + 256/49 = 392/49 */
        near(value.snips.error, sqrt(392.0 / 49 * 4 / 3) / 3.5, 1e-14);
        /* terms 1.5 + 0, 1 - ¼, 1, 3.5 + 1 */
        near(value.robust.value, 7.75 / 4, 1e-14);
        near(value.followed.value, 7.0 / 4, 1e-15);
        near(value.effective, 3.5 * 3.5 / 5.25, 1e-14);
        near(value.carriers, 20.0 * 20.0 / (16 + 256), 1e-14); /* 2 and 4 */
        near(value.ips.degrees, 400.0 / 272 - 1, 1e-14);
        near(value.largest, 2 / 3.5, 1e-15);
        near(value.mean_weight, 3.5 / 4, 1e-15);
        near(value.clipped_rows, 0.0, 0);
        assert_int_equal(value.verdict, POLICY_TOO_THIN);
    }
    struct policy_value value = policy_value(&clipped, 0.95);
    near(value.ips.value, 5.0 / 4, 1e-15);
    near(value.snips.value, 5.0 / 2.5, 1e-15);
    near(value.clipped_rows, 0.25, 0);
    near(value.clipped_weight, 1 / 3.5, 1e-15);
    near(value.mean_weight, 3.5 / 4, 1e-15);
}

static void
intervals_hold_the_true_value_as_often_as_stated(void **state)
{
    enum { LOGS = 1000, ROWS = 1500 };
    int ips = 0, snips = 0, robust = 0, gain_ips = 0, gain_snips = 0, gain_robust = 0;
    int sound = 0;
    double value = true_value(new), gain = value - true_value(old);
    struct moments errors[4] = {{0}};
    (void)state;

    for (uint64_t nth = 0; nth < LOGS; nth++) {
        struct policy_pair pair = {0};
        struct random random;
        random_init_nth(&random, 4, nth);
        for (int i = 0; i < ROWS; i++) {
            struct event event = happen(&random);
            struct policy_row wanted = row_of(&event, new), same = row_of(&event, old);
            policy_pair_add(&pair, &wanted, &same);
        }
        struct policy_value first = policy_value(&pair.first, 0.95);
        struct policy_gain more = policy_gain(&pair, 0.95);
        sound += first.verdict == POLICY_SOUND && more.verdict == POLICY_SOUND;
        ips += is_inside(&first.ips, value);
        snips += is_inside(&first.snips, value);
        robust += is_inside(&first.robust, value);
        gain_ips += is_inside(&more.ips, gain);
        gain_snips += is_inside(&more.snips, gain);
        gain_robust += is_inside(&more.robust, gain);
        moments_add(&errors[0], first.snips.value);
        moments_add(&errors[1], first.snips.error);
        moments_add(&errors[2], more.snips.value);
        moments_add(&errors[3], more.snips.error);
    }
    print_message("of %d logs the 95 %% interval held the truth: IPS %d, SNIPS %d, DR %d; of "
                  "the gain %d, %d, %d\n",
                  LOGS, ips, snips, robust, gain_ips, gain_snips, gain_robust);
    /* binomial(1000, 0.95) with 3.3 deviations: 927 … 973 */
    assert_in_range(ips, 927, 973);
    assert_in_range(snips, 927, 973);
    assert_in_range(robust, 927, 973);
    assert_in_range(gain_ips, 927, 973);
    assert_in_range(gain_snips, 927, 973);
    assert_in_range(gain_robust, 927, 973);
    assert_true(sound >= 990); /* the refusals are for the odd log */
    near(errors[0].mean, value, 4 * sqrt(moments_variance(&errors[0]) / LOGS));
    near(errors[1].mean / sqrt(moments_variance(&errors[0])), 1.0, 0.08);
    near(errors[2].mean, gain, 4 * sqrt(moments_variance(&errors[2]) / LOGS));
    near(errors[3].mean / sqrt(moments_variance(&errors[2])), 1.0, 0.08);
}

static void
the_orders_of_one_customer_are_not_taken_for_many_customers(void **state)
{
    enum { LOGS = 500, PEOPLE = 400 };
    int by_customer = 0, by_order = 0, gains = 0;
    double value = true_value(new), gain = value - true_value(old);
    (void)state;

    for (uint64_t nth = 0; nth < LOGS; nth++) {
        struct policy orders = {0};
        struct policy_pair people = {0};
        struct random random;
        random_init_nth(&random, 21, nth);
        for (int i = 0; i < PEOPLE; i++) {
            /* who he is holds for all his orders, and they are alike */
            struct policy_unit wanted = {0}, same = {0};
            struct event event = happen(&random);
            for (int j = 0; j < 6; j++) {
                struct policy_row row = row_of(&event, new);
                row.reward *= 0.5 + random_uniform(&random);
                policy_add(&orders, &row);
                policy_unit_add(&wanted, &row, 0.0);
                row.wanted = row.logged;
                policy_unit_add(&same, &row, 0.0);
            }
            policy_pair_add_units(&people, &wanted, &same);
        }
        struct policy_value known = policy_value(&people.first, 0.95);
        struct policy_value believed = policy_value(&orders, 0.95);
        struct policy_gain more = policy_gain(&people, 0.95);
        near(known.snips.value, believed.snips.value, 1e-9);
        by_customer += is_inside(&known.snips, value);
        by_order += is_inside(&believed.snips, value);
        gains += is_inside(&more.snips, gain);
    }
    assert_in_range(by_customer, 459, 491); /* 95 % and 3.3 deviations */
    assert_in_range(gains, 459, 491);
    assert_true(by_order < 350);
}

static void
where_few_buy_and_spend_differs_the_interval_is_still_honest(void **state)
{
    static const double logged[] = {0.5, 0.3, 0.2}, wanted[] = {0.2, 0.2, 0.6};
    double truth_here = 0.01 * exp(3.0 + 0.5 * 0.8 * 0.8);
    int inside = 0, normal = 0;
    (void)state;

    for (uint64_t nth = 0; nth < 1000; nth++) {
        struct policy policy = {0};
        struct random random;
        random_init_nth(&random, 5, nth);
        for (int i = 0; i < 1500; i++) {
            size_t action = random_choice(&random, logged, 3);
            struct policy_row row = {0.0, logged[action], wanted[action], 0.0, NAN, NAN};
            if (random_uniform(&random) < 0.01)
                row.reward = exp(3.0 + 0.8 * random_normal(&random));
            policy_add(&policy, &row);
        }
        struct policy_value value = policy_value(&policy, 0.95);
        inside += is_inside(&value.snips, truth_here);
        normal += fabs(value.snips.value - truth_here) < 1.96 * value.snips.error;
    }
    assert_in_range(inside, 920, 1000);
    assert_true(normal < 860); /* what it would be without */
}

static void
a_good_model_makes_the_estimate_sharper_and_a_bad_one_does_not_bend_it(void **state)
{
    struct policy plain = {0}, good = {0}, absurd = {0}, none = {0};
    struct random random;
    (void)state;

    random_init(&random, 9);
    for (int i = 0; i < 50000; i++) {
        struct event event = happen(&random);
        struct policy_row row = row_of(&event, new);
        policy_add(&plain, &row);
        row.model_logged = truth[event.context][event.action];
        row.model_wanted = expected(new[event.context], truth[event.context]);
        policy_add(&good, &row);
        row.model_logged = row.model_wanted = 3.0;
        policy_add(&absurd, &row);
        row.model_wanted = i == 7 ? NAN : 0.0; /* one row without */
        policy_add(&none, &row);
    }
    struct policy_value sharp = policy_value(&good, 0.99);
    struct policy_value bent = policy_value(&absurd, 0.99);
    assert_true(sharp.robust.error < 0.97 * sharp.ips.error);
    assert_true(bent.robust.error > bent.ips.error);
    assert_true(is_inside(&sharp.robust, true_value(new)));
    assert_true(is_inside(&bent.robust, true_value(new)));
    assert_true(isnan(policy_value(&none, 0.99).robust.value));
    assert_int_equal(policy_value(&none, 0.99).verdict, POLICY_SOUND);
}

static void
the_better_policy_is_told_from_the_worse_on_the_same_log(void **state)
{
    struct policy_pair pair = {0}, alike = {0};
    struct random random;
    (void)state;

    random_init(&random, 10);
    for (int i = 0; i < 20000; i++) {
        struct event event = happen(&random);
        struct policy_row one = row_of(&event, best), other = row_of(&event, new);
        policy_pair_add(&pair, &one, &other);
        policy_pair_add(&alike, &other, &other);
    }
    struct policy_gain gain = policy_gain(&pair, 0.95);
    double apart = hypot(policy_value(&pair.first, 0.95).snips.error,
                         policy_value(&pair.second, 0.95).snips.error);
    assert_int_equal(gain.verdict, POLICY_SOUND);
    assert_true(estimate_tells(&gain.snips) && gain.snips.value > 0.0);
    assert_true(is_inside(&gain.snips, true_value(best) - true_value(new)));
    assert_true(gain.snips.error < 0.8 * apart);
    /* a policy against itself: no difference, and none is claimed */
    gain = policy_gain(&alike, 0.95);
    near(gain.snips.value, 0.0, 0);
    assert_false(estimate_tells(&gain.snips));
    assert_false(estimate_tells(&gain.robust));
}

/* A log of `rows` choices among `actions`, each as likely, asked about always the first. */
static struct policy_value
value_of_one_among(double actions, int rows)
{
    struct policy policy = {0};

    for (int i = 0; i < rows; i++)
        policy_add(&policy,
                   &(struct policy_row){
                       .reward = i % 5 == 0,
                       .logged = 1.0 / actions,
                       .wanted = i % (int)actions == 0,
                       .model_logged = NAN,
                       .model_wanted = NAN,
                   });
    return policy_value(&policy, 0.95);
}

static void
a_log_that_says_too_little_is_refused(void **state)
{
    struct policy policy = {0};
    struct policy_row row = {1.0, 0.5, 0.5, 0.0, NAN, NAN};
    (void)state;

    assert_int_equal(policy_value(&policy, 0.95).verdict, POLICY_NO_ROWS);
    assert_true(isnan(policy_value(&policy, 0.95).snips.value));

    assert_int_equal(value_of_one_among(4, 1000).verdict, POLICY_SOUND);
    assert_int_equal(value_of_one_among(4, 360).verdict, POLICY_TOO_THIN); /* 90 rows */
    assert_int_equal(value_of_one_among(200, 30000).verdict, POLICY_TOO_THIN); /* ½ % */

    /* one row of 1000 carries 1/11 of the weight */
    for (int i = 0; i < 1000; i++) {
        row.reward = i % 2;
        row.logged = row.wanted = 0.5;
        policy_add(&policy, &row);
    }
    assert_int_equal(policy_value(&policy, 0.95).verdict, POLICY_SOUND);
    row.logged = 0.01;
    row.wanted = 1.0;
    policy_add(&policy, &row);
    assert_int_equal(policy_value(&policy, 0.95).verdict, POLICY_TOO_THIN);
    near(policy_value(&policy, 0.95).largest, 100.0 / 1100, 1e-12);

    /* a probability of 0 of what was done is no probability */
    row.logged = 0.0;
    policy_add(&policy, &row);
    assert_int_equal(policy_value(&policy, 0.95).verdict, POLICY_NO_ROWS);
    near(policy.broken, 1, 0);
    row = (struct policy_row){NAN, 0.5, 0.5, 0.0, NAN, NAN};
    policy_add(&policy, &row);
    row = (struct policy_row){1.0, 0.5, 1.5, 0.0, NAN, NAN};
    policy_add(&policy, &row);
    near(policy.broken, 3, 0);
    near(policy.rows, 1001, 0);

    /* overlap enough, but two customers brought all there is */
    struct policy sparse = {0};
    for (int i = 0; i < 1000; i++)
        policy_add(&sparse, &(struct policy_row){i < 2 ? 50.0 : 0.0, 0.5, 0.5, 0, NAN, NAN});
    assert_int_equal(policy_value(&sparse, 0.95).verdict, POLICY_TOO_THIN);
    near(policy_value(&sparse, 0.95).carriers, 2.0, 1e-12);
    near(policy_value(&sparse, 0.95).effective, 1000.0, 1e-9);
}

static void
what_was_never_tried_cannot_be_valued(void **state)
{
    struct policy told = {0}, seen = {0}, wrong = {0}, never = {0};
    struct random random;
    (void)state;

    random_init(&random, 6);
    for (int i = 0; i < 5000; i++) {
        double reward = random_uniform(&random);
        struct policy_row row = {reward, 0.5, 0.5, 0.05, NAN, NAN};
        policy_add(&told, &row);
        /* a third of the new choices is an action that the log does not have */
        bool is_first = random_uniform(&random) < 0.5;
        row = (struct policy_row){reward, 0.5, is_first ? 0.4 : 0.3, 0.0, NAN, NAN};
        policy_add(&seen, &row);
        /* logged as rarer than it was */
        row = (struct policy_row){reward, is_first ? 0.5 : 0.25, is_first ? 0.5 : 0.5, 0.0,
                                  NAN, NAN};
        policy_add(&wrong, &row);
        row = (struct policy_row){reward, 0.5, 0.0, 0.0, NAN, NAN};
        policy_add(&never, &row);
    }
    assert_int_equal(policy_value(&told, 0.95).verdict, POLICY_UNREACHED);
    assert_int_equal(policy_value(&seen, 0.95).verdict, POLICY_UNREACHED);
    assert_int_equal(policy_value(&wrong, 0.95).verdict, POLICY_MISLOGGED);
    assert_int_equal(policy_value(&never, 0.95).verdict, POLICY_UNREACHED);
    near(policy_value(&seen, 0.95).mean_weight, 0.7, 0.01);
    for (int verdict = POLICY_SOUND; verdict <= POLICY_TOO_THIN; verdict++)
        assert_true(policy_verdict_text((enum policy_verdict)verdict)[0] != '\0');
}

static void
clipping_trades_spread_for_a_bias_that_is_told(void **state)
{
    struct policy plain = {0}, clipped = {0};
    struct random random;
    (void)state;

    random_init(&random, 12);
    for (int i = 0; i < 20000; i++) {
        struct event event = happen(&random);
        struct policy_row row = row_of(&event, best);
        struct policy_unit unit = {0};
        policy_add(&plain, &row);
        policy_unit_add(&unit, &row, 2.0);
        policy_add_unit(&clipped, &unit);
    }
    struct policy_value free = policy_value(&plain, 0.95);
    struct policy_value held = policy_value(&clipped, 0.95);
    assert_true(held.ips.error < free.ips.error);
    assert_true(held.ips.high < true_value(best)); /* IPS loses the weight it clips */
    assert_true(is_inside(&free.ips, true_value(best)));
    near(free.clipped_weight, 0.0, 0);
    near(held.clipped_weight, 0.6, 0.02); /* weights of 5 become 2 */
    near(held.mean_weight, free.mean_weight, 1e-12);
    near(held.effective, free.effective, 1e-6); /* all weights were alike */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_log_is_reckoned_by_hand),
        cmocka_unit_test(intervals_hold_the_true_value_as_often_as_stated),
        cmocka_unit_test(the_orders_of_one_customer_are_not_taken_for_many_customers),
        cmocka_unit_test(where_few_buy_and_spend_differs_the_interval_is_still_honest),
        cmocka_unit_test(a_good_model_makes_the_estimate_sharper_and_a_bad_one_does_not_bend_it),
        cmocka_unit_test(the_better_policy_is_told_from_the_worse_on_the_same_log),
        cmocka_unit_test(a_log_that_says_too_little_is_refused),
        cmocka_unit_test(what_was_never_tried_cannot_be_valued),
        cmocka_unit_test(clipping_trades_spread_for_a_bias_that_is_told),
    };
    return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
