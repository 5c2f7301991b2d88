/* Dots: a page in, black or nothing out.
 *
 * Items are laid over each other in painting order. Type, strokes and fills are drawn by
 * cairo as coverage and cut at a threshold; rectangles and symbols are set dot by dot,
 * without cairo; pictures are halftoned (dots-tone.c). Colour is gone, so what was told
 * apart by it has to be told apart by black and white: type always stands against the
 * dots it lies on, unless the page itself hid it. The plate is kept between jobs. */
#include "press/dots-inside.h"

#include "base/length.h"
#include "press/draw-symbol.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DPI_DEFAULT 203
#define DOTS_MAX (60.0 * 1000 * 1000)
#define TYPE_THRESHOLD 105 /* of 255: a little under half, or fine strokes break */
#define EDGE_THRESHOLD 128
#define UNSEEN 10        /* a difference in luma that nobody was to see */
#define STROKE_DOTS 1.25 /* the least width of a stroke */
#define MIXED_LOW 0.12   /* share of black from which on a ground counts as halftoned */
#define HALO_DOTS 2

/* --- the device ------------------------------------------------------------------------ */

int32_t
dots_luma(struct rgba colour)
{
    return (int32_t)lround(255 * (0.299 * colour.r + 0.587 * colour.g + 0.114 * colour.b));
}

/* Heads of "203 dpi" have 8 dots a millimetre. */
static double
dots_per_inch(int32_t dpi)
{
    return dpi == 203 ? 203.2 : dpi;
}

/* How many dots the head has to spare for the page, and what the page is then scaled by. */
static enum status
set_scale(struct dotting *dotting, int32_t dpi, int32_t shift_x)
{
    const struct press_device *device = &dotting->making->job->device;
    const struct page *page = dotting->page;
    double across = dotting->quarter % 2 ? page->height_mm100 : page->width_mm100;
    dotting->scale = dots_per_inch(dpi) / MM100_PER_INCH;
    int32_t dots = (int32_t)lround(across * dotting->scale) + shift_x;
    if (device->head_dots == 0 || dots <= device->head_dots)
        return STATUS_OK;
    if (!device->may_shrink || device->head_dots <= shift_x)
        return note_fail(dotting->making->notes, STATUS_BAD_INPUT, NOTE_DOTS_TOO_WIDE,
                         page->template_name, 0,
                         "the page is %d dots wide and the print head %d; set the "
                         "printer's fit to shrink, or give it a smaller template",
                         dots, device->head_dots);
    double share = (device->head_dots - shift_x) / (across * dotting->scale);
    dotting->scale *= share;
    note_add(dotting->making->notes, NOTE_DOTS_SHRUNK, page->template_name, 0,
             "the page is printed at %.1f %% of its size to fit the print head",
             share * 100);
    return STATUS_OK;
}

static void
set_matrix(struct dotting *dotting)
{
    double s = dotting->scale, x = dotting->inside.x, y = dotting->inside.y;
    double w = dotting->inside.w, h = dotting->inside.h;
    switch (dotting->quarter) {
    case 0:
        cairo_matrix_init(&dotting->matrix, s, 0, 0, s, x, y);
        break;
    case 1:
        cairo_matrix_init(&dotting->matrix, 0, s, -s, 0, x + w, y);
        break;
    case 2:
        cairo_matrix_init(&dotting->matrix, -s, 0, 0, -s, x + w, y + h);
        break;
    default:
        cairo_matrix_init(&dotting->matrix, 0, -s, s, 0, x, y + h);
        break;
    }
}

static enum status
set_device(struct dotting *dotting)
{
    const struct press_job *job = dotting->making->job;
    const struct page *page = dotting->page;
    int32_t dpi = job->dpi ? job->dpi : DPI_DEFAULT;
    double unit = dots_per_inch(dpi) / MM100_PER_INCH;
    int32_t x = (int32_t)lround(job->device.shift_x_mm100 * unit);
    int32_t y = (int32_t)lround(job->device.shift_y_mm100 * unit);
    dotting->quarter = job->device.rotate_deg / 90 % 4;
    enum status status = set_scale(dotting, dpi, x > 0 ? x : 0);
    if (status != STATUS_OK)
        return status;
    double w = round(page->width_mm100 * dotting->scale);
    double h = round(page->height_mm100 * dotting->scale);
    if (dotting->quarter % 2) {
        double swap = w;
        w = h;
        h = swap;
    }
    if (w < 1 || h < 1 || w * h > DOTS_MAX)
        return note_fail(dotting->making->notes, STATUS_BAD_INPUT, NOTE_DRAWING_FAILED,
                         page->template_name, 0,
                         "%.0f by %.0f dots are more than a label is made of", w, h);
    dotting->inside = (struct area){x, y, (int32_t)w, (int32_t)h};
    dotting->dots.width = (int32_t)w + (x > 0 ? x : 0);
    dotting->dots.height = (int32_t)h + (y > 0 ? y : 0);
    dotting->dots.stride = (size_t)(dotting->dots.width + 7) / 8;
    set_matrix(dotting);
    return STATUS_OK;
}

static struct area
cut(const struct dotting *dotting, struct area area)
{
    int32_t right = area.x + area.w, foot = area.y + area.h;
    const struct area *in = &dotting->inside;
    int32_t left = in->x > 0 ? in->x : 0, top = in->y > 0 ? in->y : 0;
    int32_t in_right = in->x + in->w, in_foot = in->y + in->h;
    area.x = area.x > left ? area.x : left;
    area.y = area.y > top ? area.y : top;
    right = right < in_right ? right : in_right;
    foot = foot < in_foot ? foot : in_foot;
    area.w = right > area.x ? right - area.x : 0;
    area.h = foot > area.y ? foot - area.y : 0;
    if (area.w == 0 || area.h == 0)
        area.w = area.h = 0;
    return area;
}

struct area
dots_rect(const struct dotting *dotting, double x, double y, double w, double h)
{
    double ax = x, ay = y, bx = x + w, by = y + h;
    cairo_matrix_transform_point(&dotting->matrix, &ax, &ay);
    cairo_matrix_transform_point(&dotting->matrix, &bx, &by);
    int32_t left = (int32_t)lround(fmin(ax, bx)), right = (int32_t)lround(fmax(ax, bx));
    int32_t top = (int32_t)lround(fmin(ay, by)), foot = (int32_t)lround(fmax(ay, by));
    return cut(dotting, (struct area){left, top, right - left, foot - top});
}

struct area
dots_reach(const struct dotting *dotting, const struct page_item *item)
{
    struct rect reach = draw_reach(item);
    struct area area = dots_rect(dotting, reach.x, reach.y, reach.w, reach.h);
    return cut(dotting, (struct area){area.x - 2, area.y - 2, area.w + 4, area.h + 4});
}

/* --- dots ------------------------------------------------------------------------------ */

static void
set_dot(struct dots *dots, int32_t x, int32_t y, bool is_black)
{
    uint8_t *byte = &dots->bits[(size_t)y * dots->stride + (size_t)(x >> 3)];
    uint8_t bit = (uint8_t)(0x80 >> (x & 7));
    *byte = is_black ? *byte | bit : *byte & (uint8_t)~bit;
}

void
dots_fill(struct dotting *dotting, const struct area *area, bool is_black)
{
    for (int32_t y = area->y; y < area->y + area->h; y++)
        for (int32_t x = area->x; x < area->x + area->w;) {
            if ((x & 7) == 0 && x + 8 <= area->x + area->w) {
                dotting->dots.bits[(size_t)y * dotting->dots.stride + (size_t)(x >> 3)] =
                    is_black ? 0xff : 0;
                x += 8;
            } else {
                set_dot(&dotting->dots, x++, y, is_black);
            }
        }
}

void
dots_fill_luma(struct dotting *dotting, const struct area *area, int32_t luma)
{
    for (int32_t y = area->y; y < area->y + area->h; y++)
        memset(dotting->luma + (size_t)y * (size_t)dotting->dots.width + area->x, luma,
               (size_t)area->w);
}

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
                set_dot(&dotting->dots, x, y, is_black);
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
            rim = cut(dotting, rim);
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

/* A box without round corners whose edges are the device's: its dots are set, not drawn. */
static bool
is_plain_rect(const struct page_item *item)
{
    return item->kind == ITEM_BOX && item->radius_mm100 <= 0 &&
           fmod(item->rotate_deg, 180) == 0 && item->dash_mm100 <= 0;
}

static int32_t
stroke_dots(const struct dotting *dotting, const struct page_item *item)
{
    int32_t dots = (int32_t)lround(item->stroke_mm100 * dotting->scale);
    return dots > 0 ? dots : 1;
}

static struct area
frame_of(const struct dotting *dotting, const struct page_item *item)
{
    double half = stroke_dots(dotting, item) / dotting->scale / 2;
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
    struct area frame = frame_of(dotting, item);
    int32_t t = stroke_dots(dotting, item), luma = dots_luma(item->stroke);
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
    if (!item->hri || !*item->hri || area.w == 0)
        return status;
    struct page_item alone = *item;
    alone.fill = opaque;
    if (status == STATUS_OK)
        status = draw_alone(dotting, dotting->mask, &area, &alone);
    if (status == STATUS_OK)
        ink_type(dotting, &area, 0, 1);
    return status;
}

static enum status
put_item(struct dotting *dotting, const struct page_item *item)
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
        if (is_plain_rect(item)) {
            put_rect(dotting, item);
            return STATUS_OK;
        }
        return put_shape(dotting, item);
    }
    return STATUS_BUG;
}

/* --- plate and imprint ------------------------------------------------------------------ */

/* A plate on the shelf. */
struct dots_plate {
    struct dots dots;
    uint8_t *luma;
};

void
dots_plate_free(void *value)
{
    struct dots_plate *plate = value;
    free(plate->dots.bits);
    free(plate->luma);
    free(plate);
}

static void
put_ground(struct dotting *dotting)
{
    const struct rgba *ground = &dotting->page->ground;
    int32_t luma = (int32_t)lround(dots_luma(*ground) * ground->a + 255 * (1 - ground->a));
    struct area all = cut(dotting, dotting->inside);
    if (ground->a <= 0)
        return;
    dots_fill(dotting, &all, luma < 128);
    dots_fill_luma(dotting, &all, luma);
}

static enum status
put_layer(struct dotting *dotting, const bool *is_plate, bool wants_plate)
{
    const struct page *page = dotting->page;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < page->item_count; i++)
        if (is_plate[i] == wants_plate)
            status = put_item(dotting, &page->items[i]);
    return status;
}

static void
make_blank(struct dotting *dotting)
{
    size_t dots = (size_t)dotting->dots.width * (size_t)dotting->dots.height;
    memset(dotting->dots.bits, 0, dotting->dots.stride * (size_t)dotting->dots.height);
    memset(dotting->luma, 255, dots);
}

static enum status
keep_plate(struct dotting *dotting, const char *key)
{
    size_t bytes = dotting->dots.stride * (size_t)dotting->dots.height;
    size_t dots = (size_t)dotting->dots.width * (size_t)dotting->dots.height;
    struct dots_plate *plate = calloc(1, sizeof(*plate));
    if (!plate)
        return STATUS_NO_MEMORY;
    plate->dots = dotting->dots;
    plate->dots.bits = malloc(bytes);
    plate->luma = malloc(dots);
    if (!plate->dots.bits || !plate->luma) {
        dots_plate_free(plate);
        return STATUS_NO_MEMORY;
    }
    memcpy(plate->dots.bits, dotting->dots.bits, bytes);
    memcpy(plate->luma, dotting->luma, dots);
    return shelf_add(&dotting->making->studio->dots, key, plate, bytes + dots);
}

/* The plate's dots, from the shelf or drawn now, in the dotting. */
static enum status
find_plate(struct dotting *dotting, const bool *is_plate, const char *key)
{
    struct shelf *shelf = &dotting->making->studio->dots;
    const struct dots_plate *plate = shelf_find(shelf, key);
    if (plate) {
        memcpy(dotting->dots.bits, plate->dots.bits,
               dotting->dots.stride * (size_t)dotting->dots.height);
        memcpy(dotting->luma, plate->luma,
               (size_t)dotting->dots.width * (size_t)dotting->dots.height);
        return STATUS_OK;
    }
    make_blank(dotting);
    put_ground(dotting);
    enum status status = put_layer(dotting, is_plate, true);
    return status == STATUS_OK ? keep_plate(dotting, key) : status;
}

static const char *
make_key(const struct dotting *dotting, const bool *is_plate)
{
    BUF_AUTO struct buf key = {0};
    const struct canvas canvas = canvas_of(dotting->page, true);
    plate_put_key(&key, dotting->page, &canvas, is_plate);
    buf_printf(&key, "|%.6f %d %d,%d %dx%d", dotting->scale, dotting->quarter,
               dotting->inside.x, dotting->inside.y, dotting->dots.width,
               dotting->dots.height);
    return key.failed ? NULL : arena_strdup(dotting->making->arena, key.p);
}

/* --- what a printer might draw itself --------------------------------------------------- */

static bool
box_native(const struct dotting *dotting, const struct page_item *item,
           struct dots_native *ret)
{
    bool is_filled = item->fill.a >= 1 && dots_luma(item->fill) < 128;
    bool is_framed = item->stroke.a > 0 && item->stroke_mm100 > 0;
    if (!is_plain_rect(item) || item->opacity < 1 || item->dots == DOTS_HALFTONE ||
        is_filled == is_framed || (is_framed && dots_luma(item->stroke) >= 128))
        return false;
    struct area area = is_filled ? dots_rect(dotting, item->at.x, item->at.y, item->at.w,
                                             item->at.h)
                                 : frame_of(dotting, item);
    int32_t least = area.w < area.h ? area.w : area.h;
    *ret = (struct dots_native){.item = item,
                                .x = area.x,
                                .y = area.y,
                                .w = area.w,
                                .h = area.h,
                                .line_dots = is_filled ? least
                                                       : stroke_dots(dotting, item)};
    return area.w > 0 && area.h > 0;
}

static bool
is_covered(const struct dotting *dotting, size_t index)
{
    const struct page *page = dotting->page;
    struct area own = dots_reach(dotting, &page->items[index]);
    for (size_t i = index + 1; i < page->item_count; i++) {
        struct area other = dots_reach(dotting, &page->items[i]);
        if (other.w > 0 && other.x < own.x + own.w && own.x < other.x + other.w &&
            other.y < own.y + own.h && own.y < other.y + other.h)
            return true;
    }
    return false;
}

static enum status
list_natives(const struct dotting *dotting, const bool *is_plate, struct dots_page *ret)
{
    const struct page *page = dotting->page;
    struct dots_native *natives =
        arena_make_array(dotting->making->arena, page->item_count, sizeof(*natives));
    if (!natives)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < page->item_count; i++) {
        const struct page_item *item = &page->items[i];
        struct dots_native *native = &natives[ret->native_count];
        bool is_native = item->kind == ITEM_SYMBOL
                             ? dots_symbol_native(dotting, item, native)
                             : box_native(dotting, item, native);
        if (!is_native || is_covered(dotting, i))
            continue;
        native->is_imprint = !is_plate[i];
        ret->native_count++;
    }
    ret->natives = natives;
    return STATUS_OK;
}

/* --- the page --------------------------------------------------------------------------- */

static enum status
copy_plate(const struct dotting *dotting, struct dots *ret)
{
    size_t bytes = dotting->dots.stride * (size_t)dotting->dots.height;
    *ret = dotting->dots;
    ret->bits = arena_make(dotting->making->arena, bytes);
    if (!ret->bits)
        return STATUS_NO_MEMORY;
    memcpy(ret->bits, dotting->dots.bits, bytes);
    return STATUS_OK;
}

static enum status
put_page(struct dotting *dotting, struct dots_page *ret)
{
    bool has_imprint;
    const bool *is_plate =
        plate_divide(dotting->page, dotting->making->arena, &has_imprint);
    enum status status = STATUS_OK;
    if (!is_plate)
        return STATUS_NO_MEMORY;
    if (dotting->page->plate_key) {
        ret->plate_key = make_key(dotting, is_plate);
        status = ret->plate_key ? find_plate(dotting, is_plate, ret->plate_key)
                                : STATUS_NO_MEMORY;
        if (status == STATUS_OK)
            status = copy_plate(dotting, &ret->plate);
    } else {
        make_blank(dotting);
        put_ground(dotting);
    }
    if (status == STATUS_OK)
        status = put_layer(dotting, is_plate, false);
    if (status == STATUS_OK)
        status = list_natives(dotting, is_plate, ret);
    return status;
}

enum status
dots_make(struct making *making, const struct page *page, struct dots_page *ret)
{
    struct dotting dotting = {.making = making, .page = page};
    struct dots_page made = {.native_count = 0};
    enum status status = set_device(&dotting);
    if (status != STATUS_OK)
        return status;
    dotting.dots.bits =
        arena_make_array(making->arena, (size_t)dotting.dots.height, dotting.dots.stride);
    dotting.luma = arena_make_array(making->arena, (size_t)dotting.dots.height,
                                    (size_t)dotting.dots.width);
    status = dotting.dots.bits && dotting.luma ? put_page(&dotting, &made)
                                               : STATUS_NO_MEMORY;
    if (dotting.mask)
        cairo_surface_destroy(dotting.mask);
    if (dotting.picture)
        cairo_surface_destroy(dotting.picture);
    if (status != STATUS_OK)
        return status;
    made.whole = dotting.dots;
    *ret = made;
    return STATUS_OK;
}
