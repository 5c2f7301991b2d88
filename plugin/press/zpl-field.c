/* The fields of a label, as the strict reader takes them.
 *
 * Each command between ^FO and ^FS leaves in the field what it said; at ^FS the field is
 * complete or refused, its size is reckoned, and it must lie on the label. */
#include "press/zpl-inside.h"

#include <string.h>

static bool
on_origin(struct reader *reader, const struct params *params)
{
    const struct zpl_format *format = &reader->format;
    struct zpl_field field = {.from = (size_t)(reader->command - reader->begin)};
    if (format->recalls[0] == '\0' && (format->width == 0 || format->height == 0))
        return zpl_refuse(reader, reader->command,
                          "^PW and ^LL come before the first field");
    if (!zpl_no_more(reader, params, 2) ||
        !zpl_number(reader, params, 0, "a place", 0, SIDE_MAX, &field.x) ||
        !zpl_number(reader, params, 1, "a place", 0, SIDE_MAX, &field.y))
        return false;
    reader->field = field;
    reader->is_field = true;
    return true;
}

/* A field draws one thing. */
static bool
set_kind(struct reader *reader, enum zpl_field_kind kind)
{
    if (reader->field.kind != FIELD_NONE)
        return zpl_refuse(reader, reader->command,
                          "the field has something to draw already");
    reader->field.kind = kind;
    return true;
}

/* The data may hold commas, so only four parameters are split off. */
static bool
on_graphic(struct reader *reader, const struct params *params)
{
    struct zpl_field *field = &reader->field;
    int32_t total, count, stride;
    char coding;
    size_t at = 0;
    if (!set_kind(reader, FIELD_GRAPHIC) ||
        !zpl_letter(reader, params, 0, "A", &coding) ||
        !zpl_number(reader, params, 1, "a count of bytes", 1, ZPL_GRAPHIC_BYTES_MAX,
                    &total) ||
        !zpl_number(reader, params, 2, "a count of bytes", 1, ZPL_GRAPHIC_BYTES_MAX,
                    &count) ||
        !zpl_number(reader, params, 3, "the bytes of a row", 1, ZPL_GRAPHIC_BYTES_MAX,
                    &stride))
        return false;
    if (total != count)
        return zpl_refuse(reader, params->each[1].p,
                          "^GFA wants the same count of bytes twice, not %d and %d",
                          total, count);
    if (count % stride != 0)
        return zpl_refuse(reader, params->each[2].p, "%d bytes are no whole rows of %d",
                          count, stride);
    if (params->count < 5)
        return zpl_refuse(reader, reader->at, "^GFA lacks its data");
    field->data.p = params->each[4].p;
    field->data.n = (size_t)(params->all.p + params->all.n - field->data.p);
    const char *fault = zpl_graphic_read(field->data.p, field->data.n, (size_t)stride,
                                         reader->scratch, (size_t)count, &at);
    if (fault)
        return zpl_refuse(reader, field->data.p + at, "%s", fault);
    field->stride = (size_t)stride;
    field->h = count / stride;
    /* the last byte's spare bits are no dots, as long as they are white */
    field->w = 8 * stride;
    while (field->w > 8 * (stride - 1) + 1) {
        int32_t x = field->w - 1, y = 0;
        while (y < field->h && !(reader->scratch[y * stride + x / 8] & 0x80 >> x % 8))
            y++;
        if (y < field->h)
            break;
        field->w--;
    }
    return true;
}

static bool
on_box(struct reader *reader, const struct params *params)
{
    struct zpl_field *field = &reader->field;
    char colour = 'B';
    if (!set_kind(reader, FIELD_BOX) || !zpl_no_more(reader, params, 4) ||
        !zpl_number(reader, params, 2, "a line's thickness", 1, SIDE_MAX, &field->line) ||
        !zpl_number(reader, params, 0, "a width", field->line, SIDE_MAX, &field->w) ||
        !zpl_number(reader, params, 1, "a height", field->line, SIDE_MAX, &field->h) ||
        (params->count > 3 && !zpl_letter(reader, params, 3, "BW", &colour)))
        return false;
    field->is_white = colour == 'W';
    return true;
}

static bool
on_bar_default(struct reader *reader, const struct params *params)
{
    if (!zpl_no_more(reader, params, 3) ||
        !zpl_number(reader, params, 0, "a module's width", 1, 10, &reader->bar_module))
        return false;
    if (params->count == 1)
        return true;
    if (params->count != 3 || params->each[1].n != 1 || params->each[1].p[0] != '2')
        return zpl_refuse(reader, params->each[1].p,
                          "^BY wants its module alone, or the ratio 2 and a height");
    return zpl_number(reader, params, 2, "a height", 1, SIDE_MAX, &reader->bar_height);
}

static bool
on_bars(struct reader *reader, const struct params *params)
{
    struct zpl_field *field = &reader->field;
    char has_text;
    if (!set_kind(reader, FIELD_BARS) || !zpl_no_more(reader, params, 3) ||
        !zpl_letter(reader, params, 0, "NRIB", &field->turn) ||
        !zpl_number(reader, params, 1, "a height", 1, SIDE_MAX, &field->h) ||
        !zpl_letter(reader, params, 2, "N", &has_text))
        return false;
    if (reader->bar_module == 0)
        return zpl_refuse(reader, reader->command,
                          "^BC wants a module's width by ^BY before it");
    field->module = reader->bar_module;
    return true;
}

/* Its place depends on the height of ^BY, so that must be known. */
static bool
on_qr(struct reader *reader, const struct params *params)
{
    struct zpl_field *field = &reader->field;
    int32_t model, mask;
    if (!set_kind(reader, FIELD_QR) || !zpl_no_more(reader, params, 5) ||
        !zpl_letter(reader, params, 0, "N", &field->turn) ||
        !zpl_number(reader, params, 1, "a model", 2, 2, &model) ||
        !zpl_number(reader, params, 2, "a magnification", 1, 10, &field->module) ||
        !zpl_letter(reader, params, 3, "LMQH", &field->ecc) ||
        !zpl_number(reader, params, 4, "a mask", 0, 7, &mask))
        return false;
    if (reader->bar_height == 0)
        return zpl_refuse(reader, reader->command, "^BQ wants a height by ^BY before it");
    field->y += reader->bar_height;
    return true;
}

static bool
on_matrix(struct reader *reader, const struct params *params)
{
    struct zpl_field *field = &reader->field;
    int32_t quality, rows;
    char escape;
    if (!set_kind(reader, FIELD_MATRIX) || !zpl_no_more(reader, params, 7) ||
        !zpl_letter(reader, params, 0, "NRIB", &field->turn) ||
        !zpl_number(reader, params, 1, "a module's height", 1, 10, &field->module) ||
        !zpl_number(reader, params, 2, "the quality", 200, 200, &quality) ||
        !zpl_number(reader, params, 3, "columns", 10, 48, &field->side) ||
        !zpl_number(reader, params, 4, "rows", 10, 48, &rows) ||
        !zpl_letter(reader, params, 6, "_", &escape))
        return false;
    if (rows != field->side || matrix_room(rows) == 0)
        return zpl_refuse(reader, params->each[3].p,
                          "no square Data Matrix is of %d by %d", field->side, rows);
    if (params->each[5].n > 0)
        return zpl_refuse(reader, params->each[5].p, "^BX has no format here");
    return true;
}

static bool
on_hex(struct reader *reader, const struct params *params)
{
    reader->field.has_hex = true;
    return params->all.n == 0 ||
           zpl_refuse(reader, params->all.p, "^FH has no parameter here: its sign is _");
}

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool
on_data(struct reader *reader, const struct params *params)
{
    struct zpl_field *field = &reader->field;
    char *text = arena_make(reader->arena, params->all.n + 1);
    if (text == NULL)
        return zpl_out_of_memory(reader);
    if (field->kind < FIELD_BARS || field->has_data)
        return zpl_refuse(reader, reader->command, "^FD has no symbol before it");
    field->data.p = text;
    for (size_t i = 0; i < params->all.n; i++) {
        const char *p = params->all.p + i;
        if (field->has_hex && *p == '_') {
            int high = i + 2 < params->all.n ? hex_digit(p[1]) : -1;
            int low = i + 2 < params->all.n ? hex_digit(p[2]) : -1;
            if (high < 0 || low < 0 || high * 16 + low < ' ' || high * 16 + low > '~')
                return zpl_refuse(reader, p,
                                  "'_' wants two hex digits of an ASCII character");
            *text++ = (char)(high * 16 + low);
            i += 2;
        } else {
            *text++ = *p;
        }
    }
    field->data.n = (size_t)(text - field->data.p);
    field->has_data = true;
    return true;
}

/* ---- the field's end ---- */

static bool
settle_bars(struct reader *reader, struct zpl_field *field)
{
    struct bars bars;
    if (!bars_of_zpl(field->data.p, field->data.n, &bars) || bars.count < 2)
        return zpl_refuse(
            reader, reader->command,
            "the data of ^BC is not Code 128 with explicit subsets B and C");
    int32_t along = (int32_t)bars_width(&bars) * field->module, high = field->h;
    bool is_standing = field->turn == 'R' || field->turn == 'B';
    field->w = is_standing ? high : along;
    field->h = is_standing ? along : high;
    return true;
}

static bool
settle_qr(struct reader *reader, struct zpl_field *field)
{
    if (field->data.n < 4 || field->data.p[0] != field->ecc || field->data.p[1] != 'A' ||
        field->data.p[2] != ',')
        return zpl_refuse(reader, reader->command,
                          "the data of ^BQ begins with '%cA,' here", field->ecc);
    int32_t version = qr_version(field->data.p + 3, field->data.n - 3, field->ecc);
    if (version == 0)
        return zpl_refuse(reader, reader->command,
                          "the data of ^BQ is more than is sent so");
    field->w = field->h = (17 + 4 * version) * field->module;
    return true;
}

static bool
settle_matrix(struct reader *reader, struct zpl_field *field)
{
    int32_t need = matrix_need(field->data.p, field->data.n);
    if (need < 1)
        return zpl_refuse(reader, reader->command,
                          "the data of ^BX has an escape other than _1");
    if (need > matrix_room(field->side))
        return zpl_refuse(reader, reader->command,
                          "the data of ^BX needs %d codewords; %d modules square hold %d",
                          need, field->side, matrix_room(field->side));
    field->w = field->h = field->side * field->module;
    return true;
}

static bool
settle(struct reader *reader, struct zpl_field *field)
{
    if (field->kind == FIELD_NONE)
        return zpl_refuse(reader, reader->command, "the field draws nothing");
    if (field->kind >= FIELD_BARS && !field->has_data)
        return zpl_refuse(reader, reader->command,
                          "the symbol has no data: ^FD is missing");
    switch (field->kind) {
    case FIELD_BARS:
        return settle_bars(reader, field);
    case FIELD_QR:
        return settle_qr(reader, field);
    case FIELD_MATRIX:
        return settle_matrix(reader, field);
    default:
        return true;
    }
}

static bool
is_on_label(struct reader *reader, const struct zpl_field *field)
{
    int32_t head = reader->how->head_dots, width = reader->format.width;
    int32_t most = width > 0 ? width : head > 0 ? head : SIDE_MAX;
    int32_t length = reader->format.height > 0 ? reader->format.height : SIDE_MAX;
    if (field->x + field->w > most)
        return zpl_refuse(reader, reader->begin + field->from,
                          "the field ends at %d dots to the right, the label at %d",
                          field->x + field->w, most);
    if (field->y + field->h > length)
        return zpl_refuse(reader, reader->begin + field->from,
                          "the field ends at %d dots down, the label at %d",
                          field->y + field->h, length);
    return true;
}

static bool
on_field_end(struct reader *reader, const struct params *params)
{
    struct zpl_format *format = &reader->format;
    if (params->all.n > 0)
        return zpl_refuse(reader, params->all.p, "^FS has no parameters");
    if (reader->has_name) {
        reader->has_name = false;
        return true;
    }
    reader->is_field = false;
    if (!settle(reader, &reader->field) || !is_on_label(reader, &reader->field))
        return false;
    struct zpl_field *field =
        arena_append(reader->arena, &format->fields, &format->field_count,
                     &format->field_room, sizeof *field);
    if (field == NULL)
        return zpl_out_of_memory(reader);
    *field = reader->field;
    return true;
}

const struct zpl_row zpl_field_rows[] = {
    {"^FO", OUTSIDE_FIELD, on_origin}, {"^GF", INSIDE_FIELD, on_graphic},
    {"^GB", INSIDE_FIELD, on_box},     {"^BY", INSIDE_FIELD, on_bar_default},
    {"^BC", INSIDE_FIELD, on_bars},    {"^BQ", INSIDE_FIELD, on_qr},
    {"^BX", INSIDE_FIELD, on_matrix},  {"^FH", INSIDE_FIELD, on_hex},
    {"^FD", INSIDE_FIELD, on_data},    {"^FS", INSIDE_FIELD, on_field_end},
};
const size_t zpl_field_row_count = COUNT_OF(zpl_field_rows);
