/* Hashes: FNV-1a here, the rest by libsodium. */
#include "base/hash.h"

#include <sodium.h>

uint32_t
hash_fnv32a(const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ p[i]) * 16777619u;
    return hash;
}

struct digest
hash_sha256(const void *bytes, size_t n)
{
    struct digest digest;
    unsigned char raw[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(raw, n ? bytes : (const void *)"", n);
    sodium_bin2hex(digest.hex, sizeof(digest.hex), raw, sizeof(raw));
    return digest;
}

void
hash_random(void *bytes, size_t n)
{
    /* Any number of times, any thread; randombytes works on Linux without it too. */
    int is_ready = sodium_init();
    (void)is_ready;
    randombytes_buf(bytes, n);
}
