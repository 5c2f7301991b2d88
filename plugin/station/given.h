/* What was given: redemptions by which customers chose one of an offer's causes.
 * Inside station/. */
#ifndef TUCK_STATION_GIVEN_H
#define TUCK_STATION_GIVEN_H

#include "campaign/campaign.h"
#include "ledger/ledger.h"

struct given {
    int64_t of_cause[COUPON_CAUSES_MOST];
};

/* Counts for the offers that a plan chose, up to now; an array by the campaign's offers, or
 * NULL when none of them has causes. What cannot be counted is 0: paper goes without. */
enum status given_count(struct ledger *ledger, const char *merchant,
                        const struct plan *plan, struct arena *arena, struct notes *notes,
                        struct given **ret);
/* A line for each offer, "given OFFER 12 0 7", and back for a campaign. */
void given_write(const struct campaign *campaign, const struct given *given,
                 struct buf *out);
enum status given_read(const struct campaign *campaign, const char *text,
                       struct arena *arena, struct given **ret);

#endif
