/* A wave as files: one for each printer, the sheets in pick order, a separator before each
 * order, so that a pile beside the conveyor is taken from the top as cartons come.
 *
 * A file is one job of the press, pieces and separators alike; a long wave is cut into
 * parts. What lies in a file counts as printed, as with `pack -d`. */
#include "station/found.h"
#include "station/print.h"
#include "station/values.h"
#include "station/wave.h"

#include <stdio.h>
#include <string.h>

#define SEPARATOR "wave-separator"
#define PART_SHEETS 400
#define PART_BUDGET_MS 600000

/* What goes to one printer. */
struct pile {
    ptrdiff_t printer; /* -1: none is meant */
    struct output output;
    struct press_piece *pieces;
    size_t count, room;
    struct said {
        int64_t decision;
        struct piece_key key;
    } *said;
    size_t said_count, said_room;
    int64_t last_place; /* of the order that the last separator was for */
    int32_t part;
    int64_t created_s;
};

struct writing {
    struct tuck_shop *shop;
    const char *wave, *dir;
    bool has_separators;
    struct desk desk;
    struct arena *arena; /* of the piles, emptied with them */
    struct pile *piles;
    size_t pile_count, pile_room;
    struct arena *long_arena; /* of the piles' list */
    const struct wave_order *order;
    int64_t orders, files;
    struct notes *notes;
    struct patience patience;
};

static const char *
printer_name(const struct writing *writing, const struct pile *pile)
{
    return pile->printer >= 0 ? writing->shop->settings->printers[pile->printer].name
                              : "sheets";
}

static enum status
make_file(struct writing *writing, struct pile *pile, const char *name)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct sheet sheet;
    const struct press_job job = {.format = pile->output.format,
                                  .dpi = pile->output.dpi,
                                  .device = pile->output.device,
                                  .created_s = pile->created_s,
                                  .title = writing->wave,
                                  .pieces = pile->pieces,
                                  .piece_count = pile->count};
    if (!arena)
        return STATUS_NO_MEMORY;
    enum status status = press_make(writing->shop->press, &job, &writing->patience, arena,
                                    writing->notes, &sheet);
    return status == STATUS_OK ? printer_drop(writing->dir, name, sheet.bytes, sheet.size,
                                              writing->notes)
                               : status;
}

static enum status
say_printed(struct writing *writing, const struct pile *pile)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < pile->said_count && status == STATUS_OK; i++) {
        status = ledger_event(writing->desk.ledger, pile->said[i].decision,
                              &pile->said[i].key, "printed", shop_now(writing->shop), NULL,
                              writing->notes);
        if (status == STATUS_WITHOUT) /* the note says that this sheet must stay in */
            status = STATUS_OK;
    }
    return status;
}

static enum status
end_part(struct writing *writing, struct pile *pile)
{
    const struct sheet_kind *kind = sheet_kind_of(pile->output.format);
    char name[200];
    if (pile->count == 0)
        return STATUS_OK;
    snprintf(name, sizeof(name), "%.64s-%.64s-%02d.%s", writing->wave,
             printer_name(writing, pile), ++pile->part, kind->extension);
    enum status status = make_file(writing, pile, name);
    if (status == STATUS_OK)
        status = say_printed(writing, pile);
    writing->files += status == STATUS_OK;
    pile->pieces = NULL;
    pile->said = NULL;
    pile->count = pile->room = pile->said_count = pile->said_room = 0;
    return status;
}

/* Piles share an arena, so all end a part together. */
static enum status
end_parts(struct writing *writing)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < writing->pile_count; i++)
        status = end_part(writing, &writing->piles[i]);
    arena_reset(writing->arena);
    return status;
}

static struct pile *
find_pile(struct writing *writing, ptrdiff_t printer, const struct output *output)
{
    for (size_t i = 0; i < writing->pile_count; i++)
        if (writing->piles[i].printer == printer)
            return &writing->piles[i];
    struct pile *pile = arena_append(writing->long_arena, &writing->piles,
                                     &writing->pile_count, &writing->pile_room,
                                     sizeof(*pile));
    if (pile)
        *pile = (struct pile){.printer = printer, .output = *output};
    return pile;
}

static bool
add_piece(struct writing *writing, struct pile *pile, const char *path,
          const char *values, const char *lang)
{
    struct press_piece *piece = arena_append(writing->arena, &pile->pieces, &pile->count,
                                             &pile->room, sizeof(*piece));
    if (!piece || !path || !values)
        return false;
    *piece = (struct press_piece){.template_path = path,
                                  .values = values,
                                  .values_n = strlen(values),
                                  .lang = lang};
    return true;
}

static enum status
add_separator(struct writing *writing, struct pile *pile,
              const struct tuck_carton *carton)
{
    struct tuck_shop *shop = writing->shop;
    struct buf values BUF_AUTO = {0};
    struct values_slip slip = {.wave = writing->wave,
                               .wave_place = writing->order->place,
                               .wave_places = writing->orders,
                               .is_for_house = true};
    const struct values_input input = {.settings = shop->settings,
                                       .campaign = shop->campaign->name,
                                       .display = writing->desk.bench->display,
                                       .order = carton->order,
                                       .expires = DAY_NONE,
                                       .created_s = shop_now(shop),
                                       .slip = &slip};
    if (pile->printer >= 0) {
        const struct printer *printer = &shop->settings->printers[pile->printer];
        const struct printer_place *place = &shop->settings->places[pile->printer];
        slip.printer = printer->name;
        slip.media = printer->media;
        slip.dpi = pile->output.dpi;
        slip.paper_width_mm100 = place->width_mm100;
        slip.paper_height_mm100 = place->height_mm100;
    }
    values_write(&input, &values);
    const char *path =
        settings_find_template(shop->settings, SEPARATOR, writing->arena);
    if (!path)
        return note_fail(writing->notes, STATUS_BAD_INPUT, NOTE_TEMPLATE_MISSING, NULL, 0,
                         "no template folder has a template \"" SEPARATOR "\"");
    pile->last_place = writing->order->place;
    return !values.failed &&
                   add_piece(writing, pile, path, arena_strdup(writing->arena, values.p),
                             shop->settings->language)
               ? STATUS_OK
               : STATUS_NO_MEMORY;
}

static enum status
add_sheet(struct writing *writing, struct tuck_carton *carton, const struct piece *piece)
{
    struct press_piece press_piece;
    struct output output;
    ptrdiff_t printer;
    wave_output(writing->shop, piece, NULL, &output, &printer);
    struct pile *pile = find_pile(writing, printer, &output);
    if (!pile || !piece_for_press(carton, piece, &press_piece))
        return pile ? STATUS_BAD_INPUT : STATUS_NO_MEMORY;
    enum status status = STATUS_OK;
    if (writing->has_separators && pile->last_place != writing->order->place)
        status = add_separator(writing, pile, carton);
    if (status != STATUS_OK)
        return status;
    struct said *said = arena_append(writing->arena, &pile->said, &pile->said_count,
                                     &pile->said_room, sizeof(*said));
    if (!said ||
        !add_piece(writing, pile, arena_strdup(writing->arena, press_piece.template_path),
                   arena_strdup(writing->arena, press_piece.values),
                   press_piece.lang ? arena_strdup(writing->arena, press_piece.lang) : NULL))
        return STATUS_NO_MEMORY;
    said->decision = carton->decision_id;
    said->key = (struct piece_key){arena_strdup(writing->arena, piece->placement->name),
                                   piece->number};
    if (carton->order && carton->order->placed_at_s > pile->created_s)
        pile->created_s = carton->order->placed_at_s;
    return said->key.placement ? STATUS_OK : STATUS_NO_MEMORY;
}

/* The order as it was decided; the ledger gives the document again. */
static enum status
take_order(struct writing *writing, struct tuck_carton *carton)
{
    struct decision *decision = NULL;
    const char *text = NULL;
    struct ledger *ledger = writing->desk.ledger;
    struct way way = {.shop = writing->shop,
                      .carton = carton,
                      .patience = writing->patience,
                      .bench = writing->desk.bench,
                      .ledger = ledger};
    enum status status = ledger_find(ledger, writing->shop->settings->merchant,
                                     writing->order->order, writing->order->package,
                                     carton->arena, writing->notes, &decision);
    if (status == STATUS_OK)
        status = ledger_document(ledger, decision->id, "order", carton->arena,
                                 writing->notes, &text);
    if (status == STATUS_OK)
        status = order_read(writing->shop->reader, text, strlen(text), "(order)",
                            writing->shop->settings->zone, carton->arena, writing->notes,
                            &carton->order);
    return status == STATUS_OK ? way_take_existing(&way, decision) : status;
}

static enum status
add_order(struct writing *writing)
{
    struct tuck_carton *carton = NULL;
    enum status status = carton_new(writing->shop, &carton);
    if (status != STATUS_OK)
        return status;
    status = take_order(writing, carton);
    if (status == STATUS_WITHOUT) { /* void, lapsed or erased since: nothing is to be put in */
        note_add(writing->notes, NOTE_WAVE_ORDER, writing->order->name, 0,
                 "what was decided on this order stands no longer; it is left out");
        status = STATUS_OK;
    }
    for (size_t i = 0; status == STATUS_OK && i < carton->piece_count; i++)
        if (carton->pieces[i].outcome == TUCK_CHOSEN)
            status = add_sheet(writing, carton, &carton->pieces[i]);
    carton_free(carton);
    for (size_t i = 0; status == STATUS_OK && i < writing->pile_count; i++)
        if (writing->piles[i].count >= PART_SHEETS)
            return end_parts(writing);
    return status;
}

static enum status
write_orders(struct writing *writing)
{
    struct wave_order *orders = NULL;
    struct arena *arena ARENA_AUTO = arena_new(0);
    size_t count = 0;
    if (!arena)
        return STATUS_NO_MEMORY;
    enum status status = ledger_wave_orders(
        writing->desk.ledger, writing->shop->settings->merchant, writing->wave, "done",
        arena, writing->notes, &orders, &count);
    if (status == STATUS_OK && count == 0)
        return note_fail(writing->notes, STATUS_WITHOUT, NOTE_NO_WAVE, NULL, 0,
                         "there is no wave \"%.64s\", or nothing of it is done",
                         writing->wave);
    writing->orders = (int64_t)count;
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        writing->order = &orders[i];
        status = add_order(writing);
    }
    return status == STATUS_OK ? end_parts(writing) : status;
}

enum status
station_wave_write(struct tuck_shop *shop, const char *wave, const char *dir,
                   bool has_separators, int64_t *ret_files, struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct arena *long_arena ARENA_AUTO = arena_new(0);
    struct writing writing = {.shop = shop,
                              .wave = wave,
                              .dir = dir,
                              .has_separators = has_separators,
                              .arena = arena,
                              .long_arena = long_arena,
                              .notes = notes,
                              .patience = {clock_monotonic_ms() + PART_BUDGET_MS, NULL}};
    if (!arena || !long_arena)
        return STATUS_NO_MEMORY;
    enum status status = desk_open(shop, LEDGER_WRITE, PART_BUDGET_MS, NULL, notes,
                                   &writing.desk);
    if (status == STATUS_OK)
        status = write_orders(&writing);
    desk_close(&writing.desk, notes);
    if (status == STATUS_OK && ret_files)
        *ret_files = writing.files;
    return status;
}
