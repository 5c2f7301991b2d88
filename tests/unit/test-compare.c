/* Comparisons of groups against worked examples that were published, and what must hold of
 * any group. */
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
#include "stats/several.h"

#include <math.h>

static void
check_near(double is, double should, double tolerance, int line)
{
    if (!(fabs(is - should) <= tolerance))
        fail_msg("line %d: %.15g is not %.15g", line, is, should);
}
#define near(is, should, tolerance) check_near(is, should, tolerance, __LINE__)

static struct moments
moments_of(const double values[], size_t n)
{
    struct moments moments = {0};

    for (size_t i = 0; i < n; i++)
        moments_add(&moments, values[i]);
    return moments;
}

/* Hours of sleep gained by two drugs (Student 1908; data set "sleep" of R). */
static const double sleep_1[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
static const double sleep_2[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

static void
sums_do_not_care_how_they_came_together(void **state)
{
    double values[1000];
    struct random random;
    struct moments whole = {0}, parts[3] = {{0}}, merged = {0};
    struct pairs pairs = {0}, halves[2] = {{0}};
    (void)state;

    random_init(&random, 1);
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        values[i] = 1e9 + random_normal(&random); /* naive squares would lose it all */
        moments_add(&whole, values[i]);
        moments_add(&parts[i % 3], values[i]);
        pairs_add(&pairs, values[i], 3.0 * values[i] + (double)(i % 7));
        pairs_add(&halves[i % 2], values[i], 3.0 * values[i] + (double)(i % 7));
    }
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        moments_merge(&merged, &parts[i]);
    double mean = 0.0, square = 0.0;
    for (size_t i = 0; i < COUNT_OF(values); i++)
        mean += (values[i] - 1e9) / COUNT_OF(values);
    for (size_t i = 0; i < COUNT_OF(values); i++)
        square += pow(values[i] - 1e9 - mean, 2);
    near(whole.mean - 1e9, mean, 1e-6);
    near(whole.square, square, 1e-3);
    near(merged.mean, whole.mean, 1e-6);
    near(merged.square, whole.square, 1e-3);
    pairs_merge(&halves[0], &halves[1]);
    near(halves[0].count, 1000, 0);
    near(halves[0].xx, pairs.xx, 1e-3);
    near(halves[0].xy, pairs.xy, 1e-3);
    near(halves[0].yy, pairs.yy, 1e-3);
    near(pairs.xx, square, 1e-3);

    struct moments many = {0}, one_by_one = {0};
    moments_add(&many, 5.0);
    moments_add_many(&many, 0.0, 9.0);
    moments_add_many(&many, 7.0, 0.0);
    moments_add(&one_by_one, 5.0);
    for (int i = 0; i < 9; i++)
        moments_add(&one_by_one, 0.0);
    near(many.square, one_by_one.square, 1e-12);
    near(many.mean, 0.5, 1e-15);
    near(many.count, 10, 0);
    struct moments tallied = tally_moments(&(struct tally){10, 3});
    near(moments_variance(&tallied), 0.3 * 0.7 * 10 / 9, 1e-14);
}

static void
a_difference_of_means_is_that_of_welch(void **state)
{
    struct moments first = moments_of(sleep_1, COUNT_OF(sleep_1));
    struct moments second = moments_of(sleep_2, COUNT_OF(sleep_2));
    (void)state;

    /* as R's t.test(extra ~ group, data = sleep) prints it */
    struct estimate difference = compare_means(&first, &second, 0.95);
    near(difference.value, 0.75 - 2.33, 1e-12);
    near(difference.value / difference.error, -1.8608, 5e-5);
    near(difference.degrees, 17.776, 5e-4);
    near(difference.p, 0.07939, 5e-6);
    near(difference.low, -3.3654832, 5e-7);
    near(difference.high, 0.2054832, 5e-7);
    assert_false(estimate_tells(&difference));
    /* p and interval say the same: at the level of 1 - p a bound is 0 */
    near(compare_means(&first, &second, 1.0 - difference.p).high, 0.0, 1e-6);

    /* t.test(sleep_1), one group: t = 1.3257, df = 9, p = 0.2176 */
    struct estimate mean = compare_mean(&first, 0.95);
    near(mean.value / mean.error, 1.3257, 5e-5);
    near(mean.p, 0.2176, 5e-5);
    near(mean.low, -0.5297804, 5e-7);
    near(mean.high, 2.0297804, 5e-7);
}

static void
groups_that_say_nothing_are_unknown_and_no_error(void **state)
{
    struct moments none = {0}, one = {0}, nothing_spent = {0}, some = {0};
    (void)state;

    moments_add(&one, 4.0);
    moments_add_many(&nothing_spent, 0.0, 500.0);
    moments_add(&some, 1.0);
    moments_add(&some, 2.0);
    const struct moments *groups[] = {&none, &one, &nothing_spent};
    for (size_t i = 0; i < COUNT_OF(groups); i++)
        for (size_t j = 0; j < COUNT_OF(groups); j++) {
            struct estimate difference = compare_means(groups[i], groups[j], 0.95);
            struct estimate lift = compare_lift(groups[i], groups[j], 0.95);
            assert_true(isinf(difference.low) && isinf(difference.high));
            assert_true(isinf(lift.low) && isinf(lift.high));
            near(difference.p, 1.0, 0);
            assert_false(estimate_tells(&difference));
        }
    assert_true(isnan(compare_means(&none, &some, 0.95).value));
    near(compare_means(&one, &some, 0.95).value, 2.5, 0);
    assert_true(isnan(compare_rates(&(struct tally){0, 0}, &(struct tally){9, 1}, 0.95).value));
    near(compare_rates(&(struct tally){0, 0}, &(struct tally){9, 1}, 0.95).p, 1.0, 0);
}

static void
a_rate_has_wilsons_interval(void **state)
{
    /* Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in
     * Medicine 17, 1998, table I, method 3 */
    static const struct {
        struct tally tally;
        double low, high;
    } rows[] = {
        {{263, 81}, 0.2553, 0.3662},
        {{148, 15}, 0.0624, 0.1605},
        {{20, 0}, 0.0000, 0.1611},
        {{29, 1}, 0.0061, 0.1718},
    };
    (void)state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct estimate rate = compare_rate(&rows[i].tally, 0.95);
        near(rate.low, rows[i].low, 5e-5);
        near(rate.high, rows[i].high, 5e-5);
    }
}

static void
a_difference_of_rates_has_newcombes_interval(void **state)
{
    /* Newcombe, "Interval estimation for the difference …", Statistics in Medicine 17,
     * 1998, table II, method 10 */
    static const struct {
        struct tally treated, control;
        double low, high;
    } rows[] = {
        {{70, 56}, {80, 48}, 0.0524, 0.3339},   {{10, 9}, {10, 3}, 0.1705, 0.8090},
        {{7, 6}, {7, 2}, 0.0582, 0.8062},       {{56, 5}, {29, 0}, -0.0381, 0.1926},
        {{10, 0}, {20, 0}, -0.1611, 0.2775},    {{10, 0}, {10, 0}, -0.2775, 0.2775},
        {{10, 10}, {20, 0}, 0.6791, 1.0000},    {{10, 10}, {10, 0}, 0.6075, 1.0000},
    };
    (void)state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct estimate there = compare_rates(&rows[i].treated, &rows[i].control, 0.95);
        struct estimate back = compare_rates(&rows[i].control, &rows[i].treated, 0.95);
        near(there.low, rows[i].low, 5e-5);
        near(there.high, rows[i].high, 5e-5);
        near(back.low, -there.high, 1e-12);
        near(back.p, there.p, 1e-12);
        assert_int_equal(there.p < 0.05, estimate_tells(&there));
        if (there.p > 1e-6 && there.value > 0.0) /* p is where the bound touches 0 */
            near(compare_rates(&rows[i].treated, &rows[i].control, 1.0 - there.p).low, 0.0,
                 1e-6);
    }
    near(compare_rates(&(struct tally){10, 0}, &(struct tally){20, 0}, 0.95).p, 1.0, 1e-12);
    /* in large groups p is that of the score test: 1000 and 1100 of 10000,
     * z = 100 / √(2100 × (1 - 0.105)) */
    near(compare_rates(&(struct tally){10000, 1100}, &(struct tally){10000, 1000}, 0.95).p,
         erfc(100 / sqrt(2100 * 0.895) / sqrt(2)), 2e-4);
}

static void
a_lift_of_rates_is_that_of_katz(void **state)
{
    /* Physicians' health study, heart attacks by placebo and aspirin: 189 of 11034 and 104
     * of 11037, relative risk 1.82 from 1.43 to 2.31 (Agresti, "Categorical data
     * analysis", section 3.1) */
    struct tally placebo = {11034, 189}, aspirin = {11037, 104};
    struct estimate lift = compare_rate_lift(&placebo, &aspirin, 0.95);
    (void)state;

    near(lift.value, 0.82, 0.005);
    near(lift.low, 0.43, 0.005);
    near(lift.high, 1.31, 0.005);
    assert_true(lift.p < 1e-6);

    struct tally none = {1000, 0}, some = {1000, 20};
    struct estimate gone = compare_rate_lift(&none, &some, 0.95);
    near(gone.value, -1.0, 0);
    near(gone.low, -1.0, 0);
    assert_true(gone.high < -0.5 && gone.high > -1.0);
    struct estimate from_nothing = compare_rate_lift(&some, &none, 0.95);
    assert_true(isnan(from_nothing.value));
    assert_true(from_nothing.low > 1.0 && isinf(from_nothing.high));
    assert_true(isinf(compare_rate_lift(&none, &none, 0.95).high));
    assert_true(isinf(compare_rate_lift(&none, &none, 0.95).low));
}

static void
a_lift_of_means_holds_what_the_means_allow(void **state)
{
    struct moments treated = {400, 12.0, 400 * 81.0}, control = {300, 10.0, 300 * 64.0};
    struct estimate lift = compare_lift(&treated, &control, 0.95);
    double degrees = compare_means(&treated, &control, 0.95).degrees;
    (void)state;

    near(lift.value, 0.2, 1e-12);
    near(lift.degrees, degrees, 0);
    /* at both bounds the treated mean is just significantly off the bound × the control's */
    const double bounds[] = {lift.low, lift.high};
    for (size_t i = 0; i < COUNT_OF(bounds); i++) {
        double ratio = 1.0 + bounds[i], off = fabs(12.0 - ratio * 10.0);
        double error = sqrt(400 * 81.0 / 399 / 400 + ratio * ratio * 300 * 64.0 / 299 / 300);
        near(estimate_student(off, error, degrees, 0.95).low, 0.0, 1e-9);
    }
    /* debts: a control that loses, and a treated group that loses more */
    struct moments loss = {300, -10.0, 300 * 64.0}, more = {400, -12.0, 400 * 81.0};
    struct estimate worse = compare_lift(&more, &loss, 0.95);
    near(worse.low, lift.low, 1e-12);
    near(worse.high, lift.high, 1e-12);
    /* a control that may be nothing at all: no number can be ruled out */
    struct moments vague = {300, 0.3, 300 * 64.0};
    struct estimate open = compare_lift(&treated, &vague, 0.95);
    assert_true(isinf(open.low) && isinf(open.high));
    assert_true(open.p < 1e-6);
}

static void
a_lift_is_inside_its_interval_as_often_as_stated(void **state)
{
    struct random random;
    int inside = 0;
    (void)state;

    random_init(&random, 20);
    for (int i = 0; i < 2000; i++) {
        struct moments treated = {0}, control = {0};
        for (int j = 0; j < 60; j++) {
            moments_add(&treated, 6.0 * random_gamma(&random, 2.0));
            moments_add(&control, 5.0 * random_gamma(&random, 2.0));
        }
        struct estimate lift = compare_lift(&treated, &control, 0.9);
        inside += lift.low <= 0.2 && 0.2 <= lift.high;
    }
    /* binomial(2000, 0.9): 3.3 standard deviations are 44 */
    assert_in_range(inside, 1756, 1844);
}

static void
a_ratio_within_customers_knows_that_their_pieces_go_together(void **state)
{
    struct pairs group = {0}, other = {0};
    struct random random;
    double values[400];
    (void)state;

    /* one piece each: the ratio is the rate */
    for (int i = 0; i < 100; i++)
        pairs_add(&group, 1.0, i < 20 ? 1.0 : 0.0);
    near(compare_ratio(&group, 0.95).value, 0.2, 1e-15);
    near(compare_ratio(&group, 0.95).error, sqrt(0.2 * 0.8 / 99), 1e-14);

    /* the spread of many repetitions is the error that one of them tells */
    struct moments spread = {0}, told = {0};
    random_init(&random, 5);
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        struct pairs sums = {0};
        for (int j = 0; j < 200; j++) {
            double pieces = 1.0 + (double)random_below(&random, 5), redeemed = 0.0;
            double habit = random_beta(&random, 1.0, 4.0); /* his own, for all of them */
            for (int k = 0; k < pieces; k++)
                redeemed += random_uniform(&random) < habit;
            pairs_add(&sums, pieces, redeemed);
        }
        struct estimate ratio = compare_ratio(&sums, 0.95);
        moments_add(&spread, ratio.value);
        moments_add(&told, ratio.error);
    }
    near(spread.mean, 0.2, 0.003);
    near(told.mean / sqrt(moments_variance(&spread)), 1.0, 0.1);

    pairs_add(&other, 4.0, 1.0);
    pairs_add(&other, 2.0, 1.0);
    pairs_add(&other, 2.0, 0.0);
    struct estimate difference = compare_ratios(&group, &other, 0.95);
    near(difference.value, 0.2 - 0.25, 1e-15);
    near(difference.error,
         hypot(compare_ratio(&group, 0.95).error, compare_ratio(&other, 0.95).error), 1e-15);
    assert_true(isnan(compare_ratio(&(struct pairs){0}, 0.95).value));
}

static void
the_effect_of_paper_is_not_the_luck_of_whom_it_reached(void **state)
{
    enum { SHOPS = 1000, CUSTOMERS = 800 };
    struct random random;
    struct moments found = {0}, naive = {0};
    int inside = 0;
    (void)state;

    /* good customers get more parcels and so more paper: two thirds of the treated are
     * reached, the better ones first; paper is worth 2 to those whom it reaches */
    random_init(&random, 14);
    for (int shop = 0; shop < SHOPS; shop++) {
        struct pairs groups[2] = {{0}};
        struct moments reached[2] = {{0}};
        for (int i = 0; i < CUSTOMERS; i++) {
            double habit = 3.0 * random_exponential(&random);
            bool is_treated = i % 2 == 1;
            bool is_reached = is_treated && habit > 1.2164; /* two thirds */
            double spent = habit + random_normal(&random) + (is_reached ? 2.0 : 0.0);
            pairs_add(&groups[is_treated], is_reached, spent);
            moments_add(&reached[is_reached], spent);
        }
        struct estimate effect = compare_uptake(&groups[1], &groups[0], 0.95);
        moments_add(&found, effect.value);
        moments_add(&naive, reached[1].mean - reached[0].mean);
        inside += effect.low <= 2.0 && 2.0 <= effect.high;
    }
    near(found.mean, 2.0, 0.06);
    assert_in_range(inside, 927, 973);
    assert_true(naive.mean > 3.5); /* by printed and not: far too good */

    struct pairs nobody[2] = {{0}};
    for (int i = 0; i < 100; i++)
        pairs_add(&nobody[i % 2], 0.0, i);
    struct estimate none = compare_uptake(&nobody[1], &nobody[0], 0.95);
    assert_true(isinf(none.low) && isinf(none.high));
}

static void
a_guard_raises_the_variance_of_who_saw_too_little(void **state)
{
    struct moments treated = {1000, 5.0, 999 * 16.0}, control = {101, 4.0, 100 * 4.0};
    struct moments none = {0};
    double shared = (999 * 16.0 + 100 * 4.0) / 1099;
    (void)state;

    moments_guard(&treated, &control);
    near(moments_variance(&treated), 16.0, 1e-12);
    near(moments_variance(&control), (101 * 4.0 + 1000 * shared) / 1101, 1e-12);
    near(control.mean, 4.0, 0);
    moments_guard(&treated, &none);
    near(moments_variance(&treated), 16.0, 1e-12);
    near(none.square, 0.0, 0);
}

static void
what_was_known_before_makes_the_difference_sharper(void **state)
{
    struct pairs groups[2] = {{0}};
    struct random random;
    (void)state;

    random_init(&random, 3);
    for (int i = 0; i < 20000; i++) {
        double before = random_normal(&random), noise = random_normal(&random);
        /* half of the variance is from before; the effect is 0.1 */
        pairs_add(&groups[i % 2], 5.0 + before, before + noise + (i % 2 ? 0.1 : 0.0));
    }
    struct covariate covariate = covariate_fit(groups, 2);
    near(covariate.slope, 1.0, 0.03);
    near(covariate.centre, 5.0, 0.03);
    near(covariate_reduction(&covariate, &groups[1], &groups[0]), 0.5, 0.02);
    struct moments treated = covariate_adjust(&covariate, &groups[1]);
    struct moments control = covariate_adjust(&covariate, &groups[0]);
    struct estimate sharper = compare_means(&treated, &control, 0.95);
    near(sharper.error, sqrt(4.0 / 20000), 0.001); /* noise alone: variance 1 */
    assert_true(sharper.low <= 0.1 && 0.1 <= sharper.high);
    /* the mean of all is not moved, only shared out in another way */
    near(treated.mean + control.mean, groups[0].mean_y + groups[1].mean_y, 1e-9);

    /* residuals by hand: x 1 2 3, y 2 4 9; slope 3.5, residuals 0.5 -1 0.5 */
    struct pairs small = {0};
    pairs_add(&small, 1, 2);
    pairs_add(&small, 2, 4);
    pairs_add(&small, 3, 9);
    covariate = covariate_fit(&small, 1);
    near(covariate.slope, 3.5, 1e-12);
    near(covariate_adjust(&covariate, &small).square, 1.5, 1e-12);

    /* nobody has a past: nothing changes */
    struct pairs flat[2] = {{0}};
    for (int i = 0; i < 10; i++)
        pairs_add(&flat[i % 2], 0.0, i);
    covariate = covariate_fit(flat, 2);
    near(covariate.slope, 0.0, 0);
    near(covariate_reduction(&covariate, &flat[0], &flat[1]), 0.0, 0);
    near(covariate_adjust(&covariate, &flat[0]).mean, flat[0].mean_y, 0);
}

static void
power_is_as_in_the_tables(void **state)
{
    (void)state;
    /* two groups, standard deviation 1, effect 0.5, 5 %, 80 %: 62.79 in each (the normal
     * formula; Lehr's rule 16/δ² gives 64) */
    double spread = power_spread_planned(1.0, 1.0, 0.5);
    near(power_units(spread, 0.5, 0.95, 0.8), 2 * 62.79, 0.01);
    near(power_units(spread, -0.5, 0.95, 0.8), 2 * 62.79, 0.01);
    /* the effect found with the units that are needed for it is that effect */
    near(power_effect(sqrt(spread / 125.58), 0.95, 0.8), 0.5, 1e-4);
    /* a tenth as holdout costs 2.78 times the units of halves */
    near(power_spread_planned(1.0, 1.0, 0.9) / spread, 25.0 / 9, 1e-12);
    struct moments treated = {50, 3.0, 49.0}, control = {50, 2.0, 49.0};
    struct estimate difference = compare_means(&treated, &control, 0.95);
    near(power_spread(&difference, 100), 4.0, 1e-12);
    near(power_days(1000, 400, 50), 12, 0);
    near(power_days(1001, 400, 50), 13, 0);
    near(power_days(400, 400, 0), 0, 0);
    assert_true(isinf(power_days(1000, 400, 0)));
    assert_true(isinf(power_units(spread, 0.0, 0.95, 0.8)));
    assert_true(isnan(power_effect(NAN, 0.95, 0.8)));
    assert_true(isnan(power_effect(1.0, 95, 0.8)));
}

static void
what_is_found_with_that_power_is_found_so_often(void **state)
{
    struct random random;
    int found = 0;
    (void)state;

    random_init(&random, 8);
    for (int i = 0; i < 1000; i++) {
        struct moments treated = {0}, control = {0};
        for (int j = 0; j < 500; j++) {
            moments_add(&treated, 0.177 + random_normal(&random)); /* 2.8 × √(2 / 500) */
            moments_add(&control, random_normal(&random));
        }
        struct estimate difference = compare_means(&treated, &control, 0.95);
        found += estimate_tells(&difference);
    }
    near(power_effect(sqrt(2.0 / 500), 0.95, 0.8), 0.177, 0.0005);
    assert_in_range(found, 758, 842); /* binomial(1000, 0.8): 3.3 deviations are 42 */
}

static void
many_arms_are_corrected_as_published(void **state)
{
    /* the fifteen p values of Benjamini and Hochberg 1995, section 3.1: four are
     * significant by their method, three by Holm's or Bonferroni's */
    static const double published[] = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201,
                                       0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
                                       0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
    double p[COUNT_OF(published)], holm[COUNT_OF(p)], shares[COUNT_OF(p)];
    int by_holm = 0, by_share = 0;
    (void)state;

    for (size_t i = 0; i < COUNT_OF(p); i++) /* in another order: 7 and 15 share nothing */
        p[i] = published[i * 7 % COUNT_OF(p)];
    assert_true(several_holm(p, COUNT_OF(p), holm));
    assert_true(several_benjamini_hochberg(p, COUNT_OF(p), shares));
    for (size_t i = 0; i < COUNT_OF(p); i++) {
        by_holm += holm[i] <= 0.05;
        by_share += shares[i] <= 0.05;
        assert_true(shares[i] >= p[i] && holm[i] >= shares[i] && holm[i] <= 1.0);
    }
    assert_int_equal(by_holm, 3);
    assert_int_equal(by_share, 4);
    near(holm[0], 15 * 0.0001, 1e-15);
    near(shares[0], 15 * 0.0001, 1e-15);

    /* as p.adjust() of R: the second would be lower than the first without the maximum */
    double few[] = {0.02, 0.01, NAN, 0.04, 0.03, 0.05}, same[6];
    assert_true(several_holm(few, 6, same));
    near(same[1], 0.05, 1e-15);
    near(same[0], 0.08, 1e-15);
    near(same[4], 0.09, 1e-15);
    near(same[3], 0.09, 1e-15);
    near(same[5], 0.09, 1e-15);
    assert_true(isnan(same[2]));
    assert_true(several_benjamini_hochberg(few, 6, few)); /* in place */
    for (size_t i = 0; i < 6; i++)
        assert_true(i == 2 ? isnan(few[i]) : fabs(few[i] - 0.05) < 1e-15);
    assert_true(several_holm(NULL, 0, NULL));
    near(several_level(0.95, 5), 0.99, 1e-15);
    near(several_level(0.95, 1), 0.95, 0);
}

static void
groups_of_the_wrong_size_are_seen(void **state)
{
    (void)state;
    /* Mendel's peas, round and yellow … wrinkled and green, 9 : 3 : 3 : 1: χ² = 0.470 */
    struct sample_ratio peas = sample_ratio_check((double[]){315, 108, 101, 32},
                                                  (double[]){9, 3, 3, 1}, 4);
    near(peas.chi_square, 0.470, 0.0005);
    near(peas.degrees, 3, 0);
    near(peas.p, 0.925, 0.0005);
    assert_false(peas.is_alarm);

    /* Kohavi, Tang and Xu, "Trustworthy online controlled experiments", 2020, chapter 21:
     * halves of 821,588 and 815,482 are a mismatch, small as it looks, p = 1.8e-6 */
    struct sample_ratio users =
        sample_ratio_check((double[]){821588, 815482}, (double[]){1, 1}, 2);
    near(users.chi_square, 6106.0 * 6106.0 / 1637070, 1e-9);
    near(users.p, 1.8e-6, 5e-8);
    assert_true(users.is_alarm);
    assert_int_equal(users.worst, 0);
    near(users.worst_expected, 818535, 0);

    /* a few units, grossly wrong, are enough */
    assert_true(sample_ratio_check((double[]){70, 20}, (double[]){50, 50}, 2).is_alarm);
    assert_false(sample_ratio_check((double[]){50, 40}, (double[]){50, 50}, 2).is_alarm);
    /* a group that was switched off */
    struct sample_ratio off = sample_ratio_check((double[]){500, 500, 1},
                                                 (double[]){1, 1, 0}, 3);
    assert_true(off.is_alarm);
    assert_int_equal(off.worst, 2);
    assert_false(sample_ratio_check((double[]){500, 500, 0}, (double[]){1, 1, 0}, 3).is_alarm);
    near(sample_ratio_check((double[]){500, 500, 0}, (double[]){1, 1, 0}, 3).degrees, 1, 0);
    /* too few for χ², and no reason for an alarm */
    struct sample_ratio few = sample_ratio_check((double[]){3, 0}, (double[]){9, 1}, 2);
    assert_true(isnan(few.p));
    assert_false(few.is_alarm);
    assert_false(sample_ratio_check((double[]){0, 0}, (double[]){1, 1}, 2).is_alarm);
    assert_false(sample_ratio_check((double[]){7}, (double[]){1}, 1).is_alarm);
    assert_false(sample_ratio_check(NULL, NULL, 0).is_alarm);
}

static void
random_numbers_are_the_published_ones(void **state)
{
    /* the test values of the reference implementations */
    static const uint64_t split[] = {
        UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
        UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
        UINT64_C(16408922859458223821)};
    static const uint64_t plus_plus[] = {
        UINT64_C(41943041), UINT64_C(58720359), UINT64_C(3588806011781223),
        UINT64_C(3591011842654386), UINT64_C(9228616714210784205),
        UINT64_C(9973669472204895162), UINT64_C(14011001112246962877),
        UINT64_C(12406186145184390807), UINT64_C(15849039046786891736),
        UINT64_C(10450023813501588000)};
    struct random random = {.state = {1, 2, 3, 4}};
    uint64_t seed = 1234567;
    (void)state;

    for (size_t i = 0; i < COUNT_OF(split); i++)
        assert_int_equal(random_split(&seed), split[i]);
    for (size_t i = 0; i < COUNT_OF(plus_plus); i++)
        assert_int_equal(random_bits(&random), plus_plus[i]);
}

static void
draws_have_the_moments_of_their_distribution(void **state)
{
    enum { DRAWS = 200000 };
    struct random random, other;
    struct moments uniform = {0}, normal = {0}, gamma = {0}, slight = {0}, beta = {0};
    double choices[4] = {0}, below[3] = {0};
    (void)state;

    random_init(&random, 42);
    for (int i = 0; i < DRAWS; i++) {
        double u = random_uniform(&random);
        assert_true(u >= 0.0 && u < 1.0);
        moments_add(&uniform, u);
        moments_add(&normal, random_normal(&random));
        moments_add(&gamma, random_gamma(&random, 3.5));
        moments_add(&slight, random_gamma(&random, 0.25));
        moments_add(&beta, random_beta(&random, 2.0, 6.0));
        choices[random_choice(&random, (double[]){1, 0, 2, 5}, 4)]++;
        below[random_below(&random, 3)]++;
    }
    /* each within 4 standard errors */
    near(uniform.mean, 0.5, 4 * sqrt(1.0 / 12 / DRAWS));
    near(moments_variance(&uniform), 1.0 / 12, 0.0007);
    near(normal.mean, 0.0, 4 / sqrt(DRAWS));
    near(moments_variance(&normal), 1.0, 4 * sqrt(2.0 / DRAWS));
    near(gamma.mean, 3.5, 4 * sqrt(3.5 / DRAWS));
    near(moments_variance(&gamma), 3.5, 0.06);
    near(slight.mean, 0.25, 4 * sqrt(0.25 / DRAWS));
    near(moments_variance(&slight), 0.25, 0.012);
    near(beta.mean, 0.25, 4 * sqrt(0.25 * 0.75 / 9 / DRAWS));
    near(moments_variance(&beta), 0.25 * 0.75 / 9, 0.0003);
    assert_true(choices[1] == 0.0);
    assert_false(sample_ratio_check(choices, (double[]){1, 0, 2, 5}, 4).is_alarm);
    assert_false(sample_ratio_check(below, (double[]){1, 1, 1}, 3).is_alarm);
    assert_true(isnan(random_gamma(&random, 0.0)));

    /* jobs of one seed have numbers of their own, the same each time */
    random_init_nth(&random, 42, 7);
    random_init_nth(&other, 42, 8);
    uint64_t first = random_bits(&random);
    assert_int_not_equal(first, random_bits(&other));
    random_init_nth(&other, 42, 7);
    assert_int_equal(first, random_bits(&other));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_do_not_care_how_they_came_together),
        cmocka_unit_test(a_difference_of_means_is_that_of_welch),
        cmocka_unit_test(groups_that_say_nothing_are_unknown_and_no_error),
        cmocka_unit_test(a_rate_has_wilsons_interval),
        cmocka_unit_test(a_difference_of_rates_has_newcombes_interval),
        cmocka_unit_test(a_lift_of_rates_is_that_of_katz),
        cmocka_unit_test(a_lift_of_means_holds_what_the_means_allow),
        cmocka_unit_test(a_lift_is_inside_its_interval_as_often_as_stated),
        cmocka_unit_test(a_ratio_within_customers_knows_that_their_pieces_go_together),
        cmocka_unit_test(the_effect_of_paper_is_not_the_luck_of_whom_it_reached),
        cmocka_unit_test(a_guard_raises_the_variance_of_who_saw_too_little),
        cmocka_unit_test(what_was_known_before_makes_the_difference_sharper),
        cmocka_unit_test(power_is_as_in_the_tables),
        cmocka_unit_test(what_is_found_with_that_power_is_found_so_often),
        cmocka_unit_test(many_arms_are_corrected_as_published),
        cmocka_unit_test(groups_of_the_wrong_size_are_seen),
        cmocka_unit_test(random_numbers_are_the_published_ones),
        cmocka_unit_test(draws_have_the_moments_of_their_distribution),
    };
    return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
