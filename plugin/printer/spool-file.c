/* Job files: made whole, locked, added to by synced lines, rewritten when their room
 * ends.
 *
 * A new job is written beside, synced, and takes its name by a rename that never
 * overwrites; the folder is synced after. A line is written in place, into room that the
 * file has had from its beginning: a disk that is full by then does not matter. */
#include "printer/spool-file.h"

#include "base/hash.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXT_MOST 240 /* bytes of a description's text; more is cut at a character */
#define REASON_MOST 200
#define SPARE_ROOM 1024 /* of a head, for what has to be written */
#define KEPT_ROOM 2048  /* of the newest lines, when a head is rewritten */
#define COPY_ROOM 65536

void
job_file_name(int64_t id, char ret[32])
{
    snprintf(ret, 32, "%012lld.job", (long long)id);
}

int64_t
job_file_id(const char *name)
{
    long long id = 0;
    int end = 0;
    if (strlen(name) != 16 || sscanf(name, "%12lld.job%n", &id, &end) != 1 || end != 16)
        return -1;
    return id > 0 ? id : -1;
}

static enum status
disk(struct notes *notes, const char *what)
{
    return note_fail(notes, STATUS_OUTSIDE, NOTE_SPOOL_DISK, NULL, 0, "%s: %s", what,
                     strerrordesc_np(errno));
}

/* --- writing ------------------------------------------------------------------- */

/* A text on one line: line ends and percent signs are coded. */
static void
put_text(struct buf *out, const char *text, size_t most)
{
    size_t n = text ? strlen(text) : 0;
    for (size_t i = 0, step; i < n; i += step) {
        step = text_char_length(text + i, n - i);
        step = step ? step : 1;
        if (i + step > most)
            break;
        unsigned char c = (unsigned char)text[i];
        if (step == 1 && (c < 0x20 || c == '%' || c == 0x7f || c >= 0x80))
            buf_printf(out, "%%%02x", c);
        else
            buf_add(out, text + i, step);
    }
}

static void
put_line(struct buf *out, const char *key, const char *text)
{
    if (!text)
        return;
    buf_printf(out, "%s ", key);
    put_text(out, text, TEXT_MOST);
    buf_puts(out, "\n");
}

static void
put_number(struct buf *out, const char *key, int64_t number)
{
    buf_printf(out, "%s %lld\n", key, (long long)number);
}

static void
put_event(struct buf *out, int64_t at_s, const char *what, const char *text)
{
    struct buf line BUF_AUTO = {0};
    buf_printf(&line, "%lld %s", (long long)at_s, what);
    if (text && *text) {
        buf_puts(&line, " - ");
        put_text(&line, text, REASON_MOST);
    }
    struct digest sum = hash_sha256(line.p, line.n);
    buf_printf(out, "%.8s %s\n", sum.hex, line.failed ? "" : line.p);
    out->failed |= line.failed;
}

static bool
put_head(struct buf *head, const struct spool_job *job, int64_t at_s)
{
    buf_puts(head, SPOOL_MAGIC);
    put_line(head, "printer", job->printer);
    put_line(head, "ticket", job->ticket);
    put_line(head, "order", job->order);
    put_line(head, "package", job->package);
    put_line(head, "placement", job->placement);
    put_line(head, "title", job->title);
    put_number(head, "format", job->format);
    put_number(head, "size", (int64_t)job->n);
    put_number(head, "width", job->width_mm100);
    put_number(head, "height", job->height_mm100);
    put_number(head, "copies", job->copies);
    put_number(head, "again-of", job->again_of);
    put_number(head, "queued", at_s);
    put_line(head, "sha256", hash_sha256(job->bytes, job->n).hex);
    struct digest sum = hash_sha256(head->p, head->n);
    buf_printf(head, "end %s\n", sum.hex);
    if (head->failed || head->n > SPOOL_EVENTS)
        return false;
    while (head->n < SPOOL_EVENTS && !head->failed)
        buf_add(head, "\n", 1);
    put_event(head, at_s, job->is_held ? "held" : "queued", NULL);
    static const char blank[SPOOL_HEAD];
    buf_add(head, blank, SPOOL_HEAD - head->n);
    return !head->failed;
}

static bool
write_all(int fd, const void *bytes, size_t n, off_t at)
{
    const char *p = bytes;
    while (n > 0) {
        ssize_t written = pwrite(fd, p, n, at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        p += written;
        at += written;
        n -= (size_t)written;
    }
    return true;
}

/* A file of no name that matters yet. It is locked while it is written, so that a sweep
 * can tell it from what a crash left. */
static int
open_beside(int dir_fd, char ret_name[40])
{
    uint64_t random = 0;
    hash_random(&random, sizeof(random));
    snprintf(ret_name, 40, ".new.%016llx", (unsigned long long)random);
    int fd = openat(dir_fd, ret_name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0)
        flock(fd, LOCK_EX | LOCK_NB);
    return fd;
}

/* Takes the first free number from *id on. */
static bool
take_name(int dir_fd, const char *beside, int64_t *id)
{
    char name[32];
    for (;; ++*id) {
        job_file_name(*id, name);
        if (renameat2(dir_fd, beside, dir_fd, name, RENAME_NOREPLACE) == 0)
            return true;
        if (errno != EEXIST)
            return false;
    }
}

enum status
job_file_make(int dir_fd, const struct spool_job *job, int64_t at_s, int64_t *id,
              struct notes *notes)
{
    struct buf head BUF_AUTO = {0};
    char beside[40];
    if (!put_head(&head, job, at_s))
        return head.failed ? STATUS_NO_MEMORY : STATUS_BAD_CALL;
    int fd CLEANUP(fd_closep) = open_beside(dir_fd, beside);
    if (fd < 0)
        return disk(notes, "no job can be put into the spool");
    bool is_whole = write_all(fd, head.p, head.n, 0) &&
                    write_all(fd, job->bytes, job->n, SPOOL_HEAD) && fdatasync(fd) == 0;
    if (!is_whole || !take_name(dir_fd, beside, id)) {
        enum status status = disk(notes, "a job could not be written to the spool");
        unlinkat(dir_fd, beside, 0);
        return status;
    }
    flock(fd, LOCK_UN);
    if (fsync(dir_fd) == 0)
        return STATUS_OK;
    enum status status = disk(notes, "the spool's folder cannot be synced");
    return job_file_unmake(dir_fd, *id) ? status : STATUS_OK;
}

void
job_file_sweep(int dir_fd, const char *name)
{
    if (strncmp(name, ".new.", 5) != 0)
        return;
    int fd CLEANUP(fd_closep) = openat(dir_fd, name, O_RDONLY | O_CLOEXEC);
    struct stat info;
    int64_t old_s = clock_wall_s() - 60; /* between its making and its locking */
    if (fd >= 0 && fstat(fd, &info) == 0 && info.st_mtime < old_s &&
        flock(fd, LOCK_EX | LOCK_NB) == 0)
        unlinkat(dir_fd, name, 0);
}

/* --- opening ------------------------------------------------------------------- */

static enum status
read_file(int fd, int64_t id, struct job_file *file, const char **ret_sum,
          struct notes *notes)
{
    char head[SPOOL_HEAD + 1] = "";
    const char *sum = NULL;
    struct stat info;
    ssize_t n = pread(fd, head, SPOOL_HEAD, 0);
    if (n < 0 || fstat(fd, &info) != 0)
        return disk(notes, "a job of the spool cannot be read");
    *file = (struct job_file){.arena = arena_new(0), .entry = {.id = id, .reason = ""}};
    if (!file->arena)
        return STATUS_NO_MEMORY;
    bool is_job = n == SPOOL_HEAD && job_file_parse(file, head, &sum) &&
                  info.st_size == SPOOL_HEAD + (off_t)file->entry.size;
    if (is_job && !file->is_starved) {
        if (ret_sum)
            *ret_sum = sum;
        return STATUS_OK;
    }
    bool is_starved = file->is_starved;
    job_file_done(file);
    if (is_starved)
        return STATUS_NO_MEMORY;
    return note_fail(notes, STATUS_BAD_INPUT, NOTE_SPOOL_BROKEN, NULL, 0,
                     "job %lld of the spool is cut short or garbled", (long long)id);
}

static enum status
open_job(int dir_fd, int64_t id, int flags, struct notes *notes, int *ret)
{
    char name[32];
    job_file_name(id, name);
    int fd = openat(dir_fd, name, flags | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? STATUS_WITHOUT
                               : disk(notes, "a job of the spool cannot be opened");
    *ret = fd;
    return STATUS_OK;
}

/* Locked, and still the file of that name: it may have been rewritten or removed while
 * the lock was waited for. */
static enum status
lock_job(int dir_fd, int64_t id, struct notes *notes, int *ret)
{
    for (;;) {
        int fd CLEANUP(fd_closep) = -1;
        struct stat info;
        enum status status = open_job(dir_fd, id, O_RDWR, notes, &fd);
        if (status != STATUS_OK)
            return status;
        while (flock(fd, LOCK_EX) != 0)
            if (errno != EINTR)
                return disk(notes, "a job of the spool cannot be locked");
        if (fstat(fd, &info) != 0)
            return disk(notes, "a job of the spool cannot be read");
        if (info.st_nlink > 0) {
            *ret = fd;
            fd = -1;
            return STATUS_OK;
        }
    }
}

enum status
job_file_lock(int dir_fd, int64_t id, struct job_file *ret, int *ret_fd,
              struct notes *notes)
{
    int fd CLEANUP(fd_closep) = -1;
    *ret = (struct job_file){.arena = NULL};
    enum status status = lock_job(dir_fd, id, notes, &fd);
    if (status == STATUS_OK)
        status = read_file(fd, id, ret, NULL, notes);
    if (status == STATUS_OK) {
        *ret_fd = fd;
        fd = -1;
    }
    return status;
}

enum status
job_file_read(int dir_fd, int64_t id, struct job_file *ret, struct notes *notes)
{
    int fd CLEANUP(fd_closep) = -1;
    enum status status = open_job(dir_fd, id, O_RDONLY, notes, &fd);
    *ret = (struct job_file){.arena = NULL};
    return status == STATUS_OK ? read_file(fd, id, ret, NULL, notes) : status;
}

bool
job_file_unmake(int dir_fd, int64_t id)
{
    struct job_file file;
    int fd CLEANUP(fd_closep) = -1;
    char name[32];
    job_file_name(id, name);
    enum status status = job_file_lock(dir_fd, id, &file, &fd, NULL);
    if (status != STATUS_OK)
        return status == STATUS_WITHOUT;
    bool is_gone = file.lines == 1 && unlinkat(dir_fd, name, 0) == 0;
    job_file_done(&file);
    return is_gone;
}

/* --- adding -------------------------------------------------------------------- */

/* It changes nothing, and may be left out when room grows short. */
static bool
is_remark(const char *what)
{
    return job_file_is_word(what, "seen");
}

/* Is the line kept when a head is rewritten and there is room? A remark is not: of
 * nothing but remarks the job's state could not be told. */
static bool
is_lasting(const struct spool_event *event)
{
    return !is_remark(event->what) && !job_file_is_word(event->what, "earlier");
}

/* From where on the newest lines are kept: as many as there is room for. */
static size_t
first_kept(const struct spool_entry *entry)
{
    size_t first = entry->event_count;
    for (size_t room = KEPT_ROOM; first > 0; first--) {
        struct buf line BUF_AUTO = {0};
        const struct spool_event *event = &entry->events[first - 1];
        if (!is_lasting(event))
            continue;
        put_event(&line, event->at_s, event->what, event->text);
        if (line.failed || line.n > room)
            break;
        room -= line.n;
    }
    return first;
}

/* The newest lines, led by one that says what the others had come to. */
static void
put_newest(struct buf *head, const struct job_file *file)
{
    const struct spool_entry *entry = &file->entry;
    size_t first = first_kept(entry);
    long long left_out = file->lines;
    int32_t sent = 0;
    char earlier[200], count[40];
    for (size_t i = first; i < entry->event_count; i++) {
        sent += job_file_is_word(entry->events[i].what, "sending");
        left_out -= is_lasting(&entry->events[i]);
    }
    snprintf(earlier, sizeof(earlier), "earlier %lld %d %d %lld %.100s", left_out,
             entry->tries - sent, file->attempts > sent ? file->attempts - sent : 0,
             (long long)entry->device_job, entry->printer);
    snprintf(count, sizeof(count), "%lld lines are left out", left_out);
    put_event(head, entry->queued_s, earlier, count);
    for (size_t i = first; i < entry->event_count; i++)
        if (is_lasting(&entry->events[i]))
            put_event(head, entry->events[i].at_s, entry->events[i].what,
                      entry->events[i].text);
}

static bool
copy_sheet(int from, int to, int64_t size)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    char *part = arena ? arena_make(arena, COPY_ROOM) : NULL;
    for (off_t at = SPOOL_HEAD; part && at < SPOOL_HEAD + (off_t)size;) {
        ssize_t n = pread(from, part, COPY_ROOM, at);
        if (n <= 0 || !write_all(to, part, (size_t)n, at))
            return false;
        at += n;
    }
    return part != NULL;
}

/* The same job in a file whose head has room again. The lock goes over with `fd`: who
 * waits for the old file's finds that it has no name any more. */
static enum status
rewrite(int dir_fd, int fd, struct job_file *file, struct notes *notes)
{
    static const char blank[SPOOL_HEAD];
    struct buf head BUF_AUTO = {0};
    char description[SPOOL_EVENTS], beside[40], name[32];
    if (pread(fd, description, SPOOL_EVENTS, 0) != SPOOL_EVENTS)
        return disk(notes, "a job of the spool cannot be read");
    buf_add(&head, description, SPOOL_EVENTS);
    put_newest(&head, file);
    size_t end = head.n;
    if (head.failed || end > SPOOL_HEAD)
        return STATUS_NO_MEMORY;
    buf_add(&head, blank, SPOOL_HEAD - end);
    int made CLEANUP(fd_closep) = head.failed ? -1 : open_beside(dir_fd, beside);
    if (made < 0)
        return disk(notes, "the record of a job cannot be written anew");
    job_file_name(file->entry.id, name);
    if (!write_all(made, head.p, head.n, 0) || !copy_sheet(fd, made, file->entry.size) ||
        fdatasync(made) != 0 || renameat(dir_fd, beside, dir_fd, name) != 0) {
        enum status status = disk(notes, "the record of a job cannot be written anew");
        unlinkat(dir_fd, beside, 0);
        return status;
    }
    file->events_end = end;
    if (dup3(made, fd, O_CLOEXEC) < 0 || fsync(dir_fd) != 0)
        return disk(notes, "the spool's folder cannot be synced");
    return STATUS_OK;
}

/* A line that may not be on disk must not be read either: what follows its failing goes
 * by the lines before it. */
static enum status
take_back_line(int fd, size_t at, struct notes *notes)
{
    enum status status = disk(notes, "a job of the spool cannot be written to");
    if (pwrite(fd, "\n", 1, (off_t)at) == 1)
        (void)!fdatasync(fd);
    return status;
}

enum status
job_file_add(int dir_fd, int fd, struct job_file *file, int64_t at_s, const char *what,
             const char *text, struct notes *notes)
{
    struct buf line BUF_AUTO = {0};
    put_event(&line, at_s, what, text);
    const char *kept_what = arena_strdup(file->arena, what);
    const char *kept_text = arena_strdup(file->arena, text ? text : "");
    if (line.failed || !kept_what || !kept_text)
        return STATUS_NO_MEMORY;
    size_t left = SPOOL_HEAD - file->events_end;
    if (left < SPARE_ROOM && is_remark(what))
        return STATUS_OK;
    enum status status = left < line.n ? rewrite(dir_fd, fd, file, notes) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    if (!write_all(fd, line.p, line.n, (off_t)file->events_end) || fdatasync(fd) != 0)
        return take_back_line(fd, file->events_end, notes);
    file->events_end += line.n;
    return job_file_keep(file, at_s, kept_what, kept_text) ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status
job_file_bytes(int dir_fd, int64_t id, struct arena *arena, struct notes *notes,
               const uint8_t **ret, size_t *ret_n)
{
    int fd CLEANUP(fd_closep) = -1;
    struct job_file file = {.arena = NULL};
    const char *sum = NULL;
    enum status status = open_job(dir_fd, id, O_RDONLY, notes, &fd);
    if (status == STATUS_OK)
        status = read_file(fd, id, &file, &sum, notes);
    if (status != STATUS_OK)
        return status;
    size_t n = (size_t)file.entry.size;
    uint8_t *bytes = arena_make(arena, n);
    if (!bytes)
        status = STATUS_NO_MEMORY;
    else if (pread(fd, bytes, n, SPOOL_HEAD) != (ssize_t)n ||
             !text_equal(hash_sha256(bytes, n).hex, sum))
        status = note_fail(notes, STATUS_BAD_INPUT, NOTE_SPOOL_BROKEN, NULL, 0,
                           "the sheet of job %lld is not what was put into the spool",
                           (long long)id);
    job_file_done(&file);
    if (status != STATUS_OK)
        return status;
    *ret = bytes;
    *ret_n = n;
    return STATUS_OK;
}

void
job_file_done(struct job_file *file)
{
    arena_free(file->arena);
    file->arena = NULL;
}
