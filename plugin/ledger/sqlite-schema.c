/* The tables in SQLite, and how older files come up to date.
 *
 * `user_version` counts the steps; each is applied once, in order, in one transaction. A
 * new file begins at the newest. Files of a later tuck and other programs' files are
 * refused untouched. */
#include "ledger/schema.h"
#include "ledger/sqlite.h"

#include <stdio.h>


#define APPLICATION_ID 0x7475636b /* "tuck" */

/* --- the newest --------------------------------------------------------------------- */

#define ONLY_ADDED(table, columns)                                                       \
    "CREATE TRIGGER " table "_stays BEFORE UPDATE OF " columns " ON " table              \
    " BEGIN SELECT RAISE(ABORT, '" table " is never overwritten'); END;"                 \
    "CREATE TRIGGER " table "_remains BEFORE DELETE ON " table                           \
    " BEGIN SELECT RAISE(ABORT, '" table " is never deleted'); END;"

static const char newest[] =
    SCHEMA_TABLES("INTEGER PRIMARY KEY", "BLOB", " WITHOUT ROWID")
        SCHEMA_FACTS(ONLY_ADDED);

/* --- from version 1 ------------------------------------------------------------------ */

/* What version 1 knew, in the newest tables. A piece with an offer becomes a
 * promise of the same number. Customers stand there as given: the ledger that has the
 * key makes pseudonyms of them when it next opens the file (meta 'customers'). */
static const char put_aside[] =
    "DROP VIEW live_piece; DROP INDEX decision_of_customer; DROP INDEX event_of_piece;"
#define DROP_TRIGGERS(table)                                                             \
    "DROP TRIGGER IF EXISTS " table "_stays; DROP TRIGGER IF EXISTS " table "_remains;"
    DROP_TRIGGERS("decision") DROP_TRIGGERS("piece") DROP_TRIGGERS("event")
        DROP_TRIGGERS("code")
#define PUT_ASIDE(table) "ALTER TABLE " table " RENAME TO old_" table ";"
            PUT_ASIDE("past_order") PUT_ASIDE("past_line") PUT_ASIDE("past_thing")
                PUT_ASIDE("loyalty") PUT_ASIDE("cache") PUT_ASIDE("decision")
                    PUT_ASIDE("piece") PUT_ASIDE("event") PUT_ASIDE("code")
                        PUT_ASIDE("sheet");
static const char bring_over[] =
    "INSERT INTO meta VALUES('customers', 'as given');"
    "INSERT INTO past_order SELECT * FROM old_past_order;"
    "INSERT INTO past_line SELECT * FROM old_past_line;"
    "INSERT INTO past_thing SELECT * FROM old_past_thing;"
    "INSERT INTO loyalty SELECT * FROM old_loyalty;"
    "INSERT INTO decision SELECT id, merchant, order_id, package, revision, customer,"
    " order_digest, decided_s, campaign_digest, facts_digest, NULL, NULL, NULL, NULL"
    " FROM old_decision;"
    "INSERT INTO promise(id, merchant, order_id, offer, customer, made_s, is_held_out,"
    " code, expires_day, ends_s, value_minor, currency, state, is_holding, was_printed)"
    " SELECT p.id, d.merchant, d.order_id, p.offer, d.customer, d.decided_s,"
    "  p.is_held_out, p.code, p.expires_day, (p.expires_day + 1) * 86400,"
    "  p.liability_minor, p.liability_currency, 'reserved', 1,"
    "  EXISTS(SELECT 1 FROM old_event e WHERE e.decision = p.decision AND"
    "   e.placement = p.placement AND e.number = p.number AND e.kind = 'printed')"
    " FROM old_piece p JOIN old_decision d ON d.id = p.decision"
    " WHERE p.offer IS NOT NULL;"
    "INSERT INTO piece SELECT decision, placement, number, id, offer, is_held_out, arm,"
    " template, NULL, reason, CASE WHEN offer IS NULL THEN NULL ELSE id END, sku, bin,"
    " probability, NULL, 0, NULL FROM old_piece;"
    "INSERT INTO event SELECT e.id, e.at_s, e.kind, e.decision, e.placement, e.number,"
    " (SELECT p.id FROM old_piece p WHERE p.decision = e.decision AND"
    "  p.placement = e.placement AND p.number = e.number AND p.offer IS NOT NULL),"
    " e.reason FROM old_event e;"
    "INSERT INTO event(at_s, kind, decision, placement, number, promise) SELECT"
    " d.decided_s, 'reserved', d.id, p.placement, p.number, p.id FROM old_piece p"
    " JOIN old_decision d ON d.id = p.decision WHERE p.offer IS NOT NULL;"
    /* a decision that was voided voided its promises */
    "INSERT INTO event(at_s, kind, promise, reason) SELECT e.at_s, 'voided', p.id, e.reason"
    " FROM old_event e JOIN old_piece p ON p.decision = e.decision AND p.offer IS NOT NULL"
    " WHERE e.kind = 'voided' AND e.placement = '';"
    "UPDATE promise SET state = CASE"
    " WHEN EXISTS(SELECT 1 FROM event e WHERE e.promise = promise.id AND"
    "  e.kind = 'voided') THEN 'voided'"
    " WHEN was_printed THEN 'printed'"
    " ELSE coalesce((SELECT kind FROM event e WHERE e.promise = promise.id AND"
    "  e.kind IN ('failed', 'skipped') ORDER BY e.id DESC LIMIT 1), 'reserved') END;"
    "UPDATE promise SET is_holding = state IN ('reserved', 'printed');"
    "INSERT INTO unit SELECT id, offer || '/customer', customer, 0, 0, value_minor, -1, -1,"
    " NULL FROM promise WHERE customer IS NOT NULL;"
    "INSERT INTO unit SELECT id, offer || '/stock', '', 0, 0, value_minor, -1, -1, NULL"
    " FROM promise WHERE NOT is_held_out;"
    "INSERT INTO counter SELECT p.merchant, u.name, u.scope, u.first_day,"
    " sum(p.is_holding), sum(p.is_holding * u.minor) FROM unit u"
    " JOIN promise p ON p.id = u.promise GROUP BY 1, 2, 3, 4;"
#define BRING_DOCUMENT(kind)                                                             \
    "INSERT INTO document SELECT id, '', 0, '" kind "', " kind " FROM old_decision"      \
    " WHERE " kind " IS NOT NULL;"
    BRING_DOCUMENT("facts") BRING_DOCUMENT("plan") BRING_DOCUMENT("trace")
    "INSERT INTO document SELECT decision, placement, number, 'values', values_document"
    " FROM old_piece WHERE values_document IS NOT NULL;"
    "INSERT INTO sheet(decision, placement, number, format, device, digest, bytes)"
    " SELECT decision, placement, number, format, '', '', bytes FROM old_sheet;"
    "DROP TABLE old_sheet; DROP TABLE old_code; DROP TABLE old_event; DROP TABLE old_piece;"
    "DROP TABLE old_decision; DROP TABLE old_cache; DROP TABLE old_loyalty;"
    "DROP TABLE old_past_thing; DROP TABLE old_past_line; DROP TABLE old_past_order;"
    "DROP TABLE tally;";

/* --- from version 2 ------------------------------------------------------------------ */

static const char version_3[] =
    "ALTER TABLE sheet RENAME TO old_sheet;" SCHEMA_SHEET("BLOB")
    "INSERT INTO sheet(decision, placement, number, format, device, digest, bytes)"
    " SELECT decision, placement, number, format, '', digest, bytes FROM old_sheet;"
    "DROP TABLE old_sheet;" SCHEMA_WAVES(" WITHOUT ROWID");

/* --- from version 3 ------------------------------------------------------------------ */

/* Triggers name the columns they watch. */
static const char version_4[] =
    DROP_TRIGGERS("decision") DROP_TRIGGERS("piece") DROP_TRIGGERS("event")
        DROP_TRIGGERS("redemption") SCHEMA_VERSION_4
            SCHEMA_MODELS("INTEGER PRIMARY KEY", "BLOB") SCHEMA_EXPOSURES(" WITHOUT ROWID")
                SCHEMA_FACTS(ONLY_ADDED);

/* --- versions ----------------------------------------------------------------------- */

static enum status
pragma_number(struct sqlite *sqlite, const char *sql, struct notes *notes, int *ret)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(sqlite->db, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    int number = rc == SQLITE_ROW ? sqlite3_column_int(stmt, 0) : 0;
    sqlite3_finalize(stmt);
    if (rc != SQLITE_ROW)
        return sqlite_fail(sqlite, rc, notes);
    *ret = number;
    return STATUS_OK;
}

enum status
sqlite_check_version(struct sqlite *sqlite, struct notes *notes, int *ret_version)
{
    int application = 0, version = 0, schema = 0;
    enum status status =
        pragma_number(sqlite, "PRAGMA application_id", notes, &application);
    if (status == STATUS_OK)
        status = pragma_number(sqlite, "PRAGMA user_version", notes, &version);
    if (status == STATUS_OK)
        status = pragma_number(sqlite, "PRAGMA schema_version", notes, &schema);
    if (status != STATUS_OK)
        return status;
    if (application != APPLICATION_ID && (schema != 0 || version != 0))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_LEDGER_NOT_ONE, sqlite->path, 0,
                         "this database belongs to another program; name a file of "
                         "tuck's own");
    if (version > SCHEMA_VERSION)
        return note_fail(
            notes, STATUS_TOO_NEW, NOTE_LEDGER_TOO_NEW, sqlite->path, 0,
            "this ledger is of revision %d and this tuck knows up to %d: use "
            "the tuck that wrote it, or a later one",
            version, SCHEMA_VERSION);
    *ret_version = version;
    return STATUS_OK;
}

static enum status
bring_up(struct sqlite *sqlite, int version, struct notes *notes)
{
    enum status status = STATUS_OK;
    char stamp[96];
    if (version == 1)
        status = sqlite_do(sqlite, put_aside, notes);
    if (status == STATUS_OK && version < 2)
        status = sqlite_do(sqlite, newest, notes);
    if (status == STATUS_OK && version == 1)
        status = sqlite_do(sqlite, bring_over, notes);
    if (status == STATUS_OK && version == 2)
        status = sqlite_do(sqlite, version_3, notes);
    if (status == STATUS_OK && (version == 2 || version == 3))
        status = sqlite_do(sqlite, version_4, notes);
    snprintf(stamp, sizeof(stamp), "PRAGMA application_id = %d; PRAGMA user_version = %d",
             APPLICATION_ID, SCHEMA_VERSION);
    return status == STATUS_OK ? sqlite_do(sqlite, stamp, notes) : status;
}

enum status
sqlite_migrate(struct sqlite *sqlite, struct notes *notes)
{
    int version = 0;
    enum status status = sqlite_do(sqlite, "BEGIN IMMEDIATE", notes);
    if (status != STATUS_OK)
        return status;
    /* Another process may have done it while this one waited for its turn. */
    status = sqlite_check_version(sqlite, notes, &version);
    if (status == STATUS_OK && version < SCHEMA_VERSION)
        status = bring_up(sqlite, version, notes);
    if (status == STATUS_OK)
        status = sqlite_do(sqlite, "COMMIT", notes);
    if (!sqlite3_get_autocommit(sqlite->db))
        (void)sqlite3_exec(sqlite->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}
