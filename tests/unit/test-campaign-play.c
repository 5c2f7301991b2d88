/* Play in a campaign: draws with stated odds, badges, and offers that answer offers. */
#include "campaign-stage.h"

#define PLAY HEAD ">\n<placement name='insert' kind='insert' most='9'/>\n"

static void
a_draw_is_the_same_for_ever_and_hangs_on_seed_name_and_order(void **state)
{
    (void)state;
    double n = draw_number("kettle", "bowl", "FK-1");
    /* pinned: printed promises were drawn with it */
    assert_int_equal((int)(n * 1e8 + 0.5), 37744773);
    assert_true(n == draw_number("kettle", "bowl", "FK-1"));
    assert_true(n != draw_number("kettle", "bowl", "FK-2"));
    assert_true(n != draw_number("kettle", "bell", "FK-1"));
    assert_true(n != draw_number("kettle-2", "bowl", "FK-1"));
}

static void
as_many_win_as_the_odds_say(void **state)
{
    static const double odds[] = {0.5, 0.04, 0.001};
    (void)state;
    for (size_t k = 0; k < COUNT_OF(odds); k++) {
        const int orders = 100000;
        int won = 0;
        for (int i = 0; i < orders; i++) {
            char id[16];
            snprintf(id, sizeof id, "FK-%d", i);
            won += draw_number("kettle", "bowl", id) < odds[k];
        }
        /* the orders are always these, so this is no matter of luck; four sigma */
        double sigma = sqrt(orders * odds[k] * (1 - odds[k]));
        assert_true(fabs(won - orders * odds[k]) < 4 * sigma);
    }
}

static void
two_draws_of_one_order_are_independent(void **state)
{
    int both = 0;
    (void)state;
    for (int i = 0; i < 100000; i++) {
        char id[16];
        snprintf(id, sizeof id, "FK-%d", i);
        both += draw_number("kettle", "bowl", id) < 0.1 &&
                draw_number("kettle", "bell", id) < 0.1;
    }
    assert_in_range(both, 880, 1120); /* 1000, and four sigma */
}

static void
unsound_odds_are_refused_with_their_line(void **state)
{
    struct bench *b = *state;
    static const struct {
        const char *when, *says;
        enum note_id id;
    } cases[] = {
        {"draw(&apos;a&apos;, 0)", "from 0.000001 to 1", NOTE_CONDITION_ODDS},
        {"draw(&apos;a&apos;, -0.5)", "from 0.000001 to 1", NOTE_CONDITION_ODDS},
        {"draw(&apos;a&apos;, 1.01)", "from 0.000001 to 1", NOTE_CONDITION_ODDS},
        {"draw(&apos;a&apos;, 25)", "from 0.000001 to 1", NOTE_CONDITION_ODDS},
        {"draw(&apos;a&apos;, 1 div 0)", "from 0.000001 to 1", NOTE_CONDITION_ODDS},
        {"draw(&apos;a&apos;, 0 div 0)", "must be a number", NOTE_CONDITION_ODDS},
        {"draw(&apos;a&apos;, 1 div 10000000)", "0.000001", NOTE_CONDITION_ODDS},
        {"draw(&apos;a&apos;, $orders div 100)", "$orders", NOTE_CONDITION_ODDS},
        {"draw(&apos;a&apos;, &apos;0.5&apos;)", "must be a number", NOTE_CONDITION_ODDS},
        {"draw(&apos;&apos;, 0.5)", "in quotes", NOTE_CONDITION_ODDS},
        {"draw($stage, 0.5)", "in quotes", NOTE_CONDITION_ODDS},
        {"draw(&apos;a&apos;)", "2 arguments", NOTE_CONDITION_ARITY},
        {"badge(&apos;tenn&apos;)", "did you mean &apos;ten&apos;", NOTE_CAMPAIGN_BADGE},
        {"shown(&apos;bb&apos;)", "no offer", NOTE_CAMPAIGN_NO_OFFER},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf xml BUF_AUTO = {0};
        buf_printf(&xml, "%s<badge name='ten' counts='orders' from='10'/>"
                         "<offer name='a' placement='insert'\n when='%s'>"
                         "<print template='card'/></offer>" TAIL,
                   PLAY, cases[i].when);
        assert_int_equal(try_campaign(b, xml.p), STATUS_BAD_INPUT);
        const struct note *note = &b->notes.note[0];
        char says[64];
        snprintf(says, sizeof says, "%s", cases[i].says);
        for (char *at = strstr(says, "&apos;"); at; at = strstr(says, "&apos;")) {
            *at = '\'';
            memmove(at + 1, at + 6, strlen(at + 6) + 1);
        }
        if (note->id != cases[i].id || note->line < 2 || !strstr(note->text, says))
            fail_msg("%s: %d line %d: %s", cases[i].when, (int)note->id, (int)note->line,
                     note->text);
    }
}

static void
an_offer_knows_the_odds_of_the_draws_it_must_win(void **state)
{
    struct bench *b = *state;
    static const struct {
        const char *when;
        double odds;
    } cases[] = {
        {"draw(\"a\", 1 div 25)", 0.04},
        {"$orders >= 0 and draw(\"a\", 0.04)", 0.04},
        {"draw(\"a\", 0.5) and draw(\"b\", 1 div 4)", 0.125},
        {"draw(\"a\", 1)", 1},
        {"$orders >= 0", 0},
        {"draw(\"a\", 0.5) or $orders > 3", 0}, /* who knows how likely */
        {"not(draw(\"a\", 0.5))", 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf xml BUF_AUTO = {0};
        buf_printf(&xml, "%s<offer name='a' placement='insert' when='%s'>"
                         "<print template='card'/></offer>" TAIL,
                   PLAY, cases[i].when);
        use_campaign(b, xml.p);
        if (fabs(campaign->offers[0].odds - cases[i].odds) > 1e-12)
            fail_msg("%s: %g", cases[i].when, campaign->offers[0].odds);
    }
}

/* An order of that share of all draws, from `below` down to 0 or from it up. */
static const char *
order_that(struct bench *b, bool wins)
{
    for (int i = 0; i < 1000; i++) {
        const char *id = arena_printf(b->arena, "FK-%d", i);
        if ((draw_number("c", "bowl", id) < 0.04) == wins)
            return id;
    }
    fail_msg("no such order");
    return NULL;
}

static void
the_trace_tells_what_was_drawn_whether_won_or_lost(void **state)
{
    struct bench *b = *state;
    char drawn[32], told[120];

    use_campaign(b, "<campaign xmlns='urn:tuck:campaign:1' name='c'>"
                    "<placement name='insert' kind='insert'/>" OFFER(
                        "bowl", "when='not($is-gift) and draw(\"bowl\", 1 div 25)'") TAIL);
    b->order.id = order_that(b, false);
    decide(b);
    text_from_double(floor(draw_number("c", "bowl", b->order.id) * 10000) / 10000, drawn);
    snprintf(told, sizeof told,
             "when: draw(\"bowl\", 1 div 25) is false (drew %s at odds 0.04)", drawn);
    expect_fate("bowl", FATE_NOT_ELIGIBLE, told);
    b->order.id = order_that(b, true);
    decide(b);
    text_from_double(floor(draw_number("c", "bowl", b->order.id) * 10000) / 10000, drawn);
    snprintf(told, sizeof told,
             "the only offer left for its placement; draw bowl: drew %s at odds 0.04",
             drawn);
    expect_fate("bowl", FATE_CHOSEN, told);
    b->order.package = "2"; /* another parcel of the order draws nothing else */
    decide(b);
    expect_fate("bowl", FATE_CHOSEN, told);
}

static void
badges_of_the_campaign_are_read(void **state)
{
    struct bench *b = *state;

    use_campaign(b, PLAY "<badge name='five' title='Fifth' counts='orders' from='5'/>"
                         "<badge name='teas' counts='products' tag='loose' from='10'/>"
                         "<badge name='year' counts='years' from='1'/>"
                         OFFER("a", "when='badge(\"five\") and not(badge(\"teas\"))'") TAIL);
    assert_int_equal(campaign->badge_count, 3);
    assert_string_equal(campaign->badges[0].title, "Fifth");
    assert_string_equal(campaign->badges[1].title, "teas");
    assert_string_equal(campaign->badges[1].tag, "loose");
    assert_int_equal(campaign->badges[1].counts, BADGE_PRODUCTS);
    assert_int_equal(campaign->badges[2].counts, BADGE_YEARS);
    b->settings.badges = campaign->badges;
    b->settings.badge_count = campaign->badge_count;
    decide(b);
    assert_int_equal(verdict("a")->fate, FATE_NOT_ELIGIBLE);
    for (int i = 0; i < 4; i++)
        past(b, "2026-11-01", 100);
    decide(b);
    assert_int_equal(verdict("a")->fate, FATE_CHOSEN);

    assert_int_equal(try_campaign(b, PLAY "<badge name='b' counts='orders' tag='x' "
                                          "from='1'/>" TAIL),
                     STATUS_BAD_INPUT);
    assert_int_equal(b->notes.note[0].id, NOTE_CAMPAIGN_BADGE);
    assert_int_equal(try_campaign(b, PLAY "<badge name='b' counts='orders' from='1'/>"
                                          "<badge name='b' counts='years' from='1'/>" TAIL),
                     STATUS_BAD_INPUT);
    assert_int_equal(b->notes.note[0].id, NOTE_CAMPAIGN_DUPLICATE);
}

static void
a_challenge_is_met_by_a_later_order(void **state)
{
    struct bench *b = *state;
    struct shown shown = {at("2026-10-20"), "try", "A-1", TIME_NONE};

    use_campaign(b, PLAY OFFER("try", "when='not(shown(\"try\"))' answer-within='45d'")
                     OFFER("well-done", "when='shown(\"try\", 45) and $new-category'") TAIL);
    assert_int_equal(campaign->offers[0].answer_days, 45);
    past_line(b, past(b, "2026-10-20", 100), "T-1", "tea", 1);
    line(b, "S-1", "spice", 1);
    decide(b);
    assert_int_equal(verdict("try")->fate, FATE_CHOSEN);
    assert_int_equal(verdict("well-done")->fate, FATE_NOT_ELIGIBLE);
    b->history.shown = &shown;
    b->history.shown_count = 1;
    decide(b);
    assert_int_equal(verdict("try")->fate, FATE_NOT_ELIGIBLE);
    assert_int_equal(verdict("well-done")->fate, FATE_CHOSEN);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_draw_is_the_same_for_ever_and_hangs_on_seed_name_and_order),
        cmocka_unit_test(as_many_win_as_the_odds_say),
        cmocka_unit_test(two_draws_of_one_order_are_independent),
        ON_STAGE(unsound_odds_are_refused_with_their_line),
        ON_STAGE(an_offer_knows_the_odds_of_the_draws_it_must_win),
        ON_STAGE(the_trace_tells_what_was_drawn_whether_won_or_lost),
        ON_STAGE(badges_of_the_campaign_are_read),
        ON_STAGE(a_challenge_is_met_by_a_later_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
