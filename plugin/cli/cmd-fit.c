/* tuck fit: learn from the ledger, for all stations of the shop. */
#include "cli/cli.h"

#include <stdio.h>

int
cmd_fit(const struct options *options)
{
    const struct tuck_fit how = {.size = sizeof(how),
                                 .form = options->wants_json ? TUCK_FORM_JSON
                                                             : TUCK_FORM_TEXT,
                                 .is_trial = options->is_trial,
                                 .date = options->date};
    struct host host;
    struct tuck_notes *notes = NULL;
    void *bytes = NULL;
    size_t length = 0;
    if (!host_open_desk(&host, options)) {
        host_close(&host);
        return EXIT_TROUBLE;
    }
    tuck_status status = host.learn->fit(host.shop, &how, &bytes, &length, &notes);
    return host_put(&host, status, notes, bytes, length, "-", "nothing was learnt");
}
