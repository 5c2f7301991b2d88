/* Histories joined and put in order: one entry an order, by time, then id. */
#include "order/order-inside.h"

#include <stdlib.h>
#include <string.h>

/* --- order and doubles ----------------------------------------------------------------- */

struct ranked {
    struct past_order order;
    int64_t revision;
    size_t place; /* in the document: later wins among equals */
};

static int
compare_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "");
}

static int
by_id(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    int order = compare_text(x->order.id, y->order.id);
    if (order == 0)
        order = x->revision < y->revision ? -1 : x->revision > y->revision;
    return order ? order : x->place < y->place ? -1 : x->place > y->place;
}

static int
by_time(const void *a, const void *b)
{
    const struct past_order *x = a, *y = b;
    if (x->placed_at_s != y->placed_at_s)
        return x->placed_at_s < y->placed_at_s ? -1 : 1;
    return compare_text(x->id, y->id);
}

void
history_settle(const struct document *document, struct history *history,
               int64_t *revisions)
{
    size_t count = history->order_count, kept = 0;
    struct ranked *ranked =
        count ? arena_make_array(document->arena, count, sizeof(*ranked)) : NULL;
    if (!ranked)
        return;
    for (size_t i = 0; i < count; i++)
        ranked[i] = (struct ranked){history->orders[i], revisions ? revisions[i] : 0, i};
    qsort(ranked, count, sizeof(*ranked), by_id);
    for (size_t i = 0; i < count; i++) {
        bool is_superseded =
            i + 1 < count && text_equal(ranked[i].order.id, ranked[i + 1].order.id);
        if (!is_superseded)
            history->orders[kept++] = ranked[i].order;
        else if (document->name)
            note_add(document->notes, NOTE_ORDER_TWICE, document->name, 0,
                     "order %.60s stands twice; the later one counts", ranked[i].order.id);
    }
    history->order_count = kept;
    qsort(history->orders, kept, sizeof(*history->orders), by_time);
}

/* --- two into one ------------------------------------------------------------------------ */

/* Joins b's items to a's, less those of a that `same` finds again in b. */
static void *
join(struct arena *arena, const void *a, size_t a_count, const void *b, size_t b_count,
     size_t size, bool (*same)(const void *, const void *), size_t *ret_count)
{
    char *out = arena_make_array(arena, a_count + b_count, size);
    size_t count = 0;
    if (!out)
        return NULL;
    for (size_t i = 0; i < a_count; i++) {
        const char *item = (const char *)a + i * size;
        bool is_double = false;
        for (size_t j = 0; j < b_count && !is_double; j++)
            is_double = same(item, (const char *)b + j * size);
        if (!is_double)
            memcpy(out + count++ * size, item, size);
    }
    if (b_count)
        memcpy(out + count * size, b, b_count * size);
    *ret_count = count + b_count;
    return out;
}

static bool
same_complaint(const void *a, const void *b)
{
    const struct complaint *x = a, *y = b;
    return text_equal(x->id, y->id);
}

static bool
same_answer(const void *a, const void *b)
{
    const struct answer *x = a, *y = b;
    return x->at_s == y->at_s && text_equal(x->order, y->order);
}

static bool
same_conversation(const void *a, const void *b)
{
    const struct conversation *x = a, *y = b;
    return x->at_s == y->at_s && text_equal(x->sought, y->sought) &&
           text_equal(x->occasion, y->occasion) && text_equal(x->text, y->text);
}

static bool
same_style(const void *a, const void *b)
{
    const struct style_answer *x = a, *y = b;
    return x->at_s == y->at_s && text_equal(x->question, y->question);
}

static bool
same_pin(const void *a, const void *b)
{
    const struct pin *x = a, *y = b;
    return text_equal(x->offer, y->offer) && text_equal(x->order, y->order);
}

static bool
same_interest(const void *a, const void *b)
{
    return text_equal(*(const char *const *)a, *(const char *const *)b);
}

static bool
join_orders(struct arena *arena, struct history *out, const struct history *a,
            const struct history *b)
{
    size_t count = a->order_count + b->order_count;
    const struct document document = {.arena = arena};
    int64_t *revisions = arena_make_array(arena, count, sizeof(*revisions));
    out->orders = arena_make_array(arena, count, sizeof(*out->orders));
    if (!out->orders || !revisions)
        return false;
    if (a->order_count)
        memcpy(out->orders, a->orders, a->order_count * sizeof(*out->orders));
    if (b->order_count)
        memcpy(out->orders + a->order_count, b->orders,
               b->order_count * sizeof(*out->orders));
    for (size_t i = 0; i < count; i++)
        revisions[i] = i >= a->order_count; /* b wins */
    out->order_count = count;
    history_settle(&document, out, revisions);
    return true;
}

#define JOIN(list, list_count, same)                                                     \
    (out->list = join(arena, a->list, a->list_count, b->list, b->list_count,              \
                      sizeof(*out->list), same, &out->list_count))

static bool
join_things(struct arena *arena, struct history *out, const struct history *a,
            const struct history *b)
{
    return JOIN(complaints, complaint_count, same_complaint) &&
           JOIN(nps, nps_count, same_answer) && JOIN(effort, effort_count, same_answer) &&
           JOIN(conversations, conversation_count, same_conversation) &&
           JOIN(styles, style_count, same_style) && JOIN(pins, pin_count, same_pin) &&
           JOIN(interests, interest_count, same_interest);
}

#undef JOIN

static bool
knows_standing(const struct history *history)
{
    return history->tier || history->points >= 0;
}

struct history *
history_merge(struct arena *arena, const struct history *a, const struct history *b)
{
    struct history *out = history_make(arena, b->customer ? b->customer : a->customer);
    if (!out || !join_orders(arena, out, a, b) || !join_things(arena, out, a, b))
        return NULL;
    const struct history *standing =
        knows_standing(b) && (!knows_standing(a) || b->points_as_of_s >= a->points_as_of_s)
            ? b
            : a;
    out->tier = standing->tier;
    out->next_tier = standing->next_tier;
    out->points = standing->points;
    out->points_to_next = standing->points_to_next;
    out->points_as_of_s = standing->points_as_of_s;
    out->household = b->household ? b->household : a->household;
    return out;
}
