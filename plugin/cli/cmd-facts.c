/* tuck facts: the table of what a campaign may know. */
#include "cli/cli.h"

#include <stdio.h>

static void
print_json(const struct tuck_fact *fact, bool is_first)
{
    struct json json = {0};
    fputs(is_first ? "  " : ",\n  ", stdout);
    json_member(&json, "name", fact->name);
    json_member(&json, "type", fact->type);
    json_member(&json, "unit", fact->unit);
    json_member(&json, "values", fact->values);
    json_member(&json, "meaning", fact->meaning);
    json_end(&json);
}

static void
print_fact(const struct tuck_fact *fact, int columns)
{
    printf("%s$%s%s  %s%s%s%s%s\n", out_colour(CYAN), fact->name, out_colour(PLAIN),
           out_colour(DIM), fact->type, fact->unit && fact->unit[0] ? ", " : "",
           fact->unit ? fact->unit : "", out_colour(PLAIN));
    out_wrapped(fact->meaning, printf("    "), 4, columns);
    if (fact->values) {
        fputs(out_colour(DIM), stdout);
        out_wrapped(fact->values, printf("    "), 4, columns);
        fputs(out_colour(PLAIN), stdout);
    }
}

int
cmd_facts(const struct options *options)
{
    struct host host;
    struct tuck_fact fact = {.size = sizeof(fact)};
    int columns = terminal_columns();
    if (columns < 40 || columns > 100)
        columns = 90;
    if (!host_load(&host))
        return EXIT_TROUBLE;
    if (options->wants_json)
        puts("[");
    for (int64_t i = 0; host.ops->fact(i, &fact) == TUCK_OK; i++)
        if (options->wants_json)
            print_json(&fact, i == 0);
        else
            print_fact(&fact, columns);
    if (options->wants_json)
        puts("\n]");
    return EXIT_FINE;
}
