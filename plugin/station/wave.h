/* Waves inside station/. */
#ifndef TUCK_STATION_WAVE_H
#define TUCK_STATION_WAVE_H

#include "station/carton-decide.h"

/* The output that a wave makes a piece's sheet in: of the printer that is named, else of
 * the first of the piece's route. `*ret_printer` is -1 when no printer is meant: a PDF. */
void wave_output(struct tuck_shop *shop, const struct piece *piece, const char *printer,
                 struct output *ret, ptrdiff_t *ret_printer);

#endif
