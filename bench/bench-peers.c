/* Peers: other people's way from text to a printed page, where they are installed: a page
 * of HTML of the insert's size and length, a process for each, as scripts use them. */
#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROUNDS 5

static const char page[] =
    "<!doctype html><meta charset='utf-8'><style>@page{size:105mm 148mm;margin:8mm}"
    "svg{width:60mm}</style><h1>Катерина, это ваш десятый заказ</h1>"
    "<svg viewBox='0 0 60 40'><path d='M5 20 q10 -30 25 0 t25 0' stroke='#a40' "
    "fill='none'/>"
    "<circle cx='30' cy='20' r='9' fill='#fc8'/></svg><p>Спасибо, что вы снова с нами. "
    "Чай уже в коробке, чайник ждёт, а на обороте найдётся место для вашего любимого "
    "рецепта.</p>";

static const struct {
    const char *name, *program, *command;
} peers[] = {
    {"WeasyPrint", "weasyprint", "weasyprint page.html page.pdf"},
    {"Chromium", "chromium",
     "chromium --headless --disable-gpu --print-to-pdf=page.pdf page.html"},
};

static int
is_installed(const char *program)
{
    char command[100];
    snprintf(command, sizeof(command), "command -v %s >/dev/null 2>&1", program);
    return system(command) == 0;
}

static void
time_peer(size_t peer, const char *dir)
{
    int64_t us[ROUNDS];
    double median = 0, p99 = 0;
    char command[300], pdf[64], name[60];
    snprintf(command, sizeof(command), "cd '%s' && %s >/dev/null 2>&1", dir,
             peers[peer].command);
    snprintf(pdf, sizeof(pdf), "%s/page.pdf", dir);
    snprintf(name, sizeof(name), "%s, a page, a process each, median", peers[peer].name);
    for (int i = 0; i < ROUNDS; i++) {
        unlink(pdf);
        int64_t begun = bench_now_us();
        if (system(command) != 0 || access(pdf, R_OK) != 0) {
            bench_skip(name, "skipped: it printed nothing");
            return;
        }
        us[i] = bench_now_us() - begun;
    }
    bench_percentiles(us, ROUNDS, &median, &p99);
    bench_row(name, median / 1000, "ms", "beside the first insert above");
}

int
bench_peers(void)
{
    char dir[] = "/tmp/tuck-bench-XXXXXX", path[64], command[64];
    if (!mkdtemp(dir))
        return 1;
    snprintf(path, sizeof(path), "%s/page.html", dir);
    FILE *file = fopen(path, "wb");
    size_t n = file ? fwrite(page, 1, sizeof(page) - 1, file) : 0;
    int failed = !file || fclose(file) != 0 || n != sizeof(page) - 1;
    bench_title("peers");
    for (size_t i = 0; !failed && i < sizeof(peers) / sizeof(peers[0]); i++) {
        if (is_installed(peers[i].program))
            time_peer(i, dir);
        else
            bench_skip(peers[i].name, "skipped: not installed");
    }
    snprintf(command, sizeof(command), "rm -rf '%s'", dir);
    return system(command) != 0 || failed;
}
