/* The ledger in bulk, behind the front door: all of it is the database's. */
#include "ledger/ledger-inside.h"
#include "ledger/study.h"

enum status
ledger_study(struct ledger *ledger, const char *merchant, const struct study_range *range,
             const struct study_sink *sink, struct arena *words, struct notes *notes,
             uint32_t *ret_customers)
{
    uint32_t customers = 0;
    if (!ledger->store)
        return note_fail(notes, STATUS_WITHOUT, NOTE_LEDGER_IS_NONE, NULL, 0,
                         "the shop keeps no ledger, so there is nothing to look at");
    struct store *store = reach(ledger, notes);
    if (!store)
        return is_gone(ledger, notes);
    enum status status =
        store_study(store, merchant, range, sink, words, notes, &customers);
    if (status == STATUS_OK && ret_customers)
        *ret_customers = customers;
    return status;
}

enum status
ledger_model_put(struct ledger *ledger, const char *merchant, const void *bytes, size_t n,
                 int64_t at_s, struct notes *notes, int64_t *ret_number)
{
    struct store *store = NULL;
    if (n > LEDGER_MODEL_MOST)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_LEDGER_MODEL_LARGE, NULL, 0,
                         "the model is of %zu MB, and a ledger takes up to %u", n >> 20,
                         LEDGER_MODEL_MOST >> 20);
    enum status status = to_write(ledger, notes, &store);
    if (status != STATUS_OK)
        return status;
    if (!store)
        return note_fail(notes, STATUS_WITHOUT, NOTE_LEDGER_IS_NONE, NULL, 0,
                         "the shop keeps no ledger, so a model has no place");
    AGAIN(store, notes, status,
          store_model_put(store, merchant, bytes, n, at_s, notes, ret_number));
    return status;
}

enum status
ledger_model_get(struct ledger *ledger, const char *merchant, int64_t known,
                 struct arena *arena, struct notes *notes, const void **ret_bytes,
                 size_t *ret_n, int64_t *ret_number)
{
    if (!ledger->store)
        return STATUS_WITHOUT;
    struct store *store = reach(ledger, notes);
    return store ? store_model_get(store, merchant, known, arena, notes, ret_bytes, ret_n,
                                   ret_number)
                 : STATUS_OUTSIDE;
}

enum status
ledger_model_find(struct ledger *ledger, const char *merchant, int64_t number,
                  struct arena *arena, struct notes *notes, const void **ret_bytes,
                  size_t *ret_n)
{
    if (!ledger->store)
        return STATUS_WITHOUT;
    struct store *store = reach(ledger, notes);
    return store ? store_model_find(store, merchant, number, arena, notes, ret_bytes, ret_n)
                 : STATUS_OUTSIDE;
}
