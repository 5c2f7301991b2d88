/* Schemas: RELAX NG compiled once, documents held against it.
 *
 * libxml2 validates; what it says of an invalid document ranges from good to misleading.
 * So unknown names are looked for first, with what may have been meant, then attributes
 * are explained from the schema's own tree, and only then is libxml2 quoted. */
#include "base/text.h"
#include "base/xml-explain.h"
#include "base/xml-inside.h"

#include <libxml/relaxng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOKS_MOST 5000
#define NAMES_MOST 64 /* attributes of one element that a note may list */

struct xml_schema {
    xmlRelaxNG *grammar;
    xmlDoc *tree; /* of the schema itself, for explanations; only read */
    char *name;
    bool hides_values;
    struct arena *arena;
    const char **words[2]; /* names of elements [0] and attributes [1] */
    size_t count[2];
};

/* One document held against one schema. */
struct trial {
    struct reading reading;
    const struct xml_schema *schema;
    struct { /* what to say when nothing better is found */
        char text[200], extra[64];
        int32_t line;
    } vague;
    const char *told[NOTES_PER_DOCUMENT]; /* names, each told once */
    size_t looks; /* elements looked at again; each costs a walk over the schema */
};

/* --- notes -------------------------------------------------------------------------- */

/* Says less than others, stands at no place, or repeats them for the parent. */
static bool
is_vague(const xmlError *error)
{
    switch (error->code) {
    case XML_RELAXNG_ERR_TYPEVAL:
    case XML_RELAXNG_ERR_EXTRACONTENT:
    case XML_RELAXNG_ERR_INTERSEQ:
    case XML_RELAXNG_ERR_INTEREXTRA:
    case XML_RELAXNG_ERR_INTERNODATA:
    case XML_RELAXNG_ERR_CONTENTVALID:
    case XML_RELAXNG_ERR_ATTRVALID:
        return true;
    default:
        return !error->node;
    }
}

/* Sentences of libxml2's that quote names at most, never what a document holds. */
static bool
is_discreet(const xmlError *error)
{
    switch (error->code) {
    case XML_RELAXNG_ERR_EXTRACONTENT:
    case XML_RELAXNG_ERR_INTERSEQ:
    case XML_RELAXNG_ERR_INTEREXTRA:
    case XML_RELAXNG_ERR_INTERNODATA:
    case XML_RELAXNG_ERR_CONTENTVALID:
    case XML_RELAXNG_ERR_ATTRVALID:
    case XML_RELAXNG_ERR_INVALIDATTR:
    case XML_RELAXNG_ERR_ELEMNAME:
    case XML_RELAXNG_ERR_ELEMNONS:
    case XML_RELAXNG_ERR_ELEMWRONG:
    case XML_RELAXNG_ERR_ELEMWRONGNS:
    case XML_RELAXNG_ERR_ELEMEXTRANS:
    case XML_RELAXNG_ERR_ELEMNOTEMPTY:
    case XML_RELAXNG_ERR_NOELEM:
    case XML_RELAXNG_ERR_NOTELEM:
    case XML_RELAXNG_ERR_TEXTWRONG:
        return true;
    default:
        return false;
    }
}

static void
keep_vague(struct trial *trial, const xmlError *error)
{
    bool may_quote = is_discreet(error) || !trial->schema->hides_values;
    if (error->code == XML_RELAXNG_ERR_INTEREXTRA && !trial->vague.extra[0])
        snprintf(trial->vague.extra, sizeof(trial->vague.extra), "%s",
                 error->str1 ? error->str1 : "");
    if (trial->vague.text[0])
        return;
    snprintf(trial->vague.text, sizeof(trial->vague.text), "%s",
             may_quote ? error->message : "a text is not of its type");
    trial->vague.line = error->node ? xml_line(error->node) : 0;
}

/* "<line> has no attribute "price"; it may have sku, quantity …" */
static void
tell_unknown_attribute(struct trial *trial, const xmlNode *node, const char *name)
{
    struct reading *reading = &trial->reading;
    struct buf names BUF_AUTO = {0};
    const char *known[NAMES_MOST];
    size_t count = xml_explain_names(trial->schema->tree, (const char *)node->name, known,
                                     NAMES_MOST);
    const char *near = text_nearest(name, known, count);
    if (near)
        buf_printf(&names, "did you mean \"%s\"?", near);
    else
        buf_puts(&names, count ? "it may have " : "it has none");
    for (size_t i = 0; i < count && !near; i++)
        buf_printf(&names, "%s%s",
                   i == 0           ? ""
                   : i + 1 == count ? " and "
                                    : ", ",
                   known[i]);
    if (reading->told++ < NOTES_PER_DOCUMENT)
        note_add(reading->notes, NOTE_XML_INVALID, reading->name, xml_line(node),
                 "<%.40s> has no attribute \"%.40s\"; %.200s", (const char *)node->name,
                 name, names.p ? names.p : "");
}

static void
tell_attribute(struct trial *trial, const xmlNode *node, const xmlAttr *attr)
{
    struct reading *reading = &trial->reading;
    struct buf expected BUF_AUTO = {0};
    const char *name = (const char *)attr->name, *element = (const char *)node->name;
    const char *value = attr->children ? (const char *)attr->children->content : "";
    xml_explain_attribute(trial->schema->tree, element, name, &expected);
    if (expected.n == 0)
        tell_unknown_attribute(trial, node, name);
    else if (reading->told++ >= NOTES_PER_DOCUMENT)
        return;
    else if (trial->schema->hides_values)
        note_add(reading->notes, NOTE_XML_INVALID, reading->name, xml_line(node),
                 "%.40s of <%.40s> is not %.160s", name, element, expected.p);
    else
        note_add(reading->notes, NOTE_XML_INVALID, reading->name, xml_line(node),
                 "%.40s=\"%.60s\" of <%.40s> is not %.160s", name, value, element,
                 expected.p);
}

/* The attribute that an error is about: named by it, or holding the value that it
 * names. */
static const xmlAttr *
attribute_of(const xmlNode *node, const xmlError *error)
{
    for (const xmlAttr *attr = node->properties; attr; attr = attr->next) {
        if (error->code == XML_RELAXNG_ERR_INVALIDATTR &&
            text_equal((const char *)attr->name, error->str1))
            return attr;
        if (error->code == XML_RELAXNG_ERR_TYPEVAL && attr->children &&
            text_equal((const char *)attr->children->content, error->str2))
            return attr;
    }
    return NULL;
}

static void
on_invalid(void *data, xmlError *error)
{
    struct trial *trial = data;
    const xmlNode *node = error->node;
    const xmlAttr *attr =
        node && node->type == XML_ELEMENT_NODE ? attribute_of(node, error) : NULL;
    bool may_quote = is_discreet(error) || !trial->schema->hides_values;
    if (attr)
        tell_attribute(trial, node, attr);
    else if (is_vague(error) || !may_quote)
        keep_vague(trial, error);
    else
        xml_tell(&trial->reading, NOTE_XML_INVALID, xml_line(node), error->message);
}

static void
stay_silent(void *data, xmlError *error)
{
    (void)data;
    (void)error;
}

/* --- schemas ------------------------------------------------------------------------ */

static bool
collect_names(struct xml_schema *schema, const xmlNode *node, size_t room[2])
{
    for (; node; node = node->next) {
        int kind = xml_is(node, "element") ? 0 : xml_is(node, "attribute") ? 1 : -1;
        char *name = kind >= 0 ? xml_attr(schema->arena, node, "name") : NULL;
        if (name) {
            const char **slot =
                arena_append(schema->arena, &schema->words[kind], &schema->count[kind],
                             &room[kind], sizeof(char *));
            if (!slot)
                return false;
            *slot = name;
        }
        if (!collect_names(schema, node->children, room))
            return false;
    }
    return true;
}

static void
on_schema_error(void *data, xmlError *error)
{
    struct reading *reading = data;
    xml_tell(reading, NOTE_XML_INVALID, error->line, error->message);
}

static enum status
compile(struct xml_schema *schema, const char *rng, struct reading *reading)
{
    size_t room[2] = {0};
    xmlRelaxNGParserCtxt *context = xmlRelaxNGNewMemParserCtxt(rng, (int)strlen(rng));
    if (!context)
        return STATUS_NO_MEMORY;
    xmlRelaxNGSetParserStructuredErrors(context, on_schema_error, reading);
    schema->grammar = xmlRelaxNGParse(context);
    xmlRelaxNGFreeParserCtxt(context);
    if (!schema->grammar)
        return STATUS_BUG;
    enum status status = xml_read_memory(rng, strlen(rng), reading->name, NULL, 0,
                                         reading->notes, &schema->tree);
    if (status == STATUS_OK &&
        !collect_names(schema, xmlDocGetRootElement(schema->tree), room))
        status = STATUS_NO_MEMORY;
    return status;
}

enum status
xml_schema_open(const char *rng, const char *name, struct notes *notes,
                struct xml_schema **ret)
{
    struct reading reading = {.name = name, .notes = notes};
    xml_init();
    struct xml_schema *schema = calloc(1, sizeof(*schema));
    if (!schema)
        return STATUS_NO_MEMORY;
    schema->name = strdup(name);
    schema->arena = arena_new(0);
    enum status status =
        schema->name && schema->arena ? compile(schema, rng, &reading) : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        *ret = schema;
    else
        xml_schema_close(schema);
    return status;
}

void
xml_schema_hide_values(struct xml_schema *schema)
{
    schema->hides_values = true;
}

void
xml_schema_close(struct xml_schema *schema)
{
    if (!schema)
        return;
    if (schema->grammar)
        xmlRelaxNGFree(schema->grammar);
    if (schema->tree)
        xmlFreeDoc(schema->tree);
    arena_free(schema->arena);
    free(schema->name);
    free(schema);
}

static bool
is_word(const struct xml_schema *schema, int kind, const char *name)
{
    for (size_t i = 0; i < schema->count[kind]; i++)
        if (text_equal(schema->words[kind][i], name))
            return true;
    return false;
}

/* A name is told once; what comes again is most likely the same mistake. */
static bool
is_told(struct trial *trial, const char *name)
{
    for (size_t i = 0; i < NOTES_PER_DOCUMENT; i++) {
        if (!trial->told[i]) {
            trial->told[i] = name;
            return false;
        }
        if (text_equal(trial->told[i], name))
            return true;
    }
    return true;
}

static void
tell_unknown_element(struct trial *trial, const xmlNode *node)
{
    const struct xml_schema *schema = trial->schema;
    const char *name = (const char *)node->name;
    const char *near = text_nearest(name, schema->words[0], schema->count[0]);
    if (is_told(trial, name) || trial->reading.told++ >= NOTES_PER_DOCUMENT)
        return;
    note_add(trial->reading.notes, NOTE_XML_INVALID, trial->reading.name, xml_line(node),
             near ? "there is no element \"%.60s\"; did you mean \"%s\"?"
                  : "there is no element \"%.60s\"",
             name, near);
}

/* The schema language tells where a name did not fit, not that nobody ever uses it. */
static void
look_for_unknown_names(struct trial *trial, const xmlNode *node, const xmlNs *ns)
{
    for (; node && trial->reading.told < NOTES_PER_DOCUMENT; node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        bool is_ours = node->ns && ns && xmlStrEqual(node->ns->href, ns->href);
        bool is_known = is_word(trial->schema, 0, (const char *)node->name);
        if (is_ours && !is_known)
            tell_unknown_element(trial, node);
        const xmlAttr *attr = is_ours && is_known ? node->properties : NULL;
        for (; attr; attr = attr->next)
            if (!attr->ns && !is_word(trial->schema, 1, (const char *)attr->name) &&
                !is_told(trial, (const char *)attr->name))
                tell_unknown_attribute(trial, node, (const char *)attr->name);
        look_for_unknown_names(trial, node->children, ns);
    }
}

/* Attributes that lack, belong elsewhere or are none of their words: libxml2 says of
 * them all that the element "failed to validate attributes". */
static void
look_at_attributes(struct trial *trial, const xmlNode *node)
{
    const xmlDoc *tree = trial->schema->tree;
    const char *name = (const char *)node->name, *known[NAMES_MOST];
    const char *missing = xml_explain_missing(tree, node);
    size_t count = xml_explain_names(tree, name, known, NAMES_MOST);
    if (missing && trial->reading.told++ == 0)
        note_add(trial->reading.notes, NOTE_XML_INVALID, trial->reading.name,
                 xml_line(node), "<%.40s> lacks the attribute \"%.40s\"", name, missing);
    for (const xmlAttr *attr = node->properties; attr; attr = attr->next) {
        bool is_known = attr->ns || count == NAMES_MOST;
        for (size_t i = 0; i < count && !is_known; i++)
            is_known = text_equal(known[i], (const char *)attr->name);
        if (!is_known)
            tell_unknown_attribute(trial, node, (const char *)attr->name);
        else if (!attr->ns && attr->children &&
                 xml_explain_refuses(tree, name, (const char *)attr->name,
                                     (const char *)attr->children->content))
            tell_attribute(trial, node, attr);
    }
}

static void
look_closer(struct trial *trial, const xmlNode *node, const xmlNs *ns)
{
    for (; node && trial->reading.told == 0 && trial->looks < LOOKS_MOST;
         node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        trial->looks++;
        bool is_ours = node->ns && ns && xmlStrEqual(node->ns->href, ns->href);
        if (is_ours && is_word(trial->schema, 0, (const char *)node->name))
            look_at_attributes(trial, node);
        look_closer(trial, node->children, ns);
    }
}

/* libxml2 knows the name of an element that is one too many, but not its place: the
 * last of several beside one another is a fair guess. */
static void
look_for_extra(struct trial *trial, const xmlNode *node)
{
    const char *extra = trial->vague.extra;
    const xmlNode *last = NULL;
    size_t count = 0;
    for (; node && extra[0] && trial->reading.told == 0 && trial->looks < LOOKS_MOST;
         node = node->next) {
        trial->looks++;
        last = xml_is(node, extra) ? node : last;
        count += xml_is(node, extra);
        look_for_extra(trial, node->children);
    }
    if (count > 1 && trial->reading.told++ == 0)
        note_add(trial->reading.notes, NOTE_XML_INVALID, trial->reading.name,
                 xml_line(last), "<%.60s> has one <%.60s> too many",
                 (const char *)last->parent->name, extra);
}

/* True when the document is of another namespace, which makes all else idle. */
static bool
is_elsewhere(struct trial *trial, const xmlNode *root)
{
    const xmlAttr *ns = xmlHasNsProp(xmlDocGetRootElement(trial->schema->tree),
                                     (const xmlChar *)"ns", NULL);
    const char *ours = ns && ns->children ? (const char *)ns->children->content : NULL;
    const char *theirs = root->ns ? (const char *)root->ns->href : "";
    if (!ours || text_equal(ours, theirs))
        return false;
    trial->reading.told++;
    note_add(trial->reading.notes, NOTE_XML_INVALID, trial->reading.name, xml_line(root),
             "the document is in %s%.60s; expected <%.40s xmlns=\"%.60s\">",
             theirs[0] ? "the namespace " : "no namespace", theirs,
             (const char *)root->name, ours);
    return true;
}

static void
explain(struct trial *trial, xmlRelaxNGValidCtxt *context, xmlDoc *doc)
{
    const xmlNode *root = xmlDocGetRootElement(doc);
    struct reading *reading = &trial->reading;
    if (is_elsewhere(trial, root))
        return;
    look_for_unknown_names(trial, root, root->ns);
    if (reading->told > 0)
        return;
    xmlRelaxNGSetValidStructuredErrors(context, on_invalid, trial);
    (void)xmlRelaxNGValidateDoc(context, doc);
    look_closer(trial, root, root->ns);
    trial->looks = 0;
    look_for_extra(trial, root);
    if (reading->told == 0)
        xml_tell(reading, NOTE_XML_INVALID, trial->vague.line,
                 trial->vague.text[0] ? trial->vague.text
                                      : "the document breaks its schema");
}

enum status
xml_validate(const struct xml_schema *schema, xmlDoc *doc, const char *name,
             struct notes *notes)
{
    struct trial trial = {.reading = {.name = name, .notes = notes}, .schema = schema};
    xmlRelaxNGValidCtxt *context = xmlRelaxNGNewValidCtxt(schema->grammar);
    if (!context)
        return STATUS_NO_MEMORY;
    /* First silently: a document that is right, as nearly all are, costs one walk. */
    xmlRelaxNGSetValidStructuredErrors(context, stay_silent, NULL);
    int result = xmlRelaxNGValidateDoc(context, doc);
    if (result > 0)
        explain(&trial, context, doc);
    xmlRelaxNGFreeValidCtxt(context);
    return result == 0 ? STATUS_OK : result > 0 ? STATUS_BAD_INPUT : STATUS_BUG;
}
