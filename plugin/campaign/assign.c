/* Assignment: which part of a customer's life in a campaign is decided by a hash.
 *
 * GrowthBook's published rules (SDK specification 0.7), so that an analyst with any of
 * its libraries finds the same arm for the same customer. Arms and holdouts use hash 2.
 * Nothing is kept and nothing can fail but memory, in a draw: the same names give the same
 * answer for ever. */
#include "campaign/campaign.h"

#include "base/hash.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

#define FNV_OFFSET 2166136261u
#define FNV_PRIME 16777619u

/* Goes on with an FNV-1a, because seed and value come as two texts. */
static uint32_t
fnv_more(uint32_t hash, const char *text)
{
    for (; *text != '\0'; text++)
        hash = (hash ^ (uint8_t)*text) * FNV_PRIME;
    return hash;
}

double
assign_hash(const char *seed, const char *value, int version)
{
    if (version == 1) {
        uint32_t hash = fnv_more(fnv_more(FNV_OFFSET, value), seed);
        return (double)(hash % 1000) / 1000.0;
    }
    if (version == 2) {
        char once[16];
        uint32_t hash = fnv_more(fnv_more(FNV_OFFSET, seed), value);
        int n = snprintf(once, sizeof once, "%" PRIu32, hash);
        return (double)(hash_fnv32a(once, (size_t)n) % 10000) / 10000.0;
    }
    return -1.0;
}

static bool
weights_are_usable(size_t count, const double *weights)
{
    double sum = 0.0;
    if (weights == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        sum += weights[i];
    return sum >= 0.99 && sum <= 1.01;
}

void
assign_ranges(size_t count, double coverage, const double *weights,
              struct assign_range *ret)
{
    bool are_usable = weights_are_usable(count, weights);
    double from = 0.0;

    /* written so that NaN gives no coverage */
    coverage = coverage > 0.0 ? (coverage < 1.0 ? coverage : 1.0) : 0.0;
    for (size_t i = 0; i < count; i++) {
        double weight = are_usable ? weights[i] : 1.0 / (double)count;
        ret[i] = (struct assign_range){from, from + coverage * weight};
        from += weight;
    }
}

int
assign_choose(double n, const struct assign_range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (n >= ranges[i].from && n < ranges[i].to)
            return (int)i;
    return -1;
}

double
draw_number(const char *seed, const char *name, const char *order)
{
    struct buf whole BUF_AUTO = {0}, again BUF_AUTO = {0};

    buf_printf(&whole, "%s:draw:%s", seed, name);
    buf_printf(&again, "%s:2", order);
    if (whole.failed || again.failed)
        return 1.0; /* memory is out: not won */
    return assign_hash(whole.p, order, 2) + assign_hash(whole.p, again.p, 2) / 10000.0;
}

bool
assign_in_namespace(const char *user, const char *name, double from, double to)
{
    /* hash 1 over the user, with "__" and the name as its seed */
    uint32_t hash = fnv_more(fnv_more(fnv_more(FNV_OFFSET, user), "__"), name);
    double n = (double)(hash % 1000) / 1000.0;
    return n >= from && n < to;
}
