/* A picture cut into the areas whose fields come out shortest. */
#ifndef TUCK_PRESS_ZPL_CUT_H
#define TUCK_PRESS_ZPL_CUT_H

#include "base/arena.h"
#include "press/zpl-code.h"

struct cut_part {
    struct area area;
    bool is_solid; /* all black: a box */
};
struct cut_parts {
    struct cut_part *part;
    size_t count, room;
};

/* The smallest area around what is black within `within`; w 0: nothing is. */
struct area area_of_ink(const struct dots *dots, struct area within);

/* Parts that together have the ink and nothing else. False when memory is out. */
bool zpl_cut(struct zpl_coder *coder, const struct dots *ink, struct arena *arena,
             struct cut_parts *ret);

#endif
