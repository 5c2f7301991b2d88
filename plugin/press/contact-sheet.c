#include "press/sheets.h"
enum status
contact_sheet_make(struct making *making)
{
    return note_fail(making->notes, STATUS_BUG, NOTE_DRAWING_FAILED, NULL, 0, "not yet");
}
