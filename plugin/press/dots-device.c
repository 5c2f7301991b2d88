/* The device of a label: what a length is in dots, how the page lies on the head, and the
 * setting of dots. Heads of "203 dpi" have 8 dots a millimetre. */
#include "press/dots-inside.h"

#include "base/length.h"

#include <math.h>
#include <string.h>

#define DPI_DEFAULT 203
#define DOTS_MAX (60.0 * 1000 * 1000)

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

enum status
dots_set_device(struct dotting *dotting)
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

struct area
dots_cut(const struct dotting *dotting, struct area area)
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
    return dots_cut(dotting, (struct area){left, top, right - left, foot - top});
}

struct area
dots_reach(const struct dotting *dotting, const struct page_item *item)
{
    struct rect reach = draw_reach(item);
    struct area area = dots_rect(dotting, reach.x, reach.y, reach.w, reach.h);
    return dots_cut(dotting, (struct area){area.x - 2, area.y - 2, area.w + 4, area.h + 4});
}
void
dots_set(struct dots *dots, int32_t x, int32_t y, bool is_black)
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
                dots_set(&dotting->dots, x++, y, is_black);
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
