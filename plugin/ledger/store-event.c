/* What became of a piece: printed, failed, skipped, refused, overridden.
 *
 * An event is kept whatever it comes to: it has happened. Printed makes sure that the
 * promise stands behind the paper: units that were given back meanwhile are taken again,
 * and when they are gone the event is a "late" one and the paper must stay in. Failed and
 * skipped give back what no paper out of the house needs, and so does a packer who refused
 * to put it in. One who put in something else says so, and nothing moves by it. */
#include "ledger/guard.h"
#include "ledger/store-promise.h"

#include <string.h>

static const char sql_piece[] =
    "SELECT coalesce(p.promise, 0), d.merchant, d.order_id FROM piece p"
    " JOIN decision d ON d.id = p.decision"
    " WHERE p.decision = ?1 AND p.placement = ?2 AND p.number = ?3";
static const char sql_last[] =
    "SELECT kind, reason FROM event WHERE decision = ?1 AND placement = ?2"
    " AND number = ?3 ORDER BY id DESC LIMIT 1";
static const char sql_is_void[] = "SELECT 1 FROM event WHERE decision = ?1"
                                  " AND placement = '' AND kind = 'voided' LIMIT 1";
static const char sql_printed[] = "UPDATE promise SET was_printed = 1 WHERE id = ?1";

struct happening {
    struct store *store;
    int64_t decision;
    const struct piece_key *piece;
    const char *kind;
    int64_t at_s;
    const char *reason;
    struct notes *notes;
};

static enum status
add(const struct happening *happening, const char *kind, int64_t promise)
{
    return event_add(happening->store, happening->at_s, kind, happening->decision,
                     happening->piece, promise, happening->reason, happening->notes);
}

/* Is the piece's last event this very one? */
static enum status
check_again(const struct happening *happening, const char *kind, bool *ret_is_again)
{
    struct rows *rows ROWS_AUTO = NULL;
    const struct value key[] = {I(happening->decision), T(happening->piece->placement),
                                I(happening->piece->number)};
    enum status status =
        sql_first(happening->store, sql_last, key, 3, happening->notes, &rows);
    *ret_is_again = status == STATUS_OK && rows && text_equal(rows_lent(rows, 0), kind) &&
                    text_equal(rows_lent(rows, 1), happening->reason);
    return status;
}

/* Paper without a promise behind it. */
static enum status
add_late(const struct happening *happening, const struct promise_row *promise,
         bool *ret_is_late)
{
    bool is_again = false;
    *ret_is_late = true;
    note_add(happening->notes, NOTE_LEDGER_LATE, happening->store->sql->name, 0,
             "piece %.60s %d was printed too late: its promise is %s, and the paper must "
             "not leave the house",
             happening->piece->placement, (int)happening->piece->number, promise->state);
    enum status status = check_again(happening, "late", &is_again);
    return status == STATUS_OK && !is_again ? add(happening, "late", promise->id)
                                            : status;
}

static enum status
printed(const struct happening *happening, const struct promise_row *promise,
        bool *ret_is_late)
{
    static const char *const gone[] = {"voided", "expired", "held-out"};
    struct store *store = happening->store;
    for (size_t i = 0; i < COUNT_OF(gone); i++)
        if (text_equal(promise->state, gone[i]))
            return add_late(happening, promise, ret_is_late);
    enum status status =
        GUARD_OR("renew", promise_renew(store, promise, happening->at_s, happening->notes),
                 STATUS_OK);
    if (status == STATUS_WITHOUT)
        return add_late(happening, promise, ret_is_late);
    if (status == STATUS_OK)
        status = add(happening, "printed", promise->id);
    if (status == STATUS_OK && !promise->was_printed)
        status = sql_run(store, sql_printed, VALUES(I(promise->id)), happening->notes);
    return status == STATUS_OK ? promise_settle(store, promise->id, happening->notes)
                               : status;
}

static enum status
not_printed(const struct happening *happening, const struct promise_row *promise)
{
    struct store *store = happening->store;
    bool is_shared = false;
    enum status status = add(happening, happening->kind, promise->id);
    if (status != STATUS_OK || promise->was_printed ||
        !text_equal(promise->state, "reserved"))
        return status == STATUS_OK ? promise_settle(store, promise->id, happening->notes)
                                   : status;
    status = promise_is_shared(store, promise->id, happening->decision, happening->notes,
                               &is_shared);
    if (status == STATUS_OK && !is_shared)
        status = promise_release(store, promise, happening->notes);
    if (status == STATUS_OK && !is_shared) /* not of the piece, so that twice is twice */
        status = event_add(store, happening->at_s, "released", 0, NULL, promise->id, NULL,
                           happening->notes);
    return status == STATUS_OK ? promise_settle(store, promise->id, happening->notes)
                               : status;
}

/* The piece's promise with its order held, so that the order is not promised the offer
 * anew while this one may take its units again; `*ret` NULL: a piece without. */
static enum status
hold_promise(const struct happening *happening, struct arena *arena,
             struct promise_row **ret)
{
    struct rows *rows ROWS_AUTO = NULL;
    struct store *store = happening->store;
    enum status status =
        sql_first(store, sql_piece,
                  VALUES(I(happening->decision), T(happening->piece->placement),
                         I(happening->piece->number)),
                  happening->notes, &rows);
    if (status != STATUS_OK)
        return status;
    if (!rows)
        return note_fail(happening->notes, STATUS_BAD_CALL, NOTE_LEDGER_NO_PIECE, NULL, 0,
                         "the ledger has no piece %.60s %d of decision %lld",
                         happening->piece->placement, (int)happening->piece->number,
                         (long long)happening->decision);
    int64_t id = rows_int(rows, 0, 0);
    struct row row = {.rows = rows, .arena = arena};
    const char *merchant = row_text(&row, 1), *order = row_text(&row, 2);
    rows_done(&rows);
    if (row.failed)
        return STATUS_NO_MEMORY;
    if (id == 0)
        return STATUS_OK;
    status = store_lock(store, "order", merchant, order, happening->notes);
    return status == STATUS_OK ? promise_hold(store, id, arena, happening->notes, ret)
                               : status;
}

static enum status
happen(const struct happening *happening, bool *ret_is_late)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct store *store = happening->store;
    struct promise_row *promise = NULL;
    int64_t is_void = 0;
    bool is_again = false;
    if (!arena)
        return STATUS_NO_MEMORY;
    enum status status = hold_promise(happening, arena, &promise);
    if (status == STATUS_OK)
        status = check_again(happening, happening->kind, &is_again);
    if (status != STATUS_OK || is_again)
        return status;
    if (!promise || text_equal(happening->kind, "overridden"))
        return add(happening, happening->kind, promise ? promise->id : 0);
    if (!text_equal(happening->kind, "printed"))
        return not_printed(happening, promise);
    status = sql_number(store, sql_is_void, VALUES(I(happening->decision)), 0,
                        happening->notes, &is_void);
    if (status == STATUS_OK && is_void)
        return add_late(happening, promise, ret_is_late);
    return status == STATUS_OK ? printed(happening, promise, ret_is_late) : status;
}

enum status
store_event(struct store *store, int64_t decision_id, const struct piece_key *piece,
            const char *kind, int64_t at_s, const char *reason, struct notes *notes)
{
    const struct happening happening = {.store = store,
                                        .decision = decision_id,
                                        .piece = piece,
                                        .kind = kind,
                                        .at_s = at_s,
                                        .reason = reason,
                                        .notes = notes};
    bool is_late = false;
    enum status status = store_begin(store, notes);
    if (status != STATUS_OK)
        return status;
    status = store_end(store, happen(&happening, &is_late), notes);
    return status == STATUS_OK && is_late ? STATUS_WITHOUT : status;
}
