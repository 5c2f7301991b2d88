/* Standing counts, kept as a roll-up so that a cap costs a look-up and not a scan.
 *
 * A row a customer and offer, and one with customer '' for all. They change in the
 * transaction that adds or voids a piece, so they cannot drift from the events. Leaving
 * one order out is reckoned from that order's own pieces, which are few. */
#include "ledger/store-tally.h"

#include <string.h>

static const char sql_add[] =
    "INSERT INTO tally(merchant, offer, customer, decided, last_s) VALUES(?1,?2,?3,1,?4)"
    " ON CONFLICT DO UPDATE SET decided = decided + 1,"
    " last_s = max(coalesce(last_s, excluded.last_s), excluded.last_s)";

enum status
tally_add(struct store *store, const struct tallied *piece, struct notes *notes)
{
    enum status status = STATUS_OK;
    if (!piece->is_held_out)
        status = sql_run(
            store, sql_add,
            VALUES(T(piece->merchant), T(piece->offer), T(""), I(piece->decided_s)),
            notes);
    if (status == STATUS_OK && piece->customer)
        status = sql_run(store, sql_add,
                         VALUES(T(piece->merchant), T(piece->offer), T(piece->customer),
                                I(piece->decided_s)),
                         notes);
    return status;
}

/* The last one is looked up anew; walking back from the newest it is mostly the first. */
static const char sql_less[] =
    "UPDATE tally SET decided = decided - 1, last_s = (SELECT decided_s FROM live_piece"
    "  WHERE merchant = ?1 AND offer = ?2 AND customer = ?3 ORDER BY decision DESC LIMIT "
    "1)"
    " WHERE merchant = ?1 AND offer = ?2 AND customer = ?3";
static const char sql_less_in_all[] =
    "UPDATE tally SET decided = decided - 1"
    " WHERE merchant = ?1 AND offer = ?2 AND customer = ''";

enum status
tally_take_back(struct store *store, const struct tallied *piece, struct notes *notes)
{
    enum status status = STATUS_OK;
    if (!piece->is_held_out)
        status = sql_run(store, sql_less_in_all,
                         VALUES(T(piece->merchant), T(piece->offer)), notes);
    if (status == STATUS_OK && piece->customer)
        status = sql_run(store, sql_less,
                         VALUES(T(piece->merchant), T(piece->offer), T(piece->customer)),
                         notes);
    return status;
}

static const char sql_count[] =
    "SELECT decided FROM tally WHERE merchant = ?1 AND offer = ?2 AND customer = ?3";

enum status
tally_count(struct store *store, const char *merchant, const char *customer,
            const char *offer, struct notes *notes, int64_t *ret)
{
    return sql_number(store, sql_count, VALUES(T(merchant), T(offer), T(customer)), 0,
                      notes, ret);
}

/* --- standing ----------------------------------------------------------------------- */

static const char sql_standing[] =
    "SELECT customer, decided, last_s FROM tally"
    " WHERE merchant = ?1 AND offer = ?2 AND customer IN ('', ?3)";
static const char sql_of_order[] = "SELECT customer, offer, is_held_out FROM live_piece"
                                   " WHERE merchant = ?1 AND order_id = ?2";
static const char sql_last_of_others[] =
    "SELECT decided_s FROM live_piece"
    " WHERE merchant = ?1 AND offer = ?2 AND customer = ?3 AND order_id != ?4"
    " ORDER BY decision DESC LIMIT 1";

struct asked {
    struct store *store;
    const char *merchant, *customer, *except_order;
    const char *const *offers;
    size_t count;
    struct offer_standing *ret;
};

static enum status
count_offer(const struct asked *asked, size_t i, struct notes *notes)
{
    sqlite3_stmt *stmt QUERY_AUTO = NULL;
    struct offer_standing *standing = &asked->ret[i];
    bool has_row = false;
    *standing = (struct offer_standing){.last_decided_s = TIME_NONE};
    enum status status =
        sql_query(asked->store, sql_standing,
                  VALUES(T(asked->merchant), T(asked->offers[i]), T(asked->customer)),
                  notes, &stmt);
    while (status == STATUS_OK) {
        status = sql_step(asked->store, stmt, notes, &has_row);
        if (status != STATUS_OK || !has_row)
            break;
        struct row row = {.stmt = stmt};
        int64_t decided = row_int(&row, 1, 0);
        if (text_equal((const char *)sqlite3_column_text(stmt, 0), "")) {
            standing->decided_in_all = decided;
        } else {
            standing->decided_for_customer =
                decided > INT32_MAX ? INT32_MAX : (int32_t)decided;
            standing->last_decided_s = row_int(&row, 2, TIME_NONE);
        }
    }
    return status;
}

static enum status
leave_piece_out(const struct asked *asked, sqlite3_stmt *stmt, struct notes *notes)
{
    const char *customer = (const char *)sqlite3_column_text(stmt, 0);
    const char *offer = (const char *)sqlite3_column_text(stmt, 1);
    for (size_t i = 0; i < asked->count; i++) {
        if (!text_equal(offer, asked->offers[i]))
            continue;
        asked->ret[i].decided_in_all -= sqlite3_column_int(stmt, 2) ? 0 : 1;
        if (!asked->customer || !text_equal(customer, asked->customer))
            continue;
        asked->ret[i].decided_for_customer--;
        enum status status =
            sql_number(asked->store, sql_last_of_others,
                       VALUES(T(asked->merchant), T(asked->offers[i]), T(asked->customer),
                              T(asked->except_order)),
                       TIME_NONE, notes, &asked->ret[i].last_decided_s);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum status
leave_order_out(const struct asked *asked, struct notes *notes)
{
    sqlite3_stmt *stmt QUERY_AUTO = NULL;
    bool has_row = false;
    enum status status =
        sql_query(asked->store, sql_of_order,
                  VALUES(T(asked->merchant), T(asked->except_order)), notes, &stmt);
    while (status == STATUS_OK) {
        status = sql_step(asked->store, stmt, notes, &has_row);
        if (status != STATUS_OK || !has_row)
            break;
        status = leave_piece_out(asked, stmt, notes);
    }
    return status;
}

enum status
store_standing(struct store *store, const char *merchant, const char *customer,
               const char *except_order, const char *const *offers, size_t count,
               struct notes *notes, struct offer_standing *ret)
{
    const struct asked asked = {.store = store,
                                .merchant = merchant,
                                .customer = customer && customer[0] ? customer : NULL,
                                .except_order = except_order,
                                .offers = offers,
                                .count = count,
                                .ret = ret};
    bool is_empty = false;
    enum status status = store_look(store, notes, &is_empty);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < count && is_empty; i++)
        ret[i] = (struct offer_standing){.last_decided_s = TIME_NONE};
    if (is_empty)
        return STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = count_offer(&asked, i, notes);
    if (status == STATUS_OK && except_order)
        status = leave_order_out(&asked, notes);
    return store_looked(store, status, notes);
}
