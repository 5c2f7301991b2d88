/* What the ledger knew when a plan was made, as text, so that it can be made again.
 * Inside station/. */
#ifndef TUCK_STATION_STANDING_TEXT_H
#define TUCK_STATION_STANDING_TEXT_H

#include "campaign/campaign.h"

/* A line each: "history partial", "limit KEY UNITS MINOR" or "limit KEY unknown", "last
 * OFFER DAY", "refused OFFER REASON"; what is as if nothing had ever been is left out. */
void standing_write(const struct campaign *campaign, const struct standings *standings,
                    bool is_partial, struct buf *out);
/* Back for a campaign, which may have changed: names that it lacks are passed over. */
enum status standing_read(const struct campaign *campaign, const char *text,
                          struct arena *arena, struct standings *ret,
                          bool *ret_is_partial);

#endif
