/* The report as one page: what may be said first, then plots, then every figure.
 *
 * Nothing is loaded and nothing runs: style and pictures are in the page, there are no
 * scripts. A plot comes twice, for light pages and for dark ones, and stands beside a
 * table that says the same in figures. Names come from campaigns; they are escaped. */
#include "report/html.h"

#include <math.h>
#include <string.h>

static const char page_style[] =
#include "report/page.css.inc"
    ;

/* --- small things ---------------------------------------------------------------------
 */

static const char *
word_class(enum report_word word)
{
    switch (word) {
    case WORD_STOP:
        return "halt";
    case WORD_WORSE:
        return "worse";
    case WORD_BETTER:
        return "better";
    case WORD_EARLY:
    case WORD_UNSURE:
        return "wait";
    case WORD_NOTHING:
    case WORD_NO_CHANCE:
        break;
    }
    return "plain";
}

static void
put_word(struct paging *paging, enum report_word word)
{
    buf_printf(paging->out, "<span class=\"word %s\">%s</span> ", word_class(word),
               word_text(word));
}

/* Text of a scratch buffer, escaped; empties it. */
static void
put_text(struct paging *paging, struct buf *text)
{
    if (text->n > 0)
        buf_xml(paging->out, text->p);
    buf_reset(text);
}

static void
put_cell(struct paging *paging, struct buf *text)
{
    buf_puts(paging->out, "<td>");
    put_text(paging, text);
    buf_puts(paging->out, "</td>");
}

static size_t
index_of(const struct paging *paging, const struct report_test *test)
{
    return (size_t)(test - paging->report->tests);
}

/* --- tables ---------------------------------------------------------------------------
 */

static void
put_head(struct paging *paging, const struct report_arm *control,
         const struct report_arm *arm)
{
    buf_puts(paging->out, "<div class=\"wide\"><table><thead><tr><th></th>");
    for (int i = control ? 0 : 1; i < 2; i++) {
        buf_puts(paging->out, "<th scope=\"col\">");
        buf_xml(paging->out, i ? arm->name : control->name);
        buf_puts(paging->out, "</th>");
    }
    if (control)
        buf_puts(paging->out,
                 "<th scope=\"col\">difference</th><th scope=\"col\">holds at every "
                 "look</th><th scope=\"col\">lift</th><th scope=\"col\">one look</th><th "
                 "scope=\"col\">where printed</th>");
    buf_puts(paging->out, "</tr></thead><tbody>");
}

static void
put_counts(struct paging *paging, const char *label, bool has_control, double of_control,
           double of_arm, bool is_money)
{
    struct buf text BUF_AUTO = {0};
    if (!(of_control > 0 || of_arm > 0))
        return;
    buf_printf(paging->out, "<tr><th scope=\"row\">%s</th>", label);
    for (int i = has_control ? 0 : 1; i < 2; i++) {
        double value = i ? of_arm : of_control;
        if (is_money)
            put_value(&text, paging->report, REPORT_REVENUE, value, false);
        else if (isnan(value))
            buf_puts(&text, "-");
        else
            put_count(&text, value);
        put_cell(paging, &text);
    }
    buf_puts(paging->out, has_control ? "<td colspan=\"5\"></td></tr>\n" : "</tr>\n");
}

static void
put_interval_cell(struct paging *paging, enum report_metric metric,
                  const struct estimate *estimate)
{
    struct buf text BUF_AUTO = {0};
    if (isfinite(estimate->low) || isfinite(estimate->high))
        put_interval(&text, paging->report, metric, estimate);
    else
        buf_puts(&text, "-");
    put_cell(paging, &text);
}

static void
put_metric(struct paging *paging, enum report_metric metric,
           const struct report_arm *control, const struct report_arm *arm, bool is_first)
{
    const struct report_effect *effect = &arm->effects[metric];
    const struct report *report = paging->report;
    struct buf text BUF_AUTO = {0};
    buf_printf(paging->out, "<tr%s><th scope=\"row\">%s</th>",
               is_first ? " class=\"first\"" : "", report_metrics[metric].title);
    for (int i = control ? 0 : 1; i < 2; i++) {
        const struct report_arm *of = i ? arm : control;
        put_value(&text, report, metric, of->measures[metric].mean.value, false);
        put_cell(paging, &text);
    }
    if (control && arm->word != WORD_STOP) {
        put_value(&text, report, metric, effect->difference.value, true);
        put_cell(paging, &text);
        put_interval_cell(paging, metric, &effect->difference);
        if (isnan(effect->lift.value))
            buf_puts(&text, "-");
        else {
            put_fixed(&text, 100 * effect->lift.value, 1);
            buf_puts(&text, " %");
        }
        put_cell(paging, &text);
        put_interval_cell(paging, metric, &effect->once);
        put_interval_cell(paging, metric, &effect->printed);
    } else if (control)
        buf_puts(paging->out, "<td colspan=\"5\">not compared</td>");
    buf_puts(paging->out, "</tr>\n");
}

static double
per_customer(const struct report_arm *arm, int64_t minor)
{
    double customers = arm->customers + arm->waiting;
    return customers > 0 ? (double)minor / customers : NAN;
}

static void
put_table(struct paging *paging, const struct report_arm *control,
          const struct report_arm *arm)
{
    static const struct report_arm none;
    const struct report_arm *other = control ? control : &none;
    bool is_first = true;
    struct buf text BUF_AUTO = {0};
    put_head(paging, control, arm);
    put_counts(paging, "customers who count", control, other->customers, arm->customers,
               false);
    put_counts(paging, "whose window is not over", control, other->waiting, arm->waiting,
               false);
    put_counts(paging, "decided", control, (double)other->decided, (double)arm->decided,
               false);
    put_counts(paging, "printed", control, (double)other->printed, (double)arm->printed,
               false);
    put_counts(paging, "redeemed", control, (double)other->redeemed,
               (double)arm->redeemed, false);
    if (!isnan(arm->redemption.value)) {
        buf_puts(paging->out, "<tr><th scope=\"row\">redemption rate</th>");
        for (int i = control ? 0 : 1; i < 2; i++) {
            put_value(&text, paging->report, REPORT_ORDERED,
                      i ? arm->redemption.value : other->redemption.value, false);
            put_cell(paging, &text);
        }
        buf_puts(paging->out, control ? "<td colspan=\"5\"></td></tr>\n" : "</tr>\n");
    }
    put_counts(paging, "paper per customer", control,
               per_customer(other, other->paper_minor),
               per_customer(arm, arm->paper_minor), true);
    put_counts(paging, "coupons per customer", control,
               per_customer(other, other->coupons_minor),
               per_customer(arm, arm->coupons_minor), true);
    for (int m = 0; m < REPORT_METRICS; m++) {
        if (!metric_is_told(paging->report, (enum report_metric)m) ||
            arm->measures[m].customers + other->measures[m].customers == 0)
            continue;
        put_metric(paging, (enum report_metric)m, control, arm, is_first);
        is_first = false;
    }
    buf_puts(paging->out, "</tbody></table></div>\n");
}

/* What stands behind the differences, in a sentence or two. */
static void
put_behind(struct paging *paging, const struct report_arm *arm)
{
    const struct report_effect *effect = &arm->effects[arm->by];
    struct buf text BUF_AUTO = {0};
    if (arm->word == WORD_STOP || arm->word == WORD_EARLY)
        return;
    if (effect->explained > 0) {
        buf_puts(&text, "What customers did before took away ");
        put_fixed(&text, 100 * effect->explained, 0);
        buf_printf(&text, " %% of the variance of %s. ", report_metrics[arm->by].title);
    }
    if (!isnan(effect->detectable)) {
        buf_puts(&text, "By now an effect of ");
        put_size(&text, paging->report, arm->by, effect->detectable);
        buf_printf(&text, " on %s would be found four times of five.",
                   report_metrics[arm->by].title);
    }
    if (text.n == 0)
        return;
    buf_puts(paging->out, "<p class=\"soft\">");
    put_text(paging, &text);
    buf_puts(paging->out, "</p>\n");
}

/* --- sections -------------------------------------------------------------------------
 */

static void
put_sentence(struct paging *paging, const struct report_test *test,
             const struct report_arm *arm)
{
    struct buf text BUF_AUTO = {0};
    buf_puts(paging->out, "<p>");
    put_word(paging, arm->word);
    put_verdict(&text, paging->report, test, arm);
    put_text(paging, &text);
    buf_puts(paging->out, "</p>\n");
}

static void
put_title(struct paging *paging, const struct report_test *test)
{
    struct buf title BUF_AUTO = {0};
    put_test_title(&title, test);
    put_text(paging, &title);
}

static void
put_arm(struct paging *paging, const struct report_test *test, size_t index)
{
    const struct report_arm *arm = &test->parts[0].arms[index];
    const struct report_arm *control =
        arm->is_apart ? NULL : part_control(&test->parts[0]);
    if (test->parts[0].arm_count > 2) {
        buf_puts(paging->out, "<h3>");
        buf_xml(paging->out, arm->name);
        buf_puts(paging->out, "</h3>\n");
    }
    if (control)
        put_sentence(paging, test, arm);
    /* a hundred offers would be a hundred plots: they stand beside each other in one */
    bool is_plotted = control && arm->word != WORD_STOP && test->kind != REPORT_OFFER;
    if (is_plotted)
        plot_lifts(paging, arm, control);
    put_table(paging, control, arm);
    if (control && arm->word != WORD_STOP) {
        put_behind(paging, arm);
        if (is_plotted)
            plot_segments(paging, test, index);
    }
}

static void
put_test(struct paging *paging, const struct report_test *test)
{
    const struct report_part *all = &test->parts[0];
    bool is_stopped = test->is_ratio_checked && test->ratio.is_alarm;
    buf_printf(paging->out, "<section id=\"t%zu\"%s><h2>", index_of(paging, test),
               is_stopped ? " class=\"stop\"" : "");
    put_title(paging, test);
    buf_puts(paging->out, "</h2>\n");
    if (!test->has_control && test->kind == REPORT_CAMPAIGN)
        buf_puts(paging->out,
                 "<p><span class=\"word wait\">no control</span> Nobody was "
                 "held out, so what it caused cannot be told; a holdout in the "
                 "campaign makes that possible.</p>\n");
    if (test->crossed > 0 && test->has_control) {
        buf_puts(paging->out, "<p class=\"soft\">");
        put_count(paging->out, test->crossed);
        buf_puts(paging->out,
                 " customers were seen in more than one group; they count in "
                 "the first.</p>\n");
    }
    for (size_t i = test->has_control ? 1 : 0; i < all->arm_count; i++)
        put_arm(paging, test, i);
    buf_puts(paging->out, "</section>\n");
}

/* A line for each test that has something to compare, words before numbers. */
static void
put_short(struct paging *paging)
{
    const struct report *report = paging->report;
    buf_puts(paging->out, "<section><h2>In short</h2><ul class=\"short\">\n");
    for (size_t i = 0; i < report->test_count; i++) {
        const struct report_test *test = &report->tests[i];
        if (test->kind == REPORT_OFFER || test->kind == REPORT_VARIANT)
            continue;
        buf_printf(paging->out, "<li><a href=\"#t%zu\">", i);
        put_title(paging, test);
        buf_puts(paging->out, "</a>\n");
        if (!test->has_control)
            buf_puts(paging->out, "<p><span class=\"word wait\">no control</span></p>");
        for (size_t j = 1; test->has_control && j < test->parts[0].arm_count; j++) {
            if (!test->parts[0].arms[j].is_apart)
                put_sentence(paging, test, &test->parts[0].arms[j]);
            if (test->parts[0].arms[j].word == WORD_STOP)
                break;
        }
        buf_puts(paging->out, "</li>\n");
    }
    buf_puts(paging->out, "</ul></section>\n");
}

static void
put_offer_row(struct paging *paging, const struct report_test *test)
{
    struct buf text BUF_AUTO = {0};
    const struct report_arm *given = part_given(&test->parts[0]);
    if (!given)
        return;
    buf_printf(paging->out, "<tr><th scope=\"row\"><a href=\"#t%zu\">",
               index_of(paging, test));
    buf_xml(paging->out, test->name);
    buf_puts(paging->out, "</a></th>");
    put_count(&text, (double)given->decided);
    put_cell(paging, &text);
    put_count(&text, (double)given->printed);
    put_cell(paging, &text);
    put_count(&text, (double)given->redeemed);
    put_cell(paging, &text);
    put_value(&text, paging->report, REPORT_ORDERED, given->redemption.value, false);
    put_cell(paging, &text);
    put_value(&text, paging->report, REPORT_REVENUE, (double)given->paper_minor, false);
    put_cell(paging, &text);
    put_value(&text, paging->report, REPORT_REVENUE, (double)given->coupons_minor, false);
    put_cell(paging, &text);
    buf_printf(paging->out, "<td><span class=\"word %s\">%s</span></td></tr>\n",
               word_class(given->word),
               given->word == WORD_NOTHING ? "no control" : word_text(given->word));
}

static void
put_offers(struct paging *paging, size_t *at)
{
    const struct report *report = paging->report;
    const char *campaign = report->tests[*at].campaign;
    buf_puts(paging->out, "<section><h2>Offers of campaign ");
    buf_xml(paging->out, campaign ? campaign : "(unnamed)");
    buf_puts(paging->out, "</h2>\n");
    plot_offers(paging, campaign);
    buf_printf(paging->out,
               "<div class=\"wide\"><table><caption>Money in %s.</caption><thead><tr><th "
               "scope=\"col\">offer</th><th scope=\"col\">decided</th><th "
               "scope=\"col\">printed</th><th scope=\"col\">redeemed</th><th "
               "scope=\"col\">rate</th><th scope=\"col\">paper</th><th "
               "scope=\"col\">coupons</th><th scope=\"col\"></th></tr></thead><tbody>\n",
               report->currency);
    size_t end = *at;
    while (end < report->test_count && report->tests[end].kind == REPORT_OFFER &&
           text_equal(report->tests[end].campaign, campaign))
        put_offer_row(paging, &report->tests[end++]);
    buf_puts(paging->out, "</tbody></table></div>\n<details><summary>Each offer in full"
                          "</summary>\n");
    for (; *at < end; ++*at)
        put_test(paging, &report->tests[*at]);
    buf_puts(paging->out, "</details></section>\n");
}

static void
put_classes(struct paging *paging)
{
    const struct report *report = paging->report;
    struct buf text BUF_AUTO = {0};
    if (report->class_count == 0)
        return;
    buf_puts(paging->out, "<section><h2>By what customers answered</h2>\n<p>Not dealt by "
                          "chance: who finds ordering hard may differ in other ways, "
                          "too.</p>\n");
    plot_classes(paging);
    buf_puts(
        paging->out,
        "<div class=\"wide\"><table><thead><tr><th scope=\"col\">answer</th><th "
        "scope=\"col\">customers</th><th scope=\"col\">ordered again</th><th "
        "scope=\"col\">revenue</th><th scope=\"col\">lifetime value</th></tr></thead>"
        "<tbody>\n");
    for (size_t i = 0; i < report->class_count; i++) {
        const struct report_class *class = &report->classes[i];
        buf_printf(paging->out, "<tr><th scope=\"row\">%s %s</th>", class->question,
                   class->name);
        put_count(&text, class->customers);
        put_cell(paging, &text);
        put_value(&text, report, REPORT_ORDERED, class->ordered.mean.value, false);
        put_cell(paging, &text);
        put_value(&text, report, REPORT_REVENUE, class->revenue.mean.value, false);
        put_cell(paging, &text);
        put_value(&text, report, REPORT_LIFETIME, class->lifetime.mean.value, false);
        put_cell(paging, &text);
        buf_puts(paging->out, "</tr>\n");
    }
    buf_puts(paging->out, "</tbody></table></div></section>\n");
}

static void
put_fact(struct paging *paging, const char *name, double value)
{
    buf_printf(paging->out, "<div><dt>%s</dt><dd>", name);
    put_count(paging->out, value);
    buf_puts(paging->out, "</dd></div>");
}

static void
put_top(struct paging *paging)
{
    const struct report *report = paging->report;
    char now[16];
    day_text(zone_day(report->zone, report->now_s, NULL), now);
    buf_puts(paging->out,
             "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta "
             "name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta "
             "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
             "style-src 'unsafe-inline'; img-src data:\">\n<title>What paper caused, ");
    buf_printf(paging->out, "%s</title>\n<style>\n%s</style></head>\n<body><main>\n", now,
               page_style);
    buf_printf(
        paging->out,
        "<h1>What paper caused</h1>\n<p class=\"soft\">As of %s. A customer counts "
        "%d days after the first decision, in the group that was decided. Money in "
        "%s.</p>\n<dl class=\"facts\">",
        now, report->within_days, report->currency);
    put_fact(paging, "customers", report->customers);
    put_fact(paging, "orders", (double)report->orders);
    put_fact(paging, "decisions", (double)report->decisions);
    put_fact(paging, "answers", (double)report->answers);
    buf_puts(paging->out, "</dl>\n");
}

static const char notes_on_method[] =
    "<section><h2>How to read this</h2>\n"
    "<p>Customers were dealt to groups by a hash before anything was printed. Everybody "
    "counts in the group that was decided for her, printed or not, so the groups differ "
    "by "
    "chance and by the decision alone; the column <em>where printed</em> shares the "
    "difference out among those whose paper was really printed.</p>\n"
    "<p>The intervals may be looked at every day, and an experiment stopped whenever "
    "they "
    "have said enough; those of <em>one look</em> are narrower and hold only for a day "
    "that was fixed beforehand. Several arms against one control, and segments, are "
    "corrected for being looked at together. Where it helps, the spread that purchases "
    "of "
    "the year before explain is taken away first.</p>\n"
    "<p>Margin is the shop's share of revenue less paper and what used coupons cost. "
    "Lifetime value is revenue since the first decision, and what the model of "
    "<em>tuck fit</em> expects of the next year.</p></section>\n";

void
report_html(const struct report *report, report_draw_fn *draw, void *data,
            struct buf *out)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct paging paging = {report, draw, data, out, arena};
    if (!arena) {
        out->failed = true;
        return;
    }
    put_top(&paging);
    put_short(&paging);
    for (size_t i = 0; i < report->test_count;) {
        if (report->tests[i].kind == REPORT_OFFER)
            put_offers(&paging, &i);
        else
            put_test(&paging, &report->tests[i++]);
    }
    put_classes(&paging);
    buf_puts(out, notes_on_method);
    buf_puts(out, "</main></body></html>\n");
}
