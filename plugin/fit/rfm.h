/* RFM: recency, frequency and spend of a customer as scores of 1 to 5. What marketers call
 * them by these is a fact: rfm-segment.
 *
 * Scores come from four cuts per figure. The cuts are learned, so that each score is
 * about a fifth of the customers, or a merchant gives fixed ones. Both are the same
 * struct, so a customer is scored the same way at once, without the others at hand.
 *
 * Ties: customers alike in a figure get the same score, and that is the lowest of the
 * fifths they fill. Where three quarters bought once, they all have frequency 1, nobody 2
 * or 3. When all customers are alike in a figure, it tells nothing and gives 3. */
#ifndef TUCK_FIT_RFM_H
#define TUCK_FIT_RFM_H

#include "base/note.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rfm_figures {
    int64_t recency_days; /* since the last purchase: fewer are better; >= 0 */
    int64_t orders;       /* so far */
    int64_t spend_minor;  /* so far, in minor units */
};

/* recency_days rises: up to [0] gives 5, up to [1] gives 4 … over [3] gives 1.
 * orders and spend_minor rise: under [0] gives 1, from [0] on 2 … from [3] on 5.
 * Equal neighbours are allowed: the score between them is then never given. */
struct rfm {
    int64_t recency_days[4];
    int64_t orders[4];
    int64_t spend_minor[4];
    int64_t customers; /* they were learned from; 0: they were given */
};

/* STATUS_BAD_INPUT with NOTE_FIT_TOO_FEW when there are under five customers;
 * STATUS_NO_MEMORY. */
enum status rfm_learn(const struct rfm_figures *customers, size_t count,
                      struct notes *notes, struct rfm *ret) MUST_CHECK;

/* The cuts are in order. STATUS_BAD_INPUT with NOTE_FIT_CUTS else. */
enum status rfm_check(const struct rfm *rfm, struct notes *notes) MUST_CHECK;

struct rfm_scores {
    int recency;   /* 1–5 each; 5 is best */
    int frequency;
    int spend;
};
struct rfm_scores rfm_score(const struct rfm *rfm, const struct rfm_figures *figures);

#endif
