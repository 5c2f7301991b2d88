/* Jobs at an IPP printer: found again by number or name, followed, taken back.
 *
 * A job whose document never came (the transfer broke between Create-Job and
 * Send-Document) prints nothing, but may hold up the printer: it is cancelled, and then
 * surely never prints. A printer that forgets its jobs leaves the question open. */
#include "printer/printer-ipp.h"

#include <string.h>

static const char *const wanted[] = {
    "job-id", "job-name", "job-state", "job-state-reasons", "number-of-documents",
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
    bool is_named;     /* it has the name that is looked for */
};

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
    else if (strcmp(what, "job-name") == 0 && name)
        found->is_named = text_equal(ippGetString(attribute, 0, NULL), name);
    else if (strcmp(what, "job-state-reasons") == 0 && tag == IPP_TAG_KEYWORD)
        found->job.reasons = ipp_keywords(arena, attribute);
    return found->job.reasons ? STATUS_OK : STATUS_NO_MEMORY;
}

/* Walks the jobs of an answer; the last one that fits is the one. `name` NULL: any. */
static enum status
pick_job(struct arena *arena, ipp_t *ipp, const char *name, struct ipp_job *ret)
{
    struct found found = {.job.reasons = "", .documents = -1};
    bool is_done = false;
    for (ipp_attribute_t *a = ippFirstAttribute(ipp); !is_done;
         a = ippNextAttribute(ipp)) {
        bool is_job = a && ippGetGroupTag(a) == IPP_TAG_JOB && ippGetName(a);
        is_done = a == NULL;
        if (is_job) {
            enum status status = read_attribute(arena, a, name, &found);
            if (status != STATUS_OK)
                return status;
            continue;
        }
        if (found.job.id > 0 && (name == NULL || found.is_named)) {
            *ret = found.job;
            ret->is_empty = found.documents == 0 ||
                            (found.documents < 0 &&
                             has_word(found.job.reasons, "job-data-insufficient"));
            ret->is_empty = ret->is_empty && ret->state != IPP_JSTATE_COMPLETED &&
                            !has_word(found.job.reasons, "job-incoming");
        }
        found = (struct found){.job.reasons = "", .documents = -1};
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

/* An empty job is taken away. What the printer says to that does not matter as long as it
 * was heard: a job that has no document by now gets none any more. */
static enum status
take_away(struct ipp_link *link, const struct ipp_job *job, const char **why)
{
    struct ipp_answer answer IPP_ANSWER_AUTO = {.ipp = NULL};
    if (job->state >= IPP_JSTATE_CANCELED)
        return STATUS_OK;
    enum status status = ipp_cancel(link, job->id, &answer);
    *why = answer.why;
    return status == STATUS_OK && answer.reach != IPP_REACH_ANSWERED ? STATUS_RETRY
                                                                     : status;
}

static enum status
judge_job(struct ipp_link *link, const struct ipp_job *job, struct printer_progress *ret,
          const char **why)
{
    ret->reasons = job->reasons;
    if (job->is_empty) {
        ret->fate = FATE_ABSENT;
        return take_away(link, job, why);
    }
    switch (job->state) {
    case IPP_JSTATE_COMPLETED:
        ret->fate = FATE_PRINTED;
        return STATUS_OK;
    case IPP_JSTATE_CANCELED:
    case IPP_JSTATE_ABORTED:
        ret->fate = FATE_FAILED;
        return STATUS_OK;
    default:
        ret->fate = FATE_WAITING;
        return add_printers_reasons(link, ret);
    }
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
        status = judge_job(&link, &job, ret, &why);
    if (status == STATUS_RETRY)
        return note_fail(notes, status, NOTE_IPP_AWAY, NULL, 0, "printer %s: %s",
                         printer->name, why);
    return status;
}
