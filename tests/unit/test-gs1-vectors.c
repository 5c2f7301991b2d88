/* GS1's own dictionary and vectors, where they lie, against what tuck emits.
 *
 * The dictionary's row of every identifier that tuck knows is turned into values that it
 * allows and values that it does not. Of the linters' vectors those are used whose checks
 * belong to such identifiers, of the Digital Links those that are written. Left out: what
 * reads scan data or compressed links, which tuck does neither; how identifiers go
 * together on one thing, which hangs on all its symbols; tables of currencies, countries
 * and packages, whose identifiers tuck refuses or leaves to their digits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mint/gs1.h"
#include "mint/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *
open_data(const char *name)
{
    char path[600];
    const char *shared = getenv("TUCK_SHARED");
    snprintf(path, sizeof path, "%s/data/gs1/%s", shared ? shared : "", name);
    FILE *file = fopen(path, "r");
    if (!file)
        skip();
    return file;
}

/* "…" of a tab-separated field, unquoted, with C's escapes of two kinds. */
static bool
next_field(char **rest, char *out, size_t room)
{
    char *field = *rest ? strsep(rest, "\t\n") : NULL;
    size_t n = 0;
    if (!field)
        return false;
    for (const char *p = field; *p && n + 1 < room; p++) {
        if (*p == '"')
            continue;
        if (*p == '\\' && (p[1] == '"' || p[1] == '\\'))
            p++;
        out[n++] = *p;
    }
    out[n] = '\0';
    return true;
}

/* --- the dictionary
 * ---------------------------------------------------------------------
 */

struct component {
    char kind; /* N, X, Y, Z */
    bool is_optional, is_variable;
    size_t length;
    char linter[40]; /* the first that says more than the characters */
};

static size_t
read_spec(char *spec, struct component *ret, size_t room)
{
    size_t count = 0;
    for (char *word; (word = strsep(&spec, " \t")) && count < room;) {
        struct component c = {0};
        if (!*word)
            continue;
        c.is_optional = *word == '[';
        word += c.is_optional;
        if (!strchr("NXYZ", *word))
            break; /* attributes begin */
        c.kind = *word++;
        c.is_variable = strncmp(word, "..", 2) == 0;
        c.length = strtoul(word + (c.is_variable ? 2 : 0), &word, 10);
        for (char *linter; *word == ',' && (linter = ++word);) {
            size_t n = strcspn(linter, ",]");
            bool is_more =
                strncmp(linter, "gcppos", 6) != 0 && strncmp(linter, "nonzero", 7) != 0;
            if (is_more && !c.linter[0])
                snprintf(c.linter, sizeof c.linter, "%.*s", (int)n, linter);
            word = linter + n;
        }
        ret[count++] = c;
    }
    return count;
}

/* Adds `n` characters that the component allows. False: the test knows no such value. */
static bool
add_value(const struct component *c, size_t n, struct buf *out)
{
    static const struct {
        const char *linter, *value;
    } known[] = {{"yymmd0", "271100"}, {"hhmi", "2359"}, {"hh", "23"}, {"mi", "59"}};
    char text[100];
    if (n >= sizeof text)
        return false;
    for (size_t i = 0; i < n; i++)
        text[i] = c->kind == 'N' ? (char)('1' + i % 9) : "A7B"[i % 3];
    text[n] = '\0';
    if (strcmp(c->linter, "csum") == 0) {
        text[n - 1] = gs1_check_digit(text, n - 1);
    } else if (strcmp(c->linter, "yymmdd") == 0) {
        snprintf(text, sizeof text, "271130");
    } else if (c->linter[0]) {
        size_t i = 0;
        while (i < COUNT_OF(known) && strcmp(known[i].linter, c->linter) != 0)
            i++;
        if (i == COUNT_OF(known) || strlen(known[i].value) != n)
            return false;
        snprintf(text, sizeof text, "%s", known[i].value);
    }
    buf_puts(out, text);
    return true;
}

/* The longest (or shortest) value that the row allows. */
static bool
make_value(const struct component *parts, size_t count, bool is_longest, struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        if (parts[i].is_optional && !is_longest)
            continue;
        if (!add_value(&parts[i],
                       parts[i].is_variable && !is_longest ? 1 : parts[i].length, out))
            return false;
    }
    return true;
}

static void
check_row(const char *ai, const struct component *parts, size_t count, size_t *used)
{
    struct buf longest BUF_AUTO = {0}, shortest BUF_AUTO = {0};
    struct gs1_fault fault = {0};
    char value[200];
    if (gs1_check(ai, "", &fault) == STATUS_BAD_INPUT &&
        strstr(fault.text, "that tuck knows"))
        return; /* refused altogether */
    if (!make_value(parts, count, true, &longest) ||
        !make_value(parts, count, false, &shortest))
        return;
    (*used)++;
    if (gs1_check(ai, longest.p, &fault) != STATUS_OK)
        fail_msg("(%s)%s is refused: %s", ai, longest.p, fault.text);
    if (gs1_check(ai, shortest.p, &fault) != STATUS_OK)
        fail_msg("(%s)%s is refused: %s", ai, shortest.p, fault.text);
    snprintf(value, sizeof value, "%s1", longest.p);
    if (gs1_check(ai, value, NULL) == STATUS_OK)
        fail_msg("(%s)%s is longer than the dictionary allows", ai, value);
    snprintf(value, sizeof value, "%s", shortest.p);
    value[strlen(value) - 1] = '\0';
    if (gs1_check(ai, value, NULL) == STATUS_OK)
        fail_msg("(%s)%s is shorter than the dictionary allows", ai, value);
    snprintf(value, sizeof value, "%s", shortest.p);
    value[0] = '^'; /* in none of the sets */
    if (gs1_check(ai, value, NULL) == STATUS_OK)
        fail_msg("(%s)%s has a character that is none of GS1's", ai, value);
    for (size_t i = 0; i < count; i++)
        if (strcmp(parts[i].linter, "csum") == 0 && i == 0) {
            snprintf(value, sizeof value, "%s", longest.p);
            char *digit = &value[parts[0].length - 1];
            *digit = *digit == '9' ? '0' : (char)(*digit + 1);
            if (gs1_check(ai, value, NULL) == STATUS_OK)
                fail_msg("(%s)%s has a wrong check digit", ai, value);
        }
}

static void
every_identifier_takes_what_the_dictionary_says(void **state)
{
    FILE *file = open_data("gs1-syntax-dictionary.txt");
    char line[400];
    size_t used = 0;
    (void)state;
    while (fgets(line, sizeof line, file)) {
        struct component parts[8];
        char ais[20] = "", flags[20] = "", *spec = line;
        if (line[0] < '0' || line[0] > '9')
            continue;
        spec[strcspn(spec, "#\n")] = '\0';
        snprintf(ais, sizeof ais, "%.*s", (int)strcspn(spec, " "), spec);
        spec += strcspn(spec, " ");
        spec += strspn(spec, " ");
        if (!strchr("NXYZ[", *spec)) {
            snprintf(flags, sizeof flags, "%.*s", (int)strcspn(spec, " "), spec);
            spec += strlen(flags);
        }
        size_t count = read_spec(spec, parts, COUNT_OF(parts));
        int from = atoi(ais), to = strchr(ais, '-') ? atoi(strchr(ais, '-') + 1) : from;
        int digits = (int)strcspn(ais, "-");
        for (int ai = from; ai <= to; ai++) {
            char name[8];
            snprintf(name, sizeof name, "%0*d", digits, ai);
            /* coupons have vectors of their own */
            if (strcmp(name, "8110") != 0 && strcmp(name, "8112") != 0)
                check_row(name, parts, count, &used);
        }
    }
    fclose(file);
    print_message("%zu identifiers as in the dictionary\n", used);
    assert_true(used > 150);
}

/* --- the linters
 * ------------------------------------------------------------------------
 */

static bool
passes_linter(const char *linter, const char *value, bool *ret_passes)
{
    static const struct {
        const char *linter, *ai;
        size_t length; /* 0: any */
    } of[] = {{"couponcode", "8110", 0},
              {"couponposoffer", "8112", 0},
              {"yymmd0", "17", 6},
              {"yymmdd", "7003", 6}};
    if (strcmp(linter, "csum") == 0) {
        *ret_passes = gs1_has_check_digit(value, strlen(value));
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(of); i++) {
        char whole[200];
        if (strcmp(of[i].linter, linter) != 0)
            continue;
        if (of[i].length && strlen(value) != of[i].length)
            return false; /* its length is the identifier's own */
        snprintf(whole, sizeof whole, "%.150s%s", value,
                 strcmp(of[i].ai, "7003") == 0 ? "1200" : "");
        *ret_passes = gs1_check(of[i].ai, whole, NULL) == STATUS_OK;
        return true;
    }
    return false;
}

static void
what_the_linters_pass_passes_and_nothing_else(void **state)
{
    FILE *file = open_data("linters.tsv");
    char line[2000], linter[60], result[20], value[600];
    size_t used = 0, bad = 0;
    (void)state;
    while (fgets(line, sizeof line, file)) {
        char *rest = line;
        bool passes;
        if (!next_field(&rest, linter, sizeof linter) ||
            !next_field(&rest, result, sizeof result) ||
            !next_field(&rest, value, sizeof value) ||
            strncmp(linter, "gs1_lint_", 9) != 0 ||
            (rest && strstr(rest, "GCP")) || /* a register of companies, not at hand */
            !passes_linter(linter + 9, value, &passes))
            continue;
        used++;
        if (passes != (strcmp(result, "PASS") == 0)) {
            print_message("%s \"%s\": %s\n", linter, value, result);
            bad++;
        }
    }
    fclose(file);
    print_message("%zu vectors of linters\n", used);
    assert_int_equal(bad, 0);
    assert_true(used > 500);
}

/* --- Digital Links
 * ----------------------------------------------------------------------
 */

static bool
is_among(const char *ai, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(ai, *list) == 0)
            return true;
    return false;
}

/* The elements as a link: the first key is the link's, what may qualify a GTIN does. */
static bool
make_link(const struct gs1_element *elements, size_t count, struct digital_link *link)
{
    static const char *const keys[] = {"00",   "01",   "253",  "255",  "401",  "402",
                                       "414",  "415",  "417",  "8003", "8004", "8006",
                                       "8010", "8013", "8017", "8018", NULL};
    static const char *const qualifiers[] = {"22", "10", "21", "235", NULL};
    bool is_gtin;
    for (size_t i = 0; i < count && !link->key.ai[0]; i++)
        if (is_among(elements[i].ai, keys))
            link->key = elements[i];
    is_gtin = strcmp(link->key.ai, "01") == 0;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(elements[i].ai, link->key.ai) == 0)
            continue;
        if (is_gtin && is_among(elements[i].ai, qualifiers))
            link->qualifiers[link->qualifier_count++] = elements[i];
        else
            link->attributes[link->attribute_count++] = elements[i];
    }
    return link->key.ai[0] != '\0';
}

/* Equal but for the order of the query, which says nothing. */
static bool
is_same_link(const char *a, const char *b)
{
    size_t n = strcspn(a, "?");
    char word[200];
    if (n != strcspn(b, "?") || strncmp(a, b, n) != 0 || strlen(a) != strlen(b))
        return false;
    for (const char *p = a + n; *p; p += strcspn(p, "&")) {
        p++;
        snprintf(word, sizeof word, "%.*s", (int)strcspn(p, "&"), p);
        if (!strstr(b, word))
            return false;
    }
    return true;
}

static void
links_are_written_as_the_vectors_say(void **state)
{
    FILE *file = open_data("test_testGenerateDLuri.tsv");
    char line[2000], is_good[10], stem[200], data[600], expected[600];
    size_t used = 0, bad = 0;
    (void)state;
    while (fgets(line, sizeof line, file)) {
        char *rest = line;
        struct gs1_element elements[16];
        struct digital_link link = {0};
        struct buf uri BUF_AUTO = {0};
        size_t count;
        if (!next_field(&rest, is_good, sizeof is_good) ||
            !next_field(&rest, stem, sizeof stem) ||
            !next_field(&rest, data, sizeof data) ||
            !next_field(&rest, expected, sizeof expected) || strcmp(stem, "NULL") == 0 ||
            strstr(data, "(89)")) /* no identifier yet */
            continue;
        snprintf(link.stem, sizeof link.stem, "%.*s",
                 (int)(strlen(stem) - (stem[strlen(stem) - 1] == '/')), stem);
        /* An element twice, which the vectors let pass once, is refused here. */
        enum status status = gs1_read(data, elements, COUNT_OF(elements), &count, NULL);
        if (status != STATUS_OK)
            continue;
        status = make_link(elements, count, &link) ? digital_link_write(&link, &uri, NULL)
                                                   : STATUS_BAD_INPUT;
        used++;
        bool is_right = strcmp(is_good, "true") == 0
                            ? status == STATUS_OK && is_same_link(uri.p, expected)
                            : status != STATUS_OK;
        if (!is_right) {
            print_message("%s: %s, not %s\n", data, uri.p ? uri.p : "refused", expected);
            bad++;
        }
    }
    fclose(file);
    print_message("%zu vectors of links\n", used);
    assert_int_equal(bad, 0);
    assert_true(used >= 12);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_identifier_takes_what_the_dictionary_says),
        cmocka_unit_test(what_the_linters_pass_passes_and_nothing_else),
        cmocka_unit_test(links_are_written_as_the_vectors_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
