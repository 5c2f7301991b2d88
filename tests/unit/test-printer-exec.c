/* Programs as printers: what they find, what their end means, what the host notices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "printer/printer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define HANG_MS 60000
#define SHEET "^XA^FO10,10^GB100,100,2^FS^XZ"

static char dir[] = "/tmp/tuck-exec-XXXXXX";
static struct arena *arena;
static struct notes notes;
static char uri[100];
static struct printer printer;
static int fds_before;
static volatile sig_atomic_t children_met;

static void
meet_child(int number)
{
    (void)number;
    children_met++;
}

static int
count_fds(void)
{
    int count = 0;
    DIR *opened = opendir("/proc/self/fd");
    while (opened && readdir(opened))
        count++;
    if (opened)
        closedir(opened);
    return count;
}

static int
begin(void **state)
{
    (void)state;
    arena = arena_new(0);
    memset(&notes, 0, sizeof(notes));
    snprintf(uri, sizeof(uri), "exec:%s/program", dir);
    printer = (struct printer){.name = "own", .uri = uri, .is_exec_allowed = true};
    fds_before = count_fds();
    children_met = 0;
    return arena ? 0 : -1;
}

static int
end(void **state)
{
    (void)state;
    arena_free(arena);
    bool has_child = waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD;
    return count_fds() == fds_before && !has_child && children_met == 0 ? 0 : -1;
}

static void
write_program(const char *script)
{
    char path[100], beside[120];
    snprintf(path, sizeof(path), "%s/program", dir);
    snprintf(beside, sizeof(beside), "%s.new", path);
    FILE *file = fopen(beside, "we");
    assert_non_null(file);
    fprintf(file, "#!/bin/sh\ncd '%s' || exit 99\n%s\n", dir, script);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(beside, 0700), 0);
    assert_int_equal(rename(beside, path), 0);
}

static enum status
allow(void *data)
{
    return *(enum status *)data;
}

static struct printer_receipt
send_bytes(const void *bytes, size_t n, const struct patience *patience,
           enum status allowed)
{
    const struct printer_document document = {.bytes = bytes,
                                              .n = n,
                                              .format = SHEET_ZPL,
                                              .name = "job-1.1",
                                              .title = "order\n7",
                                              .width_mm100 = 5000,
                                              .height_mm100 = 2500,
                                              .copies = 2};
    struct printer_receipt receipt;
    int64_t start_ms = clock_monotonic_ms();
    assert_int_equal(printer_send(&printer, &document, allow, &allowed, patience, arena,
                                  &notes, &receipt),
                     STATUS_OK);
    assert_true(clock_monotonic_ms() - start_ms < HANG_MS);
    return receipt;
}

static struct printer_receipt
send_sheet(int64_t patience_ms)
{
    const struct patience patience = {clock_monotonic_ms() + patience_ms, NULL};
    return send_bytes(SHEET, strlen(SHEET), &patience, STATUS_OK);
}

static void
assert_file(const char *name, const char *text)
{
    char path[120], got[2000];
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    size_t n = fread(got, 1, sizeof(got) - 1, file);
    fclose(file);
    got[n] = '\0';
    assert_string_equal(got, text);
}

static void
a_program_finds_the_sheet_and_a_few_words_and_nothing_else(void **state)
{
    (void)state;
    int stray = open("/dev/null", O_RDONLY); /* a host's, not marked */
    assert_true(stray >= 0);
    write_program("cat >sheet; env | grep -v -e '^PWD=' -e '^SHLVL=' -e '^_=' -e '^OLDPWD=' |"
                  " sort >words\n"
                  "for n in 0 1 2 3 4 5 6 7 8 9; do"
                  " [ -e /proc/$$/fd/$n ] && echo $n; done >fds; true");
    struct printer_receipt receipt = send_sheet(10000);
    close(stray);
    assert_string_equal(receipt.text, "");
    assert_int_equal(receipt.delivery, DELIVERY_TAKEN);
    assert_true(receipt.first_byte_ms > 0);
    assert_file("sheet", SHEET);
    assert_file("words", "LC_ALL=C.UTF-8\nPATH=/usr/local/bin:/usr/bin:/bin\n"
                         "TUCK_COPIES=2\nTUCK_FORMAT=zpl\nTUCK_JOB=job-1.1\n"
                         "TUCK_MEDIA_MM100=5000x2500\nTUCK_PRINTER=own\n"
                         "TUCK_TITLE=order 7\n");
    assert_file("fds", "0\n1\n2\n");
}

static void
its_exit_tells_what_became_of_the_sheet(void **state)
{
    static const struct {
        const char *script;
        enum delivery delivery;
    } ends[] = {
        {"cat >/dev/null; exit 0", DELIVERY_TAKEN},
        {"exit 0", DELIVERY_TAKEN},
        {"exit 75", DELIVERY_NONE},
        {"cat >/dev/null; exit 75", DELIVERY_NONE},
        {"exit 64", DELIVERY_REFUSED},
        {"cat >/dev/null; exit 65", DELIVERY_REFUSED},
        {"exit 1", DELIVERY_NONE},
        {"cat >/dev/null; exit 1", DELIVERY_UNSURE},
        {"head -c 1 >/dev/null; exit 3", DELIVERY_UNSURE},
        {"kill -9 $$", DELIVERY_NONE},
        {"cat >/dev/null; kill -9 $$", DELIVERY_UNSURE},
        {"exec /no/such/program", DELIVERY_NONE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        write_program(ends[i].script);
        struct printer_receipt receipt = send_sheet(10000);
        if (receipt.delivery != ends[i].delivery)
            print_error("%s: %d, \"%s\"\n", ends[i].script, (int)receipt.delivery,
                        receipt.text);
        assert_int_equal(receipt.delivery, ends[i].delivery);
        assert_int_equal(receipt.text[0] == '\0', receipt.delivery == DELIVERY_TAKEN);
    }
}

static void
a_large_sheet_goes_through_and_is_not_forced_on_who_stops_reading(void **state)
{
    (void)state;
    size_t n = 3 << 20;
    char *large = calloc(1, n);
    assert_non_null(large);
    const struct patience patience = {clock_monotonic_ms() + 50000, NULL};
    write_program("cat | wc -c | tr -d ' ' >count");
    assert_int_equal(send_bytes(large, n, &patience, STATUS_OK).delivery, DELIVERY_TAKEN);
    assert_file("count", "3145728\n");
    write_program("head -c 100000 >/dev/null; exit 1");
    assert_int_equal(send_bytes(large, n, &patience, STATUS_OK).delivery,
                     DELIVERY_UNSURE);
    write_program("exit 1");
    assert_int_equal(send_bytes(large, n, &patience, STATUS_OK).delivery, DELIVERY_NONE);
    free(large);
}

/* Gone, or dead and waiting for the first process to notice. */
static bool
is_dead(const char *pid_file)
{
    char path[120], text[300] = "";
    int pid = 0;
    snprintf(path, sizeof(path), "%s/%s", dir, pid_file);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%d", &pid), 1);
    fclose(file);
    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    file = fopen(path, "re");
    if (!file)
        return true;
    size_t n = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[n] = '\0';
    const char *after = strrchr(text, ')');
    return !after || after[2] == 'Z' || after[2] == 'X';
}

static void
who_takes_too_long_is_killed_with_all_that_he_started(void **state)
{
    (void)state;
    write_program("sleep 600 & echo $! >child; echo $$ >self; cat >/dev/null; sleep 600");
    struct printer_receipt receipt = send_sheet(700);
    assert_int_equal(receipt.delivery, DELIVERY_UNSURE);
    assert_non_null(strstr(receipt.text, "too long"));
    for (int i = 0; i < 1000 && !(is_dead("child") && is_dead("self")); i++)
        nanosleep(&(struct timespec){0, 5000000}, NULL);
    assert_true(is_dead("child"));
    assert_true(is_dead("self"));
    write_program("echo $$ >orphan; cat >/dev/null; kill -9 $PPID; sleep 600");
    assert_int_equal(send_sheet(10000).delivery, DELIVERY_UNSURE);
    for (int i = 0; i < 1000 && !is_dead("orphan"); i++)
        nanosleep(&(struct timespec){0, 5000000}, NULL);
    assert_true(is_dead("orphan"));
    write_program("sleep 600");
    assert_int_equal(send_sheet(300).delivery, DELIVERY_NONE);
}

static void
the_cancel_flag_stops_it(void **state)
{
    volatile int32_t cancel = 1;
    const struct patience patience = {INT64_MAX, &cancel};
    (void)state;
    write_program("sleep 600");
    struct printer_receipt receipt =
        send_bytes(SHEET, strlen(SHEET), &patience, STATUS_OK);
    assert_int_equal(receipt.delivery, DELIVERY_NONE);
    assert_non_null(strstr(receipt.text, "cancelled"));
}

static void
what_may_not_begin_does_not_run(void **state)
{
    const struct patience patience = {clock_monotonic_ms() + 10000, NULL};
    char path[120];
    (void)state;
    write_program("touch ran");
    struct printer_receipt receipt =
        send_bytes(SHEET, strlen(SHEET), &patience, STATUS_OUTSIDE);
    assert_int_equal(receipt.delivery, DELIVERY_NONE);
    snprintf(path, sizeof(path), "%s/ran", dir);
    assert_int_equal(access(path, F_OK), -1);
}

static void
without_descriptors_it_does_not_run(void **state)
{
    struct rlimit old, few;
    (void)state;
    write_program("exit 0");
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
    /* one more at each turn, until it is enough */
    bool is_enough = false;
    for (rlim_t n = 0; n < 64 && !is_enough; n++) {
        few = (struct rlimit){n, old.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
        struct printer_receipt receipt = send_sheet(10000);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
        is_enough = receipt.delivery == DELIVERY_TAKEN;
        assert_true(is_enough || receipt.delivery == DELIVERY_NONE);
        assert_true(is_enough || receipt.text[0]);
        assert_int_equal(count_fds(), fds_before);
    }
    assert_true(is_enough);
}

static void
a_program_that_is_not_there_is_gone(void **state)
{
    struct patience patience = {clock_monotonic_ms() + 10000, NULL};
    struct printer_report report;
    char path[120];
    (void)state;
    write_program("exit 0");
    assert_int_equal(printer_ask(&printer, &patience, arena, &notes, &report), STATUS_OK);
    assert_int_equal(report.state, PRINTER_UNKNOWN);
    assert_true(printer_is_ready(&report));
    snprintf(path, sizeof(path), "%s/program", dir);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(printer_ask(&printer, &patience, arena, &notes, &report), STATUS_OK);
    assert_int_equal(report.state, PRINTER_GONE);
    assert_int_equal(send_sheet(10000).delivery, DELIVERY_NONE);
    snprintf(uri, sizeof(uri), "exec:%s", dir);
    assert_int_equal(printer_ask(&printer, &patience, arena, &notes, &report), STATUS_OK);
    assert_int_equal(report.state, PRINTER_GONE);
}

static void
no_program_runs_that_the_settings_do_not_allow(void **state)
{
    static const char *const bad[] = {"exec:", "exec:program", "exec://host/program",
                                      "exec:/"};
    struct patience patience = {clock_monotonic_ms() + 10000, NULL};
    struct printer_report report;
    (void)state;
    printer.is_exec_allowed = false;
    assert_int_equal(printer_ask(&printer, &patience, arena, &notes, &report),
                     STATUS_BAD_INPUT);
    assert_int_equal(notes.note[0].id, NOTE_EXEC_FORBIDDEN);
    printer.is_exec_allowed = true;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        printer.uri = bad[i];
        memset(&notes, 0, sizeof(notes));
        assert_int_equal(printer_check(&printer, "tuck.xml", 7, &notes), STATUS_BAD_INPUT);
        assert_int_equal(notes.note[0].id, NOTE_PRINTER_URI);
    }
}

static int
set_up(void **state)
{
    (void)state;
    signal(SIGCHLD, meet_child);
    return mkdtemp(dir) ? 0 : -1;
}

static int
tear_down(void **state)
{
    char command[100];
    (void)state;
    signal(SIGCHLD, SIG_DFL);
    snprintf(command, sizeof(command), "rm -rf '%s'", dir);
    return system(command);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_program_finds_the_sheet_and_a_few_words_and_nothing_else),
        TEST(its_exit_tells_what_became_of_the_sheet),
        TEST(a_large_sheet_goes_through_and_is_not_forced_on_who_stops_reading),
        TEST(who_takes_too_long_is_killed_with_all_that_he_started),
        TEST(the_cancel_flag_stops_it),
        TEST(what_may_not_begin_does_not_run),
        TEST(without_descriptors_it_does_not_run),
        TEST(a_program_that_is_not_there_is_gone),
        TEST(no_program_runs_that_the_settings_do_not_allow),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
