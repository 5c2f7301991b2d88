/* Facts of standing: how content the customer is, and what went wrong.
 *
 * Answers and complaints come in any order of time, so each look takes the whole list
 * once. Only what is dated before this order counts; of two at one instant the later in
 * the document does. */
#include "customer/facts-inside.h"

static const struct answer *
latest_answer(const struct making *making, const struct answer *answers, size_t count)
{
    const struct answer *latest = NULL;

    for (size_t i = 0; i < count; i++)
        if (is_past(making, answers[i].at_s) &&
            (!latest || answers[i].at_s >= latest->at_s))
            latest = &answers[i];
    return latest;
}

static const char *
nps_class(int32_t score)
{
    return score >= 9 ? "promoter" : score >= 7 ? "passive" : "detractor";
}

static const char *
effort_class(int32_t score)
{
    return score >= 5 ? "high" : score >= 3 ? "medium" : "low";
}

static void
fill_answers(struct making *making)
{
    const struct history *history = making->history;
    const struct answer *nps = latest_answer(making, history->nps, history->nps_count);
    const struct answer *effort =
        latest_answer(making, history->effort, history->effort_count);

    set_text(making, FACT_NPS_CLASS, nps ? nps_class(nps->score) : "unknown");
    set_number(making, FACT_NPS_SCORE, nps ? nps->score : NAN);
    set_number(making, FACT_NPS_AGE_DAYS,
               nps ? days_since(making->facts, nps->at_s) : NAN);
    set_text(making, FACT_EFFORT_CLASS, effort ? effort_class(effort->score) : "unknown");
    set_number(making, FACT_EFFORT_AGE_DAYS,
               effort ? days_since(making->facts, effort->at_s) : NAN);
}

static void
fill_complaints(struct making *making)
{
    const struct history *history = making->history;
    const struct complaint *open = NULL, *closed = NULL;
    size_t count = 0;

    for (size_t i = 0; i < history->complaint_count; i++) {
        const struct complaint *complaint = &history->complaints[i];
        if (!is_past(making, complaint->opened_at_s))
            continue;
        count++;
        /* one closed after this order was placed is open as of it */
        bool is_closed = complaint->closed_at_s != TIME_NONE &&
                         is_past(making, complaint->closed_at_s);
        if (is_closed && (!closed || complaint->closed_at_s >= closed->closed_at_s))
            closed = complaint;
        if (!is_closed && (!open || complaint->opened_at_s >= open->opened_at_s))
            open = complaint;
    }
    const struct complaint *latest = open ? open : closed;
    set_number(making, FACT_COMPLAINTS, (double)count);
    set_truth(making, FACT_OPEN_COMPLAINT, open != NULL);
    set_text(making, FACT_COMPLAINT_ABOUT, latest ? latest->about : NULL);
    set_text(making, FACT_COMPLAINT_MENDED, latest ? latest->mended : NULL);
    set_number(making, FACT_DAYS_SINCE_COMPLAINT,
               open     ? days_since(making->facts, open->opened_at_s)
               : closed ? days_since(making->facts, closed->closed_at_s)
                        : NAN);
}

void
fill_standing(struct making *making)
{
    fill_answers(making);
    fill_complaints(making);
}
