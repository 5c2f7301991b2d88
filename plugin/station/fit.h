/* What was learnt, on its way to the ledger and to people. Inside station/. */
#ifndef TUCK_STATION_FIT_H
#define TUCK_STATION_FIT_H

#include "campaign/learned.h"
#include "fit/model.h"
#include "station/shop.h"

#define NEXT_TAG "NEXT" /* the section of fit/next.h in a model */

struct fitted {
    struct model *model;
    int64_t number; /* in the ledger; 0: it was not kept */
    struct learned_row *rows;
    size_t row_count;
};

/* fit-text.c */
void fitted_tell(const struct fitted *fitted, struct buf *out);
void fitted_json(const struct fitted *fitted, struct buf *out);

#endif
