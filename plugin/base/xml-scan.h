/* The scan before the parser. Inside base/. */
#ifndef TUCK_BASE_XML_SCAN_H
#define TUCK_BASE_XML_SCAN_H

#include "base/note.h"
#include "base/status.h"

#include <stddef.h>

/* Refuses a DOCTYPE, long tags, deep nesting and bytes that are not UTF-8. Linear in `n`;
 * says nothing of well-formedness. */
enum status xml_scan(const char *bytes, size_t n, const char *name, struct notes *notes);

#endif
