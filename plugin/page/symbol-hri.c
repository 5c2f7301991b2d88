/* The digits of EAN and UPC: each below its own bars, and the guards reaching down
 * between.
 *
 * Layouts as in the GS1 General Specifications, figures of section 5.2: a first digit in
 * the quiet zone, two halves, a last digit in the other quiet zone; "1-5-5-1" is a UPC-A.
 * A digit in a half stands in the middle of its seven modules. */
#include "page/symbol.h"

#include <string.h>

#define DIGIT 7 /* modules */

struct halves {
    int first, left, right, last; /* digits */
};

static struct halves
read_layout(const char *layout)
{
    return (struct halves){layout[0] - '0', layout[2] - '0', layout[4] - '0',
                           layout[6] - '0'};
}

static void
put_digit(struct page_item *item, char digit, double at)
{
    struct hri_digit *slot = &item->hri_digits[item->hri_digit_count++];
    *slot = (struct hri_digit){{digit, '\0'}, at};
}

/* Guards are the outermost three modules, the middle ones, and of a UPC-A the bars of the
 * digits that stand outside. */
static void
mark_long(const struct symbology *symbology, const struct halves *halves,
          struct page_item *item, uint8_t *is_long)
{
    int32_t from = symbology->left, to = item->columns - symbology->right;
    bool is_upca = halves->last && halves->right;
    int32_t outer = 3 + (is_upca ? DIGIT : 0);
    int32_t middle = from + 3 + DIGIT * (halves->left + (is_upca ? 1 : 0));
    for (int32_t x = from; x < to; x++)
        is_long[x] = x < from + outer || x >= to - (halves->right ? outer : 6) ||
                     (halves->right && x >= middle && x < middle + 5);
}

bool
symbol_set_digits(const struct symbology *symbology, const char *digits,
                  struct arena *arena, struct page_item *item)
{
    struct halves halves = read_layout(symbology->hri);
    size_t count = (size_t)(halves.first + halves.left + halves.right + halves.last);
    uint8_t *is_long = arena_make(arena, (size_t)item->columns);
    bool is_upca = halves.last && halves.right;
    if (strlen(digits) != count)
        return true; /* nothing that these digits could say */
    item->hri_digits = arena_make_array(arena, count, sizeof *item->hri_digits);
    if (!is_long || !item->hri_digits)
        return false;
    item->hri_digit_count = 0;
    double x = symbology->left + 3 + (is_upca ? DIGIT : 0) + DIGIT / 2.0;
    if (halves.first)
        put_digit(item, *digits++, symbology->left - 5);
    for (int i = 0; i < halves.left; i++, x += DIGIT)
        put_digit(item, *digits++, x);
    for (int i = 0; i < halves.right; i++, x += DIGIT)
        put_digit(item, *digits++, x + 5);
    if (halves.last)
        put_digit(item, *digits, item->columns - symbology->right + 5);
    mark_long(symbology, &halves, item, is_long);
    item->is_long = is_long;
    return true;
}
