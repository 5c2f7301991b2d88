/* Hashes: FNV-1a for buckets, SHA-256 for what must be told apart for years. */
#ifndef TUCK_BASE_HASH_H
#define TUCK_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* 32-bit FNV-1a (draft-eastlake-fnv): the hash under GrowthBook's assignment. */
uint32_t hash_fnv32a(const void *bytes, size_t n);

/* SHA-256 as 64 lower-case hex digits. */
struct digest {
    char hex[65];
};
struct digest hash_sha256(const void *bytes, size_t n);

/* `n` bytes that nobody can guess, from the kernel. */
void hash_random(void *bytes, size_t n);

#endif
