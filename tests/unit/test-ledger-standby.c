/* A station that loses its database: it goes on with what it leased, and settles.
 *
 * Beside a server of its own (tests/ledger/with-cluster), which is killed and started. */
#include "ledger-bench.h"

#include "base/xml.h"

#include <sqlite3.h>
#include <time.h>

#define TODAY ((struct day){(int32_t)(NOW_S / DAY_S)})
#define MOST 40
#define LEASE 20

static const struct unit_claim spring = {
    .name = "spring", .first_day = DAY_NONE, .most = MOST, .most_minor = MOST * 500};
static const struct piece_key coupon = {"coupon", 0};

static void
server(const char *what)
{
    char command[700];
    snprintf(command, sizeof(command), "sh '%.300s' %s '%.300s' >/dev/null 2>&1",
             getenv("TUCK_TEST_CLUSTER_SH"), what, getenv("TUCK_TEST_CLUSTER"));
    assert_int_equal(system(command), 0);
}

static struct ledger *
open_station(struct bench *bench, const char *name, int32_t number)
{
    char standby[360];
    struct ledger *ledger = NULL;
    const struct patience patience = {clock_monotonic_ms() + 4000, NULL};
    snprintf(standby, sizeof(standby), "%s/%s.standby", bench->dir, name);
    const struct ledger_how how = {.path = bench->path,
                                   .mode = LEDGER_WRITE,
                                   .keys = bench->keys,
                                   .station = name,
                                   .station_number = number,
                                   .standby = standby,
                                   .lease_units = LEASE,
                                   .patience = &patience};
    enum status status = ledger_open(&how, &bench->notes, &ledger);
    if (status != STATUS_OK && bench->notes.count)
        print_error("%s\n", bench->notes.note[0].text);
    assert_int_equal(status, STATUS_OK);
    return ledger;
}

static enum status
promise(struct bench *bench, struct ledger *ledger, const char *order_id,
        struct code_wish wish, const struct unit_claim *claim, int64_t *ret_id,
        const char **ret_code)
{
    struct order order = make_order(order_id, "C-1", "a");
    struct piece_record piece = make_piece("coupon", 0, "ten-off", NULL);
    struct decision decision = make_decision(&order, &piece, 1), *existing = NULL;
    struct notes notes = {0};
    size_t spent = 0;
    piece.expires.n = TODAY.n + 30;
    piece.ends_s = (int64_t)(TODAY.n + 31) * DAY_S;
    piece.liability.minor = 500;
    piece.wish = wish;
    piece.claims = claim;
    piece.claim_count = 1;
    enum status status = ledger_decide(ledger, &order, &decision, NULL, NULL,
                                       bench->arena, &notes, &existing, &spent);
    if (ret_id && status == STATUS_OK)
        *ret_id = decision.id;
    if (ret_code)
        *ret_code = piece.code;
    return status;
}

static const struct code_wish is_signed = {
    .kind = CODE_SIGNED, .prefix = "FERN", .offer_number = 7};

static int64_t
used_now(struct bench *bench, struct ledger *ledger)
{
    struct unit_use use = {0};
    assert_int_equal(ledger_used(ledger, "fern", NULL, TODAY, &spring, 1, &bench->notes,
                                 &use),
                     STATUS_OK);
    return use.units;
}

static void
prepare(struct bench *bench, struct ledger *ledger)
{
    const struct lease_wish wish = {spring, 500};
    assert_int_equal(ledger_prepare(ledger, "fern", TODAY, &wish, 1, &bench->notes),
                     STATUS_OK);
}

/* The database is left alone for a few seconds after it was lost. */
static void
wait_for_server(struct bench *bench, struct ledger *ledger)
{
    const int64_t until_ms = clock_monotonic_ms() + 30000;
    const struct timespec wait = {0, 100000000};
    struct decision *found = NULL;
    while (clock_monotonic_ms() < until_ms) {
        (void)ledger_find(ledger, "fern", "?", "1", bench->arena, &bench->notes, &found);
        if (!ledger_is_away(ledger))
            return;
        nanosleep(&wait, NULL);
    }
    fail_msg("the database did not come back");
}

static const char *
state_of_code(struct bench *bench, struct ledger *ledger, const char *code)
{
    struct promise *promises = NULL;
    size_t count = 0;
    assert_int_equal(ledger_promises(ledger, "fern", NULL, code, NULL, bench->arena,
                                     &bench->notes, &promises, &count),
                     STATUS_OK);
    assert_int_equal(count, 1);
    return promises[0].state;
}

static void
assert_sound(struct bench *bench, struct ledger *ledger)
{
    struct notes notes = {0};
    (void)bench;
    if (ledger_verify(ledger, &notes) != STATUS_OK)
        fail_msg("%s", notes.count ? notes.note[0].text : "not sound");
}

static void
a_station_goes_on_within_its_lease_and_settles(void **state)
{
    struct bench *bench = *state;
    struct ledger *station = open_station(bench, "bench-7", 7);
    const char *codes[64];
    int64_t online = 0, offline = 0;
    int made = 0;
    assert_int_equal(promise(bench, station, "online", is_signed, &spring, &online,
                             &codes[made++]),
                     STATUS_OK);
    prepare(bench, station);
    const int64_t leased = used_now(bench, station) - 1;
    assert_in_range(leased, 1, LEASE);
    assert_sound(bench, station);

    server("kill");
    for (;; made++) {
        char order[32];
        snprintf(order, sizeof(order), "%d", made);
        enum status status =
            promise(bench, station, order, is_signed, &spring, &offline, &codes[made]);
        if (status == STATUS_WITHOUT)
            break;
        assert_int_equal(status, STATUS_OK);
        assert_true(ledger_is_away(station));
        assert_int_equal(ledger_event(station, offline, &coupon, "printed", NOW_S, NULL,
                                      &bench->notes),
                         STATUS_OK);
    }
    assert_int_equal(made - 1, leased);
    assert_int_equal(
        ledger_event(station, online, &coupon, "printed", NOW_S, NULL, &bench->notes),
        STATUS_OK);
    /* one order, one answer: also of an order that was decided alone */
    struct decision *found = NULL;
    assert_int_equal(ledger_find(station, "fern", "1", "1", bench->arena, &bench->notes,
                                 &found),
                     STATUS_OK);
    assert_string_equal(found->pieces[0].code, codes[1]);

    server("start");
    wait_for_server(bench, station);
    assert_int_equal(used_now(bench, station), 1 + leased);
    for (int i = 0; i < made; i++) {
        assert_string_equal(state_of_code(bench, station, codes[i]), "printed");
        for (int j = 0; j < i; j++)
            assert_string_not_equal(codes[i], codes[j]);
    }
    assert_sound(bench, station);
    /* a ticket from that time still finds its piece, and the answer is the same */
    assert_int_equal(
        ledger_event(station, offline, &coupon, "failed", NOW_S, NULL, &bench->notes),
        STATUS_OK);
    assert_int_equal(ledger_find(station, "fern", "1", "1", bench->arena, &bench->notes,
                                 &found),
                     STATUS_OK);
    assert_string_equal(found->pieces[0].code, codes[1]);
    struct history *history = NULL;
    assert_int_equal(ledger_history(station, "fern", "C-1", bench->arena, &bench->notes,
                                    &history),
                     STATUS_OK);
    assert_int_equal(history->order_count, made);
    ledger_close(station);
}

static void
stations_together_never_exceed_the_limit(void **state)
{
    struct bench *bench = *state;
    struct ledger *lost = open_station(bench, "bench-1", 1);
    struct ledger *other = open_station(bench, "bench-2", 2);
    int count = 0;
    prepare(bench, lost);
    prepare(bench, other);
    server("kill");
    for (int i = 0;; i++, count++) {
        char order[32];
        snprintf(order, sizeof(order), "lost-%d", i);
        if (promise(bench, lost, order, is_signed, &spring, NULL, NULL) != STATUS_OK)
            break;
    }
    server("start");
    wait_for_server(bench, other); /* the first one has not settled yet */
    for (int i = 0;; i++, count++) {
        char order[32];
        snprintf(order, sizeof(order), "other-%d", i);
        enum status status =
            promise(bench, other, order, is_signed, &spring, NULL, NULL);
        if (status == STATUS_WITHOUT)
            break;
        assert_int_equal(status, STATUS_OK);
    }
    assert_true(count < MOST); /* some are leased and not used */
    assert_int_equal(used_now(bench, other), MOST);
    wait_for_server(bench, lost);
    assert_int_equal(used_now(bench, other), MOST);
    assert_sound(bench, other);
    /* leases that nobody wants any more go back */
    assert_int_equal(ledger_prepare(lost, "fern", TODAY, NULL, 0, &bench->notes),
                     STATUS_OK);
    assert_int_equal(ledger_prepare(other, "fern", TODAY, NULL, 0, &bench->notes),
                     STATUS_OK);
    assert_int_equal(used_now(bench, other), count);
    for (int i = 0; count < MOST; i++, count++) {
        char order[32];
        snprintf(order, sizeof(order), "rest-%d", i);
        assert_int_equal(promise(bench, other, order, is_signed, &spring, NULL, NULL),
                         STATUS_OK);
    }
    assert_int_equal(promise(bench, other, "one-more", is_signed, &spring, NULL, NULL),
                     STATUS_WITHOUT);
    assert_sound(bench, other);
    ledger_close(lost);
    ledger_close(other);
}

static void
alone_it_promises_only_what_others_cannot_have_given(void **state)
{
    struct bench *bench = *state;
    struct ledger *station = open_station(bench, "bench-3", 3);
    const struct unit_claim mine = {
        .name = "ten-off/customer", .customer = "C-1", .first_day = DAY_NONE, .most = 1,
        .most_minor = -1};
    const struct unit_claim unleased = {
        .name = "winter", .first_day = DAY_NONE, .most = 1000, .most_minor = -1};
    const struct unit_claim uncounted = {
        .name = "free", .first_day = DAY_NONE, .most = -1, .most_minor = -1};
    const struct code_wish by_chance = {.kind = CODE_RANDOM, .prefix = "FERN"};
    struct unit_use use = {.is_known = true};
    prepare(bench, station);
    server("kill");
    assert_int_equal(promise(bench, station, "1", is_signed, &mine, NULL, NULL),
                     STATUS_WITHOUT);
    assert_int_equal(promise(bench, station, "2", is_signed, &unleased, NULL, NULL),
                     STATUS_WITHOUT);
    assert_int_equal(promise(bench, station, "3", by_chance, &uncounted, NULL, NULL),
                     STATUS_WITHOUT);
    assert_int_equal(promise(bench, station, "4", is_signed, &uncounted, NULL, NULL),
                     STATUS_OK);
    assert_int_equal(ledger_used(station, "fern", NULL, TODAY, &mine, 1, &bench->notes,
                                 &use),
                     STATUS_OK);
    assert_false(use.is_known);
    /* what only the database can answer is told as that */
    const struct redemption redemption = {.merchant = "fern", .code = "X", .at_s = NOW_S};
    struct redemption_answer answer;
    assert_int_equal(ledger_redeem(station, &redemption, TODAY, bench->arena,
                                   &bench->notes, &answer),
                     STATUS_OUTSIDE);
    server("start");
    wait_for_server(bench, station);
    assert_sound(bench, station);
    ledger_close(station);
}

static void
a_station_may_start_without_its_database(void **state)
{
    struct bench *bench = *state;
    struct ledger *station = open_station(bench, "bench-4", 4);
    const char *code = NULL;
    prepare(bench, station);
    ledger_close(station);
    server("kill");
    station = open_station(bench, "bench-4", 4);
    assert_true(ledger_is_away(station));
    assert_int_equal(promise(bench, station, "1", is_signed, &spring, NULL, &code),
                     STATUS_OK);
    ledger_close(station);
    server("start");
    station = open_station(bench, "bench-4", 4);
    wait_for_server(bench, station);
    assert_string_equal(state_of_code(bench, station, code), "reserved");
    assert_sound(bench, station);
    ledger_close(station);
}

/* As if the station had been killed after the database took its decision, and before its
 * own file knew. */
static void
what_is_settled_twice_is_settled_once(void **state)
{
    struct bench *bench = *state;
    struct ledger *station = open_station(bench, "bench-5", 5);
    char standby[360];
    const char *code = NULL;
    sqlite3 *db = NULL;
    prepare(bench, station);
    server("kill");
    assert_int_equal(promise(bench, station, "1", is_signed, &spring, NULL, &code),
                     STATUS_OK);
    server("start");
    wait_for_server(bench, station);
    ledger_close(station);
    snprintf(standby, sizeof(standby), "%s/bench-5.standby", bench->dir);
    assert_int_equal(sqlite3_open(standby, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "DELETE FROM settled", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    station = open_station(bench, "bench-5", 5);
    wait_for_server(bench, station);
    assert_int_equal(ledger_prepare(station, "fern", TODAY, NULL, 0, &bench->notes),
                     STATUS_OK);
    assert_int_equal(used_now(bench, station), 1); /* and nothing is leased any more */
    assert_string_equal(state_of_code(bench, station, code), "reserved");
    assert_sound(bench, station);
    ledger_close(station);
}

static bool
standby_holds(struct bench *bench, const char *station, const char *words)
{
    static const char *const suffixes[] = {"", "-wal"};
    bool holds = false;
    for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
        char path[400], *bytes = NULL;
        size_t n = 0;
        snprintf(path, sizeof(path), "%s/%s.standby%s", bench->dir, station, suffixes[i]);
        if (file_read(path, 64 << 20, NULL, &bytes, &n) == STATUS_OK)
            holds |= memmem(bytes, n, words, strlen(words)) != NULL;
        free(bytes);
    }
    return holds;
}

static void
the_words_of_customers_do_not_stay_in_a_stations_file(void **state)
{
    struct bench *bench = *state;
    struct ledger *station = open_station(bench, "bench-6", 6);
    const char words[] = "a grudge about Zwetschgendatschi";
    const uint8_t *bytes = NULL;
    const char *digest = NULL;
    int64_t ids[2];
    size_t n = 0;
    prepare(bench, station);
    server("kill");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(promise(bench, station, i ? "1" : "0", is_signed, &spring,
                                 &ids[i], NULL),
                         STATUS_OK);
        assert_int_equal(ledger_keep_sheet(station, ids[i], &coupon, 1, "", words,
                                           sizeof(words), &bench->notes),
                         STATUS_OK);
    }
    server("start");
    wait_for_server(bench, station);
    prepare(bench, station); /* just settled: it may be asked for again */
    assert_true(standby_holds(bench, "bench-6", words));
    assert_true(standby_holds(bench, "bench-6", "TEA-042"));
    const struct lease_wish wish = {spring, 500};
    const struct day later = {TODAY.n + 3};
    assert_int_equal(ledger_prepare(station, "fern", later, &wish, 1, &bench->notes),
                     STATUS_OK);
    assert_false(standby_holds(bench, "bench-6", words));
    assert_false(standby_holds(bench, "bench-6", "TEA-042"));
    /* the database has them */
    assert_int_equal(ledger_find_sheet(station, ids[0], &coupon, 1, "", bench->arena,
                                       &bench->notes, &digest, &bytes, &n),
                     STATUS_OK);
    assert_memory_equal(bytes, words, sizeof(words));
    assert_sound(bench, station);
    ledger_close(station);
}

static void
who_is_forgotten_is_forgotten_in_the_stations_file(void **state)
{
    struct bench *bench = *state;
    struct ledger *station = open_station(bench, "bench-8", 8);
    const char words[] = "a grudge about Zwetschgendatschi";
    const char *code = NULL;
    int64_t id = 0;
    prepare(bench, station);
    server("kill");
    assert_int_equal(promise(bench, station, "1", is_signed, &spring, &id, &code),
                     STATUS_OK);
    assert_int_equal(ledger_keep_sheet(station, id, &coupon, 1, "", words, sizeof(words),
                                       &bench->notes),
                     STATUS_OK);
    assert_int_equal(ledger_forget(station, "fern", "C-1", NOW_S, &bench->notes),
                     STATUS_OUTSIDE);
    server("start");
    wait_for_server(bench, station);
    assert_int_equal(ledger_forget(station, "fern", "C-1", NOW_S, &bench->notes),
                     STATUS_OK);
    assert_false(standby_holds(bench, "bench-8", words));
    assert_false(standby_holds(bench, "bench-8", "TEA-042"));
    assert_string_equal(state_of_code(bench, station, code), "reserved");
    assert_int_equal(ledger_forget(station, "fern", "C-1", NOW_S, &bench->notes),
                     STATUS_WITHOUT);
    assert_sound(bench, station);
    ledger_close(station);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_SHARED(a_station_goes_on_within_its_lease_and_settles),
        TEST_SHARED(stations_together_never_exceed_the_limit),
        TEST_SHARED(alone_it_promises_only_what_others_cannot_have_given),
        TEST_SHARED(a_station_may_start_without_its_database),
        TEST_SHARED(what_is_settled_twice_is_settled_once),
        TEST_SHARED(the_words_of_customers_do_not_stay_in_a_stations_file),
        TEST_SHARED(who_is_forgotten_is_forgotten_in_the_stations_file),
    };
    if (!getenv("TUCK_TEST_CLUSTER")) {
        print_message("no server to lose here\n");
        return 77;
    }
    return cmocka_run_group_tests_name("standby", tests, NULL, NULL);
}
