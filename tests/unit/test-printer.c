/* The folder as a printer: whole files or none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "printer/printer.h"

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/tuck-printer-XXXXXX";

static int
count_files(const char *path)
{
    int count = 0;
    DIR *opened = opendir(path);
    for (struct dirent *e; opened && (e = readdir(opened));)
        count += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    if (opened)
        closedir(opened);
    return count;
}

static void
a_sheet_is_dropped_whole_and_replaced(void **state)
{
    (void)state;
    struct notes notes = {0};
    char path[100], read[16] = "";
    snprintf(path, sizeof(path), "%s/made", dir);
    assert_int_equal(printer_drop(path, "a.pdf", "first", 5, &notes), STATUS_OK);
    assert_int_equal(printer_drop(path, "a.pdf", "second", 6, &notes), STATUS_OK);
    assert_int_equal(count_files(path), 1);
    strcat(path, "/a.pdf");
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(read, 1, sizeof(read), file), 6);
    fclose(file);
    assert_memory_equal(read, "second", 6);
}

static void
what_cannot_be_written_is_told_and_leaves_nothing(void **state)
{
    (void)state;
    struct notes notes = {0};
    char path[100];
    assert_int_equal(printer_drop("/nowhere/at/all", "a", "x", 1, &notes), STATUS_OUTSIDE);
    assert_int_equal(notes.note[0].id, NOTE_DROP_FAILED);
    assert_int_equal(printer_drop(dir, "../a", "x", 1, &notes), STATUS_BAD_CALL);
    static const char *const names[] = {"", ".", "..", "/a", "a/b"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_int_equal(printer_drop(dir, names[i], "x", 1, &notes), STATUS_BAD_CALL);
    char name[240];
    memset(name, 'n', sizeof(name));
    name[238] = '\0';
    assert_int_equal(printer_drop(dir, name, "x", 1, &notes), STATUS_BAD_CALL);
    name[237] = '\0';
    assert_int_equal(printer_drop(dir, name, "x", 1, &notes), STATUS_OK);
    /* a folder stands where the file should */
    snprintf(path, sizeof(path), "%s/busy", dir);
    assert_int_equal(printer_drop(path, "a", "x", 1, &notes), STATUS_OK);
    assert_int_equal(printer_drop(dir, "busy", "x", 1, &notes), STATUS_OUTSIDE);
    assert_int_equal(count_files(path), 1);
    assert_int_equal(count_files(dir), 4); /* busy, the long name, two of tests before */
    /* a full disk, as far as this process can tell */
    snprintf(path, sizeof(path), "%s/full", dir);
    char *bytes = calloc(1, 100000);
    struct rlimit old, tight = {4096, RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    tight.rlim_max = old.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    enum status status = printer_drop(path, "a.pdf", bytes, 100000, &notes);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    free(bytes);
    assert_int_equal(status, STATUS_OUTSIDE);
    assert_int_equal(count_files(path), 0);
}

static void *
drop_many(void *letter)
{
    struct notes notes = {0};
    char path[100], bytes[5000];
    memset(bytes, *(const char *)letter, sizeof(bytes));
    snprintf(path, sizeof(path), "%s/shared", dir);
    for (int i = 0; i < 20; i++)
        if (printer_drop(path, "one.pdf", bytes, sizeof(bytes), &notes) != STATUS_OK)
            return NULL;
    return letter;
}

static void
two_who_drop_one_name_leave_one_of_the_two(void **state)
{
    (void)state;
    pthread_t threads[2];
    char letters[] = "ab", path[100], read[5001];
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, drop_many, &letters[i]), 0);
    for (int i = 0; i < 2; i++) {
        void *result = NULL;
        pthread_join(threads[i], &result);
        assert_non_null(result);
    }
    snprintf(path, sizeof(path), "%s/shared", dir);
    assert_int_equal(count_files(path), 1);
    strcat(path, "/one.pdf");
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(read, 1, sizeof(read), file), 5000);
    fclose(file);
    for (int i = 1; i < 5000; i++)
        assert_int_equal(read[i], read[0]);
}

static struct printer_report
ask(const struct printer *printer, struct arena *arena)
{
    const struct patience patience = {INT64_MAX, NULL};
    struct printer_report report;
    struct notes notes = {0};
    assert_int_equal(printer_ask(printer, &patience, arena, &notes, &report), STATUS_OK);
    return report;
}

static enum printer_fate
follow(const struct printer *printer, const char *name, struct arena *arena)
{
    const struct patience patience = {INT64_MAX, NULL};
    struct printer_progress progress;
    struct notes notes = {0};
    assert_int_equal(
        printer_follow(printer, name, 0, &patience, arena, &notes, &progress), STATUS_OK);
    return progress.fate;
}

static enum status
refuse(void *data)
{
    (void)data;
    return STATUS_OUTSIDE;
}

static void
a_folder_is_a_printer(void **state)
{
    const struct patience patience = {INT64_MAX, NULL};
    const struct printer_document sheet = {
        .bytes = "^XA^XZ", .n = 6, .format = SHEET_ZPL, .name = "job-7.1"};
    struct printer_receipt receipt;
    struct notes notes = {0};
    char uri[150], path[140];
    struct printer printer = {.name = "folder", .uri = uri};
    struct arena *arena = arena_new(0);
    (void)state;
    snprintf(uri, sizeof(uri), "dir:%s/printed/", dir);
    assert_int_equal(ask(&printer, arena).state, PRINTER_UNKNOWN); /* it is made */
    assert_int_equal(follow(&printer, sheet.name, arena), FATE_UNKNOWN);
    assert_int_equal(printer_send(&printer, &sheet, refuse, NULL, &patience, arena,
                                  &notes, &receipt),
                     STATUS_OK);
    assert_int_equal(receipt.delivery, DELIVERY_NONE);
    assert_int_equal(follow(&printer, sheet.name, arena), FATE_UNKNOWN);
    for (int i = 0; i < 2; i++) { /* sent twice it is one file */
        assert_int_equal(printer_send(&printer, &sheet, NULL, NULL, &patience, arena,
                                      &notes, &receipt),
                         STATUS_OK);
        assert_int_equal(receipt.delivery, DELIVERY_TAKEN);
    }
    snprintf(path, sizeof(path), "%s/printed", dir);
    assert_int_equal(count_files(path), 1);
    strcat(path, "/job-7.1.zpl");
    assert_int_equal(access(path, R_OK), 0);
    assert_int_equal(follow(&printer, sheet.name, arena), FATE_PRINTED);
    assert_int_equal(follow(&printer, "job-7", arena), FATE_UNKNOWN);
    snprintf(uri, sizeof(uri), "dir:%s", path);
    assert_int_equal(ask(&printer, arena).state, PRINTER_GONE);
    assert_int_equal(printer_send(&printer, &sheet, NULL, NULL, &patience, arena, &notes,
                                  &receipt),
                     STATUS_OK);
    assert_int_equal(receipt.delivery, DELIVERY_NONE);
    assert_true(receipt.text[0]);
    snprintf(uri, sizeof(uri), "dir:%s/no/such", dir);
    assert_int_equal(ask(&printer, arena).state, PRINTER_GONE);
    arena_free(arena);
}

static int
set_up(void **state)
{
    (void)state;
    return mkdtemp(dir) ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    char command[100];
    snprintf(command, sizeof(command), "rm -rf '%s'", dir);
    return system(command);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sheet_is_dropped_whole_and_replaced),
        cmocka_unit_test(two_who_drop_one_name_leave_one_of_the_two),
        cmocka_unit_test(what_cannot_be_written_is_told_and_leaves_nothing),
        cmocka_unit_test(a_folder_is_a_printer),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
