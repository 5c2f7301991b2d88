/* Campaigns: what is read and refused, what is told of it, and what can never win. */
#include "campaign-stage.h"

/* --- reading --------------------------------------------------------------------------
 */

static void
a_campaign_is_read_as_it_is_written(void **state)
{
    struct bench *bench = *state;
    use_campaign(
        bench, HEAD
        " seed='s1' holdout='12.5%' most-pieces='2'>\n"
        "<placement name='leaf' kind='insert' most='3'>"
        "<fallback template='hello'><value name='head'>Hi</value></fallback>"
        "</placement>\n"
        "<placement name='voucher' kind='coupon'/><placement name='lid' kind='box'/>\n"
        "<segment name='vip' when='$orders &gt; 9'/>\n"
        "<offer name='tea' title='Tea for all' placement='leaf' priority='7'\n"
        " when=\"$stage = 'active'\n and $orders > 2\" segment='vip' "
        "from='2026-11-01' until='2026-12-24' cap-per-customer='2' cooldown='90d' "
        "needs='survey marketing' sells='no' weight='5' holdout='0.25%'>\n"
        "<print template='tea'><value name='head'> Good  day </value>"
        "<value name='head' xml:lang='de'>Guten Tag</value></print>\n"
        "<coupon percent='12.5' currency='EUR' minimum='20' cost='3.50' "
        "prefix='FERN' valid='30d'/>"
        "<arm name='a' weight='1'/><arm name='b' weight='3' template='tea-b'>"
        "<value name='head'>Oh</value></arm></offer>\n"
        "<offer name='bag' placement='voucher'>"
        "<preprinted sku='BAG-1' bin='A-07' stock='500'/>"
        "<coupon amount='5' currency='JPY' prefix='BAG' valid='7d'/></offer>\n"
        "<offer name='ship' placement='voucher'><print template='x'/>"
        "<coupon free-shipping='yes' currency='EUR' cost='4' prefix='SH' valid='7d'/>"
        "</offer>\n"
        "<offer name='cup' placement='lid'><print template='x'/>"
        "<coupon free-sku='CUP-1' currency='EUR' prefix='CUP' valid='7d'/>"
        "</offer>\n" TAIL);
    assert_string_equal(campaign->name, "fern");
    assert_string_equal(campaign->seed, "s1");
    assert_int_equal(campaign->holdout_bp, 1250);
    assert_int_equal(campaign->most_pieces, 2);
    assert_int_equal(strlen(campaign->digest), 64);
    assert_int_equal(campaign->placement_count, 3);
    assert_int_equal(campaign->placements[0].most, 3);
    assert_string_equal(campaign->placements[0].fallback_template, "hello");
    assert_string_equal(campaign->placements[0].fallback_texts[0].text, "Hi");
    assert_int_equal(campaign->placements[2].kind, PLACEMENT_BOX);
    assert_int_equal(campaign->offer_count, 4);

    const struct offer *tea = &campaign->offers[0], *bag = &campaign->offers[1];
    assert_string_equal(tea->title, "Tea for all");
    assert_ptr_equal(tea->placement, &campaign->placements[0]);
    assert_int_equal(tea->line, 7); /* libxml2 gives the line in which a tag ends */
    assert_int_equal(tea->priority, 7);
    assert_string_equal(tea->when, "$stage = 'active' and $orders > 2");
    assert_string_equal(tea->segment, "vip");
    assert_int_equal(day_date(tea->from).month, 11);
    assert_int_equal(day_date(tea->until).day, 24);
    assert_int_equal(tea->limit_count, 1);
    assert_string_equal(tea->limits[0]->name, "tea/customer");
    assert_int_equal(tea->limits[0]->most, 2);
    assert_int_equal(tea->cooldown_days, 90);
    assert_int_equal(tea->needs_consents, CONSENT_MARKETING | CONSENT_SURVEY);
    assert_false(tea->sells);
    assert_int_equal(tea->weight, 5);
    assert_int_equal(tea->holdout_bp, 25);
    assert_int_equal(tea->text_count, 2);
    assert_string_equal(tea->texts[0].text, "Good day");
    assert_null(tea->texts[0].lang);
    assert_string_equal(tea->texts[1].lang, "de");
    assert_int_equal(tea->coupon.kind, COUPON_PERCENT);
    assert_int_equal(tea->coupon.percent_bp, 1250);
    assert_int_equal(tea->coupon.minimum.minor, 2000);
    assert_int_equal(tea->coupon.cost.minor, 350);
    assert_string_equal(tea->coupon.prefix, "FERN");
    assert_int_equal(tea->coupon.valid_days, 30);
    assert_int_equal(tea->arm_count, 2);
    assert_int_equal(tea->arms[1].weight, 3);
    assert_string_equal(tea->arms[1].template_name, "tea-b");

    assert_string_equal(bag->sku, "BAG-1");
    assert_string_equal(bag->bin, "A-07");
    assert_int_equal(bag->limit_count, 1);
    assert_string_equal(bag->limits[0]->name, "bag/stock");
    assert_int_equal(bag->limits[0]->most, 500);
    assert_null(bag->template_name);
    assert_true(bag->sells);
    assert_true(day_is_none(bag->from) && day_is_none(bag->until));
    assert_int_equal(bag->coupon.kind, COUPON_AMOUNT);
    assert_int_equal(bag->coupon.amount.minor, 5); /* yen has no decimals */
    assert_int_equal(bag->coupon.cost.minor, 5);
    assert_string_equal(bag->coupon.cost.currency, "JPY");
    assert_int_equal(campaign->offers[2].coupon.kind, COUPON_SHIPPING);
    assert_int_equal(campaign->offers[2].coupon.cost.minor, 400);
    assert_int_equal(campaign->offers[3].coupon.kind, COUPON_ITEM);
    assert_string_equal(campaign->offers[3].coupon.sku, "CUP-1");
}

#define COUPON_OFFER(coupon)                                                             \
    HEAD ONE_PLACE "<offer name='a' placement='insert'><print template='card'/>\n"       \
                   "<coupon " coupon " prefix='AB'/></offer>\n" TAIL

static void
a_wrong_campaign_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *xml;
        int note, line;
        const char *says;
    } cases[] = {
        {HEAD ONE_PLACE OFFER("a", "prioritty='3'") TAIL, NOTE_XML_INVALID, 3, NULL},
        {HEAD ONE_PLACE OFFER("a", "cap-per-customer='0'") TAIL, NOTE_XML_INVALID, 3,
         NULL},
        {HEAD ONE_PLACE OFFER("a", "holdout='101%'") TAIL, NOTE_CAMPAIGN_SHARE, 3,
         "100%"},
        {HEAD " holdout='100.01%'" ONE_PLACE TAIL, NOTE_CAMPAIGN_SHARE, 1, NULL},
        {HEAD ONE_PLACE OFFER("a", "") OFFER("a", "") TAIL, NOTE_CAMPAIGN_DUPLICATE, 4,
         "line 3"},
        {HEAD ONE_PLACE "<placement name='insert' kind='box'/>" TAIL,
         NOTE_CAMPAIGN_DUPLICATE, 3, "placement 'insert'"},
        {HEAD ONE_PLACE "<segment name='s' when='true()'/>\n"
                        "<segment name='s' when='true()'/>" TAIL,
         NOTE_CAMPAIGN_DUPLICATE, 4, "segment 's'"},
        {HEAD ONE_PLACE
         "<offer name='a' placement='insert'><print template='c'/>"
         "<arm name='x' weight='1'/>\n<arm name='x' weight='1'/></offer>" TAIL,
         NOTE_CAMPAIGN_DUPLICATE, 4, "two arms 'x'"},
        {HEAD ONE_PLACE "<offer name='a' placement='insert'><print template='c'>"
                        "<value name='h'>1</value>\n<value name='h'>2</value></print>"
                        "</offer>" TAIL,
         NOTE_CAMPAIGN_DUPLICATE, 4, "value 'h'"},
        {HEAD ONE_PLACE
         "<offer name='a' placement='inset'><print template='c'/></offer>" TAIL,
         NOTE_CAMPAIGN_PLACEMENT, 3, "did you mean 'insert'?"},
        {HEAD ONE_PLACE
         "<segment name='vip' when='true()'/>\n" OFFER("a", "segment='vipp'") TAIL,
         NOTE_CAMPAIGN_SEGMENT, 4, "did you mean 'vip'?"},
        {HEAD ONE_PLACE OFFER("a", "when=\"segment('vip')\"") TAIL, NOTE_CAMPAIGN_SEGMENT,
         3, NULL},
        {HEAD ONE_PLACE "<segment name='a' when=\"segment('b')\"/>\n"
                        "<segment name='b' when=\"$is-gift or segment('a')\"/>" TAIL,
         NOTE_CAMPAIGN_CIRCLE, 3, "segment 'a'"},
        {HEAD ONE_PLACE "<segment name='a' when=\"not(segment('a'))\"/>" TAIL,
         NOTE_CAMPAIGN_CIRCLE, 3, NULL},
        {HEAD ONE_PLACE OFFER("a", "from='2026-12-02' until='2026-12-01'") TAIL,
         NOTE_CAMPAIGN_DATES, 3, "ends before"},
        {HEAD ONE_PLACE OFFER("a", "from='2026-12-02Z'") TAIL, NOTE_CAMPAIGN_DATES, 3,
         "plain day"},
        {HEAD ONE_PLACE "<offer name='a' placement='insert'><print template='c'/>"
                        "<arm name='x' weight='0'/></offer>" TAIL,
         NOTE_CAMPAIGN_WEIGHTS, 3, NULL},
        {COUPON_OFFER("percent='12.345' currency='EUR' valid='3d'"), NOTE_CAMPAIGN_COUPON,
         4, "two decimals"},
        {COUPON_OFFER("amount='1.5' currency='JPY' valid='3d'"), NOTE_CAMPAIGN_COUPON, 4,
         "JPY"},
        {COUPON_OFFER("amount='0' currency='EUR' valid='3d'"), NOTE_CAMPAIGN_COUPON, 4,
         "gives nothing"},
        {COUPON_OFFER("free-shipping='yes' currency='EUR' valid='0d'"),
         NOTE_CAMPAIGN_COUPON, 4, "never be valid"},
        {HEAD ONE_PLACE "<segment name='s' when=\"$stge = 'active'\"/>" TAIL,
         NOTE_CONDITION_FACT, 3, "segment 's': there is no fact $stge; did you mean"},
        {HEAD ONE_PLACE OFFER("a", "when='$orders'") TAIL, NOTE_CONDITION_NO_QUESTION, 3,
         "offer 'a': "},
        {"<!DOCTYPE x>" HEAD ONE_PLACE TAIL, NOTE_XML_DOCTYPE, 1, NULL},
        {HEAD ">", NOTE_XML_MALFORMED, 1, NULL},
    };
    struct bench *bench = *state;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        enum status status = try_campaign(bench, cases[i].xml);
        const struct note *note = &bench->notes.note[0];
        if (status != STATUS_BAD_INPUT || (int)note->id != cases[i].note ||
            note->line != cases[i].line ||
            (cases[i].says != NULL && strstr(note->text, cases[i].says) == NULL))
            fail_msg("case %zu: %d, note %d, line %d: %s", i, (int)status, (int)note->id,
                     (int)note->line, note->text);
        assert_null(campaign);
    }
}

static void
all_mistakes_are_told_at_once(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(
        try_campaign(bench, HEAD ONE_PLACE OFFER("a", "segment='x' holdout='200%'") OFFER(
                                "a", "when='$ordrs = 1 and stage' until='2026-01-01' "
                                     "from='2026-02-01'") TAIL),
        STATUS_BAD_INPUT);
    /* share, segment; name, dates, fact, dollar */
    assert_int_equal(bench->notes.count, 6);
}

static void
a_long_chain_of_segments_is_refused(void **state)
{
    struct bench *bench = *state;
    BUF_AUTO struct buf xml = {0};

    for (int length = 16; length <= 17; length++) {
        for (int is_backward = 0; is_backward < 2; is_backward++) {
            buf_reset(&xml);
            buf_puts(&xml, HEAD ONE_PLACE);
            for (int i = 0; i < length; i++) {
                int n = is_backward ? length - 1 - i : i;
                if (n == 0)
                    buf_puts(&xml, "<segment name='s0' when='$orders > 0'/>");
                else
                    buf_printf(&xml, "<segment name='s%d' when=\"segment('s%d')\"/>", n,
                               n - 1);
            }
            buf_puts(&xml, TAIL);
            assert_int_equal(try_campaign(bench, xml.p),
                             length == 16 ? STATUS_OK : STATUS_BAD_INPUT);
            if (length == 17)
                assert_int_equal(bench->notes.note[0].id, NOTE_CONDITION_TOO_LONG);
        }
    }
}

static void
a_missing_file_is_told(void **state)
{
    struct bench *bench = *state;
    assert_int_not_equal(campaign_open("/nowhere/campaign.xml", &bench->notes, &campaign),
                         STATUS_OK);
    assert_int_equal(bench->notes.note[0].id, NOTE_FILE_UNREADABLE);
    assert_null(campaign);
}

/* --- texts and dumps ------------------------------------------------------------------
 */

static void
a_text_is_found_in_the_readers_language(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench,
                 HEAD ">\n<placement name='insert' kind='insert'><fallback template='f'>"
                      "<value name='head'>Hi</value></fallback></placement>"
                      "<placement name='none' kind='box'><fallback template='f'>"
                      "<value name='head'>Fall</value></fallback></placement>"
                      "<offer name='a' placement='insert'><print template='x'>"
                      "<value name='head'>Hello</value>"
                      "<value name='head' xml:lang='de'>Hallo</value>"
                      "<value name='head' xml:lang='de-AT'>Servus</value>"
                      "<value name='foot' xml:lang='fr'>Au revoir</value></print>"
                      "<arm name='x' weight='1'><value name='body'>Arm</value>"
                      "<value name='head' xml:lang='it'>Ciao</value></arm></offer>" TAIL);
    decide(bench);
    const struct choice *a = &plan->choices[0];
    assert_string_equal(choice_text(a, "head", "en"), "Hello");
    assert_string_equal(choice_text(a, "head", NULL), "Hello");
    assert_string_equal(choice_text(a, "head", "de"), "Hallo");
    assert_string_equal(choice_text(a, "head", "de-CH"), "Hallo");
    assert_string_equal(choice_text(a, "head", "de-at"), "Servus");
    assert_string_equal(choice_text(a, "head", "del"), "Hello");
    assert_string_equal(choice_text(a, "head", "it-IT"), "Ciao");
    assert_string_equal(choice_text(a, "body", "de"), "Arm");
    assert_null(choice_text(a, "foot", "de"));
    assert_null(choice_text(a, "nothing", "de"));
    assert_string_equal(choice_text(&plan->choices[1], "head", "de"), "Fall");
}

static void
a_plan_is_dumped_as_text_and_json(void **state)
{
    struct bench *bench = *state;
    BUF_AUTO struct buf text = {0};
    BUF_AUTO struct buf json = {0};
    use_campaign(bench, HEAD
                 ">\n<placement name='insert' kind='insert'/>"
                 "<placement name='lid' kind='box'/>"
                 "<placement name='bag' kind='coupon'/>"
                 "<offer name='a' placement='insert' weight='1'>"
                 "<print template='x'/><arm name='m' weight='1'/></offer>" OFFER(
                     "b", "when=\"$weekday = 'monday'\"") "<offer name='s' "
                                                          "placement='bag' priority='3'>"
                                                          "<preprinted sku='SKU' "
                                                          "bin='A-1'/></offer>" TAIL);
    decide(bench);
    plan_dump(plan, &text);
    assert_string_equal(text.p,
                        "plan of campaign fern\n"
                        "placement insert (insert): a, arm m, template x\n"
                        "  because: the only offer left for its placement; arm m\n"
                        "  probability: 1\n"
                        "placement lid (box): nothing\n"
                        "  because: no offer is made for this placement\n"
                        "placement bag (coupon): s, pick SKU from A-1\n"
                        "  because: the only offer left for its placement\n"
                        "  probability: 1\n"
                        "offer a: chosen: the only offer left for its placement; arm m\n"
                        "offer b: not-eligible: when: $weekday = 'monday' is false "
                        "($weekday is 'sunday')\n"
                        "offer s: chosen: the only offer left for its placement\n");
    plan_json(plan, &json);
    assert_non_null(strstr(json.p, "{\"campaign\":\"fern\",\"digest\":\""));
    assert_non_null(strstr(json.p,
                           "{\"placement\":\"lid\",\"kind\":\"box\",\"offer\":null,"
                           "\"arm\":null,\"template\":null,"));
    assert_non_null(strstr(json.p, "\"probability\":1,\"held_out\":false,\"limits\":[]}"));
    assert_non_null(strstr(json.p, "{\"offer\":\"b\",\"placement\":\"insert\",\"fate\":"
                                   "\"not-eligible\",\"reason\":\"when: $weekday"));
}

/* --- the look over --------------------------------------------------------------------
 */

static void
offers_that_can_never_win_are_found(void **state)
{
    static const struct {
        const char *xml;
        int note; /* 0: nothing to find */
    } cases[] = {
        {HEAD ONE_PLACE OFFER("a", "priority='2'") OFFER("b", "priority='1'") TAIL,
         NOTE_OFFER_SHADOWED},
        {HEAD ONE_PLACE OFFER("a", "weight='2'") OFFER("b", "") TAIL,
         NOTE_OFFER_SHADOWED},
        {HEAD ONE_PLACE OFFER("a", "") OFFER("b", "") TAIL, NOTE_OFFER_SHADOWED},
        {HEAD ONE_PLACE OFFER("a", "countries='US'") OFFER("b", "") TAIL, 0},
        {HEAD ONE_PLACE OFFER("a", "least-age='18'") OFFER("b", "") TAIL, 0},
        {HEAD ONE_PLACE OFFER("a", "when='$is-gift' priority='1'")
             OFFER("b", "when='$is-gift'") TAIL,
         NOTE_OFFER_SHADOWED},
        {HEAD ONE_PLACE OFFER("a", "when=\"$stage = 'active' and $stage = 'loyal'\"")
             TAIL,
         NOTE_OFFER_NEVER},
        {HEAD ONE_PLACE "<segment name='s' when='$orders > 5'/>" OFFER(
             "a", "segment='s' when='$orders = 1'") TAIL,
         NOTE_OFFER_NEVER},
        {HEAD ONE_PLACE "<segment name='s' when='$orders > 5' bars='selling'/>" OFFER(
             "a", "segment='s'") TAIL,
         NOTE_OFFER_NEVER},
        {HEAD ONE_PLACE "<segment name='s' when='$orders > 5' bars='selling'/>" OFFER(
             "a", "segment='s' sells='no'") TAIL,
         0},
        {HEAD ONE_PLACE "<segment name='s' when='$orders > 5' bars='selling'/>" OFFER(
             "a", "priority='2'") OFFER("b", "sells='no'") TAIL,
         0},
        {HEAD ONE_PLACE "<segment name='s' when='$orders > 5 and $orders = 1'/>" OFFER(
             "a", "segment='s'") TAIL,
         NOTE_SEGMENT_NEVER},
        {HEAD ONE_PLACE OFFER("a", "when='$month = 13 or $is-gift'") TAIL,
         NOTE_COMPARISON_NEVER},
        {HEAD ONE_PLACE OFFER("a", "until='2026-11-21'") TAIL, NOTE_OFFER_OVER},
        {HEAD ONE_PLACE OFFER("a", "holdout='100%'") TAIL, NOTE_OFFER_ALL_HELD_OUT},
        {HEAD ONE_PLACE "<offer name='a' placement='insert'>"
                        "<preprinted sku='a' bin='b' stock='0'/></offer>" TAIL,
         NOTE_OFFER_NO_STOCK},
        {HEAD ONE_PLACE
         "<offer name='a' placement='insert'><print template='x'/>"
         "<arm name='a' weight='0'/><arm name='b' weight='1'/></offer>" TAIL,
         NOTE_ARM_NEVER},
        {HEAD ONE_PLACE TAIL, NOTE_PLACEMENT_EMPTY},
        {HEAD ONE_PLACE "<segment name='s' when='$is-gift'/>" OFFER("a", "") TAIL,
         NOTE_SEGMENT_UNUSED},

        {HEAD ONE_PLACE OFFER("a", "priority='2' when='$is-gift'") OFFER("b", "") TAIL,
         0},
        {HEAD ONE_PLACE OFFER("a", "priority='2' cooldown='9d'") OFFER("b", "") TAIL, 0},
        {HEAD ONE_PLACE OFFER("a", "priority='2' cap-per-customer='9'") OFFER("b", "")
             TAIL,
         0},
        {HEAD ONE_PLACE OFFER("a", "priority='2' until='2027-01-01'") OFFER("b", "") TAIL,
         0},
        {HEAD ONE_PLACE OFFER("a", "priority='2' needs='survey'") OFFER("b", "") TAIL, 0},
        {HEAD ONE_PLACE OFFER("a", "priority='2'") OFFER("b", "sells='no'") TAIL, 0},
        {HEAD ONE_PLACE OFFER("a", "weight='2'") OFFER("b", "weight='1'") TAIL, 0},
        {HEAD ">\n<placement name='insert' kind='insert' most='2'/>" OFFER(
             "a", "priority='2'") OFFER("b", "") TAIL,
         0},
        {HEAD ONE_PLACE OFFER("a", "until='2026-11-22'") TAIL, 0},
        {HEAD ONE_PLACE
         "<segment name='s' when='$is-gift'/>"
         "<segment name='t' when=\"segment('s')\"/>" OFFER("a", "segment='t'") TAIL,
         0},
        {HEAD ">\n<placement name='insert' kind='insert'><fallback template='x'/>"
              "</placement>" TAIL,
         0},
    };
    struct bench *bench = *state;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (try_campaign(bench, cases[i].xml) != STATUS_OK)
            fail_msg("case %zu: %s", i, bench->notes.note[0].text);
        campaign_check(campaign, day_from_date(2026, 11, 22), &bench->notes);
        int note = bench->notes.count > 0 ? (int)bench->notes.note[0].id : 0;
        if (note != cases[i].note)
            fail_msg("case %zu: %d, %s", i, note, bench->notes.note[0].text);
        if (note != 0)
            assert_true(bench->notes.note[0].line >= 2);
    }
    use_campaign(bench, HEAD ONE_PLACE OFFER("a", "until='2020-01-01'") TAIL);
    campaign_check(campaign, DAY_NONE, &bench->notes);
    assert_int_equal(bench->notes.count, 0);
}

/* --- the man page ---------------------------------------------------------------------
 */

/* The text of a man page, its escapes undone. */
static void
read_page(const char *name, struct buf *ret)
{
    static const struct {
        const char *escape, *plain;
    } escapes[] = {{"\\(aq", "'"}, {"\\-", "-"}, {"\\(:u", "\xc3\xbc"}, {"\\&", ""}};
    char *page = NULL;
    size_t n = 0;
    char path[512];

    snprintf(path, sizeof path, "%s/plugin/%s", SRCDIR, name);
    assert_int_equal(file_read(path, 1u << 20, NULL, &page, &n), STATUS_OK);
    for (const char *p = page; *p != '\0';) {
        size_t i = 0;
        while (i < COUNT_OF(escapes) &&
               strncmp(p, escapes[i].escape, strlen(escapes[i].escape)) != 0)
            i++;
        buf_add(ret, i < COUNT_OF(escapes) ? escapes[i].plain : p,
                i < COUNT_OF(escapes) ? strlen(escapes[i].plain) : 1);
        p += i < COUNT_OF(escapes) ? strlen(escapes[i].escape) : 1;
    }
    free(page);
}

static void
the_example_of_the_man_page_is_without_fault(void **state)
{
    struct bench *bench = *state;
    BUF_AUTO struct buf page = {0};

    read_page("campaign/tuck-campaign.5", &page);
    char *from = strstr(page.p, "\n<campaign ");
    char *to = strstr(page.p, "</campaign>");
    assert_non_null(from);
    assert_non_null(to);
    to[strlen("</campaign>")] = '\0';
    use_campaign(bench, from + 1);
    campaign_check(campaign, day_from_date(2026, 11, 22), &bench->notes);
    if (bench->notes.count > 0)
        fail_msg("%s", bench->notes.note[0].text);
    decide(bench);
    assert_string_equal(chosen(), "thanks");
    bench->order.customer.consents |= CONSENT_SURVEY;
    decide(bench);
    assert_string_equal(chosen(), "question");
    complaint(bench, "broken", "2026-11-01", NULL);
    decide(bench);
    assert_string_equal(chosen(), "sorry");
}

static void
every_function_and_attribute_is_in_the_man_pages(void **state)
{
    static const char *const attributes[] = {
        "name",    "seed",         "holdout",   "most-pieces",      "kind",
        "most",    "title",        "placement", "priority",         "when",
        "segment", "from , until", "cooldown",  "cap-per-customer", "needs",
        "sells",   "weight",       "print",     "coupon",           "preprinted",
        "arm",     "least-age",    "countries",        "most-grams , most-thickness",
        "grams , thickness",       "coverage",  "namespace , from , to",
        "answer-within", "bars",    "reply", "rank",    "packer-hour",  "reward",    "worth",            "seconds , piece-cost",
    };
    BUF_AUTO struct buf pages = {0};

    (void)state;
    read_page("campaign/tuck-campaign.5", &pages);
    for (size_t i = 0; i < COUNT_OF(attributes); i++) {
        char item[64];
        snprintf(item, sizeof item, ".It Cm %s\n", attributes[i]);
        if (strstr(pages.p, item) == NULL)
            fail_msg("no word on %s", attributes[i]);
    }
    read_page("customer/tuck-facts.5", &pages);
    for (size_t i = 0; i < expr_function_count; i++) {
        char called[64];
        snprintf(called, sizeof called, "Fn %s", expr_functions[i].name);
        size_t n = strlen(called);
        const char *at_name = strstr(pages.p, called);
        while (at_name != NULL && strchr(" \n", at_name[n]) == NULL)
            at_name = strstr(at_name + 1, called);
        if (at_name == NULL)
            fail_msg("no word on %s()", expr_functions[i].name);
    }
}

/* --- threads --------------------------------------------------------------------------
 */

struct worker {
    struct facts *facts;
    char *dump;
};

static void *
work(void *data)
{
    struct worker *worker = data;
    struct judge *own = NULL;
    struct plan *made = NULL;
    struct buf out = {0};

    if (judge_open(campaign, NULL, &own) != STATUS_OK)
        return NULL;
    for (int i = 0; i < 300; i++) {
        struct arena *arena = arena_new(0);
        buf_reset(&out);
        if (plan_make(own, worker->facts, NULL, NULL, arena, NULL, &made) == STATUS_OK)
            plan_dump(made, &out);
        arena_free(arena);
    }
    judge_close(own);
    worker->dump = buf_take(&out);
    return NULL;
}

static void
two_threads_with_a_judge_each_agree(void **state)
{
    struct bench *bench = *state;
    struct worker workers[2] = {0};
    pthread_t threads[2];

    use_campaign(bench, three_places);
    make_facts(bench);
    for (int i = 0; i < 2; i++) {
        workers[i].facts = bench->facts;
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    assert_non_null(workers[0].dump);
    assert_true(strlen(workers[0].dump) > 100);
    assert_string_equal(workers[0].dump, workers[1].dump);
    free(workers[0].dump);
    free(workers[1].dump);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SMALL_STACK (2u << 20) /* their frames are many times larger */
#else
#define SMALL_STACK (256u << 10)
#endif

/* The longest chain of segments, each as long and deep as the linter lets it be. */
static void
the_worst_conditions_fit_a_small_stack(void **state)
{
    struct bench *bench = *state;
    struct worker worker = {0};
    BUF_AUTO struct buf xml = {0};
    pthread_attr_t small;
    pthread_t thread;

    buf_puts(&xml, HEAD ONE_PLACE);
    for (int i = 0; i < 16; i++) {
        buf_printf(&xml, "<segment name='s%d' when=\"", i);
        for (int k = 0; k < 30; k++)
            buf_puts(&xml, "not(");
        buf_printf(&xml, i == 0 ? "$is-known" : "segment('s%d')", i - 1);
        for (int k = 0; k < 290; k++)
            buf_puts(&xml, " or $is-gift");
        for (int k = 0; k < 30; k++)
            buf_puts(&xml, ")");
        buf_puts(&xml, "\"/>");
    }
    buf_puts(&xml, OFFER("a", "segment='s15'") TAIL);
    use_campaign(bench, xml.p);
    make_facts(bench);
    worker.facts = bench->facts;
    assert_int_equal(pthread_attr_init(&small), 0);
    assert_int_equal(pthread_attr_setstacksize(&small, SMALL_STACK), 0);
    assert_int_equal(pthread_create(&thread, &small, work, &worker), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&small);
    assert_non_null(worker.dump);
    assert_non_null(strstr(worker.dump, "offer a: chosen"));
    free(worker.dump);
}

static void
a_judge_keeps_its_campaign_alive(void **state)
{
    struct bench *bench = *state;
    use_campaign(bench, three_places);
    struct campaign *last = campaign;
    campaign_unref(campaign);
    campaign = NULL;
    make_facts(bench);
    assert_int_equal(
        plan_make(judge, bench->facts, NULL, NULL, bench->arena, &bench->notes, &plan),
        STATUS_OK);
    assert_ptr_equal(plan->campaign, last);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ON_STAGE(a_campaign_is_read_as_it_is_written),
        ON_STAGE(a_wrong_campaign_is_refused_with_its_line),
        ON_STAGE(all_mistakes_are_told_at_once),
        ON_STAGE(a_long_chain_of_segments_is_refused),
        ON_STAGE(a_missing_file_is_told),
        ON_STAGE(a_text_is_found_in_the_readers_language),
        ON_STAGE(a_plan_is_dumped_as_text_and_json),
        ON_STAGE(offers_that_can_never_win_are_found),
        ON_STAGE(the_example_of_the_man_page_is_without_fault),
        ON_STAGE(every_function_and_attribute_is_in_the_man_pages),
        ON_STAGE(two_threads_with_a_judge_each_agree),
        ON_STAGE(the_worst_conditions_fit_a_small_stack),
        ON_STAGE(a_judge_keeps_its_campaign_alive),
    };
    return cmocka_run_group_tests_name("campaign", tests, NULL, NULL);
}
