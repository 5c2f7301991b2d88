/* Off-policy estimators as running sums: rows into units, units into a policy, and every
 * estimate a ratio of two sums over units. A log of any length is read once. A row that
 * makes no sense is counted, never repaired; the verdict then refuses. */
#include "stats/policy.h"

#include "stats/compare.h"

#include <math.h>

#define ERRORS_OFF 3.0 /* the mean weight is off when it is so many standard errors … */
#define SHARE_OFF 0.02 /* … and so much away from 1 */
#define EFFECTIVE_SHARE_LEAST 0.01

/* --- rows and units ----------------------------------------------------------------- */

static bool
is_share(double x)
{
    return x >= 0.0 && x <= 1.0;
}

static bool
is_broken(const struct policy_row *row)
{
    return !isfinite(row->reward) || !is_share(row->logged) || row->logged == 0.0 ||
           !is_share(row->wanted) || !is_share(row->unreached);
}

void
policy_unit_add(struct policy_unit *unit, const struct policy_row *row, double clip)
{
    if (is_broken(row)) {
        unit->broken++;
        return;
    }
    double raw = row->wanted / row->logged;
    double weight = clip > 0.0 ? fmin(raw, clip) : raw;
    unit->rows++;
    unit->clipped += weight < raw;
    unit->raw += raw;
    unit->weight += weight;
    unit->weight_reward += weight * row->reward;
    unit->reward += row->reward;
    unit->unreached += row->unreached;
    if (isfinite(row->model_logged) && isfinite(row->model_wanted)) {
        double residual = weight * (row->reward - row->model_logged);
        unit->modelled++;
        unit->residual += residual;
        unit->robust += row->model_wanted + residual;
    }
}

static void
spread_add(struct policy_spread *spread, double x)
{
    spread->square += x * x;
    spread->fourth += x * x * x * x;
}

static void
spread_merge(struct policy_spread *into, const struct policy_spread *from)
{
    into->square += from->square;
    into->fourth += from->fourth;
}

/* Units that carry the spread. */
static double
carriers(const struct policy_spread *spread)
{
    return spread->fourth > 0.0 ? spread->square * spread->square / spread->fourth : 0.0;
}

void
policy_add_unit(struct policy *policy, const struct policy_unit *unit)
{
    policy->broken += unit->broken;
    if (unit->rows == 0.0)
        return;
    policy->units++;
    policy->rows += unit->rows;
    policy->clipped += unit->clipped;
    policy->modelled += unit->modelled;
    policy->unreached += unit->unreached;
    policy->heaviest = fmax(policy->heaviest, unit->weight);
    pairs_add(&policy->normalised, unit->weight, unit->weight_reward);
    pairs_add(&policy->plain, unit->rows, unit->weight_reward);
    pairs_add(&policy->robust, unit->rows, unit->robust);
    pairs_add(&policy->followed, unit->rows, unit->reward);
    pairs_add(&policy->raw, unit->rows, unit->raw);
    spread_add(&policy->reward_spread, unit->weight_reward);
    spread_add(&policy->residual_spread, unit->residual);
}

void
policy_add(struct policy *policy, const struct policy_row *row)
{
    struct policy_unit unit = {0};

    policy_unit_add(&unit, row, 0.0);
    policy_add_unit(policy, &unit);
}

void
policy_merge(struct policy *into, const struct policy *from)
{
    into->units += from->units;
    into->rows += from->rows;
    into->broken += from->broken;
    into->clipped += from->clipped;
    into->modelled += from->modelled;
    into->unreached += from->unreached;
    into->heaviest = fmax(into->heaviest, from->heaviest);
    pairs_merge(&into->normalised, &from->normalised);
    pairs_merge(&into->plain, &from->plain);
    pairs_merge(&into->robust, &from->robust);
    pairs_merge(&into->followed, &from->followed);
    pairs_merge(&into->raw, &from->raw);
    spread_merge(&into->reward_spread, &from->reward_spread);
    spread_merge(&into->residual_spread, &from->residual_spread);
}

/* --- one policy --------------------------------------------------------------------- */

static double
sum_of_weights(const struct policy *policy)
{
    return policy->normalised.mean_x * policy->units;
}

static double
effective_units(const struct policy *policy)
{
    double sum = sum_of_weights(policy), mean = policy->normalised.mean_x;
    double square = policy->normalised.xx + mean * mean * policy->units;

    return square > 0.0 ? sum * sum / square : 0.0;
}

/* A ratio of sums, with the degrees that so many units leave. */
static struct estimate
ratio_estimate(const struct pairs *sums, double units, double level)
{
    struct estimate ratio = compare_ratio(sums, level);

    return estimate_student(ratio.value, ratio.error, units - 1.0, level);
}

static enum policy_verdict
judge(const struct policy *policy, const struct policy_value *value, double weight_error)
{
    double off = value->mean_weight - 1.0;
    bool is_off = fabs(off) > SHARE_OFF && !(fabs(off) <= ERRORS_OFF * weight_error);

    if (policy->units == 0.0 || policy->broken > 0.0)
        return POLICY_NO_ROWS;
    if (value->unreached > POLICY_UNREACHED_MOST || (is_off && off < 0.0))
        return POLICY_UNREACHED;
    if (is_off)
        return POLICY_MISLOGGED;
    if (value->effective < POLICY_EFFECTIVE_LEAST ||
        value->effective < EFFECTIVE_SHARE_LEAST * policy->units ||
        value->largest > POLICY_LARGEST_MOST || value->carriers < POLICY_CARRIERS_LEAST)
        return POLICY_TOO_THIN;
    return POLICY_SOUND;
}

static double
share(double part, double all)
{
    return all > 0.0 ? part / all : 0.0;
}

struct policy_value
policy_value(const struct policy *policy, double level)
{
    double effective = effective_units(policy), weight = sum_of_weights(policy);
    double rewarded = carriers(&policy->reward_spread);
    double degrees = fmin(effective, rewarded);
    double robust_degrees = fmin(effective, carriers(&policy->residual_spread));
    struct estimate raw = compare_ratio(&policy->raw, level);
    struct policy_value value = {
        .ips = ratio_estimate(&policy->plain, degrees, level),
        .snips = ratio_estimate(&policy->normalised, degrees, level),
        .robust = policy->modelled == policy->rows
                      ? ratio_estimate(&policy->robust, robust_degrees, level)
                      : estimate_unknown(NAN),
        .followed = ratio_estimate(&policy->followed, policy->units, level),
        .effective = effective,
        .carriers = rewarded,
        .largest = share(policy->heaviest, weight),
        .mean_weight = raw.value,
        .unreached = share(policy->unreached, policy->rows),
        .clipped_rows = share(policy->clipped, policy->rows),
    };

    if (policy->clipped > 0.0)
        value.clipped_weight = 1.0 - weight / (policy->raw.mean_y * policy->units);
    value.verdict = judge(policy, &value, raw.error);
    return value;
}

const char *
policy_verdict_text(enum policy_verdict verdict)
{
    switch (verdict) {
    case POLICY_SOUND:
        return "the log says enough of this policy";
    case POLICY_NO_ROWS:
        return "there is nothing in the log that could be reckoned with";
    case POLICY_UNREACHED:
        return "this policy does what was never tried";
    case POLICY_MISLOGGED:
        return "the logged probabilities are not those by which choices were made";
    case POLICY_TOO_THIN:
        return "too few logged choices are those of this policy";
    }
    return "";
}

/* --- two policies ------------------------------------------------------------------- */

void
policy_pair_add_units(struct policy_pair *pair, const struct policy_unit *first,
                      const struct policy_unit *second)
{
    policy_add_unit(&pair->first, first);
    policy_add_unit(&pair->second, second);
    if (first->rows == 0.0 || first->rows != second->rows)
        return;
    pair->reward_reward += first->weight_reward * second->weight_reward;
    pair->reward_weight += first->weight_reward * second->weight;
    pair->weight_reward += first->weight * second->weight_reward;
    pair->weight_weight += first->weight * second->weight;
    pairs_add(&pair->plain, first->rows, first->weight_reward - second->weight_reward);
    pairs_add(&pair->robust, first->rows, first->robust - second->robust);
    spread_add(&pair->reward_spread, first->weight_reward - second->weight_reward);
    spread_add(&pair->residual_spread, first->residual - second->residual);
}

void
policy_pair_add(struct policy_pair *pair, const struct policy_row *first,
                const struct policy_row *second)
{
    struct policy_unit one = {0}, other = {0};

    policy_unit_add(&one, first, 0.0);
    policy_unit_add(&other, second, 0.0);
    policy_pair_add_units(pair, &one, &other);
}

/* Of the two normalised values: Σ (R - a W)(R' - b W') / (Σ W Σ W'). */
static double
normalised_covariance(const struct policy_pair *pair, double a, double b)
{
    double n = pair->plain.count;
    double product = pair->reward_reward - b * pair->reward_weight -
                     a * pair->weight_reward + a * b * pair->weight_weight;

    return product * n / (n - 1.0) /
           (sum_of_weights(&pair->first) * sum_of_weights(&pair->second));
}

struct policy_gain
policy_gain(const struct policy_pair *pair, double level)
{
    struct policy_value first = policy_value(&pair->first, level);
    struct policy_value second = policy_value(&pair->second, level);
    double a = first.snips.value, b = second.snips.value;
    double variance = first.snips.error * first.snips.error +
                      second.snips.error * second.snips.error -
                      2.0 * normalised_covariance(pair, a, b);
    double effective = fmin(first.effective, second.effective);
    double degrees = fmin(effective, carriers(&pair->reward_spread));
    double robust_degrees = fmin(effective, carriers(&pair->residual_spread));
    bool is_modelled = pair->first.modelled == pair->first.rows &&
                       pair->second.modelled == pair->second.rows;

    return (struct policy_gain){
        .verdict = first.verdict != POLICY_SOUND ? first.verdict : second.verdict,
        .ips = ratio_estimate(&pair->plain, degrees, level),
        .snips = estimate_student(a - b, sqrt(fmax(variance, 0.0)), degrees - 1.0, level),
        .robust = is_modelled ? ratio_estimate(&pair->robust, robust_degrees, level)
                              : estimate_unknown(NAN),
    };
}
