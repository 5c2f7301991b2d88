/* Campaigns: what is read and refused, who gets what and why, and what can never win.
 *
 * A campaign is written into a file of the moment and read as a shop's would be;
 * customers are built by facts-bench.h. */
#include "facts-bench.h"

#include "base/xml.h"
#include "campaign/campaign.h"
#include "campaign/expr.h"

#include <libxml/globals.h>
#include <libxml/xmlerror.h>
#include <malloc.h>
#include <pthread.h>
#include <unistd.h>

/* --- the stage ------------------------------------------------------------------------
 */

#define HEAD "<campaign xmlns='urn:tuck:campaign:1' name='fern'"
#define ONE_PLACE ">\n<placement name='insert' kind='insert'/>\n"
#define TAIL "</campaign>"
/* an offer of one line, with more attributes */
#define OFFER(name, more)                                                                \
    "<offer name='" name "' placement='insert' " more                                    \
    "><print template='card'/></offer>\n"

static struct campaign *campaign;
static struct judge *judge;
static struct plan *plan;

static enum status
try_campaign(struct bench *bench, const char *xml)
{
    char path[] = "/tmp/test-campaign-XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, xml, strlen(xml)), (ssize_t)strlen(xml));
    close(fd);
    judge_close(judge);
    judge = NULL;
    campaign_unref(campaign);
    campaign = NULL;
    memset(&bench->notes, 0, sizeof bench->notes);
    enum status status = campaign_open(path, &bench->notes, &campaign);
    unlink(path);
    return status;
}

static void
use_campaign(struct bench *bench, const char *xml)
{
    if (try_campaign(bench, xml) != STATUS_OK)
        fail_msg("line %d: %s", (int)bench->notes.note[0].line,
                 bench->notes.note[0].text);
    assert_int_equal(bench->notes.count, 0);
    assert_int_equal(judge_open(campaign, &bench->notes, &judge), STATUS_OK);
}

static void
decide_with(struct bench *bench, const struct standing *standing, const char *force)
{
    make_facts(bench);
    assert_int_equal(plan_make(judge, bench->facts, standing, force, bench->arena,
                               &bench->notes, &plan),
                     STATUS_OK);
    assert_int_equal(plan->verdict_count, campaign->offer_count);
}

static void
decide(struct bench *bench)
{
    decide_with(bench, NULL, NULL);
}

static const struct verdict *
verdict(const char *offer)
{
    for (size_t i = 0; i < plan->verdict_count; i++)
        if (strcmp(plan->verdicts[i].offer->name, offer) == 0)
            return &plan->verdicts[i];
    fail_msg("no verdict on %s", offer);
    return NULL;
}

static void
check_fate(const char *offer, enum fate fate, const char *reason, int at_line)
{
    const struct verdict *v = verdict(offer);
    if (v->fate != fate || strcmp(v->reason, reason) != 0)
        fail_msg("line %d: %s is %s: %s", at_line, offer, fate_name(v->fate), v->reason);
}
#define expect_fate(offer, fate, reason) check_fate(offer, fate, reason, __LINE__)

static int
close_down(void **state)
{
    judge_close(judge);
    campaign_unref(campaign);
    judge = NULL;
    campaign = NULL;
    return bench_teardown(state);
}

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
    assert_int_equal(tea->cap_per_customer, 2);
    assert_int_equal(tea->cooldown_days, 90);
    assert_int_equal(tea->needs_consents, CONSENT_MARKETING | CONSENT_SURVEY);
    assert_false(tea->sells);
    assert_int_equal(tea->weight, 5);
    assert_int_equal(tea->holdout_bp, 25);
    assert_int_equal(tea->stock, -1);
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
    assert_int_equal(bag->stock, 500);
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
    struct standing standing[] = {{2, DAY_NONE, 9, -1},
                                  {1, day_from_date(2026, 11, 10), 1, -1},
                                  {0, DAY_NONE, 500, 0}};
    decide_with(bench, standing, NULL);
    expect_fate("capped", FATE_NOT_ALLOWED, "cap: 2 of 2 for this customer are spent");
    expect_fate("cooling", FATE_NOT_ALLOWED, "cooldown: 12 of 90 days passed");
    expect_fate("card", FATE_NOT_ALLOWED, "stock: none of 500 is left");
    standing[0].decided_for_customer = INT32_MAX; /* spent by another station just now */
    decide_with(bench, standing, NULL);
    expect_fate("capped", FATE_NOT_ALLOWED, "cap: 2 of 2 for this customer are spent");
    standing[0].decided_for_customer = 1;
    decide_with(bench, standing, NULL);
    assert_int_equal(verdict("capped")->fate, FATE_CHOSEN);
    standing[0].decided_for_customer = 2;
    standing[1].last_decided = day_from_date(2026, 8, 24); /* 90 days ago */
    decide_with(bench, standing, NULL);
    assert_int_equal(verdict("cooling")->fate, FATE_CHOSEN);
    standing[1].last_decided = day_from_date(2026, 8, 25);
    standing[2].stock_left = 1;
    decide_with(bench, standing, NULL);
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

static const char *
chosen(void)
{
    return plan->choices[0].offer != NULL ? plan->choices[0].offer->name : "";
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

static const char three_places[] = HEAD
    " most-pieces='2'>\n<placement name='insert' kind='insert' most='2'/>"
    "<placement name='lid' kind='box'/><placement name='extra' kind='coupon'/>" OFFER(
        "one", "when='not($is-gift)'") OFFER("two", "when='not($is-gift)'")
        OFFER("zero",
              "when='not($is-gift)'") "<offer name='art' placement='lid'><print "
                                      "template='x'/></offer>"
                                      "<offer name='code' placement='extra'><print "
                                      "template='x'/></offer>" TAIL;

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
    assert_non_null(strstr(json.p, "\"probability\":1,\"held_out\":false}"));
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
        {HEAD ONE_PLACE OFFER("a", "when='$is-gift' priority='1'")
             OFFER("b", "when='$is-gift'") TAIL,
         NOTE_OFFER_SHADOWED},
        {HEAD ONE_PLACE OFFER("a", "when=\"$stage = 'active' and $stage = 'loyal'\"")
             TAIL,
         NOTE_OFFER_NEVER},
        {HEAD ONE_PLACE "<segment name='s' when='$orders > 5'/>" OFFER(
             "a", "segment='s' when='$orders = 1'") TAIL,
         NOTE_OFFER_NEVER},
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
        "arm",
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
#define ON_STAGE(test) cmocka_unit_test_setup_teardown(test, bench_setup, close_down)
    const struct CMUnitTest tests[] = {
        ON_STAGE(a_campaign_is_read_as_it_is_written),
        ON_STAGE(a_wrong_campaign_is_refused_with_its_line),
        ON_STAGE(all_mistakes_are_told_at_once),
        ON_STAGE(a_long_chain_of_segments_is_refused),
        ON_STAGE(a_missing_file_is_told),
        ON_STAGE(conditions_that_fail_name_their_part_and_its_facts),
        ON_STAGE(segments_follow_the_customer_and_not_the_one_before),
        ON_STAGE(dates_hold_from_the_first_to_the_last_day),
        ON_STAGE(consent_is_asked_and_refusal_is_kept),
        ON_STAGE(a_gift_has_no_coupon_where_marketing_was_refused),
        ON_STAGE(nothing_is_sold_beside_an_open_complaint),
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
        ON_STAGE(lost_memory_never_gives_an_offer_or_a_crash),
        ON_STAGE(a_plan_without_memory_says_so),
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
