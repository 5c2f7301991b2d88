/* Series: one step a parcel, in order, until somebody answers. */
#include "campaign-stage.h"

#define SERIES(more)                                                                     \
    HEAD ONE_PLACE "<series name='school' " more "><step offer='one'/>"                  \
                   "<step offer='two'/><step offer='three'/></series>" OFFER(            \
                       "one", "priority='50'") OFFER("two", "priority='50'")             \
        OFFER("three", "priority='50' when='$order-total &gt; 0'")                       \
            OFFER("thanks", "priority='1'") TAIL

static struct shown sent[5];

/* What went out, each in another parcel; the bench's order is of 2026-11-22. */
static void
went_out(struct bench *bench, const char *day, const char *offer, const char *order)
{
    bench->history.shown = sent;
    sent[bench->history.shown_count++] = (struct shown){at(day), offer, order, TIME_NONE};
}

static void
steps_go_one_a_parcel_and_in_order(void **state)
{
    struct bench *b = *state;

    use_campaign(b, SERIES(""));
    line(b, "T-1", "tea", 1);
    b->order.lines[0].unit_price = (struct money){700, "EUR"};
    decide(b);
    assert_string_equal(chosen(), "one");
    expect_fate("two", FATE_NOT_ALLOWED, "series school: step 1 comes before step 2");
    went_out(b, "2026-08-01", "one", "A-1");
    decide(b);
    assert_string_equal(chosen(), "two");
    expect_fate("one", FATE_NOT_ALLOWED, "series school: step 1 of 3 went out before");
    expect_fate("three", FATE_NOT_ALLOWED, "series school: step 2 comes before step 3");
    went_out(b, "2026-09-01", "two", "A-2");
    decide(b);
    assert_string_equal(chosen(), "three");
    went_out(b, "2026-10-01", "three", "A-3");
    decide(b);
    assert_string_equal(chosen(), "thanks");
}

static void
a_step_whose_condition_does_not_hold_keeps_its_place(void **state)
{
    struct bench *b = *state;

    use_campaign(b, SERIES(""));
    went_out(b, "2026-08-01", "one", "A-1");
    went_out(b, "2026-09-01", "two", "A-2");
    decide(b); /* a carton worth nothing */
    assert_string_equal(chosen(), "thanks");
    assert_int_equal(verdict("three")->fate, FATE_NOT_ELIGIBLE);
    expect_fate("one", FATE_NOT_ALLOWED, "series school: step 1 of 3 went out before");
}

static void
packing_an_order_again_gives_the_same_step(void **state)
{
    struct bench *b = *state;

    use_campaign(b, SERIES(""));
    went_out(b, "2026-08-01", "one", "A-1");
    went_out(b, "2026-11-20", "two", "M-100"); /* of this order itself */
    decide(b);
    assert_string_equal(chosen(), "two");
}

static void
a_series_stops_when_one_of_its_papers_is_answered(void **state)
{
    struct bench *b = *state;

    use_campaign(b, SERIES(""));
    went_out(b, "2026-08-01", "one", "A-1");
    went_out(b, "2026-09-01", "two", "A-2");
    sent[0].answered_s = at("2026-11-22T20:00:00Z"); /* after the order, before the bench */
    decide(b);
    assert_string_equal(chosen(), "thanks");
    expect_fate("two", FATE_NOT_ALLOWED, "series school: step 1 was answered");
}

static void
a_series_is_over_once_its_end_holds(void **state)
{
    struct bench *b = *state;

    use_campaign(b, SERIES("until='$orders &gt;= 1 and not($is-gift)'"));
    decide(b);
    assert_string_equal(chosen(), "one");
    past(b, "2026-10-01", 100);
    decide(b);
    assert_string_equal(chosen(), "thanks");
    expect_fate("one", FATE_NOT_ALLOWED,
                "series school: it is over: $orders >= 1 and not($is-gift)");
    b->order.is_gift = true;
    decide(b);
    assert_string_equal(chosen(), "one");
}

static void
between_two_steps_there_is_a_pause(void **state)
{
    struct bench *b = *state;

    use_campaign(b, SERIES("pause='14d'"));
    went_out(b, "2026-11-09", "one", "A-1");
    decide(b);
    expect_fate("two", FATE_NOT_ALLOWED, "series school: 13 of 14 days passed since step 1");
    assert_string_equal(chosen(), "thanks");
    sent[0].at_s = at("2026-11-08");
    decide(b);
    assert_string_equal(chosen(), "two");
}

/* A parcel of the same wave that is not printed yet, or one that is held out. */
static void
what_is_decided_counts_before_it_is_printed(void **state)
{
    struct bench *b = *state;
    struct standing standing[4] = {
        {.last_decided = DAY_NONE}, {.last_decided = DAY_NONE},
        {.last_decided = DAY_NONE}, {.last_decided = DAY_NONE}};
    struct standings standings = {.offers = standing};

    use_campaign(b, SERIES(""));
    decide_with(b, &standings, NULL);
    assert_string_equal(chosen(), "one");
    assert_true(day_parse("2026-11-22", &standing[0].last_decided));
    decide_with(b, &standings, NULL);
    assert_string_equal(chosen(), "two");
}

static void
nothing_goes_where_what_went_before_is_not_known(void **state)
{
    struct bench *b = *state;

    use_campaign(b, SERIES(""));
    b->history.is_partial = true;
    decide(b);
    assert_string_equal(chosen(), "thanks");
    expect_fate("one", FATE_NOT_ALLOWED, "series school: which step is next is not known");
    b->history.is_partial = false;
    b->order.customer.id = NULL;
    decide(b);
    expect_fate("one", FATE_NOT_ALLOWED, "series school: a guest's parcels are not known");
}

static void
who_is_held_out_is_held_out_of_the_whole_series(void **state)
{
    struct bench *b = *state;
    char id[16];
    int held = 0;

    use_campaign(b, HEAD ONE_PLACE
                 "<series name='school'><step offer='one'/><step offer='two'/></series>" OFFER(
                     "one", "holdout='50%'") OFFER("two", "holdout='50%'") TAIL);
    for (int i = 0; i < 40; i++) {
        snprintf(id, sizeof id, "C-%d", i);
        b->order.customer.id = id;
        b->history.shown_count = 0;
        decide(b);
        bool is_held_out = plan->choices[0].is_held_out;
        went_out(b, "2026-08-01", "one", "A-1");
        decide(b);
        assert_string_equal(chosen(), "two");
        assert_int_equal(plan->choices[0].is_held_out, is_held_out);
        held += is_held_out;
    }
    assert_in_range(held, 8, 32);
}

static void
a_series_that_makes_no_sense_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *xml, *text;
    } cases[] = {
        {"<series name='a'>\n<step offer='one'/><step offer='twoo'/></series>",
         "series 'a': there is no offer 'twoo'; did you mean 'two'?"},
        {"<series name='a'>\n<step offer='one'/><step offer='one'/></series>",
         "series 'a': offer 'one' is step 1 of series 'a' already"},
        {"<series name='a'><step offer='one'/><step offer='two'/></series>\n"
         "<series name='a'><step offer='three'/><step offer='four'/></series>",
         "series 'a' stands already in line 3"},
        {"\n<series name='a' until='$order'><step offer='one'/><step offer='two'/></series>",
         "there is no fact $order"},
    };
    struct bench *b = *state;
    char xml[2000];

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        snprintf(xml, sizeof xml, "%s%s%s%s", HEAD ONE_PLACE, cases[i].xml,
                 OFFER("one", "") OFFER("two", "") OFFER("three", "") OFFER("four", ""),
                 TAIL);
        assert_int_equal(try_campaign(b, xml), STATUS_BAD_INPUT);
        if (strstr(b->notes.note[0].text, cases[i].text) == NULL)
            fail_msg("case %zu: %s", i, b->notes.note[0].text);
        assert_int_equal(b->notes.note[0].line, i == 2 ? 4 : 4);
    }
}

static void
a_series_has_two_to_five_steps(void **state)
{
    struct bench *b = *state;

    assert_int_equal(try_campaign(b, HEAD ONE_PLACE
                                  "<series name='a'><step offer='one'/></series>" OFFER(
                                      "one", "") TAIL),
                     STATUS_BAD_INPUT);
    assert_int_equal(
        try_campaign(b, HEAD ONE_PLACE
                     "<series name='a'><step offer='a'/><step offer='b'/><step offer='c'/>"
                     "<step offer='d'/><step offer='e'/><step offer='f'/></series>" OFFER(
                         "a", "") OFFER("b", "") OFFER("c", "") OFFER("d", "") OFFER("e", "")
                         OFFER("f", "") TAIL),
        STATUS_BAD_INPUT);
}

static void
conditions_may_ask_whether_a_paper_was_answered(void **state)
{
    struct bench *b = *state;

    use_campaign(b, HEAD ONE_PLACE OFFER("ask", "priority='1'")
                     OFFER("thanks", "priority='2' when=\"answered('ask', 30)\"") TAIL);
    went_out(b, "2026-09-01", "ask", "A-1");
    decide(b);
    assert_string_equal(chosen(), "ask");
    sent[0].answered_s = at("2026-10-24");
    decide(b);
    assert_string_equal(chosen(), "thanks");
    sent[0].answered_s = at("2026-10-22");
    decide(b);
    assert_string_equal(chosen(), "ask");
}



int
main(void)
{
    const struct CMUnitTest tests[] = {
        ON_STAGE(steps_go_one_a_parcel_and_in_order),
        ON_STAGE(a_step_whose_condition_does_not_hold_keeps_its_place),
        ON_STAGE(packing_an_order_again_gives_the_same_step),
        ON_STAGE(a_series_stops_when_one_of_its_papers_is_answered),
        ON_STAGE(a_series_is_over_once_its_end_holds),
        ON_STAGE(between_two_steps_there_is_a_pause),
        ON_STAGE(what_is_decided_counts_before_it_is_printed),
        ON_STAGE(nothing_goes_where_what_went_before_is_not_known),
        ON_STAGE(who_is_held_out_is_held_out_of_the_whole_series),
        ON_STAGE(a_series_that_makes_no_sense_is_refused_with_its_line),
        ON_STAGE(a_series_has_two_to_five_steps),
        ON_STAGE(conditions_may_ask_whether_a_paper_was_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
