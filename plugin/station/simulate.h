/* The log of decisions under another campaign: what changes, what it costs, what it would
 * have been worth. Inside station/. */
#ifndef TUCK_STATION_SIMULATE_H
#define TUCK_STATION_SIMULATE_H

#include "base/text.h"
#include "stats/policy.h"
#include "station/shop.h"

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

/* simulate-text.c */
void simulated_tell(const struct simulated *simulated, struct buf *out);
void simulated_json(const struct simulated *simulated, struct buf *out);

#endif
