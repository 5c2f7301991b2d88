/* The standby: a ledger in a file at the station, and how the database learns of it.
 *
 * What was decided in the file is settled decision
 * by decision: first in the database, where it is told from a repetition by station and
 * instant, then here. A crash in between settles it a second time, to no effect. */
#include "ledger/store-standby.h"

#include "ledger/store-decision.h"

#include <string.h>

/* --- small questions ------------------------------------------------------------------ */

static const char sql_is_behind[] = STANDBY_IS_BEHIND;

static enum status
look_up(struct store *standby, const char *sql, const struct value *values, size_t count,
        struct notes *notes, int64_t *ret)
{
    bool is_empty = false;
    enum status status = store_look(standby, notes, &is_empty);
    *ret = 0;
    if (status != STATUS_OK || is_empty)
        return status;
    return store_looked(standby,
                        sql_number(standby, sql, values, count, 0, notes, ret), notes);
}

enum status
standby_is_behind(struct store *standby, struct notes *notes, bool *ret)
{
    int64_t found = 0;
    enum status status = look_up(standby, sql_is_behind, NULL, 0, notes, &found);
    *ret = found != 0;
    return status;
}

static const char sql_settled_as[] =
    "SELECT settled_as FROM settled WHERE decision = ?1";

enum status
standby_settled_as(struct store *standby, int64_t decision, struct notes *notes,
                   int64_t *ret)
{
    return look_up(standby, sql_settled_as, VALUES(I(decision)), notes, ret);
}

static const char sql_left[] =
    "SELECT l.units - coalesce(c.units, 0), l.minor - coalesce(c.minor, 0) FROM lease l"
    " LEFT JOIN counter c ON c.merchant = l.merchant AND c.name = l.name"
    "  AND c.scope = l.scope AND c.first_day = l.first_day"
    " WHERE l.merchant = ?1 AND l.station = ?2 AND l.name = ?3 AND l.scope = ?4"
    " AND l.first_day = ?5";

enum status
standby_used(struct store *standby, const char *merchant, const struct unit *unit,
             struct notes *notes, struct unit_use *ret)
{
    struct rows *rows ROWS_AUTO = NULL;
    *ret = (struct unit_use){.is_known = true};
    if (unit->most < 0 && unit->most_minor < 0)
        return STATUS_OK;
    if (unit->scope[0] && unit->scope[1] == '~') {
        ret->is_known = false;
        return STATUS_OK;
    }
    enum status status =
        sql_first(standby, sql_left,
                  VALUES(T(merchant), T(standby->station), T(unit->name), T(unit->scope),
                         I(unit->first_day)),
                  notes, &rows);
    if (status != STATUS_OK)
        return status;
    if (unit->most >= 0)
        ret->units = unit->most - (rows ? rows_int(rows, 0, 0) : 0);
    if (unit->most_minor >= 0)
        ret->minor = unit->most_minor - (rows ? rows_int(rows, 1, 0) : 0);
    return STATUS_OK;
}

static const char sql_post[] =
    "INSERT INTO outbox(decision, placement, number, kind, at_s, reason)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6)";

enum status
standby_post(struct store *standby, int64_t decision, const struct piece_key *piece,
             const char *kind, int64_t at_s, const char *reason, struct notes *notes)
{
    enum status status = store_begin(standby, notes);
    if (status != STATUS_OK)
        return status;
    return store_end(standby,
                     sql_run(standby, sql_post,
                             VALUES(I(decision), T(piece->placement), I(piece->number),
                                    T(kind), I(at_s), T(reason)),
                             notes),
                     notes);
}

/* --- a decision, read whole ----------------------------------------------------------- */

struct sheet_row {
    struct piece_key piece;
    int32_t format;
    const char *device, *digest;
    const void *bytes;
    size_t n;
};

struct event_row {
    int64_t id;
    struct piece_key piece;
    const char *kind, *reason;
    int64_t at_s, decision;
};

/* What one decision of the file comes to. */
struct carried {
    struct decision *decision;
    struct sheet_row *sheets;
    struct event_row *events;
    size_t sheet_count, event_count;
    int64_t *made; /* promises that this decision made, not only shared */
    size_t made_count;
    bool is_void;
};

static const char sql_documents[] =
    "SELECT kind, body FROM document WHERE decision = ?1 AND placement = ''";
static const char sql_sheets[] =
    "SELECT placement, number, format, device, digest, bytes FROM sheet"
    " WHERE decision = ?1";
static const char sql_events[] =
    "SELECT id, placement, number, kind, reason, at_s, decision FROM event"
    " WHERE decision = ?1 AND (kind IN ('printed', 'failed', 'skipped',"
    " 'refused', 'overridden')"
    "  OR (kind = 'voided' AND placement = '')) ORDER BY id";
static const char sql_exposures[] =
    "SELECT experiment, arm FROM exposure WHERE decision = ?1 ORDER BY experiment";
static const char sql_made[] =
    "SELECT promise FROM event WHERE decision = ?1 AND kind IN ('reserved', 'held-out')";
static const char sql_household[] =
    "SELECT household FROM promise WHERE id = ?1 AND household IS NOT NULL";

struct carrying {
    struct store *standby;
    struct arena *arena;
    struct notes *notes;
    struct carried *carried;
    size_t rooms[5];
};

static enum status
take_document(struct carrying *carrying, struct row *row)
{
    struct decision *decision = carrying->carried->decision;
    struct decision_document *document = arena_append(
        carrying->arena, (struct decision_document **)&decision->documents,
        &decision->document_count, &carrying->rooms[0], sizeof(*document));
    if (document)
        *document = (struct decision_document){row_text(row, 0), row_text(row, 1)};
    return document ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status
take_sheet(struct carrying *carrying, struct row *row)
{
    struct carried *carried = carrying->carried;
    struct sheet_row *sheet =
        arena_append(carrying->arena, &carried->sheets, &carried->sheet_count,
                     &carrying->rooms[1], sizeof(*sheet));
    if (!sheet)
        return STATUS_NO_MEMORY;
    *sheet = (struct sheet_row){.piece = {row_text(row, 0), (int32_t)rows_int(row->rows, 1, 0)},
                                .format = (int32_t)rows_int(row->rows, 2, 0),
                                .device = row_text(row, 3),
                                .digest = row_text(row, 4)};
    if (!rows_is_null(row->rows, 5))
        sheet->bytes = row_bytes(row, 5, &sheet->n);
    return STATUS_OK;
}

static enum status
take_event(struct carrying *carrying, struct row *row)
{
    struct carried *carried = carrying->carried;
    struct event_row *event =
        arena_append(carrying->arena, &carried->events, &carried->event_count,
                     &carrying->rooms[2], sizeof(*event));
    if (!event)
        return STATUS_NO_MEMORY;
    *event = (struct event_row){.id = rows_int(row->rows, 0, 0),
                                .piece = {row_text(row, 1), (int32_t)rows_int(row->rows, 2, 0)},
                                .kind = row_text(row, 3),
                                .reason = row_text(row, 4),
                                .at_s = rows_int(row->rows, 5, 0),
                                .decision = rows_int(row->rows, 6, 0)};
    carried->is_void |= text_equal(event->kind, "voided");
    return STATUS_OK;
}

static enum status
take_made(struct carrying *carrying, struct row *row)
{
    struct carried *carried = carrying->carried;
    int64_t *made = arena_append(carrying->arena, &carried->made, &carried->made_count,
                                 &carrying->rooms[3], sizeof(*made));
    if (made)
        *made = rows_int(row->rows, 0, 0);
    return made ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status
each_row(struct carrying *carrying, const char *sql, const struct value *values,
         size_t count, enum status (*take_row)(struct carrying *, struct row *))
{
    struct rows *rows ROWS_AUTO = NULL;
    bool has_row = false;
    enum status status =
        sql_query(carrying->standby, sql, values, count, carrying->notes, &rows);
    while (status == STATUS_OK &&
           (status = rows_next(rows, carrying->notes, &has_row)) == STATUS_OK && has_row) {
        struct row row = {.rows = rows, .arena = carrying->arena};
        status = take_row(carrying, &row);
        if (status == STATUS_OK && row.failed)
            status = STATUS_NO_MEMORY;
    }
    return status;
}

static enum status
take_exposure(struct carrying *carrying, struct row *row)
{
    struct decision *decision = carrying->carried->decision;
    struct exposure_record *exposure = arena_append(
        carrying->arena, (struct exposure_record **)&decision->exposures,
        &decision->exposure_count, &carrying->rooms[4], sizeof(*exposure));
    if (exposure)
        *exposure = (struct exposure_record){row_text(row, 0), row_text(row, 1)};
    return exposure ? STATUS_OK : STATUS_NO_MEMORY;
}

/* The units of a promise as claims again. */
static enum status
claim_again(struct carrying *carrying, struct piece_record *piece, struct day *today)
{
    struct unit *units = NULL;
    size_t count = 0;
    enum status status = unit_of_promise(carrying->standby, piece->promise,
                                         carrying->arena, carrying->notes, &units, &count);
    struct unit_claim *claims =
        arena_make_array(carrying->arena, count ? count : 1, sizeof(*claims));
    if (status != STATUS_OK || !claims)
        return status == STATUS_OK ? STATUS_NO_MEMORY : status;
    for (size_t i = 0; i < count; i++) {
        bool is_rolling = units[i].rolling_days != 0;
        claims[i] = (struct unit_claim){
            .name = units[i].name,
            .scope = units[i].scope,
            .first_day = is_rolling || units[i].first_day == 0
                             ? DAY_NONE
                             : (struct day){(int32_t)units[i].first_day},
            .rolling_days = (int32_t)units[i].rolling_days,
            .most = units[i].most,
            .most_minor = units[i].most_minor};
        if (is_rolling)
            today->n = (int32_t)units[i].first_day;
    }
    piece->claims = claims;
    piece->claim_count = count;
    return STATUS_OK;
}

static enum status
read_pieces_again(struct carrying *carrying)
{
    struct decision *decision = carrying->carried->decision;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < decision->piece_count; i++) {
        struct piece_record *piece = &decision->pieces[i];
        struct rows *rows ROWS_AUTO = NULL;
        if (!piece->promise)
            continue;
        piece->wish = (struct code_wish){.kind = piece->code ? CODE_GIVEN : CODE_NONE};
        status = claim_again(carrying, piece, &decision->today);
        if (status == STATUS_OK)
            status = sql_first(carrying->standby, sql_household,
                               VALUES(I(piece->promise)), carrying->notes, &rows);
        struct row row = {.rows = rows, .arena = carrying->arena};
        if (status == STATUS_OK && rows)
            decision->household = row_text(&row, 0);
        if (row.failed)
            status = STATUS_NO_MEMORY;
    }
    return status;
}

static enum status
read_carried(struct carrying *carrying, int64_t id)
{
    enum status status = decision_load(carrying->standby, id, carrying->arena,
                                       carrying->notes, &carrying->carried->decision);
    if (status != STATUS_OK)
        return status;
    struct decision *decision = carrying->carried->decision;
    decision->today.n = (int32_t)(decision->decided_s / 86400);
    const struct {
        const char *sql;
        enum status (*take_row)(struct carrying *, struct row *);
    } parts[] = {{sql_documents, take_document},
                 {sql_sheets, take_sheet},
                 {sql_events, take_event},
                 {sql_made, take_made},
                 {sql_exposures, take_exposure}};
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(parts); i++)
        status = each_row(carrying, parts[i].sql, VALUES(I(id)), parts[i].take_row);
    return status == STATUS_OK ? read_pieces_again(carrying) : status;
}

/* --- settling ------------------------------------------------------------------------- */

static const char sql_was_settled[] =
    "SELECT id FROM decision WHERE merchant = ?1 AND order_id = ?2 AND package = ?3"
    " AND order_digest = ?4 AND decided_s = ?5 AND station = ?6";
static const char sql_put_sheet[] =
    "INSERT INTO sheet(decision, placement, number, format, device, digest, bytes)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"
    " ON CONFLICT(decision, placement, number, format, device) DO NOTHING";

static enum status
put_decision(struct store *primary, struct carried *carried, struct arena *arena,
             struct notes *notes, int64_t *ret_id)
{
    struct decision *decision = carried->decision, *existing = NULL;
    size_t spent = 0;
    bool is_empty = false;
    enum status status = store_look(primary, notes, &is_empty);
    if (status == STATUS_OK)
        status = store_looked(
            primary,
            sql_number(primary, sql_was_settled,
                       VALUES(T(decision->merchant), T(decision->order),
                              T(decision->package), T(decision->order_digest),
                              I(decision->decided_s), T(primary->station)),
                       0, notes, ret_id),
            notes);
    if (status != STATUS_OK || *ret_id)
        return status;
    primary->is_settling = true;
    status = store_decide(primary, NULL, decision, NULL, NULL, arena, notes, &existing,
                          &spent);
    primary->is_settling = false;
    *ret_id = decision->id;
    return status;
}

/* The order as a past order of its customer. */
static enum status
put_order(struct store *primary, struct store *standby, const struct decision *decision,
          struct arena *arena, struct notes *notes)
{
    struct history *history = NULL;
    if (!decision->customer)
        return STATUS_OK;
    enum status status = store_history(standby, decision->merchant, decision->customer,
                                       arena, notes, &history);
    if (status != STATUS_OK)
        return status == STATUS_WITHOUT ? STATUS_OK : status;
    status = store_begin(primary, notes);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; status == STATUS_OK && i < history->order_count; i++)
        if (text_equal(history->orders[i].id, decision->order))
            status = store_put_order(primary, decision->merchant, decision->customer,
                                     &history->orders[i], true, notes);
    return store_end(primary, status, notes);
}

static enum status
put_sheets(struct store *primary, const struct carried *carried, int64_t id,
           struct notes *notes)
{
    enum status status =
        carried->sheet_count ? store_begin(primary, notes) : STATUS_OK;
    if (status != STATUS_OK || !carried->sheet_count)
        return status;
    for (size_t i = 0; status == STATUS_OK && i < carried->sheet_count; i++) {
        const struct sheet_row *sheet = &carried->sheets[i];
        status = sql_run(primary, sql_put_sheet,
                         VALUES(I(id), T(sheet->piece.placement), I(sheet->piece.number),
                                I(sheet->format), T(sheet->device), T(sheet->digest),
                                B(sheet->bytes, sheet->n)),
                         notes);
    }
    return store_end(primary, status, notes);
}

static enum status
put_events(struct store *primary, const struct carried *carried, int64_t id,
           struct notes *notes)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < carried->event_count; i++) {
        const struct event_row *event = &carried->events[i];
        if (text_equal(event->kind, "voided"))
            continue;
        status = store_event(primary, id, &event->piece, event->kind, event->at_s,
                             event->reason, notes);
        status = status == STATUS_WITHOUT ? STATUS_OK : status; /* noted as late */
    }
    return status;
}

static const char sql_mark[] = "INSERT INTO settled(decision, settled_as) VALUES(?1, ?2)"
                               " ON CONFLICT(decision) DO NOTHING";
static const char sql_less[] =
    "UPDATE lease SET units = units - 1, minor = minor - ?6 WHERE merchant = ?1"
    " AND station = ?2 AND name = ?3 AND scope = ?4 AND first_day = ?5";

/* The file's copy of the leases loses what the database's has lost. */
static enum status
settle_units(struct store *standby, const char *merchant, int64_t promise,
             struct arena *arena, struct notes *notes)
{
    struct promise_row *row = NULL;
    struct unit *units = NULL;
    size_t count = 0;
    enum status status = promise_find(standby, promise, NULL, NULL, arena, notes, &row);
    if (status == STATUS_OK && row)
        status = unit_of_promise(standby, promise, arena, notes, &units, &count);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        if (units[i].most < 0 && units[i].most_minor < 0)
            continue;
        status = sql_run(standby, sql_less,
                         VALUES(T(merchant), T(standby->station), T(units[i].name),
                                T(units[i].scope), I(units[i].first_day),
                                I(units[i].minor)),
                         notes);
    }
    /* What is held is held in the database from now on. */
    return status == STATUS_OK && row ? promise_release(standby, row, notes) : status;
}

static enum status
mark(struct store *standby, const struct carried *carried, int64_t id, int64_t settled_as,
     struct arena *arena, struct notes *notes)
{
    enum status status = store_begin(standby, notes);
    if (status != STATUS_OK)
        return status;
    int64_t was_marked = 0;
    status = sql_number(standby, sql_settled_as, VALUES(I(id)), 0, notes, &was_marked);
    if (status == STATUS_OK && !was_marked)
        status = sql_run(standby, sql_mark, VALUES(I(id), I(settled_as)), notes);
    for (size_t i = 0; status == STATUS_OK && !was_marked && i < carried->made_count; i++)
        status = settle_units(standby, carried->decision->merchant, carried->made[i],
                              arena, notes);
    return store_end(standby, status, notes);
}


static enum status
settle_one(struct store *primary, struct store *standby, int64_t id, struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct carried carried = {0};
    struct carrying carrying = {
        .standby = standby, .arena = arena, .notes = notes, .carried = &carried};
    int64_t settled_as = 0;
    bool is_empty = false;
    enum status status = arena ? store_look(standby, notes, &is_empty) : STATUS_NO_MEMORY;
    if (status != STATUS_OK)
        return status;
    status = store_looked(standby, read_carried(&carrying, id), notes);
    if (status == STATUS_OK)
        status = put_decision(primary, &carried, arena, notes, &settled_as);
    if (status == STATUS_OK)
        status = put_order(primary, standby, carried.decision, arena, notes);
    if (status == STATUS_OK)
        status = put_sheets(primary, &carried, settled_as, notes);
    if (status == STATUS_OK)
        status = put_events(primary, &carried, settled_as, notes);
    if (status == STATUS_OK && carried.is_void) {
        status = store_begin(primary, notes);
        if (status == STATUS_OK)
            status = store_end(primary,
                               decision_void(primary, settled_as,
                                             carried.decision->decided_s,
                                             "void before it was settled", notes),
                               notes);
    }
    return status == STATUS_OK ? mark(standby, &carried, id, settled_as, arena, notes)
                               : status;
}

/* --- what was posted ------------------------------------------------------------------ */

static const char sql_posted[] =
    "SELECT id, placement, number, kind, reason, at_s, decision FROM outbox"
    " ORDER BY id LIMIT 1";
static const char sql_unpost[] = "DELETE FROM outbox WHERE id = ?1";

static enum status
settle_post(struct store *primary, struct store *standby, struct notes *notes,
            bool *ret_is_more)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct carried carried = {0};
    struct carrying carrying = {
        .standby = standby, .arena = arena, .notes = notes, .carried = &carried};
    bool is_empty = false;
    enum status status = arena ? store_look(standby, notes, &is_empty) : STATUS_NO_MEMORY;
    if (status != STATUS_OK)
        return status;
    status = store_looked(standby, each_row(&carrying, sql_posted, NULL, 0, take_event),
                          notes);
    *ret_is_more = carried.event_count > 0;
    if (status != STATUS_OK || !*ret_is_more)
        return status;
    const struct event_row *event = &carried.events[0];
    status = store_event(primary, event->decision, &event->piece, event->kind,
                         event->at_s, event->reason, notes);
    if (status != STATUS_OK && status != STATUS_WITHOUT && status != STATUS_BAD_CALL)
        return status; /* else it is noted, and would be the same the next time */
    status = store_begin(standby, notes);
    return status == STATUS_OK
               ? store_end(standby,
                           sql_run(standby, sql_unpost, VALUES(I(event->id)), notes),
                           notes)
               : status;
}

static const char sql_next[] =
    "SELECT min(d.id) FROM decision d WHERE NOT EXISTS"
    " (SELECT 1 FROM settled s WHERE s.decision = d.id)";

enum status
standby_settle(struct store *primary, struct store *standby, struct notes *notes)
{
    for (;;) {
        int64_t id = 0;
        enum status status = look_up(standby, sql_next, NULL, 0, notes, &id);
        if (status == STATUS_OK && id)
            status = settle_one(primary, standby, id, notes);
        if (status != STATUS_OK)
            return status;
        if (!id)
            break;
    }
    for (bool is_more = true; is_more;) {
        enum status status = settle_post(primary, standby, notes, &is_more);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}
