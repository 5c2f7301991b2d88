/* A picture cut into the areas whose fields come out shortest.
 *
 * An area is cropped to its ink, then split at its blank bands, lying or standing, and
 * the parts are split again the other way. Neighbours are joined where one field is
 * shorter than two, and the whole is kept where nothing is gained. What a field costs is
 * asked of the coder itself, so that the cut fits the coding. */
#include "press/zpl-cut.h"

#include <string.h>

/* Blank bands thinner than this are not worth a look. */
#define GAP_ROWS 3
#define GAP_COLUMNS 12
#define DEPTH_MAX 5
#define PARTS_MAX 64
/* An area whose field is not longer than this can gain nothing. */
#define CHEAP 60

/* ---- ink ---- */

/* The bits of byte `i` of a row that lie in columns x to x + w. */
static uint8_t
mask_of(struct area area, size_t i)
{
    int32_t left = area.x - (int32_t)i * 8, right = left + area.w;
    uint32_t mask = left > 0 ? 0xffu >> left : 0xff;
    return (uint8_t)(right < 8 ? mask & (0xffu << (8 - right)) : mask);
}

static bool
has_row_ink(const struct dots *dots, struct area area, int32_t y)
{
    const uint8_t *row = dots->bits + (size_t)y * dots->stride;
    for (size_t i = (size_t)area.x / 8; i <= (size_t)(area.x + area.w - 1) / 8; i++)
        if (row[i] & mask_of(area, i))
            return true;
    return false;
}

/* Which columns have ink anywhere, as one row. */
static void
press_columns(const struct dots *dots, struct area area, uint8_t *columns)
{
    size_t first = (size_t)area.x / 8, last = (size_t)(area.x + area.w - 1) / 8;
    memset(columns, 0, dots->stride);
    for (int32_t y = area.y; y < area.y + area.h; y++)
        for (size_t i = first; i <= last; i++)
            columns[i] |= dots->bits[(size_t)y * dots->stride + i];
    columns[first] &= mask_of(area, first);
    columns[last] &= mask_of(area, last);
}

static bool
is_set(const uint8_t *columns, int32_t x)
{
    return columns[x / 8] >> (7 - x % 8) & 1;
}

static struct area
crop(const struct dots *dots, struct area area, uint8_t *columns)
{
    while (area.h > 0 && !has_row_ink(dots, area, area.y)) {
        area.y++;
        area.h--;
    }
    if (area.h == 0)
        return (struct area){0};
    while (!has_row_ink(dots, area, area.y + area.h - 1))
        area.h--;
    press_columns(dots, area, columns);
    while (!is_set(columns, area.x)) {
        area.x++;
        area.w--;
    }
    while (!is_set(columns, area.x + area.w - 1))
        area.w--;
    return area;
}

struct area
area_of_ink(const struct dots *dots, struct area within)
{
    uint8_t columns[(32000 + 7) / 8];
    if (within.w <= 0 || within.h <= 0 || dots->stride > sizeof columns)
        return (struct area){0};
    return crop(dots, within, columns);
}

/* ---- cutting ---- */

struct cutter {
    struct zpl_coder *coder;
    const struct dots *ink;
    struct arena *arena;
    struct areas *areas;
    uint8_t *columns;
    bool failed;
};

static void
add_area(struct cutter *cutter, struct area area)
{
    struct area *added =
        arena_append(cutter->arena, &cutter->areas->area, &cutter->areas->count,
                     &cutter->areas->room, sizeof *added);
    if (added)
        *added = area;
    else
        cutter->failed = true;
}

/* Splits along one axis where `gap` or more in a row are blank. `is_blank` tells of a
 * row's or a column's place. */
static size_t
split(struct area area, bool is_lying, const uint8_t *has_ink, struct area *parts)
{
    int32_t length = is_lying ? area.h : area.w, gap = is_lying ? GAP_ROWS : GAP_COLUMNS;
    int32_t from = 0, blank = 0;
    size_t count = 0;
    for (int32_t i = 0; i <= length; i++) {
        bool is_end = i == length;
        if (!is_end && !has_ink[i]) {
            blank++;
            continue;
        }
        if ((is_end || blank >= gap) && i - blank > from && count < PARTS_MAX) {
            int32_t n = (count == PARTS_MAX - 1 ? length : i - blank) - from;
            parts[count++] = is_lying ? (struct area){area.x, area.y + from, area.w, n}
                                      : (struct area){area.x + from, area.y, n, area.h};
            from = i;
        }
        blank = 0;
    }
    return count;
}

static size_t
split_rows(struct cutter *cutter, struct area area, struct area *parts)
{
    uint8_t *has_ink = arena_make(cutter->arena, (size_t)area.h);
    if (has_ink == NULL) {
        cutter->failed = true;
        return 0;
    }
    for (int32_t y = 0; y < area.h; y++)
        has_ink[y] = has_row_ink(cutter->ink, area, area.y + y);
    return split(area, true, has_ink, parts);
}

static size_t
split_columns(struct cutter *cutter, struct area area, struct area *parts)
{
    uint8_t *has_ink = arena_make(cutter->arena, (size_t)area.w);
    if (has_ink == NULL) {
        cutter->failed = true;
        return 0;
    }
    press_columns(cutter->ink, area, cutter->columns);
    for (int32_t x = 0; x < area.w; x++)
        has_ink[x] = is_set(cutter->columns, area.x + x);
    return split(area, false, has_ink, parts);
}

static struct area
around(struct area a, struct area b)
{
    int32_t right = a.x + a.w > b.x + b.w ? a.x + a.w : b.x + b.w;
    int32_t bottom = a.y + a.h > b.y + b.h ? a.y + a.h : b.y + b.h;
    int32_t x = a.x < b.x ? a.x : b.x, y = a.y < b.y ? a.y : b.y;
    return (struct area){x, y, right - x, bottom - y};
}

/* Joins neighbours of which one field is shorter than two; their costs' sum. */
static size_t
join(struct cutter *cutter, struct area *parts, size_t *count)
{
    size_t costs[PARTS_MAX], kept = 0, sum = 0;
    for (size_t i = 0; i < *count; i++) {
        struct area part = crop(cutter->ink, parts[i], cutter->columns);
        size_t cost = zpl_code_cost(cutter->coder, cutter->ink, part);
        while (kept > 0) {
            struct area both = around(parts[kept - 1], part);
            size_t joined = zpl_code_cost(cutter->coder, cutter->ink, both);
            if (joined > costs[kept - 1] + cost)
                break;
            part = both;
            cost = joined;
            kept--;
        }
        parts[kept] = part;
        costs[kept++] = cost;
    }
    for (size_t i = 0; i < kept; i++)
        sum += costs[i];
    *count = kept;
    return sum;
}

/* Adds the areas that `area` is best cut into, and tells what they cost. */
static size_t
cut(struct cutter *cutter, struct area area, bool is_lying, int depth)
{
    struct area parts[PARTS_MAX];
    size_t from = cutter->areas->count, sum = 0;
    area = crop(cutter->ink, area, cutter->columns);
    size_t whole = zpl_code_cost(cutter->coder, cutter->ink, area);
    size_t count = 0;
    for (int way = 0; way < 2 && count < 2 && whole > CHEAP && depth < DEPTH_MAX; way++) {
        is_lying = way ? !is_lying : is_lying;
        count = is_lying ? split_rows(cutter, area, parts)
                         : split_columns(cutter, area, parts);
        if (count > 1)
            join(cutter, parts, &count);
    }
    if (count > 1)
        for (size_t i = 0; i < count; i++)
            sum += cut(cutter, parts[i], !is_lying, depth + 1);
    if (count > 1 && sum < whole)
        return sum;
    cutter->areas->count = from;
    add_area(cutter, area);
    return whole;
}

bool
zpl_cut(struct zpl_coder *coder, const struct dots *ink, struct arena *arena,
        struct areas *ret)
{
    struct cutter cutter = {.coder = coder, .ink = ink, .arena = arena, .areas = ret};
    struct area all = {0, 0, ink->width, ink->height};
    *ret = (struct areas){0};
    cutter.columns = arena_make(arena, ink->stride);
    if (cutter.columns == NULL)
        return false;
    all = crop(ink, all, cutter.columns);
    if (all.w > 0)
        cut(&cutter, all, true, 0);
    return !cutter.failed && !coder->failed;
}
