/* What a sender does with one job: ask, send, follow, tell.
 *
 * What it cannot know it does not guess: a transfer that broke off is looked for at the
 * device by its name, and what cannot be found out waits with a question. Whatever it has
 * learnt is written to the job's file; what the disk does not take is owed, and written
 * before anything else is done with the job. Times are the monotonic clock's. */
#include "printer/spool-inside.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRUSTED_MS 10000 /* a printer that was ready is not asked for so long */
#define MUTE_TRUSTED_MS                                                                  \
    60000 /* one that never answers: asking takes long, tells little */
#define ASK_MS 3000
#define REST_MOST_MS 5000 /* a printer that is off is looked at so often */
#define FOLLOW_FIRST_MS 60
#define FOLLOW_MOST_MS 5000
#define FOLLOW_LONG_MS 30000
#define TELL_RETRY_MS 2000
#define TELL_MOST_MS 60000
#define CUT_SHORT_MS 20
#define BOUNCE_MS 30000 /* a job comes back to a printer no sooner, unasked */
#define LONG_NAME 121

/* "C-2001-insert.9f86d081884c7d65-12.3": people see the order first, devices and crashes
 * tell by the rest which try of which job of which spool it was. */
static void
device_name(const struct spool *spool, const struct spool_entry *entry, int32_t number,
            char ret[LONG_NAME])
{
    char lead[73];
    size_t n = 0;
    snprintf(lead, sizeof(lead), "%.50s%s%.20s", entry->order ? entry->order : "tuck",
             entry->placement ? "-" : "", entry->placement ? entry->placement : "");
    for (; lead[n]; n++)
        if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
                    lead[n]))
            lead[n] = '_';
    snprintf(ret, LONG_NAME, "%s.%s-%lld.%d", lead, spool->name, (long long)entry->id,
             number);
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

/* Doubles each time. */
static int64_t
grow(int64_t first, int64_t most, int32_t times)
{
    for (; times > 1 && first < most; times--)
        first *= 2;
    return first < most ? first : most;
}

static int64_t
back_off(const struct spool *spool, int32_t times)
{
    const struct spool_settings *settings = &spool->settings;
    return grow(spool_ms(settings->retry_first_ms, 500),
                spool_ms(settings->retry_most_ms, 60000), times);
}

/* --- writing down -------------------------------------------------------------- */

static void
owe(struct errand *errand, uint32_t from, const char *what, const char *text)
{
    pthread_mutex_lock(&errand->spool->lock);
    struct job *job = spool_job(errand->spool, errand->id);
    if (job) {
        snprintf(job->owed, sizeof(job->owed), "%s", what);
        snprintf(job->owed_text, sizeof(job->owed_text), "%s", text ? text : "");
        job->owed_from = from;
        job->next_ms = clock_monotonic_ms() + back_off(errand->spool, 2);
    }
    pthread_mutex_unlock(&errand->spool->lock);
}

static bool
is_disk_trouble(enum status status)
{
    return status == STATUS_OUTSIDE || status == STATUS_NO_MEMORY;
}

static void
record(struct errand *errand, uint32_t from, const char *what, const char *text)
{
    enum status status =
        spool_change(errand->spool, errand->id, from, NULL, what, text, &errand->notes);
    if (is_disk_trouble(status))
        owe(errand, from, what, text);
    if (job_file_is_word(what, "taken"))
        return;
    pthread_mutex_lock(&errand->spool->lock);
    struct job *job = spool_job(errand->spool, errand->id);
    if (job)
        job->asked = 0, job->taken_ms = 0;
    pthread_mutex_unlock(&errand->spool->lock);
}

/* True: there was something to be written first, and it is or it is not. */
static bool
pay(struct errand *errand)
{
    char what[48] = "", text[208] = "";
    uint32_t from = 0;
    pthread_mutex_lock(&errand->spool->lock);
    struct job *job = spool_job(errand->spool, errand->id);
    if (job && job->owed[0]) {
        memcpy(what, job->owed, sizeof(what));
        memcpy(text, job->owed_text, sizeof(text));
        from = job->owed_from;
        job->owed[0] = '\0';
        job->next_ms = 0;
    }
    pthread_mutex_unlock(&errand->spool->lock);
    if (what[0])
        record(errand, from, what, text);
    return what[0];
}

/* A remark that changes no state: why it has not gone on. Once, not at every look; that
 * the disk does not take it is not worth another try. */
static void
remark(struct errand *errand, const char *text)
{
    if (!text_equal(errand->entry.reason, text))
        (void)!spool_change(errand->spool, errand->id, BIT(errand->entry.state), NULL,
                            "seen", text, &errand->notes);
}

/* --- the printer --------------------------------------------------------------- */

static const char *
why_not(const struct printer_report *report)
{
    return report->detail[0]    ? report->detail
           : report->reasons[0] ? report->reasons
                                : printer_state_name(report->state);
}

/* Two printers that are both off must not throw a job to and fro. */
static bool
may_move(struct errand *errand)
{
    int64_t now_ms = clock_monotonic_ms();
    bool may = false;
    pthread_mutex_lock(&errand->spool->lock);
    struct job *job = spool_job(errand->spool, errand->id);
    if (job && (job->moves == 0 || now_ms - job->moved_ms > BOUNCE_MS)) {
        job->moves = 0;
        job->moved_ms = now_ms;
    }
    if (job) {
        may = job->moves + 1 < (int32_t)errand->spool->settings.printer_count;
        job->report_seen = errand->sender->report_no;
    }
    pthread_mutex_unlock(&errand->spool->lock);
    return may;
}

static bool
try_reroute(struct errand *errand, const struct printer_report *report)
{
    struct spool *spool = errand->spool;
    const struct spool_settings *settings = &spool->settings;
    if (!settings->reroute || !may_move(errand))
        return false;
    const char *other = settings->reroute(settings->data, &errand->entry, report);
    if (!other || text_equal(other, errand->entry.printer) ||
        spool_move(spool, errand->id, other, &errand->notes) != STATUS_OK)
        return false;
    pthread_mutex_lock(&spool->lock);
    struct job *job = spool_job(spool, errand->id);
    if (job)
        job->moves++;
    pthread_mutex_unlock(&spool->lock);
    return true;
}

/* For the jobs that come while the printer is left alone. */
static void
keep_report(struct sender *sender, const struct printer_report *report)
{
    struct printer_report *kept = &sender->report;
    if (!sender->report_arena)
        sender->report_arena = arena_new(0);
    if (!sender->report_arena)
        return;
    arena_reset(sender->report_arena);
    *kept = (struct printer_report){.state = report->state, .waiting = report->waiting};
    kept->reasons = arena_strdup(sender->report_arena, report->reasons);
    kept->detail = arena_strdup(sender->report_arena, report->detail);
    if (!kept->reasons || !kept->detail)
        kept->reasons = kept->detail = "";
    sender->report_no++;
}

/* The printer as a whole is left alone for a while, longer each time. */
static void
rest(struct errand *errand)
{
    struct sender *sender = errand->sender;
    pthread_mutex_lock(&errand->spool->lock);
    int64_t ms = back_off(errand->spool, ++sender->refusals);
    sender->asked_ms = 0;
    sender->next_ms = clock_monotonic_ms() + (ms < REST_MOST_MS ? ms : REST_MOST_MS);
    pthread_cond_broadcast(&errand->spool->changed);
    pthread_mutex_unlock(&errand->spool->lock);
}

static void
trust(struct sender *sender, int64_t ms)
{
    pthread_mutex_lock(&sender->spool->lock);
    sender->asked_ms = clock_monotonic_ms();
    sender->trusted_ms = ms > 0 ? ms : sender->trusted_ms;
    sender->refusals = 0;
    sender->next_ms = 0;
    pthread_mutex_unlock(&sender->spool->lock);
}

static bool
is_trusted(struct sender *sender)
{
    pthread_mutex_lock(&sender->spool->lock);
    bool is =
        sender->asked_ms && clock_monotonic_ms() - sender->asked_ms < sender->trusted_ms;
    pthread_mutex_unlock(&sender->spool->lock);
    return is;
}

/* Asks; what the answer comes to is the status: STATUS_OK ready, STATUS_WITHOUT not. */
static enum status
ask(struct errand *errand, const volatile int32_t *cancel, struct printer_report *ret)
{
    struct sender *sender = errand->sender;
    const struct patience patience = {clock_monotonic_ms() + ASK_MS, cancel};
    enum status status =
        printer_ask(sender->printer, &patience, errand->arena, &errand->notes, ret);
    if (status != STATUS_OK)
        return status;
    if (ret->state == PRINTER_IDLE || ret->state == PRINTER_PRINTING ||
        ret->state == PRINTER_STOPPED)
        sender_answers(sender);
    bool is_silent = ret->state == PRINTER_SILENT;
    sender->is_mute = is_silent && !sender->is_two_way;
    if (!printer_is_ready(ret) || (is_silent && sender->is_two_way))
        return STATUS_WITHOUT;
    trust(sender, is_silent ? MUTE_TRUSTED_MS : TRUSTED_MS);
    return STATUS_OK;
}

static void
cannot_print(struct errand *errand, const struct printer_report *report)
{
    keep_report(errand->sender, report);
    rest(errand);
    if (!try_reroute(errand, report))
        remark(errand, why_not(report));
}

static bool
is_ready(struct errand *errand)
{
    struct printer_report report;
    if (errand->sender->printer->is_one_way || is_trusted(errand->sender))
        return true;
    enum status status = ask(errand, &errand->spool->cancel, &report);
    if (status == STATUS_WITHOUT) {
        cannot_print(errand, &report);
    } else if (status != STATUS_OK) {
        rest(errand);
    }
    return status == STATUS_OK;
}

void
errand_ask(struct errand *errand)
{
    struct printer_report report;
    enum status status = ask(errand, &errand->sender->hurry, &report);
    if (status == STATUS_OK || status == STATUS_CANCELLED)
        return;
    pthread_mutex_lock(&errand->spool->lock);
    errand->sender->asked_ms = 0; /* the next job asks again */
    pthread_mutex_unlock(&errand->spool->lock);
}

/* --- sending ------------------------------------------------------------------- */

/* On disk before the first byte goes out. */
static enum status
about_to_send(void *data)
{
    struct errand *errand = data;
    char what[32];
    snprintf(what, sizeof(what), "sending %d", errand->entry.tries + 1);
    errand->before =
        spool_change(errand->spool, errand->id, BIT(SPOOL_WAITING),
                     errand->sender->printer->name, what, NULL, &errand->notes);
    errand->is_begun = errand->before == STATUS_OK;
    return errand->before;
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
    pthread_mutex_lock(&errand->spool->lock);
    struct job *job = spool_job(errand->spool, errand->id);
    if (job) {
        free(job->bytes);
        job->bytes = NULL;
        job->asked = 0;
        job->taken_ms = errand->sender->sent_ms = clock_monotonic_ms();
        job->next_ms = job->taken_ms + FOLLOW_FIRST_MS;
    }
    pthread_mutex_unlock(&errand->spool->lock);
    record(errand, BIT(SPOOL_SENDING), what, text);
}

/* How long the job's fate has been asked for, and how often, this time counted. */
static int64_t
count_asking(struct errand *errand, int32_t *ret_asked)
{
    int64_t now_ms = clock_monotonic_ms(), age_ms = 0;
    *ret_asked = 0;
    pthread_mutex_lock(&errand->spool->lock);
    struct job *job = spool_job(errand->spool, errand->id);
    if (job) {
        job->taken_ms = job->taken_ms ? job->taken_ms : now_ms;
        age_ms = now_ms - job->taken_ms;
        *ret_asked = ++job->asked;
    }
    pthread_mutex_unlock(&errand->spool->lock);
    return age_ms;
}

static bool
is_over_long(const struct errand *errand, int64_t age_ms)
{
    return age_ms > spool_ms(errand->spool->settings.follow_ms, 300000);
}

/* Some of it may have arrived. The device is asked; what it cannot tell, a person must.
 */
static void
resolve(struct errand *errand, const volatile int32_t *cancel, const char *why)
{
    const struct patience patience = {clock_monotonic_ms() + ASK_MS, cancel};
    struct printer_progress progress = {FATE_UNKNOWN, ""};
    int32_t asked = 0;
    device_name(errand->spool, &errand->entry, errand->entry.tries, errand->name);
    enum status status =
        printer_follow(errand->sender->printer, errand->name, 0, &patience, errand->arena,
                       &errand->notes, &progress);
    if (status == STATUS_CANCELLED) {
        later(errand, CUT_SHORT_MS);
        return;
    }
    if (status == STATUS_RETRY && !is_over_long(errand, count_asking(errand, &asked))) {
        remark(errand, "the printer cannot be asked now whether it has it");
        later(errand, grow(500, REST_MOST_MS, asked));
        return;
    }
    switch (status == STATUS_OK ? progress.fate : FATE_UNKNOWN) {
    case FATE_PRINTED:
        record(errand, BIT(SPOOL_SENDING), "printed", "found at the printer");
        break;
    case FATE_WAITING:
        taken(errand, 0, found_again);
        break;
    case FATE_FAILED:
        record(errand, BIT(SPOOL_SENDING), "failed", progress.reasons);
        break;
    case FATE_ABSENT:
        record(errand, BIT(SPOOL_SENDING), "waiting",
               "the printer never had it: it is sent again");
        break;
    case FATE_UNKNOWN:
        record(errand, BIT(SPOOL_SENDING), "doubt", why);
        break;
    }
}

/* It was begun, and nothing of it arrived. */
static void
failed_once(struct errand *errand, const char *why)
{
    struct spool *spool = errand->spool;
    int32_t most = spool->settings.tries_most > 0 ? spool->settings.tries_most : 8;
    int32_t attempts = 0;
    pthread_mutex_lock(&spool->lock);
    struct job *job = spool_job(spool, errand->id);
    if (job) {
        attempts = job->file.attempts;
        job->next_ms = clock_monotonic_ms() + back_off(spool, attempts);
    }
    errand->sender->asked_ms = 0;
    pthread_mutex_unlock(&spool->lock);
    record(errand, BIT(SPOOL_SENDING), attempts >= most ? "failed" : "waiting", why);
}

/* The transfer could not begin. */
static void
not_begun(struct errand *errand, const char *why)
{
    if (is_disk_trouble(errand->before)) {
        /* "sending" may be there all the same, and is not true. */
        owe(errand, BIT(SPOOL_WAITING) | BIT(SPOOL_SENDING), "waiting",
            "the spool could not be written to");
    } else if (errand->before == STATUS_OK) { /* it is the printer, not the job */
        const struct printer_report report = {
            .state = PRINTER_GONE, .reasons = "", .detail = why, .waiting = -1};
        cannot_print(errand, &report);
    } /* else somebody else changed the job in the meantime, which is as well */
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
send_ended(struct errand *errand, enum status status,
           const struct printer_receipt *receipt)
{
    const char *why = receipt->text[0] ? receipt->text : "the transfer broke off";
    if (status == STATUS_OK && receipt->delivery == DELIVERY_TAKEN) {
        taken(errand, receipt->device_job, NULL);
        trust(errand->sender, 0);
    } else if (status == STATUS_OK && receipt->delivery == DELIVERY_REFUSED) {
        record(errand, BIT(SPOOL_WAITING) | BIT(SPOOL_SENDING), "failed", receipt->text);
    } else if (!errand->is_begun) {
        not_begun(errand, status == STATUS_OK ? receipt->text
                                              : "the printer could not be spoken to");
    } else if (status == STATUS_OK && receipt->delivery == DELIVERY_NONE) {
        failed_once(errand, receipt->text);
    } else {
        errand->entry.state = SPOOL_SENDING;
        errand->entry.tries++;
        resolve(errand, &errand->spool->cancel, why);
    }
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
        record(errand, BIT(SPOOL_WAITING), "failed", "its sheet in the spool is damaged");
        return;
    }
    if (status != STATUS_OK) {
        later(errand, back_off(errand->spool, 2));
        return;
    }
    document.bytes = bytes;
    device_name(errand->spool, entry, entry->tries + 1, errand->name);
    status = printer_send(errand->sender->printer, &document, about_to_send, errand,
                          &errand->patience, errand->arena, &errand->notes, &receipt);
    send_ended(errand, status, &receipt);
}

/* While the printer is left alone a new job is only offered to the others. */
static void
send_or_offer(struct errand *errand)
{
    struct sender *sender = errand->sender;
    pthread_mutex_lock(&errand->spool->lock);
    bool is_resting = sender->next_ms > clock_monotonic_ms();
    pthread_mutex_unlock(&errand->spool->lock);
    if (!is_resting && is_ready(errand))
        send_job(errand);
    else if (is_resting && sender->report_no > 0 && !try_reroute(errand, &sender->report))
        remark(errand, why_not(&sender->report));
}

/* --- after --------------------------------------------------------------------- */

/* No answer ever comes, and to wait for it would only keep paper waiting. */
static enum status
follow(struct errand *errand, struct printer_progress *ret)
{
    const struct sender *sender = errand->sender;
    const struct patience patience = {clock_monotonic_ms() + ASK_MS, &sender->hurry};
    if (sender->is_mute || sender->printer->is_one_way)
        return STATUS_OK;
    device_name(errand->spool, &errand->entry, errand->entry.tries, errand->name);
    return printer_follow(sender->printer, errand->name, errand->entry.device_job,
                          &patience, errand->arena, &errand->notes, ret);
}

static void
follow_job(struct errand *errand)
{
    struct printer_progress progress = {FATE_UNKNOWN, ""};
    int32_t asked = 0;
    enum status status = follow(errand, &progress);
    if (status == STATUS_CANCELLED) {
        later(errand, CUT_SHORT_MS);
        return;
    }
    int64_t age_ms = count_asking(errand, &asked);
    bool is_long = is_over_long(errand, age_ms), is_known = status == STATUS_OK;
    bool is_cut_off = was_cut_off(&errand->entry);
    if (is_known && progress.fate == FATE_PRINTED) {
        record(errand, BIT(SPOOL_TAKEN), "printed", NULL);
    } else if (is_known && progress.fate == FATE_FAILED) {
        record(errand, BIT(SPOOL_TAKEN), "failed", progress.reasons);
    } else if (is_known && progress.fate == FATE_ABSENT && is_cut_off) {
        record(errand, BIT(SPOOL_TAKEN), "waiting",
               "the printer never had it: it is sent again");
    } else if (is_known && progress.fate == FATE_ABSENT) {
        record(errand, BIT(SPOOL_TAKEN), "doubt",
               "the printer took it, and says now that it never had it");
    } else if (is_known && progress.fate == FATE_UNKNOWN && is_cut_off) {
        record(errand, BIT(SPOOL_TAKEN), "doubt",
               "it was cut off, and the printer cannot tell how much of it came");
    } else if (is_known && progress.fate == FATE_UNKNOWN && !errand->sender->is_two_way) {
        record(errand, BIT(SPOOL_TAKEN), "printed",
               "taken whole; this printer never confirms");
    } else if (is_long && !(is_known && progress.fate == FATE_WAITING)) {
        record(errand, BIT(SPOOL_TAKEN), "doubt", "the printer took it and fell silent");
    } else {
        if (progress.reasons && progress.reasons[0])
            remark(errand, progress.reasons);
        later(errand,
              grow(FOLLOW_FIRST_MS, is_long ? FOLLOW_LONG_MS : FOLLOW_MOST_MS, asked));
    }
}

static void
tell_job(struct errand *errand)
{
    const struct spool_settings *settings = &errand->spool->settings;
    enum status status =
        settings->told ? settings->told(settings->data, &errand->entry) : STATUS_OK;
    int32_t asked = 0;
    if (status == STATUS_OK) {
        record(errand, BIT(errand->entry.state), "told", NULL);
    } else {
        count_asking(errand, &asked);
        later(errand, grow(TELL_RETRY_MS, TELL_MOST_MS, asked));
    }
}

/* Nobody of us can ask a printer that the settings do not name any more. */
static void
end_orphan(struct errand *errand)
{
    if (errand->entry.state == SPOOL_SENDING || errand->entry.state == SPOOL_TAKEN)
        record(errand, BIT(errand->entry.state), "doubt",
               "its printer is no longer in the settings");
    else
        tell_job(errand);
}

void
errand_do(struct errand *errand)
{
    if (pay(errand))
        return;
    if (errand->is_orphan) {
        end_orphan(errand);
        return;
    }
    switch (errand->entry.state) {
    case SPOOL_WAITING:
        send_or_offer(errand);
        break;
    case SPOOL_SENDING:
        /* Left by a crash, of this process or another. */
        resolve(errand, &errand->sender->hurry,
                "the station stopped while it was being sent");
        break;
    case SPOOL_TAKEN:
        follow_job(errand);
        break;
    default:
        tell_job(errand);
        break;
    }
}
