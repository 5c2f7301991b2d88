/* Whose turn it is in a series: one step a parcel, in order, until somebody answers.
 *
 * A step is done when its paper went to the customer in an earlier parcel, as the history
 * tells, or when the ledger holds it decided for one: so a wave that is not printed yet
 * goes on as it should, and who is held out goes through the series like everybody else.
 * What is not known is not guessed: without a whole history, nothing of a series goes. */
#include "campaign/plan-inside.h"

/* The day on which the step was done; DAY_NONE: it was not. */
static struct day
done_on(const struct planner *planner, const struct offer *step)
{
    struct day day = facts_shown_on(planner->facts, step->name);
    size_t place = (size_t)(step - planner->campaign->offers);

    if (planner->standings != NULL) {
        struct day decided = planner->standings->offers[place].last_decided;
        if (!day_is_none(decided) && (day_is_none(day) || decided.n > day.n))
            day = decided;
    }
    return day;
}

static bool
is_over(struct planner *planner, size_t place, const struct series *series)
{
    struct refusal refusal = {0};

    for (size_t i = 0; i < series->step_count; i++)
        if (facts_answered(planner->facts, series->steps[i]->name, 0))
            return !plan_drop(planner, place, FATE_NOT_ALLOWED,
                              "series %s: step %zu was answered", series->name, i + 1);
    if (series->until == NULL)
        return false;
    switch (judge_end(planner->judge, (size_t)(series - planner->campaign->series),
                      &refusal)) {
    case RULING_YES:
        return !plan_drop(planner, place, FATE_NOT_ALLOWED, "series %s: it is over: %s",
                          series->name, series->until);
    case RULING_FAILED:
        note_add(planner->notes, NOTE_CONDITION_FAILED, planner->campaign->path,
                 series->line, "series '%s': \"%s\" failed: %s", series->name,
                 series->until, refusal.error);
        return !plan_drop(planner, place, FATE_FAULTY, "series %s: %s failed: %s",
                          series->name, series->until, refusal.error);
    default:
        return false;
    }
}

/* All before it are done and it is not; `ret_last` is the day of the latest of them. */
static bool
is_next(struct planner *planner, size_t place, struct day *ret_last)
{
    const struct offer *offer = &planner->campaign->offers[place];
    const struct series *series = offer->series;
    struct day last = DAY_NONE;

    if (!day_is_none(done_on(planner, offer)))
        return plan_drop(planner, place, FATE_NOT_ALLOWED,
                         "series %s: step %d of %zu went out before", series->name,
                         (int)offer->step, series->step_count);
    for (int32_t i = 0; i < offer->step - 1; i++) {
        struct day day = done_on(planner, series->steps[i]);
        if (day_is_none(day))
            return plan_drop(planner, place, FATE_NOT_ALLOWED,
                             "series %s: step %d comes before step %d", series->name,
                             (int)i + 1, (int)offer->step);
        if (day_is_none(last) || day.n > last.n)
            last = day;
    }
    *ret_last = last;
    return true;
}

bool
plan_is_its_turn(struct planner *planner, size_t place)
{
    const struct offer *offer = &planner->campaign->offers[place];
    const struct series *series = offer->series;
    struct day last = DAY_NONE;

    if (series == NULL)
        return true;
    if (planner->is_guest)
        return plan_drop(planner, place, FATE_NOT_ALLOWED,
                         "series %s: a guest's parcels are not known", series->name);
    if (planner->facts->history->is_partial)
        return plan_drop(planner, place, FATE_NOT_ALLOWED,
                         "series %s: which step is next is not known", series->name);
    if (is_over(planner, place, series) || !is_next(planner, place, &last))
        return false;
    int64_t passed = day_is_none(last) ? 0 : (int64_t)planner->facts->today.n - last.n;
    if (day_is_none(last) || passed >= series->pause_days)
        return true;
    return plan_drop(planner, place, FATE_NOT_ALLOWED,
                     "series %s: %d of %d days passed since step %d", series->name,
                     passed > 0 ? (int)passed : 0, (int)series->pause_days,
                     (int)offer->step - 1);
}
