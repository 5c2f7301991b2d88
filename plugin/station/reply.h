/* Customers' answers that come back by codes. Inside station/. */
#ifndef TUCK_STATION_REPLY_H
#define TUCK_STATION_REPLY_H

#include "campaign/campaign.h"
#include "ledger/ledger.h"
#include "order/csv.h"

/* Tells a redemption which offers' codes only bring answers back. */
enum status reply_questions(const struct campaign *campaign, struct arena *arena,
                            struct redemption *redemption);

#define REPLY_COLUMNS 8
extern const char *const reply_columns[REPLY_COLUMNS];
/* Bits of the columns without which nothing can be done. */
extern const uint32_t reply_needed;

/* Reads a row, and keeps it when there is a ledger. */
enum status reply_load(const struct csv *csv, struct ledger *ledger, const char *merchant,
                       const struct zone *zone, struct arena *arena, struct notes *notes,
                       enum promise_answer *ret);

#endif
