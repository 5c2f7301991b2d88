/* Sending a carton's pieces to printers. Inside station/. */
#ifndef TUCK_STATION_PRINT_H
#define TUCK_STATION_PRINT_H

#include "printer/spool.h"
#include "station/carton.h"

/* Where a piece went. */
struct sent {
    int32_t outcome; /* TUCK_SENT_QUEUED …; 0: not sent yet */
    int64_t job;
    const char *printer, *text, *sku, *bin; /* in the carton's arena */
};

/* The shop's spool, opened when first needed. STATUS_WITHOUT with a note: the settings
 * name no printer. */
enum status shop_spool(struct tuck_shop *shop, struct notes *notes, struct spool **ret);
/* Ends the senders. */
void shop_spool_close(struct tuck_shop *shop);

/* Would it print now? As far as is known, or can be learned in half a second. */
bool print_is_ready(struct tuck_shop *shop, size_t printer);
/* A printer that serves the station, whatever its state; for previews and waves: the first
 * of the placement's route that fits the template. -1: there is none. */
ptrdiff_t print_first_choice(struct tuck_shop *shop, const char *placement,
                             const char *template_name, const char *station);

#endif
