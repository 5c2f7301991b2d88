/* One item of a page as dots: type, strokes and fills by their coverage, cut at a
 * threshold; rectangles dot by dot; pictures by a halftone or as their silhouette.
 *
 * Colour is gone, so what was told apart by it has to be told apart by black and white:
 * type always stands against the dots it lies on, unless the page itself hid it. */
#include "press/dots-inside.h"

#include "press/draw-symbol.h"

#include <math.h>
#include <stdlib.h>

#define TYPE_THRESHOLD 105 /* of 255: a little under half, or fine strokes break */
#define EDGE_THRESHOLD 128
#define UNSEEN 10        /* a difference in luma that nobody was to see */
#define STROKE_DOTS 1.25 /* the least width of a stroke */
#define MIXED_LOW 0.12   /* share of black from which on a ground counts as halftoned */
#define HALO_DOTS 2

/* --- coverage -------------------------------------------------------------------------- */

static enum status
need_surface(struct dotting *dotting, cairo_surface_t **surface, cairo_format_t format)
{
    if (!*surface)
        *surface = cairo_image_surface_create(format, dotting->dots.width,
                                              dotting->dots.height);
    return cairo_surface_status(*surface) == CAIRO_STATUS_SUCCESS ? STATUS_OK
                                                                  : STATUS_NO_MEMORY;
}

/* Draws one item on an emptied part of a surface. */
static enum status
draw_alone(struct dotting *dotting, cairo_surface_t *surface, const struct area *area,
           const struct page_item *item)
{
    const struct page *page = dotting->page;
    cairo_t *cr = cairo_create(surface);
    struct drawing drawing = {.studio = dotting->making->studio,
                              .cr = cr,
                              .page = page,
                              .bounds = {0, 0, page->width_mm100, page->height_mm100},
                              .is_raster = true,
                              .notes = dotting->making->notes};
    cairo_rectangle(cr, area->x, area->y, area->w, area->h);
    cairo_clip(cr);
    cairo_set_operator(cr, CAIRO_OPERATOR_CLEAR);
    cairo_paint(cr);
    cairo_set_operator(cr, CAIRO_OPERATOR_OVER);
    cairo_set_matrix(cr, &dotting->matrix);
    enum status status = item->kind == ITEM_SYMBOL ? draw_symbol_hri(&drawing, item)
                                                   : draw_item(&drawing, item);
    if (status == STATUS_OK && cairo_status(cr) != CAIRO_STATUS_SUCCESS)
        status = STATUS_NO_MEMORY;
    cairo_destroy(cr);
    cairo_surface_flush(surface);
    return status;
}

/* What a mask lies on. */
struct ground {
    double black; /* share of black dots */
    int32_t luma; /* mean, as the page was meant */
    int64_t dots;
};

static struct ground
look_under(const struct dotting *dotting, const struct area *area, int threshold)
{
    const uint8_t *mask = cairo_image_surface_get_data(dotting->mask);
    size_t stride = (size_t)cairo_image_surface_get_stride(dotting->mask);
    int64_t count = 0, black = 0, luma = 0;
    for (int32_t y = area->y; y < area->y + area->h; y++) {
        const uint8_t *row = mask + (size_t)y * stride;
        const uint8_t *bright = dotting->luma + (size_t)y * (size_t)dotting->dots.width;
        for (int32_t x = area->x; x < area->x + area->w; x++)
            if (row[x] >= threshold) {
                count++;
                black += dots_at(&dotting->dots, x, y);
                luma += bright[x];
            }
    }
    if (count == 0)
        return (struct ground){0, 255, 0};
    return (struct ground){(double)black / (double)count, (int32_t)(luma / count), count};
}

static void
ink_mask(struct dotting *dotting, const struct area *area, int threshold, bool is_black,
         int32_t luma)
{
    const uint8_t *mask = cairo_image_surface_get_data(dotting->mask);
    size_t stride = (size_t)cairo_image_surface_get_stride(dotting->mask);
    for (int32_t y = area->y; y < area->y + area->h; y++) {
        const uint8_t *row = mask + (size_t)y * stride;
        uint8_t *bright = dotting->luma + (size_t)y * (size_t)dotting->dots.width;
        for (int32_t x = area->x; x < area->x + area->w; x++)
            if (row[x] >= threshold) {
                dots_set(&dotting->dots, x, y, is_black);
                bright[x] = (uint8_t)luma;
            }
    }
}

/* Around type on a halftone a rim of the other kind, or its edges drown in the dots. */
static void
clear_halo(struct dotting *dotting, const struct area *area, bool is_black)
{
    const uint8_t *mask = cairo_image_surface_get_data(dotting->mask);
    size_t stride = (size_t)cairo_image_surface_get_stride(dotting->mask);
    for (int32_t y = area->y; y < area->y + area->h; y++)
        for (int32_t x = area->x; x < area->x + area->w; x++) {
            if (mask[(size_t)y * stride + (size_t)x] < TYPE_THRESHOLD)
                continue;
            struct area rim = {x - HALO_DOTS, y - HALO_DOTS, 2 * HALO_DOTS + 1,
                               2 * HALO_DOTS + 1};
            rim = dots_cut(dotting, rim);
            dots_fill(dotting, &rim, is_black);
        }
}

/* Type stands against what it lies on. What the page hid stays hidden. */
static void
ink_type(struct dotting *dotting, const struct area *area, int32_t luma, double alpha)
{
    struct ground ground = look_under(dotting, area, TYPE_THRESHOLD);
    int32_t seen = (int32_t)lround(luma * alpha + ground.luma * (1 - alpha));
    if (ground.dots == 0 || abs(seen - ground.luma) < UNSEEN)
        return;
    bool is_black = ground.black < 0.5;
    if (ground.black > MIXED_LOW && ground.black < 1 - MIXED_LOW) {
        is_black = seen < ground.luma;
        clear_halo(dotting, area, !is_black);
    }
    ink_mask(dotting, area, TYPE_THRESHOLD, is_black, seen);
}

/* A stroke that is darker than its ground is black on white, a lighter one white on
 * black; otherwise it is not to be seen any more. */
static void
ink_stroke(struct dotting *dotting, const struct area *area, int32_t luma, double alpha)
{
    struct ground ground = look_under(dotting, area, EDGE_THRESHOLD);
    int32_t seen = (int32_t)lround(luma * alpha + ground.luma * (1 - alpha));
    if (ground.dots == 0 || abs(seen - ground.luma) < UNSEEN)
        return;
    bool is_on_white = ground.black < 0.5;
    if (is_on_white == (seen < ground.luma))
        ink_mask(dotting, area, EDGE_THRESHOLD, is_on_white, seen);
}

static void
ink_fill(struct dotting *dotting, const struct area *area, int32_t luma, double alpha)
{
    struct ground ground = look_under(dotting, area, EDGE_THRESHOLD);
    int32_t seen = (int32_t)lround(luma * alpha + ground.luma * (1 - alpha));
    if (ground.dots > 0 && alpha >= 0.5)
        ink_mask(dotting, area, EDGE_THRESHOLD, seen < 128, seen);
}

/* --- items ----------------------------------------------------------------------------- */

static const struct rgba opaque = {0, 0, 0, 1}, nothing = {0, 0, 0, 0};

static enum status
put_type(struct dotting *dotting, const struct page_item *item)
{
    struct area area = dots_reach(dotting, item);
    struct page_item alone = *item;
    enum status status = need_surface(dotting, &dotting->mask, CAIRO_FORMAT_A8);
    if (status != STATUS_OK || area.w == 0)
        return status;
    alone.opacity = 1;
    alone.fill = opaque;
    status = draw_alone(dotting, dotting->mask, &area, &alone);
    if (status == STATUS_OK)
        ink_type(dotting, &area, dots_luma(item->fill), item->opacity * item->fill.a);
    return status;
}

bool
dots_is_plain_rect(const struct page_item *item)
{
    return item->kind == ITEM_BOX && item->radius_mm100 <= 0 &&
           fmod(item->rotate_deg, 180) == 0 && item->dash_mm100 <= 0;
}

int32_t
dots_stroke(const struct dotting *dotting, const struct page_item *item)
{
    int32_t dots = (int32_t)lround(item->stroke_mm100 * dotting->scale);
    return dots > 0 ? dots : 1;
}

struct area
dots_frame(const struct dotting *dotting, const struct page_item *item)
{
    double half = dots_stroke(dotting, item) / dotting->scale / 2;
    return dots_rect(dotting, item->at.x - half, item->at.y - half,
                     item->at.w + 2 * half, item->at.h + 2 * half);
}

static struct ground
look_at(const struct dotting *dotting, const struct area *area)
{
    int64_t count = (int64_t)area->w * area->h, black = 0, luma = 0;
    for (int32_t y = area->y; y < area->y + area->h; y++)
        for (int32_t x = area->x; x < area->x + area->w; x++) {
            black += dots_at(&dotting->dots, x, y);
            luma += dotting->luma[(size_t)y * (size_t)dotting->dots.width + (size_t)x];
        }
    if (count == 0)
        return (struct ground){0, 255, 0};
    return (struct ground){(double)black / (double)count, (int32_t)(luma / count), count};
}

static void
put_frame(struct dotting *dotting, const struct page_item *item)
{
    struct area frame = dots_frame(dotting, item);
    int32_t t = dots_stroke(dotting, item), luma = dots_luma(item->stroke);
    if (frame.w <= 2 * t || frame.h <= 2 * t)
        t = frame.w < frame.h ? frame.w : frame.h;
    const struct area sides[4] = {{frame.x, frame.y, frame.w, t},
                                  {frame.x, frame.y + frame.h - t, frame.w, t},
                                  {frame.x, frame.y, t, frame.h},
                                  {frame.x + frame.w - t, frame.y, t, frame.h}};
    struct ground ground = look_at(dotting, &sides[0]);
    double alpha = item->opacity * item->stroke.a;
    int32_t seen = (int32_t)lround(luma * alpha + ground.luma * (1 - alpha));
    bool is_on_white = ground.black < 0.5;
    if (ground.dots == 0 || abs(seen - ground.luma) < UNSEEN ||
        is_on_white != (seen < ground.luma))
        return;
    for (size_t i = 0; i < COUNT_OF(sides); i++) {
        dots_fill(dotting, &sides[i], is_on_white);
        dots_fill_luma(dotting, &sides[i], seen);
    }
}

static void
put_rect(struct dotting *dotting, const struct page_item *item)
{
    struct area area =
        dots_rect(dotting, item->at.x, item->at.y, item->at.w, item->at.h);
    double alpha = item->opacity * item->fill.a;
    if (alpha >= 0.5 && area.w > 0) {
        struct ground ground = look_at(dotting, &area);
        int32_t seen =
            (int32_t)lround(dots_luma(item->fill) * alpha + ground.luma * (1 - alpha));
        dots_fill(dotting, &area, seen < 128);
        dots_fill_luma(dotting, &area, seen);
    }
    if (item->stroke.a > 0 && item->stroke_mm100 > 0)
        put_frame(dotting, item);
}

/* Fill and stroke one after the other, each by its own coverage. */
static enum status
put_shape(struct dotting *dotting, const struct page_item *item)
{
    struct area area = dots_reach(dotting, item);
    struct page_item alone = *item;
    enum status status = need_surface(dotting, &dotting->mask, CAIRO_FORMAT_A8);
    alone.opacity = 1;
    if (area.w == 0)
        return status;
    if (status == STATUS_OK && item->fill.a > 0 && item->kind != ITEM_LINE) {
        alone.fill = opaque;
        alone.stroke = nothing;
        status = draw_alone(dotting, dotting->mask, &area, &alone);
        if (status == STATUS_OK)
            ink_fill(dotting, &area, dots_luma(item->fill), item->opacity * item->fill.a);
    }
    if (status == STATUS_OK && item->stroke.a > 0 && item->stroke_mm100 > 0) {
        alone.fill = nothing;
        alone.stroke = opaque;
        alone.stroke_mm100 = fmax(item->stroke_mm100, STROKE_DOTS / dotting->scale);
        status = draw_alone(dotting, dotting->mask, &area, &alone);
        if (status == STATUS_OK)
            ink_stroke(dotting, &area, dots_luma(item->stroke),
                       item->opacity * item->stroke.a);
    }
    return status;
}

static enum status
put_picture(struct dotting *dotting, const struct page_item *item)
{
    struct area area = dots_reach(dotting, item);
    enum status status = need_surface(dotting, &dotting->picture, CAIRO_FORMAT_ARGB32);
    if (status == STATUS_OK && area.w > 0)
        status = draw_alone(dotting, dotting->picture, &area, item);
    if (status == STATUS_OK && area.w > 0)
        status = dots_halftone(dotting, &area, item->kind != ITEM_IMAGE);
    return status;
}

/* Drawings by threshold: what they cover, in black where they are dark. */
static enum status
put_silhouette(struct dotting *dotting, const struct page_item *item)
{
    struct area area = dots_reach(dotting, item);
    enum status status = need_surface(dotting, &dotting->picture, CAIRO_FORMAT_ARGB32);
    if (status == STATUS_OK && area.w > 0)
        status = draw_alone(dotting, dotting->picture, &area, item);
    if (status == STATUS_OK && area.w > 0)
        dots_threshold(dotting, &area);
    return status;
}

static enum status
put_text_of_symbol(struct dotting *dotting, const struct page_item *item)
{
    struct area area =
        dots_rect(dotting, item->at.x, item->at.y, item->at.w, item->at.h);
    enum status status = need_surface(dotting, &dotting->mask, CAIRO_FORMAT_A8);
    if (((!item->hri || !*item->hri) && !item->hri_digit_count) || area.w == 0)
        return status;
    struct page_item alone = *item;
    alone.fill = opaque;
    if (status == STATUS_OK)
        status = draw_alone(dotting, dotting->mask, &area, &alone);
    if (status == STATUS_OK)
        ink_type(dotting, &area, 0, 1);
    return status;
}

enum status
dots_put_item(struct dotting *dotting, const struct page_item *item)
{
    enum status status;
    bool is_halftoned = item->dots == DOTS_HALFTONE;
    if (item->opacity <= 0)
        return STATUS_OK;
    switch (item->kind) {
    case ITEM_TEXT:
        return put_type(dotting, item);
    case ITEM_SYMBOL:
        status = dots_symbol(dotting, item, true);
        return status == STATUS_OK ? put_text_of_symbol(dotting, item) : status;
    case ITEM_IMAGE:
    case ITEM_ART:
        return item->dots == DOTS_THRESHOLD ? put_silhouette(dotting, item)
                                            : put_picture(dotting, item);
    case ITEM_BOX:
    case ITEM_LINE:
    case ITEM_PATH:
        if (is_halftoned)
            return put_picture(dotting, item);
        if (dots_is_plain_rect(item)) {
            put_rect(dotting, item);
            return STATUS_OK;
        }
        return put_shape(dotting, item);
    }
    return STATUS_BUG;
}
