/* The decoders, each behind the same face. In tuck-scan only; usable from C++. */
#ifndef TUCK_SCAN_DECODE_H
#define TUCK_SCAN_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DECODE_MOST 8192

/* A picture that a decoder looks at: rows of bytes without gaps. */
struct decode_view {
    const uint8_t *grey;
    int32_t width, height;
    const char *type;
    int32_t module_px; /* about */
};

/* What it read first of that type. FNC1 within the data is GS, 0x1d. */
struct decode_text {
    char bytes[DECODE_MOST];
    size_t n;
};

bool decode_zbar(const struct decode_view *view, struct decode_text *ret);
bool decode_dmtx(const struct decode_view *view, struct decode_text *ret);
bool decode_zxing(const struct decode_view *view, struct decode_text *ret);

#ifdef __cplusplus
}
#endif

#endif
