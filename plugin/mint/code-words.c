/* What no customer should be handed: words that chance spells in a code.
 *
 * Vowels are in neither alphabet of tuck's codes, so it takes abbreviations, or digits
 * that are read as letters: FCK, CR4P, 5H7. A word of the list is found across hyphens,
 * with any digit or letter in the place of one that it looks like. The list is of several
 * languages and rather too long than too short: a word more costs a serial in a few
 * thousand. */
#include "mint/code.h"

#include <stdint.h>

/* Words with O or L cannot come up, no symbol looks like them. */
static const char *const words[] = {
    /* English */
    "666", "ANUS", "ARSE", "ASS", "BASTRD", "BITCH", "BTCH", "CHINK", "CHNK", "CNT",
    "CRAP", "CRP", "CUM", "CUNT", "DCK", "DEAD", "DEATH", "DICK", "DXCK", "DYKE", "FAG",
    "FART", "FCK", "FGT", "FKU", "FUC", "FUCK", "FUK", "FXCK", "HATE", "HEEB", "JEW",
    "JIZ", "KIKE", "KKK", "KYS", "MFKR", "NAZI", "NAZ", "NEGR", "NGGA", "NGGR", "NGR",
    "NIG", "PAKI", "PENIS", "PISS", "PRN", "PSS", "PSSY", "PUSSY", "QUEER", "RAPE", "RPE",
    "SATAN", "SCAT", "SEX", "SHAG", "SHIT", "SHT", "SHXT", "STFU", "SUCK", "TARD", "TEAT",
    "TIT", "TRNY", "TURD", "TWAT", "TWT", "VAG", "WANK", "WHR", "WNK", "WTF",
    /* German, Dutch, Scandinavian */
    "ARSCH", "FICK", "FITTA", "FTZ", "HURE", "JUDE", "KACK", "KANKER", "KNKR", "KUK",
    "KUT", "NEGER", "NSDAP", "NUTTE", "SAU", "SCHWNZ", "SIEG", "TERING", "TITTE", "WICHS",
    /* French, Spanish, Italian, Portuguese */
    "BITE", "CACA", "CAGA", "CAZZ", "CHIER", "CHTTE", "FDP", "FICA", "MERD", "MRD", "NTM",
    "PEDE", "PENE", "PUTA", "PUTE", "TETA", "TETTE", "VERGA", "VSF",
    /* Polish, Turkish */
    "AMK", "KRWA", "KURW", "PIZDA"};

/* A set of what a symbol may be read as: a bit for each letter, one for the 6. */
static uint32_t
bit_of(char letter)
{
    return UINT32_C(1) << (letter == '6' ? 26 : letter - 'A');
}

static uint32_t
readings_of(char seen)
{
    static const char pairs[][2] = {{'2', 'Z'}, {'3', 'E'}, {'4', 'A'}, {'5', 'S'},
                                    {'6', 'G'}, {'7', 'T'}, {'8', 'B'}, {'9', 'G'},
                                    {'V', 'U'}, {'Y', 'I'}};
    uint32_t readings = (seen >= 'A' && seen <= 'Z') || seen == '6' ? bit_of(seen) : 0;
    for (size_t i = 0; i < COUNT_OF(pairs); i++)
        if (seen == pairs[i][0])
            readings |= bit_of(pairs[i][1]);
    return readings;
}

/* `readings` ends with a 0, which nothing is read as. */
static bool
begins_with(const uint32_t *readings, const char *word)
{
    while (*word && *readings & bit_of(*word)) {
        readings++;
        word++;
    }
    return !*word;
}

bool
code_is_offensive(const char *text)
{
    uint32_t readings[64];
    size_t n = 0;
    for (; *text && n + 1 < COUNT_OF(readings); text++) {
        bool is_small = *text >= 'a' && *text <= 'z';
        if (is_small || (*text >= 'A' && *text <= 'Z') || (*text >= '0' && *text <= '9'))
            readings[n++] = readings_of((char)(is_small ? *text - 'a' + 'A' : *text));
    }
    readings[n] = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < COUNT_OF(words); j++)
            if (begins_with(readings + i, words[j]))
                return true;
    return false;
}
