/* Display: days, money and shares in the reader's language.
 *
 * ICU's formatters are costly to make (up to a millisecond) and cheap to use, so each
 * bench keeps those of the languages it met. What ICU cannot do falls back to ISO 8601
 * and plain decimals: a card with a plain date is better than none. */
#include "lang/display.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/udat.h>
#include <unicode/unum.h>
#include <unicode/ustring.h>

#define LANGUAGES_KEPT 16

struct tongue {
    char lang[24];
    UDateFormat *day;
    UNumberFormat *money, *percent;
};

struct display {
    struct tongue tongue[LANGUAGES_KEPT];
    size_t count;
    size_t oldest; /* the place to use again when all are taken */
};

struct display *
display_open(void)
{
    return calloc(1, sizeof(struct display));
}

static void
tongue_done(struct tongue *tongue)
{
    if (tongue->day)
        udat_close(tongue->day);
    if (tongue->money)
        unum_close(tongue->money);
    if (tongue->percent)
        unum_close(tongue->percent);
    memset(tongue, 0, sizeof(*tongue));
}

void
display_close(struct display *display)
{
    if (!display)
        return;
    for (size_t i = 0; i < display->count; i++)
        tongue_done(&display->tongue[i]);
    free(display);
}

static void
tongue_init(struct tongue *tongue, const char *lang)
{
    static const UChar utc[] = {'U', 'T', 'C', 0};
    UErrorCode day_error = U_ZERO_ERROR, money_error = U_ZERO_ERROR,
               percent_error = U_ZERO_ERROR;
    char locale[64];
    /* Latin digits and the Gregorian calendar: codes, dates and values on paper must
     * read the same for the reader and for the shop that redeems them. */
    snprintf(locale, sizeof(locale), "%s@calendar=gregorian;numbers=latn", lang);
    snprintf(tongue->lang, sizeof(tongue->lang), "%s", lang);
    tongue->day = udat_open(UDAT_NONE, UDAT_LONG, locale, utc, -1, NULL, 0, &day_error);
    tongue->money = unum_open(UNUM_CURRENCY, NULL, 0, locale, NULL, &money_error);
    tongue->percent = unum_open(UNUM_PERCENT, NULL, 0, locale, NULL, &percent_error);
}

static struct tongue *
find_tongue(struct display *display, const char *lang)
{
    if (!lang || strlen(lang) >= sizeof(display->tongue[0].lang))
        lang = "en";
    for (size_t i = 0; i < display->count; i++)
        if (strcmp(display->tongue[i].lang, lang) == 0)
            return &display->tongue[i];
    size_t place = display->count;
    if (display->count < LANGUAGES_KEPT) {
        display->count++;
    } else {
        place = display->oldest;
        display->oldest = (display->oldest + 1) % LANGUAGES_KEPT;
        tongue_done(&display->tongue[place]);
    }
    tongue_init(&display->tongue[place], lang);
    return &display->tongue[place];
}

/* ICU puts marks that steer direction around numbers; the typesetter sets direction
 * itself and a printed copy of the text should be clean. */
static bool
is_direction_mark(UChar c)
{
    return c == 0x200E || c == 0x200F || c == 0x061C || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

static bool
to_utf8(UChar *text, int32_t n, char out[96])
{
    UErrorCode error = U_ZERO_ERROR;
    int32_t kept = 0, written = 0;
    for (int32_t i = 0; i < n; i++)
        if (!is_direction_mark(text[i]))
            text[kept++] = text[i];
    u_strToUTF8(out, 95, &written, text, kept, &error);
    if (U_FAILURE(error))
        return false;
    out[written] = '\0';
    return true;
}

void
display_day(struct display *display, struct day day, const char *lang, char out[96])
{
    UChar text[96];
    UErrorCode error = U_ZERO_ERROR;
    out[0] = '\0';
    if (day_is_none(day))
        return;
    const struct tongue *tongue = find_tongue(display, lang);
    if (tongue->day) {
        int32_t n = udat_format(tongue->day, day.n * 86400000.0, text, COUNT_OF(text),
                                NULL, &error);
        if (U_SUCCESS(error) && n < (int32_t)COUNT_OF(text) && to_utf8(text, n, out))
            return;
    }
    char plain[16];
    day_text(day, plain);
    snprintf(out, 96, "%s", plain);
}

static bool
format_money(UNumberFormat *format, struct money money, bool is_short, char out[96])
{
    UChar text[96], currency[4];
    UErrorCode error = U_ZERO_ERROR;
    int digits = money_digits(money.currency);
    int64_t unit = 1;
    for (int i = 0; i < digits; i++)
        unit *= 10;
    bool is_whole = is_short && money.minor % unit == 0;
    u_charsToUChars(money.currency, currency, 4);
    char decimal[32];
    money_text(money, decimal);
    unum_setTextAttribute(format, UNUM_CURRENCY_CODE, currency, 3, &error);
    unum_setAttribute(format, UNUM_FRACTION_DIGITS, is_whole ? 0 : digits);
    int32_t n =
        unum_formatDecimal(format, decimal, -1, text, COUNT_OF(text), NULL, &error);
    return U_SUCCESS(error) && n < (int32_t)COUNT_OF(text) && to_utf8(text, n, out);
}

void
display_money(struct display *display, struct money money, const char *lang,
              bool is_short, char out[96])
{
    const struct tongue *tongue = find_tongue(display, lang);
    if (tongue->money && format_money(tongue->money, money, is_short, out))
        return;
    char plain[32];
    money_text(money, plain);
    snprintf(out, 96, "%s %s", plain, money.currency);
}

void
display_percent(struct display *display, int32_t bp, const char *lang, char out[96])
{
    UChar text[96];
    UErrorCode error = U_ZERO_ERROR;
    const struct tongue *tongue = find_tongue(display, lang);
    if (tongue->percent) {
        unum_setAttribute(tongue->percent, UNUM_MAX_FRACTION_DIGITS, 2);
        int32_t n = unum_formatDouble(tongue->percent, bp / 10000.0, text, COUNT_OF(text),
                                      NULL, &error);
        if (U_SUCCESS(error) && n < (int32_t)COUNT_OF(text) && to_utf8(text, n, out))
            return;
    }
    snprintf(out, 96, "%d%%", bp / 100);
}
