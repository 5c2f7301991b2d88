/* A page as the dots of a label printer, as the paper shows it: bars of whole dots, type
 * without specks, tones that come out as meant, and nothing beyond the head. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "press/press.h"

#include <cairo.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct bench {
    struct press *press;
    struct arena *arena;
    struct notes notes;
    int pages; /* each template has a path of its own, as a shop's have */
};

/* Dots of a sheet; 1 is black. */
struct picture {
    int w, h;
    uint8_t *dots;
    struct sheet sheet;
};

static const int32_t resolutions[] = {203, 300, 600};
static char folder[] = "/tmp/test-dots.XXXXXX";

/* --- making ----------------------------------------------------------------------------- */

static const char *
page_path(struct bench *bench, const char *page)
{
    const char *path = arena_printf(bench->arena, "%s/%d.xml", folder, bench->pages++);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fprintf(file,
            "<template xmlns='urn:tuck:template:1' "
            "xmlns:xsl='http://www.w3.org/1999/XSL/Transform' name='t' kind='coupon' "
            "bleed='0mm' safe='0mm'><colour name='white' rgb='#FFFFFF'/>"
            "<colour name='black' rgb='#000000'/><colour name='gold' rgb='#C9A45C'/>"
            "<colour name='cream' rgb='#FAF5EA'/><colour name='grey' rgb='#777777'/>"
            "<style name='s' font='Karla' size='14pt' colour='black'/>%s</template>",
            page);
    assert_int_equal(fclose(file), 0);
    return path;
}

static enum status
make(struct bench *bench, const char *path, enum sheet_format format, int32_t dpi,
     const struct press_device *device, struct sheet *ret)
{
    static const char values[] = "<values xmlns='urn:tuck:values:1' lang='en' "
                                 "created='2026-10-02T07:12:00Z'>"
                                 "<v name='code' type='text'>FERN-7K2M</v></values>";
    const struct press_piece piece = {.template_path = path,
                                      .values = values,
                                      .values_n = sizeof(values) - 1,
                                      .lang = "en"};
    struct press_job job = {.format = format,
                            .dpi = dpi,
                            .created_s = 1790925120,
                            .title = "t",
                            .pieces = &piece,
                            .piece_count = 1};
    const struct patience patience = {clock_monotonic_ms() + 60000, NULL};
    if (device)
        job.device = *device;
    bench->notes.count = 0;
    return press_make(bench->press, &job, &patience, bench->arena, &bench->notes, ret);
}

/* The text of the note with that number, which there must be. */
static const char *
told(const struct bench *bench, enum note_id id)
{
    for (size_t i = 0; i < bench->notes.count; i++)
        if (bench->notes.note[i].id == id)
            return bench->notes.note[i].text;
    fail_msg("no note %d", (int)id);
    return "";
}

static struct picture
picture_of(struct bench *bench, const struct sheet *sheet)
{
    char path[64];
    snprintf(path, sizeof(path), "%s/sheet.png", folder);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(sheet->bytes, 1, sheet->size, file), sheet->size);
    assert_int_equal(fclose(file), 0);
    cairo_surface_t *png = cairo_image_surface_create_from_png(path);
    assert_int_equal(cairo_surface_status(png), CAIRO_STATUS_SUCCESS);
    struct picture picture = {.w = cairo_image_surface_get_width(png),
                              .h = cairo_image_surface_get_height(png),
                              .sheet = *sheet};
    picture.dots = arena_make(bench->arena, (size_t)picture.w * (size_t)picture.h);
    for (int y = 0; y < picture.h; y++)
        for (int x = 0; x < picture.w; x++) {
            const uint8_t *at = cairo_image_surface_get_data(png) +
                                (size_t)y * (size_t)cairo_image_surface_get_stride(png) +
                                (size_t)x * 4;
            assert_true(at[1] == 0 || at[1] == 255);
            picture.dots[y * picture.w + x] = at[1] == 0;
        }
    cairo_surface_destroy(png);
    return picture;
}

static struct picture
print_on(struct bench *bench, const char *page, int32_t dpi,
         const struct press_device *device)
{
    struct sheet sheet;
    enum status status =
        make(bench, page_path(bench, page), SHEET_DOTS, dpi, device, &sheet);
    if (status != STATUS_OK)
        fail_msg("%s", bench->notes.count ? bench->notes.note[0].text : "no note");
    return picture_of(bench, &sheet);
}

static struct picture
print(struct bench *bench, const char *page, int32_t dpi)
{
    return print_on(bench, page, dpi, NULL);
}

static int
dot(const struct picture *picture, int x, int y)
{
    return picture->dots[y * picture->w + x];
}

static double
share_black(const struct picture *picture, int x, int y, int w, int h)
{
    int64_t black = 0;
    for (int v = y; v < y + h; v++)
        for (int u = x; u < x + w; u++)
            black += dot(picture, u, v);
    return (double)black / ((double)w * h);
}

/* Black dots all of whose eight neighbours are white. */
static int
specks(const struct picture *picture)
{
    int count = 0;
    for (int y = 1; y < picture->h - 1; y++)
        for (int x = 1; x < picture->w - 1; x++) {
            int around = 0;
            for (int v = -1; v <= 1; v++)
                for (int u = -1; u <= 1; u++)
                    around += dot(picture, x + u, y + v);
            count += dot(picture, x, y) && around == 1;
        }
    return count;
}

static int
dots_of(double mm, int32_t dpi)
{
    return (int)lround(mm * (dpi == 203 ? 203.2 : dpi) / 25.4);
}

/* What zbarimg reads; NULL: there is none. */
static const char *
scan(struct bench *bench)
{
    if (system("command -v zbarimg >/dev/null 2>&1") != 0)
        return NULL;
    const char *command =
        arena_printf(bench->arena, "zbarimg --nodbus -q %s/sheet.png 2>&1", folder);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    char *said = arena_make(bench->arena, 4096);
    said[fread(said, 1, 4095, pipe)] = '\0';
    (void)pclose(pipe); /* 4: it saw nothing, which the answer says, too */
    return said;
}

/* --- symbols ---------------------------------------------------------------------------- */

/* The greatest common width of all bars and spaces of a row, and where the bars begin and
 * end. */
static int
module_of(const struct picture *picture, int y, int *ret_left, int *ret_right)
{
    int common = 0, run = 0, left = -1, right = 0;
    for (int x = 0; x < picture->w; x++) {
        if (dot(picture, x, y)) {
            left = left < 0 ? x : left;
            right = x + 1;
        }
    }
    for (int x = left; x < right; x++) {
        run++;
        if (x + 1 < right && dot(picture, x, y) == dot(picture, x + 1, y))
            continue;
        for (int a = run; a > 0;) { /* Euclid */
            int rest = common % a;
            common = a;
            a = rest;
        }
        run = 0;
    }
    *ret_left = left;
    *ret_right = right;
    return common;
}

static void
bars_are_whole_dots_with_white_on_both_sides(void **state)
{
    static const struct {
        const char *type, *value;
    } cases[] = {{"code128", "FERN7K2M44"},
                 {"gs1-128", "[255]9501101530003123"},
                 {"databar-expanded", "[01]09501101530003[3103]000123"}};
    struct bench *bench = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        for (size_t r = 0; r < COUNT_OF(resolutions); r++) {
            int32_t dpi = resolutions[r];
            int left, right;
            struct picture picture = print(
                bench,
                arena_printf(bench->arena,
                             "<page width='97' height='40' ground='grey'><symbol type='%s'"
                             " x='5.03' y='5.01' w='86.77' h='20' value='%s'/></page>",
                             cases[i].type, cases[i].value),
                dpi);
            int y = dots_of(14, dpi), edge = dots_of(5.03, dpi) + 1;
            /* within the symbol's own white ground */
            struct picture row = picture;
            row.dots += edge;
            row.w = picture.w;
            int end = dots_of(5.03 + 86.77, dpi) - 1 - edge;
            struct picture line = {.w = end, .h = 1, .dots = row.dots + y * picture.w};
            int module = module_of(&line, 0, &left, &right);
            assert_in_range(module, dpi / 203, dpi / 20);
            /* the quiet zone is ten modules; DataBar wants none, and gets what there is */
            if (strcmp(cases[i].type, "databar-expanded") != 0) {
                assert_true(left >= 10 * module - 1);
                assert_true(end - right >= 10 * module - 1);
            }
            /* the same in every row of the bars: no ragged edge */
            for (int v = y - 20; v < y + 20; v++)
                assert_memory_equal(row.dots + v * picture.w, line.dots, (size_t)end);
            const char *said = scan(bench);
            if (said && strcmp(cases[i].type, "code128") == 0)
                assert_non_null(strstr(said, cases[i].value));
        }
}

static void
modules_of_a_square_symbol_are_square_and_whole(void **state)
{
    static const char *const types[][2] = {{"qr", "https://fern-kettle.example/c/7K2M44QX"},
                                           {"gs1-datamatrix", "[255]9501101530003123"}};
    struct bench *bench = *state;
    for (size_t i = 0; i < COUNT_OF(types); i++)
        for (size_t r = 0; r < COUNT_OF(resolutions); r++) {
            int32_t dpi = resolutions[r];
            struct picture picture = print(
                bench,
                arena_printf(bench->arena,
                             "<page width='40' height='40' ground='white'><symbol type='%s'"
                             " x='5.07' y='5.02' w='29.9' h='29.9' value='%s'/></page>",
                             types[i][0], types[i][1]),
                dpi);
            int left = picture.w, right = 0, top = picture.h, foot = 0;
            for (int y = 0; y < picture.h; y++)
                for (int x = 0; x < picture.w; x++)
                    if (dot(&picture, x, y)) {
                        left = x < left ? x : left;
                        right = x + 1 > right ? x + 1 : right;
                        top = y < top ? y : top;
                        foot = y + 1;
                    }
            assert_int_equal(right - left, foot - top);
            int module = 0;
            for (int y = top; y < foot; y++) { /* over all rows */
                int a, b;
                struct picture line = {picture.w, 1, picture.dots + y * picture.w, {0}};
                int own = module_of(&line, 0, &a, &b);
                for (int m = own; m > 0;) {
                    int rest = module % m;
                    module = m;
                    m = rest;
                }
            }
            assert_true(module >= 2);
            assert_int_equal((right - left) % module, 0);
            for (int y = top; y < foot; y++)
                for (int x = left; x < right; x++)
                    assert_int_equal(dot(&picture, x, y),
                                     dot(&picture, left + (x - left) / module * module,
                                         top + (y - top) / module * module));
            const char *said = i == 0 ? scan(bench) : NULL;
            if (said)
                assert_non_null(strstr(said, types[i][1]));
        }
}

static void
a_symbol_without_room_is_refused_or_told(void **state)
{
    struct bench *bench = *state;
    struct sheet sheet;
    const char *path = page_path(
        bench, "<page width='40' height='40' ground='white'><symbol type='qr' x='5' y='5'"
               " w='4' h='4' value='https://fern-kettle.example/c/7K2M44QX'/></page>");
    (void)make(bench, path, SHEET_DOTS, 203, NULL, &sheet);
    (void)told(bench, NOTE_DOTS_SMALL_SYMBOL);
}

/* --- type ------------------------------------------------------------------------------- */

#define LINE "<frame x='2' y='2' w='60' h='14' style='s'%s>Twelve fine teas for you</frame>"

static void
type_is_cut_and_never_halftoned(void **state)
{
    static const char *const inks[] = {"", " colour='grey'", " colour='gold'"};
    struct bench *bench = *state;
    for (size_t i = 0; i < COUNT_OF(inks); i++) {
        const char *frame = arena_printf(bench->arena, LINE, inks[i]);
        struct picture picture =
            print(bench,
                  arena_printf(bench->arena,
                               "<page width='64' height='18' ground='white'>%s</page>",
                               frame),
                  203);
        double share = share_black(&picture, 0, 0, picture.w, picture.h);
        assert_true(share > 0.01 && share < 0.2);
        assert_int_equal(specks(&picture), 0);
    }
}

static void
type_of_any_colour_stands_against_its_ground(void **state)
{
    static const struct {
        const char *ground, *ink;
        bool is_black;
    } cases[] = {{"cream", "gold", true},  {"white", "grey", true},
                 {"black", "white", false}, {"black", "gold", false},
                 {"cream", "black", true},  {"grey", "white", false}};
    struct bench *bench = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *colour = arena_printf(bench->arena, " colour='%s'", cases[i].ink);
        const char *frame = arena_printf(bench->arena, LINE, colour);
        struct picture bare = print(
            bench,
            arena_printf(bench->arena,
                         "<page width='64' height='18' ground='%s'>"
                         "<box x='0' y='0' w='64' h='18' fill='%s'/></page>",
                         cases[i].ground, cases[i].ground),
            203);
        struct picture full = print(
            bench,
            arena_printf(bench->arena,
                         "<page width='64' height='18' ground='%s'>"
                         "<box x='0' y='0' w='64' h='18' fill='%s'/>%s</page>",
                         cases[i].ground, cases[i].ground, frame),
            203);
        int64_t changed = 0, black = 0, size = (int64_t)full.w * full.h;
        for (int64_t d = 0; d < size; d++)
            if (bare.dots[d] != full.dots[d]) {
                changed++;
                black += full.dots[d];
            }
        assert_true(changed > size / 100);
        if (black != (cases[i].is_black ? changed : 0))
            fail_msg("%s on %s: %d of %d dots are black", cases[i].ink, cases[i].ground,
                     (int)black, (int)changed);
    }
}

static void
what_the_page_hides_stays_hidden(void **state)
{
    struct bench *bench = *state;
    const char *frame = arena_printf(bench->arena, LINE, " colour='white'");
    struct picture picture =
        print(bench,
              arena_printf(bench->arena,
                           "<page width='64' height='18' ground='white'>%s</page>", frame),
              203);
    assert_true(share_black(&picture, 0, 0, picture.w, picture.h) == 0);
}

/* --- tones ------------------------------------------------------------------------------ */

/* Grey steps as a picture file, so that they are an image and no drawing. */
static const char *
draw_steps(int count)
{
    static char path[64];
    cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, count * 40, 200);
    cairo_t *cr = cairo_create(image);
    for (int i = 0; i < count; i++) {
        double v = (double)i / (count - 1);
        cairo_set_source_rgb(cr, v, v, v);
        cairo_rectangle(cr, i * 40, 0, 40, 200);
        cairo_fill(cr);
    }
    snprintf(path, sizeof(path), "%s/steps.png", folder);
    assert_int_equal(cairo_surface_write_to_png(image, path), CAIRO_STATUS_SUCCESS);
    cairo_destroy(cr);
    cairo_surface_destroy(image);
    return path;
}

static void
a_ramp_of_greys_comes_out_as_one(void **state)
{
    struct bench *bench = *state;
    const char *path = draw_steps(11);
    struct picture picture =
        print(bench,
              arena_printf(bench->arena,
                           "<page width='110' height='20' ground='white'><image href='%s' "
                           "x='0' y='0' w='110' h='20' fit='stretch'/></page>",
                           path),
              203);
    double before = 2;
    for (int i = 0; i < 11; i++) {
        double v = i / 10.0;
        double light = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
        /* what a head with 30 % of dot gain in the middle makes of it again */
        double share = share_black(&picture, i * 80 + 8, 8, 64, picture.h - 16);
        double asked = (1 - light) * (1 - 0.30 * light);
        assert_true(share <= before);
        if (fabs(share - asked) > 0.03)
            fail_msg("step %d: %.3f of the dots are black, not %.3f", i, share, asked);
        before = share;
    }
}

static void
a_middle_grey_has_no_patches(void **state)
{
    struct bench *bench = *state;
    struct picture picture =
        print(bench,
              "<page width='60' height='40' ground='white'>"
              "<box x='5' y='5' w='50' h='30' fill='grey' dots='halftone'/></page>",
              203);
    double mean = share_black(&picture, 60, 60, 320, 160);
    assert_true(mean > 0.4 && mean < 0.8);
    for (int y = 60; y < 220; y += 16)
        for (int x = 60; x < 380; x += 16)
            assert_true(fabs(share_black(&picture, x, y, 16, 16) - mean) < 0.08);
}

static void
an_element_is_halftoned_or_cut_as_its_template_says(void **state)
{
    struct bench *bench = *state;
    static const char page[] = "<page width='60' height='40' ground='white'>"
                               "<box x='5' y='5' w='50' h='30' fill='%s'%s/></page>";
    struct picture cut = print(bench, arena_printf(bench->arena, page, "grey", ""), 203);
    struct picture tone = print(
        bench, arena_printf(bench->arena, page, "grey", " dots='halftone'"), 203);
    double whole = share_black(&cut, 60, 60, 320, 160);
    assert_true(whole == 0 || whole == 1);
    double some = share_black(&tone, 60, 60, 320, 160);
    assert_true(some > 0.4 && some < 0.8);
    const char *path = draw_steps(2);
    static const char image[] = "<page width='60' height='40' ground='white'>"
                                "<image href='%s' x='0' y='0' w='60' h='40' "
                                "fit='stretch' dots='threshold'/></page>";
    struct picture halves = print(bench, arena_printf(bench->arena, image, path), 203);
    assert_true(share_black(&halves, 0, 0, 220, halves.h) == 1);
    assert_true(share_black(&halves, 260, 0, 220, halves.h) == 0);
}

/* --- the device ------------------------------------------------------------------------- */

#define CORNERS                                                                          \
    "<page width='50' height='30' ground='white'>"                                       \
    "<box x='0' y='0' w='10' h='5' fill='black'/>"                                       \
    "<symbol type='qr' x='20' y='8' w='18' h='18' value='FERN'/>"                        \
    "<frame x='2' y='12' w='16' h='14' style='s'>{$code}</frame></page>"

static void
boxes_lie_on_the_dots_that_their_lengths_say(void **state)
{
    struct bench *bench = *state;
    for (size_t r = 0; r < COUNT_OF(resolutions); r++) {
        int32_t dpi = resolutions[r];
        struct picture picture =
            print(bench,
                  "<page width='50' height='30' ground='white'>"
                  "<box x='10' y='5' w='20' h='10' fill='black'/></page>",
                  dpi);
        int x = dots_of(10, dpi), y = dots_of(5, dpi), right = dots_of(30, dpi),
            foot = dots_of(15, dpi);
        assert_int_equal(picture.w, dots_of(50, dpi));
        assert_int_equal(picture.h, dots_of(30, dpi));
        for (int v = 0; v < picture.h; v++)
            for (int u = 0; u < picture.w; u++)
                assert_int_equal(dot(&picture, u, v),
                                 u >= x && u < right && v >= y && v < foot);
    }
}

static void
a_label_that_is_turned_is_the_same_label(void **state)
{
    struct bench *bench = *state;
    struct press_device device = {.rotate_deg = 180};
    struct picture upright = print(bench, CORNERS, 203);
    struct picture turned = print_on(bench, CORNERS, 203, &device);
    assert_int_equal(upright.w, turned.w);
    assert_int_equal(upright.h, turned.h);
    /* boxes and symbols dot by dot; of type the cut may fall a dot beside */
    assert_true(share_black(&turned, turned.w - 80, turned.h - 40, 80, 40) == 1);
    int64_t other = 0, black = 0;
    for (int y = 0; y < upright.h; y++)
        for (int x = 0; x < upright.w; x++) {
            int a = dot(&upright, x, y),
                b = dot(&turned, upright.w - 1 - x, upright.h - 1 - y);
            black += a;
            other += a != b;
            if (x >= 160 && y >= 64)
                assert_int_equal(a, b);
        }
    assert_true(other * 40 < black);
    device.rotate_deg = 90;
    struct picture quarter = print_on(bench, CORNERS, 203, &device);
    assert_int_equal(quarter.w, upright.h);
    assert_int_equal(quarter.h, upright.w);
    for (int y = 64; y < upright.h; y++)
        for (int x = 160; x < upright.w; x++)
            assert_int_equal(dot(&upright, x, y), dot(&quarter, upright.h - 1 - y, x));
}

static void
a_label_that_is_shifted_moves_whole_and_never_wraps(void **state)
{
    static const struct {
        int x, y;
    } shifts[] = {{200, 0}, {0, 300}, {125, 250}, {-400, 0}, {0, -200}, {-125, 125}};
    struct bench *bench = *state;
    struct picture still = print(bench, CORNERS, 203);
    for (size_t i = 0; i < COUNT_OF(shifts); i++) {
        const struct press_device device = {.shift_x_mm100 = shifts[i].x,
                                            .shift_y_mm100 = shifts[i].y};
        struct picture moved = print_on(bench, CORNERS, 203, &device);
        int dx = dots_of(shifts[i].x / 100.0, 203), dy = dots_of(shifts[i].y / 100.0, 203);
        int64_t other = 0;
        for (int y = 0; y < moved.h; y++)
            for (int x = 0; x < moved.w; x++) {
                int u = x - dx, v = y - dy;
                int was = u >= 0 && v >= 0 && u < still.w && v < still.h &&
                          dot(&still, u, v);
                other += dot(&moved, x, y) != was;
            }
        assert_int_equal(other, 0);
    }
}

static void
a_head_that_is_too_small_shrinks_the_page_only_where_it_may(void **state)
{
    struct bench *bench = *state;
    struct press_device device = {.head_dots = 320};
    struct sheet sheet;
    const char *path = page_path(bench, CORNERS);
    assert_int_equal(make(bench, path, SHEET_DOTS, 203, &device, &sheet),
                     STATUS_BAD_INPUT);
    assert_non_null(strstr(told(bench, NOTE_DOTS_TOO_WIDE),
                           "400 dots wide and the print head 320"));
    device.may_shrink = true;
    struct picture small = print_on(bench, CORNERS, 203, &device);
    assert_non_null(strstr(told(bench, NOTE_DOTS_SHRUNK), "80.0 %"));
    assert_int_equal(small.w, 320);
    assert_int_equal(small.h, 192);
    assert_true(share_black(&small, 0, 0, 64, 32) == 1);
    const char *said = scan(bench);
    if (said)
        assert_non_null(strstr(said, "FERN"));
}

static void
an_absurd_resolution_is_refused(void **state)
{
    struct bench *bench = *state;
    struct sheet sheet;
    const char *path = page_path(bench, CORNERS);
    assert_int_not_equal(make(bench, path, SHEET_DOTS, 100000, NULL, &sheet), STATUS_OK);
    assert_int_not_equal(make(bench, path, SHEET_DOTS, -203, NULL, &sheet), STATUS_OK);
    assert_int_equal(make(bench, path, SHEET_DOTS, 203, NULL, &sheet), STATUS_OK);
}

/* --- the plate -------------------------------------------------------------------------- */

static void
a_label_is_the_same_from_a_plate_that_is_kept(void **state)
{
    static const enum sheet_format formats[] = {SHEET_DOTS, SHEET_ZPL, SHEET_EPL,
                                                SHEET_TSPL};
    struct bench *bench = *state;
    const char *path = page_path(bench, CORNERS);
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        struct sheet cold, warm;
        struct press_device turned = {.rotate_deg = 90};
        assert_int_equal(make(bench, path, formats[i], 203, NULL, &cold), STATUS_OK);
        /* other devices' plates of the same page come between */
        assert_int_equal(make(bench, path, formats[i], 300, NULL, &warm), STATUS_OK);
        assert_int_equal(make(bench, path, formats[i], 203, &turned, &warm), STATUS_OK);
        assert_int_equal(make(bench, path, formats[i], 203, NULL, &warm), STATUS_OK);
        assert_int_equal(cold.size, warm.size);
        assert_memory_equal(cold.bytes, warm.bytes, cold.size);
    }
}

static void
a_template_that_changes_is_printed_as_it_is(void **state)
{
    struct bench *bench = *state;
    const char *path =
        page_path(bench, "<page width='50' height='30' ground='white'>"
                         "<box x='0' y='0' w='10' h='5' fill='black'/></page>");
    struct sheet sheet;
    assert_int_equal(make(bench, path, SHEET_DOTS, 203, NULL, &sheet), STATUS_OK);
    bench->pages--;
    path = page_path(bench, "<page width='50' height='30' ground='white'>"
                            "<box x='0' y='0' w='20' h='15' fill='black'/></page>");
    assert_int_equal(make(bench, path, SHEET_DOTS, 203, NULL, &sheet), STATUS_OK);
    struct picture picture = picture_of(bench, &sheet);
    assert_true(share_black(&picture, 0, 0, 160, 120) == 1);
}

/* --- all of it -------------------------------------------------------------------------- */

static int
set_up(void **state)
{
    const char *dirs[] = {folder, NULL};
    const struct press_settings settings = {
        .worker_path = WORKER_PATH, .fonts_conf = FONTS_CONF, .read_dirs = dirs};
    const struct patience patience = {clock_monotonic_ms() + 60000, NULL};
    struct bench *bench = calloc(1, sizeof(*bench));
    if (!bench || !mkdtemp(folder) || !(bench->arena = arena_new(0)))
        return -1;
    *state = bench;
    return press_open(&settings, &patience, &bench->notes, &bench->press) == STATUS_OK ? 0
                                                                                       : -1;
}

static int
tear_down(void **state)
{
    struct bench *bench = *state;
    char path[64];
    press_close(bench->press);
    for (int i = 0; i < bench->pages; i++) {
        snprintf(path, sizeof(path), "%s/%d.xml", folder, i);
        unlink(path);
    }
    static const char *const others[] = {"sheet.png", "steps.png"};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, others[i]);
        unlink(path);
    }
    arena_free(bench->arena);
    free(bench);
    return rmdir(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_are_whole_dots_with_white_on_both_sides),
        cmocka_unit_test(modules_of_a_square_symbol_are_square_and_whole),
        cmocka_unit_test(a_symbol_without_room_is_refused_or_told),
        cmocka_unit_test(type_is_cut_and_never_halftoned),
        cmocka_unit_test(type_of_any_colour_stands_against_its_ground),
        cmocka_unit_test(what_the_page_hides_stays_hidden),
        cmocka_unit_test(a_ramp_of_greys_comes_out_as_one),
        cmocka_unit_test(a_middle_grey_has_no_patches),
        cmocka_unit_test(an_element_is_halftoned_or_cut_as_its_template_says),
        cmocka_unit_test(boxes_lie_on_the_dots_that_their_lengths_say),
        cmocka_unit_test(a_label_that_is_turned_is_the_same_label),
        cmocka_unit_test(a_label_that_is_shifted_moves_whole_and_never_wraps),
        cmocka_unit_test(a_head_that_is_too_small_shrinks_the_page_only_where_it_may),
        cmocka_unit_test(an_absurd_resolution_is_refused),
        cmocka_unit_test(a_label_is_the_same_from_a_plate_that_is_kept),
        cmocka_unit_test(a_template_that_changes_is_printed_as_it_is),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
