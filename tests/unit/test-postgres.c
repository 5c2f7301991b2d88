/* The PostgreSQL driver against a server of its own (tests/ledger/with-cluster): what
 * goes in comes out, what fails is taken back, what waits ends with patience, and a
 * server that goes away is found again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "ledger/postgres.h"

#include <dlfcn.h>
#include <math.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *uri;
static const struct patience endless = {INT64_MAX, NULL};

static struct patience
soon(int64_t ms)
{
    return (struct patience){clock_monotonic_ms() + ms, NULL};
}

static void
show(const struct notes *notes)
{
    for (size_t i = 0; i < notes->count; i++)
        print_error("note %d: %s\n", (int)notes->note[i].id, notes->note[i].text);
}

static struct sql *
open_one(void)
{
    struct notes notes = {0};
    struct sql *sql = NULL;
    if (sql_open_postgres(uri, true, &endless, &notes, &sql) != STATUS_OK)
        show(&notes);
    assert_non_null(sql);
    return sql;
}

static void
close_one(struct sql *sql)
{
    sql->driver->close(sql);
}

static enum status
begin(struct sql *sql, enum sql_intent intent, struct notes *notes)
{
    bool is_empty = false;
    enum status status = sql->driver->begin(sql, intent, notes, &is_empty);
    if (status == STATUS_OK)
        assert_false(is_empty);
    return status;
}

/* The number that a query gives in its first row; -1: no row. */
static enum status
ask(struct sql *sql, const char *text, const struct value *values, size_t count,
    struct notes *notes, int64_t *ret)
{
    struct rows *rows ROWS_AUTO = NULL;
    bool has_row = false;
    enum status status = sql->driver->query(sql, text, values, count, notes, &rows);
    if (status == STATUS_OK)
        status = rows_next(rows, notes, &has_row);
    if (status == STATUS_OK)
        *ret = has_row ? rows_int(rows, 0, -2) : -1;
    return status;
}

static int64_t
number(struct sql *sql, const char *text)
{
    struct notes notes = {0};
    int64_t found = -3;
    assert_int_equal(begin(sql, SQL_LOOK, &notes), STATUS_OK);
    enum status status = ask(sql, text, NULL, 0, &notes, &found);
    show(&notes);
    assert_int_equal(sql->driver->end(sql, status, &notes), STATUS_OK);
    return found;
}

static const char sql_add[] = "INSERT INTO thing(name, n) VALUES(?1, ?2)";
static const char sql_count[] = "SELECT count(*) FROM thing";
static const char sql_pid[] = "SELECT pg_backend_pid()";
static const char sql_sleep[] = "SELECT 1 FROM pg_sleep(30)";

static enum status
add(struct sql *sql, const char *name, int64_t n, struct notes *notes)
{
    return sql->driver->run(sql, sql_add, VALUES(T(name), I(n)), notes);
}

static int
make_tables(void **state)
{
    static const char tables[] =
        "DROP TABLE IF EXISTS thing; DROP TABLE IF EXISTS meta; DROP TABLE IF EXISTS "
        "all_of;"
        "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT);"
        "CREATE TABLE thing(name TEXT PRIMARY KEY, n BIGINT NOT NULL);"
        "CREATE TABLE all_of(id BIGINT, words TEXT, ratio DOUBLE PRECISION, raw BYTEA);";
    struct notes notes = {0};
    struct sql *sql = open_one();
    (void)state;
    assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
    enum status status = sql_postgres_script(sql, tables, &notes);
    show(&notes);
    assert_int_equal(sql->driver->end(sql, status, &notes), STATUS_OK);
    close_one(sql);
    return 0;
}

/* --- values ------------------------------------------------------------------------- */

static const uint8_t raw[] = {0, 1, 0xff, 0, '\\', 'x', 0};
static const char words[] = "Größe 東京 \xF0\x9F\x8E\x81 'quoted' ?1 \\x00";

static void
what_goes_in_comes_out(void **state)
{
    static const char in[] = "INSERT INTO all_of VALUES(?1, ?2, ?3, ?4)";
    static const char out[] = "SELECT id, words, ratio, raw, id IS NULL, words = ?1,"
                              " '?1' || '', sum(id) OVER () FROM all_of ORDER BY id";
    const double third = 1.0 / 3;
    const struct value given[][4] = {
        {I(INT64_MIN), T(words), R(third), B(raw, sizeof(raw))},
        {I(0), T(""), R(-0.0), B("", 0)},
        {I(7), T(NULL), {.kind = VALUE_NULL}, {.kind = VALUE_NULL}},
        {I(INT64_MAX), T("x"), R(1e308), B(NULL, 0)},
    };
    struct notes notes = {0};
    struct sql *sql = open_one();
    struct rows *rows = NULL;
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct row row = {.arena = arena};
    bool has_row = false;
    size_t n = 0;
    (void)state;
    assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
    for (size_t i = 0; i < COUNT_OF(given); i++)
        assert_int_equal(sql->driver->run(sql, in, given[i], 4, &notes), STATUS_OK);
    assert_int_equal(sql->driver->query(sql, out, VALUES(T(words)), &notes, &rows),
                     STATUS_OK);
    row.rows = rows;

    assert_int_equal(rows_next(rows, &notes, &has_row), STATUS_OK);
    assert_true(has_row);
    assert_true(rows_int(rows, 0, 1) == INT64_MIN);
    assert_string_equal(row_text(&row, 1), words);
    assert_true(sql->driver->real(rows, 2) == third);
    assert_memory_equal(row_bytes(&row, 3, &n), raw, sizeof(raw));
    assert_int_equal(n, sizeof(raw));
    assert_int_equal(rows_int(rows, 4, 9), 0);
    assert_int_equal(rows_int(rows, 5, 9), 1);
    assert_string_equal(rows_lent(rows, 6), "?1");
    assert_int_equal(rows_int(rows, 7, 9), 6);

    assert_int_equal(rows_next(rows, &notes, &has_row), STATUS_OK);
    assert_true(has_row);
    assert_string_equal(row_text(&row, 1), "");
    assert_true(signbit(sql->driver->real(rows, 2)));
    assert_false(rows_is_null(rows, 3));
    assert_non_null(row_bytes(&row, 3, &n));
    assert_int_equal(n, 0);

    assert_int_equal(rows_next(rows, &notes, &has_row), STATUS_OK);
    assert_true(has_row);
    assert_int_equal(rows_int(rows, 0, 1), 7);
    assert_null(row_text(&row, 1));
    assert_true(rows_is_null(rows, 1) && rows_is_null(rows, 2) && rows_is_null(rows, 3));
    assert_int_equal(rows_int(rows, 2, -5), -5);

    assert_int_equal(rows_next(rows, &notes, &has_row), STATUS_OK);
    assert_true(rows_int(rows, 0, 1) == INT64_MAX);
    assert_true(sql->driver->real(rows, 2) == 1e308);
    assert_int_equal(rows_next(rows, &notes, &has_row), STATUS_OK);
    assert_false(has_row);
    assert_int_equal(rows_next(rows, &notes, &has_row), STATUS_OK);
    assert_false(has_row);
    assert_false(row.failed);
    rows_done(&rows);
    assert_int_equal(sql->driver->end(sql, STATUS_WITHOUT, &notes), STATUS_WITHOUT);
    assert_int_equal(number(sql, "SELECT count(*) FROM all_of"), 0);
    close_one(sql);
}

/* The first use of a statement may have nothing where the second has a large number. */
static void
a_statement_serves_values_of_every_kind(void **state)
{
    static const char text[] = "SELECT coalesce(?1, 5) >= 0";
    struct notes notes = {0};
    struct sql *sql = open_one();
    int64_t found = -3;
    (void)state;
    assert_int_equal(begin(sql, SQL_LOOK, &notes), STATUS_OK);
    assert_int_equal(
        ask(sql, text, VALUES((struct value){.kind = VALUE_NULL}), &notes, &found),
        STATUS_OK);
    assert_int_equal(ask(sql, text, VALUES(I(INT64_MAX)), &notes, &found), STATUS_OK);
    assert_int_equal(found, 1);
    assert_int_equal(ask(sql, text, VALUES(R(-0.5)), &notes, &found), STATUS_OK);
    assert_int_equal(found, 0);
    assert_int_equal(sql->driver->end(sql, STATUS_OK, &notes), STATUS_OK);
    show(&notes);
    close_one(sql);
}

static void
answers_may_be_open_side_by_side(void **state)
{
    static const char outer[] = "SELECT g FROM generate_series(1, 3) AS g";
    static const char inner[] = "SELECT g * ?1 FROM generate_series(1, 2) AS g";
    struct notes notes = {0};
    struct sql *sql = open_one();
    struct rows *rows = NULL;
    bool has_row = false;
    int64_t sum = 0, found = 0;
    (void)state;
    assert_int_equal(begin(sql, SQL_LOOK, &notes), STATUS_OK);
    assert_int_equal(sql->driver->query(sql, outer, NULL, 0, &notes, &rows), STATUS_OK);
    while (rows_next(rows, &notes, &has_row) == STATUS_OK && has_row) {
        assert_int_equal(ask(sql, inner, VALUES(I(rows_int(rows, 0, 0))), &notes, &found),
                         STATUS_OK);
        sum += found;
    }
    rows_done(&rows);
    assert_int_equal(sum, 6);
    assert_int_equal(sql->driver->end(sql, STATUS_OK, &notes), STATUS_OK);
    close_one(sql);
}

/* --- transactions ------------------------------------------------------------------- */

static void
what_fails_in_the_queue_fails_at_the_end_and_nothing_is_kept(void **state)
{
    struct notes notes = {0};
    struct sql *sql = open_one();
    (void)state;
    assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
    assert_int_equal(add(sql, "one", 1, &notes), STATUS_OK);
    assert_int_equal(add(sql, "one", 2, &notes), STATUS_OK);
    assert_int_equal(add(sql, "two", 2, &notes), STATUS_OK);
    assert_int_equal(sql->driver->end(sql, STATUS_OK, &notes), STATUS_RETRY);
    assert_true(sql->wants_again);
    assert_non_null(notes_find(&notes, NOTE_LEDGER_BUSY));
    assert_null(strstr(notes.note[0].text, "one"));
    assert_int_equal(number(sql, sql_count), 0);
    close_one(sql);
}

static void
after_a_failure_every_call_says_so_and_the_next_transaction_is_well(void **state)
{
    static const char bad[] = "INSERT INTO thing(name, n) VALUES(?1, 1 / (?2 - ?2))";
    struct notes notes = {0};
    struct sql *sql = open_one();
    int64_t found = -3;
    (void)state;
    assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
    assert_int_equal(sql->driver->run(sql, bad, VALUES(T("Anna"), I(4)), &notes),
                     STATUS_OK);
    assert_int_equal(ask(sql, sql_count, NULL, 0, &notes, &found), STATUS_BUG);
    assert_int_equal(found, -3);
    assert_int_equal(add(sql, "late", 1, &notes), STATUS_BUG);
    assert_int_equal(ask(sql, sql_count, NULL, 0, &notes, &found), STATUS_BUG);
    assert_int_equal(sql->driver->end(sql, STATUS_OK, &notes), STATUS_BUG);
    assert_false(sql->wants_again);
    assert_int_equal(notes.count, 1);
    assert_int_equal(notes.note[0].id, NOTE_LEDGER_BUG);
    assert_non_null(strstr(notes.note[0].text, "22012"));
    assert_null(strstr(notes.note[0].text, "Anna"));

    assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
    assert_int_equal(add(sql, "kept", 1, &notes), STATUS_OK);
    assert_int_equal(sql->driver->end(sql, STATUS_OK, &notes), STATUS_OK);
    assert_int_equal(number(sql, sql_count), 1);
    close_one(sql);
}

static void
many_statements_in_one_transaction_are_all_kept(void **state)
{
    struct notes notes = {0};
    struct sql *sql = open_one();
    char name[32];
    (void)state;
    assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
    for (int i = 0; i < 3000; i++) {
        snprintf(name, sizeof(name), "thing %d", i);
        assert_int_equal(add(sql, name, i, &notes), STATUS_OK);
    }
    assert_int_equal(sql->driver->end(sql, STATUS_OK, &notes), STATUS_OK);
    assert_int_equal(number(sql, sql_count), 3000);
    close_one(sql);
}

static void
large_bytes_go_both_ways(void **state)
{
    static const char in[] = "INSERT INTO all_of(raw) VALUES(?1)";
    size_t size = 6 << 20, n = 0;
    uint8_t *sent = malloc(size);
    struct notes notes = {0};
    struct sql *sql = open_one();
    struct rows *rows = NULL;
    bool has_row = false;
    (void)state;
    for (size_t i = 0; i < size; i++)
        sent[i] = (uint8_t)(i * 31 + (i >> 8));
    assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(sql->driver->run(sql, in, VALUES(B(sent, size)), &notes),
                         STATUS_OK);
    assert_int_equal(
        sql->driver->query(sql, "SELECT raw FROM all_of", NULL, 0, &notes, &rows),
        STATUS_OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(rows_next(rows, &notes, &has_row), STATUS_OK);
        assert_true(has_row);
        const void *got = sql->driver->bytes(rows, 0, &n);
        assert_int_equal(n, size);
        assert_memory_equal(got, sent, size);
    }
    rows_done(&rows);
    assert_int_equal(sql->driver->end(sql, STATUS_WITHOUT, &notes), STATUS_WITHOUT);
    free(sent);
    close_one(sql);
}

static void
a_look_sees_one_instant_and_may_not_write(void **state)
{
    struct notes notes = {0};
    struct sql *reader = open_one(), *writer = open_one();
    int64_t before = -3, after = -3;
    (void)state;
    assert_int_equal(begin(reader, SQL_LOOK, &notes), STATUS_OK);
    assert_int_equal(ask(reader, sql_count, NULL, 0, &notes, &before), STATUS_OK);
    assert_int_equal(begin(writer, SQL_WRITE, &notes), STATUS_OK);
    assert_int_equal(add(writer, "new", 1, &notes), STATUS_OK);
    assert_int_equal(writer->driver->end(writer, STATUS_OK, &notes), STATUS_OK);
    assert_int_equal(ask(reader, sql_count, NULL, 0, &notes, &after), STATUS_OK);
    assert_int_equal(after, before);
    assert_int_equal(reader->driver->end(reader, STATUS_OK, &notes), STATUS_OK);
    assert_int_equal(number(reader, sql_count), before + 1);

    assert_int_equal(begin(reader, SQL_LOOK, &notes), STATUS_OK);
    assert_int_equal(add(reader, "no", 1, &notes), STATUS_OK);
    assert_int_not_equal(ask(reader, sql_count, NULL, 0, &notes, &after), STATUS_OK);
    assert_int_not_equal(reader->driver->end(reader, STATUS_OK, &notes), STATUS_OK);
    close_one(reader);
    close_one(writer);
}

static void
a_reader_before_the_first_writer_finds_nothing_and_no_fault(void **state)
{
    struct notes notes = {0};
    struct sql *writer = open_one(), *reader = NULL;
    bool is_empty = false;
    (void)state;
    assert_int_equal(begin(writer, SQL_WRITE, &notes), STATUS_OK);
    enum status status = sql_postgres_script(writer, "DROP TABLE meta", &notes);
    assert_int_equal(writer->driver->end(writer, status, &notes), STATUS_OK);
    assert_int_equal(sql_open_postgres(uri, false, &endless, &notes, &reader), STATUS_OK);
    assert_int_equal(reader->driver->begin(reader, SQL_LOOK, &notes, &is_empty),
                     STATUS_OK);
    assert_true(is_empty);
    assert_int_equal(reader->driver->begin(reader, SQL_WRITE, &notes, &is_empty),
                     STATUS_BAD_CALL);
    notes.count = 0;
    assert_int_equal(begin(writer, SQL_WRITE, &notes), STATUS_OK);
    status = sql_postgres_script(writer, "CREATE TABLE meta(name TEXT)", &notes);
    assert_int_equal(writer->driver->end(writer, status, &notes), STATUS_OK);
    assert_int_equal(number(reader, sql_count), 0);
    close_one(reader);
    close_one(writer);
}

static void
a_script_that_fails_halfway_leaves_nothing(void **state)
{
    struct notes notes = {0};
    struct sql *sql = open_one();
    (void)state;
    assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
    assert_int_equal(sql->driver->lock(sql, "schema", NULL, NULL, &notes), STATUS_OK);
    assert_int_equal(
        sql_postgres_script(sql, "CREATE TABLE half(n INT); SELECT nonsense();", &notes),
        STATUS_BUG);
    assert_non_null(strstr(notes.note[0].text, "42883"));
    assert_int_equal(sql->driver->end(sql, STATUS_OK, &notes), STATUS_BUG);
    assert_int_equal(number(sql, "SELECT to_regclass('half') IS NULL"), 1);
    close_one(sql);
}

/* --- others at the same rows -------------------------------------------------------- */

struct other {
    pthread_t thread;
    struct sql *sql;
    enum status status;
    int64_t found;
};

static const char sql_raise[] =
    "INSERT INTO thing(name, n) VALUES('count', 1) ON CONFLICT(name) DO"
    " UPDATE SET n = thing.n + 1 RETURNING n";

static void *
raise_under_lock(void *data)
{
    struct other *other = data;
    struct sql *sql = other->sql;
    bool is_empty = false;
    other->status = sql->driver->begin(sql, SQL_WRITE, NULL, &is_empty);
    if (other->status == STATUS_OK)
        other->status = sql->driver->lock(sql, "order", "FERN", "1", NULL);
    if (other->status == STATUS_OK)
        other->status = ask(sql, sql_raise, NULL, 0, NULL, &other->found);
    other->status = sql->driver->end(sql, other->status, NULL);
    return NULL;
}

static void
wait_until(struct sql *sql, const char *question)
{
    const struct timespec wait = {0, 5000000};
    for (int i = 0; number(sql, question) == 0; i++) {
        assert_in_range(i, 0, 4000);
        nanosleep(&wait, NULL);
    }
}

static void
a_lock_holds_others_back_until_the_end(void **state)
{
    static const char is_waiting[] =
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
    struct notes notes = {0};
    struct sql *sql = open_one(), *eye = open_one();
    struct other other = {.sql = open_one()};
    int64_t found = 0;
    (void)state;
    assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
    assert_int_equal(sql->driver->lock(sql, "order", "FERN", "2", &notes), STATUS_OK);
    assert_int_equal(sql->driver->lock(sql, "order", "FERN", "1", &notes), STATUS_OK);
    assert_int_equal(ask(sql, sql_pid, NULL, 0, &notes, &found), STATUS_OK);
    pthread_create(&other.thread, NULL, raise_under_lock, &other);
    wait_until(eye, is_waiting);
    assert_int_equal(ask(sql, sql_raise, NULL, 0, &notes, &found), STATUS_OK);
    assert_int_equal(sql->driver->end(sql, STATUS_OK, &notes), STATUS_OK);
    pthread_join(other.thread, NULL);
    assert_int_equal(found, 1);
    assert_int_equal(other.status, STATUS_OK);
    assert_int_equal(other.found, 2);
    close_one(other.sql);
    close_one(eye);
    close_one(sql);
}

struct crossing {
    struct other other;
    pthread_barrier_t *both;
    const char *first, *second;
    bool wants_again;
};

static void *
cross(void *data)
{
    struct crossing *self = data;
    struct sql *sql = self->other.sql;
    int64_t found = 0;
    bool is_empty = false;
    enum status status = sql->driver->begin(sql, SQL_WRITE, NULL, &is_empty);
    if (status == STATUS_OK)
        status = sql->driver->lock(sql, "order", "FERN", self->first, NULL);
    if (status == STATUS_OK)
        status = ask(sql, sql_pid, NULL, 0, NULL, &found);
    pthread_barrier_wait(self->both);
    if (status == STATUS_OK)
        status = sql->driver->lock(sql, "order", "FERN", self->second, NULL);
    self->other.status = sql->driver->end(sql, status, NULL);
    self->wants_again = sql->wants_again;
    return NULL;
}

static void
of_two_that_wait_for_each_other_one_goes_on_and_one_is_to_do_it_again(void **state)
{
    pthread_barrier_t both;
    struct crossing one = {.other.sql = open_one(), .first = "a", .second = "b"};
    struct crossing two = {.other.sql = open_one(), .first = "b", .second = "a"};
    (void)state;
    pthread_barrier_init(&both, NULL, 2);
    one.both = two.both = &both;
    pthread_create(&one.other.thread, NULL, cross, &one);
    pthread_create(&two.other.thread, NULL, cross, &two);
    pthread_join(one.other.thread, NULL);
    pthread_join(two.other.thread, NULL);
    pthread_barrier_destroy(&both);
    assert_true((one.other.status == STATUS_OK) != (two.other.status == STATUS_OK));
    struct crossing *loser = one.other.status == STATUS_OK ? &two : &one;
    assert_int_equal(loser->other.status, STATUS_RETRY);
    assert_true(loser->wants_again);
    close_one(one.other.sql);
    close_one(two.other.sql);
}

static void
a_serialization_failure_is_to_be_done_again(void **state)
{
    static const char fail[] = "DO $$BEGIN RAISE SQLSTATE '40001'; END$$";
    struct notes notes = {0};
    struct sql *sql = open_one();
    (void)state;
    assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
    assert_int_equal(sql->driver->run(sql, fail, NULL, 0, &notes), STATUS_OK);
    assert_int_equal(sql->driver->end(sql, STATUS_OK, &notes), STATUS_RETRY);
    assert_true(sql->wants_again);
    assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
    assert_false(sql->wants_again);
    assert_int_equal(sql->driver->end(sql, STATUS_OK, &notes), STATUS_OK);
    close_one(sql);
}

/* --- a server that goes away -------------------------------------------------------- */

static void
end_session(int64_t pid)
{
    static const char text[] = "SELECT pg_terminate_backend(?1::int)";
    struct notes notes = {0};
    struct sql *sql = open_one();
    int64_t found = 0;
    assert_int_equal(begin(sql, SQL_LOOK, &notes), STATUS_OK);
    assert_int_equal(ask(sql, text, VALUES(I(pid)), &notes, &found), STATUS_OK);
    assert_int_equal(found, 1);
    assert_int_equal(sql->driver->end(sql, STATUS_OK, &notes), STATUS_OK);
    const struct timespec wait = {0, 5000000};
    for (int i = 0; kill((pid_t)pid, 0) == 0; i++) {
        assert_in_range(i, 0, 4000);
        nanosleep(&wait, NULL);
    }
    close_one(sql);
}

static void
a_session_that_died_at_rest_is_made_anew_unseen(void **state)
{
    struct notes notes = {0};
    struct sql *sql = open_one();
    (void)state;
    for (int i = 0; i < 3; i++) {
        end_session(number(sql, sql_pid));
        assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
        assert_int_equal(add(sql, "a", 1, &notes), STATUS_OK);
        assert_int_equal(sql->driver->end(sql, STATUS_WITHOUT, &notes), STATUS_WITHOUT);
        assert_int_equal(number(sql, sql_count), 0);
    }
    assert_int_equal(notes.count, 0);
    close_one(sql);
}

static void
a_session_that_dies_amid_a_transaction_is_to_be_done_again(void **state)
{
    struct notes notes = {0};
    struct sql *sql = open_one();
    int64_t pid = 0;
    (void)state;
    assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
    assert_int_equal(add(sql, "a", 1, &notes), STATUS_OK);
    assert_int_equal(ask(sql, sql_pid, NULL, 0, &notes, &pid), STATUS_OK);
    end_session(pid);
    assert_int_equal(ask(sql, sql_count, NULL, 0, &notes, &pid), STATUS_OUTSIDE);
    assert_int_equal(add(sql, "b", 1, &notes), STATUS_OUTSIDE);
    assert_int_equal(sql->driver->end(sql, STATUS_OUTSIDE, &notes), STATUS_OUTSIDE);
    assert_true(sql->wants_again);
    assert_non_null(notes_find(&notes, NOTE_LEDGER_AWAY));
    assert_int_equal(notes.count, 1);
    assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
    assert_int_equal(add(sql, "a", 1, &notes), STATUS_OK);
    assert_int_equal(sql->driver->end(sql, STATUS_OK, &notes), STATUS_OK);
    assert_int_equal(number(sql, sql_count), 1);
    close_one(sql);
}

static void
a_commit_without_an_answer_says_that_it_is_unsure(void **state)
{
    struct notes notes = {0};
    struct sql *sql = open_one();
    int64_t pid = 0;
    (void)state;
    assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
    assert_int_equal(add(sql, "maybe", 1, &notes), STATUS_OK);
    assert_int_equal(ask(sql, sql_pid, NULL, 0, &notes, &pid), STATUS_OK);
    kill((pid_t)pid, SIGSTOP);
    sql->patience = soon(150);
    assert_int_equal(sql->driver->end(sql, STATUS_OK, &notes), STATUS_OUTSIDE);
    kill((pid_t)pid, SIGCONT);
    assert_false(sql->wants_again);
    assert_int_equal(notes.count, 1);
    assert_int_equal(notes.note[0].id, NOTE_LEDGER_UNSURE);
    sql->patience = endless;
    wait_until(sql, sql_count); /* it was kept, here */
    close_one(sql);
}

/* --- patience ----------------------------------------------------------------------- */

static void
a_slow_statement_ends_with_the_deadline(void **state)
{
    struct notes notes = {0};
    struct sql *sql = open_one();
    int64_t found = 0, begun = clock_monotonic_ms();
    (void)state;
    sql->patience = soon(100);
    assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
    assert_int_equal(ask(sql, sql_sleep, NULL, 0, &notes, &found), STATUS_RETRY);
    assert_int_equal(sql->driver->end(sql, STATUS_RETRY, &notes), STATUS_RETRY);
    assert_in_range(clock_monotonic_ms() - begun, 100, 2000);
    assert_int_equal(notes.note[0].id, NOTE_LEDGER_BUSY);
    assert_false(sql->wants_again);
    sql->patience = endless;
    assert_int_equal(number(sql, sql_count), 0);
    close_one(sql);
}

static void
the_server_gives_up_soon_after_whoever_asked_has_left(void **state)
{
    struct notes notes = {0};
    struct sql *sql = open_one();
    int64_t found = 0;
    (void)state;
    sql->patience = soon(100);
    assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
    (void)ask(sql, sql_sleep, NULL, 0, &notes, &found);
    (void)sql->driver->end(sql, STATUS_RETRY, &notes);
    sql->patience = endless;
    wait_until(sql, "SELECT count(*) = 0 FROM pg_stat_activity WHERE query LIKE"
                    " '%pg_sleep%' AND state = 'active' AND pid <> pg_backend_pid()");
    close_one(sql);
}

static void
a_stopped_server_is_left_at_the_deadline(void **state)
{
    struct notes notes = {0};
    struct sql *sql = open_one();
    int64_t pid = number(sql, sql_pid), found = 0, begun = clock_monotonic_ms();
    (void)state;
    kill((pid_t)pid, SIGSTOP);
    sql->patience = soon(120);
    enum status status = begin(sql, SQL_LOOK, &notes);
    if (status == STATUS_OK)
        status = ask(sql, sql_count, NULL, 0, &notes, &found);
    kill((pid_t)pid, SIGCONT);
    assert_int_equal(status, STATUS_RETRY);
    assert_int_equal(sql->driver->end(sql, status, &notes), STATUS_RETRY);
    assert_in_range(clock_monotonic_ms() - begun, 100, 2000);
    close_one(sql);
}

static volatile int32_t cancelled;

static void *
cancel_soon(void *data)
{
    const struct timespec wait = {0, 60000000};
    (void)data;
    nanosleep(&wait, NULL);
    __atomic_store_n(&cancelled, 1, __ATOMIC_SEQ_CST);
    return NULL;
}

static void
the_cancel_flag_is_seen_amid_a_statement(void **state)
{
    struct notes notes = {0};
    struct sql *sql = open_one();
    int64_t found = 0, begun = clock_monotonic_ms();
    pthread_t thread;
    (void)state;
    cancelled = 0;
    sql->patience.cancel = &cancelled;
    assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
    pthread_create(&thread, NULL, cancel_soon, NULL);
    assert_int_equal(ask(sql, sql_sleep, NULL, 0, &notes, &found), STATUS_CANCELLED);
    assert_int_equal(sql->driver->end(sql, STATUS_CANCELLED, &notes), STATUS_CANCELLED);
    pthread_join(thread, NULL);
    assert_in_range(clock_monotonic_ms() - begun, 0, 5000);
    assert_int_equal(begin(sql, SQL_LOOK, &notes), STATUS_CANCELLED);
    cancelled = 0;
    assert_int_equal(number(sql, sql_count), 0);
    close_one(sql);
}

/* --- the whole server --------------------------------------------------------------- */

static void
cluster(const char *verb)
{
    char command[1024];
    snprintf(command, sizeof(command), "sh '%s' %s '%s'", getenv("TUCK_TEST_CLUSTER_SH"),
             verb, getenv("TUCK_TEST_CLUSTER"));
    assert_int_equal(system(command), 0);
}

static void
a_killed_server_is_away_and_found_again(void **state)
{
    struct notes notes = {0};
    struct sql *sql = open_one();
    bool is_empty = false;
    (void)state;
    assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
    assert_int_equal(add(sql, "kept", 1, &notes), STATUS_OK);
    assert_int_equal(sql->driver->end(sql, STATUS_OK, &notes), STATUS_OK);
    cluster("kill");
    sql->patience = soon(500);
    assert_int_equal(sql->driver->begin(sql, SQL_WRITE, &notes, &is_empty),
                     STATUS_OUTSIDE);
    assert_int_equal(notes.note[0].id, NOTE_LEDGER_AWAY);
    assert_false(sql->wants_again);
    notes.count = 0;
    cluster("start");
    sql->patience = endless;
    assert_int_equal(number(sql, sql_count), 1);
    assert_int_equal(notes.count, 0);
    close_one(sql);
}

static void
a_server_that_takes_calls_and_says_nothing_is_left_at_the_deadline(void **state)
{
    struct patience patience = soon(150);
    struct notes notes = {0};
    struct sql *sql = NULL;
    char path[512], line[32] = "";
    int64_t begun = clock_monotonic_ms();
    (void)state;
    snprintf(path, sizeof(path), "%s/data/postmaster.pid", getenv("TUCK_TEST_CLUSTER"));
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof(line), file));
    fclose(file);
    kill((pid_t)atoi(line), SIGSTOP);
    enum status status = sql_open_postgres(uri, true, &patience, &notes, &sql);
    kill((pid_t)atoi(line), SIGCONT);
    assert_int_equal(status, STATUS_OUTSIDE);
    assert_int_equal(notes.note[0].id, NOTE_LEDGER_AWAY);
    assert_in_range(clock_monotonic_ms() - begun, 140, 2000);
}

/* --- what is said ------------------------------------------------------------------- */

static char *
with(const char *from, const char *to)
{
    char *text = NULL;
    const char *at = strstr(uri, from);
    assert_non_null(at);
    assert_true(asprintf(&text, "%.*s%s%s", (int)(at - uri), uri, to, at + strlen(from)) >
                0);
    return text;
}

static void
a_bad_uri_or_password_is_said_without_the_password(void **state)
{
    char password[64] = "";
    assert_int_equal(sscanf(uri, "postgresql://tuck:%63[^@]@", password), 1);
    char *no_database = with("/shop", "/shoppe"), *no_user = with("tuck:", "tack:");
    char *bad_option = with("/shop", "/shop?passwort=x"), *bad_port = with("@", "@:x");
    char *bad_password = with(password, "geheim"),
         *no_port = with("@127.0.0.1:", "@127.0.0.1:1,127.0.0.1:1");
    const struct {
        const char *uri;
        enum status status;
        enum note_id note;
    } cases[] = {
        {no_database, STATUS_OUTSIDE, NOTE_LEDGER_REFUSED},
        {no_user, STATUS_OUTSIDE, NOTE_LEDGER_REFUSED},
        {bad_password, STATUS_OUTSIDE, NOTE_LEDGER_REFUSED},
        {bad_option, STATUS_BAD_INPUT, NOTE_LEDGER_BAD_URI},
        {bad_port, STATUS_OUTSIDE, NOTE_LEDGER_AWAY},
        {no_port, STATUS_OUTSIDE, NOTE_LEDGER_AWAY},
        {"postgresql://tuck:geheim@[::1/shop", STATUS_BAD_INPUT, NOTE_LEDGER_BAD_URI},
        {"postgresql://tuck:geheim@127.0.0.1:1/shop", STATUS_OUTSIDE, NOTE_LEDGER_AWAY},
        {"postgresql://tuck:geheim@nowhere.invalid/shop", STATUS_OUTSIDE,
         NOTE_LEDGER_AWAY},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct notes notes = {0};
        struct sql *sql = NULL;
        struct patience patience = soon(5000);
        enum status status =
            sql_open_postgres(cases[i].uri, true, &patience, &notes, &sql);
        if (status != cases[i].status || notes.count != 1 ||
            notes.note[0].id != cases[i].note) {
            print_error("case %zu: status %d\n", i, (int)status);
            show(&notes);
        }
        assert_int_equal(status, cases[i].status);
        assert_int_equal(notes.count, 1);
        assert_int_equal(notes.note[0].id, cases[i].note);
        assert_null(strstr(notes.note[0].text, "geheim"));
        assert_null(strstr(notes.note[0].file, "geheim"));
        assert_null(strstr(notes.note[0].text, password));
        assert_null(strstr(notes.note[0].file, password));
    }
    free(no_database), free(no_user), free(bad_option), free(bad_port);
    free(bad_password), free(no_port);
}

static void
a_server_is_found_by_its_name(void **state)
{
    char *named = with("@127.0.0.1:", "@localhost:");
    struct notes notes = {0};
    struct sql *sql = NULL;
    (void)state;
    assert_int_equal(sql_open_postgres(named, true, &endless, &notes, &sql), STATUS_OK);
    assert_int_equal(number(sql, sql_count), 0);
    assert_null(strstr(sql->name, "tuck:"));
    assert_non_null(strstr(sql->name, "localhost"));
    close_one(sql);
    free(named);
}

/* --- the ledger's own tables -------------------------------------------------------- */

/* A schema of its own for each. */
static struct sql *
open_in(const char *schema, struct notes *notes, enum status *ret)
{
    struct patience patience = soon(20000);
    struct sql *sql = NULL;
    char place[512];
    snprintf(place, sizeof(place), "%s?options=-csearch_path%%3D%s", uri, schema);
    *ret = sql_open_postgres(place, true, &patience, notes, &sql);
    if (*ret == STATUS_OK)
        *ret = postgres_migrate(sql, notes);
    return sql;
}

static void
do_script(const char *script)
{
    struct notes notes = {0};
    struct sql *sql = open_one();
    assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
    enum status status = sql_postgres_script(sql, script, &notes);
    show(&notes);
    assert_int_equal(sql->driver->end(sql, status, &notes), STATUS_OK);
    close_one(sql);
}

static void *
open_new(void *data)
{
    struct other *other = data;
    other->sql = open_in("many", NULL, &other->status);
    return NULL;
}

static void
the_tables_are_made_once_whoever_comes_first(void **state)
{
    struct other others[6] = {0};
    (void)state;
    do_script("DROP SCHEMA IF EXISTS many CASCADE; CREATE SCHEMA many");
    for (size_t i = 0; i < COUNT_OF(others); i++)
        pthread_create(&others[i].thread, NULL, open_new, &others[i]);
    for (size_t i = 0; i < COUNT_OF(others); i++)
        pthread_join(others[i].thread, NULL);
    for (size_t i = 0; i < COUNT_OF(others); i++)
        assert_int_equal(others[i].status, STATUS_OK);
    assert_int_equal(number(others[5].sql, "SELECT count(*) FROM meta"), 1);
    for (size_t i = 0; i < COUNT_OF(others); i++)
        close_one(others[i].sql);
}

static void
texts_sort_byte_by_byte_in_every_language(void **state)
{
    static const char unlike[] =
        "SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE c.relnamespace = 'sorted'::regnamespace AND c.relkind = 'r'"
        " AND a.atttypid = 'text'::regtype AND a.attcollation <> '\"C\"'::regcollation";
    struct notes notes = {0};
    enum status status;
    (void)state;
    do_script("DROP SCHEMA IF EXISTS sorted CASCADE; CREATE SCHEMA sorted");
    struct sql *sql = open_in("sorted", &notes, &status);
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(number(sql, unlike), 0);
    assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
    assert_int_equal(sql_postgres_script(sql,
                                         "INSERT INTO meta VALUES('a', 'a'), ('B', 'B'),"
                                         " ('\u00e4', 'z')",
                                         &notes),
                     STATUS_OK);
    assert_int_equal(sql->driver->end(sql, STATUS_OK, &notes), STATUS_OK);
    assert_int_equal(number(sql, "SELECT name = 'B' FROM meta ORDER BY name LIMIT 1"), 1);
    close_one(sql);
}

static void
facts_are_only_added_to_even_by_mistake(void **state)
{
    static const char *const mistakes[] = {
        "UPDATE event SET at_s = 2",
        "DELETE FROM event",
        "TRUNCATE event",
    };
    struct notes notes = {0};
    enum status status;
    (void)state;
    do_script("DROP SCHEMA IF EXISTS facts CASCADE; CREATE SCHEMA facts");
    struct sql *sql = open_in("facts", &notes, &status);
    assert_int_equal(status, STATUS_OK);
    do_script("INSERT INTO facts.event(at_s, kind, promise) VALUES(1, 'redeemed', 1)");
    for (size_t i = 0; i < COUNT_OF(mistakes); i++) {
        notes.count = 0;
        assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
        assert_int_equal(sql->driver->run(sql, mistakes[i], NULL, 0, &notes), STATUS_OK);
        assert_int_equal(sql->driver->end(sql, STATUS_OK, &notes), STATUS_BUG);
        assert_non_null(strstr(notes.note[0].text, "only added"));
    }
    assert_int_equal(number(sql, "SELECT sum(at_s) FROM event"), 1);
    close_one(sql);
}

static void
tables_of_a_later_tuck_or_of_another_program_are_left_alone(void **state)
{
    static const struct {
        const char *script;
        enum status status;
        enum note_id note;
    } cases[] = {
        {"CREATE TABLE odd.meta(name TEXT, value TEXT);"
         "INSERT INTO odd.meta VALUES('version', '99')",
         STATUS_TOO_NEW, NOTE_LEDGER_TOO_NEW},
        {"CREATE TABLE odd.meta(name TEXT, value TEXT)", STATUS_BAD_INPUT,
         NOTE_LEDGER_NOT_ONE},
        {"CREATE TABLE odd.meta(name TEXT, value TEXT);"
         "INSERT INTO odd.meta VALUES('version', 'Anna')",
         STATUS_BAD_INPUT, NOTE_LEDGER_NOT_ONE},
        {"CREATE TABLE odd.meta(id INT)", STATUS_BAD_INPUT, NOTE_LEDGER_NOT_ONE},
        {"CREATE TABLE odd.event(id INT)", STATUS_BAD_INPUT, NOTE_LEDGER_NOT_ONE},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct notes notes = {0};
        enum status status;
        do_script("DROP SCHEMA IF EXISTS odd CASCADE; CREATE SCHEMA odd");
        do_script(cases[i].script);
        struct sql *sql = open_in("odd", &notes, &status);
        assert_int_equal(status, cases[i].status);
        assert_int_equal(notes.note[0].id, cases[i].note);
        close_one(sql);
        sql = open_one();
        assert_int_equal(number(sql, "SELECT count(*) FROM pg_class WHERE relkind = 'r'"
                                     " AND relnamespace = 'odd'::regnamespace"),
                         1);
        close_one(sql);
    }
}

/* --- a dead name server ------------------------------------------------------------- */

/* Stands before the system's: deaf, it takes its time as a resolver without a name server
 * does. */
static int is_deaf; /* atomic */
static int asked_count;

int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
            struct addrinfo **ret)
{
    static int (*real)(const char *, const char *, const struct addrinfo *,
                       struct addrinfo **);
    const struct timespec wait = {0, 5000000};
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    __atomic_fetch_add(&asked_count, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&is_deaf, __ATOMIC_SEQ_CST))
        nanosleep(&wait, NULL);
    return real(node, service, hints, ret);
}

static void
a_dead_name_server_holds_nobody_up(void **state)
{
    char *named = with("@127.0.0.1:", "@localhost:");
    struct notes notes = {0};
    struct sql *sql = NULL;
    bool is_empty = false;
    (void)state;
    assert_int_equal(sql_open_postgres(named, true, &endless, &notes, &sql), STATUS_OK);
    end_session(number(sql, sql_pid));
    __atomic_store_n(&is_deaf, 1, __ATOMIC_SEQ_CST);
    __atomic_store_n(&asked_count, 0, __ATOMIC_SEQ_CST);
    for (int i = 0; i < 3; i++) {
        int64_t begun = clock_monotonic_ms();
        notes.count = 0;
        sql->patience = soon(100);
        assert_int_equal(sql->driver->begin(sql, SQL_LOOK, &notes, &is_empty),
                         STATUS_OUTSIDE);
        assert_int_equal(notes.note[0].id, NOTE_LEDGER_AWAY);
        assert_in_range(clock_monotonic_ms() - begun, 90, 1500);
    }
    assert_int_equal(__atomic_load_n(&asked_count, __ATOMIC_SEQ_CST), 1);
    __atomic_store_n(&is_deaf, 0, __ATOMIC_SEQ_CST);
    sql->patience = endless;
    assert_int_equal(number(sql, sql_count), 0);
    close_one(sql);
    free(named);
}

static void
a_look_up_that_is_left_behind_outlives_its_connection(void **state)
{
    struct patience patience = soon(50);
    char *named = with("@127.0.0.1:", "@localhost:");
    struct notes notes = {0};
    struct sql *sql = NULL;
    (void)state;
    __atomic_store_n(&is_deaf, 1, __ATOMIC_SEQ_CST);
    assert_int_equal(sql_open_postgres(named, true, &patience, &notes, &sql),
                     STATUS_OUTSIDE);
    __atomic_store_n(&is_deaf, 0, __ATOMIC_SEQ_CST);
    free(named);
}

/* --- memory that runs out ----------------------------------------------------------- */

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define SEEN_BY_LIBPQ __attribute__((visibility("default")))
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *p, size_t size);

static struct {
    int taken, refuse_at; /* 0: never */
    bool was_refused;
} memory;

static bool
refuses(void)
{
    bool refused = memory.refuse_at && ++memory.taken == memory.refuse_at;
    memory.was_refused |= refused;
    return refused;
}

SEEN_BY_LIBPQ void *
malloc(size_t size)
{
    return refuses() ? NULL : __libc_malloc(size);
}

SEEN_BY_LIBPQ void *
calloc(size_t count, size_t size)
{
    return refuses() ? NULL : __libc_calloc(count, size);
}

SEEN_BY_LIBPQ void *
realloc(void *p, size_t size)
{
    return refuses() ? NULL : __libc_realloc(p, size);
}

static enum status
one_transaction(struct sql *sql, const char *name, struct notes *notes)
{
    bool is_empty = false;
    int64_t found = 0;
    enum status status = sql->driver->begin(sql, SQL_WRITE, notes, &is_empty);
    if (status != STATUS_OK)
        return status;
    status = sql->driver->lock(sql, "order", "FERN", name, notes);
    if (status == STATUS_OK)
        status = add(sql, name, 1, notes);
    if (status == STATUS_OK)
        status = ask(sql, sql_count, NULL, 0, notes, &found);
    if (status == STATUS_OK)
        status = add(sql, "last", found, notes);
    return sql->driver->end(sql, status, notes);
}

static int64_t
rows_kept(const char *name)
{
    static const char text[] = "SELECT count(*) FROM thing WHERE name IN (?1, 'last')";
    struct notes notes = {0};
    struct sql *sql = open_one();
    int64_t found = -1;
    assert_int_equal(begin(sql, SQL_WRITE, &notes), STATUS_OK);
    assert_int_equal(ask(sql, text, VALUES(T(name)), &notes, &found), STATUS_OK);
    assert_int_equal(sql->driver->run(sql, "DELETE FROM thing", NULL, 0, &notes),
                     STATUS_OK);
    assert_int_equal(sql->driver->end(sql, STATUS_OK, &notes), STATUS_OK);
    close_one(sql);
    return found;
}

/* Every allocation in turn, of opening too; what is said is what holds. Through the
 * socket, because a password's proof alone takes ten thousand. */
static void
memory_that_runs_out_anywhere_keeps_all_or_nothing(void **state)
{
    int unsure = 0, refused = 0;
    (void)state;
    for (int n = 1;; n++) {
        struct notes notes = {0};
        struct sql *sql = NULL;
        memory.taken = 0, memory.was_refused = false, memory.refuse_at = n;
        enum status status = sql_open_postgres(getenv("TUCK_TEST_POSTGRES_SOCKET"), true,
                                               &endless, &notes, &sql);
        if (status == STATUS_OK)
            status = one_transaction(sql, "a", &notes);
        memory.refuse_at = 0;
        refused += memory.was_refused;
        int64_t kept = rows_kept("a");
        bool is_unsure = notes_find(&notes, NOTE_LEDGER_UNSURE) != NULL;
        unsure += is_unsure;
        if (status != STATUS_OK && status != STATUS_NO_MEMORY && status != STATUS_OUTSIDE)
            show(&notes);
        assert_true(status == STATUS_OK || status == STATUS_NO_MEMORY ||
                    status == STATUS_OUTSIDE);
        assert_true(is_unsure ? kept == 0 || kept == 2
                              : kept == (status == STATUS_OK ? 2 : 0));
        if (sql) { /* and the same connection serves again */
            notes.count = 0;
            assert_int_equal(one_transaction(sql, "b", &notes), STATUS_OK);
            assert_int_equal(rows_kept("b"), 2);
            close_one(sql);
        }
        if (!memory.was_refused)
            break;
    }
    print_message("%d allocations refused, %d commits unsure\n", refused, unsure);
    assert_true(refused > 20);
}
#endif

int
main(void)
{
#define T_(name) cmocka_unit_test_setup(name, make_tables)
    const struct CMUnitTest tests[] = {
        T_(what_goes_in_comes_out),
        T_(a_statement_serves_values_of_every_kind),
        T_(answers_may_be_open_side_by_side),
        T_(what_fails_in_the_queue_fails_at_the_end_and_nothing_is_kept),
        T_(after_a_failure_every_call_says_so_and_the_next_transaction_is_well),
        T_(many_statements_in_one_transaction_are_all_kept),
        T_(large_bytes_go_both_ways),
        T_(a_look_sees_one_instant_and_may_not_write),
        T_(a_reader_before_the_first_writer_finds_nothing_and_no_fault),
        T_(a_script_that_fails_halfway_leaves_nothing),
        T_(a_lock_holds_others_back_until_the_end),
        T_(of_two_that_wait_for_each_other_one_goes_on_and_one_is_to_do_it_again),
        T_(a_serialization_failure_is_to_be_done_again),
        T_(a_session_that_died_at_rest_is_made_anew_unseen),
        T_(a_session_that_dies_amid_a_transaction_is_to_be_done_again),
        T_(a_commit_without_an_answer_says_that_it_is_unsure),
        T_(a_slow_statement_ends_with_the_deadline),
        T_(the_server_gives_up_soon_after_whoever_asked_has_left),
        T_(a_stopped_server_is_left_at_the_deadline),
        T_(the_cancel_flag_is_seen_amid_a_statement),
        T_(a_killed_server_is_away_and_found_again),
        T_(a_server_that_takes_calls_and_says_nothing_is_left_at_the_deadline),
        T_(a_bad_uri_or_password_is_said_without_the_password),
        T_(a_server_is_found_by_its_name),
        T_(the_tables_are_made_once_whoever_comes_first),
        T_(texts_sort_byte_by_byte_in_every_language),
        T_(facts_are_only_added_to_even_by_mistake),
        T_(tables_of_a_later_tuck_or_of_another_program_are_left_alone),
        T_(a_dead_name_server_holds_nobody_up),
        T_(a_look_up_that_is_left_behind_outlives_its_connection),
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
        T_(memory_that_runs_out_anywhere_keeps_all_or_nothing),
#endif
    };
    uri = getenv("TUCK_TEST_POSTGRES");
    if (!uri) {
        puts("SKIP: run me through tests/ledger/with-cluster");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
