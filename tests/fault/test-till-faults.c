/* Fail the n-th: memory that refuses once, at every place in turn, under a till's calls.
 *
 * The test's own malloc stands before the library's, for tuck.so, SQLite and all. Whatever
 * is refused, a call ends with a status, an answer is whole or not there, and the same
 * call made again comes to what it would have: a code is used once, never twice, never
 * lost. n grows until nothing was refused any more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tuck.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- a memory that refuses ---------------------------------------------------------- */

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t n);
void *__libc_realloc(void *p, size_t n);

static __thread int64_t asked, refuse_at; /* refuse_at 0: never */
static __thread bool was_refused;

static bool
refuses(void)
{
    if (refuse_at == 0 || ++asked != refuse_at)
        return false;
    was_refused = true;
    errno = ENOMEM;
    return true;
}

__attribute__((visibility("default"))) void *
malloc(size_t n)
{
    return refuses() ? NULL : __libc_malloc(n);
}

__attribute__((visibility("default"))) void *
calloc(size_t count, size_t n)
{
    return refuses() ? NULL : __libc_calloc(count, n);
}

__attribute__((visibility("default"))) void *
realloc(void *p, size_t n)
{
    return refuses() ? NULL : __libc_realloc(p, n);
}

static void
refuse(int64_t n)
{
    asked = 0;
    was_refused = false;
    refuse_at = n;
}

/* --- the shop ----------------------------------------------------------------------- */

static const struct tuck_carton_face *tuck;
static const struct tuck_promise_face *face;
static char work[] = "/tmp/tuck-till-XXXXXX";
static char shop_dir[600], order[1 << 16];
static struct tuck_shop *shop;

#define MOST 4000 /* allocations of a call: far more than any has */

static char *
replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    char *out = NULL;
    assert_non_null(at);
    assert_true(asprintf(&out, "%.*s%s%s", (int)(at - text), text, to,
                         at + strlen(from)) > 0);
    return out;
}

/* Packs the first order of a customer of that id; the coupon's code, or "". */
static void
pack_for(const char *id, char ret[64])
{
    struct tuck_carton *carton = NULL;
    struct tuck_piece piece = {.size = sizeof(piece)};
    char *named = replaced(order, "\"FK-2001\"", id);
    char *text = replaced(named, "\"C-2001\"", id);
    const struct tuck_order how = {.size = sizeof(how), .flags = TUCK_NO_SHEETS,
                                   .bytes = text, .length = strlen(text),
                                   .budget_ms = 30000};
    assert_int_equal(tuck->pack(shop, &how, &carton), TUCK_OK);
    ret[0] = '\0';
    for (int64_t i = 0; tuck->piece(carton, i, &piece) == TUCK_OK; i++)
        if (piece.code)
            snprintf(ret, 64, "%s", piece.code);
    tuck->carton_free(carton);
    free(text);
    free(named);
}

/* The code of the next customer who is not of the control group. */
static void
fresh_code(char ret[64])
{
    static int customer;
    char id[40];
    for (int i = 0; i < 20; i++) {
        snprintf(id, sizeof(id), "\"F-%d\"", customer++);
        pack_for(id, ret);
        if (ret[0])
            return;
    }
    fail_msg("no coupon for 20 customers");
}

static int32_t
answer_of(struct tuck_found *found)
{
    struct tuck_answer answer = {.size = sizeof(answer)};
    assert_int_equal(face->answer(found, &answer), TUCK_OK);
    assert_non_null(answer.text);
    assert_non_null(answer.name);
    face->found_free(found);
    return answer.answer;
}

/* A call that fails must have been refused something. */
static void
check_status(tuck_status status, int64_t n, struct tuck_notes *notes)
{
    struct tuck_note note = {.size = sizeof(note), .text = "no note"};
    if (status != TUCK_OK && !was_refused) {
        if (notes)
            (void)tuck->notes_get(notes, 0, &note);
        fail_msg("place %lld: status %d though nothing was refused: %s", (long long)n,
                 (int)status, note.text);
    }
    if (notes)
        tuck->notes_free(notes);
}

static void
a_code_is_used_once_wherever_memory_refuses(void **state)
{
    (void)state;
    int64_t n = 1;
    for (bool is_over = false; !is_over; n++) {
        char code[64];
        struct tuck_found *found = NULL;
        fresh_code(code);
        struct tuck_redemption how = {.size = sizeof(how), .code = code, .id = code,
                                      .order = "W-1", .amount = "9.90"};
        refuse(n);
        struct tuck_notes *notes = NULL;
        tuck_status status = face->redeem(shop, &how, &found, &notes);
        refuse_at = 0;
        check_status(status, n, notes);
        is_over = !was_refused;
        if (status == TUCK_OK) {
            assert_int_equal(answer_of(found), TUCK_ANSWER_OK);
        } else {
            assert_null(found);
        }
        assert_int_equal(face->redeem(shop, &how, &found, NULL), TUCK_OK);
        int32_t again = answer_of(found);
        if (status == TUCK_OK)
            assert_int_equal(again, TUCK_ANSWER_AGAIN);
        else
            assert_true(again == TUCK_ANSWER_OK || again == TUCK_ANSWER_AGAIN);
        how.id = "another";
        assert_int_equal(face->redeem(shop, &how, &found, NULL), TUCK_OK);
        assert_int_equal(answer_of(found), TUCK_ANSWER_USED);
        assert_true(n < MOST);
    }
    assert_true(n > 20); /* it has refused something */
    print_message("%lld places\n", (long long)n - 2);
}

static void
an_answer_is_kept_once_wherever_memory_refuses(void **state)
{
    (void)state;
    int64_t n = 1;
    for (bool is_over = false; !is_over; n++) {
        char code[64];
        struct tuck_found *found = NULL;
        fresh_code(code);
        const struct tuck_reply how = {.size = sizeof(how),
                                       .flags = TUCK_SAYS_NPS | TUCK_SAYS_RATING,
                                       .code = code,
                                       .nps = 3,
                                       .rating = 2,
                                       .question = "wish",
                                       .value = "more oolong"};
        refuse(n);
        struct tuck_notes *notes = NULL;
        tuck_status status = face->reply(shop, &how, &found, &notes);
        refuse_at = 0;
        check_status(status, n, notes);
        is_over = !was_refused;
        if (status == TUCK_OK)
            assert_int_equal(answer_of(found), TUCK_ANSWER_OK);
        else
            assert_null(found);
        assert_int_equal(face->reply(shop, &how, &found, NULL), TUCK_OK);
        int32_t again = answer_of(found);
        if (status == TUCK_OK)
            assert_int_equal(again, TUCK_ANSWER_AGAIN);
        else
            assert_true(again == TUCK_ANSWER_OK || again == TUCK_ANSWER_AGAIN);
        assert_true(n < MOST);
    }
    assert_true(n > 20); /* it has refused something */
    print_message("%lld places\n", (long long)n - 2);
}

static tuck_status
look_life_up(struct tuck_found **ret, struct tuck_notes **ret_notes)
{
    return face->look_up(shop, TUCK_BY_ANY, "F-0", ret, ret_notes);
}

static tuck_status
look_at_debts(struct tuck_found **ret, struct tuck_notes **ret_notes)
{
    return face->liability(shop, ret, ret_notes);
}

static tuck_status
look_at_pools(struct tuck_found **ret, struct tuck_notes **ret_notes)
{
    return face->pools(shop, ret, ret_notes);
}

static tuck_status
check_a_code(struct tuck_found **ret, struct tuck_notes **ret_notes)
{
    return face->check_code(shop, "CAKE-2345-6789-CDFH-JKMN", ret,
                            ret_notes);
}

static void
what_is_looked_at_is_whole_or_not_there(void **state)
{
    (void)state;
    static tuck_status (*const looks[])(struct tuck_found **,
                                         struct tuck_notes **) = {
        look_life_up, look_at_debts, look_at_pools, check_a_code};
    char code[64];
    fresh_code(code);
    for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
        int64_t n = 1;
        for (bool is_over = false; !is_over; n++) {
            struct tuck_found *found = NULL;
            refuse(n);
            struct tuck_notes *notes = NULL;
            tuck_status status = looks[i](&found, &notes);
            refuse_at = 0;
            check_status(status, n, notes);
            is_over = !was_refused;
            if (status == TUCK_OK)
                assert_non_null(found);
            else
                assert_null(found);
            face->found_free(found);
            assert_true(n < MOST);
        }
        assert_true(n > 5);
    }
}

static int
load(void **state)
{
    char ledger[64], keys[64], path[700];
    (void)state;
    void *plugin = dlopen(getenv("TUCK_PLUGIN"), RTLD_NOW | RTLD_LOCAL);
    const struct tuck_entry *entry = plugin ? dlsym(plugin, TUCK_ENTRY_SYMBOL) : NULL;
    if (!entry || !mkdtemp(work)) {
        fprintf(stderr, "%s\n", plugin ? "no entry" : dlerror());
        return -1;
    }
    tuck = entry->face(TUCK_CARTON_FACE, 1);
    face = entry->face(TUCK_PROMISE_FACE, 1);
    snprintf(ledger, sizeof(ledger), "%s/ledger", work);
    snprintf(keys, sizeof(keys), "%s/shop.keys", work);
    snprintf(shop_dir, sizeof(shop_dir), "%s/samples/shop", getenv("abs_top_srcdir"));
    snprintf(path, sizeof(path), "%s/orders/first-order.xml", shop_dir);
    FILE *file = fopen(path, "rb");
    if (!file || fread(order, 1, sizeof(order) - 1, file) == 0)
        return -1;
    fclose(file);
    const struct tuck_open open = {.size = sizeof(open), .shop = shop_dir,
                                   .ledger = ledger, .keys = keys,
                                   .press = getenv("TUCK_PRESS"),
                                   .data_dir = getenv("TUCK_DATA"), .budget_ms = 30000};
    return tuck->open(&open, &shop, NULL) == TUCK_OK ? 0 : -1;
}

static int
unload(void **state)
{
    char command[100];
    (void)state;
    tuck->close(shop);
    snprintf(command, sizeof(command), "rm -rf '%s'", work);
    return system(command);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_is_used_once_wherever_memory_refuses),
        cmocka_unit_test(an_answer_is_kept_once_wherever_memory_refuses),
        cmocka_unit_test(what_is_looked_at_is_whole_or_not_there),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
