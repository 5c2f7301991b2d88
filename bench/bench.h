/* What the parts of the bench share. */
#ifndef TUCK_BENCH_BENCH_H
#define TUCK_BENCH_BENCH_H

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

/* 0 or an exit code; told on stderr. */
int bench_decide(void);
int bench_print(int jobs);

#endif
