/* Bulk import: a file's purchases and histories in one transaction, or none of them.
 *
 * Rows of a file that name the same order are its lines; what the ledger had of that
 * order before is replaced by the first of them. A row without an order is one by itself;
 * it is named by its time and, for a second one at that time, a number, so that the same
 * file read again names the same orders. The names seen in this import stand in a
 * temporary table, which knows no file. */
#include "ledger/store.h"

static const char sql_make_seen[] =
    "CREATE TEMP TABLE IF NOT EXISTS import_seen(merchant TEXT, customer TEXT, name TEXT,"
    " times BIGINT NOT NULL, PRIMARY KEY(merchant, customer, name))";
static const char sql_clear_seen[] = "DELETE FROM import_seen";
static const char sql_seen[] =
    "INSERT INTO import_seen(merchant, customer, name, times) VALUES(?1, ?2, ?3, 1)"
    " ON CONFLICT(merchant, customer, name) DO UPDATE"
    " SET times = import_seen.times + 1 RETURNING times";

enum status
store_import_begin(struct store *store, struct notes *notes)
{
    enum status status = store_begin(store, notes);
    if (status != STATUS_OK)
        return status;
    status = sql_run(store, sql_make_seen, NULL, 0, notes);
    if (status == STATUS_OK)
        status = sql_run(store, sql_clear_seen, NULL, 0, notes);
    if (status != STATUS_OK)
        return store_end(store, status, notes);
    store->is_importing = store->sql->is_importing = true;
    store->import_status = STATUS_OK;
    return STATUS_OK;
}

enum status
store_import_end(struct store *store, bool is_kept, struct notes *notes)
{
    enum status status = store->import_status;
    store->is_importing = store->sql->is_importing = false;
    store->import_status = STATUS_OK;
    if (is_kept)
        return store_end(store, status, notes);
    /* Taking back is what was asked for, so it is no failure. */
    (void)store_end(store, STATUS_CANCELLED, NULL);
    return STATUS_OK;
}

/* A row as an order of one line. A row of a negative amount gives money back. */
struct purchased {
    char id[80];
    struct order_line line;
    struct past_order order;
};

static int64_t
magnitude(int64_t n)
{
    return n == INT64_MIN ? INT64_MAX : n < 0 ? -n : n;
}

static void
make_order(const struct csv_purchase *purchase, const char *id, struct purchased *ret)
{
    bool is_back = purchase->amount.minor < 0 || purchase->quantity < 0;
    int64_t amount = magnitude(purchase->amount.minor);
    int64_t quantity = purchase->quantity == 0 ? 1 : magnitude(purchase->quantity);
    struct money price = purchase->amount;
    price.minor = (amount + quantity / 2) / quantity;
    ret->line =
        (struct order_line){.sku = purchase->sku,
                            .name = purchase->name ? purchase->name : purchase->sku,
                            .category = purchase->category,
                            .quantity = quantity,
                            .returned = is_back ? quantity : 0,
                            .unit_price = price};
    ret->order = (struct past_order){.id = id,
                                     .placed_at_s = purchase->placed_at_s,
                                     .state = PAST_DONE,
                                     .total = purchase->amount,
                                     .refunded = purchase->amount,
                                     .lines = &ret->line,
                                     .line_count = purchase->sku ? 1 : 0};
    ret->order.total.minor = is_back ? 0 : amount;
    ret->order.refunded.minor = is_back ? amount : 0;
}

static const char sql_add_to_order[] =
    "UPDATE past_order SET total_minor = total_minor + ?4,"
    " refunded_minor = refunded_minor + ?5,"
    " placed_at_s = CASE WHEN ?7 < placed_at_s THEN ?7 ELSE placed_at_s END"
    " WHERE merchant = ?1 AND customer = ?2 AND id = ?3 AND currency = ?6 RETURNING 1";
static const char sql_add_line[] =
    "INSERT INTO past_line(merchant, customer, order_id, line, sku, name, category,"
    " quantity, returned, price_minor) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

static enum status
add_to_order(struct store *store, const char *merchant, const char *customer,
             const struct csv_purchase *purchase, const struct purchased *more,
             int64_t line, struct notes *notes)
{
    const struct past_order *order = &more->order;
    bool is_added = false;
    enum status status =
        sql_change(store, sql_add_to_order,
                   VALUES(T(merchant), T(customer), T(order->id), I(order->total.minor),
                          I(order->refunded.minor), T(order->total.currency),
                          I(order->placed_at_s)),
                   notes, &is_added);
    if (status == STATUS_OK && !is_added)
        return note_fail(
            notes, STATUS_BAD_INPUT, NOTE_LEDGER_TWO_CURRENCIES, NULL,
            (int32_t)purchase->row,
            "this row is in %.3s, the rows before it of the same order are in "
            "another currency",
            order->total.currency);
    if (status != STATUS_OK || order->line_count == 0)
        return status;
    return sql_run(store, sql_add_line,
                   VALUES(T(merchant), T(customer), T(order->id), I(line),
                          T(more->line.sku), T(more->line.name), T(more->line.category),
                          I(more->line.quantity), I(more->line.returned),
                          I(more->line.unit_price.minor)),
                   notes);
}

static enum status
put_purchase(struct store *store, const char *merchant, const char *customer,
             const struct csv_purchase *purchase, struct notes *notes)
{
    struct purchased purchased;
    char time[32];
    int64_t times = 0;
    time_text(purchase->placed_at_s, time);
    snprintf(purchased.id, sizeof(purchased.id), "purchase-%s", time);
    const char *id = purchase->order ? purchase->order : purchased.id;
    enum status status =
        sql_number(store, sql_seen, VALUES(T(merchant), T(customer), T(id)), 0, notes,
                   &times);
    if (status != STATUS_OK)
        return status;
    if (!purchase->order && times > 1)
        snprintf(purchased.id, sizeof(purchased.id), "purchase-%s-%lld", time,
                 (long long)times);
    make_order(purchase, id, &purchased);
    if (purchase->order && times > 1)
        return add_to_order(store, merchant, customer, purchase, &purchased, times - 1, notes);
    return store_put_order(store, merchant, customer, &purchased.order, false,
                           notes);
}

enum status
store_import_purchase(struct store *store, const char *merchant, const char *customer,
                      const struct csv_purchase *purchase, struct notes *notes)
{
    enum status status = store_begin(store, notes);
    if (status != STATUS_OK)
        return status;
    return store_end(store, put_purchase(store, merchant, customer, purchase, notes), notes);
}

/* --- decisions ------------------------------------------------------------------------ */

static const char sql_is_decided[] =
    "SELECT 1 FROM decision WHERE merchant = ?1 AND order_id = ?2 AND package = ?3 LIMIT 1";

/* Asked before, because a part that fails takes the whole import with it. */
enum status
store_import_decision(struct store *store, struct decision *decision, bool is_printed,
                      struct arena *arena, struct notes *notes, bool *ret_is_new)
{
    struct decision *existing = NULL;
    int64_t is_there = 0;
    size_t spent = 0;
    enum status status = sql_number(store, sql_is_decided,
                                    VALUES(T(decision->merchant), T(decision->order),
                                           T(decision->package)),
                                    0, notes, &is_there);
    *ret_is_new = !is_there;
    if (status != STATUS_OK || is_there)
        return status;
    status =
        store_decide(store, NULL, decision, NULL, NULL, arena, notes, &existing, &spent);
    for (size_t i = 0; status == STATUS_OK && is_printed && i < decision->piece_count; i++) {
        const struct piece_key key = {decision->pieces[i].placement,
                                      decision->pieces[i].number};
        if (decision->pieces[i].offer)
            status = store_event(store, decision->id, &key, "printed", decision->decided_s,
                                 NULL, notes);
    }
    return status;
}
