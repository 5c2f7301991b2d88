/* The station: from the scan of a carton to the first byte at the label printer, and waves.
 *
 * A shop full of people, a printer on a port of loopback (tests/printer/fake-printer.h)
 * that notes when the first byte of each job comes, a ledger and a spool on disk. Three
 * ways to be asked: from a wave, where all is ready; afresh, with everything warm; and by a
 * process that has just begun. */
#include "bench/bench.h"

#include "tests/printer/fake-printer.h"
#include "tuck.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define PLENTY_MS 60000
#define SCANS 200
#define COLD 8
#define LABELS 200

static const struct tuck_carton_face *tuck;
static const struct tuck_ops_face *ops;
static const struct tuck_print_face *print;
static const struct tuck_wave_face *wave;
static struct fake *printer;
static char log_path[128], settings_path[128];
static long log_at;

static bool
load(void)
{
    const char *path = getenv("TUCK_PLUGIN");
    void *plugin = path ? dlopen(path, RTLD_NOW) : NULL;
    const struct tuck_entry *entry = plugin ? dlsym(plugin, TUCK_ENTRY_SYMBOL) : NULL;
    if (!entry)
        return false;
    tuck = entry->face(TUCK_CARTON_FACE, 1);
    ops = entry->face(TUCK_OPS_FACE, 1);
    print = entry->face(TUCK_PRINT_FACE, 1);
    wave = entry->face(TUCK_WAVE_FACE, 1);
    return tuck && ops && print && wave;
}

static bool
write_settings(void)
{
    const char *top = getenv("abs_top_srcdir");
    snprintf(settings_path, sizeof(settings_path), "%s/station.xml", bench_shop_dir());
    FILE *file = fopen(settings_path, "w");
    if (!file)
        return false;
    fprintf(file,
            "<shop xmlns='urn:tuck:shop:1' merchant='fern-kettle' name='Fern and Kettle'\n"
            "      time-zone='Europe/Berlin' language='en' currency='EUR'>\n"
            "  <campaign href='%s/samples/shop/campaign.xml'/>\n"
            "  <templates href='%s/templates'/>\n"
            "  <ledger path='station.ledger' reserve='12h'/>\n"
            "  <history files='histories/{customer}.xml'/>\n"
            "  <link url='https://fern-kettle.example/{offer}?c={code}&amp;o={order}'/>\n"
            "  <stage lapsing-after='200%%' lapsed-after='365d' active-gap='60d'/>\n"
            "  <printers spool='station.spool'>\n"
            "    <printer name='label' uri='socket://127.0.0.1:%d' format='zpl'\n"
            "             dpi='203' head='832' fit='shrink' codings='hex packed z64'/>\n"
            "    <route to='label'/>\n"
            "  </printers>\n"
            "</shop>\n",
            top, top, fake_port(printer));
    return fclose(file) == 0;
}

static struct tuck_shop *
open_shop(int workers)
{
    struct tuck_shop *shop = NULL;
    const struct tuck_open open = {.size = sizeof(open),
                                   .workers = workers,
                                   .shop = settings_path,
                                   .press = getenv("TUCK_PRESS"),
                                   .data_dir = getenv("TUCK_DATA"),
                                   .budget_ms = PLENTY_MS};
    return tuck->open(&open, &shop, NULL) == TUCK_OK ? shop : NULL;
}

/* When the next job's first byte came to the printer, in microseconds; -1: it did not. */
static int64_t
next_first_byte(void)
{
    char line[256];
    int64_t until_us = bench_now_us() + 10000000;
    while (bench_now_us() < until_us) {
        FILE *file = fopen(log_path, "r");
        if (file && fseek(file, log_at, SEEK_SET) == 0)
            while (fgets(line, sizeof(line), file) && strchr(line, '\n')) {
                log_at = ftell(file);
                if (strstr(line, "first-byte")) {
                    fclose(file);
                    return strtoll(line, NULL, 10) / 1000;
                }
            }
        if (file)
            fclose(file);
        usleep(100);
    }
    return -1;
}

/* One scan; `*ret_handed_us`: until print() came back, the job on disk. -1: failed. */
static int64_t
scan(struct tuck_shop *shop, int number, int64_t *ret_handed_us)
{
    struct tuck_carton *carton = NULL;
    struct tuck_sent sent = {.size = sizeof(sent)};
    char *text = bench_shop_order(number);
    const struct tuck_order order = {.size = sizeof(order),
                                     .flags = TUCK_NO_SHEETS,
                                     .bytes = text,
                                     .length = text ? strlen(text) : 0,
                                     .budget_ms = PLENTY_MS};
    int64_t begun_us = bench_now_us(), first_us = -1;
    bool is_sent = text && tuck->pack(shop, &order, &carton) == TUCK_OK &&
                   print->print(carton, NULL, PLENTY_MS) == TUCK_OK;
    if (ret_handed_us)
        *ret_handed_us = bench_now_us() - begun_us;
    if (is_sent && print->sent(carton, 0, &sent) == TUCK_OK &&
        sent.outcome == TUCK_SENT_QUEUED)
        first_us = next_first_byte();
    /* what else the carton has is let through before the next scan */
    if (print->settle(shop, PLENTY_MS) == TUCK_OK) {
        FILE *file = fopen(log_path, "r");
        if (file && fseek(file, 0, SEEK_END) == 0)
            log_at = ftell(file);
        if (file)
            fclose(file);
    }
    tuck->carton_free(carton);
    free(text);
    return first_us < 0 ? -1 : first_us - begun_us;
}

static void
show(const char *what, int64_t *us, size_t count, const char *aim)
{
    double median = 0, p99 = 0;
    char name[80];
    bench_percentiles(us, count, &median, &p99);
    snprintf(name, sizeof(name), "%s, median", what);
    bench_row(name, median / 1000, "ms", NULL);
    snprintf(name, sizeof(name), "%s, p99", what);
    bench_row(name, p99 / 1000, "ms", aim);
}

static int
scan_many(struct tuck_shop *shop, int from, int count, const char *what, const char *aim)
{
    static int64_t us[SCANS], handed_us[SCANS];
    char name[80];
    for (int i = 0; i < count; i++)
        if ((us[i] = scan(shop, from + i, &handed_us[i])) < 0) {
            fprintf(stderr, "bench: scan %d printed nothing\n", from + i);
            return 1;
        }
    show(what, us, (size_t)count, aim);
    snprintf(name, sizeof(name), "  of it until the host hears \"queued\"");
    show(name, handed_us, (size_t)count, NULL);
    return 0;
}

static bool
add_wave(struct tuck_shop *shop, const char *name, int from, int count)
{
    struct tuck_wave_order *orders = calloc((size_t)count, sizeof(*orders));
    bool is_added = orders != NULL;
    for (int i = 0; is_added && i < count; i++) {
        char *id = NULL, *text = bench_shop_order(from + i);
        is_added = text && asprintf(&id, "order-%06d", from + i) > 0;
        orders[i] = (struct tuck_wave_order){.size = sizeof(*orders),
                                             .name = id,
                                             .bytes = text,
                                             .length = text ? strlen(text) : 0};
    }
    is_added = is_added &&
               wave->add(shop, name, orders, count, NULL, NULL) == TUCK_OK;
    for (int i = 0; orders && i < count; i++) {
        free((char *)orders[i].name);
        free((char *)orders[i].bytes);
    }
    free(orders);
    return is_added;
}

static int
run_wave(struct tuck_shop *shop, const char *name, int jobs,
         struct tuck_wave_result *ret)
{
    const struct tuck_wave_run how = {.size = sizeof(how), .name = name, .jobs = jobs};
    *ret = (struct tuck_wave_result){.size = sizeof(*ret)};
    return wave->run(shop, &how, ret, NULL) == TUCK_OK ? 0 : 1;
}

static int
bench_scans(void)
{
    struct tuck_wave_result result;
    int64_t us[COLD];
    struct tuck_shop *shop = open_shop(1);
    int failed = !shop || scan(shop, 0, NULL) < 0;
    bench_title("scan to first byte at the label printer (ZPL, 203 dpi, loopback)");
    if (!failed)
        failed = scan_many(shop, 1, SCANS, "decided and rendered at the scan",
                           "aim: under 50");
    if (!failed)
        failed = !add_wave(shop, "bench", 1000, SCANS) ||
                 run_wave(shop, "bench", 2, &result);
    if (!failed)
        failed = scan_many(shop, 1000, SCANS, "from the wave", "aim: under 2");
    if (shop)
        tuck->close(shop);
    for (int i = 0; !failed && i < COLD; i++) {
        int64_t begun_us = bench_now_us();
        shop = open_shop(1);
        int64_t took_us = shop ? scan(shop, 2000 + i, NULL) : -1;
        (void)took_us;
        us[i] = bench_now_us() - begun_us;
        failed = took_us < 0;
        if (shop)
            tuck->close(shop);
    }
    if (!failed)
        show("a process that has just begun, until all is printed", us, COLD, NULL);
    return failed;
}

static long
peak_kb(int pid)
{
    char path[64], line[256];
    long kb = 0;
    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof(line), file))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kb = strtol(line + 6, NULL, 10);
    if (file)
        fclose(file);
    return kb;
}

static int
bench_waves(int orders)
{
    struct tuck_wave_result result;
    int32_t pids[2];
    char remark[80], title[80];
    struct tuck_shop *shop = open_shop(2);
    int failed = !shop || !add_wave(shop, "night", 100000, orders);
    if (!failed)
        failed = run_wave(shop, "night", 2, &result);
    if (!failed) {
        snprintf(title, sizeof(title), "a wave of %d orders on two workers", orders);
        bench_title(title);
        snprintf(remark, sizeof(remark), "%lld sheets, %lld bytes each",
                 (long long)result.sheets,
                 (long long)(result.bytes / (result.sheets ? result.sheets : 1)));
        bench_row("sheets decided, rendered and kept",
                  (double)result.sheets * 1000 / (double)result.took_ms, "1/s", remark);
        bench_row("orders", (double)result.done * 1000 / (double)result.took_ms, "1/s",
                  NULL);
        bench_row("host, peak", (double)peak_kb(getpid()), "KB", NULL);
        if (ops->workers(shop, pids, 2) == 2)
            bench_row("the larger worker, peak",
                      (double)(peak_kb(pids[0]) > peak_kb(pids[1]) ? peak_kb(pids[0])
                                                                   : peak_kb(pids[1])),
                      "KB", NULL);
    }
    if (shop)
        tuck->close(shop);
    return failed;
}

/* Labels as fast as they come: all put into the spool, then through one sender. */
static int
bench_labels(void)
{
    struct tuck_shop *shop = open_shop(1);
    struct tuck_wave_result result;
    int failed = !shop || !add_wave(shop, "labels", 300000, LABELS) ||
                 run_wave(shop, "labels", 2, &result);
    int before = fake_counts(printer).labels_in;
    int64_t begun_us = bench_now_us();
    for (int i = 0; !failed && i < LABELS; i++) {
        struct tuck_carton *carton = NULL;
        char *text = bench_shop_order(300000 + i);
        const struct tuck_order order = {.size = sizeof(order),
                                         .flags = TUCK_NO_SHEETS,
                                         .bytes = text,
                                         .length = text ? strlen(text) : 0,
                                         .budget_ms = PLENTY_MS};
        failed = !text || tuck->pack(shop, &order, &carton) != TUCK_OK ||
                 print->print(carton, NULL, PLENTY_MS) != TUCK_OK;
        tuck->carton_free(carton);
        free(text);
    }
    if (!failed)
        failed = print->settle(shop, PLENTY_MS) != TUCK_OK;
    double seconds = (double)(bench_now_us() - begun_us) / 1e6;
    if (!failed)
        bench_row("labels from a wave, through one printer",
                  (fake_counts(printer).labels_in - before) / seconds, "1/s",
                  "a job and a confirmation each");
    if (shop)
        tuck->close(shop);
    return failed;
}

int
bench_station(int wave_orders)
{
    if (!load()) {
        fputs("bench: tuck.so cannot be loaded (TUCK_PLUGIN)\n", stderr);
        return 1;
    }
    if (bench_people_make() != 0)
        return 1;
    snprintf(log_path, sizeof(log_path), "%s/printer.log", bench_shop_dir());
    printer = fake_start(0, "", NULL, log_path);
    int failed = !printer || !write_settings() || bench_scans() != 0 ||
                 bench_labels() != 0 || bench_waves(wave_orders) != 0;
    if (printer)
        fake_stop(printer);
    if (failed)
        fputs("bench: the station failed\n", stderr);
    return failed || bench_shop_remove() != 0;
}
