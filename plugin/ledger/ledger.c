/* The ledger's front door: whose turn, which mode, and the ledger that holds nothing.
 *
 * Arguments are checked and patience is set here, then the store does the promise in one
 * transaction. Codes are made here too: they come from the kernel's randomness and owe
 * nothing to the store but that they are new. A later store (a server for a fleet) comes
 * in behind these same calls. */
#include "ledger/ledger.h"

#include "base/hash.h"
#include "ledger/store.h"

#include <stdlib.h>
#include <string.h>

#define PATIENCE_MS 2000

struct ledger {
    struct store *store; /* NULL: "none" */
    enum ledger_mode mode;
    bool has_patience; /* set for the job; else each call has its own */
    int64_t each_ms;
};

enum status
ledger_open(const char *path, enum ledger_mode mode, const struct patience *patience,
            struct notes *notes, struct ledger **ret)
{
    const struct patience usual = {clock_monotonic_ms() + PATIENCE_MS, NULL};
    if (!path || !path[0])
        return STATUS_BAD_CALL;
    struct ledger *ledger = calloc(1, sizeof(*ledger));
    if (!ledger)
        return STATUS_NO_MEMORY;
    patience = patience ? patience : &usual;
    ledger->mode = mode;
    ledger->each_ms = patience_left_ms(patience);
    enum status status = STATUS_OK;
    if (strcmp(path, "none") != 0)
        status = store_open(path, mode, patience, notes, &ledger->store);
    if (status != STATUS_OK) {
        free(ledger);
        return status;
    }
    if (ledger->store)
        ledger->store->patience.cancel = NULL;
    *ret = ledger;
    return STATUS_OK;
}

void
ledger_close(struct ledger *ledger)
{
    if (!ledger)
        return;
    store_close(ledger->store);
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
        ledger->store->patience = patience ? *patience : (struct patience){0};
}

/* The store for a call that looks; NULL: nothing is held. */
static struct store *
to_look(struct ledger *ledger)
{
    struct store *store = ledger->store;
    if (!store || ledger->has_patience)
        return store;
    int64_t now_ms = clock_monotonic_ms();
    store->patience.deadline_ms =
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

/* --- history ------------------------------------------------------------------------ */

enum status
ledger_history(struct ledger *ledger, const char *merchant, const char *customer,
               struct arena *arena, struct notes *notes, struct history **ret)
{
    struct store *store = to_look(ledger);
    if (!store || !customer)
        return STATUS_WITHOUT;
    return store_history(store, merchant, customer, arena, notes, ret);
}

enum status
ledger_keep_history(struct ledger *ledger, const char *merchant,
                    const struct history *history, struct notes *notes)
{
    struct store *store = NULL;
    enum status status = to_write(ledger, notes, &store);
    if (status != STATUS_OK || !store)
        return status;
    return history->customer ? store_keep_history(store, merchant, history, notes)
                             : STATUS_BAD_CALL;
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
    return store->is_importing ? STATUS_BAD_CALL : store_import_begin(store, notes);
}

enum status
ledger_import_purchase(struct ledger *ledger, const char *merchant,
                       const struct csv_purchase *purchase, struct notes *notes)
{
    struct store *store = ledger->store;
    if (!store || !store->is_importing || !purchase->customer)
        return STATUS_BAD_CALL;
    return store_import_purchase(store, merchant, purchase, notes);
}

enum status
ledger_import_end(struct ledger *ledger, bool is_kept, struct notes *notes)
{
    struct store *store = ledger->store;
    if (!store || !store->is_importing)
        return STATUS_BAD_CALL;
    return store_import_end(store, is_kept, notes);
}

enum status
ledger_cache_get(struct ledger *ledger, const char *url, struct arena *arena,
                 struct notes *notes, const char **ret_etag, const char **ret_body,
                 size_t *ret_n, int64_t *ret_at_s)
{
    struct store *store = to_look(ledger);
    return store ? store_cache_get(store, url, arena, notes, ret_etag, ret_body, ret_n,
                                   ret_at_s)
                 : STATUS_WITHOUT;
}

enum status
ledger_cache_put(struct ledger *ledger, const char *url, const char *etag,
                 const char *body, size_t n, int64_t at_s, struct notes *notes)
{
    struct store *store = NULL;
    enum status status = to_write(ledger, notes, &store);
    return status == STATUS_OK && store
               ? store_cache_put(store, url, etag, body, n, at_s, notes)
               : status;
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
ledger_standing(struct ledger *ledger, const char *merchant, const char *customer,
                const char *except_order, const char *const *offers, size_t count,
                struct notes *notes, struct offer_standing *ret)
{
    struct store *store = to_look(ledger);
    if (store)
        return store_standing(store, merchant, customer, except_order, offers, count,
                              notes, ret);
    for (size_t i = 0; i < count; i++)
        ret[i] = (struct offer_standing){.last_decided_s = TIME_NONE};
    return STATUS_OK;
}

enum status
ledger_decide(struct ledger *ledger, const struct order *order, struct decision *decision,
              const struct piece_cap *caps, struct arena *arena, struct notes *notes,
              struct decision **ret_existing, size_t *ret_spent)
{
    struct store *store = NULL;
    enum status status = to_write(ledger, notes, &store);
    if (status != STATUS_OK)
        return status;
    if (!decision->merchant || !decision->order || !decision->order_digest ||
        (store && store->is_importing))
        return STATUS_BAD_CALL;
    if (store)
        return store_decide(store, order, decision, caps, arena, notes, ret_existing,
                            ret_spent);
    decision->id = 0;
    decision->revision = 1;
    return STATUS_OK;
}

enum status
ledger_keep_sheet(struct ledger *ledger, int64_t decision_id,
                  const struct piece_key *piece, int32_t format, const void *bytes,
                  size_t n, struct notes *notes)
{
    struct store *store = NULL;
    enum status status = to_write(ledger, notes, &store);
    return status == STATUS_OK && store
               ? store_keep_sheet(store, decision_id, piece, format, bytes, n, notes)
               : status;
}

enum status
ledger_find_sheet(struct ledger *ledger, int64_t decision_id,
                  const struct piece_key *piece, int32_t format, struct arena *arena,
                  struct notes *notes, const uint8_t **ret_bytes, size_t *ret_n)
{
    struct store *store = to_look(ledger);
    return store ? store_find_sheet(store, decision_id, piece, format, arena, notes,
                                    ret_bytes, ret_n)
                 : STATUS_WITHOUT;
}

enum status
ledger_event(struct ledger *ledger, int64_t decision_id, const struct piece_key *piece,
             const char *event, int64_t at_s, const char *reason, struct notes *notes)
{
    static const char *const kinds[] = {"printed", "failed", "skipped", "voided"};
    struct store *store = NULL;
    enum status status = to_write(ledger, notes, &store);
    if (status != STATUS_OK || !store)
        return status;
    for (size_t i = 0; piece && i < COUNT_OF(kinds); i++)
        if (text_equal(event, kinds[i]))
            return store_event(store, decision_id, piece, kinds[i], at_s, reason, notes);
    return STATUS_BAD_CALL;
}

enum status
ledger_void(struct ledger *ledger, const char *merchant, const char *order, int64_t at_s,
            const char *reason, struct notes *notes)
{
    struct store *store = NULL;
    enum status status = to_write(ledger, notes, &store);
    if (status != STATUS_OK)
        return status;
    return store ? store_void(store, merchant, order, at_s, reason, notes)
                 : STATUS_WITHOUT;
}

/* --- codes -------------------------------------------------------------------------- */

/* Without what is mistaken for another (0 O 1 I L U) and without vowels, so that chance
 * spells no words. 28 of them: a code has 38 bits. */
static const char code_letters[] = "23456789BCDFGHJKMNPQRSTVWXYZ";
#define CODE_LETTERS (sizeof(code_letters) - 1)
#define CODE_LENGTH 8
#define CODE_TRIES 16

static void
draw_letters(char out[CODE_LENGTH + 1])
{
    /* Bytes beyond the last whole round are thrown away, so all letters are as likely. */
    const uint8_t limit = 256 / CODE_LETTERS * CODE_LETTERS;
    for (size_t n = 0; n < CODE_LENGTH;) {
        uint8_t bytes[2 * CODE_LENGTH];
        hash_random(bytes, sizeof(bytes));
        for (size_t i = 0; i < sizeof(bytes) && n < CODE_LENGTH; i++)
            if (bytes[i] < limit)
                out[n++] = code_letters[bytes[i] % CODE_LETTERS];
    }
    out[CODE_LENGTH] = '\0';
}

enum status
ledger_code(struct ledger *ledger, const char *prefix, struct arena *arena,
            struct notes *notes, const char **ret)
{
    struct store *store = to_look(ledger);
    bool has_prefix = prefix && prefix[0];
    for (int i = 0; i < CODE_TRIES; i++) {
        char letters[CODE_LENGTH + 1];
        bool is_taken = false;
        draw_letters(letters);
        const char *code = arena_printf(arena, "%s%s%.4s-%.4s", has_prefix ? prefix : "",
                                        has_prefix ? "-" : "", letters, letters + 4);
        if (!code)
            return STATUS_NO_MEMORY;
        if (store) {
            enum status status = store_has_code(store, code, notes, &is_taken);
            if (status != STATUS_OK)
                return status;
        }
        if (!is_taken) {
            *ret = code;
            return STATUS_OK;
        }
    }
    return note_fail(notes, STATUS_BUG, NOTE_LEDGER_BUG, NULL, 0,
                     "%d codes in a row were taken", CODE_TRIES);
}

enum status
ledger_dump(struct ledger *ledger, struct buf *out, struct notes *notes)
{
    struct store *store = to_look(ledger);
    return store ? store_dump(store, out, notes) : STATUS_OK;
}
