/* The ledger's front door: every call, and the ledger that holds nothing.
 *
 * Arguments are checked and customers become pseudonyms here; then the store that can be
 * reached does the promise in one transaction. One that failed because others were at the
 * same rows is done again, as long as patience lasts. */
#include "ledger/ledger-inside.h"

#include <string.h>

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
ledger_import_decision(struct ledger *ledger, struct decision *decision, bool is_printed,
                       struct arena *arena, struct notes *notes, bool *ret_is_new)
{
    struct store *store = ledger->store;
    struct decision named = *decision;
    char customer[NAME_SIZE], household[NAME_SIZE];
    if (!store || !store->is_importing || !decision->merchant || !decision->order ||
        !decision->order_digest)
        return STATUS_BAD_CALL;
    named.customer =
        store_name(store, "customer", named.merchant, named.customer, customer);
    named.household =
        store_name(store, "household", named.merchant, named.household, household);
    return store_import_decision(store, &named, is_printed, arena, notes, ret_is_new);
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
    store->group_status = STATUS_OK;
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
    return store_end(store, store->group_status, notes);
}

enum status
ledger_keep_sheet(struct ledger *ledger, int64_t decision_id,
                  const struct piece_key *piece, int32_t format, const char *device,
                  const void *bytes, size_t n, struct notes *notes)
{
    enum status status = may_write(ledger, notes);
    if (status != STATUS_OK || !ledger->store)
        return status;
    struct store *store = home_of(ledger, decision_id, notes, &decision_id);
    if (!store)
        return STATUS_OUTSIDE;
    AGAIN(store, notes, status,
          store_keep_sheet(store, decision_id, piece, format, device, bytes, n, notes));
    return status;
}

enum status
ledger_find_sheet(struct ledger *ledger, int64_t decision_id,
                  const struct piece_key *piece, int32_t format, const char *device,
                  struct arena *arena, struct notes *notes, const char **ret_digest, const uint8_t **ret_bytes,
                  size_t *ret_n)
{
    if (!ledger->store)
        return STATUS_WITHOUT;
    struct store *store = home_of(ledger, decision_id, notes, &decision_id);
    return store ? store_find_sheet(store, decision_id, piece, format, device, arena, notes,
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
    static const char *const kinds[] = {"printed", "failed", "skipped", "refused",
                                        "overridden"};
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
ledger_chosen(struct ledger *ledger, const char *merchant, const char *choice,
              struct notes *notes, int64_t *ret)
{
    if (!ledger->store)
        return STATUS_WITHOUT;
    struct store *store = reach(ledger, notes);
    return store ? store_chosen(store, merchant, choice, notes, ret) : STATUS_OUTSIDE;
}

enum status
ledger_reply(struct ledger *ledger, const struct reply *reply, struct day today,
             struct arena *arena, struct notes *notes, struct reply_answer *ret)
{
    struct store *store = NULL;
    enum status status = to_write(ledger, notes, &store);
    if (status != STATUS_OK)
        return status;
    if (!reply->merchant || !reply->code || !reply->question != !reply->value ||
        (reply->nps < 0 && reply->effort < 0 && reply->rating < 0 && !reply->question))
        return STATUS_BAD_CALL;
    if (!store) {
        *ret = (struct reply_answer){.answer = ANSWER_UNKNOWN,
                                     .was_nps = -1,
                                     .was_effort = -1,
                                     .was_rating = -1};
        return STATUS_OK;
    }
    AGAIN(store, notes, status,
          store_reply(store, reply, today, arena, notes, ret));
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
    if (!ledger->standby || (status != STATUS_OK && status != STATUS_WITHOUT))
        return status;
    enum status own = store_forget(ledger->standby, merchant, who, at_s, notes);
    return own == STATUS_WITHOUT ? status : own;
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
