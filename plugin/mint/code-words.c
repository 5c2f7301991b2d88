/* What no customer should be handed: words that chance spells in a code.
 *
 * Vowels are in neither alphabet of tuck's codes, so it takes abbreviations, or digits
 * that are read as letters: FCK, CR4P, 5H7. A word of the list is found across hyphens,
 * with any digit or letter in the place of one that it looks like. The list is of several
 * languages and rather too long than too short: a word more costs a serial in a few
 * thousand. */
#include "mint/code.h"

#include <pthread.h>
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
#define LETTERS 27

static uint32_t
bit_of(char letter)
{
    return UINT32_C(1) << (letter == '6' ? 26 : letter - 'A');
}

/* What is asked of every code that is made, reckoned once: how each byte may be read, and
 * the words by their first letters. */
static struct {
    uint32_t readings[128];
    uint8_t first[LETTERS], next[COUNT_OF(words)]; /* numbers of words from 1; 0: no more */
} known;

static void
know(void)
{
    static const char pairs[][2] = {{'2', 'Z'}, {'3', 'E'}, {'4', 'A'}, {'5', 'S'},
                                    {'6', 'G'}, {'7', 'T'}, {'8', 'B'}, {'9', 'G'},
                                    {'V', 'U'}, {'Y', 'I'}};
    for (char letter = 'A'; letter <= 'Z'; letter++)
        known.readings[(size_t)letter] = bit_of(letter);
    known.readings['6'] = bit_of('6');
    for (size_t i = 0; i < COUNT_OF(pairs); i++)
        known.readings[(size_t)pairs[i][0]] |= bit_of(pairs[i][1]);
    for (char letter = 'A'; letter <= 'Z'; letter++)
        known.readings[(size_t)(letter - 'A' + 'a')] = known.readings[(size_t)letter];
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        uint8_t *first = &known.first[words[i][0] == '6' ? 26 : words[i][0] - 'A'];
        known.next[i] = *first;
        *first = (uint8_t)(i + 1);
    }
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

static bool
begins_with_any(const uint32_t *readings)
{
    for (uint32_t left = *readings; left; left &= left - 1)
        for (uint8_t word = known.first[__builtin_ctz(left)]; word;
             word = known.next[word - 1])
            if (begins_with(readings, words[word - 1]))
                return true;
    return false;
}

bool
code_is_offensive(const char *text)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    uint32_t readings[64];
    size_t n = 0;
    pthread_once(&once, know);
    for (; *text && n + 1 < COUNT_OF(readings); text++) {
        bool is_symbol = (*text >= 'a' && *text <= 'z') ||
                         (*text >= 'A' && *text <= 'Z') || (*text >= '0' && *text <= '9');
        if (is_symbol)
            readings[n++] = known.readings[(size_t)*text];
    }
    readings[n] = 0;
    for (size_t i = 0; i < n; i++)
        if (begins_with_any(readings + i))
            return true;
    return false;
}
