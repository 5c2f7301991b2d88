/* What a call came to, chosen by what the caller should do next.
 *
 * The numbers are those of `enum tuck_status` in tuck.h (abi/ asserts it) and are
 * never given to another meaning. */
#ifndef TUCK_BASE_STATUS_H
#define TUCK_BASE_STATUS_H

enum status {
    STATUS_OK = 0,        /* go on */
    STATUS_WITHOUT = 1,   /* go on without: nothing was found, nothing is to be printed */
    STATUS_RETRY = 2,     /* the same call may go through later: busy, out of time */
    STATUS_BAD_INPUT = 3, /* a document or a file is wrong; the note names the place */
    STATUS_BAD_CALL = 4,  /* the caller broke the contract */
    STATUS_TOO_NEW = 5,   /* made by, or asking for, a later revision */
    STATUS_NO_MEMORY = 6,
    STATUS_CANCELLED = 7, /* the host's cancel flag was seen */
    STATUS_OUTSIDE = 8,   /* disk, network, database, a process of ours that died */
    STATUS_BUG = 9,       /* a promise of tuck's own was broken */
};

#endif
