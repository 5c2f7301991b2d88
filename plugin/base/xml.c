/* XML in: guards first, then libxml2, then the schema.
 *
 * One linear scan refuses, before any parser sees them, what libxml2 2.9 is slow or
 * generous with: a DOCTYPE (and so every entity), tags of 16 KB and more, deep nesting,
 * bytes that are not UTF-8. Errors come by per-context handlers, never by the process's,
 * which belong to the host. */
#include "base/xml.h"

#include "base/text.h"
#include "base/xml-inside.h"
#include "base/xml-scan.h"

#include <errno.h>
#include <fcntl.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SCAN_CHUNK ((size_t)65536) /* what is refused early is refused soon */

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
void
xml_tell(struct reading *reading, enum note_id id, int32_t line, const char *message)
{
    const char *text = message ? message : "unknown";
    size_t n = strlen(text);
    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '.' || text[n - 1] == '\n'))
        n--;
    if (reading->told++ < NOTES_PER_DOCUMENT)
        note_add(reading->notes, id, reading->name, line, "%.*s", (int)n, text);
}

static void
on_parse_error(void *data, xmlError *error)
{
    xmlParserCtxt *context = data;
    struct reading *reading = context->_private;
    if (reading && reading->told == 0 && error->level >= XML_ERR_ERROR)
        xml_tell(reading, NOTE_XML_MALFORMED, error->line, error->message);
}

/* --- reading ------------------------------------------------------------------------ */

enum status
xml_check_size(size_t n, size_t max_bytes, const char *name, struct notes *notes)
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
    struct xml_scan scan;
    enum status status = xml_check_size(n, max_bytes, name, notes);
    xml_scan_begin(&scan, name, notes);
    for (size_t at = 0; at < n && status == STATUS_OK; at += SCAN_CHUNK)
        status =
            xml_scan_feed(&scan, bytes + at, n - at < SCAN_CHUNK ? n - at : SCAN_CHUNK);
    /* Where it ends too early, libxml2 knows to say in which element. */
    return status;
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
    bool is_fine = doc && context->wellFormed && context->nsWellFormed &&
                   !doc->intSubset && reading->told == 0;
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
        xml_tell(reading, NOTE_XML_MALFORMED, 1, "this is not an XML document");
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

enum status
xml_open_file(const char *path, size_t max_bytes, struct notes *notes, int *ret_fd,
              size_t *ret_size)
{
    struct stat stat_buf;
    /* NONBLOCK: a pipe with no writer must not hold the caller. */
    int fd CLEANUP(fd_closep) = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &stat_buf) != 0)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_FILE_UNREADABLE, path, 0,
                         "the file cannot be read: %s", strerrordesc_np(errno));
    if (!S_ISREG(stat_buf.st_mode))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_FILE_UNREADABLE, path, 0,
                         "this is not a regular file");
    enum status status = xml_check_size((size_t)stat_buf.st_size, max_bytes, path, notes);
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
    int fd CLEANUP(fd_closep) = -1;
    size_t size = 0;
    enum status status = xml_open_file(path, max_bytes, notes, &fd, &size);
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
