/* Estimates by Student's t: the one place where an interval and its p are made of a
 * standard error, so that both always say the same. */
#include "stats/estimate.h"

#include "stats/special.h"

#include <math.h>

bool
estimate_tells(const struct estimate *estimate)
{
    return estimate->low > 0.0 || estimate->high < 0.0;
}

struct estimate
estimate_unknown(double value)
{
    return (struct estimate){
        .value = value,
        .error = NAN,
        .low = -INFINITY,
        .high = INFINITY,
        .p = 1.0,
        .degrees = NAN,
    };
}

struct estimate
estimate_student(double value, double error, double degrees, double level)
{
    double tail = (1.0 - level) / 2.0;

    if (!(error > 0.0) || isinf(error) || !(degrees > 0.0) || isnan(value) ||
        !(tail > 0.0 && tail < 0.5))
        return estimate_unknown(value);
    bool is_normal = isinf(degrees);
    double margin =
        -error * (is_normal ? normal_quantile(tail) : student_quantile(degrees, tail));
    double far = -fabs(value / error);
    return (struct estimate){
        .value = value,
        .error = error,
        .low = value - margin,
        .high = value + margin,
        .p = 2.0 * (is_normal ? normal_cdf(far) : student_cdf(degrees, far)),
        .degrees = degrees,
    };
}
