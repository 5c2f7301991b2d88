/* The wire between the press's two halves: messages over a SOCK_SEQPACKET socket pair.
 *
 * A message is a kind, a job number and a body. It travels as frames of at most 64 KB,
 * each with the kind and the job's number, the last one marked. Both ends run on one
 * machine from one build, so numbers travel in native order; strings carry their length.
 * What comes from the worker is nevertheless read as a stranger's: every length is
 * checked, for a worker is where hostile art is drawn. */
#ifndef TUCK_PRESS_WIRE_H
#define TUCK_PRESS_WIRE_H

#include "base/clock.h"
#include "base/note.h"
#include "base/text.h"
#include "press/job.h"

#define WIRE_VERSION 3u
#define WIRE_FRAME_MAX 65536u
#define WIRE_BODY_MAX ((size_t)256 << 20)
#define WIRE_FD 3 /* the worker's end of the socket pair */

enum wire_kind {
    WIRE_SETUP = 1,
    WIRE_HELLO = 2,
    WIRE_JOB = 3,
    WIRE_ANSWER = 4, /* to a job, a plot or a scan */
    WIRE_PLOT = 5,   /* plot-wire.h */
    WIRE_PROOF = 6,  /* a job whose pages are only looked at */
    WIRE_SCAN = 7,   /* scan/scan-wire.h */
};

/* One end. The client's watches the other process as well. */
struct wire {
    int fd;
    int pidfd;                       /* -1: none */
    const struct patience *patience; /* NULL: waits for ever */
    uint8_t *frame;                  /* WIRE_FRAME_MAX bytes, made by wire_init() */
};

enum status wire_init(struct wire *wire, int fd, int pidfd);
void wire_done(struct wire *wire); /* frees the frame; the fds stay the caller's */

/* Both give STATUS_RETRY out of patience, STATUS_CANCELLED, STATUS_OUTSIDE when the other
 * end is gone, STATUS_BUG for a frame that breaks the rules above. */
enum status wire_send(struct wire *wire, enum wire_kind kind, uint64_t job,
                      const void *body, size_t n);
enum status wire_receive(struct wire *wire, enum wire_kind *ret_kind, uint64_t *ret_job,
                         struct buf *body);

/* Writing a body. */
void wire_put_i64(struct buf *buf, int64_t value);
void wire_put_bytes(struct buf *buf, const void *bytes, size_t n); /* NULL stays NULL */
void wire_put_text(struct buf *buf, const char *text);

/* Reading one: after a value that is not there `failed` is set and everything is 0. */
struct wire_reader {
    const uint8_t *p;
    size_t n;
    bool failed;
};
int64_t wire_get_i64(struct wire_reader *reader);
/* A number that must lie within the bounds. */
int64_t wire_get_within(struct wire_reader *reader, int64_t low, int64_t high);
/* Lent from the body; NULL for NULL. */
const uint8_t *wire_get_bytes(struct wire_reader *reader, size_t *ret_n);
/* A copy in the arena; text must be UTF-8 without NUL. */
char *wire_get_text(struct wire_reader *reader, struct arena *arena);

/* What the worker has to know before it confines itself. */
struct wire_setup {
    const char *fonts_conf;
    const char *const *read_dirs;
    int64_t memory_limit; /* bytes; 0: none */
};
void wire_put_setup(struct buf *buf, const struct wire_setup *setup);
enum status wire_get_setup(struct wire_reader *reader, struct arena *arena,
                           struct wire_setup *ret);

/* The worker's first word: it is warm, and how well it is confined. */
struct wire_hello {
    enum status status; /* other than OK: it gives up, the notes say why */
    bool is_landlocked, is_filtered;
    const char *version;
    int64_t rss_kb;
};
void wire_put_hello(struct buf *buf, const struct wire_hello *hello,
                    const struct notes *notes);
enum status wire_get_hello(struct wire_reader *reader, struct arena *arena,
                           struct notes *notes, struct wire_hello *ret);

/* A job and the milliseconds it may take (for the worker's own alarm). */
void wire_put_job(struct buf *buf, const struct press_job *job, int64_t left_ms);
enum status wire_get_job(struct wire_reader *reader, struct arena *arena,
                         struct press_job *ret, int64_t *ret_left_ms);

/* What became of it. The sheet is there when the status is OK; its bytes are copied. */
struct wire_answer {
    enum status status;
    int64_t rss_kb;
    struct sheet sheet;
};
void wire_put_answer(struct buf *buf, const struct wire_answer *answer,
                     const struct notes *notes);
enum status wire_get_answer(struct wire_reader *reader, struct arena *arena,
                            struct notes *notes, struct wire_answer *ret);

#endif
