/* Facts of play: badges for milestones, the longest streak, and what was shown before.
 *
 * Every badge is counted twice, without this order and with it: the one that is held only
 * with it is new. Products and categories are gathered once, each with whether it was
 * there before, so that a badge costs one look at them. */
#include "customer/facts-inside.h"

#include <stdlib.h>
#include <string.h>

struct thing { /* a product, or a category, whose SKU is NULL */
    const char *sku, *category, *tags;
    bool was_before; /* in a past order */
};

struct tried {
    struct thing *products, *categories;
    size_t product_count, category_count;
};

struct counted {
    int64_t before, now;
};

/* --- products and categories ---------------------------------------------------- */

static int
by_sku(const void *a, const void *b)
{
    const struct thing *x = a, *y = b;
    int order = strcmp(x->sku, y->sku);

    return order ? order : y->was_before - x->was_before; /* what was before goes first */
}

static int
by_category(const void *a, const void *b)
{
    const struct thing *x = a, *y = b;
    int order = strcmp(x->category, y->category);

    return order ? order : y->was_before - x->was_before;
}

/* Each once, as it was first; `compare` has sorted them so that this one is kept. */
static size_t
sort_out(struct thing *things, size_t count, int (*compare)(const void *, const void *),
         bool is_product)
{
    size_t kept = 0;

    if (count > 0)
        qsort(things, count, sizeof *things, compare);
    for (size_t i = 0; i < count; i++) {
        const struct thing *last = kept > 0 ? &things[kept - 1] : NULL;
        bool is_same = last && (is_product
                                    ? strcmp(last->sku, things[i].sku) == 0
                                    : strcmp(last->category, things[i].category) == 0);
        if (!is_same)
            things[kept++] = things[i];
    }
    return kept;
}

static void
add_lines(struct tried *tried, const struct order_line *lines, size_t count, bool before)
{
    for (size_t i = 0; i < count; i++) {
        const struct order_line *line = &lines[i];
        const struct thing thing = {line->sku, line->category, line->tags, before};
        if (line->sku)
            tried->products[tried->product_count++] = thing;
        if (line->category)
            tried->categories[tried->category_count++] = thing;
    }
}

static enum status
gather(struct making *making, struct tried *ret)
{
    const struct facts *facts = making->facts;
    const struct order *order = making->order;
    const struct past_order *orders = making->history->orders;
    size_t room = order->line_count;
    struct tried tried = {0};

    for (size_t i = 0; i < facts->order_count; i++)
        room += orders[facts->order_index[i]].line_count;
    tried.products = arena_make_array(making->arena, room, sizeof *tried.products);
    tried.categories = arena_make_array(making->arena, room, sizeof *tried.categories);
    if (!tried.products || !tried.categories)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < facts->order_count; i++) {
        const struct past_order *past = &orders[facts->order_index[i]];
        add_lines(&tried, past->lines, past->line_count, true);
    }
    add_lines(&tried, order->lines, order->line_count, false);
    tried.product_count = sort_out(tried.products, tried.product_count, by_sku, true);
    tried.category_count =
        sort_out(tried.categories, tried.category_count, by_category, false);
    *ret = tried;
    return STATUS_OK;
}

static bool
fits(const struct badge_rule *rule, const struct thing *thing)
{
    const char *tag = rule->tag;

    if (rule->category && !text_equal(rule->category, thing->category))
        return false;
    return !tag || words_have(thing->tags, tag, strlen(tag));
}

static struct counted
count_things(const struct badge_rule *rule, const struct thing *things, size_t count)
{
    struct counted counted = {0, 0};

    for (size_t i = 0; i < count; i++)
        if (fits(rule, &things[i])) {
            counted.now++;
            counted.before += things[i].was_before;
        }
    return counted;
}

/* --- time ----------------------------------------------------------------------- */

static int32_t
month_of(struct day day)
{
    struct date date = day_date(day);

    return date.year * 12 + date.month;
}

/* The longest run of months with an order; `with_bench` takes this order's in. */
static int32_t
longest_streak(const struct facts *facts, bool with_bench)
{
    int32_t best = 0, run = 0, last = 0;
    size_t count = facts->order_count + with_bench;

    for (size_t i = 0; i < count; i++) {
        struct day day = i < facts->order_count ? facts->order_day[i] : facts->today;
        int32_t month = month_of(day);
        if (run == 0 || month != last)
            run = run > 0 && month == last + 1 ? run + 1 : 1;
        last = month;
        best = run > best ? run : best;
    }
    return best;
}

static int64_t
whole_years(struct day from, struct day to)
{
    struct date a = day_date(from), b = day_date(to);
    struct day this_year = yearly_day(b.year, a.month, a.day);

    return b.year - a.year - (to.n < this_year.n);
}

static struct counted
count_years(const struct facts *facts)
{
    size_t count = facts->order_count;

    if (count == 0)
        return (struct counted){0, 0};
    struct day first = facts->order_day[0], last = facts->order_day[count - 1];
    return (struct counted){whole_years(first, last), whole_years(first, facts->today)};
}

/* --- badges --------------------------------------------------------------------- */

static struct counted
count_for(const struct badge_rule *rule, const struct facts *facts,
          const struct tried *tried)
{
    int64_t orders = (int64_t)facts->order_count;

    switch (rule->counts) {
    case BADGE_ORDERS:
        return (struct counted){orders, orders + 1};
    case BADGE_PRODUCTS:
        return count_things(rule, tried->products, tried->product_count);
    case BADGE_CATEGORIES:
        return count_things(rule, tried->categories, tried->category_count);
    case BADGE_MONTHS:
        return (struct counted){longest_streak(facts, false),
                                longest_streak(facts, true)};
    default:
        return count_years(facts);
    }
}

enum status
fill_badges(struct making *making)
{
    struct facts *facts = making->facts;
    const struct badge_rule *newest = NULL;
    struct tried tried = {0};
    size_t held = 0, count = making->settings.badge_count;

    /* a guest's every order would be a first one */
    if (!making->order->customer.id)
        count = 0;
    bool *has_badge = arena_make_array(making->arena, count, sizeof *has_badge);
    if (!has_badge || (count > 0 && gather(making, &tried) != STATUS_OK))
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const struct badge_rule *rule = &making->settings.badges[i];
        struct counted counted = count_for(rule, facts, &tried);
        has_badge[i] = counted.now >= rule->from;
        held += has_badge[i];
        if (has_badge[i] && counted.before < rule->from)
            newest = rule;
    }
    /* of half a history nobody can tell what is new */
    if (making->history->is_partial)
        newest = NULL;
    facts->badges = making->settings.badges;
    facts->has_badge = has_badge;
    facts->badge_count = count;
    set_number(making, FACT_BADGES, (double)held);
    set_text(making, FACT_NEWEST_BADGE, newest ? newest->name : NULL);
    set_text(making, FACT_NEWEST_BADGE_TITLE, newest ? newest->title : NULL);
    set_number(making, FACT_BEST_STREAK, longest_streak(facts, true));
    return STATUS_OK;
}

bool
facts_has_badge(const struct facts *facts, const char *badge)
{
    for (size_t i = 0; i < facts->badge_count; i++)
        if (strcmp(facts->badges[i].name, badge) == 0)
            return facts->has_badge[i];
    return false;
}

bool
facts_shown(const struct facts *facts, const char *offer, int32_t days)
{
    const struct history *history = facts->history;

    for (size_t i = 0; days >= 0 && i < history->shown_count; i++) {
        const struct shown *shown = &history->shown[i];
        bool is_before = shown->at_s < facts->order->placed_at_s &&
                         !text_equal(shown->order, facts->order->id);
        if (is_before && text_equal(shown->offer, offer) &&
            (days == 0 || days_since(facts, shown->at_s) <= days))
            return true;
    }
    return false;
}

struct day
facts_shown_on(const struct facts *facts, const char *offer)
{
    const struct history *history = facts->history;
    int64_t latest_s = TIME_NONE;

    for (size_t i = 0; i < history->shown_count; i++) {
        const struct shown *shown = &history->shown[i];
        if (shown->at_s < facts->order->placed_at_s && shown->at_s > latest_s &&
            !text_equal(shown->order, facts->order->id) && text_equal(shown->offer, offer))
            latest_s = shown->at_s;
    }
    return latest_s == TIME_NONE ? DAY_NONE : zone_day(facts->zone, latest_s, NULL);
}

bool
facts_answered(const struct facts *facts, const char *offer, int32_t days)
{
    const struct history *history = facts->history;

    for (size_t i = 0; days >= 0 && i < history->shown_count; i++) {
        const struct shown *shown = &history->shown[i];
        if (shown->answered_s != TIME_NONE && text_equal(shown->offer, offer) &&
            (days == 0 || days_since(facts, shown->answered_s) <= days))
            return true;
    }
    return false;
}
