/* What another policy would have been worth, from the log of the one that was followed.
 *
 * A row of the log: what an action brought (reward r), how likely the old policy was to
 * take that action (logged, p > 0), how likely the new one is to take the same action in
 * the same place (wanted, q). Its weight is w = q / p.
 *
 *   IPS   Σ w r / rows                 inverse propensity score (Horvitz and Thompson,
 *                                      JASA 47, 1952)
 *   SNIPS Σ w r / Σ w                  self-normalised (Swaminathan and Joachims, NIPS
 *                                      2015)
 *   DR    Σ (m' + w (r - m)) / rows    doubly robust (Dudík, Langford and Li, ICML 2011): m
 *                                      what a model expects of the action taken, m' of the
 *                                      new policy's choice
 *
 * Rows of one customer are not independent; customers are. So the rows of a customer are
 * gathered in a unit, and each estimate is a ratio of sums over units whose error is that
 * of compare_ratio() (the delta method): with R, W and N a unit's Σ w r, Σ w and rows,
 * error² = Σ (R - v W)² / (n - 1) × n / (Σ W)² for SNIPS, N in place of W for IPS and DR.
 * The model of DR must not have been fitted to the same rows.
 *
 * Intervals are Student's t with (the lesser of effective and carriers) - 1 degrees:
 *   effective  (Σ W)² / Σ W²           units that the weights leave (Kish, "Survey
 *                                      sampling", 1965)
 *   carriers   (Σ R²)² / Σ R⁴          units that carry the rewards' spread; few of many,
 *                                      where few buy (Satterthwaite's degrees of a
 *                                      variance); of DR with Σ w (r - m) for R
 * Simulated with one buyer in a hundred and spend that varies much, intervals of normal
 * width at 95 % held the truth in 65 to 90 %, these in 90 to 97.
 *
 * Clipping: with a `clip` > 0 each weight is at most that. It trades variance for a bias
 * towards the actions of the old policy, of which the intervals know nothing (SNIPS suffers
 * least); how many rows were clipped and what share of the weight it took is told.
 *
 * A verdict refuses, for the first of these reasons that holds:
 *   NO_ROWS     nothing was logged, or a row is no row (broken > 0)
 *   UNREACHED   more than POLICY_UNREACHED_MOST of the new policy's choices are actions the
 *               old one never took: as told by rows (`unreached`), or as the mean of the
 *               unclipped weights says: more than 3 standard errors and 2 % below 1
 *   MISLOGGED   that mean is more than 3 standard errors and 2 % above 1: the logged
 *               probabilities are not those by which the actions were taken
 *   TOO_THIN    effective units under POLICY_EFFECTIVE_LEAST or under 1 % of the units, one
 *               unit with more than POLICY_LARGEST_MOST of the weight, or carriers under
 *               POLICY_CARRIERS_LEAST
 * Numbers are handed out all the same, for whoever wants to see why. */
#ifndef TUCK_STATS_POLICY_H
#define TUCK_STATS_POLICY_H

#include "stats/estimate.h"
#include "stats/moments.h"

#include <stdbool.h>

#define POLICY_EFFECTIVE_LEAST 100.0
#define POLICY_LARGEST_MOST 0.05
#define POLICY_CARRIERS_LEAST 3.0
#define POLICY_UNREACHED_MOST 0.01

struct policy_row {
    double reward;
    double logged; /* more than 0, at most 1 */
    double wanted; /* 0 … 1 */
    /* what the new policy gives, in all, to actions that had no chance; 0 if not known */
    double unreached;
    /* of a model: what it expects of the action taken, and of the new policy's choice
     * (its expectations weighted with the new policy's probabilities); NaN: no model */
    double model_logged, model_wanted;
};

/* The rows of one customer (or whatever is independent of each other), summed up; all
 * zeros to start with. */
struct policy_unit {
    double rows, broken, clipped, modelled;
    double raw;           /* Σ of the weights before clipping */
    double weight;        /* Σ w */
    double weight_reward; /* Σ w r */
    double residual;      /* Σ w (r - m) */
    double robust;        /* Σ m' + w (r - m) */
    double reward;        /* Σ r */
    double unreached;
};

/* A row with a number that is none, or a probability that is none, is only counted as
 * broken. clip 0: none; the same for all rows of all units. */
void policy_unit_add(struct policy_unit *unit, const struct policy_row *row, double clip);

struct policy_spread { /* of units, about zero: who carries the variance */
    double square, fourth;
};

/* Sums of units; all zeros to start with. */
struct policy {
    double units, rows, broken, clipped, modelled, unreached;
    double heaviest;          /* largest weight of a unit */
    struct pairs normalised;  /* weight, weight_reward */
    struct pairs plain;       /* rows, weight_reward */
    struct pairs robust;      /* rows, robust */
    struct pairs followed;    /* rows, reward */
    struct pairs raw;         /* rows, raw */
    struct policy_spread reward_spread, residual_spread;
};

void policy_add_unit(struct policy *policy, const struct policy_unit *unit);
/* A row that is a unit of its own, not clipped. */
void policy_add(struct policy *policy, const struct policy_row *row);
void policy_merge(struct policy *into, const struct policy *from);

enum policy_verdict {
    POLICY_SOUND,
    POLICY_NO_ROWS,
    POLICY_UNREACHED,
    POLICY_MISLOGGED,
    POLICY_TOO_THIN,
};

struct policy_value {
    enum policy_verdict verdict;
    struct estimate ips, snips;
    struct estimate robust;   /* unknown unless every row had a model */
    struct estimate followed; /* mean reward of the log: the old policy */
    double effective;         /* units, Kish */
    double carriers;          /* units that carry the rewards */
    double largest;           /* share of the weight of the heaviest unit, 0 … 1 */
    double mean_weight;       /* before clipping; 1 where all is well */
    double unreached;         /* mean of the rows' */
    double clipped_rows;      /* share of them */
    double clipped_weight;    /* share of the weight that clipping took */
};

struct policy_value policy_value(const struct policy *policy, double level);
/* One sentence in English: what the verdict means. */
const char *policy_verdict_text(enum policy_verdict verdict);

/* --- two policies on one log ---------------------------------------------------------- */

/* Whether one policy is better than another (or than the one that was followed: wanted =
 * logged) on the same rows: their errors go together, so the difference is known better
 * than either. */
struct policy_pair {
    struct policy first, second;
    double reward_reward, reward_weight; /* Σ R R', Σ R W' of the units' two sums … */
    double weight_reward, weight_weight; /* … Σ W R', Σ W W' */
    struct pairs plain;                  /* rows, R - R' */
    struct pairs robust;                 /* rows, difference of the robust terms */
    struct policy_spread reward_spread, residual_spread; /* of the differences */
};

/* Two units of the same rows: rewards, logged and model_logged are the same in both. */
void policy_pair_add_units(struct policy_pair *pair, const struct policy_unit *first,
                           const struct policy_unit *second);
/* A row that is a unit of its own, not clipped. */
void policy_pair_add(struct policy_pair *pair, const struct policy_row *first,
                     const struct policy_row *second);

struct policy_gain {
    enum policy_verdict verdict; /* of the first policy, or the second's if that is sound */
    struct estimate ips, snips, robust; /* first - second; unknown where they never differ */
};
/* SNIPS: the errors of both, less twice the covariance of their linearised terms. Degrees
 * as above, of the policy with fewer effective units and of the carriers of the
 * difference. */
struct policy_gain policy_gain(const struct policy_pair *pair, double level);

#endif
