/* Promises looked at: the whole life of some, what is owed on all, what has run out. */
#include "ledger/store-promise.h"

#include <string.h>

/* --- lives -------------------------------------------------------------------------- */

#define LIFE_COLUMNS                                                                     \
    "SELECT id, merchant, order_id, offer, customer, code, pool, state, is_held_out,"    \
    " is_holding, made_s, expires_day, value_minor, currency FROM promise"

static const char sql_of_order[] =
    LIFE_COLUMNS " WHERE merchant = ?1 AND order_id = ?2 ORDER BY id";
static const char sql_of_code[] =
    LIFE_COLUMNS " WHERE merchant = ?1 AND code = ?2 ORDER BY id";
static const char sql_of_customer[] =
    LIFE_COLUMNS " WHERE merchant = ?1 AND customer = ?2 ORDER BY id";
static const char sql_events[] =
    "SELECT e.at_s, e.kind, e.reason, d.package, coalesce(d.revision, 0), r.place,"
    " r.order_id, r.amount_minor, r.currency, r.id FROM event e"
    " LEFT JOIN decision d ON d.id = e.decision"
    " LEFT JOIN redemption r ON e.kind = 'redeemed' AND r.promise = e.promise"
    "  AND r.id = e.reason WHERE e.promise = ?1 ORDER BY e.id";

static void
set_money(struct rows *rows, int minor, int currency, struct money *ret)
{
    const char *text = rows_lent(rows, currency);
    ret->minor = rows_int(rows, minor, 0);
    snprintf(ret->currency, sizeof(ret->currency), "%s", text ? text : "");
}

static enum status
read_events(struct store *store, struct promise *promise, struct arena *arena,
            struct notes *notes)
{
    struct rows *rows ROWS_AUTO = NULL;
    bool has_row = false;
    size_t room = 0;
    enum status status =
        sql_query(store, sql_events, VALUES(I(promise->id)), notes, &rows);
    while (status == STATUS_OK &&
           (status = rows_next(rows, notes, &has_row)) == STATUS_OK && has_row) {
        struct row row = {.rows = rows, .arena = arena};
        struct promise_event *event =
            arena_append(arena, &promise->events, &promise->event_count, &room,
                         sizeof(*event));
        if (!event)
            return STATUS_NO_MEMORY;
        *event = (struct promise_event){
            .at_s = rows_int(rows, 0, 0),
            .kind = row_text(&row, 1),
            .reason = row_text(&row, 2),
            .package = row_text(&row, 3),
            .revision = (int32_t)rows_int(rows, 4, 0),
            .place = row_text(&row, 5),
            .order = row_text(&row, 6),
            .redemption = row_text(&row, 9),
        };
        set_money(rows, 7, 8, &event->amount);
        if (event->redemption) /* it is the reason, once is enough */
            event->reason = NULL;
        status = row.failed ? STATUS_NO_MEMORY : STATUS_OK;
    }
    return status;
}

static enum status
read_lives(struct store *store, const char *sql, const char *merchant, const char *key,
           struct arena *arena, struct notes *notes, struct promise **ret,
           size_t *ret_count)
{
    struct rows *rows ROWS_AUTO = NULL;
    bool has_row = false;
    size_t room = 0;
    enum status status =
        sql_query(store, sql, VALUES(T(merchant), T(key)), notes, &rows);
    while (status == STATUS_OK &&
           (status = rows_next(rows, notes, &has_row)) == STATUS_OK && has_row) {
        struct row row = {.rows = rows, .arena = arena};
        struct promise *promise =
            arena_append(arena, ret, ret_count, &room, sizeof(*promise));
        if (!promise)
            return STATUS_NO_MEMORY;
        *promise = (struct promise){
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
            .made_s = rows_int(rows, 10, 0),
            .expires = {(int32_t)rows_int(rows, 11, DAY_NONE.n)},
        };
        set_money(rows, 12, 13, &promise->value);
        status = row.failed ? STATUS_NO_MEMORY : STATUS_OK;
    }
    return status;
}

enum status
store_promises(struct store *store, const char *merchant, const char *order,
               const char *code, const char *customer, struct arena *arena,
               struct notes *notes, struct promise **ret, size_t *ret_count)
{
    struct promise *promises = NULL;
    size_t count = 0;
    bool is_empty = false;
    const char *key = order ? order : code ? code : customer;
    const char *canonical = code ? code_canonical(code, arena) : NULL;
    if (code && !canonical)
        return STATUS_NO_MEMORY;
    enum status status = store_look(store, notes, &is_empty);
    if (status != STATUS_OK || is_empty)
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    status = read_lives(store,
                        order  ? sql_of_order
                        : code ? sql_of_code
                               : sql_of_customer,
                        merchant, key, arena, notes, &promises, &count);
    if (status == STATUS_OK && count == 0 && code)
        status = read_lives(store, sql_of_code, merchant, canonical, arena, notes,
                            &promises, &count);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = read_events(store, &promises[i], arena, notes);
    status = store_looked(store, status, notes);
    if (status != STATUS_OK || count == 0)
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    *ret = promises;
    *ret_count = count;
    return STATUS_OK;
}

/* --- what is owed ------------------------------------------------------------------- */

static const char sql_liability[] =
    "SELECT offer, value_minor, currency, expires_day,"
    " CAST(sum(CASE WHEN state = 'reserved' THEN 1 ELSE 0 END) AS BIGINT),"
    " CAST(sum(CASE WHEN state = 'printed' THEN 1 ELSE 0 END) AS BIGINT)"
    " FROM promise WHERE merchant = ?1 AND state IN ('reserved', 'printed')"
    " AND code IS NOT NULL AND coalesce(currency, '') != '' AND (ends_s IS NULL OR ends_s > ?2)"
    " GROUP BY offer, value_minor, currency, expires_day"
    " ORDER BY offer, value_minor, currency, expires_day";

enum status
store_liability(struct store *store, const char *merchant, int64_t now_s,
                struct arena *arena, struct notes *notes, struct liability **ret,
                size_t *ret_count)
{
    struct rows *rows ROWS_AUTO = NULL;
    struct liability *liabilities = NULL;
    size_t count = 0, room = 0;
    bool is_empty = false, has_row = false;
    enum status status = store_look(store, notes, &is_empty);
    if (status != STATUS_OK)
        return status;
    if (!is_empty)
        status =
            sql_query(store, sql_liability, VALUES(T(merchant), I(now_s)), notes, &rows);
    while (!is_empty && status == STATUS_OK &&
           (status = rows_next(rows, notes, &has_row)) == STATUS_OK && has_row) {
        struct row row = {.rows = rows, .arena = arena};
        struct liability *one =
            arena_append(arena, &liabilities, &count, &room, sizeof(*one));
        if (one) {
            *one = (struct liability){.offer = row_text(&row, 0),
                                      .expires = {(int32_t)rows_int(rows, 3, DAY_NONE.n)},
                                      .reserved = rows_int(rows, 4, 0),
                                      .printed = rows_int(rows, 5, 0)};
            set_money(rows, 1, 2, &one->value);
        }
        status = one && !row.failed ? STATUS_OK : STATUS_NO_MEMORY;
    }
    rows_done(&rows);
    if (!is_empty)
        status = store_looked(store, status, notes);
    if (status != STATUS_OK)
        return status;
    *ret = liabilities;
    *ret_count = count;
    return STATUS_OK;
}

/* --- what has run out --------------------------------------------------------------- */

#define EXPIRE_AT_ONCE 500

static const char sql_ended[] =
    "SELECT id FROM promise WHERE merchant = ?1 AND state IN ('printed', 'reserved')"
    " AND ends_s <= ?2 AND (state = 'printed' OR made_s >= ?3) ORDER BY id LIMIT ?4";

static enum status
expire_one(struct store *store, int64_t id, int64_t at_s, struct notes *notes,
           int64_t *count)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct promise_row *promise = NULL;
    enum status status =
        arena ? promise_hold(store, id, arena, notes, &promise) : STATUS_NO_MEMORY;
    if (status != STATUS_OK || !(text_equal(promise->state, "printed") ||
                                 text_equal(promise->state, "reserved")))
        return status;
    ++*count;
    status = event_add(store, at_s, "expired", 0, NULL, id, NULL, notes);
    return status == STATUS_OK ? promise_settle(store, id, notes) : status;
}

static enum status
expire_some(struct store *store, const char *merchant, int64_t now_s, struct notes *notes,
            int64_t *ret_found, int64_t *ret_expired)
{
    struct rows *rows ROWS_AUTO = NULL;
    int64_t ids[EXPIRE_AT_ONCE];
    size_t count = 0;
    bool has_row = false;
    enum status status =
        sql_query(store, sql_ended,
                  VALUES(T(merchant), I(now_s), I(now_s - store->reserve_s),
                         I(EXPIRE_AT_ONCE)),
                  notes, &rows);
    while (status == STATUS_OK && count < EXPIRE_AT_ONCE &&
           (status = rows_next(rows, notes, &has_row)) == STATUS_OK && has_row)
        ids[count++] = rows_int(rows, 0, 0);
    rows_done(&rows);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = expire_one(store, ids[i], now_s, notes, ret_expired);
    *ret_found = (int64_t)count;
    return status;
}

/* A part at a time, so that packing goes on between. */
enum status
store_expire(struct store *store, const char *merchant, int64_t now_s,
             struct notes *notes, struct expiry *ret)
{
    struct expiry whole = {0};
    bool is_more = true;
    while (is_more) {
        struct expiry part = {0};
        int64_t found = 0;
        enum status status = store_begin(store, notes);
        if (status != STATUS_OK)
            return status;
        status = promise_lapse(store, merchant, NULL, now_s - store->reserve_s, now_s,
                               EXPIRE_AT_ONCE, notes, &part.lapsed);
        if (status == STATUS_OK)
            status =
                expire_some(store, merchant, now_s, notes, &found, &part.expired);
        status = store_end(store, status, notes);
        if (status != STATUS_OK)
            return status;
        whole.lapsed += part.lapsed;
        whole.expired += part.expired;
        is_more = part.lapsed == EXPIRE_AT_ONCE || found == EXPIRE_AT_ONCE;
    }
    *ret = whole;
    return STATUS_OK;
}
