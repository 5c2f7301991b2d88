/* A page as pixels for printers that take grey or colour: PWG raster, PCLm. */
#ifndef TUCK_PRESS_PIXELS_H
#define TUCK_PRESS_PIXELS_H

#include "press/sheets.h"

/* The trim, turned, shifted and shrunk as the device wants it, on white. An RGB24 image,
 * the caller's. A page wider than the head that may not shrink is STATUS_BAD_INPUT. */
enum status draw_pixels(struct making *making, const struct page *page, int32_t dpi,
                        cairo_surface_t **ret);

/* Such an image looked into. Lent from it. */
struct pixels {
    int32_t width, height;
    size_t stride;
    const uint8_t *bytes;
};
struct pixels pixels_of(cairo_surface_t *image);

/* Row `y` as 24 bit sRGB or 8 bit grey: Rec. 601 weights on coded values, as for dots. */
void pixels_row(const struct pixels *pixels, int32_t y, bool is_colour, uint8_t *ret);

#endif
