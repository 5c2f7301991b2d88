/* RFM: cuts from all customers' figures, scores by the cuts. */
#include "fit/rfm.h"

#include <stdlib.h>

static int
compare_figures(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* From sorted figures of which more is better: a cut is the least figure above all of the
 * fifth below it; INT64_MAX when nobody has one. */
static void
cut(const int64_t *sorted, size_t count, int64_t ret[4])
{
    for (size_t i = 0; i < 4; i++) {
        size_t at = (count * (i + 1) + 4) / 5;
        int64_t below = sorted[at - 1];
        while (at < count && sorted[at] == below)
            at++;
        ret[i] = at < count ? sorted[at] : INT64_MAX;
    }
    if (sorted[0] == sorted[count - 1]) {
        ret[0] = ret[1] = sorted[0];
        ret[2] = ret[3] = INT64_MAX;
    }
}

/* Cuts on minus the days, turned round: "at least -d" is "at most d days". */
static void
turn(const int64_t cuts[4], int64_t ret[4])
{
    for (size_t i = 0; i < 4; i++)
        ret[i] = cuts[3 - i] == INT64_MAX ? -1 : -cuts[3 - i];
}

enum status
rfm_learn(const struct rfm_figures *customers, size_t count, struct notes *notes,
          struct rfm *ret)
{
    if (count < 5)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_FIT_TOO_FEW, NULL, 0,
                         "there are %zu customers; to part them into fifths takes 5",
                         count);
    int64_t *figures = calloc(count, sizeof(*figures));
    if (!figures)
        return note_fail(notes, STATUS_NO_MEMORY, NOTE_NO_MEMORY, NULL, 0,
                         "no memory for %zu customers", count);
    struct rfm rfm = {.customers = (int64_t)count};
    int64_t cuts[4];
    for (size_t i = 0; i < count; i++)
        figures[i] = -customers[i].recency_days;
    qsort(figures, count, sizeof(*figures), compare_figures);
    cut(figures, count, cuts);
    turn(cuts, rfm.recency_days);
    for (size_t i = 0; i < count; i++)
        figures[i] = customers[i].orders;
    qsort(figures, count, sizeof(*figures), compare_figures);
    cut(figures, count, rfm.orders);
    for (size_t i = 0; i < count; i++)
        figures[i] = customers[i].spend_minor;
    qsort(figures, count, sizeof(*figures), compare_figures);
    cut(figures, count, rfm.spend_minor);
    free(figures);
    *ret = rfm;
    return STATUS_OK;
}

enum status
rfm_check(const struct rfm *rfm, struct notes *notes)
{
    const struct {
        const int64_t *cuts;
        const char *name;
    } rows[] = {{rfm->recency_days, "recency"},
                {rfm->orders, "orders"},
                {rfm->spend_minor, "spend"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (size_t k = 1; k < 4; k++)
            if (rows[i].cuts[k] < rows[i].cuts[k - 1])
                return note_fail(notes, STATUS_BAD_INPUT, NOTE_FIT_CUTS, NULL, 0,
                                 "cut %zu of %s is less than cut %zu; they are to rise",
                                 k + 1, rows[i].name, k);
    return STATUS_OK;
}

struct rfm_scores
rfm_score(const struct rfm *rfm, const struct rfm_figures *figures)
{
    struct rfm_scores scores = {5, 1, 1};
    for (size_t i = 0; i < 4; i++) {
        scores.recency -= figures->recency_days > rfm->recency_days[i];
        scores.frequency += figures->orders >= rfm->orders[i];
        scores.spend += figures->spend_minor >= rfm->spend_minor[i];
    }
    return scores;
}
