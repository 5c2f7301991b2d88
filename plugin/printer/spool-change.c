/* Jobs looked at and changed.
 *
 * A change is made under the file's lock, against the state that the file tells at that
 * moment, so that an operator's command in one process and a sender in another never
 * contradict each other. */
#include "printer/spool-inside.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define MOST_WAIT_MS 50

/* --- looking ------------------------------------------------------------------- */

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
    /* Who sends is told of changes, though a little later than they are made, which would
     * be too late for a carton's second scan; others have to look. */
    enum status status = spool->settings.is_sending ? spool_catch_up(spool, notes)
                                                    : spool_refresh(spool, notes);
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

/* --- changing ------------------------------------------------------------------ */

static enum status
not_now(const struct spool_entry *entry, struct notes *notes)
{
    return note_fail(notes, STATUS_BAD_CALL, NOTE_SPOOL_STATE, NULL, 0,
                     "job %lld is %s: that cannot be done to it now",
                     (long long)entry->id, spool_state_name(entry->state));
}

enum status
spool_change(struct spool *spool, int64_t id, uint32_t from, const char *printer,
             const char *what, const char *text, struct notes *notes)
{
    int fd CLEANUP(fd_closep) = -1;
    struct job_file file;
    enum status status = job_file_lock(spool->jobs_fd, id, &file, &fd, notes);
    if (status != STATUS_OK)
        return status;
    if (!(from >> file.entry.state & 1) ||
        (printer && !text_equal(printer, file.entry.printer)))
        status = not_now(&file.entry, notes);
    else
        status =
            job_file_add(spool->jobs_fd, fd, &file, clock_wall_s(), what, text, notes);
    pthread_mutex_lock(&spool->lock);
    enum status learnt = spool_learn(spool, &file);
    pthread_mutex_unlock(&spool->lock);
    return status == STATUS_OK ? learnt : status;
}

enum status
spool_hold(struct spool *spool, int64_t id, const char *reason, struct notes *notes)
{
    return spool_change(spool, id, BIT(SPOOL_WAITING), NULL, "held", reason, notes);
}

static void
due_now(struct spool *spool, int64_t id)
{
    pthread_mutex_lock(&spool->lock);
    struct job *job = spool_job(spool, id);
    if (job)
        job->next_ms = 0;
    pthread_cond_broadcast(&spool->changed);
    pthread_mutex_unlock(&spool->lock);
}

enum status
spool_release(struct spool *spool, int64_t id, struct notes *notes)
{
    enum status status = spool_change(spool, id, BIT(SPOOL_HELD) | BIT(SPOOL_FAILED),
                                      NULL, "released", NULL, notes);
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
    uint32_t from =
        BIT(SPOOL_WAITING) | BIT(SPOOL_HELD) | BIT(SPOOL_FAILED) | BIT(SPOOL_DOUBT);
    enum status status = job_file_read(spool->jobs_fd, id, &file, notes);
    if (status != STATUS_OK)
        return status;
    /* One that the device takes only now was not taken back: it is not cancelled. */
    if (file.entry.state == SPOOL_TAKEN) {
        status = take_back(spool, &file.entry, notes);
        from = BIT(SPOOL_TAKEN) | BIT(SPOOL_FAILED);
    }
    job_file_done(&file);
    if (status != STATUS_OK)
        return status;
    return spool_change(spool, id, from, NULL, "cancelled",
                        reason ? reason : "by the operator", notes);
}

enum status
spool_move(struct spool *spool, int64_t id, const char *printer, struct notes *notes)
{
    char what[128];
    if (!spool_has_printer(spool, printer))
        return note_fail(notes, STATUS_BAD_CALL, NOTE_SPOOL_JOB, NULL, 0,
                         "there is no printer \"%.60s\"", printer);
    snprintf(what, sizeof(what), "moved %.100s", printer);
    enum status status =
        spool_change(spool, id, BIT(SPOOL_WAITING) | BIT(SPOOL_HELD) | BIT(SPOOL_FAILED),
                     NULL, what, NULL, notes);
    if (status == STATUS_OK)
        due_now(spool, id);
    return status;
}

enum status
spool_answer(struct spool *spool, int64_t id, bool was_printed, struct notes *notes)
{
    enum status status = spool_change(
        spool, id, BIT(SPOOL_DOUBT), NULL, was_printed ? "printed" : "released",
        was_printed ? "the operator says so" : "the operator says it was not printed",
        notes);
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

/* --- waiting ------------------------------------------------------------------- */

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
        int64_t until_ms =
            clock_monotonic_ms() + (left_ms < MOST_WAIT_MS ? left_ms : MOST_WAIT_MS);
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
