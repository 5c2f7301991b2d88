/* Running sums of a group: what the comparisons need to know of it, in a few numbers.
 *
 * Start from all zeros. Values are added one by one or groups merged, in any order and
 * on any thread that owns the sums. Sums are kept about the mean (Welford, "Note on a
 * method for calculating corrected sums of squares and products", Technometrics 4, 1962;
 * merged as Chan, Golub and LeVeque, "Updating formulae …", COMPSTAT 1982), so that
 * millions of large, nearly equal values lose nothing. Counts are doubles: whole, and
 * exact up to 2^53. */
#ifndef TUCK_STATS_MOMENTS_H
#define TUCK_STATS_MOMENTS_H

struct moments {
    double count, mean;
    double square; /* sum of (x - mean)² */
};

void moments_add(struct moments *moments, double x);
/* The same value `count` times: the many customers who spent nothing, at once. */
void moments_add_many(struct moments *moments, double x, double count);
void moments_merge(struct moments *into, const struct moments *from);
/* Of the sample, square / (count - 1); NaN of fewer than two. */
double moments_variance(const struct moments *moments);

/* Where most units are 0 and few are large (spend), a group whose mean came out low by
 * chance has seen little of the spread, too, and takes its low mean for certain; the
 * smaller the group, the worse. Of thousands of simulated shops in which nothing worked,
 * one in 10 to 200 customers buying and a twentieth or a tenth held out, the ordinary
 * comparison saw an effect in 5 to 38 % at a level of 5 %, nearly always a gain.
 *
 * The guard raises the variance s² of each group to (n s² + c S²) / (n + c), if that is
 * more: S² is the variance within both groups, c = GUARD_UNITS. Then it was 0 to 6.5 %;
 * large groups, and groups of about one size, are hardly touched. */
#define GUARD_UNITS 1000.0
void moments_guard(struct moments *one, struct moments *other);

/* Tries and how many of them were a success. */
struct tally {
    double tries, successes;
};
/* The same as numbers 0 and 1. */
struct moments tally_moments(const struct tally *tally);

/* Two values of each unit: x, known of it before it was treated, and its outcome y. */
struct pairs {
    double count, mean_x, mean_y;
    double xx, xy, yy; /* sums of products about the means */
};

void pairs_add(struct pairs *pairs, double x, double y);
void pairs_merge(struct pairs *into, const struct pairs *from);
struct moments pairs_x(const struct pairs *pairs);
struct moments pairs_y(const struct pairs *pairs);

#endif
