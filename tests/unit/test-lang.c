/* Languages, plurals and files of translations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lang/lang.h"
#include "lang/message.h"
#include "lang/strings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
the_nearest_language_suits_best(void **state)
{
    (void)state;
    assert_int_equal(lang_fits("de-AT", "de-AT"), 4);
    assert_int_equal(lang_fits("de", "de-AT"), 3);
    assert_int_equal(lang_fits("de-CH", "de-AT"), 2);
    assert_int_equal(lang_fits(NULL, "de-AT"), 1);
    assert_int_equal(lang_fits("den", "de"), 0);
    assert_true(lang_is_rtl("fa") && lang_is_rtl("he-IL") && lang_is_rtl("az-Arab"));
    assert_false(lang_is_rtl("ckb-Latn") || lang_is_rtl("de"));
}

static void
assert_message(const char *text, const char *lang, double number, const char *word,
               const char *expected)
{
    struct message_hole hole;
    struct buf out BUF_AUTO = {0};
    assert_true(message_find(text, &hole));
    assert_int_equal(hole.all_n, strlen(text));
    assert_int_equal(message_put(&hole, lang, number, word, &out), STATUS_OK);
    buf_puts(&out, "");
    assert_string_equal(out.p, expected);
}

static void
plurals_follow_the_rules_of_their_language(void **state)
{
    static const char russian[] =
        "{$points, plural, one {# балл} few {# балла} many {# баллов} other {# балла}}";
    static const struct {
        const char *text, *lang;
        double number;
        const char *expected;
    } cases[] = {
        {"{$points, plural, one {# point} other {# points}}", "en", 1, "1 point"},
        {"{$points, plural, one {# point} other {# points}}", "en", 0, "0 points"},
        {"{$points, plural, =0 {none} one {# point} other {# points}}", "en", 0, "none"},
        {"{$points, plural, one {# point} other {# points}}", "en", 12345,
         "12,345 points"},
        {"{$points, plural, one {# Punkt} other {# Punkte}}", "de", 12345,
         "12.345 Punkte"},
        {russian, "ru", 1, "1 балл"},
        {russian, "ru", 3, "3 балла"},
        {russian, "ru", 11, "11 баллов"},
        {russian, "ru", 21, "21 балл"},
        {"{$x, plural, one {כוס אחת} two {שתי כוסות} other {# כוסות}}", "he", 2,
         "שתי כוסות"},
        {"{$x, plural, other {#杯}}", "ja", 4, "4杯"},
        {"{$x, plural, one {# امتیاز} other {# امتیاز}}", "fa", 7, "۷ امتیاز"},
        {"{$n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}", "en", 22,
         "22nd"},
        {"{$x, number}", "de", 1234.5, "1.234,5"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_message(cases[i].text, cases[i].lang, cases[i].number, NULL,
                       cases[i].expected);
}

static void
a_choice_is_by_a_word(void **state)
{
    static const char text[] = "{$tier, select, Bloom {in flower} other {still green}}";
    (void)state;
    assert_message(text, "en", 0, "Bloom", "in flower");
    assert_message(text, "en", 0, "Leaf", "still green");
    assert_message(text, "en", 0, "{Bloom}", "still green");
}

static void
what_is_no_message_is_left_alone_and_what_is_ill_formed_is_told(void **state)
{
    struct message_hole hole;
    char error[80];
    (void)state;
    assert_false(message_find("{$points}", &hole));
    assert_false(message_find("{points, plural, other {#}}", &hole));
    assert_false(message_find("{$points, plural, other {#}", &hole));
    assert_true(message_find("{$points, plural, one {#}} more", &hole));
    assert_int_equal(message_check(&hole, "en", error), STATUS_BAD_INPUT);
    assert_true(message_find("{$points, plurals, other {#}}", &hole));
    assert_int_equal(message_check(&hole, "en", error), STATUS_BAD_INPUT);
    assert_true(message_find("{$points, plural, other {'{'#'}'}}", &hole));
    assert_int_equal(message_check(&hole, "en", error), STATUS_OK);
}

/* --- files ----------------------------------------------------------------------------
 */

#define XLIFF(lang, units)                                                               \
    "<xliff xmlns='urn:oasis:names:tc:xliff:document:2.0' version='2.0' srcLang='en' "   \
    "trgLang='" lang "'><file id='f'>\n" units "</file></xliff>"
#define UNIT(id, attributes, target)                                                     \
    "<unit id='" id "'><notes><note>of the headline</note></notes><segment" attributes   \
    "><source>Hello</source>" target "</segment></unit>\n"

static enum status
read_text(const char *text, const char *lang, struct arena *arena, struct notes *notes,
          struct strings *ret)
{
    char path[] = "/tmp/tuck-lang-XXXXXX";
    struct strings_reader *reader = NULL;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    assert_int_equal(strings_reader_open(notes, &reader), STATUS_OK);
    enum status status = strings_read(reader, path, lang, arena, notes, ret);
    strings_reader_close(reader);
    unlink(path);
    return status;
}

static void
translations_are_read_and_what_is_not_translated_is_left_out(void **state)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct notes notes = {0};
    struct strings strings;
    (void)state;
    assert_int_equal(
        read_text(XLIFF("de", UNIT("a", "", "<target>Hallo</target>") UNIT("b", "", "")
                                  UNIT("c", " state='initial'", "<target>Hello</target>")
                                      UNIT("d", " state='final'", "<target/>")),
                  "de", arena, &notes, &strings),
        STATUS_OK);
    assert_int_equal(strings.count, 2);
    assert_string_equal(strings.items[0].id, "a");
    assert_string_equal(strings.items[0].source, "Hello");
    assert_string_equal(strings.items[0].target, "Hallo");
    assert_int_equal(strings.items[0].line, 2);
    assert_string_equal(strings.items[1].target, ""); /* meant to say nothing */
    assert_int_equal(notes.count, 0);
}

static void
a_wrong_file_of_translations_is_told_with_its_line(void **state)
{
    static const struct {
        const char *text;
        enum note_id id;
        int32_t line;
    } cases[] = {
        {XLIFF("fr", UNIT("a", "", "<target>x</target>")), NOTE_STRINGS_LANGUAGE, 1},
        {XLIFF("de",
               UNIT("a", "", "<target>x</target>") UNIT("a", "", "<target>y</target>")),
         NOTE_STRINGS_TWICE, 3},
        {XLIFF("de", "<unit id='a'><segment><target>x</target></segment></unit>"),
         NOTE_XML_INVALID, 2},
        {"<!DOCTYPE x><xliff/>", NOTE_XML_DOCTYPE, 1},
        {"<xliff", NOTE_XML_MALFORMED, 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *arena ARENA_AUTO = arena_new(0);
        struct notes notes = {0};
        struct strings strings;
        assert_int_equal(read_text(cases[i].text, "de", arena, &notes, &strings),
                         STATUS_BAD_INPUT);
        assert_int_equal(notes.note[0].id, cases[i].id);
        assert_int_equal(notes.note[0].line, cases[i].line);
    }
}

static void
a_file_says_its_language_by_its_name(void **state)
{
    char lang[8];
    (void)state;
    assert_true(strings_name_lang("template.de-AT.xlf", "template", lang, sizeof lang));
    assert_string_equal(lang, "de-AT");
    assert_false(strings_name_lang("template.xlf", "template", lang, sizeof lang));
    assert_false(strings_name_lang("theme.de.xlf", "template", lang, sizeof lang));
    assert_false(strings_name_lang("template.de.xlf~", "template", lang, sizeof lang));
    assert_false(strings_name_lang("template.old.de.xlf", "template", lang, sizeof lang));
    assert_false(
        strings_name_lang("template.de-Latn-AT.xlf", "template", lang, sizeof lang));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_language_suits_best),
        cmocka_unit_test(plurals_follow_the_rules_of_their_language),
        cmocka_unit_test(a_choice_is_by_a_word),
        cmocka_unit_test(what_is_no_message_is_left_alone_and_what_is_ill_formed_is_told),
        cmocka_unit_test(translations_are_read_and_what_is_not_translated_is_left_out),
        cmocka_unit_test(a_wrong_file_of_translations_is_told_with_its_line),
        cmocka_unit_test(a_file_says_its_language_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
