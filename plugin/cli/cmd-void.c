/* tuck void: what was promised to a cancelled order, or by one code, is promised no more.
 */
#include "cli/cli.h"

#include <stdio.h>

static bool
void_code(const struct host *host, const struct options *options, const char *code)
{
    struct tuck_found *found = NULL;
    struct tuck_notes *notes = NULL;
    struct tuck_answer answer = {.size = sizeof(answer), .answer = TUCK_ANSWER_UNKNOWN};
    tuck_status status =
        host->promise->void_code(host->shop, code, options->reason, &found, &notes);
    int errors = host_tell(host, notes);
    if (status == TUCK_OK)
        host->promise->answer(found, &answer);
    bool is_void = status == TUCK_OK && answer.answer == TUCK_ANSWER_OK;
    if (is_void && !options->is_quiet)
        printf("%s: %svoided%s\n", code, out_colour(GREEN), out_colour(PLAIN));
    else if (status == TUCK_OK && answer.answer == TUCK_ANSWER_USED)
        complain("%s: it cannot be voided: %s", code, answer.text);
    else if (status == TUCK_OK && !is_void)
        complain("%s: nothing is promised to an order of this id, nor is it a code",
                 code);
    else if (status != TUCK_OK && errors == 0)
        complain("%s: %s", code, status_text(status));
    host->promise->found_free(found);
    return is_void;
}

static bool
void_one(const struct host *host, const struct options *options, const char *name)
{
    tuck_status status = host->carton->void_order(host->shop, name, options->reason);
    if (status == TUCK_WITHOUT)
        return void_code(host, options, name);
    if (status == TUCK_OK && !options->is_quiet)
        printf("%s: %svoided%s\n", name, out_colour(GREEN), out_colour(PLAIN));
    else if (status != TUCK_OK)
        complain("%s: %s", name, status_text(status));
    return status == TUCK_OK;
}

int
cmd_void(const struct options *options)
{
    struct host host;
    int result = EXIT_FINE;
    if (!host_open_desk(&host, options))
        result = EXIT_TROUBLE;
    for (int i = 0; host.shop && i < options->arg_count; i++)
        if (!void_one(&host, options, options->args[i]))
            result = EXIT_TROUBLE;
    host_close(&host);
    return result;
}
