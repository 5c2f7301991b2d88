/* The spool with folders as printers: what is put in comes out once, and every state is
 * told. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/text.h"
#include "printer/spool.h"

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
};

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
open_spool(struct bench *bench, bool is_sending)
{
    const struct spool_settings settings = {.dir = bench->spool_dir,
                                            .printers = bench->printers,
                                            .printer_count = 2,
                                            .is_sending = is_sending,
                                            .retry_first_ms = 20,
                                            .retry_most_ms = 100,
                                            .told = hear,
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
    bench->printers[1] = (struct printer){.name = "missing", .uri = "dir:/nowhere/at/all"};
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
    assert_int_equal(spool_find(bench->spool, id, bench->arena, &bench->notes, &entry,
                                &bytes, &n),
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
    assert_int_equal(spool_cancel(bench->spool, id, NULL, &bench->notes), STATUS_BAD_CALL);
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
    assert_int_equal(spool_find(bench->spool, second, bench->arena, &bench->notes, &entry,
                                &bytes, &n),
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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_job_is_printed_once_and_told_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(jobs_stay_on_disk_until_somebody_sends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_held_job_waits_for_its_release, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_printer_that_is_gone_keeps_its_jobs_waiting, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cancelled_job_is_never_printed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(again_is_a_new_job_of_the_same_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_torn_last_line_counts_as_never_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_garbled_job_is_set_aside_and_said, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
