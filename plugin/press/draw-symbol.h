/* Symbols: modules as vectors. */
#ifndef TUCK_PRESS_DRAW_SYMBOL_H
#define TUCK_PRESS_DRAW_SYMBOL_H

#include "press/draw.h"

enum status draw_symbol(const struct drawing *drawing, const struct page_item *item);
/* What of the item's height is for the text that people read; 0: it has none. */
double draw_symbol_hri_height(const struct page_item *item);
/* That text alone. */
enum status draw_symbol_hri(const struct drawing *drawing, const struct page_item *item);

#endif
