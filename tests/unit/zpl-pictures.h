/* Hand-made pages of dots for tests of ZPL. */
#ifndef TUCK_TESTS_ZPL_PICTURES_H
#define TUCK_TESTS_ZPL_PICTURES_H

#include "press/dots.h"

/* The same numbers in every run. */
uint32_t draw_lot(uint32_t *seed);

struct dots blank(struct arena *arena, int32_t width, int32_t height);
void ink(struct dots *dots, int32_t x, int32_t y, int32_t w, int32_t h, bool is_black);
void scribble(struct dots *dots, uint32_t seed);
void ring(struct dots *dots, int32_t x, int32_t y);
struct dots_native box_of(const struct page_item *item, int32_t x, int32_t y, int32_t w,
                          int32_t h, int32_t t);
struct page_item symbol_of(struct arena *arena, const char *type, int symbology,
                           const char *text, int ecc);
struct dots_native place(struct dots *dots, const struct page_item *item, int32_t x,
                         int32_t y, int32_t module, int32_t bar_height, int32_t quarter);
/* A label of which the plate is the same for every number. */
struct dots_page carton(struct arena *arena, uint32_t number);

#endif
