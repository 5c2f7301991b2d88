/* ipp:// and ipps:// – printers that speak the Internet Printing Protocol.
 *
 *   ipp://host/ipp/print          port 631 unless the URI has another; no path: this one
 *   ipps://host/ipp/print         TLS, with a certificate that the system's authorities
 *                                 vouch for
 *   ipps://host/?pin=sha256//…    TLS, with the key of that digest, whoever signed it:
 *                                 most printers sign for themselves
 *   ipps://host/?trust=any        TLS, with anybody
 *
 * Trust is what the settings say and nothing else: no file remembers a printer's key, and
 * nobody is ever asked for a password. A printer that is not trusted is told with its
 * pin, for a person to put into the settings. */
#include "printer/printer-ipp.h"

static enum status
check(const struct printer *printer, const char *file, int32_t line, struct notes *notes)
{
    struct ipp_address address;
    const char *fault = ipp_address_parse(printer->uri, &address);
    if (fault)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_PRINTER_URI, file, line,
                         "printer %s: \"%.200s\": %s", printer->name, printer->uri,
                         fault);
    return STATUS_OK;
}

static enum status
ask(const struct printer *printer, const struct patience *patience, struct arena *arena,
    struct notes *notes, struct printer_report *ret)
{
    struct ipp_link link IPP_LINK_AUTO = {.fetch = NULL};
    struct ipp_answer answer IPP_ANSWER_AUTO = {.ipp = NULL};
    enum status status = ipp_link_init(&link, printer, patience, arena, notes);
    if (status == STATUS_OK)
        status = ipp_ask_printer(&link, &answer);
    return status == STATUS_OK ? ipp_report(&link, &answer, ret) : status;
}

/* Cancelled, and whoever did it before us: not there, or too late. */
static enum status
cancel(const struct printer *printer, int64_t device_job, const struct patience *patience,
       struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(1u << 20);
    struct ipp_link link IPP_LINK_AUTO = {.fetch = NULL};
    struct ipp_answer answer IPP_ANSWER_AUTO = {.ipp = NULL};
    if (arena == NULL)
        return STATUS_NO_MEMORY;
    enum status status = ipp_link_init(&link, printer, patience, arena, notes);
    if (status == STATUS_OK)
        status = ipp_cancel(&link, device_job, &answer);
    if (status != STATUS_OK || ipp_answer_is_good(&answer))
        return status;
    if (answer.reach == IPP_REACH_ANSWERED)
        return STATUS_WITHOUT;
    return note_fail(notes, STATUS_RETRY, NOTE_IPP_AWAY, NULL, 0, "printer %s: %s",
                     printer->name, answer.why);
}

const struct printer_driver driver_ipp = {
    .scheme = "ipp",
    .check = check,
    .ask = ask,
    .send = ipp_send,
    .follow = ipp_follow,
    .cancel = cancel,
};
