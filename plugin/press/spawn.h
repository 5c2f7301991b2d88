/* One worker process: started, watched by a pidfd, killed, reaped. */
#ifndef TUCK_PRESS_SPAWN_H
#define TUCK_PRESS_SPAWN_H

#include "base/process.h"

struct spawned {
    int32_t pid;
    int pidfd;  /* readable once the process has ended */
    int socket; /* our end of the socket pair, non-blocking, close-on-exec */
};
#define SPAWNED_NONE ((struct spawned){0, -1, -1})

/* Starts `path` with the other end as fd 3 and nothing else of ours: no environment but
 * TZ and LC_ALL, no descriptors, default signals. `*ret_errno` tells why it failed. */
enum status spawn_worker(const char *path, struct spawned *ret, int *ret_errno);

bool spawn_has_ended(const struct spawned *worker);

/* SIGKILL and the socket closed; the process is still to be waited for. */
void spawn_kill(struct spawned *worker);

/* Waits at most `wait_ms` for its end; true when it is gone and the pidfd is closed. The
 * system's first process reaps it (the host where that is the first, by this call). */
bool spawn_reap(struct spawned *worker, int wait_ms);

#endif
