/* The ledger as text, for golden tests: what was kept, then events in order of time.
 *
 * No times, no numbers that a second run gives differently, and of a code only its
 * prefix: chance makes the rest. */
#include "ledger/store.h"

#include <string.h>

struct dumping {
    struct store *store;
    struct buf *out;
    struct notes *notes;
};

static const char *
text(sqlite3_stmt *stmt, int column)
{
    const char *found = (const char *)sqlite3_column_text(stmt, column);
    return found ? found : "-";
}

static enum status
each_row(const struct dumping *dumping, const char *sql, const struct value *values,
         size_t count, enum status (*dump_row)(const struct dumping *, sqlite3_stmt *))
{
    sqlite3_stmt *stmt QUERY_AUTO = NULL;
    bool has_row = false;
    enum status status =
        sql_query(dumping->store, sql, values, count, dumping->notes, &stmt);
    while (status == STATUS_OK) {
        status = sql_step(dumping->store, stmt, dumping->notes, &has_row);
        if (status != STATUS_OK || !has_row)
            break;
        status = dump_row(dumping, stmt);
    }
    return status;
}

/* --- history ------------------------------------------------------------------------ */

static const char sql_orders[] =
    "SELECT merchant, customer, id, state, total_minor, refunded_minor, currency,"
    " is_packed, is_gift FROM past_order ORDER BY merchant, customer, placed_at_s, id";
static const char sql_lines[] =
    "SELECT sku, quantity, returned, price_minor FROM past_line"
    " WHERE merchant = ?1 AND customer = ?2 AND order_id = ?3 ORDER BY line";
static const char sql_things[] =
    "SELECT merchant, customer, kind, coalesce(score, ''), subject, order_id, words,"
    " closed_s IS NOT NULL FROM past_thing ORDER BY merchant, customer, kind, at_s, id";
static const char sql_loyalty[] =
    "SELECT merchant, customer, tier, coalesce(points, '-') FROM loyalty"
    " ORDER BY merchant, customer";

static enum status
dump_line(const struct dumping *dumping, sqlite3_stmt *stmt)
{
    buf_printf(dumping->out, "  line %s quantity %s returned %s price %s\n",
               text(stmt, 0), text(stmt, 1), text(stmt, 2), text(stmt, 3));
    return STATUS_OK;
}

static enum status
dump_order(const struct dumping *dumping, sqlite3_stmt *stmt)
{
    static const char *const states[] = {"open", "done", "cancelled"};
    int state = sqlite3_column_int(stmt, 3);
    buf_printf(dumping->out, "past order %s %s %s: %s, total %s, refunded %s %s, %s%s\n",
               text(stmt, 0), text(stmt, 1), text(stmt, 2),
               state >= 0 && state < 3 ? states[state] : "?", text(stmt, 4),
               text(stmt, 5), text(stmt, 6),
               sqlite3_column_int(stmt, 7) ? "packed" : "told",
               sqlite3_column_int(stmt, 8) ? ", gift" : "");
    return each_row(dumping, sql_lines,
                    VALUES(T(text(stmt, 0)), T(text(stmt, 1)), T(text(stmt, 2))),
                    dump_line);
}

static enum status
dump_thing(const struct dumping *dumping, sqlite3_stmt *stmt)
{
    buf_printf(dumping->out, "%s %s %s: %s %s, order %s, %s%s\n", text(stmt, 2),
               text(stmt, 0), text(stmt, 1), text(stmt, 3), text(stmt, 4), text(stmt, 5),
               text(stmt, 6), sqlite3_column_int(stmt, 7) ? ", closed" : "");
    return STATUS_OK;
}

static enum status
dump_loyalty(const struct dumping *dumping, sqlite3_stmt *stmt)
{
    buf_printf(dumping->out, "loyalty %s %s: tier %s, points %s\n", text(stmt, 0),
               text(stmt, 1), text(stmt, 2), text(stmt, 3));
    return STATUS_OK;
}

/* --- decisions ---------------------------------------------------------------------- */

static const char sql_events[] =
    "SELECT e.kind, d.merchant, d.order_id, d.package, d.revision, e.placement, e.number,"
    " e.reason, d.customer, d.id FROM event e JOIN decision d ON d.id = e.decision"
    " ORDER BY e.id";
static const char sql_pieces[] =
    "SELECT placement, number, offer, arm, template, code, sku, bin, is_held_out, reason,"
    " liability_minor, liability_currency FROM piece WHERE decision = ?1 ORDER BY id";

/* The prefix as it is; of the two groups after it each letter as an asterisk. */
static void
dump_code(struct buf *out, const char *code)
{
    size_t n = strlen(code), from = n;
    for (int dashes = 0; from > 0; from--)
        if (code[from - 1] == '-' && ++dashes == 2)
            break;
    for (size_t i = 0; i < n; i++)
        buf_add(out, i < from || code[i] == '-' ? code + i : "*", 1);
}

static enum status
dump_piece(const struct dumping *dumping, sqlite3_stmt *stmt)
{
    struct buf *out = dumping->out;
    buf_printf(out, "  %s %s: ", text(stmt, 0), text(stmt, 1));
    if (sqlite3_column_type(stmt, 2) == SQLITE_NULL)
        buf_puts(out, "nothing");
    else
        buf_printf(out, "offer %s", text(stmt, 2));
    if (sqlite3_column_int(stmt, 8))
        buf_puts(out, ", held out");
    if (sqlite3_column_type(stmt, 3) != SQLITE_NULL)
        buf_printf(out, ", arm %s", text(stmt, 3));
    if (sqlite3_column_type(stmt, 4) != SQLITE_NULL)
        buf_printf(out, ", template %s", text(stmt, 4));
    if (sqlite3_column_type(stmt, 6) != SQLITE_NULL)
        buf_printf(out, ", sku %s from bin %s", text(stmt, 6), text(stmt, 7));
    if (sqlite3_column_type(stmt, 5) != SQLITE_NULL) {
        buf_puts(out, ", code ");
        dump_code(out, text(stmt, 5));
        buf_printf(out, " for %s %s", text(stmt, 10), text(stmt, 11));
    }
    buf_printf(out, "; %s\n", text(stmt, 9));
    return STATUS_OK;
}

static enum status
dump_event(const struct dumping *dumping, sqlite3_stmt *stmt)
{
    bool is_whole = text_equal(text(stmt, 5), "");
    bool is_decided = text_equal(text(stmt, 0), "decided");
    buf_printf(dumping->out, "%s %s %s package %s revision %s", text(stmt, 0),
               text(stmt, 1), text(stmt, 2), text(stmt, 3), text(stmt, 4));
    if (!is_whole)
        buf_printf(dumping->out, ", %s %s", text(stmt, 5), text(stmt, 6));
    if (is_decided)
        buf_printf(dumping->out, ", customer %s", text(stmt, 8));
    if (sqlite3_column_type(stmt, 7) != SQLITE_NULL)
        buf_printf(dumping->out, ": %s", text(stmt, 7));
    buf_puts(dumping->out, "\n");
    if (!is_decided)
        return STATUS_OK;
    return each_row(dumping, sql_pieces, VALUES(I(sqlite3_column_int64(stmt, 9))),
                    dump_piece);
}

enum status
store_dump(struct store *store, struct buf *out, struct notes *notes)
{
    const struct dumping dumping = {store, out, notes};
    bool is_empty = false;
    enum status status = store_look(store, notes, &is_empty);
    if (status != STATUS_OK || is_empty)
        return status;
    status = each_row(&dumping, sql_orders, NULL, 0, dump_order);
    if (status == STATUS_OK)
        status = each_row(&dumping, sql_things, NULL, 0, dump_thing);
    if (status == STATUS_OK)
        status = each_row(&dumping, sql_loyalty, NULL, 0, dump_loyalty);
    if (status == STATUS_OK)
        status = each_row(&dumping, sql_events, NULL, 0, dump_event);
    status = store_looked(store, status, notes);
    return status == STATUS_OK && out->failed ? STATUS_NO_MEMORY : status;
}
