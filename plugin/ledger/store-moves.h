/* The units that a transaction takes and gives back, put off until its end. Inside a
 * transaction. */
#ifndef TUCK_LEDGER_STORE_MOVES_H
#define TUCK_LEDGER_STORE_MOVES_H

#include "ledger/store-unit.h"

/* `owner`: told when there are not enough. Copied. */
enum status moves_take(struct store *store, const char *merchant,
                       const struct unit *units, size_t count, size_t owner);
enum status moves_give(struct store *store, const char *merchant,
                       const struct unit *units, size_t count);
/* Does them all. STATUS_WITHOUT: a limit is spent; its owner, and its name in the arena,
 * and the caller takes back. */
enum status moves_settle(struct store *store, struct arena *arena, struct notes *notes,
                         size_t *ret_owner, const char **ret_name);
/* Forgets what was put off. */
void moves_drop(struct store *store);

#endif
