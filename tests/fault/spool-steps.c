/* What counts the steps: see spool-steps.h. Syncs are counted and not done: nothing here
 * cuts the power. */
#include "spool-steps.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static struct {
    pthread_mutex_t lock;
    enum step_fault fault;
    int at, most, steps;
} now = {.lock = PTHREAD_MUTEX_INITIALIZER};

void
steps_fail(enum step_fault fault, int n, int most)
{
    pthread_mutex_lock(&now.lock);
    now.fault = fault;
    now.at = n;
    now.most = most;
    now.steps = 0;
    pthread_mutex_unlock(&now.lock);
}

bool
steps_were_reached(void)
{
    pthread_mutex_lock(&now.lock);
    bool were = now.steps >= now.at;
    now.fault = STEP_GOOD;
    pthread_mutex_unlock(&now.lock);
    return were;
}

static void
die(void)
{
    kill(getpid(), SIGKILL);
    pause();
}

/* True: the step is refused. `*ret_is_last`: it is to be done by half, and then to die.
 */
static bool
step(bool is_disk, bool *ret_is_last)
{
    pthread_mutex_lock(&now.lock);
    enum step_fault fault = now.fault;
    /* A disk that is full does not keep bytes from a printer. */
    int n = fault == STEP_REFUSE && !is_disk ? 0 : ++now.steps;
    bool is_at = n >= now.at && n < now.at + (fault == STEP_REFUSE ? now.most : 1);
    pthread_mutex_unlock(&now.lock);
    if (fault == STEP_DIE && is_at)
        die();
    *ret_is_last = fault == STEP_DIE_IN && is_at;
    if (fault != STEP_REFUSE || !is_at)
        return false;
    errno = n % 3 == 0 ? EIO : ENOSPC;
    return true;
}

ssize_t __real_pwrite(int fd, const void *bytes, size_t n, off_t at);
ssize_t __wrap_pwrite(int fd, const void *bytes, size_t n, off_t at);
ssize_t __real_write(int fd, const void *bytes, size_t n);
ssize_t __wrap_write(int fd, const void *bytes, size_t n);
ssize_t __real_send(int fd, const void *bytes, size_t n, int flags);
ssize_t __wrap_send(int fd, const void *bytes, size_t n, int flags);
int __wrap_fdatasync(int fd);
int __wrap_fsync(int fd);
int __real_renameat(int from_fd, const char *from, int to_fd, const char *to);
int __wrap_renameat(int from_fd, const char *from, int to_fd, const char *to);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __real_renameat2(int from_fd, const char *from, int to_fd, const char *to,
                     unsigned flags);
int __wrap_renameat2(int from_fd, const char *from, int to_fd, const char *to,
                     unsigned flags);
int __real_linkat(int from_fd, const char *from, int to_fd, const char *to, int flags);
int __wrap_linkat(int from_fd, const char *from, int to_fd, const char *to, int flags);

ssize_t
steps_write(int fd, const void *bytes, size_t n)
{
    return __real_write(fd, bytes, n);
}

ssize_t
__wrap_pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    bool is_last;
    if (step(true, &is_last)) {
        /* It may have begun. */
        return n > 1 && errno == EIO ? __real_pwrite(fd, bytes, n / 2, at), errno = EIO,
                                                                            -1 : -1;
    }
    ssize_t written = __real_pwrite(fd, bytes, is_last ? n / 2 : n, at);
    if (is_last)
        die();
    return written;
}

ssize_t
__wrap_write(int fd, const void *bytes, size_t n)
{
    bool is_last;
    if (step(true, &is_last))
        return -1;
    ssize_t written = __real_write(fd, bytes, is_last ? n / 2 : n);
    if (is_last)
        die();
    return written;
}

ssize_t
__wrap_send(int fd, const void *bytes, size_t n, int flags)
{
    bool is_last;
    (void)step(false, &is_last);
    ssize_t sent = __real_send(fd, bytes, is_last ? n / 2 : n, flags);
    if (is_last)
        die();
    return sent;
}

static int
sync_step(void)
{
    bool is_last;
    bool is_refused = step(true, &is_last);
    if (is_last)
        die();
    return is_refused ? -1 : 0;
}

int
__wrap_fdatasync(int fd)
{
    (void)fd;
    return sync_step();
}

int
__wrap_fsync(int fd)
{
    (void)fd;
    return sync_step();
}

#define NAMING_STEP(call)                                                                \
    bool is_last;                                                                        \
    if (step(true, &is_last))                                                            \
        return -1;                                                                       \
    int result = call;                                                                   \
    if (is_last)                                                                         \
        die();                                                                           \
    return result

int
__wrap_renameat(int from_fd, const char *from, int to_fd, const char *to)
{
    NAMING_STEP(__real_renameat(from_fd, from, to_fd, to));
}

int
__wrap_rename(const char *from, const char *to)
{
    NAMING_STEP(__real_rename(from, to));
}

int
__wrap_renameat2(int from_fd, const char *from, int to_fd, const char *to, unsigned flags)
{
    NAMING_STEP(__real_renameat2(from_fd, from, to_fd, to, flags));
}

int
__wrap_linkat(int from_fd, const char *from, int to_fd, const char *to, int flags)
{
    NAMING_STEP(__real_linkat(from_fd, from, to_fd, to, flags));
}
