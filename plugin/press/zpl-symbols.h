/* What a ZPL printer makes of the data of a symbol: which bars, how many modules.
 *
 * Both the writer and the strict reader ask here, so that a native symbol is sent only
 * where its place on the label is known to the dot. Code 128 after ISO/IEC 15417, QR
 * after ISO/IEC 18004, Data Matrix ECC 200 after ISO/IEC 16022; how ZPL spells their data
 * after Zebra's ZPL II Programming Guide (^BC, ^BQ, ^BX). */
#ifndef TUCK_PRESS_ZPL_SYMBOLS_H
#define TUCK_PRESS_ZPL_SYMBOLS_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- Code 128: code values, start first, without check character and stop ---- */

enum { BARS_VALUES_MAX = 100, BARS_B = 104, BARS_C = 105 };
struct bars {
    uint8_t values[BARS_VALUES_MAX];
    size_t count;
};
/* Modules of the whole symbol: 11 a character, with check character and a stop of 13. */
size_t bars_width(const struct bars *bars);
/* Bytes, 1: dark; `modules` has room for bars_width(). */
void bars_draw(const struct bars *bars, uint8_t *modules);
/* The characters of drawn modules; false when they are no Code 128, or a wrong check. */
bool bars_of_modules(const uint8_t *modules, size_t n, struct bars *ret);
/* The field data of ^BC in mode N: every subset and every code said explicitly. False
 * when something has no spelling that all share ('>', subset A, shifts, FNC2…4). '^' and
 * '~' stand for themselves and want ^FH. */
bool bars_to_zpl(const struct bars *bars, struct buf *out);
bool bars_of_zpl(const char *text, size_t n, struct bars *ret);

/* ---- QR, model 2 ---- */

/* The version that data takes in a single mode, the densest that holds it all; 0: none,
 * or beyond version 20. `ecc` is one of L M Q H. */
int32_t qr_version(const char *text, size_t n, char ecc);
/* Error correction and mask as they stand in the symbol's format information. */
bool qr_format(const uint8_t *modules, int32_t columns, int32_t side, char *ret_ecc,
               int32_t *ret_mask);

/* ---- Data Matrix, square ---- */

/* Codewords of data that a side of so many modules holds; 0: there is no such side, or
 * ^BX cannot be asked for it. */
int32_t matrix_room(int32_t side);
/* Codewords of field data with `_1` for FNC1 in plain ASCII encodation, which no printer
 * exceeds; -1: not ours. */
int32_t matrix_need(const char *text, size_t n);

#endif
