/* What an offer says of itself in GS1's words: read from a campaign, refused with its
 * line, and what a piece then carries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "campaign-stage.h"

#include "mint/link.h"

#include <stdio.h>
#include <string.h>

/* The coupon with its <gs1> in line 4, what stands in that in line 5. */
#define COUPON(value, gs1, inside)                                                       \
    HEAD ONE_PLACE                                                                       \
        "<offer name='a' placement='insert'><print template='c'/>\n<coupon " value       \
        " prefix='FERN' valid='30d'><gs1 " gs1 ">\n" inside                              \
        "</gs1></coupon></offer>" TAIL
#define FIVE "amount='5' currency='EUR'"
#define CODE(more, inside)                                                               \
    "<coupon-code prefix='0614141' offer-code='654321' save='250' " more ">" inside      \
    "</coupon-code>"
#define ONE "<purchase requirement='1' family='120'/>"

static const struct gs1_piece piece = {
    .code = "FERN-2345-6789", .value = {500, "EUR"}, .expires = {20818} /* 2026-12-31 */};

static void
assert_carries(struct bench *bench, const char *xml, const struct gs1_piece *of,
               const char *elements, const char *uri)
{
    struct gs1_element got[GS1_PIECE_MOST];
    struct digital_link link;
    size_t count = 0;
    struct buf data BUF_AUTO = {0}, text BUF_AUTO = {0};
    use_campaign(bench, xml);
    const struct gs1_identity *gs1 = campaign->offers[0].coupon.gs1;
    assert_non_null(gs1);
    enum status status = gs1_piece_elements(gs1, of, got, &count, NULL);
    assert_int_equal(status, elements ? STATUS_OK : STATUS_WITHOUT);
    if (elements) {
        assert_int_equal(gs1_write(got, count, &data, NULL), STATUS_OK);
        assert_string_equal(data.p, elements);
    }
    status = digital_link_of_piece("https://id.gs1.org", gs1, of, &link, NULL);
    assert_int_equal(status, uri ? STATUS_OK : STATUS_WITHOUT);
    if (uri) {
        assert_int_equal(digital_link_write(&link, &text, NULL), STATUS_OK);
        assert_string_equal(text.p, uri);
    }
}

static void
a_coupon_number_goes_with_its_serial_day_and_value(void **state)
{
    struct gs1_piece digits = piece, percent = piece, yen = piece, for_ever = piece;
    digits.code = "0042-1234";
    assert_carries(*state, COUPON(FIVE, "gcn='9501101530003'", ""), &digits,
                   "[255]950110153000300421234[17]261231[3902]500",
                   "https://id.gs1.org/255/950110153000300421234?17=261231&3902=500");
    percent.code = "7";
    percent.value.minor = 0;
    percent.percent_bp = 1250;
    assert_carries(*state, COUPON(FIVE, "gcn='9501101530003'", ""), &percent,
                   "[255]95011015300037[17]261231[3941]0125",
                   "https://id.gs1.org/255/95011015300037?17=261231&3941=0125");
    percent.percent_bp = 10000;
    assert_carries(*state, COUPON(FIVE, "gcn='9501101530003' serial='no'", ""), &percent,
                   "[255]9501101530003[17]261231[3940]0100",
                   "https://id.gs1.org/255/9501101530003?17=261231&3940=0100");
    yen.value = (struct money){500, "JPY"};
    assert_carries(*state, COUPON(FIVE, "gcn='9501101530003' serial='no'", ""), &yen,
                   "[255]9501101530003[17]261231[3900]500",
                   "https://id.gs1.org/255/9501101530003?17=261231&3900=500");
    for_ever.expires = DAY_NONE;
    for_ever.value.minor = 0;
    assert_carries(*state, COUPON(FIVE, "gcn='9501101530003' serial='no'", ""), &for_ever,
                   "[255]9501101530003", "https://id.gs1.org/255/9501101530003");
}

/* 250 cents off one of family 120 and 3.00 spent on family 992 of another maker */
#define ALL                                                                              \
    "106141416543213250110120"                                                           \
    "11330019920123456"                                                                  \
    "4261101"                                                                            \
    "677501031311309"                                                                    \
    "96001"

static void
a_coupon_code_is_made_of_its_fields(void **state)
{
    struct gs1_piece digits = piece;
    digits.code = "123456";
    assert_carries(*state, COUPON(FIVE, "", CODE("", ONE)), &piece,
                   "[8110]1061414165432132501101203261231", NULL);
    assert_carries(*state,
                   COUPON(FIVE, "gtin='9501101530003'",
                          CODE("expires='no' save-code='6' multiply='no' "
                               "starts='2026-11-01' retailer='7501031311309' rules='1'",
                               ONE "<purchase requirement='300' code='1' family='992' "
                                   "prefix='123456'/>")),
                   &digits, "[8110]" ALL,
                   "https://id.gs1.org/01/09501101530003?8110=" ALL);
    assert_carries(*state, COUPON(FIVE, "", CODE("serial='yes'", ONE)), &digits,
                   "[8110]1061414165432132501101203261231"
                   "50123456",
                   NULL);
}

static void
a_positive_offer_takes_its_serial_from_the_code(void **state)
{
    struct gs1_piece digits = piece;
    digits.code = "666666";
    assert_carries(*state,
                   COUPON(FIVE, "gcn='9501101530003'",
                          "<positive-offer funder='1234567' offer-code='999999'/>"),
                   &digits, "[8112]0112345679999990666666",
                   "https://id.gs1.org/255/9501101530003666666?17=261231&3902=500&8112="
                   "0112345679999990666666");
}

static void
a_product_alone_has_a_link_and_no_data(void **state)
{
    assert_carries(*state, COUPON(FIVE, "gtin='036000291452'", ""), &piece, NULL,
                   "https://id.gs1.org/01/00036000291452");
    assert_carries(*state, COUPON(FIVE, "", ""), &piece, NULL, NULL);
}

static void
a_serial_is_the_codes_own_and_always_the_same(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        size_t least, most;
        const char *serial; /* NULL: made by the hash */
    } rows[] = {
        {"123456", 6, 15, "123456"},
        {"0012-3456", 6, 15, "00123456"},
        {"123456789012345", 6, 15, "123456789012345"},
        {"1234567890123456", 6, 15, NULL},
        {"12345", 6, 15, NULL},
        {"12345", 1, 12, "12345"},
        {"1234567890123", 1, 12, NULL},
        {"FERN-2345-6789", 6, 15, NULL},
        {"", 1, 12, NULL},
        {"-", 1, 12, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char serial[16], again[16], other[16], changed[40];
        gs1_serial(rows[i].code, rows[i].least, rows[i].most, serial);
        gs1_serial(rows[i].code, rows[i].least, rows[i].most, again);
        assert_string_equal(serial, again);
        if (rows[i].serial) {
            assert_string_equal(serial, rows[i].serial);
            continue;
        }
        assert_int_equal(strlen(serial), rows[i].most);
        assert_int_equal(strspn(serial, "0123456789"), rows[i].most);
        snprintf(changed, sizeof changed, "%sX", rows[i].code);
        gs1_serial(changed, rows[i].least, rows[i].most, other);
        assert_string_not_equal(serial, other);
    }
}

static void
wrong_gs1_data_are_refused_with_their_line(void **state)
{
    static const struct {
        const char *xml;
        int note, line;
        const char *says;
    } cases[] = {
        {COUPON(FIVE, "gcn='9501101530004'", ""), NOTE_GS1_WRONG, 4,
         "gcn=\"9501101530004\": (255): the check digit is 4, it should be 3"},
        {COUPON(FIVE, "gtin='036000291453'", ""), NOTE_GS1_WRONG, 4,
         "the GTIN's check digit is 3"},
        {COUPON(FIVE, "", CODE("save-code='5'", ONE)), NOTE_GS1_WRONG, 5,
         "the save value is more than 100 percent"},
        {COUPON(FIVE, "", CODE("applies-to='1'", ONE)), NOTE_GS1_WRONG, 5,
         "of a purchase that is not told"},
        {COUPON(FIVE, "", CODE("retailer='7501031311300'", ONE)), NOTE_GS1_WRONG, 5,
         "is a GLN"},
        {COUPON(FIVE, "", CODE("starts='2099-01-01'", ONE)), NOTE_GS1_WRONG, 5,
         "before the start date"},
        {COUPON(FIVE, "", CODE("starts='2026-01-01Z'", ONE)), NOTE_GS1_WRONG, 5,
         "plain day"},
        {COUPON(FIVE, "",
                CODE("serial='yes' retailer='7501031311309'",
                     ONE "<purchase requirement='12345' family='120' "
                         "prefix='123456789012'/>")),
         NOTE_GS1_WRONG, 5, "70 are the most"},
        {COUPON(FIVE, "gcn='9501101530003' gtin='036000291452'", ""), NOTE_GS1_WRONG, 4,
         "exclude one another"},
        {COUPON(FIVE, "", CODE("", "")), NOTE_XML_INVALID, 5, NULL},
        {COUPON(FIVE, "", CODE("", ONE ONE ONE ONE)), NOTE_XML_INVALID, 5, NULL},
        {COUPON(FIVE, "", "<positive-offer funder='12345' offer-code='123456'/>"),
         NOTE_XML_INVALID, 5, NULL},
    };
    struct bench *bench = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        enum status status = try_campaign(bench, cases[i].xml);
        const struct note *note = &bench->notes.note[0];
        if (status != STATUS_BAD_INPUT || (int)note->id != cases[i].note ||
            note->line != cases[i].line ||
            (cases[i].says && !strstr(note->text, cases[i].says)))
            fail_msg("case %zu: %d, note %d, line %d: %s", i, (int)status, (int)note->id,
                     (int)note->line, note->text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ON_STAGE(a_coupon_number_goes_with_its_serial_day_and_value),
        ON_STAGE(a_coupon_code_is_made_of_its_fields),
        ON_STAGE(a_positive_offer_takes_its_serial_from_the_code),
        ON_STAGE(a_product_alone_has_a_link_and_no_data),
        ON_STAGE(a_serial_is_the_codes_own_and_always_the_same),
        ON_STAGE(wrong_gs1_data_are_refused_with_their_line),
    };
    return cmocka_run_group_tests_name("campaign-gs1", tests, NULL, NULL);
}
