/* Keys with their secrets: for keys.c and code.c. */
#ifndef TUCK_MINT_KEYS_INSIDE_H
#define TUCK_MINT_KEYS_INSIDE_H

#include "base/hash.h"
#include "mint/keys.h"

#include <stdatomic.h>

struct code_key {
    char id[32];
    struct day from, retired;
    uint8_t secret[HASH_KEY_SIZE];
};

struct keys {
    atomic_int refs;
    char merchant[65];
    uint8_t customer[HASH_KEY_SIZE];
    struct code_key codes[KEYS_MOST]; /* oldest first */
    size_t code_count;
};

/* The one that mints, or NULL. */
const struct code_key *keys_minting(const struct keys *keys);

#endif
