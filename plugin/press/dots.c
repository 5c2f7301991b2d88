/* Dots: a page in, black or nothing out.
 *
 * Items are laid over each other in painting order (dots-item.c). What is the same on
 * every carton, the plate, is kept between jobs; what a printer's own command would draw
 * just so is listed beside. */
#include "press/dots-inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
    struct area all = dots_cut(dotting, dotting->inside);
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
            status = dots_put_item(dotting, &page->items[i]);
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
    if (!dots_is_plain_rect(item) || item->opacity < 1 || item->dots == DOTS_HALFTONE ||
        is_filled == is_framed || (is_framed && dots_luma(item->stroke) >= 128))
        return false;
    struct area area = is_filled ? dots_rect(dotting, item->at.x, item->at.y, item->at.w,
                                             item->at.h)
                                 : dots_frame(dotting, item);
    int32_t least = area.w < area.h ? area.w : area.h;
    *ret = (struct dots_native){.item = item,
                                .x = area.x,
                                .y = area.y,
                                .w = area.w,
                                .h = area.h,
                                .line_dots = is_filled ? least
                                                       : dots_stroke(dotting, item)};
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

static enum status
list_symbols(const struct dotting *dotting, struct dots_page *ret)
{
    const struct page *page = dotting->page;
    struct dots_native *symbols =
        arena_make_array(dotting->making->arena, page->item_count, sizeof(*symbols));
    if (!symbols)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < page->item_count; i++)
        if (page->items[i].kind == ITEM_SYMBOL &&
            dots_symbol_native(dotting, &page->items[i], &symbols[ret->symbol_count]))
            ret->symbol_count++;
    ret->symbols = symbols;
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
    if (status == STATUS_OK && dotting->making->job->wants_symbols)
        status = list_symbols(dotting, ret);
    return status;
}

enum status
dots_make(struct making *making, const struct page *page, struct dots_page *ret)
{
    struct dotting dotting = {.making = making, .page = page};
    struct dots_page made = {.native_count = 0};
    enum status status = dots_set_device(&dotting);
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
