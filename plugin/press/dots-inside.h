/* What the files of dots share. Inside press/. */
#ifndef TUCK_PRESS_DOTS_INSIDE_H
#define TUCK_PRESS_DOTS_INSIDE_H

#include "press/dots.h"
#include "press/draw.h"

/* A rectangle of the device, in dots. */
struct area {
    int32_t x, y, w, h;
};

/* The page while it becomes dots: what will be printed, and beside it how bright the page
 * was meant to be, which tells what type stands on. */
struct dotting {
    struct making *making;
    const struct page *page;
    double scale;       /* dots per 1/100 mm */
    int32_t quarter;    /* turns of the page, clockwise */
    struct area inside; /* the trim on the device */
    struct dots dots;
    uint8_t *luma;      /* a byte a dot, 255: white */
    cairo_matrix_t matrix;      /* 1/100 mm to dots */
    cairo_surface_t *mask;      /* A8, for what goes by threshold; made when needed */
    cairo_surface_t *picture;   /* ARGB32, for what is halftoned; made when needed */
};

/* --- dots-device.c --------------------------------------------------------------------- */

/* Lays the page on the job's device: scale, matrix, size. Notes 820 and 821. */
enum status dots_set_device(struct dotting *dotting);
/* 0–255 of what an opaque colour looks like; Rec. 601 weights on coded values. */
int32_t dots_luma(struct rgba colour);

/* The item's reach on the device, within the trim. Empty: w or h 0. */
struct area dots_reach(const struct dotting *dotting, const struct page_item *item);
/* A rectangle of the page on the device, its edges rounded. */
struct area dots_rect(const struct dotting *dotting, double x, double y, double w,
                      double h);
/* What of an area lies within the trim and the sheet. */
struct area dots_cut(const struct dotting *dotting, struct area area);
void dots_set(struct dots *dots, int32_t x, int32_t y, bool is_black);
void dots_fill(struct dotting *dotting, const struct area *area, bool is_black);
void dots_fill_luma(struct dotting *dotting, const struct area *area, int32_t luma);

/* --- dots-item.c ----------------------------------------------------------------------- */

enum status dots_put_item(struct dotting *dotting, const struct page_item *item);
/* A box without round corners whose edges are the device's: its dots are set, not drawn. */
bool dots_is_plain_rect(const struct page_item *item);
/* Of a plain rectangle: its line's width in dots, and its outer edge. */
int32_t dots_stroke(const struct dotting *dotting, const struct page_item *item);
struct area dots_frame(const struct dotting *dotting, const struct page_item *item);

/* --- dots-tone.c ----------------------------------------------------------------------- */

/* Lays the picture over an area and halftones it. */
enum status dots_halftone(struct dotting *dotting, const struct area *area,
                          bool is_drawing);

/* The same by threshold. */
void dots_threshold(struct dotting *dotting, const struct area *area);

/* --- dots-symbol.c --------------------------------------------------------------------- */

enum status dots_symbol(struct dotting *dotting, const struct page_item *item,
                        bool warns);
/* False when it is no native: turned freely, cut off … */
bool dots_symbol_native(const struct dotting *dotting, const struct page_item *item,
                        struct dots_native *ret);

#endif
