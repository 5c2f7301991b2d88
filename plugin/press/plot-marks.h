/* The marks of a plot's rows: intervals, dots, bars. In the worker. */
#ifndef TUCK_PRESS_PLOT_MARKS_H
#define TUCK_PRESS_PLOT_MARKS_H

#include "press/plot-scale.h"

struct plot_frame {
    const struct plot *plot;
    struct plot_reach reach;
    double left, right; /* px of the reach's ends */
};

double frame_x(const struct plot_frame *frame, double value);
/* The row's mark, its middle at y. */
void mark_row(struct buf *out, const struct plot_frame *frame, const struct plot_row *row,
              const char *colour, double y);
/* A straight stroke. */
void mark_line(struct buf *out, const char *colour, double width, double x1, double y1,
               double x2, double y2);

#endif
