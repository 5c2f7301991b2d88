/* zbar: linear symbols, QR and DataBar.
 *
 * Only the one symbology that is looked for is enabled, for the less it may take a
 * picture for, the less it takes it for something else. */
#include "scan/decode.h"

#include <string.h>
#include <zbar.h>

static zbar_symbol_type_t
number_of(const char *type)
{
    static const struct {
        const char *type;
        zbar_symbol_type_t number;
    } known[] = {
        {"qr", ZBAR_QRCODE},
        {"gs1-qr", ZBAR_QRCODE},
        {"code128", ZBAR_CODE128},
        {"gs1-128", ZBAR_CODE128},
        {"ean13", ZBAR_EAN13},
        {"ean8", ZBAR_EAN8},
        {"upca", ZBAR_UPCA},
        {"upce", ZBAR_UPCE},
        {"itf14", ZBAR_I25},
        {"databar-expanded", ZBAR_DATABAR_EXP},
        {"databar-expanded-stacked", ZBAR_DATABAR_EXP},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(known[i].type, type) == 0)
            return known[i].number;
    return ZBAR_NONE;
}

static zbar_image_scanner_t *
scanner_for(zbar_symbol_type_t type)
{
    zbar_image_scanner_t *scanner = zbar_image_scanner_create();
    if (scanner == NULL)
        return NULL;
    zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
    zbar_image_scanner_set_config(scanner, type, ZBAR_CFG_ENABLE, 1);
    if (type == ZBAR_UPCA || type == ZBAR_UPCE) /* which are kinds of it */
        zbar_image_scanner_set_config(scanner, ZBAR_EAN13, ZBAR_CFG_ENABLE, 1);
    return scanner;
}

static bool
look(zbar_image_scanner_t *scanner, zbar_image_t *image, zbar_symbol_type_t type,
     struct decode_text *ret)
{
    if (zbar_scan_image(scanner, image) <= 0)
        return false;
    for (const zbar_symbol_t *symbol = zbar_image_first_symbol(image); symbol;
         symbol = zbar_symbol_next(symbol)) {
        size_t n = zbar_symbol_get_data_length(symbol);
        if (zbar_symbol_get_type(symbol) != type || n > DECODE_MOST)
            continue;
        memcpy(ret->bytes, zbar_symbol_get_data(symbol), n);
        ret->n = n;
        return true;
    }
    return false;
}

/* Looking at every line zbar forgets the first row of a stacked symbol before the last; with
 * lines far apart it does not, but may miss a row. */
static bool
look_often(zbar_image_scanner_t *scanner, zbar_image_t *image, zbar_symbol_type_t type,
           const struct decode_view *view, struct decode_text *ret)
{
    const int module = view->module_px > 1 ? view->module_px : 1;
    const int lines[] = {1, module * 4, module * 8, module * 2};
    int looks = type == ZBAR_DATABAR_EXP ? (int)(sizeof lines / sizeof *lines) : 1;
    for (int i = 0; i < looks; i++) {
        zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_X_DENSITY, lines[i]);
        zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_Y_DENSITY, lines[i]);
        if (look(scanner, image, type, ret))
            return true;
    }
    return false;
}

bool
decode_zbar(const struct decode_view *view, struct decode_text *ret)
{
    bool is_read = false;
    zbar_symbol_type_t type = number_of(view->type);
    zbar_image_scanner_t *scanner = type ? scanner_for(type) : NULL;
    zbar_image_t *image = zbar_image_create();
    if (scanner && image) {
        zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
        zbar_image_set_size(image, (unsigned)view->width, (unsigned)view->height);
        zbar_image_set_data(image, view->grey, (size_t)view->width * (size_t)view->height,
                            NULL);
        is_read = look_often(scanner, image, type, view, ret);
    }
    zbar_image_destroy(image);
    if (scanner)
        zbar_image_scanner_destroy(scanner);
    return is_read;
}
