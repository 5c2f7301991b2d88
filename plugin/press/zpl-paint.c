/* A checked label drawn as a printer would: graphics and black boxes add dots, white
 * boxes take them away, each over what came before it. */
#include "press/zpl-inside.h"

#include <stdlib.h>
#include <string.h>

/* A label of more dots is not drawn: 32000 by 32000 would be. */
#define BYTES_MAX ((size_t)64 << 20)

static void
set_dot(struct dots *dots, int32_t x, int32_t y, bool is_black)
{
    uint8_t *byte = &dots->bits[(size_t)y * dots->stride + (size_t)x / 8];
    uint8_t bit = (uint8_t)(0x80 >> x % 8);
    *byte = (uint8_t)(is_black ? *byte | bit : *byte & ~bit);
}

static void
paint_area(struct dots *dots, struct area area, bool is_black)
{
    for (int32_t y = area.y; y < area.y + area.h; y++)
        for (int32_t x = area.x; x < area.x + area.w; x++)
            set_dot(dots, x, y, is_black);
}

static void
paint_box(const struct zpl_field *box, struct dots *dots)
{
    int32_t t = box->line;
    bool is_black = !box->is_white;
    if (2 * t >= box->w || 2 * t >= box->h) {
        paint_area(dots, (struct area){box->x, box->y, box->w, box->h}, is_black);
        return;
    }
    paint_area(dots, (struct area){box->x, box->y, box->w, t}, is_black);
    paint_area(dots, (struct area){box->x, box->y + box->h - t, box->w, t}, is_black);
    paint_area(dots, (struct area){box->x, box->y, t, box->h}, is_black);
    paint_area(dots, (struct area){box->x + box->w - t, box->y, t, box->h}, is_black);
}

static bool
paint_graphic(const struct zpl_field *field, struct dots *dots)
{
    size_t size = field->stride * (size_t)field->h, at;
    uint8_t *bytes = calloc(size, 1);
    if (bytes == NULL)
        return false;
    zpl_graphic_read(field->data.p, field->data.n, field->stride, bytes, size, &at);
    for (int32_t y = 0; y < field->h; y++)
        for (int32_t x = 0; x < field->w; x++)
            if (bytes[(size_t)y * field->stride + (size_t)x / 8] & 0x80 >> x % 8)
                set_dot(dots, field->x + x, field->y + y, true);
    free(bytes);
    return true;
}

static void
paint_bars(const struct zpl_field *field, struct dots *dots)
{
    struct bars bars;
    uint8_t modules[11 * (BARS_VALUES_MAX + 1) + 13];
    if (!bars_of_zpl(field->data.p, field->data.n, &bars))
        return;
    bars_draw(&bars, modules);
    int32_t m = field->module, count = (int32_t)bars_width(&bars);
    bool is_standing = field->turn == 'R' || field->turn == 'B';
    bool is_backward = field->turn == 'I' || field->turn == 'B';
    for (int32_t i = 0; i < count; i++) {
        int32_t at = (is_backward ? count - 1 - i : i) * m;
        struct area bar = is_standing
                              ? (struct area){field->x, field->y + at, field->w, m}
                              : (struct area){field->x + at, field->y, m, field->h};
        if (modules[i])
            paint_area(dots, bar, true);
    }
}

static bool
paint_fields(const struct zpl_field *fields, size_t count, struct dots *dots)
{
    for (size_t i = 0; i < count; i++) {
        if (fields[i].kind == FIELD_BOX)
            paint_box(&fields[i], dots);
        else if (fields[i].kind == FIELD_BARS)
            paint_bars(&fields[i], dots);
        else if (fields[i].kind == FIELD_GRAPHIC && !paint_graphic(&fields[i], dots))
            return false;
    }
    return true;
}

bool
zpl_paint(const struct zpl_format *format, struct arena *arena, struct dots *ret)
{
    struct dots dots = {.width = format->width,
                        .height = format->height,
                        .stride = (size_t)(format->width + 7) / 8};
    if (dots.stride * (size_t)dots.height > BYTES_MAX)
        return false;
    dots.bits = arena_make(arena, dots.stride * (size_t)dots.height);
    if (dots.bits == NULL || !paint_fields(format->plate, format->plate_count, &dots) ||
        !paint_fields(format->fields, format->field_count, &dots))
        return false;
    *ret = dots;
    return true;
}
