/* Symbols as dots: every module the same whole number of dots, none of them grey.
 *
 * The symbol stands in the middle of its place, as large as whole dots allow. The place is
 * cleared to white first, for a scanner needs the quiet zone more than the art below. A
 * symbol that is turned by quarters stays exact; one that is turned freely is not. */
#include "press/dots-inside.h"

#include "press/draw-symbol.h"

#include <math.h>
#include <stdlib.h>

#define DPI_FINE 280 /* from here on modules want 4 dots, below it 3 */

/* The symbol on the device. */
struct stand {
    int32_t quarter; /* of page and item together */
    int32_t module;  /* dots */
    int32_t columns, rows, row_dots; /* of the symbol upright; a row's height */
    struct area area; /* with the quiet zone, as it stands */
};

static bool
find_stand(const struct dotting *dotting, const struct page_item *item, struct stand *ret)
{
    double h = item->at.h - draw_symbol_hri_height(item), turn = item->rotate_deg / 90;
    int32_t w_dots = (int32_t)floor(item->at.w * dotting->scale + 0.01);
    int32_t h_dots = (int32_t)floor(h * dotting->scale + 0.01);
    if (item->columns < 1 || item->rows < 1 || turn != floor(turn))
        return false;
    struct stand stand = {.columns = item->columns, .rows = item->rows};
    stand.quarter = ((dotting->quarter + (int32_t)turn) % 4 + 4) % 4;
    stand.module = w_dots / item->columns;
    if (item->rows > 1 && h_dots / item->rows < stand.module)
        stand.module = h_dots / item->rows;
    stand.row_dots = item->rows > 1 ? stand.module : h_dots;
    int32_t w = stand.module * item->columns, t = stand.row_dots * item->rows;
    double cx = item->at.x + item->at.w / 2.0, cy = item->at.y + h / 2;
    if ((int32_t)turn % 4 != 0) { /* about the middle of the whole place */
        double dx = 0, dy = cy - (item->at.y + item->at.h / 2.0), swap;
        for (int32_t i = ((int32_t)turn % 4 + 4) % 4; i > 0; i--) {
            swap = dx;
            dx = -dy;
            dy = swap;
        }
        cx = item->at.x + item->at.w / 2.0 + dx;
        cy = item->at.y + item->at.h / 2.0 + dy;
    }
    cairo_matrix_transform_point(&dotting->matrix, &cx, &cy);
    if (stand.quarter % 2) {
        int32_t swap = w;
        w = t;
        t = swap;
    }
    stand.area = (struct area){(int32_t)lround(cx - w / 2.0), (int32_t)lround(cy - t / 2.0),
                               w, t};
    *ret = stand;
    return true;
}

static bool
is_inside(const struct dotting *dotting, const struct area *area)
{
    const struct area *in = &dotting->inside;
    return area->x >= in->x && area->y >= in->y && area->x >= 0 && area->y >= 0 &&
           area->x + area->w <= in->x + in->w && area->y + area->h <= in->y + in->h;
}

/* Modules x … x+n of a row, as they stand on the device. */
static struct area
run_area(const struct stand *stand, int32_t column, int32_t row, int32_t n)
{
    int32_t m = stand->module, r = stand->row_dots;
    int32_t w = stand->columns * m, h = stand->rows * r;
    int32_t x = column * m, y = row * r, run = n * m;
    struct area area = stand->area;
    switch (stand->quarter) {
    case 0:
        return (struct area){area.x + x, area.y + y, run, r};
    case 1:
        return (struct area){area.x + h - y - r, area.y + x, r, run};
    case 2:
        return (struct area){area.x + w - x - run, area.y + h - y - r, run, r};
    default:
        return (struct area){area.x + y, area.y + w - x - run, r, run};
    }
}

static void
set_modules(struct dotting *dotting, const struct page_item *item,
            const struct stand *stand)
{
    for (int32_t row = 0; row < item->rows; row++)
        for (int32_t column = 0, n; column < item->columns; column += n ? n : 1) {
            const uint8_t *modules = item->modules + (size_t)row * (size_t)item->columns;
            for (n = 0; column + n < item->columns && modules[column + n]; n++)
                ;
            struct area run = run_area(stand, column, row, n);
            if (n > 0) {
                dots_fill(dotting, &run, true);
                dots_fill_luma(dotting, &run, 0);
            }
        }
}

/* The guards of an EAN or UPC reach five modules further down, upright as it stands. */
static void
set_long_bars(struct dotting *dotting, const struct page_item *item,
              const struct stand *stand)
{
    int32_t m = stand->module, h = stand->row_dots, more = 5 * m;
    for (int32_t column = 0; item->is_long && column < item->columns; column++) {
        if (!item->is_long[column] || !item->modules[column])
            continue;
        struct area bar = run_area(stand, column, 0, 1);
        if (stand->quarter == 0)
            bar = (struct area){bar.x, bar.y + h, m, more};
        else if (stand->quarter == 1)
            bar = (struct area){bar.x - more, bar.y, more, m};
        else if (stand->quarter == 2)
            bar = (struct area){bar.x, bar.y - more, m, more};
        else
            bar = (struct area){bar.x + h, bar.y, more, m};
        if (is_inside(dotting, &bar)) {
            dots_fill(dotting, &bar, true);
            dots_fill_luma(dotting, &bar, 0);
        }
    }
}

static void
warn_of_size(const struct dotting *dotting, const struct page_item *item, int32_t module)
{
    int32_t dpi = dotting->making->job->dpi ? dotting->making->job->dpi : 203;
    int32_t least = item->rows > 1 ? (dpi >= DPI_FINE ? 4 : 3) : 2;
    if (module < least)
        note_add(dotting->making->notes, NOTE_DOTS_SMALL_SYMBOL,
                 dotting->page->template_name, item->line,
                 "a module of this symbol is %d dot%s at %d dpi; %d or more are read surely",
                 module, module == 1 ? "" : "s", dpi, least);
}

enum status
dots_symbol(struct dotting *dotting, const struct page_item *item, bool warns)
{
    struct stand stand;
    struct area place =
        dots_rect(dotting, item->at.x, item->at.y, item->at.w, item->at.h);
    if (!find_stand(dotting, item, &stand))
        return note_fail(dotting->making->notes, STATUS_BAD_INPUT, NOTE_DOTS_SMALL_SYMBOL,
                         dotting->page->template_name, item->line,
                         "a symbol on a label printer may be turned by 90, 180 or 270 "
                         "degrees only");
    if (stand.module < 1 || stand.row_dots < 1 || !is_inside(dotting, &stand.area))
        return note_fail(dotting->making->notes, STATUS_BAD_INPUT, NOTE_DOTS_SMALL_SYMBOL,
                         dotting->page->template_name, item->line,
                         "a symbol of %d modules does not fit into its place of %d by %d "
                         "dots",
                         item->columns, place.w, place.h);
    if (warns)
        warn_of_size(dotting, item, stand.module);
    if ((int32_t)(item->rotate_deg / 90) % 2 == 0) {
        dots_fill(dotting, &place, false);
        dots_fill_luma(dotting, &place, 255);
    }
    dots_fill(dotting, &stand.area, false);
    dots_fill_luma(dotting, &stand.area, 255);
    set_modules(dotting, item, &stand);
    set_long_bars(dotting, item, &stand);
    return STATUS_OK;
}

/* Columns or rows without a dark module at either end are the quiet zone. */
static void
find_ink(const struct page_item *item, int32_t *left, int32_t *right, int32_t *top,
         int32_t *foot)
{
    *left = item->columns;
    *top = item->rows;
    *right = *foot = 0;
    for (int32_t row = 0; row < item->rows; row++)
        for (int32_t column = 0; column < item->columns; column++)
            if (item->modules[row * item->columns + column]) {
                *left = column < *left ? column : *left;
                *right = column + 1 > *right ? column + 1 : *right;
                *top = row < *top ? row : *top;
                *foot = row + 1 > *foot ? row + 1 : *foot;
            }
}

bool
dots_symbol_native(const struct dotting *dotting, const struct page_item *item,
                   struct dots_native *ret)
{
    struct stand stand;
    int32_t left, right, top, foot;
    if (!find_stand(dotting, item, &stand) || stand.module < 1 || stand.row_dots < 1 ||
        !is_inside(dotting, &stand.area))
        return false;
    find_ink(item, &left, &right, &top, &foot);
    if (right <= left || foot <= top)
        return false;
    struct area first = run_area(&stand, left, top, right - left);
    struct area last = run_area(&stand, left, foot - 1, right - left);
    int32_t x = first.x < last.x ? first.x : last.x, y = first.y < last.y ? first.y : last.y;
    int32_t x2 = first.x + first.w > last.x + last.w ? first.x + first.w : last.x + last.w;
    int32_t y2 = first.y + first.h > last.y + last.h ? first.y + first.h : last.y + last.h;
    *ret = (struct dots_native){.item = item,
                                .quarter = stand.quarter,
                                .x = x,
                                .y = y,
                                .w = x2 - x,
                                .h = y2 - y,
                                .module_dots = stand.module};
    return true;
}
