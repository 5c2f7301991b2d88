/* Statements and transactions: the thin layer between the rules and SQLite.
 *
 * Statements are prepared once a connection and told apart by the address of their text.
 * A write takes its turn, then BEGIN IMMEDIATE; its end commits or takes everything back.
 * A result code becomes a status and a note here and nowhere else; a note never quotes
 * values, which may be people. */
#include "ledger/store.h"

enum status
sql_fail(struct store *store, int rc, struct notes *notes)
{
    const char *why = sqlite3_errstr(rc);
    switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return note_fail(notes, STATUS_RETRY, NOTE_LEDGER_BUSY, store->path, 0,
                         "others are using the ledger and it was not free in time");
    case SQLITE_INTERRUPT:
        if (patience_is_cancelled(&store->patience))
            return STATUS_CANCELLED;
        return note_fail(notes, STATUS_RETRY, NOTE_LEDGER_BUSY, store->path, 0,
                         "the ledger did not answer in time");
    case SQLITE_NOMEM:
        return STATUS_NO_MEMORY;
    case SQLITE_NOTADB:
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_LEDGER_NOT_ONE, store->path, 0,
                         "this file is not a ledger");
    case SQLITE_CORRUPT:
        return note_fail(notes, STATUS_OUTSIDE, NOTE_LEDGER_DAMAGED, store->path, 0,
                         "the ledger is damaged; put its last copy in place");
    case SQLITE_FULL:
        return note_fail(notes, STATUS_OUTSIDE, NOTE_LEDGER_DISK, store->path, 0,
                         "the disk is full; nothing was written");
    case SQLITE_TOOBIG:
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_LEDGER_TOO_BIG, store->path, 0,
                         "this is too big to be kept");
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_NOLFS:
        return note_fail(notes, STATUS_OUTSIDE, NOTE_LEDGER_DISK, store->path, 0,
                         "the ledger cannot be read or written: %s (%d)", why, rc);
    default:
        return note_fail(notes, STATUS_BUG, NOTE_LEDGER_BUG, store->path, 0,
                         "a statement failed that should not: %s (%d)", why, rc);
    }
}

/* --- statements --------------------------------------------------------------------- */

void
sql_resetp(sqlite3_stmt **stmt)
{
    if (*stmt) {
        sqlite3_reset(*stmt);
        sqlite3_clear_bindings(*stmt); /* the values were lent */
    }
}

void
sql_forget(struct store *store)
{
    for (size_t i = 0; i < store->statement_count; i++)
        sqlite3_finalize(store->statements[i].stmt);
    store->statement_count = 0;
}

static int
prepare(struct store *store, const char *sql, sqlite3_stmt **ret)
{
    for (size_t i = 0; i < store->statement_count; i++)
        if (store->statements[i].sql == sql) {
            *ret = store->statements[i].stmt;
            return SQLITE_OK;
        }
    if (store->statement_count == STATEMENTS_MAX)
        return SQLITE_MISUSE;
    int rc = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL);
    if (rc != SQLITE_OK)
        return rc;
    store->statements[store->statement_count].sql = sql;
    store->statements[store->statement_count++].stmt = *ret;
    return SQLITE_OK;
}

static int
bind(sqlite3_stmt *stmt, int at, const struct value *value)
{
    switch (value->kind) {
    case VALUE_TEXT: /* no text binds as NULL */
        return sqlite3_bind_text(stmt, at, value->p, -1, SQLITE_STATIC);
    case VALUE_INT:
        return sqlite3_bind_int64(stmt, at, value->i);
    case VALUE_REAL:
        return sqlite3_bind_double(stmt, at, value->d);
    case VALUE_BLOB:
        return value->n ? sqlite3_bind_blob64(stmt, at, value->p, value->n, SQLITE_STATIC)
                        : sqlite3_bind_zeroblob(stmt, at, 0);
    case VALUE_NULL:
        break;
    }
    return sqlite3_bind_null(stmt, at);
}

enum status
sql_query(struct store *store, const char *sql, const struct value *values, size_t count,
          struct notes *notes, sqlite3_stmt **ret)
{
    sqlite3_stmt *stmt = NULL;
    int rc = prepare(store, sql, &stmt);
    for (size_t i = 0; rc == SQLITE_OK && i < count; i++)
        rc = bind(stmt, (int)i + 1, &values[i]);
    if (rc != SQLITE_OK) {
        sql_resetp(&stmt);
        return sql_fail(store, rc, notes);
    }
    *ret = stmt;
    return STATUS_OK;
}

enum status
sql_step(struct store *store, sqlite3_stmt *stmt, struct notes *notes, bool *ret_has_row)
{
    int rc = sqlite3_step(stmt);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return sql_fail(store, rc, notes);
    *ret_has_row = rc == SQLITE_ROW;
    return STATUS_OK;
}

enum status
sql_run(struct store *store, const char *sql, const struct value *values, size_t count,
        struct notes *notes)
{
    sqlite3_stmt *stmt QUERY_AUTO = NULL;
    bool has_row = false;
    enum status status = sql_query(store, sql, values, count, notes, &stmt);
    return status == STATUS_OK ? sql_step(store, stmt, notes, &has_row) : status;
}

enum status
sql_number(struct store *store, const char *sql, const struct value *values, size_t count,
           int64_t none, struct notes *notes, int64_t *ret)
{
    sqlite3_stmt *stmt QUERY_AUTO = NULL;
    bool has_row = false;
    enum status status = sql_query(store, sql, values, count, notes, &stmt);
    if (status == STATUS_OK)
        status = sql_step(store, stmt, notes, &has_row);
    if (status != STATUS_OK)
        return status;
    *ret = has_row && sqlite3_column_type(stmt, 0) != SQLITE_NULL
               ? sqlite3_column_int64(stmt, 0)
               : none;
    return STATUS_OK;
}

const char *
row_text(struct row *row, int column)
{
    if (sqlite3_column_type(row->stmt, column) == SQLITE_NULL)
        return NULL;
    const char *text = (const char *)sqlite3_column_text(row->stmt, column);
    const char *copy = arena_copy(
        row->arena, text, text ? (size_t)sqlite3_column_bytes(row->stmt, column) : 0);
    row->failed |= !copy;
    return copy;
}

int64_t
row_int(struct row *row, int column, int64_t none)
{
    return sqlite3_column_type(row->stmt, column) == SQLITE_NULL
               ? none
               : sqlite3_column_int64(row->stmt, column);
}

/* --- transactions ------------------------------------------------------------------- */

static const char sql_begin[] = "BEGIN IMMEDIATE";
static const char sql_commit[] = "COMMIT";
static const char sql_rollback[] = "ROLLBACK";

enum status
store_begin(struct store *store, struct notes *notes)
{
    if (store->is_importing)
        return store->import_status;
    enum status status = store_turn_take(store, notes);
    if (status != STATUS_OK)
        return status;
    status = sql_run(store, sql_begin, NULL, 0, notes);
    if (status != STATUS_OK)
        store_turn_give(store);
    return status;
}

static void
roll_back(struct store *store)
{
    /* An error may have ended the transaction already. */
    if (!sqlite3_get_autocommit(store->db))
        (void)sql_run(store, sql_rollback, NULL, 0, NULL);
}

enum status
store_end(struct store *store, enum status status, struct notes *notes)
{
    if (store->is_importing) { /* half a thing may be in: the rest is not taken either */
        if (store->import_status == STATUS_OK)
            store->import_status = status;
        return status;
    }
    if (status == STATUS_OK)
        status = sql_run(store, sql_commit, NULL, 0, notes);
    if (status != STATUS_OK)
        roll_back(store);
    store_turn_give(store);
    return status;
}
