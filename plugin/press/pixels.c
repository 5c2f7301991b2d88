/* Pages as pixels.
 *
 * Drawn as a PNG's are, without bleed. What the device says of the page is done to the
 * drawing's matrix, with the same rounding that dots have, so that grey and black pages
 * of one device have one size. */
#include "press/pixels.h"

#include "base/length.h"

#include <math.h>

#define PIXELS_MAX (60.0 * 1000 * 1000)

struct frame {
    double scale; /* pixels per 1/100 mm */
    int32_t quarter;
    int32_t x, y, w, h; /* the trim in the image */
    int32_t width, height;
};

static enum status
fit_head(struct making *making, const struct page *page, struct frame *frame)
{
    const struct press_device *device = &making->job->device;
    double across = frame->quarter % 2 ? page->height_mm100 : page->width_mm100;
    int32_t shift = frame->x > 0 ? frame->x : 0;
    int32_t need = (int32_t)lround(across * frame->scale) + shift;
    if (device->head_dots == 0 || need <= device->head_dots)
        return STATUS_OK;
    if (!device->may_shrink || device->head_dots <= shift)
        return note_fail(making->notes, STATUS_BAD_INPUT, NOTE_DOTS_TOO_WIDE,
                         page->template_name, 0,
                         "the page is %d dots wide and the print head %d; set the "
                         "printer's fit to shrink, or give it a smaller template",
                         need, device->head_dots);
    double share = (device->head_dots - shift) / (across * frame->scale);
    frame->scale *= share;
    note_add(making->notes, NOTE_DOTS_SHRUNK, page->template_name, 0,
             "the page is printed at %.1f %% of its size to fit the print head",
             share * 100);
    return STATUS_OK;
}

static enum status
set_frame(struct making *making, const struct page *page, int32_t dpi, struct frame *ret)
{
    const struct press_device *device = &making->job->device;
    double scale = (double)dpi / MM100_PER_INCH;
    struct frame frame = {.scale = scale,
                          .quarter = device->rotate_deg / 90 % 4,
                          .x = (int32_t)lround(device->shift_x_mm100 * scale),
                          .y = (int32_t)lround(device->shift_y_mm100 * scale)};
    enum status status = fit_head(making, page, &frame);
    if (status != STATUS_OK)
        return status;
    double w = round(page->width_mm100 * frame.scale);
    double h = round(page->height_mm100 * frame.scale);
    if (w < 1 || h < 1 || w * h > PIXELS_MAX)
        return note_fail(making->notes, STATUS_BAD_INPUT, NOTE_DRAWING_FAILED,
                         page->template_name, 0,
                         "%.0f by %.0f pixels are more than a page is made of", w, h);
    frame.w = (int32_t)(frame.quarter % 2 ? h : w);
    frame.h = (int32_t)(frame.quarter % 2 ? w : h);
    frame.width = frame.w + (frame.x > 0 ? frame.x : 0);
    frame.height = frame.h + (frame.y > 0 ? frame.y : 0);
    *ret = frame;
    return STATUS_OK;
}

static void
set_matrix(cairo_t *cr, const struct frame *frame)
{
    cairo_translate(cr, frame->x, frame->y);
    if (frame->quarter == 1)
        cairo_translate(cr, frame->w, 0);
    else if (frame->quarter == 2)
        cairo_translate(cr, frame->w, frame->h);
    else if (frame->quarter == 3)
        cairo_translate(cr, 0, frame->h);
    if (frame->quarter)
        cairo_rotate(cr, frame->quarter * acos(0));
    cairo_scale(cr, frame->scale, frame->scale);
}

static enum status
draw_on(struct making *making, const struct page *page, const struct frame *frame,
        cairo_t *cr)
{
    struct drawing drawing = {.studio = making->studio,
                              .cr = cr,
                              .page = page,
                              .bounds = {0, 0, page->width_mm100, page->height_mm100},
                              .is_raster = true,
                              .notes = making->notes};
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    set_matrix(cr, frame);
    return draw_whole(&drawing);
}

enum status
draw_pixels(struct making *making, const struct page *page, int32_t dpi,
            cairo_surface_t **ret)
{
    struct frame frame = {.scale = 0};
    enum status status = set_frame(making, page, dpi, &frame);
    if (status != STATUS_OK)
        return status;
    cairo_surface_t *image =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, frame.width, frame.height);
    cairo_t *cr = cairo_create(image);
    status = draw_on(making, page, &frame, cr);
    cairo_destroy(cr);
    cairo_surface_flush(image);
    if (status == STATUS_OK && cairo_surface_status(image) != CAIRO_STATUS_SUCCESS)
        status = STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        *ret = image;
    else
        cairo_surface_destroy(image);
    return status;
}

struct pixels
pixels_of(cairo_surface_t *image)
{
    return (struct pixels){cairo_image_surface_get_width(image),
                           cairo_image_surface_get_height(image),
                           (size_t)cairo_image_surface_get_stride(image),
                           cairo_image_surface_get_data(image)};
}

void
pixels_row(const struct pixels *pixels, int32_t y, bool is_colour, uint8_t *ret)
{
    const uint32_t *row =
        (const uint32_t *)(const void *)(pixels->bytes + (size_t)y * pixels->stride);
    if (!is_colour) {
        for (int32_t x = 0; x < pixels->width; x++)
            ret[x] = (uint8_t)(((row[x] >> 16 & 255) * 299 + (row[x] >> 8 & 255) * 587 +
                                (row[x] & 255) * 114 + 500) /
                               1000);
        return;
    }
    for (int32_t x = 0; x < pixels->width; x++, ret += 3) {
        ret[0] = (uint8_t)(row[x] >> 16);
        ret[1] = (uint8_t)(row[x] >> 8);
        ret[2] = (uint8_t)row[x];
    }
}
