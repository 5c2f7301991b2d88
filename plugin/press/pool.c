/* The pool: slots, each with at most one living worker.
 *
 * The lock is held for bookkeeping and for the millisecond that starting a process takes,
 * never while a worker is spoken to: a thread takes a slot (BUSY) and is alone with it. A
 * worker is given work only when its hello was read; the thread that first needs it reads
 * it. Workers that do not come up are tried three times, then after growing rests. */
#include "press/pool.h"

#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define REST_FIRST_MS 1000
#define REST_MAX_MS 60000
#define MEMORY_LIMIT ((int64_t)1 << 30)

enum status
pool_init(struct pool *pool, const struct press_settings *settings)
{
    *pool = (struct pool){.slot_count = settings->workers ? settings->workers : 1};
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    for (int i = 0; i < POOL_MAX; i++)
        pool->slots[i].worker = SPAWNED_NONE;
    pool->worker_path = strdup(settings->worker_path);
    struct wire_setup setup = {settings->fonts_conf, settings->read_dirs,
                               settings->memory_limit ? settings->memory_limit
                                                      : MEMORY_LIMIT};
    wire_put_setup(&pool->setup, &setup);
    return pool->worker_path && !pool->setup.failed ? STATUS_OK : STATUS_NO_MEMORY;
}

static void
sweep_graves(struct pool *pool, int wait_ms)
{
    int32_t left = 0;
    for (int32_t i = 0; i < pool->grave_count; i++)
        if (!spawn_reap(&pool->graves[i], wait_ms))
            pool->graves[left++] = pool->graves[i];
    pool->grave_count = left;
}

/* Kills what is left of the slot's worker. A full graveyard can only be of processes that
 * the kernel cannot end; the eldest is then waited for. */
static void
clear_slot(struct pool *pool, struct slot *slot)
{
    if (slot->worker.pidfd >= 0) {
        spawn_kill(&slot->worker);
        sweep_graves(pool, 0);
        if (pool->grave_count == GRAVES_MAX)
            sweep_graves(pool, 100);
        if (pool->grave_count < GRAVES_MAX)
            pool->graves[pool->grave_count++] = slot->worker;
    }
    wire_done(&slot->wire);
    *slot = (struct slot){.worker = SPAWNED_NONE};
}

void
pool_done(struct pool *pool)
{
    for (int32_t i = 0; i < pool->slot_count; i++)
        clear_slot(pool, &pool->slots[i]);
    sweep_graves(pool, 1000);
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->lock);
    buf_done(&pool->setup);
    free(pool->worker_path);
}

static void
count_failed_start(struct pool *pool)
{
    if (++pool->failed_starts < START_TRIES)
        return;
    int64_t rest = REST_FIRST_MS;
    for (int i = START_TRIES; i < pool->failed_starts && rest < REST_MAX_MS; i++)
        rest *= 2;
    if (rest > REST_MAX_MS)
        rest = REST_MAX_MS;
    pool->rest_until_ms = clock_monotonic_ms() + rest;
}

static bool
may_start(const struct pool *pool)
{
    return pool->failed_starts < START_TRIES ||
           clock_monotonic_ms() >= pool->rest_until_ms;
}

static void
start_slot(struct pool *pool, struct slot *slot)
{
    struct spawned worker = SPAWNED_NONE;
    sweep_graves(pool, 0);
    if (!may_start(pool))
        return;
    if (spawn_worker(pool->worker_path, &worker, &pool->last_errno) != STATUS_OK) {
        count_failed_start(pool);
        return;
    }
    pool->started++;
    *slot = (struct slot){
        .state = SLOT_WARMING, .worker = worker, .started_ms = clock_monotonic_ms()};
    /* The setup is small: it fits the socket's buffer, nobody waits here. */
    static const struct patience at_once = {0, NULL};
    enum status status = wire_init(&slot->wire, worker.socket, worker.pidfd);
    slot->wire.patience = &at_once;
    if (status == STATUS_OK)
        status = wire_send(&slot->wire, WIRE_SETUP, 0, pool->setup.p, pool->setup.n);
    if (status != STATUS_OK) {
        clear_slot(pool, slot);
        count_failed_start(pool);
    }
}

static void
start_missing(struct pool *pool)
{
    for (int32_t i = 0; i < pool->slot_count; i++)
        if (pool->slots[i].state == SLOT_EMPTY)
            start_slot(pool, &pool->slots[i]);
}

/* Idle before warming; a worker that died while idle is replaced on the way. */
static struct slot *
find_free(struct pool *pool)
{
    struct slot *warming = NULL;
    for (int32_t i = 0; i < pool->slot_count; i++) {
        struct slot *slot = &pool->slots[i];
        if (slot->state == SLOT_IDLE && spawn_has_ended(&slot->worker)) {
            pool->died++;
            clear_slot(pool, slot);
            start_slot(pool, slot);
        }
        if (slot->state == SLOT_IDLE)
            return slot;
        if (slot->state == SLOT_WARMING && warming == NULL)
            warming = slot;
    }
    return warming;
}

static bool
is_deserted(const struct pool *pool)
{
    for (int32_t i = 0; i < pool->slot_count; i++)
        if (pool->slots[i].state != SLOT_EMPTY)
            return false;
    return true;
}

static void
wait_changed(struct pool *pool, const struct patience *patience)
{
    int64_t left = patience_left_ms(patience);
    int64_t slice = patience->cancel ? 10 : 1000;
    int64_t until = clock_monotonic_ms() + (left < slice ? left : slice);
    struct timespec at = {(time_t)(until / 1000), (long)(until % 1000) * 1000000};
    pthread_cond_timedwait(&pool->changed, &pool->lock, &at);
}

static enum status
fail_start(const struct pool *pool, struct notes *notes)
{
    if (pool->last_errno)
        return note_fail(notes, STATUS_OUTSIDE, NOTE_PRESS_NO_WORKER, pool->worker_path,
                         0, "the press cannot be started: %s",
                         strerrordesc_np(pool->last_errno));
    return note_fail(notes, STATUS_OUTSIDE, NOTE_PRESS_NO_WORKER, pool->worker_path, 0,
                     "the press gave up at its start %d times%s%s", pool->failed_starts,
                     *pool->last_words ? ": " : "", pool->last_words);
}

/* A slot that is idle or warming, marked as the caller's. */
static enum status
claim_slot(struct pool *pool, const struct patience *patience, struct notes *notes,
           struct slot **ret)
{
    for (;;) {
        start_missing(pool);
        struct slot *slot = find_free(pool);
        if (slot) {
            slot->state = SLOT_BUSY;
            *ret = slot;
            return STATUS_OK;
        }
        bool is_empty = is_deserted(pool);
        if (is_empty && !may_start(pool))
            return fail_start(pool, notes);
        if (patience_is_cancelled(patience))
            return STATUS_CANCELLED;
        if (patience_is_over(patience))
            return note_fail(notes, STATUS_RETRY, NOTE_PRESS_BUSY, NULL, 0,
                             "all %d workers were busy until the time ran out",
                             pool->slot_count);
        if (!is_empty) /* nobody would ring */
            wait_changed(pool, patience);
    }
}

/* Reads the hello of a worker that is the caller's, without the lock. */
static enum status
read_hello(struct slot *slot, const struct patience *patience, struct notes *notes,
           struct wire_hello *ret)
{
    BUF_AUTO struct buf body = {.ceiling = WIRE_FRAME_MAX};
    ARENA_AUTO struct arena *arena = arena_new(0);
    enum wire_kind kind;
    uint64_t job;
    if (arena == NULL)
        return STATUS_NO_MEMORY;
    slot->wire.patience = patience;
    enum status status = wire_receive(&slot->wire, &kind, &job, &body);
    if (status != STATUS_OK)
        return status;
    struct wire_reader reader = {(const uint8_t *)body.p, body.n, false};
    struct wire_hello hello;
    if (kind != WIRE_HELLO ||
        wire_get_hello(&reader, arena, notes, &hello) != STATUS_OK ||
        !text_equal(hello.version, PACKAGE_VERSION))
        return STATUS_BUG;
    hello.version = NULL;
    *ret = hello;
    return hello.status == STATUS_OK ? STATUS_OK : STATUS_OUTSIDE;
}

static void
note_hello(struct pool *pool, const struct wire_hello *hello, enum status status,
           const struct notes *words)
{
    if (status == STATUS_OK) {
        pool->failed_starts = 0;
        pool->last_words[0] = '\0';
        if (hello->rss_kb > pool->peak_rss_kb)
            pool->peak_rss_kb = hello->rss_kb;
        const struct note *open = notes_find(words, NOTE_PRESS_UNCONFINED);
        if (open && !pool->is_unconfined) {
            pool->is_unconfined = true;
            memcpy(pool->unconfined, open->text, sizeof pool->unconfined - 1);
        }
        return;
    }
    const char *why = words->count             ? words->note[0].text
                      : status == STATUS_BUG   ? "its first message is not this version's"
                      : status == STATUS_RETRY ? "it was not warm in time"
                                               : "it ended before its first message";
    size_t n = strlen(why);
    memcpy(pool->last_words, why, n < sizeof pool->last_words ? n + 1 : n);
}

/* A claimed slot that is not yet warm. STATUS_OUTSIDE: it will never be; try another. */
static enum status
warm_slot(struct pool *pool, struct slot *slot, const struct patience *patience)
{
    struct notes words = {.count = 0};
    struct wire_hello hello = {0};
    pthread_mutex_unlock(&pool->lock);
    enum status status = read_hello(slot, patience, &words, &hello);
    pthread_mutex_lock(&pool->lock);
    bool is_late = clock_monotonic_ms() - slot->started_ms > WARM_UP_MAX_MS;
    bool is_ours = status == STATUS_RETRY || status == STATUS_CANCELLED;
    if (is_ours && !is_late) {
        slot->state = SLOT_WARMING; /* out of patience, but it is none of its fault */
        pthread_cond_signal(&pool->changed);
        return status;
    }
    note_hello(pool, &hello, status, &words);
    if (status == STATUS_OK) {
        slot->is_warm = true;
        return STATUS_OK;
    }
    clear_slot(pool, slot);
    count_failed_start(pool);
    pthread_cond_signal(&pool->changed);
    return STATUS_OUTSIDE;
}

static enum status
take_locked(struct pool *pool, const struct patience *patience, struct notes *notes,
            struct slot **ret)
{
    for (;;) {
        struct slot *slot = NULL;
        enum status status = claim_slot(pool, patience, notes, &slot);
        if (status != STATUS_OK)
            return status;
        if (!slot->is_warm)
            status = warm_slot(pool, slot, patience);
        if (status == STATUS_OK) {
            *ret = slot;
            return STATUS_OK;
        }
        if (status == STATUS_RETRY)
            return note_fail(notes, status, NOTE_PRESS_BUSY, NULL, 0,
                             "the press was still warming up when the time ran out");
        if (status == STATUS_CANCELLED)
            return status;
    }
}

enum status
pool_take(struct pool *pool, const struct patience *patience, struct notes *notes,
          struct slot **ret, uint64_t *ret_job)
{
    pthread_mutex_lock(&pool->lock);
    enum status status = take_locked(pool, patience, notes, ret);
    if (status == STATUS_OK)
        *ret_job = ++pool->last_job;
    pthread_mutex_unlock(&pool->lock);
    return status;
}

void
pool_give(struct pool *pool, struct slot *slot, enum status status, int64_t rss_kb)
{
    pthread_mutex_lock(&pool->lock);
    if (rss_kb > pool->peak_rss_kb)
        pool->peak_rss_kb = rss_kb;
    if (status == STATUS_OK) {
        slot->state = SLOT_IDLE;
    } else {
        *(status == STATUS_OUTSIDE ? &pool->died : &pool->killed) += 1;
        clear_slot(pool, slot);
        start_slot(pool, slot);
    }
    pthread_cond_signal(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
}

void
pool_health(struct pool *pool, struct press_health *ret)
{
    struct press_health health = {0};
    pthread_mutex_lock(&pool->lock);
    for (int32_t i = 0; i < pool->slot_count; i++) {
        const struct slot *slot = &pool->slots[i];
        if (slot->state != SLOT_EMPTY && !spawn_has_ended(&slot->worker))
            health.pids[health.alive++] = slot->worker.pid;
    }
    health.started = pool->started;
    health.killed = pool->killed;
    health.died = pool->died;
    health.peak_rss_kb = pool->peak_rss_kb;
    pthread_mutex_unlock(&pool->lock);
    *ret = health;
}
