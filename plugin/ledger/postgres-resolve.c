/* Names of database servers, looked up beside.
 *
 * libpq looks names up with getaddrinfo(), which a dead name server holds for ten seconds
 * and more; a packing line does not wait that long. So the look-up runs in a thread of
 * its own that nobody has to wait for: whoever runs out of patience leaves it behind, and
 * the next call finds it (or its answer) still there. What comes out are addresses for
 * libpq's `hostaddr`. */
#include "base/text.h"
#include "ledger/postgres.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ADDRESSES_EACH 4
#define SLICE_NS 5000000

struct resolver {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int users; /* the thread and the connection */
    bool is_done;
    char *hosts, *ports;
    struct buf out_hosts, out_numbers, out_ports;
};

void
addresses_done(struct addresses *addresses)
{
    free(addresses->hosts);
    free(addresses->numbers);
    free(addresses->ports);
    *addresses = (struct addresses){0};
}

static void
free_resolver(struct resolver *resolver)
{
    pthread_mutex_destroy(&resolver->mutex);
    pthread_cond_destroy(&resolver->changed);
    free(resolver->hosts);
    free(resolver->ports);
    buf_done(&resolver->out_hosts);
    buf_done(&resolver->out_numbers);
    buf_done(&resolver->out_ports);
    free(resolver);
}

void
resolver_leave(struct resolver *resolver)
{
    if (!resolver)
        return;
    pthread_mutex_lock(&resolver->mutex);
    bool is_last = --resolver->users == 0;
    pthread_mutex_unlock(&resolver->mutex);
    if (is_last)
        free_resolver(resolver);
}

/* --- one list ----------------------------------------------------------------------- */

static bool
is_name(const char *host)
{
    unsigned char address[sizeof(struct in6_addr)];
    return host[0] != '\0' && host[0] != '/' && host[0] != '@' &&
           inet_pton(AF_INET, host, address) != 1 &&
           inet_pton(AF_INET6, host, address) != 1;
}

/* The nth of a comma-separated list; a list of one port serves every host. */
static char *
nth_of(const char *list, size_t nth)
{
    for (const char *comma; nth > 0 && (comma = strchr(list, ',')); nth--)
        list = comma + 1;
    return strndup(list, strcspn(list, ","));
}

static const char *
after_comma(const char *list)
{
    const char *comma = strchr(list, ',');
    return comma ? comma + 1 : NULL;
}

static bool
any_is_name(const char *hosts)
{
    bool is = false;
    for (const char *at = hosts; at && !is; at = after_comma(at)) {
        char *host = nth_of(at, 0);
        is = host && is_name(host);
        free(host);
    }
    return is;
}

static void
add_one(struct resolver *resolver, const char *host, const char *number, const char *port)
{
    const char *comma = resolver->out_ports.p ? "," : "";
    buf_printf(&resolver->out_hosts, "%s%s", comma, host);
    buf_printf(&resolver->out_numbers, "%s%s", comma, number);
    buf_printf(&resolver->out_ports, "%s%s", comma, port);
}

static void
look_up(struct resolver *resolver, const char *host, const char *port)
{
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int taken = 0;
    if (!is_name(host)) {
        add_one(resolver, host, "", port);
        return;
    }
    if (getaddrinfo(host, NULL, &hints, &found) != 0)
        return;
    for (struct addrinfo *at = found; at && taken < ADDRESSES_EACH; at = at->ai_next) {
        char number[NI_MAXHOST];
        if (getnameinfo(at->ai_addr, at->ai_addrlen, number, sizeof(number), NULL, 0,
                        NI_NUMERICHOST) != 0)
            continue;
        add_one(resolver, host, number, port);
        taken++;
    }
    freeaddrinfo(found);
}

static void *
look_all_up(void *data)
{
    struct resolver *resolver = data;
    size_t i = 0;
    for (const char *at = resolver->hosts; at; at = after_comma(at), i++) {
        char *host = nth_of(at, 0), *port = nth_of(resolver->ports, i);
        if (host && port)
            look_up(resolver, host, port);
        free(host);
        free(port);
    }
    pthread_mutex_lock(&resolver->mutex);
    resolver->is_done = true;
    pthread_cond_signal(&resolver->changed);
    pthread_mutex_unlock(&resolver->mutex);
    resolver_leave(resolver);
    return NULL;
}

/* --- beside ------------------------------------------------------------------------- */

static struct resolver *
new_resolver(const char *hosts, const char *ports)
{
    struct resolver *resolver = calloc(1, sizeof(*resolver));
    pthread_condattr_t monotonic;
    if (!resolver)
        return NULL;
    resolver->users = 2;
    resolver->hosts = strdup(hosts);
    resolver->ports = strdup(ports);
    pthread_mutex_init(&resolver->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&resolver->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (resolver->hosts && resolver->ports)
        return resolver;
    free_resolver(resolver);
    return NULL;
}

/* The host's signals are the host's: none is delivered here. */
static struct resolver *
set_out(const char *hosts, const char *ports)
{
    struct resolver *resolver = new_resolver(hosts, ports);
    sigset_t all, before;
    pthread_t thread;
    if (!resolver)
        return NULL;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool is_running = pthread_create(&thread, NULL, look_all_up, resolver) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!is_running) {
        free_resolver(resolver);
        return NULL;
    }
    pthread_detach(thread);
    return resolver;
}

static enum status
wait_for(struct resolver *resolver, const struct patience *patience)
{
    enum status status = STATUS_OK;
    pthread_mutex_lock(&resolver->mutex);
    while (!resolver->is_done && status == STATUS_OK) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += SLICE_NS;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        (void)pthread_cond_timedwait(&resolver->changed, &resolver->mutex, &until);
        if (!resolver->is_done && patience_is_cancelled(patience))
            status = STATUS_CANCELLED;
        else if (!resolver->is_done && patience_left_ms(patience) == 0)
            status = STATUS_RETRY;
    }
    pthread_mutex_unlock(&resolver->mutex);
    return status;
}

enum status
resolve(struct resolver **resolver, const char *hosts, const char *ports,
        const struct patience *patience, struct addresses *ret)
{
    if (!any_is_name(hosts))
        return STATUS_WITHOUT;
    if (!*resolver)
        *resolver = set_out(hosts, ports);
    if (!*resolver)
        return STATUS_NO_MEMORY;
    enum status status = wait_for(*resolver, patience);
    if (status != STATUS_OK)
        return status;
    struct resolver *done = take(*resolver);
    bool is_found = done->out_ports.n > 0;
    struct addresses found = {buf_take(&done->out_hosts), buf_take(&done->out_numbers),
                              buf_take(&done->out_ports)};
    resolver_leave(done);
    if (found.hosts && found.numbers && found.ports && is_found) {
        *ret = found;
        return STATUS_OK;
    }
    status = is_found ? STATUS_NO_MEMORY : STATUS_OUTSIDE;
    addresses_done(&found);
    return status;
}
