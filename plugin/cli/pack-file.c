/* Documents of what was packed or previewed: a contact sheet, one PDF of all sheets, or
 * the sheets as they are, one after the other. */
#include "cli/packing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
write_document(struct run *run)
{
    const struct options *options = run->options;
    const struct tuck_ops_face *ops = run->host.ops;
    struct tuck_notes *notes = NULL;
    void *bytes = NULL;
    size_t length = 0;
    char *path = NULL;
    tuck_status status =
        options->wants_contact_sheet
            ? ops->contact_sheet(run->host.shop, run->cartons, run->carton_count, NULL,
                                 options->format ? options->format : TUCK_PDF, &bytes,
                                 &length, &notes)
            : ops->bundle(run->host.shop, run->cartons, run->carton_count, &bytes,
                          &length, &notes);
    int errors = host_tell(&run->host, notes);
    if (status != TUCK_OK) {
        if (errors == 0)
            complain("%s", status == TUCK_WITHOUT ? "there is nothing to print"
                                                  : status_text(status));
        return false;
    }
    bool is_written =
        options->output
            ? out_write(&run->host, options->output, bytes, length)
            : asprintf(&path, "%s/contact-sheet.%s", options->dir ? options->dir : ".",
                       options->format == TUCK_PNG ? "png" : "pdf") > 0 &&
                  out_write(&run->host, path, bytes, length);
    ops->bytes_free(bytes);
    const char *shown = options->output ? options->output : path;
    fflush(stdout);
    if (is_written && !options->is_quiet && strcmp(shown, "-") != 0)
        fprintf(stderr, "%s\n", shown);
    free(path);
    return is_written;
}

/* Labels may follow each other in one file; pictures and rasters may not. */
static bool
is_stream(int32_t format)
{
    return format == TUCK_ZPL || format == TUCK_EPL || format == TUCK_TSPL;
}

struct single {
    char *bytes;
    size_t length;
    int64_t sheets;
};

static bool
add_sheet(struct run *run, struct single *single, struct tuck_carton *carton,
          int64_t index)
{
    const void *bytes = NULL;
    size_t length = 0;
    struct tuck_carton_info info = {.size = sizeof(info)};
    const struct options *options = run->options;
    tuck_status status =
        run->host.carton->sheet(carton, index, options->format, options->dpi,
                                options->budget_ms, &bytes, &length);
    run->host.carton->info(carton, &info);
    if (status != TUCK_OK) {
        complain("there is no sheet: %s", status_text(status));
        return false;
    }
    if (single->sheets++ > 0 && !is_stream(info.format)) {
        complain("-o takes one sheet of this format; use -d for many");
        return false;
    }
    char *grown = realloc(single->bytes, single->length + length);
    if (!grown)
        return false;
    memcpy(grown + single->length, bytes, length);
    single->bytes = grown;
    single->length += length;
    return true;
}

bool
write_single(struct run *run)
{
    struct tuck_piece piece = {.size = sizeof(piece)};
    struct single single = {0};
    bool is_fine = true;
    for (int64_t c = 0; is_fine && c < run->carton_count; c++)
        for (int64_t i = 0;
             is_fine && run->host.carton->piece(run->cartons[c], i, &piece) == TUCK_OK;
             i++)
            if (piece.outcome == TUCK_CHOSEN)
                is_fine = add_sheet(run, &single, run->cartons[c], i);
    if (is_fine && single.sheets == 0) {
        complain("there is no sheet: %s", status_text(TUCK_WITHOUT));
        is_fine = false;
    }
    is_fine = is_fine &&
              out_write(&run->host, run->options->output, single.bytes, single.length);
    free(single.bytes);
    return is_fine;
}
