/* The ledger as text, for golden tests: what was kept, then events in order of time.
 *
 * No times, no numbers that a second run gives differently; of a code only its prefix,
 * since chance makes the rest; and instead of a pseudonym, which the key makes, the place
 * at which it first stands here. */
#include "ledger/store.h"

#include <string.h>

struct dumping {
    struct store *store;
    struct buf *out;
    struct notes *notes;
    struct arena *arena;
    const char **customers;
    size_t customer_count, room;
};

static const char *
text(struct rows *rows, int column)
{
    const char *found = rows_lent(rows, column);
    return found ? found : "-";
}

/* "customer-1", "customer-2", in the order in which they are met. */
static const char *
customer(struct dumping *dumping, const char *pseudonym)
{
    static const char none[] = "-";
    size_t i = 0;
    if (!pseudonym)
        return none;
    while (i < dumping->customer_count && !text_equal(dumping->customers[i], pseudonym))
        i++;
    if (i == dumping->customer_count) {
        const char **more = arena_append(dumping->arena, &dumping->customers,
                                         &dumping->customer_count, &dumping->room,
                                         sizeof(*more));
        if (!more || !(*more = arena_strdup(dumping->arena, pseudonym))) {
            dumping->out->failed = true;
            return none;
        }
    }
    const char *name = arena_printf(dumping->arena, "customer-%zu", i + 1);
    return name ? name : none;
}

static enum status
each_row(struct dumping *dumping, const char *sql, const struct value *values,
         size_t count, enum status (*dump_row)(struct dumping *, struct rows *))
{
    struct rows *rows ROWS_AUTO = NULL;
    bool has_row = false;
    enum status status =
        sql_query(dumping->store, sql, values, count, dumping->notes, &rows);
    while (status == STATUS_OK) {
        status = rows_next(rows, dumping->notes, &has_row);
        if (status != STATUS_OK || !has_row)
            break;
        status = dump_row(dumping, rows);
    }
    return status;
}

/* --- history ------------------------------------------------------------------------ */

static const char sql_orders[] =
    "SELECT merchant, customer, id, state, total_minor, refunded_minor, currency,"
    " is_packed, is_gift FROM past_order ORDER BY merchant, placed_at_s, id";
static const char sql_lines[] =
    "SELECT sku, quantity, returned, price_minor FROM past_line"
    " WHERE merchant = ?1 AND customer = ?2 AND order_id = ?3 ORDER BY line";
static const char sql_things[] =
    "SELECT merchant, customer, kind, coalesce(CAST(score AS TEXT), ''), subject, order_id, words,"
    " CASE WHEN closed_s IS NULL THEN 0 ELSE 1 END FROM past_thing ORDER BY merchant, kind, at_s, id";
static const char sql_loyalty[] =
    "SELECT merchant, customer, tier, coalesce(CAST(points AS TEXT), '-') FROM loyalty"
    " ORDER BY merchant, as_of_s, tier, points";

static enum status
dump_line(struct dumping *dumping, struct rows *rows)
{
    buf_printf(dumping->out, "  line %s quantity %s returned %s price %s\n",
               text(rows, 0), text(rows, 1), text(rows, 2), text(rows, 3));
    return STATUS_OK;
}

static enum status
dump_order(struct dumping *dumping, struct rows *rows)
{
    static const char *const states[] = {"open", "done", "cancelled"};
    int state = rows_int(rows, 3, 0);
    buf_printf(dumping->out, "past order %s %s %s: %s, total %s, refunded %s %s, %s%s\n",
               text(rows, 0), customer(dumping, rows_lent(rows, 1)), text(rows, 2),
               state >= 0 && state < 3 ? states[state] : "?", text(rows, 4),
               text(rows, 5), text(rows, 6),
               rows_int(rows, 7, 0) ? "packed" : "told",
               rows_int(rows, 8, 0) ? ", gift" : "");
    return each_row(dumping, sql_lines,
                    VALUES(T(text(rows, 0)), T(text(rows, 1)), T(text(rows, 2))),
                    dump_line);
}

static enum status
dump_thing(struct dumping *dumping, struct rows *rows)
{
    buf_printf(dumping->out, "%s %s %s: %s %s, order %s, %s%s\n", text(rows, 2),
               text(rows, 0), customer(dumping, rows_lent(rows, 1)), text(rows, 3),
               text(rows, 4), text(rows, 5),
               text(rows, 6), rows_int(rows, 7, 0) ? ", closed" : "");
    return STATUS_OK;
}

static enum status
dump_loyalty(struct dumping *dumping, struct rows *rows)
{
    buf_printf(dumping->out, "loyalty %s %s: tier %s, points %s\n", text(rows, 0),
               customer(dumping, rows_lent(rows, 1)), text(rows, 2), text(rows, 3));
    return STATUS_OK;
}

/* --- decisions ---------------------------------------------------------------------- */

static const char sql_events[] =
    "SELECT e.kind, coalesce(d.merchant, p.merchant), coalesce(d.order_id, p.order_id),"
    " d.package, coalesce(d.revision, 0), e.placement, e.number, e.reason, d.customer,"
    " coalesce(d.id, 0), p.offer, p.code"
    " FROM event e LEFT JOIN decision d ON d.id = e.decision"
    " LEFT JOIN promise p ON p.id = e.promise ORDER BY e.id";
static const char sql_pieces[] =
    "SELECT i.placement, i.number, i.offer, i.arm, i.template, p.code, i.sku, i.bin,"
    " i.is_held_out, i.reason, p.value_minor, p.currency FROM piece i"
    " LEFT JOIN promise p ON p.id = i.promise WHERE i.decision = ?1 ORDER BY i.place";
/* Holdouts show in what they hold out. */
static const char sql_exposures[] =
    "SELECT experiment, arm FROM exposure WHERE decision = ?1"
    " AND experiment NOT LIKE 'holdout:%' ORDER BY experiment";
static const char sql_counters[] =
    "SELECT merchant, name, scope, sum(units), sum(minor) FROM counter"
    " WHERE units != 0 GROUP BY merchant, name, scope ORDER BY merchant, name, scope";

/* The prefix as it is; of the groups after it each letter as an asterisk. */
static void
dump_code(struct buf *out, const char *code)
{
    const char *dash = strchr(code, '-');
    size_t prefix = dash ? (size_t)(dash - code) : 0;
    for (size_t i = 0; code[i]; i++)
        buf_add(out, i < prefix || code[i] == '-' ? code + i : "*", 1);
}

static enum status
dump_piece(struct dumping *dumping, struct rows *rows)
{
    struct buf *out = dumping->out;
    buf_printf(out, "  %s %s: ", text(rows, 0), text(rows, 1));
    if (rows_is_null(rows, 2))
        buf_puts(out, "nothing");
    else
        buf_printf(out, "offer %s", text(rows, 2));
    if (rows_int(rows, 8, 0))
        buf_puts(out, ", held out");
    if (!rows_is_null(rows, 3))
        buf_printf(out, ", arm %s", text(rows, 3));
    if (!rows_is_null(rows, 4))
        buf_printf(out, ", template %s", text(rows, 4));
    if (!rows_is_null(rows, 6))
        buf_printf(out, ", sku %s from bin %s", text(rows, 6), text(rows, 7));
    if (!rows_is_null(rows, 5)) {
        buf_puts(out, ", code ");
        dump_code(out, text(rows, 5));
        buf_printf(out, " for %s %s", text(rows, 10), text(rows, 11));
    }
    buf_printf(out, "; %s\n", text(rows, 9));
    return STATUS_OK;
}

static enum status
dump_exposure(struct dumping *dumping, struct rows *rows)
{
    buf_printf(dumping->out, "  experiment %s: arm %s\n", text(rows, 0), text(rows, 1));
    return STATUS_OK;
}

static enum status
dump_event(struct dumping *dumping, struct rows *rows)
{
    bool is_whole = text_equal(text(rows, 5), "");
    bool is_decided = text_equal(text(rows, 0), "decided");
    buf_printf(dumping->out, "%s %s %s", text(rows, 0), text(rows, 1), text(rows, 2));
    if (!rows_is_null(rows, 3))
        buf_printf(dumping->out, " package %s revision %s", text(rows, 3), text(rows, 4));
    if (!is_whole && !rows_is_null(rows, 5))
        buf_printf(dumping->out, ", %s %s", text(rows, 5), text(rows, 6));
    if (!rows_is_null(rows, 10))
        buf_printf(dumping->out, ", offer %s", text(rows, 10));
    if (is_decided)
        buf_printf(dumping->out, ", customer %s",
                   customer(dumping, rows_lent(rows, 8)));
    if (!rows_is_null(rows, 7))
        buf_printf(dumping->out, ": %s", text(rows, 7));
    buf_puts(dumping->out, "\n");
    if (!is_decided)
        return STATUS_OK;
    int64_t id = rows_int(rows, 9, 0);
    enum status status = each_row(dumping, sql_exposures, VALUES(I(id)), dump_exposure);
    return status == STATUS_OK ? each_row(dumping, sql_pieces, VALUES(I(id)), dump_piece)
                               : status;
}

static enum status
dump_counter(struct dumping *dumping, struct rows *rows)
{
    const char *scope = text(rows, 2);
    bool is_somebody = scope[0] && scope[1] == '~';
    buf_printf(dumping->out, "limit %s %s%s%s: %s, %s\n", text(rows, 0), text(rows, 1),
               scope[0] ? " of " : "", is_somebody ? customer(dumping, scope) : scope,
               text(rows, 3), text(rows, 4));
    return STATUS_OK;
}

/* --- waves -------------------------------------------------------------------------- */

static const char sql_wave_orders[] =
    "SELECT merchant, wave, name, place, state, note FROM wave_order"
    " ORDER BY merchant, wave, place, name";

static enum status
dump_wave_order(struct dumping *dumping, struct rows *rows)
{
    const char *note = text(rows, 5);
    buf_printf(dumping->out, "wave %s %s, order %s at %s: %s%s%s\n", text(rows, 0),
               text(rows, 1), text(rows, 2), text(rows, 3), text(rows, 4),
               note[0] ? ", " : "", note);
    return STATUS_OK;
}

enum status
store_dump(struct store *store, struct buf *out, struct notes *notes)
{
    static const struct {
        const char *sql;
        enum status (*dump_row)(struct dumping *, struct rows *);
    } parts[] = {
        {sql_orders, dump_order},     {sql_things, dump_thing},
        {sql_loyalty, dump_loyalty},  {sql_events, dump_event},
        {sql_counters, dump_counter}, {sql_wave_orders, dump_wave_order},
    };
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct dumping dumping = {
        .store = store, .out = out, .notes = notes, .arena = arena};
    bool is_empty = false;
    enum status status = arena ? store_look(store, notes, &is_empty) : STATUS_NO_MEMORY;
    if (status != STATUS_OK || is_empty)
        return status;
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(parts); i++)
        status = each_row(&dumping, parts[i].sql, NULL, 0, parts[i].dump_row);
    status = store_looked(store, status, notes);
    return status == STATUS_OK && out->failed ? STATUS_NO_MEMORY : status;
}
