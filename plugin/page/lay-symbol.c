/* Symbols: QR, Code 128 and GS1's own by zint, as rows of modules with their quiet zone.
 *
 * The whole rectangle is the symbol with its quiet zone; a matrix takes the largest place
 * of its shape in the middle. What goes into a GS1 symbol is checked here to the letter,
 * because zint only warns of a wrong check digit or length, and a till finds it too late.
 * A module too small to be read surely from ordinary print is a warning. */
#include "page/page-inside.h"

#include "mint/gs1.h"

#include <string.h>
#include <zint.h>

#define GS1_MOST 8 /* elements of one symbol */

/* Quiet zones by ISO/IEC 18004 (4 modules), 15417 (10 X), 16022 (1 module); DataBar needs
 * none, a rim of 1 X keeps art away. Least modules: of ordinary print; of DataBar by the
 * General Specifications' figure for points of sale. */
static const struct symbology {
    const char *name;
    int number, quiet;
    bool is_matrix, is_gs1;
    double module_min_mm100;
} symbologies[] = {
    {"qr", BARCODE_QRCODE, 4, true, false, 33},
    {"code128", BARCODE_CODE128, 10, false, false, 25},
    {"gs1-qr", BARCODE_QRCODE, 4, true, true, 33},
    {"gs1-128", BARCODE_GS1_128, 10, false, true, 25},
    {"gs1-datamatrix", BARCODE_DATAMATRIX, 1, true, true, 33},
    {"databar-expanded", BARCODE_DBAR_EXP, 1, false, true, 26.4},
    {"databar-expanded-stacked", BARCODE_DBAR_EXPSTK, 1, true, true, 26.4},
};

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

static int
ecc_level(const char *ecc)
{
    const char *levels = "LMQH", *at = ecc && *ecc ? strchr(levels, *ecc) : NULL;
    return at ? (int)(at - levels) + 1 : 2;
}

static const struct symbology *
find_symbology(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(symbologies); i++)
        if (strcmp(symbologies[i].name, name) == 0)
            return &symbologies[i];
    return &symbologies[0]; /* the schema lets no other through */
}

static void
set_options(struct zint_symbol *symbol, const struct symbology *symbology,
            const xmlNode *node, const char *value)
{
    const char *columns = lay_attr(node, "columns");
    int64_t count;
    symbol->symbology = symbology->number;
    symbol->input_mode = symbology->is_gs1 ? GS1_MODE : UNICODE_MODE;
    if (symbology->number == BARCODE_QRCODE) {
        symbol->option_1 = ecc_level(lay_attr(node, "ecc"));
        if (!is_ascii(value))
            symbol->eci = 26; /* UTF-8 */
    }
    if (symbology->number == BARCODE_DATAMATRIX)
        symbol->option_3 = DM_SQUARE;
    if (symbology->number == BARCODE_DBAR_EXPSTK && columns &&
        text_to_int64(columns, &count) && count >= 1 && count <= 11)
        symbol->option_2 = (int)count;
}

static struct zint_symbol *
encode(const char *value, const struct symbology *symbology, const xmlNode *node,
       char error[100])
{
    struct zint_symbol *symbol = ZBarcode_Create();
    if (!symbol)
        return NULL;
    set_options(symbol, symbology, node, value);
    int result =
        ZBarcode_Encode(symbol, (const unsigned char *)value, (int)strlen(value));
    /* of GS1 data a warning is too much */
    if (result >= ZINT_ERROR || (symbology->is_gs1 && result != 0)) {
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
    if (!symbology->is_matrix)
        return 1;
    if (symbol->row_height[row] > 0)
        return MAX((int)(symbol->row_height[row] + 0.5f), 1);
    for (int y = 0; y < symbol->rows; y++) {
        left -= symbol->row_height[y];
        sharers += symbol->row_height[y] > 0 ? 0 : 1;
    }
    return MAX((int)(left / sharers + 0.5), 1);
}

static bool
copy_modules(struct lay *lay, struct page_item *item, const struct zint_symbol *symbol,
             const struct symbology *symbology)
{
    int quiet = symbology->quiet, top = symbology->is_matrix ? quiet : 0, rows = 0;
    int32_t columns = symbol->width + 2 * quiet;
    for (int y = 0; y < symbol->rows; y++)
        rows += row_height(symbol, symbology, y);
    uint8_t *modules =
        arena_make_array(lay->arena, (size_t)(rows + 2 * top), (size_t)columns);
    if (!modules)
        return false;
    uint8_t *to = modules + top * columns + quiet;
    for (int y = 0; y < symbol->rows; y++)
        for (int h = row_height(symbol, symbology, y); h > 0; h--, to += columns)
            for (int x = 0; x < symbol->width; x++)
                to[x] = symbol->encoded_data[y][x >> 3] >> (x & 7) & 1;
    item->columns = columns;
    item->rows = rows + 2 * top;
    item->modules = modules;
    return true;
}

static struct rect
middle_square(struct rect at)
{
    int32_t side = MIN(at.w, at.h);
    return (struct rect){at.x + (at.w - side) / 2, at.y + (at.h - side) / 2, side, side};
}

static void
check_module(struct lay *lay, const struct page_item *item,
             const struct symbology *symbology)
{
    double module = (double)item->at.w / item->columns;
    double least = symbology->module_min_mm100;
    if (symbology->is_matrix)
        module = MIN(module, (double)item->at.h / item->rows);
    if (module < least)
        lay_note(
            lay, NOTE_SYMBOL_SMALL, item->line,
            "the symbol's modules are %.2f mm wide; %.2f mm or more are read surely, so "
            "make it %.1f mm wide or its value shorter",
            module / 100, least / 100, item->columns * least / 100);
}

/* The data in brackets, checked: what zint takes; and with parentheses, for people. */
static bool
settle_gs1(struct lay *lay, const xmlNode *node, const char **value, const char **hri)
{
    struct gs1_element elements[GS1_MOST];
    struct gs1_fault fault = {0};
    struct buf text BUF_AUTO = {0};
    size_t count = 0;
    enum status status = gs1_read(*value, elements, GS1_MOST, &count, &fault);
    if (status == STATUS_OK)
        status = gs1_write(elements, count, &text, &fault);
    if (status == STATUS_BAD_INPUT) {
        lay_fault(lay, status, NOTE_SYMBOL_NOT_GS1, node,
                  "what the symbol is to hold is no GS1 data (character %zu): %s",
                  fault.at + 1, fault.text);
        return false;
    }
    char *shown = text.p ? arena_strdup(lay->arena, text.p) : NULL;
    *value = text.p ? arena_strdup(lay->arena, text.p) : NULL;
    *hri = shown;
    for (char *p = shown; p && *p; p++)
        *p = *p == '[' ? '(' : *p == ']' ? ')' : *p;
    if (!*value || !shown)
        lay->status = STATUS_NO_MEMORY;
    return *value && shown;
}

static void
add_symbol(struct lay *lay, const xmlNode *node, const struct spot *spot,
           const struct symbology *symbology, const struct zint_symbol *symbol,
           const char *value, const char *hri)
{
    const char *wants_hri = lay_attr(node, "hri");
    struct rect at = lay_rect(lay, node, spot);
    bool is_square = symbology->is_matrix && symbol->rows == symbol->width;
    struct page_item *item =
        lay_item_at(lay, node, spot, ITEM_SYMBOL, is_square ? middle_square(at) : at);
    if (!item)
        return;
    item->symbol_type = symbology->name;
    item->symbol_text = arena_strdup(lay->arena, value);
    item->hri = wants_hri && strcmp(wants_hri, "yes") == 0 ? hri : NULL;
    item->fill = lay_colour(lay, node, "colour", (struct rgba){0, 0, 0, 1});
    item->stroke = lay_colour(lay, node, "ground", (struct rgba){1, 1, 1, 1});
    item->is_flipped = false;
    if (!item->symbol_text || !copy_modules(lay, item, symbol, symbology)) {
        lay->status = STATUS_NO_MEMORY;
        return;
    }
    check_module(lay, item, symbology);
    lay_check_safe(lay, item, "a symbol");
}

void
lay_symbol(struct lay *lay, const xmlNode *node, const struct spot *spot)
{
    const char *value = lay_attr(node, "value"), *hri = NULL;
    const struct symbology *symbology = find_symbology(lay_attr(node, "type"));
    char error[100] = "memory is out";
    if (!value || value[0] == '\0') {
        lay_note(lay, NOTE_SYMBOL_EMPTY, lay_line(node),
                 "a symbol has no value; put it into an xsl:if when that can be");
        return;
    }
    if (symbology->is_gs1 && !settle_gs1(lay, node, &value, &hri))
        return;
    if (!hri)
        hri = arena_strdup(lay->arena, value);
    struct zint_symbol *symbol CLEANUP(symbol_free) =
        encode(value, symbology, node, error);
    if (!symbol) {
        lay_fault(lay, STATUS_BAD_INPUT, NOTE_SYMBOL_FAILED, node,
                  "the symbol cannot hold its %zu bytes (%s)", strlen(value), error);
        return;
    }
    add_symbol(lay, node, spot, symbology, symbol, value, hri);
}
