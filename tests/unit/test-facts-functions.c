/* The functions over history, the ways facts are told, and a very long history. */
#include "facts-bench.h"

/* Tea twice, a mug that stayed and one that came back like a cup, a pot of which one of
 * two was kept. */
static void
stock_the_past(struct bench *b)
{
    struct past_order *order = past(b, "2025-11-22", 0); /* 365 days */
    past_line(b, order, "TEA-1", "tea", 4)->tags = "green loose-leaf";
    past_line(b, order, "MUG-1", NULL, 1);

    order = past(b, "2026-08-24", 0); /* 90 days */
    past_line(b, order, "MUG-1", NULL, 1)->returned = 1;
    past_line(b, order, "TEA-1", "tea", 2)->tags = "green";
    past_line(b, order, "CUP-1", "cups", 1)->returned = 1;
    order->lines[order->line_count - 1].tags = "glass";
    struct order_line *pots = past_line(b, order, "POT-1", "pots", 2);
    pots->returned = 1;
    pots->tags = "glass sale";
}

static void
bought_means_bought_and_kept_within_the_days(void **state)
{
    struct bench *b = *state;
    static const struct {
        const char *key;
        int32_t days;
        bool sku, category, tag;
        int64_t quantity;
    } rows[] = {
        {"TEA-1", 0, true, false, false, 6},
        {"TEA-1", 365, true, false, false, 6},
        {"TEA-1", 364, true, false, false, 2},
        {"TEA-1", 90, true, false, false, 2},
        {"TEA-1", 89, false, false, false, 0},
        {"TEA-1", -1, false, false, false, 0},
        {"MUG-1", 365, true, false, false, 1},
        {"MUG-1", 364, false, false, false, 0},
        {"CUP-1", 0, false, false, false, 0},
        {"POT-1", 90, true, false, false, 1},
        {"tea", 0, false, true, false, 0},
        {"tea", 90, false, true, false, 0},
        {"tea", 89, false, false, false, 0},
        {"cups", 0, false, false, false, 0},
        {"pots", 0, false, true, false, 0},
        {"TEA", 0, false, false, false, 0},
        {"green", 0, false, false, true, 0},
        {"green", 89, false, false, false, 0},
        {"loose-leaf", 365, false, false, true, 0},
        {"loose-leaf", 364, false, false, false, 0},
        {"loose", 0, false, false, false, 0},
        {"leaf", 0, false, false, false, 0},
        {"glass", 0, false, false, true, 0},
        {"green loose-leaf", 0, false, false, false, 0},
        {"", 0, false, false, false, 0},
        {"tea", INT32_MAX, false, true, false, 0},
        {"tea", INT32_MIN, false, false, false, 0},
    };

    stock_the_past(b);
    make_facts(b);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *key = rows[i].key;
        int32_t days = rows[i].days;
        if (facts_bought(b->facts, key, days) != rows[i].sku ||
            facts_bought_category(b->facts, key, days) != rows[i].category ||
            facts_bought_tag(b->facts, key, days) != rows[i].tag ||
            facts_quantity_bought(b->facts, key, days) != rows[i].quantity)
            fail_msg("row %zu: %s in %d days", i, key, days);
    }
}

static void
what_is_in_the_order_is_not_yet_bought(void **state)
{
    struct bench *b = *state;

    line(b, "TEA-1", "tea", 1)->tags = "green loose-leaf";
    line(b, "GIFT-1", NULL, 1);
    make_facts(b);
    assert_true(facts_in_order(b->facts, "TEA-1"));
    assert_true(facts_in_order(b->facts, "GIFT-1"));
    assert_false(facts_in_order(b->facts, "TEA"));
    assert_true(facts_category_in_order(b->facts, "tea"));
    assert_false(facts_category_in_order(b->facts, "cups"));
    assert_false(facts_category_in_order(b->facts, ""));
    assert_true(facts_tag_in_order(b->facts, "green"));
    assert_true(facts_tag_in_order(b->facts, "loose-leaf"));
    assert_false(facts_tag_in_order(b->facts, "loose"));
    assert_false(facts_tag_in_order(b->facts, "green loose-leaf"));
    assert_false(facts_tag_in_order(b->facts, ""));
    assert_false(facts_bought(b->facts, "TEA-1", 0));
}

static void
interests_compare_without_case(void **state)
{
    struct bench *b = *state;

    interest(b, "Trail Running");
    interest(b, "Käse");
    make_facts(b);
    assert_true(facts_interested_in(b->facts, "trail running"));
    assert_true(facts_interested_in(b->facts, "KäSE"));
    assert_false(facts_interested_in(b->facts, "trail"));
    assert_false(facts_interested_in(b->facts, "trail running shoes"));
    assert_false(facts_interested_in(b->facts, ""));
}

static void
sought_looks_inside_what_was_asked_for(void **state)
{
    struct bench *b = *state;

    talk(b, "2026-08-24", "Green tea, loose", NULL); /* 90 days */
    talk(b, "2026-11-20", NULL, "wedding");
    make_facts(b);
    assert_true(facts_sought(b->facts, "green TEA", 90));
    assert_true(facts_sought(b->facts, "loose", 0));
    assert_false(facts_sought(b->facts, "green tea", 89));
    assert_false(facts_sought(b->facts, "tea loose", 0));
    assert_true(facts_sought(b->facts, "", 90));
    assert_false(facts_sought(b->facts, "", 30));
    assert_false(facts_sought(b->facts, "tea", -1));
}

static void
the_latest_style_answer_counts(void **state)
{
    struct bench *b = *state;

    style(b, "2026-10-01", "roast", "dark");
    style(b, "2026-09-01", "roast", "light");
    style(b, NULL, "roast", "none");
    style(b, NULL, "cup", "mug");
    style(b, NULL, "cup", "glass");
    make_facts(b);
    assert_string_equal(facts_style(b->facts, "roast"), "dark");
    assert_string_equal(facts_style(b->facts, "cup"), "glass");
    assert_string_equal(facts_style(b->facts, "milk"), "");
}

static void
within_looks_ahead_and_not_back(void **state)
{
    struct bench *b = *state;
    static const struct {
        const char *today, *date;
        int32_t days;
        bool is_within;
    } rows[] = {
        {"2026-11-22", "2026-11-22", 0, true},   {"2026-11-22", "2026-11-23", 0, false},
        {"2026-11-22", "2026-11-29", 7, true},   {"2026-11-22", "2026-11-30", 7, false},
        {"2026-11-22", "2026-11-21", 7, false},  {"2026-11-22", "--11-22", 0, true},
        {"2026-11-22", "--11-21", 7, false},     {"2026-11-22", "--11-21", 364, true},
        {"2026-12-30", "--01-06", 7, true},      {"2026-12-30", "--01-07", 7, false},
        {"2026-02-27", "--02-29", 1, false},     {"2026-02-27", "--02-29", 2, true},
        {"2028-02-27", "--02-29", 2, true},      {"2028-02-27", "--02-29", 1, false},
        {"2026-03-01", "--02-29", 0, true},      {"2026-11-22", "--02-30", 400, false},
        {"2026-11-22", "--13-01", 400, false},   {"2026-11-22", "2026-02-30", 400, false},
        {"2026-11-22", "christmas", 400, false}, {"2026-11-22", "", 400, false},
        {"2026-11-22", "--11-22x", 7, false},    {"2026-11-22", "2026-11-22", -1, false},
        {"2026-11-22", "--1", 7, false},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        b->order.placed_at_s = at(rows[i].today);
        make_facts(b);
        if (facts_within(b->facts, rows[i].date, rows[i].days) != rows[i].is_within)
            fail_msg("row %zu: %s within %d", i, rows[i].date, rows[i].days);
    }
}

/* --- ways of telling ------------------------------------------------------------ */

static void
the_dump_has_a_line_for_every_fact_in_table_order(void **state)
{
    struct bench *b = *state;
    BUF_AUTO struct buf out = {0};

    facts_dump(make_facts(b), &out);
    const char *p = out.p;
    for (size_t i = 0; i < FACT_COUNT; i++) {
        size_t n = strlen(fact_table[i].name);
        assert_int_equal(strncmp(p, fact_table[i].name, n), 0);
        assert_int_equal(strncmp(p + n, " = ", 3), 0);
        p = strchr(p, '\n') + 1;
    }
    assert_string_equal(p, "");
}

static void
json_is_one_object_with_types(void **state)
{
    struct bench *b = *state;
    BUF_AUTO struct buf out = {0};

    past(b, "2026-11-20", 1250);
    b->order.store = "Ku\"damm";
    facts_json(make_facts(b), &out);
    static const char start[] = "{\"orders\": 1, \"order-number\": 2, "
                                "\"days-since-last\": 2, \"spend\": 1250, ";
    assert_int_equal(strncmp(out.p, start, strlen(start)), 0);
    assert_non_null(strstr(out.p, "\"typical-gap\": null, "));
    assert_non_null(strstr(out.p, "\"stage\": \"second-order\", "));
    assert_non_null(strstr(out.p, "\"tier\": \"\", "));
    assert_non_null(strstr(out.p, "\"today\": \"2026-11-22\", "));
    assert_non_null(strstr(out.p, "\"store\": \"Ku\\\"damm\", "));
    assert_string_equal(out.p + out.n - 19, ", \"is-gift\": false}");
}

static void
people_read_facts_as_text(void **state)
{
    struct bench *b = *state;
    static const struct {
        enum fact_id id;
        size_t room;
        const char *text;
    } rows[] = {
        {FACT_ORDERS, 64, "1"},
        {FACT_SPEND, 64, "12.50 EUR"},
        {FACT_TYPICAL_GAP, 64, ""},
        {FACT_STAGE, 64, "second-order"},
        {FACT_IS_KNOWN, 64, "yes"},
        {FACT_IS_GIFT, 64, "no"},
        {FACT_TODAY, 64, "2026-11-22"},
        {FACT_STORE, 64, "Köln"},
        {FACT_STORE, 3, "K"},
        {FACT_STORE, 4, "Kö"},
        {FACT_STORE, 1, ""},
        {FACT_SPEND, 5, "12.5"},
    };

    past(b, "2026-11-20", 1250);
    b->order.store = "Köln";
    make_facts(b);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[64] = "before";
        fact_text(b->facts, rows[i].id, text, rows[i].room);
        assert_string_equal(text, rows[i].text);
    }
}

static void
facts_are_found_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < FACT_COUNT; i++) {
        assert_ptr_equal(fact_find(fact_table[i].name), &fact_table[i]);
        assert_int_equal(fact_table[i].id, i);
        assert_int_equal(fact_table[i].type == FACT_WORD, fact_table[i].values != NULL);
    }
    assert_null(fact_find("order"));
    assert_null(fact_find("orders-"));
    assert_null(fact_find(""));
}

/* --- size and memory ------------------------------------------------------------ */

static void
ten_thousand_orders_are_counted_right(void **state)
{
    struct bench *b = *state;
    int64_t first = at("2026-11-22") - INT64_C(10000) * 3600;

    for (int i = 0; i < 10000; i++) {
        struct past_order *order = past(b, "2020-01-01", 100);
        order->placed_at_s = first + (int64_t)i * 3600;
        for (int k = 0; k < 3; k++) {
            const char *sku = arena_printf(b->arena, "SKU-%d", i * 3 + k);
            const char *category = arena_printf(b->arena, "category-%d", i % 500);
            past_line(b, order, sku, category, 1)->tags =
                arena_printf(b->arena, "tag-%d sale", i);
        }
    }
    past_line(b, &b->history.orders[9999], "SKU-15000", "category-123", 1);
    make_facts(b);
    expect(b, "orders", "10000");
    expect(b, "spend", "1000000");
    expect(b, "categories", "500");
    expect(b, "favourite-sku", "SKU-15000");
    expect(b, "favourite-category", "category-123");
    expect(b, "typical-gap", "1");
    expect(b, "tenure-days", "417");
    assert_true(facts_bought(b->facts, "SKU-29999", 1));
    assert_true(facts_bought(b->facts, "SKU-0", 0));
    assert_false(facts_bought(b->facts, "SKU-0", 416));
    assert_false(facts_bought(b->facts, "SKU-30000", 0));
    assert_true(facts_bought_tag(b->facts, "tag-5000", 0));
    assert_int_equal(facts_quantity_bought(b->facts, "SKU-15000", 0), 2);
    assert_int_equal(facts_quantity_bought(b->facts, "SKU-15000", 100), 1);
}

static void
running_out_of_memory_is_said_and_nothing_written(void **state)
{
    struct bench *b = *state;
    struct arena *full = arena_new(0);
    size_t whole;

    for (int i = 0; i < 200; i++) {
        const char *sku = arena_printf(b->arena, "SKU-%d", i);
        past_line(b, past(b, "2026-01-01", 0), sku, "tea", 1)->tags = sku;
    }
    assert_int_equal(facts_make(&b->order, &b->history, NULL, full, NULL, &b->facts),
                     STATUS_OK);
    whole = arena_size(full);
    arena_free(full);
    size_t failures = 0;
    for (size_t ceiling = 1; ceiling < whole; ceiling += 1 + ceiling / 8) {
        struct arena *tight = arena_new(ceiling);
        struct facts *facts = NULL;
        enum status status =
            facts_make(&b->order, &b->history, NULL, tight, NULL, &facts);
        assert_true(status == STATUS_OK || status == STATUS_NO_MEMORY);
        assert_int_equal(status == STATUS_OK, facts != NULL);
        failures += status == STATUS_NO_MEMORY;
        arena_free(tight);
    }
    assert_true(failures > 10);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bought_means_bought_and_kept_within_the_days),
        TEST(what_is_in_the_order_is_not_yet_bought),
        TEST(interests_compare_without_case),
        TEST(sought_looks_inside_what_was_asked_for),
        TEST(the_latest_style_answer_counts),
        TEST(within_looks_ahead_and_not_back),
        TEST(the_dump_has_a_line_for_every_fact_in_table_order),
        TEST(json_is_one_object_with_types),
        TEST(people_read_facts_as_text),
        TEST(facts_are_found_by_name),
        TEST(ten_thousand_orders_are_counted_right),
        TEST(running_out_of_memory_is_said_and_nothing_written),
    };

    return cmocka_run_group_tests_name("facts-functions", tests, NULL, NULL);
}
