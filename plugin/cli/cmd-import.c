/* tuck import: history from files into the shop's ledger. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

static bool
ends_in_csv(const char *path)
{
    size_t n = strlen(path);
    return n > 4 && strcmp(path + n - 4, ".csv") == 0;
}

static int
import_one(const struct host *host, const struct options *options, const char *path)
{
    struct bar bar;
    struct tuck_notes *notes = NULL;
    struct tuck_import_result result = {.size = sizeof(result)};
    bar_init(&bar, "importing", options->is_quiet);
    const struct tuck_import import = {
        .size = sizeof(import),
        .is_csv = options->is_csv || options->columns || ends_in_csv(path),
        .path = path,
        .columns = options->columns,
        .date_format = options->date_format,
        .currency = options->currency,
        .delimiter = options->delimiter,
        .has_header = !options->has_no_header,
        .progress = bar_step,
        .progress_data = &bar,
    };
    tuck_status status = host->ops->import(host->shop, &import, &result, &notes);
    bar_done(&bar);
    int errors = host_tell(host, notes);
    if (status != TUCK_OK) {
        if (errors == 0)
            complain("%s: %s", path, status_text(status));
        complain("%s: nothing was imported", path);
        return EXIT_TROUBLE;
    }
    if (options->wants_json)
        printf("{\"records\": %lld, \"customers\": %lld, \"orders\": %lld}\n",
               (long long)result.rows, (long long)result.customers,
               (long long)result.orders);
    else if (!options->is_quiet)
        printf("%s: %s%lld record%s%s imported\n", path, out_colour(GREEN),
               (long long)result.rows, result.rows == 1 ? "" : "s", out_colour(PLAIN));
    return EXIT_FINE;
}

/* Decisions of another system. */
static int
import_decisions(const struct host *host, const struct options *options, const char *path)
{
    struct bar bar;
    struct tuck_notes *notes = NULL;
    struct tuck_loaded loaded = {.size = sizeof(loaded)};
    bar_init(&bar, "importing", options->is_quiet);
    const struct tuck_load load = {
        .size = sizeof(load),
        .what = TUCK_FILE_DECISIONS,
        .path = path,
        .columns = options->columns,
        .date_format = options->date_format,
        .delimiter = options->delimiter,
        .has_header = !options->has_no_header,
        .progress = bar_step,
        .progress_data = &bar,
    };
    tuck_status status = host->promise->load(host->shop, &load, &loaded, &notes);
    bar_done(&bar);
    int errors = host_tell(host, notes);
    if (status != TUCK_OK) {
        if (errors == 0)
            complain("%s: %s", path, status_text(status));
        complain("%s: nothing was imported", path);
        return EXIT_TROUBLE;
    }
    if (options->wants_json)
        printf("{\"records\": %lld, \"new\": %lld, \"again\": %lld}\n",
               (long long)loaded.rows, (long long)loaded.fresh, (long long)loaded.again);
    else if (!options->is_quiet)
        printf("%s: %s%lld decision%s%s imported, %lld there already\n", path,
               out_colour(GREEN), (long long)loaded.fresh, loaded.fresh == 1 ? "" : "s",
               out_colour(PLAIN), (long long)loaded.again);
    return EXIT_FINE;
}

int
cmd_import(const struct options *options)
{
    struct host host;
    int result = EXIT_FINE;
    if (!host_open_desk(&host, options))
        result = EXIT_TROUBLE;
    for (int i = 0; host.shop && i < options->arg_count; i++) {
        const char *path = options->args[i];
        int one = options->is_of_decisions ? import_decisions(&host, options, path)
                                           : import_one(&host, options, path);
        result = one == EXIT_FINE ? result : EXIT_TROUBLE;
    }
    host_close(&host);
    return result;
}
