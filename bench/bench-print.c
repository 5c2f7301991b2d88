/* Printing: a shop full of people through tuck.so, as a host has it: warm, cold, with one
 * and two workers, with a ledger on disk, and what the processes hold and grow by. Every
 * job is another customer's. */
#include "bench/bench.h"

#include "tuck.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PLENTY_MS 60000
#define WARM 500
#define COLD 10
#define LANE_ROUNDS 3
#define GROWN_WARM 500 /* jobs until caches are full */

static const struct tuck_carton_face *tuck;
static const struct tuck_ops_face *ops;

static bool
load(void)
{
    const char *plugin_path = getenv("TUCK_PLUGIN");
    void *plugin = plugin_path ? dlopen(plugin_path, RTLD_NOW) : NULL;
    const struct tuck_entry *entry = plugin ? dlsym(plugin, TUCK_ENTRY_SYMBOL) : NULL;
    if (!entry)
        return false;
    tuck = entry->face(TUCK_CARTON_FACE, 1);
    ops = entry->face(TUCK_OPS_FACE, 1);
    return tuck && ops;
}

static struct tuck_shop *
open_shop(const char *ledger, int workers)
{
    struct tuck_shop *shop = NULL;
    const struct tuck_open open = {.size = sizeof(open),
                                   .workers = workers,
                                   .shop = bench_shop_dir(),
                                   .ledger = ledger,
                                   .press = getenv("TUCK_PRESS"),
                                   .data_dir = getenv("TUCK_DATA"),
                                   .budget_ms = PLENTY_MS};
    return tuck->open(&open, &shop, NULL) == TUCK_OK ? shop : NULL;
}

static struct tuck_carton *
pack(struct tuck_shop *shop, const char *text, uint32_t flags)
{
    struct tuck_carton *carton = NULL;
    const struct tuck_order order = {.size = sizeof(order),
                                     .flags = flags,
                                     .bytes = text,
                                     .length = strlen(text),
                                     .budget_ms = PLENTY_MS};
    tuck_status status = tuck->pack(shop, &order, &carton);
    if (status != TUCK_OK) {
        tuck->carton_free(carton);
        return NULL;
    }
    return carton;
}

/* What one job took, in microseconds; -1: failed. */
struct job_times {
    int64_t decide_us, render_us, whole_us;
};

static struct job_times
time_insert(struct tuck_shop *shop, int number)
{
    struct job_times times = {-1, -1, -1};
    const void *bytes = NULL;
    size_t length = 0;
    char *text = bench_shop_order(number);
    int64_t begun = bench_now_us();
    struct tuck_carton *carton =
        text ? pack(shop, text, TUCK_PREVIEW | TUCK_NO_SHEETS) : NULL;
    int64_t decided = bench_now_us();
    if (carton &&
        tuck->sheet(carton, 0, TUCK_PDF, 0, PLENTY_MS, &bytes, &length) == TUCK_OK) {
        int64_t rendered = bench_now_us();
        times = (struct job_times){decided - begun, rendered - decided, rendered - begun};
    }
    tuck->carton_free(carton);
    free(text);
    return times;
}

/* Packs a carton with all its sheets. */
static int64_t
time_pack(struct tuck_shop *shop, int number, uint32_t flags)
{
    char *text = bench_shop_order(number);
    int64_t begun = bench_now_us();
    struct tuck_carton *carton = text ? pack(shop, text, flags) : NULL;
    int64_t took = bench_now_us() - begun;
    tuck->carton_free(carton);
    free(text);
    return carton ? took : -1;
}

static struct tuck_shop *choosing; /* the shop that has_insert() asks */

/* Whether the first piece is an insert of its own, neither fallback nor held out. */
static int
has_insert(const char *order)
{
    struct tuck_piece piece = {.size = sizeof(piece)};
    if (!choosing)
        choosing = open_shop("none", 1);
    struct tuck_carton *carton =
        choosing ? pack(choosing, order, TUCK_PREVIEW | TUCK_NO_SHEETS) : NULL;
    if (!carton)
        return -1;
    tuck_status status = tuck->piece(carton, 0, &piece);
    int answer = status == TUCK_OK && piece.outcome == TUCK_CHOSEN &&
                 strcmp(piece.kind, "insert") == 0;
    tuck->carton_free(carton);
    return answer;
}

static bool
make_shop(void)
{
    const char *top = getenv("abs_top_srcdir");
    int failed = !top || bench_shop_make(top, has_insert) != 0;
    if (choosing)
        tuck->close(choosing);
    choosing = NULL;
    return !failed;
}

static void
show(const char *what, int64_t *us, size_t count, const char *aim)
{
    double median = 0, p99 = 0;
    char name[80];
    bench_percentiles(us, count, &median, &p99);
    snprintf(name, sizeof(name), "%s, median", what);
    bench_row(name, median / 1000, "ms", aim);
    snprintf(name, sizeof(name), "%s, p99", what);
    bench_row(name, p99 / 1000, "ms", NULL);
}

static long
status_kb(int pid, const char *field)
{
    char path[64], line[256];
    long kb = 0;
    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof(line), file))
        if (strncmp(line, field, strlen(field)) == 0)
            kb = strtol(line + strlen(field) + 1, NULL, 10);
    if (file)
        fclose(file);
    return kb;
}

/* What a leak would add to; pages of files come and go as the kernel likes. */
static long
own_kb(int pid)
{
    return status_kb(pid, "RssAnon:") + status_kb(pid, "VmSwap:");
}

static int
bench_warm(void)
{
    static int64_t decide_us[WARM], render_us[WARM], whole_us[WARM];
    struct tuck_shop *shop = open_shop("none", 1);
    int failed = !shop || time_insert(shop, 0).whole_us < 0;
    for (int i = 0; !failed && i < WARM; i++) {
        struct job_times times = time_insert(shop, i);
        decide_us[i] = times.decide_us;
        render_us[i] = times.render_us;
        whole_us[i] = times.whole_us;
        failed = times.whole_us < 0;
    }
    if (!failed) {
        show("order to PDF bytes of one insert, warm", whole_us, WARM, "aim: under 10");
        show("  order to plan, history from a file", decide_us, WARM, NULL);
        show("  insert to PDF bytes", render_us, WARM, NULL);
    }
    for (int i = 0; !failed && i < WARM; i++) {
        whole_us[i] = time_pack(shop, i, TUCK_PREVIEW);
        failed = whole_us[i] < 0;
    }
    if (!failed)
        show("order to all sheets (insert and lid), warm", whole_us, WARM, NULL);
    if (shop)
        tuck->close(shop);
    return failed;
}

static int
bench_cold(void)
{
    int64_t us[COLD];
    for (int i = 0; i < COLD; i++) {
        int64_t begun = bench_now_us();
        struct tuck_shop *shop = open_shop("none", 1);
        if (!shop)
            return 1;
        int64_t took_us = time_insert(shop, i).whole_us;
        us[i] = bench_now_us() - begun;
        tuck->close(shop);
        if (took_us < 0)
            return 1;
    }
    show("from nothing: shop, worker, first insert", us, COLD, NULL);
    return 0;
}

struct lane {
    pthread_t thread;
    struct tuck_shop *shop;
    int first, failed;
};

static void *
run_lane(void *data)
{
    struct lane *lane = data;
    for (int i = 0; i < WARM; i++)
        lane->failed += time_insert(lane->shop, lane->first + i).whole_us < 0;
    return NULL;
}

/* Sheets per second; 0: failed. */
static double
run_lanes(struct tuck_shop *shop, int workers)
{
    struct lane lanes[2] = {0};
    int started = 0, failed = 0;
    int64_t begun = bench_now_us();
    for (; started < workers; started++) {
        lanes[started] = (struct lane){.shop = shop, .first = started * WARM / 2};
        if (pthread_create(&lanes[started].thread, NULL, run_lane, &lanes[started]) != 0)
            break;
    }
    for (int i = 0; i < started; i++) {
        pthread_join(lanes[i].thread, NULL);
        failed += lanes[i].failed;
    }
    double seconds = (double)(bench_now_us() - begun) / 1e6;
    return failed || started < workers ? 0 : workers * WARM / seconds;
}

static int
compare(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* The middle of three rounds: two cores have other things to do as well. */
static int
bench_lanes(int workers)
{
    char name[60];
    double rates[LANE_ROUNDS];
    struct tuck_shop *shop = open_shop("none", workers);
    if (!shop)
        return 1;
    (void)run_lanes(shop, workers); /* both workers warm */
    for (int i = 0; i < LANE_ROUNDS; i++)
        rates[i] = run_lanes(shop, workers);
    tuck->close(shop);
    qsort(rates, LANE_ROUNDS, sizeof(*rates), compare);
    snprintf(name, sizeof(name), "inserts, %d worker%s and as many stations", workers,
             workers > 1 ? "s" : "");
    bench_row(name, rates[LANE_ROUNDS / 2], "1/s", "decided and rendered");
    return rates[0] <= 0;
}

static int
bench_ledger(void)
{
    static int64_t us[WARM];
    char ledger[64];
    int count = bench_shop_people() < WARM ? bench_shop_people() : WARM;
    snprintf(ledger, sizeof(ledger), "%s/ledger", bench_shop_dir());
    struct tuck_shop *shop = open_shop(ledger, 1);
    int failed = !shop || time_insert(shop, 0).whole_us < 0;
    for (int i = 0; !failed && i < count; i++) {
        us[i] = time_pack(shop, i, 0);
        failed = us[i] < 0;
    }
    if (!failed)
        show("pack: decided, recorded, all sheets kept", us, (size_t)count,
             "ledger on disk");
    if (shop)
        tuck->close(shop);
    return failed;
}

static int
bench_growth(int jobs)
{
    int32_t pid = 0;
    char remark[60];
    struct tuck_shop *shop = open_shop("none", 1);
    int failed = !shop;
    for (int i = 0; !failed && i < GROWN_WARM; i++)
        failed = time_insert(shop, i).whole_us < 0;
    if (!failed && ops->workers(shop, &pid, 1) != 1)
        failed = 1;
    long host = own_kb(getpid()), worker = own_kb(pid);
    for (int i = 0; !failed && i < jobs; i++)
        failed = time_insert(shop, i).whole_us < 0;
    if (!failed) {
        snprintf(remark, sizeof(remark), "over %d jobs", jobs);
        bench_title("memory");
        bench_row("host, peak", (double)status_kb(getpid(), "VmHWM:"), "KB", NULL);
        bench_row("worker, peak", (double)status_kb(pid, "VmHWM:"), "KB", NULL);
        bench_row("host, growth", (double)(own_kb(getpid()) - host), "KB", remark);
        bench_row("worker, growth", (double)(own_kb(pid) - worker), "KB", remark);
    }
    if (shop)
        tuck->close(shop);
    return failed;
}

static int
bench_import(void)
{
    char path[600], ledger[64];
    const char *shared = getenv("TUCK_SHARED");
    struct tuck_import_result result = {.size = sizeof(result)};
    snprintf(path, sizeof(path), "%s/data/cdnow/CDNOW_master.txt", shared ? shared : "");
    bench_title("import");
    if (access(path, R_OK) != 0) {
        bench_skip("CDNOW imported (69,659 rows)", "skipped: no data");
        return 0;
    }
    snprintf(ledger, sizeof(ledger), "%s/imported", bench_shop_dir());
    struct tuck_shop *shop = open_shop(ledger, 1);
    if (!shop)
        return 1;
    const struct tuck_import import = {.size = sizeof(import),
                                       .is_csv = 1,
                                       .path = path,
                                       .columns = "customer=1,date=2,quantity=3,amount=4",
                                       .date_format = "%Y%m%d",
                                       .currency = "USD",
                                       .delimiter = ' ',
                                       .has_header = 1};
    int64_t begun = bench_now_us();
    tuck_status status = ops->import(shop, &import, &result, NULL);
    double seconds = (double)(bench_now_us() - begun) / 1e6;
    tuck->close(shop);
    if (status == TUCK_OK)
        bench_row("CDNOW imported (69,659 rows)", seconds, "s", NULL);
    return status != TUCK_OK;
}

int
bench_people_make(void)
{
    return load() && make_shop() ? 0 : -1;
}

int
bench_print(int jobs)
{
    char title[100];
    int failed = !load() || !make_shop();
    if (!failed) {
        snprintf(title, sizeof(title),
                 "printing (A6 insert with art, name and number; %d customers)",
                 bench_shop_people());
        bench_title(title);
        failed = bench_warm() || bench_cold() || bench_lanes(1) || bench_lanes(2) ||
                 bench_ledger() || bench_growth(jobs) || bench_import();
    }
    failed |= bench_shop_remove() != 0;
    if (failed)
        fputs("bench: the sample shop could not be printed\n", stderr);
    return failed;
}
