/* HTTP: bytes within a deadline, no meaning.
 *
 * One `struct fetch` belongs to one thread at a time and keeps its connections alive.
 * Every failure is a return value and a note; SIGPIPE never rises, DNS never outlives the
 * deadline, a body is cut at `max_bytes`. A server that failed three times in a row is
 * not asked again for `rest_ms` (circuit breaker): STATUS_RETRY at once. */
#ifndef TUCK_FETCH_FETCH_H
#define TUCK_FETCH_FETCH_H

#include "base/clock.h"
#include "base/note.h"
#include "base/status.h"
#include "base/text.h"

struct fetch;

struct fetch_reply {
    int32_t http_status;  /* 200, 304, 404 … */
    bool is_not_modified; /* 304: the body that the ETag names is still true */
    char etag[128];       /* "" when the server gave none */
    char content_type[64];
    struct buf body;
};

void fetch_init(void); /* global inits, once, any thread */
enum status fetch_open(int64_t rest_ms, struct notes *notes, struct fetch **ret);
void fetch_close(struct fetch *fetch);

/* GETs `url` (http or https only). `etag` may be NULL. STATUS_OK for 200 and 304,
 * STATUS_WITHOUT for 404 and 410, STATUS_RETRY for time-outs, 429 and 5xx, STATUS_OUTSIDE
 * for other trouble. `reply->body` is emptied first and belongs to the caller. */
enum status fetch_get(struct fetch *fetch, const char *url, const char *etag,
                      size_t max_bytes, const struct patience *patience,
                      struct notes *notes, struct fetch_reply *reply);
void fetch_reply_done(struct fetch_reply *reply);

/* A POST of one body in two parts, sent with its length: `head`, and `document` behind it,
 * which may be empty. For devices, not for servers: nothing rests, nothing is tried again,
 * no redirect is followed. */
enum fetch_trust {
    FETCH_TRUST_KNOWN, /* a certificate that the system's authorities vouch for */
    FETCH_TRUST_PIN,   /* the one whose public key `pin` names, whoever signed it */
    FETCH_TRUST_ANY,   /* any: hidden from listeners, not from impostors */
};
struct fetch_post {
    const char *url, *content_type;
    const void *head, *document;
    size_t head_n, document_n;
    /* Told when the connection stands, before the first byte of the head; may be NULL. Not
     * OK: the POST is broken off, and that is its status. A device that has a head takes a
     * connection that then breaks for the end of the document, so this must be before. */
    enum status (*before)(void *data);
    void *data;
    enum fetch_trust trust;
    const char *pin;    /* "sha256//" and Base64 of the key's digest */
    int32_t connect_ms; /* most for the connection; 0: no limit of its own */
    size_t max_bytes;   /* of the answer */
};
struct fetch_post_reply {
    int32_t http_status; /* 0: no answer */
    bool is_reached;     /* a connection stood (under TLS: with the right peer) */
    bool is_untrusted;   /* it was the certificate that failed */
    bool is_begun;       /* some of the document may have gone out */
    char content_type[64];
    char why[200]; /* not OK: what was the matter, a clause for people */
    struct buf body;
};

/* STATUS_OK whenever there is an answer, whatever it says. STATUS_RETRY: not in time;
 * STATUS_OUTSIDE: no connection, or it broke. `reply->body` belongs to the caller. */
enum status fetch_post(struct fetch *fetch, const struct fetch_post *post,
                       const struct patience *patience, struct fetch_post_reply *reply);

/* The public key that a peer shows, as a `pin`, whoever signed it. STATUS_WITHOUT: it
 * cannot be read; else as fetch_post(). */
#define FETCH_PIN_SIZE 53
enum status fetch_peer_key(struct fetch *fetch, const char *url,
                           const struct patience *patience, char ret[FETCH_PIN_SIZE]);

/* Appends `value` with all but RFC 3986's unreserved characters percent-encoded. */
void fetch_encode(const char *value, struct buf *out);

/* "http://h/{customer}/x" with every {name} replaced by its percent-encoded value.
 * STATUS_BAD_INPUT, with `out` as before, for a name that is not given and for a value of
 * "." or "..", which would climb out of its place in a path. */
struct fetch_param {
    const char *name, *value;
};
enum status fetch_expand(const char *pattern, const struct fetch_param *params,
                         size_t count, struct buf *out);
/* The same into plain text: values as they are, "." and ".." too. */
enum status fetch_fill(const char *pattern, const struct fetch_param *params,
                       size_t count, struct buf *out);

#endif
