/* Turns at printing a carton. Inside station/. */
#ifndef TUCK_STATION_PRINT_TURN_H
#define TUCK_STATION_PRINT_TURN_H

#include "base/clock.h"
#include "base/note.h"
#include "base/status.h"

/* Waits for the turn at an order's package; *ret_fd is closed to end it, -1: there is
 * nothing to close. STATUS_RETRY: another still has it. */
enum status print_turn_take(const char *spool_dir, const char *order, const char *package,
                            const struct patience *patience, struct notes *notes,
                            int *ret_fd);

#endif
