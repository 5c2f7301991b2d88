/* Art: SVG drawings, parsed once by librsvg and drawn as vectors. */
#ifndef TUCK_PRESS_ART_H
#define TUCK_PRESS_ART_H

#include "base/note.h"
#include "press/shelf.h"

#include <cairo.h>

struct art;

struct arts {
    struct shelf shelf;
};
void arts_init(struct arts *arts);
void arts_done(struct arts *arts);

/* The drawing in a file, lent until the next call. STATUS_BAD_INPUT with a note when it
 * is none. References to other files are not followed. */
enum status arts_find(struct arts *arts, const char *path, struct notes *notes,
                      struct art **ret);

/* Its own proportions, in whatever unit. */
void art_size(const struct art *art, double *ret_width, double *ret_height);

/* Fills the box with it, out of proportion if the box is. */
enum status art_draw(const struct art *art, cairo_t *cr, double x, double y, double w,
                     double h, struct notes *notes);

#endif
