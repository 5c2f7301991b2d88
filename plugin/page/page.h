/* Pages: template + values → a display list in 1/100 mm. Lives in tuck-press.
 *
 * Untrusted text stays text: values reach a template as XPath strings and numbers, never
 * as markup or expressions. Templates may read files only below the template's folder
 * and the folders given to pages_open(). */
#ifndef TUCK_PAGE_PAGE_H
#define TUCK_PAGE_PAGE_H

#include "base/arena.h"
#include "base/note.h"
#include "base/text.h"

#include <pango/pango.h>

/* Plate: the same for every carton; imprint: what came out of a hole. */
enum page_layer { LAYER_PLATE, LAYER_IMPRINT };

enum page_item_kind {
    ITEM_BOX,
    ITEM_LINE,
    ITEM_PATH,
    ITEM_ART,
    ITEM_IMAGE,
    ITEM_TEXT,
    ITEM_SYMBOL
};

struct rgba {
    double r, g, b, a; /* 0–1; a 0: nothing is painted */
};

/* mm100, trim's top left is 0,0 */
struct rect {
    int32_t x, y, w, h;
};

enum path_op { PATH_MOVE, PATH_LINE, PATH_CURVE, PATH_CLOSE };
struct path_step {
    enum path_op op;
    double x[3], y[3]; /* mm100 */
};

struct page_item {
    enum page_item_kind kind;
    enum page_layer layer;
    int32_t line; /* in the template */
    struct rect at;
    double rotate_deg; /* about the centre of `at`, clockwise */
    bool is_flipped;   /* left to right, about the centre */
    double opacity;    /* 0–1, of the whole item */
    /* how it becomes black and white where there is nothing else */
    enum { DOTS_BY_KIND, DOTS_THRESHOLD, DOTS_HALFTONE } dots;
    struct rgba fill, stroke;
    double stroke_mm100, radius_mm100, dash_mm100;
    /* ITEM_PATH */
    const struct path_step *steps;
    size_t step_count;
    /* ITEM_ART, ITEM_IMAGE: an absolute path, checked to be below an allowed folder */
    const char *file;
    enum { FIT_CONTAIN, FIT_COVER, FIT_STRETCH } fit;
    double tile_mm100; /* 0: not tiled */
    bool is_half_drop;
    /* ITEM_TEXT: laid out by Pango in device units of 1/100 mm × PANGO_SCALE, with a
     * pangocairo font map. The layout's top left is drawn at at.x, at.y (so vertical
     * alignment is already in them); `fill` is the colour of runs without their own.
     * Layouts and their contexts are shared between pages: draw with
     * pango_cairo_show_layout() alone, never pango_cairo_update_layout(). */
    PangoLayout *layout; /* owned by the page */
    double scale;        /* copyfitting came to this share of the size, 0.3–1 */
    bool is_cut;         /* ended by an ellipsis */
    bool is_run_on;      /* without its written breaks */
    int32_t tighten;     /* thousandths of the size taken from between letters */
    int32_t shorter;     /* which of its shorter texts it is; 0: its own */
    const char *text;    /* what was asked for, whole */
    /* ITEM_SYMBOL: modules as rows of bytes, 1 dark; a linear symbol has one row. The
     * quiet zone is part of the modules and of `at`. `fill` is the dark modules' colour,
     * `stroke` the ground's (a 0: none). With an `hri`, the foot of `at` is for it. */
    const char *symbol_type;
    const char *symbol_text;
    int32_t columns, rows;
    const uint8_t *modules;
    const char *hri; /* human readable text, NULL none */
    /* EAN and UPC instead: a digit below each of its bars, `at` in columns; and the columns
     * whose bars reach down among them */
    struct hri_digit {
        char text[2];
        double at;
    } *hri_digits;
    size_t hri_digit_count;
    const uint8_t *is_long; /* NULL none */
};

struct page {
    const char *template_name, *title, *lang;
    const char *template_dir; /* absolute; a dump names files as seen from here */
    bool is_rtl;
    int32_t width_mm100, height_mm100, bleed_mm100, safe_mm100;
    struct rgba ground;
    struct page_item *items; /* in painting order */
    size_t item_count;
    const char *plate_key; /* equal keys: equal plate items */
    /* box panels: crop marks and the trim's outline are items; they and the label lie up
     * to 6.2 mm beyond the bleed */
    bool wants_outline;
    struct page *next; /* where threaded text goes on; NULL: this is the last */
};
#define PAGE_SHEETS_MAX 64 /* of one piece */

/* The typesetter: fonts, parsed templates, caches. One thread. */
struct pages;
struct pages_settings {
    const char *fonts_conf;       /* our fontconfig file */
    const char *const *read_dirs; /* NULL-terminated: where templates and art may lie */
};
enum status pages_open(const struct pages_settings *settings, struct notes *notes,
                       struct pages **ret);
void pages_close(struct pages *pages);
/* Whether texts that the reader's language lacks are told: in proofs they are. */
void pages_set_strict(struct pages *pages, bool is_strict);
/* For words that no template says (captions, page numbers): the same fonts, with which a
 * layout's unit is 1/100 mm. Lent until the next call; layouts made from it keep it. */
PangoContext *pages_context(struct pages *pages, const char *lang);

/* Lays out one piece: a page, and those its threaded text goes on over. `values` is the values document (see job.h). Overflow, missing
 * glyphs, symbols too small, text beyond the safe area are notes (warnings). The page
 * lives in `arena` but for its layouts: page_done(), of the first, before the arena goes. */
enum status page_make(struct pages *pages, const char *template_path, const char *values,
                      size_t values_n, struct arena *arena, struct notes *notes,
                      struct page **ret);
void page_done(struct page *page);

/* Tells of texts and symbols of the piece's pages that lie over each other, and of
 * symbols that something else comes too near; `file` is the template's. */
void page_check_overlap(const struct page *page, const char *file, struct notes *notes);

/* Of all the pages of the piece. */
void page_dump(const struct page *page, struct buf *out);

#endif
