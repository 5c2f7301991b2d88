/* tuck void: what was promised to a cancelled order is promised no more. */
#include "cli/cli.h"

#include <stdio.h>

static bool
void_one(const struct host *host, const struct options *options, const char *order)
{
    tuck_status status = host->carton->void_order(host->shop, order, options->reason);
    if (status == TUCK_OK && !options->is_quiet)
        printf("%s: %svoided%s\n", order, out_colour(GREEN), out_colour(PLAIN));
    else if (status == TUCK_WITHOUT)
        complain("%s: nothing is promised to an order of this id", order);
    else if (status != TUCK_OK)
        complain("%s: %s", order, status_text(status));
    return status == TUCK_OK;
}

int
cmd_void(const struct options *options)
{
    struct host host;
    int result = EXIT_FINE;
    if (!host_open(&host, options))
        result = EXIT_TROUBLE;
    for (int i = 0; host.shop && i < options->arg_count; i++)
        if (!void_one(&host, options, options->args[i]))
            result = EXIT_TROUBLE;
    host_close(&host);
    return result;
}
