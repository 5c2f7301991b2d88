/* PWG raster and PCLm as printers will read them: made by a worker of the press, read by
 * libcups and poppler, and pixel for pixel the PNG of the same piece. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "press/press.h"
#include "press/pwg-write.h"
#include "press/sheet-check.h"

#include <cairo.h>
#include <cups/raster.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const words[] = {
    "text For Noa\nplate-text Thank you\nsymbol\nimage " PICTURE_DIR "/photo.jpg",
    "text Another one\nplate-text Thank you\nplate-over",
    "symbol",
};

static struct patience
within(int64_t ms)
{
    return (struct patience){clock_monotonic_ms() + ms, NULL};
}

static int
open_press(void **state)
{
    static const char *const dirs[] = {PICTURE_DIR, NULL};
    const struct press_settings settings = {.worker_path = STUB_PATH,
                                            .fonts_conf = FONTS_CONF,
                                            .read_dirs = dirs,
                                            .workers = 1};
    const struct patience patience = within(20000);
    struct notes notes = {.count = 0};
    struct press *press;
    if (press_open(&settings, &patience, &notes, &press) != STATUS_OK)
        return -1;
    *state = press;
    return 0;
}

static int
close_press(void **state)
{
    press_close(*state);
    return 0;
}

static struct sheet
print(struct press *press, const struct press_job *job, struct arena *arena)
{
    const struct patience patience = within(20000);
    struct notes notes = {.count = 0};
    struct sheet sheet;
    enum status status = press_make(press, job, &patience, arena, &notes, &sheet);
    for (size_t i = 0; i < notes.count; i++)
        print_message("%s\n", notes.note[i].text);
    assert_int_equal(status, STATUS_OK);
    return sheet;
}

static void
set_pieces(struct press_piece *pieces, size_t count)
{
    for (size_t i = 0; i < count; i++)
        pieces[i] = (struct press_piece){.template_path = "/stub",
                                         .values = words[i % COUNT_OF(words)],
                                         .values_n = strlen(words[i % COUNT_OF(words)])};
}

/* ---- PNGs of the same pieces ---- */

struct text {
    const uint8_t *p, *end;
};

static cairo_status_t
read_text(void *data, unsigned char *bytes, unsigned n)
{
    struct text *text = data;
    if ((size_t)(text->end - text->p) < n)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(bytes, text->p, n);
    text->p += n;
    return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *
picture_of(struct press *press, struct press_job job, size_t piece, struct arena *arena)
{
    job.format = job.device.ink == INK_BLACK ? SHEET_DOTS : SHEET_PNG;
    job.pieces += piece;
    job.piece_count = 1;
    job.no_bleed = true;
    struct sheet sheet = print(press, &job, arena);
    struct text text = {sheet.bytes, sheet.bytes + sheet.size};
    cairo_surface_t *image = cairo_image_surface_create_from_png_stream(read_text, &text);
    assert_int_equal(cairo_surface_status(image), CAIRO_STATUS_SUCCESS);
    return image;
}

/* Red, green and blue, whatever the surface's format. */
static uint32_t
pixel_at(cairo_surface_t *image, int x, int y)
{
    const uint8_t *row = cairo_image_surface_get_data(image) +
                         (size_t)y * (size_t)cairo_image_surface_get_stride(image);
    uint32_t pixel;
    if (cairo_image_surface_get_format(image) == CAIRO_FORMAT_A1)
        fail();
    memcpy(&pixel, row + (size_t)x * 4, 4);
    return pixel & 0xffffff;
}

static void
assert_row_is(cairo_surface_t *image, int y, const uint8_t *row, int bits)
{
    int width = cairo_image_surface_get_width(image);
    for (int x = 0; x < width; x++) {
        uint32_t pixel = pixel_at(image, x, y);
        uint32_t r = pixel >> 16, g = pixel >> 8 & 255, b = pixel & 255;
        if (bits == 24 && (row[3 * x] != r || row[3 * x + 1] != g || row[3 * x + 2] != b))
            fail_msg("pixel %d,%d is %02x%02x%02x, not %06x", x, y, row[3 * x],
                     row[3 * x + 1], row[3 * x + 2], pixel);
        if (bits == 8 && row[x] != (r * 299 + g * 587 + b * 114 + 500) / 1000)
            fail_msg("pixel %d,%d is %02x, not of %06x", x, y, row[x], pixel);
        if (bits == 1 && (row[x / 8] >> (7 - x % 8) & 1) != (r < 128))
            fail_msg("dot %d,%d is wrong", x, y);
    }
}

/* ---- PWG raster ---- */

static ssize_t
read_raster(void *data, unsigned char *bytes, size_t n)
{
    struct text *text = data;
    if ((size_t)(text->end - text->p) < n)
        n = (size_t)(text->end - text->p);
    memcpy(bytes, text->p, n);
    text->p += n;
    return (ssize_t)n;
}

static void
assert_pages_are_pictures(struct press *press, const struct press_job *job)
{
    static const int bits[] = {[INK_GREY] = 8, [INK_COLOUR] = 24, [INK_BLACK] = 1};
    ARENA_AUTO struct arena *arena = arena_new(0);
    struct sheet sheet = print(press, job, arena);
    struct text text = {sheet.bytes, sheet.bytes + sheet.size};
    cups_raster_t *raster = cupsRasterOpenIO(read_raster, &text, CUPS_RASTER_READ);
    cups_page_header2_t header;
    assert_int_equal(sheet.pages, job->piece_count);
    for (size_t i = 0; i < job->piece_count; i++) {
        cairo_surface_t *image = picture_of(press, *job, i, arena);
        assert_int_equal(cupsRasterReadHeader2(raster, &header), 1);
        assert_int_equal(header.cupsWidth, cairo_image_surface_get_width(image));
        assert_int_equal(header.cupsHeight, cairo_image_surface_get_height(image));
        assert_int_equal(header.cupsBitsPerPixel, bits[job->device.ink]);
        uint8_t *row = malloc(header.cupsBytesPerLine);
        for (unsigned y = 0; y < header.cupsHeight; y++) {
            assert_int_equal(cupsRasterReadPixels(raster, row, header.cupsBytesPerLine),
                             header.cupsBytesPerLine);
            assert_row_is(image, (int)y, row, bits[job->device.ink]);
        }
        free(row);
        cairo_surface_destroy(image);
    }
    assert_int_equal(cupsRasterReadHeader2(raster, &header), 0);
    cupsRasterClose(raster);
}

static void
pwg_raster_of_every_ink_is_the_picture_of_its_pieces(void **state)
{
    struct press_piece pieces[3];
    set_pieces(pieces, 3);
    for (int ink = INK_GREY; ink <= INK_BLACK; ink++) {
        struct press_job job = {.format = SHEET_PWG,
                                .dpi = 203,
                                .pieces = pieces,
                                .piece_count = 3};
        job.device.ink = (unsigned)ink;
        assert_pages_are_pictures(*state, &job);
    }
}

static uint32_t
read_u32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* libcups makes headers of its own for a medium and a kind of pixels. */
static void
the_header_says_what_libcups_would_say(void **state)
{
    static const struct {
        const char *media, *type;
        int32_t width, height, dpi, bits, colors;
    } rows[] = {
        {"iso_a6_105x148mm", "srgb_8", 10500, 14800, 300, 8, 3},
        {"na_index-4x6_4x6in", "sgray_8", 10160, 15240, 203, 8, 1},
        {"iso_a4_210x297mm", "black_1", 21000, 29700, 600, 1, 1},
        {"custom_62x100mm_62x100mm", "srgb_8", 6200, 10000, 300, 8, 3},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        BUF_AUTO struct buf out = {0};
        cups_page_header2_t theirs;
        pwg_media_t *media = pwgMediaForPWG(rows[i].media);
        assert_non_null(media);
        assert_int_equal(cupsRasterInitPWGHeader(&theirs, media, rows[i].type,
                                                 rows[i].dpi, rows[i].dpi, "one-sided",
                                                 "normal"),
                         1);
        const struct pwg_page page = {.width = (int32_t)theirs.cupsWidth,
                                      .height = (int32_t)theirs.cupsHeight,
                                      .dpi = rows[i].dpi,
                                      .bits_per_color = rows[i].bits,
                                      .colors = rows[i].colors,
                                      .width_mm100 = rows[i].width,
                                      .height_mm100 = rows[i].height,
                                      .total_pages = 7};
        pwg_put_header(&out, &page);
        const uint8_t *ours = (const uint8_t *)out.p;
        assert_int_equal(out.n, PWG_HEADER_SIZE);
        assert_int_equal(out.n, sizeof theirs);
        assert_string_equal((const char *)ours, "PwgRaster");
        assert_string_equal((const char *)ours + PWG_PAGE_SIZE_NAME, theirs.cupsPageSizeName);
        assert_int_equal(read_u32(ours + PWG_RESOLUTION), theirs.HWResolution[0]);
        assert_int_equal(read_u32(ours + PWG_RESOLUTION + 4), theirs.HWResolution[1]);
        assert_true(abs((int)read_u32(ours + PWG_PAGE_SIZE) - (int)theirs.PageSize[0]) < 2);
        assert_true(abs((int)read_u32(ours + PWG_PAGE_SIZE + 4) -
                        (int)theirs.PageSize[1]) < 2);
        assert_int_equal(read_u32(ours + PWG_BITS_PER_COLOR), theirs.cupsBitsPerColor);
        assert_int_equal(read_u32(ours + PWG_BITS_PER_PIXEL), theirs.cupsBitsPerPixel);
        assert_int_equal(read_u32(ours + PWG_BYTES_PER_LINE), theirs.cupsBytesPerLine);
        assert_int_equal(read_u32(ours + PWG_COLOR_ORDER), theirs.cupsColorOrder);
        assert_int_equal(read_u32(ours + PWG_COLOR_SPACE), theirs.cupsColorSpace);
        assert_int_equal(read_u32(ours + PWG_NUM_COLORS), theirs.cupsNumColors);
        assert_int_equal(read_u32(ours + PWG_TOTAL_PAGES), 7);
        /* From the feeds' transforms to the alternate primary. */
        for (int word = 1; word < 8; word++)
            assert_int_equal(read_u32(ours + PWG_TOTAL_PAGES + 4 * word),
                             theirs.cupsInteger[word]);
    }
}

static void
a_turned_page_stands_on_turned_paper(void **state)
{
    struct press_piece piece;
    ARENA_AUTO struct arena *arena = arena_new(0);
    set_pieces(&piece, 1);
    struct press_job job = {.format = SHEET_PWG,
                            .dpi = 150,
                            .device = {.rotate_deg = 90, .ink = INK_COLOUR},
                            .pieces = &piece,
                            .piece_count = 1};
    struct sheet sheet = print(*state, &job, arena);
    struct text text = {sheet.bytes, sheet.bytes + sheet.size};
    cups_raster_t *raster = cupsRasterOpenIO(read_raster, &text, CUPS_RASTER_READ);
    cups_page_header2_t header;
    assert_int_equal(cupsRasterReadHeader2(raster, &header), 1);
    assert_int_equal(header.cupsWidth, 874);
    assert_int_equal(header.cupsHeight, 620);
    assert_int_equal(header.PageSize[0], 420);
    assert_int_equal(header.PageSize[1], 298);
    cupsRasterClose(raster);
}

/* ---- PCLm ---- */

static bool
has_program(const char *name)
{
    BUF_AUTO struct buf command = {0};
    buf_printf(&command, "command -v %s >/dev/null", name);
    return system(command.p) == 0;
}

/* Writes the sheet into a folder of its own. */
static void
write_sheet(const struct sheet *sheet, char folder[32], struct buf *path)
{
    strcpy(folder, "/tmp/tuck-pclm-XXXXXX");
    assert_non_null(mkdtemp(folder));
    buf_printf(path, "%s/sheet.pdf", folder);
    FILE *file = fopen(path->p, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(sheet->bytes, 1, sheet->size, file), sheet->size);
    assert_int_equal(fclose(file), 0);
}

static void
run(const char *folder, const char *what)
{
    BUF_AUTO struct buf command = {0};
    buf_printf(&command, "cd %s && %s", folder, what);
    if (system(command.p) != 0)
        fail_msg("this failed: %s", command.p);
}

/* poppler's page: by cairo, for pdftoppm stretches strips by a row. */
static void
assert_page_is(const char *folder, size_t page, cairo_surface_t *image, int bits)
{
    BUF_AUTO struct buf path = {0};
    buf_printf(&path, "%s/page-%zu.png", folder, page + 1);
    cairo_surface_t *theirs = cairo_image_surface_create_from_png(path.p);
    int width = cairo_image_surface_get_width(theirs);
    assert_int_equal(width, cairo_image_surface_get_width(image));
    assert_int_equal(cairo_image_surface_get_height(theirs),
                     cairo_image_surface_get_height(image));
    uint8_t *row = malloc((size_t)width * 3);
    for (int y = 0; y < cairo_image_surface_get_height(image); y++) {
        memset(row, 0, (size_t)width * 3);
        for (int x = 0; x < width; x++) {
            uint32_t pixel = pixel_at(theirs, x, y);
            if (bits == 24) {
                row[3 * x] = (uint8_t)(pixel >> 16);
                row[3 * x + 1] = (uint8_t)(pixel >> 8);
                row[3 * x + 2] = (uint8_t)pixel;
            } else if (bits == 8) {
                row[x] = (uint8_t)pixel;
            } else if ((pixel & 255) < 128) {
                row[x / 8] = (uint8_t)(row[x / 8] | 0x80 >> x % 8);
            }
        }
        assert_row_is(image, y, row, bits);
    }
    free(row);
    cairo_surface_destroy(theirs);
}

static void
pclm_of_every_ink_is_the_picture_of_its_pieces(void **state)
{
    static const int bits[] = {[INK_GREY] = 8, [INK_COLOUR] = 24, [INK_BLACK] = 1};
    struct press_piece pieces[3];
    set_pieces(pieces, 3);
    for (int ink = INK_GREY; ink <= INK_BLACK; ink++) {
        ARENA_AUTO struct arena *arena = arena_new(0);
        BUF_AUTO struct buf path = {0};
        char folder[32];
        struct press_job job = {.format = SHEET_PCLM,
                                .dpi = 300,
                                .pieces = pieces,
                                .piece_count = 3};
        job.device.ink = (unsigned)ink;
        struct sheet sheet = print(*state, &job, arena);
        write_sheet(&sheet, folder, &path);
        if (has_program("qpdf"))
            run(folder, "qpdf --check sheet.pdf >said");
        else
            print_message("no qpdf here: the file's structure is not looked at\n");
        if (has_program("pdftocairo")) {
            run(folder, "pdftocairo -r 300 -png sheet.pdf page");
            for (size_t i = 0; i < 3; i++) {
                cairo_surface_t *image = picture_of(*state, job, i, arena);
                assert_page_is(folder, i, image, bits[ink]);
                cairo_surface_destroy(image);
            }
        } else {
            print_message("no pdftocairo here: the pages are not compared\n");
        }
        run(folder, "rm -r \"$PWD\"");
    }
}

/* ---- strangers ---- */

static enum status
check(const struct press_job *job, const struct sheet *sheet, const void *bytes, size_t n)
{
    struct notes notes = {.count = 0};
    struct sheet other = *sheet;
    other.bytes = bytes;
    other.size = n;
    return sheet_check(job, &other, &notes);
}

static void
a_raster_that_was_cut_or_garbled_is_refused(void **state)
{
    static const enum sheet_format formats[] = {SHEET_PWG, SHEET_PCLM};
    struct press_piece pieces[2];
    uint32_t seed = 77;
    set_pieces(pieces, 2);
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        ARENA_AUTO struct arena *arena = arena_new(0);
        int refused = 0;
        struct press_job job = {.format = formats[i],
                                .dpi = 72,
                                .device = {.ink = INK_COLOUR},
                                .pieces = pieces,
                                .piece_count = 2};
        struct sheet sheet = print(*state, &job, arena);
        for (int round = 0; round < 1000; round++) {
            seed = seed * 1664525 + 1013904223;
            /* What follows %%EOF may be white space. */
            size_t n = round % 2 ? sheet.size : (seed >> 4) % (sheet.size - 1);
            uint8_t *copy = malloc(n + 1);
            memcpy(copy, sheet.bytes, n);
            if (round % 2)
                copy[(seed >> 8) % (round % 4 == 1 ? 1800 : n)] ^= (uint8_t)(1 << seed % 8);
            enum status status = check(&job, &sheet, copy, n);
            assert_true(round % 2 || status == STATUS_BUG);
            refused += status != STATUS_OK;
            free(copy);
        }
        assert_true(refused > 600);
        job.piece_count = 3; /* a piece has a page at least */
        assert_int_equal(check(&job, &sheet, sheet.bytes, sheet.size), STATUS_BUG);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pwg_raster_of_every_ink_is_the_picture_of_its_pieces),
        cmocka_unit_test(the_header_says_what_libcups_would_say),
        cmocka_unit_test(a_turned_page_stands_on_turned_paper),
        cmocka_unit_test(pclm_of_every_ink_is_the_picture_of_its_pieces),
        cmocka_unit_test(a_raster_that_was_cut_or_garbled_is_refused),
    };
    return cmocka_run_group_tests(tests, open_press, close_press);
}
