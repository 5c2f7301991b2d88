/* A page of dots cut into blocks.
 *
 * What is blank need not be sent: an area is cropped to its ink, then split at the blank
 * band, lying or standing, that saves most, and the parts are split again. Boxes that the
 * page knows of, and areas that are black all over, become bars where that is shorter.
 * Pictures lie on whole bytes of the page, so that their rows are copied, not shifted. */
#include "press/blocks.h"

#include <string.h>

#define DEPTH_MAX 12 /* of splits: the least part is then a few dots of any label */
#define BLOCKS_MAX 512

/* An area of whole bytes: columns of 8 dots, rows of one. */
struct field {
    int32_t column, row, columns, rows;
};

struct cutting {
    const struct dots *whole;
    struct dots ink; /* what no bar has yet */
    struct block_costs costs;
    struct arena *arena;
    struct blocks blocks;
    uint8_t *has_ink; /* of a field: its columns or rows; as long as the longer side */
    bool failed;
};

/* --- ink ------------------------------------------------------------------------------- */

static bool
is_row_blank(const struct dots *dots, const struct field *field, int32_t row)
{
    const uint8_t *p = dots->bits + (size_t)row * dots->stride + field->column;
    for (int32_t i = 0; i < field->columns; i++)
        if (p[i])
            return false;
    return true;
}

static void
crop_rows(const struct dots *dots, struct field *field)
{
    while (field->rows > 0 && is_row_blank(dots, field, field->row)) {
        field->row++;
        field->rows--;
    }
    while (field->rows > 0 && is_row_blank(dots, field, field->row + field->rows - 1))
        field->rows--;
}

static void
look_at_columns(const struct dots *dots, const struct field *field, uint8_t *ret)
{
    memset(ret, 0, (size_t)field->columns);
    for (int32_t y = field->row; y < field->row + field->rows; y++) {
        const uint8_t *p = dots->bits + (size_t)y * dots->stride + field->column;
        for (int32_t i = 0; i < field->columns; i++)
            ret[i] |= p[i];
    }
}

static void
crop_columns(struct cutting *cutting, struct field *field)
{
    int32_t first = 0, last = field->columns;
    look_at_columns(&cutting->ink, field, cutting->has_ink);
    while (first < last && !cutting->has_ink[first])
        first++;
    while (last > first && !cutting->has_ink[last - 1])
        last--;
    field->column += first;
    field->columns = last - first;
}

static bool
is_black(const struct dots *dots, struct area area)
{
    for (int32_t y = area.y; y < area.y + area.h; y++)
        for (int32_t x = area.x; x < area.x + area.w; x++)
            if (!dots_at(dots, x, y))
                return false;
    return true;
}

/* The dots from the first to the last of a cropped field: its outer bytes may be part
 * white. */
static struct area
area_of(const struct cutting *cutting, const struct field *field)
{
    uint8_t first, last;
    struct area area = {field->column * 8, field->row, field->columns * 8, field->rows};
    look_at_columns(&cutting->ink, field, cutting->has_ink);
    first = cutting->has_ink[0];
    last = cutting->has_ink[field->columns - 1];
    for (; !(first & 0x80); first = (uint8_t)(first << 1)) {
        area.x++;
        area.w--;
    }
    for (; !(last & 1); last >>= 1)
        area.w--;
    return area;
}

/* --- blocks ---------------------------------------------------------------------------- */

static void
add_block(struct cutting *cutting, struct area at, bool is_bar)
{
    struct block *block =
        arena_append(cutting->arena, &cutting->blocks.block, &cutting->blocks.count,
                     &cutting->blocks.room, sizeof(*block));
    if (block)
        *block = (struct block){at, is_bar};
    else
        cutting->failed = true;
}

static size_t
size_of(const struct field *field)
{
    return (size_t)field->columns * (size_t)field->rows;
}

static void
add_field(struct cutting *cutting, const struct field *field)
{
    struct area area = area_of(cutting, field);
    bool is_bar = cutting->costs.bar < cutting->costs.picture + size_of(field) &&
                  is_black(cutting->whole, area);
    if (!is_bar)
        area = (struct area){field->column * 8, field->row, field->columns * 8,
                             field->rows};
    add_block(cutting, area, is_bar);
}

/* --- splits ---------------------------------------------------------------------------- */

struct gap {
    int32_t at, n; /* from the field's first row or column */
};

static struct gap
widest_gap(const uint8_t *has_ink, int32_t n)
{
    struct gap best = {0, 0};
    for (int32_t i = 0, from = 0; i < n; i++) {
        if (has_ink[i])
            from = i + 1;
        else if (i + 1 - from > best.n)
            best = (struct gap){from, i + 1 - from};
    }
    return best;
}

static struct gap
gap_of_rows(struct cutting *cutting, const struct field *field)
{
    for (int32_t i = 0; i < field->rows; i++)
        cutting->has_ink[i] = !is_row_blank(&cutting->ink, field, field->row + i);
    return widest_gap(cutting->has_ink, field->rows);
}

static struct gap
gap_of_columns(struct cutting *cutting, const struct field *field)
{
    look_at_columns(&cutting->ink, field, cutting->has_ink);
    return widest_gap(cutting->has_ink, field->columns);
}

static void
cut(struct cutting *cutting, struct field field, int depth)
{
    crop_rows(&cutting->ink, &field);
    if (field.rows == 0)
        return;
    crop_columns(cutting, &field);
    struct gap rows = gap_of_rows(cutting, &field);
    struct gap columns = gap_of_columns(cutting, &field);
    size_t by_rows = (size_t)rows.n * (size_t)field.columns;
    size_t by_columns = (size_t)columns.n * (size_t)field.rows;
    size_t gain = by_rows > by_columns ? by_rows : by_columns;
    if (gain <= cutting->costs.picture || depth == DEPTH_MAX ||
        cutting->blocks.count >= BLOCKS_MAX || cutting->failed) {
        add_field(cutting, &field);
        return;
    }
    struct field first = field, second = field;
    if (by_rows >= by_columns) {
        first.rows = rows.at;
        second.row += rows.at + rows.n;
        second.rows -= rows.at + rows.n;
    } else {
        first.columns = columns.at;
        second.column += columns.at + columns.n;
        second.columns -= columns.at + columns.n;
    }
    cut(cutting, first, depth + 1);
    cut(cutting, second, depth + 1);
}

/* --- boxes of the page ----------------------------------------------------------------- */

static void
take_bar(struct cutting *cutting, struct area bar)
{
    const struct dots *whole = cutting->whole;
    if (bar.x < 0 || bar.y < 0 || bar.w < 1 || bar.h < 1 || bar.w > whole->width - bar.x ||
        bar.h > whole->height - bar.y || !is_black(whole, bar))
        return;
    for (int32_t y = bar.y; y < bar.y + bar.h; y++)
        for (int32_t x = bar.x; x < bar.x + bar.w; x++)
            cutting->ink.bits[(size_t)y * cutting->ink.stride + (size_t)(x >> 3)] &=
                (uint8_t)~(0x80 >> (x & 7));
    add_block(cutting, bar, true);
}

static void
take_boxes(struct cutting *cutting, const struct dots_page *page)
{
    for (size_t i = 0; i < page->native_count; i++) {
        const struct dots_native *box = &page->natives[i];
        int32_t line = box->line_dots;
        if (!box->item || box->item->kind == ITEM_SYMBOL || line < 1)
            continue;
        if (line * 2 >= box->w || line * 2 >= box->h) {
            take_bar(cutting, (struct area){box->x, box->y, box->w, box->h});
            continue;
        }
        int32_t between = box->h - 2 * line;
        take_bar(cutting, (struct area){box->x, box->y, box->w, line});
        take_bar(cutting, (struct area){box->x, box->y + box->h - line, box->w, line});
        take_bar(cutting, (struct area){box->x, box->y + line, line, between});
        take_bar(cutting, (struct area){box->x + box->w - line, box->y + line, line,
                                        between});
    }
}

/* --- the page -------------------------------------------------------------------------- */

static size_t
cost_of(const struct blocks *blocks, struct block_costs costs)
{
    size_t sum = 0;
    for (size_t i = 0; i < blocks->count; i++) {
        const struct area *at = &blocks->block[i].at;
        sum += blocks->block[i].is_bar
                   ? costs.bar
                   : costs.picture + (size_t)at->w / 8 * (size_t)at->h;
    }
    return sum;
}

static struct blocks
cut_page(struct cutting *cutting, const struct dots_page *page, bool has_boxes)
{
    const struct dots *whole = cutting->whole;
    memcpy(cutting->ink.bits, whole->bits, whole->stride * (size_t)whole->height);
    cutting->blocks = (struct blocks){.count = 0};
    if (has_boxes)
        take_boxes(cutting, page);
    cut(cutting, (struct field){0, 0, (int32_t)whole->stride, whole->height}, 0);
    return cutting->blocks;
}

enum status
blocks_cut(const struct dots_page *page, struct block_costs costs, struct arena *arena,
           struct blocks *ret)
{
    const struct dots *whole = &page->whole;
    size_t side = (size_t)whole->height > whole->stride ? (size_t)whole->height
                                                        : whole->stride;
    struct cutting cutting = {.whole = whole,
                              .ink = *whole,
                              .costs = costs,
                              .arena = arena,
                              .has_ink = arena_make(arena, side)};
    cutting.ink.bits = arena_make(arena, whole->stride * (size_t)whole->height);
    if (!cutting.has_ink || !cutting.ink.bits)
        return STATUS_NO_MEMORY;
    struct blocks best = cut_page(&cutting, page, false);
    if (page->native_count > 0) {
        struct blocks boxed = cut_page(&cutting, page, true);
        if (cost_of(&boxed, costs) < cost_of(&best, costs))
            best = boxed;
    }
    if (cutting.failed)
        return STATUS_NO_MEMORY;
    *ret = best;
    return STATUS_OK;
}

void
block_put_rows(struct buf *out, const struct dots *dots, const struct block *block,
               bool is_zero_black)
{
    const struct area *at = &block->at;
    uint8_t turned[64];
    for (int32_t y = at->y; y < at->y + at->h; y++) {
        const uint8_t *row =
            dots->bits + (size_t)y * dots->stride + (size_t)(at->x >> 3);
        size_t left = (size_t)(at->w >> 3);
        while (is_zero_black && left > 0) {
            size_t n = left < sizeof(turned) ? left : sizeof(turned);
            for (size_t i = 0; i < n; i++)
                turned[i] = (uint8_t)~row[i];
            buf_add(out, turned, n);
            row += n;
            left -= n;
        }
        buf_add(out, row, left);
    }
}
