/* tuck preview --scan: what decoders say of the symbols, a line for each resolution.
 *
 * First as the sheets are made, then as printers of 203, 300 and 600 dpi would draw them.
 */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

struct telling {
    const struct options *options;
    bool is_own; /* resolution: as the sheets are made */
    int64_t symbols, bad, unsure;
};

static void
print_json(struct telling *telling, const struct tuck_scanned *symbol)
{
    struct json json = {0};
    fputs(telling->symbols ? ",\n" : "", stdout);
    json_member(&json, "order", symbol->order);
    json_member(&json, "template", symbol->template_name);
    json_member(&json, "placement", symbol->placement);
    json_number(&json, "page", symbol->page);
    json_number(&json, "line", symbol->line);
    json_member(&json, "type", symbol->type);
    json_number(&json, "dpi", symbol->dpi);
    json_truth(&json, "as-made", telling->is_own);
    json_truth(&json, "has-reader", symbol->has_reader != 0);
    json_truth(&json, "read", symbol->is_read != 0);
    json_truth(&json, "sure", symbol->is_sure != 0);
    json_member(&json, "read-by", symbol->read_by);
    json_number(&json, "module-um", symbol->module_um);
    json_number(&json, "gain-um", symbol->gain_um);
    json_number(&json, "loss-um", symbol->loss_um);
    json_number(&json, "voids-permille", symbol->voids_permille);
    json_number(&json, "blur-um", symbol->blur_um);
    json_member(&json, "complaint", symbol->complaint);
    json_end(&json);
}

static void
print_line(const struct tuck_scanned *symbol)
{
    char where[80];
    snprintf(where, sizeof where, "%s:%d", symbol->template_name, (int)symbol->line);
    const char *verdict = !symbol->has_reader ? "no reader"
                          : !symbol->is_read  ? "not read"
                          : !symbol->is_sure  ? "not sure"
                                              : "sure";
    printf("  %-22s %-14s %4d dpi  X %4d µm  %s%-9s%s", where, symbol->type,
           (int)symbol->dpi, (int)symbol->module_um,
           out_colour(symbol->is_sure   ? GREEN
                      : symbol->is_read ? YELLOW
                                        : RED),
           verdict, out_colour(PLAIN));
    if (symbol->is_read)
        printf(" %-11s gain %3d µm  loss %3d µm  voids %2d.%d %%  blur %3d µm",
               symbol->read_by, (int)symbol->gain_um, (int)symbol->loss_um,
               (int)symbol->voids_permille / 10, (int)symbol->voids_permille % 10,
               (int)symbol->blur_um);
    putchar('\n');
}

static void
tell(void *data, const struct tuck_scanned *symbol)
{
    struct telling *telling = data;
    if (telling->options->wants_json)
        print_json(telling, symbol);
    else if (!telling->options->is_quiet || !symbol->is_sure)
        print_line(symbol);
    telling->symbols++;
    telling->bad += symbol->has_reader && !symbol->is_read;
    telling->unsure += symbol->is_read && !symbol->is_sure;
}

static void
print_heading(int32_t dpi)
{
    fputs(out_colour(BOLD), stdout);
    if (dpi)
        printf("symbols at %d dpi", (int)dpi);
    else
        fputs("symbols as the sheets are made", stdout);
    printf("%s\n", out_colour(PLAIN));
}

int
scan_tell(const struct host *host, struct tuck_carton *const *cartons, int64_t count,
          const struct options *options)
{
    static const int32_t resolutions[] = {0, 203, 300, 600};
    struct telling telling = {.options = options};
    tuck_status status = TUCK_OK;
    if (options->wants_json)
        puts("[");
    for (size_t i = 0; status == TUCK_OK && i < sizeof resolutions / sizeof *resolutions;
         i++) {
        struct tuck_notes *notes = NULL;
        telling.is_own = resolutions[i] == 0;
        if (!options->wants_json && !options->is_quiet)
            print_heading(resolutions[i]);
        status = host->ops->scan(host->shop, cartons, count, resolutions[i], tell,
                                 &telling, &notes);
        int errors = host_tell(host, notes);
        if (status != TUCK_OK && errors == 0)
            complain("the symbols could not be scanned: %s", status_text(status));
    }
    if (options->wants_json)
        puts(telling.symbols ? "\n]" : "]");
    else if (status == TUCK_OK && telling.symbols == 0 && !options->is_quiet)
        puts("  no symbols");
    return status != TUCK_OK || telling.bad > 0;
}
