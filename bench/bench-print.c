/* Printing: the sample shop through tuck.so, as a host has it: warm, cold, with one and
 * two workers, with a ledger on disk, and what the processes hold and grow by. */
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
#define PACKED 300

static const struct tuck_carton_face *tuck;
static const struct tuck_ops_face *ops;
static char shop_dir[600];
static char order_text[1 << 16];

static bool
load(void)
{
    char path[700];
    const char *plugin_path = getenv("TUCK_PLUGIN"), *top = getenv("abs_top_srcdir");
    void *plugin = plugin_path ? dlopen(plugin_path, RTLD_NOW) : NULL;
    const struct tuck_entry *entry = plugin ? dlsym(plugin, TUCK_ENTRY_SYMBOL) : NULL;
    if (!entry || !top)
        return false;
    tuck = entry->face(TUCK_CARTON_FACE, 1);
    ops = entry->face(TUCK_OPS_FACE, 1);
    snprintf(shop_dir, sizeof(shop_dir), "%s/samples/shop", top);
    snprintf(path, sizeof(path), "%s/orders/reader-russian.xml", shop_dir);
    FILE *file = fopen(path, "rb");
    size_t n = file ? fread(order_text, 1, sizeof(order_text) - 1, file) : 0;
    if (file)
        fclose(file);
    return n > 0;
}

static struct tuck_shop *
open_shop(const char *ledger, int workers)
{
    struct tuck_shop *shop = NULL;
    const struct tuck_open open = {.size = sizeof(open), .workers = workers,
                                   .shop = shop_dir, .ledger = ledger,
                                   .press = getenv("TUCK_PRESS"),
                                   .data_dir = getenv("TUCK_DATA"),
                                   .budget_ms = PLENTY_MS};
    return tuck->open(&open, &shop, NULL) == TUCK_OK ? shop : NULL;
}

static struct tuck_carton *
pack(struct tuck_shop *shop, const char *text, uint32_t flags)
{
    struct tuck_carton *carton = NULL;
    const struct tuck_order order = {.size = sizeof(order), .flags = flags, .bytes = text,
                                     .length = strlen(text), .budget_ms = PLENTY_MS};
    tuck_status status = tuck->pack(shop, &order, &carton);
    if (status != TUCK_OK) {
        tuck->carton_free(carton);
        return NULL;
    }
    return carton;
}

/* Microseconds of one insert from the decided carton to PDF bytes; -1: failed. */
static int64_t
time_insert(struct tuck_shop *shop)
{
    const void *bytes = NULL;
    size_t length = 0;
    struct tuck_carton *carton = pack(shop, order_text, TUCK_PREVIEW | TUCK_NO_SHEETS);
    if (!carton)
        return -1;
    int64_t begun = bench_now_us();
    tuck_status status = tuck->sheet(carton, 0, TUCK_PDF, 0, PLENTY_MS, &bytes, &length);
    int64_t took = bench_now_us() - begun;
    tuck->carton_free(carton);
    return status == TUCK_OK ? took : -1;
}

static int64_t
time_preview(struct tuck_shop *shop, uint32_t flags)
{
    int64_t begun = bench_now_us();
    struct tuck_carton *carton = pack(shop, order_text, flags);
    int64_t took = bench_now_us() - begun;
    tuck->carton_free(carton);
    return carton ? took : -1;
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

static int
bench_warm_and_cold(void)
{
    int64_t us[WARM];
    struct tuck_shop *shop = open_shop("none", 1);
    if (!shop)
        return 1;
    (void)time_insert(shop);
    for (int i = 0; i < WARM; i++)
        us[i] = time_insert(shop);
    bench_title("printing (sample shop: A6 insert with art, name, number)");
    show("insert to PDF bytes, warm", us, WARM, "aim: under 10");
    for (int i = 0; i < WARM; i++)
        us[i] = time_preview(shop, TUCK_PREVIEW | TUCK_NO_SHEETS);
    show("order to plan through the plugin", us, WARM, NULL);
    for (int i = 0; i < WARM / 5; i++)
        us[i] = time_preview(shop, TUCK_PREVIEW);
    show("order to all sheets (insert and lid)", us, WARM / 5, NULL);
    tuck->close(shop);
    for (int i = 0; i < COLD; i++) {
        int64_t begun = bench_now_us();
        if (!(shop = open_shop("none", 1)))
            return 1;
        (void)time_insert(shop);
        us[i] = bench_now_us() - begun;
        tuck->close(shop);
    }
    show("shop opened, worker started, first insert", us, COLD, NULL);
    return 0;
}

struct lane {
    pthread_t thread;
    struct tuck_shop *shop;
    int jobs, failed;
};

static void *
run_lane(void *data)
{
    struct lane *lane = data;
    for (int i = 0; i < lane->jobs; i++)
        lane->failed += time_insert(lane->shop) < 0;
    return NULL;
}

static int
bench_lanes(int workers)
{
    struct lane lanes[2] = {0};
    char name[60];
    struct tuck_shop *shop = open_shop("none", workers);
    if (!shop)
        return 1;
    (void)time_insert(shop);
    int64_t begun = bench_now_us();
    for (int i = 0; i < workers; i++) {
        lanes[i] = (struct lane){.shop = shop, .jobs = WARM};
        pthread_create(&lanes[i].thread, NULL, run_lane, &lanes[i]);
    }
    for (int i = 0; i < workers; i++)
        pthread_join(lanes[i].thread, NULL);
    double seconds = (double)(bench_now_us() - begun) / 1e6;
    tuck->close(shop);
    snprintf(name, sizeof(name), "sheets, %d worker%s and as many stations", workers,
             workers > 1 ? "s" : "");
    bench_row(name, workers * WARM / seconds, "1/s", "decided and rendered");
    return lanes[0].failed + lanes[1].failed;
}

/* The order with another id: a carton never seen before. */
static void
renumber(char *out, size_t room, int number)
{
    const char *id = strstr(order_text, "id=\"FK-");
    snprintf(out, room, "%.*sid=\"B-%06d%s", (int)(id - order_text), order_text, number,
             strchr(id + 4, '"'));
}

static int
bench_ledger(void)
{
    char dir[] = "/tmp/tuck-bench-XXXXXX", ledger[64], command[100];
    static char text[sizeof(order_text) + 64];
    int64_t us[PACKED];
    if (!mkdtemp(dir))
        return 1;
    snprintf(ledger, sizeof(ledger), "%s/ledger", dir);
    struct tuck_shop *shop = open_shop(ledger, 1);
    int failed = !shop;
    for (int i = 0; shop && i < PACKED; i++) {
        renumber(text, sizeof(text), i);
        int64_t begun = bench_now_us();
        struct tuck_carton *carton = pack(shop, text, 0);
        us[i] = bench_now_us() - begun;
        failed += !carton;
        tuck->carton_free(carton);
    }
    if (shop) {
        show("pack: decided, recorded, rendered, kept", us, PACKED, "durable, own disk");
        tuck->close(shop);
    }
    snprintf(command, sizeof(command), "rm -rf '%s'", dir);
    return system(command) || failed;
}

static int
bench_growth(int jobs)
{
    int32_t pid = 0;
    char remark[60];
    struct tuck_shop *shop = open_shop("none", 1);
    if (!shop)
        return 1;
    for (int i = 0; i < 200; i++) /* caches fill */
        (void)time_insert(shop);
    ops->workers(shop, &pid, 1);
    long host = status_kb(getpid(), "VmRSS:"), worker = status_kb(pid, "VmRSS:");
    for (int i = 0; i < jobs; i++)
        if (time_insert(shop) < 0)
            return 1;
    snprintf(remark, sizeof(remark), "over %d jobs", jobs);
    bench_title("memory");
    bench_row("host, peak", (double)status_kb(getpid(), "VmHWM:"), "KB", NULL);
    bench_row("worker, peak", (double)status_kb(pid, "VmHWM:"), "KB", NULL);
    bench_row("host, growth", (double)(status_kb(getpid(), "VmRSS:") - host), "KB", remark);
    bench_row("worker, growth", (double)(status_kb(pid, "VmRSS:") - worker), "KB", remark);
    tuck->close(shop);
    return 0;
}

static int
bench_import(void)
{
    char path[600], dir[] = "/tmp/tuck-bench-XXXXXX", ledger[64], command[100];
    const char *shared = getenv("TUCK_SHARED");
    struct tuck_import_result result = {.size = sizeof(result)};
    snprintf(path, sizeof(path), "%s/data/cdnow/CDNOW_master.txt", shared ? shared : "");
    if (access(path, R_OK) != 0) {
        bench_skip("CDNOW imported (69,659 rows)", "skipped: the data are not here");
        return 0;
    }
    if (!mkdtemp(dir))
        return 1;
    snprintf(ledger, sizeof(ledger), "%s/ledger", dir);
    struct tuck_shop *shop = open_shop(ledger, 1);
    const struct tuck_import import = {.size = sizeof(import), .is_csv = 1, .path = path,
                                       .columns = "customer=1,date=2,quantity=3,amount=4",
                                       .date_format = "%Y%m%d", .currency = "USD",
                                       .delimiter = ' ', .has_header = 1};
    int64_t begun = bench_now_us();
    tuck_status status =
        shop ? ops->import(shop, &import, &result, NULL) : TUCK_OUTSIDE;
    bench_title("import");
    bench_row("CDNOW imported (69,659 rows)", (double)(bench_now_us() - begun) / 1e6, "s",
              NULL);
    if (shop)
        tuck->close(shop);
    snprintf(command, sizeof(command), "rm -rf '%s'", dir);
    return system(command) || status != TUCK_OK;
}

int
bench_print(int jobs)
{
    int result = load() ? 0 : 1;
    if (result == 0)
        result = bench_warm_and_cold();
    if (result == 0)
        result = bench_lanes(1) || bench_lanes(2);
    if (result == 0)
        result = bench_ledger();
    if (result == 0)
        result = bench_growth(jobs);
    if (result == 0)
        result = bench_import();
    if (result)
        fputs("bench: the sample shop could not be printed\n", stderr);
    return result;
}
