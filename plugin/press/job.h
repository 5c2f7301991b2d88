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

#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

enum sheet_format { SHEET_PDF = 1, SHEET_PNG = 2 };

struct press_piece {
    const char *template_path; /* absolute */
    const char *values;        /* the values document */
    size_t values_n;
    const char *caption; /* under the picture on a contact sheet; else NULL */
    const char *detail;  /* second line there; or NULL */
    const char *lang;    /* BCP 47 of the document; NULL: en */
};

#define PRESS_PIECES_MAX 4096
#define PRESS_DIRS_MAX 64
struct press_job {
    enum sheet_format format;
    int32_t dpi;              /* PNG; 0: 150 */
    int64_t created_s;        /* the order's clock: creation date of the PDF */
    const char *title;        /* of the document */
    const struct press_piece *pieces; /* one page each; a PNG has one page */
    size_t piece_count;
    bool is_contact_sheet; /* small pictures with captions on A4 pages */
    bool wants_dump;       /* also the page's text dump */
    bool no_bleed;         /* crop to the trim (PNG previews) */
};

struct sheet {
    enum sheet_format format;
    const uint8_t *bytes; /* in the job's arena */
    size_t size;
    int32_t pages;
    int32_t width_mm100, height_mm100; /* of the first page's trim */
    const char *dump;                  /* NULL unless asked for */
};

#endif
