/* Starting a program from a process that is not ours.
 *
 * clone(CLONE_VM | CLONE_VFORK) as posix_spawn does it, because a host with threads and a
 * large heap must not be forked. Done twice, so that the program is an orphan: a child of
 * the host would be met by its SIGCHLD handler and its `while (wait(NULL) > 0)` (exec
 * gives every child its exit signal back). The pidfd is all we need to watch and to kill
 * it. What can go wrong: no memory, no descriptors, no such program. */
#include "base/process.h"

#include "base/attr.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILD_STACK ((size_t)64 << 10)
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
    const struct process_plan *plan;
    int fds[PROCESS_FDS]; /* all above those that they are to be */
    char *stack;          /* the program's, until it is another program */
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
    unsigned last = 0;
    for (int i = 1; i < NSIG; i++)
        syscall(SYS_rt_sigaction, i, &default_action, NULL, NSIG / 8);
    unsigned long no_signals[16 / sizeof(unsigned long)];
    for (size_t i = 0; i < COUNT_OF(no_signals); i++)
        no_signals[i] = 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, no_signals, NULL, NSIG / 8);
    if (child->plan->leads_group)
        syscall(SYS_setsid);
    while (last < PROCESS_FDS && child->fds[last] >= 0 &&
           syscall(SYS_dup3, child->fds[last], last, 0) == last)
        last++;
    if (last == PROCESS_FDS || child->fds[last] < 0) {
        /* What the host did not mark is not for us; before Linux 5.9 one by one. */
        if (syscall(SYS_close_range, last, ~0u, 0) != 0)
            for (unsigned fd = last; fd < 4096; fd++)
                syscall(SYS_close, fd);
        syscall(SYS_execve, child->plan->path, child->plan->arguments,
                child->plan->environment);
    }
    child->error = errno;
    syscall(SYS_exit, 127);
    return 127;
}

/* The go-between: shares the host's descriptors, so that the pidfd lands there, starts
 * the program and is gone. */
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

static void
close_fds(struct child *child)
{
    for (int i = 0; i < PROCESS_FDS; i++)
        fd_closep(&child->fds[i]);
}

/* Copies above what they are to be: dup3 onto itself would fail, and onto another's
 * number would lose that one. */
static bool
lift_fds(const struct process_plan *plan, struct child *child)
{
    int null CLEANUP(fd_closep) = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int i = 0; i < PROCESS_FDS; i++)
        child->fds[i] = -1;
    for (int i = 0; i < PROCESS_FDS; i++) {
        int fd = plan->fds[i] < 0 && i < 3 ? null : plan->fds[i];
        if (i == 3 && fd < 0)
            return true;
        child->fds[i] = fcntl(fd, F_DUPFD_CLOEXEC, PROCESS_FDS);
        if (child->fds[i] < 0)
            return false;
    }
    return true;
}

enum status
process_start(const struct process_plan *plan, struct process *ret, int *ret_errno)
{
    struct child child = {.plan = plan, .pidfd = -1};
    enum status status = STATUS_OUTSIDE;
    *ret_errno = 0;
    if (lift_fds(plan, &child))
        status = clone_twice(&child);
    else
        child.error = errno;
    close_fds(&child);
    if (status != STATUS_OK) {
        *ret_errno = child.error;
        if (child.pidfd >= 0)
            close(child.pidfd);
        return status;
    }
    if (child.pidfd < 0) { /* before Linux 5.2; a closed pipe or socket ends it */
        *ret_errno = ENOSYS;
        return STATUS_OUTSIDE;
    }
    *ret = (struct process){child.pid, child.pidfd};
    return STATUS_OK;
}

bool
process_has_ended(const struct process *process)
{
    struct pollfd fd = {.fd = process->pidfd, .events = POLLIN};
    return poll(&fd, 1, 0) > 0 && fd.revents;
}

void
process_kill(const struct process *process)
{
    if (process->pidfd >= 0)
        syscall(SYS_pidfd_send_signal, process->pidfd, SIGKILL, NULL, 0);
}

void
process_kill_group(const struct process *process)
{
    if (process->pidfd >= 0)
        kill(-process->pid, SIGKILL);
}

bool
process_reap(struct process *process, int wait_ms)
{
    struct pollfd fd = {.fd = process->pidfd, .events = POLLIN};
    if (process->pidfd < 0)
        return true;
    if (poll(&fd, 1, wait_ms) == 0)
        return false;
    /* Ours to reap only where the host itself is the reaper of orphans. */
    siginfo_t info;
    while (waitid((idtype_t)P_PIDFD, (id_t)process->pidfd, &info,
                  WEXITED | WNOHANG | __WALL) < 0 &&
           errno == EINTR)
        continue;
    close(process->pidfd);
    process->pidfd = -1;
    return true;
}
