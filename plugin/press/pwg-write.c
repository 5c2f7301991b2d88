/* PWG Raster: headers and packed rows.
 *
 * A row is packed as its number of repeats less one, then groups: a count less one and
 * one pixel to be repeated, or 257 less a count and as many pixels as they are. Pixels of
 * one bit go by eights. The same rows give the same bytes. */
#include "press/pwg-write.h"

#include "base/length.h"

#include <stdio.h>
#include <string.h>

#define GROUP_MAX 128
#define REPEATS_MAX 256

static void
put_u32(uint8_t *p, int32_t value)
{
    p[0] = (uint8_t)(value >> 24);
    p[1] = (uint8_t)(value >> 16);
    p[2] = (uint8_t)(value >> 8);
    p[3] = (uint8_t)value;
}

static int32_t
points_of(int32_t mm100)
{
    return (int32_t)(length_points(mm100) + 0.5);
}

/* --- names of paper -------------------------------------------------------------------- */

/* PWG 5101.1, what packing stations have. Others are custom, which every printer reads
 * as its size. */
static const struct {
    int32_t width_mm100, height_mm100;
    const char *name;
} papers[] = {
    {29700, 42000, "iso_a3_297x420mm"}, {21000, 29700, "iso_a4_210x297mm"},
    {14800, 21000, "iso_a5_148x210mm"}, {10500, 14800, "iso_a6_105x148mm"},
    {7400, 10500, "iso_a7_74x105mm"},   {5200, 7400, "iso_a8_52x74mm"},
    {21590, 27940, "na_letter_8.5x11in"}, {21590, 35560, "na_legal_8.5x14in"},
    {13970, 21590, "na_invoice_5.5x8.5in"}, {10160, 15240, "na_index-4x6_4x6in"},
    {7620, 12700, "na_index-3x5_3x5in"}, {12700, 17780, "na_5x7_5x7in"},
};

void
pwg_media_name(int32_t width_mm100, int32_t height_mm100, char out[64])
{
    char width[16], height[16];
    for (size_t i = 0; i < COUNT_OF(papers); i++)
        if (papers[i].width_mm100 == width_mm100 &&
            papers[i].height_mm100 == height_mm100) {
            snprintf(out, 64, "%s", papers[i].name);
            return;
        }
    length_text(width_mm100, width);
    length_text(height_mm100, height);
    /* 5 m, the longest there is, makes 45 characters. */
    snprintf(out, 64, "custom_%.9sx%.9smm_%.9sx%.9smm", width, height, width, height);
}

/* --- headers --------------------------------------------------------------------------- */

void
pwg_begin(struct buf *out)
{
    buf_puts(out, PWG_SYNC);
}

void
pwg_put_header(struct buf *out, const struct pwg_page *page)
{
    uint8_t head[PWG_HEADER_SIZE] = {0};
    int32_t bits = page->bits_per_color * page->colors;
    memcpy(head + PWG_NAME, "PwgRaster", 9);
    put_u32(head + PWG_CUT_MEDIA, page->wants_cut ? PWG_CUT_AFTER_PAGE : 0);
    put_u32(head + PWG_RESOLUTION, page->dpi);
    put_u32(head + PWG_RESOLUTION + 4, page->dpi);
    put_u32(head + PWG_NUM_COPIES, 1); /* more are the job's to ask for */
    put_u32(head + PWG_PAGE_SIZE, points_of(page->width_mm100));
    put_u32(head + PWG_PAGE_SIZE + 4, points_of(page->height_mm100));
    put_u32(head + PWG_WIDTH, page->width);
    put_u32(head + PWG_HEIGHT, page->height);
    put_u32(head + PWG_BITS_PER_COLOR, page->bits_per_color);
    put_u32(head + PWG_BITS_PER_PIXEL, bits);
    put_u32(head + PWG_BYTES_PER_LINE, (page->width * bits + 7) / 8);
    put_u32(head + PWG_COLOR_SPACE, page->colors == 3         ? PWG_SRGB
                                    : page->bits_per_color == 1 ? PWG_BLACK
                                                                : PWG_SGRAY);
    put_u32(head + PWG_NUM_COLORS, page->colors);
    put_u32(head + PWG_TOTAL_PAGES, page->total_pages);
    put_u32(head + PWG_CROSS_FEED_TRANSFORM, 1);
    put_u32(head + PWG_FEED_TRANSFORM, 1);
    put_u32(head + PWG_IMAGE_BOX + 8, page->width);
    put_u32(head + PWG_IMAGE_BOX + 12, page->height);
    pwg_media_name(page->width_mm100, page->height_mm100,
                   (char *)head + PWG_PAGE_SIZE_NAME);
    buf_add(out, head, sizeof(head));
}

/* --- rows ------------------------------------------------------------------------------ */

/* How many units from `p` are alike, GROUP_MAX at most. */
static inline size_t
count_alike(const uint8_t *p, size_t left, size_t unit)
{
    size_t n = 1, most = left < GROUP_MAX ? left : GROUP_MAX;
    while (n < most && memcmp(p, p + n * unit, unit) == 0)
        n++;
    return n;
}

static inline size_t
count_unlike(const uint8_t *p, size_t left, size_t unit)
{
    size_t n = 1, most = left < GROUP_MAX ? left : GROUP_MAX;
    while (n < most && (n + 1 == left || memcmp(p + n * unit, p + (n + 1) * unit, unit)))
        n++;
    return n;
}

static inline size_t
pack_units(const uint8_t *row, size_t count, size_t unit, uint8_t *out)
{
    uint8_t *to = out;
    while (count > 0) {
        size_t n = count_alike(row, count, unit);
        if (n > 1 || count == 1) {
            *to++ = (uint8_t)(n - 1);
            memcpy(to, row, unit);
            to += unit;
        } else {
            n = count_unlike(row, count, unit);
            *to++ = n == 1 ? 0 : (uint8_t)(257 - n);
            memcpy(to, row, n * unit);
            to += n * unit;
        }
        row += n * unit;
        count -= n;
    }
    return (size_t)(to - out);
}

static void
flush_row(struct pwg_rows *rows)
{
    rows->packed[0] = (uint8_t)(rows->repeats - 1);
    size_t n = rows->unit == 1 ? pack_units(rows->last, rows->n, 1, rows->packed + 1)
                               : pack_units(rows->last, rows->n / 3, 3, rows->packed + 1);
    buf_add(rows->out, rows->packed, n + 1);
    rows->repeats = 0;
}

void
pwg_repeat_row(struct pwg_rows *rows)
{
    if (rows->repeats == REPEATS_MAX)
        flush_row(rows);
    rows->repeats++;
}

void
pwg_put_row(struct pwg_rows *rows, const uint8_t *row)
{
    if (rows->repeats > 0 && memcmp(row, rows->last, rows->n) == 0) {
        pwg_repeat_row(rows);
        return;
    }
    pwg_end_rows(rows);
    memcpy(rows->last, row, rows->n);
    rows->repeats = 1;
}

void
pwg_end_rows(struct pwg_rows *rows)
{
    if (rows->repeats > 0)
        flush_row(rows);
}
