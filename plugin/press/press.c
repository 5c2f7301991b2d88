/* The press as the host's process sees it: open, make, close.
 *
 * In comes a job, out goes a checked sheet in the job's arena. A worker is borrowed from
 * the pool, spoken to within the patience, and given back or given up. What can go wrong:
 * no worker, no time, a worker that dies, a sheet that is not what it says it is. */
#include "press/press.h"

#include "press/errand.h"
#include "press/pool.h"
#include "press/sheet-check.h"

#include <stdlib.h>

struct press {
    struct pool pool;
};

static bool
are_folders(const char *const *dirs)
{
    size_t count = 0;
    for (; dirs && dirs[count]; count++)
        if (dirs[count][0] != '/')
            return false;
    return count <= PRESS_DIRS_MAX;
}

static enum status
check_settings(const struct press_settings *settings, struct notes *notes)
{
    if (settings->worker_path == NULL || settings->worker_path[0] != '/' ||
        settings->workers < 0 || settings->workers > POOL_MAX ||
        settings->memory_limit < 0 || !are_folders(settings->read_dirs))
        return note_fail(notes, STATUS_BAD_CALL, NOTE_PRESS_BAD_SETTINGS, NULL, 0,
                         "the worker's path and at most %d folders must be absolute, "
                         "1 to %d workers, a memory limit not below 0",
                         PRESS_DIRS_MAX, POOL_MAX);
    return STATUS_OK;
}

static enum status
wait_for_first(struct press *press, const struct patience *patience, struct notes *notes)
{
    struct slot *slot;
    uint64_t job;
    struct notes words = {.count = 0};
    enum status status = pool_take(&press->pool, patience, &words, &slot, &job);
    if (status == STATUS_OK) {
        pool_give(&press->pool, slot, STATUS_OK, 0);
        if (press->pool.is_unconfined)
            note_add(notes, NOTE_PRESS_UNCONFINED, NULL, 0, "%s", press->pool.unconfined);
        return STATUS_OK;
    }
    if (status == STATUS_RETRY) {
        note_add(notes, NOTE_PRESS_SLOW_START, NULL, 0,
                 "the press is still warming up; the first pieces may be late");
        return STATUS_OK;
    }
    for (size_t i = 0; i < words.count; i++)
        note_add(notes, words.note[i].id, words.note[i].file, 0, "%s",
                 words.note[i].text);
    return status;
}

enum status
press_open(const struct press_settings *settings, const struct patience *patience,
           struct notes *notes, struct press **ret)
{
    enum status status = check_settings(settings, notes);
    if (status != STATUS_OK)
        return status;
    struct press *press = malloc(sizeof *press);
    if (press == NULL)
        return STATUS_NO_MEMORY;
    status = pool_init(&press->pool, settings);
    if (status == STATUS_OK)
        status = wait_for_first(press, patience, notes);
    if (status != STATUS_OK) {
        press_close(press);
        return status;
    }
    *ret = press;
    return STATUS_OK;
}

void
press_close(struct press *press)
{
    if (press == NULL)
        return;
    pool_done(&press->pool);
    free(press);
}

static enum status
check_job(const struct press_job *job, struct notes *notes)
{
    const struct sheet_kind *kind = sheet_kind_of(job->format);
    bool has_format = kind && (!job->is_contact_sheet || job->format == SHEET_PDF ||
                               job->format == SHEET_PNG);
    bool is_one = !kind || kind->has_pages || job->is_contact_sheet ||
                  job->piece_count == 1;
    if (job->piece_count == 0 || job->piece_count > PRESS_PIECES_MAX || !is_one ||
        !has_format || job->dpi < 0 || job->dpi > 2400)
        return note_fail(notes, STATUS_BAD_CALL, NOTE_PRESS_BAD_JOB, NULL, 0,
                         "a job has 1 to %d pieces (a picture just one), a format, and 0 to "
                         "2400 dpi",
                         PRESS_PIECES_MAX);
    for (size_t i = 0; i < job->piece_count; i++) {
        const struct press_piece *piece = &job->pieces[i];
        if (piece->template_path == NULL || piece->template_path[0] != '/' ||
            piece->values == NULL)
            return note_fail(notes, STATUS_BAD_CALL, NOTE_PRESS_BAD_JOB, NULL, 0,
                             "piece %zu lacks values or an absolute template path",
                             i + 1);
    }
    return STATUS_OK;
}

/* Sends the errand and reads until its answer: what is late from another job is dropped. */
static enum status
converse(struct slot *slot, uint64_t number, const struct errand *errand,
         const struct patience *patience, struct buf *body)
{
    slot->wire.patience = patience;
    errand->put(body, errand->what, patience_left_ms(patience));
    if (body->failed)
        return STATUS_NO_MEMORY;
    enum status status = wire_send(&slot->wire, errand->kind, number, body->p, body->n);
    while (status == STATUS_OK) {
        enum wire_kind kind;
        uint64_t of;
        status = wire_receive(&slot->wire, &kind, &of, body);
        if (status == STATUS_OK && kind == WIRE_ANSWER && of == number)
            break;
    }
    return status;
}

static enum status
explain(enum status status, struct notes *notes)
{
    switch (status) {
    case STATUS_RETRY:
        return note_fail(notes, status, NOTE_PRESS_LATE, NULL, 0,
                         "the worker was not done in time and was replaced");
    case STATUS_OUTSIDE:
        return note_fail(notes, status, NOTE_PRESS_DIED, NULL, 0,
                         "the worker died while it worked on this job");
    case STATUS_BUG:
        return note_fail(notes, STATUS_OUTSIDE, NOTE_PRESS_BAD_ANSWER, NULL, 0,
                         "the worker's answer makes no sense; it was replaced");
    default:
        return status;
    }
}

/* The conversation, and what is to become of the worker: one that broke off in the middle
 * cannot be spoken to again, one that was short of memory or wrong is not trusted again,
 * but our own arena being full says nothing against it. */
static enum status
make_with(struct slot *slot, uint64_t number, const struct errand *errand,
          const struct patience *patience, struct arena *arena, struct notes *notes,
          struct wire_answer *ret, enum status *ret_fate)
{
    BUF_AUTO struct buf body = {.ceiling = WIRE_BODY_MAX};
    *ret_fate = STATUS_OK;
    if (patience_is_cancelled(patience))
        return STATUS_CANCELLED; /* before the worker has heard of the job */
    enum status status = converse(slot, number, errand, patience, &body);
    *ret_fate = status;
    if (status != STATUS_OK)
        return status;
    struct wire_reader reader = {(const uint8_t *)body.p, body.n, false};
    status = wire_get_answer(&reader, arena, notes, ret);
    if (status == STATUS_OK && ret->status == STATUS_OK)
        status = errand->check(errand->what, &ret->sheet, notes);
    if (status == STATUS_BUG)
        *ret_fate = STATUS_BUG;
    if (status == STATUS_OK && ret->status == STATUS_NO_MEMORY) {
        note_add(notes, NOTE_PRESS_NO_MEMORY, NULL, 0,
                 "the worker reached its memory limit and was replaced");
        *ret_fate = STATUS_NO_MEMORY;
        ret->status = STATUS_OUTSIDE;
    }
    return status;
}

enum status
press_send(struct press *press, const struct errand *errand,
           const struct patience *patience, struct arena *arena, struct notes *notes,
           struct sheet *ret)
{
    struct slot *slot;
    uint64_t number;
    enum status status = pool_take(&press->pool, patience, notes, &slot, &number);
    if (status != STATUS_OK)
        return status;
    struct wire_answer answer = {.status = STATUS_BUG};
    enum status fate; /* of the worker */
    status = make_with(slot, number, errand, patience, arena, notes, &answer, &fate);
    pool_give(&press->pool, slot, fate, answer.rss_kb);
    if (status != STATUS_OK)
        return explain(status, notes);
    if (answer.status == STATUS_OK)
        *ret = answer.sheet;
    return answer.status;
}

static void
put_job(struct buf *body, const void *what, int64_t left_ms)
{
    wire_put_job(body, what, left_ms);
}

static enum status
check_made(const void *what, const struct sheet *sheet, struct notes *notes)
{
    return sheet_check(what, sheet, notes);
}

enum status
press_make(struct press *press, const struct press_job *job,
           const struct patience *patience, struct arena *arena, struct notes *notes,
           struct sheet *ret)
{
    const struct errand errand = {WIRE_JOB, job, put_job, check_made};
    enum status status = check_job(job, notes);
    if (status != STATUS_OK)
        return status;
    return press_send(press, &errand, patience, arena, notes, ret);
}

static enum status
check_proof(const void *what, const struct sheet *sheet, struct notes *notes)
{
    if (sheet->format == SHEET_PROOF && sheet->size == 1 && sheet->bytes[0] == '.' &&
        sheet_symbols_fault(what, sheet) == NULL)
        return STATUS_OK;
    return note_fail(notes, STATUS_BUG, NOTE_PRESS_BAD_SHEET, NULL, 0,
                     "a look at pages brought something else");
}

enum status
press_proof(struct press *press, const struct press_job *job,
            const struct patience *patience, struct arena *arena, struct notes *notes,
            struct sheet *ret)
{
    const struct errand errand = {WIRE_PROOF, job, put_job, check_proof};
    enum status status = check_job(job, notes);
    if (status != STATUS_OK)
        return status;
    return press_send(press, &errand, patience, arena, notes, ret);
}

void
press_health(struct press *press, struct press_health *ret)
{
    pool_health(&press->pool, ret);
}
