/* tuck ledger: the whole life of what was promised to an order or a customer, or of a
 * code; and whether the ledger is sound. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define KIND_COLUMNS 9

static enum colour
state_colour(const char *state)
{
    static const struct {
        const char *state;
        enum colour colour;
    } table[] = {{"reserved", PLAIN}, {"printed", GREEN}, {"redeemed", CYAN},
                 {"expired", DIM},    {"voided", YELLOW}, {"lapsed", YELLOW},
                 {"failed", RED},     {"skipped", DIM},   {"late", RED}};
    for (size_t i = 0; state && i < sizeof(table) / sizeof(table[0]); i++)
        if (strcmp(table[i].state, state) == 0)
            return table[i].colour;
    return PLAIN;
}

/* --- for people --------------------------------------------------------------------- */

/* Adds a text and what it is to the line. */
static void
part(char *line, size_t room, const char *what, const char *text)
{
    size_t n = strlen(line);
    if (text)
        snprintf(line + n, room - n, "%s%s%s", n > 0 ? ", " : "", what, text);
}

/* The id that code and order make is no news. */
static bool
is_own_id(const struct tuck_event *event, const char *code)
{
    size_t n = code ? strlen(code) : 0;
    return n > 0 && event->redemption && strncasecmp(event->redemption, code, n) == 0 &&
           (event->order ? event->redemption[n] == '/' &&
                               strcmp(event->redemption + n + 1, event->order) == 0
                         : !event->redemption[n]);
}

static void
print_event(const struct tuck_event *event, const char *code, int columns)
{
    char line[1000] = "", number[24], sum[80];
    snprintf(number, sizeof(number), "%d", event->revision);
    snprintf(sum, sizeof(sum), "%s %s", event->amount ? event->amount : "",
             event->currency ? event->currency : "");
    part(line, sizeof(line), "order ", event->order);
    part(line, sizeof(line), "at ", event->place);
    part(line, sizeof(line), "", event->amount ? sum : NULL);
    part(line, sizeof(line), "revision ", event->revision > 1 ? number : NULL);
    part(line, sizeof(line), "package ", event->package);
    part(line, sizeof(line), "", event->reason);
    part(line, sizeof(line), "id ", is_own_id(event, code) ? NULL : event->redemption);
    int at = out_put(DIM, "  %s", event->at);
    at += out_put(PLAIN, "  ");
    at += out_put(state_colour(event->kind), "%-*s", line[0] ? KIND_COLUMNS : 0,
                  event->kind);
    at += out_put(PLAIN, line[0] ? "  " : "");
    out_wrapped(line, at, at, columns);
}

static void
print_promise(const struct host *host, const struct tuck_found *found, int64_t index,
              const struct tuck_promise *promise, int columns)
{
    struct tuck_event event = {.size = sizeof(event)};
    if (index > 0)
        putchar('\n');
    out_put(BOLD, "%s", promise->code ? promise->code : promise->offer);
    out_put(PLAIN, "  ");
    out_put(promise->is_held_out ? DIM : state_colour(promise->state), "%s",
            promise->is_held_out ? "held out"
            : promise->state     ? promise->state
                                 : "?");
    if (promise->code)
        out_put(PLAIN, "  %s", promise->offer);
    if (promise->value)
        out_put(PLAIN, "  %s %s", promise->value, promise->currency);
    if (promise->expires)
        out_put(PLAIN, "  until %s", promise->expires);
    putchar('\n');
    out_put(DIM, "  order %s%s%s%s%s", promise->order ? promise->order : "-",
            promise->customer ? ", customer " : "",
            promise->customer ? promise->customer : "", promise->pool ? ", pool " : "",
            promise->pool ? promise->pool : "");
    putchar('\n');
    for (int64_t i = 0; host->promise->event(found, index, i, &event) == TUCK_OK; i++)
        print_event(&event, promise->code, columns);
}

/* --- for scripts -------------------------------------------------------------------- */

static void
print_event_json(const struct tuck_event *event)
{
    struct json json = {0};
    json_member(&json, "at", event->at);
    json_number(&json, "at_s", event->at_s);
    json_member(&json, "kind", event->kind);
    json_member(&json, "reason", event->reason);
    json_member(&json, "package", event->package);
    json_number(&json, "revision", event->revision);
    json_member(&json, "order", event->order);
    json_member(&json, "place", event->place);
    json_member(&json, "redemption", event->redemption);
    json_money(&json, "amount", event->amount, event->currency);
    json_end(&json);
}

static void
print_promise_json(const struct host *host, const struct tuck_found *found, int64_t index,
                   const struct tuck_promise *promise)
{
    struct json json = {0};
    struct tuck_event event = {.size = sizeof(event)};
    fputs(index ? ",\n  " : "  ", stdout);
    json_member(&json, "code", promise->code);
    json_member(&json, "state", promise->state);
    json_member(&json, "offer", promise->offer);
    json_member(&json, "order", promise->order);
    json_member(&json, "customer", promise->customer);
    json_member(&json, "pool", promise->pool);
    json_money(&json, "value", promise->value, promise->currency);
    json_member(&json, "expires", promise->expires);
    json_member(&json, "made_at", promise->made_at);
    json_truth(&json, "held_out", promise->is_held_out);
    json_truth(&json, "holding", promise->is_holding);
    json_list(&json, "events");
    for (int64_t i = 0; host->promise->event(found, index, i, &event) == TUCK_OK; i++) {
        fputs(i ? ",\n    " : "\n    ", stdout);
        print_event_json(&event);
    }
    putchar(']');
    json_end(&json);
}

/* --- the command -------------------------------------------------------------------- */

static int
look_up(const struct host *host, const struct options *options, const char *name)
{
    struct tuck_found *found = NULL;
    struct tuck_notes *notes = NULL;
    struct tuck_promise promise = {.size = sizeof(promise)};
    int columns = terminal_columns();
    tuck_status status =
        host->promise->look_up(host->shop, TUCK_BY_ANY, name, &found, &notes);
    int errors = host_tell(host, notes);
    if (status == TUCK_WITHOUT)
        complain("%s: nothing was promised to an order or a customer of this id, nor is "
                 "it a code",
                 name);
    else if (status != TUCK_OK && errors == 0)
        complain("%s: %s", name, status_text(status));
    if (status != TUCK_OK)
        return EXIT_TROUBLE;
    if (options->wants_json)
        puts("[");
    for (int64_t i = 0; host->promise->promise(found, i, &promise) == TUCK_OK; i++)
        if (options->wants_json)
            print_promise_json(host, found, i, &promise);
        else
            print_promise(host, found, i, &promise, columns);
    if (options->wants_json)
        puts("\n]");
    host->promise->found_free(found);
    return EXIT_FINE;
}

static int
check(const struct host *host, const struct options *options)
{
    struct tuck_notes *notes = NULL;
    tuck_status status = host->promise->verify(host->shop, &notes);
    int errors = host_tell(host, notes);
    if (status == TUCK_OK && !options->is_quiet)
        printf("%sthe ledger is sound%s\n", out_colour(GREEN), out_colour(PLAIN));
    if (status != TUCK_OK && errors == 0)
        complain("the ledger could not be checked: %s", status_text(status));
    return status == TUCK_OK ? EXIT_FINE : EXIT_TROUBLE;
}

int
cmd_ledger(const struct options *options)
{
    struct host host;
    int result = EXIT_TROUBLE;
    if (options->wants_check == (options->arg_count > 0)) {
        complain("ledger wants an order, a code or a customer; or --check");
        return EXIT_USAGE;
    }
    if (host_open_desk(&host, options))
        result = options->wants_check ? check(&host, options)
                                      : look_up(&host, options, options->args[0]);
    host_close(&host);
    return result;
}
