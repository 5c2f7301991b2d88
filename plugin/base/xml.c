/* XML in: guards first, then libxml2, then the schema.
 *
 * One linear scan refuses, before any parser sees them, what libxml2 2.9 is slow or
 * generous with: a DOCTYPE (and so every entity), tags of 16 KB and more, deep nesting,
 * bytes that are not UTF-8. Errors come by per-context handlers, never by the process's,
 * which belong to the host. */
#include "base/xml.h"

#include "base/text.h"
#include "base/xml-explain.h"
#include "base/xml-scan.h"

#include <fcntl.h>
#include <errno.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/xmlreader.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOTES_PER_DOCUMENT 5
/* BIG_LINES: elements past line 65,535 keep their number. */
#define PARSE_OPTIONS (XML_PARSE_NONET | XML_PARSE_BIG_LINES | XML_PARSE_NOCDATA)

struct xml_schema {
    xmlRelaxNG *grammar;
    xmlDoc *tree; /* of the schema itself, for explanations; only read */
    char *name;
    bool hides_values;
    struct arena *arena;
    const char **words[2]; /* names of elements [0] and attributes [1] */
    size_t count[2];
};

/* What a document's reading has come to, for the error handlers. */
struct reading {
    const char *name;
    struct notes *notes;
    int told;
    const struct xml_schema *schema; /* NULL: nothing is to be explained */
};

static void
init_once(void)
{
    xmlInitParser();
    (void)xmlRelaxNGInitTypes();
}

void
xml_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, init_once);
}

void
xml_doc_freep(xmlDoc **doc)
{
    if (*doc)
        xmlFreeDoc(*doc);
}

/* --- notes from libxml2 ------------------------------------------------------------- */

/* libxml2's sentence on one line and without its full stop. */
static void
tell(struct reading *reading, enum note_id id, int32_t line, const char *message)
{
    char text[240];
    size_t n = 0;
    for (const char *p = message ? message : "unknown"; *p && n + 1 < sizeof(text); p++)
        text[n++] = *p == '\n' ? ' ' : *p;
    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '.'))
        n--;
    text[n] = '\0';
    if (reading->told++ < NOTES_PER_DOCUMENT)
        note_add(reading->notes, id, reading->name, line, "%s", text);
}

static void
on_parse_error(void *data, xmlError *error)
{
    xmlParserCtxt *context = data;
    struct reading *reading = context->_private;
    if (reading && reading->told == 0 && error->level >= XML_ERR_ERROR)
        tell(reading, NOTE_XML_MALFORMED, error->line, error->message);
}

/* Says less than the notes before it, or repeats them for the parent. */
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
        return true;
    default:
        return false;
    }
}

static void
tell_attribute(struct reading *reading, const xmlNode *node, const xmlAttr *attr)
{
    struct buf expected BUF_AUTO = {0};
    const char *value = attr->children ? (const char *)attr->children->content : "";
    xml_explain_attribute(reading->schema->tree, (const char *)node->name,
                          (const char *)attr->name, &expected);
    if (reading->told++ >= NOTES_PER_DOCUMENT)
        return;
    if (expected.n && reading->schema->hides_values)
        note_add(reading->notes, NOTE_XML_INVALID, reading->name, xml_line(node),
                 "%.40s of <%.40s> is not %.160s", (const char *)attr->name,
                 (const char *)node->name, expected.p);
    else if (expected.n)
        note_add(reading->notes, NOTE_XML_INVALID, reading->name, xml_line(node),
                 "%.40s=\"%.60s\" of <%.40s> is not %.160s", (const char *)attr->name, value,
                 (const char *)node->name, expected.p);
    else
        note_add(reading->notes, NOTE_XML_INVALID, reading->name, xml_line(node),
                 "<%.40s> has no attribute \"%.40s\"", (const char *)node->name,
                 (const char *)attr->name);
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
    struct reading *reading = data;
    const xmlNode *node = error->node;
    if (!reading->schema)
        return;
    const xmlAttr *attr = node && node->type == XML_ELEMENT_NODE
                              ? attribute_of(node, error)
                              : NULL;
    const char *missing = error->code == XML_RELAXNG_ERR_ATTRVALID && node
                              ? xml_explain_missing(reading->schema->tree, node)
                              : NULL;
    if (attr) {
        tell_attribute(reading, node, attr);
    } else if (missing && reading->told == 0) {
        reading->told++;
        note_add(reading->notes, NOTE_XML_INVALID, reading->name, xml_line(node),
                 "<%.40s> lacks the attribute \"%.40s\"", (const char *)node->name, missing);
    } else if (reading->told == 0 || !(is_vague(error) ||
                                       error->code == XML_RELAXNG_ERR_ATTRVALID)) {
        tell(reading, NOTE_XML_INVALID, node ? xml_line(node) : error->line,
             error->message);
    }
}

/* --- schemas ------------------------------------------------------------------------ */

static bool
collect_names(struct xml_schema *schema, const xmlNode *node, size_t room[2])
{
    for (; node; node = node->next) {
        int kind = xml_is(node, "element") ? 0 : xml_is(node, "attribute") ? 1 : -1;
        char *name = kind >= 0 ? xml_attr(schema->arena, node, "name") : NULL;
        if (name) {
            const char **slot = arena_append(schema->arena, &schema->words[kind],
                                             &schema->count[kind], &room[kind],
                                             sizeof(char *));
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
    tell(reading, NOTE_XML_INVALID, error->line, error->message);
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
    enum status status = schema->name && schema->arena ? compile(schema, rng, &reading)
                                                       : STATUS_NO_MEMORY;
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

static void
tell_unknown(const struct xml_schema *schema, struct reading *reading, int kind,
             const char *name, const xmlNode *node)
{
    static const char *const kinds[] = {"element", "attribute"};
    const char *near = text_nearest(name, schema->words[kind], schema->count[kind]);
    if (reading->told++ >= NOTES_PER_DOCUMENT)
        return;
    note_add(reading->notes, NOTE_XML_INVALID, reading->name, xml_line(node),
             near ? "there is no %s \"%.60s\"; did you mean \"%s\"?"
                  : "there is no %s \"%.60s\"",
             kinds[kind], name, near);
}

/* The schema language tells where a name did not fit, not that nobody ever uses it. */
static void
look_for_unknown_names(const struct xml_schema *schema, struct reading *reading,
                       const xmlNode *node, const xmlNs *ns)
{
    for (; node; node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        bool is_ours = node->ns && ns && xmlStrEqual(node->ns->href, ns->href);
        if (is_ours && !is_word(schema, 0, (const char *)node->name))
            tell_unknown(schema, reading, 0, (const char *)node->name, node);
        for (const xmlAttr *attr = is_ours ? node->properties : NULL; attr; attr = attr->next)
            if (!attr->ns && !is_word(schema, 1, (const char *)attr->name))
                tell_unknown(schema, reading, 1, (const char *)attr->name, node);
        look_for_unknown_names(schema, reading, node->children, ns);
    }
}

enum status
xml_validate(const struct xml_schema *schema, xmlDoc *doc, const char *name,
             struct notes *notes)
{
    struct reading reading = {.name = name, .notes = notes, .schema = schema};
    xmlRelaxNGValidCtxt *context = xmlRelaxNGNewValidCtxt(schema->grammar);
    if (!context)
        return STATUS_NO_MEMORY;
    /* First silently: a document that is right, as nearly all are, costs one walk. */
    xmlRelaxNGSetValidStructuredErrors(context, on_invalid, &(struct reading){0});
    int result = xmlRelaxNGValidateDoc(context, doc);
    if (result > 0) {
        const xmlNode *root = xmlDocGetRootElement(doc);
        look_for_unknown_names(schema, &reading, root, root->ns);
        if (reading.told == 0) {
            xmlRelaxNGSetValidStructuredErrors(context, on_invalid, &reading);
            (void)xmlRelaxNGValidateDoc(context, doc);
        }
        if (reading.told == 0)
            note_add(notes, NOTE_XML_INVALID, name, xml_line(root),
                     "the document is not one of schema %s", schema->name);
    }
    xmlRelaxNGFreeValidCtxt(context);
    return result == 0 ? STATUS_OK : result > 0 ? STATUS_BAD_INPUT : STATUS_BUG;
}

/* --- reading ------------------------------------------------------------------------ */

static enum status
check_size(size_t n, size_t max_bytes, const char *name, struct notes *notes)
{
    size_t most = max_bytes ? max_bytes : XML_MAX_BYTES;
    if (n <= most)
        return STATUS_OK;
    return note_fail(notes, STATUS_BAD_INPUT, NOTE_XML_TOO_BIG, name, 0,
                     "the document has %zu bytes; expected at most %zu", n, most);
}

static enum status
check_before(const char *bytes, size_t n, const char *name, size_t max_bytes,
             struct notes *notes)
{
    enum status status = check_size(n, max_bytes, name, notes);
    return status == STATUS_OK ? xml_scan(bytes, n, name, notes) : status;
}

static enum status
parse(const char *bytes, size_t n, struct reading *reading, xmlDoc **ret)
{
    xmlParserCtxt *context = xmlNewParserCtxt();
    if (!context)
        return STATUS_NO_MEMORY;
    context->_private = reading;
    context->sax->serror = on_parse_error;
    context->sax->error = NULL;
    context->sax->warning = NULL;
    xmlDoc *doc = xmlCtxtReadMemory(context, bytes, (int)n, NULL, "UTF-8", PARSE_OPTIONS);
    bool is_fine = doc && context->wellFormed && !doc->intSubset;
    bool is_out_of_memory = context->lastError.code == XML_ERR_NO_MEMORY;
    xmlFreeParserCtxt(context);
    if (is_fine) {
        *ret = doc;
        return STATUS_OK;
    }
    if (doc)
        xmlFreeDoc(doc);
    if (is_out_of_memory)
        return STATUS_NO_MEMORY;
    if (reading->told == 0)
        tell(reading, NOTE_XML_MALFORMED, 1, "this is not an XML document");
    return STATUS_BAD_INPUT;
}

enum status
xml_read_memory(const char *bytes, size_t n, const char *name,
                const struct xml_schema *schema, size_t max_bytes, struct notes *notes,
                xmlDoc **ret)
{
    struct reading reading = {.name = name, .notes = notes};
    xmlDoc *doc XML_DOC_AUTO = NULL;
    xml_init();
    enum status status = check_before(bytes, n, name, max_bytes, notes);
    if (status == STATUS_OK)
        status = parse(bytes, n, &reading, &doc);
    if (status == STATUS_OK && schema)
        status = xml_validate(schema, doc, name, notes);
    if (status == STATUS_OK)
        *ret = take(doc);
    return status;
}

static enum status
read_fd(int fd, size_t size, char **ret_bytes, size_t *ret_n)
{
    char *bytes = malloc(size + 1);
    size_t n = 0;
    if (!bytes)
        return STATUS_NO_MEMORY;
    while (n < size) {
        ssize_t got = read(fd, bytes + n, size - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            free(bytes);
            return STATUS_OUTSIDE;
        }
        if (got == 0)
            break;
        n += (size_t)got;
    }
    bytes[n] = '\0';
    *ret_bytes = bytes;
    *ret_n = n;
    return STATUS_OK;
}

static void
closep(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static enum status
open_file(const char *path, size_t max_bytes, struct notes *notes, int *ret_fd,
          size_t *ret_size)
{
    struct stat stat_buf;
    /* NONBLOCK: a pipe with no writer must not hold the caller. */
    int fd CLEANUP(closep) = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &stat_buf) != 0)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_FILE_UNREADABLE, path, 0,
                         "the file cannot be read: %s", strerrordesc_np(errno));
    if (!S_ISREG(stat_buf.st_mode))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_FILE_UNREADABLE, path, 0,
                         "this is not a regular file");
    enum status status = check_size((size_t)stat_buf.st_size, max_bytes, path, notes);
    if (status != STATUS_OK)
        return status;
    *ret_size = (size_t)stat_buf.st_size;
    *ret_fd = fd;
    fd = -1;
    return STATUS_OK;
}

enum status
file_read(const char *path, size_t max_bytes, struct notes *notes, char **ret_bytes,
          size_t *ret_n)
{
    int fd CLEANUP(closep) = -1;
    size_t size = 0;
    enum status status = open_file(path, max_bytes, notes, &fd, &size);
    if (status != STATUS_OK)
        return status;
    status = read_fd(fd, size, ret_bytes, ret_n);
    if (status == STATUS_OUTSIDE)
        note_add(notes, NOTE_FILE_UNREADABLE, path, 0, "the file cannot be read");
    return status;
}

enum status
xml_read_file(const char *path, const struct xml_schema *schema, size_t max_bytes,
              struct notes *notes, xmlDoc **ret)
{
    char *bytes = NULL;
    size_t n = 0;
    enum status status = file_read(path, max_bytes, notes, &bytes, &n);
    if (status == STATUS_OK)
        status = xml_read_memory(bytes, n, path, schema, max_bytes, notes, ret);
    free(bytes);
    return status;
}

/* --- streaming ---------------------------------------------------------------------- */

static void
on_stream_error(void *data, xmlError *error)
{
    struct reading *reading = data;
    if (reading->told == 0 && error->level >= XML_ERR_ERROR)
        tell(reading, NOTE_XML_MALFORMED, error->line, error->message);
}

/* At a child of the root: hand over its whole tree, then step past it. */
static enum status
hand_over(xmlTextReader *reader, const struct xml_stream *stream, int *ret_more)
{
    xmlNode *node = xmlTextReaderExpand(reader);
    if (!node) {
        *ret_more = -1;
        return STATUS_OK;
    }
    enum status status = stream->child ? stream->child(node, stream->data) : STATUS_OK;
    *ret_more = status == STATUS_OK ? xmlTextReaderNext(reader) : 0;
    return status;
}

static enum status
read_children(xmlTextReader *reader, const struct xml_stream *stream, int *ret_more)
{
    enum status status = STATUS_OK;
    int more = xmlTextReaderRead(reader);
    while (status == STATUS_OK && more == 1) {
        bool is_element = xmlTextReaderNodeType(reader) == XML_READER_TYPE_ELEMENT;
        int depth = xmlTextReaderDepth(reader);
        if (is_element && depth == 0 && stream->root)
            status = stream->root(xmlTextReaderCurrentNode(reader), stream->data);
        if (is_element && depth == 1)
            status = hand_over(reader, stream, &more);
        else if (status == STATUS_OK)
            more = xmlTextReaderRead(reader);
    }
    *ret_more = more;
    return status;
}

enum status
xml_stream_memory(const char *bytes, size_t n, const char *name,
                  const struct xml_stream *stream, size_t max_bytes, struct notes *notes)
{
    struct reading reading = {.name = name, .notes = notes};
    int more = 0;
    xml_init();
    enum status status = check_before(bytes, n, name, max_bytes, notes);
    if (status != STATUS_OK)
        return status;
    xmlTextReader *reader = xmlReaderForMemory(bytes, (int)n, NULL, "UTF-8", PARSE_OPTIONS);
    if (!reader)
        return STATUS_NO_MEMORY;
    xmlTextReaderSetStructuredErrorHandler(reader, on_stream_error, &reading);
    status = read_children(reader, stream, &more);
    xmlFreeTextReader(reader);
    if (status == STATUS_OK && more < 0) {
        if (reading.told == 0)
            tell(&reading, NOTE_XML_MALFORMED, 1, "this is not an XML document");
        status = STATUS_BAD_INPUT;
    }
    return status;
}

enum status
xml_stream_file(const char *path, const struct xml_stream *stream, size_t max_bytes,
                struct notes *notes)
{
    int fd CLEANUP(closep) = -1;
    size_t size = 0;
    enum status status = open_file(path, max_bytes, notes, &fd, &size);
    if (status != STATUS_OK)
        return status;
    if (size == 0)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_XML_MALFORMED, path, 1,
                         "the file is empty");
    /* Mapped, not read: the file's size is the page cache's matter, not the process's. */
    void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        return STATUS_NO_MEMORY;
    (void)madvise(bytes, size, MADV_SEQUENTIAL);
    status = xml_stream_memory(bytes, size, path, stream, max_bytes, notes);
    munmap(bytes, size);
    return status;
}

/* --- looking into trees ------------------------------------------------------------- */

int32_t
xml_line(const xmlNode *node)
{
    return node ? (int32_t)xmlGetLineNo(node) : 0;
}

static char *
take_text(struct arena *arena, xmlChar *text)
{
    char *collapsed = text ? text_collapse(arena, (const char *)text) : NULL;
    xmlFree(text);
    return collapsed && collapsed[0] ? collapsed : NULL;
}

char *
xml_attr(struct arena *arena, const xmlNode *node, const char *name)
{
    const xmlAttr *attr = xmlHasNsProp(node, (const xmlChar *)name, NULL);
    if (!attr)
        return NULL;
    /* The common case without a copy by libxml2. */
    const xmlNode *text = attr->children;
    if (text && !text->next && text->type == XML_TEXT_NODE) {
        char *collapsed = text_collapse(arena, (const char *)text->content);
        return collapsed && collapsed[0] ? collapsed : NULL;
    }
    return take_text(arena, xmlNodeListGetString(node->doc, attr->children, 1));
}

char *
xml_text(struct arena *arena, const xmlNode *node)
{
    return take_text(arena, xmlNodeGetContent(node));
}

char *
xml_child_text(struct arena *arena, const xmlNode *node, const char *name)
{
    const xmlNode *child = xml_first(node, name);
    return child ? xml_text(arena, child) : NULL;
}

bool
xml_is(const xmlNode *node, const char *name)
{
    return node && node->type == XML_ELEMENT_NODE &&
           xmlStrEqual(node->name, (const xmlChar *)name);
}

static xmlNode *
from_here(xmlNode *node, const char *name)
{
    for (; node; node = node->next)
        if (node->type == XML_ELEMENT_NODE &&
            (!name || xmlStrEqual(node->name, (const xmlChar *)name)))
            return node;
    return NULL;
}

xmlNode *
xml_first(const xmlNode *parent, const char *name)
{
    return parent ? from_here(parent->children, name) : NULL;
}

xmlNode *
xml_next(const xmlNode *node, const char *name)
{
    return node ? from_here(node->next, name) : NULL;
}
