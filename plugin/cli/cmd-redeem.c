/* tuck redeem: a code is used, at a till or as a shop's file tells.
 *
 * An accepted code is a line on standard output; a refused one is told on standard error
 * with the reason, and costs the exit status. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

void
print_answer_json(const struct tuck_answer *answer)
{
    struct json json = {0};
    json_member(&json, "code", answer->code);
    json_member(&json, "answer", answer->name);
    json_member(&json, "text", answer->text);
    json_member(&json, "offer", answer->offer);
    json_member(&json, "order", answer->order);
    json_member(&json, "state", answer->state);
    json_money(&json, "value", answer->value, answer->currency);
    json_member(&json, "expires", answer->expires);
    json_member(&json, "used_at", answer->used_at);
    json_member(&json, "used_place", answer->used_place);
    json_member(&json, "used_order", answer->used_order);
    json_member(&json, "reason", answer->reason);
    json_end(&json);
    putchar('\n');
}

static int
redeem_code(const struct host *host, const struct options *options, const char *code)
{
    struct tuck_found *found = NULL;
    struct tuck_notes *notes = NULL;
    struct tuck_answer answer = {.size = sizeof(answer)};
    const struct tuck_redemption how = {
        .size = sizeof(how),
        .code = code,
        .id = options->id,
        .customer = options->customer,
        .order = options->order,
        .place = options->place,
        .choice = options->choice,
        .amount = options->amount,
        .currency = options->currency,
        .at = options->at,
    };
    if (how.currency && !how.amount) {
        complain("--currency is of an --amount, which is not given");
        return EXIT_USAGE;
    }
    tuck_status status = host->promise->redeem(host->shop, &how, &found, &notes);
    int errors = host_tell(host, notes);
    if (status != TUCK_OK || host->promise->answer(found, &answer) != TUCK_OK) {
        if (errors == 0)
            complain("%s: %s", code, status_text(status));
        return EXIT_TROUBLE;
    }
    bool is_good = answer.answer == TUCK_ANSWER_OK || answer.answer == TUCK_ANSWER_AGAIN;
    if (options->wants_json)
        print_answer_json(&answer);
    else if (!is_good)
        complain("%s: %s", code, answer.text);
    else if (!options->is_quiet)
        printf("%s: %s%s%s: %s\n", answer.code, out_colour(GREEN), answer.name,
               out_colour(PLAIN), answer.text);
    host->promise->found_free(found);
    return is_good ? EXIT_FINE : EXIT_TROUBLE;
}

static int
redeem_file(const struct host *host, const struct options *options)
{
    struct bar bar;
    struct tuck_notes *notes = NULL;
    struct tuck_loaded loaded = {.size = sizeof(loaded)};
    bar_init(&bar, "reading", options->is_quiet);
    const struct tuck_load load = {
        .size = sizeof(load),
        .what = TUCK_FILE_REDEMPTIONS,
        .path = options->file,
        .columns = options->columns,
        .date_format = options->date_format,
        .currency = options->currency,
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
            complain("%s: %s", options->file, status_text(status));
        complain("%s: nothing was taken in", options->file);
        return EXIT_TROUBLE;
    }
    if (options->wants_json) {
        struct json json = {0};
        json_number(&json, "rows", loaded.rows);
        json_number(&json, "redeemed", loaded.fresh);
        json_number(&json, "again", loaded.again);
        json_number(&json, "contrary", loaded.contrary);
        json_number(&json, "unknown", loaded.unknown);
        json_end(&json);
        putchar('\n');
    } else if (!options->is_quiet)
        printf("%s: %s%lld redeemed%s, %lld known before, %lld against a till's answer, "
               "%lld unknown\n",
               options->file, out_colour(GREEN), (long long)loaded.fresh,
               out_colour(PLAIN), (long long)loaded.again, (long long)loaded.contrary,
               (long long)loaded.unknown);
    return EXIT_FINE;
}

int
cmd_redeem(const struct options *options)
{
    struct host host;
    int result = EXIT_TROUBLE;
    if (!options->file == (options->arg_count == 0)) {
        complain("redeem wants a code, or --file with a file of redemptions");
        return EXIT_USAGE;
    }
    if (host_open_desk(&host, options))
        result = options->file ? redeem_file(&host, options)
                               : redeem_code(&host, options, options->args[0]);
    host_close(&host);
    return result;
}
