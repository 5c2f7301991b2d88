/* PNG: one piece as pixels, for previews and for printers without PDF.
 *
 * The page is drawn at the asked resolution on white paper, with its bleed unless it is
 * to be cropped. */
#include "press/sheets.h"

#include "base/length.h"

#include <math.h>

#define DPI_DEFAULT 150
#define SPOT_NEAR 1400 /* mm100 */
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

/* The page of the spot, or the first. */
static const struct page *
page_of(const struct press_job *job, const struct page *page)
{
    for (int32_t i = 0; job->spot.w > 0 && i < job->spot.page && page->next; i++)
        page = page->next;
    return page;
}

/* What is near the spot, and a frame around the spot itself. Takes the picture over. */
static cairo_surface_t *
cut_spot(const struct note_place *spot, cairo_surface_t *image, double margin,
         double scale)
{
    double left = floor((spot->x + margin - SPOT_NEAR) * scale);
    double top = floor((spot->y + margin - SPOT_NEAR) * scale);
    double right = ceil((spot->x + spot->w + margin + SPOT_NEAR) * scale);
    double foot = ceil((spot->y + spot->h + margin + SPOT_NEAR) * scale);
    left = fmax(left, 0);
    top = fmax(top, 0);
    right = fmin(right, cairo_image_surface_get_width(image));
    foot = fmin(foot, cairo_image_surface_get_height(image));
    cairo_surface_t *cut =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)fmax(right - left, 1),
                                   (int)fmax(foot - top, 1));
    cairo_t *cr = cairo_create(cut);
    cairo_set_source_surface(cr, image, -left, -top);
    cairo_paint(cr);
    cairo_set_source_rgb(cr, 0.86, 0.1, 0.1);
    cairo_set_line_width(cr, 1.5);
    cairo_rectangle(cr, (spot->x + margin) * scale - left - 1.5,
                    (spot->y + margin) * scale - top - 1.5, spot->w * scale + 3,
                    spot->h * scale + 3);
    cairo_stroke(cr);
    cairo_destroy(cr);
    cairo_surface_destroy(image);
    return cut;
}

enum status
sheet_png_make(struct making *making)
{
    PAGE_AUTO struct page *first = NULL;
    int32_t dpi = making->job->dpi ? making->job->dpi : DPI_DEFAULT;
    double scale = (double)dpi / MM100_PER_INCH;
    enum status status =
        studio_make_page(making->studio, &making->job->pieces[0], making->arena,
                         making->notes, making->dump, &first);
    if (status != STATUS_OK)
        return status;
    const struct page *page = page_of(making->job, first);
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
    if (status == STATUS_OK && making->job->spot.w > 0)
        image = cut_spot(&making->job->spot, image, canvas.bleed + canvas.slug, scale);
    if (status == STATUS_OK)
        status = png_write(image, dpi, making->bytes);
    cairo_surface_destroy(image);
    making->sheet.pages = 1;
    making->sheet.width_mm100 = page->width_mm100;
    making->sheet.height_mm100 = page->height_mm100;
    return status;
}
