/* What is known of the printers' states just now. Inside station/. */
#ifndef TUCK_STATION_WATCH_H
#define TUCK_STATION_WATCH_H

#include "printer/printer.h"
#include "station/shop.h"

/* A report and what follows from it; lives in the arena it was made in. */
struct sight {
    struct printer_report report;
    bool is_ready;  /* it would print a job now */
    bool is_silent; /* it says nothing; whether it would print is not known */
};

struct watch; /* one printer; guarded by its own lock */

enum status watches_open(struct tuck_shop *shop);
void watches_close(struct tuck_shop *shop);

/* A printer's state, asked for unless it is fresh; another thread that asks just now is
 * not waited for when an older report is there, and never longer than the patience. */
enum status watch_look(struct tuck_shop *shop, size_t printer,
                       const struct patience *patience, struct arena *arena,
                       struct notes *notes, struct sight *ret);

/* The printer of the settings with what it left open filled in by what it says: format,
 * dpi, ink. */
struct printer watch_settle(const struct tuck_shop *shop, size_t printer,
                            const struct printer_report *report);

#endif
