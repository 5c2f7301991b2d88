/* Decisions: found again whole, voided, and what became of their pieces.
 *
 * A decision and its pieces are rows that never change; what became of them is events. A
 * void decision is one with an event "voided" of its own (placement ''). A piece with a
 * promise is in the promise's state, another one in that of its last event. */
#include "ledger/store-decision.h"

#include <math.h>
#include <string.h>

/* --- finding ------------------------------------------------------------------------ */

static const char sql_newest[] =
    "SELECT id, revision, customer, order_digest, decided_s, campaign_digest,"
    " facts_digest, campaign, segments, model,"
    " CASE WHEN EXISTS(SELECT 1 FROM event e WHERE e.decision = d.id"
    "  AND e.placement = '' AND e.kind = 'voided') THEN 1 ELSE 0 END"
    " FROM decision d WHERE merchant = ?1 AND order_id = ?2 AND package = ?3"
    " ORDER BY revision DESC LIMIT 1";
static const char sql_pieces[] =
    "SELECT p.placement, p.number, p.offer, p.is_held_out, p.arm, p.template, p.reason,"
    " m.code, p.sku, p.bin, p.probability, m.expires_day, coalesce(m.value_minor, 0),"
    " coalesce(m.currency, ''), v.body, coalesce(m.state, (SELECT e.kind FROM event e"
    "  WHERE e.decision = p.decision AND e.placement = p.placement"
    "  AND e.number = p.number AND e.kind <> 'overridden' ORDER BY e.id DESC LIMIT 1),"
    "  'decided'),"
    " p.template_digest, p.promise, m.ends_s, p.cohort, p.is_advised, p.cost_minor"
    " FROM piece p LEFT JOIN promise m ON m.id = p.promise"
    " LEFT JOIN document v ON v.decision = p.decision AND v.placement = p.placement"
    "  AND v.number = p.number AND v.kind = 'values'"
    " WHERE p.decision = ?1 ORDER BY p.place";
static enum status
read_piece(struct row *row, struct piece_record *ret)
{
    const char *currency = rows_lent(row->rows, 13);
    *ret = (struct piece_record){
        .placement = row_text(row, 0),
        .number = (int32_t)rows_int(row->rows, 1, 0),
        .offer = row_text(row, 2),
        .is_held_out = rows_int(row->rows, 3, 0) != 0,
        .arm = row_text(row, 4),
        .template_name = row_text(row, 5),
        .reason = row_text(row, 6),
        .code = row_text(row, 7),
        .sku = row_text(row, 8),
        .bin = row_text(row, 9),
        .probability = rows_is_null(row->rows, 10)
                           ? NAN /* which is kept as NULL */
                           : row->rows->sql->driver->real(row->rows, 10),
        .expires = {(int32_t)rows_int(row->rows, 11, DAY_NONE.n)},
        .liability.minor = rows_int(row->rows, 12, 0),
        .values = row_text(row, 14),
        .state = row_text(row, 15),
        .template_digest = row_text(row, 16),
        .promise = rows_int(row->rows, 17, 0),
        .ends_s = rows_int(row->rows, 18, TIME_NONE),
        .cohort = row_text(row, 19),
        .is_advised = rows_int(row->rows, 20, 0) != 0,
        .cost_minor = rows_int(row->rows, 21, 0),
    };
    snprintf(ret->liability.currency, sizeof(ret->liability.currency), "%s",
             currency ? currency : "");
    return row->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

static enum status
read_pieces(struct store *store, struct decision *decision, struct arena *arena,
            struct notes *notes)
{
    struct rows *rows ROWS_AUTO = NULL;
    bool has_row = false;
    size_t room = 0;
    enum status status =
        sql_query(store, sql_pieces, VALUES(I(decision->id)), notes, &rows);
    while (status == STATUS_OK &&
           (status = rows_next(rows, notes, &has_row)) == STATUS_OK && has_row) {
        struct row row = {.rows = rows, .arena = arena};
        struct piece_record *piece =
            arena_append(arena, &decision->pieces, &decision->piece_count, &room,
                         sizeof(*decision->pieces));
        status = piece ? read_piece(&row, piece) : STATUS_NO_MEMORY;
    }
    return status;
}

static enum status
read_decision(struct row *row, const char *merchant, const char *order,
              const char *package, struct decision **ret)
{
    struct decision *decision = arena_make(row->arena, sizeof(*decision));
    if (!decision)
        return STATUS_NO_MEMORY;
    *decision = (struct decision){
        .id = rows_int(row->rows, 0, 0),
        .merchant = arena_strdup(row->arena, merchant),
        .order = arena_strdup(row->arena, order),
        .package = arena_strdup(row->arena, package),
        .revision = (int32_t)rows_int(row->rows, 1, 0),
        .customer = row_text(row, 2),
        .order_digest = row_text(row, 3),
        .decided_s = rows_int(row->rows, 4, 0),
        .campaign_digest = row_text(row, 5),
        .facts_digest = row_text(row, 6),
        .campaign = row_text(row, 7),
        .segments = row_text(row, 8),
        .model = rows_int(row->rows, 9, 0),
    };
    if (row->failed || !decision->merchant || !decision->order || !decision->package)
        return STATUS_NO_MEMORY;
    *ret = decision;
    return STATUS_OK;
}

enum status
decision_newest(struct store *store, const char *merchant, const char *order,
                const char *package, struct arena *arena, struct notes *notes,
                struct decision **ret, int32_t *ret_revision)
{
    struct rows *rows ROWS_AUTO = NULL;
    struct decision *decision = NULL;
    enum status status = sql_first(
        store, sql_newest, VALUES(T(merchant), T(order), T(package)), notes, &rows);
    if (status != STATUS_OK)
        return status;
    int32_t revision = rows ? (int32_t)rows_int(rows, 1, 0) : 0;
    if (rows && !rows_int(rows, 10, 0)) {
        struct row row = {.rows = rows, .arena = arena};
        status = read_decision(&row, merchant, order, package, &decision);
        if (status == STATUS_OK)
            status = read_pieces(store, decision, arena, notes);
    }
    if (status != STATUS_OK)
        return status;
    *ret = decision;
    *ret_revision = revision;
    return STATUS_OK;
}

static const char sql_by_id[] =
    "SELECT id, revision, customer, order_digest, decided_s, campaign_digest,"
    " facts_digest, campaign, segments, model, merchant, order_id, package"
    " FROM decision WHERE id = ?1";

enum status
decision_load(struct store *store, int64_t id, struct arena *arena, struct notes *notes,
              struct decision **ret)
{
    struct rows *rows ROWS_AUTO = NULL;
    struct decision *decision = NULL;
    enum status status = sql_first(store, sql_by_id, VALUES(I(id)), notes, &rows);
    if (status != STATUS_OK || !rows)
        return status == STATUS_OK ? STATUS_BUG : status;
    struct row row = {.rows = rows, .arena = arena};
    const char *merchant = row_text(&row, 10), *order = row_text(&row, 11);
    const char *package = row_text(&row, 12);
    if (row.failed)
        return STATUS_NO_MEMORY;
    status = read_decision(&row, merchant, order, package, &decision);
    if (status == STATUS_OK)
        status = read_pieces(store, decision, arena, notes);
    if (status != STATUS_OK)
        return status;
    *ret = decision;
    return STATUS_OK;
}

bool
decision_has_lapsed(const struct decision *decision)
{
    for (size_t i = 0; i < decision->piece_count; i++)
        if (text_equal(decision->pieces[i].state, "lapsed"))
            return true;
    return false;
}

enum status
store_find(struct store *store, const char *merchant, const char *order,
           const char *package, struct arena *arena, struct notes *notes,
           struct decision **ret)
{
    struct decision *decision = NULL;
    bool is_empty = false;
    int32_t revision = 0;
    enum status status = store_look(store, notes, &is_empty);
    if (status != STATUS_OK || is_empty)
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    status = decision_newest(store, merchant, order, package ? package : "1", arena,
                             notes, &decision, &revision);
    status = store_looked(store, status, notes);
    if (status != STATUS_OK)
        return status;
    if (!decision || decision_has_lapsed(decision))
        return STATUS_WITHOUT;
    *ret = decision;
    return STATUS_OK;
}

static const char sql_packages[] =
    "SELECT DISTINCT package FROM decision WHERE merchant = ?1 AND order_id = ?2"
    " ORDER BY package";

enum status
store_packages(struct store *store, const char *merchant, const char *order,
               struct arena *arena, struct notes *notes, const char ***ret,
               size_t *ret_count)
{
    struct rows *rows ROWS_AUTO = NULL;
    const char **names = NULL;
    size_t count = 0, room = 0;
    bool is_empty = false, has_row = false;
    enum status status = store_look(store, notes, &is_empty);
    if (status != STATUS_OK || is_empty)
        return status;
    status = sql_query(store, sql_packages, VALUES(T(merchant), T(order)), notes, &rows);
    while (status == STATUS_OK &&
           (status = rows_next(rows, notes, &has_row)) == STATUS_OK && has_row) {
        struct row row = {.rows = rows, .arena = arena};
        const char **name = arena_append(arena, &names, &count, &room, sizeof(*name));
        if (name)
            *name = row_text(&row, 0);
        status = name && !row.failed ? STATUS_OK : STATUS_NO_MEMORY;
    }
    rows_done(&rows);
    status = store_looked(store, status, notes);
    if (status != STATUS_OK)
        return status;
    *ret = names;
    *ret_count = count;
    return STATUS_OK;
}

static const char sql_document[] =
    "SELECT body FROM document WHERE decision = ?1 AND placement = '' AND number = 0"
    " AND kind = ?2";

enum status
store_document(struct store *store, int64_t decision_id, const char *kind,
               struct arena *arena, struct notes *notes, const char **ret)
{
    struct rows *rows ROWS_AUTO = NULL;
    struct row row = {.arena = arena};
    const char *body = NULL;
    bool is_empty = false;
    enum status status = store_look(store, notes, &is_empty);
    if (status != STATUS_OK || is_empty)
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    status = sql_first(store, sql_document, VALUES(I(decision_id), T(kind)), notes, &rows);
    row.rows = rows;
    if (rows)
        body = row_text(&row, 0);
    rows_done(&rows);
    status = store_looked(store, row.failed ? STATUS_NO_MEMORY : status, notes);
    if (status != STATUS_OK || !body)
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    *ret = body;
    return STATUS_OK;
}

/* --- voiding ------------------------------------------------------------------------ */

static const char sql_promises[] = "SELECT DISTINCT promise FROM piece"
                                   " WHERE decision = ?1 AND promise IS NOT NULL"
                                   " ORDER BY promise";

static enum status
promises_of(struct store *store, int64_t decision, struct arena *arena,
            struct notes *notes, int64_t **ret, size_t *ret_count)
{
    struct rows *rows ROWS_AUTO = NULL;
    int64_t *ids = NULL;
    size_t count = 0, room = 0;
    bool has_row = false;
    enum status status =
        sql_query(store, sql_promises, VALUES(I(decision)), notes, &rows);
    while (status == STATUS_OK &&
           (status = rows_next(rows, notes, &has_row)) == STATUS_OK && has_row) {
        int64_t *id = arena_append(arena, &ids, &count, &room, sizeof(*id));
        if (!id)
            return STATUS_NO_MEMORY;
        *id = rows_int(rows, 0, 0);
    }
    *ret = ids;
    *ret_count = count;
    return status;
}

static enum status
void_one(struct store *store, int64_t decision, int64_t id, int64_t at_s,
         const char *reason, struct arena *arena, struct notes *notes)
{
    struct promise_row *promise = NULL;
    bool is_shared = false;
    enum status status = promise_hold(store, id, arena, notes, &promise);
    if (status == STATUS_OK)
        status = promise_is_shared(store, id, decision, notes, &is_shared);
    if (status != STATUS_OK || is_shared || text_equal(promise->state, "voided"))
        return status;
    return promise_void(store, promise, at_s, reason, notes);
}

enum status
decision_void(struct store *store, int64_t id, int64_t at_s, const char *reason,
              struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    int64_t *promises = NULL;
    size_t count = 0;
    enum status status = arena ? promises_of(store, id, arena, notes, &promises, &count)
                               : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = event_add(store, at_s, "voided", id, NULL, 0, reason, notes);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = void_one(store, id, promises[i], at_s, reason, arena, notes);
    return status;
}

static const char sql_to_void[] =
    "SELECT id FROM decision d WHERE merchant = ?1 AND order_id = ?2 AND id > ?3"
    " AND NOT EXISTS(SELECT 1 FROM event e WHERE e.decision = d.id"
    "  AND e.placement = '' AND e.kind = 'voided') ORDER BY id LIMIT 1";

/* What was told of the order stays as it was told. */
static const char sql_cancel_packed[] =
    "UPDATE past_order SET state = ?3 WHERE merchant = ?1 AND id = ?2 AND is_packed = 1"
    " AND customer IN (SELECT customer FROM decision WHERE merchant = ?1"
    "  AND order_id = ?2)";

static enum status
void_order(struct store *store, const char *merchant, const char *order, int64_t at_s,
           const char *reason, struct notes *notes, bool *ret_is_any)
{
    int64_t id = 0;
    enum status status = store_lock(store, "order", merchant, order, notes);
    while (status == STATUS_OK) {
        status = sql_number(store, sql_to_void, VALUES(T(merchant), T(order), I(id)), 0,
                            notes, &id);
        if (status != STATUS_OK || id == 0)
            break;
        *ret_is_any = true;
        status = decision_void(store, id, at_s, reason, notes);
    }
    if (status == STATUS_OK && *ret_is_any)
        status = sql_run(store, sql_cancel_packed,
                         VALUES(T(merchant), T(order), I(PAST_CANCELLED)), notes);
    return status;
}

enum status
store_void(struct store *store, const char *merchant, const char *order, int64_t at_s,
           const char *reason, struct notes *notes)
{
    bool is_any = false;
    enum status status = store_begin(store, notes);
    if (status != STATUS_OK)
        return status;
    status = store_end(
        store, void_order(store, merchant, order, at_s, reason, notes, &is_any), notes);
    return status == STATUS_OK && !is_any ? STATUS_WITHOUT : status;
}
