/* Limits: how many pieces, or how much money, may be promised of one offer or of several
 * together, in all or per customer, household, store, station or wave, for ever or in a
 * window of days.
 *
 * cap-per-customer and the stock of a pre-printed piece are limits like others. Names are
 * what the ledger counts by, so an offer's own limits are named by what they are, not by
 * where they stand: moving one in the file must not mix up what is spent. */
#include "campaign/campaign-inside.h"

#include "base/xml.h"

#include <stdio.h>
#include <string.h>

static const char *const per_names[] = {"all",   "customer", "household",
                                        "store", "station",  "wave"};
static const char *const window_names[] = {"", "day", "week", "month", "quarter", "year"};

const char *
limit_per_name(enum limit_per per)
{
    return per_names[per];
}

struct day
limit_window_begin(const struct limit *limit, struct day today)
{
    struct date date = day_date(today);

    switch (limit->window) {
    case WINDOW_EVER:
        break;
    case WINDOW_DAY:
        return today;
    case WINDOW_WEEK:
        return (struct day){today.n - (day_weekday(today) - 1)};
    case WINDOW_MONTH:
        return day_from_date(date.year, date.month, 1);
    case WINDOW_QUARTER:
        return day_from_date(date.year, (date.month - 1) / 3 * 3 + 1, 1);
    case WINDOW_YEAR:
        return day_from_date(date.year, 1, 1);
    case WINDOW_ROLLING:
        return (struct day){today.n - (limit->rolling_days - 1)};
    }
    return DAY_NONE;
}

const char *
limit_scope(const struct limit *limit, const struct facts *facts)
{
    const struct order *order = facts->order;

    switch (limit->per) {
    case PER_ALL:
        break;
    case PER_CUSTOMER:
        return order->customer.id;
    case PER_HOUSEHOLD:
        return facts->history != NULL ? facts->history->household : NULL;
    case PER_STORE:
        return order->store;
    case PER_STATION:
        return order->station;
    case PER_WAVE:
        return order->wave;
    }
    return "";
}

/* --- reading ------------------------------------------------------------------------ */

static enum limit_per
read_per(struct reader *reader, const xmlNode *node)
{
    const char *text = xml_attr(reader->arena, node, "per");

    for (size_t i = 1; text != NULL && i < COUNT_OF(per_names); i++)
        if (strcmp(per_names[i], text) == 0)
            return (enum limit_per)i;
    return PER_ALL;
}

static void
read_window(struct reader *reader, const xmlNode *node, struct limit *limit)
{
    const char *text = xml_attr(reader->arena, node, "window");

    if (text == NULL)
        return;
    limit->window = WINDOW_ROLLING;
    for (size_t i = 1; i < COUNT_OF(window_names); i++)
        if (strcmp(window_names[i], text) == 0)
            limit->window = (enum limit_window)i;
    if (limit->window == WINDOW_ROLLING)
        limit->rolling_days = (int32_t)reader_number(reader, node, "window", 1);
}

static struct limit *
add_limit(struct reader *reader)
{
    struct limit *limit = &reader->limits[reader->campaign->limit_count++];

    *limit = (struct limit){.most = -1, .most_money = {.minor = -1}};
    return limit;
}

static void
read_limit(struct reader *reader, const xmlNode *node, struct limit *limit)
{
    const char *currency = xml_attr(reader->arena, node, "currency");

    limit->per = read_per(reader, node);
    read_window(reader, node, limit);
    limit->most = reader_number(reader, node, "most", -1);
    limit->line = xml_line(node);
    if (currency != NULL)
        limit->most_money =
            reader_amount(reader, node, NOTE_CAMPAIGN_LIMIT_SENSE, "money", currency);
}

/* "FIRST", with the limit's scope and window where it has them: "spring@store@week". */
static const char *
name_by_nature(struct reader *reader, const struct limit *limit, const char *first,
               const char *mark, bool has_all)
{
    char window[16] = "";

    if (limit->window == WINDOW_ROLLING)
        snprintf(window, sizeof window, "%dd", (int)limit->rolling_days);
    else
        snprintf(window, sizeof window, "%s", window_names[limit->window]);
    bool has_per = has_all || limit->per != PER_ALL;
    const char *name =
        arena_printf(reader->arena, "%s%s%s%s%s", first, has_per ? mark : "",
                     has_per ? per_names[limit->per] : "", window[0] ? mark : "", window);
    if (name == NULL)
        reader->is_out_of_memory = true;
    return name;
}

/* Room for as many as there can be: offers point into it while it fills. */
static void
make_room(struct reader *reader, const xmlNode *root)
{
    size_t count = 0;

    for (xmlNode *n = xml_first(root, "limit"); n != NULL; n = xml_next(n, "limit"))
        count++;
    for (xmlNode *n = xml_first(root, "offer"); n != NULL; n = xml_next(n, "offer")) {
        count += 2; /* cap and stock */
        for (xmlNode *k = xml_first(n, "limit"); k != NULL; k = xml_next(k, "limit"))
            count++;
    }
    reader->campaign->limits = reader->limits =
        reader_array(reader, count, sizeof *reader->limits);
}

void
reader_limits(struct reader *reader, const xmlNode *root)
{
    make_room(reader, root);
    if (reader->is_out_of_memory)
        return;
    for (xmlNode *n = xml_first(root, "limit"); n != NULL; n = xml_next(n, "limit")) {
        struct limit *limit = add_limit(reader);
        limit->name = xml_attr(reader->arena, n, "name");
        read_limit(reader, n, limit);
        limit->key = name_by_nature(reader, limit, limit->name, "@", false);
        for (size_t i = 0; &reader->limits[i] < limit; i++)
            if (text_equal(reader->limits[i].name, limit->name))
                reader_complain(reader, NOTE_CAMPAIGN_DUPLICATE, limit->line,
                                "limit '%s' stands already in line %d", limit->name,
                                (int)reader->limits[i].line);
    }
    reader->shared_limit_count = reader->campaign->limit_count;
}

/* --- of an offer -------------------------------------------------------------------- */

/* The limits an offer is under, while they are gathered. */
struct gathering {
    struct reader *reader;
    struct offer *offer;
    const struct limit **limits;
};

static void
add_own(struct gathering *gathering, struct limit *limit)
{
    struct reader *reader = gathering->reader;
    struct offer *offer = gathering->offer;

    limit->key = limit->name;
    for (size_t i = 0; i < offer->limit_count; i++)
        if (text_equal(gathering->limits[i]->name, limit->name))
            reader_complain(reader, NOTE_CAMPAIGN_DUPLICATE, limit->line,
                            "offer '%s' has two limits '%s'; let one of them say both "
                            "how many pieces and how much money",
                            offer->name, limit->name);
    gathering->limits[offer->limit_count++] = limit;
}

/* An attribute that is a limit: cap-per-customer and stock. */
static void
add_plain(struct gathering *gathering, const xmlNode *node, const char *attribute,
          const char *nature, enum limit_per per)
{
    struct reader *reader = gathering->reader;
    int64_t most = node != NULL ? reader_number(reader, node, attribute, -1) : -1;

    if (most < 0)
        return;
    struct limit *limit = add_limit(reader);
    limit->name = arena_printf(reader->arena, "%s/%s", gathering->offer->name, nature);
    if (limit->name == NULL)
        reader->is_out_of_memory = true;
    limit->per = per;
    limit->most = most;
    limit->line = xml_line(node);
    add_own(gathering, limit);
}

static const struct limit *
find_shared(struct gathering *gathering, const char *name)
{
    struct reader *reader = gathering->reader;
    size_t count = reader->shared_limit_count;
    const char **names = reader_array(reader, count, sizeof *names);

    for (size_t i = 0; i < count; i++)
        if (text_equal(reader->limits[i].name, name))
            return &reader->limits[i];
    for (size_t i = 0; names != NULL && i < count; i++)
        names[i] = reader->limits[i].name;
    const char *near = names != NULL ? text_nearest(name, names, count) : NULL;
    reader_complain(reader, NOTE_CAMPAIGN_LIMIT, gathering->offer->line,
                    "offer '%s': there is no limit '%s'%s%s%s", gathering->offer->name,
                    name, near ? "; did you mean '" : "", near ? near : "",
                    near ? "'?" : "");
    return NULL;
}

static void
add_shared(struct gathering *gathering, const char *name)
{
    struct offer *offer = gathering->offer;
    const struct limit *limit = find_shared(gathering, name);

    if (limit == NULL)
        return;
    for (size_t i = 0; i < offer->limit_count; i++)
        if (gathering->limits[i] == limit) {
            reader_complain(gathering->reader, NOTE_CAMPAIGN_DUPLICATE, offer->line,
                            "offer '%s' names limit '%s' twice", offer->name, name);
            return;
        }
    gathering->limits[offer->limit_count++] = limit;
}

/* A limit of money must know what each of its pieces costs, or it would be overrun. */
static void
check_money(struct reader *reader, const struct offer *offer, const struct limit *limit)
{
    const struct money *cost = &offer->coupon.cost;
    const char *currency = limit->most_money.currency;

    if (limit->most_money.minor < 0)
        return;
    if (offer->coupon.kind == COUPON_NONE)
        reader_complain(reader, NOTE_CAMPAIGN_LIMIT_SENSE, offer->line,
                        "offer '%s' has no coupon, and limit '%s' counts money",
                        offer->name, limit->name);
    else if (!text_equal(cost->currency, currency))
        reader_complain(reader, NOTE_CAMPAIGN_LIMIT_SENSE, offer->line,
                        "offer '%s': its coupon is in %s, and limit '%s' counts %s",
                        offer->name, cost->currency, limit->name, currency);
    else if (cost->minor == 0)
        reader_complain(reader, NOTE_CAMPAIGN_LIMIT_SENSE, offer->line,
                        "offer '%s': limit '%s' counts money, so the coupon must say "
                        "its cost",
                        offer->name, limit->name);
}

static size_t
most_limits(const struct reader *reader, const xmlNode *node)
{
    size_t count = 2 + reader->shared_limit_count;
    for (xmlNode *n = xml_first(node, "limit"); n != NULL; n = xml_next(n, "limit"))
        count++;
    return count;
}

void
reader_offer_limits(struct reader *reader, const xmlNode *node, struct offer *offer)
{
    struct gathering gathering = {.reader = reader, .offer = offer};
    char *words = xml_attr(reader->arena, node, "limits");
    char *rest = NULL;

    gathering.limits =
        reader_array(reader, most_limits(reader, node), sizeof *gathering.limits);
    if (gathering.limits == NULL)
        return;
    add_plain(&gathering, node, "cap-per-customer", "customer", PER_CUSTOMER);
    add_plain(&gathering, xml_first(node, "preprinted"), "stock", "stock", PER_ALL);
    for (xmlNode *n = xml_first(node, "limit"); n != NULL; n = xml_next(n, "limit")) {
        struct limit *limit = add_limit(reader);
        read_limit(reader, n, limit);
        limit->name = name_by_nature(reader, limit, offer->name, "/", true);
        add_own(&gathering, limit);
    }
    for (char *w = words ? strtok_r(words, " ", &rest) : NULL; w != NULL;
         w = strtok_r(NULL, " ", &rest))
        add_shared(&gathering, w);
    offer->limits = gathering.limits;
    for (size_t i = 0; i < offer->limit_count; i++)
        check_money(reader, offer, offer->limits[i]);
}
