/* What is owed on paper, what is left in pools, and the sweep of what has run out.
 *
 * Sums are of minor units in whole numbers, a currency by itself; one that does not fit
 * is a fault that is told, not wrapped. */
#include "station/found.h"

#include <stdio.h>
#include <string.h>

static struct tuck_debt *
total_of(struct tuck_found *found, size_t *room, const char *currency)
{
    for (size_t i = 0; i < found->total_count; i++)
        if (text_equal(found->totals[i].currency, currency))
            return &found->totals[i];
    struct tuck_debt *total = arena_append(found->arena, &found->totals,
                                           &found->total_count, room, sizeof(*total));
    if (total)
        *total = (struct tuck_debt){.size = sizeof(*total), .currency = currency};
    return total;
}

static enum status
debt_out(const struct liability *from, struct tuck_found *found, size_t *room,
         struct notes *notes)
{
    struct arena *arena = found->arena;
    struct tuck_debt *debt = &found->debts[found->debt_count];
    struct money sum = from->value;
    const char *currency = NULL;
    *debt = (struct tuck_debt){.size = sizeof(*debt),
                               .offer = from->offer,
                               .expires = found_day(arena, from->expires),
                               .value_minor = from->value.minor,
                               .reserved = from->reserved,
                               .printed = from->printed};
    if (!found_money(arena, from->value, &debt->value, &debt->currency))
        return STATUS_NO_MEMORY;
    struct tuck_debt *total = total_of(found, room, debt->currency);
    if (!total)
        return STATUS_NO_MEMORY;
    if (__builtin_mul_overflow(from->value.minor, from->reserved + from->printed,
                               &sum.minor) ||
        __builtin_add_overflow(total->sum_minor, sum.minor, &total->sum_minor))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_SUM_TOO_LARGE, NULL, 0,
                         "what is owed for offer %.60s comes to more than can be counted",
                         from->offer);
    debt->sum_minor = sum.minor;
    total->reserved += from->reserved;
    total->printed += from->printed;
    found->debt_count++;
    return found_money(arena, sum, &debt->sum, &currency) ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status
debts_out(const struct liability *from, size_t count, struct tuck_found *found,
          struct notes *notes)
{
    size_t room = 0;
    enum status status = STATUS_OK;
    found->debts = arena_make_array(found->arena, count, sizeof(*found->debts));
    if (!found->debts)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = debt_out(&from[i], found, &room, notes);
    for (size_t i = 0; i < found->total_count && status == STATUS_OK; i++) {
        struct tuck_debt *total = &found->totals[i];
        struct money sum = {.minor = total->sum_minor};
        const char *currency = NULL;
        if (total->currency)
            memcpy(sum.currency, total->currency, 4);
        if (!found_money(found->arena, sum, &total->sum, &currency))
            status = STATUS_NO_MEMORY;
    }
    return status;
}

enum status
station_liability(struct tuck_shop *shop, struct tuck_found **ret, struct notes *notes)
{
    struct tuck_found *found CLEANUP(found_freep) = NULL;
    struct liability *liabilities = NULL;
    size_t count = 0;
    struct desk desk = {.shop = shop};
    enum status status = found_new(&found);
    if (status == STATUS_OK)
        status = desk_open(shop, LEDGER_READ, DESK_BUDGET_MS, NULL, notes, &desk);
    if (status == STATUS_OK)
        status = ledger_liability(desk.ledger, shop->settings->merchant, shop_now(shop),
                                  found->arena, notes, &liabilities, &count);
    if (status == STATUS_OK)
        status = debts_out(liabilities, count, found, notes);
    desk_close(&desk, notes);
    if (status == STATUS_OK)
        *ret = take(found);
    return status;
}

/* Codes run out between two parcels; a warning comes before. */
static void
tell_low_pools(const struct tuck_shop *shop, const struct pool_level *levels,
               size_t count, struct notes *notes)
{
    for (size_t i = 0; i < count; i++)
        if (levels[i].left < shop->settings->pool_low)
            note_add(notes, NOTE_POOL_LOW, NULL, 0,
                     "pool %.60s has %lld of %lld codes left", levels[i].pool,
                     (long long)levels[i].left, (long long)levels[i].codes);
}

enum status
station_pools(struct tuck_shop *shop, struct tuck_found **ret, struct notes *notes)
{
    struct tuck_found *found CLEANUP(found_freep) = NULL;
    struct pool_level *levels = NULL;
    size_t count = 0;
    struct desk desk = {.shop = shop};
    enum status status = found_new(&found);
    if (status == STATUS_OK)
        status = desk_open(shop, LEDGER_READ, DESK_BUDGET_MS, NULL, notes, &desk);
    if (status == STATUS_OK)
        status = ledger_pools(desk.ledger, shop->settings->merchant, found->arena, notes,
                              &levels, &count);
    tell_low_pools(shop, levels, count, notes);
    desk_close(&desk, notes);
    if (status == STATUS_OK &&
        !(found->pools = arena_make_array(found->arena, count, sizeof(*found->pools))))
        status = STATUS_NO_MEMORY;
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        found->pools[i] = (struct tuck_pool){.size = sizeof(struct tuck_pool),
                                             .name = levels[i].pool,
                                             .codes = levels[i].codes,
                                             .left = levels[i].left};
    found->pool_count = count;
    *ret = take(found);
    return STATUS_OK;
}

/* --- what has run out --------------------------------------------------------------- */

static int64_t
days_before(int64_t now_s, int32_t days)
{
    return days > 0 ? now_s - (int64_t)days * 86400 : TIME_NONE;
}

enum status
station_sweep(struct tuck_shop *shop, struct tuck_swept *ret, struct notes *notes)
{
    const struct settings *settings = shop->settings;
    int64_t now_s = shop_now(shop), erased = 0;
    const struct retention retention = {
        .documents_before_s = days_before(now_s, settings->retention_days.documents),
        .sheets_before_s = days_before(now_s, settings->retention_days.sheets),
        .history_before_s = days_before(now_s, settings->retention_days.history),
    };
    struct expiry expiry = {0};
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct pool_level *levels = NULL;
    size_t level_count = 0;
    struct desk desk = {.shop = shop};
    enum status status =
        arena ? desk_open(shop, LEDGER_WRITE, DESK_BUDGET_MS, NULL, notes, &desk)
              : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = ledger_expire(desk.ledger, settings->merchant, now_s, notes, &expiry);
    if (status == STATUS_OK &&
        (settings->retention_days.documents || settings->retention_days.sheets ||
         settings->retention_days.history))
        status =
            ledger_retain(desk.ledger, settings->merchant, &retention, notes, &erased);
    if (status == STATUS_OK)
        status = ledger_pools(desk.ledger, settings->merchant, arena, notes, &levels,
                              &level_count);
    tell_low_pools(shop, levels, level_count, notes);
    desk_close(&desk, notes);
    if (status != STATUS_OK)
        return status;
    *ret = (struct tuck_swept){.size = sizeof(*ret),
                               .expired = expiry.expired,
                               .lapsed = expiry.lapsed,
                               .erased = erased};
    return STATUS_OK;
}
