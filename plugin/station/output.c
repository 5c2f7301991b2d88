/* Outputs: which sheets are the same for two printers, and which are not. */
#include "station/output.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define DPI_PICTURE 150
#define DPI_LABEL 203

/* Everything that the bytes hang on; a text, for the ledger keeps it. */
static void
write_key(struct output *output)
{
    const struct press_device *device = &output->device;
    const struct sheet_kind *kind = sheet_kind_of(output->format);
    if (!kind || (!kind->is_dots && output->format != SHEET_PNG)) {
        output->dpi = 0;
        output->key[0] = '\0';
        return;
    }
    if (output->dpi == 0)
        output->dpi = kind->is_dots ? DPI_LABEL : DPI_PICTURE;
    int n = snprintf(output->key, sizeof(output->key), "%d", output->dpi);
    if (!kind->is_dots)
        return;
    snprintf(output->key + n, sizeof(output->key) - (size_t)n,
             " %d %d%s %d,%d d%d s%d f%d m%d c%d z%d%s %s i%d", device->head_dots,
             device->rotate_deg, device->may_shrink ? "s" : "", device->shift_x_mm100,
             device->shift_y_mm100, device->darkness, device->speed, (int)device->finish,
             (int)device->sense, device->copies, device->zpl_codings,
             device->has_symbols_as_dots ? "d" : "",
             device->stored ? device->stored : "-", (int)device->ink);
}

void
output_plain(int32_t format, int32_t dpi, struct output *ret)
{
    *ret = (struct output){.format = format ? (enum sheet_format)format : SHEET_PDF,
                           .dpi = dpi > 0 ? dpi : 0};
    write_key(ret);
}

void
output_of_printer(const struct printer *printer, struct output *ret)
{
    *ret = (struct output){.format = printer->format ? printer->format : SHEET_PDF,
                           .dpi = printer->dpi,
                           .device = printer->device};
    write_key(ret);
}

bool
output_is(const struct output *a, const struct output *b)
{
    return a->format == b->format && text_equal(a->key, b->key);
}

bool
output_is_kept(const struct output *output)
{
    return output->format != SHEET_PNG && output->format != SHEET_DOTS;
}
