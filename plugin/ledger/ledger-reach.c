/* Which store answers: opening, patience, and a database that goes away.
 *
 * A station with a standby waits for its database half of the time that it has. When it
 * does not answer, the standby does, and the database is left alone for a while; before
 * it is asked again, what was decided without it is settled. */
#include "ledger/ledger-inside.h"

#include "ledger/postgres.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PATIENCE_MS 2000
#define RESERVE_S 7200
/* How long a database that was away is left alone. */
#define REST_MS 3000

/* --- opening ------------------------------------------------------------------------ */

static bool
is_server(const char *path)
{
    return strncmp(path, "postgresql://", 13) == 0 ||
           strncmp(path, "postgres://", 11) == 0;
}

static struct patience
half_of(const struct patience *patience)
{
    return (struct patience){clock_monotonic_ms() + patience_left_ms(patience) / 2,
                             patience->cancel};
}

static enum status
open_sql(const struct ledger_how *how, const struct patience *patience,
         struct notes *notes, struct sql **ret)
{
    bool may_write = how->mode == LEDGER_WRITE;
    if (!is_server(how->path))
        return sql_open_sqlite(how->path, may_write, patience, notes, ret);
    struct sql *sql = NULL;
    enum status status =
        sql_open_postgres(how->path, may_write, patience, notes, &sql);
    if (status == STATUS_OK)
        status = postgres_migrate(sql, notes);
    if (status == STATUS_OK)
        *ret = sql;
    else if (sql)
        sql->driver->close(sql);
    return status;
}

static void
fill_store(struct ledger *ledger, const struct ledger_how *how, struct store *store)
{
    store->keys = keys_ref(how->keys);
    store->station = ledger->station;
    store->station_number = how->station_number;
    store->reserve_s = how->reserve_s > 0 ? how->reserve_s : RESERVE_S;
    store->serial_from = store->is_standby ? CODE_SERIAL_MOST / 2 + 1 : 0;
    store->serial_most =
        is_server(how->path) && !store->is_standby ? CODE_SERIAL_MOST / 2
                                                   : CODE_SERIAL_MOST;
}

/* The database, now or when it is back. */
static enum status
open_primary(struct ledger *ledger, const struct patience *patience, struct notes *notes)
{
    struct store *store = ledger->store;
    const struct ledger_how how = {.path = ledger->path, .mode = ledger->mode};
    enum status status = open_sql(&how, patience, notes, &store->sql);
    if (status != STATUS_OK)
        return status;
    status = store_settle_names(store, notes);
    if (status != STATUS_OK) {
        store->sql->driver->close(store->sql);
        store->sql = NULL;
    }
    return status;
}

static enum status
open_standby(struct ledger *ledger, const struct ledger_how *how,
             const struct patience *patience, struct notes *notes)
{
    struct store *standby = &ledger->own_standby;
    standby->is_standby = true;
    fill_store(ledger, how, standby);
    ledger->standby = standby;
    enum status status =
        sql_open_sqlite(how->standby, true, patience, notes, &standby->sql);
    return status == STATUS_OK ? store_settle_names(standby, notes) : status;
}

static enum status
open_store(struct ledger *ledger, const struct ledger_how *how,
           const struct patience *patience, struct notes *notes)
{
    size_t note_count = notes ? notes->count : 0;
    if (!how->keys || how->station_number < 0 ||
        how->station_number > CODE_STATION_MOST)
        return STATUS_BAD_CALL;
    if ((how->station && !(ledger->station = strdup(how->station))) ||
        !(ledger->path = strdup(how->path)))
        return STATUS_NO_MEMORY;
    ledger->store = &ledger->own;
    ledger->lease_units = how->lease_units;
    fill_store(ledger, how, ledger->store);
    bool has_standby = how->standby && how->station && how->mode == LEDGER_WRITE &&
                       is_server(how->path);
    enum status status =
        has_standby ? open_standby(ledger, how, patience, notes) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    const struct patience half = half_of(patience);
    status = open_primary(ledger, has_standby ? &half : patience, notes);
    return went_away(ledger, status, notes, note_count) ? STATUS_OK : status;
}

enum status
ledger_open(const struct ledger_how *how, struct notes *notes, struct ledger **ret)
{
    const struct patience usual = {clock_monotonic_ms() + PATIENCE_MS, NULL};
    const struct patience *patience = how->patience ? how->patience : &usual;
    if (!how->path || !how->path[0])
        return STATUS_BAD_CALL;
    struct ledger *ledger = calloc(1, sizeof(*ledger));
    if (!ledger)
        return STATUS_NO_MEMORY;
    ledger->mode = how->mode;
    ledger->each_ms = patience_left_ms(patience);
    enum status status = STATUS_OK;
    if (strcmp(how->path, "none") != 0)
        status = open_store(ledger, how, patience, notes);
    if (status != STATUS_OK) {
        ledger_close(ledger);
        return status;
    }
    *ret = ledger;
    return STATUS_OK;
}

void
ledger_close(struct ledger *ledger)
{
    if (!ledger)
        return;
    struct store *const stores[] = {&ledger->own, &ledger->own_standby};
    for (size_t i = 0; i < COUNT_OF(stores); i++) {
        if (stores[i]->sql)
            stores[i]->sql->driver->close(stores[i]->sql);
        keys_unref(stores[i]->keys);
    }
    free(ledger->station);
    free(ledger->path);
    free(ledger);
}

bool
ledger_is_none(const struct ledger *ledger)
{
    return !ledger->store;
}

void
ledger_set_patience(struct ledger *ledger, const struct patience *patience)
{
    ledger->has_patience = patience != NULL;
    if (!patience)
        ledger->each_ms = PATIENCE_MS;
    ledger->patience = patience ? *patience : (struct patience){0};
}

bool
ledger_is_away(const struct ledger *ledger)
{
    return ledger->away_until_ms != 0;
}

/* --- every call --------------------------------------------------------------------- */

static struct patience
patience_of(const struct ledger *ledger)
{
    struct patience patience = ledger->patience;
    int64_t now_ms = clock_monotonic_ms();
    if (!ledger->has_patience)
        patience = (struct patience){ledger->each_ms > INT64_MAX - now_ms
                                         ? INT64_MAX
                                         : now_ms + ledger->each_ms,
                                     NULL};
    return patience;
}

/* The store for a call that looks; NULL: nothing is held. A station with a standby waits
 * for its database half of the time that it has. */
static struct store *
to_look(struct ledger *ledger)
{
    struct store *store = ledger->store;
    if (!store)
        return NULL;
    const struct patience patience = patience_of(ledger);
    if (store->sql)
        store->sql->patience = ledger->standby ? half_of(&patience) : patience;
    if (ledger->standby)
        ledger->standby->sql->patience = patience;
    return store;
}

/* --- without the database ----------------------------------------------------------- */

bool
went_away(struct ledger *ledger, enum status status, struct notes *notes,
          size_t note_count)
{
    if (!ledger->standby || (status != STATUS_OUTSIDE && status != STATUS_RETRY))
        return false;
    if (notes)
        notes->count = note_count;
    if (!ledger->away_until_ms)
        note_add(notes, NOTE_LEDGER_STANDBY, ledger->own_standby.sql->name, 0,
                 "the ledger's database is away; this station goes on with its own file "
                 "and what it has leased");
    ledger->away_until_ms = clock_monotonic_ms() + REST_MS;
    return true;
}

struct store *
reach(struct ledger *ledger, struct notes *notes)
{
    struct store *store = to_look(ledger);
    size_t note_count = notes ? notes->count : 0;
    bool is_behind = false;
    enum status status = STATUS_OK;
    if (!ledger->standby)
        return store;
    if (ledger->away_until_ms > clock_monotonic_ms())
        return NULL;
    if (!store->sql) {
        const struct patience patience = patience_of(ledger), half = half_of(&patience);
        status = open_primary(ledger, &half, notes);
    }
    if (status == STATUS_OK)
        status = standby_is_behind(ledger->standby, notes, &is_behind);
    if (status == STATUS_OK && is_behind)
        status = standby_settle(store, ledger->standby, notes);
    if (went_away(ledger, status, notes, note_count) || status != STATUS_OK)
        return NULL;
    ledger->away_until_ms = 0;
    return store;
}

enum status
is_gone(const struct ledger *ledger, struct notes *notes)
{
    return note_fail(notes, STATUS_OUTSIDE, NOTE_LEDGER_AWAY, ledger->station, 0,
                     "the ledger's database is away; ask again when it is back");
}

enum status
may_write(const struct ledger *ledger, struct notes *notes)
{
    return ledger->mode == LEDGER_WRITE
               ? STATUS_OK
               : note_fail(notes, STATUS_BAD_CALL, NOTE_LEDGER_READ_ONLY, NULL, 0,
                           "this ledger was opened for reading only");
}

enum status
to_write(struct ledger *ledger, struct notes *notes, struct store **ret)
{
    enum status status = may_write(ledger, notes);
    if (status != STATUS_OK)
        return status;
    *ret = reach(ledger, notes);
    return *ret || !ledger->store ? STATUS_OK : is_gone(ledger, notes);
}

/* For so long a station can hand out again what it decided alone, should the database go
 * away again; after that its file knows of people no more than their pseudonyms. */
#define STANDBY_DAYS 2

enum status
ledger_prepare(struct ledger *ledger, const char *merchant, struct day today,
               const struct lease_wish *wishes, size_t count, struct notes *notes)
{
    if (!ledger->standby)
        return STATUS_OK;
    struct store *store = reach(ledger, notes);
    if (!store)
        return STATUS_OUTSIDE;
    enum status status = standby_lease(store, ledger->standby, merchant, today, wishes,
                                       count, ledger->lease_units, notes);
    return status == STATUS_OK
               ? store_drop_settled(ledger->standby,
                                    (int64_t)(today.n - STANDBY_DAYS) * 86400, notes)
               : status;
}

struct store *
home_of(struct ledger *ledger, int64_t id, struct notes *notes, int64_t *ret_id)
{
    int64_t settled_as = 0;
    *ret_id = id;
    if (!ledger->standby || id < STANDBY_FIRST)
        return reach(ledger, notes);
    *ret_id = id - STANDBY_FIRST;
    (void)to_look(ledger);
    if (standby_settled_as(ledger->standby, *ret_id, notes, &settled_as) != STATUS_OK ||
        !settled_as)
        return ledger->standby;
    *ret_id = settled_as;
    return reach(ledger, notes);
}

/* --- again -------------------------------------------------------------------------- */

#define AGAIN_WAIT_NS 200000
#define AGAIN_WAITS_MOST 6

bool
wants_again(struct tries *tries, enum status status)
{
    struct sql *sql = tries->store->sql;
    if (status == STATUS_OK || !sql->wants_again || tries->store->is_importing ||
        tries->store->is_grouping || patience_is_cancelled(&sql->patience) ||
        patience_left_ms(&sql->patience) == 0)
        return false;
    sql->wants_again = false;
    if (tries->notes)
        tries->notes->count = tries->note_count;
    /* Longer each time, and for each thread otherwise, so that the same ones do not meet
     * again. */
    unsigned round = tries->count < AGAIN_WAITS_MOST ? tries->count : AGAIN_WAITS_MOST;
    uint64_t spread = ((uintptr_t)tries >> 4) * 2654435761u % AGAIN_WAIT_NS;
    const struct timespec wait = {0, (long)((AGAIN_WAIT_NS + spread) << round)};
    nanosleep(&wait, NULL);
    tries->count++;
    return true;
}
