/* Is a sheet what it says it is? A worker that ran out of memory may report success and
 * hand over half a file, so nothing goes on unseen. */
#ifndef TUCK_PRESS_SHEET_CHECK_H
#define TUCK_PRESS_SHEET_CHECK_H

#include "base/note.h"
#include "press/job.h"

/* STATUS_BUG with a note PRESS_BAD_SHEET when it is not. */
enum status sheet_check(const struct press_job *job, const struct sheet *sheet,
                        struct notes *notes);

/* What is wrong with its symbols; NULL: nothing. */
const char *sheet_symbols_fault(const struct press_job *job, const struct sheet *sheet);

#endif
