/* Facts by what was learnt of all customers: is this one still with us, what is to be
 * expected of them, and which product was picked for them.
 *
 * The models count as they were fitted: days with orders, up to the order on the bench,
 * which is left out like everywhere among the facts. */
#include "customer/facts-inside.h"
#include "fit/model.h"

#include <string.h>

#define YEAR_DAYS 365

static void
fill_pick(struct making *making)
{
    const struct facts_pick *pick = making->settings.pick;

    set_text(making, FACT_NEXT_PRODUCT, pick ? pick->sku : "");
    set_text(making, FACT_NEXT_NAME, pick ? pick->name : "");
    set_word(making, FACT_NEXT_REASON, pick ? pick->reason : "none", "none");
    set_text(making, FACT_NEXT_BECAUSE, pick ? pick->because : "");
}

/* False: there are no past orders. */
static bool
count_buyer(struct making *making, struct buyer *ret, bool *ret_is_out_of_memory)
{
    const struct facts *facts = making->facts;
    const char *currency = making->settings.model->currency;
    struct purchase *purchases =
        arena_make_array(making->arena, facts->order_count, sizeof *purchases);

    *ret_is_out_of_memory = purchases == NULL;
    if (purchases == NULL)
        return false;
    for (size_t i = 0; i < facts->order_count; i++) {
        const struct past_order *past =
            &facts->history->orders[facts->order_index[i]];
        bool is_money = strcmp(past->total.currency, currency) == 0;
        purchases[i].day = facts->order_day[i];
        purchases[i].minor = is_money ? past->total.minor - past->refunded.minor : 0;
    }
    return buyer_count(purchases, facts->order_count, facts->today, ret);
}

enum status
fill_learnt(struct making *making)
{
    const struct model_parts *model = making->settings.model;
    double alive = NAN, orders = NAN, value = NAN;
    bool is_out_of_memory = false;
    struct buyer buyer;

    fill_pick(making);
    if (model && model->has_bgnbd && count_buyer(making, &buyer, &is_out_of_memory)) {
        alive = bgnbd_alive(&model->bgnbd, &buyer);
        orders = bgnbd_expect(&model->bgnbd, &buyer, YEAR_DAYS);
        if (model->has_spend && text_equal(model->currency, making->order->currency))
            value = round(orders * spend_expect_minor(&model->spend, &buyer));
    }
    if (is_out_of_memory)
        return STATUS_NO_MEMORY;
    set_number(making, FACT_P_ALIVE, alive);
    set_number(making, FACT_EXPECTED_ORDERS, orders);
    set_number(making, FACT_EXPECTED_VALUE, value);
    return STATUS_OK;
}
