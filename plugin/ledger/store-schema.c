/* The tables of the ledger and how older files come up to date.
 *
 * `user_version` counts the steps in `migrations`; each is applied once, in order, in one
 * transaction. Facts (decision, piece, event, code) are only ever added to: triggers hold
 * that even against a mistake of ours. What can be reckoned from them is not stored, but
 * for `tally`, kept in the same transaction because caps are asked for at every carton.
 * Files of a later tuck and other programs' files are refused untouched. */
#include "ledger/store.h"

#define APPLICATION_ID 0x7475636b /* "tuck" */

static const char version_1[] =
    /* history: what was told, and what was packed */
    "CREATE TABLE past_order("
    " merchant TEXT NOT NULL, customer TEXT NOT NULL, id TEXT NOT NULL,"
    " placed_at_s INTEGER NOT NULL, state INTEGER NOT NULL, currency TEXT NOT NULL,"
    " total_minor INTEGER NOT NULL, refunded_minor INTEGER NOT NULL,"
    " channel TEXT, is_gift INTEGER NOT NULL, is_packed INTEGER NOT NULL,"
    " PRIMARY KEY(merchant, customer, id)) WITHOUT ROWID;"
    "CREATE TABLE past_line("
    " merchant TEXT NOT NULL, customer TEXT NOT NULL, order_id TEXT NOT NULL,"
    " line INTEGER NOT NULL, sku TEXT NOT NULL, name TEXT, category TEXT, tags TEXT,"
    " quantity INTEGER NOT NULL, returned INTEGER NOT NULL, price_minor INTEGER NOT NULL,"
    " PRIMARY KEY(merchant, customer, order_id, line)) WITHOUT ROWID;"
    /* complaint, nps, effort, conversation, style, pin-always, pin-never, interest;
     * identity: a complaint's id, else a digest of the whole */
    "CREATE TABLE past_thing("
    " id INTEGER PRIMARY KEY,"
    " merchant TEXT NOT NULL, customer TEXT NOT NULL, kind TEXT NOT NULL,"
    " identity TEXT NOT NULL, at_s INTEGER, closed_s INTEGER, score INTEGER,"
    " order_id TEXT, subject TEXT, channel TEXT, occasion TEXT, author TEXT, words TEXT,"
    " UNIQUE(merchant, customer, kind, identity));"
    "CREATE TABLE loyalty("
    " merchant TEXT NOT NULL, customer TEXT NOT NULL, tier TEXT, points INTEGER,"
    " points_to_next INTEGER, next_tier TEXT, as_of_s INTEGER, household TEXT,"
    " PRIMARY KEY(merchant, customer)) WITHOUT ROWID;"
    "CREATE TABLE cache("
    " url TEXT NOT NULL PRIMARY KEY, etag TEXT, body BLOB NOT NULL,"
    " at_s INTEGER NOT NULL);"
    /* decisions */
    "CREATE TABLE decision("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " merchant TEXT NOT NULL, order_id TEXT NOT NULL, package TEXT NOT NULL,"
    " revision INTEGER NOT NULL, customer TEXT, order_digest TEXT NOT NULL,"
    " decided_s INTEGER NOT NULL, campaign_digest TEXT, facts_digest TEXT, trace TEXT,"
    " facts TEXT, plan TEXT,"
    " UNIQUE(merchant, order_id, package, revision));"
    "CREATE INDEX decision_of_customer ON decision(merchant, customer)"
    " WHERE customer IS NOT NULL;"
    "CREATE TABLE piece("
    " id INTEGER PRIMARY KEY,"
    " decision INTEGER NOT NULL REFERENCES decision(id),"
    " placement TEXT NOT NULL, number INTEGER NOT NULL, offer TEXT,"
    " is_held_out INTEGER NOT NULL, arm TEXT, template TEXT, reason TEXT, code TEXT,"
    " sku TEXT, bin TEXT, probability REAL, expires_day INTEGER,"
    " liability_minor INTEGER NOT NULL, liability_currency TEXT NOT NULL,"
    " values_document TEXT,"
    " UNIQUE(decision, placement, number));"
    /* placement '': the decision as a whole */
    "CREATE TABLE event("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " decision INTEGER NOT NULL REFERENCES decision(id),"
    " placement TEXT NOT NULL, number INTEGER NOT NULL,"
    " kind TEXT NOT NULL, at_s INTEGER NOT NULL, reason TEXT);"
    "CREATE INDEX event_of_piece ON event(decision, placement, number);"
    "CREATE TABLE code("
    " code TEXT NOT NULL PRIMARY KEY,"
    " decision INTEGER NOT NULL REFERENCES decision(id),"
    " placement TEXT NOT NULL, number INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE sheet("
    " id INTEGER PRIMARY KEY,"
    " decision INTEGER NOT NULL REFERENCES decision(id),"
    " placement TEXT NOT NULL, number INTEGER NOT NULL, format INTEGER NOT NULL,"
    " bytes BLOB NOT NULL, UNIQUE(decision, placement, number, format));"
    /* how often an offer was decided and not voided; customer '': in all, without those
     * held out */
    "CREATE TABLE tally("
    " merchant TEXT NOT NULL, offer TEXT NOT NULL, customer TEXT NOT NULL,"
    " decided INTEGER NOT NULL, last_s INTEGER,"
    " PRIMARY KEY(merchant, offer, customer)) WITHOUT ROWID;"
    "CREATE VIEW live_piece AS"
    " SELECT d.id AS decision, d.merchant, d.customer, d.order_id, d.decided_s,"
    "  p.placement, p.number, p.offer, p.is_held_out"
    " FROM decision d JOIN piece p ON p.decision = d.id"
    " WHERE p.offer IS NOT NULL AND NOT EXISTS("
    "  SELECT 1 FROM event e WHERE e.decision = d.id AND e.kind = 'voided'"
    "  AND (e.placement = '' OR (e.placement = p.placement AND e.number = p.number)));"
#define ONLY_ADDED(table)                                                                \
    "CREATE TRIGGER " table "_stays BEFORE UPDATE ON " table                             \
    " BEGIN SELECT RAISE(ABORT, '" table " is never overwritten'); END;"                 \
    "CREATE TRIGGER " table "_remains BEFORE DELETE ON " table                           \
    " BEGIN SELECT RAISE(ABORT, '" table " is never deleted'); END;"
    ONLY_ADDED("decision") ONLY_ADDED("piece") ONLY_ADDED("event") ONLY_ADDED("code");

static const char *const migrations[] = {version_1};

static enum status
pragma_number(struct store *store, const char *sql, struct notes *notes, int *ret)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    int number = rc == SQLITE_ROW ? sqlite3_column_int(stmt, 0) : 0;
    sqlite3_finalize(stmt);
    if (rc != SQLITE_ROW)
        return sql_fail(store, rc, notes);
    *ret = number;
    return STATUS_OK;
}

enum status
store_check_version(struct store *store, struct notes *notes, int *ret_version,
                    bool *ret_is_current)
{
    int application = 0, version = 0, schema = 0;
    enum status status =
        pragma_number(store, "PRAGMA application_id", notes, &application);
    if (status == STATUS_OK)
        status = pragma_number(store, "PRAGMA user_version", notes, &version);
    if (status == STATUS_OK)
        status = pragma_number(store, "PRAGMA schema_version", notes, &schema);
    if (status != STATUS_OK)
        return status;
    if (application != APPLICATION_ID && (schema != 0 || version != 0))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_LEDGER_NOT_ONE, store->path, 0,
                         "this database belongs to another program; name a file of "
                         "tuck's own");
    if (version > (int)COUNT_OF(migrations))
        return note_fail(
            notes, STATUS_TOO_NEW, NOTE_LEDGER_TOO_NEW, store->path, 0,
            "this ledger is of revision %d and this tuck knows up to %d: use "
            "the tuck that wrote it, or a later one",
            version, (int)COUNT_OF(migrations));
    *ret_version = version;
    *ret_is_current = version == (int)COUNT_OF(migrations);
    return STATUS_OK;
}

enum status
store_migrate(struct store *store, struct notes *notes)
{
    int version = 0, rc = SQLITE_OK;
    bool is_current = false;
    char stamp[96];
    if ((rc = sqlite3_exec(store->db, "BEGIN IMMEDIATE", NULL, NULL, NULL)) != SQLITE_OK)
        return sql_fail(store, rc, notes);
    /* Another process may have done it while this one waited for its turn. */
    enum status status = store_check_version(store, notes, &version, &is_current);
    for (int i = version; status == STATUS_OK && i < (int)COUNT_OF(migrations); i++) {
        rc = sqlite3_exec(store->db, migrations[i], NULL, NULL, NULL);
        if (rc != SQLITE_OK)
            status = sql_fail(store, rc, notes);
    }
    snprintf(stamp, sizeof(stamp),
             "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
             APPLICATION_ID, (int)COUNT_OF(migrations));
    if (status == STATUS_OK &&
        (rc = sqlite3_exec(store->db, stamp, NULL, NULL, NULL)) != SQLITE_OK)
        status = sql_fail(store, rc, notes);
    if (!sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}
