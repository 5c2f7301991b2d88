/* tuck facts: the table of what a campaign may know. */
#include "cli/cli.h"

#include <stdio.h>

static void
print_json_text(const char *text)
{
    if (!text) {
        fputs("null", stdout);
        return;
    }
    putchar('"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    putchar('"');
}

static void
print_json(const struct tuck_fact *fact, bool is_first)
{
    const struct {
        const char *name, *value;
    } members[] = {{"name", fact->name},
                   {"type", fact->type},
                   {"unit", fact->unit},
                   {"values", fact->values},
                   {"meaning", fact->meaning}};
    fputs(is_first ? "  {" : ",\n  {", stdout);
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        printf("%s\"%s\": ", i ? ", " : "", members[i].name);
        print_json_text(members[i].value);
    }
    putchar('}');
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
