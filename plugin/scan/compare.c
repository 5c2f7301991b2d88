/* Texts compared as the symbologies mean them.
 *
 * GS1 data: an element whose length is fixed by its identifier ends by itself, every
 * other one but the last with FNC1 (GS1 General Specifications, 7.8.5); so the brackets
 * that a template writes are walked beside the bare string that a decoder gives. EAN and
 * UPC: the check digit may be left to the symbol, and a UPC-E is also written as six
 * digits. */
#include "scan/compare.h"

#include "base/attr.h"

#include <string.h>

#define GS 0x1d

/* First two digits of identifiers with a predefined length. */
static bool
is_fixed(const char *identifier)
{
    static const char fixed[][3] = {"00", "01", "02", "03", "04", "11", "12", "13",
                                    "14", "15", "16", "17", "18", "19", "20", "31",
                                    "32", "33", "34", "35", "36", "41"};
    for (size_t i = 0; i < COUNT_OF(fixed); i++)
        if (memcmp(identifier, fixed[i], 2) == 0)
            return true;
    return false;
}

static bool
take_text(const char **p, const char *end, const char *text, size_t n)
{
    if ((size_t)(end - *p) < n || memcmp(*p, text, n) != 0)
        return false;
    *p += n;
    return true;
}

static bool
take_gs(const char **p, const char *end)
{
    static const char gs[] = {GS};
    return take_text(p, end, gs, 1);
}

/* "]d2" and the like, and FNC1 before everything, are the decoder's way to say GS1. */
static void
skip_head(const char **p, const char *end)
{
    if (end - *p > 3 && **p == ']')
        *p += 3;
    take_gs(p, end);
}

static bool
is_same_gs1(const char *expected, const char *read, size_t n)
{
    const char *p = read, *end = read + n;
    skip_head(&p, end);
    while (*expected == '[') {
        const char *identifier = expected + 1, *close = strchr(identifier, ']');
        if (!close || close - identifier < 2)
            return false;
        const char *value = close + 1;
        size_t value_n = strcspn(value, "[");
        if (!take_text(&p, end, identifier, (size_t)(close - identifier)) ||
            !take_text(&p, end, value, value_n))
            return false;
        expected = value + value_n;
        if (!take_gs(&p, end) && *expected && !is_fixed(identifier))
            return false;
    }
    return *expected == '\0' && p == end;
}

static bool
is_same_retail(const char *type, const char *expected, const char *read, size_t n)
{
    size_t expected_n = strcspn(expected, "+ ");
    if (strcmp(type, "upca") == 0 && n == 13 && read[0] == '0')
        read++, n--; /* an EAN-13 by another name */
    if (strcmp(type, "upce") == 0 && n == 8 && expected_n == 6)
        read++, n -= 2; /* without number system and check digit */
    while (strcmp(type, "itf14") == 0 && expected_n < 13 && n > expected_n &&
           *read == '0')
        read++, n--;
    return (n == expected_n || n == expected_n + 1) &&
           memcmp(read, expected, expected_n) == 0;
}

static bool
is_retail(const char *type)
{
    return strncmp(type, "ean", 3) == 0 || strncmp(type, "upc", 3) == 0 ||
           strcmp(type, "itf14") == 0;
}

bool
compare_read(const char *type, const char *expected, const char *read, size_t n)
{
    if (strncmp(type, "gs1-", 4) == 0 || strncmp(type, "databar", 7) == 0)
        return is_same_gs1(expected, read, n);
    if (is_retail(type))
        return is_same_retail(type, expected, read, n);
    return n == strlen(expected) && memcmp(read, expected, n) == 0;
}
