/* XML documents from strangers and from the shop, read with the same guards.
 *
 * Refused before or while parsing, each with a note that has file and line: a DOCTYPE,
 * more than `max_bytes`, one tag over 16 KB, 256 attributes or 16 namespaces, nesting
 * over 64, one text over 8 MB, over a million elements and attributes (in a stream: in
 * one child of the root), bytes that are not UTF-8. No network, no external entities,
 * nothing on stderr. This is the one place that opens a parser; rooms walk the tree they
 * get with libxml2's own functions. */
#ifndef TUCK_BASE_XML_H
#define TUCK_BASE_XML_H

#include "base/arena.h"
#include "base/note.h"
#include "base/status.h"

#include <libxml/tree.h>

struct xml_schema; /* a compiled RELAX NG schema; immutable, any thread */

#define XML_MAX_BYTES (64u << 20)
#define XML_MAX_TAG (16u << 10)
#define XML_MAX_DEPTH 64
#define XML_MAX_ATTRIBUTES 256 /* libxml2 compares each with each */
#define XML_MAX_NAMESPACES 16  /* declared by one tag; each use looks through them all */
#define XML_MAX_THINGS 1000000 /* elements and attributes; some 200 bytes each */
#define XML_MAX_TEXT (8u << 20)

/* Global inits of libxml2, once; any thread, any number of times. */
void xml_init(void);

/* Compiles a schema given as RELAX NG text; `name` stands in notes. A schema that does
 * not compile is STATUS_BUG. */
enum status xml_schema_open(const char *rng, const char *name, struct notes *notes,
                            struct xml_schema **ret);
/* For documents about people: notes name an attribute that is wrong, never its value. */
void xml_schema_hide_values(struct xml_schema *schema);
void xml_schema_close(struct xml_schema *schema);

/* Parses and, when `schema` is not NULL, validates. `name` is what notes call the
 * document (a path or "(order)"). On success `*ret` is the document, freed with
 * xmlFreeDoc(). The line of an element is xml_line(). */
enum status xml_read_memory(const char *bytes, size_t n, const char *name,
                            const struct xml_schema *schema, size_t max_bytes,
                            struct notes *notes, xmlDoc **ret);
enum status xml_read_file(const char *path, const struct xml_schema *schema,
                          size_t max_bytes, struct notes *notes, xmlDoc **ret);

/* Validates a document that was read without a schema; notes as xml_read_memory(). */
enum status xml_validate(const struct xml_schema *schema, xmlDoc *doc, const char *name,
                         struct notes *notes);

/* The bytes of a whole file, NUL-terminated, free() them. */
enum status file_read(const char *path, size_t max_bytes, struct notes *notes,
                      char **ret_bytes, size_t *ret_n);

/* Reads a document as a stream without a tree for the whole: after `begin`, each element
 * that is a child of the root is handed to `child` as a finished small tree (validated
 * against `schema`'s `define`-free child rules is left to the caller) and freed after.
 * `root` is called once with the root element's start tag (attributes only). A callback
 * that returns other than STATUS_OK stops the reading with that status. Memory stays
 * that of the largest child. */
struct xml_stream {
    enum status (*root)(xmlNode *root, void *data);
    enum status (*child)(xmlNode *child, void *data);
    void *data;
};
enum status xml_stream_file(const char *path, const struct xml_stream *stream,
                            size_t max_bytes, struct notes *notes);
enum status xml_stream_memory(const char *bytes, size_t n, const char *name,
                              const struct xml_stream *stream, size_t max_bytes,
                              struct notes *notes);

int32_t xml_line(const xmlNode *node);

/* Attribute or child text copied to the arena, collapsed; NULL when absent or empty
 * (attributes: no namespace). */
char *xml_attr(struct arena *arena, const xmlNode *node, const char *name);
/* The text of the first child element with that local name; NULL when absent. */
char *xml_child_text(struct arena *arena, const xmlNode *node, const char *name);
/* The text of the element itself. */
char *xml_text(struct arena *arena, const xmlNode *node);
/* First child element called `name` (any name when NULL), next sibling element alike. */
xmlNode *xml_first(const xmlNode *parent, const char *name);
xmlNode *xml_next(const xmlNode *node, const char *name);
bool xml_is(const xmlNode *node, const char *name);

void xml_doc_freep(xmlDoc **doc);
#define XML_DOC_AUTO CLEANUP(xml_doc_freep)

#endif
