/* Symbols before the scanner. Inside station/. */
#ifndef TUCK_STATION_SCAN_H
#define TUCK_STATION_SCAN_H

#include "press/press.h"
#include "scan/scan.h"
#include "station/shop.h"

/* tuck-scan, from beside the shop's tuck-press. */
enum status scanner_open(const struct tuck_shop *shop, int32_t workers,
                         struct notes *notes, struct scan **ret);

struct scan_wish scanner_wish(const struct sheet_symbol *symbol, bool is_quick);

/* For a check: a template's symbols at the resolutions of printers. What is not read, or
 * not surely, is a note with its place. */
enum status scanner_check(struct tuck_shop *shop, struct scan *scan,
                          const struct press_job *job, struct arena *arena,
                          struct notes *notes);

#endif
