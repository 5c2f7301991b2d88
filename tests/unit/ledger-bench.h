/* What the tests of the ledger share: a directory of their own, an order, a decision. */
#ifndef TUCK_TESTS_LEDGER_BENCH_H
#define TUCK_TESTS_LEDGER_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "ledger/ledger.h"

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW_S 1760000000 /* 2025-10-09 */
#define DAY_S 86400

struct bench {
    char dir[256], path[320], keys_path[320];
    struct keys *keys;
    struct arena *arena;
    struct notes notes;
    struct ledger *ledger;
};

static inline enum status
open_at(struct bench *bench, const char *path, enum ledger_mode mode,
        const struct patience *patience, struct notes *notes, struct ledger **ret)
{
    const struct ledger_how how = {.path = path,
                                   .mode = mode,
                                   .keys = bench->keys,
                                   .station = "bench-1",
                                   .station_number = 1,
                                   .patience = patience};
    return ledger_open(&how, notes, ret);
}

static inline struct ledger *
open_ledger(struct bench *bench, enum ledger_mode mode)
{
    struct ledger *ledger = NULL;
    enum status status = open_at(bench, bench->path, mode, NULL, &bench->notes, &ledger);
    if (bench->notes.count)
        print_message("%s\n", bench->notes.note[0].text);
    assert_int_equal(status, STATUS_OK);
    return ledger;
}

/* A directory of its own and no ledger in it yet. */
static inline int
set_up_dir(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    const char *tmp = getenv("TMPDIR");
    assert_non_null(bench);
    snprintf(bench->dir, sizeof(bench->dir), "%.200s/tuck-ledger-XXXXXX",
             tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(bench->dir));
    snprintf(bench->path, sizeof(bench->path), "%s/shop.ledger", bench->dir);
    snprintf(bench->keys_path, sizeof(bench->keys_path), "%s.keys", bench->dir);
    assert_int_equal(keys_make(bench->keys_path, "fern", (struct day){20370}, NULL),
                     STATUS_OK);
    assert_int_equal(keys_open(bench->keys_path, "fern", NULL, &bench->keys), STATUS_OK);
    bench->arena = arena_new(0);
    assert_non_null(bench->arena);
    *state = bench;
    return 0;
}

/* With TUCK_TEST_POSTGRES in the environment the same tests run in a database: each in a
 * schema of its own. */
static inline void
use_server(struct bench *bench)
{
    static int count;
    const char *uri = getenv("TUCK_TEST_POSTGRES");
    char command[700];
    if (!uri)
        return;
    count++;
    snprintf(command, sizeof(command),
             "psql -qX '%.300s' -c 'CREATE SCHEMA t%d_%d' >/dev/null", uri, (int)getpid(),
             count);
    assert_int_equal(system(command), 0);
    snprintf(bench->path, sizeof(bench->path), "%.200s%coptions=-csearch_path%%3Dt%d_%d",
             uri, strchr(uri, '?') ? '&' : '?', (int)getpid(), count);
}

static inline int
set_up(void **state)
{
    set_up_dir(state);
    struct bench *bench = *state;
    use_server(bench);
    bench->ledger = open_ledger(bench, LEDGER_WRITE);
    return 0;
}

static inline int
remove_one(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
    (void)stat, (void)type, (void)ftw;
    return remove(path);
}

static inline int
tear_down(void **state)
{
    struct bench *bench = *state;
    struct notes unsound = {0};
    /* Whatever a test did, what it left agrees with itself. */
    if (bench->ledger && ledger_verify(bench->ledger, &unsound) == STATUS_BAD_INPUT)
        fail_msg("%s", unsound.count ? unsound.note[0].text : "the ledger is not sound");
    ledger_close(bench->ledger);
    keys_unref(bench->keys);
    arena_free(bench->arena);
    unlink(bench->keys_path);
    nftw(bench->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(bench);
    return 0;
}

#define TEST_WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
static inline int
set_up_shared(void **state)
{
    set_up_dir(state);
    use_server(*state);
    return 0;
}

/* No ledger is open yet; many will. */
#define TEST_SHARED(test) cmocka_unit_test_setup_teardown(test, set_up_shared, tear_down)
#define TEST_IN_DIR(test) cmocka_unit_test_setup_teardown(test, set_up_dir, tear_down)

static struct order_line bench_lines[] = {
    {.sku = "TEA-042", .name = "Assam", .quantity = 2, .unit_price = {790, "EUR"}},
    {.sku = "POT-001", .name = "Pot", .quantity = 1, .unit_price = {2500, "EUR"}},
};

/* `version`: another one is a changed order. */
static inline struct order
make_order(const char *id, const char *customer, const char *version)
{
    struct order order = {
        .merchant = "fern",
        .id = id,
        .package = "1",
        .placed_at_s = NOW_S,
        .currency = "EUR",
        .customer.id = customer,
        .lines = bench_lines,
        .line_count = COUNT_OF(bench_lines),
        .sales_channel = "web",
    };
    struct digest digest = hash_sha256(version, strlen(version));
    memcpy(order.digest.hex, digest.hex, sizeof(order.digest.hex));
    return order;
}

static inline struct piece_record
make_piece(const char *placement, int32_t number, const char *offer, const char *code)
{
    return (struct piece_record){
        .placement = placement,
        .number = number,
        .offer = offer,
        .template_name = offer ? "card" : NULL,
        .reason = offer ? "the best of two" : "no offer is eligible",
        .code = code,
        .wish.kind = code ? CODE_GIVEN : CODE_NONE,
        .probability = 1,
        .expires = code ? (struct day){20400} : DAY_NONE,
        .ends_s = code ? INT64_C(20401) * DAY_S : TIME_NONE,
        .liability = {code ? 500 : 0, "EUR"},
        .values = offer ? "<values/>" : NULL,
    };
}

static inline struct decision
make_decision(const struct order *order, struct piece_record *pieces, size_t count)
{
    return (struct decision){
        .merchant = order->merchant,
        .order = order->id,
        .package = order->package,
        .customer = order->customer.id,
        .order_digest = order->digest.hex,
        .decided_s = NOW_S,
        .campaign_digest = "c0ffee",
        .facts_digest = "facade",
        .today = {(int32_t)(NOW_S / DAY_S)},
        .pieces = pieces,
        .piece_count = count,
    };
}

/* The two limits that these tests know: for a customer (0: none) and in all (-1: none). */
struct piece_cap {
    int32_t per_customer;
    int64_t in_all;
};

static inline void
claim_caps(struct piece_record *piece, const char *customer, const struct piece_cap *cap,
           struct arena *arena)
{
    struct unit_claim *claims = arena_make_array(arena, 2, sizeof(*claims));
    assert_non_null(claims);
    piece->claims = claims;
    piece->claim_count = 0;
    if (!piece->offer)
        return;
    if (customer)
        claims[piece->claim_count++] = (struct unit_claim){
            .name = arena_printf(arena, "%s/customer", piece->offer),
            .customer = customer,
            .first_day = DAY_NONE,
            .most = cap && cap->per_customer ? cap->per_customer : -1,
            .most_minor = -1};
    if (!piece->is_held_out)
        claims[piece->claim_count++] =
            (struct unit_claim){.name = arena_printf(arena, "%s/stock", piece->offer),
                                .first_day = DAY_NONE,
                                .most = cap ? cap->in_all : -1,
                                .most_minor = -1};
}

/* `caps`: one a piece; NULL: none. */
static inline enum status
decide(struct ledger *ledger, const struct order *order, struct decision *decision,
       const struct piece_cap *caps, struct arena *arena, struct notes *notes,
       struct decision **ret_existing, size_t *ret_spent)
{
    for (size_t i = 0; i < decision->piece_count; i++)
        claim_caps(&decision->pieces[i], decision->customer, caps ? &caps[i] : NULL,
                   arena);
    return ledger_decide(ledger, order, decision, NULL, NULL, arena, notes, ret_existing,
                         ret_spent);
}

/* One piece of `offer` for an order, decided at `at_s`. */
static inline enum status
decide_one(struct bench *bench, const char *order_id, const char *customer,
           const char *version, const char *offer, const char *code, int64_t at_s,
           int64_t *ret_id)
{
    struct order order = make_order(order_id, customer, version);
    struct piece_record piece = make_piece("insert", 0, offer, code);
    struct decision decision = make_decision(&order, &piece, 1);
    struct decision *existing = NULL;
    size_t spent = 0;
    decision.decided_s = at_s;
    decision.today.n = (int32_t)(at_s / DAY_S);
    enum status status = decide(bench->ledger, &order, &decision, NULL, bench->arena,
                                &bench->notes, &existing, &spent);
    if (ret_id)
        *ret_id = decision.id;
    return status;
}

struct offer_standing {
    int64_t decided_for_customer;
    int64_t last_decided_s; /* TIME_NONE: never */
    int64_t decided_in_all;
};

static inline struct offer_standing
standing_of(struct bench *bench, const char *customer, const char *except,
            const char *offer)
{
    struct offer_standing standing = {0};
    struct piece_record piece = {.offer = offer};
    struct unit_use used[2] = {{0}};
    claim_caps(&piece, customer, NULL, bench->arena);
    assert_int_equal(ledger_used(bench->ledger, "fern", except,
                                 (struct day){(int32_t)(NOW_S / DAY_S)}, piece.claims,
                                 piece.claim_count, &bench->notes, used),
                     STATUS_OK);
    assert_int_equal(ledger_last(bench->ledger, "fern", customer, except, &offer, 1,
                                 &bench->notes, &standing.last_decided_s),
                     STATUS_OK);
    standing.decided_in_all = used[piece.claim_count - 1].units;
    standing.decided_for_customer = customer ? used[0].units : 0;
    return standing;
}

static inline void
assert_dump(struct bench *bench, const char *expected)
{
    struct buf dump BUF_AUTO = {0};
    assert_int_equal(ledger_dump(bench->ledger, &dump, &bench->notes), STATUS_OK);
    assert_string_equal(dump.p ? dump.p : "", expected);
}

#endif
