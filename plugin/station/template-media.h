/* How large a template's page is, for choosing a printer before anything is drawn.
 * Inside station/. */
#ifndef TUCK_STATION_TEMPLATE_MEDIA_H
#define TUCK_STATION_TEMPLATE_MEDIA_H

#include "station/shop.h"

struct template_media;

/* The size that the template's `media` names; 0 and 0 when the page itself says it, or
 * the template cannot be read. */
void template_media(struct tuck_shop *shop, const char *template_name,
                    int32_t *ret_w_mm100, int32_t *ret_h_mm100);
void template_medias_free(struct template_media *medias);

#endif
