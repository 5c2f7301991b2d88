/* A finished drawing: one page of cairo's, turned into a Form XObject with all it needs,
 * kept as bytes that can be written into any number of files. */
#ifndef TUCK_PRESS_PDF_FORM_H
#define TUCK_PRESS_PDF_FORM_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

struct arena;

/* Where a reference stands in the bytes: what comes before it, and whom it means. */
struct pdf_hole {
    size_t at;
    uint32_t local; /* object of this form; 0 is the form itself */
};

struct pdf_part {
    const uint8_t *bytes; /* between "obj" and "endobj" */
    size_t size;
    const struct pdf_hole *holes;
    size_t hole_count;
};

struct pdf_form {
    uint64_t serial; /* no other form of this process has it */
    double width, height;
    struct pdf_part *parts;
    size_t part_count;
    size_t size; /* in memory */
    struct arena *arena;
};

/* From a file of one page. STATUS_BUG when the bytes are not what cairo writes. */
enum status pdf_form_make(const uint8_t *bytes, size_t n, struct pdf_form **ret);
void pdf_form_free(struct pdf_form *form);

#endif
