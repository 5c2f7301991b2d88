/* Reading a stranger's sheet bit by bit: what is not exactly as expected is false, and
 * nothing is read beyond its end. */
#ifndef TUCK_PRESS_CHECK_SCAN_H
#define TUCK_PRESS_CHECK_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct scan {
    const uint8_t *p, *end;
};

static inline bool
scan_is_at_end(const struct scan *scan)
{
    return scan->p == scan->end;
}

static inline bool
scan_skip(struct scan *scan, size_t n)
{
    if ((size_t)(scan->end - scan->p) < n)
        return false;
    scan->p += n;
    return true;
}

/* Goes on only where the text stands. */
static inline bool
scan_text(struct scan *scan, const char *text)
{
    size_t n = strlen(text);
    return (size_t)(scan->end - scan->p) >= n && memcmp(scan->p, text, n) == 0 &&
           scan_skip(scan, n);
}

/* Digits alone, no zero before others. */
static inline bool
scan_number(struct scan *scan, int32_t least, int32_t most, int32_t *ret)
{
    const uint8_t *from = scan->p;
    int64_t value = 0;
    while (scan->p < scan->end && *scan->p >= '0' && *scan->p <= '9' && value <= most)
        value = value * 10 + (*scan->p++ - '0');
    if (scan->p == from || (*from == '0' && scan->p - from > 1) || value < least ||
        value > most)
        return false;
    *ret = (int32_t)value;
    return true;
}

/* `count` numbers parted by commas, each from 0. */
static inline bool
scan_numbers(struct scan *scan, int32_t most, size_t count, int32_t *ret)
{
    for (size_t i = 0; i < count; i++)
        if ((i > 0 && !scan_text(scan, ",")) || !scan_number(scan, 0, most, &ret[i]))
            return false;
    return true;
}

static inline uint32_t
scan_u32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

#endif
