/* BG/NBD: what a fitted model says of a customer.
 *
 * Equation (10) of the paper has a difference of nearly equal terms divided by a-1, and a
 * hypergeometric series whose terms grow huge for large x. Euler's transformation of the
 * series (DLMF 15.8.1) takes x out of the numerators, and the first term, taken apart
 * with expm1, takes away the pole at a = 1:
 *
 *   purchases = P(alive) · ( -c·E/(a-1) - (1+E)·S ),   c = a+b+x-1,  z = t/(alpha+T+t),
 *   E = (1-z)^(a-1) - 1,   S = sum over n >= 1 of c (a+b-1-r)_n (a)_(n-1) / ((c)_n n!) z^n
 *
 * Where that sum is slow or cancels (very long horizons, extreme parameters) the same
 * expectation is the mean over p ~ Beta(a, b+x) of (1 - (1+p w)^-(r+x))/p with
 * w = t/(alpha+T), a smooth positive integral; it is taken by the trapezoidal rule after
 * a double-exponential substitution (Takahasi & Mori 1974), which minds no end point. */
#include "fit/bgnbd.h"

#include <math.h>

#define DAYS_PER_WEEK 7.0
#define TERMS_MAX 400
#define CANCELS 1e4 /* the terms may be this many times the result: 12 digits are left */

double
bgnbd_alive(const struct bgnbd *m, const struct buyer *buyer)
{
    if (!bgnbd_is_sound(m) || !buyer_is_sound(buyer))
        return NAN;
    if (buyer->repeats == 0)
        return 1;
    double age = m->alpha_weeks + buyer->age_days / DAYS_PER_WEEK;
    double recency = m->alpha_weeks + buyer->recency_days / DAYS_PER_WEEK;
    double odds = log(m->a / (m->b + buyer->repeats - 1)) +
                  (m->r + buyer->repeats) * log(age / recency);
    return 1 / (1 + exp(odds));
}

/* The expectation for who is alive, by the series; NaN when it is slow or cancels. */
static double
by_series(const struct bgnbd *m, double x, double z)
{
    const double c = m->a + m->b + x - 1, numerator = m->a + m->b - 1 - m->r;
    const double log_rest = log1p(-z), away = m->a - 1;
    const double e = expm1(away * log_rest), e_and_1 = exp(away * log_rest);
    const double first = fabs(away) < 1e-12 ? -c * log_rest : -c * e / away;
    double term = numerator * z, sum = term, largest = fabs(first);
    int n = 1;
    for (; n < TERMS_MAX; n++) {
        term *= (numerator + n) * (m->a + n - 1) / ((c + n) * (n + 1)) * z;
        sum += term;
        largest = fmax(largest, e_and_1 * fabs(term));
        if (fabs(term) <= 1e-16 * fabs(sum))
            break;
    }
    double result = first - e_and_1 * sum;
    largest = fmax(largest, e_and_1 * fabs(sum));
    return n < TERMS_MAX && result * CANCELS > largest ? result : NAN;
}

struct mean_over_p {
    double a, b;     /* of the Beta */
    double n;        /* r + x */
    double w;        /* t / (alpha + T) */
    double log_beta; /* ln B(a, b) */
};

/* The integrand at u, p = 1/(1 + exp(-pi sinh u)), with dp/du. */
static double
integrand(const struct mean_over_p *of, double u)
{
    const double v = M_PI * sinh(u);
    const double log_p = v < 0 ? v - log1p(exp(v)) : -log1p(exp(-v));
    const double log_not = v < 0 ? -log1p(exp(v)) : -v - log1p(exp(-v));
    const double p = exp(log_p);
    const double bought = p > 1e-290 ? -expm1(-of->n * log1p(p * of->w)) / p
                                     : of->n * of->w;
    const double weight = exp(of->a * log_p + of->b * log_not - of->log_beta);
    return bought * weight * M_PI * cosh(u);
}

/* Half the step until nothing changes. Beyond |u| = 20 all is 0 for a, b over 1e-6. */
static double
by_integral(const struct bgnbd *m, double x, double w)
{
    int sign;
    struct mean_over_p of = {.a = m->a, .b = m->b + x, .n = m->r + x, .w = w};
    of.log_beta = lgamma_r(of.a, &sign) + lgamma_r(of.b, &sign) -
                  lgamma_r(of.a + of.b, &sign);
    const int reach = 20;
    double sum = 0, before = NAN;
    for (int half = -reach * 8; half <= reach * 8; half++)
        sum += integrand(&of, half / 8.0);
    for (double step = 1.0 / 8; step > 1e-4; step /= 2) {
        for (double u = -reach + step / 2; u < reach; u += step)
            sum += integrand(&of, u);
        double now = sum * step / 2;
        if (fabs(now - before) <= 1e-11 * fabs(now))
            return now;
        before = now;
    }
    return before;
}

static double
expect(const struct bgnbd *m, double x, double age_days, double days)
{
    const double weeks = days / DAYS_PER_WEEK;
    const double since = m->alpha_weeks + age_days / DAYS_PER_WEEK;
    if (!(days >= 0) || !isfinite(days))
        return NAN;
    if (!(days > 0))
        return 0;
    double bought = by_series(m, x, weeks / (since + weeks));
    return isnan(bought) ? by_integral(m, x, weeks / since) : bought;
}

double
bgnbd_expect(const struct bgnbd *model, const struct buyer *buyer, double days)
{
    double alive = bgnbd_alive(model, buyer);
    if (isnan(alive))
        return NAN;
    return alive * expect(model, buyer->repeats, buyer->age_days, days);
}

double
bgnbd_expect_new(const struct bgnbd *model, double days)
{
    return bgnbd_is_sound(model) ? expect(model, 0, 0, days) : NAN;
}
