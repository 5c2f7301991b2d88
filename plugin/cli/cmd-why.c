/* tuck why: facts, every offer and its fate. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

/* "name = value" lines as two columns. */
static void
print_facts(const char *text)
{
    for (const char *line = text; *line;) {
        const char *end = strchr(line, '\n');
        size_t n = end ? (size_t)(end - line) : strlen(line);
        const char *equals = memmem(line, n, " = ", 3);
        if (equals)
            printf("  %s%-26.*s%s %.*s\n", out_colour(CYAN), (int)(equals - line), line,
                   out_colour(PLAIN), (int)(line + n - equals - 3), equals + 3);
        line = end ? end + 1 : line + n;
    }
}

static void
print_text(const struct host *host, struct tuck_carton *carton, int32_t what,
           const char *title)
{
    const char *text = NULL;
    size_t length = 0;
    if (host->carton->text(carton, what, &text, &length) != TUCK_OK)
        return;
    printf("%s%s%s\n", out_colour(BOLD), title, out_colour(PLAIN));
    if (what == TUCK_TEXT_FACTS)
        print_facts(text);
    else
        fputs(text, stdout);
    putchar('\n');
}

static tuck_status
explain(const struct host *host, const struct options *options,
        const struct order_file *file, bool is_first)
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
            printf("%s%s", is_first ? "" : ",\n", json);
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
    int result = EXIT_FINE;
    if (!orders_read(options, &orders))
        return EXIT_TROUBLE;
    if (!host_open(&host, options))
        result = EXIT_TROUBLE;
    bool is_list = options->wants_json && orders.count > 1;
    if (is_list)
        puts("[");
    for (size_t i = 0; host.shop && i < orders.count; i++)
        if (explain(&host, options, &orders.file[i], i == 0) != TUCK_OK)
            result = EXIT_TROUBLE;
    if (is_list)
        puts("]");
    host_close(&host);
    orders_free(&orders);
    return result;
}
