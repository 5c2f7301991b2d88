/* The search for the parameters under which the data are likeliest.
 *
 * Minimises a smooth function of a few logarithms of positive parameters by BFGS with a
 * line search after the weak Wolfe conditions (Nocedal & Wright, Numerical Optimization,
 * chapters 3 and 6; the bisection of Lewis & Overton 2013). Then looks whether the place
 * found is a minimum at all, by the curvature there. No chance, no clock: the same
 * function gives the same result to the last bit. Inside fit/ only. */
#ifndef TUCK_FIT_SEARCH_H
#define TUCK_FIT_SEARCH_H

#include "base/attr.h"

#include <stdbool.h>
#include <stddef.h>

#define SEARCH_MAX 4

struct search {
    size_t n; /* parameters, up to SEARCH_MAX */
    /* The function at the logarithms `at`, and its gradient by them. Not finite: no place
     * to be. The function is a mean per customer, so that tolerances mean the same for
     * ten customers and ten millions. */
    double (*value)(const double *at, double *ret_gradient, const void *of);
    const void *of;
    double weight; /* customers the mean is over, for the standard errors */
};

/* Beyond e^12 or under e^-12 (about 160,000) a parameter is held to have run away. */
#define SEARCH_REACH 12.0
/* A parameter known to no more than a factor of e^4 either way is held not to be known. */
#define SEARCH_VAGUE 4.0

enum search_end {
    SEARCH_FOUND,
    SEARCH_RAN_AWAY, /* `*ret_which` grows or shrinks without end */
    SEARCH_FLAT,     /* the data say nothing of `*ret_which` */
    SEARCH_LOST,     /* it came to no end; the gradient is not 0 */
};

/* From `at`, which moves; `ret_error` gets the standard errors of the logarithms, which
 * are about the relative errors of the parameters. */
enum search_end search_run(const struct search *search, double *at, double *ret_error,
                           size_t *ret_which) MUST_CHECK;

#endif
