/* The clocks, and how much of a job's time is left. */
#include "base/clock.h"

#include <stddef.h>
#include <time.h>

int64_t
clock_monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
clock_wall_s(void)
{
    return (int64_t)time(NULL);
}

int64_t
patience_left_ms(const struct patience *patience)
{
    if (patience->deadline_ms == INT64_MAX)
        return INT64_MAX;
    int64_t left = patience->deadline_ms - clock_monotonic_ms();
    return left > 0 ? left : 0;
}

bool
patience_is_over(const struct patience *patience)
{
    return patience_left_ms(patience) == 0;
}

bool
patience_is_cancelled(const struct patience *patience)
{
    /* The host may set the flag from another thread. */
    return patience->cancel && __atomic_load_n(patience->cancel, __ATOMIC_RELAXED) != 0;
}
