/* Who was in which group: a customer of a test, found by both numbers. */
#include "report/inside.h"

#include <stdlib.h>

#define FREE UINT32_MAX

/* Customers are numbers that follow each other, so they need no hash to be spread evenly;
 * what belongs to one stands side by side, and going through the table goes through the
 * customers in order: with millions of them, memory is what takes the time. */
#define PLACES 8 /* of a customer, before hers run into the next one's */
static size_t
place_of(uint32_t test, uint32_t customer)
{
    return (size_t)customer * PLACES + test % PLACES;
}

static struct unit *
find(struct unit *units, size_t room, uint32_t test, uint32_t customer)
{
    size_t at = place_of(test, customer) & (room - 1);
    while (units[at].test != FREE &&
           (units[at].test != test || units[at].customer != customer))
        at = (at + 1) & (room - 1);
    return &units[at];
}

static bool
grow(struct units *units)
{
    size_t room = units->room ? 2 * units->room : 1024;
    struct unit *made = reallocarray(NULL, room, sizeof(*made));
    if (!made)
        return false;
    for (size_t i = 0; i < room; i++)
        made[i].test = FREE;
    for (size_t i = 0; i < units->room; i++) {
        const struct unit *unit = &units->units[i];
        if (unit->test != FREE)
            *find(made, room, unit->test, unit->customer) = *unit;
    }
    free(units->units);
    units->units = made;
    units->room = room;
    return true;
}

struct unit *
units_get(struct units *units, uint32_t test, uint32_t customer, bool *ret_is_new)
{
    if (4 * (units->count + 1) > 3 * units->room && !grow(units))
        return NULL;
    struct unit *unit = find(units->units, units->room, test, customer);
    *ret_is_new = unit->test == FREE;
    if (*ret_is_new) {
        *unit = (struct unit){.test = test, .customer = customer};
        units->count++;
    }
    return unit;
}

void
units_done(struct units *units)
{
    free(units->units);
    *units = (struct units){.units = NULL};
}
