/* Simulating: every logged decision made again under the shop's campaign, which is
 * another than it was then.
 *
 * The order, the history and the standing of that time decide; what was learnt is
 * today's. Each order stands by itself: that an earlier one would have got something
 * else, and a limit or a cooldown with it, is not followed up. An offer of the same name
 * is taken for the same offer. What the campaign would have been worth is estimated from
 * the probabilities of the log (stats/policy.h): a decision's weight is the product, over
 * its placements, of the chance that the new campaign does what was done by the chance it
 * had then. The model of the doubly robust estimate is what a placement's offers brought
 * on average to the other half of the customers. Customers who are held out, then or now,
 * are no part of the value. Nothing is written. */
#include "station/simulate.h"

#include "station/found.h"
#include "station/knowledge.h"
#include "station/report-wish.h"
#include "station/set-back.h"

#include <stdlib.h>
#include <string.h>

#define SIMULATE_PATIENCE_MS 3600000

/* --- what changes ---------------------------------------------------------------------
 */

static struct shift *
get_shift(struct simulation *simulation, struct shift **shifts, size_t *count,
          size_t *room, const char *name, size_t n)
{
    for (size_t i = 0; i < *count; i++)
        if (strlen((*shifts)[i].name) == n && memcmp((*shifts)[i].name, name, n) == 0)
            return &(*shifts)[i];
    struct shift *made =
        arena_append(simulation->arena, shifts, count, room, sizeof(*made));
    if (made)
        made->name = arena_copy(simulation->arena, name, n);
    return made && made->name ? made : NULL;
}

static enum status
add_change(struct simulation *simulation, const char *placement, const char *from,
           const char *to, const char *order)
{
    struct simulated *out = simulation->out;
    struct change *change = NULL;
    for (size_t i = 0; i < out->change_count && !change; i++)
        if (text_equal(out->changes[i].placement, placement) &&
            text_equal(out->changes[i].from, from) && text_equal(out->changes[i].to, to))
            change = &out->changes[i];
    if (!change) {
        change = arena_append(simulation->arena, &out->changes, &out->change_count,
                              &out->change_room, sizeof(*change));
        if (!change)
            return STATUS_NO_MEMORY;
        *change = (struct change){.placement = placement, .from = from, .to = to};
    }
    if (change->count < CHANGE_EXAMPLES)
        change->examples[change->count] = order;
    change->count++;
    return STATUS_OK;
}

static enum status
compare_place(struct simulation *simulation, const struct log_row *row,
              const char *placement, const char *from, const char *to, bool *ret_changed)
{
    struct simulated *out = simulation->out;
    bool is_changed = !text_equal(from, to);
    struct shift *shift = get_shift(simulation, &out->placements, &out->placement_count,
                                    &out->placement_room, placement, strlen(placement));
    if (!shift)
        return STATUS_NO_MEMORY;
    shift->count++;
    shift->changed += is_changed;
    *ret_changed |= is_changed;
    return is_changed ? add_change(simulation, placement, from, to, row->order)
                      : STATUS_OK;
}

static enum status
compare_row(struct simulation *simulation, const struct log_row *row,
            const struct plan *plan, bool *ret_changed)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < row->piece_count && status == STATUS_OK; i++) {
        const struct log_piece *piece = &row->pieces[i];
        const struct choice *choice =
            choice_at(plan, piece->placement, number_of(row, i));
        status = compare_place(simulation, row, piece->placement, piece->offer,
                               choice && choice->offer ? choice->offer->name : NULL,
                               ret_changed);
    }
    for (size_t i = 0; i < plan->choice_count && status == STATUS_OK; i++) {
        const struct choice *choice = &plan->choices[i];
        if (!has_placement(row, choice->placement->name))
            status =
                compare_place(simulation, row, choice->placement->name, NULL,
                              choice->offer ? choice->offer->name : NULL, ret_changed);
    }
    return status;
}

static enum status
count_segments(struct simulation *simulation, const struct plan *plan, bool is_changed)
{
    struct simulated *out = simulation->out;
    for (const char *p = plan->segments; *p;) {
        size_t n = strcspn(p, " ");
        struct shift *shift = get_shift(simulation, &out->segments, &out->segment_count,
                                        &out->segment_room, p, n);
        if (!shift)
            return STATUS_NO_MEMORY;
        shift->count++;
        shift->changed += is_changed;
        p += n + (p[n] == ' ');
    }
    return STATUS_OK;
}

static void
count_amounts(struct simulated *out, const struct log_row *row, const struct plan *plan)
{
    for (size_t i = 0; i < row->piece_count; i++) {
        const struct log_piece *piece = &row->pieces[i];
        if (!piece->offer || piece->is_held_out)
            continue;
        out->logged.pieces++;
        out->logged.paper_minor += piece->cost_minor;
        out->logged.coupons_minor += piece->value_minor;
    }
    for (size_t i = 0; i < plan->choice_count; i++) {
        const struct choice *choice = &plan->choices[i];
        if (!choice->offer || choice->is_held_out)
            continue;
        out->made.pieces++;
        out->made.paper_minor += choice->cost_minor;
        out->made.coupons_minor += choice->offer->coupon.cost.minor;
    }
}

/* --- a decision -----------------------------------------------------------------------
 */

static bool
is_held_out(const struct log_row *row, const struct plan *plan)
{
    for (size_t i = 0; i < row->piece_count; i++)
        if (row->pieces[i].is_held_out)
            return true;
    for (size_t i = 0; i < plan->choice_count; i++)
        if (plan->choices[i].is_held_out)
            return true;
    return plan->of_campaign.is_held_out || plan->of_shop.is_held_out;
}

static enum status
take_plan(struct simulation *simulation, const struct log_row *row,
          const struct plan *plan)
{
    struct simulated *out = simulation->out;
    struct policy_row weighed, followed;
    bool is_changed = false;
    enum status status = compare_row(simulation, row, plan, &is_changed);
    if (status == STATUS_OK)
        status = count_segments(simulation, plan, is_changed);
    if (status != STATUS_OK)
        return status;
    out->replayed++;
    out->changed += is_changed;
    count_amounts(out, row, plan);
    if (!row->is_over)
        return STATUS_OK;
    if (is_held_out(row, plan)) {
        out->held_out++;
        return STATUS_OK;
    }
    weigh(simulation, row, plan, &weighed);
    followed = weighed;
    followed.wanted = followed.logged;
    followed.model_wanted = followed.model_logged;
    followed.unreached = 0;
    policy_unit_add(&simulation->unit, &weighed, 0);
    policy_unit_add(&simulation->followed, &followed, 0);
    out->valued++;
    return STATUS_OK;
}

/* What is not kept any more is counted and passed over. */
static enum status
replay(struct simulation *simulation, const struct log_row *row)
{
    const struct kept_from from = {row->id, row->order, "1"};
    struct tuck_carton *carton = NULL;
    struct notes notes;
    notes.count = notes.dropped = 0;
    if (row->is_told) {
        simulation->out->told++;
        return STATUS_OK;
    }
    enum status status = carton_new(simulation->shop, &carton);
    if (status != STATUS_OK)
        return status;
    struct way way = {
        .shop = simulation->shop,
        .carton = carton,
        .patience = {clock_monotonic_ms() + DESK_BUDGET_MS, NULL},
        .bench = simulation->desk.bench,
        .ledger = simulation->desk.ledger,
        .knowledge = simulation->knowledge,
        .today = zone_day(simulation->shop->settings->zone, row->decided_s, NULL),
    };
    status = way_set_back(&way, &from, &notes);
    if (status == STATUS_OK) {
        way.standings.learned =
            simulation->knowledge ? simulation->knowledge->learned : NULL;
        status = way_plan(&way);
    }
    if (status == STATUS_OK)
        status = take_plan(simulation, row, carton->plan);
    else if (status == STATUS_WITHOUT || status == STATUS_BAD_INPUT) {
        simulation->out->unkept++;
        status = STATUS_OK;
    }
    carton_free(carton);
    return status;
}

static int
compare_rows(const void *left, const void *right)
{
    const struct log_row *a = left, *b = right;
    if (a->customer != b->customer)
        return a->customer < b->customer ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

static int
compare_changes(const void *left, const void *right)
{
    const struct change *a = left, *b = right;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return strcmp(a->placement, b->placement);
}

static int
compare_shifts(const void *left, const void *right)
{
    return strcmp(((const struct shift *)left)->name,
                  ((const struct shift *)right)->name);
}

static void
end_customer(struct simulation *simulation)
{
    if (simulation->unit.rows > 0 || simulation->unit.broken > 0)
        policy_pair_add_units(&simulation->pair, &simulation->unit,
                              &simulation->followed);
    simulation->unit = simulation->followed = (struct policy_unit){.rows = 0};
}

static enum status
run(struct simulation *simulation)
{
    struct log *log = simulation->log;
    struct simulated *out = simulation->out;
    enum status status = learn_effects(simulation);
    out->decisions = (int64_t)log->row_count;
    qsort(log->rows, log->row_count, sizeof(*log->rows), compare_rows);
    judge_tell_chances(simulation->desk.bench->judge, true);
    for (size_t i = 0; i < log->row_count && status == STATUS_OK; i++) {
        if (i > 0 && log->rows[i].customer != log->rows[i - 1].customer)
            end_customer(simulation);
        status = replay(simulation, &log->rows[i]);
    }
    judge_tell_chances(simulation->desk.bench->judge, false);
    end_customer(simulation);
    if (out->change_count > 1)
        qsort(out->changes, out->change_count, sizeof(*out->changes), compare_changes);
    if (out->placement_count > 1)
        qsort(out->placements, out->placement_count, sizeof(*out->placements),
              compare_shifts);
    if (out->segment_count > 1)
        qsort(out->segments, out->segment_count, sizeof(*out->segments), compare_shifts);
    out->value = policy_value(&simulation->pair.first, 0.95);
    out->gain = policy_gain(&simulation->pair, 0.95);
    return status;
}

static enum status
simulate(struct simulation *simulation, const struct tuck_simulate *how,
         const struct report_wish *wish, struct buf *out)
{
    struct simulated simulated = {.campaign = simulation->shop->campaign->name,
                                  .currency = wish->currency,
                                  .within_days = wish->within_days,
                                  .is_margin = wish->margin_bp > 0};
    struct knowledge *knowledge CLEANUP(knowledge_unrefp) = NULL;
    enum status status = log_read(simulation->desk.ledger, wish, simulation->arena,
                                  simulation->notes, &simulation->log);
    if (status != STATUS_OK)
        return status;
    if (how->form == TUCK_FORM_VOWPAL) {
        log_vowpal(simulation->log, wish->currency, out);
        return STATUS_OK;
    }
    if (how->form == TUCK_FORM_BANDIT) {
        log_bandit(simulation->log, out);
        return STATUS_OK;
    }
    simulation->out = &simulated;
    simulation->knowledge = knowledge =
        knowledge_get(simulation->shop, simulation->desk.ledger, simulation->notes);
    status = run(simulation);
    if (status == STATUS_OK && how->form == TUCK_FORM_JSON)
        simulated_json(&simulated, out);
    else if (status == STATUS_OK)
        simulated_tell(&simulated, out);
    return status;
}

enum status
station_simulate(struct tuck_shop *shop, const struct tuck_simulate *how,
                 void **ret_bytes, size_t *ret_length, struct notes *notes)
{
    struct arena *arena ARENA_AUTO = arena_new(0);
    struct buf out BUF_AUTO = {.ceiling = (size_t)1 << 32};
    struct simulation simulation = {.shop = shop, .arena = arena, .notes = notes};
    const struct asked_range asked = {how->from, how->to, how->date, how->within_days};
    struct report_wish wish;
    enum status status =
        arena ? report_wish_of(shop, &asked, notes, &wish) : STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = desk_open(shop, LEDGER_READ, SIMULATE_PATIENCE_MS, NULL, notes,
                           &simulation.desk);
    if (status != STATUS_OK)
        return status;
    status = simulate(&simulation, how, &wish, &out);
    desk_close(&simulation.desk, notes);
    if (status == STATUS_OK && out.failed)
        status = STATUS_NO_MEMORY;
    if (status != STATUS_OK)
        return status;
    *ret_length = out.n;
    *ret_bytes = buf_take(&out);
    return *ret_bytes ? STATUS_OK : STATUS_NO_MEMORY;
}
