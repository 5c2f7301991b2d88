/* A plot as the body of a message: its words, and its numbers bit by bit.
 *
 * Numbers travel as what they are made of, for infinities and NaN have a meaning here.
 * What is read is as strictly bounded as a job is. */
#include "press/plot-wire.h"

#include <string.h>

static void
put_double(struct buf *buf, double value)
{
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    wire_put_i64(buf, bits);
}

static double
get_double(struct wire_reader *reader)
{
    double value;
    int64_t bits = wire_get_i64(reader);
    memcpy(&value, &bits, sizeof value);
    return value;
}

void
wire_put_plot(struct buf *buf, const struct plot *plot, int64_t left_ms)
{
    wire_put_i64(buf, left_ms);
    wire_put_i64(buf, plot->kind);
    wire_put_text(buf, plot->axis);
    wire_put_text(buf, plot->unit);
    wire_put_i64(buf, plot->decimals);
    wire_put_i64(buf, plot->is_dark);
    put_double(buf, plot->zero);
    wire_put_i64(buf, (int64_t)plot->row_count);
    for (size_t i = 0; i < plot->row_count; i++) {
        const struct plot_row *row = &plot->rows[i];
        wire_put_text(buf, row->label);
        put_double(buf, row->value);
        put_double(buf, row->low);
        put_double(buf, row->high);
        wire_put_text(buf, row->text);
        wire_put_i64(buf, row->tone);
    }
}

enum status
wire_get_plot(struct wire_reader *reader, struct arena *arena, struct plot *ret,
              int64_t *ret_left_ms)
{
    struct plot plot = {0};
    int64_t left_ms = wire_get_within(reader, 0, INT64_MAX);
    plot.kind = (enum plot_kind)wire_get_within(reader, PLOT_INTERVALS, PLOT_BARS);
    plot.axis = wire_get_text(reader, arena);
    plot.unit = wire_get_text(reader, arena);
    plot.decimals = (int)wire_get_within(reader, 0, PLOT_DECIMALS_MAX);
    plot.is_dark = wire_get_within(reader, 0, 1) != 0;
    plot.zero = get_double(reader);
    plot.row_count = (size_t)wire_get_within(reader, 0, PLOT_ROWS_MAX);
    struct plot_row *rows = arena_make_array(arena, plot.row_count, sizeof *rows);
    if (rows == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < plot.row_count && !reader->failed; i++) {
        rows[i].label = wire_get_text(reader, arena);
        rows[i].value = get_double(reader);
        rows[i].low = get_double(reader);
        rows[i].high = get_double(reader);
        rows[i].text = wire_get_text(reader, arena);
        rows[i].tone = wire_get_within(reader, PLOT_PLAIN, PLOT_FAINT);
    }
    plot.rows = rows;
    if (reader->failed || reader->n)
        return STATUS_BUG;
    *ret = plot;
    *ret_left_ms = left_ms;
    return STATUS_OK;
}
