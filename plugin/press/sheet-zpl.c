/* ZPL II: a label a piece, one after the other. Each piece has an arena of its own, for
 * a file for a whole wave has thousands. */
#include "press/sheets.h"

#include "press/zpl-write.h"

static void
writer_donep(struct zpl_writer *writer)
{
    zpl_writer_done(writer);
}

static enum status
write_piece(struct making *making, size_t i, struct zpl_writer *writer)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    PAGE_AUTO struct page *page = NULL;
    struct dots_page dots;
    struct making here = *making;
    if (arena == NULL)
        return STATUS_NO_MEMORY;
    here.arena = arena;
    enum status status = studio_make_page(making->studio, &making->job->pieces[i], arena,
                                          making->notes, making->dump, &page);
    if (status == STATUS_OK)
        status = dots_make(&here, page, &dots);
    if (status == STATUS_OK)
        status = zpl_write_label(writer, &dots);
    if (status == STATUS_OK && i == 0) {
        making->sheet.width_mm100 = page->width_mm100;
        making->sheet.height_mm100 = page->height_mm100;
    }
    return status;
}

enum status
sheet_zpl_make(struct making *making)
{
    CLEANUP(writer_donep) struct zpl_writer writer;
    enum status status = zpl_writer_init(&writer, &making->job->device, making->arena,
                                         making->notes, making->bytes);
    for (size_t i = 0; status == STATUS_OK && i < making->job->piece_count; i++) {
        status = write_piece(making, i, &writer);
        making->sheet.pages++;
    }
    return status;
}
