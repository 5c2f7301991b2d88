/* The folder as a printer: whole files or none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "printer/printer.h"

#include <dirent.h>
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
    assert_int_equal(printer_drop(dir, "", "x", 1, &notes), STATUS_BAD_CALL);
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
        cmocka_unit_test(what_cannot_be_written_is_told_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
