/* The spool before a real IPP printer: what a kill at any moment leaves. Run by
 * tests/printer/with-ippeveprinter, whose printer counts what it prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "printer-bench.h"
#include "printer/spool.h"

/* Long enough that a sheet takes some milliseconds on its way. */
#define SHEET_N (4u << 20)

struct bench {
    pid_t pid;
    int port;
    char dir[200], spool_dir[256], uri[100], printed[256], log[256];
    struct printer printer;
    struct spool *spool;
    struct arena *arena;
    struct notes notes;
    char *sheet;
};

static void
start_printer(struct bench *bench)
{
    char command[256], port[16], work[256];
    snprintf(port, sizeof(port), "%d", bench->port);
    snprintf(command, sizeof(command), "%s/print", bench->dir);
    snprintf(work, sizeof(work), "%s/work", bench->dir);
    const char *const argv[] = {getenv("TUCK_TEST_IPPEVEPRINTER"),
                                "-n",
                                "localhost",
                                "-p",
                                port,
                                "-r",
                                "off",
                                "-c",
                                command,
                                "-d",
                                work,
                                "-f",
                                "application/pdf",
                                "Label",
                                NULL};
    bench->pid = start(bench->log, argv);
    assert_true(wait_for_port(bench->port, bench->pid));
}

static enum status
hear(void *data, const struct spool_entry *entry)
{
    (void)data;
    (void)entry;
    return STATUS_OK;
}

static void
open_spool(struct bench *bench)
{
    const struct spool_settings settings = {.dir = bench->spool_dir,
                                            .printers = &bench->printer,
                                            .printer_count = 1,
                                            .is_sending = true,
                                            .retry_first_ms = 20,
                                            .retry_most_ms = 200,
                                            .tries_most = 50,
                                            .told = hear};
    assert_int_equal(spool_open(&settings, &bench->notes, &bench->spool), STATUS_OK);
}

static int
set_up(void **state)
{
    static int count;
    struct bench *bench = calloc(1, sizeof(*bench));
    char path[256];
    *state = bench;
    snprintf(bench->dir, sizeof(bench->dir), "%s/s%d", getenv("TUCK_TEST_IPP_DIR"),
             ++count);
    snprintf(bench->spool_dir, sizeof(bench->spool_dir), "%s/spool", bench->dir);
    snprintf(bench->printed, sizeof(bench->printed), "%s/printed", bench->dir);
    snprintf(bench->log, sizeof(bench->log), "%s/log", bench->dir);
    assert_int_equal(mkdir(bench->dir, 0700), 0);
    snprintf(path, sizeof(path), "%s/work", bench->dir);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof(path), "%s/print", bench->dir);
    setenv("TUCK_TEST_PRINTED", bench->printed, 1);
    /* the name of the job, and how much of it came */
    write_file(path,
               "#!/bin/sh\n"
               "echo \"$IPP_JOB_NAME $(wc -c <\"$1\")\" >>\"$TUCK_TEST_PRINTED\"\n",
               0700);
    bench->port = free_port();
    snprintf(bench->uri, sizeof(bench->uri), "ipp://localhost:%d/ipp/print", bench->port);
    bench->printer = (struct printer){.name = "label-1", .uri = bench->uri};
    bench->arena = arena_new(0);
    bench->sheet = malloc(SHEET_N);
    memset(bench->sheet, 's', SHEET_N);
    start_printer(bench);
    return 0;
}

static int
tear_down(void **state)
{
    struct bench *bench = *state;
    spool_close(bench->spool, 1000);
    stop(bench->pid);
    arena_free(bench->arena);
    free(bench->sheet);
    free(bench);
    return 0;
}

static int64_t
put(struct bench *bench)
{
    const struct spool_job job = {.printer = "label-1",
                                  .title = "a note",
                                  .format = SHEET_PDF,
                                  .bytes = bench->sheet,
                                  .n = SHEET_N};
    const struct patience patience = in_ms(10000);
    int64_t id = 0;
    assert_int_equal(spool_put(bench->spool, &job, &patience, &bench->notes, &id),
                     STATUS_OK);
    return id;
}

/* The jobs that stand in a spool, when nothing more happens by itself. */
static struct spool_entry
settle(struct bench *bench)
{
    struct spool_entry *entries = NULL;
    size_t count = 0;
    const struct patience patience = in_ms(30000);
    do {
        const struct patience slice = in_ms(500);
        spool_wait(bench->spool, &slice);
        assert_int_equal(spool_list(bench->spool, 0, NULL, NULL, bench->arena,
                                    &bench->notes, &entries, &count),
                         STATUS_OK);
        assert_int_equal(count, 1);
    } while (!patience_is_over(&patience) && entries[0].state != SPOOL_PRINTED &&
             entries[0].state != SPOOL_FAILED && entries[0].state != SPOOL_DOUBT);
    return entries[0];
}

/* Sheets that were printed whole, and any at all. */
static void
count_printed(struct bench *bench, int *ret_whole, int *ret_all)
{
    size_t n = 0;
    char *text = read_file(bench->printed, &n), *save = NULL;
    char whole[32];
    snprintf(whole, sizeof(whole), " %u", SHEET_N);
    *ret_whole = *ret_all = 0;
    for (char *line = text ? strtok_r(text, "\n", &save) : NULL; line;
         line = strtok_r(NULL, "\n", &save)) {
        *ret_all += 1;
        *ret_whole += strstr(line, whole) != NULL;
    }
    free(text);
}

static void
a_sheet_waits_for_a_printer_that_is_off_and_is_printed_once(void **state)
{
    struct bench *bench = *state;
    int whole = 0, all = 0;
    stop(bench->pid);
    bench->pid = 0;
    open_spool(bench);
    put(bench);
    usleep(100000); /* it is tried, and nobody is there */
    start_printer(bench);
    struct spool_entry entry = settle(bench);
    assert_int_equal(entry.state, SPOOL_PRINTED);
    count_printed(bench, &whole, &all);
    assert_int_equal(whole, 1);
    assert_int_equal(all, 1);
}

/* A process puts a sheet in and is killed `delay_us` later; then another takes over. */
static void
kill_and_take_over(struct bench *bench, useconds_t delay_us)
{
    int words[2], ended = 0;
    char word = 0;
    assert_int_equal(pipe(words), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        open_spool(bench);
        put(bench);
        if (write(words[1], "p", 1) == 1)
            pause();
        _exit(1);
    }
    close(words[1]);
    assert_int_equal(read(words[0], &word, 1), 1);
    usleep(delay_us);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFSIGNALED(ended));
    close(words[0]);
    open_spool(bench);
}

static void
killed_at_any_moment_a_sheet_is_printed_once_or_asked_about(void **state)
{
    (void)state;
    int doubts = 0, printed = 0;
    for (useconds_t i = 0; i < 16; i++) {
        void *round = NULL;
        int whole = 0, all = 0;
        set_up(&round);
        struct bench *bench = round;
        kill_and_take_over(bench, i * 1500);
        struct spool_entry entry = settle(bench);
        count_printed(bench, &whole, &all);
        if (entry.state == SPOOL_PRINTED) {
            printed++;
            assert_int_equal(whole, 1);
            assert_int_equal(all, 1);
        } else {
            doubts += entry.state == SPOOL_DOUBT;
            assert_true(all <= 1);
            /* given up only when the printer had cancelled it */
            assert_true(entry.state == SPOOL_DOUBT || whole == 0);
        }
        tear_down(&round);
    }
    print_message("%d printed, %d asked about\n", printed, doubts);
    assert_true(printed > 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_sheet_waits_for_a_printer_that_is_off_and_is_printed_once, set_up,
            tear_down),
        cmocka_unit_test(killed_at_any_moment_a_sheet_is_printed_once_or_asked_about),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
