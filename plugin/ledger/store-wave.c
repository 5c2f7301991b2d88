/* Waves: orders to be decided ahead, shared out among whoever works on them.
 *
 * An order is waiting, taken until some instant, done or failed. Who takes a share skips
 * what others are taking or finishing at this moment; a share whose time has run out is
 * anybody's, so a machine that died loses nothing but time. Time is the database's own:
 * stations whose clocks differ agree on it. A share that was taken in what is now the
 * future was taken before the clock was set back, and its time counts as run out: so no
 * lease is much longer than it was meant to be. The words of an order are erased when
 * nobody will take it any more. */
#include "ledger/store.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

#define AHEAD_MOST "60" /* seconds: clocks are set by so much without a word */
#define TRIES_MOST "5"

/* Statements that ask the time, for each database: its clock, and how it skips rows that
 * another holds. */
#define NOW_SQLITE "CAST(strftime('%s', 'now') AS BIGINT)"
#define NOW_POSTGRES "CAST(extract(epoch FROM clock_timestamp()) AS BIGINT)"
#define SKIP_POSTGRES " FOR UPDATE SKIP LOCKED"

#define ABANDONED(NOW)                                                                   \
    "(o.state = 'taken' AND (o.until_s <= " NOW " OR o.taken_s > " NOW " + " AHEAD_MOST  \
    "))"

/* The rows are chosen once, as a table: a planner that asked for them row by row would
 * lock others each time. The states stand there twice, for the index of what is open. */
#define CHOOSE(WHICH, SKIP)                                                              \
    "WITH chosen AS MATERIALIZED (SELECT o.name FROM wave_order o WHERE o.merchant = ?1" \
    "  AND o.wave = ?2 AND o.state IN ('waiting', 'taken') AND " WHICH SKIP ")"
#define CHOSEN " WHERE merchant = ?1 AND wave = ?2 AND name IN (SELECT c.name FROM chosen c)"

#define TAKE(NOW, SKIP)                                                                  \
    CHOOSE("(o.state = 'waiting' OR " ABANDONED(NOW) ") ORDER BY o.place LIMIT ?5", SKIP) \
    " UPDATE wave_order SET state = 'taken', worker = ?3, taken_s = " NOW ","            \
    " until_s = " NOW " + ?4, tries = tries + 1" CHOSEN                                  \
    " RETURNING place, name, document, tries"
#define GIVE_UP(NOW, SKIP)                                                               \
    CHOOSE("o.tries >= " TRIES_MOST " AND " ABANDONED(NOW), SKIP)                        \
    " UPDATE wave_order SET state = 'failed', document = NULL,"                          \
    " note = 'taken five times and never finished'" CHOSEN
#define KEEP(NOW, SKIP)                                                                  \
    CHOOSE("o.state = 'taken' AND o.worker = ?3", SKIP)                                  \
    " UPDATE wave_order SET taken_s = " NOW ", until_s = " NOW " + ?4" CHOSEN

static const char sql_take_sqlite[] = TAKE(NOW_SQLITE, "");
static const char sql_take_postgres[] = TAKE(NOW_POSTGRES, SKIP_POSTGRES);
static const char sql_give_up_sqlite[] = GIVE_UP(NOW_SQLITE, "");
static const char sql_give_up_postgres[] = GIVE_UP(NOW_POSTGRES, SKIP_POSTGRES);
static const char sql_keep_sqlite[] = KEEP(NOW_SQLITE, "");
static const char sql_keep_postgres[] = KEEP(NOW_POSTGRES, SKIP_POSTGRES);

static const char sql_make[] = "INSERT INTO wave(merchant, name, made_s)"
                               " VALUES(?1, ?2, ?3) ON CONFLICT(merchant, name) DO NOTHING";
static const char sql_add_order[] =
    "INSERT INTO wave_order(merchant, wave, name, place, added_s, document, digest, state,"
    " note, tries) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, 'waiting', '', 0)"
    " ON CONFLICT(merchant, wave, name) DO UPDATE SET place = excluded.place,"
    " added_s = excluded.added_s, document = excluded.document, digest = excluded.digest,"
    " state = 'waiting', note = '', worker = NULL, taken_s = NULL, until_s = NULL,"
    " tries = 0"
    " WHERE wave_order.digest <> excluded.digest OR wave_order.state = 'failed'";
static const char sql_left[] =
    "SELECT count(*) FROM wave_order WHERE merchant = ?1 AND wave = ?2"
    " AND state IN ('waiting', 'taken')";
static const char sql_done[] =
    "UPDATE wave_order SET state = ?5, note = ?6, order_id = ?7, package = ?8,"
    " decision = ?9,"
    " tries = CASE WHEN ?5 = 'waiting' THEN tries - 1 ELSE tries END,"
    " document = CASE WHEN ?5 = 'waiting' THEN document END"
    " WHERE merchant = ?1 AND wave = ?2 AND name = ?3 AND worker = ?4"
    " AND state = 'taken'";
static const char sql_levels[] =
    "SELECT w.name, w.made_s, count(o.name),"
    " count(CASE WHEN o.state = 'waiting' THEN 1 END),"
    " count(CASE WHEN o.state = 'taken' THEN 1 END),"
    " count(CASE WHEN o.state = 'done' THEN 1 END),"
    " count(CASE WHEN o.state = 'failed' THEN 1 END)"
    " FROM wave w LEFT JOIN wave_order o ON o.merchant = w.merchant AND o.wave = w.name"
    " WHERE w.merchant = ?1 AND (CAST(?2 AS TEXT) IS NULL OR w.name = ?2)"
    " GROUP BY w.name, w.made_s ORDER BY w.made_s, w.name";
static const char sql_orders[] =
    "SELECT place, name, state, note, worker, order_id, package, decision, tries"
    " FROM wave_order WHERE merchant = ?1 AND wave = ?2"
    " AND (CAST(?3 AS TEXT) IS NULL OR state = ?3) ORDER BY place, name";
static const char sql_drop_orders[] =
    "DELETE FROM wave_order WHERE merchant = ?1 AND wave = ?2";
static const char sql_drop[] =
    "DELETE FROM wave WHERE merchant = ?1 AND name = ?2 RETURNING 1";

static bool
is_shared(const struct store *store)
{
    return store->sql->driver->has_many_writers;
}

enum status
store_wave_add(struct store *store, const char *merchant, const char *wave, int64_t at_s,
               const struct wave_order *orders, size_t count, struct notes *notes,
               int64_t *ret_waiting)
{
    enum status status = store_begin(store, notes);
    if (status != STATUS_OK)
        return status;
    status = sql_run(store, sql_make, VALUES(T(merchant), T(wave), I(at_s)), notes);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        const struct digest digest =
            hash_sha256(orders[i].document, orders[i].document_n);
        const struct value values[] = {
            T(merchant), T(wave),       T(orders[i].name), I(orders[i].place),
            I(at_s),     T(orders[i].document), T(digest.hex)};
        status = sql_run(store, sql_add_order, values, COUNT_OF(values), notes);
    }
    if (status == STATUS_OK)
        status = sql_number(store, sql_left, VALUES(T(merchant), T(wave)), 0, notes,
                            ret_waiting);
    return store_end(store, status, notes);
}

static int
by_place(const void *a, const void *b)
{
    const struct wave_order *one = a, *other = b;
    return one->place < other->place ? -1 : one->place > other->place;
}

static enum status
read_share(struct rows *rows, struct arena *arena, struct notes *notes,
           struct wave_order **ret, size_t *ret_count)
{
    struct row row = {.rows = rows, .arena = arena};
    struct wave_order *orders = NULL;
    size_t count = 0, room = 0;
    bool has_row = false;
    enum status status;
    while ((status = rows_next(rows, notes, &has_row)) == STATUS_OK && has_row) {
        struct wave_order *order =
            arena_append(arena, &orders, &count, &room, sizeof(*order));
        if (!order)
            return STATUS_NO_MEMORY;
        order->place = rows_int(rows, 0, 0);
        order->name = row_text(&row, 1);
        order->document = row_text(&row, 2);
        order->document_n = order->document ? strlen(order->document) : 0;
        order->tries = (int32_t)rows_int(rows, 3, 0);
        order->state = "taken";
        order->note = "";
        if (row.failed)
            return STATUS_NO_MEMORY;
    }
    if (count > 0)
        qsort(orders, count, sizeof(*orders), by_place);
    *ret = orders;
    *ret_count = count;
    return status;
}

enum status
store_wave_take(struct store *store, const char *merchant, const char *wave,
                const char *worker, int32_t lease_s, size_t most, struct arena *arena,
                struct notes *notes, struct wave_order **ret, size_t *ret_count)
{
    const struct value values[] = {T(merchant), T(wave), T(worker), I(lease_s),
                                   I((int64_t)most)};
    struct rows *rows ROWS_AUTO = NULL;
    struct wave_order *orders = NULL;
    size_t count = 0;
    enum status status = store_begin(store, notes);
    if (status != STATUS_OK)
        return status;
    status = sql_run(store, is_shared(store) ? sql_give_up_postgres : sql_give_up_sqlite,
                     values, 2, notes);
    if (status == STATUS_OK)
        status = sql_query(store, is_shared(store) ? sql_take_postgres : sql_take_sqlite,
                           values, COUNT_OF(values), notes, &rows);
    if (status == STATUS_OK)
        status = read_share(rows, arena, notes, &orders, &count);
    rows_done(&rows);
    status = store_end(store, status, notes);
    if (status != STATUS_OK || count == 0)
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    *ret = orders;
    *ret_count = count;
    return STATUS_OK;
}

enum status
store_wave_keep(struct store *store, const char *merchant, const char *wave,
                const char *worker, int32_t lease_s, struct notes *notes)
{
    enum status status = store_begin(store, notes);
    if (status != STATUS_OK)
        return status;
    return store_end(
        store,
        sql_run(store, is_shared(store) ? sql_keep_postgres : sql_keep_sqlite,
                VALUES(T(merchant), T(wave), T(worker), I(lease_s)), notes),
        notes);
}

enum status
store_wave_done(struct store *store, const char *merchant, const char *wave,
                const char *worker, const struct wave_order *orders, size_t count,
                struct notes *notes)
{
    enum status status = store_begin(store, notes);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        const struct wave_order *order = &orders[i];
        const struct value values[] = {
            T(merchant),     T(wave),         T(order->name),
            T(worker),       T(order->state), T(order->note ? order->note : ""),
            T(order->order), T(order->package),
            I_UNLESS(order->decision, 0)};
        status = sql_run(store, sql_done, values, COUNT_OF(values), notes);
    }
    return store_end(store, status, notes);
}

enum status
store_waves(struct store *store, const char *merchant, const char *wave,
            struct arena *arena, struct notes *notes, struct wave_level **ret,
            size_t *ret_count)
{
    struct rows *rows ROWS_AUTO = NULL;
    struct row row = {.arena = arena};
    struct wave_level *levels = NULL;
    size_t count = 0, room = 0;
    bool is_empty = false, has_row = false;
    *ret = NULL;
    *ret_count = 0;
    enum status status = store_look(store, notes, &is_empty);
    if (status != STATUS_OK || is_empty)
        return status;
    status = sql_query(store, sql_levels, VALUES(T(merchant), T(wave)), notes, &rows);
    row.rows = rows;
    while (status == STATUS_OK && (status = rows_next(rows, notes, &has_row)) == STATUS_OK &&
           has_row) {
        struct wave_level *level =
            arena_append(arena, &levels, &count, &room, sizeof(*level));
        if (!level) {
            status = STATUS_NO_MEMORY;
            break;
        }
        *level = (struct wave_level){.wave = row_text(&row, 0),
                                     .made_s = rows_int(rows, 1, 0),
                                     .orders = rows_int(rows, 2, 0),
                                     .waiting = rows_int(rows, 3, 0),
                                     .taken = rows_int(rows, 4, 0),
                                     .done = rows_int(rows, 5, 0),
                                     .failed = rows_int(rows, 6, 0)};
    }
    rows_done(&rows);
    status = store_looked(store, row.failed ? STATUS_NO_MEMORY : status, notes);
    if (status != STATUS_OK)
        return status;
    *ret = levels;
    *ret_count = count;
    return STATUS_OK;
}

enum status
store_wave_orders(struct store *store, const char *merchant, const char *wave,
                  const char *state, struct arena *arena, struct notes *notes,
                  struct wave_order **ret, size_t *ret_count)
{
    struct rows *rows ROWS_AUTO = NULL;
    struct row row = {.arena = arena};
    struct wave_order *orders = NULL;
    size_t count = 0, room = 0;
    bool is_empty = false, has_row = false;
    *ret = NULL;
    *ret_count = 0;
    enum status status = store_look(store, notes, &is_empty);
    if (status != STATUS_OK || is_empty)
        return status;
    status = sql_query(store, sql_orders, VALUES(T(merchant), T(wave), T(state)), notes,
                       &rows);
    row.rows = rows;
    while (status == STATUS_OK && (status = rows_next(rows, notes, &has_row)) == STATUS_OK &&
           has_row) {
        struct wave_order *order =
            arena_append(arena, &orders, &count, &room, sizeof(*order));
        if (!order) {
            status = STATUS_NO_MEMORY;
            break;
        }
        *order = (struct wave_order){.place = rows_int(rows, 0, 0),
                                     .name = row_text(&row, 1),
                                     .state = row_text(&row, 2),
                                     .note = row_text(&row, 3),
                                     .worker = row_text(&row, 4),
                                     .order = row_text(&row, 5),
                                     .package = row_text(&row, 6),
                                     .decision = rows_int(rows, 7, 0),
                                     .tries = (int32_t)rows_int(rows, 8, 0)};
    }
    rows_done(&rows);
    status = store_looked(store, row.failed ? STATUS_NO_MEMORY : status, notes);
    if (status != STATUS_OK)
        return status;
    *ret = orders;
    *ret_count = count;
    return STATUS_OK;
}

static const char sql_has[] = "SELECT 1 FROM wave_order WHERE decision = ?1 LIMIT 1";

enum status
store_wave_has(struct store *store, int64_t decision_id, struct notes *notes, bool *ret)
{
    bool is_empty = false;
    int64_t is_there = 0;
    enum status status = store_look(store, notes, &is_empty);
    *ret = false;
    if (status != STATUS_OK || is_empty)
        return status;
    status = store_looked(
        store, sql_number(store, sql_has, VALUES(I(decision_id)), 0, notes, &is_there),
        notes);
    *ret = status == STATUS_OK && is_there;
    return status;
}

enum status
store_wave_drop(struct store *store, const char *merchant, const char *wave,
                struct notes *notes)
{
    bool is_any = false;
    enum status status = store_begin(store, notes);
    if (status != STATUS_OK)
        return status;
    status =
        sql_run(store, sql_drop_orders, VALUES(T(merchant), T(wave)), notes);
    if (status == STATUS_OK)
        status = sql_change(store, sql_drop, VALUES(T(merchant), T(wave)), notes, &is_any);
    status = store_end(store, status, notes);
    return status == STATUS_OK && !is_any ? STATUS_WITHOUT : status;
}
