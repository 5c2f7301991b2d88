/* A page of dots as an EPL2 label.
 *
 * After the EPL2 Programmer's Manual (Zebra 980352-001, page mode): every command is a
 * line that ends with LF; the first LF ends whatever was left in the printer's line. In
 * the rows of GW a bit of 0 is printed and 1 is not. GW takes its width in bytes, so q is
 * whole bytes as well. O sets all options anew, and what it does not name is off; it is
 * therefore sent only where labels are to be peeled. C cuts at once, so it follows each
 * copy. */
#include "press/blocks.h"
#include "press/label-write.h"

/* "GW1234,1234,123,1234" and "LO1234,1234,1234,1234", each with its LF. */
static const struct block_costs costs = {21, 20};

static int32_t
gap_of(const struct label_writer *writer)
{
    return (int32_t)((int64_t)writer->dpi * LABEL_GAP_MM * 10 / 254);
}

static void
put_settings(struct label_writer *writer, const struct dots *dots)
{
    const struct press_device *device = writer->device;
    struct buf *out = writer->out;
    buf_printf(out, "\nN\nq%d\n", (int)dots->stride * 8);
    if (device->sense == SENSE_GAP)
        buf_printf(out, "Q%d,%d\n", dots->height, gap_of(writer));
    else if (device->sense == SENSE_MARK)
        buf_printf(out, "Q%d,B%d\n", dots->height, gap_of(writer));
    else if (device->sense == SENSE_CONTINUOUS)
        buf_printf(out, "Q%d,0\n", dots->height);
    if (writer->count > 0)
        return;
    if (device->speed > 0)
        buf_printf(out, "S%d\n", device->speed);
    if (device->darkness > 0)
        buf_printf(out, "D%d\n",
                   device->darkness < LABEL_DENSITY_MAX ? device->darkness
                                                        : LABEL_DENSITY_MAX);
    if (device->finish == FINISH_PEEL)
        buf_puts(out, "OP\n");
}

static void
put_block(struct buf *out, const struct dots *dots, const struct block *block)
{
    const struct area *at = &block->at;
    if (block->is_bar) {
        buf_printf(out, "LO%d,%d,%d,%d\n", at->x, at->y, at->w, at->h);
        return;
    }
    buf_printf(out, "GW%d,%d,%d,%d,", at->x, at->y, at->w / 8, at->h);
    block_put_rows(out, dots, block, true);
    buf_puts(out, "\n");
}

static void
put_end(const struct label_writer *writer)
{
    int32_t copies = writer->device->copies > 1 ? writer->device->copies : 1;
    if (writer->device->finish != FINISH_CUT)
        buf_printf(writer->out, "P%d\n", copies);
    else
        while (copies-- > 0)
            buf_puts(writer->out, "P1\nC\n");
}

enum status
epl_write_label(struct label_writer *writer, const struct dots_page *page,
                struct arena *arena)
{
    struct blocks blocks;
    if (page->whole.width > LABEL_SIDE_MAX || page->whole.height > LABEL_SIDE_MAX)
        return note_fail(writer->notes, STATUS_BAD_INPUT, NOTE_DRAWING_FAILED, NULL, 0,
                         "%d by %d dots are not what an EPL2 label may have",
                         page->whole.width, page->whole.height);
    enum status status = blocks_cut(page, costs, arena, &blocks);
    if (status != STATUS_OK)
        return status;
    put_settings(writer, &page->whole);
    for (size_t i = 0; i < blocks.count; i++)
        put_block(writer->out, &page->whole, &blocks.block[i]);
    put_end(writer);
    writer->count++;
    return writer->out->failed ? STATUS_NO_MEMORY : STATUS_OK;
}
