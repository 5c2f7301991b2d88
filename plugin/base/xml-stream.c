/* Streams: a document of any size, one child of its root at a time.
 *
 * Bytes are read in the reader's own small chunks and scanned on their way to the parser,
 * so that nothing reaches it which a whole document would be refused for, and memory
 * stays that of the largest child. Files are read, not mapped: one that is cut short
 * meanwhile would raise SIGBUS in the host. */
#include "base/text.h"
#include "base/xml-inside.h"
#include "base/xml-scan.h"

#include <errno.h>
#include <libxml/xmlreader.h>
#include <string.h>
#include <unistd.h>

struct source {
    struct reading reading;
    struct xml_scan scan;
    int fd; /* -1: memory */
    const char *bytes;
    size_t left; /* of the memory, or of what a file may still give */
    bool is_begun;
    enum status status; /* of the source itself, whatever the parser says */
};

static void
on_stream_error(void *data, xmlError *error)
{
    struct source *source = data;
    if (source->status == STATUS_OK && source->reading.told == 0 &&
        error->level >= XML_ERR_ERROR)
        xml_tell(&source->reading, NOTE_XML_MALFORMED, error->line, error->message);
}

static ssize_t
read_file(struct source *source, char *buffer, size_t room)
{
    ssize_t n;
    do
        n = read(source->fd, buffer, room);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        source->status = note_fail(source->reading.notes, STATUS_OUTSIDE,
                                   NOTE_FILE_UNREADABLE, source->reading.name, 0,
                                   "the file cannot be read: %s", strerrordesc_np(errno));
    else if ((size_t)n > source->left) /* it grew since it was measured */
        source->status = note_fail(source->reading.notes, STATUS_BAD_INPUT,
                                   NOTE_XML_TOO_BIG, source->reading.name, 0,
                                   "the document grew over its limit while it was read");
    return source->status == STATUS_OK ? n : -1;
}

static enum status
end_source(struct source *source)
{
    if (!source->is_begun)
        return note_fail(source->reading.notes, STATUS_BAD_INPUT, NOTE_XML_MALFORMED,
                         source->reading.name, 1, "the document is empty");
    return xml_scan_end(&source->scan);
}

/* For libxml2: more bytes, 0 at the end, -1 when it shall go no further. */
static int
read_source(void *data, char *buffer, int room)
{
    struct source *source = data;
    ssize_t n = source->left < (size_t)room ? (ssize_t)source->left : room;
    if (source->status != STATUS_OK || source->reading.told > 0)
        return -1;
    if (source->fd >= 0)
        n = read_file(source, buffer, (size_t)room);
    else if (n > 0)
        memcpy(buffer, source->bytes, (size_t)n);
    if (n < 0)
        return -1;
    source->left -= (size_t)n;
    if (source->bytes)
        source->bytes += n;
    source->status =
        n > 0 ? xml_scan_feed(&source->scan, buffer, (size_t)n) : end_source(source);
    source->is_begun = true;
    return source->status == STATUS_OK ? (int)n : -1;
}

/* At a child of the root: hand over its whole tree, then step past it. */
static enum status
hand_over(xmlTextReader *reader, const struct source *source,
          const struct xml_stream *stream, int *ret_more)
{
    xmlNode *node = xmlTextReaderExpand(reader);
    if (!node || source->status != STATUS_OK || source->reading.told > 0) {
        *ret_more = -1; /* a child cut short is none */
        return STATUS_OK;
    }
    enum status status = stream->child ? stream->child(node, stream->data) : STATUS_OK;
    *ret_more = status == STATUS_OK ? xmlTextReaderNext(reader) : 0;
    return status;
}

static enum status
read_children(xmlTextReader *reader, const struct source *source,
              const struct xml_stream *stream, int *ret_more)
{
    enum status status = STATUS_OK;
    int more = xmlTextReaderRead(reader);
    while (status == STATUS_OK && more == 1) {
        bool is_element = xmlTextReaderNodeType(reader) == XML_READER_TYPE_ELEMENT;
        int depth = xmlTextReaderDepth(reader);
        if (is_element && depth == 0 && stream->root)
            status = stream->root(xmlTextReaderCurrentNode(reader), stream->data);
        if (status == STATUS_OK && is_element && depth == 1)
            status = hand_over(reader, source, stream, &more);
        else if (status == STATUS_OK)
            more = xmlTextReaderRead(reader);
    }
    *ret_more = more;
    return status;
}

static enum status
read_stream(struct source *source, const struct xml_stream *stream)
{
    int more = 0;
    xml_init();
    xml_scan_begin(&source->scan, source->reading.name, source->reading.notes);
    source->scan.is_stream = true;
    xmlTextReader *reader =
        xmlReaderForIO(read_source, NULL, source, NULL, "UTF-8", PARSE_OPTIONS);
    if (!reader)
        return source->status == STATUS_OK ? STATUS_NO_MEMORY : source->status;
    xmlTextReaderSetStructuredErrorHandler(reader, on_stream_error, source);
    enum status status = read_children(reader, source, stream, &more);
    xmlFreeTextReader(reader);
    if (source->status != STATUS_OK)
        return status == STATUS_OK ? source->status : status;
    if (status == STATUS_OK && (more < 0 || source->reading.told > 0)) {
        if (source->reading.told == 0)
            xml_tell(&source->reading, NOTE_XML_MALFORMED, 1,
                     "this is not an XML document");
        status = STATUS_BAD_INPUT;
    }
    return status;
}

enum status
xml_stream_memory(const char *bytes, size_t n, const char *name,
                  const struct xml_stream *stream, size_t max_bytes, struct notes *notes)
{
    struct source source = {
        .reading = {.name = name, .notes = notes}, .fd = -1, .bytes = bytes, .left = n};
    enum status status = xml_check_size(n, max_bytes, name, notes);
    return status == STATUS_OK ? read_stream(&source, stream) : status;
}

enum status
xml_stream_file(const char *path, const struct xml_stream *stream, size_t max_bytes,
                struct notes *notes)
{
    int fd CLEANUP(fd_closep) = -1;
    size_t size = 0;
    enum status status = xml_open_file(path, max_bytes, notes, &fd, &size);
    struct source source = {.reading = {.name = path, .notes = notes},
                            .fd = fd,
                            .left = max_bytes ? max_bytes : XML_MAX_BYTES};
    return status == STATUS_OK ? read_stream(&source, stream) : status;
}
