/* The shop's URL with the code applied.
 *
 * The URL is expanded by fetch_expand(), which encodes what is filled in. A parameter is
 * plain text, which a Digital Link wants as such: it is filled first and encoded then. */
#include "mint/link.h"

#include <stdio.h>
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

static enum status
add_parameter(const struct link_parameter *parameter, const struct fetch_param *values,
              size_t value_count, bool *has_query, struct buf *out)
{
    struct buf text BUF_AUTO = {0};
    enum status status = fetch_fill(parameter->pattern, values, value_count, &text);
    if (status != STATUS_OK || text.n == 0)
        return status;
    buf_puts(out, *has_query ? "&" : "?");
    fetch_encode(parameter->name, out);
    buf_puts(out, "=");
    fetch_encode(text.p, out);
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
        if (parameters[i].is_for_url)
            status =
                add_parameter(&parameters[i], values, value_count, &has_query, &whole);
    if (status != STATUS_OK)
        return status;
    buf_puts(&whole, p + n);
    buf_add(out, whole.p ? whole.p : "", whole.n);
    return out->failed || whole.failed ? STATUS_NO_MEMORY : STATUS_OK;
}

enum status
link_others(const struct link_parameter *parameters, size_t count,
            const struct fetch_param *values, size_t value_count,
            struct digital_link *link)
{
    for (size_t i = 0; i < count; i++) {
        struct buf text BUF_AUTO = {0};
        struct link_other *other = &link->others[link->other_count];
        if (!parameters[i].is_for_digital_link)
            continue;
        enum status status =
            fetch_fill(parameters[i].pattern, values, value_count, &text);
        if (status != STATUS_OK)
            return status;
        if (text.n >= sizeof(other->value) ||
            strlen(parameters[i].name) >= sizeof(other->name) ||
            link->other_count == DIGITAL_LINK_MOST)
            return STATUS_BAD_INPUT;
        if (text.n == 0)
            continue;
        snprintf(other->name, sizeof(other->name), "%s", parameters[i].name);
        snprintf(other->value, sizeof(other->value), "%s", text.p);
        link->other_count++;
    }
    return STATUS_OK;
}
