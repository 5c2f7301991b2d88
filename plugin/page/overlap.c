/* What lies over what: found from the ink of lines, not from the frames that hold them.
 *
 * Texts and symbols may not touch each other; a symbol's quiet zone is a part of it. What
 * is painted after a symbol may not reach into it; what was painted before lies under its
 * ground. A text over a picture or a box is meant. Elements that are turned are measured
 * by their outline, texts that are turned not at all. */
#include "page/page-inside.h"

#include <math.h>

#define SLACK_MM100 15 /* ink that only touches */

struct inked {
    const struct page_item *item;
    struct rect at;
};

static bool
overlaps(const struct rect *a, const struct rect *b, struct rect *ret)
{
    int32_t x = MAX(a->x, b->x), y = MAX(a->y, b->y);
    int32_t w = MIN(a->x + a->w, b->x + b->w) - x, h = MIN(a->y + a->h, b->y + b->h) - y;
    if (w <= SLACK_MM100 || h <= SLACK_MM100)
        return false;
    *ret = (struct rect){x, y, w, h};
    return true;
}

static void
add_text(GArray *all, const struct page_item *item)
{
    PangoLayoutIter *iter = pango_layout_get_iter(item->layout);
    do {
        PangoRectangle ink;
        pango_layout_iter_get_line_extents(iter, &ink, NULL);
        struct inked inked = {item,
                              {item->at.x + ink.x / PANGO_SCALE,
                               item->at.y + ink.y / PANGO_SCALE, ink.width / PANGO_SCALE,
                               ink.height / PANGO_SCALE}};
        if (ink.width > 0)
            g_array_append_val(all, inked);
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
}

static struct rect
outline(const struct page_item *item)
{
    double turn = item->rotate_deg * G_PI / 180;
    double w = fabs(item->at.w * cos(turn)) + fabs(item->at.h * sin(turn));
    double h = fabs(item->at.w * sin(turn)) + fabs(item->at.h * cos(turn));
    if (item->kind != ITEM_SYMBOL && item->stroke.a > 0) {
        w += item->stroke_mm100;
        h += item->stroke_mm100;
    }
    return (struct rect){(int32_t)lround(item->at.x + (item->at.w - w) / 2),
                         (int32_t)lround(item->at.y + (item->at.h - h) / 2),
                         (int32_t)lround(w), (int32_t)lround(h)};
}

/* Whether two elements may not lie over each other; `later` is painted later. */
static bool
is_fault(const struct page_item *later, const struct page_item *earlier)
{
    bool was_symbol = earlier->kind == ITEM_SYMBOL, was_text = earlier->kind == ITEM_TEXT;
    if (later->kind == ITEM_SYMBOL || later->kind == ITEM_TEXT)
        return was_symbol || was_text;
    return was_symbol;
}

static void
tell(const struct inked *later, const struct inked *earlier, struct rect at,
     int32_t index, const char *file, struct notes *notes)
{
    bool is_text = later->item->kind == ITEM_TEXT,
         was_text = earlier->item->kind == ITEM_TEXT;
    struct note_place place = {index, at.x, at.y, at.w, at.h};
    if (is_text && was_text)
        note_add_at(notes, NOTE_TEXT_OVERLAP, file, later->item->line, &place,
                    "a text lies over that of line %d", (int)earlier->item->line);
    else
        note_add_at(
            notes, NOTE_SYMBOL_CROWDED, file, later->item->line, &place,
            "%s and that of line %d lie over each other: a symbol needs its place "
            "and the quiet zone around it",
            is_text                            ? "a text"
            : later->item->kind == ITEM_SYMBOL ? "a symbol"
                                               : "an element",
            (int)earlier->item->line);
}

static void
check_page(const struct page *page, int32_t index, const char *file, struct notes *notes)
{
    GArray *found = g_array_new(FALSE, FALSE, sizeof(struct inked));
    for (size_t i = 0; i < page->item_count; i++) {
        const struct page_item *item = &page->items[i];
        struct inked inked = {item, outline(item)};
        if (item->kind == ITEM_TEXT && item->rotate_deg == 0)
            add_text(found, item);
        else if (item->kind != ITEM_TEXT && item->opacity > 0)
            g_array_append_val(found, inked);
    }
    const struct page_item *told = NULL; /* once an element, whatever its lines meet */
    for (guint i = 0; i < found->len; i++)
        for (guint j = 0; j < i; j++) {
            const struct inked *later = &g_array_index(found, struct inked, i);
            const struct inked *earlier = &g_array_index(found, struct inked, j);
            struct rect at;
            if (later->item == earlier->item || later->item == told ||
                !is_fault(later->item, earlier->item) ||
                !overlaps(&later->at, &earlier->at, &at))
                continue;
            tell(later, earlier, at, index, file, notes);
            told = later->item;
        }
    g_array_unref(found);
}

void
page_check_overlap(const struct page *page, const char *file, struct notes *notes)
{
    for (int32_t index = 0; page; page = page->next)
        check_page(page, index++, file, notes);
}
