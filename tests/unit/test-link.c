/* What a QR symbol holds: the shop's URL with the code and its parameters, and GS1
 * Digital Link URIs. The links are examples of the standard "GS1 Digital Link: URI
 * Syntax", its grammar, and of the Syntax Dictionary's rules for keys and qualifiers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mint/link.h"

#include <stdio.h>
#include <string.h>

static const struct fetch_param values[] = {
    {"code", "FERN-2345-6789"},
    {"offer", "come back & buy"},
    {"order", "10/42"},
    {"arm", ""},
};

/* --- the shop's URL ------------------------------------------------------------------
 */

static void
parameters_are_added_to_the_shops_url(void **state)
{
    (void)state;
    static const struct link_parameter utm[] = {
        {"utm_source", "tuck", true, false},
        {"utm_medium", "Beilage & Karton", true, false},
        {"utm_campaign", "summer {offer}", true, false},
        {"utm_content", "{arm}", true, false}, /* nothing: left out */
        {"utm_term", "\xc3\xbc{order}", true, false},
    };
    static const struct {
        const char *url;
        size_t count;
        const char *expected;
    } rows[] = {
        {"https://shop.example/{offer}?c={code}", 0,
         "https://shop.example/come%20back%20%26%20buy?c=FERN-2345-6789"},
        {"https://shop.example/", 1, "https://shop.example/?utm_source=tuck"},
        {"https://shop.example/?c={code}", 2,
         "https://shop.example/?c=FERN-2345-6789&utm_source=tuck"
         "&utm_medium=Beilage%20%26%20Karton"},
        {"https://shop.example/c#top?", 5,
         "https://shop.example/c?utm_source=tuck&utm_medium=Beilage%20%26%20Karton"
         "&utm_campaign=summer%20come%20back%20%26%20buy&utm_term=%C3%BC10%2F42#top?"},
        {"https://shop.example/{arm}#{code}", 4,
         "https://shop.example/?utm_source=tuck&utm_medium=Beilage%20%26%20Karton"
         "&utm_campaign=summer%20come%20back%20%26%20buy#FERN-2345-6789"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct buf out BUF_AUTO = {0};
        assert_int_equal(
            link_write(rows[i].url, utm, rows[i].count, values, COUNT_OF(values), &out),
            STATUS_OK);
        assert_string_equal(out.p, rows[i].expected);
    }
}

static void
an_unknown_place_is_refused_and_found_beforehand(void **state)
{
    (void)state;
    static const char *const names[] = {"code", "order"};
    static const struct {
        const char *pattern, *unknown;
    } rows[] = {
        {"https://shop.example/{code}", NULL},
        {"{code}{order}", NULL},
        {"", NULL},
        {"{codes}", "codes"},
        {"{code}{}", ""},
        {"{Code}", "Code"},
        {"open {code", NULL},
        {"a}b{order}", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        size_t n = 0;
        const char *unknown = link_unknown_place(rows[i].pattern, names, 2, &n);
        assert_int_equal(unknown != NULL, rows[i].unknown != NULL);
        if (unknown) {
            assert_int_equal(n, strlen(rows[i].unknown));
            assert_memory_equal(unknown, rows[i].unknown, n);
        }
    }
    const struct link_parameter wrong = {"utm_source", "{station}", true, true};
    struct buf out BUF_AUTO = {0};
    buf_puts(&out, "as before");
    assert_int_equal(link_write("https://shop.example/{x}", NULL, 0, values, 1, &out),
                     STATUS_BAD_INPUT);
    assert_int_equal(link_write("https://shop.example/", &wrong, 1, values, 1, &out),
                     STATUS_BAD_INPUT);
    assert_string_equal(out.p, "as before");
}

static void
only_its_own_parameters_go_into_each_link(void **state)
{
    (void)state;
    static const struct link_parameter parameters[] = {
        {"a", "{code}", true, false},
        {"b", "{order}", false, true},
        {"c", "..", true, true},
        {"d", "{arm}", true, true},
    };
    struct digital_link link = {.stem = "https://id.gs1.org",
                                .key = {"255", "9501101530003"}};
    struct buf url BUF_AUTO = {0}, uri BUF_AUTO = {0};
    assert_int_equal(link_write("https://shop.example/", parameters, COUNT_OF(parameters),
                                values, COUNT_OF(values), &url),
                     STATUS_OK);
    assert_string_equal(url.p, "https://shop.example/?a=FERN-2345-6789&c=..");
    assert_int_equal(
        link_others(parameters, COUNT_OF(parameters), values, COUNT_OF(values), &link),
        STATUS_OK);
    assert_int_equal(digital_link_write(&link, &uri, NULL), STATUS_OK);
    assert_string_equal(uri.p, "https://id.gs1.org/255/9501101530003?b=10%2F42&c=..");
    const struct link_parameter wrong = {"e", "{station}", false, true};
    assert_int_equal(link_others(&wrong, 1, values, COUNT_OF(values), &link),
                     STATUS_BAD_INPUT);
}

/* --- GS1 Digital Link -----------------------------------------------------------------
 */

static struct digital_link
link_of(const char *ai, const char *value)
{
    struct digital_link link = {.stem = "https://id.gs1.org"};
    snprintf(link.key.ai, sizeof(link.key.ai), "%s", ai);
    snprintf(link.key.value, sizeof(link.key.value), "%s", value);
    return link;
}

static void
a_link_is_written_in_the_standards_order(void **state)
{
    (void)state;
    struct buf out BUF_AUTO = {0};
    struct digital_link link = link_of("01", "9501101530003");
    snprintf(link.stem, sizeof(link.stem), "https://example.com/some/path/");
    link.qualifiers[0] = (struct gs1_element){"21", "a/b?c"};
    link.qualifiers[1] = (struct gs1_element){"22", "2A"};
    link.qualifiers[2] = (struct gs1_element){"10", "ABC%&1"};
    link.qualifier_count = 3;
    link.attributes[0] = (struct gs1_element){"8112", "001234561234560123456"};
    link.attributes[1] = (struct gs1_element){"17", "261231"};
    link.attribute_count = 2;
    snprintf(link.others[0].name, sizeof(link.others[0].name), "utm_source");
    snprintf(link.others[0].value, sizeof(link.others[0].value), "box & \xc3\xbc");
    link.other_count = 1;
    assert_int_equal(digital_link_write(&link, &out, NULL), STATUS_OK);
    assert_string_equal(out.p,
                        "https://example.com/some/path/01/09501101530003/22/2A/10/"
                        "ABC%25%261/21/a%2Fb%3Fc?17=261231&8112=001234561234560123456"
                        "&utm_source=box%20%26%20%C3%BC");
}

/* Links that are read, and written again as they were. */
static void
canonical_links_come_back_as_they_were(void **state)
{
    (void)state;
    static const char *const links[] = {
        "https://id.gs1.org/01/09521234543213",
        "https://id.gs1.org/01/09521234543213/10/ABC123/21/12345",
        "https://id.gs1.org/01/09521234543213/10/ABC123?17=261231",
        "https://id.gs1.org/00/106141411234567897",
        "https://example.com/products/01/09521234543213",
        "https://id.gs1.org/01/09521234543213/22/ABC-123?99=XYZ%2F987",
        "https://id.gs1.org/01/09521234543213/235/TPX123",
        "https://id.gs1.org/255/9501101530003",
        "https://id.gs1.org/255/9501101530003000000000123?17=261231&3902=500",
        "https://brand.example:8443/255/9501101530003123?8110=012345612345611110123",
        "http://brand.example/414/9521321000018/254/32a%2Fb",
        "https://id.gs1.org/8006/095212345432130102/22/2A/21/1",
        "https://id.gs1.org/8017/952132100000000007/8019/123",
        "https://id.gs1.org/01/09521234543213?linkType=gs1%3Apip&x=",
        /* a stem that looks like a key */
        "https://brand.example/01/09521234543213/255/9501101530003",
    };
    for (size_t i = 0; i < COUNT_OF(links); i++) {
        struct digital_link link;
        struct gs1_fault fault = {0};
        struct buf out BUF_AUTO = {0};
        if (digital_link_read(links[i], &link, &fault) != STATUS_OK ||
            digital_link_write(&link, &out, &fault) != STATUS_OK)
            fail_msg("%s: %s", links[i], fault.text);
        assert_string_equal(out.p, links[i]);
    }
}

static void
a_link_is_taken_apart(void **state)
{
    (void)state;
    struct digital_link link;
    assert_int_equal(
        digital_link_read("https://example.com/c/01/09501101530003/10/A%2fB?8112="
                          "001234561234560123456&utm_source=a+b;17=261231#top",
                          &link, NULL),
        STATUS_OK);
    assert_string_equal(link.stem, "https://example.com/c");
    assert_string_equal(link.key.ai, "01");
    assert_string_equal(link.key.value, "09501101530003");
    assert_int_equal(link.qualifier_count, 1);
    assert_string_equal(link.qualifiers[0].value, "A/B");
    assert_int_equal(link.attribute_count, 2);
    assert_string_equal(link.attributes[0].ai, "8112");
    assert_string_equal(link.attributes[1].value, "261231");
    assert_int_equal(link.other_count, 1);
    assert_string_equal(link.others[0].name, "utm_source");
    assert_string_equal(link.others[0].value, "a b");
}

static void
a_wrong_link_is_refused_at_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *uri;
        size_t at;
    } rows[] = {
        {"", 0},
        {"id.gs1.org/01/09521234543213", 0},
        {"ftp://id.gs1.org/01/09521234543213", 0},
        {"https:///01/09521234543213", 0},
        {"https://id.gs1.org", 18},
        {"https://id.gs1.org/", 18},
        {"https://id.gs1.org/01", 18},
        {"https://id.gs1.org/99/1", 18},
        {"https://id.gs1.org/01/09521234543214", 22},
        {"https://id.gs1.org/01/9521234543213", 22},
        {"https://id.gs1.org/gtin/09521234543213", 18},
        {"https://id.gs1.org/01/09521234543213/21/1/10/2", 42},
        {"https://id.gs1.org/01/09521234543213/10/1/10/2", 42},
        {"https://id.gs1.org/01/09521234543213/10/1/235/2", 42},
        {"https://id.gs1.org/255/9501101530003/10/1", 37},
        {"https://id.gs1.org/01/09521234543213/xx/1", 37},
        {"https://id.gs1.org/01/09521234543213/10/a%2", 41},
        {"https://id.gs1.org/01/09521234543213/10/a%", 41},
        {"https://id.gs1.org/01/09521234543213/10/a%zz", 41},
        {"https://id.gs1.org/01/09521234543213/10/a%00", 41},
        {"https://id.gs1.org/01/09521234543213/10/a%20b", 40},
        {"https://id.gs1.org/01/09521234543213?17=261301", 40},
        {"https://id.gs1.org/01/09521234543213?17=261201&17=261201", 50},
        {"https://id.gs1.org/01/09521234543213?01=09521234543213", 40},
        {"https://id.gs1.org/01/09521234543213/10/1?10=2", 45},
        {"https://id.gs1.org/01/09521234543213?1234=1", 37},
        {"https://id.gs1.org/01/09521234543213?8112=201234561234560123456", 42},
        {"https://id.gs1.org/01/09521234543213?=1", 37},
        {"https://id.gs1.org/01/09521234543213?%31%37=261231", 37},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct digital_link link = {.stem = "untouched"};
        struct gs1_fault fault = {.at = 12345};
        enum status status = digital_link_read(rows[i].uri, &link, &fault);
        if (status != STATUS_BAD_INPUT || fault.at != rows[i].at)
            fail_msg("%s: status %d at %zu: %s", rows[i].uri, status, fault.at,
                     fault.text);
        assert_string_equal(link.stem, "untouched");
    }
}

static void
refuses(struct digital_link link, const char *part_of_the_sentence)
{
    struct gs1_fault fault = {0};
    struct buf out BUF_AUTO = {0};
    assert_int_equal(digital_link_write(&link, &out, &fault), STATUS_BAD_INPUT);
    if (!strstr(fault.text, part_of_the_sentence))
        fail_msg("\"%s\" does not say \"%s\"", fault.text, part_of_the_sentence);
    assert_int_equal(out.n, 0);
}

static void
what_makes_no_link_is_refused(void **state)
{
    (void)state;
    struct digital_link link = link_of("01", "9501101530004");
    refuses(link, "check digit");
    refuses(link_of("8112", "001234561234560123456"), "(8112) is no key");
    link = link_of("255", "9501101530003123");
    link.qualifiers[link.qualifier_count++] = (struct gs1_element){"10", "1"};
    refuses(link, "(10) qualifies no (255)");
    link = link_of("01", "9501101530003");
    link.qualifiers[0] = (struct gs1_element){"235", "1"};
    link.qualifiers[1] = (struct gs1_element){"10", "1"};
    link.qualifier_count = 2;
    refuses(link, "exclude one another");
    link.qualifiers[0].ai[2] = link.qualifiers[0].ai[0] = '\0';
    refuses(link, "qualifies no");
    link.qualifiers[0] = link.qualifiers[1];
    refuses(link, "twice");
    link.qualifier_count = 1;
    link.attributes[0] = (struct gs1_element){"10", "1"};
    link.attribute_count = 1;
    refuses(link, "twice");
    link = link_of("01", "9501101530003");
    snprintf(link.others[0].name, sizeof(link.others[0].name), "1234");
    link.other_count = 1;
    refuses(link, "digits only");
    static const char *const stems[] = {"",           "id.gs1.org",   "https://",
                                        "https:///x", "https://a b",  "https://a?b",
                                        "https://a#", "gopher://a.b/"};
    for (size_t i = 0; i < COUNT_OF(stems); i++) {
        link = link_of("01", "9501101530003");
        snprintf(link.stem, sizeof(link.stem), "%s", stems[i]);
        assert_false(digital_link_is_stem(stems[i]));
        refuses(link, "begins with https://");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_added_to_the_shops_url),
        cmocka_unit_test(only_its_own_parameters_go_into_each_link),
        cmocka_unit_test(an_unknown_place_is_refused_and_found_beforehand),
        cmocka_unit_test(a_link_is_written_in_the_standards_order),
        cmocka_unit_test(canonical_links_come_back_as_they_were),
        cmocka_unit_test(a_link_is_taken_apart),
        cmocka_unit_test(a_wrong_link_is_refused_at_its_place),
        cmocka_unit_test(what_makes_no_link_is_refused),
    };
    return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
