/* Look-ups in a ledger of years: by order, by code, and what is used of limits, among
 * millions of events.
 *
 * The ledger is made by its own opening and filled by plain statements in one
 * transaction, because a year of packing would take an hour. What is looked up is chosen
 * by chance, so the pages of the file are in the system's memory at best. */
#include "bench/bench-desk.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LOOKS 3000
#define EVENTS_EACH 10 /* events of three promises: made, printed; one redeemed */

/* --- filling ------------------------------------------------------------------------ */

static void
pseudonym(sqlite3_context *context, int count, sqlite3_value **values)
{
    char name[PSEUDONYM_SIZE + 2] = "c~";
    (void)count;
    keys_pseudonym(sqlite3_user_data(context), "customer",
                   (const char *)sqlite3_value_text(values[0]), name + 2);
    sqlite3_result_text(context, name, -1, SQLITE_TRANSIENT);
}

/* ?1: how many orders. A customer has four of them. */
#define ROWS "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
#define ORDER "printf('O-%09d', i)"
#define CUSTOMER "(SELECT name FROM temp.person WHERE person.id = i / 4)"
#define CODE "printf('FERN-%06X-%09d', i * 7919 % 16777216, i)"
static const char *const sql_fill[] = {
    "CREATE TEMP TABLE person(id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
    ROWS "INSERT INTO temp.person SELECT i - 1, pseudonym(printf('C-%07d', i - 1)) FROM n"
         " WHERE i <= ?1 / 4 + 1",
    ROWS "INSERT INTO decision SELECT i, 'fern', " ORDER ", '1', 1, " CUSTOMER ","
         " lower(hex(randomblob(32))), 1700000000 + i, 'c0ffee', 'facade', 'bench-1' FROM n",
    ROWS "INSERT INTO promise SELECT i, 'fern', " ORDER ", printf('offer-%d', i % 10), " CUSTOMER ","
         " NULL, 1700000000 + i, 0, " CODE ", NULL, 21000, 21001 * 86400, 500, 'EUR',"
         " CASE WHEN i % 3 = 0 THEN 'redeemed' ELSE 'printed' END, 1, 1 FROM n",
    ROWS "INSERT INTO piece SELECT i, 'coupon', 0, 0, printf('offer-%d', i % 10), 0, NULL, 'card',"
         " NULL, 'the best of two', i, NULL, NULL, 1.0 FROM n",
    ROWS "INSERT INTO redemption SELECT 'fern', " CODE ", i, 1700009999 + i, NULL, 'till-1',"
         " 4290, 'EUR' FROM n WHERE i % 3 = 0",
    ROWS "INSERT INTO unit SELECT i, 'budget', '', 0, 0, 500, -1, 1000000000000, NULL FROM n",
    ROWS "INSERT INTO unit SELECT i, printf('offer-%d/customer', i % 10), " CUSTOMER ", 0, 0,"
         " 500, 1000000, -1, NULL FROM n",
    "INSERT INTO counter SELECT 'fern', name, scope, first_day, count(*), sum(minor)"
    " FROM unit GROUP BY name, scope, first_day",
};
static const char sql_events[] =
    ROWS "INSERT INTO event SELECT NULL, 1700000000 + i, k.kind,"
         " CASE WHEN k.of != 'promise' THEN i END, CASE k.of WHEN 'decision' THEN ''"
         " WHEN 'piece' THEN 'coupon' END, CASE WHEN k.of != 'promise' THEN 0 END,"
         " CASE WHEN k.of != 'decision' THEN i END,"
         " CASE WHEN k.kind = 'redeemed' THEN " CODE " END FROM n CROSS JOIN"
         " (SELECT 'decided' AS kind, 'decision' AS of, 1 AS every UNION ALL"
         "  SELECT 'reserved', 'piece', 1 UNION ALL SELECT 'printed', 'piece', 1 UNION ALL"
         "  SELECT 'redeemed', 'promise', 3) k WHERE i % k.every = 0";

struct filling {
    sqlite3 *db;
    int64_t orders;
    char **indexes; /* taken away, to be made again when the rows are in */
    int index_count;
};

static bool
fill(struct filling *filling, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(filling->db, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK && sqlite3_bind_parameter_count(stmt) > 0)
        rc = sqlite3_bind_int64(stmt, 1, filling->orders);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    sqlite3_finalize(stmt);
    if (rc == SQLITE_DONE || rc == SQLITE_ROW)
        return true;
    fprintf(stderr, "bench: filling the ledger: %s in %.60s\n",
            sqlite3_errmsg(filling->db), sql);
    return false;
}

static int64_t
number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    int64_t found = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        found = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return found;
}

/* Rows in order of nothing are put in without their indexes, which are sorted after. */
static bool
drop_indexes(struct filling *filling)
{
    char **found = NULL;
    char drop[200];
    int rows = 0, columns = 0;
    if (sqlite3_get_table(filling->db,
                          "SELECT name, sql FROM sqlite_schema WHERE type = 'index'"
                          " AND sql IS NOT NULL",
                          &found, &rows, &columns, NULL) != SQLITE_OK)
        return false;
    filling->indexes = found;
    filling->index_count = rows;
    for (int i = 1; i <= rows; i++) {
        snprintf(drop, sizeof(drop), "DROP INDEX %s", found[2 * i]);
        if (!fill(filling, drop))
            return false;
    }
    return true;
}

static bool
make_indexes(struct filling *filling, bool of_events)
{
    for (int i = 1; i <= filling->index_count; i++) {
        const char *sql = filling->indexes[2 * i + 1];
        if ((strstr(sql, "ON event(") != NULL) == of_events && !fill(filling, sql))
            return false;
    }
    return true;
}

static bool
fill_all(struct filling *filling, int64_t *ret_event_bytes)
{
    static const char bytes[] = "SELECT (SELECT page_count FROM pragma_page_count) *"
                                " (SELECT page_size FROM pragma_page_size)";
    bool is_fine = fill(filling, "PRAGMA cache_size = -400000") &&
                   fill(filling, "PRAGMA foreign_keys = OFF") && fill(filling, "BEGIN") &&
                   drop_indexes(filling);
    for (size_t i = 0; is_fine && i < COUNT_OF(sql_fill); i++)
        is_fine = fill(filling, sql_fill[i]);
    is_fine = is_fine && make_indexes(filling, false);
    int64_t before = number(filling->db, bytes);
    is_fine = is_fine && fill(filling, sql_events) && make_indexes(filling, true);
    *ret_event_bytes = number(filling->db, bytes) - before;
    return is_fine && fill(filling, "COMMIT") &&
           fill(filling, "PRAGMA wal_checkpoint(TRUNCATE)");
}

static bool
fill_ledger(const struct desk_place *place, int64_t orders, int64_t *ret_events)
{
    struct filling filling = {.orders = orders};
    struct stat stat_ = {0};
    int64_t event_bytes = 0, begun = bench_now_us();
    char remark[80];
    bool is_fine =
        sqlite3_open(place->path, &filling.db) == SQLITE_OK &&
        sqlite3_create_function(filling.db, "pseudonym", 1, SQLITE_UTF8, place->keys,
                                pseudonym, NULL, NULL) == SQLITE_OK &&
        fill_all(&filling, &event_bytes);
    if (is_fine)
        *ret_events = number(filling.db, "SELECT count(*) FROM event");
    sqlite3_free_table(filling.indexes);
    sqlite3_close(filling.db);
    if (!is_fine || stat(place->path, &stat_) != 0)
        return false;
    snprintf(remark, sizeof(remark), "%lld promises, %.2f GB, filled in %.0f s",
             (long long)orders, (double)stat_.st_size / 1e9,
             (double)(bench_now_us() - begun) / 1e6);
    bench_row("events", (double)*ret_events, "", remark);
    bench_row("size of an event, with its indexes",
              (double)event_bytes / (double)*ret_events, "bytes", NULL);
    bench_row("size of a promise, with its decision and events",
              (double)stat_.st_size / (double)orders, "bytes", "without documents");
    return true;
}

/* --- looking up --------------------------------------------------------------------- */

struct looking {
    struct desk desk;
    int64_t order; /* chosen by chance */
};

static enum status
look_order(struct looking *looking)
{
    struct decision *found = NULL;
    char order[32];
    snprintf(order, sizeof(order), "O-%09lld", (long long)looking->order);
    return ledger_find(looking->desk.ledger, "fern", order, "1", looking->desk.arena,
                       &looking->desk.notes, &found);
}

static enum status
look_code(struct looking *looking)
{
    struct promise *found = NULL;
    size_t count = 0;
    char code[40];
    snprintf(code, sizeof(code), "FERN-%06llX-%09lld",
             (unsigned long long)(looking->order * 7919 % 16777216),
             (long long)looking->order);
    return ledger_promises(looking->desk.ledger, "fern", NULL, code, NULL,
                           looking->desk.arena, &looking->desk.notes, &found, &count);
}

static enum status
look_limits(struct looking *looking)
{
    char customer[24], name[32];
    struct unit_use used[2] = {{0}};
    snprintf(customer, sizeof(customer), "C-%07lld", (long long)looking->order / 4);
    snprintf(name, sizeof(name), "offer-%d/customer", (int)(looking->order % 10));
    const struct unit_claim claims[] = {
        {.name = name, .customer = customer, .first_day = DAY_NONE},
        {.name = "budget", .first_day = DAY_NONE}};
    enum status status =
        ledger_used(looking->desk.ledger, "fern", "another", (struct day){DESK_DAY}, claims,
                    2, &looking->desk.notes, used);
    return status == STATUS_OK && used[0].units == 0 ? STATUS_BUG : status;
}

static enum status
look_customer(struct looking *looking)
{
    static const char *const offers[] = {"offer-1", "offer-2", "offer-3"};
    char customer[24];
    int64_t last[3];
    snprintf(customer, sizeof(customer), "C-%07lld", (long long)looking->order / 4);
    return ledger_last(looking->desk.ledger, "fern", customer, "another", offers, 3,
                       &looking->desk.notes, last);
}

static bool
look_row(struct looking *looking, int64_t orders, const char *what,
         enum status (*look)(struct looking *looking))
{
    static int64_t us[LOOKS];
    uint64_t chance = 88172645463325252u;
    double median = 0, p99 = 0;
    char remark[60];
    for (int i = 0; i < LOOKS; i++) {
        chance = chance * 6364136223846793005u + 1442695040888963407u;
        looking->order = 1 + (int64_t)((chance >> 33) % (uint64_t)orders);
        arena_reset(looking->desk.arena);
        int64_t begun = bench_now_us();
        enum status status = look(looking);
        us[i] = bench_now_us() - begun;
        if (status != STATUS_OK)
            return desk_failed(what, status, &looking->desk.notes);
    }
    bench_percentiles(us, LOOKS, &median, &p99);
    snprintf(remark, sizeof(remark), "99 of 100 within %.3f ms; aim: under 0.2",
             p99 / 1000);
    bench_row(what, median / 1000, "ms", remark);
    return true;
}

static bool
look_rows(const struct desk_place *place, int64_t orders)
{
    struct looking looking = {0};
    bool is_fine =
        desk_open(&looking.desk, place, place->path, 1) &&
        look_row(&looking, orders, "a decision by its order, median", look_order) &&
        look_row(&looking, orders, "a promise and its life by code, median", look_code) &&
        look_row(&looking, orders, "what is used of two limits, median", look_limits) &&
        look_row(&looking, orders, "a customer's last promises, median", look_customer);
    desk_close(&looking.desk);
    return is_fine;
}

int
bench_events(const struct bench_how *how)
{
    struct desk_place place;
    struct desk desk;
    int64_t orders = how->events * 3 / EVENTS_EACH, events = 0;
    if (desk_place(&place) != 0)
        return 1;
    bench_title("look-ups (one process, chosen by chance)");
    bool is_fine = desk_open(&desk, &place, place.path, 1);
    desk_close(&desk);
    is_fine = is_fine && fill_ledger(&place, orders, &events) && look_rows(&place, orders);
    desk_sweep(&place);
    return is_fine ? 0 : 1;
}
