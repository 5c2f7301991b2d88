/* Printers by their URI: which driver, and what holds for all of them.
 *
 * In come calls with a printer of the settings, out go states and receipts. A driver that
 * cannot do something leaves its function out; what is then true ("cannot be known") is
 * said here, in one place. */
#include "printer/driver.h"

#include <string.h>

static const struct printer_driver *const drivers[] = {
    &driver_dir,
    &driver_ipp,
    &driver_socket,
    &driver_exec,
};

static const struct printer_driver *
find_driver(const struct printer *printer)
{
    for (size_t i = 0; printer->uri && i < COUNT_OF(drivers); i++) {
        size_t n = strlen(drivers[i]->scheme);
        if (strncmp(printer->uri, drivers[i]->scheme, n) == 0 && printer->uri[n] == ':')
            return drivers[i];
    }
    /* ipps is ipp under TLS */
    if (printer->uri && strncmp(printer->uri, "ipps:", 5) == 0)
        for (size_t i = 0; i < COUNT_OF(drivers); i++)
            if (strcmp(drivers[i]->scheme, "ipp") == 0)
                return drivers[i];
    return NULL;
}

static enum status
no_driver(const struct printer *printer, const char *file, int32_t line,
          struct notes *notes)
{
    return note_fail(notes, STATUS_BAD_INPUT, NOTE_PRINTER_URI, file, line,
                     "printer %s: no kind of printer is known by \"%.100s\"; expected "
                     "ipp://, ipps://, socket://, dir: or exec:",
                     printer->name ? printer->name : "?",
                     printer->uri ? printer->uri : "");
}

const char *
printer_state_name(enum printer_state state)
{
    static const char *const names[] = {"unknown", "idle",   "printing",
                                        "stopped", "silent", "gone"};
    return (size_t)state < COUNT_OF(names) ? names[state] : "?";
}

static bool
ends_in(const char *word, size_t n, const char *end)
{
    size_t end_n = strlen(end);
    return n >= end_n && memcmp(word + n - end_n, end, end_n) == 0;
}

/* Is there a reason that ends in -error, or that has no such ending? RFC 8011, 5.4.12:
 * without a suffix a reason is an error. Some leave it out of words that never are one.
 */
static bool
has_error(const char *reasons)
{
    static const char *const mild[] = {"-report", "-warning", "-low", "none",
                                       "identify-printer-requested"};
    while (reasons && *reasons) {
        size_t n = strcspn(reasons, " ");
        bool is_mild = n == 0;
        for (size_t i = 0; i < COUNT_OF(mild); i++)
            is_mild |= ends_in(reasons, n, mild[i]);
        if (!is_mild)
            return true;
        reasons += n + strspn(reasons + n, " ");
    }
    return false;
}

bool
printer_should_answer(const struct printer *printer)
{
    return strncmp(printer->uri, "socket:", 7) == 0 && !printer->is_one_way &&
           (printer->format == 0 || printer->format == SHEET_ZPL ||
            printer->format == SHEET_TSPL);
}

bool
printer_is_ready(const struct printer_report *report)
{
    return report->state != PRINTER_STOPPED && report->state != PRINTER_GONE &&
           !has_error(report->reasons);
}

enum status
printer_check(const struct printer *printer, const char *file, int32_t line,
              struct notes *notes)
{
    const struct printer_driver *driver = find_driver(printer);
    if (driver == NULL)
        return no_driver(printer, file, line, notes);
    return driver->check ? driver->check(printer, file, line, notes) : STATUS_OK;
}

enum status
printer_ask(const struct printer *printer, const struct patience *patience,
            struct arena *arena, struct notes *notes, struct printer_report *ret)
{
    const struct printer_driver *driver = find_driver(printer);
    struct printer_report report = {
        .state = PRINTER_UNKNOWN, .reasons = "", .detail = "", .waiting = -1};
    int64_t start_ms = clock_monotonic_ms();
    enum status status = printer_check(printer, NULL, 0, notes);
    if (status == STATUS_OK && driver->ask)
        status = driver->ask(printer, patience, arena, notes, &report);
    if (status != STATUS_OK)
        return status;
    report.took_ms = clock_monotonic_ms() - start_ms;
    *ret = report;
    return STATUS_OK;
}

enum status
printer_send(const struct printer *printer, const struct printer_document *document,
             printer_before_fn *before, void *data, const struct patience *patience,
             struct arena *arena, struct notes *notes, struct printer_receipt *ret)
{
    const struct printer_driver *driver = find_driver(printer);
    const struct transfer transfer = {printer,  document, before, data,
                                      patience, arena,    notes};
    struct printer_receipt receipt = {.delivery = DELIVERY_NONE, .text = ""};
    enum status status = printer_check(printer, NULL, 0, notes);
    if (status == STATUS_OK && (document->bytes == NULL || document->n == 0))
        status = STATUS_BAD_CALL;
    if (status == STATUS_OK)
        status = driver->send(&transfer, &receipt);
    if (status == STATUS_OK)
        *ret = receipt;
    return status;
}

enum status
printer_follow(const struct printer *printer, const char *name, int64_t device_job,
               const struct patience *patience, struct arena *arena, struct notes *notes,
               struct printer_progress *ret)
{
    const struct printer_driver *driver = find_driver(printer);
    struct printer_progress progress = {FATE_UNKNOWN, ""};
    enum status status = printer_check(printer, NULL, 0, notes);
    if (status == STATUS_OK && driver->follow)
        status =
            driver->follow(printer, name, device_job, patience, arena, notes, &progress);
    if (status == STATUS_OK)
        *ret = progress;
    return status;
}

enum status
printer_cancel(const struct printer *printer, int64_t device_job,
               const struct patience *patience, struct notes *notes)
{
    const struct printer_driver *driver = find_driver(printer);
    enum status status = printer_check(printer, NULL, 0, notes);
    if (status == STATUS_OK)
        status = driver->cancel && device_job
                     ? driver->cancel(printer, device_job, patience, notes)
                     : STATUS_WITHOUT;
    return status;
}
