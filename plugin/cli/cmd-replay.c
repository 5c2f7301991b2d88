/* tuck replay: is what was decided and printed still what would be? */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

#define PLACE_COLUMNS 12
#define WHAT_COLUMNS 10
#define DIGEST_SHOWN 12

struct replaying {
    const struct options *options;
    const char *order;
    char package[80];
    int64_t parts, differing;
};

static bool
is_digest(const char *text)
{
    return text && strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static void
print_json(struct replaying *replaying, const struct tuck_replayed *part)
{
    struct json json = {0};
    fputs(replaying->parts ? ",\n " : "[", stdout);
    json_member(&json, "order", replaying->order);
    json_member(&json, "package", part->package);
    json_member(&json, "placement", part->placement);
    json_number(&json, "number", part->number);
    json_member(&json, "what", part->what);
    json_truth(&json, "same", part->is_same);
    json_member(&json, "was", part->was);
    json_member(&json, "is", part->is);
    json_end(&json);
}

static void
print_part(const struct tuck_replayed *part)
{
    out_put(PLAIN, "  %-*s %-*s ", PLACE_COLUMNS, part->placement ? part->placement : "",
            WHAT_COLUMNS, part->what);
    if (part->is_same) {
        out_put(GREEN, "same");
        out_put(DIM, "     %.*s\n", DIGEST_SHOWN, part->was ? part->was : "");
        return;
    }
    out_put(RED, "differs");
    if (is_digest(part->was) && is_digest(part->is))
        out_put(PLAIN, "  was %.*s, is %.*s\n", DIGEST_SHOWN, part->was, DIGEST_SHOWN,
                part->is);
    else
        out_put(PLAIN, "\n    was  %s\n    is   %s\n",
                part->was && part->was[0] ? part->was : "nothing",
                part->is && part->is[0] ? part->is : "nothing");
}

static void
take_part(void *data, const struct tuck_replayed *part)
{
    struct replaying *replaying = data;
    bool is_new = strcmp(replaying->package, part->package) != 0;
    if (replaying->options->wants_json)
        print_json(replaying, part);
    else if (is_new && !replaying->options->is_quiet)
        out_put(BOLD, "%s", replaying->order), out_put(DIM, "  package %s\n", part->package);
    if (!replaying->options->wants_json &&
        (!replaying->options->is_quiet || !part->is_same))
        print_part(part);
    snprintf(replaying->package, sizeof(replaying->package), "%s", part->package);
    replaying->parts++;
    replaying->differing += !part->is_same;
}

static bool
replay_one(struct host *host, const struct options *options, const char *order)
{
    struct replaying replaying = {.options = options, .order = order};
    struct tuck_notes *notes = NULL;
    tuck_status status =
        host->ops->replay(host->shop, order, take_part, &replaying, &notes);
    int errors = host_tell(host, notes);
    if (options->wants_json)
        printf("%s\n", replaying.parts ? "]" : "[]");
    if (status == TUCK_WITHOUT && errors == 0)
        complain("%s: no decision on an order of this id stands", order);
    else if (status != TUCK_OK && errors == 0)
        complain("%s: %s", order, status_text(status));
    if (status != TUCK_OK)
        return false;
    if (!options->wants_json && !options->is_quiet) {
        if (replaying.differing)
            out_put(RED, "%s: %lld of %lld parts differ\n", order,
                    (long long)replaying.differing, (long long)replaying.parts);
        else
            out_put(GREEN, "%s: all the same\n", order);
    }
    return replaying.differing == 0;
}

int
cmd_replay(const struct options *options)
{
    struct host host;
    int result = EXIT_FINE;
    if (!host_open(&host, options))
        result = EXIT_TROUBLE;
    for (int i = 0; host.shop && i < options->arg_count; i++)
        if (!replay_one(&host, options, options->args[i]))
            result = EXIT_TROUBLE;
    host_close(&host);
    return result;
}
