/* What a ZPL printer makes of the data of a symbol.
 *
 * The bars of Code 128 are known to the module: mode N of ^BC takes every code as it is
 * told. Of QR and Data Matrix only the size is reckoned, because how a firmware mixes
 * encodations is its own affair: the writer sends them only where the size can be no
 * other. */
#include "press/zpl-symbols.h"

#include <string.h>

/* ---- Code 128 ---- */

enum { CODE_C = 99, CODE_B = 100, FNC1 = 102, PATTERNS = 106, STOP_WIDTH = 13 };

/* Widths of bar, space, bar, space, bar, space by code value. */
static const char patterns[PATTERNS][7] = {
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312",
    "132212", "221213", "221312", "231212", "112232", "122132", "122231", "113222",
    "123122", "123221", "223211", "221132", "221231", "213212", "223112", "312131",
    "311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321",
    "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
    "231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121",
    "313121", "211331", "231131", "213113", "213311", "213131", "311123", "311321",
    "331121", "312113", "312311", "332111", "314111", "221411", "431111", "111224",
    "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
    "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
    "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112",
    "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113",
    "114311", "411113", "411311", "113141", "114131", "311141", "411131", "211412",
    "211214", "211232",
};
static const char stop_pattern[] = "2331112";

static uint8_t *
draw_pattern(const char *pattern, uint8_t *modules)
{
    for (bool is_dark = true; *pattern; pattern++, is_dark = !is_dark)
        for (int width = *pattern - '0'; width > 0; width--)
            *modules++ = is_dark;
    return modules;
}

static uint8_t
bars_check(const struct bars *bars)
{
    uint32_t sum = bars->values[0];
    for (size_t i = 1; i < bars->count; i++)
        sum += (uint32_t)i * bars->values[i];
    return (uint8_t)(sum % 103);
}

size_t
bars_width(const struct bars *bars)
{
    return 11 * (bars->count + 1) + STOP_WIDTH;
}

void
bars_draw(const struct bars *bars, uint8_t *modules)
{
    for (size_t i = 0; i < bars->count; i++)
        modules = draw_pattern(patterns[bars->values[i]], modules);
    modules = draw_pattern(patterns[bars_check(bars)], modules);
    draw_pattern(stop_pattern, modules);
}

static bool
read_pattern(const uint8_t *modules, uint8_t *ret)
{
    uint8_t drawn[11];
    for (int i = 0; i < PATTERNS; i++) {
        draw_pattern(patterns[i], drawn);
        if (memcmp(drawn, modules, sizeof drawn) == 0) {
            *ret = (uint8_t)i;
            return true;
        }
    }
    return false;
}

bool
bars_of_modules(const uint8_t *modules, size_t n, struct bars *ret)
{
    struct bars bars = {0};
    uint8_t value, stop[STOP_WIDTH];
    /* at least start, one character and the check */
    if (n < 33 + STOP_WIDTH || (n - STOP_WIDTH) % 11 != 0 ||
        (n - STOP_WIDTH) / 11 > BARS_VALUES_MAX)
        return false;
    size_t count = (n - STOP_WIDTH) / 11 - 1;
    draw_pattern(stop_pattern, stop);
    if (memcmp(modules + n - STOP_WIDTH, stop, STOP_WIDTH) != 0)
        return false;
    for (; bars.count < count; modules += 11)
        if (!read_pattern(modules, &bars.values[bars.count++]))
            return false;
    if (!read_pattern(modules, &value) || value != bars_check(&bars))
        return false;
    *ret = bars;
    return true;
}

/* The guide's invocation characters that every interpreter reads alike. Those for '>',
 * '^' and '~' are not among them: the last two go as ^FH's hex, and a '>' not at all. */
static const struct {
    uint8_t value;
    char sign;
} invocations[] = {{CODE_C, '5'}, {CODE_B, '6'}, {FNC1, '8'}};

bool
bars_to_zpl(const struct bars *bars, struct buf *out)
{
    bool is_c = bars->values[0] == BARS_C;
    if (!is_c && bars->values[0] != BARS_B)
        return false;
    buf_puts(out, is_c ? ">;" : ">:");
    for (size_t i = 1; i < bars->count; i++) {
        uint8_t value = bars->values[i];
        if (value == FNC1)
            buf_puts(out, ">8");
        else if (value == (is_c ? CODE_B : CODE_C)) {
            is_c = !is_c;
            buf_puts(out, is_c ? ">5" : ">6");
        } else if (is_c && value < 100)
            buf_printf(out, "%02d", value);
        else if (is_c || value > 94 || value == '>' - ' ')
            return false;
        else
            buf_printf(out, "%c", value + 32);
    }
    return true;
}

static bool
read_invocation(char sign, bool *is_c, uint8_t *ret)
{
    for (size_t i = 0; i < COUNT_OF(invocations); i++) {
        uint8_t value = invocations[i].value;
        if (invocations[i].sign != sign)
            continue;
        if ((value == CODE_C && *is_c) || (value == CODE_B && !*is_c))
            return false;
        *is_c = value == CODE_C || (*is_c && value != CODE_B);
        *ret = value;
        return true;
    }
    return false;
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool
bars_of_zpl(const char *text, size_t n, struct bars *ret)
{
    struct bars bars = {.count = 1};
    if (n < 3 || text[0] != '>' || (text[1] != ':' && text[1] != ';'))
        return false;
    bool is_c = text[1] == ';';
    bars.values[0] = is_c ? BARS_C : BARS_B;
    for (size_t i = 2; i < n; bars.count++) {
        uint8_t *value = &bars.values[bars.count];
        if (bars.count == BARS_VALUES_MAX)
            return false;
        if (text[i] == '>') {
            if (i + 1 >= n || !read_invocation(text[i + 1], &is_c, value))
                return false;
            i += 2;
        } else if (is_c) {
            if (i + 1 >= n || !is_digit(text[i]) || !is_digit(text[i + 1]))
                return false;
            *value = (uint8_t)((text[i] - '0') * 10 + text[i + 1] - '0');
            i += 2;
        } else if (text[i] >= ' ' && text[i] < 0x7f) {
            *value = (uint8_t)(text[i++] - ' ');
        } else {
            return false;
        }
    }
    *ret = bars;
    return true;
}

/* ---- QR ---- */

enum { QR_VERSION_MAX = 20 };

/* Bytes that a version holds at L, M, Q, H (ISO/IEC 18004, table 7). */
static const int16_t qr_bytes[QR_VERSION_MAX][4] = {
    {17, 14, 11, 7},      {32, 26, 20, 14},     {53, 42, 32, 24},
    {78, 62, 46, 34},     {106, 84, 60, 44},    {134, 106, 74, 58},
    {154, 122, 86, 64},   {192, 152, 108, 84},  {230, 180, 130, 98},
    {271, 213, 151, 119}, {321, 251, 177, 137}, {367, 287, 203, 155},
    {425, 331, 241, 177}, {458, 362, 258, 194}, {520, 412, 292, 220},
    {586, 450, 322, 250}, {644, 504, 364, 280}, {718, 560, 394, 310},
    {792, 624, 442, 338}, {858, 666, 482, 382},
};

enum qr_mode { QR_DIGITS, QR_ALPHANUMERIC, QR_BYTES };

static enum qr_mode
qr_mode_of(const char *text, size_t n)
{
    enum qr_mode mode = QR_DIGITS;
    for (size_t i = 0; i < n; i++) {
        if (is_digit(text[i]))
            continue;
        if (!(text[i] >= 'A' && text[i] <= 'Z') && !strchr(" $%*+-./:", text[i]))
            return QR_BYTES;
        mode = QR_ALPHANUMERIC;
    }
    return mode;
}

static size_t
qr_bits(enum qr_mode mode, size_t n, int32_t version)
{
    size_t wide = version < 10 ? 0 : 1;
    switch (mode) {
    case QR_DIGITS:
        return 14 + 2 * wide + n / 3 * 10 + (n % 3 == 0 ? 0 : n % 3 == 1 ? 4 : 7);
    case QR_ALPHANUMERIC:
        return 13 + 2 * wide + n / 2 * 11 + n % 2 * 6;
    default:
        return 12 + 8 * wide + n * 8;
    }
}

int32_t
qr_version(const char *text, size_t n, char ecc)
{
    const char *levels = "LMQH", *level = ecc ? strchr(levels, ecc) : NULL;
    enum qr_mode mode = qr_mode_of(text, n);
    if (level == NULL || n == 0 || n > 1000)
        return 0;
    for (int32_t version = 1; version <= QR_VERSION_MAX; version++) {
        /* the table's bytes have the mode, the count and an unusable half byte off */
        size_t bits =
            8 * ((size_t)qr_bytes[version - 1][level - levels] + (version < 10 ? 2 : 3));
        if (qr_bits(mode, n, version) <= bits)
            return version;
    }
    return 0;
}

bool
qr_format(const uint8_t *modules, int32_t columns, int32_t side, char *ret_ecc,
          int32_t *ret_mask)
{
    static const char by_bits[] = "MLHQ";
    uint32_t bits = 0;
    if (side < 21 || side > columns || (side - 17) % 4 != 0)
        return false;
    for (int32_t x = 0; x < 5; x++)
        bits = bits << 1 | (modules[8 * columns + x] ? 1 : 0);
    bits ^= 0x15; /* the format information's own mask */
    *ret_ecc = by_bits[bits >> 3];
    *ret_mask = (int32_t)(bits & 7);
    return true;
}

/* ---- Data Matrix ---- */

int32_t
matrix_room(int32_t side)
{
    static const struct {
        int16_t side, room;
    } sizes[] = {{10, 3},  {12, 5},  {14, 8},  {16, 12}, {18, 18},  {20, 22},  {22, 30},
                 {24, 36}, {26, 44}, {32, 62}, {36, 86}, {40, 114}, {44, 144}, {48, 174}};
    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        if (sizes[i].side == side)
            return sizes[i].room;
    return 0;
}

int32_t
matrix_need(const char *text, size_t n)
{
    int32_t need = 0;
    for (size_t i = 0; i < n; need++) {
        if (text[i] < ' ' || text[i] > 0x7e)
            return -1;
        if (text[i] == '_') {
            if (i + 1 >= n || text[i + 1] != '1')
                return -1;
            i += 2;
        } else {
            i += is_digit(text[i]) && i + 1 < n && is_digit(text[i + 1]) ? 2 : 1;
        }
    }
    return need;
}
