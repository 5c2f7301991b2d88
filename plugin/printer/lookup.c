/* Names of hosts, without waiting for a resolver that does not answer.
 *
 * getaddrinfo() cannot be interrupted: with the name servers gone it returns after ten
 * seconds or more. So it runs in a thread of its own that belongs to nobody; who asked
 * waits for it no longer than he wants. All who ask for one host meanwhile share one
 * thread, so that a dead resolver costs a thread for each host, not for each question.
 * Addresses in digits need none of this. */
#include "printer/tcp.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STACK_BYTES ((size_t)256 << 10)

struct lookup {
    struct lookup *next; /* in `running` */
    int owners;          /* the thread, and who waits */
    bool is_done;
    int error;
    struct addrinfo *found;
    char host[256], port[6];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct lookup *running; /* under the lock: those whose thread has not ended */

static void
begin(void)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&changed, &attr);
    pthread_condattr_destroy(&attr);
}

void
lookup_done(struct lookup *lookup)
{
    if (!lookup)
        return;
    pthread_mutex_lock(&lock);
    bool is_last = --lookup->owners == 0;
    pthread_mutex_unlock(&lock);
    if (!is_last)
        return;
    if (lookup->found)
        freeaddrinfo(lookup->found);
    free(lookup);
}

static int
resolve(const char *host, const char *port, int flags, struct addrinfo **ret)
{
    const struct addrinfo hints = {.ai_family = AF_UNSPEC,
                                   .ai_socktype = SOCK_STREAM,
                                   .ai_flags = flags | AI_NUMERICSERV};
    *ret = NULL;
    return getaddrinfo(host, port, &hints, ret);
}

static void *
run(void *data)
{
    struct lookup *lookup = data;
    struct addrinfo *found;
    int error = resolve(lookup->host, lookup->port, 0, &found);
    pthread_mutex_lock(&lock);
    lookup->error = error;
    lookup->found = found;
    lookup->is_done = true;
    struct lookup **place = &running;
    while (*place != lookup)
        place = &(*place)->next;
    *place = lookup->next;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    lookup_done(lookup);
    return NULL;
}

/* The host's signals are for the host's threads. */
static bool
begin_thread(struct lookup *lookup)
{
    pthread_t thread;
    pthread_attr_t attr;
    sigset_t all, old;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK_BYTES);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    bool is_begun = pthread_create(&thread, &attr, run, lookup) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attr);
    return is_begun;
}

static struct lookup *
new_lookup(const char *host, const char *port)
{
    struct lookup *lookup = calloc(1, sizeof(*lookup));
    if (lookup) {
        snprintf(lookup->host, sizeof(lookup->host), "%s", host);
        snprintf(lookup->port, sizeof(lookup->port), "%s", port);
        lookup->owners = 1;
    }
    return lookup;
}

/* With the lock held: the one that is under way already, or a new one. */
static struct lookup *
join_lookup(const char *host, const char *port)
{
    struct lookup *lookup = running;
    while (lookup && (strcmp(lookup->host, host) != 0 || strcmp(lookup->port, port) != 0))
        lookup = lookup->next;
    if (lookup) {
        lookup->owners++;
        return lookup;
    }
    lookup = new_lookup(host, port);
    if (!lookup)
        return NULL;
    lookup->owners = 2;
    lookup->next = running;
    running = lookup;
    if (begin_thread(lookup))
        return lookup;
    running = lookup->next;
    free(lookup);
    return NULL;
}

/* With the lock held. */
static void
wait_done(const struct lookup *lookup, int64_t until_ms, const struct patience *patience)
{
    while (!lookup->is_done && !patience_is_cancelled(patience)) {
        int64_t now_ms = clock_monotonic_ms();
        int64_t slice_ms = now_ms + TCP_SLICE_MS;
        if (now_ms >= until_ms)
            return;
        slice_ms = slice_ms < until_ms ? slice_ms : until_ms;
        struct timespec when = {slice_ms / 1000, slice_ms % 1000 * 1000000};
        pthread_cond_timedwait(&changed, &lock, &when);
    }
}

static enum status
fail(struct lookup *lookup, enum status status, char *why, const char *what)
{
    snprintf(why, TCP_WHY_ROOM, "%s", what);
    lookup_done(lookup);
    return status;
}

enum status
lookup_find(const char *host, const char *port, int64_t until_ms,
            const struct patience *patience, struct lookup **ret,
            const struct addrinfo **ret_first, char why[TCP_WHY_ROOM])
{
    struct addrinfo *digits;
    bool is_digits = resolve(host, port, AI_NUMERICHOST, &digits) == 0;
    pthread_once(&once, begin);
    pthread_mutex_lock(&lock);
    struct lookup *lookup = is_digits ? new_lookup(host, port) : join_lookup(host, port);
    if (lookup && is_digits) {
        lookup->found = digits;
        lookup->is_done = true;
    } else if (lookup) {
        wait_done(lookup, until_ms, patience);
    }
    bool is_done = lookup && lookup->is_done;
    pthread_mutex_unlock(&lock);
    if (!lookup) {
        if (is_digits)
            freeaddrinfo(digits);
        return fail(NULL, STATUS_NO_MEMORY, why, "no thread to look its name up");
    }
    if (!is_done && patience_is_cancelled(patience))
        return fail(lookup, STATUS_CANCELLED, why, "it was cancelled");
    if (!is_done)
        return fail(lookup, STATUS_RETRY, why,
                    "the name servers do not answer for its name");
    if (!lookup->found)
        return fail(lookup, STATUS_OUTSIDE, why, "there is no host of its name");
    *ret = lookup;
    *ret_first = lookup->found;
    return STATUS_OK;
}
