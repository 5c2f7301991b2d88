/* Models: what `tuck fit` learnt, as bytes.
 *
 * The newest counts; two before it stay for who wants to know what was decided by. */
#include "ledger/store.h"

static const char sql_put_model[] =
    "INSERT INTO model(merchant, made_s, bytes) VALUES(?1, ?2, ?3) RETURNING number";
static const char sql_drop_models[] =
    "DELETE FROM model WHERE merchant = ?1 AND number NOT IN (SELECT number FROM model"
    " WHERE merchant = ?1 ORDER BY number DESC LIMIT 3)";
static const char sql_newest_model[] =
    "SELECT max(number) FROM model WHERE merchant = ?1";
static const char sql_get_model[] =
    "SELECT number, bytes FROM model WHERE merchant = ?1 ORDER BY number DESC LIMIT 1";

enum status
store_model_put(struct store *store, const char *merchant, const void *bytes, size_t n,
                int64_t at_s, struct notes *notes, int64_t *ret_number)
{
    int64_t number = 0;
    enum status status = store_begin(store, notes);
    if (status != STATUS_OK)
        return status;
    status = sql_add(store, sql_put_model, VALUES(T(merchant), I(at_s), B(bytes, n)),
                     notes, &number);
    if (status == STATUS_OK)
        status = sql_run(store, sql_drop_models, VALUES(T(merchant)), notes);
    status = store_end(store, status, notes);
    if (status == STATUS_OK)
        *ret_number = number;
    return status;
}

static const char sql_find_model[] =
    "SELECT number, bytes FROM model WHERE merchant = ?1 AND number = ?2";

static enum status
read_model(struct store *store, const char *sql, const struct value *values, size_t count,
           struct arena *arena, struct notes *notes, const void **ret_bytes,
           size_t *ret_n, int64_t *ret_number)
{
    struct rows *rows ROWS_AUTO = NULL;
    enum status status = sql_first(store, sql, values, count, notes, &rows);
    if (status != STATUS_OK || !rows)
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    struct row row = {.rows = rows, .arena = arena};
    *ret_number = rows_int(rows, 0, 0);
    *ret_bytes = row_bytes(&row, 1, ret_n);
    return row.failed ? STATUS_NO_MEMORY : STATUS_OK;
}

enum status
store_model_get(struct store *store, const char *merchant, int64_t known,
                struct arena *arena, struct notes *notes, const void **ret_bytes,
                size_t *ret_n, int64_t *ret_number)
{
    bool is_empty = false;
    int64_t newest = 0;
    enum status status = store_look(store, notes, &is_empty);
    if (status != STATUS_OK || is_empty)
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    status = sql_number(store, sql_newest_model, VALUES(T(merchant)), 0, notes, &newest);
    if (status == STATUS_OK && newest == 0)
        status = STATUS_WITHOUT;
    else if (status == STATUS_OK && newest != known)
        status = read_model(store, sql_get_model, VALUES(T(merchant)), arena, notes,
                            ret_bytes, ret_n, ret_number);
    return store_looked(store, status, notes);
}

enum status
store_model_find(struct store *store, const char *merchant, int64_t number,
                 struct arena *arena, struct notes *notes, const void **ret_bytes,
                 size_t *ret_n)
{
    bool is_empty = false;
    enum status status = store_look(store, notes, &is_empty);
    if (status != STATUS_OK || is_empty)
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    status = read_model(store, sql_find_model, VALUES(T(merchant), I(number)), arena, notes,
                        ret_bytes, ret_n, &number);
    return store_looked(store, status, notes);
}
