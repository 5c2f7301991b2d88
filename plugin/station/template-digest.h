/* What a template was when something was printed from it. Inside station/. */
#ifndef TUCK_STATION_TEMPLATE_DIGEST_H
#define TUCK_STATION_TEMPLATE_DIGEST_H

#include "station/shop.h"

#include <stdbool.h>

/* SHA-256, hex, over the template's folder and what the templates beside it share (theme,
 * art), names and bytes. Reckoned anew only when one of these files has changed, as the
 * press reads them; lent by the shop. NULL: there is no such template, or it cannot be
 * read. Any thread. */
const char *template_digest(struct tuck_shop *shop, const char *name);

/* Could it have changed since an instant (wall clock)? Looks only at the template's file,
 * the folders around it and their themes' folder, which is cheap; true is no proof. What is
 * written in place in a shared file, without a new name, is not seen. */
bool template_may_have_changed(const struct tuck_shop *shop, const char *name,
                               int64_t since_s);

#endif
