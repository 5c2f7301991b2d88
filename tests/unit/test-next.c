/* Picked for you: what is learnt from baskets, the model's bytes, and what is picked from
 * it with which reason. Real baskets are looked for in $TUCK_SHARED/data/baskets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/hash.h"
#include "fit/next.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- a small shop ---------------------------------------------------------------------- */

/* A basket as text: "sku sku …"; a SKU may be "sku/category". */
static void
add(struct next_training *training, uint64_t customer, int day, const char *skus)
{
    char text[400], *at = text, *word;
    struct next_line lines[40];
    struct next_basket basket = {customer, day, lines, 0};
    snprintf(text, sizeof(text), "%s", skus);
    while ((word = strsep(&at, " "))) {
        char *slash = strchr(word, '/');
        if (slash)
            *slash = '\0';
        lines[basket.line_count++] = (struct next_line){word, slash ? slash + 1 : NULL, 1};
    }
    assert_int_equal(next_training_add(training, &basket), STATUS_OK);
}

struct kept {
    struct buf bytes;
    struct next_model model;
};

static void
kept_done(struct kept *kept)
{
    buf_done(&kept->bytes);
}
#define KEPT_AUTO CLEANUP(kept_done)

static void
make(struct next_training *training, struct kept *ret)
{
    assert_int_equal(next_training_make(training, &ret->bytes), STATUS_OK);
    assert_int_equal(next_open(ret->bytes.p, ret->bytes.n, &ret->model), STATUS_OK);
}

/* Coffee is bought by many and again; filters and a grinder go with it; tea and honey go
 * together; the mug is just popular; a single customer bought the odd thing. */
static void
teach(struct next_training *training)
{
    for (uint64_t who = 1; who <= 20; who++) {
        add(training, who, 100, "coffee/drinks filters/brewing mug");
        add(training, who, 130, "coffee/drinks");
    }
    for (uint64_t who = 21; who <= 26; who++)
        add(training, who, 110, "coffee/drinks grinder/brewing mug");
    for (uint64_t who = 31; who <= 40; who++)
        add(training, who, 120, "tea/drinks honey/pantry mug");
    add(training, 50, 125, "tea/drinks odd");
}

static void
make_shop(struct kept *ret)
{
    NEXT_TRAINING_AUTO struct next_training *training = next_training_new(NULL);
    assert_non_null(training);
    teach(training);
    make(training, ret);
}

static struct next_picks
look(const struct kept *shop, struct arena *arena, const struct next_ask *ask)
{
    struct next_picks picks = {0};
    assert_int_equal(next_look(&shop->model, ask, arena, &picks), STATUS_OK);
    return picks;
}

static const struct next_pick *
pick_named(const struct next_picks *picks, const char *sku)
{
    for (size_t i = 0; i < picks->count; i++)
        if (strcmp(picks->picks[i].sku, sku) == 0)
            return &picks->picks[i];
    return NULL;
}

#define BENCH(...)                                                                     \
    .bench = (const char *const[]){__VA_ARGS__},                                       \
    .bench_count = COUNT_OF(((const char *const[]){__VA_ARGS__}))
#define PAST(...)                                                                      \
    .past = (const struct next_past[]){__VA_ARGS__},                                   \
    .past_count = COUNT_OF(((const struct next_past[]){__VA_ARGS__}))

/* --- what is learnt -------------------------------------------------------------------- */

static void
likeness_is_the_cosine_of_the_buyers_drawn_in_by_the_shrinkage(void **state)
{
    KEPT_AUTO struct kept shop = {0};
    struct next_neighbour near[4];
    (void)state;
    make_shop(&shop);
    /* 10 buyers of honey, all of them buyers of tea, which has one more */
    assert_int_equal(next_neighbours(&shop.model, "honey", near, 4), 2);
    assert_string_equal(near[0].sku, "tea");
    assert_float_equal(near[0].alike, 10 / sqrt(10 * 11) * 10 / (10 + 10), 1e-6);
    assert_string_equal(near[1].sku, "mug");
    assert_float_equal(near[1].alike, 10 / sqrt(10 * 36) * 10 / (10 + 10), 1e-6);
}

static void
two_purchases_apart_count_less_than_one_basket(void **state)
{
    struct next_settings settings = {.apart_weight = 0.25, .window_days = 10};
    NEXT_TRAINING_AUTO struct next_training *training = next_training_new(&settings);
    KEPT_AUTO struct kept shop = {0};
    struct next_neighbour near[4];
    (void)state;
    for (uint64_t who = 1; who <= 4; who++) {
        add(training, who, 100, "pen paper");
        add(training, who, 110, "ink");   /* within the window */
        add(training, who, 121, "blots"); /* of nothing any more */
    }
    make(training, &shop);
    assert_int_equal(next_neighbours(&shop.model, "pen", near, 4), 2);
    assert_string_equal(near[0].sku, "paper");
    assert_float_equal(near[0].alike, 1.0 * 4 / 14, 1e-6);
    assert_string_equal(near[1].sku, "ink");
    assert_float_equal(near[1].alike, 0.25 * 4 / 14, 1e-6);
    assert_int_equal(next_neighbours(&shop.model, "blots", near, 4), 0);
}

static void
what_too_few_bought_together_is_no_pair(void **state)
{
    KEPT_AUTO struct kept shop = {0};
    struct next_neighbour near[4];
    (void)state;
    make_shop(&shop);
    assert_int_equal(next_neighbours(&shop.model, "odd", near, 4), 0);
    assert_int_equal(next_neighbours(&shop.model, "tea", near, 4), 2); /* not the odd one */
    assert_int_equal(next_neighbours(&shop.model, "never-seen", near, 4), 0);
}

static void
frequency_halves_with_each_half_life(void **state)
{
    struct next_settings settings = {.half_life_days = 30};
    NEXT_TRAINING_AUTO struct next_training *training = next_training_new(&settings);
    KEPT_AUTO struct kept shop = {0};
    struct next_item item;
    (void)state;
    add(training, 1, 10, "old");
    add(training, 2, 40, "old");
    add(training, 3, 70, "new");
    make(training, &shop);
    assert_int_equal(shop.model.newest_day, 70);
    assert_true(next_find(&shop.model, "old", &item));
    assert_float_equal(item.frequency, 0.25 + 0.5, 1e-6);
    assert_int_equal(item.newest_day, 40);
    assert_true(next_find(&shop.model, "new", &item));
    assert_float_equal(item.frequency, 1, 1e-6);
    assert_false(next_find(&shop.model, "ne", &item));
    assert_false(next_find(&shop.model, "", &item));
}

static void
the_gap_is_the_mean_of_days_between_purchases(void **state)
{
    NEXT_TRAINING_AUTO struct next_training *training = next_training_new(NULL);
    KEPT_AUTO struct kept shop = {0};
    struct next_item item;
    (void)state;
    add(training, 1, 0, "soap");
    add(training, 1, 40, "soap soap"); /* twice on a day is once */
    add(training, 1, 60, "soap");
    add(training, 2, 5, "soap");
    add(training, 2, 35, "soap");
    add(training, 3, 50, "soap");
    make(training, &shop);
    assert_true(next_find(&shop.model, "soap", &item));
    assert_int_equal(item.customers, 3);
    assert_int_equal(item.repeaters, 2);
    assert_int_equal(item.gap_count, 3);
    assert_float_equal(item.gap_days, (40 + 20 + 30) / 3.0, 1e-5);
    assert_int_equal(shop.model.purchase_count, 6);
}

static void
lines_that_are_no_purchase_are_passed_over(void **state)
{
    NEXT_TRAINING_AUTO struct next_training *training = next_training_new(NULL);
    KEPT_AUTO struct kept shop = {0};
    char longest[NEXT_SKU_MOST + 1], too_long[NEXT_SKU_MOST + 2];
    (void)state;
    memset(longest, 'x', sizeof(longest));
    longest[NEXT_SKU_MOST] = '\0';
    memset(too_long, 'x', sizeof(too_long));
    too_long[NEXT_SKU_MOST + 1] = '\0';
    const struct next_line lines[] = {
        {"returned", NULL, -1}, {"none", NULL, 0},  {"nan", NULL, NAN},
        {NULL, NULL, 1},        {"", NULL, 1},      {too_long, NULL, 1},
        {"\xff", NULL, 1},      {longest, NULL, 1}, {"fine", too_long, 0.5},
    };
    struct next_basket basket = {1, 1, lines, COUNT_OF(lines)};
    assert_int_equal(next_training_add(training, &basket), STATUS_OK);
    assert_int_equal(next_training_refused(training), 4);
    make(training, &shop);
    assert_int_equal(shop.model.sku_count, 2);
    struct next_item item;
    assert_true(next_find(&shop.model, longest, &item));
    assert_true(next_find(&shop.model, "fine", &item));
    assert_string_equal(item.category, "");
}

static void
the_newest_word_for_a_category_holds(void **state)
{
    NEXT_TRAINING_AUTO struct next_training *training = next_training_new(NULL);
    KEPT_AUTO struct kept shop = {0};
    struct next_item item;
    (void)state;
    add(training, 1, 50, "a/zebra");
    add(training, 2, 50, "a/new"); /* of the same day: the first by bytes */
    add(training, 3, 20, "a/aged");
    add(training, 4, 90, "a");
    make(training, &shop);
    assert_true(next_find(&shop.model, "a", &item));
    assert_string_equal(item.category, "new");
}

static void
an_empty_training_makes_a_model_that_picks_nothing(void **state)
{
    NEXT_TRAINING_AUTO struct next_training *training = next_training_new(NULL);
    ARENA_AUTO struct arena *arena = arena_new(0);
    KEPT_AUTO struct kept shop = {0};
    BUF_AUTO struct buf text = {0};
    (void)state;
    make(training, &shop);
    struct next_ask ask = {BENCH("coffee"), PAST({"tea", 1}), .today = 9, .most = 5};
    assert_int_equal(look(&shop, arena, &ask).count, 0);
    next_dump(&shop.model, 5, &text);
    assert_non_null(strstr(text.p, "products 0"));
    assert_int_equal(next_training_make(training, &shop.bytes), STATUS_BAD_CALL);
    struct next_basket none = {0};
    assert_int_equal(next_training_add(training, &none), STATUS_BAD_CALL);
}

/* --- order and size -------------------------------------------------------------------- */

static uint32_t
dice(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

/* Many baskets, the i-th of which depends on i alone. */
static void
add_numbered(struct next_training *training, uint32_t i)
{
    uint32_t seed = i * 2654435761u + 1;
    char skus[200] = "";
    size_t n = 0, lines = 1 + dice(&seed) % 5;
    uint64_t customer = dice(&seed) % 3000;
    for (size_t k = 0; k < lines; k++) {
        double u = dice(&seed) / 16777216.0;
        unsigned item = (unsigned)(400 * u * u * u);
        n += (size_t)snprintf(skus + n, sizeof(skus) - n, "%ssku-%03u/c%u", k ? " " : "",
                              item, (item + i % 7 / 6) % 9);
    }
    add(training, customer, (int)(dice(&seed) % 400), skus);
}

static void
the_order_of_baskets_does_not_matter(void **state)
{
    /* the second time with too little memory for all customers */
    const struct next_settings settings[] = {{0}, {.bytes_most = 1 << 20}};
    (void)state;
    for (size_t s = 0; s < COUNT_OF(settings); s++) {
        NEXT_TRAINING_AUTO struct next_training *up = next_training_new(&settings[s]);
        NEXT_TRAINING_AUTO struct next_training *down = next_training_new(&settings[s]);
        KEPT_AUTO struct kept a = {0};
        KEPT_AUTO struct kept b = {0};
        for (uint32_t i = 0; i < 20000; i++) {
            add_numbered(up, i);
            add_numbered(down, 19999 - i);
        }
        make(up, &a);
        make(down, &b);
        assert_int_equal(a.bytes.n, b.bytes.n);
        assert_memory_equal(a.bytes.p, b.bytes.p, a.bytes.n);
        assert_int_equal(a.model.halvings > 0, s == 1);
        assert_true(a.model.customer_count < 6000u >> a.model.halvings);
        assert_true(a.model.customer_count > 3000u >> a.model.halvings >> 1);
    }
}

/* --- bytes ----------------------------------------------------------------------------- */

static void
every_cut_is_refused(void **state)
{
    KEPT_AUTO struct kept shop = {0};
    struct next_model model;
    (void)state;
    make_shop(&shop);
    for (size_t n = 0; n < shop.bytes.n; n++) {
        char *cut = malloc(n + 1); /* so that a sanitizer sees a step too far */
        memcpy(cut, shop.bytes.p, n);
        char *exact = realloc(cut, n ? n : 1);
        assert_int_equal(next_open(exact, n, &model), STATUS_BAD_INPUT);
        free(exact);
    }
    buf_add(&shop.bytes, "", 1);
    assert_int_equal(next_open(shop.bytes.p, shop.bytes.n, &model), STATUS_BAD_INPUT);
}

static void
every_flipped_byte_is_refused(void **state)
{
    KEPT_AUTO struct kept shop = {0};
    struct next_model model;
    (void)state;
    make_shop(&shop);
    for (size_t i = 0; i < shop.bytes.n; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            shop.bytes.p[i] ^= (char)(1u << bit);
            enum status status = next_open(shop.bytes.p, shop.bytes.n, &model);
            assert_int_equal(status, i >= 8 && i < 12 && status != STATUS_BAD_INPUT
                                         ? STATUS_TOO_NEW /* the version's own bytes */
                                         : STATUS_BAD_INPUT);
            shop.bytes.p[i] ^= (char)(1u << bit);
        }
}

static void
seal(struct buf *bytes)
{
    uint32_t sum = hash_fnv32a(bytes->p, bytes->n - 4);
    for (int k = 0; k < 4; k++)
        bytes->p[bytes->n - 4 + (size_t)k] = (char)(sum >> (8 * k));
}

/* Someone who knows the checksum may make any bytes: what opens must be harmless. */
static void
forged_bytes_do_no_harm(void **state)
{
    KEPT_AUTO struct kept shop = {0};
    size_t opened = 0;
    (void)state;
    make_shop(&shop);
    for (size_t i = 8; i < shop.bytes.n - 4; i++)
        for (unsigned value = 0; value < 256; value += i % 4 == 3 ? 127 : 51) {
            ARENA_AUTO struct arena *arena = arena_new(0);
            BUF_AUTO struct buf text = {0};
            struct kept forged = {0};
            struct next_picks picks;
            char was = shop.bytes.p[i];
            shop.bytes.p[i] = (char)value;
            seal(&shop.bytes);
            struct next_ask ask = {BENCH("coffee", "tea"), PAST({"mug", 90}, {"odd", 1}),
                                   .today = 140, .wish = NEXT_ANY, .most = 9};
            if (next_open(shop.bytes.p, shop.bytes.n, &forged.model) == STATUS_OK) {
                opened++;
                assert_int_equal(next_look(&forged.model, &ask, arena, &picks), STATUS_OK);
                next_dump(&forged.model, 99, &text);
            }
            shop.bytes.p[i] = was;
        }
    assert_true(opened > 0);
}

static void
a_later_version_is_told_from_damage(void **state)
{
    KEPT_AUTO struct kept shop = {0};
    struct next_model model;
    (void)state;
    make_shop(&shop);
    shop.bytes.p[8] = 2;
    seal(&shop.bytes);
    assert_int_equal(next_open(shop.bytes.p, shop.bytes.n, &model), STATUS_TOO_NEW);
}

static void
a_model_is_read_at_any_alignment(void **state)
{
    KEPT_AUTO struct kept shop = {0};
    ARENA_AUTO struct arena *arena = arena_new(0);
    (void)state;
    make_shop(&shop);
    char *room = malloc(shop.bytes.n + 8);
    for (size_t shift = 0; shift < 8; shift++) {
        struct kept moved = {0};
        memcpy(room + shift, shop.bytes.p, shop.bytes.n);
        assert_int_equal(next_open(room + shift, shop.bytes.n, &moved.model), STATUS_OK);
        struct next_ask ask = {BENCH("tea"), .today = 130, .most = 1};
        assert_string_equal(look(&moved, arena, &ask).picks[0].sku, "honey");
    }
    free(room);
}

static void
the_dump_tells_products_and_neighbours(void **state)
{
    KEPT_AUTO struct kept shop = {0};
    BUF_AUTO struct buf text = {0};
    (void)state;
    make_shop(&shop);
    next_dump(&shop.model, 2, &text);
    assert_non_null(strstr(text.p, "products 7, categories 3, "));
    assert_non_null(strstr(text.p, "learnt from 37 customers, 130 purchases, newest day 130"));
    assert_non_null(strstr(text.p, "\ncoffee [drinks]: frequency "));
    assert_non_null(strstr(text.p, "20 again after 30 days\n"));
    assert_null(strstr(text.p, "\nhoney [")); /* only the two most bought */
}

/* --- picks ----------------------------------------------------------------------------- */

static void
what_goes_with_the_bench_is_picked_and_names_it(void **state)
{
    KEPT_AUTO struct kept shop = {0};
    ARENA_AUTO struct arena *arena = arena_new(0);
    (void)state;
    make_shop(&shop);
    struct next_ask ask = {BENCH("tea"), .today = 130, .most = 3};
    struct next_picks picks = look(&shop, arena, &ask);
    assert_int_equal(picks.count, 3);
    assert_string_equal(picks.picks[0].sku, "honey");
    assert_string_equal(picks.picks[0].category, "pantry");
    assert_int_equal(picks.picks[0].reason, NEXT_GOES_WITH);
    assert_string_equal(picks.picks[0].goes_with, "tea");
    assert_true(picks.picks[0].is_with_bench);
    assert_null(pick_named(&picks, "tea")); /* it lies in the carton */
    assert_string_equal(next_reason_name(picks.picks[0].reason), "goes-with");
}

static void
the_strongest_of_several_is_named(void **state)
{
    KEPT_AUTO struct kept shop = {0};
    ARENA_AUTO struct arena *arena = arena_new(0);
    (void)state;
    make_shop(&shop);
    struct next_ask ask = {PAST({"mug", 129}, {"tea", 120}, {"honey", 125}), .today = 130,
                           .most = 9};
    struct next_picks picks = look(&shop, arena, &ask);
    const struct next_pick *coffee = pick_named(&picks, "coffee");
    assert_non_null(coffee);
    assert_int_equal(coffee->reason, NEXT_GOES_WITH);
    assert_string_equal(coffee->goes_with, "mug");
    assert_false(coffee->is_with_bench);
}

static void
nobody_known_gets_what_many_like(void **state)
{
    KEPT_AUTO struct kept shop = {0};
    ARENA_AUTO struct arena *arena = arena_new(0);
    (void)state;
    make_shop(&shop);
    struct next_ask ask = {BENCH("unheard-of"), .today = 130, .most = 99};
    struct next_picks picks = look(&shop, arena, &ask);
    /* all but the odd thing, which one customer bought */
    assert_int_equal(picks.count, 6);
    assert_null(pick_named(&picks, "odd"));
    for (size_t i = 0; i < picks.count; i++) {
        assert_int_equal(picks.picks[i].reason, NEXT_LIKED_BY_MANY);
        assert_null(picks.picks[i].goes_with);
        assert_true(i == 0 || picks.picks[i].score <= picks.picks[i - 1].score);
    }
    assert_string_equal(picks.picks[0].sku, "coffee");
}

static void
new_to_the_customer_leaves_out_all_that_was_bought(void **state)
{
    KEPT_AUTO struct kept shop = {0};
    ARENA_AUTO struct arena *arena = arena_new(0);
    (void)state;
    make_shop(&shop);
    struct next_ask ask = {PAST({"coffee", 60}, {"coffee", 90}, {"filters", 60}),
                           .today = 130, .most = 9};
    struct next_picks picks = look(&shop, arena, &ask);
    assert_null(pick_named(&picks, "coffee"));
    assert_null(pick_named(&picks, "filters"));
    assert_non_null(pick_named(&picks, "mug"));
}

static void
again_is_offered_when_it_is_about_due(void **state)
{
    KEPT_AUTO struct kept shop = {0};
    ARENA_AUTO struct arena *arena = arena_new(0);
    /* all buy coffee again after 30 days */
    static const struct {
        int today;
        bool is_offered;
    } rows[] = {{91, false}, {104, false}, {110, true}, {120, true}, {150, true}};
    (void)state;
    make_shop(&shop);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct next_ask ask = {PAST({"coffee", 60}, {"coffee", 90}), .wish = NEXT_ANY,
                               .today = rows[i].today, .most = 9};
        struct next_picks picks = look(&shop, arena, &ask);
        const struct next_pick *coffee = pick_named(&picks, "coffee");
        assert_int_equal(coffee != NULL, rows[i].is_offered);
        if (coffee)
            assert_int_equal(coffee->reason, NEXT_AGAIN);
    }
}

static void
what_nobody_buys_twice_is_not_offered_again(void **state)
{
    KEPT_AUTO struct kept shop = {0};
    ARENA_AUTO struct arena *arena = arena_new(0);
    (void)state;
    make_shop(&shop);
    struct next_ask ask = {PAST({"grinder", 20}), .wish = NEXT_ANY, .today = 130,
                           .most = 9};
    struct next_picks picks = look(&shop, arena, &ask);
    assert_null(pick_named(&picks, "grinder"));
    assert_non_null(pick_named(&picks, "coffee"));
}

static bool
is_not_coffee(void *data, const char *sku, const char *category)
{
    (void)category;
    ++*(int *)data;
    return strcmp(sku, "coffee") != 0;
}

static void
what_is_not_allowed_makes_room_for_the_next(void **state)
{
    KEPT_AUTO struct kept shop = {0};
    ARENA_AUTO struct arena *arena = arena_new(0);
    int asked = 0;
    (void)state;
    make_shop(&shop);
    struct next_ask ask = {BENCH("filters"), .today = 130, .most = 1, .data = &asked,
                           .is_allowed = is_not_coffee};
    struct next_picks picks = look(&shop, arena, &ask);
    assert_int_equal(picks.count, 1);
    assert_string_equal(picks.picks[0].sku, "mug");
    assert_int_equal(asked, 2); /* no more than needed */
}

static bool
is_not_tea(void *data, const char *sku, const char *category)
{
    (void)data;
    (void)category;
    return strcmp(sku, "tea") != 0;
}

static void
what_may_not_be_named_has_no_say(void **state)
{
    KEPT_AUTO struct kept shop = {0};
    ARENA_AUTO struct arena *arena = arena_new(0);
    (void)state;
    make_shop(&shop);
    struct next_ask ask = {PAST({"tea", 100}), .today = 130, .most = 9,
                           .may_be_named = is_not_tea};
    struct next_picks picks = look(&shop, arena, &ask);
    assert_string_equal(picks.picks[0].sku, "coffee");
    for (size_t i = 0; i < picks.count; i++)
        assert_int_equal(picks.picks[i].reason, NEXT_LIKED_BY_MANY);
    assert_null(pick_named(&picks, "tea")); /* which is no news all the same */
    ask.may_be_named = NULL;
    picks = look(&shop, arena, &ask);
    assert_string_equal(picks.picks[0].goes_with, "tea");
}

static void
a_favourite_category_lifts_what_many_like_in_it(void **state)
{
    NEXT_TRAINING_AUTO struct next_training *training = next_training_new(NULL);
    KEPT_AUTO struct kept shop = {0};
    ARENA_AUTO struct arena *arena = arena_new(0);
    (void)state;
    for (uint64_t who = 0; who < 10; who++)
        add(training, who, 1, who < 8 ? "rope/climbing" : "boots/walking");
    add(training, 20, 1, "boots/walking");
    add(training, 21, 1, "boots/walking");
    add(training, 22, 1, "sticks/walking");
    make(training, &shop);
    struct next_ask ask = {BENCH("sticks"), .today = 1, .most = 9};
    struct next_picks picks = look(&shop, arena, &ask);
    assert_string_equal(picks.picks[0].sku, "boots"); /* 4 of 8, but of that category */
    assert_string_equal(picks.picks[1].sku, "rope");
    ask.bench_count = 0;
    assert_string_equal(look(&shop, arena, &ask).picks[0].sku, "rope");
}

static void
a_category_gives_no_more_picks_than_asked(void **state)
{
    KEPT_AUTO struct kept shop = {0};
    ARENA_AUTO struct arena *arena = arena_new(0);
    (void)state;
    make_shop(&shop);
    struct next_ask ask = {BENCH("mug"), .today = 130, .most = 9, .per_category_most = 1};
    struct next_picks picks = look(&shop, arena, &ask);
    assert_int_equal(picks.count, 3); /* drinks, brewing, pantry */
    assert_non_null(pick_named(&picks, "coffee"));
    assert_null(pick_named(&picks, "tea"));
}

static void
equal_picks_stand_in_the_order_of_their_bytes(void **state)
{
    NEXT_TRAINING_AUTO struct next_training *training = next_training_new(NULL);
    KEPT_AUTO struct kept shop = {0};
    ARENA_AUTO struct arena *arena = arena_new(0);
    (void)state;
    for (uint64_t who = 0; who < 5; who++)
        add(training, who, 1, "b é B a10 a9 x");
    make(training, &shop);
    struct next_ask alone = {.today = 1, .most = 9}, with = {BENCH("x"), .most = 9};
    static const char *const order[] = {"B", "a10", "a9", "b", "x", "é"};
    struct next_picks picks = look(&shop, arena, &alone);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(picks.picks[i].sku, order[i]);
    picks = look(&shop, arena, &with);
    assert_int_equal(picks.count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(picks.picks[i].sku, order[i + (i == 4)]);
}

static void
a_look_up_takes_no_more_than_its_arena(void **state)
{
    KEPT_AUTO struct kept shop = {0};
    ARENA_AUTO struct arena *arena = arena_new(64);
    struct next_picks picks = {NULL, 77};
    (void)state;
    make_shop(&shop);
    struct next_ask ask = {BENCH("coffee"), .today = 130, .most = 1000000000};
    assert_int_equal(next_look(&shop.model, &ask, arena, &picks), STATUS_NO_MEMORY);
    assert_int_equal(picks.count, 77);
    ask.wish = 7;
    assert_int_equal(next_look(&shop.model, &ask, arena, &picks), STATUS_BAD_CALL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(likeness_is_the_cosine_of_the_buyers_drawn_in_by_the_shrinkage),
        cmocka_unit_test(two_purchases_apart_count_less_than_one_basket),
        cmocka_unit_test(what_too_few_bought_together_is_no_pair),
        cmocka_unit_test(frequency_halves_with_each_half_life),
        cmocka_unit_test(the_gap_is_the_mean_of_days_between_purchases),
        cmocka_unit_test(lines_that_are_no_purchase_are_passed_over),
        cmocka_unit_test(the_newest_word_for_a_category_holds),
        cmocka_unit_test(an_empty_training_makes_a_model_that_picks_nothing),
        cmocka_unit_test(the_order_of_baskets_does_not_matter),
        cmocka_unit_test(every_cut_is_refused),
        cmocka_unit_test(every_flipped_byte_is_refused),
        cmocka_unit_test(forged_bytes_do_no_harm),
        cmocka_unit_test(a_later_version_is_told_from_damage),
        cmocka_unit_test(a_model_is_read_at_any_alignment),
        cmocka_unit_test(the_dump_tells_products_and_neighbours),
        cmocka_unit_test(what_goes_with_the_bench_is_picked_and_names_it),
        cmocka_unit_test(the_strongest_of_several_is_named),
        cmocka_unit_test(nobody_known_gets_what_many_like),
        cmocka_unit_test(new_to_the_customer_leaves_out_all_that_was_bought),
        cmocka_unit_test(again_is_offered_when_it_is_about_due),
        cmocka_unit_test(what_nobody_buys_twice_is_not_offered_again),
        cmocka_unit_test(what_is_not_allowed_makes_room_for_the_next),
        cmocka_unit_test(what_may_not_be_named_has_no_say),
        cmocka_unit_test(a_favourite_category_lifts_what_many_like_in_it),
        cmocka_unit_test(a_category_gives_no_more_picks_than_asked),
        cmocka_unit_test(equal_picks_stand_in_the_order_of_their_bytes),
        cmocka_unit_test(a_look_up_takes_no_more_than_its_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
