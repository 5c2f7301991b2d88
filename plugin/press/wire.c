/* Frames: messages cut to size, sent and put together again.
 *
 * In comes a body of any length, out go frames of at most 64 KB, and the other way about.
 * Waiting is done in short slices, because the host's cancel flag rings no bell. SIGPIPE
 * never rises (MSG_NOSIGNAL). A dead peer is seen by its socket or by its pidfd, for a
 * host that forked may hold copies of the socket that keep it open. */
#include "press/wire.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define FRAME_MAGIC 0x4b435554u /* "TUCK" */
#define CANCEL_SLICE_MS 10

struct frame_head {
    uint32_t magic;
    uint16_t kind;
    uint16_t is_last;
    uint64_t job;
};
#define FRAME_BODY_MAX (WIRE_FRAME_MAX - sizeof(struct frame_head))

enum status
wire_init(struct wire *wire, int fd, int pidfd)
{
    *wire = (struct wire){.fd = fd, .pidfd = pidfd, .frame = malloc(WIRE_FRAME_MAX)};
    return wire->frame ? STATUS_OK : STATUS_NO_MEMORY;
}

void
wire_done(struct wire *wire)
{
    free(wire->frame);
    wire->frame = NULL;
}

static int
slice_ms(const struct patience *patience)
{
    if (patience == NULL)
        return -1;
    int64_t left = patience_left_ms(patience);
    if (patience->cancel && left > CANCEL_SLICE_MS)
        left = CANCEL_SLICE_MS;
    return left > 60000 ? 60000 : (int)left;
}

/* Waits until the socket may be ready; STATUS_OUTSIDE only when nothing is left to read.
 */
static enum status
wait_ready(const struct wire *wire, short events)
{
    for (;;) {
        if (wire->patience && patience_is_cancelled(wire->patience))
            return STATUS_CANCELLED;
        struct pollfd fds[2] = {{.fd = wire->fd, .events = events},
                                {.fd = wire->pidfd, .events = POLLIN}};
        int n = poll(fds, 2, slice_ms(wire->patience));
        if (n < 0 && errno != EINTR)
            return STATUS_OUTSIDE;
        if (n > 0 && (fds[0].revents & events))
            return STATUS_OK;
        if (n > 0 && (fds[0].revents || fds[1].revents))
            return STATUS_OUTSIDE;
        if (wire->patience && patience_is_over(wire->patience))
            return patience_is_cancelled(wire->patience) ? STATUS_CANCELLED
                                                         : STATUS_RETRY;
    }
}

static enum status
send_frame(struct wire *wire, const struct frame_head *head, const void *body, size_t n)
{
    struct iovec parts[2] = {{(void *)(uintptr_t)head, sizeof *head},
                             {(void *)(uintptr_t)body, n}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = n ? 2 : 1};
    for (;;) {
        ssize_t sent = sendmsg(wire->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent == (ssize_t)(sizeof *head + n))
            return STATUS_OK;
        if (sent >= 0)
            return STATUS_BUG;
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK)
            return STATUS_OUTSIDE;
        enum status status = wait_ready(wire, POLLOUT);
        if (status != STATUS_OK)
            return status;
    }
}

enum status
wire_send(struct wire *wire, enum wire_kind kind, uint64_t job, const void *body,
          size_t n)
{
    const uint8_t *p = body;
    do {
        size_t part = n < FRAME_BODY_MAX ? n : FRAME_BODY_MAX;
        struct frame_head head = {FRAME_MAGIC, (uint16_t)kind, part == n, job};
        enum status status = send_frame(wire, &head, p, part);
        if (status != STATUS_OK)
            return status;
        if (part)
            p += part;
        n -= part;
    } while (n);
    return STATUS_OK;
}

static enum status
receive_frame(struct wire *wire, struct frame_head *ret, size_t *ret_n)
{
    for (;;) {
        enum status status = wait_ready(wire, POLLIN);
        if (status != STATUS_OK)
            return status;
        ssize_t n = recv(wire->fd, wire->frame, WIRE_FRAME_MAX, MSG_DONTWAIT | MSG_TRUNC);
        if (n == 0)
            return STATUS_OUTSIDE;
        if (n < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK))
            continue;
        if (n < 0)
            return STATUS_OUTSIDE;
        if ((size_t)n < sizeof *ret || (size_t)n > WIRE_FRAME_MAX)
            return STATUS_BUG;
        memcpy(ret, wire->frame, sizeof *ret);
        *ret_n = (size_t)n - sizeof *ret;
        return ret->magic == FRAME_MAGIC ? STATUS_OK : STATUS_BUG;
    }
}

enum status
wire_receive(struct wire *wire, enum wire_kind *ret_kind, uint64_t *ret_job,
             struct buf *body)
{
    struct frame_head first = {0}, head;
    size_t n;
    buf_reset(body);
    for (bool is_first = true;; is_first = false) {
        enum status status = receive_frame(wire, &head, &n);
        if (status != STATUS_OK)
            return status;
        if (is_first)
            first = head;
        if (head.kind != first.kind || head.job != first.job)
            return STATUS_BUG;
        buf_add(body, wire->frame + sizeof head, n);
        if (body->failed)
            return STATUS_NO_MEMORY;
        if (head.is_last)
            break;
    }
    *ret_kind = (enum wire_kind)first.kind;
    *ret_job = first.job;
    return STATUS_OK;
}
