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
    int errors = host_tell(&host, notes);
    if (status != TUCK_OK && errors == 0)
        complain("nothing was learnt: %s", status_text(status));
    bool is_out = status == TUCK_OK && out_write(&host, "-", bytes, length);
    host.ops->bytes_free(bytes);
    host_close(&host);
    return is_out ? EXIT_FINE : EXIT_TROUBLE;
}
