/* Is an SVG one of our plots, and nothing else? */
#ifndef TUCK_PRESS_PLOT_CHECK_H
#define TUCK_PRESS_PLOT_CHECK_H

#include "press/job.h"

#define PLOT_BYTES_MAX ((size_t)16 << 20)

/* What is wrong with it, or NULL. */
const char *plot_fault(const struct sheet *sheet);

#endif
