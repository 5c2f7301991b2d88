/* Plates: what is the same on every carton's piece, cast once as a finished form. */
#ifndef TUCK_PRESS_PLATE_H
#define TUCK_PRESS_PLATE_H

#include "base/note.h"
#include "page/page.h"
#include "press/pdf-form.h"
#include "press/shelf.h"

#include <cairo.h>

struct studio;

struct plates {
    struct shelf shelf;
};
void plates_init(struct plates *plates);
void plates_done(struct plates *plates);

/* Where a page lies on its sheet: trim, bleed around it, slug around that. */
struct canvas {
    int32_t bleed, slug;   /* mm100, on each side */
    int32_t width, height; /* mm100, of all */
};
struct canvas canvas_of(const struct page *page, bool no_bleed);

/* Which items are plate: the plate's own that lie over nothing of the imprint. NULL: no
 * memory. */
bool *plate_divide(const struct page *page, struct arena *arena, bool *ret_has_imprint);
/* Adds what tells one plate from another. */
void plate_put_key(struct buf *key, const struct page *page, const struct canvas *canvas,
                   const bool *is_plate);

/* A page as two forms, to be painted one over the other. */
struct piece {
    const struct pdf_form *plate; /* lent until the next piece is made; or NULL */
    struct pdf_form *imprint;     /* the caller's, pdf_form_free(); or NULL */
    struct canvas canvas;
};
enum status piece_make(struct studio *studio, const struct page *page, bool no_bleed,
                       struct arena *arena, struct notes *notes, struct piece *ret);

/* Draws with cairo onto a PDF page of this size (points) and makes it a form. */
typedef enum status form_painter(void *data, cairo_t *cr);
enum status form_cast(double width, double height, form_painter *paint, void *data,
                      struct notes *notes, struct pdf_form **ret);

#endif
