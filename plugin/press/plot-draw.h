/* Drawing a plot, in the worker. */
#ifndef TUCK_PRESS_PLOT_DRAW_H
#define TUCK_PRESS_PLOT_DRAW_H

#include "press/plot.h"
#include "press/studio.h"

/* Its SVG goes to `bytes` (sheet.bytes points there). */
enum status plot_draw(struct studio *studio, const struct plot *plot, struct arena *arena,
                      struct notes *notes, struct buf *bytes, struct sheet *ret);

#endif
