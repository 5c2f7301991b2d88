/* Whether what was read is what the symbol must hold. */
#ifndef TUCK_SCAN_COMPARE_H
#define TUCK_SCAN_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

/* `expected` as a template says it: of GS1 types [01]…[17]…, of EAN and UPC with or
 * without its check digit, an add-on after `+`. `read` is what a decoder gives: FNC1 as
 * GS, or not at all where the standard lets it away. */
bool compare_read(const char *type, const char *expected, const char *read, size_t n);

#endif
