/* Text from strangers, made fit for paper.
 *
 * A name may hold anything that Unicode holds. What would reach beyond its own place on
 * the page (overrides of direction, piles of marks) or is no character at all is taken
 * out here; what a language needs (joiners, direction marks) stays. */
#include "page/page-inside.h"

#include <string.h>

#define MARKS_MAX 6 /* on one letter; pointed Hebrew and Thai stay below */
#define NEWLINES_MAX 2

static bool
is_dropped(gunichar c)
{
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF ||
           c == 0xFFFC || (c >= 0xFFF9 && c <= 0xFFFB) ||
           (c >= 0xE0000 && c <= 0xE0FFF) || (c & 0xFFFE) == 0xFFFE ||
           (c >= 0xFDD0 && c <= 0xFDEF) || (c >= 0x206A && c <= 0x206F);
}

static bool
is_newline(gunichar c)
{
    return c == '\n' || c == 0x0B || c == 0x0C || c == 0x85 || c == 0x2028 || c == 0x2029;
}

char *
value_clean(struct arena *arena, const char *text)
{
    size_t n = strlen(text), out = 0;
    /* Nothing written is longer than what was read for it. */
    char *clean = arena_make(arena, n + 1);
    if (!clean || !g_utf8_validate(text, (gssize)n, NULL))
        return clean;
    int marks = 0, newlines = 0;
    for (const char *p = text; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (c == '\r' && p[1] == '\n')
            continue;
        if (is_newline(c) || c == '\r') {
            if (newlines++ < NEWLINES_MAX)
                clean[out++] = '\n';
            continue;
        }
        if (is_dropped(c))
            continue;
        bool is_mark = g_unichar_ismark(c);
        marks = is_mark ? marks + 1 : 0;
        if (marks > MARKS_MAX)
            continue;
        newlines = 0;
        if (c < 0x20 || (c >= 0x7F && c < 0xA0))
            clean[out++] = ' ';
        else
            out += (size_t)g_unichar_to_utf8(c, clean + out);
    }
    clean[out] = '\0';
    return clean;
}

/* Strongly right to left are, among letters, the blocks that Unicode keeps for such
 * scripts; every other letter reads from left to right. */
static int
char_direction(gunichar c)
{
    if ((c >= 0x0590 && c <= 0x08FF) || (c >= 0xFB1D && c <= 0xFDFF) ||
        (c >= 0xFE70 && c <= 0xFEFF) || (c >= 0x10800 && c <= 0x10FFF) ||
        (c >= 0x1E800 && c <= 0x1EFFF))
        return g_unichar_isalpha(c) ? -1 : 0;
    return g_unichar_isalpha(c) ? 1 : 0;
}

int
text_direction(const char *text, size_t n)
{
    for (const char *p = text; p < text + n; p = g_utf8_next_char(p)) {
        int direction = char_direction(g_utf8_get_char(p));
        if (direction)
            return direction;
    }
    return 0;
}

bool
text_has_direction(const char *text, size_t n, int direction)
{
    for (const char *p = text; p < text + n; p = g_utf8_next_char(p))
        if (char_direction(g_utf8_get_char(p)) == direction)
            return true;
    return false;
}
