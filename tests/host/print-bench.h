/* The bench of print-bench.c: shops whose printers are the fakes of tests/printer, and what
 * their spools hold. Inside tests. */
#ifndef TUCK_TESTS_PRINT_BENCH_H
#define TUCK_TESTS_PRINT_BENCH_H

#include "host-bench.h"

#include "../printer/fake-printer.h"

#define ALL_STATES 0
#define GRACE_MS 200 /* a scheduler's, not the budget's */
#define ZPL "format=\"zpl\" dpi=\"203\" head=\"832\" fit=\"shrink\" codings=\"packed z64\""

/* Coupons go to a label printer and fall back to plain labels in a folder; inserts go to
 * the folder; box art to another label printer, or the same, and can be picked instead. */
struct tuck_shop *print_open(const char *name, struct fake *label, struct fake *box,
                             char ret_dir[200]);
struct tuck_sent print_sent(const struct tuck_carton *carton, const char *placement);
struct tuck_job print_job(struct tuck_shop *shop, int64_t id, struct tuck_found **ret_found);
int32_t print_state(struct tuck_shop *shop, int64_t id);
int print_count_jobs(struct tuck_shop *shop, uint32_t states);
/* How often the printer has had all of a job. */
int print_count_paper(struct tuck_shop *shop, int64_t id, struct fake *fake);
void print_await(struct tuck_shop *shop, int64_t id, int32_t state);
/* What it says of a printer, asked again until it is in this state. */
void print_await_printer(struct tuck_shop *shop, const char *name, int32_t state);
tuck_status print_do(struct tuck_shop *shop, int64_t id, int32_t what, const char *with);
/* One coupon on its way to the label printer, which is idle: its job. */
int64_t print_coupon(struct tuck_shop *shop, const char *id);

#endif
