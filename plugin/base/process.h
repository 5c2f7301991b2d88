/* A program of ours beside a host that must not notice: no child of the host, so no SIGCHLD
 * and no zombie; watched by a pidfd, killed, reaped. */
#ifndef TUCK_BASE_PROCESS_H
#define TUCK_BASE_PROCESS_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

struct process {
    int32_t pid;
    int pidfd; /* readable once the process has ended */
};
#define PROCESS_NONE ((struct process){0, -1})

#define PROCESS_FDS 4
struct process_plan {
    const char *path;               /* absolute */
    const char *const *arguments;   /* with the name first; NULL ends */
    const char *const *environment; /* all of it; NULL ends */
    /* Lent: what it finds as 0 to 3, and nothing else is open. -1: /dev/null, and for the
     * last none. */
    int fds[PROCESS_FDS];
    bool leads_group; /* and a session: process_kill_group() reaches its children */
};

/* Starts it with default signals, none blocked. `*ret_errno` tells why it failed. */
enum status process_start(const struct process_plan *plan, struct process *ret,
                          int *ret_errno);

bool process_has_ended(const struct process *process);

/* SIGKILL; the process is still to be waited for. The group may outlive its leader; when
 * that has ended, it is to be killed at once or not at all: numbers are given anew. */
void process_kill(const struct process *process);
void process_kill_group(const struct process *process);

/* Waits at most `wait_ms` for its end; true when it is gone and the pidfd is closed. The
 * system's first process reaps it (the host where that is the first, by this call). */
bool process_reap(struct process *process, int wait_ms);

#endif
