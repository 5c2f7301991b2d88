/* Writing a PDF out of finished forms: plain, small, the same bytes for the same input.
 */
#ifndef TUCK_PRESS_PDF_WRITE_H
#define TUCK_PRESS_PDF_WRITE_H

#include "base/text.h"
#include "press/pdf-form.h"

struct pdf_box {
    double x0, y0, x1, y1; /* points, y upwards */
};

/* A form put on a page: moved and scaled, and cut to a box of its own space if one is
 * given. */
struct pdf_placed {
    size_t form; /* pdf_add_form()'s */
    double scale, x, y;
    const struct pdf_box *clip;
};

struct pdf_page {
    struct pdf_box media, trim, bleed;
    const struct pdf_placed *placed;
    size_t placed_count;
};

struct pdf_info {
    const char *title; /* NULL: none */
    const char *lang;  /* BCP 47 */
    int64_t created_s;
};

struct pdf_writer {
    struct buf *out;
    struct arena *arena;
    size_t *offsets; /* by number − 1 */
    size_t object_count, object_room;
    size_t *pages; /* numbers of the page objects */
    size_t page_count, page_room;
    struct pdf_met {
        uint64_t serial;
        size_t number;
    } * met; /* forms already written */
    size_t met_count, met_room;
    enum status status; /* the first failure; later calls do nothing */
};

/* `out` and `arena` are lent until the end. */
void pdf_begin(struct pdf_writer *writer, struct buf *out, struct arena *arena);
/* Writes a form, once however often it is asked for; its number. */
size_t pdf_add_form(struct pdf_writer *writer, const struct pdf_form *form);
void pdf_add_page(struct pdf_writer *writer, const struct pdf_page *page);
enum status pdf_end(struct pdf_writer *writer, const struct pdf_info *info);

#endif
