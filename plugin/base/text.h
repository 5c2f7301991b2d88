/* Text: strings with a length, builders with a ceiling, number text that does not
 * depend on the locale. All text is UTF-8. */
#ifndef TUCK_BASE_TEXT_H
#define TUCK_BASE_TEXT_H

#include "base/arena.h"
#include "base/attr.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Builds text in heap memory. Adding after memory or the ceiling ran out does
 * nothing and sets `failed`, so only the end needs a check. `p` is always
 * NUL-terminated once something was added. */
struct buf {
    char *p;
    size_t n;
    size_t room;
    size_t ceiling; /* most bytes it may hold; 0: 64 MiB */
    bool failed;
};

void buf_done(struct buf *buf); /* frees; the buf may be used anew */
#define BUF_AUTO CLEANUP(buf_done)
void buf_reset(struct buf *buf); /* empties, keeps the memory */
void buf_add(struct buf *buf, const void *bytes, size_t n);
void buf_puts(struct buf *buf, const char *text); /* NULL adds nothing */
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(struct buf *buf, const char *format, va_list args) PRINTF_LIKE(2, 0);
/* Adds `text` escaped for an XML text or attribute value; characters that XML 1.0
 * cannot hold become U+FFFD. */
void buf_xml(struct buf *buf, const char *text);
/* Adds `text` as a JSON string with its quotes. NULL adds null. */
void buf_json(struct buf *buf, const char *text);
/* Adds bytes as Base64 (RFC 4648, padded). */
void buf_base64(struct buf *buf, const void *bytes, size_t n);
/* The text built, handed over (free() it); NULL when the buf failed. An empty buf
 * gives "". */
char *buf_take(struct buf *buf);

/* Bytes of the character at `p`, of which `n` may be read: 1 to 4; 0 when it is not
 * well-formed. */
size_t text_char_length(const char *p, size_t n);

/* True when the bytes are well-formed UTF-8 (no surrogates, no overlong forms). */
bool text_is_utf8(const char *p, size_t n);

/* NULL-safe equality; two NULLs are equal, NULL and "" are not. */
bool text_equal(const char *a, const char *b);

/* Whole numbers and decimals in the C locale's notation. False when `text` is not
 * wholly such a number or does not fit; `*ret` is then untouched. */
bool text_to_int64(const char *text, int64_t *ret);
bool text_to_double(const char *text, double *ret);
/* Shortest decimal that reads back the same, "NaN" for NaN; at most 31 characters. */
void text_from_double(double value, char out[32]);

/* The candidate nearest to `word` by edit distance, for "did you mean"; NULL when none
 * is near (distance over a third of the word's length, at least 2). */
const char *text_nearest(const char *word, const char *const *candidates, size_t count);

/* A copy in the arena without leading and trailing XML white space and with inner
 * runs of it as one space. */
char *text_collapse(struct arena *arena, const char *text);

#endif
