/* Lengths: int32_t in 1/100 mm, the unit of PWG 5100.3 media sizes. */
#ifndef TUCK_BASE_LENGTH_H
#define TUCK_BASE_LENGTH_H

#include <stdbool.h>
#include <stdint.h>

#define MM100_PER_INCH 2540
#define LENGTH_MAX_MM100 500000 /* 5 m: no carton is longer */

/* "105mm", "10.5cm", "4in", "34pt", a bare "105" is mm. False when it is none of these
 * or beyond ±LENGTH_MAX_MM100. */
bool length_parse(const char *text, int32_t *ret_mm100);

/* "105" or "10.5" or "10.25": millimetres, no unit. */
void length_text(int32_t mm100, char out[16]);

/* The size that a media name of PWG 5101.1 ends with: "iso_a6_105x148mm" is 10500 by
 * 14800. */
bool media_parse(const char *name, int32_t *ret_w_mm100, int32_t *ret_h_mm100);

static inline double
length_points(int32_t mm100)
{
    return (double)mm100 * 72.0 / MM100_PER_INCH;
}

#endif
