/* Drawing: page items in, cairo calls out.
 *
 * The same calls serve PDF and raster; what differs (edges of symbols) is asked of the
 * drawing. Coordinates are 1/100 mm throughout, cairo's matrix turns them into points or
 * dots. What can go wrong: art and pictures that cannot be read, cairo out of memory;
 * both end the page. */
#include "press/draw.h"

#include "press/draw-symbol.h"

#include <math.h>
#include <pango/pangocairo.h>

#define TEXT_REACH_MM100 300 /* swashes, diacritics, italics beyond the box */
#define TILES_MAX 4000

void
draw_colour(cairo_t *cr, struct rgba colour)
{
    cairo_set_source_rgba(cr, colour.r, colour.g, colour.b, colour.a);
}

void
draw_rounded(cairo_t *cr, double x, double y, double w, double h, double radius)
{
    double r = fmin(radius, fmin(w, h) / 2);
    if (r <= 0) {
        cairo_rectangle(cr, x, y, w, h);
        return;
    }
    cairo_new_sub_path(cr);
    cairo_arc(cr, x + w - r, y + r, r, -M_PI_2, 0);
    cairo_arc(cr, x + w - r, y + h - r, r, 0, M_PI_2);
    cairo_arc(cr, x + r, y + h - r, r, M_PI_2, M_PI);
    cairo_arc(cr, x + r, y + r, r, M_PI, 3 * M_PI_2);
    cairo_close_path(cr);
}

void
draw_ground(const struct drawing *drawing)
{
    const struct rect *at = &drawing->bounds;
    if (drawing->page->ground.a <= 0)
        return;
    draw_colour(drawing->cr, drawing->page->ground);
    cairo_rectangle(drawing->cr, at->x, at->y, at->w, at->h);
    cairo_fill(drawing->cr);
}

/* Fills and strokes the path that was built. A dash of d is d on, d off. */
static void
paint_path(cairo_t *cr, const struct page_item *item)
{
    if (item->fill.a > 0 && item->kind != ITEM_LINE) {
        draw_colour(cr, item->fill);
        cairo_fill_preserve(cr);
    }
    if (item->stroke.a > 0 && item->stroke_mm100 > 0) {
        draw_colour(cr, item->stroke);
        cairo_set_line_width(cr, item->stroke_mm100);
        if (item->dash_mm100 > 0)
            cairo_set_dash(cr, &item->dash_mm100, 1, 0);
        cairo_stroke_preserve(cr);
        cairo_set_dash(cr, NULL, 0, 0);
    }
    cairo_new_path(cr);
}

static void
add_steps(cairo_t *cr, const struct page_item *item)
{
    for (size_t i = 0; i < item->step_count; i++) {
        const struct path_step *step = &item->steps[i];
        switch (step->op) {
        case PATH_MOVE:
            cairo_move_to(cr, step->x[0], step->y[0]);
            break;
        case PATH_LINE:
            cairo_line_to(cr, step->x[0], step->y[0]);
            break;
        case PATH_CURVE:
            cairo_curve_to(cr, step->x[0], step->y[0], step->x[1], step->y[1], step->x[2],
                           step->y[2]);
            break;
        case PATH_CLOSE:
            cairo_close_path(cr);
            break;
        }
    }
}

struct box {
    double x, y, w, h;
};

/* Where something of these proportions goes in the item's place. */
static struct box
fit_box(const struct page_item *item, double w, double h)
{
    struct box box = {item->at.x, item->at.y, item->at.w, item->at.h};
    if (item->fit == FIT_STRETCH)
        return box;
    double sx = item->at.w / w, sy = item->at.h / h;
    double scale = item->fit == FIT_COVER ? fmax(sx, sy) : fmin(sx, sy);
    box.w = w * scale;
    box.h = h * scale;
    box.x += (item->at.w - box.w) / 2;
    box.y += (item->at.h - box.h) / 2;
    return box;
}

static void
clip_to_place(cairo_t *cr, const struct page_item *item)
{
    cairo_rectangle(cr, item->at.x, item->at.y, item->at.w, item->at.h);
    cairo_clip(cr);
}

/* One tile is recorded and painted again and again: a PDF then holds it once. */
static enum status
draw_tiles(const struct drawing *drawing, const struct page_item *item,
           const struct art *art)
{
    cairo_t *cr = drawing->cr;
    double w, h;
    art_size(art, &w, &h);
    h = item->tile_mm100 * h / w;
    w = item->tile_mm100;
    if (ceil(item->at.w / w + 1) * ceil(item->at.h / h + 2) > TILES_MAX)
        return note_fail(drawing->notes, STATUS_BAD_INPUT, NOTE_ART_BROKEN,
                         drawing->page->template_name, item->line,
                         "the tiles are so small that more than %d would be drawn",
                         TILES_MAX);
    const cairo_rectangle_t extents = {0, 0, w, h};
    cairo_surface_t *tile =
        cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &extents);
    cairo_t *pen = cairo_create(tile);
    enum status status = art_draw(art, pen, 0, 0, w, h, drawing->notes);
    cairo_destroy(pen);
    clip_to_place(cr, item);
    for (int column = 0; status == STATUS_OK && column * w < item->at.w; column++) {
        double drop = item->is_half_drop && column % 2 ? -h / 2 : 0;
        for (double y = drop; y < item->at.h; y += h) {
            cairo_set_source_surface(cr, tile, item->at.x + column * w, item->at.y + y);
            cairo_paint(cr);
        }
    }
    cairo_surface_destroy(tile);
    return status;
}

static enum status
draw_art(const struct drawing *drawing, const struct page_item *item)
{
    struct art *art;
    double w, h;
    enum status status =
        arts_find(&drawing->studio->arts, item->file, drawing->notes, &art);
    if (status != STATUS_OK)
        return status;
    if (item->tile_mm100 > 0)
        return draw_tiles(drawing, item, art);
    art_size(art, &w, &h);
    struct box box = fit_box(item, w, h);
    if (item->fit == FIT_COVER)
        clip_to_place(drawing->cr, item);
    return art_draw(art, drawing->cr, box.x, box.y, box.w, box.h, drawing->notes);
}

static enum status
draw_image(const struct drawing *drawing, const struct page_item *item)
{
    cairo_t *cr = drawing->cr;
    cairo_surface_t *image;
    enum status status =
        images_find(&drawing->studio->images, item->file, drawing->notes, &image);
    if (status != STATUS_OK)
        return status;
    double w = cairo_image_surface_get_width(image);
    double h = cairo_image_surface_get_height(image);
    struct box box = fit_box(item, w, h);
    clip_to_place(cr, item);
    cairo_translate(cr, box.x, box.y);
    cairo_scale(cr, box.w / w, box.h / h);
    cairo_set_source_surface(cr, image, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_GOOD);
    /* Without this the edges of a picture that is enlarged fade into a raster page; in a
     * PDF it would have cairo code the picture anew, and a JPEG would be one no more. */
    if (cairo_surface_get_type(cairo_get_group_target(cr)) == CAIRO_SURFACE_TYPE_IMAGE)
        cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_PAD);
    cairo_rectangle(cr, 0, 0, w, h);
    cairo_fill(cr);
    return STATUS_OK;
}

static enum status
draw_by_kind(const struct drawing *drawing, const struct page_item *item)
{
    cairo_t *cr = drawing->cr;
    const struct rect *at = &item->at;
    switch (item->kind) {
    case ITEM_BOX:
        draw_rounded(cr, at->x, at->y, at->w, at->h, item->radius_mm100);
        paint_path(cr, item);
        return STATUS_OK;
    case ITEM_LINE:
    case ITEM_PATH:
        add_steps(cr, item);
        if (item->kind == ITEM_LINE && item->step_count == 0) {
            cairo_move_to(cr, at->x, at->y);
            cairo_line_to(cr, at->x + at->w, at->y + at->h);
        }
        paint_path(cr, item);
        return STATUS_OK;
    case ITEM_ART:
        return draw_art(drawing, item);
    case ITEM_IMAGE:
        return draw_image(drawing, item);
    case ITEM_TEXT:
        draw_colour(cr, item->fill);
        draw_layout(cr, item->layout, at->x, at->y);
        return STATUS_OK;
    case ITEM_SYMBOL:
        return draw_symbol(drawing, item);
    }
    return STATUS_BUG;
}

void
draw_turned(cairo_t *cr, const struct page_item *item)
{
    double x = item->at.x + item->at.w / 2.0, y = item->at.y + item->at.h / 2.0;
    if (item->rotate_deg == 0 && !item->is_flipped)
        return;
    cairo_translate(cr, x, y);
    cairo_rotate(cr, item->rotate_deg * M_PI / 180);
    if (item->is_flipped)
        cairo_scale(cr, -1, 1);
    cairo_translate(cr, -x, -y);
}

static bool
lies_on_trim(const struct page *page, const struct rect *at)
{
    return at->x < page->width_mm100 && at->y < page->height_mm100 && at->x + at->w > 0 &&
           at->y + at->h > 0;
}

/* Crop marks lie outside the trim and are drawn in the slug; everything else ends with
 * the bleed. */
static void
clip_to_bleed(const struct drawing *drawing, const struct page_item *item)
{
    const struct rect *bounds = &drawing->bounds;
    if (drawing->page->wants_outline && !lies_on_trim(drawing->page, &item->at))
        return;
    cairo_rectangle(drawing->cr, bounds->x, bounds->y, bounds->w, bounds->h);
    cairo_clip(drawing->cr);
}

enum status
draw_item(const struct drawing *drawing, const struct page_item *item)
{
    cairo_t *cr = drawing->cr;
    bool is_faint = item->opacity < 1;
    if (item->opacity <= 0)
        return STATUS_OK;
    cairo_save(cr);
    clip_to_bleed(drawing, item);
    draw_turned(cr, item);
    if (is_faint)
        cairo_push_group(cr);
    cairo_save(cr);
    enum status status = draw_by_kind(drawing, item);
    cairo_restore(cr);
    if (is_faint) {
        cairo_pop_group_to_source(cr);
        cairo_paint_with_alpha(cr, item->opacity);
    }
    cairo_restore(cr);
    cairo_status_t trouble = cairo_status(cr);
    if (status == STATUS_OK && trouble == CAIRO_STATUS_NO_MEMORY)
        return STATUS_NO_MEMORY;
    if (status == STATUS_OK && trouble != CAIRO_STATUS_SUCCESS)
        return note_fail(drawing->notes, STATUS_BUG, NOTE_DRAWING_FAILED,
                         drawing->page->template_name, item->line,
                         "an item cannot be drawn: %s", cairo_status_to_string(trouble));
    return status;
}

struct rect
draw_reach(const struct page_item *item)
{
    struct rect reach = item->at;
    double margin = item->stroke_mm100;
    if (item->kind == ITEM_TEXT)
        margin += TEXT_REACH_MM100;
    for (size_t i = 0; i < item->step_count; i++) {
        for (int j = 0; j < (item->steps[i].op == PATH_CURVE ? 3 : 1); j++) {
            if (item->steps[i].op == PATH_CLOSE)
                continue;
            int32_t x = (int32_t)item->steps[i].x[j], y = (int32_t)item->steps[i].y[j];
            int32_t right = x > reach.x + reach.w ? x : reach.x + reach.w;
            int32_t foot = y > reach.y + reach.h ? y : reach.y + reach.h;
            reach.x = x < reach.x ? x : reach.x;
            reach.y = y < reach.y ? y : reach.y;
            reach.w = right - reach.x;
            reach.h = foot - reach.y;
        }
    }
    if (item->rotate_deg != 0) /* the circle around it holds it at any angle */
        margin += hypot(reach.w, reach.h) / 2;
    int32_t m = (int32_t)ceil(margin);
    return (struct rect){reach.x - m, reach.y - m, reach.w + 2 * m, reach.h + 2 * m};
}
