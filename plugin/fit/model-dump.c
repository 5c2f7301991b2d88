/* A model as text for people: what was learned, from how many, and how sure it is.
 *
 * Figures are rounded for reading; "± 12 %" is a standard error. What is absent is said,
 * because a reader asks after it. */
#include "fit/model-inside.h"

#include "base/money.h"

#include <math.h>

/* A number with up to `decimals`, a point whatever the locale. */
static void
put_decimal(struct buf *out, double value, int decimals)
{
    double unit = 1;
    for (int i = 0; i < decimals; i++)
        unit *= 10;
    double scaled = round(fabs(value) * unit);
    if (!(scaled < 9e15)) { /* no room for decimals, nor sense in them */
        char text[32];
        text_from_double(value, text);
        buf_puts(out, text);
        return;
    }
    long long whole = (long long)(scaled / unit);
    long long rest = (long long)(scaled - (double)whole * unit);
    buf_printf(out, "%s%lld", value < 0 && scaled > 0 ? "-" : "", whole);
    if (decimals > 0)
        buf_printf(out, ".%0*lld", decimals, rest);
}

static void
put_parameter(struct buf *out, const char *name, double value, double error)
{
    buf_printf(out, "  %-10s ", name);
    put_decimal(out, value, 4);
    buf_puts(out, "  ± ");
    put_decimal(out, 100 * error, 1);
    buf_puts(out, " %\n");
}

static void
put_money(struct buf *out, double minor, const char *currency)
{
    int digits = money_digits(currency);
    double unit = 1;
    for (int i = 0; i < digits; i++)
        unit *= 10;
    put_decimal(out, minor / unit, digits);
    buf_printf(out, "%s%s", currency[0] ? " " : "", currency);
}

static void
put_bgnbd(struct buf *out, const struct model_parts *parts)
{
    const struct bgnbd *m = &parts->bgnbd;
    if (!parts->has_bgnbd) {
        buf_puts(out, "buying (BG/NBD): not known\n");
        return;
    }
    buf_printf(out, "buying (BG/NBD), from %lld customers\n", (long long)m->customers);
    put_parameter(out, "r", m->r, m->relative_error[0]);
    put_parameter(out, "alpha", m->alpha_weeks, m->relative_error[1]);
    put_parameter(out, "a", m->a, m->relative_error[2]);
    put_parameter(out, "b", m->b, m->relative_error[3]);
    buf_puts(out, "  log-likelihood ");
    put_decimal(out, m->log_likelihood, 3);
    buf_puts(out, "\n  somebody new comes back in a year: ");
    put_decimal(out, bgnbd_expect_new(m, 365), 2);
    buf_puts(out, " times\n");
}

static void
put_spend(struct buf *out, const struct model_parts *parts)
{
    const struct spend *m = &parts->spend;
    if (!parts->has_spend) {
        buf_puts(out, "spending (Gamma-Gamma): not known\n");
        return;
    }
    buf_printf(out, "spending (Gamma-Gamma), from %lld customers\n",
               (long long)m->customers);
    put_parameter(out, "p", m->p, m->relative_error[0]);
    put_parameter(out, "q", m->q, m->relative_error[1]);
    put_parameter(out, "gamma", m->gamma_minor, m->relative_error[2]);
    buf_puts(out, "  log-likelihood ");
    put_decimal(out, m->log_likelihood, 3);
    buf_puts(out, "\n  spend of a day with purchases: ");
    put_money(out, spend_mean_minor(m), parts->currency);
    buf_puts(out, "\n  correlation of how often and how much: ");
    put_decimal(out, m->correlation, 2);
    buf_puts(out, "\n");
}

static void
put_cuts(struct buf *out, const char *name, const char *words, const int64_t *cuts)
{
    buf_printf(out, "  %-10s %s", name, words);
    for (size_t i = 0; i < 4; i++) {
        if (cuts[i] == INT64_MAX || cuts[i] < 0)
            buf_puts(out, " -");
        else
            buf_printf(out, " %lld", (long long)cuts[i]);
    }
    buf_puts(out, "\n");
}

static void
put_rfm(struct buf *out, const struct model_parts *parts)
{
    const struct rfm *m = &parts->rfm;
    if (!parts->has_rfm) {
        buf_puts(out, "scores (RFM): not known\n");
        return;
    }
    if (m->customers > 0)
        buf_printf(out, "scores (RFM), fifths of %lld customers\n",
                   (long long)m->customers);
    else
        buf_puts(out, "scores (RFM), by fixed cuts\n");
    put_cuts(out, "recency", "days, 5 to 2 up to:", m->recency_days);
    put_cuts(out, "frequency", "orders, 2 to 5 from:", m->orders);
    put_cuts(out, "spend", "minor units, 2 to 5 from:", m->spend_minor);
}

void
model_dump(const struct model *model, struct buf *out)
{
    const struct model_parts *parts = &model->parts;
    char day[16];
    day_text(parts->trained, day);
    buf_printf(out, "model of version %d, of purchases up to %s, from %lld customers\n",
               MODEL_VERSION, day, (long long)parts->customers);
    put_bgnbd(out, parts);
    put_spend(out, parts);
    put_rfm(out, parts);
    for (size_t i = 0; i < parts->section_count; i++)
        buf_printf(out, "section %s, %zu bytes\n", parts->sections[i].tag,
                   parts->sections[i].n);
}
