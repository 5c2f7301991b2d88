/* Symbols: QR and Code 128 by zint, as rows of modules with their quiet zone.
 *
 * The whole rectangle is the symbol with its quiet zone; a QR takes the largest square in
 * its middle. The quiet zones are those of ISO/IEC 18004 (4 modules) and 15417 (10 X). A
 * module too small to be read surely from ordinary print is a warning. */
#include "page/page-inside.h"

#include <string.h>
#include <zint.h>

#define QR_QUIET 4
#define LINEAR_QUIET 10
#define QR_MODULE_MIN_MM100 33
#define LINEAR_MODULE_MIN_MM100 25

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

static struct zint_symbol *
encode(const char *value, bool is_qr, const char *ecc, char error[100])
{
    struct zint_symbol *symbol = ZBarcode_Create();
    if (!symbol)
        return NULL;
    symbol->symbology = is_qr ? BARCODE_QRCODE : BARCODE_CODE128;
    symbol->input_mode = UNICODE_MODE;
    if (is_qr)
        symbol->option_1 = ecc_level(ecc);
    if (is_qr && !is_ascii(value))
        symbol->eci = 26; /* UTF-8 */
    if (ZBarcode_Encode(symbol, (const unsigned char *)value, (int)strlen(value)) >=
        ZINT_ERROR) {
        g_strlcpy(error, symbol->errtxt, 100);
        ZBarcode_Delete(symbol);
        return NULL;
    }
    return symbol;
}

static bool
copy_modules(struct lay *lay, struct page_item *item, const struct zint_symbol *symbol,
             bool is_qr)
{
    int quiet = is_qr ? QR_QUIET : LINEAR_QUIET, rows = is_qr ? symbol->rows : 1;
    int32_t columns = symbol->width + 2 * quiet, top = is_qr ? quiet : 0;
    uint8_t *modules =
        arena_make_array(lay->arena, (size_t)(rows + 2 * top), (size_t)columns);
    if (!modules)
        return false;
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < symbol->width; x++)
            modules[(y + top) * columns + x + quiet] =
                symbol->encoded_data[y][x >> 3] >> (x & 7) & 1;
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
check_module(struct lay *lay, const struct page_item *item, bool is_qr)
{
    double module = (double)item->at.w / item->columns;
    double least = is_qr ? QR_MODULE_MIN_MM100 : LINEAR_MODULE_MIN_MM100;
    if (module < least)
        lay_note(
            lay, NOTE_SYMBOL_SMALL, item->line,
            "the symbol's modules are %.2f mm wide; %.2f mm or more are read surely, so "
            "make it %.1f mm wide or its value shorter",
            module / 100, least / 100, item->columns * least / 100);
}

void
lay_symbol(struct lay *lay, const xmlNode *node, const struct spot *spot)
{
    const char *value = lay_attr(node, "value"), *hri = lay_attr(node, "hri");
    bool is_qr = strcmp(lay_attr(node, "type"), "qr") == 0;
    char error[100] = "memory is out";
    if (!value || value[0] == '\0') {
        lay_note(lay, NOTE_SYMBOL_EMPTY, lay_line(node),
                 "a symbol has no value; put it into an xsl:if when that can be");
        return;
    }
    struct zint_symbol *symbol CLEANUP(symbol_free) =
        encode(value, is_qr, lay_attr(node, "ecc"), error);
    if (!symbol) {
        lay_fault(lay, STATUS_BAD_INPUT, NOTE_SYMBOL_FAILED, node,
                  "the symbol cannot hold its %zu bytes (%s)", strlen(value), error);
        return;
    }
    struct rect at = lay_rect(lay, node, spot);
    struct page_item *item =
        lay_item_at(lay, node, spot, ITEM_SYMBOL, is_qr ? middle_square(at) : at);
    if (!item)
        return;
    item->symbol_type = is_qr ? "qr" : "code128";
    item->symbol_text = arena_strdup(lay->arena, value);
    item->hri = hri && strcmp(hri, "yes") == 0 ? item->symbol_text : NULL;
    item->fill = lay_colour(lay, node, "colour", (struct rgba){0, 0, 0, 1});
    item->stroke = lay_colour(lay, node, "ground", (struct rgba){1, 1, 1, 1});
    item->is_flipped = false;
    if (!item->symbol_text || !copy_modules(lay, item, symbol, is_qr)) {
        lay->status = STATUS_NO_MEMORY;
        return;
    }
    check_module(lay, item, is_qr);
    lay_check_safe(lay, item, "a symbol");
}
