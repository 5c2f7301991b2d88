/* Sheets: a piece's values go to the press, bytes come back and are kept in the ledger.
 *
 * A sheet that the ledger has is handed out again as it is: the same bytes today and at
 * a reprint. When none can be had in time the piece becomes its placement's fallback. */
#include "station/carton.h"
#include "station/fallback.h"

#include "press/press.h"

#include <string.h>

bool
piece_for_press(struct tuck_carton *carton, const struct piece *piece,
                struct press_piece *ret)
{
    const char *path = settings_find_template(carton->shop->settings,
                                              piece->template_name, carton->arena);
    if (!path || !piece->values)
        return false;
    *ret = (struct press_piece){
        .template_path = path,
        .values = piece->values,
        .values_n = strlen(piece->values),
        .lang = piece->lang,
    };
    return true;
}

static const struct rendered *
add_rendered(struct tuck_carton *carton, struct piece *piece,
             const struct output *output, const uint8_t *bytes, size_t size)
{
    struct rendered *rendered = arena_make(carton->arena, sizeof(*rendered));
    if (!rendered)
        return NULL;
    *rendered = (struct rendered){piece->sheets, *output, bytes, size};
    piece->sheets = rendered;
    return rendered;
}

static const struct rendered *
find_rendered(const struct rendered *sheets, const struct output *output)
{
    for (const struct rendered *r = sheets; r; r = r->next)
        if (output_is(&r->output, output))
            return r;
    return NULL;
}

static enum status
press_piece(struct tuck_carton *carton, struct piece *piece, const struct output *output,
            const struct patience *patience, struct notes *notes, struct sheet *ret)
{
    struct press_piece press_piece;
    if (!piece_for_press(carton, piece, &press_piece))
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_TEMPLATE_MISSING, NULL, 0,
                         "no template folder has a template \"%s\"",
                         piece->template_name);
    const struct press_job job = {
        .format = output->format,
        .dpi = output->dpi,
        .device = output->device,
        .created_s = carton->order ? carton->order->placed_at_s : shop_now(carton->shop),
        .title = piece->title ? piece->title : piece->template_name,
        .pieces = &press_piece,
        .piece_count = 1,
        .wants_dump = true,
        .no_bleed = output->format == SHEET_PNG,
    };
    return press_make(carton->shop->press, &job, patience, carton->arena, notes, ret);
}

enum status
piece_render(struct tuck_carton *carton, struct piece *piece, const struct output *output,
             struct ledger *ledger, const struct patience *patience, struct notes *notes,
             const struct rendered **ret)
{
    const struct piece_key key = {piece->placement->name, piece->number};
    bool is_kept = carton->decision_id && ledger && output_is_kept(output);
    const uint8_t *bytes = NULL;
    const char *digest = NULL;
    size_t size = 0;
    *ret = find_rendered(piece->sheets, output);
    if (*ret)
        return STATUS_OK;
    if (is_kept &&
        ledger_find_sheet(ledger, carton->decision_id, &key, output->format,
                          output->key, carton->arena, notes, &digest, &bytes, &size) == STATUS_OK &&
        bytes) {
        *ret = add_rendered(carton, piece, output, bytes, size);
        return *ret ? STATUS_OK : STATUS_NO_MEMORY;
    }
    struct sheet sheet;
    enum status status = press_piece(carton, piece, output, patience, notes, &sheet);
    if (status != STATUS_OK)
        return status;
    piece->width_mm100 = sheet.width_mm100;
    piece->height_mm100 = sheet.height_mm100;
    piece->dump = sheet.dump;
    if (is_kept && !carton->is_preview &&
        ledger_keep_sheet(ledger, carton->decision_id, &key, output->format,
                                     output->key, sheet.bytes, sheet.size, notes) != STATUS_OK)
        return STATUS_OUTSIDE; /* bytes that could not be given again are not given */
    *ret = add_rendered(carton, piece, output, sheet.bytes, sheet.size);
    return *ret ? STATUS_OK : STATUS_NO_MEMORY;
}

void
piece_fall_back(struct tuck_carton *carton, struct piece *piece, const char *reason)
{
    const struct fallback *fallback = fallback_of(carton->shop, piece->placement);
    piece->outcome = TUCK_NOTHING;
    piece->reason = arena_strdup(carton->arena, reason);
    piece->code = NULL; /* the code stays reserved, but it is not on this paper */
    piece->expires = DAY_NONE;
    piece->sheets = NULL;
    if (!fallback || !fallback->sheets)
        return;
    piece->sheets = fallback->sheets;
    piece->outcome = TUCK_FALLBACK;
    piece->template_name = fallback->template_name;
    piece->values = fallback->values;
    piece->lang = carton->shop->settings->language;
    piece->width_mm100 = fallback->width_mm100;
    piece->height_mm100 = fallback->height_mm100;
}

static bool
has_sheet(const struct piece *piece)
{
    return piece->outcome == TUCK_CHOSEN || piece->outcome == TUCK_FALLBACK;
}

/* A fallback's sheet in another output belongs to no decision: it is not kept. */
static enum status
render_now(struct tuck_carton *carton, struct piece *piece, const struct output *output,
           const struct patience *patience, const struct rendered **ret)
{
    struct tuck_shop *shop = carton->shop;
    struct bench *bench = NULL;
    struct ledger *ledger = NULL;
    *ret = find_rendered(piece->sheets, output);
    if (*ret)
        return STATUS_OK;
    enum status status = bench_borrow(shop, &carton->notes, &bench);
    if (status == STATUS_OK && carton->decision_id && piece->outcome == TUCK_CHOSEN)
        status =
            bench_ledger(shop, bench, carton->is_preview ? LEDGER_READ : LEDGER_WRITE,
                         patience, &carton->notes, &ledger);
    if (status == STATUS_OK)
        status =
            piece_render(carton, piece, output, ledger, patience, &carton->notes, ret);
    bench_return(shop, bench);
    return status;
}

enum status
carton_sheet(struct tuck_carton *carton, int64_t index, int32_t format, int32_t dpi,
             int32_t budget_ms, const void **ret_bytes, size_t *ret_length)
{
    if (index < 0 || (size_t)index >= carton->piece_count ||
        !has_sheet(&carton->pieces[index]))
        return STATUS_WITHOUT;
    struct tuck_shop *shop = carton->shop;
    struct piece *piece = &carton->pieces[index];
    struct output output = carton->output;
    const struct rendered *rendered = NULL;
    const struct patience patience = {
        clock_monotonic_ms() + (budget_ms > 0 ? budget_ms : shop->settings->budget_ms),
        NULL};
    if (format)
        output_plain(format, dpi, &output);
    enum status status = render_now(carton, piece, &output, &patience, &rendered);
    if (status != STATUS_OK)
        return status;
    *ret_bytes = rendered->bytes;
    *ret_length = rendered->size;
    return STATUS_OK;
}
