/* GS1 Digital Link URIs: a key and its qualifiers as a path, attributes as a query.
 *
 * In: an identifier with what goes with it, or a URI from a scanner. A URI is refused
 * when a till could take it for something else: a qualifier out of its order, an unknown
 * all-digit parameter, a value that breaks its application identifier's form. Compressed
 * links are neither made nor read. */
#include "mint/gs1-inside.h"
#include "mint/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Primary keys with their qualifiers in the order of the standard; alternatives by |. */
static const struct key_row {
    const char *ai, *qualifiers;
} keys[] = {
    {"00", ""},          {"01", "22,10,21|235"},
    {"253", ""},         {"255", ""},
    {"401", ""},         {"402", ""},
    {"414", "254|7040"}, {"415", "8020"},
    {"417", "7040"},     {"8003", ""},
    {"8004", "7040"},    {"8006", "22,10,21"},
    {"8010", "8011"},    {"8013", ""},
    {"8017", "8019"},    {"8018", "8019"},
};

static const struct key_row *
find_key(const char *ai)
{
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        if (strcmp(keys[i].ai, ai) == 0)
            return &keys[i];
    return NULL;
}

/* Where `ai` stands among a key's qualifiers: the alternative and the place within it. */
static bool
find_qualifier(const struct key_row *key, const char *ai, int *ret_set, int *ret_place)
{
    int set = 0, place = 0;
    for (const char *p = key->qualifiers; *p;) {
        size_t n = gs1_digits(p);
        if (strlen(ai) == n && memcmp(p, ai, n) == 0) {
            *ret_set = set;
            *ret_place = place;
            return true;
        }
        place++;
        p += n;
        set += *p == '|';
        p += *p ? 1 : 0;
    }
    return false;
}

bool
digital_link_is_stem(const char *text)
{
    const char *host = strncmp(text, "https://", 8) == 0  ? text + 8
                       : strncmp(text, "http://", 7) == 0 ? text + 7
                                                          : NULL;
    if (!host || *host == '\0' || strchr("/:", *host))
        return false;
    for (const char *p = host; *p; p++)
        if (*p <= ' ' || *p >= 0x7F || strchr("?#\"<>\\^`{|}", *p))
            return false;
    return true;
}

/* ---- checks that writing and reading share ---- */

static enum status
check_element(const struct gs1_element *element, size_t at, struct gs1_fault *fault)
{
    enum status status = gs1_check(element->ai, element->value, fault);
    if (status != STATUS_OK && fault && at)
        fault->at = at;
    return status;
}

/* What the syntax dictionary allows in a path or in no link at all, but in no query. */
static bool
may_be_attribute(const char *ai)
{
    static const char *const never[] = {"21",   "22",   "235",  "254", "7040",
                                        "8011", "8019", "8020", "8200"};
    for (size_t i = 0; i < COUNT_OF(never); i++)
        if (strcmp(never[i], ai) == 0)
            return false;
    return true;
}

static enum status
check_attribute(const struct digital_link *link, size_t place, size_t at,
                struct gs1_fault *fault)
{
    const struct gs1_element *attribute = &link->attributes[place];
    const char *ai = attribute->ai;
    if (!may_be_attribute(ai))
        return gs1_fault_set(fault, ai, at, "(%s) may not stand in a link's query", ai);
    bool is_twice = strcmp(link->key.ai, ai) == 0;
    for (size_t i = 0; i < link->qualifier_count && !is_twice; i++)
        is_twice = strcmp(link->qualifiers[i].ai, ai) == 0;
    for (size_t i = 0; i < place && !is_twice; i++)
        is_twice = strcmp(link->attributes[i].ai, ai) == 0;
    if (is_twice)
        return gs1_fault_set(fault, ai, at, "(%s) stands in the link twice", ai);
    return check_element(attribute, at, fault);
}

/* ---- writing ---- */

struct placed {
    const struct gs1_element *element;
    int set, place;
};

static int
by_place(const void *a, const void *b)
{
    return ((const struct placed *)a)->place - ((const struct placed *)b)->place;
}

static int
by_ai(const void *a, const void *b)
{
    return strcmp((*(const struct gs1_element *const *)a)->ai,
                  (*(const struct gs1_element *const *)b)->ai);
}

static void
add_segment(struct buf *out, const char *ai, const char *value)
{
    buf_printf(out, "/%s/", ai);
    fetch_encode(value, out);
}

static enum status
add_qualifiers(const struct digital_link *link, const struct key_row *key,
               struct buf *out, struct gs1_fault *fault)
{
    struct placed placed[COUNT_OF(link->qualifiers)];
    for (size_t i = 0; i < link->qualifier_count; i++) {
        struct placed *p = &placed[i];
        p->element = &link->qualifiers[i];
        if (!find_qualifier(key, p->element->ai, &p->set, &p->place))
            return gs1_fault_set(fault, p->element->ai, 0, "(%s) qualifies no (%s)",
                                 p->element->ai, key->ai);
        if (p->set != placed[0].set)
            return gs1_fault_set(fault, p->element->ai, 0,
                                 "(%s) and (%s) exclude one another",
                                 placed[0].element->ai, p->element->ai);
        for (size_t j = 0; j < i; j++)
            if (placed[j].place == p->place)
                return gs1_fault_set(fault, p->element->ai, 0,
                                     "(%s) stands in the link twice", p->element->ai);
        enum status status = check_element(p->element, 0, fault);
        if (status != STATUS_OK)
            return status;
    }
    qsort(placed, link->qualifier_count, sizeof(placed[0]), by_place);
    for (size_t i = 0; i < link->qualifier_count; i++)
        add_segment(out, placed[i].element->ai, placed[i].element->value);
    return STATUS_OK;
}

static enum status
add_query(const struct digital_link *link, struct buf *out, struct gs1_fault *fault)
{
    const struct gs1_element *sorted[DIGITAL_LINK_MOST];
    const char *separator = "?";
    for (size_t i = 0; i < link->attribute_count; i++) {
        enum status status = check_attribute(link, i, 0, fault);
        if (status != STATUS_OK)
            return status;
        sorted[i] = &link->attributes[i];
    }
    qsort(sorted, link->attribute_count, sizeof(sorted[0]), by_ai);
    for (size_t i = 0; i < link->attribute_count; i++, separator = "&") {
        buf_printf(out, "%s%s=", separator, sorted[i]->ai);
        fetch_encode(sorted[i]->value, out);
    }
    for (size_t i = 0; i < link->other_count; i++, separator = "&") {
        const struct link_other *other = &link->others[i];
        if (gs1_digits(other->name) == strlen(other->name))
            return gs1_fault_set(fault, "", 0,
                                 "a parameter's name must not be of digits only");
        buf_puts(out, separator);
        fetch_encode(other->name, out);
        buf_puts(out, "=");
        fetch_encode(other->value, out);
    }
    return STATUS_OK;
}

enum status
digital_link_write(const struct digital_link *link, struct buf *out,
                   struct gs1_fault *fault)
{
    struct buf uri BUF_AUTO = {0};
    char gtin[15];
    const char *value = link->key.value;
    const struct key_row *key = find_key(link->key.ai);
    size_t stem = strlen(link->stem);
    if (!key)
        return gs1_fault_set(fault, link->key.ai, 0, "(%s) is no key of a Digital Link",
                             link->key.ai);
    if (!digital_link_is_stem(link->stem))
        return gs1_fault_set(fault, "", 0,
                             "a Digital Link begins with https:// and a host, \"%.60s\" "
                             "does not",
                             link->stem);
    enum status status = STATUS_OK;
    if (strcmp(key->ai, "01") == 0) {
        status = gs1_gtin14(value, gtin, fault);
        value = gtin;
    }
    if (status == STATUS_OK)
        status = gs1_check(key->ai, value, fault);
    if (status != STATUS_OK)
        return status;
    while (link->stem[stem - 1] == '/') /* ends at the host */
        stem--;
    buf_add(&uri, link->stem, stem);
    add_segment(&uri, key->ai, value);
    status = add_qualifiers(link, key, &uri, fault);
    if (status == STATUS_OK)
        status = add_query(link, &uri, fault);
    if (status != STATUS_OK)
        return status;
    buf_add(out, uri.p, uri.n);
    return uri.failed || out->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

/* ---- reading ---- */

#define SEGMENTS_MOST 32

struct segment {
    const char *p;
    size_t n;
};

static int
hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Decodes `n` bytes into `out`, which has room for `room`. */
static enum status
decode(const char *uri, struct segment from, bool is_query, char *out, size_t room,
       struct gs1_fault *fault)
{
    size_t n = 0;
    for (size_t i = 0; i < from.n; i++) {
        char c = from.p[i];
        size_t at = (size_t)(from.p + i - uri);
        if (c == '%') {
            int high = i + 2 < from.n ? hex(from.p[i + 1]) : -1;
            int low = i + 2 < from.n ? hex(from.p[i + 2]) : -1;
            if (high < 0 || low < 0 || (high == 0 && low == 0))
                return gs1_fault_set(fault, "", at,
                                     "two hexadecimal digits, not 00, must follow a %%");
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && is_query) {
            c = ' ';
        }
        if (n + 1 >= room)
            return gs1_fault_set(fault, "", at, "a value is longer than %zu bytes",
                                 room - 1);
        out[n++] = c;
    }
    out[n] = '\0';
    return STATUS_OK;
}

/* The path's segments behind the host; false when there are too many. */
static bool
split_path(const char *path, size_t n, struct segment *segments, size_t *ret_count)
{
    size_t count = 0;
    for (size_t i = 0; i < n;) {
        size_t length = 0;
        i++; /* the slash */
        while (i + length < n && path[i + length] != '/')
            length++;
        if (count == SEGMENTS_MOST)
            return false;
        segments[count++] = (struct segment){path + i, length};
        i += length;
    }
    *ret_count = count;
    return true;
}

static bool
copy_ai(struct segment segment, char ai[5])
{
    if (segment.n < 2 || segment.n > 4)
        return false;
    snprintf(ai, 5, "%.*s", (int)segment.n, segment.p);
    return gs1_is_ai(ai);
}

/* Where the key stands: the last one with an even number of segments from it on. */
static bool
find_key_segment(const struct segment *segments, size_t count, size_t *ret)
{
    char ai[5];
    for (size_t i = count; i-- > 0;)
        if ((count - i) % 2 == 0 && copy_ai(segments[i], ai) && find_key(ai)) {
            *ret = i;
            return true;
        }
    return false;
}

static enum status
read_element(const char *uri, struct segment ai, struct segment value,
             struct gs1_element *ret, bool is_query, struct gs1_fault *fault)
{
    if (!copy_ai(ai, ret->ai))
        return gs1_fault_set(fault, "", (size_t)(ai.p - uri),
                             "%.*s is not an application identifier that tuck knows",
                             (int)(ai.n < 20 ? ai.n : 20), ai.p);
    return decode(uri, value, is_query, ret->value, sizeof(ret->value), fault);
}

static enum status
read_qualifiers(const char *uri, const struct segment *segments, size_t count,
                struct digital_link *link, struct gs1_fault *fault)
{
    const struct key_row *key = find_key(link->key.ai);
    int last_set = -1, last = -1;
    for (size_t i = 0; i < count; i += 2) {
        int set, place;
        size_t at = (size_t)(segments[i].p - uri);
        if (link->qualifier_count == COUNT_OF(link->qualifiers))
            return gs1_fault_set(fault, "", at, "there are too many qualifiers");
        struct gs1_element *qualifier = &link->qualifiers[link->qualifier_count++];
        enum status status =
            read_element(uri, segments[i], segments[i + 1], qualifier, false, fault);
        if (status != STATUS_OK)
            return status;
        if (!find_qualifier(key, qualifier->ai, &set, &place))
            return gs1_fault_set(fault, qualifier->ai, at, "(%s) qualifies no (%s)",
                                 qualifier->ai, key->ai);
        if (place <= last || (last_set >= 0 && set != last_set))
            return gs1_fault_set(fault, qualifier->ai, at,
                                 "(%s) must not stand behind (%s)", qualifier->ai,
                                 link->qualifiers[link->qualifier_count - 2].ai);
        last = place;
        last_set = set;
        status = check_element(qualifier, (size_t)(segments[i + 1].p - uri), fault);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum status
read_path(const char *uri, const char *path, size_t n, struct digital_link *link,
          struct gs1_fault *fault)
{
    struct segment segments[SEGMENTS_MOST];
    size_t count, at;
    if (!split_path(path, n, segments, &count) || !find_key_segment(segments, count, &at))
        return gs1_fault_set(fault, "", (size_t)(path - uri),
                             "the path has no key of a Digital Link, such as /01/ with a "
                             "GTIN behind it");
    size_t stem = (size_t)(segments[at].p - 1 - uri);
    if (stem >= sizeof(link->stem))
        return gs1_fault_set(fault, "", 0, "what stands before the key is too long");
    snprintf(link->stem, sizeof(link->stem), "%.*s", (int)stem, uri);
    if (!digital_link_is_stem(link->stem))
        return gs1_fault_set(fault, "", 0, "the link begins with no http or https host");
    while (link->stem[stem - 1] == '/') /* as digital_link_write() does */
        link->stem[--stem] = '\0';
    enum status status =
        read_element(uri, segments[at], segments[at + 1], &link->key, false, fault);
    if (status == STATUS_OK)
        status = check_element(&link->key, (size_t)(segments[at + 1].p - uri), fault);
    if (status == STATUS_OK)
        status = read_qualifiers(uri, segments + at + 2, count - at - 2, link, fault);
    return status;
}

static enum status
read_parameter(const char *uri, struct segment name, struct segment value,
               struct digital_link *link, struct gs1_fault *fault)
{
    size_t at = (size_t)(name.p - uri);
    enum status status;
    if (name.n > 0 && gs1_digits(name.p) >= name.n) {
        if (link->attribute_count == DIGITAL_LINK_MOST)
            return gs1_fault_set(fault, "", at, "there are too many attributes");
        status = read_element(uri, name, value, &link->attributes[link->attribute_count],
                              true, fault);
        if (status == STATUS_OK)
            status = check_attribute(link, link->attribute_count, (size_t)(value.p - uri),
                                     fault);
        link->attribute_count++;
        return status;
    }
    if (link->other_count == DIGITAL_LINK_MOST)
        return gs1_fault_set(fault, "", at, "there are too many parameters");
    struct link_other *other = &link->others[link->other_count++];
    status = decode(uri, name, true, other->name, sizeof(other->name), fault);
    if (status == STATUS_OK)
        status = decode(uri, value, true, other->value, sizeof(other->value), fault);
    /* else "%31%37=" would be read as no attribute, and be written as one */
    if (status == STATUS_OK && gs1_digits(other->name) == strlen(other->name))
        return gs1_fault_set(fault, "", at, "a parameter has no name, or an encoded one");
    return status;
}

static enum status
read_query(const char *uri, const char *query, size_t n, struct digital_link *link,
           struct gs1_fault *fault)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < n && status == STATUS_OK;) {
        size_t length = strcspn(query + i, "&;#");
        const char *equals = memchr(query + i, '=', length);
        struct segment name = {query + i, equals ? (size_t)(equals - query) - i : length};
        struct segment value = {equals ? equals + 1 : query + i + length,
                                equals ? length - name.n - 1 : 0};
        if (length > 0)
            status = read_parameter(uri, name, value, link, fault);
        i += length + 1;
    }
    return status;
}

enum status
digital_link_read(const char *uri, struct digital_link *ret, struct gs1_fault *fault)
{
    struct digital_link link = {0};
    const char *host = strstr(uri, "://");
    if (!host || host - uri > 5)
        return gs1_fault_set(fault, "", 0, "the link begins with no http or https host");
    host += 3;
    const char *path = host + strcspn(host, "/?#");
    size_t n = strcspn(path, "?#");
    enum status status = read_path(uri, path, n, &link, fault);
    if (status == STATUS_OK && path[n] == '?')
        status = read_query(uri, path + n + 1, strcspn(path + n + 1, "#"), &link, fault);
    if (status == STATUS_OK)
        *ret = link;
    return status;
}
