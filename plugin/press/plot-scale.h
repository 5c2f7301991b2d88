/* The scale of a plot: what it reaches from and to, and where its ticks are. In the
 * worker. */
#ifndef TUCK_PRESS_PLOT_SCALE_H
#define TUCK_PRESS_PLOT_SCALE_H

#include "press/plot.h"

struct plot_reach {
    double low, high; /* low < high */
};

/* Ticks are whole multiples of digit × 10^power, digit 1, 2 or 5. */
struct plot_ticks {
    int digit, power;
    int64_t first, last; /* the multiples; none when last < first */
    int thousands;       /* numbers are written in units of 10^thousands */
};
#define PLOT_TICKS_MAX 7
#define TICK_TEXT_MAX 96

/* A row with a value that has a place on the scale, and one with an interval. */
bool row_has_value(const struct plot_row *row);
bool row_has_interval(const struct plot_row *row);

struct plot_reach plot_reach_of(const struct plot *plot);
/* At most `most` of them (at least 1), and none finer than the plot's decimals. */
struct plot_ticks plot_ticks_of(const struct plot *plot, const struct plot_reach *reach,
                                int most);
double tick_value(const struct plot_ticks *ticks, int64_t multiple);
void tick_text(const struct plot_ticks *ticks, int64_t multiple, const char *unit,
               char out[TICK_TEXT_MAX]);

#endif
