/* The values document of a piece: what the typesetter may know (press/job.h).
 * Inside station/. */
#ifndef TUCK_STATION_VALUES_H
#define TUCK_STATION_VALUES_H

#include "campaign/campaign.h"
#include "customer/facts.h"
#include "lang/display.h"
#include "station/given.h"
#include "station/settings.h"

/* What a slip, a plain label or a test page may tell besides: of the printer and its
 * paper, of what is missing, of a place in a wave. NULL and 0: nothing to say. */
struct values_slip {
    const char *printer, *uri, *media, *format; /* media as a self-describing name */
    int32_t dpi, paper_width_mm100, paper_height_mm100;
    const char *reason;              /* why something else could not be printed */
    const char *pick_sku, *pick_bin; /* to be picked instead */
    const char *wave;
    int64_t wave_place, wave_places; /* the first is 1 */
    bool is_for_house; /* read by packers: in the shop's language, not the customer's */
};

struct values_input {
    const struct settings *settings;
    const char *campaign; /* its name */
    struct display *display;
    const struct order *order;   /* NULL: a fallback, nothing is known */
    const struct facts *facts;   /* NULL with `order` */
    const struct choice *choice; /* NULL: a fallback */
    const struct placement *placement;
    const struct given *given; /* to the causes of the offer; NULL none */
    const char *code;   /* NULL none */
    struct day expires; /* DAY_NONE none */
    int64_t created_s;
    bool is_preview;
    const struct values_slip *slip; /* NULL: an ordinary piece */
};

/* The reader's language: the customer's, else the shop's; of a slip for the house the
 * shop's. */
const char *values_lang(const struct values_input *input);

void values_write(const struct values_input *input, struct buf *out);
/* A document that was written before, with what input->slip tells added. */
void values_add_slip(const char *values, const struct values_input *input,
                     struct buf *out);

#endif
