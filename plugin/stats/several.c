/* Corrections of many p values: ranked once, then walked from the small to the large
 * (Holm) or back (Benjamini and Hochberg). */
#include "stats/several.h"

#include <math.h>
#include <stdlib.h>

struct ranked {
    double p;
    size_t place; /* where it came from */
};

static int
by_p(const void *a, const void *b)
{
    const struct ranked *one = a, *other = b;

    if (one->p != other->p)
        return one->p < other->p ? -1 : 1;
    return one->place < other->place ? -1 : one->place > other->place;
}

static void
freep(struct ranked **ranks)
{
    free(*ranks);
}

/* Those that were compared, ascending. */
static struct ranked *
rank(const double p[], size_t count, size_t *ret_count)
{
    struct ranked *ranks = calloc(count ? count : 1, sizeof(*ranks));
    size_t n = 0;

    if (ranks == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (!isnan(p[i]))
            ranks[n++] = (struct ranked){p[i], i};
    qsort(ranks, n, sizeof(*ranks), by_p);
    *ret_count = n;
    return ranks;
}

bool
several_holm(const double p[], size_t count, double ret[])
{
    size_t n;
    CLEANUP(freep) struct ranked *ranks = rank(p, count, &n);
    double most = 0.0;

    if (ranks == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        ret[i] = p[i];
    for (size_t i = 0; i < n; i++) {
        most = fmax(most, fmin(1.0, (double)(n - i) * ranks[i].p));
        ret[ranks[i].place] = most;
    }
    return true;
}

bool
several_benjamini_hochberg(const double p[], size_t count, double ret[])
{
    size_t n;
    CLEANUP(freep) struct ranked *ranks = rank(p, count, &n);
    double least = 1.0;

    if (ranks == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        ret[i] = p[i];
    for (size_t i = n; i-- > 0;) {
        least = fmin(least, (double)n * ranks[i].p / (double)(i + 1));
        ret[ranks[i].place] = least;
    }
    return true;
}

double
several_level(double level, size_t count)
{
    return count > 1 ? 1.0 - (1.0 - level) / (double)count : level;
}
