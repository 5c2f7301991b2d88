/* Settings: holidays and shops near by.
 *
 * The schema knows the words; here days become days, and a holiday on no day of the
 * calendar ends the reading with a note. */
#include "station/settings.h"

#include "base/text.h"
#include "base/xml.h"

#include <stdlib.h>
#include <string.h>

struct reading {
    struct settings *settings;
    struct notes *notes;
    bool is_out_of_memory;
};

static const char *
text_of(struct reading *reading, const xmlNode *node, const char *name)
{
    return xml_attr(reading->settings->arena, node, name);
}

/* "Bayern, Sachsen": a list, NULL-terminated; NULL without the attribute. */
static const char *const *
read_list(struct reading *reading, const xmlNode *node, const char *name)
{
    struct arena *arena = reading->settings->arena;
    const char *rest = text_of(reading, node, name);
    const char **list = NULL;
    size_t count = 0, room = 0;

    while (rest != NULL) {
        size_t n = strcspn(rest, ",");
        size_t end = n;
        while (end > 0 && rest[end - 1] == ' ')
            end--;
        const char **item = arena_append(arena, &list, &count, &room, sizeof *list);
        const char *text = arena_printf(arena, "%.*s", (int)end, rest);
        if (item == NULL || text == NULL) {
            reading->is_out_of_memory = true;
            return NULL;
        }
        *item = text;
        rest = rest[n] == ',' ? rest + n + 1 + strspn(rest + n + 1, " ") : NULL;
    }
    if (list != NULL && arena_append(arena, &list, &count, &room, sizeof *list) == NULL)
        reading->is_out_of_memory = true; /* what is appended is NULL */
    return list;
}

/* --- holidays ----------------------------------------------------------------------- */

static bool
read_on(struct holiday *holiday, const char *on)
{
    if (on[0] != '-') {
        holiday->kind = HOLIDAY_ONCE;
        return day_parse(on, &holiday->once);
    }
    holiday->kind = HOLIDAY_YEARLY;
    holiday->month = (int32_t)strtol(on + 2, NULL, 10);
    holiday->day = (int32_t)strtol(on + 5, NULL, 10);
    return !day_is_none(day_from_date(2000, holiday->month, holiday->day)); /* a leap year */
}

static enum status
read_holiday(struct reading *reading, const xmlNode *node, struct holiday *ret)
{
    const char *on = text_of(reading, node, "on");
    const char *easter = text_of(reading, node, "easter");
    const char *orthodox = text_of(reading, node, "orthodox-easter");

    ret->name = text_of(reading, node, "name");
    ret->countries = text_of(reading, node, "countries");
    ret->regions = read_list(reading, node, "regions");
    if (on != NULL && !read_on(ret, on))
        return note_fail(reading->notes, STATUS_BAD_INPUT, NOTE_SHOP_HOLIDAY,
                         reading->settings->path, xml_line(node),
                         "holiday \"%.60s\": on=\"%s\" is no day of the calendar; expected "
                         "--mm-dd or yyyy-mm-dd",
                         ret->name ? ret->name : "", on);
    if (on == NULL) {
        ret->kind = easter != NULL ? HOLIDAY_EASTER : HOLIDAY_ORTHODOX_EASTER;
        const char *offset = easter != NULL ? easter : orthodox;
        ret->offset = offset != NULL ? (int32_t)strtol(offset, NULL, 10) : 0;
    }
    return ret->name != NULL ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status
read_holidays(struct reading *reading, const xmlNode *root, struct places *places)
{
    struct holiday *holidays = NULL;
    size_t count = 0, room = 0;
    const xmlNode *list = xml_first(root, "holidays");

    for (const xmlNode *node = list ? xml_first(list, "holiday") : NULL; node != NULL;
         node = xml_next(node, "holiday")) {
        struct holiday *holiday = arena_append(reading->settings->arena, &holidays, &count,
                                               &room, sizeof *holidays);
        if (holiday == NULL)
            return STATUS_NO_MEMORY;
        enum status status = read_holiday(reading, node, holiday);
        if (status != STATUS_OK)
            return status;
    }
    places->holidays = holidays;
    places->holiday_count = count;
    return STATUS_OK;
}

/* --- shops -------------------------------------------------------------------------- */

static enum status
read_stores(struct reading *reading, const xmlNode *root, struct places *places)
{
    struct near_store *stores = NULL;
    size_t count = 0, room = 0;
    const xmlNode *list = xml_first(root, "stores");

    for (const xmlNode *node = list ? xml_first(list, "store") : NULL; node != NULL;
         node = xml_next(node, "store")) {
        struct near_store *store = arena_append(reading->settings->arena, &stores, &count,
                                                &room, sizeof *stores);
        if (store == NULL)
            return STATUS_NO_MEMORY;
        *store = (struct near_store){
            .name = text_of(reading, node, "name"),
            .country = text_of(reading, node, "country"),
            .postcodes = read_list(reading, node, "postcodes"),
            .regions = read_list(reading, node, "regions"),
            .address = xml_text(reading->settings->arena, node),
        };
    }
    places->stores = stores;
    places->store_count = count;
    return STATUS_OK;
}

enum status
settings_read_places(struct settings *settings, const xmlNode *root, struct notes *notes)
{
    struct reading reading = {.settings = settings, .notes = notes};
    struct places *places = arena_make(settings->arena, sizeof *places);

    if (places == NULL)
        return STATUS_NO_MEMORY;
    enum status status = read_holidays(&reading, root, places);
    if (status == STATUS_OK)
        status = read_stores(&reading, root, places);
    if (status == STATUS_OK && reading.is_out_of_memory)
        status = STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        settings->places_near = places;
    return status;
}
