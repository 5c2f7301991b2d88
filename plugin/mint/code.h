/* Signed coupon codes: made at a station without asking anybody, checked with the key
 * alone. tuck-code(5) is their specification. */
#ifndef TUCK_MINT_CODE_H
#define TUCK_MINT_CODE_H

#include "base/arena.h"
#include "mint/keys.h"

#define CODE_OFFER_LEAST 1
#define CODE_OFFER_MOST 511
#define CODE_STATION_MOST 127
#define CODE_SERIAL_MOST 32767
#define CODE_DAYS_MOST 1535 /* from the day its key was made to a code's last day */

/* What a code carries besides its prefix. */
struct code_fields {
    int32_t offer_number; /* 1…511: the coupon's number in the campaign */
    int32_t station;      /* 0…127 */
    int32_t serial;       /* 0…32767, of this offer, day and station */
    struct day expires;   /* the last day */
};

/* PREFIX-XXXX-XXXX-XXXX-XXXX, signed by the newest key. The prefix has at most six
 * letters A to Z and digits. STATUS_WITHOUT: it would spell something; take the next
 * serial. STATUS_BAD_CALL: a field out of range, or a day that the key cannot tell. */
enum status code_mint(const struct keys *keys, const char *prefix,
                      const struct code_fields *fields, struct arena *arena,
                      struct notes *notes, const char **ret);

/* Can a code of the newest key tell this last day? A key that is over four years old
 * cannot any more: it is time to rotate. */
bool code_can_expire(const struct keys *keys, struct day day);

enum code_verdict {
    CODE_GENUINE,
    CODE_NOT_ONE,  /* not of a signed code's length, or with a letter that none has */
    CODE_MISTYPED, /* the check symbol does not fit: one letter is wrong, or two swapped
                    */
    CODE_FORGED    /* well-formed, but no key of this merchant signed it */
};

struct code_reading {
    struct code_fields fields; /* when genuine */
    char canonical[40];        /* "" when it is not one */
    char prefix[8];
    char key_id[32];  /* that signed it */
    int32_t wrong_at; /* CODE_NOT_ONE by a letter: its place among the text's characters,
                         from 1; 0: none */
    bool is_expired;  /* genuine, but its last day is before today */
};
/* Reads a code as typed: in any case, with blanks or hyphens anywhere or nowhere. */
enum code_verdict code_read(const struct keys *keys, const char *text, struct day today,
                            struct code_reading *ret);

/* Any code as it stands in the ledger: a signed one as it is printed, others without
 * blanks around and in upper case. NULL: no memory. */
const char *code_canonical(const char *text, struct arena *arena);

/* Does it spell, across hyphens and with digits for letters, what nobody should be
 * handed? */
bool code_is_offensive(const char *text);

#endif
