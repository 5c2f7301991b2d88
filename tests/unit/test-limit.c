/* Limits: how they are read, when their windows begin, and that no carton gets more than
 * what is left. */
#include "campaign-stage.h"

#define EUR(more) "<print template='card'/><coupon currency='EUR' valid='9d' " more "/>"
#define COUPON_OF(name, more, coupon)                                                    \
    "<offer name='" name "' placement='insert' " more ">" coupon "</offer>\n"

static const struct limit *
limit_named(const char *name)
{
    for (size_t i = 0; i < campaign->limit_count; i++)
        if (strcmp(campaign->limits[i].name, name) == 0)
            return &campaign->limits[i];
    fail_msg("no limit %s", name);
    return NULL;
}

/* What the ledger would tell, all of it unused at first. */
static struct limit_use use[16];
static struct standing quiet[16];

static struct limit_use *
use_of(const char *name)
{
    return &use[limit_named(name) - campaign->limits];
}

static void
use_nothing(void)
{
    memset(use, 0, sizeof use);
    assert_true(campaign->limit_count <= COUNT_OF(use));
    assert_true(campaign->offer_count <= COUNT_OF(quiet));
    for (size_t i = 0; i < COUNT_OF(use); i++) {
        use[i].is_known = true;
        quiet[i] = (struct standing){.last_decided = DAY_NONE};
    }
}

static void
decide_by_use(struct bench *bench)
{
    const struct standings standings = {.offers = quiet, .limits = use};
    decide_with(bench, &standings, NULL);
}

/* --- reading ------------------------------------------------------------------------ */

static void
limits_are_read_with_the_names_that_they_are_counted_by(void **state)
{
    struct bench *bench = *state;
    use_campaign(
        bench, HEAD ONE_PLACE
        "<limit name='spring' most='1000' money='2500.50' currency='EUR'"
        " per='household' window='30d'/>\n"
        "<limit name='till' money='9' currency='EUR' per='store'/>\n"
        "<limit name='all' most='1000000000' window='quarter'/>\n"
        "<offer name='tea' placement='insert' cap-per-customer='2' limits='spring  till'>"
        "<print template='x'/>"
        "<coupon amount='5' currency='EUR' prefix='FERN' number='511' pool='p'"
        " valid='9d'/>"
        "<limit most='0' window='week' per='wave'/><limit most='7'/></offer>\n"
        "<offer name='bag' placement='insert' limits='all'>"
        "<preprinted sku='B' bin='A' stock='500'/>"
        "<coupon free-sku='X' currency='EUR' pool='shop' valid='7d'/></offer>\n" TAIL);
    assert_int_equal(campaign->limit_count, 7);
    static const struct {
        const char *name, *key;
        enum limit_per per;
        enum limit_window window;
        int32_t days, line;
        int64_t most, minor;
    } expected[] = {
        {"spring", "spring@household@30d", PER_HOUSEHOLD, WINDOW_ROLLING, 30, 3, 1000,
         250050},
        {"till", "till@store", PER_STORE, WINDOW_EVER, 0, 4, -1, 900},
        {"all", "all@quarter", PER_ALL, WINDOW_QUARTER, 0, 5, 1000000000, -1},
        {"tea/customer", "tea/customer", PER_CUSTOMER, WINDOW_EVER, 0, 6, 2, -1},
        {"tea/wave/week", "tea/wave/week", PER_WAVE, WINDOW_WEEK, 0, 6, 0, -1},
        {"tea/all", "tea/all", PER_ALL, WINDOW_EVER, 0, 6, 7, -1},
        {"bag/stock", "bag/stock", PER_ALL, WINDOW_EVER, 0, 7, 500, -1},
    };
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        const struct limit *limit = &campaign->limits[i];
        assert_string_equal(limit->name, expected[i].name);
        assert_string_equal(limit->key, expected[i].key);
        assert_int_equal(limit->per, expected[i].per);
        assert_int_equal(limit->window, expected[i].window);
        assert_int_equal(limit->rolling_days, expected[i].days);
        assert_int_equal(limit->most, expected[i].most);
        assert_int_equal(limit->most_money.minor, expected[i].minor);
        assert_int_equal(limit->line, expected[i].line);
    }
    const struct offer *tea = &campaign->offers[0], *bag = &campaign->offers[1];
    static const char *const of_tea[] = {"tea/customer", "tea/wave/week", "tea/all",
                                         "spring", "till"};
    assert_int_equal(tea->limit_count, COUNT_OF(of_tea));
    for (size_t i = 0; i < COUNT_OF(of_tea); i++)
        assert_ptr_equal(tea->limits[i], limit_named(of_tea[i]));
    assert_int_equal(bag->limit_count, 2);
    assert_int_equal(tea->coupon.number, 511);
    assert_string_equal(tea->coupon.pool, "p");
    assert_string_equal(tea->coupon.prefix, "FERN");
    assert_int_equal(bag->coupon.number, 0);
    assert_string_equal(bag->coupon.pool, "shop");
    assert_null(bag->coupon.prefix);
}

static void
limits_that_make_no_sense_are_refused_with_their_line(void **state)
{
#define LIMIT(more) "<limit name='l' " more "/>\n"
#define FIVE_EURO EUR("amount='5' prefix='TEA'")
    static const struct {
        const char *xml;
        int note, line;
        const char *says;
    } cases[] = {
        {HEAD ONE_PLACE LIMIT("most='1'") OFFER("a", "limits='m'") TAIL,
         NOTE_CAMPAIGN_LIMIT, 4, "there is no limit 'm'"},
        {HEAD ONE_PLACE "<limit name='spring' most='1'/>\n" OFFER("a", "limits='sprnig'")
             TAIL,
         NOTE_CAMPAIGN_LIMIT, 4, "there is no limit 'sprnig'; did you mean 'spring'?"},
        {HEAD ONE_PLACE OFFER("a", "cap-per-customer='1' limits='a/customer'") TAIL,
         NOTE_XML_INVALID, 3, NULL}, /* nobody shares another's own */
        {HEAD ONE_PLACE LIMIT("most='1'") LIMIT("most='2'") OFFER("a", "limits='l'") TAIL,
         NOTE_CAMPAIGN_DUPLICATE, 4, "limit 'l' stands already in line 3"},
        {HEAD ONE_PLACE LIMIT("most='1'") OFFER("a", "limits='l l'") TAIL,
         NOTE_CAMPAIGN_DUPLICATE, 4, "names limit 'l' twice"},
        {HEAD ONE_PLACE "<offer name='a' placement='insert'><print template='x'/>\n"
                        "<limit most='1' per='store'/>\n"
                        "<limit most='2' per='store'/></offer>" TAIL,
         NOTE_CAMPAIGN_DUPLICATE, 5, "two limits 'a/store'"},
        {HEAD ONE_PLACE "<offer name='a' placement='insert' cap-per-customer='2'>"
                        "<print template='x'/>\n"
                        "<limit most='1' per='customer'/></offer>" TAIL,
         NOTE_CAMPAIGN_DUPLICATE, 4, "two limits 'a/customer'"},
        {HEAD ONE_PLACE LIMIT("money='5' currency='EUR'") OFFER("a", "limits='l'") TAIL,
         NOTE_CAMPAIGN_LIMIT_SENSE, 4, "offer 'a' has no coupon, and limit 'l' counts"},
        {HEAD ONE_PLACE LIMIT("money='5' currency='USD'")
             COUPON_OF("a", "limits='l'", FIVE_EURO) TAIL,
         NOTE_CAMPAIGN_LIMIT_SENSE, 4, "its coupon is in EUR, and limit 'l' counts USD"},
        {HEAD ONE_PLACE LIMIT("money='5' currency='EUR'")
             COUPON_OF("a", "limits='l'", EUR("percent='5' prefix='TEA'")) TAIL,
         NOTE_CAMPAIGN_LIMIT_SENSE, 4, "the coupon must say its cost"},
        {HEAD ONE_PLACE LIMIT("money='5.005' currency='EUR'")
             COUPON_OF("a", "limits='l'", FIVE_EURO) TAIL,
         NOTE_CAMPAIGN_LIMIT_SENSE, 3, "money=\"5.005\" is not an amount of EUR"},
        {HEAD ONE_PLACE LIMIT("") OFFER("a", "limits='l'") TAIL, NOTE_XML_INVALID, 3,
         NULL},
        {HEAD ONE_PLACE LIMIT("money='5'") OFFER("a", "limits='l'") TAIL,
         NOTE_XML_INVALID, 3, NULL},
        {HEAD ONE_PLACE LIMIT("most='1' currency='EUR'") OFFER("a", "limits='l'") TAIL,
         NOTE_XML_INVALID, 3, NULL},
        {HEAD ONE_PLACE LIMIT("most='-1'") OFFER("a", "limits='l'") TAIL,
         NOTE_XML_INVALID, 3, NULL},
        {HEAD ONE_PLACE LIMIT("most='1' window='0d'") OFFER("a", "limits='l'") TAIL,
         NOTE_XML_INVALID, 3, NULL},
        {HEAD ONE_PLACE LIMIT("most='1' window='fortnight'") OFFER("a", "limits='l'")
             TAIL,
         NOTE_XML_INVALID, 3, NULL},
        {HEAD ONE_PLACE LIMIT("most='1' per='order'") OFFER("a", "limits='l'") TAIL,
         NOTE_XML_INVALID, 3, NULL},
        {HEAD ONE_PLACE COUPON_OF("a", "", EUR("amount='5' prefix='A1' number='7'"))
             COUPON_OF("b", "", EUR("amount='5' prefix='B1' number='7'")) TAIL,
         NOTE_CAMPAIGN_DUPLICATE, 4, "number 7 is that of offer 'a' in line 3"},
        {HEAD ONE_PLACE COUPON_OF("a", "", EUR("amount='5' prefix='A1' number='512'"))
             TAIL,
         NOTE_XML_INVALID, 3, NULL},
        {HEAD ONE_PLACE COUPON_OF("a", "", EUR("amount='5' prefix='A1' number='0'")) TAIL,
         NOTE_XML_INVALID, 3, NULL},
        {HEAD ONE_PLACE COUPON_OF("a", "", EUR("amount='5'")) TAIL, NOTE_XML_INVALID, 3,
         NULL}, /* neither a prefix nor a pool */
    };
    struct bench *bench = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        enum status status = try_campaign(bench, cases[i].xml);
        const struct note *note = &bench->notes.note[0];
        if (status != STATUS_BAD_INPUT || (int)note->id != cases[i].note ||
            note->line != cases[i].line ||
            (cases[i].says && !strstr(note->text, cases[i].says)))
            fail_msg("case %zu: %d, note %d, line %d: %s", i, (int)status, (int)note->id,
                     (int)note->line, note->text);
    }
}

static void
limits_without_use_or_room_are_found(void **state)
{
#define FREE_TEA "<offer name='z' placement='insert'><print template='x'/></offer>"
    static const struct {
        const char *xml;
        int note, line;
        const char *says;
    } cases[] = {
        {HEAD ONE_PLACE LIMIT("most='5'") FREE_TEA TAIL, NOTE_LIMIT_UNUSED, 3,
         "limit 'l' is used by no offer"},
        {HEAD ONE_PLACE LIMIT("most='0'") OFFER("a", "limits='l'") TAIL,
         NOTE_LIMIT_NOTHING, 3, "limit 'l' is 0: offer 'a' is never given"},
        {HEAD ONE_PLACE LIMIT("money='0' currency='EUR'")
             COUPON_OF("a", "limits='l'", FIVE_EURO) TAIL,
         NOTE_LIMIT_NOTHING, 3, "limit 'l' is 0"},
        {HEAD ONE_PLACE LIMIT("money='4.99' currency='EUR'")
             COUPON_OF("a", "limits='l'", FIVE_EURO) TAIL,
         NOTE_LIMIT_NOTHING, 4, "offer 'a' costs 5.00 EUR, and its limit 'l' is 4.99"},
        {HEAD ONE_PLACE LIMIT("money='5' currency='EUR'")
             COUPON_OF("a", "limits='l'", FIVE_EURO) TAIL,
         0, 0, NULL},
        {HEAD ONE_PLACE LIMIT("most='1'") OFFER("a", "limits='l' priority='2'")
             OFFER("b", "limits='l'") TAIL,
         NOTE_OFFER_SHADOWED, 5, "offer 'a' always comes before it"},
        {HEAD ONE_PLACE LIMIT("most='1'") OFFER("a", "limits='l' priority='2'")
             OFFER("b", "") TAIL,
         0, 0, NULL},
        {HEAD ONE_PLACE LIMIT("money='9' currency='EUR'")
             COUPON_OF("a", "limits='l' priority='2'", EUR("amount='6' prefix='AA'"))
                 COUPON_OF("b", "limits='l'", EUR("amount='5' prefix='BB'")) TAIL,
         0, 0, NULL}, /* the cheaper one still fits when the dearer one does not */
        {HEAD ONE_PLACE COUPON_OF("a", "priority='2'", EUR("amount='6' pool='p'"))
             COUPON_OF("b", "", EUR("amount='5' prefix='BB'")) TAIL,
         0, 0, NULL}, /* the pool may run dry */
    };
    struct bench *bench = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (try_campaign(bench, cases[i].xml) != STATUS_OK)
            fail_msg("case %zu: %s", i, bench->notes.note[0].text);
        campaign_check(campaign, day_from_date(2026, 11, 22), &bench->notes);
        const struct note *note = &bench->notes.note[0];
        if (cases[i].note == 0
                ? bench->notes.count != 0
                : (int)note->id != cases[i].note || note->line != cases[i].line ||
                      !strstr(note->text, cases[i].says))
            fail_msg("case %zu: note %d, line %d: %s", i, (int)note->id, (int)note->line,
                     note->text);
    }
}

/* --- windows ------------------------------------------------------------------------ */

static void
a_window_begins_where_the_calendar_says(void **state)
{
    static const struct {
        enum limit_window window;
        int32_t days;
        const char *today, *begin;
    } cases[] = {
        {WINDOW_EVER, 0, "2026-11-22", ""},
        {WINDOW_DAY, 0, "2026-11-22", "2026-11-22"},
        {WINDOW_WEEK, 0, "2026-11-22", "2026-11-16"}, /* a Sunday */
        {WINDOW_WEEK, 0, "2026-11-23", "2026-11-23"}, /* a Monday */
        {WINDOW_WEEK, 0, "2027-01-01", "2026-12-28"},
        {WINDOW_WEEK, 0, "1969-12-31", "1969-12-29"},
        {WINDOW_MONTH, 0, "2028-02-29", "2028-02-01"},
        {WINDOW_MONTH, 0, "2026-12-31", "2026-12-01"},
        {WINDOW_QUARTER, 0, "2026-01-01", "2026-01-01"},
        {WINDOW_QUARTER, 0, "2026-03-31", "2026-01-01"},
        {WINDOW_QUARTER, 0, "2026-04-01", "2026-04-01"},
        {WINDOW_QUARTER, 0, "2026-09-30", "2026-07-01"},
        {WINDOW_QUARTER, 0, "2026-12-31", "2026-10-01"},
        {WINDOW_YEAR, 0, "2028-12-31", "2028-01-01"},
        {WINDOW_YEAR, 0, "2029-01-01", "2029-01-01"},
        {WINDOW_ROLLING, 1, "2026-11-22", "2026-11-22"},
        {WINDOW_ROLLING, 30, "2026-11-22", "2026-10-24"},
        {WINDOW_ROLLING, 30, "2028-03-01", "2028-02-01"}, /* over a leap day */
        {WINDOW_ROLLING, 30, "2027-03-01", "2027-01-31"},
        {WINDOW_ROLLING, 366, "2028-12-31", "2028-01-01"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct limit limit = {.window = cases[i].window,
                                    .rolling_days = cases[i].days};
        struct day today = DAY_NONE;
        char begin[16];
        assert_true(day_parse(cases[i].today, &today));
        day_text(limit_window_begin(&limit, today), begin);
        if (strcmp(begin, cases[i].begin) != 0)
            fail_msg("case %zu: %s", i, begin);
    }
}

/* --- what is left ------------------------------------------------------------------- */

static void
a_reason_names_the_limit_its_numbers_and_its_extent(void **state)
{
    static const struct {
        const char *attributes;
        int64_t units, minor;
        const char *reason; /* NULL: allowed */
    } cases[] = {
        {"most='1000'", 999, 0, NULL},
        {"most='1000'", 1000, 0, "limit l: 1000 of 1000 are spent"},
        {"most='1000'", 1001, 0, "limit l: 1000 of 1000 are spent"},
        {"most='0'", 0, 0, "limit l: 0 of 0 are spent"},
        {"most='3' per='store' window='month'", 3, 0,
         "limit l: 3 of 3 for this store this month are spent"},
        {"most='3' per='station' window='day'", 3, 0,
         "limit l: 3 of 3 for this station today are spent"},
        {"most='3' per='household' window='30d'", 3, 0,
         "limit l: 3 of 3 for this household in 30 days are spent"},
        {"most='3' per='wave' window='week'", 2, 0, NULL},
        {"money='2500' currency='EUR'", 0, 249500, NULL}, /* to the cent */
        {"money='2500' currency='EUR'", 0, 249501,
         "limit l: 2495.01 of 2500.00 EUR are promised, and this costs 5.00"},
        {"money='2500' currency='EUR'", 0, 249800,
         "limit l: 2498.00 of 2500.00 EUR are promised, and this costs 5.00"},
        {"money='2500' currency='EUR'", 0, INT64_MAX,
         "limit l: 2500.00 of 2500.00 EUR are promised, and this costs 5.00"},
        {"money='2500' currency='EUR' window='quarter'", 0, 250000,
         "limit l: 2500.00 of 2500.00 EUR this quarter are promised, and this costs "
         "5.00"},
        {"most='9' money='2500' currency='EUR'", 9, 0, "limit l: 9 of 9 are spent"},
        {"most='9' money='2500' currency='EUR'", 8, 250000,
         "limit l: 2500.00 of 2500.00 EUR are promised, and this costs 5.00"},
        {"most='9' money='2500' currency='EUR'", 8, 249500, NULL},
    };
    struct bench *bench = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char xml[900];
        snprintf(xml, sizeof xml, "%s<limit name='l' %s/>%s", HEAD ONE_PLACE,
                 cases[i].attributes, COUPON_OF("a", "limits='l'", FIVE_EURO) TAIL);
        use_campaign(bench, xml);
        use_nothing();
        use_of("l")->units = cases[i].units;
        use_of("l")->minor = cases[i].minor;
        decide_by_use(bench);
        const struct verdict *told = verdict("a");
        if (cases[i].reason ? told->fate != FATE_NOT_ALLOWED ||
                                  strcmp(told->reason, cases[i].reason) != 0
                            : told->fate != FATE_CHOSEN)
            fail_msg("case %zu: %s: %s", i, fate_name(told->fate), told->reason);
    }
}

static void
a_limit_whose_scope_is_not_known_refuses(void **state)
{
    static const struct {
        const char *per, *reason;
    } cases[] = {
        {"customer", "limit l: it is kept per customer, and this order's is not known"},
        {"household", "limit l: it is kept per household, and this order's is not known"},
        {"store", "limit l: it is kept per store, and this order's is not known"},
        {"station", "limit l: it is kept per station, and this order's is not known"},
        {"wave", "limit l: it is kept per wave, and this order's is not known"},
    };
    struct bench *bench = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char xml[900];
        snprintf(xml, sizeof xml, "%s<limit name='l' most='9' per='%s'/>%s",
                 HEAD ONE_PLACE, cases[i].per, OFFER("a", "limits='l'") TAIL);
        use_campaign(bench, xml);
        bench->order.customer.id = NULL;
        bench->history.household = NULL;
        bench->order.store = bench->order.station = bench->order.wave = NULL;
        decide(bench);
        expect_fate("a", FATE_NOT_ALLOWED, cases[i].reason);
        assert_null(limit_scope(&campaign->limits[0], bench->facts));
        use_nothing();
        use_of("l")->is_known = false;
        decide_by_use(bench); /* and as the ledger tells it */
        expect_fate("a", FATE_NOT_ALLOWED, cases[i].reason);

        bench->order.customer.id = "c-1";
        bench->history.household = "h-1";
        bench->order.store = "s-1";
        bench->order.station = "b-1";
        bench->order.wave = "w-1";
        decide(bench);
        assert_int_equal(verdict("a")->fate, FATE_CHOSEN);
        static const char *const scopes[] = {"c-1", "h-1", "s-1", "b-1", "w-1"};
        assert_string_equal(limit_scope(&campaign->limits[0], bench->facts), scopes[i]);
    }
    use_campaign(bench, HEAD ONE_PLACE OFFER("a", "cap-per-customer='1'") TAIL);
    bench->order.customer.id = NULL;
    decide(bench);
    expect_fate("a", FATE_NOT_ALLOWED,
                "cap: it is kept per customer, and this order's is not known");
}

static void
a_shared_limit_binds_each_of_its_offers(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench, HEAD ONE_PLACE LIMIT("most='10' window='week'")
                            OFFER("a", "limits='l' priority='3'")
                                OFFER("b", "limits='l' priority='2'")
                                    OFFER("c", "priority='1'") TAIL);
    use_nothing();
    decide_by_use(bench);
    assert_string_equal(chosen(), "a");
    use_of("l")->units = 10;
    decide_by_use(bench);
    expect_fate("a", FATE_NOT_ALLOWED, "limit l: 10 of 10 this week are spent");
    expect_fate("b", FATE_NOT_ALLOWED, "limit l: 10 of 10 this week are spent");
    assert_string_equal(chosen(), "c");
}

/* --- within one carton -------------------------------------------------------------- */

static void
two_pieces_of_a_carton_do_not_share_the_last_unit(void **state)
{
    struct bench *bench = *state;
    use_campaign(
        bench, HEAD
        ">\n<placement name='insert' kind='insert' most='2'/>"
        "<placement name='lid' kind='box'/>" LIMIT("most='10'")
            OFFER("a", "limits='l' priority='3'") OFFER("b", "limits='l' priority='2'")
                OFFER("c", "priority='1'") "<offer name='art' placement='lid' limits='l'>"
                                           "<print template='x'/></offer>" TAIL);
    use_nothing();
    use_of("l")->units = 8;
    decide_by_use(bench);
    assert_int_equal(verdict("a")->fate, FATE_CHOSEN);
    assert_int_equal(verdict("b")->fate, FATE_CHOSEN);
    expect_fate("c", FATE_OUTRANKED, "outranked by b: priority 1 is below 2");
    expect_fate("art", FATE_NOT_ALLOWED,
                "limit l: 8 of 10 are spent, and this carton takes 2");

    use_of("l")->units = 9;
    decide_by_use(bench);
    assert_int_equal(verdict("a")->fate, FATE_CHOSEN);
    expect_fate("b", FATE_NOT_ALLOWED,
                "limit l: 9 of 10 are spent, and this carton takes 1");
    expect_fate("c", FATE_CHOSEN, "ranked 2 of 2 by priority 1"); /* moves up */
    expect_fate("art", FATE_NOT_ALLOWED,
                "limit l: 9 of 10 are spent, and this carton takes 1");
    assert_int_equal(plan->choice_count, 3);
    assert_ptr_equal(plan->choices[1].offer, &campaign->offers[2]);
    assert_true(plan->choices[1].probability == 1.0); /* given what the carton holds */
    assert_null(plan->choices[2].offer);
    assert_string_equal(plan->choices[2].reason,
                        "none of 1 offers is both eligible and allowed");
}

static void
a_carton_is_not_promised_more_money_than_is_left(void **state)
{
    struct bench *bench = *state;
    use_campaign(
        bench,
        HEAD ">\n<placement name='insert' kind='insert' most='3'/>"
             "<limit name='l' money='100' currency='EUR'/>\n" COUPON_OF(
                 "a", "limits='l' priority='3'", EUR("amount='6' prefix='AA'"))
                 COUPON_OF("b", "limits='l' priority='2'", EUR("amount='5' prefix='BB'"))
                     COUPON_OF("c", "limits='l' priority='1'",
                               EUR("percent='9' cost='4.01' prefix='CC'")) TAIL);
    use_nothing();
    use_of("l")->minor = 8999; /* 10.01 are left */
    decide_by_use(bench);
    assert_int_equal(verdict("a")->fate, FATE_CHOSEN);
    expect_fate("b", FATE_NOT_ALLOWED,
                "limit l: 89.99 of 100.00 EUR are promised, this carton takes 6.00, and "
                "this costs 5.00");
    assert_int_equal(verdict("c")->fate, FATE_CHOSEN); /* the cheaper one fits */
    use_of("l")->minor = 9000;
    decide_by_use(bench);
    assert_int_equal(verdict("c")->fate, FATE_NOT_ALLOWED);
    use_of("l")->minor = 8499;
    decide_by_use(bench);
    assert_int_equal(verdict("b")->fate, FATE_CHOSEN);
    assert_int_equal(verdict("c")->fate, FATE_CHOSEN);
}

/* Whatever the draw, two of three that share one unit: one of them and the third. */
static void
a_draw_by_weight_keeps_the_last_unit_too(void **state)
{
    struct bench *bench = *state;
    int firsts[2] = {0};
    use_campaign(bench, HEAD
                 ">\n<placement name='insert' kind='insert' most='2'/>" LIMIT("most='1'")
                     OFFER("a", "limits='l' weight='1'")
                         OFFER("b", "limits='l' weight='1'") OFFER("c", "weight='1'")
                             TAIL);
    use_nothing();
    for (int i = 0; i < 200; i++) {
        char id[16];
        snprintf(id, sizeof id, "k-%d", i);
        bench->order.customer.id = bench->history.customer = id;
        decide_by_use(bench);
        bool has_a = verdict("a")->fate == FATE_CHOSEN;
        bool has_b = verdict("b")->fate == FATE_CHOSEN;
        assert_true(has_a != has_b);
        assert_int_equal(verdict("c")->fate, FATE_CHOSEN);
        for (size_t k = 0; k < plan->choice_count; k++)
            assert_true(plan->choices[k].probability > 0.0 &&
                        plan->choices[k].probability <= 1.0);
        firsts[has_a ? 0 : 1]++;
    }
    assert_true(firsts[0] > 50 && firsts[1] > 50);
}

static void
who_is_held_out_gets_the_carton_that_others_get(void **state)
{
#define TWO_OF_ONE(holdout)                                                              \
    HEAD " holdout='" holdout "'>\n"                                                     \
         "<placement name='insert' kind='insert' most='2'/>" LIMIT("most='1'")           \
             OFFER("a", "limits='l' priority='2'") OFFER("b", "limits='l' sells='no'")   \
                 TAIL
    struct bench *bench = *state;
    static const char unfit[] = "limit l: 0 of 1 are spent, and this carton takes 1";
    use_campaign(bench, TWO_OF_ONE("100%"));
    decide(bench);
    assert_int_equal(verdict("a")->fate, FATE_HELD_OUT);
    expect_fate("b", FATE_NOT_ALLOWED, unfit);
    use_campaign(bench, TWO_OF_ONE("0%"));
    decide(bench);
    assert_int_equal(verdict("a")->fate, FATE_CHOSEN);
    expect_fate("b", FATE_NOT_ALLOWED, unfit);
}

static void
what_is_asked_for_by_name_is_shown_whatever_its_limits(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench, HEAD ONE_PLACE LIMIT("most='1' per='household'")
                            OFFER("a", "limits='l'") OFFER("b", "") TAIL);
    decide_with(bench, NULL, "a");
    assert_string_equal(chosen(), "a");
}

static void
a_plan_tells_the_limits_of_what_it_chose(void **state)
{
    struct bench *bench = *state;
    BUF_AUTO struct buf text = {0}, json = {0};
    use_campaign(bench, HEAD ONE_PLACE LIMIT("most='1'")
                            OFFER("a", "limits='l' cap-per-customer='2'") TAIL);
    decide(bench);
    plan_dump(plan, &text);
    plan_json(plan, &json);
    assert_non_null(
        strstr(text.p, "\n  probability: 1\n  limits: a/customer, l\noffer a: chosen"));
    assert_non_null(strstr(json.p, "\"limits\":[\"a/customer\",\"l\"]}]"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ON_STAGE(limits_are_read_with_the_names_that_they_are_counted_by),
        ON_STAGE(limits_that_make_no_sense_are_refused_with_their_line),
        ON_STAGE(limits_without_use_or_room_are_found),
        ON_STAGE(a_window_begins_where_the_calendar_says),
        ON_STAGE(a_reason_names_the_limit_its_numbers_and_its_extent),
        ON_STAGE(a_limit_whose_scope_is_not_known_refuses),
        ON_STAGE(a_shared_limit_binds_each_of_its_offers),
        ON_STAGE(two_pieces_of_a_carton_do_not_share_the_last_unit),
        ON_STAGE(a_carton_is_not_promised_more_money_than_is_left),
        ON_STAGE(a_draw_by_weight_keeps_the_last_unit_too),
        ON_STAGE(who_is_held_out_gets_the_carton_that_others_get),
        ON_STAGE(what_is_asked_for_by_name_is_shown_whatever_its_limits),
        ON_STAGE(a_plan_tells_the_limits_of_what_it_chose),
    };
    return cmocka_run_group_tests_name("limit", tests, NULL, NULL);
}
