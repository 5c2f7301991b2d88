/* tuck expire, forget, export, backup: keeping the ledger. */
#include "cli/cli.h"

#include <stdio.h>

/* What went wrong, unless a note told it already. */
static int
finish(struct host *host, tuck_status status, struct tuck_notes *notes, const char *what)
{
    int errors = host_tell(host, notes);
    if (status != TUCK_OK && errors == 0)
        complain("%s: %s", what, status_text(status));
    host_close(host);
    return status == TUCK_OK ? EXIT_FINE : EXIT_TROUBLE;
}

int
cmd_expire(const struct options *options)
{
    struct host host;
    struct tuck_notes *notes = NULL;
    struct tuck_swept swept = {.size = sizeof(swept)};
    if (!host_open_desk(&host, options))
        return EXIT_TROUBLE;
    tuck_status status = host.promise->sweep(host.shop, &swept, &notes);
    if (status == TUCK_OK && options->wants_json) {
        struct json json = {0};
        json_number(&json, "expired", swept.expired);
        json_number(&json, "lapsed", swept.lapsed);
        json_number(&json, "erased", swept.erased);
        json_end(&json);
        putchar('\n');
    } else if (status == TUCK_OK && !options->is_quiet)
        printf("%lld expired, %lld lapsed, %lld erased\n", (long long)swept.expired,
               (long long)swept.lapsed, (long long)swept.erased);
    return finish(&host, status, notes, "nothing was marked as expired");
}

int
cmd_forget(const struct options *options)
{
    struct host host;
    int result = EXIT_FINE;
    if (!host_open_desk(&host, options))
        return EXIT_TROUBLE;
    for (int i = 0; i < options->arg_count; i++) {
        struct tuck_notes *notes = NULL;
        tuck_status status = host.promise->forget(host.shop, options->args[i], &notes);
        int errors = host_tell(&host, notes);
        if (status == TUCK_OK && !options->is_quiet)
            printf("%s: %sforgotten%s\n", options->args[i], out_colour(GREEN),
                   out_colour(PLAIN));
        else if (status == TUCK_WITHOUT)
            complain("%s: nothing is held of a customer of this id", options->args[i]);
        else if (status != TUCK_OK && errors == 0)
            complain("%s: %s", options->args[i], status_text(status));
        if (status != TUCK_OK)
            result = EXIT_TROUBLE;
    }
    host_close(&host);
    return result;
}

int
cmd_export(const struct options *options)
{
    struct host host;
    struct tuck_notes *notes = NULL;
    void *bytes = NULL;
    size_t length = 0;
    if (!host_open_desk(&host, options))
        return EXIT_TROUBLE;
    tuck_status status = host.promise->export_customer(host.shop, options->args[0],
                                                       &bytes, &length, &notes);
    if (status == TUCK_WITHOUT) {
        complain("%s: nothing is held of a customer of this id", options->args[0]);
        host_tell(&host, notes);
        host_close(&host);
        return EXIT_TROUBLE;
    }
    bool is_written =
        status != TUCK_OK ||
        out_write(&host, options->output ? options->output : "-", bytes, length);
    if (bytes)
        host.ops->bytes_free(bytes);
    int result = finish(&host, status, notes, options->args[0]);
    return is_written ? result : EXIT_TROUBLE;
}

int
cmd_backup(const struct options *options)
{
    struct host host;
    struct tuck_notes *notes = NULL;
    if (!host_open_desk(&host, options))
        return EXIT_TROUBLE;
    tuck_status status = host.promise->backup(host.shop, options->args[0], &notes);
    if (status == TUCK_OK && !options->is_quiet)
        printf("%s: %sbacked up%s\n", options->args[0], out_colour(GREEN),
               out_colour(PLAIN));
    return finish(&host, status, notes, options->args[0]);
}
