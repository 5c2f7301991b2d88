/* Lengths: text with a unit, or the name of media, to 1/100 mm and back. */
#include "base/length.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

bool
length_parse(const char *text, int32_t *ret_mm100)
{
    static const struct {
        const char *unit;
        double mm100;
    } units[] = {{"mm", 100}, {"cm", 1000}, {"in", MM100_PER_INCH},
                 {"pt", MM100_PER_INCH / 72.0}, {"", 100}};
    char number[32];
    double value = 0;
    if (!text)
        return false;
    size_t n = strspn(text, "-.0123456789");
    if (n == 0 || n >= sizeof(number))
        return false;
    memcpy(number, text, n);
    number[n] = '\0';
    if (!text_to_double(number, &value))
        return false;
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (strcmp(text + n, units[i].unit) == 0) {
            double mm100 = round(value * units[i].mm100);
            if (fabs(mm100) > LENGTH_MAX_MM100)
                return false;
            *ret_mm100 = (int32_t)mm100;
            return true;
        }
    return false;
}

void
length_text(int32_t mm100, char out[16])
{
    int32_t size = mm100 < 0 ? -mm100 : mm100;
    const char *sign = mm100 < 0 ? "-" : "";
    if (size % 100 == 0)
        snprintf(out, 16, "%s%d", sign, size / 100);
    else if (size % 10 == 0)
        snprintf(out, 16, "%s%d.%d", sign, size / 100, size % 100 / 10);
    else
        snprintf(out, 16, "%s%d.%02d", sign, size / 100, size % 100);
}

bool
media_parse(const char *name, int32_t *ret_w_mm100, int32_t *ret_h_mm100)
{
    const char *size = strrchr(name, '_');
    char w[24], h[24], unit[3];
    int end = 0;
    if (!size || sscanf(size, "_%16[0-9.]x%16[0-9.]%2[min]%n", w, h, unit, &end) != 3 ||
        size[end] != '\0')
        return false;
    strcat(w, unit);
    strcat(h, unit);
    int32_t width, height;
    if (!length_parse(w, &width) || !length_parse(h, &height) || width <= 0 ||
        height <= 0)
        return false;
    *ret_w_mm100 = width;
    *ret_h_mm100 = height;
    return true;
}
