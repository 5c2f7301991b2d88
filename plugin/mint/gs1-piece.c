/* One piece's GS1 data: what the campaign says of the offer, with this piece's code, last
 * day and value filled in.
 *
 * The serial is made of the code and of nothing else, so a reprint carries the same, and
 * who knows the code knows the serial but not the other way round. Amounts are told to a
 * till only beside a coupon number; (8110) tells its own, and of (8112) the till asks. */
#include "mint/gs1-inside.h"
#include "mint/link.h"

#include "base/hash.h"

#include <stdio.h>
#include <string.h>

void
gs1_serial(const char *code, size_t least, size_t most, char out[16])
{
    char digits[16];
    size_t n = 0;
    bool is_plain = true;
    for (const char *p = code; *p && is_plain; p++) {
        if (*p == '-' || *p == ' ')
            continue;
        is_plain = *p >= '0' && *p <= '9' && n < most;
        digits[n++ % sizeof(digits)] = *p;
    }
    if (is_plain && n >= least) {
        snprintf(out, 16, "%.*s", (int)n, digits);
        return;
    }
    struct digest digest = hash_sha256(code, strlen(code));
    uint64_t number = 0, bound = 1;
    for (int i = 0; i < 16; i++) { /* its first 64 bits */
        char c = digest.hex[i];
        number = number << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    for (size_t i = 0; i < most; i++)
        bound *= 10;
    snprintf(out, 16, "%0*llu", (int)most, (unsigned long long)(number % bound));
}

static enum status
write_data(const struct gs1_identity *identity, const struct gs1_piece *piece,
           struct gs1_element *ret, struct gs1_fault *fault)
{
    struct buf data BUF_AUTO = {0};
    enum status status;
    if (identity->kind == GS1_COUPON) {
        struct gs1_coupon coupon = identity->coupon;
        if (identity->has_serial)
            gs1_serial(piece->code, 6, 15, coupon.serial);
        coupon.expires = identity->has_expiry ? piece->expires : DAY_NONE;
        status = gs1_coupon_write(&coupon, &data, fault);
    } else {
        struct gs1_offer offer = identity->offer;
        gs1_serial(piece->code, 6, 15, offer.serial);
        status = gs1_offer_write(&offer, &data, fault);
    }
    if (status != STATUS_OK)
        return status;
    snprintf(ret->ai, sizeof(ret->ai), "%s",
             identity->kind == GS1_COUPON ? "8110" : "8112");
    snprintf(ret->value, sizeof(ret->value), "%s", data.p);
    return STATUS_OK;
}

/* Percent with as few decimals as it needs: 12.5 % is (3941)0125. */
static void
write_percent(int32_t percent_bp, struct gs1_element *ret)
{
    int decimals = percent_bp % 100 == 0 ? 0 : percent_bp % 10 == 0 ? 1 : 2;
    int32_t divisor = decimals == 0 ? 100 : decimals == 1 ? 10 : 1;
    snprintf(ret->ai, sizeof(ret->ai), "394%d", decimals);
    snprintf(ret->value, sizeof(ret->value), "%04d", (int)(percent_bp / divisor));
}

/* (255) with its serial, (17), and (390n) or (394n). */
static size_t
write_number(const struct gs1_identity *identity, const struct gs1_piece *piece,
             struct gs1_element ret[GS1_PIECE_MOST])
{
    char serial[16] = "";
    size_t count = 1;
    if (identity->has_serial)
        gs1_serial(piece->code, 1, 12, serial);
    snprintf(ret[0].ai, sizeof(ret[0].ai), "255");
    snprintf(ret[0].value, sizeof(ret[0].value), "%s%s", identity->gcn, serial);
    struct date date =
        day_date(day_is_none(piece->expires) ? (struct day){0} : piece->expires);
    if (!day_is_none(piece->expires) && date.year >= 2000 && date.year <= 2099) {
        snprintf(ret[count].ai, sizeof(ret[count].ai), "17");
        snprintf(ret[count++].value, sizeof(ret[0].value), "%02d%02d%02d",
                 (int)(date.year % 100), (int)date.month, (int)date.day);
    }
    if (piece->value.minor > 0) {
        snprintf(ret[count].ai, sizeof(ret[count].ai), "390%d",
                 money_digits(piece->value.currency));
        snprintf(ret[count++].value, sizeof(ret[0].value), "%lld",
                 (long long)piece->value.minor);
    } else if (piece->percent_bp > 0) {
        write_percent(piece->percent_bp, &ret[count++]);
    }
    return count;
}

enum status
gs1_piece_elements(const struct gs1_identity *identity, const struct gs1_piece *piece,
                   struct gs1_element ret[GS1_PIECE_MOST], size_t *ret_count,
                   struct gs1_fault *fault)
{
    if (identity->kind == GS1_NO_DATA && !identity->gcn[0])
        return STATUS_WITHOUT;
    if (identity->kind == GS1_NO_DATA) {
        *ret_count = write_number(identity, piece, ret);
        return STATUS_OK;
    }
    enum status status = write_data(identity, piece, &ret[0], fault);
    if (status == STATUS_OK)
        *ret_count = 1;
    return status;
}

enum status
digital_link_of_piece(const char *stem, const struct gs1_identity *identity,
                      const struct gs1_piece *piece, struct digital_link *ret,
                      struct gs1_fault *fault)
{
    struct digital_link link = {0};
    struct gs1_element elements[GS1_PIECE_MOST];
    enum status status = STATUS_OK;
    if (!identity->gcn[0] && !identity->gtin[0])
        return STATUS_WITHOUT;
    snprintf(link.stem, sizeof(link.stem), "%s", stem);
    if (identity->gcn[0]) {
        size_t count = write_number(identity, piece, elements);
        link.key = elements[0];
        memcpy(link.attributes, elements + 1, (count - 1) * sizeof(elements[0]));
        link.attribute_count = count - 1;
    } else {
        snprintf(link.key.ai, sizeof(link.key.ai), "01");
        snprintf(link.key.value, sizeof(link.key.value), "%s", identity->gtin);
    }
    if (identity->kind != GS1_NO_DATA)
        status =
            write_data(identity, piece, &link.attributes[link.attribute_count++], fault);
    if (status == STATUS_OK)
        *ret = link;
    return status;
}
