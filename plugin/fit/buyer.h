/* What is counted of a customer for the models of buying.
 *
 * The papers on BG/NBD and Gamma-Gamma know a customer by four figures: x, t_x, T and the
 * mean value of a transaction. They are counted here once, so that fitting and asking
 * count alike. A transaction is a calendar day (the merchant's) with purchases: several
 * orders of one day are one. Times are kept in days; the models turn them into weeks of
 * seven days, because the published parameters are by the week. */
#ifndef TUCK_FIT_BUYER_H
#define TUCK_FIT_BUYER_H

#include "base/day.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buyer {
    int32_t repeats;     /* x: days with purchases after the first such day; >= 0 */
    double recency_days; /* t_x: from the first day to the last; 0 when x is 0 */
    double age_days;     /* T: from the first day to the day counted for; >= t_x */
    double spend_minor;  /* mean over the repeat days with spend > 0, in minor units */
    int32_t spends;      /* how many repeat days that mean is over; 0: none known */
};

/* A purchase: the day, and what was paid net of refunds in minor units of one currency. */
struct purchase {
    struct day day;
    int64_t minor;
};

/* Counts the purchases of one customer, which stand in order of day, up to and with
 * `until`; later ones are passed over. A repeat day that came to nothing or less (wholly
 * refunded) is a repeat, but not in the mean. False, and `*ret` untouched, when nothing
 * was bought by then. */
bool buyer_count(const struct purchase *purchases, size_t count, struct day until,
                 struct buyer *ret);

/* The figures do not contradict each other: all finite, 0 <= t_x <= T, t_x above 0
 * exactly when x is, x at most BUYER_REPEATS_MAX. The spend is not looked at. */
#define BUYER_REPEATS_MAX 1000000
bool buyer_is_sound(const struct buyer *buyer);

#endif
