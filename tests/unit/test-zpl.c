/* ZPL II: what is written is read back dot for dot, and what a printer would refuse or
 * misprint is refused. Symbols are zint's, so that the bars are compared with another's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "zpl-pictures.h"

#include "press/sheet-check.h"
#include "press/zpl-cut.h"
#include "press/zpl-read.h"
#include "press/zpl-symbols.h"
#include "press/zpl-write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zint.h>

static const int32_t all_codings[] = {ZPL_HEX,
                                      ZPL_PACKED,
                                      ZPL_Z64,
                                      ZPL_HEX | ZPL_PACKED,
                                      ZPL_PACKED | ZPL_Z64,
                                      ZPL_HEX | ZPL_PACKED | ZPL_Z64};

static void
assert_same_dots(const struct dots *a, const struct dots *b)
{
    assert_int_equal(a->width, b->width);
    assert_int_equal(a->height, b->height);
    for (int32_t y = 0; y < a->height; y++)
        for (int32_t x = 0; x < a->width; x++)
            if (dots_at(a, x, y) != dots_at(b, x, y))
                fail_msg("dot %d,%d is %d, not %d", x, y, dots_at(a, x, y),
                         dots_at(b, x, y));
}

/* ---- writing and reading ---- */

static void
write_pages(const struct press_device *device, const struct dots_page *pages,
            size_t count, struct arena *arena, struct buf *out)
{
    struct zpl_writer writer;
    struct notes notes = {0};
    assert_int_equal(zpl_writer_init(&writer, device, arena, &notes, out), STATUS_OK);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(zpl_write_label(&writer, &pages[i]), STATUS_OK);
    zpl_writer_done(&writer);
}

static struct zpl_sheet
read_sheet(const struct buf *text, struct arena *arena)
{
    const struct zpl_reading how = {.wants_dots = true};
    struct zpl_fault fault;
    struct zpl_sheet sheet;
    if (zpl_read((const uint8_t *)text->p, text->n, &how, arena, &fault, &sheet) !=
        STATUS_OK)
        fail_msg("byte %zu: %s\n%.300s", fault.at, fault.text, text->p);
    return sheet;
}

static size_t
assert_round_trip(const struct press_device *device, const struct dots_page *page)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    BUF_AUTO struct buf text = {0};
    write_pages(device, page, 1, arena, &text);
    struct zpl_sheet sheet = read_sheet(&text, arena);
    assert_int_equal(sheet.label_count, 1);
    assert_same_dots(&sheet.labels[0].dots, &page->whole);
    return text.n;
}

static void
every_coding_gives_back_every_dot(void **state)
{
    (void)state;
    static const struct {
        int32_t w, h;
    } sizes[] = {{2, 1}, {7, 3}, {8, 8}, {9, 200}, {203, 101}, {812, 406}, {1700, 60}};
    for (size_t s = 0; s < COUNT_OF(sizes); s++)
        for (size_t c = 0; c < COUNT_OF(all_codings); c++) {
            ARENA_AUTO struct arena *arena = arena_new(0);
            struct dots_page page = {.whole = blank(arena, sizes[s].w, sizes[s].h)};
            struct press_device device = {.zpl_codings = all_codings[c]};
            assert_round_trip(&device, &page);
            ink(&page.whole, sizes[s].w - 1, sizes[s].h - 1, 1, 1, true);
            assert_round_trip(&device, &page);
            scribble(&page.whole, (uint32_t)(s * 7 + c));
            assert_round_trip(&device, &page);
            ink(&page.whole, 0, 0, sizes[s].w, sizes[s].h, true);
            assert_round_trip(&device, &page);
        }
}

/* Noise has no gaps and no runs; the bytes' bounds of a field are met by height. */
static void
noise_and_large_pictures_give_back_every_dot(void **state)
{
    (void)state;
    for (size_t c = 0; c < COUNT_OF(all_codings); c++) {
        ARENA_AUTO struct arena *arena = arena_new(0);
        struct dots_page page = {.whole = blank(arena, 832, 1218)};
        struct press_device device = {.zpl_codings = all_codings[c]};
        uint32_t seed = (uint32_t)c;
        for (size_t i = 0; i < page.whole.stride * 1218; i++)
            page.whole.bits[i] = (uint8_t)draw_lot(&seed);
        assert_round_trip(&device, &page);
    }
}

static void
z64_is_shorter_than_packed_and_packed_than_hex(void **state)
{
    (void)state;
    ARENA_AUTO struct arena *arena = arena_new(0);
    struct dots_page page = {.whole = blank(arena, 812, 1218)};
    scribble(&page.whole, 5);
    size_t n[3];
    for (size_t c = 0; c < 3; c++)
        n[c] = assert_round_trip(&(struct press_device){.zpl_codings = all_codings[c]},
                                 &page);
    assert_true(n[2] < n[1] && n[1] < n[0]);
    assert_true(assert_round_trip(&(struct press_device){.zpl_codings = 7}, &page) <=
                n[2]);
}

static int
count_of(const char *text, const char *word)
{
    int count = 0;
    for (; (text = strstr(text, word)); text++)
        count++;
    return count;
}

static void
words_far_apart_are_graphics_of_their_own(void **state)
{
    (void)state;
    ARENA_AUTO struct arena *arena = arena_new(0);
    BUF_AUTO struct buf text = {0};
    struct dots_page page = {.whole = blank(arena, 812, 1218)};
    struct press_device device = {.zpl_codings = ZPL_HEX};
    ring(&page.whole, 10, 10);
    ring(&page.whole, 700, 10);
    ring(&page.whole, 300, 1100);
    write_pages(&device, &page, 1, arena, &text);
    assert_int_equal(count_of(text.p, "^GF"), 3);
    assert_true(text.n < 1200);
}

static void
a_black_band_is_a_box(void **state)
{
    (void)state;
    ARENA_AUTO struct arena *arena = arena_new(0);
    BUF_AUTO struct buf text = {0};
    struct dots_page page = {.whole = blank(arena, 812, 600)};
    ring(&page.whole, 10, 10);
    ink(&page.whole, 0, 300, 812, 40, true);
    write_pages(&(struct press_device){0}, &page, 1, arena, &text);
    assert_non_null(strstr(text.p, "^FO0,300^GB812,40,40^FS"));
    assert_int_equal(count_of(text.p, "^GF"), 1);
    assert_round_trip(&(struct press_device){0}, &page);
}

/* ---- settings ---- */

static void
settings_of_the_device_are_said(void **state)
{
    (void)state;
    ARENA_AUTO struct arena *arena = arena_new(0);
    BUF_AUTO struct buf text = {0};
    struct dots_page page = {.whole = blank(arena, 400, 300)};
    struct press_device device = {.darkness = 7,
                                  .speed = 4,
                                  .finish = FINISH_CUT,
                                  .sense = SENSE_MARK,
                                  .copies = 3};
    write_pages(&device, &page, 1, arena, &text);
    assert_string_equal(text.p, "~SD07^XA^PW400^LL300^LH0,0^PON^PR4^MMC^MNM^PQ3^XZ\n");
    struct zpl_sheet sheet = read_sheet(&text, arena);
    assert_int_equal(sheet.labels[0].copies, 3);
    buf_reset(&text);
    write_pages(&(struct press_device){0}, &page, 1, arena, &text);
    assert_string_equal(text.p, "^XA^PW400^LL300^LH0,0^PON^XZ\n");
}

/* ---- boxes ---- */

static void
a_frame_is_a_command_and_falls_on_the_same_dots(void **state)
{
    (void)state;
    const struct page_item item = {.kind = ITEM_BOX};
    ARENA_AUTO struct arena *arena = arena_new(0);
    struct dots_page page = {.whole = blank(arena, 812, 406)};
    struct dots_native native = box_of(&item, 3, 2, 800, 400, 5);
    struct press_device device = {0};
    scribble(&page.whole, 9);
    ink(&page.whole, 3, 2, 800, 400, true);
    ink(&page.whole, 8, 7, 790, 390, false);
    ink(&page.whole, 300, 100, 20, 20, true);
    size_t dots_only = assert_round_trip(&device, &page);
    page.natives = &native;
    page.native_count = 1;
    assert_true(assert_round_trip(&device, &page) < dots_only);
    /* one dot is missing: the command would be wrong */
    ink(&page.whole, 400, 3, 1, 1, false);
    assert_round_trip(&device, &page);
}

/* ---- symbols ---- */

static void
code_128_is_sent_as_the_very_bars(void **state)
{
    (void)state;
    static const struct {
        const char *type, *text;
        int symbology;
        const char *data;
    } cases[] = {
        {"code128", "TUCK-4711", BARCODE_CODE128, ">:TUCK->54711"},
        {"code128", "0123456789", BARCODE_CODE128, ">;0123456789"},
        {"code128", "AB12345678z~^_", BARCODE_CODE128, ">:AB>512345678>6z~^_"},
        {"gs1-128", "[01]09501101530003[10]AB12", BARCODE_GS1_128,
         ">;>80109501101530003"
         "10>6AB12"},
        {"gs1-128", "[255]9501101530003123[8112]X", BARCODE_GS1_128, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases) - 1; i++)
        for (int32_t quarter = 0; quarter < 4; quarter++) {
            ARENA_AUTO struct arena *arena = arena_new(0);
            BUF_AUTO struct buf text = {0};
            struct page_item item =
                symbol_of(arena, cases[i].type, cases[i].symbology, cases[i].text, -1);
            struct dots_page page = {.whole = blank(arena, 1100, 1100)};
            struct dots_native native = place(&page.whole, &item, 33, 41, 3, 77, quarter);
            page.natives = &native;
            page.native_count = 1;
            write_pages(&(struct press_device){0}, &page, 1, arena, &text);
            assert_null(strstr(text.p, "^GF"));
            struct zpl_sheet sheet = read_sheet(&text, arena);
            assert_int_equal(sheet.labels[0].symbol_count, 1);
            assert_string_equal(sheet.labels[0].symbols[0].data, cases[i].data);
            assert_same_dots(&sheet.labels[0].dots, &page.whole);
        }
}

static void
assert_placed(const struct zpl_sheet *sheet, const struct dots_native *native)
{
    assert_int_equal(sheet->labels[0].symbol_count, 1);
    struct area at = sheet->labels[0].symbols[0].at;
    assert_int_equal(at.x, native->x);
    assert_int_equal(at.y, native->y);
    assert_int_equal(at.w, native->w);
    assert_int_equal(at.h, native->h);
}

static void
a_square_symbol_takes_the_very_place(void **state)
{
    (void)state;
    static const struct {
        const char *type, *text;
        int symbology, ecc;
        const char *data;
    } cases[] = {
        {"qr", "https://tuck.example/c/K7Q2-9XPM?o=1001", BARCODE_QRCODE, 2,
         "MA,https://tuck.example/c/K7Q2-9XPM?o=1001"},
        {"qr", "0123456789012345678901234567890123456789", BARCODE_QRCODE, 4,
         "HA,0123456789012345678901234567890123456789"},
        {"qr", "HELLO WORLD", BARCODE_QRCODE, 1, "LA,HELLO WORLD"},
        {"qr", "a^b~c_d", BARCODE_QRCODE, 3, "QA,a^b~c_d"},
        {"gs1-datamatrix", "[01]09501101530003[17]261231[10]AB-12[21]77",
         BARCODE_DATAMATRIX, -1,
         "_1010950110153000317261231"
         "10AB-12_12177"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ARENA_AUTO struct arena *arena = arena_new(0);
        BUF_AUTO struct buf text = {0};
        struct page_item item = symbol_of(arena, cases[i].type, cases[i].symbology,
                                          cases[i].text, cases[i].ecc);
        struct dots_page page = {.whole = blank(arena, 600, 600)};
        struct dots_native native = place(&page.whole, &item, 33, 41, 4, 0, 0);
        page.natives = &native;
        page.native_count = 1;
        write_pages(&(struct press_device){0}, &page, 1, arena, &text);
        assert_null(strstr(text.p, "^GF"));
        struct zpl_sheet sheet = read_sheet(&text, arena);
        assert_placed(&sheet, &native);
        assert_string_equal(sheet.labels[0].symbols[0].data, cases[i].data);
        /* and as dots where the printer is not trusted with symbols */
        assert_round_trip(&(struct press_device){.has_symbols_as_dots = true}, &page);
    }
}

/* ---- stored plates ---- */

static void
a_stored_plate_and_what_differs_make_the_whole(void **state)
{
    (void)state;
    for (size_t c = 0; c < COUNT_OF(all_codings); c++) {
        ARENA_AUTO struct arena *arena = arena_new(0);
        BUF_AUTO struct buf text = {0};
        struct dots_page pages[3];
        for (uint32_t i = 0; i < 3; i++)
            pages[i] = carton(arena, 11 * i);
        struct press_device device = {
            .stored = "R:", .zpl_codings = all_codings[c], .darkness = 9, .speed = 3};
        write_pages(&device, pages, 3, arena, &text);
        struct zpl_sheet sheet = read_sheet(&text, arena);
        assert_int_equal(sheet.label_count, 3);
        assert_int_equal(sheet.download_count, 1);
        for (size_t i = 0; i < 3; i++)
            assert_same_dots(&sheet.labels[i].dots, &pages[i].whole);
        struct zpl_download first;
        assert_true(zpl_first_download((const uint8_t *)text.p, text.n, &first));
        assert_string_equal(first.name, sheet.downloads[0].name);
        assert_int_equal(first.size, sheet.downloads[0].size);
        assert_int_equal(first.offset, 0);
        assert_int_equal(sheet.downloads[0].offset, 0);
        assert_memory_equal(text.p + first.size, "~SD09^XA^XFR:T", 14);
    }
}

static void
what_is_left_without_the_download_is_a_sheet_for_who_knows_the_plate(void **state)
{
    (void)state;
    ARENA_AUTO struct arena *arena = arena_new(0);
    BUF_AUTO struct buf text = {0};
    struct dots_page page = carton(arena, 3);
    write_pages(&(struct press_device){.stored = "E:"}, &page, 1, arena, &text);
    struct zpl_download first;
    struct zpl_sheet sheet;
    struct zpl_fault fault;
    assert_true(zpl_first_download((const uint8_t *)text.p, text.n, &first));
    assert_memory_equal(first.name, "E:T", 3);
    const uint8_t *rest = (const uint8_t *)text.p + first.size;
    size_t n = text.n - first.size;
    assert_true(n < 700); /* much less than the plate */
    struct zpl_reading how = {.head_dots = 812};
    assert_int_equal(zpl_read(rest, n, &how, arena, &fault, &sheet), STATUS_BAD_INPUT);
    assert_non_null(strstr(fault.text, "never stored"));
    const char *const known[] = {first.name};
    how.known = known;
    how.known_count = 1;
    assert_int_equal(zpl_read(rest, n, &how, arena, &fault, &sheet), STATUS_OK);
    assert_int_equal(sheet.label_count, 1);
    assert_false(zpl_first_download(rest, n, &first));
}

static void
each_plate_of_a_sheet_is_sent_once(void **state)
{
    (void)state;
    ARENA_AUTO struct arena *arena = arena_new(0);
    BUF_AUTO struct buf text = {0};
    struct dots_page pages[4];
    for (uint32_t i = 0; i < 4; i++) {
        pages[i] = carton(arena, i);
        if (i % 2) {
            ring(&pages[i].plate, 10, 400);
            ring(&pages[i].whole, 10, 400);
            pages[i].plate_key = "another";
        }
    }
    /* a page without a plate is a label as any other */
    pages[3].plate = (struct dots){0};
    write_pages(&(struct press_device){.stored = "R:"}, pages, 4, arena, &text);
    struct zpl_sheet sheet = read_sheet(&text, arena);
    assert_int_equal(sheet.label_count, 4);
    assert_int_equal(sheet.download_count, 2);
    assert_string_not_equal(sheet.downloads[0].name, sheet.downloads[1].name);
    for (size_t i = 0; i < 4; i++)
        assert_same_dots(&sheet.labels[i].dots, &pages[i].whole);
    const struct zpl_download *second = &sheet.downloads[1];
    assert_memory_equal(text.p + second->offset, "^XA^DFR:T", 9);
    assert_memory_equal(text.p + second->offset + second->size - 4, "^XZ\n", 4);
}

/* The printer keeps plates by name: another picture or setting must have another. */
static void
another_plate_has_another_name(void **state)
{
    (void)state;
    struct zpl_download names[4];
    for (int i = 0; i < 4; i++) {
        ARENA_AUTO struct arena *arena = arena_new(0);
        BUF_AUTO struct buf text = {0};
        struct dots_page page = carton(arena, (uint32_t)i);
        struct press_device device = {.stored = "R:", .speed = i == 2 ? 3 : 0};
        if (i == 3)
            ink(&page.plate, 1, 1, 1, 1, true);
        write_pages(&device, &page, 1, arena, &text);
        assert_true(zpl_first_download((const uint8_t *)text.p, text.n, &names[i]));
    }
    assert_string_equal(names[0].name, names[1].name);
    assert_string_not_equal(names[0].name, names[2].name);
    assert_string_not_equal(names[0].name, names[3].name);
}

/* ---- refusals ---- */

#define LABEL(body) "^XA^PW400^LL300^LH0,0^PON" body "^XZ\n"
#define GRAPHIC(counts, data) LABEL("^FO8,8^GFA," counts "," data "^FS")

static void
what_a_printer_would_refuse_is_refused_with_the_right_words(void **state)
{
    (void)state;
    static const struct {
        const char *zpl, *words;
    } cases[] = {
        {"", "no label"},
        {"^", "cut short"},
        {"hello", "a command is expected"},
        {"\n", "a command is expected"},
        {"^FO1,1^FS", "outside a format"},
        {"^XA^XZ", "lacks ^PW or ^LL"},
        {"^XA^PW400^XZ", "lacks ^PW or ^LL"},
        {"^XA^PW400^LL300", "ends inside a format"},
        {"^XA^XA", "has not ended with ^XZ"},
        {LABEL("~SD10"), "has not ended with ^XZ"},
        {"~SD31" LABEL(""), "0 to 30"},
        {"~SD7" LABEL(""), "two digits"},
        {LABEL("^FO1,1"), "has not ended with ^FS"},
        {LABEL("^FO1,1^FO2,2^FS"), "has not ended with ^FS"},
        {LABEL("^FS"), "^FO is missing"},
        {LABEL("^GB3,3,1^FS"), "^FO is missing"},
        {LABEL("^FO1,1^FS"), "draws nothing"},
        {LABEL("^FO1^GB3,3,1^FS"), "a place from 0"},
        {LABEL("^FO1,1,2^GB3,3,1^FS"), "too many"},
        {LABEL("^FO-1,1^GB3,3,1^FS"), "a place from 0"},
        {LABEL("^FO1,32001^GB3,3,1^FS"), "to 32000"},
        {LABEL("^FO99999999999,1^GB3,3,1^FS"), "to 32000"},
        {LABEL("^FX comment"), "^FX is not a command"},
        {LABEL("^xy"), "^xy is not a command"},
        {LABEL("~JA"), "~JA is not a command"},
        {LABEL("^DFR:TA.ZPL^FS"), "not at the start"},
        {LABEL("^PW300"), "comes once"},
        {LABEL("^LL300"), "comes once"},
        {"^XA^PW1^LL300^XZ", "from 2 to 32000"},
        {"^XA^PW40x^LL300^XZ", "from 2 to 32000"},
        {"^XA^PW900^LL300^XZ", "wider than the head's 832"},
        {"^XA^PW400^FO1,1", "come before the first field"},
        {LABEL("^PR15"), "a speed from 1 to 14"},
        {LABEL("^MMR"), "letters TPC"},
        {LABEL("^MNA"), "letters YMN"},
        {LABEL("^POI"), "letters N"},
        {LABEL("^LH5,0"), "from 0 to 0"},
        {LABEL("^PQ0"), "from 1 to 999"},
        {LABEL("^PQ1000"), "from 1 to 999"},
        {LABEL("^PQ"), "from 1 to 999"},
        {LABEL("") "x", "a command is expected"},
        {LABEL("") "\n", "a command is expected"},
        {"^XA\n^PW400^LL300^XZ", "a command is expected"},
        {"^XA^PW400\r\n^LL300^XZ", "no printable ASCII"},
        /* boxes */
        {LABEL("^FO1,1^GB3,3,4^FS"), "a width from 4"},
        {LABEL("^FO1,1^GB3,3,0^FS"), "a line's thickness from 1"},
        {LABEL("^FO1,1^GB3,3,1,X^FS"), "letters BW"},
        {LABEL("^FO398,1^GB3,3,1^FS"), "ends at 401 dots to the right"},
        {LABEL("^FO1,298^GB3,3,1^FS"), "ends at 301 dots down"},
        {LABEL("^FO1,1^GB3,3,1^GB3,3,1^FS"), "something to draw already"},
        /* graphics */
        {GRAPHIC("4,4,2", "FFFFFFFF,"), "more rows"},
        {GRAPHIC("4,4,2", "FFFFFFFF0"), "more rows"},
        {GRAPHIC("4,4,2", "FFFFFF"), "fewer bytes"},
        {GRAPHIC("4,4,2", "FFFFFFF"), "fewer bytes"},
        {GRAPHIC("4,4,2", ""), "fewer bytes"},
        {LABEL("^FO8,8^GFA,4,4,2^FS"), "lacks its data"},
        {GRAPHIC("4,4,3", "FFFFFFFF"), "no whole rows of 3"},
        {GRAPHIC("4,6,2", "FFFFFFFF"), "not 4 and 6"},
        {GRAPHIC("4,4,0", "FFFFFFFF"), "bytes of a row from 1"},
        {GRAPHIC("100000,100000,2", ",:"), "to 99999"},
        {GRAPHIC("4,4,2", ":,"), "first row cannot repeat"},
        {GRAPHIC("4,4,2", "FF::"), "not at the start of a row"},
        {GRAPHIC("4,4,2", "FFFF::"), "more rows"},
        {GRAPHIC("4,4,2", "F,,"), "middle of a byte"},
        {GRAPHIC("4,4,2", "FFIFF"), "beyond the end of its row"},
        {GRAPHIC("4,4,2", "zF"), "longer than a row"},
        {GRAPHIC("4,4,2", "FFFFJ"), "no hex digit after it"},
        {GRAPHIC("4,4,2", "FFFFJ,"), "no hex digit after it"},
        {GRAPHIC("4,4,2", "FFFF ,"), "neither a hex digit"},
        {GRAPHIC("4,4,2", "ffff,"), "neither a hex digit"},
        {LABEL("^FO8,8^GFB,4,4,2,FFFFFFFF^FS"), "letters A"},
        {LABEL("^FO390,8^GFA,4,4,2,FFFF,^FS"), "ends at 406 dots to the right"},
        {LABEL("^FO8,299^GFA,4,4,2,FFFF,^FS"), "ends at 301 dots down"},
        {GRAPHIC("4,4,2", ":B64:AAAA:0000"), "first row cannot repeat"},
        {GRAPHIC("4,4,2", ":Z64:eJz7/x8ABAECAA=="), "lacks its CRC"},
        {GRAPHIC("4,4,2", ":Z64:eJz7/x8ABAECAA==:12G4"), "lacks its CRC"},
        {GRAPHIC("4,4,2", ":Z64:eJz7/x8ABAECAA==:1234"), "CRC of Z64 is wrong"},
        /* symbols */
        {LABEL("^FO1,1^BCN,40,N^FD>:AB^FS"), "module's width by ^BY"},
        {LABEL("^FO1,1^BY2^BCN,40,N^FS"), "^FD is missing"},
        {LABEL("^FO1,1^BY2^BCN,40,Y^FD>:AB^FS"), "letters N"},
        {LABEL("^FO1,1^BY2^BCN,40,N^FDAB^FS"), "explicit subsets"},
        {LABEL("^FO1,1^BY2^BCN,40,N^FD>;123^FS"), "explicit subsets"},
        {LABEL("^FO1,1^BY2^BCN,40,N^FD>:A>FS^FS"), "explicit subsets"},
        {LABEL("^FO1,1^BY2^BCN,40,N^FD>:A\x01^FS"), "no printable ASCII"},
        {LABEL("^FO1,1^BY2^BCN,40,N^FD>:A\xc3\xa4^FS"), "no printable ASCII"},
        {LABEL("^FO1,1^BY9^BCN,40,N^FD>:ABCDEFG^FS"), "to the right"},
        {LABEL("^FO1,1^BY11^BCN,40,N^FD>:A^FS"), "module's width from 1 to 10"},
        {LABEL("^FO1,1^BY1,2,1^BQN,2,4,M,3^FDMA,HELLO^FD^FS"), "no symbol before it"},
        {LABEL("^FO1,1^BQN,2,4,M,3^FDMA,HELLO^FS"), "height by ^BY"},
        {LABEL("^FO1,1^BY1,2,1^BQN,2,4,M,8^FDMA,HELLO^FS"), "a mask from 0 to 7"},
        {LABEL("^FO1,1^BY1,2,1^BQN,2,4,M,3^FDHA,HELLO^FS"), "begins with 'MA,'"},
        {LABEL("^FO1,216^BY1,2,1^BQN,2,4,M,3^FDMA,HELLO^FS"), "301 dots down"},
        {LABEL("^FO1,1^BY1,2,1^BQN,2,4,M,3^FH^FDMA,_0AB^FS"), "two hex digits"},
        {LABEL("^FO1,1^BY1,2,1^BQN,2,4,M,3^FH^FDMA,_4^FS"), "two hex digits"},
        {LABEL("^FO1,1^BXN,4,200,18,20,,_^FD_112^FS"), "no square Data Matrix"},
        {LABEL("^FO1,1^BXN,4,200,28,28,,_^FD_112^FS"), "no square Data Matrix"},
        {LABEL("^FO1,1^BXN,4,200,10,10,,_^FD_1ABCD^FS"), "needs 5 codewords"},
        {LABEL("^FO1,1^BXN,4,200,10,10,,_^FD_2^FS"), "escape other than"},
        /* formats */
        {"^XA^XFR:TABC.ZPL^FS^XZ", "never stored"},
        {"^XA^DFR:TABC.ZPL^FS^PW9^LL9^XZ", "no label"},
        {"^XA^DFR:TABC.ZPL^PW9", "^FS is expected"},
        {"^XA^DFR:TABC.GRF^FS", "wants a format's name"},
        {"^XA^DFR:TABCDEFGH.ZPL^FS", "wants a format's name"},
        {"^XA^DFX:TABC.ZPL^FS", "wants a format's name"},
        {"^XA^DFR:TABC.ZPL^FS^PW99^LL99^FO1,1^GB3,3,1^FS^XZ"
         "^XA^XFR:TABC.ZPL^FS^FO98,1^GB3,3,1^FS^XZ",
         "ends at 101 dots to the right"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ARENA_AUTO struct arena *arena = arena_new(0);
        const struct zpl_reading how = {.head_dots = 832};
        struct zpl_fault fault = {0};
        struct zpl_sheet sheet;
        enum status status = zpl_read((const uint8_t *)cases[i].zpl, strlen(cases[i].zpl),
                                      &how, arena, &fault, &sheet);
        if (status != STATUS_BAD_INPUT || !strstr(fault.text, cases[i].words))
            fail_msg("%s\nis %d \"%s\", not \"%s\"", cases[i].zpl, (int)status,
                     fault.text, cases[i].words);
    }
}

static void
a_fault_tells_its_byte_and_line(void **state)
{
    (void)state;
    static const char zpl[] = "^XA^PW9^LL9^XZ\n^XA^PW9^LL9^QQ^XZ\n";
    ARENA_AUTO struct arena *arena = arena_new(0);
    const struct zpl_reading how = {0};
    struct zpl_fault fault = {0};
    struct zpl_sheet sheet;
    assert_int_equal(
        zpl_read((const uint8_t *)zpl, sizeof zpl - 1, &how, arena, &fault, &sheet),
        STATUS_BAD_INPUT);
    assert_int_equal(fault.at, 26);
    assert_int_equal(fault.line, 2);
}

static void
a_zpl_sheet_is_looked_at_before_it_leaves(void **state)
{
    (void)state;
    static const char good[] = LABEL("^FO1,1^GB3,3,1^FS") LABEL("");
    static const char wide[] = "^XA^PW900^LL300^XZ" LABEL("");
    static const char broken[] = LABEL("^FO1,1^GB3,3,1") LABEL("");
    static const char stores[] = "^XA^DFR:TA.ZPL^FS^PW9^LL9^XZ" LABEL("") LABEL("");
    static const struct {
        const char *zpl, *words;
        int32_t copies;
        size_t pieces;
    } cases[] = {
        {good, NULL, 0, 2},
        {good, "number of labels", 0, 1},
        {good, "number of copies", 2, 2},
        {wide, "wider than the head", 0, 2},
        {broken, "byte 39 in line 1", 0, 2},
        {stores, "was not asked for", 0, 2},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct notes notes = {0};
        struct press_job job = {.format = SHEET_ZPL,
                                .piece_count = cases[i].pieces,
                                .device = {.head_dots = 832, .copies = cases[i].copies}};
        struct sheet sheet = {.format = SHEET_ZPL,
                              .bytes = (const uint8_t *)cases[i].zpl,
                              .size = strlen(cases[i].zpl),
                              .pages = (int32_t)cases[i].pieces};
        enum status status = sheet_check(&job, &sheet, &notes);
        assert_int_equal(status, cases[i].words ? STATUS_BUG : STATUS_OK);
        if (cases[i].words && !strstr(notes.note[0].text, cases[i].words))
            fail_msg("\"%s\" does not say \"%s\"", notes.note[0].text, cases[i].words);
    }
}

static void
too_little_memory_is_no_fault_of_the_sheet(void **state)
{
    (void)state;
    ARENA_AUTO struct arena *arena = arena_new(0);
    BUF_AUTO struct buf text = {0};
    struct dots_page page = carton(arena, 1);
    write_pages(&(struct press_device){.stored = "R:"}, &page, 1, arena, &text);
    size_t refused = 0;
    for (size_t ceiling = 64; ceiling < 300000; ceiling += ceiling / 3) {
        ARENA_AUTO struct arena *small = arena_new(ceiling);
        const struct zpl_reading how = {.wants_dots = true};
        struct zpl_sheet sheet;
        enum status status =
            small ? zpl_read((const uint8_t *)text.p, text.n, &how, small, NULL, &sheet)
                  : STATUS_NO_MEMORY;
        assert_true(status == STATUS_OK || status == STATUS_NO_MEMORY);
        refused += status != STATUS_OK;
    }
    assert_in_range(refused, 2, 25);
}

/* Fills the row with ones in the reader, though the writer never sends it. */
static void
packed_hex_is_read_as_the_manual_says(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        uint8_t bytes[8];
    } cases[] = {{"0123456789ABCDEF", {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef}},
                 {"F0,:", {0xf0, 0, 0, 0, 0xf0, 0, 0, 0}},
                 {"!,", {0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}},
                 {"M6A,", {0x66, 0x66, 0x66, 0x6a, 0, 0, 0, 0}},
                 {"NCIAG1J0", {0xcc, 0xcc, 0xcc, 0xcc, 0xaa, 0xa1, 0, 0}}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint8_t bytes[8];
        size_t at;
        assert_null(
            zpl_graphic_read(cases[i].data, strlen(cases[i].data), 4, bytes, 8, &at));
        assert_memory_equal(bytes, cases[i].bytes, 8);
    }
    uint8_t row[250];
    size_t at;
    assert_null(zpl_graphic_read("zgFjB", 5, 250, row, 250, &at));
    assert_int_equal(row[209], 0xff);
    assert_int_equal(row[210], 0xbb);
    assert_int_equal(zpl_crc("123456789", 9), 0x31c3);
}

/* ---- any bytes ---- */

static void
the_reader_survives_any_bytes(void **state)
{
    (void)state;
    ARENA_AUTO struct arena *arena = arena_new(0);
    BUF_AUTO struct buf text = {0};
    struct dots_page pages[2] = {{.whole = blank(arena, 120, 90)},
                                 {.whole = blank(arena, 120, 90)}};
    struct page_item item = symbol_of(arena, "code128", BARCODE_CODE128, "A12", -1);
    struct dots_native native = place(&pages[0].whole, &item, 3, 3, 1, 9, 0);
    pages[0].natives = &native;
    pages[0].native_count = 1;
    scribble(&pages[1].whole, 4);
    pages[1].plate = pages[1].whole;
    pages[1].plate_key = "x";
    write_pages(&(struct press_device){.stored = "R:"}, pages, 2, arena, &text);
    write_pages(&(struct press_device){.zpl_codings = ZPL_Z64}, pages, 2, arena, &text);
    uint32_t seed = 1, refused = 0, rounds = 0;
    for (clock_t end = clock() + CLOCKS_PER_SEC * 7 / 10; clock() < end; rounds++) {
        ARENA_AUTO struct arena *here = arena_new((size_t)16 << 20);
        /* exactly as long as it is, so that a step too far is seen */
        size_t n = draw_lot(&seed) % 4 ? text.n : draw_lot(&seed) % text.n;
        uint8_t *bytes = malloc(n + 1);
        memcpy(bytes, text.p, n);
        for (uint32_t i = draw_lot(&seed) % 4 + 1; i > 0 && n > 0; i--) {
            uint8_t *byte = &bytes[draw_lot(&seed) % n];
            static const char signs[] = "^~,:!zGA09FXSZDR_>;\n";
            *byte = (uint8_t)(draw_lot(&seed) % 2 ? signs[draw_lot(&seed) % 20]
                                                  : (char)draw_lot(&seed));
        }
        bytes = realloc(bytes, n ? n : 1);
        const struct zpl_reading how = {.head_dots = 400, .wants_dots = true};
        struct zpl_sheet sheet;
        struct zpl_download first;
        refused += zpl_read(bytes, n, &how, here, NULL, &sheet) == STATUS_BAD_INPUT;
        zpl_first_download(bytes, n, &first);
        free(bytes);
    }
    assert_true(rounds > 50 && refused > rounds / 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_coding_gives_back_every_dot),
        cmocka_unit_test(noise_and_large_pictures_give_back_every_dot),
        cmocka_unit_test(z64_is_shorter_than_packed_and_packed_than_hex),
        cmocka_unit_test(words_far_apart_are_graphics_of_their_own),
        cmocka_unit_test(a_black_band_is_a_box),
        cmocka_unit_test(settings_of_the_device_are_said),
        cmocka_unit_test(a_frame_is_a_command_and_falls_on_the_same_dots),
        cmocka_unit_test(code_128_is_sent_as_the_very_bars),
        cmocka_unit_test(a_square_symbol_takes_the_very_place),
        cmocka_unit_test(a_stored_plate_and_what_differs_make_the_whole),
        cmocka_unit_test(
            what_is_left_without_the_download_is_a_sheet_for_who_knows_the_plate),
        cmocka_unit_test(each_plate_of_a_sheet_is_sent_once),
        cmocka_unit_test(another_plate_has_another_name),
        cmocka_unit_test(what_a_printer_would_refuse_is_refused_with_the_right_words),
        cmocka_unit_test(a_fault_tells_its_byte_and_line),
        cmocka_unit_test(a_zpl_sheet_is_looked_at_before_it_leaves),
        cmocka_unit_test(too_little_memory_is_no_fault_of_the_sheet),
        cmocka_unit_test(packed_hex_is_read_as_the_manual_says),
        cmocka_unit_test(the_reader_survives_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
