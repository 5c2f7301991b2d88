/* Deciding: order document → facts → plan, with a history of 50 orders and a campaign of
 * 50 offers, one thread, no disk. */
#include "bench/bench.h"

#include "campaign/campaign.h"
#include "customer/facts.h"
#include "order/order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ORDERS 50
#define OFFERS 50
#define ROUNDS 4000

struct deciding {
    struct order_reader *reader;
    struct campaign *campaign;
    struct judge *judge;
    struct buf order, history;
    struct notes notes;
};

void
bench_documents(struct buf *order, struct buf *history)
{
    buf_puts(order,
             "<order xmlns='urn:tuck:order:1' merchant='m' id='B-1' "
             "placed-at='2026-11-22T10:00:00Z' currency='EUR'>"
             "<customer id='C' language='en' birthday='1988-11-25'><given-name>Noa"
             "</given-name><consent for='marketing' given='true'/></customer><lines>");
    for (int i = 0; i < 4; i++)
        buf_printf(order,
                   "<line sku='TEA-%d' quantity='2' unit-price='7.90' category='tea'>"
                   "<name>Tea %d</name></line>",
                   i, i);
    buf_puts(order, "</lines><destination country='DE'/></order>");
    buf_puts(history, "<history xmlns='urn:tuck:history:1' customer='C'>");
    for (int i = 0; i < ORDERS; i++)
        buf_printf(history,
                   "<order id='H-%02d' placed-at='20%02d-%02d-11T10:00:00Z' "
                   "currency='EUR'><line sku='TEA-%d' quantity='1' unit-price='8.10' "
                   "category='c%d'/><line sku='POT-%d' quantity='1' unit-price='30.00' "
                   "category='pot' returned='%d'/></order>",
                   i, 22 + i / 12, i % 12 + 1, i % 9, i % 5, i % 7, i % 11 == 0);
    buf_puts(history,
             "<nps at='2026-09-01T10:00:00Z' score='9'/>"
             "<loyalty tier='Bud' points='560' points-to-next='40'/></history>");
}

/* Conditions of the kinds that campaigns have, over three placements. */
const char *const bench_conditions[BENCH_CONDITIONS] = {
    "$stage = 'lapsing' and $tier != '' and not(bought('TEA-042', 90))",
    "$birthday-distance &gt;= -2 and $birthday-distance &lt;= 7",
    "$nps-class = 'promoter' and $nps-age-days &lt; 120",
    "$is-member and $points-to-next &gt; 0 and $points-to-next &lt;= 100",
    "$milestone &gt; 0 or $anniversary &gt; 0",
    "bought-category('pot', 365) and not(in-order('POT-1'))",
    "$weather = 'rain' and $is-weekend",
    "$returns-share &gt;= 40 and $orders &gt;= 2",
    "$streak-months &gt;= 5 and $season = 'autumn'",
    "$spend &gt; 50000 and $days-since-last &lt; 60",
};

static enum status
open_campaign(struct deciding *deciding)
{
    static const char *const placements[] = {"insert", "coupon", "box"};
    char path[] = "/tmp/tuck-bench-XXXXXX";
    struct buf text BUF_AUTO = {0};
    int fd = mkstemp(path);
    buf_puts(&text, "<campaign xmlns='urn:tuck:campaign:1' name='bench' holdout='5%'>");
    for (int i = 0; i < 3; i++)
        buf_printf(&text, "<placement name='%s' kind='%s'/>", placements[i],
                   placements[i]);
    for (int i = 0; i < OFFERS; i++)
        buf_printf(&text,
                   "<offer name='o%d' placement='%s' priority='%d' when=\"%s\" "
                   "cooldown='30d'><print template='t'/></offer>",
                   i, placements[i % 3], 10 + i,
                   bench_conditions[i % BENCH_CONDITIONS]);
    buf_puts(&text, "</campaign>");
    enum status status = STATUS_OUTSIDE;
    if (fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n)
        status = campaign_open(path, &deciding->notes, &deciding->campaign);
    if (fd >= 0)
        close(fd);
    unlink(path);
    if (status == STATUS_OK)
        status = judge_open(deciding->campaign, &deciding->notes, &deciding->judge);
    return status;
}

struct spent {
    int64_t order_us, history_us, facts_us, plan_us;
};

static enum status
decide_once(struct deciding *deciding, struct arena *arena, struct spent *spent)
{
    struct order *order = NULL;
    struct history *history = NULL;
    struct facts *facts = NULL;
    struct plan *plan = NULL;
    const struct facts_settings settings = {.language = "en"};
    struct notes notes;
    notes.count = notes.dropped = 0;
    int64_t a = bench_now_us();
    enum status status = order_read(deciding->reader, deciding->order.p,
                                    deciding->order.n, "o", NULL, arena, &notes, &order);
    int64_t b = bench_now_us();
    if (status == STATUS_OK)
        status = history_read(deciding->reader, deciding->history.p, deciding->history.n,
                              "h", NULL, arena, &notes, &history);
    int64_t c = bench_now_us();
    if (status == STATUS_OK)
        status = facts_make(order, history, &settings, arena, &notes, &facts);
    int64_t d = bench_now_us();
    if (status == STATUS_OK)
        status = plan_make(deciding->judge, facts, NULL, NULL, arena, &notes, &plan);
    int64_t e = bench_now_us();
    spent->order_us += b - a;
    spent->history_us += c - b;
    spent->facts_us += d - c;
    spent->plan_us += e - d;
    return status;
}

static enum status
run(struct deciding *deciding, struct spent *spent)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    enum status status = arena ? STATUS_OK : STATUS_NO_MEMORY;
    for (int i = 0; status == STATUS_OK && i < ROUNDS; i++) {
        arena_reset(arena);
        status = decide_once(deciding, arena, spent);
    }
    return status;
}

int
bench_decide(void)
{
    struct deciding deciding = {0};
    struct spent spent = {0};
    xml_init();
    bench_documents(&deciding.order, &deciding.history);
    enum status status = order_reader_open(&deciding.notes, &deciding.reader);
    if (status == STATUS_OK)
        status = open_campaign(&deciding);
    if (status == STATUS_OK)
        status = run(&deciding, &spent);
    if (status != STATUS_OK) {
        fprintf(stderr, "bench: deciding came to status %d: %s\n", (int)status,
                deciding.notes.count ? deciding.notes.note[0].text : "");
        return 1;
    }
    double decision_ms = (double)(spent.facts_us + spent.plan_us) / ROUNDS / 1000;
    double whole_s =
        (double)(spent.order_us + spent.history_us + spent.facts_us + spent.plan_us) /
        1e6;
    char size[40];
    snprintf(size, sizeof(size), "%zu KB", deciding.history.n / 1000);
    bench_title("deciding (history of 50 orders, 50 offers, one thread)");
    bench_row("decision: facts and plan", decision_ms, "ms", "aim: under 0.3");
    bench_row("  facts", (double)spent.facts_us / ROUNDS, "us", NULL);
    bench_row("  plan", (double)spent.plan_us / ROUNDS, "us", NULL);
    bench_row("decisions", 1000 / decision_ms, "1/s", NULL);
    bench_row("order document read and validated", (double)spent.order_us / ROUNDS, "us",
              NULL);
    bench_row("history document read and validated", (double)spent.history_us / ROUNDS,
              "us", size);
    bench_row("orders decided, documents read each time", ROUNDS / whole_s, "1/s", NULL);
    judge_close(deciding.judge);
    campaign_unref(deciding.campaign);
    order_reader_close(deciding.reader);
    buf_done(&deciding.order);
    buf_done(&deciding.history);
    return 0;
}
