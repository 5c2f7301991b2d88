/* What reading an answer is for every driver. */
#include "ledger/sql.h"

const char *
rows_lent(struct rows *rows, int column)
{
    size_t n = 0;
    return rows_is_null(rows, column) ? NULL
                                      : rows->sql->driver->text(rows, column, &n);
}

void
rows_done(struct rows **rows)
{
    if (*rows)
        (*rows)->sql->driver->done(*rows);
    *rows = NULL;
}

const char *
row_text(struct row *row, int column)
{
    size_t n = 0;
    if (rows_is_null(row->rows, column))
        return NULL;
    const char *text = row->rows->sql->driver->text(row->rows, column, &n);
    const char *copy = text ? arena_copy(row->arena, text, n) : NULL;
    row->failed |= !copy;
    return copy;
}

const void *
row_bytes(struct row *row, int column, size_t *ret_n)
{
    size_t n = 0;
    const void *bytes = row->rows->sql->driver->bytes(row->rows, column, &n);
    const void *copy = bytes ? arena_copy(row->arena, n ? bytes : "", n) : NULL;
    row->failed |= !copy;
    *ret_n = copy ? n : 0;
    return copy;
}
