/* Planning: plain normal formulas over a standard error. For experiments that are looked
 * at every day, sequential.h knows the units needed. */
#include "stats/power.h"

#include "stats/special.h"

#include <math.h>

/* The effect in standard errors; NaN where level or power make no sense. */
static double
effect_in_errors(double level, double power)
{
    if (!(level > 0.0 && level < 1.0 && power > 0.0 && power < 1.0))
        return NAN;
    return normal_quantile(0.5 + level / 2.0) + normal_quantile(power);
}

double
power_effect(double error, double level, double power)
{
    return effect_in_errors(level, power) * error;
}

double
power_spread(const struct estimate *estimate, double units)
{
    return units * estimate->error * estimate->error;
}

double
power_spread_planned(double variance_treated, double variance_control, double share)
{
    return variance_treated / share + variance_control / (1.0 - share);
}

double
power_units(double spread, double effect, double level, double power)
{
    double errors = effect_in_errors(level, power);

    return errors * errors * spread / (effect * effect);
}

double
power_days(double needed, double have, double per_day)
{
    if (needed <= have)
        return 0.0;
    return per_day > 0.0 ? ceil((needed - have) / per_day) : INFINITY;
}
