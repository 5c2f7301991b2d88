/* The stage of the campaign's tests: a campaign is written into a file of the moment and
 * read as a shop's would be; customers are built by facts-bench.h. Not every test uses all
 * of it. */
#ifndef TUCK_TESTS_CAMPAIGN_STAGE_H
#define TUCK_TESTS_CAMPAIGN_STAGE_H

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

static __attribute__((unused)) struct campaign *campaign;
static __attribute__((unused)) struct judge *judge;
static __attribute__((unused)) struct plan *plan;

static __attribute__((unused)) enum status
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

static __attribute__((unused)) void
use_campaign(struct bench *bench, const char *xml)
{
    if (try_campaign(bench, xml) != STATUS_OK)
        fail_msg("line %d: %s", (int)bench->notes.note[0].line,
                 bench->notes.note[0].text);
    assert_int_equal(bench->notes.count, 0);
    assert_int_equal(judge_open(campaign, &bench->notes, &judge), STATUS_OK);
}

static __attribute__((unused)) void
decide_with(struct bench *bench, const struct standings *standings, const char *force)
{
    make_facts(bench);
    assert_int_equal(plan_make(judge, bench->facts, standings, force, bench->arena,
                               &bench->notes, &plan),
                     STATUS_OK);
    assert_int_equal(plan->verdict_count, campaign->offer_count);
}

static __attribute__((unused)) void
decide(struct bench *bench)
{
    decide_with(bench, NULL, NULL);
}

static __attribute__((unused)) const struct verdict *
verdict(const char *offer)
{
    for (size_t i = 0; i < plan->verdict_count; i++)
        if (strcmp(plan->verdicts[i].offer->name, offer) == 0)
            return &plan->verdicts[i];
    fail_msg("no verdict on %s", offer);
    return NULL;
}

static __attribute__((unused)) void
check_fate(const char *offer, enum fate fate, const char *reason, int at_line)
{
    const struct verdict *v = verdict(offer);
    if (v->fate != fate || strcmp(v->reason, reason) != 0)
        fail_msg("line %d: %s is %s: %s", at_line, offer, fate_name(v->fate), v->reason);
}
#define expect_fate(offer, fate, reason) check_fate(offer, fate, reason, __LINE__)

static __attribute__((unused)) int
close_down(void **state)
{
    judge_close(judge);
    campaign_unref(campaign);
    judge = NULL;
    campaign = NULL;
    return bench_teardown(state);
}

__attribute__((unused)) static const char three_places[] = HEAD
    " most-pieces='2'>\n<placement name='insert' kind='insert' most='2'/>"
    "<placement name='lid' kind='box'/><placement name='extra' kind='coupon'/>" OFFER(
        "one", "when='not($is-gift)'") OFFER("two", "when='not($is-gift)'")
        OFFER("zero",
              "when='not($is-gift)'") "<offer name='art' placement='lid'><print "
                                      "template='x'/></offer>"
                                      "<offer name='code' placement='extra'><print "
                                      "template='x'/></offer>" TAIL;

__attribute__((unused)) static const char *
chosen(void)
{
    return plan->choices[0].offer != NULL ? plan->choices[0].offer->name : "";
}

#define ON_STAGE(test) cmocka_unit_test_setup_teardown(test, bench_setup, close_down)

#endif
