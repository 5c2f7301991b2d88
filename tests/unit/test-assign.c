/* Assignment against GrowthBook's published cases, and what they mean for a shop.
 *
 * The cases are not part of the tree; without them those tests are skipped. They are
 * looked for in $TUCK_SHARED/data, else in ../shared/data beside the sources. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/xml.h"
#include "campaign/campaign.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CASES "experiments/growthbook-hash-cases.json"

/* --- as much of JSON as the cases need ------------------------------------------------
 */

struct value {
    enum { IS_NULL, IS_NUMBER, IS_TEXT, IS_TRUTH, IS_LIST } is;
    double number;
    char text[64];
    struct value *items;
    size_t count;
};

static char *json;
static struct arena *json_arena;

static void
skip_blanks(const char **p)
{
    *p += strspn(*p, " \t\r\n");
}

static void
read_text(const char **p, struct value *ret)
{
    size_t n = 0;
    ret->is = IS_TEXT;
    for ((*p)++; **p != '"'; (*p)++) {
        if (**p == '\\') /* the cases escape only quotes and backslashes */
            (*p)++;
        assert_true(n + 1 < sizeof ret->text);
        ret->text[n++] = **p;
    }
    (*p)++;
}

static void
read_value(const char **p, struct value *ret)
{
    size_t room = 0;
    *ret = (struct value){0};
    skip_blanks(p);
    if (**p == '"') {
        read_text(p, ret);
    } else if (**p == '[') {
        ret->is = IS_LIST;
        (*p)++;
        for (skip_blanks(p); **p != ']'; skip_blanks(p)) {
            struct value *item =
                arena_append(json_arena, &ret->items, &ret->count, &room, sizeof *item);
            assert_non_null(item);
            struct value read;
            read_value(p, &read);
            ret->items[ret->count - 1] = read;
            skip_blanks(p);
            *p += **p == ',';
        }
        (*p)++;
    } else if (strncmp(*p, "null", 4) == 0) {
        *p += 4;
    } else if (strncmp(*p, "true", 4) == 0 || strncmp(*p, "false", 5) == 0) {
        ret->is = IS_TRUTH;
        ret->number = **p == 't';
        *p += **p == 't' ? 4 : 5;
    } else {
        char *end = NULL;
        ret->is = IS_NUMBER;
        ret->number = strtod(*p, &end);
        assert_true(end > *p);
        *p = end;
    }
}

/* The list called `name`. */
static struct value
cases(const char *name)
{
    char quoted[64];
    struct value list;

    if (json == NULL)
        skip();
    snprintf(quoted, sizeof quoted, "\"%s\"", name);
    const char *p = strstr(json, quoted);
    assert_non_null(p);
    p += strlen(quoted);
    skip_blanks(&p);
    assert_int_equal(*p, ':');
    p++;
    read_value(&p, &list);
    assert_int_equal(list.is, IS_LIST);
    assert_true(list.count > 5);
    return list;
}

static int
read_cases(void **state)
{
    char path[1024];
    const char *shared = getenv("TUCK_SHARED");
    const char *srcdir = getenv("srcdir");
    size_t n = 0;

    (void)state;
    if (shared != NULL)
        snprintf(path, sizeof path, "%s/data/%s", shared, CASES);
    else
        snprintf(path, sizeof path, "%s/../shared/data/%s", srcdir ? srcdir : SRCDIR,
                 CASES);
    json_arena = arena_new(0);
    if (file_read(path, 1u << 20, NULL, &json, &n) != STATUS_OK)
        print_message("the cases are not at %s: their tests are skipped\n", path);
    return json_arena != NULL ? 0 : -1;
}

static int
forget_cases(void **state)
{
    (void)state;
    arena_free(json_arena);
    free(json);
    return 0;
}

/* --- the published cases --------------------------------------------------------------
 */

static void
the_hash_is_growthbooks(void **state)
{
    (void)state;
    struct value list = cases("hash");
    for (size_t i = 0; i < list.count; i++) {
        const struct value *c = list.items[i].items;
        double expected = c[3].is == IS_NULL ? -1.0 : c[3].number;
        double n = assign_hash(c[0].text, c[1].text, (int)c[2].number);
        if (fabs(n - expected) > 1e-12)
            fail_msg("seed %s, value %s: %.6f", c[0].text, c[1].text, n);
    }
}

static void
bucket_ranges_are_growthbooks(void **state)
{
    (void)state;
    struct value list = cases("getBucketRange");
    for (size_t i = 0; i < list.count; i++) {
        const struct value *c = list.items[i].items;
        const struct value *in = c[1].items, *out = c[2].items;
        size_t count = (size_t)in[0].number;
        struct assign_range ranges[8];
        double weights[8];
        /* our weights are as many as the arms by their type */
        bool has_weights = in[2].is == IS_LIST && in[2].count == count;
        for (size_t k = 0; has_weights && k < count; k++)
            weights[k] = in[2].items[k].number;
        assign_ranges(count, in[1].number, has_weights ? weights : NULL, ranges);
        for (size_t k = 0; k < count; k++)
            if (fabs(ranges[k].from - out[k].items[0].number) > 1e-9 ||
                fabs(ranges[k].to - out[k].items[1].number) > 1e-9)
                fail_msg("%s: range %zu is %.6f to %.6f", c[0].text, k, ranges[k].from,
                         ranges[k].to);
    }
}

static void
the_chosen_range_is_growthbooks(void **state)
{
    (void)state;
    struct value list = cases("chooseVariation");
    for (size_t i = 0; i < list.count; i++) {
        const struct value *c = list.items[i].items;
        struct assign_range ranges[8];
        for (size_t k = 0; k < c[2].count; k++)
            ranges[k] = (struct assign_range){c[2].items[k].items[0].number,
                                              c[2].items[k].items[1].number};
        int n = assign_choose(c[1].number, ranges, c[2].count);
        if (n != (int)c[3].number)
            fail_msg("%s: %d", c[0].text, n);
    }
}

static void
namespaces_are_growthbooks(void **state)
{
    (void)state;
    struct value list = cases("inNamespace");
    for (size_t i = 0; i < list.count; i++) {
        const struct value *c = list.items[i].items, *space = c[2].items;
        bool is_in = assign_in_namespace(c[1].text, space[0].text, space[1].number,
                                         space[2].number);
        if (is_in != (c[3].number != 0.0))
            fail_msg("%s", c[0].text);
    }
}

/* --- what they mean for a shop --------------------------------------------------------
 */

static void
no_coverage_and_nonsense_give_nobody_an_arm(void **state)
{
    (void)state;
    struct assign_range ranges[2];
    assign_ranges(2, NAN, NULL, ranges);
    assert_int_equal(assign_choose(0.3, ranges, 2), -1);
    assign_ranges(2, 1.0, NULL, ranges);
    assert_int_equal(assign_choose(-1.0, ranges, 2), -1);
    assert_int_equal(assign_choose(1.0, ranges, 2), -1);
}

static void
arms_are_shared_out_by_weight(void **state)
{
    (void)state;
    const double weights[] = {0.2, 0.3, 0.5};
    struct assign_range ranges[3];
    int got[3] = {0};

    assign_ranges(3, 1.0, weights, ranges);
    for (int i = 0; i < 20000; i++) {
        char customer[32];
        snprintf(customer, sizeof customer, "c-%d", i);
        int n = assign_choose(assign_hash("fern:welcome", customer, 2), ranges, 3);
        assert_in_range(n, 0, 2);
        got[n]++;
    }
    for (int k = 0; k < 3; k++)
        assert_true(fabs(got[k] / 20000.0 - weights[k]) < 0.015);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hash_is_growthbooks),
        cmocka_unit_test(bucket_ranges_are_growthbooks),
        cmocka_unit_test(the_chosen_range_is_growthbooks),
        cmocka_unit_test(namespaces_are_growthbooks),
        cmocka_unit_test(no_coverage_and_nonsense_give_nobody_an_arm),
        cmocka_unit_test(arms_are_shared_out_by_weight),
    };
    return cmocka_run_group_tests_name("assign", tests, read_cases, forget_cases);
}
