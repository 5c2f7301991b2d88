/* What the parts of the bench share. */
#ifndef TUCK_BENCH_BENCH_H
#define TUCK_BENCH_BENCH_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Microseconds on the monotonic clock. */
int64_t bench_now_us(void);

/* A row of the table: what, the figure, its unit, and what it is of or against. */
void bench_row(const char *what, double figure, const char *unit, const char *remark);
void bench_title(const char *title);
void bench_skip(const char *what, const char *why);

/* Sorts `us` and gives the median and the 99th percentile. */
void bench_percentiles(int64_t *us, size_t count, double *ret_median, double *ret_p99);

/* An order of four lines, and the history of a customer with 50 orders. */
void bench_documents(struct buf *order, struct buf *history);
/* Conditions of the kinds that campaigns have. */
#define BENCH_CONDITIONS 10
extern const char *const bench_conditions[BENCH_CONDITIONS];

/* A shop in a folder of its own, with many customers. `has_insert` is asked for each
 * customer's order whether the campaign gives it an insert (1), or not (0); below 0 ends
 * the making. 0, or -1 when the shop could not be made. */
int bench_shop_make(const char *top, int (*has_insert)(const char *order));
const char *bench_shop_dir(void);
int bench_shop_people(void); /* how many have an insert */
/* The number-th order, as text to be freed: the customers take turns. NULL: no memory. */
char *bench_shop_order(int number);
int bench_shop_remove(void);

struct bench_how {
    const char *program; /* this one, to be begun again beside a server */
    const char *parts;   /* NULL: all */
    int jobs;
    int64_t baskets; /* to learn from */
    int64_t events; /* how many the ledger has in which things are looked up */
    int wave;       /* orders of the wave */
};

/* 0 or an exit code; told on stderr. */
int bench_decide(void);
int bench_learn(const struct bench_how *how);
int bench_print(int jobs);
int bench_check(void);
/* The shop of bench-shop.c with those people who get an insert; 0, or -1. */
int bench_people_make(void);
int bench_station(int wave_orders);
int bench_peers(void);
int bench_promises(const struct bench_how *how);
int bench_events(const struct bench_how *how);
int bench_postgres(const struct bench_how *how); /* TUCK_TEST_POSTGRES is the server */

#endif
