/* Reads what an offer says of itself in GS1's words: the <gs1> of its coupon.
 *
 * The schema has made sure of digits and their counts; whether they make data that a till
 * takes is tried out here with a sample piece, so that a wrong check digit is told with
 * its line when the campaign is loaded and not by a till. */
#include "campaign/campaign-inside.h"

#include "base/xml.h"

#include <stdio.h>
#include <string.h>

/* The longest of what a piece may bring: a serial of 15 digits and a last day. */
#define SAMPLE_CODE "SAMPLE"
#define SAMPLE_DAY day_from_date(2049, 12, 31)

static void
copy_text(struct reader *reader, const xmlNode *node, const char *name, char *to,
          size_t room)
{
    const char *text = xml_attr(reader->arena, node, name);
    snprintf(to, room, "%s", text ? text : "");
}

static bool
is_attr(struct reader *reader, const xmlNode *node, const char *name, const char *value)
{
    return text_equal(xml_attr(reader->arena, node, name), value);
}

static void
read_purchases(struct reader *reader, const xmlNode *node, struct gs1_coupon *coupon)
{
    size_t place = 0;
    for (xmlNode *n = xml_first(node, "purchase"); n && place < 3;
         n = xml_next(n, "purchase"), place++) {
        struct gs1_purchase *purchase = &coupon->purchase[place];
        copy_text(reader, n, "requirement", purchase->requirement,
                  sizeof purchase->requirement);
        copy_text(reader, n, "family", purchase->family, sizeof purchase->family);
        copy_text(reader, n, "prefix", purchase->prefix, sizeof purchase->prefix);
        purchase->code = (int32_t)reader_number(reader, n, "code", 0);
    }
}

static void
read_coupon_code(struct reader *reader, const xmlNode *node,
                 struct gs1_identity *identity)
{
    struct gs1_coupon *coupon = &identity->coupon;
    const char *starts = xml_attr(reader->arena, node, "starts");
    identity->kind = GS1_COUPON;
    identity->has_serial = is_attr(reader, node, "serial", "yes");
    identity->has_expiry = !is_attr(reader, node, "expires", "no");
    copy_text(reader, node, "prefix", coupon->prefix, sizeof coupon->prefix);
    copy_text(reader, node, "offer-code", coupon->offer_code, sizeof coupon->offer_code);
    copy_text(reader, node, "save", coupon->save_value, sizeof coupon->save_value);
    copy_text(reader, node, "retailer", coupon->retailer, sizeof coupon->retailer);
    coupon->rules = (int32_t)reader_number(reader, node, "rules", 0);
    coupon->save_code = (int32_t)reader_number(reader, node, "save-code", 0);
    coupon->applies_to = (int32_t)reader_number(reader, node, "applies-to", 0);
    coupon->store_flag = (int32_t)reader_number(reader, node, "store-coupon", 0);
    coupon->dont_multiply = is_attr(reader, node, "multiply", "no");
    coupon->has_misc = coupon->save_code || coupon->applies_to || coupon->store_flag ||
                       coupon->dont_multiply;
    coupon->starts = coupon->expires = DAY_NONE;
    if (starts && !day_parse(starts, &coupon->starts))
        reader_complain(reader, NOTE_GS1_WRONG, xml_line(node),
                        "starts=\"%s\" must be a plain day, yyyy-mm-dd", starts);
    read_purchases(reader, node, coupon);
}

static void
read_positive_offer(struct reader *reader, const xmlNode *node,
                    struct gs1_identity *identity)
{
    struct gs1_offer *offer = &identity->offer;
    identity->kind = GS1_OFFER;
    offer->format = (int32_t)reader_number(reader, node, "format", 0);
    copy_text(reader, node, "funder", offer->funder, sizeof offer->funder);
    copy_text(reader, node, "offer-code", offer->offer_code, sizeof offer->offer_code);
}

static void
read_keys(struct reader *reader, const xmlNode *node, struct gs1_identity *identity)
{
    struct gs1_fault fault;
    const char *gtin = xml_attr(reader->arena, node, "gtin");
    copy_text(reader, node, "gcn", identity->gcn, sizeof identity->gcn);
    if (identity->gcn[0])
        identity->has_serial = !is_attr(reader, node, "serial", "no");
    if (gtin && identity->gcn[0])
        reader_complain(reader, NOTE_GS1_WRONG, xml_line(node),
                        "gtin and gcn exclude one another: a link is to one of them");
    if (gtin && gs1_gtin14(gtin, identity->gtin, &fault) != STATUS_OK)
        reader_complain(reader, NOTE_GS1_WRONG, xml_line(node), "gtin=\"%s\": %s", gtin,
                        fault.text);
    if (identity->gcn[0] && gs1_check("255", identity->gcn, &fault) != STATUS_OK)
        reader_complain(reader, NOTE_GS1_WRONG, xml_line(node), "gcn=\"%s\": %s",
                        identity->gcn, fault.text);
}

static void
try_out(struct reader *reader, const xmlNode *node, const struct gs1_identity *identity)
{
    struct gs1_element elements[GS1_PIECE_MOST];
    size_t count;
    struct gs1_fault fault = {0};
    const struct gs1_piece piece = {.code = SAMPLE_CODE, .expires = SAMPLE_DAY};
    if (identity->kind != GS1_NO_DATA &&
        gs1_piece_elements(identity, &piece, elements, &count, &fault) ==
            STATUS_BAD_INPUT)
        reader_complain(reader, NOTE_GS1_WRONG, xml_line(node),
                        "the GS1 data of this coupon cannot be made: %s", fault.text);
}

const struct gs1_identity *
reader_gs1(struct reader *reader, const xmlNode *coupon)
{
    const xmlNode *node = xml_first(coupon, "gs1");
    struct gs1_identity *identity =
        node ? reader_array(reader, 1, sizeof *identity) : NULL;
    if (identity == NULL)
        return NULL;
    const xmlNode *code = xml_first(node, "coupon-code");
    const xmlNode *positive = xml_first(node, "positive-offer");
    read_keys(reader, node, identity);
    if (code)
        read_coupon_code(reader, code, identity);
    else if (positive)
        read_positive_offer(reader, positive, identity);
    try_out(reader, code ? code : positive ? positive : node, identity);
    return identity;
}
