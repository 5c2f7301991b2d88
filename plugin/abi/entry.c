/* The exported entry: arguments guarded, structs sized, everything else is the
 * station's. No call trusts a pointer or a number that a host may have got wrong. */
#include "abi/entry.h"
#include "abi/sized.h"
#include "customer/facts.h"
#include "station/station.h"

#include "config.h"

#include <stdlib.h>
#include <string.h>

_Static_assert((int)TUCK_BUG == (int)STATUS_BUG, "one numbering of statuses");
_Static_assert((int)TUCK_BAD_INPUT == (int)STATUS_BAD_INPUT, "one numbering of statuses");
_Static_assert((int)TUCK_OUTSIDE == (int)STATUS_OUTSIDE, "one numbering of statuses");
_Static_assert((int)TUCK_INFO == (int)NOTE_INFO, "one numbering of levels");

static tuck_status
note_out(const struct notes *notes, int64_t index, struct tuck_note *ret)
{
    if (!notes || !ret)
        return TUCK_BAD_CALL;
    if (index < 0 || (size_t)index >= notes->count)
        return TUCK_WITHOUT;
    const struct tuck_note told = note_as_told(&notes->note[index]);
    return (tuck_status)sized_out(&told, sizeof(told), ret);
}

struct tuck_notes *
notes_new(void)
{
    return calloc(1, sizeof(struct tuck_notes));
}

void
notes_give(struct tuck_notes *notes, struct tuck_notes **ret)
{
    if (ret)
        *ret = notes;
    else
        free(notes);
}

/* --- tuck.carton ------------------------------------------------------------------ */

static tuck_status
carton_face_open(const struct tuck_open *how, struct tuck_shop **ret,
                 struct tuck_notes **ret_notes)
{
    struct tuck_open ours;
    enum status status =
        sized_in(how, &ours, sizeof(ours), LEAST(struct tuck_open, shop));
    if (status != STATUS_OK)
        return (tuck_status)status;
    if (!ret || !ours.shop || ours.workers < TUCK_NO_PRESS || ours.workers > 16 ||
        ours.station_number < 0 || ours.station_number > 127 ||
        (ours.station && strlen(ours.station) > 64))
        return TUCK_BAD_CALL;
    struct tuck_notes *notes = notes_new();
    if (!notes)
        return TUCK_NO_MEMORY;
    status = shop_open(&ours, &notes->notes, ret);
    notes_give(notes, ret_notes);
    return (tuck_status)status;
}

static tuck_status
carton_face_pack(struct tuck_shop *shop, const struct tuck_order *order,
                 struct tuck_carton **ret)
{
    struct tuck_order ours;
    enum status status =
        sized_in(order, &ours, sizeof(ours), LEAST(struct tuck_order, length));
    if (status != STATUS_OK)
        return (tuck_status)status;
    if (!shop || !shop_has_press(shop) || !ret || !ours.bytes || ours.budget_ms < 0 || ours.dpi < 0 ||
        ours.dpi > 1200 || ours.format < 0 || ours.format > TUCK_DOTS ||
        (ours.flags & ~(uint32_t)(TUCK_PREVIEW | TUCK_NO_SHEETS | TUCK_ONLY_OFFER)))
        return TUCK_BAD_CALL;
    return (tuck_status)carton_pack(shop, &ours, ret);
}

static tuck_status
carton_face_info(const struct tuck_carton *carton, struct tuck_carton_info *ret)
{
    struct tuck_carton_info info;
    if (!carton || !ret)
        return TUCK_BAD_CALL;
    carton_info(carton, &info);
    return (tuck_status)sized_out(&info, sizeof(info), ret);
}

static tuck_status
carton_face_piece(const struct tuck_carton *carton, int64_t index, struct tuck_piece *ret)
{
    struct tuck_piece piece;
    if (!carton || !ret)
        return TUCK_BAD_CALL;
    if (!carton_piece(carton, index, &piece))
        return TUCK_WITHOUT;
    return (tuck_status)sized_out(&piece, sizeof(piece), ret);
}

static tuck_status
carton_face_note(const struct tuck_carton *carton, int64_t index, struct tuck_note *ret)
{
    return carton ? note_out(carton_notes(carton), index, ret) : TUCK_BAD_CALL;
}

static tuck_status
carton_face_text(struct tuck_carton *carton, int32_t what, const char **ret,
                 size_t *ret_length)
{
    if (!carton || !ret || !ret_length)
        return TUCK_BAD_CALL;
    return (tuck_status)carton_text(carton, what, ret, ret_length);
}

static tuck_status
carton_face_sheet(struct tuck_carton *carton, int64_t index, int32_t format, int32_t dpi,
                  int32_t budget_ms, const void **ret_bytes, size_t *ret_length)
{
    if (!carton || !ret_bytes || !ret_length || format < 0 || format > TUCK_DOTS ||
        dpi < 0 || dpi > 1200 || budget_ms < 0)
        return TUCK_BAD_CALL;
    return (tuck_status)carton_sheet(carton, index, format, dpi, budget_ms, ret_bytes,
                                     ret_length);
}

static tuck_status
carton_face_say(struct tuck_shop *shop, const char *ticket, int32_t what,
                const char *reason)
{
    struct notes notes = {0};
    if (!shop || !ticket || what < TUCK_PRINTED || what > TUCK_OVERRIDDEN)
        return TUCK_BAD_CALL;
    return (tuck_status)shop_say(shop, ticket, what, reason, &notes);
}

static tuck_status
carton_face_void(struct tuck_shop *shop, const char *order, const char *reason)
{
    struct notes notes = {0};
    if (!shop || !order || !order[0])
        return TUCK_BAD_CALL;
    return (tuck_status)shop_void(shop, order, reason, &notes);
}

static tuck_status
face_notes_get(const struct tuck_notes *notes, int64_t index, struct tuck_note *ret)
{
    return notes ? note_out(&notes->notes, index, ret) : TUCK_BAD_CALL;
}

static void
face_notes_free(struct tuck_notes *notes)
{
    free(notes);
}

static const struct tuck_carton_face carton_face = {
    .size = sizeof(carton_face),
    .revision = 1,
    .open = carton_face_open,
    .close = shop_close,
    .pack = carton_face_pack,
    .carton_free = carton_free,
    .info = carton_face_info,
    .piece = carton_face_piece,
    .note = carton_face_note,
    .text = carton_face_text,
    .sheet = carton_face_sheet,
    .say = carton_face_say,
    .void_order = carton_face_void,
    .notes_get = face_notes_get,
    .notes_free = face_notes_free,
};

/* --- tuck.ops --------------------------------------------------------------------- */

static tuck_status
check_shop(const struct tuck_open *how, tuck_progress_fn *progress, void *progress_data,
           struct buf *html, struct tuck_notes **ret_notes)
{
    struct tuck_open ours;
    enum status status =
        sized_in(how, &ours, sizeof(ours), LEAST(struct tuck_open, shop));
    if (status != STATUS_OK)
        return (tuck_status)status;
    if (!ours.shop || ours.workers < 0 || ours.workers > 16)
        return TUCK_BAD_CALL;
    struct tuck_notes *notes = notes_new();
    if (!notes)
        return TUCK_NO_MEMORY;
    status = station_check(&ours, progress, progress_data, &notes->notes, html);
    notes_give(notes, ret_notes);
    return (tuck_status)status;
}

static tuck_status
ops_face_check(const struct tuck_open *how, tuck_progress_fn *progress,
               void *progress_data, struct tuck_notes **ret_notes)
{
    return check_shop(how, progress, progress_data, NULL, ret_notes);
}

static tuck_status
ops_face_check_page(const struct tuck_open *how, tuck_progress_fn *progress,
                    void *progress_data, void **ret_bytes, size_t *ret_length,
                    struct tuck_notes **ret_notes)
{
    struct buf html BUF_AUTO = {0};
    if (!ret_bytes || !ret_length)
        return TUCK_BAD_CALL;
    tuck_status status = check_shop(how, progress, progress_data, &html, ret_notes);
    if (html.failed)
        return TUCK_NO_MEMORY;
    if (html.n == 0)
        return status;
    *ret_length = html.n;
    *ret_bytes = take(html.p);
    return status;
}

static tuck_status
ops_face_import(struct tuck_shop *shop, const struct tuck_import *how,
                struct tuck_import_result *ret, struct tuck_notes **ret_notes)
{
    struct tuck_import ours;
    struct tuck_import_result result;
    enum status status =
        sized_in(how, &ours, sizeof(ours), LEAST(struct tuck_import, path));
    if (status != STATUS_OK)
        return (tuck_status)status;
    if (!shop || !ret || !ours.path || ours.delimiter < 0 || ours.delimiter > 127)
        return TUCK_BAD_CALL;
    struct tuck_notes *notes = notes_new();
    if (!notes)
        return TUCK_NO_MEMORY;
    status = station_import(shop, &ours, &result, &notes->notes);
    notes_give(notes, ret_notes);
    return status == STATUS_OK ? (tuck_status)sized_out(&result, sizeof(result), ret)
                               : (tuck_status)status;
}

static tuck_status
ops_face_fact(int64_t index, struct tuck_fact *ret)
{
    static const char *const types[] = {"number", "money", "word",
                                        "text",   "truth", "day"};
    if (!ret)
        return TUCK_BAD_CALL;
    if (index < 0 || index >= FACT_COUNT)
        return TUCK_WITHOUT;
    const struct fact_def *def = &fact_table[index];
    const struct tuck_fact fact = {
        .size = sizeof(fact),
        .name = def->name,
        .type = types[def->type],
        .unit = def->unit,
        .values = def->values,
        .meaning = def->meaning,
    };
    return (tuck_status)sized_out(&fact, sizeof(fact), ret);
}

static bool
are_cartons(struct tuck_carton *const *cartons, int64_t count)
{
    for (int64_t i = 0; cartons && i < count; i++)
        if (!cartons[i])
            return false;
    return cartons && count > 0;
}

static tuck_status
ops_face_contact_sheet(struct tuck_shop *shop, struct tuck_carton *const *cartons,
                       int64_t count, const char *title, int32_t format, void **ret_bytes,
                       size_t *ret_length, struct tuck_notes **ret_notes)
{
    if (!shop || !shop_has_press(shop) || !are_cartons(cartons, count) || !ret_bytes || !ret_length ||
        format < TUCK_PDF || format > TUCK_PNG)
        return TUCK_BAD_CALL;
    struct tuck_notes *notes = notes_new();
    if (!notes)
        return TUCK_NO_MEMORY;
    enum status status = station_contact_sheet(shop, cartons, count, title, format,
                                               ret_bytes, ret_length, &notes->notes);
    notes_give(notes, ret_notes);
    return (tuck_status)status;
}

static tuck_status
ops_face_bundle(struct tuck_shop *shop, struct tuck_carton *const *cartons, int64_t count,
                void **ret_bytes, size_t *ret_length, struct tuck_notes **ret_notes)
{
    if (!shop || !shop_has_press(shop) || !are_cartons(cartons, count) || !ret_bytes || !ret_length)
        return TUCK_BAD_CALL;
    struct tuck_notes *notes = notes_new();
    if (!notes)
        return TUCK_NO_MEMORY;
    enum status status =
        station_bundle(shop, cartons, count, ret_bytes, ret_length, &notes->notes);
    notes_give(notes, ret_notes);
    return (tuck_status)status;
}

static tuck_status
ops_face_scan(struct tuck_shop *shop, struct tuck_carton *const *cartons, int64_t count,
              int32_t dpi, tuck_scanned_fn *each, void *each_data,
              struct tuck_notes **ret_notes)
{
    if (!shop || !shop_has_press(shop) || !cartons || count < 0 || !each || dpi < 0 ||
        dpi > 2400 || (dpi > 0 && dpi < 50))
        return TUCK_BAD_CALL;
    struct tuck_notes *notes = notes_new();
    if (!notes)
        return TUCK_NO_MEMORY;
    enum status status =
        station_scan(shop, cartons, count, dpi, each, each_data, &notes->notes);
    notes_give(notes, ret_notes);
    return (tuck_status)status;
}

static tuck_status
ops_face_replay(struct tuck_shop *shop, const char *order, tuck_replayed_fn *each,
                void *each_data, struct tuck_notes **ret_notes)
{
    if (!shop || !shop_has_press(shop) || !order || !order[0] || !each)
        return TUCK_BAD_CALL;
    struct tuck_notes *notes = notes_new();
    if (!notes)
        return TUCK_NO_MEMORY;
    enum status status = station_replay(shop, order, each, each_data, &notes->notes);
    notes_give(notes, ret_notes);
    return (tuck_status)status;
}

static tuck_status
ops_face_drop(const char *dir, const char *name, const void *bytes, size_t length,
              struct tuck_notes **ret_notes)
{
    if (!dir || !name || !bytes || strchr(name, '/'))
        return TUCK_BAD_CALL;
    struct tuck_notes *notes = notes_new();
    if (!notes)
        return TUCK_NO_MEMORY;
    enum status status = station_drop(dir, name, bytes, length, &notes->notes);
    notes_give(notes, ret_notes);
    return (tuck_status)status;
}

static int32_t
ops_face_workers(struct tuck_shop *shop, int32_t *ret_pids, int32_t most)
{
    return shop && ret_pids && most >= 0 ? shop_workers(shop, ret_pids, most) : 0;
}

static tuck_status
ops_face_offer(const struct tuck_shop *shop, int64_t index, struct tuck_offer *ret)
{
    struct tuck_offer offer;
    if (!shop || !ret || index < 0)
        return TUCK_BAD_CALL;
    return shop_offer(shop, index, &offer)
               ? (tuck_status)sized_out(&offer, sizeof(offer), ret)
               : TUCK_WITHOUT;
}

static tuck_status
ops_face_language(const struct tuck_shop *shop, int64_t index, const char **ret)
{
    if (!shop || !ret || index < 0)
        return TUCK_BAD_CALL;
    const char *language = shop_language(shop, index);
    if (!language)
        return TUCK_WITHOUT;
    *ret = language;
    return TUCK_OK;
}

static tuck_status
ops_face_folder(const struct tuck_shop *shop, int64_t index, const char **ret)
{
    if (!shop || !ret || index < 0)
        return TUCK_BAD_CALL;
    const char *folder = shop_folder(shop, index);
    if (!folder)
        return TUCK_WITHOUT;
    *ret = folder;
    return TUCK_OK;
}

static const struct tuck_ops_face ops_face = {
    .size = sizeof(ops_face),
    .revision = 1,
    .check = ops_face_check,
    .import = ops_face_import,
    .fact = ops_face_fact,
    .contact_sheet = ops_face_contact_sheet,
    .bytes_free = free,
    .bundle = ops_face_bundle,
    .drop = ops_face_drop,
    .workers = ops_face_workers,
    .replay = ops_face_replay,
    .check_page = ops_face_check_page,
    .scan = ops_face_scan,
    .offer = ops_face_offer,
    .language = ops_face_language,
    .folder = ops_face_folder,
};

static const void *
find_face(const char *name, uint32_t revision)
{
    if (!name || revision != 1)
        return NULL;
    if (strcmp(name, TUCK_CARTON_FACE) == 0)
        return &carton_face;
    if (strcmp(name, TUCK_OPS_FACE) == 0)
        return &ops_face;
    if (strcmp(name, TUCK_PRINT_FACE) == 0)
        return &print_face;
    if (strcmp(name, TUCK_WAVE_FACE) == 0)
        return &wave_face;
    if (strcmp(name, TUCK_LEARN_FACE) == 0)
        return &learn_face;
    return strcmp(name, TUCK_PROMISE_FACE) == 0 ? &promise_face : NULL;
}

const struct tuck_entry tuck_entry = {
    .size = sizeof(tuck_entry),
    .revision = 1,
    .version = PACKAGE_VERSION,
    .face = find_face,
};
