/* Where things stand in a page header of PWG raster (PWG 5102.4-2012, table 1): bytes from
 * its begin, numbers big endian. Both halves of the press know it. */
#ifndef TUCK_PRESS_PWG_H
#define TUCK_PRESS_PWG_H

#define PWG_SYNC "RaS2"
#define PWG_HEADER_SIZE 1796

enum {
    PWG_NAME = 0, /* "PwgRaster" */
    PWG_CUT_MEDIA = 268,
    PWG_RESOLUTION = 276, /* twice */
    PWG_NUM_COPIES = 340,
    PWG_PAGE_SIZE = 352, /* points, twice */
    PWG_WIDTH = 372,
    PWG_HEIGHT = 376,
    PWG_BITS_PER_COLOR = 384,
    PWG_BITS_PER_PIXEL = 388,
    PWG_BYTES_PER_LINE = 392,
    PWG_COLOR_ORDER = 396, /* 0: chunky */
    PWG_COLOR_SPACE = 400,
    PWG_NUM_COLORS = 420,
    PWG_TOTAL_PAGES = 452,
    PWG_CROSS_FEED_TRANSFORM = 456,
    PWG_FEED_TRANSFORM = 460,
    PWG_IMAGE_BOX = 464, /* left, top, right, bottom */
    PWG_ALTERNATE_PRIMARY = 480,
    PWG_PAGE_SIZE_NAME = 1732, /* 64 bytes */
};

enum { PWG_BLACK = 3, PWG_SGRAY = 18, PWG_SRGB = 19 };
enum { PWG_CUT_AFTER_PAGE = 4 };

#endif
