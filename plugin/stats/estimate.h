/* A number that was estimated, and how well it is known.
 *
 * What cannot be told is not guessed: where the data say nothing of the spread (fewer
 * than two units, all values equal), the interval is everything and p is 1. */
#ifndef TUCK_STATS_ESTIMATE_H
#define TUCK_STATS_ESTIMATE_H

#include <stdbool.h>

struct estimate {
    double value;     /* NaN: not even that is known */
    double error;     /* standard error; NaN: none is known */
    double low, high; /* the interval at the level that was asked for; may be infinite */
    double p;         /* two-sided, of "there is no effect" */
    double degrees;   /* of freedom of Student's t; infinite: normal */
};

/* The interval leaves out the value of no effect: 0 of a difference or a lift. */
bool estimate_tells(const struct estimate *estimate);
/* Nothing is known but the value. */
struct estimate estimate_unknown(double value);
/* value ± quantile × error by Student's t of so many degrees, or the normal distribution
 * where these are infinite; `level` as 0.95. */
struct estimate estimate_student(double value, double error, double degrees,
                                 double level);

#endif
