/* History out again: one customer's rows as the noun the other rooms know.
 *
 * Orders come by time, then id, as the noun promises; their lines are read in the same
 * order and handed to their orders as they pass. Rows of other things are sorted by
 * kind and time, so that the same ledger always gives the same history. */
#include "ledger/store.h"

#include <stdlib.h>
#include <string.h>

struct recall {
    struct store *store;
    struct value key[2]; /* merchant, customer */
    struct arena *arena;
    struct notes *notes;
    struct history *history;
    bool has_any;
    struct room {
        size_t complaints, nps, effort, conversations, styles, pins, interests, spent, shown,
            ratings, questions;
    } room;
};

/* Steps through a query, one call a row. */
static enum status
each_row(struct recall *recall, const char *sql,
         enum status (*take_row)(struct recall *recall, struct row *row, void *data),
         void *data)
{
    struct rows *rows ROWS_AUTO = NULL;
    bool has_row = false;
    enum status status =
        sql_query(recall->store, sql, recall->key, 2, recall->notes, &rows);
    while (status == STATUS_OK) {
        status = rows_next(rows, recall->notes, &has_row);
        if (status != STATUS_OK || !has_row)
            break;
        struct row row = {.rows = rows, .arena = recall->arena};
        status = take_row(recall, &row, data);
        if (status == STATUS_OK && row.failed)
            status = STATUS_NO_MEMORY;
        recall->has_any = true;
    }
    return status;
}

/* --- orders ------------------------------------------------------------------------- */

static const char sql_orders[] =
    "SELECT id, placed_at_s, state, currency, total_minor, refunded_minor, channel, "
    "is_gift"
    " FROM past_order WHERE merchant = ?1 AND customer = ?2 ORDER BY placed_at_s, id";
static const char sql_lines[] =
    "SELECT l.order_id, sku, name, category, tags, quantity, returned, price_minor"
    " FROM past_order o JOIN past_line l ON l.merchant = o.merchant"
    "  AND l.customer = o.customer AND l.order_id = o.id"
    " WHERE o.merchant = ?1 AND o.customer = ?2 ORDER BY o.placed_at_s, o.id, l.line";

static void
set_currency(struct money *money, const char *currency)
{
    snprintf(money->currency, sizeof(money->currency), "%s", currency ? currency : "");
}

static enum status
take_order(struct recall *recall, struct row *row, void *data)
{
    size_t *room = data;
    struct history *history = recall->history;
    struct past_order *order =
        arena_append(recall->arena, &history->orders, &history->order_count, room,
                     sizeof(*history->orders));
    if (!order)
        return STATUS_NO_MEMORY;
    const char *currency = row_text(row, 3);
    *order = (struct past_order){
        .id = row_text(row, 0),
        .placed_at_s = rows_int(row->rows, 1, 0),
        .state = (enum past_state)rows_int(row->rows, 2, PAST_DONE),
        .total.minor = rows_int(row->rows, 4, 0),
        .refunded.minor = rows_int(row->rows, 5, 0),
        .channel = row_text(row, 6),
        .is_gift = rows_int(row->rows, 7, 0) != 0,
    };
    set_currency(&order->total, currency);
    set_currency(&order->refunded, currency);
    return STATUS_OK;
}

struct lines {
    size_t order; /* whose lines are passing */
    size_t room;
};

static enum status
take_line(struct recall *recall, struct row *row, void *data)
{
    struct lines *lines = data;
    struct history *history = recall->history;
    const char *id = rows_lent(row->rows, 0);
    while (lines->order < history->order_count &&
           !text_equal(id, history->orders[lines->order].id)) {
        lines->order++;
        lines->room = 0;
    }
    if (lines->order == history->order_count)
        return STATUS_BUG;
    struct past_order *order = &history->orders[lines->order];
    struct order_line *line =
        arena_append(recall->arena, &order->lines, &order->line_count, &lines->room,
                     sizeof(*order->lines));
    if (!line)
        return STATUS_NO_MEMORY;
    *line = (struct order_line){
        .sku = row_text(row, 1),
        .name = row_text(row, 2),
        .category = row_text(row, 3),
        .tags = row_text(row, 4),
        .quantity = rows_int(row->rows, 5, 1),
        .returned = rows_int(row->rows, 6, 0),
        .unit_price.minor = rows_int(row->rows, 7, 0),
    };
    memcpy(line->unit_price.currency, order->total.currency,
           sizeof(line->unit_price.currency));
    return STATUS_OK;
}

/* --- other things ------------------------------------------------------------------- */

static const char sql_things[] =
    "SELECT kind, identity, at_s, closed_s, score, order_id, subject, channel, occasion,"
    " author, words FROM past_thing WHERE merchant = ?1 AND customer = ?2"
    " ORDER BY kind, at_s, id";
enum {
    KIND,
    IDENTITY,
    AT,
    CLOSED,
    SCORE,
    ORDER,
    SUBJECT,
    CHANNEL,
    OCCASION,
    AUTHOR,
    WORDS
};

static bool
take_complaint(struct recall *recall, struct row *row)
{
    struct history *history = recall->history;
    struct complaint *complaint =
        arena_append(recall->arena, &history->complaints, &history->complaint_count,
                     &recall->room.complaints, sizeof(*complaint));
    if (complaint)
        *complaint = (struct complaint){.id = row_text(row, IDENTITY),
                                        .about = row_text(row, SUBJECT),
                                        .mended = row_text(row, WORDS),
                                        .order = row_text(row, ORDER),
                                        .opened_at_s = rows_int(row->rows, AT, TIME_NONE),
                                        .closed_at_s = rows_int(row->rows, CLOSED, TIME_NONE)};
    return complaint;
}

static bool
take_answer(struct recall *recall, struct row *row, struct answer **answers,
            size_t *count, size_t *room)
{
    struct answer *answer =
        arena_append(recall->arena, answers, count, room, sizeof(*answer));
    if (answer)
        *answer = (struct answer){.at_s = rows_int(row->rows, AT, TIME_NONE),
                                  .score = (int32_t)rows_int(row->rows, SCORE, 0),
                                  .order = row_text(row, ORDER)};
    return answer;
}

static bool
take_conversation(struct recall *recall, struct row *row)
{
    struct history *history = recall->history;
    struct conversation *talk =
        arena_append(recall->arena, &history->conversations, &history->conversation_count,
                     &recall->room.conversations, sizeof(*talk));
    if (talk)
        *talk = (struct conversation){.at_s = rows_int(row->rows, AT, TIME_NONE),
                                      .channel = row_text(row, CHANNEL),
                                      .sought = row_text(row, SUBJECT),
                                      .occasion = row_text(row, OCCASION),
                                      .text = row_text(row, WORDS)};
    return talk;
}

static bool
take_style(struct recall *recall, struct row *row)
{
    struct history *history = recall->history;
    struct style_answer *style =
        arena_append(recall->arena, &history->styles, &history->style_count,
                     &recall->room.styles, sizeof(*style));
    if (style)
        *style = (struct style_answer){.at_s = rows_int(row->rows, AT, TIME_NONE),
                                       .question = row_text(row, SUBJECT),
                                       .value = row_text(row, WORDS)};
    return style;
}

static bool
take_pin(struct recall *recall, struct row *row, enum pin_kind kind)
{
    struct history *history = recall->history;
    struct pin *pin = arena_append(recall->arena, &history->pins, &history->pin_count,
                                   &recall->room.pins, sizeof(*pin));
    if (pin)
        *pin = (struct pin){.kind = kind,
                            .offer = row_text(row, SUBJECT),
                            .order = row_text(row, ORDER),
                            .by = row_text(row, AUTHOR),
                            .reason = row_text(row, WORDS),
                            .at_s = rows_int(row->rows, AT, TIME_NONE)};
    return pin;
}

static bool
take_interest(struct recall *recall, struct row *row)
{
    struct history *history = recall->history;
    const char **interest =
        arena_append(recall->arena, &history->interests, &history->interest_count,
                     &recall->room.interests, sizeof(*interest));
    if (interest)
        *interest = row_text(row, SUBJECT);
    return interest;
}

static bool
take_spent(struct recall *recall, struct row *row)
{
    struct history *history = recall->history;
    struct points_spent *spent =
        arena_append(recall->arena, &history->spent, &history->spent_count,
                     &recall->room.spent, sizeof(*spent));
    if (spent)
        *spent = (struct points_spent){.at_s = rows_int(row->rows, AT, TIME_NONE),
                                       .points = rows_int(row->rows, SCORE, 0),
                                       .reward = row_text(row, SUBJECT)};
    return spent;
}

static bool
add_shown(struct recall *recall, const struct shown *one)
{
    struct history *history = recall->history;
    struct shown *shown =
        arena_append(recall->arena, &history->shown, &history->shown_count,
                     &recall->room.shown, sizeof(*shown));
    if (shown)
        *shown = *one;
    return shown;
}

static bool
take_question(struct recall *recall, struct row *row)
{
    struct history *history = recall->history;
    struct question *question =
        arena_append(recall->arena, &history->questions, &history->question_count,
                     &recall->room.questions, sizeof(*question));
    if (question)
        *question = (struct question){.id = row_text(row, IDENTITY),
                                      .asked = row_text(row, SUBJECT),
                                      .order = row_text(row, ORDER),
                                      .answer = row_text(row, WORDS),
                                      .at_s = rows_int(row->rows, AT, TIME_NONE),
                                      .answered_s = rows_int(row->rows, CLOSED, TIME_NONE)};
    return question;
}

static bool
take_rating(struct recall *recall, struct row *row)
{
    struct history *history = recall->history;
    struct rating *rating =
        arena_append(recall->arena, &history->ratings, &history->rating_count,
                     &recall->room.ratings, sizeof(*rating));
    if (rating)
        *rating = (struct rating){.at_s = rows_int(row->rows, AT, TIME_NONE),
                                  .offer = row_text(row, SUBJECT),
                                  .score = (int32_t)rows_int(row->rows, SCORE, 0),
                                  .order = row_text(row, ORDER)};
    return rating;
}

/* What was printed here: decided then, and not of those held out. A coupon is answered at
 * the till, a question by its code. */
static const char sql_printed[] =
    "SELECT made_s, offer, order_id,"
    " (SELECT MIN(r.at_s) FROM redemption r WHERE r.promise = p.id),"
    " (SELECT MIN(e.at_s) FROM event e WHERE e.promise = p.id AND e.kind = 'answered')"
    " FROM promise p WHERE merchant = ?1 AND customer = ?2"
    " AND was_printed = 1 AND is_held_out = 0 ORDER BY made_s, id";

static enum status
take_printed(struct recall *recall, struct row *row, void *data)
{
    (void)data;
    int64_t redeemed_s = rows_int(row->rows, 3, TIME_NONE);
    int64_t told_s = rows_int(row->rows, 4, TIME_NONE);
    bool is_told = told_s != TIME_NONE && (redeemed_s == TIME_NONE || told_s < redeemed_s);
    return add_shown(recall, &(struct shown){.at_s = rows_int(row->rows, 0, TIME_NONE),
                                             .offer = row_text(row, 1),
                                             .order = row_text(row, 2),
                                             .answered_s = is_told ? told_s : redeemed_s})
               ? STATUS_OK
               : STATUS_NO_MEMORY;
}

/* The standing has been taken: what is older than that is of an earlier one. */
static bool
take_standing(struct recall *recall, struct row *row, const char *kind)
{
    struct history *history = recall->history;
    if (rows_int(row->rows, AT, TIME_NONE) < history->points_as_of_s)
        return true;
    if (text_equal(kind, "points-expiry")) {
        history->points_expiring = rows_int(row->rows, SCORE, 0);
        history->points_expire_s = rows_int(row->rows, CLOSED, TIME_NONE);
    } else if (text_equal(kind, "tier-rise")) {
        history->risen_from = row_text(row, SUBJECT);
    } else {
        const char *of = rows_lent(row->rows, WORDS);
        history->place = rows_int(row->rows, SCORE, 0);
        history->place_of = of ? strtoll(of, NULL, 10) : 0;
    }
    return true;
}

static enum status
take_thing(struct recall *recall, struct row *row, void *data)
{
    struct history *history = recall->history;
    const char *kind = rows_lent(row->rows, KIND);
    bool is_taken = true; /* a kind of a later tuck is passed over */
    (void)data;
    if (text_equal(kind, "complaint"))
        is_taken = take_complaint(recall, row);
    else if (text_equal(kind, "nps"))
        is_taken = take_answer(recall, row, &history->nps, &history->nps_count,
                               &recall->room.nps);
    else if (text_equal(kind, "effort"))
        is_taken = take_answer(recall, row, &history->effort, &history->effort_count,
                               &recall->room.effort);
    else if (text_equal(kind, "conversation"))
        is_taken = take_conversation(recall, row);
    else if (text_equal(kind, "style"))
        is_taken = take_style(recall, row);
    else if (text_equal(kind, "pin-always"))
        is_taken = take_pin(recall, row, PIN_ALWAYS);
    else if (text_equal(kind, "pin-never"))
        is_taken = take_pin(recall, row, PIN_NEVER);
    else if (text_equal(kind, "interest"))
        is_taken = take_interest(recall, row);
    else if (text_equal(kind, "points-spent"))
        is_taken = take_spent(recall, row);
    else if (text_equal(kind, "question"))
        is_taken = take_question(recall, row);
    else if (text_equal(kind, "rating"))
        is_taken = take_rating(recall, row);
    else if (text_equal(kind, "shown"))
        is_taken = add_shown(
            recall, &(struct shown){.at_s = rows_int(row->rows, AT, TIME_NONE),
                                    .offer = row_text(row, SUBJECT),
                                    .order = row_text(row, ORDER),
                                    .answered_s = rows_int(row->rows, CLOSED, TIME_NONE)});
    else if (text_equal(kind, "points-expiry") || text_equal(kind, "tier-rise") ||
             text_equal(kind, "leaderboard"))
        is_taken = take_standing(recall, row, kind);
    return is_taken ? STATUS_OK : STATUS_NO_MEMORY;
}

static const char sql_loyalty[] =
    "SELECT tier, points, points_to_next, next_tier, as_of_s, household FROM loyalty"
    " WHERE merchant = ?1 AND customer = ?2";

static enum status
take_loyalty(struct recall *recall, struct row *row, void *data)
{
    struct history *history = recall->history;
    (void)data;
    history->tier = row_text(row, 0);
    history->points = rows_int(row->rows, 1, -1);
    history->points_to_next = rows_int(row->rows, 2, -1);
    history->next_tier = row_text(row, 3);
    history->points_as_of_s = rows_int(row->rows, 4, TIME_NONE);
    history->household = row_text(row, 5);
    return STATUS_OK;
}

enum status
store_history(struct store *store, const char *merchant, const char *customer,
              struct arena *arena, struct notes *notes, struct history **ret)
{
    struct recall recall = {.store = store,
                            .key = {T(merchant), T(customer)},
                            .arena = arena,
                            .notes = notes};
    struct lines lines = {0};
    size_t order_room = 0;
    bool is_empty = false;
    recall.history = history_make(arena, customer);
    if (!recall.history)
        return STATUS_NO_MEMORY;
    enum status status = store_look(store, notes, &is_empty);
    if (status != STATUS_OK || is_empty)
        return status == STATUS_OK ? STATUS_WITHOUT : status;
    status = each_row(&recall, sql_orders, take_order, &order_room);
    if (status == STATUS_OK)
        status = each_row(&recall, sql_lines, take_line, &lines);
    if (status == STATUS_OK)
        status = each_row(&recall, sql_loyalty, take_loyalty, NULL);
    if (status == STATUS_OK) /* which the standing's as-of helps to read */
        status = each_row(&recall, sql_things, take_thing, NULL);
    if (status == STATUS_OK)
        status = each_row(&recall, sql_printed, take_printed, NULL);
    status = store_looked(store, status, notes);
    if (status != STATUS_OK)
        return status;
    if (!recall.has_any)
        return STATUS_WITHOUT;
    *ret = recall.history;
    return STATUS_OK;
}
