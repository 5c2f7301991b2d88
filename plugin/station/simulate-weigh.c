/* What a logged decision weighs under another campaign, and what a model expects of both.
 */
#include "station/simulate.h"

#include <math.h>
#include <string.h>

#define MODEL_STRENGTH 20.0 /* decisions that a mean of all weighs beside an offer's */

/* --- the model ------------------------------------------------------------------------
 */

static struct effect *
find_effect(struct simulation *simulation, const char *placement, const char *offer)
{
    for (size_t i = 0; i < simulation->effect_count; i++) {
        struct effect *effect = &simulation->effects[i];
        if (text_equal(effect->placement, placement) && text_equal(effect->offer, offer))
            return effect;
    }
    return NULL;
}

enum status
learn_effects(struct simulation *simulation)
{
    for (size_t i = 0; i < simulation->log->row_count; i++) {
        const struct log_row *row = &simulation->log->rows[i];
        int half = (int)(row->customer & 1);
        if (!row->is_over)
            continue;
        simulation->count[half]++;
        simulation->sum[half] += row->reward;
        for (size_t k = 0; k < row->piece_count; k++) {
            const struct log_piece *piece = &row->pieces[k];
            struct effect *effect =
                find_effect(simulation, piece->placement, piece->offer);
            if (!effect) {
                effect = arena_append(simulation->arena, &simulation->effects,
                                      &simulation->effect_count, &simulation->effect_room,
                                      sizeof(*effect));
                if (!effect)
                    return STATUS_NO_MEMORY;
                *effect = (struct effect){piece->placement, piece->offer, {0}, {0}};
            }
            effect->count[half]++;
            effect->sum[half] += row->reward;
        }
    }
    return STATUS_OK;
}

static double
mean_of_all(const struct simulation *simulation, int half)
{
    return simulation->count[half] > 0 ? simulation->sum[half] / simulation->count[half]
                                       : 0;
}

/* By how much an offer there brought more than all, in that half; drawn to nothing while
 * few decisions are behind it. */
static double
effect_of(struct simulation *simulation, const char *placement, const char *offer,
          int half)
{
    const struct effect *effect = find_effect(simulation, placement, offer);
    double mean = mean_of_all(simulation, half);
    return effect ? (effect->sum[half] - effect->count[half] * mean) /
                        (effect->count[half] + MODEL_STRENGTH)
                  : 0;
}

/* --- a decision's weight --------------------------------------------------------------
 */

const struct choice *
choice_at(const struct plan *plan, const char *placement, size_t number)
{
    for (size_t i = 0; i < plan->choice_count; i++)
        if (strcmp(plan->choices[i].placement->name, placement) == 0 && number-- == 0)
            return &plan->choices[i];
    return NULL;
}

static double
share_of_arm(const struct offer *offer, const char *arm)
{
    double weights = 0, of_it = 0;
    if (offer->arm_count == 0 || !arm)
        return offer->arm_count == 0 && !arm ? 1 : 0;
    for (size_t i = 0; i < offer->arm_count; i++) {
        weights += offer->arms[i].weight;
        of_it += strcmp(offer->arms[i].name, arm) == 0 ? offer->arms[i].weight : 0;
    }
    return weights > 0 ? of_it / weights : 0;
}

/* How likely the new campaign does at that place what was done there. */
static double
chance_of(const struct plan *plan, const struct log_piece *piece, size_t number)
{
    const struct campaign *campaign = plan->campaign;
    const struct choice *choice = choice_at(plan, piece->placement, number);
    if (!piece->offer)
        return !choice || !choice->offer ? 1 : 0;
    for (size_t i = 0; i < campaign->offer_count; i++) {
        const struct offer *offer = &campaign->offers[i];
        if (strcmp(offer->name, piece->offer) != 0 ||
            strcmp(offer->placement->name, piece->placement) != 0)
            continue;
        bool is_advised = choice && choice->is_advised && choice->offer == offer;
        return (is_advised ? 1 : plan->chances[i]) * share_of_arm(offer, piece->arm);
    }
    return 0;
}

size_t
number_of(const struct log_row *row, size_t index)
{
    size_t number = 0;
    for (size_t i = 0; i < index; i++)
        number += strcmp(row->pieces[i].placement, row->pieces[index].placement) == 0;
    return number;
}

bool
has_placement(const struct log_row *row, const char *name)
{
    for (size_t i = 0; i < row->piece_count; i++)
        if (strcmp(row->pieces[i].placement, name) == 0)
            return true;
    return false;
}

/* A placement that is new gave nothing then: how likely is that now? And what the model
 * expects of it all. */
static void
weigh_new(struct simulation *simulation, const struct log_row *row,
          const struct plan *plan, struct policy_row *weighed, int half)
{
    const struct campaign *campaign = plan->campaign;
    for (size_t i = 0; i < campaign->placement_count; i++) {
        const struct placement *placement = &campaign->placements[i];
        double given = 0;
        for (size_t k = 0; k < campaign->offer_count; k++) {
            const struct offer *offer = &campaign->offers[k];
            if (offer->placement != placement || plan->chances[k] <= 0)
                continue;
            given += plan->chances[k];
            weighed->model_wanted +=
                plan->chances[k] *
                effect_of(simulation, placement->name, offer->name, half);
            if (!find_effect(simulation, placement->name, offer->name))
                weighed->unreached = fmin(1, weighed->unreached + plan->chances[k]);
        }
        if (given < 1)
            weighed->model_wanted +=
                (1 - given) * effect_of(simulation, placement->name, NULL, half);
        if (!has_placement(row, placement->name))
            weighed->wanted *= fmax(0, 1 - given);
    }
}

void
weigh(struct simulation *simulation, const struct log_row *row, const struct plan *plan,
      struct policy_row *ret)
{
    int half = !(row->customer & 1); /* the model of the other half */
    double mean = mean_of_all(simulation, half);
    *ret = (struct policy_row){.reward = row->reward,
                               .logged = 1,
                               .wanted = 1,
                               .model_logged = mean,
                               .model_wanted = mean};
    for (size_t i = 0; i < row->piece_count; i++) {
        const struct log_piece *piece = &row->pieces[i];
        ret->logged *= piece->offer ? piece->probability : 1;
        ret->wanted *= chance_of(plan, piece, number_of(row, i));
        ret->model_logged += effect_of(simulation, piece->placement, piece->offer, half);
    }
    weigh_new(simulation, row, plan, ret, half);
}
