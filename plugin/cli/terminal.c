/* The terminal: colours where one looks, a bar where one waits, nothing in a pipe. */
#include "cli/cli.h"

#include <errno.h>
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

bool
terminal_init(const char *when)
{
    const char *term = getenv("TERM");
    bool may = !getenv("NO_COLOR") && term && strcmp(term, "dumb") != 0;
    bool is_always = strcmp(when, "always") == 0;
    bool is_never = strcmp(when, "never") == 0;
    colours_out = is_always || (!is_never && may && isatty(STDOUT_FILENO));
    colours_err = is_always || (!is_never && may && isatty(STDERR_FILENO));
    return is_always || is_never || strcmp(when, "auto") == 0;
}

static const char *
sequence(enum colour colour)
{
    static const char *const sequences[] = {
        [PLAIN] = "\033[0m",  [BOLD] = "\033[1m",   [DIM] = "\033[2m",
        [GREEN] = "\033[32m", [RED] = "\033[1;31m", [YELLOW] = "\033[33m",
        [CYAN] = "\033[36m"};
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

/* Columns of UTF-8 text, a character each. */
static int
width(const char *text, size_t n)
{
    int columns = 0;
    for (size_t i = 0; i < n; i++)
        columns += ((unsigned char)text[i] & 0xc0) != 0x80;
    return columns;
}

int
out_put(enum colour colour, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&text, format, args);
    va_end(args);
    if (n < 0)
        return 0;
    if (colour == PLAIN)
        fputs(text, stdout);
    else
        printf("%s%s%s", out_colour(colour), text, out_colour(PLAIN));
    int columns = width(text, (size_t)n);
    free(text);
    return columns;
}

void
out_wrapped(const char *text, int at, int indent, int columns)
{
    int margin = at;
    while (*text) {
        size_t n = strcspn(text, " ");
        int columns_of_word = width(text, n);
        bool is_first = at == margin;
        if (columns > 0 && at > indent && at + !is_first + columns_of_word > columns) {
            printf("\n%*s", indent, "");
            at = margin = indent;
            is_first = true;
        }
        printf("%s%.*s", is_first ? "" : " ", (int)n, text);
        at += !is_first + columns_of_word;
        text += n;
        text += strspn(text, " ");
    }
    putchar('\n');
}

bool
out_is_whole(void)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return true;
    complain("standard output cannot be written%s%s", errno ? ": " : "",
             errno ? strerror(errno) : "");
    return false;
}

void
complain(const char *format, ...)
{
    va_list args;
    fflush(stdout); /* so that a terminal shows both in their order */
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
    *bar = (struct bar){.title = title,
                        .begun_ms = now_ms(),
                        .is_quiet = is_quiet || !isatty(STDERR_FILENO)};
}

/* "1:05:00 left" */
static void
draw_left(double seconds)
{
    long left = (long)(seconds + 0.5);
    fprintf(stderr, "  %s", err_colour(DIM));
    if (left >= 3600)
        fprintf(stderr, "%ld:%02ld:%02ld", left / 3600, left / 60 % 60, left % 60);
    else
        fprintf(stderr, "%ld:%02ld", left / 60, left % 60);
    fprintf(stderr, " left%s", err_colour(PLAIN));
}

static void
draw(const struct bar *bar, int64_t done, int64_t total, const char *what)
{
    double seconds = (double)(now_ms() - bar->begun_ms) / 1000.0;
    double rate = seconds > 0.05 ? (double)(done - bar->first) / seconds : 0;
    fprintf(stderr, "\r\033[K%s ", bar->title);
    if (total > 0) {
        int filled = (int)(done * BAR_WIDTH / total);
        fputs(err_colour(GREEN), stderr);
        for (int i = 0; i < BAR_WIDTH; i++)
            fputs(i < filled ? "━" : i == filled ? "╸" : " ", stderr);
        fprintf(stderr, "%s %3lld%%  ", err_colour(PLAIN),
                (long long)(done * 100 / total));
    }
    fprintf(stderr, "%lld", (long long)done);
    if (rate >= 1)
        fprintf(stderr, "  %s%.0f/s%s", err_colour(DIM), rate, err_colour(PLAIN));
    if (rate > 0 && total > done)
        draw_left((double)(total - done) / rate);
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
    if (!bar->is_shown && bar->drawn_ms == 0)
        bar->first = done > 1 ? done - 1 : 0; /* what was done before this began */
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
