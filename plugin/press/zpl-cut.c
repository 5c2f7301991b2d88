/* A picture cut into the areas whose fields come out shortest.
 *
 * An area is cropped to its ink, then split at bands that are all white or all black,
 * lying or standing, and the parts are split again. A black band is a box of its own.
 * Neighbours are joined where one field is shorter than two, and the whole is kept where
 * nothing is gained. What a field costs is asked of the coder itself, so that the cut
 * fits the coding; deflated graphics share what they repeat and gain little from cuts, so
 * of them only large ones are tried. */
#include "press/zpl-cut.h"

#include "press/job.h"

#include <string.h>

/* Per coding: bands thinner than this are not worth a look, and how often an area is
 * split again. The last two bound the time. */
struct ways {
    int32_t rows, columns, solid;
    size_t parts_max;
    int depth_max;
};
static const struct ways fine = {3, 12, 2, 8, 3}, coarse = {24, 40, 8, 4, 2};
#define PARTS_ROOM 9 /* the larger parts_max, and one */

/* An area whose field is not longer than this can gain nothing. */
#define CHEAP 60
#define BOX_COST 26 /* ^FO123,456^GB123,45,45^FS */

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

/* Which columns have ink anywhere, as one row; and in which there is nothing else. */
static void
press_columns(const struct dots *dots, struct area area, uint8_t *any, uint8_t *all)
{
    size_t first = (size_t)area.x / 8, last = (size_t)(area.x + area.w - 1) / 8;
    memset(any, 0, dots->stride);
    if (all)
        memset(all, 0xff, dots->stride);
    for (int32_t y = area.y; y < area.y + area.h; y++) {
        const uint8_t *row = dots->bits + (size_t)y * dots->stride;
        for (size_t i = first; i <= last; i++)
            any[i] |= row[i];
        for (size_t i = first; all && i <= last; i++)
            all[i] &= row[i];
    }
    any[first] &= mask_of(area, first);
    any[last] &= mask_of(area, last);
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
    press_columns(dots, area, columns, NULL);
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

/* ---- splitting ---- */

struct cutter {
    struct zpl_coder *coder;
    const struct ways *ways;
    const struct dots *ink;
    struct arena *arena;
    struct cut_parts *parts;
    uint8_t *any, *all; /* rows of dots */
    uint8_t *lines;     /* what each row or column is */
    bool failed;
};

enum line { LINE_WHITE, LINE_MIXED, LINE_BLACK };

static enum line
line_of_row(const struct dots *dots, struct area area, int32_t y)
{
    const uint8_t *row = dots->bits + (size_t)y * dots->stride;
    bool is_white = true, is_black = true;
    for (size_t i = (size_t)area.x / 8; i <= (size_t)(area.x + area.w - 1) / 8; i++) {
        uint8_t mask = mask_of(area, i);
        is_white &= (row[i] & mask) == 0;
        is_black &= (row[i] & mask) == mask;
    }
    return is_black ? LINE_BLACK : is_white ? LINE_WHITE : LINE_MIXED;
}

static void
classify(struct cutter *cutter, struct area area, bool is_lying)
{
    if (is_lying) {
        for (int32_t y = 0; y < area.h; y++)
            cutter->lines[y] = (uint8_t)line_of_row(cutter->ink, area, area.y + y);
        return;
    }
    press_columns(cutter->ink, area, cutter->any, cutter->all);
    for (int32_t x = 0; x < area.w; x++)
        cutter->lines[x] = is_set(cutter->all, area.x + x)   ? LINE_BLACK
                           : is_set(cutter->any, area.x + x) ? LINE_MIXED
                                                             : LINE_WHITE;
}

static struct area
slice(struct area area, bool is_lying, int32_t from, int32_t to)
{
    return is_lying ? (struct area){area.x, area.y + from, area.w, to - from}
                    : (struct area){area.x + from, area.y, to - from, area.h};
}

/* The parts between bands of at least `gap`; more than there is room for: room + 1. */
static size_t
split_by(const struct cutter *cutter, struct area area, bool is_lying, int32_t gap,
         struct cut_part *parts)
{
    int32_t length = is_lying ? area.h : area.w, from = 0, next;
    int32_t solid = gap < cutter->ways->solid ? gap : cutter->ways->solid;
    size_t count = 0, room = cutter->ways->parts_max;
    for (int32_t i = 0; i < length && count <= room; i = next) {
        uint8_t line = cutter->lines[i];
        for (next = i + 1; next < length && cutter->lines[next] == line;)
            next++;
        bool is_solid = line == LINE_BLACK && next - i >= solid;
        bool is_gap = line == LINE_WHITE && next - i >= gap;
        if (!is_solid && !is_gap)
            continue;
        if (i > from)
            parts[count++] = (struct cut_part){slice(area, is_lying, from, i), false};
        if (is_solid && count <= room)
            parts[count++] = (struct cut_part){slice(area, is_lying, i, next), true};
        from = next;
    }
    if (from < length && count <= room)
        parts[count++] = (struct cut_part){slice(area, is_lying, from, length), false};
    return count;
}

/* As many parts as may be: the widest bands count first. */
static size_t
split(struct cutter *cutter, struct area area, bool is_lying, struct cut_part *parts)
{
    int32_t gap = is_lying ? cutter->ways->rows : cutter->ways->columns;
    classify(cutter, area, is_lying);
    for (;; gap *= 2) {
        size_t count = split_by(cutter, area, is_lying, gap, parts);
        if (count <= cutter->ways->parts_max)
            return count;
        if (gap > 32000)
            return 1;
    }
}

/* ---- joining ---- */

static struct area
around(struct area a, struct area b)
{
    int32_t right = a.x + a.w > b.x + b.w ? a.x + a.w : b.x + b.w;
    int32_t bottom = a.y + a.h > b.y + b.h ? a.y + a.h : b.y + b.h;
    int32_t x = a.x < b.x ? a.x : b.x, y = a.y < b.y ? a.y : b.y;
    return (struct area){x, y, right - x, bottom - y};
}

static size_t
cost_of(struct cutter *cutter, struct cut_part part)
{
    return part.is_solid ? BOX_COST
                         : zpl_code_cost(cutter->coder, cutter->ink, part.area);
}

/* Joins neighbours of which one field is shorter than two; tells what is left of them. */
static size_t
join(struct cutter *cutter, struct cut_part *parts, size_t count)
{
    size_t costs[PARTS_ROOM], kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct cut_part part = parts[i];
        part.area = crop(cutter->ink, part.area, cutter->any);
        if (part.area.w == 0)
            continue; /* a white band between black ones */
        size_t cost = cost_of(cutter, part);
        while (kept > 0) {
            struct cut_part both = {around(parts[kept - 1].area, part.area), false};
            size_t joined = cost_of(cutter, both);
            if (joined > costs[kept - 1] + cost)
                break;
            part = both;
            cost = joined;
            kept--;
        }
        parts[kept] = part;
        costs[kept++] = cost;
    }
    return kept;
}

/* ---- cutting ---- */

static void
add_part(struct cutter *cutter, struct cut_part part)
{
    struct cut_part *added =
        arena_append(cutter->arena, &cutter->parts->part, &cutter->parts->count,
                     &cutter->parts->room, sizeof *added);
    if (added)
        *added = part;
    else
        cutter->failed = true;
}

/* Adds the parts that one is best cut into, and tells what they cost. */
static size_t
cut(struct cutter *cutter, struct cut_part part, bool is_lying, int depth)
{
    struct cut_part parts[PARTS_ROOM];
    size_t from = cutter->parts->count, whole = cost_of(cutter, part), sum = 0, count = 0;
    bool is_worth = !part.is_solid && whole > CHEAP && depth < cutter->ways->depth_max;
    for (int way = 0; way < 2 && count < 2 && is_worth; way++) {
        is_lying = way ? !is_lying : is_lying;
        count = split(cutter, part.area, is_lying, parts);
        if (count > 1)
            count = join(cutter, parts, count);
    }
    for (size_t i = 0; i < count && count > 1; i++)
        sum += cut(cutter, parts[i], !is_lying, depth + 1);
    if (count > 1 && sum < whole)
        return sum;
    cutter->parts->count = from;
    add_part(cutter, part);
    return whole;
}

bool
zpl_cut(struct zpl_coder *coder, const struct dots *ink, struct arena *arena,
        struct cut_parts *ret)
{
    struct cutter cutter = {.coder = coder, .ink = ink, .arena = arena, .parts = ret};
    size_t longest = (size_t)(ink->width > ink->height ? ink->width : ink->height);
    *ret = (struct cut_parts){0};
    cutter.ways = coder->codings & ZPL_Z64 ? &coarse : &fine;
    cutter.any = arena_make(arena, ink->stride);
    cutter.all = arena_make(arena, ink->stride);
    cutter.lines = arena_make(arena, longest);
    if (cutter.any == NULL || cutter.all == NULL || cutter.lines == NULL)
        return false;
    struct cut_part all = {{0, 0, ink->width, ink->height}, false};
    all.area = crop(ink, all.area, cutter.any);
    if (all.area.w > 0)
        cut(&cutter, all, true, 0);
    return !cutter.failed && !coder->failed;
}
