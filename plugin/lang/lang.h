/* Languages by their BCP 47 tags: direction, and which of several suits a reader. */
#ifndef TUCK_LANG_LANG_H
#define TUCK_LANG_LANG_H

#include <stdbool.h>

bool lang_is_rtl(const char *lang);
/* How well text in language `have` suits a reader of `want`: 4 it is theirs, 3 theirs
 * without the region (de for de-AT), 2 another region's, 1 (`have` NULL) the source's, 0
 * not at all. */
int lang_fits(const char *have, const char *want);

#endif
