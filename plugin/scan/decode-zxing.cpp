/* ZXing-C++ behind a C face: Aztec, PDF417, Micro QR, and second opinions.
 *
 * It is given one format at a time, and may look more than once, as a scanner does that
 * is held over a symbol. What it throws ends here. */
#define ZX_USE_UTF8
#include "scan/decode.h"

#include <cstring>
#include <ReadBarcode.h>
#include <string>

using ZXing::BarcodeFormat;

static BarcodeFormat
format_of(const char *type)
{
    static const struct {
        const char *type;
        BarcodeFormat format;
    } known[] = {
        {"qr", BarcodeFormat::QRCode},
        {"gs1-qr", BarcodeFormat::QRCode},
        {"micro-qr", BarcodeFormat::MicroQRCode},
        {"datamatrix", BarcodeFormat::DataMatrix},
        {"gs1-datamatrix", BarcodeFormat::DataMatrix},
        {"aztec", BarcodeFormat::Aztec},
        {"pdf417", BarcodeFormat::PDF417},
        {"code128", BarcodeFormat::Code128},
        {"gs1-128", BarcodeFormat::Code128},
        {"ean13", BarcodeFormat::EAN13},
        {"ean8", BarcodeFormat::EAN8},
        {"upca", BarcodeFormat::UPCA},
        {"upce", BarcodeFormat::UPCE},
        {"itf14", BarcodeFormat::ITF},
    };
    for (const auto &row : known)
        if (std::strcmp(row.type, type) == 0)
            return row.format;
    return BarcodeFormat::None;
}

static bool
is_gs1(const char *type)
{
    return std::strncmp(type, "gs1-", 4) == 0;
}

static bool
read_one(const decode_view *view, decode_text *ret)
{
    const BarcodeFormat format = format_of(view->type);
    if (format == BarcodeFormat::None)
        return false;
    const ZXing::ImageView image(view->grey, view->width, view->height,
                                 ZXing::ImageFormat::Lum);
    ZXing::DecodeHints hints;
    hints.setFormats(format).setMaxNumberOfSymbols(1);
    hints.setDownscaleThreshold(100).setDownscaleFactor(2); /* from further away, too */
    ZXing::Result result;
    for (auto binarizer :
         {ZXing::Binarizer::LocalAverage, ZXing::Binarizer::GlobalHistogram,
          ZXing::Binarizer::FixedThreshold}) {
        result = ZXing::ReadBarcode(image, hints.setBinarizer(binarizer));
        if (result.isValid())
            break;
    }
    if (!result.isValid())
        return false;
    std::string text = result.text();
    if (is_gs1(view->type)) { /* as it was, and not with identifiers in brackets */
        const auto &bytes = result.bytes();
        text.assign(bytes.begin(), bytes.end());
    }
    if (text.size() > sizeof ret->bytes)
        return false;
    std::memcpy(ret->bytes, text.data(), text.size());
    ret->n = text.size();
    return true;
}

extern "C" bool
decode_zxing(const decode_view *view, decode_text *ret)
{
    try {
        return read_one(view, ret);
    } catch (...) {
        return false;
    }
}
