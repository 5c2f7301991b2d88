/* The face of waves: arguments guarded, structs sized, everything else is the station's. */
#include "abi/guard.h"
#include "station/station.h"

#include <stdlib.h>

#define WAVE_NAME_MOST 64

/* Letters, digits, hyphens, underscores and dots: it becomes the name of files. */
static bool
is_wave(const char *name)
{
    size_t n = name ? strnlen(name, WAVE_NAME_MOST + 1) : 0;
    for (size_t i = 0; i < n; i++) {
        char c = name[i];
        bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                       (c == '.' && i > 0);
        if (!is_word)
            return false;
    }
    return n > 0 && n <= WAVE_NAME_MOST;
}

static tuck_status
face_add(struct tuck_shop *shop, const char *wave, const struct tuck_wave_order *orders,
         int64_t count, int64_t *ret_waiting, struct tuck_notes **ret_notes)
{
    if (!shop || !is_wave(wave) || !orders || count < 1)
        return TUCK_BAD_CALL;
    struct tuck_wave_order *ours = calloc((size_t)count, sizeof(*ours));
    if (!ours)
        return TUCK_NO_MEMORY;
    enum status status = STATUS_OK;
    for (int64_t i = 0; status == STATUS_OK && i < count; i++) {
        status = sized_in(&orders[i], &ours[i], sizeof(*ours),
                          LEAST(struct tuck_wave_order, length));
        if (status == STATUS_OK && (!is_name(ours[i].name) || !ours[i].bytes))
            status = STATUS_BAD_CALL;
    }
    struct tuck_notes *notes = status == STATUS_OK ? notes_new() : NULL;
    if (status == STATUS_OK && !notes)
        status = STATUS_NO_MEMORY;
    if (status == STATUS_OK) {
        status = station_wave_add(shop, wave, ours, count, ret_waiting, &notes->notes);
        notes_give(notes, ret_notes);
    }
    free(ours);
    return (tuck_status)status;
}

static tuck_status
face_run(struct tuck_shop *shop, const struct tuck_wave_run *how,
         struct tuck_wave_result *ret, struct tuck_notes **ret_notes)
{
    struct tuck_wave_run ours;
    struct tuck_wave_result result = {.size = sizeof(result)};
    enum status status =
        sized_in(how, &ours, sizeof(ours), LEAST(struct tuck_wave_run, name));
    if (status != STATUS_OK)
        return (tuck_status)status;
    if (!shop || !shop_has_press(shop) || !ret || !is_wave(ours.name) || ours.jobs < 0 ||
        ours.jobs > 64 || ours.wait_ms < 0)
        return TUCK_BAD_CALL;
    struct tuck_notes *notes = notes_new();
    if (!notes)
        return TUCK_NO_MEMORY;
    status = station_wave_run(shop, &ours, &result, &notes->notes);
    notes_give(notes, ret_notes);
    enum status sized = sized_out(&result, sizeof(result), ret);
    return (tuck_status)(status == STATUS_OK ? sized : status);
}

static tuck_status
face_waves(struct tuck_shop *shop, const char *name, struct tuck_found **ret_found,
           struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop && (!name || is_wave(name)) && ret_found,
               station_waves(shop, name, ret_found, &notes->notes));
}

static tuck_status
face_wave(const struct tuck_found *found, int64_t index, struct tuck_wave *ret)
{
    OUT(tuck_wave, found_wave(found, index, &one));
}

static tuck_status
face_problem(const struct tuck_found *found, int64_t index, struct tuck_wave_problem *ret)
{
    OUT(tuck_wave_problem, found_problem(found, index, &one));
}

static tuck_status
face_write(struct tuck_shop *shop, const char *wave, const char *dir,
           int32_t no_separators, int64_t *ret_files, struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop && shop_has_press(shop) && is_wave(wave) && dir && dir[0],
               station_wave_write(shop, wave, dir, !no_separators, ret_files,
                                  &notes->notes));
}

static tuck_status
face_drop(struct tuck_shop *shop, const char *wave, struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop && is_wave(wave), station_wave_drop(shop, wave, &notes->notes));
}

const struct tuck_wave_face wave_face = {
    .size = sizeof(wave_face),
    .revision = 1,
    .add = face_add,
    .run = face_run,
    .waves = face_waves,
    .wave = face_wave,
    .problem = face_problem,
    .write = face_write,
    .drop = face_drop,
};
