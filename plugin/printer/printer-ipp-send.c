/* A document on its way to an IPP printer.
 *
 * The printer is asked first what it takes: some accept a format that they abort later.
 * Where it can, a job is made before its document is sent, so that its number is known
 * when the first byte goes out; a job that then gets no document is cancelled again.
 * Broken transfers are not judged here: printer_follow() finds out what became of them.
 */
#include "printer/printer-ipp.h"

#include <cups/pwg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define NEAR_MM100 200 /* media that differ by so much are the same */

struct sending {
    const struct transfer *transfer;
    struct printer_receipt *receipt;
    struct ipp_link link;
    struct ipp_answer printer; /* what it says of itself */
    const char *mime;
    bool is_barred; /* `before` said no */
};

/* --- what the printer takes
 * -------------------------------------------------------------
 */

static bool
has_mime(ipp_attribute_t *formats, const char *mime)
{
    for (int i = 0; formats && i < ippGetCount(formats); i++) {
        const char *one = ippGetString(formats, i, NULL);
        if (one && strcasecmp(one, mime) == 0)
            return true;
    }
    return false;
}

/* A label printer's own language also goes through a queue that hands bytes on. NULL: the
 * printer does not take it. */
static const char *
choose_mime(const struct sheet_kind *kind, ipp_attribute_t *formats)
{
    static const char raw[] = "application/vnd.cups-raw";
    if (has_mime(formats, kind->mime))
        return kind->mime;
    bool is_language = kind->format == SHEET_ZPL || kind->format == SHEET_EPL ||
                       kind->format == SHEET_TSPL;
    return is_language && has_mime(formats, raw) ? raw : NULL;
}

static bool
has_operation(const struct sending *sending, ipp_op_t op)
{
    ipp_attribute_t *operations =
        ippFindAttribute(sending->printer.ipp, "operations-supported", IPP_TAG_ENUM);
    return operations && ippContainsInteger(operations, op);
}

/* Without a word from the printer, its number for the job says nothing of the document:
 * such a job is looked for by name. */
static enum status
end(struct sending *sending, enum delivery delivery, const char *text)
{
    sending->receipt->delivery = delivery;
    if (delivery != DELIVERY_TAKEN)
        sending->receipt->device_job = 0;
    sending->receipt->text = text;
    return text ? STATUS_OK : STATUS_NO_MEMORY;
}

static bool
takes_copies(const struct sending *sending, int32_t copies)
{
    ipp_attribute_t *range =
        ippFindAttribute(sending->printer.ipp, "copies-supported", IPP_TAG_RANGE);
    int most = 1;
    if (range)
        ippGetRange(range, 0, &most);
    return copies <= 1 || copies <= most;
}

/* Does it take this document? If not, the receipt says why. */
static enum status
check_printer(struct sending *sending, bool *ret)
{
    const struct printer_document *document = sending->transfer->document;
    const struct sheet_kind *kind = sheet_kind_of(document->format);
    ipp_t *ipp = sending->printer.ipp;
    ipp_attribute_t *accepts =
        ippFindAttribute(ipp, "printer-is-accepting-jobs", IPP_TAG_BOOLEAN);
    *ret = false;
    if (kind == NULL)
        return STATUS_BAD_CALL;
    if (accepts && !ippGetBoolean(accepts, 0))
        return end(sending, DELIVERY_NONE, "it takes no jobs now");
    sending->mime = choose_mime(
        kind, ippFindAttribute(ipp, "document-format-supported", IPP_TAG_MIMETYPE));
    if (sending->mime == NULL)
        return end(sending, DELIVERY_REFUSED,
                   arena_printf(sending->transfer->arena, "it does not take %s (%s)",
                                kind->name, kind->mime));
    if (!takes_copies(sending, document->copies))
        return end(sending, DELIVERY_REFUSED,
                   arena_printf(sending->transfer->arena, "it does not make %d copies",
                                (int)document->copies));
    *ret = true;
    return STATUS_OK;
}

/* --- media
 * ------------------------------------------------------------------------------
 */

static bool
is_near(int32_t a, int32_t b)
{
    return a - b <= NEAR_MM100 && b - a <= NEAR_MM100;
}

/* Is `side` (a number, or a range) near to the wanted length? */
static bool
fits(ipp_t *size, const char *side, int32_t wanted)
{
    ipp_attribute_t *value = ippFindAttribute(size, side, IPP_TAG_ZERO);
    int most = 0;
    if (value && ippGetValueTag(value) == IPP_TAG_INTEGER)
        return is_near(ippGetInteger(value, 0), wanted);
    if (value && ippGetValueTag(value) == IPP_TAG_RANGE)
        return wanted >= ippGetRange(value, 0, &most) && wanted <= most;
    return false;
}

static bool
size_fits(ipp_t *size, int32_t width, int32_t height)
{
    return size && fits(size, "x-dimension", width) && fits(size, "y-dimension", height);
}

/* The collection of a loaded medium of that size; NULL: none is. */
static ipp_t *
find_loaded(ipp_t *printer, int32_t width, int32_t height)
{
    ipp_attribute_t *columns =
        ippFindAttribute(printer, "media-col-ready", IPP_TAG_BEGIN_COLLECTION);
    for (int i = 0; columns && i < ippGetCount(columns); i++) {
        ipp_t *column = ippGetCollection(columns, i);
        ipp_attribute_t *size =
            column ? ippFindAttribute(column, "media-size", IPP_TAG_BEGIN_COLLECTION)
                   : NULL;
        if (size && size_fits(ippGetCollection(size, 0), width, height))
            return column;
    }
    return NULL;
}

static bool
is_supported(ipp_t *printer, int32_t width, int32_t height)
{
    ipp_attribute_t *sizes =
        ippFindAttribute(printer, "media-size-supported", IPP_TAG_BEGIN_COLLECTION);
    for (int i = 0; sizes && i < ippGetCount(sizes); i++)
        if (size_fits(ippGetCollection(sizes, i), width, height))
            return true;
    return false;
}

static bool
add_size(ipp_t *column, int32_t width, int32_t height)
{
    ipp_t *size = ippNew();
    bool is_added =
        size &&
        ippAddInteger(size, IPP_TAG_ZERO, IPP_TAG_INTEGER, "x-dimension", width) &&
        ippAddInteger(size, IPP_TAG_ZERO, IPP_TAG_INTEGER, "y-dimension", height) &&
        ippAddCollection(column, IPP_TAG_ZERO, "media-size", size);
    ippDelete(size); /* the column has its own hold of it */
    return is_added;
}

static bool
copy_columns(ipp_t *column, ipp_t *loaded)
{
    static const char *const names[] = {"media-size", "media-source", "media-type",
                                        "media-tracking", "media-top-offset"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        ipp_attribute_t *attribute = ippFindAttribute(loaded, names[i], IPP_TAG_ZERO);
        if (attribute && !ippCopyAttribute(column, attribute, 0))
            return false;
    }
    return true;
}

/* Which medium the job is for: the loaded one of its size, else one that the printer
 * could have, else what it chooses. */
static void
put_media(const struct sending *sending, struct ipp_draft *draft)
{
    const struct printer_document *document = sending->transfer->document;
    const char *name = sending->transfer->printer->media;
    pwg_media_t *named = name ? pwgMediaForPWG(name) : NULL;
    int32_t width = named ? named->width : document->width_mm100;
    int32_t height = named ? named->length : document->height_mm100;
    ipp_t *printer = sending->printer.ipp;
    if (width < 1 || height < 1 || draft->failed)
        return;
    ipp_t *loaded = find_loaded(printer, width, height);
    if (loaded == NULL && !is_supported(printer, width, height))
        return;
    ipp_t *column = ippNew();
    draft->failed =
        column == NULL ||
        !(loaded ? copy_columns(column, loaded) : add_size(column, width, height)) ||
        !ippAddCollection(draft->ipp, IPP_TAG_JOB, "media-col", column);
    ippDelete(column);
}

static void
put_template(const struct sending *sending, struct ipp_draft *draft)
{
    const struct printer_document *document = sending->transfer->document;
    ipp_attribute_t *scaling = ippFindAttribute(
        sending->printer.ipp, "print-scaling-supported", IPP_TAG_KEYWORD);
    if (document->copies > 1)
        ipp_put_number(draft, IPP_TAG_JOB, IPP_TAG_INTEGER, "copies", document->copies);
    put_media(sending, draft);
    if (scaling && ippContainsString(scaling, "none")) /* symbols have their size */
        ipp_put_text(draft, IPP_TAG_JOB, IPP_TAG_KEYWORD, "print-scaling", "none");
}

static void
put_document(const struct sending *sending, struct ipp_draft *draft)
{
    const struct printer_document *document = sending->transfer->document;
    if (document->title && *document->title && strlen(document->title) <= 255 &&
        text_is_utf8(document->title, strlen(document->title)))
        ipp_put_text(draft, IPP_TAG_OPERATION, IPP_TAG_NAME, "document-name",
                     document->title);
    ipp_put_text(draft, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format",
                 sending->mime);
}

static void
put_job(const struct sending *sending, struct ipp_draft *draft)
{
    const struct printer_document *document = sending->transfer->document;
    char name[256];
    snprintf(name, sizeof(name), IPP_JOB_NAME, document->name, document->n);
    ipp_put_text(draft, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", name);
    ipp_put_truth(draft, IPP_TAG_OPERATION, "ipp-attribute-fidelity", false);
}

/* --- the transfer
 * -----------------------------------------------------------------------
 */

static enum status
about_to_send(void *data)
{
    struct sending *sending = data;
    const struct transfer *transfer = sending->transfer;
    enum status status = transfer->before ? transfer->before(transfer->data) : STATUS_OK;
    sending->is_barred = status != STATUS_OK;
    if (!sending->is_barred)
        sending->receipt->first_byte_ms = clock_monotonic_ms();
    return status;
}

/* Refusals that come before any printing: the printer will take it later, or never. */
static bool
is_for_ever(const struct ipp_answer *answer)
{
    if (answer->reach == IPP_REACH_NO_IPP)
        return answer->http_status == 413;
    return answer->reach == IPP_REACH_ANSWERED &&
           (answer->code == IPP_STATUS_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED ||
            answer->code == IPP_STATUS_ERROR_DOCUMENT_FORMAT_ERROR ||
            answer->code == IPP_STATUS_ERROR_DOCUMENT_UNPRINTABLE ||
            answer->code == IPP_STATUS_ERROR_REQUEST_ENTITY ||
            answer->code == IPP_STATUS_ERROR_ATTRIBUTES_OR_VALUES);
}

/* Was the document turned away? Printers that print as the bytes come may fail with an
 * error in the middle of a sheet; these words say that there was none. */
static bool
is_turned_away(const struct ipp_answer *answer)
{
    if (answer->reach == IPP_REACH_NO_IPP)
        return (answer->http_status >= 400 && answer->http_status < 500) ||
               answer->http_status == 503;
    if (answer->reach != IPP_REACH_ANSWERED)
        return false;
    switch (answer->code) {
    case IPP_STATUS_ERROR_OPERATION_NOT_SUPPORTED:
    case IPP_STATUS_ERROR_SERVICE_UNAVAILABLE:
    case IPP_STATUS_ERROR_VERSION_NOT_SUPPORTED:
    case IPP_STATUS_ERROR_NOT_ACCEPTING_JOBS:
    case IPP_STATUS_ERROR_BUSY:
    case IPP_STATUS_ERROR_MULTIPLE_JOBS_NOT_SUPPORTED:
    case IPP_STATUS_ERROR_PRINTER_IS_DEACTIVATED:
    case IPP_STATUS_ERROR_TOO_MANY_JOBS:
    case IPP_STATUS_ERROR_TOO_MANY_DOCUMENTS:
        return true;
    default:
        return answer->code >= IPP_STATUS_ERROR_BAD_REQUEST &&
               answer->code < IPP_STATUS_ERROR_INTERNAL;
    }
}

/* The job's number in a good answer; 0: none. */
static int64_t
read_job(const struct ipp_answer *answer)
{
    ipp_attribute_t *id = ipp_answer_is_good(answer)
                              ? ippFindAttribute(answer->ipp, "job-id", IPP_TAG_INTEGER)
                              : NULL;
    return id && ippGetInteger(id, 0) > 0 ? ippGetInteger(id, 0) : 0;
}

/* The job that was made for it is not needed any more. */
static void
give_up(struct sending *sending)
{
    struct ipp_answer answer IPP_ANSWER_AUTO = {.ipp = NULL};
    if (sending->receipt->device_job)
        ipp_cancel(&sending->link, sending->receipt->device_job, &answer);
    sending->receipt->device_job = 0;
}

/* What the answer to the document itself comes to. */
static enum status
judge(struct sending *sending, enum status status, const struct ipp_answer *answer)
{
    struct printer_receipt *receipt = sending->receipt;
    if (receipt->device_job == 0)
        receipt->device_job = read_job(answer);
    if (sending->is_barred || !answer->is_begun) {
        give_up(sending);
        if (status != STATUS_OK && !sending->is_barred)
            return status;
        return end(sending, DELIVERY_NONE,
                   sending->is_barred ? "it was held back before its first byte"
                                      : answer->why);
    }
    if (status != STATUS_OK) /* cancelled, or memory was out, in the middle of it */
        return end(sending, DELIVERY_UNSURE, "the transfer was broken off");
    if (ipp_answer_is_good(answer))
        return end(sending, DELIVERY_TAKEN, "");
    if (!is_turned_away(answer))
        return end(sending, DELIVERY_UNSURE, answer->why);
    give_up(sending);
    return end(sending, is_for_ever(answer) ? DELIVERY_REFUSED : DELIVERY_NONE,
               answer->why);
}

static enum status
send_document(struct sending *sending, struct ipp_draft *draft)
{
    const struct printer_document *document = sending->transfer->document;
    const struct ipp_cargo cargo = {document->bytes, document->n, about_to_send, sending};
    struct ipp_answer answer IPP_ANSWER_AUTO = {.ipp = NULL, .why = ""};
    enum status status = ipp_ask(&sending->link, draft, &cargo, &answer);
    return judge(sending, status, &answer);
}

/* Makes the job. Whatever goes wrong here, no document was on its way. */
static enum status
create_job(struct sending *sending)
{
    struct ipp_draft draft IPP_DRAFT_AUTO = {NULL, false};
    struct ipp_answer answer IPP_ANSWER_AUTO = {.ipp = NULL};
    ipp_draft_init(&draft, &sending->link, IPP_OP_CREATE_JOB, 0);
    put_job(sending, &draft);
    put_template(sending, &draft);
    enum status status = ipp_ask(&sending->link, &draft, NULL, &answer);
    if (status != STATUS_OK)
        return status;
    sending->receipt->device_job = read_job(&answer);
    if (sending->receipt->device_job)
        return STATUS_OK;
    return end(sending, is_for_ever(&answer) ? DELIVERY_REFUSED : DELIVERY_NONE,
               ipp_answer_is_good(&answer) ? "it makes jobs without a number"
                                           : answer.why);
}

static enum status
send_in_two(struct sending *sending)
{
    struct ipp_draft draft IPP_DRAFT_AUTO = {NULL, false};
    enum status status = create_job(sending);
    if (status != STATUS_OK || sending->receipt->device_job == 0)
        return status;
    ipp_draft_init(&draft, &sending->link, IPP_OP_SEND_DOCUMENT,
                   sending->receipt->device_job);
    put_document(sending, &draft);
    ipp_put_truth(&draft, IPP_TAG_OPERATION, "last-document", true);
    return send_document(sending, &draft);
}

static enum status
send_in_one(struct sending *sending)
{
    struct ipp_draft draft IPP_DRAFT_AUTO = {NULL, false};
    ipp_draft_init(&draft, &sending->link, IPP_OP_PRINT_JOB, 0);
    put_job(sending, &draft);
    put_document(sending, &draft);
    put_template(sending, &draft);
    return send_document(sending, &draft);
}

static enum status
go(struct sending *sending)
{
    bool is_fit = false;
    enum status status = ipp_ask_printer(&sending->link, &sending->printer);
    if (status != STATUS_OK)
        return status;
    if (!ipp_answer_is_good(&sending->printer))
        return end(sending, DELIVERY_NONE, sending->printer.why);
    status = check_printer(sending, &is_fit);
    if (status != STATUS_OK || !is_fit)
        return status;
    bool is_two = has_operation(sending, IPP_OP_CREATE_JOB) &&
                  has_operation(sending, IPP_OP_SEND_DOCUMENT);
    return is_two ? send_in_two(sending) : send_in_one(sending);
}

enum status
ipp_send(const struct transfer *transfer, struct printer_receipt *ret)
{
    struct sending sending = {.transfer = transfer, .receipt = ret};
    enum status status =
        ipp_link_init(&sending.link, transfer->printer, transfer->patience,
                      transfer->arena, transfer->notes);
    if (status == STATUS_OK)
        status = go(&sending);
    ipp_answer_done(&sending.printer);
    ipp_link_done(&sending.link);
    return status;
}
