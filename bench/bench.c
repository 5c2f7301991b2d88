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

int
main(int argc, char **argv)
{
    int jobs = argc == 3 && strcmp(argv[1], "--jobs") == 0 ? atoi(argv[2]) : 2000;
    if ((argc != 1 && argc != 3) || jobs <= 0) {
        fputs("usage: bench [--jobs N]\n", stderr);
        return 2;
    }
    print_machine();
    int result = bench_decide();
    if (result == 0)
        result = bench_print(jobs);
    return result ? result : bench_peers();
}
