/* Symbologies, and one value as modules. Inside page/. */
#ifndef TUCK_PAGE_SYMBOL_H
#define TUCK_PAGE_SYMBOL_H

#include "page/page-inside.h"

enum symbol_shape {
    SYMBOL_LINEAR, /* one row, as high as its place */
    SYMBOL_SQUARE,
    SYMBOL_WIDE /* rows of its own height: stacked, or a rectangle */
};

struct symbology {
    const char *name;
    int number;             /* zint's */
    int left, right, above; /* quiet zone in modules; above: and below, of a matrix */
    enum symbol_shape shape;
    bool is_gs1;
    double module_min_mm100;  /* least that is read surely from ordinary print */
    double module_good_mm100; /* from which more error correction is worth the room */
    const char *ecc; /* its levels from the least: letters of "LMQH"; NULL none */
    const char *hri; /* "": none unless asked; else the layout, see symbol-hri.c */
};
const struct symbology *symbology_find(const char *name);

struct symbol {
    int32_t columns, rows;
    uint8_t *modules; /* rows of bytes, the quiet zone included */
    const char *text; /* what people read: with the check digit; NULL: as the value */
    char level;       /* of error correction, 0: the symbology has none */
};

struct symbol_wish {
    const struct symbology *symbology;
    const char *value;
    int32_t w, h;    /* of the place, mm100 */
    char ecc;        /* 0: as much as the place has room for */
    int32_t columns; /* 0: as the symbology does */
};
/* STATUS_BAD_INPUT: `error` says what zint thinks of it. */
enum status symbol_encode(const struct symbol_wish *wish, struct arena *arena,
                          char error[100], struct symbol *ret);
/* How wide a module comes to in a place, mm100. */
double symbol_module(const struct symbology *symbology, const struct symbol *symbol,
                     int32_t w, int32_t h);

/* Sets the digits of an EAN or UPC below its bars, and which bars are long. False: no
 * memory. */
bool symbol_set_digits(const struct symbology *symbology, const char *digits,
                       struct arena *arena, struct page_item *item);

#endif
