/* The press, seen from the host's process: a pool of tuck-press workers.
 *
 * Workers are spoken to over SOCK_SEQPACKET socket pairs and watched by a pidfd each.
 * They are no children of the host: no SIGCHLD, nothing for its wait() to meet. A worker that dies or is still busy when
 * the patience ends is killed and another is started (in the background of the next call;
 * never more than `workers` alive). Every sheet is checked before it is handed on: size,
 * header and trailer, page count, boxes. All calls are thread-safe; a call waits for a
 * free worker within its patience. Nothing of cairo, Pango or GLib is linked here. */
#ifndef TUCK_PRESS_PRESS_H
#define TUCK_PRESS_PRESS_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/note.h"
#include "press/job.h"

struct press;

struct press_settings {
    const char *worker_path;      /* tuck-press; absolute */
    const char *fonts_conf;       /* absolute */
    const char *const *read_dirs; /* NULL-terminated, absolute: shop, templates */
    int32_t workers;              /* 1–16; 0: 1 */
    int64_t memory_limit;         /* RLIMIT_AS of a worker, bytes; 0: 1 GiB */
};

/* Starts the workers and returns when the first is warm, or the patience ends. A worker
 * that could not confine itself (kernel without Landlock or seccomp) says so as a note
 * (warning PRESS_UNCONFINED). */
enum status press_open(const struct press_settings *settings,
                       const struct patience *patience, struct notes *notes,
                       struct press **ret);
void press_close(struct press *press);

/* Prints. The sheet lives in `arena`. STATUS_RETRY: out of patience (the worker was
 * replaced); STATUS_BAD_INPUT: template or values are wrong; STATUS_OUTSIDE: the worker
 * died. */
enum status press_make(struct press *press, const struct press_job *job,
                       const struct patience *patience, struct arena *arena,
                       struct notes *notes, struct sheet *ret);

/* Lays out the job's pieces and looks at them, whatever its format is: what does not fit,
 * lies over another or cannot be read is told by notes with their places. With a job
 * that wants symbols these are the sheet's, and nothing else is looked at. The rest as
 * press_make(). */
enum status press_proof(struct press *press, const struct press_job *job,
                        const struct patience *patience, struct arena *arena,
                        struct notes *notes, struct sheet *ret);

/* For ops and fault tests. */
struct press_health {
    int32_t alive, started, killed, died;
    int32_t pids[16]; /* of the living */
    int64_t peak_rss_kb; /* largest worker so far */
};
void press_health(struct press *press, struct press_health *ret);

#endif
