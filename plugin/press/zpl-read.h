/* The strict reader of the ZPL II that tuck itself writes.
 *
 * It refuses what a printer would refuse, misprint or silently leave out: commands it
 * does not know, parameters out of range, counts of graphics that are not those of their
 * data, a wrong CRC, anything beyond the label or the head, a recalled format that was
 * never stored, a format that does not end. The sheet is a stranger's: no byte of it can
 * do more than be refused. Every function may be called from any thread. */
#ifndef TUCK_PRESS_ZPL_READ_H
#define TUCK_PRESS_ZPL_READ_H

#include "base/arena.h"
#include "base/status.h"
#include "press/dot-grid.h"
#include "press/zpl-graphic.h"

struct zpl_reading {
    int32_t head_dots;        /* 0: not known */
    const char *const *known; /* formats that the printer has, "R:T….ZPL" */
    size_t known_count;
    bool wants_dots; /* also draw the labels and list their symbols */
};

enum zpl_symbol_kind { ZPL_BARS, ZPL_QR, ZPL_MATRIX };
struct zpl_symbol {
    enum zpl_symbol_kind kind;
    struct area at;
    const char *data; /* as it stands after ^FD, without ^FH's hex */
};

struct zpl_label {
    int32_t width, height; /* 0: in a format that only the printer knows */
    int32_t copies;
    /* Graphics, boxes and Code 128, dot for dot; of the other symbols the place is left
     * white. bits NULL unless asked for, or when the size is not known. */
    struct dots dots;
    const struct zpl_symbol *symbols;
    size_t symbol_count;
};

/* A stored format: bytes of the sheet that may be left out for a printer that has it. */
struct zpl_download {
    char name[16]; /* "R:TABCDEFG.ZPL" */
    size_t offset, size;
};

struct zpl_sheet {
    const struct zpl_label *labels;
    size_t label_count;
    const struct zpl_download *downloads; /* in their order */
    size_t download_count;
};

struct zpl_fault {
    size_t at;    /* bytes from the sheet's start */
    int32_t line; /* from 1 */
    char text[200];
};

/* STATUS_BAD_INPUT with the fault, STATUS_NO_MEMORY, or the sheet in the arena. `fault`
 * may be NULL. */
enum status zpl_read(const uint8_t *bytes, size_t n, const struct zpl_reading *how,
                     struct arena *arena, struct zpl_fault *fault, struct zpl_sheet *ret);

/* The download that a sheet begins with, without a look at the rest: for who sends it.
 * False when it begins with none. */
bool zpl_first_download(const uint8_t *bytes, size_t n, struct zpl_download *ret);

#endif
