/* A symbol made worse: growth and loss, specks, blur, in this order, as a press would.
 *
 * Growth is the same along both axes and keeps corners square: round ends would let a
 * decoder find between the ends of bars the spaces that have closed between the bars.
 * Amounts below a pixel count as grey. Specks fall where a fixed sequence puts them, and
 * a larger share only adds to a smaller one: then what reads with many specks reads with
 * few, as a bisection needs it. All that is worn is seen through an aperture, without
 * which the rim of every speck would be sharper than any camera sees it. */
#include "scan/wear.h"

#include "scan/scan.h"

#include <math.h>
#include <string.h>

#define MODULE_PX 6 /* at least, where the picture does not get too large */
#define PIXELS_MAX (24.0 * 1000 * 1000)
#define FAR 1e6f
/* An aperture of 0.8 X (ISO/IEC 15415, 15416) as a Gaussian of about the same spread. */
#define APERTURE_X 0.2
#define SEED UINT64_C(0x7475636b2d736361)

static void
enlarge(const uint8_t *from, int32_t width, int32_t height, int32_t times, uint8_t *to)
{
    size_t stride = (size_t)width * (size_t)times;
    for (int32_t y = 0; y < height; y++) {
        uint8_t *row = to + (size_t)y * (size_t)times * stride;
        for (int32_t x = 0; x < width; x++)
            memset(row + (size_t)x * (size_t)times,
                   from[(size_t)y * (size_t)width + (size_t)x], (size_t)times);
        for (int32_t i = 1; i < times; i++)
            memcpy(row + (size_t)i * stride, row, stride);
    }
}

/* The levels that a tenth of the pixels lies below and above. */
static void
find_levels(const uint8_t *grey, size_t n, uint8_t *ret_dark, uint8_t *ret_light)
{
    size_t count[256] = {0}, seen = 0;
    int dark = 0, light = 255;
    for (size_t i = 0; i < n; i++)
        count[grey[i]]++;
    while (dark < 255 && (seen += count[dark]) <= n / 20)
        dark++;
    seen = 0;
    while (light > 0 && (seen += count[light]) <= n / 20)
        light--;
    *ret_dark = (uint8_t)dark;
    *ret_light = (uint8_t)light;
}

static float
least(float a, float b)
{
    return a < b ? a : b;
}

/* Steps of a chess king to the nearest pixel that is 0: once down, once up. */
static void
count_steps(float *field, int32_t width, int32_t height)
{
    size_t n = (size_t)width * (size_t)height, w = (size_t)width;
    for (size_t i = 0; i < n; i++) {
        size_t x = i % w;
        float from = x > 0 ? field[i - 1] : FAR;
        if (i >= w) {
            from = least(from, field[i - w]);
            from = x > 0 ? least(from, field[i - w - 1]) : from;
            from = x + 1 < w ? least(from, field[i - w + 1]) : from;
        }
        field[i] = least(field[i], from + 1);
    }
    for (size_t i = n; i-- > 0;) {
        size_t x = i % w;
        float from = x + 1 < w ? field[i + 1] : FAR;
        if (i + w < n) {
            from = least(from, field[i + w]);
            from = x > 0 ? least(from, field[i + w - 1]) : from;
            from = x + 1 < w ? least(from, field[i + w + 1]) : from;
        }
        field[i] = least(field[i], from + 1);
    }
}

/* To the edge between two pixels, whose middles are half a pixel from it. */
static void
measure(struct wear *wear)
{
    size_t n = (size_t)wear->width * (size_t)wear->height;
    uint8_t middle = (uint8_t)((wear->dark + wear->light) / 2);
    for (size_t i = 0; i < n; i++) {
        bool is_dark = wear->grey[i] <= middle;
        wear->distance[i] = is_dark ? 0 : FAR;
        wear->work[i] = is_dark ? FAR : 0;
    }
    count_steps(wear->distance, wear->width, wear->height);
    count_steps(wear->work, wear->width, wear->height);
    for (size_t i = 0; i < n; i++)
        wear->distance[i] =
            wear->distance[i] > 0 ? wear->distance[i] - 0.5f : 0.5f - wear->work[i];
}

static int32_t
times_for(int32_t width, int32_t height, double module_dots)
{
    int32_t times = (int32_t)ceil(MODULE_PX / module_dots);
    times = times < 1 ? 1 : times > 16 ? 16 : times;
    while (times > 1 && (double)width * height * times * times > PIXELS_MAX)
        times--;
    return times;
}

enum status
wear_open(const uint8_t *grey, int32_t width, int32_t height, int32_t dpi,
          double module_dots, struct arena *arena, struct wear *ret)
{
    int32_t times = times_for(width, height, module_dots);
    struct wear wear = {.width = width * times,
                        .height = height * times,
                        .px_um = 25400.0 / dpi / times,
                        .module_px = module_dots * times};
    size_t n = (size_t)wear.width * (size_t)wear.height;
    int32_t longest = wear.width > wear.height ? wear.width : wear.height;
    double module_um = wear.module_px * wear.px_um;
    wear.speck_um = (int32_t)fmin(SCAN_SPECK_UM, round(module_um / 2));
    wear.grey = arena_make(arena, n);
    wear.out = arena_make(arena, n);
    wear.distance = arena_make_array(arena, n, sizeof(float));
    wear.work = arena_make_array(arena, n, sizeof(float));
    wear.row = arena_make_array(arena, (size_t)longest, sizeof(float));
    if (!wear.grey || !wear.out || !wear.distance || !wear.work || !wear.row)
        return STATUS_NO_MEMORY;
    enlarge(grey, width, height, times, wear.grey);
    find_levels(wear.grey, n, &wear.dark, &wear.light);
    if (wear.light <= wear.dark)
        return STATUS_BAD_INPUT;
    measure(&wear);
    *ret = wear;
    return STATUS_OK;
}

static void
grow(struct wear *wear, int32_t gain_um)
{
    size_t n = (size_t)wear->width * (size_t)wear->height;
    float by = (float)(gain_um / wear->px_um), span = (float)(wear->light - wear->dark);
    for (size_t i = 0; i < n; i++) {
        float light = wear->distance[i] - by + 0.5f;
        light = light < 0 ? 0 : light > 1 ? 1 : light;
        wear->out[i] = (uint8_t)(wear->dark + light * span + 0.5f);
    }
}

static uint64_t
next_number(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static void
put_speck(struct wear *wear, double x, double y, double radius, uint8_t level)
{
    int32_t left = (int32_t)fmax(floor(x - radius), 0);
    int32_t top = (int32_t)fmax(floor(y - radius), 0);
    int32_t right = (int32_t)fmin(ceil(x + radius), wear->width - 1);
    int32_t foot = (int32_t)fmin(ceil(y + radius), wear->height - 1);
    for (int32_t row = top; row <= foot; row++)
        for (int32_t column = left; column <= right; column++) {
            double dx = column + 0.5 - x, dy = row + 0.5 - y;
            if (dx * dx + dy * dy <= radius * radius)
                wear->out[(size_t)row * (size_t)wear->width + (size_t)column] = level;
        }
}

static void
strew(struct wear *wear, int32_t permille)
{
    double radius = wear->speck_um / wear->px_um / 2,
           area = (double)wear->width * wear->height;
    if (radius < 0.5)
        radius = 0.5;
    int64_t count = llround(area * permille / 1000 / (M_PI * radius * radius));
    uint64_t state = SEED;
    for (int64_t i = 0; i < count; i++) {
        double x = (double)(next_number(&state) >> 11) * 0x1p-53 * wear->width;
        double y = (double)(next_number(&state) >> 11) * 0x1p-53 * wear->height;
        put_speck(wear, x, y, radius, i % 2 ? wear->dark : wear->light);
    }
}

#define KERNEL_MOST 128

static int
make_kernel(double sigma, float kernel[KERNEL_MOST])
{
    int reach = (int)fmin(ceil(sigma * 2.5), KERNEL_MOST - 1);
    double sum = 0;
    for (int i = 0; i <= reach; i++)
        sum += (i ? 2 : 1) * exp(-i * i / (2 * sigma * sigma));
    for (int i = 0; i <= reach; i++)
        kernel[i] = (float)(exp(-i * i / (2 * sigma * sigma)) / sum);
    return reach;
}

static int32_t
clamp(int32_t i, int32_t n)
{
    return i < 0 ? 0 : i >= n ? n - 1 : i;
}

/* Row by row, then line by line of rows, so that memory is walked in its order. */
static void
blur(struct wear *wear, double sigma)
{
    float kernel[KERNEL_MOST];
    if (sigma < 0.1)
        return;
    int reach = make_kernel(sigma, kernel);
    int32_t w = wear->width, h = wear->height;
    for (int32_t y = 0; y < h; y++) {
        const uint8_t *from = wear->out + (size_t)y * (size_t)w;
        float *to = wear->work + (size_t)y * (size_t)w;
        for (int32_t x = 0; x < w; x++)
            to[x] = kernel[0] * from[x];
        for (int i = 1; i <= reach; i++)
            for (int32_t x = 0; x < w; x++)
                to[x] +=
                    kernel[i] * (float)(from[clamp(x - i, w)] + from[clamp(x + i, w)]);
    }
    for (int32_t y = 0; y < h; y++) {
        const float *middle = wear->work + (size_t)y * (size_t)w;
        for (int32_t x = 0; x < w; x++)
            wear->row[x] = kernel[0] * middle[x] + 0.5f;
        for (int i = 1; i <= reach; i++) {
            const float *above = wear->work + (size_t)clamp(y - i, h) * (size_t)w;
            const float *below = wear->work + (size_t)clamp(y + i, h) * (size_t)w;
            for (int32_t x = 0; x < w; x++)
                wear->row[x] += kernel[i] * (above[x] + below[x]);
        }
        uint8_t *to = wear->out + (size_t)y * (size_t)w;
        for (int32_t x = 0; x < w; x++)
            to[x] = (uint8_t)(wear->row[x] > 255 ? 255 : wear->row[x]);
    }
}

const uint8_t *
wear_make(struct wear *wear, const struct wear_how *how)
{
    if (how->gain_um)
        grow(wear, how->gain_um);
    else
        memcpy(wear->out, wear->grey, (size_t)wear->width * (size_t)wear->height);
    if (how->voids_permille > 0)
        strew(wear, how->voids_permille);
    if (how->gain_um || how->voids_permille > 0 || how->blur_um > 0)
        blur(wear, hypot(how->blur_um / wear->px_um, APERTURE_X * wear->module_px));
    return wear->out;
}
