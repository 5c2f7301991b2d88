/* The log of decisions under another campaign: what changes, what it costs, what it would
 * have been worth. Inside station/. */
#ifndef TUCK_STATION_SIMULATE_H
#define TUCK_STATION_SIMULATE_H

#include "report/log.h"
#include "station/found.h"
#include "station/knowledge.h"
#include "stats/policy.h"

#define CHANGE_EXAMPLES 3

struct change { /* at a placement, from an offer to another; NULL: nothing */
    const char *placement, *from, *to;
    int64_t count;
    const char *examples[CHANGE_EXAMPLES]; /* orders */
};
struct shift { /* of a placement, or of those in a segment */
    const char *name;
    int64_t count, changed; /* decisions */
};
struct amounts {
    int64_t pieces, paper_minor, coupons_minor;
};
struct simulated {
    const char *campaign, *currency;
    int32_t within_days;
    bool is_margin; /* what is valued; else revenue */
    int64_t decisions, replayed, changed, told, unkept, held_out, valued;
    struct amounts logged, made;
    struct change *changes; /* most frequent first */
    size_t change_count, change_room;
    struct shift *placements, *segments;
    size_t placement_count, placement_room, segment_count, segment_room;
    struct policy_value value; /* per decision, minor units */
    struct policy_gain gain;   /* against what was done */
};

/* What an offer at a placement brought, by halves of the customers. */
struct effect {
    const char *placement, *offer; /* offer NULL: nothing */
    double count[2], sum[2];
};

struct simulation {
    struct tuck_shop *shop;
    struct desk desk;
    struct arena *arena;
    struct notes *notes;
    struct log *log;
    struct knowledge *knowledge;
    struct effect *effects;
    size_t effect_count, effect_room;
    double count[2], sum[2]; /* of all */
    struct simulated *out;
    /* of the customer in hand */
    struct policy_unit unit, followed;
    struct policy_pair pair;
};

/* simulate-weigh.c */
enum status learn_effects(struct simulation *simulation);
void weigh(struct simulation *simulation, const struct log_row *row,
           const struct plan *plan, struct policy_row *ret);
const struct choice *choice_at(const struct plan *plan, const char *placement,
                               size_t number);
/* Which of a placement's pieces that one is. */
size_t number_of(const struct log_row *row, size_t index);
bool has_placement(const struct log_row *row, const char *name);

/* simulate-text.c */
void simulated_tell(const struct simulated *simulated, struct buf *out);
void simulated_json(const struct simulated *simulated, struct buf *out);

#endif
