/* Settings: points, tiers and rewards.
 *
 * The schema knows the words; here amounts are read in the shop's currency, and what would
 * make a scheme that nobody can explain ends the reading with a note: tiers that do not
 * rise, two things of one name, points that nothing earns. */
#include "station/settings.h"

#include "base/money.h"
#include "base/text.h"
#include "base/xml.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_NOTICE_DAYS 45
#define DEFAULT_WINDOW_MONTHS 12

struct reading {
    struct settings *settings;
    struct notes *notes;
    struct points_scheme *scheme;
};

static enum status
refuse(const struct reading *reading, const xmlNode *node, const char *what,
       const char *name)
{
    return note_fail(reading->notes, STATUS_BAD_INPUT, NOTE_SHOP_POINTS,
                     reading->settings->path, xml_line(node), "%s \"%.60s\" %s",
                     (const char *)node->name, name, what);
}

static int64_t
leading_number(const struct reading *reading, const xmlNode *node, const char *name,
               int64_t otherwise)
{
    const char *text = xml_attr(reading->settings->arena, node, name);
    return text ? strtoll(text, NULL, 10) : otherwise;
}

/* "1.25" as basis points; at most four decimals, as the schema has made sure of fewer
 * digits than could be too many. False: more decimals than that. */
static bool
read_bp(const struct reading *reading, const xmlNode *node, const char *name,
        int64_t *ret)
{
    const char *text = xml_attr(reading->settings->arena, node, name);
    int64_t bp = 0;
    int decimals = -1;
    if (!text)
        return true;
    for (; *text; text++) {
        if (*text == '.') {
            decimals = 0;
            continue;
        }
        if (*text < '0' || *text > '9') /* a sign: the schema lets a + through */
            continue;
        if (decimals >= 4) {
            if (*text != '0')
                return false;
            continue;
        }
        bp = bp * 10 + (*text - '0');
        decimals += decimals >= 0;
    }
    for (int i = decimals < 0 ? 0 : decimals; i < 4; i++)
        bp *= 10;
    *ret = bp;
    return true;
}

/* --- tiers -------------------------------------------------------------------------- */

static bool
read_from(const struct reading *reading, const xmlNode *node, int64_t *ret)
{
    const struct settings *settings = reading->settings;
    const char *text = xml_attr(settings->arena, node, "from");
    int64_t bp = 0;
    struct money money = {0};
    if (!text)
        return false;
    if (reading->scheme->tiers_by_points) {
        bool is_whole = read_bp(reading, node, "from", &bp) && bp % 10000 == 0;
        *ret = bp / 10000;
        return is_whole;
    }
    bool is_amount = money_parse(text, settings->currency, &money);
    *ret = money.minor;
    return is_amount;
}

static enum status
read_tier(const struct reading *reading, const xmlNode *node,
          const struct tier_rule *before, struct tier_rule *ret)
{
    int64_t multiplier_bp = 10000;
    *ret = (struct tier_rule){.name = xml_attr(reading->settings->arena, node, "name")};
    if (!ret->name)
        return STATUS_NO_MEMORY;
    if (!read_from(reading, node, &ret->from))
        return refuse(reading, node,
                      reading->scheme->tiers_by_points
                          ? "begins at no whole number of points"
                          : "begins at no amount of the shop's currency",
                      ret->name);
    if (before && ret->from <= before->from)
        return refuse(reading, node, "begins no higher than the tier before it",
                      ret->name);
    if (!read_bp(reading, node, "multiplier", &multiplier_bp) || multiplier_bp <= 0)
        return refuse(reading, node, "would earn no points", ret->name);
    ret->multiplier_bp = (int32_t)multiplier_bp;
    return STATUS_OK;
}

static enum status
read_tiers(const struct reading *reading, const xmlNode *points)
{
    struct points_scheme *scheme = reading->scheme;
    struct tier_rule *tiers = NULL;
    size_t count = 0, room = 0;
    for (const xmlNode *node = xml_first(points, "tier"); node;
         node = xml_next(node, "tier")) {
        struct tier_rule *tier = arena_append(reading->settings->arena, &tiers, &count,
                                              &room, sizeof(*tiers));
        if (!tier)
            return STATUS_NO_MEMORY;
        enum status status =
            read_tier(reading, node, count > 1 ? &tiers[count - 2] : NULL, tier);
        if (status != STATUS_OK)
            return status;
        for (size_t i = 0; i + 1 < count; i++)
            if (text_equal(tiers[i].name, tier->name))
                return refuse(reading, node, "stands twice", tier->name);
    }
    scheme->tiers = tiers;
    scheme->tier_count = count;
    return STATUS_OK;
}

/* --- rewards ------------------------------------------------------------------------ */

static int
by_points(const void *a, const void *b)
{
    const struct reward_rule *x = a, *y = b;
    int order = (x->points > y->points) - (x->points < y->points);
    return order ? order : strcmp(x->name, y->name);
}

static enum status
read_rewards(const struct reading *reading, const xmlNode *points)
{
    struct points_scheme *scheme = reading->scheme;
    struct reward_rule *rewards = NULL;
    size_t count = 0, room = 0;
    for (const xmlNode *node = xml_first(points, "reward"); node;
         node = xml_next(node, "reward")) {
        struct reward_rule *reward = arena_append(reading->settings->arena, &rewards,
                                                  &count, &room, sizeof(*rewards));
        if (!reward)
            return STATUS_NO_MEMORY;
        reward->name = xml_attr(reading->settings->arena, node, "name");
        reward->points = leading_number(reading, node, "points", 0);
        if (!reward->name)
            return STATUS_NO_MEMORY;
        for (size_t i = 0; i + 1 < count; i++)
            if (text_equal(rewards[i].name, reward->name))
                return refuse(reading, node, "stands twice", reward->name);
    }
    if (count)
        qsort(rewards, count, sizeof(*rewards), by_points);
    scheme->rewards = rewards;
    scheme->reward_count = count;
    return STATUS_OK;
}

enum status
settings_read_points(struct settings *settings, const xmlNode *root, struct notes *notes)
{
    const xmlNode *node = xml_first(root, "points");
    if (!node)
        return STATUS_OK;
    struct points_scheme *scheme = arena_make(settings->arena, sizeof(*scheme));
    struct reading reading = {settings, notes, scheme};
    if (!scheme)
        return STATUS_NO_MEMORY;
    memcpy(scheme->currency, settings->currency, sizeof(scheme->currency));
    scheme->lasts_months = (int32_t)leading_number(&reading, node, "last", 0);
    scheme->notice_days =
        (int32_t)leading_number(&reading, node, "notice", DEFAULT_NOTICE_DAYS);
    scheme->window_months = (int32_t)leading_number(&reading, node, "tiers-within",
                                                    DEFAULT_WINDOW_MONTHS);
    scheme->tiers_by_points =
        text_equal(xml_attr(settings->arena, node, "tiers-by"), "points");
    if (!read_bp(&reading, node, "per-unit", &scheme->per_unit_bp) ||
        scheme->per_unit_bp <= 0)
        return note_fail(notes, STATUS_BAD_INPUT, NOTE_SHOP_POINTS, settings->path,
                         xml_line(node),
                         "per-unit must be over 0, with at most four decimals");
    enum status status = read_tiers(&reading, node);
    if (status == STATUS_OK)
        status = read_rewards(&reading, node);
    if (status == STATUS_OK)
        settings->points = scheme;
    return status;
}
