/* tuck liability: what is owed on paper, by offer, value and last day. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

/* Columns of the table, as wide as their widest entry. */
struct widths {
    int offer, value, reserved, printed, sum;
};

static void
widen(int *width, int to)
{
    *width = *width < to ? to : *width;
}

static int
digits(int64_t number)
{
    return snprintf(NULL, 0, "%lld", (long long)number);
}

static void
measure(struct widths *widths, const struct tuck_debt *debt)
{
    widen(&widths->offer, debt->offer ? (int)strlen(debt->offer) : 5);
    widen(&widths->value, debt->value ? (int)strlen(debt->value) : 0);
    widen(&widths->reserved, digits(debt->reserved));
    widen(&widths->printed, digits(debt->printed));
    widen(&widths->sum, debt->sum ? (int)strlen(debt->sum) : 0);
}

static void
print_row(const struct widths *widths, const struct tuck_debt *debt)
{
    bool is_total = !debt->offer;
    enum colour colour = is_total ? BOLD : PLAIN;
    out_put(is_total ? BOLD : CYAN, "%-*s", widths->offer,
            is_total ? "total" : debt->offer);
    out_put(PLAIN, "  %*s", widths->value, debt->value ? debt->value : "");
    out_put(PLAIN, "  %-10s", debt->expires ? debt->expires : is_total ? "" : "never");
    out_put(colour, "  %*lld", widths->reserved, (long long)debt->reserved);
    out_put(colour, "  %*lld", widths->printed, (long long)debt->printed);
    out_put(colour, "  %*s%s%s", widths->sum, debt->sum ? debt->sum : "",
            debt->currency ? " " : "", debt->currency ? debt->currency : "");
    putchar('\n');
}

static void
print_table(const struct host *host, const struct tuck_found *found)
{
    struct tuck_debt debt = {.size = sizeof(debt)};
    struct widths widths = {5, 5, 8, 7, 4};
    const struct tuck_promise_face *face = host->promise;
    for (int64_t i = 0; face->debt(found, i, &debt) == TUCK_OK; i++)
        measure(&widths, &debt);
    for (int64_t i = 0; face->total(found, i, &debt) == TUCK_OK; i++)
        measure(&widths, &debt);
    if (face->debt(found, 0, &debt) != TUCK_OK) {
        puts("nothing is owed on paper");
        return;
    }
    out_put(DIM, "%-*s  %*s  %-10s  %*s  %*s  %*s", widths.offer, "offer", widths.value,
            "value", "until", widths.reserved, "reserved", widths.printed, "printed",
            widths.sum, "owed");
    putchar('\n');
    for (int64_t i = 0; face->debt(found, i, &debt) == TUCK_OK; i++)
        print_row(&widths, &debt);
    for (int64_t i = 0; face->total(found, i, &debt) == TUCK_OK; i++)
        print_row(&widths, &debt);
}

static void
print_debt_json(const struct tuck_debt *debt, bool is_first)
{
    struct json json = {0};
    fputs(is_first ? "\n    " : ",\n    ", stdout);
    if (debt->offer) {
        json_member(&json, "offer", debt->offer);
        json_money(&json, "value", debt->value, debt->currency);
        json_member(&json, "expires", debt->expires);
    }
    json_number(&json, "reserved", debt->reserved);
    json_number(&json, "printed", debt->printed);
    json_money(&json, "sum", debt->sum, debt->currency);
    json_end(&json);
}

static void
print_json(const struct host *host, const struct tuck_found *found)
{
    struct tuck_debt debt = {.size = sizeof(debt)};
    fputs("{\"debts\": [", stdout);
    for (int64_t i = 0; host->promise->debt(found, i, &debt) == TUCK_OK; i++)
        print_debt_json(&debt, i == 0);
    fputs("],\n \"totals\": [", stdout);
    for (int64_t i = 0; host->promise->total(found, i, &debt) == TUCK_OK; i++)
        print_debt_json(&debt, i == 0);
    puts("]}");
}

static void
print_csv(const struct host *host, const struct tuck_found *found)
{
    struct tuck_debt debt = {.size = sizeof(debt)};
    puts("offer,value,currency,expires,reserved,printed,owed");
    for (int64_t i = 0; host->promise->debt(found, i, &debt) == TUCK_OK; i++)
        printf("%s,%s,%s,%s,%lld,%lld,%s\n", debt.offer, debt.value ? debt.value : "",
               debt.currency ? debt.currency : "", debt.expires ? debt.expires : "",
               (long long)debt.reserved, (long long)debt.printed,
               debt.sum ? debt.sum : "");
}

int
cmd_liability(const struct options *options)
{
    struct host host;
    struct tuck_found *found = NULL;
    struct tuck_notes *notes = NULL;
    if (!host_open_desk(&host, options)) {
        host_close(&host);
        return EXIT_TROUBLE;
    }
    tuck_status status = host.promise->liability(host.shop, &found, &notes);
    int errors = host_tell(&host, notes);
    if (status != TUCK_OK && errors == 0)
        complain("what is owed cannot be told: %s", status_text(status));
    if (status == TUCK_OK && options->wants_json)
        print_json(&host, found);
    else if (status == TUCK_OK && options->is_csv)
        print_csv(&host, found);
    else if (status == TUCK_OK)
        print_table(&host, found);
    host.promise->found_free(found);
    host_close(&host);
    return status == TUCK_OK ? EXIT_FINE : EXIT_TROUBLE;
}
