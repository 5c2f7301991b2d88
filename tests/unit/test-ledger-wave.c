/* Waves in the ledger: shares taken, given back by death or by word, done once. The same
 * program is run over SQLite and PostgreSQL. */
#include "ledger-bench.h"

#include <pthread.h>

#define ORDERS 60

static void
add_orders(struct bench *bench, const char *wave, int count, const char *words)
{
    struct wave_order *orders = arena_make_array(bench->arena, (size_t)count, sizeof(*orders));
    int64_t waiting = 0;
    for (int i = 0; i < count; i++) {
        orders[i].place = i + 1;
        orders[i].name = arena_printf(bench->arena, "order-%03d", i);
        orders[i].document = arena_printf(bench->arena, "<order n=\"%d\">%s</order>", i, words);
        orders[i].document_n = strlen(orders[i].document);
    }
    assert_int_equal(ledger_wave_add(bench->ledger, "m", wave, 1000, orders, (size_t)count,
                                     &bench->notes, &waiting),
                     STATUS_OK);
}

static struct wave_level
level(struct bench *bench, const char *wave)
{
    struct wave_level *levels = NULL;
    size_t count = 0;
    assert_int_equal(ledger_waves(bench->ledger, "m", wave, bench->arena, &bench->notes,
                                  &levels, &count),
                     STATUS_OK);
    assert_int_equal(count, 1);
    return levels[0];
}

static enum status
take_share(struct bench *bench, const char *worker, int32_t lease_s, size_t most,
           struct wave_order **ret, size_t *ret_count)
{
    return ledger_wave_take(bench->ledger, "m", "w", worker, lease_s, most, bench->arena,
                            &bench->notes, ret, ret_count);
}

static void
finish(struct bench *bench, const char *worker, struct wave_order *orders, size_t count,
       const char *state)
{
    for (size_t i = 0; i < count; i++)
        orders[i].state = state;
    assert_int_equal(ledger_wave_done(bench->ledger, "m", "w", worker, orders, count,
                                      &bench->notes),
                     STATUS_OK);
}

static void
shares_come_in_pick_order_and_are_nobody_elses(void **state)
{
    struct bench *bench = *state;
    struct wave_order *first, *second;
    size_t n, m;
    add_orders(bench, "w", 7, "x");
    assert_int_equal(take_share(bench, "a", 60, 4, &first, &n), STATUS_OK);
    assert_int_equal(take_share(bench, "b", 60, 4, &second, &m), STATUS_OK);
    assert_int_equal(n, 4);
    assert_int_equal(m, 3);
    assert_int_equal(first[0].place, 1);
    assert_int_equal(second[0].place, 5);
    assert_string_equal(first[2].document, "<order n=\"2\">x</order>");
    assert_int_equal(take_share(bench, "c", 60, 4, &second, &m), STATUS_WITHOUT);
    assert_int_equal(level(bench, "w").taken, 7);
}

static void
what_is_done_stays_done_and_its_words_go(void **state)
{
    struct bench *bench = *state;
    struct wave_order *orders;
    size_t n;
    add_orders(bench, "w", 3, "x");
    assert_int_equal(take_share(bench, "a", 60, 10, &orders, &n), STATUS_OK);
    orders[1].order = "C-1";
    orders[1].decision = 17;
    finish(bench, "a", orders, 3, "done");
    add_orders(bench, "w", 3, "x"); /* the same again */
    assert_int_equal(level(bench, "w").done, 3);
    add_orders(bench, "w", 3, "another"); /* another document waits again */
    assert_int_equal(level(bench, "w").waiting, 3);
    assert_int_equal(ledger_wave_orders(bench->ledger, "m", "w", NULL, bench->arena,
                                        &bench->notes, &orders, &n),
                     STATUS_OK);
    assert_int_equal(n, 3);
    assert_string_equal(orders[0].state, "waiting");
}

static void
a_share_that_is_given_back_is_taken_again(void **state)
{
    struct bench *bench = *state;
    struct wave_order *orders;
    size_t n;
    add_orders(bench, "w", 2, "x");
    for (int i = 0; i < 8; i++) { /* giving back is no failed try */
        assert_int_equal(take_share(bench, "a", 60, 10, &orders, &n), STATUS_OK);
        assert_int_equal(n, 2);
        finish(bench, "a", orders, n, "waiting");
    }
    assert_int_equal(level(bench, "w").waiting, 2);
}

static void
a_lease_that_runs_out_gives_the_share_to_others(void **state)
{
    struct bench *bench = *state;
    struct wave_order *first, *second;
    size_t n, m;
    add_orders(bench, "w", 3, "x");
    assert_int_equal(take_share(bench, "dead", 1, 10, &first, &n), STATUS_OK);
    while (take_share(bench, "heir", 60, 10, &second, &m) == STATUS_WITHOUT)
        usleep(50000); /* the lease is the thing that is waited for */
    assert_int_equal(m, 3);
    /* who comes back from the dead changes nothing */
    finish(bench, "dead", first, n, "failed");
    assert_int_equal(level(bench, "w").taken, 3);
    finish(bench, "heir", second, m, "done");
    assert_int_equal(level(bench, "w").done, 3);
}

static void
an_order_that_kills_its_workers_fails_after_five(void **state)
{
    struct bench *bench = *state;
    struct wave_order *orders;
    size_t n;
    add_orders(bench, "w", 1, "x");
    for (int i = 0; i < 5; i++)
        while (take_share(bench, "worker", 1, 10, &orders, &n) == STATUS_WITHOUT)
            usleep(50000);
    while (level(bench, "w").failed == 0) {
        assert_int_equal(take_share(bench, "worker", 1, 10, &orders, &n), STATUS_WITHOUT);
        usleep(50000);
    }
    assert_int_equal(ledger_wave_orders(bench->ledger, "m", "w", "failed", bench->arena,
                                        &bench->notes, &orders, &n),
                     STATUS_OK);
    assert_string_equal(orders[0].note, "taken 5 times and never finished");
}

struct hand {
    pthread_t thread;
    struct bench *bench;
    int number, done;
    int *times; /* by order */
};

static void *
work(void *data)
{
    struct hand *hand = data;
    struct bench own = *hand->bench; /* its own arena, notes and connection */
    own.notes = (struct notes){.count = 0};
    own.arena = arena_new(0);
    char name[32];
    struct wave_order *orders;
    size_t n;
    snprintf(name, sizeof(name), "hand-%d", hand->number);
    own.ledger = open_ledger(&own, LEDGER_WRITE);
    while (take_share(&own, name, 60, 5, &orders, &n) == STATUS_OK) {
        for (size_t i = 0; i < n; i++)
            __atomic_fetch_add(&hand->times[orders[i].place - 1], 1, __ATOMIC_SEQ_CST);
        hand->done += (int)n;
        finish(&own, name, orders, n, "done");
    }
    ledger_close(own.ledger);
    arena_free(own.arena);
    return NULL;
}

static void
many_hands_do_every_order_once(void **state)
{
    struct bench *bench = *state;
    struct hand hands[6];
    int times[ORDERS] = {0};
    add_orders(bench, "w", ORDERS, "x");
    for (int i = 0; i < 6; i++) {
        hands[i] = (struct hand){.bench = bench, .number = i, .times = times};
        assert_int_equal(pthread_create(&hands[i].thread, NULL, work, &hands[i]), 0);
    }
    for (int i = 0; i < 6; i++)
        pthread_join(hands[i].thread, NULL);
    for (int i = 0; i < ORDERS; i++)
        assert_int_equal(times[i], 1);
    assert_int_equal(level(bench, "w").done, ORDERS);
}

static void
a_wave_that_is_dropped_is_gone(void **state)
{
    struct bench *bench = *state;
    struct wave_level *levels;
    size_t n;
    add_orders(bench, "w", 3, "x");
    add_orders(bench, "v", 2, "x");
    assert_int_equal(ledger_wave_drop(bench->ledger, "m", "w", &bench->notes), STATUS_OK);
    assert_int_equal(ledger_wave_drop(bench->ledger, "m", "w", &bench->notes),
                     STATUS_WITHOUT);
    assert_int_equal(ledger_waves(bench->ledger, "m", NULL, bench->arena, &bench->notes,
                                  &levels, &n),
                     STATUS_OK);
    assert_int_equal(n, 1);
    assert_string_equal(levels[0].wave, "v");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(shares_come_in_pick_order_and_are_nobody_elses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_done_stays_done_and_its_words_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_share_that_is_given_back_is_taken_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_lease_that_runs_out_gives_the_share_to_others, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_order_that_kills_its_workers_fails_after_five, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_hands_do_every_order_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wave_that_is_dropped_is_gone, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
