/* Writes labels as ZPL into a folder, each beside its dots, for another's renderer:
 *
 *   NAME.zpl, NAME-0.pbm, NAME-1.pbm …, NAME.dpmm, and what its symbols say in NAME.scan
 */
#include "../unit/zpl-pictures.h"

#include "press/zpl-read.h"
#include "press/zpl-write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zint.h>

struct sample {
    const char *folder, *name;
    struct press_device device;
    struct dots_page pages[3];
    size_t count;
    int32_t dpmm;
    const char *scans[6];
    size_t scan_count;
};

static FILE *
open_file(const struct sample *sample, const char *rest)
{
    char path[500];
    snprintf(path, sizeof path, "%s/%s%s", sample->folder, sample->name, rest);
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        exit(99);
    return file;
}

static void
write_dots(const struct sample *sample, size_t i)
{
    char rest[32];
    const struct dots *dots = &sample->pages[i].whole;
    snprintf(rest, sizeof rest, "-%zu.pbm", i);
    FILE *file = open_file(sample, rest);
    fprintf(file, "P4 %d %d\n", dots->width, dots->height);
    fwrite(dots->bits, dots->stride, (size_t)dots->height, file);
    fclose(file);
}

static void
write_notes(const struct sample *sample)
{
    FILE *file = open_file(sample, ".dpmm");
    fprintf(file, "%d\n", sample->dpmm ? sample->dpmm : 8);
    fclose(file);
    if (sample->scan_count == 0)
        return;
    file = open_file(sample, ".scan");
    for (size_t i = 0; i < sample->scan_count; i++)
        fprintf(file, "%s\n", sample->scans[i]);
    fclose(file);
}

static void
put_sample(const struct sample *sample, struct arena *arena)
{
    const struct zpl_reading how = {0};
    struct zpl_writer writer;
    struct zpl_fault fault = {.text = "memory"};
    struct zpl_sheet sheet;
    BUF_AUTO struct buf out = {0};
    if (zpl_writer_init(&writer, &sample->device, arena, NULL, &out) != STATUS_OK)
        exit(99);
    for (size_t i = 0; i < sample->count; i++) {
        if (zpl_write_label(&writer, &sample->pages[i]) != STATUS_OK)
            exit(99);
        write_dots(sample, i);
    }
    zpl_writer_done(&writer);
    if (zpl_read((uint8_t *)out.p, out.n, &how, arena, &fault, &sheet) != STATUS_OK) {
        fprintf(stderr, "%s: byte %zu: %s\n", sample->name, fault.at, fault.text);
        exit(1);
    }
    FILE *file = open_file(sample, ".zpl");
    fwrite(out.p, 1, out.n, file);
    fclose(file);
    write_notes(sample);
}

static void
put_graphics(const char *folder)
{
    static const struct {
        const char *name;
        int32_t codings, w, h, dpmm;
    } cases[] = {{"hex", ZPL_HEX, 812, 406, 8},
                 {"packed", ZPL_PACKED, 812, 406, 8},
                 {"z64", ZPL_Z64, 812, 406, 8},
                 {"all", ZPL_HEX | ZPL_PACKED | ZPL_Z64, 640, 1000, 8},
                 {"dpi-300", ZPL_PACKED, 1200, 600, 12},
                 {"dpi-600", ZPL_PACKED | ZPL_Z64, 2400, 480, 24}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ARENA_AUTO struct arena *arena = arena_new(0);
        const struct page_item item = {.kind = ITEM_BOX};
        struct sample sample = {.folder = folder, .name = cases[i].name, .count = 1};
        struct dots whole = blank(arena, cases[i].w, cases[i].h);
        struct dots_native box = box_of(&item, 1, 2, cases[i].w - 3, cases[i].h - 5, 3);
        sample.dpmm = cases[i].dpmm;
        sample.device.zpl_codings = cases[i].codings;
        scribble(&whole, (uint32_t)i + 3);
        ring(&whole, 30, cases[i].h - 60);
        ink(&whole, 1, 2, box.w, 3, true);
        ink(&whole, 1, 2 + box.h - 3, box.w, 3, true);
        ink(&whole, 1, 2, 3, box.h, true);
        ink(&whole, 1 + box.w - 3, 2, 3, box.h, true);
        sample.pages[0] =
            (struct dots_page){.whole = whole, .natives = &box, .native_count = 1};
        put_sample(&sample, arena);
    }
}

static void
put_stored(const char *folder)
{
    ARENA_AUTO struct arena *arena = arena_new(0);
    struct sample sample = {.folder = folder, .name = "stored", .count = 3};
    sample.device = (struct press_device){.stored = "R:", .darkness = 12, .speed = 3};
    for (uint32_t i = 0; i < 3; i++)
        sample.pages[i] = carton(arena, 21 * i);
    put_sample(&sample, arena);
}

static void
put_symbols(const char *folder, bool is_stored)
{
    static const char url[] = "https://tuck.example/c/K7Q2-9XPM?o=1001&x=^~_";
    ARENA_AUTO struct arena *arena = arena_new(0);
    struct sample sample = {.folder = folder,
                            .name = is_stored ? "symbols-stored" : "symbols"};
    struct dots_native natives[6];
    struct dots_page page = {.whole = blank(arena, 812, 700), .native_count = 6};
    struct page_item items[6] = {
        symbol_of(arena, "code128", BARCODE_CODE128, "TUCK-4711^~_", -1),
        symbol_of(arena, "gs1-128", BARCODE_GS1_128, "[01]09501101530003[10]AB12[21]7",
                  -1),
        symbol_of(arena, "qr", BARCODE_QRCODE, url, 2),
        symbol_of(arena, "gs1-datamatrix", BARCODE_DATAMATRIX,
                  "[01]09501101530003[17]261231[10]AB-12[21]77", -1),
        symbol_of(arena, "code128", BARCODE_CODE128, "LONE^~_WORD", -1),
        symbol_of(arena, "gs1-128", BARCODE_GS1_128, "[01]09501101530003", -1),
    };
    if (is_stored) {
        page.plate = blank(arena, 812, 700);
        scribble(&page.plate, 8);
        page.plate_key = "symbols";
        memcpy(page.whole.bits, page.plate.bits, page.plate.stride * 700);
        ink(&page.whole, 10, 10, 760, 660, false);
        sample.device.stored = "R:";
    }
    natives[0] = place(&page.whole, &items[0], 40, 30, 2, 70, 0);
    natives[1] = place(&page.whole, &items[1], 650, 60, 2, 90, 1);
    natives[2] = place(&page.whole, &items[2], 40, 200, 5, 0, 0);
    natives[3] = place(&page.whole, &items[3], 340, 300, 6, 0, 0);
    natives[4] = place(&page.whole, &items[4], 40, 560, 2, 60, 2);
    natives[5] = place(&page.whole, &items[5], 560, 300, 2, 60, 3);
    page.natives = natives;
    sample.pages[0] = page;
    sample.count = 1;
    sample.scans[0] = "TUCK-4711^~_";
    sample.scans[1] = "010950110153000310AB12\x1d"
                      "217";
    sample.scans[2] = url;
    sample.scans[3] = "01095011015300031726123110AB-12\x1d"
                      "2177";
    sample.scans[4] = "LONE^~_WORD";
    sample.scans[5] = "0109501101530003";
    sample.scan_count = 6;
    put_sample(&sample, arena);
}

int
main(int argc, char **argv)
{
    if (argc != 2)
        return 99;
    put_graphics(argv[1]);
    put_stored(argv[1]);
    put_symbols(argv[1], false);
    put_symbols(argv[1], true);
    return 0;
}
