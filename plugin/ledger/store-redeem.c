/* Redeeming: a till asks, or a shop's file tells.
 *
 * An answer is yes once; the same redemption id gets the same answer again. What a file
 * tells has happened and is kept whatever the answer would have been: the state of the
 * promise is then reckoned from all that is known, so files may come late, twice and in
 * any order. A promise whose units were given back takes them again when paper turns up
 * after all, as long as any are left. */
#include "ledger/guard.h"
#include "ledger/store-promise.h"

#include <string.h>

static const char *const answer_names[] = {
    [ANSWER_OK] = "ok",
    [ANSWER_AGAIN] = "again",
    [ANSWER_USED] = "used",
    [ANSWER_EXPIRED] = "expired",
    [ANSWER_VOID] = "void",
    [ANSWER_UNKNOWN] = "unknown",
    [ANSWER_FORGED] = "forged",
    [ANSWER_MISTYPED] = "mistyped",
    [ANSWER_OTHER_CUSTOMER] = "other-customer",
    [ANSWER_OTHER_MERCHANT] = "other-merchant",
    [ANSWER_GENUINE] = "genuine",
    [ANSWER_NOBODY] = "nobody",
    [ANSWER_QUESTION] = "question",
};

const char *
promise_answer_name(enum promise_answer answer)
{
    return (size_t)answer < COUNT_OF(answer_names) ? answer_names[answer] : "?";
}

struct redeeming {
    struct store *store;
    const struct redemption *redemption;
    const char *customer; /* pseudonym */
    const char *code, *id;
    struct day today;
    struct arena *arena;
    struct notes *notes;
    struct redemption_answer answer;
};

/* --- a code that was never promised here -------------------------------------------- */

enum promise_answer
code_of_nobody(const struct store *store, const char *code, struct day today)
{
    struct code_reading reading = {0};
    switch (code_read(store->keys, code, today, &reading)) {
    case CODE_GENUINE:
        return ANSWER_GENUINE;
    case CODE_MISTYPED:
        return ANSWER_MISTYPED;
    case CODE_FORGED:
        return ANSWER_FORGED;
    default:
        return ANSWER_UNKNOWN;
    }
}

/* --- what was redeemed before ------------------------------------------------------- */

static const char sql_same[] =
    "SELECT promise, at_s, place, order_id FROM redemption WHERE merchant = ?1"
    " AND id = ?2";
static const char sql_first_use[] =
    "SELECT promise, at_s, place, order_id FROM redemption WHERE promise = ?1"
    " ORDER BY at_s, id LIMIT 1";

static enum status
find_use(struct redeeming *redeeming, const char *sql, const struct value *values,
         size_t count, int64_t *ret_promise)
{
    struct redemption_answer *answer = &redeeming->answer;
    struct rows *rows ROWS_AUTO = NULL;
    enum status status =
        sql_first(redeeming->store, sql, values, count, redeeming->notes, &rows);
    *ret_promise = rows ? rows_int(rows, 0, 0) : 0;
    if (status != STATUS_OK || !rows)
        return status;
    struct row row = {.rows = rows, .arena = redeeming->arena};
    answer->used_s = rows_int(rows, 1, 0);
    answer->used_place = row_text(&row, 2);
    answer->used_order = row_text(&row, 3);
    return row.failed ? STATUS_NO_MEMORY : STATUS_OK;
}

/* --- judging ------------------------------------------------------------------------ */

static const char sql_why_void[] =
    "SELECT reason FROM event WHERE promise = ?1 AND kind = 'voided'"
    " ORDER BY at_s, id LIMIT 1";

enum status
promise_void_reason(struct store *store, const struct promise_row *promise,
                    struct arena *arena, struct notes *notes, const char **ret)
{
    struct rows *rows ROWS_AUTO = NULL;
    enum status status = sql_first(store, sql_why_void, VALUES(I(promise->id)), notes,
                                   &rows);
    *ret = "it was never printed";
    if (status != STATUS_OK || !rows)
        return status;
    struct row row = {.rows = rows, .arena = arena};
    const char *reason = row_text(&row, 0);
    *ret = reason ? reason : "it was voided";
    return row.failed ? STATUS_NO_MEMORY : STATUS_OK;
}

static enum status
tell_void(struct redeeming *redeeming, const struct promise_row *promise)
{
    redeeming->answer.answer = ANSWER_VOID;
    return promise_void_reason(redeeming->store, promise, redeeming->arena,
                               redeeming->notes, &redeeming->answer.reason);
}

static bool
is_question(const struct redemption *redemption, const char *offer)
{
    for (size_t i = 0; i < redemption->question_count; i++)
        if (text_equal(redemption->questions[i], offer))
            return true;
    return false;
}

static enum status
judge(struct redeeming *redeeming, const struct promise_row *promise)
{
    const struct redemption *redemption = redeeming->redemption;
    struct redemption_answer *answer = &redeeming->answer;
    int64_t used = 0;
    if (!text_equal(promise->merchant, redemption->merchant))
        answer->answer = ANSWER_OTHER_MERCHANT;
    else if (is_question(redemption, promise->offer))
        answer->answer = ANSWER_QUESTION;
    else if (!GUARD("customer", !redeeming->customer || !promise->customer ||
                                    text_equal(redeeming->customer, promise->customer)))
        answer->answer = ANSWER_OTHER_CUSTOMER;
    else if (!GUARD("single-use", !text_equal(promise->state, "redeemed"))) {
        answer->answer = ANSWER_USED;
        return find_use(redeeming, sql_first_use, VALUES(I(promise->id)), &used);
    } else if (!GUARD("void", !text_equal(promise->state, "voided")))
        return tell_void(redeeming, promise);
    else if (promise->ends_s != TIME_NONE && redemption->at_s >= promise->ends_s)
        answer->answer = ANSWER_EXPIRED;
    else if (text_equal(promise->state, "expired")) /* told late, but in time */
        answer->answer = ANSWER_OK;
    else {
        enum status status = promise_renew(redeeming->store, promise, redemption->at_s,
                                           redeeming->notes);
        if (status == STATUS_WITHOUT)
            return tell_void(redeeming, promise);
        if (status != STATUS_OK)
            return status;
        answer->answer = ANSWER_OK;
    }
    return STATUS_OK;
}

static const char sql_redeem[] =
    "INSERT INTO redemption(merchant, id, promise, at_s, order_id, place, amount_minor,"
    " currency, choice) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

static enum status
put_redemption(const struct redeeming *redeeming, const struct promise_row *promise)
{
    const struct redemption *redemption = redeeming->redemption;
    struct store *store = redeeming->store;
    bool has_amount = redemption->amount.currency[0] != '\0';
    enum status status = sql_run(
        store, sql_redeem,
        VALUES(T(redemption->merchant), T(redeeming->id), I(promise->id),
               I(redemption->at_s), T(redemption->order), T(redemption->place),
               has_amount ? I(redemption->amount.minor) : NOTHING,
               T(has_amount ? redemption->amount.currency : NULL),
               T(redemption->choice)),
        redeeming->notes);
    if (status == STATUS_OK)
        status = event_add(store, redemption->at_s, "redeemed", 0, NULL, promise->id,
                           redeeming->id, redeeming->notes);
    if (status == STATUS_OK)
        status = promise_settle(store, promise->id, redeeming->notes);
    return status;
}

/* A void that gave the units back may turn out to have come after the redemption. */
static enum status
put_told(const struct redeeming *redeeming, const struct promise_row *promise)
{
    struct promise_row *now = NULL;
    enum status status = put_redemption(redeeming, promise);
    if (status == STATUS_OK)
        status = promise_find(redeeming->store, promise->id, NULL, NULL, redeeming->arena,
                              redeeming->notes, &now);
    if (status == STATUS_OK && now && text_equal(now->state, "redeemed")) {
        status = promise_renew(redeeming->store, now, redeeming->redemption->at_s,
                               redeeming->notes);
        if (status == STATUS_WITHOUT) /* others have them by now; it is redeemed anyway */
            status = STATUS_OK;
    }
    return status;
}

static enum status
redeem(struct redeeming *redeeming)
{
    const struct redemption *redemption = redeeming->redemption;
    struct store *store = redeeming->store;
    struct promise_row *promise = NULL;
    int64_t same = 0;
    enum status status =
        promise_find(store, 0, redemption->merchant, redemption->code, redeeming->arena,
                     redeeming->notes, &promise);
    if (status == STATUS_OK && !promise)
        status = promise_find(store, 0, redemption->merchant, redeeming->code,
                              redeeming->arena, redeeming->notes, &promise);
    if (status == STATUS_OK && promise) /* which is not promised it anew meanwhile */
        status = store_lock(store, "order", promise->merchant, promise->order,
                            redeeming->notes);
    if (status == STATUS_OK && promise)
        status = promise_hold(store, promise->id, redeeming->arena, redeeming->notes,
                              &promise);
    if (status == STATUS_OK)
        status = find_use(redeeming, sql_same,
                          VALUES(T(redemption->merchant), T(redeeming->id)), &same);
    if (status != STATUS_OK)
        return status;
    if (!promise) {
        redeeming->answer.answer =
            code_of_nobody(store, redemption->code, redeeming->today);
        return STATUS_OK;
    }
    promise_tell(promise, &redeeming->answer.promise);
    if (same && same != promise->id)
        return note_fail(redeeming->notes, STATUS_BAD_INPUT, NOTE_LEDGER_REDEMPTION_TWICE,
                         store->sql->name, 0,
                         "the redemption id given belongs to the redemption of another "
                         "code");
    if (same) {
        redeeming->answer.answer = ANSWER_AGAIN;
        return STATUS_OK;
    }
    status = judge(redeeming, promise);
    bool is_none = redeeming->answer.answer == ANSWER_OTHER_MERCHANT ||
                   redeeming->answer.answer == ANSWER_QUESTION;
    if (status == STATUS_OK && redemption->is_told && !is_none)
        return put_told(redeeming, promise);
    return status == STATUS_OK && redeeming->answer.answer == ANSWER_OK
               ? put_redemption(redeeming, promise)
               : status;
}

enum status
store_redeem(struct store *store, const struct redemption *redemption,
             const char *customer, struct day today, struct arena *arena,
             struct notes *notes, struct redemption_answer *ret)
{
    struct redeeming redeeming = {.store = store,
                                  .redemption = redemption,
                                  .customer = customer,
                                  .code = code_canonical(redemption->code, arena),
                                  .today = today,
                                  .arena = arena,
                                  .notes = notes};
    if (!redeeming.code)
        return STATUS_NO_MEMORY;
    redeeming.id = redemption->id ? redemption->id
                   : redemption->order
                       ? arena_printf(arena, "%s/%s", redeeming.code, redemption->order)
                       : redeeming.code;
    if (!redeeming.id)
        return STATUS_NO_MEMORY;
    enum status status = store_begin(store, notes);
    if (status != STATUS_OK)
        return status;
    status = store_end(store, redeem(&redeeming), notes);
    if (status == STATUS_OK)
        *ret = redeeming.answer;
    return status;
}

/* --- voiding one code --------------------------------------------------------------- */

static enum status
void_code(struct store *store, const char *merchant, const char *code, int64_t at_s,
          const char *reason, struct arena *arena, struct notes *notes,
          enum promise_answer *ret)
{
    struct promise_row *promise = NULL;
    bool was_redeemed = false;
    const char *canonical = code_canonical(code, arena);
    if (!canonical)
        return STATUS_NO_MEMORY;
    /* As given first: a shop's own codes may be in any case. */
    enum status status = promise_find(store, 0, merchant, code, arena, notes, &promise);
    if (status == STATUS_OK && !promise)
        status = promise_find(store, 0, merchant, canonical, arena, notes, &promise);
    *ret = ANSWER_UNKNOWN;
    if (status != STATUS_OK || !promise)
        return status;
    *ret = ANSWER_OTHER_MERCHANT;
    if (!text_equal(promise->merchant, merchant))
        return STATUS_OK;
    status = promise_hold(store, promise->id, arena, notes, &promise);
    if (status != STATUS_OK)
        return status;
    status = promise_was_redeemed(store, promise->id, at_s, notes, &was_redeemed);
    if (status != STATUS_OK)
        return status;
    *ret = was_redeemed ? ANSWER_USED : ANSWER_OK;
    return was_redeemed || text_equal(promise->state, "voided")
               ? STATUS_OK
               : promise_void(store, promise, at_s, reason, notes);
}

enum status
store_void_code(struct store *store, const char *merchant, const char *code, int64_t at_s,
                const char *reason, struct notes *notes, enum promise_answer *ret)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    enum promise_answer answer = ANSWER_UNKNOWN;
    if (!arena)
        return STATUS_NO_MEMORY;
    enum status status = store_begin(store, notes);
    if (status != STATUS_OK)
        return status;
    status = store_end(
        store, void_code(store, merchant, code, at_s, reason, arena, notes, &answer),
        notes);
    if (status == STATUS_OK)
        *ret = answer;
    return status;
}

enum status
store_chosen(struct store *store, const char *merchant, const char *choice,
             struct notes *notes, int64_t *ret)
{
    bool is_empty = false;
    int64_t count = 0;
    enum status status = store_look(store, notes, &is_empty);
    if (status != STATUS_OK || is_empty)
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    status = sql_number(store,
                        "SELECT count(*) FROM redemption WHERE merchant = ?1 AND choice = ?2",
                        VALUES(T(merchant), T(choice)), 0, notes, &count);
    status = store_looked(store, status, notes);
    if (status == STATUS_OK)
        *ret = count;
    return status;
}
