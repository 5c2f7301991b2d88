/* A page as the dots of a label printer: black or nothing.
 *
 * Type, lines and boxes by threshold, symbols snapped to whole dots without cairo, pictures
 * by a halftone; a template may choose for an element (`dots="threshold|halftone"`). */
#ifndef TUCK_PRESS_DOTS_H
#define TUCK_PRESS_DOTS_H

#include "press/dot-grid.h"
#include "press/sheets.h"

/* A symbol, or a box that is plain black, where a printer's own command draws the very
 * same dots. Only what nothing lies over is listed, upright or turned by quarters. */
struct dots_native {
    const struct page_item *item; /* ITEM_SYMBOL, ITEM_BOX or ITEM_LINE */
    bool is_imprint;
    int32_t quarter;      /* turns of 90° clockwise on the device */
    int32_t x, y, w, h;   /* dots, as it stands on the device; of a symbol the modules
                             without quiet zone and text below */
    int32_t module_dots;  /* of a symbol */
    int32_t line_dots;    /* of a box: its line; as much as the side: filled */
};

struct dots_page {
    struct dots whole; /* all of it, as it will be printed */
    struct dots plate; /* what is the same on every carton; bits NULL: nothing is */
    const char *plate_key; /* equal keys: equal plates on this device */
    const struct dots_native *natives;
    size_t native_count;
    const struct dots_native *symbols; /* all of them, also what something lies over */
    size_t symbol_count;
};

/* Lays the page on the device of the job at its dpi. All in the making's arena. A page
 * beyond the head that may not shrink, and a symbol whose modules would be less than a
 * dot, are STATUS_BAD_INPUT with a note. */
enum status dots_make(struct making *making, const struct page *page,
                      struct dots_page *ret);

/* Frees a plate of dots: for the studio's shelf. */
void dots_plate_free(void *plate);

#endif
