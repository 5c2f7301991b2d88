/* The face of learning: arguments guarded, structs sized, everything else is the
 * station's. */
#include "abi/guard.h"
#include "station/station.h"

static tuck_status
face_fit(struct tuck_shop *shop, const struct tuck_fit *how, void **ret_bytes,
         size_t *ret_length, struct tuck_notes **ret_notes)
{
    struct tuck_fit ours;
    enum status status = sized_in(how, &ours, sizeof(ours), LEAST(struct tuck_fit, form));
    if (status != STATUS_OK)
        return (tuck_status)status;
    WITH_NOTES(shop && ret_bytes && ret_length &&
                   is_name_or_null(ours.date) &&
                   (ours.form == TUCK_FORM_TEXT || ours.form == TUCK_FORM_JSON),
               station_fit(shop, &ours, ret_bytes, ret_length, &notes->notes));
}

static tuck_status
face_report(struct tuck_shop *shop, const struct tuck_report *how, void **ret_bytes,
            size_t *ret_length, struct tuck_notes **ret_notes)
{
    struct tuck_report ours;
    enum status status =
        sized_in(how, &ours, sizeof(ours), LEAST(struct tuck_report, form));
    if (status != STATUS_OK)
        return (tuck_status)status;
    WITH_NOTES(shop && ret_bytes && ret_length && is_name_or_null(ours.date) &&
                   is_name_or_null(ours.from) && is_name_or_null(ours.to) &&
                   ours.within_days >= 0 && ours.within_days <= 3650 &&
                   ours.form >= TUCK_FORM_TEXT && ours.form <= TUCK_FORM_HTML,
               station_report(shop, &ours, ret_bytes, ret_length, &notes->notes));
}

static tuck_status
face_simulate(struct tuck_shop *shop, const struct tuck_simulate *how, void **ret_bytes,
              size_t *ret_length, struct tuck_notes **ret_notes)
{
    struct tuck_simulate ours;
    enum status status =
        sized_in(how, &ours, sizeof(ours), LEAST(struct tuck_simulate, form));
    if (status != STATUS_OK)
        return (tuck_status)status;
    bool is_form = ours.form == TUCK_FORM_TEXT || ours.form == TUCK_FORM_JSON ||
                   ours.form == TUCK_FORM_VOWPAL || ours.form == TUCK_FORM_BANDIT;
    WITH_NOTES(shop && ret_bytes && ret_length && is_name_or_null(ours.date) &&
                   is_name_or_null(ours.from) && is_name_or_null(ours.to) &&
                   ours.within_days >= 0 && ours.within_days <= 3650 && is_form,
               station_simulate(shop, &ours, ret_bytes, ret_length, &notes->notes));
}

const struct tuck_learn_face learn_face = {
    .size = sizeof(learn_face),
    .revision = 1,
    .fit = face_fit,
    .report = face_report,
    .simulate = face_simulate,
};
