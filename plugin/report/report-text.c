/* The report in a terminal: words first, then a table for each group and its control. */
#include "report/inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LABEL 27
#define FIGURE 14
#define SEGMENTS_MOST 12

struct telling {
    const struct report *report;
    bool is_coloured;
    struct buf *out;
};

/* Columns of UTF-8 text, a character each. */
static int
columns(const struct buf *text)
{
    int n = 0;
    for (size_t i = 0; i < text->n; i++)
        n += ((unsigned char)text->p[i] & 0xc0) != 0x80;
    return n;
}

/* A cell: to the right when the width is positive, else to the left; empties it. */
static void
put_cell(struct buf *out, int width, struct buf *cell)
{
    int room = abs(width) - columns(cell);
    if (width > 0)
        buf_printf(out, "%*s", room > 0 ? room : 0, "");
    buf_add(out, cell->p, cell->n);
    if (width < 0)
        buf_printf(out, "%*s", room > 0 ? room : 0, "");
    cell->n = 0;
}

static void
put_label(struct telling *telling, const char *label)
{
    struct buf cell BUF_AUTO = {0};
    buf_puts(&cell, label);
    buf_puts(telling->out, "  ");
    put_cell(telling->out, -LABEL, &cell);
}

/* Sentences, folded at 88 columns. */
static void
put_folded(struct telling *telling, const struct buf *text, const char *colour)
{
    int at = 2;
    buf_puts(telling->out, "  ");
    if (telling->is_coloured)
        buf_puts(telling->out, colour);
    for (const char *p = text->p; p && *p;) {
        int n = (int)strcspn(p, " ");
        if (at > 2 && at + 1 + n > 88) {
            buf_puts(telling->out, "\n  ");
            at = 2;
        } else if (at > 2) {
            buf_puts(telling->out, " ");
            at++;
        }
        buf_add(telling->out, p, (size_t)n);
        at += n;
        p += n + (p[n] == ' ');
    }
    if (telling->is_coloured)
        buf_puts(telling->out, "\033[0m");
    buf_puts(telling->out, "\n");
}

static const char *
word_colour(enum report_word word)
{
    return word == WORD_STOP || word == WORD_WORSE ? "\033[1;31m"
           : word == WORD_BETTER                   ? "\033[32m"
                                                   : "\033[33m";
}

static void
tell_word(struct telling *telling, const struct report_test *test,
          const struct report_arm *arm)
{
    struct buf text BUF_AUTO = {0};
    const char *word = word_text(arm->word);
    for (const char *p = word; *p; p++) {
        char upper = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
        buf_add(&text, &upper, 1);
    }
    buf_puts(&text, ". ");
    put_verdict(&text, telling->report, test, arm);
    put_folded(telling, &text, word_colour(arm->word));
}

/* --- counts ---------------------------------------------------------------------------
 */

static void
tell_counts(struct telling *telling, const char *label, const struct report_arm *control,
            double of_control, double of_arm)
{
    struct buf cell BUF_AUTO = {0};
    put_label(telling, label);
    if (control) {
        put_count(&cell, of_control);
        put_cell(telling->out, FIGURE, &cell);
    }
    put_count(&cell, of_arm);
    put_cell(telling->out, FIGURE, &cell);
    buf_puts(telling->out, "\n");
}

static void
tell_redemption(struct telling *telling, const struct report_arm *control,
                const struct report_arm *arm)
{
    struct buf cell BUF_AUTO = {0};
    if (isnan(arm->redemption.value) && (!control || isnan(control->redemption.value)))
        return;
    put_label(telling, "redemption rate");
    for (int i = control ? 0 : 1; i < 2; i++) {
        put_value(&cell, telling->report, REPORT_ORDERED,
                  i ? arm->redemption.value : control->redemption.value, false);
        put_cell(telling->out, FIGURE, &cell);
    }
    buf_puts(telling->out, "\n");
}

static double
per_customer(const struct report_arm *arm, int64_t minor)
{
    return arm->customers + arm->waiting > 0
               ? (double)minor / (arm->customers + arm->waiting)
               : NAN;
}

static void
tell_cost(struct telling *telling, const char *label, const struct report_arm *control,
          double of_control, double of_arm)
{
    struct buf cell BUF_AUTO = {0};
    if (!(of_control > 0 || of_arm > 0))
        return;
    put_label(telling, label);
    if (control) {
        put_value(&cell, telling->report, REPORT_REVENUE, of_control, false);
        put_cell(telling->out, FIGURE, &cell);
    }
    put_value(&cell, telling->report, REPORT_REVENUE, of_arm, false);
    put_cell(telling->out, FIGURE, &cell);
    buf_puts(telling->out, "\n");
}

static void
tell_head(struct telling *telling, const struct report_arm *control,
          const struct report_arm *arm)
{
    struct buf cell BUF_AUTO = {0};
    put_label(telling, "");
    if (control) {
        buf_printf(&cell, "%.40s", control->name);
        put_cell(telling->out, FIGURE, &cell);
    }
    buf_printf(&cell, "%.40s", arm->name);
    put_cell(telling->out, FIGURE, &cell);
    if (control) {
        buf_puts(&cell, "difference");
        put_cell(telling->out, FIGURE, &cell);
        buf_puts(telling->out, "   holds at every look");
    }
    buf_puts(telling->out, "\n");
}

static void
tell_group(struct telling *telling, const struct report_arm *control,
           const struct report_arm *arm)
{
#define OF(field) control ? (double)control->field : 0, (double)arm->field
    tell_counts(telling, "customers who count", control, OF(customers));
    if (arm->waiting > 0 || (control && control->waiting > 0))
        tell_counts(telling, "  whose window is not over", control, OF(waiting));
    tell_counts(telling, "decided", control, OF(decided));
    tell_counts(telling, "printed", control, OF(printed));
    if (arm->redeemed > 0 || (control && control->redeemed > 0))
        tell_counts(telling, "redeemed", control, OF(redeemed));
#undef OF
    tell_redemption(telling, control, arm);
    tell_cost(telling, "paper per customer", control,
              control ? per_customer(control, control->paper_minor) : 0,
              per_customer(arm, arm->paper_minor));
    tell_cost(telling, "coupons per customer", control,
              control ? per_customer(control, control->coupons_minor) : 0,
              per_customer(arm, arm->coupons_minor));
}

/* --- metrics --------------------------------------------------------------------------
 */

static void
tell_metric(struct telling *telling, enum report_metric metric,
            const struct report_arm *control, const struct report_arm *arm, bool is_read)
{
    const struct report *report = telling->report;
    const struct report_effect *effect = &arm->effects[metric];
    struct buf cell BUF_AUTO = {0};
    if (!metric_is_told(report, metric) ||
        (arm->measures[metric].customers == 0 &&
         (!control || control->measures[metric].customers == 0)))
        return;
    put_label(telling, report_metrics[metric].title);
    if (control) {
        put_value(&cell, report, metric, control->measures[metric].mean.value, false);
        put_cell(telling->out, FIGURE, &cell);
    }
    put_value(&cell, report, metric, arm->measures[metric].mean.value, false);
    put_cell(telling->out, FIGURE, &cell);
    if (control && is_read && !isnan(effect->difference.value)) {
        put_value(&cell, report, metric, effect->difference.value, true);
        put_cell(telling->out, FIGURE, &cell);
        buf_puts(telling->out, "   ");
        if (isfinite(effect->difference.low) || isfinite(effect->difference.high))
            put_interval(telling->out, report, metric, &effect->difference);
        else
            buf_puts(telling->out, "too few to say");
    }
    buf_puts(telling->out, "\n");
}

/* What stands behind the differences: on the printed, the past's help, what would show.
 */
static void
tell_behind(struct telling *telling, const struct report_arm *arm)
{
    const struct report *report = telling->report;
    const struct report_effect *effect = &arm->effects[arm->by];
    struct buf text BUF_AUTO = {0};
    if (arm->word == WORD_STOP || arm->word == WORD_EARLY ||
        isnan(effect->difference.value))
        return;
    if (!isnan(effect->printed.value) && isfinite(effect->printed.low) &&
        arm->reached < arm->customers) {
        buf_printf(&text, "Per protocol, on those whose paper was printed: %s ",
                   report_metrics[arm->by].title);
        put_value(&text, report, arm->by, effect->printed.value, true);
        buf_puts(&text, " (");
        put_interval(&text, report, arm->by, &effect->printed);
        buf_puts(&text, "). ");
    }
    if (effect->explained > 0) {
        buf_puts(&text, "What customers did before took away ");
        put_fixed(&text, 100 * effect->explained, 0);
        buf_puts(&text, " % of the variance. ");
    }
    if (!isnan(effect->detectable)) {
        buf_puts(&text, "By now an effect of ");
        put_size(&text, report, arm->by, effect->detectable);
        buf_puts(&text, " would be found four times of five.");
    }
    if (text.n > 0)
        put_folded(telling, &text, "\033[2m");
}

static void
tell_arm(struct telling *telling, const struct report_arm *control,
         const struct report_arm *arm)
{
    bool is_read = arm->word != WORD_STOP;
    buf_puts(telling->out, "\n");
    tell_head(telling, control, arm);
    tell_group(telling, control, arm);
    for (int m = 0; m < REPORT_METRICS; m++)
        tell_metric(telling, (enum report_metric)m, control, arm, is_read);
    if (control)
        tell_behind(telling, arm);
}

static void
tell_segments(struct telling *telling, const struct report_test *test, size_t index)
{
    const struct report *report = telling->report;
    enum report_metric metric = test->parts[0].arms[index].by;
    struct buf cell BUF_AUTO = {0};
    size_t told = 0;
    /* before any window is over there is nothing to say of segments either */
    if (test->part_count < 2 || test->parts[0].arms[index].word == WORD_STOP ||
        test->parts[0].arms[index].customers == 0)
        return;
    buf_printf(telling->out, "\n  %s by segment, all looked at together\n",
               report_metrics[metric].title);
    for (size_t i = 1; i < test->part_count && told < SEGMENTS_MOST; i++) {
        const struct report_arm *arm = &test->parts[i].arms[index];
        const struct estimate *difference = &arm->effects[metric].difference;
        if (arm->customers == 0)
            continue;
        told++;
        buf_printf(&cell, "  %.60s", test->parts[i].segment);
        buf_puts(telling->out, "  ");
        put_cell(telling->out, -LABEL, &cell);
        put_count(&cell, test->parts[i].arms[0].customers);
        put_cell(telling->out, FIGURE, &cell);
        put_count(&cell, arm->customers);
        put_cell(telling->out, FIGURE, &cell);
        put_value(&cell, report, metric, difference->value, true);
        put_cell(telling->out, FIGURE, &cell);
        buf_printf(telling->out, "   %s\n", word_text(arm->word));
    }
}

static void
tell_test(struct telling *telling, const struct report_test *test)
{
    const struct report_part *all = &test->parts[0];
    const struct report_arm *control = part_control(all);
    struct buf title BUF_AUTO = {0};
    bool was_stopped = false;
    put_test_title(&title, test);
    buf_printf(telling->out, "\n%s%s%s\n", telling->is_coloured ? "\033[1m" : "",
               title.failed ? "" : title.p, telling->is_coloured ? "\033[0m" : "");
    if (!control) {
        struct buf text BUF_AUTO = {0};
        buf_puts(&text,
                 "NO CONTROL. Nobody was held out, so what it caused cannot be told; "
                 "a holdout in the campaign makes that possible.");
        if (test->kind == REPORT_CAMPAIGN)
            put_folded(telling, &text, "\033[33m");
    }
    for (size_t i = control ? 1 : 0; i < all->arm_count; i++) {
        if (control && !all->arms[i].is_apart && !was_stopped)
            tell_word(telling, test, &all->arms[i]);
        was_stopped = all->arms[i].word == WORD_STOP;
    }
    if (test->crossed > 0 && control) {
        struct buf text BUF_AUTO = {0};
        put_count(&text, test->crossed);
        buf_puts(&text, " customers were seen in more than one group; they count in the "
                        "first.");
        put_folded(telling, &text, "\033[2m");
    }
    for (size_t i = control ? 1 : 0; i < all->arm_count; i++) {
        bool is_apart = all->arms[i].is_apart;
        tell_arm(telling, is_apart ? NULL : control, &all->arms[i]);
        if (control && !is_apart)
            tell_segments(telling, test, i);
    }
}

/* --- offers ---------------------------------------------------------------------------
 */

#define NARROW 11

static void
tell_offer(struct telling *telling, const struct report_test *test)
{
    const struct report *report = telling->report;
    const struct report_arm *given = part_given(&test->parts[0]);
    struct buf cell BUF_AUTO = {0};
    if (!given)
        return;
    const double counts[] = {(double)given->decided, (double)given->printed,
                             (double)given->redeemed};
    buf_printf(&cell, "%.60s", test->name);
    buf_puts(telling->out, "  ");
    put_cell(telling->out, -LABEL, &cell);
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        put_count(&cell, counts[i]);
        put_cell(telling->out, NARROW, &cell);
    }
    put_value(&cell, report, REPORT_ORDERED, given->redemption.value, false);
    put_cell(telling->out, NARROW, &cell);
    put_value(&cell, report, given->by, given->effects[given->by].difference.value, true);
    put_cell(telling->out, NARROW, &cell);
    buf_printf(telling->out, "   %s\n",
               given->word == WORD_NOTHING ? "no control" : word_text(given->word));
}

/* All offers of a campaign, a line each: the page and JSON have the rest. */
static size_t
tell_offers(struct telling *telling, size_t at)
{
    static const char *const heads[] = {"decided", "printed", "redeemed", "rate"};
    const struct report *report = telling->report;
    const char *campaign = report->tests[at].campaign;
    struct buf cell BUF_AUTO = {0};
    buf_printf(telling->out, "\n%sOffers of campaign %s, given against held out%s\n",
               telling->is_coloured ? "\033[1m" : "", campaign ? campaign : "(unnamed)",
               telling->is_coloured ? "\033[0m" : "");
    put_label(telling, "");
    for (size_t i = 0; i < COUNT_OF(heads); i++) {
        buf_puts(&cell, heads[i]);
        put_cell(telling->out, NARROW, &cell);
    }
    buf_puts(&cell, report->has_margin ? "margin" : "revenue");
    put_cell(telling->out, NARROW, &cell);
    buf_puts(telling->out, "\n");
    while (at < report->test_count && report->tests[at].kind == REPORT_OFFER &&
           text_equal(report->tests[at].campaign, campaign))
        tell_offer(telling, &report->tests[at++]);
    return at;
}

/* --- classes --------------------------------------------------------------------------
 */

static void
tell_classes(struct telling *telling)
{
    const struct report *report = telling->report;
    struct buf cell BUF_AUTO = {0};
    if (report->class_count == 0)
        return;
    buf_puts(telling->out, "\nBy what customers answered (not dealt by chance)\n");
    put_label(telling, "");
    static const char *const heads[] = {"customers", "ordered again", "revenue",
                                        "lifetime"};
    for (size_t i = 0; i < COUNT_OF(heads); i++) {
        buf_puts(&cell, heads[i]);
        put_cell(telling->out, FIGURE, &cell);
    }
    buf_puts(telling->out, "\n");
    for (size_t i = 0; i < report->class_count; i++) {
        const struct report_class *class = &report->classes[i];
        buf_printf(&cell, "  %s %s", class->question, class->name);
        put_cell(telling->out, -(LABEL + 2), &cell);
        put_count(&cell, class->customers);
        put_cell(telling->out, FIGURE, &cell);
        put_value(&cell, report, REPORT_ORDERED, class->ordered.mean.value, false);
        put_cell(telling->out, FIGURE, &cell);
        put_value(&cell, report, REPORT_REVENUE, class->revenue.mean.value, false);
        put_cell(telling->out, FIGURE, &cell);
        put_value(&cell, report, REPORT_LIFETIME, class->lifetime.mean.value, false);
        put_cell(telling->out, FIGURE, &cell);
        buf_puts(telling->out, "\n");
    }
}

void
report_tell(const struct report *report, bool is_coloured, struct buf *out)
{
    struct telling telling = {report, is_coloured, out};
    char now[16];
    day_text(zone_day(report->zone, report->now_s, NULL), now);
    buf_printf(out,
               "What paper caused, as of %s. A customer counts %d days after the first\n"
               "decision, in the group that was decided. Money in %s.\n",
               now, report->within_days, report->currency);
    for (size_t i = 0; i < report->test_count;) {
        if (report->tests[i].kind == REPORT_OFFER)
            i = tell_offers(&telling, i);
        else
            tell_test(&telling, &report->tests[i++]);
    }
    tell_classes(&telling);
}
