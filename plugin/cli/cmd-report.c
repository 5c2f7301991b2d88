/* tuck report: what paper caused, against those who got none. */
#include "cli/cli.h"

#include <stdio.h>

static int
put(const struct options *options, struct host *host, int32_t form, const char *path)
{
    const struct tuck_report how = {.size = sizeof(how),
                                    .form = form,
                                    .within_days = options->within_days,
                                    .is_coloured = *out_colour(RED) != '\0',
                                    .date = options->date,
                                    .from = options->from,
                                    .to = options->to};
    struct tuck_notes *notes = NULL;
    void *bytes = NULL;
    size_t length = 0;
    tuck_status status = host->learn->report(host->shop, &how, &bytes, &length, &notes);
    int errors = host_tell(host, notes);
    if (status != TUCK_OK && errors == 0)
        complain("nothing is reported: %s", status_text(status));
    bool is_out = status == TUCK_OK && out_write(host, path, bytes, length);
    host->ops->bytes_free(bytes);
    return is_out ? EXIT_FINE : EXIT_TROUBLE;
}

int
cmd_report(const struct options *options)
{
    struct host host;
    bool is_open = options->html ? host_open(&host, options)
                                 : host_open_desk(&host, options);
    int code = EXIT_TROUBLE;
    if (is_open && options->html)
        code = put(options, &host, TUCK_FORM_HTML, options->html);
    else if (is_open)
        code = put(options, &host, options->wants_json ? TUCK_FORM_JSON : TUCK_FORM_TEXT,
                   "-");
    host_close(&host);
    return code;
}
