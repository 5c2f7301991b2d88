/* The data of a ^GF field back to dots, and what both writer and reader know of it. */
#ifndef TUCK_PRESS_ZPL_GRAPHIC_H
#define TUCK_PRESS_ZPL_GRAPHIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The guide's ceiling of the byte counts of ^GF. */
#define ZPL_GRAPHIC_BYTES_MAX 99999

/* Dots, from the top left. */
struct area {
    int32_t x, y, w, h;
};

/* CRC-16 of Z64: polynomial 0x1021, init 0, over the base64 text. */
uint16_t zpl_crc(const char *text, size_t n);

/* Fills `bytes` of rows of `stride` from `n` characters in whichever coding they are.
 * NULL when that is exactly what they hold; else what is wrong (static text), and where
 * in the data. */
const char *zpl_graphic_read(const char *data, size_t n, size_t stride, uint8_t *bytes,
                             size_t size, size_t *ret_at);

#endif
