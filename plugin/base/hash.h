/* Hashes: FNV-1a for buckets, SHA-256 for what must be told apart for years. */
#ifndef TUCK_BASE_HASH_H
#define TUCK_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 32-bit FNV-1a (draft-eastlake-fnv): the hash under GrowthBook's assignment. */
uint32_t hash_fnv32a(const void *bytes, size_t n);

/* SHA-256 as 64 lower-case hex digits. */
struct digest {
    char hex[65];
};
struct digest hash_sha256(const void *bytes, size_t n);

/* HMAC-SHA-256 (RFC 2104) over some bytes, by a secret of HASH_KEY_SIZE bytes. */
#define HASH_KEY_SIZE 32
#define HASH_MAC_SIZE 32
void hash_mac(const uint8_t key[HASH_KEY_SIZE], const void *bytes, size_t n,
              uint8_t ret[HASH_MAC_SIZE]);
/* The same over several texts, each with the NUL that ends it. */
void hash_mac_texts(const uint8_t key[HASH_KEY_SIZE], const char *const texts[],
                    size_t count, uint8_t ret[HASH_MAC_SIZE]);
/* Zeros that no compiler leaves out. */
void hash_wipe(void *bytes, size_t n);
/* Base64 (RFC 4648, padded) of a key, NUL-terminated, and back; false when it is none. */
#define HASH_KEY_TEXT_SIZE 45
void hash_key_text(const uint8_t key[HASH_KEY_SIZE], char ret[HASH_KEY_TEXT_SIZE]);
bool hash_key_parse(const char *text, uint8_t ret[HASH_KEY_SIZE]);

/* `n` bytes that nobody can guess, from the kernel. */
void hash_random(void *bytes, size_t n);

#endif
