/* HTTP by libcurl's multi interface, because only there the deadline is ours.
 *
 * Easy handles count time in their own way (a black-holed name server holds one for ten
 * seconds); here every wait is bounded by what is left of the patience. A transfer that
 * overruns is taken off; QUICK_EXIT lets its resolver thread die by itself. */
#include "fetch/fetch-inside.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FAILURES_TO_REST 3
#define REDIRECTS_MOST 2
#define SLICE_MS 20 /* how late a cancel may be seen */
#define CONNECT_MOST_MS 800
#define HEADERS_MOST (64u << 10) /* libcurl keeps all and sets no limit before 8.3 */

/* One transfer on its way. */
struct transfer {
    struct fetch_reply *reply;
    size_t max_bytes;
    size_t header_bytes;
    bool is_too_big;
};

static void
init_once(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

void
fetch_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, init_once);
}

enum status
fetch_open(int64_t rest_ms, struct notes *notes, struct fetch **ret)
{
    fetch_init();
    struct fetch *fetch = calloc(1, sizeof(*fetch));
    if (!fetch)
        return STATUS_NO_MEMORY;
    fetch->rest_ms = rest_ms;
    fetch->multi = curl_multi_init();
    fetch->easy = curl_easy_init();
    if (!fetch->multi || !fetch->easy) {
        fetch_close(fetch);
        return note_fail(notes, STATUS_NO_MEMORY, NOTE_NO_MEMORY, NULL, 0,
                         "memory is out");
    }
    *ret = fetch;
    return STATUS_OK;
}

void
fetch_close(struct fetch *fetch)
{
    if (!fetch)
        return;
    if (fetch->easy)
        curl_easy_cleanup(fetch->easy);
    if (fetch->multi)
        curl_multi_cleanup(fetch->multi);
    free(fetch);
}

void
fetch_reply_done(struct fetch_reply *reply)
{
    buf_done(&reply->body);
}

/* --- the circuit breaker ----------------------------------------------------------- */

static struct origin *
find_origin(struct fetch *fetch, const char *url)
{
    const char *host = strstr(url, "://");
    size_t n = host ? (size_t)(host + 3 - url) + strcspn(host + 3, "/?#") : strlen(url);
    if (n >= sizeof(fetch->origin[0].name))
        n = sizeof(fetch->origin[0].name) - 1;
    for (size_t i = 0; i < FETCH_ORIGINS; i++)
        if (strlen(fetch->origin[i].name) == n &&
            memcmp(fetch->origin[i].name, url, n) == 0)
            return &fetch->origin[i];
    struct origin *origin = &fetch->origin[fetch->next_origin++ % FETCH_ORIGINS];
    *origin = (struct origin){0};
    memcpy(origin->name, url, n);
    return origin;
}

static void
remember(struct fetch *fetch, struct origin *origin, enum status status)
{
    bool is_healthy = status == STATUS_OK || status == STATUS_WITHOUT;
    if (status == STATUS_CANCELLED || status == STATUS_NO_MEMORY)
        return; /* says nothing of the server */
    origin->failures = is_healthy ? 0 : origin->failures + 1;
    if (origin->failures >= FAILURES_TO_REST)
        origin->rest_until_ms = clock_monotonic_ms() + fetch->rest_ms;
}

/* --- a transfer ----------------------------------------------------------------------
 */

static size_t
on_body(char *bytes, size_t size, size_t count, void *data)
{
    struct transfer *transfer = data;
    struct buf *body = &transfer->reply->body;
    size_t n = size * count;
    transfer->is_too_big = n > transfer->max_bytes || body->n > transfer->max_bytes - n;
    if (transfer->is_too_big)
        return 0;
    buf_add(body, bytes, n);
    return body->failed ? 0 : n;
}

static size_t
on_header(char *bytes, size_t size, size_t count, void *data)
{
    struct transfer *transfer = data;
    char *etag = transfer->reply->etag;
    size_t n = size * count;
    transfer->header_bytes += n;
    transfer->is_too_big = transfer->header_bytes > HEADERS_MOST;
    if (transfer->is_too_big)
        return 0;
    if (n > 5 && memcmp(bytes, "HTTP/", 5) == 0)
        etag[0] = '\0'; /* a redirect's tag is not the document's */
    if (n < 6 || strncasecmp(bytes, "etag:", 5) != 0)
        return n;
    const char *value = bytes + 5, *end = bytes + n;
    while (value < end && (*value == ' ' || *value == '\t'))
        value++;
    while (end > value && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' '))
        end--;
    if ((size_t)(end - value) < sizeof(transfer->reply->etag)) {
        memcpy(etag, value, (size_t)(end - value));
        etag[end - value] = '\0';
    }
    return n;
}

/* A dead address among several must leave time to try the next. */
static void
set_times(CURL *easy, const struct patience *patience)
{
    int64_t left_ms = patience_left_ms(patience);
    if (left_ms > CONNECT_MOST_MS * 2)
        left_ms = CONNECT_MOST_MS * 2;
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(left_ms / 2 + 1));
    curl_easy_setopt(easy, CURLOPT_HAPPY_EYEBALLS_TIMEOUT_MS, (long)(left_ms / 8 + 1));
}

static struct curl_slist *
set_up(struct fetch *fetch, const char *url, const char *etag, struct transfer *transfer)
{
    CURL *easy = fetch->easy;
    struct curl_slist *headers = curl_slist_append(NULL, "Accept: application/xml");
    char condition[160];
    if (etag && etag[0] && headers && !strpbrk(etag, "\r\n")) {
        snprintf(condition, sizeof(condition), "If-None-Match: %s", etag);
        if (!curl_slist_append(headers, condition))
            return headers;
    }
    curl_easy_reset(easy); /* keeps the connections */
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)REDIRECTS_MOST);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*"); /* the environment is the host's */
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    return headers;
}

enum status
fetch_drive(struct fetch *fetch, const struct patience *patience, CURLcode *ret_code)
{
    int running = 1, left = 0;
    while (running) {
        if (curl_multi_perform(fetch->multi, &running) != CURLM_OK)
            return STATUS_OUTSIDE;
        if (!running)
            break;
        if (patience_is_cancelled(patience))
            return STATUS_CANCELLED;
        int64_t wait_ms = patience_left_ms(patience);
        if (wait_ms == 0)
            return STATUS_RETRY;
        curl_multi_poll(fetch->multi, NULL, 0,
                        wait_ms < SLICE_MS ? (int)wait_ms : SLICE_MS, NULL);
    }
    for (CURLMsg *message; (message = curl_multi_info_read(fetch->multi, &left));)
        if (message->msg == CURLMSG_DONE)
            *ret_code = message->data.result;
    return STATUS_OK;
}

/* Trouble that passes by itself; other trouble has to be mended by somebody. */
static bool
is_passing(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_SSL_CONNECT_ERROR:
        return true;
    default:
        return false;
    }
}

static enum status
judge(const struct fetch *fetch, CURLcode code, const struct transfer *transfer,
      struct notes *notes)
{
    struct fetch_reply *reply = transfer->reply;
    long http_status = 0;
    char *type = NULL;
    if (transfer->is_too_big)
        return note_fail(notes, STATUS_OUTSIDE, NOTE_FETCH_TOO_BIG, NULL, 0,
                         "the server's answer is over %zu bytes", transfer->max_bytes);
    if (code == CURLE_OUT_OF_MEMORY || reply->body.failed)
        return note_fail(notes, STATUS_NO_MEMORY, NOTE_NO_MEMORY, NULL, 0,
                         "memory is out");
    if (code != CURLE_OK)
        return note_fail(notes, is_passing(code) ? STATUS_RETRY : STATUS_OUTSIDE,
                         NOTE_FETCH_FAILED, NULL, 0, "the server could not be asked: %s",
                         curl_easy_strerror(code));
    curl_easy_getinfo(fetch->easy, CURLINFO_RESPONSE_CODE, &http_status);
    curl_easy_getinfo(fetch->easy, CURLINFO_CONTENT_TYPE, &type);
    snprintf(reply->content_type, sizeof(reply->content_type), "%s", type ? type : "");
    reply->http_status = (int32_t)http_status;
    reply->is_not_modified = http_status == 304;
    if (http_status == 200 || http_status == 304)
        return STATUS_OK;
    if (http_status == 404 || http_status == 410)
        return STATUS_WITHOUT;
    bool may_pass = http_status == 429 || http_status >= 500;
    return note_fail(notes, may_pass ? STATUS_RETRY : STATUS_OUTSIDE, NOTE_FETCH_STATUS,
                     NULL, 0, "the server answered %ld", http_status);
}

static enum status
transfer_once(struct fetch *fetch, const char *url, const char *etag,
              const struct patience *patience, struct transfer *transfer,
              struct notes *notes)
{
    CURLcode code = CURLE_OK;
    struct curl_slist *headers = set_up(fetch, url, etag, transfer);
    set_times(fetch->easy, patience);
    enum status status = STATUS_NO_MEMORY;
    if (headers && curl_multi_add_handle(fetch->multi, fetch->easy) == CURLM_OK) {
        status = fetch_drive(fetch, patience, &code);
        curl_multi_remove_handle(fetch->multi, fetch->easy);
    }
    if (status == STATUS_RETRY)
        note_add(notes, NOTE_FETCH_LATE, NULL, 0, "the server did not answer in time");
    else if (status == STATUS_OK)
        status = judge(fetch, code, transfer, notes);
    curl_slist_free_all(headers);
    return status;
}

enum status
fetch_get(struct fetch *fetch, const char *url, const char *etag, size_t max_bytes,
          const struct patience *patience, struct notes *notes, struct fetch_reply *reply)
{
    struct transfer transfer = {.reply = reply, .max_bytes = max_bytes};
    if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_FETCH_BAD_URL, NULL, 0,
                         "expected a URL that begins with http:// or https://");
    struct origin *origin = find_origin(fetch, url);
    buf_reset(&reply->body);
    reply->body.ceiling = max_bytes;
    reply->http_status = 0;
    reply->is_not_modified = false;
    reply->etag[0] = reply->content_type[0] = '\0';
    if (origin->failures >= FAILURES_TO_REST &&
        clock_monotonic_ms() < origin->rest_until_ms)
        return note_fail(notes, STATUS_RETRY, NOTE_FETCH_RESTING, NULL, 0,
                         "the server failed %d times and is left alone for a while",
                         origin->failures);
    if (patience_is_cancelled(patience))
        return STATUS_CANCELLED;
    if (patience_is_over(patience)) /* no fault of the server's */
        return note_fail(notes, STATUS_RETRY, NOTE_FETCH_LATE, NULL, 0,
                         "no time was left to ask the server");
    enum status status = transfer_once(fetch, url, etag, patience, &transfer, notes);
    remember(fetch, origin, status);
    return status;
}

/* --- patterns -------------------------------------------------------------------------
 */

void
fetch_encode(const char *value, struct buf *out)
{
    /* RFC 3986: what is not unreserved is encoded, so no value leaves its segment. */
    for (const unsigned char *p = (const unsigned char *)value; *p; p++) {
        bool is_unreserved = (*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'Z') ||
                             (*p >= 'a' && *p <= 'z') || strchr("-._~", *p);
        if (is_unreserved)
            buf_add(out, p, 1);
        else
            buf_printf(out, "%%%02X", *p);
    }
}

static const struct fetch_param *
find_param(const struct fetch_param *params, size_t count, const char *name, size_t n)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(params[i].name) == n && memcmp(params[i].name, name, n) == 0)
            return &params[i];
    return NULL;
}

static enum status
fill(const char *pattern, const struct fetch_param *params, size_t count, bool is_url,
     struct buf *out)
{
    size_t before = out->n;
    while (*pattern) {
        const char *end = *pattern == '{' ? strchr(pattern, '}') : NULL;
        if (!end) {
            buf_add(out, pattern++, 1);
            continue;
        }
        const struct fetch_param *param =
            find_param(params, count, pattern + 1, (size_t)(end - pattern - 1));
        const char *value = param ? param->value : NULL;
        bool climbs = value && (strcmp(value, ".") == 0 || strcmp(value, "..") == 0);
        if (!value || (is_url && climbs)) {
            out->n = before;
            if (out->p)
                out->p[before] = '\0';
            return STATUS_BAD_INPUT;
        }
        if (is_url)
            fetch_encode(value, out);
        else
            buf_puts(out, value);
        pattern = end + 1;
    }
    return out->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

enum status
fetch_expand(const char *pattern, const struct fetch_param *params, size_t count,
             struct buf *out)
{
    return fill(pattern, params, count, true, out);
}

enum status
fetch_fill(const char *pattern, const struct fetch_param *params, size_t count,
           struct buf *out)
{
    return fill(pattern, params, count, false, out);
}
