/* Hashes: FNV-1a here, the rest by libsodium. */
#include "base/hash.h"

#include <sodium.h>
#include <string.h>

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
hash_mac(const uint8_t key[HASH_KEY_SIZE], const void *bytes, size_t n,
         uint8_t ret[HASH_MAC_SIZE])
{
    crypto_auth_hmacsha256(ret, n ? bytes : (const void *)"", n, key);
}

void
hash_mac_texts(const uint8_t key[HASH_KEY_SIZE], const char *const texts[], size_t count,
               uint8_t ret[HASH_MAC_SIZE])
{
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key, HASH_KEY_SIZE);
    for (size_t i = 0; i < count; i++)
        crypto_auth_hmacsha256_update(&state, (const unsigned char *)texts[i],
                                      strlen(texts[i]) + 1);
    crypto_auth_hmacsha256_final(&state, ret);
    sodium_memzero(&state, sizeof(state));
}

void
hash_wipe(void *bytes, size_t n)
{
    sodium_memzero(bytes, n);
}

void
hash_key_text(const uint8_t key[HASH_KEY_SIZE], char ret[HASH_KEY_TEXT_SIZE])
{
    sodium_bin2base64(ret, HASH_KEY_TEXT_SIZE, key, HASH_KEY_SIZE,
                      sodium_base64_VARIANT_ORIGINAL);
}

bool
hash_key_parse(const char *text, uint8_t ret[HASH_KEY_SIZE])
{
    size_t n = 0;
    return sodium_base642bin(ret, HASH_KEY_SIZE, text, strlen(text), NULL, &n, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0 &&
           n == HASH_KEY_SIZE;
}

void
hash_random(void *bytes, size_t n)
{
    /* Any number of times, any thread; randombytes works on Linux without it too. */
    int is_ready = sodium_init();
    (void)is_ready;
    randombytes_buf(bytes, n);
}
