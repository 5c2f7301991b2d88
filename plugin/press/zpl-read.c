/* The strict reader of the ZPL II that tuck itself writes.
 *
 * A sheet is formats one after the other, each a few settings, then fields; every command
 * has its row in a table and reads its own parameters. A stored format's fields are kept
 * until the sheet's end, so that a label that recalls it is looked at (and drawn) with
 * them. Graphics are decoded where they stand and forgotten; only a label that is drawn
 * decodes them again. */
#include "press/zpl-inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LABELS_MAX 4096
#define STORED_MAX 4096
#define COPIES_MAX 999 /* PRESS_COPIES_MAX */

bool
zpl_refuse(struct reader *reader, const char *at, const char *format, ...)
{
    va_list args;
    if (reader->status != STATUS_OK)
        return false;
    reader->status = STATUS_BAD_INPUT;
    reader->fault.at = (size_t)(at - reader->begin);
    reader->fault.line = 1;
    for (const char *p = reader->begin; p < at; p++)
        reader->fault.line += *p == '\n';
    va_start(args, format);
    vsnprintf(reader->fault.text, sizeof reader->fault.text, format, args);
    va_end(args);
    return false;
}

bool
zpl_out_of_memory(struct reader *reader)
{
    reader->status = STATUS_NO_MEMORY;
    return false;
}

/* ---- parameters ---- */

static void
split_params(struct text_span all, struct params *ret)
{
    const char *p = all.p, *end = all.p + all.n;
    *ret = (struct params){.all = all};
    while (ret->count < PARAMS_MAX) {
        const char *comma = ret->count == PARAMS_MAX - 1 || p == end
                                ? NULL
                                : memchr(p, ',', (size_t)(end - p));
        struct text_span *param = &ret->each[ret->count++];
        *param = (struct text_span){p, (size_t)((comma ? comma : end) - p)};
        if (comma == NULL)
            break;
        p = comma + 1;
    }
}

bool
zpl_number(struct reader *reader, const struct params *params, size_t i, const char *what,
           int32_t least, int32_t most, int32_t *ret)
{
    struct text_span param =
        i < params->count ? params->each[i] : (struct text_span){reader->at, 0};
    int32_t value = 0;
    bool is_number = param.n >= 1 && param.n <= 8;
    for (size_t k = 0; k < param.n && is_number; k++) {
        is_number = param.p[k] >= '0' && param.p[k] <= '9';
        value = value * 10 + param.p[k] - '0';
    }
    if (!is_number || value < least || value > most)
        return zpl_refuse(reader, param.p, "%.3s wants %s from %d to %d here",
                          reader->command, what, least, most);
    *ret = value;
    return true;
}

bool
zpl_letter(struct reader *reader, const struct params *params, size_t i,
           const char *letters, char *ret)
{
    struct text_span param =
        i < params->count ? params->each[i] : (struct text_span){reader->at, 0};
    if (param.n != 1 || !strchr(letters, param.p[0]) || param.p[0] == '\0')
        return zpl_refuse(reader, param.p, "%.3s wants one of the letters %s here",
                          reader->command, letters);
    *ret = param.p[0];
    return true;
}

bool
zpl_no_more(struct reader *reader, const struct params *params, size_t count)
{
    if (params->count > count)
        return zpl_refuse(reader, params->each[count].p, "%.3s has a parameter too many",
                          reader->command);
    return true;
}

/* ---- formats ---- */

static bool
on_start(struct reader *reader, const struct params *params)
{
    if (params->all.n > 0)
        return zpl_refuse(reader, params->all.p, "^XA has no parameters");
    /* the room for fields serves the next format, unless a stored one kept it */
    struct zpl_format *format = &reader->format;
    bool is_kept = format->stores[0] != '\0';
    *format = (struct zpl_format){.copies = 1,
                                  .fields = is_kept ? NULL : format->fields,
                                  .field_room = is_kept ? 0 : format->field_room};
    reader->format_from = (size_t)(reader->command - reader->begin);
    reader->is_open = true;
    reader->bar_module = reader->bar_height = 0;
    return true;
}

static bool
on_darkness(struct reader *reader, const struct params *params)
{
    int32_t darkness;
    if (params->all.n != 2)
        return zpl_refuse(reader, params->all.p, "~SD wants two digits, 00 to 30");
    return zpl_number(reader, params, 0, "a darkness", 0, 30, &darkness);
}

/* "R:NAME.ZPL" */
static bool
format_name(struct reader *reader, const struct params *params, char ret[16])
{
    struct text_span name = params->all;
    bool is_name = name.n >= 7 && name.n <= 14 && strchr("REAB", name.p[0]) &&
                   name.p[1] == ':' && memcmp(name.p + name.n - 4, ".ZPL", 4) == 0;
    for (size_t i = 2; is_name && i < name.n - 4; i++)
        is_name = (name.p[i] >= 'A' && name.p[i] <= 'Z') ||
                  (name.p[i] >= '0' && name.p[i] <= '9');
    if (!is_name)
        return zpl_refuse(
            reader, name.p,
            "%.3s wants a format's name: a drive, 1 to 8 capitals or digits, "
            ".ZPL",
            reader->command);
    if (reader->format.width || reader->format.height || reader->format.field_count ||
        reader->format.stores[0] || reader->format.recalls[0])
        return zpl_refuse(reader, reader->command,
                          "%.3s is not at the start of its format", reader->command);
    memcpy(ret, name.p, name.n);
    ret[name.n] = '\0';
    reader->has_name = true;
    return true;
}

static bool
on_store(struct reader *reader, const struct params *params)
{
    return format_name(reader, params, reader->format.stores);
}

static bool
is_known(const struct zpl_reading *how, const char *name)
{
    for (size_t i = 0; i < how->known_count; i++)
        if (strcmp(how->known[i], name) == 0)
            return true;
    return false;
}

static bool
on_recall(struct reader *reader, const struct params *params)
{
    struct zpl_format *format = &reader->format;
    if (!format_name(reader, params, format->recalls))
        return false;
    for (size_t i = reader->stored_count; i-- > 0;) {
        const struct zpl_format *stored = &reader->stored[i];
        if (strcmp(stored->stores, format->recalls) != 0)
            continue;
        format->width = stored->width;
        format->height = stored->height;
        format->plate = stored->fields;
        format->plate_count = stored->field_count;
        return true;
    }
    if (!is_known(reader->how, format->recalls))
        return zpl_refuse(reader, params->all.p,
                          "the format %s is recalled, but was never stored",
                          format->recalls);
    return true;
}

static bool
add_symbols(struct reader *reader, const struct zpl_field *fields, size_t count,
            struct zpl_symbol **symbols, struct zpl_label *label, size_t *room)
{
    static const enum zpl_symbol_kind kinds[] = {
        [FIELD_BARS] = ZPL_BARS, [FIELD_QR] = ZPL_QR, [FIELD_MATRIX] = ZPL_MATRIX};
    for (size_t i = 0; i < count; i++) {
        const struct zpl_field *field = &fields[i];
        if (field->kind < FIELD_BARS)
            continue;
        struct zpl_symbol *symbol = arena_append(
            reader->arena, symbols, &label->symbol_count, room, sizeof *symbol);
        if (symbol == NULL)
            return zpl_out_of_memory(reader);
        symbol->kind = kinds[field->kind];
        symbol->at = (struct area){field->x, field->y, field->w, field->h};
        symbol->data = arena_copy(reader->arena, field->data.p, field->data.n);
        if (symbol->data == NULL)
            return zpl_out_of_memory(reader);
    }
    return true;
}

static bool
draw_label(struct reader *reader, struct zpl_label *label)
{
    const struct zpl_format *format = &reader->format;
    struct zpl_symbol *symbols = NULL;
    size_t room = 0;
    if (format->width > 0 && !zpl_paint(format, reader->arena, &label->dots))
        return zpl_out_of_memory(reader);
    if (!add_symbols(reader, format->plate, format->plate_count, &symbols, label,
                     &room) ||
        !add_symbols(reader, format->fields, format->field_count, &symbols, label, &room))
        return false;
    label->symbols = symbols;
    return true;
}

static bool
add_label(struct reader *reader)
{
    const struct zpl_format *format = &reader->format;
    if (reader->label_count == LABELS_MAX)
        return zpl_refuse(reader, reader->command, "a sheet has at most %d labels",
                          LABELS_MAX);
    struct zpl_label *label =
        arena_append(reader->arena, &reader->labels, &reader->label_count,
                     &reader->label_room, sizeof *label);
    if (label == NULL)
        return zpl_out_of_memory(reader);
    label->width = format->width;
    label->height = format->height;
    label->copies = format->copies;
    return !reader->how->wants_dots || draw_label(reader, label);
}

static bool
add_stored(struct reader *reader)
{
    if (reader->stored_count == STORED_MAX)
        return zpl_refuse(reader, reader->command, "a sheet stores at most %d formats",
                          STORED_MAX);
    struct zpl_format *stored =
        arena_append(reader->arena, &reader->stored, &reader->stored_count,
                     &reader->stored_room, sizeof *stored);
    struct zpl_download *download =
        arena_append(reader->arena, &reader->downloads, &reader->download_count,
                     &reader->download_room, sizeof *download);
    if (stored == NULL || download == NULL)
        return zpl_out_of_memory(reader);
    *stored = reader->format;
    memcpy(download->name, stored->stores, sizeof download->name);
    download->offset = reader->format_from;
    download->size = (size_t)(reader->at - reader->begin) - download->offset;
    return true;
}

static bool
on_end(struct reader *reader, const struct params *params)
{
    const struct zpl_format *format = &reader->format;
    if (params->all.n > 0)
        return zpl_refuse(reader, params->all.p, "^XZ has no parameters");
    if (format->recalls[0] == '\0' && (format->width == 0 || format->height == 0))
        return zpl_refuse(reader, reader->command, "the format lacks ^PW or ^LL");
    reader->is_open = false;
    if (reader->at < reader->end && *reader->at == '\n')
        reader->at++;
    return format->stores[0] ? add_stored(reader) : add_label(reader);
}

/* ---- settings ---- */

static bool
on_width(struct reader *reader, const struct params *params)
{
    int32_t head = reader->how->head_dots, width;
    if (!zpl_no_more(reader, params, 1) ||
        !zpl_number(reader, params, 0, "a width in dots", 2, SIDE_MAX, &width))
        return false;
    if (head > 0 && width > head)
        return zpl_refuse(reader, params->all.p,
                          "a label of %d dots is wider than the head's %d", width, head);
    if (reader->format.width || reader->format.field_count)
        return zpl_refuse(reader, reader->command,
                          "^PW comes once and before all fields");
    reader->format.width = width;
    return true;
}

static bool
on_length(struct reader *reader, const struct params *params)
{
    int32_t height;
    if (!zpl_no_more(reader, params, 1) ||
        !zpl_number(reader, params, 0, "a length in dots", 1, SIDE_MAX, &height))
        return false;
    if (reader->format.height || reader->format.field_count)
        return zpl_refuse(reader, reader->command,
                          "^LL comes once and before all fields");
    reader->format.height = height;
    return true;
}

static bool
on_home(struct reader *reader, const struct params *params)
{
    int32_t none;
    return zpl_no_more(reader, params, 2) &&
           zpl_number(reader, params, 0, "a place", 0, 0, &none) &&
           zpl_number(reader, params, 1, "a place", 0, 0, &none);
}

static bool
on_orientation(struct reader *reader, const struct params *params)
{
    char way;
    return zpl_no_more(reader, params, 1) && zpl_letter(reader, params, 0, "N", &way);
}

static bool
on_speed(struct reader *reader, const struct params *params)
{
    int32_t speed;
    return zpl_no_more(reader, params, 1) &&
           zpl_number(reader, params, 0, "a speed", 1, 14, &speed);
}

static bool
on_finish(struct reader *reader, const struct params *params)
{
    char finish;
    return zpl_no_more(reader, params, 1) &&
           zpl_letter(reader, params, 0, "TPC", &finish);
}

static bool
on_sense(struct reader *reader, const struct params *params)
{
    char sense;
    return zpl_no_more(reader, params, 1) && zpl_letter(reader, params, 0, "YMN", &sense);
}

static bool
on_copies(struct reader *reader, const struct params *params)
{
    return zpl_no_more(reader, params, 1) &&
           zpl_number(reader, params, 0, "a number of copies", 1, COPIES_MAX,
                      &reader->format.copies);
}

/* ---- the sheet ---- */

static const struct zpl_row format_rows[] = {
    {"~SD", OUTSIDE_FORMAT, on_darkness},   {"^XA", OUTSIDE_FORMAT, on_start},
    {"^XZ", OUTSIDE_FIELD, on_end},         {"^DF", OUTSIDE_FIELD, on_store},
    {"^XF", OUTSIDE_FIELD, on_recall},      {"^PW", OUTSIDE_FIELD, on_width},
    {"^LL", OUTSIDE_FIELD, on_length},      {"^LH", OUTSIDE_FIELD, on_home},
    {"^PO", OUTSIDE_FIELD, on_orientation}, {"^PR", OUTSIDE_FIELD, on_speed},
    {"^MM", OUTSIDE_FIELD, on_finish},      {"^MN", OUTSIDE_FIELD, on_sense},
    {"^PQ", OUTSIDE_FIELD, on_copies},
};

static const struct zpl_row *
find_row(const struct zpl_row *rows, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (memcmp(rows[i].name, name, 3) == 0)
            return &rows[i];
    return NULL;
}

static bool
is_in_place(struct reader *reader, const struct zpl_row *row)
{
    if (row->where == OUTSIDE_FORMAT && reader->is_open)
        return zpl_refuse(reader, reader->command,
                          "%.3s is inside a format that has not "
                          "ended with ^XZ",
                          reader->command);
    if (row->where != OUTSIDE_FORMAT && !reader->is_open)
        return zpl_refuse(reader, reader->command,
                          "%.3s is outside a format: ^XA is missing", reader->command);
    if (reader->has_name && memcmp(row->name, "^FS", 3) != 0)
        return zpl_refuse(reader, reader->command,
                          "^FS is expected after a format's name");
    if (row->where == OUTSIDE_FIELD && reader->is_field)
        return zpl_refuse(reader, reader->command,
                          "%.3s is inside a field that has not ended with ^FS",
                          reader->command);
    if (row->where == INSIDE_FIELD && !reader->is_field && !reader->has_name)
        return zpl_refuse(reader, reader->command,
                          "%.3s is outside a field: ^FO is missing", reader->command);
    return true;
}

/* Up to the next command. Nothing but printable ASCII stands in what tuck sends. */
static bool
take_params(struct reader *reader, struct text_span *ret)
{
    const char *p = reader->at;
    while (p < reader->end && *p != '^' && *p != '~') {
        if (*p == '\n')
            break; /* right only after ^XZ, which takes it */
        if (*p < ' ' || *p > '~')
            return zpl_refuse(reader, p, "byte 0x%02x is no printable ASCII",
                              (unsigned)(unsigned char)*p);
        p++;
    }
    *ret = (struct text_span){reader->at, (size_t)(p - reader->at)};
    reader->at = p;
    return true;
}

static bool
read_command(struct reader *reader)
{
    struct text_span all = {0};
    struct params params;
    const char *p = reader->command = reader->at;
    if (*p != '^' && *p != '~')
        return zpl_refuse(reader, p, "a command is expected, ^ or ~");
    if (reader->end - p < 3)
        return zpl_refuse(reader, p, "the last command is cut short");
    const struct zpl_row *row = find_row(format_rows, COUNT_OF(format_rows), p);
    if (row == NULL)
        row = find_row(zpl_field_rows, zpl_field_row_count, p);
    if (row == NULL)
        return zpl_refuse(reader, p, "%c%c%c is not a command of the subset that is sent",
                          *p, p[1] > ' ' && p[1] <= '~' ? p[1] : '?',
                          p[2] > ' ' && p[2] <= '~' ? p[2] : '?');
    reader->at = p + 3;
    if (!is_in_place(reader, row) || !take_params(reader, &all))
        return false;
    split_params(all, &params);
    return row->read(reader, &params);
}

static bool
read_all(struct reader *reader)
{
    reader->scratch = malloc(ZPL_GRAPHIC_BYTES_MAX);
    if (reader->scratch == NULL)
        return zpl_out_of_memory(reader);
    while (reader->at < reader->end)
        if (!read_command(reader))
            return false;
    if (reader->is_open)
        return zpl_refuse(reader, reader->end,
                          "the sheet ends inside a format: ^XZ is "
                          "missing");
    if (reader->label_count == 0)
        return zpl_refuse(reader, reader->end, "the sheet has no label");
    return true;
}

enum status
zpl_read(const uint8_t *bytes, size_t n, const struct zpl_reading *how,
         struct arena *arena, struct zpl_fault *fault, struct zpl_sheet *ret)
{
    const char *begin = (const char *)bytes;
    struct reader reader = {
        .how = how, .arena = arena, .begin = begin, .at = begin, .end = begin + n};
    read_all(&reader);
    free(reader.scratch);
    if (reader.status == STATUS_BAD_INPUT && fault)
        *fault = reader.fault;
    if (reader.status != STATUS_OK)
        return reader.status;
    *ret = (struct zpl_sheet){reader.labels, reader.label_count, reader.downloads,
                              reader.download_count};
    return STATUS_OK;
}

bool
zpl_first_download(const uint8_t *bytes, size_t n, struct zpl_download *ret)
{
    static const char start[] = "^XA^DF";
    const size_t start_n = sizeof start - 1;
    struct zpl_download download = {.offset = 0};
    if (n < start_n || memcmp(bytes, start, start_n) != 0)
        return false;
    const uint8_t *name = bytes + start_n;
    const uint8_t *caret = memchr(name, '^', n - start_n);
    const uint8_t *end = memmem(bytes, n, "^XZ", 3);
    if (caret == NULL || end == NULL || caret - name < 7 || caret - name > 14)
        return false;
    memcpy(download.name, name, (size_t)(caret - name));
    download.size = (size_t)(end - bytes) + 3;
    if (download.size < n && bytes[download.size] == '\n')
        download.size++;
    *ret = download;
    return true;
}
