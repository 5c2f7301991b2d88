/* Sending to and hearing from the server, within the caller's patience.
 *
 * Statements are sent in libpq's pipeline mode and answered later, in order; a queue of
 * ours says what each answer belongs to. The socket never blocks: waits are sliced so
 * that the host's cancel flag is seen. A wait that is cut short leaves a connection of
 * which nobody knows where it stands, so it is dropped and the next begin() makes
 * another. What the server says becomes a status and a note here and nowhere else; a note
 * has the server's number of the error, never values, which may be people. */
#include "base/text.h"
#include "ledger/postgres.h"

#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define CANCEL_SLICE_MS 5
#define SLICE_MS 1000
/* The answer to a sync comes with the one before it. */
#define SYNC_MOST_MS 2000
/* A COMMIT is waited for a little longer than the host wants it. */
#define COMMIT_PATIENCE_MS 1000
/* An import has no deadline, but a dead server has one. */
#define IMPORT_PATIENCE_MS 60000

/* --- waiting ------------------------------------------------------------------------ */

void
postgres_be_patient(struct postgres *pg)
{
    pg->deadline_ms = pg->sql.is_importing ? clock_monotonic_ms() + IMPORT_PATIENCE_MS
                                           : pg->sql.patience.deadline_ms;
    pg->heeds_cancel = true;
}

static enum status
wait_until(struct postgres *pg, short events, int64_t deadline_ms)
{
    struct patience rest = {deadline_ms, NULL};
    struct pollfd poller = {.fd = PQsocket(pg->conn), .events = events};
    int64_t slice = pg->sql.patience.cancel ? CANCEL_SLICE_MS : SLICE_MS;
    bool is_last = false;
    for (;;) {
        int64_t left = patience_left_ms(&rest);
        if (poll(&poller, 1, (int)(left < slice ? left : slice)) > 0)
            return STATUS_OK;
        bool is_cancelled = patience_is_cancelled(&pg->sql.patience);
        if (is_cancelled && pg->heeds_cancel)
            return STATUS_CANCELLED;
        if (left == 0)
            return STATUS_RETRY;
        if (is_cancelled && !is_last && left > COMMIT_PATIENCE_MS)
            rest.deadline_ms = clock_monotonic_ms() + COMMIT_PATIENCE_MS;
        is_last = is_cancelled;
    }
}

enum status
postgres_wait(struct postgres *pg, short events)
{
    return wait_until(pg, events, pg->deadline_ms);
}

/* --- what went wrong ---------------------------------------------------------------- */

enum status
postgres_fail(struct postgres *pg, enum status status, bool wants_again)
{
    if (pg->failure == STATUS_OK && !pg->is_leaving) {
        pg->failure = status;
        pg->sql.wants_again = wants_again;
    }
    return status;
}

/* The connection is of no use any more. Before COMMIT was sent nothing can have been
 * kept, so all may be done again on a new one. */
static enum status
lost(struct postgres *pg, struct notes *notes)
{
    bool is_unsure = pg->is_committing;
    postgres_drop(pg);
    if (pg->is_leaving || pg->is_committed || pg->failure != STATUS_OK)
        return STATUS_OUTSIDE; /* the server has said before how things stand */
    note_add(notes, is_unsure ? NOTE_LEDGER_UNSURE : NOTE_LEDGER_AWAY, pg->sql.name, 0,
             is_unsure ? "the database went away before it said whether all was kept; "
                         "the same call finds out"
                       : "the database went away; nothing was kept");
    return postgres_fail(pg, STATUS_OUTSIDE, !is_unsure && pg->is_in_transaction);
}

/* Patience ended before the answer came. */
static enum status
left(struct postgres *pg, enum status why, struct notes *notes)
{
    bool is_unsure = pg->is_committing;
    postgres_drop(pg);
    if (pg->is_leaving || pg->is_committed || pg->failure != STATUS_OK)
        return why;
    if (is_unsure) {
        note_add(notes, NOTE_LEDGER_UNSURE, pg->sql.name, 0,
                 "the database did not say in time whether all was kept; the same call "
                 "finds out");
        why = STATUS_OUTSIDE;
    } else if (why == STATUS_RETRY)
        note_add(notes, NOTE_LEDGER_BUSY, pg->sql.name, 0,
                 "the database did not answer in time; nothing was kept");
    return postgres_fail(pg, why, false);
}

enum status
postgres_unsent(struct postgres *pg, struct notes *notes)
{
    if (PQstatus(pg->conn) != CONNECTION_OK || pg->is_committing)
        return lost(pg, notes);
    postgres_drop(pg); /* nobody knows what of it lies in the buffer */
    return postgres_fail(pg, STATUS_NO_MEMORY, false);
}

struct meaning {
    const char *state; /* SQLSTATE or the head of one */
    enum status status;
    enum note_id note;
    bool wants_again;
    const char *words;
};
static const struct meaning meanings[] = {
    {"40001", STATUS_RETRY, NOTE_LEDGER_BUSY, true, "others changed the same rows"},
    {"40P01", STATUS_RETRY, NOTE_LEDGER_BUSY, true, "others waited for the same rows"},
    {"55P03", STATUS_RETRY, NOTE_LEDGER_BUSY, true, "others hold the same rows"},
    {"23505", STATUS_RETRY, NOTE_LEDGER_BUSY, true, "another station was faster"},
    {"57014", STATUS_RETRY, NOTE_LEDGER_BUSY, false,
     "the database did not answer in time; nothing was kept"},
    {"57", STATUS_OUTSIDE, NOTE_LEDGER_AWAY, true, "the database is being shut down"},
    {"08", STATUS_OUTSIDE, NOTE_LEDGER_AWAY, true, "the database went away"},
    {"53100", STATUS_OUTSIDE, NOTE_LEDGER_DISK, false,
     "the database's disk is full; nothing was written"},
    {"53", STATUS_OUTSIDE, NOTE_LEDGER_DISK, false,
     "the database is out of memory or connections"},
    {"58", STATUS_OUTSIDE, NOTE_LEDGER_DISK, false,
     "the database cannot read or write its files"},
    {"0A000", STATUS_RETRY, NOTE_LEDGER_BUSY, true, "the tables were changed meanwhile"},
    {"26000", STATUS_RETRY, NOTE_LEDGER_BUSY, true, "the database forgot a statement"},
    {"XX001", STATUS_OUTSIDE, NOTE_LEDGER_DAMAGED, false, "the database is damaged"},
    {"XX002", STATUS_OUTSIDE, NOTE_LEDGER_DAMAGED, false, "the database is damaged"},
    {"25006", STATUS_OUTSIDE, NOTE_LEDGER_REFUSED, false,
     "the database is read only: a standby, or set so"},
    {"25P03", STATUS_OUTSIDE, NOTE_LEDGER_AWAY, true, "the database waited for too long"},
    {"42501", STATUS_OUTSIDE, NOTE_LEDGER_REFUSED, false,
     "the database's user lacks the right to do this"},
    {"28", STATUS_OUTSIDE, NOTE_LEDGER_REFUSED, false,
     "the database refuses this user or password"},
    {"54", STATUS_BAD_INPUT, NOTE_LEDGER_TOO_BIG, false, "this is too big to be kept"},
};

static const struct meaning *
meaning_of(const char *state)
{
    for (size_t i = 0; i < COUNT_OF(meanings); i++)
        if (strncmp(state, meanings[i].state, strlen(meanings[i].state)) == 0)
            return &meanings[i];
    return NULL;
}

/* What the server says is quoted only where it speaks of the statement or is the text of
 * a trigger of ours; elsewhere it quotes values. */
static enum status
bug(struct postgres *pg, const PGresult *result, const char *state, const char *text,
    struct notes *notes)
{
    bool is_quotable = strncmp(state, "42", 2) == 0 || strncmp(state, "P0", 2) == 0;
    const char *said = is_quotable ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)
                                   : PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    note_add(notes, NOTE_LEDGER_BUG, pg->sql.name, 0,
             "a statement failed that should not: %s %.120s (%.100s)", state,
             said ? said : "", text ? text : "");
    return postgres_fail(pg, STATUS_BUG, false);
}

static enum status
failed(struct postgres *pg, const PGresult *result, const struct asked *asked,
       struct notes *notes)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    if (pg->failure != STATUS_OK || pg->is_leaving || pg->is_committed)
        return pg->failure != STATUS_OK ? pg->failure : STATUS_OUTSIDE;
    if (!state) /* libpq's own: an answer that does not fit into memory, a broken line */
        return postgres_unsent(pg, notes);
    const struct meaning *meaning = meaning_of(state);
    const char *text =
        asked && asked->statement >= 0 ? pg->statements[asked->statement].text : NULL;
    if (!meaning)
        return bug(pg, result, state, text, notes);
    /* A server that is stopped amid COMMIT may have kept it; amid another statement of
     * the queue it has not come to COMMIT. */
    if (asked && asked->kind == ASKED_COMMIT && strncmp(state, "57P", 3) == 0)
        return lost(pg, notes);
    note_add(notes, meaning->note, pg->sql.name, 0, "%s (%s%s%s)", meaning->words, state,
             constraint ? " " : "", constraint ? constraint : "");
    if (strcmp(state, "0A000") == 0 || strcmp(state, "26000") == 0)
        postgres_drop(pg); /* what is prepared there is of no use any more */
    return postgres_fail(pg, meaning->status, meaning->wants_again);
}

/* --- the queue ---------------------------------------------------------------------- */

void
postgres_expect(struct postgres *pg, int kind, int statement)
{
    size_t at = (pg->queue_first + pg->queue_count) % POSTGRES_QUEUE_MAX;
    pg->queue[at] = (struct asked){.kind = kind, .statement = (int16_t)statement};
    pg->queue_count++;
}

static void
pop(struct postgres *pg)
{
    pg->queue_first = (pg->queue_first + 1) % POSTGRES_QUEUE_MAX;
    pg->queue_count--;
    pg->is_answering = false;
}

/* Waits until PQgetResult() will not block, sending what is still to be sent. */
static enum status
be_answered(struct postgres *pg, struct notes *notes)
{
    /* libpq may lose the answer to a sync when memory is out; the server never keeps one
     * back. */
    bool is_sync = pg->queue_count > 0 && pg->queue[pg->queue_first].kind == ASKED_SYNC;
    int64_t deadline_ms = clock_monotonic_ms() + SYNC_MOST_MS;
    if (!is_sync || deadline_ms > pg->deadline_ms)
        deadline_ms = pg->deadline_ms;
    for (;;) {
        int unsent = PQflush(pg->conn);
        if (unsent < 0)
            return lost(pg, notes);
        if (!PQisBusy(pg->conn))
            return STATUS_OK;
        enum status status =
            wait_until(pg, (short)(POLLIN | (unsent ? POLLOUT : 0)), deadline_ms);
        if (status != STATUS_OK)
            return left(pg, status, notes);
        if (!PQconsumeInput(pg->conn))
            return lost(pg, notes);
        pg->answered_ms = clock_monotonic_ms();
    }
}

/* One answer, or the end of one. */
static enum status
hear(struct postgres *pg, PGresult *result, struct notes *notes, PGresult **ret)
{
    struct asked asked = pg->queue[pg->queue_first];
    enum status status = STATUS_OK;
    ExecStatusType said = PQresultStatus(result);
    pg->is_answering = true;
    if (asked.kind == ASKED_PREPARE && said != PGRES_COMMAND_OK)
        pg->statements[asked.statement].is_prepared = false;
    switch (said) {
    case PGRES_PIPELINE_SYNC:
        pop(pg);
        break;
    case PGRES_TUPLES_OK:
        if (asked.kind == ASKED_ROWS && pg->queue_count == 1 && ret && !*ret) {
            *ret = result;
            return STATUS_OK;
        }
        break;
    case PGRES_COMMAND_OK:
        /* A server answers COMMIT of a broken transaction by taking it back. */
        pg->is_committed =
            asked.kind == ASKED_COMMIT && text_equal(PQcmdStatus(result), "COMMIT");
        if (asked.kind == ASKED_COMMIT && !pg->is_committed)
            status = bug(pg, result, "COMMIT", "was taken back", notes);
        break;
    case PGRES_PIPELINE_ABORTED:
        status = pg->failure;
        break;
    default:
        status = failed(pg, result, &asked, notes);
    }
    PQclear(result);
    return status;
}

enum status
postgres_answers(struct postgres *pg, struct notes *notes, PGresult **ret)
{
    PGresult *rows = NULL;
    int nothings = 0;
    while (pg->conn && pg->queue_count > 0) {
        if (be_answered(pg, notes) != STATUS_OK)
            break;
        PGresult *result = PQgetResult(pg->conn);
        if (result) {
            nothings = 0;
            (void)hear(pg, result, notes, ret ? &rows : NULL);
        } else if (pg->is_answering) {
            pop(pg);
        } else if (++nothings > 2) {
            (void)postgres_unsent(pg, notes); /* an answer that libpq had no memory for */
        }
    }
    bool is_whole = pg->conn && pg->failure == STATUS_OK;
    if (!is_whole)
        PQclear(rows);
    else if (ret)
        *ret = rows;
    if (is_whole)
        return STATUS_OK;
    return pg->failure != STATUS_OK ? pg->failure : STATUS_OUTSIDE;
}

/* --- outside of pipelines ----------------------------------------------------------- */

enum status
postgres_plain(struct postgres *pg, const char *script, struct notes *notes, int64_t *ret)
{
    PGresult *result;
    int64_t number = 0;
    if (!PQsendQuery(pg->conn, script))
        return postgres_unsent(pg, notes);
    enum status status = STATUS_OK;
    for (;;) {
        enum status heard = be_answered(pg, notes);
        if (heard != STATUS_OK)
            return heard;
        result = PQgetResult(pg->conn);
        if (!result)
            break;
        ExecStatusType said = PQresultStatus(result);
        if (said == PGRES_TUPLES_OK && PQntuples(result) > 0)
            (void)text_to_int64(PQgetvalue(result, PQntuples(result) - 1, 0), &number);
        else if (said != PGRES_TUPLES_OK && said != PGRES_COMMAND_OK &&
                 said != PGRES_EMPTY_QUERY)
            status = failed(pg, result, NULL, notes);
        PQclear(result);
        if (!pg->conn)
            return status;
    }
    if (status == STATUS_OK && ret)
        *ret = number;
    return status;
}
