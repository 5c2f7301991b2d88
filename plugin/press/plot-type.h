/* Words as outlines in an SVG: each glyph drawn once, then used. In the worker. */
#ifndef TUCK_PRESS_PLOT_TYPE_H
#define TUCK_PRESS_PLOT_TYPE_H

#include "base/note.h"
#include "base/text.h"

#include <pango/pangocairo.h>

struct outline; /* a glyph that was drawn */

struct type {
    PangoContext *context; /* lent */
    struct arena *arena;
    const char *prefix; /* of the glyphs' ids */
    struct buf *defs;   /* the outlines go here */
    cairo_t *pen;
    struct outline *outlines;
    size_t count, room, last_id;
    bool failed;
};

enum type_face { TYPE_TEXT, TYPE_STRONG, TYPE_SMALL };

enum status type_init(struct type *type, PangoContext *context, struct arena *arena,
                      const char *prefix, struct buf *defs);
void type_done(struct type *type);

/* What may be drawn of a text: controls become spaces, what turns the direction of
 * others is dropped, too long a text is cut. NULL when memory is out. */
char *type_clean(struct arena *arena, const char *text);

/* One line, cut with … at `width` (0: never). */
PangoLayout *type_set(const struct type *type, const char *text, enum type_face face,
                      double width);
double type_width(PangoLayout *line);
bool type_is_cut(PangoLayout *line);
/* Its left end and baseline at x, y. */
void type_put(struct type *type, struct buf *out, PangoLayout *line, double x, double y);

/* A number of at most two decimals; a letter before it or "". */
void svg_number(struct buf *out, const char *before, double value);

#endif
