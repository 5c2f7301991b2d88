/* RFM: cuts from all customers' figures, scores by the cuts, segments by a table.
 *
 * In come recency, count and spend; out come three scores and a name. The names are the
 * eleven that are common among marketers; every vendor draws the borders between them a
 * little otherwise. Ours are the table below, which says the segment for each of the 125
 * triples; nothing else decides. */
#include "fit/rfm.h"

#include <stdlib.h>

/* [recency - 1][frequency - 1][spend - 1]. What guided it: with the latest purchase just
 * now or lately (5, 4), frequency tells new from potential from loyal from champions, and
 * spend lifts or lowers by one; further back (3, 2, 1) the same customers need attention,
 * sleep or are lost, and the better they were the more they are worth an effort. Who
 * bought once is never loyal, whatever it cost. */
static const char table[5][5][6] = {
    {"ZZZHH", "ZZHHH", "HHRRR", "RRRXX", "RRXXX"}, /* recency 1: longest ago */
    {"HHHSS", "HHSRR", "SSRRR", "RRRRR", "RRRXX"}, /* 2 */
    {"SSSOO", "SSAAA", "AAAAA", "AALLL", "AALLL"}, /* 3 */
    {"OOOOO", "PPPPP", "PPLLL", "LLLCC", "LLLCC"}, /* 4 */
    {"NNNNN", "PPPPP", "PPLLL", "LLCCC", "LLCCC"}, /* 5: just now */
};

static const struct {
    char letter;
    const char *name;
} segments[RFM_SEGMENTS] = {
    [RFM_CHAMPIONS] = {'C', "champions"},
    [RFM_LOYAL] = {'L', "loyal"},
    [RFM_POTENTIAL_LOYALIST] = {'P', "potential-loyalist"},
    [RFM_NEW] = {'N', "new"},
    [RFM_PROMISING] = {'O', "promising"},
    [RFM_NEEDS_ATTENTION] = {'A', "needs-attention"},
    [RFM_ABOUT_TO_SLEEP] = {'S', "about-to-sleep"},
    [RFM_AT_RISK] = {'R', "at-risk"},
    [RFM_CANNOT_LOSE] = {'X', "cannot-lose"},
    [RFM_HIBERNATING] = {'H', "hibernating"},
    [RFM_LOST] = {'Z', "lost"},
};

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

static int
clamp_score(int score)
{
    return score < 1 ? 0 : score > 5 ? 4 : score - 1;
}

enum rfm_segment
rfm_segment(struct rfm_scores scores)
{
    char letter = table[clamp_score(scores.recency)][clamp_score(scores.frequency)]
                       [clamp_score(scores.spend)];
    for (size_t i = 0; i < RFM_SEGMENTS; i++)
        if (segments[i].letter == letter)
            return (enum rfm_segment)i;
    return RFM_LOST; /* the table has no other letters; the tests go through it */
}

const char *
rfm_segment_name(enum rfm_segment segment)
{
    return (unsigned)segment < RFM_SEGMENTS ? segments[segment].name : "";
}
