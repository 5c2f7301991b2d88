/* What the steps of a plan share: inside the room. */
#ifndef TUCK_CAMPAIGN_PLAN_INSIDE_H
#define TUCK_CAMPAIGN_PLAN_INSIDE_H

#include "campaign/judge.h"

struct candidate { /* an offer that is eligible and allowed */
    const struct offer *offer;
    size_t place; /* in campaign->offers */
    bool is_forced, is_pinned;
    double draw;        /* smaller comes first among equal priorities */
    double probability; /* of being picked for its placement; the arm is not in it */
};

/* Best first. `unit` is whom the draw is for. `slots`: how many will be picked. */
void candidates_rank(struct candidate *candidates, size_t count, const char *seed,
                     const char *unit, size_t slots);
/* Whether only the draw by weight decided between the two. */
bool candidates_are_equal(const struct candidate *a, const struct candidate *b);
/* The sum of the weights of those that were drawn against `of`, itself too. */
int64_t candidates_weight(const struct candidate *candidates, size_t count,
                          const struct candidate *of);

#endif
