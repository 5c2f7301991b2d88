/* Care for the ledger: forgetting, exporting, old texts, copies, and whether it agrees
 * with itself. */
#include "ledger-bench.h"

#include "base/xml.h"

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define SECRET "a very private grudge about Zwetschgendatschi"

/* One order with everything that names its customer, and `words` wherever words go. */
static int64_t
fill_with(struct bench *bench, const char *order, const char *customer,
          const char *words, int64_t at_s)
{
    const struct piece_key key = {"insert", 0};
    struct order lines = make_order(order, customer, "a");
    struct piece_record piece = make_piece("insert", 0, "ten-off", NULL);
    const struct decision_document document = {"history", words};
    struct decision decision = make_decision(&lines, &piece, 1), *existing = NULL;
    struct complaint complaint = {.id = order,
                                  .about = words,
                                  .opened_at_s = at_s,
                                  .closed_at_s = TIME_NONE};
    struct history *history = history_make(bench->arena, customer);
    size_t spent = 0;
    history->complaints = &complaint;
    history->complaint_count = 1;
    history->household = "H-1";
    assert_int_equal(ledger_keep_history(bench->ledger, "fern", history, &bench->notes),
                     STATUS_OK);
    decision.decided_s = at_s;
    decision.documents = &document;
    decision.document_count = 1;
    piece.values = words;
    piece.expires.n = 20400;
    piece.ends_s = INT64_C(20401) * DAY_S;
    piece.liability.minor = 500;
    piece.wish = (struct code_wish){.kind = CODE_RANDOM, .prefix = "FERN"};
    assert_int_equal(decide(bench->ledger, &lines, &decision, NULL, bench->arena,
                            &bench->notes, &existing, &spent),
                     STATUS_OK);
    assert_int_equal(ledger_keep_sheet(bench->ledger, decision.id, &key, 1, "", words,
                                       strlen(words) + 1, &bench->notes),
                     STATUS_OK);
    assert_int_equal(ledger_event(bench->ledger, decision.id, &key, "printed", at_s, NULL,
                                  &bench->notes),
                     STATUS_OK);
    return decision.id;
}

static int64_t
fill(struct bench *bench, const char *order, const char *customer, int64_t at_s)
{
    return fill_with(bench, order, customer, SECRET, at_s);
}

static const char *
code_of(struct bench *bench, const char *order)
{
    struct decision *found = NULL;
    assert_int_equal(ledger_find(bench->ledger, "fern", order, "1", bench->arena,
                                 &bench->notes, &found),
                     STATUS_OK);
    return found->pieces[0].code;
}

static int64_t
owed(struct bench *bench)
{
    struct liability *rows = NULL;
    size_t count = 0;
    int64_t sum = 0;
    assert_int_equal(ledger_liability(bench->ledger, "fern", NOW_S, bench->arena,
                                      &bench->notes, &rows, &count),
                     STATUS_OK);
    for (size_t i = 0; i < count; i++)
        sum += rows[i].value.minor * (rows[i].printed + rows[i].reserved);
    return sum;
}

static bool
file_holds(const struct bench *bench, const char *suffix, const char *words)
{
    struct buf path BUF_AUTO = {0};
    char *bytes = NULL;
    size_t n = 0;
    buf_printf(&path, "%s%s", bench->path, suffix);
    FILE *file = fopen(path.p, "rb");
    if (!file)
        return false;
    fseek(file, 0, SEEK_END);
    n = (size_t)ftell(file);
    rewind(file);
    bytes = malloc(n + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, n, file), n);
    fclose(file);
    bool holds = memmem(bytes, n, words, strlen(words)) != NULL;
    free(bytes);
    return holds;
}

static void
a_forgotten_customer_is_gone_and_the_sums_stay(void **state)
{
    struct bench *bench = *state;
    struct history *history = NULL;
    struct promise *promises = NULL;
    struct buf before BUF_AUTO = {0}, after BUF_AUTO = {0};
    const char *text = NULL;
    size_t count = 0;
    int64_t id = fill(bench, "1", "C-1", NOW_S);
    fill(bench, "2", "C-2", NOW_S);
    const char *code = code_of(bench, "1");
    assert_int_equal(owed(bench), 1000);
    assert_int_equal(ledger_export(bench->ledger, "fern", "C-1", &before, &bench->notes),
                     STATUS_OK);
    assert_non_null(strstr(before.p, SECRET));
    assert_non_null(strstr(before.p, code));
    assert_null(strstr(before.p, "\"2\""));
    assert_int_equal(ledger_forget(bench->ledger, "fern", "C-3", NOW_S, &bench->notes),
                     STATUS_WITHOUT);
    assert_int_equal(ledger_forget(bench->ledger, "fern", "C-1", NOW_S, &bench->notes),
                     STATUS_OK);
    assert_int_equal(ledger_forget(bench->ledger, "fern", "C-1", NOW_S, &bench->notes),
                     STATUS_WITHOUT);
    assert_int_equal(ledger_export(bench->ledger, "fern", "C-1", &after, &bench->notes),
                     STATUS_WITHOUT);
    assert_int_equal(ledger_history(bench->ledger, "fern", "C-1", bench->arena,
                                    &bench->notes, &history),
                     STATUS_WITHOUT);
    assert_int_equal(ledger_promises(bench->ledger, "fern", NULL, NULL, "C-1",
                                     bench->arena, &bench->notes, &promises, &count),
                     STATUS_WITHOUT);
    assert_int_equal(ledger_document(bench->ledger, id, "history", bench->arena,
                                     &bench->notes, &text),
                     STATUS_WITHOUT);
    assert_int_equal(owed(bench), 1000);
    assert_int_equal(standing_of(bench, "C-1", NULL, "ten-off").decided_for_customer, 0);
    assert_int_equal(standing_of(bench, "C-1", NULL, "ten-off").decided_in_all, 2);
    assert_int_equal(ledger_verify(bench->ledger, &bench->notes), STATUS_OK);
    /* the paper is out, and is honoured */
    const struct redemption redemption = {
        .merchant = "fern", .code = code, .at_s = NOW_S + 1};
    struct redemption_answer answer;
    assert_int_equal(ledger_redeem(bench->ledger, &redemption, (struct day){20370},
                                   bench->arena, &bench->notes, &answer),
                     STATUS_OK);
    assert_int_equal(answer.answer, ANSWER_OK);
    assert_int_equal(owed(bench), 500);
}

/* What differs from run to run becomes the same. */
static void
settle_text(char *text, const char *from, char to)
{
    size_t n = strlen(from);
    for (char *found = strstr(text, from); found; found = strstr(found + n, from))
        memset(found, to, n);
}

static void
an_export_holds_everything_as_it_stands(void **state)
{
    struct bench *bench = *state;
    struct buf out BUF_AUTO = {0}, path BUF_AUTO = {0};
    const char *top = getenv("abs_top_srcdir");
    char name[40] = "", *expected = NULL;
    size_t n = 0;
    fill_with(bench, "1", "C-1", "\"quoted\" \\ words\nof Zo\xC3\xAB", NOW_S);
    fill(bench, "2", "C-2", NOW_S);
    const char *code = code_of(bench, "1");
    assert_int_equal(ledger_cache_put(bench->ledger, "fern", "C-1", "http://h/1", "e1",
                                      "<history/>", 10, NOW_S, &bench->notes),
                     STATUS_OK);
    assert_int_equal(ledger_cache_put(bench->ledger, "fern", "C-1", "http://h/2", NULL,
                                      "\xFF\x00\x01", 3, NOW_S + 1, &bench->notes),
                     STATUS_OK);
    const struct redemption redemption = {.merchant = "fern",
                                          .code = code,
                                          .id = "till-7",
                                          .place = "Ulm",
                                          .amount = {1250, "EUR"},
                                          .at_s = NOW_S + 1};
    struct redemption_answer answer;
    assert_int_equal(ledger_redeem(bench->ledger, &redemption, (struct day){20370},
                                   bench->arena, &bench->notes, &answer),
                     STATUS_OK);
    assert_int_equal(ledger_export(bench->ledger, "fern", "C-1", &out, &bench->notes),
                     STATUS_OK);
    assert_int_equal(
        sscanf(strstr(out.p, "\"pseudonym\": "), "\"pseudonym\": \"%39[^\"]", name), 1);
    settle_text(out.p, name, 'p');
    settle_text(out.p, code, 'c');
    char *household = strstr(out.p, "\"h~");
    assert_non_null(household);
    memset(household + 1, 'h', strcspn(household + 1, "\""));
    buf_printf(&path, "%s/tests/unit/data/export.json", top ? top : ".");
    if (getenv("TUCK_BLESS")) {
        FILE *file = fopen(path.p, "w");
        assert_non_null(file);
        fputs(out.p, file);
        fclose(file);
    }
    assert_int_equal(file_read(path.p, 1 << 20, NULL, &expected, &n), STATUS_OK);
    assert_string_equal(out.p, expected);
    free(expected);
}

static void
what_is_forgotten_is_not_in_the_file_either(void **state)
{
    struct bench *bench = *state;
    fill(bench, "1", "C-1", NOW_S);
    assert_true(file_holds(bench, "", SECRET) || file_holds(bench, "-wal", SECRET));
    assert_false(file_holds(bench, "", "C-1") || file_holds(bench, "-wal", "C-1"));
    assert_int_equal(ledger_forget(bench->ledger, "fern", "C-1", NOW_S, &bench->notes),
                     STATUS_OK);
    assert_false(file_holds(bench, "", SECRET));
    assert_false(file_holds(bench, "-wal", SECRET));
}

/* Pages that were split and merged may hold what has left their trees long ago. */
static void
many_who_came_and_went_leave_no_trace(void **state)
{
    enum { PEOPLE = 120 };
    struct bench *bench = *state;
    char who[32], order[32], words[2000];
    int left = 0;
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < PEOPLE; i++) {
            int n = snprintf(words, sizeof(words), "secret-of-%d-", i);
            int most = 60 + (i * 37 + round * 211) % 1500;
            memset(words + n, 'x', (size_t)most);
            snprintf(words + n + most, sizeof(words) - (size_t)(n + most), "-%d", round);
            snprintf(who, sizeof(who), "C-%d", i);
            snprintf(order, sizeof(order), "%d-%d", round, (i * 71) % PEOPLE);
            fill_with(bench, order, who, words, NOW_S + round);
        }
    for (int i = 0; i < PEOPLE; i += 3) {
        snprintf(who, sizeof(who), "C-%d", i);
        assert_int_equal(ledger_forget(bench->ledger, "fern", who, NOW_S, &bench->notes),
                         STATUS_OK);
    }
    for (int i = 0; i < PEOPLE; i++) {
        snprintf(words, sizeof(words), "secret-of-%d-", i);
        bool is_there = file_holds(bench, "", words) || file_holds(bench, "-wal", words);
        if (i % 3)
            assert_true(is_there);
        else
            left += is_there;
    }
    assert_int_equal(left, 0);
    assert_int_equal(ledger_verify(bench->ledger, &bench->notes), STATUS_OK);
}

static void
old_texts_go_by_age_and_digests_stay(void **state)
{
    struct bench *bench = *state;
    const struct piece_key key = {"insert", 0};
    const struct retention retention = {.documents_before_s = NOW_S - 30 * DAY_S,
                                        .sheets_before_s = NOW_S - 10 * DAY_S,
                                        .history_before_s = TIME_NONE};
    const uint8_t *bytes = NULL;
    const char *digest = NULL, *text = NULL;
    int64_t erased = 0;
    size_t n = 0;
    int64_t old = fill(bench, "1", "C-1", NOW_S - 60 * DAY_S);
    int64_t young = fill(bench, "2", "C-1", NOW_S - 20 * DAY_S);
    assert_int_equal(
        ledger_retain(bench->ledger, "fern", &retention, &bench->notes, &erased),
        STATUS_OK);
    assert_int_equal(erased, 4); /* history and values of the old one, two sheets */
    assert_int_equal(ledger_document(bench->ledger, old, "history", bench->arena,
                                     &bench->notes, &text),
                     STATUS_WITHOUT);
    assert_int_equal(ledger_document(bench->ledger, young, "history", bench->arena,
                                     &bench->notes, &text),
                     STATUS_OK);
    assert_int_equal(ledger_find_sheet(bench->ledger, young, &key, 1, "", bench->arena,
                                       &bench->notes, &digest, &bytes, &n),
                     STATUS_OK);
    assert_null(bytes);
    assert_string_equal(digest, hash_sha256(SECRET, sizeof(SECRET)).hex);
    assert_int_equal(
        ledger_retain(bench->ledger, "fern", &retention, &bench->notes, &erased),
        STATUS_OK);
    assert_int_equal(erased, 0);
    assert_int_equal(ledger_verify(bench->ledger, &bench->notes), STATUS_OK);
}

/* --- copies (one file) ---------------------------------------------------------------- */

static void
old_history_goes_by_age_wherever_it_came_from(void **state)
{
    struct bench *bench = *state;
    const struct retention retention = {.documents_before_s = TIME_NONE,
                                        .sheets_before_s = TIME_NONE,
                                        .history_before_s = NOW_S - 30 * DAY_S};
    const char *etag = NULL, *body = NULL;
    int64_t erased = 0, at_s = 0;
    size_t n = 0;
    fill(bench, "1", "C-1", NOW_S); /* an order and a complaint of today's */
    for (int i = 0; i < 2; i++)
        assert_int_equal(ledger_cache_put(bench->ledger, "fern", i ? "C-1" : "C-2",
                                          i ? "http://h/1" : "http://h/2", NULL, SECRET,
                                          strlen(SECRET), NOW_S - i * 60 * DAY_S,
                                          &bench->notes),
                         STATUS_OK);
    assert_int_equal(
        ledger_retain(bench->ledger, "fern", &retention, &bench->notes, &erased),
        STATUS_OK);
    assert_int_equal(erased, 1);
    assert_int_equal(ledger_cache_get(bench->ledger, "http://h/1", bench->arena,
                                      &bench->notes, &etag, &body, &n, &at_s),
                     STATUS_WITHOUT);
    assert_int_equal(ledger_cache_get(bench->ledger, "http://h/2", bench->arena,
                                      &bench->notes, &etag, &body, &n, &at_s),
                     STATUS_OK);
}

static void
a_copy_made_while_others_write_is_whole(void **state)
{
    struct bench *bench = *state;
    char copy[400];
    struct buf before BUF_AUTO = {0}, after BUF_AUTO = {0};
    struct ledger *reader = open_ledger(bench, LEDGER_WRITE), *restored = NULL;
    for (int i = 0; i < 20; i++) {
        char order[32];
        snprintf(order, sizeof(order), "%d", i);
        fill(bench, order, "C-1", NOW_S);
    }
    snprintf(copy, sizeof(copy), "%s.copy", bench->path);
    assert_int_equal(ledger_backup(reader, copy, &bench->notes), STATUS_OK);
    assert_int_equal(ledger_dump(bench->ledger, &before, &bench->notes), STATUS_OK);
    fill(bench, "later", "C-1", NOW_S);
    assert_int_equal(open_at(bench, copy, LEDGER_READ, NULL, &bench->notes, &restored),
                     STATUS_OK);
    assert_int_equal(ledger_dump(restored, &after, &bench->notes), STATUS_OK);
    assert_string_equal(after.p, before.p);
    assert_int_equal(ledger_verify(restored, &bench->notes), STATUS_OK);
    ledger_close(restored);
    /* never over another file */
    assert_int_equal(ledger_backup(reader, copy, &bench->notes), STATUS_OUTSIDE);
    assert_int_equal(bench->notes.note[0].id, NOTE_LEDGER_BACKUP);
    ledger_close(reader);
}

/* A process that goes on packing until it is told to stop. */
static pid_t
start_packing(struct bench *bench, volatile int *wants_end, volatile int *packed)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails does not leave it behind */
    struct ledger *ledger = NULL;
    struct notes notes = {0};
    struct arena *arena = arena_new(0);
    enum status status = open_at(bench, bench->path, LEDGER_WRITE, NULL, &notes, &ledger);
    for (int i = 0; status == STATUS_OK && !*wants_end && i < 100000; i++) {
        char order[32], code[16];
        snprintf(order, sizeof(order), "w%d", i);
        snprintf(code, sizeof(code), "W-%d", i);
        struct order lines = make_order(order, "C-9", "a");
        struct piece_record piece = make_piece("insert", 0, "ten-off", code);
        struct decision decision = make_decision(&lines, &piece, 1), *existing = NULL;
        size_t spent = 0;
        status = decide(ledger, &lines, &decision, NULL, arena, &notes, &existing, &spent);
        *packed = i + 1;
        arena_reset(arena);
    }
    ledger_close(ledger);
    arena_free(arena);
    _exit(status == STATUS_OK ? 0 : 1);
}

static void
copies_are_whole_whatever_is_written_meanwhile(void **state)
{
    struct bench *bench = *state;
    volatile int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int64_t last = -1;
    int ended = 0;
    assert_true(shared != MAP_FAILED);
    for (int i = 0; i < 100; i++) {
        char order[32];
        snprintf(order, sizeof(order), "%d", i);
        fill(bench, order, "C-1", NOW_S);
    }
    /* at rest when the reader comes, so that it reads without locks at first */
    ledger_close(take(bench->ledger));
    struct ledger *reader = open_ledger(bench, LEDGER_READ), *copied = NULL;
    pid_t pid = start_packing(bench, &shared[0], &shared[1]);
    for (int i = 0; i < 12; i++) {
        char copy[400];
        snprintf(copy, sizeof(copy), "%s.copy-%d", bench->path, i);
        int packed = shared[1];
        assert_int_equal(ledger_backup(reader, copy, &bench->notes), STATUS_OK);
        assert_int_equal(open_at(bench, copy, LEDGER_READ, NULL, &bench->notes, &copied),
                         STATUS_OK);
        assert_int_equal(ledger_verify(copied, &bench->notes), STATUS_OK);
        ledger_close(take(bench->ledger));
        bench->ledger = take(copied);
        int64_t now = standing_of(bench, "C-9", NULL, "ten-off").decided_for_customer;
        assert_true(now >= packed && now >= last);
        last = now;
    }
    shared[0] = 1;
    assert_int_equal(waitpid(pid, &ended, 0), pid);
    assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) == 0);
    assert_true(shared[1] > 12);
    ledger_close(reader);
    munmap((void *)shared, 4096);
}

static void
a_copy_is_never_made_over_another_that_is_being_made(void **state)
{
    struct bench *bench = *state;
    char copy[400], part[420];
    snprintf(copy, sizeof(copy), "%s.copy", bench->path);
    snprintf(part, sizeof(part), "%s.part", copy);
    fill(bench, "1", "C-1", NOW_S);
    int fd = open(part, O_RDWR | O_CREAT, 0600);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_int_equal(write(fd, "half", 4), 4);
    assert_int_equal(ledger_backup(bench->ledger, copy, &bench->notes), STATUS_OUTSIDE);
    assert_non_null(strstr(bench->notes.note[0].text, "another copy"));
    assert_int_equal(lseek(fd, 0, SEEK_END), 4);
    close(fd);
    /* what a copy left that was cut short is no hindrance */
    bench->notes.count = 0;
    assert_int_equal(ledger_backup(bench->ledger, copy, &bench->notes), STATUS_OK);
    assert_int_equal(access(part, F_OK), -1);
    assert_int_equal(access(copy, F_OK), 0);
}

/* --- agreement (one file) ------------------------------------------------------------- */

static void
every_contradiction_is_found(void **state)
{
    struct bench *bench = *state;
    static const struct {
        const char *damage, *found;
    } cases[] = {
        {"UPDATE counter SET units = units + 1 WHERE scope = ''",
         "the counter of limit ten-off/stock is not the sum of what is held"},
        {"UPDATE counter SET minor = minor - 1 WHERE scope = ''",
         "the counter of limit ten-off/stock is not the sum of what is held"},
        {"DELETE FROM counter WHERE scope = ''",
         "limit ten-off/stock is held, but has no counter"},
        {"UPDATE promise SET state = 'redeemed'",
         "promise 1 is in another state than its events make"},
        {"UPDATE promise SET was_printed = 0, state = 'reserved'",
         "promise 1 is marked as printed, or as not, against its events"},
        {"UPDATE promise SET is_holding = 0", "promise 1 stands, but holds no units"},
        {"INSERT INTO redemption(merchant, id, promise, at_s, order_id, place,"
         " amount_minor, currency) VALUES('fern', 'r', 99, 1, NULL, NULL, NULL, NULL)",
         "redemption r is of a promise that is not there"},
        {"INSERT INTO event(at_s, kind, promise) VALUES(1, 'printed', 77)",
         "event 4 is of a decision or promise that is not there"},
        {"INSERT INTO pool(merchant, pool, code, promise) VALUES('fern', 'p', 'X', 1)",
         "code X of a pool is dealt to a promise that has another"},
        {"UPDATE promise SET state = 'voided'; INSERT INTO event(at_s, kind, promise)"
         " VALUES(1, 'voided', 1)",
         "promise 1 is over, but still holds its units"},
        {"INSERT INTO promise SELECT 9, merchant, 'x', offer, NULL, NULL, made_s, 1, NULL,"
         " NULL, expires_day, ends_s, value_minor, currency, 'held-out', 1, 0 FROM promise",
         "promise 9 has no event of its making"},
        {"DROP INDEX promise_of_code; INSERT INTO promise SELECT 9, merchant, 'x', offer,"
         " NULL, NULL, made_s, 0, 'X', NULL, expires_day, ends_s, value_minor, currency,"
         " state, 0, 0 FROM promise; UPDATE promise SET code = 'X'",
         "code X was promised twice"},
        {"UPDATE promise SET pool = 'p', code = 'X'",
         "code X of a pool is promised, but the pool may deal it again"},
        {"UPDATE promise SET pool = 'p', code = 'X'; INSERT INTO pool(merchant, pool, code)"
         " VALUES('fern', 'p', 'X')",
         "code X of a pool is promised, but the pool may deal it again"},
        {"INSERT INTO redemption(merchant, id, promise, at_s, order_id, place,"
         " amount_minor, currency) VALUES('fern', 'r', 1, 1, NULL, NULL, NULL, NULL);"
         "UPDATE promise SET state = 'redeemed'",
         "redemption r has no event"},
        {"INSERT INTO event(at_s, kind, promise, reason) VALUES(1, 'redeemed', 1, 'r')",
         "event 4 is of a redemption that is not there"},
        {"INSERT INTO unit VALUES(77, 'spring', '', 0, 0, 0, 1, -1, NULL)",
         "units are held by promise 77, which is not there"},
        {"INSERT INTO document VALUES(99, '', 0, 'facts', '')",
         "texts or sheets are kept of decision 99, which is not there"},
        {"INSERT INTO piece(decision, placement, number, place, is_held_out)"
         " VALUES(99, 'insert', 0, 0, 0)",
         "a piece of decision 99 has lost its decision or promise"},
        {"INSERT INTO exposure VALUES(99, 'tone', 'warm')",
         "an experiment of decision 99 has lost its decision"},
        {"INSERT INTO lease VALUES('fern', 's', 'ten-off/stock', '', 0, 0, 3, 0)",
         "the counter of limit ten-off/stock is not the sum of what is held"},
        {"INSERT INTO decision(id, merchant, order_id, package, revision, customer,"
         " order_digest, decided_s) SELECT 99, merchant, order_id, package, 9, customer,"
         " order_digest, decided_s FROM decision",
         "order 1 has two decisions on one package that both stand"},
    };
    fill(bench, "1", "C-1", NOW_S);
    assert_int_equal(ledger_verify(bench->ledger, &bench->notes), STATUS_OK);
    ledger_close(take(bench->ledger));
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char copy[400], *error = NULL;
        sqlite3 *db = NULL;
        struct ledger *ledger = NULL;
        struct notes notes = {0};
        bool is_found = false;
        snprintf(copy, sizeof(copy), "%s.%zu", bench->path, i);
        struct ledger *whole = open_ledger(bench, LEDGER_READ);
        assert_int_equal(ledger_backup(whole, copy, &bench->notes), STATUS_OK);
        ledger_close(whole);
        assert_int_equal(sqlite3_open(copy, &db), SQLITE_OK);
        if (sqlite3_exec(db, cases[i].damage, NULL, NULL, &error) != SQLITE_OK)
            fail_msg("%s: %s", cases[i].damage, error);
        sqlite3_close(db);
        assert_int_equal(open_at(bench, copy, LEDGER_READ, NULL, &notes, &ledger),
                         STATUS_OK);
        assert_int_equal(ledger_verify(ledger, &notes), STATUS_BAD_INPUT);
        for (size_t n = 0; n < notes.count; n++)
            is_found |= strcmp(notes.note[n].text, cases[i].found) == 0;
        if (!is_found)
            fail_msg("%s: not found, but: %s", cases[i].damage, notes.note[0].text);
        ledger_close(ledger);
    }
}

/* A page of an index that lost its bytes: the sums may be right all the same. */
static void
damage_below_the_tables_is_found(void **state)
{
    struct bench *bench = *state;
    struct ledger *ledger = NULL;
    struct notes notes = {0};
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    for (int i = 0; i < 30; i++) {
        char order[32];
        snprintf(order, sizeof(order), "%d", i);
        fill(bench, order, "C-1", NOW_S);
    }
    ledger_close(take(bench->ledger));
    assert_int_equal(sqlite3_open(bench->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT rootpage * page_size, page_size FROM"
                                        " sqlite_master, pragma_page_size WHERE"
                                        " name = 'decision_of_customer'",
                                        -1, &stmt, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    off_t end = sqlite3_column_int(stmt, 0);
    int size = sqlite3_column_int(stmt, 1);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    int fd = open(bench->path, O_RDWR);
    char *zeros = calloc(1, (size_t)size);
    assert_int_equal(pwrite(fd, zeros, (size_t)size / 2, end - size / 2), size / 2);
    free(zeros);
    close(fd);
    assert_int_equal(open_at(bench, bench->path, LEDGER_READ, NULL, &notes, &ledger),
                     STATUS_OK);
    enum status status = ledger_verify(ledger, &notes);
    assert_true(status == STATUS_BAD_INPUT || status == STATUS_OUTSIDE);
    assert_true(notes.count > 0);
    ledger_close(ledger);
}

static void
what_is_only_added_to_cannot_be_changed(void **state)
{
    struct bench *bench = *state;
    static const char *const damages[] = {
        "UPDATE decision SET order_id = 'x'", "DELETE FROM decision",
        "UPDATE event SET kind = 'printed'",  "DELETE FROM event",
        "UPDATE piece SET offer = 'x'",       "DELETE FROM piece",
        "UPDATE redemption SET at_s = 1",     "DELETE FROM redemption"};
    sqlite3 *db = NULL;
    fill(bench, "1", "C-1", NOW_S);
    const struct redemption redemption = {
        .merchant = "fern", .code = code_of(bench, "1"), .at_s = NOW_S + 1};
    struct redemption_answer answer;
    assert_int_equal(ledger_redeem(bench->ledger, &redemption, (struct day){20370},
                                   bench->arena, &bench->notes, &answer),
                     STATUS_OK);
    assert_int_equal(sqlite3_open(bench->path, &db), SQLITE_OK);
    for (size_t i = 0; i < COUNT_OF(damages); i++)
        assert_int_not_equal(sqlite3_exec(db, damages[i], NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* --- older files ---------------------------------------------------------------------- */

static void
make_version_1(const struct bench *bench)
{
    char path[600], *sql = NULL;
    size_t n = 0;
    sqlite3 *db = NULL;
    const char *top = getenv("abs_top_srcdir");
    snprintf(path, sizeof(path), "%.400s/tests/ledger/version-1.sql", top ? top : ".");
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_true(getdelim(&sql, &n, '\0', file) > 0);
    fclose(file);
    assert_int_equal(sqlite3_open(bench->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    free(sql);
}

static void
a_file_of_version_1_comes_up_to_date_with_all_it_knew(void **state)
{
    struct bench *bench = *state;
    struct history *history = NULL;
    struct decision *found = NULL;
    const char *text = NULL;
    make_version_1(bench);
    /* a reader writes nothing, so it says what is to be done */
    struct notes notes = {0};
    assert_int_equal(
        open_at(bench, bench->path, LEDGER_READ, NULL, &notes, &bench->ledger),
        STATUS_BAD_INPUT);
    assert_int_equal(notes.note[0].id, NOTE_LEDGER_OLD);
    for (int i = 0; i < 2; i++) {
        bench->ledger = open_ledger(bench, LEDGER_WRITE);
        assert_int_equal(ledger_verify(bench->ledger, &bench->notes), STATUS_OK);
        assert_int_equal(ledger_history(bench->ledger, "fern", "C-1", bench->arena,
                                        &bench->notes, &history),
                         STATUS_OK);
        assert_int_equal(history->order_count, 1);
        assert_string_equal(history->complaints[0].about, "a broken pot");
        assert_string_equal(history->tier, "gold");
        assert_int_equal(ledger_find(bench->ledger, "fern", "1001", "1", bench->arena,
                                     &bench->notes, &found),
                         STATUS_OK);
        assert_string_equal(found->pieces[0].code, "FERN-2222-2222");
        assert_string_equal(found->pieces[0].state, "printed");
        assert_string_equal(found->pieces[0].values, "<values/>");
        assert_string_equal(found->pieces[1].reason, "nothing fits");
        assert_int_equal(ledger_document(bench->ledger, found->id, "facts", bench->arena,
                                         &bench->notes, &text),
                         STATUS_OK);
        assert_int_equal(ledger_find(bench->ledger, "fern", "1002", "1", bench->arena,
                                     &bench->notes, &found),
                         STATUS_WITHOUT);
        struct offer_standing standing = standing_of(bench, "C-1", NULL, "ten-off");
        assert_int_equal(standing.decided_for_customer, 1);
        assert_int_equal(standing.decided_in_all, 1);
        assert_int_equal(owed(bench), 500);
        ledger_close(take(bench->ledger));
    }
    assert_false(file_holds(bench, "", "C-1"));
}

int
main(void)
{
    const struct CMUnitTest in_both[] = {
        TEST_WITH(a_forgotten_customer_is_gone_and_the_sums_stay),
        TEST_WITH(an_export_holds_everything_as_it_stands),
        TEST_WITH(old_texts_go_by_age_and_digests_stay),
        TEST_WITH(old_history_goes_by_age_wherever_it_came_from),
    };
    const struct CMUnitTest in_a_file[] = {
        TEST_WITH(what_is_forgotten_is_not_in_the_file_either),
        TEST_WITH(many_who_came_and_went_leave_no_trace),
        TEST_WITH(a_copy_made_while_others_write_is_whole),
        TEST_WITH(copies_are_whole_whatever_is_written_meanwhile),
        TEST_WITH(a_copy_is_never_made_over_another_that_is_being_made),
        TEST_WITH(every_contradiction_is_found),
        TEST_WITH(damage_below_the_tables_is_found),
        TEST_WITH(what_is_only_added_to_cannot_be_changed),
        TEST_IN_DIR(a_file_of_version_1_comes_up_to_date_with_all_it_knew),
    };
    int failed = cmocka_run_group_tests_name("care", in_both, NULL, NULL);
    if (!getenv("TUCK_TEST_POSTGRES"))
        failed += cmocka_run_group_tests_name("care of a file", in_a_file, NULL, NULL);
    return failed;
}
