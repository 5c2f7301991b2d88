/* Statements and transactions: the thin layer between the rules and PostgreSQL.
 *
 * BEGIN, locks and statements without rows are only queued; they travel with the next
 * query or with COMMIT, so a transaction costs as many round trips as it asks questions,
 * and one more. What fails in the queue fails the whole transaction. A look's COMMIT is
 * not waited for. A transaction that finds its connection dead at the beginning is begun
 * anew on another, unseen. */
#include "base/text.h"
#include "ledger/postgres.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#define IDLE_MS 1000 /* a connection that rested longer is asked whether it is there */
#define LEAVE_PATIENCE_MS 250
#define VALUE_MOST ((size_t)256 << 20)
#define SERVER_TIMEOUT_LEAST_MS 512
#define QUEUE_FULL (POSTGRES_QUEUE_MAX - 8)

enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25, OID_FLOAT8 = 701 };

/* --- statements --------------------------------------------------------------------- */

static bool
suits(const struct postgres_statement *statement, const char *text,
      const struct value *values, size_t count)
{
    if (statement->text != text || statement->count != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (values[i].kind != VALUE_NULL && values[i].kind != statement->kinds[i])
            return false;
    return true;
}

/* -1: there are too many. */
static int
find_statement(struct postgres *pg, const char *text, const struct value *values,
               size_t count)
{
    for (size_t i = 0; i < pg->statement_count; i++)
        if (suits(&pg->statements[i], text, values, count))
            return (int)i;
    if (pg->statement_count == POSTGRES_STATEMENTS_MAX || count > POSTGRES_VALUES_MAX)
        return -1;
    struct postgres_statement *statement = &pg->statements[pg->statement_count];
    *statement = (struct postgres_statement){.text = text, .count = (uint8_t)count};
    for (size_t i = 0; i < count; i++)
        statement->kinds[i] = (uint8_t)values[i].kind;
    return (int)pg->statement_count++;
}

/* ?1 as $1, outside of quotes. */
static void
translate(const char *text, struct buf *out)
{
    bool is_quoted = false;
    for (; *text; text++) {
        is_quoted ^= *text == '\'';
        bool is_value = !is_quoted && text[0] == '?' && text[1] >= '1' && text[1] <= '9';
        buf_add(out, is_value ? "$" : text, 1);
    }
}

static void
name_statement(int number, char ret[16])
{
    snprintf(ret, 16, "t%d", number);
}

static bool
prepare(struct postgres *pg, int number)
{
    static const Oid types[] = {[VALUE_NULL] = 0,
                                [VALUE_TEXT] = OID_TEXT,
                                [VALUE_INT] = OID_INT8,
                                [VALUE_REAL] = OID_FLOAT8,
                                [VALUE_BLOB] = OID_BYTEA};
    struct postgres_statement *statement = &pg->statements[number];
    struct buf text BUF_AUTO = {0};
    Oid oids[POSTGRES_VALUES_MAX];
    char name[16];
    for (size_t i = 0; i < statement->count; i++)
        oids[i] = types[statement->kinds[i]];
    name_statement(number, name);
    translate(statement->text, &text);
    buf_puts(&text, "");
    if (text.failed || !PQsendPrepare(pg->conn, name, text.p, statement->count, oids))
        return false;
    postgres_expect(pg, ASKED_PREPARE, number);
    statement->is_prepared = true;
    return true;
}

/* Numbers go as eight bytes, highest first. */
static void
pack(uint64_t number, char ret[8])
{
    for (int i = 7; i >= 0; i--, number >>= 8)
        ret[i] = (char)(number & 0xff);
}

struct bound {
    const char *p[POSTGRES_VALUES_MAX];
    int n[POSTGRES_VALUES_MAX];
    int is_binary[POSTGRES_VALUES_MAX];
    char numbers[POSTGRES_VALUES_MAX][8];
};

static bool
bind(struct bound *bound, size_t at, const struct value *value)
{
    uint64_t bits = (uint64_t)value->i;
    bound->p[at] = value->p;
    bound->n[at] = 0;
    bound->is_binary[at] = value->kind != VALUE_TEXT;
    switch (value->kind) {
    case VALUE_NULL:
        bound->p[at] = NULL;
        return true;
    case VALUE_TEXT: /* no text is NULL */
        return !value->p || strnlen(value->p, VALUE_MOST) < VALUE_MOST;
    case VALUE_BLOB:
        bound->n[at] = (int)value->n;
        if (!value->p)
            bound->p[at] = "";
        return value->n < VALUE_MOST;
    case VALUE_REAL:
        memcpy(&bits, &value->d, sizeof(bits));
        break;
    case VALUE_INT:
        break;
    }
    pack(bits, bound->numbers[at]);
    bound->p[at] = bound->numbers[at];
    bound->n[at] = 8;
    return true;
}

static enum status
send_bound(struct postgres *pg, int kind, int number, const struct bound *bound,
           struct notes *notes)
{
    struct postgres_statement *statement = &pg->statements[number];
    char name[16];
    if (!statement->is_prepared && !prepare(pg, number))
        return postgres_unsent(pg, notes);
    name_statement(number, name);
    if (!PQsendQueryPrepared(pg->conn, name, statement->count, bound->p, bound->n,
                             bound->is_binary, 0))
        return postgres_unsent(pg, notes);
    postgres_expect(pg, kind, number);
    return STATUS_OK;
}

static enum status
send(struct postgres *pg, int kind, const char *text, const struct value *values,
     size_t count, struct notes *notes)
{
    struct bound bound;
    if (pg->failure != STATUS_OK)
        return pg->failure;
    if (!pg->conn)
        return postgres_fail(pg, STATUS_OUTSIDE, false);
    int number = find_statement(pg, text, values, count);
    if (number < 0) {
        note_add(notes, NOTE_LEDGER_BUG, pg->sql.name, 0,
                 "too many statements or values");
        return postgres_fail(pg, STATUS_BUG, false);
    }
    for (size_t i = 0; i < count; i++)
        if (!bind(&bound, i, &values[i])) {
            note_add(notes, NOTE_LEDGER_TOO_BIG, pg->sql.name, 0,
                     "this is too big to be kept");
            return postgres_fail(pg, STATUS_BAD_INPUT, false);
        }
    return send_bound(pg, kind, number, &bound, notes);
}

static enum status
run(struct sql *sql, const char *text, const struct value *values, size_t count,
    struct notes *notes)
{
    struct postgres *pg = postgres_of(sql);
    postgres_be_patient(pg);
    enum status status = send(pg, ASKED_RUN, text, values, count, notes);
    if (status != STATUS_OK || pg->queue_count < QUEUE_FULL)
        return status;
    if (!PQsendFlushRequest(pg->conn))
        return postgres_unsent(pg, notes);
    return postgres_answers(pg, notes, NULL);
}

/* Keys are joined with a character that no key has. */
static const char sql_lock[] = "SELECT pg_advisory_xact_lock(hashtextextended(?1, 0))";

static enum status
lock(struct sql *sql, const char *what, const char *merchant, const char *key,
     struct notes *notes)
{
    struct buf joined BUF_AUTO = {0};
    buf_printf(&joined, "tuck/%s/%s\x1f%s", what, merchant ? merchant : "",
               key ? key : "");
    if (joined.failed)
        return STATUS_NO_MEMORY;
    return run(sql, sql_lock, VALUES(T(joined.p)), notes);
}

/* --- answers ------------------------------------------------------------------------ */

static struct postgres_rows *
rows_of(struct rows *rows)
{
    return (struct postgres_rows *)rows;
}

static enum status
query(struct sql *sql, const char *text, const struct value *values, size_t count,
      struct notes *notes, struct rows **ret)
{
    struct postgres *pg = postgres_of(sql);
    struct postgres_rows *rows = pg->cursors;
    PGresult *result = NULL;
    postgres_be_patient(pg);
    while (rows->result && ++rows < pg->cursors + POSTGRES_CURSORS_MAX)
        ;
    if (rows == pg->cursors + POSTGRES_CURSORS_MAX) {
        note_add(notes, NOTE_LEDGER_BUG, pg->sql.name, 0, "too many answers are open");
        return postgres_fail(pg, STATUS_BUG, false);
    }
    enum status status = send(pg, ASKED_ROWS, text, values, count, notes);
    if (status != STATUS_OK)
        return status;
    if (!PQsendFlushRequest(pg->conn))
        return postgres_unsent(pg, notes);
    status = postgres_answers(pg, notes, &result);
    if (status != STATUS_OK)
        return status;
    if (!result) /* a statement without rows */
        result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    if (!result)
        return postgres_fail(pg, STATUS_NO_MEMORY, false);
    *rows = (struct postgres_rows){.rows.sql = sql, .result = result, .row = -1};
    *ret = &rows->rows;
    return STATUS_OK;
}

static enum status
next(struct rows *rows, struct notes *notes, bool *ret_has_row)
{
    struct postgres_rows *self = rows_of(rows);
    (void)notes;
    if (self->row < PQntuples(self->result))
        self->row++;
    if (self->arena)
        arena_reset(self->arena);
    *ret_has_row = self->row < PQntuples(self->result);
    return STATUS_OK;
}

static void
done(struct rows *rows)
{
    struct postgres_rows *self = rows_of(rows);
    PQclear(self->result);
    arena_free(self->arena);
    *self = (struct postgres_rows){0};
}

static bool
is_null(struct rows *rows, int column)
{
    return PQgetisnull(rows_of(rows)->result, rows_of(rows)->row, column);
}

static const char *
text(struct rows *rows, int column, size_t *ret_n)
{
    const struct postgres_rows *self = rows_of(rows);
    bool is_none = is_null(rows, column);
    *ret_n = is_none ? 0 : (size_t)PQgetlength(self->result, self->row, column);
    return is_none ? NULL : PQgetvalue(self->result, self->row, column);
}

static double
real(struct rows *rows, int column)
{
    size_t n = 0;
    double number = 0;
    const char *found = text(rows, column, &n);
    if (found)
        (void)text_to_double(found, &number);
    return number;
}

/* A truth is 0 or 1, as it is in SQLite; sums are of a type that may have decimals. */
static int64_t
integer(struct rows *rows, int column)
{
    size_t n = 0;
    int64_t number = 0;
    const char *found = text(rows, column, &n);
    if (found && PQftype(rows_of(rows)->result, column) == OID_BOOL)
        return found[0] == 't';
    if (found && !text_to_int64(found, &number))
        number = (int64_t)real(rows, column);
    return number;
}

static int
nibble(char digit)
{
    return digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}

/* NULL and a length when memory is out, as SQLite has it. */
static const void *
bytes(struct rows *rows, int column, size_t *ret_n)
{
    struct postgres_rows *self = rows_of(rows);
    size_t n = 0;
    const char *found = text(rows, column, &n);
    bool is_hex = found && n >= 2 && found[0] == '\\' && found[1] == 'x' &&
                  PQftype(self->result, column) == OID_BYTEA;
    *ret_n = is_hex ? (n - 2) / 2 : n;
    if (!is_hex || *ret_n == 0)
        return found && *ret_n ? found : "";
    if (!self->arena)
        self->arena = arena_new(0);
    uint8_t *out = self->arena ? arena_make(self->arena, *ret_n) : NULL;
    for (size_t i = 0; out && i < *ret_n; i++)
        out[i] = (uint8_t)(nibble(found[2 + 2 * i]) << 4 | nibble(found[3 + 2 * i]));
    return out;
}

/* --- transactions ------------------------------------------------------------------- */

static const char sql_begin_write[] = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
static const char sql_begin_look[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
static const char sql_commit[] = "COMMIT";
static const char sql_rollback[] = "ROLLBACK";
static const char sql_timeout[] = "SELECT set_config('statement_timeout', ?1, false)";

/* The server is told how long to try as well, so that it does not wait on behalf of
 * somebody who has left: twice as coarse as ours, so that it is seldom told. */
static enum status
tell_timeout(struct postgres *pg, struct notes *notes)
{
    int64_t left = pg->sql.is_importing ? INT64_MAX : patience_left_ms(&pg->sql.patience);
    int ms = SERVER_TIMEOUT_LEAST_MS;
    char digits[16];
    while (ms < left && ms < 1 << 24)
        ms *= 2;
    if (ms >= 1 << 24)
        ms = 0; /* none */
    if (ms == pg->server_timeout_ms)
        return STATUS_OK;
    snprintf(digits, sizeof(digits), "%d", ms);
    enum status status = send(pg, ASKED_RUN, sql_timeout, VALUES(T(digits)), notes);
    if (status == STATUS_OK)
        pg->server_timeout_ms = ms;
    return status;
}

/* A reader may come before the first writer has made the tables. */
static enum status
look_for_tables(struct postgres *pg, struct notes *notes)
{
    int64_t number = 0;
    if (!PQexitPipelineMode(pg->conn))
        return postgres_unsent(pg, notes);
    enum status status = postgres_plain(
        pg, "SELECT (to_regclass('meta') IS NOT NULL)::int", notes, &number);
    if (status == STATUS_OK && !PQenterPipelineMode(pg->conn))
        status = postgres_unsent(pg, notes);
    pg->has_tables = status == STATUS_OK && number == 1;
    return status;
}

static enum status
begin_once(struct postgres *pg, enum sql_intent intent, struct notes *notes,
           bool *ret_is_empty)
{
    bool has_rested = clock_monotonic_ms() - pg->answered_ms > IDLE_MS;
    enum status status = STATUS_OK;
    if (intent == SQL_LOOK && !pg->has_tables) {
        status = look_for_tables(pg, notes);
        *ret_is_empty = status == STATUS_OK && !pg->has_tables;
        if (status != STATUS_OK || *ret_is_empty)
            return status;
    }
    status = send(pg, ASKED_RUN, intent == SQL_LOOK ? sql_begin_look : sql_begin_write,
                  NULL, 0, notes);
    if (status == STATUS_OK)
        status = tell_timeout(pg, notes);
    if (status != STATUS_OK || !has_rested)
        return status;
    if (!PQsendFlushRequest(pg->conn))
        return postgres_unsent(pg, notes);
    return postgres_answers(pg, notes, NULL);
}

static enum status
begin(struct sql *sql, enum sql_intent intent, struct notes *notes, bool *ret_is_empty)
{
    struct postgres *pg = postgres_of(sql);
    enum status status = STATUS_OK;
    *ret_is_empty = false;
    if (intent == SQL_WRITE && !sql->may_write)
        return note_fail(notes, STATUS_BAD_CALL, NOTE_LEDGER_READ_ONLY, sql->name, 0,
                         "this ledger was opened for reading");
    sql->wants_again = false;
    if (patience_is_cancelled(&sql->patience))
        return STATUS_CANCELLED;
    postgres_be_patient(pg);
    for (int turn = 0; turn < 2; turn++) {
        bool is_new = !postgres_is_there(pg);
        pg->failure = STATUS_OK;
        if (is_new)
            status = postgres_connect(pg, notes);
        if (is_new && status != STATUS_OK)
            return status;
        status = begin_once(pg, intent, is_new ? notes : NULL, ret_is_empty);
        if (status != STATUS_OUTSIDE || pg->conn)
            break;
    }
    if (status == STATUS_RETRY && notes && notes->count == 0)
        note_add(notes, NOTE_LEDGER_BUSY, sql->name, 0,
                 "the database did not answer in time; nothing was kept");
    if (status != STATUS_OK)
        postgres_drop(pg);
    pg->is_in_transaction = status == STATUS_OK && !*ret_is_empty;
    pg->is_looking = intent == SQL_LOOK;
    return status;
}

static bool
send_end(struct postgres *pg, const char *text, int kind)
{
    return send(pg, kind, text, NULL, 0, NULL) == STATUS_OK && pg->conn &&
           PQpipelineSync(pg->conn);
}

/* Back to where it began. A server that is busy or gone does that by itself when the
 * connection goes. */
static void
leave(struct postgres *pg)
{
    enum status failure = pg->failure;
    if (!pg->conn)
        return;
    pg->is_leaving = true;
    pg->heeds_cancel = false;
    pg->deadline_ms = clock_monotonic_ms() + LEAVE_PATIENCE_MS;
    pg->server_timeout_ms = -1; /* what was set goes back with the rest */
    pg->failure = STATUS_OK;
    bool is_sent = PQpipelineSync(pg->conn); /* a server that failed reads on from here */
    if (is_sent) {
        postgres_expect(pg, ASKED_SYNC, -1);
        is_sent = send_end(pg, sql_rollback, ASKED_RUN);
    }
    if (is_sent)
        postgres_expect(pg, ASKED_SYNC, -1);
    if (is_sent)
        (void)postgres_answers(pg, NULL, NULL);
    if (!is_sent || !pg->conn || PQtransactionStatus(pg->conn) != PQTRANS_IDLE)
        postgres_drop(pg);
    pg->is_leaving = false;
    pg->failure = failure;
}

/* Nobody waits for the end of a look: it is heard before the next answer. */
static void
end_look(struct postgres *pg)
{
    if (!send_end(pg, sql_commit, ASKED_RUN)) {
        postgres_drop(pg);
        return;
    }
    postgres_expect(pg, ASKED_SYNC, -1);
    if (PQflush(pg->conn) < 0)
        postgres_drop(pg);
}

static enum status
commit(struct postgres *pg, struct notes *notes)
{
    if (!pg->sql.is_importing && patience_is_cancelled(&pg->sql.patience))
        return postgres_fail(pg, STATUS_CANCELLED, false);
    if (!pg->sql.is_importing && patience_left_ms(&pg->sql.patience) == 0) {
        note_add(notes, NOTE_LEDGER_BUSY, pg->sql.name, 0,
                 "time ran out; nothing was kept");
        return postgres_fail(pg, STATUS_RETRY, false);
    }
    postgres_be_patient(pg);
    enum status status = send(pg, ASKED_COMMIT, sql_commit, NULL, 0, notes);
    if (status != STATUS_OK)
        return status;
    /* From here on leaving early would leave it open whether all was kept. */
    pg->heeds_cancel = false;
    if (!PQpipelineSync(pg->conn))
        return postgres_unsent(pg, notes);
    postgres_expect(pg, ASKED_SYNC, -1);
    pg->is_committing = true;
    pg->is_committed = false;
    status = postgres_answers(pg, notes, NULL);
    bool is_kept = pg->is_committed; /* whatever became of the connection since */
    pg->is_committing = pg->is_committed = false;
    return is_kept ? STATUS_OK : status;
}

static enum status
end(struct sql *sql, enum status status, struct notes *notes)
{
    struct postgres *pg = postgres_of(sql);
    if (status == STATUS_OK && pg->failure == STATUS_OK && pg->is_in_transaction) {
        if (pg->is_looking)
            end_look(pg);
        else
            (void)commit(pg, notes);
    }
    if (pg->is_in_transaction && (status != STATUS_OK || pg->failure != STATUS_OK))
        leave(pg);
    pg->is_in_transaction = false;
    return status == STATUS_OK ? pg->failure : status;
}

/* --- scripts ------------------------------------------------------------------------ */

enum status
sql_postgres_script(struct sql *sql, const char *script, struct notes *notes)
{
    struct postgres *pg = postgres_of(sql);
    postgres_be_patient(pg);
    if (pg->failure != STATUS_OK)
        return pg->failure;
    if (!pg->conn || !PQpipelineSync(pg->conn))
        return postgres_unsent(pg, notes);
    postgres_expect(pg, ASKED_SYNC, -1);
    enum status status = postgres_answers(pg, notes, NULL);
    if (status != STATUS_OK)
        return status;
    if (!PQexitPipelineMode(pg->conn))
        return postgres_unsent(pg, notes);
    status = postgres_plain(pg, script, notes, NULL);
    if (pg->conn && !PQenterPipelineMode(pg->conn))
        return postgres_unsent(pg, notes);
    return status;
}

const struct sql_driver postgres_driver = {
    .has_many_writers = true,
    .close = postgres_close,
    .begin = begin,
    .end = end,
    .query = query,
    .run = run,
    .lock = lock,
    .next = next,
    .is_null = is_null,
    .integer = integer,
    .real = real,
    .text = text,
    .bytes = bytes,
    .done = done,
};
