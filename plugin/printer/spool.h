/* The spool: sheets on their way to printers, on this machine's disk.
 *
 * spool_put() returns when the job is on disk. Senders, one thread for each printer, take
 * jobs in order, and tell what became of them. Of two processes with one spool one feeds a
 * printer at a time (a lock on its file); what either puts in, the other sees at once.
 *
 * A job is one file: a head of fixed size with a line for everything that happened to it,
 * each with its check sum and synced, and the sheet's bytes behind. "sending" is on disk
 * before the first byte goes to the printer; so after a crash a job is either surely not
 * printed (it is sent again), surely taken (its number or name is found at the device), or
 * in doubt: then it waits with a question, and is never sent again unasked.
 *
 *   waiting ─► sending ─► taken ─► printed         held: not sent until released
 *      ▲          │          └───► failed          doubt: printed, or not? An operator
 *      └──────────┴─► doubt                               answers
 *
 * A taken job is followed. A printer that can be asked confirms it, or falls silent: then
 * it is in doubt after follow_ms. One that never answered anything and is of no kind that
 * should (a one-way port, a program, a folder that was emptied) cannot confirm: what it
 * took whole counts as printed, and the job's text says "never confirms". That a printer
 * once answered is kept on disk: its silence means the same after a restart.
 *
 * A job in doubt is not told; an operator's answer leads to "printed", or to another try.
 *
 * Files: DIR/jobs/NUMBER.job, one a job; DIR/broken/, what could not be read; DIR/name,
 * what devices know the spool by; DIR/last, the highest number ever given;
 * DIR/PRINTER.lock, the right to feed that printer; DIR/turns.lock is the station's
 * (print-turn.c). Jobs that are done go after keep_days of wall time.
 *
 * Clocks: back-off is reckoned on the monotonic clock, what is shown is wall time; a wall
 * clock that jumps delays nothing. */
#ifndef TUCK_PRINTER_SPOOL_H
#define TUCK_PRINTER_SPOOL_H

#include "printer/printer.h"

struct spool;

enum spool_state {
    SPOOL_WAITING,   /* to be sent, or to be tried again */
    SPOOL_HELD,
    SPOOL_SENDING,
    SPOOL_TAKEN,     /* the device has it */
    SPOOL_PRINTED,
    SPOOL_FAILED,    /* given up: refused, aborted, or too many tries */
    SPOOL_CANCELLED,
    SPOOL_DOUBT,     /* it may have been printed: an operator has to say */
};
const char *spool_state_name(enum spool_state state); /* "waiting", … */

/* A job as it is put in. Texts are copied; NULL is fine but for `printer`. */
struct spool_job {
    const char *printer; /* name of one of the printers */
    const char *ticket;  /* of the piece, for the ledger */
    const char *order, *package, *placement, *title;
    enum sheet_format format;
    const void *bytes;
    size_t n;
    int32_t width_mm100, height_mm100;
    int32_t copies;
    bool is_held; /* waits to be released */
    int64_t again_of; /* the job whose bytes these are; 0: none */
};

struct spool_event {
    int64_t at_s;     /* wall clock */
    const char *what; /* "queued", "sending", "taken 17", "printed", "doubt" … */
    const char *text; /* why; "" none */
};

struct spool_entry {
    int64_t id; /* from 1, in order of coming */
    enum spool_state state;
    const char *printer, *ticket, *order, *package, *placement, *title;
    enum sheet_format format;
    int64_t size; /* of the sheet */
    int32_t width_mm100, height_mm100, copies, tries;
    int64_t queued_s, changed_s, again_of, device_job;
    bool is_told; /* the end of it has been told (spool_told_fn) */
    const char *reason; /* of the last change; "" none */
    const struct spool_event *events; /* oldest first */
    size_t event_count;
};

/* Told from a sender's thread at the end of a job: printed, failed, cancelled. Not OK: it
 * is told again later. After a crash a job may be told twice. */
typedef enum status spool_told_fn(void *data, const struct spool_entry *entry);
/* When a sender looks for another printer because this one cannot print: the name of the
 * printer to move the job to, or NULL to go on waiting. Lent for the call. */
typedef const char *spool_reroute_fn(void *data, const struct spool_entry *entry,
                                     const struct printer_report *report);
/* Told from a thread of the spool of what nobody's call could be told: a disk that cannot
 * be written to, a job that was garbled. */
typedef void spool_trouble_fn(void *data, const struct notes *notes);

struct spool_settings {
    const char *dir;                /* absolute; made when its parent is there */
    const struct printer *printers; /* lent until spool_close() */
    size_t printer_count;
    bool is_sending;       /* starts senders; else jobs are only put, listed, changed */
    int32_t tries_most;    /* transfers that may fail; one that cannot begin because the
                            * printer is off is none. 0: 8 */
    int32_t retry_first_ms, retry_most_ms; /* back-off; 0: 500 and 60,000. A printer
                            * that is off or stopped is looked at every 5 s at least */
    int32_t send_ms;       /* most that one transfer may take; 0: 30,000 */
    int32_t follow_ms;     /* how long a device that has a job may be silent; 0: 300,000 */
    int32_t keep_days;     /* done jobs stay so long for "again"; 0: 30 */
    int64_t bytes_most;    /* all of it; 0: 1 GiB. Full: the oldest jobs that are done and
                            * told go, then spool_put() is STATUS_OUTSIDE */
    spool_told_fn *told;
    spool_reroute_fn *reroute; /* may be NULL */
    spool_trouble_fn *trouble; /* may be NULL */
    void *data;
};

/* Opens the spool and, if sending, takes up what a crash left. */
enum status spool_open(const struct spool_settings *settings, struct notes *notes,
                       struct spool **ret);
/* Stops the senders; a transfer that is under way is given its patience, at most
 * `grace_ms`, then cut. Nothing is lost: jobs stay on disk. */
void spool_close(struct spool *spool, int32_t grace_ms);

/* All calls below are thread-safe. */

/* Puts a job in; it is on disk when this returns STATUS_OK, and only then. */
enum status spool_put(struct spool *spool, const struct spool_job *job,
                      const struct patience *patience, struct notes *notes,
                      int64_t *ret_id);

/* Jobs in order of id. `state_mask`: bits 1 << SPOOL_…, 0: all; `printer`, `order` NULL:
 * any. What others put in before is there; in which state a job is that they send, may be
 * a moment old. */
enum status spool_list(struct spool *spool, uint32_t state_mask, const char *printer,
                       const char *order, struct arena *arena, struct notes *notes,
                       struct spool_entry **ret, size_t *ret_count);
/* One job with its bytes. STATUS_WITHOUT: no such. */
enum status spool_find(struct spool *spool, int64_t id, struct arena *arena,
                       struct notes *notes, struct spool_entry *ret,
                       const uint8_t **ret_bytes, size_t *ret_n);

/* STATUS_WITHOUT: no such job; STATUS_BAD_CALL with a note: not from its state. */
enum status spool_hold(struct spool *spool, int64_t id, const char *reason,
                       struct notes *notes);
enum status spool_release(struct spool *spool, int64_t id, struct notes *notes);
/* A job that is taken is taken back from the device when that can be. */
enum status spool_cancel(struct spool *spool, int64_t id, const char *reason,
                         struct notes *notes);
/* Sends a waiting, held or failed job to another printer. */
enum status spool_move(struct spool *spool, int64_t id, const char *printer,
                       struct notes *notes);
/* An operator's answer to a doubt: it was printed, or it was not and is sent again. */
enum status spool_answer(struct spool *spool, int64_t id, bool was_printed,
                         struct notes *notes);
/* A new job of the same bytes. */
enum status spool_again(struct spool *spool, int64_t id, const char *printer,
                        struct notes *notes, int64_t *ret_id);

/* Waits until nothing is left that senders could do now, or the patience ends
 * (STATUS_RETRY). For commands that put a job in and want to see it printed. */
enum status spool_wait(struct spool *spool, const struct patience *patience);

#endif
