/* Starting a worker from a process that is not ours.
 *
 * clone(CLONE_VM | CLONE_VFORK) as posix_spawn does it, because a host with threads and a
 * large heap must not be forked. Done twice, so that the worker is an orphan: a child of
 * the host would be met by its SIGCHLD handler and its `while (wait(NULL) > 0)` (exec
 * gives every child its exit signal back). The pidfd is all we need to watch and to kill
 * it. What can go wrong: no memory, no descriptors, no such program. */
#include "press/spawn.h"

#include "base/attr.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILD_STACK ((size_t)64 << 10)
#define CHILD_FD 3
#define SOCKET_BUFFER (1 << 20)
#ifndef P_PIDFD
#define P_PIDFD 3
#endif

#ifdef __SANITIZE_THREAD__
/* Its own clone() takes every clone for a fork and forgets, in our shared memory, which
 * mutexes are held. */
extern __typeof__(clone) __clone;
#define clone __clone
#endif

struct child {
    const char *path;
    int socket, null;
    char *stack; /* the worker's, until it is another program */
    volatile int pid, pidfd, error;
};

/* The kernel's own struct, large enough on every architecture; all zero is SIG_DFL. */
struct kernel_action {
    unsigned long words[8];
};

/* Runs on the host's memory while the calling thread stands still: raw system calls
 * only, so that neither the C library's state nor a sanitizer's is touched. */
__attribute__((no_sanitize("address", "thread", "undefined"))) static int
run_child(void *data)
{
    struct child *child = data;
    static const struct kernel_action default_action;
    static const char *const environment[] = {"TZ=UTC", "LC_ALL=C.UTF-8", NULL};
    const char *const arguments[] = {child->path, NULL};
    for (int i = 1; i < NSIG; i++)
        syscall(SYS_rt_sigaction, i, &default_action, NULL, NSIG / 8);
    unsigned long no_signals[16 / sizeof(unsigned long)];
    for (size_t i = 0; i < COUNT_OF(no_signals); i++)
        no_signals[i] = 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, no_signals, NULL, NSIG / 8);
    if (syscall(SYS_dup3, child->null, 0, 0) == 0 &&
        syscall(SYS_dup3, child->null, 1, 0) == 1 &&
        syscall(SYS_dup3, child->null, 2, 0) == 2 &&
        syscall(SYS_dup3, child->socket, CHILD_FD, 0) == CHILD_FD) {
        /* What the host did not mark is not for us; before Linux 5.9 one by one. */
        if (syscall(SYS_close_range, CHILD_FD + 1, ~0u, 0) != 0)
            for (int fd = CHILD_FD + 1; fd < 4096; fd++)
                syscall(SYS_close, fd);
        syscall(SYS_execve, child->path, arguments, environment);
    }
    child->error = errno;
    syscall(SYS_exit, 127);
    return 127;
}

/* The go-between: shares the host's descriptors, so that the pidfd lands there, starts
 * the worker and is gone. */
__attribute__((no_sanitize("address", "thread", "undefined"))) static int
run_between(void *data)
{
    struct child *child = data;
    int pidfd = -1;
    child->pid = clone(run_child, child->stack, CLONE_VM | CLONE_VFORK | CLONE_PIDFD,
                       child, &pidfd);
    if (child->pid < 0)
        child->error = errno;
    child->pidfd = pidfd;
    syscall(SYS_exit, 0);
    return 0;
}

/* Every signal waits while others share our memory: a handler of the host's must not run
 * in them. The go-between ends without a signal and is seen by __WALL only. */
static enum status
clone_twice(struct child *child)
{
    char *stacks = mmap(NULL, 2 * CHILD_STACK, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stacks == MAP_FAILED) {
        child->error = errno;
        return STATUS_NO_MEMORY;
    }
    sigset_t all, before;
    sigfillset(&all);
    child->stack = stacks + 2 * CHILD_STACK;
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int between = clone(run_between, stacks + CHILD_STACK,
                        CLONE_VM | CLONE_VFORK | CLONE_FILES, child);
    if (between < 0)
        child->error = errno;
    while (between > 0 && waitpid(between, NULL, __WALL) < 0 && errno == EINTR)
        continue;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    munmap(stacks, 2 * CHILD_STACK);
    return child->error ? STATUS_OUTSIDE : STATUS_OK;
}

/* dup3 onto itself would fail, and onto another's number would lose that one. */
static int
lift(int fd)
{
    if (fd < 0 || fd > CHILD_FD)
        return fd;
    int high = fcntl(fd, F_DUPFD_CLOEXEC, CHILD_FD + 1);
    int error = errno;
    close(fd);
    errno = error;
    return high;
}

static void
close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}
#define FD_AUTO CLEANUP(close_fd)

enum status
spawn_worker(const char *path, struct spawned *ret, int *ret_errno)
{
    int pair[2];
    *ret_errno = 0;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
        *ret_errno = errno;
        return STATUS_OUTSIDE;
    }
    FD_AUTO int ours = lift(pair[0]);
    FD_AUTO int theirs = lift(pair[1]);
    FD_AUTO int null = lift(open("/dev/null", O_RDWR | O_CLOEXEC));
    if (ours < 0 || theirs < 0 || null < 0) {
        *ret_errno = errno;
        return STATUS_OUTSIDE;
    }
    /* Best effort: the kernel's limit may be lower, then there are more turns. */
    const int size = SOCKET_BUFFER;
    setsockopt(ours, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    setsockopt(theirs, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    struct child child = {.path = path, .socket = theirs, .null = null, .pidfd = -1};
    enum status status = clone_twice(&child);
    if (status != STATUS_OK) {
        *ret_errno = child.error;
        if (child.pidfd >= 0)
            close(child.pidfd);
        return status;
    }
    if (child.pidfd < 0) { /* before Linux 5.2; the closed socket ends the worker */
        *ret_errno = ENOSYS;
        return STATUS_OUTSIDE;
    }
    *ret = (struct spawned){child.pid, child.pidfd, ours};
    ours = -1;
    return STATUS_OK;
}

bool
spawn_has_ended(const struct spawned *worker)
{
    struct pollfd fd = {.fd = worker->pidfd, .events = POLLIN};
    return poll(&fd, 1, 0) > 0 && fd.revents;
}

void
spawn_kill(struct spawned *worker)
{
    if (worker->pidfd >= 0)
        syscall(SYS_pidfd_send_signal, worker->pidfd, SIGKILL, NULL, 0);
    close_fd(&worker->socket);
}

bool
spawn_reap(struct spawned *worker, int wait_ms)
{
    struct pollfd fd = {.fd = worker->pidfd, .events = POLLIN};
    if (worker->pidfd < 0)
        return true;
    if (poll(&fd, 1, wait_ms) == 0)
        return false;
    /* Ours to reap only where the host itself is the reaper of orphans. */
    siginfo_t info;
    while (waitid((idtype_t)P_PIDFD, (id_t)worker->pidfd, &info,
                  WEXITED | WNOHANG | __WALL) < 0 &&
           errno == EINTR)
        continue;
    close_fd(&worker->pidfd);
    return true;
}
