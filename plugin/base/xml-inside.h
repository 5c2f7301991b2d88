/* What the files about XML share. Inside base/. */
#ifndef TUCK_BASE_XML_INSIDE_H
#define TUCK_BASE_XML_INSIDE_H

#include "base/xml.h"

#include <libxml/parser.h>

#define NOTES_PER_DOCUMENT 5
/* BIG_LINES: elements past line 65,535 keep their number. */
#define PARSE_OPTIONS (XML_PARSE_NONET | XML_PARSE_BIG_LINES | XML_PARSE_NOCDATA)

/* What a document's reading has come to, for the error handlers. */
struct reading {
    const char *name;
    struct notes *notes;
    int told;
};

/* A sentence of libxml2's as a note, on one line and without its full stop. */
void xml_tell(struct reading *reading, enum note_id id, int32_t line,
              const char *message);

enum status xml_check_size(size_t n, size_t max_bytes, const char *name,
                           struct notes *notes);
enum status xml_open_file(const char *path, size_t max_bytes, struct notes *notes,
                          int *ret_fd, size_t *ret_size);

#endif
