/* Care for the whole: a copy of it, and whether it agrees with itself.
 *
 * What is kept for speed (counters, states) is reckoned anew from what is only added to,
 * in the database's own words, and each difference is told by what it is about: never by
 * who. */
#include "ledger/store-promise.h"

#include <string.h>

enum status
store_backup(struct store *store, const char *path, struct notes *notes)
{
    if (!store->sql->driver->backup)
        return note_fail(notes, STATUS_WITHOUT, NOTE_LEDGER_BACKUP, store->sql->name, 0,
                         "this ledger is in a server; copy it with pg_dump or "
                         "pg_basebackup");
    return store->sql->driver->backup(store->sql, path, notes);
}

/* What promises and leases hold of limits, as counters should have it. */
#define HELD                                                                             \
    "WITH held AS ("                                                                     \
    " SELECT p.merchant, u.name, u.scope, u.first_day, 1 AS n, u.minor FROM unit u"      \
    "  JOIN promise p ON p.id = u.promise WHERE p.is_holding = 1"                        \
    " UNION ALL SELECT p.merchant, u.name, u.scope, 0, 1, u.minor FROM unit u"           \
    "  JOIN promise p ON p.id = u.promise WHERE p.is_holding = 1 AND u.rolling_days > 0" \
    " UNION ALL SELECT merchant, name, scope, first_day, units, minor FROM lease"        \
    " UNION ALL SELECT merchant, name, scope, 0, units, minor FROM lease"                \
    "  WHERE rolling_days > 0),"                                                         \
    " total AS (SELECT merchant, name, scope, first_day, sum(n) AS n,"                   \
    "  sum(minor) AS minor FROM held GROUP BY merchant, name, scope, first_day)"

/* Each gives rows of one text: what it is about, for the asterisk of the sentence. */
static const struct {
    const char *sql, *sentence;
} checks[] = {
    {HELD " SELECT c.name FROM counter c LEFT JOIN total t ON t.merchant = c.merchant"
          "  AND t.name = c.name AND t.scope = c.scope AND t.first_day = c.first_day"
          " WHERE c.units != coalesce(t.n, 0) OR c.minor != coalesce(t.minor, 0)"
          " LIMIT 20",
     "the counter of limit * is not the sum of what is held"},
    {HELD " SELECT t.name FROM total t LEFT JOIN counter c ON t.merchant = c.merchant"
          "  AND t.name = c.name AND t.scope = c.scope AND t.first_day = c.first_day"
          " WHERE c.units IS NULL LIMIT 20",
     "limit * is held, but has no counter"},
    {"SELECT CAST(id AS TEXT) FROM promise WHERE state != (" PROMISE_STATE ") LIMIT 20",
     "promise * is in another state than its events make"},
    {"SELECT CAST(id AS TEXT) FROM promise WHERE was_printed != CASE WHEN EXISTS"
     " (SELECT 1 FROM event e WHERE e.promise = promise.id AND e.kind = 'printed')"
     " THEN 1 ELSE 0 END LIMIT 20",
     "promise * is marked as printed, or as not, against its events"},
    {"SELECT CAST(id AS TEXT) FROM promise WHERE is_holding = 1"
     " AND state IN ('voided', 'failed', 'skipped', 'refused', 'lapsed') LIMIT 20",
     "promise * is over, but still holds its units"},
    {"SELECT CAST(id AS TEXT) FROM promise WHERE is_holding = 0"
     " AND state IN ('reserved', 'printed', 'held-out') LIMIT 20",
     "promise * stands, but holds no units"},
    {"SELECT CAST(id AS TEXT) FROM promise WHERE NOT EXISTS(SELECT 1 FROM event e"
     " WHERE e.promise = promise.id AND e.kind IN ('reserved', 'held-out')) LIMIT 20",
     "promise * has no event of its making"},
    {"SELECT min(code) FROM promise WHERE code IS NOT NULL GROUP BY merchant, code"
     " HAVING count(*) > 1 LIMIT 20",
     "code * was promised twice"},
    {"SELECT q.code FROM pool q JOIN promise p ON p.id = q.promise"
     " WHERE p.code IS DISTINCT FROM q.code LIMIT 20",
     "code * of a pool is dealt to a promise that has another"},
    {"SELECT p.code FROM promise p WHERE p.pool IS NOT NULL AND p.code IS NOT NULL"
     " AND p.is_holding = 1 AND NOT EXISTS(SELECT 1 FROM pool q"
     " WHERE q.merchant = p.merchant AND q.pool = p.pool AND q.code = p.code"
     " AND q.promise = p.id) LIMIT 20",
     "code * of a pool is promised, but the pool may deal it again"},
    {"SELECT CAST(e.id AS TEXT) FROM event e WHERE (e.decision IS NOT NULL AND NOT EXISTS"
     " (SELECT 1 FROM decision d WHERE d.id = e.decision)) OR (e.promise IS NOT NULL AND"
     " NOT EXISTS(SELECT 1 FROM promise p WHERE p.id = e.promise)) LIMIT 20",
     "event * is of a decision or promise that is not there"},
    {"SELECT CAST(decision AS TEXT) FROM piece WHERE NOT EXISTS(SELECT 1 FROM decision d"
     " WHERE d.id = piece.decision) OR (promise IS NOT NULL AND NOT EXISTS(SELECT 1"
     " FROM promise p WHERE p.id = piece.promise)) LIMIT 20",
     "a piece of decision * has lost its decision or promise"},
    {"SELECT CAST(decision AS TEXT) FROM exposure WHERE NOT EXISTS(SELECT 1 FROM decision d"
     " WHERE d.id = exposure.decision) LIMIT 20",
     "an experiment of decision * has lost its decision"},
    {"SELECT r.id FROM redemption r WHERE NOT EXISTS(SELECT 1 FROM promise p"
     " WHERE p.id = r.promise) LIMIT 20",
     "redemption * is of a promise that is not there"},
    {"SELECT r.id FROM redemption r WHERE NOT EXISTS(SELECT 1 FROM event e"
     " WHERE e.promise = r.promise AND e.kind = 'redeemed' AND e.reason = r.id) LIMIT 20",
     "redemption * has no event"},
    {"SELECT CAST(e.id AS TEXT) FROM event e WHERE e.kind = 'redeemed' AND NOT EXISTS("
     "SELECT 1 FROM redemption r WHERE r.promise = e.promise AND r.id = e.reason)"
     " LIMIT 20",
     "event * is of a redemption that is not there"},
    {"SELECT CAST(u.promise AS TEXT) FROM unit u WHERE NOT EXISTS(SELECT 1 FROM promise p"
     " WHERE p.id = u.promise) LIMIT 20",
     "units are held by promise *, which is not there"},
    {"SELECT CAST(x.decision AS TEXT) FROM (SELECT decision FROM document UNION"
     " SELECT decision FROM sheet) x WHERE NOT EXISTS(SELECT 1 FROM decision d"
     " WHERE d.id = x.decision) LIMIT 20",
     "texts or sheets are kept of decision *, which is not there"},
    {"SELECT o.name FROM wave_order o WHERE NOT EXISTS(SELECT 1 FROM wave w"
     " WHERE w.merchant = o.merchant AND w.name = o.wave) LIMIT 20",
     "order * is in a wave that is not there"},
    {"SELECT name FROM wave_order WHERE CASE WHEN state IN ('waiting', 'taken')"
     " THEN document IS NULL ELSE document IS NOT NULL END LIMIT 20",
     "order * of a wave waits without its words, or is over and has them still"},
    {"SELECT max(d.order_id) FROM decision d WHERE NOT EXISTS(SELECT 1 FROM event e"
     " WHERE e.decision = d.id AND e.placement = '' AND e.kind = 'voided')"
     " GROUP BY d.merchant, d.order_id, d.package HAVING count(*) > 1 LIMIT 20",
     "order * has two decisions on one package that both stand"},
};

static enum status
check(struct store *store, const char *sql, const char *sentence, struct notes *notes,
      bool *is_sound)
{
    struct rows *rows ROWS_AUTO = NULL;
    bool has_row = false;
    enum status status = sql_query(store, sql, NULL, 0, notes, &rows);
    while (status == STATUS_OK &&
           (status = rows_next(rows, notes, &has_row)) == STATUS_OK && has_row) {
        const char *what = rows_lent(rows, 0), *rest = strchr(sentence, '*');
        note_add(notes, NOTE_LEDGER_UNSOUND, store->sql->name, 0, "%.*s%.80s%s",
                 (int)(rest - sentence), sentence, what ? what : "?", rest + 1);
        *is_sound = false;
    }
    return status;
}

enum status
store_verify(struct store *store, struct notes *notes)
{
    bool is_sound = true, is_empty = false;
    enum status status = store_look(store, notes, &is_empty);
    if (status != STATUS_OK || is_empty)
        return status;
    if (store->sql->driver->check)
        status = store->sql->driver->check(store->sql, notes, &is_sound);
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(checks); i++)
        status = check(store, checks[i].sql, checks[i].sentence, notes, &is_sound);
    status = store_looked(store, status, notes);
    return status == STATUS_OK && !is_sound ? STATUS_BAD_INPUT : status;
}
