/* Drawing a page's items with cairo, whatever the device. */
#ifndef TUCK_PRESS_DRAW_H
#define TUCK_PRESS_DRAW_H

#include "press/studio.h"

#include <cairo.h>

struct drawing {
    struct studio *studio;
    cairo_t *cr; /* in mm100, the trim's top left at 0,0 */
    const struct page *page;
    struct rect bounds; /* trim and bleed: what lies on the trim is cut to this */
    bool is_raster;
    struct notes *notes;
};

/* Fills the bounds with the page's ground. */
void draw_ground(const struct drawing *drawing);
enum status draw_item(const struct drawing *drawing, const struct page_item *item);

/* What an item may cover, generously: a text's ink and a line's ends reach over its
 * place. */
struct rect draw_reach(const struct page_item *item);

void draw_rounded(cairo_t *cr, double x, double y, double w, double h, double radius);
/* Turns and flips what follows as the item is, about its middle. */
void draw_turned(cairo_t *cr, const struct page_item *item);
void draw_colour(cairo_t *cr, struct rgba colour);
/* Line breaks and font are the layout's; the top left goes to x, y. */
void draw_layout(cairo_t *cr, PangoLayout *layout, double x, double y);
/* A run from right to left on a PDF, so that its text is copied in its order. x is the
 * left edge, y the baseline. */
void draw_layered(cairo_t *cr, const char *text, const PangoGlyphItem *run, double x,
                  double y);

#endif
