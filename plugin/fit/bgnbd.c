/* BG/NBD: likelihood and fit.
 *
 * In come the buyers' x, t_x, T; equal ones are counted and then looked at once, so
 * millions of customers with whole days are some hundred thousand rows. Out come the four
 * parameters. Ratios of gamma functions are sums of logarithms here, since x is whole;
 * the bracket of the likelihood is summed by logarithms, so nothing over- or underflows.
 * What can be asked of a fitted model stands in bgnbd-expect.c. */
#include "fit/bgnbd.h"
#include "fit/search.h"

#include <math.h>
#include <stdlib.h>

#define DAYS_PER_WEEK 7.0
#define PARAMETER_LEAST 1e-6
#define PARAMETER_MOST 1e6

struct row {
    double recency; /* weeks */
    double age;
    double weight; /* how many buyers have these figures */
    int32_t repeats;
};

struct rows {
    struct row *row; /* sorted by repeats, age, recency */
    size_t count;
    double customers;
    double repeat_buyers;
    double mean_age;
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
    if (a->repeats != b->repeats)
        return a->repeats < b->repeats ? -1 : 1;
    if (a->age < b->age || a->age > b->age)
        return a->age < b->age ? -1 : 1;
    return (a->recency > b->recency) - (a->recency < b->recency);
}

static void
merge_equal(struct rows *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct row *last = rows->count > 0 ? &rows->row[rows->count - 1] : NULL;
        if (last && compare_rows(last, &rows->row[i]) == 0)
            last->weight++;
        else
            rows->row[rows->count++] = rows->row[i];
    }
}

static enum status
group(const struct buyer *buyers, size_t count, struct notes *notes, struct rows *ret)
{
    struct rows rows CLEANUP(rows_done) = {.row = calloc(count + 1, sizeof(*rows.row))};
    if (!rows.row)
        return note_fail(notes, STATUS_NO_MEMORY, NOTE_NO_MEMORY, NULL, 0,
                         "no memory for %zu buyers", count);
    for (size_t i = 0; i < count; i++) {
        if (!buyer_is_sound(&buyers[i]))
            return note_fail(notes, STATUS_BAD_INPUT, NOTE_FIT_BAD_BUYER, NULL, 0,
                             "the figures of buyer %zu of %zu contradict each other",
                             i + 1, count);
        rows.row[i] = (struct row){.recency = buyers[i].recency_days / DAYS_PER_WEEK,
                                   .age = buyers[i].age_days / DAYS_PER_WEEK,
                                   .weight = 1,
                                   .repeats = buyers[i].repeats};
        rows.repeat_buyers += buyers[i].repeats > 0;
    }
    qsort(rows.row, count, sizeof(*rows.row), compare_rows);
    for (size_t i = 0; i < count; i++)
        rows.mean_age += rows.row[i].age / (double)count;
    merge_equal(&rows, count);
    rows.customers = (double)count;
    *ret = rows;
    rows.row = NULL;
    return STATUS_OK;
}

/* ln L and its derivatives by the parameters themselves, of one buyer or summed. */
struct slope {
    double value, r, alpha, a, b;
};

/* The parts that depend on x alone: Gamma(r+x)/Gamma(r) and B(a, b+x)/B(a, b) without
 * what the bracket holds; carried from one x to the next greater one. */
struct climb {
    int32_t x;
    struct slope sum;
};

static void
climb_to(const struct bgnbd *m, int32_t x, struct climb *climb)
{
    for (; climb->x < x; climb->x++) {
        double i = climb->x;
        climb->sum.value += log(m->r + i) + log((m->b + i) / (m->a + m->b + i));
        climb->sum.r += 1 / (m->r + i);
        climb->sum.a -= 1 / (m->a + m->b + i);
        climb->sum.b += 1 / (m->b + i) - 1 / (m->a + m->b + i);
    }
}

/* The bracket: alive, (alpha+T)^-(r+x), or stopped at t_x, by logarithms. */
static void
add_row(const struct bgnbd *m, const struct row *row, const struct climb *climb,
        double log_alpha, struct slope *sum)
{
    const double n = m->r + row->repeats;
    const double log_age = log(m->alpha_weeks + row->age);
    const double per_alpha = m->r / m->alpha_weeks;
    struct slope one = climb->sum;
    double stopped = 0;
    one.value += m->r * log_alpha - n * log_age;
    if (row->repeats > 0) {
        const double rest = m->b + row->repeats - 1;
        const double log_recency = log(m->alpha_weeks + row->recency);
        const double odds = log(m->a / rest) + n * (log_age - log_recency);
        one.value += odds > 0 ? odds + log1p(exp(-odds)) : log1p(exp(odds));
        stopped = 1 / (1 + exp(-odds));
        one.r += stopped * (log_age - log_recency);
        one.alpha -= n * stopped / (m->alpha_weeks + row->recency);
        one.a += stopped / m->a;
        one.b -= stopped / rest;
    }
    one.r += log_alpha - log_age;
    one.alpha += per_alpha - n * (1 - stopped) / (m->alpha_weeks + row->age);
    sum->value += row->weight * one.value;
    sum->r += row->weight * one.r;
    sum->alpha += row->weight * one.alpha;
    sum->a += row->weight * one.a;
    sum->b += row->weight * one.b;
}

static struct slope
sum_rows(const struct bgnbd *model, const struct row *rows, size_t count)
{
    const double log_alpha = log(model->alpha_weeks);
    struct slope sum = {0};
    struct climb climb = {0};
    for (size_t i = 0; i < count; i++) {
        climb_to(model, rows[i].repeats, &climb);
        add_row(model, &rows[i], &climb, log_alpha, &sum);
    }
    return sum;
}

static struct bgnbd
from_logs(const double *at)
{
    return (struct bgnbd){.r = exp(at[0]),
                          .alpha_weeks = exp(at[1]),
                          .a = exp(at[2]),
                          .b = exp(at[3])};
}

/* Minus the mean of ln L, for the search. */
static double
unlikely(const double *at, double *ret_gradient, const void *of)
{
    const struct rows *rows = of;
    struct bgnbd model = from_logs(at);
    struct slope sum = sum_rows(&model, rows->row, rows->count);
    ret_gradient[0] = -sum.r * model.r / rows->customers;
    ret_gradient[1] = -sum.alpha * model.alpha_weeks / rows->customers;
    ret_gradient[2] = -sum.a * model.a / rows->customers;
    ret_gradient[3] = -sum.b * model.b / rows->customers;
    return -sum.value / rows->customers;
}

static enum status
refuse_poor(const struct rows *rows, struct notes *notes)
{
    if (rows->repeat_buyers < BGNBD_REPEAT_BUYERS_LEAST)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_FIT_TOO_FEW, NULL, 0,
                         "%.0f of %.0f customers bought again; to learn how customers "
                         "come back takes at least %d",
                         rows->repeat_buyers, rows->customers,
                         BGNBD_REPEAT_BUYERS_LEAST);
    if (rows->count == 1)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_FIT_ALIKE, NULL, 0,
                         "all %.0f customers bought on the same days; there is no "
                         "variety to learn from",
                         rows->customers);
    return STATUS_OK;
}

static enum status
explain(enum search_end end, size_t which, struct notes *notes)
{
    static const char *const about[] = {
        "how much customers differ in how often they buy",
        "how often customers buy",
        "when customers stop",
        "when customers stop",
    };
    if (end == SEARCH_LOST)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_FIT_LOST, NULL, 0,
                         "the search for the parameters of BG/NBD came to no end");
    return note_fail(notes, STATUS_BAD_INPUT, NOTE_FIT_ALIKE, NULL, 0,
                     "the purchases say too little of %s; BG/NBD cannot be fitted",
                     about[which]);
}

enum status
bgnbd_fit(const struct buyer *buyers, size_t count, struct notes *notes,
          struct bgnbd *ret)
{
    static const double starts[][4] = {
        {0.5, 0.5, 1, 3}, {2, 1, 0.5, 5}, {0.2, 0.1, 1, 1}};
    struct rows rows CLEANUP(rows_done) = {0};
    enum status status = group(buyers, count, notes, &rows);
    if (status == STATUS_OK)
        status = refuse_poor(&rows, notes);
    if (status != STATUS_OK)
        return status;
    const struct search search = {4, unlikely, &rows, rows.customers};
    enum search_end end = SEARCH_LOST;
    size_t which = 0;
    for (size_t i = 0; i < COUNT_OF(starts) && end == SEARCH_LOST; i++) {
        double at[4], error[4];
        for (size_t k = 0; k < 4; k++)
            at[k] = log(k == 1 ? starts[i][k] * rows.mean_age : starts[i][k]);
        end = search_run(&search, at, error, &which);
        if (end != SEARCH_FOUND)
            continue;
        struct bgnbd model = from_logs(at);
        model.log_likelihood = sum_rows(&model, rows.row, rows.count).value;
        model.customers = (int64_t)count;
        for (size_t k = 0; k < 4; k++)
            model.relative_error[k] = error[k];
        *ret = model;
        return STATUS_OK;
    }
    return explain(end, which, notes);
}

static bool
is_usual(double parameter)
{
    return parameter >= PARAMETER_LEAST && parameter <= PARAMETER_MOST;
}

bool
bgnbd_is_sound(const struct bgnbd *model)
{
    return is_usual(model->r) && is_usual(model->alpha_weeks) && is_usual(model->a) &&
           is_usual(model->b);
}

double
bgnbd_log_likelihood(const struct bgnbd *model, const struct buyer *buyers, size_t count)
{
    if (!bgnbd_is_sound(model))
        return NAN;
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (!buyer_is_sound(&buyers[i]))
            return NAN;
        struct row row = {.recency = buyers[i].recency_days / DAYS_PER_WEEK,
                          .age = buyers[i].age_days / DAYS_PER_WEEK,
                          .weight = 1,
                          .repeats = buyers[i].repeats};
        sum += sum_rows(model, &row, 1).value;
    }
    return sum;
}
