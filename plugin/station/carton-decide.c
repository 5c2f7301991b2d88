/* Deciding: what is known of a customer becomes a plan, and the plan a record.
 *
 * The ledger is asked first: an order that was answered keeps its answer. Otherwise facts
 * are made, the campaign plans, and the plan is recorded with its codes and values before
 * anything is rendered. When another station has just spent a cap, it is planned anew. */
#include "station/carton-decide.h"

#include "base/hash.h"
#include "station/given.h"
#include "station/knowledge.h"
#include "station/past.h"
#include "station/standing-text.h"
#include "station/template-digest.h"
#include "station/values.h"

#include <stdio.h>
#include <string.h>

#define PREPARE_MS 250
#define CLOCK_SLACK_S 120 /* a host's clock and the file system's may differ so much */
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
    carton->is_repeat = is_repeat;
    for (size_t i = 0; i < decision->piece_count; i++) {
        enum status status = add_record(carton, &decision->pieces[i]);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

enum status
way_take_existing(struct way *way, const struct decision *decision)
{
    return take_decision(way, decision, true);
}

/* Does what was decided still hang on the same campaign and templates, and is it still
 * good? */
static bool
has_changed(const struct way *way, const struct decision *decision)
{
    struct tuck_shop *shop = way->shop;
    struct day today = zone_day(shop->settings->zone, shop_now(shop), NULL);
    if (!text_equal(decision->campaign_digest, shop->campaign->digest))
        return true;
    for (size_t i = 0; i < decision->piece_count; i++) {
        const struct piece_record *piece = &decision->pieces[i];
        if (piece->template_name && piece->template_digest &&
            template_may_have_changed(shop, piece->template_name,
                                      decision->decided_s - CLOCK_SLACK_S) &&
            !text_equal(piece->template_digest,
                        template_digest(shop, piece->template_name)))
            return true;
        if (!day_is_none(piece->expires) && piece->expires.n < today.n)
            return true;
    }
    return false;
}

/* What was decided in a wave and is not on paper yet is decided afresh when what it hung
 * on has changed since; what a station decided stands. */
static enum status
check_ahead(const struct way *way, const struct decision *decision, bool *ret_is_stale)
{
    bool is_of_wave = false;
    *ret_is_stale = false;
    for (size_t i = 0; i < decision->piece_count; i++) {
        const char *state = decision->pieces[i].state;
        if (!text_equal(state, "reserved") && !text_equal(state, "decided") &&
            !text_equal(state, "held-out"))
            return STATUS_OK;
    }
    if (!has_changed(way, decision))
        return STATUS_OK;
    enum status status = ledger_wave_has(way->ledger, decision->id, &way->carton->notes,
                                         &is_of_wave);
    *ret_is_stale = status == STATUS_OK && is_of_wave;
    return status;
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
    bool is_stale = false;
    status = check_ahead(way, decision, &is_stale);
    if (status != STATUS_OK)
        return status;
    if (is_stale) {
        way->replaces = decision->id;
        return STATUS_OK;
    }
    *ret_is_found = true;
    return way_take_existing(way, decision);
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
        .points = settings->points,
        .places = settings->places_near,
        .model = way->knowledge && way->knowledge->model ? model_parts(way->knowledge->model)
                                                         : NULL,
        .pick = history == way->carton->history ? way->pick : NULL,
        .found = way->found,
        .badges = way->shop->campaign->badges,
        .badge_count = way->shop->campaign->badge_count,
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
    if (status != STATUS_OK)
        return status;
    way->knowledge = knowledge_get(way->shop, way->ledger, &carton->notes);
    if (!way->knowledge)
        return STATUS_NO_MEMORY;
    way->pick = knowledge_pick(way->knowledge, carton->order, carton->history,
                               way->shop->settings->zone, carton->arena);
    way->found = knowledge_found(way->knowledge, carton->order, carton->history,
                                 way->shop->settings->zone, carton->arena);
    return make_facts(way, carton->history, &carton->facts);
}

/* --- limits ----------------------------------------------------------------------- */

/* What one more piece would take of a limit, of this order's scope. */
static struct unit_claim
make_claim(const struct way *way, const struct limit *limit, const char *scope)
{
    struct unit_claim claim = {.name = limit->key,
                               .first_day = limit_window_begin(limit, way->today),
                               .rolling_days = limit->rolling_days,
                               .most = limit->most,
                               .most_minor = limit->most_money.minor};
    if (limit->window == WINDOW_ROLLING)
        claim.first_day = DAY_NONE;
    if (limit->per == PER_CUSTOMER)
        claim.customer = scope;
    else if (limit->per == PER_HOUSEHOLD)
        claim.household = scope;
    else if (limit->per != PER_ALL)
        claim.scope = scope;
    return claim;
}

/* What a choice takes of its offer's limits. One that is held out goes on like one that is
 * treated, but nothing left the shop. */
static enum status
make_claims(struct way *way, const struct offer *offer, bool is_held_out,
            struct unit_claim **ret, size_t *ret_count)
{
    struct unit_claim *claims =
        arena_make_array(way->carton->arena, offer->limit_count, sizeof(*claims));
    size_t count = 0;
    if (!claims)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < offer->limit_count; i++) {
        const struct limit *limit = offer->limits[i];
        const char *scope = limit_scope(limit, way->carton->facts);
        bool is_personal = limit->per == PER_CUSTOMER || limit->per == PER_HOUSEHOLD;
        if (!scope || (is_held_out && !(is_personal && limit->most >= 0)))
            continue;
        claims[count] = make_claim(way, limit, scope);
        if (is_held_out)
            claims[count].most_minor = -1;
        count++;
    }
    *ret = claims;
    *ret_count = count;
    return STATUS_OK;
}

static enum status
gather_use(struct way *way, struct limit_use *ret)
{
    const struct campaign *campaign = way->shop->campaign;
    const struct order *order = way->carton->order;
    struct arena *arena = way->carton->arena;
    size_t limits = campaign->limit_count, count = 0;
    struct unit_claim *claims = arena_make_array(arena, limits, sizeof(*claims));
    struct unit_use *use = arena_make_array(arena, limits, sizeof(*use));
    if (!claims || !use)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < limits; i++) {
        const char *scope = limit_scope(&campaign->limits[i], way->carton->facts);
        ret[i].is_known = scope != NULL;
        if (scope)
            claims[count++] = make_claim(way, &campaign->limits[i], scope);
    }
    if (count == 0)
        return STATUS_OK;
    enum status status = ledger_used(way->ledger, order->merchant, order->id, way->today,
                                     claims, count, &way->carton->notes, use);
    for (size_t i = 0, k = 0; status == STATUS_OK && i < limits; i++)
        if (ret[i].is_known) {
            ret[i] = (struct limit_use){use[k].is_known, use[k].units, use[k].minor};
            k++;
        }
    return status;
}

static enum status
gather_standing(struct way *way)
{
    const struct campaign *campaign = way->shop->campaign;
    const struct order *order = way->carton->order;
    struct arena *arena = way->carton->arena;
    size_t count = campaign->offer_count;
    const char **names = arena_make_array(arena, count, sizeof(*names));
    int64_t *last_s = arena_make_array(arena, count, sizeof(*last_s));
    struct limit_use *use = arena_make_array(arena, campaign->limit_count, sizeof(*use));
    way->standing = arena_make_array(arena, count, sizeof(*way->standing));
    if (!names || !last_s || !use || !way->standing)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        names[i] = campaign->offers[i].name;
    enum status status =
        ledger_last(way->ledger, order->merchant, order->customer.id, order->id, names,
                    count, &way->carton->notes, last_s);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        way->standing[i].last_decided =
            last_s[i] == TIME_NONE
                ? DAY_NONE
                : zone_day(way->shop->settings->zone, last_s[i], NULL);
    for (size_t i = 0; i < count && ledger_is_away(way->ledger); i++)
        if (campaign->offers[i].cooldown_days > 0 || campaign->offers[i].series)
            way->standing[i].refusal =
                "cooldown: the ledger is away, so when it was last given is not known";
    way->standings = (struct standings){.offers = way->standing,
                                         .limits = use,
                                         .learned = way->knowledge->learned};
    return status == STATUS_OK ? gather_use(way, use) : status;
}

/* What a piece takes at most of a limit in money. */
static int64_t
dearest(const struct campaign *campaign, const struct limit *limit)
{
    int64_t most = 0;
    for (size_t i = 0; i < campaign->offer_count; i++)
        for (size_t j = 0; j < campaign->offers[i].limit_count; j++)
            if (campaign->offers[i].limits[j] == limit &&
                campaign->offers[i].coupon.kind != COUPON_NONE &&
                campaign->offers[i].coupon.cost.minor > most)
                most = campaign->offers[i].coupon.cost.minor;
    return most;
}

void
way_prepare(struct way *way)
{
    const struct campaign *campaign = way->shop->campaign;
    struct tuck_carton *carton = way->carton;
    const struct patience patience = {clock_monotonic_ms() + PREPARE_MS, NULL};
    struct lease_wish *wishes =
        arena_make_array(carton->arena, campaign->limit_count + 1, sizeof(*wishes));
    size_t count = 0;
    if (!wishes || !carton->facts)
        return;
    for (size_t i = 0; i < campaign->limit_count; i++) {
        const struct limit *limit = &campaign->limits[i];
        const char *scope = limit_scope(limit, carton->facts);
        if (scope && limit->per != PER_CUSTOMER && limit->per != PER_HOUSEHOLD)
            wishes[count++] = (struct lease_wish){make_claim(way, limit, scope),
                                                  dearest(campaign, limit)};
    }
    ledger_set_patience(way->ledger, &patience);
    /* Not today, then with one of the next cartons. */
    (void)ledger_prepare(way->ledger, carton->order->merchant, way->today, wishes, count,
                         NULL);
}

/* --- the record ------------------------------------------------------------------- */

/* A decision while it is recorded: the values of a piece are written when its code is
 * known, which is inside the ledger's transaction. */
struct record {
    struct way *way;
    struct decision decision;
    const struct facts *paper_facts;
};

static enum status
write_values(void *data, struct piece_record *piece)
{
    const struct record *record = data;
    struct way *way = record->way;
    struct tuck_carton *carton = way->carton;
    const struct choice *choice =
        &carton->plan->choices[piece - record->decision.pieces];
    struct buf values BUF_AUTO = {0};
    if (!choice->offer || choice->is_held_out || !choice->template_name)
        return STATUS_OK;
    const struct values_input input = {
        .settings = way->shop->settings,
        .campaign = way->shop->campaign->name,
        .display = way->bench->display,
        .order = carton->order,
        .facts = record->paper_facts,
        .choice = choice,
        .placement = choice->placement,
        .code = piece->code,
        .given = way->given ? &way->given[choice->offer - carton->plan->campaign->offers]
                            : NULL,
        .expires = piece->expires,
        .created_s = carton->order->placed_at_s,
        .is_preview = carton->is_preview,
    };
    values_write(&input, &values);
    if (values.failed ||
        !(piece->values = arena_copy(carton->arena, values.p, values.n)))
        return STATUS_NO_MEMORY;
    return STATUS_OK;
}

/* The first instant that is not of this day any more. */
static int64_t
end_of_day(const struct zone *zone, struct day day)
{
    char text[16];
    int64_t ends_s = TIME_NONE;
    day_text((struct day){day.n + 1}, text);
    return time_parse(text, zone, &ends_s) ? ends_s : TIME_NONE;
}

static void
wish_for_coupon(const struct way *way, const struct offer *offer,
                const struct facts *paper_facts, struct piece_record *piece)
{
    const struct settings *settings = way->shop->settings;
    const struct coupon *coupon = &offer->coupon;
    bool is_signed = settings->codes_signed && coupon->number > 0;
    piece->expires.n = paper_facts->today.n + coupon->valid_days;
    piece->ends_s = end_of_day(settings->zone, piece->expires);
    piece->liability = coupon->cost;
    piece->wish = (struct code_wish){.kind = coupon->pool ? CODE_POOL
                                             : is_signed  ? CODE_SIGNED
                                                          : CODE_RANDOM,
                                     .prefix = coupon->prefix,
                                     .offer_number = coupon->number,
                                     .pool = coupon->pool};
}

/* An answer comes back by a code, too, but nothing is owed on it. */
static void
wish_for_reply(const struct way *way, const struct reply_code *reply,
               const struct facts *paper_facts, struct piece_record *piece)
{
    const struct settings *settings = way->shop->settings;
    bool is_signed = settings->codes_signed && reply->number > 0;
    piece->expires.n = paper_facts->today.n + reply->valid_days;
    piece->ends_s = end_of_day(settings->zone, piece->expires);
    piece->wish = (struct code_wish){.kind = is_signed ? CODE_SIGNED : CODE_RANDOM,
                                     .prefix = reply->prefix,
                                     .offer_number = reply->number};
}

/* What a choice comes to on record, but for its code and values. */
static enum status
record_choice(struct way *way, const struct choice *choice, int32_t number,
              const struct facts *paper_facts, struct piece_record *piece)
{
    const struct offer *offer = choice->offer;
    struct unit_claim *claims = NULL;
    *piece = (struct piece_record){
        .placement = choice->placement->name,
        .number = number,
        .offer = offer ? offer->name : NULL,
        .arm = choice->arm ? choice->arm->name : NULL,
        .reason = choice->reason,
        .probability = choice->probability,
        .is_held_out = choice->is_held_out,
        .is_advised = choice->is_advised,
        .cohort = way->carton->plan->group,
        .cost_minor = choice->is_held_out ? 0 : choice->cost_minor,
        .expires = DAY_NONE,
        .ends_s = TIME_NONE,
    };
    /* No offer is left: the placement's own fallback, unless the contact policy has had
     * enough. Who is held out gets nothing at all. */
    if (!offer && !choice->is_barred)
        piece->template_name = choice->placement->fallback_template;
    if (!offer)
        return STATUS_OK;
    enum status status = make_claims(way, offer, choice->is_held_out, &claims,
                                     &piece->claim_count);
    piece->claims = claims;
    if (status != STATUS_OK || choice->is_held_out)
        return status;
    piece->template_name = choice->template_name;
    if (piece->template_name)
        piece->template_digest = template_digest(way->shop, piece->template_name);
    piece->sku = offer->sku;
    piece->bin = offer->bin;
    if (offer->coupon.kind != COUPON_NONE)
        wish_for_coupon(way, offer, paper_facts, piece);
    else if (offer->reply.valid_days > 0)
        wish_for_reply(way, &offer->reply, paper_facts, piece);
    return STATUS_OK;
}

static enum status
record_plan(struct way *way, struct record *record)
{
    struct tuck_carton *carton = way->carton;
    const struct plan *plan = carton->plan;
    struct decision *decision = &record->decision;
    record->paper_facts = carton->facts;
    if (carton->order->is_gift) { /* on paper a gift has no past */
        struct history *none = history_make(carton->arena, carton->order->customer.id);
        struct facts *facts = NULL;
        enum status status = none ? make_facts(way, none, &facts) : STATUS_NO_MEMORY;
        if (status != STATUS_OK)
            return status;
        record->paper_facts = facts;
    }
    decision->piece_count = plan->choice_count;
    decision->pieces =
        arena_make_array(carton->arena, plan->choice_count, sizeof(*decision->pieces));
    if (!decision->pieces)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < plan->choice_count; i++) {
        const struct choice *choice = &plan->choices[i];
        int32_t number = 0;
        for (size_t j = 0; j < i; j++)
            number += plan->choices[j].placement == choice->placement;
        enum status status = record_choice(way, choice, number, record->paper_facts,
                                           &decision->pieces[i]);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* As long as the code will be, so that what is seen fits as what is printed will. */
static const char *
specimen(const struct code_wish *wish, struct arena *arena)
{
    return arena_printf(arena, "%s-SPEC-IMEN%s", wish->prefix ? wish->prefix : "CODE",
                        wish->kind == CODE_SIGNED ? "-SPEC-IMEN" : "");
}

/* Nothing is recorded of a preview, nor where there is no ledger: codes are specimens,
 * since nobody would know them. */
static enum status
show_plan(struct way *way, struct record *record)
{
    struct decision *decision = &record->decision;
    for (size_t i = 0; i < decision->piece_count; i++) {
        struct piece_record *piece = &decision->pieces[i];
        if (piece->wish.kind != CODE_NONE)
            piece->code = specimen(&piece->wish, way->carton->arena);
        enum status status = write_values(record, piece);
        if (status != STATUS_OK)
            return status;
    }
    return take_decision(way, decision, false);
}

/* Texts that explain the decision, and those that it can be made from again. */
static enum status
write_documents(struct way *way, struct decision *decision, struct digest *ret_facts)
{
    enum { TRACE, FACTS, PLAN, ORDER, HISTORY, STANDING, DOCUMENTS };
    static const char *const kinds[] = {"trace", "facts",   "plan",
                                        "order", "history", "standing"};
    struct tuck_carton *carton = way->carton;
    struct buf trace BUF_AUTO = {0}, facts BUF_AUTO = {0}, plan BUF_AUTO = {0},
               order BUF_AUTO = {0}, history BUF_AUTO = {0}, standing BUF_AUTO = {0};
    const struct buf *const bufs[] = {&trace, &facts,   &plan,
                                      &order, &history, &standing};
    struct decision_document *documents =
        arena_make_array(carton->arena, DOCUMENTS, sizeof(*documents));
    if (!documents)
        return STATUS_NO_MEMORY;
    facts_dump(carton->facts, &facts);
    plan_dump(carton->plan, &plan);
    buf_puts(&trace, "{\"facts\": ");
    facts_json(carton->facts, &trace);
    buf_puts(&trace, ",\n\"plan\": ");
    plan_json(carton->plan, &trace);
    buf_puts(&trace, "}");
    order_write_xml(carton->order, &order);
    if (carton->history->customer) /* a guest has none */
        history_write_xml(carton->history, &history);
    standing_write(carton->plan->campaign, &way->standings, carton->history->is_partial,
                   &standing);
    pick_write(way->pick, &standing);
    found_write(way->found, &standing);
    given_write(carton->plan->campaign, way->given, &standing);
    for (size_t i = 0; i < DOCUMENTS; i++) {
        const char *body = bufs[i]->failed
                               ? NULL
                               : arena_copy(carton->arena, bufs[i]->n ? bufs[i]->p : "",
                                            bufs[i]->n);
        if (!body)
            return STATUS_NO_MEMORY;
        documents[i] = (struct decision_document){kinds[i], body};
    }
    carton->trace = documents[TRACE].body;
    carton->facts_text = documents[FACTS].body;
    carton->plan_text = documents[PLAN].body;
    *ret_facts = hash_sha256(facts.p, facts.n);
    decision->documents = documents;
    decision->document_count = DOCUMENTS;
    return STATUS_OK;
}

/* Holdouts over all offers are experiments, too: of whom nothing reaches. */
static enum status
record_exposures(const struct plan *plan, struct arena *arena, struct decision *decision)
{
    const struct holdout *const holdouts[] = {&plan->of_campaign, &plan->of_shop};
    static const char *const names[] = {"holdout:campaign", "holdout:shop"};
    size_t count = 0;
    struct exposure_record *records =
        arena_make_array(arena, plan->exposure_count + 2, sizeof(*records));
    if (!records)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < plan->exposure_count; i++)
        records[count++] = (struct exposure_record){plan->exposures[i].experiment->name,
                                                    plan->exposures[i].arm->name};
    for (size_t i = 0; i < COUNT_OF(holdouts); i++)
        if (holdouts[i]->is_drawn)
            records[count++] = (struct exposure_record){
                names[i], holdouts[i]->is_held_out ? "held-out" : "treated"};
    decision->exposures = records;
    decision->exposure_count = count;
    return STATUS_OK;
}

static enum status
begin_record(struct way *way, struct record *record)
{
    struct tuck_carton *carton = way->carton;
    struct digest digest;
    *record = (struct record){
        .way = way,
        .decision = {
            .merchant = carton->order->merchant,
            .order = carton->order->id,
            .package = carton->order->package,
            .customer = carton->order->customer.id,
            .household = carton->history ? carton->history->household : NULL,
            .order_digest = carton->order->digest.hex,
            .decided_s = shop_now(way->shop),
            .today = way->today,
            .campaign_digest = carton->plan->campaign->digest,
            .campaign = carton->plan->campaign->name,
            .segments = carton->plan->segments,
            .model = way->knowledge ? way->knowledge->number : 0,
            .replaces = way->replaces,
        }};
    enum status status = write_documents(way, &record->decision, &digest);
    if (status == STATUS_OK &&
        !(record->decision.facts_digest = arena_strdup(carton->arena, digest.hex)))
        status = STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        status = record_exposures(carton->plan, carton->arena, &record->decision);
    return status == STATUS_OK ? record_plan(way, record) : status;
}

enum status
way_plan(struct way *way)
{
    struct tuck_carton *carton = way->carton;
    enum status status = make_facts(way, carton->history, &carton->facts);
    return status == STATUS_OK
               ? plan_make(way->bench->judge, carton->facts, &way->standings, NULL,
                           carton->arena, &carton->notes, &carton->plan)
               : status;
}

enum status
way_remake(struct way *way, const struct decision *kept, struct decision *ret)
{
    struct record record;
    enum status status = way_plan(way);
    if (status == STATUS_OK)
        status = begin_record(way, &record);
    for (size_t i = 0; status == STATUS_OK && i < record.decision.piece_count; i++) {
        struct piece_record *piece = &record.decision.pieces[i];
        for (size_t j = 0; j < kept->piece_count; j++)
            if (text_equal(kept->pieces[j].placement, piece->placement) &&
                kept->pieces[j].number == piece->number) {
                piece->code = kept->pieces[j].code;
                piece->expires = kept->pieces[j].expires;
            }
        status = write_values(&record, piece);
    }
    if (status == STATUS_OK)
        status = take_decision(way, &record.decision, false);
    if (status == STATUS_OK)
        *ret = record.decision;
    return status;
}

/* Plans and records; plans again when another station has just spent a limit. */
static enum status
plan_and_record(struct way *way)
{
    struct tuck_carton *carton = way->carton;
    const struct campaign *campaign = way->shop->campaign;
    const char *force = carton->is_preview ? way->how->offer : NULL;
    for (int i = 0; i < REPLANS_MAX; i++) {
        struct record record;
        struct decision *existing = NULL;
        size_t spent = 0;
        enum status status =
            plan_make(way->bench->judge, carton->facts, &way->standings, force,
                      carton->arena, &carton->notes, &carton->plan);
        if (status == STATUS_OK)
            status = given_count(way->ledger, carton->order->merchant, carton->plan,
                                 carton->arena, &carton->notes, &way->given);
        if (status == STATUS_OK)
            status = begin_record(way, &record);
        if (status != STATUS_OK)
            return status;
        if (carton->is_preview || ledger_is_none(way->ledger))
            return show_plan(way, &record);
        status = ledger_decide(way->ledger, carton->order, &record.decision, write_values,
                               &record, carton->arena, &carton->notes, &existing, &spent);
        if (status == STATUS_OK)
            return take_decision(way, &record.decision, false);
        if (status == STATUS_RETRY && existing)
            return way_take_existing(way, existing);
        if (status != STATUS_WITHOUT)
            return status;
        size_t offer = (size_t)(carton->plan->choices[spent].offer - campaign->offers);
        way->standing[offer].refusal = "limit: the last of it is spent since";
    }
    return STATUS_RETRY;
}

enum status
way_decide(struct way *way)
{
    way->today = zone_day(way->shop->settings->zone, shop_now(way->shop), NULL);
    enum status status = gather_facts(way);
    if (status == STATUS_OK)
        status = gather_standing(way);
    return status == STATUS_OK ? plan_and_record(way) : status;
}
