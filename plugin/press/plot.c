/* A plot as the host's process sees it: looked at, sent to a worker, looked at again.
 *
 * In come rows of numbers and words, out goes SVG. What a worker hands over may have been
 * made by hostile words that got the better of it, and a report puts it into a page, so
 * nothing passes but the few elements and attributes that a plot is drawn with. */
#include "press/plot.h"

#include "press/errand.h"
#include "press/plot-check.h"
#include "press/plot-wire.h"

#include <math.h>
#include <string.h>

static bool
is_text(const char *text)
{
    return text == NULL || text_is_utf8(text, strlen(text));
}

static enum status
check_plot(const struct plot *plot, struct notes *notes)
{
    if ((plot->kind != PLOT_INTERVALS && plot->kind != PLOT_BARS) || plot->decimals < 0 ||
        plot->decimals > PLOT_DECIMALS_MAX || plot->row_count > PLOT_ROWS_MAX ||
        !(fabs(plot->zero) <= PLOT_FAR) || !is_text(plot->axis) || !is_text(plot->unit))
        return note_fail(notes, STATUS_BAD_CALL, NOTE_PRESS_BAD_JOB, NULL, 0,
                         "a plot has a kind, at most %d rows, 0 to %d decimals, a finite "
                         "zero and words in UTF-8",
                         PLOT_ROWS_MAX, PLOT_DECIMALS_MAX);
    for (size_t i = 0; i < plot->row_count; i++) {
        const struct plot_row *row = &plot->rows[i];
        if (row->low > row->high || !is_text(row->label) || !is_text(row->text) ||
            (unsigned)row->tone > PLOT_FAINT)
            return note_fail(notes, STATUS_BAD_CALL, NOTE_PRESS_BAD_JOB, NULL, 0,
                             "row %zu of a plot ends before it begins, or is not UTF-8",
                             i + 1);
    }
    return STATUS_OK;
}

static void
put(struct buf *body, const void *what, int64_t left_ms)
{
    wire_put_plot(body, what, left_ms);
}

static enum status
check(const void *what, const struct sheet *sheet, struct notes *notes)
{
    (void)what; /* how high it is depends on nothing that we would know */
    const char *fault = plot_fault(sheet);
    if (fault)
        return note_fail(notes, STATUS_BUG, NOTE_PRESS_BAD_SHEET, NULL, 0, "%s", fault);
    return STATUS_OK;
}

enum status
press_plot(struct press *press, const struct plot *plot, const struct patience *patience,
           struct arena *arena, struct notes *notes, struct sheet *ret)
{
    const struct errand errand = {WIRE_PLOT, plot, put, check};
    enum status status = check_plot(plot, notes);
    if (status != STATUS_OK)
        return status;
    return press_send(press, &errand, patience, arena, notes, ret);
}
