/* What paper caused: the ledger's decisions against what customers did afterwards.
 *
 * Customers were dealt to groups by a hash before anything was printed; so the groups
 * differ by chance and by what was decided for them, and nothing else. Everybody counts
 * in the group that was decided for her (intent to treat), from her first decision, once
 * the window after it is over. A difference is told with an interval that may be looked
 * at every day (stats/sequential.h), corrected where several arms share a control, and
 * narrowed by what customers bought before (CUPED) where that says something. Groups that
 * are not of the sizes they were dealt are not compared: the reader is stopped instead.
 */
#ifndef TUCK_REPORT_REPORT_H
#define TUCK_REPORT_REPORT_H

#include "base/arena.h"
#include "base/day.h"
#include "base/note.h"
#include "base/text.h"
#include "fit/model.h"
#include "ledger/study.h"
#include "stats/estimate.h"
#include "stats/sample-ratio.h"

/* What is counted of a customer. */
enum report_metric {
    REPORT_ORDERED,  /* ordered again within the window: 0 or 1 */
    REPORT_ORDERS,   /* how often, within it */
    REPORT_REVENUE,  /* minor units, net of refunds, within it */
    REPORT_MARGIN,   /* of that, less paper and the coupons that were used */
    REPORT_RETAINED, /* ordered in the window after that one: 0 or 1 */
    REPORT_LIFETIME, /* revenue since, and what the model expects of the next year */
    REPORT_NPS,      /* of those who answered afterwards: 100, 0 or -100 */
    REPORT_EFFORT,   /* of those who answered afterwards: 1 to 7, more is harder */
    REPORT_METRICS
};
struct report_metric_kind {
    const char *name;  /* "ordered-again", in JSON */
    const char *title; /* "ordered again", for people */
    enum { METRIC_RATE, METRIC_COUNT, METRIC_MONEY, METRIC_SCORE } unit;
    bool less_is_better;
};
extern const struct report_metric_kind report_metrics[REPORT_METRICS];

enum report_kind {
    REPORT_SHOP,       /* the holdout over all campaigns */
    REPORT_CAMPAIGN,   /* a campaign against its holdout */
    REPORT_EXPERIMENT, /* of a campaign */
    REPORT_OFFER,      /* where it was chosen: printed against held out */
    REPORT_VARIANT,    /* the arms of an offer */
    REPORT_ADVISOR,    /* the advisors' choices and the rules': not dealt by chance */
};

/* How customers were dealt to the groups of a test, as settings and campaign say. */
struct report_deal {
    enum report_kind kind;
    const char *campaign, *name; /* as in struct report_test */
    const char *const *arms;     /* the first is the control */
    const double *weights;
    size_t arm_count;
};

struct report_wish {
    const char *merchant, *currency;
    const struct zone *zone;
    int64_t now_s;            /* nothing after it counts */
    struct study_range range; /* of decisions */
    int32_t within_days;      /* the window after a decision */
    int32_t margin_bp;        /* of revenue; 0: not known, margin is left out */
    int32_t least_effect_bp;  /* a lift that would be worth knowing */
    const struct report_deal *deals;
    size_t deal_count;
    const struct model_parts *model; /* NULL: lifetime value is what was seen so far */
};

struct report_effect {          /* of an arm, against the control */
    struct estimate difference; /* holds at every look, for all arms together */
    struct estimate lift;       /* the same as a share of the control */
    struct estimate once;       /* at one look, of this arm alone, nothing adjusted */
    struct estimate printed;    /* on those whose paper was printed */
    double p;                   /* of the difference, corrected for arms or segments */
    double explained;  /* share of the variance that the past took away; 0: not used */
    double detectable; /* smallest effect found with power 80 % by now; NaN */
    double days;       /* until the least effect would be found; infinite, NaN */
};
struct report_measure {   /* of an arm */
    double customers;     /* who count */
    struct estimate mean; /* at one look */
};
enum report_word {               /* what may be said of an arm */
                   WORD_NOTHING, /* it is the control, or there is none */
                   WORD_STOP,    /* the groups are not what they should be */
                   WORD_EARLY,   /* too few customers */
                   WORD_UNSURE,  /* cannot tell yet */
                   WORD_BETTER,
                   WORD_WORSE,
                   WORD_NO_CHANCE, /* a difference, but not one that was dealt by chance
                                    */
};
struct report_arm {
    const char *name;
    bool is_control;
    bool is_apart; /* decided before there was a control: not compared */
    double weight; /* as dealt; NaN: not known */
    double customers, waiting, reached; /* window over; not yet; with something printed */
    int64_t decided;                    /* decisions; the rest are pieces */
    int64_t printed, coupons, redeemed, advised; /* coupons: printed, worth something */
    int64_t paper_minor, coupons_minor; /* of what was printed; of what was used */
    struct estimate redemption;         /* of a printed coupon */
    struct report_measure measures[REPORT_METRICS];
    struct report_effect effects[REPORT_METRICS];
    enum report_word word;
    enum report_metric by; /* the metric that the word is about */
};
struct report_part {         /* all customers of a test, or a segment of them */
    const char *segment;     /* NULL: all */
    struct report_arm *arms; /* the control first */
    size_t arm_count;
};
struct report_test {
    enum report_kind kind;
    const char *campaign; /* NULL: all, or of before it was kept */
    const char *name;     /* of the experiment or the offer; NULL */
    bool has_control;
    bool is_ratio_checked;
    struct sample_ratio ratio;
    double crossed;            /* customers seen in two groups: they count in the first */
    int64_t first_s, last_s;   /* decisions */
    struct report_part *parts; /* the first is all */
    size_t part_count;
};
struct report_class {     /* of customers by what they answered: not dealt by chance */
    const char *question; /* "effort", "nps" */
    const char *name;     /* "low" */
    double customers;
    struct report_measure ordered, revenue, lifetime;
};
struct report {
    const char *currency;
    const struct zone *zone;
    int64_t now_s, from_s, until_s; /* TIME_NONE: open */
    int32_t within_days, least_effect_bp;
    bool has_margin, has_model;
    int64_t customers, orders, decisions, pieces, answers;
    struct report_test *tests; /* by campaign, kind and name */
    size_t test_count;
    struct report_class *classes;
    size_t class_count;
};

/* `arena` keeps all of it. STATUS_WITHOUT: no decision in the range. Besides: what
 * ledger_study() says; STATUS_NO_MEMORY. */
enum status report_make(struct ledger *ledger, const struct report_wish *wish,
                        struct arena *arena, struct notes *notes, struct report **ret);

/* A plot on the page: drawn by whoever can, as SVG; false: it is left out. */
struct plot;
typedef bool report_draw_fn(void *data, const struct plot *plot, const void **ret_svg,
                            size_t *ret_n);

void report_tell(const struct report *report, bool is_coloured, struct buf *out);
void report_json(const struct report *report, struct buf *out);
/* One page that needs nothing else. */
void report_html(const struct report *report, report_draw_fn *draw, void *data,
                 struct buf *out);

#endif
