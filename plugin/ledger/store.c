/* Transactions over any database, imports and groups, and who the customers are. */
#include "ledger/store.h"
#include "ledger/guard.h"
#include "ledger/store-moves.h"

#include <stdio.h>
#include <string.h>

/* --- transactions ------------------------------------------------------------------- */

static const char sql_part[] = "SAVEPOINT part";
static const char sql_part_back[] = "ROLLBACK TO SAVEPOINT part";
static const char sql_part_end[] = "RELEASE SAVEPOINT part";

enum status
store_part(struct store *store, struct notes *notes)
{
    return sql_run(store, sql_part, NULL, 0, notes);
}

/* What else it came to if it cannot be ended: a failure stays what it is (databases take
 * back more than they are asked to when the disk is full), but an answer is none then. */
static enum status
end_part(struct store *store, enum status status, struct notes *notes, bool *ret_is_ended)
{
    bool is_answer = status == STATUS_OK || status == STATUS_WITHOUT;
    enum status ended = STATUS_OK;
    if (status != STATUS_OK)
        ended = sql_run(store, sql_part_back, NULL, 0, is_answer ? notes : NULL);
    if (ended == STATUS_OK)
        ended = sql_run(store, sql_part_end, NULL, 0, is_answer ? notes : NULL);
    *ret_is_ended = ended == STATUS_OK;
    return *ret_is_ended || !is_answer ? status : ended;
}

enum status
store_parted(struct store *store, enum status status, struct notes *notes)
{
    bool is_ended = false;
    return end_part(store, status, notes, &is_ended);
}

/* What cannot be taken back by itself takes the whole group with it. */
static enum status
end_in_group(struct store *store, enum status status, struct notes *notes)
{
    bool is_ended = false;
    status = end_part(store, status, notes, &is_ended);
    if (!is_ended && store->group_status == STATUS_OK)
        store->group_status = status;
    return status;
}

enum status
store_begin(struct store *store, struct notes *notes)
{
    bool is_empty = false;
    if (store->is_importing)
        return store->import_status;
    if (store->is_grouping)
        return store->group_status == STATUS_OK ? store_part(store, notes)
                                                : store->group_status;
    return store->sql->driver->begin(store->sql, SQL_WRITE, notes, &is_empty);
}

/* What is still put off are gives: nothing that could be spent. */
static enum status
settle_rest(struct store *store, enum status status, struct notes *notes)
{
    struct arena *arena ARENA_AUTO = NULL;
    const char *name = NULL;
    size_t owner = 0;
    if (status == STATUS_OK && store->moves && !(arena = arena_new(0)))
        status = STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = moves_settle(store, arena, notes, &owner, &name);
    moves_drop(store);
    return status;
}

enum status
store_end(struct store *store, enum status status, struct notes *notes)
{
    status = settle_rest(store, status, notes);
    if (store->is_importing) { /* half a thing may be in: the rest is not taken either */
        if (store->import_status == STATUS_OK)
            store->import_status = status;
        return status;
    }
    if (store->is_grouping)
        return end_in_group(store, status, notes);
    return store->sql->driver->end(store->sql, status, notes);
}

enum status
store_look(struct store *store, struct notes *notes, bool *ret_is_empty)
{
    *ret_is_empty = false;
    if (store->is_importing || store->is_grouping)
        return STATUS_OK;
    return store->sql->driver->begin(store->sql, SQL_LOOK, notes, ret_is_empty);
}

enum status
store_looked(struct store *store, enum status status, struct notes *notes)
{
    if (store->is_importing || store->is_grouping)
        return status;
    return store->sql->driver->end(store->sql, status, notes);
}

enum status
store_lock(struct store *store, const char *what, const char *merchant, const char *key,
           struct notes *notes)
{
    return GUARD_OR("lock", key != NULL, false)
               ? store->sql->driver->lock(store->sql, what, merchant, key, notes)
               : STATUS_OK;
}

/* --- statements --------------------------------------------------------------------- */

enum status
sql_query(struct store *store, const char *sql, const struct value *values, size_t count,
          struct notes *notes, struct rows **ret)
{
    return store->sql->driver->query(store->sql, sql, values, count, notes, ret);
}

enum status
sql_run(struct store *store, const char *sql, const struct value *values, size_t count,
        struct notes *notes)
{
    return store->sql->driver->run(store->sql, sql, values, count, notes);
}

enum status
sql_first(struct store *store, const char *sql, const struct value *values, size_t count,
          struct notes *notes, struct rows **ret)
{
    struct rows *rows = NULL;
    bool has_row = false;
    enum status status = sql_query(store, sql, values, count, notes, &rows);
    if (status == STATUS_OK)
        status = rows_next(rows, notes, &has_row);
    if (status != STATUS_OK || !has_row)
        rows_done(&rows);
    *ret = rows;
    return status;
}

enum status
sql_number(struct store *store, const char *sql, const struct value *values, size_t count,
           int64_t none, struct notes *notes, int64_t *ret)
{
    struct rows *rows ROWS_AUTO = NULL;
    enum status status = sql_first(store, sql, values, count, notes, &rows);
    if (status == STATUS_OK)
        *ret = rows ? rows_int(rows, 0, none) : none;
    return status;
}

enum status
sql_add(struct store *store, const char *sql, const struct value *values, size_t count,
        struct notes *notes, int64_t *ret_id)
{
    const struct sql_driver *driver = store->sql->driver;
    int64_t changed = 0;
    return driver->change ? driver->change(store->sql, sql, values, count, notes,
                                           &changed, ret_id)
                          : sql_number(store, sql, values, count, 0, notes, ret_id);
}

enum status
sql_change(struct store *store, const char *sql, const struct value *values, size_t count,
           struct notes *notes, bool *ret_is_any)
{
    const struct sql_driver *driver = store->sql->driver;
    struct rows *rows ROWS_AUTO = NULL;
    int64_t changed = 0, added = 0;
    enum status status =
        driver->change
            ? driver->change(store->sql, sql, values, count, notes, &changed, &added)
            : sql_first(store, sql, values, count, notes, &rows);
    *ret_is_any = status == STATUS_OK && (changed > 0 || rows);
    return status;
}

/* --- names -------------------------------------------------------------------------- */

const char *
store_name(const struct store *store, const char *kind, const char *merchant,
           const char *id, char ret[NAME_SIZE])
{
    if (!id || !id[0])
        return NULL;
    if (id[0] == kind[0] && id[1] == '~' && strlen(id) == NAME_SIZE - 1) {
        memcpy(ret, id, NAME_SIZE);
        return ret;
    }
    ret[0] = kind[0];
    ret[1] = '~';
    (void)merchant; /* the key is the merchant's own */
    keys_pseudonym(store->keys, kind, id, ret + 2);
    return ret;
}

static const char sql_meta[] = "SELECT value FROM meta WHERE name = ?1";
static const char sql_put_meta[] =
    "INSERT INTO meta(name, value) VALUES(?1, ?2)"
    " ON CONFLICT(name) DO UPDATE SET value = excluded.value";

/* What the pseudonym of nobody is shows which key made them. */
static enum status
check_key(struct store *store, struct notes *notes)
{
    struct rows *rows ROWS_AUTO = NULL;
    char mark[NAME_SIZE];
    store_name(store, "customer", "", "(the key of this ledger)", mark);
    enum status status = sql_first(store, sql_meta, VALUES(T("key")), notes, &rows);
    if (status != STATUS_OK)
        return status;
    if (rows && !text_equal(rows_lent(rows, 0), mark))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_LEDGER_OTHER_KEY, store->sql->name,
                         0,
                         "the customers of this ledger stand in it under another key; "
                         "name the key file that it was begun with");
    return rows || !store->sql->may_write
               ? STATUS_OK
               : sql_run(store, sql_put_meta, VALUES(T("key"), T(mark)), notes);
}

/* The tables of version 1 that named customers, one row of each at a time. */
static const char *const sql_given[] = {
    "SELECT merchant, customer FROM past_order WHERE customer NOT LIKE 'c~%' LIMIT 1",
    "SELECT merchant, customer FROM past_thing WHERE customer NOT LIKE 'c~%' LIMIT 1",
    "SELECT merchant, customer FROM loyalty WHERE customer NOT LIKE 'c~%' LIMIT 1",
    "SELECT merchant, customer FROM decision WHERE customer NOT LIKE 'c~%' LIMIT 1",
};
static const char *const sql_rename[] = {
    "UPDATE past_order SET customer = ?3 WHERE merchant = ?1 AND customer = ?2",
    "UPDATE past_line SET customer = ?3 WHERE merchant = ?1 AND customer = ?2",
    "UPDATE past_thing SET customer = ?3 WHERE merchant = ?1 AND customer = ?2",
    "UPDATE loyalty SET customer = ?3 WHERE merchant = ?1 AND customer = ?2",
    "UPDATE decision SET customer = ?3 WHERE merchant = ?1 AND customer = ?2",
    "UPDATE promise SET customer = ?3 WHERE merchant = ?1 AND customer = ?2",
    "UPDATE unit SET scope = ?3 WHERE scope = ?2 AND promise IN"
    " (SELECT id FROM promise WHERE merchant = ?1)",
    "UPDATE counter SET scope = ?3 WHERE merchant = ?1 AND scope = ?2",
};
static const char sql_given_household[] =
    "SELECT merchant, household FROM loyalty WHERE household NOT LIKE 'h~%' LIMIT 1";
static const char sql_rename_household[] =
    "UPDATE loyalty SET household = ?3 WHERE merchant = ?1 AND household = ?2";

static enum status
rename_all(struct store *store, const char *kind, const char *find,
           const char *const *renames, size_t count, struct notes *notes)
{
    for (;;) {
        struct arena *arena ARENA_AUTO = arena_new(0);
        struct rows *rows ROWS_AUTO = NULL;
        char name[NAME_SIZE];
        if (!arena)
            return STATUS_NO_MEMORY;
        enum status status = sql_first(store, find, NULL, 0, notes, &rows);
        if (status != STATUS_OK || !rows)
            return status;
        struct row row = {.rows = rows, .arena = arena};
        const char *merchant = row_text(&row, 0), *given = row_text(&row, 1);
        rows_done(&rows);
        if (row.failed)
            return STATUS_NO_MEMORY;
        if (!store_name(store, kind, merchant, given, name))
            snprintf(name, sizeof(name), "%c~", kind[0]); /* nobody stays nobody */
        for (size_t i = 0; status == STATUS_OK && i < count; i++)
            status = sql_run(store, renames[i], VALUES(T(merchant), T(given), T(name)),
                             notes);
        if (status != STATUS_OK)
            return status;
    }
}

static enum status
settle_names(struct store *store, struct notes *notes)
{
    static const char *const sql_households[] = {sql_rename_household};
    struct rows *rows ROWS_AUTO = NULL;
    enum status status = check_key(store, notes);
    if (status != STATUS_OK)
        return status;
    status = sql_first(store, sql_meta, VALUES(T("customers")), notes, &rows);
    bool is_given = rows && text_equal(rows_lent(rows, 0), "as given");
    rows_done(&rows);
    if (status != STATUS_OK || !is_given)
        return status;
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(sql_given); i++)
        status = rename_all(store, "customer", sql_given[i], sql_rename,
                            COUNT_OF(sql_rename), notes);
    if (status == STATUS_OK)
        status = rename_all(store, "household", sql_given_household, sql_households, 1,
                            notes);
    return status == STATUS_OK ? sql_run(store, sql_put_meta,
                                         VALUES(T("customers"), T("pseudonyms")), notes)
                               : status;
}

enum status
store_settle_names(struct store *store, struct notes *notes)
{
    bool is_empty = false;
    int64_t marked = 0;
    enum status status = store_look(store, notes, &is_empty);
    if (status != STATUS_OK || is_empty)
        return status;
    struct rows *rows = NULL;
    status = sql_first(store, sql_meta, VALUES(T("key")), notes, &rows);
    marked = rows != NULL;
    rows_done(&rows);
    if (status == STATUS_OK && marked)
        status = check_key(store, notes);
    status = store_looked(store, status, notes);
    if (status != STATUS_OK || marked || !store->sql->may_write)
        return status;
    status = store_begin(store, notes);
    return status == STATUS_OK ? store_end(store, settle_names(store, notes), notes)
                               : status;
}
