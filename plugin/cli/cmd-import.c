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

static void
print_decisions(const struct tuck_loaded *loaded, const char *path)
{
    printf("%s: %s%lld decision%s%s imported, %lld there already\n", path,
           out_colour(GREEN), (long long)loaded->fresh, loaded->fresh == 1 ? "" : "s",
           out_colour(PLAIN), (long long)loaded->again);
}

static void
print_answers(const struct tuck_loaded *loaded, const char *path)
{
    printf("%s: %s%lld answer%s%s kept, %lld there already, %lld too late or nobody's, "
           "%lld of unknown codes\n",
           path, out_colour(GREEN), (long long)loaded->fresh,
           loaded->fresh == 1 ? "" : "s", out_colour(PLAIN), (long long)loaded->again,
           (long long)loaded->contrary, (long long)loaded->unknown);
}

static void
print_loaded_json(const struct tuck_loaded *loaded, bool is_of_answers)
{
    struct json json = {0};
    json_number(&json, "records", loaded->rows);
    json_number(&json, "new", loaded->fresh);
    json_number(&json, "again", loaded->again);
    if (is_of_answers) {
        json_number(&json, "refused", loaded->contrary);
        json_number(&json, "unknown", loaded->unknown);
    }
    json_end(&json);
    putchar('\n');
}

/* Decisions of another system, or answers of customers. */
static int
import_told(const struct host *host, const struct options *options, const char *path)
{
    struct bar bar;
    struct tuck_notes *notes = NULL;
    struct tuck_loaded loaded = {.size = sizeof(loaded)};
    bar_init(&bar, "importing", options->is_quiet);
    const struct tuck_load load = {
        .size = sizeof(load),
        .what = options->is_of_answers ? TUCK_FILE_ANSWERS : TUCK_FILE_DECISIONS,
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
        print_loaded_json(&loaded, options->is_of_answers);
    else if (!options->is_quiet && options->is_of_answers)
        print_answers(&loaded, path);
    else if (!options->is_quiet)
        print_decisions(&loaded, path);
    return EXIT_FINE;
}

int
cmd_import(const struct options *options)
{
    struct host host;
    int result = EXIT_FINE;
    if (options->is_of_decisions && options->is_of_answers) {
        complain("a file is of --decisions or of --answers, not of both");
        return EXIT_USAGE;
    }
    if (!host_open_desk(&host, options))
        result = EXIT_TROUBLE;
    for (int i = 0; host.shop && i < options->arg_count; i++) {
        const char *path = options->args[i];
        int one = options->is_of_decisions || options->is_of_answers
                      ? import_told(&host, options, path)
                      : import_one(&host, options, path);
        result = one == EXIT_FINE ? result : EXIT_TROUBLE;
    }
    host_close(&host);
    return result;
}
