/* tuck simulate: the log of decisions under another campaign, or for other tools. */
#include "cli/cli.h"

#include <stdio.h>

int
cmd_simulate(const struct options *options)
{
    const struct tuck_simulate how = {.size = sizeof(how),
                                      .form = options->vowpal       ? TUCK_FORM_VOWPAL
                                              : options->bandit     ? TUCK_FORM_BANDIT
                                              : options->wants_json ? TUCK_FORM_JSON
                                                                    : TUCK_FORM_TEXT,
                                      .within_days = options->within_days,
                                      .date = options->date,
                                      .from = options->from,
                                      .to = options->to};
    const char *path = options->vowpal   ? options->vowpal
                       : options->bandit ? options->bandit
                                         : "-";
    struct host host;
    struct tuck_notes *notes = NULL;
    void *bytes = NULL;
    size_t length = 0;
    if (!host_open_desk(&host, options)) {
        host_close(&host);
        return EXIT_TROUBLE;
    }
    tuck_status status = host.learn->simulate(host.shop, &how, &bytes, &length, &notes);
    return host_put(&host, status, notes, bytes, length, path, "nothing is simulated");
}
