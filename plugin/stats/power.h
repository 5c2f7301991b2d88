/* How small an effect would have been seen, and how long it takes to see one.
 *
 * The spread of a comparison is its variance times its units, which stays about the same
 * while units come in: spread = units × error². With means of two groups that is
 * s₁²/share₁ + s₀²/share₀ (share: of all units, together 1); an error that was made
 * smaller by a covariate makes the spread smaller too.
 *
 * power: the chance of an interval at `level` that leaves out 0 when the effect is real,
 * as 0.8. Normal approximation: the effect that is found so often is
 * (z(1 - (1 - level)/2) + z(power)) × error (Cohen, "Statistical power analysis", 1988,
 * ch. 2; van Belle, "Statistical rules of thumb", 2008, ch. 2). */
#ifndef TUCK_STATS_POWER_H
#define TUCK_STATS_POWER_H

#include "stats/estimate.h"
#include "stats/moments.h"

/* The smallest effect found with that power, of a comparison with that standard error;
 * NaN where the error is unknown. */
double power_effect(double error, double level, double power);

/* units × error² of an estimate over so many units in all groups. */
double power_spread(const struct estimate *estimate, double units);
/* As planned, before there is an estimate: `share` of the units is treated. */
double power_spread_planned(double variance_treated, double variance_control,
                            double share);

/* Units in all groups until that effect is found with that power, looked at once, at the
 * end; infinite when the effect is 0, NaN when something is unknown. */
double power_units(double spread, double effect, double level, double power);

/* Whole days until there are `needed` units, when `have` are there and `per_day` come; 0
 * when there are enough, infinite when none come. */
double power_days(double needed, double have, double per_day);

#endif
