/* Picked for you: which product comes next, with a reason that may be printed.
 *
 * Trained from all customers' baskets by counting, nothing else, so that every pick can be
 * told in a sentence:
 *
 * - goes with: two products are alike when the same customers buy both within some days of
 *   each other. For the products i and j, w is the sum over the customers who bought both
 *   of 1 (once in the same basket) or `apart_weight` (never in the same one, but within
 *   `window_days`), c the number of those customers, n_i and n_j of all who bought i, j:
 *       alike(i, j) = w / sqrt(n_i n_j) * c / (c + shrinkage)
 *   which is the cosine of their customers, drawn towards nothing while few are behind it;
 *   pairs with fewer than `support_least` customers are nothing at all. The best
 *   `neighbours_most` are kept for each product.
 * - liked by many: the frequency of a product is the sum over its purchases (one a customer
 *   and day, whatever the quantity) of 2^(-age / half_life_days), age in days before the
 *   newest basket; from `support_least` customers on.
 * - again: for each product the mean of the days between a customer's purchases of it, which
 *   a customer's own such days outweigh as they become more.
 *
 * A model is bytes: little endian, with a version, its own length and a checksum, so that
 * it may stand as a section beside others. It is looked things up in as it lies, at any
 * alignment, and is never changed: any number of threads may share one. */
#ifndef TUCK_FIT_NEXT_H
#define TUCK_FIT_NEXT_H

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- training ------------------------------------------------------------------------- */

#define NEXT_SKU_MOST 255 /* bytes of a SKU or a category; longer ones are not taken */

/* 0, or not a number, stands for the value in brackets. */
struct next_settings {
    double half_life_days; /* of frequency, for all and for one [90] */
    double shrinkage;      /* customers [10] */
    double apart_weight;   /* of a pair in two baskets, up to 1 [0.5] */
    int window_days;       /* between two baskets of a pair [60] */
    int support_least;     /* customers [3] */
    int neighbours_most;   /* of a product [24], at most 255 */
    /* What training may take [512 MiB], at least 1 MiB. When more comes, half of the
     * customers are left out, whole, by their keys, as often as needed; the rest stand for
     * all. */
    size_t bytes_most;
};

struct next_line {
    const char *sku;
    const char *category; /* NULL or "": none. The newest basket's word holds */
    double quantity;      /* at or below 0 it is no purchase: the line is passed over */
};

struct next_basket {
    uint64_t customer; /* a key that stays; any hash will do */
    int32_t day;       /* days since any fixed day; 1970-01-01 elsewhere in tuck */
    const struct next_line *lines;
    size_t line_count;
};

struct next_training;

/* Begins a training with these settings (NULL: all at their values). NULL: no memory. */
struct next_training *next_training_new(const struct next_settings *settings);
void next_training_free(struct next_training *training); /* NULL is fine */
void next_training_freep(struct next_training **training);
#define NEXT_TRAINING_AUTO CLEANUP(next_training_freep)

/* Takes one basket in; keeps nothing of the caller's. Lines without a SKU, or with one
 * that is too long or not UTF-8, are passed over and counted. NO_MEMORY leaves the
 * training to be freed only. */
enum status next_training_add(struct next_training *training,
                              const struct next_basket *basket);

/* Lines that were passed over so far for their SKU. */
uint64_t next_training_refused(const struct next_training *training);

/* The model as bytes, added to `ret`. The same baskets give the same bytes in whatever
 * order they came, on every machine whose exp2() and sqrt() round alike. The training can
 * only be freed afterwards. BAD_CALL when it was made before; NO_MEMORY also when `ret`
 * may not hold so much: mind its ceiling. */
enum status next_training_make(struct next_training *training, struct buf *ret);

/* --- a model -------------------------------------------------------------------------- */

/* Bytes lent by whoever opened them, with what was found in their head. */
struct next_model {
    const uint8_t *bytes;
    size_t size;
    uint32_t sku_count, category_count, neighbour_count;
    int32_t newest_day;
    uint64_t customer_count; /* learnt from, of those that came: one in 2^halvings */
    uint64_t purchase_count;
    uint32_t halvings;
    double half_life_days, shrinkage, apart_weight;
    int window_days, support_least, neighbours_most;
    /* Inside: where each array begins. */
    struct next_layout {
        size_t sku_at, category, customers, frequency, newest, gap_days, gap_count,
            repeaters, neighbour_at, neighbour, alike, popular, category_at,
            category_item_at, category_item, slots, text, checksum;
        uint32_t slot_count, text_size;
    } at;
};

/* Opens exactly `size` bytes, which must outlive the model; nothing is copied. Every
 * number that is later used as a place is looked at here. BAD_INPUT: not a model, cut
 * short, or damaged; TOO_NEW: of a later version. */
enum status next_open(const void *bytes, size_t size, struct next_model *ret);

/* What a model knows of a product; every text is lent from the model. */
struct next_item {
    const char *sku;
    const char *category; /* "" when it has none */
    uint32_t customers;   /* who bought it */
    uint32_t repeaters;   /* of those, on two days or more */
    double frequency;     /* decayed purchases, at the newest day */
    int32_t newest_day;   /* it was bought last */
    double gap_days;      /* mean between two purchases of a customer; 0: none was seen */
    uint32_t gap_count;
};

struct next_neighbour {
    const char *sku;
    double alike; /* above 0, at most 1 */
};

/* False when the SKU is not in the model. */
bool next_find(const struct next_model *model, const char *sku, struct next_item *ret);

/* Up to `most` of a product's neighbours, the most alike first; how many. */
size_t next_neighbours(const struct next_model *model, const char *sku,
                       struct next_neighbour *ret, size_t most);

/* The model for people: its head, the `items_most` most bought, their neighbours. */
void next_dump(const struct next_model *model, size_t items_most, struct buf *ret);

/* --- looking up ----------------------------------------------------------------------- */

enum next_wish {
    NEXT_NEW = 0, /* only what the customer has not bought */
    NEXT_ANY = 1, /* what is due again, too */
};

enum next_reason {
    NEXT_GOES_WITH = 0,     /* with the product named in `goes_with` */
    NEXT_LIKED_BY_MANY = 1, /* in its category, when the customer buys of that */
    NEXT_AGAIN = 2,         /* the customer's own, and about due */
};
/* "goes-with", "liked-by-many", "again". */
const char *next_reason_name(enum next_reason reason);

/* A purchase of the customer's past: one for each line, in any order. */
struct next_past {
    const char *sku;
    int32_t day;
};

struct next_ask {
    const struct next_past *past; /* the newest NEXT_PAST_MOST products count */
    size_t past_count;
    const char *const *bench; /* SKUs in the carton: never picked */
    size_t bench_count;       /* the first NEXT_BENCH_MOST count for what goes with them */
    int32_t today;
    enum next_wish wish;
    size_t most;              /* picks wanted */
    size_t per_category_most; /* picks of one category; 0: no limit */
    /* In stock, of the assortment, not restricted; NULL: all are. Asked only for what would
     * be picked, best first, at most NEXT_ASKED_MOST times. `category` may be "". */
    bool (*is_allowed)(void *data, const char *sku, const char *category);
    /* Whether paper may rest on this product of the customer's past; NULL: on each. One that
     * may not be named has no say: nothing goes with it, and it is not offered again. The
     * bench is not asked for: it lies beside the paper. */
    bool (*may_be_named)(void *data, const char *sku, const char *category);
    void *data; /* for both */
};
#define NEXT_PAST_MOST 128
#define NEXT_BENCH_MOST 64
#define NEXT_ASKED_MOST 4096

struct next_pick {
    const char *sku, *category; /* lent from the model */
    enum next_reason reason;    /* what gave most of the score, and may be said */
    const char *goes_with;      /* for NEXT_GOES_WITH, else NULL: gave most; from the model */
    bool is_with_bench;         /* that lies in the carton */
    double score;               /* of use beside others of the same answer only */
    double with_score, many_score, again_score; /* its parts */
};

struct next_picks {
    struct next_pick *picks; /* best first; equal ones by the bytes of their SKU */
    size_t count;            /* at most `most` */
};

/* What to show this customer. All memory is the arena's. OK also when nothing is found
 * (count 0); NO_MEMORY; BAD_CALL for an unknown wish. The score of a product is
 *
 *       sum over bench and past k of weight(k) * alike(k, product)   (goes with)
 *     + share(product) * (0.5 or up to 1.5, see below) / 20          (liked by many)
 *     + own(product) * due(product)                                  (again)
 *
 * where weight is 1 for the bench and 2^(-age / half_life_days) / 2 for the past; see
 * next-look.c for share, own and due. */
enum status next_look(const struct next_model *model, const struct next_ask *ask,
                      struct arena *arena, struct next_picks *ret);

#endif
