/* Turns at printing a carton: by one at a time, in whatever thread or process.
 *
 * A scanner triggers twice, two benches have one carton in hand: who comes second waits,
 * and finds in the spool what the first put there. The turn is a lock on a byte of a file
 * beside the spool's jobs, another byte for each order; it goes with whoever dies. */
#include "station/print-turn.h"

#include "base/hash.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FILE_NAME "turns.lock"
#define STEP_NS 2000000

static off_t
place_of(const char *order, const char *package)
{
    char text[600], digits[16];
    int n = snprintf(text, sizeof(text), "%s/%s", order, package ? package : "");
    const struct digest digest =
        hash_sha256(text, n < (int)sizeof(text) ? (size_t)n : sizeof(text) - 1);
    snprintf(digits, sizeof(digits), "%.15s", digest.hex);
    return (off_t)strtoull(digits, NULL, 16);
}

enum status
print_turn_take(const char *spool_dir, const char *order, const char *package,
                const struct patience *patience, struct notes *notes, int *ret_fd)
{
    const struct timespec step = {0, STEP_NS};
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
    char path[PATH_MAX];
    *ret_fd = -1;
    int n = snprintf(path, sizeof(path), "%s/" FILE_NAME, spool_dir);
    int fd = n < (int)sizeof(path) ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd < 0)
        return STATUS_OK; /* what is wrong with the spool is told by putting a job in */
    lock.l_start = place_of(order, package);
    while (fcntl(fd, F_OFD_SETLK, &lock) != 0) {
        if (patience_is_over(patience)) {
            close(fd);
            return note_fail(notes, STATUS_RETRY, NOTE_NOTHING_PRINTS, NULL, 0,
                             "another prints this carton just now");
        }
        nanosleep(&step, NULL);
    }
    *ret_fd = fd;
    return STATUS_OK;
}
