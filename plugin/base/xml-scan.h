/* The scan before the parser. Inside base/. */
#ifndef TUCK_BASE_XML_SCAN_H
#define TUCK_BASE_XML_SCAN_H

#include "base/note.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct xml_scan {
    const char *name;
    struct notes *notes;
    bool is_stream; /* things are counted for each child of the root, not in all */

    int state;
    char close, quote, before; /* a comment's end; a value's; the byte before */
    size_t run;                /* bytes since this text or markup began */
    size_t matched, attributes, namespaces, depth, things;
    int32_t line, began_line; /* where the chunk, and its last text or markup, begin */
    char carry[4];            /* a character that the chunk's end cut in two */
    size_t carry_n;
};

/* Refuses what libxml2 would be slow or generous with: a DOCTYPE, long tags, many
 * attributes, deep nesting, endless text, too many elements, bytes that are not UTF-8.
 * Linear, and in as many chunks as one likes; says nothing of well-formedness. */
void xml_scan_begin(struct xml_scan *scan, const char *name, struct notes *notes);
enum status xml_scan_feed(struct xml_scan *scan, const char *bytes, size_t n);
enum status xml_scan_end(struct xml_scan *scan);

#endif
