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

/* A purchase of a SKU or category, for functions over history. Days are the merchant's. */
struct facts {
    struct fact fact[FACT_COUNT];
    struct day today;                /* the order's day in the merchant's zone */
    const struct order *order;       /* lent: must outlive the facts */
    const struct history *history;   /* lent, whole; see `order_count` */
    size_t order_count;              /* past orders that count: before this order */
    const size_t *order_index;       /* their places in history->orders, oldest first */
    const struct zone *zone;         /* lent */
};

struct facts_settings {
    const struct zone *zone;   /* the merchant's; NULL: UTC */
    int32_t lapsing_after_bp;  /* stage: gap / typical gap, basis points; 0: 15000 */
    int32_t lapsed_after_days; /* 0: 365 */
    int32_t active_gap_days;   /* typical gap assumed with fewer than 3 orders; 0: 90 */
    int32_t loyal_orders;      /* orders (with this one) from which "loyal"; 0: 5 */
};

/* Always succeeds but for memory. Past orders in other currencies count as orders but not
 * in money sums (a note says so once). */
enum status facts_make(const struct order *order, const struct history *history,
                       const struct facts_settings *settings, struct arena *arena,
                       struct notes *notes, struct facts **ret);

/* The fact called `name`, or NULL. */
const struct fact_def *fact_find(const char *name);

/* Functions over history for expressions; days back are counted from facts->today, 0 days
 * means ever. */
bool facts_bought(const struct facts *facts, const char *sku, int32_t days);
bool facts_bought_category(const struct facts *facts, const char *category, int32_t days);
bool facts_bought_tag(const struct facts *facts, const char *tag, int32_t days);
int64_t facts_quantity_bought(const struct facts *facts, const char *sku, int32_t days);
bool facts_in_order(const struct facts *facts, const char *sku);
bool facts_category_in_order(const struct facts *facts, const char *category);
bool facts_tag_in_order(const struct facts *facts, const char *tag);
bool facts_interested_in(const struct facts *facts, const char *interest);
bool facts_sought(const struct facts *facts, const char *text, int32_t days);
const char *facts_style(const struct facts *facts, const char *question); /* "" none */
/* True when `date` (yyyy-mm-dd, or --mm-dd for every year) is today or at most `days`
 * days ahead. */
bool facts_within(const struct facts *facts, const char *date, int32_t days);

/* "name = value" a line in table order; unknown numbers as "unknown". */
void facts_dump(const struct facts *facts, struct buf *out);
void facts_json(const struct facts *facts, struct buf *out); /* one object */
/* One fact's value as text for people and templates ("12", "loyal", ""). */
void fact_text(const struct facts *facts, enum fact_id id, char *out, size_t room);

#endif
