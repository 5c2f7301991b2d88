/* The worker's loop: setup, cage, warm-up, hello; then job in, sheet out.
 *
 * In come bodies read from the client, out go answers. A job that takes longer than the
 * client will wait ends the process through its own alarm, in case the client has died
 * and nobody is left to kill it. (The parent-death signal would do harm here: it fires
 * when the *thread* that started us ends, and a host's threads come and go.) */
#include "press/trade.h"

#include "config.h"

#include "press/confine.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#define ALARM_SLACK_MS 2000
#define ALARM_MAX_MS 600000

struct worker {
    struct wire wire;
    const struct trade *trade;
    struct arena *setup_arena; /* lends the settings for ever */
    struct arena *arena;       /* one job's */
    struct buf bytes;          /* one job's sheet */
};

static int64_t
peak_rss_kb(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0;
}

/* 0: no alarm. SIGALRM's default ends the process, which is what is wanted. */
static void
set_alarm(int64_t ms)
{
    struct itimerval timer = {.it_value = {(time_t)(ms / 1000), ms % 1000 * 1000}};
    setitimer(ITIMER_REAL, &timer, NULL);
}

void
trade_set_alarm(int64_t left_ms)
{
    set_alarm((left_ms < ALARM_MAX_MS ? left_ms : ALARM_MAX_MS) + ALARM_SLACK_MS);
}

static enum status
send_hello(struct worker *worker, enum status status, const struct confinement *cage,
           struct notes *notes)
{
    BUF_AUTO struct buf body = {0};
    struct wire_hello hello = {.status = status,
                               .is_landlocked = cage->is_landlocked,
                               .is_filtered = cage->is_filtered,
                               .version = PACKAGE_VERSION,
                               .rss_kb = peak_rss_kb()};
    if (!cage->is_landlocked || !cage->is_filtered)
        note_add(notes, NOTE_PRESS_UNCONFINED, NULL, 0,
                 "the press runs without %s%s%s: the kernel does not offer it",
                 cage->is_landlocked ? "" : "Landlock",
                 cage->is_landlocked || cage->is_filtered ? "" : " and ",
                 cage->is_filtered ? "" : "a system-call filter");
    wire_put_hello(&body, &hello, notes);
    if (body.failed)
        return STATUS_NO_MEMORY;
    enum status sent = wire_send(&worker->wire, WIRE_HELLO, 0, body.p, body.n);
    return status != STATUS_OK ? status : sent;
}

static enum status
set_up(struct worker *worker)
{
    BUF_AUTO struct buf body = {.ceiling = WIRE_FRAME_MAX};
    struct wire_setup setup;
    struct notes notes = {.count = 0};
    struct confinement cage;
    enum wire_kind kind;
    uint64_t job;
    enum status status = wire_receive(&worker->wire, &kind, &job, &body);
    struct wire_reader reader = {(const uint8_t *)body.p, body.n, false};
    if (status == STATUS_OK && kind != WIRE_SETUP)
        status = STATUS_BUG;
    if (status == STATUS_OK)
        status = wire_get_setup(&reader, worker->setup_arena, &setup);
    if (status != STATUS_OK)
        return status;
    confine(&setup, &cage);
    status = worker->trade->open(worker->trade->data, &setup, &notes);
    return send_hello(worker, status, &cage, &notes);
}

static enum status
serve(struct worker *worker)
{
    BUF_AUTO struct buf body = {.ceiling = WIRE_BODY_MAX};
    BUF_AUTO struct buf message = {.ceiling = WIRE_BODY_MAX};
    for (;;) {
        struct notes notes = {.count = 0};
        struct trade_reply reply = {worker->arena, &notes, &worker->bytes, {0}};
        enum wire_kind kind;
        uint64_t number;
        enum status status = wire_receive(&worker->wire, &kind, &number, &body);
        if (status != STATUS_OK)
            return status;
        struct wire_reader reader = {(const uint8_t *)body.p, body.n, false};
        struct wire_answer answer = {0};
        answer.status = worker->trade->work(worker->trade->data, kind, &reader, &reply);
        set_alarm(0);
        answer.sheet = reply.sheet;
        answer.rss_kb = peak_rss_kb();
        buf_reset(&message);
        wire_put_answer(&message, &answer, &notes);
        status = message.failed ? STATUS_NO_MEMORY
                                : wire_send(&worker->wire, WIRE_ANSWER, number, message.p,
                                            message.n);
        arena_reset(worker->arena);
        buf_reset(&worker->bytes);
        if (status != STATUS_OK)
            return status;
    }
}

static int
run(int fd, const struct trade *trade)
{
    struct worker worker = {.trade = trade, .bytes = {.ceiling = WIRE_BODY_MAX}};
    worker.setup_arena = arena_new(0);
    worker.arena = arena_new(WIRE_BODY_MAX);
    enum status status = wire_init(&worker.wire, fd, -1);
    if (worker.setup_arena == NULL || worker.arena == NULL)
        status = STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = set_up(&worker);
    if (status == STATUS_OK)
        status = serve(&worker);
    trade->close(trade->data);
    buf_done(&worker.bytes);
    arena_free(worker.arena);
    arena_free(worker.setup_arena);
    wire_done(&worker.wire);
    return status == STATUS_OUTSIDE ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
trade_main(const char *name, const struct trade *trade)
{
    struct stat st;
    if (fstat(WIRE_FD, &st) != 0 || !S_ISSOCK(st.st_mode)) {
        fprintf(stderr, "%s is started by the tuck plugin, not by hand.\n", name);
        return 2;
    }
    if (chdir("/") != 0) /* so that no file system of the host's is kept busy */
        return 2;
    /* Each heap of a thread reserves 64 MB of the address space that is limited. */
    mallopt(M_ARENA_MAX, 2);
    return run(WIRE_FD, trade);
}
