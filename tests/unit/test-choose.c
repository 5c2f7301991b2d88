/* What the contact policy lets into a carton, and who takes part in which experiment. */
#include "campaign-stage.h"

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
    };
    return cmocka_run_group_tests_name("choose", tests, NULL, NULL);
}
