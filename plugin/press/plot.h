/* Plots for reports: a few rows of numbers as a picture.
 *
 * The words of a plot come from campaigns and histories, so they are drawn by a worker as
 * outlines and looked at again here: what comes back is nothing but shapes. */
#ifndef TUCK_PRESS_PLOT_H
#define TUCK_PRESS_PLOT_H

#include "press/press.h"

#define PLOT_ROWS_MAX 64
#define PLOT_WIDTH_PX 720
#define PLOT_DECIMALS_MAX 9
#define PLOT_FAR 1e15 /* numbers beyond are taken for infinite */

enum plot_kind {
    PLOT_INTERVALS, /* a forest plot: a dot with its interval per row, a line at `zero` */
    PLOT_BARS       /* a bar per row from 0, with its interval as a whisker */
};

/* The tones are told apart by colour and by the dot: plain is a filled diamond, good a
 * filled dot, bad a hollow dot, faint a small hollow diamond. A bar that is good or bad
 * has its dot at its end. */
struct plot_row {
    const char *label; /* at the left; NULL: none. Cut with … where it is too long */
    /* An end that is infinite, or far beyond what the other rows reach, is an arrow at
     * the edge; with a NaN there is no interval. A value that is NaN or infinite: the row
     * is its label and its text. */
    double value, low, high;
    const char *text; /* at the right: the figures in words, "+0.77 (0.49 to 1.06)" */
    enum { PLOT_PLAIN, PLOT_GOOD, PLOT_BAD, PLOT_FAINT } tone;
};

struct plot {
    enum plot_kind kind;
    const char *axis; /* what the axis counts, "€ revenue per customer"; or NULL */
    const char *unit; /* put behind tick numbers as it is, "%", " days"; or NULL */
    int decimals;     /* of tick numbers at most; to PLOT_DECIMALS_MAX */
    bool is_dark;     /* for a dark page */
    const struct plot_row *rows;
    size_t row_count; /* at most PLOT_ROWS_MAX; 0: an axis with nothing on it */
    double zero;      /* of PLOT_INTERVALS: what means no difference, 1 for ratios */
};

/* Draws it, PLOT_WIDTH_PX wide and as high as it needs, as SVG 1.1 on no ground, all text
 * as outlines; the words stand beside them in <title> and <desc> for who cannot see. It
 * begins with <svg (no XML declaration), so that it can stand inside an HTML page as it
 * is; the same plot is the same bytes, and the ids of two plots are not alike. The sheet
 * lives in `arena`, sheet.bytes is the SVG. STATUS_BAD_CALL with PRESS_BAD_JOB for a plot
 * that makes no sense, an interval that ends before it begins; the rest as press_make().
 */
enum status press_plot(struct press *press, const struct plot *plot,
                       const struct patience *patience, struct arena *arena,
                       struct notes *notes, struct sheet *ret);

#endif
