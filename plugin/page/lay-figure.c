/* Figures that tell a number: a bar, a kettle that fills, cups in a row; and badges.
 *
 * Outlines are drawn in a square of 100 and scaled to the element. A fill is the outline
 * cut off at its level, so the page needs no clipping. A number that is not known counts
 * as none. */
#include "page/page-inside.h"

#include <math.h>
#include <string.h>

struct point {
    double x, y;
};

/* One curve of an outline: two control points and an end. A line repeats its ends. */
struct curve {
    struct point a, b, to;
};
struct outline {
    struct point from;
    const struct curve *curves;
    size_t count;
};

static const struct curve kettle_curves[] = {
    {{12, 92}, {9, 84}, {11, 74}},  {{13, 57}, {21, 45}, {34, 40}},
    {{34, 40}, {62, 40}, {62, 40}}, {{70, 43}, {76, 50}, {79, 59}},
    {{84, 57}, {88, 50}, {91, 41}}, {{91, 41}, {98, 43}, {98, 43}},
    {{96, 57}, {92, 71}, {84, 77}}, {{85, 85}, {83, 92}, {74, 92}},
    {{74, 92}, {22, 92}, {22, 92}},
};
static const struct outline kettle = {{22, 92}, kettle_curves, COUNT_OF(kettle_curves)};
#define KETTLE_TOP 40.0
#define KETTLE_FOOT 92.0

static const struct curve handle_curves[] = {
    {{26, 8}, {70, 8}, {66, 39}},
    {{66, 39}, {60, 39}, {60, 39}},
    {{62, 18}, {34, 18}, {36, 39}},
    {{36, 39}, {30, 39}, {30, 39}},
};
static const struct outline handle = {{30, 39}, handle_curves, COUNT_OF(handle_curves)};
static const struct curve lid_curves[] = {
    {{40, 34}, {44, 33}, {46, 33}},
    {{42, 27}, {54, 27}, {50, 33}},
    {{52, 33}, {56, 34}, {58, 39}},
    {{52, 38}, {44, 38}, {38, 39}},
};
static const struct outline lid = {{38, 39}, lid_curves, COUNT_OF(lid_curves)};

/* A bowl with its saucer, and the ring of its handle: two outlines, the ring's inner side
 * the other way round, so that it stays open. */
static const struct curve cup_curves[] = {
    {{6, 18}, {72, 18}, {72, 18}},  {{72, 21}, {72, 25}, {71, 28}},
    {{84, 24}, {96, 28}, {96, 42}}, {{96, 56}, {82, 65}, {64, 64}},
    {{60, 72}, {55, 78}, {49, 81}}, {{49, 81}, {74, 81}, {74, 81}},
    {{74, 87}, {70, 89}, {66, 89}}, {{66, 89}, {12, 89}, {12, 89}},
    {{8, 89}, {4, 87}, {4, 81}},    {{4, 81}, {29, 81}, {29, 81}},
    {{13, 72}, {6, 44}, {6, 18}},
};
static const struct outline cup = {{6, 18}, cup_curves, COUNT_OF(cup_curves)};
static const struct curve cup_hole_curves[] = {
    {{69, 46}, {68, 52}, {67, 56}},
    {{79, 56}, {88, 51}, {88, 42}},
    {{88, 35}, {81, 33}, {70, 36}},
};
static const struct outline cup_hole = {
    {70, 36}, cup_hole_curves, COUNT_OF(cup_hole_curves)};

/* The largest square in the middle of a rectangle is 100 wide. */
static struct point
scaled(struct rect at, struct point p)
{
    double side = MIN(at.w, at.h);
    return (struct point){at.x + (at.w - side) / 2 + p.x * side / 100,
                          at.y + (at.h - side) / 2 + p.y * side / 100};
}

static void
finish(struct lay *lay, struct page_item *item, struct path_step *steps, size_t count)
{
    item->steps = steps;
    item->step_count = steps ? count : 0;
    if (!steps)
        lay->status = STATUS_NO_MEMORY;
}

static void
add_outline(struct path_step *steps, const struct outline *outline, struct rect at)
{
    struct point from = scaled(at, outline->from);
    *steps++ = (struct path_step){PATH_MOVE, {from.x}, {from.y}};
    for (size_t i = 0; i < outline->count; i++) {
        const struct curve *curve = &outline->curves[i];
        struct point a = scaled(at, curve->a), b = scaled(at, curve->b);
        struct point to = scaled(at, curve->to);
        *steps++ = (struct path_step){PATH_CURVE, {a.x, b.x, to.x}, {a.y, b.y, to.y}};
    }
    *steps = (struct path_step){.op = PATH_CLOSE};
}

/* One outline, and a second that is NULL or goes with it. */
static void
put_outlines(struct lay *lay, struct page_item *item, const struct outline *outline,
             const struct outline *second, struct rect at)
{
    size_t count = outline->count + 2, more = second ? second->count + 2 : 0;
    struct path_step *steps = arena_make_array(lay->arena, count + more, sizeof *steps);
    if (steps)
        add_outline(steps, outline, at);
    if (steps && second)
        add_outline(steps + count, second, at);
    finish(lay, item, steps, count + more);
}

/* ---- the part of an outline below a level ---- */

#define STEPS_A_CURVE 16

static struct point
on_curve(struct point from, const struct curve *curve, double t)
{
    double u = 1 - t, k0 = u * u * u, k1 = 3 * u * u * t, k2 = 3 * u * t * t,
           k3 = t * t * t;
    return (struct point){
        k0 * from.x + k1 * curve->a.x + k2 * curve->b.x + k3 * curve->to.x,
        k0 * from.y + k1 * curve->a.y + k2 * curve->b.y + k3 * curve->to.y,
    };
}

static struct point
crossing(struct point a, struct point b, double level)
{
    double t = (level - a.y) / (b.y - a.y);
    return (struct point){a.x + t * (b.x - a.x), level};
}

struct polygon {
    struct point *points;
    size_t count, room;
};

static void
add_point(struct lay *lay, struct polygon *polygon, struct point point)
{
    struct point *slot = arena_append(lay->arena, &polygon->points, &polygon->count,
                                      &polygon->room, sizeof *slot);
    if (slot)
        *slot = point;
    else
        lay->status = STATUS_NO_MEMORY;
}

/* Sutherland and Hodgman's clipping by one edge. */
static void
clip_edge(struct lay *lay, struct polygon *polygon, struct point a, struct point b,
          double level)
{
    bool is_a_in = a.y >= level, is_b_in = b.y >= level;
    if (is_a_in != is_b_in)
        add_point(lay, polygon, crossing(a, b, level));
    if (is_b_in)
        add_point(lay, polygon, b);
}

static void
put_below(struct lay *lay, struct page_item *item, const struct outline *outline,
          struct rect at, double level)
{
    struct polygon polygon = {0};
    struct point from = outline->from, before = from;
    for (size_t i = 0; i < outline->count; i++) {
        for (int k = 1; k <= STEPS_A_CURVE; k++) {
            struct point to =
                on_curve(from, &outline->curves[i], k / (double)STEPS_A_CURVE);
            clip_edge(lay, &polygon, before, to, level);
            before = to;
        }
        from = outline->curves[i].to;
    }
    size_t count = polygon.count + 1;
    struct path_step *steps = arena_make_array(lay->arena, count, sizeof *steps);
    for (size_t i = 0; steps && i < polygon.count; i++) {
        struct point p = scaled(at, polygon.points[i]);
        steps[i] = (struct path_step){i ? PATH_LINE : PATH_MOVE, {p.x}, {p.y}};
    }
    if (steps)
        steps[count - 1] = (struct path_step){.op = PATH_CLOSE};
    finish(lay, item, steps, count);
}

/* ---- progress ---- */

struct progress {
    struct rect at;
    struct rgba fill, track;
    double share; /* 0–1 */
};

static void
lay_bar(struct lay *lay, const xmlNode *node, const struct spot *spot,
        const struct progress *progress)
{
    struct rect at = progress->at, filled = at;
    /* The round ends need their own length even for a little. */
    double w = at.w * progress->share;
    filled.w = (int32_t)lround(progress->share > 0 ? MAX(w, MIN(at.w, at.h)) : 0);
    struct page_item *track = lay_item_at(lay, node, spot, ITEM_BOX, at);
    if (!track)
        return;
    track->fill = progress->track;
    track->radius_mm100 = MIN(at.w, at.h) / 2.0;
    struct page_item *fill =
        filled.w > 0 ? lay_item_at(lay, node, spot, ITEM_BOX, filled) : NULL;
    if (!fill)
        return;
    fill->fill = progress->fill;
    fill->radius_mm100 = MIN(at.w, at.h) / 2.0;
    /* A bar that stays still grows from where reading begins. */
    if (lay->page->is_rtl && lay_turn(node, spot) == TURN_STAY)
        fill->at.x = at.x + at.w - filled.w;
}

static void
lay_kettle(struct lay *lay, const xmlNode *node, const struct spot *spot,
           const struct progress *progress)
{
    struct page_item *parts[3];
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        if (i == 2 && progress->share <= 0)
            return;
        parts[i] = lay_item_at(lay, node, spot, ITEM_PATH, progress->at);
        if (!parts[i])
            return;
        struct rect at = parts[i]->at;
        parts[i]->fill = i == 2 ? progress->fill : progress->track;
        if (i < 2)
            put_outlines(lay, parts[i], i ? &kettle : &handle, i ? NULL : &lid, at);
        else
            put_below(lay, parts[i], &kettle, at,
                      KETTLE_FOOT - (KETTLE_FOOT - KETTLE_TOP) * progress->share);
    }
}

static void
lay_cups(struct lay *lay, const xmlNode *node, const struct spot *spot,
         const struct progress *progress, int count, int full)
{
    for (int i = 0; i < count; i++) {
        struct rect at = progress->at;
        int32_t left = (int32_t)((int64_t)at.w * i / count);
        at.x += left;
        at.w = (int32_t)((int64_t)at.w * (i + 1) / count) - left;
        struct page_item *item = lay_item_at(lay, node, spot, ITEM_PATH, at);
        if (!item)
            return;
        item->fill = i < full ? progress->fill : progress->track;
        put_outlines(lay, item, &cup, &cup_hole, item->at);
    }
}

static double
number_or_none(struct lay *lay, const xmlNode *node, const char *name)
{
    double value = lay_number(lay, node, name, 0);
    return isfinite(value) ? value : 0;
}

void
lay_progress(struct lay *lay, const xmlNode *node, const struct spot *spot)
{
    const struct rgba none = {0, 0, 0, 0};
    const char *shape = lay_attr(node, "shape");
    double value = number_or_none(lay, node, "value"),
           max = number_or_none(lay, node, "max");
    double count = lay_attr(node, "count") ? number_or_none(lay, node, "count") : max;
    struct progress progress = {
        .at = lay_rect(lay, node, spot),
        .fill = lay_colour(lay, node, "fill", none),
        .track = lay_colour(lay, node, "track", none),
        .share = max > 0 ? CLAMP(value / max, 0, 1) : 0,
    };
    if (lay->status != STATUS_OK)
        return;
    if (shape && strcmp(shape, "kettle") == 0) {
        lay_kettle(lay, node, spot, &progress);
    } else if (shape && strcmp(shape, "cups") == 0) {
        int cups = (int)CLAMP(count, 1, 60);
        /* With another count than max, the cups share out what there is. */
        double full = count == max ? value : progress.share * cups;
        lay_cups(lay, node, spot, &progress, cups,
                 (int)CLAMP(floor(full + 1e-9), 0, cups));
    } else {
        lay_bar(lay, node, spot, &progress);
    }
}

/* ---- badges ---- */

#define SCALLOPS 18

static void
put_scallops(struct lay *lay, struct page_item *item)
{
    struct rect at = item->at;
    double cx = at.x + at.w / 2.0, cy = at.y + at.h / 2.0, outer = at.w / 2.0;
    double inner = outer * 0.93, bulge = outer * 1.035;
    size_t count = SCALLOPS + 2;
    struct path_step *steps = arena_make_array(lay->arena, count, sizeof *steps);
    if (steps)
        steps[0] = (struct path_step){PATH_MOVE, {cx + inner}, {cy}};
    for (size_t i = 0; steps && i < SCALLOPS; i++) {
        double from = 2 * G_PI * (double)i / SCALLOPS,
               to = 2 * G_PI * (double)(i + 1) / SCALLOPS;
        double c1 = from + (to - from) * 0.2, c2 = from + (to - from) * 0.8;
        steps[i + 1] = (struct path_step){
            PATH_CURVE,
            {cx + bulge * cos(c1), cx + bulge * cos(c2), cx + inner * cos(to)},
            {cy + bulge * sin(c1), cy + bulge * sin(c2), cy + inner * sin(to)},
        };
    }
    if (steps)
        steps[count - 1] = (struct path_step){.op = PATH_CLOSE};
    finish(lay, item, steps, count);
}

void
lay_badge(struct lay *lay, const xmlNode *node, const struct spot *spot)
{
    const struct rgba none = {0, 0, 0, 0};
    const char *edge = lay_attr(node, "edge");
    bool is_scalloped = edge && strcmp(edge, "scallop") == 0;
    struct rect at = lay_rect(lay, node, spot);
    int32_t side = MIN(at.w, at.h);
    struct rect round = {at.x + (at.w - side) / 2, at.y + (at.h - side) / 2, side, side};
    struct page_item *item =
        lay_item_at(lay, node, spot, is_scalloped ? ITEM_PATH : ITEM_BOX, round);
    if (!item)
        return;
    double turn = lay_number(lay, node, "rotate", 0);
    item->fill = lay_colour(lay, node, "fill", none);
    item->stroke = lay_colour(lay, node, "stroke", none);
    item->stroke_mm100 = item->stroke.a > 0 ? 35 : 0;
    item->rotate_deg = isnan(turn) ? 0 : turn;
    item->is_flipped = false;
    if (is_scalloped)
        put_scallops(lay, item);
    else
        item->radius_mm100 = side / 2.0;
    /* the square within the circle, with a little air */
    int32_t inset = (int32_t)(side * 0.16);
    struct rect inside = {round.x + inset, round.y + inset, side - 2 * inset,
                          side - 2 * inset};
    lay_text(lay, node, spot, inside);
}
