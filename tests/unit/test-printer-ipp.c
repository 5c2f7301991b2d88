/* The IPP driver against ippeveprinter: what is told, printed, refused and lost. Run by
 * tests/printer/with-ippeveprinter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "printer-bench.h"

/* A printer of its own for each test. */
struct bench {
    pid_t pid;
    int port;
    char dir[200], uri[100], got[256], log[256];
    struct printer printer;
    struct arena *arena;
    struct notes notes;
    struct start_mark mark;
};

static const char prints[] = "#!/bin/sh\n"
                             "cat \"$1\" >\"$TUCK_TEST_GOT\"\n"
                             "env >\"$TUCK_TEST_GOT.env\"\n";

static void
start_printer(struct bench *bench)
{
    char command[256], port[16], spool[256];
    snprintf(port, sizeof(port), "%d", bench->port);
    snprintf(command, sizeof(command), "%s/print", bench->dir);
    snprintf(spool, sizeof(spool), "%s/spool", bench->dir);
    const char *const argv[] = {getenv("TUCK_TEST_IPPEVEPRINTER"),
                                "-vv",
                                "-n",
                                "localhost",
                                "-p",
                                port,
                                "-r",
                                "off",
                                "-c",
                                command,
                                "-d",
                                spool,
                                "-K",
                                spool,
                                "-f",
                                "application/pdf,image/pwg-raster",
                                "Label",
                                NULL};
    bench->pid = start(bench->log, argv);
    assert_true(wait_for_port(bench->port, bench->pid));
}

static void
set_command(struct bench *bench, const char *script)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/print", bench->dir);
    write_file(path, script, 0700);
}

static int
set_up(void **state)
{
    static int count;
    struct bench *bench = calloc(1, sizeof(*bench));
    char spool[256];
    *state = bench;
    snprintf(bench->dir, sizeof(bench->dir), "%s/%d", getenv("TUCK_TEST_IPP_DIR"),
             ++count);
    snprintf(bench->got, sizeof(bench->got), "%s/got", bench->dir);
    snprintf(bench->log, sizeof(bench->log), "%s/log", bench->dir);
    snprintf(spool, sizeof(spool), "%s/spool", bench->dir);
    assert_int_equal(mkdir(bench->dir, 0700), 0);
    assert_int_equal(mkdir(spool, 0700), 0);
    setenv("TUCK_TEST_GOT", bench->got, 1);
    set_command(bench, prints);
    bench->port = free_port();
    snprintf(bench->uri, sizeof(bench->uri), "ipp://localhost:%d/ipp/print", bench->port);
    bench->printer = (struct printer){.name = "label-1", .uri = bench->uri};
    bench->arena = arena_new(0);
    start_printer(bench);
    return 0;
}

static int
tear_down(void **state)
{
    struct bench *bench = *state;
    stop(bench->pid);
    arena_free(bench->arena);
    free(bench);
    return 0;
}

/* --- calls
 * ------------------------------------------------------------------------------
 */

static struct printer_report
ask(struct bench *bench, int64_t ms)
{
    struct printer_report report;
    const struct patience patience = in_ms(ms);
    assert_int_equal(
        printer_ask(&bench->printer, &patience, bench->arena, &bench->notes, &report),
        STATUS_OK);
    return report;
}

static struct printer_receipt
send_bytes(struct bench *bench, const char *name, enum sheet_format format,
           const void *bytes, size_t n, int64_t ms)
{
    struct printer_receipt receipt;
    const struct patience patience = in_ms(ms);
    const struct printer_document document = {.bytes = bytes,
                                              .n = n,
                                              .format = format,
                                              .name = name,
                                              .title = "a thank-you note",
                                              .width_mm100 = 21600,
                                              .height_mm100 = 27900};
    assert_int_equal(printer_send(&bench->printer, &document, on_start, &bench->mark,
                                  &patience, bench->arena, &bench->notes, &receipt),
                     STATUS_OK);
    assert_non_null(receipt.text);
    return receipt;
}

static const char pdf[] = "%PDF-1.7 not much of one, but the printer does not look\n";

static struct printer_receipt
send_pdf(struct bench *bench, const char *name)
{
    return send_bytes(bench, name, SHEET_PDF, pdf, sizeof(pdf) - 1, 10000);
}

static struct printer_progress
follow_once(struct bench *bench, const char *name, int64_t job)
{
    struct printer_progress progress;
    const struct patience patience = in_ms(5000);
    assert_int_equal(printer_follow(&bench->printer, name, job, &patience, bench->arena,
                                    &bench->notes, &progress),
                     STATUS_OK);
    return progress;
}

/* Follows until the printer is done with it, 15 seconds at most. */
static struct printer_progress
follow(struct bench *bench, const char *name, int64_t job)
{
    const struct patience patience = in_ms(15000);
    struct printer_progress progress = follow_once(bench, name, job);
    while (progress.fate == FATE_WAITING && !patience_is_over(&patience)) {
        usleep(50000);
        progress = follow_once(bench, name, job);
    }
    return progress;
}

/* --- tests
 * ------------------------------------------------------------------------------
 */

static bool
has_mime(const struct printer_report *report, const char *mime)
{
    for (const char *const *p = report->mimes; p && *p; p++)
        if (strcmp(*p, mime) == 0)
            return true;
    return false;
}

static void
what_a_printer_says_of_itself_is_told(void **state)
{
    struct bench *bench = *state;
    struct printer_report report = ask(bench, 5000);
    assert_int_equal(report.state, PRINTER_IDLE);
    assert_string_equal(report.make, "Example Printer");
    assert_string_equal(report.reasons, "");
    assert_string_equal(report.detail, "");
    assert_true(has_mime(&report, "application/pdf"));
    assert_true(has_mime(&report, "image/pwg-raster"));
    assert_false(has_mime(&report, "application/vnd.zebra-zpl"));
    assert_int_equal(report.dpi_x, 600);
    assert_int_equal(report.dpi_y, 600);
    assert_false(report.has_colour);
    assert_int_equal(report.waiting, 0);
    assert_int_equal(report.loaded_count, 2);
    assert_string_equal(report.loaded[0].name, "na_letter_8.5x11in");
    assert_int_equal(report.loaded[0].width_mm100, 21590);
    assert_int_equal(report.loaded[0].height_mm100, 27940);
    assert_true(printer_is_ready(&report));
    assert_int_equal(bench->notes.count, 0);
}

static void
a_pdf_is_printed_and_followed_to_its_end(void **state)
{
    struct bench *bench = *state;
    char path[300];
    size_t n = 0;
    struct printer_receipt receipt = send_pdf(bench, "tuck-1-a.1");
    assert_int_equal(receipt.delivery, DELIVERY_TAKEN);
    assert_true(receipt.device_job > 0);
    assert_true(receipt.first_byte_ms > 0);
    assert_int_equal(bench->mark.calls, 1);
    assert_int_equal(follow(bench, "tuck-1-a.1", receipt.device_job).fate, FATE_PRINTED);
    char *got = read_file(bench->got, &n);
    assert_int_equal(n, sizeof(pdf) - 1);
    assert_memory_equal(got, pdf, n);
    free(got);
    /* By its name, as after a crash: this printer does not tell how much it had, and
     * would print half a document, too. */
    assert_int_equal(follow(bench, "tuck-1-a.1", 0).fate, FATE_UNKNOWN);
    assert_int_equal(follow(bench, "tuck-1-a", 0).fate, FATE_UNKNOWN);
    assert_int_equal(follow(bench, "tuck-1-a.1", 4711).fate, FATE_UNKNOWN);
    /* 216 × 279 mm is the loaded letter paper, within two millimetres */
    snprintf(path, sizeof(path), "%s.env", bench->got);
    char *environment = read_file(path, &n);
    assert_non_null(strstr(environment, "IPP_JOB_NAME=tuck-1-a.1:56\n"));
    assert_non_null(strstr(environment, "x-dimension=21590"));
    assert_non_null(strstr(environment, "CONTENT_TYPE=application/pdf\n"));
    free(environment);
}

static void
a_format_that_it_does_not_take_is_refused_before_a_byte(void **state)
{
    struct bench *bench = *state;
    struct printer_receipt receipt =
        send_bytes(bench, "tuck-2", SHEET_ZPL, "^XA^XZ", 6, 5000);
    assert_int_equal(receipt.delivery, DELIVERY_REFUSED);
    assert_string_equal(receipt.text, "it does not take zpl (application/vnd.zebra-zpl)");
    assert_int_equal(receipt.first_byte_ms, 0);
    assert_int_equal(bench->mark.calls, 0);
    assert_int_equal(follow(bench, "tuck-2", 0).fate, FATE_UNKNOWN);
}

/* Paper into the trays, as its web page does it. */
static void
refill(struct bench *bench)
{
    static const char request[] =
        "GET /media?size1=na_letter_8.5x11in&type1=stationery&level1=250"
        "&size3=na_number-10_4.125x9.5in&type3=envelope&level3=25 HTTP/1.1\r\n"
        "Host: localhost\r\nConnection: close\r\n\r\n";
    struct sockaddr_in address = loopback(bench->port);
    char answer[256];
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(write(fd, request, sizeof(request) - 1), sizeof(request) - 1);
    assert_true(read(fd, answer, sizeof(answer)) > 0);
    close(fd);
}

static void
a_printer_that_waits_for_media_is_not_ready_and_goes_on_when_filled(void **state)
{
    struct bench *bench = *state;
    set_command(bench, "#!/bin/sh\necho 'STATE: +media-empty-error' >&2\nexit 1\n");
    struct printer_receipt receipt = send_pdf(bench, "tuck-3");
    assert_int_equal(receipt.delivery, DELIVERY_TAKEN);
    assert_int_equal(follow(bench, "tuck-3", receipt.device_job).fate, FATE_FAILED);
    /* the next job waits for paper */
    set_command(bench, prints);
    receipt = send_pdf(bench, "tuck-3b");
    assert_int_equal(receipt.delivery, DELIVERY_TAKEN);
    const struct patience patience = in_ms(10000);
    struct printer_report report = ask(bench, 5000);
    while (report.state == PRINTER_IDLE && !patience_is_over(&patience))
        report = ask(bench, 5000);
    assert_int_equal(report.state, PRINTER_STOPPED);
    assert_non_null(strstr(report.reasons, "media-needed"));
    assert_string_equal(report.detail, "it is out of media");
    assert_false(printer_is_ready(&report));
    struct printer_progress progress = follow_once(bench, "tuck-3b", receipt.device_job);
    assert_int_equal(progress.fate, FATE_WAITING);
    assert_non_null(strstr(progress.reasons, "media-empty"));
    /* and nothing else goes in meanwhile */
    bench->mark.calls = 0;
    struct printer_receipt other = send_pdf(bench, "tuck-3c");
    assert_int_equal(other.delivery, DELIVERY_NONE);
    assert_non_null(strstr(other.text, "server-error-busy"));
    assert_int_equal(bench->mark.calls, 0);
    refill(bench);
    assert_int_equal(follow(bench, "tuck-3b", receipt.device_job).fate, FATE_PRINTED);
    report = ask(bench, 5000);
    assert_int_equal(report.state, PRINTER_IDLE);
    assert_true(printer_is_ready(&report));
}

static void
a_job_that_the_printer_aborts_has_failed(void **state)
{
    struct bench *bench = *state;
    set_command(bench, "#!/bin/sh\necho 'ERROR: the head is too hot' >&2\nexit 1\n");
    struct printer_receipt receipt = send_pdf(bench, "tuck-4");
    assert_int_equal(receipt.delivery, DELIVERY_TAKEN);
    struct printer_progress progress = follow(bench, "tuck-4", receipt.device_job);
    assert_int_equal(progress.fate, FATE_FAILED);
    assert_non_null(strstr(progress.reasons, "aborted"));
}

static void
a_printer_that_hangs_is_silent_within_the_patience(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(kill(bench->pid, SIGSTOP), 0);
    int64_t start_ms = clock_monotonic_ms();
    struct printer_report report = ask(bench, 300);
    assert_true(clock_monotonic_ms() - start_ms < 300 + SLACK_MS);
    assert_int_equal(report.state, PRINTER_SILENT);
    assert_string_equal(report.detail, "it does not answer: there was no answer in time");
    start_ms = clock_monotonic_ms();
    struct printer_receipt receipt =
        send_bytes(bench, "tuck-5", SHEET_PDF, pdf, sizeof(pdf) - 1, 300);
    assert_true(clock_monotonic_ms() - start_ms < 300 + SLACK_MS);
    assert_int_equal(receipt.delivery, DELIVERY_NONE);
    assert_int_equal(bench->mark.calls, 0);
}

/* --- cut off
 * ----------------------------------------------------------------------------
 */

static void
hang(void *data)
{
    const pid_t *pid = data;
    kill(*pid, SIGSTOP);
}

/* What was cut off is never said to be printed; and when it is said to have never come,
 * there is no paper. */
static void
expect_no_promise(struct bench *bench, enum printer_fate fate)
{
    struct stat info;
    if (fate == FATE_ABSENT)
        assert_int_equal(stat(bench->got, &info), -1);
    else if (fate != FATE_FAILED) /* cancelled while it began */
        assert_int_equal(fate, FATE_UNKNOWN);
}

static void
a_printer_that_hangs_in_a_document_leaves_it_unsure_until_it_goes_on(void **state)
{
    struct bench *bench = *state;
    bench->mark.also = hang;
    bench->mark.data = &bench->pid;
    int64_t start_ms = clock_monotonic_ms();
    struct printer_receipt receipt =
        send_bytes(bench, "tuck-6", SHEET_PDF, pdf, sizeof(pdf) - 1, 2000);
    assert_true(clock_monotonic_ms() - start_ms < 2000 + SLACK_MS);
    assert_int_equal(receipt.delivery, DELIVERY_UNSURE);
    assert_int_equal(receipt.device_job, 0);
    assert_true(receipt.first_byte_ms >= start_ms);
    /* It cannot be asked now. Later it has the job, but cannot tell how much of it;
     * unless we are there before it has looked at the document. */
    struct printer_progress progress;
    const struct patience brief = in_ms(200);
    assert_int_equal(printer_follow(&bench->printer, "tuck-6", 0, &brief, bench->arena,
                                    &bench->notes, &progress),
                     STATUS_RETRY);
    assert_non_null(notes_find(&bench->notes, NOTE_IPP_AWAY));
    kill(bench->pid, SIGCONT);
    expect_no_promise(bench, follow(bench, "tuck-6", 0).fate);
}

static void
a_printer_that_dies_before_a_document_got_nothing(void **state)
{
    struct bench *bench = *state;
    stop(bench->pid);
    bench->pid = 0;
    struct printer_report report = ask(bench, 5000);
    assert_int_equal(report.state, PRINTER_GONE);
    assert_false(printer_is_ready(&report));
    struct printer_receipt receipt = send_pdf(bench, "tuck-7");
    assert_int_equal(receipt.delivery, DELIVERY_NONE);
    assert_int_equal(bench->mark.calls, 0);
    assert_non_null(strstr(receipt.text, "it cannot be reached"));
}

/* Runs `act` in a process of its own that ends in the middle of it. */
static void
cut_off(void *data)
{
    (void)data;
    _exit(0);
}

static void
a_crash_before_the_document_leaves_an_empty_job_that_is_taken_away(void **state)
{
    struct bench *bench = *state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        bench->mark.also = cut_off;
        send_pdf(bench, "tuck-8");
        _exit(1);
    }
    int ended = 0;
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_int_equal(ended, 0);
    /* the empty job blocks the printer */
    struct printer_receipt receipt = send_pdf(bench, "tuck-8b");
    assert_int_equal(receipt.delivery, DELIVERY_NONE);
    assert_int_equal(follow_once(bench, "tuck-8", 0).fate, FATE_ABSENT);
    receipt = send_pdf(bench, "tuck-8c");
    assert_int_equal(receipt.delivery, DELIVERY_TAKEN);
    assert_int_equal(follow(bench, "tuck-8c", receipt.device_job).fate, FATE_PRINTED);
}

/* A document that no socket buffer holds, cut off by a kill while the printer hangs. */
static void
half_a_document_is_never_said_to_be_printed(void **state)
{
    struct bench *bench = *state;
    size_t n = 64u << 20;
    char *bytes = calloc(1, n);
    int words[2];
    char word;
    assert_non_null(bytes);
    assert_int_equal(pipe(words), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(words[0]);
        bench->mark.also = hang;
        bench->mark.data = &bench->pid;
        send_bytes(bench, "tuck-9", SHEET_PDF, bytes, n, 1500);
        _exit(0); /* as dead as by a kill: half of it is on its way */
    }
    free(bytes);
    close(words[1]);
    assert_int_equal(read(words[0], &word, 1), 0); /* until it is gone */
    close(words[0]);
    int ended = 0;
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_int_equal(ended, 0);
    kill(bench->pid, SIGCONT);
    expect_no_promise(bench, follow(bench, "tuck-9", 0).fate);
}

static void
what_is_held_back_leaves_no_job_behind(void **state)
{
    struct bench *bench = *state;
    bench->mark.says = STATUS_OUTSIDE; /* the spool's disk is full */
    struct printer_receipt receipt = send_pdf(bench, "tuck-10");
    assert_int_equal(receipt.delivery, DELIVERY_NONE);
    assert_int_equal(receipt.first_byte_ms, 0);
    assert_int_equal(receipt.device_job, 0);
    bench->mark.says = STATUS_OK;
    receipt = send_pdf(bench, "tuck-10b");
    assert_int_equal(receipt.delivery, DELIVERY_TAKEN);
}

/* --- taken back
 * -------------------------------------------------------------------------
 */

static void
a_job_is_taken_back_once(void **state)
{
    struct bench *bench = *state;
    const struct patience patience = in_ms(10000);
    set_command(bench, "#!/bin/sh\nexec sleep 3\n");
    struct printer_receipt receipt = send_pdf(bench, "tuck-11");
    assert_int_equal(receipt.delivery, DELIVERY_TAKEN);
    assert_int_equal(
        printer_cancel(&bench->printer, receipt.device_job, &patience, &bench->notes),
        STATUS_OK);
    assert_int_equal(follow(bench, "tuck-11", receipt.device_job).fate, FATE_FAILED);
    assert_int_equal(
        printer_cancel(&bench->printer, receipt.device_job, &patience, &bench->notes),
        STATUS_WITHOUT);
    assert_int_equal(printer_cancel(&bench->printer, 999, &patience, &bench->notes),
                     STATUS_WITHOUT);
    stop(bench->pid);
    bench->pid = 0;
    assert_int_equal(
        printer_cancel(&bench->printer, receipt.device_job, &patience, &bench->notes),
        STATUS_RETRY);
}

static void
a_host_that_cancels_waits_no_longer(void **state)
{
    struct bench *bench = *state;
    const volatile int32_t cancel = 1;
    const struct patience patience = {INT64_MAX, &cancel};
    struct printer_report report;
    assert_int_equal(
        printer_ask(&bench->printer, &patience, bench->arena, &bench->notes, &report),
        STATUS_CANCELLED);
}

static void
a_path_without_a_printer_is_told(void **state)
{
    struct bench *bench = *state;
    char uri[100];
    snprintf(uri, sizeof(uri), "ipp://localhost:%d/ipp/other", bench->port);
    bench->printer.uri = uri;
    struct printer_report report = ask(bench, 5000);
    assert_int_equal(report.state, PRINTER_GONE);
    struct printer_receipt receipt = send_pdf(bench, "tuck-12");
    assert_int_equal(receipt.delivery, DELIVERY_NONE);
    assert_int_equal(bench->mark.calls, 0);
}

/* --- TLS
 * --------------------------------------------------------------------------------
 */

static void
a_printer_under_tls_is_trusted_as_its_uri_says(void **state)
{
    struct bench *bench = *state;
    char uri[200];
    bench->printer.uri = uri;
    snprintf(uri, sizeof(uri), "ipps://localhost:%d/ipp/print", bench->port);
    struct printer_report report = ask(bench, 10000); /* it makes its key now */
    assert_int_equal(report.state, PRINTER_GONE);
    assert_non_null(strstr(report.detail, "certificate"));
    char *pin = strdup(strstr(report.detail, "?pin=sha256//"));
    struct printer_receipt receipt = send_pdf(bench, "tuck-13");
    assert_int_equal(receipt.delivery, DELIVERY_NONE);
    assert_int_equal(bench->mark.calls, 0);
    /* by the pin that was told */
    snprintf(uri, sizeof(uri), "ipps://localhost:%d/ipp/print%s", bench->port, pin);
    assert_int_equal(ask(bench, 5000).state, PRINTER_IDLE);
    receipt = send_pdf(bench, "tuck-13a");
    assert_int_equal(receipt.delivery, DELIVERY_TAKEN);
    /* another's is not trusted */
    pin[20] = pin[20] == 'A' ? 'B' : 'A';
    snprintf(uri, sizeof(uri), "ipps://localhost:%d/ipp/print%s", bench->port, pin);
    free(pin);
    report = ask(bench, 5000);
    assert_int_equal(report.state, PRINTER_GONE);
    assert_non_null(strstr(report.detail, "is not the one that ?pin= names"));
    snprintf(uri, sizeof(uri), "ipps://localhost:%d/ipp/print?trust=any", bench->port);
    follow(bench, "tuck-13a", 0);
    report = ask(bench, 5000);
    assert_int_equal(report.state, PRINTER_IDLE);
    receipt = send_pdf(bench, "tuck-13b");
    assert_int_equal(receipt.delivery, DELIVERY_TAKEN);
    assert_int_equal(follow(bench, "tuck-13b", receipt.device_job).fate, FATE_PRINTED);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(what_a_printer_says_of_itself_is_told),
        TEST(a_pdf_is_printed_and_followed_to_its_end),
        TEST(a_format_that_it_does_not_take_is_refused_before_a_byte),
        TEST(a_printer_that_waits_for_media_is_not_ready_and_goes_on_when_filled),
        TEST(a_job_that_the_printer_aborts_has_failed),
        TEST(a_printer_that_hangs_is_silent_within_the_patience),
        TEST(a_printer_that_hangs_in_a_document_leaves_it_unsure_until_it_goes_on),
        TEST(a_printer_that_dies_before_a_document_got_nothing),
        TEST(a_crash_before_the_document_leaves_an_empty_job_that_is_taken_away),
        TEST(half_a_document_is_never_said_to_be_printed),
        TEST(what_is_held_back_leaves_no_job_behind),
        TEST(a_job_is_taken_back_once),
        TEST(a_host_that_cancels_waits_no_longer),
        TEST(a_path_without_a_printer_is_told),
        TEST(a_printer_under_tls_is_trusted_as_its_uri_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
