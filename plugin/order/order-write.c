/* Orders and histories out again, as canonical XML that reads back the same. */
#include "order/order.h"

#include "base/length.h"

#include <stdio.h>

static void
attr(struct buf *out, const char *name, const char *value)
{
    if (!value)
        return;
    buf_printf(out, " %s=\"", name);
    buf_xml(out, value);
    buf_puts(out, "\"");
}

static void
attr_number(struct buf *out, const char *name, int64_t value)
{
    buf_printf(out, " %s=\"%lld\"", name, (long long)value);
}

static void
attr_time(struct buf *out, const char *name, int64_t s)
{
    char text[32];
    if (s == TIME_NONE)
        return;
    time_text(s, text);
    attr(out, name, text);
}

static void
attr_money(struct buf *out, const char *name, struct money money)
{
    char text[32];
    if (!money.currency[0])
        return;
    money_text(money, text);
    attr(out, name, text);
}

static void
attr_length(struct buf *out, const char *name, int32_t mm100)
{
    char text[16];
    length_text(mm100, text);
    attr(out, name, text);
}

static void
element(struct buf *out, const char *name, const char *text)
{
    if (!text)
        return;
    buf_printf(out, "<%s>", name);
    buf_xml(out, text);
    buf_printf(out, "</%s>", name);
}

static void
write_lines(struct buf *out, const struct order_line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct order_line *line = &lines[i];
        buf_puts(out, "<line");
        attr(out, "sku", line->sku);
        attr_number(out, "quantity", line->quantity);
        attr_money(out, "unit-price", line->unit_price);
        attr(out, "category", line->category);
        attr(out, "tags", line->tags);
        if (line->returned)
            attr_number(out, "returned", line->returned);
        buf_puts(out, ">");
        element(out, "name", line->name);
        buf_puts(out, "</line>\n");
    }
}

static void
write_address(struct buf *out, const char *name, const struct address *address)
{
    if (!address->street && !address->city && !address->region && !address->postcode &&
        !address->country)
        return;
    buf_printf(out, "<%s", name);
    attr(out, "country", address->country);
    attr(out, "region", address->region);
    attr(out, "postcode", address->postcode);
    buf_puts(out, ">");
    element(out, "street", address->street);
    element(out, "city", address->city);
    buf_printf(out, "</%s>\n", name);
}

static void
write_customer(struct buf *out, const struct customer *customer)
{
    char birthday[32];
    buf_puts(out, "<customer");
    attr(out, "id", customer->id);
    attr(out, "language", customer->language);
    if (customer->birthday.month) {
        if (customer->birthday.year)
            snprintf(birthday, sizeof(birthday), "%04d-%02d-%02d",
                     customer->birthday.year, customer->birthday.month,
                     customer->birthday.day);
        else
            snprintf(birthday, sizeof(birthday), "--%02d-%02d", customer->birthday.month,
                     customer->birthday.day);
        attr(out, "birthday", birthday);
    }
    attr(out, "channel", customer->channel);
    buf_puts(out, ">");
    element(out, "given-name", customer->given_name);
    element(out, "family-name", customer->family_name);
    element(out, "email", customer->email);
    write_address(out, "address", &customer->address);
    for (uint32_t bit = CONSENT_MARKETING; bit <= CONSENT_LEADERBOARD; bit <<= 1)
        if ((customer->consents | customer->refused) & bit)
            buf_printf(out, "<consent for=\"%s\" given=\"%s\"/>", consent_name(bit),
                       customer->consents & bit ? "true" : "false");
    buf_puts(out, "</customer>\n");
}

static void
write_context(struct buf *out, const struct order *order)
{
    buf_puts(out, "<context");
    attr(out, "weather", order->weather);
    attr(out, "channel", order->sales_channel);
    attr(out, "store", order->store);
    attr(out, "station", order->station);
    attr(out, "wave", order->wave);
    buf_puts(out, "/>\n");
}

static void
write_carton(struct buf *out, const struct order *order)
{
    bool has_size = order->carton_length_mm100 || order->carton_width_mm100 ||
                    order->carton_height_mm100;
    if (!order->carton_code && !has_size && order->carton_mg == 0)
        return;
    buf_puts(out, "<carton");
    attr(out, "code", order->carton_code);
    if (has_size) {
        attr_length(out, "length", order->carton_length_mm100);
        attr_length(out, "width", order->carton_width_mm100);
        attr_length(out, "height", order->carton_height_mm100);
    }
    if (order->carton_mg > 0)
        buf_printf(out, " grams=\"%d.%03d\"", (int)order->carton_mg / 1000,
                   (int)order->carton_mg % 1000);
    buf_puts(out, "/>\n");
}

void
order_write_xml(const struct order *order, struct buf *out)
{
    buf_puts(out, "<order xmlns=\"urn:tuck:order:1\"");
    attr(out, "merchant", order->merchant);
    attr(out, "id", order->id);
    attr(out, "package", order->package);
    attr_time(out, "placed-at", order->placed_at_s);
    attr(out, "currency", order->currency);
    if (order->is_gift)
        attr(out, "gift", "true");
    buf_puts(out, ">\n");
    write_customer(out, &order->customer);
    buf_puts(out, "<lines>\n");
    write_lines(out, order->lines, order->line_count);
    buf_puts(out, "</lines>\n");
    write_carton(out, order);
    write_address(out, "destination", &order->destination);
    element(out, "gift-message", order->gift_message);
    write_context(out, order);
    buf_puts(out, "</order>\n");
}

/* --- histories ------------------------------------------------------------------------
 */

static void
write_past_order(struct buf *out, const struct past_order *order)
{
    static const char *const states[] = {"open", "done", "cancelled"};
    buf_puts(out, "<order");
    attr(out, "id", order->id);
    attr_time(out, "placed-at", order->placed_at_s);
    attr(out, "currency", order->total.currency);
    attr(out, "state", states[order->state]);
    attr_money(out, "total", order->total);
    if (order->refunded.minor)
        attr_money(out, "refunded", order->refunded);
    attr(out, "channel", order->channel);
    if (order->is_gift)
        attr(out, "gift", "true");
    buf_puts(out, ">\n");
    write_lines(out, order->lines, order->line_count);
    buf_puts(out, "</order>\n");
}

static void
write_answers(struct buf *out, const char *name, const struct answer *answers,
              size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, "<%s", name);
        attr_time(out, "at", answers[i].at_s);
        attr_number(out, "score", answers[i].score);
        attr(out, "order", answers[i].order);
        buf_puts(out, "/>\n");
    }
}

static void
write_loyalty(struct buf *out, const struct history *history)
{
    if (!history->tier && !history->next_tier && history->points < 0 &&
        history->points_to_next < 0 && history->points_as_of_s == TIME_NONE &&
        history->points_expiring <= 0 && !history->risen_from && history->place <= 0)
        return;
    buf_puts(out, "<loyalty");
    attr(out, "tier", history->tier);
    if (history->points >= 0)
        attr_number(out, "points", history->points);
    if (history->points_to_next >= 0)
        attr_number(out, "points-to-next", history->points_to_next);
    attr(out, "next-tier", history->next_tier);
    attr_time(out, "as-of", history->points_as_of_s);
    if (history->points_expiring > 0) {
        attr_number(out, "expiring", history->points_expiring);
        attr_time(out, "expires", history->points_expire_s);
    }
    attr(out, "risen-from", history->risen_from);
    if (history->place > 0) {
        attr_number(out, "place", history->place);
        attr_number(out, "of", history->place_of);
    }
    buf_puts(out, "/>\n");
}

static void
write_spent(struct buf *out, const struct history *history)
{
    for (size_t i = 0; i < history->spent_count; i++) {
        buf_puts(out, "<points-spent");
        attr_time(out, "at", history->spent[i].at_s);
        attr_number(out, "points", history->spent[i].points);
        attr(out, "reward", history->spent[i].reward);
        buf_puts(out, "/>\n");
    }
}

static void
write_complaints(struct buf *out, const struct history *history)
{
    for (size_t i = 0; i < history->complaint_count; i++) {
        const struct complaint *complaint = &history->complaints[i];
        buf_puts(out, "<complaint");
        attr(out, "id", complaint->id);
        attr_time(out, "opened", complaint->opened_at_s);
        attr_time(out, "closed", complaint->closed_at_s);
        attr(out, "order", complaint->order);
        attr(out, "about", complaint->about);
        attr(out, "mended", complaint->mended);
        buf_puts(out, "/>\n");
    }
}

static void
write_talks(struct buf *out, const struct history *history)
{
    for (size_t i = 0; i < history->conversation_count; i++) {
        const struct conversation *talk = &history->conversations[i];
        buf_puts(out, "<conversation");
        attr_time(out, "at", talk->at_s);
        attr(out, "channel", talk->channel);
        attr(out, "sought", talk->sought);
        attr(out, "occasion", talk->occasion);
        buf_puts(out, ">");
        if (talk->text)
            buf_xml(out, talk->text);
        buf_puts(out, "</conversation>\n");
    }
    for (size_t i = 0; i < history->style_count; i++) {
        buf_puts(out, "<style");
        attr_time(out, "at", history->styles[i].at_s);
        attr(out, "question", history->styles[i].question);
        attr(out, "value", history->styles[i].value);
        buf_puts(out, "/>\n");
    }
    for (size_t i = 0; i < history->pin_count; i++) {
        const struct pin *pin = &history->pins[i];
        buf_puts(out, "<pin");
        attr(out, "offer", pin->offer);
        attr(out, "verdict", pin->kind == PIN_ALWAYS ? "always" : "never");
        attr(out, "order", pin->order);
        attr(out, "by", pin->by);
        attr_time(out, "at", pin->at_s);
        attr(out, "reason", pin->reason);
        buf_puts(out, "/>\n");
    }
}

static void
write_questions(struct buf *out, const struct history *history)
{
    for (size_t i = 0; i < history->question_count; i++) {
        const struct question *question = &history->questions[i];
        buf_puts(out, "<question");
        attr(out, "id", question->id);
        attr_time(out, "at", question->at_s);
        attr_time(out, "answered", question->answered_s);
        attr(out, "order", question->order);
        attr(out, "asked", question->asked);
        buf_puts(out, ">");
        buf_xml(out, question->answer);
        buf_puts(out, "</question>\n");
    }
}

static void
write_ratings(struct buf *out, const struct history *history)
{
    for (size_t i = 0; i < history->rating_count; i++) {
        buf_puts(out, "<rating");
        attr_time(out, "at", history->ratings[i].at_s);
        attr(out, "offer", history->ratings[i].offer);
        buf_printf(out, " score=\"%d\"", (int)history->ratings[i].score);
        attr(out, "order", history->ratings[i].order);
        buf_puts(out, "/>\n");
    }
}

static void
write_shown(struct buf *out, const struct history *history)
{
    for (size_t i = 0; i < history->shown_count; i++) {
        buf_puts(out, "<shown");
        attr_time(out, "at", history->shown[i].at_s);
        attr(out, "offer", history->shown[i].offer);
        attr(out, "order", history->shown[i].order);
        attr_time(out, "answered", history->shown[i].answered_s);
        buf_puts(out, "/>\n");
    }
}

void
history_write_xml(const struct history *history, struct buf *out)
{
    buf_puts(out, "<history xmlns=\"urn:tuck:history:1\"");
    attr(out, "customer", history->customer);
    attr(out, "household", history->household);
    buf_puts(out, ">\n");
    for (size_t i = 0; i < history->order_count; i++)
        write_past_order(out, &history->orders[i]);
    write_complaints(out, history);
    write_answers(out, "nps", history->nps, history->nps_count);
    write_answers(out, "effort", history->effort, history->effort_count);
    write_loyalty(out, history);
    write_spent(out, history);
    for (size_t i = 0; i < history->interest_count; i++) {
        element(out, "interest", history->interests[i]);
        buf_puts(out, "\n");
    }
    write_talks(out, history);
    write_questions(out, history);
    write_shown(out, history);
    write_ratings(out, history);
    buf_puts(out, "</history>\n");
}
