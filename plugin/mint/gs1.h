/* GS1 data: check digits, element strings, and the coupon data of AI (8110) and (8112).
 *
 * Lengths and value sets are those of the GS1 Barcode Syntax Dictionary with its
 * reference checks `couponcode` and `couponposoffer`, of the GS1 General Specifications
 * (sections 3 and 7.9), and of the North American Coupon Application Guideline.
 * Everything is a function of its arguments and safe on any thread. A refusal is
 * STATUS_BAD_INPUT with a `struct gs1_fault` that names the field and the place. */
#ifndef TUCK_MINT_GS1_H
#define TUCK_MINT_GS1_H

#include "base/day.h"
#include "base/money.h"
#include "base/status.h"
#include "base/text.h"

/* What is wrong and where. `fault` may be NULL wherever one is asked for. */
struct gs1_fault {
    char field[40]; /* "save value"; "" when it is the whole */
    size_t at;      /* offset into the text that was read; 0 when a struct was at fault */
    char text[240]; /* one sentence without a full stop */
};

/* ---- check digits (General Specifications 7.9.1: weights 3 and 1 from the right) ----
 */

/* The check digit of `n` digits that lack one, '0' to '9'. */
char gs1_check_digit(const char *digits, size_t n);
/* True for digits only whose last one is the check digit of the others. */
bool gs1_has_check_digit(const char *digits, size_t n);
/* A GTIN of 8, 12, 13 or 14 digits, its check digit right, as the 14 of AI (01). */
enum status gs1_gtin14(const char *gtin, char out[15], struct gs1_fault *fault);

/* ---- element strings ---- */

enum { GS1_VALUE_MAX = 90 };

struct gs1_element {
    char ai[5];
    char value[GS1_VALUE_MAX + 1];
};

/* Whether `value` is right for AI `ai`: characters, length, check digits, dates, and for
 * (8110) and (8112) the whole coupon. An AI that the table lacks is refused. */
enum status gs1_check(const char *ai, const char *value, struct gs1_fault *fault);

/* The bracket form "[255]9501101530003123[17]261231", as encoders take it. Every element
 * is checked first; an AI twice is refused. */
enum status gs1_write(const struct gs1_element *elements, size_t count, struct buf *out,
                      struct gs1_fault *fault);
/* Reads the bracket form, or the same with parentheses; at most `room` elements. Offsets
 * of faults count from the text's start. */
enum status gs1_read(const char *text, struct gs1_element *ret, size_t room,
                     size_t *ret_count, struct gs1_fault *fault);

/* ---- (8110): North American coupon code ---- */

/* Digits are kept as text because leading zeros count. */
struct gs1_purchase {
    char requirement[6]; /* 1 to 5 digits; "": there is no such purchase */
    int32_t code;        /* 0 units, 1 money for the items, 2 money for the whole
                          * transaction, 3 pounds, 4 kilograms, 9; hundredths but for 0 */
    char family[4];      /* family code, 3 digits */
    char prefix[13];     /* GS1 company prefix, 6 to 12 digits; "": as the first's */
};

struct gs1_coupon {
    char prefix[13];                 /* GS1 company prefix of who pays, 6 to 12 digits */
    char offer_code[7];              /* 6 digits */
    char save_value[6];              /* 1 to 5 digits; what they mean says `save_code` */
    struct gs1_purchase purchase[3]; /* the first is required */
    int32_t rules; /* how more than one purchase are joined: 0 any, 1 all, 2 the first
                    * and one of the others, 3 */
    struct day expires; /* DAY_NONE: not told; else of 2000 to 2099 */
    struct day starts;
    char serial[16];    /* 6 to 15 digits, or "" */
    char retailer[14];  /* company prefix or GLN, 7 to 13 digits, or "" */
    bool has_misc;      /* the four below are told; without it all are 0 */
    int32_t save_code;  /* 0 cents, 1 free item worth at most the value, 2 number of free
                         * items, 5 percent, 6 cents off the transaction */
    int32_t applies_to; /* which purchase's item: 0 first, 1 second, 2 third */
    int32_t store_flag; /* 0 to 9; 0: a manufacturer's coupon */
    bool dont_multiply;
};

/* Reads the data behind AI (8110), wholly. Form only: what gs1_coupon_write() refuses
 * beyond it is up to who made the coupon. */
enum status gs1_coupon_read(const char *data, struct gs1_coupon *ret,
                            struct gs1_fault *fault);
/* Appends the data. Refuses beyond the form: over 70 digits, more than 100 percent, a
 * saving on a purchase that is not told, a third purchase without a second, a last day
 * before the first, a retailer's GLN with a wrong check digit. */
enum status gs1_coupon_write(const struct gs1_coupon *coupon, struct buf *out,
                             struct gs1_fault *fault);

/* ---- (8112): positive offer file coupon ---- */

struct gs1_offer {
    int32_t format;     /* 0 or 1 */
    char funder[13];    /* GS1 company prefix, 6 to 12 digits */
    char offer_code[7]; /* 6 digits */
    char serial[16];    /* 6 to 15 digits */
};
enum status gs1_offer_read(const char *data, struct gs1_offer *ret,
                           struct gs1_fault *fault);
enum status gs1_offer_write(const struct gs1_offer *offer, struct buf *out,
                            struct gs1_fault *fault);

/* ---- what an offer says of itself, and what one piece then carries ---- */

struct gs1_identity {
    char gtin[15];   /* the product that it is about, as the 14 digits of (01); or "" */
    char gcn[14];    /* global coupon number without serial, 13 digits; or "" */
    bool has_serial; /* (255) and (8110): each piece its own */
    bool has_expiry; /* (8110): the piece's last day */
    enum { GS1_NO_DATA, GS1_COUPON, GS1_OFFER } kind;
    struct gs1_coupon coupon; /* serial and last day are the piece's */
    struct gs1_offer offer;   /* its serial too */
};

struct gs1_piece {
    const char *code;   /* as printed; the serial comes of it */
    struct day expires; /* DAY_NONE: never */
    struct money value; /* money off; minor 0: none */
    int32_t percent_bp; /* percent off; 0: none */
};

/* A serial number of at least `least` and at most `most` digits: the code's own digits,
 * when it is of digits only and of such a length, else `most` digits of its SHA-256. Two
 * of n codes then get one serial with a chance of about n * n / 2 / 10^most. */
void gs1_serial(const char *code, size_t least, size_t most, char out[16]);

/* What a symbol on the piece holds: (8110) or (8112) alone, else (255) with its serial,
 * last day (17) and value (390n) or percentage (394n). STATUS_WITHOUT, with nothing
 * given, for an identity that has none of them. */
enum { GS1_PIECE_MOST = 3 };
enum status gs1_piece_elements(const struct gs1_identity *identity,
                               const struct gs1_piece *piece,
                               struct gs1_element ret[GS1_PIECE_MOST], size_t *ret_count,
                               struct gs1_fault *fault);

#endif
