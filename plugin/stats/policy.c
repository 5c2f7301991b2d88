/* Off-policy estimators as running sums: a log of any length is read once. A row that
 * makes no sense is counted, never repaired; the verdict then refuses. */
#include "stats/policy.h"

#include <math.h>

#define ERRORS_OFF 3.0 /* the mean weight is off when it is so many standard errors … */
#define SHARE_OFF 0.02 /* … and so much away from 1 */
#define EFFECTIVE_SHARE_LEAST 0.01

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

static bool
has_model(const struct policy_row *row)
{
    return isfinite(row->model_logged) && isfinite(row->model_wanted);
}

static double
weight_of(const struct policy *policy, const struct policy_row *row)
{
    double weight = row->wanted / row->logged;

    return policy->clip > 0.0 ? fmin(weight, policy->clip) : weight;
}

/* The row's term of the doubly robust estimate. */
static double
robust_term(const struct policy_row *row, double weight)
{
    return row->model_wanted + weight * (row->reward - row->model_logged);
}

void
policy_add(struct policy *policy, const struct policy_row *row)
{
    policy->rows++;
    if (is_broken(row)) {
        policy->broken++;
        return;
    }
    double raw = row->wanted / row->logged, weight = weight_of(policy, row);
    double reward = row->reward, square = weight * weight;
    policy->clipped += weight < raw;
    policy->weight += weight;
    policy->weight_square += square;
    policy->weight_largest = fmax(policy->weight_largest, weight);
    policy->weight_reward += weight * reward;
    policy->square_reward += square * reward;
    policy->square_reward_square += square * reward * reward;
    policy->unreached += row->unreached;
    moments_add(&policy->raw, raw);
    moments_add(&policy->plain, weight * reward);
    moments_add(&policy->reward, reward);
    if (has_model(row)) {
        policy->modelled++;
        moments_add(&policy->robust, robust_term(row, weight));
    }
}

void
policy_merge(struct policy *into, const struct policy *from)
{
    into->rows += from->rows;
    into->broken += from->broken;
    into->clipped += from->clipped;
    into->modelled += from->modelled;
    into->weight += from->weight;
    into->weight_square += from->weight_square;
    into->weight_largest = fmax(into->weight_largest, from->weight_largest);
    into->weight_reward += from->weight_reward;
    into->square_reward += from->square_reward;
    into->square_reward_square += from->square_reward_square;
    into->unreached += from->unreached;
    moments_merge(&into->raw, &from->raw);
    moments_merge(&into->plain, &from->plain);
    moments_merge(&into->robust, &from->robust);
    moments_merge(&into->reward, &from->reward);
}

/* --- one policy --------------------------------------------------------------------- */

static double
effective_units(const struct policy *policy)
{
    return policy->weight > 0.0 ? policy->weight * policy->weight / policy->weight_square
                                : 0.0;
}

static struct estimate
mean_estimate(const struct moments *terms, double degrees, double level)
{
    return estimate_student(terms->count > 0.0 ? terms->mean : NAN,
                            sqrt(moments_variance(terms) / terms->count), degrees, level);
}

static struct estimate
normalised_estimate(const struct policy *policy, double degrees, double level)
{
    double value = policy->weight_reward / policy->weight;
    double square = policy->square_reward_square - 2.0 * value * policy->square_reward +
                    value * value * policy->weight_square;

    return estimate_student(value, sqrt(fmax(square, 0.0)) / policy->weight, degrees,
                            level);
}

static enum policy_verdict
judge(const struct policy *policy, const struct policy_value *value)
{
    double off = value->mean_weight - 1.0;
    double noise = sqrt(moments_variance(&policy->raw) / policy->raw.count);
    bool is_off = fabs(off) > SHARE_OFF && !(fabs(off) <= ERRORS_OFF * noise);

    if (policy->rows == 0.0 || policy->broken > 0.0)
        return POLICY_NO_ROWS;
    if (value->unreached > POLICY_UNREACHED_MOST || (is_off && off < 0.0))
        return POLICY_UNREACHED;
    if (is_off)
        return POLICY_MISLOGGED;
    if (value->effective < POLICY_EFFECTIVE_LEAST ||
        value->effective < EFFECTIVE_SHARE_LEAST * policy->rows ||
        value->largest > POLICY_LARGEST_MOST)
        return POLICY_TOO_THIN;
    return POLICY_SOUND;
}

struct policy_value
policy_value(const struct policy *policy, double level)
{
    double counted = policy->raw.count, effective = effective_units(policy);
    double degrees = effective - 1.0, raw_weight = policy->raw.mean * counted;
    bool is_modelled = policy->modelled == counted && counted > 0.0;
    struct policy_value value = {
        .ips = mean_estimate(&policy->plain, degrees, level),
        .snips = normalised_estimate(policy, degrees, level),
        .robust = is_modelled ? mean_estimate(&policy->robust, degrees, level)
                              : estimate_unknown(NAN),
        .followed = mean_estimate(&policy->reward, counted - 1.0, level),
        .effective = effective,
        .largest = policy->weight > 0.0 ? policy->weight_largest / policy->weight : 0.0,
        .mean_weight = counted > 0.0 ? policy->raw.mean : NAN,
        .unreached = counted > 0.0 ? policy->unreached / counted : 0.0,
        .clipped_rows = counted > 0.0 ? policy->clipped / counted : 0.0,
        .clipped_weight = policy->clipped > 0.0 ? 1.0 - policy->weight / raw_weight : 0.0,
    };

    value.verdict = judge(policy, &value);
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
policy_pair_add(struct policy_pair *pair, const struct policy_row *first,
                const struct policy_row *second)
{
    policy_add(&pair->first, first);
    policy_add(&pair->second, second);
    if (is_broken(first) || is_broken(second))
        return;
    double one = weight_of(&pair->first, first), other = weight_of(&pair->second, second);
    double reward = first->reward;
    pair->cross += one * other;
    pair->cross_reward += one * other * reward;
    pair->cross_reward_square += one * other * reward * reward;
    moments_add(&pair->plain, (one - other) * reward);
    if (has_model(first) && has_model(second))
        moments_add(&pair->robust, robust_term(first, one) - robust_term(second, other));
}

/* Variances of the two linearised values, less twice their covariance. */
static double
normalised_variance(const struct policy_pair *pair, const struct estimate *first,
                    const struct estimate *second)
{
    double a = first->value, b = second->value;
    double product =
        pair->cross_reward_square - (a + b) * pair->cross_reward + a * b * pair->cross;
    double shared = product / (pair->first.weight * pair->second.weight);

    return first->error * first->error + second->error * second->error - 2.0 * shared;
}

struct policy_gain
policy_gain(const struct policy_pair *pair, double level)
{
    struct policy_value first = policy_value(&pair->first, level);
    struct policy_value second = policy_value(&pair->second, level);
    double degrees = fmin(first.effective, second.effective) - 1.0;
    double variance = normalised_variance(pair, &first.snips, &second.snips);
    bool is_modelled = pair->robust.count == pair->plain.count;

    return (struct policy_gain){
        .verdict = first.verdict != POLICY_SOUND ? first.verdict : second.verdict,
        .ips = mean_estimate(&pair->plain, degrees, level),
        .snips = estimate_student(first.snips.value - second.snips.value,
                                  sqrt(fmax(variance, 0.0)), degrees, level),
        .robust = is_modelled ? mean_estimate(&pair->robust, degrees, level)
                              : estimate_unknown(NAN),
    };
}
