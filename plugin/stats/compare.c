/* Comparisons of two groups from their sums. Each is a value, its standard error and the
 * interval that the header names; groups too small to tell give estimate_unknown(). The
 * functions of distributions are special.c's. */
#include "stats/compare.h"

#include "stats/special.h"

#include <math.h>

/* --- means -------------------------------------------------------------------------- */

/* Of the mean: s² / n; NaN of fewer than two. */
static double
mean_variance(const struct moments *group)
{
    return moments_variance(group) / group->count;
}

static double
mean_value(const struct moments *group)
{
    return group->count > 0.0 ? group->mean : NAN;
}

struct estimate
compare_mean(const struct moments *group, double level)
{
    return estimate_student(mean_value(group), sqrt(mean_variance(group)),
                            group->count - 1.0, level);
}

static double
welch_degrees(double first, double first_count, double second, double second_count)
{
    double sum = first + second;

    return sum * sum /
           (first * first / (first_count - 1.0) + second * second / (second_count - 1.0));
}

struct estimate
compare_means(const struct moments *treated, const struct moments *control, double level)
{
    double first = mean_variance(treated), second = mean_variance(control);

    return estimate_student(
        mean_value(treated) - mean_value(control), sqrt(first + second),
        welch_degrees(first, treated->count, second, control->count), level);
}

/* --- rates -------------------------------------------------------------------------- */

struct rate {
    double value, low, high;
};

static struct rate
wilson(const struct tally *group, double z)
{
    double n = group->tries, rate = group->successes / n, square = z * z;
    double centre = (rate + square / (2.0 * n)) / (1.0 + square / n);
    double margin =
        z / (1.0 + square / n) * sqrt(rate * (1.0 - rate) / n + square / (4.0 * n * n));

    return (struct rate){
        .value = rate,
        .low = group->successes == 0.0 ? 0.0 : fmax(centre - margin, 0.0),
        .high = group->successes == n ? 1.0 : fmin(centre + margin, 1.0),
    };
}

static bool
has_tries(const struct tally *group)
{
    return group->tries > 0.0 && group->successes >= 0.0 &&
           group->successes <= group->tries;
}

/* Standard errors to either side of an interval of that level; NaN: no such level. */
static double
normal_margin(double level)
{
    return level > 0.0 && level < 1.0 ? -normal_quantile((1.0 - level) / 2.0) : NAN;
}

struct estimate
compare_rate(const struct tally *group, double level)
{
    double z = normal_margin(level);

    if (!has_tries(group) || isnan(z))
        return estimate_unknown(NAN);
    struct rate rate = wilson(group, z);
    return (struct estimate){
        .value = rate.value,
        .error = sqrt(rate.value * (1.0 - rate.value) / group->tries),
        .low = rate.low,
        .high = rate.high,
        .p = group->successes > 0.0 ? 0.0 : 1.0, /* a single success refutes "never" */
        .degrees = INFINITY,
    };
}

/* The margins of Newcombe's interval below and above the difference. */
static void
newcombe(const struct tally *treated, const struct tally *control, double z,
         double *ret_below, double *ret_above)
{
    struct rate first = wilson(treated, z), second = wilson(control, z);

    *ret_below = hypot(first.value - first.low, second.high - second.value);
    *ret_above = hypot(first.high - first.value, second.value - second.low);
}

/* How many standard errors wide the interval may be before a bound touches 0: it widens
 * with z, and at the widest holds every difference. */
static double
newcombe_reach(const struct tally *treated, const struct tally *control,
               double difference)
{
    double low = 0.0, high = 40.0;

    for (int i = 0; i < 80; i++) {
        double z = (low + high) / 2.0, below, above;
        newcombe(treated, control, z, &below, &above);
        if ((difference > 0.0 ? below : above) < fabs(difference))
            low = z;
        else
            high = z;
    }
    return low;
}

struct estimate
compare_rates(const struct tally *treated, const struct tally *control, double level)
{
    double z = normal_margin(level), below, above;

    if (!has_tries(treated) || !has_tries(control) || isnan(z))
        return estimate_unknown(NAN);
    struct estimate first = compare_rate(treated, level);
    struct estimate second = compare_rate(control, level);
    double difference = first.value - second.value;
    newcombe(treated, control, z, &below, &above);
    return (struct estimate){
        .value = difference,
        .error = hypot(first.error, second.error),
        .low = fmax(difference - below, -1.0),
        .high = fmin(difference + above, 1.0),
        .p = 2.0 * normal_cdf(-newcombe_reach(treated, control, difference)),
        .degrees = INFINITY,
    };
}

/* --- a covariate from before -------------------------------------------------------- */

struct covariate
covariate_fit(const struct pairs groups[], size_t count)
{
    double xx = 0.0, xy = 0.0;
    struct moments all = {0};

    for (size_t i = 0; i < count; i++) {
        struct moments x = pairs_x(&groups[i]);
        moments_merge(&all, &x);
        xx += groups[i].xx;
        xy += groups[i].xy;
    }
    return (struct covariate){.slope = xx > 0.0 ? xy / xx : 0.0, .centre = all.mean};
}

struct moments
covariate_adjust(const struct covariate *covariate, const struct pairs *group)
{
    double slope = covariate->slope;
    double square = group->yy - 2.0 * slope * group->xy + slope * slope * group->xx;

    return (struct moments){
        .count = group->count,
        .mean = group->mean_y - slope * (group->mean_x - covariate->centre),
        .square = fmax(square, 0.0),
    };
}

double
covariate_reduction(const struct covariate *covariate, const struct pairs *treated,
                    const struct pairs *control)
{
    struct moments first = pairs_y(treated), second = pairs_y(control);
    double before = mean_variance(&first) + mean_variance(&second);

    first = covariate_adjust(covariate, treated);
    second = covariate_adjust(covariate, control);
    return 1.0 - (mean_variance(&first) + mean_variance(&second)) / before;
}
