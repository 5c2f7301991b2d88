/* The shop's list of products: names, categories and stock, from a file that other systems
 * write. Inside station/. Immutable; a changed file is another one. */
#ifndef TUCK_STATION_ASSORTMENT_H
#define TUCK_STATION_ASSORTMENT_H

#include "base/note.h"
#include "order/order.h"

struct product {
    const char *sku, *name, *category; /* name, category "": not told */
    int64_t stock;                     /* -1: not told, so it is there */
    bool is_discreet; /* never named on paper, and nothing is recommended for it */
};

struct assortment;

/* Reads a CSV file with the columns sku, name, category, stock, discreet (yes, no); those
 * but sku may be missing. The first wrong row ends it: STATUS_BAD_INPUT with its line. Of
 * rows with one SKU the last holds. */
enum status assortment_open(const char *path, struct notes *notes,
                            struct assortment **ret);
struct assortment *assortment_ref(struct assortment *assortment); /* NULL is fine */
void assortment_unref(struct assortment *assortment);             /* NULL is fine */
/* Lent as long as the assortment; NULL: it is not in the list. Any thread. */
const struct product *assortment_find(const struct assortment *assortment,
                                      const char *sku);
/* By its name; letters of ASCII may be great or small. */
const struct product *assortment_named(const struct assortment *assortment,
                                       const char *name);

#endif
