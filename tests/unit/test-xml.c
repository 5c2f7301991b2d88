/* XML in: what is refused and how it is told, streams, schemas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "base/xml-scan.h"
#include "base/xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum status
read_text(const struct buf *text, const struct xml_schema *schema, struct notes *notes)
{
    xmlDoc *doc XML_DOC_AUTO = NULL;
    assert_false(text->failed);
    return xml_read_memory(text->p, text->n, "t", schema, 0, notes, &doc);
}

static enum status
count_child(xmlNode *child, void *data)
{
    (void)child;
    ++*(int *)data;
    return STATUS_OK;
}

static enum status
stream_text(const struct buf *text, struct notes *notes, int *children)
{
    const struct xml_stream stream = {NULL, count_child, children};
    *children = 0;
    return xml_stream_memory(text->p, text->n, "t", &stream, 0, notes);
}

static void
repeat(struct buf *out, const char *text, int times)
{
    for (int i = 0; i < times; i++)
        buf_puts(out, text);
}

/* --- guards
 * ----------------------------------------------------------------------------- */

struct attack {
    const char *before, *again; /* `again` so many times, with its number at a '#' */
    int times;
    const char *after;
    enum note_id note; /* 0: harmless */
    int32_t line;
};

static void
build(const struct attack *attack, struct buf *out)
{
    const char *hash = strchr(attack->again, '#');
    buf_puts(out, attack->before);
    for (int i = 0; i < attack->times; i++) {
        buf_add(out, attack->again,
                hash ? (size_t)(hash - attack->again) : strlen(attack->again));
        if (hash)
            buf_printf(out, "%d%s", i, hash + 1);
    }
    buf_puts(out, attack->after);
}

#define BOMB                                                                             \
    "<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'bbbbbbbb'>"                         \
    "<!ENTITY c '&b;&b;&b;&b;&b;&b;'>]>\n<a>&c;</a>"

static const struct attack attacks[] = {
    {BOMB, "", 0, "", NOTE_XML_DOCTYPE, 2},
    {"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "", 0, "", NOTE_XML_DOCTYPE, 1},
    {"<a>\n<!ENTITY x 'y'></a>", "", 0, "", NOTE_XML_DOCTYPE, 2},
    {"", "<a>\n", 65, "", NOTE_XML_TOO_DEEP, 65},
    {"", "<a>\n", 100000, "", NOTE_XML_TOO_DEEP, 65},
    {"<r>\n<a b='", "x", 20000, "'/></r>", NOTE_XML_LONG_TAG, 2},
    {"<r>\n\n<a", "  ", 9000, "/></r>", NOTE_XML_LONG_TAG, 3},
    {"<r><a", " b#=''", 257, "/></r>", NOTE_XML_LONG_TAG, 1},
    {"<r><a", " b#=''", 256, "/></r>", 0, 0},
    {"<r><a", " xmlns:b#='u'", 17, "/></r>", NOTE_XML_LONG_TAG, 1},
    {"<r><a", " xmlns:b#='u'", 16, "/></r>", 0, 0},
    {"<r><a", " xmlnsx#=' xmlns:a '", 50, "/></r>", 0, 0},
    {"<r>", "12345678", 1 << 20, "</r>", 0, 0},
    {"<r>", "12345678", 1 << 20, "9</r>", NOTE_XML_TOO_BIG, 1},
    {"<r>\n<!--", "12345678", (1 << 20) + 1, "--></r>", NOTE_XML_TOO_BIG, 2},
    {"<r><c>\n", "<b/>", 1000000, "</c></r>", NOTE_XML_TOO_BIG, 2},
    {"<r><c>\n", "<b/>", 999990, "</c></r>", 0, 0},
    {"<r>\xC3\x28</r>", "", 0, "", NOTE_XML_NOT_UTF8, 0},
    {"<r>\xE9</r>", "", 0, "", NOTE_XML_NOT_UTF8, 0},
    {"<r>\xED\xA0\x80</r>", "", 0, "", NOTE_XML_NOT_UTF8, 0},
    {"<r>ok</r><!-- \xF0\x9F\x98\x80 -->", "", 0, "", 0, 0},
    {"<!-- <!DOCTYPE a> --><?p <!DOCTYPE b> ?><r a='<'", "", 0, "/>", NOTE_XML_MALFORMED,
     1},
    {"<r><![CDATA[<!DOCTYPE c>]]]]><!-- - -- --></r>", "", 0, "", NOTE_XML_MALFORMED, 1},
    {"<r><![CDATA[<!DOCTYPE c>]]]]><!-- - - --></r>", "", 0, "", 0, 0},
    {"<r><!--><!DOCTYPE d>--></r>", "", 0, "", 0, 0},
};

static void
what_would_harm_the_parser_is_refused_with_its_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(attacks); i++) {
        struct buf text BUF_AUTO = {0};
        struct notes notes = {0}, stream_notes = {0};
        int children = 0;
        build(&attacks[i], &text);
        enum status status = read_text(&text, NULL, &notes);
        enum status streamed = stream_text(&text, &stream_notes, &children);
        if (status != (attacks[i].note ? STATUS_BAD_INPUT : STATUS_OK) ||
            status != streamed)
            fail_msg("attack %zu gave %d and, as a stream, %d: %s", i, status, streamed,
                     notes.note[0].text);
        assert_int_equal(notes.count, attacks[i].note ? 1 : 0);
        assert_int_equal(stream_notes.count, notes.count);
        if (notes.count == 0)
            continue;
        assert_int_equal(notes.note[0].id, attacks[i].note);
        assert_int_equal(notes.note[0].line, attacks[i].line);
        assert_int_equal(stream_notes.note[0].id, attacks[i].note);
        assert_int_equal(stream_notes.note[0].line, attacks[i].line);
    }
}

static void
a_byte_of_nothing_is_no_text(void **state)
{
    (void)state;
    struct notes notes = {0};
    struct buf text BUF_AUTO = {0};
    buf_add(&text, "<r>\0</r>", 8);
    assert_int_equal(read_text(&text, NULL, &notes), STATUS_BAD_INPUT);
    assert_int_equal(notes.note[0].id, NOTE_XML_NOT_UTF8);
}

static void
too_many_bytes_are_not_looked_at(void **state)
{
    (void)state;
    struct notes notes = {0};
    xmlDoc *doc = NULL;
    assert_int_equal(xml_read_memory("<a/>", 4, "t", NULL, 3, &notes, &doc),
                     STATUS_BAD_INPUT);
    assert_int_equal(notes.note[0].id, NOTE_XML_TOO_BIG);
    assert_int_equal(xml_read_memory("<a/>", 4, "t", NULL, 4, &notes, &doc), STATUS_OK);
    xmlFreeDoc(doc);
}

/* The whole fate of a text, fed in chunks of `chunk` bytes. */
static void
scan_in_chunks(const struct buf *text, size_t chunk, struct notes *notes)
{
    struct xml_scan scan;
    xml_scan_begin(&scan, "t", notes);
    for (size_t at = 0; at < text->n && notes->count == 0; at += chunk)
        (void)xml_scan_feed(&scan, text->p + at,
                            text->n - at < chunk ? text->n - at : chunk);
    if (notes->count == 0)
        (void)xml_scan_end(&scan);
}

static void
the_scan_does_not_feel_where_chunks_are_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(attacks); i++) {
        struct buf text BUF_AUTO = {0};
        struct notes whole = {0};
        build(&attacks[i], &text);
        if (text.n > (1u << 20))
            continue;
        scan_in_chunks(&text, text.n, &whole);
        for (size_t chunk = 1; chunk < 40; chunk += 3) {
            struct notes parts = {0};
            scan_in_chunks(&text, chunk, &parts);
            assert_int_equal(parts.count, whole.count);
            assert_int_equal(parts.note[0].id, whole.note[0].id);
            assert_int_equal(parts.note[0].line, whole.note[0].line);
            assert_string_equal(parts.note[0].text, whole.note[0].text);
        }
    }
}

static const struct {
    const char *text;
    int32_t line;
} malformed[] = {
    {"", 1},
    {"  ", 1},
    {"hello", 1},
    {"<a>\n<b>\n</a>", 3},
    {"<a>\n<b x='1' x='2'/></a>", 2},
    {"<a>\n&unknown;</a>", 2},
    {"<a>\n\x01</a>", 2},
    {"<a/>\n<a/>", 2},
    {"<a>\n<none:b/></a>", 2},
    {"<a>\n", 2},
    {"<a", 1},
    {"<a><!-- ", 1},
    {"<?xml version='1.0' encoding='KLINGON'?><a/>", 1},
    {"<a>]]></a>", 1},
};

static void
a_malformed_document_is_told_once_by_its_line_and_never_to_stderr(void **state)
{
    (void)state;
    FILE *caught = tmpfile();
    assert_non_null(caught);
    int before = dup(STDERR_FILENO);
    dup2(fileno(caught), STDERR_FILENO);
    for (size_t i = 0; i < COUNT_OF(malformed); i++) {
        struct notes notes = {0}, stream_notes = {0};
        struct buf text BUF_AUTO = {0};
        int children = 0;
        buf_add(&text, malformed[i].text, strlen(malformed[i].text));
        enum status status = read_text(&text, NULL, &notes);
        enum status streamed = stream_text(&text, &stream_notes, &children);
        if (status != STATUS_BAD_INPUT || streamed != STATUS_BAD_INPUT ||
            notes.count != 1 || stream_notes.count != 1 ||
            notes.note[0].line != malformed[i].line)
            fail_msg("\"%s\": %d, %d, line %d: %s", malformed[i].text, status, streamed,
                     notes.note[0].line, notes.note[0].text);
        assert_int_equal(notes.note[0].id, NOTE_XML_MALFORMED);
        assert_int_equal(stream_notes.note[0].id, NOTE_XML_MALFORMED);
        assert_true(stream_notes.note[0].line > 0);
    }
    dup2(before, STDERR_FILENO);
    close(before);
    assert_int_equal(lseek(fileno(caught), 0, SEEK_END), 0);
    fclose(caught);
}

static void
a_note_is_one_plain_line_whatever_it_quotes(void **state)
{
    (void)state;
    struct notes notes = {0};
    note_add(&notes, NOTE_XML_INVALID, "a\nb", 1, "\x1b[31m %s \xC2\x9B %s \xFF", "x\ny",
             "Grüße");
    assert_string_equal(notes.note[0].text, " [31m x y ? Grüße ?");
    assert_string_equal(notes.note[0].file, "a b");
}

/* --- streams
 * ------------------------------------------------------------------------------ */

struct seen {
    char ids[100];
    int roots;
    enum status then; /* what the child "stop" gives */
};

static enum status
see_root(xmlNode *root, void *data)
{
    struct seen *seen = data;
    struct arena *arena ARENA_AUTO = arena_new(0);
    seen->roots++;
    assert_string_equal(xml_attr(arena, root, "of"), "all");
    return STATUS_OK;
}

static enum status
see_child(xmlNode *child, void *data)
{
    struct seen *seen = data;
    struct arena *arena ARENA_AUTO = arena_new(0);
    const char *id = xml_attr(arena, child, "id");
    size_t n = strlen(seen->ids);
    snprintf(seen->ids + n, sizeof(seen->ids) - n, "%s:%d:%s ", id, xml_line(child),
             xml_child_text(arena, child, "b"));
    return text_equal(id, "stop") ? seen->then : STATUS_OK;
}

static enum status
see(const char *text, struct seen *seen, struct notes *notes)
{
    const struct xml_stream stream = {see_root, see_child, seen};
    return xml_stream_memory(text, strlen(text), "t", &stream, 0, notes);
}

static void
a_stream_hands_over_each_child_whole_and_in_order(void **state)
{
    (void)state;
    struct notes notes = {0};
    struct seen seen = {0};
    assert_int_equal(see("<r of='all'>\n<a id='1'><b>one</b></a> text <!-- c -->\n"
                         "<a id='2'><b>two</b></a><a id='3'/></r>",
                         &seen, &notes),
                     STATUS_OK);
    assert_int_equal(seen.roots, 1);
    assert_string_equal(seen.ids, "1:2:one 2:3:two 3:3:(null) ");
    assert_int_equal(notes.count, 0);
}

static void
a_stream_stops_when_told(void **state)
{
    (void)state;
    struct notes notes = {0};
    struct seen seen = {.then = STATUS_CANCELLED};
    assert_int_equal(
        see("<r of='all'><a id='stop'><b>x</b></a><a id='2'/></r>", &seen, &notes),
        STATUS_CANCELLED);
    assert_string_equal(seen.ids, "stop:1:x ");
}

static void
a_stream_that_is_cut_gives_what_was_whole(void **state)
{
    (void)state;
    struct notes notes = {0};
    struct seen seen = {0};
    assert_int_equal(
        see("<r of='all'>\n<a id='1'><b>one</b></a>\n<a id='2'><b>tw", &seen, &notes),
        STATUS_BAD_INPUT);
    assert_string_equal(seen.ids, "1:2:one ");
    assert_int_equal(notes.count, 1);
    assert_int_equal(notes.note[0].id, NOTE_XML_MALFORMED);
}

static void
a_long_stream_does_not_count_its_children_together(void **state)
{
    (void)state;
    struct notes notes = {0};
    struct buf text BUF_AUTO = {0};
    int children = 0;
    buf_puts(&text, "<r>");
    repeat(&text, "<a b='1'/>", 600000); /* with their attributes over a million */
    buf_puts(&text, "</r>");
    assert_int_equal(stream_text(&text, &notes, &children), STATUS_OK);
    assert_int_equal(children, 600000);
}

static void
a_file_is_streamed_as_memory_is(void **state)
{
    (void)state;
    char path[] = "/tmp/tuck-xml-XXXXXX";
    struct notes notes = {0};
    int fd = mkstemp(path), children = 0;
    const struct xml_stream stream = {NULL, count_child, &children};
    assert_true(fd >= 0);
    assert_int_equal(xml_stream_file(path, &stream, 0, &notes), STATUS_BAD_INPUT);
    assert_int_equal(notes.note[0].id, NOTE_XML_MALFORMED);
    struct buf text BUF_AUTO = {0};
    buf_puts(&text, "<r>\n");
    repeat(&text, "<a>\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80</a>\n", 5000);
    buf_puts(&text, "</r>");
    assert_int_equal(write(fd, text.p, text.n), (ssize_t)text.n);
    assert_int_equal(xml_stream_file(path, &stream, 0, &notes), STATUS_OK);
    assert_int_equal(children, 5000);
    assert_int_equal(xml_stream_file(path, &stream, text.n - 1, &notes),
                     STATUS_BAD_INPUT);
    assert_int_equal(notes.note[1].id, NOTE_XML_TOO_BIG);
    assert_int_equal(ftruncate(fd, (off_t)text.n / 2), 0);
    assert_int_equal(xml_stream_file(path, &stream, 0, &notes), STATUS_BAD_INPUT);
    close(fd);
    unlink(path);
    assert_int_equal(xml_stream_file(path, &stream, 0, &notes), STATUS_BAD_INPUT);
    assert_int_equal(notes.note[3].id, NOTE_FILE_UNREADABLE);
}

/* --- schemas
 * ------------------------------------------------------------------------------ */

static const char rng[] =
    "<grammar ns='urn:box:1' xmlns='http://relaxng.org/ns/structure/1.0'"
    " datatypeLibrary='http://www.w3.org/2001/XMLSchema-datatypes'>"
    "<define name='tint'><choice><value>red</value><value>blue</value></choice></define>"
    "<start><element name='box'><attribute name='id'/><interleave>"
    "<zeroOrMore><element name='lining'><attribute name='colour'><ref "
    "name='tint'/></attribute>"
    "<optional><attribute name='weight'><data type='integer'><param "
    "name='minInclusive'>1</param>"
    "<param name='maxInclusive'>9</param></data></attribute></optional>"
    "</element></zeroOrMore>"
    "<optional><element name='owner'><data type='date'/></element></optional>"
    "</interleave></element></start></grammar>";

#define BOX "<box xmlns='urn:box:1' id='7'>\n"

static const struct {
    const char *text, *told;
    int32_t line;
} invalid[] = {
    {"<box id='7'/>", "expected <box xmlns=\"urn:box:1\">", 1},
    {"<box xmlns='urn:box:2' id='7'/>", "namespace urn:box:2; expected <box xmlns=", 1},
    {"<bix xmlns='urn:box:1' id='7'/>", "no element \"bix\"; did you mean \"box\"?", 1},
    {"<box xmlns='urn:box:1'/>", "<box> lacks the attribute \"id\"", 1},
    {BOX "<linning colour='red'/></box>", "did you mean \"lining\"?", 2},
    {BOX "<lining color='red'/></box>", "did you mean \"colour\"?", 2},
    {BOX "<lining colour='red' fit='1'/></box>", "it may have colour and weight", 2},
    {BOX "<lining colour='red' id='1'/></box>", "<lining> has no attribute \"id\"", 2},
    {BOX "<lining/>\n</box>", "<lining> lacks the attribute \"colour\"", 2},
    {BOX "<lining colour='green'/></box>", "of <lining> is not \"red\" or \"blue\"", 2},
    {BOX "<lining colour='red' weight='0'/></box>", "is not a whole number from 1 to 9",
     2},
    {BOX "<owner>2026-11-22</owner>\n<owner>2026-11-22</owner></box>",
     "<box> has one <owner> too many", 3},
    {BOX "<box id='8'/></box>", "box", 2},
};

static void
a_schema_s_refusal_says_where_and_what_was_expected(void **state)
{
    (void)state;
    struct notes notes = {0};
    struct xml_schema *schema = NULL;
    assert_int_equal(xml_schema_open(rng, "box", &notes, &schema), STATUS_OK);
    for (size_t i = 0; i < COUNT_OF(invalid); i++) {
        struct buf text BUF_AUTO = {0};
        notes = (struct notes){0};
        buf_puts(&text, invalid[i].text);
        enum status status = read_text(&text, schema, &notes);
        if (status != STATUS_BAD_INPUT || !strstr(notes.note[0].text, invalid[i].told) ||
            notes.note[0].line != invalid[i].line || notes.count != 1)
            fail_msg("%s\n  line %d: %s (%zu)", invalid[i].text, notes.note[0].line,
                     notes.note[0].text, notes.count);
        assert_int_equal(notes.note[0].id, NOTE_XML_INVALID);
    }
    struct buf fine BUF_AUTO = {0};
    buf_puts(&fine, BOX "<lining colour='blue' weight='9'/><owner>2026-11-22</owner>"
                        "<lining colour='red'/></box>");
    notes = (struct notes){0};
    assert_int_equal(read_text(&fine, schema, &notes), STATUS_OK);
    assert_int_equal(notes.count, 0);
    xml_schema_close(schema);
}

static void
many_mistakes_give_a_handful_of_notes(void **state)
{
    (void)state;
    struct notes notes = {0};
    struct xml_schema *schema = NULL;
    struct buf text BUF_AUTO = {0};
    assert_int_equal(xml_schema_open(rng, "box", &notes, &schema), STATUS_OK);
    buf_puts(&text, BOX);
    for (int i = 0; i < 20000; i++)
        buf_printf(&text, "<wrong%d/>", i);
    buf_puts(&text, "</box>");
    assert_int_equal(read_text(&text, schema, &notes), STATUS_BAD_INPUT);
    assert_true(notes.count >= 1 && notes.count <= 5);
    xml_schema_close(schema);
}

static void
what_a_document_about_people_holds_is_not_repeated(void **state)
{
    static const char *const texts[] = {
        BOX "<owner>Clara</owner></box>",
        BOX "<lining colour='Clara'/></box>",
        BOX "<lining colour='red' weight='Clara'/></box>",
        BOX "Clara<lining colour='red'/></box>",
        BOX "<lining colour='red'>Clara</lining></box>",
        BOX "<owner>Clara<!-- Clara --></owner></box>",
    };
    (void)state;
    struct notes notes = {0};
    struct xml_schema *schema = NULL;
    assert_int_equal(xml_schema_open(rng, "box", &notes, &schema), STATUS_OK);
    xml_schema_hide_values(schema);
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct buf text BUF_AUTO = {0};
        notes = (struct notes){0};
        buf_puts(&text, texts[i]);
        assert_int_equal(read_text(&text, schema, &notes), STATUS_BAD_INPUT);
        assert_true(notes.count >= 1);
        for (size_t k = 0; k < notes.count; k++)
            if (strstr(notes.note[k].text, "Clara"))
                fail_msg("%s", notes.note[k].text);
    }
    xml_schema_close(schema);
}

static void
a_schema_that_is_none_is_our_own_fault(void **state)
{
    (void)state;
    struct notes notes = {0};
    struct xml_schema *schema = NULL;
    assert_int_equal(
        xml_schema_open("<grammar xmlns='http://relaxng.org/ns/structure/1.0'/>", "none",
                        &notes, &schema),
        STATUS_BUG);
    assert_null(schema);
    assert_true(notes.count >= 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_would_harm_the_parser_is_refused_with_its_line),
        cmocka_unit_test(a_byte_of_nothing_is_no_text),
        cmocka_unit_test(too_many_bytes_are_not_looked_at),
        cmocka_unit_test(the_scan_does_not_feel_where_chunks_are_cut),
        cmocka_unit_test(
            a_malformed_document_is_told_once_by_its_line_and_never_to_stderr),
        cmocka_unit_test(a_note_is_one_plain_line_whatever_it_quotes),
        cmocka_unit_test(a_stream_hands_over_each_child_whole_and_in_order),
        cmocka_unit_test(a_stream_stops_when_told),
        cmocka_unit_test(a_stream_that_is_cut_gives_what_was_whole),
        cmocka_unit_test(a_long_stream_does_not_count_its_children_together),
        cmocka_unit_test(a_file_is_streamed_as_memory_is),
        cmocka_unit_test(a_schema_s_refusal_says_where_and_what_was_expected),
        cmocka_unit_test(many_mistakes_give_a_handful_of_notes),
        cmocka_unit_test(what_a_document_about_people_holds_is_not_repeated),
        cmocka_unit_test(a_schema_that_is_none_is_our_own_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
