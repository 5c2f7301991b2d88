/* The scanner as the host's process sees it: open, judge, close.
 *
 * It is a press whose workers are tuck-scan: the same pool, the same wire, another trade.
 * What can go wrong besides: a decoder that aborts on a picture. The worker is then a new
 * one, and the picture is shown to the type's own decoder alone. */
#include "scan/scan.h"

#include "press/errand.h"
#include "scan/readers.h"
#include "scan/scan-wire.h"

#include <stdlib.h>
#include <string.h>

struct scan {
    struct press *press;
};

enum status
scan_open(const struct scan_settings *settings, const struct patience *patience,
          struct notes *notes, struct scan **ret)
{
    const struct press_settings press = {.worker_path = settings->worker_path,
                                         .workers = settings->workers,
                                         .memory_limit = settings->memory_limit};
    struct scan *scan = calloc(1, sizeof *scan);
    if (scan == NULL)
        return STATUS_NO_MEMORY;
    enum status status = press_open(&press, patience, notes, &scan->press);
    if (status != STATUS_OK) {
        free(scan);
        return status;
    }
    *ret = scan;
    return STATUS_OK;
}

void
scan_close(struct scan *scan)
{
    if (scan == NULL)
        return;
    press_close(scan->press);
    free(scan);
}

char *
scan_path_beside(struct arena *arena, const char *press_path)
{
    const char *slash = strrchr(press_path, '/');
    return arena_printf(arena, "%.*stuck-scan", slash ? (int)(slash + 1 - press_path) : 0,
                        press_path);
}

const char *
scan_reader_name(enum scan_reader reader)
{
    switch (reader) {
    case SCAN_ZBAR:
        return "zbar";
    case SCAN_DMTX:
        return "libdmtx";
    case SCAN_ZXING:
        return "zxing";
    default:
        return "nobody";
    }
}

static void
put(struct buf *body, const void *what, int64_t left_ms)
{
    scan_put_errand(body, what, left_ms);
}

static enum status
read_answer(const struct sheet *sheet, struct scan_verdict *ret)
{
    struct wire_reader reader = {sheet->bytes, sheet->size, false};
    return sheet->format == SHEET_SCAN ? scan_get_verdict(&reader, ret) : STATUS_BUG;
}

static enum status
check(const void *what, const struct sheet *sheet, struct notes *notes)
{
    const struct scan_errand *errand = what;
    struct scan_verdict verdict;
    if (read_answer(sheet, &verdict) != STATUS_OK || (verdict.readers & ~errand->readers))
        return note_fail(notes, STATUS_BUG, NOTE_SCAN_BAD_VERDICT, NULL, 0,
                         "what the scanner says of a symbol makes no sense");
    return STATUS_OK;
}

static enum status
judge_by(struct scan *scan, const struct scan_errand *what,
         const struct patience *patience, struct arena *arena, struct notes *notes,
         struct scan_verdict *ret)
{
    const struct errand errand = {WIRE_SCAN, what, put, check};
    struct sheet sheet;
    enum status status = press_send(scan->press, &errand, patience, arena, notes, &sheet);
    return status == STATUS_OK ? read_answer(&sheet, ret) : status;
}

enum status
scan_judge(struct scan *scan, const struct scan_wish *wish,
           const struct patience *patience, struct arena *arena, struct notes *notes,
           struct scan_verdict *ret)
{
    struct notes words = {.count = 0};
    struct scan_errand errand = {*wish, SCAN_ZBAR | SCAN_DMTX | SCAN_ZXING};
    if (!wish->type || !wish->text || !wish->grey || wish->width < 1 ||
        wish->height < 1 || wish->width > SCAN_SIDE_MAX || wish->height > SCAN_SIDE_MAX ||
        wish->dpi < 50 || wish->dpi > 2400 || !(wish->module_dots > 0) ||
        wish->module_dots > SCAN_SIDE_MAX || strlen(wish->text) > SCAN_TEXT_MAX)
        return note_fail(notes, STATUS_BAD_CALL, NOTE_SCAN_BAD_WISH, NULL, 0,
                         "a scan is of one symbol at 50 to 2400 dpi, at most %d dots "
                         "along a side",
                         SCAN_SIDE_MAX);
    enum status status = judge_by(scan, &errand, patience, arena, &words, ret);
    int32_t first = readers_first_for(wish->type);
    bool has_others = (errand.readers & ~first) != 0;
    if (status == STATUS_OUTSIDE && notes_find(&words, NOTE_PRESS_DIED) && has_others) {
        errand.readers = first;
        words.count = 0;
        status = judge_by(scan, &errand, patience, arena, &words, ret);
    }
    for (size_t i = 0; i < words.count; i++)
        note_add(notes, words.note[i].id, NULL, 0, "%s", words.note[i].text);
    return status;
}

int32_t
scan_workers(struct scan *scan, int32_t *ret_pids, int32_t most)
{
    struct press_health health;
    press_health(scan->press, &health);
    for (int32_t i = 0; i < health.alive && i < most; i++)
        ret_pids[i] = health.pids[i];
    return health.alive;
}

const char *
scan_complaint(const struct scan_verdict *verdict, const struct scan_wish *wish,
               struct arena *arena)
{
    const char *type = wish->type;
    if (!verdict->readers)
        return arena_printf(arena,
                            "nobody here can read %s symbols: build with their "
                            "decoder to have them tried",
                            type);
    if (verdict->is_wrong && !verdict->read_by)
        return arena_printf(arena, "the %s symbol is read as another text at %d dpi",
                            type, (int)wish->dpi);
    if (!verdict->read_by)
        return arena_printf(arena,
                            "the %s symbol is not read at %d dpi, its modules of "
                            "%d µm as sharp as they can be",
                            type, (int)wish->dpi, (int)verdict->module_um);
    if (!verdict->is_sure)
        return arena_printf(arena,
                            "the %s symbol is read at %d dpi, but not when it is printed "
                            "as badly as is ordinary (modules of %d µm)",
                            type, (int)wish->dpi, (int)verdict->module_um);
    return NULL;
}
