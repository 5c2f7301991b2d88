/* What goes to the press: pieces, each a template and its values.
 *
 * The values document is what the typesetter knows of a carton:
 *
 *   <values xmlns="urn:tuck:values:1" lang="fa" created="2026-10-02T07:12:00Z">
 *     <v name="given-name" type="text">Noa</v>       type: text, number, truth
 *     <v name="orders" type="number">3</v>           "NaN" for unknown
 *     <line sku="TEA-042" quantity="2" category="black-tea" price="€7.90">Assam</line>
 *     <past sku=… name=… day=…/>                      recent purchases, newest first
 *   </values>
 *
 * Each <v> is an XPath variable of the template; <line> and <past> are nodes for
 * xsl:for-each (in the template `line` and `past`: the values element is the context).
 * Values named as a template's <param> replace it. */
#ifndef TUCK_PRESS_JOB_H
#define TUCK_PRESS_JOB_H

#include "base/note.h"
#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

/* Never renumbered: the ledger keeps sheets by these. */
enum sheet_format {
    SHEET_PDF = 1,
    SHEET_PNG = 2,
    SHEET_ZPL = 3,  /* ZPL II */
    SHEET_EPL = 4,  /* EPL2 */
    SHEET_TSPL = 5, /* TSPL, TSPL2 */
    SHEET_PWG = 6,  /* image/pwg-raster, PWG 5102.4 */
    SHEET_PCLM = 7, /* application/PCLm */
    SHEET_DOTS = 8, /* a PNG of the dots as a label printer lets them fall */
    SHEET_SVG = 9,  /* a plot of press/plot.h; no job has it, nothing prints it */
    SHEET_PROOF = 10, /* what a look at pages came to: nothing but notes */
    SHEET_SCAN = 11, /* what a scanner said, for scan/scan-wire.h; no job has it */
};
#define SHEET_FORMAT_LAST SHEET_DOTS /* of a job */

/* What there is to know of a format from outside; NULL: there is no such. */
struct sheet_kind {
    enum sheet_format format;
    const char *name;      /* "zpl" */
    const char *mime;
    const char *extension; /* of a file, without the dot */
    bool has_pages;        /* a sheet may have many pieces, and pages of each */
    bool is_dots;          /* made of a device's dots: dpi and press_device matter */
};
const struct sheet_kind *sheet_kind_of(enum sheet_format format);
const struct sheet_kind *sheet_kind_named(const char *name);

/* How a printer wants it: of all formats that are made of dots. Zero is the default. */
struct press_device {
    int32_t head_dots;  /* dots that the print head has; 0: as many as the page needs */
    int32_t rotate_deg; /* 0, 90, 180, 270, clockwise */
    bool may_shrink;    /* a page wider than the head is made smaller, else refused */
    int32_t shift_x_mm100, shift_y_mm100; /* where the trim's corner goes */
    int32_t darkness;                     /* 1–30 (EPL, TSPL: 1–15); 0: the printer's */
    int32_t speed;                        /* inches a second; 0: the printer's */
    enum { FINISH_PRINTERS, FINISH_TEAR, FINISH_PEEL, FINISH_CUT } finish;
    enum { SENSE_PRINTERS, SENSE_GAP, SENSE_MARK, SENSE_CONTINUOUS } sense;
    int32_t copies;                 /* 0: 1 */
    int32_t zpl_codings;            /* of graphics, ZPL_HEX …; 0: hex and packed */
    bool has_symbols_as_dots;       /* no native symbols */
    const char *stored;             /* ZPL: "R:", "E:" …: plates are stored there; NULL */
    enum { INK_GREY, INK_COLOUR, INK_BLACK } ink; /* PWG, PCLm: 8 bit, 24 bit, 1 bit */
};
enum { ZPL_HEX = 1, ZPL_PACKED = 2, ZPL_Z64 = 4 };

struct press_piece {
    const char *template_path; /* absolute */
    const char *values;        /* the values document */
    size_t values_n;
    const char *caption; /* under the picture on a contact sheet; else NULL */
    const char *detail;  /* second line there; or NULL */
    const char *lang;    /* BCP 47 of the document; NULL: en */
};

#define PRESS_HEAD_DOTS_MAX 20000
#define PRESS_COPIES_MAX 999
#define PRESS_PIECES_MAX 4096
#define PRESS_SHEETS_MAX 64 /* pages of one piece, whose text goes on over pages */
#define PRESS_DIRS_MAX 64
struct press_job {
    enum sheet_format format;
    int32_t dpi;              /* of dots; 0: 150 for PNG, 203 for label printers */
    struct press_device device;
    int64_t created_s;        /* the order's clock: creation date of the PDF */
    const char *title;        /* of the document */
    const struct press_piece *pieces; /* in their order; a PNG has the first page */
    size_t piece_count;
    bool is_contact_sheet; /* small pictures with captions on A4 pages */
    bool wants_dump;       /* also the page's text dump */
    bool wants_symbols;    /* also the symbols as they will be printed; no contact sheet */
    bool no_bleed;         /* crop to the trim (PNG previews) */
    struct note_place spot; /* w > 0: PNG of this place and what is near, with a frame */
};

/* A symbol of a sheet, and what lies around it, as the device would print it: of formats
 * for label printers the very dots, of others as drawn at the job's dpi, or 300. */
struct sheet_symbol {
    int32_t page;          /* 1-based, over all pieces */
    int32_t line;          /* in the template */
    const char *type;      /* "qr" … */
    const char *text;      /* what it holds; GS1 data in brackets */
    int32_t x, y, w, h;    /* of its place, mm100 from the trim's corner */
    int32_t dpi;
    double module_dots;
    int32_t width, height; /* of the picture */
    uint8_t *grey;         /* 0 black, 255 white */
};
#define SHEET_SYMBOLS_MAX 64 /* of one sheet; further ones are left out */
#define SHEET_SYMBOL_SIDE 8192

struct sheet {
    enum sheet_format format;
    const uint8_t *bytes; /* in the job's arena */
    size_t size;
    int32_t pages;
    int32_t width_mm100, height_mm100; /* of the first page's trim */
    const char *dump;                  /* NULL unless asked for */
    struct sheet_symbol *symbols;      /* NULL unless asked for */
    size_t symbol_count;
};

#endif
