/* The watcher: a thread that hears from the kernel when another process puts a job in or
 * changes one. What it might miss a look every few seconds finds. */
#include "printer/spool-inside.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#define LOOK_EVERY_MS 5000
#define BLIND_EVERY_MS 500 /* where the kernel has no watch left for us */
#define CLEAN_EVERY_MS (INT64_C(3600) * 1000)
#define STACK_BYTES (256u << 10)

/* Reads the jobs whose files changed; files that are being written beside are none. */
static void
hear(struct spool *spool, struct notes *notes)
{
    char buffer[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
    int64_t last = 0;
    ssize_t n;
    while ((n = read(spool->watch_fd, buffer, sizeof(buffer))) > 0)
        for (char *at = buffer; at < buffer + n;) {
            const struct inotify_event *event = (struct inotify_event *)at;
            int64_t id = event->len > 0 ? job_file_id(event->name) : -1;
            if (event->mask & IN_Q_OVERFLOW)
                spool_refresh(spool, notes);
            else if (id > 0 && id != last)
                spool_read_one(spool, last = id, notes);
            at += sizeof(*event) + event->len;
        }
}

static void
look(struct spool *spool, struct notes *notes)
{
    int64_t now_ms = clock_monotonic_ms();
    spool_refresh(spool, notes);
    if (now_ms - spool->cleaned_ms > CLEAN_EVERY_MS) {
        spool->cleaned_ms = now_ms;
        spool_clean(spool);
    }
}

static void *
watch(void *data)
{
    struct spool *spool = data;
    struct pollfd fds[2] = {{spool->watch_fd, POLLIN, 0}, {spool->wake_fd, POLLIN, 0}};
    int64_t every_ms = spool->watch_fd >= 0 ? LOOK_EVERY_MS : BLIND_EVERY_MS;
    for (int64_t look_ms = clock_monotonic_ms() + every_ms;;) {
        struct notes notes = {.count = 0};
        int64_t left_ms = look_ms - clock_monotonic_ms();
        poll(fds, 2, left_ms > 0 ? (int)left_ms : 0);
        if (fds[1].revents)
            return NULL;
        if (fds[0].revents)
            hear(spool, &notes);
        if (clock_monotonic_ms() >= look_ms) {
            look(spool, &notes);
            look_ms = clock_monotonic_ms() + every_ms;
        }
        spool_tell_trouble(spool, &notes);
    }
}

enum status
watcher_begin(struct spool *spool, struct notes *notes)
{
    pthread_attr_t attr;
    sigset_t all, old;
    char path[64];
    spool->watch_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    spool->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", spool->jobs_fd);
    if (spool->watch_fd >= 0 &&
        inotify_add_watch(spool->watch_fd, path, IN_MOVED_TO | IN_MODIFY | IN_DELETE) <
            0) {
        close(spool->watch_fd);
        spool->watch_fd = -1;
    }
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK_BYTES);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    spool->is_watching =
        spool->wake_fd >= 0 && pthread_create(&spool->watcher, &attr, watch, spool) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attr);
    if (!spool->is_watching)
        return note_fail(
            notes, STATUS_OUTSIDE, NOTE_SPOOL_THREAD, NULL, 0,
            "the spool's folder cannot be watched: no thread can be started");
    pthread_setname_np(spool->watcher, "tuck-spool");
    return STATUS_OK;
}

void
watcher_end(struct spool *spool)
{
    uint64_t one = 1;
    if (spool->is_watching) {
        if (write(spool->wake_fd, &one, sizeof(one)) < 0)
            return; /* cannot be: the counter is at 0 */
        pthread_join(spool->watcher, NULL);
    }
    if (spool->watch_fd >= 0)
        close(spool->watch_fd);
    if (spool->wake_fd >= 0)
        close(spool->wake_fd);
}
