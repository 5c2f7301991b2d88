/* libdmtx: Data Matrix.
 *
 * It searches a picture region by region and may search long where nothing is, so its
 * time is bounded by its own clock. */
#include "scan/decode.h"

#include <dmtx.h>
#include <string.h>

#define SEARCH_MS 150
#define GS 0x1d

static bool
search(DmtxDecode *decode, struct decode_text *ret)
{
    bool is_read = false;
    DmtxTime until = dmtxTimeAdd(dmtxTimeNow(), SEARCH_MS);
    for (DmtxRegion *region; !is_read && (region = dmtxRegionFindNext(decode, &until));) {
        DmtxMessage *message = dmtxDecodeMatrixRegion(decode, region, DmtxUndefined);
        if (message && message->outputIdx > 0 && message->outputIdx <= DECODE_MOST) {
            ret->n = (size_t)message->outputIdx;
            memcpy(ret->bytes, message->output, ret->n);
            is_read = true;
        }
        if (message)
            dmtxMessageDestroy(&message);
        dmtxRegionDestroy(&region);
    }
    return is_read;
}

bool
decode_dmtx(const struct decode_view *view, struct decode_text *ret)
{
    bool is_read = false;
    DmtxImage *image = dmtxImageCreate((unsigned char *)(uintptr_t)view->grey,
                                       view->width, view->height, DmtxPack8bppK);
    if (image == NULL)
        return false;
    /* Rows go down, as they do here; else everything is mirrored. */
    dmtxImageSetProp(image, DmtxPropImageFlip, DmtxFlipNone);
    DmtxDecode *decode = dmtxDecodeCreate(image, 1);
    if (decode) {
        dmtxDecodeSetProp(decode, DmtxPropFnc1, GS);
        dmtxDecodeSetProp(decode, DmtxPropScanGap,
                          view->module_px > 1 ? view->module_px : 1);
        is_read = search(decode, ret);
        dmtxDecodeDestroy(&decode);
    }
    dmtxImageDestroy(&image);
    return is_read;
}
