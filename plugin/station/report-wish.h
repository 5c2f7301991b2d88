/* What report and simulate are asked for, of settings and call. Inside station/. */
#ifndef TUCK_STATION_REPORT_WISH_H
#define TUCK_STATION_REPORT_WISH_H

#include "report/report.h"
#include "station/shop.h"

struct asked_range {
    const char *from, *to, *date; /* days or NULL */
    int32_t within_days;          /* 0: as the settings say */
};
/* Without deals and model. STATUS_BAD_INPUT with a note for what is no day. */
enum status report_wish_of(const struct tuck_shop *shop, const struct asked_range *asked,
                           struct notes *notes, struct report_wish *ret);

#endif
