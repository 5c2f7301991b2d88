/* The scan: tags are measured and counted without parsing them.
 *
 * It knows of XML just what tells a tag from a comment, a CDATA section, a processing
 * instruction and a quoted attribute value. What is malformed is left to the parser. One
 * state machine, fed chunk by chunk, so that a file need not lie in memory. */
#include "base/xml-scan.h"

#include "base/text.h"
#include "base/xml.h"

#include <string.h>

enum state {
    TEXT,
    OPEN, /* after < */
    BANG, /* after <! */
    TAG,
    UNTIL, /* in a comment, a CDATA section or an instruction, up to its end */
};

static int32_t
line_at(const struct xml_scan *scan, const char *chunk, const char *place)
{
    int32_t line = scan->line;
    for (const char *p = chunk; (p = memchr(p, '\n', (size_t)(place - p))); p++)
        line++;
    return line;
}

void
xml_scan_begin(struct xml_scan *scan, const char *name, struct notes *notes)
{
    *scan = (struct xml_scan){.name = name, .notes = notes, .line = 1, .began_line = 1};
}

/* --- UTF-8 -------------------------------------------------------------------------- */

/* Bytes at the end that begin a character which the next chunk may complete. */
static size_t
cut_character(const char *bytes, size_t n)
{
    for (size_t k = 1; k <= 3 && k <= n; k++) {
        unsigned char c = (unsigned char)bytes[n - k];
        if (c < 0x80)
            return 0;
        if (c >= 0xC0)
            return (c >= 0xF0 ? 4u : c >= 0xE0 ? 3u : 2u) > k ? k : 0;
    }
    return 0;
}

static bool
feed_utf8(struct xml_scan *scan, const char *bytes, size_t n)
{
    while (scan->carry_n > 0 && n > 0) {
        scan->carry[scan->carry_n++] = *bytes++;
        n--;
        if (text_is_utf8(scan->carry, scan->carry_n))
            scan->carry_n = 0;
        else if (scan->carry_n == sizeof(scan->carry))
            return false;
    }
    size_t cut = cut_character(bytes, n);
    if (cut > 0) {
        memcpy(scan->carry, bytes + n - cut, cut);
        scan->carry_n = cut;
    }
    return text_is_utf8(bytes, n - cut) && !memchr(bytes, '\0', n);
}

static enum status
not_utf8(const struct xml_scan *scan)
{
    return note_fail(scan->notes, STATUS_BAD_INPUT, NOTE_XML_NOT_UTF8, scan->name, 0,
                     "the document is not UTF-8 text");
}

/* --- markup ------------------------------------------------------------------------- */

enum refusal {
    FINE,
    HAS_DOCTYPE,
    LONG_TAG,
    MANY_ATTRIBUTES,
    MANY_NAMESPACES,
    TOO_DEEP,
    TOO_MANY,
    LONG_TEXT,
};

static enum status
refuse(const struct xml_scan *scan, enum refusal refusal, int32_t line)
{
    const enum status bad = STATUS_BAD_INPUT;
    switch (refusal) {
    case FINE:
        return STATUS_OK;
    case HAS_DOCTYPE:
        return note_fail(scan->notes, bad, NOTE_XML_DOCTYPE, scan->name, line,
                         "the document has a DOCTYPE or declaration; expected none");
    case LONG_TAG:
        return note_fail(scan->notes, bad, NOTE_XML_LONG_TAG, scan->name, line,
                         "this tag is over %u bytes long", XML_MAX_TAG);
    case MANY_ATTRIBUTES:
        return note_fail(scan->notes, bad, NOTE_XML_LONG_TAG, scan->name, line,
                         "this tag has over %d attributes", XML_MAX_ATTRIBUTES);
    case MANY_NAMESPACES:
        return note_fail(scan->notes, bad, NOTE_XML_LONG_TAG, scan->name, line,
                         "this tag declares over %d namespaces", XML_MAX_NAMESPACES);
    case TOO_DEEP:
        return note_fail(scan->notes, bad, NOTE_XML_TOO_DEEP, scan->name, line,
                         "elements are nested deeper than %d", XML_MAX_DEPTH);
    case TOO_MANY:
        return note_fail(scan->notes, bad, NOTE_XML_TOO_BIG, scan->name, line,
                         "the document has over %d elements and attributes%s",
                         XML_MAX_THINGS, scan->is_stream ? " in one piece" : "");
    case LONG_TEXT:
        return note_fail(scan->notes, bad, NOTE_XML_TOO_BIG, scan->name, line,
                         "one text or comment has over %u bytes", XML_MAX_TEXT);
    }
    return STATUS_BUG;
}

static void
begin_text(struct xml_scan *scan)
{
    scan->state = TEXT;
    scan->run = 0;
}

static enum refusal
count_thing(struct xml_scan *scan)
{
    return ++scan->things > XML_MAX_THINGS ? TOO_MANY : FINE;
}

static enum refusal
end_tag(struct xml_scan *scan)
{
    bool is_closing = scan->close == '/', is_empty = scan->before == '/';
    begin_text(scan);
    if (is_closing) {
        scan->depth -= scan->depth > 0;
        return FINE;
    }
    if (scan->is_stream && scan->depth <= 1)
        scan->things = scan->attributes; /* the next child begins */
    if (!is_empty && ++scan->depth > XML_MAX_DEPTH)
        return TOO_DEEP;
    return count_thing(scan);
}

static enum refusal
end_value(struct xml_scan *scan)
{
    scan->quote = 0;
    return ++scan->attributes > XML_MAX_ATTRIBUTES ? MANY_ATTRIBUTES : count_thing(scan);
}

static bool
is_between(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '"' || c == '\'';
}

/* Outside of values: is an attribute's name "xmlns" or of that kind? */
static enum refusal
look_for_namespace(struct xml_scan *scan, char c)
{
    static const char xmlns[] = "xmlns";
    if (!is_between(c) && is_between(scan->before))
        scan->matched = 0;
    if (scan->matched < sizeof(xmlns) - 1) {
        scan->matched = c == xmlns[scan->matched] ? scan->matched + 1 : sizeof(xmlns);
        return FINE;
    }
    bool is_one =
        scan->matched == sizeof(xmlns) - 1 && (c == ':' || c == '=' || is_between(c));
    scan->matched = sizeof(xmlns);
    return is_one && ++scan->namespaces > XML_MAX_NAMESPACES ? MANY_NAMESPACES : FINE;
}

static enum refusal
feed_tag(struct xml_scan *scan, char c)
{
    if (scan->run > XML_MAX_TAG)
        return LONG_TAG;
    if (scan->quote)
        return c == scan->quote ? end_value(scan) : FINE;
    if (c == '"' || c == '\'')
        scan->quote = c;
    else if (c == '>')
        return end_tag(scan);
    enum refusal refusal = look_for_namespace(scan, c);
    scan->before = c;
    return refusal;
}

static void
begin_until(struct xml_scan *scan, char close)
{
    scan->state = UNTIL;
    scan->close = close;
    scan->matched = 0;
}

static enum refusal
feed_until(struct xml_scan *scan, char c)
{
    size_t needed = scan->close == '?' ? 1 : 2; /* ?> or --> or ]]> */
    if (c == '>' && scan->matched == needed)
        begin_text(scan);
    else if (c == scan->close)
        scan->matched += scan->matched < needed;
    else
        scan->matched = 0;
    return scan->run > XML_MAX_TEXT ? LONG_TEXT : FINE;
}

/* After "<!": "--", "[CDATA[" or what is refused. */
static enum refusal
feed_bang(struct xml_scan *scan, char c)
{
    if (scan->matched == 0)
        scan->close = c == '-' ? '-' : ']';
    const char *lead = scan->close == '-' ? "--" : "[CDATA[";
    if (c != lead[scan->matched])
        return HAS_DOCTYPE;
    if (!lead[++scan->matched])
        begin_until(scan, scan->close);
    return FINE;
}

static enum refusal
feed_open(struct xml_scan *scan, char c)
{
    scan->matched = scan->attributes = scan->namespaces = 0;
    scan->quote = 0;
    scan->before = '<';
    scan->close = c; /* a '/' here makes it an end tag */
    scan->state = c == '!' ? BANG : TAG;
    if (c == '?')
        begin_until(scan, '?');
    return scan->state == TAG ? feed_tag(scan, c) : FINE;
}

static enum refusal
feed_markup(struct xml_scan *scan, char c)
{
    scan->run++;
    switch ((enum state)scan->state) {
    case OPEN:
        return feed_open(scan, c);
    case BANG:
        return feed_bang(scan, c);
    case TAG:
        return feed_tag(scan, c);
    case UNTIL:
        return feed_until(scan, c);
    case TEXT:
        break;
    }
    return FINE;
}

/* Past the text, and into the markup after it if there is some. */
static const char *
skip_text(struct xml_scan *scan, const char *p, const char *end)
{
    const char *found = memchr(p, '<', (size_t)(end - p));
    scan->run += (size_t)((found ? found : end) - p);
    if (!found || scan->run > XML_MAX_TEXT)
        return end;
    scan->state = OPEN;
    scan->run = 1;
    return found + 1;
}

enum status
xml_scan_feed(struct xml_scan *scan, const char *bytes, size_t n)
{
    const char *p = bytes, *end = bytes + n;
    const char *began = NULL; /* this chunk's last text or markup; NULL: an earlier's */
    enum refusal refusal = FINE;
    if (!feed_utf8(scan, bytes, n))
        return not_utf8(scan);
    while (p < end && refusal == FINE) {
        if (scan->state != TEXT) {
            refusal = feed_markup(scan, *p++);
            continue;
        }
        if (scan->run == 0)
            began = p;
        p = skip_text(scan, p, end);
        if (scan->state == OPEN)
            began = p - 1;
        else if (scan->run > XML_MAX_TEXT)
            refusal = LONG_TEXT;
    }
    if (began)
        scan->began_line = line_at(scan, bytes, began);
    if (refusal != FINE)
        return refuse(scan, refusal, scan->began_line);
    scan->line = line_at(scan, bytes, end);
    return STATUS_OK;
}

enum status
xml_scan_end(struct xml_scan *scan)
{
    if (scan->carry_n > 0)
        return not_utf8(scan);
    if (scan->depth == 0 && scan->state == TEXT)
        return STATUS_OK;
    return note_fail(scan->notes, STATUS_BAD_INPUT, NOTE_XML_MALFORMED, scan->name,
                     scan->line, "the document ends before its last element does");
}
