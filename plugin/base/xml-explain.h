/* What a schema expected, in words. Inside base/. */
#ifndef TUCK_BASE_XML_EXPLAIN_H
#define TUCK_BASE_XML_EXPLAIN_H

#include "base/text.h"

#include <libxml/tree.h>

/* Writes what `attribute` of `element` may hold by the schema; nothing when the schema
 * has no such attribute. */
void xml_explain_attribute(const xmlDoc *schema, const char *element,
                           const char *attribute, struct buf *out);

/* The first attribute that the schema requires of elements so called and `node` lacks;
 * NULL when it has all, or may be one of several elements so called. Lent by the schema's
 * tree, as all names here. */
const char *xml_explain_missing(const xmlDoc *schema, const xmlNode *node);

/* The names of the attributes that elements so called may have, at most `room`. */
size_t xml_explain_names(const xmlDoc *schema, const char *element,
                         const char **ret_names, size_t room);

/* True when the schema surely does not let the attribute hold `value`. */
bool xml_explain_refuses(const xmlDoc *schema, const char *element, const char *attribute,
                         const char *value);

#endif
