/* The product picked for a customer: looked up in what was learnt, checked against the
 * shop's list, and given the names that may be printed. And what the customer looked for
 * without finding it, once the list has it. */
#include "station/knowledge.h"

#include <string.h>

struct asking {
    const struct assortment *assortment; /* NULL: all products are to be had */
};

static bool
is_allowed(void *data, const char *sku, const char *category)
{
    const struct asking *asking = data;
    (void)category;
    if (!asking->assortment)
        return true;
    const struct product *product = assortment_find(asking->assortment, sku);
    return product && product->stock != 0 && !product->is_discreet;
}

static bool
may_be_named(void *data, const char *sku, const char *category)
{
    const struct asking *asking = data;
    (void)category;
    const struct product *product =
        asking->assortment ? assortment_find(asking->assortment, sku) : NULL;
    return !product || !product->is_discreet;
}

static bool
counts(const struct order *order, const struct past_order *past)
{
    return past->state != PAST_CANCELLED && past->placed_at_s < order->placed_at_s &&
           !text_equal(past->id, order->id);
}

static bool
list_past(const struct order *order, const struct history *history,
          const struct zone *zone, struct arena *arena, struct next_ask *ask)
{
    struct next_past *past = NULL;
    size_t room = 0;
    for (size_t i = 0; i < history->order_count; i++) {
        const struct past_order *from = &history->orders[i];
        int32_t day = zone_day(zone, from->placed_at_s, NULL).n;
        for (size_t k = 0; counts(order, from) && k < from->line_count; k++) {
            const struct order_line *line = &from->lines[k];
            if (!line->sku || line->quantity <= line->returned)
                continue;
            struct next_past *made =
                arena_append(arena, &past, &ask->past_count, &room, sizeof(*made));
            if (!made)
                return false;
            *made = (struct next_past){line->sku, day};
        }
    }
    ask->past = past;
    return true;
}

static bool
list_bench(const struct order *order, struct arena *arena, struct next_ask *ask)
{
    const char **bench = arena_make_array(arena, order->line_count, sizeof(*bench));
    if (!bench)
        return false;
    for (size_t i = 0; i < order->line_count; i++)
        if (order->lines[i].sku)
            bench[ask->bench_count++] = order->lines[i].sku;
    ask->bench = bench;
    return true;
}

/* What a product is called: in the shop's list, else where the customer bought it. */
static const char *
name_of(const struct knowledge *knowledge, const struct order *order,
        const struct history *history, const char *sku)
{
    const struct product *product =
        knowledge->assortment ? assortment_find(knowledge->assortment, sku) : NULL;
    if (product && product->name[0])
        return product->name;
    for (size_t i = 0; i < order->line_count; i++)
        if (text_equal(order->lines[i].sku, sku) && order->lines[i].name)
            return order->lines[i].name;
    for (size_t i = history->order_count; i-- > 0;)
        for (size_t k = 0; k < history->orders[i].line_count; k++)
            if (text_equal(history->orders[i].lines[k].sku, sku) &&
                history->orders[i].lines[k].name)
                return history->orders[i].lines[k].name;
    return "";
}

const struct facts_pick *
knowledge_pick(const struct knowledge *knowledge, const struct order *order,
               const struct history *history, const struct zone *zone,
               struct arena *arena)
{
    struct asking asking = {knowledge->assortment};
    struct next_ask ask = {.today = zone_day(zone, order->placed_at_s, NULL).n,
                           .wish = NEXT_NEW,
                           .most = 1,
                           .is_allowed = is_allowed,
                           .may_be_named = may_be_named,
                           .data = &asking};
    struct next_picks picks = {0};
    if (!knowledge->has_next || order->is_gift ||
        !list_past(order, history, zone, arena, &ask) || !list_bench(order, arena, &ask) ||
        next_look(&knowledge->next, &ask, arena, &picks) != STATUS_OK || picks.count == 0)
        return NULL;
    const struct next_pick *best = &picks.picks[0];
    struct facts_pick *pick = arena_make(arena, sizeof(*pick));
    if (!pick)
        return NULL;
    *pick = (struct facts_pick){
        .sku = arena_strdup(arena, best->sku),
        .name = arena_strdup(arena, name_of(knowledge, order, history, best->sku)),
        .reason = next_reason_name(best->reason),
        .because = best->goes_with
                       ? arena_strdup(arena, name_of(knowledge, order, history,
                                                     best->goes_with))
                       : ""};
    return pick->sku && pick->name && pick->because ? pick : NULL;
}

void
pick_write(const struct facts_pick *pick, struct buf *out)
{
    if (pick)
        buf_printf(out, "pick sku %s\npick name %s\npick reason %s\npick because %s\n",
                   pick->sku, pick->name, pick->reason, pick->because);
}

static const char *
read_part(const char *text, const char *key, struct arena *arena)
{
    const char *at = strncmp(text, key, strlen(key)) == 0 ? text : NULL;
    for (const char *from = text; !at && (from = strstr(from, key)); from++)
        if (from[-1] == '\n')
            at = from;
    if (!at)
        return NULL;
    at += strlen(key);
    return arena_copy(arena, at, strcspn(at, "\n"));
}

const struct facts_pick *
pick_read(const char *text, struct arena *arena)
{
    struct facts_pick *pick = arena_make(arena, sizeof(*pick));
    if (!pick)
        return NULL;
    *pick = (struct facts_pick){.sku = read_part(text, "pick sku ", arena),
                                .name = read_part(text, "pick name ", arena),
                                .reason = read_part(text, "pick reason ", arena),
                                .because = read_part(text, "pick because ", arena)};
    return pick->sku && pick->name && pick->reason && pick->because ? pick : NULL;
}

/* --- what was looked for ------------------------------------------------------------ */

const struct facts_found *
knowledge_found(const struct knowledge *knowledge, const struct order *order,
                const struct history *history, const struct zone *zone,
                struct arena *arena)
{
    const char *words = order->customer.id && !order->is_gift
                            ? facts_sought_words(order, history, zone)
                            : NULL;
    if (!words || !knowledge->assortment)
        return NULL;
    const struct product *product = assortment_find(knowledge->assortment, words);
    if (!product)
        product = assortment_named(knowledge->assortment, words);
    if (!product || product->stock == 0 || product->is_discreet)
        return NULL;
    struct facts_found *found = arena_make(arena, sizeof(*found));
    if (!found)
        return NULL;
    *found = (struct facts_found){
        .sku = arena_strdup(arena, product->sku),
        .name = arena_strdup(arena, product->name[0] ? product->name : words)};
    return found->sku && found->name ? found : NULL;
}

void
found_write(const struct facts_found *found, struct buf *out)
{
    if (found)
        buf_printf(out, "found sku %s\nfound name %s\n", found->sku, found->name);
}

const struct facts_found *
found_read(const char *text, struct arena *arena)
{
    struct facts_found *found = arena_make(arena, sizeof(*found));
    if (!found)
        return NULL;
    *found = (struct facts_found){.sku = read_part(text, "found sku ", arena),
                                  .name = read_part(text, "found name ", arena)};
    return found->sku && found->name ? found : NULL;
}
