/* Where a plot begins and ends, and the round numbers under it.
 *
 * Every value is on the scale, and so are zero and the ends of the intervals, but for
 * those that are many times as wide as is usual: one row of three customers would press
 * all the others into a point. Numbers are made of whole multiples and written digit by
 * digit, so that nothing is rounded twice and no locale is asked. */
#include "press/plot-scale.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDE_TIMES 2.5 /* an end farther from its value than so many usual widths */
#define MARGIN 0.04    /* of the reach, at either side */
#define LEAST_REACH 1e-12
#define THOUSANDS_FROM 1e7 /* larger numbers are written with × 10ⁿ */

bool
row_has_value(const struct plot_row *row)
{
    return fabs(row->value) <= PLOT_FAR;
}

bool
row_has_interval(const struct plot_row *row)
{
    return row_has_value(row) && !isnan(row->low) && !isnan(row->high);
}

static bool
has_width(const struct plot_row *row)
{
    return row_has_interval(row) && row->low < row->high && fabs(row->low) <= PLOT_FAR &&
           fabs(row->high) <= PLOT_FAR;
}

static int
by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median of the intervals' widths, of two the wider, so that two are never cut; 0
 * when there are none. */
static double
usual_width(const struct plot *plot)
{
    double widths[PLOT_ROWS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < plot->row_count; i++)
        if (has_width(&plot->rows[i]))
            widths[count++] = plot->rows[i].high - plot->rows[i].low;
    qsort(widths, count, sizeof *widths, by_size);
    return count ? widths[count / 2] : 0;
}

static void
reach_to(struct plot_reach *reach, double value)
{
    if (value < reach->low)
        reach->low = value;
    if (value > reach->high)
        reach->high = value;
}

struct plot_reach
plot_reach_of(const struct plot *plot)
{
    double zero = plot->kind == PLOT_INTERVALS ? plot->zero : 0;
    double most = WIDE_TIMES * usual_width(plot);
    struct plot_reach reach = {zero, zero};
    for (size_t i = 0; i < plot->row_count; i++) {
        const struct plot_row *row = &plot->rows[i];
        if (row_has_value(row))
            reach_to(&reach, row->value);
        if (!row_has_interval(row))
            continue;
        if (fabs(row->low) <= PLOT_FAR)
            reach_to(&reach, fmax(row->low, row->value - most));
        if (fabs(row->high) <= PLOT_FAR)
            reach_to(&reach, fmin(row->high, row->value + most));
    }
    if (!(reach.high - reach.low > LEAST_REACH)) {
        double step = fmax(1, fabs(zero) / 100);
        reach.low -= plot->kind == PLOT_INTERVALS ? step : 0;
        reach.high += step;
    }
    /* A bar stands on its zero, so there is nothing to be left free behind it. */
    double margin = MARGIN * (reach.high - reach.low);
    if (plot->kind == PLOT_INTERVALS || reach.low < 0)
        reach.low -= margin;
    if (plot->kind == PLOT_INTERVALS || reach.high > 0)
        reach.high += margin;
    return reach;
}

static double
power_of_ten(int power)
{
    double value = 1;
    while (power-- > 0)
        value *= 10; /* exact up to 10²² */
    return value;
}

static double
scaled(double value, int power)
{
    return power < 0 ? value / power_of_ten(-power) : value * power_of_ten(power);
}

double
tick_value(const struct plot_ticks *ticks, int64_t multiple)
{
    return scaled((double)(multiple * ticks->digit), ticks->power);
}

struct plot_ticks
plot_ticks_of(const struct plot *plot, const struct plot_reach *reach, int most)
{
    static const int digits[] = {1, 2, 5};
    for (int power = -plot->decimals;; power++)
        for (size_t i = 0; i < COUNT_OF(digits); i++) {
            double step = scaled(digits[i], power);
            double first = ceil(reach->low / step), last = floor(reach->high / step);
            if (last - first + 1 > most && power < 20)
                continue;
            double far = fmax(fabs(reach->low), fabs(reach->high));
            int thousands = 0;
            while (far >= THOUSANDS_FROM && scaled(far, -thousands) >= 1000)
                thousands += 3;
            return (struct plot_ticks){digits[i], power, (int64_t)first, (int64_t)last,
                                       thousands};
        }
}

static char *
put_power(char *p, int power)
{
    static const char *const raised[] = {"⁰", "¹", "²", "³", "⁴",
                                         "⁵", "⁶", "⁷", "⁸", "⁹"};
    p = stpcpy(p, "\u202f×\u202f10");
    if (power > 9)
        p = stpcpy(p, raised[power / 10 % 10]);
    return stpcpy(p, raised[power % 10]);
}

/* Whole digits, a narrow space every three of more than four. */
static char *
put_whole(char *p, int64_t value)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%" PRId64, value);
    for (int i = 0; i < n; i++) {
        if (i && n > 4 && (n - i) % 3 == 0)
            p = stpcpy(p, "\u202f");
        *p++ = digits[i];
    }
    *p = '\0';
    return p;
}

void
tick_text(const struct plot_ticks *ticks, int64_t multiple, const char *unit,
          char out[TICK_TEXT_MAX])
{
    int power = ticks->power - ticks->thousands;
    int64_t value = llabs(multiple * ticks->digit), one = 1;
    char *p = out;
    for (; power > 0; power--)
        value *= 10;
    for (int i = power; i < 0; i++)
        one *= 10;
    if (multiple < 0)
        p = stpcpy(p, "−");
    p = put_whole(p, value / one);
    if (power < 0 && value)
        p += snprintf(p, 24, ".%0*" PRId64, -power, value % one);
    if (ticks->thousands && value)
        p = put_power(p, ticks->thousands);
    if (unit)
        snprintf(p, (size_t)(out + TICK_TEXT_MAX - p), "%s", unit);
}
