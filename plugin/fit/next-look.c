/* Picking: candidates and what many like, best first, until enough are allowed.
 *
 * A product's parts, beside what it goes with:
 *
 * - share: its frequency over that of the most frequent product; what is liked by many is
 *   worth it times (0.5 + part) / 20, part being the part of the customer's purchases that
 *   fall into its category (the four most bought of categories count, others are 0).
 * - own: f / (f + 1), f the customer's own decayed frequency of it; times the chance that it
 *   is bought again at all, (d - 1 + 2 r) / (d + 1), d the days on which this customer
 *   bought it, r the part of all its customers who bought it twice.
 * - due: by the days since the last purchase over the days that are usual: the mean of the
 *   customer's own gaps and of three such as all have. 0 up to half of them, rising to 1 at
 *   three quarters, 1 up to twice, then halving with each further one. A product that
 *   nobody bought twice is never due. What is the customer's own counts in all its parts
 *   only as far as it is due.
 *
 * What many like is not strewn into the table: it is walked along the model's own orders,
 * overall and by favourite category, only as far as needed. */
#include "fit/next-look-inside.h"

#include <math.h>

#define MANY_WEIGHT 0.05
#define OTHERS_GAPS 3 /* as many gaps of one's own outweigh those of all */

double
next_view_many(const struct next_view *view, uint32_t item)
{
    const struct next_model *model = view->model;
    uint32_t category = next_number(model, model->at.category, item);
    double part = 0;
    if (next_number(model, model->at.customers, item) < (uint32_t)model->support_least)
        return 0;
    for (size_t i = 0; i < view->favourite_count; i++)
        if (view->favourites[i].category == category)
            part = view->favourites[i].part;
    double most =
        next_real(model, model->at.frequency, next_number(model, model->at.popular, 0));
    double share = most > 0 ? next_real(model, model->at.frequency, item) / most : 0;
    return MANY_WEIGHT * (0.5 + part) * share;
}

/* --- again ----------------------------------------------------------------------------- */

static double
due(const struct next_view *view, const struct next_own *own)
{
    const struct next_layout *at = &view->model->at;
    double others = next_number(view->model, at->gap_count, own->item) > 0 ? OTHERS_GAPS : 0;
    double gaps = own->days - 1, count = gaps + others;
    double days = (double)own->last_day - own->first_day +
                  others * next_real(view->model, at->gap_days, own->item);
    if (count == 0 || days <= 0)
        return 0;
    double passed = ((double)view->ask->today - own->last_day) / (days / count);
    if (passed <= 0.5)
        return 0;
    if (passed < 0.75)
        return (passed - 0.5) * 4;
    return passed <= 2 ? 1 : exp2(2 - passed);
}

static double
chance_again(const struct next_view *view, const struct next_own *own)
{
    const struct next_layout *at = &view->model->at;
    double customers = next_number(view->model, at->customers, own->item);
    double repeaters = next_number(view->model, at->repeaters, own->item);
    double part = customers > repeaters ? repeaters / customers : customers > 0;
    return own->frequency / (own->frequency + 1) * (own->days - 1 + 2 * part) /
           (own->days + 1.0);
}

static void
weigh(const struct next_view *view, struct next_candidate *it)
{
    const struct next_own *own = next_view_own(view, it->item);
    it->many = next_view_many(view, it->item);
    if (own) {
        double part = it->is_own ? due(view, own) : 0;
        it->again = part * chance_again(view, own);
        it->with *= part;
        it->many *= part;
    }
    it->score = next_view_is_on_bench(view, it->item) ? 0 : it->with + it->many + it->again;
}

/* --- the best of all ------------------------------------------------------------------- */

static bool
is_before(const struct next_candidate *a, const struct next_candidate *b)
{
    return a->score != b->score ? a->score > b->score : a->item < b->item;
}

/* The best stands at the top of the heap. */
static void
settle(struct next_candidate *heap, size_t at, size_t count)
{
    struct next_candidate it = heap[at];
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && is_before(&heap[child + 1], &heap[child]))
            child++;
        if (!is_before(&heap[child], &it))
            break;
        heap[at] = heap[child];
    }
    heap[at] = it;
}

/* One of the model's orders, walked along: its head is the next that is no candidate. */
struct stream {
    size_t list, next, end;
    bool is_of_all;
    bool is_done;
    struct next_candidate head;
};

static bool
is_favourite(const struct next_view *view, uint32_t item)
{
    uint32_t category = next_number(view->model, view->model->at.category, item);
    for (size_t i = 0; i < view->favourite_count; i++)
        if (view->favourites[i].category == category)
            return true;
    return false;
}

static void
step(const struct next_view *view, struct stream *stream)
{
    while (stream->next < stream->end) {
        uint32_t item = next_number(view->model, stream->list, stream->next++);
        double many = next_view_many(view, item);
        if (many <= 0 || (stream->is_of_all && is_favourite(view, item)) ||
            view->slots[next_view_slot(view, item)] != 0 || next_view_own(view, item) ||
            next_view_is_on_bench(view, item))
            continue;
        stream->head =
            (struct next_candidate){.item = item, .many = many, .score = many};
        return;
    }
    stream->is_done = true;
}

struct choice {
    const struct next_view *view;
    struct next_candidate *heap;
    size_t heap_count;
    struct stream streams[NEXT_FAVOURITES_MOST + 1];
    size_t stream_count;
};

static void
open_streams(struct choice *choice)
{
    const struct next_view *view = choice->view;
    const struct next_layout *at = &view->model->at;
    choice->streams[choice->stream_count++] = (struct stream){
        .list = at->popular, .end = view->model->sku_count, .is_of_all = true};
    for (size_t i = 0; i < view->favourite_count; i++) {
        size_t category = view->favourites[i].category;
        choice->streams[choice->stream_count++] = (struct stream){
            .list = at->category_item,
            .next = next_number(view->model, at->category_item_at, category),
            .end = next_number(view->model, at->category_item_at, category + 1)};
    }
    for (size_t i = 0; i < choice->stream_count; i++)
        step(view, &choice->streams[i]);
}

/* A heap of copies, since the table finds candidates by their place. */
static bool
open_choice(struct choice *choice)
{
    const struct next_view *view = choice->view;
    choice->heap =
        arena_make_array(view->arena, view->candidate_count, sizeof(*choice->heap));
    if (!choice->heap)
        return false;
    for (size_t i = 0; i < view->candidate_count; i++) {
        struct next_candidate it = view->candidates[i];
        weigh(view, &it);
        if (it.score > 0)
            choice->heap[choice->heap_count++] = it;
    }
    for (size_t i = choice->heap_count / 2; i-- > 0;)
        settle(choice->heap, i, choice->heap_count);
    open_streams(choice);
    return true;
}

static bool
next_best(struct choice *choice, struct next_candidate *ret)
{
    struct stream *from = NULL;
    const struct next_candidate *best = choice->heap_count > 0 ? &choice->heap[0] : NULL;
    for (size_t i = 0; i < choice->stream_count; i++) {
        struct stream *stream = &choice->streams[i];
        if (!stream->is_done && (!best || is_before(&stream->head, best))) {
            best = &stream->head;
            from = stream;
        }
    }
    if (!best)
        return false;
    *ret = *best;
    if (from) {
        step(choice->view, from);
    } else {
        choice->heap[0] = choice->heap[--choice->heap_count];
        settle(choice->heap, 0, choice->heap_count);
    }
    return true;
}

/* --- picks ----------------------------------------------------------------------------- */

static struct next_pick
pick_of(const struct next_model *model, const struct next_candidate *it)
{
    uint32_t category = next_number(model, model->at.category, it->item);
    struct next_pick pick = {
        .sku = next_sku(model, it->item),
        .category = next_category(model, category),
        .reason = NEXT_LIKED_BY_MANY,
        .score = it->score,
        .with_score = it->with,
        .many_score = it->many,
        .again_score = it->again,
    };
    if (it->is_own) {
        pick.reason = NEXT_AGAIN;
    } else if (it->with >= it->many) {
        pick.reason = NEXT_GOES_WITH;
        pick.goes_with = next_sku(model, it->with_item);
        pick.is_with_bench = it->is_with_bench;
    }
    return pick;
}

static bool
is_category_full(const struct next_picks *picks, const char *category, size_t most)
{
    size_t count = 0;
    if (most == 0 || category[0] == '\0')
        return false;
    for (size_t i = 0; i < picks->count; i++)
        count += picks->picks[i].category == category; /* lent from one model */
    return count >= most;
}

enum status
next_look(const struct next_model *model, const struct next_ask *ask, struct arena *arena,
          struct next_picks *ret)
{
    struct next_view view = {.model = model, .ask = ask, .arena = arena};
    struct choice choice = {.view = &view};
    struct next_candidate best;
    size_t most = ask->most < model->sku_count ? ask->most : model->sku_count;
    if (ask->wish != NEXT_NEW && ask->wish != NEXT_ANY)
        return STATUS_BAD_CALL;
    struct next_picks picks = {arena_make_array(arena, most, sizeof(*picks.picks)), 0};
    if (!picks.picks || !next_view_gather(&view) || !open_choice(&choice))
        return STATUS_NO_MEMORY;
    for (size_t asked = 0; picks.count < most && asked < NEXT_ASKED_MOST;) {
        if (!next_best(&choice, &best))
            break;
        struct next_pick pick = pick_of(model, &best);
        if (is_category_full(&picks, pick.category, ask->per_category_most))
            continue;
        asked++;
        if (!ask->is_allowed || ask->is_allowed(ask->data, pick.sku, pick.category))
            picks.picks[picks.count++] = pick;
    }
    *ret = picks;
    return STATUS_OK;
}
