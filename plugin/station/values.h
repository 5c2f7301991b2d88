/* The values document of a piece: what the typesetter may know (press/job.h).
 * Inside station/. */
#ifndef TUCK_STATION_VALUES_H
#define TUCK_STATION_VALUES_H

#include "campaign/campaign.h"
#include "customer/facts.h"
#include "station/display.h"
#include "station/settings.h"

struct values_input {
    const struct settings *settings;
    const char *campaign; /* its name */
    struct display *display;
    const struct order *order;   /* NULL: a fallback, nothing is known */
    const struct facts *facts;   /* NULL with `order` */
    const struct choice *choice; /* NULL: a fallback */
    const struct placement *placement;
    const char *code;   /* NULL none */
    struct day expires; /* DAY_NONE none */
    int64_t created_s;
    bool is_preview;
};

/* The reader's language: the customer's, else the shop's. */
const char *values_lang(const struct values_input *input);

void values_write(const struct values_input *input, struct buf *out);

#endif
