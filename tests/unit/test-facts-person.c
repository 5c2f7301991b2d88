/* Facts of standing, taste, the person and the moment. */
#include "facts-bench.h"

/* --- standing ------------------------------------------------------------------- */

static void
the_latest_answer_before_the_order_is_the_class(void **state)
{
    struct bench *b = *state;
    static const char *const nps_classes[] = {
        "detractor", "detractor", "detractor", "detractor", "detractor", "detractor",
        "detractor", "passive",   "passive",   "promoter",  "promoter"};
    static const char *const effort_classes[] = {"low",  "low",  "medium", "medium",
                                                 "high", "high", "high"};

    for (int32_t score = 0; score <= 10; score++) {
        nps(b, "2026-11-01", score); /* the later in the document wins */
        expect_now(b, "nps-class", nps_classes[score]);
    }
    expect(b, "nps-score", "10");
    expect(b, "nps-age-days", "21");
    nps(b, "2026-10-01", 3);
    expect_now(b, "nps-score", "10");
    nps(b, "2026-11-21", 6);
    expect_now(b, "nps-score", "6");
    for (int32_t score = 1; score <= 7; score++) {
        effort(b, "2026-11-20", score);
        expect_now(b, "effort-class", effort_classes[score - 1]);
    }
    expect(b, "effort-age-days", "2");
}

static void
a_complaint_is_open_until_it_was_closed_before_the_order(void **state)
{
    struct bench *b = *state;

    complaint(b, "late parcel", "2026-09-01", "2026-09-11");
    complaint(b, "broken cup", "2026-08-01", "2026-08-02");
    make_facts(b);
    expect(b, "open-complaint", "false");
    expect(b, "complaint-about", "late parcel");
    expect(b, "complaint-mended", "");
    expect(b, "complaints", "2");
    expect(b, "days-since-complaint", "72");

    b->history.complaints[0].mended = "another carrier";
    make_facts(b);
    expect(b, "complaint-mended", "another carrier");

    complaint(b, "wrong tea", "2026-07-01", "2026-11-23");
    make_facts(b);
    expect(b, "open-complaint", "true");
    expect(b, "complaint-about", "wrong tea");
    expect(b, "complaint-mended", "");
    expect(b, "complaints", "3");
    expect(b, "days-since-complaint", "144");

    complaint(b, "no answer", "2026-07-02", NULL);
    make_facts(b);
    expect(b, "complaint-about", "no answer");
    expect(b, "days-since-complaint", "143");
}

static void
the_loyalty_service_is_believed_whenever_it_spoke(void **state)
{
    struct bench *b = *state;

    b->history.points = 0;
    make_facts(b);
    expect(b, "points", "0");
    expect(b, "is-member", "true");
    b->history.points = 340;
    b->history.points_to_next = 160;
    b->history.tier = "silver";
    b->history.next_tier = "gold";
    b->history.points_as_of_s = at("2026-12-24");
    make_facts(b);
    expect(b, "tier", "silver");
    expect(b, "next-tier", "gold");
    expect(b, "points", "340");
    expect(b, "points-to-next", "160");
    b->history.points = -1;
    b->history.points_to_next = -1;
    make_facts(b);
    expect(b, "is-member", "true");
    expect(b, "points", "unknown");
    expect(b, "points-to-next", "unknown");
}

/* --- tastes --------------------------------------------------------------------- */

static void
the_favourite_is_what_was_kept_most(void **state)
{
    struct bench *b = *state;
    struct past_order *first = past(b, "2026-09-01", 0);

    past_line(b, first, "CUP-1", "cups", 9)->returned = 9;
    past_line(b, first, "TEA-1", "tea", 2)->name = "Assam";
    past_line(b, first, "TEA-2", "tea", 3)->name = "Darjeeling";
    make_facts(b);
    expect(b, "favourite-category", "tea");
    expect(b, "favourite-sku", "TEA-2");
    expect(b, "favourite-name", "Darjeeling");
    expect(b, "categories", "2");

    struct past_order *second = past(b, "2026-10-01", 0);
    past_line(b, second, "TEA-1", "tea", 1)->name = "Assam Gold";
    past_line(b, second, "POT-1", "pots", 6);
    make_facts(b);
    expect(b, "favourite-sku", "POT-1");
    expect(b, "favourite-name", "");
    expect(b, "favourite-category", "pots"); /* as many as tea, and as recent: by name */
    past_line(b, past(b, "2026-10-02", 0), "TEA-1", "tea", 3);
    make_facts(b);
    expect(b, "favourite-sku", "TEA-1"); /* as many as the pot, and later */
    expect(b, "favourite-name", "Assam Gold");
    expect(b, "favourite-category", "tea");
    expect(b, "categories", "3");
}

static void
a_new_category_is_new_to_the_customer(void **state)
{
    struct bench *b = *state;
    struct past_order *first;

    line(b, "CUP-1", "cups", 1);
    line(b, "GIFT-1", NULL, 1);
    expect_now(b, "new-category", "false");
    first = past(b, "2026-09-01", 0);
    past_line(b, first, "TEA-1", NULL, 1);
    expect_now(b, "new-category", "false"); /* what was bought then is not told */
    past_line(b, first, "TEA-2", "tea", 1);
    expect_now(b, "new-category", "true");
    past_line(b, first, "CUP-2", "cups", 1)->returned = 1;
    expect_now(b, "new-category", "false");
}

static void
wishes_are_remembered_for_a_while(void **state)
{
    struct bench *b = *state;

    talk(b, "2025-11-21", "white tea", NULL); /* 366 days */
    talk(b, "2026-05-25", NULL, "wedding");   /* 181 */
    make_facts(b);
    expect(b, "sought", "");
    expect(b, "occasion", "");
    talk(b, "2026-05-26", NULL, "christening");
    talk(b, "2025-11-22", "green tea", NULL);
    make_facts(b);
    expect(b, "sought", "green tea");
    expect(b, "occasion", "christening");
    talk(b, "2026-10-01", "TEA-9", "");
    talk(b, "2026-09-01", "oolong", "birthday");
    make_facts(b);
    expect(b, "sought", "TEA-9");
    expect(b, "occasion", "birthday");
}

static void
what_was_looked_for_is_told_when_it_is_there_and_not_had_yet(void **state)
{
    struct bench *b = *state;
    const struct facts_found found = {"OOL-1", "Oolong, Roasted"};

    b->settings.found = &found;
    make_facts(b);
    expect(b, "sought-here", "");
    past_line(b, past(b, "2026-09-01", 100), "OOL-1", "tea", 1);
    talk(b, "2026-10-01", "oolong, roasted", NULL);
    make_facts(b);
    expect(b, "sought-here", "Oolong, Roasted");
    past_line(b, past(b, "2026-10-20", 100), "OOL-1", "tea", 1);
    make_facts(b);
    expect(b, "sought-here", ""); /* bought since */
    b->settings.found = NULL;
    make_facts(b);
    expect(b, "sought-here", "");
    b->settings.found = &found;
    b->history.order_count = 1;
    line(b, "OOL-1", "tea", 1);
    make_facts(b);
    expect(b, "sought-here", ""); /* it lies on the bench */
}

static void
a_question_is_told_of_once_it_is_answered(void **state)
{
    struct bench *b = *state;
    struct question questions[] = {
        {"Q-1", "Does it keep?", NULL, "A year.", at("2026-09-23"), at("2026-09-23")},
        {"Q-2", "Is it sweet?", NULL, NULL, at("2026-10-01"), TIME_NONE}};

    b->history.questions = questions;
    b->history.question_count = 1;
    make_facts(b);
    expect(b, "question-asked", "Does it keep?");
    expect(b, "question-answer", "A year.");
    expect(b, "open-question", "false");
    questions[0].answered_s = at("2026-09-22"); /* 61 days ago */
    b->history.question_count = 2;
    make_facts(b);
    expect(b, "question-asked", "");
    expect(b, "open-question", "true");
    questions[1].answered_s = at("2026-11-21");
    make_facts(b);
    expect(b, "question-asked", "Is it sweet?");
    expect(b, "question-answer", "");
    expect(b, "open-question", "false");
    questions[1].answered_s = at("2026-11-23"); /* after this order */
    make_facts(b);
    expect(b, "question-asked", "");
    expect(b, "open-question", "true");
}

/* --- the person ----------------------------------------------------------------- */

static void
the_language_falls_back_to_the_merchants(void **state)
{
    struct bench *b = *state;

    expect_now(b, "language", "en");
    b->settings.language = "de-AT";
    expect_now(b, "language", "de-AT");
    b->order.customer.language = "fa-IR";
    expect_now(b, "language", "fa-IR");
}

static void
the_destination_comes_before_the_address(void **state)
{
    struct bench *b = *state;
    static const struct {
        const char *to_country, *to_region, *home_country, *home_region;
        const char *country, *region;
    } rows[] = {
        {NULL, NULL, "US", "CA", "US", "CA"}, {"DE", "BY", "US", "CA", "DE", "BY"},
        {"DE", NULL, "US", "CA", "DE", ""}, /* California is not in Germany */
        {"US", NULL, "US", "CA", "US", "CA"}, {NULL, "NV", "US", "CA", "US", "NV"},
        {"DE", NULL, NULL, "CA", "DE", ""},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        b->order.destination.country = rows[i].to_country;
        b->order.destination.region = rows[i].to_region;
        b->order.customer.address.country = rows[i].home_country;
        b->order.customer.address.region = rows[i].home_region;
        make_facts(b);
        expect(b, "country", rows[i].country);
        expect(b, "region", rows[i].region);
    }
}

static void
birthdays_are_near_or_far(void **state)
{
    struct bench *b = *state;
    static const struct {
        const char *today;
        struct date birthday;
        const char *distance, *age;
    } rows[] = {
        {"2026-11-22", {1990, 11, 22}, "0", "36"},
        {"2026-11-22", {1990, 11, 23}, "1", "35"},
        {"2026-11-22", {1990, 11, 20}, "-2", "36"},
        {"2026-12-30", {1990, 1, 2}, "3", "36"},
        {"2027-01-02", {1990, 12, 30}, "-3", "36"},
        {"2026-11-22", {0, 11, 29}, "7", "unknown"},
        {"2026-11-22", {0, 0, 0}, "unknown", "unknown"},
        {"2026-11-22", {2026, 12, 1}, "9", "unknown"}, /* not born yet: no age */
        /* leap days: 1 March in common years, 29 February in leap years */
        {"2026-02-28", {2000, 2, 29}, "1", "25"},
        {"2026-03-01", {2000, 2, 29}, "0", "26"},
        {"2028-02-28", {2000, 2, 29}, "1", "27"},
        {"2028-02-29", {2000, 2, 29}, "0", "28"},
        {"2028-03-01", {2000, 2, 29}, "-1", "28"},
        /* half a year away: in a common year one side is nearer, else it lies ahead */
        {"2026-07-02", {1990, 1, 1}, "-182", "36"},
        {"2026-07-03", {1990, 1, 1}, "182", "36"},
        {"2028-07-02", {1990, 1, 1}, "183", "38"},
        {"2028-07-01", {1990, 1, 1}, "-182", "38"},
        {"2026-11-22", {1990, 2, 31}, "unknown", "unknown"},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        b->order.placed_at_s = at(rows[i].today);
        b->order.customer.birthday = rows[i].birthday;
        make_facts(b);
        if (strcmp(dumped(b, "birthday-distance"), rows[i].distance) != 0)
            fail_msg("row %zu: %s, not %s", i, dumped(b, "birthday-distance"),
                     rows[i].distance);
        expect(b, "age", rows[i].age);
    }
}

static void
consents_are_what_was_given(void **state)
{
    struct bench *b = *state;

    b->order.customer.consents = CONSENT_MARKETING;
    b->order.customer.refused = CONSENT_SURVEY;
    make_facts(b);
    expect(b, "consent-marketing", "true");
    expect(b, "consent-personalisation", "false");
    expect(b, "consent-survey", "false");
    b->order.customer.consents = CONSENT_PERSONALISATION | CONSENT_SURVEY;
    make_facts(b);
    expect(b, "consent-marketing", "false");
    expect(b, "consent-personalisation", "true");
    expect(b, "consent-survey", "true");
}

/* --- the moment ----------------------------------------------------------------- */

static void
days_are_the_merchants(void **state)
{
    struct bench *b = *state;

    use_zone(b, "Europe/Berlin");
    b->order.placed_at_s = at("2026-12-31T23:30:00Z"); /* half past midnight there */
    past(b, "2026-12-31T22:30:00Z", 0);
    make_facts(b);
    expect(b, "today", "2027-01-01");
    expect(b, "weekday", "friday");
    expect(b, "is-weekend", "false");
    expect(b, "month", "1");
    expect(b, "hour", "0");
    expect(b, "days-since-last", "1");
    expect(b, "streak-months", "2");
}

static void
days_with_a_clock_change_are_days(void **state)
{
    struct bench *b = *state;

    use_zone(b, "Europe/Berlin");
    b->order.placed_at_s = at("2026-03-29T01:30:00Z"); /* the clock sprang to 03:00 */
    past(b, "2026-03-27T22:59:00Z", 0);
    past(b, "2026-03-28T23:00:00Z", 0); /* 00:00 on the 29th */
    make_facts(b);
    expect(b, "hour", "3");
    expect(b, "days-since-last", "0");
    expect(b, "tenure-days", "2");
    b->order.placed_at_s = at("2026-03-29T22:00:00Z"); /* 23 hours later, the 30th */
    expect_now(b, "days-since-last", "1");
    b->order.placed_at_s = at("2026-10-25T22:59:00Z"); /* after 25 hours still the 25th */
    b->history.orders[1].placed_at_s = at("2026-10-24T22:00:00Z");
    make_facts(b);
    expect(b, "days-since-last", "0");
    expect(b, "hour", "23");
    expect(b, "today", "2026-10-25");
}

static void
a_week_has_two_days_of_weekend(void **state)
{
    struct bench *b = *state;
    static const char *const weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                           "friday", "saturday", "sunday"};

    for (int i = 0; i < 7; i++) {
        b->order.placed_at_s = at("2026-11-16") + i * 86400;
        make_facts(b);
        expect(b, "weekday", weekdays[i]);
        expect(b, "is-weekend", i >= 5 ? "true" : "false");
    }
}

static void
the_south_has_its_own_seasons(void **state)
{
    struct bench *b = *state;
    static const struct {
        const char *day, *country, *season;
    } rows[] = {
        {"2026-02-28", "DE", "winter"}, {"2026-03-01", "DE", "spring"},
        {"2026-05-31", NULL, "spring"}, {"2026-06-01", NULL, "summer"},
        {"2026-09-01", "US", "autumn"}, {"2026-12-01", "US", "winter"},
        {"2026-02-28", "AU", "summer"}, {"2026-03-01", "NZ", "autumn"},
        {"2026-06-01", "ZA", "winter"}, {"2026-09-01", "BR", "spring"},
        {"2026-12-01", "AR", "summer"}, {"2026-12-01", "A", "winter"},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        b->order.placed_at_s = at(rows[i].day);
        b->order.destination.country = rows[i].country;
        expect_now(b, "season", rows[i].season);
    }
}

static void
the_context_is_what_the_host_says(void **state)
{
    struct bench *b = *state;

    b->order.weather = "rain";
    b->order.sales_channel = "app";
    b->order.store = "Ku\"damm";
    b->order.is_gift = true;
    b->order.customer.channel = "post";
    make_facts(b);
    expect(b, "weather", "rain");
    expect(b, "sales-channel", "app");
    expect(b, "store", "Ku\"damm");
    expect(b, "is-gift", "true");
    expect(b, "channel", "post");
    b->order.weather = "rai";
    b->order.sales_channel = "web app";
    b->order.customer.channel = "";
    make_facts(b);
    expect(b, "weather", "unknown");
    expect(b, "sales-channel", "unknown");
    expect(b, "channel", "unknown");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_latest_answer_before_the_order_is_the_class),
        TEST(a_complaint_is_open_until_it_was_closed_before_the_order),
        TEST(the_loyalty_service_is_believed_whenever_it_spoke),
        TEST(the_favourite_is_what_was_kept_most),
        TEST(a_new_category_is_new_to_the_customer),
        TEST(wishes_are_remembered_for_a_while),
        TEST(what_was_looked_for_is_told_when_it_is_there_and_not_had_yet),
        TEST(a_question_is_told_of_once_it_is_answered),
        TEST(the_language_falls_back_to_the_merchants),
        TEST(the_destination_comes_before_the_address),
        TEST(birthdays_are_near_or_far),
        TEST(consents_are_what_was_given),
        TEST(days_are_the_merchants),
        TEST(days_with_a_clock_change_are_days),
        TEST(a_week_has_two_days_of_weekend),
        TEST(the_south_has_its_own_seasons),
        TEST(the_context_is_what_the_host_says),
    };

    return cmocka_run_group_tests_name("facts-person", tests, NULL, NULL);
}
