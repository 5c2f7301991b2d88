/* Replies: what a customer answers by the code on their paper, from a survey's page or a
 * file, becomes part of what the next carton knows of them.
 *
 * The ledger finds whose it is and keeps it; here the outcome becomes a sentence. What was
 * said in words is not told again: whoever sends it has it. */
#include "station/reply.h"

#include "station/found.h"

#include <string.h>

_Static_assert((int)TUCK_ANSWER_QUESTION == (int)ANSWER_QUESTION,
               "one numbering of answers");

/* --- codes that ask ----------------------------------------------------------------- */

enum status
reply_questions(const struct campaign *campaign, struct arena *arena,
                struct redemption *redemption)
{
    const char **names = arena_make_array(arena, campaign->offer_count, sizeof(*names));
    size_t count = 0;
    if (!names)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < campaign->offer_count; i++)
        if (campaign->offers[i].reply.valid_days > 0)
            names[count++] = campaign->offers[i].name;
    redemption->questions = names;
    redemption->question_count = count;
    return STATUS_OK;
}

/* --- the sentence ------------------------------------------------------------------- */

/* "nps 9, effort 2, why" */
static void
tell_said(const struct reply *reply, struct buf *out)
{
    size_t before = out->n;
    if (reply->nps >= 0)
        buf_printf(out, "nps %d", (int)reply->nps);
    if (reply->effort >= 0)
        buf_printf(out, "%seffort %d", out->n > before ? ", " : "", (int)reply->effort);
    if (reply->rating >= 0)
        buf_printf(out, "%srating %d", out->n > before ? ", " : "", (int)reply->rating);
    if (reply->question)
        buf_printf(out, "%s%s", out->n > before ? ", " : "", reply->question);
}

static const char *
kept_text(const struct reply *reply, const struct reply_answer *from, struct arena *arena)
{
    struct buf text BUF_AUTO = {0};
    buf_printf(&text, "kept for order %s: ", from->promise.order);
    tell_said(reply, &text);
    const struct {
        const char *name;
        int32_t score;
    } was[] = {{"nps", from->was_nps},
               {"effort", from->was_effort},
               {"rating", from->was_rating}};
    bool has_any = false;
    for (size_t i = 0; i < COUNT_OF(was); i++) {
        if (was[i].score < 0)
            continue;
        buf_printf(&text, "%s%s %d", has_any ? " and " : ", instead of ", was[i].name,
                   (int)was[i].score);
        has_any = true;
    }
    if (from->is_instead && !has_any)
        buf_puts(&text, ", instead of other words");
    return text.failed ? NULL : arena_strdup(arena, text.p);
}

static const char *
reply_text(const struct tuck_shop *shop, const struct reply *reply,
           const struct reply_answer *from, const struct tuck_answer *answer,
           struct arena *arena)
{
    const char *used = found_time(shop, arena, from->used_s);
    switch (from->answer) {
    case ANSWER_OK:
        return kept_text(reply, from, arena);
    case ANSWER_AGAIN:
        return arena_printf(arena, "kept already, as of %.16s", used ? used : "");
    case ANSWER_USED:
        return arena_printf(arena, "by this code something else was said on %.16s, which "
                                   "is later and stands", used ? used : "");
    case ANSWER_EXPIRED:
        return arena_printf(arena, "it is too late: the last day to answer was %s",
                            answer->expires ? answer->expires : "");
    default:
        return found_answer_text(answer, arena);
    }
}

/* --- one reply ---------------------------------------------------------------------- */

static enum status
reply_out(const struct tuck_shop *shop, const struct reply *reply,
          const struct reply_answer *from, struct tuck_found *found)
{
    const struct redemption_answer as = {.answer = from->answer,
                                         .used_s = from->used_s,
                                         .reason = from->reason,
                                         .promise = from->promise};
    enum status status = found_answer_fill(shop, &as, reply->code, found);
    if (status != STATUS_OK)
        return status;
    found->answer.worth = NULL;
    found->answer.text = reply_text(shop, reply, from, &found->answer, found->arena);
    return found->answer.text ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status
station_reply(struct tuck_shop *shop, const struct tuck_reply *how,
              struct tuck_found **ret, struct notes *notes)
{
    struct tuck_found *found CLEANUP(found_freep) = NULL;
    struct reply_answer answer = {0};
    struct reply reply = {
        .merchant = shop->settings->merchant,
        .code = how->code,
        .nps = how->flags & TUCK_SAYS_NPS ? how->nps : -1,
        .effort = how->flags & TUCK_SAYS_EFFORT ? how->effort : -1,
        .rating = how->flags & TUCK_SAYS_RATING ? how->rating : -1,
        .question = how->question,
        .value = how->value,
        .channel = how->channel,
    };
    struct desk desk = {.shop = shop};
    enum status status = found_new(&found);
    if (status == STATUS_OK)
        status = found_moment(shop, how->at, how->at_s, &reply.at_s, notes);
    if (status == STATUS_OK)
        status = desk_open(shop, LEDGER_WRITE, how->budget_ms, how->cancel, notes, &desk);
    if (status == STATUS_OK)
        status = ledger_reply(desk.ledger, &reply,
                              zone_day(shop->settings->zone, reply.at_s, NULL),
                              found->arena, notes, &answer);
    desk_close(&desk, notes);
    if (status == STATUS_OK)
        status = reply_out(shop, &reply, &answer, found);
    if (status == STATUS_OK)
        *ret = take(found);
    return status;
}

/* --- a row of a file ---------------------------------------------------------------- */

enum column { CODE, DATE, NPS, EFFORT, RATING, QUESTION, VALUE, CHANNEL };
const char *const reply_columns[REPLY_COLUMNS] = {
    "code", "date", "nps", "effort", "rating", "question", "value", "channel"};
const uint32_t reply_needed = 1u << CODE | 1u << DATE;

#define CODE_MOST 64
#define WORDS_MOST 128

static bool
is_short(const char *text, size_t most)
{
    size_t n = text ? strlen(text) : 0;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            return false;
    return n <= most;
}

static enum status
read_score(const struct csv *csv, enum column column, int32_t least, int32_t most,
           int32_t *ret)
{
    const char *text = csv_value(csv, column);
    double score = -1.0;
    *ret = -1;
    if (!text)
        return STATUS_OK;
    if (!text_to_double(text, &score) || score < least || score > most ||
        score != (double)(int32_t)score)
        return csv_bad_value(csv, column, true,
                             column == NPS      ? "a whole number from 0 to 10"
                             : column == EFFORT ? "a whole number from 1 to 7"
                                                : "a whole number from 1 to 5");
    *ret = (int32_t)score;
    return STATUS_OK;
}

static enum status
read_row(const struct csv *csv, const char *merchant, struct reply *ret)
{
    const char *date = csv_value(csv, DATE);
    enum status status = STATUS_OK;
    *ret = (struct reply){.merchant = merchant,
                          .code = csv_value(csv, CODE),
                          .question = csv_value(csv, QUESTION),
                          .value = csv_value(csv, VALUE),
                          .channel = csv_value(csv, CHANNEL)};
    if (!ret->code || !is_short(ret->code, CODE_MOST))
        return csv_bad_value(csv, CODE, true, "a code of at most 64 characters");
    if (!date || !csv_read_date(csv, date, true, &ret->at_s))
        return csv_bad_value(csv, DATE, true,
                             "a day as 2026-11-22, or 2026-11-22T09:30:00Z");
    for (size_t column = QUESTION; column <= CHANNEL; column++)
        if (!is_short(csv_value(csv, column), WORDS_MOST))
            return csv_bad_value(csv, column, false, "at most 128 characters in one line");
    status = read_score(csv, NPS, 0, 10, &ret->nps);
    if (status == STATUS_OK)
        status = read_score(csv, EFFORT, 1, 7, &ret->effort);
    if (status == STATUS_OK)
        status = read_score(csv, RATING, 1, 5, &ret->rating);
    if (status != STATUS_OK)
        return status;
    if (!ret->question != !ret->value)
        return csv_bad_value(csv, ret->question ? VALUE : QUESTION, false,
                             "a question and a value, or neither");
    if (ret->nps < 0 && ret->effort < 0 && ret->rating < 0 && !ret->question)
        return csv_bad_value(csv, NPS, true,
                             "an answer: nps, effort, rating, or a question and a value");
    return STATUS_OK;
}

enum status
reply_load(const struct csv *csv, struct ledger *ledger, const char *merchant,
           const struct zone *zone, struct arena *arena, struct notes *notes,
           enum promise_answer *ret)
{
    struct reply reply;
    struct reply_answer answer = {0};
    enum status status = read_row(csv, merchant, &reply);
    if (status == STATUS_OK && ledger)
        status = ledger_reply(ledger, &reply, zone_day(zone, reply.at_s, NULL), arena,
                              notes, &answer);
    if (status == STATUS_OK)
        *ret = answer.answer;
    return status;
}
