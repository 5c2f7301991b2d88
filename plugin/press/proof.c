/* Proofs: pages are laid out, drawn without their words, and looked at.
 *
 * What the typesetter finds while it lays out (overflow, missing letters, the safe area,
 * small and pale symbols) it tells itself. Here is found what needs the page as a whole:
 * texts over each other, words that are hardly seen on what lies under them, pictures of
 * too few pixels. Contrast is that of WCAG 2 (relative luminance, 4.5 to 1, large letters
 * 3 to 1), of the letters against the worst tenth of what lies under their lines. */
#include "press/proof.h"

#include "base/length.h"
#include "press/sheets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_DPI 48
#define RATIO 4.5
#define RATIO_LARGE 3.0
#define LARGE_MM100 635 /* 18 pt; bold from 14 pt */
#define LARGE_BOLD_MM100 494
#define COARSE_DPI 150
#define SAMPLES_MAX 4096

static double
linear(double value)
{
    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static double
luminance(double r, double g, double b)
{
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

static double
ratio(double a, double b)
{
    return (fmax(a, b) + 0.05) / (fmin(a, b) + 0.05);
}

/* The page without words and symbols, at a few dots an inch. The caller's. */
static enum status
draw_grounds(struct studio *studio, const struct page *page, struct notes *notes,
             cairo_surface_t **ret)
{
    double scale = (double)LOOK_DPI / MM100_PER_INCH;
    int w = (int)ceil(page->width_mm100 * scale);
    int h = (int)ceil(page->height_mm100 * scale);
    cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w, h);
    cairo_t *cr = cairo_create(image);
    struct drawing drawing = {
        .studio = studio,
        .cr = cr,
        .page = page,
        .bounds = {0, 0, page->width_mm100, page->height_mm100},
        .is_raster = true,
        .notes = notes,
    };
    enum status status = STATUS_OK;
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    cairo_scale(cr, scale, scale);
    draw_ground(&drawing);
    for (size_t i = 0; status == STATUS_OK && i < page->item_count; i++)
        if (page->items[i].kind != ITEM_TEXT && page->items[i].kind != ITEM_SYMBOL)
            status = draw_item(&drawing, &page->items[i]);
    cairo_destroy(cr);
    cairo_surface_flush(image);
    if (status == STATUS_OK)
        *ret = image;
    else
        cairo_surface_destroy(image);
    return status;
}

static struct note_place
place_of(const struct page_item *item, int32_t index)
{
    return (struct note_place){index, item->at.x, item->at.y, MAX(item->at.w, 1),
                               MAX(item->at.h, 1)};
}

/* --- contrast ------------------------------------------------------------------------
 */

struct samples {
    double ratio[SAMPLES_MAX];
    size_t count;
};

static void
sample(cairo_surface_t *image, struct rect at, double ink, struct samples *samples)
{
    double scale = (double)LOOK_DPI / MM100_PER_INCH;
    const uint8_t *bytes = cairo_image_surface_get_data(image);
    int stride = cairo_image_surface_get_stride(image);
    int x0 = MAX(0, (int)floor(at.x * scale)), y0 = MAX(0, (int)floor(at.y * scale));
    int x1 = MIN(cairo_image_surface_get_width(image), (int)ceil((at.x + at.w) * scale));
    int y1 = MIN(cairo_image_surface_get_height(image), (int)ceil((at.y + at.h) * scale));
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1 && samples->count < SAMPLES_MAX; x++) {
            uint32_t pixel;
            memcpy(&pixel, bytes + (size_t)y * (size_t)stride + (size_t)x * 4, 4);
            samples->ratio[samples->count++] =
                ratio(ink, luminance((double)(pixel >> 16 & 255) / 255,
                                     (double)(pixel >> 8 & 255) / 255,
                                     (double)(pixel & 255) / 255));
        }
}

static int
by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Nine tenths of what lies under the text differ at least so much from its letters. */
static double
worst_tenth(cairo_surface_t *image, const struct page_item *item, struct samples *samples)
{
    double ink = luminance(item->fill.r, item->fill.g, item->fill.b);
    PangoLayoutIter *iter = pango_layout_get_iter(item->layout);
    samples->count = 0;
    do {
        PangoRectangle line;
        pango_layout_iter_get_line_extents(iter, &line, NULL);
        struct rect at = {item->at.x + line.x / PANGO_SCALE,
                          item->at.y + line.y / PANGO_SCALE, line.width / PANGO_SCALE,
                          line.height / PANGO_SCALE};
        sample(image, at, ink, samples);
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
    qsort(samples->ratio, samples->count, sizeof samples->ratio[0], by_size);
    return samples->count ? samples->ratio[samples->count / 10] : INFINITY;
}

static bool
is_large(const struct page_item *item)
{
    const PangoFontDescription *font = pango_layout_get_font_description(item->layout);
    double size = (double)pango_font_description_get_size(font) / PANGO_SCALE;
    bool is_bold = pango_font_description_get_weight(font) >= PANGO_WEIGHT_BOLD;
    return size >= (is_bold ? LARGE_BOLD_MM100 : LARGE_MM100);
}

static void
check_contrast(const struct page *page, int32_t index, cairo_surface_t *image,
               const char *file, struct notes *notes)
{
    static struct samples samples; /* of the worker, which has one thread */
    for (size_t i = 0; i < page->item_count; i++) {
        const struct page_item *item = &page->items[i];
        if (item->kind != ITEM_TEXT || item->rotate_deg != 0 || item->fill.a <= 0)
            continue;
        double least = is_large(item) ? RATIO_LARGE : RATIO;
        double found = worst_tenth(image, item, &samples);
        struct note_place place = place_of(item, index);
        if (found < least)
            note_add_at(notes, NOTE_TEXT_PALE, file, item->line, &place,
                        "a text's contrast with what lies under it is %.1f to 1; "
                        "expected %.1f or more",
                        found, least);
    }
}

/* --- pictures ------------------------------------------------------------------------
 */

static enum status
check_image(struct studio *studio, const struct page_item *item, int32_t index,
            const char *file, struct notes *notes)
{
    cairo_surface_t *image;
    enum status status = images_find(&studio->images, item->file, notes, &image);
    if (status != STATUS_OK || item->at.w <= 0 || item->at.h <= 0)
        return status;
    int w = cairo_image_surface_get_width(image);
    int h = cairo_image_surface_get_height(image);
    double across = w * (double)MM100_PER_INCH / item->at.w;
    double down = h * (double)MM100_PER_INCH / item->at.h;
    double dpi = item->fit == FIT_CONTAIN ? fmax(across, down) : fmin(across, down);
    struct note_place place = place_of(item, index);
    if (dpi < COARSE_DPI)
        note_add_at(
            notes, NOTE_IMAGE_COARSE, file, item->line, &place,
            "a picture of %d by %d pixels comes to %.0f dots an inch at this size; "
            "expected %d or more",
            w, h, dpi, COARSE_DPI);
    return STATUS_OK;
}

static enum status
look_at(struct studio *studio, const struct page *page, int32_t index, const char *file,
        struct notes *notes)
{
    cairo_surface_t *image;
    enum status status = draw_grounds(studio, page, notes, &image);
    if (status != STATUS_OK)
        return status;
    check_contrast(page, index, image, file, notes);
    cairo_surface_destroy(image);
    for (size_t i = 0; status == STATUS_OK && i < page->item_count; i++)
        if (page->items[i].kind == ITEM_IMAGE)
            status = check_image(studio, &page->items[i], index, file, notes);
    return status;
}

enum status
proof_piece(struct studio *studio, const struct press_piece *piece, struct notes *notes)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    PAGE_AUTO struct page *first = NULL;
    int32_t index = 0;
    if (arena == NULL)
        return STATUS_NO_MEMORY;
    pages_set_strict(studio->pages, true);
    enum status status = studio_make_page(studio, piece, arena, notes, NULL, &first);
    pages_set_strict(studio->pages, false);
    if (status != STATUS_OK)
        return status;
    page_check_overlap(first, piece->template_path, notes);
    for (const struct page *page = first; status == STATUS_OK && page; page = page->next)
        status = look_at(studio, page, index++, piece->template_path, notes);
    return status;
}
