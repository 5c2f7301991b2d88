/* What the contact policy lets into a carton, and who takes part in which experiment. */
#include "campaign-stage.h"

#include "campaign/learned.h"

#include <math.h>

#define CARD(name, more, place)                                                          \
    "<offer name='" name "' placement='" place "' " more                                 \
    "><print template='card'/></offer>\n"

/* --- the contact policy ----------------------------------------------------------------- */

static void
paper_that_is_too_heavy_makes_way_to_the_next(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench, HEAD " most-grams='10'>\n<placement name='insert' kind='insert' "
                             "most='3'/><placement name='lid' kind='box'/>" OFFER(
                                 "a", "priority='9' grams='6.5'")
                                 OFFER("b", "priority='8' grams='4'")
                                     OFFER("c", "priority='7' grams='3.5'")
                                         CARD("art", "grams='90'", "lid") TAIL);
    decide(bench);
    assert_int_equal(verdict("a")->fate, FATE_CHOSEN);
    expect_fate("b", FATE_NOT_ALLOWED,
                "contact policy: it weighs 4000 mg, and 3500 of 10000 mg are left");
    assert_int_equal(verdict("c")->fate, FATE_CHOSEN);
    assert_int_equal(verdict("art")->fate, FATE_CHOSEN);
}

static void
paper_that_is_too_thick_makes_way_over_all_placements(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench,
                 HEAD " most-thickness='2.5mm'>\n<placement name='insert' kind='insert'/>"
                      "<placement name='extra' kind='coupon'/>" OFFER(
                          "a", "thickness='2mm'")
                          CARD("thick", "priority='5' thickness='0.6mm'", "extra")
                              CARD("thin", "thickness='0.5mm'", "extra") TAIL);
    decide(bench);
    expect_fate("thick", FATE_NOT_ALLOWED,
                "contact policy: it is 60/100 mm thick, and 50 of 250 are left");
    assert_int_equal(verdict("thin")->fate, FATE_CHOSEN);
}

static void
the_campaigns_cooldown_is_that_of_offers_without_one(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench, HEAD " cooldown='30d'>\n<placement name='insert' kind='insert' "
                             "most='4'/><placement name='lid' kind='box'/>" OFFER("a", "")
                                 OFFER("own", "cooldown='10d'")
                                     OFFER("always", "cooldown='0d'")
                                         CARD("art", "", "lid") TAIL);
    struct standing standing[4];
    for (size_t i = 0; i < 4; i++)
        standing[i] = (struct standing){.last_decided = day_from_date(2026, 11, 2)};
    const struct standings standings = {.offers = standing};
    decide_with(bench, &standings, NULL);
    expect_fate("a", FATE_NOT_ALLOWED, "cooldown: 20 of 30 days passed");
    assert_int_equal(verdict("own")->fate, FATE_CHOSEN);
    assert_int_equal(verdict("always")->fate, FATE_CHOSEN);
    assert_int_equal(verdict("art")->fate, FATE_CHOSEN);
}

static void
who_is_too_young_or_of_unknown_age_gets_nothing_that_needs_one(void **state)
{
    static const struct {
        int year;
        enum fate fate;
        const char *reason;
    } cases[] = {
        {0, FATE_NOT_ALLOWED, "age: from 18 on, and this customer's is not known"},
        {2008, FATE_CHOSEN, "the only offer left for its placement"},
        {2009, FATE_NOT_ALLOWED, "age: from 18 on"},
    };
    struct bench *bench = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        use_campaign(bench, HEAD ONE_PLACE OFFER("rum", "least-age='18'") TAIL);
        bench->order.customer.birthday = (struct date){cases[i].year, 11, 22};
        decide(bench);
        expect_fate("rum", cases[i].fate, cases[i].reason);
    }
}

static void
an_offer_stays_in_the_countries_it_names(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench, HEAD ONE_PLACE OFFER("here", "countries='AT DE'") TAIL);
    bench->order.destination.country = "DE";
    decide(bench);
    assert_int_equal(verdict("here")->fate, FATE_CHOSEN);
    bench->order.destination.country = "FR";
    decide(bench);
    expect_fate("here", FATE_NOT_ALLOWED, "country: only AT DE, not FR");
    bench->order.destination.country = NULL;
    bench->order.customer.address.country = NULL;
    decide(bench);
    expect_fate("here", FATE_NOT_ALLOWED,
                "country: only AT DE, and this order's is not known");
}

/* --- experiments ------------------------------------------------------------------------ */

#define TONE(more)                                                                       \
    "<experiment name='tone' " more "><arm name='plain' weight='1'/>"                    \
    "<arm name='warm' weight='3'/></experiment>"
#define TWO_TONES                                                                        \
    OFFER("plain", "when=\"arm('tone') = 'plain'\"")                                     \
    OFFER("warm", "when=\"arm('tone') = 'warm'\"")                                       \
    OFFER("none", "when=\"arm('tone') = ''\"")

#define PEOPLE 4000

static void
deal(struct bench *bench, const char *arms[PEOPLE])
{
    static char ids[PEOPLE][16];
    for (int i = 0; i < PEOPLE; i++) {
        snprintf(ids[i], sizeof ids[i], "P-%d", i);
        bench->order.customer.id = ids[i];
        decide(bench);
        arms[i] = plan->exposure_count > 0 ? plan->exposures[0].arm->name : "";
        assert_string_equal(chosen(), arms[i][0] != '\0' ? arms[i] : "none");
        arena_reset(bench->arena);
    }
}

static int
count(const char *arms[PEOPLE], const char *arm)
{
    int n = 0;
    for (int i = 0; i < PEOPLE; i++)
        n += strcmp(arms[i], arm) == 0;
    return n;
}

static void
a_condition_finds_the_arm_and_the_plan_tells_it(void **state)
{
    static const char *arms[PEOPLE];
    struct bench *bench = *state;
    BUF_AUTO struct buf dump = {0};
    use_campaign(bench, HEAD ONE_PLACE TONE("") TWO_TONES TAIL);
    deal(bench, arms);
    /* 3 : 1, within four standard deviations */
    assert_in_range(count(arms, "plain"), 1000 - 110, 1000 + 110);
    assert_int_equal(count(arms, ""), 0);
    bench->order.customer.id = "P-1";
    decide(bench);
    plan_dump(plan, &dump);
    assert_non_null(strstr(dump.p, "experiment tone: arm "));
    bench->order.customer.id = NULL; /* a guest */
    decide(bench);
    assert_string_equal(chosen(), "none");
    assert_int_equal(plan->exposure_count, 0);
}

static void
a_ramp_lets_others_in_and_moves_nobody(void **state)
{
    static const char *some[PEOPLE], *more[PEOPLE];
    struct bench *bench = *state;
    use_campaign(bench, HEAD ONE_PLACE TONE("coverage='20%'") TWO_TONES TAIL);
    deal(bench, some);
    struct campaign *before = campaign_ref(campaign); /* its names are looked at below */
    use_campaign(bench, HEAD ONE_PLACE TONE("coverage='55%'") TWO_TONES TAIL);
    deal(bench, more);
    assert_in_range(PEOPLE - count(some, ""), 800 - 110, 800 + 110);
    assert_in_range(PEOPLE - count(more, ""), 2200 - 130, 2200 + 130);
    for (int i = 0; i < PEOPLE; i++)
        if (some[i][0] != '\0')
            assert_string_equal(some[i], more[i]);
    campaign_unref(before);
}

static void
experiments_of_one_namespace_share_nobody(void **state)
{
    struct bench *bench = *state;
    int both = 0, one = 0;
    use_campaign(bench,
                 HEAD ONE_PLACE TONE("namespace='words' from='0%' to='50%'")
                     "<experiment name='size' namespace='words' from='50%' to='100%'>"
                     "<arm name='a' weight='1'/><arm name='b' weight='1'/></experiment>"
                 TAIL);
    for (int i = 0; i < PEOPLE; i++) {
        char id[16];
        snprintf(id, sizeof id, "P-%d", i);
        bench->order.customer.id = id;
        decide(bench);
        both += plan->exposure_count == 2;
        one += plan->exposure_count == 1;
        arena_reset(bench->arena);
    }
    assert_int_equal(both, 0);
    assert_int_equal(one, PEOPLE);
}

static void
an_experiment_lasts_from_its_first_day_to_its_last(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench, HEAD ONE_PLACE TONE("since='2026-11-22' until='2026-11-22'")
                            TWO_TONES TAIL);
    decide(bench);
    assert_int_equal(plan->exposure_count, 1);
    use_campaign(bench, HEAD ONE_PLACE TONE("since='2026-11-23'") TWO_TONES TAIL);
    decide(bench);
    assert_int_equal(plan->exposure_count, 0);
    use_campaign(bench, HEAD ONE_PLACE TONE("until='2026-11-21'") TWO_TONES TAIL);
    decide(bench);
    assert_int_equal(plan->exposure_count, 0);
}

static void
what_makes_no_sense_in_an_experiment_is_told(void **state)
{
    static const struct {
        const char *xml, *note;
    } cases[] = {
        {HEAD ONE_PLACE TONE("") OFFER("a", "when=\"arm('tine') = 'warm'\"") TAIL,
         "there is no experiment 'tine'"},
        {HEAD ONE_PLACE TONE("") OFFER("a", "when=\"arm('tone') = 'wram'\"") TAIL,
         "experiment 'tone' has no arm 'wram'"},
        {HEAD ONE_PLACE TONE("") OFFER("a", "when=\"arm($tier) = 'warm'\"") TAIL,
         "the name must be written out in quotes"},
        {HEAD ONE_PLACE TONE("") OFFER("a", "when=\"arm('tone')\"") TAIL,
         "not a yes or no"},
        {HEAD ONE_PLACE TONE("") TONE("") TAIL, "stands already in line"},
        {HEAD ONE_PLACE TONE("namespace='w' from='0%' to='60%'")
             "<experiment name='b' namespace='w' from='50%' to='100%'><arm name='x' "
             "weight='1'/><arm name='y' weight='1'/></experiment>" TAIL,
         "overlaps 'tone' in namespace 'w'"},
        {HEAD ONE_PLACE TONE("namespace='w' from='60%' to='60%'") TAIL, "is empty"},
        {HEAD ONE_PLACE "<experiment name='b'><arm name='x' weight='0'/>"
                        "<arm name='y' weight='0'/></experiment>" TAIL,
         "weights of its arms come to 0"},
        {HEAD ONE_PLACE "<experiment name='b'><arm name='x' weight='1'/>"
                        "<arm name='x' weight='1'/></experiment>" TAIL,
         "has two arms 'x'"},
    };
    struct bench *bench = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(try_campaign(bench, cases[i].xml), STATUS_BAD_INPUT);
        if (strstr(bench->notes.note[0].text, cases[i].note) == NULL)
            fail_msg("case %zu: %s", i, bench->notes.note[0].text);
    }
}

/* --- value ------------------------------------------------------------------------------ */

#define COSTS                                                                            \
    "<costs currency='EUR' piece='0.10' packer-hour='36.00'>"                            \
    "<rate-break grams='500' cost='1.50'/><rate-break grams='250' cost='0.70'/></costs>"
#define BY_VALUE ">\n<placement name='insert' kind='insert' rank='value'/>\n" COSTS
#define WORTH(name, more, chance, margin)                                                \
    "<offer name='" name "' placement='insert' " more "><print template='card'/>"        \
    "<worth chance='" chance "' margin='" margin "'/></offer>\n"

static void
the_offer_that_is_worth_most_is_chosen(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench,
                 HEAD BY_VALUE WORTH("sure", "", "0.5", "300") /* 150 - 10 */
                     WORTH("rich", "", "0.1", "2000")          /* 200 - 10 */
                     WORTH("slow", "seconds='60'", "0.1", "2200") /* 220 - 10 - 60 */
                     WORTH("dear", "piece-cost='0.40'", "0.1", "2200") /* 220 - 40 */
                     TAIL);
    decide(bench);
    expect_fate("rich", FATE_CHOSEN, "ranked 1 of 4 by value 1.9: a chance of 10%");
    expect_fate("dear", FATE_OUTRANKED, "outranked by rich: worth more");
    assert_true(plan->choices[0].probability == 1.0);
}

static void
a_discount_is_taken_off_what_a_success_brings(void **state)
{
    struct bench *bench = *state;
    use_campaign(
        bench,
        HEAD BY_VALUE WORTH("plain", "", "0.1", "1000") "<offer name='off' "
             "placement='insert'><print template='card'/><coupon amount='5' "
             "currency='EUR' prefix='FERN' valid='30d'/><worth chance='0.15' "
             "margin='1000'/></offer>" TAIL);
    decide(bench);
    /* 0.15 × (1000 − 500) is less than 0.1 × 1000 */
    assert_string_equal(chosen(), "plain");
}

static void
paper_that_makes_postage_rise_has_to_be_worth_it(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench,
                 HEAD BY_VALUE WORTH("booklet", "grams='40'", "0.1", "2000")
                     WORTH("card", "grams='4'", "0.1", "1500") TAIL);
    decide(bench);
    assert_string_equal(chosen(), "booklet"); /* nobody knows what the carton weighs */
    bench->order.carton_mg = 470000;
    decide(bench);
    assert_string_equal(chosen(), "card"); /* 200 − 10 − 150 against 150 − 10 */
    bench->order.carton_mg = 460000;
    decide(bench);
    assert_string_equal(chosen(), "booklet");
    bench->order.carton_mg = 501000;
    decide(bench);
    assert_string_equal(chosen(), "booklet");
}

static void
chance_and_margin_follow_the_customer(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench, HEAD BY_VALUE WORTH("new", "", "0.3 div $order-number", "1000")
                            WORTH("old", "", "0.01 * $order-number", "1000")
                                WORTH("unknown", "", "$points div 100", "900000") TAIL);
    decide(bench);
    assert_string_equal(chosen(), "new");
    for (int i = 0; i < 7; i++)
        past(bench, "2026-02-01", 1000);
    decide(bench);
    assert_string_equal(chosen(), "old");
}

/* --- what was learnt -------------------------------------------------------------------- */

#define BY_LEARNING                                                                      \
    ">\n<placement name='insert' kind='insert' rank='learn'/>\n"                         \
    "<learn reward='ordered' within='30d' by='$stage' prior='10%' strength='20'/>"

static void
decide_learned(struct bench *bench, const struct learned_row *rows, size_t n,
               struct learned **ret)
{
    struct standing quiet[8];
    for (size_t i = 0; i < COUNT_OF(quiet); i++)
        quiet[i] = (struct standing){.last_decided = DAY_NONE};
    if (*ret == NULL)
        assert_int_equal(learned_make(campaign, rows, n, &bench->notes, ret), STATUS_OK);
    const struct standings standings = {.offers = quiet, .learned = *ret};
    decide_with(bench, &standings, NULL);
}

static void
what_did_well_is_chosen_more_and_its_chance_is_told(void **state)
{
    static const struct learned_row rows[] = {{"a", "first-order", 400, 40},
                                              {"b", "first-order", 400, 56},
                                              {"c", "first-order", 30, 3},
                                              {"gone", "first-order", 900, 800}};
    struct bench *bench = *state;
    struct learned *learned = NULL;
    int chosen_of[3] = {0};
    double told[3] = {0};
    use_campaign(bench,
                 HEAD BY_LEARNING OFFER("a", "") OFFER("b", "") OFFER("c", "") TAIL);
    for (int i = 0; i < 3000; i++) {
        char id[16];
        snprintf(id, sizeof id, "O-%d", i);
        bench->order.id = id;
        decide_learned(bench, rows, COUNT_OF(rows), &learned);
        int place = chosen()[0] - 'a';
        chosen_of[place]++;
        told[place] = plan->choices[0].probability;
        assert_string_equal(plan->group, "first-order");
        arena_reset(bench->arena);
    }
    assert_true(chosen_of[1] > chosen_of[0]);
    assert_true(chosen_of[2] > chosen_of[0]); /* little is known of it */
    assert_true(fabs(told[0] + told[1] + told[2] - 1.0) < 1e-9);
    for (int i = 0; i < 3; i++) /* within four standard deviations */
        assert_true(fabs(chosen_of[i] / 3000.0 - told[i]) <
                    4 * sqrt(told[i] * (1 - told[i]) / 3000));
    learned_unref(learned);
}

static void
each_group_is_learnt_of_apart(void **state)
{
    static const struct learned_row rows[] = {
        {"a", "first-order", 4000, 800}, {"b", "first-order", 4000, 400},
        {"a", "loyal", 4000, 400},       {"b", "loyal", 4000, 800}};
    struct bench *bench = *state;
    struct learned *learned = NULL;
    use_campaign(bench, HEAD BY_LEARNING OFFER("a", "") OFFER("b", "") TAIL);
    decide_learned(bench, rows, COUNT_OF(rows), &learned);
    assert_string_equal(chosen(), "a");
    assert_true(plan->choices[0].probability > 0.999);
    const struct learned_chances *all = learned_find(learned, 0, "lapsed");
    assert_true(fabs(all->mean - 0.15) < 0.001); /* a group nothing is known of */
    assert_int_equal(all->tries, 0);
    assert_true(fabs(learned_find(learned, 0, "loyal")->mean - 0.1) < 0.001);
    learned_unref(learned);
}

static void
the_same_order_draws_the_same(void **state)
{
    static const struct learned_row rows[] = {{"a", "first-order", 10, 1}};
    struct bench *bench = *state;
    struct learned *learned = NULL;
    BUF_AUTO struct buf one = {0}, other = {0};
    use_campaign(bench, HEAD BY_LEARNING OFFER("a", "") OFFER("b", "") TAIL);
    decide_learned(bench, rows, 1, &learned);
    plan_dump(plan, &one);
    decide_learned(bench, rows, 1, &learned);
    plan_dump(plan, &other);
    assert_string_equal(one.p, other.p);
    assert_non_null(strstr(one.p, "group first-order\n"));
    assert_non_null(strstr(one.p, ", drawn from "));
    learned_unref(learned);
}

static void
priority_and_pins_go_before_what_was_learnt(void **state)
{
    static const struct learned_row rows[] = {{"good", "first-order", 900, 800}};
    struct bench *bench = *state;
    struct learned *learned = NULL;
    use_campaign(bench, HEAD BY_LEARNING OFFER("good", "") OFFER("other", "")
                            OFFER("care", "priority='5'") TAIL);
    decide_learned(bench, rows, 1, &learned);
    assert_string_equal(chosen(), "care");
    assert_true(plan->choices[0].probability == 1.0);
    expect_fate("good", FATE_OUTRANKED, "outranked by care: priority 0 is below 5");
    learned_unref(learned);
}

static void
before_anything_is_learnt_weights_and_names_decide(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench, HEAD BY_LEARNING OFFER("b", "") OFFER("a", "") TAIL);
    decide(bench);
    assert_string_equal(chosen(), "a");
}

static void
what_makes_no_sense_of_worth_is_told(void **state)
{
    static const struct {
        const char *xml, *note;
    } cases[] = {
        {HEAD BY_VALUE OFFER("a", "") TAIL, "needs a <worth> with chance and margin"},
        {HEAD ONE_PLACE OFFER("a", "seconds='3'") TAIL, "no <costs>"},
        {HEAD ">\n<placement name='insert' kind='insert' rank='learn'/>" TAIL,
         "no <learn>"},
        {HEAD BY_LEARNING OFFER("a", "") WORTH("b", "", "0.1", "3") TAIL,
         "cannot tell which is worth more"},
        {HEAD BY_VALUE WORTH("a", "", "$stage", "3") TAIL, "a number is needed"},
        {HEAD BY_VALUE WORTH("a", "", "$spent", "3") TAIL, "spent"},
        {HEAD ">\n<placement name='insert' kind='insert'/><learn reward='ordered' "
              "within='9d' by='$orders'/>" TAIL,
         "a text is needed"},
        {HEAD ">\n<placement name='insert' kind='insert'/><learn reward='ordered' "
              "within='9d' prior='0%'/>" TAIL,
         "neither impossible nor certain"},
    };
    struct bench *bench = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(try_campaign(bench, cases[i].xml), STATUS_BAD_INPUT);
        if (strstr(bench->notes.note[0].text, cases[i].note) == NULL)
            fail_msg("case %zu: %s", i, bench->notes.note[0].text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ON_STAGE(paper_that_is_too_heavy_makes_way_to_the_next),
        ON_STAGE(paper_that_is_too_thick_makes_way_over_all_placements),
        ON_STAGE(the_campaigns_cooldown_is_that_of_offers_without_one),
        ON_STAGE(who_is_too_young_or_of_unknown_age_gets_nothing_that_needs_one),
        ON_STAGE(an_offer_stays_in_the_countries_it_names),
        ON_STAGE(a_condition_finds_the_arm_and_the_plan_tells_it),
        ON_STAGE(a_ramp_lets_others_in_and_moves_nobody),
        ON_STAGE(experiments_of_one_namespace_share_nobody),
        ON_STAGE(an_experiment_lasts_from_its_first_day_to_its_last),
        ON_STAGE(what_makes_no_sense_in_an_experiment_is_told),
        ON_STAGE(the_offer_that_is_worth_most_is_chosen),
        ON_STAGE(a_discount_is_taken_off_what_a_success_brings),
        ON_STAGE(paper_that_makes_postage_rise_has_to_be_worth_it),
        ON_STAGE(chance_and_margin_follow_the_customer),
        ON_STAGE(what_did_well_is_chosen_more_and_its_chance_is_told),
        ON_STAGE(each_group_is_learnt_of_apart),
        ON_STAGE(the_same_order_draws_the_same),
        ON_STAGE(priority_and_pins_go_before_what_was_learnt),
        ON_STAGE(before_anything_is_learnt_weights_and_names_decide),
        ON_STAGE(what_makes_no_sense_of_worth_is_told),
    };
    return cmocka_run_group_tests_name("choose", tests, NULL, NULL);
}
