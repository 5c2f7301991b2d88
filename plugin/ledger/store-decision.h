/* Decisions as rows: loading them, voiding them, adding events. Inside a transaction. */
#ifndef TUCK_LEDGER_STORE_DECISION_H
#define TUCK_LEDGER_STORE_DECISION_H

#include "ledger/store.h"

/* The newest decision on a package: `*ret` NULL when it is voided or there is none;
 * `*ret_revision` is its revision all the same (0: none). */
enum status decision_newest(struct store *store, const char *merchant, const char *order,
                            const char *package, struct arena *arena, struct notes *notes,
                            struct decision **ret, int32_t *ret_revision);
enum status decision_void(struct store *store, int64_t id, int64_t at_s,
                          const char *reason, struct notes *notes);
enum status event_add(struct store *store, int64_t decision, const char *placement,
                      int32_t number, const char *kind, int64_t at_s, const char *reason,
                      struct notes *notes);

#endif
