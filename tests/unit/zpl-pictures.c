/* Hand-made pages of dots for tests of ZPL. Symbols are zint's, so that what a printer
 * draws by itself is compared with another's bars. */
#include "zpl-pictures.h"

#include <stdlib.h>
#include <string.h>
#include <zint.h>

uint32_t
draw_lot(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

struct dots
blank(struct arena *arena, int32_t width, int32_t height)
{
    struct dots dots = {width, height, (size_t)(width + 7) / 8, NULL};
    dots.bits = arena_make(arena, dots.stride * (size_t)height);
    return dots;
}

void
ink(struct dots *dots, int32_t x, int32_t y, int32_t w, int32_t h, bool is_black)
{
    for (int32_t v = y; v < y + h; v++)
        for (int32_t u = x; u < x + w; u++) {
            uint8_t *byte = &dots->bits[(size_t)v * dots->stride + (size_t)u / 8];
            uint8_t bit = (uint8_t)(0x80 >> u % 8);
            *byte = (uint8_t)(is_black ? *byte | bit : *byte & ~bit);
        }
}

/* Words of upright strokes on lines, a frame, and a grey patch: like a label. */
void
scribble(struct dots *dots, uint32_t seed)
{
    int32_t w = dots->width, h = dots->height;
    for (int32_t y = 4; y + 20 < h / 2; y += 26)
        for (int32_t x = 5; x + 8 < w - (int32_t)(draw_lot(&seed) % 90); x += 9) {
            if (draw_lot(&seed) % 6 == 0)
                continue;
            ink(dots, x, y + (int32_t)(draw_lot(&seed) % 9), 2, 11, true);
            ink(dots, x, y + (int32_t)(draw_lot(&seed) % 18), 7, 2, true);
        }
    for (int32_t y = h / 2 + 8; y < h - 8; y++)
        for (int32_t x = w / 3; x < w - 8; x++)
            if (draw_lot(&seed) % 100 < (uint32_t)(x * 100 / w))
                ink(dots, x, y, 1, 1, true);
}

/* Bent, so that no box is in it. */
void
ring(struct dots *dots, int32_t x, int32_t y)
{
    for (int32_t i = 0; i < 12; i++) {
        ink(dots, x + 12 - i, y + i, 3, 1, true);
        ink(dots, x + 12 + i, y + i, 3, 1, true);
        ink(dots, x + i, y + 12 + i, 3, 1, true);
        ink(dots, x + 24 - i, y + 12 + i, 3, 1, true);
    }
}

struct dots_native
box_of(const struct page_item *item, int32_t x, int32_t y, int32_t w, int32_t h,
       int32_t t)
{
    return (struct dots_native){
        .item = item, .x = x, .y = y, .w = w, .h = h, .line_dots = t};
}

/* zint's symbol as a page's item, with a quiet zone. */
struct page_item
symbol_of(struct arena *arena, const char *type, int symbology, const char *text, int ecc)
{
    struct zint_symbol *zint = ZBarcode_Create();
    zint->symbology = symbology;
    zint->option_1 = ecc;
    zint->input_mode = text[0] == '[' ? GS1_MODE : UNICODE_MODE;
    if (symbology == BARCODE_DATAMATRIX) {
        zint->option_1 = -1;
        zint->option_3 = DM_SQUARE;
    }
    if (symbology == BARCODE_CODE128 || symbology == BARCODE_GS1_128)
        zint->option_1 = -1;
    if (ZBarcode_Encode(zint, (const unsigned char *)text, 0) >= ZINT_ERROR)
        abort();
    bool is_linear = symbology == BARCODE_CODE128 || symbology == BARCODE_GS1_128;
    int32_t quiet = 4, rows = is_linear ? 1 : zint->rows;
    struct page_item item = {
        .kind = ITEM_SYMBOL, .symbol_type = type, .symbol_text = text};
    item.columns = zint->width + 2 * quiet;
    item.rows = is_linear ? 1 : rows + 2 * quiet;
    uint8_t *modules = arena_make(arena, (size_t)(item.columns * item.rows));
    for (int32_t y = 0; y < rows; y++)
        for (int32_t x = 0; x < zint->width; x++)
            modules[(is_linear ? 0 : y + quiet) * item.columns + quiet + x] =
                zint->encoded_data[y][x >> 3] >> (x & 7) & 1;
    item.modules = modules;
    ZBarcode_Delete(zint);
    return item;
}

/* Puts the item on the dots as the dots' maker would, and tells of it. */
struct dots_native
place(struct dots *dots, const struct page_item *item, int32_t x, int32_t y,
      int32_t module, int32_t bar_height, int32_t quarter)
{
    int32_t quiet = 4, columns = item->columns - 2 * quiet;
    int32_t rows = item->rows == 1 ? 1 : item->rows - 2 * quiet;
    int32_t along = columns * module, across = rows == 1 ? bar_height : rows * module;
    struct dots_native native = {.item = item,
                                 .is_imprint = true,
                                 .quarter = quarter,
                                 .x = x,
                                 .y = y,
                                 .w = along,
                                 .h = across,
                                 .module_dots = module};
    if (quarter % 2) {
        native.w = across;
        native.h = along;
    }
    for (int32_t v = 0; v < across; v++)
        for (int32_t u = 0; u < along; u++) {
            int32_t row = rows == 1 ? 0 : v / module + quiet;
            bool is_dark = item->modules[row * item->columns + u / module + quiet];
            int32_t tx = quarter == 0   ? u
                         : quarter == 1 ? across - 1 - v
                         : quarter == 2 ? along - 1 - u
                                        : v;
            int32_t ty = quarter == 0   ? v
                         : quarter == 1 ? u
                         : quarter == 2 ? across - 1 - v
                                        : along - 1 - u;
            ink(dots, x + tx, y + ty, 1, 1, is_dark);
        }
    return native;
}

struct dots_page
carton(struct arena *arena, uint32_t number)
{
    struct dots_page page = {.whole = blank(arena, 812, 609),
                             .plate = blank(arena, 812, 609),
                             .plate_key = "inserts/plain 203"};
    scribble(&page.plate, 77);
    ink(&page.plate, 600, 20, 150, 150, true);
    memcpy(page.whole.bits, page.plate.bits, page.whole.stride * 609);
    /* white paper over the plate's black, and words on it */
    ink(&page.whole, 620, 40, 90, 50, false);
    for (uint32_t i = 0; i < 8; i++)
        ink(&page.whole, 625 + 10 * (int32_t)i, 45, 6,
            10 + (int32_t)(number >> i & 1) * 20, true);
    ink(&page.whole, 60, 500, 30 + (int32_t)number * 3, 9, true);
    return page;
}
