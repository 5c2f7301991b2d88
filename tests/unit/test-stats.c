/* Statistics against published values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "stats/special.h"

#include <math.h>

static void
check_near(double is, double should, double tolerance, int line)
{
    if (!(fabs(is - should) <= tolerance))
        fail_msg("line %d: %.15g is not %.15g", line, is, should);
}
#define near(is, should, tolerance) check_near(is, should, tolerance, __LINE__)

static void
distributions_have_their_published_values(void **state)
{
    (void)state;
    /* closed forms: I_x(1, b) = 1 - (1 - x)^b, I_x(a, 1) = x^a, I_x(2, 2) = x²(3 - 2x) */
    near(beta_cdf(1, 5, 0.2), 1 - pow(0.8, 5), 1e-13);
    near(beta_cdf(3.5, 1, 0.7), pow(0.7, 3.5), 1e-13);
    near(beta_cdf(2, 2, 0.3), 0.3 * 0.3 * (3 - 0.6), 1e-13);
    near(beta_cdf(0.5, 0.5, 0.25), 2 / M_PI * asin(0.5), 1e-13);
    /* binomial: P(X >= 3), n = 10, p = 0.5 is 968/1024 */
    near(beta_cdf(3, 8, 0.5), 968.0 / 1024, 1e-13);
    near(beta_cdf(5000, 5000, 0.5), 0.5, 1e-11);
    near(gamma_cdf(1, 2), 1 - exp(-2), 1e-14);
    near(gamma_cdf(0.5, 1), erf(1), 1e-14);
    near(gamma_cdf(3, 10), 1 - exp(-10) * (1 + 10 + 50), 1e-14);
    /* printed tables: 5 % points */
    near(chi_square_tail(1, 3.841458820694124), 0.05, 1e-12);
    near(chi_square_tail(10, 18.307038053275146), 0.05, 1e-12);
    near(normal_cdf(1.959963984540054), 0.975, 1e-15);
    near(student_cdf(1, 1), 0.75, 1e-13);
    near(student_cdf(2, 1), 0.5 + 1 / (2 * sqrt(3)), 1e-13);
    near(digamma(1), -0.57721566490153286, 1e-13);
    near(digamma(0.5), -0.57721566490153286 - 2 * M_LN2, 1e-13);
}

static void
quantiles_have_their_published_values(void **state)
{
    (void)state;
    near(normal_quantile(0.975), 1.959963984540054, 1e-14);
    near(normal_quantile(1e-10), -6.361340902404056, 1e-12);
    near(normal_quantile(0.5), 0, 1e-15);
    near(student_quantile(1, 0.975), 12.706204736174698, 1e-8);
    near(student_quantile(10, 0.975), 2.228138851986274, 1e-10);
    near(student_quantile(1e6, 0.975), 1.959966356829986, 1e-8);
    near(beta_quantile(2, 5, 0.5), 0.264449983295716, 1e-9);
}

static void
a_quantile_undoes_its_distribution(void **state)
{
    static const double shapes[] = {0.1, 0.5, 1, 3.7, 40, 2500, 1e6};
    static const double ps[] = {1e-6, 0.01, 0.2, 0.5, 0.9, 0.999};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(shapes); i++)
        for (size_t j = 0; j < COUNT_OF(shapes); j++)
            for (size_t k = 0; k < COUNT_OF(ps); k++) {
                double a = shapes[i], b = shapes[j];
                double x = beta_quantile(a, b, ps[k]);
                /* close to 0 and 1 there are too few doubles to ask so much */
                if (x > 1e-290 && x < 1 - 1e-6)
                    near(beta_cdf(a, b, x), ps[k], 1e-8);
            }
    for (double p = 0.0005; p < 1; p += 0.0101)
        near(normal_cdf(normal_quantile(p)), p, 1e-15);
}

static void
what_makes_no_sense_is_no_number(void **state)
{
    (void)state;
    assert_true(isnan(beta_cdf(0, 1, 0.5)));
    assert_true(isnan(beta_cdf(1, -1, 0.5)));
    assert_true(isnan(beta_quantile(1, 1, 1.1)));
    assert_true(isnan(normal_quantile(-0.1)));
    assert_true(isnan(student_quantile(0, 0.5)));
    assert_true(isnan(chi_square_tail(0, 1)));
    assert_true(isnan(digamma(0)));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distributions_have_their_published_values),
        cmocka_unit_test(quantiles_have_their_published_values),
        cmocka_unit_test(a_quantile_undoes_its_distribution),
        cmocka_unit_test(what_makes_no_sense_is_no_number),
    };
    return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
