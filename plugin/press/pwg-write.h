/* PWG Raster: PWG 5102.4-2012, "PWG Raster Format". */
#ifndef TUCK_PRESS_PWG_WRITE_H
#define TUCK_PRESS_PWG_WRITE_H

#include "base/text.h"
#include "press/pwg.h"

struct pwg_page {
    int32_t width, height; /* pixels */
    int32_t dpi;
    int32_t bits_per_color, colors; /* 1, 1: black; 8, 1: grey; 8, 3: sRGB */
    int32_t width_mm100, height_mm100; /* of the paper, as it is fed */
    int32_t total_pages;
    bool wants_cut;
};

/* Once a file. */
void pwg_begin(struct buf *out);
void pwg_put_header(struct buf *out, const struct pwg_page *page);

/* The page's rows, one by one from the top. */
struct pwg_rows {
    struct buf *out;
    size_t n;     /* bytes a row */
    size_t unit;  /* bytes that are repeated as one: a pixel, or 8 of one bit */
    uint8_t *last; /* `n` bytes; the row that waits for its number of repeats */
    int32_t repeats; /* 0: none waits */
    uint8_t *packed; /* PWG_PACKED_MAX(n) */
};
#define PWG_PACKED_MAX(n) ((n) * 2 + 2)
void pwg_put_row(struct pwg_rows *rows, const uint8_t *row);
void pwg_repeat_row(struct pwg_rows *rows); /* the same once more */
void pwg_end_rows(struct pwg_rows *rows);

/* The self-describing name of the paper (PWG 5101.1): the standard's, or custom. */
void pwg_media_name(int32_t width_mm100, int32_t height_mm100, char out[64]);

#endif
