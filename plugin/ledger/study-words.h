/* Customers as numbers, and words given out once. Inside the ledger. */
#ifndef TUCK_LEDGER_STUDY_WORDS_H
#define TUCK_LEDGER_STUDY_WORDS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct study_word {
    uint64_t hash;
    const char *text; /* in the arena; NULL: the place is free */
};
struct study_key {
    uint64_t hash;
    uint32_t check, number; /* number + 1; 0: the place is free */
};
struct study_words {
    struct arena *arena; /* of the words */
    struct study_word *words;
    size_t word_count, word_room;
    struct study_key *keys;
    size_t key_room;
    uint32_t key_count;
    bool failed; /* memory is out: looked at when it matters */
};

/* The word's one address, or NULL for NULL. */
const char *study_word(struct study_words *words, const char *text);
/* The number of a customer, told apart by 96 bits of hash: with ten million of them, two
 * are taken for one with a chance of 10^-15. */
uint32_t study_customer(struct study_words *words, const char *name);
void study_words_done(struct study_words *words);

#endif
