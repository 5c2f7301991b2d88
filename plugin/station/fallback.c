/* Fallbacks: the sheets that stand ready before the first carton comes.
 *
 * One for each placement that has a fallback template, as PDF and as every printer of the
 * placement's route wants it, so that a carton can be answered whatever breaks later.
 * What is wrong with one is a warning: a shop without it opens all the same. */
#include "station/fallback.h"

#include "station/carton.h"
#include "station/values.h"

#include <string.h>

struct making {
    struct tuck_shop *shop;
    const struct patience *patience;
    struct notes *notes;
    struct fallback *fallback;
    const char *path; /* of the template */
};

static bool
is_made(const struct fallback *fallback, const struct output *output)
{
    for (const struct rendered *r = fallback->sheets; r; r = r->next)
        if (output_is(&r->output, output))
            return true;
    return false;
}

static enum status
make_sheet(struct making *making, const struct output *output)
{
    struct tuck_shop *shop = making->shop;
    struct fallback *fallback = making->fallback;
    struct sheet sheet;
    const struct press_piece piece = {
        .template_path = making->path,
        .values = fallback->values,
        .values_n = strlen(fallback->values),
        .lang = shop->settings->language,
    };
    const struct press_job job = {
        .format = output->format,
        .dpi = output->dpi,
        .device = output->device,
        .title = shop->settings->name,
        .pieces = &piece,
        .piece_count = 1,
    };
    if (is_made(fallback, output))
        return STATUS_OK;
    enum status status = press_make(shop->press, &job, making->patience, shop->arena,
                                    making->notes, &sheet);
    struct rendered *rendered = arena_make(shop->arena, sizeof(*rendered));
    if (status != STATUS_OK || !rendered)
        return status != STATUS_OK ? status : STATUS_NO_MEMORY;
    *rendered =
        (struct rendered){fallback->sheets, *output, sheet.bytes, sheet.size};
    fallback->sheets = rendered;
    fallback->template_name = fallback->placement->fallback_template;
    fallback->width_mm100 = sheet.width_mm100;
    fallback->height_mm100 = sheet.height_mm100;
    return STATUS_OK;
}

static enum status
write_values(struct making *making, struct display *display)
{
    struct tuck_shop *shop = making->shop;
    struct buf values BUF_AUTO = {0};
    const struct values_input input = {
        .settings = shop->settings,
        .campaign = shop->campaign->name,
        .display = display,
        .placement = making->fallback->placement,
        .expires = DAY_NONE,
    };
    values_write(&input, &values);
    making->fallback->values =
        values.failed ? NULL : arena_strdup(shop->arena, values.p);
    return making->fallback->values ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status
make_fallback(struct making *making, struct display *display)
{
    struct tuck_shop *shop = making->shop;
    const struct placement *placement = making->fallback->placement;
    const struct route *route = settings_find_route(shop->settings, placement->name);
    struct output output;
    making->path =
        settings_find_template(shop->settings, placement->fallback_template, shop->arena);
    if (!making->path)
        return note_fail(making->notes, STATUS_BAD_INPUT, NOTE_TEMPLATE_MISSING,
                         shop->campaign->path, placement->line,
                         "no template folder has a template \"%s\"",
                         placement->fallback_template);
    enum status status = write_values(making, display);
    output_plain(SHEET_PDF, 0, &output);
    if (status == STATUS_OK)
        status = make_sheet(making, &output);
    for (size_t i = 0; route && status == STATUS_OK && i < route->printer_count; i++) {
        const struct printer *printer = &shop->settings->printers[route->printers[i]];
        output_of_printer(printer, &output);
        if (printer->format)
            status = make_sheet(making, &output);
    }
    return status;
}

enum status
fallbacks_make(struct tuck_shop *shop, const struct patience *patience,
               struct notes *notes)
{
    const struct campaign *campaign = shop->campaign;
    struct display *display = display_open();
    shop->fallbacks = arena_make_array(shop->arena, campaign->placement_count,
                                       sizeof(*shop->fallbacks));
    if (!display || !shop->fallbacks) {
        display_close(display);
        return STATUS_NO_MEMORY;
    }
    for (size_t i = 0; i < campaign->placement_count; i++) {
        const struct placement *placement = &campaign->placements[i];
        struct making making = {shop, patience, notes, &shop->fallbacks[i], NULL};
        making.fallback->placement = placement;
        if (!placement->fallback_template)
            continue;
        if (make_fallback(&making, display) != STATUS_OK)
            note_add(notes, NOTE_FALLBACK_FAILED, campaign->path, placement->line,
                     "the fallback of placement \"%s\" could not be rendered; without it "
                     "this placement prints nothing when something fails",
                     placement->name);
    }
    display_close(display);
    return STATUS_OK;
}

const struct fallback *
fallback_of(const struct tuck_shop *shop, const struct placement *placement)
{
    for (size_t i = 0; i < shop->campaign->placement_count; i++)
        if (shop->fallbacks[i].placement == placement)
            return &shop->fallbacks[i];
    return NULL;
}
