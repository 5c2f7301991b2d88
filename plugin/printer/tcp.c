/* Bytes to a device's port, within a patience.
 *
 * Every descriptor is non-blocking and every wait is a poll in slices, so a peer that
 * stalls costs the caller his patience and nothing more. The hard question is what a
 * broken transfer left behind: bytes count as sent once the system has them, and as
 * arrived once the peer's system has acknowledged them. */
#include "printer/tcp.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define FALLBACK_MS 250 /* the least that is left for the next address of a host */

/* --- the URI ---------------------------------------------------------------------- */

/* A port in digits; none is 9100. */
static bool
read_port(const char *p, size_t n, struct tcp_target *target)
{
    unsigned port = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9' || i > 4)
            return false;
        port = port * 10 + (unsigned)(p[i] - '0');
    }
    port = n ? port : 9100;
    if (port == 0 || port > UINT16_MAX)
        return false;
    snprintf(target->port, sizeof(target->port), "%u", port);
    return true;
}

/* Letters of a name or address. A zone is written %25eth0 (RFC 6874). */
static bool
read_host(const char *p, size_t n, bool is_bracketed, struct tcp_target *target)
{
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        char c = p[i];
        bool is_name = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
        bool is_zone = is_bracketed && n - i > 3 && memcmp(p + i, "%25", 3) == 0;
        if (!is_name && !is_zone && !(is_bracketed && c == ':'))
            return false;
        if (used + 1 >= sizeof(target->host))
            return false;
        target->host[used++] = c;
        i += is_zone ? 2 : 0;
    }
    target->host[used] = '\0';
    return used > 0 && target->host[0] != '-';
}

static const char *
read_options(const char *p, struct tcp_target *target)
{
    p += *p == '/';
    if (*p == '\0' || strcmp(p, "?") == 0 || strcmp(p, "?waiteof=true") == 0)
        return NULL;
    if (strcmp(p, "?waiteof=false") != 0)
        return "nothing but ?waiteof=false may follow the host";
    target->waits_not = true;
    return NULL;
}

const char *
tcp_parse(const char *uri, struct tcp_target *ret)
{
    struct tcp_target target = {.waits_not = false};
    if (strncmp(uri, "socket://", 9) != 0)
        return "expected socket://host";
    const char *host = uri + 9;
    const char *end = host + strcspn(host, "/?#");
    const char *colon;
    bool is_bracketed = *host == '[', is_host;
    if (is_bracketed) {
        const char *close = memchr(host, ']', (size_t)(end - host));
        if (!close)
            return "the bracket of its address is not closed";
        is_host = read_host(host + 1, (size_t)(close - host - 1), true, &target);
        colon = close + 1;
        if (colon != end && *colon != ':')
            return "expected a port after the address";
    } else {
        colon = memchr(host, ':', (size_t)(end - host));
        colon = colon ? colon : end;
        is_host = read_host(host, (size_t)(colon - host), false, &target);
    }
    if (!is_host)
        return "it names no host";
    colon += colon < end;
    if (!read_port(colon, (size_t)(end - colon), &target))
        return "its port is none: expected 1 to 65535";
    const char *wrong = read_options(end, &target);
    if (!wrong)
        *ret = target;
    return wrong;
}

/* --- waiting ---------------------------------------------------------------------- */

static enum status
fail(struct tcp *tcp, enum status status, const char *what, int error)
{
    snprintf(tcp->why, sizeof(tcp->why), "%s%s%s", what, error ? ": " : "",
             error ? strerrordesc_np(error) : "");
    return status;
}

static bool
is_reset(const struct pollfd *fd)
{
    return fd->revents & (POLLERR | POLLNVAL);
}

static int
socket_error(int fd)
{
    int error = 0;
    socklen_t n = sizeof(error);
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n);
    return error;
}

/* Until one of the events, or `until_ms`, or the end of the patience (STATUS_RETRY). */
static enum status
wait_for(struct tcp *tcp, short events, int64_t until_ms, const struct patience *patience,
         struct pollfd *ret)
{
    for (;;) {
        int64_t left_ms = until_ms - clock_monotonic_ms();
        int64_t most_ms = patience_left_ms(patience);
        left_ms = left_ms < most_ms ? left_ms : most_ms;
        left_ms = left_ms < 0 ? 0 : left_ms;
        if (patience_is_cancelled(patience))
            return fail(tcp, STATUS_CANCELLED, "it was cancelled", 0);
        struct pollfd fd = {.fd = tcp->fd, .events = events};
        int n = poll(&fd, 1, left_ms < TCP_SLICE_MS ? (int)left_ms : TCP_SLICE_MS);
        if (n < 0 && errno != EINTR)
            return fail(tcp, STATUS_OUTSIDE, "it cannot be waited for", errno);
        if (n > 0) {
            *ret = fd;
            return STATUS_OK;
        }
        if (left_ms == 0)
            return STATUS_RETRY;
    }
}

/* --- opening ---------------------------------------------------------------------- */

static enum status
connect_one(struct tcp *tcp, const struct addrinfo *address, int64_t until_ms,
            const struct patience *patience)
{
    struct pollfd ready;
    const int one = 1;
    tcp->fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (tcp->fd < 0)
        return fail(tcp, STATUS_OUTSIDE, "no connection can be made", errno);
    setsockopt(tcp->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (connect(tcp->fd, address->ai_addr, address->ai_addrlen) == 0)
        return STATUS_OK;
    if (errno != EINPROGRESS && errno != EINTR)
        return fail(tcp, STATUS_OUTSIDE, "it cannot be reached", errno);
    enum status status = wait_for(tcp, POLLOUT, until_ms, patience, &ready);
    if (status == STATUS_RETRY)
        return fail(tcp, status, "it does not answer", 0);
    int error = status == STATUS_OK ? socket_error(tcp->fd) : 0;
    if (error)
        return fail(tcp, STATUS_OUTSIDE, "it cannot be reached", error);
    return status;
}

/* Each address gets its share of the time, so that one that swallows packets does not
 * take the others' too. */
static int64_t
share_of(const struct addrinfo *address, int64_t until_ms)
{
    int64_t now_ms = clock_monotonic_ms(), share_ms;
    int64_t count = 1;
    for (const struct addrinfo *a = address->ai_next; a; a = a->ai_next)
        count++;
    share_ms = (until_ms - now_ms) / count;
    share_ms = share_ms < FALLBACK_MS ? FALLBACK_MS : share_ms;
    return now_ms + share_ms < until_ms ? now_ms + share_ms : until_ms;
}

enum status
tcp_open(struct tcp *tcp, const struct tcp_target *target, int32_t connect_ms,
         const struct patience *patience)
{
    struct lookup *lookup = NULL;
    const struct addrinfo *address = NULL;
    int64_t left_ms = patience_left_ms(patience);
    int64_t until_ms =
        clock_monotonic_ms() + (left_ms < connect_ms ? left_ms : connect_ms);
    *tcp = TCP_NONE;
    enum status status = lookup_find(target->host, target->port, until_ms, patience,
                                     &lookup, &address, tcp->why);
    if (status != STATUS_OK)
        return status;
    for (; address; address = address->ai_next) {
        status = connect_one(tcp, address, share_of(address, until_ms), patience);
        if (status == STATUS_OK || status == STATUS_CANCELLED ||
            clock_monotonic_ms() >= until_ms)
            break;
        tcp_close(tcp);
    }
    lookup_done(lookup);
    if (status != STATUS_OK)
        tcp_close(tcp);
    return status;
}

/* --- talking ---------------------------------------------------------------------- */

/* What lies there, thrown away. Kept unread it would make our close a reset. */
static enum status
drain(struct tcp *tcp)
{
    char waste[4096];
    for (int i = 0; i < 64;
         i++) { /* a peer that talks without end is heard again later */
        ssize_t n = recv(tcp->fd, waste, sizeof(waste), MSG_DONTWAIT);
        if (n == 0)
            tcp->has_ended = true;
        if (n == 0 || (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)))
            return STATUS_OK;
        if (n < 0 && errno != EINTR)
            return fail(tcp, STATUS_OUTSIDE, "the connection broke", errno);
    }
    return STATUS_OK;
}

enum status
tcp_write(struct tcp *tcp, const void *bytes, size_t n, const struct patience *patience,
          size_t *ret_n)
{
    struct pollfd ready;
    enum status status = STATUS_OK;
    *ret_n = 0;
    while (status == STATUS_OK && *ret_n < n) {
        ssize_t sent = send(tcp->fd, (const char *)bytes + *ret_n, n - *ret_n,
                            MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0)
            *ret_n += (size_t)sent;
        else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
            return fail(tcp, STATUS_OUTSIDE, "the connection broke", errno);
        if (*ret_n == n)
            break;
        status = wait_for(tcp, tcp->has_ended ? POLLOUT : POLLOUT | POLLIN, INT64_MAX,
                          patience, &ready);
        if (status == STATUS_OK && is_reset(&ready))
            return fail(tcp, STATUS_OUTSIDE, "the connection broke",
                        socket_error(tcp->fd));
        if (status == STATUS_OK && (ready.revents & POLLIN))
            status = drain(tcp);
        if (status == STATUS_RETRY)
            fail(tcp, status, "it takes no more bytes", 0);
    }
    return status;
}

enum status
tcp_read(struct tcp *tcp, void *bytes, size_t room, int64_t until_ms,
         const struct patience *patience, size_t *ret_n)
{
    struct pollfd ready;
    *ret_n = 0;
    for (;;) {
        enum status status = wait_for(tcp, POLLIN, until_ms, patience, &ready);
        if (status == STATUS_RETRY)
            return fail(tcp, status, "it does not answer", 0);
        if (status != STATUS_OK)
            return status;
        ssize_t n = recv(tcp->fd, bytes, room, MSG_DONTWAIT);
        if (n >= 0) {
            tcp->has_ended |= n == 0;
            *ret_n = (size_t)n;
            return STATUS_OK;
        }
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
            return fail(tcp, STATUS_OUTSIDE, "the connection broke", errno);
    }
}

/* --- the end ---------------------------------------------------------------------- */

/* Bytes that the peer's system has not acknowledged yet; the close of our side is one. */
static int
count_unacknowledged(int fd)
{
    int n = 0;
    return ioctl(fd, SIOCOUTQ, &n) == 0 ? n : 0;
}

/* No event tells of acknowledgements, so they are looked for: at first at every
 * millisecond, later seldom. */
static enum status
wait_acknowledged(struct tcp *tcp, const struct patience *patience)
{
    int pause_ms = 0;
    while (count_unacknowledged(tcp->fd) > 0) {
        struct pollfd fd = {.fd = tcp->fd, .events = tcp->has_ended ? 0 : POLLIN};
        if (patience_is_cancelled(patience))
            return fail(tcp, STATUS_CANCELLED, "it was cancelled", 0);
        int64_t left_ms = patience_left_ms(patience);
        if (left_ms == 0)
            return fail(tcp, STATUS_RETRY, "it does not acknowledge the end", 0);
        pause_ms = pause_ms < 20 ? pause_ms + 1 : 20;
        int n = poll(&fd, 1, left_ms < pause_ms ? (int)left_ms : pause_ms);
        if (n > 0 && is_reset(&fd))
            break;
        if (n > 0 && (fd.revents & POLLIN) && drain(tcp) != STATUS_OK)
            return STATUS_OUTSIDE;
    }
    int error = socket_error(tcp->fd);
    return error ? fail(tcp, STATUS_OUTSIDE, "the connection broke", error) : STATUS_OK;
}

enum status
tcp_finish(struct tcp *tcp, int32_t linger_ms, const struct patience *patience)
{
    char waste[1024];
    size_t n = 0;
    enum status status = drain(tcp);
    if (status == STATUS_OK)
        status = wait_acknowledged(tcp, patience);
    if (status == STATUS_OK && shutdown(tcp->fd, SHUT_WR) != 0 && errno != ENOTCONN)
        status = fail(tcp, STATUS_OUTSIDE, "the connection broke", errno);
    if (status != STATUS_OK)
        return status;
    int64_t until_ms = clock_monotonic_ms() + linger_ms;
    while (status == STATUS_OK && !tcp->has_ended)
        status = tcp_read(tcp, waste, sizeof(waste), until_ms, patience, &n);
    /* It has all of it. That it stays open, or that nobody wants to wait, is no doubt. */
    return status == STATUS_OUTSIDE ? status : STATUS_OK;
}

void
tcp_abort(struct tcp *tcp)
{
    const struct linger now = {1, 0};
    if (tcp->fd >= 0)
        setsockopt(tcp->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    tcp_close(tcp);
}

void
tcp_close(struct tcp *tcp)
{
    fd_closep(&tcp->fd);
    tcp->fd = -1;
}
