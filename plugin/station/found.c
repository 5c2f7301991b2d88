/* Finds: what the ledger tells becomes texts of the shop's own days and money.
 *
 * All is made when it is found, so that a host may look at it from any thread, in any
 * order and after the shop is closed. */
#include "station/found.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum status
found_new(struct tuck_found **ret)
{
    struct tuck_found *found = calloc(1, sizeof(*found));
    if (!found)
        return STATUS_NO_MEMORY;
    found->arena = arena_new(0);
    if (!found->arena) {
        free(found);
        return STATUS_NO_MEMORY;
    }
    *ret = found;
    return STATUS_OK;
}

void
found_free(struct tuck_found *found)
{
    if (!found)
        return;
    arena_free(found->arena);
    free(found);
}

void
found_freep(struct tuck_found **found)
{
    found_free(*found);
}

const char *
found_time(const struct tuck_shop *shop, struct arena *arena, int64_t s)
{
    int32_t second = 0;
    if (s == TIME_NONE)
        return NULL;
    struct date date = day_date(zone_day(shop->settings->zone, s, &second));
    return arena_printf(arena, "%04d-%02d-%02d %02d:%02d:%02d", date.year, date.month,
                        date.day, second / 3600, second / 60 % 60, second % 60);
}

const char *
found_day(struct arena *arena, struct day day)
{
    char text[16];
    if (day_is_none(day))
        return NULL;
    day_text(day, text);
    return arena_strdup(arena, text);
}

bool
found_money(struct arena *arena, struct money money, const char **ret_text,
            const char **ret_currency)
{
    char text[32];
    *ret_text = *ret_currency = NULL;
    if (!money.currency[0])
        return true;
    money_text(money, text);
    *ret_text = arena_strdup(arena, text);
    *ret_currency = arena_strdup(arena, money.currency);
    return *ret_text && *ret_currency;
}

enum status
desk_open(struct tuck_shop *shop, enum ledger_mode mode, int32_t budget_ms,
          const volatile int32_t *cancel, struct notes *notes, struct desk *ret)
{
    const struct patience patience = {
        clock_monotonic_ms() + (budget_ms > 0 ? budget_ms : TILL_BUDGET_MS), cancel};
    *ret = (struct desk){.shop = shop};
    enum status status = bench_borrow(shop, notes, &ret->bench);
    return status == STATUS_OK
               ? bench_ledger(shop, ret->bench, mode, &patience, notes, &ret->ledger)
               : status;
}

void
desk_close(struct desk *desk, const struct notes *notes)
{
    bench_return(desk->shop, desk->bench);
    desk->bench = NULL;
    shop_log(desk->shop, notes);
}

/* --- looking at it ------------------------------------------------------------------ */

bool
found_answer(const struct tuck_found *found, struct tuck_answer *ret)
{
    *ret = found->answer;
    return found->has_answer;
}

#define AT(things, count, index, ret)                                                    \
    ((index) >= 0 && (size_t)(index) < (count) ? (*(ret) = (things)[index], true) : false)

bool
found_promise(const struct tuck_found *found, int64_t index, struct tuck_promise *ret)
{
    return AT(found->promises, found->promise_count, index, ret);
}

bool
found_event(const struct tuck_found *found, int64_t promise, int64_t index,
            struct tuck_event *ret)
{
    return promise >= 0 && (size_t)promise < found->promise_count &&
           AT(found->events[promise], (size_t)found->promises[promise].events, index,
              ret);
}

bool
found_debt(const struct tuck_found *found, int64_t index, struct tuck_debt *ret)
{
    return AT(found->debts, found->debt_count, index, ret);
}

bool
found_total(const struct tuck_found *found, int64_t index, struct tuck_debt *ret)
{
    return AT(found->totals, found->total_count, index, ret);
}

bool
found_pool(const struct tuck_found *found, int64_t index, struct tuck_pool *ret)
{
    return AT(found->pools, found->pool_count, index, ret);
}

bool
found_key(const struct tuck_found *found, int64_t index, struct tuck_key *ret)
{
    return AT(found->keys, found->key_count, index, ret);
}
