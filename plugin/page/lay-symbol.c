/* Symbols on a page: their value checked, their place, and whether they will be read.
 *
 * The whole rectangle is the symbol with its quiet zone; a matrix takes the largest place
 * of its shape in the middle. What goes into a GS1 symbol is checked here to the letter,
 * because zint only warns of a wrong check digit or length, and a till finds it too late.
 * A module too small, or too pale, to be read surely from ordinary print is a warning. */
#include "page/symbol.h"

#include "mint/gs1.h"

#include <math.h>
#include <string.h>

#define GS1_MOST 8 /* elements of one symbol */
/* Symbol contrast of grade 2.0 by ISO/IEC 15416 and 15415; laser and many camera scanners
 * see by red light, in which a red module is as white as its ground. */
#define CONTRAST_LEAST 0.40

static struct rect
middle_square(struct rect at)
{
    int32_t side = MIN(at.w, at.h);
    return (struct rect){at.x + (at.w - side) / 2, at.y + (at.h - side) / 2, side, side};
}

static void
check_module(struct lay *lay, const struct page_item *item,
             const struct symbology *symbology, const struct symbol *symbol)
{
    double module = symbol_module(symbology, symbol, item->at.w, item->at.h);
    double least = symbology->module_min_mm100;
    if (module < least)
        lay_note_at(
            lay, NOTE_SYMBOL_SMALL, item->line, item->at,
            "the symbol's modules are %.2f mm wide; %.2f mm or more are read surely, so "
            "make it %.1f mm wide or its value shorter",
            module / 100, least / 100, item->columns * least / 100);
}

/* Of light that a scanner sends, how much comes back: the red of sRGB, made linear, on
 * white paper. */
static double
reflectance(struct rgba colour)
{
    double red = colour.r * colour.a + (1 - colour.a);
    return red <= 0.04045 ? red / 12.92 : pow((red + 0.055) / 1.055, 2.4);
}

static void
check_contrast(struct lay *lay, const struct page_item *item)
{
    struct rgba ground = item->stroke.a > 0 ? item->stroke : lay->page->ground;
    double light = reflectance(ground), dark = reflectance(item->fill);
    if (light - dark < CONTRAST_LEAST || dark > light / 2)
        lay_note_at(
            lay, NOTE_SYMBOL_PALE, item->line, item->at,
            "in a scanner's red light the symbol's modules differ from their ground "
            "by %.1f %%; %.0f %% or more are read surely",
            fmax(light - dark, 0) * 100, CONTRAST_LEAST * 100);
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

/* EAN and UPC show their digits unless told not to; others only when asked. */
static bool
set_hri(struct lay *lay, const xmlNode *node, const struct symbology *symbology,
        const struct symbol *symbol, const char *hri, struct page_item *item)
{
    const char *wish = lay_attr(node, "hri");
    if (symbology->hri[0])
        return (wish && strcmp(wish, "no") == 0) ||
               symbol_set_digits(symbology, symbol->text, lay->arena, item);
    item->hri = wish && strcmp(wish, "yes") == 0 ? hri : NULL;
    return true;
}

static void
add_symbol(struct lay *lay, const xmlNode *node, const struct spot *spot,
           const struct symbology *symbology, const struct symbol *symbol,
           const char *value, const char *hri)
{
    struct rect at = lay_rect(lay, node, spot);
    bool is_square = symbology->shape == SYMBOL_SQUARE && symbol->rows == symbol->columns;
    struct page_item *item =
        lay_item_at(lay, node, spot, ITEM_SYMBOL, is_square ? middle_square(at) : at);
    if (!item)
        return;
    item->symbol_type = symbology->name;
    item->symbol_text = arena_strdup(lay->arena, value);
    item->columns = symbol->columns;
    item->rows = symbol->rows;
    item->modules = symbol->modules;
    item->fill = lay_colour(lay, node, "colour", (struct rgba){0, 0, 0, 1});
    item->stroke = lay_colour(lay, node, "ground", (struct rgba){1, 1, 1, 1});
    item->is_flipped = false;
    if (!item->symbol_text || !set_hri(lay, node, symbology, symbol, hri, item)) {
        lay->status = STATUS_NO_MEMORY;
        return;
    }
    check_module(lay, item, symbology, symbol);
    check_contrast(lay, item);
    lay_check_safe(lay, item, "a symbol");
}

static struct symbol_wish
wish_of(struct lay *lay, const xmlNode *node, const struct spot *spot,
        const struct symbology *symbology, const char *value)
{
    const char *ecc = lay_attr(node, "ecc"), *columns = lay_attr(node, "columns");
    struct rect at = lay_rect(lay, node, spot);
    int64_t count = 0;
    if (!columns || !text_to_int64(columns, &count) || count < 1 || count > 30)
        count = 0;
    return (struct symbol_wish){.symbology = symbology,
                                .value = value,
                                .w = at.w,
                                .h = at.h,
                                .ecc = ecc ? ecc[0] : 0,
                                .columns = (int32_t)count};
}

void
lay_symbol(struct lay *lay, const xmlNode *node, const struct spot *spot)
{
    const char *value = lay_attr(node, "value"), *hri = NULL;
    const struct symbology *symbology = symbology_find(lay_attr(node, "type"));
    struct symbol symbol;
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
    struct symbol_wish wish = wish_of(lay, node, spot, symbology, value);
    enum status status = symbol_encode(&wish, lay->arena, error, &symbol);
    if (status != STATUS_OK) {
        lay_fault(lay, status, NOTE_SYMBOL_FAILED, node,
                  "the symbol cannot hold its %zu bytes (%s)", strlen(value), error);
        return;
    }
    add_symbol(lay, node, spot, symbology, &symbol, value, hri);
}
