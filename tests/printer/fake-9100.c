/* fake-9100 [--port N] [--mood "WORDS"] [--capture FILE] [--log FILE] [--control FILE]
 *
 * The printer of fake-printer.h as a program: prints its port and a newline on stdout,
 * and runs until it is killed or its stdin ends. Words written into the control file are
 * its mood from then on: write it beside and rename. SIGUSR1: media-out; SIGUSR2:
 * healthy. */
#include "fake-printer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static volatile sig_atomic_t caught;

static void catch (int number)
{
    caught = number;
}

/* True when the file holds other words than before. */
static bool
read_control(const char *path, char *mood, size_t room)
{
    char text[512] = "";
    FILE *file = path ? fopen(path, "re") : NULL;
    if (!file)
        return false;
    size_t n = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[n] = '\0';
    if (strcmp(text, mood) == 0)
        return false;
    snprintf(mood, room, "%s", text);
    return true;
}

/* A terminal, a closed or an empty stdin is none to watch. */
static bool
has_ended(int ms)
{
    char byte;
    struct stat info;
    bool is_watched = fstat(0, &info) == 0 && S_ISFIFO(info.st_mode);
    struct pollfd in = {.fd = is_watched ? 0 : -1, .events = POLLIN};
    return poll(&in, 1, ms) > 0 && read(0, &byte, 1) == 0;
}

int
main(int argc, char **argv)
{
    const char *capture = NULL, *control = NULL, *log = NULL;
    char mood[512] = "";
    int port = 0;
    for (int i = 1; i < argc; i += 2) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--port") == 0) {
            port = atoi(value);
        } else if (strcmp(argv[i], "--mood") == 0) {
            snprintf(mood, sizeof(mood), "%s", value);
        } else if (strcmp(argv[i], "--capture") == 0) {
            capture = value;
        } else if (strcmp(argv[i], "--log") == 0) {
            log = value;
        } else if (strcmp(argv[i], "--control") == 0) {
            control = value;
        } else {
            fprintf(stderr, "fake-9100: no such option: %s\n", argv[i]);
            return 2;
        }
    }
    signal(SIGUSR1, catch);
    signal(SIGUSR2, catch);
    read_control(control, mood, sizeof(mood));
    struct fake *fake = fake_start(port, mood, capture, log);
    printf("%d\n", fake_port(fake));
    fflush(stdout);
    while (!has_ended(20)) {
        int number = caught;
        caught = 0;
        if (number)
            fake_set(fake, number == SIGUSR1 ? "media-out" : "");
        if (read_control(control, mood, sizeof(mood)))
            fake_set(fake, mood);
    }
    fake_stop(fake);
    return 0;
}
