/* A value in, rows of modules with their quiet zone out, by zint.
 *
 * Where the template leaves it open, error correction is as strong as the place has room
 * for: the highest level whose modules are still comfortably large, else the lowest. A
 * stacked symbol takes the number of columns that gives the largest modules. */
#include "page/symbol.h"

#include <string.h>
#include <zint.h>

/* Quiet zones by ISO/IEC 18004 (QR 4, Micro QR 2), 15417 (Code 128: 10 X), 15420 (EAN-13:
 * 11 and 7; EAN-8: 7; UPC-A: 9; UPC-E: 9 and 7), 15438 (PDF417: 2), 16022 (Data Matrix:
 * 1); Aztec (24778) and DataBar (24724) need none, a rim of 1 keeps art away. Least
 * modules: of ordinary print and telephones; of EAN, UPC and DataBar by the GS1 General
 * Specifications' figure for points of sale, 0.264 mm. */
static const struct symbology symbologies[] = {
    {"qr", BARCODE_QRCODE, 4, 4, 4, SYMBOL_SQUARE, false, 33, 42, "LMQH", ""},
    {"micro-qr", BARCODE_MICROQR, 2, 2, 2, SYMBOL_SQUARE, false, 33, 42, "LMQ", ""},
    {"datamatrix", BARCODE_DATAMATRIX, 1, 1, 1, SYMBOL_SQUARE, false, 33, 0, NULL, ""},
    {"aztec", BARCODE_AZTEC, 1, 1, 1, SYMBOL_SQUARE, false, 33, 42, "LMQH", ""},
    {"pdf417", BARCODE_PDF417, 2, 2, 2, SYMBOL_WIDE, false, 25, 30, "LMQH", ""},
    {"code128", BARCODE_CODE128, 10, 10, 0, SYMBOL_LINEAR, false, 25, 0, NULL, ""},
    {"ean13", BARCODE_EANX, 11, 7, 0, SYMBOL_LINEAR, false, 26.4, 0, NULL, "1-6-6-0"},
    {"ean8", BARCODE_EANX, 7, 7, 0, SYMBOL_LINEAR, false, 26.4, 0, NULL, "0-4-4-0"},
    {"upca", BARCODE_UPCA, 9, 9, 0, SYMBOL_LINEAR, false, 26.4, 0, NULL, "1-5-5-1"},
    {"upce", BARCODE_UPCE, 9, 7, 0, SYMBOL_LINEAR, false, 26.4, 0, NULL, "1-6-0-1"},
    {"gs1-qr", BARCODE_QRCODE, 4, 4, 4, SYMBOL_SQUARE, true, 33, 42, "LMQH", ""},
    {"gs1-128", BARCODE_GS1_128, 10, 10, 0, SYMBOL_LINEAR, true, 25, 0, NULL, ""},
    {"gs1-datamatrix", BARCODE_DATAMATRIX, 1, 1, 1, SYMBOL_SQUARE, true, 33, 0, NULL, ""},
    {"databar-expanded", BARCODE_DBAR_EXP, 1, 1, 0, SYMBOL_LINEAR, true, 26.4, 0, NULL,
     ""},
    {"databar-expanded-stacked", BARCODE_DBAR_EXPSTK, 1, 1, 1, SYMBOL_WIDE, true, 26.4, 0,
     NULL, ""},
};

#define WIDE_PLACE 1.7 /* from here a Data Matrix is a rectangle */
#define PDF417_COLUMNS 30
#define STACKED_COLUMNS 11 /* pairs of characters */

const struct symbology *
symbology_find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(symbologies); i++)
        if (strcmp(symbologies[i].name, name) == 0)
            return &symbologies[i];
    return &symbologies[0]; /* the schema lets no other through */
}

static void
symbol_free(struct zint_symbol **symbol)
{
    ZBarcode_Delete(*symbol);
}

static bool
is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

/* Each symbology's own numbers for the letters. */
static int
zint_level(const struct symbology *symbology, char ecc)
{
    const char *at = symbology->ecc && ecc ? strchr(symbology->ecc, ecc) : NULL;
    int level = at ? (int)(at - symbology->ecc) : 0;
    return !at ? 0 : symbology->number == BARCODE_PDF417 ? level + 2 : level + 1;
}

static void
set_options(struct zint_symbol *symbol, const struct symbol_wish *wish)
{
    const struct symbology *symbology = wish->symbology;
    symbol->symbology = symbology->number;
    symbol->input_mode = symbology->is_gs1 ? GS1_MODE : UNICODE_MODE;
    if (symbology->ecc)
        symbol->option_1 = zint_level(symbology, wish->ecc);
    if (symbology->shape != SYMBOL_LINEAR && symbology->number != BARCODE_MICROQR &&
        !is_ascii(wish->value))
        symbol->eci = 26; /* UTF-8 */
    if (symbology->number == BARCODE_DATAMATRIX)
        symbol->option_3 = wish->w < wish->h * WIDE_PLACE ? DM_SQUARE : 0;
    if (wish->columns > 0)
        symbol->option_2 = wish->columns;
}

static struct zint_symbol *
encode(const struct symbol_wish *wish, char error[100])
{
    struct zint_symbol *symbol = ZBarcode_Create();
    if (!symbol) {
        g_strlcpy(error, "memory is out", 100);
        return NULL;
    }
    set_options(symbol, wish);
    int result = ZBarcode_Encode(symbol, (const unsigned char *)wish->value,
                                 (int)strlen(wish->value));
    /* of GS1 data a warning is too much */
    if (result >= ZINT_ERROR || (wish->symbology->is_gs1 && result != 0)) {
        g_strlcpy(error, symbol->errtxt, 100);
        ZBarcode_Delete(symbol);
        return NULL;
    }
    return symbol;
}

/* How many rows of square modules a row of the symbol is. Rows for which zint leaves the
 * height open share what the others leave; a linear symbol has one row, which is drawn as
 * high as its place. */
static int
row_height(const struct zint_symbol *symbol, const struct symbology *symbology, int row)
{
    double left = symbol->height;
    int sharers = 0;
    if (symbology->shape == SYMBOL_LINEAR)
        return 1;
    if (symbol->row_height[row] > 0)
        return MAX((int)(symbol->row_height[row] + 0.5f), 1);
    for (int y = 0; y < symbol->rows; y++) {
        left -= symbol->row_height[y];
        sharers += symbol->row_height[y] > 0 ? 0 : 1;
    }
    return MAX((int)(left / sharers + 0.5), 1);
}

/* zint draws EAN and UPC as a row of bars with two of guards; the bars are what counts.
 */
static int
row_count(const struct zint_symbol *symbol, const struct symbology *symbology)
{
    return symbology->shape == SYMBOL_LINEAR ? 1 : symbol->rows;
}

static void
measure(const struct zint_symbol *symbol, const struct symbology *symbology,
        struct symbol *ret)
{
    int32_t rows = 0;
    for (int y = 0; y < row_count(symbol, symbology); y++)
        rows += row_height(symbol, symbology, y);
    ret->columns = symbol->width + symbology->left + symbology->right;
    ret->rows = rows + 2 * symbology->above;
}

double
symbol_module(const struct symbology *symbology, const struct symbol *symbol, int32_t w,
              int32_t h)
{
    double module = (double)w / symbol->columns;
    if (symbology->shape != SYMBOL_LINEAR)
        module = MIN(module, (double)h / symbol->rows);
    return module;
}

/* How many columns a stacked symbol may have; 0: it is none. */
static int32_t
most_columns(const struct symbology *symbology)
{
    return symbology->number == BARCODE_PDF417        ? PDF417_COLUMNS
           : symbology->number == BARCODE_DBAR_EXPSTK ? STACKED_COLUMNS
                                                      : 0;
}

/* The columns with the largest modules. */
static int32_t
best_columns(const struct symbol_wish *wish)
{
    struct symbol_wish here = *wish;
    double best = 0;
    int32_t columns = 0, most = most_columns(wish->symbology);
    char error[100];
    for (here.columns = 1; here.columns <= most; here.columns++) {
        struct zint_symbol *symbol CLEANUP(symbol_free) = encode(&here, error);
        struct symbol size;
        if (!symbol)
            continue; /* more rows than a PDF417 has */
        measure(symbol, wish->symbology, &size);
        double module = symbol_module(wish->symbology, &size, wish->w, wish->h);
        if (module > best) {
            best = module;
            columns = here.columns;
        }
    }
    return columns;
}

static struct zint_symbol *
encode_at(const struct symbol_wish *wish, char ecc, char error[100])
{
    struct symbol_wish here = *wish;
    here.ecc = ecc;
    if (most_columns(wish->symbology) > 0 && wish->columns == 0)
        here.columns = best_columns(&here);
    return encode(&here, error);
}

/* From the highest level down, until the modules are large enough. */
static struct zint_symbol *
encode_with_room(const struct symbol_wish *wish, char error[100], char *ret_level)
{
    const struct symbology *symbology = wish->symbology;
    for (size_t i = strlen(symbology->ecc); i-- > 0;) {
        struct zint_symbol *symbol = encode_at(wish, symbology->ecc[i], error);
        struct symbol size;
        if (!symbol)
            continue;
        measure(symbol, symbology, &size);
        *ret_level = symbology->ecc[i];
        if (i == 0 || symbol_module(symbology, &size, wish->w, wish->h) >=
                          symbology->module_good_mm100)
            return symbol;
        ZBarcode_Delete(symbol);
    }
    return NULL;
}

static bool
copy_modules(const struct zint_symbol *symbol, const struct symbology *symbology,
             struct arena *arena, struct symbol *ret)
{
    measure(symbol, symbology, ret);
    ret->modules = arena_make_array(arena, (size_t)ret->rows, (size_t)ret->columns);
    if (!ret->modules)
        return false;
    uint8_t *to = ret->modules + symbology->above * ret->columns + symbology->left;
    for (int y = 0; y < row_count(symbol, symbology); y++)
        for (int h = row_height(symbol, symbology, y); h > 0; h--, to += ret->columns)
            for (int x = 0; x < symbol->width; x++)
                to[x] = symbol->encoded_data[y][x >> 3] >> (x & 7) & 1;
    return true;
}

enum status
symbol_encode(const struct symbol_wish *wish, struct arena *arena, char error[100],
              struct symbol *ret)
{
    struct symbol made = {.level = wish->ecc};
    struct zint_symbol *symbol CLEANUP(symbol_free) =
        wish->symbology->ecc && !wish->ecc ? encode_with_room(wish, error, &made.level)
                                           : encode_at(wish, wish->ecc, error);
    if (!symbol)
        return STATUS_BAD_INPUT;
    if (wish->symbology->hri[0])
        made.text = arena_strdup(arena, (const char *)symbol->text);
    if (!copy_modules(symbol, wish->symbology, arena, &made) ||
        (wish->symbology->hri[0] && !made.text))
        return STATUS_NO_MEMORY;
    *ret = made;
    return STATUS_OK;
}
