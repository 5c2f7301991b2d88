/* How often an offer was decided and not voided: for a customer, and in all. */
#ifndef TUCK_LEDGER_STORE_TALLY_H
#define TUCK_LEDGER_STORE_TALLY_H

#include "ledger/store.h"

struct tallied {                             /* a piece as the tally sees it */
    const char *merchant, *customer, *offer; /* customer may be NULL */
    bool is_held_out;
    int64_t decided_s;
};

/* Within the write that adds the piece, or the one that voids it (after the event). */
enum status tally_add(struct store *store, const struct tallied *piece,
                      struct notes *notes);
enum status tally_take_back(struct store *store, const struct tallied *piece,
                            struct notes *notes);
enum status tally_count(struct store *store, const char *merchant, const char *customer,
                        const char *offer, struct notes *notes, int64_t *ret);

#endif
