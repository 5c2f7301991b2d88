/* Boxes and symbols as the printer's own commands, where they fall on the very dots. */
#ifndef TUCK_PRESS_ZPL_NATIVE_H
#define TUCK_PRESS_ZPL_NATIVE_H

#include "press/dots.h"
#include "press/zpl-graphic.h"

/* Adds the field of a native whose dots `picture` has, and takes them out of `ink`, which
 * is what must yet be drawn. Nothing happens when the printer's dots would be others, or
 * its place is not sure: what stays in `ink` is sent as a graphic. */
void zpl_native_put(const struct dots_native *native, const struct dots *picture,
                    struct dots *ink, struct buf *out);

#endif
