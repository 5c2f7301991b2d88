/* A page of dots cut into blocks, for languages that take graphics only as they are. */
#ifndef TUCK_PRESS_BLOCKS_H
#define TUCK_PRESS_BLOCKS_H

#include "base/arena.h"
#include "press/dots.h"
#include "press/zpl-graphic.h"

/* Of a picture `at.x` and `at.w` are whole bytes, and it is to be filled with the page's
 * own dots, whatever else lies there; so the blocks may lie over each other and come in
 * any order. A bar is black all over, to the dot. */
struct block {
    struct area at;
    bool is_bar;
};
struct blocks {
    struct block *block;
    size_t count, room;
};

/* What a picture and a bar cost besides the picture's bytes. */
struct block_costs {
    size_t picture, bar;
};

/* Blocks that together have all ink of `page->whole`, and no dot that has none. Nothing
 * black: no blocks. */
enum status blocks_cut(const struct dots_page *page, struct block_costs costs,
                       struct arena *arena, struct blocks *ret);

/* The picture's rows, 1: black; or turned about, for who wants 0 to be black. */
void block_put_rows(struct buf *out, const struct dots *dots, const struct block *block,
                    bool is_zero_black);

#endif
