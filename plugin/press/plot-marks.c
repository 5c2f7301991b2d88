/* The marks: what a row's numbers look like.
 *
 * A good row has a filled dot and a bad one a hollow dot, a plain row a filled diamond
 * and a faint one a small hollow diamond, so that a copy in black and white says the
 * same. Nothing is known of the page's ground, so a hollow mark interrupts its line
 * instead of covering it. */
#include "press/plot-marks.h"

#include "press/plot-type.h"

#include <math.h>

#define BAR_PX 14.0
#define ARROW_PX 5.0

struct mark {
    bool is_round, is_hollow;
    double reach; /* from its middle to its outer edge */
    double line;  /* width of the interval's */
};

static const struct mark marks[] = {
    [PLOT_PLAIN] = {false, false, 5.5, 1.75},
    [PLOT_GOOD] = {true, false, 5, 2.25},
    [PLOT_BAD] = {true, true, 5, 2.25},
    [PLOT_FAINT] = {false, true, 4.75, 1.25},
};

double
frame_x(const struct plot_frame *frame, double value)
{
    const struct plot_reach *reach = &frame->reach;
    double part = (value - reach->low) / (reach->high - reach->low);
    return frame->left + fmin(fmax(part, 0), 1) * (frame->right - frame->left);
}

void
mark_line(struct buf *out, const char *colour, double width, double x1, double y1,
          double x2, double y2)
{
    buf_printf(out, "<path fill=\"none\" stroke=\"%s\"", colour);
    svg_number(out, " stroke-width=\"", width);
    svg_number(out, "\" d=\"M", x1);
    svg_number(out, " ", y1);
    svg_number(out, "L", x2);
    svg_number(out, " ", y2);
    buf_puts(out, "\"/>\n");
}

/* A path in one colour, filled or as a line of 1.75 px. */
static void
put_ink(struct buf *out, bool is_hollow, const char *colour)
{
    if (is_hollow)
        buf_printf(out, "\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.75\"/>\n",
                   colour);
    else
        buf_printf(out, "\" fill=\"%s\"/>\n", colour);
}

static void
put_mark(struct buf *out, const struct mark *mark, const char *colour, double x, double y)
{
    double r = mark->is_hollow ? mark->reach - 0.875 : mark->reach;
    if (mark->is_round) {
        svg_number(out, "<circle cx=\"", x);
        svg_number(out, "\" cy=\"", y);
        svg_number(out, "\" r=\"", r);
    } else {
        svg_number(out, "<path d=\"M", x - r);
        svg_number(out, " ", y);
        svg_number(out, "L", x);
        svg_number(out, " ", y - r);
        svg_number(out, "L", x + r);
        svg_number(out, " ", y);
        svg_number(out, "L", x);
        svg_number(out, " ", y + r);
        buf_puts(out, "z");
    }
    put_ink(out, mark->is_hollow, colour);
}

/* The head of an arrow that points out of the frame at x; sign: -1 to the left. */
static void
put_arrow(struct buf *out, const char *colour, double width, double x, double y, int sign)
{
    buf_printf(out, "<path fill=\"none\" stroke=\"%s\"", colour);
    svg_number(out, " stroke-width=\"", width);
    svg_number(out, "\" stroke-linejoin=\"round\" stroke-linecap=\"round\" d=\"M",
               x - sign * ARROW_PX);
    svg_number(out, " ", y - ARROW_PX + 0.5);
    svg_number(out, "L", x);
    svg_number(out, " ", y);
    svg_number(out, "L", x - sign * ARROW_PX);
    svg_number(out, " ", y + ARROW_PX - 0.5);
    buf_puts(out, "\"/>\n");
}

/* One half of an interval, from its end to the mark, which may be NULL. */
static void
put_half(struct buf *out, const struct plot_frame *frame, const struct mark *mark,
         const char *colour, double end, double middle, double y, int sign)
{
    bool is_beyond = sign < 0 ? end < frame->reach.low : end > frame->reach.high;
    double gap = mark && mark->is_hollow ? mark->reach - 0.5 : 0;
    double width = mark ? mark->line : 1.5;
    double from = frame_x(frame, end), to = middle + sign * gap;
    if (sign * (from - to) <= 0)
        return;
    mark_line(out, colour, width, from, y, to, y);
    if (is_beyond)
        put_arrow(out, colour, width, from, y, sign);
    else if (frame->plot->kind == PLOT_BARS)
        mark_line(out, colour, 1.5, from, y - 3.5, from, y + 3.5);
}

static void
put_interval(struct buf *out, const struct plot_frame *frame, const struct plot_row *row,
             const struct mark *mark, const char *colour, double y)
{
    double x = frame_x(frame, row->value);
    if (!row_has_interval(row))
        return;
    put_half(out, frame, mark, colour, row->low, x, y, -1);
    put_half(out, frame, mark, colour, row->high, x, y, 1);
}

/* The bar's edge from zero, around its end and back, open where a hollow dot stands. */
static void
put_bar_edge(struct buf *out, const char *colour, double zero, double x, double y,
             double gap)
{
    double half = BAR_PX / 2;
    buf_printf(out, "<path fill=\"none\" stroke=\"%s\" stroke-width=\"1\"", colour);
    svg_number(out, " d=\"M", zero);
    svg_number(out, " ", y - half);
    svg_number(out, "H", x);
    svg_number(out, "V", y - gap);
    svg_number(out, "M", x);
    svg_number(out, " ", y + gap);
    svg_number(out, "V", y + half);
    svg_number(out, "H", zero);
    buf_puts(out, "\"/>\n");
}

/* Pale within, so that the whisker stands out and print takes little ink. */
static void
put_bar(struct buf *out, const struct plot_frame *frame, const struct plot_row *row,
        const char *colour, double y)
{
    const struct mark *mark = &marks[row->tone];
    double zero = frame_x(frame, 0), x = frame_x(frame, row->value);
    double gap = mark->is_round && mark->is_hollow ? mark->reach - 0.5 : 0;
    if (row->tone != PLOT_FAINT) {
        svg_number(out, "<rect x=\"", fmin(zero, x));
        svg_number(out, "\" y=\"", y - BAR_PX / 2);
        svg_number(out, "\" width=\"", fabs(x - zero));
        svg_number(out, "\" height=\"", BAR_PX);
        buf_printf(out, "\" fill=\"%s\" fill-opacity=\".24\"/>\n", colour);
    }
    put_bar_edge(out, colour, zero, x, y, gap);
}

void
mark_row(struct buf *out, const struct plot_frame *frame, const struct plot_row *row,
         const char *colour, double y)
{
    const struct mark *mark = &marks[row->tone];
    bool is_bar = frame->plot->kind == PLOT_BARS;
    bool has_dot = !is_bar || mark->is_round;
    if (is_bar)
        put_bar(out, frame, row, colour, y);
    put_interval(out, frame, row, has_dot ? mark : NULL, colour, y);
    if (has_dot)
        put_mark(out, mark, colour, frame_x(frame, row->value), y);
}
