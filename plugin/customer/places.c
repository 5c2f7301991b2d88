/* Holidays and shops near by.
 *
 * The shop's settings list them; the address the carton goes to says which of them count.
 * A holiday that names countries is none where the country is not known. Postcodes compare
 * without blanks and without regard to case: "SW1A 1AA" begins with "sw1". */
#include "customer/places.h"

#include "base/text.h"
#include "customer/facts-inside.h"

#include <string.h>

/* --- Easter ------------------------------------------------------------------------- */

struct day
easter_day(int32_t year)
{
    int32_t a = year % 19, b = year / 100, c = year % 100;
    int32_t g = (8 * b + 13) / 25;
    int32_t h = (19 * a + b - b / 4 - g + 15) % 30;
    int32_t l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    int32_t m = (a + 11 * h + 19 * l) / 433;
    int32_t month = (h + l - 7 * m + 90) / 25;
    return day_from_date(year, month, (h + l - 7 * m + 33 * month + 19) % 32);
}

struct day
orthodox_easter_day(int32_t year)
{
    int32_t d = (19 * (year % 19) + 15) % 30;
    int32_t e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7;
    int32_t n = d + e + 114; /* month * 31 + day - 1 of the Julian calendar */
    struct day day = day_from_date(year, n / 31, n % 31 + 1);

    day.n += year / 100 - year / 400 - 2; /* behind the Gregorian one */
    return day;
}

/* --- holidays ----------------------------------------------------------------------- */

static bool
has_text(const char *const *texts, const char *text)
{
    for (; *texts != NULL; texts++)
        if (text_equal_folded(*texts, text))
            return true;
    return false;
}

static bool
is_kept(const struct holiday *holiday, const char *country, const char *region)
{
    if (holiday->countries != NULL &&
        !words_have(holiday->countries, country, strlen(country)))
        return false;
    return holiday->regions == NULL || has_text(holiday->regions, region);
}

static struct day
holiday_day(const struct holiday *holiday, int32_t year)
{
    struct day day = DAY_NONE;

    switch (holiday->kind) {
    case HOLIDAY_YEARLY:
        return yearly_day(year, holiday->month, holiday->day);
    case HOLIDAY_ONCE:
        return holiday->once;
    case HOLIDAY_EASTER:
        day = easter_day(year);
        break;
    case HOLIDAY_ORTHODOX_EASTER:
        day = orthodox_easter_day(year);
        break;
    }
    day.n += holiday->offset;
    return day;
}

const struct holiday *
places_next_holiday(const struct places *places, struct day today, const char *country,
                    const char *region, struct day *ret)
{
    const struct holiday *best = NULL;
    int32_t this_year = day_date(today).year;

    for (size_t i = 0; i < places->holiday_count; i++) {
        const struct holiday *holiday = &places->holidays[i];
        if (!is_kept(holiday, country, region))
            continue;
        for (int32_t year = this_year - 1; year <= this_year + 1; year++) {
            struct day day = holiday_day(holiday, year);
            if (day_is_none(day) || day.n < today.n || day.n > today.n + 366)
                continue;
            if (best == NULL || day.n < ret->n) {
                best = holiday;
                *ret = day;
            }
        }
    }
    return best;
}

/* --- shops -------------------------------------------------------------------------- */

/* How many characters of the prefix count, when the postcode begins with it; else 0. */
static size_t
prefix_length(const char *postcode, const char *prefix)
{
    size_t n = 0;

    for (;; prefix++) {
        while (*prefix == ' ')
            prefix++;
        if (*prefix == '\0')
            return n;
        while (*postcode == ' ')
            postcode++;
        const char a[2] = {*prefix, '\0'}, b[2] = {*postcode, '\0'};
        if (!text_equal_folded(a, b))
            return 0;
        postcode++;
        n++;
    }
}

/* How near it is: more is nearer, 0 is not near. */
static size_t
nearness(const struct near_store *store, const char *country, const char *region,
         const char *postcode)
{
    size_t longest = 0;

    if (!text_equal(store->country, country))
        return 0;
    for (const char *const *p = store->postcodes; p != NULL && *p != NULL; p++) {
        size_t n = prefix_length(postcode, *p);
        longest = n > longest ? n : longest;
    }
    if (longest > 0)
        return 2 + longest;
    if (store->regions != NULL && has_text(store->regions, region))
        return 2;
    return store->regions == NULL && store->postcodes == NULL;
}

const struct near_store *
places_near(const struct places *places, const char *country, const char *region,
            const char *postcode)
{
    const struct near_store *best = NULL;
    size_t best_nearness = 0;

    for (size_t i = 0; i < places->store_count; i++) {
        size_t n = nearness(&places->stores[i], country, region, postcode);
        if (n > best_nearness) {
            best = &places->stores[i];
            best_nearness = n;
        }
    }
    return best;
}
