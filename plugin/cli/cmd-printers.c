/* tuck printers: what was found, with state and media; and a test page. */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEST_WAIT_MS 20000

static enum colour
state_colour(const struct tuck_printer *printer)
{
    if (printer->is_ready)
        return GREEN;
    return printer->state == TUCK_PRINTER_SILENT || printer->state == TUCK_PRINTER_UNKNOWN
               ? YELLOW
               : RED;
}

static void
print_row(const char *name, const char *text)
{
    if (text && *text) {
        out_put(DIM, "    %-9s ", name);
        puts(text);
    }
}

static void
print_printer(const struct tuck_printer *printer)
{
    char sent[64];
    out_put(BOLD, "%-16s", printer->name);
    out_put(state_colour(printer), " %-9s", printer->state_name);
    out_put(PLAIN, " %s", printer->uri);
    out_put(DIM, "  %lld ms\n", (long long)printer->took_ms);
    print_row("says", printer->detail);
    print_row("reasons", printer->reasons);
    print_row("model", printer->make);
    print_row("media", printer->media);
    print_row("takes", printer->formats);
    snprintf(sent, sizeof(sent), printer->dpi ? "%s at %d dpi" : "%s",
             format_name(printer->format), printer->dpi);
    print_row("is sent", sent);
    if (printer->has_colour)
        print_row("colour", "yes");
    print_row("stations", printer->stations);
    if (printer->waiting > 0 || printer->spooled > 0) {
        out_put(DIM, "    %-9s ", "waiting");
        if (printer->spooled > 0)
            out_put(PLAIN, "%lld in the spool", (long long)printer->spooled);
        if (printer->waiting > 0)
            out_put(PLAIN, "%s%lld at the printer", printer->spooled > 0 ? ", " : "",
                    (long long)printer->waiting);
        puts("");
    }
}

static void
print_json(const struct tuck_printer *printer, bool is_first)
{
    struct json json = {0};
    printf("%s{", is_first ? "" : ",\n");
    json_member(&json, "name", printer->name);
    json_member(&json, "uri", printer->uri);
    json_member(&json, "state", printer->state_name);
    json_truth(&json, "ready", printer->is_ready);
    json_member(&json, "reasons", printer->reasons);
    json_member(&json, "detail", printer->detail);
    json_member(&json, "make", printer->make);
    json_member(&json, "media", printer->media);
    json_member(&json, "formats", printer->formats);
    json_member(&json, "stations", printer->stations);
    json_truth(&json, "here", printer->serves_here);
    json_member(&json, "format", format_name(printer->format));
    json_number(&json, "dpi", printer->dpi);
    json_truth(&json, "colour", printer->has_colour);
    json_number(&json, "waiting", printer->waiting);
    json_number(&json, "spooled", printer->spooled);
    json_number(&json, "took-ms", printer->took_ms);
    json_end(&json);
}

/* Named ones, else all; returns how many cannot print now. */
static int
list(struct host *host, const struct options *options, struct tuck_found *found)
{
    struct tuck_printer printer = {.size = sizeof(printer)};
    int count = 0, troubles = 0, met = 0;
    if (options->wants_json)
        puts("[");
    for (int64_t i = 0; host->print->printer(found, i, &printer) == TUCK_OK; i++) {
        bool is_wanted = options->arg_count == 0;
        for (int k = 0; k < options->arg_count; k++)
            if (strcmp(options->args[k], printer.name) == 0) {
                is_wanted = true;
                met++;
            }
        if (!is_wanted)
            continue;
        if (options->wants_json)
            print_json(&printer, count == 0);
        else
            print_printer(&printer);
        count++;
        troubles += printer.state == TUCK_PRINTER_GONE ||
                    printer.state == TUCK_PRINTER_STOPPED;
    }
    if (options->wants_json)
        puts("\n]");
    if (met < options->arg_count) {
        complain("the settings name no such printer");
        troubles++;
    }
    return troubles;
}

static int
print_test_pages(struct host *host, const struct options *options)
{
    int troubles = 0;
    for (int i = 0; i < options->arg_count; i++) {
        struct tuck_notes *notes = NULL;
        int64_t job = 0;
        tuck_status status =
            host->print->test_page(host->shop, options->args[i], &job, &notes);
        int errors = host_tell(host, notes);
        if (status != TUCK_OK) {
            if (errors == 0)
                complain("%s: %s", options->args[i], status_text(status));
            troubles++;
            continue;
        }
        host->print->settle(host->shop, TEST_WAIT_MS);
        troubles += !job_tell(host, job, options);
    }
    return troubles;
}

int
cmd_printers(const struct options *options)
{
    struct host host;
    struct tuck_found *found = NULL;
    struct tuck_notes *notes = NULL;
    int troubles = 1;
    if (options->wants_test && options->arg_count == 0) {
        complain("--test wants the name of a printer");
        return EXIT_USAGE;
    }
    if (options->wants_test ? host_open_sending(&host, options)
                            : host_open_desk(&host, options)) {
        if (options->wants_test) {
            troubles = print_test_pages(&host, options);
        } else {
            tuck_status status =
                host.print->printers(host.shop, options->budget_ms, &found, &notes);
            int errors = host_tell(&host, notes);
            if (status == TUCK_OK)
                troubles = list(&host, options, found);
            else if (errors == 0)
                complain("%s", status_text(status));
            host.promise->found_free(found);
        }
    }
    host_close(&host);
    return troubles ? EXIT_TROUBLE : EXIT_FINE;
}
