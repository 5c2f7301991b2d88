/* What another policy would have been worth, from the log of the one that was followed.
 *
 * A row of the log: what an action brought (reward r), how likely the old policy was to
 * take that action (logged, p > 0), how likely the new one is to take the same action for
 * the same unit (wanted, q). Its weight is w = q / p. Rows must be independent units, or
 * the errors are too small: sum up a customer, or take one decision of each.
 *
 *   IPS   Σ w r / n                    inverse propensity score (Horvitz and Thompson,
 *                                      JASA 47, 1952); error of a mean of w r
 *   SNIPS Σ w r / Σ w                  self-normalised (Swaminathan and Joachims, NIPS
 *                                      2015); error √(Σ w² (r - v)²) / Σ w
 *   DR    Σ (m' + w (r - m)) / n       doubly robust (Dudík, Langford and Li, ICML 2011): m
 *                                      what a model expects of the action taken, m' of
 *                                      the new policy's choice; error of a mean
 *
 * The model of DR must not have been fitted to the same rows. Intervals are Student's t
 * with (effective units - 1) degrees, wider than the normal where few rows carry the
 * estimate; effective units are Kish's (Σ w)² / Σ w² ("Survey sampling", 1965).
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
 *   TOO_THIN    effective units under POLICY_EFFECTIVE_LEAST or under 1 % of the rows, or
 *               one row with more than POLICY_LARGEST_MOST of the weight
 * Numbers are handed out all the same, for whoever wants to see why. */
#ifndef TUCK_STATS_POLICY_H
#define TUCK_STATS_POLICY_H

#include "stats/estimate.h"
#include "stats/moments.h"

#include <stdbool.h>

#define POLICY_EFFECTIVE_LEAST 100.0
#define POLICY_LARGEST_MOST 0.05
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

/* Running sums; all zeros but `clip` to start with. Of the weighted rewards they are kept
 * about zero: rewards are money, not timestamps. */
struct policy {
    double clip; /* 0: none */
    double rows, broken, clipped, modelled;
    double weight, weight_square, weight_largest; /* as clipped */
    double weight_reward;                         /* Σ w r */
    double square_reward, square_reward_square;   /* Σ w² r, Σ w² r² */
    double unreached;
    struct moments raw;    /* of the weights before clipping */
    struct moments plain;  /* of w r */
    struct moments robust; /* of m' + w (r - m) */
    struct moments reward; /* of r: what the old policy brought */
};

/* A row with a number that is none, or a probability that is none, is only counted as
 * broken. */
void policy_add(struct policy *policy, const struct policy_row *row);
/* Both with the same clip. */
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
    double largest;           /* share of the weight of the heaviest row, 0 … 1 */
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
 * logged, or both 1) on the same rows: their errors go together, so the difference is known
 * better than either. */
struct policy_pair {
    struct policy first, second;
    double cross;               /* Σ w v of the rows' two weights */
    double cross_reward;        /* Σ w v r */
    double cross_reward_square; /* Σ w v r² */
    struct moments plain;       /* of w r - v r */
    struct moments robust;      /* of the difference of the robust terms */
};

/* reward, logged and model_logged must be the same in both. */
void policy_pair_add(struct policy_pair *pair, const struct policy_row *first,
                     const struct policy_row *second);

struct policy_gain {
    enum policy_verdict verdict; /* of the first policy, or the second's if that is sound */
    struct estimate ips, snips, robust; /* first - second */
};
/* SNIPS: error² = Σ (w (r - a)/Σw - v (r - b)/Σv)² of the values a and b (linearised). The
 * degrees are those of the policy with fewer effective units. */
struct policy_gain policy_gain(const struct policy_pair *pair, double level);

#endif
