/* What was learnt, for people and for scripts. */
#include "fit/next.h"
#include "station/fit.h"

#include <math.h>
#include <string.h>

#define ITEMS_TOLD 5

static void
put_share(struct buf *out, int64_t part, int64_t whole)
{
    char text[32];
    text_from_double(whole > 0 ? round(1000.0 * (double)part / (double)whole) / 10 : 0,
                     text);
    buf_puts(out, text);
}

static bool
open_next(const struct fitted *fitted, struct next_model *ret)
{
    const struct model_section *section = model_find(fitted->model, NEXT_TAG);
    return section && next_open(section->bytes, section->n, ret) == STATUS_OK;
}

/* --- text ----------------------------------------------------------------------------- */

static void
tell_rows(const struct fitted *fitted, struct buf *out)
{
    int offer = 5, group = 5;
    for (size_t i = 0; i < fitted->row_count; i++) {
        int n = (int)strlen(fitted->rows[i].offer), m = (int)strlen(fitted->rows[i].group);
        offer = n > offer ? n : offer;
        group = m > group ? m : group;
    }
    if (fitted->row_count == 0) {
        buf_puts(out, "offers: nothing was learnt of them (no <learn> in the campaign, or "
                      "nothing printed is old enough)\n");
        return;
    }
    buf_printf(out, "offers\n  %-*s  %-*s  %8s  %9s  %7s\n", offer, "offer", group, "group",
               "tries", "successes", "percent");
    for (size_t i = 0; i < fitted->row_count; i++) {
        const struct learned_row *row = &fitted->rows[i];
        struct buf share BUF_AUTO = {0};
        put_share(&share, row->successes, row->tries);
        buf_printf(out, "  %-*s  %-*s  %8lld  %9lld  %7s\n", offer, row->offer, group,
                   row->group[0] ? row->group : "all", (long long)row->tries,
                   (long long)row->successes, share.failed ? "" : share.p);
    }
}

void
fitted_tell(const struct fitted *fitted, struct buf *out)
{
    struct next_model next;
    model_dump(fitted->model, out);
    if (open_next(fitted, &next) && next.sku_count > 0) {
        buf_printf(out, "next product: %u products, the most bought:\n", next.sku_count);
        next_dump(&next, ITEMS_TOLD, out);
    } else {
        buf_puts(out, "next product: no order tells its products, or too few were bought\n");
    }
    tell_rows(fitted, out);
    if (fitted->number)
        buf_printf(out, "kept in the ledger as model %lld\n", (long long)fitted->number);
    else
        buf_puts(out, "a trial: nothing was kept\n");
}

/* --- JSON ----------------------------------------------------------------------------- */

static void
put_number(struct buf *out, const char *name, double value, bool is_first)
{
    char text[32];
    text_from_double(value, text);
    buf_printf(out, "%s\"%s\": %s", is_first ? "" : ", ", name, text);
}

static void
put_cuts(struct buf *out, const char *name, const int64_t *cuts)
{
    buf_printf(out, ", \"%s\": [", name);
    for (size_t i = 0; i < 4; i++) {
        buf_puts(out, i ? ", " : "");
        if (cuts[i] == INT64_MAX || cuts[i] < 0)
            buf_puts(out, "null"); /* that score is never given */
        else
            buf_printf(out, "%lld", (long long)cuts[i]);
    }
    buf_puts(out, "]");
}

static void
put_parts(const struct model_parts *parts, struct buf *out)
{
    const struct bgnbd *b = &parts->bgnbd;
    const struct spend *s = &parts->spend;
    if (parts->has_bgnbd) {
        buf_puts(out, ",\n \"bgnbd\": {");
        put_number(out, "r", b->r, true);
        put_number(out, "alpha", b->alpha_weeks, false);
        put_number(out, "a", b->a, false);
        put_number(out, "b", b->b, false);
        put_number(out, "log-likelihood", b->log_likelihood, false);
        buf_printf(out, ", \"customers\": %lld}", (long long)b->customers);
    }
    if (parts->has_spend) {
        buf_puts(out, ",\n \"spend\": {");
        put_number(out, "p", s->p, true);
        put_number(out, "q", s->q, false);
        put_number(out, "gamma-minor", s->gamma_minor, false);
        put_number(out, "correlation", s->correlation, false);
        put_number(out, "log-likelihood", s->log_likelihood, false);
        buf_printf(out, ", \"customers\": %lld}", (long long)s->customers);
    }
    if (parts->has_rfm) {
        buf_printf(out, ",\n \"rfm\": {\"customers\": %lld",
                   (long long)parts->rfm.customers);
        put_cuts(out, "recency-days", parts->rfm.recency_days);
        put_cuts(out, "orders", parts->rfm.orders);
        put_cuts(out, "spend-minor", parts->rfm.spend_minor);
        buf_puts(out, "}");
    }
}

void
fitted_json(const struct fitted *fitted, struct buf *out)
{
    const struct model_parts *parts = model_parts(fitted->model);
    struct next_model next;
    char day[16];
    day_text(parts->trained, day);
    buf_printf(out, "{\"number\": %lld, \"trained\": \"%s\", \"customers\": %lld",
               (long long)fitted->number, day, (long long)parts->customers);
    put_parts(parts, out);
    if (open_next(fitted, &next))
        buf_printf(out, ",\n \"next\": {\"products\": %u, \"neighbours\": %u}",
                   next.sku_count, next.neighbour_count);
    buf_puts(out, ",\n \"offers\": [");
    for (size_t i = 0; i < fitted->row_count; i++) {
        const struct learned_row *row = &fitted->rows[i];
        buf_printf(out, "%s\n  {\"offer\": ", i ? "," : "");
        buf_json(out, row->offer);
        buf_puts(out, ", \"group\": ");
        buf_json(out, row->group);
        buf_printf(out, ", \"tries\": %lld, \"successes\": %lld}", (long long)row->tries,
                   (long long)row->successes);
    }
    buf_puts(out, "]}\n");
}
