/* Laying out: the elements that a template's stylesheet gave, turned into page items.
 *
 * Positions are counted from the trim's top left corner. On a page that reads from right
 * to left every element moves to the mirrored place unless it says to stay. A wrong
 * length is a fault of the template and ends the piece, because what it would leave out
 * may be the very thing that was promised. */
#include "base/length.h"
#include "page/page-inside.h"

#include <math.h>
#include <string.h>

#define ITEMS_MAX 20000

const char *
lay_attr(const xmlNode *node, const char *name)
{
    const xmlAttr *attr = xmlHasNsProp(node, (const xmlChar *)name, NULL);
    if (!attr)
        return NULL;
    return attr->children && attr->children->content
               ? (const char *)attr->children->content
               : "";
}

int32_t
lay_line(const xmlNode *node)
{
    const char *line = lay_attr(node, "_line");
    return line ? (int32_t)strtol(line, NULL, 10) : 0;
}

bool
lay_is(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

void
lay_fault(struct lay *lay, enum status status, enum note_id id, const xmlNode *node,
          const char *format, ...)
{
    char text[360];
    va_list args;
    va_start(args, format);
    g_vsnprintf(text, sizeof text, format, args);
    va_end(args);
    note_add(lay->notes, id, lay->tpl->files[0].path, lay_line(node), "%s", text);
    if (lay->status == STATUS_OK)
        lay->status = status;
}

void
lay_note(struct lay *lay, enum note_id id, int32_t line, const char *format, ...)
{
    char text[360];
    va_list args;
    va_start(args, format);
    g_vsnprintf(text, sizeof text, format, args);
    va_end(args);
    note_add(lay->notes, id, lay->tpl->files[0].path, line, "%s", text);
}

void
lay_note_at(struct lay *lay, enum note_id id, int32_t line, struct rect at,
            const char *format, ...)
{
    struct note_place place = {lay->page_index, at.x, at.y, MAX(at.w, 1), MAX(at.h, 1)};
    char text[360];
    va_list args;
    va_start(args, format);
    g_vsnprintf(text, sizeof text, format, args);
    va_end(args);
    note_add_at(lay->notes, id, lay->tpl->files[0].path, line, &place, "%s", text);
}

const char *
lay_shown(const xmlNode *node, const char *text)
{
    return lay_attr(node, "_need") && strcmp(text, "NaN") != 0 ? "(what a hole gave)"
                                                               : text;
}

/* What an expression computed may have more digits than a person would write. */
static bool
parse_length(const char *text, int32_t *ret)
{
    double mm;
    if (length_parse(text, ret))
        return true;
    if (!text_to_double(text, &mm) || !isfinite(mm) || fabs(mm) * 100 > LENGTH_MAX_MM100)
        return false;
    *ret = (int32_t)lround(mm * 100);
    return true;
}

int32_t
lay_length(struct lay *lay, const xmlNode *node, const char *name, int32_t otherwise)
{
    const char *text = lay_attr(node, name);
    int32_t value = otherwise;
    if (text && !parse_length(text, &value))
        lay_fault(lay, STATUS_BAD_INPUT, NOTE_TEMPLATE_BAD_NUMBER, node,
                  "%s=\"%.40s\" is no length", name, lay_shown(node, text));
    return value;
}

double
lay_number(struct lay *lay, const xmlNode *node, const char *name, double otherwise)
{
    const char *text = lay_attr(node, name);
    double value = otherwise;
    /* An unknown fact is NaN; who asks for a number decides what that means. */
    if (text && strcmp(text, "NaN") == 0)
        return NAN;
    if (text && !text_to_double(text, &value))
        lay_fault(lay, STATUS_BAD_INPUT, NOTE_TEMPLATE_BAD_NUMBER, node,
                  "%s=\"%.40s\" is no number", name, lay_shown(node, text));
    return value;
}

struct rgba
lay_colour(struct lay *lay, const xmlNode *node, const char *name, struct rgba otherwise)
{
    const char *text = lay_attr(node, name);
    struct rgba rgba = otherwise;
    if (text && !template_colour(lay->tpl, text, &rgba))
        lay_fault(lay, STATUS_BAD_INPUT, NOTE_TEMPLATE_UNKNOWN_COLOUR, node,
                  "%s=\"%.40s\" names no colour", name, lay_shown(node, text));
    return rgba;
}

bool
lay_is_live(const struct lay *lay, const xmlNode *node, const struct spot *spot)
{
    const char *need = lay_attr(node, "_need");
    if (spot->is_live || !need)
        return spot->is_live;
    if (strcmp(need, "*") == 0)
        return true;
    char **params = g_strsplit(need, " ", -1);
    bool is_live = false;
    for (char **param = params; *param; param++)
        is_live = is_live || (**param && g_hash_table_contains(lay->live, *param));
    g_strfreev(params);
    return is_live;
}

enum turn
lay_turn(const xmlNode *node, const struct spot *spot)
{
    const char *turn = lay_attr(node, "turn");
    if (!turn)
        return spot->turn;
    if (strcmp(turn, "flip") == 0)
        return TURN_FLIP;
    return strcmp(turn, "stay") == 0 ? TURN_STAY : TURN_MOVE;
}

struct rect
lay_rect(struct lay *lay, const xmlNode *node, const struct spot *spot)
{
    struct rect at = {
        spot->x + lay_length(lay, node, "x", 0),
        spot->y + lay_length(lay, node, "y", 0),
        lay_length(lay, node, "w", 0),
        lay_length(lay, node, "h", 0),
    };
    if (at.w < 0 || at.h < 0)
        lay_fault(lay, STATUS_BAD_INPUT, NOTE_TEMPLATE_BAD_NUMBER, node,
                  "%s has a width or height below zero", (const char *)node->name);
    return at;
}

struct rect
lay_turned(const struct lay *lay, struct rect at, enum turn turn)
{
    if (lay->page->is_rtl && turn != TURN_STAY)
        at.x = lay->page->width_mm100 - at.x - at.w;
    return at;
}

struct page_item *
lay_item_at(struct lay *lay, const xmlNode *node, const struct spot *spot,
            enum page_item_kind kind, struct rect at)
{
    struct page *page = lay->page;
    if (page->item_count >= ITEMS_MAX) {
        lay_fault(lay, STATUS_BAD_INPUT, NOTE_PAGE_TOO_FULL, node,
                  "a page has at most %d items", ITEMS_MAX);
        return NULL;
    }
    struct page_item *item = arena_append(lay->arena, &page->items, &page->item_count,
                                          &lay->item_room, sizeof *item);
    if (!item) {
        lay->status = STATUS_NO_MEMORY;
        return NULL;
    }
    enum turn turn = lay_turn(node, spot);
    item->kind = kind;
    item->layer = lay_is_live(lay, node, spot) ? LAYER_IMPRINT : LAYER_PLATE;
    item->line = lay_line(node);
    item->at = lay_turned(lay, at, turn);
    item->is_flipped = page->is_rtl && turn == TURN_FLIP;
    item->opacity = 1;
    const char *dots = lay_attr(node, "dots");
    if (dots)
        item->dots = strcmp(dots, "halftone") == 0 ? DOTS_HALFTONE : DOTS_THRESHOLD;
    return item;
}

struct page_item *
lay_item(struct lay *lay, const xmlNode *node, const struct spot *spot,
         enum page_item_kind kind)
{
    return lay_item_at(lay, node, spot, kind, lay_rect(lay, node, spot));
}

void
lay_check_safe(struct lay *lay, const struct page_item *item, const char *what)
{
    const struct page *page = lay->page;
    double turn = item->rotate_deg * G_PI / 180;
    double half_w = (fabs(item->at.w * cos(turn)) + fabs(item->at.h * sin(turn))) / 2;
    double half_h = (fabs(item->at.w * sin(turn)) + fabs(item->at.h * cos(turn))) / 2;
    double x = item->at.x + item->at.w / 2.0, y = item->at.y + item->at.h / 2.0;
    double slack = 10, edge = page->safe_mm100 - slack;
    if (x - half_w >= edge && y - half_h >= edge &&
        x + half_w <= page->width_mm100 - edge && y + half_h <= page->height_mm100 - edge)
        return;
    lay_note_at(lay, NOTE_BEYOND_SAFE, item->line, item->at, "%s reaches beyond the %s", what,
             page->safe_mm100 > 0 ? "safe area" : "page");
}

/* ---- elements that hold others ---- */

static void
lay_group(struct lay *lay, const xmlNode *node, const struct spot *spot)
{
    struct spot inner = {
        .x = spot->x + lay_length(lay, node, "x", 0),
        .y = spot->y + lay_length(lay, node, "y", 0),
        .turn = lay_turn(node, spot),
        .is_live = lay_is_live(lay, node, spot),
    };
    lay_elements(lay, node, &inner);
}

static void
lay_stack(struct lay *lay, const xmlNode *node, const struct spot *spot)
{
    struct rect at = lay_rect(lay, node, spot);
    int32_t step = lay_length(lay, node, "step", 0);
    double most = lay_number(lay, node, "most", INFINITY);
    const char *direction = lay_attr(node, "direction");
    bool is_across = direction && strcmp(direction, "across") == 0;
    int32_t room = is_across ? at.w : at.h, used = 0, left_out = 0, laid = 0;
    if (step <= 0) {
        lay_fault(lay, STATUS_BAD_INPUT, NOTE_TEMPLATE_BAD_NUMBER, node,
                  "a stack's step is above zero");
        return;
    }
    for (const xmlNode *item = node->children; item; item = item->next) {
        if (!lay_is(item, "item"))
            continue;
        /* A twentieth of a millimetre forgives what rounding did. */
        if (used + step > room + 5 || !(laid < most)) {
            left_out++;
            continue;
        }
        struct spot inner = {
            .x = at.x + (is_across ? used : 0),
            .y = at.y + (is_across ? 0 : used),
            .turn = lay_turn(node, spot),
            .is_live = lay_is_live(lay, node, spot),
        };
        inner.is_live = lay_is_live(lay, item, &inner);
        lay_elements(lay, item, &inner);
        used += step;
        laid++;
    }
    if (left_out > 0)
        lay_note_at(lay, NOTE_STACK_LEFT_OUT, lay_line(node), at,
                 "%d of %d items of a stack were left out", (int)left_out,
                 (int)(left_out + laid));
}

void
lay_elements(struct lay *lay, const xmlNode *parent, const struct spot *spot)
{
    static const struct {
        const char *name;
        void (*lay)(struct lay *lay, const xmlNode *node, const struct spot *spot);
    } elements[] = {
        {"box", lay_box},           {"line", lay_line_element}, {"art", lay_art},
        {"image", lay_art},         {"frame", lay_frame},       {"symbol", lay_symbol},
        {"progress", lay_progress}, {"badge", lay_badge},       {"stack", lay_stack},
        {"group", lay_group},       {"outline", lay_outline},
    };
    for (const xmlNode *node = parent->children; node; node = node->next)
        for (size_t i = 0; i < COUNT_OF(elements); i++)
            if (lay_is(node, elements[i].name))
                elements[i].lay(lay, node, spot);
}

void
lay_page(struct lay *lay, const xmlNode *root)
{
    struct page *page = lay->page;
    const struct rgba no_ground = {0, 0, 0, 0};
    page->width_mm100 = lay_length(lay, root, "width", lay->tpl->width_mm100);
    page->height_mm100 = lay_length(lay, root, "height", lay->tpl->height_mm100);
    page->ground = lay_colour(lay, root, "ground", no_ground);
    if (lay->status == STATUS_OK && (page->width_mm100 < 500 || page->height_mm100 < 500))
        lay_fault(
            lay, STATUS_BAD_INPUT, NOTE_TEMPLATE_BAD_MEDIA, root,
            "the page is %g x %g mm: give the template a media, or the page a width "
            "and height of 5 mm or more",
            page->width_mm100 / 100.0, page->height_mm100 / 100.0);
    if (lay->status != STATUS_OK)
        return;
    struct spot spot = {.turn = TURN_MOVE};
    lay_elements(lay, root, &spot);
}
