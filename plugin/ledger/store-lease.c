/* Leases: units of shared limits that a station holds in advance.
 *
 * The database's counters have counted them already, so whoever uses them, and however
 * late it is told, no limit is exceeded. The database's row of a lease is the true one;
 * the station's file has a copy. What is to be given back is first forgotten here, so that
 * nobody uses it, and only then counted off there. */
#include "ledger/store-standby.h"

#include <string.h>

struct leasing {
    struct store *primary, *standby;
    const char *merchant;
    int32_t most;
    struct unit *wishes; /* those that can be leased; minor: of one unit */
    size_t wish_count;
    struct arena *arena;
    struct notes *notes;
    struct held {
        struct unit unit; /* minor: of all */
        int64_t units;
    } *held; /* by the database's rows */
    size_t held_count, room;
};

static const char sql_behind[] = STANDBY_IS_BEHIND;
static const char sql_leases[] =
    "SELECT name, scope, first_day, units, minor, rolling_days FROM lease WHERE merchant = ?1"
    " AND station = ?2";
static const char sql_put_lease[] =
    "INSERT INTO lease(merchant, station, name, scope, first_day, units, minor,"
    " rolling_days) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
    " ON CONFLICT(merchant, station, name, scope, first_day) DO UPDATE"
    " SET units = excluded.units, minor = excluded.minor";
static const char sql_drop_lease[] =
    "DELETE FROM lease WHERE merchant = ?1 AND station = ?2 AND name = ?3 AND scope = ?4"
    " AND first_day = ?5";

static bool
is_same(const struct unit *a, const struct unit *b)
{
    return text_equal(a->name, b->name) && text_equal(a->scope, b->scope) &&
           a->first_day == b->first_day;
}

static const struct unit *
find_wish(const struct leasing *leasing, const struct unit *unit)
{
    for (size_t i = 0; i < leasing->wish_count; i++)
        if (is_same(&leasing->wishes[i], unit))
            return &leasing->wishes[i];
    return NULL;
}

static enum status
read_leases(struct leasing *leasing, struct store *store)
{
    struct rows *rows ROWS_AUTO = NULL;
    bool has_row = false;
    leasing->held = NULL;
    leasing->held_count = leasing->room = 0;
    enum status status =
        sql_query(store, sql_leases, VALUES(T(leasing->merchant), T(store->station)),
                  leasing->notes, &rows);
    while (status == STATUS_OK &&
           (status = rows_next(rows, leasing->notes, &has_row)) == STATUS_OK && has_row) {
        struct row row = {.rows = rows, .arena = leasing->arena};
        struct held *held = arena_append(leasing->arena, &leasing->held,
                                         &leasing->held_count, &leasing->room,
                                         sizeof(*held));
        if (held)
            *held = (struct held){.unit = {.name = row_text(&row, 0),
                                           .scope = row_text(&row, 1),
                                           .first_day = rows_int(rows, 2, 0),
                                           .minor = rows_int(rows, 4, 0),
                                           .rolling_days = rows_int(rows, 5, 0)},
                                  .units = rows_int(rows, 3, 0)};
        status = held && !row.failed ? STATUS_OK : STATUS_NO_MEMORY;
    }
    return status;
}

static enum status
drop_lease(const struct leasing *leasing, struct store *store, const struct unit *unit)
{
    return sql_run(store, sql_drop_lease,
                   VALUES(T(leasing->merchant), T(store->station), T(unit->name),
                          T(unit->scope), I(unit->first_day)),
                   leasing->notes);
}

/* First here: what is to be given back must not be used any more. */
static enum status
drop_here(struct leasing *leasing)
{
    enum status status = store_begin(leasing->standby, leasing->notes);
    if (status != STATUS_OK)
        return status;
    int64_t is_behind = 0; /* another process may have used some meanwhile */
    status = sql_number(leasing->standby, sql_behind, NULL, 0, 0, leasing->notes,
                        &is_behind);
    if (status == STATUS_OK && is_behind)
        status = STATUS_RETRY;
    if (status == STATUS_OK)
        status = read_leases(leasing, leasing->standby);
    for (size_t i = 0; status == STATUS_OK && i < leasing->held_count; i++)
        if (!find_wish(leasing, &leasing->held[i].unit))
            status = drop_lease(leasing, leasing->standby, &leasing->held[i].unit);
    return store_end(leasing->standby, status, leasing->notes);
}

static const char sql_counter[] =
    "SELECT units, minor FROM counter WHERE merchant = ?1 AND name = ?2 AND scope = ?3"
    " AND first_day = ?4";
static const char sql_rolling_counter[] =
    "SELECT CAST(sum(units) AS BIGINT), CAST(sum(minor) AS BIGINT) FROM counter"
    " WHERE merchant = ?1 AND name = ?2 AND scope = ?3 AND first_day >= ?4";

/* A quarter of what is left at most, so that the last units are not locked away. */
#define LEASE_SHARE 4

static enum status
reckon_room(const struct leasing *leasing, const struct unit *wish, int64_t *ret)
{
    struct rows *rows ROWS_AUTO = NULL;
    bool is_rolling = wish->rolling_days != 0;
    int64_t from = is_rolling ? wish->first_day - wish->rolling_days + 1 : wish->first_day;
    int64_t room = INT32_MAX;
    enum status status =
        sql_first(leasing->primary, is_rolling ? sql_rolling_counter : sql_counter,
                  VALUES(T(leasing->merchant), T(wish->name), T(wish->scope), I(from)),
                  leasing->notes, &rows);
    if (status != STATUS_OK)
        return status;
    int64_t units = rows ? rows_int(rows, 0, 0) : 0;
    int64_t minor = rows ? rows_int(rows, 1, 0) : 0;
    if (wish->most >= 0)
        room = wish->most - units;
    if (wish->most_minor >= 0 && wish->minor > 0) {
        int64_t by_money = (wish->most_minor - minor) / wish->minor;
        room = by_money < room ? by_money : room;
    }
    *ret = room > 0 ? room / LEASE_SHARE : 0;
    return STATUS_OK;
}

static enum status
top_up(struct leasing *leasing, const struct unit *wish)
{
    struct held none = {.unit = *wish}, *held = &none;
    int64_t room = 0;
    none.unit.minor = 0;
    for (size_t i = 0; i < leasing->held_count; i++)
        if (is_same(&leasing->held[i].unit, wish))
            held = &leasing->held[i];
    int64_t want = leasing->most - held->units;
    if (want <= leasing->most / 2)
        return STATUS_OK;
    enum status status = reckon_room(leasing, wish, &room);
    int64_t count = want < room ? want : room;
    if (status != STATUS_OK || count <= 0)
        return status;
    status = store_part(leasing->primary, leasing->notes);
    if (status == STATUS_OK)
        status = store_parted(leasing->primary,
                              unit_take_many(leasing->primary, leasing->merchant, wish,
                                             count, leasing->notes),
                              leasing->notes);
    if (status != STATUS_OK) /* others took them in between */
        return status == STATUS_WITHOUT ? STATUS_OK : status;
    return sql_run(leasing->primary, sql_put_lease,
                   VALUES(T(leasing->merchant), T(leasing->primary->station),
                          T(wish->name), T(wish->scope), I(wish->first_day),
                          I(held->units + count),
                          I(held->unit.minor + count * wish->minor),
                          I(wish->rolling_days)),
                   leasing->notes);
}

static const char sql_less_counter[] =
    "UPDATE counter SET units = units - ?5, minor = minor - ?6 WHERE merchant = ?1"
    " AND name = ?2 AND scope = ?3 AND first_day = ?4";

static enum status
give_back(struct leasing *leasing, const struct held *held)
{
    const struct unit *unit = &held->unit;
    enum status status = STATUS_OK;
    for (int i = unit->rolling_days ? 0 : 1; status == STATUS_OK && i < 2; i++)
        status = sql_run(leasing->primary, sql_less_counter,
                         VALUES(T(leasing->merchant), T(unit->name), T(unit->scope),
                                I(i == 0 ? 0 : unit->first_day), I(held->units),
                                I(unit->minor)),
                         leasing->notes);
    return status == STATUS_OK ? drop_lease(leasing, leasing->primary, unit) : status;
}

static enum status
lease_there(struct leasing *leasing)
{
    enum status status = store_begin(leasing->primary, leasing->notes);
    if (status != STATUS_OK)
        return status;
    status = store_lock(leasing->primary, "lease", leasing->merchant,
                        leasing->primary->station, leasing->notes);
    if (status == STATUS_OK)
        status = read_leases(leasing, leasing->primary);
    for (size_t i = 0; status == STATUS_OK && i < leasing->held_count; i++)
        if (!find_wish(leasing, &leasing->held[i].unit))
            status = give_back(leasing, &leasing->held[i]);
    for (size_t i = 0; status == STATUS_OK && i < leasing->wish_count; i++)
        status = top_up(leasing, &leasing->wishes[i]);
    if (status == STATUS_OK) /* as they stand now, for the copy */
        status = read_leases(leasing, leasing->primary);
    return store_end(leasing->primary, status, leasing->notes);
}

static enum status
copy_here(struct leasing *leasing)
{
    enum status status = store_begin(leasing->standby, leasing->notes);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; status == STATUS_OK && i < leasing->held_count; i++) {
        const struct held *held = &leasing->held[i];
        status = sql_run(leasing->standby, sql_put_lease,
                         VALUES(T(leasing->merchant), T(leasing->standby->station),
                                T(held->unit.name), T(held->unit.scope),
                                I(held->unit.first_day), I(held->units),
                                I(held->unit.minor), I(held->unit.rolling_days)),
                         leasing->notes);
    }
    return store_end(leasing->standby, status, leasing->notes);
}

enum status
standby_lease(struct store *primary, struct store *standby, const char *merchant,
              struct day today, const struct lease_wish *wishes, size_t count,
              int32_t most, struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct leasing leasing = {.primary = primary,
                              .standby = standby,
                              .merchant = merchant,
                              .most = most,
                              .arena = arena,
                              .notes = notes};
    bool is_behind = false;
    if (!arena || !(leasing.wishes = arena_make_array(arena, count ? count : 1,
                                                      sizeof(*leasing.wishes))))
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const struct unit_claim *claim = &wishes[i].claim;
        struct unit *unit = NULL;
        if (claim->customer || claim->household ||
            (claim->most < 0 && claim->most_minor < 0))
            continue;
        enum status status = unit_make(primary, merchant, today, wishes[i].minor, claim,
                                       1, arena, &unit);
        if (status != STATUS_OK)
            return status;
        leasing.wishes[leasing.wish_count++] = *unit;
    }
    unit_sort(leasing.wishes, leasing.wish_count);
    enum status status = standby_is_behind(standby, notes, &is_behind);
    if (status != STATUS_OK || is_behind) /* what it holds is not clear before it settles */
        return status == STATUS_OK ? STATUS_RETRY : status;
    status = drop_here(&leasing);
    if (status == STATUS_OK)
        status = lease_there(&leasing);
    return status == STATUS_OK ? copy_here(&leasing) : status;
}
