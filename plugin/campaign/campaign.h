/* Campaigns: offers, placements, rules, experiments → plan.
 *
 * A campaign is immutable and shared. Compiled expressions write into themselves, so each
 * thread borrows a `struct judge` of its own. Order of work per placement:
 * eligible → allowed → ranked → held out or chosen; each step leaves its reason. */
#ifndef TUCK_CAMPAIGN_CAMPAIGN_H
#define TUCK_CAMPAIGN_CAMPAIGN_H

#include "base/arena.h"
#include "base/note.h"
#include "base/status.h"
#include "base/text.h"
#include "customer/facts.h"
#include "mint/gs1.h"

enum placement_kind { PLACEMENT_INSERT, PLACEMENT_COUPON, PLACEMENT_BOX };
const char *placement_kind_name(enum placement_kind kind);

struct offer_text { /* a <value>: handed to the template as $name */
    const char *name;
    const char *lang; /* BCP 47 prefix; NULL: any */
    const char *text;
};

/* What decides between offers of equal priority. */
enum placement_rank {
    RANK_WEIGHT, /* a draw by weight, the same for a customer for ever */
    RANK_VALUE,  /* the greatest expected value */
    RANK_LEARN   /* Thompson sampling: the greatest value by a draw from what was learnt */
};

struct arm {
    const char *name;
    int32_t weight;
    const char *template_name;      /* NULL: the offer's */
    const struct offer_text *texts; /* come before the offer's own */
    size_t text_count;
};

enum coupon_kind {
    COUPON_NONE,
    COUPON_PERCENT,
    COUPON_AMOUNT,
    COUPON_SHIPPING,
    COUPON_ITEM
};
#define COUPON_CAUSES_MOST 8

struct coupon {
    enum coupon_kind kind;
    int32_t percent_bp;   /* COUPON_PERCENT */
    struct money amount;  /* COUPON_AMOUNT; else as `cost` */
    struct money cost;    /* what one redemption is reckoned to cost; minor 0: not told */
    const char *sku;      /* COUPON_ITEM */
    struct money minimum; /* of an order; minor 0: none */
    const char *prefix;   /* of the code, e.g. "FERN"; NULL: none, which needs a pool */
    const char *pool;     /* of imported codes; NULL: codes are made at the station */
    int32_t number;       /* of the offer in signed codes, 1–511; 0: none */
    int32_t valid_days;   /* counted from the order's day */
    /* what may be chosen that is given to others, e.g. "trees" */
    const char *causes[COUPON_CAUSES_MOST];
    size_t cause_count;
    const struct gs1_identity *gs1; /* NULL: none */
};

/* The code by which an answer comes back; valid_days 0: the offer asks nothing. */
struct reply_code {
    const char *prefix; /* e.g. "ASK" */
    int32_t number;     /* as of a coupon; 0: codes are not signed */
    int32_t valid_days; /* counted from the order's day */
};

struct offer;
/* In signed codes, of its coupon or its reply; 0: none. */
int32_t offer_number(const struct offer *offer);

/* Whose uses of a limit are counted together. */
enum limit_per { PER_ALL, PER_CUSTOMER, PER_HOUSEHOLD, PER_STORE, PER_STATION, PER_WAVE };
const char *limit_per_name(enum limit_per per); /* "all", "customer"… */

enum limit_window {
    WINDOW_EVER,
    WINDOW_DAY, /* of the calendar, in the merchant's zone; weeks begin on Monday */
    WINDOW_WEEK,
    WINDOW_MONTH,
    WINDOW_QUARTER,
    WINDOW_YEAR,
    WINDOW_ROLLING /* today and the days before */
};

/* At most so many pieces, or so much money of what they are reckoned to cost, or both. A
 * piece that is held out takes of limits per customer and per household, and pieces only:
 * treated and held out go on alike, but nothing left the shop. */
struct limit {
    /* Unique: "spring"; of one offer: "OFFER/customer" (cap-per-customer), "OFFER/stock",
     * else "OFFER/" with per and window: "OFFER/all", "OFFER/store/week". */
    const char *name;
    /* What the ledger counts it by: uses of another scope or window are others. The name,
     * of a shared limit with both: "spring@household@30d". */
    const char *key;
    enum limit_per per;
    enum limit_window window;
    int32_t rolling_days;    /* WINDOW_ROLLING: 1 or more; else 0 */
    int64_t most;            /* pieces; -1: not counted */
    struct money most_money; /* minor -1: not counted */
    int32_t line;
};

/* The first day of the window that `today` lies in; DAY_NONE for ever. Rolling: the first
 * of its days. */
struct day limit_window_begin(const struct limit *limit, struct day today);
/* Whose it would be: "" for all, else the customer's, household's … id as the shop knows
 * it, lent by the facts; NULL: not known, so the limit cannot be kept. */
const char *limit_scope(const struct limit *limit, const struct facts *facts);

/* A test over offers: a hash deals customers to arms, and conditions ask arm('name'). It
 * is dealt by GrowthBook's published rules (assign.c), with hash 2 over the customer. */
struct experiment_arm {
    const char *name;
    int32_t weight;
};
struct experiment {
    const char *name;
    const char *seed;           /* "CAMPAIGN:experiment:NAME" by default */
    const char *namespace_name; /* NULL: none, it takes whom it gets */
    double from, to;            /* its part of the namespace, 0…1 */
    int32_t coverage_bp;        /* of those, who take part */
    struct day since, until;    /* first and last day; DAY_NONE: open */
    const struct experiment_arm *arms;
    size_t arm_count;
    int32_t line;
};
/* The customer's arm, or NULL: does not take part. The same for ever while name, seed,
 * namespace and weights stay. */
const struct experiment_arm *experiment_arm(const struct experiment *experiment,
                                            const char *customer, struct day today);

/* Where draw('NAME', odds) falls for an order: 0…1, won below the odds. Of seed, name and
 * order alone, by assign_hash() with hash 2, over "SEED:draw:NAME" and the order's id and,
 * for four more digits, the id with ":2": the same for ever, in whichever parcel. */
double draw_number(const char *seed, const char *name, const char *order);

/* Follow-ups, one a parcel and in this order, that stop when one of them is answered. */
#define SERIES_MOST 5
struct offer;
struct series {
    const char *name;
    int32_t pause_days; /* between two of them, at least */
    const char *until;  /* XPath text: it is over once that holds; or NULL */
    const struct offer *steps[SERIES_MOST];
    size_t step_count; /* 2 or more */
    int32_t line;
};

struct offer {
    const char *name;
    const char *title; /* for people who read reports */
    const struct placement *placement;
    int32_t line;            /* in the campaign file */
    int32_t priority;        /* larger first */
    const char *when;        /* XPath text or NULL */
    const char *segment;     /* or NULL: any */
    struct day from, until;  /* first and last day; DAY_NONE: open */
    int32_t answer_days;     /* what it asks is to be done by then; 0: nothing is said */
    double odds;             /* of the draws that all must be won; 0: it asks for none */
    int32_t cooldown_days;   /* since the offer was last decided for this customer */
    uint32_t needs_consents; /* enum consent bits, all given */
    int32_t least_age;       /* years; unknown ages are too young; 0: any */
    const char *countries;   /* ISO 3166-1, split by one space; NULL: any */
    int32_t mg;              /* of one piece; 0: not told */
    int32_t thickness_mm100; /* of one piece; 0: not told */
    int32_t packer_ms;       /* a packer's time for it */
    int64_t piece_minor;     /* paper and ink, in the currency of the campaign's costs */
    /* its own, then shared ones; they lie in campaign->limits */
    const struct limit *const *limits;
    size_t limit_count;
    bool sells;         /* never beside an open complaint, never for refused marketing */
    int32_t weight;     /* among offers of equal priority; 0: by name order */
    int32_t holdout_bp; /* of this offer */
    const char *template_name; /* NULL: pre-printed only */
    const struct offer_text *texts;
    size_t text_count;
    const struct arm *arms;
    size_t arm_count;
    struct coupon coupon;
    struct reply_code reply; /* of an offer without a coupon */
    const struct series *series; /* that it is a step of; NULL: none */
    int32_t step;                /* of it, 1 the first */
    /* pre-printed: a SKU to pick from a bin, instead of a sheet */
    const char *sku, *bin;
};

struct placement {
    const char *name;
    enum placement_kind kind;
    int32_t most;                  /* pieces a carton, 1 or more */
    enum placement_rank rank;
    const char *fallback_template; /* or NULL */
    const struct offer_text *fallback_texts;
    size_t fallback_text_count;
    int32_t line;
};

struct rate_break { /* postage rises when the carton gets heavier than that */
    int32_t mg;
    int64_t cost_minor;
};
struct costs {
    char currency[4]; /* "": none are told */
    int64_t packer_hour_minor;
    const struct rate_break *breaks; /* by weight */
    size_t break_count;
};

enum reward { REWARD_NONE, REWARD_REDEEMED, REWARD_ORDERED };
struct learning { /* reward NONE: nothing is learnt */
    enum reward reward;
    int32_t within_days; /* since the decision */
    double prior;        /* chance of a success, before anything is known */
    double strength;     /* how many tries the prior weighs */
};

struct campaign {
    const char *name, *path;
    const char *seed;    /* of every assignment */
    int32_t holdout_bp;  /* nothing that sells goes to these customers, over all offers */
    /* contact policy: paper (inserts and coupons) a carton; 0: no limit */
    int32_t most_pieces, most_mg, most_thickness_mm100;
    int32_t cooldown_days; /* of offers that say none of their own; 0: none */
    struct costs costs;
    struct learning learning;
    const struct placement *placements;
    size_t placement_count;
    const struct experiment *experiments; /* in file order */
    size_t experiment_count;
    const struct badge_rule *badges; /* in file order */
    size_t badge_count;
    const struct series *series; /* in file order */
    size_t series_count;
    const struct offer *offers; /* in file order */
    size_t offer_count;
    const struct limit *limits; /* all: shared ones in file order, then offers' own */
    size_t limit_count;
    char digest[65]; /* SHA-256 of the file: the policy hash */
    struct campaign_inside *inside;
};

enum status campaign_open(const char *path, struct notes *notes, struct campaign **ret);
struct campaign *campaign_ref(struct campaign *campaign);
void campaign_unref(struct campaign *campaign);

/* What the ledger knows, without what this order itself holds. */
struct standing {            /* of this customer and an offer */
    struct day last_decided; /* DAY_NONE: never */
    const char *refusal;     /* why it was just found not to be had; or NULL */
};
struct limit_use { /* of a limit, in its window and by whose it would be */
    bool is_known; /* false: limit_scope() is not known */
    int64_t units, minor;
};
struct learned; /* campaign/learned.h */
struct standings {
    const struct standing *offers;  /* index as campaign->offers */
    const struct limit_use *limits; /* index as campaign->limits */
    const struct learned *learned;  /* NULL: nothing was learnt yet */
};

enum fate {
    FATE_CHOSEN,
    FATE_HELD_OUT,     /* would have been chosen; holdout by hash */
    FATE_NOT_ELIGIBLE, /* when, segment or dates said no */
    FATE_NOT_ALLOWED,  /* limit, cooldown, consent, contact policy, pin, complaint */
    FATE_OUTRANKED,    /* eligible and allowed, but a better one won */
    FATE_FAULTY,       /* its condition failed at run time; a note says how */
};
const char *fate_name(enum fate fate);

struct verdict { /* one offer's fate and why */
    const struct offer *offer;
    enum fate fate;
    const char *reason; /* a sentence: "cooldown: 12 of 90 days passed" */
};

struct choice { /* what a placement prints */
    const struct placement *placement;
    const struct offer *offer; /* NULL: held out or nothing; see `reason` */
    const struct arm *arm;     /* NULL: no arms */
    const char *template_name; /* arm's or offer's; NULL: pre-printed */
    const char *reason;
    double probability; /* of this offer and arm being chosen, of eligible chance */
    bool is_held_out;   /* decided but not to be printed; `offer` is then set */
    bool is_advised;    /* an advisor's word chose it, not the rules */
    int64_t cost_minor; /* of the piece: paper, ink, a packer's time, added postage */
    bool is_barred;     /* not even the fallback: the contact policy is spent */
};

struct exposure { /* of this customer to an experiment */
    const struct experiment *experiment;
    const struct experiment_arm *arm;
};

/* A share of customers whom nothing that sells reaches. */
struct holdout {
    bool is_drawn; /* there is one, and the customer is known */
    bool is_held_out;
};

struct plan {
    const struct campaign *campaign;
    const char *segments; /* names of those that hold, split by one space; "" */
    struct holdout of_campaign, of_shop;
    const char *group; /* of customers that are learnt of together; NULL: nothing is */
    struct exposure *exposures; /* the experiments that the customer takes part in */
    size_t exposure_count;
    struct choice *choices;
    size_t choice_count;
    struct verdict *verdicts; /* every offer, in file order */
    size_t verdict_count;
    /* Of every offer being picked for its placement, by the draw alone (its arm is not in
     * it); index as campaign->offers. NULL unless judge_tell_chances(). */
    const double *chances;
};

/* Compiled expressions for one thread at a time. */
struct judge;
enum status judge_open(struct campaign *campaign, struct notes *notes,
                       struct judge **ret);
void judge_close(struct judge *judge);
/* A holdout over all campaigns of the shop, dealt by a seed of its own; lent. 0: none. */
void judge_hold_out(struct judge *judge, int32_t share_bp, const char *seed);

/* Whether plans tell the chances of all offers, also of those that were not picked. */
void judge_tell_chances(struct judge *judge, bool is_telling);

/* Decides. `standings` may be NULL (nothing was ever decided). Same facts, standings and
 * campaign, same plan. What a limit has left is shared by the carton's pieces, too. A
 * condition that fails at run time drops its offer, with a note. `force`: name of an
 * offer to choose whatever the rules say, or NULL. */
enum status plan_make(struct judge *judge, const struct facts *facts,
                      const struct standings *standings, const char *force,
                      struct arena *arena, struct notes *notes, struct plan **ret);

void plan_dump(const struct plan *plan, struct buf *out);
void plan_json(const struct plan *plan, struct buf *out);

/* The text called `name` for a reader of `lang`: exact, then language only, then the one
 * without language; arm before offer. NULL when there is none. */
const char *choice_text(const struct choice *choice, const char *name, const char *lang);

/* Looks for what loading cannot find: offers that can never win (shadowed, dates over,
 * weight 0, a condition that is always false), comparisons that never hold. `today`
 * DAY_NONE leaves dates out. Every finding is a note. */
void campaign_check(const struct campaign *campaign, struct day today,
                    struct notes *notes);

/* --- assignment (assign.c) ------------------------------------------------------ */

/* GrowthBook's published hash: 0 ≤ n < 1, or -1 for an unknown version. */
double assign_hash(const char *seed, const char *value, int version);
struct assign_range {
    double from, to;
};
/* Ranges for `count` weights (they need not sum to 1: then equal weights) at `coverage`.
 */
void assign_ranges(size_t count, double coverage, const double *weights,
                   struct assign_range *ret);
/* The range `n` falls in, or -1. */
int assign_choose(double n, const struct assign_range *ranges, size_t count);
bool assign_in_namespace(const char *user, const char *name, double from, double to);

#endif
