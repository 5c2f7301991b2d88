/* Which offers a customer may have at all: eligible by its rules, then allowed.
 *
 * A refusal is one sentence that names the rule and its numbers. Of a condition it names
 * the part that was false, and what the facts in it are; texts are left out, since shops'
 * and customers' own words stay where they are. */
#include "campaign/plan-inside.h"

#include "base/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool
plan_drop(struct planner *planner, size_t place, enum fate fate, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *reason = arena_vprintf(planner->arena, format, args);
    va_end(args);
    if (reason == NULL)
        planner->is_out_of_memory = true;
    planner->plan->verdicts[place].fate = fate;
    planner->plan->verdicts[place].reason = reason != NULL ? reason : "";
    return false;
}

/* --- eligible ----------------------------------------------------------------------- */

static bool
may_be_told(const struct fact_def *fact)
{
    return fact->type !=
           FACT_TEXT; /* shops' and customers' own words stay where they are */
}

/* "drew 0.4312 at odds 0.04" */
static void
tell_draw(const struct planner *planner, const struct expr *call, struct buf *out)
{
    const struct campaign *campaign = planner->campaign;
    char drawn[32], odds[32];

    text_from_double(floor(draw_number(campaign->seed, call->args[0]->text,
                                       planner->facts->order->id) *
                           10000.0) /
                         10000.0,
                     drawn);
    text_from_double(expr_constant(call->args[1]), odds);
    buf_printf(out, "drew %s at odds %s", drawn, odds);
}

bool
plan_tell_draws(const struct planner *planner, const struct expr *expr, struct buf *out)
{
    bool has_any = false;

    if (expr->kind == EXPR_CALL && strcmp(expr->text, "draw") == 0) {
        buf_printf(out, "; draw %s: ", expr->args[0]->text);
        tell_draw(planner, expr, out);
        return true;
    }
    for (size_t i = 0; i < expr->arg_count; i++)
        has_any |= plan_tell_draws(planner, expr->args[i], out);
    return has_any;
}

/* " ($stage is 'active')": the facts of a part of a condition, three at most. */
static size_t
tell_facts(const struct planner *planner, const struct expr *expr, size_t told,
           struct buf *out)
{
    if (expr->kind == EXPR_FACT && may_be_told(expr->fact) && told < 3) {
        char value[64], mark[80];
        snprintf(mark, sizeof mark, "$%s is ", expr->fact->name);
        if (told > 0 && strstr(out->p, mark) != NULL)
            return told;
        bool is_quoted = expr->fact->type == FACT_WORD;
        fact_text(planner->facts, expr->fact->id, value, sizeof value);
        const char *shown = value[0] != '\0' ? value : "unknown";
        buf_printf(out, "%s$%s is %s%s%s", told == 0 ? " (" : ", ", expr->fact->name,
                   is_quoted ? "'" : "", shown, is_quoted ? "'" : "");
        return told + 1;
    }
    if (expr->kind == EXPR_CALL && strcmp(expr->text, "draw") == 0 && told < 3) {
        buf_puts(out, told == 0 ? " (" : ", ");
        tell_draw(planner, expr, out);
        return told + 1;
    }
    for (size_t i = 0; i < expr->arg_count; i++)
        told = tell_facts(planner, expr->args[i], told, out);
    return told;
}

static bool
drop_refused(struct planner *planner, size_t place, enum ruling ruling,
             const struct refusal *refusal, const char *what)
{
    BUF_AUTO struct buf facts = {0};
    const struct condition *condition = refusal->condition;
    const struct expr *expr = condition->expr;
    const char *term = condition->terms[refusal->term];

    if (ruling == RULING_FAILED) {
        note_add(planner->notes, NOTE_CONDITION_FAILED, planner->campaign->path,
                 condition->line, "offer '%s': \"%s\" failed: %s",
                 planner->campaign->offers[place].name, term, refusal->error);
        return plan_drop(planner, place, FATE_FAULTY, "%s: %s failed: %s", what, term,
                         refusal->error);
    }
    if (expr->kind == EXPR_AND)
        expr = expr->args[refusal->term];
    /* "$is-gift is false" says it already */
    bool is_plain = expr->kind == EXPR_FACT;
    if (!is_plain && tell_facts(planner, expr, 0, &facts) > 0)
        buf_puts(&facts, ")");
    return plan_drop(planner, place, FATE_NOT_ELIGIBLE, "%s: %s is false%s", what, term,
                     facts.n > 0 ? facts.p : "");
}

static bool
is_in_dates(struct planner *planner, size_t place)
{
    const struct offer *offer = &planner->campaign->offers[place];
    struct day today = planner->facts->today;
    char day[16];

    if (!day_is_none(offer->from) && today.n < offer->from.n) {
        day_text(offer->from, day);
        return plan_drop(planner, place, FATE_NOT_ELIGIBLE, "dates: begins on %s", day);
    }
    if (!day_is_none(offer->until) && today.n > offer->until.n) {
        day_text(offer->until, day);
        return plan_drop(planner, place, FATE_NOT_ELIGIBLE, "dates: ended on %s", day);
    }
    return true;
}

bool
plan_is_eligible(struct planner *planner, size_t place)
{
    const struct offer *offer = &planner->campaign->offers[place];
    struct refusal refusal = {0};
    enum ruling ruling = RULING_YES;
    char what[96];

    if (!is_in_dates(planner, place))
        return false;
    if (offer->segment != NULL) {
        ruling = judge_segment(planner->judge,
                               segment_find(planner->campaign->inside, offer->segment),
                               &refusal);
        snprintf(what, sizeof what, "segment %s", offer->segment);
        if (ruling != RULING_YES)
            return drop_refused(planner, place, ruling, &refusal, what);
    }
    ruling = judge_offer(planner->judge, place, &refusal);
    return ruling == RULING_YES || drop_refused(planner, place, ruling, &refusal, "when");
}

/* --- allowed ------------------------------------------------------------------------ */

bool
plan_find_pin(const struct planner *planner, const struct offer *offer,
              enum pin_kind *ret, bool *ret_is_for_order)
{
    const struct history *history = planner->facts->history;
    bool is_found = false, is_for_order = false;
    enum pin_kind kind = PIN_ALWAYS;

    for (size_t i = 0; history != NULL && i < history->pin_count; i++) {
        const struct pin *pin = &history->pins[i];
        bool is_own = pin->order != NULL && text_equal(pin->order, planner->order->id);
        bool is_later =
            !is_own && pin->kind == PIN_ALWAYS && pin->at_s > planner->order->placed_at_s;
        if (!text_equal(pin->offer, offer->name) || (pin->order != NULL && !is_own) ||
            is_later)
            continue;
        if (!is_found || is_own > is_for_order ||
            (is_own == is_for_order && pin->kind == PIN_NEVER)) {
            kind = pin->kind;
            is_for_order = is_own;
        }
        is_found = true;
    }
    *ret = kind;
    *ret_is_for_order = is_for_order;
    return is_found;
}

static bool
is_unpinned(struct planner *planner, size_t place)
{
    enum pin_kind kind = PIN_ALWAYS;
    bool is_for_order = false;

    if (!plan_find_pin(planner, &planner->campaign->offers[place], &kind,
                       &is_for_order) ||
        kind == PIN_ALWAYS)
        return true;
    return plan_drop(planner, place, FATE_NOT_ALLOWED, "pin: an advisor said never%s",
                     is_for_order ? " for this order" : "");
}

static bool
is_consented(struct planner *planner, size_t place)
{
    const struct offer *offer = &planner->campaign->offers[place];
    const struct customer *customer = &planner->order->customer;

    for (uint32_t bit = 1; bit <= CONSENT_LEADERBOARD; bit <<= 1) {
        if ((offer->needs_consents & bit) == 0 || (customer->consents & bit) != 0)
            continue;
        return plan_drop(planner, place, FATE_NOT_ALLOWED, "consent: %s %s",
                         consent_name((enum consent)bit),
                         (customer->refused & bit) != 0 ? "was refused"
                                                        : "was not given");
    }
    if ((customer->refused & CONSENT_MARKETING) == 0)
        return true;
    if (offer->sells)
        return plan_drop(planner, place, FATE_NOT_ALLOWED,
                         "consent: marketing was refused, and this offer sells");
    if (planner->order->is_gift && offer->coupon.kind != COUPON_NONE)
        return plan_drop(planner, place, FATE_NOT_ALLOWED,
                         "consent: marketing was refused, and a gift's coupon needs it");
    return true;
}

static bool
is_to_be_had(struct planner *planner, size_t place)
{
    const char *refusal =
        planner->standings != NULL ? planner->standings->offers[place].refusal : NULL;
    return refusal == NULL || plan_drop(planner, place, FATE_NOT_ALLOWED, "%s", refusal);
}

static bool
is_cool(struct planner *planner, size_t place)
{
    const struct offer *offer = &planner->campaign->offers[place];

    if (planner->standings == NULL || offer->cooldown_days == 0)
        return true;
    struct day last = planner->standings->offers[place].last_decided;
    int64_t passed = (int64_t)planner->facts->today.n - last.n;
    if (day_is_none(last) || passed >= offer->cooldown_days)
        return true;
    return plan_drop(planner, place, FATE_NOT_ALLOWED, "cooldown: %d of %d days passed",
                     passed > 0 ? (int)passed : 0, (int)offer->cooldown_days);
}

/* A segment that bars: one whose condition fails bars, too, since nobody can tell. */
static bool
is_unbarred(struct planner *planner, size_t place)
{
    const struct campaign_inside *inside = planner->campaign->inside;
    uint32_t bars = offer_bars(&planner->campaign->offers[place]);
    struct refusal refusal = {0};
    char what[96];

    for (size_t i = 0; i < inside->segment_count; i++) {
        const struct segment *segment = &inside->segments[i];
        uint32_t barred = segment->bars & bars;
        if (barred == 0)
            continue;
        enum ruling ruling = judge_segment(planner->judge, i, &refusal);
        snprintf(what, sizeof what, "segment %s", segment->name);
        if (ruling == RULING_FAILED)
            return drop_refused(planner, place, ruling, &refusal, what);
        if (ruling == RULING_YES)
            return plan_drop(planner, place, FATE_NOT_ALLOWED, "%s bars: this offer %s",
                             what, barred & BAR_SELLING ? "sells" : "asks a question");
    }
    return true;
}

bool
plan_is_allowed(struct planner *planner, size_t place)
{
    if (!is_unpinned(planner, place) || !plan_is_open_to(planner, place) ||
        !is_consented(planner, place))
        return false;
    if (planner->campaign->offers[place].sells &&
        planner->facts->fact[FACT_OPEN_COMPLAINT].number != 0.0)
        return plan_drop(planner, place, FATE_NOT_ALLOWED,
                         "complaint: one is open, and this offer sells");
    return is_unbarred(planner, place) && plan_has_room(planner, place) && is_to_be_had(planner, place) &&
           is_cool(planner, place) && plan_is_its_turn(planner, place);
}
