/* Arenas: blocks of growing size, bumped through and given back in one go.
 *
 * A job's first block is usually its only one. Large things get a block of their own
 * behind the current one, so that they do not waste what is left of it. */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_FIRST (16u << 10)
#define BLOCK_MOST (1u << 20)
#define ALIGNMENT _Alignof(max_align_t)

struct block {
    struct block *next; /* older */
    size_t size, used;
    _Alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct block *current; /* newest; the oldest is kept by arena_reset() */
    size_t held, ceiling;
    size_t next_size;
};

static struct block *
block_new(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX - sizeof(struct block) ||
        (arena->ceiling &&
         (size > arena->ceiling || arena->held > arena->ceiling - size)))
        return NULL;
    struct block *block = malloc(sizeof(*block) + size);
    if (!block)
        return NULL;
    *block = (struct block){.size = size};
    arena->held += size;
    return block;
}

struct arena *
arena_new(size_t ceiling)
{
    struct arena *arena = calloc(1, sizeof(*arena));
    if (!arena)
        return NULL;
    arena->ceiling = ceiling;
    arena->next_size = BLOCK_FIRST;
    if (ceiling && ceiling < BLOCK_FIRST)
        arena->next_size = ceiling;
    return arena;
}

static void
free_blocks(struct block *block)
{
    while (block) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
}

void
arena_free(struct arena *arena)
{
    if (!arena)
        return;
    free_blocks(arena->current);
    free(arena);
}

void
arena_freep(struct arena **arena)
{
    arena_free(*arena);
}

void
arena_reset(struct arena *arena)
{
    struct block *first = arena->current;
    while (first && first->next) {
        struct block *older = first->next;
        arena->held -= first->size;
        free(first);
        first = older;
    }
    if (first)
        first->used = 0;
    arena->current = first;
    arena->next_size = BLOCK_FIRST;
}

size_t
arena_size(const struct arena *arena)
{
    return arena->held;
}

static void *
make_in_own_block(struct arena *arena, size_t size)
{
    struct block *block = block_new(arena, size);
    if (!block)
        return NULL;
    block->used = size;
    if (arena->current) { /* behind the current one, which still has room */
        block->next = arena->current->next;
        arena->current->next = block;
    } else {
        arena->current = block;
    }
    return memset(block->bytes, 0, size);
}

void *
arena_make(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX - ALIGNMENT)
        return NULL;
    size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct block *block = arena->current;
    if (!block || block->size - block->used < rounded) {
        if (rounded > arena->next_size / 2)
            return make_in_own_block(arena, rounded);
        block = block_new(arena, arena->next_size);
        if (!block)
            return make_in_own_block(arena, rounded);
        block->next = arena->current;
        arena->current = block;
        if (arena->next_size < BLOCK_MOST)
            arena->next_size *= 2;
    }
    void *made = block->bytes + block->used;
    block->used += rounded;
    return memset(made, 0, rounded);
}

void *
arena_make_array(struct arena *arena, size_t count, size_t size)
{
    size_t total = 0;
    return __builtin_mul_overflow(count, size, &total) ? NULL : arena_make(arena, total);
}

char *
arena_copy(struct arena *arena, const char *text, size_t n)
{
    char *copy = text && n < SIZE_MAX ? arena_make(arena, n + 1) : NULL;
    if (copy)
        memcpy(copy, text, n);
    return copy;
}

char *
arena_strdup(struct arena *arena, const char *text)
{
    return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

char *
arena_vprintf(struct arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    char *text = n < 0 ? NULL : arena_make(arena, (size_t)n + 1);
    if (text)
        vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    return text;
}

char *
arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}

void *
arena_append(struct arena *arena, void *items, size_t *count, size_t *room, size_t size)
{
    void *array = NULL;
    memcpy(&array, items, sizeof(array));
    if (*count == *room) {
        size_t grown_room = *room ? *room * 2 : 8;
        void *grown = grown_room < *room ? NULL : arena_make_array(arena, grown_room, size);
        if (!grown)
            return NULL;
        if (*count)
            memcpy(grown, array, *count * size);
        memcpy(items, &grown, sizeof(grown));
        array = grown;
        *room = grown_room;
    }
    return (char *)array + (*count)++ * size;
}
