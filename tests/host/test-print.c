/* Printing as a host sees it: what became of each piece is told within the budget whatever
 * the printers do, and the ledger knows. The printers are the fakes of tests/printer on
 * loopback, and folders. */
#include "print-bench.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUDGET_MS 1000

/* --- the contract ----------------------------------------------------------------- */

static void
the_face_is_found_by_name_and_revision(void **state)
{
    (void)state;
    assert_ptr_equal(entry->face(TUCK_PRINT_FACE, 1), print_face);
    assert_int_equal(print_face->revision, 1);
    assert_int_equal(print_face->size, sizeof(*print_face));
    assert_null(entry->face(TUCK_PRINT_FACE, 2));
    assert_null(entry->face(TUCK_PRINT_FACE, 0));
}

static void
wrong_arguments_are_refused_and_nothing_is_written(void **state)
{
    (void)state;
    char dir[200], huge[400];
    struct fake *fake = fake_start(0, "", NULL, NULL);
    struct tuck_shop *shop = print_open("guards", fake, NULL, dir);
    struct tuck_open open = {.workers = TUCK_NO_PRESS};
    struct tuck_shop *till = host_open(dir, &open);
    struct tuck_carton *carton = host_pack(shop, "G-1", 0);
    struct tuck_found *found = NULL;
    struct tuck_notes *notes = NULL;
    struct tuck_sent sent = {.size = sizeof(sent)};
    struct tuck_job job = {.size = sizeof(job)};
    struct tuck_job_event event = {.size = sizeof(event)};
    struct tuck_printer printer = {.size = sizeof(printer)};
    const struct tuck_print_face *f = print_face;
    void *bytes = NULL;
    size_t n = 0;
    int64_t id = 0;
    memset(huge, 'A', sizeof(huge));
    huge[sizeof(huge) - 1] = '\0';
    assert_int_equal(f->print(NULL, NULL, 0), TUCK_BAD_CALL);
    assert_int_equal(f->print(carton, NULL, -1), TUCK_BAD_CALL);
    assert_int_equal(f->print(carton, NULL, INT32_MAX), TUCK_BAD_CALL);
    assert_int_equal(f->print(carton, huge, 0), TUCK_BAD_CALL);
    assert_int_equal(f->print(carton, "nobody", 0), TUCK_BAD_INPUT);
    assert_int_equal(f->print(carton, "", 0), TUCK_BAD_INPUT);
    assert_int_equal(f->sent(carton, 0, &sent), TUCK_WITHOUT); /* nothing was printed */
    assert_int_equal(f->sent(NULL, 0, &sent), TUCK_BAD_CALL);
    assert_int_equal(f->sent(carton, 0, NULL), TUCK_BAD_CALL);
    assert_int_equal(f->printers(NULL, 0, &found, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->printers(shop, -1, &found, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->printers(shop, 0, NULL, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->printer(NULL, 0, &printer), TUCK_BAD_CALL);
    assert_int_equal(f->test_page(NULL, "label", &id, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->test_page(till, "label", &id, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->test_page(shop, NULL, &id, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->test_page(shop, "", &id, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->test_page(shop, "label", NULL, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->jobs(NULL, 0, NULL, NULL, &found, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->jobs(shop, 1u << 8, NULL, NULL, &found, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->jobs(shop, 0, huge, NULL, &found, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->jobs(shop, 0, NULL, huge, &found, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->jobs(shop, 0, NULL, NULL, NULL, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->job(NULL, 0, &job), TUCK_BAD_CALL);
    assert_int_equal(f->job_event(NULL, 0, 0, &event), TUCK_BAD_CALL);
    assert_int_equal(f->job_sheet(NULL, 1, &bytes, &n, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->job_sheet(shop, 0, &bytes, &n, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->job_sheet(shop, 1, NULL, &n, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->job_sheet(shop, 1, &bytes, NULL, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->job_do(NULL, 1, TUCK_JOB_HOLD, NULL, &id, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->job_do(shop, -3, TUCK_JOB_HOLD, NULL, &id, &notes),
                     TUCK_BAD_CALL);
    assert_int_equal(f->job_do(shop, 1, 0, NULL, &id, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->job_do(shop, 1, 10, NULL, &id, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->job_do(shop, 1, TUCK_JOB_MOVE, NULL, &id, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->job_do(shop, 1, TUCK_JOB_HOLD, huge, &id, &notes), TUCK_BAD_CALL);
    assert_int_equal(f->job_do(shop, 1, TUCK_JOB_REFUSED, NULL, &id, &notes),
                     TUCK_BAD_CALL); /* why? */
    assert_int_equal(f->job_do(shop, 1, TUCK_JOB_OVERRIDDEN, "", &id, &notes),
                     TUCK_BAD_CALL);
    assert_int_equal(f->settle(NULL, 0), TUCK_BAD_CALL);
    assert_int_equal(f->settle(shop, -1), TUCK_BAD_CALL);
    assert_null(found);
    assert_null(notes);
    assert_null(bytes);
    assert_int_equal(id, 0);
    assert_int_equal(print_count_jobs(shop, ALL_STATES), 0);
    tuck->carton_free(carton);
    tuck->close(till);
    tuck->close(shop);
    fake_stop(fake);
}

static void
assert_note(struct tuck_notes *notes, int32_t number, const char *words)
{
    struct tuck_note note = {.size = sizeof(note)};
    bool is_told = false;
    for (int64_t i = 0; tuck->notes_get(notes, i, &note) == TUCK_OK; i++)
        is_told |= note.number == number && strstr(note.text, words);
    assert_true(is_told);
    tuck->notes_free(notes);
}

static void
what_is_not_there_is_told_with_its_name(void **state)
{
    (void)state;
    char dir[200];
    struct fake *fake = fake_start(0, "", NULL, NULL);
    struct tuck_shop *shop = print_open("absent", fake, NULL, dir);
    struct tuck_found *found = NULL;
    struct tuck_notes *notes = NULL;
    struct tuck_note note = {.size = sizeof(note)};
    void *bytes = NULL;
    size_t n = 0;
    int64_t id = 0;
    assert_int_equal(print_face->jobs(shop, 0, NULL, NULL, &found, NULL), TUCK_WITHOUT);
    assert_int_equal(print_face->jobs(shop, 0, "nobody", NULL, &found, NULL),
                     TUCK_WITHOUT);
    assert_int_equal(print_face->job_sheet(shop, 77, &bytes, &n, NULL), TUCK_WITHOUT);
    for (int32_t what = TUCK_JOB_HOLD; what <= TUCK_JOB_OVERRIDDEN; what++)
        assert_int_equal(print_face->job_do(shop, 77, what, "label", &id, NULL),
                         TUCK_WITHOUT);
    assert_null(found);
    assert_int_equal(print_face->test_page(shop, "nobody", &id, &notes), TUCK_BAD_INPUT);
    assert_note(notes, 1027, "\"nobody\"");
    struct tuck_carton *carton = host_pack(shop, "A-1", 0);
    assert_int_equal(print_face->print(carton, "label", 0), TUCK_OK);
    id = print_sent(carton, "coupon").job;
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    assert_int_equal(
        print_face->job_do(shop, id, TUCK_JOB_MOVE, "nobody", NULL, &notes),
        TUCK_BAD_INPUT);
    assert_note(notes, 1027, "\"nobody\"");
    assert_int_equal(print_face->job_do(shop, id, TUCK_JOB_RELEASE, NULL, NULL, &notes),
                     TUCK_BAD_CALL);
    assert_note(notes, 954, "printed");
    tuck->carton_free(carton);
    carton = host_pack(shop, "A-2", 0);
    assert_int_equal(print_face->print(carton, "nobody", 0), TUCK_BAD_INPUT);
    bool is_told = false;
    for (int64_t i = 0; tuck->note(carton, i, &note) == TUCK_OK; i++)
        is_told |= note.number == 1027 && strstr(note.text, "\"nobody\"");
    assert_true(is_told);
    assert_int_equal(print_face->print(carton, NULL, 0), TUCK_OK); /* and goes on */
    tuck->carton_free(carton);
    tuck->close(shop);
    fake_stop(fake);
}

static void
a_shop_without_printers_says_so(void **state)
{
    (void)state;
    char dir[200];
    host_make_shop("none", "", dir);
    struct tuck_shop *shop = host_open(dir, NULL);
    struct tuck_carton *carton = host_pack(shop, "N-1", 0);
    struct tuck_found *found = NULL;
    struct tuck_notes *notes = NULL;
    assert_int_equal(print_face->print(carton, NULL, 0), TUCK_WITHOUT);
    assert_int_equal(print_face->printers(shop, 0, &found, &notes), TUCK_WITHOUT);
    assert_note(notes, 1027, "expected a <printers> element");
    assert_int_equal(print_face->jobs(shop, 0, NULL, NULL, &found, NULL), TUCK_WITHOUT);
    assert_int_equal(print_face->settle(shop, 100), TUCK_OK);
    assert_null(found);
    tuck->carton_free(carton);
    tuck->close(shop);
}

static void
hosts_of_other_ages_are_served(void **state)
{
    (void)state;
    char dir[200];
    struct fake *fake = fake_start(0, "", NULL, NULL);
    struct tuck_shop *shop = print_open("ages", fake, NULL, dir);
    struct tuck_carton *carton = host_pack(shop, "O-1", 0);
    struct tuck_found *found = NULL;
    struct {
        struct tuck_job job;
        int64_t news;
    } newer = {.job = {.size = sizeof(newer)}, .news = 5};
    struct tuck_sent sent;
    assert_int_equal(print_face->print(carton, NULL, 0), TUCK_OK);
    memset(&sent, 0x5A, sizeof(sent));
    sent.size = offsetof(struct tuck_sent, printer);
    assert_int_equal(print_face->sent(carton, 0, &sent), TUCK_OK);
    assert_true(sent.outcome >= TUCK_SENT_QUEUED && sent.outcome <= TUCK_SENT_BEFORE);
    unsigned char beyond[sizeof(sent.printer)];
    memset(beyond, 0x5A, sizeof(beyond));
    assert_memory_equal(&sent.printer, beyond, sizeof(beyond)); /* not touched */
    assert_int_equal(print_face->jobs(shop, 0, NULL, NULL, &found, NULL), TUCK_OK);
    assert_int_equal(print_face->job(found, 0, &newer.job), TUCK_OK);
    assert_int_equal(newer.news, 0); /* what this library does not know is nothing */
    newer.job.size = 2;
    assert_int_equal(print_face->job(found, 0, &newer.job), TUCK_BAD_CALL);
    newer.job.size = 1u << 20;
    assert_int_equal(print_face->job(found, 0, &newer.job), TUCK_BAD_CALL);
    newer.job.size = sizeof(newer.job);
    assert_int_equal(print_face->job(found, -1, &newer.job), TUCK_WITHOUT);
    assert_int_equal(print_face->job(found, INT64_MAX, &newer.job), TUCK_WITHOUT);
    promises->found_free(found);
    tuck->carton_free(carton);
    tuck->close(shop);
    fake_stop(fake);
}

/* --- a carton's way to paper ------------------------------------------------------ */

static void
a_carton_is_printed_and_the_ledger_knows(void **state)
{
    (void)state;
    char dir[200], printed[250];
    struct fake *fake = fake_start(0, "", NULL, NULL);
    struct tuck_shop *shop = print_open("well", fake, NULL, dir);
    struct tuck_carton *carton = host_pack(shop, "W-1", 0);
    struct tuck_found *found = NULL;
    assert_int_equal(print_face->print(carton, NULL, 0), TUCK_OK);
    struct tuck_sent coupon = print_sent(carton, "coupon"), insert = print_sent(carton, "insert");
    assert_int_equal(coupon.outcome, TUCK_SENT_QUEUED);
    assert_string_equal(coupon.printer, "label");
    assert_string_equal(insert.printer, "folder");
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    struct tuck_job job = print_job(shop, coupon.job, &found);
    assert_int_equal(job.state, TUCK_JOB_PRINTED);
    assert_string_equal(job.order, "W-1");
    assert_string_equal(job.placement, "coupon");
    assert_int_equal(job.format, TUCK_ZPL);
    assert_int_equal(job.tries, 1);
    promises->found_free(found);
    assert_int_equal(print_count_paper(shop, coupon.job, fake), 1);
    snprintf(printed, sizeof(printed), "%s/var/printed", dir);
    assert_int_equal(host_count_files(printed, ".pdf"), 1);
    assert_int_equal(host_promises(shop, "W-1", "reserved"), 0);
    assert_true(host_promises(shop, "W-1", "printed") >= 1);
    assert_int_equal(host_events(shop, "W-1", "printed", NULL),
                     host_promises(shop, "W-1", "printed"));
    assert_int_equal(host_events(shop, "W-1", "failed", NULL), 0);
    /* once more: by the same carton, by a second scan, by another host */
    assert_int_equal(print_face->print(carton, NULL, 0), TUCK_OK);
    assert_int_equal(print_sent(carton, "coupon").job, coupon.job);
    tuck->carton_free(carton);
    carton = host_pack(shop, "W-1", 0);
    assert_int_equal(print_face->print(carton, NULL, 0), TUCK_OK);
    assert_int_equal(print_sent(carton, "coupon").outcome, TUCK_SENT_BEFORE);
    assert_int_equal(print_sent(carton, "coupon").job, coupon.job);
    assert_non_null(strstr(print_sent(carton, "coupon").text, "printed on label already"));
    tuck->carton_free(carton);
    struct tuck_shop *other = host_open(dir, NULL);
    carton = host_pack(other, "W-1", 0);
    assert_int_equal(print_face->print(carton, NULL, 0), TUCK_OK);
    assert_int_equal(print_sent(carton, "insert").outcome, TUCK_SENT_BEFORE);
    assert_int_equal(print_face->settle(other, PLENTY_MS), TUCK_OK);
    assert_int_equal(print_count_paper(shop, coupon.job, fake), 1);
    tuck->carton_free(carton);
    tuck->close(other);
    tuck->close(shop);
    fake_stop(fake);
}

static void
a_preview_promises_nothing_when_it_is_printed(void **state)
{
    (void)state;
    char dir[200];
    struct fake *fake = fake_start(0, "", NULL, NULL);
    struct tuck_shop *shop = print_open("preview", fake, NULL, dir);
    struct tuck_carton *carton = host_pack(shop, "P-1", TUCK_PREVIEW);
    assert_int_equal(print_face->print(carton, NULL, 0), TUCK_OK);
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    assert_int_equal(fake_counts(fake).labels_printed, 2);
    assert_int_equal(host_promises(shop, "P-1", "printed"), 0);
    assert_int_equal(host_promises(shop, "P-1", "reserved"), 0);
    tuck->carton_free(carton);
    tuck->close(shop);
    fake_stop(fake);
}

static void
routes_go_by_station_media_and_colour(void **state)
{
    (void)state;
    char dir[200], path[250];
    host_make_shop("routes",
                   "<printers spool=\"var/spool\">"
                   "<printer name=\"elsewhere\" uri=\"dir:var/elsewhere\" format=\"pdf\""
                   " colour=\"yes\" stations=\"bench-8 bench-9\"/>"
                   "<printer name=\"small\" uri=\"dir:var/small\" format=\"pdf\""
                   " colour=\"yes\" media=\"oe_tag_50x50mm\"/>"
                   "<printer name=\"grey\" uri=\"dir:var/grey\" format=\"pdf\""
                   " colour=\"no\"/>"
                   "<printer name=\"bright\" uri=\"dir:var/bright\" format=\"pdf\""
                   " colour=\"yes\"/>"
                   "<route placement=\"insert\" to=\"elsewhere small grey bright\""
                   " colour=\"needed\"/>"
                   "<route placement=\"coupon\" to=\"elsewhere small\" sku=\"CARD-9\"/>"
                   "<route placement=\"box\" to=\"grey\" colour=\"needed\"/></printers>",
                   dir);
    struct tuck_shop *shop = host_open(dir, NULL);
    struct tuck_carton *carton = host_pack(shop, "R-1", 0);
    assert_int_equal(print_face->print(carton, NULL, 0), TUCK_OK);
    struct tuck_sent sent = print_sent(carton, "insert");
    assert_int_equal(sent.outcome, TUCK_SENT_QUEUED);
    assert_string_equal(sent.printer, "bright");
    sent = print_sent(carton, "coupon");
    assert_int_equal(sent.outcome, TUCK_SENT_UNAVAILABLE);
    assert_string_equal(sent.text,
                        "coupon unavailable: pick SKU CARD-9 (small: its media do not fit)");
    assert_string_equal(sent.sku, "CARD-9");
    assert_null(sent.bin);
    assert_null(sent.printer);
    assert_int_equal(sent.job, 0);
    sent = print_sent(carton, "box");
    assert_int_equal(sent.outcome, TUCK_SENT_UNAVAILABLE);
    assert_string_equal(sent.text,
                        "box unavailable: go on without (grey: it has no colour)");
    tuck->carton_free(carton);
    /* what is not printed is no promise: the ledger knows why */
    char reason[200] = "";
    assert_true(host_events(shop, "R-1", "failed", reason) >= 1);
    assert_non_null(strstr(reason, "unavailable"));
    /* an order that says where it is packed goes by that */
    char *text = host_order("R-2"), *at = strstr(text, "</order>");
    char *made = calloc(1, strlen(text) + 40);
    sprintf(made, "%.*s<context station=\"bench-9\"/>%s", (int)(at - text), text, at);
    carton = host_pack_text(shop, made, 0);
    assert_int_equal(print_face->print(carton, NULL, 0), TUCK_OK);
    assert_string_equal(print_sent(carton, "insert").printer, "elsewhere");
    assert_string_equal(print_sent(carton, "coupon").printer, "elsewhere");
    free(made);
    free(text);
    tuck->carton_free(carton);
    /* and one that names a printer to it, though the sheet must fit all the same */
    carton = host_pack(shop, "R-3", 0);
    assert_int_equal(print_face->print(carton, "grey", 0), TUCK_OK);
    assert_string_equal(print_sent(carton, "coupon").printer, "grey");
    tuck->carton_free(carton);
    carton = host_pack(shop, "R-4", 0);
    assert_int_equal(print_face->print(carton, "small", 0), TUCK_OK);
    assert_int_equal(print_sent(carton, "coupon").outcome, TUCK_SENT_UNAVAILABLE);
    tuck->carton_free(carton);
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    tuck->close(shop);
    snprintf(path, sizeof(path), "%s/var/bright", dir);
    assert_int_equal(host_count_files(path, ".pdf"), 1);
    snprintf(path, sizeof(path), "%s/var/small", dir);
    assert_int_equal(host_count_files(path, ".pdf"), 0);
}

static void
the_printers_are_told_as_they_are(void **state)
{
    (void)state;
    static const struct {
        const char *mood, *state_name, *reason;
        int32_t state, is_ready;
    } cases[] = {
        {"", "idle", "", TUCK_PRINTER_IDLE, 1},
        {"refuse", "gone", "", TUCK_PRINTER_GONE, 0},
        {"deaf", "silent", "", TUCK_PRINTER_SILENT, 0},
        {"media-out", "silent", "", TUCK_PRINTER_SILENT, 0},
        {"talks media-out", "stopped", "media-empty-error", TUCK_PRINTER_STOPPED, 0},
        {"talks head-open", "stopped", "cover-open-error", TUCK_PRINTER_STOPPED, 0},
        {"talks paused", "stopped", "paused", TUCK_PRINTER_STOPPED, 0},
    };
    const int count = sizeof(cases) / sizeof(cases[0]);
    struct fake *fakes[8];
    char dir[200], text[3000];
    size_t n = (size_t)sprintf(text, "<printers spool=\"var/spool\">");
    for (int i = 0; i < count; i++) {
        fakes[i] = fake_start(0, cases[i].mood, NULL, NULL);
        n += (size_t)sprintf(text + n,
                             "<printer name=\"p%d\" uri=\"socket://127.0.0.1:%d\" " ZPL
                             " stations=\"%s\"/>",
                             i, fake_port(fakes[i]), i == 0 ? "bench-7" : "bench-1");
    }
    sprintf(text + n, "<route to=\"p0\"/></printers>");
    host_make_shop("told", text, dir);
    struct tuck_shop *shop = host_open(dir, NULL);
    struct tuck_found *found = NULL;
    struct tuck_printer printer = {.size = sizeof(printer)};
    int64_t begun = host_ms();
    assert_int_equal(print_face->printers(shop, BUDGET_MS, &found, NULL), TUCK_OK);
    /* all are asked at once: the slow cost what one costs */
    assert_true(host_ms() - begun <= BUDGET_MS + GRACE_MS * host_slowness());
    for (int i = 0; i < count; i++) {
        assert_int_equal(print_face->printer(found, i, &printer), TUCK_OK);
        assert_string_equal(printer.state_name, cases[i].state_name);
        assert_int_equal(printer.state, cases[i].state);
        assert_int_equal(printer.is_ready, cases[i].is_ready);
        assert_non_null(strstr(printer.reasons, cases[i].reason));
        assert_true(cases[i].is_ready || printer.detail[0]);
        assert_int_equal(printer.format, TUCK_ZPL);
        assert_int_equal(printer.dpi, 203);
        assert_int_equal(printer.spooled, 0);
        assert_int_equal(printer.serves_here, i == 0);
    }
    assert_int_equal(print_face->printer(found, 0, &printer), TUCK_OK);
    assert_non_null(printer.make);
    assert_int_equal(print_face->printer(found, count, &printer), TUCK_WITHOUT);
    promises->found_free(found);
    tuck->close(shop);
    for (int i = 0; i < count; i++)
        fake_stop(fakes[i]);
}

/* --- moods ------------------------------------------------------------------------ */

/* A printer of each mood, none of which was ever asked; each carton has an answer in its
 * budget, and where it was queued, one job for each label. */
static void
every_mood_of_a_printer_is_answered_within_the_budget(void **state)
{
    (void)state;
    static const struct {
        const char *mood;
        int32_t outcome;
        const char *text;
        int32_t ends_as; /* what becomes of the coupon's job; -1: it is under way */
    } cases[] = {
        {"", TUCK_SENT_QUEUED, NULL, TUCK_JOB_PRINTED},
        {"refuse", TUCK_SENT_UNAVAILABLE, "it cannot be reached", 0},
        {"deaf", TUCK_SENT_UNAVAILABLE, "does not answer", 0},
        {"media-out", TUCK_SENT_UNAVAILABLE, "does not answer", 0},
        {"head-open", TUCK_SENT_UNAVAILABLE, "does not answer", 0},
        {"mute", TUCK_SENT_UNAVAILABLE, "does not answer", 0},
        {"half-close", TUCK_SENT_UNAVAILABLE, "does not answer", 0},
        {"talks media-out", TUCK_SENT_UNAVAILABLE, "it is out of media", 0},
        {"talks head-open", TUCK_SENT_UNAVAILABLE, "the head is open", 0},
        {"talks ribbon-out", TUCK_SENT_UNAVAILABLE, "it is out of ribbon", 0},
        {"talks paused", TUCK_SENT_UNAVAILABLE, "it is paused", 0},
        {"garbage", TUCK_SENT_UNAVAILABLE, "not all that a label printer would", 0},
        {"cut", TUCK_SENT_UNAVAILABLE, "not all that a label printer would", 0},
        {"drip", TUCK_SENT_UNAVAILABLE, "not all that a label printer would", 0},
        {"flood", TUCK_SENT_UNAVAILABLE, "not all that a label printer would", 0},
        {"babble", TUCK_SENT_QUEUED, NULL, TUCK_JOB_PRINTED},
        {"print=100", TUCK_SENT_QUEUED, NULL, TUCK_JOB_PRINTED},
        {"no-list", TUCK_SENT_QUEUED, NULL, TUCK_JOB_PRINTED},
        {"keep-open", TUCK_SENT_QUEUED, NULL, TUCK_JOB_PRINTED},
        {"reset=2000", TUCK_SENT_QUEUED, NULL, TUCK_JOB_DOUBT},
        {"close=2000", TUCK_SENT_QUEUED, NULL, TUCK_JOB_DOUBT},
        {"late-reset", TUCK_SENT_QUEUED, NULL, TUCK_JOB_DOUBT},
        {"buffer-full", TUCK_SENT_QUEUED, NULL, -1},
        {"stall=1000", TUCK_SENT_QUEUED, NULL, -1},
    };
    enum { COUNT = sizeof(cases) / sizeof(cases[0]) };
    struct fake *fakes[COUNT];
    int64_t jobs[COUNT] = {0};
    char dir[200], name[20], id[20], *text = calloc(1, 7900);
    size_t n = (size_t)sprintf(text, "<printers spool=\"var/spool\">");
    for (int i = 0; i < COUNT; i++) {
        fakes[i] = fake_start(0, cases[i].mood, NULL, NULL);
        n += (size_t)sprintf(
            text + n, "<printer name=\"m%d\" uri=\"socket://127.0.0.1:%d\" " ZPL "/>", i,
            fake_port(fakes[i]));
    }
    sprintf(text + n, "<route to=\"m0\" sku=\"CARD-1\" bin=\"B-2\"/></printers>");
    host_make_shop("moods", text, dir);
    free(text);
    struct tuck_shop *shop = host_open(dir, NULL);
    for (int i = 0; i < COUNT; i++) {
        snprintf(name, sizeof(name), "m%d", i);
        snprintf(id, sizeof(id), "M-%d", i);
        struct tuck_carton *carton = host_pack(shop, id, 0);
        int64_t begun = host_ms();
        assert_int_equal(print_face->print(carton, name, BUDGET_MS), TUCK_OK);
        int64_t took = host_ms() - begun;
        if (took > BUDGET_MS + GRACE_MS * host_slowness())
            fail_msg("%s took %d ms", cases[i].mood, (int)took);
        struct tuck_sent sent = print_sent(carton, "coupon");
        if (sent.outcome != cases[i].outcome)
            fail_msg("%s: outcome %d %s", cases[i].mood, sent.outcome,
                     sent.text ? sent.text : "");
        if (cases[i].outcome == TUCK_SENT_UNAVAILABLE) {
            char begin[80];
            snprintf(begin, sizeof(begin),
                     "coupon unavailable: pick SKU CARD-1 from bin B-2 (%s: ", name);
            assert_memory_equal(sent.text, begin, strlen(begin));
            assert_non_null(strstr(sent.text, cases[i].text));
            assert_string_equal(sent.bin, "B-2");
            assert_int_equal(host_promises(shop, id, "printed"), 0);
        }
        jobs[i] = sent.job;
        tuck->carton_free(carton);
    }
    for (int i = 0; i < COUNT; i++) {
        if (cases[i].outcome == TUCK_SENT_QUEUED && cases[i].ends_as >= 0)
            print_await(shop, jobs[i], cases[i].ends_as);
        if (cases[i].ends_as == TUCK_JOB_PRINTED)
            assert_int_equal(print_count_paper(shop, jobs[i], fakes[i]), 1);
        if (cases[i].outcome == TUCK_SENT_UNAVAILABLE)
            assert_int_equal(fake_counts(fakes[i]).labels_in, 0);
    }
    int64_t begun = host_ms();
    tuck->close(shop); /* a printer that stalls is not waited for without end */
    assert_true(host_ms() - begun <= 4000 + GRACE_MS * host_slowness());
    for (int i = 0; i < COUNT; i++)
        fake_stop(fakes[i]);
}

/* The first that is asked has a budget of its own to be silent in, not the others'. */
static void
a_silent_printer_leaves_the_next_its_turn(void **state)
{
    (void)state;
    static const char *const moods[] = {"deaf", "media-out", "drip"};
    char dir[200], printers[1000], name[20];
    for (size_t i = 0; i < sizeof(moods) / sizeof(moods[0]); i++) {
        struct fake *bad = fake_start(0, moods[i], NULL, NULL);
        struct fake *good = fake_start(0, "", NULL, NULL);
        snprintf(printers, sizeof(printers),
                 "<printers spool=\"var/spool\">"
                 "<printer name=\"bad\" uri=\"socket://127.0.0.1:%d\" " ZPL "/>"
                 "<printer name=\"good\" uri=\"socket://127.0.0.1:%d\" " ZPL "/>"
                 "<route to=\"bad good\"/></printers>",
                 fake_port(bad), fake_port(good));
        snprintf(name, sizeof(name), "turn-%zu", i);
        host_make_shop(name, printers, dir);
        struct tuck_shop *shop = host_open(dir, NULL);
        struct tuck_carton *carton = host_pack(shop, "S-1", 0);
        int64_t begun = host_ms();
        assert_int_equal(print_face->print(carton, NULL, BUDGET_MS * host_slowness()),
                         TUCK_OK);
        assert_true(host_ms() - begun <= (BUDGET_MS + GRACE_MS) * host_slowness());
        struct tuck_sent sent = print_sent(carton, "coupon");
        assert_int_equal(sent.outcome, TUCK_SENT_QUEUED);
        assert_string_equal(sent.printer, "good");
        print_await(shop, sent.job, TUCK_JOB_PRINTED);
        assert_int_equal(fake_counts(bad).labels_in, 0);
        tuck->carton_free(carton);
        tuck->close(shop);
        fake_stop(bad);
        fake_stop(good);
    }
}

/* Of a one-way port nothing can be learned but that it is there: it is not asked, and what
 * it took counts as printed. */
static void
a_one_way_printer_is_taken_at_the_shops_word(void **state)
{
    (void)state;
    char dir[200], printers[1000];
    struct tuck_found *found = NULL;
    struct tuck_printer printer = {.size = sizeof(printer)};
    struct fake *old = fake_start(0, "mute", NULL, NULL);
    struct fake *good = fake_start(0, "", NULL, NULL);
    snprintf(printers, sizeof(printers),
             "<printers spool=\"var/spool\">"
             "<printer name=\"old\" uri=\"socket://127.0.0.1:%d\" " ZPL
             " one-way=\"yes\"/>"
             "<printer name=\"good\" uri=\"socket://127.0.0.1:%d\" " ZPL "/>"
             "<route to=\"old good\"/></printers>",
             fake_port(old), fake_port(good));
    host_make_shop("mute", printers, dir);
    struct tuck_shop *shop = host_open(dir, NULL);
    assert_int_equal(print_face->printers(shop, 0, &found, NULL), TUCK_OK);
    assert_int_equal(print_face->printer(found, 0, &printer), TUCK_OK);
    assert_int_equal(printer.state, TUCK_PRINTER_UNKNOWN);
    assert_true(printer.is_ready);
    promises->found_free(found);
    int64_t id = print_coupon(shop, "V-1");
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    struct tuck_job job = print_job(shop, id, &found);
    assert_int_equal(job.state, TUCK_JOB_PRINTED);
    assert_string_equal(job.printer, "old");
    promises->found_free(found);
    assert_int_equal(print_count_paper(shop, id, old), 1);
    assert_int_equal(host_promises(shop, "V-1", "reserved"), 0);
    /* off, it is known to be */
    fake_set(old, "refuse");
    print_await_printer(shop, "old", TUCK_PRINTER_GONE);
    id = print_coupon(shop, "V-2");
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    assert_int_equal(print_count_paper(shop, id, good), 1);
    tuck->close(shop);
    fake_stop(old);
    fake_stop(good);
}

static void *
ask_at_leisure(void *data)
{
    struct tuck_found *found = NULL;
    if (print_face->printers(data, 4000, &found, NULL) == TUCK_OK)
        promises->found_free(found);
    return NULL;
}

/* An operator's question to a printer that says nothing takes seconds; a carton that asks
 * the same one meanwhile has not so long. */
static void
another_ones_question_costs_a_carton_no_more_than_its_own(void **state)
{
    (void)state;
    char dir[200];
    pthread_t asking;
    struct fake *fake = fake_start(0, "drip", NULL, NULL);
    struct tuck_shop *shop = print_open("question", fake, NULL, dir);
    struct tuck_carton *carton = host_pack(shop, "Q-1", 0);
    assert_int_equal(pthread_create(&asking, NULL, ask_at_leisure, shop), 0);
    while (fake_counts(fake).connections == 0)
        host_pause_ms(1);
    int64_t begun = host_ms();
    assert_int_equal(print_face->print(carton, NULL, BUDGET_MS), TUCK_OK);
    assert_true(host_ms() - begun <= BUDGET_MS + GRACE_MS * host_slowness());
    assert_int_equal(print_sent(carton, "insert").outcome, TUCK_SENT_QUEUED);
    assert_int_equal(print_sent(carton, "coupon").outcome, TUCK_SENT_PLAIN);
    pthread_join(asking, NULL);
    tuck->carton_free(carton);
    tuck->close(shop);
    fake_stop(fake);
}

static void
a_label_that_cannot_be_is_a_plain_one_on_paper(void **state)
{
    (void)state;
    char dir[200], printed[250];
    struct fake *fake = fake_start(0, "talks head-open", NULL, NULL);
    struct tuck_shop *shop = print_open("plain", fake, NULL, dir);
    struct tuck_carton *carton = host_pack(shop, "L-1", 0);
    assert_int_equal(print_face->print(carton, NULL, 0), TUCK_OK);
    struct tuck_sent sent = print_sent(carton, "coupon");
    assert_int_equal(sent.outcome, TUCK_SENT_PLAIN);
    assert_string_equal(sent.printer, "folder");
    assert_string_equal(sent.text,
                        "a plain label on folder instead (label: the head is open)");
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    assert_int_equal(print_state(shop, sent.job), TUCK_JOB_PRINTED);
    snprintf(printed, sizeof(printed), "%s/var/printed", dir);
    assert_int_equal(host_count_files(printed, ".pdf"), 2); /* with the insert */
    assert_int_equal(host_promises(shop, "L-1", "reserved"), 0);
    tuck->carton_free(carton);
    /* closed, it prints as before */
    fake_set(fake, "");
    print_await_printer(shop, "label", TUCK_PRINTER_IDLE);
    carton = host_pack(shop, "L-2", 0);
    assert_int_equal(print_face->print(carton, NULL, 0), TUCK_OK);
    assert_string_equal(print_sent(carton, "coupon").printer, "label");
    tuck->carton_free(carton);
    tuck->close(shop);
    fake_stop(fake);
}

static void
a_sheet_made_for_a_printer_asks_it_nothing(void **state)
{
    (void)state;
    char dir[200];
    struct fake *fake = fake_start(0, "deaf", NULL, NULL);
    struct tuck_shop *shop = print_open("for-it", fake, NULL, dir);
    char *text = host_order("F-1");
    struct tuck_carton *carton = NULL;
    struct tuck_piece piece;
    const void *bytes = NULL;
    size_t n = 0;
    struct tuck_order order = {.size = sizeof(order), .bytes = text,
                               .length = strlen(text), .budget_ms = PLENTY_MS,
                               .printer = "label"};
    assert_int_equal(tuck->pack(shop, &order, &carton), TUCK_OK);
    int64_t coupon = host_piece(carton, "coupon", &piece);
    assert_int_equal(tuck->sheet(carton, coupon, 0, 0, PLENTY_MS, &bytes, &n), TUCK_OK);
    assert_memory_equal(bytes, "^XA", 3);
    assert_int_equal(fake_counts(fake).connections, 0);
    tuck->carton_free(carton);
    free(text);
    tuck->close(shop);
    fake_stop(fake);
}

/* --- jobs ------------------------------------------------------------------------- */

static void
a_cancelled_job_is_never_printed_and_the_ledger_knows_why(void **state)
{
    (void)state;
    char dir[200], reason[200] = "";
    struct fake *fake = fake_start(0, "print=400", NULL, NULL);
    struct tuck_shop *shop = print_open("cancel", fake, NULL, dir);
    struct tuck_open quiet = {.flags = TUCK_NO_SENDING};
    struct tuck_shop *other = host_open(dir, &quiet);
    tuck->close(shop); /* nobody sends */
    int64_t id = print_coupon(other, "C-1");
    assert_int_equal(host_promises(other, "C-1", "printed"), 0);
    assert_int_equal(print_do(other, id, TUCK_JOB_HOLD, "the tray is open"), TUCK_OK);
    assert_int_equal(print_state(other, id), TUCK_JOB_HELD);
    assert_int_equal(print_do(other, id, TUCK_JOB_CANCEL, "the customer called"), TUCK_OK);
    assert_int_equal(print_do(other, id, TUCK_JOB_RELEASE, NULL), TUCK_BAD_CALL);
    tuck->close(other);
    shop = host_open(dir, NULL);
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    assert_int_equal(print_state(shop, id), TUCK_JOB_CANCELLED);
    assert_int_equal(print_count_paper(shop, id, fake), 0);
    assert_int_equal(host_events(shop, "C-1", "skipped", reason), 1);
    assert_string_equal(reason, "the customer called");
    tuck->close(shop);
    fake_stop(fake);
}

static void
printed_again_is_the_same_bytes_and_the_same_code(void **state)
{
    (void)state;
    char dir[200];
    struct fake *fake = fake_start(0, "", NULL, NULL);
    struct tuck_shop *shop = print_open("again", fake, NULL, dir);
    int64_t id = print_coupon(shop, "B-1"), copy = 0;
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    int printed = host_events(shop, "B-1", "printed", NULL);
    assert_int_equal(
        print_face->job_do(shop, id, TUCK_JOB_AGAIN, NULL, &copy, NULL), TUCK_OK);
    assert_true(copy > id);
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    assert_int_equal(print_state(shop, copy), TUCK_JOB_PRINTED);
    assert_int_equal(print_count_paper(shop, id, fake), 2);
    assert_int_equal(print_count_paper(shop, copy, fake), 2);
    assert_int_equal(host_events(shop, "B-1", "printed", NULL), printed + 1);
    struct tuck_found *found = NULL;
    assert_int_equal((int)print_job(shop, copy, &found).again_of, (int)id);
    promises->found_free(found);
    /* by the order, as a till knows it */
    struct tuck_carton *carton = NULL;
    assert_int_equal(promises->reprint(shop, "B-1", NULL, &carton, NULL), TUCK_OK);
    assert_int_equal(print_face->print(carton, NULL, 0), TUCK_OK);
    assert_int_equal(print_sent(carton, "coupon").outcome, TUCK_SENT_QUEUED);
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    assert_int_equal(print_count_paper(shop, id, fake), 3);
    tuck->carton_free(carton);
    /* what is void by now stays off paper */
    assert_int_equal(tuck->void_order(shop, "B-1", "sent back"), TUCK_OK);
    struct tuck_notes *notes = NULL;
    assert_int_equal(
        print_face->job_do(shop, id, TUCK_JOB_AGAIN, NULL, &copy, &notes), TUCK_BAD_INPUT);
    assert_note(notes, 1023, "void");
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    assert_int_equal(print_count_paper(shop, id, fake), 3);
    tuck->close(shop);
    fake_stop(fake);
}

static void
a_packers_word_goes_to_the_ledger_with_its_reason(void **state)
{
    (void)state;
    char dir[200], reason[200] = "";
    struct fake *fake = fake_start(0, "", NULL, NULL);
    struct tuck_shop *shop = print_open("word", fake, NULL, dir);
    int64_t first = print_coupon(shop, "K-1"), second = print_coupon(shop, "K-2"), page = 0;
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    int printed = host_promises(shop, "K-2", "printed");
    assert_int_equal(print_do(shop, first, TUCK_JOB_REFUSED, "smudged"), TUCK_OK);
    assert_int_equal(print_do(shop, first, TUCK_JOB_REFUSED, "smudged"), TUCK_OK);
    assert_int_equal(host_events(shop, "K-1", "refused", reason), 1);
    assert_string_equal(reason, "smudged");
    assert_int_equal(host_promises(shop, "K-1", "refused"), 0); /* it was on paper */
    assert_int_equal(print_do(shop, second, TUCK_JOB_OVERRIDDEN, "put in a card"), TUCK_OK);
    assert_int_equal(host_events(shop, "K-2", "overridden", reason), 1);
    assert_string_equal(reason, "put in a card");
    assert_int_equal(host_promises(shop, "K-2", "printed"), printed); /* it stands */
    /* a test page is of no carton */
    struct tuck_notes *notes = NULL;
    assert_int_equal(print_face->test_page(shop, "label", &page, NULL), TUCK_OK);
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    assert_int_equal(print_count_paper(shop, page, fake), 1);
    assert_int_equal(
        print_face->job_do(shop, page, TUCK_JOB_REFUSED, "ugly", NULL, &notes),
        TUCK_BAD_INPUT);
    assert_note(notes, 1010, "of no piece");
    tuck->close(shop);
    fake_stop(fake);
}

static void
a_transfer_that_breaks_off_is_asked_about(void **state)
{
    (void)state;
    char dir[200];
    struct fake *fake = fake_start(0, "", NULL, NULL);
    struct fake *lid = fake_start(0, "", NULL, NULL);
    struct tuck_shop *shop = print_open("doubt", fake, lid, dir);
    int64_t ids[3];
    for (int i = 0; i < 3; i++) {
        char id[20];
        snprintf(id, sizeof(id), "D-%d", i);
        print_await_printer(shop, "label", TUCK_PRINTER_IDLE); /* it says that it is well … */
        fake_set(fake, "reset=1500");
        ids[i] = print_coupon(shop, id);
        print_await(shop, ids[i], TUCK_JOB_DOUBT); /* … and breaks off */
        fake_set(fake, "");
    }
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(print_state(shop, ids[i]), TUCK_JOB_DOUBT); /* not unasked */
    assert_int_equal(print_do(shop, ids[0], TUCK_JOB_WAS_PRINTED, NULL), TUCK_OK);
    assert_int_equal(print_do(shop, ids[1], TUCK_JOB_WAS_NOT_PRINTED, NULL), TUCK_OK);
    assert_int_equal(print_do(shop, ids[2], TUCK_JOB_CANCEL, "found it torn"), TUCK_OK);
    assert_int_equal(print_face->settle(shop, PLENTY_MS), TUCK_OK);
    assert_int_equal(print_state(shop, ids[0]), TUCK_JOB_PRINTED);
    assert_int_equal(print_state(shop, ids[1]), TUCK_JOB_PRINTED);
    assert_int_equal(print_state(shop, ids[2]), TUCK_JOB_CANCELLED);
    assert_int_equal(print_count_paper(shop, ids[0], fake), 0);
    assert_int_equal(print_count_paper(shop, ids[1], fake), 1);
    assert_int_equal(print_count_paper(shop, ids[2], fake), 0);
    assert_int_equal(host_promises(shop, "D-0", "reserved"), 0);
    assert_int_equal(host_promises(shop, "D-1", "reserved"), 0);
    assert_int_equal(host_promises(shop, "D-2", "skipped"), 1);
    tuck->close(shop);
    fake_stop(lid);
    fake_stop(fake);
}

/* --- main ------------------------------------------------------------------------- */

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_face_is_found_by_name_and_revision),
        cmocka_unit_test(wrong_arguments_are_refused_and_nothing_is_written),
        cmocka_unit_test(what_is_not_there_is_told_with_its_name),
        cmocka_unit_test(a_shop_without_printers_says_so),
        cmocka_unit_test(hosts_of_other_ages_are_served),
        cmocka_unit_test(a_carton_is_printed_and_the_ledger_knows),
        cmocka_unit_test(a_preview_promises_nothing_when_it_is_printed),
        cmocka_unit_test(routes_go_by_station_media_and_colour),
        cmocka_unit_test(the_printers_are_told_as_they_are),
        cmocka_unit_test(every_mood_of_a_printer_is_answered_within_the_budget),
        cmocka_unit_test(a_silent_printer_leaves_the_next_its_turn),
        cmocka_unit_test(a_one_way_printer_is_taken_at_the_shops_word),
        cmocka_unit_test(another_ones_question_costs_a_carton_no_more_than_its_own),
        cmocka_unit_test(a_label_that_cannot_be_is_a_plain_one_on_paper),
        cmocka_unit_test(a_sheet_made_for_a_printer_asks_it_nothing),
        cmocka_unit_test(a_cancelled_job_is_never_printed_and_the_ledger_knows_why),
        cmocka_unit_test(printed_again_is_the_same_bytes_and_the_same_code),
        cmocka_unit_test(a_packers_word_goes_to_the_ledger_with_its_reason),
        cmocka_unit_test(a_transfer_that_breaks_off_is_asked_about),
    };
    return cmocka_run_group_tests(tests, host_load, host_unload);
}
