/* Functions of probability: distributions and their inverses.
 *
 * Pure, any thread, the same on every machine of IEEE 754 doubles up to the last places.
 * What makes no sense (a probability beyond 0…1, a shape that is not positive) is NaN.
 * Sources: DLMF (dlmf.nist.gov) chapters 5, 7 and 8; the continued fraction of the
 * incomplete beta function is 8.17.22, evaluated by Lentz's method. */
#ifndef TUCK_STATS_SPECIAL_H
#define TUCK_STATS_SPECIAL_H

/* ln B(a, b); a, b > 0. */
double log_beta(double a, double b);

/* The regularised incomplete beta function I_x(a, b): the chance that a Beta(a, b) is at
 * most x. Good to 1e-12. */
double beta_cdf(double a, double b, double x);
/* The x of which beta_cdf() is p. Good to 1e-10 in p. */
double beta_quantile(double a, double b, double p);

/* The chance that a gamma of that shape and scale 1 is at most x: P(shape, x). */
double gamma_cdf(double shape, double x);
/* The chance that a chi-square of so many degrees of freedom is more than x. */
double chi_square_tail(double degrees, double x);

double normal_cdf(double x);
/* Good to 1e-15 relative: a rational start, then Newton's method. */
double normal_quantile(double p);
/* Student's t of so many degrees of freedom (not whole ones, too). */
double student_cdf(double degrees, double t);
double student_quantile(double degrees, double p);

/* The logarithmic derivative of the gamma function; x > 0. */
double digamma(double x);

#endif
