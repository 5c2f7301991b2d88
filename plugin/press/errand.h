/* What the client asks of a worker, whatever it is: a message out, a sheet back. Inside
 * press/ only. */
#ifndef TUCK_PRESS_ERRAND_H
#define TUCK_PRESS_ERRAND_H

#include "press/press.h"
#include "press/wire.h"

struct errand {
    enum wire_kind kind;
    const void *what;
    void (*put)(struct buf *body, const void *what, int64_t left_ms);
    /* STATUS_BUG with a note when the sheet is not what was asked for. */
    enum status (*check)(const void *what, const struct sheet *sheet,
                         struct notes *notes);
};

/* Borrows a worker and sends it, all as press_make() says. */
enum status press_send(struct press *press, const struct errand *errand,
                       const struct patience *patience, struct arena *arena,
                       struct notes *notes, struct sheet *ret);

#endif
