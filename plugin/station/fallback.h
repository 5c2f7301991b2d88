/* Fallbacks: what is printed when nothing better can be. Inside station/. */
#ifndef TUCK_STATION_FALLBACK_H
#define TUCK_STATION_FALLBACK_H

#include "station/shop.h"

struct rendered; /* carton.h */

/* Of one placement, rendered when the shop was opened. */
struct fallback {
    const struct placement *placement;
    const char *template_name;
    const char *values;      /* the values document; NULL with the template */
    struct rendered *sheets; /* NULL: none could be made */
    int32_t width_mm100, height_mm100;
};

/* One for each placement of the campaign, in its order: shop->fallbacks. */
enum status fallbacks_make(struct tuck_shop *shop, const struct patience *patience,
                           struct notes *notes);
const struct fallback *fallback_of(const struct tuck_shop *shop,
                                   const struct placement *placement);

#endif
