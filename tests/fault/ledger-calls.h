/* Every call of the ledger, on a shop that has been at work: what it does the first time,
 * and what it comes to when it is made again. */
#ifndef TUCK_TESTS_LEDGER_CALLS_H
#define TUCK_TESTS_LEDGER_CALLS_H

#include "../unit/ledger-bench.h"

struct scene {
    struct bench bench;
    struct buf answer; /* of a call that reads, as text */
    char copy[400];    /* where backups go */
};

typedef enum status call_fn(struct scene *scene);

struct call {
    const char *name;
    call_fn *make;
    enum status first, again; /* what it comes to */
    bool has_parts;           /* that it may take back by themselves */
    bool is_of_file;          /* and of no server */
    bool is_opening;          /* it opens and closes by itself */
    bool is_new;              /* and there is no ledger yet */
    /* One that fails may have been done: in part, or but for its last step. */
    bool may_be_done;
    enum status finding; /* what it may come to besides: what it looks for was found */
};
extern const struct call ledger_calls[];
extern const size_t ledger_call_count;

/* Fills an open ledger with a shop's past. */
void scene_fill(struct scene *scene);

#endif
