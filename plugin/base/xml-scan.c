/* The scan: tags are measured and counted without parsing them.
 *
 * It knows of XML just what tells a tag from a comment, a CDATA section, a processing
 * instruction and a quoted attribute value. What is malformed is left to the parser. */
#include "base/xml-scan.h"

#include "base/text.h"
#include "base/xml.h"

#include <string.h>

struct scan {
    const char *begin, *at, *end;
    const char *name;
    struct notes *notes;
    size_t depth;
};

static int32_t
line_of(const struct scan *scan, const char *place)
{
    int32_t line = 1;
    for (const char *p = scan->begin; (p = memchr(p, '\n', (size_t)(place - p))); p++)
        line++;
    return line;
}

static bool
starts(const struct scan *scan, const char *with)
{
    size_t n = strlen(with);
    return (size_t)(scan->end - scan->at) >= n && memcmp(scan->at, with, n) == 0;
}

static void
skip_past(struct scan *scan, const char *mark)
{
    const char *found =
        memmem(scan->at, (size_t)(scan->end - scan->at), mark, strlen(mark));
    scan->at = found ? found + strlen(mark) : scan->end;
}

/* From '<' to past '>', quotes minded. */
static enum status
scan_tag(struct scan *scan)
{
    const char *tag = scan->at;
    bool is_end = tag + 1 < scan->end && tag[1] == '/';
    char quote = 0;
    for (; scan->at < scan->end; scan->at++) {
        char c = *scan->at;
        if (scan->at - tag >= (ptrdiff_t)XML_MAX_TAG)
            return note_fail(scan->notes, STATUS_BAD_INPUT, NOTE_XML_LONG_TAG, scan->name,
                             line_of(scan, tag), "this tag is over %u bytes long",
                             XML_MAX_TAG);
        if (quote ? c == quote : c == '"' || c == '\'')
            quote = quote ? 0 : c;
        else if (!quote && c == '>')
            break;
    }
    bool is_empty = scan->at > tag && scan->at < scan->end && scan->at[-1] == '/';
    if (scan->at < scan->end)
        scan->at++;
    if (is_end)
        scan->depth -= scan->depth > 0;
    else if (!is_empty && ++scan->depth > XML_MAX_DEPTH)
        return note_fail(scan->notes, STATUS_BAD_INPUT, NOTE_XML_TOO_DEEP, scan->name,
                         line_of(scan, tag), "elements are nested deeper than %d",
                         XML_MAX_DEPTH);
    return STATUS_OK;
}

static enum status
scan_markup(struct scan *scan)
{
    if (starts(scan, "<!--"))
        skip_past(scan, "-->");
    else if (starts(scan, "<![CDATA["))
        skip_past(scan, "]]>");
    else if (starts(scan, "<?"))
        skip_past(scan, "?>");
    else if (starts(scan, "<!"))
        return note_fail(scan->notes, STATUS_BAD_INPUT, NOTE_XML_DOCTYPE, scan->name,
                         line_of(scan, scan->at),
                         "the document has a DOCTYPE or declaration; expected none");
    else
        return scan_tag(scan);
    return STATUS_OK;
}

enum status
xml_scan(const char *bytes, size_t n, const char *name, struct notes *notes)
{
    struct scan scan = {bytes, bytes, bytes + n, name, notes, 0};
    if (!text_is_utf8(bytes, n) || memchr(bytes, '\0', n))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_XML_NOT_UTF8, name, 0,
                         "the document is not UTF-8 text");
    while ((scan.at = memchr(scan.at, '<', (size_t)(scan.end - scan.at)))) {
        enum status status = scan_markup(&scan);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}
