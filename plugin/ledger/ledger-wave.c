/* Waves, behind the front door: all of it is the database's; a station that goes on alone
 * has no part in it. */
#include "ledger/ledger-inside.h"

#include <string.h>

#define LEASE_MOST_S 86400
#define SHARE_MOST 10000

static enum status
shared_store(struct ledger *ledger, struct notes *notes, struct store **ret)
{
    enum status status = to_write(ledger, notes, ret);
    if (status == STATUS_OK && !*ret)
        return note_fail(notes, STATUS_BAD_CALL, NOTE_LEDGER_IS_NONE, NULL, 0,
                         "a wave stands in the ledger, and this shop keeps none");
    return status;
}

enum status
ledger_wave_add(struct ledger *ledger, const char *merchant, const char *wave,
                int64_t at_s, const struct wave_order *orders, size_t count,
                struct notes *notes, int64_t *ret_waiting)
{
    struct store *store = NULL;
    enum status status = shared_store(ledger, notes, &store);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        if (!orders[i].name || !orders[i].document ||
            strnlen(orders[i].document, orders[i].document_n + 1) != orders[i].document_n)
            status = STATUS_BAD_CALL;
    if (status == STATUS_OK)
        AGAIN(store, notes, status,
              store_wave_add(store, merchant, wave, at_s, orders, count, notes,
                             ret_waiting));
    return status;
}

enum status
ledger_wave_take(struct ledger *ledger, const char *merchant, const char *wave,
                 const char *worker, int32_t lease_s, size_t most, struct arena *arena,
                 struct notes *notes, struct wave_order **ret, size_t *ret_count)
{
    struct store *store = NULL;
    if (lease_s < 1 || lease_s > LEASE_MOST_S || most < 1 || most > SHARE_MOST || !worker)
        return STATUS_BAD_CALL;
    enum status status = shared_store(ledger, notes, &store);
    if (status == STATUS_OK)
        AGAIN(store, notes, status,
              store_wave_take(store, merchant, wave, worker, lease_s, most, arena, notes,
                              ret, ret_count));
    return status;
}

enum status
ledger_wave_keep(struct ledger *ledger, const char *merchant, const char *wave,
                 const char *worker, int32_t lease_s, struct notes *notes)
{
    struct store *store = NULL;
    if (lease_s < 1 || lease_s > LEASE_MOST_S || !worker)
        return STATUS_BAD_CALL;
    enum status status = shared_store(ledger, notes, &store);
    if (status == STATUS_OK)
        AGAIN(store, notes, status,
              store_wave_keep(store, merchant, wave, worker, lease_s, notes));
    return status;
}

enum status
ledger_wave_done(struct ledger *ledger, const char *merchant, const char *wave,
                 const char *worker, const struct wave_order *orders, size_t count,
                 struct notes *notes)
{
    struct store *store = NULL;
    enum status status = worker ? shared_store(ledger, notes, &store) : STATUS_BAD_CALL;
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        if (!orders[i].name || (!text_equal(orders[i].state, "done") &&
                                !text_equal(orders[i].state, "failed") &&
                                !text_equal(orders[i].state, "waiting")))
            status = STATUS_BAD_CALL;
    if (status == STATUS_OK)
        AGAIN(store, notes, status,
              store_wave_done(store, merchant, wave, worker, orders, count, notes));
    return status;
}

enum status
ledger_waves(struct ledger *ledger, const char *merchant, const char *wave,
             struct arena *arena, struct notes *notes, struct wave_level **ret,
             size_t *ret_count)
{
    struct store *store = reach(ledger, notes);
    *ret = NULL;
    *ret_count = 0;
    if (!store && ledger->store)
        return is_gone(ledger, notes);
    return store ? store_waves(store, merchant, wave, arena, notes, ret, ret_count)
                 : STATUS_OK;
}

enum status
ledger_wave_orders(struct ledger *ledger, const char *merchant, const char *wave,
                   const char *state, struct arena *arena, struct notes *notes,
                   struct wave_order **ret, size_t *ret_count)
{
    struct store *store = reach(ledger, notes);
    *ret = NULL;
    *ret_count = 0;
    if (!store && ledger->store)
        return is_gone(ledger, notes);
    return store ? store_wave_orders(store, merchant, wave, state, arena, notes, ret,
                                     ret_count)
                 : STATUS_OK;
}

enum status
ledger_wave_has(struct ledger *ledger, int64_t decision_id, struct notes *notes,
                bool *ret)
{
    int64_t id = decision_id;
    *ret = false;
    if (!ledger->store)
        return STATUS_OK;
    struct store *store = home_of(ledger, decision_id, notes, &id);
    return store && store != ledger->standby ? store_wave_has(store, id, notes, ret)
                                             : STATUS_OK;
}

enum status
ledger_wave_drop(struct ledger *ledger, const char *merchant, const char *wave,
                 struct notes *notes)
{
    struct store *store = NULL;
    enum status status = shared_store(ledger, notes, &store);
    if (status == STATUS_OK)
        AGAIN(store, notes, status, store_wave_drop(store, merchant, wave, notes));
    return status;
}
