/* The terminal: colours where one looks, a bar where one waits, nothing in a pipe. */
#include "cli/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define BAR_WIDTH 28
#define DRAW_EVERY_MS 60

static bool colours_out, colours_err;

void
terminal_init(const char *when)
{
    const char *term = getenv("TERM");
    bool may = !getenv("NO_COLOR") && term && strcmp(term, "dumb") != 0;
    bool is_always = when && strcmp(when, "always") == 0;
    bool is_never = when && strcmp(when, "never") == 0;
    colours_out = is_always || (!is_never && may && isatty(STDOUT_FILENO));
    colours_err = is_always || (!is_never && may && isatty(STDERR_FILENO));
}

static const char *
sequence(enum colour colour)
{
    static const char *const sequences[] = {
        [PLAIN] = "\033[0m",   [BOLD] = "\033[1m",    [DIM] = "\033[2m",  [GREEN] = "\033[32m",
        [RED] = "\033[1;31m", [YELLOW] = "\033[33m", [CYAN] = "\033[36m"};
    return sequences[colour];
}

const char *
out_colour(enum colour colour)
{
    return colours_out ? sequence(colour) : "";
}

const char *
err_colour(enum colour colour)
{
    return colours_err ? sequence(colour) : "";
}

int
terminal_columns(void)
{
    struct winsize size;
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_col;
}

void
complain(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%stuck:%s ", err_colour(RED), err_colour(PLAIN));
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

static int64_t
now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
bar_init(struct bar *bar, const char *title, bool is_quiet)
{
    *bar = (struct bar){.title = title, .begun_ms = now_ms(),
                        .is_quiet = is_quiet || !isatty(STDERR_FILENO)};
}

static void
draw(const struct bar *bar, int64_t done, int64_t total, const char *what)
{
    double seconds = (double)(now_ms() - bar->begun_ms) / 1000.0;
    double rate = seconds > 0.05 ? (double)done / seconds : 0;
    fprintf(stderr, "\r\033[K%s ", bar->title);
    if (total > 0) {
        int filled = (int)(done * BAR_WIDTH / total);
        fputs(err_colour(GREEN), stderr);
        for (int i = 0; i < BAR_WIDTH; i++)
            fputs(i < filled ? "━" : i == filled ? "╸" : " ", stderr);
        fprintf(stderr, "%s %3lld%%  ", err_colour(PLAIN), (long long)(done * 100 / total));
    }
    fprintf(stderr, "%lld", (long long)done);
    if (rate >= 1)
        fprintf(stderr, "  %s%.0f/s%s", err_colour(DIM), rate, err_colour(PLAIN));
    if (what)
        fprintf(stderr, "  %s%.40s%s", err_colour(DIM), what, err_colour(PLAIN));
    fflush(stderr);
}

int32_t
bar_step(void *data, int64_t done, int64_t total, const char *what)
{
    struct bar *bar = data;
    int64_t now = now_ms();
    bool is_last = total > 0 && done == total;
    if (bar->is_quiet || (!is_last && now - bar->drawn_ms < DRAW_EVERY_MS))
        return 0;
    bar->drawn_ms = now;
    bar->is_shown = true;
    draw(bar, done, total, what);
    return 0;
}

void
bar_done(struct bar *bar)
{
    if (bar->is_shown)
        fputs("\r\033[K", stderr);
    bar->is_shown = false;
}
