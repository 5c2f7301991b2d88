/* Inside report/: what was gathered, before it is reckoned. */
#ifndef TUCK_REPORT_INSIDE_H
#define TUCK_REPORT_INSIDE_H

#include "report/report.h"
#include "stats/moments.h"

#define DAY_S 86400
#define PAST_DAYS 365 /* before the first decision: what may explain the outcome */

/* --- what customers did (past.c) ------------------------------------------------------
 */

struct seen_order {
    int64_t at_s, minor;
    uint32_t key; /* of its id */
};
struct seen_answer {
    uint32_t customer;
    bool is_nps; /* else effort */
    int8_t score;
    int64_t at_s;
};
struct past {
    struct seen_order *orders; /* by customer, then time */
    size_t order_count, order_room;
    size_t *first; /* of each customer, and one more: where her orders begin */
    size_t customer_count, customer_room;
    struct seen_answer *answers; /* past_end(): by customer, then time */
    size_t answer_count, answer_room;
    double *expected; /* of each customer in the next year, minor; NaN: not asked yet */
};
uint32_t past_key(const char *order);
enum status past_take_order(struct past *past, const struct study_order *order,
                            int64_t minor);
enum status past_take_answer(struct past *past, const struct study_answer *answer);
enum status past_end(struct past *past, uint32_t customers);
void past_done(struct past *past);
/* Her orders; none for who has none. */
const struct seen_order *past_orders(const struct past *past, uint32_t customer,
                                     size_t *ret_count);
/* What she ordered before `from_s`, within PAST_DAYS, and after it, but for the order
 * with the key `but` (0: none): within the window, in the next one, ever. */
struct past_sums {
    double orders_before, spend_before, orders, spend, orders_later, spend_since;
};
struct past_sums past_sum(const struct past *past, int32_t within_days, uint32_t customer,
                          int64_t from_s, uint32_t but);
/* Her answers. */
const struct seen_answer *past_answers(const struct past *past, uint32_t customer,
                                       size_t *ret_count);

/* --- who was in which group (unit.c) --------------------------------------------------
 */

/* Decisions, and what became of their pieces. */
struct counts {
    int64_t decided, printed, coupons, redeemed, advised, paper_minor, coupons_minor;
};
void counts_add(struct counts *counts, const struct counts *more);

struct unit { /* a customer in a test */
    uint32_t test, customer;
    int64_t first_s;                              /* her first decision there */
    const char *segments;                         /* as of then */
    int64_t paper_minor, coupons_minor;           /* of what she got within the window */
    uint16_t decided, printed, coupons, redeemed; /* in all, up to 65,535 */
    uint32_t order; /* past_key() of the order that it was decided for */
    uint16_t arm;
    bool is_reached, is_crossed;
};
struct units {
    struct unit *units; /* open addressing; test UINT32_MAX: free */
    size_t count, room;
};
/* Hers, made when new (`*ret_is_new`); NULL: memory is out. Lent until the next call. */
struct unit *units_get(struct units *units, uint32_t test, uint32_t customer,
                       bool *ret_is_new);
void units_done(struct units *units);

/* --- sums of a group ------------------------------------------------------------------
 */

struct sums {
    struct pairs by_past[REPORT_METRICS];  /* x: what she did before */
    struct pairs by_print[REPORT_METRICS]; /* x: 1 when something was printed for her */
    double customers, waiting, reached, crossed;
    struct counts counts; /* of known customers */
};
struct group { /* an arm of a test */
    const char *name;
    bool is_apart;
    struct counts counts; /* of guests, too */
    int64_t told;         /* decisions that another system made */
    double chances;       /* sum of the probabilities that came with these */
    struct sums all;
    struct sums *segments; /* of each segment of the test, as far as it has any */
    size_t segment_room;
};
struct test {
    enum report_kind kind;
    const char *campaign, *name;
    struct group *groups;
    size_t group_count, group_room;
    const char **segments; /* names that occurred */
    size_t segment_count, segment_room;
    int64_t first_s, last_s;
};
struct gathered {
    const struct report_wish *wish;
    struct arena *arena;
    struct past past;
    struct units units;
    struct test *tests;
    size_t test_count, test_room;
    uint32_t *index; /* of tests by kind and words; open addressing, 1 more than it is */
    size_t index_room;
    uint32_t customers;
    int64_t decisions, pieces;
    struct sums effort[3], nps[3];
};
/* gather.c */
enum status gather(struct ledger *ledger, struct gathered *gathered, struct notes *notes);
/* outcome.c: sums of every group, from the units. */
enum status sum_outcomes(struct gathered *gathered);

/* --- from sums to what may be said ----------------------------------------------------
 */

#define LEVEL 0.95 /* of intervals */

struct reckoning {
    const struct gathered *gathered;
    const struct report *report;
    struct arena *arena;
};
/* effect.c */
struct report_measure measure(enum report_metric metric, const struct pairs *pairs);
void fill_arm(const struct group *group, const struct sums *sums,
              const struct counts *counts, struct report_arm *arm);
/* Every arm of the part against its first; `sums` in their order, `dealt` customers. */
enum status set_effects(struct reckoning *reckoning, const struct report_test *test,
                        struct report_part *part, const struct sums *const sums[],
                        double dealt);
/* reckon.c */
enum status reckon(struct gathered *gathered, struct report **ret);

/* --- words (words.c) ------------------------------------------------------------------
 */

void put_fixed(struct buf *out, double value, int decimals);
void put_count(struct buf *out, double value); /* 12,345 */
/* A value of that metric, in its unit; `is_signed`: a difference. */
void put_value(struct buf *out, const struct report *report, enum report_metric metric,
               double value, bool is_signed);
void put_interval(struct buf *out, const struct report *report, enum report_metric metric,
                  const struct estimate *estimate);
/* The size of a difference, with its unit. */
void put_size(struct buf *out, const struct report *report, enum report_metric metric,
              double value);
void put_test_title(struct buf *out, const struct report_test *test);
/* One or two sentences: what may be said of an arm, of a test. */
void put_verdict(struct buf *out, const struct report *report,
                 const struct report_test *test, const struct report_arm *arm);
/* The word in front: "cannot tell yet". */
const char *word_text(enum report_word word);
/* The control of a part; NULL: there is none. */
const struct report_arm *part_control(const struct report_part *part);
/* Of an offer: those to whom it was given; NULL: nobody. */
const struct report_arm *part_given(const struct report_part *part);
bool metric_is_told(const struct report *report, enum report_metric metric);

#endif
