/* A symbol and what is said of it, on the wire. */
#ifndef TUCK_SCAN_SCAN_WIRE_H
#define TUCK_SCAN_SCAN_WIRE_H

#include "press/wire.h"
#include "scan/scan.h"

struct scan_errand {
    struct scan_wish wish;
    int32_t readers; /* enum scan_reader, those that may look at it */
};

void scan_put_errand(struct buf *buf, const struct scan_errand *errand, int64_t left_ms);
/* The picture is lent from the body. */
enum status scan_get_errand(struct wire_reader *reader, struct arena *arena,
                            struct scan_errand *ret, int64_t *ret_left_ms);

void scan_put_verdict(struct buf *buf, const struct scan_verdict *verdict);
enum status scan_get_verdict(struct wire_reader *reader, struct scan_verdict *ret);

#endif
