/* Confidence sequences by the normal mixture: the ordinary standard error, a wider
 * multiple of it. Everything rests on sequence_errors(); the rest gets an error and
 * counts units. Too few units are no error: the interval is everything. */
#include "stats/sequential.h"

#include "stats/compare.h"
#include "stats/special.h"

#include <math.h>

#define MOST_UNITS 1e12

/* n ρ²: how far the experiment is, in units of the mixture. */
static double
progress(const struct sequence *sequence, double units)
{
    double twice = -2.0 * log(1.0 - sequence->level);

    return units * (twice + log1p(twice)) / sequence->best_at;
}

static bool
is_sound(const struct sequence *sequence)
{
    return sequence->level > 0.0 && sequence->level < 1.0 && sequence->best_at > 0.0;
}

double
sequence_errors(const struct sequence *sequence, double units)
{
    if (!is_sound(sequence) || !(units > 0.0))
        return NAN;
    double k = progress(sequence, units), alpha = 1.0 - sequence->level;
    return sqrt(2.0 * (k + 1.0) / k * (0.5 * log1p(k) - log(alpha)));
}

struct estimate
sequence_estimate(const struct sequence *sequence, double value, double error,
                  double units, double smallest)
{
    if (!is_sound(sequence) || !(error > 0.0) || isinf(error) || isnan(value) ||
        !(units > 0.0) || !(smallest >= sequence->least))
        return estimate_unknown(value);
    double margin = error * sequence_errors(sequence, units);
    double z = value / error, k = progress(sequence, units);
    double log_p = 0.5 * log1p(k) - z * z * k / (2.0 * (k + 1.0));
    return (struct estimate){
        .value = value,
        .error = error,
        .low = value - margin,
        .high = value + margin,
        .p = log_p < 0.0 ? exp(log_p) : 1.0,
        .degrees = INFINITY,
    };
}

struct estimate
sequence_mean(const struct sequence *sequence, const struct moments *group)
{
    return sequence_estimate(sequence, group->count > 0.0 ? group->mean : NAN,
                             sqrt(moments_variance(group) / group->count), group->count,
                             group->count);
}

struct estimate
sequence_means(const struct sequence *sequence, const struct moments *treated,
               const struct moments *control)
{
    struct moments first = *treated, second = *control;

    moments_guard(&first, &second);
    struct estimate fixed = compare_means(&first, &second, sequence->level);
    return sequence_estimate(sequence, fixed.value, fixed.error,
                             first.count + second.count, fmin(first.count, second.count));
}

/* What is known of a quotient whose over is this difference: nothing before that is. */
static struct estimate
with_difference(struct estimate quotient, const struct estimate *difference)
{
    if (isinf(difference->high))
        return estimate_unknown(quotient.value);
    quotient.p = difference->p;
    quotient.degrees = INFINITY;
    return quotient;
}

struct estimate
sequence_lift(const struct sequence *sequence, const struct moments *treated,
              const struct moments *control)
{
    struct moments first = *treated, second = *control;
    struct estimate difference = sequence_means(sequence, treated, control);
    double errors = sequence_errors(sequence, first.count + second.count);

    moments_guard(&first, &second);
    return with_difference(compare_lift_errors(&first, &second, errors), &difference);
}

struct estimate
sequence_uptake(const struct sequence *sequence, const struct pairs *treated,
                const struct pairs *control)
{
    struct moments first = pairs_y(treated), second = pairs_y(control);
    struct estimate difference = sequence_means(sequence, &first, &second);
    struct pairs guarded[2] = {*treated, *control};
    double errors = sequence_errors(sequence, first.count + second.count);

    moments_guard(&first, &second);
    guarded[0].yy = first.square;
    guarded[1].yy = second.square;
    return with_difference(compare_uptake_errors(&guarded[0], &guarded[1], errors),
                           &difference);
}

/* A rate as a mean of 0 and 1, whose spread is that with a success and a failure more. */
static struct moments
rate_moments(const struct tally *group)
{
    double tries = group->tries, rate = (group->successes + 1.0) / (tries + 2.0);

    return (struct moments){
        .count = tries,
        .mean = tries > 0.0 ? group->successes / tries : 0.0,
        .square = rate * (1.0 - rate) * fmax(tries - 1.0, 0.0),
    };
}

struct estimate
sequence_rates(const struct sequence *sequence, const struct tally *treated,
               const struct tally *control)
{
    struct moments first = rate_moments(treated), second = rate_moments(control);

    return sequence_means(sequence, &first, &second);
}

struct estimate
sequence_rate_lift(const struct sequence *sequence, const struct tally *treated,
                   const struct tally *control)
{
    struct moments first = rate_moments(treated), second = rate_moments(control);

    return sequence_lift(sequence, &first, &second);
}

bool
sequence_narrow(struct estimate *known, const struct estimate *look)
{
    double low = fmax(known->low, look->low), high = fmin(known->high, look->high);

    if (low > high)
        return false;
    known->value = look->value;
    known->error = look->error;
    known->degrees = look->degrees;
    known->low = low;
    known->high = high;
    known->p = fmin(known->p, look->p);
    return true;
}

double
sequence_effect(const struct sequence *sequence, double error, double units, double power)
{
    if (!(power > 0.0 && power < 1.0))
        return NAN;
    return (sequence_errors(sequence, units) + normal_quantile(power)) * error;
}

double
sequence_units(const struct sequence *sequence, double spread, double effect,
               double power)
{
    if (!is_sound(sequence) || !(spread > 0.0) || isnan(effect) ||
        !(power > 0.0 && power < 1.0))
        return NAN;
    double low = fmax(2.0 * sequence->least, 1.0), high = MOST_UNITS;
    double reach = fabs(effect) / sqrt(spread), more = normal_quantile(power);
    /* an interval that is over once `reach` in errors outgrows its half width */
#define IS_ENOUGH(n) (reach * sqrt(n) >= sequence_errors(sequence, (n)) + more)
    if (!IS_ENOUGH(high))
        return INFINITY;
    for (int i = 0; i < 200 && high - low > 0.5; i++) {
        double middle = sqrt(low) * sqrt(high);
        if (IS_ENOUGH(middle))
            high = middle;
        else
            low = middle;
    }
#undef IS_ENOUGH
    return ceil(high);
}
