/* What preview, pack and reprint share. */
#ifndef TUCK_CLI_PACKING_H
#define TUCK_CLI_PACKING_H

#include "cli/cli.h"

/* One run of preview, pack or reprint, over all its orders. */
struct gallery;
struct run {
    struct host host;
    const struct options *options;
    bool is_preview, is_reprint;
    bool wants_documents; /* a contact sheet or one file of all: cartons are kept */
    struct tuck_carton **cartons;
    int64_t carton_count, carton_room;
    bool is_listing; /* a line for each piece on standard output */
    int columns;     /* of the terminal, 0 when there is none */
    int64_t sheets, troubles;
    int64_t notes_told; /* of the carton at hand */
    bool wants_pictures, wants_open; /* of a preview: in the terminal, in a viewer */
    struct gallery *gallery;         /* NULL: none is made */
};

/* --- pack-file.c: documents of many sheets ----------------------------------------- */

bool write_document(struct run *run);
/* The sheets as they are, in the format asked for. */
bool write_single(struct run *run);

/* --- preview.c: what ops staff see ----------------------------------------------------
 */

/* False: the options do not go together; it was told. */
bool preview_init(struct run *run);
void preview_done(struct run *run);
void preview_carton(struct run *run, struct tuck_carton *carton, const char *language);
/* After the last carton. */
void preview_finish(struct run *run);
bool preview_gallery(struct run *run);
typedef int run_orders_fn(struct run *run, const struct order_files *orders);
/* The same orders under the campaign beside; writes the gallery. */
int preview_beside(struct run *run, const struct order_files *orders,
                   run_orders_fn *again, int result);
int preview_watch(const struct options *options,
                  int (*once)(const struct options *options));

#endif
