/* The customers that a template has to bear. Inside station/. */
#ifndef TUCK_STATION_WORST_H
#define TUCK_STATION_WORST_H

#include "customer/facts.h"
#include "station/shop.h"

#define WORST_COUNT 4
/* "longest names" */
const char *worst_name(size_t index);
/* An order of that customer, a reader of `lang`, and what is known of them. The day is
 * the shop's. */
enum status worst_make(struct tuck_shop *shop, size_t index, const char *lang,
                       struct arena *arena, struct order **ret_order,
                       struct facts **ret_facts);

#endif
