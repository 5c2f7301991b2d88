/* Halftones: brightness in, dots out, by error diffusion (Floyd and Steinberg 1976) along
 * rows that run to and fro.
 *
 * Brightness is reckoned in linear light (IEC 61966-2-1), because dots mix by area. A
 * printed dot is larger than its square: heat spreads, so what comes out is darker than
 * what was asked, most in the middle tones; the tones are lightened by as much. What is
 * nearly black or nearly white becomes it, so that flat drawings have clean edges. The
 * diffusion stays within the picture: what lies beside it does not change its dots. */
#include "press/dots-inside.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define FULL 65536
#define GAIN 0.30          /* of the middle tones: 0.5 is asked for as 0.425 */
#define CLEAN_DRAWING 0.14 /* coverage below it is white, above 1 less it black */
#define CLEAN_IMAGE 0.02

/* Coverage of black, of FULL, by coded brightness. */
struct tones {
    int32_t coverage[256];
};
static struct tones drawing_tones, image_tones;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
make_tones(struct tones *tones, double clean)
{
    for (int i = 0; i < 256; i++) {
        double v = i / 255.0;
        double light = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
        double dark = 1 - light;
        dark *= 1 - GAIN * (1 - dark);
        if (dark < clean)
            dark = 0;
        if (dark > 1 - clean)
            dark = 1;
        tones->coverage[i] = (int32_t)lround(dark * FULL);
    }
}

static void
make_all_tones(void)
{
    make_tones(&drawing_tones, CLEAN_DRAWING);
    make_tones(&image_tones, CLEAN_IMAGE);
}

/* What the picture makes of the brightness below it; alpha is multiplied in already. */
static inline int32_t
blend(uint32_t pixel, int32_t below)
{
    int32_t a = (int32_t)(pixel >> 24), r = pixel >> 16 & 255, g = pixel >> 8 & 255,
            b = pixel & 255;
    int32_t luma = (299 * r + 587 * g + 114 * b + 500) / 1000;
    luma += (below * (255 - a) + 127) / 255;
    return luma < 255 ? luma : 255;
}

struct diffusion {
    struct dotting *dotting;
    const struct area *area;
    const struct tones *tones;
    int32_t *now, *next; /* errors of this row and the next, one dot of margin each side */
};

static void
diffuse_row(struct diffusion *diffusion, int32_t y)
{
    struct dotting *dotting = diffusion->dotting;
    const struct area *area = diffusion->area;
    const uint8_t *data = cairo_image_surface_get_data(dotting->picture);
    size_t stride = (size_t)cairo_image_surface_get_stride(dotting->picture);
    const uint32_t *pixels = (const uint32_t *)(const void *)(data + (size_t)y * stride);
    uint8_t *luma = dotting->luma + (size_t)y * (size_t)dotting->dots.width;
    uint8_t *bits = dotting->dots.bits + (size_t)y * dotting->dots.stride;
    int32_t step = (y & 1) ? -1 : 1;
    int32_t x = step > 0 ? area->x : area->x + area->w - 1;
    for (int32_t n = 0; n < area->w; n++, x += step) {
        int32_t at = x - area->x + 1;
        if (pixels[x] >> 24 == 0)
            continue;
        luma[x] = (uint8_t)blend(pixels[x], luma[x]);
        int32_t wanted = diffusion->tones->coverage[luma[x]];
        int32_t sum = wanted + diffusion->now[at];
        bool is_black = wanted > 0 && (wanted >= FULL || sum >= FULL / 2);
        int32_t error = wanted == 0 || wanted >= FULL ? 0 : sum - (is_black ? FULL : 0);
        uint8_t bit = (uint8_t)(0x80 >> (x & 7));
        bits[x >> 3] = is_black ? bits[x >> 3] | bit : bits[x >> 3] & (uint8_t)~bit;
        diffusion->now[at + step] += error * 7 / 16;
        diffusion->next[at - step] += error * 3 / 16;
        diffusion->next[at] += error * 5 / 16;
        diffusion->next[at + step] += error / 16;
    }
}

enum status
dots_halftone(struct dotting *dotting, const struct area *area, bool is_drawing)
{
    pthread_once(&once, make_all_tones);
    size_t room = (size_t)area->w + 2;
    int32_t *errors = calloc(2 * room, sizeof(*errors));
    if (!errors)
        return STATUS_NO_MEMORY;
    struct diffusion diffusion = {dotting, area,
                                  is_drawing ? &drawing_tones : &image_tones, errors,
                                  errors + room};
    for (int32_t y = area->y; y < area->y + area->h; y++) {
        diffuse_row(&diffusion, y);
        int32_t *done = diffusion.now;
        diffusion.now = diffusion.next;
        diffusion.next = done;
        memset(diffusion.next, 0, room * sizeof(*errors));
    }
    free(errors);
    return STATUS_OK;
}

void
dots_threshold(struct dotting *dotting, const struct area *area)
{
    const uint8_t *data = cairo_image_surface_get_data(dotting->picture);
    size_t stride = (size_t)cairo_image_surface_get_stride(dotting->picture);
    for (int32_t y = area->y; y < area->y + area->h; y++) {
        const uint32_t *pixels =
            (const uint32_t *)(const void *)(data + (size_t)y * stride);
        uint8_t *luma = dotting->luma + (size_t)y * (size_t)dotting->dots.width;
        for (int32_t x = area->x; x < area->x + area->w; x++) {
            struct area dot = {x, y, 1, 1};
            if (pixels[x] >> 24 == 0)
                continue;
            luma[x] = (uint8_t)blend(pixels[x], luma[x]);
            dots_fill(dotting, &dot, luma[x] < 128);
        }
    }
}
