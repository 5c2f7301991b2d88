/* Connections to devices that take bytes on a port. Inside printer/.
 *
 * Nothing here waits past its patience: not for names, not for a peer that takes the
 * connection and reads nothing, and the cancel flag is seen within TCP_SLICE_MS. What the
 * peer says while it is written to is read, so that neither side stops the other. */
#ifndef TUCK_PRINTER_TCP_H
#define TUCK_PRINTER_TCP_H

#include "base/attr.h"
#include "base/clock.h"
#include "base/status.h"

#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TCP_SLICE_MS 40
#define TCP_WHY_ROOM 160

struct tcp_target {
    char host[256];  /* a name or an address, without brackets */
    char port[6];
    bool waits_not; /* ?waiteof=false: the printer never closes, so it is not waited for */
};

/* Reads "socket://host[:9100][/][?waiteof=…]". NULL, or what is wrong with it. */
const char *tcp_parse(const char *uri, struct tcp_target *ret);

struct tcp {
    int fd;
    bool has_ended; /* the peer has sent all that it ever will */
    char why[TCP_WHY_ROOM]; /* not OK: what was the matter, a clause for people */
};
#define TCP_NONE ((struct tcp){.fd = -1})

/* STATUS_RETRY: not in time; STATUS_OUTSIDE: refused, no route, no such host.
 * `connect_ms` holds for the whole of it, names too. */
enum status tcp_open(struct tcp *tcp, const struct tcp_target *target, int32_t connect_ms,
                     const struct patience *patience);

/* Writes all of it. `*ret_n` is what was handed to the system, also on failure. What
 * comes in meanwhile is thrown away. */
enum status tcp_write(struct tcp *tcp, const void *bytes, size_t n,
                      const struct patience *patience, size_t *ret_n);

/* Reads at least a byte, at most `room`, until `until_ms`; 0 bytes and STATUS_OK: the peer
 * has closed its side. STATUS_RETRY: nothing came. */
enum status tcp_read(struct tcp *tcp, void *bytes, size_t room, int64_t until_ms,
                     const struct patience *patience, size_t *ret_n);

/* Waits until the peer's system has acknowledged all that was written; then closes our
 * side and waits `linger_ms` more for the peer to close its own. STATUS_OK: the peer has
 * it. STATUS_RETRY: not in time; STATUS_OUTSIDE: the connection was reset. */
enum status tcp_finish(struct tcp *tcp, int32_t linger_ms,
                       const struct patience *patience);

/* Closes; what the system has not sent yet is thrown away. After tcp_finish() or when
 * nothing was sent that is nothing. */
void tcp_abort(struct tcp *tcp);
void tcp_close(struct tcp *tcp);
#define TCP_AUTO CLEANUP(tcp_close)

/* --- lookup.c --------------------------------------------------------------------- */

struct lookup;
/* The addresses of a host, best first, at the latest at `until_ms`. A resolver that does
 * not answer goes on by itself in the background. `*ret` lives until lookup_done(). */
enum status lookup_find(const char *host, const char *port, int64_t until_ms,
                        const struct patience *patience, struct lookup **ret,
                        const struct addrinfo **ret_first, char why[TCP_WHY_ROOM]);
void lookup_done(struct lookup *lookup); /* NULL is fine */

#endif
