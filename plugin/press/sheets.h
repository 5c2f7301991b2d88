/* The devices' files: one maker each, all from the same making. */
#ifndef TUCK_PRESS_SHEETS_H
#define TUCK_PRESS_SHEETS_H

#include "press/draw.h"
#include "press/studio.h"

struct making {
    struct studio *studio;
    const struct press_job *job;
    struct arena *arena;
    struct notes *notes;
    struct buf *bytes; /* the file */
    struct buf *dump;  /* NULL: not wanted */
    struct sheet sheet;
};

enum status sheet_pdf_make(struct making *making);
enum status sheet_png_make(struct making *making);
enum status sheet_dots_make(struct making *making);
enum status sheet_zpl_make(struct making *making);
enum status sheet_epl_make(struct making *making);
enum status sheet_tspl_make(struct making *making);
enum status sheet_pwg_make(struct making *making);
enum status sheet_pclm_make(struct making *making);
enum status contact_sheet_make(struct making *making);

/* A piece's page, and its dump. */
enum status studio_make_page(struct studio *studio, const struct press_piece *piece,
                             struct arena *arena, struct notes *notes, struct buf *dump,
                             struct page **ret);
void page_donep(struct page **page);
#define PAGE_AUTO CLEANUP(page_donep)

/* Makes each piece's page and hands it on, with an arena of its own in the making, for a
 * sheet of a whole wave has thousands of pieces. Counts the sheet's pages and takes its
 * size from the first. */
typedef enum status piece_writer(struct making *making, const struct page *page,
                                 void *data);
enum status each_piece(struct making *making, piece_writer *write, void *data);

/* A whole page at a scale, plate and imprint alike; `cr` in mm100 at the trim's corner.
 */
enum status draw_whole(const struct drawing *drawing);

/* Pixels to PNG; `dpi` is told in the file. */
enum status png_write(cairo_surface_t *image, int32_t dpi, struct buf *out);

#endif
