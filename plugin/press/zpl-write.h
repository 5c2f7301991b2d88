/* A page of dots as a ZPL II label. */
#ifndef TUCK_PRESS_ZPL_WRITE_H
#define TUCK_PRESS_ZPL_WRITE_H

#include "press/dots.h"
#include "press/zpl-code.h"

/* One sheet's writing: what its labels share. */
struct zpl_writer {
    const struct press_device *device;
    struct arena *arena;   /* of what outlives a label */
    struct arena *scratch; /* of what does not */
    struct notes *notes;
    struct buf *out;
    struct zpl_coder coder;
    const char **stored; /* names of the plates that this sheet has sent */
    size_t stored_count, stored_room;
    bool has_darkness;
};
enum status zpl_writer_init(struct zpl_writer *writer, const struct press_device *device,
                            struct arena *arena, struct notes *notes, struct buf *out);
void zpl_writer_done(struct zpl_writer *writer);

/* Adds a label; with a device that stores plates also the plate's format, where this
 * sheet has not sent it yet. */
enum status zpl_write_label(struct zpl_writer *writer, const struct dots_page *page);

#endif
