/* An output: the format of a sheet and the device it is made for. Inside station/. */
#ifndef TUCK_STATION_OUTPUT_H
#define TUCK_STATION_OUTPUT_H

#include "printer/printer.h"

#include <stdbool.h>

struct output {
    enum sheet_format format;
    int32_t dpi; /* 0: the format has none */
    struct press_device device;
    char key[96]; /* equal format and key: equal sheets. "" for a PDF */
};

/* For no printer in particular. dpi 0: 150 for a PNG, 203 for what is made of dots. */
void output_plain(int32_t format, int32_t dpi, struct output *ret);
/* As a printer wants it; one that does not say is sent PDF. */
void output_of_printer(const struct printer *printer, struct output *ret);
bool output_is(const struct output *a, const struct output *b);
/* What goes to a printer is kept, pictures are for looking at. */
bool output_is_kept(const struct output *output);

#endif
