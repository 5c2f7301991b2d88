/* Many comparisons at once: p corrected so that looking at all of them stays honest.
 *
 * `p[]` and `ret[]` have `count` entries, in the same order, and may be the same array. A
 * p that is NaN was not compared: it stays NaN and counts for nothing. A result is to be
 * read like a p of its own: at most 0.05 is significant at 5 % among all. Returns false,
 * with nothing written, when memory runs out. */
#ifndef TUCK_STATS_SEVERAL_H
#define TUCK_STATS_SEVERAL_H

#include "base/attr.h"

#include <stdbool.h>
#include <stddef.h>

/* Holm ("A simple sequentially rejective multiple test procedure", Scandinavian Journal
 * of Statistics 6, 1979): the chance of even one false alarm is held, whatever the
 * comparisons have to do with each other. With p ascending: max over j ≤ i of
 * (m - j + 1) p_j, at most 1. For arms of which one is to be chosen. */
MUST_CHECK bool several_holm(const double p[], size_t count, double ret[]);

/* Benjamini and Hochberg ("Controlling the false discovery rate", JRSS B 57, 1995): the
 * share of false alarms among the alarms is held, for comparisons that are independent or
 * rise together. With p ascending: min over j ≥ i of m p_j / j. For long lists: segments,
 * offers. */
MUST_CHECK bool several_benjamini_hochberg(const double p[], size_t count, double ret[]);

/* The level of each of `count` intervals so that all of them hold together at `level`
 * (Bonferroni): 1 - (1 - level) / count. */
double several_level(double level, size_t count);

#endif
