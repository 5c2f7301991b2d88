/* Statements and transactions: the thin layer between the rules and SQLite.
 *
 * Statements are prepared once a connection and told apart by the address of their text.
 * A write takes its turn, then BEGIN IMMEDIATE; its end commits or takes everything back.
 * A result code becomes a status and a note here and nowhere else; a note never quotes
 * values, which may be people. */
#include "ledger/sqlite.h"

#include <string.h>

enum status
sqlite_fail(struct sqlite *sqlite, int rc, struct notes *notes)
{
    const char *why = sqlite3_errstr(rc), *path = sqlite->path;
    switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return note_fail(notes, STATUS_RETRY, NOTE_LEDGER_BUSY, path, 0,
                         "others are using the ledger and it was not free in time");
    case SQLITE_INTERRUPT:
        if (patience_is_cancelled(&sqlite->sql.patience))
            return STATUS_CANCELLED;
        return note_fail(notes, STATUS_RETRY, NOTE_LEDGER_BUSY, path, 0,
                         "the ledger did not answer in time");
    case SQLITE_NOMEM:
        return STATUS_NO_MEMORY;
    case SQLITE_NOTADB:
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_LEDGER_NOT_ONE, path, 0,
                         "this file is not a ledger");
    case SQLITE_CORRUPT:
        return note_fail(notes, STATUS_OUTSIDE, NOTE_LEDGER_DAMAGED, path, 0,
                         "the ledger is damaged; put its last copy in place");
    case SQLITE_FULL:
        return note_fail(notes, STATUS_OUTSIDE, NOTE_LEDGER_DISK, path, 0,
                         "the disk is full; nothing was written");
    case SQLITE_TOOBIG:
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_LEDGER_TOO_BIG, path, 0,
                         "this is too big to be kept");
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_NOLFS:
        return note_fail(notes, STATUS_OUTSIDE, NOTE_LEDGER_DISK, path, 0,
                         "the ledger cannot be read or written: %s (%d)", why, rc);
    default:
        return note_fail(notes, STATUS_BUG, NOTE_LEDGER_BUG, path, 0,
                         "a statement failed that should not: %s (%d)", why, rc);
    }
}

/* --- statements --------------------------------------------------------------------- */

static struct sqlite_rows *
rows_of(struct rows *rows)
{
    return (struct sqlite_rows *)rows;
}

void
sqlite_forget(struct sqlite *sqlite)
{
    for (size_t i = 0; i < sqlite->statement_count; i++)
        sqlite3_finalize(sqlite->statements[i].stmt);
    sqlite->statement_count = 0;
}

enum status
sqlite_do(struct sqlite *sqlite, const char *sql, struct notes *notes)
{
    int rc = sqlite3_exec(sqlite->db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? STATUS_OK : sqlite_fail(sqlite, rc, notes);
}

/* For a RETURNING SQLite makes a table and drops it, which costs more than most rows do.
 * Who does not read its answer (`is_mute`) has the statement without. */
static int
prepare(struct sqlite *sqlite, const char *text, bool is_mute, struct sqlite_rows **ret)
{
    for (size_t i = 0; i < sqlite->statement_count; i++)
        if (sqlite->statements[i].text == text &&
            sqlite->statements[i].is_mute == is_mute) {
            *ret = &sqlite->statements[i];
            return SQLITE_OK;
        }
    if (sqlite->statement_count == STATEMENTS_MAX)
        return SQLITE_MISUSE;
    struct sqlite_rows *rows = &sqlite->statements[sqlite->statement_count];
    *rows = (struct sqlite_rows){
        .rows.sql = &sqlite->sql, .text = text, .is_mute = is_mute};
    const char *returning = is_mute ? strstr(text, " RETURNING ") : NULL;
    int rc = sqlite3_prepare_v3(sqlite->db, text, returning ? (int)(returning - text) : -1,
                                SQLITE_PREPARE_PERSISTENT,
                                &rows->stmt, NULL);
    if (rc != SQLITE_OK)
        return rc;
    sqlite->statement_count++;
    *ret = rows;
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

static void
done(struct rows *rows)
{
    sqlite3_reset(rows_of(rows)->stmt);
    sqlite3_clear_bindings(rows_of(rows)->stmt); /* the values were lent */
}

static enum status
bind_all(struct sqlite *sqlite, const char *text, bool is_mute,
         const struct value *values, size_t count, struct notes *notes, struct rows **ret)
{
    struct sqlite_rows *rows = NULL;
    int rc = prepare(sqlite, text, is_mute, &rows);
    for (size_t i = 0; rc == SQLITE_OK && i < count; i++)
        rc = bind(rows->stmt, (int)i + 1, &values[i]);
    if (rc != SQLITE_OK) {
        if (rows)
            done(&rows->rows);
        return sqlite_fail(sqlite, rc, notes);
    }
    *ret = &rows->rows;
    return STATUS_OK;
}

static enum status
query(struct sql *sql, const char *text, const struct value *values, size_t count,
      struct notes *notes, struct rows **ret)
{
    return bind_all(sqlite_of(sql), text, false, values, count, notes, ret);
}

static enum status
next(struct rows *rows, struct notes *notes, bool *ret_has_row)
{
    int rc = sqlite3_step(rows_of(rows)->stmt);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return sqlite_fail(sqlite_of(rows->sql), rc, notes);
    *ret_has_row = rc == SQLITE_ROW;
    return STATUS_OK;
}

static enum status
run(struct sql *sql, const char *text, const struct value *values, size_t count,
    struct notes *notes)
{
    struct rows *rows = NULL;
    bool has_row = false;
    enum status status =
        bind_all(sqlite_of(sql), text, true, values, count, notes, &rows);
    if (status != STATUS_OK)
        return status;
    status = next(rows, notes, &has_row);
    done(rows);
    return status;
}

static enum status
change(struct sql *sql, const char *text, const struct value *values, size_t count,
       struct notes *notes, int64_t *ret_changed, int64_t *ret_added)
{
    sqlite3 *db = sqlite_of(sql)->db;
    enum status status = run(sql, text, values, count, notes);
    if (status != STATUS_OK)
        return status;
    *ret_changed = sqlite3_changes(db);
    *ret_added = *ret_changed ? sqlite3_last_insert_rowid(db) : 0;
    return STATUS_OK;
}

static enum status
lock(struct sql *sql, const char *what, const char *merchant, const char *key,
     struct notes *notes)
{
    (void)sql, (void)what, (void)merchant, (void)key, (void)notes;
    return STATUS_OK; /* whoever writes has the turn */
}

/* --- columns ------------------------------------------------------------------------ */

static bool
is_null(struct rows *rows, int column)
{
    return sqlite3_column_type(rows_of(rows)->stmt, column) == SQLITE_NULL;
}

static int64_t
integer(struct rows *rows, int column)
{
    return sqlite3_column_int64(rows_of(rows)->stmt, column);
}

static double
real(struct rows *rows, int column)
{
    return sqlite3_column_double(rows_of(rows)->stmt, column);
}

static const char *
text(struct rows *rows, int column, size_t *ret_n)
{
    sqlite3_stmt *stmt = rows_of(rows)->stmt;
    const char *found = (const char *)sqlite3_column_text(stmt, column);
    *ret_n = found ? (size_t)sqlite3_column_bytes(stmt, column) : 0;
    return found;
}

static const void *
bytes(struct rows *rows, int column, size_t *ret_n)
{
    sqlite3_stmt *stmt = rows_of(rows)->stmt;
    const void *found = sqlite3_column_blob(stmt, column);
    *ret_n = (size_t)sqlite3_column_bytes(stmt, column);
    return *ret_n ? found : "";
}

/* --- transactions ------------------------------------------------------------------- */

static const char sql_begin_write[] = "BEGIN IMMEDIATE";
static const char sql_begin_look[] = "BEGIN";
static const char sql_commit[] = "COMMIT";
static const char sql_rollback[] = "ROLLBACK";

static enum status
begin(struct sql *sql, enum sql_intent intent, struct notes *notes, bool *ret_is_empty)
{
    struct sqlite *sqlite = sqlite_of(sql);
    enum status status;
    if (intent == SQL_LOOK) {
        status = sqlite_look(sqlite, notes, ret_is_empty);
        return status == STATUS_OK && !*ret_is_empty
                   ? run(sql, sql_begin_look, NULL, 0, notes)
                   : status;
    }
    status = sqlite_turn_take(sqlite, notes);
    if (status != STATUS_OK)
        return status;
    status = run(sql, sql_begin_write, NULL, 0, notes);
    if (status != STATUS_OK)
        sqlite_turn_give(sqlite);
    sqlite->is_writing = status == STATUS_OK;
    return status;
}

static enum status
end(struct sql *sql, enum status status, struct notes *notes)
{
    struct sqlite *sqlite = sqlite_of(sql);
    bool was_writing = sqlite->is_writing;
    sqlite->is_writing = false;
    if (was_writing && status == STATUS_OK)
        status = run(sql, sql_commit, NULL, 0, notes);
    /* An error may have ended the transaction already; a look has nothing to lose. */
    if (!sqlite3_get_autocommit(sqlite->db))
        (void)run(sql, sql_rollback, NULL, 0, NULL);
    if (was_writing)
        sqlite_turn_give(sqlite);
    else
        status = sqlite_looked(sqlite, status, notes);
    return status;
}

const struct sql_driver sqlite_driver = {
    .close = sqlite_close,
    .begin = begin,
    .end = end,
    .query = query,
    .run = run,
    .change = change,
    .lock = lock,
    .scrub = sqlite_scrub,
    .backup = sqlite_backup,
    .check = sqlite_check,
    .next = next,
    .is_null = is_null,
    .integer = integer,
    .real = real,
    .text = text,
    .bytes = bytes,
    .done = done,
};
