/* The IPP driver against a printer that goes wrong: what a fault at each step comes to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake-ipp.h"

struct bench {
    struct fake fake;
    char uri[100];
    struct printer printer;
    struct arena *arena;
    struct notes notes;
    struct start_mark mark;
};

static struct bench *
bench_new(void)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    fake_start(&bench->fake);
    snprintf(bench->uri, sizeof(bench->uri), "ipp://127.0.0.1:%d/ipp/print",
             bench->fake.port);
    bench->printer = (struct printer){.name = "label-1", .uri = bench->uri};
    bench->arena = arena_new(0);
    return bench;
}

static void
bench_free(struct bench *bench)
{
    fake_stop(&bench->fake);
    arena_free(bench->arena);
    free(bench);
}

static int
set_up(void **state)
{
    *state = bench_new();
    return 0;
}

static int
tear_down(void **state)
{
    bench_free(*state);
    return 0;
}

#define DOCUMENT_N 300000
static char document_bytes[DOCUMENT_N];

static struct printer_receipt
send_document(struct bench *bench, enum sheet_format format, int64_t ms)
{
    struct printer_receipt receipt;
    const struct patience patience = in_ms(ms);
    const struct printer_document document = {
        .bytes = document_bytes, .n = DOCUMENT_N, .format = format, .name = "tuck-17.1"};
    int64_t start_ms = clock_monotonic_ms();
    assert_int_equal(printer_send(&bench->printer, &document, on_start, &bench->mark,
                                  &patience, bench->arena, &bench->notes, &receipt),
                     STATUS_OK);
    assert_true(clock_monotonic_ms() - start_ms < ms + SLACK_MS);
    return receipt;
}

static struct printer_report
ask(struct bench *bench, int64_t ms)
{
    struct printer_report report;
    const struct patience patience = in_ms(ms);
    int64_t start_ms = clock_monotonic_ms();
    assert_int_equal(
        printer_ask(&bench->printer, &patience, bench->arena, &bench->notes, &report),
        STATUS_OK);
    assert_true(clock_monotonic_ms() - start_ms < ms + SLACK_MS);
    return report;
}

/* --- sending
 * ----------------------------------------------------------------------------
 */

static void
a_document_goes_whole_into_a_job_with_a_number(void **state)
{
    struct bench *bench = *state;
    struct printer_receipt receipt = send_document(bench, SHEET_PDF, 5000);
    assert_int_equal(receipt.delivery, DELIVERY_TAKEN);
    assert_int_equal(receipt.device_job, 101);
    assert_int_equal(bench->fake.document_n, DOCUMENT_N);
    assert_string_equal(bench->fake.jobs[0].name, "tuck-17.1:300000");
    assert_int_equal(bench->fake.seen[IPP_OP_CREATE_JOB], 1);
    assert_int_equal(bench->fake.seen[IPP_OP_SEND_DOCUMENT], 1);
    assert_int_equal(bench->fake.seen[IPP_OP_CANCEL_JOB], 0);
}

static void
a_printer_that_makes_no_jobs_beforehand_gets_all_at_once(void **state)
{
    struct bench *bench = *state;
    bench->fake.has_no_create = true;
    struct printer_receipt receipt = send_document(bench, SHEET_PDF, 5000);
    assert_int_equal(receipt.delivery, DELIVERY_TAKEN);
    assert_int_equal(receipt.device_job, 101);
    assert_int_equal(bench->mark.calls, 1);
    assert_int_equal(bench->fake.seen[IPP_OP_PRINT_JOB], 1);
    assert_int_equal(bench->fake.seen[IPP_OP_CREATE_JOB], 0);
    assert_int_equal(bench->fake.document_n, DOCUMENT_N);
}

static void
a_queue_that_hands_bytes_on_takes_a_label_printers_language(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(send_document(bench, SHEET_ZPL, 5000).delivery, DELIVERY_TAKEN);
    assert_int_equal(send_document(bench, SHEET_PWG, 5000).delivery, DELIVERY_REFUSED);
}

static void
a_printer_that_closes_after_each_answer_gets_it_all_the_same(void **state)
{
    struct bench *bench = *state;
    for (int i = 0; i < 0x40; i++)
        bench->fake.on[i].mood = FAKE_CLOSE;
    struct printer_receipt receipt = send_document(bench, SHEET_PDF, 5000);
    assert_int_equal(receipt.delivery, DELIVERY_TAKEN);
    assert_int_equal(bench->fake.seen[IPP_OP_SEND_DOCUMENT], 1);
}

struct fault {
    ipp_op_t op;
    enum fake_mood mood;
    int32_t value;
    enum delivery delivery;
    int32_t calls;   /* of `before` */
    int32_t cancels; /* of the job that was made for it */
};

static const struct fault faults[] = {
    {IPP_OP_GET_PRINTER_ATTRIBUTES, FAKE_HTTP, 404, DELIVERY_NONE, 0, 0},
    {IPP_OP_GET_PRINTER_ATTRIBUTES, FAKE_HTTP, 401, DELIVERY_NONE, 0, 0},
    {IPP_OP_GET_PRINTER_ATTRIBUTES, FAKE_HTML, 0, DELIVERY_NONE, 0, 0},
    {IPP_OP_GET_PRINTER_ATTRIBUTES, FAKE_GARBAGE, 0, DELIVERY_NONE, 0, 0},
    {IPP_OP_GET_PRINTER_ATTRIBUTES, FAKE_SHORT, 0, DELIVERY_NONE, 0, 0},
    {IPP_OP_GET_PRINTER_ATTRIBUTES, FAKE_CUT, 0, DELIVERY_NONE, 0, 0},
    {IPP_OP_GET_PRINTER_ATTRIBUTES, FAKE_HALF, 0, DELIVERY_NONE, 0, 0},
    {IPP_OP_GET_PRINTER_ATTRIBUTES, FAKE_SILENT, 0, DELIVERY_NONE, 0, 0},
    {IPP_OP_GET_PRINTER_ATTRIBUTES, FAKE_DRIP, 0, DELIVERY_NONE, 0, 0},
    {IPP_OP_GET_PRINTER_ATTRIBUTES, FAKE_FLOOD, 0, DELIVERY_NONE, 0, 0},
    {IPP_OP_CREATE_JOB, FAKE_CODE, IPP_STATUS_ERROR_BUSY, DELIVERY_NONE, 0, 0},
    {IPP_OP_CREATE_JOB, FAKE_CODE, IPP_STATUS_ERROR_NOT_ACCEPTING_JOBS, DELIVERY_NONE, 0,
     0},
    {IPP_OP_CREATE_JOB, FAKE_CODE, IPP_STATUS_ERROR_NOT_AUTHENTICATED, DELIVERY_NONE, 0,
     0},
    {IPP_OP_CREATE_JOB, FAKE_CODE, IPP_STATUS_ERROR_ATTRIBUTES_OR_VALUES,
     DELIVERY_REFUSED, 0, 0},
    {IPP_OP_CREATE_JOB, FAKE_CODE, 0x0599, DELIVERY_NONE, 0, 0}, /* of a later RFC */
    {IPP_OP_CREATE_JOB, FAKE_HTTP, 503, DELIVERY_NONE, 0, 0},
    {IPP_OP_CREATE_JOB, FAKE_CUT, 0, DELIVERY_NONE, 0, 0},
    {IPP_OP_CREATE_JOB, FAKE_SILENT, 0, DELIVERY_NONE, 0, 0},
    {IPP_OP_SEND_DOCUMENT, FAKE_CODE, IPP_STATUS_ERROR_BUSY, DELIVERY_NONE, 1, 1},
    {IPP_OP_SEND_DOCUMENT, FAKE_CODE, IPP_STATUS_ERROR_DOCUMENT_FORMAT_ERROR,
     DELIVERY_REFUSED, 1, 1},
    {IPP_OP_SEND_DOCUMENT, FAKE_CODE, IPP_STATUS_ERROR_INTERNAL, DELIVERY_UNSURE, 1, 0},
    {IPP_OP_SEND_DOCUMENT, FAKE_CODE, IPP_STATUS_ERROR_DEVICE, DELIVERY_UNSURE, 1, 0},
    {IPP_OP_SEND_DOCUMENT, FAKE_HTTP, 503, DELIVERY_NONE, 1, 1},
    {IPP_OP_SEND_DOCUMENT, FAKE_HTTP, 413, DELIVERY_REFUSED, 1, 1},
    {IPP_OP_SEND_DOCUMENT, FAKE_HTTP, 500, DELIVERY_UNSURE, 1, 0},
    {IPP_OP_SEND_DOCUMENT, FAKE_HTML, 0, DELIVERY_UNSURE, 1, 0},
    {IPP_OP_SEND_DOCUMENT, FAKE_GARBAGE, 0, DELIVERY_UNSURE, 1, 0},
    {IPP_OP_SEND_DOCUMENT, FAKE_CUT, 0, DELIVERY_UNSURE, 1, 0},
    {IPP_OP_SEND_DOCUMENT, FAKE_HALF, 0, DELIVERY_UNSURE, 1, 0},
    {IPP_OP_SEND_DOCUMENT, FAKE_RESET, 100000, DELIVERY_UNSURE, 1, 0},
    {IPP_OP_SEND_DOCUMENT, FAKE_SILENT, 0, DELIVERY_UNSURE, 1, 0},
    {IPP_OP_SEND_DOCUMENT, FAKE_DRIP, 0, DELIVERY_UNSURE, 1, 0},
    {IPP_OP_SEND_DOCUMENT, FAKE_FLOOD, 0, DELIVERY_UNSURE, 1, 0},
};

static void
a_fault_at_any_step_is_told_for_what_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        const struct fault *fault = &faults[i];
        struct bench *bench = bench_new();
        bench->fake.on[fault->op].mood = fault->mood;
        bench->fake.on[fault->op].value = fault->value;
        struct printer_receipt receipt = send_document(bench, SHEET_PDF, 600);
        if (receipt.delivery != fault->delivery || bench->mark.calls != fault->calls ||
            bench->fake.seen[IPP_OP_CANCEL_JOB] != fault->cancels)
            fail_msg("fault %zu: delivery %d, %d calls, %d cancels: %s", i,
                     receipt.delivery, bench->mark.calls,
                     bench->fake.seen[IPP_OP_CANCEL_JOB], receipt.text);
        assert_true(receipt.text[0] != '\0');
        assert_int_equal(receipt.device_job, 0);
        assert_int_equal(bench->fake.seen[fault->op], 1); /* never tried again */
        bench_free(bench);
    }
}

/* --- asking
 * -----------------------------------------------------------------------------
 */

static void
who_does_not_answer_well_is_silent_or_gone(void **state)
{
    static const struct {
        enum fake_mood mood;
        int32_t value;
        enum printer_state expected;
    } answers[] = {
        {FAKE_HTTP, 404, PRINTER_GONE},    {FAKE_HTTP, 401, PRINTER_SILENT},
        {FAKE_HTTP, 426, PRINTER_SILENT},  {FAKE_HTTP, 503, PRINTER_SILENT},
        {FAKE_HTML, 0, PRINTER_SILENT},    {FAKE_GARBAGE, 0, PRINTER_SILENT},
        {FAKE_SHORT, 0, PRINTER_SILENT},   {FAKE_CUT, 0, PRINTER_SILENT},
        {FAKE_HALF, 0, PRINTER_SILENT},    {FAKE_SILENT, 0, PRINTER_SILENT},
        {FAKE_DRIP, 0, PRINTER_SILENT},    {FAKE_FLOOD, 0, PRINTER_SILENT},
        {FAKE_CODE, 0x0406, PRINTER_GONE}, {FAKE_CODE, 0x0500, PRINTER_SILENT},
        {FAKE_RESET, 10, PRINTER_SILENT},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        struct bench *bench = bench_new();
        bench->fake.on[IPP_OP_GET_PRINTER_ATTRIBUTES].mood = answers[i].mood;
        bench->fake.on[IPP_OP_GET_PRINTER_ATTRIBUTES].value = answers[i].value;
        struct printer_report report = ask(bench, 400);
        if (report.state != answers[i].expected)
            fail_msg("answer %zu: %s: %s", i, printer_state_name(report.state),
                     report.detail);
        assert_false(printer_is_ready(&report));
        assert_true(report.detail[0] != '\0');
        bench_free(bench);
    }
}

static void
put_odd_things(ipp_t *answer)
{
    static const char *const formats[] = {"application/pdf", "\xff\xfe", ""};
    ippAddString(answer, IPP_TAG_PRINTER, IPP_TAG_KEYWORD, "printer-state", NULL, "idle");
    ippAddInteger(answer, IPP_TAG_PRINTER, IPP_TAG_INTEGER, "printer-state-reasons", 7);
    ippAddString(answer, IPP_TAG_PRINTER, IPP_TAG_TEXT, "printer-make-and-model", NULL,
                 "Label \xc3\xa9 \xc3");
    ippAddStrings(answer, IPP_TAG_PRINTER, IPP_TAG_MIMETYPE, "document-format-supported",
                  3, NULL, formats);
    ippAddInteger(answer, IPP_TAG_PRINTER, IPP_TAG_INTEGER, "media-col-ready", 7);
    ippAddString(answer, IPP_TAG_PRINTER, IPP_TAG_KEYWORD, "media-ready", NULL,
                 "my_own_paper");
    ippAddResolution(answer, IPP_TAG_PRINTER, "printer-resolution-default",
                     IPP_RES_PER_INCH, 0, -5);
    ippAddResolution(answer, IPP_TAG_PRINTER, "printer-resolution-supported",
                     IPP_RES_PER_CM, 80, 80);
    ippAddInteger(answer, IPP_TAG_PRINTER, IPP_TAG_INTEGER, "operations-supported", 2);
    ippAddInteger(answer, IPP_TAG_PRINTER, IPP_TAG_INTEGER, "queued-job-count", 3);
}

static void
odd_attributes_are_left_out_of_a_report(void **state)
{
    struct bench *bench = *state;
    bench->fake.also = put_odd_things;
    struct printer_report report = ask(bench, 5000);
    assert_int_equal(report.state, PRINTER_UNKNOWN);
    assert_string_equal(report.reasons, "");
    assert_string_equal(report.make, "Label \xc3\xa9 ");
    assert_string_equal(report.mimes[0], "application/pdf");
    assert_null(report.mimes[1]);
    assert_int_equal(report.dpi_x, 203);
    assert_int_equal(report.waiting, 3);
    for (size_t i = 0; i < report.loaded_count; i++)
        assert_true(report.loaded[i].width_mm100 >= 0);
}

static void
put_stop(ipp_t *answer)
{
    ippAddInteger(answer, IPP_TAG_PRINTER, IPP_TAG_ENUM, "printer-state",
                  IPP_PSTATE_IDLE);
    ippAddBoolean(answer, IPP_TAG_PRINTER, "printer-is-accepting-jobs", 0);
}

static void
a_printer_that_takes_no_jobs_is_stopped(void **state)
{
    struct bench *bench = *state;
    bench->fake.also = put_stop;
    struct printer_report report = ask(bench, 5000);
    assert_int_equal(report.state, PRINTER_STOPPED);
    assert_string_equal(report.detail, "it takes no jobs");
    struct printer_receipt receipt = send_document(bench, SHEET_PDF, 5000);
    assert_int_equal(receipt.delivery, DELIVERY_NONE);
    assert_string_equal(receipt.text, "it takes no jobs now");
}

/* Words of a printer with one tray, and whether it would print. */
static const char *reason;

static void
put_reason(ipp_t *answer)
{
    ippAddInteger(answer, IPP_TAG_PRINTER, IPP_TAG_ENUM, "printer-state",
                  IPP_PSTATE_IDLE);
    ippAddString(answer, IPP_TAG_PRINTER, IPP_TAG_KEYWORD, "printer-state-reasons", NULL,
                 reason);
}

static void
a_reason_stops_a_printer_when_nothing_can_be_printed_with_it(void **state)
{
    static const struct {
        const char *word;
        bool is_ready;
    } words[] = {
        {"none", true},
        {"media-low-warning", true},
        {"media-empty-report", false}, /* its only tray */
        {"media-empty", false},
        {"cover-open-report", false},
        {"cover-opening-report", true},
        {"marker-supply-low-report", true},
        {"marker-supply-empty-error", false},
        {"toner-low", true},
        {"identify-printer-requested", true},
        {"paused", false},
    };
    struct bench *bench = *state;
    bench->fake.also = put_reason;
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        reason = words[i].word;
        struct printer_report report = ask(bench, 5000);
        assert_int_equal(printer_is_ready(&report), words[i].is_ready);
        assert_string_equal(report.reasons, i == 0 ? "" : reason);
        assert_int_equal(report.detail[0] != '\0' || words[i].is_ready, true);
    }
}

static void
nobody_home_is_told_within_the_patience(void **state)
{
    struct bench *bench = *state;
    char uri[100];
    int port = 0, fd = bind_somewhere(&port);
    /* A host that answers nothing: its queue of connections is full. */
    assert_int_equal(listen(fd, 0), 0);
    int full[3];
    struct sockaddr_in address = loopback(port);
    for (int i = 0; i < 3; i++) {
        full[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        (void)!connect(full[i], (struct sockaddr *)&address, sizeof(address));
    }
    snprintf(uri, sizeof(uri), "ipp://127.0.0.1:%d/", port);
    bench->printer.uri = uri;
    bench->printer.connect_ms = 150;
    int64_t start_ms = clock_monotonic_ms();
    assert_int_equal(ask(bench, 60000).state, PRINTER_GONE);
    assert_true(clock_monotonic_ms() - start_ms < 150 + SLACK_MS);
    bench->printer.connect_ms = 0;
    assert_int_equal(ask(bench, 300).state, PRINTER_GONE);
    assert_int_equal(send_document(bench, SHEET_PDF, 300).delivery, DELIVERY_NONE);
    for (int i = 0; i < 3; i++)
        close(full[i]);
    close(fd);
    /* and one that refuses */
    assert_int_equal(ask(bench, 5000).state, PRINTER_GONE);
    bench->printer.uri = "ipp://no-such-host.invalid/";
    assert_int_equal(ask(bench, 500).state, PRINTER_GONE);
}

/* --- following
 * --------------------------------------------------------------------------
 */

static void
what_became_of_a_job_is_told_by_number_and_by_name(void **state)
{
    /* 300,000 bytes are 293 of their kilobytes */
    static const struct {
        struct fake_job job;
        enum printer_fate by_number, by_name;
        int32_t cancels;
    } ends[] = {
#define JOB(...) {.name = "tuck-17.1:300000", __VA_ARGS__}
        {JOB(.state = 3), FATE_WAITING, FATE_WAITING, 0},
        {JOB(.state = 4), FATE_WAITING, FATE_WAITING, 0},
        {JOB(.state = 5, .has_begun = true), FATE_WAITING, FATE_WAITING, 0},
        {JOB(.state = 6, .has_begun = true), FATE_WAITING, FATE_WAITING, 0},
        {JOB(.state = 7), FATE_FAILED, FATE_FAILED, 0},
        {JOB(.state = 8, .has_begun = true), FATE_FAILED, FATE_FAILED, 0},
        {JOB(.state = 8), FATE_FAILED, FATE_ABSENT, 0},
        {JOB(.state = 9), FATE_PRINTED, FATE_UNKNOWN, 0},
        {JOB(.state = 9, .kilobytes = 293), FATE_PRINTED, FATE_PRINTED, 0},
        {JOB(.state = 9, .kilobytes = 292), FATE_PRINTED, FATE_UNKNOWN, 0},
        {JOB(.state = 9, .kilobytes = 100), FATE_PRINTED, FATE_FAILED, 0},
        {JOB(.state = 9, .kilobytes = 586), FATE_PRINTED, FATE_UNKNOWN, 0},
        {JOB(.state = 4, .documents = -1), FATE_ABSENT, FATE_ABSENT, 1},
        {JOB(.state = 4, .reasons = "job-data-insufficient"), FATE_ABSENT, FATE_ABSENT,
         1},
        {JOB(.state = 5, .reasons = "job-incoming", .documents = -1), FATE_WAITING,
         FATE_WAITING, 0},
        {JOB(.state = 5, .documents = 1, .reasons = "job-data-insufficient"),
         FATE_WAITING, FATE_WAITING, 0},
        {JOB(.state = 8, .documents = -1), FATE_ABSENT, FATE_ABSENT, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        for (int by_name = 0; by_name < 2; by_name++) {
            struct bench *bench = bench_new();
            struct printer_progress progress;
            const struct patience patience = in_ms(5000);
            struct fake_job others = ends[i].job;
            others.id = 101;
            strcpy(others.name, "tuck-17.10:300000");
            bench->fake.jobs[0] = ends[i].job;
            bench->fake.jobs[0].id = 100;
            bench->fake.jobs[1] = others;
            bench->fake.job_count = 2;
            assert_int_equal(printer_follow(&bench->printer, "tuck-17.1",
                                            by_name ? 0 : 100, &patience, bench->arena,
                                            &bench->notes, &progress),
                             STATUS_OK);
            if (progress.fate != (by_name ? ends[i].by_name : ends[i].by_number))
                fail_msg("end %zu by %s: %d", i, by_name ? "name" : "number",
                         progress.fate);
            assert_int_equal(bench->fake.seen[IPP_OP_CANCEL_JOB], ends[i].cancels);
            assert_non_null(progress.reasons);
            bench_free(bench);
        }
    }
}

static void
a_printer_that_cannot_be_asked_after_a_job_is_asked_again(void **state)
{
    static const struct {
        enum fake_mood mood;
        int32_t value;
    } answers[] = {{FAKE_CUT, 0},    {FAKE_SILENT, 0}, {FAKE_GARBAGE, 0},
                   {FAKE_HTTP, 503}, {FAKE_DRIP, 0},   {FAKE_CODE, 0x0507}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        struct bench *bench = bench_new();
        struct printer_progress progress;
        const struct patience patience = in_ms(300);
        bench->fake.on[IPP_OP_GET_JOBS].mood = answers[i].mood;
        bench->fake.on[IPP_OP_GET_JOBS].value = answers[i].value;
        assert_int_equal(printer_follow(&bench->printer, "tuck-17.1", 0, &patience,
                                        bench->arena, &bench->notes, &progress),
                         STATUS_RETRY);
        assert_int_equal(bench->notes.note[0].id, NOTE_IPP_AWAY);
        bench_free(bench);
    }
}

static void
a_printer_without_a_list_of_what_it_did_knows_no_more(void **state)
{
    struct bench *bench = *state;
    struct printer_progress progress;
    const struct patience patience = in_ms(5000);
    bench->fake.has_no_completed = true;
    assert_int_equal(printer_follow(&bench->printer, "tuck-17.1", 0, &patience,
                                    bench->arena, &bench->notes, &progress),
                     STATUS_OK);
    assert_int_equal(progress.fate, FATE_UNKNOWN);
}

/* --- strangers' bytes
 * -------------------------------------------------------------------
 */

static void
put_much(ipp_t *answer)
{
    static const char *const formats[] = {"application/pdf", "image/pwg-raster"};
    static const char *const reasons[] = {"media-low-report", "cover-open-warning"};
    ipp_t *size = ippNew(), *column = ippNew();
    ippAddInteger(answer, IPP_TAG_PRINTER, IPP_TAG_ENUM, "printer-state",
                  IPP_PSTATE_IDLE);
    ippAddStrings(answer, IPP_TAG_PRINTER, IPP_TAG_KEYWORD, "printer-state-reasons", 2,
                  NULL, reasons);
    ippAddString(answer, IPP_TAG_PRINTER, IPP_TAG_TEXT, "printer-make-and-model", NULL,
                 "Label Printer");
    ippAddStrings(answer, IPP_TAG_PRINTER, IPP_TAG_MIMETYPE, "document-format-supported",
                  2, NULL, formats);
    ippAddInteger(size, IPP_TAG_ZERO, IPP_TAG_INTEGER, "x-dimension", 10160);
    ippAddInteger(size, IPP_TAG_ZERO, IPP_TAG_INTEGER, "y-dimension", 15240);
    ippAddCollection(column, IPP_TAG_ZERO, "media-size", size);
    ippAddCollection(answer, IPP_TAG_PRINTER, "media-col-ready", column);
    ippDelete(size);
    ippDelete(column);
    ippAddString(answer, IPP_TAG_PRINTER, IPP_TAG_KEYWORD, "media-ready", NULL,
                 "oe_4x6-label_4x6in");
    ippAddResolution(answer, IPP_TAG_PRINTER, "printer-resolution-default",
                     IPP_RES_PER_INCH, 203, 203);
}

/* An answer is a stranger's: whatever byte of it changes, something is told in time. */
static void
changed_answers_are_read_or_refused(void **state)
{
    struct bench *bench = *state;
    uint32_t seed = 1;
    cupsSetServer("localhost:631/version=2.0");
    ipp_t *answer = ippNew();
    ippSetVersion(answer, 2, 0);
    ippAddString(answer, IPP_TAG_OPERATION, IPP_TAG_CHARSET, "attributes-charset", NULL,
                 "utf-8");
    put_much(answer);
    struct fake_text text = fake_write(answer);
    ippDelete(answer);
    static char changed[4096]; /* the printer's thread may look at it to its end */
    assert_true(text.n <= sizeof(changed));
    bench->fake.spoil = changed;
    memcpy(changed, text.p, text.n);
    bench->fake.spoil_n = text.n;
    struct printer_report report = ask(bench, 5000);
    assert_int_equal(report.state, PRINTER_STOPPED);
    assert_string_equal(report.detail, "its cover is open");
    assert_int_equal(report.loaded_count, 1);
    assert_string_equal(report.loaded[0].name, "oe_4x6-label_4x6in");
    for (int i = 0; i < 1500; i++) {
        memcpy(changed, text.p, text.n);
        for (uint32_t k = 0; k < 1 + (uint32_t)i % 3; k++) {
            seed = seed * 1664525u + 1013904223u;
            changed[(seed >> 8) % text.n] = (char)(seed >> 3);
        }
        bench->fake.spoil_n = i % 4 ? text.n : (seed >> 9) % text.n;
        arena_reset(bench->arena);
        ask(bench, 5000);
    }
    free(text.p);
}

/* --- many at once
 * -----------------------------------------------------------------------
 */

static void *
send_many(void *data)
{
    struct bench *bench = data;
    for (int i = 0; i < 5; i++) {
        bench->fake.job_count = 0;
        ask(bench, 10000);
        if (send_document(bench, SHEET_PDF, 10000).delivery != DELIVERY_TAKEN)
            return NULL;
    }
    return bench;
}

static void
printers_are_sent_to_at_the_same_time(void **state)
{
    enum { MANY = 6 };
    pthread_t threads[MANY];
    struct bench *benches[MANY];
    (void)state;
    for (int i = 0; i < MANY; i++) {
        benches[i] = bench_new();
        assert_int_equal(pthread_create(&threads[i], NULL, send_many, benches[i]), 0);
    }
    for (int i = 0; i < MANY; i++) {
        void *result = NULL;
        pthread_join(threads[i], &result);
        assert_ptr_equal(result, benches[i]);
        assert_int_equal(benches[i]->mark.calls, 5);
        bench_free(benches[i]);
    }
}

/* --- addresses
 * --------------------------------------------------------------------------
 */

static void
an_address_is_checked_when_settings_are_read(void **state)
{
    static const struct {
        const char *uri;
        bool is_good;
    } uris[] = {
        {"ipp://printer", true},
        {"ipp://printer.local:8631/ipp/print", true},
        {"ipps://10.0.0.7/printers/label%203", true},
        {"ipp://[fe80::1%25eth0]/ipp/print", true},
        {"ipp://[::1]:631", true},
        {"ipps://h/?trust=any", true},
        {"ipps://h/ipp/print?pin=sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
         true},
        {"ipps://h?trust=any", true},
        {"ipp:", false},
        {"ipp://", false},
        {"ipp:///ipp/print", false},
        {"ipp:printer", false},
        {"ipp://user:secret@printer/", false},
        {"ipp://printer:0/", false},
        {"ipp://printer:65536/", false},
        {"ipp://printer:x/", false},
        {"ipp://[::1/", false},
        {"ipp://[]/", false},
        {"ipp://pri nter/", false},
        {"ipp://printer/a b", false},
        {"ipp://printer/\xc3\xa9", false},
        {"ipp://printer/?trust=any", false},
        {"ipps://printer/?trust=first", false},
        {"ipps://printer/?pin=sha256//short=", false},
        {"ipps://printer/?pin=", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(uris); i++) {
        struct notes notes = {.count = 0};
        const struct printer printer = {.name = "label-1", .uri = uris[i].uri};
        enum status status = printer_check(&printer, "shop.xml", 7, &notes);
        if (status != (uris[i].is_good ? STATUS_OK : STATUS_BAD_INPUT))
            fail_msg("%s: %d", uris[i].uri, status);
        if (!uris[i].is_good) {
            assert_int_equal(notes.note[0].id, NOTE_PRINTER_URI);
            assert_int_equal(notes.note[0].line, 7);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(a_document_goes_whole_into_a_job_with_a_number),
        TEST(a_printer_that_makes_no_jobs_beforehand_gets_all_at_once),
        TEST(a_queue_that_hands_bytes_on_takes_a_label_printers_language),
        TEST(a_printer_that_closes_after_each_answer_gets_it_all_the_same),
        TEST(a_fault_at_any_step_is_told_for_what_it_is),
        TEST(who_does_not_answer_well_is_silent_or_gone),
        TEST(odd_attributes_are_left_out_of_a_report),
        TEST(a_printer_that_takes_no_jobs_is_stopped),
        TEST(a_reason_stops_a_printer_when_nothing_can_be_printed_with_it),
        TEST(nobody_home_is_told_within_the_patience),
        TEST(what_became_of_a_job_is_told_by_number_and_by_name),
        TEST(a_printer_that_cannot_be_asked_after_a_job_is_asked_again),
        TEST(a_printer_without_a_list_of_what_it_did_knows_no_more),
        TEST(changed_answers_are_read_or_refused),
        TEST(printers_are_sent_to_at_the_same_time),
        TEST(an_address_is_checked_when_settings_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
