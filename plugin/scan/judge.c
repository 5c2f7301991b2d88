/* One symbol before its judges.
 *
 * Everybody who can read the type looks at it as it is. The first who read it then says
 * how much worse it may get, found by bisection over steps: growth and loss by a twelfth
 * of X at most, specks by half a percent, blur by a twelfth of X, each to where no
 * symbology is expected to read any more. */
#include "scan/judge.h"

#include "config.h"

#include "base/attr.h"
#include "scan/compare.h"
#include "scan/decode.h"
#include "scan/readers.h"
#include "scan/wear.h"

#include <math.h>
#include <string.h>

#define STEPS 16 /* of each amount; four looks find the last that reads */
#define GAIN_MOST_X 0.6
#define BLUR_MOST_X 1.2
#define VOIDS_MOST 240 /* permille */

static const struct decoder {
    enum scan_reader reader;
    bool (*decode)(const struct decode_view *view, struct decode_text *ret);
} decoders[] = {
#ifdef HAVE_ZBAR
    {SCAN_ZBAR, decode_zbar},
#endif
#ifdef HAVE_DMTX
    {SCAN_DMTX, decode_dmtx},
#endif
#ifdef HAVE_ZXING
    {SCAN_ZXING, decode_zxing},
#endif
    {SCAN_NOBODY, NULL},
};

struct bench {
    const struct scan_wish *wish;
    struct wear wear;
    struct decode_text *text;
    const struct decoder *judge; /* who says how much worse; NULL: not read */
};

static bool
reads(struct bench *bench, const struct decoder *decoder, const struct wear_how *how,
      bool *ret_is_wrong)
{
    const struct wear *wear = &bench->wear;
    const struct decode_view view = {.grey = wear_make(&bench->wear, how),
                                     .width = wear->width,
                                     .height = wear->height,
                                     .type = bench->wish->type,
                                     .module_px = (int32_t)wear->module_px};
    if (!decoder->decode(&view, bench->text))
        return false;
    bool is_right = compare_read(bench->wish->type, bench->wish->text, bench->text->bytes,
                                 bench->text->n);
    *ret_is_wrong |= !is_right;
    return is_right;
}

static void
look(struct bench *bench, int32_t readers, struct scan_verdict *verdict)
{
    static const struct wear_how none = {0};
    int32_t first = readers_first_for(bench->wish->type);
    for (const struct decoder *decoder = decoders; decoder->decode; decoder++) {
        if (!((int32_t)decoder->reader & readers))
            continue;
        verdict->readers |= decoder->reader;
        if (!reads(bench, decoder, &none, &verdict->is_wrong))
            continue;
        verdict->read_by |= decoder->reader;
        if (!bench->judge || (int32_t)decoder->reader == first)
            bench->judge = decoder;
    }
}

/* An amount of 1 to STEPS parts of `most`, put where it belongs. */
static struct wear_how
amount_of(size_t offset, int32_t most, int step)
{
    struct wear_how how = {0};
    int32_t value = (int32_t)((int64_t)most * step / STEPS);
    memcpy((char *)&how + offset, &value, sizeof value);
    return how;
}

static int32_t
find_most(struct bench *bench, size_t offset, int32_t most)
{
    int low = 0, high = STEPS + 1; /* reads at low, not at high */
    bool is_wrong = false;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        const struct wear_how how = amount_of(offset, most, middle);
        if (reads(bench, bench->judge, &how, &is_wrong))
            low = middle;
        else
            high = middle;
    }
    int32_t found = (int32_t)((int64_t)most * low / STEPS);
    return found < 0 ? -found : found;
}

static void
find_margins(struct bench *bench, struct scan_verdict *verdict)
{
    double module_um = bench->wear.module_px * bench->wear.px_um;
    int32_t gain = (int32_t)round(module_um * GAIN_MOST_X);
    int32_t blur = (int32_t)round(module_um * BLUR_MOST_X);
    verdict->gain_most_um = gain;
    verdict->blur_most_um = blur;
    verdict->voids_most_permille = VOIDS_MOST;
    verdict->gain_um = find_most(bench, offsetof(struct wear_how, gain_um), gain);
    verdict->loss_um = find_most(bench, offsetof(struct wear_how, gain_um), -gain);
    verdict->voids_permille =
        find_most(bench, offsetof(struct wear_how, voids_permille), VOIDS_MOST);
    verdict->blur_um = find_most(bench, offsetof(struct wear_how, blur_um), blur);
}

enum status
judge(const struct scan_errand *errand, struct arena *arena, struct scan_verdict *ret)
{
    static const struct wear_how ordinary = {
        SCAN_ORDINARY_GAIN_UM, SCAN_ORDINARY_VOIDS * 10, SCAN_ORDINARY_BLUR_UM};
    const struct scan_wish *wish = &errand->wish;
    struct scan_verdict verdict = {0};
    struct bench bench = {.wish = wish, .text = arena_make(arena, sizeof *bench.text)};
    int32_t readers = errand->readers & readers_for(wish->type);
    bool is_wrong = false;
    if (bench.text == NULL)
        return STATUS_NO_MEMORY;
    enum status status = wear_open(wish->grey, wish->width, wish->height, wish->dpi,
                                   wish->module_dots, arena, &bench.wear);
    verdict.module_um = (int32_t)lround(wish->module_dots * 25400 / wish->dpi);
    if (status == STATUS_BAD_INPUT) { /* all of one grey: there is nothing to read */
        for (const struct decoder *decoder = decoders; decoder->decode; decoder++)
            verdict.readers |= decoder->reader & readers;
        *ret = verdict;
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    verdict.speck_um = bench.wear.speck_um;
    look(&bench, readers, &verdict);
    if (bench.judge) {
        verdict.is_sure = reads(&bench, bench.judge, &ordinary, &is_wrong);
        if (!wish->is_quick)
            find_margins(&bench, &verdict);
    }
    *ret = verdict;
    return STATUS_OK;
}
