/* BFGS over a handful of logarithms.
 *
 * In come a function with its gradient and a place to begin; out comes the place where
 * the gradient is 0 and the curvature up on all sides, with standard errors from that
 * curvature. A function without a minimum (data of no variety) shows by a parameter that
 * runs away, or by no curvature: that is told, and no place is given out as found. */
#include "fit/search.h"

#include <math.h>
#include <string.h>

#define STEPS_MAX 400
#define LINE_MAX_TRIES 60
#define STRIDE_MAX 2.0     /* of a logarithm in one step */
#define GRADIENT_DONE 1e-9 /* per customer */
#define GRADIENT_FINE 1e-6 /* good enough where rounding stops the line search */

struct place {
    double at[SEARCH_MAX];
    double gradient[SEARCH_MAX];
    double value;
};

static double
dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static double
largest(size_t n, const double *v, size_t *ret_which)
{
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        if (fabs(v[i]) > most) {
            most = fabs(v[i]);
            if (ret_which)
                *ret_which = i;
        }
    }
    return most;
}

static bool
look(const struct search *search, struct place *place)
{
    place->value = search->value(place->at, place->gradient, search->of);
    if (!isfinite(place->value))
        return false;
    for (size_t i = 0; i < search->n; i++)
        if (!isfinite(place->gradient[i]))
            return false;
    return true;
}

/* A step along `way` that lowers the value enough and leaves the slope flatter. */
static bool
walk(const struct search *search, const struct place *from, const double *way,
     struct place *ret)
{
    double slope = dot(search->n, from->gradient, way);
    double low = 0, high = INFINITY, stride = 1;
    double most = largest(search->n, way, NULL);
    if (most > STRIDE_MAX)
        stride = STRIDE_MAX / most;
    for (int i = 0; i < LINE_MAX_TRIES; i++) {
        struct place there;
        for (size_t k = 0; k < search->n; k++)
            there.at[k] = from->at[k] + stride * way[k];
        if (!look(search, &there) || there.value > from->value + 1e-4 * stride * slope) {
            high = stride;
        } else if (dot(search->n, there.gradient, way) < 0.9 * slope &&
                   stride * most < STRIDE_MAX) {
            low = stride;
        } else {
            *ret = there;
            return true;
        }
        stride = isinf(high) ? 2 * low : (low + high) / 2;
    }
    return false;
}

typedef double square[SEARCH_MAX][SEARCH_MAX];

static void
reset(size_t n, square inverse)
{
    memset(inverse, 0, sizeof(square));
    for (size_t i = 0; i < n; i++)
        inverse[i][i] = 1;
}

/* The BFGS update of the inverse curvature by the step and the change of gradient. */
static void
update(size_t n, square inverse, const struct place *from, const struct place *to)
{
    double step[SEARCH_MAX] = {0}, change[SEARCH_MAX] = {0}, turned[SEARCH_MAX] = {0};
    for (size_t i = 0; i < n; i++) {
        step[i] = to->at[i] - from->at[i];
        change[i] = to->gradient[i] - from->gradient[i];
    }
    double bend = dot(n, step, change);
    if (!(bend > 1e-14 * sqrt(dot(n, step, step) * dot(n, change, change))))
        return; /* no curvature to learn from */
    for (size_t i = 0; i < n; i++)
        turned[i] = dot(n, inverse[i], change);
    double scale = (1 + dot(n, change, turned) / bend) / bend;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            inverse[i][k] += scale * step[i] * step[k] -
                             (turned[i] * step[k] + step[i] * turned[k]) / bend;
}

/* The way downhill: the inverse curvature times the gradient, turned round; plain
 * steepest descent when that would not go down. */
static void
choose_way(size_t n, square inverse, const double *gradient, double *ret)
{
    for (size_t i = 0; i < n; i++)
        ret[i] = -dot(n, inverse[i], gradient);
    if (dot(n, ret, gradient) < 0)
        return;
    reset(n, inverse);
    for (size_t i = 0; i < n; i++)
        ret[i] = -gradient[i];
}

/* The curvature by central differences of the gradient. */
static bool
bend_at(const struct search *search, const double *at, square ret)
{
    const double h = 1e-4;
    for (size_t i = 0; i < search->n; i++) {
        struct place up = {0}, down = {0};
        memcpy(up.at, at, search->n * sizeof(at[0]));
        memcpy(down.at, at, search->n * sizeof(at[0]));
        up.at[i] += h;
        down.at[i] -= h;
        if (!look(search, &up) || !look(search, &down))
            return false;
        for (size_t k = 0; k < search->n; k++)
            ret[i][k] = (up.gradient[k] - down.gradient[k]) / (2 * h);
    }
    for (size_t i = 0; i < search->n; i++)
        for (size_t k = 0; k < i; k++)
            ret[i][k] = ret[k][i] = (ret[i][k] + ret[k][i]) / 2;
    return true;
}

/* Cholesky in place; false at the row where the matrix is not positive definite. */
static bool
factor(size_t n, square m, size_t *ret_row)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k <= i; k++) {
            double rest = m[i][k] - dot(k, m[i], m[k]);
            if (k < i) {
                m[i][k] = rest / m[k][k];
                continue;
            }
            *ret_row = i;
            if (!(rest > 1e-14))
                return false;
            m[i][i] = sqrt(rest);
        }
    }
    return true;
}

/* The i-th element on the diagonal of the inverse, from the Cholesky factor. */
static double
inverse_diagonal(size_t n, square m, size_t i)
{
    double column[SEARCH_MAX] = {0};
    for (size_t k = i; k < n; k++)
        column[k] = ((k == i) - dot(k, m[k], column)) / m[k][k];
    return dot(n, column, column);
}

static enum search_end
judge(const struct search *search, const double *at, double *ret_error, size_t *ret_which)
{
    square bend = {{0}};
    if (!bend_at(search, at, bend))
        return SEARCH_LOST;
    if (!factor(search->n, bend, ret_which))
        return SEARCH_FLAT;
    double error[SEARCH_MAX];
    for (size_t i = 0; i < search->n; i++)
        error[i] = sqrt(inverse_diagonal(search->n, bend, i) / search->weight);
    if (!(largest(search->n, error, ret_which) < SEARCH_VAGUE))
        return SEARCH_FLAT;
    memcpy(ret_error, error, search->n * sizeof(error[0]));
    return SEARCH_FOUND;
}

enum search_end
search_run(const struct search *search, double *at, double *ret_error, size_t *ret_which)
{
    const size_t n = search->n;
    struct place place = {0};
    square inverse;
    reset(n, inverse);
    memcpy(place.at, at, n * sizeof(at[0]));
    *ret_which = 0;
    if (!look(search, &place))
        return SEARCH_LOST;
    for (int i = 0; i < STEPS_MAX; i++) {
        double way[SEARCH_MAX];
        struct place next;
        if (largest(n, place.gradient, NULL) < GRADIENT_DONE)
            break;
        choose_way(n, inverse, place.gradient, way);
        if (!walk(search, &place, way, &next))
            break;
        update(n, inverse, &place, &next);
        place = next;
        if (largest(n, place.at, ret_which) > SEARCH_REACH)
            return SEARCH_RAN_AWAY;
    }
    if (!(largest(n, place.gradient, ret_which) < GRADIENT_FINE))
        return SEARCH_LOST;
    memcpy(at, place.at, n * sizeof(at[0]));
    return judge(search, at, ret_error, ret_which);
}
