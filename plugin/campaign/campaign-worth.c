/* What offers cost and bring, and how choices learn: <costs>, <learn>, <worth>.
 *
 * Amounts are of one currency, the costs'; margins are numbers of a condition's kind and
 * come in minor units of the order's, as facts do. */
#include "campaign/campaign-inside.h"

#include "base/text.h"
#include "base/xml.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PRIOR_DEFAULT 0.05
#define STRENGTH_DEFAULT 20

static int
by_weight(const void *left, const void *right)
{
    const struct rate_break *a = left, *b = right;
    return (a->mg > b->mg) - (a->mg < b->mg);
}

static void
read_breaks(struct reader *reader, const xmlNode *node, struct costs *costs)
{
    size_t count = 0;

    for (xmlNode *n = xml_first(node, "rate-break"); n; n = xml_next(n, "rate-break"))
        count++;
    struct rate_break *breaks = reader_array(reader, count, sizeof *breaks);
    if (breaks == NULL)
        return;
    for (xmlNode *n = xml_first(node, "rate-break"); n; n = xml_next(n, "rate-break"))
        breaks[costs->break_count++] = (struct rate_break){
            reader_thousandths(reader, n, "grams"),
            reader_amount(reader, n, NOTE_CAMPAIGN_WORTH, "cost", costs->currency).minor};
    qsort(breaks, count, sizeof *breaks, by_weight);
    costs->breaks = breaks;
}

static void
read_costs(struct reader *reader, const xmlNode *node)
{
    struct costs *costs = &reader->campaign->costs;

    if (node == NULL)
        return;
    snprintf(costs->currency, sizeof costs->currency, "%s",
             xml_attr(reader->arena, node, "currency"));
    costs->packer_hour_minor =
        reader_amount(reader, node, NOTE_CAMPAIGN_WORTH, "packer-hour", costs->currency)
            .minor;
    reader->piece_minor =
        reader_amount(reader, node, NOTE_CAMPAIGN_WORTH, "piece", costs->currency).minor;
    read_breaks(reader, node, costs);
}

static void
read_learn(struct reader *reader, const xmlNode *node)
{
    struct learning *learning = &reader->campaign->learning;

    if (node == NULL)
        return;
    learning->reward = text_equal(xml_attr(reader->arena, node, "reward"), "redeemed")
                           ? REWARD_REDEEMED
                           : REWARD_ORDERED;
    learning->within_days = (int32_t)reader_number(reader, node, "within", 0);
    learning->prior = xml_attr(reader->arena, node, "prior") != NULL
                          ? reader_share(reader, node, "prior") / 10000.0
                          : PRIOR_DEFAULT;
    learning->strength =
        (double)reader_number(reader, node, "strength", STRENGTH_DEFAULT);
    if (learning->prior <= 0.0 || learning->prior >= 1.0)
        reader_complain(reader, NOTE_CAMPAIGN_WORTH, xml_line(node),
                        "prior: before anything is known a success must be neither "
                        "impossible nor certain");
    reader_expression(reader, node, "by", EXPR_TYPE_TEXT, "learn by",
                      &reader->inside->group);
}

void
reader_costs(struct reader *reader, const xmlNode *root)
{
    read_costs(reader, xml_first(root, "costs"));
    read_learn(reader, xml_first(root, "learn"));
    for (size_t i = 0; i < reader->campaign->placement_count; i++)
        if (reader->placements[i].rank == RANK_LEARN &&
            reader->campaign->learning.reward == REWARD_NONE)
            reader_complain(reader, NOTE_CAMPAIGN_WORTH, reader->placements[i].line,
                            "placement '%s' ranks by what is learnt, and there is no "
                            "<learn> that says what",
                            reader->placements[i].name);
}

/* Chances and money cannot be compared: all offers of a placement have margins or none. */
static void
check_alike(struct reader *reader, const struct offer *offer, size_t place)
{
    for (size_t i = 0; i < place; i++)
        if (reader->offers[i].placement == offer->placement &&
            (reader->margins[i].source != NULL) !=
                (reader->margins[place].source != NULL)) {
            reader_complain(reader, NOTE_CAMPAIGN_WORTH, offer->line,
                            "offer '%s' has %s margin and '%s' has %s: placement '%s' "
                            "cannot tell which is worth more",
                            offer->name, reader->margins[place].source ? "a" : "no",
                            reader->offers[i].name, reader->margins[i].source ? "a" : "no",
                            offer->placement->name);
            return;
        }
}

void
reader_worth(struct reader *reader, const xmlNode *node, size_t place)
{
    struct offer *offer = &reader->offers[place];
    const struct costs *costs = &reader->campaign->costs;
    const xmlNode *worth = xml_first(node, "worth");
    bool has_own = xml_attr(reader->arena, node, "piece-cost") != NULL;
    char who[120];

    offer->packer_ms = reader_thousandths(reader, node, "seconds");
    offer->piece_minor = reader->piece_minor;
    if (costs->currency[0] == '\0' && (has_own || offer->packer_ms > 0))
        reader_complain(reader, NOTE_CAMPAIGN_WORTH, offer->line,
                        "offer '%s' says what it costs, and the campaign has no <costs> "
                        "that says in which currency",
                        offer->name);
    else if (has_own)
        offer->piece_minor = reader_amount(reader, node, NOTE_CAMPAIGN_WORTH,
                                           "piece-cost", costs->currency)
                                 .minor;
    if (worth != NULL) {
        snprintf(who, sizeof who, "offer '%s': chance", offer->name);
        reader_expression(reader, worth, "chance", EXPR_TYPE_NUMBER, who,
                          &reader->chances[place]);
        snprintf(who, sizeof who, "offer '%s': margin", offer->name);
        reader_expression(reader, worth, "margin", EXPR_TYPE_NUMBER, who,
                          &reader->margins[place]);
    }
    if (offer->placement == NULL || offer->placement->rank == RANK_WEIGHT)
        return;
    if (offer->placement->rank == RANK_VALUE &&
        (reader->chances[place].source == NULL || reader->margins[place].source == NULL))
        reader_complain(reader, NOTE_CAMPAIGN_WORTH, offer->line,
                        "offer '%s': placement '%s' ranks by value, which needs a "
                        "<worth> with chance and margin",
                        offer->name, offer->placement->name);
    else if (offer->placement->rank == RANK_LEARN)
        check_alike(reader, offer, place);
}
