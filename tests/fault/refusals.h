/* Refusals: what a ledger stands on refuses its n-th step.
 *
 * A disk below SQLite (a file system laid over its own), memory (of SQLite and of what is
 * linked with --wrap=malloc, --wrap=calloc, --wrap=realloc, --wrap=strdup), and statements
 * (a driver laid over the real one, with --wrap=sql_open_sqlite and
 * --wrap=sql_open_postgres). One of them at a time. */
#ifndef TUCK_TESTS_REFUSALS_H
#define TUCK_TESTS_REFUSALS_H

#include <stdbool.h>

enum refusal {
    REFUSE_NOTHING,
    REFUSE_DISK_ONCE,
    REFUSE_DISK,       /* from the n-th on: a disk that is full stays full */
    REFUSE_WRITING,    /* from the n-th on: it can be read, and nothing written */
    REFUSE_MEMORY,
    REFUSE_STATEMENT,  /* and beginnings, ends, locks, rows */
    REFUSE_STATEMENTS, /* two in a row: what fails, and what would take it back */
    REFUSE_ANSWER      /* a commit is done, and its answer lost */
};

/* Once, before SQLite is used. */
bool refusals_lay(void);
/* From now on, until told otherwise; n from 1. */
void refuse(enum refusal what, int n);
/* Ends it; was the n-th step reached? */
bool was_refused(void);
/* How many steps there were. */
int refusal_steps(void);

#endif
