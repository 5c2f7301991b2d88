/* Reading plain PDF: the cross-reference table, the objects, a dictionary's values.
 *
 * In come bytes of unknown worth, out go spans into them. The end of an object is where
 * the next one (or the table) begins, which holds for every writer that writes plainly,
 * and is then checked to be "endobj". */
#include "press/pdf-read.h"

#include <stdlib.h>
#include <string.h>

#define OBJECTS_MAX 200000

static bool
is_space(uint8_t c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0';
}

static bool
is_delimiter(uint8_t c)
{
    return c != '\0' && strchr("()<>[]{}/%", c) != NULL;
}

static const uint8_t *
skip_space(const uint8_t *p, const uint8_t *end)
{
    for (; p < end; p++) {
        if (*p == '%')
            while (p < end && *p != '\n' && *p != '\r')
                p++;
        if (p < end && !is_space(*p))
            break;
    }
    return p < end ? p : end;
}

/* A literal string: parentheses nest, a backslash takes the next byte along. */
static const uint8_t *
skip_string(const uint8_t *p, const uint8_t *end)
{
    int depth = 0;
    for (; p < end; p++) {
        if (*p == '\\')
            p++;
        else if (*p == '(')
            depth++;
        else if (*p == ')' && --depth == 0)
            return p + 1;
    }
    return NULL;
}

bool
pdf_token(const uint8_t **p, const uint8_t *end, struct pdf_span *ret)
{
    const uint8_t *at = skip_space(*p, end), *to = at + 1;
    if (at >= end)
        return false;
    if (*at == '(') {
        to = skip_string(at, end);
    } else if ((*at == '<' || *at == '>') && to < end && *to == *at) {
        to++;
    } else if (*at == '<') {
        to = memchr(at, '>', (size_t)(end - at));
        if (to)
            to++;
    } else if (*at == '/' || !is_delimiter(*at)) {
        while (to < end && !is_space(*to) && !is_delimiter(*to))
            to++;
    }
    if (to == NULL)
        return false;
    *ret = (struct pdf_span){at, to};
    *p = to;
    return true;
}

bool
pdf_is(struct pdf_span value, const char *word)
{
    size_t n = strlen(word);
    return value.p && (size_t)(value.end - value.p) == n && memcmp(value.p, word, n) == 0;
}

/* Reads digits only; false when there are none or too many. */
static bool
read_digits(struct pdf_span span, size_t *ret)
{
    size_t value = 0;
    if (span.p == NULL || span.p == span.end || span.end - span.p > 12)
        return false;
    for (const uint8_t *p = span.p; p < span.end; p++) {
        if (*p < '0' || *p > '9')
            return false;
        value = value * 10 + (size_t)(*p - '0');
    }
    *ret = value;
    return true;
}

/* One whole value: a word, a reference, an array or a dictionary with all it holds. */
static bool
read_value(const uint8_t **p, const uint8_t *end, struct pdf_span *ret)
{
    struct pdf_span token, second, third;
    size_t number;
    if (!pdf_token(p, end, &token))
        return false;
    *ret = token;
    if (pdf_is(token, "<<") || pdf_is(token, "[")) {
        for (int depth = 1; depth > 0;) {
            if (depth > 64 || !pdf_token(p, end, &token))
                return false;
            depth += pdf_is(token, "<<") || pdf_is(token, "[");
            depth -= pdf_is(token, ">>") || pdf_is(token, "]");
        }
        ret->end = token.end;
    } else if (read_digits(token, &number)) {
        const uint8_t *ahead = *p;
        if (pdf_token(&ahead, end, &second) && read_digits(second, &number) &&
            pdf_token(&ahead, end, &third) && pdf_is(third, "R")) {
            ret->end = third.end;
            *p = ahead;
        }
    }
    return true;
}

struct pdf_span
pdf_find(struct pdf_span dict, const char *key)
{
    const struct pdf_span none = {NULL, NULL};
    struct pdf_span token, value;
    const uint8_t *p = dict.p;
    if (p == NULL || !pdf_token(&p, dict.end, &token) || !pdf_is(token, "<<"))
        return none;
    while (pdf_token(&p, dict.end, &token) && token.p[0] == '/') {
        if (!read_value(&p, dict.end, &value))
            return none;
        if (pdf_is(token, key))
            return value;
    }
    return none;
}

struct pdf_span
pdf_head(struct pdf_span object)
{
    struct pdf_span head = {NULL, NULL};
    const uint8_t *p = object.p;
    if (p && !read_value(&p, object.end, &head))
        head.p = NULL;
    return head;
}

struct pdf_span
pdf_stream(struct pdf_span object, size_t length)
{
    struct pdf_span word, none = {NULL, NULL}, head = pdf_head(object);
    const uint8_t *p = head.end;
    if (head.p == NULL || !pdf_token(&p, object.end, &word) || !pdf_is(word, "stream"))
        return none;
    if (p < object.end && *p == '\r')
        p++;
    if (p >= object.end || *p++ != '\n' || (size_t)(object.end - p) < length)
        return none;
    return (struct pdf_span){p, p + length};
}

size_t
pdf_ref(struct pdf_span value)
{
    struct pdf_span number, generation, r;
    const uint8_t *p = value.p;
    size_t n, g;
    if (p && pdf_token(&p, value.end, &number) && read_digits(number, &n) &&
        pdf_token(&p, value.end, &generation) && read_digits(generation, &g) &&
        pdf_token(&p, value.end, &r) && pdf_is(r, "R"))
        return n;
    return 0;
}

bool
pdf_number(struct pdf_span value, double *ret)
{
    double whole = 0, unit = 1, sign = 1;
    const uint8_t *p = value.p;
    bool has_digit = false, has_point = false;
    if (p == NULL)
        return false;
    if (p < value.end && (*p == '-' || *p == '+'))
        sign = *p++ == '-' ? -1 : 1;
    for (; p < value.end; p++) {
        if (*p == '.' && !has_point) {
            has_point = true;
        } else if (*p >= '0' && *p <= '9') {
            has_digit = true;
            whole = whole * 10 + (*p - '0');
            unit *= has_point ? 10 : 1;
        } else {
            return false;
        }
    }
    if (has_digit)
        *ret = sign * whole / unit;
    return has_digit;
}

struct pdf_span
pdf_object(const struct pdf_file *file, size_t number)
{
    if (number == 0 || number >= file->count)
        return (struct pdf_span){NULL, NULL};
    return file->objects[number];
}

bool
pdf_length(const struct pdf_file *file, struct pdf_span value, size_t *ret)
{
    size_t number = pdf_ref(value);
    if (number)
        value = pdf_head(pdf_object(file, number));
    return read_digits(value, ret);
}

struct table {
    size_t at;      /* where the table lies */
    size_t *starts; /* by number; 0: free */
    size_t count;
};

static const uint8_t *
find_last(const uint8_t *bytes, size_t n, const char *word)
{
    size_t length = strlen(word);
    for (size_t i = n < length ? 0 : n - length + 1; i-- > 0;)
        if (memcmp(bytes + i, word, length) == 0)
            return bytes + i;
    return NULL;
}

static bool
find_table(const uint8_t *bytes, size_t n, size_t *ret_at)
{
    size_t tail = n < 1024 ? n : 1024;
    const uint8_t *end = bytes + n;
    struct pdf_span token;
    const uint8_t *p = find_last(end - tail, tail, "startxref");
    if (p == NULL)
        return false;
    p += strlen("startxref");
    return pdf_token(&p, end, &token) && read_digits(token, ret_at) && *ret_at < n;
}

/* "xref", then one section: first number, count, and so many entries. */
static enum status
read_table(const uint8_t *bytes, size_t n, struct arena *arena, struct table *table,
           const uint8_t **ret_after)
{
    struct pdf_span word, offset, generation, use;
    const uint8_t *p = bytes + table->at, *end = bytes + n;
    size_t first;
    if (!pdf_token(&p, end, &word) || !pdf_is(word, "xref") ||
        !pdf_token(&p, end, &word) || !read_digits(word, &first) || first != 0 ||
        !pdf_token(&p, end, &word) || !read_digits(word, &table->count) ||
        table->count == 0 || table->count > OBJECTS_MAX)
        return STATUS_BAD_INPUT;
    table->starts = arena_make_array(arena, table->count, sizeof *table->starts);
    if (table->starts == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < table->count; i++) {
        size_t start;
        if (!pdf_token(&p, end, &offset) || !read_digits(offset, &start) ||
            !pdf_token(&p, end, &generation) || !pdf_token(&p, end, &use))
            return STATUS_BAD_INPUT;
        bool is_used = pdf_is(use, "n");
        if ((!is_used && !pdf_is(use, "f")) || (is_used && start >= table->at))
            return STATUS_BAD_INPUT;
        table->starts[i] = is_used ? start : 0;
    }
    *ret_after = p;
    return STATUS_OK;
}

static int
compare_starts(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return x < y ? -1 : x > y;
}

/* "N 0 obj … endobj" from its start to the next one's. */
static bool
read_object(const uint8_t *p, const uint8_t *end, size_t number, struct pdf_span *ret)
{
    struct pdf_span token;
    size_t n;
    const size_t tail = strlen("endobj");
    if (!pdf_token(&p, end, &token) || !read_digits(token, &n) || n != number ||
        !pdf_token(&p, end, &token) || !pdf_token(&p, end, &token) ||
        !pdf_is(token, "obj"))
        return false;
    while (end > p && is_space(end[-1]))
        end--;
    if ((size_t)(end - p) < tail || memcmp(end - tail, "endobj", tail) != 0)
        return false;
    *ret = (struct pdf_span){p, end - tail};
    return true;
}

static enum status
read_objects(const uint8_t *bytes, struct arena *arena, const struct table *table,
             struct pdf_file *file)
{
    size_t *order = arena_make_array(arena, table->count + 1, sizeof *order);
    file->objects = arena_make_array(arena, table->count, sizeof *file->objects);
    if (order == NULL || file->objects == NULL)
        return STATUS_NO_MEMORY;
    memcpy(order, table->starts, table->count * sizeof *order);
    order[table->count] = table->at;
    qsort(order, table->count + 1, sizeof *order, compare_starts);
    for (size_t i = 0; i < table->count; i++) {
        size_t start = table->starts[i];
        if (start == 0)
            continue;
        size_t *at = bsearch(&start, order, table->count, sizeof *order, compare_starts);
        if (at == NULL || at[1] == start ||
            !read_object(bytes + start, bytes + at[1], i, &file->objects[i]))
            return STATUS_BAD_INPUT;
    }
    file->count = table->count;
    return STATUS_OK;
}

enum status
pdf_read(const uint8_t *bytes, size_t n, struct arena *arena, struct pdf_file *ret)
{
    struct table table = {0};
    struct pdf_file file = {0};
    struct pdf_span word;
    const uint8_t *p;
    size_t end = n;
    while (end > 0 && is_space(bytes[end - 1]))
        end--;
    if (n < 32 || memcmp(bytes, "%PDF-1.", 7) != 0 ||
        memcmp(bytes + end - 5, "%%EOF", 5) != 0 || !find_table(bytes, n, &table.at))
        return STATUS_BAD_INPUT;
    enum status status = read_table(bytes, n, arena, &table, &p);
    if (status != STATUS_OK)
        return status;
    if (!pdf_token(&p, bytes + n, &word) || !pdf_is(word, "trailer") ||
        !read_value(&p, bytes + n, &file.trailer))
        return STATUS_BAD_INPUT;
    status = read_objects(bytes, arena, &table, &file);
    if (status == STATUS_OK)
        *ret = file;
    return status;
}
