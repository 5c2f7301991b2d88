/* Values: what a template may know of a carton, read from the values document.
 *
 * Texts are cleaned on the way in; numbers and truths are read here, so that nothing of
 * the document ever becomes an expression. <line> and <past> are kept as a small tree
 * without namespaces, which is what the stylesheet walks. */
#include "page/page-inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define VALUES_NS "urn:tuck:values:1"
#define VALUES_MAX_BYTES (4u << 20)

enum fact_kind { NUMBER, MONEY, TRUTH, WORD, TEXT, DAY };
#define VALUE_OF_FACT(kind)                                                              \
    ((kind) == NUMBER || (kind) == MONEY ? VALUE_NUMBER                                  \
     : (kind) == TRUTH                   ? VALUE_TRUTH                                   \
                                         : VALUE_TEXT)

const struct value_def value_defs[] = {
#define FACT(symbol, name, type, unit, words, meaning) {name, VALUE_OF_FACT(type)},
#include "customer/fact-list.h"
#undef FACT
    {"order-id", VALUE_TEXT},
    {"package", VALUE_TEXT},
    {"merchant", VALUE_TEXT},
    {"given-name", VALUE_TEXT},
    {"family-name", VALUE_TEXT},
    {"full-name", VALUE_TEXT},
    {"placed-on", VALUE_TEXT},
    {"expires-on", VALUE_TEXT},
    {"code", VALUE_TEXT},
    {"code-plain", VALUE_TEXT},
    {"offer", VALUE_TEXT},
    {"offer-title", VALUE_TEXT},
    {"arm", VALUE_TEXT},
    {"coupon-kind", VALUE_TEXT},
    {"coupon-value", VALUE_TEXT},
    {"coupon-minimum", VALUE_TEXT},
    {"coupon-sku", VALUE_TEXT},
    {"given", VALUE_NUMBER}, /* to the causes of the offer; and to each */
    {"given-1", VALUE_NUMBER},
    {"given-2", VALUE_NUMBER},
    {"given-3", VALUE_NUMBER},
    {"given-4", VALUE_NUMBER},
    {"given-5", VALUE_NUMBER},
    {"given-6", VALUE_NUMBER},
    {"given-7", VALUE_NUMBER},
    {"given-8", VALUE_NUMBER},
    {"next-holiday-day", VALUE_TEXT}, /* as the reader writes it */
    {"points-good-until", VALUE_TEXT}, /* the last day of points that lapse, as read */
    {"spend-to-next-text", VALUE_TEXT},
    {"answer-by", VALUE_TEXT}, /* the last day for what the piece asks */
    {"odds", VALUE_NUMBER},    /* of what was drawn for, 0 to 1; and as one in so many */
    {"odds-one-in", VALUE_NUMBER},
    {"step", VALUE_NUMBER}, /* of a series, and how many it has; 0: of none */
    {"steps", VALUE_NUMBER},
    {"short-url", VALUE_TEXT},
    {"digital-link", VALUE_TEXT},
    {"gs1", VALUE_TEXT},
    {"gift-message", VALUE_TEXT},
    {"carton-code", VALUE_TEXT},
    {"carton-length", VALUE_NUMBER},
    {"carton-width", VALUE_NUMBER},
    {"carton-height", VALUE_NUMBER},
    {"page-lang", VALUE_TEXT},
    {"page-number", VALUE_NUMBER}, /* where text goes on over pages, from 1 */
    {"station", VALUE_TEXT},
    {"line-count", VALUE_NUMBER},
    {"is-preview", VALUE_TRUTH},
    /* of sheets about printers and waves, which belong to no carton or to any */
    {"printer", VALUE_TEXT},
    {"printer-uri", VALUE_TEXT},
    {"printer-media", VALUE_TEXT},
    {"printer-dpi", VALUE_TEXT},
    {"printer-format", VALUE_TEXT},
    {"wave", VALUE_TEXT},
    {"wave-place", VALUE_TEXT},
    {"wave-places", VALUE_TEXT},
    {"printed-on", VALUE_TEXT},
    {"paper-width", VALUE_NUMBER}, /* of what lies in the printer, mm */
    {"paper-height", VALUE_NUMBER},
    {"placement", VALUE_TEXT},
    {"reason", VALUE_TEXT},
    {"pick-sku", VALUE_TEXT},
    {"pick-bin", VALUE_TEXT},
};
const size_t value_def_count = COUNT_OF(value_defs);

const struct value_def *
value_def_find(const char *name)
{
    for (size_t i = 0; i < value_def_count; i++)
        if (strcmp(value_defs[i].name, name) == 0)
            return &value_defs[i];
    return NULL;
}

const char *const *
value_names(void)
{
    static const char *names[COUNT_OF(value_defs)];
    for (size_t i = 0; i < value_def_count; i++)
        names[i] = value_defs[i].name;
    return names;
}

static enum status
read_value(const xmlNode *node, struct arena *arena, struct value *value,
           bool *ret_is_good)
{
    char *name = xml_attr(arena, node, "name"), *type = xml_attr(arena, node, "type");
    xmlChar *text = xmlNodeGetContent(node);
    if (!text)
        return STATUS_NO_MEMORY;
    value->name = name;
    value->text = value_clean(arena, (const char *)text);
    *ret_is_good = name && type;
    if (*ret_is_good && strcmp(type, "number") == 0) {
        value->type = VALUE_NUMBER;
        value->number = NAN;
        (void)text_to_double(value->text, &value->number);
    } else if (*ret_is_good && strcmp(type, "truth") == 0) {
        value->type = VALUE_TRUTH;
        value->number = strcmp(value->text, "true") == 0;
    }
    xmlFree(text);
    return value->text ? STATUS_OK : STATUS_NO_MEMORY;
}

static bool
clean_attributes(xmlNode *node, struct arena *arena)
{
    for (xmlAttr *attr = node->properties; attr; attr = attr->next) {
        xmlChar *text = xmlNodeListGetString(node->doc, attr->children, 1);
        char *clean = value_clean(arena, text ? (const char *)text : "");
        xmlFree(text);
        if (!clean || !xmlSetNsProp(node, attr->ns, attr->name, (const xmlChar *)clean))
            return false;
    }
    return true;
}

/* Leaves the tree with <line> and <past> alone, in no namespace, their texts cleaned. */
static enum status
keep_rows(xmlNode *root, struct arena *arena)
{
    xmlNode *next;
    xmlSetNs(root, NULL);
    for (xmlNode *node = root->children; node; node = next) {
        next = node->next;
        if (!xml_is(node, "line") && !xml_is(node, "past")) {
            xmlUnlinkNode(node);
            xmlFreeNode(node);
            continue;
        }
        xmlSetNs(node, NULL);
        xmlChar *text = xmlNodeGetContent(node);
        char *clean = text ? value_clean(arena, (const char *)text) : NULL;
        xmlFree(text);
        if (!clean || !clean_attributes(node, arena))
            return STATUS_NO_MEMORY;
        xmlNodeSetContent(node, NULL);
        xmlNodeAddContent(node, (const xmlChar *)clean);
    }
    return STATUS_OK;
}

static enum status
read_values(xmlNode *root, struct arena *arena, struct notes *notes,
            struct values *values)
{
    for (xmlNode *v = xml_first(root, "v"); v; v = xml_next(v, "v")) {
        struct value *value =
            arena_append(arena, &values->items, &values->count, &values->room, sizeof *value);
        bool is_good = false;
        if (!value || read_value(v, arena, value, &is_good) != STATUS_OK)
            return STATUS_NO_MEMORY;
        if (!is_good)
            return note_fail(notes, STATUS_BAD_INPUT, NOTE_VALUES_BAD, "(values)",
                             xml_line(v), "a value lacks its name or its type");
    }
    return keep_rows(root, arena);
}

enum status
values_read(const char *bytes, size_t n, struct arena *arena, struct notes *notes,
            struct values *ret)
{
    xmlDoc *doc XML_DOC_AUTO = NULL;
    enum status status =
        xml_read_memory(bytes, n, "(values)", NULL, VALUES_MAX_BYTES, notes, &doc);
    if (status != STATUS_OK)
        return status;
    xmlNode *root = xmlDocGetRootElement(doc);
    if (!xml_is(root, "values") || !root->ns ||
        strcmp((const char *)root->ns->href, VALUES_NS) != 0)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_VALUES_BAD, "(values)", 1,
                         "this is no document of values (" VALUES_NS ")");
    struct values values = {.arena = arena};
    char *lang = xml_attr(arena, root, "lang");
    values.lang = lang && strlen(lang) < 64 ? lang : "en";
    values.is_rtl = lang_is_rtl(values.lang);
    status = read_values(root, arena, notes, &values);
    if (status != STATUS_OK)
        return status;
    values.doc = take(doc);
    *ret = values;
    return STATUS_OK;
}

void
values_done(struct values *values)
{
    xml_doc_freep(&values->doc);
}

const struct value *
values_find(const struct values *values, const char *name)
{
    for (size_t i = 0; i < values->count; i++)
        if (strcmp(values->items[i].name, name) == 0)
            return &values->items[i];
    return NULL;
}

enum status
values_set_number(struct values *values, const char *name, double number)
{
    struct value *value = NULL;
    for (size_t i = 0; i < values->count && !value; i++)
        if (strcmp(values->items[i].name, name) == 0)
            value = &values->items[i];
    if (!value)
        value = arena_append(values->arena, &values->items, &values->count, &values->room,
                             sizeof *value);
    char *text = arena_printf(values->arena, "%g", number);
    if (!value || !text)
        return STATUS_NO_MEMORY;
    *value = (struct value){name, text, VALUE_NUMBER, number};
    return STATUS_OK;
}
