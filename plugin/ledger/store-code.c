/* Codes: drawn by chance, signed, or dealt from a pool.
 *
 * A code is taken inside the transaction that makes its promise, so none is lost or dealt
 * twice. A signed one needs a serial that no other code of its offer, day and station
 * has: the station counts them. The number that stands in the code for an offer belongs
 * to it for ever. */
#include "base/hash.h"
#include "ledger/guard.h"
#include "ledger/store-promise.h"

#include <string.h>

/* --- by chance ---------------------------------------------------------------------- */

/* Without what is mistaken for another (0 O 1 I L U) and without vowels, so that chance
 * spells no words. 28 of them: a code has 38 bits. */
static const char code_letters[] = "23456789BCDFGHJKMNPQRSTVWXYZ";
#define CODE_LETTERS (sizeof(code_letters) - 1)
#define CODE_LENGTH 8
#define CODE_TRIES 16

static void
draw_letters(char out[CODE_LENGTH + 1])
{
    /* Bytes beyond the last whole round are thrown away, so all letters are as likely. */
    const uint8_t limit = 256 / CODE_LETTERS * CODE_LETTERS;
    for (size_t n = 0; n < CODE_LENGTH;) {
        uint8_t bytes[2 * CODE_LENGTH];
        hash_random(bytes, sizeof(bytes));
        for (size_t i = 0; i < sizeof(bytes) && n < CODE_LENGTH; i++)
            if (bytes[i] < limit)
                out[n++] = code_letters[bytes[i] % CODE_LETTERS];
    }
    out[CODE_LENGTH] = '\0';
}

static const char sql_has_code[] =
    "SELECT 1 FROM promise WHERE code = ?1 AND merchant = ?2";

static enum status
take_random(struct store *store, const char *merchant, const struct code_wish *wish,
            struct arena *arena, struct notes *notes, const char **ret)
{
    bool has_prefix = wish->prefix && wish->prefix[0];
    for (int i = 0; i < CODE_TRIES; i++) {
        char letters[CODE_LENGTH + 1];
        int64_t is_taken = 0;
        draw_letters(letters);
        if (code_is_offensive(letters))
            continue;
        const char *code =
            arena_printf(arena, "%s%s%.4s-%.4s", has_prefix ? wish->prefix : "",
                         has_prefix ? "-" : "", letters, letters + 4);
        if (!code)
            return STATUS_NO_MEMORY;
        enum status status = sql_number(store, sql_has_code, VALUES(T(code), T(merchant)),
                                        0, notes, &is_taken);
        if (status != STATUS_OK)
            return status;
        if (!is_taken) {
            *ret = code;
            return STATUS_OK;
        }
    }
    return note_fail(notes, STATUS_BUG, NOTE_LEDGER_BUG, store->sql->name, 0,
                     "%d codes in a row were taken", CODE_TRIES);
}

/* --- given -------------------------------------------------------------------------- */

static const char sql_forget[] =
    "UPDATE promise SET code = NULL WHERE code = ?3 AND merchant = ?1"
    " AND EXISTS(SELECT 1 FROM pool f WHERE f.merchant = ?1 AND f.pool = ?2"
    "  AND f.code = ?3 AND f.promise IS NULL)";

/* A promise that gave its code back keeps it as a memory, for the paper that may turn up,
 * until it is another's. */
static enum status
forget_holder(struct store *store, const char *merchant, const char *pool,
              const char *code, struct notes *notes)
{
    return sql_run(store, sql_forget, VALUES(T(merchant), T(pool), T(code)), notes);
}

static enum status
take_given(struct store *store, const char *merchant, const char *pool, const char *code,
           struct notes *notes)
{
    int64_t is_taken = 0;
    enum status status =
        pool ? forget_holder(store, merchant, pool, code, notes) : STATUS_OK;
    if (status == STATUS_OK)
        status = sql_number(store, sql_has_code, VALUES(T(code), T(merchant)), 0, notes,
                            &is_taken);
    return status == STATUS_OK && is_taken
               ? note_fail(notes, STATUS_RETRY, NOTE_LEDGER_CODE_TAKEN, store->sql->name,
                           0, "another promise has this code already")
               : status;
}

/* --- signed ------------------------------------------------------------------------- */

static const char sql_claim_number[] =
    "INSERT INTO offer_number(merchant, number, offer) VALUES(?1, ?2, ?3)"
    " ON CONFLICT(merchant, number) DO NOTHING";
static const char sql_number_offer[] =
    "SELECT offer FROM offer_number WHERE merchant = ?1 AND number = ?2";
static const char sql_serial[] =
    "INSERT INTO serial(merchant, offer_number, expires_day, station, next)"
    " VALUES(?1, ?2, ?3, ?4, 1)"
    " ON CONFLICT(merchant, offer_number, expires_day, station)"
    " DO UPDATE SET next = serial.next + 1 RETURNING next - 1";
#define SQL_SERIAL                                                                       \
    GUARD_OR("serial", sql_serial,                                                       \
             "INSERT INTO serial(merchant, offer_number, expires_day, station, next)"    \
             " VALUES(?1, ?2, ?3, ?4, 1)"                                                \
             " ON CONFLICT(merchant, offer_number, expires_day, station)"                \
             " DO UPDATE SET next = serial.next RETURNING next - 1")

static enum status
check_number(struct store *store, const char *merchant, const char *offer, int32_t number,
             struct notes *notes)
{
    const struct value key[] = {T(merchant), I(number), T(offer)};
    struct rows *rows ROWS_AUTO = NULL;
    enum status status = sql_first(store, sql_number_offer, key, 2, notes, &rows);
    if (status != STATUS_OK)
        return status;
    if (!rows)
        return sql_run(store, sql_claim_number, key, 3, notes);
    if (text_equal(rows_lent(rows, 0), offer))
        return STATUS_OK;
    return note_fail(notes, STATUS_BAD_INPUT, NOTE_LEDGER_NUMBER_TAKEN, store->sql->name,
                     0,
                     "the coupon number %d of offer %.60s belongs to another offer, whose "
                     "codes are out; give this offer a number that was never used",
                     (int)number, offer);
}

static enum status
take_signed(struct store *store, const struct decision *decision,
            const struct piece_record *piece, struct arena *arena, struct notes *notes,
            const char **ret)
{
    const struct code_wish *wish = &piece->wish;
    struct code_fields fields = {.offer_number = wish->offer_number,
                                 .station = store->station_number,
                                 .expires = piece->expires};
    if (!day_is_none(piece->expires) && !code_can_expire(store->keys, piece->expires)) {
        note_add(notes, NOTE_KEYS_OLD, store->sql->name, 0,
                 "the last day of offer %.60s is more than %d days after the key that "
                 "mints was made; rotate the keys",
                 piece->offer, CODE_DAYS_MOST);
        return STATUS_WITHOUT;
    }
    enum status status =
        check_number(store, decision->merchant, piece->offer, wish->offer_number, notes);
    while (status == STATUS_OK) {
        int64_t serial = 0;
        status = sql_number(store, SQL_SERIAL,
                            VALUES(T(decision->merchant), I(wish->offer_number),
                                   I(piece->expires.n), I(store->station_number)),
                            0, notes, &serial);
        if (status != STATUS_OK)
            return status;
        serial += store->serial_from;
        if (serial > store->serial_most) {
            note_add(notes, NOTE_LEDGER_SERIALS_SPENT, store->sql->name, 0,
                     "station %d has no serial left for offer %.60s and this last day",
                     (int)store->station_number, piece->offer);
            return STATUS_WITHOUT;
        }
        fields.serial = (int32_t)serial;
        status = code_mint(store->keys, wish->prefix, &fields, arena, notes, ret);
        if (status != STATUS_WITHOUT) /* that one would spell something */
            return status;
        status = STATUS_OK;
    }
    return status;
}

/* --- pools -------------------------------------------------------------------------- */

static const char sql_deal[] =
    "SELECT code FROM pool WHERE merchant = ?1 AND pool = ?2 AND promise IS NULL"
    " ORDER BY place LIMIT 1";
static const char sql_deal_among_many[] =
    "SELECT code FROM pool WHERE merchant = ?1 AND pool = ?2 AND promise IS NULL"
    " ORDER BY place LIMIT 1 FOR UPDATE SKIP LOCKED";
static const char sql_bind[] = "UPDATE pool SET promise = ?4 WHERE merchant = ?1"
                               " AND pool = ?2 AND code = ?3";
/* What a till has seen is out of the house, whatever became of its promise. */
static const char sql_unbind[] =
    "UPDATE pool SET promise = NULL WHERE merchant = ?1 AND pool = ?2 AND code = ?3"
    " AND promise = ?4 AND NOT EXISTS(SELECT 1 FROM redemption r WHERE r.promise = pool.promise)";
static const char sql_reclaim[] =
    "UPDATE pool SET promise = ?4 WHERE merchant = ?1 AND pool = ?2 AND code = ?3"
    " AND (promise IS NULL OR promise = ?4) RETURNING place";

static enum status
take_dealt(struct store *store, const char *merchant, const struct code_wish *wish,
           struct arena *arena, struct notes *notes, const char **ret)
{
    struct rows *rows ROWS_AUTO = NULL;
    const char *sql = store->sql->driver->has_many_writers ? sql_deal_among_many : sql_deal;
    sql = GUARD_OR("deal-once", sql,
                   "SELECT code FROM pool WHERE merchant = ?1 AND pool = ?2"
                   " ORDER BY place LIMIT 1");
    enum status status =
        sql_first(store, sql, VALUES(T(merchant), T(wish->pool)), notes, &rows);
    if (status != STATUS_OK)
        return status;
    if (!rows)
        return STATUS_WITHOUT;
    struct row row = {.rows = rows, .arena = arena};
    const char *code = row_text(&row, 0);
    if (row.failed)
        return STATUS_NO_MEMORY;
    rows_done(&rows);
    status = forget_holder(store, merchant, wish->pool, code, notes);
    if (status == STATUS_OK)
        *ret = code;
    return status;
}

enum status
code_bind(struct store *store, const char *merchant, const char *pool, const char *code,
          int64_t promise, struct notes *notes)
{
    return sql_run(store, sql_bind, VALUES(T(merchant), T(pool), T(code), I(promise)),
                   notes);
}

enum status
code_free(struct store *store, const struct promise_row *promise, struct notes *notes)
{
    if (!promise->pool || !promise->code)
        return STATUS_OK;
    return sql_run(store, sql_unbind,
                   VALUES(T(promise->merchant), T(promise->pool), T(promise->code),
                          I(promise->id)),
                   notes);
}

enum status
code_reclaim(struct store *store, const char *merchant, const char *pool,
             const char *code, int64_t promise, struct notes *notes)
{
    bool is_free = false;
    enum status status =
        sql_change(store, sql_reclaim,
                   VALUES(T(merchant), T(pool), T(code), I(promise)), notes, &is_free);
    return status == STATUS_OK && !is_free ? STATUS_WITHOUT : status;
}

enum status
code_take(struct store *store, const struct decision *decision,
          const struct piece_record *piece, struct arena *arena, struct notes *notes,
          const char **ret)
{
    /* Alone with its own file a station cannot know what codes others draw or deal. */
    if (store->is_standby &&
        (piece->wish.kind == CODE_RANDOM || piece->wish.kind == CODE_POOL))
        return STATUS_WITHOUT;
    switch (piece->wish.kind) {
    case CODE_RANDOM:
        return take_random(store, decision->merchant, &piece->wish, arena, notes, ret);
    case CODE_SIGNED:
        return take_signed(store, decision, piece, arena, notes, ret);
    case CODE_POOL:
        return take_dealt(store, decision->merchant, &piece->wish, arena, notes, ret);
    case CODE_GIVEN:
        return take_given(store, decision->merchant, piece->wish.pool, *ret, notes);
    case CODE_NONE:
        break;
    }
    return STATUS_OK;
}

/* --- filling pools ------------------------------------------------------------------ */

static const char sql_put_code[] =
    "INSERT INTO pool(merchant, pool, code) VALUES(?1, ?2, ?3)"
    " ON CONFLICT(merchant, pool, code) DO NOTHING RETURNING place";

enum status
store_pool_add(struct store *store, const char *merchant, const char *pool,
               const char *code, struct notes *notes, bool *ret_is_new)
{
    bool is_new = false;
    enum status status = store_begin(store, notes);
    if (status != STATUS_OK)
        return status;
    status = sql_change(store, sql_put_code, VALUES(T(merchant), T(pool), T(code)), notes,
                        &is_new);
    status = store_end(store, status, notes);
    if (status == STATUS_OK)
        *ret_is_new = is_new;
    return status;
}

static const char sql_levels[] =
    "SELECT pool, count(*), CAST(sum(CASE WHEN promise IS NULL THEN 1 ELSE 0 END)"
    " AS BIGINT) FROM pool WHERE merchant = ?1 GROUP BY pool ORDER BY pool";

enum status
store_pools(struct store *store, const char *merchant, struct arena *arena,
            struct notes *notes, struct pool_level **ret, size_t *ret_count)
{
    struct rows *rows ROWS_AUTO = NULL;
    struct pool_level *levels = NULL;
    size_t count = 0, room = 0;
    bool is_empty = false, has_row = false;
    enum status status = store_look(store, notes, &is_empty);
    if (status == STATUS_OK && is_empty) {
        *ret = NULL;
        *ret_count = 0;
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    status = sql_query(store, sql_levels, VALUES(T(merchant)), notes, &rows);
    while (status == STATUS_OK &&
           (status = rows_next(rows, notes, &has_row)) == STATUS_OK && has_row) {
        struct row row = {.rows = rows, .arena = arena};
        struct pool_level *level =
            arena_append(arena, &levels, &count, &room, sizeof(*level));
        if (level)
            *level = (struct pool_level){row_text(&row, 0), rows_int(rows, 1, 0),
                                         rows_int(rows, 2, 0)};
        status = level && !row.failed ? STATUS_OK : STATUS_NO_MEMORY;
    }
    rows_done(&rows);
    status = store_looked(store, status, notes);
    if (status != STATUS_OK)
        return status;
    *ret = levels;
    *ret_count = count;
    return STATUS_OK;
}
