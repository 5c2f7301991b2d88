/* The face of printers and the spool: arguments guarded, structs sized, everything else is
 * the station's. */
#include "abi/guard.h"
#include "station/station.h"

#define BUDGET_MOST_MS 3600000

static tuck_status
face_print(struct tuck_carton *carton, const char *printer, int32_t budget_ms)
{
    if (!carton || budget_ms < 0 || budget_ms > BUDGET_MOST_MS ||
        !is_name_or_null(printer))
        return TUCK_BAD_CALL;
    return (tuck_status)carton_print(carton, printer, budget_ms);
}

static tuck_status
face_sent(const struct tuck_carton *carton, int64_t piece, struct tuck_sent *ret)
{
    struct tuck_sent sent;
    if (!carton || !ret)
        return TUCK_BAD_CALL;
    if (!carton_sent(carton, piece, &sent))
        return TUCK_WITHOUT;
    return (tuck_status)sized_out(&sent, sizeof(sent), ret);
}

static tuck_status
face_printers(struct tuck_shop *shop, int32_t budget_ms, struct tuck_found **ret_found,
              struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop && budget_ms >= 0 && ret_found,
               station_printers(shop, budget_ms, ret_found, &notes->notes));
}

static tuck_status
face_printer(const struct tuck_found *found, int64_t index, struct tuck_printer *ret)
{
    OUT(tuck_printer, found_printer(found, index, &one));
}

static tuck_status
face_test_page(struct tuck_shop *shop, const char *printer, int64_t *ret_job,
               struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop && shop_has_press(shop) && is_name(printer) && ret_job,
               station_test_page(shop, printer, ret_job, &notes->notes));
}

static tuck_status
face_jobs(struct tuck_shop *shop, uint32_t states, const char *printer,
          const char *order, struct tuck_found **ret_found, struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop && states < 1u << (TUCK_JOB_DOUBT + 1) && is_name_or_null(printer) &&
                   is_name_or_null(order) && ret_found,
               station_jobs(shop, states, printer, order, ret_found, &notes->notes));
}

static tuck_status
face_job(const struct tuck_found *found, int64_t index, struct tuck_job *ret)
{
    OUT(tuck_job, found_job(found, index, &one));
}

static tuck_status
face_job_event(const struct tuck_found *found, int64_t job, int64_t index,
               struct tuck_job_event *ret)
{
    OUT(tuck_job_event, found_job_event(found, job, index, &one));
}

static tuck_status
face_job_sheet(struct tuck_shop *shop, int64_t id, void **ret_bytes, size_t *ret_length,
               struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop && id > 0 && ret_bytes && ret_length,
               station_job_sheet(shop, id, ret_bytes, ret_length, &notes->notes));
}

static tuck_status
face_job_do(struct tuck_shop *shop, int64_t id, int32_t what, const char *with,
            int64_t *ret_id, struct tuck_notes **ret_notes)
{
    WITH_NOTES(shop && id > 0 && what >= TUCK_JOB_HOLD &&
                   what <= TUCK_JOB_OVERRIDDEN && is_name_or_null(with) &&
                   (what != TUCK_JOB_MOVE || is_name(with)) &&
                   (what < TUCK_JOB_REFUSED || is_name(with)),
               station_job_do(shop, id, what, with, ret_id, &notes->notes));
}

static tuck_status
face_settle(struct tuck_shop *shop, int32_t budget_ms)
{
    if (!shop || budget_ms < 0 || budget_ms > BUDGET_MOST_MS)
        return TUCK_BAD_CALL;
    return (tuck_status)station_settle(shop, budget_ms);
}

const struct tuck_print_face print_face = {
    .size = sizeof(print_face),
    .revision = 1,
    .print = face_print,
    .sent = face_sent,
    .printers = face_printers,
    .printer = face_printer,
    .test_page = face_test_page,
    .jobs = face_jobs,
    .job = face_job,
    .job_event = face_job_event,
    .job_sheet = face_job_sheet,
    .job_do = face_job_do,
    .settle = face_settle,
};
