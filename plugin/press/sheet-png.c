/* PNG: one piece as pixels, for previews and for printers without PDF.
 *
 * The page is drawn at the asked resolution on white paper, with its bleed unless it is
 * to be cropped. */
#include "press/sheets.h"

#include "base/length.h"

#include <math.h>

#define DPI_DEFAULT 150
#define PIXELS_MAX (60.0 * 1000 * 1000)

enum status
draw_whole(const struct drawing *drawing)
{
    enum status status = STATUS_OK;
    draw_ground(drawing);
    for (size_t i = 0; status == STATUS_OK && i < drawing->page->item_count; i++)
        status = draw_item(drawing, &drawing->page->items[i]);
    return status;
}

static enum status
draw_on(struct making *making, const struct page *page, cairo_t *cr, double scale)
{
    struct canvas canvas = canvas_of(page, making->job->no_bleed);
    int32_t bleed = canvas.bleed;
    struct drawing drawing = {.studio = making->studio,
                              .cr = cr,
                              .page = page,
                              .bounds = {-bleed, -bleed, page->width_mm100 + 2 * bleed,
                                         page->height_mm100 + 2 * bleed},
                              .is_raster = true,
                              .notes = making->notes};
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    cairo_scale(cr, scale, scale);
    cairo_translate(cr, bleed + canvas.slug, bleed + canvas.slug);
    return draw_whole(&drawing);
}

enum status
sheet_png_make(struct making *making)
{
    PAGE_AUTO struct page *page = NULL;
    int32_t dpi = making->job->dpi ? making->job->dpi : DPI_DEFAULT;
    double scale = (double)dpi / MM100_PER_INCH;
    enum status status =
        studio_make_page(making->studio, &making->job->pieces[0], making->arena,
                         making->notes, making->dump, &page);
    if (status != STATUS_OK)
        return status;
    struct canvas canvas = canvas_of(page, making->job->no_bleed);
    double w = round(canvas.width * scale), h = round(canvas.height * scale);
    if (w < 1 || h < 1 || w * h > PIXELS_MAX)
        return note_fail(making->notes, STATUS_BAD_INPUT, NOTE_DRAWING_FAILED,
                         page->template_name, 0,
                         "%.0f by %.0f dots are more than a PNG is made of", w, h);
    cairo_surface_t *image =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)w, (int)h);
    cairo_t *cr = cairo_create(image);
    status = draw_on(making, page, cr, scale);
    cairo_destroy(cr);
    if (status == STATUS_OK)
        status = png_write(image, dpi, making->bytes);
    cairo_surface_destroy(image);
    making->sheet.pages = 1;
    making->sheet.width_mm100 = page->width_mm100;
    making->sheet.height_mm100 = page->height_mm100;
    return status;
}
