/* What the files of this room share while facts are being made; no other room's business.
 */
#ifndef TUCK_CUSTOMER_FACTS_INSIDE_H
#define TUCK_CUSTOMER_FACTS_INSIDE_H

#include "base/status.h"
#include "customer/facts.h"

#include <math.h>

/* One making. `settings` has its defaults filled in; `history` is never NULL. */
struct making {
    struct facts *facts;
    const struct order *order;
    const struct history *history;
    struct facts_settings settings;
    struct arena *arena;
    struct notes *notes;
};

/* Each fills its part of the table; the order is that of facts_make(). */
enum status fill_orders(struct making *making);
void fill_tastes(struct making *making);
enum status fill_badges(struct making *making); /* after fill_orders() */
void fill_standing(struct making *making);
enum status fill_loyalty(struct making *making); /* after fill_orders() */
void fill_person(struct making *making);
void fill_moment(struct making *making);
enum status fill_learnt(struct making *making);

struct taste_index *taste_index_make(struct arena *arena);
/* Takes in the lines of the past order that is the `ordinal`-th to count. */
enum status taste_index_add(struct taste_index *index, const struct past_order *past,
                            size_t ordinal, struct day day);

static inline void
set_number(struct making *making, enum fact_id id, double number)
{
    making->facts->fact[id].number = number;
}

static inline void
set_truth(struct making *making, enum fact_id id, bool holds)
{
    making->facts->fact[id].number = holds ? 1 : 0;
}

static inline void
set_text(struct making *making, enum fact_id id, const char *text)
{
    making->facts->fact[id].text = text ? text : "";
}

/* A WORD out of the table's values; what is not among them becomes `otherwise`. */
void set_word(struct making *making, enum fact_id id, const char *word,
              const char *otherwise);

/* True when the `n` bytes at `word` are one of `words`, which a space splits. */
bool words_have(const char *words, const char *word, size_t n);

/* Equal, or `part` somewhere in `text`, without regard to the case of A to Z. */
bool text_equal_folded(const char *a, const char *b);
bool text_has_folded(const char *text, const char *part);

static inline bool
is_past(const struct making *making, int64_t at_s)
{
    return at_s < making->order->placed_at_s;
}

static inline double
days_since(const struct facts *facts, int64_t at_s)
{
    return (double)facts->today.n - zone_day(facts->zone, at_s, NULL).n;
}

/* The day of the year `month`-`day` in `year`: 29 February is 1 March in common years.
 * DAY_NONE when no year has such a day. */
struct day yearly_day(int32_t year, int32_t month, int32_t day);

/* Days from `today` to the nearest such day, before or after; the one ahead when both are
 * as far. `*ret_year` is the year it falls in. False when no year has such a day. */
bool yearly_distance(struct day today, int32_t month, int32_t day, int32_t *ret_days,
                     int32_t *ret_year);

#endif
