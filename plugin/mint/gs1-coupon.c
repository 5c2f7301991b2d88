/* Coupon data of AI (8110) and (8112): digits in, fields out, and back.
 *
 * Both are runs of digits in which a length digit tells how long the next field is, so
 * a single wrong digit shifts all that follows: the reader names the field at which the
 * data stopped making sense and the place where it did. The writer makes a coupon only
 * of fields that also make sense together. Who may use a company prefix is not known
 * here. */
#include "mint/gs1-inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DATA_MAX 70 /* X..70 of both application identifiers */

/* ---- reading ---- */

struct cursor {
    const char *data;
    size_t at, n;
    struct gs1_fault *fault;
    bool has_failed;
};

static bool
fail(struct cursor *cursor, const char *field, size_t at, const char *what)
{
    gs1_fault_set(cursor->fault, field, at, "the %s, digit %zu: %s", field, at + 1, what);
    cursor->has_failed = true;
    return false;
}

/* A run of digits from the cursor on; the caller's buffer holds one more. */
static bool
read_digits(struct cursor *cursor, const char *field, size_t count, char *out)
{
    char what[80];
    size_t left = cursor->n - cursor->at;
    if (cursor->has_failed)
        return false;
    if (left < count) {
        snprintf(what, sizeof(what), "the data ends after %zu of its %zu digits", left,
                 count);
        return fail(cursor, field, cursor->at + left, what);
    }
    memcpy(out, cursor->data + cursor->at, count);
    out[count] = '\0';
    cursor->at += count;
    return true;
}

/* One digit that must be among `allowed`; 0 when not. */
static char
read_one_of(struct cursor *cursor, const char *field, const char *allowed)
{
    char digit[2], what[80];
    size_t at = cursor->at;
    if (!read_digits(cursor, field, 1, digit))
        return 0;
    if (!strchr(allowed, digit[0])) {
        snprintf(what, sizeof(what), "%c is none of %s", digit[0], allowed);
        fail(cursor, field, at, what);
        return 0;
    }
    return digit[0];
}

static int32_t
read_code(struct cursor *cursor, const char *field, const char *allowed)
{
    char digit = read_one_of(cursor, field, allowed);
    return digit ? digit - '0' : 0;
}

/* A field behind its length digit, which counts from `base`; a 9 outside of `allowed`
 * range stands for an absent field where `allowed` ends with it. */
static void
read_counted(struct cursor *cursor, const char *field, const char *allowed, size_t base,
             bool may_be_absent, char *out)
{
    char name[60];
    snprintf(name, sizeof(name), "length of the %s", field);
    char digit = read_one_of(cursor, name, allowed);
    *out = '\0';
    if (digit && !(may_be_absent && digit == '9'))
        read_digits(cursor, field, (size_t)(digit - '0') + base, out);
}

static struct day
read_day(struct cursor *cursor, const char *field)
{
    char digits[7];
    size_t at = cursor->at;
    if (!read_digits(cursor, field, 6, digits))
        return DAY_NONE;
    /* a coupon's days lie near its print, so the century is this one */
    int number = atoi(digits);
    struct day day =
        day_from_date(2000 + number / 10000, number / 100 % 100, number % 100);
    if (day_is_none(day))
        fail(cursor, field, at, "there is no such day; it is YYMMDD");
    return day;
}

static bool
starts_option(struct cursor *cursor, char option)
{
    if (cursor->has_failed || cursor->at >= cursor->n ||
        cursor->data[cursor->at] != option)
        return false;
    cursor->at++;
    return true;
}

static const char *const purchase_fields[3][4] = {
    {"first purchase requirement", "first purchase requirement code",
     "first purchase family code", "company prefix"},
    {"second purchase requirement", "second purchase requirement code",
     "second purchase family code", "second purchase company prefix"},
    {"third purchase requirement", "third purchase requirement code",
     "third purchase family code", "third purchase company prefix"},
};

static void
read_purchase(struct cursor *cursor, int place, struct gs1_purchase *purchase)
{
    const char *const *fields = purchase_fields[place];
    read_counted(cursor, fields[0], "12345", 0, false, purchase->requirement);
    purchase->code = read_code(cursor, fields[1], "012349");
    read_digits(cursor, fields[2], 3, purchase->family);
    if (place > 0)
        read_counted(cursor, fields[3], "01234569", 6, true, purchase->prefix);
}

static void
read_options(struct cursor *cursor, struct gs1_coupon *coupon)
{
    if (starts_option(cursor, '1')) {
        coupon->rules = read_code(cursor, "additional purchase rules code", "0123");
        read_purchase(cursor, 1, &coupon->purchase[1]);
    }
    if (starts_option(cursor, '2'))
        read_purchase(cursor, 2, &coupon->purchase[2]);
    if (starts_option(cursor, '3'))
        coupon->expires = read_day(cursor, "expiration date");
    size_t at = cursor->at + 1;
    if (starts_option(cursor, '4')) {
        coupon->starts = read_day(cursor, "start date");
        if (!cursor->has_failed && !day_is_none(coupon->expires) &&
            coupon->expires.n < coupon->starts.n)
            fail(cursor, "start date", at, "it is after the expiration date");
    }
    if (starts_option(cursor, '5'))
        read_counted(cursor, "serial number", "0123456789", 6, false, coupon->serial);
    if (starts_option(cursor, '6'))
        read_counted(cursor, "retailer ID", "1234567", 6, false, coupon->retailer);
    if (starts_option(cursor, '9')) {
        coupon->has_misc = true;
        coupon->save_code = read_code(cursor, "save value code", "01256");
        coupon->applies_to =
            read_code(cursor, "item that the save value applies to", "012");
        coupon->store_flag = read_code(cursor, "store coupon flag", "0123456789");
        coupon->dont_multiply = read_code(cursor, "don't multiply flag", "01") == 1;
    }
}

static struct cursor
begin(const char *data, struct gs1_fault *fault)
{
    struct cursor cursor = {.data = data, .n = strlen(data), .fault = fault};
    size_t digits = gs1_digits(data);
    if (digits < cursor.n)
        fail(&cursor, "coupon data", digits, "it holds digits only");
    else if (cursor.n > DATA_MAX)
        fail(&cursor, "coupon data", DATA_MAX, "it may have 70 digits at most");
    return cursor;
}

static enum status
end(struct cursor *cursor, const char *expected)
{
    if (!cursor->has_failed && cursor->at < cursor->n)
        fail(cursor, "end of the data", cursor->at, expected);
    return cursor->has_failed ? STATUS_BAD_INPUT : STATUS_OK;
}

enum status
gs1_coupon_read(const char *data, struct gs1_coupon *ret, struct gs1_fault *fault)
{
    struct gs1_coupon coupon = {.expires = DAY_NONE, .starts = DAY_NONE};
    struct cursor cursor = begin(data, fault);
    read_counted(&cursor, "company prefix", "0123456", 6, false, coupon.prefix);
    read_digits(&cursor, "offer code", 6, coupon.offer_code);
    read_counted(&cursor, "save value", "12345", 0, false, coupon.save_value);
    read_purchase(&cursor, 0, &coupon.purchase[0]);
    read_options(&cursor, &coupon);
    enum status status =
        end(&cursor, "an optional field begins with 1, 2, 3, 4, 5, 6 or 9, each once and "
                     "in this order");
    if (status == STATUS_OK)
        *ret = coupon;
    return status;
}

enum status
gs1_offer_read(const char *data, struct gs1_offer *ret, struct gs1_fault *fault)
{
    struct gs1_offer offer = {0};
    struct cursor cursor = begin(data, fault);
    offer.format = read_code(&cursor, "format code", "01");
    read_counted(&cursor, "funder", "0123456", 6, false, offer.funder);
    read_digits(&cursor, "offer code", 6, offer.offer_code);
    read_counted(&cursor, "serial number", "0123456789", 6, false, offer.serial);
    enum status status = end(&cursor, "nothing may follow the serial number");
    if (status == STATUS_OK)
        *ret = offer;
    return status;
}

/* ---- writing ---- */

/* Collects the data and the first thing that is wrong with a field. */
struct maker {
    char data[160];
    size_t n;
    struct gs1_fault *fault;
    bool has_failed;
};

static void
refuse(struct maker *maker, const char *field, const char *what)
{
    if (!maker->has_failed)
        gs1_fault_set(maker->fault, field, 0, "the %s %s", field, what);
    maker->has_failed = true;
}

static void
add_text(struct maker *maker, const char *text)
{
    size_t n = strlen(text);
    if (maker->has_failed)
        return;
    memcpy(maker->data + maker->n, text, n + 1);
    maker->n += n;
}

static void
add_char(struct maker *maker, char c)
{
    add_text(maker, (char[2]){c, '\0'});
}

static bool
check_digits(struct maker *maker, const char *field, const char *text, size_t least,
             size_t most)
{
    char what[100];
    size_t n = strlen(text);
    if (gs1_digits(text) == n && n >= least && n <= most)
        return true;
    if (least == most)
        snprintf(what, sizeof(what), "must have %zu digits, not \"%.20s\"", most, text);
    else
        snprintf(what, sizeof(what), "must have %zu to %zu digits, not \"%.20s\"", least,
                 most, text);
    refuse(maker, field, what);
    return false;
}

static void
add_fixed(struct maker *maker, const char *field, const char *text, size_t length)
{
    if (check_digits(maker, field, text, length, length))
        add_text(maker, text);
}

static void
add_counted(struct maker *maker, const char *field, const char *text, size_t least,
            size_t most, size_t base)
{
    if (!check_digits(maker, field, text, least, most))
        return;
    add_char(maker, (char)('0' + strlen(text) - base));
    add_text(maker, text);
}

static void
add_code(struct maker *maker, const char *field, int32_t code, const char *allowed)
{
    char what[60];
    if (code >= 0 && code <= 9 && strchr(allowed, '0' + code)) {
        add_char(maker, (char)('0' + code));
        return;
    }
    snprintf(what, sizeof(what), "%d is none of %s", (int)code, allowed);
    refuse(maker, field, what);
}

static void
add_day(struct maker *maker, const char *field, struct day day)
{
    char digits[40];
    struct date date = day_date(day);
    if (date.year < 2000 || date.year > 2099) {
        refuse(maker, field, "must lie between 2000 and 2099");
        return;
    }
    snprintf(digits, sizeof(digits), "%02d%02d%02d", (int)(date.year % 100),
             (int)date.month, (int)date.day);
    add_text(maker, digits);
}

static void
add_purchase(struct maker *maker, int place, const struct gs1_purchase *purchase)
{
    const char *const *fields = purchase_fields[place];
    add_counted(maker, fields[0], purchase->requirement, 1, 5, 0);
    add_code(maker, fields[1], purchase->code, "012349");
    add_fixed(maker, fields[2], purchase->family, 3);
    if (place == 0)
        return;
    if (purchase->prefix[0])
        add_counted(maker, fields[3], purchase->prefix, 6, 12, 6);
    else
        add_char(maker, '9');
}

static void
add_options(struct maker *maker, const struct gs1_coupon *coupon)
{
    if (coupon->purchase[1].requirement[0]) {
        add_char(maker, '1');
        add_code(maker, "additional purchase rules code", coupon->rules, "0123");
        add_purchase(maker, 1, &coupon->purchase[1]);
    }
    if (coupon->purchase[2].requirement[0]) {
        add_char(maker, '2');
        add_purchase(maker, 2, &coupon->purchase[2]);
    }
    if (!day_is_none(coupon->expires)) {
        add_char(maker, '3');
        add_day(maker, "expiration date", coupon->expires);
    }
    if (!day_is_none(coupon->starts)) {
        add_char(maker, '4');
        add_day(maker, "start date", coupon->starts);
    }
    if (coupon->serial[0]) {
        add_char(maker, '5');
        add_counted(maker, "serial number", coupon->serial, 6, 15, 6);
    }
    if (coupon->retailer[0]) {
        add_char(maker, '6');
        add_counted(maker, "retailer ID", coupon->retailer, 7, 13, 6);
    }
    if (coupon->has_misc) {
        add_char(maker, '9');
        add_code(maker, "save value code", coupon->save_code, "01256");
        add_code(maker, "item that the save value applies to", coupon->applies_to, "012");
        add_code(maker, "store coupon flag", coupon->store_flag, "0123456789");
        add_char(maker, coupon->dont_multiply ? '1' : '0');
    }
}

static void
check_sense(struct maker *maker, const struct gs1_coupon *coupon)
{
    if (coupon->purchase[2].requirement[0] && !coupon->purchase[1].requirement[0])
        refuse(maker, "third purchase requirement", "needs a second one before it");
    if (coupon->has_misc && coupon->applies_to > 0 && coupon->applies_to < 3 &&
        !coupon->purchase[coupon->applies_to].requirement[0])
        refuse(maker, "item that the save value applies to",
               "is of a purchase that is not told");
    if (coupon->has_misc && coupon->save_code == 5 && atoi(coupon->save_value) > 100)
        refuse(maker, "save value", "is more than 100 percent");
    if (!day_is_none(coupon->starts) && !day_is_none(coupon->expires) &&
        coupon->expires.n < coupon->starts.n)
        refuse(maker, "expiration date", "is before the start date");
    if (strlen(coupon->retailer) == 13 && !gs1_has_check_digit(coupon->retailer, 13))
        refuse(maker, "retailer ID",
               "of 13 digits is a GLN and its check digit is wrong");
}

static enum status
finish(struct maker *maker, struct buf *out)
{
    char what[80];
    if (!maker->has_failed && maker->n > DATA_MAX) {
        snprintf(what, sizeof(what), "has %zu digits, 70 are the most", maker->n);
        refuse(maker, "coupon data", what);
    }
    if (maker->has_failed)
        return STATUS_BAD_INPUT;
    buf_puts(out, maker->data);
    return out->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

enum status
gs1_coupon_write(const struct gs1_coupon *coupon, struct buf *out,
                 struct gs1_fault *fault)
{
    struct maker maker = {.fault = fault};
    add_counted(&maker, "company prefix", coupon->prefix, 6, 12, 6);
    add_fixed(&maker, "offer code", coupon->offer_code, 6);
    add_counted(&maker, "save value", coupon->save_value, 1, 5, 0);
    add_purchase(&maker, 0, &coupon->purchase[0]);
    add_options(&maker, coupon);
    check_sense(&maker, coupon);
    return finish(&maker, out);
}

enum status
gs1_offer_write(const struct gs1_offer *offer, struct buf *out, struct gs1_fault *fault)
{
    struct maker maker = {.fault = fault};
    add_code(&maker, "format code", offer->format, "01");
    add_counted(&maker, "funder", offer->funder, 6, 12, 6);
    add_fixed(&maker, "offer code", offer->offer_code, 6);
    add_counted(&maker, "serial number", offer->serial, 6, 15, 6);
    return finish(&maker, out);
}
