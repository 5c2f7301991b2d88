/* Senders: one thread for each printer, jobs in the order they came.
 *
 * A sender asks its printer when it does not know it to be ready, sends, and follows what
 * the printer took; between two jobs it does not wait for paper. What it cannot know it
 * does not guess: a transfer that broke off is looked for at the device by its name, and
 * what cannot be found out waits with a question. Times are the monotonic clock's. */
#include "printer/spool-inside.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define STACK_BYTES (1u << 20)
#define TRUSTED_MS 10000     /* a printer that was ready is not asked for so long */
#define ASK_MS 3000
#define LOCK_RETRY_MS 500
#define FOLLOW_FIRST_MS 100
#define FOLLOW_MOST_MS 5000
#define UNKNOWN_MOST 3
#define TELL_RETRY_MS 2000
#define BIT(state) (1u << (state))

/* Everything that one job needs while the lock is not held. */
struct errand {
    struct spool *spool;
    struct sender *sender;
    struct arena *arena;
    struct notes notes;
    struct patience patience;
    int64_t id;
    struct spool_entry entry; /* texts in the arena */
    char name[121];
};

/* --- the table -------------------------------------------------------------------------- */

static bool
is_ended(const struct spool_entry *entry)
{
    return entry->state == SPOOL_PRINTED || entry->state == SPOOL_FAILED ||
           entry->state == SPOOL_CANCELLED;
}

/* Has the job something for its sender to do, now or later? */
static bool
is_work(const struct spool_entry *entry)
{
    return entry->state == SPOOL_WAITING || entry->state == SPOOL_SENDING ||
           entry->state == SPOOL_TAKEN || (is_ended(entry) && !entry->is_told);
}

static bool
is_of(const struct sender *sender, const struct job *job)
{
    return text_equal(job->file.entry.printer, sender->printer->name);
}

bool
senders_have_work(struct spool *spool)
{
    for (size_t k = 0; k < spool->settings.printer_count; k++) {
        const struct sender *sender = &spool->senders[k];
        bool is_blocked = sender->next_ms > clock_monotonic_ms();
        for (size_t i = 0; i < spool->job_count; i++) {
            const struct job *job = spool->jobs[i];
            bool waits = job->file.entry.state == SPOOL_WAITING && !job->is_busy &&
                         (is_blocked || job->next_ms > clock_monotonic_ms());
            if (is_of(sender, job) && is_work(&job->file.entry) && !waits)
                return true;
        }
    }
    return false;
}

/* The first job that is due; what is to be told and followed goes before new paper.
 * Otherwise when the next one will be. */
static struct job *
find_due(struct sender *sender, int64_t now_ms, int64_t *ret_when_ms)
{
    struct spool *spool = sender->spool;
    struct job *first = NULL;
    for (size_t i = 0; i < spool->job_count; i++) {
        struct job *job = spool->jobs[i];
        const struct spool_entry *entry = &job->file.entry;
        if (!is_of(sender, job) || !is_work(entry))
            continue;
        int64_t due_ms = job->next_ms;
        if (entry->state == SPOOL_WAITING && due_ms < sender->next_ms)
            due_ms = sender->next_ms;
        if (due_ms > now_ms) {
            *ret_when_ms = due_ms < *ret_when_ms ? due_ms : *ret_when_ms;
            continue;
        }
        if (entry->state != SPOOL_WAITING)
            return job;
        first = first ? first : job;
    }
    return first;
}

static void
later(struct errand *errand, int64_t ms)
{
    pthread_mutex_lock(&errand->spool->lock);
    struct job *job = spool_job(errand->spool, errand->id);
    if (job)
        job->next_ms = clock_monotonic_ms() + ms;
    pthread_mutex_unlock(&errand->spool->lock);
}

static int64_t
back_off(const struct spool *spool, int32_t times)
{
    int64_t first = spool_ms(spool->settings.retry_first_ms, 500);
    int64_t most = spool_ms(spool->settings.retry_most_ms, 60000);
    for (; times > 1 && first < most; times--)
        first *= 2;
    return first < most ? first : most;
}

static enum status
change(struct errand *errand, uint32_t from, const char *what, const char *text)
{
    return spool_change(errand->spool, errand->id, from, what, text, &errand->notes);
}

/* A state of which the disk could not be told is tried again: until then the job is where
 * the disk says, which is what a crash would find too. */
static void
change_or_later(struct errand *errand, uint32_t from, const char *what, const char *text)
{
    if (change(errand, from, what, text) == STATUS_OUTSIDE)
        later(errand, 1000);
}

/* A remark that changes no state: why it has not gone on. Once, not at every look. */
static void
remark(struct errand *errand, const char *text)
{
    if (!text_equal(errand->entry.reason, text))
        change(errand, ~0u, "seen", text);
}

/* --- the printer ------------------------------------------------------------------------ */

static const char *
why_not(const struct printer_report *report)
{
    return report->detail[0]    ? report->detail
           : report->reasons[0] ? report->reasons
                                : printer_state_name(report->state);
}

static bool
try_reroute(struct errand *errand, const struct printer_report *report)
{
    const struct spool_settings *settings = &errand->spool->settings;
    const char *other =
        settings->reroute
            ? settings->reroute(settings->data, &errand->entry, report)
            : NULL;
    return other &&
           spool_move(errand->spool, errand->id, other, &errand->notes) == STATUS_OK;
}

/* The printer as a whole is left alone for a while, longer each time. */
static void
rest(struct errand *errand)
{
    struct sender *sender = errand->sender;
    pthread_mutex_lock(&errand->spool->lock);
    sender->refusals++;
    sender->asked_ms = 0;
    sender->next_ms = clock_monotonic_ms() + back_off(errand->spool, sender->refusals);
    pthread_cond_broadcast(&errand->spool->changed);
    pthread_mutex_unlock(&errand->spool->lock);
}

static void
trust(struct sender *sender)
{
    pthread_mutex_lock(&sender->spool->lock);
    sender->asked_ms = clock_monotonic_ms();
    sender->refusals = 0;
    sender->next_ms = 0;
    pthread_mutex_unlock(&sender->spool->lock);
}

static bool
is_ready(struct errand *errand)
{
    struct sender *sender = errand->sender;
    const struct patience patience = {clock_monotonic_ms() + ASK_MS,
                                      &errand->spool->cancel};
    struct printer_report report;
    if (sender->asked_ms && clock_monotonic_ms() - sender->asked_ms < TRUSTED_MS)
        return true;
    if (printer_ask(sender->printer, &patience, errand->arena, &errand->notes, &report) !=
        STATUS_OK) {
        rest(errand);
        return false;
    }
    bool is_mute = report.state == PRINTER_SILENT &&
                   (sender->has_answered || printer_should_answer(sender->printer));
    sender->has_answered |=
        report.state == PRINTER_IDLE || report.state == PRINTER_PRINTING ||
        report.state == PRINTER_STOPPED;
    if (printer_is_ready(&report) && !is_mute) {
        trust(sender);
        return true;
    }
    if (!try_reroute(errand, &report)) {
        remark(errand, why_not(&report));
        rest(errand);
    }
    return false;
}

/* --- a job's way ------------------------------------------------------------------------ */

/* On disk before the first byte goes out. */
static enum status
about_to_send(void *data)
{
    struct errand *errand = data;
    char what[32];
    snprintf(what, sizeof(what), "sending %d", errand->entry.tries + 1);
    return change(errand, BIT(SPOOL_WAITING), what, NULL);
}

static bool
is_sending(struct errand *errand)
{
    pthread_mutex_lock(&errand->spool->lock);
    struct job *job = spool_job(errand->spool, errand->id);
    bool is = job && job->file.entry.state == SPOOL_SENDING;
    pthread_mutex_unlock(&errand->spool->lock);
    return is;
}

/* What the device has of a transfer that broke off; perhaps not all of it. */
static const char found_again[] = "found at the printer after it was cut off";

static bool
was_cut_off(const struct spool_entry *entry)
{
    for (size_t i = entry->event_count; i > 0; i--)
        if (strncmp(entry->events[i - 1].what, "taken", 5) == 0)
            return text_equal(entry->events[i - 1].text, found_again);
    return false;
}

static void
taken(struct errand *errand, int64_t device_job, const char *text)
{
    char what[40] = "taken";
    if (device_job)
        snprintf(what, sizeof(what), "taken %lld", (long long)device_job);
    change_or_later(errand, BIT(SPOOL_SENDING), what, text);
    pthread_mutex_lock(&errand->spool->lock);
    struct job *job = spool_job(errand->spool, errand->id);
    if (job) {
        free(job->bytes);
        job->bytes = NULL;
        job->failures = job->unknowns = 0;
        job->taken_ms = clock_monotonic_ms();
        job->next_ms = 0;
    }
    pthread_mutex_unlock(&errand->spool->lock);
}

/* Some of it may have arrived. The device is asked; what it cannot tell, a person must. */
static void
resolve(struct errand *errand, const char *why)
{
    const struct patience patience = {clock_monotonic_ms() + ASK_MS,
                                      &errand->spool->cancel};
    struct printer_progress progress = {FATE_UNKNOWN, ""};
    spool_device_name(errand->spool, &errand->entry, errand->entry.tries, errand->name);
    enum status status = printer_follow(errand->sender->printer, errand->name, 0, &patience,
                                        errand->arena, &errand->notes, &progress);
    if (status == STATUS_CANCELLED)
        return; /* as after a crash: the next sender finds it "sending" */
    switch (status == STATUS_OK ? progress.fate : FATE_UNKNOWN) {
    case FATE_PRINTED:
        change_or_later(errand, BIT(SPOOL_SENDING), "printed", "found at the printer");
        break;
    case FATE_WAITING:
        taken(errand, 0, found_again);
        break;
    case FATE_FAILED:
        change_or_later(errand, BIT(SPOOL_SENDING), "failed", progress.reasons);
        break;
    case FATE_ABSENT:
        change_or_later(errand, BIT(SPOOL_SENDING), "waiting",
                        "the printer never had it: it is sent again");
        break;
    case FATE_UNKNOWN:
        change_or_later(errand, BIT(SPOOL_SENDING), "doubt", why);
        break;
    }
}

/* Nothing of it arrived. */
static void
not_sent(struct errand *errand, const char *why)
{
    struct spool *spool = errand->spool;
    int32_t most = spool->settings.tries_most > 0 ? spool->settings.tries_most : 8;
    if (!is_sending(errand)) { /* not even begun: it is the printer, not the job */
        remark(errand, why);
        rest(errand);
        return;
    }
    bool is_last = errand->entry.tries + 1 >= most;
    change_or_later(errand, BIT(SPOOL_SENDING), is_last ? "failed" : "waiting", why);
    errand->sender->asked_ms = 0;
    later(errand, back_off(spool, errand->entry.tries + 1));
}

static enum status
find_bytes(struct errand *errand, const uint8_t **ret, size_t *ret_n)
{
    pthread_mutex_lock(&errand->spool->lock);
    struct job *job = spool_job(errand->spool, errand->id);
    const uint8_t *bytes = job ? job->bytes : NULL; /* only this thread takes them away */
    pthread_mutex_unlock(&errand->spool->lock);
    if (!bytes)
        return job_file_bytes(errand->spool->jobs_fd, errand->id, errand->arena,
                              &errand->notes, ret, ret_n);
    *ret = bytes;
    *ret_n = (size_t)errand->entry.size;
    return STATUS_OK;
}

static void
send_job(struct errand *errand)
{
    const struct spool_entry *entry = &errand->entry;
    struct printer_document document = {.format = entry->format,
                                        .name = errand->name,
                                        .title = entry->title,
                                        .width_mm100 = entry->width_mm100,
                                        .height_mm100 = entry->height_mm100,
                                        .copies = entry->copies};
    struct printer_receipt receipt = {.delivery = DELIVERY_NONE, .text = ""};
    const uint8_t *bytes = NULL;
    enum status status = find_bytes(errand, &bytes, &document.n);
    if (status == STATUS_BAD_INPUT) {
        change_or_later(errand, BIT(SPOOL_WAITING), "failed",
                        "its sheet in the spool is damaged");
        return;
    }
    if (status != STATUS_OK) {
        later(errand, 1000);
        return;
    }
    document.bytes = bytes;
    spool_device_name(errand->spool, entry, entry->tries + 1, errand->name);
    status = printer_send(errand->sender->printer, &document, about_to_send, errand,
                          &errand->patience, errand->arena, &errand->notes, &receipt);
    if (status == STATUS_OK && receipt.delivery == DELIVERY_TAKEN) {
        taken(errand, receipt.device_job, NULL);
        trust(errand->sender);
    } else if (status == STATUS_OK && receipt.delivery == DELIVERY_REFUSED) {
        change_or_later(errand, BIT(SPOOL_WAITING) | BIT(SPOOL_SENDING), "failed",
                        receipt.text);
    } else if (status == STATUS_OK && receipt.delivery == DELIVERY_NONE) {
        not_sent(errand, receipt.text);
    } else if (is_sending(errand)) {
        errand->entry.tries++;
        resolve(errand, receipt.text[0] ? receipt.text : "the transfer broke off");
    } else {
        not_sent(errand, "the printer could not be spoken to");
    }
}

static void
follow_job(struct errand *errand)
{
    struct spool *spool = errand->spool;
    const struct patience patience = {clock_monotonic_ms() + ASK_MS, &spool->cancel};
    struct printer_progress progress = {FATE_UNKNOWN, ""};
    spool_device_name(spool, &errand->entry, errand->entry.tries, errand->name);
    enum status status =
        printer_follow(errand->sender->printer, errand->name, errand->entry.device_job,
                       &patience, errand->arena, &errand->notes, &progress);
    if (status == STATUS_CANCELLED)
        return;
    pthread_mutex_lock(&spool->lock);
    struct job *job = spool_job(spool, errand->id);
    int64_t age_ms = job ? clock_monotonic_ms() - job->taken_ms : 0;
    int32_t unknowns = 0;
    if (job && (status != STATUS_OK || progress.fate == FATE_UNKNOWN))
        unknowns = ++job->unknowns;
    pthread_mutex_unlock(&spool->lock);
    bool is_long = age_ms > spool_ms(spool->settings.follow_ms, 300000);
    bool is_two_way =
        errand->sender->has_answered || printer_should_answer(errand->sender->printer);
    bool is_cut_off = was_cut_off(&errand->entry);
    int64_t next_ms = age_ms / 4 + FOLLOW_FIRST_MS;
    if (status == STATUS_OK && progress.fate == FATE_PRINTED) {
        change_or_later(errand, BIT(SPOOL_TAKEN), "printed", NULL);
    } else if (status == STATUS_OK && progress.fate == FATE_FAILED) {
        change_or_later(errand, BIT(SPOOL_TAKEN), "failed", progress.reasons);
    } else if (status == STATUS_OK && progress.fate == FATE_ABSENT && is_cut_off) {
        change_or_later(errand, BIT(SPOOL_TAKEN), "waiting",
                        "the printer never had it: it is sent again");
    } else if (status == STATUS_OK && progress.fate == FATE_ABSENT) {
        change_or_later(errand, BIT(SPOOL_TAKEN), "doubt",
                        "the printer took it, and has it no more");
    } else if (unknowns >= UNKNOWN_MOST && is_cut_off) {
        change_or_later(errand, BIT(SPOOL_TAKEN), "doubt",
                        "it was cut off, and the printer cannot tell how much of it came");
    } else if (unknowns >= UNKNOWN_MOST && !is_two_way) {
        change_or_later(errand, BIT(SPOOL_TAKEN), "printed",
                        "taken whole; this printer never confirms");
    } else if (unknowns >= UNKNOWN_MOST && is_long) {
        change_or_later(errand, BIT(SPOOL_TAKEN), "doubt",
                        "the printer took it and fell silent");
    } else {
        if (progress.reasons && progress.reasons[0])
            remark(errand, progress.reasons);
        later(errand, next_ms < FOLLOW_MOST_MS ? next_ms : FOLLOW_MOST_MS);
    }
}

static void
tell_job(struct errand *errand)
{
    const struct spool_settings *settings = &errand->spool->settings;
    enum status status = settings->told
                             ? settings->told(settings->data, &errand->entry)
                             : STATUS_OK;
    if (status == STATUS_OK)
        status = change(errand, ~0u, "told", NULL);
    if (status != STATUS_OK)
        later(errand, TELL_RETRY_MS);
}

static void
do_errand(struct errand *errand)
{
    switch (errand->entry.state) {
    case SPOOL_WAITING:
        if (is_ready(errand))
            send_job(errand);
        break;
    case SPOOL_SENDING:
        /* Left by a crash, of this process or another. */
        resolve(errand, "the station stopped while it was being sent");
        break;
    case SPOOL_TAKEN:
        follow_job(errand);
        break;
    default:
        tell_job(errand);
        break;
    }
}

/* --- the thread ------------------------------------------------------------------------- */

/* The right to feed the printer: whoever holds its lock. */
static bool
have_printer(struct sender *sender)
{
    char name[96];
    if (sender->lock_fd >= 0)
        return true;
    snprintf(name, sizeof(name), "%.80s.lock", sender->printer->name);
    int fd = openat(sender->spool->dir_fd, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return false;
    }
    sender->lock_fd = fd;
    return true;
}

static void
wait_until(struct spool *spool, int64_t when_ms)
{
    struct timespec until = {when_ms / 1000, when_ms % 1000 * 1000000};
    pthread_cond_timedwait(&spool->changed, &spool->lock, &until);
}

/* With the lock held, and again after; without it in between. */
static void
serve(struct sender *sender, struct arena *arena, struct job *job)
{
    struct spool *spool = sender->spool;
    struct errand errand = {
        .spool = spool,
        .sender = sender,
        .arena = arena,
        .id = job->file.entry.id,
        .patience = {clock_monotonic_ms() + spool_ms(spool->settings.send_ms, 30000),
                     &spool->cancel},
    };
    bool is_copied = spool_copy_entry(&job->file.entry, arena, &errand.entry);
    if (!is_copied) {
        job->next_ms = clock_monotonic_ms() + 1000;
        return;
    }
    job->is_busy = true;
    pthread_mutex_unlock(&spool->lock);
    do_errand(&errand);
    arena_reset(arena);
    pthread_mutex_lock(&spool->lock);
    job = spool_job(spool, errand.id);
    if (job)
        job->is_busy = false;
    pthread_cond_broadcast(&spool->changed);
}

static void *
run(void *data)
{
    struct sender *sender = data;
    struct spool *spool = sender->spool;
    struct arena *arena = arena_new(0);
    pthread_mutex_lock(&spool->lock);
    while (arena && !spool->is_ending) {
        int64_t now_ms = clock_monotonic_ms(), when_ms = now_ms + 60000;
        struct job *job = find_due(sender, now_ms, &when_ms);
        if (job && !have_printer(sender)) {
            wait_until(spool, now_ms + LOCK_RETRY_MS);
            continue;
        }
        if (job)
            serve(sender, arena, job);
        else
            wait_until(spool, when_ms);
    }
    pthread_mutex_unlock(&spool->lock);
    arena_free(arena);
    return NULL;
}

static bool
begin_one(struct sender *sender)
{
    pthread_attr_t attr;
    sigset_t all, old;
    char name[16];
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK_BYTES);
    sigfillset(&all); /* the host's signals are the host's threads' */
    pthread_sigmask(SIG_SETMASK, &all, &old);
    sender->is_begun = pthread_create(&sender->thread, &attr, run, sender) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attr);
    if (sender->is_begun) {
        snprintf(name, sizeof(name), "tuck-%.10s", sender->printer->name);
        pthread_setname_np(sender->thread, name);
    }
    return sender->is_begun;
}

enum status
senders_begin(struct spool *spool, struct notes *notes)
{
    size_t count = spool->settings.printer_count;
    struct sender *senders = calloc(count ? count : 1, sizeof(*senders));
    if (!senders)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        senders[i].spool = spool;
        senders[i].printer = &spool->settings.printers[i];
        senders[i].lock_fd = -1;
    }
    pthread_mutex_lock(&spool->lock);
    spool->senders = senders;
    pthread_mutex_unlock(&spool->lock);
    for (size_t i = 0; i < count; i++)
        if (!begin_one(&senders[i]))
            return note_fail(notes, STATUS_OUTSIDE, NOTE_SPOOL_THREAD, NULL, 0,
                             "no thread can be started for printer %s",
                             senders[i].printer->name);
    return STATUS_OK;
}

static bool
is_any_busy(const struct spool *spool)
{
    for (size_t i = 0; i < spool->job_count; i++)
        if (spool->jobs[i]->is_busy)
            return true;
    return false;
}

void
senders_end(struct spool *spool, int32_t grace_ms)
{
    int64_t until_ms = clock_monotonic_ms() + grace_ms;
    if (!spool->senders)
        return;
    pthread_mutex_lock(&spool->lock);
    spool->is_ending = true;
    pthread_cond_broadcast(&spool->changed);
    while (is_any_busy(spool) && clock_monotonic_ms() < until_ms)
        wait_until(spool, until_ms);
    spool->cancel = 1;
    pthread_mutex_unlock(&spool->lock);
    for (size_t i = 0; i < spool->settings.printer_count; i++) {
        if (spool->senders[i].is_begun)
            pthread_join(spool->senders[i].thread, NULL);
        if (spool->senders[i].lock_fd >= 0)
            close(spool->senders[i].lock_fd);
    }
    free(spool->senders);
    spool->senders = NULL;
}
