/* The scanner is the judge: the symbols of sheets, as they would be printed.
 *
 * The press hands out each symbol as its device prints it, the scanner's process says who
 * reads it and how much worse the print may be. A check asks quickly and of every
 * template; ops staff ask of a sheet and get all margins. */
#include "station/scan.h"

#include "station/carton.h"

#include <stdio.h>
#include <string.h>

#define OPEN_BUDGET_MS 5000
#define SCAN_BUDGET_MS 20000

enum status
scanner_open(const struct tuck_shop *shop, int32_t workers, struct notes *notes,
             struct scan **ret)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    const struct patience patience = {clock_monotonic_ms() + OPEN_BUDGET_MS, NULL};
    struct notes words = {.count = 0};
    char *path = arena ? scan_path_beside(arena, shop->press_path) : NULL;
    if (path == NULL)
        return STATUS_NO_MEMORY;
    const struct scan_settings settings = {.worker_path = path, .workers = workers};
    enum status status = scan_open(&settings, &patience, &words, ret);
    if (status != STATUS_OK && status != STATUS_NO_MEMORY)
        note_add(notes, NOTE_SCAN_NO_SCANNER, path, 0, "no symbol was tried: %s",
                 words.count ? words.note[0].text : "the scanner does not start");
    return status;
}

struct scan_wish
scanner_wish(const struct sheet_symbol *symbol, bool is_quick)
{
    return (struct scan_wish){.type = symbol->type,
                              .text = symbol->text,
                              .width = symbol->width,
                              .height = symbol->height,
                              .grey = symbol->grey,
                              .dpi = symbol->dpi,
                              .module_dots = symbol->module_dots,
                              .is_quick = is_quick};
}

/* --- a check --------------------------------------------------------------------------
 */

static void
tell(const struct press_job *job, const struct sheet_symbol *symbol,
     const struct scan_verdict *verdict, const char *complaint, struct notes *notes)
{
    const struct note_place place = {symbol->page, symbol->x, symbol->y, symbol->w,
                                     symbol->h};
    enum note_id id = !verdict->readers  ? NOTE_SCAN_NO_READER
                      : verdict->read_by ? NOTE_SCAN_NOT_SURE
                                         : NOTE_SCAN_NOT_READ;
    note_add_at(notes, id, job->pieces[0].template_path, symbol->line, &place, "%s",
                complaint);
}

static enum status
judge_sheet(struct scan *scan, const struct press_job *job, const struct sheet *sheet,
            struct arena *arena, struct notes *notes)
{
    for (size_t i = 0; i < sheet->symbol_count; i++) {
        const struct patience patience = {clock_monotonic_ms() + SCAN_BUDGET_MS, NULL};
        const struct sheet_symbol *symbol = &sheet->symbols[i];
        const struct scan_wish wish = scanner_wish(symbol, true);
        struct scan_verdict verdict;
        enum status status = scan_judge(scan, &wish, &patience, arena, notes, &verdict);
        if (status != STATUS_OK)
            return status == STATUS_NO_MEMORY ? status : STATUS_OK; /* a note tells it */
        const char *complaint = scan_complaint(&verdict, &wish, arena);
        if (complaint)
            tell(job, symbol, &verdict, complaint, notes);
    }
    return STATUS_OK;
}

enum status
scanner_check(struct tuck_shop *shop, struct scan *scan, const struct press_job *job,
              struct arena *arena, struct notes *notes)
{
    /* The coarsest is asked first: what it says of a line is what is kept. */
    static const int32_t resolutions[] = {203, 300, 600};
    struct press_job look = *job;
    look.wants_symbols = true;
    for (size_t i = 0; i < COUNT_OF(resolutions); i++) {
        const struct patience patience = {clock_monotonic_ms() + SCAN_BUDGET_MS, NULL};
        struct notes unheard = {.count = 0};
        struct sheet sheet = {.symbol_count = 0};
        look.dpi = resolutions[i];
        if (press_proof(shop->press, &look, &patience, arena, &unheard, &sheet) !=
                STATUS_OK ||
            sheet.symbol_count == 0)
            return STATUS_OK; /* what is wrong was found by the look itself */
        enum status status = judge_sheet(scan, job, &sheet, arena, notes);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* --- ops ------------------------------------------------------------------------------
 */

struct telling {
    struct tuck_shop *shop;
    struct scan *scan;
    struct arena *arena;
    struct notes *notes;
    tuck_scanned_fn *each;
    void *each_data;
};

static void
put_names(int32_t readers, char names[64])
{
    static const enum scan_reader all[] = {SCAN_ZBAR, SCAN_DMTX, SCAN_ZXING};
    names[0] = '\0';
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (readers & (int32_t)all[i]) {
            strcat(names, names[0] ? ", " : "");
            strcat(names, scan_reader_name(all[i]));
        }
}

static enum status
tell_symbol(const struct telling *telling, const struct tuck_carton *carton,
            const struct piece *piece, const struct sheet_symbol *symbol)
{
    const struct patience patience = {clock_monotonic_ms() + SCAN_BUDGET_MS, NULL};
    const struct scan_wish wish = scanner_wish(symbol, false);
    struct scan_verdict verdict;
    char names[64];
    enum status status = scan_judge(telling->scan, &wish, &patience, telling->arena,
                                    telling->notes, &verdict);
    if (status != STATUS_OK)
        return status;
    put_names(verdict.read_by, names);
    const struct tuck_scanned told = {
        .size = sizeof(told),
        .page = symbol->page,
        .line = symbol->line,
        .dpi = symbol->dpi,
        .order = carton->order ? carton->order->id : "",
        .template_name = piece->template_name,
        .placement = piece->placement->name,
        .type = symbol->type,
        .read_by = names,
        .complaint = scan_complaint(&verdict, &wish, telling->arena),
        .has_reader = verdict.readers != 0,
        .is_read = verdict.read_by != 0,
        .is_sure = verdict.is_sure,
        .module_um = verdict.module_um,
        .gain_um = verdict.gain_um,
        .loss_um = verdict.loss_um,
        .voids_permille = verdict.voids_permille,
        .blur_um = verdict.blur_um,
    };
    telling->each(telling->each_data, &told);
    return STATUS_OK;
}

static enum status
tell_piece(const struct telling *telling, struct tuck_carton *carton,
           const struct piece *piece, int32_t dpi)
{
    const struct patience patience = {clock_monotonic_ms() + SCAN_BUDGET_MS, NULL};
    struct notes unheard = {.count = 0}; /* the preview told them */
    struct press_piece one;
    struct sheet sheet;
    if (!piece_for_press(carton, piece, &one))
        return STATUS_OK;
    const struct press_job job = {
        .format = dpi ? SHEET_PNG : carton->output.format,
        .dpi = dpi ? dpi : carton->output.dpi,
        .device = carton->output.device,
        .created_s = carton->order ? carton->order->placed_at_s : 0,
        .title = piece->template_name,
        .pieces = &one,
        .piece_count = 1,
        .wants_symbols = true,
    };
    enum status status = press_proof(telling->shop->press, &job, &patience,
                                     telling->arena, &unheard, &sheet);
    for (size_t i = 0; status == STATUS_OK && i < sheet.symbol_count; i++)
        status = tell_symbol(telling, carton, piece, &sheet.symbols[i]);
    return status;
}

enum status
station_scan(struct tuck_shop *shop, struct tuck_carton *const *cartons, int64_t count,
             int32_t dpi, tuck_scanned_fn *each, void *each_data, struct notes *notes)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    struct telling telling = {.shop = shop,
                              .arena = arena,
                              .notes = notes,
                              .each = each,
                              .each_data = each_data};
    enum status status =
        arena ? scanner_open(shop, 1, notes, &telling.scan) : STATUS_NO_MEMORY;
    for (int64_t i = 0; status == STATUS_OK && i < count; i++)
        for (size_t j = 0; status == STATUS_OK && j < cartons[i]->piece_count; j++)
            if (cartons[i]->pieces[j].outcome == TUCK_CHOSEN)
                status = tell_piece(&telling, cartons[i], &cartons[i]->pieces[j], dpi);
    scan_close(telling.scan);
    return status;
}
