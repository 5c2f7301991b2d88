/* What a look-up knows of the customer, and what goes with it.
 *
 * The past becomes one entry a product, in the order of numbers, the bench likewise. Then
 * the neighbours of both are strewn into a table of candidates, in which each keeps the one
 * product that gave it most. Sorting is done here without memory of its own: nothing but
 * the arena is asked for any. */
#include "fit/next-look-inside.h"

#include <math.h>
#include <stdlib.h>

#define PAST_WEIGHT 0.5 /* of the past beside the bench, before it ages */

/* --- keys in order --------------------------------------------------------------------- */

static void
sink(uint64_t *keys, size_t at, size_t count)
{
    uint64_t key = keys[at];
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && keys[child + 1] > keys[child])
            child++;
        if (keys[child] <= key)
            break;
        keys[at] = keys[child];
    }
    keys[at] = key;
}

/* Heapsort: in place, and never slow. */
static void
sort_keys(uint64_t *keys, size_t count)
{
    for (size_t i = count / 2; i-- > 0;)
        sink(keys, i, count);
    for (size_t end = count; end-- > 1;) {
        uint64_t most = keys[0];
        keys[0] = keys[end];
        keys[end] = most;
        sink(keys, 0, end);
    }
}

/* A day as a number that sorts like it. */
static uint32_t
day_key(int32_t day)
{
    return (uint32_t)day ^ UINT32_C(0x80000000);
}

static int32_t
key_day(uint64_t key)
{
    return (int32_t)((uint32_t)key ^ UINT32_C(0x80000000));
}

/* --- the bench and the past ------------------------------------------------------------ */

static bool
gather_bench(struct next_view *view)
{
    const struct next_ask *ask = view->ask;
    uint64_t *keys = arena_make_array(view->arena, ask->bench_count, sizeof(*keys));
    view->bench = arena_make_array(view->arena, ask->bench_count, sizeof(*view->bench));
    size_t count = 0;
    if (!keys || !view->bench)
        return false;
    for (size_t i = 0; i < ask->bench_count; i++) {
        uint32_t item = ask->bench[i] ? next_item_number(view->model, ask->bench[i])
                                      : WORDS_NONE;
        if (item != WORDS_NONE)
            keys[count++] = item;
    }
    sort_keys(keys, count);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || keys[i] != keys[i - 1])
            view->bench[view->bench_count++] = (uint32_t)keys[i];
    return true;
}

bool
next_view_is_on_bench(const struct next_view *view, uint32_t item)
{
    size_t low = 0, high = view->bench_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (view->bench[middle] < item)
            low = middle + 1;
        else
            high = middle;
    }
    return low < view->bench_count && view->bench[low] == item;
}

const struct next_own *
next_view_own(const struct next_view *view, uint32_t item)
{
    size_t low = 0, high = view->own_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (view->own[middle].item < item)
            low = middle + 1;
        else
            high = middle;
    }
    return low < view->own_count && view->own[low].item == item ? &view->own[low] : NULL;
}

static double
faded(const struct next_view *view, int32_t day)
{
    double age = (double)view->ask->today - day;
    return age > 0 ? exp2(-age / view->model->half_life_days) : 1;
}

static bool
may_be_named(const struct next_view *view, uint32_t item)
{
    const struct next_model *model = view->model;
    uint32_t category = next_number(model, model->at.category, item);
    return !view->ask->may_be_named ||
           view->ask->may_be_named(view->ask->data, next_sku(model, item),
                                   next_category(model, category));
}

static bool
gather_past(struct next_view *view)
{
    const struct next_ask *ask = view->ask;
    uint64_t *keys = arena_make_array(view->arena, ask->past_count, sizeof(*keys));
    size_t count = 0;
    if (!keys)
        return false;
    for (size_t i = 0; i < ask->past_count; i++) {
        const struct next_past *past = &ask->past[i];
        uint32_t item = past->sku ? next_item_number(view->model, past->sku) : WORDS_NONE;
        if (item != WORDS_NONE)
            keys[count++] = (uint64_t)item << 32 | day_key(past->day);
    }
    sort_keys(keys, count);
    view->own = arena_make_array(view->arena, count, sizeof(*view->own));
    struct next_own *own = view->own ? view->own - 1 : NULL;
    for (size_t i = 0; own && i < count; i++) {
        if (i > 0 && keys[i] == keys[i - 1])
            continue;
        if (i == 0 || keys[i] >> 32 != keys[i - 1] >> 32) {
            *++own = (struct next_own){.item = (uint32_t)(keys[i] >> 32),
                                       .first_day = key_day(keys[i])};
            own->is_named = may_be_named(view, own->item);
            view->own_count++;
        }
        own->last_day = key_day(keys[i]);
        own->frequency += faded(view, own->last_day);
        own->days++;
    }
    return view->own != NULL;
}

/* --- favourite categories -------------------------------------------------------------- */

static void
note_category(struct next_view *view, struct next_favourite *all, size_t *count,
              uint32_t item, double weight)
{
    uint32_t category = next_number(view->model, view->model->at.category, item);
    size_t i = 0;
    if (category == 0)
        return;
    while (i < *count && all[i].category != category)
        i++;
    if (i == *count)
        all[(*count)++] = (struct next_favourite){.category = category};
    all[i].part += weight;
}

/* The first few of the bench's and the past's categories by their weight. Of a very long
 * past the last products by bytes are not looked at: that only costs fineness. */
static bool
gather_favourites(struct next_view *view)
{
    size_t bench = view->bench_count < NEXT_BENCH_MOST ? view->bench_count : NEXT_BENCH_MOST;
    size_t own = view->own_count < NEXT_PAST_MOST ? view->own_count : NEXT_PAST_MOST;
    struct next_favourite *all = arena_make_array(view->arena, bench + own, sizeof(*all));
    size_t count = 0;
    double total = 0;
    if (!all)
        return false;
    for (size_t i = 0; i < bench; i++)
        note_category(view, all, &count, view->bench[i], 1);
    for (size_t i = 0; i < own; i++)
        if (view->own[i].is_named)
            note_category(view, all, &count, view->own[i].item, view->own[i].frequency);
    for (size_t i = 0; i < count; i++)
        total += all[i].part;
    while (view->favourite_count < NEXT_FAVOURITES_MOST && total > 0) {
        struct next_favourite *best = NULL;
        for (size_t i = 0; i < count; i++)
            if (all[i].part > 0 &&
                (!best || all[i].part > best->part ||
                 (all[i].part == best->part && all[i].category < best->category)))
                best = &all[i];
        if (!best)
            break;
        view->favourites[view->favourite_count++] =
            (struct next_favourite){best->category, best->part / total};
        best->part = 0;
    }
    return true;
}

/* --- candidates ------------------------------------------------------------------------ */

size_t
next_view_slot(const struct next_view *view, uint32_t item)
{
    size_t mask = view->slot_count - 1;
    size_t slot = (item * UINT32_C(2654435769)) >> 7 & mask; /* Fibonacci's */
    while (view->slots[slot] != 0 &&
           view->candidates[view->slots[slot] - 1].item != item)
        slot = (slot + 1) & mask;
    return slot;
}

static struct next_candidate *
candidate(struct next_view *view, uint32_t item)
{
    size_t slot = next_view_slot(view, item);
    if (view->slots[slot] == 0) {
        view->candidates[view->candidate_count++] = (struct next_candidate){.item = item};
        view->slots[slot] = (uint32_t)view->candidate_count;
    }
    return &view->candidates[view->slots[slot] - 1];
}

static size_t
neighbour_count(const struct next_model *model, uint32_t item)
{
    return next_number(model, model->at.neighbour_at, (size_t)item + 1) -
           next_number(model, model->at.neighbour_at, item);
}

static void
strew(struct next_view *view, uint32_t from, double weight, bool is_bench)
{
    const struct next_model *model = view->model;
    size_t begin = next_number(model, model->at.neighbour_at, from);
    size_t end = begin + neighbour_count(model, from);
    for (size_t i = begin; i < end; i++) {
        uint32_t item = next_number(model, model->at.neighbour, i);
        double given = weight * next_real(model, model->at.alike, i);
        struct next_candidate *it = candidate(view, item);
        it->with += given;
        /* the bench comes first and keeps a tie; then the first by bytes */
        if (given > it->with_most) {
            it->with_most = given;
            it->with_item = from;
            it->is_with_bench = is_bench;
        }
    }
}

/* The numbers of the newest products of the past that may be named, by number. */
static bool
newest_own(const struct next_view *view, uint64_t **ret, size_t *ret_count)
{
    uint64_t *keys = arena_make_array(view->arena, view->own_count, sizeof(*keys));
    size_t count = 0;
    if (!keys)
        return false;
    for (size_t i = 0; i < view->own_count; i++)
        if (view->own[i].is_named)
            keys[count++] = (uint64_t)~day_key(view->own[i].last_day) << 32 | i;
    if (count > NEXT_PAST_MOST) {
        sort_keys(keys, count);
        count = NEXT_PAST_MOST;
    }
    for (size_t i = 0; i < count; i++)
        keys[i] &= UINT32_MAX;
    sort_keys(keys, count);
    *ret = keys;
    *ret_count = count;
    return true;
}

bool
next_view_gather(struct next_view *view)
{
    uint64_t *own;
    size_t own_count, room = 1;
    if (!gather_bench(view) || !gather_past(view) || !gather_favourites(view) ||
        !newest_own(view, &own, &own_count))
        return false;
    size_t bench = view->bench_count < NEXT_BENCH_MOST ? view->bench_count : NEXT_BENCH_MOST;
    for (size_t i = 0; i < bench; i++)
        room += neighbour_count(view->model, view->bench[i]);
    for (size_t i = 0; i < own_count; i++)
        room += 1 + neighbour_count(view->model, view->own[own[i]].item);
    for (view->slot_count = 16; view->slot_count < 2 * room;)
        view->slot_count *= 2;
    view->slots = arena_make_array(view->arena, view->slot_count, sizeof(*view->slots));
    view->candidates = arena_make_array(view->arena, room, sizeof(*view->candidates));
    if (!view->slots || !view->candidates)
        return false;
    for (size_t i = 0; i < bench; i++)
        strew(view, view->bench[i], 1, true);
    for (size_t i = 0; i < own_count; i++) {
        const struct next_own *it = &view->own[own[i]];
        if (!next_view_is_on_bench(view, it->item)) /* which it is strewn from already */
            strew(view, it->item, PAST_WEIGHT * faded(view, it->last_day), false);
        if (view->ask->wish == NEXT_ANY)
            candidate(view, it->item)->is_own = true;
    }
    return true;
}
