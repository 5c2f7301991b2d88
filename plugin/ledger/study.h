/* The whole ledger in bulk: for whoever learns from it or gives account of it.
 *
 * One look at one instant, handed over row by row; nothing is changed. Customers come as
 * numbers 0, 1, 2 …, dealt as they appear and the same through all of one study, so that
 * arrays do for tables; the pseudonyms behind them stay here. Words that come again and
 * again (offers, arms, SKUs …) are given out as one pointer each, so that they may be
 * compared by address; they and all else a row points to live as the field says. */
#ifndef TUCK_LEDGER_STUDY_H
#define TUCK_LEDGER_STUDY_H

#include "ledger/ledger.h"

#define STUDY_GUEST UINT32_MAX /* whose customer was not known */

struct study_line {
    const char *sku, *category; /* words; category NULL: not told */
    int64_t quantity, returned;
    int64_t price_minor; /* of one */
};
/* An order of a known customer that was not cancelled, told or packed. */
struct study_order {
    uint32_t customer;
    const char *id; /* lent for the call */
    int64_t placed_at_s;
    const char *currency; /* a word */
    int64_t net_minor;    /* total less what was refunded */
    bool is_packed;       /* here */
    const struct study_line *lines; /* lent for the call; none unless `wants_lines` */
    size_t line_count;
};
/* What a customer answered. */
struct study_answer {
    uint32_t customer;
    const char *kind; /* a word: "nps", "effort" … as kept in the history */
    int64_t at_s, score;
    const char *subject; /* a word or NULL: the offer it rates … */
};
struct study_exposure {
    const char *experiment, *arm; /* words */
};
/* What a placement of a carton came to. */
struct study_piece {
    const char *placement;
    const char *offer, *arm; /* words; offer NULL: nothing; arm NULL: none */
    const char *cohort;      /* a word: the group it was learnt with; NULL: none */
    bool is_held_out, is_advised, was_printed;
    const char *state;       /* a word, of the promise; NULL: there is none */
    double probability;      /* of the choice */
    int64_t cost_minor;      /* reckoned, of the piece itself: paper, ink, time, postage */
    int64_t value_minor;     /* reckoned, of one redemption */
    int64_t promise;         /* 0: none */
    int64_t redeemed_s;      /* its first use; TIME_NONE: never */
};
struct study_decision {
    int64_t id;
    uint32_t customer; /* or STUDY_GUEST */
    int64_t decided_s;
    const char *order;              /* its id, lent for the call */
    const char *campaign;           /* a word: its name; NULL: of before it was kept */
    const char *campaign_digest;    /* a word */
    const char *segments;           /* a word: names that held, split by a space; or NULL */
    int32_t revision;
    const struct study_piece *pieces;       /* lent for the call */
    size_t piece_count;
    const struct study_exposure *exposures; /* lent for the call */
    size_t exposure_count;
};

/* What is wanted; a NULL callback is a table that is not read. Each returns STATUS_OK to
 * go on, anything else to end the study with that. They are called in this order: */
struct study_sink {
    void *data;
    /* grouped by customer, in order of time within */
    enum status (*order)(void *data, const struct study_order *order);
    bool wants_lines;
    enum status (*answer)(void *data, const struct study_answer *answer); /* in any order */
    enum status (*decision)(void *data, const struct study_decision *decision); /* by id */
};

struct study_range { /* of decisions; orders and answers come whole */
    int64_t from_s, until_s; /* TIME_NONE: open; until is not part of it */
};

/* `words` keeps the words: they live as long as it does. `*ret_customers` (may be NULL):
 * how many numbers were dealt. Besides the ledger's statuses: what a callback said. */
enum status ledger_study(struct ledger *ledger, const char *merchant,
                         const struct study_range *range, const struct study_sink *sink,
                         struct arena *words, struct notes *notes,
                         uint32_t *ret_customers);

/* --- models --------------------------------------------------------------------------- */

/* What `tuck fit` made, as bytes that the ledger keeps and all stations share: the newest
 * counts. `*ret_number` rises with each. STATUS_BAD_INPUT: over LEDGER_MODEL_MOST bytes. */
#define LEDGER_MODEL_MOST (256u << 20)
enum status ledger_model_put(struct ledger *ledger, const char *merchant,
                             const void *bytes, size_t n, int64_t at_s,
                             struct notes *notes, int64_t *ret_number);
/* The newest, unless its number is `known` (0: none yet), when nothing is handed out.
 * STATUS_WITHOUT: none was ever kept. */
enum status ledger_model_get(struct ledger *ledger, const char *merchant, int64_t known,
                             struct arena *arena, struct notes *notes,
                             const void **ret_bytes, size_t *ret_n, int64_t *ret_number);

/* One of those that are still kept, by its number. STATUS_WITHOUT: it is not. */
enum status ledger_model_find(struct ledger *ledger, const char *merchant, int64_t number,
                              struct arena *arena, struct notes *notes,
                              const void **ret_bytes, size_t *ret_n);

#endif
