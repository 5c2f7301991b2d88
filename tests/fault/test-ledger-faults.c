/* Fail the n-th: a disk and a memory that refuse, at every place in turn of a whole day.
 *
 * The n-th step is refused (refusals.h), once or from then on (a disk that is full stays
 * full), while a shop's day is played: open, history, decisions,
 * a changed order, prints, an import. Afterwards the file has to open again, be sound,
 * hold all that was acknowledged, and of the rest all or nothing. n grows until nothing
 * was refused any more, so every step has had its turn. */
#include "../unit/ledger-bench.h"
#include "refusals.h"

#include <sqlite3.h>

/* --- a shop's day ------------------------------------------------------------------- */

struct day_book { /* what was acknowledged */
    bool history, first, changed, second, printed, sheet, import;
    int64_t second_id;
};

static bool
is_kind(enum status status)
{
    /* The only ways a disk or a memory may show: never a bug, never somebody's mistake.
     */
    assert_true(status == STATUS_OK || status == STATUS_OUTSIDE ||
                status == STATUS_NO_MEMORY || status == STATUS_RETRY);
    return status == STATUS_OK;
}

static bool
import_two(struct bench *bench)
{
    const struct csv_purchase purchase = {.customer = "C-9",
                                          .sku = "TEA-042",
                                          .placed_at_s = NOW_S,
                                          .quantity = 1,
                                          .amount = {790, "EUR"},
                                          .row = 1};
    enum status status = ledger_import_begin(bench->ledger, &bench->notes);
    if (!is_kind(status))
        return false;
    for (int i = 0; status == STATUS_OK && i < 2; i++)
        status = ledger_import_purchase(bench->ledger, "fern", &purchase, &bench->notes);
    enum status end =
        ledger_import_end(bench->ledger, status == STATUS_OK, &bench->notes);
    return is_kind(status) && is_kind(end);
}

static void
play(struct bench *bench, struct day_book *book)
{
    const struct piece_key key = {"insert", 0};
    static char sheet[20000]; /* several pages */
    struct past_order order = {.id = "H-1",
                               .placed_at_s = NOW_S - DAY_S,
                               .state = PAST_DONE,
                               .total = {100, "EUR"},
                               .refunded = {0, "EUR"},
                               .lines = bench_lines,
                               .line_count = 2};
    struct history history = {.customer = "C-1",
                              .orders = &order,
                              .order_count = 1,
                              .tier = "gold",
                              .points = 7,
                              .points_to_next = -1,
                              .points_as_of_s = NOW_S};
    *book = (struct day_book){0};
    if (!is_kind(
            open_at(bench, bench->path, LEDGER_WRITE, NULL, &bench->notes, &bench->ledger)))
        return;
    book->history =
        is_kind(ledger_keep_history(bench->ledger, "fern", &history, &bench->notes));
    book->first = is_kind(
        decide_one(bench, "1", "C-1", "a", "ten-off", "FERN-2222-2222", NOW_S, NULL));
    book->changed = is_kind(
        decide_one(bench, "1", "C-1", "b", "ten-off", "FERN-3333-3333", NOW_S, NULL));
    book->second = is_kind(decide_one(bench, "2", "C-1", "a", "ten-off", "FERN-4444-4444",
                                      NOW_S, &book->second_id));
    if (book->second) {
        book->sheet = is_kind(ledger_keep_sheet(bench->ledger, book->second_id, &key, 1, "",
                                                sheet, sizeof(sheet), &bench->notes));
        book->printed = is_kind(ledger_event(bench->ledger, book->second_id, &key,
                                             "printed", NOW_S, NULL, &bench->notes));
    }
    book->import = import_two(bench);
    ledger_close(take(bench->ledger));
}

static int64_t
ask(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return number;
}

/* Sound, and the roll-up tells what the pieces and events tell. */
static void
check_file(const struct bench *bench)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(bench->path, &db), SQLITE_OK);
    assert_int_equal(
        ask(db,
            "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check != 'ok'"),
        0);
    assert_int_equal(ask(db, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    assert_int_equal(
        ask(db, "SELECT count(*) FROM counter c WHERE units != (SELECT count(*) FROM unit u"
                " JOIN promise p ON p.id = u.promise WHERE p.is_holding AND"
                " u.name = c.name AND u.scope = c.scope AND u.first_day = c.first_day)"),
        0);
    assert_int_equal(ask(db, "SELECT (SELECT count(*) FROM promise WHERE is_holding) -"
                             " (SELECT coalesce(sum(units), 0) FROM counter"
                             "  WHERE scope = '')"),
                     0);
    assert_int_equal(
        ask(db, "SELECT (SELECT count(*) FROM piece) - (SELECT count(*) FROM promise)"),
        0);
    assert_int_equal(ask(db, "SELECT (SELECT count(*) FROM decision) -"
                             " (SELECT count(*) FROM event WHERE kind = 'decided')"),
                     0);
    sqlite3_close(db);
}

static struct decision *
find(struct bench *bench, const char *order)
{
    struct decision *found = NULL;
    enum status status = ledger_find(bench->ledger, "fern", order, "1", bench->arena,
                                     &bench->notes, &found);
    assert_true(status == STATUS_OK || status == STATUS_WITHOUT);
    return found;
}

static size_t
past_orders(struct bench *bench, const char *customer)
{
    struct history *history = NULL;
    enum status status = ledger_history(bench->ledger, "fern", customer, bench->arena,
                                        &bench->notes, &history);
    assert_true(status == STATUS_OK || status == STATUS_WITHOUT);
    return history ? history->order_count : 0;
}

static void
check_day(struct bench *bench, const struct day_book *book)
{
    const struct piece_key key = {"insert", 0};
    const uint8_t *bytes = NULL;
    const char *digest = NULL;
    size_t n = 0;
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    const struct decision *first = find(bench, "1"), *second = find(bench, "2");
    if (book->first)
        assert_non_null(first);
    if (book->changed)
        assert_string_equal(first->pieces[0].code, "FERN-3333-3333");
    if (book->second)
        assert_string_equal(second->pieces[0].code, "FERN-4444-4444");
    if (book->printed)
        assert_string_equal(second->pieces[0].state, "printed");
    if (book->sheet) {
        assert_int_equal(ledger_find_sheet(bench->ledger, book->second_id, &key, 1, "",
                                           bench->arena, &bench->notes, &digest, &bytes,
                                           &n),
                         STATUS_OK);
        assert_int_equal(n, 20000);
    }
    assert_true(past_orders(bench, "C-1") >=
                (size_t)(book->history + (book->first || book->changed) + book->second));
    size_t imported = past_orders(bench, "C-9");
    assert_true(imported == 0 || imported == 2);
    if (book->import)
        assert_int_equal(imported, 2);
    /* and the shop can go on: what was not acknowledged is simply done again */
    enum status again =
        decide_one(bench, "1", "C-1", "b", "ten-off", "FERN-5555-5555", NOW_S, NULL);
    assert_true(again == STATUS_OK || again == STATUS_RETRY);
    assert_string_equal(find(bench, "1")->order_digest,
                        make_order("1", "C-1", "b").digest.hex);
    ledger_close(take(bench->ledger));
    check_file(bench);
}

static void
clear_dir(struct bench *bench)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", ".turn"};
    for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
        char path[400];
        snprintf(path, sizeof(path), "%s%s", bench->path, suffixes[i]);
        unlink(path);
    }
    arena_reset(bench->arena);
    bench->notes = (struct notes){0};
}

static void
refuse_every_step(struct bench *bench, enum refusal refusal)
{
    struct day_book book;
    int n = 0;
    bool refused;
    do {
        clear_dir(bench);
        refuse(refusal, ++n);
        play(bench, &book);
        refused = was_refused();
        bench->notes = (struct notes){0};
        check_day(bench, &book);
    } while (refused);
    assert_true(n > 50); /* or nothing was tried */
    assert_true(book.history && book.first && book.changed && book.second &&
                book.printed && book.sheet && book.import);
}

static void
a_disk_that_refuses_once_loses_nothing_acknowledged(void **state)
{
    refuse_every_step(*state, REFUSE_DISK_ONCE);
}

static void
a_disk_that_stays_full_loses_nothing_acknowledged(void **state)
{
    refuse_every_step(*state, REFUSE_DISK);
}

static void
a_full_disk_is_told_by_its_note(void **state)
{
    struct bench *bench = *state;
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    refuse(REFUSE_DISK, 1);
    enum status status = decide_one(bench, "1", "C-1", "a", "ten-off", NULL, NOW_S, NULL);
    assert_true(was_refused());
    assert_int_equal(status, STATUS_OUTSIDE);
    assert_int_equal(bench->notes.note[0].id, NOTE_LEDGER_DISK);
    assert_null(find(bench, "1"));
    assert_int_equal(decide_one(bench, "1", "C-1", "a", "ten-off", NULL, NOW_S, NULL), 0);
}

/* Memory is asked for thousands of times a day; strides keep the test short, and being
 * odd they meet other places at other layouts. */
static void
a_memory_that_refuses_loses_nothing_acknowledged(void **state)
{
    struct bench *bench = *state;
    struct day_book book;
    refuse(REFUSE_MEMORY, 0);
    play(bench, &book);
    const int most = refusal_steps();
    assert_true(most > 500 && book.import);
    for (int n = 1; n <= most; n += 1 + n / 37) {
        clear_dir(bench);
        refuse(REFUSE_MEMORY, n);
        play(bench, &book);
        assert_true(was_refused());
        bench->notes = (struct notes){0};
        check_day(bench, &book);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIR(a_disk_that_refuses_once_loses_nothing_acknowledged),
        TEST_IN_DIR(a_disk_that_stays_full_loses_nothing_acknowledged),
        TEST_IN_DIR(a_full_disk_is_told_by_its_note),
        TEST_IN_DIR(a_memory_that_refuses_loses_nothing_acknowledged),
    };
    if (!refusals_lay())
        return 1;
    return cmocka_run_group_tests_name("ledger faults", tests, NULL, NULL);
}
