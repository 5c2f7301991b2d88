/* What a code's QR symbol holds besides the plain code: the shop's URL with the code
 * applied, or a GS1 Digital Link URI. */
#ifndef TUCK_MINT_LINK_H
#define TUCK_MINT_LINK_H

#include "fetch/fetch.h"
#include "mint/gs1.h"

/* ---- the shop's URL ---- */

/* A query parameter that is added to the shop's URL, such as utm_source. */
struct link_parameter {
    const char *name;
    const char *pattern; /* "summer {offer}": plain text with places */
    bool is_for_url, is_for_digital_link;
};

/* Expands `url` (fetch_expand()) and adds the parameters to its query, before a fragment,
 * each percent-encoded; one whose text comes to nothing or that is not for the URL is
 * left out. STATUS_BAD_INPUT as fetch_expand(), with `out` as before. */
enum status link_write(const char *url, const struct link_parameter *parameters,
                       size_t count, const struct fetch_param *values, size_t value_count,
                       struct buf *out);

/* The first {place} of `pattern` that is not among `names`; NULL when there is none. It
 * points into the pattern, behind the brace; its length goes to `ret_n`. */
const char *link_unknown_place(const char *pattern, const char *const *names,
                               size_t count, size_t *ret_n);

/* ---- GS1 Digital Link URI (standard "GS1 Digital Link: URI Syntax" 1.2 and later) ----
 */

enum { DIGITAL_LINK_MOST = 12 };

struct link_other { /* a query parameter that is no application identifier */
    char name[64];
    char value[200];
};

struct digital_link {
    char stem[200];         /* "https://id.gs1.org" or the brand's own, path allowed */
    struct gs1_element key; /* (01), (255), (414) … */
    struct gs1_element qualifiers[4]; /* in any order; written in the standard's */
    size_t qualifier_count;
    struct gs1_element attributes[DIGITAL_LINK_MOST]; /* written sorted by their AI */
    size_t attribute_count;
    struct link_other others[DIGITAL_LINK_MOST]; /* behind them, in this order */
    size_t other_count;
};

/* Writes the URI, uncompressed: stem, key, qualifiers, attributes. Every value is checked
 * as gs1_check() does; a GTIN of 8, 12 or 13 digits is made one of 14. */
enum status digital_link_write(const struct digital_link *link, struct buf *out,
                               struct gs1_fault *fault);
/* Adds to `link` the parameters that are for it, as link_write() does to a URL.
 * STATUS_BAD_INPUT also for more of them or longer ones than it holds. */
enum status link_others(const struct link_parameter *parameters, size_t count,
                        const struct fetch_param *values, size_t value_count,
                        struct digital_link *link);
/* Reads one back, attributes in the order they stand there; a fragment is passed over.
 * The key is the last one of the path that only its own qualifiers follow. */
enum status digital_link_read(const char *uri, struct digital_link *ret,
                              struct gs1_fault *fault);

/* The link of one piece of an offer: to its (255) with what goes with it, or to its (01),
 * with (8110) or (8112) as an attribute. STATUS_WITHOUT when the offer has neither key.
 */
enum status digital_link_of_piece(const char *stem, const struct gs1_identity *identity,
                                  const struct gs1_piece *piece, struct digital_link *ret,
                                  struct gs1_fault *fault);

/* True for "http://" or "https://", a host, and at most a port and a path. */
bool digital_link_is_stem(const char *text);

#endif
