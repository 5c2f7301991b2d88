/* Promises: made, shared, released and taken again, and what state they are in. Inside a
 * transaction that holds the promise's order (store_lock). */
#ifndef TUCK_LEDGER_STORE_PROMISE_H
#define TUCK_LEDGER_STORE_PROMISE_H

#include "ledger/store-unit.h"

enum status event_add(struct store *store, int64_t at_s, const char *kind,
                      int64_t decision, const struct piece_key *piece, int64_t promise,
                      const char *reason, struct notes *notes);

/* Makes the promise of a decision's piece, or shares the one that its order has: takes
 * a code, sets piece->promise, code, expires, liability and state, and puts off its units
 * to moves_settle() with `place` as owner; the event of a new one is left to the caller.
 * STATUS_WITHOUT: a pool is spent. */
enum status promise_make(struct store *store, const struct decision *decision,
                         size_t place, struct arena *arena, struct notes *notes,
                         bool *ret_is_new);

/* A promise as it stands. */
struct promise_row {
    int64_t id;
    const char *merchant, *order, *offer, *customer, *code, *pool, *state;
    bool is_held_out, is_holding, was_printed;
    int64_t made_s, ends_s;
    struct day expires;
    struct money value;
};
/* By number or by code (0 or NULL the other); `*ret` NULL: there is none. A code of
 * another merchant is found, too, when this one has none. */
enum status promise_find(struct store *store, int64_t id, const char *merchant,
                         const char *code, struct arena *arena, struct notes *notes,
                         struct promise_row **ret);

void promise_tell(const struct promise_row *row, struct promise *ret);
/* What a code says of itself that was never promised here. */
enum promise_answer code_of_nobody(const struct store *store, const char *code,
                                   struct day today);

enum status promise_void_reason(struct store *store, const struct promise_row *promise,
                                struct arena *arena, struct notes *notes,
                                const char **ret);

/* Holds others off it until the transaction ends, and finds it as it stands then. */
enum status promise_hold(struct store *store, int64_t id, struct arena *arena,
                         struct notes *notes, struct promise_row **ret);

/* Gives its units back, once. */
enum status promise_release(struct store *store, const struct promise_row *promise,
                            struct notes *notes);
/* Takes them again; STATUS_WITHOUT: they are gone, or the code is. Nothing to do when it
 * holds them. */
enum status promise_renew(struct store *store, const struct promise_row *promise,
                          int64_t at_s, struct notes *notes);
/* The state as events and redemptions make it. Redeemed: by a redemption before its end
 * and not after its void. */
#define PROMISE_STATE                                                                   \
    "CASE"                                                                               \
    " WHEN is_held_out = 1 THEN CASE WHEN EXISTS(SELECT 1 FROM event e"                  \
    "  WHERE e.promise = promise.id AND e.kind = 'voided') THEN 'voided'"                \
    "  ELSE 'held-out' END"                                                              \
    " WHEN EXISTS(SELECT 1 FROM redemption r WHERE r.promise = promise.id"               \
    "  AND (promise.ends_s IS NULL OR r.at_s < promise.ends_s)"                          \
    "  AND NOT EXISTS(SELECT 1 FROM event v WHERE v.promise = promise.id"                \
    "   AND v.kind = 'voided' AND v.at_s < r.at_s)) THEN 'redeemed'"                     \
    " WHEN EXISTS(SELECT 1 FROM event e WHERE e.promise = promise.id"                    \
    "  AND e.kind = 'voided') THEN 'voided'"                                             \
    " WHEN EXISTS(SELECT 1 FROM event e WHERE e.promise = promise.id"                    \
    "  AND e.kind = 'expired') THEN 'expired'"                                           \
    " WHEN is_holding = 1 THEN CASE WHEN was_printed = 1 THEN 'printed'"                 \
    "  ELSE 'reserved' END"                                                              \
    " ELSE coalesce((SELECT kind FROM event e WHERE e.promise = promise.id"              \
    "  AND e.kind IN ('failed', 'skipped', 'refused', 'lapsed') ORDER BY e.id DESC LIMIT 1),"       \
    "  'reserved') END"                                                                 

/* Reckons the state anew from events and redemptions. */
enum status promise_settle(struct store *store, int64_t promise, struct notes *notes);
/* Was it redeemed in time, by then? */
enum status promise_was_redeemed(struct store *store, int64_t promise, int64_t by_s,
                                 struct notes *notes, bool *ret);
/* Voids it; one that was redeemed by then stays so. */
enum status promise_void(struct store *store, const struct promise_row *promise,
                         int64_t at_s, const char *reason, struct notes *notes);
/* Is it also a piece of a decision other than this one that is not void? */
enum status promise_is_shared(struct store *store, int64_t promise, int64_t decision,
                              struct notes *notes, bool *ret);
/* Lets lapse what was reserved before `before_s` and not printed, `most` promises; of one
 * limit's name when `name` is given. */
enum status promise_lapse(struct store *store, const char *merchant, const char *name,
                          int64_t before_s, int64_t at_s, int64_t most,
                          struct notes *notes, int64_t *ret);

/* Takes a code as wished for; STATUS_WITHOUT: none is left. */
enum status code_take(struct store *store, const struct decision *decision,
                      const struct piece_record *piece, struct arena *arena,
                      struct notes *notes, const char **ret);
/* A code of a pool becomes its promise's. */
enum status code_bind(struct store *store, const char *merchant, const char *pool,
                      const char *code, int64_t promise, struct notes *notes);
/* Nobody's again, if it still is this promise's and no till has seen it. */
enum status code_free(struct store *store, const struct promise_row *promise,
                      struct notes *notes);
/* Back from nobody to this promise; STATUS_WITHOUT: dealt to another meanwhile. */
enum status code_reclaim(struct store *store, const char *merchant, const char *pool,
                         const char *code, int64_t promise, struct notes *notes);

#endif
