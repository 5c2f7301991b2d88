/* Means of a group, and what tells two groups apart. */
#include "report/inside.h"

#include "stats/compare.h"
#include "stats/power.h"
#include "stats/sequential.h"
#include "stats/several.h"

#include <math.h>

#define POWER 0.8
#define EXPLAINED_LEAST 0.01 /* of the variance, for the past to be used */

const struct report_metric_kind report_metrics[REPORT_METRICS] = {
    [REPORT_ORDERED] = {"ordered-again", "ordered again", METRIC_RATE, false},
    [REPORT_ORDERS] = {"orders", "orders per customer", METRIC_COUNT, false},
    [REPORT_REVENUE] = {"revenue", "revenue per customer", METRIC_MONEY, false},
    [REPORT_MARGIN] = {"margin", "margin per customer", METRIC_MONEY, false},
    [REPORT_RETAINED] = {"retained", "ordered in the window after", METRIC_RATE, false},
    [REPORT_LIFETIME] = {"lifetime-value", "lifetime value", METRIC_MONEY, false},
    [REPORT_NPS] = {"nps", "NPS afterwards", METRIC_SCORE, false},
    [REPORT_EFFORT] = {"effort", "effort afterwards", METRIC_SCORE, true},
};

/* --- means ----------------------------------------------------------------------------
 */

static struct tally
tally_of(const struct pairs *pairs)
{
    return (struct tally){pairs->count, round(pairs->count * pairs->mean_y)};
}

struct report_measure
measure(enum report_metric metric, const struct pairs *pairs)
{
    struct report_measure made = {pairs->count, estimate_unknown(NAN)};
    struct tally tally = tally_of(pairs);
    struct moments moments = pairs_y(pairs);
    if (pairs->count > 0)
        made.mean = report_metrics[metric].unit == METRIC_RATE
                        ? compare_rate(&tally, LEVEL)
                        : compare_mean(&moments, LEVEL);
    return made;
}

static const struct report_effect no_effect = {
    .difference = {NAN, NAN, -INFINITY, INFINITY, 1, INFINITY},
    .lift = {NAN, NAN, -INFINITY, INFINITY, 1, INFINITY},
    .once = {NAN, NAN, -INFINITY, INFINITY, 1, INFINITY},
    .printed = {NAN, NAN, -INFINITY, INFINITY, 1, INFINITY},
    .p = NAN,
    .detectable = NAN,
    .days = NAN,
};

void
fill_arm(const struct group *group, const struct sums *sums, const struct counts *counts,
         struct report_arm *arm)
{
    const struct tally used = {(double)counts->coupons, (double)counts->redeemed};
    arm->name = group->name;
    arm->is_apart = group->is_apart;
    arm->customers = sums->customers;
    arm->waiting = sums->waiting;
    arm->reached = sums->reached;
    arm->decided = counts->decided;
    arm->printed = counts->printed;
    arm->coupons = counts->coupons;
    arm->redeemed = counts->redeemed;
    arm->advised = counts->advised;
    arm->paper_minor = counts->paper_minor;
    arm->coupons_minor = counts->coupons_minor;
    arm->redemption =
        counts->coupons > 0 ? compare_rate(&used, LEVEL) : estimate_unknown(NAN);
    for (int m = 0; m < REPORT_METRICS; m++) {
        arm->measures[m] = measure((enum report_metric)m, &sums->by_past[m]);
        arm->effects[m] = no_effect;
    }
}

/* --- differences ----------------------------------------------------------------------
 */

/* What is compared of a metric: two groups, and all that share the control. */
struct contrast {
    enum report_metric metric;
    const struct sums *treated, *control;
    const struct pairs *groups; /* of all arms */
    size_t group_count;
    double dealt, days; /* customers of all groups so far, in so many days */
};

static void
set_difference(const struct contrast *contrast, const struct sequence *sequence,
               struct report_effect *effect)
{
    const struct pairs *one = &contrast->treated->by_past[contrast->metric];
    const struct pairs *other = &contrast->control->by_past[contrast->metric];
    struct covariate covariate = covariate_fit(contrast->groups, contrast->group_count);
    double explained = covariate_reduction(&covariate, one, other);
    struct tally hits = tally_of(one), misses = tally_of(other);
    struct moments treated = pairs_y(one), control = pairs_y(other);
    bool is_rate = report_metrics[contrast->metric].unit == METRIC_RATE;
    effect->once = is_rate ? compare_rates(&hits, &misses, LEVEL)
                           : compare_means(&treated, &control, LEVEL);
    if (explained >= EXPLAINED_LEAST) {
        effect->explained = explained;
        treated = covariate_adjust(&covariate, one);
        control = covariate_adjust(&covariate, other);
        is_rate = false;
    }
    effect->difference = is_rate ? sequence_rates(sequence, &hits, &misses)
                                 : sequence_means(sequence, &treated, &control);
    if (report_metrics[contrast->metric].unit != METRIC_SCORE)
        effect->lift = is_rate ? sequence_rate_lift(sequence, &hits, &misses)
                               : sequence_lift(sequence, &treated, &control);
}

/* What would be seen by now, and when what is worth knowing would be. */
static void
set_outlook(const struct contrast *contrast, const struct sequence *sequence,
            int32_t least_bp, struct report_effect *effect)
{
    double units = contrast->treated->by_past[contrast->metric].count +
                   contrast->control->by_past[contrast->metric].count;
    double share = contrast->dealt > 0 ? units / contrast->dealt : 0;
    double least =
        fabs(contrast->control->by_past[contrast->metric].mean_y) * least_bp / 10000.0;
    struct estimate known = effect->difference;
    if (isnan(known.error) || known.error <= 0)
        return;
    effect->detectable = sequence_effect(sequence, known.error, units, POWER);
    if (report_metrics[contrast->metric].unit == METRIC_SCORE || least <= 0)
        return;
    double needed = sequence_units(sequence, power_spread(&known, units), least, POWER);
    /* customers of this contrast that come in a day */
    double per_day = contrast->dealt * fmin(share, 1) / fmax(contrast->days, 1);
    effect->days = power_days(needed, units, per_day);
}

static void
set_effect(const struct contrast *contrast, const struct sequence *sequence,
           int32_t least_bp, struct report_effect *effect)
{
    const struct pairs *one = &contrast->treated->by_print[contrast->metric];
    const struct pairs *other = &contrast->control->by_print[contrast->metric];
    *effect = no_effect;
    if (one->count < 2 || other->count < 2)
        return;
    set_difference(contrast, sequence, effect);
    if (one->mean_x > other->mean_x && one->mean_x < 1 + 1e-9 &&
        (one->mean_x < 1 || other->mean_x > 0))
        effect->printed = sequence_uptake(sequence, one, other);
    else if (one->mean_x > other->mean_x)
        effect->printed = effect->difference;
    set_outlook(contrast, sequence, least_bp, effect);
    effect->p = effect->difference.p;
}

enum status
set_effects(struct reckoning *reckoning, const struct report_test *test,
            struct report_part *part, const struct sums *const sums[], double dealt)
{
    const size_t arms = part->arm_count;
    struct pairs *groups = arena_make_array(reckoning->arena, arms, sizeof(*groups));
    double *p = arena_make_array(reckoning->arena, arms, sizeof(*p));
    size_t compared = 0;
    struct sequence sequence = SEQUENCE_DEFAULT;
    if (!groups || !p)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < arms; i++)
        compared += !part->arms[i].is_apart;
    sequence.level = several_level(LEVEL, compared - 1);
    for (int m = 0; m < REPORT_METRICS; m++) {
        size_t n = 0;
        for (size_t i = 0; i < arms; i++)
            if (!part->arms[i].is_apart)
                groups[n++] = sums[i]->by_past[m];
        for (size_t i = 0; i < arms; i++) {
            struct report_arm *arm = &part->arms[i];
            const struct contrast contrast = {(enum report_metric)m,
                                              sums[i],
                                              sums[0],
                                              groups,
                                              n,
                                              dealt,
                                              (double)(test->last_s - test->first_s) /
                                                  DAY_S};
            if (i > 0 && !arm->is_apart)
                set_effect(&contrast, &sequence, reckoning->report->least_effect_bp,
                           &arm->effects[m]);
            p[i] = arm->effects[m].p;
        }
        if (compared > 2 && !several_holm(p, arms, p))
            return STATUS_NO_MEMORY;
        for (size_t i = 0; i < arms; i++)
            part->arms[i].effects[m].p = p[i];
    }
    return STATUS_OK;
}
