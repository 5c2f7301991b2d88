/* The press killed, stopped and starved in the middle of a job: the host has an answer
 * inside its budget plus 50 ms, and the next carton is whole again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tuck.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define BUDGET_MS 400
#define GRACE_MS 50
#define PLENTY_MS 30000

static const struct tuck_carton_face *tuck;
static const struct tuck_ops_face *ops;
static struct tuck_shop *shop;
static char shop_dir[600];
static char *story;
static size_t story_length;

static int64_t
now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct tuck_carton *
pack(int32_t budget_ms, tuck_status *ret_status, int64_t *ret_took_ms)
{
    struct tuck_carton *carton = NULL;
    const struct tuck_order order = {.size = sizeof(order), .flags = TUCK_PREVIEW,
                                     .bytes = story, .length = story_length,
                                     .budget_ms = budget_ms};
    int64_t begun = now_ms();
    *ret_status = tuck->pack(shop, &order, &carton);
    *ret_took_ms = now_ms() - begun;
    assert_non_null(carton);
    return carton;
}

static int
count_outcome(const struct tuck_carton *carton, int32_t outcome)
{
    struct tuck_piece piece = {.size = sizeof(piece)};
    int count = 0;
    for (int64_t i = 0; tuck->piece(carton, i, &piece) == TUCK_OK; i++)
        count += piece.outcome == outcome;
    return count;
}

/* The insert placement has a sheet to print, chosen or fallback. */
static void
assert_insert_has_paper(struct tuck_carton *carton)
{
    struct tuck_piece piece = {.size = sizeof(piece)};
    const void *bytes = NULL;
    size_t length = 0;
    assert_int_equal(tuck->piece(carton, 0, &piece), TUCK_OK);
    assert_string_equal(piece.placement, "insert");
    assert_int_equal(tuck->sheet(carton, 0, TUCK_PDF, 0, BUDGET_MS, &bytes, &length), TUCK_OK);
    assert_true(length > 1000);
    assert_memory_equal(bytes, "%PDF-", 5);
}

/* A press whose workers died at birth rests before it tries again: a second at first,
 * longer when that was for nothing. Until then cartons get fallbacks, at once. */
static void
assert_whole_again(void)
{
    int64_t begun = now_ms();
    bool is_whole = false;
    while (!is_whole && now_ms() - begun < PLENTY_MS) {
        const struct timespec pause = {0, 20000000};
        tuck_status status;
        int64_t took_ms;
        struct tuck_carton *carton = pack(PLENTY_MS, &status, &took_ms);
        assert_int_equal(status, TUCK_OK);
        is_whole = count_outcome(carton, TUCK_FALLBACK) == 0 &&
                   count_outcome(carton, TUCK_CHOSEN) >= 2;
        tuck->carton_free(carton);
        if (!is_whole)
            nanosleep(&pause, NULL);
    }
    assert_true(is_whole);
}

static void
signal_workers(int number)
{
    int32_t pids[16];
    int32_t count = ops->workers(shop, pids, 16);
    for (int32_t i = 0; i < count; i++)
        kill(pids[i], number);
}

static void
a_stopped_press_costs_the_budget_and_no_more(void **state)
{
    (void)state;
    tuck_status status;
    int64_t took_ms;
    signal_workers(SIGSTOP);
    struct tuck_carton *carton = pack(BUDGET_MS, &status, &took_ms);
    assert_int_equal(status, TUCK_OK); /* decided; the sheets are fallbacks */
    assert_true(took_ms <= BUDGET_MS + GRACE_MS);
    assert_true(count_outcome(carton, TUCK_FALLBACK) == 1);
    assert_int_equal(count_outcome(carton, TUCK_CHOSEN), 0);
    assert_insert_has_paper(carton);
    tuck->carton_free(carton);
    assert_whole_again();
}

/* Kills or stops workers at times all over a job until told to end. */
struct havoc {
    pthread_t thread;
    int number;
    volatile bool is_over;
    int hits;
};

static void *
wreak(void *data)
{
    struct havoc *havoc = data;
    for (long us = 100; !__atomic_load_n(&havoc->is_over, __ATOMIC_RELAXED);
         us = us % 9000 + 700) {
        const struct timespec pause = {0, us * 1000};
        nanosleep(&pause, NULL);
        signal_workers(havoc->number);
        havoc->hits++;
    }
    return NULL;
}

static void
pack_under(int number, int cartons)
{
    struct havoc havoc = {.number = number};
    assert_int_equal(pthread_create(&havoc.thread, NULL, wreak, &havoc), 0);
    for (int i = 0; i < cartons; i++) {
        tuck_status status;
        int64_t took_ms;
        struct tuck_carton *carton = pack(BUDGET_MS, &status, &took_ms);
        assert_int_equal(status, TUCK_OK);
        if (took_ms > BUDGET_MS + GRACE_MS)
            fail_msg("carton %d took %lld ms", i, (long long)took_ms);
        assert_insert_has_paper(carton);
        tuck->carton_free(carton);
    }
    __atomic_store_n(&havoc.is_over, true, __ATOMIC_RELAXED);
    pthread_join(havoc.thread, NULL);
    assert_true(havoc.hits > 5);
    if (number == SIGSTOP)
        signal_workers(SIGKILL); /* the last one stopped may be idle */
    assert_whole_again();
}

static void
a_press_killed_at_any_moment_never_holds_a_carton(void **state)
{
    (void)state;
    pack_under(SIGKILL, 8);
}

static void
a_press_stopped_at_any_moment_never_holds_a_carton(void **state)
{
    (void)state;
    pack_under(SIGSTOP, 6);
}

/* Out of address space: whatever fails in there, no wrong sheet comes out. */
static void
a_starved_press_never_holds_a_carton(void **state)
{
    (void)state;
    int32_t pids[16];
    int32_t count = ops->workers(shop, pids, 16);
    const struct rlimit tight = {1 << 20, 1 << 20};
    assert_true(count > 0);
    for (int32_t i = 0; i < count; i++)
        assert_int_equal(prlimit(pids[i], RLIMIT_AS, &tight, NULL), 0);
    for (int i = 0; i < 3; i++) {
        tuck_status status;
        int64_t took_ms;
        struct tuck_carton *carton = pack(BUDGET_MS, &status, &took_ms);
        assert_true(took_ms <= BUDGET_MS + GRACE_MS);
        assert_insert_has_paper(carton);
        tuck->carton_free(carton);
    }
    signal_workers(SIGKILL);
    assert_whole_again();
}

static int
load(void **state)
{
    (void)state;
    char path[700];
    void *plugin = dlopen(getenv("TUCK_PLUGIN"), RTLD_NOW | RTLD_LOCAL);
    const struct tuck_entry *entry = plugin ? dlsym(plugin, TUCK_ENTRY_SYMBOL) : NULL;
    if (!entry)
        return -1;
    tuck = entry->face(TUCK_CARTON_FACE, 1);
    ops = entry->face(TUCK_OPS_FACE, 1);
    snprintf(shop_dir, sizeof(shop_dir), "%s/samples/shop", getenv("abs_top_srcdir"));
    snprintf(path, sizeof(path), "%s/orders/first-order.xml", shop_dir);
    FILE *file = fopen(path, "rb");
    story = calloc(1, 1 << 16);
    if (!file || !story)
        return -1;
    story_length = fread(story, 1, 1 << 16, file);
    fclose(file);
    const struct tuck_open open = {.size = sizeof(open), .shop = shop_dir, .ledger = "none",
                                   .workers = 1, .press = getenv("TUCK_PRESS"),
                                   .data_dir = getenv("TUCK_DATA"), .budget_ms = PLENTY_MS};
    return tuck->open(&open, &shop, NULL) == TUCK_OK ? 0 : -1;
}

static int
unload(void **state)
{
    (void)state;
    tuck->close(shop);
    free(story);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stopped_press_costs_the_budget_and_no_more),
        cmocka_unit_test(a_press_killed_at_any_moment_never_holds_a_carton),
        cmocka_unit_test(a_press_stopped_at_any_moment_never_holds_a_carton),
        cmocka_unit_test(a_starved_press_never_holds_a_carton),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
