/* ZPL II: a label for each page of a piece, one after the other. */
#include "press/dots.h"
#include "press/sheets.h"
#include "press/zpl-write.h"

static void
writer_donep(struct zpl_writer *writer)
{
    zpl_writer_done(writer);
}

static enum status
write_label(struct making *making, const struct page *page, void *data)
{
    struct dots_page dots;
    enum status status = dots_make(making, page, &dots);
    return status == STATUS_OK ? zpl_write_label(data, &dots) : status;
}

enum status
sheet_zpl_make(struct making *making)
{
    CLEANUP(writer_donep) struct zpl_writer writer;
    enum status status = zpl_writer_init(&writer, &making->job->device, making->arena,
                                         making->notes, making->bytes);
    return status == STATUS_OK ? each_piece(making, write_label, &writer) : status;
}
