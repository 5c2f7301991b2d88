/* Two groups compared at a moment that was fixed beforehand: differences, lifts, and the
 * variance that is known from before.
 *
 * Pure, any thread. The units must be independent of each other: customers where
 * customers were dealt, never their orders. `level` is of the interval, two-sided, as
 * 0.95; p agrees with the interval: p < 1 - level just when it leaves out "no effect".
 * Whoever looks more than once takes stats/sequential.h; whoever compares many arms, also
 * stats/several.h. */
#ifndef TUCK_STATS_COMPARE_H
#define TUCK_STATS_COMPARE_H

#include "stats/estimate.h"
#include "stats/moments.h"

#include <stddef.h>

/* --- means -------------------------------------------------------------------------- */

/* mean ± t(n - 1) × s / √n. */
struct estimate compare_mean(const struct moments *group, double level);

/* treated - control, with unequal variances: error² = s₁²/n₁ + s₀²/n₀, Student's t of
 *   error⁴ / ((s₁²/n₁)² / (n₁ - 1) + (s₀²/n₀)² / (n₀ - 1))
 * degrees (Welch, "The generalization of Student's problem …", Biometrika 34, 1947;
 * Satterthwaite, Biometrics Bulletin 2, 1946). Where one group is much smaller than the
 * other and most values are 0, as spend with a holdout is, moments_guard() comes first. */
struct estimate compare_means(const struct moments *treated,
                              const struct moments *control, double level);

/* treated / control - 1, with the interval of Fieller ("Some problems in interval
 * estimation", JRSS B 16, 1954): the ratios R for which mean₁ - R × mean₀ is not
 * significantly different from 0, by Welch's degrees. Where the control's mean itself may
 * be 0 there is no bounded set of them: the interval is everything, and p only says what
 * compare_means() says. Means may be negative. */
struct estimate compare_lift(const struct moments *treated,
                             const struct moments *control, double level);
/* The same with so many standard errors to either side, wherever they come from; p is 1. */
struct estimate compare_lift_errors(const struct moments *treated,
                                    const struct moments *control, double errors);

/* --- rates -------------------------------------------------------------------------- */

/* Wilson's score interval ("Probable inference …", JASA 22, 1927): the rates π with
 * |p - π| ≤ z √(π (1 - π) / n). `error` is √(p (1 - p) / n) and may be 0; the p is of
 * "never": 1, or 0 once there was a success. */
struct estimate compare_rate(const struct tally *group, double level);

/* treated - control with Newcombe's hybrid score interval ("Interval estimation for the
 * difference between independent proportions", Statistics in Medicine 17, 1998, method
 * 10), where l and u are Wilson's bounds of each:
 *   d - √((p₁ - l₁)² + (u₀ - p₀)²)   …   d + √((u₁ - p₁)² + (p₀ - l₀)²)
 * p is 1 less the level at which a bound of it touches 0. Holds for small groups, no
 * success and nothing but success. */
struct estimate compare_rates(const struct tally *treated, const struct tally *control,
                              double level);

/* treated / control - 1 of rates: the delta method on the logarithm (Katz and others,
 * Biometrics 34, 1978), error of ln R = √(1/s₁ - 1/n₁ + 1/s₀ - 1/n₀); where a group has no
 * success, half a success and half a try are added to both (Walter, 1975) and the interval
 * is open on that side. `error` is that of the logarithm. */
struct estimate compare_rate_lift(const struct tally *treated,
                                  const struct tally *control, double level);

/* --- ratios within units ------------------------------------------------------------ */

/* Sum of y over sum of x, where units have several tries each (redemptions over pieces,
 * customers dealt): R = ȳ/x̄, error² = (yy - 2 R xy + R² xx) / (n - 1) / n / x̄², the delta
 * method (Deng, Knoblich and Lu, "Applying the delta method in metric analytics", KDD
 * 2018). Normal. */
struct estimate compare_ratio(const struct pairs *group, double level);
/* Their difference, treated - control. */
struct estimate compare_ratios(const struct pairs *treated, const struct pairs *control,
                               double level);

/* --- those who took part ------------------------------------------------------------ */

/* The effect on a unit that was really treated, where units were dealt to a group at
 * random but whether they took part (their paper was printed) was not left to chance: the
 * difference by what was decided, shared out among those whom it reached,
 *   (ȳ₁ - ȳ₀) / (x̄₁ - x̄₀),   x: 1 when the unit was treated, else 0; y: its outcome
 * (Bloom, "Accounting for no-shows …", Evaluation Review 8, 1984; Angrist, Imbens and
 * Rubin, JASA 91, 1996), with Fieller's interval, which is Anderson and Rubin's (1949).
 * To compare the printed with the others directly would compare other customers. p is that
 * of the difference by what was decided. */
struct estimate compare_uptake(const struct pairs *treated, const struct pairs *control,
                               double level);
/* The same with so many standard errors to either side; p is 1. */
struct estimate compare_uptake_errors(const struct pairs *treated,
                                      const struct pairs *control, double errors);

/* --- a covariate from before -------------------------------------------------------- */

/* CUPED (Deng, Xu, Kohavi and Walker, "Improving the sensitivity of online controlled
 * experiments by utilizing pre-experiment data", WSDM 2013): y is replaced by
 * y - slope × (x - centre), slope = Σ xy / Σ xx over all groups, each about its own means,
 * centre = mean of x over all. What remains is a group's moments, for any comparison here
 * or in stats/sequential.h. x must be from before the unit was dealt; of units without a
 * past it is 0. No spread of x: slope 0, which changes nothing. */
struct covariate {
    double slope, centre;
};
struct covariate covariate_fit(const struct pairs groups[], size_t count);
struct moments covariate_adjust(const struct covariate *covariate,
                                const struct pairs *group);
/* By which share the variance of treated - control falls: 0.3 is what 1.43 times as many
 * units would have done. NaN where it is unknown. */
double covariate_reduction(const struct covariate *covariate, const struct pairs *treated,
                           const struct pairs *control);

#endif
