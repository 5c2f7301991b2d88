/* Deciding: one transaction in which a plan becomes promises.
 *
 * Between a station's look at the ledger and its decision others may have decided. So it
 * is all asked again inside: is this very order decided already (then that decision
 * stands), is an older version of it (then that one is voided first and gives back what
 * it used), and is every limit still open. Then decision, pieces, promises, counters and
 * the order as a past order go in together, or nothing does. */
#include "ledger/guard.h"
#include "ledger/store-decision.h"
#include "ledger/store-moves.h"

#include <math.h>

#define REASON_CHANGED "the order was changed"
#define REASON_STALE "it was decided ahead, and what it hung on has changed since"
#define REASON_LAPSED "it was never printed, and its reservation lapsed"

static const char sql_decision[] =
    "INSERT INTO decision(merchant, order_id, package, revision, customer, order_digest,"
    " decided_s, campaign_digest, facts_digest, station, campaign, segments, model)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) RETURNING id";
static const char sql_exposure[] =
    "INSERT INTO exposure(decision, experiment, arm) VALUES(?1, ?2, ?3)";
static const char sql_piece[] =
    "INSERT INTO piece(decision, placement, number, place, offer, is_held_out, arm,"
    " template, template_digest, reason, promise, sku, bin, probability, cohort,"
    " is_advised, cost_minor)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
static const char sql_document[] =
    "INSERT INTO document(decision, placement, number, kind, body)"
    " VALUES(?1, ?2, ?3, ?4, ?5)";

struct deciding {
    struct store *store;
    const struct order *order;
    struct decision *decision; /* as it will be, with id and revision */
    ledger_write_fn *write;
    void *data;
    struct arena *arena;
    struct notes *notes;
    size_t spent;
    const char *spent_name; /* of the limit; NULL: not a limit */
};

static enum status
put_document(const struct deciding *deciding, const char *placement, int32_t number,
             const char *kind, const char *body)
{
    return body ? sql_run(deciding->store, sql_document,
                          VALUES(I(deciding->decision->id), T(placement), I(number),
                                 T(kind), T(body)),
                          deciding->notes)
                : STATUS_OK;
}

static enum status
put_piece(const struct deciding *deciding, size_t place)
{
    const struct piece_record *piece = &deciding->decision->pieces[place];
    enum status status =
        sql_run(deciding->store, sql_piece,
                VALUES(I(deciding->decision->id), T(piece->placement), I(piece->number),
                       I((int64_t)place), T(piece->offer), I(piece->is_held_out),
                       T(piece->arm), T(piece->template_name), T(piece->template_digest),
                       T(piece->reason), I_UNLESS(piece->promise, 0), T(piece->sku),
                       T(piece->bin),
                       isnan(piece->probability) ? NOTHING : R(piece->probability),
                       T(piece->cohort), I(piece->is_advised),
                       I_UNLESS(piece->cost_minor, 0)),
                deciding->notes);
    return status == STATUS_OK ? put_document(deciding, piece->placement, piece->number,
                                              "values", piece->values)
                               : status;
}

/* The units of all pieces, and then in the log that they are taken. */
static enum status
take_units(struct deciding *deciding, const bool *is_new)
{
    const struct decision *decision = deciding->decision;
    enum status status = moves_settle(deciding->store, deciding->arena, deciding->notes,
                                      &deciding->spent, &deciding->spent_name);
    for (size_t i = 0; status == STATUS_OK && i < decision->piece_count; i++) {
        const struct piece_record *piece = &decision->pieces[i];
        const struct piece_key key = {piece->placement, piece->number};
        if (is_new[i])
            status = event_add(deciding->store, decision->decided_s,
                               piece->is_held_out ? "held-out" : "reserved", decision->id,
                               &key, piece->promise, NULL, deciding->notes);
    }
    return status;
}

static enum status
put_pieces(struct deciding *deciding)
{
    const struct decision *decision = deciding->decision;
    bool *is_new = arena_make_array(deciding->arena, decision->piece_count + 1,
                                    sizeof(*is_new));
    enum status status = is_new ? STATUS_OK : STATUS_NO_MEMORY;
    for (size_t i = 0; status == STATUS_OK && i < decision->piece_count; i++) {
        struct piece_record *piece = &decision->pieces[i];
        piece->promise = 0;
        if (piece->wish.kind != CODE_GIVEN)
            piece->code = NULL;
        piece->state = "decided";
        if (piece->offer)
            status = promise_make(deciding->store, decision, i, deciding->arena,
                                  deciding->notes, &is_new[i]);
        if (status == STATUS_WITHOUT)
            deciding->spent = i;
        if (status == STATUS_OK && deciding->write)
            status = deciding->write(deciding->data, piece);
        if (status == STATUS_OK)
            status = put_piece(deciding, i);
    }
    /* Last: others wait for the counters that are touched here. */
    return status == STATUS_OK ? take_units(deciding, is_new) : status;
}

static enum status
put_decision(struct deciding *deciding)
{
    struct decision *decision = deciding->decision;
    struct store *store = deciding->store;
    enum status status = sql_add(
        store, sql_decision,
        VALUES(T(decision->merchant), T(decision->order), T(decision->package),
               I(decision->revision), T(decision->customer), T(decision->order_digest),
               I(decision->decided_s), T(decision->campaign_digest),
               T(decision->facts_digest), T(store->station), T(decision->campaign),
               T(decision->segments && decision->segments[0] ? decision->segments : NULL),
               I_UNLESS(decision->model, 0)),
        deciding->notes, &decision->id);
    for (size_t i = 0; status == STATUS_OK && i < decision->exposure_count; i++)
        status = sql_run(store, sql_exposure,
                         VALUES(I(decision->id), T(decision->exposures[i].experiment),
                                T(decision->exposures[i].arm)),
                         deciding->notes);
    if (status == STATUS_OK)
        status = event_add(store, decision->decided_s, "decided", decision->id, NULL, 0,
                           NULL, deciding->notes);
    for (size_t i = 0; status == STATUS_OK && i < decision->document_count; i++)
        status = put_document(deciding, "", 0, decision->documents[i].kind,
                              decision->documents[i].body);
    return status;
}

/* The version before gives back what it used, and leaves the history of a customer whose
 * order it turned out not to be. */
static enum status
void_older(const struct deciding *deciding, const struct decision *older,
           const char *reason)
{
    const struct decision *decision = deciding->decision;
    enum status status = decision_void(deciding->store, older->id, decision->decided_s,
                                       reason, deciding->notes);
    if (status == STATUS_OK && older->customer &&
        !text_equal(older->customer, decision->customer))
        status = store_drop_packed(deciding->store, decision->merchant, older->customer,
                                   decision->order, deciding->notes);
    return status;
}

static const char *
reason_to_void(const struct decision *decision, const struct decision *older)
{
    if (older->id == decision->replaces)
        return REASON_STALE;
    return text_equal(older->order_digest, decision->order_digest) ? REASON_LAPSED
                                                                   : REASON_CHANGED;
}

static enum status
decide(struct deciding *deciding, struct decision **ret_existing)
{
    struct store *store = deciding->store;
    struct decision *decision = deciding->decision, *older = NULL;
    int32_t revision = 0;
    enum status status =
        store_lock(store, "order", decision->merchant, decision->order, deciding->notes);
    if (status == STATUS_OK)
        status = decision_newest(store, decision->merchant, decision->order,
                                 decision->package, deciding->arena, deciding->notes,
                                 &older, &revision);
    if (status != STATUS_OK)
        return status;
    bool is_same = older && text_equal(older->order_digest, decision->order_digest) &&
                   older->id != decision->replaces;
    bool has_lapsed = older && decision_has_lapsed(older);
    bool stands = is_same && !has_lapsed && !store->is_settling;
    if (GUARD_OR("exists", stands, false)) {
        *ret_existing = older;
        return STATUS_RETRY;
    }
    if (GUARD_OR("void-older", older != NULL, false))
        status = void_older(deciding, older, reason_to_void(decision, older));
    decision->revision = revision + 1;
    if (status == STATUS_OK)
        status = put_decision(deciding);
    if (status == STATUS_OK && decision->customer && deciding->order)
        status = store_put_packed(store, deciding->order, decision->customer,
                                  deciding->arena, deciding->notes);
    return status == STATUS_OK ? put_pieces(deciding) : status;
}

/* What fails leaves the caller's pieces as they were. */
static void
put_back(const struct decision *decision, const struct piece_record *before)
{
    for (size_t i = 0; i < decision->piece_count; i++)
        decision->pieces[i] = before[i];
}

static enum status
decide_once(struct deciding *deciding, const struct decision *decision,
            struct decision **ret_existing)
{
    size_t count = decision->piece_count;
    struct piece_record *before =
        arena_make_array(deciding->arena, count + 1, sizeof(*before));
    if (!before)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        before[i] = decision->pieces[i];
    *deciding->decision = *decision;
    if (!decision->package)
        deciding->decision->package = "1";
    deciding->spent_name = NULL;
    enum status status = store_begin(deciding->store, deciding->notes);
    if (status == STATUS_OK)
        status = store_end(deciding->store, decide(deciding, ret_existing),
                           deciding->notes);
    if (status != STATUS_OK)
        put_back(decision, before);
    return status;
}

#define LAPSE_AT_ONCE 32
#define LAPSE_TRIES 4

/* A limit that seems spent may be held by what was never printed. In a transaction of its
 * own, so that it waits for nobody with the units of a decision in its hand. */
static enum status
lapse_some(const struct deciding *deciding, int64_t *ret_lapsed)
{
    struct store *store = deciding->store;
    const struct decision *decision = deciding->decision;
    enum status status = store_begin(store, deciding->notes);
    if (status != STATUS_OK)
        return status;
    status = promise_lapse(store, decision->merchant, deciding->spent_name,
                           decision->decided_s - store->reserve_s, decision->decided_s,
                           LAPSE_AT_ONCE, deciding->notes, ret_lapsed);
    return store_end(store, status, deciding->notes);
}

enum status
store_decide(struct store *store, const struct order *order, struct decision *decision,
             ledger_write_fn *write, void *data, struct arena *arena, struct notes *notes,
             struct decision **ret_existing, size_t *ret_spent)
{
    struct decision made;
    struct decision *existing = NULL;
    struct deciding deciding = {.store = store,
                                .order = order,
                                .decision = &made,
                                .write = write,
                                .data = data,
                                .arena = arena,
                                .notes = notes};
    enum status status = decide_once(&deciding, decision, &existing);
    for (int i = 0; i < LAPSE_TRIES && status == STATUS_WITHOUT && deciding.spent_name;
         i++) {
        int64_t lapsed = 0;
        status = lapse_some(&deciding, &lapsed);
        if (status == STATUS_OK && lapsed == 0) {
            status = STATUS_WITHOUT;
            break;
        }
        if (status == STATUS_OK)
            status = decide_once(&deciding, decision, &existing);
    }
    if (status == STATUS_OK) {
        decision->id = made.id;
        decision->revision = made.revision;
    }
    if (status == STATUS_RETRY && existing)
        *ret_existing = existing;
    if (status == STATUS_WITHOUT)
        *ret_spent = deciding.spent;
    return status;
}

/* --- when last ---------------------------------------------------------------------- */

static const char sql_last[] =
    "SELECT offer, CAST(max(made_s) AS BIGINT) FROM promise WHERE merchant = ?1"
    " AND customer = ?2 AND is_holding = 1"
    " AND (CAST(?3 AS TEXT) IS NULL OR order_id != CAST(?3 AS TEXT)) GROUP BY offer";

enum status
store_last(struct store *store, const char *merchant, const char *customer,
           const char *except_order, const char *const *offers, size_t count,
           struct notes *notes, int64_t *ret_s)
{
    struct rows *rows ROWS_AUTO = NULL;
    bool is_empty = false, has_row = false;
    for (size_t i = 0; i < count; i++)
        ret_s[i] = TIME_NONE;
    enum status status = store_look(store, notes, &is_empty);
    if (status != STATUS_OK || is_empty)
        return status;
    status = sql_query(store, sql_last, VALUES(T(merchant), T(customer), T(except_order)),
                       notes, &rows);
    while (status == STATUS_OK &&
           (status = rows_next(rows, notes, &has_row)) == STATUS_OK && has_row)
        for (size_t i = 0; i < count; i++)
            if (text_equal(rows_lent(rows, 0), offers[i]))
                ret_s[i] = rows_int(rows, 1, TIME_NONE);
    rows_done(&rows);
    return store_looked(store, status, notes);
}
