/* Counts one customer's purchases by calendar day.
 *
 * In come purchases in order of day; out come x, t_x, T and the mean spend of the repeat
 * days. Nothing can go wrong but that nothing was bought. The order of the days is the
 * caller's to keep. */
#include "fit/buyer.h"

#include <math.h>

/* The sum of the purchases on the day at `at`; `*ret_next` is the first of a later day. */
static double
sum_day(const struct purchase *purchases, size_t count, size_t at, size_t *ret_next)
{
    double sum = 0;
    size_t i = at;
    for (; i < count && purchases[i].day.n == purchases[at].day.n; i++)
        sum += (double)purchases[i].minor;
    *ret_next = i;
    return sum;
}

bool
buyer_count(const struct purchase *purchases, size_t count, struct day until,
            struct buyer *ret)
{
    while (count > 0 && purchases[count - 1].day.n > until.n)
        count--;
    if (count == 0)
        return false;
    struct buyer buyer = {0};
    double sum = 0;
    size_t at;
    sum_day(purchases, count, 0, &at);
    while (at < count) {
        double minor = sum_day(purchases, count, at, &at);
        buyer.repeats++;
        if (minor > 0) {
            sum += minor;
            buyer.spends++;
        }
    }
    buyer.recency_days = (double)purchases[count - 1].day.n - purchases[0].day.n;
    buyer.age_days = (double)until.n - purchases[0].day.n;
    if (buyer.spends > 0)
        buyer.spend_minor = sum / buyer.spends;
    *ret = buyer;
    return true;
}

bool
buyer_is_sound(const struct buyer *buyer)
{
    return buyer->repeats >= 0 && buyer->repeats <= BUYER_REPEATS_MAX &&
           isfinite(buyer->recency_days) && isfinite(buyer->age_days) &&
           buyer->recency_days >= 0 && buyer->recency_days <= buyer->age_days &&
           (buyer->recency_days > 0) == (buyer->repeats > 0);
}
