/* The ledger's server: inside of the PostgreSQL driver.
 *
 * postgres-open.c knows the address and connects, postgres-resolve.c looks names up
 * without making anyone wait, postgres-wire.c sends and reads within patience and turns
 * what went wrong into a status and a note, postgres-sql.c is the driver itself. */
#ifndef TUCK_LEDGER_POSTGRES_H
#define TUCK_LEDGER_POSTGRES_H

#include "ledger/sql.h"

/* --- for the ledger ----------------------------------------------------------------- */

/* `uri`: "postgresql://…" or "postgres://…" as libpq knows it. Connects at once, or says
 * why not (STATUS_OUTSIDE). A password never gets into a note. */
enum status sql_open_postgres(const char *uri, bool may_write,
                              const struct patience *patience, struct notes *notes,
                              struct sql **ret);
/* Makes the tables when there are none and it may write; refuses those of a later tuck.
 */
enum status postgres_migrate(struct sql *sql, struct notes *notes);
/* Runs a script of many statements inside the open transaction. */
enum status sql_postgres_script(struct sql *sql, const char *script, struct notes *notes);

/* --- inside ------------------------------------------------------------------------- */

#define POSTGRES_STATEMENTS_MAX 256
#define POSTGRES_VALUES_MAX 48
#define POSTGRES_CURSORS_MAX 32
#define POSTGRES_QUEUE_MAX 256

struct pg_conn; /* libpq's own names, so that this header stands without libpq's */
struct pg_result;

/* A statement as prepared: with the types that its values had, because a server that has
 * to guess takes `?1 >= 0` for 32 bits. */
struct postgres_statement {
    const char *text; /* told apart by address */
    bool is_prepared; /* on this connection, or sent for */
    uint8_t count;
    uint8_t kinds[POSTGRES_VALUES_MAX]; /* enum of struct value */
};

/* What was sent and is to be answered, oldest first. */
struct asked {
    enum {
        ASKED_PREPARE,
        ASKED_RUN,
        ASKED_ROWS,
        ASKED_COMMIT,
        ASKED_SYNC /* the end of a transaction: a server that failed reads on from here */
    } kind;
    int16_t statement;
};

/* An answer, wholly read. */
struct postgres_rows {
    struct rows rows;
    struct pg_result *result; /* NULL: not in use */
    struct arena *arena;      /* bytes of the row, made when asked for */
    int row;
};

struct resolver;

struct postgres {
    struct sql sql;
    char *uri;
    struct pg_conn *conn;      /* NULL: none, or given up */
    struct resolver *resolver; /* of a look-up that nobody waits for any more */
    int64_t answered_ms;       /* when the server was last heard */
    int64_t deadline_ms;       /* of the call under way */
    bool heeds_cancel;         /* the call under way may be left at once */
    bool has_tables;
    bool is_in_transaction, is_looking;
    bool is_committing;    /* COMMIT is sent: whether it holds is the server's to say */
    bool is_committed;     /* and it has said so */
    bool is_leaving;       /* a transaction is taken back: errors are of no interest */
    enum status failure;   /* of the transaction under way; the first one stands */
    int server_timeout_ms; /* statement_timeout as the server has it; -1: not known */
    struct asked queue[POSTGRES_QUEUE_MAX];
    size_t queue_first, queue_count;
    bool is_answering; /* part of the first one's answer was read */
    size_t statement_count;
    struct postgres_statement statements[POSTGRES_STATEMENTS_MAX];
    struct postgres_rows cursors[POSTGRES_CURSORS_MAX];
};

static inline struct postgres *
postgres_of(struct sql *sql)
{
    return (struct postgres *)sql;
}

extern const struct sql_driver postgres_driver;

/* --- postgres-open.c ---------------------------------------------------------------- */

/* Connects anew, within the deadline of the call under way. */
enum status postgres_connect(struct postgres *pg, struct notes *notes);
/* Gives the connection up; the server takes back what was not committed. */
void postgres_drop(struct postgres *pg);
/* False when the server has hung up; costs no round trip. */
bool postgres_is_there(struct postgres *pg);
void postgres_close(struct sql *sql);

/* --- postgres-wire.c ---------------------------------------------------------------- */

/* From here on waits end with the caller's patience. */
void postgres_be_patient(struct postgres *pg);
/* STATUS_OK when the socket is ready for `events`, STATUS_RETRY when the deadline passed,
 * STATUS_CANCELLED. */
enum status postgres_wait(struct postgres *pg, short events);
/* Notes that something was sent that will be answered. */
void postgres_expect(struct postgres *pg, int kind, int statement);
/* Reads answers until none is missing; of a last ASKED_ROWS *ret is the result (may be
 * NULL otherwise). Errors set pg->failure and are returned. */
enum status postgres_answers(struct postgres *pg, struct notes *notes,
                             struct pg_result **ret);
/* Reads everything outside of pipeline mode: the first column of the last row as a
 * number. */
enum status postgres_plain(struct postgres *pg, const char *script, struct notes *notes,
                           int64_t *ret);
/* libpq refused to send: memory, or the connection is lost. */
enum status postgres_unsent(struct postgres *pg, struct notes *notes);
enum status postgres_fail(struct postgres *pg, enum status status, bool wants_again);

/* --- postgres-resolve.c ------------------------------------------------------------- */

/* Names among comma-separated hosts as addresses, every address with its host and port.
 * STATUS_WITHOUT: nothing needs looking up. STATUS_RETRY: not in time. The look-up goes
 * on beside and *resolver keeps it for the next call. */
struct addresses {
    char *hosts, *numbers, *ports; /* comma-separated; heap */
};
void addresses_done(struct addresses *addresses);
#define ADDRESSES_AUTO CLEANUP(addresses_done)
enum status resolve(struct resolver **resolver, const char *hosts, const char *ports,
                    const struct patience *patience, struct addresses *ret);
void resolver_leave(struct resolver *resolver); /* NULL is fine */

/* --- postgres-sql.c ----------------------------------------------------------------- */

#endif
