/* Requests to an IPP printer (RFC 8010, 8011), and their answers.
 *
 * libcups writes and reads the messages; the bytes go by fetch/, where every wait ends
 * with the patience: libcups' own HTTP would wait for name servers, for devices that drip
 * and for its own second try. Nothing of libcups is called that looks into the user's
 * files, asks for passwords or prints. */
#include "printer/printer-ipp.h"

#include <cups/cups.h>
#include <stdio.h>
#include <string.h>

#define CONNECT_MS 2000
#define ANSWER_MOST (8u << 20)
#define USER "tuck"

/* --- addresses
 * --------------------------------------------------------------------------
 */

/* The query of the URI: how an ipps printer is to be known. */
static const char *
parse_query(const char *query, bool is_tls, struct ipp_address *ret)
{
    if (*query == '\0')
        return NULL;
    if (!is_tls)
        return "only ipps:// has a query";
    if (strcmp(query, "trust=any") == 0) {
        ret->trust = FETCH_TRUST_ANY;
        return NULL;
    }
    static const char pin[] = "pin=sha256//";
    size_t n = strlen(query);
    if (strncmp(query, pin, sizeof(pin) - 1) == 0 && n == sizeof(pin) - 1 + 44 &&
        query[n - 1] == '=') {
        ret->trust = FETCH_TRUST_PIN;
        snprintf(ret->pin, sizeof(ret->pin), "%s", query + strlen("pin="));
        return NULL;
    }
    return "expected ?trust=any or ?pin=sha256//, with 44 characters of Base64";
}

/* "host", "host:port" or "[address]:port"; returns where the path begins. */
static const char *
parse_host(const char *p, size_t *ret_host_n, int32_t *ret_port)
{
    static const char name[] = ":%abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789.-_";
    size_t n = *p == '[' ? 1 + strspn(p + 1, name) : strspn(p, name + 2);
    if (*p == '[')
        n = p[n] == ']' && n > 1 ? n + 1 : 0;
    if (n == 0 || n > 255)
        return NULL;
    *ret_host_n = n;
    *ret_port = 631;
    p += n;
    if (*p == ':') {
        size_t digits = strspn(++p, "0123456789");
        int64_t port = 0;
        for (size_t i = 0; i < digits && port <= 65535; i++)
            port = port * 10 + (p[i] - '0');
        if (port < 1 || port > 65535)
            return NULL;
        *ret_port = (int32_t)port;
        p += digits;
    }
    return *p == '/' || *p == '?' || *p == '\0' ? p : NULL;
}

const char *
ipp_address_parse(const char *uri, struct ipp_address *ret)
{
    bool is_tls = strncmp(uri, "ipps:", 5) == 0;
    const char *host = strstr(uri, "://");
    size_t host_n = 0;
    int32_t port = 0;
    *ret = (struct ipp_address){.trust = FETCH_TRUST_KNOWN};
    if (host == NULL || host - uri != (is_tls ? 4 : 3))
        return "expected ipp://host/path or ipps://host/path";
    host += 3;
    const char *path = parse_host(host, &host_n, &port);
    if (path == NULL)
        return "expected a host's name or address, and perhaps a port, behind ://";
    size_t path_n = strcspn(path, "?");
    for (size_t i = 0; i < path_n; i++)
        if (path[i] <= ' ' || path[i] >= 127 || strchr("\"<>\\^`{|}#", path[i]))
            return "its path holds a character that must be percent-encoded";
    if (path_n > 800)
        return "it is too long";
    const char *fault = parse_query(path[path_n] ? path + path_n + 1 : "", is_tls, ret);
    if (fault)
        return fault;
    if (path_n <= 1) { /* where IPP Everywhere (PWG 5100.14) has it */
        path = "/ipp/print";
        path_n = strlen(path);
    }
    snprintf(ret->url, sizeof(ret->url), "http%s://%.*s:%d%.*s", is_tls ? "s" : "",
             (int)host_n, host, (int)port, (int)path_n, path);
    snprintf(ret->printer_uri, sizeof(ret->printer_uri), "ipp%s://%.*s:%d%.*s",
             is_tls ? "s" : "", (int)host_n, host, (int)port, (int)path_n, path);
    return NULL;
}

/* --- links
 * ------------------------------------------------------------------------------
 */

enum status
ipp_link_init(struct ipp_link *link, const struct printer *printer,
              const struct patience *patience, struct arena *arena, struct notes *notes)
{
    *link = (struct ipp_link){
        .printer = printer, .patience = patience, .arena = arena, .notes = notes};
    const char *fault = ipp_address_parse(printer->uri, &link->address);
    if (fault)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_PRINTER_URI, NULL, 0,
                         "printer %s: %s", printer->name, fault);
    /* Each thread has its own settings in libcups. That the server is named, and its
     * version, keeps the first message from looking for both in ~/.cups/client.conf. */
    cupsSetServer("localhost:631/version=2.0");
    return fetch_open(0, notes, &link->fetch);
}

void
ipp_link_done(struct ipp_link *link)
{
    fetch_close(link->fetch);
    link->fetch = NULL;
}

/* --- drafts
 * -----------------------------------------------------------------------------
 */

void
ipp_draft_init(struct ipp_draft *draft, struct ipp_link *link, ipp_op_t op, int64_t job)
{
    *draft = (struct ipp_draft){.ipp = ippNew()};
    draft->failed = draft->ipp == NULL;
    if (draft->failed)
        return;
    ippSetVersion(draft->ipp, 2, 0);
    ippSetOperation(draft->ipp, op);
    ippSetRequestId(draft->ipp, ++link->requests);
    /* RFC 8011, 4.1.4 and 4.1.5: these first, and in this order */
    ipp_put_text(draft, IPP_TAG_OPERATION, IPP_TAG_CHARSET, "attributes-charset",
                 "utf-8");
    ipp_put_text(draft, IPP_TAG_OPERATION, IPP_TAG_LANGUAGE,
                 "attributes-natural-language", "en");
    ipp_put_text(draft, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri",
                 link->address.printer_uri);
    if (job)
        ipp_put_number(draft, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", (int32_t)job);
    ipp_put_text(draft, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", USER);
}

void
ipp_draft_done(struct ipp_draft *draft)
{
    ippDelete(draft->ipp);
    draft->ipp = NULL;
}

void
ipp_put_text(struct ipp_draft *draft, ipp_tag_t group, ipp_tag_t tag, const char *name,
             const char *value)
{
    if (!draft->failed)
        draft->failed = !ippAddString(draft->ipp, group, tag, name, NULL, value);
}

void
ipp_put_texts(struct ipp_draft *draft, ipp_tag_t group, ipp_tag_t tag, const char *name,
              size_t count, const char *const *values)
{
    if (!draft->failed)
        draft->failed =
            !ippAddStrings(draft->ipp, group, tag, name, (int)count, NULL, values);
}

void
ipp_put_number(struct ipp_draft *draft, ipp_tag_t group, ipp_tag_t tag, const char *name,
               int32_t value)
{
    if (!draft->failed)
        draft->failed = !ippAddInteger(draft->ipp, group, tag, name, value);
}

void
ipp_put_truth(struct ipp_draft *draft, ipp_tag_t group, const char *name, bool value)
{
    if (!draft->failed)
        draft->failed = !ippAddBoolean(draft->ipp, group, name, value);
}

static ssize_t
on_write(void *data, ipp_uchar_t *bytes, size_t n)
{
    struct buf *out = data;
    buf_add(out, bytes, n);
    return out->failed ? -1 : (ssize_t)n;
}

static enum status
write_draft(struct ipp_draft *draft, struct buf *out)
{
    ipp_state_t state = IPP_STATE_IDLE;
    if (draft->failed)
        return STATUS_NO_MEMORY;
    do
        state = ippWriteIO(out, on_write, 1, NULL, draft->ipp);
    while (state != IPP_STATE_DATA && state != IPP_STATE_ERROR);
    if (state == IPP_STATE_ERROR)
        return out->failed ? STATUS_NO_MEMORY : STATUS_BUG;
    return STATUS_OK;
}

/* --- answers
 * ----------------------------------------------------------------------------
 */

struct reading {
    const char *p;
    size_t left;
};

static ssize_t
on_read(void *data, ipp_uchar_t *bytes, size_t n)
{
    struct reading *reading = data;
    n = n < reading->left ? n : reading->left;
    if (n == 0)
        return -1; /* 0 would be asked again */
    memcpy(bytes, reading->p, n);
    reading->p += n;
    reading->left -= n;
    return (ssize_t)n;
}

/* NULL when the bytes are no IPP message, or memory was out. */
static ipp_t *
read_answer(const struct buf *body)
{
    struct reading reading = {body->p, body->n};
    ipp_t *ipp = ippNew();
    ipp_state_t state = IPP_STATE_IDLE;
    if (ipp == NULL)
        return NULL;
    do
        state = ippReadIO(&reading, on_read, 1, NULL, ipp);
    while (state != IPP_STATE_DATA && state != IPP_STATE_ERROR);
    if (state == IPP_STATE_DATA)
        return ipp;
    ippDelete(ipp);
    return NULL;
}

void
ipp_answer_done(struct ipp_answer *answer)
{
    ippDelete(answer->ipp);
    answer->ipp = NULL;
}

bool
ipp_answer_is_good(const struct ipp_answer *answer)
{
    return answer->reach == IPP_REACH_ANSWERED && answer->code >= IPP_STATUS_OK &&
           answer->code <= IPP_STATUS_OK_EVENTS_COMPLETE;
}

static char *
explain_http(struct arena *arena, int32_t http_status)
{
    const char *why = http_status == 401   ? "it wants a user and a password"
                      : http_status == 403 ? "it does not serve this machine"
                      : http_status == 404 ? "it has no printer at that path"
                      : http_status == 426 ? "it wants TLS: ipps:// instead of ipp://"
                      : http_status == 503 ? "it is busy"
                      : http_status == 200 ? "what answers there does not speak IPP"
                                           : "it refuses";
    return arena_printf(arena, "%s (HTTP %d)", why, (int)http_status);
}

static char *
explain_code(struct arena *arena, const struct ipp_answer *answer)
{
    ipp_attribute_t *message =
        ippFindAttribute(answer->ipp, "status-message", IPP_TAG_TEXT);
    const char *text = message ? ippGetString(message, 0, NULL) : NULL;
    if (text && *text && text_is_utf8(text, strlen(text)))
        return arena_printf(arena, "it answered %s: %.200s", ippErrorString(answer->code),
                            text);
    return arena_printf(arena, "it answered %s", ippErrorString(answer->code));
}

/* A stranger under TLS is told by the name that the settings can know it by. */
static char *
explain_stranger(struct ipp_link *link)
{
    char pin[FETCH_PIN_SIZE] = "";
    const char *what = link->address.trust == FETCH_TRUST_PIN
                           ? "its certificate is not the one that ?pin= names"
                           : "nobody known here vouches for its certificate";
    if (fetch_peer_key(link->fetch, link->address.url, link->patience, pin) == STATUS_OK)
        return arena_printf(link->arena, "%s; if it is the printer, write ?pin=%s", what,
                            pin);
    return arena_strdup(link->arena, what);
}

static char *
explain_silence(struct ipp_link *link, const struct fetch_post_reply *reply)
{
    if (reply->is_untrusted)
        return explain_stranger(link);
    if (reply->is_reached)
        return arena_printf(link->arena, "it does not answer: %s", reply->why);
    return arena_printf(link->arena, "it cannot be reached: %s", reply->why);
}

/* What came back as an answer; `why` is written when it is no success. */
static enum status
judge(struct ipp_link *link, enum status status, const struct fetch_post_reply *reply,
      struct ipp_answer *answer)
{
    bool is_ipp = strncmp(reply->content_type, "application/ipp", 15) == 0;
    answer->is_begun = reply->is_begun;
    answer->http_status = reply->http_status;
    answer->why = "";
    if (status == STATUS_OK && reply->http_status == 200 && is_ipp)
        answer->ipp = read_answer(&reply->body);
    if (answer->ipp) {
        answer->reach = IPP_REACH_ANSWERED;
        answer->code = ippGetStatusCode(answer->ipp);
        if (!ipp_answer_is_good(answer))
            answer->why = explain_code(link->arena, answer);
    } else if (status == STATUS_OK) {
        answer->reach = IPP_REACH_NO_IPP;
        answer->why = explain_http(link->arena, reply->http_status);
    } else {
        answer->reach = reply->is_reached ? IPP_REACH_NO_WORD : IPP_REACH_NOT;
        answer->why = explain_silence(link, reply);
    }
    return answer->why ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status
ipp_ask(struct ipp_link *link, struct ipp_draft *draft, const struct ipp_cargo *cargo,
        struct ipp_answer *answer)
{
    struct buf head BUF_AUTO = {0};
    struct fetch_post_reply reply = {.http_status = 0};
    enum status status = write_draft(draft, &head);
    if (status != STATUS_OK)
        return status;
    const struct fetch_post post = {
        .url = link->address.url,
        .content_type = "application/ipp",
        .head = head.p,
        .head_n = head.n,
        .document = cargo ? cargo->bytes : NULL,
        .document_n = cargo ? cargo->n : 0,
        .before = cargo ? cargo->before : NULL,
        .data = cargo ? cargo->data : NULL,
        .trust = link->address.trust,
        .pin = link->address.pin,
        .connect_ms = link->printer->connect_ms ? link->printer->connect_ms : CONNECT_MS,
        .max_bytes = ANSWER_MOST};
    status = fetch_post(link->fetch, &post, link->patience, &reply);
    if (status == STATUS_OK || status == STATUS_RETRY || status == STATUS_OUTSIDE)
        status = judge(link, status, &reply, answer);
    else
        answer->is_begun = reply.is_begun;
    buf_done(&reply.body);
    return status;
}
