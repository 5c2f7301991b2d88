/* Tills: a code is asked for, redeemed, voided; and whoever wants to know its life.
 *
 * The ledger judges; here its answer becomes a sentence that a cashier can read out, with
 * the shop's own days and money. A refusal is an answer, not a failure. */
#include "station/carton-decide.h"
#include "station/found.h"
#include "station/reply.h"

#include <string.h>

_Static_assert((int)TUCK_ANSWER_GENUINE == (int)ANSWER_GENUINE,
               "one numbering of answers");
_Static_assert((int)TUCK_ANSWER_VOID == (int)ANSWER_VOID, "one numbering of answers");

/* --- the sentence ------------------------------------------------------------------- */

/* " on 2026-11-20 09:14 in order FK-2033 at Berlin", as far as it is known */
static const char *
use_text(const struct tuck_answer *answer, struct arena *arena)
{
    const char *order = answer->used_order, *place = answer->used_place;
    return arena_printf(arena, "%s%.16s%s%s%s%s", answer->used_at ? " on " : "",
                        answer->used_at ? answer->used_at : "", order ? " in order " : "",
                        order ? order : "", place ? " at " : "", place ? place : "");
}

static const char *
good_text(const struct tuck_answer *answer, struct arena *arena)
{
    return arena_printf(arena, "%s%s%s%s%s", answer->worth ? answer->worth : "good",
                        answer->worth ? ", offer " : " for offer ", answer->offer,
                        answer->expires ? ", until " : "",
                        answer->expires ? answer->expires : "");
}

const char *
found_worth(const struct offer *offer, struct arena *arena)
{
    const struct coupon *coupon = &offer->coupon;
    char amount[32];
    switch (coupon->kind) {
    case COUPON_PERCENT:
        return coupon->percent_bp % 100
                   ? arena_printf(arena, "%d.%02d%% off", coupon->percent_bp / 100,
                                  coupon->percent_bp % 100)
                   : arena_printf(arena, "%d%% off", coupon->percent_bp / 100);
    case COUPON_AMOUNT:
        money_text(coupon->amount, amount);
        return arena_printf(arena, "%s %s off", amount, coupon->amount.currency);
    case COUPON_ITEM:
        return arena_printf(arena, "a free %s", coupon->sku ? coupon->sku : "item");
    case COUPON_SHIPPING:
        return "free shipping";
    case COUPON_NONE:
        break;
    }
    return NULL;
}

const char *
found_answer_text(const struct tuck_answer *answer, struct arena *arena)
{
    const char *reason = answer->reason;
    switch (answer->answer) {
    case TUCK_ANSWER_OK:
        return good_text(answer, arena);
    case TUCK_ANSWER_AGAIN:
        return arena_printf(arena, "accepted before by this very redemption,%s",
                            use_text(answer, arena));
    case TUCK_ANSWER_USED:
        return arena_printf(arena, "it was used%s", use_text(answer, arena));
    case TUCK_ANSWER_EXPIRED:
        return arena_printf(arena, "it has expired: its last day was %s",
                            answer->expires);
    case TUCK_ANSWER_VOID: /* the ledger's own reason is a sentence by itself */
        return reason && strncmp(reason, "it was ", 7) == 0
                   ? arena_strdup(arena, reason)
                   : arena_printf(arena, "it was voided%s%s", reason ? ": " : "",
                                  reason ? reason : "");
    case TUCK_ANSWER_UNKNOWN:
        return "no such code was ever promised here";
    case TUCK_ANSWER_FORGED:
        return "it is forged: it looks like a signed code, but no key of this shop made "
               "it";
    case TUCK_ANSWER_MISTYPED:
        return arena_printf(arena, "it is mistyped: %s",
                            reason ? reason : "its check letter does not fit the others");
    case TUCK_ANSWER_OTHER_CUSTOMER:
        return "it was promised to another customer";
    case TUCK_ANSWER_OTHER_MERCHANT:
        return "it was promised by another shop";
    case TUCK_ANSWER_NOBODY:
        return "nobody is behind it: it is of a guest's order, or of somebody who was "
               "forgotten";
    case TUCK_ANSWER_QUESTION:
        return "it brings an answer back, and is worth nothing at a till";
    default:
        return "it is signed by this shop, but was promised in another ledger";
    }
}

/* --- answers ------------------------------------------------------------------------ */

enum status
found_answer_fill(const struct tuck_shop *shop, const struct redemption_answer *from,
                  const char *code, struct tuck_found *found)
{
    struct arena *arena = found->arena;
    struct tuck_answer *answer = &found->answer;
    const struct promise *promise = &from->promise;
    bool is_known = promise->id != 0;
    bool was_used = from->answer == ANSWER_USED || from->answer == ANSWER_AGAIN;
    *answer = (struct tuck_answer){
        .size = sizeof(*answer),
        .answer = (int32_t)from->answer,
        .name = promise_answer_name(from->answer),
        .code = arena_strdup(arena, is_known ? promise->code : code),
        .reason = from->reason,
        .is_in_ledger = is_known,
        .brand = arena_strdup(arena, shop->settings->name),
    };
    if (is_known) {
        answer->offer = promise->offer;
        answer->order = promise->order;
        answer->state = promise->state;
        answer->expires = found_day(arena, promise->expires);
        answer->value_minor = promise->value.minor;
        if (!found_money(arena, promise->value, &answer->value, &answer->currency))
            return STATUS_NO_MEMORY;
    }
    if (was_used) {
        answer->used_s = from->used_s;
        answer->used_at = found_time(shop, arena, from->used_s);
        answer->used_place = from->used_place;
        answer->used_order = from->used_order;
    }
    if (is_known) {
        const struct offer *offer = way_offer_named(shop->campaign, promise->offer);
        answer->worth = offer ? found_worth(offer, arena) : NULL;
    }
    answer->text = found_answer_text(answer, arena);
    found->has_answer = answer->text && answer->code;
    return found->has_answer ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status
found_moment(struct tuck_shop *shop, const char *at, int64_t at_s, int64_t *ret_s,
             struct notes *notes)
{
    *ret_s = at_s ? at_s : shop_now(shop);
    if (!at || time_parse(at, shop->settings->zone, ret_s))
        return STATUS_OK;
    return note_fail(notes, STATUS_BAD_INPUT, NOTE_BAD_DATE, NULL, 0,
                     "\"%.40s\" is no time; expected 2026-11-22T09:30:00Z or a day",
                     at);
}

static enum status
read_sale(struct tuck_shop *shop, const struct tuck_redemption *how, struct money *ret,
          struct notes *notes)
{
    const char *currency = how->currency ? how->currency : shop->settings->currency;
    *ret = (struct money){0};
    if (!how->amount && !how->currency)
        return STATUS_OK;
    if (!money_is_currency(currency))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_BAD_SALE, NULL, 0,
                         "the currency is \"%.40s\"; expected three capital letters",
                         currency);
    ret->minor = how->amount_minor;
    memcpy(ret->currency, currency, 4);
    if (!how->amount || money_parse(how->amount, currency, ret))
        return STATUS_OK;
    return note_fail(notes, STATUS_BAD_INPUT, NOTE_BAD_SALE, NULL, 0,
                     "the amount is \"%.40s\"; expected a decimal number of %s with at "
                     "most %d decimals",
                     how->amount, currency, money_digits(currency));
}

enum status
station_redeem(struct tuck_shop *shop, const struct tuck_redemption *how,
               struct tuck_found **ret, struct notes *notes)
{
    struct tuck_found *found CLEANUP(found_freep) = NULL;
    struct redemption_answer answer = {0};
    struct redemption redemption = {
        .merchant = shop->settings->merchant,
        .code = how->code,
        .id = how->id,
        .customer = how->customer,
        .order = how->order,
        .place = how->place,
        .choice = how->choice,
        .is_told = how->flags & TUCK_TOLD,
    };
    struct desk desk = {.shop = shop};
    enum status status = found_new(&found);
    if (status == STATUS_OK)
        status = found_moment(shop, how->at, how->at_s, &redemption.at_s, notes);
    if (status == STATUS_OK)
        status = reply_questions(shop->campaign, found->arena, &redemption);
    if (status == STATUS_OK)
        status = read_sale(shop, how, &redemption.amount, notes);
    if (status == STATUS_OK)
        status = desk_open(shop, LEDGER_WRITE, how->budget_ms, how->cancel, notes, &desk);
    if (status == STATUS_OK)
        status = ledger_redeem(desk.ledger, &redemption,
                               zone_day(shop->settings->zone, redemption.at_s, NULL),
                               found->arena, notes, &answer);
    desk_close(&desk, notes);
    if (status == STATUS_OK)
        status = found_answer_fill(shop, &answer, how->code, found);
    if (status == STATUS_OK)
        *ret = take(found);
    return status;
}

enum status
station_void_code(struct tuck_shop *shop, const char *code, const char *reason,
                  struct tuck_found **ret, struct notes *notes)
{
    struct tuck_found *found CLEANUP(found_freep) = NULL;
    struct redemption_answer answer = {0};
    struct promise *promises = NULL;
    size_t count = 0;
    const char *merchant = shop->settings->merchant;
    struct desk desk = {.shop = shop};
    enum status status = found_new(&found);
    if (status == STATUS_OK)
        status = desk_open(shop, LEDGER_WRITE, 0, NULL, notes, &desk);
    if (status == STATUS_OK)
        status = ledger_void_code(desk.ledger, merchant, code, shop_now(shop), reason,
                                  notes, &answer.answer);
    if (status == STATUS_OK) {
        status = ledger_promises(desk.ledger, merchant, NULL, code, NULL, found->arena,
                                 notes, &promises, &count);
        if (status == STATUS_OK && count > 0)
            answer.promise = promises[count - 1];
        status = status == STATUS_WITHOUT ? STATUS_OK : status;
    }
    desk_close(&desk, notes);
    for (size_t i = 0; i < answer.promise.event_count; i++) {
        const struct promise_event *event = &answer.promise.events[i];
        if (!text_equal(event->kind, "redeemed"))
            continue;
        answer.used_s = event->at_s;
        answer.used_place = event->place;
        answer.used_order = event->order;
    }
    if (status == STATUS_OK)
        status = found_answer_fill(shop, &answer, code, found);
    if (status == STATUS_OK && answer.answer == ANSWER_OK)
        found->answer.text = "it is void";
    if (status == STATUS_OK)
        *ret = take(found);
    return status;
}

/* --- lives -------------------------------------------------------------------------- */

static bool
event_out(const struct tuck_shop *shop, const struct promise_event *from,
          struct arena *arena, struct tuck_event *ret)
{
    *ret = (struct tuck_event){
        .size = sizeof(*ret),
        .revision = from->revision,
        .at = found_time(shop, arena, from->at_s),
        .at_s = from->at_s,
        .kind = from->kind,
        .reason = from->reason,
        .package = from->package,
        .place = from->place,
        .order = from->order,
        .redemption = from->redemption,
        .amount_minor = from->amount.minor,
    };
    return found_money(arena, from->amount, &ret->amount, &ret->currency) && ret->at;
}

static bool
promise_out(const struct tuck_shop *shop, const struct promise *from, struct arena *arena,
            struct tuck_promise *ret, struct tuck_event **ret_events)
{
    *ret = (struct tuck_promise){
        .size = sizeof(*ret),
        .is_held_out = from->is_held_out,
        .offer = from->offer,
        .order = from->order,
        .code = from->code,
        .pool = from->pool,
        .customer = from->customer,
        .state = from->state,
        .expires = found_day(arena, from->expires),
        .made_at = found_time(shop, arena, from->made_s),
        .value_minor = from->value.minor,
        .made_s = from->made_s,
        .events = (int64_t)from->event_count,
        .is_holding = from->is_holding,
    };
    *ret_events = arena_make_array(arena, from->event_count, sizeof(**ret_events));
    if (!*ret_events || !found_money(arena, from->value, &ret->value, &ret->currency))
        return false;
    for (size_t i = 0; i < from->event_count; i++)
        if (!event_out(shop, &from->events[i], arena, &(*ret_events)[i]))
            return false;
    return true;
}

static enum status
promises_out(const struct tuck_shop *shop, const struct promise *promises, size_t count,
             struct tuck_found *found)
{
    found->promises = arena_make_array(found->arena, count, sizeof(*found->promises));
    found->events = arena_make_array(found->arena, count, sizeof(struct tuck_event *));
    if (!found->promises || !found->events)
        return STATUS_NO_MEMORY;
    for (; found->promise_count < count; found->promise_count++)
        if (!promise_out(shop, &promises[found->promise_count], found->arena,
                         &found->promises[found->promise_count],
                         &found->events[found->promise_count]))
            return STATUS_NO_MEMORY;
    return STATUS_OK;
}

enum status
station_look_up(struct tuck_shop *shop, int32_t by, const char *name,
                struct tuck_found **ret, struct notes *notes)
{
    struct tuck_found *found CLEANUP(found_freep) = NULL;
    struct promise *promises = NULL;
    size_t count = 0;
    struct desk desk = {.shop = shop};
    enum status status = found_new(&found);
    if (status == STATUS_OK)
        status = desk_open(shop, LEDGER_READ, 0, NULL, notes, &desk);
    if (status == STATUS_OK)
        status = STATUS_WITHOUT;
    for (int32_t kind = TUCK_BY_ORDER;
         kind <= TUCK_BY_CUSTOMER && status == STATUS_WITHOUT && desk.ledger; kind++)
        if (by == TUCK_BY_ANY || by == kind)
            status = ledger_promises(desk.ledger, shop->settings->merchant,
                                     kind == TUCK_BY_ORDER ? name : NULL,
                                     kind == TUCK_BY_CODE ? name : NULL,
                                     kind == TUCK_BY_CUSTOMER ? name : NULL, found->arena,
                                     notes, &promises, &count);
    desk_close(&desk, notes);
    if (status == STATUS_OK)
        status = promises_out(shop, promises, count, found);
    if (status == STATUS_OK)
        *ret = take(found);
    return status;
}
