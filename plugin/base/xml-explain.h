/* What a schema expected, in words. Inside base/. */
#ifndef TUCK_BASE_XML_EXPLAIN_H
#define TUCK_BASE_XML_EXPLAIN_H

#include "base/text.h"

#include <libxml/tree.h>

/* Writes what `attribute` of `element` may hold by the schema; nothing when the schema
 * has no such attribute. */
void xml_explain_attribute(const xmlDoc *schema, const char *element, const char *attribute,
                           struct buf *out);

/* The first attribute that the schema requires of elements so called and `node` lacks;
 * NULL when it has all. Lent by the schema's tree. */
const char *xml_explain_missing(const xmlDoc *schema, const xmlNode *node);

#endif
