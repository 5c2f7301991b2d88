/* tuck code: signed codes and the keys behind them, and pools of codes from elsewhere. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

static bool
is_told(const struct host *host, tuck_status status, struct tuck_notes *notes,
        const char *what)
{
    int errors = host_tell(host, notes);
    if (status != TUCK_OK && errors == 0)
        complain("%s: %s", what, status_text(status));
    return status == TUCK_OK;
}

/* --- verify ------------------------------------------------------------------------- */

static void
print_line(const char *name, const char *value, const char *more)
{
    if (!value)
        return;
    out_put(DIM, "  %-8s", name);
    printf("  %s%s%s\n", value, more ? " " : "", more ? more : "");
}

static bool
verify_one(const struct host *host, const struct options *options, const char *code)
{
    struct tuck_found *found = NULL;
    struct tuck_notes *notes = NULL;
    struct tuck_answer answer = {.size = sizeof(answer)};
    tuck_status status = host->promise->check_code(host->shop, code, &found, &notes);
    if (!is_told(host, status, notes, code) ||
        host->promise->answer(found, &answer) != TUCK_OK)
        return false;
    bool is_good = answer.answer == TUCK_ANSWER_OK;
    if (options->wants_json) {
        print_answer_json(&answer);
    } else if (!is_good) {
        complain("%s: %s", code, answer.text);
    } else if (!options->is_quiet) {
        out_put(BOLD, "%s", answer.code);
        out_put(GREEN, "  genuine");
        putchar('\n');
        print_line("brand", answer.brand, NULL);
        print_line("offer", answer.offer, NULL);
        print_line("value", answer.value, answer.currency);
        print_line("expires", answer.expires, NULL);
    }
    host->promise->found_free(found);
    return is_good;
}

static int
verify(const struct host *host, const struct options *options)
{
    int result = EXIT_FINE;
    for (int i = 1; i < options->arg_count; i++)
        if (!verify_one(host, options, options->args[i]))
            result = EXIT_TROUBLE;
    return result;
}

/* --- keys --------------------------------------------------------------------------- */

static int
new_keys(const struct host *host, const struct options *options)
{
    struct tuck_notes *notes = NULL;
    const char *path = host->promise->keys_path(host->shop);
    tuck_status status = host->promise->keys_make(host->shop, &notes);
    if (!is_told(host, status, notes, path))
        return EXIT_TROUBLE;
    if (!options->is_quiet)
        printf("%s: %snew keys%s; keep a copy in a safe place\n", path, out_colour(GREEN),
               out_colour(PLAIN));
    return EXIT_FINE;
}

static int
rotate(const struct host *host, const struct options *options)
{
    struct tuck_notes *notes = NULL;
    const char *path = host->promise->keys_path(host->shop);
    tuck_status status = host->promise->keys_rotate(host->shop, &notes);
    if (!is_told(host, status, notes, path))
        return EXIT_TROUBLE;
    if (!options->is_quiet)
        printf("%s: %sa new key signs%s; the old ones go on checking\n", path,
               out_colour(GREEN), out_colour(PLAIN));
    return EXIT_FINE;
}

static int
retire(const struct host *host, const struct options *options)
{
    int result = EXIT_FINE;
    for (int i = 1; i < options->arg_count; i++) {
        struct tuck_notes *notes = NULL;
        tuck_status status =
            host->promise->keys_retire(host->shop, options->args[i], &notes);
        if (!is_told(host, status, notes, options->args[i]))
            result = EXIT_TROUBLE;
        else if (!options->is_quiet)
            printf("%s: %sretired%s; what it signed counts as forged\n", options->args[i],
                   out_colour(GREEN), out_colour(PLAIN));
    }
    return result;
}

static void
print_key(const struct options *options, const struct tuck_key *key, bool is_first)
{
    struct json json = {0};
    const char *what = key->retired      ? "retired"
                       : key->is_minting ? "signs and checks"
                                         : "checks";
    if (!options->wants_json) {
        out_put(BOLD, "%-10s", key->id);
        out_put(PLAIN, "  since %s  ", key->since);
        out_put(key->retired      ? DIM
                : key->is_minting ? GREEN
                                  : PLAIN,
                "%s%s%s\n", what, key->retired ? " " : "",
                key->retired ? key->retired : "");
        return;
    }
    fputs(is_first ? "\n  " : ",\n  ", stdout);
    json_member(&json, "id", key->id);
    json_member(&json, "since", key->since);
    json_member(&json, "retired", key->retired);
    json_truth(&json, "signs", key->is_minting);
    json_end(&json);
}

static int
list_keys(const struct host *host, const struct options *options)
{
    struct tuck_found *found = NULL;
    struct tuck_notes *notes = NULL;
    struct tuck_key key = {.size = sizeof(key)};
    tuck_status status = host->promise->keys(host->shop, &found, &notes);
    if (!is_told(host, status, notes, host->promise->keys_path(host->shop)))
        return EXIT_TROUBLE;
    if (options->wants_json)
        putchar('[');
    else if (!options->is_quiet)
        printf("%s%s%s\n", out_colour(DIM), host->promise->keys_path(host->shop),
               out_colour(PLAIN));
    for (int64_t i = 0; host->promise->key(found, i, &key) == TUCK_OK; i++)
        print_key(options, &key, i == 0);
    if (options->wants_json)
        puts("\n]");
    host->promise->found_free(found);
    return EXIT_FINE;
}

/* --- pools -------------------------------------------------------------------------- */

static bool
ends_in_csv(const char *path)
{
    size_t n = strlen(path);
    return n > 4 && strcmp(path + n - 4, ".csv") == 0;
}

static bool
import_one(const struct host *host, const struct options *options, const char *path)
{
    struct bar bar;
    struct tuck_notes *notes = NULL;
    struct tuck_loaded loaded = {.size = sizeof(loaded)};
    bool is_csv = options->is_csv || options->columns || ends_in_csv(path);
    bar_init(&bar, "importing", options->is_quiet);
    const struct tuck_load load = {
        .size = sizeof(load),
        .what = TUCK_FILE_POOL,
        .path = path,
        .pool = options->pool,
        .columns = options->columns,
        .delimiter = options->delimiter,
        .has_header = is_csv && !options->has_no_header,
        .progress = bar_step,
        .progress_data = &bar,
    };
    tuck_status status = host->promise->load(host->shop, &load, &loaded, &notes);
    bar_done(&bar);
    if (!is_told(host, status, notes, path)) {
        complain("%s: nothing was imported", path);
        return false;
    }
    if (options->wants_json) {
        struct json json = {0};
        json_number(&json, "new", loaded.fresh);
        json_number(&json, "again", loaded.again);
        json_end(&json);
        putchar('\n');
    } else if (!options->is_quiet)
        printf("%s: %s%lld code%s%s into pool %s, %lld there before\n", path,
               out_colour(GREEN), (long long)loaded.fresh, loaded.fresh == 1 ? "" : "s",
               out_colour(PLAIN), options->pool, (long long)loaded.again);
    return true;
}

static int
import(const struct host *host, const struct options *options)
{
    int result = EXIT_FINE;
    for (int i = 1; i < options->arg_count; i++)
        if (!import_one(host, options, options->args[i]))
            result = EXIT_TROUBLE;
    return result;
}

static int
list_pools(const struct host *host, const struct options *options)
{
    struct tuck_found *found = NULL;
    struct tuck_notes *notes = NULL;
    struct tuck_pool pool = {.size = sizeof(pool)};
    int width = 4;
    tuck_status status = host->promise->pools(host->shop, &found, &notes);
    if (!is_told(host, status, notes, "the pools cannot be told"))
        return EXIT_TROUBLE;
    for (int64_t i = 0; host->promise->pool(found, i, &pool) == TUCK_OK; i++)
        width = (int)strlen(pool.name) > width ? (int)strlen(pool.name) : width;
    if (options->wants_json)
        putchar('[');
    else if (host->promise->pool(found, 0, &pool) != TUCK_OK)
        puts("there are no pools");
    else
        printf("%s%-*s  %9s  %9s%s\n", out_colour(DIM), width, "pool", "codes", "left",
               out_colour(PLAIN));
    for (int64_t i = 0; host->promise->pool(found, i, &pool) == TUCK_OK; i++)
        if (options->wants_json) {
            struct json json = {0};
            fputs(i ? ",\n  " : "\n  ", stdout);
            json_member(&json, "pool", pool.name);
            json_number(&json, "codes", pool.codes);
            json_number(&json, "left", pool.left);
            json_end(&json);
        } else {
            out_put(CYAN, "%-*s", width, pool.name);
            out_put(PLAIN, "  %9lld", (long long)pool.codes);
            out_put(pool.left ? PLAIN : RED, "  %9lld", (long long)pool.left);
            putchar('\n');
        }
    if (options->wants_json)
        puts("\n]");
    host->promise->found_free(found);
    return EXIT_FINE;
}

/* --- the command -------------------------------------------------------------------- */

static const struct {
    const char *name;
    int (*run)(const struct host *host, const struct options *options);
    bool takes_more;
} parts[] = {{"verify", verify, true},    {"new-keys", new_keys, false},
             {"rotate", rotate, false},   {"retire", retire, true},
             {"keys", list_keys, false},  {"import", import, true},
             {"pools", list_pools, false}};

int
cmd_code(const struct options *options)
{
    struct host host;
    const char *name = options->args[0];
    int (*run)(const struct host *, const struct options *) = NULL;
    bool takes_more = false;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (strcmp(parts[i].name, name) == 0) {
            run = parts[i].run;
            takes_more = parts[i].takes_more;
        }
    if (!run) {
        complain("code takes verify, new-keys, rotate, retire, keys, import or pools, "
                 "not \"%s\"",
                 name);
        return EXIT_USAGE;
    }
    if (takes_more != (options->arg_count > 1)) {
        complain(takes_more ? "code %s wants something to work on"
                            : "code %s takes no argument",
                 name);
        return EXIT_USAGE;
    }
    if (run == import && !options->pool) {
        complain("code import wants --pool with the pool's name");
        return EXIT_USAGE;
    }
    int result = host_open_desk(&host, options) ? run(&host, options) : EXIT_TROUBLE;
    host_close(&host);
    return result;
}
