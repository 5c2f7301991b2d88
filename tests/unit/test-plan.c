/* Plans: who gets what and why. */
#include "campaign-stage.h"

/* --- fates and reasons ----------------------------------------------------------------
 */

static void
conditions_that_fail_name_their_part_and_its_facts(void **state)
{
    struct bench *bench = *state;
    use_campaign(
        bench, HEAD ONE_PLACE
        "<segment name='old' when=\"$orders &gt;= 5 and $tenure-days > 30\"/>\n" OFFER(
            "stage", "when=\"$is-known and $stage = 'lapsing' and $orders > 90\"")
            OFFER("segment", "segment='old'") OFFER("asks", "when=\"segment('old')\"")
                OFFER("plain", "when='$is-gift'") OFFER("unknown", "when='$points > 3'")
                    OFFER("text", "when=\"$tier = 'gold'\"")
                        OFFER("or", "when=\"($orders = 1 or $orders = 2) and true()\"")
                            OFFER("day", "when=\"$today = '2026-12-24'\"") TAIL);
    decide(bench);
    expect_fate("stage", FATE_NOT_ELIGIBLE,
                "when: $stage = 'lapsing' is false ($stage is 'first-order')");
    expect_fate("segment", FATE_NOT_ELIGIBLE,
                "segment old: $orders >= 5 is false ($orders is 0)");
    expect_fate("asks", FATE_NOT_ELIGIBLE, "when: segment('old') is false");
    expect_fate("plain", FATE_NOT_ELIGIBLE, "when: $is-gift is false");
    expect_fate("unknown", FATE_NOT_ELIGIBLE,
                "when: $points > 3 is false ($points is unknown)");
    expect_fate("text", FATE_NOT_ELIGIBLE, "when: $tier = 'gold' is false");
    expect_fate("or", FATE_NOT_ELIGIBLE,
                "when: ($orders = 1 or $orders = 2) is false ($orders is 0)");
    expect_fate("day", FATE_NOT_ELIGIBLE,
                "when: $today = '2026-12-24' is false ($today is 2026-11-22)");
    assert_int_equal(plan->choice_count, 1);
    assert_null(plan->choices[0].offer);
    assert_string_equal(plan->choices[0].reason,
                        "none of 8 offers is both eligible and allowed");
}

static void
segments_follow_the_customer_and_not_the_one_before(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench, HEAD ONE_PLACE
                 "<segment name='s' when='$is-gift'/>" OFFER("a", "segment='s'") TAIL);
    decide(bench);
    assert_int_equal(verdict("a")->fate, FATE_NOT_ELIGIBLE);
    bench->order.is_gift = true;
    decide(bench);
    assert_int_equal(verdict("a")->fate, FATE_CHOSEN);
    bench->order.is_gift = false;
    decide(bench);
    assert_int_equal(verdict("a")->fate, FATE_NOT_ELIGIBLE);
}

static void
dates_hold_from_the_first_to_the_last_day(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench,
                 HEAD ONE_PLACE OFFER("later", "from='2026-11-23'")
                     OFFER("over", "until='2026-11-21'")
                         OFFER("now", "from='2026-11-22' until='2026-11-22'") TAIL);
    decide(bench);
    expect_fate("later", FATE_NOT_ELIGIBLE, "dates: begins on 2026-11-23");
    expect_fate("over", FATE_NOT_ELIGIBLE, "dates: ended on 2026-11-21");
    expect_fate("now", FATE_CHOSEN, "the only offer left for its placement");
}

static void
consent_is_asked_and_refusal_is_kept(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench, HEAD ONE_PLACE OFFER("survey", "needs='survey' sells='no'")
                            OFFER("both", "needs='marketing personalisation'")
                                OFFER("sells", "") OFFER("thanks", "sells='no'") TAIL);
    bench->order.customer.consents = CONSENT_MARKETING;
    bench->order.customer.refused = CONSENT_PERSONALISATION;
    decide(bench);
    expect_fate("survey", FATE_NOT_ALLOWED, "consent: survey was not given");
    expect_fate("both", FATE_NOT_ALLOWED, "consent: personalisation was refused");
    assert_int_equal(verdict("sells")->fate, FATE_CHOSEN);
    bench->order.customer.consents = CONSENT_SURVEY;
    bench->order.customer.refused = CONSENT_MARKETING;
    decide(bench);
    expect_fate("sells", FATE_NOT_ALLOWED,
                "consent: marketing was refused, and this offer sells");
    expect_fate("both", FATE_NOT_ALLOWED, "consent: marketing was refused");
    assert_int_equal(verdict("survey")->fate, FATE_CHOSEN);
}

static void
a_gift_has_no_coupon_where_marketing_was_refused(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench, HEAD ONE_PLACE
                 "<offer name='sorry' placement='insert' sells='no'><print template='x'/>"
                 "<coupon free-shipping='yes' currency='EUR' prefix='SO' valid='9d'/>"
                 "</offer>" OFFER("thanks", "sells='no'") TAIL);
    bench->order.customer.refused = CONSENT_MARKETING;
    decide(bench);
    assert_int_equal(verdict("sorry")->fate, FATE_CHOSEN);
    bench->order.is_gift = true;
    decide(bench);
    expect_fate("sorry", FATE_NOT_ALLOWED,
                "consent: marketing was refused, and a gift's coupon needs it");
    assert_int_equal(verdict("thanks")->fate, FATE_CHOSEN);
}

static void
nothing_is_sold_beside_an_open_complaint(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench, HEAD ONE_PLACE OFFER("sale", "priority='9'")
                            OFFER("sorry", "sells='no' when='$open-complaint'") TAIL);
    complaint(bench, "broken", "2026-11-01", NULL);
    decide(bench);
    expect_fate("sale", FATE_NOT_ALLOWED, "complaint: one is open, and this offer sells");
    assert_int_equal(verdict("sorry")->fate, FATE_CHOSEN);
}

static void
caps_cooldowns_and_stock_are_kept(void **state)
{
    struct bench *bench = *state;
    use_campaign(
        bench,
        HEAD ONE_PLACE OFFER("capped", "cap-per-customer='2'") OFFER(
            "cooling",
            "cooldown='90d'") "<offer name='card' placement='insert'>"
                              "<preprinted sku='C' bin='B' stock='500'/></offer>" TAIL);
    struct standing standing[] = {
        {DAY_NONE, NULL}, {day_from_date(2026, 11, 10), NULL}, {DAY_NONE, NULL}};
    struct limit_use use[] = {{true, 2, 0}, {true, 500, 0}};
    const struct standings standings = {.offers = standing, .limits = use};
    decide_with(bench, &standings, NULL);
    expect_fate("capped", FATE_NOT_ALLOWED, "cap: 2 of 2 for this customer are spent");
    expect_fate("cooling", FATE_NOT_ALLOWED, "cooldown: 12 of 90 days passed");
    expect_fate("card", FATE_NOT_ALLOWED, "stock: none of 500 is left");
    use[0].units = INT64_MAX; /* more than there are, for whatever reason */
    decide_with(bench, &standings, NULL);
    expect_fate("capped", FATE_NOT_ALLOWED, "cap: 2 of 2 for this customer are spent");
    use[0].units = 1;
    decide_with(bench, &standings, NULL);
    assert_int_equal(verdict("capped")->fate, FATE_CHOSEN);
    standing[0].refusal = "limit: the last of it is spent since";
    standing[1].last_decided = day_from_date(2026, 8, 24); /* 90 days ago */
    decide_with(bench, &standings, NULL);
    expect_fate("capped", FATE_NOT_ALLOWED, "limit: the last of it is spent since");
    assert_int_equal(verdict("cooling")->fate, FATE_CHOSEN);
    standing[1].last_decided = day_from_date(2026, 8, 25);
    use[1].units = 499;
    decide_with(bench, &standings, NULL);
    expect_fate("cooling", FATE_NOT_ALLOWED, "cooldown: 89 of 90 days passed");
    assert_int_equal(verdict("card")->fate, FATE_CHOSEN);
    decide(bench); /* nothing was ever decided */
    assert_int_equal(verdict("capped")->fate, FATE_CHOSEN);
}

/* --- pins -----------------------------------------------------------------------------
 */

static void
pin(struct bench *bench, struct pin pin)
{
    struct pin *pins =
        arena_make_array(bench->arena, bench->history.pin_count + 1, sizeof *pins);
    for (size_t i = 0; i < bench->history.pin_count; i++)
        pins[i] = bench->history.pins[i];
    pins[bench->history.pin_count++] = pin;
    bench->history.pins = pins;
}

static void
an_advisors_word_outweighs_priority(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench, HEAD ONE_PLACE OFFER("high", "priority='9'") OFFER(
                            "low", "priority='1'") OFFER("shut", "when='$is-gift'") TAIL);
    pin(bench, (struct pin){PIN_ALWAYS, "low", NULL, "ann", NULL, TIME_NONE});
    pin(bench, (struct pin){PIN_ALWAYS, "shut", NULL, "ann", NULL, TIME_NONE});
    decide(bench);
    expect_fate("low", FATE_CHOSEN, "pin: an advisor said always");
    expect_fate("high", FATE_OUTRANKED, "outranked by low, which is pinned");
    assert_int_equal(verdict("shut")->fate, FATE_NOT_ELIGIBLE);
    assert_true(plan->choices[0].probability == 1.0);

    pin(bench, (struct pin){PIN_NEVER, "low", NULL, "bob", NULL, at("2026-12-01")});
    decide(bench);
    expect_fate("low", FATE_NOT_ALLOWED, "pin: an advisor said never");
    pin(bench, (struct pin){PIN_ALWAYS, "low", "M-100", "ann", NULL, at("2026-12-02")});
    decide(bench);
    expect_fate("low", FATE_CHOSEN, "pin: an advisor said always");
    pin(bench, (struct pin){PIN_NEVER, "low", "M-100", "ann", NULL, TIME_NONE});
    decide(bench);
    expect_fate("low", FATE_NOT_ALLOWED, "pin: an advisor said never for this order");
}

/* --- segments that bar ---------------------------------------------------------------- */

#define ASK                                                                              \
    "<offer name='ask' placement='insert' sells='no'><print template='x'/>"              \
    "<reply prefix='ASK' valid='60d'/></offer>"
#define UNHAPPY(bars)                                                                    \
    HEAD ">"                                                                             \
         "<placement name='insert' kind='insert' most='9'/>"                             \
         "<segment name='unhappy' when=\"$nps-class = 'detractor'\" bars='" bars "'/>"    \
        ASK OFFER("sale", "priority='9'") OFFER("sorry", "sells='no'") TAIL

static void
a_segment_bars_what_sells_or_asks_even_what_an_advisor_wants(void **state)
{
    struct bench *bench = *state;
    const char *no_sale = "segment unhappy bars: this offer sells";
    const char *no_question = "segment unhappy bars: this offer asks a question";
    nps(bench, "2026-11-01", 3);
    pin(bench, (struct pin){PIN_ALWAYS, "sale", NULL, "ann", NULL, TIME_NONE});

    use_campaign(bench, UNHAPPY("selling"));
    decide(bench);
    expect_fate("sale", FATE_NOT_ALLOWED, no_sale);
    assert_int_equal(verdict("ask")->fate, FATE_CHOSEN);
    assert_int_equal(verdict("sorry")->fate, FATE_CHOSEN);

    use_campaign(bench, UNHAPPY("questions"));
    decide(bench);
    assert_int_equal(verdict("sale")->fate, FATE_CHOSEN);
    expect_fate("ask", FATE_NOT_ALLOWED, no_question);

    use_campaign(bench, UNHAPPY("questions selling"));
    decide(bench);
    expect_fate("sale", FATE_NOT_ALLOWED, no_sale);
    expect_fate("ask", FATE_NOT_ALLOWED, no_question);

    nps(bench, "2026-11-02", 9); /* said since */
    decide(bench);
    assert_int_equal(verdict("sale")->fate, FATE_CHOSEN);
    assert_int_equal(verdict("ask")->fate, FATE_CHOSEN);
}

static void
a_pin_for_another_order_or_said_later_does_not_count(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench, HEAD ONE_PLACE OFFER("high", "priority='9'")
                            OFFER("low", "priority='1'") TAIL);
    pin(bench, (struct pin){PIN_NEVER, "high", "M-99", "ann", NULL, TIME_NONE});
    pin(bench, (struct pin){PIN_ALWAYS, "low", NULL, "ann", NULL, at("2026-12-01")});
    decide(bench);
    expect_fate("high", FATE_CHOSEN, "ranked 1 of 2 by priority 9");
    expect_fate("low", FATE_OUTRANKED, "outranked by high: priority 1 is below 9");
}

/* --- rank -----------------------------------------------------------------------------
 */

/* Decides for customer `n`. */
static void
decide_for(struct bench *bench, int n)
{
    char id[32];
    snprintf(id, sizeof id, "c-%d", n);
    bench->order.customer.id = id;
    bench->history.customer = id;
    decide(bench);
    bench->order.customer.id = "c-1";
}

static void
equal_priorities_without_weight_go_by_name(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench,
                 HEAD ONE_PLACE OFFER("b", "priority='5'") OFFER("a", "priority='5'")
                     OFFER("w", "priority='5' weight='1'") TAIL);
    decide(bench);
    expect_fate("w", FATE_CHOSEN, "ranked 1 of 3 by priority 5");
    expect_fate("a", FATE_OUTRANKED, "outranked by w: equal priority 5, but a weight");
    use_campaign(bench, HEAD ONE_PLACE OFFER("b", "") OFFER("a", "") TAIL);
    decide(bench);
    assert_string_equal(chosen(), "a");
    expect_fate("b", FATE_OUTRANKED, "outranked by a: equal priority 0, first by name");
}

static void
the_draw_follows_the_weights_and_tells_its_chance(void **state)
{
    struct bench *bench = *state;
    int got[3] = {0};
    use_campaign(bench, HEAD ONE_PLACE OFFER("a", "weight='1'") OFFER("b", "weight='2'")
                            OFFER("c", "weight='5'") TAIL);
    for (int n = 0; n < 4000; n++) {
        decide_for(bench, n);
        int which = chosen()[0] - 'a';
        got[which]++;
        static const double chances[] = {1 / 8.0, 2 / 8.0, 5 / 8.0};
        assert_true(fabs(plan->choices[0].probability - chances[which]) < 1e-9);
        arena_reset(bench->arena);
    }
    assert_in_range(got[0], 430, 570);
    assert_in_range(got[1], 900, 1100);
    decide(bench);
    assert_non_null(strstr(verdict(chosen())->reason, " of 8 among priority 0"));
}

static void
a_new_offer_moves_nobody_between_the_old_ones(void **state)
{
    static char before[2000];
    struct bench *bench = *state;
    int moved = 0;

    use_campaign(bench, HEAD ONE_PLACE OFFER("a", "weight='1'") OFFER("b", "weight='2'")
                            OFFER("c", "weight='3'") TAIL);
    for (int n = 0; n < 2000; n++) {
        decide_for(bench, n);
        before[n] = chosen()[0];
        arena_reset(bench->arena);
    }
    use_campaign(bench, HEAD ONE_PLACE OFFER("c", "weight='3'") OFFER("n", "weight='2'")
                            OFFER("b", "weight='2'") OFFER("a", "weight='1'") TAIL);
    for (int n = 0; n < 2000; n++) {
        decide_for(bench, n);
        if (chosen()[0] != before[n])
            assert_string_equal(chosen(), "n");
        moved += chosen()[0] == 'n';
        arena_reset(bench->arena);
    }
    assert_in_range(moved, 430, 570); /* 2 of 8 */
}

static void
another_seed_draws_anew(void **state)
{
    static char before[500];
    struct bench *bench = *state;
    int same = 0;

    use_campaign(bench, HEAD " seed='one'" ONE_PLACE OFFER("a", "weight='1'")
                            OFFER("b", "weight='1'") TAIL);
    for (int n = 0; n < 500; n++) {
        decide_for(bench, n);
        before[n] = chosen()[0];
    }
    use_campaign(bench, HEAD " seed='two'" ONE_PLACE OFFER("a", "weight='1'")
                            OFFER("b", "weight='1'") TAIL);
    for (int n = 0; n < 500; n++) {
        decide_for(bench, n);
        same += chosen()[0] == before[n];
    }
    assert_in_range(same, 200, 300);
}

static void
several_picks_have_chances_that_sum_to_their_number(void **state)
{
    struct bench *bench = *state;
    double chance[5] = {0};
    int got[5] = {0};
    double sum = 0.0;

    use_campaign(bench,
                 HEAD ">\n<placement name='insert' kind='insert' most='2'/>\n" OFFER(
                     "a", "weight='1'") OFFER("b", "weight='2'") OFFER("c", "weight='3'")
                     OFFER("d", "weight='10'") OFFER("e", "weight='4'") TAIL);
    for (int n = 0; n < 4000; n++) {
        decide_for(bench, n);
        assert_int_equal(plan->choice_count, 2);
        for (int k = 0; k < 2; k++) {
            int which = plan->choices[k].offer->name[0] - 'a';
            got[which]++;
            chance[which] = plan->choices[k].probability;
        }
        arena_reset(bench->arena);
    }
    for (int k = 0; k < 5; k++) {
        sum += chance[k];
        assert_true(fabs(got[k] / 4000.0 - chance[k]) < 0.03);
    }
    assert_true(fabs(sum - 2.0) < 1e-4);
}

static void
arms_keep_their_customer_and_tell_their_chance(void **state)
{
    struct bench *bench = *state;
    int got[2] = {0};
    use_campaign(bench, HEAD ONE_PLACE
                 "<offer name='a' placement='insert'><print template='base'/>"
                 "<arm name='x' weight='1'/><arm name='off' weight='0'/>"
                 "<arm name='y' weight='3' template='other'/></offer>" TAIL);
    for (int n = 0; n < 2000; n++) {
        decide_for(bench, n);
        const struct choice *choice = &plan->choices[0];
        bool is_y = strcmp(choice->arm->name, "y") == 0;
        char id[32];
        snprintf(id, sizeof id, "c-%d", n);
        /* as an analyst's GrowthBook would say it */
        assert_int_equal(is_y, assign_hash("fern:arm:a", id, 2) >= 0.25);
        assert_string_equal(choice->template_name, is_y ? "other" : "base");
        assert_true(fabs(choice->probability - (is_y ? 0.75 : 0.25)) < 1e-9);
        got[is_y]++;
        arena_reset(bench->arena);
    }
    assert_in_range(got[0], 430, 570);
}

/* --- holdout --------------------------------------------------------------------------
 */

static void
the_holdout_has_its_share_and_gets_nothing_that_sells(void **state)
{
    struct bench *bench = *state;
    int held_out = 0, both = 0;
    use_campaign(
        bench,
        HEAD " holdout='10%'>\n<placement name='insert' kind='insert'/>"
             "<placement name='two' kind='coupon'/>" OFFER("sale", "priority='9'")
                 OFFER("thanks", "sells='no'") "<offer name='more' placement='two' "
                                               "holdout='20%'><print template='x'/>"
                                               "<arm name='a' weight='1'/></offer>" TAIL);
    for (int n = 0; n < 10000; n++) {
        decide_for(bench, n);
        assert_int_equal(plan->choice_count, 2);
        bool is_out = plan->choices[0].is_held_out;
        assert_string_equal(chosen(), "sale"); /* nothing takes its place */
        assert_int_equal(verdict("sale")->fate, is_out ? FATE_HELD_OUT : FATE_CHOSEN);
        assert_int_equal(verdict("thanks")->fate, FATE_OUTRANKED);
        assert_int_equal(plan->choices[0].template_name == NULL, is_out);
        if (is_out) {
            assert_true(plan->choices[1].is_held_out);
            assert_null(plan->choices[1].arm);
            expect_fate("more", FATE_HELD_OUT, "held out: among the 10% of the campaign");
        }
        held_out += is_out;
        both += plan->choices[1].is_held_out;
        arena_reset(bench->arena);
    }
    assert_in_range(held_out, 900, 1100);
    assert_in_range(both, 2600, 3000); /* 1 - 0.9 * 0.8 */
}

static void
care_and_guests_are_never_held_out(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench,
                 HEAD " holdout='100%'" ONE_PLACE OFFER("sale", "when='not($is-gift)'")
                     OFFER("care", "sells='no' when='$is-gift'") TAIL);
    decide(bench);
    expect_fate("sale", FATE_HELD_OUT, "held out: among the 100% of the campaign");
    bench->order.is_gift = true;
    decide(bench);
    assert_int_equal(verdict("care")->fate, FATE_CHOSEN);
    bench->order.is_gift = false;
    bench->order.customer.id = NULL;
    decide(bench);
    assert_int_equal(verdict("sale")->fate, FATE_CHOSEN);
}

/* --- several placements ---------------------------------------------------------------
 */

static void
the_contact_policy_counts_paper_and_not_the_box(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench, three_places);
    decide(bench);
    assert_int_equal(plan->choice_count, 4);
    assert_int_equal(verdict("one")->fate, FATE_CHOSEN);
    assert_int_equal(verdict("two")->fate, FATE_CHOSEN);
    expect_fate("zero", FATE_OUTRANKED,
                "outranked by two: equal priority 0, first by name");
    assert_int_equal(verdict("art")->fate, FATE_CHOSEN);
    expect_fate("code", FATE_NOT_ALLOWED,
                "contact policy: 2 of 2 pieces are in the carton");
    assert_null(plan->choices[3].offer);
    assert_true(plan->choices[3].is_barred);
    bench->order.is_gift = true;
    decide(bench);
    assert_int_equal(verdict("code")->fate, FATE_CHOSEN);
    assert_null(plan->choices[0].offer);
    assert_false(plan->choices[0].is_barred);
}

static void
the_policy_can_cut_a_placement_short(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench,
                 HEAD " most-pieces='1'>\n"
                      "<placement name='insert' kind='insert' most='2'/>" OFFER("a", "")
                          OFFER("b", "") OFFER("c", "") TAIL);
    decide(bench);
    assert_int_equal(verdict("a")->fate, FATE_CHOSEN);
    expect_fate("b", FATE_NOT_ALLOWED, "contact policy: 1 of 1 pieces are in the carton");
    assert_int_equal(verdict("c")->fate, FATE_OUTRANKED);
}

static void
a_placement_without_offers_says_so(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench, HEAD ONE_PLACE TAIL);
    decide(bench);
    assert_int_equal(plan->choice_count, 1);
    assert_string_equal(plan->choices[0].reason, "no offer is made for this placement");
}

/* --- force ----------------------------------------------------------------------------
 */

static void
a_forced_offer_is_chosen_whatever_the_rules_say(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench, HEAD " holdout='100%' most-pieces='1'>\n"
                             "<placement name='first' kind='insert'/>"
                             "<placement name='insert' kind='insert'/>"
                             "<offer name='other' placement='first'><print template='x'/>"
                             "</offer>" OFFER("shut", "when='false()' until='2020-01-01'")
                                 OFFER("high", "priority='99'") TAIL);
    decide_with(bench, NULL, "shut");
    expect_fate("shut", FATE_CHOSEN, "forced: asked for by name");
    assert_int_equal(plan->choice_count, 2);
    assert_string_equal(plan->choices[1].template_name, "card");
    assert_true(plan->choices[1].probability == 1.0);
    expect_fate("high", FATE_OUTRANKED, "outranked by shut, which is forced");
    struct plan *none = NULL;
    assert_int_equal(plan_make(judge, bench->facts, NULL, "nobody", bench->arena,
                               &bench->notes, &none),
                     STATUS_BAD_INPUT);
    assert_non_null(notes_find(&bench->notes, NOTE_CAMPAIGN_NO_OFFER));
    assert_null(none);
}

/* --- what goes wrong ------------------------------------------------------------------
 */

static int mallocs_left;

static void *
failing_malloc(size_t n)
{
    return mallocs_left-- > 0 ? malloc(n) : NULL;
}

static void
ignore(void *data, const char *format, ...)
{
    (void)data;
    (void)format;
}

static void
a_condition_that_fails_drops_its_offer_with_a_note(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench, HEAD ONE_PLACE OFFER("bad", "when='$orders = 0' priority='9'")
                            OFFER("good", "") TAIL);
    make_facts(bench);
    xmlSetGenericErrorFunc(NULL, ignore); /* libxml2 tells of lost memory past handlers */
    mallocs_left = 0;
    xmlMemSetup(free, failing_malloc, realloc, strdup);
    enum status status =
        plan_make(judge, bench->facts, NULL, NULL, bench->arena, &bench->notes, &plan);
    xmlMemSetup(free, malloc, realloc, strdup);
    xmlSetGenericErrorFunc(NULL, NULL);
    assert_int_equal(status, STATUS_OK);
    expect_fate("bad", FATE_FAULTY, "when: $orders = 0 failed: memory is out");
    assert_int_equal(verdict("good")->fate, FATE_CHOSEN);
    const struct note *note = notes_find(&bench->notes, NOTE_CONDITION_FAILED);
    assert_non_null(note);
    assert_int_equal(note->line, 3);
}

static void
a_segment_whose_condition_fails_bars_too(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench, HEAD ONE_PLACE "<segment name='s' when='$orders = 9' bars='selling'/>"
                            OFFER("sale", "priority='9'") OFFER("sorry", "sells='no'") TAIL);
    make_facts(bench);
    xmlSetGenericErrorFunc(NULL, ignore);
    mallocs_left = 0;
    xmlMemSetup(free, failing_malloc, realloc, strdup);
    enum status status =
        plan_make(judge, bench->facts, NULL, NULL, bench->arena, &bench->notes, &plan);
    xmlMemSetup(free, malloc, realloc, strdup);
    xmlSetGenericErrorFunc(NULL, NULL);
    assert_int_equal(status, STATUS_OK);
    expect_fate("sale", FATE_FAULTY, "segment s: $orders = 9 failed: memory is out");
    assert_int_equal(verdict("sorry")->fate, FATE_CHOSEN);
}

/* Memory for libxml2 out of a purse. */
static long purse;

static void *
frugal_malloc(size_t n)
{
    void *p = (long)n <= purse ? malloc(n) : NULL;
    purse -= p != NULL ? (long)malloc_usable_size(p) : 0;
    return p;
}

static void
frugal_free(void *p)
{
    purse += p != NULL ? (long)malloc_usable_size(p) : 0;
    free(p);
}

static void *
frugal_realloc(void *old, size_t n)
{
    return (long)n <= purse ? realloc(old, n) : NULL;
}

static void
lost_memory_never_gives_an_offer_or_a_crash(void **state)
{
    struct bench *bench = *state;
    int opened = 0, faulty = 0, plans = 0;

    use_campaign(bench,
                 HEAD ONE_PLACE "<segment name='s' when=\"$stage = 'active'\"/>" OFFER(
                     "a", "when=\"not(contains($tier, 'x')) and $orders &gt; 3\"")
                     OFFER("b", "when=\"segment('s') and bought('TEA')\"") TAIL);
    make_facts(bench);
    xmlSetGenericErrorFunc(NULL, ignore);
    for (long start = 0; start < 120000; start += 64) {
        struct judge *poor = NULL;
        struct plan *made = NULL;
        purse = start;
        xmlMemSetup(frugal_free, frugal_malloc, frugal_realloc, strdup);
        enum status status = judge_open(campaign, NULL, &poor);
        opened += poor != NULL;
        if (status == STATUS_OK)
            status = plan_make(poor, bench->facts, NULL, NULL, bench->arena, NULL, &made);
        judge_close(poor);
        xmlMemSetup(free, malloc, realloc, strdup);
        assert_true((status == STATUS_OK) == (made != NULL));
        for (size_t i = 0; made != NULL && i < made->verdict_count; i++) {
            assert_int_not_equal(made->verdicts[i].fate, FATE_CHOSEN);
            faulty += made->verdicts[i].fate == FATE_FAULTY;
        }
        plans += made != NULL;
    }
    xmlSetGenericErrorFunc(NULL, NULL);
    assert_true(opened > 20 && opened < 120000 / 64);
    assert_true(faulty > 20 && faulty < 2 * plans);
}

static void
a_plan_without_memory_says_so(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench, three_places);
    make_facts(bench);
    int failures = 0;
    for (size_t ceiling = 64; ceiling < 1u << 17; ceiling *= 2) {
        ARENA_AUTO struct arena *small = arena_new(ceiling);
        struct plan *none = NULL;
        struct notes notes = {0};
        enum status status =
            plan_make(judge, bench->facts, NULL, NULL, small, &notes, &none);
        if (status == STATUS_OK)
            continue;
        assert_int_equal(status, STATUS_NO_MEMORY);
        assert_null(none);
        failures++;
    }
    assert_true(failures > 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ON_STAGE(conditions_that_fail_name_their_part_and_its_facts),
        ON_STAGE(segments_follow_the_customer_and_not_the_one_before),
        ON_STAGE(dates_hold_from_the_first_to_the_last_day),
        ON_STAGE(consent_is_asked_and_refusal_is_kept),
        ON_STAGE(a_gift_has_no_coupon_where_marketing_was_refused),
        ON_STAGE(nothing_is_sold_beside_an_open_complaint),
        ON_STAGE(a_segment_bars_what_sells_or_asks_even_what_an_advisor_wants),
        ON_STAGE(caps_cooldowns_and_stock_are_kept),
        ON_STAGE(an_advisors_word_outweighs_priority),
        ON_STAGE(a_pin_for_another_order_or_said_later_does_not_count),
        ON_STAGE(equal_priorities_without_weight_go_by_name),
        ON_STAGE(the_draw_follows_the_weights_and_tells_its_chance),
        ON_STAGE(a_new_offer_moves_nobody_between_the_old_ones),
        ON_STAGE(another_seed_draws_anew),
        ON_STAGE(several_picks_have_chances_that_sum_to_their_number),
        ON_STAGE(arms_keep_their_customer_and_tell_their_chance),
        ON_STAGE(the_holdout_has_its_share_and_gets_nothing_that_sells),
        ON_STAGE(care_and_guests_are_never_held_out),
        ON_STAGE(the_contact_policy_counts_paper_and_not_the_box),
        ON_STAGE(the_policy_can_cut_a_placement_short),
        ON_STAGE(a_placement_without_offers_says_so),
        ON_STAGE(a_forced_offer_is_chosen_whatever_the_rules_say),
        ON_STAGE(a_condition_that_fails_drops_its_offer_with_a_note),
        ON_STAGE(a_segment_whose_condition_fails_bars_too),
        ON_STAGE(lost_memory_never_gives_an_offer_or_a_crash),
        ON_STAGE(a_plan_without_memory_says_so),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
