/* Turns: a ticket file beside the ledger, so that writers queue instead of starving.
 *
 * SQLite's own waiting is sleeping and trying again, at which the one that writes most
 * always wins. Here two bytes of PATH.turn are locked (open file description locks, so
 * threads count as much as processes): who wants to write first becomes next in line,
 * then takes the turn and leaves the line. One that has just written finds somebody in
 * line before it. Nothing ever blocks without bound: both are tried at short intervals
 * until patience is over. A process that dies gives its turn back by dying. */
#include "ledger/sqlite.h"

#include <stdio.h>


#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BYTE_TURN = 0, BYTE_NEXT = 1 };

#define WAIT_SHORTEST_NS 50000
#define WAIT_LONGEST_NS 1000000

enum status
sqlite_turn_open(struct sqlite *sqlite, struct notes *notes)
{
    char *path = NULL;
    if (asprintf(&path, "%s.turn", sqlite->path) < 0)
        return STATUS_NO_MEMORY;
    /* Like the ledger, for its owner and group. */
    sqlite->turn_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
    int error = errno;
    free(path);
    if (sqlite->turn_fd >= 0)
        return STATUS_OK;
    return note_fail(notes, STATUS_OUTSIDE, NOTE_LEDGER_DISK, sqlite->path, 0,
                     "the ticket beside the ledger cannot be opened: %s",
                     strerrordesc_np(error));
}

void
sqlite_turn_close(struct sqlite *sqlite)
{
    if (sqlite->turn_fd >= 0)
        close(sqlite->turn_fd);
    sqlite->turn_fd = -1;
}

static int
set_lock(const struct sqlite *sqlite, short type, off_t byte)
{
    struct flock lock = {
        .l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    return fcntl(sqlite->turn_fd, F_OFD_SETLK, &lock);
}

static enum status
wait_for(struct sqlite *sqlite, off_t byte, struct notes *notes)
{
    long wait_ns = WAIT_SHORTEST_NS;
    for (;;) {
        if (patience_is_cancelled(&sqlite->sql.patience))
            return STATUS_CANCELLED;
        if (set_lock(sqlite, F_WRLCK, byte) == 0)
            return STATUS_OK;
        if (errno != EAGAIN && errno != EACCES && errno != EINTR)
            return note_fail(notes, STATUS_OUTSIDE, NOTE_LEDGER_DISK, sqlite->path, 0,
                             "the ticket beside the ledger cannot be locked: %s",
                             strerrordesc_np(errno));
        if (patience_left_ms(&sqlite->sql.patience) == 0)
            return note_fail(notes, STATUS_RETRY, NOTE_LEDGER_BUSY, sqlite->path, 0,
                             "others are writing to the ledger and no turn came in time");
        const struct timespec wait = {0, wait_ns};
        nanosleep(&wait, NULL);
        /* Who is next looks often: the turn should not lie idle. */
        if (byte == BYTE_NEXT && wait_ns < WAIT_LONGEST_NS)
            wait_ns *= 2;
    }
}

enum status
sqlite_turn_take(struct sqlite *sqlite, struct notes *notes)
{
    enum status status = wait_for(sqlite, BYTE_NEXT, notes);
    if (status != STATUS_OK)
        return status;
    status = wait_for(sqlite, BYTE_TURN, notes);
    set_lock(sqlite, F_UNLCK, BYTE_NEXT);
    sqlite->has_turn = status == STATUS_OK;
    return status;
}

void
sqlite_turn_give(struct sqlite *sqlite)
{
    if (sqlite->has_turn)
        set_lock(sqlite, F_UNLCK, BYTE_TURN);
    sqlite->has_turn = false;
}
