/* The life of promises: shared by parcels, limited, printed, redeemed, run out. */
#include "ledger-bench.h"

#define TODAY ((struct day){(int32_t)(NOW_S / DAY_S)})

/* --- making them ---------------------------------------------------------------------- */

struct wanted {
    const char *order, *customer, *version, *package, *household, *offer;
    int64_t at_s;
    struct code_wish wish;
    const char *code; /* given */
    int64_t minor;
    int32_t valid_days; /* 30 when 0 */
    const struct unit_claim *claims;
    size_t claim_count;
    bool is_held_out;
};

struct made {
    enum status status;
    int64_t decision, promise;
    const char *code, *state;
    bool is_existing;
};

static struct made
promise(struct bench *bench, struct wanted wanted)
{
    struct order order =
        make_order(wanted.order, wanted.customer, wanted.version ? wanted.version : "a");
    struct piece_record piece =
        make_piece("coupon", 0, wanted.offer ? wanted.offer : "ten-off", wanted.code);
    struct decision *existing = NULL;
    size_t spent = 99;
    order.package = wanted.package ? wanted.package : "1";
    piece.is_held_out = wanted.is_held_out;
    piece.expires.n = TODAY.n + (wanted.valid_days ? wanted.valid_days : 30);
    piece.ends_s = (int64_t)(piece.expires.n + 1) * DAY_S;
    piece.liability.minor = wanted.minor ? wanted.minor : 500;
    snprintf(piece.liability.currency, sizeof(piece.liability.currency), "EUR");
    piece.wish = wanted.code      ? (struct code_wish){.kind = CODE_GIVEN}
                 : wanted.wish.kind ? wanted.wish
                                    : (struct code_wish){.kind = CODE_RANDOM,
                                                         .prefix = "FERN"};
    piece.claims = wanted.claims;
    piece.claim_count = wanted.claim_count;
    struct decision decision = make_decision(&order, &piece, 1);
    decision.household = wanted.household;
    decision.decided_s = wanted.at_s ? wanted.at_s : NOW_S;
    decision.today.n = (int32_t)(decision.decided_s / DAY_S);
    struct made made = {0};
    made.status = ledger_decide(bench->ledger, &order, &decision, NULL, NULL,
                                bench->arena, &bench->notes, &existing, &spent);
    if (made.status == STATUS_WITHOUT)
        assert_int_equal(spent, 0);
    made.is_existing = existing != NULL;
    made.decision = decision.id;
    made.promise = piece.promise;
    made.code = piece.code;
    made.state = piece.state;
    return made;
}

static const struct piece_key coupon = {"coupon", 0};

static enum status
say_at(struct bench *bench, const struct made *made, const char *event, int64_t at_s)
{
    return ledger_event(bench->ledger, made->decision, &coupon, event, at_s, NULL,
                        &bench->notes);
}

static enum status
say(struct bench *bench, const struct made *made, const char *event)
{
    return say_at(bench, made, event, NOW_S);
}

static struct unit_use
used(struct bench *bench, struct unit_claim claim, struct day today)
{
    struct unit_use use = {0};
    assert_int_equal(ledger_used(bench->ledger, "fern", NULL, today, &claim, 1,
                                 &bench->notes, &use),
                     STATUS_OK);
    return use;
}

static struct promise
life(struct bench *bench, const char *code)
{
    struct promise *promises = NULL;
    size_t count = 0;
    assert_int_equal(ledger_promises(bench->ledger, "fern", NULL, code, NULL, bench->arena,
                                     &bench->notes, &promises, &count),
                     STATUS_OK);
    assert_int_equal(count, 1);
    return promises[0];
}

static struct redemption_answer
redeem(struct bench *bench, struct redemption redemption)
{
    struct redemption_answer answer = {.answer = (enum promise_answer)-1};
    redemption.merchant = redemption.merchant ? redemption.merchant : "fern";
    redemption.at_s = redemption.at_s ? redemption.at_s : NOW_S + 100;
    enum status status =
        ledger_redeem(bench->ledger, &redemption,
                      (struct day){(int32_t)(redemption.at_s / DAY_S)}, bench->arena,
                      &bench->notes, &answer);
    if (status != STATUS_OK && bench->notes.count)
        print_error("%s\n", bench->notes.note[bench->notes.count - 1].text);
    assert_int_equal(status, STATUS_OK);
    return answer;
}

#define IN_ALL(most_)                                                                    \
    ((struct unit_claim){                                                                \
        .name = "spring", .first_day = DAY_NONE, .most = (most_), .most_minor = -1})

/* --- once an order -------------------------------------------------------------------- */

static void
parcels_of_an_order_share_one_promise(void **state)
{
    struct bench *bench = *state;
    const struct unit_claim claim = IN_ALL(1);
    const struct wanted first = {
        .order = "1", .customer = "C-1", .claims = &claim, .claim_count = 1};
    struct wanted second = first;
    second.package = "2";
    struct made one = promise(bench, first), other = promise(bench, second);
    assert_int_equal(one.status, STATUS_OK);
    assert_int_equal(other.status, STATUS_OK);
    assert_string_equal(one.code, other.code);
    assert_int_equal(one.promise, other.promise);
    assert_int_equal(used(bench, claim, TODAY).units, 1);
    /* a carton that fails to print takes nothing from the other one */
    assert_int_equal(say(bench, &other, "failed"), STATUS_OK);
    assert_int_equal(used(bench, claim, TODAY).units, 1);
    assert_int_equal(say(bench, &one, "printed"), STATUS_OK);
    assert_string_equal(life(bench, one.code).state, "printed");
    /* void with the order, once */
    assert_int_equal(ledger_void(bench->ledger, "fern", "1", NOW_S, NULL, &bench->notes),
                     STATUS_OK);
    assert_int_equal(used(bench, claim, TODAY).units, 0);
    assert_string_equal(life(bench, one.code).state, "voided");
}

static void
a_changed_parcel_leaves_the_other_ones_code_alone(void **state)
{
    struct bench *bench = *state;
    struct made one = promise(bench, (struct wanted){.order = "1"});
    struct made two = promise(bench, (struct wanted){.order = "1", .package = "2"});
    struct made anew = promise(bench, (struct wanted){.order = "1", .version = "b"});
    assert_string_equal(anew.code, one.code);
    struct made last =
        promise(bench, (struct wanted){.order = "1", .package = "2", .version = "b"});
    assert_string_equal(last.code, two.code);
    assert_string_equal(life(bench, one.code).state, "reserved");
}

static void
an_order_that_redeemed_its_coupon_gets_no_second_one(void **state)
{
    struct bench *bench = *state;
    struct made one = promise(bench, (struct wanted){.order = "1"});
    assert_int_equal(redeem(bench, (struct redemption){.code = one.code}).answer,
                     ANSWER_OK);
    assert_int_equal(
        promise(bench, (struct wanted){.order = "1", .package = "reship"}).status,
        STATUS_WITHOUT);
}

/* --- limits --------------------------------------------------------------------------- */

static void
limits_hold_by_whose_they_are_and_give_back_what_is_cancelled(void **state)
{
    struct bench *bench = *state;
    const struct {
        struct unit_claim claim;
        const char *label;
    } cases[] = {
        {{.name = "all", .most = 2}, "in all"},
        {{.name = "customer", .customer = "C-1", .most = 2}, "customer"},
        {{.name = "household", .household = "H-1", .most = 2}, "household"},
        {{.name = "store", .scope = "Berlin", .most = 2}, "store"},
        {{.name = "money", .most = -1, .most_minor = 1499}, "money"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct unit_claim claim = cases[i].claim;
        char order[4][32];
        claim.first_day = DAY_NONE;
        if (claim.most_minor == 0)
            claim.most_minor = -1;
        for (int n = 0; n < 4; n++)
            snprintf(order[n], sizeof(order[n]), "%s-%d", cases[i].label, n);
        struct wanted wanted = {.claims = &claim, .claim_count = 1};
        for (int n = 0; n < 3; n++) {
            wanted.order = order[n];
            assert_int_equal(promise(bench, wanted).status,
                             n < 2 ? STATUS_OK : STATUS_WITHOUT);
        }
        assert_int_equal(used(bench, claim, TODAY).units, 2);
        assert_int_equal(used(bench, claim, TODAY).minor, 1000);
        assert_int_equal(
            ledger_void(bench->ledger, "fern", order[0], NOW_S, NULL, &bench->notes),
            STATUS_OK);
        wanted.order = order[3];
        assert_int_equal(promise(bench, wanted).status, STATUS_OK);
        wanted.order = order[2];
        assert_int_equal(promise(bench, wanted).status, STATUS_WITHOUT);
    }
}

static void
a_rolling_limit_frees_a_unit_when_its_day_is_past(void **state)
{
    struct bench *bench = *state;
    const struct unit_claim claim = {.name = "rolling@7d",
                                     .first_day = DAY_NONE,
                                     .rolling_days = 7,
                                     .most = 2,
                                     .most_minor = -1};
    static const struct {
        int day;
        enum status status;
        int used;
    } cases[] = {{0, STATUS_OK, 1},      {3, STATUS_OK, 2},  {6, STATUS_WITHOUT, 2},
                 {7, STATUS_OK, 2},      {9, STATUS_WITHOUT, 2},
                 {10, STATUS_OK, 2},     {17, STATUS_OK, 1}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char order[32];
        struct day today = {TODAY.n + cases[i].day};
        snprintf(order, sizeof(order), "%zu", i);
        struct made made = promise(bench, (struct wanted){.order = order,
                                                          .at_s = (int64_t)today.n * DAY_S,
                                                          .claims = &claim,
                                                          .claim_count = 1});
        assert_int_equal(made.status, cases[i].status);
        if (made.status == STATUS_OK) /* or it would lapse and give way */
            assert_int_equal(say(bench, &made, "printed"), STATUS_OK);
        assert_int_equal(used(bench, claim, today).units, cases[i].used);
    }
}

static void
a_calendar_limit_begins_anew_with_its_window(void **state)
{
    struct bench *bench = *state;
    for (int month = 0; month < 3; month++) {
        const struct unit_claim claim = {.name = "monthly@month",
                                         .first_day = {20000 + 30 * month},
                                         .most = 1,
                                         .most_minor = -1};
        for (int n = 0; n < 2; n++) {
            char order[32];
            snprintf(order, sizeof(order), "%d-%d", month, n);
            assert_int_equal(promise(bench, (struct wanted){.order = order,
                                                            .claims = &claim,
                                                            .claim_count = 1})
                                 .status,
                             n == 0 ? STATUS_OK : STATUS_WITHOUT);
        }
    }
}

static void
a_reservation_never_printed_gives_way_when_the_limit_is_spent(void **state)
{
    struct bench *bench = *state;
    const struct unit_claim claim = IN_ALL(1);
    struct wanted wanted = {.order = "1", .claims = &claim, .claim_count = 1};
    struct made one = promise(bench, wanted);
    wanted.order = "2";
    wanted.at_s = NOW_S + 3600;
    assert_int_equal(promise(bench, wanted).status, STATUS_WITHOUT);
    wanted.at_s = NOW_S + 7201;
    assert_int_equal(promise(bench, wanted).status, STATUS_OK);
    assert_string_equal(life(bench, one.code).state, "lapsed");
    assert_int_equal(used(bench, claim, TODAY).units, 1);
    /* its paper comes too late, and its order is decided anew */
    assert_int_equal(say_at(bench, &one, "printed", NOW_S + 7300), STATUS_WITHOUT);
    wanted.order = "1";
    wanted.at_s = NOW_S + 7400;
    assert_int_equal(promise(bench, wanted).status, STATUS_WITHOUT);
    assert_int_equal(used(bench, claim, TODAY).units, 1);
}

static void
failed_paper_gives_back_and_printed_takes_again_while_there_is_any(void **state)
{
    struct bench *bench = *state;
    const struct unit_claim claim = IN_ALL(1);
    struct wanted wanted = {.order = "1", .claims = &claim, .claim_count = 1};
    struct made one = promise(bench, wanted);
    assert_int_equal(say(bench, &one, "failed"), STATUS_OK);
    assert_int_equal(used(bench, claim, TODAY).units, 0);
    assert_int_equal(say(bench, &one, "printed"), STATUS_OK);
    assert_int_equal(used(bench, claim, TODAY).units, 1);
    assert_string_equal(life(bench, one.code).state, "printed");
    wanted.order = "2";
    assert_int_equal(promise(bench, wanted).status, STATUS_WITHOUT);

    wanted = (struct wanted){.order = "3"};
    const struct unit_claim other = {
        .name = "other", .first_day = DAY_NONE, .most = 1, .most_minor = -1};
    wanted.claims = &other;
    wanted.claim_count = 1;
    struct made three = promise(bench, wanted);
    assert_int_equal(say(bench, &three, "skipped"), STATUS_OK);
    wanted.order = "4";
    assert_int_equal(promise(bench, wanted).status, STATUS_OK);
    assert_int_equal(say(bench, &three, "printed"), STATUS_WITHOUT);
    assert_int_equal(bench->notes.note[bench->notes.count - 1].id, NOTE_LEDGER_LATE);
    assert_string_equal(life(bench, three.code).state, "skipped");
}

static void
a_packer_may_refuse_a_piece_or_put_in_something_else(void **state)
{
    struct bench *bench = *state;
    const struct unit_claim claim = {
        .name = "some", .first_day = DAY_NONE, .most = 1, .most_minor = -1};
    struct wanted wanted = {.order = "1", .claims = &claim, .claim_count = 1};
    struct made one = promise(bench, wanted);
    /* insisted: nothing moves, and it is told once */
    for (int i = 0; i < 2; i++)
        assert_int_equal(ledger_event(bench->ledger, one.decision, &coupon, "overridden",
                                      NOW_S, "a card of last year", &bench->notes),
                         STATUS_OK);
    assert_string_equal(life(bench, one.code).state, "reserved");
    assert_int_equal(life(bench, one.code).event_count, 2);
    assert_string_equal(life(bench, one.code).events[1].kind, "overridden");
    assert_string_equal(life(bench, one.code).events[1].reason, "a card of last year");
    assert_int_equal(used(bench, claim, TODAY).units, 1);
    /* refused: given back, for others to have */
    assert_int_equal(ledger_event(bench->ledger, one.decision, &coupon, "refused", NOW_S,
                                  "torn", &bench->notes),
                     STATUS_OK);
    assert_string_equal(life(bench, one.code).state, "refused");
    assert_int_equal(used(bench, claim, TODAY).units, 0);
    wanted.order = "2";
    struct made two = promise(bench, wanted);
    assert_int_equal(two.status, STATUS_OK);
    /* but paper that is out stays a promise, whatever is said of it */
    assert_int_equal(say(bench, &two, "printed"), STATUS_OK);
    assert_int_equal(ledger_event(bench->ledger, two.decision, &coupon, "refused", NOW_S,
                                  "torn", &bench->notes),
                     STATUS_OK);
    assert_string_equal(life(bench, two.code).state, "printed");
    assert_int_equal(used(bench, claim, TODAY).units, 1);
    assert_int_equal(ledger_verify(bench->ledger, &bench->notes), STATUS_OK);
}

/* --- redeeming ------------------------------------------------------------------------ */

static void
a_till_is_told_yes_once_or_exactly_why_not(void **state)
{
    struct bench *bench = *state;
    struct made one =
        promise(bench, (struct wanted){.order = "1", .customer = "C-1"});
    assert_int_equal(say(bench, &one, "printed"), STATUS_OK);
    struct redemption ask = {.code = one.code,
                             .order = "W-7",
                             .place = "Till 3",
                             .customer = "C-2",
                             .amount = {4200, "EUR"}};
    assert_int_equal(redeem(bench, ask).answer, ANSWER_OTHER_CUSTOMER);
    ask.merchant = "moss";
    assert_int_equal(redeem(bench, ask).answer, ANSWER_OTHER_MERCHANT);
    ask.merchant = NULL;
    ask.customer = "C-1";
    assert_int_equal(redeem(bench, ask).answer, ANSWER_OK);
    assert_int_equal(redeem(bench, ask).answer, ANSWER_AGAIN);
    ask.order = "W-8";
    struct redemption_answer answer = redeem(bench, ask);
    assert_int_equal(answer.answer, ANSWER_USED);
    assert_string_equal(answer.used_place, "Till 3");
    assert_string_equal(answer.used_order, "W-7");
    assert_int_equal(answer.used_s, NOW_S + 100);
    assert_string_equal(answer.promise.offer, "ten-off");
    assert_int_equal(answer.promise.value.minor, 500);
    ask.code = "FERN-2222-2222";
    assert_int_equal(redeem(bench, ask).answer, ANSWER_UNKNOWN);
    struct promise whole = life(bench, one.code);
    assert_string_equal(whole.state, "redeemed");
    const struct promise_event *last = &whole.events[whole.event_count - 1];
    assert_string_equal(last->kind, "redeemed");
    assert_string_equal(last->place, "Till 3");
    assert_int_equal(last->amount.minor, 4200);
    /* what was redeemed cannot be voided */
    enum promise_answer voided = ANSWER_OK;
    assert_int_equal(ledger_void_code(bench->ledger, "fern", one.code, NOW_S + 200, NULL,
                                      &bench->notes, &voided),
                     STATUS_OK);
    assert_int_equal(voided, ANSWER_USED);
}

static int64_t
chosen(struct bench *bench, const char *merchant, const char *choice)
{
    int64_t count = -1;
    assert_int_equal(
        ledger_chosen(bench->ledger, merchant, choice, &bench->notes, &count), STATUS_OK);
    return count;
}

static void
what_codes_were_taken_for_is_counted_by_choice(void **state)
{
    struct bench *bench = *state;
    static const char *const choices[] = {"trees", "tin", "trees", NULL};
    for (size_t i = 0; i < COUNT_OF(choices); i++) {
        char order[8];
        snprintf(order, sizeof(order), "%zu", i);
        const struct made one =
            promise(bench, (struct wanted){.order = order, .customer = order});
        const struct redemption ask = {.code = one.code, .choice = choices[i]};
        assert_int_equal(redeem(bench, ask).answer, ANSWER_OK);
        assert_int_equal(redeem(bench, ask).answer, ANSWER_AGAIN);
    }
    assert_int_equal(chosen(bench, "fern", "trees"), 2);
    assert_int_equal(chosen(bench, "fern", "tin"), 1);
    assert_int_equal(chosen(bench, "fern", "tree"), 0);
    assert_int_equal(chosen(bench, "elsewhere", "trees"), 0);
}

static void
a_code_is_good_to_the_end_of_its_last_day(void **state)
{
    struct bench *bench = *state;
    struct made one = promise(bench, (struct wanted){.order = "1"});
    struct made two = promise(bench, (struct wanted){.order = "2"});
    const int64_t ends_s = (int64_t)(TODAY.n + 31) * DAY_S;
    assert_int_equal(
        redeem(bench, (struct redemption){.code = one.code, .at_s = ends_s}).answer,
        ANSWER_EXPIRED);
    assert_int_equal(
        redeem(bench, (struct redemption){.code = one.code, .at_s = ends_s - 1}).answer,
        ANSWER_OK);
    assert_int_equal(say(bench, &two, "printed"), STATUS_OK);
    struct expiry expiry;
    assert_int_equal(
        ledger_expire(bench->ledger, "fern", ends_s - 1, &bench->notes, &expiry),
        STATUS_OK);
    assert_int_equal(expiry.expired, 0);
    assert_int_equal(ledger_expire(bench->ledger, "fern", ends_s, &bench->notes, &expiry),
                     STATUS_OK);
    assert_int_equal(expiry.expired, 1);
    assert_string_equal(life(bench, two.code).state, "expired");
}

/* A redemption, a void and an expiry told in every order come to the same. */
static void
things_told_late_twice_and_out_of_order_end_in_the_same_state(void **state)
{
    struct bench *bench = *state;
    static const int orders[][4] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 0, 3, 2},
                                    {2, 3, 0, 1}, {1, 3, 0, 2}, {2, 0, 3, 1}};
    static const struct {
        int64_t redeemed_s, voided_s;
        const char *state;
    } cases[] = {{NOW_S + 100, NOW_S + 200, "redeemed"},
                 {NOW_S + 200, NOW_S + 100, "voided"},
                 {NOW_S + 100, 0, "redeemed"},
                 {NOW_S + 60 * DAY_S, 0, "expired"}};
    for (size_t c = 0; c < COUNT_OF(cases); c++)
        for (size_t o = 0; o < COUNT_OF(orders); o++) {
            char order[32];
            struct expiry expiry;
            enum promise_answer voided;
            snprintf(order, sizeof(order), "%zu-%zu", c, o);
            struct made made = promise(bench, (struct wanted){.order = order});
            for (int i = 0; i < 4; i++) {
                struct redemption told = {.code = made.code,
                                          .id = order,
                                          .at_s = cases[c].redeemed_s,
                                          .is_told = true};
                switch (orders[o][i]) {
                case 0:
                    (void)say(bench, &made, "printed");
                    break;
                case 1:
                    redeem(bench, told);
                    assert_int_equal(redeem(bench, told).answer, ANSWER_AGAIN);
                    break;
                case 2:
                    if (cases[c].voided_s)
                        assert_int_equal(ledger_void_code(bench->ledger, "fern",
                                                          made.code, cases[c].voided_s,
                                                          NULL, &bench->notes, &voided),
                                         STATUS_OK);
                    break;
                case 3:
                    if (strcmp(cases[c].state, "expired") == 0)
                        assert_int_equal(ledger_expire(bench->ledger, "fern",
                                                       NOW_S + 90 * DAY_S, &bench->notes,
                                                       &expiry),
                                         STATUS_OK);
                    break;
                }
            }
            /* a promise told as printed after its end waits for the next look */
            if (strcmp(cases[c].state, "expired") == 0)
                assert_int_equal(ledger_expire(bench->ledger, "fern", NOW_S + 90 * DAY_S,
                                               &bench->notes, &expiry),
                                 STATUS_OK);
            if (strcmp(life(bench, made.code).state, cases[c].state) != 0)
                fail_msg("case %zu, order %zu: %s, expected %s", c, o,
                         life(bench, made.code).state, cases[c].state);
        }
}

static void
a_signed_code_is_told_from_a_forged_and_a_mistyped_one(void **state)
{
    struct bench *bench = *state;
    struct wanted wanted = {
        .order = "1",
        .wish = {.kind = CODE_SIGNED, .prefix = "FERN", .offer_number = 7}};
    struct made one = promise(bench, wanted);
    assert_int_equal(one.status, STATUS_OK);
    assert_int_equal(strlen(one.code), 24);
    wanted.order = "2";
    struct made two = promise(bench, wanted);
    assert_string_not_equal(one.code, two.code);
    struct code_reading reading;
    assert_int_equal(code_read(bench->keys, two.code, TODAY, &reading), CODE_GENUINE);
    assert_int_equal(reading.fields.offer_number, 7);
    assert_int_equal(reading.fields.station, 1);
    /* some serials are left out for what their codes spell */
    assert_in_range(reading.fields.serial, 1, 20);
    assert_int_equal(reading.fields.expires.n, TODAY.n + 30);
    /* as a customer may type it */
    char typed[40], *out = typed;
    for (const char *p = one.code; *p; p++)
        if (*p != '-')
            *out++ = (char)(*p >= 'A' ? *p + 32 : *p);
    *out = '\0';
    assert_int_equal(redeem(bench, (struct redemption){.code = typed}).answer, ANSWER_OK);
    char wrong[40];
    snprintf(wrong, sizeof(wrong), "%s", two.code);
    wrong[8] = wrong[8] == '2' ? '3' : '2';
    assert_int_equal(redeem(bench, (struct redemption){.code = wrong}).answer,
                     ANSWER_MISTYPED);
    /* signed with our key, but no promise of this ledger */
    const char *elsewhere = NULL;
    struct code_fields fields = {
        .offer_number = 7, .station = 99, .expires = {TODAY.n + 30}};
    while (code_mint(bench->keys, "FERN", &fields, bench->arena, &bench->notes,
                     &elsewhere) == STATUS_WITHOUT)
        fields.serial++;
    assert_non_null(elsewhere);
    assert_int_equal(redeem(bench, (struct redemption){.code = elsewhere}).answer,
                     ANSWER_GENUINE);
    /* an offer's number is its own for ever */
    wanted.order = "3";
    wanted.offer = "other";
    assert_int_equal(promise(bench, wanted).status, STATUS_BAD_INPUT);
    assert_int_equal(bench->notes.note[bench->notes.count - 1].id,
                     NOTE_LEDGER_NUMBER_TAKEN);
}

static void
a_last_day_that_the_key_cannot_tell_is_not_promised(void **state)
{
    struct bench *bench = *state;
    struct wanted wanted = {
        .order = "1",
        .wish = {.kind = CODE_SIGNED, .prefix = "FERN", .offer_number = 7},
        .valid_days = 1536};
    assert_int_equal(promise(bench, wanted).status, STATUS_WITHOUT);
    assert_non_null(notes_find(&bench->notes, NOTE_KEYS_OLD));
    wanted.order = "2";
    wanted.valid_days = 1535;
    assert_int_equal(promise(bench, wanted).status, STATUS_OK);
}

/* --- pools ---------------------------------------------------------------------------- */

static void
fill_pool(struct bench *bench, int count)
{
    assert_int_equal(ledger_import_begin(bench->ledger, &bench->notes), STATUS_OK);
    for (int i = 0; i < count; i++) {
        char code[32];
        bool is_new = false;
        snprintf(code, sizeof(code), "Spring-%02d", i);
        assert_int_equal(ledger_pool_add(bench->ledger, "fern", "spring", code,
                                         &bench->notes, &is_new),
                         STATUS_OK);
        assert_true(is_new);
        assert_int_equal(ledger_pool_add(bench->ledger, "fern", "spring", code,
                                         &bench->notes, &is_new),
                         STATUS_OK);
        assert_false(is_new);
    }
    assert_int_equal(ledger_import_end(bench->ledger, true, &bench->notes), STATUS_OK);
}

static int64_t
pool_left(struct bench *bench)
{
    struct pool_level *levels = NULL;
    size_t count = 0;
    assert_int_equal(ledger_pools(bench->ledger, "fern", bench->arena, &bench->notes,
                                  &levels, &count),
                     STATUS_OK);
    assert_int_equal(count, 1);
    assert_string_equal(levels[0].pool, "spring");
    return levels[0].left;
}

static void
a_pools_codes_are_dealt_once_and_unused_ones_come_back(void **state)
{
    struct bench *bench = *state;
    struct wanted wanted = {.wish = {.kind = CODE_POOL, .pool = "spring"}};
    fill_pool(bench, 2);
    wanted.order = "1";
    struct made one = promise(bench, wanted);
    wanted.order = "2";
    struct made two = promise(bench, wanted);
    assert_string_equal(one.code, "Spring-00"); /* as the shop wrote it, in its order */
    assert_string_equal(two.code, "Spring-01");
    assert_int_equal(pool_left(bench), 0);
    wanted.order = "3";
    assert_int_equal(promise(bench, wanted).status, STATUS_WITHOUT);
    /* a code that was printed is burnt, one that was not is dealt again */
    assert_int_equal(say(bench, &two, "printed"), STATUS_OK);
    for (int i = 1; i <= 2; i++)
        assert_int_equal(ledger_void(bench->ledger, "fern", i == 1 ? "1" : "2", NOW_S,
                                     NULL, &bench->notes),
                         STATUS_OK);
    assert_int_equal(pool_left(bench), 1);
    struct made three = promise(bench, wanted);
    assert_string_equal(three.code, "Spring-00");
    assert_int_equal(redeem(bench, (struct redemption){.code = "Spring-00"}).answer,
                     ANSWER_OK);
    assert_int_equal(redeem(bench, (struct redemption){.code = "Spring-01"}).answer,
                     ANSWER_VOID);
}

/* --- what is owed --------------------------------------------------------------------- */

static void
liability_is_what_is_out_and_can_still_be_redeemed(void **state)
{
    struct bench *bench = *state;
    struct liability *rows = NULL;
    size_t count = 0;
    struct made made[4];
    static const char *const orders[] = {"1", "2", "3", "4"};
    for (size_t i = 0; i < COUNT_OF(made); i++)
        made[i] = promise(bench, (struct wanted){.order = orders[i],
                                                 .minor = i == 3 ? 1250 : 500});
    promise(bench, (struct wanted){.order = "5", .is_held_out = true});
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(say(bench, &made[i], "printed"), STATUS_OK);
    assert_int_equal(redeem(bench, (struct redemption){.code = made[0].code}).answer,
                     ANSWER_OK);
    assert_int_equal(ledger_liability(bench->ledger, "fern", NOW_S, bench->arena,
                                      &bench->notes, &rows, &count),
                     STATUS_OK);
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].value.minor, 500);
    assert_int_equal(rows[0].printed, 2);
    assert_int_equal(rows[0].reserved, 0);
    assert_int_equal(rows[1].value.minor, 1250);
    assert_int_equal(rows[1].reserved, 1);
    assert_int_equal(ledger_liability(bench->ledger, "fern", NOW_S + 365 * DAY_S,
                                      bench->arena, &bench->notes, &rows, &count),
                     STATUS_OK);
    assert_int_equal(count, 0);
}

static void
a_group_is_kept_together_and_one_that_fails_takes_back_only_itself(void **state)
{
    struct bench *bench = *state;
    const struct unit_claim claim = IN_ALL(2);
    assert_int_equal(ledger_group_begin(bench->ledger, &bench->notes), STATUS_OK);
    for (int i = 0; i < 4; i++) {
        char order[32];
        snprintf(order, sizeof(order), "%d", i);
        assert_int_equal(promise(bench, (struct wanted){.order = order,
                                                        .claims = &claim,
                                                        .claim_count = 1})
                             .status,
                         i < 2 ? STATUS_OK : STATUS_WITHOUT);
    }
    assert_int_equal(ledger_group_end(bench->ledger, &bench->notes), STATUS_OK);
    assert_int_equal(used(bench, claim, TODAY).units, 2);
    struct decision *found = NULL;
    assert_int_equal(ledger_find(bench->ledger, "fern", "1", "1", bench->arena,
                                 &bench->notes, &found),
                     STATUS_OK);
    assert_int_equal(ledger_find(bench->ledger, "fern", "2", "1", bench->arena,
                                 &bench->notes, &found),
                     STATUS_WITHOUT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_WITH(parcels_of_an_order_share_one_promise),
        TEST_WITH(a_packer_may_refuse_a_piece_or_put_in_something_else),
        TEST_WITH(a_changed_parcel_leaves_the_other_ones_code_alone),
        TEST_WITH(an_order_that_redeemed_its_coupon_gets_no_second_one),
        TEST_WITH(limits_hold_by_whose_they_are_and_give_back_what_is_cancelled),
        TEST_WITH(a_rolling_limit_frees_a_unit_when_its_day_is_past),
        TEST_WITH(a_calendar_limit_begins_anew_with_its_window),
        TEST_WITH(a_reservation_never_printed_gives_way_when_the_limit_is_spent),
        TEST_WITH(failed_paper_gives_back_and_printed_takes_again_while_there_is_any),
        TEST_WITH(a_till_is_told_yes_once_or_exactly_why_not),
        TEST_WITH(what_codes_were_taken_for_is_counted_by_choice),
        TEST_WITH(a_code_is_good_to_the_end_of_its_last_day),
        TEST_WITH(things_told_late_twice_and_out_of_order_end_in_the_same_state),
        TEST_WITH(a_signed_code_is_told_from_a_forged_and_a_mistyped_one),
        TEST_WITH(a_last_day_that_the_key_cannot_tell_is_not_promised),
        TEST_WITH(a_pools_codes_are_dealt_once_and_unused_ones_come_back),
        TEST_WITH(liability_is_what_is_out_and_can_still_be_redeemed),
        TEST_WITH(a_group_is_kept_together_and_one_that_fails_takes_back_only_itself),
    };
    return cmocka_run_group_tests_name("promises", tests, NULL, NULL);
}
