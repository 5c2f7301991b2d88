/* The spool: a table of jobs in memory over their files on disk.
 *
 * The files are the truth, the table is what this process last read of them. A change is
 * made under the file's lock, against the state that the file tells at that moment, so
 * that an operator's command in one process and a sender in another never contradict each
 * other. */
#include "printer/spool-inside.h"

#include "base/hash.h"
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
#define SHEET_MOST ((size_t)64 << 20)

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

/* --- the table ------------------------------------------------------------------------ */

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
find_place(const struct spool *spool, int64_t id)
{
    size_t low = 0, high = spool->job_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (spool->jobs[middle]->file.entry.id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct job *
spool_job(struct spool *spool, int64_t id)
{
    size_t at = find_place(spool, id);
    bool is_there = at < spool->job_count && spool->jobs[at]->file.entry.id == id;
    return is_there ? spool->jobs[at] : NULL;
}

static bool
put_in_table(struct spool *spool, struct job *job)
{
    if (spool->job_count == spool->job_room) {
        size_t room = spool->job_room ? 2 * spool->job_room : 64;
        struct job **jobs = realloc(spool->jobs, room * sizeof(struct job *));
        if (!jobs)
            return false;
        spool->jobs = jobs;
        spool->job_room = room;
    }
    size_t at = find_place(spool, job->file.entry.id);
    memmove(spool->jobs + at + 1, spool->jobs + at,
            (spool->job_count - at) * sizeof(struct job *));
    spool->jobs[at] = job;
    spool->job_count++;
    spool->bytes_held += SPOOL_HEAD + job->file.entry.size;
    return true;
}

static void
drop_from_table(struct spool *spool, struct job *job)
{
    size_t at = find_place(spool, job->file.entry.id);
    spool->bytes_held -= SPOOL_HEAD + job->file.entry.size;
    memmove(spool->jobs + at, spool->jobs + at + 1,
            (spool->job_count - at - 1) * sizeof(struct job *));
    spool->job_count--;
    job_free(job);
}

/* What a file tells becomes what the table knows; takes the file. With the lock held. */
static enum status
learn(struct spool *spool, struct job_file *file)
{
    int64_t id = file->entry.id;
    struct job *job = spool_job(spool, id);
    /* Lines are only added: who read fewer read earlier. */
    if (job && file->events_end < job->file.events_end) {
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
        if (!job || !put_in_table(spool, job)) {
            free(job);
            job_file_done(file);
            return STATUS_NO_MEMORY;
        }
    }
    if (id >= spool->next_id)
        spool->next_id = id + 1;
    pthread_cond_broadcast(&spool->changed);
    return STATUS_OK;
}

/* A job that cannot be read is set aside, and said so once. */
static void
set_aside(struct spool *spool, int64_t id, struct notes *notes)
{
    char name[32];
    job_file_name(id, name);
    mkdirat(spool->dir_fd, "broken", 0700);
    int broken CLEANUP(fd_closep) =
        openat(spool->dir_fd, "broken", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (broken >= 0 && renameat(spool->jobs_fd, name, broken, name) == 0)
        note_add(notes, NOTE_SPOOL_BROKEN, spool->dir, 0,
                 "job %lld cannot be read and was put aside, into the folder broken",
                 (long long)id);
}

static bool
is_settled(const struct spool_entry *entry)
{
    return entry->is_told && (entry->state == SPOOL_PRINTED || entry->state == SPOOL_FAILED ||
                              entry->state == SPOOL_CANCELLED);
}

/* Files that say the end was told do not change any more, but by a person's word; those
 * that this process is busy with it knows better. */
static bool
is_worth_reading(struct spool *spool, int64_t id)
{
    pthread_mutex_lock(&spool->lock);
    struct job *job = spool_job(spool, id);
    bool is_worth = !job || !job->is_busy;
    pthread_mutex_unlock(&spool->lock);
    return is_worth;
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
    if (status == STATUS_WITHOUT || status == STATUS_BAD_INPUT)
        return STATUS_OK;
    if (status != STATUS_OK)
        return status;
    pthread_mutex_lock(&spool->lock);
    struct job *job = spool_job(spool, id);
    if (job && job->is_busy)
        job_file_done(&file);
    else
        status = learn(spool, &file);
    pthread_mutex_unlock(&spool->lock);
    return status;
}

enum status
spool_refresh(struct spool *spool, struct notes *notes)
{
    int fd = openat(spool->dir_fd, "jobs", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    enum status status = STATUS_OK;
    if (!dir) {
        if (fd >= 0)
            close(fd);
        return note_fail(notes, STATUS_OUTSIDE, NOTE_SPOOL_DISK, spool->dir, 0,
                         "the folder of jobs cannot be read: %s", strerrordesc_np(errno));
    }
    for (struct dirent *entry; status == STATUS_OK && (entry = readdir(dir));) {
        int64_t id = job_file_id(entry->d_name);
        if (id > 0)
            status = spool_read_one(spool, id, notes);
    }
    closedir(dir);
    return status;
}

/* --- opening --------------------------------------------------------------------------- */

/* The spool's own name goes into the names that devices know jobs by, so it is made once
 * and kept: a random word. */
static enum status
read_name(struct spool *spool, struct notes *notes)
{
    uint64_t random;
    char path[40];
    int fd CLEANUP(fd_closep) =
        openat(spool->dir_fd, "name", O_RDONLY | O_CLOEXEC);
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
    if (spool->jobs_fd < 0)
        return note_fail(notes, STATUS_OUTSIDE, NOTE_SPOOL_DISK, dir, 0,
                         "the spool's folder cannot be made or opened: %s",
                         strerrordesc_np(errno));
    return read_name(spool, notes);
}

/* What was settled long ago goes; the newest stays, so that no number comes twice. */
static void
clean_up(struct spool *spool)
{
    int32_t days = spool->settings.keep_days;
    int64_t before_s = clock_wall_s() - (int64_t)(days > 0 ? days : DEFAULT_KEEP_DAYS) * DAY_S;
    pthread_mutex_lock(&spool->lock);
    for (size_t i = spool->job_count > 0 ? spool->job_count - 1 : 0; i > 0; i--) {
        struct job *job = spool->jobs[i - 1];
        char name[32];
        if (!is_settled(&job->file.entry) || job->file.entry.changed_s >= before_s)
            continue;
        job_file_name(job->file.entry.id, name);
        unlinkat(spool->jobs_fd, name, 0);
        drop_from_table(spool, job);
    }
    pthread_mutex_unlock(&spool->lock);
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
    spool->dir_fd = spool->jobs_fd = spool->watch_fd = spool->wake_fd = -1;
    spool->next_id = 1;
    spool->dir = strdup(settings->dir);
    enum status status = spool->dir ? open_folders(spool, notes) : STATUS_NO_MEMORY;
    if (status == STATUS_OK && settings->is_sending)
        status = watcher_begin(spool, notes); /* before the first look, so none is missed */
    if (status == STATUS_OK)
        status = spool_refresh(spool, notes);
    if (status == STATUS_OK && settings->is_sending) {
        clean_up(spool);
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
    for (size_t i = 0; i < spool->job_count; i++)
        job_free(spool->jobs[i]);
    free(spool->jobs);
    if (spool->jobs_fd >= 0)
        close(spool->jobs_fd);
    if (spool->dir_fd >= 0)
        close(spool->dir_fd);
    pthread_cond_destroy(&spool->changed);
    pthread_mutex_destroy(&spool->lock);
    free(spool->dir);
    free(spool);
}

/* --- putting in ------------------------------------------------------------------------ */

static bool
has_printer(const struct spool *spool, const char *name)
{
    for (size_t i = 0; i < spool->settings.printer_count; i++)
        if (text_equal(spool->settings.printers[i].name, name))
            return true;
    return false;
}

static enum status
check_job(const struct spool *spool, const struct spool_job *job, struct notes *notes)
{
    if (!has_printer(spool, job->printer) || !sheet_kind_of(job->format) ||
        !job->bytes || job->n == 0 || job->n > SHEET_MOST)
        return note_fail(notes, STATUS_BAD_CALL, NOTE_SPOOL_JOB, NULL, 0,
                         "a job needs a printer of the settings, a format, and 1 byte to "
                         "64 MB");
    return STATUS_OK;
}

static enum status
check_room(struct spool *spool, size_t n, struct notes *notes)
{
    int64_t most = spool->settings.bytes_most ? spool->settings.bytes_most
                                              : DEFAULT_BYTES_MOST;
    pthread_mutex_lock(&spool->lock);
    bool is_full = spool->bytes_held + (int64_t)n + SPOOL_HEAD > most;
    pthread_mutex_unlock(&spool->lock);
    if (!is_full)
        return STATUS_OK;
    return note_fail(notes, STATUS_OUTSIDE, NOTE_SPOOL_FULL, spool->dir, 0,
                     "the spool holds as much as it may, %lld bytes",
                     (long long)most);
}

/* The bytes stay in memory until they are sent: no sender has to read the file. */
static enum status
add_to_table(struct spool *spool, const struct spool_job *job, struct job_file *file)
{
    uint8_t *bytes = spool->settings.is_sending ? malloc(job->n) : NULL;
    if (bytes)
        memcpy(bytes, job->bytes, job->n);
    pthread_mutex_lock(&spool->lock);
    enum status status = learn(spool, file);
    struct job *made = status == STATUS_OK ? spool_job(spool, file->entry.id) : NULL;
    if (made && !made->bytes) {
        made->bytes = bytes;
        bytes = NULL;
    }
    pthread_mutex_unlock(&spool->lock);
    free(bytes);
    return status;
}

enum status
spool_put(struct spool *spool, const struct spool_job *job,
          const struct patience *patience, struct notes *notes, int64_t *ret_id)
{
    struct job_file file;
    enum status status = check_job(spool, job, notes);
    if (status == STATUS_OK)
        status = check_room(spool, job->n, notes);
    if (status == STATUS_OK && patience_is_cancelled(patience))
        status = STATUS_CANCELLED;
    if (status == STATUS_OK && patience_is_over(patience))
        status = STATUS_RETRY;
    if (status != STATUS_OK)
        return status;
    pthread_mutex_lock(&spool->lock);
    int64_t id = spool->next_id++;
    pthread_mutex_unlock(&spool->lock);
    status = job_file_make(spool->jobs_fd, job, clock_wall_s(), &id, notes);
    if (status != STATUS_OK)
        return status;
    /* It is on disk: whatever fails from here on, it will be printed. */
    if (job_file_read(spool->jobs_fd, id, &file, NULL) == STATUS_OK)
        add_to_table(spool, job, &file);
    *ret_id = id;
    return STATUS_OK;
}

/* --- looking --------------------------------------------------------------------------- */

static const char *
copy(struct arena *arena, const char *text, bool *failed)
{
    const char *made = text ? arena_strdup(arena, text) : NULL;
    *failed |= text && !made;
    return made;
}

bool
spool_copy_entry(const struct spool_entry *from, struct arena *arena,
                 struct spool_entry *ret)
{
    bool failed = false;
    struct spool_event *events =
        arena_make_array(arena, from->event_count + 1, sizeof(*events));
    if (!events)
        return false;
    *ret = *from;
    ret->printer = copy(arena, from->printer, &failed);
    ret->ticket = copy(arena, from->ticket, &failed);
    ret->order = copy(arena, from->order, &failed);
    ret->package = copy(arena, from->package, &failed);
    ret->placement = copy(arena, from->placement, &failed);
    ret->title = copy(arena, from->title, &failed);
    ret->reason = copy(arena, from->reason, &failed);
    for (size_t i = 0; i < from->event_count; i++)
        events[i] = (struct spool_event){from->events[i].at_s,
                                         copy(arena, from->events[i].what, &failed),
                                         copy(arena, from->events[i].text, &failed)};
    ret->events = events;
    return !failed;
}

static bool
is_wanted(const struct spool_entry *entry, uint32_t state_mask, const char *printer,
          const char *order)
{
    return (state_mask == 0 || state_mask >> entry->state & 1) &&
           (!printer || text_equal(entry->printer, printer)) &&
           (!order || text_equal(entry->order, order));
}

enum status
spool_list(struct spool *spool, uint32_t state_mask, const char *printer,
           const char *order, struct arena *arena, struct notes *notes,
           struct spool_entry **ret, size_t *ret_count)
{
    struct spool_entry *entries = NULL;
    size_t count = 0, room = 0;
    /* Who sends is told of changes; others have to look. */
    enum status status =
        spool->settings.is_sending ? STATUS_OK : spool_refresh(spool, notes);
    pthread_mutex_lock(&spool->lock);
    for (size_t i = 0; status == STATUS_OK && i < spool->job_count; i++) {
        const struct spool_entry *entry = &spool->jobs[i]->file.entry;
        if (!is_wanted(entry, state_mask, printer, order))
            continue;
        struct spool_entry *made =
            arena_append(arena, &entries, &count, &room, sizeof(*made));
        if (!made || !spool_copy_entry(entry, arena, made))
            status = STATUS_NO_MEMORY;
    }
    pthread_mutex_unlock(&spool->lock);
    if (status != STATUS_OK)
        return status;
    *ret = entries;
    *ret_count = count;
    return STATUS_OK;
}

enum status
spool_find(struct spool *spool, int64_t id, struct arena *arena, struct notes *notes,
           struct spool_entry *ret, const uint8_t **ret_bytes, size_t *ret_n)
{
    struct job_file file;
    enum status status = job_file_read(spool->jobs_fd, id, &file, notes);
    if (status != STATUS_OK)
        return status;
    if (!spool_copy_entry(&file.entry, arena, ret))
        status = STATUS_NO_MEMORY;
    job_file_done(&file);
    if (status == STATUS_OK)
        status = job_file_bytes(spool->jobs_fd, id, arena, notes, ret_bytes, ret_n);
    return status;
}

/* --- changing -------------------------------------------------------------------------- */

enum status
spool_change(struct spool *spool, int64_t id, uint32_t from, const char *what,
             const char *text, struct notes *notes)
{
    int fd CLEANUP(fd_closep) = -1;
    struct job_file file;
    enum status status = job_file_lock(spool->jobs_fd, id, &file, &fd, notes);
    if (status != STATUS_OK)
        return status;
    if (!(from >> file.entry.state & 1)) {
        status = note_fail(notes, STATUS_BAD_CALL, NOTE_SPOOL_STATE, NULL, 0,
                           "job %lld is %s: that cannot be done to it now", (long long)id,
                           spool_state_name(file.entry.state));
        job_file_done(&file);
        return status;
    }
    status = job_file_add(fd, &file, clock_wall_s(), what, text, notes);
    pthread_mutex_lock(&spool->lock);
    enum status learnt = learn(spool, &file);
    pthread_mutex_unlock(&spool->lock);
    return status == STATUS_OK ? learnt : status;
}

#define BIT(state) (1u << (state))

enum status
spool_hold(struct spool *spool, int64_t id, const char *reason, struct notes *notes)
{
    return spool_change(spool, id, BIT(SPOOL_WAITING), "held", reason, notes);
}

static void
due_now(struct spool *spool, int64_t id)
{
    pthread_mutex_lock(&spool->lock);
    struct job *job = spool_job(spool, id);
    if (job)
        job->next_ms = job->failures = 0;
    pthread_cond_broadcast(&spool->changed);
    pthread_mutex_unlock(&spool->lock);
}

enum status
spool_release(struct spool *spool, int64_t id, struct notes *notes)
{
    enum status status = spool_change(spool, id, BIT(SPOOL_HELD) | BIT(SPOOL_FAILED),
                                      "released", NULL, notes);
    if (status == STATUS_OK)
        due_now(spool, id);
    return status;
}

/* Only the device can take back what it has; what it cannot take back will be printed. */
static enum status
take_back(struct spool *spool, const struct spool_entry *entry, struct notes *notes)
{
    const struct patience patience = {clock_monotonic_ms() + 5000, NULL};
    for (size_t i = 0; i < spool->settings.printer_count; i++) {
        const struct printer *printer = &spool->settings.printers[i];
        if (!text_equal(printer->name, entry->printer))
            continue;
        enum status status = printer_cancel(printer, entry->device_job, &patience, notes);
        if (status == STATUS_WITHOUT)
            break;
        return status;
    }
    return note_fail(notes, STATUS_BAD_CALL, NOTE_SPOOL_STATE, NULL, 0,
                     "job %lld is at the printer, which cannot give it back",
                     (long long)entry->id);
}

enum status
spool_cancel(struct spool *spool, int64_t id, const char *reason, struct notes *notes)
{
    struct job_file file;
    enum status status = job_file_read(spool->jobs_fd, id, &file, notes);
    if (status != STATUS_OK)
        return status;
    if (file.entry.state == SPOOL_TAKEN)
        status = take_back(spool, &file.entry, notes);
    job_file_done(&file);
    if (status != STATUS_OK)
        return status;
    return spool_change(spool, id,
                        BIT(SPOOL_WAITING) | BIT(SPOOL_HELD) | BIT(SPOOL_FAILED) |
                            BIT(SPOOL_DOUBT) | BIT(SPOOL_TAKEN),
                        "cancelled", reason ? reason : "by the operator", notes);
}

enum status
spool_move(struct spool *spool, int64_t id, const char *printer, struct notes *notes)
{
    char what[128];
    if (!has_printer(spool, printer))
        return note_fail(notes, STATUS_BAD_CALL, NOTE_SPOOL_JOB, NULL, 0,
                         "there is no printer \"%.60s\"", printer);
    snprintf(what, sizeof(what), "moved %.100s", printer);
    enum status status = spool_change(
        spool, id, BIT(SPOOL_WAITING) | BIT(SPOOL_HELD) | BIT(SPOOL_FAILED), what, NULL,
        notes);
    if (status == STATUS_OK)
        due_now(spool, id);
    return status;
}

enum status
spool_answer(struct spool *spool, int64_t id, bool was_printed, struct notes *notes)
{
    enum status status = spool_change(
        spool, id, BIT(SPOOL_DOUBT), was_printed ? "printed" : "released",
        was_printed ? "the operator says so" : "the operator says it was not printed", notes);
    if (status == STATUS_OK)
        due_now(spool, id);
    return status;
}

enum status
spool_again(struct spool *spool, int64_t id, const char *printer, struct notes *notes,
            int64_t *ret_id)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    const struct patience patience = {clock_monotonic_ms() + 60000, NULL};
    struct spool_entry entry;
    struct spool_job job = {.again_of = id};
    const uint8_t *bytes;
    if (!arena)
        return STATUS_NO_MEMORY;
    enum status status = spool_find(spool, id, arena, notes, &entry, &bytes, &job.n);
    if (status != STATUS_OK)
        return status;
    job.printer = printer ? printer : entry.printer;
    job.ticket = entry.ticket;
    job.order = entry.order;
    job.package = entry.package;
    job.placement = entry.placement;
    job.title = entry.title;
    job.format = entry.format;
    job.bytes = bytes;
    job.width_mm100 = entry.width_mm100;
    job.height_mm100 = entry.height_mm100;
    job.copies = entry.copies;
    return spool_put(spool, &job, &patience, notes, ret_id);
}

/* "C-2001-insert.9f86d081884c7d65-12.3": people see the order first, devices and crashes
 * tell by the rest which try of which job of which spool it was. */
void
spool_device_name(const struct spool *spool, const struct spool_entry *entry,
                  int32_t number, char ret[121])
{
    char lead[73];
    size_t n = 0;
    snprintf(lead, sizeof(lead), "%.50s%s%.20s", entry->order ? entry->order : "tuck",
             entry->placement ? "-" : "", entry->placement ? entry->placement : "");
    for (; lead[n]; n++)
        if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
                    lead[n]))
            lead[n] = '_';
    snprintf(ret, 121, "%s.%s-%lld.%d", lead, spool->name, (long long)entry->id,
             number);
}

/* --- waiting --------------------------------------------------------------------------- */

static bool
is_pending(const struct spool_entry *entry)
{
    return entry->state == SPOOL_WAITING || entry->state == SPOOL_SENDING ||
           entry->state == SPOOL_TAKEN;
}

static bool
has_work(struct spool *spool)
{
    if (spool->settings.is_sending)
        return senders_have_work(spool);
    for (size_t i = 0; i < spool->job_count; i++)
        if (is_pending(&spool->jobs[i]->file.entry))
            return true;
    return false;
}

enum status
spool_wait(struct spool *spool, const struct patience *patience)
{
    enum status status = STATUS_OK;
    pthread_mutex_lock(&spool->lock);
    while (has_work(spool)) {
        int64_t left_ms = patience_left_ms(patience);
        if (left_ms == 0 || patience_is_cancelled(patience)) {
            status = STATUS_RETRY;
            break;
        }
        int64_t until_ms = clock_monotonic_ms() + (left_ms < 50 ? left_ms : 50);
        struct timespec until = {until_ms / 1000, until_ms % 1000 * 1000000};
        pthread_cond_timedwait(&spool->changed, &spool->lock, &until);
        if (!spool->settings.is_sending) {
            pthread_mutex_unlock(&spool->lock);
            spool_refresh(spool, NULL);
            pthread_mutex_lock(&spool->lock);
        }
    }
    pthread_mutex_unlock(&spool->lock);
    return status;
}
