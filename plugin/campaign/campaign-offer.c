/* Reads one offer: its rules, its print or bin, its coupon, its arms.
 *
 * The schema has made sure of forms; here are the names that must exist and the numbers
 * that must make sense together. */
#include "campaign/campaign-inside.h"

#include "base/xml.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct placement *
find_placement(struct reader *reader, const struct offer *offer, const char *name)
{
    const struct campaign *campaign = reader->campaign;
    const char **names = reader_array(reader, campaign->placement_count, sizeof *names);

    for (size_t i = 0; i < campaign->placement_count; i++)
        if (text_equal(campaign->placements[i].name, name))
            return &campaign->placements[i];
    for (size_t i = 0; names != NULL && i < campaign->placement_count; i++)
        names[i] = campaign->placements[i].name;
    const char *near =
        names != NULL ? text_nearest(name, names, campaign->placement_count) : NULL;
    reader_complain(reader, NOTE_CAMPAIGN_PLACEMENT, offer->line,
                    "offer '%s': there is no placement '%s'%s%s%s", offer->name, name,
                    near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return NULL;
}

static void
check_segment(struct reader *reader, const struct offer *offer)
{
    const struct expr_names *names = &reader->names;

    for (size_t i = 0; i < names->segment_count; i++)
        if (text_equal(names->segments[i], offer->segment))
            return;
    const char *near =
        text_nearest(offer->segment, names->segments, names->segment_count);
    reader_complain(reader, NOTE_CAMPAIGN_SEGMENT, offer->line,
                    "offer '%s': there is no segment '%s'%s%s%s", offer->name,
                    offer->segment, near ? "; did you mean '" : "", near ? near : "",
                    near ? "'?" : "");
}

/* --- dates and consents ------------------------------------------------------------- */

struct day
reader_day(struct reader *reader, const xmlNode *node, const char *name)
{
    struct day day = DAY_NONE;
    const char *text = xml_attr(reader->arena, node, name);

    /* xsd:date lets a time zone stand behind the day; a day here is the merchant's */
    if (text != NULL && !day_parse(text, &day))
        reader_complain(reader, NOTE_CAMPAIGN_DATES, xml_line(node),
                        "%s '%s': %s=\"%s\" must be a plain day, yyyy-mm-dd",
                        (const char *)node->name, xml_attr(reader->arena, node, "name"),
                        name, text);
    return day;
}

static void
read_dates(struct reader *reader, const xmlNode *node, struct offer *offer)
{
    offer->from = reader_day(reader, node, "from");
    offer->until = reader_day(reader, node, "until");
    if (!day_is_none(offer->from) && !day_is_none(offer->until) &&
        offer->until.n < offer->from.n)
        reader_complain(reader, NOTE_CAMPAIGN_DATES, offer->line,
                        "offer '%s' ends before it begins", offer->name);
}

static uint32_t
read_consents(struct reader *reader, const xmlNode *node)
{
    static const struct {
        const char *name;
        enum consent consent;
    } table[] = {{"marketing", CONSENT_MARKETING},
                 {"personalisation", CONSENT_PERSONALISATION},
                 {"survey", CONSENT_SURVEY},
                 {"leaderboard", CONSENT_LEADERBOARD}};
    uint32_t consents = 0;
    char *needs = xml_attr(reader->arena, node, "needs");
    char *rest = NULL;

    if (needs == NULL)
        return 0;
    for (char *w = strtok_r(needs, " ", &rest); w != NULL; w = strtok_r(NULL, " ", &rest))
        for (size_t i = 0; i < COUNT_OF(table); i++)
            if (strcmp(w, table[i].name) == 0)
                consents |= table[i].consent;
    return consents;
}

/* --- coupon ------------------------------------------------------------------------- */

struct money
reader_amount(struct reader *reader, const xmlNode *node, enum note_id id,
              const char *name, const char *currency)
{
    struct money money = {0};
    const char *text = xml_attr(reader->arena, node, name);

    snprintf(money.currency, sizeof money.currency, "%s", currency);
    if (text != NULL && !money_parse(text, currency, &money))
        reader_complain(reader, id, xml_line(node),
                        "%s=\"%s\" is not an amount of %s with at most %d decimals", name,
                        text, currency, money_digits(currency));
    return money;
}

static void
read_percent(struct reader *reader, const xmlNode *node, const char *text,
             struct coupon *coupon)
{
    double percent = 0.0;

    text_to_double(text, &percent);
    coupon->percent_bp = (int32_t)lround(percent * 100.0);
    if (coupon->percent_bp == 0 || fabs(percent * 100.0 - coupon->percent_bp) > 1e-6)
        reader_complain(reader, NOTE_CAMPAIGN_COUPON, xml_line(node),
                        "percent=\"%s\" must have at most two decimals", text);
}

static struct money
read_amount(struct reader *reader, const xmlNode *node, const char *name,
            const char *currency)
{
    return reader_amount(reader, node, NOTE_CAMPAIGN_COUPON, name, currency);
}

static void
read_causes(struct reader *reader, const xmlNode *node, struct coupon *coupon)
{
    char *words = xml_attr(reader->arena, node, "causes");
    char *rest = NULL;

    for (char *w = words ? strtok_r(words, " ", &rest) : NULL;
         w != NULL && coupon->cause_count < COUPON_CAUSES_MOST;
         w = strtok_r(NULL, " ", &rest))
        coupon->causes[coupon->cause_count++] = w;
}

static void
read_coupon(struct reader *reader, const xmlNode *node, struct coupon *ret)
{
    struct arena *arena = reader->arena;
    struct coupon coupon = {.kind = COUPON_SHIPPING};
    const char *currency = xml_attr(arena, node, "currency");
    const char *percent = xml_attr(arena, node, "percent");

    coupon.sku = xml_attr(arena, node, "free-sku");
    coupon.prefix = xml_attr(arena, node, "prefix");
    coupon.pool = xml_attr(arena, node, "pool");
    coupon.number = (int32_t)reader_number(reader, node, "number", 0);
    coupon.valid_days = (int32_t)reader_number(reader, node, "valid", 0);
    if (coupon.valid_days == 0)
        reader_complain(reader, NOTE_CAMPAIGN_COUPON, xml_line(node),
                        "valid=\"0d\": the coupon would never be valid");
    read_causes(reader, node, &coupon);
    coupon.minimum = read_amount(reader, node, "minimum", currency);
    coupon.amount = read_amount(reader, node, "cost", currency);
    coupon.cost = coupon.amount;
    if (coupon.sku != NULL) {
        coupon.kind = COUPON_ITEM;
    } else if (percent != NULL) {
        coupon.kind = COUPON_PERCENT;
        read_percent(reader, node, percent, &coupon);
    } else if (xml_attr(arena, node, "amount") != NULL) {
        coupon.kind = COUPON_AMOUNT;
        coupon.amount = read_amount(reader, node, "amount", currency);
        if (xml_attr(arena, node, "cost") == NULL)
            coupon.cost = coupon.amount;
        if (coupon.amount.minor <= 0)
            reader_complain(reader, NOTE_CAMPAIGN_COUPON, xml_line(node),
                            "a coupon of amount 0 gives nothing");
    }
    coupon.gs1 = reader_gs1(reader, node);
    *ret = coupon;
}

static void
read_reply(struct reader *reader, const xmlNode *node, struct reply_code *ret)
{
    ret->prefix = xml_attr(reader->arena, node, "prefix");
    ret->number = (int32_t)reader_number(reader, node, "number", 0);
    ret->valid_days = (int32_t)reader_number(reader, node, "valid", 0);
}

/* --- arms --------------------------------------------------------------------------- */

static void
read_arm(struct reader *reader, const xmlNode *node, const struct offer *offer,
         struct arm *arms, size_t place)
{
    struct arm *arm = &arms[place];

    arm->name = xml_attr(reader->arena, node, "name");
    arm->weight = (int32_t)reader_number(reader, node, "weight", 0);
    arm->template_name = xml_attr(reader->arena, node, "template");
    arm->texts = reader_texts(reader, node, &arm->text_count);
    for (size_t i = 0; i < place; i++)
        if (text_equal(arms[i].name, arm->name))
            reader_complain(reader, NOTE_CAMPAIGN_DUPLICATE, xml_line(node),
                            "offer '%s' has two arms '%s'", offer->name, arm->name);
}

static void
read_arms(struct reader *reader, const xmlNode *node, struct offer *offer)
{
    size_t count = 0;
    int64_t weights = 0;

    for (xmlNode *n = xml_first(node, "arm"); n != NULL; n = xml_next(n, "arm"))
        count++;
    struct arm *arms = reader_array(reader, count, sizeof *arms);
    if (count == 0 || arms == NULL)
        return;
    for (xmlNode *n = xml_first(node, "arm"); n != NULL; n = xml_next(n, "arm")) {
        read_arm(reader, n, offer, arms, offer->arm_count);
        weights += arms[offer->arm_count++].weight;
    }
    offer->arms = arms;
    if (weights == 0)
        reader_complain(reader, NOTE_CAMPAIGN_WEIGHTS, offer->line,
                        "offer '%s': the weights of its arms come to 0", offer->name);
}

/* --- the offer ---------------------------------------------------------------------- */

static void
read_piece(struct reader *reader, const xmlNode *node, struct offer *offer)
{
    const xmlNode *print = xml_first(node, "print");
    const xmlNode *preprinted = xml_first(node, "preprinted");
    const xmlNode *coupon = xml_first(node, "coupon");
    const xmlNode *reply = xml_first(node, "reply");

    if (print != NULL) {
        offer->template_name = xml_attr(reader->arena, print, "template");
        offer->texts = reader_texts(reader, print, &offer->text_count);
    }
    if (preprinted != NULL) {
        offer->sku = xml_attr(reader->arena, preprinted, "sku");
        offer->bin = xml_attr(reader->arena, preprinted, "bin");
    }
    if (coupon != NULL)
        read_coupon(reader, coupon, &offer->coupon);
    if (reply != NULL)
        read_reply(reader, reply, &offer->reply);
    read_arms(reader, node, offer);
}

static void
check_name(struct reader *reader, const struct offer *offer, size_t place)
{
    for (size_t i = 0; i < place; i++)
        if (text_equal(reader->offers[i].name, offer->name))
            reader_complain(reader, NOTE_CAMPAIGN_DUPLICATE, offer->line,
                            "offer '%s' stands already in line %d", offer->name,
                            (int)reader->offers[i].line);
}

int32_t
offer_number(const struct offer *offer)
{
    return offer->reply.valid_days > 0 ? offer->reply.number : offer->coupon.number;
}

/* A code tells its offer by the number alone. */
static void
check_number(struct reader *reader, const struct offer *offer, size_t place)
{
    int32_t number = offer_number(offer);
    for (size_t i = 0; i < place && number > 0; i++)
        if (offer_number(&reader->offers[i]) == number)
            reader_complain(reader, NOTE_CAMPAIGN_DUPLICATE, offer->line,
                            "offer '%s': number %d is that of offer '%s' in line %d",
                            offer->name, (int)number,
                            reader->offers[i].name, (int)reader->offers[i].line);
}

void
reader_offer(struct reader *reader, const xmlNode *node, size_t place)
{
    struct arena *arena = reader->arena;
    struct offer *offer = &reader->offers[place];
    struct condition *condition = &reader->conditions[place];
    char who[100];

    offer->name = xml_attr(arena, node, "name");
    offer->title = xml_attr(arena, node, "title");
    offer->line = xml_line(node);
    check_name(reader, offer, place);
    offer->placement = find_placement(reader, offer, xml_attr(arena, node, "placement"));
    offer->priority = (int32_t)reader_number(reader, node, "priority", 0);
    offer->segment = xml_attr(arena, node, "segment");
    if (offer->segment != NULL)
        check_segment(reader, offer);
    read_dates(reader, node, offer);
    bool is_paper = offer->placement == NULL || offer->placement->kind != PLACEMENT_BOX;
    offer->cooldown_days = (int32_t)reader_number(
        reader, node, "cooldown", is_paper ? reader->campaign->cooldown_days : 0);
    offer->needs_consents = read_consents(reader, node);
    offer->least_age = (int32_t)reader_number(reader, node, "least-age", 0);
    offer->countries = xml_attr(arena, node, "countries");
    offer->mg = reader_thousandths(reader, node, "grams");
    offer->thickness_mm100 = reader_thousandths(reader, node, "thickness") / 10;
    offer->sells = !text_equal(xml_attr(arena, node, "sells"), "no");
    offer->weight = (int32_t)reader_number(reader, node, "weight", 0);
    offer->holdout_bp = reader_share(reader, node, "holdout");
    snprintf(who, sizeof who, "offer '%s'", offer->name);
    reader_condition(reader, node, who, condition);
    offer->when = condition->source;
    offer->answer_days = (int32_t)reader_number(reader, node, "answer-within", 0);
    offer->odds = condition->term_count > 0 ? odds_of(condition->expr) : 0.0;
    read_piece(reader, node, offer);
    check_number(reader, offer, place);
    reader_offer_limits(reader, node, offer);
    reader_worth(reader, node, place);
}
