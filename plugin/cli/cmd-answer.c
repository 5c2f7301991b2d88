/* tuck answer: what a customer answers by the code on their paper.
 *
 * What is kept is a line on standard output; what cannot be is told on standard error with
 * the reason, and costs the exit status. */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -1: it is no whole number from `least` to `most`, which is told. */
static int32_t
read_score(const char *text, const char *option, int32_t least, int32_t most)
{
    char *end = NULL;
    long score = strtol(text, &end, 10);
    if (end != text && *end == '\0' && score >= least && score <= most)
        return (int32_t)score;
    complain("%s is \"%s\"; expected a whole number from %d to %d", option, text,
             (int)least, (int)most);
    return -1;
}

/* False, told, when the command line makes no sense. */
static bool
read_reply(const struct options *options, struct tuck_reply *ret)
{
    *ret = (struct tuck_reply){
        .size = sizeof(*ret),
        .flags = (options->nps ? TUCK_SAYS_NPS : 0u) |
                 (options->effort ? TUCK_SAYS_EFFORT : 0u) |
                 (options->rating ? TUCK_SAYS_RATING : 0u),
        .code = options->args[0],
        .nps = options->nps ? read_score(options->nps, "--nps", 0, 10) : 0,
        .effort = options->effort ? read_score(options->effort, "--effort", 1, 7) : 0,
        .rating = options->rating ? read_score(options->rating, "--rating", 1, 5) : 0,
        .question = options->question,
        .value = options->value,
        .channel = options->channel,
        .at = options->date,
    };
    if (ret->nps < 0 || ret->effort < 0 || ret->rating < 0)
        return false;
    if (!ret->question != !ret->value) {
        complain("--question and --value go together");
        return false;
    }
    if (ret->flags || ret->question)
        return true;
    complain("answer wants --nps, --effort, --rating, or --question and --value");
    return false;
}

int
cmd_answer(const struct options *options)
{
    struct host host;
    struct tuck_reply reply;
    struct tuck_found *found = NULL;
    struct tuck_notes *notes = NULL;
    struct tuck_answer answer = {.size = sizeof(answer)};
    if (!read_reply(options, &reply))
        return EXIT_USAGE;
    if (!host_open_desk(&host, options)) {
        host_close(&host);
        return EXIT_TROUBLE;
    }
    tuck_status status = host.promise->reply(host.shop, &reply, &found, &notes);
    int errors = host_tell(&host, notes);
    bool is_told = status == TUCK_OK && host.promise->answer(found, &answer) == TUCK_OK;
    bool is_kept = is_told && (answer.answer == TUCK_ANSWER_OK ||
                               answer.answer == TUCK_ANSWER_AGAIN);
    if (!is_told && errors == 0)
        complain("%s: %s", reply.code, status_text(status));
    else if (is_told && options->wants_json)
        print_answer_json(&answer);
    else if (is_told && !is_kept)
        complain("%s: %s", reply.code, answer.text);
    else if (is_told && !options->is_quiet)
        printf("%s: %s%s%s: %s\n", answer.code, out_colour(GREEN), answer.name,
               out_colour(PLAIN), answer.text);
    host.promise->found_free(found);
    host_close(&host);
    return is_kept ? EXIT_FINE : EXIT_TROUBLE;
}
