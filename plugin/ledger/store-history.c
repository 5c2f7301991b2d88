/* History: what was told of a customer and what was packed here, kept as rows.
 *
 * Orders and their lines are tables of their own; complaints, answers, conversations,
 * styles, pins, interests and points spent share one (`past_thing`), because each is a few words and a
 * time. Putting goes through one `struct thing` a row, and taking out again too, so a
 * kind of thing is one function each way. Nothing here is ever half a history: the
 * caller's transaction holds it together. */
#include "base/hash.h"
#include "ledger/store.h"

#include <string.h>

/* --- orders in ---------------------------------------------------------------------- */

static const char sql_drop_lines[] =
    "DELETE FROM past_line WHERE merchant = ?1 AND customer = ?2 AND order_id = ?3";
static const char sql_put_order[] =
    "INSERT INTO past_order(merchant, customer, id, placed_at_s, state,"
    " currency, total_minor, refunded_minor, channel, is_gift, is_packed)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
    " ON CONFLICT(merchant, customer, id) DO UPDATE SET"
    " placed_at_s = excluded.placed_at_s, state = excluded.state,"
    " currency = excluded.currency, total_minor = excluded.total_minor,"
    " refunded_minor = excluded.refunded_minor, channel = excluded.channel,"
    " is_gift = excluded.is_gift, is_packed = excluded.is_packed";
static const char sql_put_line[] =
    "INSERT INTO past_line(merchant, customer, order_id, line, sku, name, category, tags,"
    " quantity, returned, price_minor)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
static const char sql_is_packed[] = "SELECT is_packed FROM past_order"
                                    " WHERE merchant = ?1 AND customer = ?2 AND id = ?3";
static const char sql_is_told[] =
    "SELECT 1 FROM past_order WHERE merchant = ?1 AND customer = ?2 AND id = ?3"
    " AND is_packed = 0";
static const char sql_drop_packed[] =
    "DELETE FROM past_order WHERE merchant = ?1 AND customer = ?2 AND id = ?3"
    " AND is_packed = 1";

static enum status
put_line(struct store *store, const char *merchant, const char *customer,
         const char *order, size_t number, const struct order_line *line,
         struct notes *notes)
{
    if (!line->sku)
        return STATUS_OK;
    return sql_run(store, sql_put_line,
                   VALUES(T(merchant), T(customer), T(order), I((int64_t)number),
                          T(line->sku), T(line->name), T(line->category), T(line->tags),
                          I(line->quantity), I(line->returned),
                          I(line->unit_price.minor)),
                   notes);
}

enum status
store_put_order(struct store *store, const char *merchant, const char *customer,
                const struct past_order *order, bool is_packed, struct notes *notes)
{
    const struct value key[] = {T(merchant), T(customer), T(order->id)};
    enum { TOLD, PACKED, NEW };
    int64_t before = PACKED;
    enum status status = STATUS_OK;
    if (is_packed) {
        status = sql_number(store, sql_is_packed, key, 3, NEW, notes, &before);
        if (status != STATUS_OK || before == TOLD) /* who told knows of refunds, too */
            return status;
    }
    if (before != NEW)
        status = sql_run(store, sql_drop_lines, key, 3, notes);
    if (status == STATUS_OK)
        status =
            sql_run(store, sql_put_order,
                    VALUES(T(merchant), T(customer), T(order->id), I(order->placed_at_s),
                           I(order->state), T(order->total.currency),
                           I(order->total.minor), I(order->refunded.minor),
                           T(order->channel), I(order->is_gift), I(is_packed)),
                    notes);
    for (size_t i = 0; status == STATUS_OK && i < order->line_count; i++)
        status =
            put_line(store, merchant, customer, order->id, i, &order->lines[i], notes);
    return status;
}

static int64_t
product(int64_t a, int64_t b)
{
    int64_t whole = 0;
    return __builtin_mul_overflow(a, b, &whole) ? INT64_MAX : whole;
}

static int64_t
sum(int64_t a, int64_t b)
{
    int64_t whole = 0;
    return __builtin_add_overflow(a, b, &whole) ? INT64_MAX : whole;
}

enum status
store_put_packed(struct store *store, const struct order *order, const char *customer,
                 struct arena *arena, struct notes *notes)
{
    struct past_order *past = arena_make(arena, sizeof(*past));
    if (!past)
        return STATUS_NO_MEMORY;
    *past = (struct past_order){
        .id = order->id,
        .placed_at_s = order->placed_at_s,
        .state = PAST_DONE,
        .channel = order->sales_channel,
        .is_gift = order->is_gift,
        .lines = order->lines,
        .line_count = order->line_count,
    };
    for (size_t i = 0; i < order->line_count; i++) {
        const struct order_line *line = &order->lines[i];
        past->total.minor =
            sum(past->total.minor, product(line->quantity, line->unit_price.minor));
        past->refunded.minor =
            sum(past->refunded.minor, product(line->returned, line->unit_price.minor));
    }
    snprintf(past->total.currency, sizeof(past->total.currency), "%s",
             order->currency ? order->currency : "");
    return store_put_order(store, order->merchant, customer, past, true, notes);
}

enum status
store_drop_packed(struct store *store, const char *merchant, const char *customer,
                  const char *order, struct notes *notes)
{
    const struct value key[] = {T(merchant), T(customer), T(order)};
    int64_t is_told = 0;
    enum status status = sql_number(store, sql_is_told, key, 3, 0, notes, &is_told);
    if (status != STATUS_OK || is_told)
        return status;
    status = sql_run(store, sql_drop_lines, key, 3, notes);
    return status == STATUS_OK ? sql_run(store, sql_drop_packed, key, 3, notes) : status;
}

/* --- other things in ---------------------------------------------------------------- */

struct thing {
    const char *kind;
    const char *id;         /* complaints; others are told apart by all they say */
    int64_t at_s, closed_s; /* TIME_NONE: none */
    int32_t score;          /* -1: none */
    const char *order, *subject, *channel, *occasion, *author, *words;
};

static const char sql_put_thing[] =
    "INSERT INTO past_thing(merchant, customer, kind, identity, at_s, closed_s, score,"
    " order_id, subject, channel, occasion, author, words)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
    " ON CONFLICT(merchant, customer, kind, identity) DO UPDATE SET at_s = excluded.at_s,"
    " closed_s = excluded.closed_s, order_id = excluded.order_id,"
    " subject = excluded.subject, words = excluded.words";

static bool
identify(const struct thing *thing, struct digest *ret)
{
    struct buf whole BUF_AUTO = {0};
    const char *const texts[] = {thing->order,    thing->subject, thing->channel,
                                 thing->occasion, thing->author,  thing->words};
    buf_printf(&whole, "%lld %d", (long long)thing->at_s, (int)thing->score);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        buf_json(&whole, texts[i]); /* so that no text runs into the next */
    if (whole.failed)
        return false;
    *ret = hash_sha256(whole.p, whole.n);
    return true;
}

struct putting {
    struct store *store;
    const char *merchant, *customer;
    struct notes *notes;
    enum status status; /* the first failure; nothing is put after it */
};

static void
put_thing(struct putting *putting, const struct thing *thing)
{
    struct digest digest;
    if (putting->status != STATUS_OK)
        return;
    if (!thing->id && !identify(thing, &digest)) {
        putting->status = STATUS_NO_MEMORY;
        return;
    }
    putting->status = sql_run(
        putting->store, sql_put_thing,
        VALUES(T(putting->merchant), T(putting->customer), T(thing->kind),
               T(thing->id ? thing->id : digest.hex), I_UNLESS(thing->at_s, TIME_NONE),
               I_UNLESS(thing->closed_s, TIME_NONE), I_UNLESS(thing->score, -1),
               T(thing->order), T(thing->subject), T(thing->channel), T(thing->occasion),
               T(thing->author), T(thing->words)),
        putting->notes);
}

static void
put_answers(struct putting *putting, const char *kind, const struct answer *answers,
            size_t count)
{
    for (size_t i = 0; i < count; i++)
        put_thing(putting, &(struct thing){.kind = kind,
                                           .at_s = answers[i].at_s,
                                           .closed_s = TIME_NONE,
                                           .score = answers[i].score,
                                           .order = answers[i].order});
}

static void
put_complaints(struct putting *putting, const struct history *history)
{
    for (size_t i = 0; i < history->complaint_count; i++) {
        const struct complaint *complaint = &history->complaints[i];
        put_thing(putting, &(struct thing){.kind = "complaint",
                                           .id = complaint->id,
                                           .at_s = complaint->opened_at_s,
                                           .closed_s = complaint->closed_at_s,
                                           .score = -1,
                                           .order = complaint->order,
                                           .subject = complaint->about,
                                           .words = complaint->mended});
    }
}

static void
put_words(struct putting *putting, const struct history *history)
{
    for (size_t i = 0; i < history->conversation_count; i++) {
        const struct conversation *talk = &history->conversations[i];
        put_thing(putting, &(struct thing){.kind = "conversation",
                                           .at_s = talk->at_s,
                                           .closed_s = TIME_NONE,
                                           .score = -1,
                                           .subject = talk->sought,
                                           .channel = talk->channel,
                                           .occasion = talk->occasion,
                                           .words = talk->text});
    }
    for (size_t i = 0; i < history->style_count; i++) {
        const struct style_answer *style = &history->styles[i];
        put_thing(putting, &(struct thing){.kind = "style",
                                           .at_s = style->at_s,
                                           .closed_s = TIME_NONE,
                                           .score = -1,
                                           .subject = style->question,
                                           .words = style->value});
    }
    for (size_t i = 0; i < history->pin_count; i++) {
        const struct pin *pin = &history->pins[i];
        put_thing(putting, &(struct thing){.kind = pin->kind == PIN_ALWAYS ? "pin-always"
                                                                           : "pin-never",
                                           .at_s = pin->at_s,
                                           .closed_s = TIME_NONE,
                                           .score = -1,
                                           .order = pin->order,
                                           .subject = pin->offer,
                                           .author = pin->by,
                                           .words = pin->reason});
    }
    for (size_t i = 0; i < history->interest_count; i++)
        put_thing(putting, &(struct thing){.kind = "interest",
                                           .at_s = TIME_NONE,
                                           .closed_s = TIME_NONE,
                                           .score = -1,
                                           .subject = history->interests[i]});
}

static void
put_spent(struct putting *putting, const struct history *history)
{
    for (size_t i = 0; i < history->spent_count; i++)
        put_thing(putting, &(struct thing){.kind = "points-spent",
                                           .at_s = history->spent[i].at_s,
                                           .closed_s = TIME_NONE,
                                           .score = (int32_t)history->spent[i].points,
                                           .subject = history->spent[i].reward});
}

static void
put_questions(struct putting *putting, const struct history *history)
{
    for (size_t i = 0; i < history->question_count; i++) {
        const struct question *question = &history->questions[i];
        put_thing(putting, &(struct thing){.kind = "question",
                                           .id = question->id,
                                           .at_s = question->at_s,
                                           .closed_s = question->answered_s,
                                           .score = -1,
                                           .order = question->order,
                                           .subject = question->asked,
                                           .words = question->answer});
    }
}

static void
put_ratings(struct putting *putting, const struct history *history)
{
    for (size_t i = 0; i < history->rating_count; i++)
        put_thing(putting, &(struct thing){.kind = "rating",
                                           .at_s = history->ratings[i].at_s,
                                           .closed_s = TIME_NONE,
                                           .score = history->ratings[i].score,
                                           .order = history->ratings[i].order,
                                           .subject = history->ratings[i].offer});
}

static void
put_shown(struct putting *putting, const struct history *history)
{
    for (size_t i = 0; i < history->shown_count; i++)
        put_thing(putting, &(struct thing){.kind = "shown",
                                           .at_s = history->shown[i].at_s,
                                           .closed_s = history->shown[i].answered_s,
                                           .score = -1,
                                           .order = history->shown[i].order,
                                           .subject = history->shown[i].offer});
}

/* What a points service says beside what the table of standings has columns for; each
 * counts only until there is a standing with a later as-of, so what that leaves out is
 * gone. */
static void
put_standing(struct putting *putting, const struct history *history)
{
    char of[24];
    struct thing thing = {.at_s = history->points_as_of_s,
                          .closed_s = TIME_NONE,
                          .score = -1};
    if (history->points_expiring > 0) {
        struct thing expiry = thing;
        expiry.kind = "points-expiry";
        expiry.closed_s = history->points_expire_s;
        expiry.score = (int32_t)history->points_expiring;
        put_thing(putting, &expiry);
    }
    if (history->risen_from) {
        struct thing rise = thing;
        rise.kind = "tier-rise";
        rise.subject = history->risen_from;
        put_thing(putting, &rise);
    }
    if (history->place > 0) {
        snprintf(of, sizeof(of), "%lld", (long long)history->place_of);
        thing.kind = "leaderboard";
        thing.score = (int32_t)history->place;
        thing.words = of;
        put_thing(putting, &thing);
    }
}

/* A standing without an as-of is older than any with one; of equals the later told. */
static const char sql_put_loyalty[] =
    "INSERT INTO loyalty(merchant, customer, tier, points, points_to_next, next_tier,"
    " as_of_s, household) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
    " ON CONFLICT(merchant, customer) DO UPDATE SET tier = excluded.tier, points = excluded.points,"
    " points_to_next = excluded.points_to_next, next_tier = excluded.next_tier,"
    " as_of_s = excluded.as_of_s"
    " WHERE coalesce(excluded.as_of_s, -9000000000000000000)"
    "  >= coalesce(loyalty.as_of_s, -9000000000000000000)"
    " AND (excluded.tier IS NOT NULL OR excluded.points IS NOT NULL)";
static const char sql_put_household[] =
    "UPDATE loyalty SET household = ?3 WHERE merchant = ?1 AND customer = ?2";

static void
put_loyalty(struct putting *putting, const struct history *history)
{
    char name[NAME_SIZE];
    const char *household = store_name(putting->store, "household", putting->merchant,
                                       history->household, name);
    if (putting->status != STATUS_OK ||
        (!history->tier && history->points < 0 && !history->household))
        return;
    putting->status = sql_run(
        putting->store, sql_put_loyalty,
        VALUES(T(putting->merchant), T(putting->customer), T(history->tier),
               I_UNLESS(history->points, -1), I_UNLESS(history->points_to_next, -1),
               T(history->next_tier), I_UNLESS(history->points_as_of_s, TIME_NONE),
               T(household)),
        putting->notes);
    if (putting->status == STATUS_OK && history->household)
        putting->status = sql_run(
            putting->store, sql_put_household,
            VALUES(T(putting->merchant), T(putting->customer), T(household)),
            putting->notes);
}

enum status
store_keep_history(struct store *store, const char *merchant, const char *customer,
                   const struct history *history, struct notes *notes)
{
    struct putting putting = {.store = store,
                              .merchant = merchant,
                              .customer = customer,
                              .notes = notes};
    putting.status = store_begin(store, notes);
    if (putting.status != STATUS_OK)
        return putting.status;
    for (size_t i = 0; putting.status == STATUS_OK && i < history->order_count; i++)
        putting.status = store_put_order(store, merchant, customer,
                                         &history->orders[i], false, notes);
    put_complaints(&putting, history);
    put_answers(&putting, "nps", history->nps, history->nps_count);
    put_answers(&putting, "effort", history->effort, history->effort_count);
    put_words(&putting, history);
    put_spent(&putting, history);
    put_shown(&putting, history);
    put_questions(&putting, history);
    put_ratings(&putting, history);
    put_standing(&putting, history);
    put_loyalty(&putting, history);
    return store_end(store, putting.status, notes);
}
