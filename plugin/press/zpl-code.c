/* Dots as ^GF fields.
 *
 * An area's rows are copied out so that its first column is a byte's highest bit, then
 * written in each coding the printer takes, and the shortest is sent. Packed hex never
 * uses '!', because those who read the manual do not agree whether it fills with set
 * bits or with the digit 1; a comma only ends a row after a whole byte, as older manuals
 * ask. */
#include "press/zpl-code.h"

#include "press/job.h"
#include "press/zpl-graphic.h"

#include <stdlib.h>
#include <string.h>

enum { LOOK, KEEP };

void
zpl_coder_init(struct zpl_coder *coder, int32_t codings)
{
    *coder = (struct zpl_coder){.codings = codings};
    if ((codings & ZPL_Z64) == 0)
        return;
    for (int i = LOOK; i <= KEEP; i++) {
        coder->has_zip[i] = deflateInit2(&coder->zip[i], i == LOOK ? 1 : 8, Z_DEFLATED,
                                         15, 9, Z_DEFAULT_STRATEGY) == Z_OK;
        coder->failed |= !coder->has_zip[i];
    }
}

void
zpl_coder_done(struct zpl_coder *coder)
{
    buf_done(&coder->rows);
    buf_done(&coder->text);
    for (int i = LOOK; i <= KEEP; i++)
        if (coder->has_zip[i])
            deflateEnd(&coder->zip[i]);
    free(coder->zipped);
}

/* ---- rows ---- */

static bool
make_room(struct buf *buf, size_t n)
{
    static const uint8_t zeros[256];
    buf_reset(buf);
    while (buf->n < n && !buf->failed)
        buf_add(buf, zeros, n - buf->n < sizeof zeros ? n - buf->n : sizeof zeros);
    return !buf->failed;
}

static void
copy_row(const uint8_t *row, size_t row_bytes, int32_t x, int32_t w, uint8_t *to)
{
    size_t n = (size_t)(w + 7) / 8, at = (size_t)x / 8;
    uint32_t shift = (uint32_t)x % 8;
    for (size_t i = 0; i < n; i++) {
        uint32_t two = (uint32_t)row[at + i] << 8;
        two |= at + i + 1 < row_bytes ? row[at + i + 1] : 0;
        to[i] = (uint8_t)(two >> (8 - shift));
    }
    if (w % 8)
        to[n - 1] &= (uint8_t)(0xff << (8 - w % 8));
}

static bool
copy_rows(struct zpl_coder *coder, const struct dots *dots, struct area area)
{
    size_t stride = (size_t)(area.w + 7) / 8;
    if (!make_room(&coder->rows, stride * (size_t)area.h)) {
        coder->failed = true;
        return false;
    }
    uint8_t *to = (uint8_t *)coder->rows.p;
    for (int32_t y = 0; y < area.h; y++, to += stride)
        copy_row(dots->bits + (size_t)(area.y + y) * dots->stride, dots->stride, area.x,
                 area.w, to);
    return true;
}

/* ---- hex, plain and packed ---- */

static const char hex[] = "0123456789ABCDEF";

static void
put_hex(const uint8_t *bytes, size_t n, struct buf *out)
{
    for (size_t i = 0; i < n; i++) {
        char two[2] = {hex[bytes[i] >> 4], hex[bytes[i] & 15]};
        buf_add(out, two, 2);
    }
}

static uint8_t
nibble_at(const uint8_t *row, size_t i)
{
    return i % 2 ? row[i / 2] & 15 : row[i / 2] >> 4;
}

/* Letters say how often: G…Y 1 to 19, g…z 20 to 400 by twenties. */
static char *
put_run(char *to, uint8_t nibble, size_t run)
{
    for (; run > 419; run -= 419) {
        memcpy(to, "zY", 2);
        to[2] = hex[nibble];
        to += 3;
    }
    if (run == 2)
        *to++ = hex[nibble];
    if (run >= 20)
        *to++ = (char)('g' + run / 20 - 1);
    if (run > 2 && run % 20)
        *to++ = (char)('G' + run % 20 - 1);
    *to++ = hex[nibble];
    return to;
}

static char *
pack_row(const uint8_t *row, size_t n, char *to)
{
    while (n > 0 && row[n - 1] == 0)
        n--;
    for (size_t i = 0; i < 2 * n;) {
        uint8_t nibble = nibble_at(row, i);
        size_t run = 1;
        while (i + run < 2 * n && nibble_at(row, i + run) == nibble)
            run++;
        to = put_run(to, nibble, run);
        i += run;
    }
    return to;
}

/* At most two characters a byte, so the field's bytes bound it. */
static void
put_packed(const uint8_t *bytes, size_t stride, size_t rows, struct buf *out)
{
    if (!make_room(out, 2 * stride * rows + rows))
        return;
    char *to = out->p;
    for (size_t y = 0; y < rows; y++, bytes += stride) {
        if (y > 0 && memcmp(bytes, bytes - stride, stride) == 0) {
            *to++ = ':';
            continue;
        }
        to = pack_row(bytes, stride, to);
        if (bytes[stride - 1] == 0)
            *to++ = ',';
    }
    out->n = (size_t)(to - out->p);
}

/* ---- Z64 ---- */

/* zlib's stream of the rows in coder->zipped; its length, 0 when memory is out. */
static size_t
zip_rows(struct zpl_coder *coder, int effort)
{
    z_stream *zip = &coder->zip[effort];
    size_t most = deflateBound(zip, coder->rows.n);
    if (most > coder->zipped_room) {
        uint8_t *more = realloc(coder->zipped, most);
        coder->failed |= more == NULL;
        if (more == NULL)
            return 0;
        coder->zipped = more;
        coder->zipped_room = most;
    }
    deflateReset(zip);
    zip->next_in = (Bytef *)coder->rows.p;
    zip->avail_in = (uInt)coder->rows.n;
    zip->next_out = coder->zipped;
    zip->avail_out = (uInt)coder->zipped_room;
    if (deflate(zip, Z_FINISH) != Z_STREAM_END) {
        coder->failed = true;
        return 0;
    }
    return coder->zipped_room - zip->avail_out;
}

/* ":Z64:", base64, ":" and the CRC's four digits */
static size_t
z64_length(size_t zipped)
{
    return 5 + (zipped + 2) / 3 * 4 + 5;
}

static void
put_z64(const uint8_t *zipped, size_t n, struct buf *out)
{
    buf_puts(out, ":Z64:");
    size_t at = out->n;
    buf_base64(out, zipped, n);
    if (!out->failed)
        buf_printf(out, ":%04X", zpl_crc(out->p + at, out->n - at));
}

/* ---- fields ---- */

/* The shortest data of the rows that stand in coder->rows; into coder->text, but when it
 * is only weighed. Returns how long they are. */
static size_t
put_data(struct zpl_coder *coder, size_t stride, size_t rows, int effort)
{
    struct buf *text = &coder->text;
    const uint8_t *bytes = (const uint8_t *)coder->rows.p;
    buf_reset(text);
    if (coder->codings & ZPL_PACKED)
        put_packed(bytes, stride, rows, text);
    else if (coder->codings & ZPL_HEX)
        put_hex(bytes, coder->rows.n, text);
    coder->failed |= text->failed;
    if ((coder->codings & ZPL_Z64) == 0)
        return text->n;
    size_t zipped = zip_rows(coder, effort), length = z64_length(zipped);
    if (coder->codings != ZPL_Z64 && length >= text->n)
        return text->n;
    if (effort == KEEP) {
        buf_reset(text);
        put_z64(coder->zipped, zipped, text);
        coder->failed |= text->failed;
    }
    return length;
}

/* How many rows of so many bytes one field holds. */
static int32_t
rows_of_field(size_t stride)
{
    size_t rows = ZPL_GRAPHIC_BYTES_MAX / stride;
    return rows ? (int32_t)rows : 1;
}

/* The next of the fields that an area is sent as. */
static bool
next_part(struct area area, int32_t *done, struct area *ret)
{
    int32_t most = rows_of_field((size_t)(area.w + 7) / 8), left = area.h - *done;
    *ret = area;
    ret->y += *done;
    ret->h = left < most ? left : most;
    *done += ret->h;
    return left > 0;
}

#define FIELD_COST 30 /* ^FO123,456^GFA,1234,1234,12, and ^FS */

size_t
zpl_code_cost(struct zpl_coder *coder, const struct dots *dots, struct area area)
{
    struct area part;
    size_t cost = 0;
    for (int32_t done = 0; next_part(area, &done, &part);) {
        size_t stride = (size_t)(part.w + 7) / 8;
        if (coder->codings == ZPL_HEX) {
            cost += 2 * stride * (size_t)part.h + FIELD_COST;
            continue;
        }
        if (!copy_rows(coder, dots, part))
            return 0;
        cost += put_data(coder, stride, (size_t)part.h, LOOK) + FIELD_COST;
    }
    return cost;
}

void
zpl_code_put(struct zpl_coder *coder, const struct dots *dots, struct area area,
             struct buf *out)
{
    struct area part;
    for (int32_t done = 0; next_part(area, &done, &part);) {
        size_t stride = (size_t)(part.w + 7) / 8;
        if (!copy_rows(coder, dots, part))
            return;
        put_data(coder, stride, (size_t)part.h, KEEP);
        buf_printf(out, "^FO%d,%d^GFA,%zu,%zu,%zu,", part.x, part.y, coder->rows.n,
                   coder->rows.n, stride);
        buf_add(out, coder->text.p, coder->text.n);
        buf_puts(out, "^FS");
    }
}
