/* Printers. So far the folder: a sheet is dropped whole or not at all. */
#ifndef TUCK_PRINTER_PRINTER_H
#define TUCK_PRINTER_PRINTER_H

#include "base/note.h"
#include "base/status.h"

#include <stddef.h>

/* Puts `bytes` as `dir`/`name`: written beside, synced, renamed. The folder is made when
 * its parent is there. `name` has no slash and at most 237 bytes; a file so called is
 * replaced. Two that drop one name at once leave one of the two, whole. */
enum status printer_drop(const char *dir, const char *name, const void *bytes, size_t n,
                         struct notes *notes);

#endif
