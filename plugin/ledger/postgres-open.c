/* The way to the server: its address, a connection, and whether it is still there.
 *
 * What comes in is a URI as libpq knows it; what it leaves out comes from the usual PG…
 * environment, .pgpass too, so that a password need not stand in the settings. Connecting
 * never outlasts the caller's patience, dead name servers included. A note names host,
 * port and database and has the server's number of an error; the server's own words, the
 * user and the password never get there. */
#include "base/text.h"
#include "ledger/guard.h"
#include "ledger/postgres.h"

#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CONNECT_MOST_MS 10000
#define STARTING_WAIT_NS 20000000
#define STARTING_MOST_MS 5000
#define OLDEST_SERVER 120000

/* --- the address -------------------------------------------------------------------- */

static void
options_free(PQconninfoOption **options)
{
    PQconninfoFree(*options);
}
#define OPTIONS_AUTO CLEANUP(options_free)

static const char *
option(const PQconninfoOption *options, const char *name, const char *otherwise)
{
    for (; options && options->keyword; options++)
        if (text_equal(options->keyword, name))
            return options->val && options->val[0] ? options->val : otherwise;
    return otherwise;
}

/* libpq's own message about a bad URI quotes it, password and all. */
static enum status
name_server(struct postgres *pg, struct notes *notes)
{
    PQconninfoOption *options OPTIONS_AUTO = PQconninfoParse(pg->uri, NULL);
    struct buf name BUF_AUTO = {0};
    if (!options) /* memory that runs out looks the same; a bad URI is bad twice */
        options = PQconninfoParse(pg->uri, NULL);
    if (!options)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_LEDGER_BAD_URI, NULL, 0,
                         "the database's URI is not of the form postgresql://USER@HOST/"
                         "DATABASE, or has an option that is not known");
    const char *host = option(options, "host", option(options, "hostaddr", ""));
    const char *port = option(options, "port", NULL);
    buf_printf(&name, "postgresql://%s%s%s/%s", host, port ? ":" : "", port ? port : "",
               option(options, "dbname", ""));
    pg->sql.name = buf_take(&name);
    return pg->sql.name ? STATUS_OK : STATUS_NO_MEMORY;
}

/* --- one attempt -------------------------------------------------------------------- */

static void
hush(void *data, const PGresult *result)
{
    (void)data, (void)result; /* else libpq writes to stderr */
}

/* The SQLSTATE at the end of a line of libpq's, which is all that verbosity SQLSTATE
 * leaves of what the server says: "…: FATAL:  28P01". "" when the server said nothing. */
static void
find_state(const char *message, char ret[6])
{
    ret[0] = '\0';
    for (const char *end = strchr(message, '\n'); end; end = strchr(end + 1, '\n')) {
        if (end - message < 7 || end[-6] != ' ' || end[-7] != ' ')
            continue;
        if (strspn(end - 5, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 5)
            continue;
        memcpy(ret, end - 5, 5);
        ret[5] = '\0';
    }
}

static const struct refusal {
    const char *state;
    const char *words;
} refusals[] = {
    {"28", "it refuses this user or password"},
    {"3D", "it has no such database"},
    {"42501", "its user may not connect"},
    {"53", "it has no connection or memory left"},
    {"57P03", "it is starting up or shutting down"},
    {"57", "it is shutting down"},
};

/* Why the server cannot be had. What libpq says of the way there (refused, no route) is
 * of use and holds no secrets, but is as long as a paragraph. */
static enum status
not_connected(struct postgres *pg, PGconn *conn, struct notes *notes)
{
    char state[6];
    const char *message = PQerrorMessage(conn), *why = NULL;
    find_state(message, state);
    for (size_t i = 0; !why && state[0] && i < COUNT_OF(refusals); i++)
        if (strncmp(state, refusals[i].state, strlen(refusals[i].state)) == 0)
            why = refusals[i].words;
    const char *password = PQpass(conn);
    bool is_told = password && password[0] && strstr(message, password);
    bool is_away = !state[0] || strncmp(state, "57", 2) == 0;
    if (state[0])
        note_add(notes, is_away ? NOTE_LEDGER_AWAY : NOTE_LEDGER_REFUSED, pg->sql.name, 0,
                 "the database cannot be used: %s (%s)", why ? why : "it refuses", state);
    else if (is_told)
        note_add(notes, NOTE_LEDGER_AWAY, pg->sql.name, 0,
                 "the database cannot be reached");
    else
        note_add(notes, NOTE_LEDGER_AWAY, pg->sql.name, 0,
                 "the database cannot be reached: %.*s", (int)strcspn(message, "\n"),
                 message);
    return STATUS_OUTSIDE;
}

static PGconn *
start(struct postgres *pg, const struct addresses *addresses)
{
    /* Before the URI what it may overrule, after it what it may not. */
    const char *words[] = {
        "fallback_application_name",
        "keepalives",
        "keepalives_idle",
        "keepalives_interval",
        "keepalives_count",
        "tcp_user_timeout",
        "connect_timeout",
        "gssencmode",
        "dbname",
        "client_encoding",
        addresses->hosts ? "host" : NULL,
        "hostaddr",
        "port",
        NULL,
    };
    const char *values[] = {
        "tuck",
        "1",
        "10",
        "3",
        "3",
        "15000",
        "10",
        "disable",
        pg->uri,
        "UTF8",
        addresses->hosts,
        addresses->numbers,
        addresses->ports,
        NULL,
    };
    return PQconnectStartParams(words, values, 1);
}

/* One connection from beginning to end. STATUS_RETRY without a note: before `until_ms`
 * the server is starting up and will be ready in a moment. */
static enum status
shake_hands(struct postgres *pg, const struct addresses *addresses, int64_t until_ms,
            struct notes *notes)
{
    char state[6];
    pg->conn = start(pg, addresses);
    if (!pg->conn)
        return STATUS_NO_MEMORY;
    PQsetNoticeReceiver(pg->conn, hush, NULL);
    PQsetErrorVerbosity(pg->conn, PQERRORS_SQLSTATE);
    PostgresPollingStatusType poll = PQstatus(pg->conn) == CONNECTION_BAD
                                         ? PGRES_POLLING_FAILED
                                         : PGRES_POLLING_WRITING;
    enum status status = STATUS_OK;
    while (poll != PGRES_POLLING_OK && poll != PGRES_POLLING_FAILED) {
        status = postgres_wait(pg, poll == PGRES_POLLING_READING ? POLLIN : POLLOUT);
        if (status != STATUS_OK)
            break;
        poll = PQconnectPoll(pg->conn);
    }
    if (status == STATUS_RETRY)
        status = note_fail(notes, STATUS_OUTSIDE, NOTE_LEDGER_AWAY, pg->sql.name, 0,
                           "the database did not answer in time");
    else if (status == STATUS_OK && poll == PGRES_POLLING_FAILED) {
        find_state(PQerrorMessage(pg->conn), state);
        if (text_equal(state, "57P03") && clock_monotonic_ms() < until_ms)
            return STATUS_RETRY;
        status = not_connected(pg, pg->conn, notes);
    }
    return status;
}

/* What every session is to be, whatever the server's settings are. A station that stops
 * amid a transaction must not hold its rows for ever. */
static const char settings[] = "SET bytea_output = 'hex';"
                               "SET extra_float_digits = 1;"
                               "SET standard_conforming_strings = on;"
                               "SET client_min_messages = error;"
                               "SET idle_in_transaction_session_timeout = 120000;";
/* An acknowledged promise outlasts the server, even one that is told to be quick. */
static const char settings_durable[] =
    "DO $$ BEGIN IF current_setting('synchronous_commit') = 'off'"
    " THEN SET synchronous_commit = on; END IF; END $$";
static const char settings_14[] = "SET client_connection_check_interval = 2000;";

static enum status
settle(struct postgres *pg, struct notes *notes)
{
    if (PQserverVersion(pg->conn) < OLDEST_SERVER)
        return note_fail(notes, STATUS_OUTSIDE, NOTE_LEDGER_REFUSED, pg->sql.name, 0,
                         "the database's server is of version %d; %d is needed",
                         PQserverVersion(pg->conn) / 10000, OLDEST_SERVER / 10000);
    if (PQsetnonblocking(pg->conn, 1) != 0)
        return STATUS_NO_MEMORY;
    enum status status = postgres_plain(pg, settings, notes, NULL);
    if (status == STATUS_OK && GUARD_OR("durable", true, false))
        status = postgres_plain(pg, settings_durable, notes, NULL);
    if (status == STATUS_OK && PQserverVersion(pg->conn) >= 140000)
        status = postgres_plain(pg, settings_14, notes, NULL);
    if (status == STATUS_OK && !PQenterPipelineMode(pg->conn))
        status = postgres_unsent(pg, notes);
    return status;
}

/* --- connecting --------------------------------------------------------------------- */

static enum status
find_addresses(struct postgres *pg, struct notes *notes, struct addresses *ret)
{
    PQconninfoOption *options OPTIONS_AUTO = PQconninfoParse(pg->uri, NULL);
    const struct patience rest = {pg->deadline_ms, pg->sql.patience.cancel};
    if (!options)
        return STATUS_NO_MEMORY;
    if (option(options, "hostaddr", NULL))
        return STATUS_OK;
    enum status status = resolve(&pg->resolver, option(options, "host", ""),
                                 option(options, "port", ""), &rest, ret);
    if (status == STATUS_WITHOUT)
        return STATUS_OK;
    if (status == STATUS_RETRY || status == STATUS_OUTSIDE)
        return note_fail(notes, STATUS_OUTSIDE, NOTE_LEDGER_AWAY, pg->sql.name, 0,
                         status == STATUS_RETRY
                             ? "the database's name was not looked up in time"
                             : "the database's name leads nowhere");
    return status;
}

/* A server that is starting up says so; it is worth a little patience. */
static enum status
try(struct postgres *pg, const struct addresses *addresses, struct notes *notes)
{
    const struct timespec wait = {0, STARTING_WAIT_NS};
    int64_t until = clock_monotonic_ms() + STARTING_MOST_MS;
    if (until > pg->deadline_ms)
        until = pg->deadline_ms;
    for (;;) {
        enum status status = shake_hands(pg, addresses, until, notes);
        if (status == STATUS_OK)
            return settle(pg, notes);
        if (status != STATUS_RETRY)
            return status;
        if (patience_is_cancelled(&pg->sql.patience))
            return STATUS_CANCELLED;
        postgres_drop(pg);
        nanosleep(&wait, NULL);
    }
}

enum status
postgres_connect(struct postgres *pg, struct notes *notes)
{
    struct addresses addresses ADDRESSES_AUTO = {0};
    int64_t most = clock_monotonic_ms() + CONNECT_MOST_MS, deadline = pg->deadline_ms;
    postgres_drop(pg);
    if (pg->deadline_ms > most)
        pg->deadline_ms = most;
    enum status status = find_addresses(pg, notes, &addresses);
    if (status == STATUS_OK)
        status = try(pg, &addresses, notes);
    if (status != STATUS_OK)
        postgres_drop(pg);
    pg->deadline_ms = deadline;
    pg->answered_ms = clock_monotonic_ms();
    return status;
}

void
postgres_drop(struct postgres *pg)
{
    PQfinish(pg->conn);
    pg->conn = NULL;
    pg->queue_first = pg->queue_count = 0;
    pg->is_answering = false;
    pg->server_timeout_ms = -1;
    for (size_t i = 0; i < pg->statement_count; i++)
        pg->statements[i].is_prepared = false;
}

bool
postgres_is_there(struct postgres *pg)
{
    if (!pg->conn || PQstatus(pg->conn) != CONNECTION_OK)
        return false;
    struct pollfd poller = {.fd = PQsocket(pg->conn), .events = POLLIN};
    /* A server that hangs up says why first: two things to read. */
    for (int i = 0; i < 4 && poll(&poller, 1, 0) > 0; i++)
        if (!PQconsumeInput(pg->conn))
            return false;
    return true;
}

/* --- open and close ----------------------------------------------------------------- */

void
postgres_close(struct sql *sql)
{
    struct postgres *pg = postgres_of(sql);
    for (size_t i = 0; i < POSTGRES_CURSORS_MAX; i++) {
        PQclear(pg->cursors[i].result);
        arena_free(pg->cursors[i].arena);
    }
    postgres_drop(pg);
    resolver_leave(pg->resolver);
    free((char *)pg->sql.name);
    free(pg->uri);
    free(pg);
}

enum status
sql_open_postgres(const char *uri, bool may_write, const struct patience *patience,
                  struct notes *notes, struct sql **ret)
{
    struct postgres *pg = calloc(1, sizeof(*pg));
    if (!pg)
        return STATUS_NO_MEMORY;
    pg->sql = (struct sql){
        .driver = &postgres_driver, .patience = *patience, .may_write = may_write};
    pg->server_timeout_ms = -1;
    pg->uri = strdup(uri);
    enum status status = pg->uri ? name_server(pg, notes) : STATUS_NO_MEMORY;
    if (status == STATUS_OK) {
        postgres_be_patient(pg);
        status = postgres_connect(pg, notes);
    }
    if (status != STATUS_OK) {
        postgres_close(&pg->sql);
        return status;
    }
    *ret = &pg->sql;
    return STATUS_OK;
}
