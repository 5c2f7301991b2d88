/* GS1 data: check digits, element strings, coupon data of (8110) and (8112). The data are
 * the examples of the North American Coupon Application Guideline (R2.0), of the GS1
 * Barcode Syntax Dictionary and of the General Specifications, and what each of them
 * becomes when one field is spoilt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mint/gs1.h"

#include <stdio.h>
#include <string.h>

/* The shortest coupon: company 123456, offer 123456, save 1 cent, 1 unit of family 123.
 */
#define SHORT "012345612345611110123"

/* --- check digits ------------------------------------------------------------------- */

static void
a_check_digit_is_that_of_the_specifications(void **state)
{
    (void)state;
    static const char *const right[] = {
        "6291041500213",      /* General Specifications 7.9.1 */
        "376104250021234569", /* SSCC, the same figure */
        "9501101530003",      "09521234543213", "12345670",
        "106141411234567897", "9521321000018",  "036000291452",
    };
    for (size_t i = 0; i < COUNT_OF(right); i++) {
        char wrong[20];
        size_t n = strlen(right[i]);
        assert_true(gs1_has_check_digit(right[i], n));
        snprintf(wrong, sizeof(wrong), "%s", right[i]);
        for (size_t at = 0; at < n; at++) {
            wrong[at] = wrong[at] == '9' ? '0' : (char)(wrong[at] + 1);
            assert_false(gs1_has_check_digit(wrong, n));
            wrong[at] = right[i][at];
        }
    }
    assert_false(gs1_has_check_digit("", 0));
    assert_false(gs1_has_check_digit("0", 1));
    assert_false(gs1_has_check_digit("1234567x", 8));
}

static void
a_short_gtin_becomes_one_of_14_digits(void **state)
{
    (void)state;
    static const struct {
        const char *gtin, *expected;
    } rows[] = {
        {"12345670", "00000012345670"},
        {"036000291452", "00036000291452"},
        {"9501101530003", "09501101530003"},
        {"09521234543213", "09521234543213"},
        {"9501101530004", NULL},
        {"950110153000", NULL},
        {"95011015300x3", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char out[15] = "untouched";
        struct gs1_fault fault = {0};
        enum status status = gs1_gtin14(rows[i].gtin, out, &fault);
        assert_int_equal(status, rows[i].expected ? STATUS_OK : STATUS_BAD_INPUT);
        assert_string_equal(out, rows[i].expected ? rows[i].expected : "untouched");
        assert_int_equal(fault.text[0] != '\0', rows[i].expected == NULL);
    }
}

/* --- values of application identifiers ---------------------------------------------- */

static void
a_value_is_refused_where_it_goes_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *ai, *value;
        int at; /* -1: it is right */
    } rows[] = {
        {"01", "09521234543213", -1},
        {"01", "09521234543214", 13},
        {"01", "9521234543213", 13},   /* too short: a reader would take the next digit */
        {"01", "095212345432130", 14}, /* too long */
        {"01", "0952123454321x", 13},
        {"00", "106141411234567897", -1},
        {"10", "ABC123", -1},
        {"10", "ABC 123", 3},
        {"10", "", 0},
        {"10", "12345678901234567890", -1},
        {"10", "123456789012345678901", 20},
        {"10", "caf\xc3\xa9", 3},
        {"17", "261231", -1},
        {"17", "261200", -1}, /* the end of the month */
        {"17", "261301", 0},
        {"17", "260230", 0},
        {"7003", "2602282359", -1},
        {"7003", "2602282460", 6},
        {"255", "9501101530003", -1},
        {"255", "9501101530003000000000123", -1},
        {"255", "9501101530004123", 12},
        {"255", "95011015300030000000001234", 25},
        {"255", "950110153000312x", 15},
        {"414", "9521321000018", -1},
        {"3902", "500", -1},
        {"3949", "0500", 0}, /* 3940 to 3943 only */
        {"3941", "0125", -1},
        {"3941", "125", 3},
        {"8111", "0500", -1},
        {"8003", "09501101530003ABC", -1},
        {"8010", "950110153-A/2", -1},
        {"8010", "950110153a", 9},
        {"97", "anything%20goes", -1},
        {"8110", SHORT, -1},
        {"8110", "0123456123456x1110123", 13},
        {"8112", "001234561234560123456", -1},
        {"8112", "201234561234560123456", 0},
        {"9999", "1", 0},
        {"1", "1", 0},
        {"", "1", 0},
        {"0x", "1", 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct gs1_fault fault = {.at = 12345};
        enum status status = gs1_check(rows[i].ai, rows[i].value, &fault);
        if (status != (rows[i].at < 0 ? STATUS_OK : STATUS_BAD_INPUT) ||
            (rows[i].at >= 0 && fault.at != (size_t)rows[i].at))
            fail_msg("(%s)%s: status %d at %zu: %s", rows[i].ai, rows[i].value, status,
                     fault.at, fault.text);
        assert_int_equal(gs1_check(rows[i].ai, rows[i].value, NULL), status);
    }
}

static void
an_element_string_is_written_and_read_back(void **state)
{
    (void)state;
    const struct gs1_element elements[] = {
        {"255", "9501101530003123"}, {"3902", "500"}, {"17", "261231"}, {"90", "a(b)c"}};
    struct gs1_element back[8];
    size_t count = 0;
    struct gs1_fault fault = {0};
    struct buf text BUF_AUTO = {0};
    assert_int_equal(gs1_write(elements, COUNT_OF(elements), &text, &fault), STATUS_OK);
    assert_string_equal(text.p, "[255]9501101530003123[3902]500[17]261231[90]a(b)c");
    assert_int_equal(gs1_read(text.p, back, COUNT_OF(back), &count, &fault), STATUS_OK);
    assert_int_equal(count, COUNT_OF(elements));
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(back[i].ai, elements[i].ai);
        assert_string_equal(back[i].value, elements[i].value);
    }
    assert_int_equal(gs1_read("(01)09521234543213(10)A(1)", back, 8, &count, &fault),
                     STATUS_OK);
    assert_int_equal(count, 2);
    assert_string_equal(back[1].value, "A(1)");
}

static void
a_wrong_element_string_is_refused_at_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t at;
    } rows[] = {
        {"", 0},
        {"09521234543213", 0},
        {"[01]09521234543214", 17},
        {"[01]09521234543213[17]261301", 22},
        {"[01]09521234543213[01]09521234543213", 18},
        {"[01]", 4},
        {"[01", 1},
        {"[]1", 1},
        {"[12345]1", 1},
        {"[8110]0123456123456", 19},
        {"[10]1[21]1[22]1[240]1[241]1", 21},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct gs1_element back[4];
        size_t count = 77;
        struct gs1_fault fault = {.at = 12345};
        enum status status = gs1_read(rows[i].text, back, 4, &count, &fault);
        if (status != STATUS_BAD_INPUT || fault.at != rows[i].at)
            fail_msg("%s: status %d at %zu: %s", rows[i].text, status, fault.at,
                     fault.text);
        assert_int_equal(count, 77);
    }
}

/* --- (8110) --------------------------------------------------------------------------
 */

/* Data that reads, and that the writer makes again to the digit. */
static const char *const whole[] = {
    SHORT,
    "612345678901212345611110123", /* a company prefix of 12 digits */
    "0123456123456512345512345"
    "0123",
    "106141416543213500110000310123196000", /* General Specifications */
    /* the guideline's appendix C */
    "10614141011111275110111",
    "106141410222223100110222111101231023456721104561045678991201",
    "1061414165432131501101201211014092110256100126663101231",
    "106141410012342501106501013085093101231",
    "106141410012471011076011110850921108609310123191000",
    "106141411234562891101201212085010048000214025610048000310123191000",
    "1061414154321031501101201211014092110256100126663101231",
    /* one optional field each */
    SHORT "3200229",
    SHORT "4200229",
    SHORT "35006064500606",
    SHORT "50123456",
    SHORT "59123456789012345",
    SHORT "611234567",
    SHORT "677501031311309", /* a GLN */
    SHORT "90000",
    SHORT "90091",
};

static void
published_coupons_are_read_and_written_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(whole); i++) {
        struct gs1_coupon coupon;
        struct gs1_fault fault = {0};
        struct buf data BUF_AUTO = {0};
        if (gs1_coupon_read(whole[i], &coupon, &fault) != STATUS_OK ||
            gs1_coupon_write(&coupon, &data, &fault) != STATUS_OK)
            fail_msg("%s: %s", whole[i], fault.text);
        assert_string_equal(data.p, whole[i]);
    }
}

static void
a_coupon_says_all_its_fields(void **state)
{
    (void)state;
    struct gs1_coupon coupon;
    struct date expires;
    assert_int_equal(gs1_coupon_read("106141410222223100110222111101231023456721104561045"
                                     "678991201",
                                     &coupon, NULL),
                     STATUS_OK);
    assert_string_equal(coupon.prefix, "0614141");
    assert_string_equal(coupon.offer_code, "022222");
    assert_string_equal(coupon.save_value, "100");
    assert_string_equal(coupon.purchase[0].requirement, "1");
    assert_int_equal(coupon.purchase[0].code, 0);
    assert_string_equal(coupon.purchase[0].family, "222");
    assert_int_equal(coupon.rules, 1);
    assert_string_equal(coupon.purchase[1].family, "123");
    assert_string_equal(coupon.purchase[1].prefix, "0234567");
    assert_string_equal(coupon.purchase[2].family, "456");
    assert_string_equal(coupon.purchase[2].prefix, "0456789");
    assert_true(day_is_none(coupon.expires));
    assert_true(coupon.has_misc);
    assert_int_equal(coupon.save_code, 1);
    assert_int_equal(coupon.applies_to, 2);
    assert_int_equal(coupon.store_flag, 0);
    assert_true(coupon.dont_multiply);

    assert_int_equal(
        gs1_coupon_read("106141416543213500110000310123196000", &coupon, NULL),
        STATUS_OK);
    expires = day_date(coupon.expires);
    assert_int_equal(expires.year, 2010);
    assert_int_equal(expires.month, 12);
    assert_int_equal(expires.day, 31);
    assert_int_equal(coupon.save_code, 6);
    assert_string_equal(coupon.purchase[1].requirement, "");
}

static void
each_field_of_a_coupon_is_refused_where_it_goes_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *data, *field;
        size_t at;
    } rows[] = {
        {"", "length of the company prefix", 0},
        {"a12345612345611110123", "coupon data", 0},
        {"01234561234561111012a", "coupon data", 20},
        {"7123456789012", "length of the company prefix", 0},
        {"012345", "company prefix", 6},
        {"612345678901", "company prefix", 12},
        {"012345612345", "offer code", 12},
        {"0123456123456", "length of the save value", 13},
        {"01234561234560", "length of the save value", 13},
        {"01234561234566123456", "length of the save value", 13},
        {"012345612345651234", "save value", 18},
        {"012345612345611", "length of the first purchase requirement", 15},
        {"0123456123456110", "length of the first purchase requirement", 15},
        {"01234561234561121", "first purchase requirement", 17},
        {"012345612345611115", "first purchase requirement code", 17},
        {"01234561234561111012", "first purchase family code", 20},
        {SHORT "0", "end of the data", 21},
        {SHORT "7", "end of the data", 21},
        {SHORT "8", "end of the data", 21},
        {SHORT "1", "additional purchase rules code", 22},
        {SHORT "14", "additional purchase rules code", 22},
        {SHORT "100", "length of the second purchase requirement", 23},
        {SHORT "10212", "second purchase requirement code", 26},
        {SHORT "10115", "second purchase requirement code", 25},
        {SHORT "1011012", "second purchase family code", 28},
        {SHORT "101101237", "length of the second purchase company pr", 29},
        {SHORT "10110123012345", "second purchase company prefix", 35},
        {SHORT "1011012390", "end of the data", 30},
        {SHORT "20", "length of the third purchase requirement", 22},
        {SHORT "2115", "third purchase requirement code", 24},
        {SHORT "2110123112345", "third purchase company prefix", 34},
        {SHORT "320022", "expiration date", 27},
        {SHORT "3210229", "expiration date", 22},
        {SHORT "3200600", "expiration date", 22},
        {SHORT "3201310", "expiration date", 22},
        {SHORT "412345", "start date", 27},
        {SHORT "4200431", "start date", 22},
        {SHORT "35006064500607", "start date", 29},
        {SHORT "42002293200229", "end of the data", 28},
        {SHORT "5", "length of the serial number", 22},
        {SHORT "512345", "serial number", 27},
        {SHORT "60", "length of the retailer ID", 22},
        {SHORT "68", "length of the retailer ID", 22},
        {SHORT "61123456", "retailer ID", 29},
        {SHORT "93", "save value code", 22},
        {SHORT "903", "item that the save value applies to", 23},
        {SHORT "900", "store coupon flag", 24},
        {SHORT "90002", "don't multiply flag", 25},
        {SHORT "900000", "end of the data", 26},
        {"612345678901212345651234551234501231101551234500001612345678901237654321",
         "coupon data", 70},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct gs1_coupon coupon = {.rules = 77};
        struct gs1_fault fault = {.at = 12345};
        enum status status = gs1_coupon_read(rows[i].data, &coupon, &fault);
        if (status != STATUS_BAD_INPUT || fault.at != rows[i].at ||
            strncmp(fault.field, rows[i].field, sizeof(fault.field) - 1) != 0)
            fail_msg("%s: status %d, %s at %zu: %s", rows[i].data, status, fault.field,
                     fault.at, fault.text);
        assert_int_equal(coupon.rules, 77);
    }
}

static void
a_fault_says_in_words_what_was_expected(void **state)
{
    (void)state;
    struct gs1_coupon coupon;
    struct gs1_fault fault;
    gs1_coupon_read("012345612345651234", &coupon, &fault);
    assert_string_equal(
        fault.text, "the save value, digit 19: the data ends after 4 of its 5 digits");
    gs1_coupon_read("012345612345611115", &coupon, &fault);
    assert_string_equal(
        fault.text, "the first purchase requirement code, digit 18: 5 is none of 012349");
    gs1_check("01", "09521234543214", &fault);
    assert_string_equal(fault.text, "(01): the check digit is 4, it should be 3");
}

static struct gs1_coupon
plain_coupon(void)
{
    return (struct gs1_coupon){.prefix = "0614141",
                               .offer_code = "654321",
                               .save_value = "250",
                               .purchase[0] = {"1", 0, "120", ""},
                               .expires = day_from_date(2014, 1, 31),
                               .starts = DAY_NONE};
}

static void
refuses(struct gs1_coupon coupon, const char *field)
{
    struct gs1_fault fault = {0};
    struct buf data BUF_AUTO = {0};
    assert_int_equal(gs1_coupon_write(&coupon, &data, &fault), STATUS_BAD_INPUT);
    assert_string_equal(fault.field, field);
    assert_true(strlen(fault.text) > strlen(field));
    assert_int_equal(data.n, 0);
}

/* A plain coupon with one thing changed. */
#define WITH(...)                                                                        \
    __extension__({                                                                      \
        struct gs1_coupon with = plain_coupon();                                         \
        with.__VA_ARGS__;                                                                \
        with;                                                                            \
    })
#define PURCHASE(...)                                                                    \
    (struct gs1_purchase)                                                                \
    {                                                                                    \
        __VA_ARGS__                                                                      \
    }

static void
what_makes_no_coupon_is_refused_by_field(void **state)
{
    (void)state;
    refuses(WITH(prefix[5] = '\0'), "company prefix");
    refuses(WITH(prefix[0] = 'x'), "company prefix");
    refuses(WITH(offer_code[5] = '\0'), "offer code");
    refuses(WITH(save_value[0] = '\0'), "save value");
    refuses(WITH(purchase[0].requirement[0] = '\0'), "first purchase requirement");
    refuses(WITH(purchase[0].code = 5), "first purchase requirement code");
    refuses(WITH(purchase[0].code = -1), "first purchase requirement code");
    refuses(WITH(purchase[0].family[2] = '\0'), "first purchase family code");
    refuses(WITH(purchase[1] = PURCHASE("1", 7, "123", "")),
            "second purchase requirement code");
    refuses(WITH(purchase[1] = PURCHASE("1", 0, "123", "12345")),
            "second purchase company prefix");
    refuses(WITH(purchase[2] = PURCHASE("1", 0, "123", "")),
            "third purchase requirement");
    refuses(WITH(expires = day_from_date(2114, 1, 31)), "expiration date");
    refuses(WITH(starts = day_from_date(1999, 12, 31)), "start date");
    refuses(WITH(starts = day_from_date(2014, 2, 1)), "expiration date");
    refuses(WITH(serial[0] = '1'), "serial number");
    refuses(WITH(retailer[0] = '1'), "retailer ID");
}

static void
a_coupon_that_makes_no_sense_is_refused(void **state)
{
    (void)state;
    struct gs1_coupon coupon = plain_coupon();
    struct buf data BUF_AUTO = {0};
    coupon.has_misc = true;
    coupon.save_code = 5; /* 250 percent */
    refuses(coupon, "save value");
    snprintf(coupon.save_value, sizeof(coupon.save_value), "100");
    assert_int_equal(gs1_coupon_write(&coupon, &data, NULL), STATUS_OK);
    coupon.applies_to = 1; /* the item of a second purchase, which there is not */
    refuses(coupon, "item that the save value applies to");
    coupon.purchase[1] = PURCHASE("1", 0, "123", "");
    assert_int_equal(gs1_coupon_write(&coupon, &data, NULL), STATUS_OK);
    snprintf(coupon.retailer, sizeof(coupon.retailer), "7750103131130");
    refuses(coupon, "retailer ID");
    coupon.retailer[12] = gs1_check_digit(coupon.retailer, 12);
    assert_int_equal(gs1_coupon_write(&coupon, &data, NULL), STATUS_OK);
}

static void
a_coupon_of_more_than_70_digits_is_refused(void **state)
{
    (void)state;
    struct gs1_coupon coupon = plain_coupon(), back;
    struct gs1_purchase long_one = PURCHASE("12345", 0, "123", "123456789012");
    struct buf data BUF_AUTO = {0};
    struct gs1_fault fault = {0};
    coupon.purchase[1] = long_one;
    snprintf(coupon.serial, sizeof(coupon.serial), "123456789012");
    assert_int_equal(gs1_coupon_write(&coupon, &data, NULL), STATUS_OK);
    assert_int_equal(data.n, 70);
    assert_int_equal(gs1_coupon_read(data.p, &back, NULL), STATUS_OK);
    assert_string_equal(back.serial, "123456789012");
    snprintf(coupon.save_value, sizeof(coupon.save_value), "2500");
    buf_reset(&data);
    assert_int_equal(gs1_coupon_write(&coupon, &data, &fault), STATUS_BAD_INPUT);
    assert_string_equal(fault.text, "the coupon data has 71 digits, 70 are the most");
    coupon.purchase[2] = long_one;
    assert_int_equal(gs1_coupon_write(&coupon, &data, &fault), STATUS_BAD_INPUT);
    assert_int_equal(data.n, 0);
}

/* --- (8112) --------------------------------------------------------------------------
 */

static void
positive_offers_are_read_and_written_again(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "001234561234560123456",          "101234561234560123456",
        "001234561234569123456789012345", "061234567890121234569123456789012345",
        "0112345679999990666666", /* The Coupon Bureau's example */
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct gs1_offer offer;
        struct buf data BUF_AUTO = {0};
        assert_int_equal(gs1_offer_read(rows[i], &offer, NULL), STATUS_OK);
        assert_int_equal(gs1_offer_write(&offer, &data, NULL), STATUS_OK);
        assert_string_equal(data.p, rows[i]);
    }
    struct gs1_offer offer;
    assert_int_equal(gs1_offer_read("0112345679999990666666", &offer, NULL), STATUS_OK);
    assert_int_equal(offer.format, 0);
    assert_string_equal(offer.funder, "1234567");
    assert_string_equal(offer.offer_code, "999999");
    assert_string_equal(offer.serial, "666666");
}

static void
each_field_of_a_positive_offer_is_refused_where_it_goes_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *data, *field;
        size_t at;
    } rows[] = {
        {"", "format code", 0},
        {"a01234561234560123456", "coupon data", 0},
        {"201234561234560123456", "format code", 0},
        {"0", "length of the funder", 1},
        {"07", "length of the funder", 1},
        {"0012345", "funder", 7},
        {"061234567890", "funder", 12},
        {"0012345612345", "offer code", 13},
        {"00123456123456", "length of the serial number", 14},
        {"00123456123456012345", "serial number", 20},
        {"00123456123456912345678901234", "serial number", 29},
        {"0012345612345601234567", "end of the data", 21},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct gs1_offer offer = {.format = 77};
        struct gs1_fault fault = {.at = 12345};
        enum status status = gs1_offer_read(rows[i].data, &offer, &fault);
        if (status != STATUS_BAD_INPUT || fault.at != rows[i].at ||
            strcmp(fault.field, rows[i].field) != 0)
            fail_msg("%s: status %d, %s at %zu: %s", rows[i].data, status, fault.field,
                     fault.at, fault.text);
        assert_int_equal(offer.format, 77);
    }
}

static void
a_positive_offer_with_a_wrong_field_is_not_written(void **state)
{
    (void)state;
    static const struct {
        struct gs1_offer offer;
        const char *field;
    } rows[] = {
        {{2, "123456", "123456", "123456"}, "format code"},
        {{0, "12345", "123456", "123456"}, "funder"},
        {{0, "12345x", "123456", "123456"}, "funder"},
        {{0, "123456", "12345", "123456"}, "offer code"},
        {{0, "123456", "123456", "12345"}, "serial number"},
        {{0, "123456", "123456", ""}, "serial number"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct gs1_fault fault = {0};
        struct buf data BUF_AUTO = {0};
        assert_int_equal(gs1_offer_write(&rows[i].offer, &data, &fault),
                         STATUS_BAD_INPUT);
        assert_string_equal(fault.field, rows[i].field);
        assert_int_equal(data.n, 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_check_digit_is_that_of_the_specifications),
        cmocka_unit_test(a_short_gtin_becomes_one_of_14_digits),
        cmocka_unit_test(a_value_is_refused_where_it_goes_wrong),
        cmocka_unit_test(an_element_string_is_written_and_read_back),
        cmocka_unit_test(a_wrong_element_string_is_refused_at_its_place),
        cmocka_unit_test(published_coupons_are_read_and_written_again),
        cmocka_unit_test(a_coupon_says_all_its_fields),
        cmocka_unit_test(each_field_of_a_coupon_is_refused_where_it_goes_wrong),
        cmocka_unit_test(a_fault_says_in_words_what_was_expected),
        cmocka_unit_test(what_makes_no_coupon_is_refused_by_field),
        cmocka_unit_test(a_coupon_that_makes_no_sense_is_refused),
        cmocka_unit_test(a_coupon_of_more_than_70_digits_is_refused),
        cmocka_unit_test(positive_offers_are_read_and_written_again),
        cmocka_unit_test(each_field_of_a_positive_offer_is_refused_where_it_goes_wrong),
        cmocka_unit_test(a_positive_offer_with_a_wrong_field_is_not_written),
    };
    return cmocka_run_group_tests_name("gs1", tests, NULL, NULL);
}
