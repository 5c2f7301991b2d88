/* Settings: printers and routes.
 *
 * The schema knows the words; here names are found and lengths read. A route to a printer that is not there, and a printer whose URI makes no sense, end the
 * reading with a note: at the packing line it would be too late. */
#include "station/settings.h"

#include "base/length.h"
#include "base/text.h"
#include "base/xml.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_SPOOL "tuck.spool"

struct reading {
    struct settings *settings;
    struct notes *notes;
    struct printer *printers;
    struct printer_place *places;
    struct route *routes;
    size_t printer_count, printer_room, place_count, place_room, route_room;
};

/* The words of a list, NULL-terminated. */
static const char **
split(struct arena *arena, const char *text, size_t *ret_count)
{
    char *copy = arena_strdup(arena, text), *rest = copy;
    const char **words = NULL;
    size_t count = 0, room = 0;
    for (char *word; copy && (word = strtok_r(rest, " \t\r\n", &rest)) != NULL;) {
        const char **slot = arena_append(arena, &words, &count, &room, sizeof(*words));
        if (slot == NULL)
            return NULL;
        *slot = word;
    }
    const char **end = arena_append(arena, &words, &count, &room, sizeof(*words));
    if (copy == NULL || end == NULL)
        return NULL;
    *end = NULL;
    *ret_count = count - 1;
    return words;
}

static int32_t
number(const xmlNode *node, struct arena *arena, const char *name, int32_t otherwise)
{
    const char *text = xml_attr(arena, node, name);
    return text ? (int32_t)strtol(text, NULL, 10) : otherwise;
}

/* Which of the words it is; 0 when the attribute is not there. */
static int
choice(const xmlNode *node, struct arena *arena, const char *name,
       const char *const *words)
{
    const char *text = xml_attr(arena, node, name);
    for (int i = 0; text && words[i]; i++)
        if (text_equal(text, words[i]))
            return i;
    return 0;
}

static bool
read_shift(const char *text, struct press_device *device)
{
    char x[16], y[16];
    return sscanf(text, "%15s %15s", x, y) == 2 &&
           length_parse(x, &device->shift_x_mm100) &&
           length_parse(y, &device->shift_y_mm100);
}

static bool
read_device(struct reading *reading, const xmlNode *node, struct press_device *ret)
{
    static const char *const finishes[] = {"", "tear", "peel", "cut", NULL};
    static const char *const senses[] = {"", "gap", "mark", "continuous", NULL};
    static const char *const inks[] = {"grey", "colour", "black", NULL};
    static const char *const fits[] = {"refuse", "shrink", NULL};
    static const char *const symbols[] = {"native", "dots", NULL};
    struct arena *arena = reading->settings->arena;
    const char *shift = xml_attr(arena, node, "shift");
    const char *codings = xml_attr(arena, node, "codings");
    *ret = (struct press_device){
        .head_dots = number(node, arena, "head", 0),
        .rotate_deg = number(node, arena, "rotate", 0),
        .may_shrink = choice(node, arena, "fit", fits) != 0,
        .darkness = number(node, arena, "darkness", 0),
        .speed = number(node, arena, "speed", 0),
        .finish = choice(node, arena, "finish", finishes),
        .sense = choice(node, arena, "sense", senses),
        .copies = number(node, arena, "copies", 0),
        .has_symbols_as_dots = choice(node, arena, "symbols", symbols) != 0,
        .stored = xml_attr(arena, node, "stored"),
        .ink = choice(node, arena, "ink", inks),
    };
    if (codings)
        ret->zpl_codings = (strstr(codings, "hex") ? ZPL_HEX : 0) |
                           (strstr(codings, "packed") ? ZPL_PACKED : 0) |
                           (strstr(codings, "z64") ? ZPL_Z64 : 0);
    return !shift || read_shift(shift, ret);
}

static enum status
fault(struct reading *reading, const xmlNode *node, const char *what, const char *word)
{
    return note_fail(reading->notes, STATUS_BAD_INPUT, NOTE_PRINTER_SETTING,
                     reading->settings->path, xml_line(node), "%s \"%.80s\"", what, word);
}

static enum status
read_place(struct reading *reading, const xmlNode *node, struct printer *printer)
{
    static const char *const colours[] = {"", "yes", "no", NULL};
    struct settings *settings = reading->settings;
    struct printer_place *place =
        arena_append(settings->arena, &reading->places, &reading->place_count,
                     &reading->place_room, sizeof(*place));
    const char *stations = xml_attr(settings->arena, node, "stations");
    size_t count = 0;
    if (place == NULL)
        return STATUS_NO_MEMORY;
    place->line = xml_line(node);
    place->colour = choice(node, settings->arena, "colour", colours);
    if (stations && !(place->stations = split(settings->arena, stations, &count)))
        return STATUS_NO_MEMORY;
    if (printer->media &&
        !media_parse(printer->media, &place->width_mm100, &place->height_mm100))
        return fault(reading, node, "the printer's media has no size:", printer->media);
    return STATUS_OK;
}

/* A folder may be counted from the settings' own. */
static const char *
read_uri(const struct settings *settings, const char *uri)
{
    if (!uri || strncmp(uri, "dir:", 4) != 0 || uri[4] == '/')
        return uri;
    return arena_printf(settings->arena, "dir:%s/%s", settings->dir, uri + 4);
}

static enum status
read_printer(struct reading *reading, const xmlNode *node, bool is_exec_allowed)
{
    struct settings *settings = reading->settings;
    struct arena *arena = settings->arena;
    const char *name = xml_attr(arena, node, "name");
    const char *format = xml_attr(arena, node, "format");
    for (size_t i = 0; i < reading->printer_count; i++)
        if (text_equal(reading->printers[i].name, name))
            return fault(reading, node, "there are two printers called", name);
    struct printer *printer =
        arena_append(arena, &reading->printers, &reading->printer_count,
                     &reading->printer_room, sizeof(*printer));
    if (printer == NULL || name == NULL)
        return STATUS_NO_MEMORY;
    const struct sheet_kind *kind = sheet_kind_named(format);
    *printer = (struct printer){
        .name = name,
        .uri = read_uri(settings, xml_attr(arena, node, "uri")),
        .format = kind ? kind->format : 0,
        .dpi = number(node, arena, "dpi", 0),
        .media = xml_attr(arena, node, "media"),
        .is_exec_allowed = is_exec_allowed,
        .is_one_way = text_equal(xml_attr(arena, node, "one-way"), "yes"),
    };
    if (printer->uri == NULL)
        return STATUS_NO_MEMORY;
    if (!read_device(reading, node, &printer->device))
        return fault(reading, node, "two lengths are expected in shift of printer", name);
    enum status status =
        printer_check(printer, settings->path, xml_line(node), reading->notes);
    return status == STATUS_OK ? read_place(reading, node, printer) : status;
}

static enum status
find_printers(struct reading *reading, const xmlNode *node, const char *attribute,
              const size_t **ret, size_t *ret_count)
{
    struct settings *settings = reading->settings;
    const char *text = xml_attr(settings->arena, node, attribute);
    size_t count = 0;
    const char **names = text ? split(settings->arena, text, &count) : NULL;
    size_t *found = arena_make_array(settings->arena, count + 1, sizeof(*found));
    if ((text && names == NULL) || found == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        ptrdiff_t at = settings_find_printer(settings, names[i]);
        if (at < 0)
            return fault(reading, node, "a route goes to a printer that is not there:",
                         names[i]);
        found[i] = (size_t)at;
    }
    *ret = found;
    *ret_count = count;
    return STATUS_OK;
}

static enum status
read_route(struct reading *reading, const xmlNode *node)
{
    struct settings *settings = reading->settings;
    struct arena *arena = settings->arena;
    const char *placement = xml_attr(arena, node, "placement");
    for (size_t i = 0; i < settings->route_count; i++)
        if (text_equal(reading->routes[i].placement, placement))
            return fault(reading, node, "there are two routes of placement",
                         placement ? placement : "(any)");
    struct route *route =
        arena_append(arena, &reading->routes, &settings->route_count,
                     &reading->route_room, sizeof(*route));
    if (route == NULL)
        return STATUS_NO_MEMORY;
    route->placement = placement;
    route->line = xml_line(node);
    route->needs_colour = xml_attr(arena, node, "colour") != NULL;
    route->plain = xml_attr(arena, node, "plain");
    route->sku = xml_attr(arena, node, "sku");
    route->bin = xml_attr(arena, node, "bin");
    if (route->plain && !settings_find_template(settings, route->plain, arena))
        return fault(reading, node, "no template folder has a template", route->plain);
    enum status status =
        find_printers(reading, node, "to", &route->printers, &route->printer_count);
    return status == STATUS_OK
               ? find_printers(reading, node, "plain-to", &route->plain_printers,
                               &route->plain_printer_count)
               : status;
}

enum status
settings_read_printers(struct settings *settings, const xmlNode *root,
                       struct notes *notes)
{
    struct reading reading = {.settings = settings, .notes = notes};
    struct arena *arena = settings->arena;
    const xmlNode *printers = xml_first(root, "printers");
    const char *spool = printers ? xml_attr(arena, printers, "spool") : NULL;
    enum status status = STATUS_OK;
    spool = spool ? spool : DEFAULT_SPOOL;
    settings->spool = spool[0] == '/' ? arena_strdup(arena, spool)
                                      : arena_printf(arena, "%s/%s", settings->dir, spool);
    if (settings->spool == NULL)
        return STATUS_NO_MEMORY;
    if (printers == NULL)
        return STATUS_OK;
    settings->spool_keep_days = number(printers, arena, "keep", 0);
    bool is_exec_allowed = text_equal(xml_attr(arena, printers, "exec"), "allowed");
    for (xmlNode *node = xml_first(printers, "printer"); status == STATUS_OK && node;
         node = xml_next(node, "printer"))
        status = read_printer(&reading, node, is_exec_allowed);
    settings->printers = reading.printers;
    settings->places = reading.places;
    settings->printer_count = reading.printer_count;
    for (xmlNode *node = xml_first(printers, "route"); status == STATUS_OK && node;
         node = xml_next(node, "route")) {
        status = read_route(&reading, node);
        settings->routes = reading.routes;
    }
    return status;
}

ptrdiff_t
settings_find_printer(const struct settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->printer_count; i++)
        if (text_equal(settings->printers[i].name, name))
            return (ptrdiff_t)i;
    return -1;
}

const struct route *
settings_find_route(const struct settings *settings, const char *placement)
{
    const struct route *any = NULL;
    for (size_t i = 0; i < settings->route_count; i++) {
        if (text_equal(settings->routes[i].placement, placement))
            return &settings->routes[i];
        if (!settings->routes[i].placement)
            any = &settings->routes[i];
    }
    return any;
}
