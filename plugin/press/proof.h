/* A look at a piece's pages before they are printed: what only eyes would find. Notes with
 * places; nothing is made. */
#ifndef TUCK_PRESS_PROOF_H
#define TUCK_PRESS_PROOF_H

#include "press/studio.h"

enum status proof_piece(struct studio *studio, const struct press_piece *piece,
                        struct notes *notes);

#endif
