/* EPL2 and TSPL: a label a piece, one after the other. */
#include "press/label-write.h"
#include "press/sheets.h"

#define DPI_DEFAULT 203

struct labels {
    struct label_writer writer;
    enum status (*write)(struct label_writer *, const struct dots_page *, struct arena *);
};

static enum status
write_piece(struct making *making, const struct page *page, void *data)
{
    struct labels *labels = data;
    struct dots_page dots;
    enum status status = dots_make(making, page, &dots);
    return status == STATUS_OK ? labels->write(&labels->writer, &dots, making->arena)
                               : status;
}

static struct label_writer
writer_of(const struct making *making)
{
    return (struct label_writer){.device = &making->job->device,
                                 .dpi = making->job->dpi ? making->job->dpi : DPI_DEFAULT,
                                 .notes = making->notes,
                                 .out = making->bytes};
}

enum status
sheet_epl_make(struct making *making)
{
    struct labels labels = {writer_of(making), epl_write_label};
    return each_piece(making, write_piece, &labels);
}

enum status
sheet_tspl_make(struct making *making)
{
    struct labels labels = {writer_of(making), tspl_write_label};
    return each_piece(making, write_piece, &labels);
}
