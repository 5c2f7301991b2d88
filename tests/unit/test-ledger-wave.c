/* Waves in the ledger: shares taken, given back by death or by word, done once. The same
 * program is run over SQLite and PostgreSQL. */
#include "ledger-bench.h"

#include "base/xml.h"

#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/wait.h>

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
    assert_string_equal(orders[0].note, "taken five times and never finished");
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

/* What the front door has no call for. */
static void
run_sql(struct bench *bench, const char *sql)
{
    char command[1500];
    sqlite3 *db = NULL;
    if (getenv("TUCK_TEST_POSTGRES")) {
        snprintf(command, sizeof(command), "psql -qX -v ON_ERROR_STOP=1 '%s' -c \"%s\"",
                 bench->path, sql);
        assert_int_equal(system(command), 0);
        return;
    }
    assert_int_equal(sqlite3_open(bench->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void
a_clock_that_is_set_back_holds_no_lease_for_ever(void **state)
{
    struct bench *bench = *state;
    struct wave_order *orders;
    size_t n;
    add_orders(bench, "w", 2, "x");
    assert_int_equal(take_share(bench, "dead", 86400, 10, &orders, &n), STATUS_OK);
    run_sql(bench, "UPDATE wave_order SET taken_s = taken_s + 30, until_s = until_s + 30");
    assert_int_equal(take_share(bench, "heir", 60, 10, &orders, &n), STATUS_WITHOUT);
    run_sql(bench, "UPDATE wave_order SET taken_s = taken_s + 60, until_s = until_s + 60");
    assert_int_equal(take_share(bench, "heir", 60, 10, &orders, &n), STATUS_OK);
    assert_int_equal(n, 2);
}

static void
who_asks_for_longer_keeps_a_share(void **state)
{
    struct bench *bench = *state;
    struct wave_order *orders, *others;
    size_t n, m;
    add_orders(bench, "w", 2, "x");
    assert_int_equal(take_share(bench, "a", 86400, 1, &orders, &n), STATUS_OK);
    assert_int_equal(take_share(bench, "b", 86400, 1, &others, &m), STATUS_OK);
    run_sql(bench, "UPDATE wave_order SET until_s = taken_s");
    assert_int_equal(ledger_wave_keep(bench->ledger, "m", "w", "a", 60, &bench->notes),
                     STATUS_OK);
    assert_int_equal(take_share(bench, "c", 60, 10, &others, &m), STATUS_OK);
    assert_int_equal(m, 1);
    assert_int_equal(others[0].place, 2);
}

static void
a_word_of_an_order_that_was_changed_meanwhile_is_not_heard(void **state)
{
    struct bench *bench = *state;
    struct wave_order *orders;
    size_t n;
    add_orders(bench, "w", 1, "x");
    assert_int_equal(take_share(bench, "a", 60, 10, &orders, &n), STATUS_OK);
    add_orders(bench, "w", 1, "another");
    finish(bench, "a", orders, n, "done");
    assert_int_equal(level(bench, "w").waiting, 1);
    assert_int_equal(take_share(bench, "a", 60, 10, &orders, &n), STATUS_OK);
    assert_string_equal(orders[0].document, "<order n=\"0\">another</order>");
}

static void
a_failed_order_waits_again_when_it_is_added_again(void **state)
{
    struct bench *bench = *state;
    struct wave_order *orders;
    size_t n;
    add_orders(bench, "w", 2, "x");
    assert_int_equal(take_share(bench, "a", 60, 1, &orders, &n), STATUS_OK);
    orders[0].note = "no such offer";
    finish(bench, "a", orders, n, "failed");
    assert_int_equal(level(bench, "w").failed, 1);
    add_orders(bench, "w", 2, "x");
    assert_int_equal(level(bench, "w").waiting, 2);
    assert_int_equal(take_share(bench, "a", 60, 1, &orders, &n), STATUS_OK);
    assert_string_equal(orders[0].document, "<order n=\"0\">x</order>");
    assert_int_equal(orders[0].tries, 1);
}

/* --- groups ------------------------------------------------------------------------- */

static void
a_decision_and_the_word_of_it_last_together(void **state)
{
    struct bench *bench = *state;
    for (int is_ended = 0; is_ended < 2; is_ended++) {
        struct wave_order *orders;
        struct decision *found = NULL;
        size_t n;
        add_orders(bench, "w", 1, is_ended ? "again" : "x");
        assert_int_equal(take_share(bench, "a", 60, 10, &orders, &n), STATUS_OK);
        assert_int_equal(ledger_group_begin(bench->ledger, &bench->notes), STATUS_OK);
        assert_int_equal(decide_one(bench, "1", "C-1", "a", "welcome", NULL, NOW_S,
                                    &orders[0].decision),
                         STATUS_OK);
        finish(bench, "a", orders, n, "done");
        if (is_ended)
            assert_int_equal(ledger_group_end(bench->ledger, &bench->notes), STATUS_OK);
        ledger_close(take(bench->ledger)); /* as a crash would */
        bench->ledger = open_ledger(bench, LEDGER_WRITE);
        bool is_wave = false;
        enum status status = ledger_find(bench->ledger, "fern", "1", "1", bench->arena,
                                         &bench->notes, &found);
        assert_int_equal(status, is_ended ? STATUS_OK : STATUS_WITHOUT);
        assert_int_equal(level(bench, "w").done, is_ended);
        assert_int_equal(ledger_wave_has(bench->ledger, orders[0].decision, &bench->notes,
                                         &is_wave),
                         STATUS_OK);
        assert_int_equal(is_wave, is_ended);
    }
}

struct crossing {
    pthread_t thread;
    struct bench bench;
    pthread_barrier_t *both_have_one;
    const char *orders[2];
    enum status decided[2], ended;
    int existing;
};

static enum status
decide_crossing(struct crossing *crossing, const char *id)
{
    struct order order = make_order(id, "C-1", "a");
    struct piece_record piece = make_piece("insert", 0, "welcome", NULL);
    struct decision decision = make_decision(&order, &piece, 1), *existing = NULL;
    struct bench *bench = &crossing->bench;
    size_t spent = 0;
    enum status status = ledger_decide(bench->ledger, &order, &decision, NULL, NULL,
                                       bench->arena, &bench->notes, &existing, &spent);
    crossing->existing += existing != NULL;
    return existing ? STATUS_OK : status;
}

static void *
cross(void *data)
{
    struct crossing *crossing = data;
    struct bench *bench = &crossing->bench;
    if (ledger_group_begin(bench->ledger, &bench->notes) != STATUS_OK)
        abort();
    crossing->decided[0] = decide_crossing(crossing, crossing->orders[0]);
    pthread_barrier_wait(crossing->both_have_one);
    crossing->decided[1] = decide_crossing(crossing, crossing->orders[1]);
    crossing->ended = ledger_group_end(bench->ledger, &bench->notes);
    return NULL;
}

/* Two groups that want each other's orders: one goes through, the other is told to do all
 * of it again, and does. */
static void
groups_that_wait_for_each_other_end_and_can_be_made_again(void **state)
{
    struct bench *bench = *state;
    struct crossing crossings[2] = {{.orders = {"1", "2"}}, {.orders = {"2", "1"}}};
    const struct patience patience = {INT64_MAX, NULL};
    pthread_barrier_t barrier;
    struct decision *found = NULL;
    pthread_barrier_init(&barrier, NULL, 2);
    for (int i = 0; i < 2; i++) {
        crossings[i].bench = *bench;
        crossings[i].both_have_one = &barrier;
        crossings[i].bench.arena = arena_new(0);
        crossings[i].bench.ledger = open_ledger(bench, LEDGER_WRITE);
        ledger_set_patience(crossings[i].bench.ledger, &patience);
        assert_int_equal(pthread_create(&crossings[i].thread, NULL, cross, &crossings[i]), 0);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(crossings[i].thread, NULL);
    bool first_lost = crossings[0].ended != STATUS_OK;
    struct crossing *lost = &crossings[!first_lost], *kept = &crossings[first_lost];
    assert_int_equal(kept->ended, STATUS_OK);
    assert_int_equal(kept->decided[1], STATUS_OK);
    assert_int_equal(lost->decided[1], STATUS_RETRY);
    assert_int_equal(lost->ended, STATUS_RETRY);
    assert_int_equal(kept->existing + lost->existing, 0);
    for (int i = 0; i < 2; i++) { /* order by order, outside of a group */
        assert_int_equal(decide_crossing(lost, lost->orders[i]), STATUS_OK);
        assert_int_equal(ledger_find(bench->ledger, "fern", lost->orders[i], "1",
                                     bench->arena, &bench->notes, &found),
                         STATUS_OK);
        assert_int_equal(found->revision, 1);
    }
    assert_int_equal(lost->existing, 2);
    for (int i = 0; i < 2; i++) {
        ledger_close(crossings[i].bench.ledger);
        arena_free(crossings[i].bench.arena);
    }
    pthread_barrier_destroy(&barrier);
}

/* --- people ------------------------------------------------------------------------- */

#define ORDER_OF(customer)                                                               \
    "<order xmlns='urn:tuck:order:1' merchant='fern' id='O-" customer                    \
    "' placed-at='2026-10-02T09:12:00+02:00' currency='EUR'><customer id='" customer     \
    "'/><lines><line sku='A' quantity='1' unit-price='7.90'/></lines></order>"

static void
add_people(struct bench *bench, int64_t at_s)
{
    static const char *const documents[] = {ORDER_OF("C-1"), ORDER_OF("C-2"),
                                            "<order>of C-1, and cut", ORDER_OF("C-1x")};
    struct wave_order orders[4] = {{0}};
    int64_t waiting = 0;
    for (int i = 0; i < 4; i++)
        orders[i] = (struct wave_order){.place = i + 1,
                                        .name = arena_printf(bench->arena, "order-%d", i),
                                        .document = documents[i],
                                        .document_n = strlen(documents[i])};
    assert_int_equal(ledger_wave_add(bench->ledger, "fern", "w", at_s, orders, 4,
                                     &bench->notes, &waiting),
                     STATUS_OK);
}

static void
assert_states(struct bench *bench, const char *const states[4])
{
    struct wave_order *orders = NULL;
    size_t n = 0;
    assert_int_equal(ledger_wave_orders(bench->ledger, "fern", "w", NULL, bench->arena,
                                        &bench->notes, &orders, &n),
                     STATUS_OK);
    assert_int_equal(n, 4);
    for (int i = 0; i < 4; i++)
        assert_string_equal(orders[i].state, states[i]);
    assert_string_equal(orders[0].note, states[0][0] == 'f' ? "its customer was forgotten" : "");
}

static bool
file_holds(const struct bench *bench, const char *suffix, const char *words)
{
    char path[400], *bytes = NULL;
    size_t n = 0;
    snprintf(path, sizeof(path), "%s%s", bench->path, suffix);
    if (file_read(path, 64 << 20, NULL, &bytes, &n) != STATUS_OK)
        return false;
    bool is_there = memmem(bytes, n, words, strlen(words)) != NULL;
    free(bytes);
    return is_there;
}

static void
who_is_forgotten_is_forgotten_in_waves_too(void **state)
{
    static const char *const before[] = {"waiting", "waiting", "waiting", "waiting"};
    static const char *const after[] = {"failed", "waiting", "failed", "waiting"};
    struct bench *bench = *state;
    struct buf export BUF_AUTO = {0};
    add_people(bench, NOW_S);
    assert_int_equal(ledger_export(bench->ledger, "fern", "C-1", &export, &bench->notes),
                     STATUS_OK);
    assert_non_null(strstr(export.p, "id='O-C-1'"));
    assert_null(strstr(export.p, "O-C-2"));
    assert_null(strstr(export.p, "O-C-1x"));
    assert_int_equal(ledger_export(bench->ledger, "fern", "C-3", &export, &bench->notes),
                     STATUS_WITHOUT);
    assert_states(bench, before);
    assert_int_equal(ledger_forget(bench->ledger, "fern", "C-1", NOW_S, &bench->notes),
                     STATUS_OK);
    assert_states(bench, after);
    assert_int_equal(ledger_forget(bench->ledger, "fern", "C-1", NOW_S, &bench->notes),
                     STATUS_WITHOUT);
    assert_int_equal(ledger_export(bench->ledger, "fern", "C-1", &export, &bench->notes),
                     STATUS_WITHOUT);
    assert_int_equal(ledger_export(bench->ledger, "fern", "C-2", &export, &bench->notes),
                     STATUS_OK);
    if (!getenv("TUCK_TEST_POSTGRES")) {
        assert_false(file_holds(bench, "", "'C-1'") || file_holds(bench, "-wal", "'C-1'"));
        assert_false(file_holds(bench, "", "and cut") ||
                     file_holds(bench, "-wal", "and cut"));
    }
    add_people(bench, NOW_S); /* whoever has the documents may give them again */
    assert_states(bench, before);
}

static void
old_orders_go_by_the_day_they_were_added(void **state)
{
    struct bench *bench = *state;
    struct wave_order again = {.place = 2,
                               .name = "order-1",
                               .document = "<order/>",
                               .document_n = strlen("<order/>")};
    const struct retention retention = {.documents_before_s = NOW_S,
                                        .sheets_before_s = TIME_NONE,
                                        .history_before_s = TIME_NONE};
    int64_t waiting = 0, erased = 0;
    struct wave_order *orders = NULL;
    size_t n = 0;
    add_people(bench, NOW_S - 1);
    assert_int_equal(ledger_wave_add(bench->ledger, "fern", "w", NOW_S, &again, 1,
                                     &bench->notes, &waiting),
                     STATUS_OK);
    assert_int_equal(
        ledger_retain(bench->ledger, "fern", &retention, &bench->notes, &erased),
        STATUS_OK);
    assert_int_equal(erased, 3);
    assert_int_equal(ledger_wave_orders(bench->ledger, "fern", "w", NULL, bench->arena,
                                        &bench->notes, &orders, &n),
                     STATUS_OK);
    assert_int_equal(n, 1);
    assert_string_equal(orders[0].name, "order-1");
}

/* --- many at once ------------------------------------------------------------------- */

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

/* Takes a share and dies with it. */
static void
be_killed(struct bench *bench, int number, int told)
{
    struct wave_order *orders;
    char name[32];
    size_t n = 0;
    snprintf(name, sizeof(name), "victim-%d", number);
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    enum status status = take_share(bench, name, 1, 5, &orders, &n);
    if (status == STATUS_OK && number % 2) /* amid a group */
        status = ledger_group_begin(bench->ledger, &bench->notes);
    for (size_t i = 0; i < n; i++)
        orders[i].state = "done";
    if (status == STATUS_OK && number % 2)
        status = ledger_wave_done(bench->ledger, "m", "w", name, orders, n, &bench->notes);
    if (write(told, &status, sizeof(status)) != sizeof(status))
        _exit(1);
    for (;;)
        pause();
}

static int
work_in_process(struct bench *bench, int number, int *times)
{
    char name[32];
    snprintf(name, sizeof(name), "process-%d", number);
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    for (;;) {
        struct wave_order *orders;
        size_t n;
        struct wave_level now = level(bench, "w");
        if (now.waiting + now.taken == 0)
            return 0;
        enum status status = take_share(bench, name, 60, 5, &orders, &n);
        if (status == STATUS_WITHOUT) {
            usleep(20000); /* others are at theirs, or dead */
            continue;
        }
        if (status != STATUS_OK)
            return 1;
        for (size_t i = 0; i < n; i++)
            __atomic_fetch_add(&times[orders[i].place - 1], 1, __ATOMIC_SEQ_CST);
        finish(bench, name, orders, n, "done");
    }
}

static void
what_killed_processes_had_is_done_by_others(void **state)
{
    enum { VICTIMS = 4, HEIRS = 3 };
    struct bench *bench = *state;
    pid_t pids[VICTIMS];
    int ends[2], how = 0;
    int *times = mmap(NULL, ORDERS * sizeof(*times), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(times != MAP_FAILED);
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    add_orders(bench, "w", ORDERS, "x");
    ledger_close(take(bench->ledger));
    assert_int_equal(pipe(ends), 0);
    for (int i = 0; i < VICTIMS; i++) {
        enum status status = STATUS_BUG;
        pids[i] = fork();
        assert_true(pids[i] >= 0);
        if (pids[i] == 0)
            be_killed(bench, i, ends[1]);
        assert_int_equal(read(ends[0], &status, sizeof(status)), sizeof(status));
        assert_int_equal(status, STATUS_OK);
        /* in a file one amid a group keeps all others waiting: it dies at once */
        assert_int_equal(kill(pids[i], SIGKILL), 0);
        assert_int_equal(waitpid(pids[i], &how, 0), pids[i]);
        assert_true(WIFSIGNALED(how));
    }
    for (int i = 0; i < HEIRS; i++) {
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0)
            _exit(work_in_process(bench, i, times));
    }
    for (int i = 0; i < HEIRS; i++) {
        assert_true(wait(&how) > 0);
        assert_int_equal(how, 0);
    }
    close(ends[0]);
    close(ends[1]);
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    assert_int_equal(level(bench, "w").done, ORDERS);
    for (int i = 0; i < ORDERS; i++)
        assert_int_equal(times[i], 1);
    munmap(times, ORDERS * sizeof(*times));
}

/* --- older ledgers ------------------------------------------------------------------ */

static void
a_ledger_of_version_2_keeps_its_sheets_and_learns_waves(void **state)
{
#define DROP_4                                                                           \
    "DROP TABLE exposure; DROP TABLE model; ALTER TABLE decision DROP COLUMN campaign;"  \
    " ALTER TABLE decision DROP COLUMN segments; ALTER TABLE decision DROP COLUMN model;"\
    " ALTER TABLE piece DROP COLUMN cohort; ALTER TABLE piece DROP COLUMN is_advised;"   \
    " ALTER TABLE piece DROP COLUMN cost_minor;"                                         \
    " ALTER TABLE redemption DROP COLUMN choice;"
    static const char back_in_a_file[] =
        "DROP TRIGGER decision_stays; DROP TRIGGER piece_stays;"
        " DROP TRIGGER redemption_stays;" DROP_4
        "ALTER TABLE sheet RENAME TO newer; CREATE TABLE sheet(decision BIGINT NOT NULL,"
        " placement TEXT NOT NULL, number BIGINT NOT NULL, format BIGINT NOT NULL,"
        " digest TEXT NOT NULL, bytes BLOB, PRIMARY KEY(decision, placement, number,"
        " format)); INSERT INTO sheet SELECT decision, placement, number, format, digest,"
        " bytes FROM newer; DROP TABLE newer; DROP TABLE wave; DROP TABLE wave_order;"
        " PRAGMA user_version = 2";
    static const char back_in_a_server[] =
        "DROP TRIGGER decision_stays ON decision; DROP TRIGGER piece_stays ON piece;"
        " DROP TRIGGER redemption_stays ON redemption;" DROP_4
        "ALTER TABLE sheet DROP COLUMN device; ALTER TABLE sheet ADD PRIMARY KEY(decision,"
        " placement, number, format); DROP TABLE wave; DROP TABLE wave_order;"
        " UPDATE meta SET value = '2' WHERE name = 'version'";
    const struct piece_key key = {"insert", 0};
    struct bench *bench = *state;
    const char *digest = NULL;
    const uint8_t *bytes = NULL;
    int64_t id = 0;
    size_t n = 0;
    assert_int_equal(decide_one(bench, "1", "C-1", "a", "welcome", NULL, NOW_S, &id),
                     STATUS_OK);
    assert_int_equal(ledger_keep_sheet(bench->ledger, id, &key, 1, "", "old", 3,
                                       &bench->notes),
                     STATUS_OK);
    ledger_close(take(bench->ledger));
    run_sql(bench, getenv("TUCK_TEST_POSTGRES") ? back_in_a_server : back_in_a_file);
    for (int i = 0; i < 2; i++) {
        bench->ledger = open_ledger(bench, LEDGER_WRITE);
        assert_int_equal(ledger_find_sheet(bench->ledger, id, &key, 1, "", bench->arena,
                                           &bench->notes, &digest, &bytes, &n),
                         STATUS_OK);
        assert_int_equal(n, 3);
        assert_memory_equal(bytes, "old", 3);
        if (i == 0)
            ledger_close(take(bench->ledger));
    }
    assert_int_equal(ledger_keep_sheet(bench->ledger, id, &key, 1, "8dpmm", "new", 3,
                                       &bench->notes),
                     STATUS_OK);
    add_orders(bench, "w", 2, "x");
    assert_int_equal(level(bench, "w").waiting, 2);
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
        TEST_WITH(shares_come_in_pick_order_and_are_nobody_elses),
        TEST_WITH(what_is_done_stays_done_and_its_words_go),
        TEST_WITH(a_share_that_is_given_back_is_taken_again),
        TEST_WITH(a_lease_that_runs_out_gives_the_share_to_others),
        TEST_WITH(an_order_that_kills_its_workers_fails_after_five),
        TEST_WITH(a_clock_that_is_set_back_holds_no_lease_for_ever),
        TEST_WITH(who_asks_for_longer_keeps_a_share),
        TEST_WITH(a_word_of_an_order_that_was_changed_meanwhile_is_not_heard),
        TEST_WITH(a_failed_order_waits_again_when_it_is_added_again),
        TEST_WITH(a_decision_and_the_word_of_it_last_together),
        TEST_WITH(who_is_forgotten_is_forgotten_in_waves_too),
        TEST_WITH(old_orders_go_by_the_day_they_were_added),
        TEST_WITH(many_hands_do_every_order_once),
        TEST_SHARED(what_killed_processes_had_is_done_by_others),
        TEST_WITH(a_ledger_of_version_2_keeps_its_sheets_and_learns_waves),
        TEST_WITH(a_wave_that_is_dropped_is_gone),
    };
    const struct CMUnitTest in_a_server[] = {
        TEST_WITH(groups_that_wait_for_each_other_end_and_can_be_made_again),
    };
    int failed = cmocka_run_group_tests_name("waves", tests, NULL, NULL);
    if (getenv("TUCK_TEST_POSTGRES")) /* in a file a group begins when it has its turn */
        failed += cmocka_run_group_tests_name("waves in a server", in_a_server, NULL, NULL);
    return failed;
}
