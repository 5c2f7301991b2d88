/* Taking baskets in: one short row for each line, words for the texts, and nothing else.
 *
 * What it takes is counted by what is held, not by how it was come by. When that is more
 * than allowed, half of the customers go, whole, so that what is learnt of the others is as
 * right as before; which half, only their keys say. So the order of the baskets does not
 * matter to the outcome: the halvings needed for all are those needed on the way. */
#include "fit/next-inside.h"

#include <stdlib.h>

#define ROW_COST 48   /* a row, room to grow, and a second one while they are sorted */
#define ITEM_COST 200 /* words, counts and the model's numbers, without neighbours */
#define HALVINGS_MOST 47
#define CATEGORIES_MOST UINT16_MAX /* words; others count as none */
#define BYTES_LEAST ((size_t)1 << 20)
#define BYTES_MOST ((size_t)2 << 30) /* so that rows have 32-bit numbers */

static double
real_or(double value, double least, double most, double otherwise)
{
    if (!(value > 0))
        return otherwise;
    return value < least ? least : value > most ? most : value;
}

static int
whole_or(int value, int most, int otherwise)
{
    if (value <= 0)
        return otherwise;
    return value > most ? most : value;
}

static struct next_settings
complete(const struct next_settings *given)
{
    struct next_settings none = {0}, settings = given ? *given : none;
    settings.half_life_days = real_or(settings.half_life_days, 0.01, 1e6, 90);
    settings.shrinkage = real_or(settings.shrinkage, 1e-6, 1e6, 10);
    settings.apart_weight = real_or(settings.apart_weight, 1e-6, 1, 0.5);
    settings.window_days = whole_or(settings.window_days, 36500, 60);
    settings.support_least = whole_or(settings.support_least, 1000000, 3);
    settings.neighbours_most = whole_or(settings.neighbours_most, 255, 24);
    if (settings.bytes_most == 0)
        settings.bytes_most = (size_t)512 << 20;
    if (settings.bytes_most < BYTES_LEAST)
        settings.bytes_most = BYTES_LEAST;
    if (settings.bytes_most > BYTES_MOST)
        settings.bytes_most = BYTES_MOST;
    return settings;
}

struct next_training *
next_training_new(const struct next_settings *settings)
{
    NEXT_TRAINING_AUTO struct next_training *training = calloc(1, sizeof(*training));
    if (!training)
        return NULL;
    training->settings = complete(settings);
    if (words_add(&training->categories, "", 0) == WORDS_NONE)
        return NULL;
    return take(training);
}

void
next_training_free(struct next_training *training)
{
    if (!training)
        return;
    words_done(&training->items);
    words_done(&training->categories);
    free(training->rows);
    free(training);
}

void
next_training_freep(struct next_training **training)
{
    next_training_free(*training);
    *training = NULL;
}

uint64_t
next_training_refused(const struct next_training *training)
{
    return training->refused;
}

/* The finaliser of SplitMix64 (Steele, Lea, Flood 2014): keys that were counted up are
 * strewn, none falls on another. */
static uint64_t
mix(uint64_t key)
{
    key = (key ^ (key >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    key = (key ^ (key >> 27)) * UINT64_C(0x94d049bb133111eb);
    return key ^ (key >> 31);
}

static bool
is_left_out(uint64_t mixed, unsigned halvings)
{
    return halvings > 0 && mixed >> (64 - halvings) != 0;
}

/* --- leaving customers out ------------------------------------------------------------- */

static size_t
cost(const struct next_training *training)
{
    size_t item_cost = ITEM_COST + 16 * (size_t)training->settings.neighbours_most;
    return training->row_count * ROW_COST + training->items.count * item_cost +
           training->items.text_size * 2 + training->categories.text_size * 2;
}

static bool
keep_word(const struct words *from, struct words *to, uint32_t number, uint32_t *ret)
{
    const char *text = words_text(from, number);
    *ret = words_add(to, text, strlen(text));
    return *ret != WORDS_NONE;
}

/* Numbers the words of the rows anew, so that those of nobody go. */
static bool
keep_words(struct next_training *training)
{
    struct words items = {0}, categories = {0};
    uint32_t category = words_add(&categories, "", 0);
    bool is_fine = category != WORDS_NONE;
    for (size_t i = 0; is_fine && i < training->row_count; i++) {
        struct row *row = &training->rows[i];
        is_fine = keep_word(&training->items, &items, row->item, &row->item) &&
                  keep_word(&training->categories, &categories,
                            (uint32_t)(row->key & UINT16_MAX), &category);
        row->key = row_customer(row) << 16 | category;
    }
    words_done(&training->items);
    words_done(&training->categories);
    training->items = items;
    training->categories = categories;
    return is_fine;
}

static bool
halve(struct next_training *training)
{
    size_t kept = 0;
    training->halvings++;
    for (size_t i = 0; i < training->row_count; i++)
        if (!is_left_out(training->rows[i].key, training->halvings))
            training->rows[kept++] = training->rows[i];
    training->row_count = kept;
    return keep_words(training);
}

/* --- taking in ------------------------------------------------------------------------- */

static struct row *
new_row(struct next_training *training)
{
    if (training->row_count == training->row_room) {
        size_t room = training->row_room ? training->row_room / 2 * 3 : 4096;
        struct row *rows = reallocarray(training->rows, room, sizeof(*rows));
        if (!rows)
            return NULL;
        training->rows = rows;
        training->row_room = room;
    }
    return &training->rows[training->row_count++];
}

/* The number of a text that may be new; WORDS_NONE with `*ret_is_fit` for one that is none
 * to be kept, without for no memory. */
static uint32_t
number_of(struct words *words, const char *text, size_t most, bool *ret_is_fit)
{
    size_t n = text ? strnlen(text, NEXT_SKU_MOST + 1) : 0;
    uint32_t number = words_find(words, text ? text : "", n > NEXT_SKU_MOST ? 0 : n);
    *ret_is_fit = true;
    if (n == 0 || n > NEXT_SKU_MOST)
        return WORDS_NONE;
    if (number != WORDS_NONE)
        return number;
    if (words->count >= most || !text_is_utf8(text, n))
        return WORDS_NONE;
    number = words_add(words, text, n);
    *ret_is_fit = number != WORDS_NONE;
    return number;
}

static enum status
add_line(struct next_training *training, const struct next_basket *basket,
         uint64_t mixed, const struct next_line *line)
{
    bool is_fine;
    uint32_t item = number_of(&training->items, line->sku, UINT32_MAX, &is_fine);
    if (!is_fine)
        return STATUS_NO_MEMORY;
    if (item == WORDS_NONE) {
        training->refused++;
        return STATUS_OK;
    }
    uint32_t category =
        number_of(&training->categories, line->category, CATEGORIES_MOST, &is_fine);
    struct row *row = is_fine ? new_row(training) : NULL;
    if (!row)
        return STATUS_NO_MEMORY;
    uint16_t short_category = category == WORDS_NONE ? 0 : (uint16_t)category;
    *row = (struct row){(mixed & ~(uint64_t)UINT16_MAX) | short_category, basket->day,
                        item};
    return STATUS_OK;
}

enum status
next_training_add(struct next_training *training, const struct next_basket *basket)
{
    uint64_t mixed = mix(basket->customer);
    if (training->is_made)
        return STATUS_BAD_CALL;
    if (is_left_out(mixed, training->halvings))
        return STATUS_OK;
    for (size_t i = 0; i < basket->line_count; i++) {
        const struct next_line *line = &basket->lines[i];
        if (!(line->quantity > 0))
            continue;
        enum status status = add_line(training, basket, mixed, line);
        if (status != STATUS_OK)
            return status;
    }
    while (cost(training) > training->settings.bytes_most &&
           training->halvings < HALVINGS_MOST)
        if (!halve(training))
            return STATUS_NO_MEMORY;
    return STATUS_OK;
}
