/* Gamma-Gamma: what will a customer spend when she buys?
 *
 * Fader & Hardie, "The Gamma-Gamma Model of Monetary Value" (2013 note); used for
 * lifetime value in Fader, Hardie, Lee, "RFM and CLV: Using Iso-Value Curves for Customer
 * Base Analysis", Journal of Marketing Research 42 (2005) 415–430. A customer's
 * transactions are Gamma(p, nu) about her own mean; nu is Gamma(q, gamma) over the
 * customers. With x transactions of mean m:
 *
 *   L = Gamma(px+q) / (Gamma(px) Gamma(q)) · gamma^q m^(px-1) x^(px) / (gamma+mx)^(px+q)
 *
 * Money is in minor units (cents), so gamma is too: the paper's 15.44 dollars are 1544.
 * The model takes what is spent to have nothing to do with how often is bought; the
 * correlation of the two is told, for whoever reads the result. */
#ifndef TUCK_FIT_SPEND_H
#define TUCK_FIT_SPEND_H

#include "base/note.h"
#include "fit/bgnbd.h"
#include "fit/buyer.h"

struct spend {
    double p;
    double q;
    double gamma_minor;
    double relative_error[3]; /* standard errors of the three, as shares of them */
    double log_likelihood;    /* natural, of means in minor units */
    double correlation;       /* Pearson's, of count and mean of the spends; 0: no variety */
    int64_t customers;        /* it was fitted on; 0: it was not fitted */
    int64_t left_out;         /* those without a repeat day's spend */
};

#define SPEND_BUYERS_LEAST 10

/* Fits the repeat buyers' means; x is `spends`, m is `spend_minor`. STATUS_BAD_INPUT with
 * a note: NOTE_FIT_TOO_FEW, NOTE_FIT_ALIKE (all spend the same), NOTE_FIT_BAD_BUYER,
 * NOTE_FIT_LOST, NOTE_FIT_NO_MEAN (q at or under 1: the mean of such spends is infinite).
 * STATUS_NO_MEMORY. */
enum status spend_fit(const struct buyer *buyers, size_t count, struct notes *notes,
                      struct spend *ret) MUST_CHECK;

/* All three positive and finite, q above 1. The calls below give NaN otherwise. */
bool spend_is_sound(const struct spend *model);

double spend_log_likelihood(const struct spend *model, const struct buyer *buyers,
                            size_t count);

/* The mean over all customers, p gamma/(q-1), in minor units. */
double spend_mean_minor(const struct spend *model);

/* The mean to expect of this customer: p (gamma + m x)/(p x + q - 1), her own mean drawn
 * to that of all; the mean of all when nothing is known of her. */
double spend_expect_minor(const struct spend *model, const struct buyer *buyer);

/* What the customer will spend in the next `horizon_days` (up to 36,525), in today's
 * money: the expected purchases of each 28 days (the last period may be shorter), times
 * the expected spend, discounted by (1 + yearly)^-(days/365.25) from the period's middle.
 * Revenue, in minor units; times the margin it is value. `yearly` is 0.1 for ten per
 * cent, above -1. */
double lifetime_spend_minor(const struct bgnbd *buying, const struct spend *model,
                            const struct buyer *buyer, double horizon_days,
                            double yearly);

#endif
