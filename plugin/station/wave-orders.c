/* Waves as hosts see them: orders added, how far they are, what failed, and an end. */
#include "station/found.h"

#include <string.h>

enum status
station_wave_add(struct tuck_shop *shop, const char *wave,
                 const struct tuck_wave_order *orders, int64_t count,
                 int64_t *ret_waiting, struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct wave_order *ours =
        arena ? arena_make_array(arena, (size_t)count, sizeof(*ours)) : NULL;
    struct desk desk;
    int64_t waiting = 0;
    if (!ours)
        return STATUS_NO_MEMORY;
    for (int64_t i = 0; i < count; i++) {
        ours[i] = (struct wave_order){.place = i + 1, .name = orders[i].name};
        /* the ledger keeps texts: a document with a NUL in it is none anyway */
        ours[i].document = arena_copy(arena, orders[i].bytes, orders[i].length);
        if (!ours[i].document)
            return STATUS_NO_MEMORY;
        ours[i].document_n = strlen(ours[i].document);
        if (!text_is_utf8(ours[i].document, ours[i].document_n) ||
            ours[i].document_n != orders[i].length)
            return note_fail(notes, STATUS_BAD_INPUT, NOTE_WAVE_ORDER, orders[i].name, 0,
                             "an order document is UTF-8 text; this is none");
    }
    enum status status =
        desk_open(shop, LEDGER_WRITE, DESK_BUDGET_MS, NULL, notes, &desk);
    if (status == STATUS_OK)
        status = ledger_wave_add(desk.ledger, shop->settings->merchant, wave,
                                 shop_now(shop), ours, (size_t)count, notes, &waiting);
    desk_close(&desk, notes);
    if (status == STATUS_OK && ret_waiting)
        *ret_waiting = waiting;
    return status;
}

static enum status
find_problems(struct tuck_found *found, struct desk *desk, const char *name,
              struct notes *notes)
{
    struct wave_order *orders = NULL;
    size_t count = 0;
    enum status status =
        ledger_wave_orders(desk->ledger, desk->shop->settings->merchant, name, "failed",
                           found->arena, notes, &orders, &count);
    found->problems = arena_make_array(found->arena, count + 1, sizeof(*found->problems));
    if (status != STATUS_OK || !found->problems)
        return status != STATUS_OK ? status : STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        found->problems[i] = (struct tuck_wave_problem){.size = sizeof(*found->problems),
                                                        .place = orders[i].place,
                                                        .name = orders[i].name,
                                                        .order = orders[i].order,
                                                        .text = orders[i].note};
    found->problem_count = count;
    return STATUS_OK;
}

enum status
station_waves(struct tuck_shop *shop, const char *name, struct tuck_found **ret,
              struct notes *notes)
{
    struct tuck_found *found CLEANUP(found_freep) = NULL;
    struct wave_level *levels = NULL;
    struct desk desk;
    size_t count = 0;
    enum status status = desk_open(shop, LEDGER_READ, DESK_BUDGET_MS, NULL, notes, &desk);
    if (status == STATUS_OK)
        status = found_new(&found);
    if (status == STATUS_OK)
        status = ledger_waves(desk.ledger, shop->settings->merchant, name, found->arena,
                              notes, &levels, &count);
    if (status == STATUS_OK && name && count > 0)
        status = find_problems(found, &desk, name, notes);
    desk_close(&desk, notes);
    if (status != STATUS_OK || count == 0)
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    found->waves = arena_make_array(found->arena, count, sizeof(*found->waves));
    if (!found->waves)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        found->waves[i] = (struct tuck_wave){
            .size = sizeof(*found->waves),
            .name = levels[i].wave,
            .made_at = found_time(shop, found->arena, levels[i].made_s),
            .made_s = levels[i].made_s,
            .orders = levels[i].orders,
            .waiting = levels[i].waiting,
            .taken = levels[i].taken,
            .done = levels[i].done,
            .failed = levels[i].failed,
        };
    found->wave_count = count;
    *ret = take(found);
    return STATUS_OK;
}

bool
found_wave(const struct tuck_found *found, int64_t index, struct tuck_wave *ret)
{
    if (index < 0 || (size_t)index >= found->wave_count)
        return false;
    *ret = found->waves[index];
    return true;
}

bool
found_problem(const struct tuck_found *found, int64_t index,
              struct tuck_wave_problem *ret)
{
    if (index < 0 || (size_t)index >= found->problem_count)
        return false;
    *ret = found->problems[index];
    return true;
}

enum status
station_wave_drop(struct tuck_shop *shop, const char *wave, struct notes *notes)
{
    struct desk desk;
    enum status status =
        desk_open(shop, LEDGER_WRITE, DESK_BUDGET_MS, NULL, notes, &desk);
    if (status == STATUS_OK)
        status = ledger_wave_drop(desk.ledger, shop->settings->merchant, wave, notes);
    desk_close(&desk, notes);
    return status;
}
