/* Facts: what a campaign may know of this customer as of this order.
 *
 * One table (fact-list.h) names every fact with type, unit and meaning; the XPath
 * variables, `tuck facts`, the man page, `tuck check` and the dump all come from it.
 * As-of semantics: only what was known strictly before the order on the bench, by
 * placed-at (then id); the order itself is not part of its own history. */
#ifndef TUCK_CUSTOMER_FACTS_H
#define TUCK_CUSTOMER_FACTS_H

#include "base/arena.h"
#include "base/day.h"
#include "base/note.h"
#include "base/text.h"
#include "customer/loyalty.h"
#include "customer/places.h"
#include "order/order.h"

enum fact_id {
#define FACT(symbol, name, type, unit, values, meaning) FACT_##symbol,
#include "customer/fact-list.h"
#undef FACT
    FACT_COUNT
};

enum fact_type {
    FACT_NUMBER, /* XPath number; unknown is NaN, which no comparison holds for */
    FACT_MONEY,  /* XPath number of whole minor units in the order's currency */
    FACT_WORD,   /* XPath string out of `values`; always known */
    FACT_TEXT,   /* XPath string, free; unknown is "" */
    FACT_TRUTH,  /* XPath boolean */
    FACT_DAY,    /* XPath string yyyy-mm-dd; unknown is "" */
};

struct fact_def {
    enum fact_id id;
    enum fact_type type;
    const char *name;    /* as in $name */
    const char *unit;    /* "days", "orders", "minor units", "" */
    const char *values;  /* a WORD's values, split by one space; else NULL */
    const char *meaning; /* one sentence */
};
extern const struct fact_def fact_table[FACT_COUNT];

struct fact {
    double number;    /* NUMBER, MONEY; TRUTH as 0 or 1 */
    const char *text; /* WORD, TEXT, DAY; else NULL */
};

/* A badge for a milestone, by what is counted over past orders and this one. Orders that
 * were cancelled do not count; what came back was tried all the same, so that no badge is
 * ever lost by a return and earned twice. */
enum badge_counts {
    BADGE_ORDERS,
    BADGE_PRODUCTS,   /* different SKUs, of a category or with a tag when one is named */
    BADGE_CATEGORIES, /* different ones */
    BADGE_MONTHS,     /* of the longest streak */
    BADGE_YEARS,      /* whole ones since the first order */
};
struct badge_rule {
    const char *name, *title;
    enum badge_counts counts;
    const char *category, *tag; /* NULL: any */
    int64_t from;               /* earned with that many */
};

struct taste_index; /* what was bought, by SKU, category and tag (facts-tastes.c) */

struct facts {
    struct fact fact[FACT_COUNT];
    struct day today;                /* the order's day in the merchant's zone */
    char today_text[16], expiry_text[16], holiday_text[16];
    const struct order *order;       /* lent: must outlive the facts */
    const struct history *history;   /* lent, whole, never NULL; see `order_count` */
    size_t order_count;              /* past orders that count: before this order */
    const size_t *order_index;       /* their places in history->orders, oldest first */
    const struct day *order_day;     /* their days in the merchant's zone */
    const struct taste_index *tastes;
    const struct zone *zone;         /* lent */
    const struct badge_rule *badges; /* lent */
    const bool *has_badge;           /* with this order; index as `badges` */
    size_t badge_count;
};

struct model_parts; /* fit/model.h */

/* The product picked for a customer (fit/next.h). */
struct facts_pick {
    const char *sku, *name; /* name "": not known */
    const char *reason;     /* a value of next-reason */
    const char *because;    /* name of what it goes with; "" */
};

/* What was looked for and is there now. */
struct facts_found {
    const char *sku, *name;
};

struct facts_settings {
    const struct model_parts *model; /* what was learnt, lent; NULL: nothing */
    const struct facts_pick *pick;   /* lent; NULL: none */
    const struct facts_found *found; /* lent; NULL: what was looked for is not there */
    const struct zone *zone;   /* the merchant's; NULL: UTC */
    int32_t lapsing_after_bp;  /* stage: gap / typical gap, basis points; 0: 15000 */
    int32_t lapsed_after_days; /* 0: 365 */
    int32_t active_gap_days;   /* typical gap assumed with fewer than 3 orders; 0: 90 */
    int32_t loyal_orders;      /* orders (with this one) from which "loyal"; 0: 5 */
    const char *language;      /* the merchant's, lent; NULL: "en" */
    const struct points_scheme *points; /* the shop's own, lent; NULL: none */
    const struct places *places; /* holidays and shops near by, lent; NULL: none */
    const struct badge_rule *badges;    /* the campaign's, lent */
    size_t badge_count;
};

/* What counts as past:
 * - Orders placed before this one, or at the same instant with a smaller id (strcmp). The
 *   bench order's own id never counts, nor does a cancelled order.
 * - Answers, conversations and complaints dated before this order was placed. A complaint
 *   closed at that instant or later is still open.
 * - Interests, and style answers without a time: always. Returned quantities, refunds,
 *   tier and points carry no history of their own: the values told count, whatever their
 *   as-of, because older ones are not to be had. Tier and points are reckoned by the
 *   shop's scheme when nobody told either and every source could be asked: from half a
 *   history would come a wrong balance, and none is better.
 * - A guest (no customer id) has no past, whatever history is given.
 *
 * The stage, with `gap` the days from the last day with a past order to this one's, and
 * `usual` the typical gap when past orders fall on 3 days or more, else active_gap_days;
 * the first line that holds:
 *   first-order   no past orders
 *   lapsed        gap > lapsed_after_days
 *   lapsing       gap > 7 days and gap > usual * lapsing_after_bp / 10000
 *   second-order  one past order
 *   won-back      the gap before the last day with a past order > lapsed_after_days
 *   loyal         past orders + 1 >= loyal_orders
 *   active        else
 * A gap of a week is never lapsing: three errands in three days are no rhythm.
 *
 * Always succeeds but for memory. Past orders in other currencies count as orders but not
 * in money sums (a note says so once). `history` may be NULL: none. */
enum status facts_make(const struct order *order, const struct history *history,
                       const struct facts_settings *settings, struct arena *arena,
                       struct notes *notes, struct facts **ret);

/* The fact called `name`, or NULL. */
const struct fact_def *fact_find(const char *name);

/* Functions over history for expressions. Days back are counted from facts->today: 0
 * means ever, a negative number finds nothing. "Bought" is bought and kept: items that
 * came back do not count. Names compare exactly, but interests and what was sought
 * without regard to the case of A to Z. */
bool facts_bought(const struct facts *facts, const char *sku, int32_t days);
bool facts_bought_category(const struct facts *facts, const char *category, int32_t days);
bool facts_bought_tag(const struct facts *facts, const char *tag, int32_t days);
int64_t facts_quantity_bought(const struct facts *facts, const char *sku, int32_t days);
bool facts_in_order(const struct facts *facts, const char *sku);
bool facts_category_in_order(const struct facts *facts, const char *category);
bool facts_tag_in_order(const struct facts *facts, const char *tag);
bool facts_interested_in(const struct facts *facts, const char *interest);
/* `text` stands in what was looked for and not found; "" stands in anything. */
bool facts_sought(const struct facts *facts, const char *text, int32_t days);
/* What was looked for latest and not found, within a year before the order was placed;
 * NULL: nothing. It is the fact "sought", for whoever has to look it up before. */
const char *facts_sought_words(const struct order *order, const struct history *history,
                               const struct zone *zone);
/* The latest answer given before this order. */
const char *facts_style(const struct facts *facts, const char *question); /* "" none */
/* Items with the tag that were kept, and that came back, ever. */
int64_t facts_kept_tag(const struct facts *facts, const char *tag);
int64_t facts_returned_tag(const struct facts *facts, const char *tag);
/* How the customer liked a piece of the offer, 1 to 5, told latest before this order; NAN:
 * never told. */
double facts_rating(const struct facts *facts, const char *offer);
/* True when `date` (yyyy-mm-dd, or --mm-dd for every year) is today or at most `days`
 * days ahead; false for what is no date. --02-29 falls on 1 March in common years. */
bool facts_within(const struct facts *facts, const char *date, int32_t days);

/* The offer went out to this customer on paper at most so many days ago, before this order
 * was placed and in another order's carton; 0: ever. */
bool facts_shown(const struct facts *facts, const char *offer, int32_t days);
/* The day on which it last did; DAY_NONE: never. */
struct day facts_shown_on(const struct facts *facts, const char *offer);
/* What its paper asked was answered, or its coupon redeemed, within so many days (0: ever).
 * It counts as soon as it is known, even when the order was placed before. */
bool facts_answered(const struct facts *facts, const char *offer, int32_t days);
bool facts_has_badge(const struct facts *facts, const char *badge);

/* "name = value" a line in table order; money in minor units, truths as true and false,
 * unknown numbers as "unknown". */
void facts_dump(const struct facts *facts, struct buf *out);
/* One object; unknown numbers are null. */
void facts_json(const struct facts *facts, struct buf *out);
/* One fact's value as text for people and templates: "12", "loyal", "49.90 EUR", "yes";
 * "" when unknown. Text that is too long for `room` is cut at a character. */
void fact_text(const struct facts *facts, enum fact_id id, char *out, size_t room);

#endif
