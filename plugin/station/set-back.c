/* A decision's order, history and standing, read back from what the ledger kept. */
#include "station/set-back.h"

#include "station/given.h"
#include "station/knowledge.h"
#include "station/standing-text.h"

#include <string.h>

enum status
kept_document(struct ledger *ledger, const struct kept_from *from, const char *kind,
              struct arena *arena, struct notes *notes, const char **ret)
{
    enum status status = ledger_document(ledger, from->decision, kind, arena, notes, ret);
    return status != STATUS_WITHOUT
               ? status
               : note_fail(notes, STATUS_WITHOUT, NOTE_NO_REPLAY, NULL, 0,
                           "order %.60s, package %.40s: what it was decided from is not "
                           "kept any more, so it cannot be made again",
                           from->order, from->package);
}

enum status
way_set_back(struct way *way, const struct kept_from *from, struct notes *notes)
{
    struct tuck_carton *carton = way->carton;
    struct arena *arena = carton->arena;
    const struct zone *zone = way->shop->settings->zone;
    const char *order = NULL, *history = NULL, *standing = NULL;
    bool is_partial = false;
    enum status status = kept_document(way->ledger, from, "order", arena, notes, &order);
    if (status == STATUS_OK)
        status = kept_document(way->ledger, from, "history", arena, notes, &history);
    if (status == STATUS_OK)
        status = kept_document(way->ledger, from, "standing", arena, notes, &standing);
    if (status == STATUS_OK)
        status = order_read(way->shop->reader, order, strlen(order), "(kept order)", zone,
                            arena, notes, &carton->order);
    if (status == STATUS_OK && !history[0]) {
        carton->history = history_make(arena, NULL);
        status = carton->history ? STATUS_OK : STATUS_NO_MEMORY;
    } else if (status == STATUS_OK)
        status = history_read(way->shop->reader, history, strlen(history),
                              "(kept history)", zone, arena, notes, &carton->history);
    if (status == STATUS_OK)
        status = standing_read(way->shop->campaign, standing, arena, &way->standings,
                               &is_partial);
    if (status != STATUS_OK)
        return status;
    carton->history->is_partial = is_partial;
    way->pick = pick_read(standing, arena);
    way->found = found_read(standing, arena);
    return given_read(way->shop->campaign, standing, arena, &way->given);
}

enum status
way_know(struct way *way, const struct kept_from *from, int64_t model,
         struct notes *notes)
{
    enum status status =
        knowledge_find(way->shop, way->ledger, model, notes, &way->knowledge);
    if (status == STATUS_WITHOUT)
        return note_fail(
            notes, STATUS_WITHOUT, NOTE_NO_REPLAY, NULL, 0,
            "order %.60s, package %.40s: model %lld, by which it was decided, "
            "is not kept any more",
            from->order, from->package, (long long)model);
    if (status == STATUS_OK)
        way->standings.learned = way->knowledge->learned;
    return status;
}
