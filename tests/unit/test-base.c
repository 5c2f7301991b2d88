/* The base room: what everything else stands on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/day.h"
#include "base/hash.h"
#include "base/length.h"
#include "base/money.h"
#include "base/note.h"
#include "base/text.h"
#include "base/xml.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* --- memory ------------------------------------------------------------------------- */

static void
an_arena_gives_zeroed_aligned_memory_up_to_its_ceiling(void **state)
{
    (void)state;
    struct arena *arena ARENA_AUTO = arena_new(100000);
    size_t got = 0;
    for (;;) {
        unsigned char *p = arena_make(arena, 777);
        if (!p)
            break;
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        for (int i = 0; i < 777; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xAA, 777);
        got += 777;
    }
    assert_true(got > 50000 && got <= 100000);
    assert_true(arena_size(arena) <= 100000);
    assert_null(arena_make_array(arena, SIZE_MAX / 2, 3));
}

static void
a_reset_arena_forgets_and_serves_again(void **state)
{
    (void)state;
    struct arena *arena ARENA_AUTO = arena_new(0);
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 300; i++) {
            char *p = arena_make(arena, 1000);
            assert_non_null(p);
            assert_int_equal(p[999], 0);
            memset(p, 1, 1000);
        }
        arena_reset(arena);
    }
    assert_true(arena_size(arena) < 100000);
}

static void
appending_keeps_what_was_there(void **state)
{
    (void)state;
    struct arena *arena ARENA_AUTO = arena_new(0);
    int *items = NULL;
    size_t count = 0, room = 0;
    for (int i = 0; i < 1000; i++) {
        int *item = arena_append(arena, &items, &count, &room, sizeof(*item));
        assert_non_null(item);
        assert_int_equal(*item, 0);
        *item = i;
    }
    assert_int_equal(count, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
}

/* --- text ---------------------------------------------------------------------------- */

static void
a_buf_stops_at_its_ceiling_and_says_so(void **state)
{
    (void)state;
    struct buf buf BUF_AUTO = {.ceiling = 10};
    buf_puts(&buf, "12345");
    buf_printf(&buf, "%d", 678);
    assert_string_equal(buf.p, "12345678");
    buf_puts(&buf, "90a");
    assert_true(buf.failed);
    assert_null(buf_take(&buf));
}

static void
untrusted_text_is_escaped_for_xml_and_json(void **state)
{
    (void)state;
    struct buf xml BUF_AUTO = {0}, json BUF_AUTO = {0};
    const char *text = "<a b=\"&'\">\x01\xff\n\xd7\xa9";
    buf_xml(&xml, text);
    buf_json(&json, text);
    assert_string_equal(xml.p, "&lt;a b=&quot;&amp;'&quot;&gt;\xEF\xBF\xBD\xEF\xBF\xBD&#10;\xd7\xa9");
    assert_string_equal(json.p, "\"<a b=\\\"&'\\\">\\u0001\xEF\xBF\xBD\\n\xd7\xa9\"");
}

static void
bytes_become_base64(void **state)
{
    (void)state; /* RFC 4648, section 10, and the last two digits */
    static const char *const cases[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foobar", "Zm9vYmFy"},
                                           {"\xff\xff\xbe", "//++"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf text BUF_AUTO = {0};
        buf_base64(&text, cases[i][0], strlen(cases[i][0]));
        assert_string_equal(text.p ? text.p : "", cases[i][1]);
    }
}

static void
utf8_is_told_from_what_only_looks_like_it(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_utf8;
    } cases[] = {{"", true},
                 {"a\xc3\xa4\xe2\x82\xac\xf0\x9f\x8d\xb5", true},
                 {"\xc0\x80", false},         /* overlong */
                 {"\xed\xa0\x80", false},     /* surrogate */
                 {"\xf4\x90\x80\x80", false}, /* past U+10FFFF */
                 {"\xe2\x82", false},         /* cut */
                 {"\x80", false}};
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(text_is_utf8(cases[i].text, strlen(cases[i].text)),
                         cases[i].is_utf8);
}

static void
numbers_do_not_depend_on_the_locale(void **state)
{
    (void)state;
    char out[32];
    double value = 0;
    int64_t whole = 0;
    const char *before = setlocale(LC_NUMERIC, "de_DE.UTF-8");
    text_from_double(1.5, out);
    assert_string_equal(out, "1.5");
    assert_true(text_to_double("2.25", &value) && value == 2.25);
    assert_false(text_to_double("2,25", &value));
    assert_false(text_to_double("1e999", &value));
    assert_false(text_to_double("0x10", &value));
    text_from_double(NAN, out);
    assert_string_equal(out, "NaN");
    text_from_double(0.1, out);
    assert_string_equal(out, "0.1");
    text_from_double(1234567.0, out);
    assert_string_equal(out, "1234567");
    assert_true(text_to_int64("-9223372036854775808", &whole) && whole == INT64_MIN);
    assert_false(text_to_int64("9223372036854775808", &whole));
    assert_false(text_to_int64("12 ", &whole));
    assert_false(text_to_int64("", &whole));
    assert_false(text_to_int64("-", &whole));
    if (before)
        setlocale(LC_NUMERIC, "C");
}

static void
the_nearest_word_is_found_when_it_is_near(void **state)
{
    (void)state;
    static const char *const words[] = {"quantity", "unit-price", "sku", "category"};
    assert_string_equal(text_nearest("quantitiy", words, 4), "quantity");
    assert_string_equal(text_nearest("unitprice", words, 4), "unit-price");
    assert_null(text_nearest("weather", words, 4));
    assert_null(text_nearest("x", words, 4));
}

/* --- money and lengths ------------------------------------------------------------------ */

static void
money_is_whole_minor_units_of_its_currency(void **state)
{
    (void)state;
    static const struct {
        const char *text, *currency;
        int64_t minor;
        const char *again; /* NULL: refused */
    } cases[] = {{"12.5", "EUR", 1250, "12.50"},      {"-0.05", "EUR", -5, "-0.05"},
                 {"1200", "JPY", 1200, "1200"},       {"1200.00", "JPY", 1200, "1200"},
                 {"1.234", "KWD", 1234, "1.234"},     {"1.230", "EUR", 123, "1.23"},
                 {"1.234", "EUR", 0, NULL},           {"0.5", "JPY", 0, NULL},
                 {"", "EUR", 0, NULL},                {".", "EUR", 0, NULL},
                 {"1,5", "EUR", 0, NULL},             {"12", "eur", 0, NULL},
                 {"99999999999999999999", "EUR", 0, NULL}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct money money = {0};
        char text[32];
        bool is_read = money_parse(cases[i].text, cases[i].currency, &money);
        assert_int_equal(is_read, cases[i].again != NULL);
        if (!is_read)
            continue;
        assert_int_equal(money.minor, cases[i].minor);
        money_text(money, text);
        assert_string_equal(text, cases[i].again);
    }
}

static void
lengths_are_hundredths_of_a_millimetre(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t mm100;
        bool is_length;
    } cases[] = {{"105mm", 10500, true}, {"10.5cm", 10500, true}, {"4in", 10160, true},
                 {"72pt", 2540, true},   {"3", 300, true},        {"-3mm", -300, true},
                 {"5m", 0, false},       {"mm", 0, false},        {"", 0, false},
                 {"6000mm", 0, false},   {"1e3mm", 0, false}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int32_t mm100 = 0;
        assert_int_equal(length_parse(cases[i].text, &mm100), cases[i].is_length);
        assert_int_equal(mm100, cases[i].mm100);
    }
}

/* --- days --------------------------------------------------------------------------------- */

static void
every_day_of_four_centuries_goes_there_and_back(void **state)
{
    (void)state;
    struct day first = day_from_date(1800, 1, 1), last = day_from_date(2200, 1, 1);
    int weekday = day_weekday(first);
    assert_int_equal(weekday, 3); /* a Wednesday */
    for (int32_t n = first.n; n < last.n; n++) {
        struct date date = day_date((struct day){n});
        assert_int_equal(day_from_date(date.year, date.month, date.day).n, n);
        assert_int_equal(day_weekday((struct day){n}), weekday);
        weekday = weekday % 7 + 1;
    }
    assert_true(day_is_none(day_from_date(2026, 2, 29)));
    assert_false(day_is_none(day_from_date(2024, 2, 29)));
}

static void
months_are_added_by_the_calendar(void **state)
{
    (void)state;
    char text[16];
    day_text(day_add_months(day_from_date(2026, 1, 31), 1), text);
    assert_string_equal(text, "2026-02-28");
    day_text(day_add_months(day_from_date(2026, 1, 31), -2), text);
    assert_string_equal(text, "2025-11-30");
}

static void
times_need_an_offset(void **state)
{
    (void)state;
    int64_t s = 0;
    assert_true(time_parse("2026-11-22T09:30:00+01:00", NULL, &s));
    assert_int_equal(s, 1795336200);
    assert_true(time_parse("2026-11-22T08:30:00.123Z", NULL, &s));
    assert_int_equal(s, 1795336200);
    assert_false(time_parse("2026-11-22T09:30:00", NULL, &s));
    assert_false(time_parse("2026-11-22T24:30:00Z", NULL, &s));
    assert_false(time_parse("2026-11-31", NULL, &s));
    assert_false(time_parse("yesterday", NULL, &s));
}

/* Offsets of a zone, told by the system's zone data: the C library is the other eye. */
static void
zones_agree_with_the_c_library(void **state)
{
    (void)state;
    static const char *const names[] = {"Europe/Berlin", "America/New_York", "Asia/Tehran",
                                        "Australia/Lord_Howe", "Asia/Kolkata", "UTC"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct zone *zone = NULL;
        assert_int_equal(zone_open(names[i], &zone), STATUS_OK);
        setenv("TZ", names[i], 1);
        tzset();
        /* from 1950 to 2090, an odd step of about nine days */
        for (int64_t s = -631152000; s < 3786912000; s += 777777) {
            time_t t = (time_t)s;
            struct tm tm;
            localtime_r(&t, &tm);
            if (zone_offset_s(zone, s) != tm.tm_gmtoff)
                fail_msg("%s at %lld: %d, expected %ld", names[i], (long long)s,
                         zone_offset_s(zone, s), tm.tm_gmtoff);
        }
        zone_close(zone);
    }
    unsetenv("TZ");
    tzset();
    struct zone *zone = NULL;
    assert_int_equal(zone_open("../../etc/passwd", &zone), STATUS_BAD_INPUT);
    assert_int_equal(zone_open("Europe/Atlantis", &zone), STATUS_BAD_INPUT);
    assert_null(zone);
}

/* --- notes, hashes, patience ---------------------------------------------------------------- */

static void
the_registry_has_each_number_once_in_order_and_in_its_rooms_range(void **state)
{
    (void)state;
    static const char *const rooms[] = {NULL,       "base",     "fetch", "order",
                                        "ledger",   "customer", "campaign", "page",
                                        "press",    "printer",  "station",  "abi",
                                        "mint",     "fit",      "report", "lang", "scan"};
    for (size_t i = 0; i < note_registry_count; i++) {
        const struct note_def *def = &note_registry[i];
        if (i > 0)
            assert_true(def->id > note_registry[i - 1].id);
        assert_string_equal(def->room, rooms[def->id / 100]);
        assert_true(strlen(def->summary) > 10);
    }
}

static void
a_note_keeps_the_end_of_its_path_and_whole_characters(void **state)
{
    (void)state;
    struct notes notes = {0};
    char path[400], text[600] = "";
    memset(path, 'x', sizeof(path));
    strcpy(path + 380, "/order.xml");
    for (int i = 0; i < 290; i++)
        strcat(text, "\xc3\xa4");
    note_add(&notes, NOTE_XML_MALFORMED, path, 7, "%s", text);
    assert_non_null(strstr(notes.note[0].file, "/order.xml"));
    assert_true(text_is_utf8(notes.note[0].text, strlen(notes.note[0].text)));
    assert_true(strlen(notes.note[0].text) > 300);
    for (int i = 0; i < 100; i++)
        note_add(&notes, NOTE_NO_MEMORY, NULL, 0, "more");
    assert_int_equal(notes.count, NOTES_MAX);
    assert_int_equal(notes.dropped, 101 - NOTES_MAX);
    assert_true(notes_have_error(&notes));
}

static void
hashes_are_the_published_ones(void **state)
{
    (void)state;
    assert_int_equal(hash_fnv32a("", 0), 0x811c9dc5);
    assert_int_equal(hash_fnv32a("foobar", 6), 0xbf9cf968);
    assert_string_equal(hash_sha256("abc", 3).hex,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void
patience_ends_and_can_be_cancelled(void **state)
{
    (void)state;
    volatile int32_t cancel = 0;
    struct patience patience = {clock_monotonic_ms() - 1, &cancel};
    assert_true(patience_is_over(&patience));
    patience.deadline_ms = INT64_MAX;
    assert_false(patience_is_over(&patience));
    assert_false(patience_is_cancelled(&patience));
    cancel = 1;
    assert_true(patience_is_cancelled(&patience));
}

/* --- XML ---------------------------------------------------------------------------------------- */

static void
tags_in_comments_and_attributes_are_not_tags(void **state)
{
    (void)state;
    struct notes notes = {0};
    struct arena *arena ARENA_AUTO = arena_new(0);
    xmlDoc *doc XML_DOC_AUTO = NULL;
    const char *text = "<?p <!DOCTYPE x> ?><!-- <!DOCTYPE y> --><a b='>&lt;' c=\"'\">"
                       "<![CDATA[<!DOCTYPE z>]]>\n<d e=' x &#10; y '/></a>";
    assert_int_equal(xml_read_memory(text, strlen(text), "t", NULL, 0, &notes, &doc),
                     STATUS_OK);
    const xmlNode *root = xmlDocGetRootElement(doc);
    assert_string_equal(xml_text(arena, root), "<!DOCTYPE z>");
    assert_string_equal(xml_attr(arena, xml_first(root, "d"), "e"), "x y");
    assert_int_equal(xml_line(xml_first(root, "d")), 2);
    assert_null(xml_attr(arena, root, "none"));
    assert_int_equal(notes.count, 0);
}

static void
lines_beyond_65535_keep_their_number(void **state)
{
    (void)state;
    struct notes notes = {0};
    struct buf text BUF_AUTO = {0};
    xmlDoc *doc = NULL;
    buf_puts(&text, "<a>");
    for (int i = 0; i < 70000; i++)
        buf_puts(&text, "\n");
    buf_puts(&text, "<b></a>");
    assert_int_equal(xml_read_memory(text.p, text.n, "t", NULL, 0, &notes, &doc),
                     STATUS_BAD_INPUT);
    assert_int_equal(notes.note[0].line, 70001);
}

static void
a_file_that_cannot_be_read_is_told(void **state)
{
    (void)state;
    struct notes notes = {0};
    char *bytes = NULL;
    size_t n = 0;
    assert_int_equal(file_read("/nowhere/at/all", 100, &notes, &bytes, &n), STATUS_BAD_INPUT);
    assert_int_equal(notes.note[0].id, NOTE_FILE_UNREADABLE);
    assert_int_equal(file_read("/", 100, &notes, &bytes, &n), STATUS_BAD_INPUT);
    assert_null(bytes);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arena_gives_zeroed_aligned_memory_up_to_its_ceiling),
        cmocka_unit_test(a_reset_arena_forgets_and_serves_again),
        cmocka_unit_test(appending_keeps_what_was_there),
        cmocka_unit_test(a_buf_stops_at_its_ceiling_and_says_so),
        cmocka_unit_test(untrusted_text_is_escaped_for_xml_and_json),
        cmocka_unit_test(bytes_become_base64),
        cmocka_unit_test(utf8_is_told_from_what_only_looks_like_it),
        cmocka_unit_test(numbers_do_not_depend_on_the_locale),
        cmocka_unit_test(the_nearest_word_is_found_when_it_is_near),
        cmocka_unit_test(money_is_whole_minor_units_of_its_currency),
        cmocka_unit_test(lengths_are_hundredths_of_a_millimetre),
        cmocka_unit_test(every_day_of_four_centuries_goes_there_and_back),
        cmocka_unit_test(months_are_added_by_the_calendar),
        cmocka_unit_test(times_need_an_offset),
        cmocka_unit_test(zones_agree_with_the_c_library),
        cmocka_unit_test(the_registry_has_each_number_once_in_order_and_in_its_rooms_range),
        cmocka_unit_test(a_note_keeps_the_end_of_its_path_and_whole_characters),
        cmocka_unit_test(hashes_are_the_published_ones),
        cmocka_unit_test(patience_ends_and_can_be_cancelled),
        cmocka_unit_test(tags_in_comments_and_attributes_are_not_tags),
        cmocka_unit_test(lines_beyond_65535_keep_their_number),
        cmocka_unit_test(a_file_that_cannot_be_read_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
