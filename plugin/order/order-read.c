/* Orders in: a valid document becomes a struct order.
 *
 * The schema has checked names, presence and simple types; here come the things that it
 * cannot say: decimals of a currency, offsets of times, more returned than sent. */
#include "order/order-inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ORDER_MAX_BYTES (16u << 20)
/* Sums of a thousand such amounts still fit, and all their digits pass the schema. */
#define MOST_MINOR 1000000000000000
/* An instant beyond these has no four-digit year in UTC and would not read back. */
#define YEAR_1_S (-62135596800)
#define YEAR_10000_S 253402300800

static const char order_rng[] =
#include "order/order.rng.inc"
    ;
static const char history_rng[] =
#include "order/history.rng.inc"
    ;

enum status
order_reader_open(struct notes *notes, struct order_reader **ret)
{
    struct order_reader *reader = calloc(1, sizeof(*reader));
    if (!reader)
        return STATUS_NO_MEMORY;
    enum status status = xml_schema_open(order_rng, "order.rng", notes, &reader->order);
    if (status == STATUS_OK)
        status = xml_schema_open(history_rng, "history.rng", notes, &reader->history);
    if (status != STATUS_OK) {
        order_reader_close(reader);
        return status;
    }
    xml_schema_hide_values(reader->order);
    xml_schema_hide_values(reader->history);
    *ret = reader;
    return status;
}

void
order_reader_close(struct order_reader *reader)
{
    if (!reader)
        return;
    xml_schema_close(reader->order);
    xml_schema_close(reader->history);
    free(reader);
}

/* --- attributes ------------------------------------------------------------------- */

enum status
read_money(const struct document *document, const xmlNode *node, const char *attr,
           struct money *ret)
{
    const char *text = xml_attr(document->arena, node, attr);
    struct money money;
    if (!text)
        return STATUS_OK;
    if (money_parse(text, document->currency, &money) && money.minor <= MOST_MINOR &&
        money.minor >= -MOST_MINOR) {
        *ret = money;
        return STATUS_OK;
    }
    return note_fail(
        document->notes, STATUS_BAD_INPUT, NOTE_BAD_AMOUNT, document->name,
        xml_line(node),
        "%s=\"%.40s\" is no amount of %s; expected a decimal with at most %d "
        "decimals and 15 digits",
        attr, text, document->currency, money_digits(document->currency));
}

enum status
read_time(const struct document *document, const xmlNode *node, const char *attr,
          int64_t *ret_s)
{
    const char *text = xml_attr(document->arena, node, attr);
    int64_t s = 0;
    if (!text)
        return STATUS_OK;
    if (time_parse(text, document->zone, &s) && s >= YEAR_1_S && s < YEAR_10000_S) {
        *ret_s = s;
        return STATUS_OK;
    }
    return note_fail(document->notes, STATUS_BAD_INPUT, NOTE_BAD_TIME, document->name,
                     xml_line(node),
                     "%s=\"%.40s\" is no time; expected 2026-11-22 or "
                     "2026-11-22T09:30:00+01:00 with its offset from UTC",
                     attr, text);
}

enum status
read_length(const struct document *document, const xmlNode *node, const char *attr,
            int32_t *ret_mm100)
{
    const char *text = xml_attr(document->arena, node, attr);
    if (!text || length_parse(text, ret_mm100))
        return STATUS_OK;
    return note_fail(document->notes, STATUS_BAD_INPUT, NOTE_BAD_LENGTH, document->name,
                     xml_line(node),
                     "%s=\"%.40s\" is no length of at most 5 m; expected "
                     "220mm, 22cm or 8.5in",
                     attr, text);
}

int64_t
read_count(const struct document *document, const xmlNode *node, const char *attr,
           int64_t otherwise)
{
    int64_t value = otherwise;
    (void)text_to_int64(xml_attr(document->arena, node, attr), &value);
    return value;
}

bool
read_truth(const struct document *document, const xmlNode *node, const char *attr)
{
    const char *text = xml_attr(document->arena, node, attr);
    return text_equal(text, "true") || text_equal(text, "1");
}

/* --- lines ------------------------------------------------------------------------ */

static enum status
read_line(const struct document *document, const xmlNode *node, struct order_line *ret)
{
    struct arena *arena = document->arena;
    *ret = (struct order_line){
        .sku = xml_attr(arena, node, "sku"),
        .name = xml_child_text(arena, node, "name"),
        .category = xml_attr(arena, node, "category"),
        .tags = xml_attr(arena, node, "tags"),
        .quantity = read_count(document, node, "quantity", 1),
        .returned = read_count(document, node, "returned", 0),
    };
    if (!ret->sku)
        return STATUS_NO_MEMORY;
    if (ret->returned > ret->quantity)
        return note_fail(document->notes, STATUS_BAD_INPUT, NOTE_RETURNED_TOO_MANY,
                         document->name, xml_line(node),
                         "returned=\"%lld\" is more than quantity=\"%lld\"",
                         (long long)ret->returned, (long long)ret->quantity);
    return read_money(document, node, "unit-price", &ret->unit_price);
}

enum status
read_lines(const struct document *document, const xmlNode *parent,
           struct order_line **ret, size_t *ret_count)
{
    struct order_line *lines = NULL;
    size_t count = 0, room = 0;
    int64_t total = 0;
    for (const xmlNode *node = xml_first(parent, "line"); node;
         node = xml_next(node, "line")) {
        struct order_line *line =
            arena_append(document->arena, &lines, &count, &room, sizeof(*line));
        if (!line)
            return STATUS_NO_MEMORY;
        enum status status = read_line(document, node, line);
        if (status != STATUS_OK)
            return status;
        int64_t amount = 0;
        if (__builtin_mul_overflow(line->unit_price.minor, line->quantity, &amount) ||
            __builtin_add_overflow(total, amount, &total) || total > MOST_MINOR ||
            total < -MOST_MINOR)
            return note_fail(document->notes, STATUS_BAD_INPUT, NOTE_BAD_AMOUNT,
                             document->name, xml_line(node),
                             "the lines up to here come to more than can be counted");
    }
    *ret = lines;
    *ret_count = count;
    return STATUS_OK;
}

/* --- the customer ------------------------------------------------------------------ */

static void
read_address(const struct document *document, const xmlNode *node, struct address *ret)
{
    struct arena *arena = document->arena;
    if (!node)
        return;
    *ret = (struct address){
        .street = xml_child_text(arena, node, "street"),
        .city = xml_child_text(arena, node, "city"),
        .region = xml_attr(arena, node, "region"),
        .postcode = xml_attr(arena, node, "postcode"),
        .country = xml_attr(arena, node, "country"),
    };
}

const char *
consent_name(enum consent consent)
{
    switch (consent) {
    case CONSENT_MARKETING:
        return "marketing";
    case CONSENT_PERSONALISATION:
        return "personalisation";
    case CONSENT_SURVEY:
        return "survey";
    case CONSENT_LEADERBOARD:
        return "leaderboard";
    }
    return "?";
}

static void
read_consents(const struct document *document, const xmlNode *node, struct customer *ret)
{
    for (const xmlNode *consent = xml_first(node, "consent"); consent;
         consent = xml_next(consent, "consent")) {
        const char *what = xml_attr(document->arena, consent, "for");
        for (uint32_t bit = CONSENT_MARKETING; bit <= CONSENT_LEADERBOARD; bit <<= 1) {
            if (!text_equal(what, consent_name(bit)))
                continue;
            ret->consents &= ~bit; /* the last word on it counts */
            ret->refused &= ~bit;
            *(read_truth(document, consent, "given") ? &ret->consents : &ret->refused) |=
                bit;
        }
    }
}

/* "1988-11-22", or "--11-22" without the year. */
static enum status
read_birthday(const struct document *document, const xmlNode *node, struct date *ret)
{
    const char *text = xml_attr(document->arena, node, "birthday");
    char leap[24];
    struct day day;
    if (!text)
        return STATUS_OK;
    bool has_year = text[0] != '-';
    if (!has_year && strlen(text) == 7) { /* 2000 had a 29 February */
        memcpy(leap, "2000", 4);
        memcpy(leap + 4, text + 1, 7);
        text = leap;
    }
    if (!day_parse(text, &day))
        return note_fail(document->notes, STATUS_BAD_INPUT, NOTE_BAD_BIRTHDAY,
                         document->name, xml_line(node),
                         "the birthday is no day of the calendar; expected 1988-11-22 or "
                         "--11-22");
    *ret = day_date(day);
    if (!has_year)
        ret->year = 0;
    return STATUS_OK;
}

static enum status
read_customer(const struct document *document, const xmlNode *node, struct customer *ret)
{
    struct arena *arena = document->arena;
    *ret = (struct customer){
        .id = xml_attr(arena, node, "id"),
        .given_name = xml_child_text(arena, node, "given-name"),
        .family_name = xml_child_text(arena, node, "family-name"),
        .email = xml_child_text(arena, node, "email"),
        .language = xml_attr(arena, node, "language"),
        .channel = xml_attr(arena, node, "channel"),
    };
    read_address(document, xml_first(node, "address"), &ret->address);
    read_consents(document, node, ret);
    return read_birthday(document, node, &ret->birthday);
}

/* --- the order ---------------------------------------------------------------------- */

/* A birthday to come is a slip of the keys, nothing to congratulate on. */
static void
forget_future_birthday(const struct document *document, const xmlNode *node,
                       struct order *ret)
{
    struct date *birthday = &ret->customer.birthday;
    struct day placed = zone_day(document->zone, ret->placed_at_s, NULL);
    if (birthday->year == 0 ||
        day_from_date(birthday->year, birthday->month, birthday->day).n <= placed.n)
        return;
    note_add(document->notes, NOTE_FUTURE_BIRTHDAY, document->name, xml_line(node),
             "the birthday lies after the order; it counts as not known");
    *birthday = (struct date){0};
}

static enum status
read_carton(const struct document *document, const xmlNode *node, struct order *ret)
{
    if (!node)
        return STATUS_OK;
    ret->carton_code = xml_attr(document->arena, node, "code");
    enum status status = read_length(document, node, "length", &ret->carton_length_mm100);
    if (status == STATUS_OK)
        status = read_length(document, node, "width", &ret->carton_width_mm100);
    if (status == STATUS_OK)
        status = read_length(document, node, "height", &ret->carton_height_mm100);
    double grams = 0;
    if (text_to_double(xml_attr(document->arena, node, "grams"), &grams))
        ret->carton_mg = (int32_t)lround(grams * 1000);
    return status;
}

static void
read_context(const struct document *document, const xmlNode *node, struct order *ret)
{
    if (!node)
        return;
    ret->weather = xml_attr(document->arena, node, "weather");
    ret->sales_channel = xml_attr(document->arena, node, "channel");
    ret->store = xml_attr(document->arena, node, "store");
    ret->station = xml_attr(document->arena, node, "station");
    ret->wave = xml_attr(document->arena, node, "wave");
}

static enum status
order_from_node(const struct document *document, const xmlNode *root, struct order *ret)
{
    struct arena *arena = document->arena;
    const char *package = xml_attr(arena, root, "package");
    ret->merchant = xml_attr(arena, root, "merchant");
    ret->id = xml_attr(arena, root, "id");
    ret->package = package ? package : "1";
    ret->currency = document->currency;
    ret->is_gift = read_truth(document, root, "gift");
    ret->gift_message = xml_child_text(arena, root, "gift-message");
    if (!ret->merchant || !ret->id)
        return STATUS_NO_MEMORY;
    enum status status = read_time(document, root, "placed-at", &ret->placed_at_s);
    if (status == STATUS_OK)
        status = read_customer(document, xml_first(root, "customer"), &ret->customer);
    if (status == STATUS_OK)
        status =
            read_lines(document, xml_first(root, "lines"), &ret->lines, &ret->line_count);
    if (status == STATUS_OK)
        status = read_carton(document, xml_first(root, "carton"), ret);
    if (status == STATUS_OK)
        forget_future_birthday(document, xml_first(root, "customer"), ret);
    read_address(document, xml_first(root, "destination"), &ret->destination);
    read_context(document, xml_first(root, "context"), ret);
    return status;
}

static enum status
set_digest(struct order *order)
{
    struct buf dump BUF_AUTO = {0};
    struct order moved = *order;
    moved.station = moved.wave = NULL;
    order_dump(&moved, &dump);
    if (dump.failed)
        return STATUS_NO_MEMORY;
    order->digest = hash_sha256(dump.p, dump.n);
    return STATUS_OK;
}

enum status
order_read(const struct order_reader *reader, const char *bytes, size_t n,
           const char *name, const struct zone *zone, struct arena *arena,
           struct notes *notes, struct order **ret)
{
    xmlDoc *doc XML_DOC_AUTO = NULL;
    enum status status =
        xml_read_memory(bytes, n, name, reader->order, ORDER_MAX_BYTES, notes, &doc);
    if (status != STATUS_OK)
        return status;
    const xmlNode *root = xmlDocGetRootElement(doc);
    if (!xml_is(root, "order"))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_XML_INVALID, name, xml_line(root),
                         "expected <order>, found <%.40s>", (const char *)root->name);
    const struct document document = {arena, notes, zone, name,
                                      xml_attr(arena, root, "currency")};
    struct order *order = arena_make(arena, sizeof(*order));
    if (!order || !document.currency)
        return STATUS_NO_MEMORY;
    status = order_from_node(&document, root, order);
    if (status == STATUS_OK)
        status = set_digest(order);
    if (status == STATUS_OK)
        *ret = order;
    return status;
}
