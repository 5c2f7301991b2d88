/* The ledger's decisions as a log for off-policy work, and that log for other tools. */
#include "report/log.h"

#include "base/money.h"
#include "report/inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct logging {
    const struct report_wish *wish;
    struct arena *arena;
    struct past past;
    struct log *log;
    size_t room;
};

static enum status
take_order(void *data, const struct study_order *order)
{
    struct logging *logging = data;
    if (order->placed_at_s > logging->wish->now_s)
        return STATUS_OK;
    bool is_money = text_equal(order->currency, logging->wish->currency);
    return past_take_order(&logging->past, order, is_money ? order->net_minor : 0);
}

/* What stays of revenue besides the goods is not known yet: what the pieces cost is. */
static enum status
take_pieces(struct logging *logging, const struct study_decision *decision,
            struct log_row *row)
{
    struct log_piece *pieces =
        arena_make_array(logging->arena, decision->piece_count, sizeof(*pieces));
    double given = 1 - logging->wish->margin_bp / 10000.0;
    if (!pieces)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < decision->piece_count; i++) {
        const struct study_piece *from = &decision->pieces[i];
        bool is_used = from->redeemed_s != TIME_NONE;
        pieces[i] = (struct log_piece){
            from->placement,   from->offer,      from->arm,        from->probability,
            from->is_held_out, from->cost_minor, from->value_minor};
        if (from->was_printed && logging->wish->margin_bp > 0)
            row->reward -= (double)from->cost_minor +
                           (is_used ? given * (double)from->value_minor : 0);
    }
    row->pieces = pieces;
    row->piece_count = decision->piece_count;
    return STATUS_OK;
}

static enum status
take_decision(void *data, const struct study_decision *decision)
{
    struct logging *logging = data;
    const struct report_wish *wish = logging->wish;
    if (decision->decided_s > wish->now_s)
        return STATUS_OK;
    struct log_row *row =
        arena_append(logging->arena, &logging->log->rows, &logging->log->row_count,
                     &logging->room, sizeof(*row));
    const char *order = row ? arena_strdup(logging->arena, decision->order) : NULL;
    if (!order)
        return STATUS_NO_MEMORY;
    *row = (struct log_row){
        .id = decision->id,
        .customer = decision->customer,
        .order = order,
        .campaign = decision->campaign,
        .segments = decision->segments,
        .decided_s = decision->decided_s,
        .is_told = !decision->campaign_digest,
        .is_over =
            decision->customer != STUDY_GUEST &&
            decision->decided_s + (int64_t)wish->within_days * DAY_S <= wish->now_s};
    return take_pieces(logging, decision, row);
}

static void
reward(const struct logging *logging)
{
    const struct report_wish *wish = logging->wish;
    double share = wish->margin_bp > 0 ? wish->margin_bp / 10000.0 : 1;
    for (size_t i = 0; i < logging->log->row_count; i++) {
        struct log_row *row = &logging->log->rows[i];
        if (!row->is_over)
            continue;
        const struct past_sums sums =
            past_sum(&logging->past, wish->within_days, row->customer, row->decided_s,
                     past_key(row->order));
        row->reward += share * sums.spend;
        row->ordered = sums.orders > 0;
    }
}

enum status
log_read(struct ledger *ledger, const struct report_wish *wish, struct arena *arena,
         struct notes *notes, struct log **ret)
{
    struct logging logging = {
        .wish = wish, .arena = arena, .log = arena_make(arena, sizeof(struct log))};
    const struct study_sink sink = {
        .data = &logging, .order = take_order, .decision = take_decision};
    enum status status = logging.log
                             ? ledger_study(ledger, wish->merchant, &wish->range, &sink,
                                            arena, notes, &logging.log->customers)
                             : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = past_end(&logging.past, logging.log->customers);
    if (status == STATUS_OK && logging.log->row_count == 0)
        status = note_fail(notes, STATUS_WITHOUT, NOTE_REPORT_NOTHING, NULL, 0,
                           "the ledger holds no decision of that time to go by");
    if (status == STATUS_OK)
        reward(&logging);
    past_done(&logging.past);
    if (status == STATUS_OK)
        *ret = logging.log;
    return status;
}

/* --- names as numbers -----------------------------------------------------------------
 */

struct names {
    const char **names; /* sorted, each once */
    size_t count;
};

static int
compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static bool
list_names(const struct log *log, bool of_placements, struct names *ret)
{
    size_t room = 0;
    for (size_t i = 0; i < log->row_count; i++)
        for (size_t k = 0; k < log->rows[i].piece_count; k++) {
            const struct log_piece *piece = &log->rows[i].pieces[k];
            const char *name = of_placements ? piece->placement : piece->offer;
            size_t at = 0;
            while (name && at < ret->count && strcmp(ret->names[at], name) != 0)
                at++;
            if (!name || at < ret->count)
                continue;
            if (ret->count == room) {
                room = room ? 2 * room : 64;
                const char **made = reallocarray(ret->names, room, sizeof(*ret->names));
                if (!made)
                    return false;
                ret->names = made;
            }
            ret->names[ret->count++] = name;
        }
    if (ret->count > 1)
        qsort(ret->names, ret->count, sizeof(*ret->names), compare_names);
    return true;
}

/* The count when it is none of them. */
static size_t
number_of(const struct names *names, const char *name)
{
    const char **found = name && names->count
                             ? bsearch(&name, names->names, names->count,
                                       sizeof(*names->names), compare_names)
                             : NULL;
    return found ? (size_t)(found - names->names) : names->count;
}

static bool
is_logged(const struct log_row *row, const struct log_piece *piece)
{
    return row->is_over && !piece->is_held_out && piece->probability > 0 &&
           piece->probability <= 1;
}

/* What has a meaning of its own in the format becomes an underscore. */
static void
put_word(struct buf *out, const char *word, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool is_plain = !strchr(" |:',\"\n\t\r", word[i]);
        buf_add(out, is_plain ? &word[i] : "_", 1);
    }
}

static void
put_number(struct buf *out, double value)
{
    char text[32];
    text_from_double(value, text);
    buf_puts(out, text);
}

/* --- Vowpal Wabbit --------------------------------------------------------------------
 */

static void
put_example(struct buf *out, const struct names *offers, double scale,
            const struct log_row *row, const struct log_piece *piece)
{
    const char *offer = piece->offer ? piece->offer : "nothing";
    buf_printf(out, "%zu:", number_of(offers, piece->offer) + 1);
    put_number(out, row->reward == 0 ? 0 : -row->reward * scale);
    buf_puts(out, ":");
    put_number(out, piece->probability);
    buf_puts(out, " '");
    put_word(out, offer, strlen(offer));
    buf_puts(out, "|p ");
    put_word(out, piece->placement, strlen(piece->placement));
    for (const char *p = row->segments; p && *p;) {
        size_t n = strcspn(p, " ");
        buf_puts(out, p == row->segments ? " |s " : " ");
        put_word(out, p, n);
        p += n + (p[n] == ' ');
    }
    buf_puts(out, "\n");
}

void
log_vowpal(const struct log *log, const char *currency, struct buf *out)
{
    struct names offers = {NULL, 0};
    double scale = pow(10, -money_digits(currency));
    if (!list_names(log, false, &offers))
        out->failed = true;
    for (size_t i = 0; i < log->row_count && !out->failed; i++)
        for (size_t k = 0; k < log->rows[i].piece_count; k++)
            if (is_logged(&log->rows[i], &log->rows[i].pieces[k]))
                put_example(out, &offers, scale, &log->rows[i], &log->rows[i].pieces[k]);
    free(offers.names);
}

/* --- the Open Bandit Pipeline ---------------------------------------------------------
 */

static void
put_impression(struct buf *out, const struct names *offers,
               const struct names *placements, const struct log_row *row,
               const struct log_piece *piece, size_t number)
{
    char at[32];
    const char *segments = row->segments ? row->segments : "";
    const char *offer = piece->offer ? piece->offer : "nothing";
    time_text(row->decided_s, at);
    buf_printf(out, "%zu,%s,%zu,%zu,%d,", number, at, number_of(offers, piece->offer),
               number_of(placements, piece->placement) + 1, row->ordered > 0);
    put_number(out, piece->probability);
    buf_puts(out, ",");
    put_word(out, segments, strlen(segments));
    buf_puts(out, ",");
    put_word(out, offer, strlen(offer));
    buf_puts(out, "\n");
}

void
log_bandit(const struct log *log, struct buf *out)
{
    struct names offers = {NULL, 0}, placements = {NULL, 0};
    size_t number = 0;
    if (!list_names(log, false, &offers) || !list_names(log, true, &placements))
        out->failed = true;
    buf_puts(out,
             ",timestamp,item_id,position,click,propensity_score,user_feature_0,item\n");
    for (size_t i = 0; i < log->row_count && !out->failed; i++)
        for (size_t k = 0; k < log->rows[i].piece_count; k++)
            if (is_logged(&log->rows[i], &log->rows[i].pieces[k]))
                put_impression(out, &offers, &placements, &log->rows[i],
                               &log->rows[i].pieces[k], number++);
    free(offers.names);
    free(placements.names);
}
