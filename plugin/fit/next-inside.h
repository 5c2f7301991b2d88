/* What the files of next share: the words and rows of a training, the shape of a model. */
#ifndef TUCK_FIT_NEXT_INSIDE_H
#define TUCK_FIT_NEXT_INSIDE_H

#include "fit/next.h"

#include <endian.h>
#include <string.h>

/* --- words: texts told apart, numbered in the order they come --------------------------- */

struct words {
    char *text; /* each with its NUL */
    size_t text_size, text_room;
    struct word {
        uint32_t at, hash;
    } *list;
    size_t count, room;
    uint32_t *slots; /* number + 1; 0: free */
    size_t slot_count;
};

#define WORDS_NONE UINT32_MAX

void words_done(struct words *words);
/* WORDS_NONE when it is not there. */
uint32_t words_find(const struct words *words, const char *text, size_t n);
/* The number of the text, which is added when it is new; WORDS_NONE: no memory. */
uint32_t words_add(struct words *words, const char *text, size_t n);
/* The numbers of the words in the order of their bytes; NULL: no memory. free() it. */
uint32_t *words_sorted(const struct words *words);

static inline const char *
words_text(const struct words *words, uint32_t number)
{
    return words->text + words->list[number].at;
}

/* --- training -------------------------------------------------------------------------- */

/* A line of a basket. The key is 48 bits of the customer's, mixed, over 16 of the
 * category's number: few enough bytes that millions are held. */
struct row {
    uint64_t key;
    int32_t day;
    uint32_t item;
};

static inline uint64_t
row_customer(const struct row *row)
{
    return row->key >> 16;
}

struct next_training {
    struct next_settings settings;
    struct words items, categories; /* category 0 is "" */
    struct row *rows;
    size_t row_count, row_room;
    unsigned halvings;
    uint64_t refused;
    bool is_made;
};

/* What counting makes of a training: the arrays of a model, items in the order of their
 * SKUs' bytes. */
struct next_counts {
    uint32_t item_count, category_count; /* category 0 is "" */
    const char **sku, **category;        /* lent from the training */
    struct next_counted {
        uint32_t category, customers, repeaters, gap_count;
        int32_t newest_day;
        float frequency, gap_days;
        uint32_t neighbour_at;
    } *items;
    struct next_like {
        uint32_t item;
        float alike;
    } *likes;
    size_t like_count, like_room;
    uint64_t customer_count;
    int32_t newest_day;
};

void next_counts_done(struct next_counts *counts);
/* next-count.c: sorts the training's rows and counts them. */
enum status next_count(struct next_training *training, struct next_counts *ret);
/* next-alike.c: fills the neighbours from sorted rows. `by_item` lists the rows of each
 * item, those of the i-th from `at[i]`. */
enum status next_alike(const struct next_training *training, const uint32_t *at,
                       const uint32_t *by_item, struct next_counts *counts);

/* --- bytes ----------------------------------------------------------------------------- */

#define NEXT_MAGIC "tucknext"
#define NEXT_VERSION 1u
#define NEXT_HEAD_SIZE 96
#define NEXT_NO_SLOT UINT32_MAX

/* Where the numbers of the head stand. */
enum next_head {
    HEAD_VERSION = 8,
    HEAD_SIZE = 12, /* of all, checksum and all */
    HEAD_SKUS = 16,
    HEAD_CATEGORIES = 20,
    HEAD_NEIGHBOURS = 24,
    HEAD_SLOTS = 28,
    HEAD_TEXT = 32,
    HEAD_NEWEST = 36,
    HEAD_CUSTOMERS = 40, /* 8 bytes */
    HEAD_PURCHASES = 48, /* 8 bytes */
    HEAD_HALVINGS = 56,
    HEAD_HALF_LIFE = 60, /* a float, as the next two */
    HEAD_SHRINKAGE = 64,
    HEAD_APART = 68,
    HEAD_WINDOW = 72,
    HEAD_SUPPORT = 76,
    HEAD_NEIGHBOURS_MOST = 80,
    HEAD_ZEROS = 84, /* to the end of the head */
};

/* Fills `size` and `at` from the counts in the model; false when that is more than a
 * model may be (4 GiB). */
bool next_lay_out(struct next_model *model);

static inline uint32_t
next_u32(const uint8_t *bytes, size_t at)
{
    uint32_t value;
    memcpy(&value, bytes + at, sizeof(value));
    return le32toh(value);
}

static inline float
next_f32(const uint8_t *bytes, size_t at)
{
    uint32_t bits = next_u32(bytes, at);
    float value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

/* The i-th of an array of four-byte numbers. */
static inline uint32_t
next_number(const struct next_model *model, size_t array, size_t i)
{
    return next_u32(model->bytes, array + 4 * i);
}

static inline float
next_real(const struct next_model *model, size_t array, size_t i)
{
    return next_f32(model->bytes, array + 4 * i);
}

static inline const char *
next_sku(const struct next_model *model, uint32_t item)
{
    return (const char *)model->bytes + model->at.text +
           next_number(model, model->at.sku_at, item);
}

static inline const char *
next_category(const struct next_model *model, uint32_t category)
{
    return (const char *)model->bytes + model->at.text +
           next_number(model, model->at.category_at, category);
}

/* The number of a SKU; WORDS_NONE when the model does not have it. */
uint32_t next_item_number(const struct next_model *model, const char *sku);

#endif
