/* CSV files, a row at a time, by named or numbered columns. */
#ifndef TUCK_ORDER_CSV_H
#define TUCK_ORDER_CSV_H

#include "base/day.h"
#include "base/money.h"
#include "base/note.h"
#include "order/order.h"

#define CSV_COLUMNS_MAX 16

struct csv; /* an open file at one of its rows */

struct csv_how {
    const char *path;
    const struct csv_options *options; /* lent until the close, as all here */
    const char *const *columns;        /* what a file of this kind may hold */
    size_t column_count;               /* at most CSV_COLUMNS_MAX */
    uint32_t needed; /* bits of the columns without which nothing can be done */
    const struct zone *zone;
    struct notes *notes;
};

/* Opens a file, reads its header and finds the columns. Wrong options, columns and files
 * are STATUS_BAD_INPUT. */
enum status csv_open(const struct csv_how *how, struct csv **ret);
void csv_close(struct csv *csv); /* NULL is fine */
void csv_closep(struct csv **csv);

/* Goes to the next row that is not blank. STATUS_WITHOUT: there is none.
 * STATUS_BAD_INPUT: it cannot be taken apart, and nothing behind it can be told. */
enum status csv_next(struct csv *csv);
/* The 1-based line of the file on which the row begins. */
int32_t csv_row(const struct csv *csv);
/* A column's value in this row; NULL when it is empty or the file lacks it. Lent until
 * the next row. */
const char *csv_value(const struct csv *csv, size_t column);

/* Notes that a value is not what its column holds: STATUS_BAD_INPUT. `is_shown`: the
 * value names no person. */
enum status csv_bad_value(const struct csv *csv, size_t column, bool is_shown,
                          const char *expected);

/* A date by the options' format; without one a day as 2026-11-22 or, when `takes_times`,
 * RFC 3339. */
bool csv_read_date(const struct csv *csv, const char *text, bool takes_times,
                   int64_t *ret_s);
/* Amounts of the wild: more decimals than the currency has are rounded half up. */
bool csv_read_amount(const char *text, const char *currency, struct money *ret);

#endif
