/* Two hash tables of a study: words to their one address, customers to numbers.
 *
 * Open addressing, half full at most. Words are compared; of customers only their hashes
 * are kept, for there may be millions. */
#include "ledger/study-words.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a of 64 bits (draft-eastlake-fnv), its bits stirred, as its low ones are weak
 * (the finaliser of MurmurHash3). */
#define FNV_BASIS UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)
static uint64_t
stir(uint64_t hash)
{
    hash = (hash ^ hash >> 33) * UINT64_C(0xff51afd7ed558ccd);
    hash = (hash ^ hash >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return hash ^ hash >> 33;
}

static uint64_t
hash_of(const char *text)
{
    uint64_t hash = FNV_BASIS;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * FNV_PRIME;
    return stir(hash);
}

/* Two at once: each step waits for the one before, so the second costs nothing. */
static uint64_t
hash_twice(const char *text, uint32_t *ret_check)
{
    uint64_t hash = FNV_BASIS, other = FNV_BASIS ^ UINT64_C(0x9e3779b97f4a7c15);
    for (; *text; text++) {
        hash = (hash ^ (unsigned char)*text) * FNV_PRIME;
        other = (other ^ (unsigned char)*text) * FNV_PRIME;
    }
    *ret_check = (uint32_t)stir(other);
    return stir(hash);
}

/* --- words -------------------------------------------------------------------------- */

static struct study_word *
word_place(struct study_word *words, size_t room, uint64_t hash, const char *text)
{
    size_t at = hash & (room - 1);
    while (words[at].text &&
           (words[at].hash != hash || strcmp(words[at].text, text) != 0))
        at = (at + 1) & (room - 1);
    return &words[at];
}

static bool
grow_words(struct study_words *words)
{
    size_t room = words->word_room ? 2 * words->word_room : 256;
    struct study_word *made = calloc(room, sizeof(*made));
    if (!made)
        return false;
    for (size_t i = 0; i < words->word_room; i++)
        if (words->words[i].text)
            *word_place(made, room, words->words[i].hash, words->words[i].text) =
                words->words[i];
    free(words->words);
    words->words = made;
    words->word_room = room;
    return true;
}

const char *
study_word(struct study_words *words, const char *text)
{
    if (!text)
        return NULL;
    if (2 * words->word_count >= words->word_room && !grow_words(words)) {
        words->failed = true;
        return NULL;
    }
    uint64_t hash = hash_of(text);
    struct study_word *place = word_place(words->words, words->word_room, hash, text);
    if (!place->text) {
        const char *copy = arena_strdup(words->arena, text);
        if (!copy) {
            words->failed = true;
            return NULL;
        }
        *place = (struct study_word){hash, copy};
        words->word_count++;
    }
    return place->text;
}

/* --- customers ------------------------------------------------------------------------ */

static struct study_key *
key_place(struct study_key *keys, size_t room, uint64_t hash, uint32_t check)
{
    size_t at = hash & (room - 1);
    while (keys[at].number && (keys[at].hash != hash || keys[at].check != check))
        at = (at + 1) & (room - 1);
    return &keys[at];
}

static bool
grow_keys(struct study_words *words)
{
    size_t room = words->key_room ? 2 * words->key_room : 4096;
    struct study_key *made = calloc(room, sizeof(*made));
    if (!made)
        return false;
    for (size_t i = 0; i < words->key_room; i++)
        if (words->keys[i].number)
            *key_place(made, room, words->keys[i].hash, words->keys[i].check) =
                words->keys[i];
    free(words->keys);
    words->keys = made;
    words->key_room = room;
    return true;
}

uint32_t
study_customer(struct study_words *words, const char *name)
{
    if (2 * (size_t)words->key_count >= words->key_room && !grow_keys(words)) {
        words->failed = true;
        return 0;
    }
    uint32_t check;
    uint64_t hash = hash_twice(name, &check);
    struct study_key *place = key_place(words->keys, words->key_room, hash, check);
    if (!place->number)
        *place = (struct study_key){hash, check, ++words->key_count};
    return place->number - 1;
}

void
study_words_done(struct study_words *words)
{
    free(words->words);
    free(words->keys);
}
