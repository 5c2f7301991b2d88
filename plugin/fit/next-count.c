/* Counting a training: rows in order, then what each product's own rows say of it: who
 * bought it, how lately, and after how many days again.
 *
 * Everything is summed in the order of keys, days and SKUs, so that the sums do not depend
 * on the order in which the baskets came. */
#include "fit/next-inside.h"

#include <math.h>
#include <stdlib.h>

static void
freep(void *pointer)
{
    free(*(void **)pointer);
}

void
next_counts_done(struct next_counts *counts)
{
    free(counts->sku);
    free(counts->category);
    free(counts->items);
    free(counts->likes);
    *counts = (struct next_counts){0};
}

/* --- numbers by the order of bytes ----------------------------------------------------- */

static uint32_t *
ranks(const uint32_t *sorted, size_t count)
{
    uint32_t *rank = calloc(count + 1, sizeof(*rank));
    for (size_t i = 0; rank && i < count; i++)
        rank[sorted[i]] = (uint32_t)i;
    return rank;
}

static const char **
texts(const struct words *words, const uint32_t *sorted)
{
    const char **list = calloc(words->count + 1, sizeof(*list));
    for (size_t i = 0; list && i < words->count; i++)
        list[i] = words_text(words, sorted[i]);
    return list;
}

/* Rows get the numbers of the model, which are those of the sorted words. */
static bool
rename_rows(struct next_training *training, struct next_counts *counts)
{
    CLEANUP(freep) uint32_t *items = words_sorted(&training->items);
    CLEANUP(freep) uint32_t *categories = words_sorted(&training->categories);
    if (!items || !categories)
        return false;
    CLEANUP(freep) uint32_t *item_rank = ranks(items, training->items.count);
    CLEANUP(freep)
    uint32_t *category_rank = ranks(categories, training->categories.count);
    counts->sku = texts(&training->items, items);
    counts->category = texts(&training->categories, categories);
    counts->item_count = (uint32_t)training->items.count;
    counts->category_count = (uint32_t)training->categories.count;
    if (!item_rank || !category_rank || !counts->sku || !counts->category)
        return false;
    for (size_t i = 0; i < training->row_count; i++) {
        struct row *row = &training->rows[i];
        row->item = item_rank[row->item];
        row->key = row_customer(row) << 16 | category_rank[row->key & UINT16_MAX];
    }
    return true;
}

/* The word of the newest row that has one holds; of the same day, the first by bytes. */
static bool
settle_categories(const struct next_training *training, struct next_counts *counts)
{
    CLEANUP(freep) int32_t *days = calloc(counts->item_count + 1, sizeof(*days));
    if (!days)
        return false;
    for (size_t i = 0; i < training->row_count; i++) {
        const struct row *row = &training->rows[i];
        struct next_counted *item = &counts->items[row->item];
        uint32_t category = (uint32_t)(row->key & UINT16_MAX);
        if (category == 0)
            continue;
        if (item->category == 0 || row->day > days[row->item] ||
            (row->day == days[row->item] && category < item->category)) {
            item->category = category;
            days[row->item] = row->day;
        }
    }
    return true;
}

/* --- rows in order --------------------------------------------------------------------- */

static int
compare_rows(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    uint64_t of_x = row_customer(x), of_y = row_customer(y);
    if (of_x != of_y)
        return of_x < of_y ? -1 : 1;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return x->item < y->item ? -1 : x->item > y->item;
}

#define PILE_BITS 14
#define PILES (1u << PILE_BITS)

static size_t
pile_of(const struct row *row, unsigned halvings)
{
    return (row->key << halvings) >> (64 - PILE_BITS);
}

/* By customer, day and product. Keys are strewn evenly, so one round of dealing leaves
 * piles that are sorted in the processor's cache. */
static bool
sort_rows(struct next_training *training)
{
    struct row *sorted = calloc(training->row_count + 1, sizeof(*sorted));
    CLEANUP(freep) uint32_t *at = calloc(PILES + 1, sizeof(*at));
    if (!sorted || !at) {
        free(sorted);
        return false;
    }
    for (size_t i = 0; i < training->row_count; i++)
        at[pile_of(&training->rows[i], training->halvings) + 1]++;
    for (size_t i = 0; i < PILES; i++)
        at[i + 1] += at[i];
    for (size_t i = 0; i < training->row_count; i++)
        sorted[at[pile_of(&training->rows[i], training->halvings)]++] = training->rows[i];
    for (size_t i = 0, begin = 0; i < PILES; begin = at[i++])
        qsort(sorted + begin, at[i] - begin, sizeof(*sorted), compare_rows);
    free(training->rows);
    training->rows = sorted;
    training->row_room = training->row_count + 1;
    return true;
}

/* One row a customer, day and product, of whatever category. */
static void
drop_repeats(struct next_training *training)
{
    struct row *rows = training->rows;
    size_t kept = 0;
    for (size_t i = 0; i < training->row_count; i++)
        if (kept == 0 || compare_rows(&rows[kept - 1], &rows[i]) != 0)
            rows[kept++] = rows[i];
    training->row_count = kept;
}

/* --- what a product's rows say --------------------------------------------------------- */

/* The rows of each item, in their order: those of the i-th from (*ret_at)[i]. */
static bool
list_by_item(const struct next_training *training, uint32_t item_count, uint32_t **ret_at,
             uint32_t **ret_rows)
{
    uint32_t *at = calloc((size_t)item_count + 2, sizeof(*at));
    uint32_t *rows = calloc(training->row_count + 1, sizeof(*rows));
    *ret_at = at;
    *ret_rows = rows;
    if (!at || !rows)
        return false;
    for (size_t i = 0; i < training->row_count; i++)
        at[training->rows[i].item + 2]++;
    for (size_t i = 0; i < item_count; i++)
        at[i + 2] += at[i + 1];
    for (size_t i = 0; i < training->row_count; i++)
        rows[at[training->rows[i].item + 1]++] = (uint32_t)i;
    return true;
}

static void
count_item(const struct next_training *training, const uint32_t *rows, size_t count,
           int32_t newest_day, struct next_counted *item)
{
    double half_life = training->settings.half_life_days, frequency = 0, gaps = 0;
    bool is_again = false; /* this customer was counted as a repeater */
    item->newest_day = INT32_MIN;
    for (size_t i = 0; i < count; i++) {
        const struct row *row = &training->rows[rows[i]];
        const struct row *last = i > 0 ? &training->rows[rows[i - 1]] : NULL;
        frequency += exp2(-((double)newest_day - row->day) / half_life);
        if (row->day > item->newest_day)
            item->newest_day = row->day;
        if (!last || row_customer(last) != row_customer(row)) {
            item->customers++;
            is_again = false;
            continue;
        }
        gaps += (double)row->day - last->day;
        item->gap_count++;
        item->repeaters += !is_again;
        is_again = true;
    }
    item->frequency = (float)frequency;
    item->gap_days = item->gap_count ? (float)(gaps / item->gap_count) : 0;
}

static void
count_customers(const struct next_training *training, struct next_counts *counts)
{
    const struct row *rows = training->rows;
    counts->newest_day = training->row_count > 0 ? INT32_MIN : 0;
    for (size_t i = 0; i < training->row_count; i++) {
        counts->customer_count +=
            i == 0 || row_customer(&rows[i]) != row_customer(&rows[i - 1]);
        if (rows[i].day > counts->newest_day)
            counts->newest_day = rows[i].day;
    }
}

enum status
next_count(struct next_training *training, struct next_counts *counts)
{
    CLEANUP(freep) uint32_t *at = NULL;
    CLEANUP(freep) uint32_t *by_item = NULL;
    counts->items = calloc(training->items.count + 1, sizeof(*counts->items));
    if (!counts->items || !rename_rows(training, counts) ||
        !settle_categories(training, counts) || !sort_rows(training))
        return STATUS_NO_MEMORY;
    drop_repeats(training);
    count_customers(training, counts);
    if (!list_by_item(training, counts->item_count, &at, &by_item))
        return STATUS_NO_MEMORY;
    for (uint32_t i = 0; i < counts->item_count; i++)
        count_item(training, by_item + at[i], at[i + 1] - at[i], counts->newest_day,
                   &counts->items[i]);
    return next_alike(training, at, by_item, counts);
}
