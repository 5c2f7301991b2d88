/* The steps of the spool: whatever changes the disk or goes out to a printer, counted,
 * and refused or died at. For binaries linked with --wrap of each. */
#ifndef TUCK_TESTS_SPOOL_STEPS_H
#define TUCK_TESTS_SPOOL_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum step_fault {
    STEP_GOOD,
    STEP_DIE,    /* killed before the n-th */
    STEP_DIE_IN, /* killed in the n-th: half of what was to be written is */
    STEP_REFUSE, /* the n-th is refused by a full disk, and some after it */
};

/* From now on; n from 1. `most`: how many are refused. */
void steps_fail(enum step_fault fault, int n, int most);
/* Ends it; was the n-th reached? */
bool steps_were_reached(void);
/* write(2), uncounted. */
ssize_t steps_write(int fd, const void *bytes, size_t n);

#endif
