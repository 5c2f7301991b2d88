/* Quotients of what was estimated: lifts, ratios within units, effects per unit that took
 * part. Where the divisor may be 0 nothing is ruled out, and the interval is everything.
 */
#include "stats/compare.h"

#include "stats/special.h"

#include <math.h>

static double
mean_variance(const struct moments *group)
{
    return moments_variance(group) / group->count;
}

struct quotient { /* over / under, with their variances and covariance */
    double over, under;
    double over_variance, under_variance, covariance;
};

/* Fieller's interval, `errors` standard errors to either side: the R for which
 * over - R × under is not farther than that from 0. */
static struct estimate
fieller(const struct quotient *q, double errors)
{
    double ratio = q->over / q->under, square = q->under * q->under;
    double variance = q->over_variance - 2.0 * ratio * q->covariance +
                      ratio * ratio * q->under_variance;

    if (!isfinite(ratio))
        return estimate_unknown(NAN);
    struct estimate quotient = estimate_unknown(ratio);
    if (!(variance > 0.0) || !(errors > 0.0))
        return quotient;
    quotient.error = sqrt(variance / square);
    double scale = errors * errors / square, vague = scale * q->under_variance;
    if (!(vague < 1.0)) /* the divisor may be 0 */
        return quotient;
    double inside = variance - scale * (q->over_variance * q->under_variance -
                                        q->covariance * q->covariance);
    double centre = (ratio - scale * q->covariance) / (1.0 - vague);
    double margin = sqrt(scale * fmax(inside, 0.0)) / (1.0 - vague);
    quotient.low = centre - margin;
    quotient.high = centre + margin;
    return quotient;
}

/* Student's errors to either side of a difference; NaN when it is unknown. */
static double
errors_of(const struct estimate *difference, double level)
{
    return student_quantile(difference->degrees, 0.5 + level / 2.0);
}

/* --- lifts -------------------------------------------------------------------------- */

struct estimate
compare_lift_errors(const struct moments *treated, const struct moments *control,
                    double errors)
{
    struct quotient quotient = {
        .over = treated->mean,
        .under = control->count > 0.0 ? control->mean : 0.0,
        .over_variance = mean_variance(treated),
        .under_variance = mean_variance(control),
    };
    struct estimate lift = fieller(&quotient, errors);

    lift.value -= 1.0;
    lift.low -= 1.0;
    lift.high -= 1.0;
    return lift;
}

struct estimate
compare_lift(const struct moments *treated, const struct moments *control, double level)
{
    struct estimate difference = compare_means(treated, control, level);
    struct estimate lift =
        compare_lift_errors(treated, control, errors_of(&difference, level));

    lift.p = difference.p;
    lift.degrees = difference.degrees;
    return lift;
}

static bool
has_tries(const struct tally *group)
{
    return group->tries > 0.0 && group->successes >= 0.0 &&
           group->successes <= group->tries;
}

struct estimate
compare_rate_lift(const struct tally *treated, const struct tally *control, double level)
{
    if (!has_tries(treated) || !has_tries(control))
        return estimate_unknown(NAN);
    double ratio =
        treated->successes / treated->tries / (control->successes / control->tries);
    /* neither group ever had a success: nothing to divide */
    struct estimate lift = estimate_unknown(isfinite(ratio) ? ratio - 1.0 : NAN);
    double half = treated->successes == 0.0 || control->successes == 0.0 ? 0.5 : 0.0;
    if (treated->successes + control->successes == 0.0)
        return lift;
    double first = treated->successes + half, second = control->successes + half;
    double first_tries = treated->tries + half, second_tries = control->tries + half;
    double log_ratio = log(first / first_tries / (second / second_tries));
    struct estimate log_lift = estimate_student(
        log_ratio,
        sqrt(1.0 / first - 1.0 / first_tries + 1.0 / second - 1.0 / second_tries),
        INFINITY, level);
    lift.error = log_lift.error;
    lift.low = treated->successes > 0.0 ? expm1(log_lift.low) : -1.0;
    if (control->successes > 0.0)
        lift.high = expm1(log_lift.high);
    lift.p = log_lift.p;
    lift.degrees = log_lift.degrees;
    return lift;
}

/* --- ratios within units ------------------------------------------------------------ */

struct estimate
compare_ratio(const struct pairs *group, double level)
{
    double n = group->count, x = group->mean_x;

    if (!(n > 0.0) || x == 0.0)
        return estimate_unknown(NAN);
    double ratio = group->mean_y / x;
    if (n < 2.0)
        return estimate_unknown(ratio);
    double square = group->yy - 2.0 * ratio * group->xy + ratio * ratio * group->xx;
    return estimate_student(ratio, sqrt(fmax(square, 0.0) / (n - 1.0) / n) / fabs(x),
                            INFINITY, level);
}

struct estimate
compare_ratios(const struct pairs *treated, const struct pairs *control, double level)
{
    struct estimate first = compare_ratio(treated, level);
    struct estimate second = compare_ratio(control, level);

    return estimate_student(first.value - second.value, hypot(first.error, second.error),
                            INFINITY, level);
}

/* --- those who took part ------------------------------------------------------------ */

struct estimate
compare_uptake_errors(const struct pairs *treated, const struct pairs *control,
                      double errors)
{
    double n = treated->count, m = control->count;

    if (!(n >= 2.0) || !(m >= 2.0))
        return estimate_unknown(NAN);
    struct quotient quotient = {
        .over = treated->mean_y - control->mean_y,
        .under = treated->mean_x - control->mean_x,
        .over_variance = treated->yy / (n - 1.0) / n + control->yy / (m - 1.0) / m,
        .under_variance = treated->xx / (n - 1.0) / n + control->xx / (m - 1.0) / m,
        .covariance = treated->xy / (n - 1.0) / n + control->xy / (m - 1.0) / m,
    };
    return fieller(&quotient, errors);
}

struct estimate
compare_uptake(const struct pairs *treated, const struct pairs *control, double level)
{
    struct moments first = pairs_y(treated), second = pairs_y(control);
    struct estimate difference = compare_means(&first, &second, level);
    struct estimate effect =
        compare_uptake_errors(treated, control, errors_of(&difference, level));

    effect.p = difference.p;
    effect.degrees = difference.degrees;
    return effect;
}
