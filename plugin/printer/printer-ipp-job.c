/* Jobs at an IPP printer: found again by number or name, followed, taken back.
 *
 * A job whose document never came (the transfer broke between Create-Job and
 * Send-Document) prints nothing, but may hold up the printer: it is cancelled, and then
 * surely never prints. A printer that forgets its jobs leaves the question open, and so
 * does one that has done a job which it may have got a part of only: libcups and what is
 * made of it take a connection that breaks for the end of the document. */
#include "printer/printer-ipp.h"

#include <string.h>

static const char *const wanted[] = {
    "job-id",
    "job-name",
    "job-state",
    "job-state-reasons",
    "number-of-documents",
    "job-k-octets",
    "time-at-processing",
};

/* --- reading
 * ----------------------------------------------------------------------------
 */

static bool
has_word(const char *words, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = words; p && *p; p += strcspn(p, " "), p += *p == ' ')
        if (strncmp(p, word, n) == 0 && (p[n] == ' ' || p[n] == '\0'))
            return true;
    return false;
}

/* What is known of a job while its attributes are walked. */
struct found {
    struct ipp_job job;
    int32_t documents; /* -1: not told */
    int64_t kilobytes; /* -1: not told */
    int64_t size;      /* as its name says; -1: it does not */
    bool is_named;     /* it has the name that is looked for */
};
static const struct found nothing = {.job.reasons = "",
                                     .job.is_begun = true,
                                     .documents = -1,
                                     .kilobytes = -1,
                                     .size = -1};

/* "NAME:SIZE", or "NAME" from a printer that cuts names. */
static void
read_name(const char *text, const char *name, struct found *found)
{
    size_t n = name ? strlen(name) : text ? strcspn(text, ":") : 0;
    found->is_named = text && (!name || strncmp(text, name, n) == 0) &&
                      (text[n] == '\0' || text[n] == ':');
    if (!found->is_named || text[n] == '\0' || !text_to_int64(text + n + 1, &found->size))
        found->size = -1;
}

static enum status
read_attribute(struct arena *arena, ipp_attribute_t *attribute, const char *name,
               struct found *found)
{
    const char *what = ippGetName(attribute);
    ipp_tag_t tag = ippGetValueTag(attribute);
    if (strcmp(what, "job-id") == 0 && tag == IPP_TAG_INTEGER)
        found->job.id = ippGetInteger(attribute, 0);
    else if (strcmp(what, "job-state") == 0 && tag == IPP_TAG_ENUM)
        found->job.state = ippGetInteger(attribute, 0);
    else if (strcmp(what, "number-of-documents") == 0 && tag == IPP_TAG_INTEGER)
        found->documents = ippGetInteger(attribute, 0);
    else if (strcmp(what, "job-k-octets") == 0 && tag == IPP_TAG_INTEGER)
        found->kilobytes = ippGetInteger(attribute, 0);
    else if (strcmp(what, "time-at-processing") == 0)
        found->job.is_begun = tag == IPP_TAG_INTEGER;
    else if (strcmp(what, "job-name") == 0)
        read_name(ippGetString(attribute, 0, NULL), name, found);
    else if (strcmp(what, "job-state-reasons") == 0 && tag == IPP_TAG_KEYWORD)
        found->job.reasons = ipp_keywords(arena, attribute);
    return found->job.reasons ? STATUS_OK : STATUS_NO_MEMORY;
}

/* What the attributes come to, once all of a job's have been read. */
static void
finish(struct found *found)
{
    struct ipp_job *job = &found->job;
    int64_t expected = (found->size + 1023) / 1024;
    job->is_empty =
        found->documents == 0 ||
        (found->documents < 0 && has_word(job->reasons, "job-data-insufficient"));
    job->is_empty = job->is_empty && job->state != IPP_JSTATE_COMPLETED &&
                    !has_word(job->reasons, "job-incoming");
    if (found->size > 0 && found->kilobytes == expected)
        job->size = IPP_SIZE_WHOLE;
    else if (found->size > 0 && found->kilobytes >= 0 && found->kilobytes + 1 < expected)
        job->size = IPP_SIZE_CUT;
}

/* Walks the jobs of an answer; the last one that fits is the one. `name` NULL: any. */
static enum status
pick_job(struct arena *arena, ipp_t *ipp, const char *name, struct ipp_job *ret)
{
    struct found found = nothing;
    bool is_done = false;
    for (ipp_attribute_t *a = ippFirstAttribute(ipp); !is_done;
         a = ippNextAttribute(ipp)) {
        is_done = a == NULL;
        if (a && ippGetGroupTag(a) == IPP_TAG_JOB && ippGetName(a)) {
            enum status status = read_attribute(arena, a, name, &found);
            if (status != STATUS_OK)
                return status;
            continue;
        }
        if (found.job.id > 0 && (name == NULL || found.is_named)) {
            finish(&found);
            *ret = found.job;
        }
        found = nothing;
    }
    return STATUS_OK;
}

/* --- asking
 * -----------------------------------------------------------------------------
 */

enum status
ipp_cancel(struct ipp_link *link, int64_t job, struct ipp_answer *answer)
{
    struct ipp_draft draft IPP_DRAFT_AUTO = {NULL, false};
    ipp_draft_init(&draft, link, IPP_OP_CANCEL_JOB, job);
    return ipp_ask(link, &draft, NULL, answer);
}

/* One question about jobs. A refusal (no such job, no such list) finds nothing. */
static enum status
ask_jobs(struct ipp_link *link, struct ipp_draft *draft, const char *name,
         struct ipp_job *ret, const char **why)
{
    struct ipp_answer answer IPP_ANSWER_AUTO = {.ipp = NULL};
    ipp_put_texts(draft, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes",
                  COUNT_OF(wanted), wanted);
    enum status status = ipp_ask(link, draft, NULL, &answer);
    if (status != STATUS_OK)
        return status;
    bool is_refusal = answer.reach == IPP_REACH_ANSWERED &&
                      (answer.code & 0xff00) == IPP_STATUS_ERROR_BAD_REQUEST;
    if (is_refusal)
        return STATUS_OK;
    if (!ipp_answer_is_good(&answer)) {
        *why = answer.why;
        return STATUS_RETRY;
    }
    return pick_job(link->arena, answer.ipp, name, ret);
}

static enum status
ask_list(struct ipp_link *link, const char *list, const char *name, struct ipp_job *ret,
         const char **why)
{
    struct ipp_draft draft IPP_DRAFT_AUTO = {NULL, false};
    ipp_draft_init(&draft, link, IPP_OP_GET_JOBS, 0);
    ipp_put_text(&draft, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "which-jobs", list);
    return ask_jobs(link, &draft, name, ret, why);
}

enum status
ipp_find_job(struct ipp_link *link, int64_t id, const char *name, struct ipp_job *ret,
             const char **why)
{
    struct ipp_job job = {.id = 0};
    enum status status = STATUS_OK;
    if (id) {
        struct ipp_draft draft IPP_DRAFT_AUTO = {NULL, false};
        ipp_draft_init(&draft, link, IPP_OP_GET_JOB_ATTRIBUTES, id);
        status = ask_jobs(link, &draft, NULL, &job, why);
    } else if (name) {
        /* in this order a job that ends in between is seen in one of the two */
        status = ask_list(link, "not-completed", name, &job, why);
        if (status == STATUS_OK && job.id == 0)
            status = ask_list(link, "completed", name, &job, why);
    }
    if (status == STATUS_OK && job.id == 0)
        status = STATUS_WITHOUT;
    if (status == STATUS_OK)
        *ret = job;
    return status;
}

/* --- following
 * --------------------------------------------------------------------------
 */

/* A job waits at the printer: what the printer complains of is why. */
static enum status
add_printers_reasons(struct ipp_link *link, struct printer_progress *ret)
{
    struct ipp_answer answer IPP_ANSWER_AUTO = {.ipp = NULL};
    enum status status = ipp_ask_printer(link, &answer);
    if (status != STATUS_OK || !ipp_answer_is_good(&answer))
        return status;
    const char *words =
        ipp_keywords(link->arena, ippFindAttribute(answer.ipp, "printer-state-reasons",
                                                   IPP_TAG_KEYWORD));
    if (words && *words)
        ret->reasons = *ret->reasons
                           ? arena_printf(link->arena, "%s %s", ret->reasons, words)
                           : words;
    return words && ret->reasons ? STATUS_OK : STATUS_NO_MEMORY;
}

/* What a job's state comes to. `is_sure`: the printer has said that it took the document.
 */
static enum printer_fate
read_fate(const struct ipp_job *job, bool is_sure)
{
    switch (job->state) {
    case IPP_JSTATE_COMPLETED:
        return is_sure || job->size == IPP_SIZE_WHOLE ? FATE_PRINTED
               : job->size == IPP_SIZE_CUT            ? FATE_FAILED
                                                      : FATE_UNKNOWN;
    case IPP_JSTATE_CANCELED: /* by a person, perhaps: that holds */
        return FATE_FAILED;
    case IPP_JSTATE_ABORTED:
        return is_sure || job->is_begun ? FATE_FAILED : FATE_ABSENT;
    default:
        return FATE_WAITING;
    }
}

/* An empty job is cancelled, and looked at again: its document may have lain in the
 * printer's buffers, and have come in just before. */
static enum status
take_away(struct ipp_link *link, const struct ipp_job *job, struct printer_progress *ret,
          const char **why)
{
    struct ipp_answer answer IPP_ANSWER_AUTO = {.ipp = NULL};
    struct ipp_job after = {.id = 0};
    enum status status = ipp_cancel(link, job->id, &answer);
    if (status == STATUS_OK && answer.reach != IPP_REACH_ANSWERED) {
        *why = answer.why;
        return STATUS_RETRY;
    }
    if (status == STATUS_OK)
        status = ipp_find_job(link, job->id, NULL, &after, why);
    if (status == STATUS_WITHOUT) {
        ret->fate = FATE_UNKNOWN;
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    bool is_over =
        after.state == IPP_JSTATE_CANCELED || after.state == IPP_JSTATE_ABORTED;
    ret->reasons = after.reasons;
    ret->fate = is_over && (after.is_empty || !after.is_begun) ? FATE_ABSENT
                                                               : read_fate(&after, false);
    return STATUS_OK;
}

static enum status
judge_job(struct ipp_link *link, const struct ipp_job *job, bool is_sure,
          struct printer_progress *ret, const char **why)
{
    ret->reasons = job->reasons;
    ret->fate = read_fate(job, is_sure);
    if (job->is_empty && job->state < IPP_JSTATE_CANCELED)
        return take_away(link, job, ret, why);
    if (job->is_empty)
        ret->fate = FATE_ABSENT;
    return ret->fate == FATE_WAITING ? add_printers_reasons(link, ret) : STATUS_OK;
}

enum status
ipp_follow(const struct printer *printer, const char *name, int64_t device_job,
           const struct patience *patience, struct arena *arena, struct notes *notes,
           struct printer_progress *ret)
{
    struct ipp_link link IPP_LINK_AUTO = {.fetch = NULL};
    struct ipp_job job = {.id = 0};
    const char *why = "";
    enum status status = ipp_link_init(&link, printer, patience, arena, notes);
    if (status == STATUS_OK)
        status = ipp_find_job(&link, device_job, name, &job, &why);
    if (status == STATUS_WITHOUT)
        return STATUS_OK; /* forgotten, or never heard of: not known */
    if (status == STATUS_OK)
        status = judge_job(&link, &job, device_job != 0, ret, &why);
    if (status == STATUS_RETRY)
        return note_fail(notes, status, NOTE_IPP_AWAY, NULL, 0, "printer %s: %s",
                         printer->name, why);
    return status;
}
