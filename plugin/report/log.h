/* The log of decisions: what was chosen, with which probability, and what it brought. For
 * whoever asks what another policy would have been worth, here or in other tools. */
#ifndef TUCK_REPORT_LOG_H
#define TUCK_REPORT_LOG_H

#include "report/report.h"

struct log_piece {
    const char *placement, *offer, *arm; /* words; offer NULL: nothing, arm NULL: none */
    double probability;                  /* of offer and arm; NaN: not kept */
    bool is_held_out;
    int64_t cost_minor, value_minor; /* of the piece; of its coupon */
};
struct log_row {
    int64_t id; /* of the decision */
    uint32_t customer;
    const char *order;
    const char *campaign, *segments; /* words or NULL */
    int64_t decided_s;
    bool is_told;   /* another system decided */
    bool is_over;   /* the customer is known and the window is over: the rest counts */
    double reward;  /* margin, where the wish says how much of revenue is; else revenue;
                     * minor units, within the window */
    double ordered; /* 1: ordered again within it */
    const struct log_piece *pieces;
    size_t piece_count;
};
struct log {
    struct log_row *rows; /* by id */
    size_t row_count;
    uint32_t customers;
};
/* `wish`: merchant, currency, now, range, window and margin. STATUS_WITHOUT: there is
 * nothing in the range. `arena` keeps all. */
enum status log_read(struct ledger *ledger, const struct report_wish *wish,
                     struct arena *arena, struct notes *notes, struct log **ret);

/* For Vowpal Wabbit (--cb N): a line for each piece that was decided and not held out,
 * "action:cost:probability 'offer|p placement |s segments"; the cost is the reward with
 * its sign turned, in major units. Actions are offers, numbered from 1 by name, the last
 * is nothing. */
void log_vowpal(const struct log *log, const char *currency, struct buf *out);
/* For the Open Bandit Pipeline, columns as in the Open Bandit Dataset: item_id from 0 by
 * name, position is the placement, click is 1 when the customer ordered again. */
void log_bandit(const struct log *log, struct buf *out);

#endif
