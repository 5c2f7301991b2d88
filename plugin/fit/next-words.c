/* Words of a training: each SKU and category is kept once and has a number.
 *
 * An open hash table over one run of text; memory grows by doubling and is given back as a
 * whole. */
#include "fit/next-inside.h"

#include "base/hash.h"

#include <stdlib.h>

void
words_done(struct words *words)
{
    free(words->text);
    free(words->list);
    free(words->slots);
    *words = (struct words){0};
}

/* The slot in which the text stands, or the free one where it would. */
static size_t
slot_of(const struct words *words, const char *text, size_t n, uint32_t hash)
{
    size_t mask = words->slot_count - 1, slot = hash & mask;
    for (; words->slots[slot] != 0; slot = (slot + 1) & mask) {
        const struct word *word = &words->list[words->slots[slot] - 1];
        const char *there = words->text + word->at;
        if (word->hash == hash && memcmp(there, text, n) == 0 && there[n] == '\0')
            break;
    }
    return slot;
}

uint32_t
words_find(const struct words *words, const char *text, size_t n)
{
    if (words->slot_count == 0)
        return WORDS_NONE;
    size_t slot = slot_of(words, text, n, hash_fnv32a(text, n));
    return words->slots[slot] - 1; /* a free one's 0 becomes WORDS_NONE */
}

static bool
grow_slots(struct words *words)
{
    size_t count = words->slot_count ? words->slot_count * 2 : 1024;
    uint32_t *slots = calloc(count, sizeof(*slots));
    if (!slots)
        return false;
    for (size_t i = 0; i < words->count; i++) {
        size_t slot = words->list[i].hash & (count - 1);
        while (slots[slot] != 0)
            slot = (slot + 1) & (count - 1);
        slots[slot] = (uint32_t)i + 1;
    }
    free(words->slots);
    words->slots = slots;
    words->slot_count = count;
    return true;
}

static bool
grow_list(struct words *words)
{
    size_t room = words->room ? words->room * 2 : 512;
    struct word *list = reallocarray(words->list, room, sizeof(*list));
    if (!list)
        return false;
    words->list = list;
    words->room = room;
    return true;
}

/* SLACK bytes stay readable behind the last text, so that slot_of() may compare a longer
 * one with it. */
#define SLACK (NEXT_SKU_MOST + 1)

static bool
grow_text(struct words *words, size_t n)
{
    size_t room = words->text_room ? words->text_room : 16384;
    while (room - words->text_size < n + 1 + SLACK)
        room *= 2;
    if (room == words->text_room)
        return true;
    char *text = room < UINT32_MAX ? realloc(words->text, room) : NULL;
    if (!text)
        return false;
    memset(text + words->text_room, 0, room - words->text_room);
    words->text = text;
    words->text_room = room;
    return true;
}

uint32_t
words_add(struct words *words, const char *text, size_t n)
{
    uint32_t hash = hash_fnv32a(text, n);
    if (words->count * 2 >= words->slot_count && !grow_slots(words))
        return WORDS_NONE;
    size_t slot = slot_of(words, text, n, hash);
    if (words->slots[slot] != 0)
        return words->slots[slot] - 1;
    if (!grow_text(words, n) || (words->count == words->room && !grow_list(words)))
        return WORDS_NONE;
    memcpy(words->text + words->text_size, text, n);
    words->text[words->text_size + n] = '\0';
    words->list[words->count] = (struct word){(uint32_t)words->text_size, hash};
    words->text_size += n + 1;
    words->slots[slot] = (uint32_t)++words->count;
    return (uint32_t)words->count - 1;
}

static int
by_bytes(const void *a, const void *b, void *data)
{
    const uint32_t *x = a, *y = b;
    return strcmp(words_text(data, *x), words_text(data, *y));
}

uint32_t *
words_sorted(const struct words *words)
{
    uint32_t *numbers = calloc(words->count + 1, sizeof(*numbers));
    if (!numbers)
        return NULL;
    for (size_t i = 0; i < words->count; i++)
        numbers[i] = (uint32_t)i;
    qsort_r(numbers, words->count, sizeof(*numbers), by_bytes, (void *)words);
    return numbers;
}
