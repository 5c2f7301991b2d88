/* The contact policy and the hard gates: what no rule of an offer can talk its way past.
 *
 * Paper is counted a carton: pieces, grams, thickness. A piece that is held out counts
 * like one that is printed, as with limits. What a piece weighs is the campaign's word; an
 * offer that does not say weighs nothing, which `tuck check` tells. */
#include "campaign/plan-inside.h"

#include <math.h>
#include <string.h>

static bool
is_of_age(struct planner *planner, size_t place)
{
    int32_t least = planner->campaign->offers[place].least_age;
    double age = planner->facts->fact[FACT_AGE].number;

    if (least == 0 || age >= least)
        return true;
    if (isnan(age))
        return plan_drop(planner, place, FATE_NOT_ALLOWED,
                         "age: from %d on, and this customer's is not known", (int)least);
    return plan_drop(planner, place, FATE_NOT_ALLOWED, "age: from %d on", (int)least);
}

static bool
is_sent_there(struct planner *planner, size_t place)
{
    const char *countries = planner->campaign->offers[place].countries;
    const char *country = planner->facts->fact[FACT_COUNTRY].text;

    if (countries == NULL)
        return true;
    if (country == NULL || country[0] == '\0')
        return plan_drop(planner, place, FATE_NOT_ALLOWED,
                         "country: only %s, and this order's is not known", countries);
    /* all of them have two letters */
    if (strlen(country) == 2 && strstr(countries, country) != NULL)
        return true;
    return plan_drop(planner, place, FATE_NOT_ALLOWED, "country: only %s, not %s",
                     countries, country);
}

bool
plan_is_open_to(struct planner *planner, size_t place)
{
    return is_of_age(planner, place) && is_sent_there(planner, place);
}

size_t
plan_slots(const struct planner *planner, const struct placement *placement)
{
    int32_t left = planner->campaign->most_pieces - planner->pieces;

    if (placement->kind == PLACEMENT_BOX || planner->campaign->most_pieces == 0 ||
        left >= placement->most)
        return (size_t)placement->most;
    return left > 0 ? (size_t)left : 0;
}

static bool
is_paper(const struct offer *offer)
{
    return offer->placement->kind != PLACEMENT_BOX;
}

bool
plan_fits_policy(struct planner *planner, size_t place)
{
    const struct campaign *campaign = planner->campaign;
    const struct offer *offer = &campaign->offers[place];

    if (!is_paper(offer))
        return true;
    int32_t mg = campaign->most_mg - planner->mg;
    if (campaign->most_mg > 0 && offer->mg > mg)
        return plan_drop(planner, place, FATE_NOT_ALLOWED,
                         "contact policy: it weighs %d mg, and %d of %d mg are left",
                         (int)offer->mg, (int)mg, (int)campaign->most_mg);
    int32_t left = campaign->most_thickness_mm100 - planner->thickness_mm100;
    if (campaign->most_thickness_mm100 > 0 && offer->thickness_mm100 > left)
        return plan_drop(planner, place, FATE_NOT_ALLOWED,
                         "contact policy: it is %d/100 mm thick, and %d of %d are left",
                         (int)offer->thickness_mm100, (int)left,
                         (int)campaign->most_thickness_mm100);
    return true;
}

void
plan_count_paper(struct planner *planner, size_t place)
{
    const struct offer *offer = &planner->campaign->offers[place];

    if (!is_paper(offer))
        return;
    planner->pieces++;
    planner->mg += offer->mg;
    planner->thickness_mm100 += offer->thickness_mm100;
}
