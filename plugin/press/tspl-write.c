/* A page of dots as a TSPL or TSPL2 label.
 *
 * After the TSPL/TSPL2 Programming manual (TSC): every command is a line that ends with
 * CR LF, lengths are in mm, BITMAP takes its width in bytes, and in its rows a bit of 0
 * is printed. Its mode 0 overwrites what was there. Settings stay in the printer until
 * they are changed, so they are said once in a sheet, and SIZE where it changes.
 * DIRECTION and REFERENCE are said because of what others may have left; SHIFT and OFFSET
 * are the printer's calibration and not touched. */
#include "press/blocks.h"
#include "press/label-write.h"

/* "BITMAP 1234,1234,123,1234,0," and "BAR 1234,1234,1234,1234", each with its CR LF. */
static const struct block_costs costs = {30, 25};

/* Dots in 1/100 mm as millimetres. Never less than the dots need. */
static void
put_mm(struct buf *out, int32_t dots, int32_t dpi)
{
    /* Heads of "203 dpi" have 8 dots a millimetre. */
    int64_t per_metre = dpi == 203 ? 8000 : (int64_t)dpi * 1000 * 10 / 254;
    int64_t mm100 = ((int64_t)dots * 100000 + per_metre - 1) / per_metre;
    buf_printf(out, "%d", (int)(mm100 / 100));
    if (mm100 % 100)
        buf_printf(out, ".%02d", (int)(mm100 % 100));
    buf_puts(out, " mm");
}

static void
put_size(struct label_writer *writer, const struct dots *dots)
{
    if (writer->width == dots->width && writer->height == dots->height)
        return;
    buf_puts(writer->out, "SIZE ");
    put_mm(writer->out, dots->width, writer->dpi);
    buf_puts(writer->out, ",");
    put_mm(writer->out, dots->height, writer->dpi);
    buf_puts(writer->out, "\r\n");
    writer->width = dots->width;
    writer->height = dots->height;
}

static void
put_settings(const struct label_writer *writer)
{
    static const char *const finish[] = {[FINISH_PRINTERS] = "",
                                         [FINISH_TEAR] = "SET TEAR ON\r\n",
                                         [FINISH_PEEL] = "SET PEEL ON\r\n",
                                         [FINISH_CUT] = "SET CUTTER 1\r\n"};
    const struct press_device *device = writer->device;
    struct buf *out = writer->out;
    if (device->sense == SENSE_GAP)
        buf_printf(out, "GAP %d mm,0 mm\r\n", LABEL_GAP_MM);
    else if (device->sense == SENSE_MARK)
        buf_printf(out, "BLINE %d mm,0 mm\r\n", LABEL_GAP_MM);
    else if (device->sense == SENSE_CONTINUOUS)
        buf_puts(out, "GAP 0 mm,0 mm\r\n");
    buf_puts(out, "DIRECTION 0,0\r\nREFERENCE 0,0\r\n");
    if (device->speed > 0)
        buf_printf(out, "SPEED %d\r\n", device->speed);
    if (device->darkness > 0)
        buf_printf(out, "DENSITY %d\r\n",
                   device->darkness < LABEL_DENSITY_MAX ? device->darkness
                                                        : LABEL_DENSITY_MAX);
    if ((size_t)device->finish < COUNT_OF(finish))
        buf_puts(out, finish[device->finish]);
}

static void
put_block(struct buf *out, const struct dots *dots, const struct block *block)
{
    const struct area *at = &block->at;
    if (block->is_bar) {
        buf_printf(out, "BAR %d,%d,%d,%d\r\n", at->x, at->y, at->w, at->h);
        return;
    }
    buf_printf(out, "BITMAP %d,%d,%d,%d,0,", at->x, at->y, at->w / 8, at->h);
    block_put_rows(out, dots, block, true);
    buf_puts(out, "\r\n");
}

enum status
tspl_write_label(struct label_writer *writer, const struct dots_page *page,
                 struct arena *arena)
{
    struct blocks blocks;
    if (page->whole.width > LABEL_SIDE_MAX || page->whole.height > LABEL_SIDE_MAX)
        return note_fail(writer->notes, STATUS_BAD_INPUT, NOTE_DRAWING_FAILED, NULL, 0,
                         "%d by %d dots are not what a TSPL label may have",
                         page->whole.width, page->whole.height);
    enum status status = blocks_cut(page, costs, arena, &blocks);
    if (status != STATUS_OK)
        return status;
    put_size(writer, &page->whole);
    if (writer->count == 0)
        put_settings(writer);
    buf_puts(writer->out, "CLS\r\n");
    for (size_t i = 0; i < blocks.count; i++)
        put_block(writer->out, &page->whole, &blocks.block[i]);
    buf_printf(writer->out, "PRINT 1,%d\r\n",
               writer->device->copies > 1 ? writer->device->copies : 1);
    writer->count++;
    return writer->out->failed ? STATUS_NO_MEMORY : STATUS_OK;
}
