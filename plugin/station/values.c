/* Values: facts, order and choice as the document that fills a template's holes.
 *
 * All text is escaped here and stays text from here on. A gift order's document holds no
 * price and no history, so no template can print one by mistake. */
#include "station/values.h"

#include "mint/link.h"
#include "press/job.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PAST_SHOWN 12 /* past purchases that a template may list */

const char *
values_lang(const struct values_input *input)
{
    bool is_for_house = input->slip && input->slip->is_for_house;
    if (!is_for_house && input->order && input->order->customer.language)
        return input->order->customer.language;
    return input->settings->language;
}

static void
put(struct buf *out, const char *name, const char *type, const char *value)
{
    buf_printf(out, "<v name=\"%s\" type=\"%s\">", name, type);
    buf_xml(out, value ? value : "");
    buf_puts(out, "</v>\n");
}

static void
put_number(struct buf *out, const char *name, double value)
{
    char text[32];
    text_from_double(value, text);
    put(out, name, "number", text);
}

static void
put_facts(struct buf *out, const struct facts *facts)
{
    for (size_t i = 0; i < FACT_COUNT; i++) {
        const struct fact_def *def = &fact_table[i];
        const struct fact *fact = &facts->fact[i];
        switch (def->type) {
        case FACT_NUMBER:
        case FACT_MONEY:
            put_number(out, def->name, fact->number);
            break;
        case FACT_TRUTH:
            put(out, def->name, "truth", fact->number != 0 ? "true" : "false");
            break;
        case FACT_WORD:
        case FACT_TEXT:
        case FACT_DAY:
            put(out, def->name, "text", fact->text);
            break;
        }
    }
}

/* Days and amounts of the points account, written as the reader writes them. */
static void
put_loyalty(struct buf *out, const struct values_input *input, const char *lang)
{
    const struct fact *facts = input->facts->fact;
    const double missing = facts[FACT_SPEND_TO_NEXT].number;
    struct day day = DAY_NONE;
    struct money money = {0};
    char until[96], spend[96] = "";
    (void)day_parse(facts[FACT_POINTS_EXPIRE_ON].text, &day);
    display_day(input->display, day, lang, until);
    if (missing > 0 && !input->order->is_gift) {
        money.minor = (int64_t)missing;
        memcpy(money.currency, input->order->currency, sizeof(money.currency));
        display_money(input->display, money, lang, true, spend);
    }
    put(out, "points-good-until", "text", until);
    put(out, "spend-to-next-text", "text", spend);
}

static void
put_holiday(struct buf *out, const struct values_input *input, const char *lang)
{
    struct day day = DAY_NONE;
    char text[96];
    (void)day_parse(input->facts->fact[FACT_NEXT_HOLIDAY_ON].text, &day);
    display_day(input->display, day, lang, text);
    put(out, "next-holiday-day", "text", text);
}

static void
put_customer(struct buf *out, const struct customer *customer)
{
    struct buf full BUF_AUTO = {0};
    buf_puts(&full, customer->given_name);
    if (customer->given_name && customer->family_name)
        buf_puts(&full, " ");
    buf_puts(&full, customer->family_name);
    put(out, "given-name", "text", customer->given_name);
    put(out, "family-name", "text", customer->family_name);
    put(out, "full-name", "text", full.p);
}

static void
put_order(struct buf *out, const struct values_input *input, const char *lang)
{
    const struct order *order = input->order;
    char day[96];
    display_day(input->display, zone_day(input->settings->zone, order->placed_at_s, NULL),
                lang, day);
    put(out, "order-id", "text", order->id);
    put(out, "package", "text", order->package);
    put(out, "placed-on", "text", day);
    put(out, "gift-message", "text", order->gift_message);
    put(out, "carton-code", "text", order->carton_code);
    put_number(out, "carton-length", order->carton_length_mm100 / 100.0);
    put_number(out, "carton-width", order->carton_width_mm100 / 100.0);
    put_number(out, "carton-height", order->carton_height_mm100 / 100.0);
    put(out, "station", "text", order->station);
    put_number(out, "line-count", (double)order->line_count);
}

static const char *
coupon_kind_name(enum coupon_kind kind)
{
    static const char *const names[] = {"none", "percent", "amount", "shipping", "item"};
    return names[kind];
}

static void
put_given(struct buf *out, const struct coupon *coupon, const struct given *given)
{
    int64_t all = 0;
    for (size_t i = 0; i < coupon->cause_count; i++) {
        char name[32];
        int64_t count = given ? given->of_cause[i] : 0;
        all += count;
        snprintf(name, sizeof(name), "given-%zu", i + 1);
        put_number(out, name, (double)count);
    }
    if (coupon->cause_count > 0)
        put_number(out, "given", (double)all);
}

static void
put_coupon(struct buf *out, const struct values_input *input, const char *lang)
{
    const struct coupon *coupon = &input->choice->offer->coupon;
    char value[96] = "", minimum[96] = "", expires[96];
    struct buf plain BUF_AUTO = {0};
    if (coupon->kind == COUPON_PERCENT)
        display_percent(input->display, coupon->percent_bp, lang, value);
    else if (coupon->kind == COUPON_AMOUNT)
        display_money(input->display, coupon->amount, lang, true, value);
    if (coupon->minimum.minor > 0)
        display_money(input->display, coupon->minimum, lang, true, minimum);
    display_day(input->display, input->expires, lang, expires);
    for (const char *p = input->code; p && *p; p++)
        if (*p != '-')
            buf_add(&plain, p, 1);
    put(out, "coupon-kind", "text", coupon_kind_name(coupon->kind));
    put(out, "coupon-value", "text", value);
    put(out, "coupon-minimum", "text", minimum);
    put(out, "coupon-sku", "text", coupon->sku);
    put_given(out, coupon, input->given);
    put(out, "code", "text", input->code);
    put(out, "code-plain", "text", plain.p);
    put(out, "expires-on", "text", expires);
}

static const char *
or_empty(const char *text)
{
    return text ? text : "";
}

#define LINK_PLACES 9

/* Names as settings_link_places. */
static void
fill_places(const struct values_input *input, struct fetch_param ret[LINK_PLACES])
{
    const struct choice *choice = input->choice;
    const struct fetch_param params[LINK_PLACES] = {
        {"code", or_empty(input->code)},
        {"order", input->order ? input->order->id : ""},
        {"offer", choice ? choice->offer->name : ""},
        {"arm", choice && choice->arm ? choice->arm->name : ""},
        {"sku", choice ? or_empty(choice->offer->coupon.sku) : ""},
        {"campaign", input->campaign},
        {"placement", input->placement ? input->placement->name : ""},
        {"merchant", input->settings->merchant},
        {"lang", values_lang(input)},
    };
    memcpy(ret, params, sizeof(params));
}

static void
put_link(struct buf *out, const struct values_input *input)
{
    struct buf url BUF_AUTO = {0};
    const struct settings *settings = input->settings;
    struct fetch_param places[LINK_PLACES];
    fill_places(input, places);
    if (settings->link)
        (void)link_write(settings->link, settings->link_parameters,
                         settings->link_parameter_count, places, LINK_PLACES, &url);
    put(out, "short-url", "text", url.p);
}

static void
write_digital_link(const struct values_input *input, const struct gs1_piece *piece,
                   struct buf *out)
{
    const struct settings *settings = input->settings;
    struct fetch_param places[LINK_PLACES];
    struct digital_link link;
    fill_places(input, places);
    if (digital_link_of_piece(settings->digital_link, input->choice->offer->coupon.gs1,
                              piece, &link, NULL) == STATUS_OK &&
        link_others(settings->link_parameters, settings->link_parameter_count, places,
                    LINK_PLACES, &link) == STATUS_OK)
        (void)digital_link_write(&link, out, NULL);
}

/* What the campaign says of the coupon in GS1's words, with this piece's code. Loading
 * the campaign has tried it out; were it to fail here, no symbol is the right answer. */
static void
put_gs1(struct buf *out, const struct values_input *input)
{
    const struct coupon *coupon = &input->choice->offer->coupon;
    const struct gs1_piece piece = {
        .code = or_empty(input->code),
        .expires = input->expires,
        .value = coupon->kind == COUPON_AMOUNT ? coupon->amount : (struct money){0},
        .percent_bp = coupon->kind == COUPON_PERCENT ? coupon->percent_bp : 0,
    };
    struct buf data BUF_AUTO = {0}, uri BUF_AUTO = {0};
    struct gs1_element elements[GS1_PIECE_MOST];
    size_t count = 0;
    bool has_gs1 = coupon->gs1 && piece.code[0];
    if (has_gs1 &&
        gs1_piece_elements(coupon->gs1, &piece, elements, &count, NULL) == STATUS_OK)
        (void)gs1_write(elements, count, &data, NULL);
    if (has_gs1)
        write_digital_link(input, &piece, &uri);
    put(out, "gs1", "text", data.p);
    put(out, "digital-link", "text", uri.p);
}

/* The odds of an offer that was drawn for, as a share and as one in so many; the day by
 * which what it asks is to be done; which step of how many of a series it is. */
static void
put_play(struct buf *out, const struct values_input *input, const char *lang)
{
    const struct offer *offer = input->choice->offer;
    struct day by = DAY_NONE;
    char day[96];
    if (offer->answer_days > 0 && input->order) {
        by = zone_day(input->settings->zone, input->order->placed_at_s, NULL);
        by.n += offer->answer_days;
    }
    display_day(input->display, by, lang, day);
    put(out, "answer-by", "text", day);
    put_number(out, "step", offer->step);
    put_number(out, "steps", offer->series ? (double)offer->series->step_count : 0);
    put_number(out, "odds", offer->odds);
    put_number(out, "odds-one-in",
               offer->odds > 0 ? round(100.0 / offer->odds) / 100.0 : 0);
}

static void
put_texts(struct buf *out, const struct values_input *input, const char *lang)
{
    const struct choice *choice = input->choice;
    const struct choice fallback = {.placement = input->placement};
    const struct offer_text *sets[] = {
        choice && choice->arm ? choice->arm->texts : NULL,
        choice             ? choice->offer->texts
        : input->placement ? input->placement->fallback_texts
                           : NULL,
    };
    const size_t counts[] = {
        choice && choice->arm ? choice->arm->text_count : 0,
        choice             ? choice->offer->text_count
        : input->placement ? input->placement->fallback_text_count
                           : 0,
    };
    /* Each name once, with the text that fits the reader best. */
    for (size_t set = 0; set < COUNT_OF(sets); set++)
        for (size_t i = 0; i < counts[set]; i++) {
            const char *name = sets[set][i].name;
            bool is_seen = false;
            for (size_t s = 0; s <= set && !is_seen; s++)
                for (size_t j = 0; j < (s == set ? i : counts[s]) && !is_seen; j++)
                    is_seen = text_equal(sets[s][j].name, name);
            if (!is_seen)
                put(out, name, "text",
                    choice_text(choice ? choice : &fallback, name, lang));
        }
}

static void
put_lines(struct buf *out, const struct values_input *input, const char *lang)
{
    const struct order *order = input->order;
    for (size_t i = 0; i < order->line_count; i++) {
        const struct order_line *line = &order->lines[i];
        char price[96] = "";
        if (!order->is_gift && line->unit_price.currency[0])
            display_money(input->display, line->unit_price, lang, false, price);
        buf_puts(out, "<line sku=\"");
        buf_xml(out, line->sku);
        buf_printf(out, "\" quantity=\"%lld\" category=\"", (long long)line->quantity);
        buf_xml(out, line->category);
        buf_puts(out, "\" tags=\"");
        buf_xml(out, line->tags);
        buf_puts(out, "\" price=\"");
        buf_xml(out, price);
        buf_puts(out, "\">");
        buf_xml(out, line->name ? line->name : line->sku);
        buf_puts(out, "</line>\n");
    }
}

static void
put_past(struct buf *out, const struct facts *facts)
{
    size_t shown = 0;
    for (size_t i = facts->order_count; i-- > 0 && shown < PAST_SHOWN;) {
        const struct past_order *past = &facts->history->orders[facts->order_index[i]];
        char day[16];
        day_text(zone_day(facts->zone, past->placed_at_s, NULL), day);
        for (size_t j = 0; j < past->line_count && shown < PAST_SHOWN; j++, shown++) {
            buf_puts(out, "<past sku=\"");
            buf_xml(out, past->lines[j].sku);
            buf_puts(out, "\" category=\"");
            buf_xml(out, past->lines[j].category);
            buf_printf(out, "\" day=\"%s\">", day);
            buf_xml(out, past->lines[j].name ? past->lines[j].name : past->lines[j].sku);
            buf_puts(out, "</past>\n");
        }
    }
}

/* "" when it is 0: not known */
static void
put_count(struct buf *out, const char *name, int64_t count)
{
    char text[24] = "";
    if (count > 0)
        snprintf(text, sizeof text, "%lld", (long long)count);
    put(out, name, "text", text);
}

static void
put_slip(struct buf *out, const struct values_input *input, const char *lang)
{
    const struct values_slip *slip = input->slip;
    char day[96];
    display_day(input->display, zone_day(input->settings->zone, input->created_s, NULL),
                lang, day);
    put(out, "printed-on", "text", day);
    put(out, "printer", "text", slip->printer);
    put(out, "printer-uri", "text", slip->uri);
    put(out, "printer-media", "text", slip->media);
    put(out, "printer-format", "text", slip->format);
    put_count(out, "printer-dpi", slip->dpi);
    put_number(out, "paper-width", slip->paper_width_mm100 / 100.0);
    put_number(out, "paper-height", slip->paper_height_mm100 / 100.0);
    put(out, "placement", "text", input->placement ? input->placement->name : NULL);
    put(out, "reason", "text", slip->reason);
    put(out, "pick-sku", "text", slip->pick_sku);
    put(out, "pick-bin", "text", slip->pick_bin);
    put(out, "wave", "text", slip->wave);
    put_count(out, "wave-place", slip->wave_place);
    put_count(out, "wave-places", slip->wave_places);
}

void
values_add_slip(const char *values, const struct values_input *input, struct buf *out)
{
    const char *end = strstr(values, "</values>"); /* escaped everywhere else */
    buf_add(out, values, end ? (size_t)(end - values) : strlen(values));
    put_slip(out, input, values_lang(input));
    buf_puts(out, "</values>\n");
}

void
values_write(const struct values_input *input, struct buf *out)
{
    const char *lang = values_lang(input);
    char created[32];
    time_text(input->created_s, created);
    buf_puts(out, "<values xmlns=\"urn:tuck:values:1\" lang=\"");
    buf_xml(out, lang);
    buf_printf(out, "\" created=\"%s\">\n", created);
    put(out, "page-lang", "text", lang);
    put(out, "merchant", "text", input->settings->name);
    put(out, "is-preview", "truth", input->is_preview ? "true" : "false");
    if (input->facts) {
        put_facts(out, input->facts);
        put_loyalty(out, input, lang);
        put_holiday(out, input, lang);
    }
    if (input->order) {
        put_customer(out, &input->order->customer);
        put_order(out, input, lang);
    }
    if (input->choice) {
        put(out, "offer", "text", input->choice->offer->name);
        put(out, "offer-title", "text", input->choice->offer->title);
        put(out, "arm", "text", input->choice->arm ? input->choice->arm->name : NULL);
        put_play(out, input, lang);
        put_coupon(out, input, lang);
        put_gs1(out, input);
    }
    if (input->slip)
        put_slip(out, input, lang);
    put_link(out, input);
    put_texts(out, input, lang);
    if (input->order)
        put_lines(out, input, lang);
    if (input->facts && !input->order->is_gift)
        put_past(out, input->facts);
    buf_puts(out, "</values>\n");
}
