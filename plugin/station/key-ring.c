/* The shop's keys: made, rotated, listed; and what a signed code says by itself.
 *
 * A code is checked with the key and the campaign alone, as a till without a line to the
 * ledger would: whether it was used or voided since is not asked. */
#include "mint/code.h"
#include "mint/keys.h"
#include "station/carton-decide.h"
#include "station/found.h"

#include <stdio.h>
#include <string.h>

static struct day
today_of(const struct tuck_shop *shop)
{
    return zone_day(shop->settings->zone, shop_now(shop), NULL);
}

const char *
shop_keys_path(const struct tuck_shop *shop)
{
    return shop->keys_path;
}

enum status
station_keys_make(struct tuck_shop *shop, struct notes *notes)
{
    enum status status =
        keys_make(shop->keys_path, shop->settings->merchant, today_of(shop), notes);
    shop_log(shop, notes);
    return status;
}

/* Benches that are open go on with the keys they have until the shop is opened anew: what
 * they sign is still checked. */
enum status
station_keys_rotate(struct tuck_shop *shop, struct notes *notes)
{
    enum status status =
        keys_rotate(shop->keys_path, shop->settings->merchant, today_of(shop), notes);
    shop_log(shop, notes);
    return status;
}

enum status
station_keys_retire(struct tuck_shop *shop, const char *id, struct notes *notes)
{
    enum status status =
        keys_retire(shop->keys_path, shop->settings->merchant, id, today_of(shop), notes);
    shop_log(shop, notes);
    return status;
}

static enum status
keys_out(const struct keys *keys, struct tuck_found *found)
{
    struct arena *arena = found->arena;
    size_t count = keys_count(keys);
    found->keys = arena_make_array(arena, count, sizeof(*found->keys));
    if (!found->keys)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        struct key_info info;
        keys_info(keys, i, &info);
        found->keys[i] = (struct tuck_key){.size = sizeof(struct tuck_key),
                                           .is_minting = info.mints,
                                           .id = arena_strdup(arena, info.id),
                                           .since = found_day(arena, info.from),
                                           .retired = found_day(arena, info.retired)};
        if (!found->keys[i].id || !found->keys[i].since)
            return STATUS_NO_MEMORY;
    }
    found->key_count = count;
    return STATUS_OK;
}

enum status
station_keys(struct tuck_shop *shop, struct tuck_found **ret, struct notes *notes)
{
    struct tuck_found *found CLEANUP(found_freep) = NULL;
    struct keys *keys = NULL;
    enum status status = found_new(&found);
    if (status == STATUS_OK) /* as they are now, not as when the shop was opened */
        status = keys_open(shop->keys_path, shop->settings->merchant, notes, &keys);
    if (status == STATUS_OK)
        status = keys_out(keys, found);
    keys_unref(keys);
    shop_log(shop, notes);
    if (status == STATUS_OK)
        *ret = take(found);
    return status;
}

/* --- a code by itself --------------------------------------------------------------- */

static const struct offer *
offer_numbered(const struct campaign *campaign, int32_t number)
{
    for (size_t i = 0; i < campaign->offer_count; i++)
        if (offer_number(&campaign->offers[i]) == number)
            return &campaign->offers[i];
    return NULL;
}

static enum status
genuine_out(const struct tuck_shop *shop, const struct code_reading *reading,
            struct tuck_found *found)
{
    struct arena *arena = found->arena;
    struct tuck_answer *answer = &found->answer;
    const struct code_fields *fields = &reading->fields;
    const struct offer *offer = offer_numbered(shop->campaign, fields->offer_number);
    bool is_over = fields->expires.n < today_of(shop).n;
    answer->answer = is_over ? TUCK_ANSWER_EXPIRED : TUCK_ANSWER_OK;
    answer->offer = offer ? arena_strdup(arena, offer->name)
                          : arena_printf(arena, "number %d", (int)fields->offer_number);
    answer->expires = found_day(arena, fields->expires);
    answer->station = fields->station;
    if (!answer->offer || !answer->expires)
        return STATUS_NO_MEMORY;
    if (!offer)
        return STATUS_OK;
    if (offer->reply.valid_days > 0)
        answer->answer = TUCK_ANSWER_QUESTION;
    answer->worth = found_worth(offer, arena);
    if (offer->coupon.kind != COUPON_AMOUNT)
        return STATUS_OK;
    answer->value_minor = offer->coupon.amount.minor;
    return found_money(arena, offer->coupon.amount, &answer->value, &answer->currency)
               ? STATUS_OK
               : STATUS_NO_MEMORY;
}

static enum status
reading_out(const struct tuck_shop *shop, enum code_verdict verdict,
            const struct code_reading *reading, const char *code,
            struct tuck_found *found)
{
    struct arena *arena = found->arena;
    struct tuck_answer *answer = &found->answer;
    enum status status = STATUS_OK;
    *answer = (struct tuck_answer){
        .size = sizeof(*answer),
        .answer = TUCK_ANSWER_UNKNOWN,
        .code = arena_strdup(arena, reading->canonical[0] ? reading->canonical : code),
        .brand = arena_strdup(arena, shop->settings->name),
    };
    if (verdict == CODE_GENUINE)
        status = genuine_out(shop, reading, found);
    else if (verdict == CODE_MISTYPED)
        answer->answer = TUCK_ANSWER_MISTYPED;
    else if (verdict == CODE_FORGED)
        answer->answer = TUCK_ANSWER_FORGED;
    else if (reading->wrong_at > 0)
        answer->reason = arena_printf(arena, "no signed code has its letter %d",
                                      (int)reading->wrong_at);
    if (status != STATUS_OK)
        return status;
    answer->name = promise_answer_name((enum promise_answer)answer->answer);
    answer->text = answer->answer == TUCK_ANSWER_UNKNOWN
                       ? arena_printf(arena, "it is not a signed code%s%s",
                                      answer->reason ? ": " : "",
                                      answer->reason ? answer->reason : "")
                       : found_answer_text(answer, arena);
    found->has_answer = answer->text && answer->code && answer->brand;
    return found->has_answer ? STATUS_OK : STATUS_NO_MEMORY;
}

/* By the keys that the shop has in hand; a key that was added since is in the file. */
static enum status
read_code(struct tuck_shop *shop, const char *code, struct notes *notes,
          enum code_verdict *ret_verdict, struct code_reading *ret)
{
    struct keys *keys = NULL, *newer = NULL;
    enum status status = bench_keys(shop, LEDGER_READ, notes, &keys);
    bool has_keys = status == STATUS_OK && keys;
    if (status != STATUS_OK && status != STATUS_WITHOUT)
        return status;
    if (has_keys)
        *ret_verdict = code_read(keys, code, today_of(shop), ret);
    keys_unref(keys);
    if (has_keys && *ret_verdict != CODE_FORGED)
        return STATUS_OK;
    status = keys_open(shop->keys_path, shop->settings->merchant, notes, &newer);
    if (status == STATUS_OK)
        *ret_verdict = code_read(newer, code, today_of(shop), ret);
    keys_unref(newer);
    return status;
}

enum status
station_check_code(struct tuck_shop *shop, const char *code, struct tuck_found **ret,
                   struct notes *notes)
{
    struct tuck_found *found CLEANUP(found_freep) = NULL;
    struct code_reading reading = {0};
    enum code_verdict verdict = CODE_FORGED;
    enum status status = found_new(&found);
    if (status == STATUS_OK)
        status = read_code(shop, code, notes, &verdict, &reading);
    if (status == STATUS_OK)
        status = reading_out(shop, verdict, &reading, code, found);
    shop_log(shop, notes);
    if (status == STATUS_OK)
        *ret = take(found);
    return status;
}
