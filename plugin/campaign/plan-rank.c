/* Ranks the offers of one placement and tells how likely each pick was.
 *
 * Forced, then pinned, then priority. Among equal priorities the placement says what
 * counts: value, what was learnt (plan-value.c), or a draw by weight that is the
 * same for a customer for ever. Each offer draws by itself (its time to a first event
 * with its weight as rate; the soonest wins), so a new offer takes over customers but
 * moves none between the old ones. The probability is that of the draw alone, as an
 * off-policy report needs it. */
#include "campaign/plan-inside.h"

#include "base/hash.h"
#include "campaign/learned.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Between 0 and 1, neither included, in 2^52 steps: SHA-256, since the 10,000 steps of
 * the arm hash would give ties. */
static double
draw_of(const char *seed, const char *offer, const char *unit)
{
    char text[512];
    char digits[14];
    int n = snprintf(text, sizeof text, "%s:rank:%s:%s", seed, offer, unit);
    size_t length = n < (int)sizeof text ? (size_t)n : sizeof text - 1;

    struct digest digest = hash_sha256(text, length);
    memcpy(digits, digest.hex, 13);
    digits[13] = '\0';
    return ((double)strtoull(digits, NULL, 16) + 0.5) / 4503599627370496.0;
}

static int
compare_flags(bool a, bool b)
{
    return (int)b - (int)a; /* the one that has it comes first */
}

/* All of a placement's have one or none has. */
static bool
has_value(const struct candidate *candidate)
{
    return candidate->offer->placement->rank == RANK_VALUE || candidate->values != NULL;
}

static int
compare_candidates(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    int order = compare_flags(a->is_forced, b->is_forced);

    if (order == 0)
        order = compare_flags(a->is_pinned, b->is_pinned);
    if (order == 0 && a->offer->priority != b->offer->priority)
        order = a->offer->priority > b->offer->priority ? -1 : 1;
    if (order == 0 && has_value(a))
        return a->value != b->value ? (a->value > b->value ? -1 : 1)
                                    : strcmp(a->offer->name, b->offer->name);
    if (order == 0)
        order = compare_flags(a->offer->weight > 0, b->offer->weight > 0);
    if (order == 0 && a->draw != b->draw)
        order = a->draw < b->draw ? -1 : 1;
    return order != 0 ? order : strcmp(a->offer->name, b->offer->name);
}

bool
candidates_are_equal(const struct candidate *a, const struct candidate *b)
{
    bool is_drawn = has_value(a) ? a->values != NULL && b->values != NULL
                                 : a->offer->weight > 0 && b->offer->weight > 0;
    return a->is_forced == b->is_forced && a->is_pinned == b->is_pinned &&
           a->offer->priority == b->offer->priority && is_drawn;
}

int64_t
candidates_weight(const struct candidate *candidates, size_t count,
                  const struct candidate *of)
{
    int64_t weight = 0;
    for (size_t i = 0; i < count; i++)
        if (candidates_are_equal(&candidates[i], of))
            weight += candidates[i].offer->weight;
    return weight;
}

/* --- probability -------------------------------------------------------------------- */

#define MOST_SLOTS 16

/* The chance that fewer than `slots` of the others come before a time at which `of` comes
 * with chance 1 - u: each other has come with chance 1 - u^(its weight / of's weight). */
static double
chance_at(const struct candidate *group, size_t count, const struct candidate *of,
          size_t slots, double u)
{
    double few[MOST_SLOTS] = {1.0}; /* few[k]: just k of those looked at have come */
    double sum = 0.0;

    for (size_t i = 0; i < count; i++) {
        if (&group[i] == of)
            continue;
        double has_come =
            1.0 - pow(u, (double)group[i].offer->weight / of->offer->weight);
        for (size_t k = slots; k-- > 0;)
            few[k] = few[k] * (1.0 - has_come) + (k > 0 ? few[k - 1] * has_come : 0.0);
    }
    for (size_t k = 0; k < slots; k++)
        sum += few[k];
    return sum;
}

/* Of being among the first `slots` of the group. One slot: its share of the weights.
 * More: the integral over u of chance_at(), by Simpson's rule on a scale that is fine
 * near 0, where it is steep. */
static double
chance_of(const struct candidate *group, size_t count, const struct candidate *of,
          size_t slots)
{
    const int steps = 128;
    double sum = 0.0;

    if (slots >= count)
        return 1.0;
    if (slots == 1)
        return (double)of->offer->weight / (double)candidates_weight(group, count, of);
    for (int i = 0; i <= steps; i++) {
        double t = (double)i / steps; /* u = t^3 */
        double share = i == 0 || i == steps ? 1.0 : i % 2 == 1 ? 4.0 : 2.0;
        sum += share * chance_at(group, count, of, slots, t * t * t) * 3.0 * t * t;
    }
    return sum / (3.0 * steps);
}

/* --- of what was learnt ------------------------------------------------------------- */

/* few[k] of each value that `of` may draw: just k of those looked at come before. */
typedef double few_of_values[LEARNED_VALUES][MOST_SLOTS];

/* Both have their values in ascending order, so one pass finds, for each value of `of`,
 * the first of the other's that comes before. */
static void
look_at(const struct candidate *other, const struct candidate *of, size_t slots,
        few_of_values few)
{
    bool wins_ties = strcmp(other->offer->name, of->offer->name) < 0;
    size_t first = 0;

    for (size_t i = 0; i < LEARNED_VALUES; i++) {
        double value = of->values[i];
        while (first < LEARNED_VALUES && (other->values[first] < value ||
                                          (other->values[first] == value && !wins_ties)))
            first++;
        double before = (double)(LEARNED_VALUES - first) / LEARNED_VALUES;
        for (size_t k = slots; k-- > 0;)
            few[i][k] =
                few[i][k] * (1.0 - before) + (k > 0 ? few[i][k - 1] * before : 0.0);
    }
}

/* Of being among the first `slots`, counted out over all values that `of` may draw: of
 * the others, each comes before by itself. */
static double
chance_learnt(const struct candidate *group, size_t count, const struct candidate *of,
              size_t slots)
{
    few_of_values few = {{0}};
    double sum = 0.0;

    if (slots >= count)
        return 1.0;
    for (size_t i = 0; i < LEARNED_VALUES; i++)
        few[i][0] = 1.0;
    for (size_t i = 0; i < count; i++)
        if (&group[i] != of)
            look_at(&group[i], of, slots, few);
    for (size_t i = 0; i < LEARNED_VALUES; i++)
        for (size_t k = 0; k < slots; k++)
            sum += few[i][k];
    return sum / LEARNED_VALUES;
}

double
candidates_chance(const struct candidate *candidates, size_t count, size_t slots,
                  const struct candidate *of)
{
    size_t from = (size_t)(of - candidates), to = from + 1;
    while (from > 0 && candidates_are_equal(&candidates[from - 1], of))
        from--;
    while (to < count && candidates_are_equal(of, &candidates[to]))
        to++;
    size_t left = slots > from ? slots - from : 0;
    left = left < MOST_SLOTS ? left : MOST_SLOTS;
    if (of->is_forced)
        return 1.0;
    if (left == 0)
        return 0.0;
    return of->values != NULL ? chance_learnt(candidates + from, to - from, of, left)
                              : chance_of(candidates + from, to - from, of, left);
}

void
candidates_rank(struct candidate *candidates, size_t count, const char *seed,
                const char *unit)
{
    for (size_t i = 0; i < count; i++) {
        struct candidate *candidate = &candidates[i];
        if (candidate->offer->weight > 0)
            candidate->draw = -log(draw_of(seed, candidate->offer->name, unit)) /
                              candidate->offer->weight;
    }
    qsort(candidates, count, sizeof *candidates, compare_candidates);
}
