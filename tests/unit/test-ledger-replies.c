/* What customers answer by codes: kept with their history, once, the latest word. */
#include "ledger-bench.h"

#define TODAY ((struct day){(int32_t)(NOW_S / DAY_S)})

struct wanted {
    const char *order, *customer, *offer;
};

struct made {
    const char *code;
    int64_t decision;
};

/* A piece with a code of the station's, good for 30 days. */
static struct made
promise(struct bench *bench, struct wanted wanted)
{
    struct order order = make_order(wanted.order, wanted.customer, "a");
    struct piece_record piece =
        make_piece("insert", 0, wanted.offer ? wanted.offer : "ten-off", NULL);
    struct decision *existing = NULL;
    size_t spent = 0;
    piece.expires.n = TODAY.n + 30;
    piece.ends_s = (int64_t)(piece.expires.n + 1) * DAY_S;
    piece.wish = (struct code_wish){.kind = CODE_RANDOM, .prefix = "ASK"};
    struct decision decision = make_decision(&order, &piece, 1);
    decision.decided_s = NOW_S;
    decision.today = TODAY;
    assert_int_equal(ledger_decide(bench->ledger, &order, &decision, NULL, NULL,
                                   bench->arena, &bench->notes, &existing, &spent),
                     STATUS_OK);
    return (struct made){piece.code, decision.id};
}

static struct reply_answer
answer(struct bench *bench, const char *code, int32_t nps, int64_t at_s)
{
    const struct reply reply = {
        .merchant = "fern", .code = code, .nps = nps, .effort = -1, .rating = -1, .at_s = at_s};
    const struct day day = {(int32_t)(at_s / DAY_S)};
    struct reply_answer ret = {0};
    assert_int_equal(ledger_reply(bench->ledger, &reply, day, bench->arena, &bench->notes,
                                  &ret),
                     STATUS_OK);
    return ret;
}

/* The latest score, and of how many. */
static int32_t
known_nps(struct bench *bench, const char *customer, size_t *ret_count)
{
    struct history *history = NULL;
    assert_int_equal(ledger_history(bench->ledger, "fern", customer, bench->arena,
                                    &bench->notes, &history),
                     STATUS_OK);
    *ret_count = history->nps_count;
    return history->nps_count ? history->nps[history->nps_count - 1].score : -1;
}

static void
an_answer_joins_the_history_of_the_codes_customer(void **state)
{
    struct bench *bench = *state;
    size_t count = 0;
    struct made made = promise(bench, (struct wanted){.order = "1", .customer = "ann"});
    struct reply_answer ret = answer(bench, made.code, 9, NOW_S + DAY_S);
    assert_int_equal(ret.answer, ANSWER_OK);
    assert_string_equal(ret.promise.order, "1");
    assert_false(ret.is_instead);
    assert_int_equal(known_nps(bench, "ann", &count), 9);
    assert_int_equal(answer(bench, made.code, 9, NOW_S + 2 * DAY_S).answer, ANSWER_AGAIN);
    /* the coupon that it stands on is as good as before */
    assert_string_equal(ret.promise.state, "reserved");
}

static void
a_code_has_one_answer_and_the_latest_stands_in_whatever_order_they_come(void **state)
{
    struct bench *bench = *state;
    size_t count = 0;
    struct made made = promise(bench, (struct wanted){.order = "1", .customer = "ann"});
    answer(bench, made.code, 9, NOW_S + DAY_S);
    struct reply_answer later = answer(bench, made.code, 2, NOW_S + 3 * DAY_S);
    assert_int_equal(later.answer, ANSWER_OK);
    assert_true(later.is_instead);
    assert_int_equal(later.was_nps, 9);
    struct reply_answer earlier = answer(bench, made.code, 10, NOW_S + 2 * DAY_S);
    assert_int_equal(earlier.answer, ANSWER_USED);
    assert_int_equal(earlier.used_s, NOW_S + 3 * DAY_S);
    assert_int_equal(known_nps(bench, "ann", &count), 2);
    assert_int_equal(count, 1);
}

static void
nobody_answers_by_a_code_that_is_over_or_not_theirs(void **state)
{
    struct bench *bench = *state;
    struct made made = promise(bench, (struct wanted){.order = "1", .customer = "ann"});
    struct made guest = promise(bench, (struct wanted){.order = "2"});
    assert_int_equal(answer(bench, guest.code, 9, NOW_S).answer, ANSWER_NOBODY);
    assert_int_equal(answer(bench, "NOT-ONE", 9, NOW_S).answer, ANSWER_UNKNOWN);
    assert_int_equal(answer(bench, made.code, 9, NOW_S + 40 * DAY_S).answer,
                     ANSWER_EXPIRED);
    assert_int_equal(ledger_void(bench->ledger, "fern", "1", NOW_S + 5, "sent back",
                                 &bench->notes),
                     STATUS_OK);
    struct reply_answer ret = answer(bench, made.code, 9, NOW_S + DAY_S);
    assert_int_equal(ret.answer, ANSWER_VOID);
    assert_string_equal(ret.reason, "sent back");
    made = promise(bench, (struct wanted){.order = "3", .customer = "ann"});
    answer(bench, made.code, 9, NOW_S);
    assert_int_equal(ledger_forget(bench->ledger, "fern", "ann", NOW_S, &bench->notes),
                     STATUS_OK);
    assert_int_equal(answer(bench, made.code, 1, NOW_S + DAY_S).answer, ANSWER_NOBODY);
}

static void
a_code_that_asks_is_worth_nothing_at_a_till(void **state)
{
    struct bench *bench = *state;
    const char *const questions[] = {"how-was-it"};
    struct made made = promise(
        bench, (struct wanted){.order = "1", .customer = "ann", .offer = "how-was-it"});
    for (int is_told = 0; is_told < 2; is_told++) {
        const struct redemption redemption = {.merchant = "fern",
                                              .code = made.code,
                                              .at_s = NOW_S,
                                              .is_told = is_told,
                                              .questions = questions,
                                              .question_count = 1};
        struct redemption_answer ret = {0};
        assert_int_equal(ledger_redeem(bench->ledger, &redemption, TODAY, bench->arena,
                                       &bench->notes, &ret),
                         STATUS_OK);
        assert_int_equal(ret.answer, ANSWER_QUESTION);
    }
    assert_int_equal(answer(bench, made.code, 7, NOW_S).answer, ANSWER_OK);
}

static struct shown
shown(struct bench *bench, const char *customer)
{
    struct history *history = NULL;
    assert_int_equal(ledger_history(bench->ledger, "fern", customer, bench->arena,
                                    &bench->notes, &history),
                     STATUS_OK);
    assert_int_equal(history->shown_count, 1);
    return history->shown[0];
}

static void
print(struct bench *bench, struct made made)
{
    const struct piece_key key = {"insert", 0};
    assert_int_equal(ledger_event(bench->ledger, made.decision, &key, "printed", NOW_S,
                                  NULL, &bench->notes),
                     STATUS_OK);
}

static void
what_was_shown_knows_when_it_was_answered_or_redeemed(void **state)
{
    struct bench *bench = *state;
    struct made asked = promise(bench, (struct wanted){.order = "1", .customer = "ann"});
    struct made given = promise(bench, (struct wanted){.order = "2", .customer = "bob"});
    struct redemption redemption = {
        .merchant = "fern", .code = given.code, .order = "W-1", .at_s = NOW_S + 2 * DAY_S};
    struct redemption_answer redeemed = {0};
    print(bench, asked);
    print(bench, given);
    assert_true(shown(bench, "ann").answered_s == TIME_NONE);
    answer(bench, asked.code, 9, NOW_S + DAY_S);
    assert_string_equal(shown(bench, "ann").offer, "ten-off");
    assert_int_equal(shown(bench, "ann").answered_s, NOW_S + DAY_S);
    answer(bench, asked.code, 8, NOW_S + 3 * DAY_S);
    assert_int_equal(shown(bench, "ann").answered_s, NOW_S + DAY_S);
    assert_int_equal(ledger_redeem(bench->ledger, &redemption, TODAY, bench->arena,
                                   &bench->notes, &redeemed),
                     STATUS_OK);
    assert_int_equal(redeemed.answer, ANSWER_OK);
    assert_int_equal(shown(bench, "bob").answered_s, NOW_S + 2 * DAY_S);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_WITH(an_answer_joins_the_history_of_the_codes_customer),
        TEST_WITH(a_code_has_one_answer_and_the_latest_stands_in_whatever_order_they_come),
        TEST_WITH(nobody_answers_by_a_code_that_is_over_or_not_theirs),
        TEST_WITH(a_code_that_asks_is_worth_nothing_at_a_till),
        TEST_WITH(what_was_shown_knows_when_it_was_answered_or_redeemed),
    };
    return cmocka_run_group_tests_name("replies", tests, NULL, NULL);
}
