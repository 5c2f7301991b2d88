/* Text dumps of orders and histories: one thing a line, in a fixed order. */
#include "order/order.h"

#include "base/length.h"

#include <stdio.h>

static void
put(struct buf *out, const char *indent, const char *name, const char *value)
{
    if (value)
        buf_printf(out, "%s%s = %s\n", indent, name, value);
}

static void
put_time(struct buf *out, const char *indent, const char *name, int64_t s)
{
    char text[32];
    if (s == TIME_NONE)
        return;
    time_text(s, text);
    put(out, indent, name, text);
}

static void
put_money(struct buf *out, const char *indent, const char *name, struct money money)
{
    char text[32];
    if (!money.currency[0])
        return;
    money_text(money, text);
    buf_printf(out, "%s%s = %s %s\n", indent, name, text, money.currency);
}

static void
put_length(struct buf *out, const char *name, int32_t mm100)
{
    char text[16];
    if (mm100 <= 0)
        return;
    length_text(mm100, text);
    buf_printf(out, "%s = %s mm\n", name, text);
}

static void
put_lines(struct buf *out, const char *indent, const struct order_line *lines,
          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct order_line *line = &lines[i];
        char price[32] = "-";
        if (line->unit_price.currency[0])
            money_text(line->unit_price, price);
        buf_printf(out, "%sline %lld x %s at %s", indent, (long long)line->quantity,
                   line->sku, price);
        if (line->returned)
            buf_printf(out, " returned %lld", (long long)line->returned);
        if (line->category)
            buf_printf(out, " category %s", line->category);
        if (line->tags)
            buf_printf(out, " tags [%s]", line->tags);
        if (line->name)
            buf_printf(out, " name \"%s\"", line->name);
        buf_puts(out, "\n");
    }
}

static void
put_address(struct buf *out, const char *name, const struct address *address)
{
    const struct {
        const char *part, *value;
    } parts[] = {{"street", address->street},
                 {"city", address->city},
                 {"region", address->region},
                 {"postcode", address->postcode},
                 {"country", address->country}};
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (parts[i].value)
            buf_printf(out, "%s-%s = %s\n", name, parts[i].part, parts[i].value);
}

static void
put_customer(struct buf *out, const struct customer *customer)
{
    put(out, "", "customer", customer->id);
    put(out, "", "given-name", customer->given_name);
    put(out, "", "family-name", customer->family_name);
    put(out, "", "email", customer->email);
    put(out, "", "language", customer->language);
    put(out, "", "channel", customer->channel);
    if (customer->birthday.month)
        buf_printf(out, "birthday = %04d-%02d-%02d\n", customer->birthday.year,
                   customer->birthday.month, customer->birthday.day);
    put_address(out, "address", &customer->address);
    for (uint32_t bit = CONSENT_MARKETING; bit <= CONSENT_LEADERBOARD; bit <<= 1)
        if ((customer->consents | customer->refused) & bit)
            buf_printf(out, "consent %s = %s\n", consent_name(bit),
                       customer->consents & bit ? "given" : "refused");
}

void
order_dump(const struct order *order, struct buf *out)
{
    put(out, "", "merchant", order->merchant);
    put(out, "", "order", order->id);
    put(out, "", "package", order->package);
    put_time(out, "", "placed-at", order->placed_at_s);
    put(out, "", "currency", order->currency);
    if (order->is_gift)
        put(out, "", "gift", "yes");
    put(out, "", "gift-message", order->gift_message);
    put_customer(out, &order->customer);
    put_lines(out, "", order->lines, order->line_count);
    put(out, "", "carton", order->carton_code);
    put_length(out, "carton-length", order->carton_length_mm100);
    put_length(out, "carton-width", order->carton_width_mm100);
    put_length(out, "carton-height", order->carton_height_mm100);
    if (order->carton_mg > 0)
        buf_printf(out, "carton-mg = %d\n", (int)order->carton_mg);
    put_address(out, "destination", &order->destination);
    put(out, "", "weather", order->weather);
    put(out, "", "sales-channel", order->sales_channel);
    put(out, "", "store", order->store);
    put(out, "", "station", order->station);
    put(out, "", "wave", order->wave);
}

static void
put_past_order(struct buf *out, const struct past_order *order)
{
    static const char *const states[] = {"open", "done", "cancelled"};
    buf_printf(out, "order %s\n", order->id);
    put_time(out, "  ", "placed-at", order->placed_at_s);
    put(out, "  ", "state", states[order->state]);
    put_money(out, "  ", "total", order->total);
    if (order->refunded.minor)
        put_money(out, "  ", "refunded", order->refunded);
    put(out, "  ", "channel", order->channel);
    if (order->is_gift)
        put(out, "  ", "gift", "yes");
    put_lines(out, "  ", order->lines, order->line_count);
}

static void
put_answers(struct buf *out, const char *name, const struct answer *answers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, "%s %d\n", name, answers[i].score);
        put_time(out, "  ", "at", answers[i].at_s);
        put(out, "  ", "order", answers[i].order);
    }
}

static void
put_loyalty(struct buf *out, const struct history *history)
{
    put(out, "", "tier", history->tier);
    if (history->points >= 0)
        buf_printf(out, "points = %lld\n", (long long)history->points);
    if (history->points_to_next >= 0)
        buf_printf(out, "points-to-next = %lld\n", (long long)history->points_to_next);
    put(out, "", "next-tier", history->next_tier);
    put_time(out, "", "points-as-of", history->points_as_of_s);
    if (history->points_expiring > 0)
        buf_printf(out, "points-expiring = %lld\n", (long long)history->points_expiring);
    if (history->points_expiring > 0)
        put_time(out, "", "points-expire", history->points_expire_s);
    put(out, "", "risen-from", history->risen_from);
    if (history->place > 0)
        buf_printf(out, "leaderboard = %lld of %lld\n", (long long)history->place,
                   (long long)history->place_of);
    for (size_t i = 0; i < history->spent_count; i++) {
        buf_printf(out, "points-spent %lld\n", (long long)history->spent[i].points);
        put_time(out, "  ", "at", history->spent[i].at_s);
        put(out, "  ", "reward", history->spent[i].reward);
    }
}

static void
put_questions(struct buf *out, const struct history *history)
{
    for (size_t i = 0; i < history->question_count; i++) {
        const struct question *question = &history->questions[i];
        buf_printf(out, "question %s\n", question->id);
        put_time(out, "  ", "at", question->at_s);
        put_time(out, "  ", "answered", question->answered_s);
        put(out, "  ", "order", question->order);
        put(out, "  ", "asked", question->asked);
        put(out, "  ", "answer", question->answer);
    }
}

static void
put_ratings(struct buf *out, const struct history *history)
{
    for (size_t i = 0; i < history->rating_count; i++) {
        buf_puts(out, "rating\n");
        put_time(out, "  ", "at", history->ratings[i].at_s);
        put(out, "  ", "offer", history->ratings[i].offer);
        buf_printf(out, "  score %d\n", (int)history->ratings[i].score);
        put(out, "  ", "order", history->ratings[i].order);
    }
}

static void
put_shown(struct buf *out, const struct history *history)
{
    for (size_t i = 0; i < history->shown_count; i++) {
        buf_puts(out, "shown\n");
        put_time(out, "  ", "at", history->shown[i].at_s);
        put(out, "  ", "offer", history->shown[i].offer);
        put(out, "  ", "order", history->shown[i].order);
        put_time(out, "  ", "answered", history->shown[i].answered_s);
    }
}

static void
put_talks(struct buf *out, const struct history *history)
{
    for (size_t i = 0; i < history->conversation_count; i++) {
        const struct conversation *talk = &history->conversations[i];
        buf_puts(out, "conversation\n");
        put_time(out, "  ", "at", talk->at_s);
        put(out, "  ", "channel", talk->channel);
        put(out, "  ", "sought", talk->sought);
        put(out, "  ", "occasion", talk->occasion);
        put(out, "  ", "text", talk->text);
    }
    for (size_t i = 0; i < history->style_count; i++) {
        buf_printf(out, "style %s = %s\n", history->styles[i].question,
                   history->styles[i].value);
        put_time(out, "  ", "at", history->styles[i].at_s);
    }
    for (size_t i = 0; i < history->pin_count; i++) {
        const struct pin *pin = &history->pins[i];
        buf_printf(out, "pin %s %s\n", pin->kind == PIN_ALWAYS ? "always" : "never",
                   pin->offer);
        put(out, "  ", "order", pin->order);
        put(out, "  ", "by", pin->by);
        put(out, "  ", "reason", pin->reason);
        put_time(out, "  ", "at", pin->at_s);
    }
}

void
history_dump(const struct history *history, struct buf *out)
{
    put(out, "", "customer", history->customer);
    put(out, "", "household", history->household);
    for (size_t i = 0; i < history->order_count; i++)
        put_past_order(out, &history->orders[i]);
    for (size_t i = 0; i < history->complaint_count; i++) {
        const struct complaint *complaint = &history->complaints[i];
        buf_printf(out, "complaint %s\n", complaint->id);
        put(out, "  ", "about", complaint->about);
        put(out, "  ", "mended", complaint->mended);
        put(out, "  ", "order", complaint->order);
        put_time(out, "  ", "opened", complaint->opened_at_s);
        put_time(out, "  ", "closed", complaint->closed_at_s);
    }
    put_answers(out, "nps", history->nps, history->nps_count);
    put_answers(out, "effort", history->effort, history->effort_count);
    put_loyalty(out, history);
    for (size_t i = 0; i < history->interest_count; i++)
        put(out, "", "interest", history->interests[i]);
    put_talks(out, history);
    put_questions(out, history);
    put_shown(out, history);
    put_ratings(out, history);
}
