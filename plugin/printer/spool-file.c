/* Job files: made whole, added to by synced lines, read as a stranger's.
 *
 * A new job is written beside, synced, and takes its name by a rename that never
 * overwrites; the folder is synced after. What a line does to a job's state is told here
 * and nowhere else (`apply`), so that a file read after a crash says the same as the
 * memory that wrote it. */
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

#define MAGIC "tuck-job 1\n"
#define TEXT_MOST 240 /* bytes of a description's text; more is cut at a character */
#define REASON_MOST 200
#define SUM_DIGITS 8
#define SPARE_ROOM 1024 /* of a head, for what has to be written */

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

/* --- writing --------------------------------------------------------------------------- */

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
    buf_puts(head, MAGIC);
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
    uint64_t random = 0;
    if (!put_head(&head, job, at_s))
        return head.failed ? STATUS_NO_MEMORY : STATUS_BAD_CALL;
    hash_random(&random, sizeof(random));
    snprintf(beside, sizeof(beside), ".new.%016llx", (unsigned long long)random);
    int fd CLEANUP(fd_closep) =
        openat(dir_fd, beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return disk(notes, "no job can be put into the spool");
    bool is_whole = write_all(fd, head.p, head.n, 0) &&
                    write_all(fd, job->bytes, job->n, SPOOL_HEAD) && fdatasync(fd) == 0;
    if (is_whole && take_name(dir_fd, beside, id)) {
        char name[32];
        if (fsync(dir_fd) == 0)
            return STATUS_OK;
        enum status status = disk(notes, "the spool's folder cannot be synced");
        job_file_name(*id, name);
        unlinkat(dir_fd, name, 0);
        return status;
    }
    enum status status = disk(notes, "a job could not be written to the spool");
    unlinkat(dir_fd, beside, 0);
    return status;
}

/* --- reading --------------------------------------------------------------------------- */

/* The text of a line, decoded, in the arena. */
static const char *
get_text(struct arena *arena, const char *text, size_t n)
{
    char *out = arena_copy(arena, text, n), *to = out;
    for (size_t i = 0; out && i < n; i++) {
        unsigned code = 0;
        if (text[i] == '%' && i + 2 < n && sscanf(text + i + 1, "%2x", &code) == 1) {
            *to++ = (char)code;
            i += 2;
        } else {
            *to++ = text[i];
        }
    }
    if (out)
        *to = '\0';
    return out;
}

static bool
set_number(int64_t *number, const char *text)
{
    return text_to_int64(text, number) && *number >= 0;
}

struct slot {
    const char *key;
    const char **text;
    int64_t *number;
};

/* What the lines of a description set. */
static bool
read_description(struct job_file *file, const char *text, size_t n)
{
    struct spool_entry *entry = &file->entry;
    int64_t format = 0, width = 0, height = 0, copies = 0;
    const struct slot slots[] = {
        {"printer", &entry->printer, NULL},   {"ticket", &entry->ticket, NULL},
        {"order", &entry->order, NULL},       {"package", &entry->package, NULL},
        {"placement", &entry->placement, NULL}, {"title", &entry->title, NULL},
        {"format", NULL, &format},            {"size", NULL, &entry->size},
        {"width", NULL, &width},              {"height", NULL, &height},
        {"copies", NULL, &copies},            {"again-of", NULL, &entry->again_of},
        {"queued", NULL, &entry->queued_s},
    };
    const char *end = text + n;
    for (const char *line = text, *next; line < end; line = next + 1) {
        next = memchr(line, '\n', (size_t)(end - line));
        const char *blank = next ? memchr(line, ' ', (size_t)(next - line)) : NULL;
        if (!blank)
            return false;
        const char *value = get_text(file->arena, blank + 1, (size_t)(next - blank - 1));
        for (size_t i = 0; value && i < COUNT_OF(slots); i++) {
            if (strlen(slots[i].key) != (size_t)(blank - line) ||
                memcmp(slots[i].key, line, (size_t)(blank - line)) != 0)
                continue;
            if (slots[i].text)
                *slots[i].text = value;
            else if (!set_number(slots[i].number, value))
                return false;
        }
    }
    entry->format = (enum sheet_format)format;
    entry->width_mm100 = (int32_t)width;
    entry->height_mm100 = (int32_t)height;
    entry->copies = (int32_t)copies;
    return entry->printer && sheet_kind_of(entry->format);
}

/* The description ends with a line "end SHA256" over all before it. */
static bool
read_head(struct job_file *file, const char *head, const char **ret_sum)
{
    size_t magic = strlen(MAGIC);
    const char *end = memmem(head, SPOOL_EVENTS, "\nend ", 5);
    const char *sum = memmem(head, SPOOL_EVENTS, "\nsha256 ", 8);
    if (memcmp(head, MAGIC, magic) != 0 || !end || !sum ||
        end + 5 + 64 > head + SPOOL_EVENTS || sum + 8 + 64 > end)
        return false;
    size_t n = (size_t)(end + 1 - head);
    if (memcmp(hash_sha256(head, n).hex, end + 5, 64) != 0)
        return false;
    *ret_sum = arena_copy(file->arena, sum + 8, 64);
    return *ret_sum && read_description(file, head + magic, n - magic);
}

static const struct {
    const char *what;
    int state; /* -1: it changes none */
} meanings[] = {
    {"queued", SPOOL_WAITING},   {"held", SPOOL_HELD},
    {"released", SPOOL_WAITING}, {"sending", SPOOL_SENDING},
    {"taken", SPOOL_TAKEN},      {"printed", SPOOL_PRINTED},
    {"failed", SPOOL_FAILED},    {"cancelled", SPOOL_CANCELLED},
    {"doubt", SPOOL_DOUBT},      {"waiting", SPOOL_WAITING},
    {"moved", SPOOL_WAITING},    {"told", -1},
    {"seen", -1},
};

static bool
is_word(const char *what, const char *word)
{
    size_t n = strlen(word);
    return strncmp(what, word, n) == 0 && (what[n] == '\0' || what[n] == ' ');
}

/* What an event does to the job. The word may be followed by an argument: "taken 17",
 * "moved label-2", "sending 3". */
static void
apply(struct job_file *file, const struct spool_event *event)
{
    struct spool_entry *entry = &file->entry;
    const char *argument = strchr(event->what, ' ');
    for (size_t i = 0; i < COUNT_OF(meanings); i++) {
        if (!is_word(event->what, meanings[i].what))
            continue;
        if (meanings[i].state >= 0) {
            entry->state = (enum spool_state)meanings[i].state;
            entry->is_told = false;
        }
        break;
    }
    if (is_word(event->what, "told"))
        entry->is_told = true;
    else
        entry->reason = event->text;
    entry->changed_s = event->at_s;
    if (argument && is_word(event->what, "taken"))
        text_to_int64(argument + 1, &entry->device_job);
    if (argument && is_word(event->what, "moved"))
        entry->printer = argument + 1;
    if (is_word(event->what, "sending"))
        entry->tries++;
}

static bool
keep_event(struct job_file *file, int64_t at_s, const char *what, const char *text)
{
    struct spool_event *events = (struct spool_event *)file->entry.events;
    struct spool_event *event =
        arena_append(file->arena, &events, &file->entry.event_count, &file->event_room,
                     sizeof(*event));
    file->entry.events = events;
    if (!event)
        return false;
    *event = (struct spool_event){at_s, what, text};
    apply(file, event);
    return true;
}

/* "SSSSSSSS AT WHAT[ - TEXT]" */
static bool
read_event(struct job_file *file, const char *line, size_t n)
{
    long long at_s = 0;
    int used = 0;
    if (n < SUM_DIGITS + 4 ||
        memcmp(hash_sha256(line + SUM_DIGITS + 1, n - SUM_DIGITS - 1).hex, line,
               SUM_DIGITS) != 0)
        return false;
    char *copy = arena_copy(file->arena, line + SUM_DIGITS + 1, n - SUM_DIGITS - 1);
    if (!copy || sscanf(copy, "%lld %n", &at_s, &used) != 1 || used == 0)
        return false;
    char *what = copy + used, *dash = strstr(what, " - ");
    const char *text = "";
    if (dash) {
        *dash = '\0';
        text = get_text(file->arena, dash + 3, strlen(dash + 3));
    }
    return text && keep_event(file, at_s, what, text);
}

static void
read_events(struct job_file *file, const char *head)
{
    const char *line = head + SPOOL_EVENTS, *end = head + SPOOL_HEAD;
    while (line < end) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        if (!next || !read_event(file, line, (size_t)(next - line)))
            break;
        line = next + 1;
    }
    file->events_end = (size_t)(line - head);
}

static enum status
read_file(int fd, int64_t id, struct job_file *file, const char **ret_sum,
          struct notes *notes)
{
    char head[SPOOL_HEAD + 1];
    const char *sum = NULL;
    struct stat info;
    ssize_t n = pread(fd, head, SPOOL_HEAD, 0);
    if (n < 0 || fstat(fd, &info) != 0)
        return disk(notes, "a job of the spool cannot be read");
    file->arena = arena_new(0);
    if (!file->arena)
        return STATUS_NO_MEMORY;
    file->entry = (struct spool_entry){.id = id, .reason = ""};
    if (n == SPOOL_HEAD) {
        head[SPOOL_HEAD] = '\0';
        if (read_head(file, head, &sum))
            read_events(file, head);
    }
    if (file->entry.event_count == 0 ||
        info.st_size != SPOOL_HEAD + (off_t)file->entry.size) {
        job_file_done(file);
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_SPOOL_BROKEN, NULL, 0,
                         "job %lld of the spool is cut short or garbled", (long long)id);
    }
    if (ret_sum)
        *ret_sum = sum;
    return STATUS_OK;
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

enum status
job_file_lock(int dir_fd, int64_t id, struct job_file *ret, int *ret_fd,
              struct notes *notes)
{
    int fd CLEANUP(fd_closep) = -1;
    enum status status = open_job(dir_fd, id, O_RDWR, notes, &fd);
    if (status != STATUS_OK)
        return status;
    while (flock(fd, LOCK_EX) != 0)
        if (errno != EINTR)
            return disk(notes, "a job of the spool cannot be locked");
    *ret = (struct job_file){.arena = NULL};
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

/* A line that changes nothing may be left out when room grows short. */
static bool
is_remark(const char *what)
{
    return is_word(what, "seen") || is_word(what, "waiting");
}

enum status
job_file_add(int fd, struct job_file *file, int64_t at_s, const char *what,
             const char *text, struct notes *notes)
{
    struct buf line BUF_AUTO = {0};
    put_event(&line, at_s, what, text);
    if (line.failed)
        return STATUS_NO_MEMORY;
    size_t left = SPOOL_HEAD - file->events_end;
    if (left < line.n || (left < SPARE_ROOM && is_remark(what)))
        return is_remark(what) ? STATUS_OK
                               : note_fail(notes, STATUS_OUTSIDE, NOTE_SPOOL_DISK, NULL, 0,
                                           "the record of job %lld is full; print it again "
                                           "as a new job",
                                           (long long)file->entry.id);
    if (!write_all(fd, line.p, line.n, (off_t)file->events_end) || fdatasync(fd) != 0)
        return disk(notes, "a job of the spool cannot be written to");
    file->events_end += line.n;
    const char *kept_what = arena_strdup(file->arena, what);
    const char *kept_text = arena_strdup(file->arena, text ? text : "");
    return kept_what && kept_text && keep_event(file, at_s, kept_what, kept_text)
               ? STATUS_OK
               : STATUS_NO_MEMORY;
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
