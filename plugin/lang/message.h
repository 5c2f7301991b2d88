/* Texts that hang on a number or a word: plurals, ordinals, choices, numbers, by ICU's
 * MessageFormat with the plural rules of CLDR.
 *
 * Such a hole begins with a name and a comma: "{$points, plural, one {# point} other
 * {# points}}", "{$place, selectordinal, …}", "{$tier, select, …}", "{$x, number}". Any
 * thread; nothing of the process's locale. */
#ifndef TUCK_LANG_MESSAGE_H
#define TUCK_LANG_MESSAGE_H

#include "base/status.h"
#include "base/text.h"

struct message_hole {
    char name[65];
    const char *rest; /* from the comma on, "," included */
    size_t rest_n;    /* up to the closing brace, which is not counted */
    size_t all_n;     /* of the whole hole, with both braces */
};
/* Whether a hole that hangs on a value begins at `text`, which is at a brace. Its braces
 * match, but whether the rest is well-formed only message_check() tells. */
bool message_find(const char *text, struct message_hole *ret);

/* STATUS_BAD_INPUT: it is not well-formed; `error` says what ICU thinks of it. */
enum status message_check(const struct message_hole *hole, const char *lang,
                          char error[80]);

/* What the hole comes to for a number, or for a word when `word` is not NULL. Digits and
 * grouping are the language's own. */
enum status message_put(const struct message_hole *hole, const char *lang, double number,
                        const char *word, struct buf *out);

#endif
