/* What stands in for the IPP driver where tuck is built without libcups: a word. */
#include "printer/driver.h"

static enum status
check(const struct printer *printer, const char *file, int32_t line, struct notes *notes)
{
    return note_fail(
        notes, STATUS_BAD_INPUT, NOTE_IPP_NONE, file, line,
        "printer %s: this tuck was built without libcups, which ipp:// needs",
        printer->name);
}

const struct printer_driver driver_ipp = {.scheme = "ipp", .check = check};
