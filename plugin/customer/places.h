/* Where and when a shop's customers live: the holidays of their country, the shop near by.
 */
#ifndef TUCK_CUSTOMER_PLACES_H
#define TUCK_CUSTOMER_PLACES_H

#include "base/day.h"

#include <stddef.h>

enum holiday_kind {
    HOLIDAY_YEARLY,         /* month and day */
    HOLIDAY_ONCE,           /* `once` */
    HOLIDAY_EASTER,         /* `offset` days from Easter Sunday of the western churches */
    HOLIDAY_ORTHODOX_EASTER /* of the eastern ones */
};

struct holiday {
    const char *name;
    enum holiday_kind kind;
    int32_t month, day;
    int32_t offset;
    struct day once;
    const char *countries; /* ISO 3166-1, split by one space; NULL: everywhere */
    const char *const *regions; /* in these only; NULL-terminated; NULL: all of them */
};

struct near_store { /* a shop that customers can walk to */
    const char *name, *address; /* address NULL: not told */
    const char *country;
    const char *const *postcodes; /* how they begin; NULL: none are told */
    const char *const *regions;   /* NULL: none are told */
};

struct places {
    const struct holiday *holidays;
    size_t holiday_count;
    const struct near_store *stores;
    size_t store_count;
};

/* Easter Sunday of the years 1583–4099, by the Gregorian calendar; the eastern churches
 * reckon it by the Julian one. After the algorithms of Meeus, Jones and Butcher. */
struct day easter_day(int32_t year);
struct day orthodox_easter_day(int32_t year);

/* The next of the holidays that are kept there, today included, and its day; of two on one
 * day the first in the list. NULL: there is none within a year. `country` and `region` may
 * be "". */
const struct holiday *places_next_holiday(const struct places *places, struct day today,
                                          const char *country, const char *region,
                                          struct day *ret);

/* The shop near by: whose postcodes begin most like the customer's, else one of the
 * region, else one that tells neither and so serves its whole country. NULL: none. */
const struct near_store *places_near(const struct places *places, const char *country,
                                     const char *region, const char *postcode);

#endif
