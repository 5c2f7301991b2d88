/* Symbols: modules as vectors. */
#ifndef TUCK_PRESS_DRAW_SYMBOL_H
#define TUCK_PRESS_DRAW_SYMBOL_H

#include "press/draw.h"

enum status draw_symbol(const struct drawing *drawing, const struct page_item *item);

#endif
