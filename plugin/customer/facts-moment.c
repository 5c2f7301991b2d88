/* Facts of the person and the moment: who reads, where, and what day it is.
 *
 * The day comes from the order's instant in the merchant's zone, never from a clock. Days
 * of the year (birthdays, anniversaries) that a common year lacks fall on the day after.
 */
#include "customer/facts-inside.h"

#include <string.h>

struct day
yearly_day(int32_t year, int32_t month, int32_t day)
{
    struct day found = day_from_date(year, month, day);

    if (day_is_none(found) && month == 2 && day == 29)
        found = day_from_date(year, 3, 1);
    return found;
}

bool
yearly_distance(struct day today, int32_t month, int32_t day, int32_t *ret_days,
                int32_t *ret_year)
{
    int32_t this_year = day_date(today).year;
    int32_t best = INT32_MAX;

    for (int32_t year = this_year - 1; year <= this_year + 1; year++) {
        struct day candidate = yearly_day(year, month, day);
        if (day_is_none(candidate))
            return false;
        int32_t days = candidate.n - today.n;
        int32_t far = days < 0 ? -days : days;
        int32_t best_far = best < 0 ? -best : best;
        if (far <= best_far) { /* years grow: the later of two as far lies ahead */
            best = days;
            *ret_year = year;
        }
    }
    *ret_days = best;
    return true;
}

/* --- the person ----------------------------------------------------------------- */

static double
age_of(const struct facts *facts, const struct date *birthday)
{
    int32_t year = day_date(facts->today).year;
    struct day this_year = yearly_day(year, birthday->month, birthday->day);

    if (birthday->year <= 0 || day_is_none(this_year))
        return NAN;
    int32_t age = year - birthday->year - (facts->today.n < this_year.n);
    return age < 0 ? NAN : age;
}

static void
fill_birthday(struct making *making)
{
    const struct date *birthday = &making->order->customer.birthday;
    int32_t days, year;
    bool is_day =
        birthday->month != 0 && yearly_distance(making->facts->today, birthday->month,
                                                birthday->day, &days, &year);

    set_number(making, FACT_BIRTHDAY_DISTANCE, is_day ? days : NAN);
    set_number(making, FACT_AGE, is_day ? age_of(making->facts, birthday) : NAN);
}

/* A region means nothing beside another address's country. */
static const char *
region_of(const struct order *order)
{
    const struct address *destination = &order->destination;
    const struct address *home = &order->customer.address;

    if (destination->region)
        return destination->region;
    if (!destination->country || text_equal(destination->country, home->country))
        return home->region;
    return NULL;
}

void
fill_person(struct making *making)
{
    const struct order *order = making->order;
    const struct customer *customer = &order->customer;

    set_truth(making, FACT_IS_KNOWN, customer->id != NULL);
    set_truth(making, FACT_HISTORY_COMPLETE, !making->facts->history->is_partial);
    set_text(making, FACT_LANGUAGE,
             customer->language ? customer->language : making->settings.language);
    set_text(making, FACT_COUNTRY,
             order->destination.country ? order->destination.country
                                        : customer->address.country);
    set_text(making, FACT_REGION, region_of(order));
    set_word(making, FACT_CHANNEL, customer->channel, "unknown");
    fill_birthday(making);
    set_truth(making, FACT_CONSENT_MARKETING, customer->consents & CONSENT_MARKETING);
    set_truth(making, FACT_CONSENT_PERSONALISATION,
              customer->consents & CONSENT_PERSONALISATION);
    set_truth(making, FACT_CONSENT_SURVEY, customer->consents & CONSENT_SURVEY);
    set_truth(making, FACT_CONSENT_LEADERBOARD, customer->consents & CONSENT_LEADERBOARD);
}

/* --- the moment ----------------------------------------------------------------- */

/* Countries and territories whose people mostly live south of the equator, ISO 3166-1. */
static const char southern[] =
    "AO AQ AR AS AU BI BO BR BV BW CC CD CG CK CL CX EC FJ FK GS HM ID IO KM LS MG MU MW "
    "MZ NA NC NF NR NU NZ PE PF PG PN PY RE RW SB SC SH SZ TF TK TL TO TV TZ UY VU WF WS "
    "YT ZA ZM ZW";

static const char *
season_of(int32_t month, const char *country)
{
    static const char *const seasons[] = {"winter", "spring", "summer", "autumn"};
    int32_t quarter = month % 12 / 3;

    if (words_have(southern, country, strlen(country)))
        quarter = (quarter + 2) % 4;
    return seasons[quarter];
}

static void
fill_holidays(struct making *making)
{
    static const struct places nowhere;
    struct facts *facts = making->facts;
    struct day day = DAY_NONE;
    const struct holiday *next = places_next_holiday(
        making->settings.places ? making->settings.places : &nowhere, facts->today,
        facts->fact[FACT_COUNTRY].text, facts->fact[FACT_REGION].text, &day);

    day_text(day, facts->holiday_text);
    set_text(making, FACT_HOLIDAY, next && day.n == facts->today.n ? next->name : NULL);
    set_text(making, FACT_NEXT_HOLIDAY, next ? next->name : NULL);
    set_number(making, FACT_DAYS_TO_HOLIDAY, next ? day.n - facts->today.n : NAN);
    set_text(making, FACT_NEXT_HOLIDAY_ON, facts->holiday_text);
}

/* Near whom the carton goes to; its postcode counts where its country is told. */
static void
fill_store_near(struct making *making)
{
    const struct order *order = making->order;
    const struct address *address =
        order->destination.country ? &order->destination : &order->customer.address;
    const struct near_store *store =
        making->settings.places
            ? places_near(making->settings.places, making->facts->fact[FACT_COUNTRY].text,
                          making->facts->fact[FACT_REGION].text,
                          address->postcode ? address->postcode : "")
            : NULL;

    set_text(making, FACT_STORE_NEAR, store ? store->name : NULL);
    set_text(making, FACT_STORE_NEAR_ADDRESS, store ? store->address : NULL);
}

void
fill_moment(struct making *making)
{
    static const char *const weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                           "friday", "saturday", "sunday"};
    struct facts *facts = making->facts;
    const struct order *order = making->order;
    int32_t second_of_day = 0;

    zone_day(facts->zone, order->placed_at_s, &second_of_day);
    day_text(facts->today, facts->today_text);
    int weekday = day_weekday(facts->today);
    int32_t month = day_date(facts->today).month;
    set_text(making, FACT_TODAY, facts->today_text);
    set_text(making, FACT_WEEKDAY, weekdays[weekday - 1]);
    set_truth(making, FACT_IS_WEEKEND, weekday >= 6);
    set_number(making, FACT_MONTH, month);
    set_number(making, FACT_HOUR, second_of_day / 3600);
    set_text(making, FACT_SEASON, season_of(month, facts->fact[FACT_COUNTRY].text));
    set_word(making, FACT_WEATHER, order->weather, "unknown");
    set_word(making, FACT_SALES_CHANNEL, order->sales_channel, "unknown");
    set_text(making, FACT_STORE, order->store);
    set_truth(making, FACT_IS_GIFT, order->is_gift);
    fill_holidays(making);
    fill_store_near(making);
}

/* --- within --------------------------------------------------------------------- */

/* "--mm-dd"; the numbers are not checked against a calendar. */
static bool
parse_yearly(const char *text, int32_t *ret_month, int32_t *ret_day)
{
    static const char shape[] = "--dd-dd";

    for (size_t i = 0; i < sizeof shape; i++) {
        bool is_digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == 'd' ? !is_digit : text[i] != shape[i])
            return false;
    }
    *ret_month = (text[2] - '0') * 10 + text[3] - '0';
    *ret_day = (text[5] - '0') * 10 + text[6] - '0';
    return true;
}

bool
facts_within(const struct facts *facts, const char *date, int32_t days)
{
    int32_t month, day;
    struct day found;

    if (parse_yearly(date, &month, &day)) {
        int32_t year = day_date(facts->today).year;
        found = yearly_day(year, month, day);
        if (!day_is_none(found) && found.n < facts->today.n)
            found = yearly_day(year + 1, month, day);
        if (day_is_none(found))
            return false;
    } else if (!day_parse(date, &found)) {
        return false;
    }
    int64_t ahead = (int64_t)found.n - facts->today.n;
    return ahead >= 0 && ahead <= days;
}
