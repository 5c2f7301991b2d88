/* Plots of the page: each twice, for light pages and dark ones, with its words. */
#include "base/money.h"
#include "press/plot.h"
#include "report/html.h"

#include <math.h>
#include <string.h>

/* Words that a plot keeps until it is drawn; "" when memory is out. */
static const char *
keep(struct paging *paging, struct buf *text)
{
    const char *kept = text->n ? arena_strdup(paging->arena, text->p) : "";
    buf_reset(text);
    return kept ? kept : "";
}

static bool
put_picture(struct paging *paging, struct plot *plot, bool is_dark)
{
    const void *svg = NULL;
    size_t n = 0;
    plot->is_dark = is_dark;
    if (!paging->draw || !paging->draw(paging->data, plot, &svg, &n))
        return false;
    buf_puts(paging->out, is_dark
                              ? "<source media=\"(prefers-color-scheme: dark)\" srcset=\""
                              : "<img src=\"");
    buf_puts(paging->out, "data:image/svg+xml;base64,");
    buf_base64(paging->out, svg, n);
    buf_puts(paging->out, is_dark ? "\">" : "\" width=\"720\" alt=\"");
    return true;
}

/* A plot with its words for who does not see it; without a press only the words remain.
 */
static void
put_plot(struct paging *paging, struct plot *plot, const char *caption)
{
    struct buf *out = paging->out;
    if (plot->row_count == 0)
        return;
    buf_puts(out, "<figure><figcaption>");
    buf_xml(out, caption);
    buf_puts(out, "</figcaption>");
    buf_puts(out, "<picture>");
    bool is_drawn = put_picture(paging, plot, true) && put_picture(paging, plot, false);
    if (!is_drawn)
        buf_puts(out, "</picture><p>");
    for (size_t i = 0; i < plot->row_count; i++) {
        buf_puts(out, i ? "; " : "");
        buf_xml(out, plot->rows[i].label);
        buf_puts(out, ": ");
        buf_xml(out, plot->rows[i].text);
    }
    buf_puts(out, is_drawn ? "\"></picture></figure>\n" : "</p></figure>\n");
}

static struct plot_row *
add_row(struct plot_row rows[], size_t *count)
{
    if (*count == PLOT_ROWS_MAX)
        return NULL;
    rows[*count] = (struct plot_row){.text = ""};
    return &rows[(*count)++];
}

static void
set_row(struct paging *paging, struct plot_row *row, const char *label,
        enum report_metric metric, const struct estimate *shown, double scale,
        const struct estimate *told)
{
    struct buf text BUF_AUTO = {0};
    bool less = report_metrics[metric].less_is_better;
    row->label = label;
    row->value = shown->value * scale;
    row->low = shown->low * scale;
    row->high = shown->high * scale;
    put_value(&text, paging->report, metric, told->value, true);
    if (isfinite(told->low) || isfinite(told->high)) {
        buf_puts(&text, " (");
        put_interval(&text, paging->report, metric, told);
        buf_puts(&text, ")");
    } else {
        row->value = NAN;
        buf_puts(&text, " (too few to say)");
    }
    row->text = keep(paging, &text);
    if (estimate_tells(told))
        row->tone = (told->value > 0) != less ? PLOT_GOOD : PLOT_BAD;
}

void
plot_lifts(struct paging *paging, const struct report_arm *arm,
           const struct report_arm *control)
{
    struct plot_row rows[PLOT_ROWS_MAX];
    struct buf axis BUF_AUTO = {0};
    struct plot plot = {
        .kind = PLOT_INTERVALS, .unit = " %", .decimals = 1, .rows = rows};
    for (int m = 0; m < REPORT_METRICS; m++) {
        const struct report_effect *effect = &arm->effects[m];
        if (!metric_is_told(paging->report, (enum report_metric)m) ||
            isnan(effect->lift.value))
            continue;
        struct plot_row *row = add_row(rows, &plot.row_count);
        if (row)
            set_row(paging, row, report_metrics[m].title, (enum report_metric)m,
                    &effect->lift, 100, &effect->difference);
    }
    buf_printf(&axis, "%s more or less than %s, in per cent", arm->name, control->name);
    plot.axis = keep(paging, &axis);
    put_plot(paging, &plot,
             "Lift over the control; the figures are the differences. Intervals hold at "
             "every look.");
}

static double
major(const struct paging *paging, enum report_metric metric)
{
    switch (report_metrics[metric].unit) {
    case METRIC_MONEY:
        return pow(10, -money_digits(paging->report->currency));
    case METRIC_RATE:
        return 100;
    case METRIC_COUNT:
    case METRIC_SCORE:
        break;
    }
    return 1;
}

static const char *
axis_of(struct paging *paging, enum report_metric metric)
{
    struct buf text BUF_AUTO = {0};
    buf_puts(&text, report_metrics[metric].title);
    buf_puts(&text, ", difference");
    if (report_metrics[metric].unit == METRIC_MONEY)
        buf_printf(&text, " in %s", paging->report->currency);
    else if (report_metrics[metric].unit == METRIC_RATE)
        buf_puts(&text, " in points");
    return keep(paging, &text);
}

void
plot_segments(struct paging *paging, const struct report_test *test, size_t index)
{
    const enum report_metric metric = test->parts[0].arms[index].by;
    struct plot_row rows[PLOT_ROWS_MAX];
    struct plot plot = {.kind = PLOT_INTERVALS, .decimals = 2, .rows = rows};
    for (size_t i = 0; i < test->part_count; i++) {
        const struct report_arm *arm = &test->parts[i].arms[index];
        const struct estimate *difference = &arm->effects[metric].difference;
        if (isnan(difference->value))
            continue;
        struct plot_row *row = add_row(rows, &plot.row_count);
        if (row)
            set_row(paging, row, i ? test->parts[i].segment : "all", metric, difference,
                    major(paging, metric), difference);
    }
    plot.axis = axis_of(paging, metric);
    if (plot.row_count > 1)
        put_plot(paging, &plot,
                 "By segment, as of a customer's first decision. Many are "
                 "looked at: a segment's word is corrected for that.");
}

void
plot_offers(struct paging *paging, const char *campaign)
{
    const struct report *report = paging->report;
    const enum report_metric metric = report->has_margin ? REPORT_MARGIN : REPORT_REVENUE;
    struct plot_row rows[PLOT_ROWS_MAX];
    struct plot plot = {.kind = PLOT_INTERVALS, .decimals = 2, .rows = rows};
    for (size_t i = 0; i < report->test_count; i++) {
        const struct report_test *test = &report->tests[i];
        if (test->kind != REPORT_OFFER || !test->has_control ||
            !text_equal(test->campaign, campaign) ||
            test->parts[0].arms[1].word == WORD_STOP)
            continue;
        const struct estimate *difference =
            &test->parts[0].arms[1].effects[metric].difference;
        struct plot_row *row = add_row(rows, &plot.row_count);
        if (row)
            set_row(paging, row, test->name, metric, difference, major(paging, metric),
                    difference);
    }
    plot.axis = axis_of(paging, metric);
    put_plot(paging, &plot, "Each offer where it was chosen: given against held out.");
}

void
plot_classes(struct paging *paging)
{
    const struct report *report = paging->report;
    struct plot_row rows[PLOT_ROWS_MAX];
    struct plot plot = {.kind = PLOT_BARS,
                        .axis = "ordered again within the window, in per cent",
                        .unit = " %",
                        .decimals = 1,
                        .rows = rows};
    struct buf text BUF_AUTO = {0};
    for (size_t i = 0; i < report->class_count; i++) {
        const struct report_class *class = &report->classes[i];
        struct plot_row *row = add_row(rows, &plot.row_count);
        buf_printf(&text, "%s %s", class->question, class->name);
        row->label = keep(paging, &text);
        row->value = 100 * class->ordered.mean.value;
        row->low = 100 * class->ordered.mean.low;
        row->high = 100 * class->ordered.mean.high;
        put_value(&text, report, REPORT_ORDERED, class->ordered.mean.value, false);
        row->text = keep(paging, &text);
    }
    put_plot(paging, &plot, "Who ordered again, by her first answer.");
}
