/* PWG raster: a page for each page of a piece, in grey, colour or plain black.
 *
 * Grey and colour are drawn as PNGs are, at the trim; black is the dots of label
 * printers, halftones and all. */
#include "press/dots.h"
#include "press/pixels.h"
#include "press/pwg-write.h"
#include "press/sheets.h"

#include <string.h>

#define DPI_DEFAULT 300

struct raster {
    int32_t dpi, pages; /* pages: what every header says that there are */
};

static struct pwg_page
page_of(const struct making *making, const struct page *page, const struct raster *raster)
{
    const struct press_device *device = &making->job->device;
    bool is_turned = device->rotate_deg / 90 % 2 != 0;
    return (struct pwg_page){
        .dpi = raster->dpi,
        .bits_per_color = device->ink == INK_BLACK ? 1 : 8,
        .colors = device->ink == INK_COLOUR ? 3 : 1,
        .width_mm100 = is_turned ? page->height_mm100 : page->width_mm100,
        .height_mm100 = is_turned ? page->width_mm100 : page->height_mm100,
        .total_pages = raster->pages,
        .wants_cut = device->finish == FINISH_CUT};
}

static bool
start_rows(struct making *making, size_t n, size_t unit, struct pwg_rows *ret)
{
    *ret = (struct pwg_rows){.out = making->bytes,
                             .n = n,
                             .unit = unit,
                             .last = arena_make(making->arena, n),
                             .packed = arena_make(making->arena, PWG_PACKED_MAX(n))};
    return ret->last && ret->packed;
}

static enum status
put_pixels(struct making *making, cairo_surface_t *image, struct pwg_page *header)
{
    bool is_colour = header->colors == 3;
    struct pixels pixels = pixels_of(image);
    size_t n = (size_t)pixels.width * (is_colour ? 3 : 1);
    struct pwg_rows rows;
    uint8_t *row = arena_make(making->arena, n);
    if (!row || !start_rows(making, n, is_colour ? 3 : 1, &rows))
        return STATUS_NO_MEMORY;
    header->width = pixels.width;
    header->height = pixels.height;
    pwg_put_header(making->bytes, header);
    for (int32_t y = 0; y < pixels.height; y++) {
        const uint8_t *line = pixels.bytes + (size_t)y * pixels.stride;
        if (y > 0 && memcmp(line, line - pixels.stride, (size_t)pixels.width * 4) == 0) {
            pwg_repeat_row(&rows);
            continue;
        }
        pixels_row(&pixels, y, is_colour, row);
        pwg_put_row(&rows, row);
    }
    pwg_end_rows(&rows);
    return STATUS_OK;
}

static enum status
put_dots(struct making *making, const struct page *page, struct pwg_page *header)
{
    struct dots_page dots;
    struct pwg_rows rows;
    enum status status = dots_make(making, page, &dots);
    if (status != STATUS_OK)
        return status;
    if (!start_rows(making, dots.whole.stride, 1, &rows))
        return STATUS_NO_MEMORY;
    header->width = dots.whole.width;
    header->height = dots.whole.height;
    pwg_put_header(making->bytes, header);
    for (int32_t y = 0; y < dots.whole.height; y++)
        pwg_put_row(&rows, dots.whole.bits + (size_t)y * dots.whole.stride);
    pwg_end_rows(&rows);
    return STATUS_OK;
}

static enum status
write_piece(struct making *making, const struct page *page, void *data)
{
    const struct raster *raster = data;
    struct pwg_page header = page_of(making, page, raster);
    cairo_surface_t *image;
    enum status status;
    if (making->job->device.ink == INK_BLACK) {
        status = put_dots(making, page, &header);
    } else if ((status = draw_pixels(making, page, raster->dpi, &image)) == STATUS_OK) {
        status = put_pixels(making, image, &header);
        cairo_surface_destroy(image);
    }
    return status == STATUS_OK && making->bytes->failed ? STATUS_NO_MEMORY : status;
}

enum status
sheet_pwg_make(struct making *making)
{
    struct press_job job = *making->job;
    const struct press_job *asked = making->job;
    if (job.dpi == 0)
        job.dpi = DPI_DEFAULT;
    struct raster raster = {job.dpi, (int32_t)job.piece_count};
    making->job = &job;
    pwg_begin(making->bytes);
    enum status status = each_piece(making, write_piece, &raster);
    /* How many pages a piece has is known once it is set: then all is said again. */
    if (status == STATUS_OK && making->sheet.pages != raster.pages) {
        raster.pages = making->sheet.pages;
        making->sheet.pages = 0;
        making->dump = NULL;
        buf_reset(making->bytes);
        pwg_begin(making->bytes);
        status = each_piece(making, write_piece, &raster);
    }
    making->job = asked;
    return status;
}
