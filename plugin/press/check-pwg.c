/* Is this PWG raster what we write? Each page has a header whose numbers fit each other,
 * the job and, of the first, the sheet's size; its rows unpack to exactly its height and
 * width; and after the last there is nothing. */
#include "press/check-scan.h"
#include "press/checks.h"
#include "press/pwg.h"

#include "base/length.h"

#include <math.h>

#define SIDE_MAX 40000
#define DPI_DEFAULT 300

struct pwg {
    struct scan scan;
    const struct press_job *job;
    const struct sheet *sheet;
    const uint8_t *head;
};

static uint32_t
field_of(const struct pwg *pwg, int at)
{
    return scan_u32(pwg->head + at);
}

/* As many pixels as the points have room for, a little less where the page was shrunk to
 * the head, a little more where it was shifted. */
static bool
is_side_right(const struct pwg *pwg, uint32_t pixels, uint32_t points, bool is_across)
{
    const struct press_device *device = &pwg->job->device;
    int32_t dpi = pwg->job->dpi ? pwg->job->dpi : DPI_DEFAULT;
    double full = (double)points * dpi / 72, slack = dpi / 72.0 + full / 500 + 1;
    double shift = is_across ? device->shift_x_mm100 : device->shift_y_mm100;
    double more = shift > 0 ? shift * dpi / MM100_PER_INCH : 0;
    if (pixels < 1 || pixels > SIDE_MAX || pixels > full + slack + more)
        return false;
    if (is_across && device->head_dots > 0 && pixels > (uint32_t)device->head_dots)
        return false;
    return device->may_shrink || pixels >= full - slack;
}

static bool
is_kind_right(const struct pwg *pwg)
{
    bool is_colour = pwg->job->device.ink == INK_COLOUR;
    bool is_black = pwg->job->device.ink == INK_BLACK;
    uint32_t bits = is_black ? 1 : 8, colors = is_colour ? 3 : 1;
    uint32_t space = is_black ? PWG_BLACK : is_colour ? PWG_SRGB : PWG_SGRAY;
    return field_of(pwg, PWG_BITS_PER_COLOR) == bits &&
           field_of(pwg, PWG_BITS_PER_PIXEL) == bits * colors &&
           field_of(pwg, PWG_NUM_COLORS) == colors &&
           field_of(pwg, PWG_COLOR_SPACE) == space &&
           field_of(pwg, PWG_COLOR_ORDER) == 0 &&
           field_of(pwg, PWG_BYTES_PER_LINE) ==
               (field_of(pwg, PWG_WIDTH) * bits * colors + 7) / 8;
}

/* What is the same in all headers. */
static bool
is_rest_right(const struct pwg *pwg)
{
    static const struct {
        uint16_t from, to;
    } known[] = {{0, 12},
                 {PWG_CUT_MEDIA, PWG_CUT_MEDIA + 4},
                 {PWG_RESOLUTION, PWG_RESOLUTION + 8},
                 {PWG_NUM_COPIES, PWG_NUM_COPIES + 4},
                 {PWG_PAGE_SIZE, PWG_PAGE_SIZE + 8},
                 {PWG_WIDTH, PWG_HEIGHT + 4},
                 {PWG_BITS_PER_COLOR, PWG_COLOR_SPACE + 4},
                 {PWG_NUM_COLORS, PWG_NUM_COLORS + 4},
                 {PWG_TOTAL_PAGES, PWG_ALTERNATE_PRIMARY + 4},
                 {PWG_PAGE_SIZE_NAME, PWG_HEADER_SIZE}};
    const uint32_t width = field_of(pwg, PWG_WIDTH), height = field_of(pwg, PWG_HEIGHT);
    bool is_cut = pwg->job->device.finish == FINISH_CUT;
    size_t next = 0;
    for (int at = 0; at < PWG_HEADER_SIZE; at += 4) {
        if (at >= known[next].to)
            next++;
        if (at < known[next].from && field_of(pwg, at) != 0)
            return false;
    }
    return field_of(pwg, PWG_CUT_MEDIA) == (is_cut ? PWG_CUT_AFTER_PAGE : 0) &&
           field_of(pwg, PWG_NUM_COPIES) == 1 &&
           field_of(pwg, PWG_CROSS_FEED_TRANSFORM) == 1 &&
           field_of(pwg, PWG_FEED_TRANSFORM) == 1 && field_of(pwg, PWG_IMAGE_BOX) == 0 &&
           field_of(pwg, PWG_IMAGE_BOX + 4) == 0 &&
           field_of(pwg, PWG_IMAGE_BOX + 8) == width &&
           field_of(pwg, PWG_IMAGE_BOX + 12) == height &&
           field_of(pwg, PWG_ALTERNATE_PRIMARY) == 0;
}

static bool
is_header_right(const struct pwg *pwg)
{
    uint32_t dpi = (uint32_t)(pwg->job->dpi ? pwg->job->dpi : DPI_DEFAULT);
    const char *name = (const char *)pwg->head + PWG_PAGE_SIZE_NAME;
    return memcmp(pwg->head, "PwgRaster\0\0", 12) == 0 &&
           field_of(pwg, PWG_RESOLUTION) == dpi &&
           field_of(pwg, PWG_RESOLUTION + 4) == dpi &&
           field_of(pwg, PWG_PAGE_SIZE) <= SIDE_MAX &&
           field_of(pwg, PWG_PAGE_SIZE + 4) <= SIDE_MAX &&
           is_side_right(pwg, field_of(pwg, PWG_WIDTH), field_of(pwg, PWG_PAGE_SIZE),
                         true) &&
           is_side_right(pwg, field_of(pwg, PWG_HEIGHT),
                         field_of(pwg, PWG_PAGE_SIZE + 4), false) &&
           is_kind_right(pwg) && is_rest_right(pwg) &&
           field_of(pwg, PWG_TOTAL_PAGES) == (uint32_t)pwg->sheet->pages &&
           memchr(name, 0, 64) != NULL && name[0] != 0;
}

static bool
is_paper_right(const struct pwg *pwg, const struct sheet *sheet)
{
    bool is_turned = pwg->job->device.rotate_deg / 90 % 2 != 0;
    int32_t w = is_turned ? sheet->height_mm100 : sheet->width_mm100;
    int32_t h = is_turned ? sheet->width_mm100 : sheet->height_mm100;
    return fabs(field_of(pwg, PWG_PAGE_SIZE) - length_points(w)) <= 1 &&
           fabs(field_of(pwg, PWG_PAGE_SIZE + 4) - length_points(h)) <= 1;
}

/* One packed row of `count` units. */
static bool
skip_row(struct scan *scan, size_t count, size_t unit)
{
    while (count > 0) {
        if (scan_is_at_end(scan))
            return false;
        uint8_t code = *scan->p++;
        size_t n = code < 128 ? (size_t)code + 1 : 257 - (size_t)code;
        if (code == 128 || n > count || !scan_skip(scan, code < 128 ? unit : n * unit))
            return false;
        count -= n;
    }
    return true;
}

static bool
skip_rows(struct pwg *pwg)
{
    uint32_t left = field_of(pwg, PWG_HEIGHT);
    size_t unit = field_of(pwg, PWG_NUM_COLORS);
    size_t count = field_of(pwg, PWG_BYTES_PER_LINE) / unit;
    while (left > 0) {
        if (scan_is_at_end(&pwg->scan))
            return false;
        uint32_t repeats = (uint32_t)*pwg->scan.p++ + 1;
        if (repeats > left || !skip_row(&pwg->scan, count, unit))
            return false;
        left -= repeats;
    }
    return true;
}

const char *
pwg_fault(const struct press_job *job, const struct sheet *sheet, struct arena *arena)
{
    struct pwg pwg = {{sheet->bytes, sheet->bytes + sheet->size}, job, sheet, NULL};
    size_t pages = 0;
    if (!scan_text(&pwg.scan, PWG_SYNC))
        return "the PWG raster lacks its first word";
    while (!scan_is_at_end(&pwg.scan)) {
        pwg.head = pwg.scan.p;
        if (!scan_skip(&pwg.scan, PWG_HEADER_SIZE) || !is_header_right(&pwg) ||
            (pages == 0 && !is_paper_right(&pwg, sheet)))
            return arena_printf(arena, "the header of page %zu of the PWG raster is wrong",
                                pages + 1);
        if (!skip_rows(&pwg))
            return arena_printf(arena, "the pixels of page %zu of the PWG raster are wrong",
                                pages + 1);
        pages++;
    }
    return is_page_count_right(job, sheet, pages)
               ? NULL
               : "the PWG raster has another number of pages than the job";
}
