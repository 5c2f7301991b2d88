/* The ledger's promises about decisions, one caller at a time. */
#include "ledger-bench.h"

static void
a_second_call_finds_the_first_ones_answer(void **state)
{
    struct bench *bench = *state;
    struct order order = make_order("1001", "C-1", "a");
    struct piece_record pieces[] = {
        make_piece("insert", 0, "welcome", NULL),
        make_piece("coupon", 1, "ten-off", "FERN-2345-6789"),
        make_piece("box", 0, NULL, NULL),
    };
    struct decision decision = make_decision(&order, pieces, COUNT_OF(pieces));
    const struct decision_document document = {"trace", "{\"verdicts\":[]}"};
    struct decision *existing = NULL, *found = NULL;
    const char *trace = NULL;
    size_t spent = 0;
    decision.documents = &document;
    decision.document_count = 1;
    pieces[0].arm = "green";
    pieces[0].probability = 0.1;
    pieces[0].is_held_out = true;
    pieces[1].sku = "SAMPLE-1";
    pieces[1].bin = "B-07";
    assert_int_equal(ledger_find(bench->ledger, "fern", "1001", "1", bench->arena,
                                 &bench->notes, &found),
                     STATUS_WITHOUT);
    assert_int_equal(decide(bench->ledger, &order, &decision, NULL, bench->arena,
                                   &bench->notes, &existing, &spent),
                     STATUS_OK);
    assert_int_equal(decision.revision, 1);
    assert_true(decision.id > 0);
    assert_int_equal(ledger_find(bench->ledger, "fern", "1001", "1", bench->arena,
                                 &bench->notes, &found),
                     STATUS_OK);
    assert_int_equal(found->id, decision.id);
    assert_int_equal(found->revision, 1);
    assert_int_equal(found->decided_s, NOW_S);
    assert_string_equal(found->merchant, "fern");
    assert_string_equal(found->order, "1001");
    assert_string_equal(found->package, "1");
    assert_string_not_equal(found->customer, "C-1"); /* a pseudonym */
    assert_string_equal(found->order_digest, order.digest.hex);
    assert_string_equal(found->campaign_digest, "c0ffee");
    assert_string_equal(found->facts_digest, "facade");
    assert_int_equal(ledger_document(bench->ledger, found->id, "trace", bench->arena,
                                     &bench->notes, &trace),
                     STATUS_OK);
    assert_string_equal(trace, "{\"verdicts\":[]}");
    assert_int_equal(ledger_document(bench->ledger, found->id, "order", bench->arena,
                                     &bench->notes, &trace),
                     STATUS_WITHOUT);
    assert_int_equal(found->piece_count, COUNT_OF(pieces));
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        const struct piece_record *a = &pieces[i], *b = &found->pieces[i];
        assert_true(text_equal(a->placement, b->placement));
        assert_int_equal(a->number, b->number);
        assert_true(text_equal(a->offer, b->offer));
        assert_true(text_equal(a->arm, b->arm));
        assert_true(text_equal(a->template_name, b->template_name));
        assert_true(text_equal(a->reason, b->reason));
        assert_true(text_equal(a->code, b->code));
        assert_true(text_equal(a->sku, b->sku));
        assert_true(text_equal(a->bin, b->bin));
        assert_true(text_equal(a->values, b->values));
        assert_true(a->probability == b->probability);
        assert_int_equal(a->is_held_out, b->is_held_out);
        assert_int_equal(a->expires.n, b->expires.n);
        assert_int_equal(a->liability.minor, b->liability.minor);
        if (a->offer)
            assert_string_equal(a->liability.currency, b->liability.currency);
        assert_string_equal(b->state, i == 0   ? "held-out"
                                      : i == 1 ? "reserved"
                                               : "decided");
    }
    assert_int_equal(bench->notes.count, 0);
}

static void
an_order_decided_by_another_station_keeps_that_decision(void **state)
{
    struct bench *bench = *state;
    struct order order = make_order("1001", "C-1", "a");
    struct piece_record piece = make_piece("insert", 0, "other", "FERN-ZZZZ-ZZZZ");
    struct decision decision = make_decision(&order, &piece, 1);
    struct decision *existing = NULL;
    struct buf before BUF_AUTO = {0};
    size_t spent = 0;
    assert_int_equal(
        decide_one(bench, "1001", "C-1", "a", "welcome", "FERN-2345-6789", NOW_S, NULL),
        STATUS_OK);
    assert_int_equal(ledger_dump(bench->ledger, &before, &bench->notes), STATUS_OK);
    assert_int_equal(decide(bench->ledger, &order, &decision, NULL, bench->arena,
                                   &bench->notes, &existing, &spent),
                     STATUS_RETRY);
    assert_non_null(existing);
    assert_int_equal(existing->revision, 1);
    assert_string_equal(existing->pieces[0].offer, "welcome");
    assert_string_equal(existing->pieces[0].code, "FERN-2345-6789");
    assert_int_equal(decision.id, 0);
    assert_dump(bench, before.p);
}

static void
a_changed_order_voids_the_old_code_and_is_the_next_revision(void **state)
{
    struct bench *bench = *state;
    struct decision *found = NULL;
    assert_int_equal(
        decide_one(bench, "1001", "C-1", "a", "welcome", "FERN-2345-6789", NOW_S, NULL),
        STATUS_OK);
    assert_int_equal(
        decide_one(bench, "1001", "C-1", "b", "welcome", "FERN-BBBB-BBBB", NOW_S, NULL),
        STATUS_OK);
    assert_int_equal(ledger_find(bench->ledger, "fern", "1001", "1", bench->arena,
                                 &bench->notes, &found),
                     STATUS_OK);
    assert_int_equal(found->revision, 2);
    assert_string_equal(found->pieces[0].code, "FERN-BBBB-BBBB");
    assert_int_equal(standing_of(bench, "C-1", NULL, "welcome").decided_for_customer, 1);
    assert_int_equal(standing_of(bench, "C-1", NULL, "welcome").decided_in_all, 1);
    /* and back again: the first version is a third revision, its old code stays void */
    assert_int_equal(
        decide_one(bench, "1001", "C-1", "a", "welcome", "FERN-2345-6789", NOW_S, NULL),
        STATUS_RETRY);
    assert_int_equal(bench->notes.note[0].id, NOTE_LEDGER_CODE_TAKEN);
    assert_int_equal(
        decide_one(bench, "1001", "C-1", "a", "welcome", "FERN-CCCC-CCCC", NOW_S, NULL),
        STATUS_OK);
    assert_dump(
        bench,
        "past order fern customer-1 1001: done, total 4080, refunded 0 EUR, packed\n"
        "  line TEA-042 quantity 2 returned 0 price 790\n"
        "  line POT-001 quantity 1 returned 0 price 2500\n"
        "decided fern 1001 package 1 revision 1, customer customer-1\n"
        "  insert 0: offer welcome, template card, code FERN-****-**** for 500 EUR;"
        " the best of two\n"
        "reserved fern 1001 package 1 revision 1, insert 0, offer welcome\n"
        "voided fern 1001 package 1 revision 1: the order was changed\n"
        "voided fern 1001, offer welcome: the order was changed\n"
        "decided fern 1001 package 1 revision 2, customer customer-1\n"
        "  insert 0: offer welcome, template card, code FERN-****-**** for 500 EUR;"
        " the best of two\n"
        "reserved fern 1001 package 1 revision 2, insert 0, offer welcome\n"
        "voided fern 1001 package 1 revision 2: the order was changed\n"
        "voided fern 1001, offer welcome: the order was changed\n"
        "decided fern 1001 package 1 revision 3, customer customer-1\n"
        "  insert 0: offer welcome, template card, code FERN-****-**** for 500 EUR;"
        " the best of two\n"
        "reserved fern 1001 package 1 revision 3, insert 0, offer welcome\n"
        "limit fern welcome/customer of customer-1: 1, 500\n"
        "limit fern welcome/stock: 1, 500\n");
}

static void
an_order_that_turns_out_to_be_anothers_leaves_the_first_ones_history(void **state)
{
    struct bench *bench = *state;
    struct history *history = NULL;
    assert_int_equal(decide_one(bench, "1001", "C-1", "a", "welcome", NULL, NOW_S, NULL),
                     STATUS_OK);
    assert_int_equal(decide_one(bench, "1001", "C-2", "b", "welcome", NULL, NOW_S, NULL),
                     STATUS_OK);
    assert_int_equal(ledger_history(bench->ledger, "fern", "C-1", bench->arena,
                                    &bench->notes, &history),
                     STATUS_WITHOUT);
    assert_int_equal(ledger_history(bench->ledger, "fern", "C-2", bench->arena,
                                    &bench->notes, &history),
                     STATUS_OK);
    assert_int_equal(standing_of(bench, "C-1", NULL, "welcome").decided_for_customer, 0);
    assert_int_equal(standing_of(bench, "C-2", NULL, "welcome").decided_for_customer, 1);
}

static void
a_voided_order_is_decided_anew(void **state)
{
    struct bench *bench = *state;
    struct decision *found = NULL;
    assert_int_equal(
        ledger_void(bench->ledger, "fern", "1001", NOW_S, "cancelled", &bench->notes),
        STATUS_WITHOUT);
    assert_int_equal(decide_one(bench, "1001", "C-1", "a", "welcome", NULL, NOW_S, NULL),
                     STATUS_OK);
    assert_int_equal(
        ledger_void(bench->ledger, "fern", "1001", NOW_S, "cancelled", &bench->notes),
        STATUS_OK);
    assert_int_equal(
        ledger_void(bench->ledger, "fern", "1001", NOW_S, "cancelled", &bench->notes),
        STATUS_WITHOUT);
    assert_int_equal(ledger_find(bench->ledger, "fern", "1001", "1", bench->arena,
                                 &bench->notes, &found),
                     STATUS_WITHOUT);
    assert_int_equal(standing_of(bench, "C-1", NULL, "welcome").decided_in_all, 0);
    assert_int_equal(decide_one(bench, "1001", "C-1", "a", "welcome", NULL, NOW_S, NULL),
                     STATUS_OK);
    assert_int_equal(ledger_find(bench->ledger, "fern", "1001", "1", bench->arena,
                                 &bench->notes, &found),
                     STATUS_OK);
    assert_int_equal(found->revision, 2);
}

static void
packages_and_merchants_are_decided_apart_and_voided_by_order(void **state)
{
    struct bench *bench = *state;
    struct decision *found = NULL;
    static const struct {
        const char *merchant, *package;
    } cartons[] = {{"fern", "1"}, {"fern", "2"}, {"moss", "1"}};
    for (size_t i = 0; i < COUNT_OF(cartons); i++) {
        struct order order = make_order("1001", "C-1", "a");
        struct piece_record piece = make_piece("insert", 0, "welcome", NULL);
        struct decision *existing = NULL;
        size_t spent = 0;
        order.merchant = cartons[i].merchant;
        order.package = cartons[i].package;
        struct decision decision = make_decision(&order, &piece, 1);
        assert_int_equal(decide(bench->ledger, &order, &decision, NULL,
                                       bench->arena, &bench->notes, &existing, &spent),
                         STATUS_OK);
        assert_int_equal(decision.revision, 1);
    }
    assert_int_equal(standing_of(bench, "C-1", NULL, "welcome").decided_in_all, 1);
    assert_int_equal(
        ledger_void(bench->ledger, "fern", "1001", NOW_S, "cancelled", &bench->notes),
        STATUS_OK);
    assert_int_equal(ledger_find(bench->ledger, "fern", "1001", "2", bench->arena,
                                 &bench->notes, &found),
                     STATUS_WITHOUT);
    assert_int_equal(ledger_find(bench->ledger, "moss", "1001", "1", bench->arena,
                                 &bench->notes, &found),
                     STATUS_OK);
}

/* --- standing and caps -------------------------------------------------------------- */

static void
standing_counts_what_was_decided_and_not_voided(void **state)
{
    struct bench *bench = *state;
    static const struct {
        const char *order, *customer;
        int64_t at_s;
    } decided[] = {{"1", "C-1", NOW_S},
                   {"2", "C-1", NOW_S + DAY_S},
                   {"3", "C-2", NOW_S},
                   {"4", NULL, NOW_S}};
    struct offer_standing standing = standing_of(bench, "C-1", NULL, "welcome");
    assert_int_equal(standing.decided_for_customer, 0);
    assert_true(standing.last_decided_s == TIME_NONE);
    for (size_t i = 0; i < COUNT_OF(decided); i++)
        assert_int_equal(decide_one(bench, decided[i].order, decided[i].customer, "a",
                                    "welcome", NULL, decided[i].at_s, NULL),
                         STATUS_OK);
    standing = standing_of(bench, "C-1", NULL, "welcome");
    assert_int_equal(standing.decided_for_customer, 2);
    assert_int_equal(standing.last_decided_s, NOW_S + DAY_S);
    assert_int_equal(standing.decided_in_all, 4);
    standing = standing_of(bench, "C-1", "2", "welcome");
    assert_int_equal(standing.decided_for_customer, 1);
    assert_int_equal(standing.last_decided_s, NOW_S);
    assert_int_equal(standing.decided_in_all, 3);
    standing = standing_of(bench, NULL, NULL, "welcome");
    assert_int_equal(standing.decided_for_customer, 0);
    assert_true(standing.last_decided_s == TIME_NONE);
    assert_int_equal(standing.decided_in_all, 4);
    assert_int_equal(ledger_void(bench->ledger, "fern", "2", NOW_S, NULL, &bench->notes),
                     STATUS_OK);
    standing = standing_of(bench, "C-1", NULL, "welcome");
    assert_int_equal(standing.decided_for_customer, 1);
    assert_int_equal(standing.last_decided_s, NOW_S);
    assert_int_equal(standing.decided_in_all, 3);
    assert_int_equal(standing_of(bench, "C-1", NULL, "other").decided_in_all, 0);
}

static void
a_piece_held_out_counts_for_its_customer_and_leaves_the_stock(void **state)
{
    struct bench *bench = *state;
    struct order order = make_order("1", "C-1", "a");
    struct piece_record piece = make_piece("insert", 0, "welcome", NULL);
    struct decision decision = make_decision(&order, &piece, 1);
    struct decision *existing = NULL;
    const struct piece_cap cap = {.per_customer = 1, .in_all = 0};
    size_t spent = 0;
    piece.is_held_out = true;
    assert_int_equal(decide(bench->ledger, &order, &decision, &cap, bench->arena,
                                   &bench->notes, &existing, &spent),
                     STATUS_OK);
    struct offer_standing standing = standing_of(bench, "C-1", NULL, "welcome");
    assert_int_equal(standing.decided_for_customer, 1);
    assert_int_equal(standing.decided_in_all, 0);
    standing = standing_of(bench, "C-1", "1", "welcome");
    assert_int_equal(standing.decided_for_customer, 0);
    assert_int_equal(standing.decided_in_all, 0);
    assert_int_equal(ledger_void(bench->ledger, "fern", "1", NOW_S, NULL, &bench->notes),
                     STATUS_OK);
    standing = standing_of(bench, "C-1", NULL, "welcome");
    assert_int_equal(standing.decided_for_customer, 0);
    assert_int_equal(standing.decided_in_all, 0);
}

/* Three pieces, the third of which has its cap spent. */
static enum status
decide_three(struct bench *bench, const char *id, const struct piece_cap *caps,
             size_t *ret_spent)
{
    struct order order = make_order(id, "C-1", "a");
    struct piece_record pieces[] = {
        make_piece("box", 0, NULL, NULL),
        make_piece("insert", 0, "welcome", NULL),
        make_piece("insert", 1, "sample", NULL),
    };
    struct decision decision = make_decision(&order, pieces, COUNT_OF(pieces));
    struct decision *existing = NULL;
    return decide(bench->ledger, &order, &decision, caps, bench->arena,
                         &bench->notes, &existing, ret_spent);
}

static void
a_spent_cap_names_its_piece_and_nothing_is_written(void **state)
{
    struct bench *bench = *state;
    static const struct {
        struct piece_cap caps[3];
        enum status status;
        size_t spent;
    } cases[] = {
        {{{0, -1}, {0, -1}, {1, -1}}, STATUS_WITHOUT, 2},
        {{{0, -1}, {0, -1}, {0, 1}}, STATUS_WITHOUT, 2},
        {{{0, -1}, {1, -1}, {1, 1}}, STATUS_WITHOUT, 2}, /* of two spent, either */
        {{{1, 0}, {2, 2}, {2, 2}}, STATUS_OK, 0}, /* nothing has no cap */
    };
    struct buf before BUF_AUTO = {0};
    size_t spent = 99;
    assert_int_equal(
        decide_three(bench, "0", (struct piece_cap[]){{0, -1}, {0, 1}, {1, 1}}, &spent),
        STATUS_OK);
    assert_int_equal(ledger_dump(bench->ledger, &before, &bench->notes), STATUS_OK);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        spent = 0;
        assert_int_equal(decide_three(bench, "1", cases[i].caps, &spent),
                         cases[i].status);
        assert_int_equal(spent, cases[i].spent);
        if (cases[i].status == STATUS_WITHOUT)
            assert_dump(bench, before.p);
    }
    assert_int_equal(standing_of(bench, "C-1", NULL, "sample").decided_in_all, 2);
}

static void
a_changed_order_gets_the_last_one_of_its_older_version(void **state)
{
    struct bench *bench = *state;
    static const char *const versions[] = {"a", "b"};
    const struct piece_cap cap = {.per_customer = 1, .in_all = 1};
    for (size_t i = 0; i < COUNT_OF(versions); i++) {
        struct order order = make_order("1", "C-1", versions[i]);
        struct piece_record piece = make_piece("insert", 0, "last-one", NULL);
        struct decision decision = make_decision(&order, &piece, 1);
        struct decision *existing = NULL;
        size_t spent = 0;
        assert_int_equal(decide(bench->ledger, &order, &decision, &cap,
                                       bench->arena, &bench->notes, &existing, &spent),
                         STATUS_OK);
    }
}

static void
a_limit_that_offers_share_binds_within_one_carton(void **state)
{
    struct bench *bench = *state;
    struct order order = make_order("1", "C-1", "a");
    struct piece_record pieces[] = {
        make_piece("insert", 0, "welcome", NULL),
        make_piece("coupon", 0, "ten-off", NULL),
    };
    struct decision decision = make_decision(&order, pieces, COUNT_OF(pieces));
    const struct unit_claim claim = {
        .name = "spring", .first_day = DAY_NONE, .most = 1, .most_minor = -1};
    struct decision *existing = NULL;
    size_t spent = 0;
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        pieces[i].claims = &claim;
        pieces[i].claim_count = 1;
    }
    assert_int_equal(ledger_decide(bench->ledger, &order, &decision, NULL, NULL,
                                   bench->arena, &bench->notes, &existing, &spent),
                     STATUS_WITHOUT);
    assert_int_equal(spent, 1);
    assert_dump(bench, "");
}

/* --- events, sheets, codes ---------------------------------------------------------- */

static const char *
state_of(struct bench *bench, const char *order)
{
    struct decision *found = NULL;
    assert_int_equal(ledger_find(bench->ledger, "fern", order, "1", bench->arena,
                                 &bench->notes, &found),
                     STATUS_OK);
    return found->pieces[0].state;
}

static void
the_same_event_twice_is_one_and_paper_that_is_out_stays_printed(void **state)
{
    struct bench *bench = *state;
    const struct piece_key key = {"insert", 0};
    int64_t id = 0;
    static const struct {
        const char *event, *state;
    } cases[] = {{"failed", "failed"},
                 {"failed", "failed"},
                 {"printed", "printed"},
                 {"printed", "printed"},
                 {"failed", "printed"}};
    assert_int_equal(decide_one(bench, "1", NULL, "a", "welcome", NULL, NOW_S, &id),
                     STATUS_OK);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(ledger_event(bench->ledger, id, &key, cases[i].event,
                                      NOW_S + (int64_t)i, NULL, &bench->notes),
                         STATUS_OK);
        assert_string_equal(state_of(bench, "1"), cases[i].state);
    }
    assert_dump(bench, "decided fern 1 package 1 revision 1, customer -\n"
                       "  insert 0: offer welcome, template card; the best of two\n"
                       "reserved fern 1 package 1 revision 1, insert 0, offer welcome\n"
                       "failed fern 1 package 1 revision 1, insert 0, offer welcome\n"
                       "released fern 1, offer welcome\n"
                       "renewed fern 1, offer welcome\n"
                       "printed fern 1 package 1 revision 1, insert 0, offer welcome\n"
                       "failed fern 1 package 1 revision 1, insert 0, offer welcome\n"
                       "limit fern welcome/stock: 1, 0\n");
}

static void
a_voided_code_counts_once_less(void **state)
{
    struct bench *bench = *state;
    const struct piece_key key = {"insert", 0};
    enum promise_answer answer = ANSWER_UNKNOWN;
    int64_t id = 0;
    assert_int_equal(decide_one(bench, "0", "C-1", "a", "welcome", NULL, NOW_S, NULL),
                     STATUS_OK);
    assert_int_equal(
        decide_one(bench, "1", "C-1", "a", "welcome", "FERN-2222-2222", NOW_S, &id),
        STATUS_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(ledger_void_code(bench->ledger, "fern", "fern-2222-2222", NOW_S,
                                          "lost", &bench->notes, &answer),
                         STATUS_OK);
        assert_int_equal(answer, ANSWER_OK);
    }
    /* paper for it comes too late */
    assert_int_equal(
        ledger_event(bench->ledger, id, &key, "printed", NOW_S, NULL, &bench->notes),
        STATUS_WITHOUT);
    assert_int_equal(bench->notes.note[0].id, NOTE_LEDGER_LATE);
    assert_int_equal(standing_of(bench, "C-1", NULL, "welcome").decided_for_customer, 1);
    assert_int_equal(standing_of(bench, "C-1", NULL, "welcome").decided_in_all, 1);
    /* the order as a whole takes back no promise a second time */
    assert_int_equal(ledger_void(bench->ledger, "fern", "1", NOW_S, NULL, &bench->notes),
                     STATUS_OK);
    assert_int_equal(standing_of(bench, "C-1", NULL, "welcome").decided_in_all, 1);
}

static void
events_and_sheets_of_unknown_pieces_are_refused(void **state)
{
    struct bench *bench = *state;
    int64_t id = 0;
    assert_int_equal(decide_one(bench, "1", NULL, "a", "welcome", NULL, NOW_S, &id),
                     STATUS_OK);
    const struct {
        int64_t id;
        struct piece_key key;
        const char *event;
    } cases[] = {
        {id + 1, {"insert", 0}, "printed"}, {id, {"insert", 1}, "printed"},
        {id, {"coupon", 0}, "skipped"},      {id, {"insert", 0}, "decided"},
        {id, {"insert", 0}, "burnt"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(ledger_event(bench->ledger, cases[i].id, &cases[i].key,
                                      cases[i].event, NOW_S, NULL, &bench->notes),
                         STATUS_BAD_CALL);
    assert_int_equal(bench->notes.note[0].id, NOTE_LEDGER_NO_PIECE);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(ledger_keep_sheet(bench->ledger, cases[i].id, &cases[i].key, 1, "",
                                           "x", 1, &bench->notes),
                         STATUS_BAD_CALL);
    assert_string_equal(state_of(bench, "1"), "reserved");
}

/* A piece without an offer is what was last said of it, and an override says nothing. */
static void
a_piece_without_a_promise_stays_what_it_was_when_it_is_overridden(void **state)
{
    static const char *const said[] = {"overridden", "printed", "overridden", "refused",
                                       "overridden"};
    static const char *const is[] = {"decided", "printed", "printed", "refused", "refused"};
    struct bench *bench = *state;
    const struct piece_key key = {"insert", 0};
    int64_t id = 0;
    assert_int_equal(decide_one(bench, "1", NULL, "a", NULL, NULL, NOW_S, &id), STATUS_OK);
    for (size_t i = 0; i < COUNT_OF(said); i++) {
        assert_int_equal(ledger_event(bench->ledger, id, &key, said[i], NOW_S, "a word",
                                      &bench->notes),
                         STATUS_OK);
        assert_string_equal(state_of(bench, "1"), is[i]);
    }
}

static void
a_sheet_is_given_again_byte_for_byte(void **state)
{
    struct bench *bench = *state;
    const struct piece_key key = {"insert", 0};
    static const char bytes[] = "%PDF-1.4\0\377 first";
    const uint8_t *found = NULL;
    const char *digest = NULL;
    int64_t id = 0;
    size_t n = 0;
    assert_int_equal(decide_one(bench, "1", NULL, "a", "welcome", NULL, NOW_S, &id),
                     STATUS_OK);
    assert_int_equal(ledger_find_sheet(bench->ledger, id, &key, 1, "", bench->arena,
                                       &bench->notes, &digest, &found, &n),
                     STATUS_WITHOUT);
    assert_int_equal(ledger_keep_sheet(bench->ledger, id, &key, 1, "", bytes, sizeof(bytes),
                                       &bench->notes),
                     STATUS_OK);
    assert_int_equal(
        ledger_keep_sheet(bench->ledger, id, &key, 1, "", "second", 6, &bench->notes),
        STATUS_OK);
    assert_int_equal(ledger_find_sheet(bench->ledger, id, &key, 1, "", bench->arena,
                                       &bench->notes, &digest, &found, &n),
                     STATUS_OK);
    assert_int_equal(n, sizeof(bytes));
    assert_memory_equal(found, bytes, n);
    assert_string_equal(digest, hash_sha256(bytes, sizeof(bytes)).hex);
    assert_int_equal(ledger_find_sheet(bench->ledger, id, &key, 2, "", bench->arena,
                                       &bench->notes, &digest, &found, &n),
                     STATUS_WITHOUT);
    /* another device's is another sheet */
    assert_int_equal(ledger_find_sheet(bench->ledger, id, &key, 1, "8dpmm", bench->arena,
                                       &bench->notes, &digest, &found, &n),
                     STATUS_WITHOUT);
    assert_int_equal(
        ledger_keep_sheet(bench->ledger, id, &key, 1, "8dpmm", "dots", 4, &bench->notes),
        STATUS_OK);
    assert_int_equal(ledger_find_sheet(bench->ledger, id, &key, 1, "8dpmm", bench->arena,
                                       &bench->notes, &digest, &found, &n),
                     STATUS_OK);
    assert_int_equal(n, 4);
    assert_memory_equal(found, "dots", 4);
    assert_int_equal(ledger_find_sheet(bench->ledger, id, &key, 1, "", bench->arena,
                                       &bench->notes, &digest, &found, &n),
                     STATUS_OK);
    assert_memory_equal(found, bytes, n);
}

static void
a_servers_last_answer_is_kept(void **state)
{
    struct bench *bench = *state;
    static const char url[] = "https://shop.example/customers/1";
    const char *etag = NULL, *body = NULL;
    int64_t at_s = 0;
    size_t n = 0;
    assert_int_equal(ledger_cache_get(bench->ledger, url, bench->arena, &bench->notes,
                                      &etag, &body, &n, &at_s),
                     STATUS_WITHOUT);
    assert_null(body);
    assert_int_equal(
        ledger_cache_put(bench->ledger, "fern", "1", url, "\"1\"", "one", 3, NOW_S, &bench->notes),
        STATUS_OK);
    assert_int_equal(
        ledger_cache_put(bench->ledger, "fern", "1", url, NULL, "", 0, NOW_S + 1, &bench->notes),
        STATUS_OK);
    assert_int_equal(ledger_cache_get(bench->ledger, url, bench->arena, &bench->notes,
                                      &etag, &body, &n, &at_s),
                     STATUS_OK);
    assert_null(etag);
    assert_non_null(body);
    assert_int_equal(n, 0);
    assert_int_equal(at_s, NOW_S + 1);
}

static int
compare_codes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* One coupon with a code as wished for. */
static const char *
take_code(struct bench *bench, int number, struct code_wish wish)
{
    char id[32];
    snprintf(id, sizeof(id), "code-%d", number);
    struct order order = make_order(id, NULL, "a");
    struct piece_record piece = make_piece("coupon", 0, "ten-off", NULL);
    struct decision decision = make_decision(&order, &piece, 1);
    struct decision *existing = NULL;
    size_t spent = 0;
    piece.wish = wish;
    piece.expires.n = 20400;
    enum status status = decide(bench->ledger, &order, &decision, NULL, bench->arena,
                                &bench->notes, &existing, &spent);
    if (status == STATUS_WITHOUT)
        return NULL;
    assert_int_equal(status, STATUS_OK);
    assert_non_null(piece.code);
    return piece.code;
}

static void
codes_by_chance_are_legible_and_no_two_are_alike(void **state)
{
    struct bench *bench = *state;
    const char *codes[300];
    assert_int_equal(ledger_group_begin(bench->ledger, &bench->notes), STATUS_OK);
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        codes[i] = take_code(bench, (int)i,
                             (struct code_wish){.kind = CODE_RANDOM, .prefix = "FERN"});
        assert_int_equal(strlen(codes[i]), 14);
        assert_memory_equal(codes[i], "FERN-", 5);
        assert_int_equal(codes[i][9], '-');
        assert_int_equal(strspn(codes[i] + 5, "23456789BCDFGHJKMNPQRSTVWXYZ-"), 9);
    }
    assert_int_equal(ledger_group_end(bench->ledger, &bench->notes), STATUS_OK);
    qsort(codes, COUNT_OF(codes), sizeof(codes[0]), compare_codes);
    for (size_t i = 1; i < COUNT_OF(codes); i++)
        assert_string_not_equal(codes[i - 1], codes[i]);
    assert_int_equal(
        strlen(take_code(bench, 1000, (struct code_wish){.kind = CODE_RANDOM})), 9);
}

static void
a_ledger_that_is_none_holds_nothing_and_takes_nothing(void **state)
{
    struct bench *bench = *state;
    const struct piece_key key = {"insert", 0};
    struct history *history = NULL;
    struct decision *found = NULL;
    int64_t id = 99;
    ledger_close(bench->ledger);
    assert_int_equal(
        open_at(bench, "none", LEDGER_WRITE, NULL, &bench->notes, &bench->ledger),
        STATUS_OK);
    assert_true(ledger_is_none(bench->ledger));
    assert_int_equal(decide_one(bench, "1", "C-1", "a", "welcome", NULL, NOW_S, &id),
                     STATUS_OK);
    assert_int_equal(id, 0);
    assert_int_equal(
        ledger_event(bench->ledger, 0, &key, "printed", NOW_S, NULL, &bench->notes),
        STATUS_OK);
    assert_int_equal(
        ledger_find(bench->ledger, "fern", "1", "1", bench->arena, &bench->notes, &found),
        STATUS_WITHOUT);
    assert_int_equal(ledger_history(bench->ledger, "fern", "C-1", bench->arena,
                                    &bench->notes, &history),
                     STATUS_WITHOUT);
    assert_int_equal(standing_of(bench, "C-1", NULL, "welcome").decided_in_all, 0);
    assert_dump(bench, "");
    assert_int_equal(ledger_import_begin(bench->ledger, &bench->notes), STATUS_WITHOUT);
    assert_int_equal(bench->notes.note[0].id, NOTE_LEDGER_IS_NONE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_WITH(a_second_call_finds_the_first_ones_answer),
        TEST_WITH(an_order_decided_by_another_station_keeps_that_decision),
        TEST_WITH(a_changed_order_voids_the_old_code_and_is_the_next_revision),
        TEST_WITH(an_order_that_turns_out_to_be_anothers_leaves_the_first_ones_history),
        TEST_WITH(a_voided_order_is_decided_anew),
        TEST_WITH(packages_and_merchants_are_decided_apart_and_voided_by_order),
        TEST_WITH(standing_counts_what_was_decided_and_not_voided),
        TEST_WITH(a_piece_held_out_counts_for_its_customer_and_leaves_the_stock),
        TEST_WITH(a_spent_cap_names_its_piece_and_nothing_is_written),
        TEST_WITH(a_changed_order_gets_the_last_one_of_its_older_version),
        TEST_WITH(a_limit_that_offers_share_binds_within_one_carton),
        TEST_WITH(the_same_event_twice_is_one_and_paper_that_is_out_stays_printed),
        TEST_WITH(a_voided_code_counts_once_less),
        TEST_WITH(events_and_sheets_of_unknown_pieces_are_refused),
        TEST_WITH(a_piece_without_a_promise_stays_what_it_was_when_it_is_overridden),
        TEST_WITH(a_sheet_is_given_again_byte_for_byte),
        TEST_WITH(a_servers_last_answer_is_kept),
        TEST_WITH(codes_by_chance_are_legible_and_no_two_are_alike),
        TEST_WITH(a_ledger_that_is_none_holds_nothing_and_takes_nothing),
    };
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
