/* Histories joined and put in order: one entry an order, by time, then id. */
#include "order/order-inside.h"

#include <stdlib.h>
#include <string.h>

/* --- order and doubles -----------------------------------------------------------------
 */

struct ranked {
    struct past_order order;
    struct standing standing;
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
        order = x->standing.revision < y->standing.revision
                    ? -1
                    : x->standing.revision > y->standing.revision;
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

/* One note for all of them: a source that repeats itself must not crowd out the rest. */
static void
tell_doubles(const struct document *document, const struct ranked *first, size_t count)
{
    if (!document->name || count == 0)
        return;
    if (count == 1)
        note_add(document->notes, NOTE_ORDER_TWICE, document->name, first->standing.line,
                 "order %.60s stands twice; the later one counts", first->order.id);
    else
        note_add(document->notes, NOTE_ORDER_TWICE, document->name, first->standing.line,
                 "order %.60s stands twice, and so do %zu more; the later one counts",
                 first->order.id, count - 1);
}

enum status
history_settle(const struct document *document, struct history *history,
               const struct standing *standings)
{
    size_t count = history->order_count, kept = 0, doubles = 0;
    const struct ranked *first = NULL;
    if (count == 0)
        return STATUS_OK;
    struct ranked *ranked = arena_make_array(document->arena, count, sizeof(*ranked));
    if (!ranked)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        ranked[i] = (struct ranked){history->orders[i], standings[i], i};
    qsort(ranked, count, sizeof(*ranked), by_id);
    for (size_t i = 0; i < count; i++) {
        bool is_superseded =
            i + 1 < count && text_equal(ranked[i].order.id, ranked[i + 1].order.id);
        if (!is_superseded)
            history->orders[kept++] = ranked[i].order;
        else if (doubles++ == 0)
            first = &ranked[i];
    }
    history->order_count = kept;
    qsort(history->orders, kept, sizeof(*history->orders), by_time);
    tell_doubles(document, first, doubles);
    return STATUS_OK;
}

/* --- two into one
 * ------------------------------------------------------------------------ */

typedef int compare_fn(const void *, const void *);

/* Joins b's items to a's, less those of a that b has too. */
static void *
join(struct arena *arena, const void *a, size_t a_count, const void *b, size_t b_count,
     size_t size, compare_fn *compare, size_t *ret_count)
{
    char *out = arena_make_array(arena, a_count + b_count, size);
    char *sorted = arena_make_array(arena, b_count, size);
    size_t count = 0;
    if (!out || !sorted)
        return NULL;
    if (b_count)
        qsort(memcpy(sorted, b, b_count * size), b_count, size, compare);
    for (size_t i = 0; i < a_count; i++) {
        const char *item = (const char *)a + i * size;
        if (!b_count || !bsearch(item, sorted, b_count, size, compare))
            memcpy(out + count++ * size, item, size);
    }
    if (b_count)
        memcpy(out + count * size, b, b_count * size);
    *ret_count = count + b_count;
    return out;
}

static int
compare_time(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int
by_complaint(const void *a, const void *b)
{
    const struct complaint *x = a, *y = b;
    return compare_text(x->id, y->id);
}

static int
by_question(const void *a, const void *b)
{
    const struct question *x = a, *y = b;
    return compare_text(x->id, y->id);
}

static int
by_answer(const void *a, const void *b)
{
    const struct answer *x = a, *y = b;
    int order = compare_time(x->at_s, y->at_s);
    return order ? order : compare_text(x->order, y->order);
}

static int
by_conversation(const void *a, const void *b)
{
    const struct conversation *x = a, *y = b;
    int order = compare_time(x->at_s, y->at_s);
    order = order ? order : compare_text(x->sought, y->sought);
    order = order ? order : compare_text(x->occasion, y->occasion);
    return order ? order : compare_text(x->text, y->text);
}

static int
by_style(const void *a, const void *b)
{
    const struct style_answer *x = a, *y = b;
    int order = compare_time(x->at_s, y->at_s);
    return order ? order : compare_text(x->question, y->question);
}

static int
by_pin(const void *a, const void *b)
{
    const struct pin *x = a, *y = b;
    int order = compare_text(x->offer, y->offer);
    return order ? order : compare_text(x->order, y->order);
}

static int
by_spent(const void *a, const void *b)
{
    const struct points_spent *x = a, *y = b;
    int order = compare_time(x->at_s, y->at_s);
    order = order ? order : (x->points > y->points) - (x->points < y->points);
    return order ? order : compare_text(x->reward, y->reward);
}

static int
by_rating(const void *a, const void *b)
{
    const struct rating *x = a, *y = b;
    int order = compare_time(x->at_s, y->at_s);
    order = order ? order : compare_text(x->offer, y->offer);
    order = order ? order : (x->score > y->score) - (x->score < y->score);
    return order ? order : compare_text(x->order, y->order);
}

static int
by_shown(const void *a, const void *b)
{
    const struct shown *x = a, *y = b;
    int order = compare_time(x->at_s, y->at_s);
    order = order ? order : compare_text(x->offer, y->offer);
    order = order ? order : compare_text(x->order, y->order);
    return order ? order : compare_time(x->answered_s, y->answered_s);
}

static int
by_interest(const void *a, const void *b)
{
    return compare_text(*(const char *const *)a, *(const char *const *)b);
}

static bool
join_orders(struct arena *arena, struct history *out, const struct history *a,
            const struct history *b)
{
    size_t count = a->order_count + b->order_count;
    const struct document document = {.arena = arena};
    struct standing *standings = arena_make_array(arena, count, sizeof(*standings));
    out->orders = arena_make_array(arena, count, sizeof(*out->orders));
    if (!out->orders || !standings)
        return false;
    if (a->order_count)
        memcpy(out->orders, a->orders, a->order_count * sizeof(*out->orders));
    if (b->order_count)
        memcpy(out->orders + a->order_count, b->orders,
               b->order_count * sizeof(*out->orders));
    for (size_t i = 0; i < count; i++)
        standings[i].revision = i >= a->order_count; /* b wins */
    out->order_count = count;
    return history_settle(&document, out, standings) == STATUS_OK;
}

#define JOIN(list, list_count, compare)                                                  \
    (out->list = join(arena, a->list, a->list_count, b->list, b->list_count,             \
                      sizeof(*out->list), compare, &out->list_count))

static bool
join_things(struct arena *arena, struct history *out, const struct history *a,
            const struct history *b)
{
    return JOIN(complaints, complaint_count, by_complaint) &&
           JOIN(nps, nps_count, by_answer) && JOIN(effort, effort_count, by_answer) &&
           JOIN(conversations, conversation_count, by_conversation) &&
           JOIN(questions, question_count, by_question) &&
           JOIN(styles, style_count, by_style) && JOIN(pins, pin_count, by_pin) &&
           JOIN(interests, interest_count, by_interest) &&
           JOIN(spent, spent_count, by_spent) && JOIN(shown, shown_count, by_shown) &&
           JOIN(ratings, rating_count, by_rating);
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
        knows_standing(b) &&
                (!knows_standing(a) || b->points_as_of_s >= a->points_as_of_s)
            ? b
            : a;
    out->tier = standing->tier;
    out->next_tier = standing->next_tier;
    out->points = standing->points;
    out->points_to_next = standing->points_to_next;
    out->points_as_of_s = standing->points_as_of_s;
    out->points_expiring = standing->points_expiring;
    out->points_expire_s = standing->points_expire_s;
    out->risen_from = standing->risen_from;
    /* a leaderboard may stand beside a points service, and say nothing of points */
    const struct history *other = standing == a ? b : a;
    bool is_others = other->place > 0 &&
                     (other->points_as_of_s > standing->points_as_of_s ||
                      (standing->place <= 0 &&
                       other->points_as_of_s == standing->points_as_of_s));
    out->place = is_others ? other->place : standing->place;
    out->place_of = is_others ? other->place_of : standing->place_of;
    out->is_partial = a->is_partial || b->is_partial;
    out->household = b->household ? b->household : a->household;
    return out;
}
