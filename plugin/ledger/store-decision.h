/* Decisions as rows: loading them, voiding them. Inside a transaction. */
#ifndef TUCK_LEDGER_STORE_DECISION_H
#define TUCK_LEDGER_STORE_DECISION_H

#include "ledger/store-promise.h"

/* The newest decision on a package: `*ret` NULL when it is voided or there is none;
 * `*ret_revision` is its revision all the same (0: none). */
enum status decision_newest(struct store *store, const char *merchant, const char *order,
                            const char *package, struct arena *arena, struct notes *notes,
                            struct decision **ret, int32_t *ret_revision);
/* Any decision by its number; STATUS_BUG: there is none. */
enum status decision_load(struct store *store, int64_t id, struct arena *arena,
                          struct notes *notes, struct decision **ret);
/* With its promises, but for those that other parcels of the order share. */
enum status decision_void(struct store *store, int64_t id, int64_t at_s,
                          const char *reason, struct notes *notes);
bool decision_has_lapsed(const struct decision *decision);

#endif
