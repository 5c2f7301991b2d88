/* A worker's trade: what a process does for the client behind its cage.
 *
 * The loop is the same whatever the trade is: setup, cage, opening, hello; then messages
 * in, answers out. tuck-press has one, tuck-scan another. */
#ifndef TUCK_PRESS_TRADE_H
#define TUCK_PRESS_TRADE_H

#include "press/wire.h"

/* What a message is answered with: the bytes are in `bytes`, the rest in `sheet`. */
struct trade_reply {
    struct arena *arena; /* this message's */
    struct notes *notes;
    struct buf *bytes;
    struct sheet sheet;
};

struct trade {
    void *data;
    /* In the cage already. What it lends from `setup` lives as long as the process. */
    enum status (*open)(void *data, const struct wire_setup *setup, struct notes *notes);
    /* STATUS_BUG also for a kind of message that is none of this trade's. */
    enum status (*work)(void *data, enum wire_kind kind, struct wire_reader *reader,
                        struct trade_reply *reply);
    void (*close)(void *data);
};

/* All of a worker's process: serves until the client closes the socket; the exit status.
 * Started by hand it says so and ends. */
int trade_main(const char *name, const struct trade *trade);

/* From here on the message may take that long; the loop takes the alarm away. */
void trade_set_alarm(int64_t left_ms);

#endif
