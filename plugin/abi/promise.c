/* The face of tills and of whoever keeps the ledger: arguments guarded, structs sized,
 * everything else is the station's. */
#include "abi/entry.h"
#include "abi/guard.h"
#include "abi/sized.h"
#include "station/station.h"

static tuck_status
face_redeem(struct tuck_shop *shop, const struct tuck_redemption *how,
            struct tuck_found **ret_found, struct tuck_notes **ret_notes)
{
    struct tuck_redemption ours;
    enum status status =
        sized_in(how, &ours, sizeof(ours), LEAST(struct tuck_redemption, code));
    if (status != STATUS_OK)
        return (tuck_status)status;
    WITH_NOTES(shop && ret_found && is_name(ours.code) && is_name_or_null(ours.id) &&
                   is_name_or_null(ours.customer) && is_name_or_null(ours.order) &&
                   is_name_or_null(ours.place) && ours.budget_ms >= 0 &&
                   !(ours.flags & ~(uint32_t)TUCK_TOLD),
               station_redeem(shop, &ours, ret_found, &notes->notes));
}

static bool
is_reply(const struct tuck_reply *how)
{
    bool has_nps = how->flags & TUCK_SAYS_NPS, has_effort = how->flags & TUCK_SAYS_EFFORT;
    bool has_rating = how->flags & TUCK_SAYS_RATING;
    const uint32_t known = TUCK_SAYS_NPS | TUCK_SAYS_EFFORT | TUCK_SAYS_RATING;
    return is_name(how->code) && !(how->flags & ~known) &&
           (!has_nps || (how->nps >= 0 && how->nps <= 10)) &&
           (!has_effort || (how->effort >= 1 && how->effort <= 7)) &&
           (!has_rating || (how->rating >= 1 && how->rating <= 5)) &&
           is_name_or_null(how->question) && is_name_or_null(how->value) &&
           !how->question == !how->value && (how->flags || how->question) &&
           is_name_or_null(how->channel) && how->budget_ms >= 0;
}

static tuck_status
face_reply(struct tuck_shop *shop, const struct tuck_reply *how,
           struct tuck_found **ret_found, struct tuck_notes **ret_notes)
{
    struct tuck_reply ours;
    enum status status =
        sized_in(how, &ours, sizeof(ours), LEAST(struct tuck_reply, value));
    if (status != STATUS_OK)
        return (tuck_status)status;
    WITH_NOTES(shop && ret_found && is_reply(&ours),
               station_reply(shop, &ours, ret_found, &notes->notes));
}

static tuck_status
face_void_code(struct tuck_shop *shop, const char *code, const char *reason,
               struct tuck_found **ret_found, struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop && is_name(code) && ret_found,
               station_void_code(shop, code, reason, ret_found, &notes->notes));
}

static tuck_status
face_check_code(struct tuck_shop *shop, const char *code, struct tuck_found **ret_found,
                struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop && is_name(code) && ret_found,
               station_check_code(shop, code, ret_found, &notes->notes));
}

static tuck_status
face_look_up(struct tuck_shop *shop, int32_t by, const char *name,
             struct tuck_found **ret_found, struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop && by >= TUCK_BY_ANY && by <= TUCK_BY_CUSTOMER && is_name(name) &&
                   ret_found,
               station_look_up(shop, by, name, ret_found, &notes->notes));
}

static tuck_status
face_liability(struct tuck_shop *shop, struct tuck_found **ret_found,
               struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop && ret_found, station_liability(shop, ret_found, &notes->notes));
}

static tuck_status
face_pools(struct tuck_shop *shop, struct tuck_found **ret_found,
           struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop && ret_found, station_pools(shop, ret_found, &notes->notes));
}

static tuck_status
face_keys(struct tuck_shop *shop, struct tuck_found **ret_found,
          struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop && ret_found, station_keys(shop, ret_found, &notes->notes));
}

/* --- looking at what was found ------------------------------------------------------ */

static tuck_status
face_answer(const struct tuck_found *found, struct tuck_answer *ret)
{
    OUT(tuck_answer, found_answer(found, &one));
}

static tuck_status
face_promise(const struct tuck_found *found, int64_t index, struct tuck_promise *ret)
{
    OUT(tuck_promise, found_promise(found, index, &one));
}

static tuck_status
face_event(const struct tuck_found *found, int64_t promise, int64_t index,
           struct tuck_event *ret)
{
    OUT(tuck_event, found_event(found, promise, index, &one));
}

static tuck_status
face_debt(const struct tuck_found *found, int64_t index, struct tuck_debt *ret)
{
    OUT(tuck_debt, found_debt(found, index, &one));
}

static tuck_status
face_total(const struct tuck_found *found, int64_t index, struct tuck_debt *ret)
{
    OUT(tuck_debt, found_total(found, index, &one));
}

static tuck_status
face_pool(const struct tuck_found *found, int64_t index, struct tuck_pool *ret)
{
    OUT(tuck_pool, found_pool(found, index, &one));
}

static tuck_status
face_key(const struct tuck_found *found, int64_t index, struct tuck_key *ret)
{
    OUT(tuck_key, found_key(found, index, &one));
}

/* --- files, papers, people ---------------------------------------------------------- */

static tuck_status
face_load(struct tuck_shop *shop, const struct tuck_load *how, struct tuck_loaded *ret,
          struct tuck_notes **ret_notes)
{
    struct tuck_load ours;
    struct tuck_loaded loaded;
    enum status status =
        sized_in(how, &ours, sizeof(ours), LEAST(struct tuck_load, path));
    if (status != STATUS_OK)
        return (tuck_status)status;
    if (!shop || !ret || !ours.path || ours.what < TUCK_FILE_REDEMPTIONS ||
        ours.what > TUCK_FILE_ANSWERS || ours.delimiter < 0 || ours.delimiter > 127 ||
        (ours.what == TUCK_FILE_POOL && !is_name(ours.pool)))
        return TUCK_BAD_CALL;
    struct tuck_notes *notes = notes_new();
    if (!notes)
        return TUCK_NO_MEMORY;
    status = station_load(shop, &ours, &loaded, &notes->notes);
    notes_give(notes, ret_notes);
    return status == STATUS_OK ? (tuck_status)sized_out(&loaded, sizeof(loaded), ret)
                               : (tuck_status)status;
}

static tuck_status
face_reprint(struct tuck_shop *shop, const char *order, const char *package,
             struct tuck_carton **ret, struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop && shop_has_press(shop) && is_name(order) &&
                   is_name_or_null(package) && ret,
               station_reprint(shop, order, package, ret, &notes->notes));
}

static tuck_status
face_sweep(struct tuck_shop *shop, struct tuck_swept *ret, struct tuck_notes **ret_notes)
{
    struct tuck_swept swept;
    if (!shop || !ret)
        return TUCK_BAD_CALL;
    struct tuck_notes *notes = notes_new();
    if (!notes)
        return TUCK_NO_MEMORY;
    enum status status = station_sweep(shop, &swept, &notes->notes);
    notes_give(notes, ret_notes);
    return status == STATUS_OK ? (tuck_status)sized_out(&swept, sizeof(swept), ret)
                               : (tuck_status)status;
}

static tuck_status
face_forget(struct tuck_shop *shop, const char *customer, struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop && is_name(customer), station_forget(shop, customer, &notes->notes));
}

static tuck_status
face_export(struct tuck_shop *shop, const char *customer, void **ret_bytes,
            size_t *ret_length, struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop && is_name(customer) && ret_bytes && ret_length,
               station_export(shop, customer, ret_bytes, ret_length, &notes->notes));
}

static tuck_status
face_backup(struct tuck_shop *shop, const char *path, struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop && path && path[0], station_backup(shop, path, &notes->notes));
}

static tuck_status
face_verify(struct tuck_shop *shop, struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop, station_verify(shop, &notes->notes));
}

static tuck_status
face_keys_make(struct tuck_shop *shop, struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop, station_keys_make(shop, &notes->notes));
}

static tuck_status
face_keys_rotate(struct tuck_shop *shop, struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop, station_keys_rotate(shop, &notes->notes));
}

static tuck_status
face_keys_retire(struct tuck_shop *shop, const char *id, struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop && is_name(id), station_keys_retire(shop, id, &notes->notes));
}

static const char *
face_keys_path(const struct tuck_shop *shop)
{
    return shop ? shop_keys_path(shop) : NULL;
}

const struct tuck_promise_face promise_face = {
    .size = sizeof(promise_face),
    .revision = 1,
    .redeem = face_redeem,
    .void_code = face_void_code,
    .check_code = face_check_code,
    .look_up = face_look_up,
    .liability = face_liability,
    .pools = face_pools,
    .keys = face_keys,
    .answer = face_answer,
    .promise = face_promise,
    .event = face_event,
    .debt = face_debt,
    .total = face_total,
    .pool = face_pool,
    .key = face_key,
    .found_free = found_free,
    .load = face_load,
    .reprint = face_reprint,
    .sweep = face_sweep,
    .forget = face_forget,
    .export_customer = face_export,
    .backup = face_backup,
    .verify = face_verify,
    .keys_make = face_keys_make,
    .keys_rotate = face_keys_rotate,
    .keys_retire = face_keys_retire,
    .keys_path = face_keys_path,
    .reply = face_reply,
};
