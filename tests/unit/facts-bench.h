/* A packing bench for the tests of facts: an order, a history, and what they come to.
 *
 * Histories are built in C rather than read, so that a fault in the reader cannot hide
 * one here. Past orders have to be added oldest first, as the reader would sort them. */
#ifndef FACTS_BENCH_H
#define FACTS_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "customer/facts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bench {
    struct arena *arena;
    struct order order;
    struct history history;
    struct facts_settings settings;
    struct notes notes;
    struct facts *facts;
    struct zone *zone;
    size_t order_room, line_room, complaint_room, nps_room, effort_room, talk_room,
        style_room, interest_room;
};

/* An instant from a date-time or a plain date, whose noon in UTC it is. */
static inline int64_t
at(const char *text)
{
    char noon[32];
    int64_t s = 0;

    if (strlen(text) == 10) {
        snprintf(noon, sizeof noon, "%sT12:00:00Z", text);
        text = noon;
    }
    assert_true(time_parse(text, NULL, &s));
    return s;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

/* A known customer's order of Sunday 22 November 2026, without lines or past. */
static inline int
bench_setup(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);

    assert_non_null(bench);
    bench->arena = arena_new(0);
    assert_non_null(bench->arena);
    bench->order = (struct order){.merchant = "fern",
                                  .id = "M-100",
                                  .package = "1",
                                  .placed_at_s = at("2026-11-22"),
                                  .currency = "EUR",
                                  .customer = {.id = "c-1"}};
    bench->history.customer = "c-1";
    bench->history.points = -1;
    bench->history.points_to_next = -1;
    bench->history.points_as_of_s = TIME_NONE;
    *state = bench;
    return 0;
}

static inline int
bench_teardown(void **state)
{
    struct bench *bench = *state;

    arena_free(bench->arena);
    zone_close(bench->zone);
    free(bench);
    return 0;
}

/* The merchant's zone; skips the test where the system has no zone files. */
static inline void
use_zone(struct bench *bench, const char *name)
{
    if (zone_open(name, &bench->zone) != STATUS_OK)
        skip();
    bench->settings.zone = bench->zone;
}

static inline struct past_order *
past(struct bench *bench, const char *when, int64_t minor)
{
    struct past_order *added =
        arena_append(bench->arena, &bench->history.orders, &bench->history.order_count,
                     &bench->order_room, sizeof *added);

    assert_non_null(added);
    added->id = arena_printf(bench->arena, "A-%zu", bench->history.order_count);
    added->placed_at_s = at(when);
    added->state = PAST_DONE;
    added->total = (struct money){minor, "EUR"};
    added->refunded = (struct money){0, "EUR"};
    return added;
}

static inline struct order_line *
past_line(struct bench *bench, struct past_order *order, const char *sku,
          const char *category, int64_t quantity)
{
    struct order_line *lines =
        arena_make_array(bench->arena, order->line_count + 1, sizeof *lines);

    assert_non_null(lines);
    if (order->line_count > 0)
        memcpy(lines, order->lines, order->line_count * sizeof *lines);
    order->lines = lines;
    lines += order->line_count++;
    lines->sku = sku;
    lines->category = category;
    lines->quantity = quantity;
    lines->unit_price = (struct money){1000, "EUR"};
    return lines;
}

static inline struct order_line *
line(struct bench *bench, const char *sku, const char *category, int64_t quantity)
{
    struct past_order as = {.lines = bench->order.lines,
                            .line_count = bench->order.line_count};
    struct order_line *added = past_line(bench, &as, sku, category, quantity);

    bench->order.lines = as.lines;
    bench->order.line_count = as.line_count;
    return added;
}

static inline void
nps(struct bench *bench, const char *when, int32_t score)
{
    struct answer *added =
        arena_append(bench->arena, &bench->history.nps, &bench->history.nps_count,
                     &bench->nps_room, sizeof *added);
    assert_non_null(added);
    *added = (struct answer){.at_s = at(when), .score = score};
}

static inline void
effort(struct bench *bench, const char *when, int32_t score)
{
    struct answer *added =
        arena_append(bench->arena, &bench->history.effort, &bench->history.effort_count,
                     &bench->effort_room, sizeof *added);
    assert_non_null(added);
    *added = (struct answer){.at_s = at(when), .score = score};
}

/* `closed` NULL: open. */
static inline void
complaint(struct bench *bench, const char *about, const char *opened, const char *closed)
{
    struct complaint *added = arena_append(bench->arena, &bench->history.complaints,
                                           &bench->history.complaint_count,
                                           &bench->complaint_room, sizeof *added);
    assert_non_null(added);
    *added = (struct complaint){.id = about,
                                .about = about,
                                .opened_at_s = at(opened),
                                .closed_at_s = closed ? at(closed) : TIME_NONE};
}

static inline void
talk(struct bench *bench, const char *when, const char *sought, const char *occasion)
{
    struct conversation *added = arena_append(bench->arena, &bench->history.conversations,
                                              &bench->history.conversation_count,
                                              &bench->talk_room, sizeof *added);
    assert_non_null(added);
    *added =
        (struct conversation){.at_s = at(when), .sought = sought, .occasion = occasion};
}

/* `when` NULL: no time told. */
static inline void
style(struct bench *bench, const char *when, const char *question, const char *value)
{
    struct style_answer *added =
        arena_append(bench->arena, &bench->history.styles, &bench->history.style_count,
                     &bench->style_room, sizeof *added);
    assert_non_null(added);
    *added = (struct style_answer){when ? at(when) : TIME_NONE, question, value};
}

static inline void
interest(struct bench *bench, const char *text)
{
    const char **added = arena_append(bench->arena, &bench->history.interests,
                                      &bench->history.interest_count,
                                      &bench->interest_room, sizeof *added);
    assert_non_null(added);
    *added = text;
}

static inline struct facts *
make_facts(struct bench *bench)
{
    memset(&bench->notes, 0, sizeof bench->notes);
    bench->facts = NULL;
    assert_int_equal(facts_make(&bench->order, &bench->history, &bench->settings,
                                bench->arena, &bench->notes, &bench->facts),
                     STATUS_OK);
    assert_non_null(bench->facts);
    return bench->facts;
}

/* Which facts a test has looked at by name, for the test that none is left out. */
static bool is_seen[FACT_COUNT];

/* The value that the dump of the facts made last gives for `name`. */
static inline const char *
dumped(struct bench *bench, const char *name)
{
    BUF_AUTO struct buf out = {0};
    const struct fact_def *def = fact_find(name);

    assert_non_null(def);
    is_seen[def->id] = true;
    facts_dump(bench->facts, &out);
    assert_false(out.failed);
    for (char *at_line = out.p; at_line && *at_line;) {
        char *end = strchr(at_line, '\n');
        size_t n = strlen(name);
        assert_non_null(end);
        if (strncmp(at_line, name, n) == 0 && strncmp(at_line + n, " = ", 3) == 0)
            return arena_copy(bench->arena, at_line + n + 3,
                              (size_t)(end - at_line) - n - 3);
        at_line = end + 1;
    }
    fail_msg("the dump lacks %s", name);
    return "";
}

#define expect(bench, name, value) assert_string_equal(dumped(bench, name), value)

/* Makes the facts anew and looks at one. */
#define expect_now(bench, name, value)                                                   \
    do {                                                                                 \
        make_facts(bench);                                                               \
        expect(bench, name, value);                                                      \
    } while (0)

#endif
