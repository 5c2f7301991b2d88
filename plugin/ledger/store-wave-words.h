/* Whose words wait in waves: orders that were not decided yet. */
#ifndef TUCK_LEDGER_STORE_WAVE_WORDS_H
#define TUCK_LEDGER_STORE_WAVE_WORDS_H

#include "ledger/store.h"

struct wave_words {
    struct wave_word {
        const char *wave, *name, *digest;
        bool is_unreadable; /* whose it is nobody can tell */
    } *word;
    size_t count;      /* of the customer */
    size_t list_count; /* and with what cannot be read */
};

/* A customer's orders that stand in waves with their words. Inside a look. */
enum status wave_words_find(struct store *store, const char *merchant,
                            const char *customer, struct arena *arena,
                            struct notes *notes, struct wave_words *ret);
/* Erases them, and what cannot be read, too: it may be theirs, and nobody could decide it
 * anyway. Nobody will take these orders any more. Inside a write. */
enum status wave_words_erase(struct store *store, const char *merchant,
                             const struct wave_words *words, struct notes *notes);

#endif
