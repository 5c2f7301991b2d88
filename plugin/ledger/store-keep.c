/* Bytes kept: sheets that were printed, and what servers last said.
 *
 * A sheet is kept once: the first bytes are the ones that went to the printer, so they
 * stay. An answer of a server is replaced by its next one. */
#include "base/hash.h"
#include "ledger/store.h"

/* --- sheets ------------------------------------------------------------------------- */

static const char sql_has_piece[] =
    "SELECT 1 FROM piece WHERE decision = ?1 AND placement = ?2 AND number = ?3";
static const char sql_keep_sheet[] =
    "INSERT INTO sheet(decision, placement, number, format, device, digest, bytes)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"
    " ON CONFLICT(decision, placement, number, format, device) DO NOTHING";
static const char sql_find_sheet[] =
    "SELECT digest, bytes FROM sheet WHERE decision = ?1 AND placement = ?2 AND number = ?3"
    " AND format = ?4 AND device = ?5";

enum status
store_keep_sheet(struct store *store, int64_t decision_id, const struct piece_key *piece,
                 int32_t format, const char *device, const void *bytes, size_t n,
                 struct notes *notes)
{
    const struct digest digest = hash_sha256(bytes, n);
    const struct value values[] = {I(decision_id), T(piece->placement), I(piece->number),
                                   I(format),      T(device),           T(digest.hex),
                                   B(bytes, n)};
    int64_t is_there = 0;
    enum status status = store_begin(store, notes);
    if (status != STATUS_OK)
        return status;
    status = sql_number(store, sql_has_piece, values, 3, 0, notes, &is_there);
    if (status == STATUS_OK && !is_there)
        status = note_fail(notes, STATUS_BAD_CALL, NOTE_LEDGER_NO_PIECE, NULL, 0,
                           "the ledger has no piece %.60s %d of decision %lld",
                           piece->placement, (int)piece->number, (long long)decision_id);
    if (status == STATUS_OK)
        status = sql_run(store, sql_keep_sheet, values, COUNT_OF(values), notes);
    return store_end(store, status, notes);
}

enum status
store_find_sheet(struct store *store, int64_t decision_id, const struct piece_key *piece,
                 int32_t format, const char *device, struct arena *arena,
                 struct notes *notes, const char **ret_digest, const uint8_t **ret_bytes, size_t *ret_n)
{
    struct rows *rows ROWS_AUTO = NULL;
    struct row row = {.arena = arena};
    const char *digest = NULL;
    const void *bytes = NULL;
    bool is_empty = false;
    size_t n = 0;
    enum status status = store_look(store, notes, &is_empty);
    if (status != STATUS_OK || is_empty)
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    status = sql_first(
        store, sql_find_sheet,
        VALUES(I(decision_id), T(piece->placement), I(piece->number), I(format),
               T(device)),
        notes, &rows);
    row.rows = rows;
    if (rows) {
        digest = row_text(&row, 0);
        bytes = rows_is_null(rows, 1) ? NULL : row_bytes(&row, 1, &n);
    }
    rows_done(&rows);
    status = store_looked(store, row.failed ? STATUS_NO_MEMORY : status, notes);
    if (status != STATUS_OK || !digest)
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    *ret_digest = digest;
    *ret_bytes = bytes;
    *ret_n = n;
    return STATUS_OK;
}

/* --- answers of servers ------------------------------------------------------------- */

static const char sql_cache_get[] = "SELECT etag, body, at_s FROM cache WHERE url = ?1";
static const char sql_cache_put[] =
    "INSERT INTO cache(url, merchant, customer, etag, body, at_s)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(url) DO UPDATE SET"
    " etag = excluded.etag, body = excluded.body, at_s = excluded.at_s";

enum status
store_cache_get(struct store *store, const char *url, struct arena *arena,
                struct notes *notes, const char **ret_etag, const char **ret_body,
                size_t *ret_n, int64_t *ret_at_s)
{
    struct rows *rows ROWS_AUTO = NULL;
    struct row row = {.arena = arena};
    const void *body = NULL;
    const char *etag = NULL;
    bool is_empty = false;
    size_t n = 0;
    int64_t at_s = 0;
    enum status status = store_look(store, notes, &is_empty);
    if (status != STATUS_OK || is_empty)
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    status = sql_first(store, sql_cache_get, VALUES(T(url)), notes, &rows);
    row.rows = rows;
    if (rows) {
        body = row_bytes(&row, 1, &n);
        etag = row_text(&row, 0);
        at_s = rows_int(rows, 2, 0);
    }
    rows_done(&rows);
    status = store_looked(store, row.failed ? STATUS_NO_MEMORY : status, notes);
    if (status != STATUS_OK || !body)
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    *ret_etag = etag;
    *ret_body = body;
    *ret_n = n;
    *ret_at_s = at_s;
    return STATUS_OK;
}

enum status
store_cache_put(struct store *store, const char *merchant, const char *customer,
                const char *url, const char *etag, const char *body, size_t n,
                int64_t at_s, struct notes *notes)
{
    enum status status = store_begin(store, notes);
    if (status != STATUS_OK)
        return status;
    return store_end(store,
                     sql_run(store, sql_cache_put,
                             VALUES(T(url), T(merchant), T(customer), T(etag),
                                    B(body, n), I(at_s)), notes),
                     notes);
}
