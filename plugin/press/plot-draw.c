/* Drawing a plot: labels at the left, figures at the right, the marks between them.
 *
 * In come rows, out goes SVG that is written here and not by cairo, whose glyphs have ids
 * that two pictures in one page would share. Widths follow the words, up to a bound; a
 * row without a value has the whole width for what it says. Nothing depends on clock,
 * place or address, so the same plot is the same bytes. */
#include "press/plot-draw.h"

#include "press/plot-marks.h"
#include "press/plot-type.h"
#include "press/plot-wire.h"

#include <inttypes.h>
#include <math.h>

#define LABEL_MAX_PX 232.0
#define TEXT_MAX_PX 220.0
#define GAP_PX 20.0
#define ROW_PX 26.0
#define TOP_PX 4.0
#define BASELINE_PX 4.5 /* of a row's words, below its middle */
#define EDGE_PX 8.0     /* beside the marks where no words are */
#define TICK_ROOM_PX 22.0
#define UNIT_CHARS_MAX 12
#define SVG_BYTES_MAX ((size_t)16 << 20)

/* Contrast on white, and on a page of #23201c, at least 4.5:1 for all but the grid, which
 * says nothing alone. */
struct palette {
    const char *ink, *quiet, *grid, *tone[4];
};
static const struct palette day = {
    "#23201c", "#625c53", "#e0dbd0", {"#45504b", "#2f5d50", "#a8412b", "#6b645b"}};
static const struct palette night = {
    "#f1ebdf", "#b3aca1", "#45403a", {"#cfd3ca", "#93c9b5", "#f09a82", "#a9a298"}};

struct line {
    const char *label, *text; /* clean */
    PangoLayout *label_line, *text_line;
};

struct plotting {
    const struct plot *plot;
    const struct palette *palette;
    struct plot_frame frame;
    struct plot_ticks ticks;
    struct type type;
    struct line *lines;
    const char *axis; /* clean, or "" */
    double axis_y;
    struct buf *out;
};

static double
row_y(size_t i)
{
    return TOP_PX + ROW_PX * ((double)i + 0.5);
}

/* ---- measuring ---- */

static enum type_face
face_of(const struct plot_row *row)
{
    return row->tone == PLOT_GOOD || row->tone == PLOT_BAD ? TYPE_STRONG : TYPE_TEXT;
}

static enum status
set_lines(struct plotting *plotting, struct arena *arena)
{
    const struct plot *plot = plotting->plot;
    plotting->lines = arena_make_array(arena, plot->row_count, sizeof *plotting->lines);
    plotting->axis = type_clean(arena, plot->axis);
    if (plotting->lines == NULL || plotting->axis == NULL)
        return STATUS_NO_MEMORY;
    double labels = 0, texts = 0;
    for (size_t i = 0; i < plot->row_count; i++) {
        struct line *line = &plotting->lines[i];
        line->label = type_clean(arena, plot->rows[i].label);
        line->text = type_clean(arena, plot->rows[i].text);
        if (line->label == NULL || line->text == NULL)
            return STATUS_NO_MEMORY;
        line->label_line =
            type_set(&plotting->type, line->label, TYPE_TEXT, LABEL_MAX_PX);
        labels = fmax(labels, type_width(line->label_line));
    }
    plotting->frame.left = labels > 0 ? labels + GAP_PX : EDGE_PX;
    for (size_t i = 0; i < plot->row_count; i++) {
        struct line *line = &plotting->lines[i];
        bool has_value = row_has_value(&plot->rows[i]);
        double most = has_value ? TEXT_MAX_PX : PLOT_WIDTH_PX - plotting->frame.left;
        line->text_line =
            type_set(&plotting->type, line->text, face_of(&plot->rows[i]), most);
        if (has_value)
            texts = fmax(texts, type_width(line->text_line));
    }
    plotting->frame.right = PLOT_WIDTH_PX - (texts > 0 ? texts + GAP_PX : EDGE_PX);
    return STATUS_OK;
}

static double
tick_width(const struct plotting *plotting, const struct plot_ticks *ticks,
           int64_t multiple, const char *unit)
{
    char text[TICK_TEXT_MAX];
    tick_text(ticks, multiple, unit, text);
    PangoLayout *line = type_set(&plotting->type, text, TYPE_SMALL, 0);
    double width = type_width(line);
    g_object_unref(line);
    return width;
}

/* As many ticks as have room for their numbers. */
static void
choose_ticks(struct plotting *plotting, const char *unit)
{
    const struct plot_frame *frame = &plotting->frame;
    for (int most = PLOT_TICKS_MAX; most > 0; most--) {
        struct plot_ticks ticks = plot_ticks_of(plotting->plot, &frame->reach, most);
        double widest = 0;
        for (int64_t i = ticks.first; i <= ticks.last; i++)
            widest = fmax(widest, tick_width(plotting, &ticks, i, unit));
        double step = frame_x(frame, tick_value(&ticks, ticks.first + 1)) -
                      frame_x(frame, tick_value(&ticks, ticks.first));
        plotting->ticks = ticks;
        if (ticks.first >= ticks.last || step >= widest + TICK_ROOM_PX)
            return;
    }
}

/* ---- drawing ---- */

/* A line from top to bottom, left out where a row's words run across the marks. */
static void
put_grid_line(const struct plotting *plotting, double x, const char *colour, double width)
{
    double from = TOP_PX;
    for (size_t i = 0; i < plotting->plot->row_count; i++) {
        double words = type_width(plotting->lines[i].text_line);
        if (row_has_value(&plotting->plot->rows[i]) ||
            x < PLOT_WIDTH_PX - words - GAP_PX / 2)
            continue;
        if (row_y(i) - ROW_PX / 2 > from)
            mark_line(plotting->out, colour, width, x, from, x, row_y(i) - ROW_PX / 2);
        from = row_y(i) + ROW_PX / 2;
    }
    mark_line(plotting->out, colour, width, x, from, x, plotting->axis_y);
}

static void
put_words(struct plotting *plotting, const char *colour, PangoLayout *line, double x,
          double y)
{
    buf_printf(plotting->out, "<g fill=\"%s\">", colour);
    type_put(&plotting->type, plotting->out, line, x, y);
    buf_puts(plotting->out, "</g>\n");
}

static void
put_tick(struct plotting *plotting, int64_t multiple, const char *unit)
{
    char text[TICK_TEXT_MAX];
    double x = frame_x(&plotting->frame, tick_value(&plotting->ticks, multiple));
    tick_text(&plotting->ticks, multiple, unit, text);
    PangoLayout *line = type_set(&plotting->type, text, TYPE_SMALL, 0);
    double width = type_width(line);
    put_words(plotting, plotting->palette->quiet, line,
              fmin(fmax(x - width / 2, 0), PLOT_WIDTH_PX - width), plotting->axis_y + 17);
    g_object_unref(line);
}

static void
put_axis(struct plotting *plotting, const char *unit)
{
    const struct plot_frame *frame = &plotting->frame;
    const struct palette *palette = plotting->palette;
    double zero = plotting->plot->kind == PLOT_INTERVALS ? plotting->plot->zero : 0;
    for (int64_t i = plotting->ticks.first; i <= plotting->ticks.last; i++) {
        put_grid_line(plotting, frame_x(frame, tick_value(&plotting->ticks, i)),
                      palette->grid, 1);
        put_tick(plotting, i, unit);
    }
    put_grid_line(plotting, frame_x(frame, zero), palette->quiet, 1.25);
    if (*plotting->axis == '\0')
        return;
    PangoLayout *line =
        type_set(&plotting->type, plotting->axis, TYPE_SMALL, PLOT_WIDTH_PX);
    double width = type_width(line), middle = (frame->left + frame->right) / 2;
    put_words(plotting, palette->ink, line,
              fmin(fmax(middle - width / 2, 0), PLOT_WIDTH_PX - width),
              plotting->axis_y + 39);
    g_object_unref(line);
}

static void
put_row(struct plotting *plotting, size_t i)
{
    const struct plot_row *row = &plotting->plot->rows[i];
    const struct line *line = &plotting->lines[i];
    const struct palette *palette = plotting->palette;
    struct buf *out = plotting->out;
    double y = row_y(i);
    buf_puts(out, "<g>");
    if (type_is_cut(line->label_line) || type_is_cut(line->text_line)) {
        buf_puts(out, "<title>");
        buf_xml(out, line->label);
        buf_puts(out, ": ");
        buf_xml(out, line->text);
        buf_puts(out, "</title>");
    }
    put_words(plotting, row->tone == PLOT_FAINT ? palette->quiet : palette->ink,
              line->label_line, 0, y + BASELINE_PX);
    if (row_has_value(row))
        mark_row(out, &plotting->frame, row, palette->tone[row->tone], y);
    put_words(plotting, row->tone == PLOT_PLAIN ? palette->ink : palette->tone[row->tone],
              line->text_line, PLOT_WIDTH_PX - type_width(line->text_line),
              y + BASELINE_PX);
    buf_puts(out, "</g>\n");
}

/* For who cannot see it: what the outlines say. */
static void
put_description(struct buf *out, const struct plotting *plotting)
{
    buf_puts(out, "<title>");
    buf_xml(out, plotting->axis);
    buf_puts(out, "</title>\n<desc>");
    for (size_t i = 0; i < plotting->plot->row_count; i++) {
        const struct line *line = &plotting->lines[i];
        buf_xml(out, line->label);
        buf_puts(out, *line->label && *line->text ? ": " : "");
        buf_xml(out, line->text);
        buf_puts(out, "\n");
    }
    buf_puts(out, "</desc>\n");
}

static int
height_px(const struct plotting *plotting)
{
    return (int)plotting->axis_y + (*plotting->axis ? 48 : 26);
}

static void
put_whole(struct buf *bytes, const struct plotting *plotting, const struct buf *defs)
{
    int height = height_px(plotting);
    buf_printf(bytes,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" "
               "xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.1\" "
               "width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">\n",
               PLOT_WIDTH_PX, height, PLOT_WIDTH_PX, height);
    put_description(bytes, plotting);
    buf_puts(bytes, "<defs>\n");
    buf_add(bytes, defs->p ? defs->p : "", defs->n);
    buf_puts(bytes, "</defs>\n");
    buf_add(bytes, plotting->out->p ? plotting->out->p : "", plotting->out->n);
    buf_puts(bytes, "</svg>\n");
}

/* FNV-1a of the whole plot: two plots in one page have no id in common. */
static const char *
prefix_of(const struct plot *plot, struct arena *arena)
{
    BUF_AUTO struct buf body = {0};
    uint64_t hash = UINT64_C(14695981039346656037);
    wire_put_plot(&body, plot, 0);
    for (size_t i = 0; i < body.n; i++)
        hash = (hash ^ (uint8_t)body.p[i]) * UINT64_C(1099511628211);
    return body.failed ? NULL : arena_printf(arena, "p%08" PRIx64, hash >> 32);
}

static enum status
draw_all(struct plotting *plotting, struct arena *arena)
{
    const struct plot *plot = plotting->plot;
    char *unit = type_clean(arena, plot->unit);
    if (unit == NULL)
        return STATUS_NO_MEMORY;
    if (g_utf8_strlen(unit, -1) > UNIT_CHARS_MAX)
        *g_utf8_offset_to_pointer(unit, UNIT_CHARS_MAX) = '\0';
    enum status status = set_lines(plotting, arena);
    if (status != STATUS_OK)
        return status;
    plotting->axis_y = TOP_PX + ROW_PX * (double)plot->row_count + TOP_PX;
    choose_ticks(plotting, unit);
    put_axis(plotting, unit);
    for (size_t i = 0; i < plot->row_count; i++)
        put_row(plotting, i);
    return plotting->type.failed || plotting->out->failed || plotting->type.defs->failed
               ? STATUS_NO_MEMORY
               : STATUS_OK;
}

static void
plotting_done(struct plotting *plotting)
{
    for (size_t i = 0; plotting->lines && i < plotting->plot->row_count; i++) {
        g_clear_object(&plotting->lines[i].label_line);
        g_clear_object(&plotting->lines[i].text_line);
    }
    type_done(&plotting->type);
}

enum status
plot_draw(struct studio *studio, const struct plot *plot, struct arena *arena,
          struct notes *notes, struct buf *bytes, struct sheet *ret)
{
    BUF_AUTO struct buf defs = {.ceiling = SVG_BYTES_MAX};
    BUF_AUTO struct buf out = {.ceiling = SVG_BYTES_MAX};
    struct plotting plotting = {.plot = plot,
                                .palette = plot->is_dark ? &night : &day,
                                .frame = {plot, plot_reach_of(plot), 0, 0},
                                .out = &out};
    const char *prefix = prefix_of(plot, arena);
    if (prefix == NULL)
        return STATUS_NO_MEMORY;
    enum status status = type_init(&plotting.type, pages_context(studio->pages, "en"),
                                   arena, prefix, &defs);
    if (status == STATUS_OK)
        status = draw_all(&plotting, arena);
    if (status == STATUS_OK)
        put_whole(bytes, &plotting, &defs);
    int height = status == STATUS_OK ? height_px(&plotting) : 0;
    plotting_done(&plotting);
    if (status != STATUS_OK || bytes->failed)
        return note_fail(notes, STATUS_NO_MEMORY, NOTE_DRAWING_FAILED, NULL, 0,
                         "a plot could not be drawn");
    *ret = (struct sheet){.format = SHEET_SVG,
                          .bytes = (const uint8_t *)bytes->p,
                          .size = bytes->n,
                          .pages = 1,
                          .width_mm100 = PLOT_WIDTH_PX * 2540 / 96,
                          .height_mm100 = height * 2540 / 96};
    return STATUS_OK;
}
