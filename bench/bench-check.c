/* The check of the whole sample shop: every template, language and worst customer, on as
 * many workers as there are processors. */
#include "bench/bench.h"

#include "tuck.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

static int32_t
count(void *data, int64_t done, int64_t total, const char *what)
{
    (void)done;
    (void)what;
    *(int64_t *)data = total;
    return 0;
}

int
bench_check(void)
{
    const char *plugin_path = getenv("TUCK_PLUGIN"), *top = getenv("abs_top_srcdir");
    void *plugin = plugin_path ? dlopen(plugin_path, RTLD_NOW) : NULL;
    const struct tuck_entry *entry = plugin ? dlsym(plugin, TUCK_ENTRY_SYMBOL) : NULL;
    const struct tuck_ops_face *ops = entry ? entry->face(TUCK_OPS_FACE, 1) : NULL;
    char shop[4096];
    int64_t looks = 0, begun = bench_now_us();
    bench_title("check of the sample shop");
    if (!ops || !top) {
        bench_skip("check", "the plugin or the sample shop cannot be found");
        return 0;
    }
    snprintf(shop, sizeof(shop), "%s/samples/shop", top);
    const struct tuck_open open = {.size = sizeof(open),
                                   .shop = shop,
                                   .press = getenv("TUCK_PRESS"),
                                   .data_dir = getenv("TUCK_DATA")};
    tuck_status status = ops->check(&open, count, &looks, NULL);
    double seconds = (double)(bench_now_us() - begun) / 1e6;
    bench_row("all templates, languages, customers", seconds, "s",
              status == TUCK_OK ? "aim: below 20 s on two cores" : "the shop is refused");
    bench_row("pieces looked at", (double)looks, "", "");
    bench_row("a second", seconds > 0 ? (double)looks / seconds : 0, "", "");
    return 0;
}
