/* The ledger in bulk: what is told of orders, answers and decisions, and models kept. */
#include "ledger-bench.h"

#include "ledger/study.h"

#define DAY_S 86400

/* What a study told, as text: customers as their numbers. */
struct told {
    struct buf text;
    size_t orders, answers, decisions;
    enum status stop;
    const char *last_offer; /* to see that words are one pointer each */
    bool is_same_word;
};

static enum status
tell_order(void *data, const struct study_order *order)
{
    struct told *told = data;
    told->orders++;
    buf_printf(&told->text, "order %u %s day %lld %s %lld%s\n", order->customer, order->id,
               (long long)(order->placed_at_s - NOW_S) / DAY_S, order->currency,
               (long long)order->net_minor, order->is_packed ? " packed" : "");
    for (size_t i = 0; i < order->line_count; i++)
        buf_printf(&told->text, "  %s %s %lld-%lld %lld\n", order->lines[i].sku,
                   order->lines[i].category ? order->lines[i].category : "none",
                   (long long)order->lines[i].quantity,
                   (long long)order->lines[i].returned,
                   (long long)order->lines[i].price_minor);
    return told->stop;
}

static enum status
tell_answer(void *data, const struct study_answer *answer)
{
    struct told *told = data;
    told->answers++;
    buf_printf(&told->text, "%s %u %lld\n", answer->kind, answer->customer,
               (long long)answer->score);
    return STATUS_OK;
}

static enum status
tell_decision(void *data, const struct study_decision *decision)
{
    struct told *told = data;
    told->decisions++;
    buf_printf(&told->text, "decision %d of %s by %s in %s (%s)", (int)decision->revision,
               decision->order, decision->customer == STUDY_GUEST ? "a guest" : "one",
               decision->campaign ? decision->campaign : "none",
               decision->segments ? decision->segments : "");
    for (size_t i = 0; i < decision->exposure_count; i++)
        buf_printf(&told->text, " %s=%s", decision->exposures[i].experiment,
                   decision->exposures[i].arm);
    buf_puts(&told->text, "\n");
    for (size_t i = 0; i < decision->piece_count; i++) {
        const struct study_piece *piece = &decision->pieces[i];
        if (told->last_offer && piece->offer &&
            strcmp(told->last_offer, piece->offer) == 0)
            told->is_same_word = told->last_offer == piece->offer;
        told->last_offer = piece->offer;
        buf_printf(&told->text, "  %s %s %s %s%s%s %lld %.2f%s\n",
                   piece->placement, piece->offer ? piece->offer : "nothing",
                   piece->cohort ? piece->cohort : "all",
                   piece->state ? piece->state : "none",
                   piece->is_held_out ? " held-out" : "",
                   piece->was_printed ? " printed" : "", (long long)piece->cost_minor,
                   piece->probability, piece->redeemed_s == TIME_NONE ? "" : " used");
    }
    return STATUS_OK;
}

static struct study_sink
everything(struct told *told)
{
    return (struct study_sink){.data = told,
                               .order = tell_order,
                               .wants_lines = true,
                               .answer = tell_answer,
                               .decision = tell_decision};
}

static const struct study_range always = {TIME_NONE, TIME_NONE};

static void
study(struct bench *bench, const struct study_range *range, struct told *told,
      uint32_t *ret_customers)
{
    const struct study_sink sink = everything(told);
    assert_int_equal(ledger_study(bench->ledger, "fern", range, &sink, bench->arena,
                                  &bench->notes, ret_customers),
                     STATUS_OK);
    assert_false(told->text.failed);
}

static void
keep(struct bench *bench, const char *customer, int orders, int64_t first_s)
{
    struct history history = {.customer = customer};
    struct past_order past[8];
    struct order_line line = {.sku = "TEA-1", .category = "tea", .quantity = 2,
                              .returned = 1, .unit_price = {450, "EUR"}};
    struct answer nps = {.at_s = first_s, .score = 9};
    char ids[8][32];
    for (int i = 0; i < orders; i++) {
        snprintf(ids[i], sizeof(ids[i]), "%s-%d", customer, orders - i);
        past[i] = (struct past_order){.id = ids[i],
                                      .placed_at_s = first_s + i * DAY_S,
                                      .state = i == 1 ? PAST_CANCELLED : PAST_DONE,
                                      .total = {1000 + i, "EUR"},
                                      .refunded = {100, "EUR"},
                                      .lines = &line,
                                      .line_count = 1};
    }
    history.orders = past;
    history.order_count = (size_t)orders;
    history.nps = &nps;
    history.nps_count = 1;
    assert_int_equal(ledger_keep_history(bench->ledger, "fern", &history, &bench->notes),
                     STATUS_OK);
}

static void
orders_come_by_customer_in_order_of_time_without_what_was_cancelled(void **state)
{
    struct bench *bench = *state;
    struct told told = {0};
    uint32_t customers = 0;
    keep(bench, "A", 3, NOW_S);
    keep(bench, "B", 1, NOW_S + 9 * DAY_S);
    study(bench, &always, &told, &customers);
    assert_int_equal(customers, 2);
    assert_int_equal(told.orders, 3);
    assert_int_equal(told.answers, 2);
    /* which of the two comes first is the pseudonyms' */
    assert_non_null(strstr(told.text.p, " A-3 day 0 EUR 900\n  TEA-1 tea 2-1 450\norder"));
    assert_non_null(strstr(told.text.p, " A-1 day 2 EUR 902\n  TEA-1 tea 2-1 450\n"));
    assert_non_null(strstr(told.text.p, " B-1 day 9 EUR 900\n  TEA-1 tea 2-1 450\n"));
    assert_null(strstr(told.text.p, "A-2"));
    buf_done(&told.text);
}

static void
many_orders_come_once_each_over_the_ends_of_pages(void **state)
{
    enum { CUSTOMERS = 3000, EACH = 7 };
    struct bench *bench = *state;
    struct told told = {0};
    uint32_t customers = 0;
    const struct patience patience = {clock_monotonic_ms() + 120000, NULL};
    ledger_set_patience(bench->ledger, &patience);
    assert_int_equal(ledger_import_begin(bench->ledger, &bench->notes), STATUS_OK);
    for (int i = 0; i < CUSTOMERS * EACH; i++) {
        char customer[20], order[20];
        snprintf(customer, sizeof(customer), "C-%d", i % CUSTOMERS);
        snprintf(order, sizeof(order), "O-%d", i);
        const struct csv_purchase purchase = {
            .customer = customer, .order = order, .placed_at_s = NOW_S + i, .sku = "S",
            .quantity = 1, .amount = {100, "EUR"}};
        assert_int_equal(ledger_import_purchase(bench->ledger, "fern", &purchase,
                                                &bench->notes),
                         STATUS_OK);
    }
    assert_int_equal(ledger_import_end(bench->ledger, true, &bench->notes), STATUS_OK);
    study(bench, &always, &told, &customers);
    assert_int_equal(customers, CUSTOMERS);
    assert_int_equal(told.orders, CUSTOMERS * EACH);
    size_t lines = 0;
    for (const char *at = told.text.p; (at = strstr(at, "\n  S ")); at++)
        lines++;
    assert_int_equal(lines, CUSTOMERS * EACH);
    buf_done(&told.text);
}

static void
a_decision_is_told_with_pieces_experiments_and_what_became_of_them(void **state)
{
    struct bench *bench = *state;
    struct told told = {0}, later = {0};
    struct piece_record pieces[2] = {
        {.placement = "coupon", .offer = "ten-off", .reason = "best", .probability = 0.25,
         .cohort = "city", .cost_minor = 12, .expires = DAY_NONE, .ends_s = TIME_NONE,
         .wish = {.kind = CODE_RANDOM, .prefix = "T"}, .liability = {500, "EUR"}},
        {.placement = "box", .reason = "nothing fits", .probability = 1,
         .expires = DAY_NONE, .ends_s = TIME_NONE}};
    const struct exposure_record exposures[] = {{"holdout:campaign", "treated"},
                                                {"tone", "warm"}};
    struct decision *existing = NULL;
    size_t spent = 0;
    for (int i = 0; i < 3; i++) {
        char id[16];
        snprintf(id, sizeof(id), "%d", i);
        struct decision decision = {.merchant = "fern", .order = id, .package = "1",
                                    .customer = i < 2 ? "A" : NULL, .order_digest = "d",
                                    .decided_s = NOW_S + i * DAY_S, .campaign = "spring",
                                    .campaign_digest = "c", .segments = "happy regular",
                                    .exposures = exposures,
                                    .exposure_count = i == 0 ? 2 : 0,
                                    .pieces = pieces, .piece_count = 2};
        assert_int_equal(ledger_decide(bench->ledger, NULL, &decision, NULL, NULL,
                                       bench->arena, &bench->notes, &existing, &spent),
                         STATUS_OK);
        const struct piece_key key = {"coupon", 0};
        if (i > 0)
            continue;
        assert_int_equal(ledger_event(bench->ledger, decision.id, &key, "printed", NOW_S,
                                      NULL, &bench->notes),
                         STATUS_OK);
        const struct redemption redemption = {.merchant = "fern", .code = pieces[0].code,
                                              .id = "till-1", .amount = {450, "EUR"},
                                              .at_s = NOW_S + 5};
        struct redemption_answer answer;
        assert_int_equal(ledger_redeem(bench->ledger, &redemption, (struct day){20370},
                                       bench->arena, &bench->notes, &answer),
                         STATUS_OK);
    }
    study(bench, &always, &told, NULL);
    assert_non_null(strstr(
        told.text.p,
        "decision 1 of 0 by one in spring (happy regular) holdout:campaign=treated"
        " tone=warm\n  box nothing all none 0 1.00\n"
        "  coupon ten-off city redeemed printed 12 0.25 used\n"));
    assert_non_null(strstr(told.text.p, "  coupon ten-off city reserved 12 0.25\n"
                                        "decision 1 of 2 by a guest in spring"));
    assert_int_equal(told.decisions, 3);
    const struct study_range day = {NOW_S + DAY_S, NOW_S + 2 * DAY_S};
    study(bench, &day, &later, NULL);
    assert_int_equal(later.decisions, 1);
    assert_non_null(strstr(later.text.p, "decision 1 of 1 "));
    buf_done(&told.text);
    buf_done(&later.text);
}

static void
a_study_ends_with_what_its_reader_says(void **state)
{
    struct bench *bench = *state;
    struct told told = {.stop = STATUS_CANCELLED};
    const struct study_sink sink = everything(&told);
    keep(bench, "A", 3, NOW_S);
    assert_int_equal(ledger_study(bench->ledger, "fern", &always, &sink, bench->arena,
                                  &bench->notes, NULL),
                     STATUS_CANCELLED);
    assert_int_equal(told.orders, 1);
    buf_done(&told.text);
}

static void
the_newest_model_counts_and_is_not_read_again(void **state)
{
    struct bench *bench = *state;
    const void *bytes = NULL;
    size_t n = 0;
    int64_t number = 0, first = 0, got = 0;
    assert_int_equal(ledger_model_get(bench->ledger, "fern", 0, bench->arena,
                                      &bench->notes, &bytes, &n, &got),
                     STATUS_WITHOUT);
    for (int i = 0; i < 5; i++) {
        char text[2] = {(char)('a' + i), '\0'};
        assert_int_equal(ledger_model_put(bench->ledger, "fern", text, 1, NOW_S + i,
                                          &bench->notes, &number),
                         STATUS_OK);
        assert_true(number > first);
        first = number;
    }
    assert_int_equal(ledger_model_get(bench->ledger, "fern", 0, bench->arena,
                                      &bench->notes, &bytes, &n, &got),
                     STATUS_OK);
    assert_int_equal(got, number);
    assert_int_equal(n, 1);
    assert_memory_equal(bytes, "e", 1);
    bytes = NULL;
    assert_int_equal(ledger_model_get(bench->ledger, "fern", number, bench->arena,
                                      &bench->notes, &bytes, &n, &got),
                     STATUS_OK);
    assert_null(bytes);
    assert_int_equal(ledger_model_get(bench->ledger, "other", 0, bench->arena,
                                      &bench->notes, &bytes, &n, &got),
                     STATUS_WITHOUT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_WITH(orders_come_by_customer_in_order_of_time_without_what_was_cancelled),
        TEST_WITH(many_orders_come_once_each_over_the_ends_of_pages),
        TEST_WITH(a_decision_is_told_with_pieces_experiments_and_what_became_of_them),
        TEST_WITH(a_study_ends_with_what_its_reader_says),
        TEST_WITH(the_newest_model_counts_and_is_not_read_again),
    };
    return cmocka_run_group_tests_name("study", tests, NULL, NULL);
}
