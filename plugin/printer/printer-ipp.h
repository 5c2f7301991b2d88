/* What the files of the IPP driver share. Inside printer/.
 *
 * A link is one printer that is being talked to; a draft is a request that is being
 * written; an answer is what came back, or why nothing did. */
#ifndef TUCK_PRINTER_PRINTER_IPP_H
#define TUCK_PRINTER_PRINTER_IPP_H

#include "fetch/fetch.h"
#include "printer/driver.h"

#include <cups/ipp.h>

#define IPP_URI_ROOM 1200

struct ipp_address {
    char url[IPP_URI_ROOM];         /* http or https: where requests are posted */
    char printer_uri[IPP_URI_ROOM]; /* without the query: what requests name */
    enum fetch_trust trust;
    char pin[64]; /* "sha256//…" */
};
/* NULL, or what is wrong with the URI: a clause for people. */
const char *ipp_address_parse(const char *uri, struct ipp_address *ret);

struct ipp_link {
    const struct printer *printer;
    const struct patience *patience;
    struct arena *arena;
    struct notes *notes;
    struct ipp_address address;
    struct fetch *fetch;
    int32_t requests;
};
enum status ipp_link_init(struct ipp_link *link, const struct printer *printer,
                          const struct patience *patience, struct arena *arena,
                          struct notes *notes);
void ipp_link_done(struct ipp_link *link);
#define IPP_LINK_AUTO CLEANUP(ipp_link_done)

struct ipp_draft {
    ipp_t *ipp;
    bool failed; /* memory was out */
};
/* Begins a request about the printer, or about one of its jobs. */
void ipp_draft_init(struct ipp_draft *draft, struct ipp_link *link, ipp_op_t op,
                    int64_t job);
void ipp_draft_done(struct ipp_draft *draft);
#define IPP_DRAFT_AUTO CLEANUP(ipp_draft_done)
void ipp_put_text(struct ipp_draft *draft, ipp_tag_t group, ipp_tag_t tag,
                  const char *name, const char *value);
void ipp_put_texts(struct ipp_draft *draft, ipp_tag_t group, ipp_tag_t tag,
                   const char *name, size_t count, const char *const *values);
void ipp_put_number(struct ipp_draft *draft, ipp_tag_t group, ipp_tag_t tag,
                    const char *name, int32_t value);
void ipp_put_truth(struct ipp_draft *draft, ipp_tag_t group, const char *name,
                   bool value);

enum ipp_reach {
    IPP_REACH_NOT,      /* no connection */
    IPP_REACH_NO_WORD,  /* a connection, but no answer */
    IPP_REACH_NO_IPP,   /* an answer that is no IPP: see http_status */
    IPP_REACH_ANSWERED, /* see code */
};
struct ipp_answer {
    enum ipp_reach reach;
    ipp_t *ipp;
    ipp_status_t code;
    int32_t http_status;
    bool is_begun;   /* some of the document may have gone out */
    const char *why; /* not a success: a sentence for people, in the arena; else "" */
};
void ipp_answer_done(struct ipp_answer *answer);
#define IPP_ANSWER_AUTO CLEANUP(ipp_answer_done)
bool ipp_answer_is_good(const struct ipp_answer *answer);

struct ipp_cargo { /* a document that goes with a request */
    const void *bytes;
    size_t n;
    enum status (*before)(void *data);
    void *data;
};
/* Asks once. STATUS_OK whatever the answer; `cargo` may be NULL. Not OK: memory, cancel,
 * what `before` said. `answer` begins as zeros, and is to be done in any case. */
enum status ipp_ask(struct ipp_link *link, struct ipp_draft *draft,
                    const struct ipp_cargo *cargo, struct ipp_answer *answer);

/* The printer's attributes, and what a report makes of them. */
enum status ipp_ask_printer(struct ipp_link *link, struct ipp_answer *answer);
enum status ipp_report(const struct ipp_link *link, const struct ipp_answer *answer,
                       struct printer_report *ret);
/* An attribute's keywords parted by blanks, without "none"; NULL when memory is out. */
char *ipp_keywords(struct arena *arena, ipp_attribute_t *attribute);

enum status ipp_send(const struct transfer *transfer, struct printer_receipt *ret);
enum status ipp_follow(const struct printer *printer, const char *name,
                       int64_t device_job, const struct patience *patience,
                       struct arena *arena, struct notes *notes,
                       struct printer_progress *ret);

/* Jobs carry their document's size behind their name, for many printers take the end of a
 * connection for the end of a document: "tuck-17.1:20480". */
#define IPP_JOB_NAME "%s:%zu"

struct ipp_job {
    int64_t id; /* 0: no such */
    int32_t state;
    bool is_empty; /* it has no document, and none is on its way */
    bool is_begun; /* the printer has begun, or may have begun, to print it */
    enum { IPP_SIZE_UNKNOWN, IPP_SIZE_WHOLE, IPP_SIZE_CUT } size;
    const char *reasons;
};
/* Cancels a job, whatever it says to that. */
enum status ipp_cancel(struct ipp_link *link, int64_t job, struct ipp_answer *answer);
/* STATUS_WITHOUT: there is no such job, or not any more. STATUS_RETRY, and `why`: the
 * printer could not be asked. */
enum status ipp_find_job(struct ipp_link *link, int64_t id, const char *name,
                         struct ipp_job *ret, const char **why);

#endif
