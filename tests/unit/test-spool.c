/* The spool with folders as printers: what is put in comes out once, and every state is
 * told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/text.h"
#include "printer/spool-inside.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLENTY_MS 20000

struct bench {
    char dir[64], folder[80], uri[96], spool_dir[80];
    struct printer printers[2];
    struct spool *spool;
    struct notes notes;
    struct arena *arena;
    pthread_mutex_t lock;
    int told[8]; /* by state */
    enum status tell_status;
    int troubles;
    int32_t keep_days;
    int64_t bytes_most;
    size_t printer_count;
};

/* The wall clock is off by so much. */
static volatile int64_t clock_off_s;
int64_t __real_clock_wall_s(void);
int64_t __wrap_clock_wall_s(void);

int64_t
__wrap_clock_wall_s(void)
{
    return __real_clock_wall_s() + __atomic_load_n(&clock_off_s, __ATOMIC_RELAXED);
}

static void
set_clock(int64_t off_s)
{
    __atomic_store_n(&clock_off_s, off_s, __ATOMIC_RELAXED);
}

static enum status
hear(void *data, const struct spool_entry *entry)
{
    struct bench *bench = data;
    pthread_mutex_lock(&bench->lock);
    bench->told[entry->state]++;
    enum status status = bench->tell_status;
    pthread_mutex_unlock(&bench->lock);
    return status;
}

static void
complain(void *data, const struct notes *notes)
{
    struct bench *bench = data;
    pthread_mutex_lock(&bench->lock);
    bench->troubles += notes_find(notes, NOTE_SPOOL_BROKEN) != NULL;
    pthread_mutex_unlock(&bench->lock);
}

static int
troubles(struct bench *bench)
{
    pthread_mutex_lock(&bench->lock);
    int count = bench->troubles;
    pthread_mutex_unlock(&bench->lock);
    return count;
}

static void
open_spool(struct bench *bench, bool is_sending)
{
    const struct spool_settings settings = {.dir = bench->spool_dir,
                                            .printers = bench->printers,
                                            .printer_count = bench->printer_count,
                                            .is_sending = is_sending,
                                            .retry_first_ms = 20,
                                            .retry_most_ms = 100,
                                            .keep_days = bench->keep_days,
                                            .bytes_most = bench->bytes_most,
                                            .told = hear,
                                            .trouble = complain,
                                            .data = bench};
    assert_int_equal(spool_open(&settings, &bench->notes, &bench->spool), STATUS_OK);
}

static int
set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    strcpy(bench->dir, "/tmp/tuck-spool-XXXXXX");
    assert_non_null(mkdtemp(bench->dir));
    snprintf(bench->folder, sizeof(bench->folder), "%s/out", bench->dir);
    snprintf(bench->spool_dir, sizeof(bench->spool_dir), "%s/spool", bench->dir);
    snprintf(bench->uri, sizeof(bench->uri), "dir:%s", bench->folder);
    assert_int_equal(mkdir(bench->folder, 0700), 0);
    bench->printers[0] = (struct printer){.name = "folder", .uri = bench->uri};
    bench->printers[1] =
        (struct printer){.name = "missing", .uri = "dir:/nowhere/at/all"};
    bench->printer_count = 2;
    bench->arena = arena_new(0);
    pthread_mutex_init(&bench->lock, NULL);
    *state = bench;
    return 0;
}

static int
tear_down(void **state)
{
    struct bench *bench = *state;
    char command[128];
    set_clock(0);
    spool_close(bench->spool, 1000);
    arena_free(bench->arena);
    snprintf(command, sizeof(command), "rm -rf %s", bench->dir);
    assert_int_equal(system(command), 0);
    pthread_mutex_destroy(&bench->lock);
    free(bench);
    return 0;
}

static int64_t
put(struct bench *bench, const char *printer, const char *bytes, bool is_held)
{
    const struct spool_job job = {.printer = printer,
                                  .order = "C-1",
                                  .placement = "insert",
                                  .title = "Grüße, 10% off",
                                  .ticket = "1/insert/0",
                                  .format = SHEET_PDF,
                                  .bytes = bytes,
                                  .n = strlen(bytes),
                                  .is_held = is_held};
    const struct patience patience = {clock_monotonic_ms() + PLENTY_MS, NULL};
    int64_t id = 0;
    assert_int_equal(spool_put(bench->spool, &job, &patience, &bench->notes, &id),
                     STATUS_OK);
    return id;
}

static void
settle(struct bench *bench)
{
    const struct patience patience = {clock_monotonic_ms() + PLENTY_MS, NULL};
    assert_int_equal(spool_wait(bench->spool, &patience), STATUS_OK);
}

static struct spool_entry
look(struct bench *bench, int64_t id)
{
    struct spool_entry entry;
    const uint8_t *bytes;
    size_t n;
    assert_int_equal(
        spool_find(bench->spool, id, bench->arena, &bench->notes, &entry, &bytes, &n),
        STATUS_OK);
    return entry;
}

static int
count_files(const char *path)
{
    DIR *dir = opendir(path);
    int count = 0;
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static void
a_job_is_printed_once_and_told_once(void **state)
{
    struct bench *bench = *state;
    open_spool(bench, true);
    int64_t id = put(bench, "folder", "%PDF one", false);
    settle(bench);
    struct spool_entry entry = look(bench, id);
    assert_int_equal(entry.state, SPOOL_PRINTED);
    assert_true(entry.is_told);
    assert_string_equal(entry.title, "Grüße, 10% off");
    assert_int_equal(count_files(bench->folder), 1);
    assert_int_equal(bench->told[SPOOL_PRINTED], 1);
}

static void
jobs_stay_on_disk_until_somebody_sends(void **state)
{
    struct bench *bench = *state;
    open_spool(bench, false);
    for (int i = 0; i < 5; i++)
        put(bench, "folder", "%PDF", false);
    assert_int_equal(count_files(bench->folder), 0);
    spool_close(bench->spool, 0);
    open_spool(bench, true);
    settle(bench);
    assert_int_equal(count_files(bench->folder), 5);
    assert_int_equal(bench->told[SPOOL_PRINTED], 5);
}

static void
a_held_job_waits_for_its_release(void **state)
{
    struct bench *bench = *state;
    open_spool(bench, true);
    int64_t id = put(bench, "folder", "%PDF", true);
    settle(bench);
    assert_int_equal(look(bench, id).state, SPOOL_HELD);
    assert_int_equal(count_files(bench->folder), 0);
    assert_int_equal(spool_hold(bench->spool, id, NULL, &bench->notes), STATUS_BAD_CALL);
    assert_int_equal(spool_release(bench->spool, id, &bench->notes), STATUS_OK);
    settle(bench);
    assert_int_equal(look(bench, id).state, SPOOL_PRINTED);
    assert_int_equal(spool_cancel(bench->spool, id, NULL, &bench->notes),
                     STATUS_BAD_CALL);
}

static void
a_printer_that_is_gone_keeps_its_jobs_waiting(void **state)
{
    struct bench *bench = *state;
    open_spool(bench, true);
    int64_t id = put(bench, "missing", "%PDF", false);
    settle(bench); /* nothing can be done now */
    struct spool_entry entry = look(bench, id);
    assert_int_equal(entry.state, SPOOL_WAITING);
    assert_int_equal(entry.tries, 0);
    assert_non_null(strstr(entry.reason, "cannot be reached"));
    assert_int_equal(spool_move(bench->spool, id, "folder", &bench->notes), STATUS_OK);
    settle(bench);
    assert_int_equal(look(bench, id).state, SPOOL_PRINTED);
}

static void
a_cancelled_job_is_never_printed(void **state)
{
    struct bench *bench = *state;
    open_spool(bench, true);
    int64_t id = put(bench, "missing", "%PDF", false);
    assert_int_equal(spool_cancel(bench->spool, id, "torn", &bench->notes), STATUS_OK);
    settle(bench);
    assert_int_equal(look(bench, id).state, SPOOL_CANCELLED);
    assert_int_equal(bench->told[SPOOL_CANCELLED], 1);
    assert_int_equal(spool_release(bench->spool, id, &bench->notes), STATUS_BAD_CALL);
}

static void
again_is_a_new_job_of_the_same_bytes(void **state)
{
    struct bench *bench = *state;
    int64_t second = 0;
    struct spool_entry entry;
    const uint8_t *bytes;
    size_t n;
    open_spool(bench, true);
    int64_t id = put(bench, "folder", "%PDF the same", false);
    settle(bench);
    assert_int_equal(spool_again(bench->spool, id, NULL, &bench->notes, &second),
                     STATUS_OK);
    settle(bench);
    assert_int_equal(
        spool_find(bench->spool, second, bench->arena, &bench->notes, &entry, &bytes, &n),
        STATUS_OK);
    assert_int_equal(entry.again_of, id);
    assert_memory_equal(bytes, "%PDF the same", n);
    assert_int_equal(count_files(bench->folder), 2);
}

static void
a_torn_last_line_counts_as_never_written(void **state)
{
    struct bench *bench = *state;
    char path[160];
    open_spool(bench, false);
    int64_t id = put(bench, "folder", "%PDF", true);
    assert_int_equal(spool_release(bench->spool, id, &bench->notes), STATUS_OK);
    spool_close(bench->spool, 0);
    bench->spool = NULL;
    snprintf(path, sizeof(path), "%s/jobs/%012lld.job", bench->spool_dir, (long long)id);
    FILE *file = fopen(path, "r+");
    char head[8192];
    assert_int_equal(fread(head, 1, sizeof(head), file), sizeof(head));
    char *released = memmem(head, sizeof(head), "released", 8);
    assert_non_null(released);
    fseek(file, released - head + 3, SEEK_SET);
    fputs("\0\0\0", file);
    fputc('x', file);
    fclose(file);
    open_spool(bench, false);
    assert_int_equal(look(bench, id).state, SPOOL_HELD);
}

static void
a_garbled_job_is_set_aside_and_said(void **state)
{
    struct bench *bench = *state;
    char path[160];
    open_spool(bench, false);
    int64_t id = put(bench, "folder", "%PDF", false);
    spool_close(bench->spool, 0);
    bench->spool = NULL;
    snprintf(path, sizeof(path), "%s/jobs/%012lld.job", bench->spool_dir, (long long)id);
    assert_int_equal(truncate(path, 5000), 0);
    open_spool(bench, false);
    assert_non_null(notes_find(&bench->notes, NOTE_SPOOL_BROKEN));
    snprintf(path, sizeof(path), "%s/broken", bench->spool_dir);
    assert_int_equal(count_files(path), 1);
}

/* --- what may be done from which state --------------------------------------- */

enum deed { HOLD, RELEASE, CANCEL, MOVE, ANSWER, AGAIN, DEEDS };

static enum status
act(struct bench *bench, int64_t id, enum deed deed)
{
    int64_t made = 0;
    switch (deed) {
    case HOLD:
        return spool_hold(bench->spool, id, "wrong paper", &bench->notes);
    case RELEASE:
        return spool_release(bench->spool, id, &bench->notes);
    case CANCEL:
        return spool_cancel(bench->spool, id, "torn", &bench->notes);
    case MOVE:
        return spool_move(bench->spool, id, "missing", &bench->notes);
    case ANSWER:
        return spool_answer(bench->spool, id, true, &bench->notes);
    default:
        return spool_again(bench->spool, id, NULL, &bench->notes, &made);
    }
}

static void
every_deed_from_every_state_is_done_or_refused(void **state)
{
    static const struct {
        const char *line;
        enum spool_state state;
        int after[DEEDS]; /* the state; -1: refused */
    } rows[] = {
        {"waiting",
         SPOOL_WAITING,
         {SPOOL_HELD, -1, SPOOL_CANCELLED, SPOOL_WAITING, -1, SPOOL_WAITING}},
        {"held",
         SPOOL_HELD,
         {-1, SPOOL_WAITING, SPOOL_CANCELLED, SPOOL_WAITING, -1, SPOOL_HELD}},
        {"sending 1", SPOOL_SENDING, {-1, -1, -1, -1, -1, SPOOL_SENDING}},
        {"taken 7", SPOOL_TAKEN, {-1, -1, -1, -1, -1, SPOOL_TAKEN}},
        {"printed", SPOOL_PRINTED, {-1, -1, -1, -1, -1, SPOOL_PRINTED}},
        {"failed",
         SPOOL_FAILED,
         {-1, SPOOL_WAITING, SPOOL_CANCELLED, SPOOL_WAITING, -1, SPOOL_FAILED}},
        {"cancelled", SPOOL_CANCELLED, {-1, -1, -1, -1, -1, SPOOL_CANCELLED}},
        {"doubt", SPOOL_DOUBT, {-1, -1, SPOOL_CANCELLED, -1, SPOOL_PRINTED, SPOOL_DOUBT}},
    };
    struct bench *bench = *state;
    open_spool(bench, false);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        for (int deed = 0; deed < DEEDS; deed++) {
            int64_t id = put(bench, "folder", "%PDF", false);
            int after = rows[i].after[deed];
            assert_int_equal(spool_change(bench->spool, id, ~0u, NULL, rows[i].line, "",
                                          &bench->notes),
                             STATUS_OK);
            assert_int_equal(look(bench, id).state, rows[i].state);
            assert_int_equal(act(bench, id, (enum deed)deed),
                             after < 0 ? STATUS_BAD_CALL : STATUS_OK);
            assert_int_equal(look(bench, id).state,
                             after < 0 ? (int)rows[i].state : after);
        }
    }
    assert_int_equal(spool_hold(bench->spool, 4711, NULL, &bench->notes), STATUS_WITHOUT);
    int64_t id = put(bench, "folder", "%PDF", false);
    assert_int_equal(spool_move(bench->spool, id, "nobody", &bench->notes),
                     STATUS_BAD_CALL);
}

static void
an_answer_that_it_was_not_printed_sends_it_again(void **state)
{
    struct bench *bench = *state;
    open_spool(bench, false);
    int64_t id = put(bench, "folder", "%PDF", false);
    assert_int_equal(
        spool_change(bench->spool, id, ~0u, NULL, "doubt", "", &bench->notes), STATUS_OK);
    spool_close(bench->spool, 0);
    open_spool(bench, true);
    settle(bench);
    assert_int_equal(look(bench, id).state, SPOOL_DOUBT);
    assert_int_equal(count_files(bench->folder), 0);
    assert_int_equal(spool_answer(bench->spool, id, false, &bench->notes), STATUS_OK);
    settle(bench);
    assert_int_equal(look(bench, id).state, SPOOL_PRINTED);
    assert_int_equal(count_files(bench->folder), 1);
}

/* --- the record ------------------------------------------------------------- */

static void
a_record_without_end_forgets_only_its_oldest_lines(void **state)
{
    struct bench *bench = *state;
    open_spool(bench, false);
    int64_t id = put(bench, "folder", "%PDF of a long life", false);
    assert_int_equal(
        spool_change(bench->spool, id, ~0u, NULL, "sending 1", "", &bench->notes),
        STATUS_OK);
    assert_int_equal(
        spool_change(bench->spool, id, ~0u, NULL, "waiting", "reset", &bench->notes),
        STATUS_OK);
    assert_int_equal(spool_move(bench->spool, id, "missing", &bench->notes), STATUS_OK);
    for (int i = 0; i < 300; i++) {
        assert_int_equal(spool_hold(bench->spool, id, "lunch", &bench->notes), STATUS_OK);
        assert_int_equal(spool_release(bench->spool, id, &bench->notes), STATUS_OK);
    }
    assert_int_equal(spool_hold(bench->spool, id, "the end", &bench->notes), STATUS_OK);
    spool_close(bench->spool, 0);
    open_spool(bench, false);
    struct spool_entry entry = look(bench, id);
    assert_int_equal(entry.state, SPOOL_HELD);
    assert_int_equal(entry.tries, 1);
    assert_string_equal(entry.printer, "missing");
    assert_string_equal(entry.reason, "the end");
    assert_string_equal(entry.events[0].what, "earlier");
    assert_true(entry.event_count > 10);
    assert_int_equal(spool_move(bench->spool, id, "folder", &bench->notes), STATUS_OK);
    spool_close(bench->spool, 0);
    open_spool(bench, true);
    settle(bench);
    assert_int_equal(look(bench, id).state, SPOOL_PRINTED);
}

static void
a_number_is_never_given_twice(void **state)
{
    struct bench *bench = *state;
    open_spool(bench, true);
    put(bench, "folder", "%PDF", false);
    int64_t last = put(bench, "folder", "%PDF", false);
    settle(bench);
    spool_close(bench->spool, 0);
    set_clock((int64_t)40 * 86400);
    open_spool(bench, true); /* what is old goes */
    struct spool_entry *entries;
    size_t count = 0;
    assert_int_equal(spool_list(bench->spool, 0, NULL, NULL, bench->arena, &bench->notes,
                                &entries, &count),
                     STATUS_OK);
    assert_int_equal(count, 0);
    assert_true(put(bench, "folder", "%PDF", false) > last);
}

static void
what_is_not_done_stays_however_old_it_is(void **state)
{
    struct bench *bench = *state;
    bench->keep_days = 1;
    open_spool(bench, true);
    int64_t held = put(bench, "folder", "%PDF", true);
    int64_t waiting = put(bench, "missing", "%PDF", false);
    settle(bench);
    spool_close(bench->spool, 0);
    set_clock((int64_t)4000 * 86400);
    open_spool(bench, true);
    assert_int_equal(look(bench, held).state, SPOOL_HELD);
    assert_int_equal(look(bench, waiting).state, SPOOL_WAITING);
}

static void
a_full_spool_takes_no_job_but_for_those_that_are_done(void **state)
{
    struct bench *bench = *state;
    const struct spool_job job = {
        .printer = "missing", .format = SHEET_PDF, .bytes = "%PDF", .n = 4};
    const struct patience patience = {clock_monotonic_ms() + PLENTY_MS, NULL};
    int64_t id = 0;
    bench->bytes_most = 4 * (SPOOL_HEAD + 100);
    open_spool(bench, true);
    for (int i = 0; i < 10; i++) {
        put(bench, "folder", "%PDF done", false);
        settle(bench);
    }
    assert_int_equal(bench->told[SPOOL_PRINTED], 10);
    for (int i = 0; i < 4; i++)
        assert_int_equal(spool_put(bench->spool, &job, &patience, &bench->notes, &id),
                         STATUS_OK);
    assert_int_equal(spool_put(bench->spool, &job, &patience, &bench->notes, &id),
                     STATUS_OUTSIDE);
    assert_non_null(notes_find(&bench->notes, NOTE_SPOOL_FULL));
}

static void
a_job_garbled_under_way_is_said_by_the_thread_that_sees_it(void **state)
{
    struct bench *bench = *state;
    char path[160];
    open_spool(bench, true);
    int64_t id = put(bench, "folder", "%PDF", true);
    snprintf(path, sizeof(path), "%s/jobs/%012lld.job", bench->spool_dir, (long long)id);
    assert_int_equal(truncate(path, 5000), 0);
    FILE *file = fopen(path, "a");
    fputs("x", file);
    fclose(file);
    int64_t until_ms = clock_monotonic_ms() + PLENTY_MS;
    while (troubles(bench) == 0 && clock_monotonic_ms() < until_ms)
        usleep(1000);
    assert_int_equal(troubles(bench), 1);
}

static void
what_a_dead_writer_left_beside_goes(void **state)
{
    struct bench *bench = *state;
    char path[160];
    open_spool(bench, false);
    spool_close(bench->spool, 0);
    snprintf(path, sizeof(path), "%s/jobs/.new.0123456789abcdef", bench->spool_dir);
    fclose(fopen(path, "w"));
    open_spool(bench, false);
    assert_int_equal(access(path, F_OK), 0); /* it may be being written */
    spool_close(bench->spool, 0);
    set_clock(3600);
    open_spool(bench, false);
    assert_int_not_equal(access(path, F_OK), 0);
}

/* --- clocks and settings ------------------------------------------------------ */

static void
a_clock_that_jumps_delays_nothing(void **state)
{
    static const int64_t jumps_s[] = {-86400 * 3650ll, 86400 * 3650ll, 0};
    struct bench *bench = *state;
    open_spool(bench, true);
    for (size_t i = 0; i < COUNT_OF(jumps_s); i++) {
        assert_int_equal(rmdir(bench->folder), 0);
        fclose(fopen(bench->folder, "w")); /* nothing can be dropped into that */
        int64_t id = put(bench, "folder", "%PDF", false);
        settle(bench);
        assert_int_equal(look(bench, id).state, SPOOL_WAITING);
        set_clock(jumps_s[i]);
        assert_int_equal(unlink(bench->folder), 0);
        assert_int_equal(mkdir(bench->folder, 0700), 0);
        int64_t until_ms = clock_monotonic_ms() + PLENTY_MS;
        while (look(bench, id).state != SPOOL_PRINTED && clock_monotonic_ms() < until_ms)
            usleep(1000);
        assert_int_equal(look(bench, id).state, SPOOL_PRINTED);
        char command[128];
        snprintf(command, sizeof(command), "rm -f %s/*", bench->folder);
        assert_int_equal(system(command), 0);
    }
}

static void
jobs_of_a_printer_that_left_the_settings_come_to_an_end(void **state)
{
    struct bench *bench = *state;
    open_spool(bench, false);
    int64_t sending = put(bench, "missing", "%PDF", false);
    int64_t cancelled = put(bench, "missing", "%PDF", false);
    int64_t waiting = put(bench, "missing", "%PDF", false);
    assert_int_equal(
        spool_change(bench->spool, sending, ~0u, NULL, "sending 1", "", &bench->notes),
        STATUS_OK);
    assert_int_equal(spool_cancel(bench->spool, cancelled, NULL, &bench->notes),
                     STATUS_OK);
    spool_close(bench->spool, 0);
    bench->printer_count = 1;
    open_spool(bench, true);
    settle(bench);
    assert_int_equal(look(bench, sending).state, SPOOL_DOUBT);
    assert_true(look(bench, cancelled).is_told);
    assert_int_equal(look(bench, waiting).state, SPOOL_WAITING);
    assert_int_equal(spool_move(bench->spool, waiting, "folder", &bench->notes),
                     STATUS_OK);
    settle(bench);
    assert_int_equal(look(bench, waiting).state, SPOOL_PRINTED);
}

static void
what_another_spool_of_the_folder_changes_is_seen(void **state)
{
    struct bench *bench = *state;
    struct bench other = *bench;
    open_spool(bench, true);
    open_spool(&other, false);
    int64_t held = put(&other, "folder", "%PDF", true);
    int64_t until_ms = clock_monotonic_ms() + PLENTY_MS;
    while (spool_hold(bench->spool, held, NULL, &bench->notes) == STATUS_WITHOUT &&
           clock_monotonic_ms() < until_ms)
        usleep(1000);
    assert_int_equal(spool_release(other.spool, held, &other.notes), STATUS_OK);
    const struct patience patience = {clock_monotonic_ms() + PLENTY_MS, NULL};
    assert_int_equal(spool_wait(other.spool, &patience), STATUS_OK);
    assert_int_equal(look(&other, held).state, SPOOL_PRINTED);
    assert_true(put(bench, "folder", "%PDF", false) <
                put(&other, "folder", "%PDF", false));
    settle(bench);
    assert_int_equal(spool_wait(other.spool, &patience), STATUS_OK);
    assert_int_equal(count_files(bench->folder), 3);
    spool_close(other.spool, 0);
}

/* Else a carton's second scan, in another process, would print it again. */
static void
what_another_spool_put_in_is_listed_at_once(void **state)
{
    struct bench *bench = *state;
    struct bench other = *bench;
    char order[20];
    open_spool(bench, true);
    open_spool(&other, true);
    for (int i = 0; i < 300; i++) {
        struct bench *from = i % 2 ? bench : &other, *to = i % 2 ? &other : bench;
        struct spool_entry *entries = NULL;
        size_t count = 0;
        snprintf(order, sizeof(order), "S-%d", i);
        const struct spool_job job = {.printer = "missing", .order = order,
                                      .format = SHEET_PDF, .bytes = "%PDF", .n = 4};
        const struct patience patience = {clock_monotonic_ms() + PLENTY_MS, NULL};
        int64_t id = 0;
        assert_int_equal(spool_put(from->spool, &job, &patience, &from->notes, &id),
                         STATUS_OK);
        assert_int_equal(spool_list(to->spool, 0, NULL, order, bench->arena, &to->notes,
                                    &entries, &count),
                         STATUS_OK);
        assert_int_equal(count, 1);
        assert_int_equal(entries[0].id, id);
    }
    spool_close(other.spool, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_another_spool_put_in_is_listed_at_once,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_job_is_printed_once_and_told_once, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(jobs_stay_on_disk_until_somebody_sends, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_held_job_waits_for_its_release, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_printer_that_is_gone_keeps_its_jobs_waiting,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cancelled_job_is_never_printed, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(again_is_a_new_job_of_the_same_bytes, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_torn_last_line_counts_as_never_written, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_garbled_job_is_set_aside_and_said, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(every_deed_from_every_state_is_done_or_refused,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_answer_that_it_was_not_printed_sends_it_again,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_record_without_end_forgets_only_its_oldest_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_number_is_never_given_twice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_done_stays_however_old_it_is, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            a_full_spool_takes_no_job_but_for_those_that_are_done, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_job_garbled_under_way_is_said_by_the_thread_that_sees_it, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(what_a_dead_writer_left_beside_goes, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_clock_that_jumps_delays_nothing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            jobs_of_a_printer_that_left_the_settings_come_to_an_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_another_spool_of_the_folder_changes_is_seen,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
