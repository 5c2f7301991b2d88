/* An IPP printer that does what a test tells it to: refuses, cuts, drips, lies.
 *
 * One thread, one connection at a time; messages are libcups'. What came in is counted,
 * so that a test can say what was never sent. */
#ifndef TUCK_TESTS_FAKE_IPP_H
#define TUCK_TESTS_FAKE_IPP_H

#include "printer-bench.h"

#include <cups/cups.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/time.h>

enum fake_mood {
    FAKE_WELL,
    FAKE_CODE,    /* answers with `value` as IPP status */
    FAKE_HTTP,    /* answers with `value` as HTTP status */
    FAKE_HTML,    /* a login page, with status 200 */
    FAKE_GARBAGE, /* what says that it is IPP, and is not */
    FAKE_SHORT,   /* an IPP message that breaks off, with the right length */
    FAKE_CUT,     /* closes after the request, without an answer */
    FAKE_HALF,    /* closes in the middle of its answer */
    FAKE_RESET,   /* resets after `value` bytes of the request's body */
    FAKE_SILENT,  /* takes the request and says nothing */
    FAKE_DRIP,    /* a byte of headers every 50 ms, for ever */
    FAKE_FLOOD,   /* an answer without end */
    FAKE_CLOSE,   /* answers well and closes, without having said so */
};

struct fake_job {
    int32_t id, state;
    char name[256];
    const char *reasons;
    int32_t documents, kilobytes; /* 0: not told; -1: told as 0 */
    bool has_begun;
};

struct fake {
    int port, fd;
    pthread_t thread;
    _Atomic bool is_over;
    struct {
        enum fake_mood mood;
        int32_t value;
    } on[0x40]; /* by operation */
    atomic_int seen[0x40];
    bool has_no_create;
    bool has_no_completed;       /* no list of completed jobs */
    void (*also)(ipp_t *answer); /* puts more into the printer's attributes */
    const char *spoil;           /* a whole answer's body, in place of the printer's */
    size_t spoil_n;
    struct fake_job jobs[8];
    int32_t job_count;
    atomic_size_t document_n; /* bytes of the last document */
};

static inline size_t
fake_read(int fd, char *bytes, size_t n)
{
    size_t at = 0;
    while (at < n) {
        ssize_t got = read(fd, bytes + at, n - at);
        if (got <= 0)
            break;
        at += (size_t)got;
    }
    return at;
}

/* Headers, byte by byte: they are short. The length of the body; SIZE_MAX: it is over. */
static inline size_t
fake_read_head(int fd)
{
    char head[4096];
    size_t n = 0;
    while (n + 1 < sizeof(head) && read(fd, head + n, 1) == 1) {
        head[++n] = '\0';
        if (n >= 4 && memcmp(head + n - 4, "\r\n\r\n", 4) == 0) {
            const char *length = strcasestr(head, "content-length:");
            return length ? strtoul(length + 15, NULL, 10) : 0;
        }
    }
    return SIZE_MAX;
}

struct fake_text {
    char *p;
    size_t n, at;
};

static inline ssize_t
fake_on_read(void *data, ipp_uchar_t *bytes, size_t n)
{
    struct fake_text *text = data;
    n = n < text->n - text->at ? n : text->n - text->at;
    memcpy(bytes, text->p + text->at, n);
    text->at += n;
    return n ? (ssize_t)n : -1;
}

static inline ssize_t
fake_on_write(void *data, ipp_uchar_t *bytes, size_t n)
{
    struct fake_text *text = data;
    text->p = realloc(text->p, text->n + n);
    memcpy(text->p + text->n, bytes, n);
    text->n += n;
    return (ssize_t)n;
}

static inline struct fake_text
fake_write(ipp_t *ipp)
{
    struct fake_text text = {NULL, 0, 0};
    while (ippWriteIO(&text, fake_on_write, 1, NULL, ipp) != IPP_STATE_DATA)
        continue;
    return text;
}

static inline void
fake_put_printer(const struct fake *fake, ipp_t *answer)
{
    static const int ops[] = {IPP_OP_PRINT_JOB,  IPP_OP_CANCEL_JOB,
                              IPP_OP_GET_JOBS,   IPP_OP_GET_JOB_ATTRIBUTES,
                              IPP_OP_CREATE_JOB, IPP_OP_SEND_DOCUMENT};
    static const char *const formats[] = {"application/pdf", "application/vnd.cups-raw"};
    if (fake->also) {
        fake->also(answer);
        return;
    }
    ippAddInteger(answer, IPP_TAG_PRINTER, IPP_TAG_ENUM, "printer-state",
                  IPP_PSTATE_IDLE);
    ippAddIntegers(answer, IPP_TAG_PRINTER, IPP_TAG_ENUM, "operations-supported",
                   fake->has_no_create ? 4 : 6, ops);
    ippAddStrings(answer, IPP_TAG_PRINTER, IPP_TAG_MIMETYPE, "document-format-supported",
                  2, NULL, formats);
}

static inline void
fake_put_job(ipp_t *answer, const struct fake_job *job)
{
    ippAddSeparator(answer);
    ippAddInteger(answer, IPP_TAG_JOB, IPP_TAG_INTEGER, "job-id", job->id);
    ippAddInteger(answer, IPP_TAG_JOB, IPP_TAG_ENUM, "job-state", job->state);
    ippAddString(answer, IPP_TAG_JOB, IPP_TAG_NAME, "job-name", NULL, job->name);
    ippAddString(answer, IPP_TAG_JOB, IPP_TAG_KEYWORD, "job-state-reasons", NULL,
                 job->reasons ? job->reasons : "none");
    if (job->documents != 0)
        ippAddInteger(answer, IPP_TAG_JOB, IPP_TAG_INTEGER, "number-of-documents",
                      job->documents > 0 ? job->documents : 0);
    if (job->kilobytes > 0)
        ippAddInteger(answer, IPP_TAG_JOB, IPP_TAG_INTEGER, "job-k-octets",
                      job->kilobytes);
    if (job->has_begun)
        ippAddInteger(answer, IPP_TAG_JOB, IPP_TAG_INTEGER, "time-at-processing", 5);
    else
        ippAddOutOfBand(answer, IPP_TAG_JOB, IPP_TAG_NOVALUE, "time-at-processing");
}

static inline struct fake_job *
fake_find(struct fake *fake, ipp_t *request)
{
    ipp_attribute_t *id = ippFindAttribute(request, "job-id", IPP_TAG_INTEGER);
    for (int32_t i = 0; id && i < fake->job_count; i++)
        if (fake->jobs[i].id == ippGetInteger(id, 0))
            return &fake->jobs[i];
    return NULL;
}

static inline void
fake_add_job(struct fake *fake, ipp_t *request, int32_t state)
{
    ipp_attribute_t *name = ippFindAttribute(request, "job-name", IPP_TAG_NAME);
    if (fake->job_count == 8)
        return;
    struct fake_job *job = &fake->jobs[fake->job_count++];
    *job = (struct fake_job){.id = 100 + fake->job_count, .state = state};
    snprintf(job->name, sizeof(job->name), "%s", name ? ippGetString(name, 0, NULL) : "");
}

/* Does what was asked for; the status to answer with. */
static inline ipp_status_t
fake_do(struct fake *fake, ipp_t *request, ipp_t *answer)
{
    ipp_attribute_t *which = ippFindAttribute(request, "which-jobs", IPP_TAG_KEYWORD);
    struct fake_job *job = fake_find(fake, request);
    bool is_completed = which && strcmp(ippGetString(which, 0, NULL), "completed") == 0;
    switch ((int)ippGetOperation(request)) {
    case IPP_OP_GET_PRINTER_ATTRIBUTES:
        fake_put_printer(fake, answer);
        return IPP_STATUS_OK;
    case IPP_OP_CREATE_JOB:
        fake_add_job(fake, request, IPP_JSTATE_HELD);
        fake_put_job(answer, &fake->jobs[fake->job_count - 1]);
        return IPP_STATUS_OK;
    case IPP_OP_PRINT_JOB:
        fake_add_job(fake, request, IPP_JSTATE_COMPLETED);
        fake_put_job(answer, &fake->jobs[fake->job_count - 1]);
        return IPP_STATUS_OK;
    case IPP_OP_SEND_DOCUMENT:
        if (job)
            job->state = IPP_JSTATE_COMPLETED;
        return job ? IPP_STATUS_OK : IPP_STATUS_ERROR_NOT_FOUND;
    case IPP_OP_GET_JOB_ATTRIBUTES:
        if (job)
            fake_put_job(answer, job);
        return job ? IPP_STATUS_OK : IPP_STATUS_ERROR_NOT_FOUND;
    case IPP_OP_CANCEL_JOB:
        if (job)
            job->state = IPP_JSTATE_CANCELED;
        return job ? IPP_STATUS_OK : IPP_STATUS_ERROR_NOT_FOUND;
    case IPP_OP_GET_JOBS:
        if (is_completed && fake->has_no_completed)
            return IPP_STATUS_ERROR_ATTRIBUTES_OR_VALUES;
        for (int32_t i = 0; i < fake->job_count; i++)
            if ((fake->jobs[i].state >= IPP_JSTATE_CANCELED) == is_completed)
                fake_put_job(answer, &fake->jobs[i]);
        return IPP_STATUS_OK;
    default:
        return IPP_STATUS_ERROR_OPERATION_NOT_SUPPORTED;
    }
}

static inline void
fake_say(int fd, int32_t http_status, const char *type, const char *body, size_t n,
         size_t length)
{
    char head[200];
    int head_n = snprintf(head, sizeof(head),
                          "HTTP/1.1 %d Said\r\nContent-Type: %s\r\n"
                          "Content-Length: %zu\r\n\r\n",
                          (int)http_status, type, length);
    if (write(fd, head, (size_t)head_n) == head_n && n > 0 && write(fd, body, n) < 0)
        return;
}

/* Bytes until the test is over or the client has enough. */
static inline void
fake_go_on(struct fake *fake, int fd, const char *bytes, size_t n, useconds_t pause_us)
{
    while (!fake->is_over && send(fd, bytes, n, MSG_NOSIGNAL) > 0)
        usleep(pause_us);
}

/* Answers one request; true when the connection stays. */
static inline bool
fake_answer(struct fake *fake, int fd, ipp_t *request)
{
    static const char ipp[] = "application/ipp";
    static char flood[65536];
    int op = ippGetOperation(request) & 0x3f;
    int32_t value = fake->on[op].value;
    fake->seen[op]++;
    if (fake->on[op].mood == FAKE_CUT)
        return false;
    if (fake->on[op].mood == FAKE_HTTP || fake->on[op].mood == FAKE_HTML) {
        fake_say(fd, value ? value : 200, "text/html", "<p>Log in</p>", 13, 13);
        return true;
    }
    if (fake->on[op].mood == FAKE_GARBAGE) {
        fake_say(fd, 200, ipp, "certainly not IPP", 17, 17);
        return true;
    }
    if (fake->on[op].mood == FAKE_SILENT) {
        while (!fake->is_over && recv(fd, flood, 1, MSG_PEEK | MSG_DONTWAIT) < 0)
            usleep(5000);
        return false;
    }
    if (fake->on[op].mood == FAKE_DRIP) {
        fake_go_on(fake, fd, "HTTP/1.1 100 Go on\r\n\r\n", 1, 50000);
        return false;
    }
    if (fake->on[op].mood == FAKE_FLOOD) {
        fake_say(fd, 200, ipp, NULL, 0, 1u << 30);
        fake_go_on(fake, fd, flood, sizeof(flood), 0);
        return false;
    }
    ipp_t *answer = ippNew();
    ippSetVersion(answer, 2, 0);
    ippSetRequestId(answer, ippGetRequestId(request));
    ippAddString(answer, IPP_TAG_OPERATION, IPP_TAG_CHARSET, "attributes-charset", NULL,
                 "utf-8");
    ippAddString(answer, IPP_TAG_OPERATION, IPP_TAG_LANGUAGE,
                 "attributes-natural-language", NULL, "en");
    ippSetStatusCode(answer, fake->on[op].mood == FAKE_CODE
                                 ? (ipp_status_t)value
                                 : fake_do(fake, request, answer));
    struct fake_text text = fake_write(answer);
    ippDelete(answer);
    bool is_spoilt = fake->spoil && op == IPP_OP_GET_PRINTER_ATTRIBUTES;
    const char *body = is_spoilt ? fake->spoil : text.p;
    size_t n = is_spoilt ? fake->spoil_n : text.n;
    bool is_half = fake->on[op].mood == FAKE_HALF;
    if (fake->on[op].mood == FAKE_SHORT)
        n /= 2;
    fake_say(fd, 200, ipp, body, is_half ? n / 2 : n, n);
    free(text.p);
    return !is_half && fake->on[op].mood != FAKE_CLOSE;
}

static inline void
fake_reset(int fd)
{
    const struct linger hard = {1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
}

/* One request of a connection; true when there may be more. */
static inline bool
fake_serve(struct fake *fake, int fd)
{
    size_t n = fake_read_head(fd);
    if (n == SIZE_MAX)
        return false;
    /* the operation stands in its third and fourth byte */
    struct fake_text text = {calloc(1, n + 8), n, 0};
    size_t got = fake_read(fd, text.p, n < 4 ? n : 4);
    int op = text.p[3] & 0x3f;
    if (fake->on[op].mood == FAKE_RESET && n > (size_t)fake->on[op].value) {
        fake_read(fd, text.p + got, (size_t)fake->on[op].value);
        fake->seen[op]++;
        fake_reset(fd);
        free(text.p);
        return false;
    }
    got += fake_read(fd, text.p + got, n - got);
    ipp_t *request = ippNew();
    ipp_state_t state = IPP_STATE_IDLE;
    while (state != IPP_STATE_DATA && state != IPP_STATE_ERROR)
        state = ippReadIO(&text, fake_on_read, 1, NULL, request);
    bool stays = got == n && state == IPP_STATE_DATA;
    if (stays) {
        fake->document_n = text.n - text.at;
        stays = fake_answer(fake, fd, request);
    }
    ippDelete(request);
    free(text.p);
    return stays;
}

static inline void *
fake_run(void *data)
{
    struct fake *fake = data;
    cupsSetServer("localhost:631/version=2.0");
    while (!fake->is_over) {
        int fd = accept(fake->fd, NULL, NULL);
        while (fd >= 0 && !fake->is_over && fake_serve(fake, fd))
            continue;
        if (fd >= 0)
            close(fd);
    }
    return NULL;
}

static inline void
fake_start(struct fake *fake)
{
    signal(SIGPIPE, SIG_IGN);
    fake->fd = bind_somewhere(&fake->port);
    assert_int_equal(listen(fake->fd, 8), 0);
    assert_int_equal(pthread_create(&fake->thread, NULL, fake_run, fake), 0);
}

static inline void
fake_stop(struct fake *fake)
{
    fake->is_over = true;
    shutdown(fake->fd, SHUT_RDWR); /* wakes accept() */
    pthread_join(fake->thread, NULL);
    close(fake->fd);
}

#endif
