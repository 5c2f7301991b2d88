/* What the files of the spool share. Inside printer/. */
#ifndef TUCK_PRINTER_SPOOL_INSIDE_H
#define TUCK_PRINTER_SPOOL_INSIDE_H

#include "printer/spool-file.h"

#include <pthread.h>

/* A job in memory. Guarded by the spool's lock; only the sender of its printer takes it
 * through its states, while `is_busy`. */
struct job {
    struct job_file file;
    uint8_t *bytes; /* of a job that this process put in and nobody sent yet; or NULL */
    int64_t next_ms; /* not before then, on the monotonic clock */
    int32_t failures; /* transfers that failed, for the back-off */
    int32_t unknowns; /* times that its fate could not be known */
    int64_t taken_ms;
    bool is_busy;
};

struct sender {
    pthread_t thread;
    bool is_begun;
    struct spool *spool;
    const struct printer *printer;
    int lock_fd;        /* held: this process feeds the printer; -1 */
    int64_t asked_ms;   /* when it was last known to be ready; 0: it is not */
    int64_t next_ms;    /* the printer is left alone until then */
    int32_t refusals;   /* in a row, for the back-off */
    bool has_answered;  /* it told a state once: its silence means something */
};

struct spool {
    struct spool_settings settings;
    char *dir;
    int dir_fd, jobs_fd;
    char name[17]; /* of this spool, in the names of jobs; never the same twice */
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a job, or is_ending */
    struct job **jobs;      /* in order of id */
    size_t job_count, job_room;
    int64_t next_id, bytes_held;
    bool is_ending;
    volatile int32_t cancel; /* of what senders do, once the grace is over */
    struct sender *senders;
    pthread_t watcher;
    bool is_watching;
    int watch_fd, wake_fd;
};

int64_t spool_ms(int32_t setting, int32_t otherwise);
/* With the lock held. */
struct job *spool_job(struct spool *spool, int64_t id);
/* Reads new and changed files; the lock must not be held. */
enum status spool_refresh(struct spool *spool, struct notes *notes);
enum status spool_read_one(struct spool *spool, int64_t id, struct notes *notes);
/* Writes an event when the job's state, as the file tells it now, is one of `from` (bits).
 * The lock must not be held. STATUS_BAD_CALL with a note: it is in another state;
 * STATUS_WITHOUT: there is no such job. */
enum status spool_change(struct spool *spool, int64_t id, uint32_t from, const char *what,
                         const char *text, struct notes *notes);
/* With its texts in the arena; false: no memory. */
bool spool_copy_entry(const struct spool_entry *from, struct arena *arena,
                      struct spool_entry *ret);
/* The name that a device knows the job by, at that try of it. */
void spool_device_name(const struct spool *spool, const struct spool_entry *entry,
                       int32_t number, char ret[121]);

/* --- spool-send.c --------------------------------------------------------------------- */

enum status senders_begin(struct spool *spool, struct notes *notes);
void senders_end(struct spool *spool, int32_t grace_ms);
/* Is there something that this process's senders could do now? With the lock held. */
bool senders_have_work(struct spool *spool);

/* --- spool-watch.c -------------------------------------------------------------------- */

/* A thread that sees what other processes put in or change. */
enum status watcher_begin(struct spool *spool, struct notes *notes);
void watcher_end(struct spool *spool);

#endif
