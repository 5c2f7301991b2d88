/* The past: a customer's history from the ledger, files and servers, as one. */
#ifndef TUCK_STATION_PAST_H
#define TUCK_STATION_PAST_H

#include "station/bench.h"

/* Never fails for want of a source: what cannot be asked is told in notes and left out.
 * `keeps` says whether a server's answer may go into the ledger. */
enum status past_gather(struct tuck_shop *shop, struct bench *bench,
                        struct ledger *ledger, const struct order *order, bool keeps,
                        const struct patience *patience, struct arena *arena,
                        struct notes *notes, struct history **ret);

#endif
