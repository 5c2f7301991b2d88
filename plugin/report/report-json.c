/* The report for programs: every figure, a number or null. */
#include "report/inside.h"

#include "base/money.h"

#include <math.h>

static const char *const kinds[] = {[REPORT_SHOP] = "shop",
                                    [REPORT_CAMPAIGN] = "campaign",
                                    [REPORT_EXPERIMENT] = "experiment",
                                    [REPORT_OFFER] = "offer",
                                    [REPORT_VARIANT] = "variant",
                                    [REPORT_ADVISOR] = "advisor"};
static const char *const words[] = {
    [WORD_NOTHING] = "nothing",        [WORD_STOP] = "stop",
    [WORD_EARLY] = "too-early",        [WORD_UNSURE] = "cannot-tell",
    [WORD_BETTER] = "better",          [WORD_WORSE] = "worse",
    [WORD_NO_CHANCE] = "not-by-chance"};

/* What is no number, or has no bound, is null. */
static void
put_number(struct buf *out, double value)
{
    char text[32];
    if (!isfinite(value)) {
        buf_puts(out, "null");
        return;
    }
    text_from_double(value, text);
    buf_puts(out, text);
}

static void
put_named(struct buf *out, const char *name, double value)
{
    buf_printf(out, ", \"%s\": ", name);
    put_number(out, value);
}

/* Money in major units; all else as it is. */
static double
scale_of(const struct report *report, enum report_metric metric)
{
    return report_metrics[metric].unit == METRIC_MONEY
               ? pow(10, -money_digits(report->currency))
               : 1;
}

static void
put_estimate(struct buf *out, const char *name, const struct estimate *estimate,
             double scale)
{
    buf_printf(out, ", \"%s\": {\"value\": ", name);
    put_number(out, estimate->value * scale);
    put_named(out, "low", estimate->low * scale);
    put_named(out, "high", estimate->high * scale);
    put_named(out, "p", estimate->p);
    buf_puts(out, "}");
}

static void
put_metric(struct buf *out, const struct report *report, enum report_metric metric,
           const struct report_arm *arm, bool is_compared)
{
    const struct report_measure *measure = &arm->measures[metric];
    const struct report_effect *effect = &arm->effects[metric];
    double scale = scale_of(report, metric);
    buf_puts(out, "{\"metric\": ");
    buf_json(out, report_metrics[metric].name);
    put_named(out, "customers", measure->customers);
    put_estimate(out, "mean", &measure->mean, scale);
    if (is_compared) {
        put_estimate(out, "difference", &effect->difference, scale);
        put_estimate(out, "lift", &effect->lift, 1);
        put_estimate(out, "once", &effect->once, scale);
        put_estimate(out, "printed", &effect->printed, scale);
        put_named(out, "p", effect->p);
        put_named(out, "explained", effect->explained);
        put_named(out, "detectable", effect->detectable * scale);
        put_named(out, "days", effect->days);
    }
    buf_puts(out, "}");
}

static void
put_arm(struct buf *out, const struct report *report, const struct report_arm *arm,
        bool is_compared)
{
    double money = scale_of(report, REPORT_REVENUE);
    bool is_first = true;
    buf_puts(out, "{\"arm\": ");
    buf_json(out, arm->name);
    buf_printf(out, ", \"control\": %s, \"word\": \"%s\"",
               arm->is_control ? "true" : "false", words[arm->word]);
    put_named(out, "weight", arm->weight);
    put_named(out, "customers", arm->customers);
    put_named(out, "waiting", arm->waiting);
    put_named(out, "reached", arm->reached);
    put_named(out, "decided", (double)arm->decided);
    put_named(out, "printed", (double)arm->printed);
    put_named(out, "coupons_printed", (double)arm->coupons);
    put_named(out, "redeemed", (double)arm->redeemed);
    put_named(out, "advised", (double)arm->advised);
    put_named(out, "paper_cost", (double)arm->paper_minor * money);
    put_named(out, "coupons_cost", (double)arm->coupons_minor * money);
    put_estimate(out, "redemption", &arm->redemption, 1);
    buf_puts(out, ", \"metrics\": [");
    for (int m = 0; m < REPORT_METRICS; m++) {
        if (!metric_is_told(report, (enum report_metric)m))
            continue;
        buf_puts(out, is_first ? "" : ",\n     ");
        put_metric(out, report, (enum report_metric)m, arm,
                   is_compared && !arm->is_control && !arm->is_apart);
        is_first = false;
    }
    buf_puts(out, "]}");
}

static void
put_ratio(struct buf *out, const struct report_test *test)
{
    buf_puts(out, ", \"sample_ratio\": ");
    if (!test->is_ratio_checked) {
        buf_puts(out, "null");
        return;
    }
    buf_printf(out, "{\"alarm\": %s", test->ratio.is_alarm ? "true" : "false");
    put_named(out, "p", test->ratio.p);
    put_named(out, "always_p", test->ratio.always_p);
    buf_puts(out, "}");
}

static void
put_test(struct buf *out, const struct report *report, const struct report_test *test)
{
    struct buf title BUF_AUTO = {0};
    put_test_title(&title, test);
    buf_printf(out, "  {\"kind\": \"%s\", \"title\": ", kinds[test->kind]);
    buf_json(out, title.failed ? NULL : title.p);
    buf_puts(out, ", \"campaign\": ");
    buf_json(out, test->campaign);
    buf_puts(out, ", \"name\": ");
    buf_json(out, test->name);
    put_named(out, "crossed", test->crossed);
    put_ratio(out, test);
    buf_puts(out, ",\n   \"parts\": [");
    for (size_t i = 0; i < test->part_count; i++) {
        const struct report_part *part = &test->parts[i];
        buf_puts(out, i ? ",\n    {\"segment\": " : "{\"segment\": ");
        buf_json(out, part->segment);
        buf_puts(out, ", \"arms\": [");
        for (size_t j = 0; j < part->arm_count; j++) {
            buf_puts(out, j ? ",\n    " : "");
            put_arm(out, report, &part->arms[j], test->has_control);
        }
        buf_puts(out, "]}");
    }
    buf_puts(out, "]}");
}

static void
put_classes(struct buf *out, const struct report *report)
{
    buf_puts(out, " \"classes\": [");
    for (size_t i = 0; i < report->class_count; i++) {
        const struct report_class *class = &report->classes[i];
        buf_printf(out, "%s{\"question\": \"%s\", \"class\": \"%s\"", i ? ",\n  " : "",
                   class->question, class->name);
        put_named(out, "customers", class->customers);
        put_estimate(out, "ordered-again", &class->ordered.mean, 1);
        put_estimate(out, "revenue", &class->revenue.mean,
                     scale_of(report, REPORT_REVENUE));
        put_estimate(out, "lifetime-value", &class->lifetime.mean,
                     scale_of(report, REPORT_REVENUE));
        buf_puts(out, "}");
    }
    buf_puts(out, "]");
}

static void
put_time(struct buf *out, const char *name, int64_t at_s)
{
    char text[32];
    buf_printf(out, ", \"%s\": ", name);
    if (at_s == TIME_NONE) {
        buf_puts(out, "null");
        return;
    }
    time_text(at_s, text);
    buf_json(out, text);
}

void
report_json(const struct report *report, struct buf *out)
{
    buf_puts(out, "{\"currency\": ");
    buf_json(out, report->currency);
    put_time(out, "now", report->now_s);
    put_time(out, "from", report->from_s);
    put_time(out, "until", report->until_s);
    put_named(out, "within_days", report->within_days);
    put_named(out, "customers", report->customers);
    put_named(out, "orders", (double)report->orders);
    put_named(out, "decisions", (double)report->decisions);
    put_named(out, "pieces", (double)report->pieces);
    put_named(out, "answers", (double)report->answers);
    buf_puts(out, ",\n \"tests\": [\n");
    for (size_t i = 0; i < report->test_count; i++) {
        buf_puts(out, i ? ",\n" : "");
        put_test(out, report, &report->tests[i]);
    }
    buf_puts(out, "],\n");
    put_classes(out, report);
    buf_puts(out, "}\n");
}
