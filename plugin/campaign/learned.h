/* What was learnt of offers: of each offer and group of customers, how likely a success
 * is, as far as that can be known.
 *
 * A posterior is a Beta distribution. The prior of a group is what all groups together
 * say of the offer, weighed as `strength` tries, and theirs the campaign's <learn prior>:
 *
 *   m        = (strength × prior + successes of all) / (strength + tries of all)
 *   of group = Beta(strength × m + successes, strength × (1 - m) + tries - successes)
 *
 * It is kept as LEARNED_VALUES equally likely chances, its quantiles at (i + 1/2) / n: a
 * draw takes one of them, and how likely an offer was to come first can then be counted
 * out instead of being estimated. */
#ifndef TUCK_CAMPAIGN_LEARNED_H
#define TUCK_CAMPAIGN_LEARNED_H

#include "campaign/campaign.h"

#define LEARNED_VALUES 64

struct learned_row { /* what came of one offer for one group of customers */
    const char *offer;
    const char *group;       /* what <learn by> says; "" where there is none */
    int64_t tries, successes; /* decisions whose time is over; those that were a success */
};

struct learned_chances {
    double value[LEARNED_VALUES]; /* ascending, each equally likely */
    double mean;
    int64_t tries; /* of the group */
};

/* Immutable, any thread; offers that the campaign lacks are left out. Rows of one offer
 * and group are added up. */
enum status learned_make(const struct campaign *campaign, const struct learned_row *rows,
                         size_t count, struct notes *notes, struct learned **ret);
struct learned *learned_ref(struct learned *learned);
void learned_unref(struct learned *learned); /* NULL is fine */

/* Of an offer (index as campaign->offers) for a group; a group that nothing is known of
 * is like all. */
const struct learned_chances *learned_find(const struct learned *learned, size_t offer,
                                           const char *group);

/* Rows as bytes, and back: a section of a model. Little endian: count (4), then of each
 * row the lengths of its two names (2 each), the names, tries and successes (8 each).
 * learned_read(): names lie in the arena; STATUS_BAD_INPUT when it is not what
 * learned_write() wrote; STATUS_NO_MEMORY. */
#define LEARNED_TAG "LRNT"
void learned_write(const struct learned_row *rows, size_t count, struct buf *out);
enum status learned_read(const void *bytes, size_t n, struct arena *arena,
                         struct learned_row **ret, size_t *ret_count);

#endif
