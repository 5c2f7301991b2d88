/* A bench: what one call needs to itself. Borrowed from the shop and given back. */
#ifndef TUCK_STATION_BENCH_H
#define TUCK_STATION_BENCH_H

#include "fetch/fetch.h"
#include "ledger/ledger.h"
#include "lang/display.h"
#include "station/shop.h"

struct bench {
    struct bench *next;
    struct judge *judge;
    struct ledger *ledger;   /* opened when first needed */
    struct ledger *readable; /* the same file, read only: previews */
    struct fetch *fetch;     /* opened when first needed */
    struct display *display;
};

enum status bench_borrow(struct tuck_shop *shop, struct notes *notes, struct bench **ret);
void bench_return(struct tuck_shop *shop, struct bench *bench);
void bench_close(struct bench *bench);

/* The shop's keys; the caller has a reference (none for a ledger "none").
 * STATUS_WITHOUT: there are none, and `mode` is not to make them. */
enum status bench_keys(struct tuck_shop *shop, enum ledger_mode mode, struct notes *notes,
                       struct keys **ret);
/* The ledger in that mode; opened on first use. Lent. */
enum status bench_ledger(struct tuck_shop *shop, struct bench *bench,
                         enum ledger_mode mode, const struct patience *patience,
                         struct notes *notes, struct ledger **ret);
enum status bench_fetch(struct tuck_shop *shop, struct bench *bench, struct notes *notes,
                        struct fetch **ret);

#endif
