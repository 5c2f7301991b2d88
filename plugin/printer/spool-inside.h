/* What the files of the spool share. Inside printer/. */
#ifndef TUCK_PRINTER_SPOOL_INSIDE_H
#define TUCK_PRINTER_SPOOL_INSIDE_H

#include "printer/spool-file.h"

#include <pthread.h>

/* A job in memory. Guarded by the spool's lock; only the sender of its printer takes it
 * through its states, while `is_busy`. */
struct job {
    struct job_file file;
    uint8_t *bytes;   /* of a job that this process put in and nobody sent yet; or NULL */
    int64_t next_ms;  /* not before then, on the monotonic clock */
    int64_t taken_ms; /* since when its fate is asked for; 0: not yet */
    int32_t asked;    /* how often */
    int32_t sender;   /* which of them; of none that is in the settings: -1 */
    bool is_busy, is_active;
    /* What the disk could not be told yet; "" nothing. */
    char owed[48], owed_text[208];
    uint32_t owed_from;
    /* Moves from printer to printer without anybody's word, and when they began. */
    int32_t moves;
    int64_t moved_ms;
    int64_t report_seen; /* the sender's report by which no other printer was found */
};

struct sender {
    pthread_t thread;
    bool is_begun;
    int32_t index;
    struct spool *spool;
    const struct printer *printer;
    int lock_fd;            /* held: this process feeds the printer; -1 */
    volatile int32_t hurry; /* cuts short what can wait: a job to be sent came in */
    /* With the lock held: */
    int64_t asked_ms;   /* when it was last known to be ready; 0: it is not */
    int64_t trusted_ms; /* for how long that holds */
    int64_t next_ms;    /* the printer is left alone until then */
    int64_t sent_ms;    /* the last job; 0: none yet */
    int32_t refusals;   /* in a row, for the back-off */
    bool is_two_way;    /* it told a state once: its silence means something */
    /* Its thread's own: */
    bool is_mute; /* it was asked, and never yet answered anything */
    /* what it said last when it could not print */
    struct arena *report_arena;
    struct printer_report report;
    int64_t report_no; /* 0: none */
};

struct spool {
    struct spool_settings settings;
    char *dir;
    int dir_fd, jobs_fd, last_fd;
    char name[17]; /* of this spool, in the names of jobs; never the same twice */
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a job, or is_ending */
    struct job **jobs;      /* in order of id */
    size_t job_count, job_room;
    struct job **active; /* those that senders have something to do with, in order */
    size_t active_count, active_room;
    int64_t next_id, bytes_held;
    int64_t looked_id; /* up to there jobs of others were looked for */
    int64_t cleaned_ms, trouble_ms;
    bool is_ending;
    volatile int32_t cancel; /* of what senders do, once the grace is over */
    struct sender *senders;
    pthread_t watcher;
    bool is_watching;
    int watch_fd, wake_fd;
};

#define BIT(state) (1u << (state))

int64_t spool_ms(int32_t setting, int32_t otherwise);
bool spool_has_printer(const struct spool *spool, const char *name);
/* Troubles that threads meet with, to whoever opened the spool. Not all that are the
 * same. */
void spool_tell_trouble(struct spool *spool, const struct notes *notes);

/* --- spool-table.c ------------------------------------------------------------- */

/* With the lock held. */
struct job *spool_job(struct spool *spool, int64_t id);
/* What a file tells becomes what the table knows; takes the file. With the lock held. */
enum status spool_learn(struct spool *spool, struct job_file *file);
/* Reads new and changed files; the lock must not be held. */
enum status spool_refresh(struct spool *spool, struct notes *notes);
enum status spool_read_one(struct spool *spool, int64_t id, struct notes *notes);
/* Reads what others have put in by now, without the folder's every file. What became of
 * jobs that were known is not looked at. The lock must not be held. */
enum status spool_catch_up(struct spool *spool, struct notes *notes);
/* What was told and is older than it need be goes. Then, for so many bytes more to have
 * room, the oldest of what was told; false: there is none. */
void spool_clean(struct spool *spool);
bool spool_make_room(struct spool *spool, size_t n);
/* The highest number ever given; numbers of jobs that went are not given again. */
void spool_note_id(struct spool *spool, int64_t id, bool is_synced);
int64_t spool_last_id(struct spool *spool);
void spool_table_done(struct spool *spool);

/* --- spool-change.c ------------------------------------------------------------ */

/* Writes an event when the job's state, as the file tells it now, is one of `from`
 * (bits), and its printer is that one (NULL: any). The lock must not be held.
 * STATUS_BAD_CALL with a note: it is in another state; STATUS_WITHOUT: there is no such
 * job. */
enum status spool_change(struct spool *spool, int64_t id, uint32_t from,
                         const char *printer, const char *what, const char *text,
                         struct notes *notes);
/* With its texts in the arena; false: no memory. */
bool spool_copy_entry(const struct spool_entry *from, struct arena *arena,
                      struct spool_entry *ret);

/* --- spool-send.c, spool-sender.c ---------------------------------------------- */

/* Everything that one job needs while the lock is not held. */
struct errand {
    struct spool *spool;
    struct sender *sender;
    struct arena *arena;
    struct notes notes;
    struct patience patience;
    int64_t id;
    struct spool_entry entry; /* texts in the arena */
    char name[121];
    bool is_orphan;     /* its printer is in the settings no more */
    bool is_begun;      /* "sending" is on disk */
    enum status before; /* why it is not, if that was tried */
};
void errand_do(struct errand *errand);
/* Asks an idle printer, so that the next job need not. */
void errand_ask(struct errand *errand);

/* The printer told a state: from now on, and after a restart, its silence means
 * something. */
void sender_answers(struct sender *sender);
/* Has the job something for its sender to do, now or later? */
bool senders_want(const struct spool_entry *entry);
enum status senders_begin(struct spool *spool, struct notes *notes);
void senders_end(struct spool *spool, int32_t grace_ms);
/* Is there something that this process's senders could do now? With the lock held. */
bool senders_have_work(struct spool *spool);
/* A job came that may be sent: the sender leaves what can wait. With the lock held. */
void senders_hurry(struct spool *spool, const struct job *job);

/* --- spool-watch.c ------------------------------------------------------------- */

/* A thread that sees what other processes put in or change, and cleans up. */
enum status watcher_begin(struct spool *spool, struct notes *notes);
void watcher_end(struct spool *spool);

#endif
