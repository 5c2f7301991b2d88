/* The formats: one row each. What makes them is the worker's affair (studio.c), what
 * checks them the client's (sheet-check.c). */
#include "press/job.h"

#include <string.h>

static const struct sheet_kind kinds[] = {
    {SHEET_PDF, "pdf", "application/pdf", "pdf", true, false},
    {SHEET_PNG, "png", "image/png", "png", false, false},
    {SHEET_ZPL, "zpl", "application/vnd.zebra-zpl", "zpl", true, true},
    {SHEET_EPL, "epl", "application/vnd.eltron-epl", "epl", true, true},
    {SHEET_TSPL, "tspl", "application/vnd.tsc-tspl", "tspl", true, true},
    {SHEET_PWG, "pwg", "image/pwg-raster", "pwg", true, true},
    {SHEET_PCLM, "pclm", "application/PCLm", "pclm", true, true},
    {SHEET_DOTS, "dots", "image/png", "png", false, true},
};

const struct sheet_kind *
sheet_kind_of(enum sheet_format format)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (kinds[i].format == format)
            return &kinds[i];
    return NULL;
}

const struct sheet_kind *
sheet_kind_named(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (name && strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}
