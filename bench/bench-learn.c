/* Learning and proof: a decision with all of it on, `tuck fit` on a published log and on
 * many baskets, `tuck report` over years of decisions.
 *
 * The commands are run as ops runs them, start to end, on ledgers that are made here: by
 * `tuck import`, or for the report filled by plain statements, because years of packing
 * would take days. */
#include "bench/bench.h"

#include "campaign/learned.h"
#include "customer/facts.h"
#include "fit/next.h"
#include "order/order.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* --- a decision -----------------------------------------------------------------------
 */

#define OFFERS 100
#define EXPERIMENTS 5
#define ROUNDS 4000
#define PRODUCTS 2000

struct choosing {
    struct order_reader *reader;
    struct campaign *campaign;
    struct judge *judge;
    struct learned *learned;
    struct buf next_bytes;
    struct next_model next;
    struct order *order;
    struct history *history;
    struct standing standings[OFFERS];
    struct notes notes;
};

static void
write_campaign(struct buf *out)
{
    static const char *const placements[] = {"insert", "coupon", "box"};
    buf_puts(out, "<campaign xmlns='urn:tuck:campaign:1' name='bench' holdout='5%'>");
    for (int i = 0; i < 3; i++)
        buf_printf(out, "<placement name='%s' kind='%s' rank='learn' most='2'/>",
                   placements[i], placements[i]);
    buf_puts(out, "<learn reward='redeemed' within='30d' by='$stage'/>");
    for (int i = 0; i < EXPERIMENTS; i++)
        buf_printf(out,
                   "<experiment name='e%d'><arm name='a' weight='50'/>"
                   "<arm name='b' weight='50'/></experiment>",
                   i);
    for (int i = 0; i < OFFERS; i++)
        buf_printf(out,
                   "<offer name='o%d' placement='%s' priority='10' when=\"(%s) or "
                   "arm('e%d') = 'b' or $next-product != ''\" cooldown='30d'>"
                   "<print template='t'/></offer>",
                   i, placements[i % 3], bench_conditions[i % BENCH_CONDITIONS],
                   i % EXPERIMENTS);
    buf_puts(out, "</campaign>");
}

static enum status
open_campaign(struct choosing *choosing)
{
    char path[] = "/tmp/tuck-bench-XXXXXX";
    struct buf text BUF_AUTO = {0};
    static struct learned_row rows[OFFERS * 3];
    static char names[OFFERS][8];
    static const char *const stages[] = {"new", "active", "loyal"};
    int fd = mkstemp(path);
    enum status status = STATUS_OUTSIDE;
    write_campaign(&text);
    if (fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n)
        status = campaign_open(path, &choosing->notes, &choosing->campaign);
    if (fd >= 0)
        close(fd);
    unlink(path);
    for (int i = 0; i < OFFERS * 3; i++) {
        snprintf(names[i / 3], sizeof(names[0]), "o%d", i / 3);
        rows[i] =
            (struct learned_row){names[i / 3], stages[i % 3], 1000 + 10 * i, 50 + i % 17};
    }
    if (status == STATUS_OK)
        status = judge_open(choosing->campaign, &choosing->notes, &choosing->judge);
    if (status == STATUS_OK)
        status = learned_make(choosing->campaign, rows, OFFERS * 3, &choosing->notes,
                              &choosing->learned);
    return status;
}

/* What goes with what, of products as the history has them and many more. */
static enum status
train(struct choosing *choosing)
{
    struct next_training *training NEXT_TRAINING_AUTO = next_training_new(NULL);
    enum status status = training ? STATUS_OK : STATUS_NO_MEMORY;
    uint64_t chance = 88172645463325252u;
    for (int i = 0; status == STATUS_OK && i < 60000; i++) {
        struct next_line lines[3];
        char skus[3][16];
        for (int k = 0; k < 3; k++) {
            chance = chance * 6364136223846793005u + 1442695040888963407u;
            unsigned at = (unsigned)(chance >> 40) % PRODUCTS;
            snprintf(skus[k], sizeof(skus[k]), k ? "TEA-%u" : "POT-%u",
                     at / (k ? 1 : 10));
            lines[k] = (struct next_line){skus[k], k ? "tea" : "pot", 1};
        }
        const struct next_basket basket = {(uint64_t)i / 4, 20000 + i / 100, lines, 3};
        status = next_training_add(training, &basket);
    }
    choosing->next_bytes.ceiling = 64u << 20;
    if (status == STATUS_OK)
        status = next_training_make(training, &choosing->next_bytes);
    return status == STATUS_OK ? next_open(choosing->next_bytes.p, choosing->next_bytes.n,
                                           &choosing->next)
                               : status;
}

static enum status
look_next(const struct choosing *choosing, struct arena *arena, struct next_picks *ret)
{
    const struct history *history = choosing->history;
    const char *bench[8];
    size_t past_count = 0;
    struct next_past *past =
        arena_make_array(arena, history->order_count * 4, sizeof(*past));
    if (!past)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < history->order_count; i++)
        for (size_t k = 0; k < history->orders[i].line_count && k < 4; k++)
            past[past_count++] =
                (struct next_past){history->orders[i].lines[k].sku,
                                   (int32_t)(history->orders[i].placed_at_s / 86400)};
    for (size_t i = 0; i < choosing->order->line_count && i < 8; i++)
        bench[i] = choosing->order->lines[i].sku;
    const struct next_ask ask = {.past = past,
                                 .past_count = past_count,
                                 .bench = bench,
                                 .bench_count = choosing->order->line_count,
                                 .today = (int32_t)(choosing->order->placed_at_s / 86400),
                                 .most = 1};
    return next_look(&choosing->next, &ask, arena, ret);
}

struct spent {
    int64_t next_us, facts_us, plan_us, choices;
};

static enum status
choose_once(struct choosing *choosing, struct arena *arena, struct spent *spent)
{
    struct facts *facts = NULL;
    struct plan *plan = NULL;
    struct next_picks picks = {0};
    struct notes notes;
    const struct standings standings = {.offers = choosing->standings,
                                        .learned = choosing->learned};
    notes.count = notes.dropped = 0;
    int64_t a = bench_now_us();
    enum status status = look_next(choosing, arena, &picks);
    int64_t b = bench_now_us();
    const struct facts_pick pick = {picks.count ? picks.picks[0].sku : "", "",
                                    "goes-with", ""};
    const struct facts_settings settings = {.language = "en",
                                            .pick = picks.count ? &pick : NULL};
    if (status == STATUS_OK)
        status = facts_make(choosing->order, choosing->history, &settings, arena, &notes,
                            &facts);
    int64_t c = bench_now_us();
    if (status == STATUS_OK)
        status =
            plan_make(choosing->judge, facts, &standings, NULL, arena, &notes, &plan);
    int64_t d = bench_now_us();
    spent->next_us += b - a;
    spent->facts_us += c - b;
    spent->plan_us += d - c;
    if (status == STATUS_OK)
        spent->choices += (int64_t)plan->choice_count;
    return status;
}

static enum status
choose(struct choosing *choosing, struct spent *spent)
{
    struct buf order BUF_AUTO = {0}, history BUF_AUTO = {0};
    struct arena *kept ARENA_AUTO = arena_new(0), *arena ARENA_AUTO = arena_new(0);
    enum status status = kept && arena ? STATUS_OK : STATUS_NO_MEMORY;
    bench_documents(&order, &history);
    for (int i = 0; i < OFFERS; i++)
        choosing->standings[i].last_decided = DAY_NONE;
    if (status == STATUS_OK)
        status = order_reader_open(&choosing->notes, &choosing->reader);
    if (status == STATUS_OK)
        status = order_read(choosing->reader, order.p, order.n, "o", NULL, kept,
                            &choosing->notes, &choosing->order);
    if (status == STATUS_OK)
        status = history_read(choosing->reader, history.p, history.n, "h", NULL, kept,
                              &choosing->notes, &choosing->history);
    if (status == STATUS_OK)
        status = open_campaign(choosing);
    if (status == STATUS_OK)
        status = train(choosing);
    for (int i = 0; status == STATUS_OK && i < ROUNDS; i++) {
        arena_reset(arena);
        status = choose_once(choosing, arena, spent);
    }
    return status;
}

static bool
bench_choosing(void)
{
    struct choosing choosing = {0};
    struct spent spent = {0};
    enum status status = choose(&choosing, &spent);
    if (status != STATUS_OK)
        fprintf(stderr, "bench: choosing came to status %d: %s\n", (int)status,
                choosing.notes.count ? choosing.notes.note[0].text : "");
    else {
        double ms =
            (double)(spent.next_us + spent.facts_us + spent.plan_us) / ROUNDS / 1000;
        bench_title("choosing (100 offers, 5 experiments, learnt ranks, next product)");
        bench_row("decision", ms, "ms", "aim: under 0.5");
        bench_row("  next product", (double)spent.next_us / ROUNDS, "us",
                  "2,000 teas, 200 pots, 100 purchases");
        bench_row("  facts", (double)spent.facts_us / ROUNDS, "us",
                  "history of 50 orders");
        bench_row("  plan", (double)spent.plan_us / ROUNDS, "us", NULL);
        bench_row("decisions", 1000 / ms, "1/s", "one thread");
    }
    learned_unref(choosing.learned);
    judge_close(choosing.judge);
    campaign_unref(choosing.campaign);
    order_reader_close(choosing.reader);
    buf_done(&choosing.next_bytes);
    return status == STATUS_OK;
}

/* --- the command ----------------------------------------------------------------------
 */

struct place {
    char dir[64], keys[96], ledger[128], file[128];
};

/* Runs the command, quietly; seconds, below 0 when it failed, and its peak of memory. */
static double
run_tuck(const struct place *place, const char *const arguments[], double *ret_mb)
{
    const char *program = getenv("TUCK"), *top = getenv("abs_top_srcdir");
    char shop[300];
    const char *argv[16] = {program, "-s", shop};
    struct rusage before, after;
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int state = -1;
    size_t n = 3;
    if (!program || !top)
        return -1;
    snprintf(shop, sizeof(shop), "%s/samples/shop", top);
    setenv("TUCK_KEYS", place->keys, 1);
    for (size_t i = 0; arguments[i] && n < 15; i++)
        argv[n++] = arguments[i];
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    getrusage(RUSAGE_CHILDREN, &before);
    int64_t begun = bench_now_us();
    int failed = posix_spawn(&pid, program, &actions, NULL, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed == 0)
        while (waitpid(pid, &state, 0) < 0 && errno == EINTR)
            continue;
    int64_t ended = bench_now_us();
    getrusage(RUSAGE_CHILDREN, &after);
    *ret_mb = (double)after.ru_maxrss / 1000;
    return failed == 0 && state == 0 ? (double)(ended - begun) / 1e6 : -1;
}

static bool
ran(const char *what, double seconds)
{
    if (seconds < 0)
        fprintf(stderr, "bench: %s failed\n", what);
    return seconds >= 0;
}

static bool
make_place(struct place *place)
{
    strcpy(place->dir, "/tmp/tuck-bench-XXXXXX");
    if (!mkdtemp(place->dir))
        return false;
    snprintf(place->keys, sizeof(place->keys), "%s/shop.keys", place->dir);
    snprintf(place->ledger, sizeof(place->ledger), "--ledger=%s/ledger.db", place->dir);
    snprintf(place->file, sizeof(place->file), "%s/baskets.csv", place->dir);
    return true;
}

/* Takes away what this bench made there, whatever names the parts have. */
static void
clear_place(const struct place *place)
{
    static const char *const names[] = {
        "shop.keys",     "shop.keys.turn", "ledger.db",  "ledger.db-wal",
        "ledger.db-shm", "ledger.db.turn", "baskets.csv"};
    char path[160];
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        snprintf(path, sizeof(path), "%s/%s", place->dir, names[i]);
        unlink(path);
    }
    rmdir(place->dir);
}

/* --- fit ------------------------------------------------------------------------------
 */

static bool
fit_cdnow(void)
{
    const char *top = getenv("abs_top_srcdir");
    struct place place;
    char path[300];
    double mb;
    snprintf(path, sizeof(path), "%s/../shared/data/cdnow/CDNOW_master.txt",
             top ? top : "");
    if (access(path, R_OK) != 0) {
        bench_skip("tuck fit on the CDNOW log", "its data are not at hand");
        return true;
    }
    if (!make_place(&place))
        return false;
    const char *import[] = {"import",
                            "--csv",
                            "--columns=customer=1,date=2,quantity=3,amount=4",
                            "--date-format=%Y%m%d",
                            "--currency=EUR",
                            "--delimiter=space",
                            path,
                            place.ledger,
                            NULL};
    const char *fit[] = {"fit", "--date=1998-06-30", place.ledger, NULL};
    bool is_fine = ran("the import of CDNOW", run_tuck(&place, import, &mb));
    double seconds = is_fine ? run_tuck(&place, fit, &mb) : -1;
    is_fine = is_fine && ran("the fit of CDNOW", seconds);
    if (is_fine)
        bench_row("tuck fit on the CDNOW log", seconds, "s",
                  "23,570 customers, 69,659 orders; aim: under 1");
    clear_place(&place);
    return is_fine;
}

/* Baskets of one to four products; some products and customers are far more frequent, and
 * customers spend each in her own way. */
static bool
write_baskets(const struct place *place, int64_t count)
{
    FILE *file = fopen(place->file, "w");
    uint64_t chance = 88172645463325252u;
    if (!file)
        return false;
    fputs("customer,date,order,sku,name,category,quantity,amount\n", file);
    for (int64_t i = 0; i < count; i++) {
        chance = chance * 6364136223846793005u + 1442695040888963407u;
        unsigned lines = 1 + (unsigned)(chance >> 60) % 4,
                 day = (unsigned)(chance >> 50) % 700;
        double of_all = (double)(chance >> 11 & 0xfffff) / 0x100000;
        int64_t customer = (int64_t)(of_all * of_all * (double)(count / 3 + 1));
        for (unsigned k = 0; k < lines; k++) {
            unsigned at = (unsigned)(chance >> (20 + 4 * k)) % 5000;
            at = at * (at % 100) / 100;
            fprintf(file, "C-%lld,%u-%02u-%02u,O-%lld,SKU-%u,Thing %u,c%u,1,%u.50\n",
                    (long long)customer, 2024 + day / 350, 1 + day / 30 % 12,
                    1 + day % 28, (long long)i, at, at, at % 40,
                    5 + at % 30 + (unsigned)(customer * 7919 % 60));
        }
    }
    return fclose(file) == 0;
}

static bool
fit_baskets(int64_t baskets)
{
    struct place place;
    double mb, import_s, fit_s;
    char what[80], remark[80];
    if (!make_place(&place))
        return false;
    const char *import[] = {"import", place.file, "--currency=EUR", place.ledger, NULL};
    const char *fit[] = {"fit", "--date=2026-06-30", place.ledger, NULL};
    bool is_fine =
        write_baskets(&place, baskets) &&
        ran("the import of baskets", import_s = run_tuck(&place, import, &mb)) &&
        ran("the fit of baskets", fit_s = run_tuck(&place, fit, &mb));
    if (is_fine) {
        snprintf(what, sizeof(what), "tuck fit on %lld baskets", (long long)baskets);
        snprintf(remark, sizeof(remark), "%.0f MB at most; imported in %.1f s", mb,
                 import_s);
        bench_row(what, fit_s, "s", remark);
    }
    clear_place(&place);
    return is_fine;
}

/* --- report ---------------------------------------------------------------------------
 */

/* ?1: how many orders; a customer has four of them, and a twentieth are held out. */
#define ROWS                                                                             \
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
#define CUSTOMER "printf('c~%08d', i / 4)"
#define DECIDED "(1700000000 + i * 2654435761 % 50000000)"
#define HELD "(i / 4 % 20 = 0)"
static const char *const sql_fill[] = {
    ROWS "INSERT INTO past_order SELECT 'fern-kettle', " CUSTOMER ", printf('O-%09d', i),"
         " " DECIDED " - 3600, 0, 'EUR', 2000 + i % 3000, 0, NULL, 0, 1 FROM n",
    ROWS
    "INSERT INTO decision SELECT i, 'fern-kettle', printf('O-%09d', i), '1', 1,"
    " " CUSTOMER ", printf('%016x', i), " DECIDED ", 'c0ffee', 'facade', 'bench-1',"
    " 'winter', CASE i / 4 % 3 WHEN 0 THEN 'new' WHEN 1 THEN 'loyal big' ELSE '' END,"
    " NULL FROM n",
    ROWS "INSERT INTO promise SELECT i, 'fern-kettle', printf('O-%09d', i),"
         " printf('offer-%d', i % 10), " CUSTOMER ", NULL, " DECIDED ", " HELD ", NULL,"
         " NULL, 30000, 30000 * 86400, 500, 'EUR',"
         " CASE WHEN i % 3 = 0 AND NOT " HELD " THEN 'redeemed' ELSE 'printed' END, 1,"
         " NOT " HELD " FROM n",
    ROWS "INSERT INTO piece SELECT i, 'coupon', 0, 0, printf('offer-%d', i % 10), " HELD
         ","
         " NULL, 'card', NULL, 'the best of two', i, NULL, NULL, 0.5, NULL, 0, 12 FROM n",
    ROWS "INSERT INTO redemption SELECT 'fern-kettle', printf('R-%d', i), i,"
         " " DECIDED " + 9999, NULL, 'till-1', 4290, 'EUR', NULL FROM n"
         " WHERE i % 3 = 0 AND NOT " HELD,
    ROWS "INSERT INTO exposure SELECT i, 'holdout:campaign', CASE WHEN " HELD
         " THEN 'held-out' ELSE 'treated' END FROM n",
};

static bool
fill(sqlite3 *db, const char *sql, int64_t orders)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK && sqlite3_bind_parameter_count(stmt) > 0)
        rc = sqlite3_bind_int64(stmt, 1, orders);
    while (rc == SQLITE_OK || rc == SQLITE_ROW)
        rc = sqlite3_step(stmt);
    if (rc != SQLITE_DONE)
        fprintf(stderr, "bench: filling the ledger: %s in %.60s\n", sqlite3_errmsg(db),
                sql);
    sqlite3_finalize(stmt);
    return rc == SQLITE_DONE;
}

static bool
fill_ledger(const struct place *place, int64_t orders)
{
    sqlite3 *db = NULL;
    bool is_fine = sqlite3_open(place->ledger + strlen("--ledger="), &db) == SQLITE_OK &&
                   fill(db, "PRAGMA cache_size = -400000", 0) &&
                   fill(db, "PRAGMA foreign_keys = OFF", 0) && fill(db, "BEGIN", 0);
    for (size_t i = 0; is_fine && i < COUNT_OF(sql_fill); i++)
        is_fine = fill(db, sql_fill[i], orders);
    is_fine = is_fine && fill(db, "COMMIT", 0) &&
              fill(db, "PRAGMA wal_checkpoint(TRUNCATE)", 0);
    sqlite3_close(db);
    return is_fine;
}

static bool
report_events(int64_t events)
{
    struct place place;
    double mb, seconds = -1;
    char what[80], remark[120];
    int64_t orders = events * 3 / 10; /* ten events come of three: see bench-events.c */
    if (!make_place(&place))
        return false;
    FILE *file = fopen(place.file, "w");
    bool is_fine = file && fputs("customer,date,amount\nA,2023-01-01,9.00\n", file) >= 0;
    if (file)
        is_fine = fclose(file) == 0 && is_fine;
    const char *import[] = {"import", place.file, "--currency=EUR", place.ledger, NULL};
    const char *report[] = {"report", "--date=2025-12-31", place.ledger, NULL};
    is_fine = is_fine && ran("the import", run_tuck(&place, import, &mb)) &&
              fill_ledger(&place, orders) &&
              ran("the report", seconds = run_tuck(&place, report, &mb));
    if (is_fine) {
        snprintf(what, sizeof(what), "tuck report over %lld events", (long long)events);
        snprintf(
            remark, sizeof(remark),
            "%lld orders, decisions, pieces and promises each; %.0f MB; aim: under 5 "
            "for 10 million",
            (long long)orders, mb);
        bench_row(what, seconds, "s", remark);
    }
    clear_place(&place);
    return is_fine;
}

int
bench_learn(const struct bench_how *how)
{
    bool is_fine = bench_choosing();
    if (is_fine)
        bench_title("learning and proof (the command, from start to end)");
    return is_fine && fit_cdnow() && fit_baskets(how->baskets) &&
                   report_events(how->events)
               ? 0
               : 1;
}
