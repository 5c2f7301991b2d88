/* Signed codes: fields, MAC, mask and check symbol, as tuck-code(5) specifies.
 *
 * 42 bits of fields are authenticated by 25 bits of a MAC and then masked by a stream
 * that the MAC seeds, so that codes look drawn by chance and a guess has to hit the MAC
 * and land on fields that mean something. The 67 bits are written in base 23 with
 * letters nobody mistakes for one another, and a check symbol: the sum of all sixteen,
 * weighted 1 to 16, is 0 modulo 23. As 23 is a prime and the weights differ, every single
 * wrong letter and every two that changed places show. */
#include "mint/code.h"

#include "base/hash.h"
#include "base/text.h"
#include "mint/keys-inside.h"

#include <string.h>

#define BASE 23
#define DIGITS 15
#define SYMBOLS 16
#define INVERSE_OF_16 13 /* modulo 23 */
#define FIELD_BITS 42
#define MAC_BITS 25
#define PREFIX_MOST 6

/* A last day is written modulo 2048 and read as the one such day from 512 before its
 * key was made: days that are over stay over, however late they are read. */
#define DAY_SPAN 2048
#define DAYS_BEFORE_KEY (DAY_SPAN - 1 - CODE_DAYS_MOST)

static const char letters[] = "23456789CDFHJKMNPRTVWXY";

/* --- bits --------------------------------------------------------------------------- */

static uint64_t
pack(const struct code_fields *fields)
{
    uint64_t day = (uint64_t)fields->expires.n & (DAY_SPAN - 1);
    return (uint64_t)fields->offer_number << 33 | day << 22 |
           (uint64_t)fields->station << 15 | (uint64_t)fields->serial;
}

static void
unpack(uint64_t packed, const struct code_key *key, struct code_fields *ret)
{
    uint32_t first = (uint32_t)(key->from.n - DAYS_BEFORE_KEY);
    uint32_t later = ((uint32_t)(packed >> 22) - first) & (DAY_SPAN - 1);
    *ret = (struct code_fields){.offer_number = (int32_t)(packed >> 33 & 511),
                                .expires = {(int32_t)(first + later)},
                                .station = (int32_t)(packed >> 15 & 127),
                                .serial = (int32_t)(packed & 32767)};
}

static bool
can_tell_day(const struct code_key *key, struct day day)
{
    return day.n >= key->from.n - DAYS_BEFORE_KEY &&
           day.n < key->from.n - DAYS_BEFORE_KEY + DAY_SPAN;
}

bool
code_can_expire(const struct keys *keys, struct day day)
{
    return can_tell_day(keys_minting(keys), day);
}

/* The first 64 bits of HMAC(secret, label 0 merchant 0 prefix 0 number), big-endian. */
static uint64_t
sign(const uint8_t *secret, const char *label, const char *merchant, const char *prefix,
     uint64_t number)
{
    uint8_t message[128], mac[HASH_MAC_SIZE];
    const char *const parts[] = {label, merchant, prefix};
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        size_t length = strlen(parts[i]) + 1;
        memcpy(message + n, parts[i], length);
        n += length;
    }
    for (int shift = 56; shift >= 0; shift -= 8)
        message[n++] = (uint8_t)(number >> shift);
    hash_mac(secret, message, n, mac);
    uint64_t first = 0;
    for (size_t i = 0; i < 8; i++)
        first = first << 8 | mac[i];
    return first;
}

static uint64_t
mac_of(const uint8_t *secret, const char *merchant, const char *prefix, uint64_t packed)
{
    return sign(secret, "tuck code 1", merchant, prefix, packed) >> (64 - MAC_BITS);
}

static uint64_t
mask_of(const uint8_t *secret, const char *merchant, const char *prefix, uint64_t mac)
{
    return sign(secret, "tuck mask 1", merchant, prefix, mac) >> (64 - FIELD_BITS);
}

/* --- letters ------------------------------------------------------------------------ */

/* The host's locale has no say in what is a letter. */
static char
upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool
is_letter_or_digit(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool
is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* What is read for what: letters that the alphabet leaves out because of these. */
static char
unmistaken(char c)
{
    static const char pairs[][2] = {{'B', '8'}, {'G', '6'}, {'S', '5'}, {'Z', '2'}};
    for (size_t i = 0; i < COUNT_OF(pairs); i++)
        if (c == pairs[i][0])
            return pairs[i][1];
    return c;
}

/* --- symbols ------------------------------------------------------------------------ */

static int
weigh(const uint8_t symbols[], int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++)
        sum += (i + 1) * symbols[i];
    return sum % BASE;
}

static void
write_symbols(unsigned __int128 number, uint8_t ret[SYMBOLS])
{
    for (int i = DIGITS; i-- > 0; number /= BASE)
        ret[i] = (uint8_t)(number % BASE);
    ret[DIGITS] = (uint8_t)((BASE - weigh(ret, DIGITS)) * INVERSE_OF_16 % BASE);
}

static int
symbol_of(char c)
{
    const char *at = strchr(letters, unmistaken(c));
    return at ? (int)(at - letters) : -1;
}

static void
spell(const char *prefix, const uint8_t symbols[SYMBOLS], char ret[40])
{
    size_t n = strlen(prefix);
    memcpy(ret, prefix, n);
    for (int i = 0; i < SYMBOLS; i++) {
        if (i % 4 == 0 && n > 0)
            ret[n++] = '-';
        ret[n++] = letters[symbols[i]];
    }
    ret[n] = '\0';
}

/* --- minting ------------------------------------------------------------------------ */

static bool
is_prefix(const char *prefix)
{
    size_t n = strlen(prefix);
    for (size_t i = 0; i < n; i++)
        if (!is_letter_or_digit(prefix[i]))
            return false;
    return n <= PREFIX_MOST;
}

static enum status
check_fields(const struct code_key *key, const char *prefix,
             const struct code_fields *fields, struct notes *notes)
{
    char from[16];
    if (!is_prefix(prefix) || fields->offer_number < CODE_OFFER_LEAST ||
        fields->offer_number > CODE_OFFER_MOST || fields->station < 0 ||
        fields->station > CODE_STATION_MOST || fields->serial < 0 ||
        fields->serial > CODE_SERIAL_MOST || day_is_none(fields->expires))
        return note_fail(
            notes, STATUS_BAD_CALL, NOTE_CODE_FIELDS, NULL, 0,
            "a signed code cannot carry this: prefix \"%.16s\" of at most six "
            "letters A to Z and digits, offer %d of 1 to 511, station %d of "
            "0 to 127, serial %d of 0 to 32767, and a last day",
            prefix, (int)fields->offer_number, (int)fields->station, (int)fields->serial);
    if (can_tell_day(key, fields->expires))
        return STATUS_OK;
    day_text(key->from, from);
    return note_fail(notes, STATUS_BAD_CALL, NOTE_CODE_FIELDS, NULL, 0,
                     "a code signed with the key of %s cannot tell this last day; it is "
                     "more than %d days after that; rotate the keys",
                     from, CODE_DAYS_MOST);
}

/* The body, and what comes about where prefix and body meet. */
static bool
would_offend(const char *prefix, const char *body, const char *text)
{
    return code_is_offensive(body) ||
           (code_is_offensive(text) && !code_is_offensive(prefix));
}

enum status
code_mint(const struct keys *keys, const char *prefix, const struct code_fields *fields,
          struct arena *arena, struct notes *notes, const char **ret)
{
    const struct code_key *key = keys_minting(keys);
    uint8_t symbols[SYMBOLS];
    char body[40], text[40];
    if (!prefix)
        prefix = "";
    enum status status = check_fields(key, prefix, fields, notes);
    if (status != STATUS_OK)
        return status;
    uint64_t packed = pack(fields);
    uint64_t mac = mac_of(key->secret, keys->merchant, prefix, packed);
    uint64_t masked = packed ^ mask_of(key->secret, keys->merchant, prefix, mac);
    write_symbols((unsigned __int128)mac << FIELD_BITS | masked, symbols);
    spell("", symbols, body);
    spell(prefix, symbols, text);
    if (would_offend(prefix, body, text))
        return STATUS_WITHOUT;
    const char *code = arena_strdup(arena, text);
    if (!code)
        return STATUS_NO_MEMORY;
    *ret = code;
    return STATUS_OK;
}

/* --- reading ------------------------------------------------------------------------ */

/* The letters and digits of a text, and where each stood: its place among the text's
 * characters, from 1. A character beyond ASCII stands as '?', which no code has. */
struct typed {
    char text[SYMBOLS + PREFIX_MOST + 1];
    int32_t at[SYMBOLS + PREFIX_MOST + 1];
    size_t count;
    bool is_too_long;
};

/* Hyphens and blanks beyond ASCII, which web pages and mail put for the plain ones. */
static bool
is_foreign_gap(const char *p, size_t n)
{
    static const char *const gaps[] = {
        "\u00a0", "\u00ad", "\u2007", "\u2009", "\u2010", "\u2011", "\u2012",
        "\u2013", "\u2014", "\u2015", "\u202f", "\u2060", "\u2212",
    };
    for (size_t i = 0; i < COUNT_OF(gaps); i++)
        if (strlen(gaps[i]) == n && memcmp(gaps[i], p, n) == 0)
            return true;
    return false;
}

static struct typed
strip(const char *text)
{
    struct typed typed = {0};
    size_t left = strlen(text);
    for (int32_t at = 1; left > 0 && !typed.is_too_long; at++) {
        size_t n = text_char_length(text, left);
        char c = n <= 1 && (unsigned char)*text < 0x80 ? upper(*text) : '?';
        bool is_gap = c == '-' || is_blank(c) || (n > 1 && is_foreign_gap(text, n));
        if (!is_gap && typed.count == SYMBOLS + PREFIX_MOST)
            typed.is_too_long = true;
        else if (!is_gap) {
            typed.text[typed.count] = c;
            typed.at[typed.count++] = at;
        }
        n = n ? n : 1;
        text += n;
        left -= n;
    }
    return typed;
}

/* Sixteen symbols at the end, a prefix before. */
static bool
take_apart(const char *text, struct code_reading *ret, uint8_t symbols[SYMBOLS])
{
    const struct typed typed = strip(text);
    *ret = (struct code_reading){0};
    if (typed.is_too_long || typed.count < SYMBOLS)
        return false;
    size_t prefix = typed.count - SYMBOLS;
    for (size_t i = 0; i < typed.count; i++) {
        int symbol = i < prefix ? 0 : symbol_of(typed.text[i]);
        if (symbol < 0 || (i < prefix && !is_letter_or_digit(typed.text[i]))) {
            ret->wrong_at = typed.at[i];
            return false;
        }
        if (i >= prefix)
            symbols[i - prefix] = (uint8_t)symbol;
    }
    memcpy(ret->prefix, typed.text, prefix);
    spell(ret->prefix, symbols, ret->canonical);
    return true;
}

static bool
is_signed_by(const struct keys *keys, const struct code_key *key,
             const struct code_reading *reading, unsigned __int128 number,
             uint64_t *ret_packed)
{
    uint64_t mac = (uint64_t)(number >> FIELD_BITS);
    uint64_t masked = (uint64_t)number & ((UINT64_C(1) << FIELD_BITS) - 1);
    uint64_t packed = masked ^ mask_of(key->secret, keys->merchant, reading->prefix, mac);
    *ret_packed = packed;
    return mac_of(key->secret, keys->merchant, reading->prefix, packed) == mac &&
           packed >> 33 != 0;
}

enum code_verdict
code_read(const struct keys *keys, const char *text, struct day today,
          struct code_reading *ret)
{
    uint8_t symbols[SYMBOLS];
    unsigned __int128 number = 0;
    uint64_t packed = 0;
    if (!take_apart(text, ret, symbols))
        return CODE_NOT_ONE;
    if (weigh(symbols, SYMBOLS) != 0)
        return CODE_MISTYPED;
    for (int i = 0; i < DIGITS; i++)
        number = number * BASE + symbols[i];
    if (number >> (MAC_BITS + FIELD_BITS)) /* more than 67 bits: nobody minted it */
        return CODE_FORGED;
    for (size_t i = keys->code_count; i-- > 0;) {
        const struct code_key *key = &keys->codes[i];
        if (!day_is_none(key->retired) || !is_signed_by(keys, key, ret, number, &packed))
            continue;
        unpack(packed, key, &ret->fields);
        ret->is_expired = ret->fields.expires.n < today.n;
        memcpy(ret->key_id, key->id, sizeof(ret->key_id));
        return CODE_GENUINE;
    }
    return CODE_FORGED;
}

const char *
code_canonical(const char *text, struct arena *arena)
{
    struct code_reading reading;
    uint8_t symbols[SYMBOLS];
    if (take_apart(text, &reading, symbols) && weigh(symbols, SYMBOLS) == 0)
        return arena_strdup(arena, reading.canonical);
    while (is_blank(*text))
        text++;
    size_t n = strlen(text);
    while (n > 0 && is_blank(text[n - 1]))
        n--;
    char *copy = arena_copy(arena, text, n);
    for (size_t i = 0; copy && i < n; i++)
        copy[i] = upper(copy[i]);
    return copy;
}
