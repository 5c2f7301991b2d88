/* Symbols: a matrix of modules in, one filled path out.
 *
 * Neighbouring dark modules are merged into as few rectangles as a sweep finds, all in
 * one path with one fill, so no viewer shows seams between them. On raster the edges are
 * not smoothed, for a grey rim costs a scanner more than half a dot does. The text that
 * people read goes below. */
#include "press/draw-symbol.h"

#include <math.h>
#include <string.h>

/* In modules; sizes of the GS1 General Specifications, 5.2.5 */
#define DIGIT_HEIGHT 9.5 /* from the bars' foot to the digits' */
#define DIGIT_SIZE 10.5
#define LONG_BARS 5
#define HRI_SHARE 0.16 /* of the symbol's height */
#define HRI_MIN_MM100 220
#define HRI_MAX_MM100 420

/* How far right, then how far down, the block of dark modules goes that begins here. */
static void
measure_block(const uint8_t *dark, int32_t columns, int32_t rows, int32_t x, int32_t y,
              int32_t *ret_w, int32_t *ret_h)
{
    int32_t w = 0, h = 1;
    while (x + w < columns && dark[y * columns + x + w])
        w++;
    for (; y + h < rows; h++)
        for (int32_t i = 0; i < w; i++)
            if (!dark[(y + h) * columns + x + i])
                goto done;
done:
    *ret_w = w;
    *ret_h = h;
}

static enum status
add_modules(cairo_t *cr, const struct page_item *item, double x, double y, double w,
            double h)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    size_t count = (size_t)item->columns * (size_t)item->rows;
    uint8_t *dark = arena ? arena_make(arena, count) : NULL;
    if (dark == NULL)
        return STATUS_NO_MEMORY;
    memcpy(dark, item->modules, count);
    double dx = w / item->columns, dy = h / item->rows;
    for (int32_t row = 0; row < item->rows; row++) {
        for (int32_t column = 0; column < item->columns; column++) {
            int32_t bw, bh;
            if (!dark[row * item->columns + column])
                continue;
            measure_block(dark, item->columns, item->rows, column, row, &bw, &bh);
            cairo_rectangle(cr, x + column * dx, y + row * dy, bw * dx, bh * dy);
            for (int32_t i = 0; i < bh; i++)
                memset(dark + (size_t)(row + i) * (size_t)item->columns + column, 0,
                       (size_t)bw);
        }
    }
    return STATUS_OK;
}

/* EAN and UPC: digits of the standard's size below their bars. */
static void
draw_digits(const struct drawing *drawing, const struct page_item *item)
{
    double module = (double)item->at.w / item->columns;
    double top = item->at.y + item->at.h - DIGIT_HEIGHT * module;
    PangoLayout *layout = pango_layout_new(pages_context(drawing->studio->pages, "en"));
    PangoFontDescription *font = studio_font(DIGIT_SIZE * module, false);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    for (size_t i = 0; i < item->hri_digit_count; i++) {
        int width, line;
        pango_layout_set_text(layout, item->hri_digits[i].text, 1);
        pango_layout_get_size(layout, &width, &line);
        draw_layout(drawing->cr, layout,
                    item->at.x + item->hri_digits[i].at * module -
                        (double)width / PANGO_SCALE / 2,
                    top + DIGIT_HEIGHT * module / 2 - (double)line / PANGO_SCALE / 2 +
                        module / 2);
    }
    g_object_unref(layout);
}

/* The guards of EAN and UPC reach down among the digits. */
static void
add_long_bars(cairo_t *cr, const struct page_item *item, double x, double y, double w)
{
    double module = w / item->columns;
    for (int32_t column = 0; item->is_long && column < item->columns; column++)
        if (item->is_long[column] && item->modules[column])
            cairo_rectangle(cr, x + column * module, y, module, LONG_BARS * module);
}

static void
draw_hri(const struct drawing *drawing, const struct page_item *item, double height)
{
    PangoLayout *layout = pango_layout_new(pages_context(drawing->studio->pages, "en"));
    PangoFontDescription *font = studio_font(height * 0.78, false);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_text(layout, item->hri, -1);
    pango_layout_set_single_paragraph_mode(layout, TRUE);
    int width, line;
    pango_layout_get_size(layout, &width, &line);
    double w = (double)width / PANGO_SCALE, h = (double)line / PANGO_SCALE;
    double fit = w > item->at.w ? item->at.w / w : 1;
    cairo_save(drawing->cr);
    cairo_translate(drawing->cr, item->at.x + (item->at.w - w * fit) / 2,
                    item->at.y + item->at.h - height + (height - h * fit) / 2);
    cairo_scale(drawing->cr, fit, fit);
    draw_layout(drawing->cr, layout, 0, 0);
    cairo_restore(drawing->cr);
    g_object_unref(layout);
}

/* On a contact sheet's small picture nobody scans, and smooth looks better. */
static bool
is_readable(cairo_t *cr, double module)
{
    double along = module, across = 0;
    cairo_user_to_device_distance(cr, &along, &across);
    return hypot(along, across) >= 1.5;
}

double
draw_symbol_hri_height(const struct page_item *item)
{
    if (item->hri_digit_count)
        return DIGIT_HEIGHT * item->at.w / item->columns;
    if (!item->hri || !*item->hri)
        return 0;
    return fmin(fmax(item->at.h * HRI_SHARE, HRI_MIN_MM100), HRI_MAX_MM100);
}

enum status
draw_symbol_hri(const struct drawing *drawing, const struct page_item *item)
{
    double height = draw_symbol_hri_height(item);
    draw_turned(drawing->cr, item);
    draw_colour(drawing->cr, item->fill);
    if (item->hri_digit_count)
        draw_digits(drawing, item);
    else if (height > 0)
        draw_hri(drawing, item, height);
    return STATUS_OK;
}

enum status
draw_symbol(const struct drawing *drawing, const struct page_item *item)
{
    cairo_t *cr = drawing->cr;
    double w = item->at.w, h = item->at.h, x = item->at.x, y = item->at.y, hri = 0;
    if (item->columns < 1 || item->rows < 1 || item->columns > 4096 || item->rows > 4096)
        return note_fail(drawing->notes, STATUS_BUG, NOTE_DRAWING_FAILED,
                         drawing->page->template_name, item->line,
                         "a symbol has no modules");
    if (item->stroke.a > 0) {
        draw_colour(cr, item->stroke);
        cairo_rectangle(cr, x, y, w, h);
        cairo_fill(cr);
    }
    hri = draw_symbol_hri_height(item);
    h -= hri;
    if (item->rows > 1) {
        /* A matrix stays square whatever its place is. */
        double module = fmin(w / item->columns, h / item->rows);
        x += (w - module * item->columns) / 2;
        y += (h - module * item->rows) / 2;
        w = module * item->columns;
        h = module * item->rows;
    }
    draw_colour(cr, item->fill);
    if (drawing->is_raster && is_readable(cr, w / item->columns))
        cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE);
    enum status status = add_modules(cr, item, x, y, w, h);
    add_long_bars(cr, item, x, y + h, w);
    cairo_fill(cr);
    cairo_set_antialias(cr, CAIRO_ANTIALIAS_DEFAULT);
    if (status == STATUS_OK && item->hri_digit_count)
        draw_digits(drawing, item);
    else if (status == STATUS_OK && hri > 0)
        draw_hri(drawing, item, hri);
    return status;
}
