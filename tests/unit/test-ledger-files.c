/* The ledger's file: who may open it, what reading leaves behind, what waits for what. */
#include "ledger-bench.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>

static void
picture_file(const char *dir, const char *name, struct buf *out)
{
    char path[640];
    struct stat stat_of;
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    if (stat(path, &stat_of) != 0 || !S_ISREG(stat_of.st_mode))
        return;
    buf_printf(out, "%s", name);
    if (!strstr(name,
                "-shm")) { /* SQLite's table of locks; of it only that it is there */
        char *bytes = malloc((size_t)stat_of.st_size + 1);
        FILE *file = fopen(path, "rb");
        if (!bytes || !file)
            _exit(1);
        size_t n = fread(bytes, 1, (size_t)stat_of.st_size, file);
        buf_printf(out, " %ld.%09ld %s", (long)stat_of.st_mtim.tv_sec,
                   stat_of.st_mtim.tv_nsec, hash_sha256(bytes, n).hex);
        fclose(file);
        free(bytes);
    }
    buf_puts(out, "\n");
}

/* Names, times and bytes of all that is in the directory, as one text. Another process
 * looks, because closing a file here would drop the locks on it. */
static void
picture(const struct bench *bench, struct buf *out)
{
    int ends[2], how = 0;
    char bytes[4096];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct buf text = {0};
        struct dirent **entries = NULL;
        int count = scandir(bench->dir, &entries, NULL, alphasort);
        for (int i = 0; i < count; i++)
            picture_file(bench->dir, entries[i]->d_name, &text);
        bool is_written = write(ends[1], text.p ? text.p : "", text.n) == (ssize_t)text.n;
        _exit(count < 0 || !is_written);
    }
    close(ends[1]);
    for (ssize_t n; (n = read(ends[0], bytes, sizeof(bytes))) > 0;)
        buf_add(out, bytes, (size_t)n);
    close(ends[0]);
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_int_equal(how, 0);
}

static void
put_file(const struct bench *bench, const void *bytes, size_t n)
{
    FILE *file = fopen(bench->path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static bool
reads_order(struct bench *bench, struct ledger *ledger, const char *order)
{
    struct decision *found = NULL;
    enum status status =
        ledger_find(ledger, "fern", order, "1", bench->arena, &bench->notes, &found);
    assert_true(status == STATUS_OK || status == STATUS_WITHOUT);
    return status == STATUS_OK;
}

/* --- reading only ------------------------------------------------------------------- */

static void
a_missing_file_reads_as_an_empty_ledger_and_is_not_made(void **state)
{
    struct bench *bench = *state;
    struct buf after BUF_AUTO = {0};
    bench->ledger = open_ledger(bench, LEDGER_READ);
    assert_false(ledger_is_none(bench->ledger));
    assert_false(reads_order(bench, bench->ledger, "1"));
    assert_int_equal(standing_of(bench, "C-1", NULL, "welcome").decided_in_all, 0);
    assert_dump(bench, "");
    picture(bench, &after);
    assert_int_equal(after.n, 0);
}

static void
reading_a_ledger_at_rest_leaves_no_trace(void **state)
{
    struct bench *bench = *state;
    struct buf before BUF_AUTO = {0}, after BUF_AUTO = {0};
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    assert_int_equal(decide_one(bench, "1", "C-1", "a", "welcome", NULL, NOW_S, NULL), 0);
    ledger_close(bench->ledger);
    picture(bench, &before);
    assert_non_null(strstr(before.p, "shop.ledger "));
    assert_null(strstr(before.p, "-wal"));
    bench->ledger = open_ledger(bench, LEDGER_READ);
    assert_true(reads_order(bench, bench->ledger, "1"));
    assert_int_equal(standing_of(bench, "C-1", NULL, "welcome").decided_in_all, 1);
    picture(bench, &after);
    assert_string_equal(before.p, after.p);
    ledger_close(take(bench->ledger));
    buf_reset(&after);
    picture(bench, &after);
    assert_string_equal(before.p, after.p);
}

static void
reading_a_ledger_in_use_leaves_no_trace_and_sees_what_is_new(void **state)
{
    struct bench *bench = *state;
    struct buf before BUF_AUTO = {0}, after BUF_AUTO = {0};
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    assert_int_equal(decide_one(bench, "1", "C-1", "a", "welcome", NULL, NOW_S, NULL), 0);
    picture(bench, &before);
    assert_non_null(strstr(before.p, "-wal"));
    struct ledger *reader = open_ledger(bench, LEDGER_READ);
    assert_true(reads_order(bench, reader, "1"));
    assert_false(reads_order(bench, reader, "2"));
    picture(bench, &after);
    assert_string_equal(before.p, after.p);
    assert_int_equal(decide_one(bench, "2", "C-1", "a", "welcome", NULL, NOW_S, NULL), 0);
    assert_true(reads_order(bench, reader, "2"));
    ledger_close(reader);
}

static void
a_reader_kept_open_follows_the_file(void **state)
{
    struct bench *bench = *state;
    struct ledger *reader = open_ledger(bench, LEDGER_READ); /* there is no file yet */
    assert_false(reads_order(bench, reader, "1"));
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    assert_int_equal(decide_one(bench, "1", "C-1", "a", "welcome", NULL, NOW_S, NULL), 0);
    assert_true(reads_order(bench, reader, "1"));
    ledger_close(bench->ledger);
    ledger_close(reader);
    reader = open_ledger(bench, LEDGER_READ); /* at rest */
    assert_true(reads_order(bench, reader, "1"));
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    assert_int_equal(decide_one(bench, "2", "C-1", "a", "welcome", NULL, NOW_S, NULL), 0);
    assert_true(reads_order(bench, reader, "2"));
    ledger_close(reader);
}

/* Two processes write; in one of them a reader of the file at rest closes in between. Had
 * that dropped the writer's lock, the other would clear the -wal away under it. The other
 * is forked first, because SQLite must not be taken over a fork. */
static void
a_reader_that_closes_takes_no_lock_from_a_writer(void **state)
{
    struct bench *bench = *state;
    char wal[400], go = 0;
    int ends[2], how = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct ledger *other = NULL;
        if (read(ends[0], &go, 1) != 1 ||
            open_at(bench, bench->path, LEDGER_WRITE, NULL, NULL, &other) != STATUS_OK)
            _exit(1);
        ledger_close(other);
        _exit(0);
    }
    ledger_close(open_ledger(bench, LEDGER_WRITE));
    struct ledger *reader = open_ledger(bench, LEDGER_READ);
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    assert_int_equal(decide_one(bench, "1", "C-1", "a", "welcome", NULL, NOW_S, NULL), 0);
    ledger_close(reader);
    assert_int_equal(write(ends[1], &go, 1), 1);
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_int_equal(how, 0);
    close(ends[0]);
    close(ends[1]);
    snprintf(wal, sizeof(wal), "%s-wal", bench->path);
    assert_int_equal(access(wal, F_OK), 0);
    assert_int_equal(decide_one(bench, "2", "C-1", "a", "welcome", NULL, NOW_S, NULL), 0);
    reader = open_ledger(bench, LEDGER_READ);
    assert_true(reads_order(bench, reader, "2"));
    ledger_close(reader);
}

static void
reading_after_a_crash_sees_what_was_promised_and_leaves_no_trace(void **state)
{
    struct bench *bench = *state;
    struct buf before BUF_AUTO = {0}, after BUF_AUTO = {0};
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        enum status status =
            open_at(bench, bench->path, LEDGER_WRITE, NULL, &bench->notes, &bench->ledger);
        if (status == STATUS_OK)
            status = decide_one(bench, "1", "C-1", "a", "welcome", NULL, NOW_S, NULL);
        raise(status == STATUS_OK ? SIGKILL : SIGTERM);
    }
    int how = 0;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
    picture(bench, &before);
    assert_non_null(strstr(before.p, "-wal"));
    bench->ledger = open_ledger(bench, LEDGER_READ);
    assert_true(reads_order(bench, bench->ledger, "1"));
    ledger_close(take(bench->ledger));
    picture(bench, &after);
    assert_string_equal(before.p, after.p);
}

static void
a_ledger_open_for_reading_refuses_to_write(void **state)
{
    struct bench *bench = *state;
    const struct piece_key key = {"insert", 0};
    struct history *history = history_make(bench->arena, "C-1");
    ledger_close(open_ledger(bench, LEDGER_WRITE));
    bench->ledger = open_ledger(bench, LEDGER_READ);
    struct ledger *ledger = bench->ledger;
    struct notes *notes = &bench->notes;
    assert_int_equal(decide_one(bench, "1", "C-1", "a", "welcome", NULL, NOW_S, NULL),
                     STATUS_BAD_CALL);
    assert_int_equal(notes->note[0].id, NOTE_LEDGER_READ_ONLY);
    assert_int_equal(ledger_keep_history(ledger, "fern", history, notes),
                     STATUS_BAD_CALL);
    assert_int_equal(ledger_import_begin(ledger, notes), STATUS_BAD_CALL);
    assert_int_equal(ledger_cache_put(ledger, "fern", NULL, "u", NULL, "b", 1, NOW_S, notes),
                     STATUS_BAD_CALL);
    assert_int_equal(ledger_keep_sheet(ledger, 1, &key, 1, "", "b", 1, notes),
                     STATUS_BAD_CALL);
    assert_int_equal(ledger_event(ledger, 1, &key, "printed", NOW_S, NULL, notes),
                     STATUS_BAD_CALL);
    assert_int_equal(ledger_void(ledger, "fern", "1", NOW_S, NULL, notes),
                     STATUS_BAD_CALL);
}

/* --- files that are not a ledger -----------------------------------------------------
 */

static void
a_file_of_a_later_tuck_is_refused_untouched(void **state)
{
    struct bench *bench = *state;
    struct buf before BUF_AUTO = {0}, after BUF_AUTO = {0};
    sqlite3 *db = NULL;
    ledger_close(open_ledger(bench, LEDGER_WRITE));
    assert_int_equal(sqlite3_open(bench->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 9999", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    picture(bench, &before);
    static const enum ledger_mode modes[] = {LEDGER_READ, LEDGER_WRITE};
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        struct notes notes = {0};
        assert_int_equal(open_at(bench, bench->path, modes[i], NULL, &notes, &bench->ledger),
                         STATUS_TOO_NEW);
        assert_int_equal(notes.note[0].id, NOTE_LEDGER_TOO_NEW);
        assert_non_null(strstr(notes.note[0].text, "9999"));
        assert_null(bench->ledger);
        picture(bench, &after);
        assert_string_equal(before.p, after.p);
        buf_reset(&after);
    }
}

static void
garbage_and_other_programs_files_are_refused_untouched(void **state)
{
    struct bench *bench = *state;
    static const enum ledger_mode modes[] = {LEDGER_READ, LEDGER_WRITE};
    sqlite3 *db = NULL;
    char garbage[8192];
    memset(garbage, 'x', sizeof(garbage));
    for (int is_other = 0; is_other < 2; is_other++) {
        if (is_other) {
            unlink(bench->path);
            assert_int_equal(sqlite3_open(bench->path, &db), SQLITE_OK);
            assert_int_equal(sqlite3_exec(db, "CREATE TABLE t(x)", NULL, NULL, NULL),
                             SQLITE_OK);
            sqlite3_close(db);
        } else {
            put_file(bench, garbage, sizeof(garbage));
        }
        for (size_t i = 0; i < COUNT_OF(modes); i++) {
            struct buf before BUF_AUTO = {0}, after BUF_AUTO = {0};
            struct notes notes = {0};
            char turn[400];
            snprintf(turn, sizeof(turn), "%s.turn", bench->path);
            unlink(turn);
            picture(bench, &before);
            assert_int_equal(
                open_at(bench, bench->path, modes[i], NULL, &notes, &bench->ledger),
                STATUS_BAD_INPUT);
            assert_int_equal(notes.note[0].id, NOTE_LEDGER_NOT_ONE);
            unlink(turn);
            picture(bench, &after);
            assert_string_equal(before.p, after.p);
        }
    }
}

static void
a_file_without_a_byte_is_a_new_ledger(void **state)
{
    struct bench *bench = *state;
    put_file(bench, "", 0);
    bench->ledger = open_ledger(bench, LEDGER_READ);
    assert_false(reads_order(bench, bench->ledger, "1"));
    ledger_close(bench->ledger);
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    assert_int_equal(decide_one(bench, "1", "C-1", "a", "welcome", NULL, NOW_S, NULL), 0);
}

static void
a_place_where_nothing_can_be_made_is_told(void **state)
{
    struct bench *bench = *state;
    static const char *const places[] = {"/proc/shop.ledger",
                                         "/nowhere/at/all/shop.ledger"};
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        struct notes notes = {0};
        assert_int_equal(
            open_at(bench, places[i], LEDGER_WRITE, NULL, &notes, &bench->ledger),
            STATUS_OUTSIDE);
        assert_int_equal(notes.note[0].id, NOTE_LEDGER_DISK);
    }
}

static void
the_folder_of_a_new_ledger_is_made(void **state)
{
    struct bench *bench = *state;
    char path[640];
    snprintf(path, sizeof(path), "%s/var/ledger", bench->dir);
    struct ledger *ledger = NULL;
    assert_int_equal(open_at(bench, path, LEDGER_READ, NULL, &bench->notes, &ledger),
                     STATUS_OK);
    ledger_close(ledger);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_equal(open_at(bench, path, LEDGER_WRITE, NULL, &bench->notes, &ledger),
                     STATUS_OK);
    ledger_close(ledger);
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(bench->notes.count, 0);
}

/* Root may write anywhere, so there the directory is made read-only in name only. */
static void
a_ledger_in_a_read_only_directory_can_be_read(void **state)
{
    struct bench *bench = *state;
    struct notes notes = {0};
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    assert_int_equal(decide_one(bench, "1", "C-1", "a", "welcome", NULL, NOW_S, NULL), 0);
    ledger_close(take(bench->ledger));
    assert_int_equal(chmod(bench->path, 0400), 0);
    assert_int_equal(chmod(bench->dir, 0500), 0);
    bench->ledger = open_ledger(bench, LEDGER_READ);
    assert_true(reads_order(bench, bench->ledger, "1"));
    ledger_close(take(bench->ledger));
    if (geteuid() != 0) {
        assert_int_equal(
            open_at(bench, bench->path, LEDGER_WRITE, NULL, &notes, &bench->ledger),
            STATUS_OUTSIDE);
        assert_int_equal(notes.note[0].id, NOTE_LEDGER_DISK);
    }
    assert_int_equal(chmod(bench->dir, 0700), 0);
}

static void
a_path_may_be_relative_and_of_any_characters(void **state)
{
    struct bench *bench = *state;
    char here[PATH_MAX];
    static const char name[] = "a?mode=rw#50%25 b.ledger";
    assert_non_null(getcwd(here, sizeof(here)));
    assert_int_equal(chdir(bench->dir), 0);
    assert_int_equal(open_at(bench, name, LEDGER_WRITE, NULL, &bench->notes, &bench->ledger),
                     STATUS_OK);
    assert_int_equal(decide_one(bench, "1", "C-1", "a", "welcome", NULL, NOW_S, NULL), 0);
    ledger_close(take(bench->ledger));
    assert_int_equal(open_at(bench, name, LEDGER_READ, NULL, &bench->notes, &bench->ledger),
                     STATUS_OK);
    assert_int_equal(chdir(here), 0); /* where the ledger is does not move with it */
    assert_true(reads_order(bench, bench->ledger, "1"));
    snprintf(bench->path, sizeof(bench->path), "%s/%s", bench->dir, name);
    assert_int_equal(access(bench->path, F_OK), 0);
}

static void
a_new_ledger_is_not_for_everybody(void **state)
{
    struct bench *bench = *state;
    struct stat stat_of;
    mode_t mask = umask(0);
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    umask(mask);
    assert_int_equal(stat(bench->path, &stat_of), 0);
    assert_int_equal(stat_of.st_mode & 07777, 0660);
}

/* --- waiting ------------------------------------------------------------------------ */

static void
who_gets_no_turn_in_time_is_told_so_and_waits_no_longer(void **state)
{
    struct bench *bench = *state;
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    struct ledger *other = open_ledger(bench, LEDGER_WRITE);
    assert_int_equal(ledger_import_begin(other, &bench->notes), STATUS_OK);
    int64_t from_ms = clock_monotonic_ms();
    const struct patience patience = {from_ms + 60, NULL};
    ledger_set_patience(bench->ledger, &patience);
    assert_int_equal(decide_one(bench, "1", "C-1", "a", "welcome", NULL, NOW_S, NULL),
                     STATUS_RETRY);
    assert_int_equal(bench->notes.note[0].id, NOTE_LEDGER_BUSY);
    assert_true(clock_monotonic_ms() - from_ms >= 60);
    assert_true(clock_monotonic_ms() - from_ms < 2000);
    /* looking needs no turn */
    assert_false(reads_order(bench, bench->ledger, "1"));
    assert_int_equal(ledger_import_end(other, true, &bench->notes), STATUS_OK);
    /* a free turn is taken even when the time is over */
    assert_int_equal(decide_one(bench, "1", "C-1", "a", "welcome", NULL, NOW_S, NULL),
                     STATUS_OK);
    ledger_close(other);
}

static void
a_call_that_is_cancelled_ends_without_a_trace(void **state)
{
    struct bench *bench = *state;
    volatile int32_t cancel = 1;
    const struct patience patience = {INT64_MAX, &cancel};
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    ledger_set_patience(bench->ledger, &patience);
    assert_int_equal(decide_one(bench, "1", "C-1", "a", "welcome", NULL, NOW_S, NULL),
                     STATUS_CANCELLED);
    ledger_set_patience(bench->ledger, NULL);
    assert_dump(bench, "");
}

static void
closing_in_the_middle_of_an_import_takes_it_back(void **state)
{
    struct bench *bench = *state;
    const struct csv_purchase purchase = {.customer = "C-1",
                                          .order = "7",
                                          .sku = "TEA-042",
                                          .placed_at_s = NOW_S,
                                          .quantity = 1,
                                          .amount = {790, "EUR"},
                                          .row = 1};
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    assert_int_equal(ledger_import_begin(bench->ledger, &bench->notes), STATUS_OK);
    assert_int_equal(
        ledger_import_purchase(bench->ledger, "fern", &purchase, &bench->notes),
        STATUS_OK);
    ledger_close(bench->ledger);
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    assert_dump(bench, "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_DIR(a_missing_file_reads_as_an_empty_ledger_and_is_not_made),
        TEST_IN_DIR(reading_a_ledger_at_rest_leaves_no_trace),
        TEST_IN_DIR(reading_a_ledger_in_use_leaves_no_trace_and_sees_what_is_new),
        TEST_IN_DIR(a_reader_kept_open_follows_the_file),
        TEST_IN_DIR(a_reader_that_closes_takes_no_lock_from_a_writer),
        TEST_IN_DIR(reading_after_a_crash_sees_what_was_promised_and_leaves_no_trace),
        TEST_IN_DIR(a_ledger_open_for_reading_refuses_to_write),
        TEST_IN_DIR(a_file_of_a_later_tuck_is_refused_untouched),
        TEST_IN_DIR(garbage_and_other_programs_files_are_refused_untouched),
        TEST_IN_DIR(a_file_without_a_byte_is_a_new_ledger),
        TEST_IN_DIR(the_folder_of_a_new_ledger_is_made),
        TEST_IN_DIR(a_place_where_nothing_can_be_made_is_told),
        TEST_IN_DIR(a_ledger_in_a_read_only_directory_can_be_read),
        TEST_IN_DIR(a_path_may_be_relative_and_of_any_characters),
        TEST_IN_DIR(a_new_ledger_is_not_for_everybody),
        TEST_IN_DIR(who_gets_no_turn_in_time_is_told_so_and_waits_no_longer),
        TEST_IN_DIR(a_call_that_is_cancelled_ends_without_a_trace),
        TEST_IN_DIR(closing_in_the_middle_of_an_import_takes_it_back),
    };
    return cmocka_run_group_tests_name("ledger files", tests, NULL, NULL);
}
