/* The key that a peer shows under TLS, as the digest by which it can be named.
 *
 * A connection is made that trusts anybody and says nothing. Of the certificate only the
 * way to the public key is read (RFC 5280, 4.1: the seventh field, or the sixth when the
 * version is left out); its bytes are a stranger's. */
#include "base/hash.h"
#include "fetch/fetch-inside.h"

#include <stdlib.h>
#include <string.h>

#define SEQUENCE 0x30
#define VERSION 0xa0

/* --- the certificate
 * --------------------------------------------------------------------
 */

struct der {
    const uint8_t *p, *end;
};

/* Takes the next element off; `ret` is what is in it. NULL: there is none that is whole.
 * Else where the element begins. */
static const uint8_t *
next_element(struct der *der, uint8_t *ret_tag, struct der *ret)
{
    const uint8_t *start = der->p, *p = start;
    size_t n = 0;
    if (der->end - p < 2)
        return NULL;
    *ret_tag = *p++;
    n = *p++;
    if (n >= 0x80) {
        size_t bytes = n & 0x7f;
        if (bytes < 1 || bytes > 3 || (size_t)(der->end - p) < bytes)
            return NULL;
        for (n = 0; bytes > 0; bytes--)
            n = n << 8 | *p++;
    }
    if ((size_t)(der->end - p) < n)
        return NULL;
    *ret = (struct der){p, p + n};
    der->p = p + n;
    return start;
}

static bool
find_key(struct der certificate, struct der *ret)
{
    struct der whole, fields, field;
    uint8_t tag = 0;
    if (!next_element(&certificate, &tag, &whole) || tag != SEQUENCE ||
        !next_element(&whole, &tag, &fields) || tag != SEQUENCE)
        return false;
    const uint8_t *start = next_element(&fields, &tag, &field);
    /* behind the version: serial number, algorithm, issuer, validity, subject, key */
    for (int left = tag == VERSION ? 6 : 5; start && left > 0; left--)
        start = next_element(&fields, &tag, &field);
    *ret = (struct der){start, field.end};
    return start && tag == SEQUENCE;
}

/* The bytes of a certificate in PEM, to be freed; NULL: it is none. */
static uint8_t *
decode_pem(const char *pem, size_t *ret_n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                 "0123456789+/";
    static const char begin[] = "-----BEGIN CERTIFICATE-----";
    const char *p = strstr(pem, begin);
    uint8_t *bytes = p ? malloc(strlen(p)) : NULL;
    uint32_t held = 0;
    int bits = 0;
    size_t n = 0;
    if (bytes == NULL)
        return NULL;
    for (p += sizeof(begin) - 1; *p && *p != '-' && *p != '='; p++) {
        const char *digit = strchr(digits, *p);
        if (digit == NULL)
            continue; /* the end of a line */
        held = held << 6 | (uint32_t)(digit - digits);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes[n++] = (uint8_t)(held >> bits);
        }
    }
    *ret_n = n;
    return bytes;
}

static unsigned
hex_digit(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a' + 10);
}

static enum status
name_key(struct der key, char ret[FETCH_PIN_SIZE])
{
    struct buf text BUF_AUTO = {0};
    struct digest digest = hash_sha256(key.p, (size_t)(key.end - key.p));
    uint8_t raw[32];
    for (size_t i = 0; i < sizeof(raw); i++)
        raw[i] = (uint8_t)(hex_digit(digest.hex[2 * i]) << 4 |
                           hex_digit(digest.hex[2 * i + 1]));
    buf_puts(&text, "sha256//");
    buf_base64(&text, raw, sizeof(raw));
    if (text.failed)
        return STATUS_NO_MEMORY;
    memcpy(ret, text.p, FETCH_PIN_SIZE - 1);
    ret[FETCH_PIN_SIZE - 1] = '\0';
    return STATUS_OK;
}

static enum status
read_certificate(const struct curl_certinfo *chain, char ret[FETCH_PIN_SIZE])
{
    const struct curl_slist *line =
        chain && chain->num_of_certs > 0 ? chain->certinfo[0] : NULL;
    while (line && strncmp(line->data, "Cert:", 5) != 0)
        line = line->next;
    size_t n = 0;
    uint8_t *bytes = line ? decode_pem(line->data, &n) : NULL;
    struct der key;
    enum status status = STATUS_WITHOUT;
    if (bytes && find_key((struct der){bytes, bytes + n}, &key))
        status = name_key(key, ret);
    free(bytes);
    return status;
}

/* --- the connection
 * ---------------------------------------------------------------------
 */

enum status
fetch_peer_key(struct fetch *fetch, const char *url, const struct patience *patience,
               char ret[FETCH_PIN_SIZE])
{
    struct curl_certinfo *chain = NULL;
    CURL *easy = fetch->easy;
    CURLcode code = CURLE_OK;
    enum status status = STATUS_NO_MEMORY;
    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    if (curl_multi_add_handle(fetch->multi, easy) == CURLM_OK) {
        status = fetch_drive(fetch, patience, &code);
        if (status == STATUS_OK && code != CURLE_OK)
            status = STATUS_OUTSIDE;
        if (status == STATUS_OK &&
            curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) == CURLE_OK)
            status = read_certificate(chain, ret);
        curl_multi_remove_handle(fetch->multi, easy);
    }
    return status;
}
