/* Printing to IPP printers as a host sees it: what is loaded and what they can decides
 * where a sheet goes, and whatever one of them does to a question, the carton has its
 * answer within the budget. The printers are the fake of tests/unit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../unit/fake-ipp.h"

#include "host-bench.h"

#define BUDGET_MS 1000
#define GRACE_MS 200

static struct tuck_sent
sent_of(const struct tuck_carton *carton, const char *placement)
{
    struct tuck_piece piece;
    struct tuck_sent sent = {.size = sizeof(sent)};
    int64_t index = host_piece(carton, placement, &piece);
    assert_int_equal(print_face->sent(carton, index, &sent), TUCK_OK);
    return sent;
}

/* --- what they say of themselves ------------------------------------------------------ */

static void
say(ipp_t *answer, int state, const char *reason, const char *media, bool has_colour)
{
    static const char *const formats[] = {"application/pdf", "image/pwg-raster"};
    static const int known[] = {IPP_OP_PRINT_JOB,  IPP_OP_CANCEL_JOB,
                                IPP_OP_GET_JOBS,   IPP_OP_GET_JOB_ATTRIBUTES,
                                IPP_OP_CREATE_JOB, IPP_OP_SEND_DOCUMENT};
    ippAddInteger(answer, IPP_TAG_PRINTER, IPP_TAG_ENUM, "printer-state", state);
    ippAddString(answer, IPP_TAG_PRINTER, IPP_TAG_KEYWORD, "printer-state-reasons", NULL,
                 reason);
    ippAddString(answer, IPP_TAG_PRINTER, IPP_TAG_KEYWORD, "media-ready", NULL, media);
    ippAddBoolean(answer, IPP_TAG_PRINTER, "color-supported", has_colour);
    ippAddIntegers(answer, IPP_TAG_PRINTER, IPP_TAG_ENUM, "operations-supported", 6, known);
    ippAddStrings(answer, IPP_TAG_PRINTER, IPP_TAG_MIMETYPE, "document-format-supported",
                  2, NULL, formats);
}

static void
a_grey_a4(ipp_t *answer)
{
    say(answer, IPP_PSTATE_IDLE, "none", "iso_a4_210x297mm", false);
}

static void
a_grey_a6(ipp_t *answer)
{
    say(answer, IPP_PSTATE_IDLE, "none", "iso_a6_105x148mm", false);
}

static void
a_bright_a6(ipp_t *answer)
{
    say(answer, IPP_PSTATE_IDLE, "none", "iso_a6_105x148mm", true);
}

static void
an_empty_a6(ipp_t *answer)
{
    say(answer, IPP_PSTATE_STOPPED, "media-empty-error", "iso_a6_105x148mm", true);
}

static struct tuck_shop *
open_with(const char *name, struct fake *fakes, const char *const *names, size_t count,
          const char *routes, char ret_dir[200])
{
    char text[4000];
    size_t n = (size_t)sprintf(text, "<printers spool=\"var/spool\">");
    for (size_t i = 0; i < count; i++) {
        fake_start(&fakes[i]);
        n += (size_t)sprintf(text + n,
                             "<printer name=\"%s\" uri=\"ipp://127.0.0.1:%d/ipp/print\"/>",
                             names[i], fakes[i].port);
    }
    sprintf(text + n, "%s</printers>", routes);
    host_make_shop(name, text, ret_dir);
    return host_open(ret_dir, NULL);
}

static void
what_is_loaded_and_what_it_can_decides_where_a_sheet_goes(void **state)
{
    (void)state;
    static const char *const names[] = {"empty", "office", "grey", "bright"};
    struct fake fakes[4] = {{.also = an_empty_a6}, {.also = a_grey_a4},
                            {.also = a_grey_a6},   {.also = a_bright_a6}};
    char dir[200];
    struct tuck_shop *shop =
        open_with("loaded", fakes, names, 4,
                  "<route placement=\"insert\" to=\"empty office grey bright\"/>"
                  "<route placement=\"coupon\" to=\"empty office grey bright\""
                  " colour=\"needed\"/>"
                  "<route placement=\"box\" to=\"empty office\" sku=\"LID-1\"/>",
                  dir);
    struct tuck_carton *carton = host_pack(shop, "I-1", 0);
    assert_int_equal(print_face->print(carton, NULL, PLENTY_MS), TUCK_OK);
    assert_int_equal(sent_of(carton, "insert").outcome, TUCK_SENT_QUEUED);
    assert_string_equal(sent_of(carton, "insert").printer, "grey");
    assert_int_equal(sent_of(carton, "coupon").outcome, TUCK_SENT_QUEUED);
    assert_string_equal(sent_of(carton, "coupon").printer, "bright");
    struct tuck_sent sent = sent_of(carton, "box");
    assert_int_equal(sent.outcome, TUCK_SENT_UNAVAILABLE);
    assert_non_null(strstr(sent.text, "box unavailable: pick SKU LID-1 (empty: "));
    assert_non_null(strstr(sent.text, "; office: other media are loaded)"));
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    assert_int_equal(host_promises(shop, "I-1", "reserved"), 0);
    assert_int_equal(fakes[0].job_count + fakes[1].job_count, 0);
    assert_int_equal(fakes[2].job_count, 1);
    assert_int_equal(fakes[3].job_count, 1);
    tuck->carton_free(carton);
    tuck->close(shop);
    for (int i = 0; i < 4; i++)
        fake_stop(&fakes[i]);
}

static void
every_mood_of_an_ipp_printer_is_answered_within_the_budget(void **state)
{
    (void)state;
    static const struct {
        enum fake_mood mood;
        int32_t value;
    } cases[] = {
        {FAKE_CODE, IPP_STATUS_ERROR_INTERNAL},
        {FAKE_CODE, IPP_STATUS_ERROR_SERVICE_UNAVAILABLE},
        {FAKE_HTTP, 503},
        {FAKE_HTTP, 401},
        {FAKE_HTTP, 404},
        {FAKE_HTML, 0},
        {FAKE_GARBAGE, 0},
        {FAKE_SHORT, 0},
        {FAKE_CUT, 0},
        {FAKE_HALF, 0},
        {FAKE_SILENT, 0},
        {FAKE_DRIP, 0},
        {FAKE_FLOOD, 0},
    };
    enum { COUNT = sizeof(cases) / sizeof(cases[0]) };
    static const char *const names[] = {"m0", "m1", "m2", "m3",  "m4",  "m5", "m6",
                                        "m7", "m8", "m9", "m10", "m11", "m12"};
    static struct fake fakes[COUNT];
    char dir[200], id[20];
    for (int i = 0; i < COUNT; i++) {
        fakes[i].also = a_grey_a6;
        fakes[i].on[IPP_OP_GET_PRINTER_ATTRIBUTES].mood = cases[i].mood;
        fakes[i].on[IPP_OP_GET_PRINTER_ATTRIBUTES].value = cases[i].value;
    }
    struct tuck_shop *shop = open_with("ipp-moods", fakes, names, COUNT,
                                       "<route to=\"m0\" sku=\"CARD-1\" bin=\"B-2\"/>", dir);
    for (int i = 0; i < COUNT; i++) {
        snprintf(id, sizeof(id), "IM-%d", i);
        struct tuck_carton *carton = host_pack(shop, id, 0);
        int64_t begun = host_ms();
        assert_int_equal(print_face->print(carton, names[i], BUDGET_MS), TUCK_OK);
        int64_t took = host_ms() - begun;
        if (took > BUDGET_MS + GRACE_MS * host_slowness())
            fail_msg("mood %d took %d ms", (int)cases[i].mood, (int)took);
        struct tuck_sent sent = sent_of(carton, "insert");
        if (sent.outcome != TUCK_SENT_UNAVAILABLE)
            fail_msg("mood %d, %d: outcome %d", (int)cases[i].mood, (int)cases[i].value,
                     sent.outcome);
        assert_non_null(strstr(sent.text, "unavailable: pick SKU CARD-1 from bin B-2 (m"));
        assert_null(strstr(sent.text, "no printer is set"));
        assert_int_equal(host_promises(shop, id, "printed"), 0);
        tuck->carton_free(carton);
    }
    tuck->close(shop);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(fakes[i].job_count, 0);
        fake_stop(&fakes[i]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_loaded_and_what_it_can_decides_where_a_sheet_goes),
        cmocka_unit_test(every_mood_of_an_ipp_printer_is_answered_within_the_budget),
    };
    return cmocka_run_group_tests(tests, host_load, host_unload);
}
