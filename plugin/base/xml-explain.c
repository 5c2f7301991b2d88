/* Schemas explained: from the RELAX NG tree to a few words about what was expected.
 *
 * libxml2 says that an element "failed to validate attributes"; who wrote the document
 * wants to know which, and what it should be. Only what our own schemas use is read. */
#include "base/xml-explain.h"

#include "base/xml.h"

#include <libxml/xmlregexp.h>
#include <libxml/xmlschemastypes.h>
#include <string.h>

#define REF_DEPTH 8 /* a definition that refers to itself ends here */

static const char *
attr_of(const xmlNode *node, const char *name)
{
    const xmlAttr *attr = xmlHasNsProp(node, (const xmlChar *)name, NULL);
    return attr && attr->children ? (const char *)attr->children->content : NULL;
}

static const char *
text_of(const xmlNode *node)
{
    return node->children && node->children->content
               ? (const char *)node->children->content
               : "";
}

static const xmlNode *
find_define(const xmlNode *root, const char *name)
{
    for (const xmlNode *node = xml_first(root, "define"); node;
         node = xml_next(node, "define"))
        if (text_equal(attr_of(node, "name"), name))
            return node;
    return NULL;
}

/* --- types in words ----------------------------------------------------------------- */

static void
describe_data(const xmlNode *data, struct buf *out)
{
    const char *type = attr_of(data, "type");
    const char *least = NULL, *most = NULL, *pattern = NULL;
    const char *shortest = "0", *longest = NULL;
    for (const xmlNode *param = xml_first(data, "param"); param;
         param = xml_next(param, "param")) {
        const char *name = attr_of(param, "name");
        if (text_equal(name, "pattern"))
            pattern = text_of(param);
        else if (text_equal(name, "minInclusive"))
            least = text_of(param);
        else if (text_equal(name, "maxInclusive"))
            most = text_of(param);
        else if (text_equal(name, "minLength"))
            shortest = text_of(param);
        else if (text_equal(name, "maxLength"))
            longest = text_of(param);
    }
    const struct {
        const char *type, *words;
    } types[] = {{"dateTime", "a time such as 2026-11-22T09:30:00+01:00"},
                 {"date", "a day such as 2026-11-22"},
                 {"gMonthDay", "a day without its year such as --11-22"},
                 {"integer", "a whole number"},
                 {"decimal", "a number"},
                 {"boolean", "true or false"},
                 {"language", "a language such as en or fa-IR"}};
    const char *words = "text";
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (text_equal(types[i].type, type))
            words = types[i].words;
    buf_puts(out, words);
    if (least && most)
        buf_printf(out, " from %s to %s", least, most);
    else if (least)
        buf_printf(out, " of at least %s", least);
    if (longest && !pattern)
        buf_printf(out, " of %s to %s characters", shortest, longest);
    if (pattern)
        buf_printf(out, " of the form %s", pattern);
}

static void describe(const xmlNode *root, const xmlNode *node, int depth,
                     struct buf *out);

static void
describe_children(const xmlNode *root, const xmlNode *node, const char *between,
                  int depth, struct buf *out)
{
    bool is_first = true;
    for (const xmlNode *child = xml_first(node, NULL); child;
         child = xml_next(child, NULL)) {
        if (!is_first)
            buf_puts(out, xml_next(child, NULL) ? ", " : between);
        is_first = false;
        describe(root, child, depth, out);
    }
}

static void
describe(const xmlNode *root, const xmlNode *node, int depth, struct buf *out)
{
    if (depth > REF_DEPTH)
        return;
    if (xml_is(node, "data")) {
        describe_data(node, out);
    } else if (xml_is(node, "value")) {
        buf_printf(out, "\"%s\"", text_of(node));
    } else if (xml_is(node, "text")) {
        buf_puts(out, "text");
    } else if (xml_is(node, "ref")) {
        const xmlNode *define = find_define(root, attr_of(node, "name"));
        if (define)
            describe_children(root, define, " or ", depth + 1, out);
    } else if (xml_is(node, "choice")) {
        describe_children(root, node, " or ", depth + 1, out);
    } else {
        describe_children(root, node, " and ", depth + 1, out);
    }
}

/* --- finding the place in the schema -------------------------------------------------
 */

/* Called for each attribute pattern of an element; `is_required` when no choice or
 * optional stands above it. False ends the walk. */
typedef bool attribute_fn(const xmlNode *attribute, bool is_required, void *data);

static bool
walk_attributes(const xmlNode *root, const xmlNode *node, bool is_required, int depth,
                attribute_fn *each, void *data)
{
    for (const xmlNode *child = xml_first(node, NULL); child && depth < REF_DEPTH;
         child = xml_next(child, NULL)) {
        bool is_soft = xml_is(child, "optional") || xml_is(child, "choice") ||
                       xml_is(child, "zeroOrMore");
        const xmlNode *inside = child;
        if (xml_is(child, "element"))
            continue;
        if (xml_is(child, "attribute")) {
            if (!each(child, is_required, data))
                return false;
            continue;
        }
        if (xml_is(child, "ref"))
            inside = find_define(root, attr_of(child, "name"));
        if (inside && !walk_attributes(root, inside, is_required && !is_soft, depth + 1,
                                       each, data))
            return false;
    }
    return true;
}

/* Every <element name="…"> below `node`; false when the callback ended the walk. */
static bool
walk_elements(const xmlNode *root, const xmlNode *node, const char *name,
              attribute_fn *each, void *data)
{
    for (const xmlNode *child = xml_first(node, NULL); child;
         child = xml_next(child, NULL)) {
        if (xml_is(child, "element") && text_equal(attr_of(child, "name"), name) &&
            !walk_attributes(root, child, true, 0, each, data))
            return false;
        if (!walk_elements(root, child, name, each, data))
            return false;
    }
    return true;
}

struct looking {
    const xmlNode *root;
    const char *attribute, *value;
    const xmlNode *node;
    const char *missing;
    bool allows, is_known;
    struct buf *out;
    const char **names;
    size_t count, room;
};

static bool
explain_one(const xmlNode *attribute, bool is_required, void *data)
{
    struct looking *looking = data;
    struct buf words BUF_AUTO = {0};
    (void)is_required;
    if (!text_equal(attr_of(attribute, "name"), looking->attribute))
        return true;
    if (xml_first(attribute, NULL))
        describe_children(looking->root, attribute, " and ", 0, &words);
    else
        buf_puts(&words, "text");
    /* Elements of one name in two places may differ in what they hold. */
    if (looking->out->n == 0)
        buf_puts(looking->out, words.p);
    else if (words.p && !strstr(looking->out->p, words.p))
        buf_printf(looking->out, " or %s", words.p);
    return true;
}

void
xml_explain_attribute(const xmlDoc *schema, const char *element, const char *attribute,
                      struct buf *out)
{
    const xmlNode *root = xmlDocGetRootElement(schema);
    struct looking looking = {.root = root, .attribute = attribute, .out = out};
    (void)walk_elements(root, root, element, explain_one, &looking);
}

static bool
miss_one(const xmlNode *attribute, bool is_required, void *data)
{
    struct looking *looking = data;
    const char *name = attr_of(attribute, "name");
    if (is_required && name && !looking->missing &&
        !xmlHasNsProp(looking->node, (const xmlChar *)name, NULL))
        looking->missing = name;
    return true;
}

/* One definition after the other: what lacks nothing of one is an element of that kind.
 */
static bool
miss_in_each(const xmlNode *root, const xmlNode *below, struct looking *looking)
{
    const char *name = (const char *)looking->node->name;
    for (const xmlNode *child = xml_first(below, NULL); child;
         child = xml_next(child, NULL)) {
        if (xml_is(child, "element") && text_equal(attr_of(child, "name"), name)) {
            looking->missing = NULL;
            (void)walk_attributes(root, child, true, 0, miss_one, looking);
            if (!looking->missing)
                return false;
        }
        if (!miss_in_each(root, child, looking))
            return false;
    }
    return true;
}

const char *
xml_explain_missing(const xmlDoc *schema, const xmlNode *node)
{
    const xmlNode *root = xmlDocGetRootElement(schema);
    struct looking looking = {.root = root, .node = node};
    return miss_in_each(root, root, &looking) ? looking.missing : NULL;
}

static bool
name_one(const xmlNode *attribute, bool is_required, void *data)
{
    struct looking *looking = data;
    const char *name = attr_of(attribute, "name");
    (void)is_required;
    for (size_t i = 0; i < looking->count; i++)
        if (text_equal(looking->names[i], name))
            return true;
    if (name && looking->count < looking->room)
        looking->names[looking->count++] = name;
    return true;
}

size_t
xml_explain_names(const xmlDoc *schema, const char *element, const char **ret_names,
                  size_t room)
{
    const xmlNode *root = xmlDocGetRootElement(schema);
    struct looking looking = {.names = ret_names, .room = room};
    (void)walk_elements(root, root, element, name_one, &looking);
    return looking.count;
}

static bool
has_form(const char *value, const char *pattern)
{
    xmlRegexp *form = xmlRegexpCompile((const xmlChar *)pattern);
    bool has = !form || xmlRegexpExec(form, (const xmlChar *)value) == 1;
    if (form)
        xmlRegFreeRegexp(form);
    return has;
}

/* A word by its length and form. */
static bool
token_may_hold(const xmlNode *data, const char *value)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    const char *word = arena ? text_collapse(arena, value) : NULL;
    int64_t bound = 0;
    for (const xmlNode *param = xml_first(data, "param"); word && param;
         param = xml_next(param, "param")) {
        const char *name = attr_of(param, "name"), *text = text_of(param);
        bool is_bound = text_to_int64(text, &bound);
        int64_t length = xmlUTF8Strlen((const xmlChar *)word);
        if ((text_equal(name, "pattern") && !has_form(word, text)) ||
            (text_equal(name, "minLength") && is_bound && length < bound) ||
            (text_equal(name, "maxLength") && is_bound && length > bound))
            return false;
    }
    return true;
}

/* By the type, the bounds of whole numbers, and the length and form of words. */
static bool
data_may_hold(const xmlNode *data, const char *value)
{
    int64_t number = 0, bound = 0;
    xmlSchemaType *type =
        xmlSchemaGetPredefinedType((const xmlChar *)attr_of(data, "type"),
                                   (const xmlChar *)"http://www.w3.org/2001/XMLSchema");
    if (type && xmlSchemaValidatePredefinedType(type, (const xmlChar *)value, NULL) > 0)
        return false;
    if (text_equal(attr_of(data, "type"), "token"))
        return token_may_hold(data, value);
    if (!text_equal(attr_of(data, "type"), "integer") || !text_to_int64(value, &number))
        return true;
    for (const xmlNode *param = xml_first(data, "param"); param;
         param = xml_next(param, "param")) {
        bool is_bound = text_to_int64(text_of(param), &bound);
        if (is_bound && text_equal(attr_of(param, "name"), "minInclusive") &&
            number < bound)
            return false;
        if (is_bound && text_equal(attr_of(param, "name"), "maxInclusive") &&
            number > bound)
            return false;
    }
    return true;
}

/* Whether a pattern may hold the value; what is hard to tell may. */
static bool
may_hold(const xmlNode *root, const xmlNode *node, const char *value, int depth)
{
    if (xml_is(node, "value"))
        return text_equal(text_of(node), value);
    if (xml_is(node, "data"))
        return data_may_hold(node, value);
    if (xml_is(node, "ref"))
        node = find_define(root, attr_of(node, "name"));
    else if (!xml_is(node, "choice") && !xml_is(node, "attribute"))
        return true;
    const xmlNode *child = node ? xml_first(node, NULL) : NULL;
    bool may = !child || depth > REF_DEPTH;
    for (; child && !may; child = xml_next(child, NULL))
        may = may_hold(root, child, value, depth + 1);
    return may;
}

static bool
try_one(const xmlNode *attribute, bool is_required, void *data)
{
    struct looking *looking = data;
    (void)is_required;
    if (text_equal(attr_of(attribute, "name"), looking->attribute)) {
        looking->is_known = true;
        looking->allows =
            looking->allows || may_hold(looking->root, attribute, looking->value, 0);
    }
    return true;
}

bool
xml_explain_refuses(const xmlDoc *schema, const char *element, const char *attribute,
                    const char *value)
{
    const xmlNode *root = xmlDocGetRootElement(schema);
    struct looking looking = {.root = root, .attribute = attribute, .value = value};
    (void)walk_elements(root, root, element, try_one, &looking);
    return looking.is_known && !looking.allows;
}
