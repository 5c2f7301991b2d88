/* A list of products, read whole and looked up by SKU. */
#include "station/assortment.h"

#include "order/csv.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define SKU_MOST 255

enum column { SKU, NAME, CATEGORY, STOCK, DISCREET };
static const char *const columns[] = {"sku", "name", "category", "stock", "discreet"};

struct assortment {
    atomic_int holders;
    struct arena *arena;
    struct product *products; /* by SKU */
    size_t count;
};

/* One line, whatever a cell of a spreadsheet holds. */
static const char *
copy_line(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text ? text : "");
    for (char *c = copy; c && *c; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
    return copy;
}

static enum status
read_row(const struct csv *csv, struct arena *arena, struct product *ret)
{
    const char *sku = csv_value(csv, SKU), *stock = csv_value(csv, STOCK);
    const char *discreet = csv_value(csv, DISCREET);
    if (!sku || strlen(sku) > SKU_MOST)
        return csv_bad_value(csv, SKU, true, "a SKU of at most 255 characters");
    *ret = (struct product){.sku = copy_line(arena, sku),
                            .name = copy_line(arena, csv_value(csv, NAME)),
                            .category = copy_line(arena, csv_value(csv, CATEGORY)),
                            .stock = -1,
                            .is_discreet = discreet && text_equal(discreet, "yes")};
    if (stock && (!text_to_int64(stock, &ret->stock) || ret->stock < 0))
        return csv_bad_value(csv, STOCK, true, "a whole number, 0 or more");
    if (discreet && !text_equal(discreet, "yes") && !text_equal(discreet, "no"))
        return csv_bad_value(csv, DISCREET, true, "yes or no");
    return ret->sku && ret->name && ret->category ? STATUS_OK : STATUS_NO_MEMORY;
}

static int
by_sku(const void *left, const void *right)
{
    const struct product *a = left, *b = right;
    return strcmp(a->sku, b->sku);
}

struct placed { /* in the file: of rows with one SKU the last holds */
    struct product product;
    size_t place;
};

static int
by_sku_and_place(const void *left, const void *right)
{
    const struct placed *a = left, *b = right;
    int order = strcmp(a->product.sku, b->product.sku);
    return order ? order : (a->place > b->place) - (a->place < b->place);
}

static bool
settle(struct assortment *assortment, struct placed *placed, size_t count)
{
    if (count > 0)
        qsort(placed, count, sizeof(*placed), by_sku_and_place);
    assortment->products =
        arena_make_array(assortment->arena, count, sizeof(*assortment->products));
    if (!assortment->products)
        return false;
    for (size_t i = 0; i < count; i++)
        if (i + 1 == count || strcmp(placed[i].product.sku, placed[i + 1].product.sku) != 0)
            assortment->products[assortment->count++] = placed[i].product;
    return true;
}

static enum status
read_rows(struct csv *csv, struct assortment *assortment)
{
    struct placed *placed = NULL;
    size_t count = 0, room = 0;
    enum status status = STATUS_OK;
    while ((status = csv_next(csv)) == STATUS_OK) {
        if (count == room) {
            room = room ? 2 * room : 256;
            struct placed *made = reallocarray(placed, room, sizeof(*placed));
            if (!made) {
                status = STATUS_NO_MEMORY;
                break;
            }
            placed = made;
        }
        placed[count].place = count;
        status = read_row(csv, assortment->arena, &placed[count].product);
        if (status != STATUS_OK)
            break;
        count++;
    }
    if (status == STATUS_WITHOUT) /* the end of the file */
        status = settle(assortment, placed, count) ? STATUS_OK : STATUS_NO_MEMORY;
    free(placed);
    return status;
}

enum status
assortment_open(const char *path, struct notes *notes, struct assortment **ret)
{
    static const struct csv_options options = {.has_header = true};
    const struct csv_how how = {.path = path,
                                .options = &options,
                                .columns = columns,
                                .column_count = COUNT_OF(columns),
                                .needed = 1u << SKU,
                                .notes = notes};
    struct csv *csv CLEANUP(csv_closep) = NULL;
    struct assortment *assortment = calloc(1, sizeof(*assortment));
    enum status status = STATUS_NO_MEMORY;
    if (assortment) {
        atomic_init(&assortment->holders, 1);
        assortment->arena = arena_new(0);
        status = assortment->arena ? csv_open(&how, &csv) : STATUS_NO_MEMORY;
    }
    if (status == STATUS_OK)
        status = read_rows(csv, assortment);
    if (status != STATUS_OK) {
        assortment_unref(assortment);
        return status;
    }
    *ret = assortment;
    return STATUS_OK;
}

struct assortment *
assortment_ref(struct assortment *assortment)
{
    if (assortment)
        atomic_fetch_add_explicit(&assortment->holders, 1, memory_order_relaxed);
    return assortment;
}

void
assortment_unref(struct assortment *assortment)
{
    if (!assortment ||
        atomic_fetch_sub_explicit(&assortment->holders, 1, memory_order_acq_rel) != 1)
        return;
    arena_free(assortment->arena);
    free(assortment);
}

const struct product *
assortment_find(const struct assortment *assortment, const char *sku)
{
    const struct product key = {.sku = sku};
    return assortment->count ? bsearch(&key, assortment->products, assortment->count,
                                       sizeof(key), by_sku)
                             : NULL;
}

static char
small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_alike(const char *a, const char *b)
{
    while (*a && small(*a) == small(*b)) {
        a++;
        b++;
    }
    return !*a && !*b;
}

const struct product *
assortment_named(const struct assortment *assortment, const char *name)
{
    for (size_t i = 0; i < assortment->count; i++)
        if (is_alike(assortment->products[i].name, name))
            return &assortment->products[i];
    return NULL;
}
