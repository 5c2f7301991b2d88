/* Replies: what a customer answers comes back by the code on their paper.
 *
 * The code tells the promise, the promise its order and customer, and the answer becomes
 * a thing of that customer's history, named after the promise: so one code has one answer
 * to a question, the same file twice is one, and the latest word stands, in whatever
 * order the words come in. The promise itself stays as it is; that it was answered is an
 * event, without what was said. */
#include "ledger/store-promise.h"

#include <string.h>

/* What is said, one answer of perhaps several. */
struct said {
    const char *kind;    /* in the history: "nps", "effort", "rating", "style" */
    const char *subject; /* the question, or what is rated; NULL: the kind says it */
    const char *value;
    int32_t score; /* -1: none */
    int32_t *was;  /* where the score goes that it replaces; NULL: nowhere */
};

struct replying {
    struct store *store;
    const struct reply *reply;
    const struct promise_row *promise;
    struct day today;
    struct arena *arena;
    struct notes *notes;
    struct reply_answer answer;
};

/* --- one answer --------------------------------------------------------------------- */

static const char sql_said[] =
    "SELECT at_s, score, words FROM past_thing WHERE merchant = ?1 AND customer = ?2"
    " AND kind = ?3 AND identity = ?4";
static const char sql_say[] =
    "INSERT INTO past_thing(merchant, customer, kind, identity, at_s, score, order_id,"
    " subject, channel, words) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
    " ON CONFLICT(merchant, customer, kind, identity) DO UPDATE SET at_s = excluded.at_s,"
    " score = excluded.score, channel = excluded.channel, words = excluded.words";

enum before { SAID_NOTHING, SAID_THIS, SAID_LATER, SAID_OTHER };

static enum status
look_before(struct replying *replying, const struct said *said, const char *identity,
            enum before *ret)
{
    const struct promise_row *promise = replying->promise;
    struct reply_answer *answer = &replying->answer;
    struct rows *rows ROWS_AUTO = NULL;
    enum status status = sql_first(replying->store, sql_said,
                                   VALUES(T(promise->merchant), T(promise->customer),
                                          T(said->kind), T(identity)),
                                   replying->notes, &rows);
    *ret = SAID_NOTHING;
    if (status != STATUS_OK || !rows)
        return status;
    int64_t at_s = rows_int(rows, 0, 0);
    int32_t score = (int32_t)rows_int(rows, 1, -1);
    *ret = score == said->score && text_equal(rows_lent(rows, 2), said->value)
               ? SAID_THIS
           : at_s > replying->reply->at_s ? SAID_LATER
                                          : SAID_OTHER;
    if (*ret != SAID_OTHER)
        answer->used_s = at_s;
    else if (said->was)
        *said->was = score;
    return STATUS_OK;
}

static enum status
keep(const struct replying *replying, const struct said *said, const char *identity)
{
    const struct promise_row *promise = replying->promise;
    const struct reply *reply = replying->reply;
    enum status status = sql_run(
        replying->store, sql_say,
        VALUES(T(promise->merchant), T(promise->customer), T(said->kind), T(identity),
               I(reply->at_s), I_UNLESS(said->score, -1), T(promise->order),
               T(said->subject), T(reply->channel), T(said->value)),
        replying->notes);
    return status == STATUS_OK
               ? event_add(replying->store, reply->at_s, "answered", 0, NULL, promise->id,
                           said->value ? said->subject : said->kind, replying->notes)
               : status;
}

static enum status
say(struct replying *replying, const struct said *said, enum before *ret)
{
    const char *identity =
        arena_printf(replying->arena, "reply %lld%s%s", (long long)replying->promise->id,
                     said->subject ? " " : "", said->subject ? said->subject : "");
    if (!identity)
        return STATUS_NO_MEMORY;
    enum status status = look_before(replying, said, identity, ret);
    return status == STATUS_OK && (*ret == SAID_NOTHING || *ret == SAID_OTHER)
               ? keep(replying, said, identity)
               : status;
}

/* --- all of them -------------------------------------------------------------------- */

/* Whatever is kept counts; else a later word that stands is told, else that all is there. */
static enum status
say_all(struct replying *replying)
{
    const struct reply *reply = replying->reply;
    struct reply_answer *answer = &replying->answer;
    const struct said all[] = {
        {.kind = "nps", .score = reply->nps, .was = &answer->was_nps},
        {.kind = "effort", .score = reply->effort, .was = &answer->was_effort},
        {.kind = "rating",
         .subject = replying->promise->offer,
         .score = reply->rating,
         .was = &answer->was_rating},
        {.kind = "style", .subject = reply->question, .value = reply->value, .score = -1},
    };
    bool has[SAID_OTHER + 1] = {false};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        enum before before = SAID_NOTHING;
        if (all[i].score < 0 && !all[i].value)
            continue;
        enum status status = say(replying, &all[i], &before);
        if (status != STATUS_OK)
            return status;
        has[before] = true;
    }
    answer->is_instead = has[SAID_OTHER];
    answer->answer = has[SAID_NOTHING] || has[SAID_OTHER] ? ANSWER_OK
                     : has[SAID_LATER]                    ? ANSWER_USED
                                                          : ANSWER_AGAIN;
    return STATUS_OK;
}

/* Who was forgotten stands under a name that leads nowhere, and nothing more is kept. */
static bool
is_somebody(const struct promise_row *promise)
{
    return promise->customer && strncmp(promise->customer, "c~gone-", 7) != 0;
}

/* False: `answer` tells why. */
static bool
may_answer(struct replying *replying)
{
    const struct promise_row *promise = replying->promise;
    struct reply_answer *answer = &replying->answer;
    if (!text_equal(promise->merchant, replying->reply->merchant))
        answer->answer = ANSWER_OTHER_MERCHANT;
    else if (!is_somebody(promise))
        answer->answer = ANSWER_NOBODY;
    else if (text_equal(promise->state, "voided"))
        answer->answer = ANSWER_VOID;
    else if (promise->ends_s != TIME_NONE && replying->reply->at_s >= promise->ends_s)
        answer->answer = ANSWER_EXPIRED;
    else
        return true;
    return false;
}

static enum status
reply_to(struct replying *replying)
{
    const struct reply *reply = replying->reply;
    struct store *store = replying->store;
    struct promise_row *promise = NULL;
    const char *canonical = code_canonical(reply->code, replying->arena);
    if (!canonical)
        return STATUS_NO_MEMORY;
    /* As given first: a shop's own codes may be in any case. */
    enum status status = promise_find(store, 0, reply->merchant, reply->code,
                                      replying->arena, replying->notes, &promise);
    if (status == STATUS_OK && !promise)
        status = promise_find(store, 0, reply->merchant, canonical, replying->arena,
                              replying->notes, &promise);
    if (status == STATUS_OK && !promise)
        replying->answer.answer = code_of_nobody(store, reply->code, replying->today);
    if (status != STATUS_OK || !promise)
        return status;
    if (promise->customer) /* who is forgotten meanwhile is not known when it is held */
        status = store_lock(store, "customer", promise->merchant, promise->customer,
                            replying->notes);
    if (status == STATUS_OK)
        status = promise_hold(store, promise->id, replying->arena, replying->notes,
                              &promise);
    if (status != STATUS_OK)
        return status;
    replying->promise = promise;
    promise_tell(promise, &replying->answer.promise);
    if (may_answer(replying))
        return say_all(replying);
    return replying->answer.answer == ANSWER_VOID
               ? promise_void_reason(store, promise, replying->arena, replying->notes,
                                     &replying->answer.reason)
               : STATUS_OK;
}

enum status
store_reply(struct store *store, const struct reply *reply, struct day today,
            struct arena *arena, struct notes *notes, struct reply_answer *ret)
{
    struct replying replying = {.store = store,
                                .reply = reply,
                                .today = today,
                                .arena = arena,
                                .notes = notes,
                                .answer = {.was_nps = -1,
                                           .was_effort = -1,
                                           .was_rating = -1}};
    enum status status = store_begin(store, notes);
    if (status != STATUS_OK)
        return status;
    status = store_end(store, reply_to(&replying), notes);
    if (status == STATUS_OK)
        *ret = replying.answer;
    return status;
}
