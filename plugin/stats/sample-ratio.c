/* The sizes of groups against their weights: one walk for the chi-square, one for the
 * sequential form. Nothing counted yet is no alarm. */
#include "stats/sample-ratio.h"

#include "base/attr.h"
#include "stats/special.h"

#include <math.h>

#define LEAST_EXPECTED 5.0

static double
log_gamma(double x)
{
    int sign;
    return lgamma_r(x, &sign);
}

static double
sum_of(const double numbers[], size_t n)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++)
        sum += numbers[i];
    return sum;
}

/* Logarithm of the Bayes factor of a prior worth `prior` units. */
static double
log_factor(const double counts[], const double weights[], size_t groups, double all,
           double weight, double prior)
{
    double sum = log_gamma(prior) - log_gamma(prior + all);

    for (size_t i = 0; i < groups; i++) {
        double share = weights[i] / weight;
        if (share > 0.0)
            sum += log_gamma(prior * share + counts[i]) - log_gamma(prior * share) -
                   counts[i] * log(share);
    }
    return sum;
}

static double
always_p(const double counts[], const double weights[], size_t groups, double all,
         double weight)
{
    static const double priors[] = {10.0, 100.0, 1000.0, 10000.0};
    double factor = 0.0;

    for (size_t i = 0; i < COUNT_OF(priors); i++)
        factor += exp(log_factor(counts, weights, groups, all, weight, priors[i]));
    return fmin(1.0, (double)COUNT_OF(priors) / factor); /* ∞: 0 */
}

struct sample_ratio
sample_ratio_check(const double counts[], const double weights[], size_t groups)
{
    struct sample_ratio check = {.p = 1.0, .always_p = 1.0};
    double all = sum_of(counts, groups), weight = sum_of(weights, groups), most = -1.0;
    size_t weighted = 0;
    bool is_few = false;

    if (!(weight > 0.0))
        return check;
    for (size_t i = 0; i < groups; i++) {
        double expected = all * weights[i] / weight, off = counts[i] - expected;
        double square = off == 0.0 ? 0.0 : off * off / expected; /* nobody expected: ∞ */
        check.chi_square += square;
        weighted += weights[i] > 0.0;
        is_few = is_few || (weights[i] > 0.0 && expected < LEAST_EXPECTED);
        if (square > most) {
            most = square;
            check.worst = i;
            check.worst_expected = expected;
        }
    }
    check.degrees = weighted ? (double)(weighted - 1) : 0.0;
    if (isinf(check.chi_square))
        check.p = check.always_p = 0.0;
    else if (weighted > 1 && all > 0.0) {
        check.p = is_few ? NAN : chi_square_tail(check.degrees, check.chi_square);
        check.always_p = always_p(counts, weights, groups, all, weight);
    }
    check.is_alarm = check.always_p < SAMPLE_RATIO_ALARM;
    return check;
}
