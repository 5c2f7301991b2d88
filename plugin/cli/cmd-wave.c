/* tuck wave: orders decided and rendered ahead. */
#include "cli/cli.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static volatile int32_t is_stopped;

static void
stop(int number)
{
    (void)number;
    is_stopped = 1;
}

/* The folder's or file's own name, as far as it can be one of a wave. */
static void
name_wave(const struct options *options, char ret[65])
{
    const char *from = options->args[0];
    size_t end = strlen(from), n = 0;
    while (end > 1 && from[end - 1] == '/')
        end--;
    size_t begin = end;
    while (begin > 0 && from[begin - 1] != '/')
        begin--;
    for (; begin < end && n < 64; begin++) {
        char c = from[begin];
        bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                       (c == '.' && n > 0);
        ret[n++] = is_word ? c : '_';
    }
    ret[n] = '\0';
    if (n == 0 || strcmp(ret, "_") == 0)
        strcpy(ret, "wave");
}

static bool
add_orders(struct host *host, const struct options *options, const char *wave)
{
    struct order_files files;
    struct tuck_notes *notes = NULL;
    if (!orders_read(options, &files))
        return false;
    struct tuck_wave_order *orders = calloc(files.count, sizeof(*orders));
    for (size_t i = 0; orders && i < files.count; i++)
        orders[i] = (struct tuck_wave_order){.size = sizeof(*orders),
                                             .name = files.file[i].path,
                                             .bytes = files.file[i].bytes,
                                             .length = files.file[i].length};
    tuck_status status = orders ? host->wave->add(host->shop, wave, orders,
                                                  (int64_t)files.count, NULL, &notes)
                                : TUCK_NO_MEMORY;
    int errors = host_tell(host, notes);
    if (status != TUCK_OK && errors == 0)
        complain("wave %s: %s", wave, status_text(status));
    free(orders);
    orders_free(&files);
    return status == TUCK_OK;
}

static void
tell_result(const struct options *options, const char *wave,
            const struct tuck_wave_result *result)
{
    double seconds = (double)result->took_ms / 1000;
    if (options->is_quiet)
        return;
    if (options->wants_json) {
        struct json json = {0};
        printf("{");
        json_member(&json, "wave", wave);
        json_number(&json, "done", result->done);
        json_number(&json, "failed", result->failed);
        json_number(&json, "sheets", result->sheets);
        json_number(&json, "bytes", result->bytes);
        json_number(&json, "took-ms", result->took_ms);
        json_end(&json);
        puts("");
        return;
    }
    printf("%s: %lld order%s, %lld sheet%s, %lld failed, %.1f s", wave,
           (long long)result->done, result->done == 1 ? "" : "s",
           (long long)result->sheets, result->sheets == 1 ? "" : "s",
           (long long)result->failed, seconds);
    if (result->sheets > 0 && seconds > 0)
        printf(", %.0f sheets/s", (double)result->sheets / seconds);
    puts("");
}

static int
run(struct host *host, const struct options *options, const char *wave)
{
    struct sigaction action = {.sa_handler = stop};
    struct tuck_notes *notes = NULL;
    struct bar bar;
    struct tuck_wave_result result = {.size = sizeof(result)};
    const struct tuck_wave_run how = {.size = sizeof(how),
                                      .jobs = options->jobs,
                                      .name = wave,
                                      .printer = options->printer,
                                      .progress = bar_step,
                                      .progress_data = &bar,
                                      .cancel = &is_stopped};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    bar_init(&bar, wave, options->is_quiet);
    tuck_status status = host->wave->run(host->shop, &how, &result, &notes);
    bar_done(&bar);
    int errors = host_tell(host, notes);
    tell_result(options, wave, &result);
    if (status == TUCK_CANCELLED)
        complain("stopped; the same command goes on");
    else if (status != TUCK_OK && errors == 0)
        complain("wave %s: %s", wave, status_text(status));
    return status == TUCK_OK ? EXIT_FINE : EXIT_TROUBLE;
}

static int
write_files(struct host *host, const struct options *options, const char *wave)
{
    struct tuck_notes *notes = NULL;
    int64_t files = 0;
    tuck_status status = host->wave->write(host->shop, wave, options->dir,
                                           options->has_no_separators, &files, &notes);
    int errors = host_tell(host, notes);
    if (status != TUCK_OK && errors == 0)
        complain("wave %s: %s", wave, status_text(status));
    if (status == TUCK_OK && !options->is_quiet)
        fprintf(stderr, "%lld file%s in %s\n", (long long)files, files == 1 ? "" : "s",
                options->dir);
    return status == TUCK_OK ? EXIT_FINE : EXIT_TROUBLE;
}

static int
list(struct host *host, const struct options *options)
{
    struct tuck_found *found = NULL;
    struct tuck_notes *notes = NULL;
    struct tuck_wave wave = {.size = sizeof(wave)};
    struct tuck_wave_problem problem = {.size = sizeof(problem)};
    tuck_status status = host->wave->waves(host->shop, options->wave, &found, &notes);
    int errors = host_tell(host, notes);
    if (status != TUCK_OK && status != TUCK_WITHOUT && errors == 0)
        complain("%s", status_text(status));
    if (options->wants_json)
        puts("[");
    for (int64_t i = 0; host->wave->wave(found, i, &wave) == TUCK_OK; i++) {
        struct json json = {0};
        if (!options->wants_json) {
            out_put(BOLD, "%-20s", wave.name);
            out_put(DIM, " %s", wave.made_at);
            out_put(PLAIN, "  %lld orders: ", (long long)wave.orders);
            out_put(GREEN, "%lld done", (long long)wave.done);
            out_put(PLAIN, ", %lld waiting, %lld taken, ", (long long)wave.waiting,
                    (long long)wave.taken);
            out_put(wave.failed ? RED : PLAIN, "%lld failed\n", (long long)wave.failed);
            continue;
        }
        printf("%s{", i ? ",\n" : "");
        json_member(&json, "name", wave.name);
        json_member(&json, "made", wave.made_at);
        json_number(&json, "orders", wave.orders);
        json_number(&json, "waiting", wave.waiting);
        json_number(&json, "taken", wave.taken);
        json_number(&json, "done", wave.done);
        json_number(&json, "failed", wave.failed);
        json_end(&json);
    }
    if (options->wants_json)
        puts("\n]");
    for (int64_t i = 0; host->wave->problem(found, i, &problem) == TUCK_OK; i++)
        fprintf(options->wants_json ? stderr : stdout, "  %lld  %s: %s\n",
                (long long)problem.place, problem.name, problem.text);
    if (status == TUCK_WITHOUT && !options->wants_json && !options->is_quiet)
        puts("there is no wave");
    host->promise->found_free(found);
    return status == TUCK_OK || (status == TUCK_WITHOUT && !options->wave) ? EXIT_FINE
                                                                          : EXIT_TROUBLE;
}

static int
drop(struct host *host, const struct options *options)
{
    struct tuck_notes *notes = NULL;
    tuck_status status = host->wave->drop(host->shop, options->wave, &notes);
    int errors = host_tell(host, notes);
    if (status != TUCK_OK && errors == 0)
        complain("wave %s: %s", options->wave, status_text(status));
    return status == TUCK_OK ? EXIT_FINE : EXIT_TROUBLE;
}

int
cmd_wave(const struct options *options)
{
    struct options own = *options;
    struct host host;
    char name[65] = "";
    bool is_work = options->arg_count > 0 || (options->wave && options->dir);
    int result = EXIT_TROUBLE;
    if (options->wave)
        snprintf(name, sizeof(name), "%s", options->wave);
    else if (options->arg_count > 0)
        name_wave(options, name);
    if (options->wants_drop && !options->wave) {
        complain("--drop wants --name");
        return EXIT_USAGE;
    }
    if (own.workers == 0 && own.jobs > 0)
        own.workers = own.jobs > 16 ? 16 : own.jobs;
    if (is_work ? host_open(&host, &own) : host_open_desk(&host, &own)) {
        if (options->wants_drop)
            result = drop(&host, options);
        else if (!is_work)
            result = list(&host, options);
        else if (options->arg_count == 0)
            result = EXIT_FINE;
        else if (add_orders(&host, options, name))
            result = run(&host, options, name);
        if (is_work && result == EXIT_FINE && options->dir)
            result = write_files(&host, options, name);
    }
    host_close(&host);
    return result;
}
