/* The ledger's front door: whose turn, which mode, and the ledger that holds nothing.
 *
 * Arguments are checked, patience is set and customers become pseudonyms here; then the
 * store does the promise in one transaction. A transaction that failed because others
 * were at the same rows is done again, as long as patience lasts. */
#include "ledger/ledger.h"

#include "ledger/postgres.h"
#include "ledger/store.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PATIENCE_MS 2000
#define RESERVE_S 7200

struct ledger {
    struct store *store; /* NULL: "none" */
    enum ledger_mode mode;
    bool has_patience; /* set for the job; else each call has its own */
    int64_t each_ms;
    char *station;
    struct store own;
};

/* --- opening ------------------------------------------------------------------------ */

static bool
is_server(const char *path)
{
    return strncmp(path, "postgresql://", 13) == 0 ||
           strncmp(path, "postgres://", 11) == 0;
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

static enum status
open_store(struct ledger *ledger, const struct ledger_how *how,
           const struct patience *patience, struct notes *notes)
{
    struct store *store = &ledger->own;
    if (!how->keys || how->station_number < 0 ||
        how->station_number > CODE_STATION_MOST)
        return STATUS_BAD_CALL;
    if (how->station && !(ledger->station = strdup(how->station)))
        return STATUS_NO_MEMORY;
    enum status status = open_sql(how, patience, notes, &store->sql);
    if (status != STATUS_OK)
        return status;
    store->keys = keys_ref(how->keys);
    store->station = ledger->station;
    store->station_number = how->station_number;
    store->reserve_s = how->reserve_s > 0 ? how->reserve_s : RESERVE_S;
    ledger->store = store;
    status = store_settle_names(store, notes);
    store->sql->patience.cancel = NULL;
    return status;
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
    if (ledger->own.sql)
        ledger->own.sql->driver->close(ledger->own.sql);
    keys_unref(ledger->own.keys);
    free(ledger->station);
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
    if (ledger->store)
        ledger->store->sql->patience = patience ? *patience : (struct patience){0};
}

/* --- every call --------------------------------------------------------------------- */

/* The store for a call that looks; NULL: nothing is held. */
static struct store *
to_look(struct ledger *ledger)
{
    struct store *store = ledger->store;
    if (!store || ledger->has_patience)
        return store;
    int64_t now_ms = clock_monotonic_ms();
    store->sql->patience.deadline_ms =
        ledger->each_ms > INT64_MAX - now_ms ? INT64_MAX : now_ms + ledger->each_ms;
    return store;
}

/* The store for a call that writes; NULL with STATUS_OK: nothing is taken. */
static enum status
to_write(struct ledger *ledger, struct notes *notes, struct store **ret)
{
    if (ledger->mode == LEDGER_READ)
        return note_fail(notes, STATUS_BAD_CALL, NOTE_LEDGER_READ_ONLY, NULL, 0,
                         "this ledger was opened for reading only");
    *ret = to_look(ledger);
    return STATUS_OK;
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
    struct store *store = to_look(ledger);
    char name[NAME_SIZE];
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
    struct store *store = to_look(ledger);
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
    struct store *store = to_look(ledger);
    return store ? store_find(store, merchant, order, package, arena, notes, ret)
                 : STATUS_WITHOUT;
}

enum status
ledger_document(struct ledger *ledger, int64_t decision_id, const char *kind,
                struct arena *arena, struct notes *notes, const char **ret)
{
    struct store *store = to_look(ledger);
    return store ? store_document(store, decision_id, kind, arena, notes, ret)
                 : STATUS_WITHOUT;
}

enum status
ledger_last(struct ledger *ledger, const char *merchant, const char *customer,
            const char *except_order, const char *const *offers, size_t count,
            struct notes *notes, int64_t *ret_s)
{
    struct store *store = to_look(ledger);
    char name[NAME_SIZE];
    const char *who =
        store ? store_name(store, "customer", merchant, customer, name) : NULL;
    if (who)
        return store_last(store, merchant, who, except_order, offers, count, notes, ret_s);
    for (size_t i = 0; i < count; i++)
        ret_s[i] = TIME_NONE;
    return STATUS_OK;
}

enum status
ledger_used(struct ledger *ledger, const char *merchant, const char *except_order,
            struct day today, const struct unit_claim *claims, size_t count,
            struct notes *notes, struct unit_use *ret)
{
    struct store *store = to_look(ledger);
    if (store)
        return store_used(store, merchant, except_order, today, claims, count, notes,
                          ret);
    for (size_t i = 0; i < count; i++)
        ret[i] = (struct unit_use){0};
    return STATUS_OK;
}

enum status
ledger_decide(struct ledger *ledger, const struct order *order, struct decision *decision,
              ledger_write_fn *write, void *data, struct arena *arena,
              struct notes *notes, struct decision **ret_existing, size_t *ret_spent)
{
    struct store *store = NULL;
    char customer[NAME_SIZE], household[NAME_SIZE];
    enum status status = to_write(ledger, notes, &store);
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
    struct decision named = *decision;
    named.customer =
        store_name(store, "customer", named.merchant, named.customer, customer);
    named.household =
        store_name(store, "household", named.merchant, named.household, household);
    AGAIN(store, notes, status,
          store_decide(store, order, &named, write, data, arena, notes, ret_existing,
                       ret_spent));
    if (status == STATUS_OK) {
        decision->id = named.id;
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
    struct store *store = NULL;
    enum status status = to_write(ledger, notes, &store);
    if (status != STATUS_OK || !store)
        return status;
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
    struct store *store = to_look(ledger);
    return store ? store_find_sheet(store, decision_id, piece, format, arena, notes,
                                    ret_digest, ret_bytes, ret_n)
                 : STATUS_WITHOUT;
}

enum status
ledger_event(struct ledger *ledger, int64_t decision_id, const struct piece_key *piece,
             const char *event, int64_t at_s, const char *reason, struct notes *notes)
{
    static const char *const kinds[] = {"printed", "failed", "skipped"};
    struct store *store = NULL;
    enum status status = to_write(ledger, notes, &store);
    if (status != STATUS_OK || !store)
        return status;
    for (size_t i = 0; piece && i < COUNT_OF(kinds); i++)
        if (text_equal(event, kinds[i])) {
            AGAIN(store, notes, status,
                  store_event(store, decision_id, piece, kinds[i], at_s, reason, notes));
            return status;
        }
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
    struct store *store = to_look(ledger);
    char name[NAME_SIZE];
    if (!store)
        return STATUS_WITHOUT;
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
    struct store *store = to_look(ledger);
    *ret = NULL;
    *ret_count = 0;
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
    struct store *store = to_look(ledger);
    *ret = NULL;
    *ret_count = 0;
    return store ? store_pools(store, merchant, arena, notes, ret, ret_count) : STATUS_OK;
}

/* --- everything --------------------------------------------------------------------- */

enum status
ledger_dump(struct ledger *ledger, struct buf *out, struct notes *notes)
{
    struct store *store = to_look(ledger);
    return store ? store_dump(store, out, notes) : STATUS_OK;
}
