/* Deciding: what is known of a customer becomes a plan, and the plan a record.
 *
 * The ledger is asked first: an order that was answered keeps its answer. Otherwise facts
 * are made, the campaign plans, and the plan is recorded with its codes and values before
 * anything is rendered. When another station has just spent a cap, it is planned anew. */
#include "station/carton-decide.h"

#include "base/hash.h"
#include "station/past.h"
#include "station/values.h"

#include <stdio.h>
#include <string.h>

#define REPLANS_MAX 8 /* a cap spent by another station, so many times over */

const struct offer *
way_offer_named(const struct campaign *campaign, const char *name)
{
    for (size_t i = 0; name && i < campaign->offer_count; i++)
        if (text_equal(campaign->offers[i].name, name))
            return &campaign->offers[i];
    return NULL;
}

static const struct placement *
placement_named(const struct campaign *campaign, const char *name)
{
    for (size_t i = 0; i < campaign->placement_count; i++)
        if (text_equal(campaign->placements[i].name, name))
            return &campaign->placements[i];
    return NULL;
}

/* --- an answer given before --------------------------------------------------------- */

static const char *
ticket_for(struct tuck_carton *carton, const char *placement, int32_t number)
{
    if (!carton->decision_id)
        return NULL;
    return arena_printf(carton->arena, "%lld/%s/%d", (long long)carton->decision_id,
                        placement, number);
}

static int32_t
outcome_of(const struct piece_record *record)
{
    if (!record->offer)
        return record->template_name ? TUCK_FALLBACK : TUCK_NOTHING;
    if (record->is_held_out)
        return TUCK_HELD_OUT;
    return record->template_name ? TUCK_CHOSEN : TUCK_PICK;
}

static const char *
values_lang_of(const struct tuck_carton *carton)
{
    return carton->order && carton->order->customer.language
               ? carton->order->customer.language
               : carton->shop->settings->language;
}

static enum status
add_record(struct tuck_carton *carton, const struct piece_record *record)
{
    const struct campaign *campaign = carton->shop->campaign;
    const struct placement *placement = placement_named(campaign, record->placement);
    const struct offer *offer = way_offer_named(campaign, record->offer);
    if (!placement) /* the campaign has changed since; the promise stands all the same */
        placement = &campaign->placements[0];
    struct piece *piece = carton_add_piece(carton, placement);
    if (!piece)
        return STATUS_BUG;
    piece->number = record->number;
    piece->outcome = outcome_of(record);
    piece->offer = record->offer;
    piece->title = offer && offer->title ? offer->title : record->offer;
    piece->arm = record->arm;
    piece->template_name = record->template_name;
    piece->reason = record->reason;
    piece->code = record->code;
    piece->sku = record->sku;
    piece->bin = record->bin;
    piece->probability = record->probability;
    piece->expires = record->expires;
    piece->values = record->values;
    piece->lang = values_lang_of(carton);
    piece->state = record->state ? record->state : "decided";
    piece->ticket = ticket_for(carton, record->placement, record->number);
    if (piece->outcome == TUCK_FALLBACK)
        piece_fall_back(carton, piece, record->reason);
    return carton->decision_id && !piece->ticket ? STATUS_NO_MEMORY : STATUS_OK;
}

static enum status
take_decision(struct way *way, const struct decision *decision, bool is_repeat)
{
    struct tuck_carton *carton = way->carton;
    carton->piece_count = 0;
    memset(carton->pieces, 0, sizeof(carton->pieces));
    carton->decision_id = decision->id;
    carton->revision = decision->revision;
    carton->trace = decision->trace;
    carton->facts_text = decision->facts;
    carton->plan_text = decision->plan;
    carton->is_repeat = is_repeat;
    for (size_t i = 0; i < decision->piece_count; i++) {
        enum status status = add_record(carton, &decision->pieces[i]);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

enum status
way_find_answer(struct way *way, bool *ret_is_found)
{
    struct tuck_carton *carton = way->carton;
    const struct order *order = carton->order;
    struct decision *decision = NULL;
    *ret_is_found = false;
    enum status status =
        ledger_find(way->ledger, order->merchant, order->id, order->package,
                    carton->arena, &carton->notes, &decision);
    if (status == STATUS_WITHOUT)
        return STATUS_OK;
    if (status != STATUS_OK)
        return status;
    if (!text_equal(decision->order_digest, order->digest.hex))
        return STATUS_OK; /* a changed order: a new revision */
    *ret_is_found = true;
    return take_decision(way, decision, true);
}

/* --- deciding --------------------------------------------------------------------- */

static enum status
make_facts(struct way *way, const struct history *history, struct facts **ret)
{
    const struct settings *settings = way->shop->settings;
    const struct facts_settings facts_settings = {
        .zone = settings->zone,
        .language = settings->language,
        .lapsing_after_bp = settings->lapsing_after_bp,
        .lapsed_after_days = settings->lapsed_after_days,
        .active_gap_days = settings->active_gap_days,
        .loyal_orders = settings->loyal_orders,
    };
    return facts_make(way->carton->order, history, &facts_settings, way->carton->arena,
                      &way->carton->notes, ret);
}

static enum status
gather_facts(struct way *way)
{
    struct tuck_carton *carton = way->carton;
    enum status status = past_gather(way->shop, way->bench, way->ledger, carton->order,
                                     !carton->is_preview, &way->patience, carton->arena,
                                     &carton->notes, &carton->history);
    return status == STATUS_OK ? make_facts(way, carton->history, &carton->facts)
                               : status;
}

static enum status
gather_standing(struct way *way)
{
    const struct campaign *campaign = way->shop->campaign;
    const struct order *order = way->carton->order;
    struct arena *arena = way->carton->arena;
    size_t count = campaign->offer_count;
    const char **names = arena_make_array(arena, count, sizeof(*names));
    way->kept = arena_make_array(arena, count, sizeof(*way->kept));
    way->standing = arena_make_array(arena, count, sizeof(*way->standing));
    if (!names || !way->kept || !way->standing)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        names[i] = campaign->offers[i].name;
    enum status status =
        ledger_standing(way->ledger, order->merchant, order->customer.id, order->id,
                        names, count, &way->carton->notes, way->kept);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        const struct offer *offer = &campaign->offers[i];
        const struct offer_standing *kept = &way->kept[i];
        way->standing[i] = (struct standing){
            .decided_for_customer = kept->decided_for_customer,
            .last_decided =
                kept->last_decided_s == TIME_NONE
                    ? DAY_NONE
                    : zone_day(way->shop->settings->zone, kept->last_decided_s, NULL),
            .decided_in_all = kept->decided_in_all,
            .stock_left = offer->stock < 0 ? -1
                          : offer->stock > kept->decided_in_all
                              ? (int32_t)(offer->stock - kept->decided_in_all)
                              : 0,
        };
    }
    return status;
}

/* What a choice comes to on record, with its code and the values it is printed from. */
static enum status
record_choice(struct way *way, const struct choice *choice, int32_t number,
              const struct facts *paper_facts, struct piece_record *record)
{
    struct tuck_carton *carton = way->carton;
    const struct offer *offer = choice->offer;
    *record = (struct piece_record){
        .placement = choice->placement->name,
        .number = number,
        .offer = offer ? offer->name : NULL,
        .arm = choice->arm ? choice->arm->name : NULL,
        .reason = choice->reason,
        .probability = choice->probability,
        .is_held_out = choice->is_held_out,
        .expires = DAY_NONE,
    };
    /* No offer is left: the placement's own fallback, unless the contact policy has had
     * enough. Who is held out gets nothing at all. */
    if (!offer && !choice->is_barred)
        record->template_name = choice->placement->fallback_template;
    if (!offer || choice->is_held_out)
        return STATUS_OK;
    record->template_name = choice->template_name;
    record->sku = offer->sku;
    record->bin = offer->bin;
    if (offer->coupon.kind != COUPON_NONE) {
        const char *prefix = offer->coupon.prefix;
        record->expires.n = paper_facts->today.n + offer->coupon.valid_days;
        record->liability = offer->coupon.cost;
        if (carton->is_preview)
            record->code = arena_printf(carton->arena, "%s-SPEC-IMEN", prefix);
        else if (ledger_code(way->ledger, prefix, carton->arena, &carton->notes,
                             &record->code) != STATUS_OK)
            return STATUS_OUTSIDE;
    }
    if (!choice->template_name)
        return STATUS_OK;
    struct buf values BUF_AUTO = {0};
    const struct values_input input = {
        .settings = way->shop->settings,
        .display = way->bench->display,
        .order = carton->order,
        .facts = paper_facts,
        .choice = choice,
        .placement = choice->placement,
        .code = record->code,
        .expires = record->expires,
        .created_s = carton->order->placed_at_s,
        .is_preview = carton->is_preview,
    };
    values_write(&input, &values);
    if (values.failed ||
        !(record->values = arena_copy(carton->arena, values.p, values.n)))
        return STATUS_NO_MEMORY;
    return STATUS_OK;
}

static enum status
record_plan(struct way *way, struct decision *decision, struct piece_cap **ret_caps)
{
    struct tuck_carton *carton = way->carton;
    const struct plan *plan = carton->plan;
    const struct facts *paper_facts = carton->facts;
    if (carton->order->is_gift) { /* on paper a gift has no past */
        struct history *none = history_make(carton->arena, carton->order->customer.id);
        struct facts *facts = NULL;
        enum status status = none ? make_facts(way, none, &facts) : STATUS_NO_MEMORY;
        if (status != STATUS_OK)
            return status;
        paper_facts = facts;
    }
    decision->piece_count = plan->choice_count;
    decision->pieces =
        arena_make_array(carton->arena, plan->choice_count, sizeof(*decision->pieces));
    struct piece_cap *caps =
        arena_make_array(carton->arena, plan->choice_count, sizeof(*caps));
    if (!decision->pieces || !caps)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < plan->choice_count; i++) {
        const struct choice *choice = &plan->choices[i];
        int32_t number = 0;
        for (size_t j = 0; j < i; j++)
            number += plan->choices[j].placement == choice->placement;
        enum status status =
            record_choice(way, choice, number, paper_facts, &decision->pieces[i]);
        if (status != STATUS_OK)
            return status;
        caps[i] = (struct piece_cap){
            .per_customer = choice->offer ? choice->offer->cap_per_customer : 0,
            .in_all = choice->offer && !choice->is_held_out ? choice->offer->stock : -1,
        };
    }
    *ret_caps = caps;
    return STATUS_OK;
}

static enum status
begin_decision(struct way *way, struct decision *decision)
{
    struct tuck_carton *carton = way->carton;
    struct arena *arena = carton->arena;
    struct buf facts BUF_AUTO = {0}, plan BUF_AUTO = {0}, trace BUF_AUTO = {0};
    facts_dump(carton->facts, &facts);
    plan_dump(carton->plan, &plan);
    buf_puts(&trace, "{\"facts\": ");
    facts_json(carton->facts, &trace);
    buf_puts(&trace, ",\n\"plan\": ");
    plan_json(carton->plan, &trace);
    buf_puts(&trace, "}");
    if (facts.failed || plan.failed || trace.failed)
        return STATUS_NO_MEMORY;
    struct digest digest = hash_sha256(facts.p, facts.n);
    *decision = (struct decision){
        .merchant = carton->order->merchant,
        .order = carton->order->id,
        .package = carton->order->package,
        .customer = carton->order->customer.id,
        .order_digest = carton->order->digest.hex,
        .decided_s = shop_now(way->shop),
        .campaign_digest = carton->plan->campaign->digest,
        .facts_digest = arena_strdup(arena, digest.hex),
        .trace = arena_copy(arena, trace.p, trace.n),
        .facts = arena_copy(arena, facts.p, facts.n),
        .plan = arena_copy(arena, plan.p, plan.n),
    };
    return decision->facts_digest && decision->trace && decision->facts && decision->plan
               ? STATUS_OK
               : STATUS_NO_MEMORY;
}

/* Plans and records; plans again when another station has just spent a cap. */
static enum status
plan_and_record(struct way *way)
{
    struct tuck_carton *carton = way->carton;
    const struct campaign *campaign = way->shop->campaign;
    const char *force = carton->is_preview ? way->how->offer : NULL;
    for (int i = 0; i < REPLANS_MAX; i++) {
        struct decision decision;
        struct decision *existing = NULL;
        struct piece_cap *caps = NULL;
        size_t spent = 0;
        enum status status =
            plan_make(way->bench->judge, carton->facts, way->standing, force,
                      carton->arena, &carton->notes, &carton->plan);
        if (status == STATUS_OK)
            status = begin_decision(way, &decision);
        if (status == STATUS_OK)
            status = record_plan(way, &decision, &caps);
        if (status != STATUS_OK)
            return status;
        if (carton->is_preview)
            return take_decision(way, &decision, false);
        status = ledger_decide(way->ledger, carton->order, &decision, caps, carton->arena,
                               &carton->notes, &existing, &spent);
        if (status == STATUS_OK)
            return take_decision(way, &decision, false);
        if (status == STATUS_RETRY && existing)
            return take_decision(way, existing, true);
        if (status != STATUS_WITHOUT)
            return status;
        size_t offer = (size_t)(carton->plan->choices[spent].offer - campaign->offers);
        way->standing[offer].decided_for_customer = INT32_MAX;
        way->standing[offer].stock_left = 0;
    }
    return STATUS_RETRY;
}

enum status
way_decide(struct way *way)
{
    enum status status = gather_facts(way);
    if (status == STATUS_OK)
        status = gather_standing(way);
    return status == STATUS_OK ? plan_and_record(way) : status;
}
