/* A rectangle of dots, black or nothing. Both halves of the press know it: what draws
 * dots, and what looks at sheets made of them. */
#ifndef TUCK_PRESS_DOT_GRID_H
#define TUCK_PRESS_DOT_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rows from the top, the leftmost dot in a byte's highest bit, 1: black. The bits beyond
 * the width are 0. */
struct dots {
    int32_t width, height;
    size_t stride; /* bytes a row: (width + 7) / 8 */
    uint8_t *bits;
};

static inline bool
dots_at(const struct dots *dots, int32_t x, int32_t y)
{
    return dots->bits[(size_t)y * dots->stride + (size_t)(x >> 3)] >> (7 - (x & 7)) & 1;
}

#endif
