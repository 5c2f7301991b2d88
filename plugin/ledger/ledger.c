/* The ledger's front door: whose turn, which mode, and the ledger that holds nothing.
 *
 * Arguments are checked, patience is set and customers become pseudonyms here; then the
 * store does the promise in one transaction. A transaction that failed because others
 * were at the same rows is done again, as long as patience lasts. */
#include "ledger/ledger.h"

#include "ledger/postgres.h"
#include "ledger/store-standby.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PATIENCE_MS 2000
#define RESERVE_S 7200

/* The numbers of decisions made in the standby begin here. */
#define STANDBY_FIRST (INT64_C(1) << 40)
/* How long a database that was away is left alone. */
#define REST_MS 3000

struct ledger {
    struct store *store;   /* NULL: "none" */
    struct store *standby; /* NULL: none */
    enum ledger_mode mode;
    bool has_patience; /* set for the job; else each call has its own */
    int64_t each_ms;
    struct patience patience; /* of the job */
    int64_t away_until_ms;    /* 0: the database is there, as far as is known */
    int32_t lease_units;
    char *station, *path;
    struct store own, own_standby;
};

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

static bool went_away(struct ledger *ledger, enum status status, struct notes *notes,
                      size_t note_count);

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

/* Is this a failure that the standby is for? Then what was noted of it becomes one note,
 * once, and the database is left alone for a while. */
static bool
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

/* The database to ask, or NULL: the standby has to do. What was decided without it is
 * settled first. */
static struct store *
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

/* A call that only the database can answer. */
static enum status
is_gone(const struct ledger *ledger, struct notes *notes)
{
    return note_fail(notes, STATUS_OUTSIDE, NOTE_LEDGER_AWAY, ledger->station, 0,
                     "the ledger's database is away; ask again when it is back");
}

static enum status
may_write(const struct ledger *ledger, struct notes *notes)
{
    return ledger->mode == LEDGER_WRITE
               ? STATUS_OK
               : note_fail(notes, STATUS_BAD_CALL, NOTE_LEDGER_READ_ONLY, NULL, 0,
                           "this ledger was opened for reading only");
}

/* The store for a call that writes; NULL with STATUS_OK: nothing is taken. */
static enum status
to_write(struct ledger *ledger, struct notes *notes, struct store **ret)
{
    enum status status = may_write(ledger, notes);
    if (status != STATUS_OK)
        return status;
    *ret = reach(ledger, notes);
    return *ret || !ledger->store ? STATUS_OK : is_gone(ledger, notes);
}

enum status
ledger_prepare(struct ledger *ledger, const char *merchant, struct day today,
               const struct lease_wish *wishes, size_t count, struct notes *notes)
{
    if (!ledger->standby)
        return STATUS_OK;
    struct store *store = reach(ledger, notes);
    return store ? standby_lease(store, ledger->standby, merchant, today, wishes, count,
                                 ledger->lease_units, notes)
                 : STATUS_OUTSIDE;
}

/* Whose decision is this? Its number there in *ret_id; NULL: of the database, which is
 * away. */
static struct store *
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

/* Trying again: what a failed try noted is taken back. Not inside an import or a group:
 * what went before is lost there, and only its caller can do it all again. */
struct tries {
    struct store *store;
    struct notes *notes;
    size_t note_count;
    unsigned count;
};

#define AGAIN_WAIT_NS 200000
#define AGAIN_WAITS_MOST 6

static bool
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

#define AGAIN(store_, notes_, status_, call)                                             \
    do {                                                                                 \
        struct tries tries = {store_, notes_, (notes_) ? (notes_)->count : 0, 0};        \
        do                                                                               \
            (status_) = (call);                                                          \
        while (wants_again(&tries, status_));                                            \
    } while (0)

/* --- history ------------------------------------------------------------------------ */

enum status
ledger_history(struct ledger *ledger, const char *merchant, const char *customer,
               struct arena *arena, struct notes *notes, struct history **ret)
{
    struct store *store = reach(ledger, notes);
    char name[NAME_SIZE];
    if (!store && ledger->store)
        return STATUS_OUTSIDE;
    if (!store || !customer || !customer[0])
        return STATUS_WITHOUT;
    struct history *history = NULL;
    enum status status =
        store_history(store, merchant, store_name(store, "customer", merchant, customer, name),
                      arena, notes, &history);
    if (status != STATUS_OK)
        return status;
    history->customer = arena_strdup(arena, customer);
    if (!history->customer)
        return STATUS_NO_MEMORY;
    *ret = history;
    return STATUS_OK;
}

enum status
ledger_keep_history(struct ledger *ledger, const char *merchant,
                    const struct history *history, struct notes *notes)
{
    struct store *store = NULL;
    char name[NAME_SIZE];
    enum status status = to_write(ledger, notes, &store);
    if (status != STATUS_OK || !store)
        return status;
    if (!history->customer || !history->customer[0])
        return STATUS_BAD_CALL;
    const char *customer = store_name(store, "customer", merchant, history->customer, name);
    AGAIN(store, notes, status,
          store_keep_history(store, merchant, customer, history, notes));
    return status;
}

enum status
ledger_import_begin(struct ledger *ledger, struct notes *notes)
{
    struct store *store = NULL;
    enum status status = to_write(ledger, notes, &store);
    if (status != STATUS_OK)
        return status;
    if (!store)
        return note_fail(notes, STATUS_WITHOUT, NOTE_LEDGER_IS_NONE, NULL, 0,
                         "the shop keeps no ledger, so there is nothing to import into");
    return store->is_importing || store->is_grouping ? STATUS_BAD_CALL
                                                     : store_import_begin(store, notes);
}

enum status
ledger_import_purchase(struct ledger *ledger, const char *merchant,
                       const struct csv_purchase *purchase, struct notes *notes)
{
    struct store *store = ledger->store;
    char name[NAME_SIZE];
    if (!store || !store->is_importing || !purchase->customer || !purchase->customer[0])
        return STATUS_BAD_CALL;
    return store_import_purchase(
        store, merchant, store_name(store, "customer", merchant, purchase->customer, name),
        purchase, notes);
}

enum status
ledger_import_end(struct ledger *ledger, bool is_kept, struct notes *notes)
{
    struct store *store = ledger->store;
    if (!store || !store->is_importing)
        return STATUS_BAD_CALL;
    return store_import_end(store, is_kept, notes);
}

/* An address names its customer, so it is kept under a pseudonym, too. */
static const char *
address_name(const struct store *store, const char *url, char ret[NAME_SIZE])
{
    return store_name(store, "url", "", url, ret);
}

enum status
ledger_cache_get(struct ledger *ledger, const char *url, struct arena *arena,
                 struct notes *notes, const char **ret_etag, const char **ret_body,
                 size_t *ret_n, int64_t *ret_at_s)
{
    struct store *store = reach(ledger, notes);
    char address[NAME_SIZE];
    return store ? store_cache_get(store, address_name(store, url, address), arena, notes,
                                   ret_etag, ret_body, ret_n, ret_at_s)
                 : STATUS_WITHOUT;
}

enum status
ledger_cache_put(struct ledger *ledger, const char *merchant, const char *customer,
                 const char *url, const char *etag, const char *body, size_t n,
                 int64_t at_s, struct notes *notes)
{
    struct store *store = NULL;
    char address[NAME_SIZE], name[NAME_SIZE];
    enum status status = to_write(ledger, notes, &store);
    if (status != STATUS_OK || !store)
        return status;
    const char *who = store_name(store, "customer", merchant, customer, name);
    AGAIN(store, notes, status,
          store_cache_put(store, merchant, who, address_name(store, url, address), etag,
                          body, n, at_s, notes));
    return status;
}

/* --- decisions ---------------------------------------------------------------------- */

enum status
ledger_find(struct ledger *ledger, const char *merchant, const char *order,
            const char *package, struct arena *arena, struct notes *notes,
            struct decision **ret)
{
    if (!ledger->store)
        return STATUS_WITHOUT;
    size_t note_count = notes ? notes->count : 0;
    struct store *store = reach(ledger, notes);
    enum status status = STATUS_OUTSIDE;
    if (store)
        status = store_find(store, merchant, order, package, arena, notes, ret);
    if (store && !went_away(ledger, status, notes, note_count))
        return status;
    status = store_find(ledger->standby, merchant, order, package, arena, notes, ret);
    if (status == STATUS_OK)
        (*ret)->id += STANDBY_FIRST;
    return status;
}

enum status
ledger_packages(struct ledger *ledger, const char *merchant, const char *order,
                struct arena *arena, struct notes *notes, const char ***ret,
                size_t *ret_count)
{
    struct store *store = reach(ledger, notes);
    *ret = NULL;
    *ret_count = 0;
    if (!store)
        return ledger->store ? is_gone(ledger, notes) : STATUS_OK;
    return store_packages(store, merchant, order, arena, notes, ret, ret_count);
}

enum status
ledger_document(struct ledger *ledger, int64_t decision_id, const char *kind,
                struct arena *arena, struct notes *notes, const char **ret)
{
    if (!ledger->store)
        return STATUS_WITHOUT;
    struct store *store = home_of(ledger, decision_id, notes, &decision_id);
    return store ? store_document(store, decision_id, kind, arena, notes, ret)
                 : STATUS_OUTSIDE;
}

enum status
ledger_last(struct ledger *ledger, const char *merchant, const char *customer,
            const char *except_order, const char *const *offers, size_t count,
            struct notes *notes, int64_t *ret_s)
{
    struct store *store = ledger->store ? reach(ledger, notes) : NULL;
    size_t note_count = notes ? notes->count : 0;
    char name[NAME_SIZE];
    const char *who =
        store ? store_name(store, "customer", merchant, customer, name) : NULL;
    for (size_t i = 0; i < count; i++)
        ret_s[i] = TIME_NONE;
    if (!who)
        return STATUS_OK;
    enum status status =
        store_last(store, merchant, who, except_order, offers, count, notes, ret_s);
    return went_away(ledger, status, notes, note_count) ? STATUS_OK : status;
}

enum status
ledger_used(struct ledger *ledger, const char *merchant, const char *except_order,
            struct day today, const struct unit_claim *claims, size_t count,
            struct notes *notes, struct unit_use *ret)
{
    struct store *store = ledger->store ? reach(ledger, notes) : NULL;
    size_t note_count = notes ? notes->count : 0;
    enum status status = STATUS_OUTSIDE;
    for (size_t i = 0; i < count && !ledger->store; i++)
        ret[i] = (struct unit_use){.is_known = true};
    if (!ledger->store)
        return STATUS_OK;
    if (store)
        status = store_used(store, merchant, except_order, today, claims, count, notes,
                            ret);
    if (store && !went_away(ledger, status, notes, note_count))
        return status;
    return store_used(ledger->standby, merchant, except_order, today, claims, count,
                      notes, ret);
}

enum status
ledger_decide(struct ledger *ledger, const struct order *order, struct decision *decision,
              ledger_write_fn *write, void *data, struct arena *arena,
              struct notes *notes, struct decision **ret_existing, size_t *ret_spent)
{
    struct store *store = ledger->store;
    char customer[NAME_SIZE], household[NAME_SIZE];
    enum status status = may_write(ledger, notes);
    if (status != STATUS_OK)
        return status;
    if (!decision->merchant || !decision->order || !decision->order_digest ||
        (store && store->is_importing))
        return STATUS_BAD_CALL;
    if (!store) {
        decision->id = 0;
        decision->revision = 1;
        return STATUS_OK;
    }
    size_t note_count = notes ? notes->count : 0;
    struct decision named = *decision;
    named.customer =
        store_name(store, "customer", named.merchant, named.customer, customer);
    named.household =
        store_name(store, "household", named.merchant, named.household, household);
    store = reach(ledger, notes);
    if (store)
        AGAIN(store, notes, status,
              store_decide(store, order, &named, write, data, arena, notes, ret_existing,
                           ret_spent));
    bool is_alone = !store || (!*ret_existing &&
                               went_away(ledger, status, notes, note_count));
    if (is_alone)
        status = store_decide(ledger->standby, order, &named, write, data, arena, notes,
                              ret_existing, ret_spent);
    if (is_alone && status == STATUS_RETRY && *ret_existing)
        (*ret_existing)->id += STANDBY_FIRST;
    if (status == STATUS_OK) {
        decision->id = named.id + (is_alone ? STANDBY_FIRST : 0);
        decision->revision = named.revision;
    }
    return status;
}

enum status
ledger_group_begin(struct ledger *ledger, struct notes *notes)
{
    struct store *store = NULL;
    enum status status = to_write(ledger, notes, &store);
    if (status != STATUS_OK || !store)
        return status;
    if (store->is_importing || store->is_grouping)
        return STATUS_BAD_CALL;
    status = store_begin(store, notes);
    store->is_grouping = status == STATUS_OK;
    return status;
}

enum status
ledger_group_end(struct ledger *ledger, struct notes *notes)
{
    struct store *store = NULL;
    enum status status = to_write(ledger, notes, &store);
    if (status != STATUS_OK || !store)
        return status;
    if (!store->is_grouping)
        return STATUS_BAD_CALL;
    store->is_grouping = false;
    return store_end(store, STATUS_OK, notes);
}

enum status
ledger_keep_sheet(struct ledger *ledger, int64_t decision_id,
                  const struct piece_key *piece, int32_t format, const void *bytes,
                  size_t n, struct notes *notes)
{
    enum status status = may_write(ledger, notes);
    if (status != STATUS_OK || !ledger->store)
        return status;
    struct store *store = home_of(ledger, decision_id, notes, &decision_id);
    if (!store)
        return STATUS_OUTSIDE;
    AGAIN(store, notes, status,
          store_keep_sheet(store, decision_id, piece, format, bytes, n, notes));
    return status;
}

enum status
ledger_find_sheet(struct ledger *ledger, int64_t decision_id,
                  const struct piece_key *piece, int32_t format, struct arena *arena,
                  struct notes *notes, const char **ret_digest, const uint8_t **ret_bytes,
                  size_t *ret_n)
{
    if (!ledger->store)
        return STATUS_WITHOUT;
    struct store *store = home_of(ledger, decision_id, notes, &decision_id);
    return store ? store_find_sheet(store, decision_id, piece, format, arena, notes,
                                    ret_digest, ret_bytes, ret_n)
                 : STATUS_OUTSIDE;
}

static enum status
say(struct ledger *ledger, int64_t decision_id, const struct piece_key *piece,
    const char *event, int64_t at_s, const char *reason, struct notes *notes)
{
    int64_t id = decision_id;
    size_t note_count = notes ? notes->count : 0;
    enum status status = STATUS_OUTSIDE;
    struct store *store = home_of(ledger, decision_id, notes, &id);
    if (store)
        AGAIN(store, notes, status,
              store_event(store, id, piece, event, at_s, reason, notes));
    if (store == ledger->standby ||
        (store && !went_away(ledger, status, notes, note_count)))
        return status;
    /* It has happened: the database is told when it is back. */
    return standby_post(ledger->standby, id, piece, event, at_s, reason, notes);
}

enum status
ledger_event(struct ledger *ledger, int64_t decision_id, const struct piece_key *piece,
             const char *event, int64_t at_s, const char *reason, struct notes *notes)
{
    static const char *const kinds[] = {"printed", "failed", "skipped"};
    enum status status = may_write(ledger, notes);
    if (status != STATUS_OK || !ledger->store)
        return status;
    for (size_t i = 0; piece && i < COUNT_OF(kinds); i++)
        if (text_equal(event, kinds[i]))
            return say(ledger, decision_id, piece, kinds[i], at_s, reason, notes);
    return STATUS_BAD_CALL;
}

enum status
ledger_void(struct ledger *ledger, const char *merchant, const char *order, int64_t at_s,
            const char *reason, struct notes *notes)
{
    struct store *store = NULL;
    enum status status = to_write(ledger, notes, &store);
    if (status != STATUS_OK || !store)
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    AGAIN(store, notes, status, store_void(store, merchant, order, at_s, reason, notes));
    return status;
}

/* --- promises ----------------------------------------------------------------------- */

enum status
ledger_redeem(struct ledger *ledger, const struct redemption *redemption,
              struct day today, struct arena *arena, struct notes *notes,
              struct redemption_answer *ret)
{
    struct store *store = NULL;
    char name[NAME_SIZE];
    enum status status = to_write(ledger, notes, &store);
    if (status != STATUS_OK)
        return status;
    if (!redemption->merchant || !redemption->code)
        return STATUS_BAD_CALL;
    if (!store) {
        *ret = (struct redemption_answer){.answer = ANSWER_UNKNOWN};
        return STATUS_OK;
    }
    const char *who =
        store_name(store, "customer", redemption->merchant, redemption->customer, name);
    AGAIN(store, notes, status,
          store_redeem(store, redemption, who, today, arena, notes, ret));
    return status;
}

enum status
ledger_void_code(struct ledger *ledger, const char *merchant, const char *code,
                 int64_t at_s, const char *reason, struct notes *notes,
                 enum promise_answer *ret)
{
    struct store *store = NULL;
    enum status status = to_write(ledger, notes, &store);
    if (status != STATUS_OK)
        return status;
    *ret = ANSWER_UNKNOWN;
    if (store)
        AGAIN(store, notes, status,
              store_void_code(store, merchant, code, at_s, reason, notes, ret));
    return status;
}

enum status
ledger_promises(struct ledger *ledger, const char *merchant, const char *order,
                const char *code, const char *customer, struct arena *arena,
                struct notes *notes, struct promise **ret, size_t *ret_count)
{
    struct store *store = reach(ledger, notes);
    char name[NAME_SIZE];
    if (!store)
        return ledger->store ? is_gone(ledger, notes) : STATUS_WITHOUT;
    if (!order == !code && !order == !customer)
        return STATUS_BAD_CALL;
    return store_promises(store, merchant, order, code,
                          store_name(store, "customer", merchant, customer, name), arena,
                          notes, ret, ret_count);
}

enum status
ledger_liability(struct ledger *ledger, const char *merchant, int64_t now_s,
                 struct arena *arena, struct notes *notes, struct liability **ret,
                 size_t *ret_count)
{
    struct store *store = reach(ledger, notes);
    *ret = NULL;
    *ret_count = 0;
    if (!store && ledger->store)
        return is_gone(ledger, notes);
    return store ? store_liability(store, merchant, now_s, arena, notes, ret, ret_count)
                 : STATUS_OK;
}

enum status
ledger_expire(struct ledger *ledger, const char *merchant, int64_t now_s,
              struct notes *notes, struct expiry *ret)
{
    struct store *store = NULL;
    enum status status = to_write(ledger, notes, &store);
    *ret = (struct expiry){0};
    if (status != STATUS_OK || !store)
        return status;
    AGAIN(store, notes, status, store_expire(store, merchant, now_s, notes, ret));
    return status;
}

enum status
ledger_pool_add(struct ledger *ledger, const char *merchant, const char *pool,
                const char *code, struct notes *notes, bool *ret_is_new)
{
    struct store *store = ledger->store;
    if (!store || !store->is_importing || !pool || !code || !code[0])
        return STATUS_BAD_CALL;
    return store_pool_add(store, merchant, pool, code, notes, ret_is_new);
}

enum status
ledger_pools(struct ledger *ledger, const char *merchant, struct arena *arena,
             struct notes *notes, struct pool_level **ret, size_t *ret_count)
{
    struct store *store = reach(ledger, notes);
    *ret = NULL;
    *ret_count = 0;
    if (!store && ledger->store)
        return is_gone(ledger, notes);
    return store ? store_pools(store, merchant, arena, notes, ret, ret_count) : STATUS_OK;
}

/* --- care ---------------------------------------------------------------------------- */

enum status
ledger_forget(struct ledger *ledger, const char *merchant, const char *customer,
              int64_t at_s, struct notes *notes)
{
    struct store *store = NULL;
    char name[NAME_SIZE];
    enum status status = to_write(ledger, notes, &store);
    if (status != STATUS_OK || !store)
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    const char *who = store_name(store, "customer", merchant, customer, name);
    if (!who)
        return STATUS_BAD_CALL;
    AGAIN(store, notes, status, store_forget(store, merchant, who, at_s, notes));
    return status;
}

enum status
ledger_export(struct ledger *ledger, const char *merchant, const char *customer,
              struct buf *out, struct notes *notes)
{
    struct store *store = reach(ledger, notes);
    char name[NAME_SIZE];
    if (!store)
        return ledger->store ? is_gone(ledger, notes) : STATUS_WITHOUT;
    const char *who = store_name(store, "customer", merchant, customer, name);
    return who ? store_export(store, merchant, who, out, notes) : STATUS_BAD_CALL;
}

enum status
ledger_retain(struct ledger *ledger, const char *merchant,
              const struct retention *retention, struct notes *notes, int64_t *ret_erased)
{
    struct store *store = NULL;
    enum status status = to_write(ledger, notes, &store);
    *ret_erased = 0;
    if (status != STATUS_OK || !store)
        return status;
    AGAIN(store, notes, status,
          store_retain(store, merchant, retention, notes, ret_erased));
    return status;
}

enum status
ledger_backup(struct ledger *ledger, const char *path, struct notes *notes)
{
    struct store *store = reach(ledger, notes);
    if (!store)
        return ledger->store ? is_gone(ledger, notes) : STATUS_WITHOUT;
    return store_backup(store, path, notes);
}

enum status
ledger_verify(struct ledger *ledger, struct notes *notes)
{
    struct store *store = reach(ledger, notes);
    if (!store)
        return ledger->store ? is_gone(ledger, notes) : STATUS_WITHOUT;
    return store_verify(store, notes);
}

/* --- everything --------------------------------------------------------------------- */

enum status
ledger_dump(struct ledger *ledger, struct buf *out, struct notes *notes)
{
    struct store *store = reach(ledger, notes);
    return store ? store_dump(store, out, notes) : STATUS_OK;
}
