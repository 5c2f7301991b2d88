/* Which products go together, counted product by product.
 *
 * For each row of a product, the rows of the same customer within the window are walked to
 * both sides and their products tallied, once for each customer. That needs one tally for
 * each product and no table of pairs. A customer's rows are walked at most REACH to either
 * side, so that a warehouse among the customers costs what many people cost; the measure is
 * the distance of rows, which is the same seen from both products. */
#include "fit/next-inside.h"

#include <math.h>
#include <stdlib.h>

#define REACH 256

struct tally {
    uint32_t customer; /* the number of the customer who was counted last, from 1 */
    uint32_t count;    /* customers who bought both */
    uint32_t together; /* of those, in one basket */
    bool is_together;  /* the last one did */
};

struct desk {
    const struct next_training *training;
    struct tally *tallies; /* one for each item */
    uint32_t *met;         /* the items with a tally */
    size_t met_count;
    uint32_t customer; /* runs on from item to item */
};

static void
meet(struct desk *desk, const struct row *row, bool is_together)
{
    struct tally *tally = &desk->tallies[row->item];
    if (tally->customer != desk->customer) {
        if (tally->count++ == 0)
            desk->met[desk->met_count++] = row->item;
        tally->customer = desk->customer;
        tally->is_together = false;
    }
    if (is_together && !tally->is_together) {
        tally->is_together = true;
        tally->together++;
    }
}

/* Tallies the rows around one row, from its side on. */
static void
walk(struct desk *desk, size_t from, int step)
{
    const struct row *rows = desk->training->rows, *row = &rows[from];
    int64_t window = desk->training->settings.window_days;
    for (size_t i = 1; i <= REACH; i++) {
        size_t at = step < 0 ? from - i : from + i; /* wraps past the count below 0 */
        if (at >= desk->training->row_count)
            return;
        const struct row *other = &rows[at];
        int64_t days = (int64_t)other->day - row->day;
        if (row_customer(other) != row_customer(row) || llabs(days) > window)
            return;
        if (other->item != row->item)
            meet(desk, other, days == 0);
    }
}

static void
tally_item(struct desk *desk, const uint32_t *rows, size_t count)
{
    const struct row *all = desk->training->rows;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || row_customer(&all[rows[i]]) != row_customer(&all[rows[i - 1]]))
            desk->customer++;
        walk(desk, rows[i], -1);
        walk(desk, rows[i], +1);
    }
}

/* --- the best of an item --------------------------------------------------------------- */

static bool
is_better(const struct next_like *a, const struct next_like *b)
{
    return a->alike != b->alike ? a->alike > b->alike : a->item < b->item;
}

static float
likeness(const struct desk *desk, const struct next_counts *counts, uint32_t a, uint32_t b)
{
    const struct tally *tally = &desk->tallies[b];
    const struct next_settings *settings = &desk->training->settings;
    if (tally->count < (uint32_t)settings->support_least)
        return 0;
    double weight = tally->together +
                    settings->apart_weight * (double)(tally->count - tally->together);
    double customers = (double)counts->items[a].customers * counts->items[b].customers;
    return (float)(weight / sqrt(customers) * tally->count /
                   (tally->count + settings->shrinkage));
}

/* Keeps `like` among the `*count` best so far, which stand in order. */
static void
keep_best(struct next_like *best, size_t *count, size_t most, struct next_like like)
{
    if (*count == most && !is_better(&like, &best[most - 1]))
        return;
    size_t at = *count < most ? (*count)++ : most - 1;
    for (; at > 0 && is_better(&like, &best[at - 1]); at--)
        best[at] = best[at - 1];
    best[at] = like;
}

static bool
keep_likes(struct next_counts *counts, const struct next_like *best, size_t count)
{
    if (counts->like_count + count > counts->like_room) {
        size_t room = counts->like_room ? counts->like_room * 2 : 4096;
        struct next_like *likes = reallocarray(counts->likes, room, sizeof(*likes));
        if (!likes)
            return false;
        counts->likes = likes;
        counts->like_room = room;
    }
    for (size_t i = 0; i < count; i++)
        counts->likes[counts->like_count++] = best[i];
    return true;
}

/* Chooses the neighbours of the item and empties the tallies. */
static bool
choose(struct desk *desk, struct next_counts *counts, uint32_t item)
{
    struct next_like best[256];
    size_t count = 0, most = (size_t)desk->training->settings.neighbours_most;
    for (size_t i = 0; i < desk->met_count; i++) {
        uint32_t other = desk->met[i];
        float alike = likeness(desk, counts, item, other);
        if (alike > 0)
            keep_best(best, &count, most, (struct next_like){other, alike});
        desk->tallies[other].count = desk->tallies[other].together = 0;
    }
    desk->met_count = 0;
    return keep_likes(counts, best, count);
}

enum status
next_alike(const struct next_training *training, const uint32_t *at,
           const uint32_t *by_item, struct next_counts *counts)
{
    struct desk desk = {.training = training};
    desk.tallies = calloc(counts->item_count + 1, sizeof(*desk.tallies));
    desk.met = calloc(counts->item_count + 1, sizeof(*desk.met));
    bool is_fine = desk.tallies && desk.met;
    for (uint32_t i = 0; is_fine && i < counts->item_count; i++) {
        counts->items[i].neighbour_at = (uint32_t)counts->like_count;
        if (counts->items[i].customers >= (uint32_t)training->settings.support_least) {
            tally_item(&desk, by_item + at[i], at[i + 1] - at[i]);
            is_fine = choose(&desk, counts, i);
        }
    }
    free(desk.tallies);
    free(desk.met);
    return is_fine ? STATUS_OK : STATUS_NO_MEMORY;
}
