/* History kept: what goes in comes out, what is told again changes nothing. */
#include "ledger-bench.h"

static struct history *
recall(struct bench *bench, const char *customer)
{
    struct history *history = NULL;
    enum status status = ledger_history(bench->ledger, "fern", customer, bench->arena,
                                        &bench->notes, &history);
    assert_true(status == STATUS_OK || status == STATUS_WITHOUT);
    assert_int_equal(status == STATUS_OK, history != NULL);
    return history;
}

static void
keep(struct bench *bench, const struct history *history)
{
    assert_int_equal(ledger_keep_history(bench->ledger, "fern", history, &bench->notes),
                     STATUS_OK);
}

static void
assert_same_history(const struct history *a, const struct history *b)
{
    struct buf text_a BUF_AUTO = {0}, text_b BUF_AUTO = {0};
    /* what comes out of a ledger names a household by its pseudonym */
    struct history named = *b;
    if (a->household && b->household)
        named.household = a->household;
    b = &named;
    history_dump(a, &text_a);
    history_dump(b, &text_b);
    assert_string_equal(text_a.p, text_b.p);
    buf_reset(&text_a);
    buf_reset(&text_b);
    history_write_xml(a, &text_a);
    history_write_xml(b, &text_b);
    assert_string_equal(text_a.p, text_b.p);
}

static struct history
whole_history(void)
{
    static struct order_line lines[] = {
        {.sku = "TEA-042",
         .name = "Assam",
         .category = "black-tea",
         .tags = "bio loose",
         .quantity = 3,
         .returned = 1,
         .unit_price = {790, "EUR"}},
        {.sku = "POT-001", .name = "Pot", .quantity = 1, .unit_price = {2500, "EUR"}},
    };
    static struct past_order orders[] = {
        {.id = "9",
         .placed_at_s = NOW_S - 20 * DAY_S,
         .state = PAST_DONE,
         .total = {4870, "EUR"},
         .refunded = {790, "EUR"},
         .channel = "web",
         .lines = lines,
         .line_count = 2},
        {.id = "10",
         .placed_at_s = NOW_S - 10 * DAY_S,
         .state = PAST_CANCELLED,
         .total = {790, "EUR"},
         .refunded = {0, "EUR"},
         .is_gift = true},
        {.id = "11",
         .placed_at_s = NOW_S - 10 * DAY_S,
         .state = PAST_OPEN,
         .total = {790, "EUR"},
         .refunded = {0, "EUR"},
         .lines = lines,
         .line_count = 1},
    };
    static struct complaint complaints[] = {{.id = "T-1",
                                             .about = "a broken pot",
                                             .mended = "a new one sent",
                                             .order = "9",
                                             .opened_at_s = NOW_S - 9 * DAY_S,
                                             .closed_at_s = TIME_NONE}};
    static struct answer nps[] = {{.at_s = NOW_S - 5, .score = 9, .order = "9"},
                                  {.at_s = NOW_S - 4, .score = 0}};
    static struct answer effort[] = {{.at_s = NOW_S - 3, .score = 7}};
    static struct conversation talks[] = {{.at_s = NOW_S - 2,
                                           .channel = "chat",
                                           .sought = "SENCHA-1",
                                           .occasion = "wedding",
                                           .text = "gr\xc3\xbcn, \"loose\" & <fresh>"}};
    static struct style_answer styles[] = {
        {.at_s = NOW_S - 1, .question = "caffeine", .value = "rather not"}};
    static struct pin pins[] = {
        {.kind = PIN_ALWAYS,
         .offer = "sorry-card",
         .order = "12",
         .by = "desk",
         .reason = "the pot",
         .at_s = NOW_S - 8},
        {.kind = PIN_NEVER, .offer = "ten-off", .at_s = TIME_NONE}};
    static struct points_spent spent[] = {
        {.at_s = NOW_S - 7, .points = 250, .reward = "A \"big\" tin"},
        {.at_s = NOW_S - 6, .points = 1000000000}};
    static struct rating ratings[] = {
        {.at_s = NOW_S - 4, .offer = "a-card", .score = 4, .order = "9"}};
    static struct shown shown[] = {
        {.at_s = NOW_S - 5, .offer = "a-card", .order = "9", .answered_s = NOW_S - 2}};
    static struct question questions[] = {{.id = "q-1",
                                           .asked = "How long does it keep?",
                                           .order = "9",
                                           .answer = "A year, closed.",
                                           .at_s = NOW_S - 4,
                                           .answered_s = NOW_S - 3},
                                          {.id = "q-2",
                                           .asked = "Is it <new>?",
                                           .at_s = NOW_S - 2,
                                           .answered_s = TIME_NONE}};
    static const char *interests[] = {"green-tea", "pottery"};
    return (struct history){.customer = "C-1",
                            .orders = orders,
                            .order_count = 3,
                            .complaints = complaints,
                            .complaint_count = 1,
                            .nps = nps,
                            .nps_count = 2,
                            .effort = effort,
                            .effort_count = 1,
                            .conversations = talks,
                            .conversation_count = 1,
                            .styles = styles,
                            .style_count = 1,
                            .pins = pins,
                            .pin_count = 2,
                            .interests = interests,
                            .interest_count = 2,
                            .spent = spent,
                            .spent_count = 2,
                            .ratings = ratings,
                            .rating_count = 1,
                            .shown = shown,
                            .shown_count = 1,
                            .questions = questions,
                            .question_count = 2,
                            .points_expiring = 90,
                            .points_expire_s = NOW_S + 30 * DAY_S,
                            .risen_from = "silver",
                            .place = 3,
                            .place_of = 120,
                            .tier = "gold",
                            .points = 1200,
                            .points_to_next = 300,
                            .next_tier = "platinum",
                            .points_as_of_s = NOW_S - 100,
                            .household = "H-7"};
}

static void
what_goes_in_comes_out(void **state)
{
    struct bench *bench = *state;
    struct history history = whole_history();
    assert_null(recall(bench, "C-1"));
    keep(bench, &history);
    assert_same_history(recall(bench, "C-1"), &history);
    assert_null(recall(bench, "C-2"));
    struct history *found = NULL;
    assert_int_equal(
        ledger_history(bench->ledger, "moss", "C-1", bench->arena, &bench->notes, &found),
        STATUS_WITHOUT);
}

static void
the_same_told_again_changes_nothing(void **state)
{
    struct bench *bench = *state;
    struct history history = whole_history();
    keep(bench, &history);
    keep(bench, &history);
    assert_same_history(recall(bench, "C-1"), &history);
}

static void
an_order_told_again_replaces_and_other_things_join(void **state)
{
    struct bench *bench = *state;
    struct history first = whole_history();
    struct order_line line = {
        .sku = "CUP-1", .name = "Cup", .quantity = 1, .unit_price = {900, "EUR"}};
    struct past_order order = {.id = "9",
                               .placed_at_s = NOW_S - 20 * DAY_S,
                               .state = PAST_DONE,
                               .total = {900, "EUR"},
                               .refunded = {0, "EUR"},
                               .lines = &line,
                               .line_count = 1};
    struct complaint closed = first.complaints[0];
    struct answer nps = {.at_s = NOW_S, .score = 10};
    struct history second = {.customer = "C-1",
                             .orders = &order,
                             .order_count = 1,
                             .complaints = &closed,
                             .complaint_count = 1,
                             .nps = &nps,
                             .nps_count = 1,
                             .points = -1,
                             .points_to_next = -1,
                             .points_as_of_s = TIME_NONE};
    closed.closed_at_s = NOW_S;
    keep(bench, &first);
    keep(bench, &second);
    struct history *found = recall(bench, "C-1");
    assert_int_equal(found->order_count, 3);
    assert_string_equal(found->orders[0].id, "9");
    assert_int_equal(found->orders[0].total.minor, 900);
    assert_int_equal(found->orders[0].line_count, 1);
    assert_string_equal(found->orders[0].lines[0].sku, "CUP-1");
    assert_int_equal(found->complaint_count, 1);
    assert_int_equal(found->complaints[0].closed_at_s, NOW_S);
    assert_int_equal(found->nps_count, 3);
    assert_string_equal(found->tier, "gold"); /* who says nothing of it changes nothing */
    assert_int_equal(found->points, 1200);
}

static void
the_later_loyalty_standing_stays(void **state)
{
    struct bench *bench = *state;
    static const struct {
        int64_t as_of_s, points, kept;
    } told[] = {
        {TIME_NONE, 1, 1}, {NOW_S, 2, 2}, {NOW_S - 1, 3, 2},
        {TIME_NONE, 4, 2}, {NOW_S, 5, 5}, {NOW_S + 1, 6, 6},
    };
    for (size_t i = 0; i < COUNT_OF(told); i++) {
        struct history history = {.customer = "C-1",
                                  .points = told[i].points,
                                  .points_to_next = -1,
                                  .points_as_of_s = told[i].as_of_s};
        keep(bench, &history);
        assert_int_equal(recall(bench, "C-1")->points, told[i].kept);
    }
}

static void
what_a_later_standing_leaves_out_is_gone(void **state)
{
    struct bench *bench = *state;
    struct history first = whole_history(), second = {.customer = "C-1",
                                                      .points = 10,
                                                      .points_to_next = -1,
                                                      .points_as_of_s = NOW_S};
    keep(bench, &first);
    keep(bench, &second);
    struct history *found = recall(bench, "C-1");
    assert_int_equal(found->points, 10);
    assert_int_equal(found->points_expiring, 0);
    assert_null(found->risen_from);
    assert_int_equal(found->place, 0);
    assert_int_equal(found->spent_count, 2); /* spent is spent */
    second.points = -1;
    second.place = 2;
    second.place_of = 121;
    keep(bench, &second); /* a leaderboard of its own says nothing of points */
    assert_int_equal(recall(bench, "C-1")->points, 10);
    assert_int_equal(recall(bench, "C-1")->place, 2);
}

static void
a_packed_order_is_a_past_order_of_the_next(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(decide_one(bench, "1001", "C-1", "a", "welcome", NULL, NOW_S, NULL),
                     0);
    assert_int_equal(decide_one(bench, "1002", NULL, "a", "welcome", NULL, NOW_S, NULL),
                     0);
    struct history *found = recall(bench, "C-1");
    assert_int_equal(found->order_count, 1);
    assert_string_equal(found->orders[0].id, "1001");
    assert_int_equal(found->orders[0].placed_at_s, NOW_S);
    assert_int_equal(found->orders[0].state, PAST_DONE);
    assert_int_equal(found->orders[0].total.minor, 2 * 790 + 2500);
    assert_string_equal(found->orders[0].total.currency, "EUR");
    assert_string_equal(found->orders[0].channel, "web");
    assert_int_equal(found->orders[0].line_count, 2);
    assert_string_equal(found->orders[0].lines[0].sku, "TEA-042");
    assert_int_equal(found->orders[0].lines[0].quantity, 2);
}

static void
a_voided_order_is_a_cancelled_one_until_it_is_packed_again(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(decide_one(bench, "1", "C-1", "a", "welcome", NULL, NOW_S, NULL), 0);
    assert_int_equal(decide_one(bench, "2", "C-1", "a", "welcome", NULL, NOW_S, NULL), 0);
    assert_int_equal(ledger_void(bench->ledger, "fern", "1", NOW_S, NULL, &bench->notes),
                     STATUS_OK);
    assert_int_equal(recall(bench, "C-1")->orders[0].state, PAST_CANCELLED);
    assert_int_equal(recall(bench, "C-1")->orders[1].state, PAST_DONE);
    assert_int_equal(decide_one(bench, "1", "C-1", "a", "welcome", NULL, NOW_S, NULL), 0);
    assert_int_equal(recall(bench, "C-1")->orders[0].state, PAST_DONE);
}

static void
what_was_told_of_an_order_is_not_lost_by_packing_it(void **state)
{
    struct bench *bench = *state;
    struct past_order order = {.id = "1001",
                               .placed_at_s = NOW_S,
                               .state = PAST_DONE,
                               .total = {4080, "EUR"},
                               .refunded = {500, "EUR"}};
    struct history history = {.customer = "C-1",
                              .orders = &order,
                              .order_count = 1,
                              .points = -1,
                              .points_to_next = -1,
                              .points_as_of_s = TIME_NONE};
    keep(bench, &history);
    assert_int_equal(decide_one(bench, "1001", "C-1", "a", "welcome", NULL, NOW_S, NULL),
                     0);
    assert_int_equal(recall(bench, "C-1")->order_count, 1);
    assert_int_equal(recall(bench, "C-1")->orders[0].refunded.minor, 500);
}

/* --- imports ------------------------------------------------------------------------ */

static const struct csv_purchase purchases[] = {
    {.customer = "C-1",
     .order = "7",
     .sku = "TEA-042",
     .name = "Assam",
     .placed_at_s = NOW_S,
     .quantity = 2,
     .amount = {1580, "EUR"},
     .row = 2},
    {.customer = "C-1",
     .order = "7",
     .sku = "CUP-1",
     .placed_at_s = NOW_S,
     .quantity = 1,
     .amount = {900, "EUR"},
     .row = 3},
    {.customer = "C-1",
     .order = "8",
     .sku = "CUP-1",
     .placed_at_s = NOW_S + 1,
     .quantity = -1,
     .amount = {-900, "EUR"},
     .row = 4},
    {.customer = "C-2",
     .placed_at_s = NOW_S,
     .quantity = 1,
     .amount = {1177, "EUR"},
     .row = 5},
    {.customer = "C-2",
     .placed_at_s = NOW_S,
     .quantity = 5,
     .amount = {7700, "EUR"},
     .row = 6},
};

static enum status
import_all(struct bench *bench, const struct csv_purchase *rows, size_t count)
{
    enum status status = ledger_import_begin(bench->ledger, &bench->notes);
    assert_int_equal(status, STATUS_OK);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = ledger_import_purchase(bench->ledger, "fern", &rows[i], &bench->notes);
    enum status end =
        ledger_import_end(bench->ledger, status == STATUS_OK, &bench->notes);
    return status == STATUS_OK ? end : status;
}

static void
rows_of_one_order_are_its_lines_and_a_row_without_is_one_by_itself(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(import_all(bench, purchases, COUNT_OF(purchases)), STATUS_OK);
    assert_dump(bench, "past order fern customer-1 7: done, total 2480, refunded 0 EUR, told\n"
                       "  line TEA-042 quantity 2 returned 0 price 790\n"
                       "  line CUP-1 quantity 1 returned 0 price 900\n"
                       "past order fern customer-2 purchase-2025-10-09T08:53:20Z: done, total "
                       "1177, refunded 0 EUR, told\n"
                       "past order fern customer-2 purchase-2025-10-09T08:53:20Z-2: done, total "
                       "7700, refunded 0 EUR, told\n"
                       "past order fern customer-1 8: done, total 0, refunded 900 EUR, told\n"
                       "  line CUP-1 quantity 1 returned 1 price 900\n");
}

static void
the_same_file_twice_changes_nothing(void **state)
{
    struct bench *bench = *state;
    struct buf before BUF_AUTO = {0};
    assert_int_equal(import_all(bench, purchases, COUNT_OF(purchases)), STATUS_OK);
    assert_int_equal(ledger_dump(bench->ledger, &before, &bench->notes), STATUS_OK);
    assert_int_equal(import_all(bench, purchases, COUNT_OF(purchases)), STATUS_OK);
    assert_dump(bench, before.p);
}

static void
a_file_with_a_wrong_row_leaves_nothing(void **state)
{
    struct bench *bench = *state;
    struct csv_purchase rows[COUNT_OF(purchases)];
    memcpy(rows, purchases, sizeof(rows));
    memcpy(rows[1].amount.currency, "USD", 4);
    assert_int_equal(import_all(bench, rows, COUNT_OF(rows)), STATUS_BAD_INPUT);
    assert_int_equal(bench->notes.note[0].id, NOTE_LEDGER_TWO_CURRENCIES);
    assert_int_equal(bench->notes.note[0].line, 3);
    assert_dump(bench, "");
    /* and the ledger is free again */
    assert_int_equal(import_all(bench, purchases, COUNT_OF(purchases)), STATUS_OK);
}

static void
an_import_that_went_wrong_cannot_be_kept(void **state)
{
    struct bench *bench = *state;
    struct csv_purchase row = purchases[0];
    assert_int_equal(ledger_import_begin(bench->ledger, &bench->notes), STATUS_OK);
    assert_int_equal(ledger_import_purchase(bench->ledger, "fern", &row, &bench->notes),
                     0);
    memcpy(row.amount.currency, "USD", 4);
    assert_int_equal(ledger_import_purchase(bench->ledger, "fern", &row, &bench->notes),
                     STATUS_BAD_INPUT);
    assert_int_equal(
        ledger_import_purchase(bench->ledger, "fern", &purchases[3], &bench->notes),
        STATUS_BAD_INPUT);
    assert_int_equal(ledger_import_end(bench->ledger, true, &bench->notes),
                     STATUS_BAD_INPUT);
    assert_dump(bench, "");
}

static void
histories_and_purchases_go_in_together_or_not_at_all(void **state)
{
    struct bench *bench = *state;
    struct history history = whole_history();
    for (int is_kept = 0; is_kept < 2; is_kept++) {
        assert_int_equal(ledger_import_begin(bench->ledger, &bench->notes), STATUS_OK);
        keep(bench, &history);
        assert_int_equal(
            ledger_import_purchase(bench->ledger, "fern", &purchases[3], &bench->notes),
            0);
        assert_int_equal(ledger_import_end(bench->ledger, is_kept, &bench->notes),
                         STATUS_OK);
        assert_int_equal(recall(bench, "C-1") != NULL, is_kept);
        assert_int_equal(recall(bench, "C-2") != NULL, is_kept);
    }
}

static void
import_calls_out_of_order_are_refused(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(
        ledger_import_purchase(bench->ledger, "fern", &purchases[0], &bench->notes),
        STATUS_BAD_CALL);
    assert_int_equal(ledger_import_end(bench->ledger, true, &bench->notes),
                     STATUS_BAD_CALL);
    assert_int_equal(ledger_import_begin(bench->ledger, &bench->notes), STATUS_OK);
    assert_int_equal(ledger_import_begin(bench->ledger, &bench->notes), STATUS_BAD_CALL);
    assert_int_equal(decide_one(bench, "1", NULL, "a", "welcome", NULL, NOW_S, NULL),
                     STATUS_BAD_CALL);
    assert_int_equal(ledger_import_end(bench->ledger, false, &bench->notes), STATUS_OK);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_WITH(what_goes_in_comes_out),
        TEST_WITH(the_same_told_again_changes_nothing),
        TEST_WITH(an_order_told_again_replaces_and_other_things_join),
        TEST_WITH(the_later_loyalty_standing_stays),
        TEST_WITH(what_a_later_standing_leaves_out_is_gone),
        TEST_WITH(a_packed_order_is_a_past_order_of_the_next),
        TEST_WITH(a_voided_order_is_a_cancelled_one_until_it_is_packed_again),
        TEST_WITH(what_was_told_of_an_order_is_not_lost_by_packing_it),
        TEST_WITH(rows_of_one_order_are_its_lines_and_a_row_without_is_one_by_itself),
        TEST_WITH(the_same_file_twice_changes_nothing),
        TEST_WITH(a_file_with_a_wrong_row_leaves_nothing),
        TEST_WITH(an_import_that_went_wrong_cannot_be_kept),
        TEST_WITH(histories_and_purchases_go_in_together_or_not_at_all),
        TEST_WITH(import_calls_out_of_order_are_refused),
    };
    return cmocka_run_group_tests_name("ledger history", tests, NULL, NULL);
}
