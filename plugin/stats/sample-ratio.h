/* Sample ratio: do the groups have the sizes they were meant to have? If not, something
 * that is not chance decides who is counted, and no difference between them means
 * anything (Fabijan and others, "Diagnosing sample ratio mismatch in online controlled
 * experiments", KDD 2019).
 *
 *   χ² = Σ (counted - expected)² / expected,   expected = all × weight / sum of weights
 *
 * with (groups - 1) degrees of freedom (Pearson, 1900), for one look. Where an expected
 * count is under 5 it is not to be trusted and p is NaN.
 *
 * always_p may be looked at every day and holds for any size, exactly: 1 over the Bayes
 * factor of Dirichlet priors about the intended shares w (Lindon and Malek, "Anytime-valid
 * inference for multinomial count data", NeurIPS 2022), averaged over priors as sharp as
 * c = 10, 100, 1000 and 10000 units, so that a gross fault shows after a few units and a
 * small one after many:
 *
 *   factor(c) = Γ(c)/Γ(c + n) × Π Γ(c w_i + n_i)/Γ(c w_i) / Π w_i^n_i
 *
 * The alarm is always_p < 0.01: of a hundred sound experiments one ever raises it, however
 * often it is looked at. The counts are of units that were dealt (customers), not of their
 * orders. A group of weight 0 should have nobody: one unit in it is an alarm. */
#ifndef TUCK_STATS_SAMPLE_RATIO_H
#define TUCK_STATS_SAMPLE_RATIO_H

#include <stdbool.h>
#include <stddef.h>

#define SAMPLE_RATIO_ALARM 0.01

struct sample_ratio {
    double chi_square, degrees; /* degrees 0: there is nothing to compare */
    double p;                   /* looked at once; NaN: too few units */
    double always_p;            /* looked at every day */
    size_t worst;               /* the group farthest off, in √expected */
    double worst_expected;      /* units it should have */
    bool is_alarm;
};

/* Weights: any numbers ≥ 0, as they are in the campaign, at least one of them positive;
 * where they changed in between, the units each group was to get, summed over the times. */
struct sample_ratio sample_ratio_check(const double counts[], const double weights[],
                                       size_t groups);

#endif
