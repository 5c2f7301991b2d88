/* What fetch.c and post.c share. Inside fetch/. */
#ifndef TUCK_FETCH_FETCH_INSIDE_H
#define TUCK_FETCH_FETCH_INSIDE_H

#include "fetch/fetch.h"

#include <curl/curl.h>

#define FETCH_ORIGINS 8 /* servers whose health is remembered */

struct origin {
    char name[200]; /* scheme://host:port */
    int32_t failures;
    int64_t rest_until_ms;
};

struct fetch {
    CURLM *multi;
    CURL *easy;
    int64_t rest_ms;
    struct origin origin[FETCH_ORIGINS];
    size_t next_origin;
};

/* Drives the transfer until it ends or the patience does. */
enum status fetch_drive(struct fetch *fetch, const struct patience *patience,
                        CURLcode *ret_code);

#endif
