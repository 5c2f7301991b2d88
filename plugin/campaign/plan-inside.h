/* What the steps of a plan share: inside the room. */
#ifndef TUCK_CAMPAIGN_PLAN_INSIDE_H
#define TUCK_CAMPAIGN_PLAN_INSIDE_H

#include "campaign/judge.h"

/* One decision on its way. */
struct planner {
    struct judge *judge;
    const struct campaign *campaign;
    const struct facts *facts;
    const struct order *order;
    const struct standings *standings; /* NULL: nothing was ever decided */
    const char *force;
    struct arena *arena;
    struct notes *notes;
    struct plan *plan;
    const char *unit; /* whom hashes are about: the customer, for guests the order */
    bool is_guest;
    int32_t pieces, mg, thickness_mm100; /* of paper, so far */
    size_t choice_room;
    struct candidate *candidates; /* of one placement at a time */
    bool *may_get;                /* index as offers: eligible and allowed */
    double *chances;              /* of the plan; NULL: nobody asks for them */
    struct limit_use *taken;      /* index as limits: by this carton's pieces so far */
    bool is_out_of_memory;
};

/* Gives an offer its fate; false, so that a check can end with it. */
bool plan_drop(struct planner *planner, size_t place, enum fate fate, const char *format,
               ...) PRINTF_LIKE(4, 5);

/* --- plan-allow.c ------------------------------------------------------------------- */

/* Whether condition, segment and dates let the offer through; else it is dropped. */
bool plan_is_eligible(struct planner *planner, size_t place);
/* Whether pins, consents, complaints, limits and cooldown do. */
bool plan_is_allowed(struct planner *planner, size_t place);
/* An advisor's word on the offer: a pin for this order outweighs one for every order, a
 * "never" an "always". A "never" counts as soon as it is known; an "always" only if it
 * was said before the order was placed, or for it. */
bool plan_find_pin(const struct planner *planner, const struct offer *offer,
                   enum pin_kind *ret, bool *ret_is_for_order);

/* --- plan-limit.c ------------------------------------------------------------------- */

/* Whether the offer's limits have room for one more, beside what the carton takes of them
 * already; else it is dropped. */
bool plan_has_room(struct planner *planner, size_t place);
/* A piece of it goes into the carton. */
void plan_take(struct planner *planner, size_t place);

/* --- plan-series.c ------------------------------------------------------------------ */

/* Whether the offer is no step of a series, or the one whose turn it is; else it is
 * dropped. */
bool plan_is_its_turn(struct planner *planner, size_t place);

/* --- plan-policy.c ------------------------------------------------------------------ */

/* Hard gates: age, country. */
bool plan_is_open_to(struct planner *planner, size_t place);
/* How many pieces the placement and the contact policy leave room for. */
size_t plan_slots(const struct planner *planner, const struct placement *placement);
/* Whether a piece goes into what the policy leaves of grams and thickness; else the offer
 * is dropped. */
/* "; draw kettle: drew 0.0123 at odds 0.04" for every draw that `expr` asks for. */
bool plan_tell_draws(const struct planner *planner, const struct expr *expr,
                     struct buf *out);
bool plan_fits_policy(struct planner *planner, size_t place);
/* Paper of the offer goes into the carton. */
void plan_count_paper(struct planner *planner, size_t place);

/* --- plan-rank.c -------------------------------------------------------------------- */

struct candidate { /* an offer that is eligible and allowed */
    const struct offer *offer;
    size_t place; /* in campaign->offers */
    bool is_forced, is_pinned;
    double draw;        /* smaller comes first among equal priorities */
    double value;       /* greater comes first, where the placement ranks so */
    double chance;      /* what it rests on */
    bool is_money;      /* the value is in minor units; else a chance */
    int64_t tries;      /* that were learnt from */
    const double *values; /* LEARNED_VALUES equally likely ones, ascending; NULL: one */
};

/* What a candidate is worth, where its placement ranks by that (plan-value.c). */
void plan_value(struct planner *planner, struct candidate *candidate);
/* What a piece of the offer costs by itself in this carton, in minor units. */
double plan_cost(const struct planner *planner, const struct offer *offer);

/* Best first. `unit` is whom the draw is for. */
void candidates_rank(struct candidate *candidates, size_t count, const char *seed,
                     const char *unit);
/* How likely one of those ranked was to be picked, when `slots` of them are: of a draw
 * alone; the offer's arm is not in it. 1 when it was forced. */
double candidates_chance(const struct candidate *candidates, size_t count, size_t slots,
                         const struct candidate *of);
/* Whether only a draw, by weight or from what was learnt, decided between the two. */
bool candidates_are_equal(const struct candidate *a, const struct candidate *b);
/* The sum of the weights of those that were drawn against `of`, itself too. */
int64_t candidates_weight(const struct candidate *candidates, size_t count,
                          const struct candidate *of);

#endif
