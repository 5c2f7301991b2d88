/* One process of the torture test: packing stations and tills at one ledger.
 *
 * By chance, but seeded, each thread decides, prints, redeems, cancels and lets lapse
 * through the ledger's front door until its time is over or somebody kills it. What it
 * starts and what it was answered goes to a log of its own, one line a write, so that
 * every line of a killed process tells the truth. Whether all of it fits together is for
 * checker.py to say, which knows nothing of this code. */
#include "torture.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* --- chance and time ------------------------------------------------------------------ */

uint32_t
chance(struct hand *hand, uint32_t below)
{
    /* splitmix64 */
    uint64_t z = hand->chance += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ (z >> 31)) >> 32) % below;
}

bool
chance_of(struct hand *hand, uint32_t percent)
{
    return chance(hand, 100) < percent;
}

int64_t
scene_now_s(struct hand *hand)
{
    const struct options *options = hand->options;
    return SCENE_START_S + hand->skew_s +
           (clock_monotonic_ms() - options->t0_ms) * options->speed / 1000;
}

void
hand_be_patient(struct hand *hand)
{
    const struct patience patience = {clock_monotonic_ms() + 20000, NULL};
    hand->notes.count = 0;
    ledger_set_patience(hand->ledger, &patience);
}

/* --- the log -------------------------------------------------------------------------- */

static void
begin_line(struct hand *hand, struct buf *line, const char *what, const char *call)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    buf_reset(line);
    buf_printf(line, "{\"t\":%lld,\"w\":\"%s\",\"n\":%lld,\"%s\":\"%s\"",
               (long long)now.tv_sec * 1000000000 + now.tv_nsec, hand->name,
               (long long)hand->calls, what, call);
}

void
log_call(struct hand *hand, struct buf *line, const char *call)
{
    hand->calls++;
    begin_line(hand, line, "call", call);
}

void
log_answer(struct hand *hand, struct buf *line, const char *call, enum status status)
{
    begin_line(hand, line, "ack", call);
    log_number(line, "status", status);
    hand->is_away = status == STATUS_OUTSIDE;
    if (status != STATUS_OK && hand->notes.count) {
        log_number(line, "note", hand->notes.note[0].id);
        log_field(line, "text", hand->notes.note[0].text);
    }
}

void
log_field(struct buf *line, const char *name, const char *text)
{
    buf_printf(line, ",\"%s\":", name);
    buf_json(line, text);
}

void
log_number(struct buf *line, const char *name, int64_t number)
{
    buf_printf(line, ",\"%s\":%lld", name, (long long)number);
}

void
log_write(struct hand *hand, struct buf *line)
{
    buf_puts(line, "}\n");
    if (line->failed || write(hand->log_fd, line->p, line->n) != (ssize_t)line->n) {
        fprintf(stderr, "torture-worker: the log cannot be written\n");
        _exit(3);
    }
}

/* --- work ----------------------------------------------------------------------------- */

static const struct {
    void (*act)(struct hand *hand);
    uint32_t share;
} acts[] = {
    {act_decide, 52}, {act_event, 11}, {act_redeem, 22}, {act_void, 5},
    {act_void_code, 4}, {act_expire, 2}, {act_look, 4},
};

static void
act_some(struct hand *hand)
{
    uint32_t dice = chance(hand, 100);
    size_t i = 0;
    while (i + 1 < COUNT_OF(acts) && dice >= acts[i].share)
        dice -= acts[i++].share;
    acts[i].act(hand);
}

static enum status
open_hand(struct hand *hand)
{
    const struct patience patience = {clock_monotonic_ms() + 10000, NULL};
    const struct ledger_how how = {
        .path = hand->options->ledger,
        .mode = LEDGER_WRITE,
        .keys = hand->keys,
        .station = hand->station,
        .station_number =
            (int32_t)(hand->options->worker * hand->options->threads + hand->number),
        .reserve_s = SCENE_RESERVE_S,
        .patience = &patience,
    };
    hand->notes.count = 0;
    return ledger_open(&how, &hand->notes, &hand->ledger);
}

static void
wait_a_moment(void)
{
    nanosleep(&(struct timespec){0, 30000000}, NULL);
}

static void *
work(void *data)
{
    struct hand *hand = data;
    while (clock_monotonic_ms() < hand->options->until_ms) {
        if (!hand->ledger && open_hand(hand) != STATUS_OK) { /* the server is down */
            struct buf line BUF_AUTO = {0};
            log_call(hand, &line, "open");
            log_field(&line, "text", hand->notes.count ? hand->notes.note[0].text : "");
            log_write(hand, &line);
            wait_a_moment();
            continue;
        }
        act_some(hand);
        if (hand->is_away)
            wait_a_moment();
        arena_reset(hand->arena);
    }
    return NULL;
}

static int
fail(struct hand *hand, const char *what, enum status status)
{
    fprintf(stderr, "torture-worker: %s came to %d: %s\n", what, (int)status,
            hand->notes.count ? hand->notes.note[0].text : "no note");
    for (size_t i = 1; i < hand->notes.count; i++)
        fprintf(stderr, "  %s\n", hand->notes.note[i].text);
    return 1;
}

static enum status
init_hand(struct hand *hand, const struct options *options, int number,
          struct keys *keys, int log_fd)
{
    *hand = (struct hand){.options = options, .number = number, .keys = keys,
                          .log_fd = log_fd, .arena = arena_new(0)};
    snprintf(hand->name, sizeof(hand->name), "%d.%d.%d", (int)options->worker, number,
             (int)options->run);
    snprintf(hand->station, sizeof(hand->station), "station-%d-%d", (int)options->worker,
             number);
    hand->chance = (uint64_t)options->seed * 1000003 + (uint64_t)options->worker * 10007 +
                   (uint64_t)options->run * 101 + (uint64_t)number;
    hand->skew_s = (int64_t)chance(hand, 7201) - 3600; /* no two clocks agree */
    return hand->arena ? STATUS_OK : STATUS_NO_MEMORY;
}

#define THREADS_MAX 16

static int
run(const struct options *options, struct keys *keys, int log_fd)
{
    struct hand hands[THREADS_MAX];
    pthread_t threads[THREADS_MAX];
    int count = 0;
    for (; count < options->threads && count < THREADS_MAX; count++)
        if (init_hand(&hands[count], options, count, keys, log_fd) != STATUS_OK ||
            pthread_create(&threads[count], NULL, work, &hands[count]))
            return 2;
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
        ledger_close(hands[i].ledger);
        arena_free(hands[i].arena);
    }
    return 0;
}

static int
run_once(const struct options *options, struct keys *keys, int log_fd, const char *what,
         enum status (*act)(struct hand *hand))
{
    struct hand hand;
    enum status status = init_hand(&hand, options, 0, keys, log_fd);
    if (status == STATUS_OK)
        status = open_hand(&hand);
    if (status == STATUS_OK)
        status = act(&hand);
    if (status != STATUS_OK)
        return fail(&hand, what, status);
    ledger_close(hand.ledger);
    arena_free(hand.arena);
    return 0;
}

/* --- the command line ----------------------------------------------------------------- */

static bool
read_options(int argc, char **argv, struct options *ret)
{
    const struct {
        const char *name, **text;
        int64_t *number;
    } known[] = {
        {"--ledger", &ret->ledger, NULL},   {"--keys", &ret->keys, NULL},
        {"--log", &ret->log, NULL},         {"--seed", NULL, &ret->seed},
        {"--worker", NULL, &ret->worker},   {"--run", NULL, &ret->run},
        {"--threads", NULL, &ret->threads}, {"--t0-ms", NULL, &ret->t0_ms},
        {"--until-ms", NULL, &ret->until_ms}, {"--speed", NULL, &ret->speed},
        {"--order-every-ms", NULL, &ret->order_every_ms},
        {"--codes", NULL, &ret->pool_codes}, {"--orders", NULL, &ret->orders},
    };
    for (int i = 2; i + 1 < argc; i += 2) {
        size_t k = 0;
        while (k < COUNT_OF(known) && strcmp(argv[i], known[k].name))
            k++;
        if (k == COUNT_OF(known))
            return false;
        if (known[k].text)
            *known[k].text = argv[i + 1];
        else if (!text_to_int64(argv[i + 1], known[k].number))
            return false;
    }
    return ret->ledger && ret->keys && ret->log;
}

int
main(int argc, char **argv)
{
    struct options options = {.threads = 1, .speed = 1, .order_every_ms = 6};
    struct notes notes = {0};
    struct keys *keys = NULL;
    if (argc == 2 && strcmp(argv[1], "scene") == 0) {
        struct buf out BUF_AUTO = {0};
        scene_print(&out);
        return fwrite(out.p, 1, out.n, stdout) == out.n ? 0 : 1;
    }
    if (argc < 2 || !read_options(argc, argv, &options)) {
        fprintf(stderr, "usage: torture-worker scene | setup|work|verify|finish --ledger PATH "
                        "--keys FILE --log FILE [--seed N …]\n");
        return 2;
    }
    if (strcmp(argv[1], "setup") == 0 &&
        keys_make(options.keys, "fern", (struct day){SCENE_START_S / DAY_S}, &notes) !=
            STATUS_OK) {
        fprintf(stderr, "torture-worker: %s\n", notes.note[0].text);
        return 2;
    }
    int log_fd = open(options.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    enum status status = keys_open(options.keys, "fern", &notes, &keys);
    if (log_fd < 0 || status != STATUS_OK) {
        fprintf(stderr, "torture-worker: %s\n",
                notes.count ? notes.note[0].text : strerror(errno));
        return 2;
    }
    int code = 2;
    if (strcmp(argv[1], "work") == 0)
        code = run(&options, keys, log_fd);
    else if (strcmp(argv[1], "setup") == 0)
        code = run_once(&options, keys, log_fd, "setting up", act_setup);
    else if (strcmp(argv[1], "verify") == 0)
        code = run_once(&options, keys, log_fd, "checking itself", act_verify);
    else if (strcmp(argv[1], "finish") == 0)
        code = run_once(&options, keys, log_fd, "finishing", act_finish);
    keys_unref(keys);
    close(log_fd);
    return code;
}
