/* The dots as a picture: a PNG of one bit a dot, as the label printer lets them fall. */
#include "press/dots.h"

#include <string.h>
#include <zlib.h>

static void
put_u32(uint8_t *p, uint32_t value)
{
    p[0] = (uint8_t)(value >> 24);
    p[1] = (uint8_t)(value >> 16);
    p[2] = (uint8_t)(value >> 8);
    p[3] = (uint8_t)value;
}

static void
put_chunk(struct buf *out, const char *type, const uint8_t *bytes, size_t n)
{
    uint8_t head[8], tail[4];
    put_u32(head, (uint32_t)n);
    memcpy(head + 4, type, 4);
    uLong sum = crc32(crc32(0, NULL, 0), head + 4, 4);
    if (n > 0)
        sum = crc32(sum, bytes, (uInt)n);
    put_u32(tail, (uint32_t)sum);
    buf_add(out, head, sizeof(head));
    buf_add(out, bytes, n);
    buf_add(out, tail, sizeof(tail));
}

/* In PNG 1 is white. Each row is led by its filter, none. */
static enum status
put_pixels(struct buf *out, const struct dots *dots, struct arena *arena)
{
    size_t n = (dots->stride + 1) * (size_t)dots->height;
    uLongf packed_n = compressBound((uLong)n);
    uint8_t *rows = arena_make(arena, n), *packed = arena_make(arena, packed_n);
    if (!rows || !packed)
        return STATUS_NO_MEMORY;
    for (int32_t y = 0; y < dots->height; y++) {
        uint8_t *row = rows + (size_t)y * (dots->stride + 1);
        for (size_t i = 0; i < dots->stride; i++)
            row[1 + i] = (uint8_t)~dots->bits[(size_t)y * dots->stride + i];
    }
    if (compress2(packed, &packed_n, rows, (uLong)n, 6) != Z_OK)
        return STATUS_NO_MEMORY;
    put_chunk(out, "IDAT", packed, packed_n);
    return STATUS_OK;
}

enum status
sheet_dots_make(struct making *making)
{
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    PAGE_AUTO struct page *page = NULL;
    struct dots_page dots;
    uint8_t header[13] = {0}, density[9] = {0};
    int32_t dpi = making->job->dpi ? making->job->dpi : 203;
    enum status status =
        studio_make_page(making->studio, &making->job->pieces[0], making->arena,
                         making->notes, making->dump, &page);
    if (status == STATUS_OK)
        status = dots_make(making, page, &dots);
    if (status != STATUS_OK)
        return status;
    put_u32(header, (uint32_t)dots.whole.width);
    put_u32(header + 4, (uint32_t)dots.whole.height);
    header[8] = 1; /* bit depth; greyscale */
    put_u32(density, (uint32_t)(dpi / 0.0254 + 0.5));
    memcpy(density + 4, density, 4);
    density[8] = 1; /* dots a metre */
    buf_add(making->bytes, signature, sizeof(signature));
    put_chunk(making->bytes, "IHDR", header, sizeof(header));
    put_chunk(making->bytes, "pHYs", density, sizeof(density));
    status = put_pixels(making->bytes, &dots.whole, making->arena);
    put_chunk(making->bytes, "IEND", NULL, 0);
    making->sheet.pages = 1;
    making->sheet.width_mm100 = page->width_mm100;
    making->sheet.height_mm100 = page->height_mm100;
    return status == STATUS_OK && making->bytes->failed ? STATUS_NO_MEMORY : status;
}
