/* Print as it goes wrong: a picture of a symbol made worse by stated amounts.
 *
 * The picture is first made larger in whole steps, so that a module is enough pixels for
 * an amount less than a dot to be seen, and so that a decoder sees what a camera would.
 */
#ifndef TUCK_SCAN_WEAR_H
#define TUCK_SCAN_WEAR_H

#include "base/arena.h"
#include "base/status.h"

#include <stdint.h>

struct wear {
    int32_t width, height; /* px */
    double px_um;          /* what a pixel is on paper */
    double module_px;
    uint8_t *grey;       /* as it is */
    float *distance;     /* px to the edge of dark and light, negative in the dark */
    uint8_t dark, light; /* the two levels */
    uint8_t *out;        /* the worn one */
    float *row, *work;
    int32_t speck_um;
};

struct wear_how {
    int32_t gain_um; /* below 0: loss */
    int32_t voids_permille;
    int32_t blur_um;
};

/* STATUS_BAD_INPUT: the picture is all of one grey. */
enum status wear_open(const uint8_t *grey, int32_t width, int32_t height, int32_t dpi,
                      double module_dots, struct arena *arena, struct wear *ret);

/* The picture, worn; the same each time. Lent until the next call. */
const uint8_t *wear_make(struct wear *wear, const struct wear_how *how);

#endif
