/* Who reads what: by what the decoders are known for.
 *
 * A type's own decoder is the one that reads it best and was never seen to end the
 * process on it. ZXing's (1.4) gives second opinions, but not on DataBar, on which it
 * aborts. */
#include "scan/readers.h"

#include "base/text.h"

static const struct {
    const char *type;
    int32_t first, second;
} known[] = {
    {"qr", SCAN_ZBAR, SCAN_ZXING},
    {"gs1-qr", SCAN_ZBAR, SCAN_ZXING},
    {"micro-qr", SCAN_ZXING, 0},
    {"datamatrix", SCAN_DMTX, SCAN_ZXING},
    {"gs1-datamatrix", SCAN_DMTX, SCAN_ZXING},
    {"aztec", SCAN_ZXING, 0},
    {"pdf417", SCAN_ZXING, 0},
    {"code128", SCAN_ZBAR, SCAN_ZXING},
    {"gs1-128", SCAN_ZBAR, SCAN_ZXING},
    {"ean13", SCAN_ZBAR, SCAN_ZXING},
    {"ean8", SCAN_ZBAR, SCAN_ZXING},
    {"upca", SCAN_ZBAR, SCAN_ZXING},
    {"upce", SCAN_ZBAR, SCAN_ZXING},
    {"itf14", SCAN_ZBAR, SCAN_ZXING},
    {"databar-expanded", SCAN_ZBAR, 0},
    {"databar-expanded-stacked", SCAN_ZBAR, 0},
};

int32_t
readers_first_for(const char *type)
{
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (text_equal(known[i].type, type))
            return known[i].first;
    return SCAN_NOBODY;
}

int32_t
readers_for(const char *type)
{
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (text_equal(known[i].type, type))
            return known[i].first | known[i].second;
    return SCAN_NOBODY;
}
