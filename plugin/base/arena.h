/* Arenas: one job's memory, given back in one go.
 *
 * Data nouns (order, history, facts, plan) live in one arena per job, so error
 * paths free nothing. An arena belongs to one thread at a time. */
#ifndef TUCK_BASE_ARENA_H
#define TUCK_BASE_ARENA_H

#include "base/attr.h"

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* A new, empty arena that refuses to grow past `ceiling` bytes (0: no ceiling).
 * NULL when memory is out. */
struct arena *arena_new(size_t ceiling);
void arena_free(struct arena *arena); /* NULL is fine */

/* `size` zeroed bytes, aligned for any type; NULL when memory or the ceiling is out.
 * A size of 0 gives a valid pointer. */
void *arena_make(struct arena *arena, size_t size);

/* Room for `count` things of `size` bytes; NULL also when the product overflows. */
void *arena_make_array(struct arena *arena, size_t count, size_t size);

/* A NUL-terminated copy of `n` bytes; NULL when memory is out or `text` is NULL. */
char *arena_copy(struct arena *arena, const char *text, size_t n);
char *arena_strdup(struct arena *arena, const char *text);
char *arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
char *arena_vprintf(struct arena *arena, const char *format, va_list args)
    PRINTF_LIKE(2, 0);

/* Bytes the arena holds from the system, for budgets and benches. */
size_t arena_size(const struct arena *arena);

/* Gives everything back but the first block, for reuse by the next job. */
void arena_reset(struct arena *arena);

void arena_freep(struct arena **arena); /* for CLEANUP */
#define ARENA_AUTO CLEANUP(arena_freep)

/* Appends to an array in an arena, doubling it: a vector without a type.
 * `items` points at the array pointer. NULL when memory is out, else the new,
 * zeroed last element. */
void *arena_append(struct arena *arena, void *items, size_t *count, size_t *room,
                   size_t size);

#endif
