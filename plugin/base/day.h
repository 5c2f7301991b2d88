/* Days and instants.
 *
 * A calendar day is its own type; it exists only in a time zone, the merchant's. Zones
 * are read from the system's TZif files (RFC 8536) into immutable objects, because the C
 * library knows only one zone per process and that one belongs to the host. */
#ifndef TUCK_BASE_DAY_H
#define TUCK_BASE_DAY_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

/* Days since 1970-01-01 in the proleptic Gregorian calendar. */
struct day {
    int32_t n;
};
#define DAY_NONE ((struct day){INT32_MIN})

struct date {
    int32_t year;
    int32_t month; /* 1–12 */
    int32_t day;   /* 1–31 */
};

/* An instant: seconds since 1970-01-01T00:00:00Z, no leap seconds. */
#define TIME_NONE INT64_MIN

struct zone;

static inline bool
day_is_none(struct day day)
{
    return day.n == INT32_MIN;
}

struct date day_date(struct day day);
struct day day_from_date(int32_t year, int32_t month, int32_t day); /* DAY_NONE: no such */
int day_weekday(struct day day); /* 1 Monday … 7 Sunday (ISO 8601) */
bool day_parse(const char *text, struct day *ret); /* 2026-11-22 */
void day_text(struct day day, char out[16]);       /* "" for DAY_NONE */
/* Months are counted by the calendar: 31 January plus one month is 28 or 29 February. */
struct day day_add_months(struct day day, int months);

/* RFC 3339 date-time, offset required; or a plain date, which is its midnight in `zone`
 * (UTC when NULL). A time without an offset is refused. */
bool time_parse(const char *text, const struct zone *zone, int64_t *ret_s);
void time_text(int64_t s, char out[32]); /* 2026-11-22T09:30:00Z */

/* A zone by its IANA name ("Europe/Berlin", "UTC"). STATUS_BAD_INPUT when the name has
 * characters that no zone name has or the system lacks it. Immutable; any thread. */
enum status zone_open(const char *name, struct zone **ret);
void zone_close(struct zone *zone);
int32_t zone_offset_s(const struct zone *zone, int64_t s); /* NULL zone: 0 */
struct day zone_day(const struct zone *zone, int64_t s, int32_t *ret_second_of_day);

#endif
