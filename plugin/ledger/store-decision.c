/* Decisions: found again whole, voided, and what became of their pieces.
 *
 * A decision and its pieces are rows that never change; what became of them is events. A
 * piece's state is its last event; a void decision is one with an event "voided" of its
 * own (placement ''), a void code one whose piece or decision is void. */
#include "ledger/store-decision.h"

#include "ledger/store-tally.h"

#include <math.h>

/* --- events ------------------------------------------------------------------------- */

static const char sql_event[] =
    "INSERT INTO event(decision, placement, number, kind, at_s, reason)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6)";

enum status
event_add(struct store *store, int64_t decision, const char *placement, int32_t number,
          const char *kind, int64_t at_s, const char *reason, struct notes *notes)
{
    return sql_run(
        store, sql_event,
        VALUES(I(decision), T(placement), I(number), T(kind), I(at_s), T(reason)), notes);
}

/* --- finding ------------------------------------------------------------------------ */

static const char sql_newest[] =
    "SELECT id, revision, customer, order_digest, decided_s, campaign_digest,"
    " facts_digest, trace, facts, plan, EXISTS(SELECT 1 FROM event e WHERE e.decision = d.id"
    "  AND e.placement = '' AND e.kind = 'voided')"
    " FROM decision d WHERE merchant = ?1 AND order_id = ?2 AND package = ?3"
    " ORDER BY revision DESC LIMIT 1";
static const char sql_pieces[] =
    "SELECT placement, number, offer, is_held_out, arm, template, reason, code, sku, bin,"
    " probability, expires_day, liability_minor, liability_currency, values_document,"
    " coalesce((SELECT kind FROM event e WHERE e.decision = p.decision"
    "  AND e.placement = p.placement AND e.number = p.number ORDER BY e.id DESC LIMIT 1),"
    "  'decided')"
    " FROM piece p WHERE decision = ?1 ORDER BY id";

static enum status
read_piece(struct row *row, struct piece_record *ret)
{
    const char *currency = row_text(row, 13);
    *ret = (struct piece_record){
        .placement = row_text(row, 0),
        .number = (int32_t)row_int(row, 1, 0),
        .offer = row_text(row, 2),
        .is_held_out = row_int(row, 3, 0) != 0,
        .arm = row_text(row, 4),
        .template_name = row_text(row, 5),
        .reason = row_text(row, 6),
        .code = row_text(row, 7),
        .sku = row_text(row, 8),
        .bin = row_text(row, 9),
        .probability = sqlite3_column_type(row->stmt, 10) == SQLITE_NULL
                           ? NAN /* which SQLite keeps as NULL */
                           : sqlite3_column_double(row->stmt, 10),
        .expires = {(int32_t)row_int(row, 11, DAY_NONE.n)},
        .liability.minor = row_int(row, 12, 0),
        .values = row_text(row, 14),
        .state = row_text(row, 15),
    };
    snprintf(ret->liability.currency, sizeof(ret->liability.currency), "%s",
             currency ? currency : "");
    return row->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

static enum status
read_pieces(struct store *store, struct decision *decision, struct arena *arena,
            struct notes *notes)
{
    sqlite3_stmt *stmt QUERY_AUTO = NULL;
    bool has_row = false;
    size_t room = 0;
    enum status status =
        sql_query(store, sql_pieces, VALUES(I(decision->id)), notes, &stmt);
    while (status == STATUS_OK) {
        status = sql_step(store, stmt, notes, &has_row);
        if (status != STATUS_OK || !has_row)
            break;
        struct row row = {.stmt = stmt, .arena = arena};
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
        .id = row_int(row, 0, 0),
        .merchant = arena_strdup(row->arena, merchant),
        .order = arena_strdup(row->arena, order),
        .package = arena_strdup(row->arena, package),
        .revision = (int32_t)row_int(row, 1, 0),
        .customer = row_text(row, 2),
        .order_digest = row_text(row, 3),
        .decided_s = row_int(row, 4, 0),
        .campaign_digest = row_text(row, 5),
        .facts_digest = row_text(row, 6),
        .trace = row_text(row, 7),
        .facts = row_text(row, 8),
        .plan = row_text(row, 9),
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
    sqlite3_stmt *stmt QUERY_AUTO = NULL;
    struct decision *decision = NULL;
    bool has_row = false;
    enum status status = sql_query(
        store, sql_newest, VALUES(T(merchant), T(order), T(package)), notes, &stmt);
    if (status == STATUS_OK)
        status = sql_step(store, stmt, notes, &has_row);
    if (status != STATUS_OK)
        return status;
    int32_t revision = has_row ? sqlite3_column_int(stmt, 1) : 0;
    if (has_row && !sqlite3_column_int(stmt, 10)) {
        struct row row = {.stmt = stmt, .arena = arena};
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
    if (!decision)
        return STATUS_WITHOUT;
    *ret = decision;
    return STATUS_OK;
}

static const char sql_has_code[] = "SELECT 1 FROM code WHERE code = ?1";

enum status
store_has_code(struct store *store, const char *code, struct notes *notes, bool *ret)
{
    int64_t found = 0;
    bool is_empty = false;
    enum status status = store_look(store, notes, &is_empty);
    if (status != STATUS_OK)
        return status;
    if (!is_empty)
        status = store_looked(
            store, sql_number(store, sql_has_code, VALUES(T(code)), 0, notes, &found),
            notes);
    if (status != STATUS_OK)
        return status;
    *ret = found != 0;
    return STATUS_OK;
}

/* --- voiding ------------------------------------------------------------------------ */

/* Rows are gathered before anything is written: an UPDATE would change what is read. */
struct live {
    const char *placement;
    int32_t number;
    struct tallied tallied;
};
static const char sql_live[] =
    "SELECT placement, number, merchant, customer, offer, is_held_out, decided_s"
    " FROM live_piece WHERE decision = ?1";

static enum status
gather_live(struct store *store, int64_t decision, struct arena *arena,
            struct notes *notes, struct live **ret, size_t *ret_count)
{
    sqlite3_stmt *stmt QUERY_AUTO = NULL;
    struct live *lives = NULL;
    size_t count = 0, room = 0;
    bool has_row = false;
    enum status status = sql_query(store, sql_live, VALUES(I(decision)), notes, &stmt);
    while (status == STATUS_OK) {
        status = sql_step(store, stmt, notes, &has_row);
        if (status != STATUS_OK || !has_row)
            break;
        struct row row = {.stmt = stmt, .arena = arena};
        struct live *live = arena_append(arena, &lives, &count, &room, sizeof(*lives));
        if (!live)
            return STATUS_NO_MEMORY;
        *live = (struct live){
            .placement = row_text(&row, 0),
            .number = (int32_t)row_int(&row, 1, 0),
            .tallied = {.merchant = row_text(&row, 2),
                        .customer = row_text(&row, 3),
                        .offer = row_text(&row, 4),
                        .is_held_out = row_int(&row, 5, 0) != 0,
                        .decided_s = row_int(&row, 6, 0)},
        };
        status = row.failed ? STATUS_NO_MEMORY : STATUS_OK;
    }
    *ret = lives;
    *ret_count = count;
    return status;
}

/* `piece` NULL: the decision as a whole. */
static enum status
void_pieces(struct store *store, int64_t decision, const struct piece_key *piece,
            int64_t at_s, const char *reason, struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct live *lives = NULL;
    size_t count = 0;
    if (!arena)
        return STATUS_NO_MEMORY;
    enum status status = gather_live(store, decision, arena, notes, &lives, &count);
    if (status == STATUS_OK)
        status = event_add(store, decision, piece ? piece->placement : "",
                           piece ? piece->number : 0, "voided", at_s, reason, notes);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        if (!piece || (text_equal(piece->placement, lives[i].placement) &&
                       piece->number == lives[i].number))
            status = tally_take_back(store, &lives[i].tallied, notes);
    return status;
}

enum status
decision_void(struct store *store, int64_t id, int64_t at_s, const char *reason,
              struct notes *notes)
{
    return void_pieces(store, id, NULL, at_s, reason, notes);
}

static const char sql_to_void[] =
    "SELECT id FROM decision d WHERE merchant = ?1 AND order_id = ?2 AND id > ?3"
    " AND NOT EXISTS(SELECT 1 FROM event e WHERE e.decision = d.id"
    "  AND e.placement = '' AND e.kind = 'voided') ORDER BY id LIMIT 1";

/* What was told of the order stays as it was told. */
static const char sql_cancel_packed[] =
    "UPDATE past_order SET state = ?3 WHERE merchant = ?1 AND id = ?2 AND is_packed"
    " AND customer IN (SELECT customer FROM decision WHERE merchant = ?1"
    "  AND order_id = ?2)";

enum status
store_void(struct store *store, const char *merchant, const char *order, int64_t at_s,
           const char *reason, struct notes *notes)
{
    int64_t id = 0;
    bool is_any = false;
    enum status status = store_begin(store, notes);
    if (status != STATUS_OK)
        return status;
    while (status == STATUS_OK) {
        status = sql_number(store, sql_to_void, VALUES(T(merchant), T(order), I(id)), 0,
                            notes, &id);
        if (status != STATUS_OK || id == 0)
            break;
        is_any = true;
        status = decision_void(store, id, at_s, reason, notes);
    }
    if (status == STATUS_OK && is_any)
        status = sql_run(store, sql_cancel_packed,
                         VALUES(T(merchant), T(order), I(PAST_CANCELLED)), notes);
    status = store_end(store, status, notes);
    return status == STATUS_OK && !is_any ? STATUS_WITHOUT : status;
}

/* --- what became of a piece --------------------------------------------------------- */

static const char sql_has_piece[] =
    "SELECT 1 FROM piece WHERE decision = ?1 AND placement = ?2 AND number = ?3";
static const char sql_is_last[] =
    "SELECT kind = ?4 AND reason IS ?5 FROM event"
    " WHERE decision = ?1 AND placement = ?2 AND number = ?3 ORDER BY id DESC LIMIT 1";
static const char sql_is_void[] =
    "SELECT 1 FROM event WHERE decision = ?1 AND kind = 'voided'"
    " AND (placement = '' OR (placement = ?2 AND number = ?3)) LIMIT 1";

static enum status
add_event(struct store *store, int64_t decision, const struct piece_key *piece,
          const char *kind, int64_t at_s, const char *reason, struct notes *notes)
{
    int64_t is_there = 0, is_again = 0, is_void = 0;
    bool wants_void = text_equal(kind, "voided");
    const struct value values[] = {I(decision), T(piece->placement), I(piece->number),
                                   T(kind), T(reason)};
    enum status status = sql_number(store, sql_has_piece, values, 3, 0, notes, &is_there);
    if (status == STATUS_OK && !is_there)
        return note_fail(notes, STATUS_BAD_CALL, NOTE_LEDGER_NO_PIECE, NULL, 0,
                         "the ledger has no piece %.60s %d of decision %lld",
                         piece->placement, (int)piece->number, (long long)decision);
    if (status == STATUS_OK)
        status = sql_number(store, sql_is_last, values, 5, 0, notes, &is_again);
    if (status == STATUS_OK && wants_void)
        status = sql_number(store, sql_is_void, values, 3, 0, notes, &is_void);
    if (status != STATUS_OK || is_again || is_void)
        return status;
    return wants_void ? void_pieces(store, decision, piece, at_s, reason, notes)
                      : event_add(store, decision, piece->placement, piece->number, kind,
                                  at_s, reason, notes);
}

enum status
store_event(struct store *store, int64_t decision_id, const struct piece_key *piece,
            const char *kind, int64_t at_s, const char *reason, struct notes *notes)
{
    enum status status = store_begin(store, notes);
    if (status != STATUS_OK)
        return status;
    return store_end(
        store, add_event(store, decision_id, piece, kind, at_s, reason, notes), notes);
}
