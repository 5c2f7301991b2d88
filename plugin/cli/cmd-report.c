/* tuck report: what paper caused, against those who got none. */
#include "cli/cli.h"

#include <stdio.h>

int
cmd_report(const struct options *options)
{
    const struct tuck_report how = {.size = sizeof(how),
                                    .form = options->html         ? TUCK_FORM_HTML
                                            : options->wants_json ? TUCK_FORM_JSON
                                                                  : TUCK_FORM_TEXT,
                                    .within_days = options->within_days,
                                    .is_coloured = *out_colour(RED) != '\0',
                                    .date = options->date,
                                    .from = options->from,
                                    .to = options->to};
    struct host host;
    struct tuck_notes *notes = NULL;
    void *bytes = NULL;
    size_t length = 0;
    /* plots are drawn by the press */
    if (!(options->html ? host_open(&host, options) : host_open_desk(&host, options))) {
        host_close(&host);
        return EXIT_TROUBLE;
    }
    tuck_status status = host.learn->report(host.shop, &how, &bytes, &length, &notes);
    return host_put(&host, status, notes, bytes, length,
                    options->html ? options->html : "-", "nothing is reported");
}
