/* A plot on the wire. */
#ifndef TUCK_PRESS_PLOT_WIRE_H
#define TUCK_PRESS_PLOT_WIRE_H

#include "press/plot.h"
#include "press/wire.h"

void wire_put_plot(struct buf *buf, const struct plot *plot, int64_t left_ms);
enum status wire_get_plot(struct wire_reader *reader, struct arena *arena,
                          struct plot *ret, int64_t *ret_left_ms);

#endif
