/* Time zones from the system's TZif files (RFC 8536), read once into a table.
 *
 * The 64-bit block is used: transitions and the offset after each. Past the last one the
 * footer's POSIX TZ rule holds ("CET-1CEST,M3.5.0,M10.5.0/3"); of its forms only the
 * M rules are read, which are all that the zone compiler writes today. */
#include "base/day.h"

#include "base/attr.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MOST 65536
#define HEADER 44

struct rule { /* one change of a POSIX TZ rule: month, week, weekday, second of day */
    int month, week, weekday;
    int32_t at_s;
};

struct zone {
    int64_t *times; /* transitions, rising */
    int32_t *offsets; /* after each */
    size_t count;
    int32_t first_offset; /* before the first transition */
    bool has_rule, has_dst;
    int32_t standard_s, summer_s; /* of the footer, seconds east */
    struct rule to_summer, to_standard;
};

static uint64_t
big_endian(const unsigned char *p, int n)
{
    uint64_t value = 0;
    for (int i = 0; i < n; i++)
        value = value << 8 | p[i];
    return value;
}

struct counts {
    size_t isutc, isstd, leap, time, type, chars;
};

static struct counts
read_counts(const unsigned char *p)
{
    return (struct counts){big_endian(p + 20, 4), big_endian(p + 24, 4),
                           big_endian(p + 28, 4), big_endian(p + 32, 4),
                           big_endian(p + 36, 4), big_endian(p + 40, 4)};
}

static size_t
data_size(const struct counts *c, size_t time_size)
{
    return c->time * time_size + c->time + c->type * 6 + c->chars + c->leap * (time_size + 4) +
           c->isstd + c->isutc;
}

/* "<+0330>-3:30" or "CET-1": skips the name, reads seconds west. */
static bool
read_tz_name(const char **p)
{
    if (**p == '<') {
        const char *end = strchr(*p, '>');
        if (!end)
            return false;
        *p = end + 1;
        return true;
    }
    const char *begin = *p;
    while (isalpha((unsigned char)**p))
        (*p)++;
    return *p > begin;
}

static bool
read_tz_clock(const char **p, int32_t *ret_s)
{
    int sign = 1, parts[3] = {0};
    if (**p == '-' || **p == '+')
        sign = *(*p)++ == '-' ? -1 : 1;
    for (int i = 0; i < 3; i++) {
        if (!isdigit((unsigned char)**p))
            return false;
        parts[i] = (int)strtol(*p, (char **)p, 10);
        if (**p != ':')
            break;
        (*p)++;
    }
    *ret_s = sign * (parts[0] * 3600 + parts[1] * 60 + parts[2]);
    return true;
}

static bool
read_tz_rule(const char **p, struct rule *ret)
{
    int used = 0;
    if (sscanf(*p, ",M%d.%d.%d%n", &ret->month, &ret->week, &ret->weekday, &used) != 3 ||
        ret->month < 1 || ret->month > 12 || ret->week < 1 || ret->week > 5 ||
        ret->weekday < 0 || ret->weekday > 6)
        return false;
    *p += used;
    ret->at_s = 7200;
    if (**p != '/')
        return true;
    (*p)++;
    return read_tz_clock(p, &ret->at_s);
}

static bool
read_footer(struct zone *zone, const char *p)
{
    int32_t west = 0;
    if (!read_tz_name(&p) || !read_tz_clock(&p, &west))
        return false;
    zone->standard_s = -west;
    if (!*p)
        return true;
    if (!read_tz_name(&p))
        return false;
    zone->summer_s = zone->standard_s + 3600;
    if (*p != ',') {
        if (!read_tz_clock(&p, &west))
            return false;
        zone->summer_s = -west;
    }
    zone->has_dst = read_tz_rule(&p, &zone->to_summer) && read_tz_rule(&p, &zone->to_standard);
    return zone->has_dst && !*p;
}

/* The instant of a rule in a year, `offset_s` being in force before it. */
static int64_t
rule_time(const struct rule *rule, int32_t year, int32_t offset_s)
{
    struct day first = day_from_date(year, rule->month, 1);
    int weekday = day_weekday(first) % 7; /* 0 Sunday */
    int32_t n = first.n + (rule->weekday - weekday + 7) % 7 + (rule->week - 1) * 7;
    struct day next = day_add_months(first, 1);
    if (n >= next.n)
        n -= 7;
    return (int64_t)n * 86400 + rule->at_s - offset_s;
}

static int32_t
rule_offset(const struct zone *zone, int64_t s)
{
    if (!zone->has_dst)
        return zone->standard_s;
    int64_t local = s + zone->standard_s;
    struct day day = {(int32_t)((local - (local % 86400 + 86400) % 86400) / 86400)};
    int32_t year = day_date(day).year;
    int64_t summer = rule_time(&zone->to_summer, year, zone->standard_s);
    int64_t standard = rule_time(&zone->to_standard, year, zone->summer_s);
    bool is_summer = summer < standard ? s >= summer && s < standard
                                       : s >= summer || s < standard;
    return is_summer ? zone->summer_s : zone->standard_s;
}

static bool
read_block(struct zone *zone, const unsigned char *p, const struct counts *c)
{
    const unsigned char *indexes = p + c->time * 8, *types = indexes + c->time;
    zone->times = calloc(c->time + 1, sizeof(*zone->times));
    zone->offsets = calloc(c->time + 1, sizeof(*zone->offsets));
    if (!zone->times || !zone->offsets || c->type == 0)
        return false;
    zone->first_offset = (int32_t)big_endian(types, 4);
    zone->count = c->time;
    for (size_t i = 0; i < c->time; i++) {
        if (indexes[i] >= c->type)
            return false;
        zone->times[i] = (int64_t)big_endian(p + i * 8, 8);
        zone->offsets[i] = (int32_t)big_endian(types + indexes[i] * 6, 4);
    }
    return true;
}

static bool
read_tzif(struct zone *zone, unsigned char *bytes, size_t n)
{
    if (n < HEADER || memcmp(bytes, "TZif", 4) != 0 || bytes[4] < '2')
        return false;
    struct counts c = read_counts(bytes);
    size_t second = HEADER + data_size(&c, 4);
    if (second > n || n - second < HEADER || memcmp(bytes + second, "TZif", 4) != 0)
        return false;
    c = read_counts(bytes + second);
    size_t block = second + HEADER, footer = block + data_size(&c, 8);
    if (footer >= n || c.time > n || c.type > 256 || !read_block(zone, bytes + block, &c))
        return false;
    bytes[n] = '\0';
    char *text = (char *)bytes + footer + 1, *end = strchr(text, '\n');
    if (end && end > text) {
        *end = '\0';
        zone->has_rule = read_footer(zone, text);
    }
    return true;
}

static bool
is_zone_name(const char *name)
{
    size_t n = strlen(name);
    return n > 0 && n < 64 && name[0] != '/' && !strstr(name, "..") &&
           strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                        "+-_/") == n;
}

static ssize_t
read_zone_file(const char *name, unsigned char *bytes)
{
    char path[128];
    snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t n = read(fd, bytes, FILE_MOST);
    close(fd);
    return n;
}

enum status
zone_open(const char *name, struct zone **ret)
{
    if (!name || !is_zone_name(name))
        return STATUS_BAD_INPUT;
    struct zone *zone = calloc(1, sizeof(*zone));
    unsigned char *bytes = malloc(FILE_MOST + 1);
    enum status status = zone && bytes ? STATUS_OK : STATUS_NO_MEMORY;
    bool is_utc = strcmp(name, "UTC") == 0; /* needs no file */
    if (status == STATUS_OK && !is_utc) {
        ssize_t n = read_zone_file(name, bytes);
        if (n <= 0 || !read_tzif(zone, bytes, (size_t)n))
            status = STATUS_BAD_INPUT;
    }
    free(bytes);
    if (status == STATUS_OK)
        *ret = zone;
    else
        zone_close(zone);
    return status;
}

void
zone_close(struct zone *zone)
{
    if (!zone)
        return;
    free(zone->times);
    free(zone->offsets);
    free(zone);
}

int32_t
zone_offset_s(const struct zone *zone, int64_t s)
{
    if (!zone)
        return 0;
    if (zone->count == 0 || s < zone->times[0])
        return zone->count == 0 && zone->has_rule ? rule_offset(zone, s)
                                                  : zone->first_offset;
    if (zone->has_rule && s >= zone->times[zone->count - 1])
        return rule_offset(zone, s);
    size_t low = 0, high = zone->count; /* times[low] <= s < times[high] */
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (zone->times[middle] <= s)
            low = middle;
        else
            high = middle;
    }
    return zone->offsets[low];
}

struct day
zone_day(const struct zone *zone, int64_t s, int32_t *ret_second_of_day)
{
    int64_t local = s + zone_offset_s(zone, s);
    int64_t second = (local % 86400 + 86400) % 86400;
    if (ret_second_of_day)
        *ret_second_of_day = (int32_t)second;
    return (struct day){(int32_t)((local - second) / 86400)};
}
