/* The pool of workers: who is warm, who is busy, who is dead. Inside press/ only. */
#ifndef TUCK_PRESS_POOL_H
#define TUCK_PRESS_POOL_H

#include "press/press.h"
#include "press/spawn.h"
#include "press/wire.h"

#include <pthread.h>

#define POOL_MAX 16
#define GRAVES_MAX 64

enum slot_state {
    SLOT_EMPTY,
    SLOT_WARMING, /* started, its hello not yet read */
    SLOT_IDLE,
    SLOT_BUSY, /* one thread has it */
};

struct slot {
    enum slot_state state;
    bool is_warm; /* its hello was read */
    struct spawned worker;
    struct wire wire;
    int64_t started_ms;
};

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a slot was given back; monotonic clock */
    char *worker_path;
    struct buf setup; /* the first message to each worker */
    int32_t slot_count;
    struct slot slots[POOL_MAX];
    struct spawned graves[GRAVES_MAX]; /* killed, to be reaped */
    int32_t grave_count;
    /* A worker that cannot start is not started for ever: after START_TRIES the pool
     * waits, longer each time. */
    int32_t failed_starts;
    int64_t rest_until_ms;
    int last_errno;
    char last_words[360]; /* the note of the last worker that gave up at its start */
    bool is_unconfined;
    char unconfined[200];
    int32_t started, killed, died;
    int64_t peak_rss_kb;
    uint64_t last_job;
};
#define START_TRIES 3
#define WARM_UP_MAX_MS 15000

enum status pool_init(struct pool *pool, const struct press_settings *settings);
void pool_done(struct pool *pool); /* no thread may be inside */

/* A warm worker for the caller alone, and the next job's number. Starts what is missing,
 * waits for what is warming or busy. */
enum status pool_take(struct pool *pool, const struct patience *patience,
                      struct notes *notes, struct slot **ret, uint64_t *ret_job);
/* Gives it back. STATUS_OK: it is idle again; STATUS_OUTSIDE: it died; any other: it is
 * killed. In the last two cases another is started, nobody waits for it. */
void pool_give(struct pool *pool, struct slot *slot, enum status status, int64_t rss_kb);

void pool_health(struct pool *pool, struct press_health *ret);

#endif
