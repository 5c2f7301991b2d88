/* Distributions by series and continued fractions, inverses by bisection that Newton's
 * steps hasten: slower than the cleverest, and never lost. */
#include "stats/special.h"

#include <float.h>
#include <math.h>

#define MOST_STEPS 10000
#define TINY 1e-300

/* lgamma() writes a global sign; of positive numbers it is not wanted. */
static double
log_gamma(double x)
{
    int sign;
    return lgamma_r(x, &sign);
}

double
log_beta(double a, double b)
{
    return log_gamma(a) + log_gamma(b) - log_gamma(a + b);
}

/* --- beta --------------------------------------------------------------------------- */

static double
away_from_zero(double x)
{
    return fabs(x) < TINY ? TINY : x;
}

/* The continued fraction of I_x(a, b), which converges fast for x < (a + 1)/(a + b + 2). */
static double
beta_fraction(double a, double b, double x)
{
    double c = 1.0, d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0)), h = d;

    for (int m = 1; m < MOST_STEPS; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        h *= d * c;
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        h *= d * c;
        if (fabs(d * c - 1.0) < 4 * DBL_EPSILON)
            break;
    }
    return h;
}

double
beta_cdf(double a, double b, double x)
{
    if (!(a > 0.0) || !(b > 0.0) || isnan(x))
        return NAN;
    if (x <= 0.0)
        return 0.0;
    if (x >= 1.0)
        return 1.0;
    double front = exp(a * log(x) + b * log1p(-x) - log_beta(a, b));
    if (x < (a + 1.0) / (a + b + 2.0))
        return front * beta_fraction(a, b, x) / a;
    return 1.0 - front * beta_fraction(b, a, 1.0 - x) / b;
}

double
beta_quantile(double a, double b, double p)
{
    double low = 0.0, high = 1.0, x = a / (a + b);

    if (!(a > 0.0) || !(b > 0.0) || !(p >= 0.0 && p <= 1.0))
        return NAN;
    if (p == 0.0 || p == 1.0)
        return p;
    double constant = log_beta(a, b);
    for (int i = 0; i < 200 && high - low > DBL_EPSILON * high; i++) {
        double error = beta_cdf(a, b, x) - p;
        if (fabs(error) < 1e-14)
            break;
        if (error > 0.0)
            high = x;
        else
            low = x;
        double density = exp((a - 1) * log(x) + (b - 1) * log1p(-x) - constant);
        double next = x - error / density;
        x = density > 0.0 && next > low && next < high ? next : (low + high) / 2;
    }
    return x;
}

/* --- gamma -------------------------------------------------------------------------- */

/* P(shape, x) by its series, for x < shape + 1. */
static double
gamma_series(double shape, double x)
{
    double term = 1.0 / shape, sum = term;

    for (int n = 1; n < MOST_STEPS && term > sum * DBL_EPSILON; n++) {
        term *= x / (shape + n);
        sum += term;
    }
    return sum * exp(shape * log(x) - x - log_gamma(shape));
}

/* 1 - P(shape, x) by its continued fraction (8.9.2), for the others. */
static double
gamma_fraction(double shape, double x)
{
    double b = x + 1.0 - shape, c = 1.0 / TINY, d = 1.0 / away_from_zero(b), h = d;

    for (int n = 1; n < MOST_STEPS; n++) {
        double a = -n * (n - shape);
        b += 2.0;
        d = 1.0 / away_from_zero(a * d + b);
        c = away_from_zero(b + a / c);
        h *= d * c;
        if (fabs(d * c - 1.0) < 4 * DBL_EPSILON)
            break;
    }
    return h * exp(shape * log(x) - x - log_gamma(shape));
}

static double
gamma_tail(double shape, double x)
{
    if (!(shape > 0.0) || isnan(x))
        return NAN;
    if (x <= 0.0)
        return 1.0;
    return x < shape + 1.0 ? 1.0 - gamma_series(shape, x) : gamma_fraction(shape, x);
}

double
gamma_cdf(double shape, double x)
{
    if (shape > 0.0 && x > 0.0 && x < shape + 1.0)
        return gamma_series(shape, x);
    return 1.0 - gamma_tail(shape, x);
}

double
chi_square_tail(double degrees, double x)
{
    return gamma_tail(degrees / 2.0, x / 2.0);
}

/* --- normal and Student ------------------------------------------------------------- */

double
normal_cdf(double x)
{
    return 0.5 * erfc(-x * M_SQRT1_2);
}

double
normal_quantile(double p)
{
    if (!(p >= 0.0 && p <= 1.0))
        return NAN;
    if (p == 0.0 || p == 1.0)
        return p == 0.0 ? -INFINITY : INFINITY;
    double tail = p < 0.5 ? p : 1.0 - p;
    /* Abramowitz and Stegun 26.2.23, to 4.5e-4 */
    double t = sqrt(-2.0 * log(tail));
    double x = -(t - (2.515517 + 0.802853 * t + 0.010328 * t * t) /
                         (1.0 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t));
    for (int i = 0; i < 4; i++) { /* Halley's steps on the small tail */
        double error =
            (normal_cdf(x) - tail) * sqrt(2.0 * M_PI) * exp(x * x / 2.0);
        x -= error / (1.0 + x * error / 2.0);
    }
    return p < 0.5 ? x : -x;
}

double
student_cdf(double degrees, double t)
{
    if (!(degrees > 0.0) || isnan(t))
        return NAN;
    double tail = 0.5 * beta_cdf(degrees / 2.0, 0.5, degrees / (degrees + t * t));
    return t > 0.0 ? 1.0 - tail : tail;
}

double
student_quantile(double degrees, double p)
{
    if (!(degrees > 0.0) || !(p > 0.0 && p < 1.0))
        return NAN;
    double tail = p < 0.5 ? p : 1.0 - p;
    double x = beta_quantile(degrees / 2.0, 0.5, 2.0 * tail);
    double t = sqrt(degrees * (1.0 - x) / x);
    return p < 0.5 ? -t : t;
}

/* --- digamma ------------------------------------------------------------------------ */

double
digamma(double x)
{
    double sum = 0.0;

    if (!(x > 0.0))
        return NAN;
    for (; x < 10.0; x += 1.0) /* 5.5.2 */
        sum -= 1.0 / x;
    double r = 1.0 / (x * x); /* 5.11.2 */
    return sum + log(x) - 0.5 / x -
           r * (1.0 / 12 - r * (1.0 / 120 - r * (1.0 / 252 - r * (1.0 / 240 - r / 132))));
}
