/* Workers as processes: base/process.h with a socket pair between.
 *
 * The worker finds its end as descriptor 3 and nothing else of ours. What can go wrong:
 * no memory, no descriptors, no such program. */
#include "press/spawn.h"

#include "base/attr.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOCKET_BUFFER (1 << 20)

static struct process
process_of(const struct spawned *worker)
{
    return (struct process){worker->pid, worker->pidfd};
}

enum status
spawn_worker(const char *path, struct spawned *ret, int *ret_errno)
{
    static const char *const environment[] = {"TZ=UTC", "LC_ALL=C.UTF-8", NULL};
    const char *const arguments[] = {path, NULL};
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
        *ret_errno = errno;
        return STATUS_OUTSIDE;
    }
    int ours CLEANUP(fd_closep) = pair[0];
    int theirs CLEANUP(fd_closep) = pair[1];
    /* Best effort: the kernel's limit may be lower, then there are more turns. */
    const int size = SOCKET_BUFFER;
    setsockopt(ours, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    setsockopt(theirs, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    const struct process_plan plan = {.path = path,
                                      .arguments = arguments,
                                      .environment = environment,
                                      .fds = {-1, -1, -1, theirs}};
    struct process process;
    enum status status = process_start(&plan, &process, ret_errno);
    if (status != STATUS_OK)
        return status;
    *ret = (struct spawned){process.pid, process.pidfd, ours};
    ours = -1;
    return STATUS_OK;
}

bool
spawn_has_ended(const struct spawned *worker)
{
    const struct process process = process_of(worker);
    return process_has_ended(&process);
}

void
spawn_kill(struct spawned *worker)
{
    const struct process process = process_of(worker);
    process_kill(&process);
    fd_closep(&worker->socket);
    worker->socket = -1;
}

bool
spawn_reap(struct spawned *worker, int wait_ms)
{
    struct process process = process_of(worker);
    bool is_gone = process_reap(&process, wait_ms);
    worker->pidfd = process.pidfd;
    return is_gone;
}
