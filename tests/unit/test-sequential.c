/* Looking every day: a thousand experiments in which nothing works raise false alarms at
 * the stated rate, looked at once or always, and real effects are found when promised. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "stats/compare.h"
#include "stats/power.h"
#include "stats/random.h"
#include "stats/sample-ratio.h"
#include "stats/sequential.h"
#include "stats/several.h"

#include <math.h>

#define EXPERIMENTS 1000
#define DAYS 60
#define DAILY 100 /* units of each group */

static void
check_near(double is, double should, double tolerance, int line)
{
    if (!(fabs(is - should) <= tolerance))
        fail_msg("line %d: %.15g is not %.15g", line, is, should);
}
#define near(is, should, tolerance) check_near(is, should, tolerance, __LINE__)

/* Most spend nothing, some a little, few much: what shops see. */
static double
spend(struct random *random, double buyers)
{
    return random_uniform(random) < buyers
               ? exp(3.0 + 0.8 * random_normal(random))
               : 0.0;
}

static void
the_interval_is_the_published_formula(void **state)
{
    struct sequence sequence = SEQUENCE_DEFAULT;
    double k = -2.0 * log(0.05) + log(1.0 - 2.0 * log(0.05)), least = INFINITY;
    struct estimate estimate = sequence_estimate(&sequence, 2.5, 1.0, 3000, 1500);
    (void)state;

    /* at the best place n ρ² is k = 7.936, and the interval is 3.035 errors wide */
    near(sequence_errors(&sequence, 3000), 3.035208990376253, 1e-12);
    near(estimate.low, 2.5 - 3.035208990376253, 1e-12);
    near(estimate.high, 2.5 + 3.035208990376253, 1e-12);
    near(estimate.p, sqrt(k + 1) * exp(-2.5 * 2.5 * k / 2 / (k + 1)), 1e-12);
    /* p is the α at which a bound is 0 */
    struct estimate edge = sequence_estimate(&sequence, 3.035208990376253, 1.0, 3000, 1500);
    near(edge.p, 0.05, 1e-12);

    /* no other choice of ρ makes it narrower there, but for the approximation (10⁻³) */
    for (double best_at = 300; best_at < 3e4; best_at *= 1.1) {
        struct sequence other = {0.95, best_at, 100};
        least = fmin(least, sequence_errors(&other, 3000));
    }
    near(least, 3.035208990376253, 2e-3);
    /* a third and thirty times of it lose little */
    assert_true(sequence_errors(&sequence, 1000) < 1.125 * least);
    assert_true(sequence_errors(&sequence, 90000) < 1.125 * least);
}

static void
before_there_are_enough_nothing_is_said(void **state)
{
    struct sequence sequence = SEQUENCE_DEFAULT;
    struct moments few = {99, 10.0, 99.0}, enough = {100, 1.0, 99.0}, none = {0};
    struct moments nothing_spent = {5000, 0.0, 0.0};
    (void)state;

    struct estimate early = sequence_means(&sequence, &few, &enough);
    near(early.value, 9.0, 0);
    assert_true(isinf(early.low) && isinf(early.high) && early.p == 1.0);
    struct estimate first = sequence_means(&sequence, &enough, &enough);
    assert_true(isfinite(first.low));
    assert_true(isinf(sequence_means(&sequence, &none, &none).high));
    assert_true(isinf(sequence_means(&sequence, &nothing_spent, &nothing_spent).high));
    assert_true(isinf(sequence_mean(&sequence, &nothing_spent).high));
    assert_true(isnan(sequence_errors(&sequence, 0)));
    assert_true(isinf(sequence_rates(&sequence, &(struct tally){0, 0}, &(struct tally){0, 0})
                          .high));
    /* no success in either group is not certainty */
    struct estimate rates =
        sequence_rates(&sequence, &(struct tally){500, 0}, &(struct tally){500, 0});
    near(rates.value, 0.0, 0);
    assert_true(rates.low < -0.005 && rates.high > 0.005);
}

static void
looks_are_kept_together(void **state)
{
    struct estimate known = {1.0, 0.5, -0.5, 2.5, 0.3, INFINITY};
    struct estimate next = {1.2, 0.4, 0.1, 2.3, 0.02, INFINITY};
    struct estimate vague = {1.1, 0.4, -0.1, 3.0, 0.2, INFINITY};
    struct estimate other = {9.0, 0.4, 7.0, 11.0, 0.001, INFINITY};
    (void)state;

    assert_true(sequence_narrow(&known, &next));
    assert_true(sequence_narrow(&known, &vague));
    near(known.value, 1.1, 0);
    near(known.low, 0.1, 0);
    near(known.high, 2.3, 0);
    near(known.p, 0.02, 0);
    assert_false(sequence_narrow(&known, &other)); /* the effect has changed */
    near(known.high, 2.3, 0);
    near(known.p, 0.02, 0);
}

struct alarms {
    int once, always, naive; /* at the end; on some day by the sequence; in a naive way */
    int rates_once, rates_always;
    int arms_once, arms_always; /* of three arms, at least one by Holm */
    int ratio, ratio_once;
};

/* One experiment in which nothing works: four groups, sixty days. */
static void
run_null(uint64_t nth, struct alarms *alarms)
{
    const struct sequence sequence = SEQUENCE_DEFAULT;
    struct moments groups[4] = {{0}};
    struct tally tallies[2] = {{0}};
    double sizes[2] = {0}, p[3], lowest[3] = {1, 1, 1};
    bool is_always = false, is_naive = false, is_rates = false, is_ratio = false;
    struct random random;

    random_init_nth(&random, 2026, nth);
    for (int day = 0; day < DAYS; day++) {
        for (int i = 0; i < 4 * DAILY; i++)
            moments_add(&groups[i % 4], spend(&random, 0.08));
        for (int i = 0; i < 2 * DAILY; i++) {
            size_t group = random_below(&random, 2);
            sizes[group]++;
            tallies[group].tries++;
            tallies[group].successes += random_uniform(&random) < 0.02;
        }
        struct estimate look = sequence_means(&sequence, &groups[1], &groups[0]);
        is_always |= estimate_tells(&look);
        for (size_t i = 0; i < 3; i++)
            lowest[i] =
                fmin(lowest[i], sequence_means(&sequence, &groups[i + 1], &groups[0]).p);
        look = compare_means(&groups[1], &groups[0], 0.95);
        is_naive |= estimate_tells(&look);
        look = sequence_rates(&sequence, &tallies[1], &tallies[0]);
        is_rates |= estimate_tells(&look);
        is_ratio |= sample_ratio_check(sizes, (double[]){1, 1}, 2).is_alarm;
    }
    for (size_t i = 0; i < 3; i++)
        p[i] = compare_means(&groups[i + 1], &groups[0], 0.95).p;
    alarms->once += p[0] < 0.05;
    assert_true(several_holm(p, 3, p));
    alarms->arms_once += p[0] <= 0.05 || p[1] <= 0.05 || p[2] <= 0.05;
    assert_true(several_holm(lowest, 3, lowest));
    alarms->arms_always += lowest[0] <= 0.05 || lowest[1] <= 0.05 || lowest[2] <= 0.05;
    alarms->rates_once += compare_rates(&tallies[1], &tallies[0], 0.95).p < 0.05;
    alarms->ratio_once += sample_ratio_check(sizes, (double[]){1, 1}, 2).p < 0.05;
    alarms->always += is_always;
    alarms->naive += is_naive;
    alarms->rates_always += is_rates;
    alarms->ratio += is_ratio;
}

static void
a_thousand_null_experiments_raise_alarms_at_the_stated_rate(void **state)
{
    struct alarms alarms = {0};
    (void)state;

    for (uint64_t nth = 0; nth < EXPERIMENTS; nth++)
        run_null(nth, &alarms);
    print_message("of %d null experiments: once %d, rates once %d, of three arms %d; every "
                  "day for %d days: sequence %d, rates %d, three arms %d, naive %d; sample "
                  "ratio once %d, always %d\n",
                  EXPERIMENTS, alarms.once, alarms.rates_once, alarms.arms_once, DAYS,
                  alarms.always, alarms.rates_always, alarms.arms_always, alarms.naive,
                  alarms.ratio_once, alarms.ratio);
    /* binomial(1000, 0.05): 3.3 standard deviations are 23 */
    assert_in_range(alarms.once, 27, 73);
    assert_in_range(alarms.rates_once, 27, 73);
    assert_in_range(alarms.ratio_once, 27, 73);
    assert_in_range(alarms.arms_once, 15, 73); /* the arms share their control: fewer */
    /* every day: at most the rate, and not so few that the check were dead */
    assert_in_range(alarms.always, 1, 50);
    assert_in_range(alarms.rates_always, 1, 50);
    assert_in_range(alarms.arms_always, 1, 50);
    assert_in_range(alarms.ratio, 0, 10);
    /* what the sequence is there for: the ordinary interval, looked at every day */
    assert_in_range(alarms.naive, 150, EXPERIMENTS);
}

/* One customer in ten is held out, one in fifty buys: what a shop really has. `lift` of the
 * number of buyers. */
static void
run_holdout(uint64_t nth, double lift, struct alarms *alarms)
{
    const struct sequence sequence = SEQUENCE_DEFAULT;
    struct moments groups[2] = {{0}};
    struct tally tallies[2] = {{0}};
    struct estimate look;
    struct random random;
    bool is_always = false, is_rates = false;

    random_init_nth(&random, 1999, nth);
    for (int day = 0; day < 50; day++) {
        for (int i = 0; i < 200; i++) {
            size_t group = random_uniform(&random) < 0.9;
            double x = spend(&random, group ? 0.02 * (1.0 + lift) : 0.02);
            moments_add(&groups[group], x);
            tallies[group].tries++;
            tallies[group].successes += x > 0.0;
        }
        look = sequence_means(&sequence, &groups[1], &groups[0]);
        is_always |= estimate_tells(&look);
        look = sequence_rates(&sequence, &tallies[1], &tallies[0]);
        is_rates |= estimate_tells(&look);
    }
    look = compare_means(&groups[1], &groups[0], 0.95);
    alarms->naive += estimate_tells(&look);
    moments_guard(&groups[1], &groups[0]);
    look = compare_means(&groups[1], &groups[0], 0.95);
    alarms->once += estimate_tells(&look);
    alarms->always += is_always;
    alarms->rates_always += is_rates;
}

static void
a_small_holdout_of_a_shop_where_few_buy_raises_no_more_alarms(void **state)
{
    struct alarms null = {0}, real = {0};
    (void)state;

    for (uint64_t nth = 0; nth < EXPERIMENTS; nth++)
        run_holdout(nth, 0.0, &null);
    print_message("of %d null experiments with a tenth held out: guarded once %d, sequence "
                  "%d, rates %d; without a guard once %d\n",
                  EXPERIMENTS, null.once, null.always, null.rates_always, null.naive);
    assert_in_range(null.once, 1, 73);
    assert_in_range(null.always, 0, 50);
    assert_in_range(null.rates_always, 1, 50);
    assert_in_range(null.naive, 74, EXPERIMENTS); /* what the guard is there for */
    /* and yet what works is found */
    for (uint64_t nth = 0; nth < 100; nth++)
        run_holdout(nth, 2.0, &real);
    assert_true(real.once >= 90);
    assert_true(real.always >= 70);
    assert_true(real.rates_always >= 90);
}

static void
a_lift_read_every_day_holds_the_truth_all_the_time(void **state)
{
    const struct sequence sequence = SEQUENCE_DEFAULT;
    int right = 0, right_rate = 0, right_uptake = 0;
    (void)state;

    for (uint64_t nth = 0; nth < 400; nth++) {
        struct pairs groups[2] = {{0}};
        struct tally tallies[2] = {{0}};
        struct random random;
        bool is_right = true, is_right_rate = true, is_right_uptake = true;
        random_init_nth(&random, 31, nth);
        for (int day = 0; day < 40; day++) {
            for (int i = 0; i < 100; i++) {
                size_t group = i % 2;
                bool is_printed = group && random_uniform(&random) < 0.5;
                /* 10 on average, 12 more of a paper: 6 of a decision */
                double x = random_exponential(&random) * 10.0 + (is_printed ? 12.0 : 0.0);
                pairs_add(&groups[group], is_printed, x);
                tallies[group].tries++;
                tallies[group].successes += random_uniform(&random) < (group ? 0.3 : 0.2);
            }
            struct moments treated = pairs_y(&groups[1]), control = pairs_y(&groups[0]);
            struct estimate lift = sequence_lift(&sequence, &treated, &control);
            struct estimate rate = sequence_rate_lift(&sequence, &tallies[1], &tallies[0]);
            struct estimate uptake = sequence_uptake(&sequence, &groups[1], &groups[0]);
            is_right &= lift.low <= 0.6 && 0.6 <= lift.high;
            is_right_rate &= rate.low <= 0.5 && 0.5 <= rate.high;
            is_right_uptake &= uptake.low <= 12.0 && 12.0 <= uptake.high;
            if (day == 0)
                assert_true(isinf(lift.high) && isinf(uptake.low)); /* too early */
            if (day == 39) {
                assert_true(estimate_tells(&lift) && lift.p < 0.05);
                assert_true(estimate_tells(&uptake) && uptake.p < 0.05);
            }
        }
        right += is_right;
        right_rate += is_right_rate;
        right_uptake += is_right_uptake;
    }
    assert_in_range(right, 380 - 14, 400); /* 95 % less 3.3 deviations, or more */
    assert_in_range(right_rate, 380 - 14, 400);
    assert_in_range(right_uptake, 380 - 14, 400);
}

static void
an_effect_is_found_by_the_day_that_was_promised(void **state)
{
    const struct sequence sequence = SEQUENCE_DEFAULT;
    const double effect = 0.1, power = 0.8;
    double spread = power_spread_planned(1.0, 1.0, 0.5);
    double units = sequence_units(&sequence, spread, effect, power);
    int found = 0, right = 0;
    (void)state;

    /* looking always costs less than double of looking once */
    assert_true(units > power_units(spread, effect, 0.95, power));
    assert_true(units < 2 * power_units(spread, effect, 0.95, power));
    for (uint64_t nth = 0; nth < 500; nth++) {
        struct moments treated = {0}, control = {0};
        struct estimate known = estimate_unknown(NAN);
        struct random random;
        bool is_constant = true;
        random_init_nth(&random, 11, nth);
        for (int i = 0; i < (int)(units / 2); i++) {
            moments_add(&treated, effect + random_normal(&random));
            moments_add(&control, random_normal(&random));
            if (i % 100 == 99) {
                struct estimate look = sequence_means(&sequence, &treated, &control);
                is_constant = is_constant && sequence_narrow(&known, &look);
            }
        }
        found += estimate_tells(&known);
        right += is_constant && known.low <= effect && effect <= known.high;
    }
    assert_true(found >= 370); /* 80 % or more: binomial(500, 0.8) less 3.3 deviations */
    assert_true(right >= 475 - 16); /* 95 % of all days and experiments */
    /* and by then this is the smallest effect that is found */
    near(sequence_effect(&sequence, sqrt(spread / units), units, power), effect, 1e-4);
    assert_true(isinf(sequence_units(&sequence, spread, 0.0, power)));
    assert_true(isnan(sequence_units(&sequence, NAN, 0.1, power)));
}

static void
a_covariate_brings_the_answer_sooner_and_raises_no_more_alarms(void **state)
{
    const struct sequence sequence = SEQUENCE_DEFAULT;
    int alarms = 0;
    double narrower = 0.0;
    (void)state;

    for (uint64_t nth = 0; nth < 300; nth++) {
        struct pairs groups[2] = {{0}};
        struct random random;
        bool is_alarm = false;
        random_init_nth(&random, 77, nth);
        for (int day = 0; day < 30; day++) {
            for (int i = 0; i < 100; i++) {
                double before = random_gamma(&random, 0.5);
                pairs_add(&groups[i % 2], before,
                          2.0 * before + random_exponential(&random));
            }
            struct covariate covariate = covariate_fit(groups, 2);
            struct moments treated = covariate_adjust(&covariate, &groups[1]);
            struct moments control = covariate_adjust(&covariate, &groups[0]);
            struct moments plain[2] = {pairs_y(&groups[0]), pairs_y(&groups[1])};
            struct estimate look = sequence_means(&sequence, &treated, &control);
            struct estimate without = sequence_means(&sequence, &plain[1], &plain[0]);
            is_alarm |= estimate_tells(&look);
            if (day == 29)
                narrower += (look.high - look.low) / (without.high - without.low) / 300;
        }
        alarms += is_alarm;
    }
    assert_in_range(alarms, 0, 15);
    near(narrower, sqrt(1.0 / 3.0), 0.02); /* variance 3, of which 2 are from before */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_interval_is_the_published_formula),
        cmocka_unit_test(before_there_are_enough_nothing_is_said),
        cmocka_unit_test(looks_are_kept_together),
        cmocka_unit_test(a_thousand_null_experiments_raise_alarms_at_the_stated_rate),
        cmocka_unit_test(a_small_holdout_of_a_shop_where_few_buy_raises_no_more_alarms),
        cmocka_unit_test(a_lift_read_every_day_holds_the_truth_all_the_time),
        cmocka_unit_test(an_effect_is_found_by_the_day_that_was_promised),
        cmocka_unit_test(a_covariate_brings_the_answer_sooner_and_raises_no_more_alarms),
    };
    return cmocka_run_group_tests_name("sequential", tests, NULL, NULL);
}
