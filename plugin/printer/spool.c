/* The spool: opened, closed, and how jobs get into it.
 *
 * A job is on disk before it is in the table, and in the table before a sender sees it.
 * Its bytes go along in memory, so that nobody reads the file to send it. */
#include "printer/spool-inside.h"

#include "base/hash.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SHEET_MOST ((size_t)64 << 20)
#define TROUBLE_EVERY_MS 60000

static const char *const state_names[] = {"waiting", "held",   "sending",   "taken",
                                          "printed", "failed", "cancelled", "doubt"};

const char *
spool_state_name(enum spool_state state)
{
    return (size_t)state < COUNT_OF(state_names) ? state_names[state] : "?";
}

int64_t
spool_ms(int32_t setting, int32_t otherwise)
{
    return setting > 0 ? setting : otherwise;
}

void
spool_tell_trouble(struct spool *spool, const struct notes *notes)
{
    int64_t now_ms = clock_monotonic_ms();
    if (!spool->settings.trouble ||
        !(notes_find(notes, NOTE_SPOOL_DISK) || notes_find(notes, NOTE_SPOOL_BROKEN)))
        return;
    pthread_mutex_lock(&spool->lock);
    bool is_new = spool->trouble_ms == 0 ||
                  now_ms - spool->trouble_ms > TROUBLE_EVERY_MS ||
                  notes_find(notes, NOTE_SPOOL_BROKEN);
    spool->trouble_ms = is_new ? now_ms : spool->trouble_ms;
    pthread_mutex_unlock(&spool->lock);
    if (is_new)
        spool->settings.trouble(spool->settings.data, notes);
}

/* --- opening ------------------------------------------------------------------- */

/* The spool's own name goes into the names that devices know jobs by, so it is made once
 * and kept: a random word. */
static enum status
read_name(struct spool *spool, struct notes *notes)
{
    uint64_t random;
    char path[40];
    int fd CLEANUP(fd_closep) = openat(spool->dir_fd, "name", O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && read(fd, spool->name, 16) == 16)
        return STATUS_OK;
    hash_random(&random, sizeof(random));
    snprintf(spool->name, sizeof(spool->name), "%016llx", (unsigned long long)random);
    snprintf(path, sizeof(path), ".name.%s", spool->name);
    int made CLEANUP(fd_closep) =
        openat(spool->dir_fd, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_made = made >= 0 && write(made, spool->name, 16) == 16 && fsync(made) == 0;
    bool is_first = is_made && linkat(spool->dir_fd, path, spool->dir_fd, "name", 0) == 0;
    bool was_there = is_made && !is_first && errno == EEXIST;
    if (made >= 0)
        unlinkat(spool->dir_fd, path, 0);
    if (is_first)
        return fsync(spool->dir_fd) == 0
                   ? STATUS_OK
                   : note_fail(notes, STATUS_OUTSIDE, NOTE_SPOOL_DISK, spool->dir, 0,
                               "the spool cannot be synced");
    int other CLEANUP(fd_closep) =
        was_there ? openat(spool->dir_fd, "name", O_RDONLY | O_CLOEXEC) : -1;
    if (other >= 0 && read(other, spool->name, 16) == 16)
        return STATUS_OK;
    return note_fail(notes, STATUS_OUTSIDE, NOTE_SPOOL_DISK, spool->dir, 0,
                     "the spool cannot be written to");
}

/* With the folder that it lies in. */
static bool
make_dir(const char *dir)
{
    if (mkdir(dir, 0700) == 0 || errno == EEXIST)
        return true;
    const char *slash = strrchr(dir, '/');
    char *parent = slash > dir ? strndup(dir, (size_t)(slash - dir)) : NULL;
    bool is_made = parent && mkdir(parent, 0777) == 0 && mkdir(dir, 0700) == 0;
    free(parent);
    return is_made;
}

static enum status
open_folders(struct spool *spool, struct notes *notes)
{
    const char *dir = spool->settings.dir;
    if (make_dir(dir))
        spool->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (spool->dir_fd >= 0 &&
        (mkdirat(spool->dir_fd, "jobs", 0700) == 0 || errno == EEXIST))
        spool->jobs_fd =
            openat(spool->dir_fd, "jobs", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (spool->jobs_fd >= 0)
        spool->last_fd =
            openat(spool->dir_fd, "last", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (spool->last_fd < 0)
        return note_fail(notes, STATUS_OUTSIDE, NOTE_SPOOL_DISK, dir, 0,
                         "the spool's folder cannot be made or opened: %s",
                         strerrordesc_np(errno));
    spool->looked_id = spool_last_id(spool); /* all up to there are read after this */
    spool->next_id = spool->looked_id + 1;
    return read_name(spool, notes);
}

static void
init_lock(struct spool *spool)
{
    pthread_condattr_t attr;
    pthread_mutex_init(&spool->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&spool->changed, &attr);
    pthread_condattr_destroy(&attr);
}

enum status
spool_open(const struct spool_settings *settings, struct notes *notes, struct spool **ret)
{
    struct spool *spool = calloc(1, sizeof(*spool));
    if (!spool)
        return STATUS_NO_MEMORY;
    init_lock(spool);
    spool->settings = *settings;
    spool->dir_fd = spool->jobs_fd = spool->last_fd = spool->watch_fd = spool->wake_fd =
        -1;
    spool->dir = strdup(settings->dir);
    enum status status = spool->dir ? open_folders(spool, notes) : STATUS_NO_MEMORY;
    if (status == STATUS_OK && settings->is_sending)
        status =
            watcher_begin(spool, notes); /* before the first look, so none is missed */
    if (status == STATUS_OK)
        status = spool_refresh(spool, notes);
    if (status == STATUS_OK && settings->is_sending) {
        spool_clean(spool);
        status = senders_begin(spool, notes);
    }
    if (status != STATUS_OK) {
        spool_close(spool, 0);
        return status;
    }
    *ret = spool;
    return STATUS_OK;
}

void
spool_close(struct spool *spool, int32_t grace_ms)
{
    if (!spool)
        return;
    senders_end(spool, grace_ms);
    watcher_end(spool);
    spool_table_done(spool);
    if (spool->last_fd >= 0)
        close(spool->last_fd);
    if (spool->jobs_fd >= 0)
        close(spool->jobs_fd);
    if (spool->dir_fd >= 0)
        close(spool->dir_fd);
    pthread_cond_destroy(&spool->changed);
    pthread_mutex_destroy(&spool->lock);
    free(spool->dir);
    free(spool);
}

/* --- putting in ---------------------------------------------------------------- */

bool
spool_has_printer(const struct spool *spool, const char *name)
{
    for (size_t i = 0; i < spool->settings.printer_count; i++)
        if (text_equal(spool->settings.printers[i].name, name))
            return true;
    return false;
}

static enum status
check_job(const struct spool *spool, const struct spool_job *job, struct notes *notes)
{
    if (!spool_has_printer(spool, job->printer) || !sheet_kind_of(job->format) ||
        !job->bytes || job->n == 0 || job->n > SHEET_MOST)
        return note_fail(notes, STATUS_BAD_CALL, NOTE_SPOOL_JOB, NULL, 0,
                         "a job needs a printer of the settings, a format, and 1 byte to "
                         "64 MB");
    return STATUS_OK;
}

/* The bytes stay in memory until they are sent: no sender has to read the file. */
static enum status
add_to_table(struct spool *spool, const struct spool_job *job, struct job_file *file)
{
    uint8_t *bytes = spool->settings.is_sending ? malloc(job->n) : NULL;
    if (bytes)
        memcpy(bytes, job->bytes, job->n);
    pthread_mutex_lock(&spool->lock);
    int64_t id = file->entry.id;
    enum status status = spool_learn(spool, file);
    struct job *made = status == STATUS_OK ? spool_job(spool, id) : NULL;
    if (made && !made->bytes) {
        made->bytes = bytes;
        bytes = NULL;
    }
    pthread_mutex_unlock(&spool->lock);
    free(bytes);
    return status;
}

/* From one that no job ever had. Another process may have put jobs in since this one
 * looked. */
static int64_t
next_id(struct spool *spool)
{
    int64_t last = spool_last_id(spool);
    pthread_mutex_lock(&spool->lock);
    int64_t id = spool->next_id > last ? spool->next_id : last + 1;
    spool->next_id = id + 1;
    pthread_mutex_unlock(&spool->lock);
    return id;
}

enum status
spool_put(struct spool *spool, const struct spool_job *job,
          const struct patience *patience, struct notes *notes, int64_t *ret_id)
{
    struct job_file file;
    enum status status = check_job(spool, job, notes);
    if (status == STATUS_OK && patience_is_cancelled(patience))
        status = STATUS_CANCELLED;
    if (status == STATUS_OK && patience_is_over(patience))
        status = STATUS_RETRY;
    if (status == STATUS_OK && !spool_make_room(spool, job->n))
        status = note_fail(notes, STATUS_OUTSIDE, NOTE_SPOOL_FULL, spool->dir, 0,
                           "the spool holds as much as it may of what is not done");
    if (status != STATUS_OK)
        return status;
    int64_t id = next_id(spool);
    status = job_file_make(spool->jobs_fd, job, clock_wall_s(), &id, notes);
    if (status != STATUS_OK)
        return status;
    /* It is on disk: whatever fails from here on, it will be printed. */
    spool_note_id(spool, id, false);
    if (job_file_read(spool->jobs_fd, id, &file, NULL) == STATUS_OK)
        add_to_table(spool, job, &file);
    *ret_id = id;
    return STATUS_OK;
}
