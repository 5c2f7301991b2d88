/* Units: what promises take of limits. Inside a transaction. */
#ifndef TUCK_LEDGER_STORE_UNIT_H
#define TUCK_LEDGER_STORE_UNIT_H

#include "ledger/store.h"

/* A claim with its scope as it stands in the store. */
struct unit {
    const char *name, *scope; /* scope "": all together */
    int64_t first_day;        /* the bucket that it goes into */
    int64_t rolling_days;
    int64_t minor, most, most_minor;
};

/* Orders them as every transaction takes them: what many share comes last. */
int unit_compare(const struct unit *one, const struct unit *other);
void unit_sort(struct unit *units, size_t count);
/* Takes a unit; STATUS_WITHOUT: none is left, and the caller takes back. */
enum status unit_take(struct store *store, const char *merchant, const struct unit *unit,
                      struct notes *notes);
/* Many at once, straight from the counter: to lease them out, and back. */
enum status unit_take_many(struct store *store, const char *merchant,
                           const struct unit *unit, int64_t count, struct notes *notes);
enum status unit_give_many(struct store *store, const char *merchant,
                           const struct unit *unit, int64_t count, struct notes *notes);
enum status unit_give(struct store *store, const char *merchant, const struct unit *unit,
                      struct notes *notes);
enum status unit_put(struct store *store, int64_t promise, const struct unit *unit,
                     struct notes *notes);
/* What a promise takes, in order. */
enum status unit_of_promise(struct store *store, int64_t promise, struct arena *arena,
                            struct notes *notes, struct unit **ret, size_t *ret_count);
/* The claims of a promise worth `minor` as units, in order. */
enum status unit_make(struct store *store, const char *merchant, struct day today,
                      int64_t minor, const struct unit_claim *claims, size_t count,
                      struct arena *arena, struct unit **ret);

#endif
