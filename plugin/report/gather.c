/* The ledger's rows become tests, their groups, and who was in which.
 *
 * A decision tells of several tests at once: the shop's holdout, the campaign's, its
 * experiments, and each offer that was chosen, printed or held out. Who is held out by
 * the shop is no part of the tests below it, and who is held out by the campaign no part
 * of its experiments: nothing of them could reach her, and leaving her out is fair since
 * every hash deals for itself. An advisor's choice is no chance and joins no offer's
 * test. */
#include "report/inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHOP "holdout:shop"
#define CAMPAIGN "holdout:campaign"
#define HELD_OUT "held-out"
#define TREATED "treated"
#define APART "without a holdout"

/* --- tests and their groups -----------------------------------------------------------
 */

static size_t
hash_test(enum report_kind kind, const char *campaign, const char *name)
{
    uint64_t hash = ((uintptr_t)campaign >> 3) * UINT64_C(0x9e3779b97f4a7c15) ^
                    ((uintptr_t)name >> 3) * UINT64_C(0xc4ceb9fe1a85ec53) ^
                    (uint64_t)kind * UINT64_C(0xff51afd7ed558ccd);
    return (size_t)(hash >> 24);
}

static uint32_t *
find_test(const struct gathered *gathered, uint32_t *index, size_t room,
          enum report_kind kind, const char *campaign, const char *name)
{
    size_t at = hash_test(kind, campaign, name) & (room - 1);
    for (; index[at]; at = (at + 1) & (room - 1)) {
        const struct test *test = &gathered->tests[index[at] - 1];
        if (test->kind == kind && test->campaign == campaign && test->name == name)
            break;
    }
    return &index[at];
}

static bool
grow_index(struct gathered *gathered)
{
    size_t room = gathered->index_room ? 2 * gathered->index_room : 64;
    uint32_t *made = calloc(room, sizeof(*made));
    if (!made)
        return false;
    for (size_t i = 0; i < gathered->test_count; i++) {
        const struct test *test = &gathered->tests[i];
        *find_test(gathered, made, room, test->kind, test->campaign, test->name) =
            (uint32_t)i + 1;
    }
    free(gathered->index);
    gathered->index = made;
    gathered->index_room = room;
    return true;
}

/* By its words' addresses. NULL: memory is out. */
static struct test *
get_test(struct gathered *gathered, enum report_kind kind, const char *campaign,
         const char *name)
{
    if (2 * (gathered->test_count + 1) > gathered->index_room && !grow_index(gathered))
        return NULL;
    uint32_t *at =
        find_test(gathered, gathered->index, gathered->index_room, kind, campaign, name);
    if (*at)
        return &gathered->tests[*at - 1];
    struct test *test =
        arena_append(gathered->arena, &gathered->tests, &gathered->test_count,
                     &gathered->test_room, sizeof(*test));
    if (!test)
        return NULL;
    *test = (struct test){.kind = kind,
                          .campaign = campaign,
                          .name = name,
                          .first_s = INT64_MAX,
                          .last_s = INT64_MIN};
    *at = (uint32_t)gathered->test_count;
    return test;
}

static struct group *
get_group(struct gathered *gathered, struct test *test, const char *name)
{
    for (size_t i = 0; i < test->group_count; i++)
        if (test->groups[i].name == name || strcmp(test->groups[i].name, name) == 0)
            return &test->groups[i];
    if (test->group_count == UINT16_MAX)
        return NULL;
    struct group *group = arena_append(gathered->arena, &test->groups, &test->group_count,
                                       &test->group_room, sizeof(*group));
    if (group)
        *group = (struct group){.name = name, .is_apart = strcmp(name, APART) == 0};
    return group;
}

/* --- a decision -----------------------------------------------------------------------
 */

/* What a decision, or one piece of it, came to. */
struct share {
    struct counts counts;
    double chance;
};

void
counts_add(struct counts *counts, const struct counts *more)
{
    counts->decided += more->decided;
    counts->printed += more->printed;
    counts->coupons += more->coupons;
    counts->redeemed += more->redeemed;
    counts->advised += more->advised;
    counts->paper_minor += more->paper_minor;
    counts->coupons_minor += more->coupons_minor;
}

static void
add_piece(struct share *share, const struct study_piece *piece, int64_t now_s)
{
    share->chance *= piece->probability;
    if (!piece->offer || !piece->was_printed)
        return;
    share->counts.printed++;
    share->counts.advised += piece->is_advised;
    share->counts.paper_minor += piece->cost_minor;
    bool is_used = piece->redeemed_s != TIME_NONE && piece->redeemed_s <= now_s;
    share->counts.coupons += is_used || piece->value_minor > 0;
    if (is_used) {
        share->counts.redeemed++;
        share->counts.coupons_minor += piece->value_minor;
    }
}

static void
settle(struct unit *unit, const struct study_decision *decision, uint16_t arm,
       bool is_new)
{
    if (is_new || decision->decided_s < unit->first_s) {
        unit->first_s = decision->decided_s;
        unit->segments = decision->segments;
        unit->order = past_key(decision->order);
        unit->is_crossed |= !is_new && unit->arm != arm;
        unit->arm = arm;
    }
    unit->is_crossed |= unit->arm != arm;
}

static void
count(uint16_t *counter, int64_t more)
{
    *counter = more < UINT16_MAX - *counter ? (uint16_t)(*counter + more) : UINT16_MAX;
}

/* The decision, or a piece of it, belongs to that group of that test. */
static enum status
enter(struct gathered *gathered, enum report_kind kind, const char *campaign,
      const char *name, const char *arm, const struct study_decision *decision,
      const struct share *share)
{
    struct test *test = get_test(gathered, kind, campaign, name);
    struct group *group = test ? get_group(gathered, test, arm) : NULL;
    bool is_new = false;
    if (!group)
        return STATUS_NO_MEMORY;
    if (decision->decided_s < test->first_s)
        test->first_s = decision->decided_s;
    if (decision->decided_s > test->last_s)
        test->last_s = decision->decided_s;
    if (decision->customer != STUDY_GUEST) {
        struct unit *unit =
            units_get(&gathered->units, (uint32_t)(test - gathered->tests),
                      decision->customer, &is_new);
        if (!unit)
            return STATUS_NO_MEMORY;
        settle(unit, decision, (uint16_t)(group - test->groups), is_new);
        group = &test->groups[unit->arm];
        unit->is_reached |= share->counts.printed > 0;
        count(&unit->decided, 1);
        count(&unit->printed, share->counts.printed);
        count(&unit->coupons, share->counts.coupons);
        count(&unit->redeemed, share->counts.redeemed);
        if (decision->decided_s <
            unit->first_s + (int64_t)gathered->wish->within_days * DAY_S) {
            unit->paper_minor += share->counts.paper_minor;
            unit->coupons_minor += share->counts.coupons_minor;
        }
    }
    counts_add(&group->counts, &share->counts);
    if (!decision->campaign_digest) {
        group->told++;
        group->chances += share->chance;
    }
    return STATUS_OK;
}

static enum status
enter_piece(struct gathered *gathered, const struct study_decision *decision,
            const struct study_piece *piece)
{
    struct share share = {.counts = {.decided = 1}, .chance = 1};
    enum status status = STATUS_OK;
    add_piece(&share, piece, gathered->wish->now_s);
    if (!piece->offer || piece->is_advised)
        return STATUS_OK;
    status = enter(gathered, REPORT_OFFER, decision->campaign, piece->offer,
                   piece->is_held_out ? HELD_OUT : TREATED, decision, &share);
    if (status == STATUS_OK && piece->arm && !piece->is_held_out)
        status = enter(gathered, REPORT_VARIANT, decision->campaign, piece->offer,
                       piece->arm, decision, &share);
    return status;
}

static const char *
exposure_to(const struct study_decision *decision, const char *experiment)
{
    for (size_t i = 0; i < decision->exposure_count; i++)
        if (strcmp(decision->exposures[i].experiment, experiment) == 0)
            return decision->exposures[i].arm;
    return NULL;
}

static enum status
enter_experiments(struct gathered *gathered, const struct study_decision *decision,
                  const struct share *share)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < decision->exposure_count && status == STATUS_OK; i++) {
        const struct study_exposure *exposure = &decision->exposures[i];
        if (strncmp(exposure->experiment, "holdout:", 8) != 0)
            status = enter(gathered, REPORT_EXPERIMENT, decision->campaign,
                           exposure->experiment, exposure->arm, decision, share);
    }
    return status;
}

static enum status
take_decision(void *data, const struct study_decision *decision)
{
    struct gathered *gathered = data;
    const char *of_shop = exposure_to(decision, SHOP);
    const char *of_campaign = exposure_to(decision, CAMPAIGN);
    bool is_shops = of_shop && strcmp(of_shop, HELD_OUT) == 0;
    bool is_campaigns = of_campaign && strcmp(of_campaign, HELD_OUT) == 0;
    struct share share = {.counts = {.decided = 1}, .chance = 1};
    enum status status = STATUS_OK;
    if (decision->decided_s > gathered->wish->now_s)
        return STATUS_OK;
    gathered->decisions++;
    gathered->pieces += (int64_t)decision->piece_count;
    for (size_t i = 0; i < decision->piece_count; i++)
        add_piece(&share, &decision->pieces[i], gathered->wish->now_s);
    if (of_shop)
        status = enter(gathered, REPORT_SHOP, NULL, NULL, of_shop, decision, &share);
    if (status == STATUS_OK && !is_shops)
        status = enter(gathered, REPORT_CAMPAIGN, decision->campaign, NULL,
                       of_campaign ? of_campaign : APART, decision, &share);
    if (status == STATUS_OK && !is_shops && !is_campaigns)
        status = enter_experiments(gathered, decision, &share);
    for (size_t i = 0; i < decision->piece_count && status == STATUS_OK; i++)
        status = enter_piece(gathered, decision, &decision->pieces[i]);
    if (status == STATUS_OK && share.counts.printed > 0)
        status = enter(gathered, REPORT_ADVISOR, NULL, NULL,
                       share.counts.advised > 0 ? "advisor" : "rules", decision, &share);
    return status;
}

static enum status
take_order(void *data, const struct study_order *order)
{
    struct gathered *gathered = data;
    if (order->placed_at_s > gathered->wish->now_s)
        return STATUS_OK;
    bool is_money = text_equal(order->currency, gathered->wish->currency);
    return past_take_order(&gathered->past, order, is_money ? order->net_minor : 0);
}

static enum status
take_answer(void *data, const struct study_answer *answer)
{
    struct gathered *gathered = data;
    return answer->at_s > gathered->wish->now_s
               ? STATUS_OK
               : past_take_answer(&gathered->past, answer);
}

enum status
gather(struct ledger *ledger, struct gathered *gathered, struct notes *notes)
{
    const struct study_sink sink = {.data = gathered,
                                    .order = take_order,
                                    .answer = take_answer,
                                    .decision = take_decision};
    enum status status =
        ledger_study(ledger, gathered->wish->merchant, &gathered->wish->range, &sink,
                     gathered->arena, notes, &gathered->customers);
    if (status == STATUS_OK)
        status = past_end(&gathered->past, gathered->customers);
    return status;
}
