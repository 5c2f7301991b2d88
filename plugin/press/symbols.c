/* Symbols cut out of their pages: what a scanner is to judge.
 *
 * For a label printer they are the very dots; for all else the place is drawn as a
 * printer of the job's resolution would, by the red of it, for by red light most scanners
 * see. What lies around within a dozen modules comes along, for that is what crowds a
 * symbol. */
#include "press/symbols.h"

#include "base/length.h"
#include "press/dots.h"
#include "press/draw-symbol.h"

#include <math.h>
#include <string.h>

#define DPI_DEFAULT 300
#define AROUND 12 /* modules */

static struct sheet_symbol *
add_symbol(struct making *making, const struct page_item *item, int32_t page)
{
    struct sheet *sheet = &making->sheet;
    if (sheet->symbol_count == SHEET_SYMBOLS_MAX)
        return NULL;
    struct sheet_symbol *symbol = &sheet->symbols[sheet->symbol_count++];
    *symbol =
        (struct sheet_symbol){.page = page,
                              .line = item->line,
                              .type = arena_strdup(making->arena, item->symbol_type),
                              .text = arena_strdup(making->arena, item->symbol_text),
                              .x = item->at.x,
                              .y = item->at.y,
                              .w = item->at.w,
                              .h = item->at.h};
    return symbol;
}

static bool
make_room(struct making *making, struct sheet_symbol *symbol, double width, double height)
{
    symbol->width = (int32_t)fmin(fmax(ceil(width), 1), SHEET_SYMBOL_SIDE);
    symbol->height = (int32_t)fmin(fmax(ceil(height), 1), SHEET_SYMBOL_SIDE);
    symbol->grey =
        arena_make(making->arena, (size_t)symbol->width * (size_t)symbol->height);
    return symbol->type && symbol->text && symbol->grey;
}

/* --- dots ----------------------------------------------------------------------------
 */

static enum status
cut_dots(struct making *making, const struct dots *dots, const struct dots_native *native,
         int32_t page)
{
    int32_t around = AROUND * native->module_dots;
    struct sheet_symbol *symbol = add_symbol(making, native->item, page);
    if (symbol == NULL)
        return STATUS_OK;
    symbol->dpi = making->job->dpi ? making->job->dpi : 203;
    symbol->module_dots = native->module_dots;
    if (!make_room(making, symbol, native->w + 2 * around, native->h + 2 * around))
        return STATUS_NO_MEMORY;
    uint8_t *to = symbol->grey;
    for (int32_t row = 0; row < symbol->height; row++)
        for (int32_t column = 0; column < symbol->width; column++) {
            int32_t x = native->x - around + column, y = native->y - around + row;
            bool is_on = x >= 0 && y >= 0 && x < dots->width && y < dots->height;
            *to++ = is_on && dots_at(dots, x, y) ? 0 : 255;
        }
    return STATUS_OK;
}

static enum status
gather_dots(struct making *making, const struct page *page, int32_t number)
{
    struct notes unheard = {.count = 0};
    struct making here = *making;
    struct dots_page dots;
    here.notes = &unheard;
    enum status status = dots_make(&here, page, &dots);
    for (size_t i = 0; status == STATUS_OK && i < dots.symbol_count; i++)
        status = cut_dots(making, &dots.whole, &dots.symbols[i], number);
    return status;
}

/* --- drawn ---------------------------------------------------------------------------
 */

static double
module_of(const struct page_item *item)
{
    double h = item->at.h - draw_symbol_hri_height(item);
    double across = (double)item->at.w / item->columns;
    return item->rows > 1 ? fmin(across, h / item->rows) : across;
}

static void
take_red(cairo_surface_t *image, struct sheet_symbol *symbol)
{
    cairo_surface_flush(image);
    const uint8_t *from = cairo_image_surface_get_data(image);
    size_t stride = (size_t)cairo_image_surface_get_stride(image);
    for (int32_t y = 0; y < symbol->height; y++)
        for (int32_t x = 0; x < symbol->width; x++) {
            uint32_t pixel;
            memcpy(&pixel, from + (size_t)y * stride + (size_t)x * 4, sizeof pixel);
            symbol->grey[(size_t)y * (size_t)symbol->width + (size_t)x] =
                (uint8_t)(pixel >> 16);
        }
}

/* The corner lies on a whole dot, so that modules fall as they do on the whole page. */
static enum status
draw_cut(struct making *making, const struct page *page, const struct page_item *item,
         double scale, struct sheet_symbol *symbol)
{
    double turn = item->rotate_deg * M_PI / 180, c = fabs(cos(turn)), s = fabs(sin(turn));
    double w = item->at.w * c + item->at.h * s, h = item->at.w * s + item->at.h * c;
    double around = AROUND * module_of(item);
    double x = floor((item->at.x + item->at.w / 2.0 - w / 2 - around) * scale);
    double y = floor((item->at.y + item->at.h / 2.0 - h / 2 - around) * scale);
    if (!make_room(making, symbol, (w + 2 * around) * scale, (h + 2 * around) * scale))
        return STATUS_NO_MEMORY;
    struct notes unheard = {.count = 0};
    cairo_surface_t *image =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, symbol->width, symbol->height);
    cairo_t *cr = cairo_create(image);
    struct drawing drawing = {.studio = making->studio,
                              .cr = cr,
                              .page = page,
                              .bounds = {0, 0, page->width_mm100, page->height_mm100},
                              .is_raster = true,
                              .notes = &unheard};
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    cairo_translate(cr, -x, -y);
    cairo_scale(cr, scale, scale);
    enum status status = draw_whole(&drawing);
    cairo_destroy(cr);
    if (status == STATUS_OK)
        take_red(image, symbol);
    cairo_surface_destroy(image);
    return status;
}

static enum status
gather_drawn(struct making *making, const struct page *page, int32_t number)
{
    int32_t dpi = making->job->dpi ? making->job->dpi : DPI_DEFAULT;
    double scale = (double)dpi / MM100_PER_INCH;
    for (size_t i = 0; i < page->item_count; i++) {
        const struct page_item *item = &page->items[i];
        if (item->kind != ITEM_SYMBOL || item->columns < 1 || item->rows < 1)
            continue;
        struct sheet_symbol *symbol = add_symbol(making, item, number);
        if (symbol == NULL)
            break;
        symbol->dpi = dpi;
        symbol->module_dots = module_of(item) * scale;
        enum status status = draw_cut(making, page, item, scale, symbol);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* --- pages ---------------------------------------------------------------------------
 */

static bool
is_label(enum sheet_format format)
{
    return format == SHEET_ZPL || format == SHEET_EPL || format == SHEET_TSPL ||
           format == SHEET_DOTS;
}

enum status
symbols_gather(struct making *making)
{
    const struct press_job *job = making->job;
    struct sheet *sheet = &making->sheet;
    enum status status = STATUS_OK;
    int32_t number = 0;
    sheet->symbols =
        arena_make_array(making->arena, SHEET_SYMBOLS_MAX, sizeof *sheet->symbols);
    if (sheet->symbols == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; status == STATUS_OK && i < job->piece_count; i++) {
        PAGE_AUTO struct page *page = NULL;
        struct notes unheard = {.count = 0};
        status = studio_make_page(making->studio, &job->pieces[i], making->arena,
                                  &unheard, NULL, &page);
        for (const struct page *p = page; status == STATUS_OK && p; p = p->next)
            status =
                (is_label(job->format) ? gather_dots : gather_drawn)(making, p, ++number);
    }
    return status;
}
