/* Promises: one for an order and an offer, whatever the number of its parcels.
 *
 * The row of a promise is a roll-up: whose it is and what it is worth never change, its
 * state is reckoned from its events and redemptions by promise_settle() and from nothing
 * else, so that it comes out the same in whatever order they came in. Units are held from
 * the making until it is void, failed, skipped or lapsed; `is_holding` changes in one
 * guarded statement, so nothing is given back twice. */
#include "ledger/store-promise.h"
#include "ledger/guard.h"
#include "ledger/store-moves.h"

#include <string.h>

static const char sql_event[] =
    "INSERT INTO event(at_s, kind, decision, placement, number, promise, reason)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)";

enum status
event_add(struct store *store, int64_t at_s, const char *kind, int64_t decision,
          const struct piece_key *piece, int64_t promise, const char *reason,
          struct notes *notes)
{
    const char *placement = piece ? piece->placement : decision ? "" : NULL;
    return sql_run(store, sql_event,
                   VALUES(I(at_s), T(kind), I_UNLESS(decision, 0), T(placement),
                          I_UNLESS(piece ? piece->number : placement ? 0 : -1, -1),
                          I_UNLESS(promise, 0), T(reason)),
                   notes);
}

/* --- finding ------------------------------------------------------------------------ */

#define PROMISE_COLUMNS                                                                  \
    "SELECT id, merchant, order_id, offer, customer, code, pool, state, is_held_out,"    \
    " is_holding, was_printed, made_s, ends_s, expires_day, value_minor, currency"       \
    " FROM promise"

static const char sql_by_id[] = PROMISE_COLUMNS " WHERE id = ?1";
static const char sql_by_code[] =
    PROMISE_COLUMNS " WHERE code = ?1 ORDER BY CASE WHEN merchant = ?2 THEN 0 ELSE 1 END,"
                    " merchant LIMIT 1";
static const char sql_of_order[] =
    PROMISE_COLUMNS " WHERE merchant = ?1 AND order_id = ?2 AND offer = ?3"
                    " AND is_held_out = ?4 AND is_holding = 1 ORDER BY id DESC LIMIT 1";

static enum status
read_promise(struct rows *rows, struct arena *arena, struct promise_row **ret)
{
    struct promise_row *promise = arena_make(arena, sizeof(*promise));
    struct row row = {.rows = rows, .arena = arena};
    if (!promise)
        return STATUS_NO_MEMORY;
    *promise = (struct promise_row){
        .id = rows_int(rows, 0, 0),
        .merchant = row_text(&row, 1),
        .order = row_text(&row, 2),
        .offer = row_text(&row, 3),
        .customer = row_text(&row, 4),
        .code = row_text(&row, 5),
        .pool = row_text(&row, 6),
        .state = row_text(&row, 7),
        .is_held_out = rows_int(rows, 8, 0) != 0,
        .is_holding = rows_int(rows, 9, 0) != 0,
        .was_printed = rows_int(rows, 10, 0) != 0,
        .made_s = rows_int(rows, 11, 0),
        .ends_s = rows_int(rows, 12, TIME_NONE),
        .expires = {(int32_t)rows_int(rows, 13, DAY_NONE.n)},
        .value.minor = rows_int(rows, 14, 0),
    };
    const char *currency = rows_lent(rows, 15);
    snprintf(promise->value.currency, sizeof(promise->value.currency), "%s",
             currency ? currency : "");
    if (row.failed)
        return STATUS_NO_MEMORY;
    *ret = promise;
    return STATUS_OK;
}

static enum status
find(struct store *store, const char *sql, const struct value *values, size_t count,
     struct arena *arena, struct notes *notes, struct promise_row **ret)
{
    struct rows *rows ROWS_AUTO = NULL;
    *ret = NULL;
    enum status status = sql_first(store, sql, values, count, notes, &rows);
    return status == STATUS_OK && rows ? read_promise(rows, arena, ret) : status;
}

enum status
promise_find(struct store *store, int64_t id, const char *merchant, const char *code,
             struct arena *arena, struct notes *notes, struct promise_row **ret)
{
    if (id)
        return find(store, sql_by_id, VALUES(I(id)), arena, notes, ret);
    return find(store, sql_by_code, VALUES(T(code), T(merchant)), arena, notes, ret);
}

/* Whoever changes a promise holds it first and then looks: what a statement sees is as old
 * as its beginning. */
enum status
promise_hold(struct store *store, int64_t id, struct arena *arena, struct notes *notes,
             struct promise_row **ret)
{
    char key[24];
    snprintf(key, sizeof(key), "%lld", (long long)id);
    enum status status = store_lock(store, "promise", "", key, notes);
    if (status != STATUS_OK)
        return status;
    status = promise_find(store, id, NULL, NULL, arena, notes, ret);
    return status == STATUS_OK && !*ret ? STATUS_BUG : status;
}

void
promise_tell(const struct promise_row *row, struct promise *ret)
{
    *ret = (struct promise){.id = row->id,
                            .merchant = row->merchant,
                            .order = row->order,
                            .offer = row->offer,
                            .customer = row->customer,
                            .code = row->code,
                            .pool = row->pool,
                            .state = row->state,
                            .is_held_out = row->is_held_out,
                            .is_holding = row->is_holding,
                            .made_s = row->made_s,
                            .expires = row->expires,
                            .value = row->value};
}

/* --- making ------------------------------------------------------------------------- */

static const char sql_make[] =
    "INSERT INTO promise(merchant, order_id, offer, customer, household, made_s,"
    " is_held_out, code, pool, expires_day, ends_s, value_minor, currency, state,"
    " is_holding, was_printed)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 1, 0)"
    " RETURNING id";

static bool
is_open(const struct promise_row *promise)
{
    return text_equal(promise->state, "reserved") ||
           text_equal(promise->state, "printed") || promise->is_held_out;
}

static enum status
share(struct store *store, const struct promise_row *promise,
      const struct decision *decision, struct piece_record *piece, struct notes *notes)
{
    const struct piece_key key = {piece->placement, piece->number};
    if (!is_open(promise)) /* redeemed or expired: this order has had it */
        return STATUS_WITHOUT;
    piece->promise = promise->id;
    piece->code = promise->code;
    piece->expires = promise->expires;
    piece->ends_s = promise->ends_s;
    piece->liability = promise->value;
    piece->state = promise->state;
    return event_add(store, decision->decided_s, "shared", decision->id, &key,
                     promise->id, NULL, notes);
}

static enum status
put_promise(struct store *store, const struct decision *decision,
            struct piece_record *piece, struct notes *notes)
{
    int64_t id = 0;
    const char *pool = piece->wish.pool;
    enum status status = sql_add(
        store, sql_make,
        VALUES(T(decision->merchant), T(decision->order), T(piece->offer),
               T(decision->customer), T(decision->household), I(decision->decided_s),
               I(piece->is_held_out), T(piece->code), T(pool),
               I_UNLESS(piece->expires.n, DAY_NONE.n), I_UNLESS(piece->ends_s, TIME_NONE),
               I(piece->liability.minor), T(piece->liability.currency),
               T(piece->is_held_out ? "held-out" : "reserved")),
        notes, &id);
    if (status == STATUS_OK)
        piece->promise = id;
    piece->state = piece->is_held_out ? "held-out" : "reserved";
    return status;
}

enum status
promise_make(struct store *store, const struct decision *decision, size_t place,
             struct arena *arena, struct notes *notes, bool *ret_is_new)
{
    struct piece_record *piece = &decision->pieces[place];
    struct promise_row *own = NULL;
    struct unit *units = NULL;
    enum status status = find(store, sql_of_order,
                              VALUES(T(decision->merchant), T(decision->order),
                                     T(piece->offer), I(piece->is_held_out)),
                              arena, notes, &own);
    if (status != STATUS_OK)
        return status;
    if (own)
        status = promise_hold(store, own->id, arena, notes, &own);
    /* Paper with another code is out: what a station promised alone stands beside it. */
    bool is_other = store->is_settling && own && piece->wish.kind == CODE_GIVEN &&
                    !text_equal(own->code, piece->code);
    bool is_one = own && own->is_holding && !is_other;
    if (status == STATUS_OK && GUARD_OR("share", is_one, false))
        return share(store, own, decision, piece, notes);
    if (status == STATUS_OK && !piece->is_held_out && piece->wish.kind != CODE_NONE)
        status = code_take(store, decision, piece, arena, notes, &piece->code);
    if (status == STATUS_OK)
        status = put_promise(store, decision, piece, notes);
    if (status == STATUS_OK && piece->code && piece->wish.pool)
        status = code_bind(store, decision->merchant, piece->wish.pool, piece->code,
                           piece->promise, notes);
    if (status == STATUS_OK)
        status = unit_make(store, decision->merchant, decision->today,
                           piece->liability.minor, piece->claims, piece->claim_count,
                           arena, &units);
    for (size_t i = 0; status == STATUS_OK && i < piece->claim_count; i++)
        status = unit_put(store, piece->promise, &units[i], notes);
    if (status != STATUS_OK)
        return status;
    *ret_is_new = true;
    return moves_take(store, decision->merchant, units, piece->claim_count, place);
}

/* --- giving back, taking again ------------------------------------------------------ */

static const char sql_let_go[] = "UPDATE promise SET is_holding = 0 WHERE id = ?1"
                                 " AND is_holding = 1 RETURNING id";
#define SQL_LET_GO                                                                       \
    GUARD_OR("give-once", sql_let_go,                                                    \
             "UPDATE promise SET is_holding = 0 WHERE id = ?1 RETURNING id")
static const char sql_hold[] = "UPDATE promise SET is_holding = 1 WHERE id = ?1"
                               " AND is_holding = 0 RETURNING id";

enum status
promise_release(struct store *store, const struct promise_row *promise,
                struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct unit *units = NULL;
    size_t count = 0;
    bool was_holding = false;
    enum status status =
        arena ? sql_change(store, SQL_LET_GO, VALUES(I(promise->id)), notes,
                           &was_holding)
              : STATUS_NO_MEMORY;
    if (status != STATUS_OK || !was_holding)
        return status;
    status = unit_of_promise(store, promise->id, arena, notes, &units, &count);
    return status == STATUS_OK ? moves_give(store, promise->merchant, units, count)
                               : status;
}

/* Takes every unit or none. */
static enum status
take_units(struct store *store, const char *merchant, const struct unit *units,
           size_t count, struct notes *notes, size_t *ret_spent)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        status = unit_take(store, merchant, &units[i], notes);
        if (status == STATUS_WITHOUT)
            *ret_spent = i;
    }
    return status;
}

static const char sql_has_other[] =
    "SELECT 1 FROM promise WHERE merchant = ?1 AND order_id = ?2 AND offer = ?3"
    " AND is_holding = 1 AND is_held_out = 0 AND id != ?4 LIMIT 1";

static enum status
renew(struct store *store, const struct promise_row *promise, int64_t at_s,
      struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct unit *units = NULL;
    size_t count = 0, spent = 0;
    int64_t has_other = 0;
    bool was_free = false;
    enum status status =
        arena ? sql_number(store, sql_has_other,
                           VALUES(T(promise->merchant), T(promise->order),
                                  T(promise->offer), I(promise->id)),
                           0, notes, &has_other)
              : STATUS_NO_MEMORY;
    if (status == STATUS_OK && has_other) /* the order was promised it anew */
        return STATUS_WITHOUT;
    if (status == STATUS_OK)
        status =
            sql_change(store, sql_hold, VALUES(I(promise->id)), notes, &was_free);
    if (status != STATUS_OK || !was_free)
        return status;
    if (promise->pool && !promise->code) /* dealt to another meanwhile */
        return STATUS_WITHOUT;
    if (promise->pool)
        status = code_reclaim(store, promise->merchant, promise->pool, promise->code,
                              promise->id, notes);
    if (status == STATUS_OK)
        status = unit_of_promise(store, promise->id, arena, notes, &units, &count);
    if (status == STATUS_OK)
        status = take_units(store, promise->merchant, units, count, notes, &spent);
    return status == STATUS_OK ? event_add(store, at_s, "renewed", 0, NULL, promise->id,
                                           NULL, notes)
                               : status;
}

enum status
promise_renew(struct store *store, const struct promise_row *promise, int64_t at_s,
              struct notes *notes)
{
    if (promise->is_holding)
        return STATUS_OK;
    enum status status = store_part(store, notes);
    return status == STATUS_OK
               ? store_parted(store, renew(store, promise, at_s, notes), notes)
               : status;
}

/* --- the state ---------------------------------------------------------------------- */

static const char sql_settle[] =
    "UPDATE promise SET state = " PROMISE_STATE " WHERE id = ?1";

enum status
promise_settle(struct store *store, int64_t promise, struct notes *notes)
{
    return sql_run(store, sql_settle, VALUES(I(promise)), notes);
}

static const char sql_redeemed_before[] =
    "SELECT 1 FROM redemption r JOIN promise p ON p.id = r.promise WHERE p.id = ?1"
    " AND r.at_s <= ?2 AND (p.ends_s IS NULL OR r.at_s < p.ends_s)";

enum status
promise_was_redeemed(struct store *store, int64_t promise, int64_t by_s,
                     struct notes *notes, bool *ret)
{
    int64_t found = 0;
    enum status status = sql_number(store, sql_redeemed_before,
                                    VALUES(I(promise), I(by_s)), 0, notes, &found);
    *ret = found != 0;
    return status;
}

enum status
promise_void(struct store *store, const struct promise_row *promise, int64_t at_s,
             const char *reason, struct notes *notes)
{
    bool was_redeemed = false;
    enum status status =
        promise_was_redeemed(store, promise->id, at_s, notes, &was_redeemed);
    if (status == STATUS_OK)
        status = event_add(store, at_s, "voided", 0, NULL, promise->id, reason, notes);
    if (status == STATUS_OK)
        status = promise_settle(store, promise->id, notes);
    if (status != STATUS_OK || was_redeemed)
        return status;
    /* Never out of the house, so another may have it. */
    if (!promise->was_printed)
        status = code_free(store, promise, notes);
    return status == STATUS_OK ? promise_release(store, promise, notes) : status;
}

static const char sql_shared[] =
    "SELECT 1 FROM piece p WHERE p.promise = ?1 AND p.decision != ?2"
    " AND NOT EXISTS(SELECT 1 FROM event e WHERE e.decision = p.decision"
    "  AND e.placement = '' AND e.kind = 'voided') LIMIT 1";

enum status
promise_is_shared(struct store *store, int64_t promise, int64_t decision,
                  struct notes *notes, bool *ret)
{
    int64_t is_shared = 0;
    enum status status = sql_number(store, sql_shared, VALUES(I(promise), I(decision)), 0,
                                    notes, &is_shared);
    *ret = is_shared != 0;
    return status;
}

/* --- lapsing ------------------------------------------------------------------------ */

static const char sql_due[] =
    "SELECT id FROM promise WHERE merchant = ?1 AND state = 'reserved' AND made_s < ?2"
                    " AND (CAST(?3 AS TEXT) IS NULL OR EXISTS(SELECT 1 FROM unit u"
                    "  WHERE u.promise = promise.id AND u.name = CAST(?3 AS TEXT)))"
                    " ORDER BY id LIMIT ?4";

static enum status
lapse_one(struct store *store, int64_t id, int64_t at_s, struct arena *arena,
          struct notes *notes, int64_t *count)
{
    struct promise_row *promise = NULL;
    enum status status = promise_hold(store, id, arena, notes, &promise);
    if (status != STATUS_OK || !text_equal(promise->state, "reserved"))
        return status;
    ++*count;
    status =
        event_add(store, at_s, "lapsed", 0, NULL, promise->id, NULL, notes);
    if (status == STATUS_OK)
        status = code_free(store, promise, notes);
    if (status == STATUS_OK)
        status = promise_release(store, promise, notes);
    return status == STATUS_OK ? promise_settle(store, promise->id, notes) : status;
}

enum status
promise_lapse(struct store *store, const char *merchant, const char *name,
              int64_t before_s, int64_t at_s, int64_t most, struct notes *notes,
              int64_t *ret)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    int64_t *due = NULL, lapsed = 0;
    size_t count = 0, room = 0;
    bool has_row = false;
    struct rows *rows ROWS_AUTO = NULL;
    enum status status =
        arena ? sql_query(store, sql_due,
                          VALUES(T(merchant), I(before_s), T(name), I(most)), notes,
                          &rows)
              : STATUS_NO_MEMORY;
    while (status == STATUS_OK &&
           (status = rows_next(rows, notes, &has_row)) == STATUS_OK && has_row) {
        int64_t *one = arena_append(arena, &due, &count, &room, sizeof(*one));
        if (!one)
            return STATUS_NO_MEMORY;
        *one = rows_int(rows, 0, 0);
    }
    rows_done(&rows);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = lapse_one(store, due[i], at_s, arena, notes, &lapsed);
    *ret = lapsed;
    return status;
}
