/* Pictures: PNG and JPEG. */
#ifndef TUCK_PRESS_IMAGE_H
#define TUCK_PRESS_IMAGE_H

#include "base/note.h"
#include "press/shelf.h"

#include <cairo.h>

struct images {
    struct shelf shelf;
};
void images_init(struct images *images);
void images_done(struct images *images);

/* The decoded picture, lent until the next call; a JPEG also carries its own bytes, which
 * a PDF takes as they are. STATUS_BAD_INPUT with a note when it is none. */
enum status images_find(struct images *images, const char *path, struct notes *notes,
                        cairo_surface_t **ret);

#endif
