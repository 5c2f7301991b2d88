/* For ops: many cartons on one document, and files written whole.
 *
 * A contact sheet shows every piece small with a caption; a bundle has one page a sheet.
 * Both are made by the press from the values that the cartons were decided with. */
#include "printer/printer.h"
#include "station/carton.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHEET_BUDGET_MS 60000

struct gathered {
    struct arena *arena;
    struct press_piece *pieces;
    size_t count, room;
};

static bool
caption(struct gathered *gathered, const struct tuck_carton *carton,
        const struct piece *piece, struct press_piece *ret)
{
    ret->caption =
        arena_printf(gathered->arena, "%s · %s", carton->order ? carton->order->id : "?",
                     piece->title ? piece->title : piece->template_name);
    const char *language = carton->order ? carton->order->customer.language : NULL;
    ret->detail = arena_printf(gathered->arena, "%s%s%s: %s", piece->placement->name,
                               language ? ", " : "", language ? language : "",
                               piece->reason ? piece->reason : "");
    return ret->caption && ret->detail;
}

static enum status
gather(struct gathered *gathered, struct tuck_carton *const *cartons, int64_t count,
       bool wants_captions)
{
    for (int64_t i = 0; i < count; i++)
        for (size_t j = 0; j < cartons[i]->piece_count; j++) {
            const struct piece *piece = &cartons[i]->pieces[j];
            struct press_piece one;
            if (piece->outcome != TUCK_CHOSEN ||
                !piece_for_press(cartons[i], piece, &one))
                continue;
            struct press_piece *added =
                arena_append(gathered->arena, &gathered->pieces, &gathered->count,
                             &gathered->room, sizeof(*added));
            if (!added)
                return STATUS_NO_MEMORY;
            *added = one;
            if (wants_captions && !caption(gathered, cartons[i], piece, added))
                return STATUS_NO_MEMORY;
        }
    return STATUS_OK;
}

static int64_t
latest_order_s(struct tuck_carton *const *cartons, int64_t count)
{
    int64_t latest = 0;
    for (int64_t i = 0; i < count; i++)
        if (cartons[i]->order && cartons[i]->order->placed_at_s > latest)
            latest = cartons[i]->order->placed_at_s;
    return latest;
}

static enum status
make_document(struct tuck_shop *shop, const struct press_job *job, struct arena *arena,
              void **ret_bytes, size_t *ret_length, struct notes *notes)
{
    const struct patience patience = {clock_monotonic_ms() + SHEET_BUDGET_MS, NULL};
    struct sheet sheet;
    if (job->piece_count == 0)
        return STATUS_WITHOUT;
    enum status status = press_make(shop->press, job, &patience, arena, notes, &sheet);
    if (status != STATUS_OK)
        return status;
    void *bytes = malloc(sheet.size);
    if (!bytes)
        return STATUS_NO_MEMORY;
    memcpy(bytes, sheet.bytes, sheet.size);
    *ret_bytes = bytes;
    *ret_length = sheet.size;
    return STATUS_OK;
}

enum status
station_contact_sheet(struct tuck_shop *shop, struct tuck_carton *const *cartons,
                      int64_t count, const char *title, int32_t format, void **ret_bytes,
                      size_t *ret_length, struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct gathered gathered = {.arena = arena};
    enum status status =
        arena ? gather(&gathered, cartons, count, true) : STATUS_NO_MEMORY;
    const struct press_job job = {
        .format = format == TUCK_PNG ? SHEET_PNG : SHEET_PDF,
        .dpi = 110,
        .created_s = latest_order_s(cartons, count),
        .title = title ? title : shop->settings->name,
        .pieces = gathered.pieces,
        .piece_count = gathered.count,
        .is_contact_sheet = true,
    };
    return status == STATUS_OK
               ? make_document(shop, &job, arena, ret_bytes, ret_length, notes)
               : status;
}

enum status
station_bundle(struct tuck_shop *shop, struct tuck_carton *const *cartons, int64_t count,
               void **ret_bytes, size_t *ret_length, struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct gathered gathered = {.arena = arena};
    enum status status =
        arena ? gather(&gathered, cartons, count, false) : STATUS_NO_MEMORY;
    const struct press_job job = {
        .format = SHEET_PDF,
        .created_s = latest_order_s(cartons, count),
        .title = shop->settings->name,
        .pieces = gathered.pieces,
        .piece_count = gathered.count,
    };
    return status == STATUS_OK
               ? make_document(shop, &job, arena, ret_bytes, ret_length, notes)
               : status;
}

enum status
station_drop(const char *dir, const char *name, const void *bytes, size_t length,
             struct notes *notes)
{
    return printer_drop(dir, name, bytes, length, notes);
}
