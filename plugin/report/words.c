/* Words and figures, the same on paper, in the terminal and on the page. */
#include "report/inside.h"

#include "base/money.h"

#include <math.h>
#include <string.h>

/* --- figures --------------------------------------------------------------------------
 */

void
put_fixed(struct buf *out, double value, int decimals)
{
    double scaled = value;
    int64_t power = 1;
    if (!isfinite(value)) {
        buf_puts(out, isnan(value) ? "-" : value < 0 ? "-∞" : "∞");
        return;
    }
    for (int i = 0; i < decimals; i++)
        power *= 10;
    scaled = round(fabs(value) * (double)power);
    if (scaled > 9e15) {
        char text[32];
        text_from_double(value, text);
        buf_puts(out, text);
        return;
    }
    int64_t whole = (int64_t)scaled;
    if (value < 0 && whole > 0)
        buf_puts(out, "-");
    put_count(out, (double)(whole / power));
    if (decimals > 0)
        buf_printf(out, ".%0*lld", decimals, (long long)(whole % power));
}

void
put_count(struct buf *out, double value)
{
    char digits[24];
    int64_t count = isfinite(value) && fabs(value) < 9e18 ? (int64_t)round(value) : 0;
    struct buf plain BUF_AUTO = {0};
    buf_printf(&plain, "%lld", (long long)(count < 0 ? -count : count));
    if (plain.failed)
        return;
    if (count < 0)
        buf_puts(out, "-");
    size_t n = plain.n;
    for (size_t i = 0; i < n && i < sizeof(digits); i++) {
        if (i > 0 && (n - i) % 3 == 0)
            buf_puts(out, ",");
        buf_add(out, plain.p + i, 1);
    }
}

static void
put_sign(struct buf *out, double value, bool is_signed)
{
    if (is_signed && value > 0)
        buf_puts(out, "+");
}

static void
put_figure(struct buf *out, const struct report *report, enum report_metric metric,
           double value)
{
    int digits = money_digits(report->currency);
    switch (report_metrics[metric].unit) {
    case METRIC_RATE:
        put_fixed(out, 100 * value, 2);
        break;
    case METRIC_COUNT:
        put_fixed(out, value, 3);
        break;
    case METRIC_MONEY:
        put_fixed(out, value / pow(10, digits), digits ? digits : 1);
        break;
    case METRIC_SCORE:
        put_fixed(out, value, 1);
        break;
    }
}

void
put_value(struct buf *out, const struct report *report, enum report_metric metric,
          double value, bool is_signed)
{
    put_sign(out, value, is_signed);
    put_figure(out, report, metric, value);
    if (report_metrics[metric].unit == METRIC_RATE && !is_signed && !isnan(value))
        buf_puts(out, " %");
}

void
put_interval(struct buf *out, const struct report *report, enum report_metric metric,
             const struct estimate *estimate)
{
    put_value(out, report, metric, estimate->low, true);
    buf_puts(out, " to ");
    put_value(out, report, metric, estimate->high, true);
}

/* --- words ----------------------------------------------------------------------------
 */

const char *
word_text(enum report_word word)
{
    switch (word) {
    case WORD_NOTHING:
        return "nothing to compare";
    case WORD_STOP:
        return "do not read this";
    case WORD_EARLY:
        return "too early";
    case WORD_UNSURE:
        return "cannot tell yet";
    case WORD_BETTER:
        return "it works";
    case WORD_WORSE:
        return "it does harm";
    case WORD_NO_CHANCE:
        return "not dealt by chance";
    }
    return "";
}

const struct report_arm *
part_control(const struct report_part *part)
{
    return part->arm_count > 0 && part->arms[0].is_control ? &part->arms[0] : NULL;
}

const struct report_arm *
part_given(const struct report_part *part)
{
    for (size_t i = 0; i < part->arm_count; i++)
        if (strcmp(part->arms[i].name, "held-out") != 0)
            return &part->arms[i];
    return NULL;
}

bool
metric_is_told(const struct report *report, enum report_metric metric)
{
    return metric != REPORT_MARGIN || report->has_margin;
}

void
put_test_title(struct buf *out, const struct report_test *test)
{
    const char *campaign = test->campaign ? test->campaign : "(unnamed)";
    switch (test->kind) {
    case REPORT_SHOP:
        buf_puts(out, "All campaigns: paper against none");
        return;
    case REPORT_ADVISOR:
        buf_puts(out, "What advisors chose beside what rules chose");
        return;
    case REPORT_CAMPAIGN:
        buf_printf(out, "Campaign %s%s", campaign,
                   test->has_control ? ": paper against none" : "");
        return;
    case REPORT_EXPERIMENT:
        buf_printf(out, "Campaign %s, experiment %s", campaign, test->name);
        return;
    case REPORT_OFFER:
        buf_printf(out, "Campaign %s, offer %s%s", campaign, test->name,
                   test->has_control ? ": given against held out" : "");
        return;
    case REPORT_VARIANT:
        buf_printf(out, "Campaign %s, arms of offer %s", campaign, test->name);
        return;
    }
}

static void
put_unit(struct buf *out, const struct report *report, enum report_metric metric)
{
    switch (report_metrics[metric].unit) {
    case METRIC_RATE:
        buf_puts(out, " points");
        break;
    case METRIC_MONEY:
        buf_printf(out, " %s", report->currency);
        break;
    case METRIC_COUNT:
    case METRIC_SCORE:
        break;
    }
}

void
put_size(struct buf *out, const struct report *report, enum report_metric metric,
         double value)
{
    put_figure(out, report, metric, fabs(value));
    put_unit(out, report, metric);
}

static void
put_found(struct buf *out, const struct report *report, const struct report_arm *arm,
          const struct report_arm *control)
{
    const struct report_effect *effect = &arm->effects[arm->by];
    const struct estimate *difference = &effect->difference;
    buf_printf(out, "%s against %s: %s ", arm->name, control->name,
               report_metrics[arm->by].title);
    buf_puts(out, difference->value > 0 ? "rose by " : "fell by ");
    put_size(out, report, arm->by, difference->value);
    buf_puts(out, " (");
    put_interval(out, report, arm->by, difference);
    buf_puts(out, ")");
    if (!isnan(effect->lift.value)) {
        buf_puts(out, ", ");
        put_sign(out, effect->lift.value, true);
        put_fixed(out, 100 * effect->lift.value, 1);
        buf_puts(out, " %");
    }
    buf_puts(out, ".");
}

static void
put_unsure(struct buf *out, const struct report *report, const struct report_arm *arm,
           const struct report_arm *control)
{
    const struct report_effect *effect = &arm->effects[arm->by];
    buf_printf(out, "%s against %s: ", arm->name, control->name);
    if (!isfinite(effect->difference.low) || !isfinite(effect->difference.high)) {
        buf_printf(out, "nothing can be said of %s.", report_metrics[arm->by].title);
        return;
    }
    buf_printf(out, "for %s anything from ", report_metrics[arm->by].title);
    put_interval(out, report, arm->by, &effect->difference);
    put_unit(out, report, arm->by);
    buf_puts(out, " fits.");
    if (isnan(effect->days))
        return;
    buf_puts(out, " An effect of ");
    put_fixed(out, report->least_effect_bp / 100.0,
              report->least_effect_bp % 100 ? 2 : 0);
    if (effect->days <= 0)
        buf_puts(out, " % would have been found by now: it is hardly that large.");
    else if (effect->days > 3650)
        buf_puts(out, " % would not be found within ten years at this rate: look for a "
                      "larger one, or hold out more.");
    else {
        buf_puts(out, " % would be found in about ");
        put_count(out, ceil(effect->days));
        buf_puts(out, effect->days <= 1 ? " more day." : " more days.");
    }
}

static void
put_stop(struct buf *out, const struct report_test *test)
{
    const struct report_part *all = &test->parts[0];
    size_t n = 0;
    for (size_t i = 0; i < all->arm_count; i++) {
        const struct report_arm *arm = &all->arms[i];
        if (arm->is_apart || n++ != test->ratio.worst)
            continue;
        buf_printf(out, "%s has ", arm->name);
        put_count(out, arm->customers + arm->waiting);
        buf_puts(out, " customers where ");
        put_count(out, test->ratio.worst_expected);
        buf_puts(out, " were dealt to it. ");
    }
    buf_puts(out, "Something other than chance decides who is counted, so no difference "
                  "below means anything until that is found.");
}

void
put_verdict(struct buf *out, const struct report *report, const struct report_test *test,
            const struct report_arm *arm)
{
    const struct report_arm *control = part_control(&test->parts[0]);
    switch (arm->word) {
    case WORD_STOP:
        put_stop(out, test);
        break;
    case WORD_EARLY:
        buf_printf(out, "%s against %s: ", arm->name, control->name);
        put_count(out, arm->customers);
        buf_puts(out, " and ");
        put_count(out, control->customers);
        buf_puts(out, " customers count so far; at least 100 of each are needed.");
        break;
    case WORD_UNSURE:
        put_unsure(out, report, arm, control);
        break;
    case WORD_BETTER:
    case WORD_WORSE:
        put_found(out, report, arm, control);
        break;
    case WORD_NO_CHANCE:
        buf_puts(out,
                 "Whom an advisor looks after differs from the others before anything "
                 "is printed, so a difference is not what the advice caused.");
        break;
    case WORD_NOTHING:
        break;
    }
}
