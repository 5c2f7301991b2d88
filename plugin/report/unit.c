/* Who was in which group: a customer of a test, found by both numbers. */
#include "report/inside.h"

#include <stdlib.h>

#define FREE UINT32_MAX

/* Spreads numbers that follow each other (SplitMix64's finaliser). */
static size_t
spread(uint32_t test, uint32_t customer)
{
    uint64_t z = ((uint64_t)test << 32 | customer) + UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (size_t)(z ^ z >> 31);
}

static struct unit *
find(struct unit *units, size_t room, uint32_t test, uint32_t customer)
{
    size_t at = spread(test, customer) & (room - 1);
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
