/* Jobs of the spool as ops see them, and what may be done to them. */
#include "station/found.h"
#include "station/print.h"

#include <stdlib.h>
#include <string.h>

static const char *
text_in(struct tuck_found *found, const char *text)
{
    return text ? arena_strdup(found->arena, text) : NULL;
}

static enum status
tell_job(struct tuck_shop *shop, struct tuck_found *found, size_t i,
         const struct spool_entry *entry)
{
    struct tuck_job_event *events =
        arena_make_array(found->arena, entry->event_count + 1, sizeof(*events));
    if (!events)
        return STATUS_NO_MEMORY;
    for (size_t k = 0; k < entry->event_count; k++)
        events[k] = (struct tuck_job_event){
            .size = sizeof(*events),
            .at = found_time(shop, found->arena, entry->events[k].at_s),
            .what = text_in(found, entry->events[k].what),
            .text = text_in(found, entry->events[k].text),
            .at_s = entry->events[k].at_s,
        };
    found->job_events[i] = events;
    found->jobs[i] = (struct tuck_job){
        .size = sizeof(struct tuck_job),
        .state = (int32_t)entry->state,
        .id = entry->id,
        .state_name = spool_state_name(entry->state),
        .printer = text_in(found, entry->printer),
        .order = text_in(found, entry->order),
        .package = text_in(found, entry->package),
        .placement = text_in(found, entry->placement),
        .title = text_in(found, entry->title),
        .reason = text_in(found, entry->reason),
        .ticket = text_in(found, entry->ticket),
        .queued_at = found_time(shop, found->arena, entry->queued_s),
        .changed_at = found_time(shop, found->arena, entry->changed_s),
        .queued_s = entry->queued_s,
        .changed_s = entry->changed_s,
        .bytes = entry->size,
        .again_of = entry->again_of,
        .events = (int64_t)entry->event_count,
        .format = (int32_t)entry->format,
        .copies = entry->copies,
        .tries = entry->tries,
    };
    return STATUS_OK;
}

enum status
station_jobs(struct tuck_shop *shop, uint32_t states, const char *printer,
             const char *order, struct tuck_found **ret, struct notes *notes)
{
    struct tuck_found *found CLEANUP(found_freep) = NULL;
    struct spool *spool;
    struct spool_entry *entries = NULL;
    size_t count = 0;
    enum status status = shop_spool(shop, notes, &spool);
    if (status == STATUS_OK)
        status = found_new(&found);
    if (status == STATUS_OK)
        status = spool_list(spool, states, printer, order, found->arena, notes, &entries,
                            &count);
    if (status != STATUS_OK || count == 0)
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    found->jobs = arena_make_array(found->arena, count, sizeof(*found->jobs));
    found->job_events = arena_make_array(found->arena, count, sizeof(*found->job_events));
    if (!found->jobs || !found->job_events)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = tell_job(shop, found, i, &entries[i]);
    found->job_count = count;
    if (status == STATUS_OK)
        *ret = take(found);
    return status;
}

bool
found_job(const struct tuck_found *found, int64_t index, struct tuck_job *ret)
{
    if (index < 0 || (size_t)index >= found->job_count)
        return false;
    *ret = found->jobs[index];
    return true;
}

bool
found_job_event(const struct tuck_found *found, int64_t job, int64_t index,
                struct tuck_job_event *ret)
{
    if (job < 0 || (size_t)job >= found->job_count || index < 0 ||
        index >= found->jobs[job].events)
        return false;
    *ret = found->job_events[job][index];
    return true;
}

enum status
station_job_sheet(struct tuck_shop *shop, int64_t id, void **ret_bytes,
                  size_t *ret_length, struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct spool *spool;
    struct spool_entry entry;
    const uint8_t *bytes = NULL;
    size_t n = 0;
    enum status status = arena ? shop_spool(shop, notes, &spool) : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = spool_find(spool, id, arena, notes, &entry, &bytes, &n);
    void *copy = status == STATUS_OK ? malloc(n) : NULL;
    if (status != STATUS_OK || !copy)
        return status != STATUS_OK ? status : STATUS_NO_MEMORY;
    memcpy(copy, bytes, n);
    *ret_bytes = copy;
    *ret_length = n;
    return STATUS_OK;
}

/* An event that is like the last one would be taken for it, so copies are counted. */
static enum status
say_again(struct tuck_shop *shop, struct spool *spool, const struct spool_entry *entry,
          struct arena *arena, struct notes *notes)
{
    struct spool_entry *entries = NULL;
    size_t count = 0;
    int copy = 1;
    enum status status =
        spool_list(spool, 0, NULL, entry->order, arena, notes, &entries, &count);
    for (size_t i = 0; i < count; i++)
        copy += entries[i].again_of == entry->id;
    const char *reason =
        copy == 1 ? arena_printf(arena, "reprint of job %lld", (long long)entry->id)
                  : arena_printf(arena, "reprint %d of job %lld", copy,
                                 (long long)entry->id);
    if (!reason)
        return STATUS_NO_MEMORY;
    return status == STATUS_OK
               ? shop_say(shop, entry->ticket, TUCK_PRINTED, reason, notes)
               : status;
}

/* One code is one piece of paper: what is void or gone by now must not be printed once
 * more, and a copy is told to the ledger as one. */
static enum status
print_again(struct tuck_shop *shop, struct spool *spool, int64_t id, const char *printer,
            int64_t *ret_id, struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct spool_entry entry;
    const uint8_t *bytes = NULL;
    size_t n = 0;
    int64_t made = 0;
    enum status status =
        arena ? spool_find(spool, id, arena, notes, &entry, &bytes, &n) : STATUS_NO_MEMORY;
    if (status != STATUS_OK)
        return status;
    if (entry.ticket && entry.ticket[0])
        status = say_again(shop, spool, &entry, arena, notes);
    if (status == STATUS_WITHOUT)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_NO_REPRINT, NULL, 0,
                         "job %lld is not printed again: what it promises is void or gone",
                         (long long)id);
    if (status == STATUS_OK)
        status = spool_again(spool, id, printer, notes, &made);
    if (status == STATUS_OK && ret_id)
        *ret_id = made;
    return status;
}

/* A packer's word about the paper of a job. */
static enum status
say_of_job(struct tuck_shop *shop, struct spool *spool, int64_t id, int32_t what,
           const char *reason, struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct spool_entry entry;
    const uint8_t *bytes = NULL;
    size_t n = 0;
    enum status status =
        arena ? spool_find(spool, id, arena, notes, &entry, &bytes, &n) : STATUS_NO_MEMORY;
    if (status == STATUS_OK && (!entry.ticket || !entry.ticket[0]))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_BAD_TICKET, NULL, 0,
                         "job %lld is of no piece: nothing is kept of it", (long long)id);
    return status == STATUS_OK
               ? shop_say(shop, entry.ticket,
                          what == TUCK_JOB_REFUSED ? TUCK_REFUSED : TUCK_OVERRIDDEN,
                          reason, notes)
               : status;
}

enum status
station_job_do(struct tuck_shop *shop, int64_t id, int32_t what, const char *with,
               int64_t *ret_id, struct notes *notes)
{
    struct spool *spool;
    enum status status = shop_spool(shop, notes, &spool);
    if (status != STATUS_OK)
        return status;
    bool is_to_printer = what == TUCK_JOB_MOVE || (what == TUCK_JOB_AGAIN && with);
    if (is_to_printer && settings_find_printer(shop->settings, with) < 0)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_NO_PRINTERS, shop->settings->path,
                         0, "the settings name no printer \"%.60s\"", with);
    switch (what) {
    case TUCK_JOB_HOLD:
        return spool_hold(spool, id, with, notes);
    case TUCK_JOB_RELEASE:
        return spool_release(spool, id, notes);
    case TUCK_JOB_CANCEL:
        return spool_cancel(spool, id, with, notes);
    case TUCK_JOB_MOVE:
        return spool_move(spool, id, with, notes);
    case TUCK_JOB_AGAIN:
        return print_again(shop, spool, id, with, ret_id, notes);
    case TUCK_JOB_REFUSED:
    case TUCK_JOB_OVERRIDDEN:
        return say_of_job(shop, spool, id, what, with, notes);
    default:
        return spool_answer(spool, id, what == TUCK_JOB_WAS_PRINTED, notes);
    }
}

enum status
station_settle(struct tuck_shop *shop, int32_t budget_ms)
{
    const struct patience patience = {clock_monotonic_ms() + budget_ms, NULL};
    pthread_mutex_lock(&shop->spool_lock);
    struct spool *spool = shop->spool;
    pthread_mutex_unlock(&shop->spool_lock);
    return spool ? spool_wait(spool, &patience) : STATUS_OK;
}
