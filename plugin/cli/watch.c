/* Waiting for a file of the shop to change, with inotify.
 *
 * Folders are watched, not files, since editors write a new file and rename it. What
 * comes in a burst is one change: a shop is looked at again once it was quiet for a
 * moment. */
#include "cli/cli.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define QUIET_MS 120
#define DEPTH_MOST 3
#define EVENTS (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE)

static void
add_folder(int fd, const char *path, int depth)
{
    DIR *dir = opendir(path);
    if (!dir)
        return;
    inotify_add_watch(fd, path, EVENTS | IN_ONLYDIR);
    for (const struct dirent *entry; depth < DEPTH_MOST && (entry = readdir(dir));) {
        char *inner = NULL;
        struct stat looks;
        /* what tuck itself writes, and what is hidden, is no part of a shop */
        bool is_part = entry->d_name[0] != '.' && strcmp(entry->d_name, "var") != 0;
        if (is_part && asprintf(&inner, "%s/%s", path, entry->d_name) > 0 &&
            stat(inner, &looks) == 0 && S_ISDIR(looks.st_mode))
            add_folder(fd, inner, depth + 1);
        free(inner);
    }
    closedir(dir);
}

int
watch_open(void)
{
    return inotify_init1(IN_CLOEXEC);
}

void
watch_folder(int fd, const char *path)
{
    add_folder(fd, path, 0);
}

/* Whether the bytes hold a change of a file that a shop may be made of: what editors keep
 * beside the file is none. */
static bool
holds_change(const char *bytes, size_t n, char name[256])
{
    bool is_any = false;
    for (size_t at = 0; at + sizeof(struct inotify_event) <= n;) {
        const struct inotify_event *event = (const void *)(bytes + at);
        size_t length = event->len ? strlen(event->name) : 0;
        bool is_file = length > 0 && event->name[0] != '.' &&
                       event->name[length - 1] != '~' && event->name[0] != '#' &&
                       !strstr(event->name, ".swp") && strcmp(event->name, "4913") != 0;
        if (is_file) {
            snprintf(name, 256, "%s", event->name);
            is_any = true;
        }
        at += sizeof(*event) + event->len;
    }
    return is_any;
}

bool
watch_wait(int fd, char name[256])
{
    _Alignas(struct inotify_event) char bytes[8192];
    struct pollfd poller = {.fd = fd, .events = POLLIN};
    bool is_changed = false;
    for (;;) {
        int ready = poll(&poller, 1, is_changed ? QUIET_MS : -1);
        if (ready == 0)
            return true;
        ssize_t n = ready > 0 ? read(fd, bytes, sizeof(bytes)) : -1;
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        is_changed = holds_change(bytes, (size_t)n, name) || is_changed;
    }
}
