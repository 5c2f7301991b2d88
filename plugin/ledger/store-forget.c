/* Forgetting: a customer on request, everybody's old texts by age.
 *
 * What is somebody's words goes; what the sums need stays, under a name drawn by chance
 * that no key leads back from. Codes that are out can still be redeemed. A household's
 * counts stay: they are others', too. */
#include "base/hash.h"
#include "ledger/store-wave-words.h"

#include <stdio.h>

#define OF_CUSTOMER " WHERE merchant = ?1 AND customer = ?2"
#define DECISIONS "(SELECT id FROM decision" OF_CUSTOMER ")"
#define PROMISES "(SELECT id FROM promise" OF_CUSTOMER ")"

/* ?1 merchant, ?2 pseudonym, ?3 the new name. In this order: the name that finds them
 * goes last. */
static const char *const sql_forget[] = {
    "DELETE FROM past_line" OF_CUSTOMER,
    "DELETE FROM past_order" OF_CUSTOMER,
    "DELETE FROM past_thing" OF_CUSTOMER,
    "DELETE FROM loyalty" OF_CUSTOMER,
    "DELETE FROM cache" OF_CUSTOMER,
    "DELETE FROM document WHERE decision IN " DECISIONS,
    "UPDATE sheet SET bytes = NULL WHERE decision IN " DECISIONS,
    "UPDATE piece SET reason = NULL WHERE decision IN " DECISIONS,
    /* a redemption's id stands in its reason, and is no word of theirs */
    "UPDATE event SET reason = NULL WHERE kind != 'redeemed'"
    " AND (decision IN " DECISIONS " OR promise IN " PROMISES ")",
};
static const char *const sql_rename[] = {
    "UPDATE unit SET scope = ?3 WHERE scope = ?2 AND promise IN " PROMISES,
    "UPDATE counter SET scope = ?3 WHERE merchant = ?1 AND scope = ?2",
    "UPDATE promise SET customer = ?3, household = NULL" OF_CUSTOMER,
    "UPDATE decision SET customer = ?3" OF_CUSTOMER,
};
static const char sql_tell[] =
    "INSERT INTO event(at_s, kind, decision, placement, number)"
    " SELECT CAST(?3 AS BIGINT), 'forgotten', id, '', 0 FROM decision" OF_CUSTOMER;
static const char sql_is_known[] =
    "SELECT 1 WHERE EXISTS(SELECT 1 FROM decision" OF_CUSTOMER ")"
    " OR EXISTS(SELECT 1 FROM past_order" OF_CUSTOMER ")"
    " OR EXISTS(SELECT 1 FROM past_thing" OF_CUSTOMER ")"
    " OR EXISTS(SELECT 1 FROM loyalty" OF_CUSTOMER ")"
    " OR EXISTS(SELECT 1 FROM cache" OF_CUSTOMER ")";

static enum status
forget(struct store *store, const char *merchant, const char *customer, int64_t at_s,
       const struct wave_words *words, struct notes *notes, bool *ret_is_known)
{
    uint8_t chance[8];
    char name[32];
    int64_t is_known = 0;
    const struct value values[] = {T(merchant), T(customer), T(name)};
    enum status status = store_lock(store, "customer", merchant, customer, notes);
    if (status == STATUS_OK)
        status = sql_number(store, sql_is_known, values, 2, 0, notes, &is_known);
    if (status == STATUS_OK)
        status = wave_words_erase(store, merchant, words, notes);
    *ret_is_known = is_known || words->count;
    if (status != STATUS_OK || !is_known)
        return status;
    hash_random(chance, sizeof(chance));
    snprintf(name, sizeof(name), "c~gone-");
    for (size_t i = 0; i < sizeof(chance); i++)
        snprintf(name + 7 + 2 * i, 3, "%02x", chance[i]);
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(sql_forget); i++)
        status = sql_run(store, sql_forget[i], values, 2, notes);
    if (status == STATUS_OK)
        status = sql_run(store, sql_tell, VALUES(T(merchant), T(customer), I(at_s)),
                         notes);
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(sql_rename); i++)
        status = sql_run(store, sql_rename[i], values, 3, notes);
    return status;
}

/* Before the write: orders are read for it, and others need not wait for that. */
static enum status
look_for_words(struct store *store, const char *merchant, const char *customer,
               struct arena *arena, struct notes *notes, struct wave_words *ret)
{
    bool is_empty = false;
    enum status status = store_look(store, notes, &is_empty);
    if (status != STATUS_OK || is_empty)
        return status;
    return store_looked(
        store, wave_words_find(store, merchant, customer, arena, notes, ret), notes);
}

enum status
store_forget(struct store *store, const char *merchant, const char *customer,
             int64_t at_s, struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct wave_words words = {0};
    bool is_known = false;
    enum status status = arena ? look_for_words(store, merchant, customer, arena, notes, &words)
                               : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = store_begin(store, notes);
    if (status != STATUS_OK)
        return status;
    status = store_end(
        store, forget(store, merchant, customer, at_s, &words, notes, &is_known), notes);
    /* Also when nothing is held: the last try may have ended just before this. */
    if (status == STATUS_OK && store->sql->driver->scrub)
        status = store->sql->driver->scrub(store->sql, notes);
    return status == STATUS_OK && !is_known ? STATUS_WITHOUT : status;
}

/* --- by age --------------------------------------------------------------------------- */

#define OLD_DECISIONS                                                                    \
    "(SELECT id FROM decision WHERE merchant = ?1 AND decided_s < ?2)"

static const char sql_old_documents[] =
    "SELECT count(*) FROM document WHERE decision IN " OLD_DECISIONS;
static const char sql_drop_documents[] =
    "DELETE FROM document WHERE decision IN " OLD_DECISIONS;
static const char sql_old_sheets[] =
    "SELECT count(*) FROM sheet WHERE bytes IS NOT NULL AND decision IN " OLD_DECISIONS;
static const char sql_drop_sheets[] =
    "UPDATE sheet SET bytes = NULL WHERE bytes IS NOT NULL AND decision"
    " IN " OLD_DECISIONS;
static const char sql_old_orders[] =
    "SELECT count(*) FROM past_order WHERE merchant = ?1 AND placed_at_s < ?2";
static const char sql_drop_lines[] =
    "DELETE FROM past_line WHERE merchant = ?1 AND EXISTS(SELECT 1 FROM past_order o"
    " WHERE o.merchant = past_line.merchant AND o.customer = past_line.customer"
    " AND o.id = past_line.order_id AND o.placed_at_s < ?2)";
static const char sql_drop_orders[] =
    "DELETE FROM past_order WHERE merchant = ?1 AND placed_at_s < ?2";
static const char sql_old_things[] =
    "SELECT count(*) FROM past_thing WHERE merchant = ?1 AND at_s < ?2";
static const char sql_drop_things[] =
    "DELETE FROM past_thing WHERE merchant = ?1 AND at_s < ?2";
static const char sql_old_answers[] =
    "SELECT count(*) FROM cache WHERE merchant = ?1 AND at_s < ?2";
static const char sql_drop_answers[] =
    "DELETE FROM cache WHERE merchant = ?1 AND at_s < ?2";

static enum status
drop(struct store *store, const char *merchant, int64_t before_s, const char *count,
     const char *const *drops, size_t drop_count, struct notes *notes, int64_t *erased)
{
    const struct value values[] = {T(merchant), I(before_s)};
    int64_t found = 0;
    if (before_s == TIME_NONE)
        return STATUS_OK;
    enum status status = sql_number(store, count, values, 2, 0, notes, &found);
    for (size_t i = 0; status == STATUS_OK && found && i < drop_count; i++)
        status = sql_run(store, drops[i], values, 2, notes);
    *erased += found;
    return status;
}

/* Orders of waves that were never done: their words go, and they with them. */
#define OLD_WAVE_ORDERS                                                                  \
    " FROM wave_order WHERE merchant = ?1 AND document IS NOT NULL AND added_s < ?2"
static const char sql_old_wave_orders[] = "SELECT count(*)" OLD_WAVE_ORDERS;
static const char sql_drop_wave_orders[] = "DELETE" OLD_WAVE_ORDERS;

enum status
store_retain(struct store *store, const char *merchant, const struct retention *retention,
             struct notes *notes, int64_t *ret_erased)
{
    static const char *const documents[] = {sql_drop_documents};
    static const char *const sheets[] = {sql_drop_sheets};
    static const char *const orders[] = {sql_drop_lines, sql_drop_orders};
    static const char *const things[] = {sql_drop_things};
    static const char *const answers[] = {sql_drop_answers};
    static const char *const wave_orders[] = {sql_drop_wave_orders};
    int64_t erased = 0;
    enum status status = store_begin(store, notes);
    if (status != STATUS_OK)
        return status;
    status = drop(store, merchant, retention->documents_before_s, sql_old_documents,
                  documents, 1, notes, &erased);
    if (status == STATUS_OK)
        status = drop(store, merchant, retention->sheets_before_s, sql_old_sheets, sheets,
                      1, notes, &erased);
    if (status == STATUS_OK)
        status = drop(store, merchant, retention->history_before_s, sql_old_orders,
                      orders, 2, notes, &erased);
    if (status == STATUS_OK)
        status = drop(store, merchant, retention->history_before_s, sql_old_things,
                      things, 1, notes, &erased);
    if (status == STATUS_OK)
        status = drop(store, merchant, retention->history_before_s, sql_old_answers,
                      answers, 1, notes, &erased);
    if (status == STATUS_OK)
        status = drop(store, merchant, retention->documents_before_s, sql_old_wave_orders,
                      wave_orders, 1, notes, &erased);
    status = store_end(store, status, notes);
    if (status == STATUS_OK && store->sql->driver->scrub)
        status = store->sql->driver->scrub(store->sql, notes);
    if (status == STATUS_OK)
        *ret_erased = erased;
    return status;
}

/* --- a station's own file ------------------------------------------------------------- */

#define SETTLED                                                                          \
    "(SELECT d.id FROM decision d JOIN settled s ON s.decision = d.id"                   \
    " WHERE d.decided_s < ?1)"
#define SETTLED_ORDER(table, id)                                                         \
    " WHERE EXISTS(SELECT 1 FROM decision d JOIN settled s ON s.decision = d.id"         \
    " WHERE d.merchant = " table ".merchant AND d.order_id = " table "." id              \
    " AND d.decided_s < ?1)"

static const char sql_settled_words[] =
    "SELECT 1 WHERE EXISTS(SELECT 1 FROM document WHERE decision IN " SETTLED ")"
    " OR EXISTS(SELECT 1 FROM sheet WHERE bytes IS NOT NULL AND decision IN " SETTLED ")"
    " OR EXISTS(SELECT 1 FROM past_order" SETTLED_ORDER("past_order", "id") ")";
static const char *const sql_drop_settled[] = {
    "DELETE FROM document WHERE decision IN " SETTLED,
    "UPDATE sheet SET bytes = NULL WHERE bytes IS NOT NULL AND decision IN " SETTLED,
    "DELETE FROM past_line" SETTLED_ORDER("past_line", "order_id"),
    "DELETE FROM past_order" SETTLED_ORDER("past_order", "id"),
};

enum status
store_drop_settled(struct store *standby, int64_t before_s, struct notes *notes)
{
    bool is_empty = false;
    int64_t has_words = 0;
    enum status status = store_look(standby, notes, &is_empty);
    if (status != STATUS_OK || is_empty)
        return status;
    status = store_looked(standby,
                          sql_number(standby, sql_settled_words, VALUES(I(before_s)), 0,
                                     notes, &has_words),
                          notes);
    if (status != STATUS_OK || !has_words)
        return status;
    status = store_begin(standby, notes);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(sql_drop_settled); i++)
        status = sql_run(standby, sql_drop_settled[i], VALUES(I(before_s)), notes);
    status = store_end(standby, status, notes);
    return status == STATUS_OK ? standby->sql->driver->scrub(standby->sql, notes)
                               : status;
}
