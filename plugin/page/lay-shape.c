/* Boxes, lines, pictures and the outline of a box panel. */
#include "page/page-inside.h"

#include <math.h>
#include <string.h>

static const struct rgba nothing = {0, 0, 0, 0}, black = {0, 0, 0, 1};

#define HAIRLINE_MM100 18 /* half a point */

static double
bounded(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

static double
opacity(struct lay *lay, const xmlNode *node)
{
    double value = lay_number(lay, node, "opacity", 1);
    return isnan(value) ? 1 : bounded(value, 0, 1);
}

void
lay_box(struct lay *lay, const xmlNode *node, const struct spot *spot)
{
    struct page_item *item = lay_item(lay, node, spot, ITEM_BOX);
    if (!item)
        return;
    item->fill = lay_colour(lay, node, "fill", nothing);
    item->stroke = lay_colour(lay, node, "stroke", nothing);
    item->stroke_mm100 =
        item->stroke.a > 0 ? lay_length(lay, node, "stroke-width", HAIRLINE_MM100) : 0;
    item->radius_mm100 =
        bounded(lay_length(lay, node, "radius", 0), 0, MIN(item->at.w, item->at.h) / 2.0);
    item->dash_mm100 = MAX(0, lay_length(lay, node, "dash", 0));
    item->opacity = opacity(lay, node);
}

/* A line is a path from its first to its last point; `at` is what it spans. */
static struct page_item *
line_between(struct lay *lay, const xmlNode *node, const struct spot *spot, int32_t x1,
             int32_t y1, int32_t x2, int32_t y2)
{
    struct rect span = {MIN(x1, x2), MIN(y1, y2), abs(x2 - x1), abs(y2 - y1)};
    struct page_item *item = lay_item_at(lay, node, spot, ITEM_LINE, span);
    struct path_step *steps =
        item ? arena_make_array(lay->arena, 2, sizeof *steps) : NULL;
    if (!steps) {
        lay->status = lay->status == STATUS_OK ? STATUS_NO_MEMORY : lay->status;
        return NULL;
    }
    bool is_turned = lay->page->is_rtl && lay_turn(node, spot) != TURN_STAY;
    int32_t width = lay->page->width_mm100;
    steps[0] = (struct path_step){PATH_MOVE, {is_turned ? width - x1 : x1}, {y1}};
    steps[1] = (struct path_step){PATH_LINE, {is_turned ? width - x2 : x2}, {y2}};
    item->steps = steps;
    item->step_count = 2;
    item->is_flipped = false;
    return item;
}

void
lay_line_element(struct lay *lay, const xmlNode *node, const struct spot *spot)
{
    struct page_item *item =
        line_between(lay, node, spot, spot->x + lay_length(lay, node, "x1", 0),
                     spot->y + lay_length(lay, node, "y1", 0),
                     spot->x + lay_length(lay, node, "x2", 0),
                     spot->y + lay_length(lay, node, "y2", 0));
    if (!item)
        return;
    item->stroke = lay_colour(lay, node, "stroke", black);
    item->stroke_mm100 = lay_length(lay, node, "stroke-width", HAIRLINE_MM100);
    item->dash_mm100 = MAX(0, lay_length(lay, node, "dash", 0));
}

void
lay_art(struct lay *lay, const xmlNode *node, const struct spot *spot)
{
    const char *href = lay_attr(node, "href"), *fit = lay_attr(node, "fit");
    const char *half_drop = lay_attr(node, "half-drop");
    char *file = NULL;
    if (!href || href[0] == '\0') {
        lay_note(lay, NOTE_ART_MISSING, lay_line(node), "a picture has no name");
        return;
    }
    enum status found =
        file_find(lay->pages, lay->tpl->dir, href, lay->arena, &file, NULL);
    if (found == STATUS_WITHOUT) {
        lay_note(lay, NOTE_ART_MISSING, lay_line(node), "there is no file %.80s",
                 lay_shown(node, href));
        return;
    }
    if (found != STATUS_OK) {
        lay_fault(lay, found, NOTE_TEMPLATE_FILE_REFUSED, node,
                  "%.80s lies outside the folders that may be read",
                  lay_shown(node, href));
        return;
    }
    struct page_item *item =
        lay_item(lay, node, spot, lay_is(node, "art") ? ITEM_ART : ITEM_IMAGE);
    if (!item)
        return;
    item->file = file;
    item->fit = !fit || strcmp(fit, "contain") == 0 ? FIT_CONTAIN
                : strcmp(fit, "cover") == 0         ? FIT_COVER
                                                    : FIT_STRETCH;
    item->tile_mm100 = MAX(0, lay_length(lay, node, "tile", 0));
    item->is_half_drop = half_drop && strcmp(half_drop, "yes") == 0;
    double turn = lay_number(lay, node, "rotate", 0);
    item->rotate_deg = isnan(turn) ? 0 : item->is_flipped ? -turn : turn;
    item->opacity = opacity(lay, node);
}

/* Crop marks begin beyond the bleed, so that no mark is left on the cut sheet. */
#define MARK_GAP 100
#define MARK_LENGTH 500

static void
lay_mark(struct lay *lay, const xmlNode *node, const struct spot *spot,
         struct rgba colour, int32_t x1, int32_t y1, int32_t x2, int32_t y2)
{
    struct page_item *item = line_between(lay, node, spot, x1, y1, x2, y2);
    if (item) {
        item->stroke = colour;
        item->stroke_mm100 = HAIRLINE_MM100;
    }
}

void
lay_outline(struct lay *lay, const xmlNode *node, const struct spot *outer)
{
    const struct page *page = lay->page;
    struct spot spot = {.turn = TURN_STAY, .is_live = outer->is_live};
    struct rgba colour = lay_colour(lay, node, "stroke", black);
    int32_t w = page->width_mm100, h = page->height_mm100;
    int32_t near = page->bleed_mm100 + MARK_GAP, far = near + MARK_LENGTH;
    const char *label = lay_attr(node, "label");
    lay->page->wants_outline = true;
    struct page_item *trim =
        lay_item_at(lay, node, &spot, ITEM_BOX, (struct rect){0, 0, w, h});
    if (trim) {
        trim->stroke = colour;
        trim->stroke_mm100 = HAIRLINE_MM100;
    }
    for (int corner = 0; corner < 4; corner++) {
        int32_t x = corner & 1 ? w : 0, y = corner & 2 ? h : 0;
        int32_t right = corner & 1 ? 1 : -1, down = corner & 2 ? 1 : -1;
        lay_mark(lay, node, &spot, colour, x + right * near, y, x + right * far, y);
        lay_mark(lay, node, &spot, colour, x, y + down * near, x, y + down * far);
    }
    if (label && label[0])
        lay_label(
            lay, node, &spot,
            (struct rect){MARK_GAP, h + near, MAX(1000, w - 2 * MARK_GAP), MARK_LENGTH},
            label);
}
