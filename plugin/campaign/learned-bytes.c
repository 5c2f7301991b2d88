/* What was learnt of offers as bytes. They lie in a model whose checksum was looked at;
 * lengths are checked all the same. */
#include "campaign/learned.h"

#include <string.h>

static void
put_number(struct buf *out, uint64_t number, size_t bytes)
{
    uint8_t little[8];
    for (size_t i = 0; i < bytes; i++)
        little[i] = (uint8_t)(number >> (8 * i));
    buf_add(out, little, bytes);
}

void
learned_write(const struct learned_row *rows, size_t count, struct buf *out)
{
    put_number(out, count, 4);
    for (size_t i = 0; i < count; i++) {
        size_t offer = strlen(rows[i].offer), group = strlen(rows[i].group);
        put_number(out, offer, 2);
        put_number(out, group, 2);
        buf_add(out, rows[i].offer, offer);
        buf_add(out, rows[i].group, group);
        put_number(out, (uint64_t)rows[i].tries, 8);
        put_number(out, (uint64_t)rows[i].successes, 8);
    }
}

struct reader {
    const uint8_t *p;
    size_t left;
    struct arena *arena;
    bool is_short, is_out_of_memory;
};

static uint64_t
get_number(struct reader *reader, size_t bytes)
{
    uint64_t number = 0;
    if (reader->left < bytes) {
        reader->is_short = true;
        return 0;
    }
    for (size_t i = 0; i < bytes; i++)
        number |= (uint64_t)reader->p[i] << (8 * i);
    reader->p += bytes;
    reader->left -= bytes;
    return number;
}

static const char *
get_name(struct reader *reader, size_t n)
{
    if (reader->left < n) {
        reader->is_short = true;
        return "";
    }
    const char *name = arena_copy(reader->arena, (const char *)reader->p, n);
    reader->p += n;
    reader->left -= n;
    reader->is_out_of_memory |= name == NULL;
    return name;
}

enum status
learned_read(const void *bytes, size_t n, struct arena *arena, struct learned_row **ret,
             size_t *ret_count)
{
    enum { LEAST = 20 }; /* bytes of a row */
    struct reader reader = {.p = bytes, .left = n, .arena = arena};
    size_t count = get_number(&reader, 4);
    if (reader.is_short || count > n / LEAST)
        return STATUS_BAD_INPUT;
    struct learned_row *rows = arena_make_array(arena, count, sizeof *rows);
    if (rows == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count && !reader.is_short; i++) {
        size_t offer = get_number(&reader, 2), group = get_number(&reader, 2);
        rows[i].offer = get_name(&reader, offer);
        rows[i].group = get_name(&reader, group);
        rows[i].tries = (int64_t)get_number(&reader, 8);
        rows[i].successes = (int64_t)get_number(&reader, 8);
    }
    if (reader.is_short || reader.left > 0)
        return STATUS_BAD_INPUT;
    if (reader.is_out_of_memory)
        return STATUS_NO_MEMORY;
    *ret = rows;
    *ret_count = count;
    return STATUS_OK;
}
