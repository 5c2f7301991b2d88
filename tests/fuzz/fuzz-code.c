/* Whatever is typed for a code, it gets a verdict; what is read is spelt the same again,
 * and what is genuine is minted the same again.
 *
 * Under a fuzzer (-fsanitize=fuzzer -DFUZZING) LLVMFuzzerTestOneInput() is all. As a test
 * codes are spoilt many thousand times, by a fixed seed. */
#include "base/text.h"
#include "mint/code.h"
#include "mint/keys-inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 20000
#define TODAY_N 20779

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct keys keys = {
    .refs = 1,
    .merchant = "fern",
    .codes = {{.id = "new", .from = {TODAY_N}, .retired = {INT32_MIN}, .secret = {7}}},
    .code_count = 1,
};
static int counts[4];

static void
demand(bool is_so, const char *what, const char *text)
{
    if (is_so)
        return;
    fprintf(stderr, "fuzz-code: %s: %s\n", what, text);
    abort();
}

static void
demand_minted(const struct code_reading *reading, struct arena *arena, const char *text)
{
    const char *code = NULL;
    enum status status =
        code_mint(&keys, reading->prefix, &reading->fields, arena, NULL, &code);
    demand(status == STATUS_OK || status == STATUS_WITHOUT, "cannot be minted", text);
    demand(!code || strcmp(code, reading->canonical) == 0, "minted otherwise", text);
}

static void
try_code(const char *text)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct code_reading reading, again;
    const struct day today = {TODAY_N};
    enum code_verdict verdict = code_read(&keys, text, today, &reading);
    const char *canonical = code_canonical(text, arena);
    counts[verdict]++;
    demand(canonical && strlen(canonical) <= strlen(text) + 4, "no canonical form", text);
    (void)code_is_offensive(text);
    if (verdict == CODE_NOT_ONE) {
        demand(reading.wrong_at >= 0 && (size_t)reading.wrong_at <= strlen(text),
               "a place outside", text);
        demand(!reading.canonical[0], "spelt though it is none", text);
        return;
    }
    demand(code_read(&keys, reading.canonical, today, &again) == verdict,
           "another verdict when spelt", text);
    demand(strcmp(reading.canonical, again.canonical) == 0, "spelt otherwise", text);
    if (verdict != CODE_MISTYPED)
        demand(strcmp(reading.canonical, canonical) == 0, "two spellings", text);
    if (verdict == CODE_GENUINE)
        demand_minted(&reading, arena, text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = strndup((const char *)data, size);
    if (text)
        try_code(text);
    free(text);
    return 0;
}

#ifndef FUZZING
static uint32_t random_state = 23;

static uint32_t
chance(uint32_t below)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)random_state * below >> 32);
}

/* A few letters changed, swapped, put in or taken out. */
static void
spoil(char *text, size_t room)
{
    static const char *const bits[] = {
        "-",    " ",        "2",  "Y",   "B", "s", "O", "1", "\xe2\x80\x93",
        "\xff", "\xc3\xa9", "\t", "FERN"};
    for (uint32_t n = chance(4); n-- > 0;) {
        size_t length = strlen(text), at = chance((uint32_t)length + 1);
        const char *bit = bits[chance(COUNT_OF(bits))];
        size_t more = strlen(bit), out = chance(3);
        if (out > length - at)
            out = length - at;
        if (length + more >= room)
            continue;
        memmove(text + at + more, text + at + out, length - at - out + 1);
        memcpy(text + at, bit, more);
    }
}

int
main(void)
{
    for (int i = 0; i < ROUNDS; i++) {
        struct arena *arena ARENA_AUTO = arena_new(0);
        const struct code_fields fields = {.offer_number = 1 + (int32_t)chance(511),
                                           .station = (int32_t)chance(128),
                                           .serial = (int32_t)chance(32768),
                                           .expires = {TODAY_N + (int32_t)chance(365)}};
        const char *code = NULL;
        char text[128];
        if (code_mint(&keys, "FERN", &fields, arena, NULL, &code) != STATUS_OK)
            continue;
        snprintf(text, sizeof(text), "%s", code);
        spoil(text, sizeof(text));
        LLVMFuzzerTestOneInput((const uint8_t *)text, strlen(text));
    }
    for (size_t i = 0; i < COUNT_OF(counts); i++)
        demand(counts[i] > 100, "hardly ever this verdict", "spoilt codes");
    return 0;
}
#endif
