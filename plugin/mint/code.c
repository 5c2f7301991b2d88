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

#include <ctype.h>
#include <string.h>

#define BASE 23
#define DIGITS 15
#define SYMBOLS 16
#define INVERSE_OF_16 13 /* modulo 23 */
#define FIELD_BITS 42
#define MAC_BITS 25
#define EPOCH_DAY 19723 /* 2024-01-01 */
#define EXPIRY_SPAN 2048
#define PREFIX_MOST 6

static const char letters[] = "23456789CDFHJKMNPRTVWXY";

/* What is read for what: letters that the alphabet leaves out because of these. */
static const char mistaken_for[][2] = {{'B', '8'}, {'S', '5'}, {'Z', '2'}, {'G', '6'}};

/* --- bits --------------------------------------------------------------------------- */

static uint64_t
pack(const struct code_fields *fields)
{
    uint64_t day = (uint64_t)((fields->expires.n - EPOCH_DAY) & (EXPIRY_SPAN - 1));
    return (uint64_t)fields->offer_number << 33 | day << 22 |
           (uint64_t)fields->station << 15 | (uint64_t)fields->serial;
}

static void
unpack(uint64_t packed, struct day today, struct code_fields *ret)
{
    int32_t day = (int32_t)(packed >> 22 & (EXPIRY_SPAN - 1)) + EPOCH_DAY;
    /* of all days with this remainder the one nearest to today */
    int32_t ahead = (today.n + EXPIRY_SPAN / 2 - day) / EXPIRY_SPAN;
    if (today.n + EXPIRY_SPAN / 2 < day)
        ahead = 0;
    *ret = (struct code_fields){.offer_number = (int32_t)(packed >> 33 & 511),
                                .expires = {day + ahead * EXPIRY_SPAN},
                                .station = (int32_t)(packed >> 15 & 127),
                                .serial = (int32_t)(packed & 32767)};
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
    const char *at = NULL;
    c = (char)toupper((unsigned char)c);
    for (size_t i = 0; i < COUNT_OF(mistaken_for); i++)
        if (c == mistaken_for[i][0])
            c = mistaken_for[i][1];
    at = c ? strchr(letters, c) : NULL;
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

/* --- what nobody should be handed --------------------------------------------------- */

/* Vowels are not in the alphabet, so it takes abbreviations, and digits read as letters.
 * Digits are turned into the letters that they look like before the search. */
static const char *const offensive[] = {
    "FCK", "FVCK", "FXCK", "CNT", "CVNT", "DCK", "DXCK", "KKK", "SHT", "SHXT", "BTCH",
    "NGGR", "NGR", "FGT", "TWT", "WHR", "PSS", "PVSSY", "PRN", "RPE", "RAPE", "KYKE",
    "CRAP", "ASS", "SEX", "TEAT", "NAZ", "HATE", "SCAT", "FART", "DEAD", "DEATH",
    "HEEB", "SHAT", "PEE", "WANK", "FAG", "CACA", "KACK", "WTF", "STFV", "RETARD",
    "NEGER", "NEGR", "SATAN", "666",
};

static char
looks_like(char c)
{
    static const char pairs[][2] = {{'3', 'E'}, {'4', 'A'}, {'5', 'S'}, {'7', 'T'},
                                    {'8', 'B'}, {'9', 'G'}, {'2', 'Z'}};
    for (size_t i = 0; i < COUNT_OF(pairs); i++)
        if (c == pairs[i][0])
            return pairs[i][1];
    return c;
}

bool
code_is_offensive(const char *text)
{
    char plain[64], read[64];
    size_t n = 0;
    for (; *text && n + 1 < sizeof(plain); text++)
        if (isalnum((unsigned char)*text)) {
            plain[n] = (char)toupper((unsigned char)*text);
            read[n] = looks_like(plain[n]);
            n++;
        }
    plain[n] = read[n] = '\0';
    for (size_t i = 0; i < COUNT_OF(offensive); i++)
        if (strstr(plain, offensive[i]) || strstr(read, offensive[i]))
            return true;
    return false;
}

/* --- minting ------------------------------------------------------------------------ */

static bool
is_in_range(const struct code_fields *fields)
{
    return fields->offer_number >= CODE_OFFER_LEAST &&
           fields->offer_number <= CODE_OFFER_MOST && fields->station >= 0 &&
           fields->station <= CODE_STATION_MOST && fields->serial >= 0 &&
           fields->serial <= CODE_SERIAL_MOST && !day_is_none(fields->expires) &&
           fields->expires.n >= EPOCH_DAY;
}

enum status
code_mint(const struct keys *keys, const char *prefix, const struct code_fields *fields,
          struct arena *arena, struct notes *notes, const char **ret)
{
    const struct code_key *key = keys_minting(keys);
    uint8_t symbols[SYMBOLS];
    char body[40], text[40];
    if (!key || !prefix || strlen(prefix) > PREFIX_MOST || !is_in_range(fields))
        return note_fail(notes, STATUS_BAD_CALL, NOTE_CODE_FIELDS, NULL, 0,
                         "a signed code cannot carry this: offer %d of 1 to 511, station "
                         "%d of 0 to 127, serial %d of 0 to 32767, and a last day",
                         (int)fields->offer_number, (int)fields->station,
                         (int)fields->serial);
    uint64_t packed = pack(fields);
    uint64_t mac = mac_of(key->secret, keys->merchant, prefix, packed);
    uint64_t masked = packed ^ mask_of(key->secret, keys->merchant, prefix, mac);
    write_symbols((unsigned __int128)mac << FIELD_BITS | masked, symbols);
    spell("", symbols, body);
    if (code_is_offensive(body))
        return STATUS_WITHOUT;
    spell(prefix, symbols, text);
    const char *code = arena_strdup(arena, text);
    if (!code)
        return STATUS_NO_MEMORY;
    *ret = code;
    return STATUS_OK;
}

/* --- reading ------------------------------------------------------------------------ */

/* The letters and digits of a text, and where each stood. */
struct typed {
    char text[SYMBOLS + PREFIX_MOST + 1];
    int32_t at[SYMBOLS + PREFIX_MOST + 1];
    size_t count;
    bool is_too_long;
};

static struct typed
strip(const char *text)
{
    struct typed typed = {0};
    for (int32_t i = 0; text[i] && !typed.is_too_long; i++) {
        if (text[i] == '-' || isspace((unsigned char)text[i]))
            continue;
        if (typed.count == SYMBOLS + PREFIX_MOST)
            typed.is_too_long = true;
        else {
            typed.text[typed.count] = (char)toupper((unsigned char)text[i]);
            typed.at[typed.count++] = i + 1;
        }
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
        if (symbol < 0 || (i < prefix && !isalnum((unsigned char)typed.text[i]))) {
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
    uint64_t packed =
        masked ^ mask_of(key->secret, keys->merchant, reading->prefix, mac);
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
        if (!day_is_none(key->retired) ||
            !is_signed_by(keys, key, ret, number, &packed))
            continue;
        unpack(packed, today, &ret->fields);
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
    while (isspace((unsigned char)*text))
        text++;
    size_t n = strlen(text);
    while (n > 0 && isspace((unsigned char)text[n - 1]))
        n--;
    char *copy = arena_copy(arena, text, n);
    for (size_t i = 0; copy && i < n; i++)
        copy[i] = (char)toupper((unsigned char)copy[i]);
    return copy;
}
