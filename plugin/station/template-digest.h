/* What a template was when something was printed from it. Inside station/. */
#ifndef TUCK_STATION_TEMPLATE_DIGEST_H
#define TUCK_STATION_TEMPLATE_DIGEST_H

#include "station/shop.h"

/* SHA-256, hex, over the template's folder and what the templates beside it share (theme,
 * art), names and bytes. Reckoned anew only when one of these files has changed, as the
 * press reads them; lent by the shop. NULL: there is no such template, or it cannot be
 * read. Any thread. */
const char *template_digest(struct tuck_shop *shop, const char *name);

#endif
