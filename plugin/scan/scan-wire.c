/* Bodies of the scanner's messages, read as strictly as a page's.
 *
 * Decoders are where hostile pictures end up, so what comes back from them must not only
 * be in its bounds but make sense: who read it must be among those who can. */
#include "scan/scan-wire.h"

#include <math.h>

#define READERS_ALL (SCAN_ZBAR | SCAN_DMTX | SCAN_ZXING)
#define UM_MAX 1000000
#define MODULE_SHARE 1000.0

void
scan_put_errand(struct buf *buf, const struct scan_errand *errand, int64_t left_ms)
{
    const struct scan_wish *wish = &errand->wish;
    wire_put_i64(buf, left_ms);
    wire_put_i64(buf, errand->readers);
    wire_put_text(buf, wish->type);
    wire_put_text(buf, wish->text);
    wire_put_i64(buf, wish->width);
    wire_put_i64(buf, wish->height);
    wire_put_i64(buf, wish->dpi);
    wire_put_i64(buf, llround(wish->module_dots * MODULE_SHARE));
    wire_put_i64(buf, wish->is_quick);
    wire_put_bytes(buf, wish->grey, (size_t)wish->width * (size_t)wish->height);
}

enum status
scan_get_errand(struct wire_reader *reader, struct arena *arena, struct scan_errand *ret,
                int64_t *ret_left_ms)
{
    struct scan_errand errand = {{0}, 0};
    struct scan_wish *wish = &errand.wish;
    size_t n;
    int64_t left_ms = wire_get_within(reader, 0, INT64_MAX);
    errand.readers = (int32_t)wire_get_within(reader, 0, READERS_ALL);
    wish->type = wire_get_text(reader, arena);
    wish->text = wire_get_text(reader, arena);
    wish->width = (int32_t)wire_get_within(reader, 1, SCAN_SIDE_MAX);
    wish->height = (int32_t)wire_get_within(reader, 1, SCAN_SIDE_MAX);
    wish->dpi = (int32_t)wire_get_within(reader, 50, 2400);
    wish->module_dots =
        (double)wire_get_within(reader, 1, SCAN_SIDE_MAX * 1000) / MODULE_SHARE;
    wish->is_quick = wire_get_within(reader, 0, 1) != 0;
    wish->grey = wire_get_bytes(reader, &n);
    if (reader->failed || reader->n || !wish->type || !wish->text || !wish->grey ||
        n != (size_t)wish->width * (size_t)wish->height)
        return STATUS_BUG;
    *ret = errand;
    *ret_left_ms = left_ms;
    return STATUS_OK;
}

void
scan_put_verdict(struct buf *buf, const struct scan_verdict *verdict)
{
    wire_put_i64(buf, verdict->readers);
    wire_put_i64(buf, verdict->read_by);
    wire_put_i64(buf, verdict->is_wrong);
    wire_put_i64(buf, verdict->is_sure);
    wire_put_i64(buf, verdict->gain_most_um);
    wire_put_i64(buf, verdict->voids_most_permille);
    wire_put_i64(buf, verdict->blur_most_um);
    wire_put_i64(buf, verdict->gain_um);
    wire_put_i64(buf, verdict->loss_um);
    wire_put_i64(buf, verdict->voids_permille);
    wire_put_i64(buf, verdict->blur_um);
    wire_put_i64(buf, verdict->module_um);
    wire_put_i64(buf, verdict->speck_um);
}

static int32_t
get_most(struct wire_reader *reader, int32_t most)
{
    return (int32_t)wire_get_within(reader, 0, most);
}

enum status
scan_get_verdict(struct wire_reader *reader, struct scan_verdict *ret)
{
    struct scan_verdict verdict = {0};
    verdict.readers = get_most(reader, READERS_ALL);
    verdict.read_by = get_most(reader, READERS_ALL);
    verdict.is_wrong = get_most(reader, 1) != 0;
    verdict.is_sure = get_most(reader, 1) != 0;
    verdict.gain_most_um = get_most(reader, UM_MAX);
    verdict.voids_most_permille = get_most(reader, 1000);
    verdict.blur_most_um = get_most(reader, UM_MAX);
    verdict.gain_um = get_most(reader, verdict.gain_most_um);
    verdict.loss_um = get_most(reader, verdict.gain_most_um);
    verdict.voids_permille = get_most(reader, verdict.voids_most_permille);
    verdict.blur_um = get_most(reader, verdict.blur_most_um);
    verdict.module_um = get_most(reader, INT32_MAX);
    verdict.speck_um = get_most(reader, UM_MAX);
    bool is_odd = (verdict.read_by & ~verdict.readers) != 0 ||
                  (verdict.is_sure && !verdict.read_by);
    if (reader->failed || reader->n || is_odd)
        return STATUS_BUG;
    *ret = verdict;
    return STATUS_OK;
}
