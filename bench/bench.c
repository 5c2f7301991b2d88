/* The bench: what a carton costs, part by part, on this machine. Not a test: nothing
 * fails because it is slow. */
#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int64_t
bench_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void
bench_title(const char *title)
{
    printf("\n%s\n", title);
}

void
bench_row(const char *what, double figure, const char *unit, const char *remark)
{
    char text[32];
    if (figure >= 1000)
        snprintf(text, sizeof(text), "%.0f", figure);
    else if (figure >= 10)
        snprintf(text, sizeof(text), "%.1f", figure);
    else
        snprintf(text, sizeof(text), "%.3f", figure);
    printf("  %-50s %10s %-5s %s\n", what, text, unit, remark ? remark : "");
    fflush(stdout);
}

void
bench_skip(const char *what, const char *why)
{
    printf("  %-50s %10s %-5s %s\n", what, "-", "", why);
}

static int
compare(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

void
bench_percentiles(int64_t *us, size_t count, double *ret_median, double *ret_p99)
{
    qsort(us, count, sizeof(*us), compare);
    *ret_median = (double)us[count / 2];
    *ret_p99 = (double)us[count * 99 / 100];
}

static void
print_machine(void)
{
    char line[256], model[200] = "unknown processor";
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && fgets(line, sizeof(line), file)) {
        char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !colon)
            continue;
        snprintf(model, sizeof(model), "%s", colon + 2);
        model[strcspn(model, "\n")] = '\0';
        break;
    }
    if (file)
        fclose(file);
    printf("tuck bench: %ld cores, %s\n", sysconf(_SC_NPROCESSORS_ONLN), model);
    const char *sanitizer = getenv("TUCK_SANITIZER");
    if (sanitizer && strcmp(sanitizer, "none") != 0)
        printf("built with a sanitizer (%s): these are not tuck's figures\n", sanitizer);
}

static int
decide_part(const struct bench_how *how)
{
    (void)how;
    return bench_decide();
}

static int
print_part(const struct bench_how *how)
{
    return bench_print(how->jobs);
}

static int
peers_part(const struct bench_how *how)
{
    (void)how;
    return bench_peers();
}

static int
station_part(const struct bench_how *how)
{
    return bench_station(how->wave);
}

static int
check_part(const struct bench_how *how)
{
    (void)how;
    return bench_check();
}

static const struct {
    const char *name;
    int (*run)(const struct bench_how *how);
    bool is_asked; /* only when it is named */
} parts[] = {
    {"decide", decide_part, false},     {"print", print_part, false},
    {"peers", peers_part, false},       {"ledger", bench_promises, false},
    {"events", bench_events, false},    {"station", station_part, false},
    {"learn", bench_learn, false},      {"check", check_part, false},
    {"postgres", bench_postgres, true},
};
#define PART_COUNT (sizeof(parts) / sizeof(parts[0]))

/* A list of words without "all" is those parts alone. */
static bool
is_wanted(const char *words, size_t part)
{
    size_t n = strlen(parts[part].name);
    if (!words || strcmp(words, "all") == 0)
        return !parts[part].is_asked;
    for (const char *at = words; (at = strstr(at, parts[part].name)); at += n)
        if ((at == words || strchr(" ,", at[-1])) && strchr(" ,", at[n]))
            return true;
    return false;
}

static bool
read_how(int argc, char **argv, struct bench_how *how)
{
    how->program = argv[0];
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 == argc)
            return false;
        if (strcmp(argv[i], "--jobs") == 0)
            how->jobs = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--events") == 0)
            how->events = atoll(argv[i + 1]);
        else if (strcmp(argv[i], "--baskets") == 0)
            how->baskets = atoll(argv[i + 1]);
        else if (strcmp(argv[i], "--wave") == 0)
            how->wave = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--parts") == 0)
            how->parts = argv[i + 1];
        else
            return false;
    }
    return how->jobs > 0 && how->baskets > 0 && how->events > 0 && how->wave > 0;
}

int
main(int argc, char **argv)
{
    struct bench_how how = {.jobs = 2000, .baskets = 1000000, .events = 1000000, .wave = 1000};
    int result = 0;
    bool is_any = false;
    if (!read_how(argc, argv, &how)) {
        fputs("usage: bench [--jobs N] [--events N] [--wave N] [--baskets N] "
              "[--parts 'decide print peers ledger events station learn']\n",
              stderr);
        return 2;
    }
    if (!how.parts || !strstr(how.parts, "postgres")) /* which the ledger part begins */
        print_machine();
    for (size_t i = 0; result == 0 && i < PART_COUNT; i++)
        if (is_wanted(how.parts, i)) {
            is_any = true;
            result = parts[i].run(&how);
        }
    if (is_any)
        return result;
    fprintf(stderr, "bench: there is no part %s\n", how.parts);
    return 2;
}
