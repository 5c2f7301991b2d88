/* One job of the spool as a file. Inside printer/.
 *
 * The head of SPOOL_HEAD bytes is text: a description that never changes, closed by its
 * digest, then at SPOOL_EVENTS a line for each thing that happened, each led by eight hex
 * digits of its own digest. Behind the head are the sheet's bytes. A line that a crash
 * tore has the wrong digest and counts as never written; so does what follows it. */
#ifndef TUCK_PRINTER_SPOOL_FILE_H
#define TUCK_PRINTER_SPOOL_FILE_H

#include "printer/spool.h"

#define SPOOL_HEAD 8192
#define SPOOL_EVENTS 3072 /* where they begin */
#define SPOOL_MAGIC "tuck-job 1\n"
#define SPOOL_SUM_DIGITS 8

/* A job as its file tells it. Texts live in `arena`. */
struct job_file {
    struct spool_entry entry;
    struct arena *arena;
    size_t events_end; /* offset of the next line */
    size_t event_room;
    int64_t lines;    /* that were ever written: who knows of fewer read earlier */
    int32_t attempts; /* transfers since somebody last said that it is to be sent */
    bool is_starved;  /* memory ended while it was read */
};

/* Writes a whole job under a name that is free: `*id` is the number to begin with, and
 * becomes the one that was taken. On disk when this returns STATUS_OK; else nothing is.
 */
enum status job_file_make(int dir_fd, const struct spool_job *job, int64_t at_s,
                          int64_t *id, struct notes *notes);
/* Takes a new job back, unless somebody has begun with it. False: it stays. */
bool job_file_unmake(int dir_fd, int64_t id);
/* Opens and locks a job against others that change it, and reads what it tells; the fd
 * holds the lock. STATUS_WITHOUT: it is not there; STATUS_BAD_INPUT: it is no job. */
enum status job_file_lock(int dir_fd, int64_t id, struct job_file *ret, int *ret_fd,
                          struct notes *notes);
/* The same without the lock, for looking. */
enum status job_file_read(int dir_fd, int64_t id, struct job_file *ret,
                          struct notes *notes);
/* Adds a line, synced; `file` follows. When the head is nearly full remarks ("seen") are
 * left out; when it is full the file is written anew without the oldest lines, and `fd`
 * is the new one's. */
enum status job_file_add(int dir_fd, int fd, struct job_file *file, int64_t at_s,
                         const char *what, const char *text, struct notes *notes);
/* The sheet. STATUS_BAD_INPUT when its digest is wrong. */
enum status job_file_bytes(int dir_fd, int64_t id, struct arena *arena,
                           struct notes *notes, const uint8_t **ret, size_t *ret_n);
void job_file_name(int64_t id, char ret[32]);
/* -1: it is no job's name. */
int64_t job_file_id(const char *name);
void job_file_done(struct job_file *file);
/* Takes what writers that died left beside. */
void job_file_sweep(int dir_fd, const char *name);

/* --- spool-read.c: `head` of SPOOL_HEAD bytes and a NUL ------------------------ */

bool job_file_parse(struct job_file *file, const char *head, const char **ret_sum);
/* Adds an event, and what it does to the state. Texts live as long as the arena. */
bool job_file_keep(struct job_file *file, int64_t at_s, const char *what,
                   const char *text);
bool job_file_is_word(const char *what, const char *word);

#endif
