/* Text: builders with a ceiling, checked UTF-8, numbers without a locale. */
#include "base/text.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CEILING_DEFAULT (64u << 20)

void
buf_done(struct buf *buf)
{
    free(buf->p);
    *buf = (struct buf){.ceiling = buf->ceiling};
}

void
buf_reset(struct buf *buf)
{
    buf->n = 0;
    buf->failed = false;
    if (buf->p)
        buf->p[0] = '\0';
}

static bool
make_room(struct buf *buf, size_t n)
{
    size_t ceiling = buf->ceiling ? buf->ceiling : CEILING_DEFAULT;
    if (buf->failed || n > ceiling || buf->n > ceiling - n) {
        buf->failed = true;
        return false;
    }
    if (buf->n + n + 1 <= buf->room)
        return true;
    size_t room = buf->room ? buf->room : 256;
    while (room < buf->n + n + 1)
        room *= 2;
    char *grown = realloc(buf->p, room);
    if (!grown) {
        buf->failed = true;
        return false;
    }
    buf->p = grown;
    buf->room = room;
    return true;
}

void
buf_add(struct buf *buf, const void *bytes, size_t n)
{
    if (!make_room(buf, n))
        return;
    if (n)
        memcpy(buf->p + buf->n, bytes, n);
    buf->n += n;
    buf->p[buf->n] = '\0';
}

void
buf_puts(struct buf *buf, const char *text)
{
    if (text)
        buf_add(buf, text, strlen(text));
}

void
buf_vprintf(struct buf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    if (n < 0)
        buf->failed = true;
    else if (make_room(buf, (size_t)n)) {
        vsnprintf(buf->p + buf->n, (size_t)n + 1, format, again);
        buf->n += (size_t)n;
    }
    va_end(again);
}

void
buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprintf(buf, format, args);
    va_end(args);
}

char *
buf_take(struct buf *buf)
{
    if (!buf->failed && !buf->p)
        buf_add(buf, "", 0);
    if (buf->failed)
        return NULL;
    char *text = buf->p;
    *buf = (struct buf){.ceiling = buf->ceiling};
    return text;
}

/* Bytes of the well-formed UTF-8 character at `p` (Unicode 15, table 3-7), 0 when it is
 * none. */
static size_t
utf8_length(const unsigned char *p, size_t n)
{
    static const struct {
        unsigned char first_from, first_to, second_from, second_to, length;
    } forms[] = {
        {0x00, 0x7F, 0, 0, 1},       {0xC2, 0xDF, 0x80, 0xBF, 2},
        {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
        {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
        {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4},
        {0xF4, 0xF4, 0x80, 0x8F, 4},
    };
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        if (p[0] < forms[i].first_from || p[0] > forms[i].first_to)
            continue;
        if (forms[i].length > n)
            return 0;
        if (forms[i].length > 1 &&
            (p[1] < forms[i].second_from || p[1] > forms[i].second_to))
            return 0;
        for (size_t k = 2; k < forms[i].length; k++)
            if (p[k] < 0x80 || p[k] > 0xBF)
                return 0;
        return forms[i].length;
    }
    return 0;
}

size_t
text_char_length(const char *p, size_t n)
{
    return n > 0 ? utf8_length((const unsigned char *)p, n) : 0;
}

bool
text_is_utf8(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    while (n > 0) {
        uint64_t eight = 0;
        if (n >= sizeof(eight)) /* mostly ASCII, so many at once */
            memcpy(&eight, p, sizeof(eight));
        bool is_ascii = n >= sizeof(eight) && !(eight & 0x8080808080808080u);
        size_t length = is_ascii ? sizeof(eight) : utf8_length(p, n);
        if (length == 0)
            return false;
        p += length;
        n -= length;
    }
    return true;
}

/* Not a character of XML 1.0: controls, U+FFFE and U+FFFF. */
static bool
is_xml_taboo(const unsigned char *p, size_t length)
{
    return (length == 1 && p[0] < 0x20 && p[0] != '\t' && p[0] != '\n' && p[0] != '\r') ||
           (length == 3 && p[0] == 0xEF && p[1] == 0xBF && p[2] >= 0xBE);
}

static void
add_xml_char(struct buf *buf, const unsigned char *p, size_t length)
{
    switch (p[0]) {
    case '&':
        buf_puts(buf, "&amp;");
        break;
    case '<':
        buf_puts(buf, "&lt;");
        break;
    case '>':
        buf_puts(buf, "&gt;");
        break;
    case '"':
        buf_puts(buf, "&quot;");
        break;
    case '\t':
    case '\n':
    case '\r': /* as references, so that attributes keep them */
        buf_printf(buf, "&#%d;", p[0]);
        break;
    default:
        buf_add(buf, p, length);
    }
}

void
buf_xml(struct buf *buf, const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t n = text ? strlen(text) : 0;
    while (n > 0) {
        size_t length = utf8_length(p, n);
        if (length == 0 || is_xml_taboo(p, length)) {
            buf_puts(buf, "\xEF\xBF\xBD");
            length = length ? length : 1;
        } else {
            add_xml_char(buf, p, length);
        }
        p += length;
        n -= length;
    }
}

void
buf_json(struct buf *buf, const char *text)
{
    if (!text) {
        buf_puts(buf, "null");
        return;
    }
    const unsigned char *p = (const unsigned char *)text;
    size_t n = strlen(text);
    buf_puts(buf, "\"");
    while (n > 0) {
        size_t length = utf8_length(p, n);
        if (length == 0) {
            buf_puts(buf, "\xEF\xBF\xBD");
            length = 1;
        } else if (p[0] == '"' || p[0] == '\\') {
            buf_printf(buf, "\\%c", p[0]);
        } else if (p[0] == '\n') {
            buf_puts(buf, "\\n");
        } else if (p[0] < 0x20) {
            buf_printf(buf, "\\u%04x", p[0]);
        } else {
            buf_add(buf, p, length);
        }
        p += length;
        n -= length;
    }
    buf_puts(buf, "\"");
}

void
buf_base64(struct buf *buf, const void *bytes, size_t n)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t *p = bytes;
    for (size_t i = 0; i < n; i += 3) {
        uint32_t bits = (uint32_t)p[i] << 16 | (i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0) |
                        (i + 2 < n ? p[i + 2] : 0);
        const char four[4] = {digits[bits >> 18], digits[bits >> 12 & 63],
                              i + 1 < n ? digits[bits >> 6 & 63] : '=',
                              i + 2 < n ? digits[bits & 63] : '='};
        buf_add(buf, four, sizeof(four));
    }
}

bool
text_equal(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool
text_to_int64(const char *text, int64_t *ret)
{
    char *end = NULL;
    if (!text || !(text[0] == '-' || (text[0] >= '0' && text[0] <= '9')) ||
        text[0] == '\0')
        return false;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno || *end || end == text || (text[0] == '-' && end == text + 1))
        return false;
    *ret = value;
    return true;
}

static locale_t c_locale;

static void
make_c_locale(void)
{
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

static locale_t
get_c_locale(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_c_locale);
    return c_locale;
}

bool
text_to_double(const char *text, double *ret)
{
    char *end = NULL;
    if (!text || !text[0] || strspn(text, "+-.0123456789eE") != strlen(text))
        return false;
    double value = strtod_l(text, &end, get_c_locale());
    if (*end || end == text || !isfinite(value))
        return false;
    *ret = value;
    return true;
}

void
text_from_double(double value, char out[32])
{
    if (isnan(value)) {
        memcpy(out, "NaN", 4);
        return;
    }
    if (isinf(value)) {
        memcpy(out, value > 0 ? "Infinity" : "-Infinity", value > 0 ? 9 : 10);
        return;
    }
    locale_t before = uselocale(get_c_locale());
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(out, 32, "%.*g", digits, value);
        if (strtod(out, NULL) == value)
            break;
    }
    if (strchr(out, 'e') && fabs(value) < 1e15 && value == floor(value))
        snprintf(out, 32, "%.0f", value);
    uselocale(before);
}

#define WORD_MOST 64

static size_t
distance(const char *a, const char *b)
{
    size_t row[WORD_MOST + 1], n = strlen(b);
    if (strlen(a) > WORD_MOST || n > WORD_MOST)
        return WORD_MOST;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t corner = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < n; j++) {
            size_t best = corner + (a[i] != b[j]);
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j + 1] + 1 < best)
                best = row[j + 1] + 1;
            corner = row[j + 1];
            row[j + 1] = best;
        }
    }
    return row[n];
}

const char *
text_nearest(const char *word, const char *const *candidates, size_t count)
{
    size_t limit = strlen(word) / 3 > 2 ? strlen(word) / 3 : 2;
    const char *nearest = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t d = distance(word, candidates[i]);
        /* Nothing is near that shares no letter with so short a word. */
        if (d <= limit && d < strlen(word)) {
            nearest = candidates[i];
            if (d == 0)
                break;
            limit = d - 1;
        }
    }
    return nearest;
}

char *
text_collapse(struct arena *arena, const char *text)
{
    size_t n = text ? strlen(text) : 0, kept = 0;
    char *out = text ? arena_make(arena, n + 1) : NULL;
    bool is_gap = false;
    if (!out)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        bool is_blank =
            text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r';
        if (!is_blank) {
            if (is_gap && kept > 0)
                out[kept++] = ' ';
            out[kept++] = text[i];
        }
        is_gap = is_blank;
    }
    out[kept] = '\0';
    return out;
}
