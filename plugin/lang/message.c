/* Plurals and choices by ICU: the hole of a text becomes a MessageFormat of its own,
 * whose one argument is the value, and its outcome stands in the hole's place. */
#include "lang/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/umsg.h>
#include <unicode/ustring.h>

#define PATTERN_MAX 2000
#define OUTCOME_MAX 4000

/* The brace that closes the one at `p`; apostrophes quote, as in ICU. NULL: none does. */
static const char *
closing(const char *p)
{
    int depth = 0;
    for (; *p; p++) {
        if (*p == '\'' && (p[1] == '{' || p[1] == '}')) {
            const char *end = strchr(p + 1, '\'');
            if (!end)
                return NULL;
            p = end;
        } else if (*p == '{') {
            depth++;
        } else if (*p == '}' && --depth == 0) {
            return p;
        }
    }
    return NULL;
}

bool
message_find(const char *text, struct message_hole *ret)
{
    if (text[0] != '{' || text[1] != '$')
        return false;
    size_t n = strcspn(text + 2, " ,{}\t\r\n");
    const char *comma = text + 2 + n + strspn(text + 2 + n, " \t\r\n");
    const char *end = closing(text);
    if (n == 0 || n >= sizeof ret->name || *comma != ',' || !end)
        return false;
    memcpy(ret->name, text + 2, n);
    ret->name[n] = '\0';
    ret->rest = comma;
    ret->rest_n = (size_t)(end - comma);
    ret->all_n = (size_t)(end - text) + 1;
    return true;
}

/* "{0, plural, …}" */
static UMessageFormat *
open_format(const struct message_hole *hole, const char *lang, UErrorCode *error)
{
    char pattern[PATTERN_MAX], locale[64];
    UChar wide[PATTERN_MAX];
    int32_t n = 0;
    int length =
        snprintf(pattern, sizeof pattern, "{0%.*s}", (int)hole->rest_n, hole->rest);
    snprintf(locale, sizeof locale, "%.30s", lang);
    if (length < 0 || (size_t)length >= sizeof pattern) {
        *error = U_BUFFER_OVERFLOW_ERROR;
        return NULL;
    }
    u_strFromUTF8(wide, PATTERN_MAX, &n, pattern, length, error);
    return U_FAILURE(*error) ? NULL : umsg_open(wide, n, locale, NULL, error);
}

enum status
message_check(const struct message_hole *hole, const char *lang, char error[80])
{
    UErrorCode trouble = U_ZERO_ERROR;
    UMessageFormat *format = open_format(hole, lang, &trouble);
    if (format)
        umsg_close(format);
    if (format && !U_FAILURE(trouble))
        return STATUS_OK;
    snprintf(error, 80, "%s", u_errorName(trouble));
    return STATUS_BAD_INPUT;
}

static bool
is_select(const struct message_hole *hole)
{
    const char *p = hole->rest + 1 + strspn(hole->rest + 1, " \t\r\n");
    size_t n = strcspn(p, " ,\t\r\n}");
    return n == 6 && strncmp(p, "select", 6) == 0;
}

enum status
message_put(const struct message_hole *hole, const char *lang, double number,
            const char *word, struct buf *out)
{
    UErrorCode error = U_ZERO_ERROR;
    UChar wide[OUTCOME_MAX], argument[256] = {0};
    char text[OUTCOME_MAX * 3];
    int32_t n = 0, bytes = 0;
    UMessageFormat *format = open_format(hole, lang, &error);
    if (!format)
        return STATUS_BAD_INPUT;
    if (is_select(hole)) {
        u_strFromUTF8(argument, 255, NULL, word ? word : "other", -1, &error);
        n = umsg_format(format, wide, OUTCOME_MAX, &error, argument);
    } else {
        n = umsg_format(format, wide, OUTCOME_MAX, &error, number);
    }
    umsg_close(format);
    if (!U_FAILURE(error))
        u_strToUTF8(text, sizeof text, &bytes, wide, n, &error);
    if (U_FAILURE(error))
        return STATUS_BAD_INPUT;
    buf_add(out, text, (size_t)bytes);
    return STATUS_OK;
}
