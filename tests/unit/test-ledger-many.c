/* Many stations at one ledger: threads, processes, and one that is killed amid its work.
 *
 * Workers only count; assertions are the main thread's. Processes come before threads,
 * because a process with threads should not fork. */
#include "ledger-bench.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#define WORKERS 4
#define ORDERS_EACH 30
#define STOCK 50 /* fewer than all orders */
#define PER_CUSTOMER 3

struct outcome {
    int decided, spent, existing, other;
};

struct worker {
    struct bench *bench;
    int number;
    bool shares_orders; /* all workers decide the same orders */
    struct outcome outcome;
};

static void
decide_order(struct worker *worker, struct ledger *ledger, struct arena *arena, int i)
{
    char id[32], customer[32];
    const struct piece_cap cap = {.per_customer = PER_CUSTOMER, .in_all = STOCK};
    struct notes notes = {0};
    struct decision *existing = NULL;
    size_t spent = 0;
    snprintf(id, sizeof(id), "%d-%d", worker->shares_orders ? 0 : worker->number, i);
    snprintf(customer, sizeof(customer), "C-%d", i);
    struct order order = make_order(id, customer, "a");
    struct piece_record piece = make_piece("coupon", 0, "ten-off", NULL);
    struct decision decision = make_decision(&order, &piece, 1);
    piece.wish = (struct code_wish){.kind = CODE_RANDOM, .prefix = "FERN"};
    enum status status =
        decide(ledger, &order, &decision, &cap, arena, &notes, &existing, &spent);
    if (status == STATUS_OK)
        worker->outcome.decided++;
    else if (status == STATUS_WITHOUT)
        worker->outcome.spent++;
    else if (status == STATUS_RETRY && existing)
        worker->outcome.existing++;
    else {
        worker->outcome.other++;
        print_error("deciding came to %d: %s\n", (int)status,
                    notes.count ? notes.note[0].text : "no note");
    }
}

static void *
work(void *data)
{
    struct worker *worker = data;
    const struct patience patience = {clock_monotonic_ms() + 60000, NULL};
    struct arena *arena = arena_new(0);
    struct ledger *ledger = NULL;
    struct notes notes = {0};
    if (!arena || open_at(worker->bench, worker->bench->path, LEDGER_WRITE, &patience, &notes,
                              &ledger) != STATUS_OK) {
        worker->outcome.other++;
        print_error("opening failed: %s\n", notes.count ? notes.note[0].text : "no note");
    }
    for (int i = 0; ledger && i < ORDERS_EACH; i++)
        decide_order(worker, ledger, arena, i);
    ledger_close(ledger);
    arena_free(arena);
    return NULL;
}

static struct outcome
run_threads(struct bench *bench, bool shares_orders)
{
    pthread_t threads[WORKERS];
    struct worker workers[WORKERS];
    struct outcome sum = {0};
    for (int i = 0; i < WORKERS; i++) {
        workers[i] =
            (struct worker){.bench = bench, .number = i, .shares_orders = shares_orders};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < WORKERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        sum.decided += workers[i].outcome.decided;
        sum.spent += workers[i].outcome.spent;
        sum.existing += workers[i].outcome.existing;
        sum.other += workers[i].outcome.other;
    }
    return sum;
}

static struct outcome
run_processes(struct bench *bench, bool shares_orders)
{
    struct outcome sum = {0};
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    for (int i = 0; i < WORKERS; i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct worker worker = {
                .bench = bench, .number = i, .shares_orders = shares_orders};
            work(&worker);
            ssize_t n = write(ends[1], &worker.outcome, sizeof(worker.outcome));
            _exit(n != sizeof(worker.outcome));
        }
    }
    close(ends[1]);
    for (int i = 0; i < WORKERS; i++) {
        struct outcome outcome;
        int how = 0;
        assert_int_equal(read(ends[0], &outcome, sizeof(outcome)), sizeof(outcome));
        sum.decided += outcome.decided;
        sum.spent += outcome.spent;
        sum.existing += outcome.existing;
        sum.other += outcome.other;
        assert_true(wait(&how) > 0);
        assert_int_equal(how, 0);
    }
    close(ends[0]);
    return sum;
}

/* How many decisions the ledger has, by its own account. */
static int64_t
count_decided(struct bench *bench)
{
    bench->ledger = open_ledger(bench, LEDGER_READ);
    struct buf dump BUF_AUTO = {0};
    int64_t count = 0;
    assert_int_equal(ledger_dump(bench->ledger, &dump, &bench->notes), STATUS_OK);
    for (const char *p = dump.p; p && (p = strstr(p, "\ndecided ")); p++)
        count++;
    assert_int_equal(standing_of(bench, NULL, NULL, "ten-off").decided_in_all, count);
    return count;
}

static void
check_caps(struct bench *bench, struct outcome sum)
{
    assert_int_equal(sum.other, 0);
    assert_int_equal(sum.existing, 0);
    assert_int_equal(sum.decided, STOCK);
    assert_int_equal(sum.spent, WORKERS * ORDERS_EACH - STOCK);
    assert_int_equal(count_decided(bench), STOCK);
    for (int i = 0; i < ORDERS_EACH; i++) {
        char customer[32];
        snprintf(customer, sizeof(customer), "C-%d", i);
        assert_true(standing_of(bench, customer, NULL, "ten-off").decided_for_customer <=
                    PER_CUSTOMER);
    }
}

static void
processes_never_decide_more_than_the_cap(void **state)
{
    struct bench *bench = *state;
    check_caps(bench, run_processes(bench, false));
}

static void
threads_never_decide_more_than_the_cap(void **state)
{
    struct bench *bench = *state;
    check_caps(bench, run_threads(bench, false));
}

static void
check_shared(struct bench *bench, struct outcome sum)
{
    assert_int_equal(sum.other, 0);
    assert_int_equal(sum.spent, 0);
    assert_int_equal(sum.decided, ORDERS_EACH);
    assert_int_equal(sum.existing, (WORKERS - 1) * ORDERS_EACH);
    assert_int_equal(count_decided(bench), ORDERS_EACH);
}

static void
processes_that_decide_the_same_order_decide_it_once(void **state)
{
    struct bench *bench = *state;
    check_shared(bench, run_processes(bench, true));
}

static void
threads_that_decide_the_same_order_decide_it_once(void **state)
{
    struct bench *bench = *state;
    check_shared(bench, run_threads(bench, true));
}

/* --- a station that is killed ------------------------------------------------------- */

/* Decides order after order and says each number once it is acknowledged. */
static void
decide_until_killed(struct bench *bench, int from, int tell)
{
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    for (int i = from;; i++) {
        char id[32];
        snprintf(id, sizeof(id), "%d", i);
        if (decide_one(bench, id, "C-1", "a", "ten-off", NULL, NOW_S, NULL) !=
                STATUS_OK ||
            write(tell, &i, sizeof(i)) != sizeof(i))
            _exit(1);
    }
}

static void
a_killed_station_loses_nothing_that_was_acknowledged(void **state)
{
    struct bench *bench = *state;
    int next = 0;
    for (int round = 0; round < 6; round++) {
        int ends[2], told = 0, how = 0;
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            decide_until_killed(bench, next, ends[1]);
        close(ends[1]);
        /* Killed at no particular moment of a write: after a number of them, plus as
         * long as reading one more takes or not. */
        for (int i = 0; i < 5 + 7 * round; i++) {
            assert_int_equal(read(ends[0], &told, sizeof(told)), sizeof(told));
            assert_int_equal(told, next++);
        }
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, &how, 0), child);
        assert_true(WIFSIGNALED(how));
        while (read(ends[0], &told, sizeof(told)) == sizeof(told))
            next = told + 1;
        close(ends[0]);
        bench->ledger = open_ledger(bench, LEDGER_WRITE); /* and its turn is free again */
        int64_t kept = standing_of(bench, "C-1", NULL, "ten-off").decided_for_customer;
        assert_in_range(kept, next, next + 1); /* one more may be in, not told yet */
        for (int i = 0; i < next; i++) {
            char id[32];
            struct decision *found = NULL;
            snprintf(id, sizeof(id), "%d", i);
            assert_int_equal(ledger_find(bench->ledger, "fern", id, "1", bench->arena,
                                         &bench->notes, &found),
                             STATUS_OK);
        }
        next = (int)kept;
        ledger_close(take(bench->ledger));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_SHARED(processes_never_decide_more_than_the_cap),
        TEST_SHARED(processes_that_decide_the_same_order_decide_it_once),
        TEST_SHARED(a_killed_station_loses_nothing_that_was_acknowledged),
        TEST_SHARED(threads_never_decide_more_than_the_cap),
        TEST_SHARED(threads_that_decide_the_same_order_decide_it_once),
    };
    return cmocka_run_group_tests_name("ledger with many", tests, NULL, NULL);
}
