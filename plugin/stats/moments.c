/* Running sums about the mean. To add one value is to merge a group of one; the formulas
 * are Chan's, which are Welford's there. An empty group changes nothing. */
#include "stats/moments.h"

#include <math.h>

void
moments_merge(struct moments *into, const struct moments *from)
{
    double count = into->count + from->count, step = from->mean - into->mean;

    if (from->count == 0.0)
        return;
    into->mean += step * (from->count / count);
    into->square += from->square + step * step * (into->count * from->count / count);
    into->count = count;
}

void
moments_add(struct moments *moments, double x)
{
    moments_add_many(moments, x, 1.0);
}

void
moments_add_many(struct moments *moments, double x, double count)
{
    moments_merge(moments, &(struct moments){.count = count, .mean = x});
}

double
moments_variance(const struct moments *moments)
{
    return moments->count < 2.0 ? NAN : moments->square / (moments->count - 1.0);
}

/* To that of itself and of GUARD_UNITS more with the shared variance. */
static void
raise_variance(struct moments *moments, double shared)
{
    double n = moments->count, degrees = n - 1.0;

    if (degrees > 0.0) {
        double own = moments->square / degrees;
        double mixed = (n * own + GUARD_UNITS * shared) / (n + GUARD_UNITS);
        moments->square = fmax(own, mixed) * degrees;
    }
}

void
moments_guard(struct moments *one, struct moments *other)
{
    double degrees = one->count + other->count - 2.0;

    if (one->count < 1.0 || other->count < 1.0 || !(degrees > 0.0))
        return;
    double shared = (one->square + other->square) / degrees;
    raise_variance(one, shared);
    raise_variance(other, shared);
}

struct moments
tally_moments(const struct tally *tally)
{
    struct moments moments = {0};

    moments_add_many(&moments, 1.0, tally->successes);
    moments_add_many(&moments, 0.0, tally->tries - tally->successes);
    return moments;
}

void
pairs_merge(struct pairs *into, const struct pairs *from)
{
    double count = into->count + from->count;
    double step_x = from->mean_x - into->mean_x, step_y = from->mean_y - into->mean_y;

    if (from->count == 0.0)
        return;
    double weight = into->count * from->count / count;
    into->mean_x += step_x * (from->count / count);
    into->mean_y += step_y * (from->count / count);
    into->xx += from->xx + step_x * step_x * weight;
    into->xy += from->xy + step_x * step_y * weight;
    into->yy += from->yy + step_y * step_y * weight;
    into->count = count;
}

void
pairs_add(struct pairs *pairs, double x, double y)
{
    pairs_merge(pairs, &(struct pairs){.count = 1.0, .mean_x = x, .mean_y = y});
}

struct moments
pairs_x(const struct pairs *pairs)
{
    return (struct moments){pairs->count, pairs->mean_x, pairs->xx};
}

struct moments
pairs_y(const struct pairs *pairs)
{
    return (struct moments){pairs->count, pairs->mean_y, pairs->yy};
}
