/* What tests of real printers on the loopback share: programs that are started and ended
 * by their number, ports, files, and a `before` that remembers. */
#ifndef TUCK_TESTS_PRINTER_BENCH_H
#define TUCK_TESTS_PRINTER_BENCH_H

#include "printer/printer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* How long a call may overrun its patience: the machine is busy with other tests. */
#define SLACK_MS 1500

static inline struct patience
in_ms(int64_t ms)
{
    return (struct patience){.deadline_ms = clock_monotonic_ms() + ms};
}

static inline struct sockaddr_in
loopback(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* A socket bound to a free port of the loopback. */
static inline int
bind_somewhere(int *ret_port)
{
    struct sockaddr_in address = loopback(0);
    socklen_t n = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, n), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &n), 0);
    *ret_port = ntohs(address.sin_port);
    return fd;
}

static inline int
free_port(void)
{
    int port = 0;
    close(bind_somewhere(&port));
    return port;
}

static inline bool
can_connect(int port)
{
    struct sockaddr_in address = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool can = connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
    close(fd);
    return can;
}

/* Waits, 10 seconds at most, until it listens or has ended. */
static inline bool
wait_for_port(int port, pid_t pid)
{
    for (int i = 0; i < 500; i++) {
        if (can_connect(port))
            return true;
        if (waitpid(pid, NULL, WNOHANG) != 0)
            return false;
        usleep(20000);
    }
    return false;
}

static inline void
write_file(const char *path, const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

/* The whole of a file, to be freed; NULL when there is none. */
static inline char *
read_file(const char *path, size_t *ret_n)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0)
        return NULL;
    char *bytes = calloc(1, (size_t)info.st_size + 1);
    *ret_n = (size_t)read(fd, bytes, (size_t)info.st_size);
    close(fd);
    return bytes;
}

/* Starts a program with its words going to a file. */
static inline pid_t
start(const char *log, const char *const argv[])
{
    posix_spawn_file_actions_t actions;
    pid_t pid = 0;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND,
                                     0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    int failed = posix_spawn(&pid, argv[0], &actions, NULL, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    assert_int_equal(failed, 0);
    return pid;
}

static inline void
stop(pid_t pid)
{
    if (pid <= 0)
        return;
    kill(pid, SIGCONT);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

/* A `before` that counts, and says what it is told to say. */
struct start_mark {
    int32_t calls;
    enum status says;
    void (*also)(void *data); /* done in it; may be NULL */
    void *data;
};

static inline enum status
on_start(void *data)
{
    struct start_mark *mark = data;
    mark->calls++;
    if (mark->also)
        mark->also(mark->data);
    return mark->says;
}

#endif
