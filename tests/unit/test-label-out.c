/* EPL2 and TSPL: what our writers make of hand-made dots, read back by a reader of this
 * file alone, is dot for dot what went in; and the strict checks refuse everything that
 * was cut or garbled on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "press/label-write.h"
#include "press/sheet-check.h"
#include "zpl-pictures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a reader of its own ---- */

/* A printer with an image buffer. Whatever a command does not say is white. */
struct printer {
    struct dots paper;
    int labels, prints, bars, bitmaps;
};

static void
set_dot(struct printer *printer, int x, int y, bool is_black)
{
    struct dots *paper = &printer->paper;
    assert_true(y >= 0 && y < paper->height && x >= 0 && x < (int)paper->stride * 8);
    uint8_t *byte = &paper->bits[(size_t)y * paper->stride + (size_t)(x / 8)];
    *byte = (uint8_t)(is_black ? *byte | 0x80 >> x % 8 : *byte & ~(0x80 >> x % 8));
}

static const char *
take_rows(struct printer *printer, const char *p, const char *end, const int at[4])
{
    assert_true(end - p > (long)at[2] * at[3]);
    for (int y = 0; y < at[3]; y++)
        for (int x = 0; x < at[2] * 8; x++)
            set_dot(printer, at[0] + x, at[1] + y,
                    !((unsigned char)p[y * at[2] + x / 8] >> (7 - x % 8) & 1));
    printer->bitmaps++;
    return p + at[2] * at[3];
}

static void
take_bar(struct printer *printer, const int at[4])
{
    for (int y = 0; y < at[3]; y++)
        for (int x = 0; x < at[2]; x++)
            set_dot(printer, at[0] + x, at[1] + y, true);
    printer->bars++;
}

static void
clear(struct printer *printer)
{
    memset(printer->paper.bits, 0, printer->paper.stride * (size_t)printer->paper.height);
    printer->labels++;
}

static const char *
line_end(const char *p, const char *end, const char *ends)
{
    size_t n = strlen(ends);
    assert_true((size_t)(end - p) >= n && memcmp(p, ends, n) == 0);
    return p + n;
}

static void
print_epl(struct printer *printer, const char *p, size_t n)
{
    const char *end = p + n;
    while (p < end) {
        int at[4], used = 0, copies;
        if (sscanf(p, "GW%d,%d,%d,%d,%n", &at[0], &at[1], &at[2], &at[3], &used) == 4 &&
            used > 0)
            p = take_rows(printer, p + used, end, at);
        else if (sscanf(p, "LO%d,%d,%d,%d%n", &at[0], &at[1], &at[2], &at[3], &used) ==
                 4) {
            take_bar(printer, at);
            p += used;
        } else if (sscanf(p, "P%d%n", &copies, &used) == 1) {
            printer->prints += copies;
            p += used;
        } else if (*p == 'N') {
            clear(printer);
            p++;
        } else {
            assert_non_null(strchr("\nqQSDOC", *p));
            p += strcspn(p, "\n");
        }
        p = line_end(p, end, "\n");
    }
}

static void
print_tspl(struct printer *printer, const char *p, size_t n)
{
    const char *end = p + n;
    while (p < end) {
        int at[4], used = 0, copies;
        if (sscanf(p, "BITMAP %d,%d,%d,%d,0,%n", &at[0], &at[1], &at[2], &at[3], &used) ==
                4 &&
            used > 0)
            p = take_rows(printer, p + used, end, at);
        else if (sscanf(p, "BAR %d,%d,%d,%d%n", &at[0], &at[1], &at[2], &at[3], &used) ==
                 4) {
            take_bar(printer, at);
            p += used;
        } else if (sscanf(p, "PRINT 1,%d%n", &copies, &used) == 1) {
            printer->prints += copies;
            p += used;
        } else {
            if (strncmp(p, "CLS", 3) == 0)
                clear(printer);
            p += strcspn(p, "\r");
        }
        p = line_end(p, end, "\r\n");
    }
}

/* ---- both languages ---- */

static const struct language {
    enum sheet_format format;
    enum status (*write)(struct label_writer *, const struct dots_page *, struct arena *);
    void (*print)(struct printer *, const char *, size_t);
} languages[] = {{SHEET_EPL, epl_write_label, print_epl},
                 {SHEET_TSPL, tspl_write_label, print_tspl}};

static struct press_job
job_of(const struct language *language, const struct dots_page *page, size_t labels)
{
    return (struct press_job){.format = language->format,
                              .dpi = 203,
                              .device = {.head_dots = page->whole.width},
                              .piece_count = labels};
}

static void
write_labels(const struct language *language, const struct press_job *job,
             const struct dots_page *page, struct arena *arena, struct buf *out)
{
    struct notes notes = {.count = 0};
    struct label_writer writer = {
        .device = &job->device, .dpi = job->dpi, .notes = &notes, .out = out};
    for (size_t i = 0; i < job->piece_count; i++)
        assert_int_equal(language->write(&writer, page, arena), STATUS_OK);
}

static enum status
check(const struct press_job *job, const void *bytes, size_t n)
{
    struct notes notes = {.count = 0};
    const struct sheet sheet = {.format = job->format,
                                .bytes = bytes,
                                .size = n,
                                .pages = (int32_t)job->piece_count,
                                .width_mm100 = 10000,
                                .height_mm100 = 15000};
    return sheet_check(job, &sheet, &notes);
}

static void
assert_prints_the_same(const struct language *language, const struct dots_page *page,
                       struct arena *arena, struct printer *printer)
{
    BUF_AUTO struct buf out = {0};
    const struct press_job job = job_of(language, page, 1);
    write_labels(language, &job, page, arena, &out);
    *printer = (struct printer){.paper = blank(arena, page->whole.width,
                                               page->whole.height)};
    language->print(printer, out.p, out.n);
    assert_int_equal(printer->labels, 1);
    assert_int_equal(printer->prints, 1);
    assert_memory_equal(printer->paper.bits, page->whole.bits,
                        page->whole.stride * (size_t)page->whole.height);
    assert_int_equal(check(&job, out.p, out.n), STATUS_OK);
}

/* Odd widths, ink in the corners, scattered and dense, nothing at all. */
static struct dots_page
drawn(struct arena *arena, uint32_t number)
{
    uint32_t seed = number * 7919 + 1;
    int32_t w = 1 + (int32_t)(draw_lot(&seed) % 500), h = 1 + (int32_t)(draw_lot(&seed) % 400);
    struct dots_page page = {.whole = blank(arena, w, h)};
    for (uint32_t i = 0; i < number % 9; i++) {
        int32_t x = (int32_t)(draw_lot(&seed) % (uint32_t)w);
        int32_t y = (int32_t)(draw_lot(&seed) % (uint32_t)h);
        int32_t bw = 1 + (int32_t)(draw_lot(&seed) % (uint32_t)(w - x));
        int32_t bh = 1 + (int32_t)(draw_lot(&seed) % (uint32_t)(h - y));
        ink(&page.whole, x, y, bw, bh, i % 3 != 2);
    }
    if (number % 5 == 4)
        ink(&page.whole, w - 1, h - 1, 1, 1, true);
    if (number % 7 == 6)
        scribble(&page.whole, seed);
    return page;
}

static void
the_printer_prints_every_dot_and_no_other(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(languages); i++)
        for (uint32_t number = 0; number < 150; number++) {
            ARENA_AUTO struct arena *arena = arena_new(0);
            struct dots_page page = drawn(arena, number);
            struct printer printer;
            assert_prints_the_same(&languages[i], &page, arena, &printer);
        }
}

/* Boxes known to the page, with what else lies in, on and beside them. */
static void
boxes_become_bars_and_print_the_same(void **state)
{
    (void)state;
    const struct page_item item = {.kind = ITEM_BOX};
    for (size_t i = 0; i < COUNT_OF(languages); i++) {
        ARENA_AUTO struct arena *arena = arena_new(0);
        struct dots_page page = {.whole = blank(arena, 803, 1201)};
        const struct dots_native boxes[] = {box_of(&item, 10, 10, 780, 1100, 3),
                                            box_of(&item, 33, 1150, 500, 5, 5),
                                            box_of(&item, 100, 100, 7, 7, 2)};
        struct printer printer;
        page.natives = boxes;
        page.native_count = COUNT_OF(boxes);
        ink(&page.whole, 10, 10, 780, 1100, true);
        ink(&page.whole, 13, 13, 774, 1094, false);
        ink(&page.whole, 33, 1150, 500, 5, true);
        ink(&page.whole, 100, 100, 7, 7, true);
        ink(&page.whole, 102, 102, 3, 3, false);
        ring(&page.whole, 400, 600);
        ring(&page.whole, 12, 300); /* over the frame */
        assert_prints_the_same(&languages[i], &page, arena, &printer);
        assert_true(printer.bars >= 4);
    }
}

static void
a_box_that_the_page_only_claims_is_not_drawn(void **state)
{
    (void)state;
    const struct page_item item = {.kind = ITEM_BOX};
    for (size_t i = 0; i < COUNT_OF(languages); i++) {
        ARENA_AUTO struct arena *arena = arena_new(0);
        struct dots_page page = {.whole = blank(arena, 300, 300)};
        const struct dots_native boxes[] = {box_of(&item, 10, 10, 200, 200, 3),
                                            box_of(&item, 250, 250, 100, 100, 100)};
        struct printer printer;
        page.natives = boxes;
        page.native_count = COUNT_OF(boxes);
        ink(&page.whole, 10, 10, 200, 100, true);
        assert_prints_the_same(&languages[i], &page, arena, &printer);
    }
}

static void
blank_parts_are_not_sent(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(languages); i++) {
        ARENA_AUTO struct arena *arena = arena_new(0);
        BUF_AUTO struct buf out = {0};
        struct dots_page page = {.whole = blank(arena, 800, 1200)};
        const struct press_job job = job_of(&languages[i], &page, 1);
        ring(&page.whole, 20, 20);
        ring(&page.whole, 700, 1100);
        write_labels(&languages[i], &job, &page, arena, &out);
        assert_true(out.n < 2000); /* the label has 120,000 bytes of dots */
    }
}

static void
a_label_with_nothing_on_it_is_still_a_label(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(languages); i++) {
        ARENA_AUTO struct arena *arena = arena_new(0);
        struct dots_page page = {.whole = blank(arena, 400, 200)};
        struct printer printer;
        assert_prints_the_same(&languages[i], &page, arena, &printer);
        assert_int_equal(printer.bars + printer.bitmaps, 0);
    }
}

/* ---- settings ---- */

static void
settings_are_said_in_the_printers_words(void **state)
{
    (void)state;
    static const char epl[] = "\nN\nq400\nQ200,23\nS4\nD15\nLO8,8,80,40\nP1\nC\nP1\nC\n";
    static const char tspl[] = "SIZE 50 mm,25 mm\r\nBLINE 3 mm,0 mm\r\n"
                               "DIRECTION 0,0\r\nREFERENCE 0,0\r\nSPEED 4\r\n"
                               "DENSITY 15\r\nSET CUTTER 1\r\nCLS\r\n"
                               "BAR 8,8,80,40\r\nPRINT 1,2\r\n";
    ARENA_AUTO struct arena *arena = arena_new(0);
    struct dots_page page = {.whole = blank(arena, 400, 200)};
    ink(&page.whole, 8, 8, 80, 40, true);
    for (size_t i = 0; i < COUNT_OF(languages); i++) {
        BUF_AUTO struct buf out = {0};
        struct press_job job = job_of(&languages[i], &page, 1);
        job.device.copies = 2;
        job.device.speed = 4;
        job.device.darkness = 30;
        job.device.finish = FINISH_CUT;
        job.device.sense = i ? SENSE_MARK : SENSE_GAP;
        write_labels(&languages[i], &job, &page, arena, &out);
        assert_string_equal(out.p, i ? tspl : epl);
        assert_int_equal(check(&job, out.p, out.n), STATUS_OK);
        job.device.copies = 3;
        assert_int_equal(check(&job, out.p, out.n), STATUS_BUG);
    }
}

static void
every_combination_of_settings_is_accepted_by_the_check(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(languages) * 64; i++) {
        ARENA_AUTO struct arena *arena = arena_new(0);
        BUF_AUTO struct buf out = {0};
        struct dots_page page = drawn(arena, (uint32_t)i + 20);
        struct press_job job = job_of(&languages[i & 1], &page, 3);
        job.dpi = i & 2 ? 300 : 203;
        job.device.finish = (unsigned)(i >> 2 & 3);
        job.device.sense = (unsigned)(i >> 4 & 3);
        job.device.copies = i & 64 ? 5 : 0;
        job.device.speed = i & 4 ? 3 : 0;
        write_labels(&languages[i & 1], &job, &page, arena, &out);
        assert_int_equal(check(&job, out.p, out.n), STATUS_OK);
    }
}

/* ---- strangers ---- */

static void
a_sheet_that_was_cut_short_or_goes_on_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(languages); i++) {
        ARENA_AUTO struct arena *arena = arena_new(0);
        BUF_AUTO struct buf out = {0};
        struct dots_page page = carton(arena, 3);
        const struct press_job job = job_of(&languages[i], &page, 2);
        write_labels(&languages[i], &job, &page, arena, &out);
        assert_int_equal(check(&job, out.p, out.n), STATUS_OK);
        for (size_t n = 0; n < out.n; n += n < 200 || n + 200 > out.n ? 1 : 97) {
            uint8_t *part = malloc(n + 1);
            memcpy(part, out.p, n);
            assert_int_equal(check(&job, part, n), STATUS_BUG);
            free(part);
        }
        buf_puts(&out, "\n");
        assert_int_equal(check(&job, out.p, out.n), STATUS_BUG);
    }
}

static void
graphics_beyond_the_head_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(languages); i++) {
        ARENA_AUTO struct arena *arena = arena_new(0);
        BUF_AUTO struct buf out = {0};
        struct dots_page page = {.whole = blank(arena, 400, 200)};
        struct press_job job = job_of(&languages[i], &page, 1);
        ink(&page.whole, 390, 10, 10, 10, true);
        write_labels(&languages[i], &job, &page, arena, &out);
        assert_int_equal(check(&job, out.p, out.n), STATUS_OK);
        job.device.head_dots = 384;
        assert_int_equal(check(&job, out.p, out.n), STATUS_BUG);
    }
}

/* Whatever is done to the bytes, the check ends and reads none beyond them: the copies
 * are as long as their text, for a sanitizer to see. */
static void
no_garbling_makes_the_check_stumble(void **state)
{
    (void)state;
    uint32_t seed = 4711;
    for (size_t i = 0; i < COUNT_OF(languages); i++) {
        ARENA_AUTO struct arena *arena = arena_new(0);
        BUF_AUTO struct buf out = {0};
        struct dots_page page = drawn(arena, 13);
        const struct press_job job = job_of(&languages[i], &page, 2);
        int refused = 0;
        write_labels(&languages[i], &job, &page, arena, &out);
        for (int round = 0; round < 4000; round++) {
            size_t n = out.n - (round % 3 ? 0 : draw_lot(&seed) % out.n);
            uint8_t *copy = malloc(n);
            memcpy(copy, out.p, n);
            for (uint32_t flips = draw_lot(&seed) % 4 + 1; flips > 0; flips--)
                copy[draw_lot(&seed) % (round % 2 && n > 120 ? 120 : n)] =
                    (uint8_t)"0123456789,\r\nGWLOPQ SIZEBAR"[draw_lot(&seed) % 27];
            refused += check(&job, copy, n) != STATUS_OK;
            free(copy);
        }
        assert_true(refused > 2000);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_printer_prints_every_dot_and_no_other),
        cmocka_unit_test(boxes_become_bars_and_print_the_same),
        cmocka_unit_test(a_box_that_the_page_only_claims_is_not_drawn),
        cmocka_unit_test(blank_parts_are_not_sent),
        cmocka_unit_test(a_label_with_nothing_on_it_is_still_a_label),
        cmocka_unit_test(settings_are_said_in_the_printers_words),
        cmocka_unit_test(every_combination_of_settings_is_accepted_by_the_check),
        cmocka_unit_test(a_sheet_that_was_cut_short_or_goes_on_is_refused),
        cmocka_unit_test(graphics_beyond_the_head_are_refused),
        cmocka_unit_test(no_garbling_makes_the_check_stumble),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
