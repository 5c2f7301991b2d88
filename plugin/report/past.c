/* What customers did: their orders and answers, packed so that millions fit in memory.
 *
 * Orders come grouped by customer and in order of time, so an array and where each
 * customer's part begins are all that is needed. Answers are few; they are sorted once.
 */
#include "report/inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool
make_room(void *items, size_t count, size_t *room, size_t size)
{
    void **at = items;
    if (count < *room)
        return true;
    size_t more = *room ? 2 * *room : 1024;
    void *made = reallocarray(*at, more, size);
    if (!made)
        return false;
    *at = made;
    *room = more;
    return true;
}

/* FNV-1a, 32 bits (Fowler, Noll, Vo): enough to tell a customer's few orders apart. */
uint32_t
past_key(const char *order)
{
    uint32_t key = 2166136261u;
    for (const char *p = order ? order : ""; *p; p++)
        key = (key ^ (unsigned char)*p) * 16777619u;
    return key;
}

static enum status
begin_customers(struct past *past, size_t until)
{
    while (past->customer_count < until) {
        if (!make_room(&past->first, past->customer_count, &past->customer_room,
                       sizeof(*past->first)))
            return STATUS_NO_MEMORY;
        past->first[past->customer_count++] = past->order_count;
    }
    return STATUS_OK;
}

enum status
past_take_order(struct past *past, const struct study_order *order, int64_t minor)
{
    enum status status = begin_customers(past, (size_t)order->customer + 1);
    if (status != STATUS_OK || !make_room(&past->orders, past->order_count,
                                          &past->order_room, sizeof(*past->orders)))
        return STATUS_NO_MEMORY;
    past->orders[past->order_count++] =
        (struct seen_order){order->placed_at_s, minor, past_key(order->id)};
    return STATUS_OK;
}

enum status
past_take_answer(struct past *past, const struct study_answer *answer)
{
    bool is_nps = strcmp(answer->kind, "nps") == 0;
    if (!is_nps && strcmp(answer->kind, "effort") != 0)
        return STATUS_OK;
    if (answer->score < 0 || answer->score > 10)
        return STATUS_OK;
    if (!make_room(&past->answers, past->answer_count, &past->answer_room,
                   sizeof(*past->answers)))
        return STATUS_NO_MEMORY;
    past->answers[past->answer_count++] = (struct seen_answer){
        answer->customer, is_nps, (int8_t)answer->score, answer->at_s};
    return STATUS_OK;
}

static int
compare_answers(const void *left, const void *right)
{
    const struct seen_answer *a = left, *b = right;
    if (a->customer != b->customer)
        return a->customer < b->customer ? -1 : 1;
    if (a->at_s != b->at_s)
        return a->at_s < b->at_s ? -1 : 1;
    return a->score - b->score;
}

enum status
past_end(struct past *past, uint32_t customers)
{
    enum status status = begin_customers(past, (size_t)customers + 1);
    if (status != STATUS_OK)
        return status;
    if (past->answer_count > 0)
        qsort(past->answers, past->answer_count, sizeof(*past->answers), compare_answers);
    past->expected = reallocarray(NULL, (size_t)customers + 1, sizeof(*past->expected));
    if (!past->expected)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i <= customers; i++)
        past->expected[i] = NAN;
    return STATUS_OK;
}

void
past_done(struct past *past)
{
    free(past->orders);
    free(past->first);
    free(past->answers);
    free(past->expected);
    *past = (struct past){.orders = NULL};
}

const struct seen_order *
past_orders(const struct past *past, uint32_t customer, size_t *ret_count)
{
    *ret_count = past->first[customer + 1] - past->first[customer];
    return past->orders + past->first[customer];
}

struct past_sums
past_sum(const struct past *past, int32_t within_days, uint32_t customer, int64_t from_s,
         uint32_t but)
{
    const int64_t window_s = (int64_t)within_days * DAY_S;
    struct past_sums sums = {0};
    size_t count;
    const struct seen_order *orders = past_orders(past, customer, &count);
    for (size_t i = 0; i < count; i++) {
        int64_t after_s = orders[i].at_s - from_s;
        double minor = (double)orders[i].minor;
        if (after_s <= 0 && -after_s <= (int64_t)PAST_DAYS * DAY_S) {
            sums.orders_before++;
            sums.spend_before += minor;
        }
        if (after_s <= 0 || (but != 0 && orders[i].key == but))
            continue;
        sums.spend_since += minor;
        sums.orders += after_s <= window_s;
        sums.spend += after_s <= window_s ? minor : 0;
        sums.orders_later += after_s > window_s && after_s <= 2 * window_s;
    }
    return sums;
}

const struct seen_answer *
past_answers(const struct past *past, uint32_t customer, size_t *ret_count)
{
    size_t low = 0, high = past->answer_count;
    *ret_count = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (past->answers[middle].customer < customer)
            low = middle + 1;
        else
            high = middle;
    }
    while (low + *ret_count < past->answer_count &&
           past->answers[low + *ret_count].customer == customer)
        ++*ret_count;
    return past->answers + low;
}
