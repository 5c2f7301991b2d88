/* Dots as ^GF fields: plain hex, the packed hex of the manual, Z64; whichever of those
 * that the printer takes is smallest. */
#ifndef TUCK_PRESS_ZPL_CODE_H
#define TUCK_PRESS_ZPL_CODE_H

#include "base/text.h"
#include "press/dot-grid.h"
#include "press/zpl-graphic.h"

#include <zlib.h>

struct zpl_coder {
    int32_t codings; /* ZPL_HEX … of press/job.h, not 0 */
    struct buf rows; /* the area's own bytes */
    struct buf text;
    z_stream zip[2]; /* for looking, for keeps */
    bool has_zip[2];
    uint8_t *zipped;
    size_t zipped_room;
    bool failed; /* memory */
};
void zpl_coder_init(struct zpl_coder *coder, int32_t codings);
void zpl_coder_done(struct zpl_coder *coder);

/* Bytes of the area as fields, about: what the cut of a picture is weighed by. */
size_t zpl_code_cost(struct zpl_coder *coder, const struct dots *dots, struct area area);
/* The area as one field, or several where one cannot hold it. */
void zpl_code_put(struct zpl_coder *coder, const struct dots *dots, struct area area,
                  struct buf *out);

#endif
