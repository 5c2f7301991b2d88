/* Who reads what. Known to both halves. */
#ifndef TUCK_SCAN_READERS_H
#define TUCK_SCAN_READERS_H

#include "scan/scan.h"

/* Of a template's symbol type, as enum scan_reader: its own decoder, and all that may
 * look at it. 0: an unknown type. */
int32_t readers_first_for(const char *type);
int32_t readers_for(const char *type);

#endif
