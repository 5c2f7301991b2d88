/* Deadlines: milliseconds on the monotonic clock, and the host's cancel flag. */
#ifndef TUCK_BASE_CLOCK_H
#define TUCK_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

int64_t clock_monotonic_ms(void);
int64_t clock_wall_s(void);

/* How long a job may take and whether the host still wants it. */
struct patience {
    int64_t deadline_ms;           /* on clock_monotonic_ms(); INT64_MAX: no limit */
    const volatile int32_t *cancel; /* lent by the host, may be NULL; non-zero: stop */
};

int64_t patience_left_ms(const struct patience *patience); /* never below 0 */
bool patience_is_over(const struct patience *patience);
bool patience_is_cancelled(const struct patience *patience);

#endif
