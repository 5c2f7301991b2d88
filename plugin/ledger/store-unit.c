/* Units of limits, and the counters that add them up.
 *
 * A counter is a row for a limit, a scope and a window. Taking is one guarded statement,
 * so two that reach for the last unit at once cannot both have it. A rolling window is a
 * row a day; its row for ever (first_day 0) is taken first and holds the others back
 * while the days are added up. Giving back goes to the row that was taken from, however
 * late. What is counted is what promises hold; the checks over `unit` and `promise` come
 * to the same sums. */
#include "ledger/store-unit.h"
#include "ledger/guard.h"

#include "ledger/store-standby.h"

#include <stdlib.h>
#include <string.h>

int
unit_compare(const struct unit *one, const struct unit *other)
{
    int is_shared = !one->scope[0] - !other->scope[0];
    if (is_shared)
        return is_shared;
    int by_name = strcmp(one->name, other->name);
    return by_name ? by_name : strcmp(one->scope, other->scope);
}

static int
compare(const void *a, const void *b)
{
    return unit_compare(a, b);
}

void
unit_sort(struct unit *units, size_t count)
{
    if (count > 1)
        qsort(units, count, sizeof(*units), compare);
}

enum status
unit_make(struct store *store, const char *merchant, struct day today, int64_t minor,
          const struct unit_claim *claims, size_t count, struct arena *arena,
          struct unit **ret)
{
    struct unit *units = arena_make_array(arena, count ? count : 1, sizeof(*units));
    if (!units)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const struct unit_claim *claim = &claims[i];
        char name[NAME_SIZE];
        const char *scope = claim->scope ? claim->scope : "";
        if (claim->customer)
            scope = store_name(store, "customer", merchant, claim->customer, name);
        else if (claim->household)
            scope = store_name(store, "household", merchant, claim->household, name);
        if (!scope)
            return STATUS_BAD_CALL;
        units[i] = (struct unit){
            .name = claim->name,
            .scope = arena_strdup(arena, scope),
            .first_day = claim->rolling_days           ? today.n
                         : day_is_none(claim->first_day) ? 0
                                                         : claim->first_day.n,
            .rolling_days = claim->rolling_days,
            .minor = minor,
            .most = claim->most,
            .most_minor = claim->most_minor,
        };
        if (!units[i].scope)
            return STATUS_NO_MEMORY;
    }
    unit_sort(units, count);
    *ret = units;
    return STATUS_OK;
}

/* --- taking ------------------------------------------------------------------------- */

static const char sql_take[] =
    "INSERT INTO counter(merchant, name, scope, first_day, units, minor)"
    " VALUES(?1, ?2, ?3, ?4, ?8, ?5)"
    " ON CONFLICT(merchant, name, scope, first_day) DO UPDATE"
    " SET units = counter.units + excluded.units,"
    "  minor = counter.minor + excluded.minor"
    " WHERE (CAST(?6 AS BIGINT) < 0"
    "  OR counter.units + excluded.units <= CAST(?6 AS BIGINT))"
    " AND (CAST(?7 AS BIGINT) < 0"
    "  OR counter.minor + excluded.minor <= CAST(?7 AS BIGINT))"
    " RETURNING units";
static const char sql_sum[] =
    "SELECT CAST(sum(units) AS BIGINT), CAST(sum(minor) AS BIGINT) FROM counter"
    " WHERE merchant = ?1 AND name = ?2 AND scope = ?3 AND first_day >= ?4";

static enum status
take_from(struct store *store, const char *merchant, const struct unit *unit,
          int64_t count, int64_t first_day, int64_t most, int64_t most_minor,
          struct notes *notes)
{
    bool is_taken = false;
    most = GUARD_OR("cap", most, -1);
    most_minor = GUARD_OR("budget", most_minor, -1);
    bool is_counted = most >= 0 || most_minor >= 0;
    int64_t minor = count * unit->minor;
    if ((most >= 0 && count > most) || (most_minor >= 0 && minor > most_minor))
        return STATUS_WITHOUT; /* the guard looks at rows that are there */
    const struct value values[] = {T(merchant),  T(unit->name), T(unit->scope),
                                   I(first_day), I(minor),      I(most),
                                   I(most_minor), I(count)};
    if (!is_counted)
        return sql_run(store, sql_take, values, COUNT_OF(values), notes);
    enum status status =
        sql_change(store, sql_take, values, COUNT_OF(values), notes, &is_taken);
    return status == STATUS_OK && !is_taken ? STATUS_WITHOUT : status;
}

static enum status
check_days(struct store *store, const char *merchant, const struct unit *unit,
           struct notes *notes)
{
    struct rows *rows ROWS_AUTO = NULL;
    enum status status =
        sql_first(store, sql_sum,
                  VALUES(T(merchant), T(unit->name), T(unit->scope),
                         I(unit->first_day - unit->rolling_days + 1)),
                  notes, &rows);
    if (status != STATUS_OK || !rows)
        return status;
    bool is_over = (unit->most >= 0 && rows_int(rows, 0, 0) > unit->most) ||
                   (unit->most_minor >= 0 && rows_int(rows, 1, 0) > unit->most_minor);
    return GUARD("rolling", !is_over) ? STATUS_OK : STATUS_WITHOUT;
}

static const char sql_lease[] =
    "SELECT units, minor FROM lease WHERE merchant = ?1 AND station = ?2 AND name = ?3"
    " AND scope = ?4 AND first_day = ?5";
static const char sql_use_lease[] =
    "UPDATE lease SET units = units - 1, minor = minor - ?6 WHERE merchant = ?1"
    " AND station = ?2 AND name = ?3 AND scope = ?4 AND first_day = ?5 AND units > 0"
    " RETURNING units";

static bool
is_counted(const struct unit *unit)
{
    return unit->most >= 0 || unit->most_minor >= 0;
}

/* Alone with its own file a station has what it leased, and nothing of what is counted
 * by customer: others may be giving the same customer the same. */
static enum status
take_leased(struct store *store, const char *merchant, const struct unit *unit,
            struct notes *notes)
{
    struct rows *rows ROWS_AUTO = NULL;
    if (unit->scope[0] && unit->scope[1] == '~')
        return STATUS_WITHOUT;
    enum status status =
        sql_first(store, sql_lease,
                  VALUES(T(merchant), T(store->station), T(unit->name), T(unit->scope),
                         I(unit->first_day)),
                  notes, &rows);
    if (status != STATUS_OK || !rows)
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    int64_t most = unit->most >= 0 ? rows_int(rows, 0, 0) : -1;
    int64_t most_minor = unit->most_minor >= 0 ? rows_int(rows, 1, 0) : -1;
    rows_done(&rows);
    return take_from(store, merchant, unit, 1, unit->first_day, most, most_minor, notes);
}

/* The counter has had it since it was leased. */
static enum status
settle_leased(struct store *store, const char *merchant, const struct unit *unit,
              struct notes *notes)
{
    bool was_leased = false;
    enum status status =
        sql_change(store, sql_use_lease,
                   VALUES(T(merchant), T(store->station), T(unit->name), T(unit->scope),
                          I(unit->first_day), I(unit->minor)),
                   notes, &was_leased);
    return status == STATUS_OK && !was_leased ? STATUS_WITHOUT : status;
}

enum status
unit_take_many(struct store *store, const char *merchant, const struct unit *unit,
               int64_t count, struct notes *notes)
{
    if (unit->rolling_days == 0)
        return take_from(store, merchant, unit, count, unit->first_day, unit->most,
                         unit->most_minor, notes);
    enum status status = take_from(store, merchant, unit, count, 0, -1, -1, notes);
    if (status == STATUS_OK)
        status =
            take_from(store, merchant, unit, count, unit->first_day, -1, -1, notes);
    return status == STATUS_OK ? check_days(store, merchant, unit, notes) : status;
}

enum status
unit_take(struct store *store, const char *merchant, const struct unit *unit,
          struct notes *notes)
{
    if (store->is_standby && is_counted(unit))
        return take_leased(store, merchant, unit, notes);
    if (store->is_settling && is_counted(unit))
        return settle_leased(store, merchant, unit, notes);
    return unit_take_many(store, merchant, unit, 1, notes);
}

/* --- giving back -------------------------------------------------------------------- */

static const char sql_give[] =
    "UPDATE counter SET units = units - ?6, minor = minor - ?5"
    " WHERE merchant = ?1 AND name = ?2 AND scope = ?3 AND first_day = ?4";

static enum status
give_to(struct store *store, const char *merchant, const struct unit *unit,
        int64_t count, int64_t first_day, struct notes *notes)
{
    return sql_run(store, sql_give,
                   VALUES(T(merchant), T(unit->name), T(unit->scope), I(first_day),
                          I(count * unit->minor), I(count)),
                   notes);
}

enum status
unit_give_many(struct store *store, const char *merchant, const struct unit *unit,
               int64_t count, struct notes *notes)
{
    enum status status = STATUS_OK;
    bool was_leased = store->is_standby && is_counted(unit);
    if (unit->rolling_days && !was_leased)
        status = give_to(store, merchant, unit, count, 0, notes);
    return status == STATUS_OK
               ? give_to(store, merchant, unit, count, unit->first_day, notes)
               : status;
}

enum status
unit_give(struct store *store, const char *merchant, const struct unit *unit,
          struct notes *notes)
{
    return unit_give_many(store, merchant, unit, 1, notes);
}

/* --- rows --------------------------------------------------------------------------- */

static const char sql_put[] =
    "INSERT INTO unit(promise, name, scope, first_day, rolling_days, minor, most,"
    " most_minor) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

enum status
unit_put(struct store *store, int64_t promise, const struct unit *unit,
         struct notes *notes)
{
    return sql_run(store, sql_put,
                   VALUES(I(promise), T(unit->name), T(unit->scope), I(unit->first_day),
                          I(unit->rolling_days), I(unit->minor), I(unit->most),
                          I(unit->most_minor)),
                   notes);
}

static const char sql_units[] =
    "SELECT name, scope, first_day, rolling_days, minor, most, most_minor FROM unit"
    " WHERE promise = ?1";

enum status
unit_of_promise(struct store *store, int64_t promise, struct arena *arena,
                struct notes *notes, struct unit **ret, size_t *ret_count)
{
    struct rows *rows ROWS_AUTO = NULL;
    struct unit *units = NULL;
    size_t count = 0, room = 0;
    bool has_row = false;
    enum status status = sql_query(store, sql_units, VALUES(I(promise)), notes, &rows);
    while (status == STATUS_OK &&
           (status = rows_next(rows, notes, &has_row)) == STATUS_OK && has_row) {
        struct row row = {.rows = rows, .arena = arena};
        struct unit *unit = arena_append(arena, &units, &count, &room, sizeof(*unit));
        if (!unit)
            return STATUS_NO_MEMORY;
        *unit = (struct unit){
            .name = row_text(&row, 0),
            .scope = row_text(&row, 1),
            .first_day = rows_int(rows, 2, 0),
            .rolling_days = rows_int(rows, 3, 0),
            .minor = rows_int(rows, 4, 0),
            .most = rows_int(rows, 5, -1),
            .most_minor = rows_int(rows, 6, -1),
        };
        status = row.failed ? STATUS_NO_MEMORY : STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    unit_sort(units, count);
    *ret = units;
    *ret_count = count;
    return STATUS_OK;
}

/* --- what is used ------------------------------------------------------------------- */

static const char sql_used[] = "SELECT units, minor FROM counter WHERE merchant = ?1"
                               " AND name = ?2 AND scope = ?3 AND first_day = ?4";
/* Of the order's own promises, so that a second parcel finds what the first one took. */
static const char sql_own[] =
    "SELECT count(*), CAST(coalesce(sum(u.minor), 0) AS BIGINT) FROM promise p"
    " JOIN unit u ON u.promise = p.id"
    " WHERE p.merchant = ?1 AND p.order_id = ?2 AND p.is_holding = 1 AND u.name = ?3"
    " AND u.scope = ?4 AND u.first_day >= ?5 AND u.first_day <= ?6";
static const char sql_has_own[] = "SELECT 1 FROM promise WHERE merchant = ?1"
                                  " AND order_id = ?2 AND is_holding = 1 LIMIT 1";

static enum status
count_used(struct store *store, const char *merchant, const char *own_order,
           const struct unit *unit, struct notes *notes, struct unit_use *ret)
{
    bool is_rolling = unit->rolling_days != 0;
    int64_t from = is_rolling ? unit->first_day - unit->rolling_days + 1 : unit->first_day;
    struct rows *rows ROWS_AUTO = NULL;
    if (store->is_standby)
        return standby_used(store, merchant, unit, notes, ret);
    *ret = (struct unit_use){.is_known = true};
    enum status status =
        sql_first(store, is_rolling ? sql_sum : sql_used,
                  VALUES(T(merchant), T(unit->name), T(unit->scope), I(from)), notes,
                  &rows);
    if (status == STATUS_OK && rows)
        *ret = (struct unit_use){rows_int(rows, 0, 0), rows_int(rows, 1, 0), true};
    rows_done(&rows);
    if (status != STATUS_OK || !own_order || ret->units == 0)
        return status;
    status = sql_first(store, sql_own,
                       VALUES(T(merchant), T(own_order), T(unit->name), T(unit->scope),
                              I(from), I(is_rolling ? INT32_MAX : unit->first_day)),
                       notes, &rows);
    if (status == STATUS_OK && rows) {
        ret->units -= rows_int(rows, 0, 0);
        ret->minor -= rows_int(rows, 1, 0);
    }
    return status;
}

enum status
store_used(struct store *store, const char *merchant, const char *except_order,
           struct day today, const struct unit_claim *claims, size_t count,
           struct notes *notes, struct unit_use *ret)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    bool is_empty = false;
    int64_t has_own = 0;
    enum status status = arena ? store_look(store, notes, &is_empty) : STATUS_NO_MEMORY;
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < count && is_empty; i++)
        ret[i] = (struct unit_use){.is_known = true};
    if (is_empty)
        return STATUS_OK;
    if (except_order)
        status = sql_number(store, sql_has_own, VALUES(T(merchant), T(except_order)), 0,
                            notes, &has_own);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        struct unit *unit = NULL;
        status = unit_make(store, merchant, today, 0, &claims[i], 1, arena, &unit);
        if (status == STATUS_OK)
            status = count_used(store, merchant, has_own ? except_order : NULL, unit,
                                notes, &ret[i]);
    }
    return store_looked(store, status, notes);
}
