/* The printer of fake-printer.h: one thread, one poll, a few connections. */
#include "fake-printer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LINES 16
#define TICK_MS 5
#define DRIP_NS 20000000
#define STORED_MAX 32

struct mood {
    bool media_out, head_open, ribbon_out, talks, paused, buffer_full, mute, no_list,
        garbage, cut, drip, babble, flood, half_close, keep_open, late_reset, deaf,
        refuse, forget;
    long print_ms, stall, reset, close; /* -1: not */
    int tspl;                           /* -1: not */
};

struct line {
    int fd;
    size_t read;      /* bytes of this connection */
    char in[1 << 16]; /* not understood yet */
    size_t in_n;
    char out[4096]; /* not said yet */
    size_t out_n;
    int64_t said_ns;
    bool has_document, is_ended;
    bool is_choked;   /* nobody hears its chatter, so it does not listen either */
    char storing[32]; /* name after ^DF in the format that is open */
};

struct fake {
    pthread_t thread;
    pthread_mutex_t lock; /* over all below */
    pthread_cond_t changed;
    const char *next_mood; /* until the thread has it: nobody else may close its fds */
    int listener, port, wake[2];
    bool is_ending;
    struct mood mood;
    struct line lines[LINES];
    struct fake_counts counts;
    char *document;
    size_t document_n;
    int waiting;         /* labels in its buffer */
    int64_t printing_ns; /* when the one under way began */
    char stored[STORED_MAX][32];
    int stored_count;
    int capture;
    FILE *log;
};

static int64_t
now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void
tell(struct fake *fake, const char *what, const char *name)
{
    if (!fake->log)
        return;
    fprintf(fake->log, "%lld %s%s%s\n", (long long)now_ns(), what, *name ? " " : "",
            name);
    fflush(fake->log);
}

/* --- moods ------------------------------------------------------------------------ */

static struct mood
read_mood(const char *text)
{
    struct mood mood = {.stall = -1, .reset = -1, .close = -1, .tspl = -1};
    const struct {
        const char *word;
        bool *flag;
    } flags[] = {
        {"media-out", &mood.media_out},
        {"head-open", &mood.head_open},
        {"ribbon-out", &mood.ribbon_out},
        {"talks", &mood.talks},
        {"paused", &mood.paused},
        {"buffer-full", &mood.buffer_full},
        {"mute", &mood.mute},
        {"no-list", &mood.no_list},
        {"garbage", &mood.garbage},
        {"cut", &mood.cut},
        {"drip", &mood.drip},
        {"babble", &mood.babble},
        {"flood", &mood.flood},
        {"half-close", &mood.half_close},
        {"keep-open", &mood.keep_open},
        {"late-reset", &mood.late_reset},
        {"deaf", &mood.deaf},
        {"refuse", &mood.refuse},
        {"forget", &mood.forget},
    };
    const struct {
        const char *word;
        long *number;
    } numbers[] = {{"print", &mood.print_ms},
                   {"stall", &mood.stall},
                   {"reset", &mood.reset},
                   {"close", &mood.close}};
    while (*(text += strspn(text, " \t\r\n,"))) {
        size_t n = strcspn(text, " \t\r\n,");
        bool is_known = n == 7 && memcmp(text, "healthy", 7) == 0;
        for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
            if (strlen(flags[i].word) == n && memcmp(text, flags[i].word, n) == 0)
                *flags[i].flag = is_known = true;
        for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
            size_t length = strlen(numbers[i].word);
            if (n > length && text[length] == '=' &&
                memcmp(text, numbers[i].word, length) == 0) {
                *numbers[i].number = atol(text + length + 1);
                is_known = true;
            }
        }
        if (n > 5 && memcmp(text, "tspl=", 5) == 0) {
            mood.tspl = (int)strtol(text + 5, NULL, 16);
            is_known = true;
        }
        if (!is_known) /* a test that misspells a fault must not pass */
            fprintf(stderr, "fake printer: no such mood: %.*s\n", (int)n, text), abort();
        text += n;
    }
    return mood;
}

static bool
is_stopped(const struct mood *mood)
{
    return mood->media_out || mood->head_open || mood->ribbon_out || mood->paused;
}

static bool
is_silent(const struct mood *mood)
{
    return mood->mute ||
           ((mood->media_out || mood->head_open || mood->ribbon_out) && !mood->talks);
}

static void
listen_again(struct fake *fake)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)fake->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof(at);
    const int one = 1, small = 4096;
    fake->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    setsockopt(fake->listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    /* or the system would read megabytes for a printer that has stopped reading */
    if (fake->mood.stall >= 0)
        setsockopt(fake->listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    if (fake->listener < 0 || bind(fake->listener, (struct sockaddr *)&at, n) != 0 ||
        listen(fake->listener, LINES) != 0 ||
        getsockname(fake->listener, (struct sockaddr *)&at, &n) != 0) {
        perror("fake printer");
        abort();
    }
    fake->port = ntohs(at.sin_port);
}

static void
stop_listening(struct fake *fake)
{
    if (fake->listener >= 0)
        close(fake->listener);
    fake->listener = -1;
}

/* With the lock held. */
static void
change_mood(struct fake *fake, const char *text)
{
    struct mood old = fake->mood;
    fake->mood = read_mood(text);
    if (fake->mood.forget)
        fake->stored_count = 0;
    if (fake->mood.refuse || (old.stall >= 0) != (fake->mood.stall >= 0))
        stop_listening(fake);
    if (!fake->mood.refuse && fake->listener < 0)
        listen_again(fake);
}

/* --- what it says ----------------------------------------------------------------- */

static void
say(struct line *line, const char *text, size_t n)
{
    if (line->out_n + n > sizeof(line->out))
        n = sizeof(line->out) - line->out_n;
    memcpy(line->out + line->out_n, text, n);
    line->out_n += n;
}

static void
say_answer(struct fake *fake, struct line *line, const char *text)
{
    static const char garbage[] = "\003\002,,,\003\002HTTP/1.1 400 Bad\r\n\003\377\0\002";
    if (is_silent(&fake->mood))
        return;
    if (fake->mood.garbage)
        say(line, garbage, sizeof(garbage) - 1);
    else
        say(line, text, fake->mood.cut ? strlen(text) / 2 : strlen(text));
}

static void
say_status(struct fake *fake, struct line *line)
{
    const struct mood *mood = &fake->mood;
    char text[256];
    snprintf(text, sizeof(text),
             "\002030,%d,%d,0609,%03d,%d,0,0,000,0,0,0\003\r\n"
             "\002001,0,%d,%d,1,2,6,0,%08d,1,000\003\r\n\0021234,0\003\r\n",
             mood->media_out, mood->paused, fake->waiting > 0 ? fake->waiting - 1 : 0,
             mood->buffer_full, mood->head_open, mood->ribbon_out, fake->waiting > 0);
    say_answer(fake, line, text);
}

static void
say_query(struct fake *fake, struct line *line)
{
    const struct mood *mood = &fake->mood;
    unsigned bits = (mood->media_out ? 1u : 0) | (mood->ribbon_out ? 2u : 0) |
                    (mood->head_open ? 4u : 0) | (mood->paused ? 0x10000u : 0);
    char text[256];
    snprintf(text, sizeof(text),
             "\002\r\n  PRINTER STATUS                           \r\n"
             "   ERRORS:         %d 00000000 %08X           \r\n"
             "   WARNINGS:       0 00000000 00000000           \r\n\003",
             bits != 0, bits);
    say_answer(fake, line, text);
}

static void
say_list(struct fake *fake, struct line *line)
{
    char text[2048];
    int n = snprintf(text, sizeof(text), "\002\r\n- DIR R:*.* \r\n");
    for (int i = 0; i < fake->stored_count; i++)
        n += snprintf(text + n, sizeof(text) - (size_t)n, "* %s      4711          \r\n",
                      fake->stored[i]);
    snprintf(text + n, sizeof(text) - (size_t)n,
             "\r\n-   7467008 bytes free R: RAM \r\n\003");
    if (!fake->mood.no_list)
        say_answer(fake, line, text);
}

/* --- what it hears ---------------------------------------------------------------- */

static void
keep(struct fake *fake, const char *bytes, size_t n)
{
    if (n == 0)
        return;
    char *document = realloc(fake->document, fake->document_n + n);
    if (!document)
        abort();
    memcpy(document + fake->document_n, bytes, n);
    fake->document = document;
    fake->document_n += n;
    if (fake->capture >= 0 && write(fake->capture, bytes, n) != (ssize_t)n)
        abort();
}

static void
begin_document(struct fake *fake, struct line *line)
{
    if (!line->has_document)
        tell(fake, "first-byte", "");
    line->has_document = true;
}

static bool
has_stored(const struct fake *fake, const char *name)
{
    for (int i = 0; i < fake->stored_count; i++)
        if (strcmp(fake->stored[i], name) == 0)
            return true;
    return false;
}

static void
end_format(struct fake *fake, struct line *line)
{
    if (line->storing[0]) {
        if (!has_stored(fake, line->storing) && fake->stored_count < STORED_MAX)
            strcpy(fake->stored[fake->stored_count++], line->storing);
        tell(fake, "stored", line->storing);
        line->storing[0] = '\0';
        return;
    }
    if (fake->waiting++ == 0)
        fake->printing_ns = now_ns();
    fake->counts.labels_in++;
    tell(fake, "label", "");
}

/* The name up to ^FS, false while it has not come whole. */
static bool
read_name(const char *p, size_t n, char ret[32])
{
    const char *end = memmem(p, n, "^FS", 3);
    if (!end)
        return n > 40;
    snprintf(ret, 32, "%.*s", (int)(end - p), p);
    return true;
}

enum heard { HEARD_NOTHING, HEARD_MORE, HEARD_PART };
/* Is there something at `p` that it acts on? `*ret`: its bytes; `*ret_asked`: a question,
 * which is no document. */
static enum heard
hear_one(struct fake *fake, struct line *line, const char *p, size_t n, size_t *ret,
         bool *ret_asked)
{
    static const char *const words[] = {"~HQES", "~HI",  "~HS",  "^XA^HW",
                                        "^XZ",   "^DFR", "^XFR", "\033!?"};
    char name[32] = "";
    size_t w = 0, length = 0;
    for (; w < sizeof(words) / sizeof(words[0]); w++) {
        length = strlen(words[w]);
        if (memcmp(p, words[w], n < length ? n : length) == 0)
            break;
    }
    if (w == sizeof(words) / sizeof(words[0]))
        return HEARD_NOTHING;
    if (n < length)
        return HEARD_PART;
    *ret = length;
    *ret_asked = w < 4 || w == 7;
    if (!*ret_asked)
        begin_document(fake, line);
    switch (w) {
    case 0:
        say_query(fake, line);
        break;
    case 1:
        say_answer(fake, line, "\002ZD421-203dpi,V92.21.16Z,8,8192KB\003\r\n");
        break;
    case 2:
        say_status(fake, line);
        break;
    case 3: {
        const char *end = memmem(p, n, "^XZ", 3);
        if (!end)
            return HEARD_PART;
        *ret = (size_t)(end - p) + 3;
        say_list(fake, line);
        break;
    }
    case 4:
        end_format(fake, line);
        break;
    case 5:
    case 6:
        if (!read_name(p + 3, n - 3, name))
            return HEARD_PART;
        if (w == 5)
            strcpy(line->storing, name);
        else if (!has_stored(fake, name))
            tell(fake, "missing", name);
        break;
    case 7: {
        char byte = (char)fake->mood.tspl;
        if (!is_silent(&fake->mood))
            say(line, &byte, 1);
        break;
    }
    }
    for (; *ret_asked && *ret < n && (p[*ret] == '\r' || p[*ret] == '\n');)
        (*ret)++;
    return HEARD_MORE;
}

static void
hear(struct fake *fake, struct line *line)
{
    size_t at = 0, kept = 0;
    while (at < line->in_n) {
        size_t n = 0;
        bool is_question = false;
        if (!strchr("~^\033", line->in[at]) || line->in[at] == '\0') {
            begin_document(fake, line);
            at++;
            continue;
        }
        enum heard heard =
            hear_one(fake, line, line->in + at, line->in_n - at, &n, &is_question);
        if (heard == HEARD_PART && !line->is_ended)
            break;
        if (heard == HEARD_MORE && is_question) {
            keep(fake, line->in + kept, at - kept);
            kept = at + n;
        }
        at += heard == HEARD_MORE ? n : 1;
    }
    keep(fake, line->in + kept, at - kept);
    memmove(line->in, line->in + at, line->in_n - at);
    line->in_n -= at;
}

/* --- connections ------------------------------------------------------------------ */

static void
hang_up(struct fake *fake, struct line *line, bool by_reset)
{
    const struct linger now = {1, 0};
    if (by_reset)
        setsockopt(line->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    close(line->fd);
    line->fd = -1;
    tell(fake, "end", by_reset ? "reset" : "");
}

static void
accept_line(struct fake *fake)
{
    const int one = 1;
    struct line *line = fake->lines;
    while (line < fake->lines + LINES && line->fd >= 0)
        line++;
    if (line == fake->lines + LINES)
        return;
    int fd = accept4(fake->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    line->fd = fd;
    line->read = line->in_n = line->out_n = 0;
    line->has_document = line->is_ended = line->is_choked = false;
    line->storing[0] = '\0';
    fake->counts.connections++;
    tell(fake, "connect", "");
    if (fake->mood.half_close)
        shutdown(fd, SHUT_WR);
}

/* How much it may still read: a fault is exact to the byte. */
static size_t
room_of(const struct fake *fake, const struct line *line)
{
    const long limits[] = {fake->mood.stall, fake->mood.reset, fake->mood.close};
    size_t room = sizeof(line->in) - line->in_n;
    for (int i = 0; i < 3; i++)
        if (limits[i] >= 0) {
            size_t left =
                (size_t)limits[i] > line->read ? (size_t)limits[i] - line->read : 0;
            room = left < room ? left : room;
        }
    return room;
}

static bool
is_at(long limit, const struct line *line)
{
    return limit >= 0 && line->read >= (size_t)limit;
}

static void
read_line(struct fake *fake, struct line *line)
{
    size_t room = room_of(fake, line);
    if (room > 0) {
        ssize_t n = recv(line->fd, line->in + line->in_n, room, 0);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        line->is_ended = n <= 0;
        line->in_n += n > 0 ? (size_t)n : 0;
        line->read += n > 0 ? (size_t)n : 0;
        hear(fake, line);
        if (n < 0)
            hang_up(fake, line, false);
        else if (n == 0 && !fake->mood.keep_open && line->out_n == 0)
            hang_up(fake, line, fake->mood.late_reset);
    }
    if (line->fd >= 0 && is_at(fake->mood.reset, line))
        hang_up(fake, line, true);
    else if (line->fd >= 0 && is_at(fake->mood.close, line))
        hang_up(fake, line, false);
}

static void
speak_line(struct fake *fake, struct line *line)
{
    char flood[65536];
    size_t most = line->out_n;
    if (fake->mood.babble)
        send(line->fd, "\r\nI print. ", 12, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (fake->mood.flood) {
        memset(flood, '.', sizeof(flood));
        ssize_t n = send(line->fd, flood, sizeof(flood), MSG_NOSIGNAL | MSG_DONTWAIT);
        line->is_choked = n < 0 && errno == EAGAIN;
    }
    if (most == 0)
        return;
    if (fake->mood.drip) {
        if (now_ns() - line->said_ns < DRIP_NS)
            return;
        most = 1;
    }
    ssize_t n = send(line->fd, line->out, most, MSG_NOSIGNAL | MSG_DONTWAIT);
    line->said_ns = now_ns();
    if (n <= 0)
        return;
    memmove(line->out, line->out + n, line->out_n - (size_t)n);
    line->out_n -= (size_t)n;
}

static void
print_labels(struct fake *fake)
{
    int64_t each_ns = fake->mood.print_ms * 1000000;
    if (is_stopped(&fake->mood)) {
        fake->printing_ns = now_ns();
        return;
    }
    while (fake->waiting > 0 && now_ns() - fake->printing_ns >= each_ns) {
        fake->waiting--;
        fake->counts.labels_printed++;
        fake->printing_ns += each_ns;
    }
}

static void
turn(struct fake *fake)
{
    struct pollfd fds[LINES + 2];
    struct line *of[LINES + 2] = {NULL};
    nfds_t n = 0;
    bool is_slow =
        fake->waiting > 0 || fake->mood.drip || fake->mood.babble || fake->mood.flood;
    char waste[16];
    fds[n++] = (struct pollfd){.fd = fake->wake[0], .events = POLLIN};
    if (fake->listener >= 0 && !fake->mood.deaf)
        fds[n++] = (struct pollfd){.fd = fake->listener, .events = POLLIN};
    for (int i = 0; i < LINES; i++) {
        struct line *line = &fake->lines[i];
        if (line->fd < 0 || room_of(fake, line) == 0 || line->is_ended || line->is_choked)
            continue;
        of[n] = line;
        fds[n++] = (struct pollfd){.fd = line->fd, .events = POLLIN};
    }
    pthread_mutex_unlock(&fake->lock);
    poll(fds, n, is_slow ? TICK_MS : 200);
    pthread_mutex_lock(&fake->lock);
    if (fds[0].revents && read(fake->wake[0], waste, sizeof(waste)) < 0)
        abort();
    if (fake->next_mood) {
        change_mood(fake, fake->next_mood);
        fake->next_mood = NULL;
        pthread_cond_broadcast(&fake->changed);
    }
    for (nfds_t i = 1; i < n; i++)
        if (of[i] && of[i]->fd == fds[i].fd && fds[i].revents)
            read_line(fake, of[i]);
    if (fake->listener >= 0 && !fake->mood.deaf)
        accept_line(fake);
    print_labels(fake);
    for (int i = 0; i < LINES; i++) {
        struct line *line = &fake->lines[i];
        if (line->fd >= 0)
            speak_line(fake, line);
        if (line->fd >= 0 && line->is_ended && line->out_n == 0 && !fake->mood.keep_open)
            hang_up(fake, line, fake->mood.late_reset);
    }
}

static void *
run(void *data)
{
    struct fake *fake = data;
    pthread_mutex_lock(&fake->lock);
    while (!fake->is_ending)
        turn(fake);
    pthread_mutex_unlock(&fake->lock);
    return NULL;
}

/* --- from outside ----------------------------------------------------------------- */

struct fake *
fake_start(int port, const char *mood, const char *capture, const char *log)
{
    struct fake *fake = calloc(1, sizeof(*fake));
    if (!fake || pipe2(fake->wake, O_CLOEXEC) != 0)
        abort();
    pthread_mutex_init(&fake->lock, NULL);
    pthread_cond_init(&fake->changed, NULL);
    fake->port = port;
    fake->listener = -1;
    fake->capture =
        capture ? open(capture, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    fake->log = log ? fopen(log, "ae") : NULL;
    for (int i = 0; i < LINES; i++)
        fake->lines[i].fd = -1;
    fake->mood = read_mood(mood);
    listen_again(fake); /* to have a port, also one that refuses */
    change_mood(fake, mood);
    if ((capture && fake->capture < 0) || (log && !fake->log) ||
        pthread_create(&fake->thread, NULL, run, fake) != 0)
        abort();
    return fake;
}

int
fake_port(const struct fake *fake)
{
    return fake->port;
}

static void
wake(struct fake *fake)
{
    if (write(fake->wake[1], "x", 1) != 1)
        abort();
}

void
fake_set(struct fake *fake, const char *mood)
{
    pthread_mutex_lock(&fake->lock);
    fake->next_mood = mood;
    wake(fake);
    while (fake->next_mood)
        pthread_cond_wait(&fake->changed, &fake->lock);
    pthread_mutex_unlock(&fake->lock);
}

struct fake_counts
fake_counts(struct fake *fake)
{
    pthread_mutex_lock(&fake->lock);
    print_labels(fake);
    struct fake_counts counts = fake->counts;
    pthread_mutex_unlock(&fake->lock);
    return counts;
}

char *
fake_document(struct fake *fake, size_t *ret_n)
{
    pthread_mutex_lock(&fake->lock);
    char *copy = malloc(fake->document_n + 1);
    if (!copy)
        abort();
    if (fake->document_n)
        memcpy(copy, fake->document, fake->document_n);
    copy[fake->document_n] = '\0';
    *ret_n = fake->document_n;
    pthread_mutex_unlock(&fake->lock);
    return copy;
}

void
fake_forget_document(struct fake *fake)
{
    pthread_mutex_lock(&fake->lock);
    fake->document_n = 0;
    pthread_mutex_unlock(&fake->lock);
}

void
fake_stop(struct fake *fake)
{
    pthread_mutex_lock(&fake->lock);
    fake->is_ending = true;
    pthread_mutex_unlock(&fake->lock);
    wake(fake);
    pthread_join(fake->thread, NULL);
    for (int i = 0; i < LINES; i++)
        if (fake->lines[i].fd >= 0)
            close(fake->lines[i].fd);
    stop_listening(fake);
    close(fake->wake[0]);
    close(fake->wake[1]);
    if (fake->capture >= 0)
        close(fake->capture);
    if (fake->log)
        fclose(fake->log);
    pthread_cond_destroy(&fake->changed);
    pthread_mutex_destroy(&fake->lock);
    free(fake->document);
    free(fake);
}
