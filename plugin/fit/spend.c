/* Gamma-Gamma: likelihood, fit, and what a customer will spend.
 *
 * In come counts and means of the repeat buyers' spends; out come p, q and gamma. The fit
 * runs on means divided by their mean, so cents and yen are the same to it. The gamma
 * functions depend on the count alone, so they are worked out once for each count.
 * Customers without spends are left out and counted. */
#include "fit/spend.h"
#include "fit/search.h"

#include <math.h>
#include <stdlib.h>

#define PERIOD_DAYS 28.0
#define HORIZON_DAYS_MAX 36525.0
#define DAYS_PER_YEAR 365.25

struct row {
    double mean; /* of the spends, over the mean of all */
    double log_mean;
    int32_t count;
};

struct rows {
    struct row *row; /* sorted by count, mean */
    size_t count;
};

static void
rows_done(struct rows *rows)
{
    free(rows->row);
}

static int
compare_rows(const void *left, const void *right)
{
    const struct row *a = left, *b = right;
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    return (a->mean > b->mean) - (a->mean < b->mean);
}

static bool
has_spend(const struct buyer *buyer)
{
    return buyer->spends > 0;
}

static bool
is_spend_sound(const struct buyer *buyer)
{
    return buyer->spends >= 0 && buyer->spends <= BUYER_REPEATS_MAX &&
           (buyer->spends == 0 ||
            (isfinite(buyer->spend_minor) && buyer->spend_minor > 0));
}

/* The logarithmic derivative of the gamma function for x > 0: up by the recurrence, then
 * the asymptotic series (Abramowitz & Stegun 6.3.5, 6.3.18). */
static double
digamma(double x)
{
    double sum = 0;
    for (; x < 10; x++)
        sum -= 1 / x;
    double s = 1 / (x * x);
    return sum + log(x) - 0.5 / x -
           s * (1.0 / 12 -
                s * (1.0 / 120 -
                     s * (1.0 / 252 - s * (1.0 / 240 - s * (1.0 / 132 - s * 691.0 / 32760)))));
}

static double
log_gamma(double x)
{
    int sign;
    return lgamma_r(x, &sign);
}

struct slope {
    double value, p, q, gamma;
};

/* The parts of one count: gamma functions, q ln gamma, px ln x. */
static struct slope
begin_count(const struct spend *m, int32_t count)
{
    const double x = count, px = m->p * x, log_gamma_scale = log(m->gamma_minor);
    const double up = digamma(px + m->q);
    return (struct slope){
        .value = log_gamma(px + m->q) - log_gamma(px) - log_gamma(m->q) +
                 m->q * log_gamma_scale + px * log(x),
        .p = x * (up - digamma(px) + log(x)),
        .q = up - digamma(m->q) + log_gamma_scale,
        .gamma = m->q / m->gamma_minor,
    };
}

static struct slope
sum_rows(const struct spend *m, const struct row *rows, size_t count)
{
    struct slope sum = {0}, base = {0};
    for (size_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        if (i == 0 || row->count != rows[i - 1].count)
            base = begin_count(m, row->count);
        const double x = row->count, all = m->gamma_minor + row->mean * x;
        const double log_all = log(all), n = m->p * x + m->q;
        sum.value += base.value + (m->p * x - 1) * row->log_mean - n * log_all;
        sum.p += base.p + x * (row->log_mean - log_all);
        sum.q += base.q - log_all;
        sum.gamma += base.gamma - n / all;
    }
    return sum;
}

static struct spend
from_logs(const double *at)
{
    return (struct spend){.p = exp(at[0]), .q = exp(at[1]), .gamma_minor = exp(at[2])};
}

static double
unlikely(const double *at, double *ret_gradient, const void *of)
{
    const struct rows *rows = of;
    const double n = (double)rows->count;
    struct spend model = from_logs(at);
    struct slope sum = sum_rows(&model, rows->row, rows->count);
    ret_gradient[0] = -sum.p * model.p / n;
    ret_gradient[1] = -sum.q * model.q / n;
    ret_gradient[2] = -sum.gamma * model.gamma_minor / n;
    return -sum.value / n;
}

static enum status
gather(const struct buyer *buyers, size_t count, struct notes *notes, struct rows *ret)
{
    struct rows rows CLEANUP(rows_done) = {calloc(count + 1, sizeof(*rows.row)), 0};
    if (!rows.row)
        return note_fail(notes, STATUS_NO_MEMORY, NOTE_NO_MEMORY, NULL, 0,
                         "no memory for %zu buyers", count);
    for (size_t i = 0; i < count; i++) {
        if (!is_spend_sound(&buyers[i]))
            return note_fail(notes, STATUS_BAD_INPUT, NOTE_FIT_BAD_BUYER, NULL, 0,
                             "the spend of buyer %zu of %zu makes no sense", i + 1, count);
        if (has_spend(&buyers[i]))
            rows.row[rows.count++] =
                (struct row){buyers[i].spend_minor, 0, buyers[i].spends};
    }
    if (rows.count < SPEND_BUYERS_LEAST)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_FIT_TOO_FEW, NULL, 0,
                         "%zu of %zu customers bought again for money; to learn what "
                         "customers spend takes at least %d",
                         rows.count, count, SPEND_BUYERS_LEAST);
    qsort(rows.row, rows.count, sizeof(*rows.row), compare_rows);
    *ret = rows;
    rows.row = NULL;
    return STATUS_OK;
}

/* Divides the means by their mean, which is returned. */
static double
scale(struct rows *rows)
{
    double mean = 0;
    for (size_t i = 0; i < rows->count; i++)
        mean += rows->row[i].mean / (double)rows->count;
    for (size_t i = 0; i < rows->count; i++) {
        rows->row[i].mean /= mean;
        rows->row[i].log_mean = log(rows->row[i].mean);
    }
    return mean;
}

/* Pearson's correlation of count and mean, the means being scaled to 1. */
static double
correlate(const struct rows *rows)
{
    double mean = 0, xx = 0, mm = 0, xm = 0;
    for (size_t i = 0; i < rows->count; i++)
        mean += (double)rows->row[i].count / (double)rows->count;
    for (size_t i = 0; i < rows->count; i++) {
        double x = rows->row[i].count - mean, m = rows->row[i].mean - 1;
        xx += x * x;
        mm += m * m;
        xm += x * m;
    }
    return xx > 0 && mm > 0 ? xm / sqrt(xx * mm) : 0;
}

static enum status
explain(enum search_end end, struct notes *notes)
{
    if (end == SEARCH_LOST)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_FIT_LOST, NULL, 0,
                         "the search for the parameters of Gamma-Gamma came to no end");
    return note_fail(notes, STATUS_BAD_INPUT, NOTE_FIT_ALIKE, NULL, 0,
                     "customers differ too little in what they spend; Gamma-Gamma cannot "
                     "be fitted");
}

enum status
spend_fit(const struct buyer *buyers, size_t count, struct notes *notes,
          struct spend *ret)
{
    static const double starts[][3] = {{4, 4, 1}, {1, 2, 1}, {20, 10, 1}};
    struct rows rows CLEANUP(rows_done) = {0};
    enum status status = gather(buyers, count, notes, &rows);
    if (status != STATUS_OK)
        return status;
    const double unit = scale(&rows);
    const struct search search = {3, unlikely, &rows, (double)rows.count};
    enum search_end end = SEARCH_LOST;
    double at[3], error[3];
    for (size_t i = 0; i < COUNT_OF(starts) && end == SEARCH_LOST; i++) {
        size_t which;
        for (size_t k = 0; k < 3; k++)
            at[k] = log(starts[i][k]);
        end = search_run(&search, at, error, &which);
    }
    if (end != SEARCH_FOUND)
        return explain(end, notes);
    struct spend model = from_logs(at);
    if (!(model.q > 1))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_FIT_NO_MEAN, NULL, 0,
                         "a few customers spend so much more than the others that there "
                         "is no mean to expect");
    model.log_likelihood = sum_rows(&model, rows.row, rows.count).value -
                           (double)rows.count * log(unit);
    model.gamma_minor *= unit;
    model.correlation = correlate(&rows);
    model.customers = (int64_t)rows.count;
    model.left_out = (int64_t)(count - rows.count);
    for (size_t k = 0; k < 3; k++)
        model.relative_error[k] = error[k];
    *ret = model;
    return STATUS_OK;
}

bool
spend_is_sound(const struct spend *model)
{
    return model->p > 0 && isfinite(model->p) && model->q > 1 && isfinite(model->q) &&
           model->gamma_minor > 0 && isfinite(model->gamma_minor);
}

double
spend_log_likelihood(const struct spend *model, const struct buyer *buyers, size_t count)
{
    if (!spend_is_sound(model))
        return NAN;
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_spend_sound(&buyers[i]))
            return NAN;
        if (!has_spend(&buyers[i]))
            continue;
        struct row row = {buyers[i].spend_minor, log(buyers[i].spend_minor),
                          buyers[i].spends};
        sum += sum_rows(model, &row, 1).value;
    }
    return sum;
}

double
spend_mean_minor(const struct spend *model)
{
    if (!spend_is_sound(model))
        return NAN;
    return model->p * model->gamma_minor / (model->q - 1);
}

double
spend_expect_minor(const struct spend *model, const struct buyer *buyer)
{
    if (!spend_is_sound(model) || !is_spend_sound(buyer))
        return NAN;
    if (!has_spend(buyer))
        return spend_mean_minor(model);
    const double x = buyer->spends;
    return model->p * (model->gamma_minor + buyer->spend_minor * x) /
           (model->p * x + model->q - 1);
}

double
lifetime_spend_minor(const struct bgnbd *buying, const struct spend *model,
                     const struct buyer *buyer, double horizon_days, double yearly)
{
    if (!(horizon_days >= 0 && horizon_days <= HORIZON_DAYS_MAX) || !(yearly > -1) ||
        !isfinite(yearly))
        return NAN;
    double purchases = 0, before = 0;
    for (double from = 0; from < horizon_days; from += PERIOD_DAYS) {
        double to = fmin(from + PERIOD_DAYS, horizon_days);
        double by_then = bgnbd_expect(buying, buyer, to);
        purchases += (by_then - before) *
                     exp(-log1p(yearly) * (from + to) / 2 / DAYS_PER_YEAR);
        before = by_then;
    }
    return purchases * spend_expect_minor(model, buyer);
}
