/* What the offers of a placement are worth in this carton:
 *
 *   chance × (margin − what the promise costs)
 *     − paper and ink − a packer's time − postage, where the paper crosses a rate break
 *
 * in minor units. The chance is the campaign's word, or drawn from what was learnt
 * (Thompson sampling); then the draw takes one of equally likely chances, so that how
 * likely each offer was to come first is counted out (plan-rank.c). Draws are the order's:
 * the same order draws the same, whatever happened in between. */
#include "campaign/plan-inside.h"

#include "base/hash.h"
#include "campaign/learned.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double
added_postage(const struct planner *planner, const struct offer *offer)
{
    const struct costs *costs = &planner->campaign->costs;
    int32_t before = planner->order->carton_mg, sum = 0;

    if (before == 0)
        return 0.0; /* nobody knows what the carton weighs */
    before += planner->mg;
    for (size_t i = 0; i < costs->break_count; i++)
        if (before <= costs->breaks[i].mg && before + offer->mg > costs->breaks[i].mg)
            sum += (int32_t)costs->breaks[i].cost_minor;
    return sum;
}

double
plan_cost(const struct planner *planner, const struct offer *offer)
{
    return (double)offer->piece_minor +
           offer->packer_ms * (double)planner->campaign->costs.packer_hour_minor / 3.6e6 +
           added_postage(planner, offer);
}

/* What a success brings; a coupon in another currency costs nothing that can be reckoned. */
static double
gain_of(struct planner *planner, const struct candidate *candidate)
{
    const struct coupon *coupon = &candidate->offer->coupon;
    double margin = judge_margin(planner->judge, candidate->place);

    if (coupon->kind != COUPON_NONE &&
        strcmp(coupon->cost.currency, planner->order->currency) == 0)
        margin -= (double)coupon->cost.minor;
    return margin;
}

static double
clamp(double chance)
{
    return chance > 0.0 ? (chance < 1.0 ? chance : 1.0) : 0.0; /* NaN: 0 */
}

/* --- learnt ------------------------------------------------------------------------- */

static int
draw_place(const struct planner *planner, const char *offer)
{
    char text[512];
    unsigned n = 0;
    int length = snprintf(text, sizeof text, "%s:learn:%s:%s", planner->campaign->seed,
                          offer, planner->order->id);
    struct digest digest = hash_sha256(
        text, length < (int)sizeof text ? (size_t)length : sizeof text - 1);
    (void)!sscanf(digest.hex, "%8x", &n);
    return (int)(n % LEARNED_VALUES); /* a power of two: no place is likelier */
}

static int
compare_values(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void
draw(struct planner *planner, struct candidate *candidate)
{
    const struct learned_chances *chances = learned_find(
        planner->standings->learned, candidate->place, planner->plan->group);
    bool has_margin = judge_has_margin(planner->judge, candidate->place);
    double gain = has_margin ? gain_of(planner, candidate) : 1.0;
    double cost = has_margin ? plan_cost(planner, candidate->offer) : 0.0;
    int place = draw_place(planner, candidate->offer->name);
    double *values =
        arena_make_array(planner->arena, LEARNED_VALUES, sizeof *candidate->values);

    if (values == NULL) {
        planner->is_out_of_memory = true;
        return;
    }
    for (int i = 0; i < LEARNED_VALUES; i++)
        values[i] = chances->value[i] * gain - cost;
    candidate->chance = chances->value[place];
    candidate->value = values[place];
    candidate->tries = chances->tries;
    candidate->is_money = has_margin;
    if (gain < 0.0)
        qsort(values, LEARNED_VALUES, sizeof *values, compare_values);
    candidate->values = values;
}

void
plan_value(struct planner *planner, struct candidate *candidate)
{
    enum placement_rank rank = candidate->offer->placement->rank;

    if (rank == RANK_LEARN && planner->standings != NULL &&
        planner->standings->learned != NULL) {
        draw(planner, candidate);
    } else if (rank == RANK_VALUE) {
        candidate->chance = clamp(judge_chance(planner->judge, candidate->place));
        candidate->value = candidate->chance * gain_of(planner, candidate) -
                           plan_cost(planner, candidate->offer);
        candidate->is_money = true;
        if (isnan(candidate->value)) /* a fact in it is not known */
            candidate->value = -plan_cost(planner, candidate->offer);
    }
}
