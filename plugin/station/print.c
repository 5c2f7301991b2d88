/* Printing: a carton's pieces to the printers of the station.
 *
 * For each piece the printers of its route are looked at in order: does it print for this
 * station, do its media fit the template, has it colour if that is needed, is it ready?
 * The first that says yes gets the sheet, made as it wants it, through the spool. When
 * none can, a plain label is tried, then the packer is told what to pick instead. The
 * carton goes on in any case, and within its budget. */
#include "station/print.h"

#include "station/print-turn.h"
#include "station/template-media.h"
#include "station/values.h"
#include "station/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MEDIA_SLACK_MM100 200
#define ASKING_SHARE 5 /* of the budget, for printers that do not answer */

struct printing {
    struct tuck_shop *shop;
    struct tuck_carton *carton;
    const char *station;
    struct patience patience, asking;
    struct spool *spool;
    struct bench *bench;
    struct ledger *ledger; /* NULL: nothing is recorded of this carton */
    struct notes *notes;
    struct buf why; /* why no printer could, for the packer and the log */
    int turn_fd;    /* -1: none */
};

/* --- does it fit? ----------------------------------------------------------------- */

static bool
serves(const struct printer_place *place, const char *station)
{
    if (!place->stations)
        return true;
    for (size_t i = 0; station && place->stations[i]; i++)
        if (text_equal(place->stations[i], station))
            return true;
    return false;
}

static bool
lies_within(int32_t w, int32_t h, int32_t media_w, int32_t media_h)
{
    return w <= media_w + MEDIA_SLACK_MM100 && h <= media_h + MEDIA_SLACK_MM100;
}

/* A page fits on media that are as large or larger, upright or turned when the printer is
 * set to turn it. Media that are not known fit. */
static bool
fits_settings(const struct printer *printer, const struct printer_place *place, int32_t w,
              int32_t h)
{
    bool is_turned = printer->device.rotate_deg % 180 != 0;
    if (w == 0 || place->width_mm100 == 0 || printer->device.may_shrink)
        return true;
    return is_turned ? lies_within(h, w, place->width_mm100, place->height_mm100)
                     : lies_within(w, h, place->width_mm100, place->height_mm100);
}

/* Of what a printer says is in its trays one must be the page's size: it turns and scales
 * by itself, and would do so on the wrong paper. */
static bool
fits_loaded(const struct printer_place *place, const struct printer_report *report,
            int32_t w, int32_t h)
{
    bool is_any_known = false;
    if (w == 0 || place->width_mm100 > 0)
        return true;
    for (size_t i = 0; i < report->loaded_count; i++) {
        int32_t a = report->loaded[i].width_mm100, b = report->loaded[i].height_mm100;
        is_any_known |= a > 0 && b > 0;
        if ((abs(a - w) <= MEDIA_SLACK_MM100 && abs(b - h) <= MEDIA_SLACK_MM100) ||
            (abs(a - h) <= MEDIA_SLACK_MM100 && abs(b - w) <= MEDIA_SLACK_MM100))
            return true;
    }
    return !is_any_known;
}

ptrdiff_t
print_first_choice(struct tuck_shop *shop, const char *placement,
                   const char *template_name, const char *station)
{
    const struct settings *settings = shop->settings;
    const struct route *route = settings_find_route(settings, placement);
    int32_t w = 0, h = 0;
    if (template_name)
        template_media(shop, template_name, &w, &h);
    for (size_t i = 0; route && i < route->printer_count; i++) {
        size_t at = route->printers[i];
        const struct printer_place *place = &settings->places[at];
        if ((!station || serves(place, station)) &&
            fits_settings(&settings->printers[at], place, w, h) &&
            !(route->needs_colour && place->colour == COLOUR_NO))
            return (ptrdiff_t)at;
    }
    return -1;
}

bool
print_is_ready(struct tuck_shop *shop, size_t printer)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    const struct patience patience = {clock_monotonic_ms() + 500, NULL};
    struct sight sight;
    return arena &&
           watch_look(shop, printer, &patience, arena, NULL, &sight) == STATUS_OK &&
           sight.is_ready;
}

/* --- one printer ------------------------------------------------------------------- */

static void
blame(struct printing *printing, const char *printer, const char *why)
{
    buf_printf(&printing->why, "%s%s: %s", printing->why.n ? "; " : "", printer, why);
}

static const char *
why_not(const struct printer_report *report)
{
    return report->detail[0]    ? report->detail
           : report->reasons[0] ? report->reasons
                                : printer_state_name(report->state);
}

/* How a printer is looked at. */
struct candidate {
    size_t index;
    bool needs_colour;
    bool has_plain_after; /* printers for a plain label may have to be asked, too */
    bool is_last;
    bool may_be_silent; /* the second round: those of which nothing is known */
    int32_t width_mm100, height_mm100;
};

/* Who says nothing takes half of what is left for asking, so that the next has a turn. */
static struct patience
turn_of(const struct printing *printing, const struct candidate *candidate)
{
    struct patience turn = printing->asking;
    if (!candidate->is_last || candidate->has_plain_after)
        turn.deadline_ms -= patience_left_ms(&printing->asking) / 2;
    return turn;
}

static bool
is_candidate_ready(struct printing *printing, const struct candidate *candidate,
                   struct sight *ret)
{
    const struct settings *settings = printing->shop->settings;
    const struct printer *printer = &settings->printers[candidate->index];
    const struct printer_place *place = &settings->places[candidate->index];
    if (!serves(place, printing->station))
        return false;
    if (!fits_settings(printer, place, candidate->width_mm100, candidate->height_mm100)) {
        if (!candidate->may_be_silent)
            blame(printing, printer->name, "its media do not fit");
        return false;
    }
    const struct patience turn = turn_of(printing, candidate);
    if (watch_look(printing->shop, candidate->index, &turn, printing->carton->arena,
                   printing->notes, ret) != STATUS_OK)
        return false;
    bool is_willing = candidate->may_be_silent ? ret->is_silent : ret->is_ready;
    bool has_colour = place->colour == COLOUR_YES ||
                      (place->colour == COLOUR_ASK && ret->report.has_colour);
    if (!is_willing && !candidate->may_be_silent && !ret->is_silent)
        blame(printing, printer->name, why_not(&ret->report));
    if (is_willing && candidate->needs_colour && !has_colour) {
        blame(printing, printer->name, "it has no colour");
        return false;
    }
    if (is_willing && !fits_loaded(place, &ret->report, candidate->width_mm100,
                                   candidate->height_mm100)) {
        blame(printing, printer->name, "other media are loaded");
        return false;
    }
    return is_willing;
}

/* The first of the list that would print now; else the first that is merely silent. */
static bool
find_ready(struct printing *printing, const size_t *printers, size_t count, size_t *at,
           struct candidate *candidate, struct sight *ret)
{
    for (; *at < 2 * count; (*at)++) {
        candidate->index = printers[*at % count];
        candidate->may_be_silent = *at >= count;
        candidate->is_last = *at + 1 >= count;
        if (is_candidate_ready(printing, candidate, ret)) {
            (*at)++;
            return true;
        }
    }
    return false;
}

static enum status
put_in(struct printing *printing, const struct piece *piece, const struct printer *printer,
       const struct rendered *sheet, struct sent *sent)
{
    const struct tuck_carton *carton = printing->carton;
    const struct spool_job job = {
        .printer = printer->name,
        .ticket = piece->ticket,
        .order = carton->order ? carton->order->id : NULL,
        .package = carton->order ? carton->order->package : NULL,
        .placement = piece->placement->name,
        .title = piece->title ? piece->title : piece->template_name,
        .format = sheet->output.format,
        .bytes = sheet->bytes,
        .n = sheet->size,
        .width_mm100 = piece->width_mm100,
        .height_mm100 = piece->height_mm100,
        .copies = printer->device.copies,
    };
    enum status status =
        spool_put(printing->spool, &job, &printing->patience, printing->notes, &sent->job);
    if (status == STATUS_OK)
        sent->printer = printer->name;
    return status;
}

/* --- a piece ------------------------------------------------------------------------ */

/* Many a template's page is as large as its values make it: what the template could not
 * tell before is asked of the sheet. */
static bool
has_room(struct printing *printing, const struct piece *piece,
         const struct candidate *candidate, const struct sight *sight)
{
    const struct settings *settings = printing->shop->settings;
    const struct printer *printer = &settings->printers[candidate->index];
    const struct printer_place *place = &settings->places[candidate->index];
    int32_t w = piece->width_mm100, h = piece->height_mm100;
    if (!fits_settings(printer, place, w, h)) {
        blame(printing, printer->name, "its media do not fit");
        return false;
    }
    if (!fits_loaded(place, &sight->report, w, h)) {
        blame(printing, printer->name, "other media are loaded");
        return false;
    }
    return true;
}

static enum status
try_printers(struct printing *printing, struct piece *piece, const struct route *route,
             struct sent *sent)
{
    struct candidate candidate = {.needs_colour = route->needs_colour,
                                  .has_plain_after = route->plain_printer_count > 0};
    struct sight sight;
    size_t at = 0;
    template_media(printing->shop, piece->template_name, &candidate.width_mm100,
                   &candidate.height_mm100);
    while (find_ready(printing, route->printers, route->printer_count, &at, &candidate,
                      &sight)) {
        struct printer printer =
            watch_settle(printing->shop, candidate.index, &sight.report);
        const struct rendered *sheet = NULL;
        struct output output;
        output_of_printer(&printer, &output);
        enum status status =
            piece_render(printing->carton, piece, &output,
                         piece->outcome == TUCK_CHOSEN ? printing->ledger : NULL,
                         &printing->patience, printing->notes, &sheet);
        if (status == STATUS_OK && !has_room(printing, piece, &candidate, &sight))
            continue;
        if (status == STATUS_OK)
            status = put_in(printing, piece, &printer, sheet, sent);
        if (status == STATUS_OK) {
            sent->outcome = TUCK_SENT_QUEUED;
            return STATUS_OK;
        }
        if (status == STATUS_NO_MEMORY || status == STATUS_CANCELLED)
            return status;
        blame(printing, printer.name, status == STATUS_OUTSIDE
                                          ? "the job could not be put into the spool"
                                          : "the sheet could not be made for it");
    }
    return STATUS_WITHOUT;
}

static const char *
plain_values(struct printing *printing, const struct piece *piece,
             const struct printer *printer, size_t index)
{
    struct buf values BUF_AUTO = {0};
    const struct tuck_shop *shop = printing->shop;
    const struct printer_place *place = &shop->settings->places[index];
    const struct values_slip slip = {.printer = printer->name,
                                     .uri = printer->uri,
                                     .media = printer->media,
                                     .dpi = printer->dpi,
                                     .paper_width_mm100 = place->width_mm100,
                                     .paper_height_mm100 = place->height_mm100,
                                     .reason = printing->why.p};
    const struct values_input input = {.settings = shop->settings,
                                       .display = printing->bench->display,
                                       .order = printing->carton->order,
                                       .placement = piece->placement,
                                       .created_s = shop_now(shop),
                                       .slip = &slip};
    values_add_slip(piece->values, &input, &values);
    return values.failed ? NULL : arena_strdup(printing->carton->arena, values.p);
}

/* The plain label shows what the piece promises; it is not the piece's sheet, so the
 * ledger keeps none. */
static enum status
try_plain(struct printing *printing, struct piece *piece, const struct route *route,
          struct sent *sent)
{
    struct candidate candidate = {.needs_colour = false};
    struct sight sight;
    size_t at = 0;
    struct piece plain = *piece;
    if (!route->plain || !piece->values)
        return STATUS_WITHOUT;
    plain.template_name = route->plain;
    plain.sheets = NULL;
    template_media(printing->shop, route->plain, &candidate.width_mm100,
                   &candidate.height_mm100);
    while (find_ready(printing, route->plain_printers, route->plain_printer_count, &at,
                      &candidate, &sight)) {
        struct printer printer =
            watch_settle(printing->shop, candidate.index, &sight.report);
        const struct rendered *sheet = NULL;
        struct output output;
        output_of_printer(&printer, &output);
        plain.values = plain_values(printing, piece, &printer, candidate.index);
        if (!plain.values)
            return STATUS_NO_MEMORY;
        enum status status = piece_render(printing->carton, &plain, &output, NULL,
                                          &printing->patience, printing->notes, &sheet);
        if (status == STATUS_OK)
            status = put_in(printing, &plain, &printer, sheet, sent);
        if (status == STATUS_OK) {
            sent->outcome = TUCK_SENT_PLAIN;
            sent->text = arena_printf(printing->carton->arena,
                                      "a plain label on %s instead (%s)", printer.name,
                                      printing->why.n ? printing->why.p : "no printer");
            return sent->text ? STATUS_OK : STATUS_NO_MEMORY;
        }
        if (status == STATUS_NO_MEMORY || status == STATUS_CANCELLED)
            return status;
    }
    return STATUS_WITHOUT;
}

static enum status
give_up(struct printing *printing, struct piece *piece, const struct route *route,
        struct sent *sent)
{
    struct arena *arena = printing->carton->arena;
    const char *why = printing->why.n ? printing->why.p : "no printer is set for it";
    const char *kind = piece->placement->name;
    sent->outcome = TUCK_SENT_UNAVAILABLE;
    sent->sku = route ? route->sku : NULL;
    sent->bin = route ? route->bin : NULL;
    if (sent->sku)
        sent->text = arena_printf(arena, "%s unavailable: pick SKU %s%s%s (%s)", kind,
                                  sent->sku, sent->bin ? " from bin " : "",
                                  sent->bin ? sent->bin : "", why);
    else
        sent->text = arena_printf(arena, "%s unavailable: go on without (%s)", kind, why);
    if (!sent->text)
        return STATUS_NO_MEMORY;
    note_add(printing->notes, NOTE_NOTHING_PRINTS, NULL, 0, "%s", sent->text);
    if (piece->ticket && !printing->carton->is_preview)
        shop_say(printing->shop, piece->ticket, TUCK_FAILED, sent->text, printing->notes);
    return STATUS_OK;
}

/* A second scan of the same carton prints nothing: what is in the spool, or was printed,
 * is told instead. */
static enum status
find_earlier(struct printing *printing, const struct piece *piece, struct sent *sent)
{
    struct arena *arena = printing->carton->arena;
    const char *order = printing->carton->order ? printing->carton->order->id : NULL;
    const uint32_t ended = 1u << SPOOL_FAILED | 1u << SPOOL_CANCELLED;
    struct spool_entry *entries = NULL;
    size_t count = 0;
    if (!piece->ticket || !order || printing->carton->is_reprint)
        return STATUS_WITHOUT;
    enum status status = spool_list(printing->spool, ~ended, NULL, order, arena,
                                    printing->notes, &entries, &count);
    for (size_t i = count; status == STATUS_OK && i > 0; i--) {
        const struct spool_entry *entry = &entries[i - 1];
        if (!text_equal(entry->ticket, piece->ticket))
            continue;
        *sent = (struct sent){.outcome = TUCK_SENT_BEFORE,
                              .job = entry->id,
                              .printer = entry->printer,
                              .text = arena_printf(arena, "%s is %s on %s already, as job %lld",
                                                   piece->placement->name,
                                                   spool_state_name(entry->state),
                                                   entry->printer, (long long)entry->id)};
        return sent->text ? STATUS_OK : STATUS_NO_MEMORY;
    }
    if (status != STATUS_OK || !text_equal(piece->state, "printed"))
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    *sent = (struct sent){.outcome = TUCK_SENT_BEFORE,
                          .text = arena_printf(arena, "%s was printed already",
                                               piece->placement->name)};
    return sent->text ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status
print_piece(struct printing *printing, struct piece *piece, const char *printer,
            struct sent *sent)
{
    const struct settings *settings = printing->shop->settings;
    const struct route *route = settings_find_route(settings, piece->placement->name);
    struct route only = {0};
    size_t index = 0;
    enum status status = STATUS_WITHOUT;
    if (piece->outcome != TUCK_CHOSEN && piece->outcome != TUCK_FALLBACK) {
        sent->outcome = TUCK_SENT_NO_PAPER;
        sent->sku = piece->sku;
        sent->bin = piece->bin;
        return STATUS_OK;
    }
    status = find_earlier(printing, piece, sent);
    if (status != STATUS_WITHOUT)
        return status;
    if (printer) {
        index = (size_t)settings_find_printer(settings, printer);
        only = (struct route){.printers = &index, .printer_count = 1};
        if (route) {
            only.sku = route->sku;
            only.bin = route->bin;
        }
        route = &only;
    }
    buf_reset(&printing->why);
    if (route)
        status = try_printers(printing, piece, route, sent);
    if (route && status == STATUS_WITHOUT)
        status = try_plain(printing, piece, route, sent);
    if (status == STATUS_WITHOUT)
        status = give_up(printing, piece, route, sent);
    return status;
}

/* --- a carton ------------------------------------------------------------------------ */

static enum status
begin(struct printing *printing, int32_t budget_ms)
{
    struct tuck_carton *carton = printing->carton;
    int64_t now_ms = clock_monotonic_ms();
    if (budget_ms <= 0)
        budget_ms = printing->shop->settings->budget_ms;
    printing->patience = (struct patience){now_ms + budget_ms, NULL};
    printing->asking = (struct patience){now_ms + budget_ms / ASKING_SHARE, NULL};
    printing->station = carton->order && carton->order->station ? carton->order->station
                                                                : printing->shop->station;
    if (!carton->sent)
        carton->sent =
            arena_make_array(carton->arena, CARTON_PIECES_MAX, sizeof(struct sent));
    enum status status =
        carton->sent ? shop_spool(printing->shop, printing->notes, &printing->spool)
                     : STATUS_NO_MEMORY;
    if (status == STATUS_OK && carton->order && !carton->is_preview)
        status = print_turn_take(printing->shop->settings->spool, carton->order->id,
                                 carton->order->package, &printing->patience,
                                 printing->notes, &printing->turn_fd);
    if (status == STATUS_OK)
        status = bench_borrow(printing->shop, printing->notes, &printing->bench);
    if (status == STATUS_OK && carton->decision_id && !carton->is_preview)
        status = bench_ledger(printing->shop, printing->bench, LEDGER_WRITE,
                              &printing->patience, printing->notes, &printing->ledger);
    return status;
}

static bool
is_all_sent(const struct tuck_carton *carton)
{
    for (size_t i = 0; carton->sent && i < carton->piece_count; i++)
        if (!carton->sent[i].outcome)
            return false;
    return carton->sent != NULL;
}

enum status
carton_print(struct tuck_carton *carton, const char *printer, int32_t budget_ms)
{
    struct printing printing = {.shop = carton->shop,
                                .carton = carton,
                                .notes = &carton->notes,
                                .turn_fd = -1};
    if (is_all_sent(carton))
        return STATUS_OK;
    if (printer && settings_find_printer(carton->shop->settings, printer) < 0)
        return note_fail(&carton->notes, STATUS_BAD_INPUT, NOTE_NO_PRINTERS,
                         carton->shop->settings->path, 0,
                         "the settings name no printer \"%.60s\"", printer);
    enum status status = begin(&printing, budget_ms);
    for (size_t i = 0; status == STATUS_OK && i < carton->piece_count; i++)
        if (!carton->sent[i].outcome)
            status = print_piece(&printing, &carton->pieces[i], printer, &carton->sent[i]);
    bench_return(carton->shop, printing.bench);
    if (printing.turn_fd >= 0)
        close(printing.turn_fd);
    buf_done(&printing.why);
    return status;
}

bool
carton_sent(const struct tuck_carton *carton, int64_t index, struct tuck_sent *ret)
{
    if (!carton->sent || index < 0 || (size_t)index >= carton->piece_count ||
        !carton->sent[index].outcome)
        return false;
    const struct sent *sent = &carton->sent[index];
    *ret = (struct tuck_sent){
        .size = sizeof(*ret),
        .outcome = sent->outcome,
        .job = sent->job,
        .printer = sent->printer,
        .text = sent->text,
        .sku = sent->sku,
        .bin = sent->bin,
    };
    return true;
}
