/* The table of jobs over their files.
 *
 * The files are the truth, the table is what this process last read of them. Most jobs
 * are done and only kept to be printed again: senders look through `active` alone, and a
 * look for what changed leaves files alone that cannot change any more. */
#include "printer/spool-inside.h"

#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_BYTES_MOST ((int64_t)1 << 30)
#define DEFAULT_KEEP_DAYS 30
#define DAY_S 86400
#define LAST_DIGITS 19
#define STRAGGLERS 32

static void
job_free(struct job *job)
{
    if (!job)
        return;
    job_file_done(&job->file);
    free(job->bytes);
    free(job);
}

/* The place of an id, or where it would be put in. */
static size_t
find_place(struct job *const *jobs, size_t count, int64_t id)
{
    size_t low = 0, high = count;
    if (count > 0 && jobs[count - 1]->file.entry.id < id)
        return count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (jobs[middle]->file.entry.id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct job *
spool_job(struct spool *spool, int64_t id)
{
    size_t at = find_place(spool->jobs, spool->job_count, id);
    bool is_there = at < spool->job_count && spool->jobs[at]->file.entry.id == id;
    return is_there ? spool->jobs[at] : NULL;
}

static bool
put_in(struct job ***jobs, size_t *count, size_t *room, struct job *job)
{
    if (*count == *room) {
        size_t wanted = *room ? 2 * *room : 64;
        struct job **made = realloc(*jobs, wanted * sizeof(struct job *));
        if (!made)
            return false;
        *jobs = made;
        *room = wanted;
    }
    size_t at = find_place(*jobs, *count, job->file.entry.id);
    memmove(*jobs + at + 1, *jobs + at, (*count - at) * sizeof(struct job *));
    (*jobs)[at] = job;
    ++*count;
    return true;
}

static void
take_out(struct job **jobs, size_t *count, const struct job *job)
{
    size_t at = find_place(jobs, *count, job->file.entry.id);
    memmove(jobs + at, jobs + at + 1, (*count - at - 1) * sizeof(struct job *));
    --*count;
}

static bool
set_active(struct spool *spool, struct job *job)
{
    bool is_wanted = senders_want(&job->file.entry);
    if (is_wanted && !job->is_active &&
        !put_in(&spool->active, &spool->active_count, &spool->active_room, job))
        return false;
    if (!is_wanted && job->is_active)
        take_out(spool->active, &spool->active_count, job);
    job->is_active = is_wanted;
    return true;
}

static bool
add(struct spool *spool, struct job *job)
{
    if (!put_in(&spool->jobs, &spool->job_count, &spool->job_room, job))
        return false;
    spool->bytes_held += SPOOL_HEAD + job->file.entry.size;
    return true;
}

static void
drop(struct spool *spool, struct job *job)
{
    spool->bytes_held -= SPOOL_HEAD + job->file.entry.size;
    if (job->is_active)
        take_out(spool->active, &spool->active_count, job);
    take_out(spool->jobs, &spool->job_count, job);
    job_free(job);
}

static int32_t
find_sender(const struct spool *spool, const char *printer)
{
    for (size_t i = 0; i < spool->settings.printer_count; i++)
        if (text_equal(spool->settings.printers[i].name, printer))
            return (int32_t)i;
    return -1;
}

enum status
spool_learn(struct spool *spool, struct job_file *file)
{
    int64_t id = file->entry.id;
    struct job *job = spool_job(spool, id);
    /* Lines are only added: who read fewer read earlier. */
    if (job && file->lines < job->file.lines) {
        job_file_done(file);
        return STATUS_OK;
    }
    if (job) {
        job_file_done(&job->file);
        job->file = *file;
    } else {
        job = calloc(1, sizeof(*job));
        if (job)
            job->file = *file;
        if (!job || !add(spool, job)) {
            free(job);
            job_file_done(file);
            return STATUS_NO_MEMORY;
        }
    }
    if (id >= spool->next_id)
        spool->next_id = id + 1;
    job->sender = find_sender(spool, job->file.entry.printer);
    bool is_set = set_active(spool, job);
    senders_hurry(spool, job);
    pthread_cond_broadcast(&spool->changed);
    return is_set ? STATUS_OK : STATUS_NO_MEMORY;
}

void
spool_table_done(struct spool *spool)
{
    for (size_t i = 0; i < spool->job_count; i++)
        job_free(spool->jobs[i]);
    free(spool->jobs);
    free(spool->active);
}

/* --- numbers ------------------------------------------------------------------- */

int64_t
spool_last_id(struct spool *spool)
{
    char text[LAST_DIGITS + 1] = "";
    int64_t id = 0;
    if (pread(spool->last_fd, text, LAST_DIGITS, 0) != LAST_DIGITS ||
        strspn(text, "0123456789") != LAST_DIGITS)
        return 0;
    return text_to_int64(text, &id) ? id : 0;
}

/* Jobs' own files say which numbers are taken; this one is for those that went, so it is
 * synced only before one goes. */
void
spool_note_id(struct spool *spool, int64_t id, bool is_synced)
{
    char text[LAST_DIGITS + 2];
    snprintf(text, sizeof(text), "%019lld\n", (long long)id);
    if (id > spool_last_id(spool) && pwrite(spool->last_fd, text, LAST_DIGITS + 1, 0) < 0)
        return;
    if (is_synced)
        fdatasync(spool->last_fd);
}

/* --- reading ------------------------------------------------------------------- */

/* A job that cannot be read is set aside, and said so once. */
static void
set_aside(struct spool *spool, int64_t id, struct notes *notes)
{
    char name[32];
    job_file_name(id, name);
    spool_note_id(spool, id, true);
    mkdirat(spool->dir_fd, "broken", 0700);
    int broken CLEANUP(fd_closep) =
        openat(spool->dir_fd, "broken", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (broken >= 0 && renameat(spool->jobs_fd, name, broken, name) == 0)
        note_add(notes, NOTE_SPOOL_BROKEN, spool->dir, 0,
                 "job %lld cannot be read and was put aside, into the folder broken",
                 (long long)id);
    else if (errno != ENOENT) /* another process was first */
        note_add(notes, NOTE_SPOOL_DISK, spool->dir, 0,
                 "job %lld cannot be read, nor put aside: %s", (long long)id,
                 strerrordesc_np(errno));
}

static bool
is_over(const struct spool_entry *entry)
{
    return entry->is_told &&
           (entry->state == SPOOL_PRINTED || entry->state == SPOOL_CANCELLED);
}

/* Of a job that this process is busy with it knows more than the file. */
static bool
is_worth_reading(struct spool *spool, int64_t id)
{
    pthread_mutex_lock(&spool->lock);
    struct job *job = spool_job(spool, id);
    bool is_worth = !job || (!job->is_busy && !is_over(&job->file.entry));
    pthread_mutex_unlock(&spool->lock);
    return is_worth;
}

/* Another process removed it. */
static void
forget(struct spool *spool, int64_t id)
{
    pthread_mutex_lock(&spool->lock);
    struct job *job = spool_job(spool, id);
    if (job && !job->is_busy)
        drop(spool, job);
    pthread_mutex_unlock(&spool->lock);
}

enum status
spool_read_one(struct spool *spool, int64_t id, struct notes *notes)
{
    struct job_file file;
    struct notes words = {.count = 0};
    if (!is_worth_reading(spool, id))
        return STATUS_OK;
    enum status status = job_file_read(spool->jobs_fd, id, &file, &words);
    if (status == STATUS_BAD_INPUT)
        set_aside(spool, id, notes);
    if (status == STATUS_WITHOUT || status == STATUS_BAD_INPUT) {
        forget(spool, id);
        return STATUS_OK;
    }
    if (status == STATUS_OUTSIDE) { /* it may be readable later; the others are now */
        note_add(notes, NOTE_SPOOL_DISK, spool->dir, 0, "job %lld: %s", (long long)id,
                 words.count ? words.note[0].text : "it cannot be read");
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    pthread_mutex_lock(&spool->lock);
    struct job *job = spool_job(spool, id);
    if (job && job->is_busy)
        job_file_done(&file);
    else
        status = spool_learn(spool, &file);
    pthread_mutex_unlock(&spool->lock);
    return status;
}

/* Those that another process removed. */
static void
forget_missing(struct spool *spool)
{
    pthread_mutex_lock(&spool->lock);
    for (size_t i = spool->job_count; i > 0; i--) {
        struct job *job = spool->jobs[i - 1];
        char name[32];
        job_file_name(job->file.entry.id, name);
        if (!job->is_busy && faccessat(spool->jobs_fd, name, F_OK, 0) != 0 &&
            errno == ENOENT)
            drop(spool, job);
    }
    pthread_mutex_unlock(&spool->lock);
}

static enum status
read_all(struct spool *spool, DIR *dir, size_t *ret_count, struct notes *notes)
{
    enum status status = STATUS_OK;
    for (struct dirent *entry; status == STATUS_OK && (entry = readdir(dir));) {
        int64_t id = job_file_id(entry->d_name);
        if (id > 0) {
            status = spool_read_one(spool, id, notes);
            ++*ret_count;
        } else {
            job_file_sweep(spool->jobs_fd, entry->d_name);
        }
    }
    return status;
}

enum status
spool_refresh(struct spool *spool, struct notes *notes)
{
    int fd = openat(spool->dir_fd, "jobs", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    size_t count = 0;
    if (!dir) {
        if (fd >= 0)
            close(fd);
        return note_fail(notes, STATUS_OUTSIDE, NOTE_SPOOL_DISK, spool->dir, 0,
                         "the folder of jobs cannot be read: %s", strerrordesc_np(errno));
    }
    enum status status = read_all(spool, dir, &count, notes);
    closedir(dir);
    pthread_mutex_lock(&spool->lock);
    bool is_less = count < spool->job_count;
    pthread_mutex_unlock(&spool->lock);
    if (status == STATUS_OK && is_less)
        forget_missing(spool);
    return status;
}

/* Numbers are given in order, but who was given one may still be writing its file: the
 * last few that are missing are looked for each time. Behind the highest that was noted
 * one may stand whose maker died before it could note it. */
enum status
spool_catch_up(struct spool *spool, struct notes *notes)
{
    int64_t last = spool_last_id(spool);
    pthread_mutex_lock(&spool->lock);
    int64_t id = spool->looked_id + 1;
    pthread_mutex_unlock(&spool->lock);
    if (id > last - STRAGGLERS)
        id = last - STRAGGLERS;
    enum status status = STATUS_OK;
    for (bool is_there = true; status == STATUS_OK && (id <= last || is_there); id++) {
        pthread_mutex_lock(&spool->lock);
        is_there = spool_job(spool, id);
        pthread_mutex_unlock(&spool->lock);
        if (is_there || id <= 0)
            continue;
        status = spool_read_one(spool, id, notes);
        pthread_mutex_lock(&spool->lock);
        is_there = spool_job(spool, id);
        pthread_mutex_unlock(&spool->lock);
    }
    pthread_mutex_lock(&spool->lock);
    if (status == STATUS_OK && spool->looked_id < last)
        spool->looked_id = last;
    pthread_mutex_unlock(&spool->lock);
    return status;
}

/* --- cleaning ------------------------------------------------------------------ */

static bool
is_settled(const struct spool_entry *entry)
{
    return is_over(entry) || (entry->is_told && entry->state == SPOOL_FAILED);
}

/* The oldest that is settled and has not changed since; -1: none. */
static int64_t
find_settled(struct spool *spool, int64_t before_s, int64_t from_id)
{
    int64_t found = -1;
    pthread_mutex_lock(&spool->lock);
    size_t i = find_place(spool->jobs, spool->job_count, from_id);
    for (; i < spool->job_count && found < 0; i++) {
        const struct spool_entry *entry = &spool->jobs[i]->file.entry;
        if (is_settled(entry) && entry->changed_s < before_s && !spool->jobs[i]->is_busy)
            found = entry->id;
    }
    pthread_mutex_unlock(&spool->lock);
    return found;
}

/* Under the file's lock: another process may be releasing it. */
static void
remove_job(struct spool *spool, int64_t id)
{
    struct job_file file;
    int fd CLEANUP(fd_closep) = -1;
    char name[32];
    job_file_name(id, name);
    enum status status = job_file_lock(spool->jobs_fd, id, &file, &fd, NULL);
    if (status == STATUS_WITHOUT) {
        forget(spool, id);
    } else if (status == STATUS_OK) {
        bool is_gone = is_settled(&file.entry) && unlinkat(spool->jobs_fd, name, 0) == 0;
        job_file_done(&file);
        if (is_gone)
            forget(spool, id);
    }
}

static void
keep_last_id(struct spool *spool)
{
    pthread_mutex_lock(&spool->lock);
    int64_t last = spool->next_id - 1;
    pthread_mutex_unlock(&spool->lock);
    spool_note_id(spool, last, true);
}

void
spool_clean(struct spool *spool)
{
    int32_t days = spool->settings.keep_days;
    int64_t keep_s = (int64_t)(days > 0 ? days : DEFAULT_KEEP_DAYS) * DAY_S;
    int64_t before_s = clock_wall_s() - keep_s, id = find_settled(spool, before_s, 0);
    if (id > 0)
        keep_last_id(spool);
    for (; id > 0; id = find_settled(spool, before_s, id + 1))
        remove_job(spool, id);
}

static bool
has_room(struct spool *spool, size_t n)
{
    int64_t most = spool->settings.bytes_most;
    pthread_mutex_lock(&spool->lock);
    bool has = spool->bytes_held + (int64_t)n + SPOOL_HEAD <=
               (most > 0 ? most : DEFAULT_BYTES_MOST);
    pthread_mutex_unlock(&spool->lock);
    return has;
}

bool
spool_make_room(struct spool *spool, size_t n)
{
    if (has_room(spool, n))
        return true;
    keep_last_id(spool);
    for (int64_t id = 0; (id = find_settled(spool, INT64_MAX, id + 1)) > 0;) {
        remove_job(spool, id);
        if (has_room(spool, n))
            return true;
    }
    return false;
}
