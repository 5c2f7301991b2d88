/* What a look-up gathers (next-look.c) and picks from (next-pick.c). */
#ifndef TUCK_FIT_NEXT_LOOK_INSIDE_H
#define TUCK_FIT_NEXT_LOOK_INSIDE_H

#include "fit/next-inside.h"

/* A product of the customer's past. */
struct next_own {
    uint32_t item;
    int32_t first_day, last_day;
    uint32_t days;    /* on which it was bought */
    double frequency; /* decayed */
    bool is_named;    /* may be */
};

/* A product that goes with something, or is the customer's own. */
struct next_candidate {
    uint32_t item;
    uint32_t with_item; /* that gave most */
    bool is_with_bench;
    bool is_own;
    double with_most; /* what that gave */
    double with, many, again, score;
};

#define NEXT_FAVOURITES_MOST 4

struct next_view {
    const struct next_model *model;
    const struct next_ask *ask;
    struct arena *arena;
    uint32_t *bench; /* by number, each once */
    size_t bench_count;
    struct next_own *own; /* by number */
    size_t own_count;
    /* The categories of which the customer buys most, and how much of all. */
    struct next_favourite {
        uint32_t category;
        double part; /* 0 to 1 */
    } favourites[NEXT_FAVOURITES_MOST];
    size_t favourite_count;
    struct next_candidate *candidates;
    size_t candidate_count;
    uint32_t *slots; /* of candidates, + 1; 0: free */
    size_t slot_count;
};

const struct next_own *next_view_own(const struct next_view *view, uint32_t item);
bool next_view_is_on_bench(const struct next_view *view, uint32_t item);
/* The candidate's slot, or the free one where it would be. */
size_t next_view_slot(const struct next_view *view, uint32_t item);
/* What being liked by many is worth; 0 from too few customers. */
double next_view_many(const struct next_view *view, uint32_t item);
/* next-gather.c: fills all of a view but model, ask and arena; false: no memory. */
bool next_view_gather(struct next_view *view);

#endif
