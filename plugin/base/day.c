/* Days and instants: the proleptic Gregorian calendar and RFC 3339.
 *
 * The conversions count in eras of 400 years from 1 March, so that the leap day is the
 * last of its year; see Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
#include "base/day.h"

#include <stdio.h>
#include <string.h>

static int
month_length(int32_t year, int32_t month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && is_leap ? 29 : lengths[month - 1];
}

struct date
day_date(struct day day)
{
    int64_t z = (int64_t)day.n + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int32_t month = (int32_t)(mp < 10 ? mp + 3 : mp - 9);
    return (struct date){(int32_t)(yoe + era * 400 + (month <= 2)), month,
                         (int32_t)(doy - (153 * mp + 2) / 5 + 1)};
}

struct day
day_from_date(int32_t year, int32_t month, int32_t day)
{
    if (year < -9999 || year > 9999 || month < 1 || month > 12 || day < 1 ||
        day > month_length(year, month))
        return DAY_NONE;
    int64_t y = year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return (struct day){(int32_t)(era * 146097 + doe - 719468)};
}

int
day_weekday(struct day day)
{
    return (int)((((int64_t)day.n + 3) % 7 + 7) % 7) + 1; /* day 0 was a Thursday */
}

/* Exactly `n` digits. */
static bool
read_digits(const char **text, int n, int32_t *ret)
{
    int32_t value = 0;
    for (int i = 0; i < n; i++) {
        char c = (*text)[i];
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (c - '0');
    }
    *text += n;
    *ret = value;
    return true;
}

static bool
read_char(const char **text, char c)
{
    if (**text != c)
        return false;
    (*text)++;
    return true;
}

static bool
read_day(const char **text, struct day *ret)
{
    int32_t year, month, day;
    if (!read_digits(text, 4, &year) || !read_char(text, '-') ||
        !read_digits(text, 2, &month) || !read_char(text, '-') || !read_digits(text, 2, &day))
        return false;
    *ret = day_from_date(year, month, day);
    return !day_is_none(*ret);
}

bool
day_parse(const char *text, struct day *ret)
{
    struct day day;
    if (!text || !read_day(&text, &day) || *text)
        return false;
    *ret = day;
    return true;
}

void
day_text(struct day day, char out[16])
{
    out[0] = '\0';
    if (day_is_none(day))
        return;
    struct date date = day_date(day);
    snprintf(out, 16, "%04d-%02d-%02d", date.year, date.month, date.day);
}

struct day
day_add_months(struct day day, int months)
{
    struct date date = day_date(day);
    int32_t count = date.year * 12 + date.month - 1 + months;
    int32_t year = count / 12, month = count % 12 + 1;
    int length = month_length(year, month);
    return day_from_date(year, month, date.day < length ? date.day : length);
}

static bool
read_clock(const char **text, int64_t *ret_s)
{
    int32_t hour, minute, second;
    if (!read_digits(text, 2, &hour) || !read_char(text, ':') ||
        !read_digits(text, 2, &minute) || !read_char(text, ':') ||
        !read_digits(text, 2, &second) || hour > 23 || minute > 59 || second > 60)
        return false;
    if (read_char(text, '.')) { /* fractions are dropped */
        size_t n = strspn(*text, "0123456789");
        if (n == 0)
            return false;
        *text += n;
    }
    *ret_s = hour * 3600 + minute * 60 + (second == 60 ? 59 : second);
    return true;
}

static bool
read_offset(const char **text, int64_t *ret_s)
{
    int32_t hour, minute;
    char sign = **text;
    if (read_char(text, 'Z') || read_char(text, 'z')) {
        *ret_s = 0;
        return true;
    }
    if (sign != '+' && sign != '-')
        return false;
    (*text)++;
    if (!read_digits(text, 2, &hour) || !read_char(text, ':') ||
        !read_digits(text, 2, &minute) || hour > 23 || minute > 59)
        return false;
    *ret_s = (hour * 3600 + minute * 60) * (sign == '-' ? -1 : 1);
    return true;
}

bool
time_parse(const char *text, const struct zone *zone, int64_t *ret_s)
{
    struct day day;
    int64_t clock_s = 0, offset_s = 0;
    if (!text || !read_day(&text, &day))
        return false;
    int64_t local_s = (int64_t)day.n * 86400;
    if (!*text) {
        /* Midnight there: the offset is that of the instant looked for, so ask twice. */
        int64_t guess = local_s - zone_offset_s(zone, local_s);
        *ret_s = local_s - zone_offset_s(zone, guess);
        return true;
    }
    if ((*text != 'T' && *text != 't' && *text != ' ') || !text++ ||
        !read_clock(&text, &clock_s) || !read_offset(&text, &offset_s) || *text)
        return false;
    *ret_s = local_s + clock_s - offset_s;
    return true;
}

void
time_text(int64_t s, char out[32])
{
    struct day day = zone_day(NULL, s, NULL);
    int64_t second = s - (int64_t)day.n * 86400;
    struct date date = day_date(day);
    snprintf(out, 32, "%04d-%02d-%02dT%02d:%02d:%02dZ", date.year, date.month, date.day,
             (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60));
}
