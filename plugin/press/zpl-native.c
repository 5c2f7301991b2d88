/* Boxes and symbols as the printer's own commands.
 *
 * Nothing is believed that the dots do not show: a box counts when the picture is black
 * where ^GB will be, a symbol when its modules are in the picture dot for dot. Code 128
 * is read back from its modules, so the printer gets the very codes; QR and Data Matrix
 * go out only when the printer can come to no other size. A firmware may choose another
 * mask for QR or mix encodations otherwise; place, size and data are the same then.
 * DataBar stays dots, because ^BR has no height, and so do symbols with FNC1 or ECI in
 * QR, which ^BQ does not know. */
#include "press/zpl-native.h"

#include "press/zpl-symbols.h"

#include <string.h>

/* The guide's ranges. */
#define LENGTH_MAX 32000
#define MODULE_MAX 10

/* ---- dots ---- */

static void
clear_row(struct dots *dots, int32_t x, int32_t y, int32_t w)
{
    uint8_t *row = dots->bits + (size_t)y * dots->stride;
    for (; w > 0 && x % 8; x++, w--)
        row[x / 8] &= (uint8_t) ~(0x80 >> x % 8);
    if (w >= 8)
        memset(row + x / 8, 0, (size_t)w / 8);
    for (x += w / 8 * 8, w %= 8; w > 0; x++, w--)
        row[x / 8] &= (uint8_t) ~(0x80 >> x % 8);
}

static void
clear_area(struct dots *dots, struct area area)
{
    for (int32_t y = area.y; y < area.y + area.h; y++)
        clear_row(dots, area.x, y, area.w);
}

static bool
is_black(const struct dots *dots, struct area area)
{
    for (int32_t y = area.y; y < area.y + area.h; y++)
        for (int32_t x = area.x; x < area.x + area.w; x++) {
            if (x % 8 == 0 && x + 8 <= area.x + area.w &&
                dots->bits[(size_t)y * dots->stride + (size_t)x / 8] == 0xff)
                x += 7;
            else if (!dots_at(dots, x, y))
                return false;
        }
    return true;
}

static bool
is_inside(const struct dots *dots, const struct dots_native *native)
{
    return native->x >= 0 && native->y >= 0 && native->w > 0 && native->h > 0 &&
           native->w <= dots->width - native->x && native->h <= dots->height - native->y;
}

/* ---- boxes ---- */

/* The four bars of a frame, or the one of what is filled. */
static size_t
bars_of_box(const struct dots_native *box, struct area bars[4])
{
    struct area all = {box->x, box->y, box->w, box->h};
    int32_t t = box->line_dots;
    bars[0] = all;
    if (2 * t >= box->w || 2 * t >= box->h)
        return 1;
    bars[0].h = t;
    bars[1] = (struct area){all.x, all.y + all.h - t, all.w, t};
    bars[2] = (struct area){all.x, all.y + t, t, all.h - 2 * t};
    bars[3] = (struct area){all.x + all.w - t, all.y + t, t, all.h - 2 * t};
    return 4;
}

static void
put_box(const struct dots_native *box, const struct dots *picture, struct dots *ink,
        struct buf *out)
{
    struct area bars[4];
    int32_t side = box->w < box->h ? box->w : box->h, t = box->line_dots;
    if (t < 1 || box->w > LENGTH_MAX || box->h > LENGTH_MAX)
        return;
    size_t count = bars_of_box(box, bars);
    for (size_t i = 0; i < count; i++)
        if (!is_black(picture, bars[i]))
            return;
    for (size_t i = 0; i < count; i++)
        clear_area(ink, bars[i]);
    buf_printf(out, "^FO%d,%d^GB%d,%d,%d^FS", box->x, box->y, box->w, box->h,
               count == 1 ? side : t);
}

/* ---- symbols ---- */

/* The modules without their quiet zone. */
struct matrix {
    const uint8_t *modules;
    int32_t stride, columns, rows;
};

static bool
has_dark_column(const struct page_item *item, int32_t x)
{
    for (int32_t y = 0; y < item->rows; y++)
        if (item->modules[y * item->columns + x])
            return true;
    return false;
}

static bool
has_dark_row(const struct page_item *item, int32_t y)
{
    return memchr(item->modules + (size_t)y * (size_t)item->columns, 1,
                  (size_t)item->columns) != NULL;
}

static bool
matrix_of(const struct page_item *item, struct matrix *ret)
{
    int32_t left = 0, right = item->columns, top = 0, bottom = item->rows;
    if (item->modules == NULL || item->columns < 1 || item->rows < 1)
        return false;
    while (left < right && !has_dark_column(item, left))
        left++;
    while (right > left && !has_dark_column(item, right - 1))
        right--;
    while (top < bottom && !has_dark_row(item, top))
        top++;
    while (bottom > top && !has_dark_row(item, bottom - 1))
        bottom--;
    *ret = (struct matrix){item->modules + top * item->columns + left, item->columns,
                           right - left, bottom - top};
    return left < right;
}

/* The module that stands at a dot of the turned symbol. */
static bool
is_dark(const struct matrix *matrix, const struct dots_native *native, int32_t x,
        int32_t y)
{
    int32_t w = native->quarter % 2 ? native->h : native->w;
    int32_t h = native->quarter % 2 ? native->w : native->h;
    int32_t u = x, v = y;
    if (native->quarter == 1) {
        u = y;
        v = h - 1 - x;
    } else if (native->quarter == 2) {
        u = w - 1 - x;
        v = h - 1 - y;
    } else if (native->quarter == 3) {
        u = w - 1 - y;
        v = x;
    }
    int32_t row = matrix->rows == 1 ? 0 : v / native->module_dots;
    return matrix->modules[row * matrix->stride + u / native->module_dots];
}

static bool
is_in_picture(const struct matrix *matrix, const struct dots_native *native,
              const struct dots *picture)
{
    int32_t along = native->quarter % 2 ? native->h : native->w;
    int32_t across = native->quarter % 2 ? native->w : native->h;
    if (native->module_dots < 1 || native->module_dots > MODULE_MAX ||
        native->quarter < 0 || native->quarter > 3 ||
        along != matrix->columns * native->module_dots ||
        (matrix->rows > 1 && across != matrix->rows * native->module_dots))
        return false;
    for (int32_t y = 0; y < native->h; y++)
        for (int32_t x = 0; x < native->w; x++)
            if (dots_at(picture, native->x + x, native->y + y) !=
                is_dark(matrix, native, x, y))
                return false;
    return true;
}

/* Field data with what would end it, or begin a command, in hex. */
static void
put_data(const char *text, size_t n, struct buf *out)
{
    bool needs_hex = memchr(text, '^', n) || memchr(text, '~', n);
    buf_puts(out, needs_hex ? "^FH^FD" : "^FD");
    for (size_t i = 0; i < n; i++)
        if (needs_hex && (text[i] == '^' || text[i] == '~' || text[i] == '_'))
            buf_printf(out, "_%02X", (unsigned char)text[i]);
        else
            buf_add(out, &text[i], 1);
    buf_puts(out, "^FS");
}

static const char turns[] = "NRIB";

static bool
put_bars(const struct dots_native *native, const struct matrix *matrix, struct buf *out)
{
    struct bars bars;
    BUF_AUTO struct buf data = {0};
    if (matrix->rows != 1 ||
        !bars_of_modules(matrix->modules, (size_t)matrix->columns, &bars) ||
        !bars_to_zpl(&bars, &data) || data.failed)
        return false;
    buf_printf(out, "^FO%d,%d^BY%d^BC%c,%d,N", native->x, native->y, native->module_dots,
               turns[native->quarter], native->quarter % 2 ? native->w : native->h);
    put_data(data.p, data.n, out);
    return true;
}

static bool
is_plain_ascii(const char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > 0x7e)
            return false;
    return true;
}

/* ^FO of a QR code sinks by the height that ^BY has, on printers and in their imitations
 * alike: so the height is set to the least there is, and the field is raised by it. */
#define QR_SINKS 1

static bool
put_qr(const struct dots_native *native, const struct matrix *matrix, struct buf *out)
{
    const char *text = native->item->symbol_text;
    size_t n = strlen(text);
    char ecc;
    int32_t mask;
    if (native->quarter != 0 || native->y < QR_SINKS || !is_plain_ascii(text) ||
        matrix->rows != matrix->columns ||
        !qr_format(matrix->modules, matrix->stride, matrix->columns, &ecc, &mask) ||
        17 + 4 * qr_version(text, n, ecc) != matrix->columns)
        return false;
    BUF_AUTO struct buf data = {0};
    buf_printf(&data, "%cA,%s", ecc, text);
    if (data.failed)
        return false;
    buf_printf(out, "^FO%d,%d^BY1,2,%d^BQN,2,%d,%c,%d", native->x, native->y - QR_SINKS,
               QR_SINKS, native->module_dots, ecc, mask);
    put_data(data.p, data.n, out);
    return true;
}

/* How '_', the escape, is escaped itself is read in more than one way. */
static bool
is_plain_gs1(const char *text)
{
    return is_plain_ascii(text) && !strpbrk(text, "_^~");
}

/* "[01]0950…[10]AB" as FNC1, and the values with FNC1 between where the first is of no
 * fixed length. The brackets were checked when the page was laid. */
static bool
gs1_to_zpl(const char *text, struct buf *out)
{
    /* The General Specifications' table of predefined lengths, by the first two digits.
     */
    static const char fixed[] =
        "00 01 02 03 04 11 12 13 14 15 16 17 18 19 20 31 32 33 34 "
        "35 36 41";
    bool is_open = true;
    while (*text) {
        const char *end = strchr(text, ']');
        if (*text != '[' || end == NULL || end - text < 3)
            return false;
        char ai[3] = {text[1], text[2], '\0'};
        if (is_open)
            buf_puts(out, "_1");
        is_open = strstr(fixed, ai) == NULL;
        buf_add(out, text + 1, (size_t)(end - text) - 1);
        text = end + 1 + strcspn(end + 1, "[");
        buf_add(out, end + 1, (size_t)(text - end) - 1);
    }
    return !out->failed;
}

static bool
put_matrix(const struct dots_native *native, const struct matrix *matrix, struct buf *out)
{
    BUF_AUTO struct buf data = {0};
    if (matrix->rows != matrix->columns || !is_plain_gs1(native->item->symbol_text) ||
        !gs1_to_zpl(native->item->symbol_text, &data))
        return false;
    int32_t need = matrix_need(data.p, data.n);
    if (need < 1 || need > matrix_room(matrix->columns))
        return false;
    buf_printf(out, "^FO%d,%d^BX%c,%d,200,%d,%d,,_", native->x, native->y,
               turns[native->quarter], native->module_dots, matrix->columns,
               matrix->rows);
    put_data(data.p, data.n, out);
    return true;
}

static void
put_symbol(const struct dots_native *native, const struct dots *picture, struct dots *ink,
           struct buf *out)
{
    static const struct {
        const char *type;
        bool (*put)(const struct dots_native *, const struct matrix *, struct buf *);
    } kinds[] = {{"code128", put_bars},
                 {"gs1-128", put_bars},
                 {"qr", put_qr},
                 {"gs1-datamatrix", put_matrix}};
    struct matrix matrix;
    if (native->item->symbol_type == NULL || native->item->symbol_text == NULL ||
        !matrix_of(native->item, &matrix) || !is_in_picture(&matrix, native, picture))
        return;
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (strcmp(kinds[i].type, native->item->symbol_type) == 0 &&
            kinds[i].put(native, &matrix, out)) {
            clear_area(ink, (struct area){native->x, native->y, native->w, native->h});
            return;
        }
}

void
zpl_native_put(const struct dots_native *native, const struct dots *picture,
               struct dots *ink, struct buf *out)
{
    if (native->item == NULL || !is_inside(picture, native))
        return;
    if (native->item->kind == ITEM_SYMBOL)
        put_symbol(native, picture, ink, out);
    else if (native->item->kind == ITEM_BOX || native->item->kind == ITEM_LINE)
        put_box(native, picture, ink, out);
}
