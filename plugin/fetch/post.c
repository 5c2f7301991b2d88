/* POSTs to devices: bytes go up once, and whether the document's have begun is told.
 *
 * A request comes in, an answer or the reason why there is none goes out. No seek
 * function is given to libcurl, so that it cannot send a body anew by itself when a
 * connection that it kept turns out to be dead: that choice is the caller's, who knows
 * what twice means. */
#include "fetch/fetch-inside.h"

#include <stdio.h>
#include <string.h>

#define HEADERS_MOST (64u << 10)

/* One POST on its way. */
struct upload {
    const struct fetch_post *post;
    struct fetch_post_reply *reply;
    size_t at;       /* bytes of head and document given to libcurl */
    size_t header_n; /* bytes of headers that came back */
    bool is_too_big;
    enum status before; /* what post->before said */
};

static size_t
on_upload(char *bytes, size_t size, size_t count, void *data)
{
    struct upload *upload = data;
    const struct fetch_post *post = upload->post;
    size_t room = size * count, at = upload->at;
    bool is_head = at < post->head_n;
    size_t left = is_head ? post->head_n - at : post->head_n + post->document_n - at;
    if (at == 0 && post->before) {
        upload->before = post->before(post->data);
        if (upload->before != STATUS_OK)
            return CURL_READFUNC_ABORT;
    }
    if (left > room)
        left = room;
    upload->reply->is_begun |= !is_head && left > 0;
    if (left > 0)
        memcpy(bytes,
               is_head ? (const char *)post->head + at
                       : (const char *)post->document + (at - post->head_n),
               left);
    upload->at += left;
    return left;
}

static size_t
on_answer(char *bytes, size_t size, size_t count, void *data)
{
    struct upload *upload = data;
    struct buf *body = &upload->reply->body;
    size_t n = size * count, most = upload->post->max_bytes;
    upload->is_too_big = n > most || body->n > most - n;
    if (upload->is_too_big)
        return 0;
    buf_add(body, bytes, n);
    return body->failed ? 0 : n;
}

static size_t
on_header(char *bytes, size_t size, size_t count, void *data)
{
    struct upload *upload = data;
    (void)bytes;
    upload->header_n += size * count;
    upload->is_too_big = upload->header_n > HEADERS_MOST;
    return upload->is_too_big ? 0 : size * count;
}

static void
set_trust(CURL *easy, const struct fetch_post *post)
{
    bool is_known = post->trust == FETCH_TRUST_KNOWN;
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, is_known ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, is_known ? 2L : 0L);
    if (post->trust == FETCH_TRUST_PIN)
        curl_easy_setopt(easy, CURLOPT_PINNEDPUBLICKEY, post->pin);
}

static struct curl_slist *
set_up(CURL *easy, const struct fetch_post *post, struct upload *upload)
{
    char type[120];
    snprintf(type, sizeof(type), "Content-Type: %s", post->content_type);
    /* without Expect: devices that do not know it would cost a second each */
    struct curl_slist *headers = curl_slist_append(NULL, "Expect:");
    if (headers == NULL || !curl_slist_append(headers, type))
        return headers;
    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_URL, post->url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*"); /* the environment is the host's */
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    /* Many devices close what they have answered on without having said so; what goes
     * into such a connection is lost, or perhaps not. */
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     (curl_off_t)(post->head_n + post->document_n));
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_upload);
    curl_easy_setopt(easy, CURLOPT_READDATA, upload);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_answer);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, upload);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, upload);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)post->connect_ms);
    set_trust(easy, post);
    return headers;
}

static enum status
fail(struct fetch_post_reply *reply, enum status status, const char *why)
{
    snprintf(reply->why, sizeof(reply->why), "%s", why);
    return status;
}

/* What the end of a transfer comes to. */
static enum status
judge(CURL *easy, CURLcode code, const struct upload *upload)
{
    struct fetch_post_reply *reply = upload->reply;
    long http_status = 0;
    char *type = NULL;
    reply->is_untrusted =
        code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_PINNEDPUBKEYNOTMATCH;
    if (upload->before != STATUS_OK)
        return fail(reply, upload->before, "it was broken off before its first byte");
    if (code == CURLE_OUT_OF_MEMORY || reply->body.failed)
        return fail(reply, STATUS_NO_MEMORY, "memory is out");
    if (upload->is_too_big)
        return fail(reply, STATUS_OUTSIDE, "its answer is too large to be one");
    if (code == CURLE_OPERATION_TIMEDOUT)
        return fail(reply, STATUS_RETRY, "there was no answer in time");
    if (code != CURLE_OK)
        return fail(reply, STATUS_OUTSIDE, curl_easy_strerror(code));
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &http_status);
    curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
    snprintf(reply->content_type, sizeof(reply->content_type), "%s", type ? type : "");
    reply->http_status = (int32_t)http_status;
    return STATUS_OK;
}

enum status
fetch_post(struct fetch *fetch, const struct fetch_post *post,
           const struct patience *patience, struct fetch_post_reply *reply)
{
    struct upload upload = {.post = post, .reply = reply};
    CURLcode code = CURLE_OK;
    curl_off_t ready_us = 0;
    enum status status = STATUS_NO_MEMORY;
    buf_reset(&reply->body);
    reply->body.ceiling = post->max_bytes;
    reply->http_status = 0;
    reply->is_reached = reply->is_begun = reply->is_untrusted = false;
    reply->content_type[0] = reply->why[0] = '\0';
    if (patience_is_cancelled(patience))
        return STATUS_CANCELLED;
    if (patience_is_over(patience))
        return fail(reply, STATUS_RETRY, "no time was left");
    struct curl_slist *headers = set_up(fetch->easy, post, &upload);
    if (headers && curl_multi_add_handle(fetch->multi, fetch->easy) == CURLM_OK) {
        status = fetch_drive(fetch, patience, &code);
        curl_easy_getinfo(fetch->easy, CURLINFO_PRETRANSFER_TIME_T, &ready_us);
        reply->is_reached = ready_us > 0;
        curl_multi_remove_handle(fetch->multi, fetch->easy);
    }
    curl_slist_free_all(headers);
    if (status == STATUS_RETRY)
        return fail(reply, status, "there was no answer in time");
    return status == STATUS_OK ? judge(fetch->easy, code, &upload) : status;
}
