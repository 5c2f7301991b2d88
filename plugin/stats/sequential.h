/* Intervals and p that hold at every look: an experiment may be read every day and
 * stopped whenever it has said enough.
 *
 * The interval is the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha,
 * Kennedy and Ramdas ("Time-uniform central limit theory and asymptotic confidence
 * sequences", Annals of Statistics 52, 2024): Robbins' mixture of normals, with the
 * variance estimated. After n units, with the ordinary standard error:
 *
 *   value ± error × √( 2 (k + 1)/k × ln( √(k + 1) / α ) ),   k = n ρ²,   α = 1 - level
 *
 * For a difference of groups that units are dealt to at random, error and n are those of
 * both together (theirs is the estimator with each group's mean as its model). It holds
 * at all n at once in the limit of large n; before `least` units in each group nothing is
 * said. A unit counts from when its outcome is final (its window is over): what still
 * grows while one looks is no mean of units that came one after the other.
 *
 * ρ is a choice that must not look at the data; theirs makes the interval narrowest about
 * n = `best_at`; from a third of that to thirty times as much it is at most an eighth wider
 * than the narrowest there:
 *
 *   ρ² = (-2 ln α + ln(1 - 2 ln α)) / best_at
 *
 * p is the smallest α whose interval (with the ρ of `level`) leaves out 0, the inverse of
 * the mixture's likelihood ratio (mSPRT; Johari, Koomen, Pekelis and Walsh, "Always valid
 * inference", Operations Research 70, 2022): min(1, √(k + 1) × exp(-z² k / 2(k + 1))) with
 * z = value / error. The lowest p of all looks may be kept, and the intervals of all looks
 * may be cut with each other: sequence_narrow(). */
#ifndef TUCK_STATS_SEQUENTIAL_H
#define TUCK_STATS_SEQUENTIAL_H

#include "stats/estimate.h"
#include "stats/moments.h"

#include <stdbool.h>

struct sequence {
    double level;   /* 0.95 */
    double best_at; /* units, of all groups, at which the interval is to be narrowest */
    double least;   /* units in each group before anything is said */
};
#define SEQUENCE_BEST_AT 3000.0
#define SEQUENCE_LEAST 100.0
#define SEQUENCE_DEFAULT                                                               \
    {                                                                                  \
        0.95, SEQUENCE_BEST_AT, SEQUENCE_LEAST                                         \
    }

/* Half the interval's width in standard errors, after so many units; NaN for none. */
double sequence_errors(const struct sequence *sequence, double units);

/* Of any estimate that is a mean over units, or a difference of such: its value, its
 * ordinary standard error, all its units, and those of the smallest group. */
struct estimate sequence_estimate(const struct sequence *sequence, double value,
                                  double error, double units, double smallest);

/* Of a group in which few units are not 0 it is too sure of itself at first: for show. */
struct estimate sequence_mean(const struct sequence *sequence,
                              const struct moments *group);
/* treated - control; of moments that covariate_adjust() made, too. The groups are guarded
 * (moments_guard()). */
struct estimate sequence_means(const struct sequence *sequence,
                               const struct moments *treated,
                               const struct moments *control);
/* treated - control of rates. The variance of each is p (1 - p) with one success and one
 * failure added, so that a group without success is not taken for certain, or, if that is
 * more, with SEQUENCE_RATE_TRIES tries added at the rate of both: the guard of rates. */
#define SEQUENCE_RATE_TRIES 400.0
struct estimate sequence_rates(const struct sequence *sequence,
                               const struct tally *treated, const struct tally *control);

/* treated / control - 1: Fieller's interval (compare.h) with the sequence's errors. For any
 * ratio R the sequence of mean₁ - R × mean₀ holds at all times, so the ratios it leaves in
 * do. p is that of the difference. */
struct estimate sequence_lift(const struct sequence *sequence,
                              const struct moments *treated,
                              const struct moments *control);
struct estimate sequence_rate_lift(const struct sequence *sequence,
                                   const struct tally *treated,
                                   const struct tally *control);
/* The effect on those who were really treated: compare_uptake(), held at all times. */
struct estimate sequence_uptake(const struct sequence *sequence,
                                const struct pairs *treated,
                                const struct pairs *control);

/* Cuts what is known so far with a new look and keeps the lower p; value and error are the
 * new ones. False, with `known` as it was, when nothing would remain: then the effect is
 * not the same all the time (or the groups are not what they should be). */
bool sequence_narrow(struct estimate *known, const struct estimate *look);

/* The smallest effect found with that power by now, when units × error² stays as it is. */
double sequence_effect(const struct sequence *sequence, double error, double units,
                       double power);
/* Units in all groups until that effect is found with that power at the latest, when
 * units × error² stays `spread` (power.h) and the interval is looked at all the time;
 * infinite when the effect is 0 or so small that 1e12 units are too few. */
double sequence_units(const struct sequence *sequence, double spread, double effect,
                      double power);

#endif
