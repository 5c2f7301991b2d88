/* Plain PDF files, read as far as the press needs it: cairo's output and our own.
 *
 * One cross-reference table, no object streams, no updates: objects lie one after the
 * other and are lent from the file's bytes. Nothing is trusted: a file that is cut short
 * or garbled is refused, never read past. */
#ifndef TUCK_PRESS_PDF_READ_H
#define TUCK_PRESS_PDF_READ_H

#include "base/arena.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pdf_span {
    const uint8_t *p, *end; /* p NULL: not there */
};

struct pdf_file {
    struct pdf_span *objects; /* by number: what lies between "obj" and "endobj" */
    size_t count;             /* highest number + 1 */
    struct pdf_span trailer;  /* its dictionary */
};

/* STATUS_BAD_INPUT when the bytes are not such a file. `arena` holds the table. */
enum status pdf_read(const uint8_t *bytes, size_t n, struct arena *arena,
                     struct pdf_file *ret);

/* The value of a key ("/Type") of the dictionary that the span begins with; p NULL when
 * there is none. Values are lent, without the white space around them. */
struct pdf_span pdf_find(struct pdf_span dict, const char *key);

/* The dictionary or value at the head of an object, without a stream's data. */
struct pdf_span pdf_head(struct pdf_span object);
/* A stream's data as it stands in the file, `length` bytes. */
struct pdf_span pdf_stream(struct pdf_span object, size_t length);

bool pdf_is(struct pdf_span value, const char *word);
/* "12 0 R" → 12; 0 when it is no reference. */
size_t pdf_ref(struct pdf_span value);
bool pdf_number(struct pdf_span value, double *ret);
/* The object a reference points at; p NULL when there is none. */
struct pdf_span pdf_object(const struct pdf_file *file, size_t number);
/* A number, given there and then or by reference: lengths. */
bool pdf_length(const struct pdf_file *file, struct pdf_span value, size_t *ret);

/* The next token from `*p` on: a delimiter, name, number or word; strings are skipped
 * whole. False at the end or when the text is no PDF. */
bool pdf_token(const uint8_t **p, const uint8_t *end, struct pdf_span *ret);

#endif
