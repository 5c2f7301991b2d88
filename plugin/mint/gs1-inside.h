/* GS1 data inside the room: how faults are told. */
#ifndef TUCK_MINT_GS1_INSIDE_H
#define TUCK_MINT_GS1_INSIDE_H

#include "mint/gs1.h"

/* Fills `fault` (NULL is fine); always STATUS_BAD_INPUT. */
enum status gs1_fault_set(struct gs1_fault *fault, const char *field, size_t at,
                          const char *format, ...) PRINTF_LIKE(4, 5);

/* Digits at the start of `text`. */
size_t gs1_digits(const char *text);

/* What the AI table knows beyond a value's form. */
bool gs1_is_ai(const char *ai); /* digits, and in the table */

#endif
