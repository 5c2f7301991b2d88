/* The data of a ^GF field back to dots.
 *
 * Strict: rows must come out whole, a run may not cross a row's end, nothing may be left
 * over or missing, and a Z64 text must be canonical base64 with the right CRC around one
 * zlib stream of exactly the bytes that the field says. A printer forgives some of that
 * and prints rubbish for the rest. */
#include "press/zpl-graphic.h"

#include <string.h>
#include <zlib.h>

/* What four bits at the top of the sum do to it. */
static const uint16_t crc_of_nibble[16] = {
    0x0000, 0x1021, 0x2042, 0x3063, 0x4084, 0x50a5, 0x60c6, 0x70e7,
    0x8108, 0x9129, 0xa14a, 0xb16b, 0xc18c, 0xd1ad, 0xe1ce, 0xf1ef,
};

uint16_t
zpl_crc(const char *text, size_t n)
{
    uint32_t crc = 0;
    for (size_t i = 0; i < n; i++) {
        crc ^= (uint32_t)(uint8_t)text[i] << 8;
        crc = (crc << 4 & 0xffff) ^ crc_of_nibble[crc >> 12];
        crc = (crc << 4 & 0xffff) ^ crc_of_nibble[crc >> 12];
    }
    return (uint16_t)crc;
}

/* ---- hex, plain and packed ---- */

struct rows {
    uint8_t *bytes;
    size_t size, stride;
    size_t digits; /* hex digits that are there */
};

static int
hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static size_t
run_value(char c)
{
    if (c >= 'G' && c <= 'Y')
        return (size_t)(c - 'G') + 1;
    return c >= 'g' && c <= 'z' ? ((size_t)(c - 'g') + 1) * 20 : 0;
}

static size_t
left_in_row(const struct rows *rows)
{
    return 2 * rows->stride - rows->digits % (2 * rows->stride);
}

static const char *
add_digits(struct rows *rows, int value, size_t run)
{
    if (rows->digits >= 2 * rows->size)
        return "the graphic has more rows than its field says";
    if (run > left_in_row(rows))
        return "a run goes beyond the end of its row";
    for (; run > 0; run--, rows->digits++) {
        uint8_t *byte = &rows->bytes[rows->digits / 2];
        *byte = (uint8_t)(rows->digits % 2 ? *byte | value : value << 4);
    }
    return NULL;
}

static const char *
repeat_row(struct rows *rows)
{
    size_t at = rows->digits / 2;
    if (rows->digits == 0)
        return "the first row cannot repeat one above";
    if (rows->digits % (2 * rows->stride) != 0)
        return "':' is not at the start of a row";
    if (at >= rows->size)
        return "the graphic has more rows than its field says";
    memcpy(rows->bytes + at, rows->bytes + at - rows->stride, rows->stride);
    rows->digits += 2 * rows->stride;
    return NULL;
}

static const char *
fill_row(struct rows *rows, char sign)
{
    if (rows->digits % 2 != 0)
        return "a row is ended in the middle of a byte";
    return add_digits(rows, sign == ',' ? 0 : 15, left_in_row(rows));
}

static const char *
read_packed(const char *data, size_t n, struct rows *rows, size_t *at)
{
    size_t run = 0;
    const char *fault = NULL;
    for (*at = 0; *at < n && fault == NULL; ++*at) {
        char c = data[*at];
        if (run_value(c) > 0) {
            run += run_value(c);
            if (run > 2 * rows->stride)
                fault = "a run is longer than a row";
        } else if (hex_value(c) >= 0) {
            fault = add_digits(rows, hex_value(c), run ? run : 1);
            run = 0;
        } else if (run > 0) {
            fault = "a run has no hex digit after it";
        } else if (c == ':') {
            fault = repeat_row(rows);
        } else if (c == ',' || c == '!') {
            fault = fill_row(rows, c);
        } else {
            fault = "a character is neither a hex digit nor a sign of packed hex";
        }
        if (fault)
            return fault;
    }
    if (run > 0)
        return "a run has no hex digit after it";
    return rows->digits == 2 * rows->size
               ? NULL
               : "the graphic has fewer bytes than its field says";
}

/* ---- Z64 ---- */

static int
base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Four characters to three bytes, of which `*n` count; false when they are none. */
static bool
read_four(const char *four, bool is_last, uint8_t three[3], size_t *n)
{
    uint32_t bits = 0;
    size_t pads = four[3] != '=' ? 0 : four[2] != '=' ? 1 : 2;
    if (pads > 0 && !is_last)
        return false;
    for (size_t i = 0; i < 4; i++) {
        int value = i < 4 - pads ? base64_value(four[i]) : 0;
        if (value < 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
    }
    three[0] = (uint8_t)(bits >> 16);
    three[1] = (uint8_t)(bits >> 8);
    three[2] = (uint8_t)bits;
    *n = 3 - pads;
    return true;
}

static const char *
inflate_text(z_stream *zip, const char *text, size_t n, size_t *at)
{
    int result = Z_OK;
    for (*at = 0; *at < n; *at += 4) {
        uint8_t three[3];
        size_t count;
        if (n - *at < 4 || !read_four(text + *at, *at + 4 == n, three, &count))
            return "the text of Z64 is not base64";
        if (result == Z_STREAM_END)
            return "the zlib stream of Z64 ends before its text";
        zip->next_in = three;
        zip->avail_in = (uInt)count;
        result = inflate(zip, Z_NO_FLUSH);
        if (result == Z_BUF_ERROR && zip->avail_in > 0)
            return "the graphic has more bytes than its field says";
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
            return "the zlib stream of Z64 is broken";
        if (zip->avail_in > 0)
            return result == Z_STREAM_END
                       ? "the zlib stream of Z64 ends before its text"
                       : "the graphic has more bytes than its field says";
    }
    if (result != Z_STREAM_END)
        return "the zlib stream of Z64 is cut short";
    return zip->avail_out == 0 ? NULL : "the graphic has fewer bytes than its field says";
}

static const char *
read_z64(const char *data, size_t n, uint8_t *bytes, size_t size, size_t *at)
{
    const char *text = data + 5, *crc = memchr(text, ':', n - 5);
    uint32_t said = 0;
    *at = 5;
    if (crc == NULL || data + n - crc != 5)
        return "Z64 lacks its CRC of four hex digits";
    *at = (size_t)(crc - data) + 1;
    for (int i = 1; i <= 4; i++) {
        int value =
            hex_value(crc[i] >= 'a' && crc[i] <= 'f' ? (char)(crc[i] - 32) : crc[i]);
        if (value < 0)
            return "Z64 lacks its CRC of four hex digits";
        said = said << 4 | (uint32_t)value;
    }
    if (said != zpl_crc(text, (size_t)(crc - text)))
        return "the CRC of Z64 is wrong";
    z_stream zip = {.next_out = bytes, .avail_out = (uInt)size};
    if (inflateInit(&zip) != Z_OK)
        return "memory is out";
    const char *fault = inflate_text(&zip, text, (size_t)(crc - text), at);
    *at += 5;
    inflateEnd(&zip);
    return fault;
}

const char *
zpl_graphic_read(const char *data, size_t n, size_t stride, uint8_t *bytes, size_t size,
                 size_t *ret_at)
{
    struct rows rows = {bytes, size, stride, 0};
    if (n >= 5 && memcmp(data, ":Z64:", 5) == 0)
        return read_z64(data, n, bytes, size, ret_at);
    return read_packed(data, n, &rows, ret_at);
}
