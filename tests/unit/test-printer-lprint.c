/* The IPP driver against lprint: what reaches the label printer behind it. Run by
 * tests/printer/with-lprint, in a network of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "printer-bench.h"

#include "../printer/fake-printer.h"

#include <cups/raster.h>

static struct fake *label_printer;

/* Has the label printer got this? */
static bool
has_got(const void *bytes, size_t n)
{
    size_t got_n = 0;
    char *got = fake_document(label_printer, &got_n);
    bool has = got && memmem(got, got_n, bytes, n);
    free(got);
    return has;
}

/* What was sent is there when the job is done, but perhaps not read yet. */
static bool
gets(const void *bytes, size_t n)
{
    const struct patience patience = in_ms(10000);
    while (!has_got(bytes, n) && !patience_is_over(&patience))
        usleep(10000);
    return has_got(bytes, n);
}

struct bench {
    char uri[200];
    struct printer printer;
    struct arena *arena;
    struct notes notes;
    struct start_mark mark;
};

static int
set_up_all(void **state)
{
    char device[100], log[300];
    (void)state;
    label_printer = fake_start(0, "", NULL, NULL);
    assert_non_null(label_printer);
    snprintf(device, sizeof(device), "socket://127.0.0.1:%d", fake_port(label_printer));
    snprintf(log, sizeof(log), "%s/add.log", getenv("TMPDIR"));
    const char *const argv[] = {
        getenv("TUCK_TEST_LPRINT"), "add", "-d", "label", "-v", device, "-m",
        "zpl_4inch-203dpi-dt",      NULL};
    int ended = 0;
    pid_t pid = start(log, argv);
    assert_int_equal(waitpid(pid, &ended, 0), pid);
    return ended;
}

static int
tear_down_all(void **state)
{
    (void)state;
    fake_stop(label_printer);
    return 0;
}

static int
set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    snprintf(bench->uri, sizeof(bench->uri), "%slabel", getenv("TUCK_TEST_LPRINT_URI"));
    bench->printer = (struct printer){.name = "label", .uri = bench->uri};
    bench->arena = arena_new(0);
    *state = bench;
    fake_forget_document(label_printer);
    return 0;
}

static int
tear_down(void **state)
{
    struct bench *bench = *state;
    arena_free(bench->arena);
    free(bench);
    return 0;
}

static struct printer_receipt
send_bytes(struct bench *bench, const char *name, enum sheet_format format,
           const void *bytes, size_t n)
{
    struct printer_receipt receipt;
    const struct patience patience = in_ms(30000);
    const struct printer_document document = {.bytes = bytes,
                                              .n = n,
                                              .format = format,
                                              .name = name,
                                              .width_mm100 = 10160,
                                              .height_mm100 = 15240};
    assert_int_equal(printer_send(&bench->printer, &document, on_start, &bench->mark,
                                  &patience, bench->arena, &bench->notes, &receipt),
                     STATUS_OK);
    return receipt;
}

/* Follows until it is done; lprint waits 10 seconds for a status that it does not get. */
static enum printer_fate
follow(struct bench *bench, const char *name, int64_t job)
{
    const struct patience patience = in_ms(60000);
    struct printer_progress progress = {FATE_WAITING, ""};
    while (progress.fate == FATE_WAITING && !patience_is_over(&patience)) {
        assert_int_equal(printer_follow(&bench->printer, name, job, &patience,
                                        bench->arena, &bench->notes, &progress),
                         STATUS_OK);
        usleep(50000);
    }
    return progress.fate;
}

/* --- tests
 * ------------------------------------------------------------------------------
 */

static void
what_lprint_says_of_its_label_printer_is_told(void **state)
{
    struct bench *bench = *state;
    struct printer_report report;
    const struct patience patience = in_ms(30000); /* it asks its own printer first */
    assert_int_equal(
        printer_ask(&bench->printer, &patience, bench->arena, &bench->notes, &report),
        STATUS_OK);
    assert_int_equal(report.state, PRINTER_IDLE);
    assert_true(printer_is_ready(&report));
    assert_non_null(strstr(report.make, "203dpi"));
    assert_int_equal(report.dpi_x, 203);
    assert_int_equal(report.loaded_count, 1);
    /* as long as the label printer says */
    assert_int_equal(strncmp(report.loaded[0].name, "oe_4x", 5), 0);
    assert_int_equal(report.loaded[0].width_mm100, 10160);
    assert_true(report.loaded[0].height_mm100 > 0);
    bool takes_zpl = false, takes_pdf = false;
    for (const char *const *mime = report.mimes; *mime; mime++) {
        takes_zpl |= strcmp(*mime, "application/vnd.zebra-zpl") == 0;
        takes_pdf |= strcmp(*mime, "application/pdf") == 0;
    }
    assert_true(takes_zpl);
    assert_false(takes_pdf);
}

static void
a_label_in_its_language_reaches_the_printer_byte_for_byte(void **state)
{
    static const char zpl[] = "^XA^PW812^LL1218^FO50,50^A0N,50,50^FDGrüße^FS^XZ\n";
    struct bench *bench = *state;
    struct printer_receipt receipt =
        send_bytes(bench, "tuck-1.1", SHEET_ZPL, zpl, sizeof(zpl) - 1);
    assert_int_equal(receipt.delivery, DELIVERY_TAKEN);
    assert_int_equal(follow(bench, "tuck-1.1", receipt.device_job), FATE_PRINTED);
    assert_true(gets(zpl, sizeof(zpl) - 1));
    assert_int_equal(bench->mark.calls, 1);
}

struct bytes {
    unsigned char p[200000];
    size_t n;
};

static ssize_t
on_raster(void *data, unsigned char *bytes, size_t n)
{
    struct bytes *out = data;
    assert_true(out->n + n <= sizeof(out->p));
    memcpy(out->p + out->n, bytes, n);
    out->n += n;
    return (ssize_t)n;
}

/* A grey page of 812 by 1218 dots with a black square. */
static void
make_raster(struct bytes *out)
{
    unsigned char line[812];
    cups_page_header2_t header;
    pwg_media_t media = {.pwg = "na_index-4x6_4x6in", .width = 10160, .length = 15240};
    assert_true(
        cupsRasterInitPWGHeader(&header, &media, "sgray_8", 203, 203, "one-sided", NULL));
    cups_raster_t *raster = cupsRasterOpenIO(on_raster, out, CUPS_RASTER_WRITE_PWG);
    assert_true(cupsRasterWriteHeader2(raster, &header));
    assert_true(header.cupsWidth <= sizeof(line));
    for (unsigned y = 0; y < header.cupsHeight; y++) {
        memset(line, 255, sizeof(line));
        if (y >= 100 && y < 300)
            memset(line + 100, 0, 200);
        assert_int_equal(cupsRasterWritePixels(raster, line, header.cupsBytesPerLine),
                         header.cupsBytesPerLine);
    }
    cupsRasterClose(raster);
}

static void
a_raster_reaches_the_printer_in_its_language(void **state)
{
    struct bench *bench = *state;
    struct bytes *raster = calloc(1, sizeof(*raster));
    make_raster(raster);
    struct printer_receipt receipt =
        send_bytes(bench, "tuck-2.1", SHEET_PWG, raster->p, raster->n);
    free(raster);
    assert_int_equal(receipt.delivery, DELIVERY_TAKEN);
    assert_int_equal(follow(bench, "tuck-2.1", receipt.device_job), FATE_PRINTED);
    assert_true(gets("^XZ", 3));
    assert_true(has_got("^XA", 3));
}

static void
a_pdf_that_it_would_abort_later_is_refused(void **state)
{
    struct bench *bench = *state;
    struct printer_receipt receipt =
        send_bytes(bench, "tuck-3.1", SHEET_PDF, "%PDF-1.7\n", 9);
    assert_int_equal(receipt.delivery, DELIVERY_REFUSED);
    assert_string_equal(receipt.text, "it does not take pdf (application/pdf)");
    assert_int_equal(bench->mark.calls, 0);
}

static void
what_is_no_raster_fails_at_the_printer(void **state)
{
    struct bench *bench = *state;
    struct printer_receipt receipt =
        send_bytes(bench, "tuck-4.1", SHEET_PWG, "RaS2, but no more", 17);
    assert_int_equal(receipt.delivery, DELIVERY_TAKEN);
    assert_int_equal(follow(bench, "tuck-4.1", receipt.device_job), FATE_FAILED);
}

static void
end(void *data)
{
    (void)data;
    _exit(0);
}

static void
a_crash_before_the_document_leaves_an_empty_job_that_is_taken_away(void **state)
{
    static const char zpl[] = "^XA^FO50,50^FDsecond^FS^XZ\n";
    struct bench *bench = *state;
    int ended = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        bench->mark.also = end;
        send_bytes(bench, "tuck-5.1", SHEET_ZPL, zpl, sizeof(zpl) - 1);
        _exit(1);
    }
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_int_equal(ended, 0);
    assert_int_equal(follow(bench, "tuck-5.1", 0), FATE_ABSENT);
    struct printer_receipt receipt =
        send_bytes(bench, "tuck-5.2", SHEET_ZPL, zpl, sizeof(zpl) - 1);
    assert_int_equal(receipt.delivery, DELIVERY_TAKEN);
    assert_int_equal(follow(bench, "tuck-5.2", receipt.device_job), FATE_PRINTED);
    assert_true(gets(zpl, sizeof(zpl) - 1));
}

static void
a_label_waits_while_the_label_printer_is_off(void **state)
{
    static const char zpl[] = "^XA^FO50,50^FDthird^FS^XZ\n";
    struct bench *bench = *state;
    struct printer_progress progress;
    struct printer_report report = {.state = PRINTER_UNKNOWN};
    const struct patience patience = in_ms(30000);
    fake_set(label_printer, "refuse");
    struct printer_receipt receipt =
        send_bytes(bench, "tuck-6.1", SHEET_ZPL, zpl, sizeof(zpl) - 1);
    assert_int_equal(receipt.delivery, DELIVERY_TAKEN);
    while (report.state != PRINTER_STOPPED && !patience_is_over(&patience)) {
        assert_int_equal(
            printer_ask(&bench->printer, &patience, bench->arena, &bench->notes, &report),
            STATUS_OK);
        usleep(50000);
    }
    assert_int_equal(report.state, PRINTER_STOPPED);
    assert_false(printer_is_ready(&report));
    assert_int_equal(printer_follow(&bench->printer, "tuck-6.1", receipt.device_job,
                                    &patience, bench->arena, &bench->notes, &progress),
                     STATUS_OK);
    assert_int_equal(progress.fate, FATE_WAITING);
    fake_set(label_printer, "");
    assert_int_equal(follow(bench, "tuck-6.1", receipt.device_job), FATE_PRINTED);
    assert_true(gets(zpl, sizeof(zpl) - 1));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(what_lprint_says_of_its_label_printer_is_told),
        TEST(a_label_in_its_language_reaches_the_printer_byte_for_byte),
        TEST(a_raster_reaches_the_printer_in_its_language),
        TEST(a_pdf_that_it_would_abort_later_is_refused),
        TEST(what_is_no_raster_fails_at_the_printer),
        TEST(a_crash_before_the_document_leaves_an_empty_job_that_is_taken_away),
        TEST(a_label_waits_while_the_label_printer_is_off),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
