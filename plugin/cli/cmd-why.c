/* tuck why: facts, every offer and its fate. */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FACT_COLUMNS 26
#define NAME_COLUMNS 18 /* of an offer */
#define FATE_COLUMNS 13

/* "name = value" */
static void
print_fact(const char *line, int columns)
{
    const char *equals = strstr(line, " = ");
    if (!equals)
        return;
    int at = out_put(CYAN, "  %-*.*s ", FACT_COLUMNS, (int)(equals - line), line);
    out_wrapped(equals + 3, at, at, columns);
}

/* "offer NAME: FATE: REASON"; else a placement's line, or what belongs to it. */
static void
print_plan_line(const char *line, int columns)
{
    const char *name = strncmp(line, "offer ", 6) == 0 ? line + 6 : NULL;
    const char *fate = name ? strstr(name, ": ") : NULL;
    const char *reason = fate ? strstr(fate + 2, ": ") : NULL;
    if (!reason) {
        out_wrapped(line + strspn(line, " "), printf("  %*s", (int)strspn(line, " "), ""),
                    6, columns);
        return;
    }
    bool is_chosen = strncmp(fate, ": chosen:", 9) == 0;
    int at = out_put(BOLD, "  %-*.*s ", NAME_COLUMNS, (int)(fate - name), name);
    at += out_put(is_chosen ? GREEN : DIM, "%-*.*s", FATE_COLUMNS,
                  (int)(reason - fate - 2), fate + 2);
    at += out_put(PLAIN, " ");
    out_wrapped(reason + 2, at, NAME_COLUMNS + FATE_COLUMNS + 4, columns);
}

static void
print_text(const struct host *host, struct tuck_carton *carton, int32_t what,
           const char *title)
{
    const char *text = NULL;
    size_t length = 0;
    int columns = terminal_columns();
    if (host->carton->text(carton, what, &text, &length) != TUCK_OK)
        return;
    out_put(BOLD, "%s\n", title);
    char *copy = strdup(text), *rest = copy, *line;
    while ((line = strsep(&rest, "\n")))
        if (*line && what == TUCK_TEXT_FACTS)
            print_fact(line, columns);
        else if (*line)
            print_plan_line(line, columns);
    free(copy);
    putchar('\n');
}

static tuck_status
explain(const struct host *host, const struct options *options,
        const struct order_file *file, int *answers)
{
    struct tuck_carton *carton = NULL;
    struct tuck_note note = {.size = sizeof(note)};
    const char *json = NULL;
    size_t length = 0;
    const struct tuck_order order = {
        .size = sizeof(order),
        .flags = TUCK_PREVIEW | TUCK_NO_SHEETS,
        .bytes = file->bytes,
        .length = file->length,
        .name = file->path,
        .budget_ms = options->budget_ms,
        .date = options->date,
        .offer = options->offer,
    };
    tuck_status status = host->carton->pack(host->shop, &order, &carton);
    if (!carton) {
        complain("%s: %s", file->path, status_text(status));
        return status;
    }
    for (int64_t i = 0; host->carton->note(carton, i, &note) == TUCK_OK; i++)
        tell_note(&note);
    if (options->wants_json) {
        if (host->carton->text(carton, TUCK_TEXT_WHY, &json, &length) == TUCK_OK)
            printf("%s%s", (*answers)++ ? ",\n" : "", json);
    } else if (status == TUCK_OK) {
        printf("%s%s%s\n\n", out_colour(BOLD), file->path, out_colour(PLAIN));
        print_text(host, carton, TUCK_TEXT_FACTS, "Facts");
        print_text(host, carton, TUCK_TEXT_PLAN, "Plan");
    }
    host->carton->carton_free(carton);
    return status;
}

int
cmd_why(const struct options *options)
{
    struct host host;
    struct order_files orders;
    int result = EXIT_FINE, answers = 0;
    if (!orders_read(options, &orders))
        return EXIT_TROUBLE;
    if (!host_open(&host, options))
        result = EXIT_TROUBLE;
    bool is_list = options->wants_json && orders.count > 1;
    if (is_list)
        puts("[");
    for (size_t i = 0; host.shop && i < orders.count; i++)
        if (explain(&host, options, &orders.file[i], &answers) != TUCK_OK)
            result = EXIT_TROUBLE;
    if (is_list)
        puts("]");
    host_close(&host);
    orders_free(&orders);
    return result;
}
