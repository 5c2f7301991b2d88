/* Bodies: what the messages hold, written and read field by field.
 *
 * Writing cannot fail but for memory (the buf says so at the end). Reading trusts
 * nothing: lengths, bounds, UTF-8 and the numbers of notes are checked, and a body that
 * is too short or too long is refused as a whole. */
#include "press/wire.h"

#include <string.h>

#define NULL_LENGTH INT64_C(-1)

void
wire_put_i64(struct buf *buf, int64_t value)
{
    buf_add(buf, &value, sizeof value);
}

void
wire_put_bytes(struct buf *buf, const void *bytes, size_t n)
{
    wire_put_i64(buf, bytes ? (int64_t)n : NULL_LENGTH);
    if (bytes && n)
        buf_add(buf, bytes, n);
}

void
wire_put_text(struct buf *buf, const char *text)
{
    wire_put_bytes(buf, text, text ? strlen(text) : 0);
}

int64_t
wire_get_i64(struct wire_reader *reader)
{
    int64_t value = 0;
    if (reader->failed || reader->n < sizeof value) {
        reader->failed = true;
        return 0;
    }
    memcpy(&value, reader->p, sizeof value);
    reader->p += sizeof value;
    reader->n -= sizeof value;
    return value;
}

int64_t
wire_get_within(struct wire_reader *reader, int64_t low, int64_t high)
{
    int64_t value = wire_get_i64(reader);
    if (reader->failed || value < low || value > high) {
        reader->failed = true;
        return low > 0 ? low : 0;
    }
    return value;
}

const uint8_t *
wire_get_bytes(struct wire_reader *reader, size_t *ret_n)
{
    int64_t n = wire_get_i64(reader);
    *ret_n = 0;
    if (reader->failed || n == NULL_LENGTH)
        return NULL;
    if (n < 0 || (uint64_t)n > reader->n) {
        reader->failed = true;
        return NULL;
    }
    const uint8_t *bytes = reader->p;
    reader->p += n;
    reader->n -= (size_t)n;
    *ret_n = (size_t)n;
    return bytes;
}

char *
wire_get_text(struct wire_reader *reader, struct arena *arena)
{
    size_t n;
    const char *text = (const char *)wire_get_bytes(reader, &n);
    if (text == NULL)
        return NULL;
    char *copy = NULL;
    if (memchr(text, '\0', n) == NULL && text_is_utf8(text, n))
        copy = arena_copy(arena, text, n);
    reader->failed |= copy == NULL;
    return copy;
}

static enum status
end_of_body(const struct wire_reader *reader)
{
    return reader->failed || reader->n ? STATUS_BUG : STATUS_OK;
}

void
wire_put_setup(struct buf *buf, const struct wire_setup *setup)
{
    int64_t count = 0;
    while (setup->read_dirs && setup->read_dirs[count])
        count++;
    wire_put_i64(buf, WIRE_VERSION);
    wire_put_text(buf, setup->fonts_conf);
    wire_put_i64(buf, setup->memory_limit);
    wire_put_i64(buf, count);
    for (int64_t i = 0; i < count; i++)
        wire_put_text(buf, setup->read_dirs[i]);
}

enum status
wire_get_setup(struct wire_reader *reader, struct arena *arena, struct wire_setup *ret)
{
    struct wire_setup setup = {0};
    wire_get_within(reader, WIRE_VERSION, WIRE_VERSION);
    setup.fonts_conf = wire_get_text(reader, arena);
    setup.memory_limit = wire_get_within(reader, 0, INT64_MAX);
    size_t count = (size_t)wire_get_within(reader, 0, PRESS_DIRS_MAX);
    const char **dirs = arena_make_array(arena, count + 1, sizeof *dirs);
    for (size_t i = 0; dirs && i < count && !reader->failed; i++) {
        dirs[i] = wire_get_text(reader, arena);
        reader->failed |= dirs[i] == NULL;
    }
    if (dirs == NULL)
        return STATUS_NO_MEMORY;
    setup.read_dirs = dirs;
    enum status status = end_of_body(reader);
    if (status == STATUS_OK)
        *ret = setup;
    return status;
}

#define PLACE_FAR 10000000 /* 100 m */

static void
put_place(struct buf *buf, const struct note_place *place)
{
    wire_put_i64(buf, place->page);
    wire_put_i64(buf, place->x);
    wire_put_i64(buf, place->y);
    wire_put_i64(buf, place->w);
    wire_put_i64(buf, place->h);
}

static struct note_place
get_place(struct wire_reader *reader)
{
    struct note_place place;
    place.page = (int32_t)wire_get_within(reader, 0, PRESS_SHEETS_MAX);
    place.x = (int32_t)wire_get_within(reader, -PLACE_FAR, PLACE_FAR);
    place.y = (int32_t)wire_get_within(reader, -PLACE_FAR, PLACE_FAR);
    place.w = (int32_t)wire_get_within(reader, 0, PLACE_FAR);
    place.h = (int32_t)wire_get_within(reader, 0, PLACE_FAR);
    return place;
}

static void
put_notes(struct buf *buf, const struct notes *notes)
{
    wire_put_i64(buf, (int64_t)notes->count);
    for (size_t i = 0; i < notes->count; i++) {
        const struct note *note = &notes->note[i];
        wire_put_i64(buf, note->id);
        wire_put_text(buf, note->file);
        wire_put_i64(buf, note->line);
        wire_put_text(buf, note->text);
        put_place(buf, &note->place);
    }
}

static bool
is_registered(int64_t id)
{
    for (size_t i = 0; i < note_registry_count; i++)
        if ((int64_t)note_registry[i].id == id)
            return true;
    return false;
}

static void
get_notes(struct wire_reader *reader, struct arena *arena, struct notes *notes)
{
    int64_t count = wire_get_within(reader, 0, NOTES_MAX);
    for (int64_t i = 0; i < count && !reader->failed; i++) {
        int64_t id = wire_get_i64(reader);
        const char *file = wire_get_text(reader, arena);
        int32_t line = (int32_t)wire_get_within(reader, 0, INT32_MAX);
        const char *text = wire_get_text(reader, arena);
        struct note_place place = get_place(reader);
        if (file == NULL || text == NULL || !is_registered(id)) {
            reader->failed = true;
            return;
        }
        note_add_at(notes, (enum note_id)id, *file ? file : NULL, line, &place, "%s",
                    text);
    }
}

void
wire_put_hello(struct buf *buf, const struct wire_hello *hello, const struct notes *notes)
{
    wire_put_i64(buf, hello->status);
    wire_put_i64(buf, hello->is_landlocked);
    wire_put_i64(buf, hello->is_filtered);
    wire_put_text(buf, hello->version);
    wire_put_i64(buf, hello->rss_kb);
    put_notes(buf, notes);
}

enum status
wire_get_hello(struct wire_reader *reader, struct arena *arena, struct notes *notes,
               struct wire_hello *ret)
{
    struct wire_hello hello = {0};
    hello.status = (enum status)wire_get_within(reader, STATUS_OK, STATUS_BUG);
    hello.is_landlocked = wire_get_within(reader, 0, 1) != 0;
    hello.is_filtered = wire_get_within(reader, 0, 1) != 0;
    hello.version = wire_get_text(reader, arena);
    hello.rss_kb = wire_get_within(reader, 0, INT64_MAX);
    get_notes(reader, arena, notes);
    enum status status = end_of_body(reader);
    if (status == STATUS_OK)
        *ret = hello;
    return status;
}

static void
put_device(struct buf *buf, const struct press_device *device)
{
    wire_put_i64(buf, device->head_dots);
    wire_put_i64(buf, device->rotate_deg);
    wire_put_i64(buf, device->may_shrink);
    wire_put_i64(buf, device->shift_x_mm100);
    wire_put_i64(buf, device->shift_y_mm100);
    wire_put_i64(buf, device->darkness);
    wire_put_i64(buf, device->speed);
    wire_put_i64(buf, device->finish);
    wire_put_i64(buf, device->sense);
    wire_put_i64(buf, device->copies);
    wire_put_i64(buf, device->zpl_codings);
    wire_put_i64(buf, device->has_symbols_as_dots);
    wire_put_text(buf, device->stored);
    wire_put_i64(buf, device->ink);
}

static void
get_device(struct wire_reader *reader, struct arena *arena, struct press_device *ret)
{
    ret->head_dots = (int32_t)wire_get_within(reader, 0, PRESS_HEAD_DOTS_MAX);
    ret->rotate_deg = (int32_t)wire_get_within(reader, 0, 270);
    ret->may_shrink = wire_get_within(reader, 0, 1) != 0;
    ret->shift_x_mm100 = (int32_t)wire_get_within(reader, -100000, 100000);
    ret->shift_y_mm100 = (int32_t)wire_get_within(reader, -100000, 100000);
    ret->darkness = (int32_t)wire_get_within(reader, 0, 30);
    ret->speed = (int32_t)wire_get_within(reader, 0, 30);
    ret->finish = wire_get_within(reader, 0, FINISH_CUT);
    ret->sense = wire_get_within(reader, 0, SENSE_CONTINUOUS);
    ret->copies = (int32_t)wire_get_within(reader, 0, PRESS_COPIES_MAX);
    ret->zpl_codings = (int32_t)wire_get_within(reader, 0, 7);
    ret->has_symbols_as_dots = wire_get_within(reader, 0, 1) != 0;
    ret->stored = wire_get_text(reader, arena);
    ret->ink = wire_get_within(reader, 0, INK_BLACK);
}

void
wire_put_job(struct buf *buf, const struct press_job *job, int64_t left_ms)
{
    wire_put_i64(buf, left_ms);
    wire_put_i64(buf, job->format);
    wire_put_i64(buf, job->dpi);
    put_device(buf, &job->device);
    wire_put_i64(buf, job->created_s);
    wire_put_text(buf, job->title);
    wire_put_i64(buf, job->is_contact_sheet);
    wire_put_i64(buf, job->wants_dump);
    wire_put_i64(buf, job->wants_symbols);
    wire_put_i64(buf, job->no_bleed);
    put_place(buf, &job->spot);
    wire_put_i64(buf, (int64_t)job->piece_count);
    for (size_t i = 0; i < job->piece_count; i++) {
        const struct press_piece *piece = &job->pieces[i];
        wire_put_text(buf, piece->template_path);
        wire_put_bytes(buf, piece->values, piece->values_n);
        wire_put_text(buf, piece->caption);
        wire_put_text(buf, piece->detail);
        wire_put_text(buf, piece->lang);
    }
}

static void
get_piece(struct wire_reader *reader, struct arena *arena, struct press_piece *ret)
{
    ret->template_path = wire_get_text(reader, arena);
    ret->values = (const char *)wire_get_bytes(reader, &ret->values_n);
    ret->caption = wire_get_text(reader, arena);
    ret->detail = wire_get_text(reader, arena);
    ret->lang = wire_get_text(reader, arena);
    reader->failed |= ret->template_path == NULL || ret->values == NULL;
}

enum status
wire_get_job(struct wire_reader *reader, struct arena *arena, struct press_job *ret,
             int64_t *ret_left_ms)
{
    struct press_job job = {0};
    int64_t left_ms = wire_get_within(reader, 0, INT64_MAX);
    job.format = (enum sheet_format)wire_get_within(reader, SHEET_PDF, SHEET_FORMAT_LAST);
    job.dpi = (int32_t)wire_get_within(reader, 0, 2400);
    get_device(reader, arena, &job.device);
    job.created_s = wire_get_i64(reader);
    job.title = wire_get_text(reader, arena);
    job.is_contact_sheet = wire_get_within(reader, 0, 1) != 0;
    job.wants_dump = wire_get_within(reader, 0, 1) != 0;
    job.wants_symbols = wire_get_within(reader, 0, 1) != 0;
    job.no_bleed = wire_get_within(reader, 0, 1) != 0;
    job.spot = get_place(reader);
    job.piece_count = (size_t)wire_get_within(reader, 0, PRESS_PIECES_MAX);
    struct press_piece *pieces = arena_make_array(arena, job.piece_count, sizeof *pieces);
    if (pieces == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < job.piece_count && !reader->failed; i++)
        get_piece(reader, arena, &pieces[i]);
    job.pieces = pieces;
    enum status status = end_of_body(reader);
    if (status != STATUS_OK)
        return status;
    *ret = job;
    *ret_left_ms = left_ms;
    return STATUS_OK;
}

static void
put_symbol(struct buf *buf, const struct sheet_symbol *symbol)
{
    wire_put_i64(buf, symbol->page);
    wire_put_i64(buf, symbol->line);
    wire_put_text(buf, symbol->type);
    wire_put_text(buf, symbol->text);
    wire_put_i64(buf, symbol->x);
    wire_put_i64(buf, symbol->y);
    wire_put_i64(buf, symbol->w);
    wire_put_i64(buf, symbol->h);
    wire_put_i64(buf, symbol->dpi);
    wire_put_i64(buf, (int64_t)(symbol->module_dots * 1000 + 0.5));
    wire_put_i64(buf, symbol->width);
    wire_put_i64(buf, symbol->height);
    wire_put_bytes(buf, symbol->grey, (size_t)symbol->width * (size_t)symbol->height);
}

static void
get_symbol(struct wire_reader *reader, struct arena *arena, struct sheet_symbol *ret)
{
    size_t n;
    ret->page = (int32_t)wire_get_within(reader, 1, INT32_MAX);
    ret->line = (int32_t)wire_get_within(reader, 0, INT32_MAX);
    ret->type = wire_get_text(reader, arena);
    ret->text = wire_get_text(reader, arena);
    ret->x = (int32_t)wire_get_within(reader, -PLACE_FAR, PLACE_FAR);
    ret->y = (int32_t)wire_get_within(reader, -PLACE_FAR, PLACE_FAR);
    ret->w = (int32_t)wire_get_within(reader, 0, PLACE_FAR);
    ret->h = (int32_t)wire_get_within(reader, 0, PLACE_FAR);
    ret->dpi = (int32_t)wire_get_within(reader, 1, 2400);
    ret->module_dots =
        (double)wire_get_within(reader, 1, SHEET_SYMBOL_SIDE * 1000) / 1000;
    ret->width = (int32_t)wire_get_within(reader, 1, SHEET_SYMBOL_SIDE);
    ret->height = (int32_t)wire_get_within(reader, 1, SHEET_SYMBOL_SIDE);
    const uint8_t *grey = wire_get_bytes(reader, &n);
    reader->failed |= !ret->type || !ret->text || !grey ||
                      n != (size_t)ret->width * (size_t)ret->height;
    if (!reader->failed)
        ret->grey = (uint8_t *)arena_copy(arena, (const char *)grey, n);
    reader->failed |= ret->grey == NULL;
}

static enum status
get_symbols(struct wire_reader *reader, struct arena *arena, struct sheet *ret)
{
    size_t count = (size_t)wire_get_within(reader, 0, SHEET_SYMBOLS_MAX);
    if (count == 0)
        return STATUS_OK;
    ret->symbols = arena_make_array(arena, count, sizeof *ret->symbols);
    if (ret->symbols == NULL)
        return STATUS_NO_MEMORY;
    for (; ret->symbol_count < count && !reader->failed; ret->symbol_count++)
        get_symbol(reader, arena, &ret->symbols[ret->symbol_count]);
    return STATUS_OK;
}

void
wire_put_answer(struct buf *buf, const struct wire_answer *answer,
                const struct notes *notes)
{
    const struct sheet *sheet = &answer->sheet;
    wire_put_i64(buf, answer->status);
    wire_put_i64(buf, answer->rss_kb);
    put_notes(buf, notes);
    if (answer->status != STATUS_OK)
        return;
    wire_put_i64(buf, sheet->format);
    wire_put_i64(buf, sheet->pages);
    wire_put_i64(buf, sheet->width_mm100);
    wire_put_i64(buf, sheet->height_mm100);
    wire_put_text(buf, sheet->dump);
    wire_put_bytes(buf, sheet->bytes, sheet->size);
    wire_put_i64(buf, (int64_t)sheet->symbol_count);
    for (size_t i = 0; i < sheet->symbol_count; i++)
        put_symbol(buf, &sheet->symbols[i]);
}

static enum status
get_sheet(struct wire_reader *reader, struct arena *arena, struct sheet *ret)
{
    ret->format = (enum sheet_format)wire_get_within(reader, SHEET_PDF, SHEET_SCAN);
    ret->pages = (int32_t)wire_get_within(reader, 1, INT32_MAX);
    ret->width_mm100 = (int32_t)wire_get_within(reader, 1, INT32_MAX);
    ret->height_mm100 = (int32_t)wire_get_within(reader, 1, INT32_MAX);
    ret->dump = wire_get_text(reader, arena);
    const uint8_t *bytes = wire_get_bytes(reader, &ret->size);
    if (bytes == NULL)
        return STATUS_BUG;
    ret->bytes = (const uint8_t *)arena_copy(arena, (const char *)bytes, ret->size);
    return ret->bytes ? get_symbols(reader, arena, ret) : STATUS_NO_MEMORY;
}

enum status
wire_get_answer(struct wire_reader *reader, struct arena *arena, struct notes *notes,
                struct wire_answer *ret)
{
    struct wire_answer answer = {0};
    answer.status = (enum status)wire_get_within(reader, STATUS_OK, STATUS_BUG);
    answer.rss_kb = wire_get_within(reader, 0, INT64_MAX);
    get_notes(reader, arena, notes);
    if (answer.status == STATUS_OK && !reader->failed) {
        enum status status = get_sheet(reader, arena, &answer.sheet);
        if (status != STATUS_OK)
            return status;
    }
    enum status status = end_of_body(reader);
    if (status == STATUS_OK)
        *ret = answer;
    return status;
}
