/* The shop's URL with the code applied.
 *
 * Places in braces are expanded by the one mechanism that there is, fetch_expand(). A
 * parameter's pattern is plain text, so what stands between its places is encoded first,
 * and then it is a pattern like any other. */
#include "mint/link.h"

#include <string.h>

const char *
link_unknown_place(const char *pattern, const char *const *names, size_t count,
                   size_t *ret_n)
{
    const char *end;
    for (const char *p = pattern; (p = strchr(p, '{')) && (end = strchr(p, '}'));
         p = end) {
        size_t n = (size_t)(end - p - 1);
        bool is_known = false;
        for (size_t i = 0; i < count && !is_known; i++)
            is_known = strlen(names[i]) == n && memcmp(names[i], p + 1, n) == 0;
        if (!is_known) {
            *ret_n = n;
            return p + 1;
        }
    }
    return NULL;
}

/* `pattern` with all but its places percent-encoded. */
static void
encode_between(const char *pattern, struct buf *out)
{
    while (*pattern) {
        const char *end = *pattern == '{' ? strchr(pattern, '}') : NULL;
        size_t n = end ? (size_t)(end + 1 - pattern) : 1;
        char one[2] = {*pattern, '\0'};
        if (end)
            buf_add(out, pattern, n);
        else
            fetch_encode(one, out);
        pattern += n;
    }
}

static enum status
add_parameter(const struct link_parameter *parameter, const struct fetch_param *values,
              size_t value_count, bool *has_query, struct buf *out)
{
    struct buf pattern BUF_AUTO = {0}, text BUF_AUTO = {0};
    encode_between(parameter->pattern, &pattern);
    if (pattern.failed)
        return STATUS_NO_MEMORY;
    enum status status =
        fetch_expand(pattern.p ? pattern.p : "", values, value_count, &text);
    if (status != STATUS_OK || text.n == 0)
        return status;
    buf_puts(out, *has_query ? "&" : "?");
    fetch_encode(parameter->name, out);
    buf_puts(out, "=");
    buf_puts(out, text.p);
    *has_query = true;
    return STATUS_OK;
}

enum status
link_write(const char *url, const struct link_parameter *parameters, size_t count,
           const struct fetch_param *values, size_t value_count, struct buf *out)
{
    struct buf whole BUF_AUTO = {0}, text BUF_AUTO = {0};
    enum status status = fetch_expand(url, values, value_count, &text);
    if (status != STATUS_OK)
        return status;
    const char *p = text.p ? text.p : "";
    size_t n = strcspn(p, "#");
    bool has_query = memchr(p, '?', n) != NULL;
    buf_add(&whole, p, n);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = add_parameter(&parameters[i], values, value_count, &has_query, &whole);
    if (status != STATUS_OK)
        return status;
    buf_puts(&whole, p + n);
    buf_add(out, whole.p ? whole.p : "", whole.n);
    return out->failed || whole.failed ? STATUS_NO_MEMORY : STATUS_OK;
}
