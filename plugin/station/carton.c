/* A carton's way: order → history → facts → plan → ledger → sheets, within a budget.
 *
 * Whatever fails on the way, the host gets a carton: with the chosen pieces, else the
 * fallbacks rendered when the shop was opened, else "nothing, because …". What promises
 * something is recorded before it is rendered; what cannot be recorded is not promised.
 */
#include "station/carton-decide.h"
#include "station/knowledge.h"

#include <stdio.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define CARTON_CEILING (256u << 20)
#define ANSWER_RESERVE_MS 4 /* kept back from the budget for giving the answer */

struct piece *
carton_add_piece(struct tuck_carton *carton, const struct placement *placement)
{
    if (carton->piece_count == CARTON_PIECES_MAX)
        return NULL;
    struct piece *piece = &carton->pieces[carton->piece_count];
    for (size_t i = 0; i < carton->piece_count; i++)
        piece->number += carton->pieces[i].placement == placement;
    carton->piece_count++;
    piece->placement = placement;
    piece->expires = DAY_NONE;
    piece->state = "decided";
    return piece;
}

/* --- reading ---------------------------------------------------------------------- */

static enum status
set_date(struct way *way)
{
    struct tuck_carton *carton = way->carton;
    struct zone *zone = carton->shop->settings->zone;
    struct day day;
    way->is_pointless = !day_parse(way->how->date, &day);
    if (way->is_pointless)
        return note_fail(&carton->notes, STATUS_BAD_INPUT, NOTE_BAD_DATE, NULL, 0,
                         "\"%.40s\" is no date; expected a day of the calendar as "
                         "2026-11-22",
                         way->how->date);
    /* The same time of day on that day. */
    int64_t old = carton->order->placed_at_s;
    int32_t second = 0;
    zone_day(zone, old, &second);
    int64_t utc = (int64_t)day.n * 86400 + second;
    carton->order->placed_at_s =
        utc - zone_offset_s(zone, utc - zone_offset_s(zone, utc));
    return STATUS_OK;
}

/* Of another customer nothing is known but what history tells; what they consented to is
 * what the order's own did. */
static void
set_customer(struct way *way)
{
    struct tuck_carton *carton = way->carton;
    struct customer *customer = &carton->order->customer;
    *customer = (struct customer){.id = arena_strdup(carton->arena, way->how->customer),
                                  .language = customer->language,
                                  .consents = customer->consents,
                                  .refused = customer->refused};
}

static enum status
read_order(struct way *way)
{
    struct tuck_carton *carton = way->carton;
    const struct settings *settings = way->shop->settings;
    const char *name = way->how->name ? way->how->name : "(order)";
    size_t most = shop_readable_bytes(&way->patience);
    if (way->how->length > most)
        return note_fail(&carton->notes, STATUS_RETRY, NOTE_ORDER_BEYOND_BUDGET, name, 0,
                         "the order has %zu bytes; expected at most %zu, which can be "
                         "read within the budget",
                         way->how->length, most);
    enum status status =
        order_read(way->shop->reader, way->how->bytes, way->how->length, name,
                   settings->zone, carton->arena, &carton->notes, &carton->order);
    if (status != STATUS_OK)
        return status;
    if (!text_equal(carton->order->merchant, settings->merchant)) {
        const char *merchant = carton->order->merchant;
        carton->order = NULL;
        return note_fail(&carton->notes, STATUS_BAD_INPUT, NOTE_ORDER_OF_OTHER_MERCHANT,
                         name, 1, "the order is of merchant \"%s\", expected \"%s\"",
                         merchant, settings->merchant);
    }
    if (carton->is_preview && way->how->customer)
        set_customer(way);
    if (carton->is_preview && way->how->language)
        carton->order->customer.language = arena_strdup(carton->arena, way->how->language);
    return carton->is_preview && way->how->date ? set_date(way) : STATUS_OK;
}

static enum status
open_ledger(struct way *way)
{
    struct notes *notes = &way->carton->notes;
    enum ledger_mode mode = way->carton->is_preview ? LEDGER_READ : LEDGER_WRITE;
    return bench_ledger(way->shop, way->bench, mode, &way->patience, notes, &way->ledger);
}

static enum status
check_offer(struct way *way)
{
    if (!way->carton->is_preview || !way->how->offer ||
        way_offer_named(way->shop->campaign, way->how->offer))
        return STATUS_OK;
    way->is_pointless = true;
    return note_fail(&way->carton->notes, STATUS_BAD_INPUT, NOTE_UNKNOWN_OFFER, NULL, 0,
                     "the campaign has no offer \"%.60s\"", way->how->offer);
}

static void
keep_only(struct tuck_carton *carton, const char *offer)
{
    size_t kept = 0;
    for (size_t i = 0; i < carton->piece_count; i++)
        if (text_equal(carton->pieces[i].offer, offer))
            carton->pieces[kept++] = carton->pieces[i];
    carton->piece_count = kept;
}

/* Up to the pieces; sheets come after. */
enum status
way_answer(struct way *way)
{
    struct tuck_carton *carton = way->carton;
    bool is_found = false;
    enum status status = read_order(way);
    if (status == STATUS_OK)
        status = check_offer(way);
    if (status == STATUS_OK && patience_is_cancelled(&way->patience))
        status = STATUS_CANCELLED;
    if (status == STATUS_OK && !way->bench)
        status = bench_borrow(way->shop, &carton->notes, &way->bench);
    if (status != STATUS_OK)
        return status;
    status = open_ledger(way);
    bool is_as_if = carton->is_preview && (way->how->date || way->how->offer ||
                                           way->how->language || way->how->customer);
    if (status == STATUS_OK && !is_as_if)
        status = way_find_answer(way, &is_found);
    if (status != STATUS_OK || is_found)
        return status;
    status = way_decide(way);
    if (carton->is_preview && way->how->offer && way->how->flags & TUCK_ONLY_OFFER)
        keep_only(carton, way->how->offer);
    return status;
}

/* --- sheets and fallbacks --------------------------------------------------------- */

static void
render_pieces(struct way *way)
{
    struct tuck_carton *carton = way->carton;
    for (size_t i = 0; i < carton->piece_count; i++) {
        struct piece *piece = &carton->pieces[i];
        const struct rendered *rendered = NULL;
        if (piece->outcome != TUCK_CHOSEN)
            continue;
        enum status status =
            piece_render(carton, piece, &carton->output, way->ledger,
                         &way->patience, &carton->notes, &rendered);
        if (status == STATUS_OK)
            continue;
        bool is_late = status == STATUS_RETRY;
        const char *reason =
            is_late ? "out of time: the sheet was not ready in the budget"
            : status == STATUS_CANCELLED ? "cancelled by the host"
                                         : "the sheet could not be rendered";
        note_add(&carton->notes, is_late ? NOTE_SHEET_LATE : NOTE_SHEET_FAILED, NULL, 0,
                 "placement %s, offer %s: %s", piece->placement->name, piece->offer,
                 reason);
        piece_fall_back(carton, piece, reason);
        if (piece->ticket) /* what is said of this paper is said of another piece */
            piece->ticket = arena_printf(carton->arena, "%s/fallback", piece->ticket);
    }
}

/* No decision: every placement gets its fallback, or nothing, because … */
static void
fall_back_wholly(struct tuck_carton *carton, enum status status)
{
    const struct campaign *campaign = carton->shop->campaign;
    const char *reason = "no decision could be made";
    if (status == STATUS_CANCELLED)
        reason = "cancelled by the host";
    else if (carton->notes.count > 0)
        reason = carton->notes.note[0].text;
    carton->piece_count = 0;
    carton->decision_id = 0;
    memset(carton->pieces, 0, sizeof(carton->pieces));
    for (size_t i = 0; i < campaign->placement_count; i++) {
        struct piece *piece = carton_add_piece(carton, &campaign->placements[i]);
        if (piece)
            piece_fall_back(carton, piece, reason);
    }
}

static void
note_status(struct tuck_carton *carton, enum status status)
{
    if (status == STATUS_NO_MEMORY)
        note_add(&carton->notes, NOTE_NO_MEMORY, NULL, 0, "memory is out");
    else if (status == STATUS_CANCELLED)
        note_add(&carton->notes, NOTE_CANCELLED, NULL, 0, "the host cancelled the call");
    else if (status != STATUS_BAD_INPUT)
        note_add(&carton->notes, NOTE_NOT_RECORDED, NULL, 0,
                 "no decision could be recorded; fallbacks are given");
}

enum status
carton_new(struct tuck_shop *shop, struct tuck_carton **ret)
{
    struct tuck_carton *carton = calloc(1, sizeof(*carton));
    if (!carton)
        return STATUS_NO_MEMORY;
    carton->shop = shop;
    carton->arena = arena_new(CARTON_CEILING);
    if (!carton->arena) {
        free(carton);
        return STATUS_NO_MEMORY;
    }
    *ret = carton;
    return STATUS_OK;
}

#define PREPARE_EVERY_MS 30000

/* One carton now and then, of whatever thread. */
static bool
is_time_to_prepare(struct tuck_shop *shop)
{
    int64_t now_ms = clock_monotonic_ms(), last_ms = shop->prepared_ms;
    return shop->settings->standby &&
           (last_ms == 0 || now_ms - last_ms > PREPARE_EVERY_MS) &&
           atomic_compare_exchange_strong(&shop->prepared_ms, &last_ms, now_ms);
}

/* As the named printer wants its sheets; what is asked for besides goes before it. */
static void
set_output(struct tuck_carton *carton, const struct tuck_order *order)
{
    const struct settings *settings = carton->shop->settings;
    ptrdiff_t index =
        order->printer ? settings_find_printer(settings, order->printer) : -1;
    output_plain(order->format, order->dpi, &carton->output);
    if (order->printer && index < 0)
        note_add(&carton->notes, NOTE_NO_PRINTERS, settings->path, 0,
                 "the settings name no printer \"%.60s\"", order->printer);
    if (index < 0)
        return;
    struct printer printer = settings->printers[index];
    printer.format = order->format ? (enum sheet_format)order->format : printer.format;
    printer.dpi = order->dpi ? order->dpi : printer.dpi;
    output_of_printer(&printer, &carton->output);
}

enum status
carton_pack(struct tuck_shop *shop, const struct tuck_order *order,
            struct tuck_carton **ret)
{
    int64_t begun_ms = clock_monotonic_ms();
    int32_t budget_ms =
        order->budget_ms > 0 ? order->budget_ms : shop->settings->budget_ms;
    int32_t reserve_ms = budget_ms > 10 * ANSWER_RESERVE_MS ? ANSWER_RESERVE_MS : 0;
    struct tuck_carton *carton = NULL;
    enum status status = carton_new(shop, &carton);
    if (status != STATUS_OK)
        return status;
    carton->is_preview = order->flags & TUCK_PREVIEW;
    set_output(carton, order);
    struct way way = {
        .shop = shop,
        .carton = carton,
        .how = order,
        .patience = {begun_ms + budget_ms - reserve_ms, order->cancel},
    };
    status = way_answer(&way);
    if (status != STATUS_OK) {
        note_status(carton, status);
        if (!way.is_pointless)
            fall_back_wholly(carton, status);
    } else if (!(order->flags & TUCK_NO_SHEETS)) {
        render_pieces(&way);
    }
    if (status == STATUS_OK && !carton->is_preview && is_time_to_prepare(shop))
        way_prepare(&way);
    bench_return(shop, way.bench);
    knowledge_unref(way.knowledge);
    carton->took_ms = (int32_t)(clock_monotonic_ms() - begun_ms);
    shop_log(shop, &carton->notes);
    *ret = carton;
    return status;
}

void
carton_free(struct tuck_carton *carton)
{
    if (!carton)
        return;
    for (size_t i = 0; i < COUNT_OF(carton->text); i++)
        buf_done(&carton->text[i]);
    arena_free(carton->arena);
    free(carton);
}
