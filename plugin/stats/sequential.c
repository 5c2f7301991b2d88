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

/* A difference whose groups' spread is as it is to be. */
static struct estimate
difference_of(const struct sequence *sequence, const struct moments *treated,
              const struct moments *control)
{
    struct estimate fixed = compare_means(treated, control, sequence->level);

    return sequence_estimate(sequence, fixed.value, fixed.error,
                             treated->count + control->count,
                             fmin(treated->count, control->count));
}

struct estimate
sequence_means(const struct sequence *sequence, const struct moments *treated,
               const struct moments *control)
{
    struct moments first = *treated, second = *control;

    moments_guard(&first, &second);
    return difference_of(sequence, &first, &second);
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

static struct estimate
lift_of(const struct sequence *sequence, const struct moments *treated,
        const struct moments *control)
{
    struct estimate difference = difference_of(sequence, treated, control);
    double errors = sequence_errors(sequence, treated->count + control->count);

    return with_difference(compare_lift_errors(treated, control, errors), &difference);
}

struct estimate
sequence_lift(const struct sequence *sequence, const struct moments *treated,
              const struct moments *control)
{
    struct moments first = *treated, second = *control;

    moments_guard(&first, &second);
    return lift_of(sequence, &first, &second);
}

struct estimate
sequence_uptake(const struct sequence *sequence, const struct pairs *treated,
                const struct pairs *control)
{
    struct moments first = pairs_y(treated), second = pairs_y(control);
    struct pairs guarded[2] = {*treated, *control};
    double errors = sequence_errors(sequence, first.count + second.count);

    moments_guard(&first, &second);
    struct estimate difference = difference_of(sequence, &first, &second);
    guarded[0].yy = first.square;
    guarded[1].yy = second.square;
    return with_difference(compare_uptake_errors(&guarded[0], &guarded[1], errors),
                           &difference);
}

/* --- rates -------------------------------------------------------------------------- */

/* A rate as a mean of 0 and 1, with the larger of two spreads: that with a success and a
 * failure more, and that with SEQUENCE_RATE_TRIES more at the rate of both groups. */
static struct moments
rate_moments(const struct tally *group, const struct tally *other)
{
    double tries = group->tries, successes = group->successes;
    double shared = (successes + other->successes) / (tries + other->tries);
    double smooth = (successes + 1.0) / (tries + 2.0);
    double mixed =
        (successes + SEQUENCE_RATE_TRIES * shared) / (tries + SEQUENCE_RATE_TRIES);

    return (struct moments){
        .count = tries,
        .mean = tries > 0.0 ? successes / tries : 0.0,
        .square =
            fmax(smooth * (1.0 - smooth), mixed * (1.0 - mixed)) * fmax(tries - 1.0, 0.0),
    };
}

struct estimate
sequence_rates(const struct sequence *sequence, const struct tally *treated,
               const struct tally *control)
{
    struct moments first = rate_moments(treated, control);
    struct moments second = rate_moments(control, treated);

    return difference_of(sequence, &first, &second);
}

struct estimate
sequence_rate_lift(const struct sequence *sequence, const struct tally *treated,
                   const struct tally *control)
{
    struct moments first = rate_moments(treated, control);
    struct moments second = rate_moments(control, treated);

    return lift_of(sequence, &first, &second);
}

/* --- looks and plans ---------------------------------------------------------------- */

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
