/* Holidays and shops near by, and the style that kept goods and ratings tell. */
#include "facts-bench.h"

static void
easter_falls_where_the_churches_say(void **state)
{
    static const struct {
        int32_t year;
        const char *western, *eastern;
    } rows[] = {
        {1961, "1961-04-02", "1961-04-09"}, {1981, "1981-04-19", "1981-04-26"},
        {2000, "2000-04-23", "2000-04-30"}, {2008, "2008-03-23", "2008-04-27"},
        {2011, "2011-04-24", "2011-04-24"}, {2024, "2024-03-31", "2024-05-05"},
        {2025, "2025-04-20", "2025-04-20"}, {2026, "2026-04-05", "2026-04-12"},
        {2027, "2027-03-28", "2027-05-02"}, {2038, "2038-04-25", "2038-04-25"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char western[16], eastern[16];
        day_text(easter_day(rows[i].year), western);
        day_text(orthodox_easter_day(rows[i].year), eastern);
        assert_string_equal(western, rows[i].western);
        assert_string_equal(eastern, rows[i].eastern);
    }
}

static const char *const bavaria[] = {"BY", "Bayern", NULL};
static const char *const berlin[] = {"10", "1205", NULL};
static const char *const neukoelln[] = {"1205 1", NULL};
static const char *const brandenburg[] = {"BB", NULL};
static const struct holiday holidays[] = {
    {.name = "Christmas", .kind = HOLIDAY_YEARLY, .month = 12, .day = 25},
    {.name = "Epiphany", .kind = HOLIDAY_YEARLY, .month = 1, .day = 6, .countries = "AT DE",
     .regions = bavaria},
    {.name = "Easter Monday", .kind = HOLIDAY_EASTER, .offset = 1, .countries = "AT DE"},
    {.name = "Leap day", .kind = HOLIDAY_YEARLY, .month = 2, .day = 29, .countries = "GB"},
};
static const struct near_store stores[] = {
    {"Everywhere else", NULL, "DE", NULL, NULL},
    {"Potsdam", "Am Kanal 3", "DE", NULL, brandenburg},
    {"Berlin", "Oranienstr. 12", "DE", berlin, NULL},
    {"Neukölln", NULL, "DE", neukoelln, NULL},
};
static const struct places places = {holidays, COUNT_OF(holidays), stores,
                                     COUNT_OF(stores)};

/* The facts of an order of that day to there. */
static void
send(struct bench *b, const char *day, const char *country, const char *region,
     const char *postcode)
{
    b->settings.places = &places;
    b->order.placed_at_s = at(day);
    b->order.destination = (struct address){
        .country = country, .region = region, .postcode = postcode};
    make_facts(b);
}

static void
the_next_holiday_is_one_kept_where_the_carton_goes(void **state)
{
    struct bench *b = *state;

    send(b, "2026-12-24", "FR", NULL, NULL);
    expect(b, "holiday", "");
    expect(b, "next-holiday", "Christmas");
    expect(b, "next-holiday-on", "2026-12-25");
    expect(b, "days-to-holiday", "1");
    send(b, "2026-12-25", "FR", NULL, NULL);
    expect(b, "holiday", "Christmas");
    expect(b, "days-to-holiday", "0");
    send(b, "2026-12-26", "DE", "Bayern", NULL); /* over the turn of the year */
    expect(b, "next-holiday", "Epiphany");
    expect(b, "days-to-holiday", "11");
    send(b, "2026-12-26", "DE", "HH", NULL);
    expect(b, "next-holiday", "Easter Monday");
    expect(b, "next-holiday-on", "2027-03-29");
    send(b, "2026-12-26", NULL, NULL, NULL); /* no country, no holiday of a country */
    expect(b, "next-holiday", "Christmas");
    expect(b, "days-to-holiday", "364");
    send(b, "2027-02-28", "GB", NULL, NULL); /* a common year keeps it a day later */
    expect(b, "next-holiday-on", "2027-03-01");
}

static void
the_store_near_by_is_the_one_whose_postcodes_say_most(void **state)
{
    struct bench *b = *state;

    send(b, "2026-11-22", "DE", "BE", "10999");
    expect(b, "store-near", "Berlin");
    expect(b, "store-near-address", "Oranienstr. 12");
    send(b, "2026-11-22", "DE", "BE", "12051");
    expect(b, "store-near", "Neukölln");
    expect(b, "store-near-address", "");
    send(b, "2026-11-22", "DE", "BB", "14467");
    expect(b, "store-near", "Potsdam");
    send(b, "2026-11-22", "DE", NULL, NULL);
    expect(b, "store-near", "Everywhere else");
    send(b, "2026-11-22", "AT", "BB", "1010");
    expect(b, "store-near", "");
}

static void
kept_and_returned_goods_are_counted_by_tag(void **state)
{
    struct bench *b = *state;
    struct past_order *order = past(b, "2026-08-24", 0);

    past_line(b, order, "POT-1", "pots", 3)->tags = "glass sale";
    order->lines[0].returned = 2;
    past_line(b, order, "CUP-1", "cups", 4)->tags = "glass";
    make_facts(b);
    assert_int_equal(facts_kept_tag(b->facts, "glass"), 5);
    assert_int_equal(facts_returned_tag(b->facts, "glass"), 2);
    assert_int_equal(facts_kept_tag(b->facts, "sale"), 1);
    assert_int_equal(facts_returned_tag(b->facts, "gla"), 0);
}

static void
the_latest_rating_before_the_order_counts(void **state)
{
    struct bench *b = *state;
    struct rating ratings[] = {{at("2026-10-20"), "guide", 2, NULL},
                               {at("2026-11-20"), "guide", 5, "A-1"},
                               {at("2026-11-10"), "guide", 1, NULL},
                               {at("2026-11-22T12:00:00Z"), "guide", 3, NULL}};

    b->history.ratings = ratings;
    b->history.rating_count = COUNT_OF(ratings);
    make_facts(b);
    assert_true(facts_rating(b->facts, "guide") == 5);
    assert_true(isnan(facts_rating(b->facts, "other")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(easter_falls_where_the_churches_say),
        TEST(the_next_holiday_is_one_kept_where_the_carton_goes),
        TEST(the_store_near_by_is_the_one_whose_postcodes_say_most),
        TEST(kept_and_returned_goods_are_counted_by_tag),
        TEST(the_latest_rating_before_the_order_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
